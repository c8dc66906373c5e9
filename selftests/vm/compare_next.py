#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare_next.py CHECK.json OUTCOME

What kstate-dump check said of each preserved file before a kexec, against what user space found after it:
OUTCOME has a line `SESSION TOKEN found` or `SESSION TOKEN lost` for each. A file comes through where the next
kernel reads everything that it takes part in: KHO, the map of memory, LUO, and the file's handler. TAP without
numbers on standard output.
"""

import json
import sys


def tap(desc, got, wanted):
    print(f"{'ok' if got == wanted else 'not ok'} - {desc}")
    if got != wanted:
        print(f"# got {got}\n# wanted {wanted}")


def said(abis):
    """(session, token) to what comes of it."""
    verdicts = {abi["abi"]: abi["verdict"] for abi in abis if abi["abi"] != "handler"}
    shared = all(verdicts[name] == "same" for name in ("kho", "memory-map", "luo"))
    handlers = [abi for abi in abis if abi["abi"] == "handler"]
    # Where one file has no handler, the device answers nothing at all.
    comes = shared and all(abi["verdict"] == "same" for abi in handlers)
    return {(user["session"], int(user["token"])): "found" if comes else "lost"
            for abi in handlers for user in abi["used_by"]}


def main():
    check, outcome = sys.argv[1:]
    with open(check, encoding="utf-8") as file:
        doc = json.load(file)
    with open(outcome, encoding="ascii") as file:
        seen = {(name, int(token, 0)): what for name, token, what in map(str.split, file)}
    told = said(doc["result"]["abis"])
    for key in sorted(set(seen) | set(told)):
        tap(f"session {key[0]}, token {key[1]:#x}: what was said came", seen.get(key), told.get(key))
    passes = doc["result"]["summary"]["verdict"] == "passes"
    tap("it passes where nothing is lost, and only there", passes, "lost" not in seen.values())


main()
