#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare_check.py CHECK.json IN_SECTIONS DMESG MODULE [REVERSE.json]

What kstate-dump check said before a kexec, against what the kernel did after it: the result of each
section in kstate/in/sections, each complaint in the kernel's log, and each member that the driver MODULE
found restored. TAP without numbers on standard output.
"""

import errno
import json
import re
import sys

# What a complaint of the engine says, and the code of the finding.
COMPLAINTS = {
    "is in the data but not in this kernel's description": "unknown-field",
    "is in data of a version that should not have it": "still-in-data",
    "is missing in data of a version that should have it": "missing-field",
    "is of another kind in the data": "other-kind",
    "is of another signedness in the data": "other-sign",
    "is of another size in the data": "other-size",
    "has another number of elements in the data": "other-count",
    "holds structs whose description differs": "other-nested",
}
VERSIONS = {
    "version is newer than this kernel understands": "too-new",
    "version is older than this kernel accepts": "too-old",
}
RESTORED = ("loads", "loads-partly")


def tap(desc, got, wanted):
    print(f"{'ok' if got == wanted else 'not ok'} - {desc}")
    if got != wanted:
        print(f"# got {got}\n# wanted {wanted}")


def kernel_results(path):
    """Section to (result, error), of kstate/in/sections."""
    results = {}
    with open(path, encoding="ascii") as table:
        next(table)
        for line in table:
            words = line.split()
            result, _, err = words[-1].partition(":")
            results[f"{words[0]}@{int(words[1], 16):x}"] = (result, -int(err or 0))
    return results


def said_result(section):
    if section["verdict"] in RESTORED:
        return ("restored", 0)
    if section["verdict"] == "unclaimed":
        return ("unclaimed", 0)
    return ("failed", getattr(errno, section["error"]))


def complaints(path):
    """(field, code) of each complaint in the log, sorted."""
    found = []
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = re.search(r"kstate: restore: \S+: (?:field (\S+) )?(?:nested )?(.*?)(?:: \d+, not in .*)?$",
                              line.rstrip())
            if match and match[1] and match[2] in COMPLAINTS:
                found.append((match[1], COMPLAINTS[match[2]]))
            elif match and match[2] in VERSIONS:
                found.append(("", VERSIONS[match[2]]))
    return sorted(found)


def said_complaints(doc):
    found = []
    for finding in doc["result"]["findings"]:
        code = finding["code"]
        if code in VERSIONS.values():
            found.append(("", code))
        elif code in COMPLAINTS.values():
            found.append((finding["path"].split(".")[-1], code))
    return sorted(found)


def members(path, module):
    """Description to the members that its driver found restored."""
    found = {}
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = re.search(module + r": (\S+): error (-?\d+), members:(.*)$", line.rstrip())
            if match:
                found[match[1]] = set(match[3].split())
    return found


def compare_members(doc, log, module):
    driver = members(log, module)
    for section in doc["result"]["sections"]:
        name = section["section"].split("@")[0]
        if name not in driver:
            continue
        if section["verdict"] in RESTORED:
            wrong = [path for path in section["skips"] + section["keeps"] if path in driver[name]]
            tap(f"{name}: what is skipped is not restored", wrong, [])
            tap(f"{name}: the rest is", "a" in driver[name], True)
        else:
            tap(f"{name}: nothing is restored", sorted(driver[name]), [])


def main():
    check, table, log, module, *reverse = sys.argv[1:]
    with open(check, encoding="utf-8") as file:
        doc = json.load(file)
    kernel = kernel_results(table)
    said = {section["section"]: said_result(section) for section in doc["result"]["sections"]}
    for section in sorted(set(kernel) | set(said)):
        tap(f"{section}: the kernel did what was said", kernel.get(section), said.get(section))
    tap("the kernel complains of what was found, and of nothing else", complaints(log), said_complaints(doc))
    compare_members(doc, log, module)
    if reverse:
        with open(reverse[0], encoding="utf-8") as file:
            back = json.load(file)
        said = {f"{s['section']}@0": said_result(s) for s in back["result"]["sections"]}
        for section in sorted(kernel):
            tap(f"{section}: --reverse had said so", said.get(section), kernel[section])


main()
