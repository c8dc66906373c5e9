#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""fuzz.py SECONDS [SEED]: random keys, clicks and sizes on good and damaged images.

A finding is a run that does not end with a status of the program's own, or that does not end: it takes
RUN_SECONDS of processor time, twenty times what the longest of hundreds took, or waits. How loaded the machine is
does not matter. A finding's seed makes the same run again: fuzz.py 0 SEED.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

B = os.path.abspath(os.environ.get("B", "build"))
KEYS = list("hjklgGnNsF123x4567tmi+-=r?q") + [
    "<Up>", "<Down>", "<Left>", "<Right>", "<PgUp>", "<PgDn>", "<Home>", "<End>", "<Enter>",
    "<Backspace>", "<Tab>", "<Esc>", "<Space>", "<^B>", "<^F>", "<^L>", "<^C>", "<Tick>", "<Del>",
    "<Screen>", "w", "<F1>"]
TEXTS = ["test", "0x40002000", "kstate", "z", "A", "18446744073709551615", "image", "nothing", "é世",
         "[1]", "out.json", "out.txt", "world", "0x", "-1"]
KINDS = ["image", "big", "bad-crc", "odd", "kinds", "names", "luo-core", "luo-kernel", "tree", "root"]
RUN_SECONDS = 120
WAIT_SECONDS = 3600


def make_images(work):
    images = []
    for kind in KINDS:
        path = os.path.join(work, kind)
        subprocess.run([B + "/tests/mkimage", kind, path], check=True)
        images.append(path)
    for kind in ("good", "bad"):
        path = os.path.join(work, "world" if kind == "good" else "world-bad")
        subprocess.run([B + "/tests/mkworld", kind, path], check=True)
        images.append(path)
    path = os.path.join(work, "many")
    subprocess.run([B + "/tests/mkimage", "many", path, "3000"], check=True)
    return images + [path, os.path.abspath("selftests/data/live-update")]


def damaged(rnd, path, work, name="damaged"):
    """A copy of a file with some bytes changed, or cut."""
    with open(path, "rb") as f:
        data = bytearray(f.read())
    for _ in range(rnd.choice((1, 1, 3, 20))):
        if data:
            data[rnd.randrange(len(data))] = rnd.choice((0, 1, 0x7f, 0xff, rnd.randrange(256)))
    if rnd.random() < 0.3:
        del data[rnd.randrange(len(data) + 1):]
    copy = os.path.join(work, name)
    with open(copy, "wb") as f:
        f.write(data)
    return copy


def one(rnd):
    """Some keys that belong together."""
    what = rnd.random()
    if what < 0.75:
        return rnd.choice(KEYS)
    if what < 0.83:
        return "<Size:%dx%d>" % (rnd.choice((1, 10, 40, 59, 60, 80, 200, rnd.randint(1, 300))),
                                 rnd.choice((1, 2, 3, 10, 24, rnd.randint(1, 100))))
    if what < 0.90:
        return "<%s:%d,%d>" % (rnd.choice(("Click", "WheelUp", "WheelDown")),
                               rnd.randint(-1, 120), rnd.randint(-1, 50))
    text = rnd.choice(TEXTS)[:rnd.randint(0, 20)]
    return rnd.choice("/&:yd6") + rnd.choice(("", "<Backspace>" * 20)) + text + \
        rnd.choice(("<Enter>", "<Enter>", "<Esc>", "<Tab>", ""))


def second(rnd, first, images, work):
    """Nothing, or the other of a pair: any image, or the same one with damage."""
    what = rnd.random()
    if what < 0.7:
        return []
    other = rnd.choice(images) if what < 0.85 else first
    if os.path.isfile(other) and rnd.random() < 0.7:
        other = damaged(rnd, other, work, "second")
    return [other]


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (RUN_SECONDS, RUN_SECONDS + 1))


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(seed, images, work):
    rnd = random.Random(seed)
    image = rnd.choice(images)
    if os.path.isfile(image) and rnd.random() < 0.5:
        image = damaged(rnd, image, work)
    # A q in the tree ends the run.
    script = "".join(one(rnd) for _ in range(rnd.randint(10, 400)))
    args = [B + "/tests/kstate-browse", "--headless", "--script", "-"]
    args += ["--ascii"] if rnd.random() < 0.2 else []
    args += [image] + second(rnd, image, images, work)
    try:
        done = subprocess.run(args, input=script.encode(), stdout=subprocess.PIPE, cwd=work,
                              stderr=subprocess.PIPE, timeout=WAIT_SECONDS, check=False,
                              preexec_fn=limit)
    except subprocess.TimeoutExpired:
        return "no end, and less than %d s of processor time" % RUN_SECONDS, script
    if done.returncode == -signal.SIGXCPU:
        return "no end in %d s of processor time" % RUN_SECONDS, script
    bad = done.returncode not in (0, 1, 2, 3, 4) or b"Sanitizer" in done.stderr
    if b"\x1b" in done.stdout:
        return "a control character on the screen", script
    return (done.stderr.decode(errors="replace") if bad else None), script


def main():
    seconds, seeds = int(sys.argv[1]), [int(s) for s in sys.argv[2:]]
    end = time.monotonic() + seconds
    work = tempfile.mkdtemp(prefix="kstate-fuzz-browse-")
    images = make_images(work)
    findings = runs = keys = 0
    longest = (0, 0)
    first = seeds[0] if seeds else random.SystemRandom().randrange(1 << 48)
    while time.monotonic() < end or runs < len(seeds):
        seed = first + runs
        before = processor_time()
        why, script = run(seed, images, work)
        longest = max(longest, (processor_time() - before, seed))
        runs += 1
        keys += len(script)
        if why:
            findings += 1
            print("finding, seed %d:\n%s\nscript: %s" % (seed, why[:3000], script[:2000]), flush=True)
            if findings >= 5:
                break
    shutil.rmtree(work)
    print("fuzz-browse: %d runs, %d characters of scripts, %d findings, first seed %d" %
          (runs, keys, findings, first))
    print("fuzz-browse: the longest run took %.1f s of processor time, seed %d" % longest)
    sys.exit(1 if findings else 0)


main()
