#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""shorter.py [-k STEP] PRELOAD KSTATE_DUMP FILE...: a file is made shorter while it is read.

Of each FILE a copy is cut to three lengths by another process, as it were (shorten.c), after each STEP-th read
of it. The rule: no signal and no sanitizer; either the output and exit status are those of the whole file,
or they say that it is not whole: a defect, something not known, or an error with exit status 3 or 4. What is
said of the cut file is said of the whole one, too: of its list no line may be new. Prints TAP."""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

COMMANDS = (["list"], ["mem"], ["verify"])
CUT = re.compile(rb"made shorter while it was read: (it has )?\d+ |truncated|cut (in|before|after) ")


def run(opts, path, words, at, to, count=None):
    env = dict(os.environ, LC_ALL="C.UTF-8", LD_PRELOAD=opts.preload, SHORTEN=path, SHORTEN_AT=str(at),
               SHORTEN_TO=str(to),
               ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0:exitcode=99")
    if count:
        env["SHORTEN_COUNT"] = count
    p = subprocess.run([opts.dump, "-q"] + words + [path], env=env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
    return p.returncode, p.stdout, p.stderr


def wrong(status, out, err, whole):
    """Why this is against the rule; None if it is not."""
    if status < 0 or status == 99:
        return "a signal or a sanitizer"
    if (status, out) == whole[:2]:
        return None
    if status not in (1, 3, 4, 6):
        return "less is said, and the exit status does not say so"
    if not CUT.search(out + err):
        return "that it is not whole is not said"
    return None


def try_file(opts, source, folder):
    """Numbers of runs and of those that told of the cut, and what was wrong."""
    path, bad, nr, told = os.path.join(folder, "x"), [], 0, 0
    size = os.path.getsize(source)
    for words in COMMANDS:
        shutil.copy(source, path)
        whole = run(opts, path, words, 0, 0, path + ".count")
        with open(path + ".count", encoding="ascii") as f:
            reads = int(f.read())
        lines = set(whole[1].splitlines())
        for at in range(1, reads + 1, max(1, reads // opts.k)):
            for to in (size // 2, size - 1000, 64):
                shutil.copy(source, path)
                status, out, err = run(opts, path, words, at, to)
                nr += 1
                told += b"made shorter" in err
                why = wrong(status, out, err, whole)
                if not why and words == ["list"] and status == 0 and set(out.splitlines()) - lines:
                    why = "something is said that is not so"
                if why:
                    bad.append(f"{words[0]}, {to} of {size} bytes after {at} of {reads} reads: {why}: {status}"
                               f" {err.decode(errors='replace')[:300]}")
    return nr, told, bad


def main():
    p = argparse.ArgumentParser()
    p.add_argument("-k", type=int, default=8, help="about how many reads of each command")
    p.add_argument("preload")
    p.add_argument("dump")
    p.add_argument("files", nargs="+")
    opts = p.parse_args()
    failed, all_told = 0, 0
    for i, source in enumerate(opts.files, 1):
        with tempfile.TemporaryDirectory() as folder:
            nr, told, bad = try_file(opts, source, folder)
        all_told += told
        failed += bool(bad)
        name = os.path.basename(source)
        print(f"{'not ok' if bad else 'ok'} {i} - {name} is made shorter while it is read ({nr} runs)")
        for line in bad[:20]:
            print(f"# {line}")
    print(f"{'ok' if all_told else 'not ok'} {len(opts.files) + 1} - that is told")
    print(f"1..{len(opts.files) + 1}")
    return 1 if failed or not all_told else 0


sys.exit(main())
