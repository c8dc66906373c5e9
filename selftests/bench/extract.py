#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""extract.py KSTATE_DUMP CORE...: how long extract takes, against cp of the same bytes.

A core is of mkmemfd.py, its file KIND-MIB: beside it is what its memfd holds, as a file
with the same holes, which cp copies. Time is that of the processor, the least of several
runs by turns. What is made is compared.
"""

import filecmp
import json
import os
import subprocess
import sys

RUNS = 7
GOAL = 0.7


def seconds(out, *argv):
    """Processor time of a program that makes a file."""
    if os.path.exists(out):
        os.unlink(out)
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(argv)}: exit status {child.returncode}")
    return usage.ru_utime + usage.ru_stime


def measure(name, dump, core, *options, goal):
    out = core + ".out"
    extract = dump, "-q", "extract", *options, "-o", out, core, "vm1", "1"
    copy = "cp", core + ".want", out
    ours, theirs = [], []
    for _ in range(RUNS):
        theirs.append(seconds(out, *copy))
        ours.append(seconds(out, *extract))
    if not filecmp.cmp(out, core + ".want", shallow=False):
        sys.exit(f"{out} is not what was preserved")
    os.unlink(out)
    line = {"bench": name, "seconds": round(min(ours), 4), "baseline": "cp of the same bytes",
            "baseline_seconds": round(min(theirs), 4), "ratio": round(min(theirs) / min(ours), 2)}
    if goal:
        line.update(goal=f"baseline / ours >= {GOAL}", met=min(theirs) / min(ours) >= GOAL)
    print(json.dumps(line, separators=(",", ":")), flush=True)


TITLES = {"runs": "side by side in memory", "pages": "single pages of memory",
          "holes": "every second page of zeros", "bare-runs": "and a scan for the root"}


def main():
    dump, cores = sys.argv[1], sys.argv[2:]
    for core in cores:
        kind, mib = os.path.basename(core).rsplit("-", 1)
        title = f"extract, {mib} MiB, {TITLES[kind]}"
        measure(title, dump, core, goal=kind != "bare-runs")
        if kind == "runs":
            measure(title + ", --sha256", dump, core, "--sha256", goal=False)


main()
