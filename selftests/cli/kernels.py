#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What must be found in selftests/data/kernels/, file by file; prints TAP.

    kernels.py KSTATE-DUMP DATA WORK

The tables are what the guests were told to preserve, see the note beside the data.
"""

import hashlib
import json
import os
import struct
import subprocess
import sys

DUMP, DATA, WORK = sys.argv[1:]

# Sessions in order: name, then files as token, bytes, position, seals, folios, what they begin with.
SESSIONS = [
    ("kexec_multi_state", [(998, 4096, 0, 1, 1, "2")]),
    ("multi-test-empty-1", []),
    ("multi-test-empty-2", []),
    ("multi-test-files-1", [(0x1001, 4096, 0, 1, 1, "Data for session files 1")]),
    ("multi-test-files-2", [(0x2002, 4096, 0, 1, 1, "First file for session files 2"),
                            (0x3003, 4096, 0, 1, 1, "Second file for session files 2")]),
    ("vm-alpha", [(1, 10000, 7, 0, 3, "hello from before the kexec"),
                  (0x2a, 11, 0, 14, 1, "sealed text")]),
    ("vm-beta", [(0xfffffffffffffffe, 18, 0, 0, 1, "last token but one")]),
]
REGIONS = {"tst": 65536, "second": 12288}

# Dumps: format of the root, of LUO, of memfds, finalized, kexec count, have seals.
MID = {
    "7.2s-mid.core": ("kho-v4", "luo-v5", "memfd-v2", None, 1, True),
    "7.1s-mid.core": ("kho-v3", "luo-v1", "memfd-v2", None, 1, True),
    "7.0s-mid.core": ("kho-v1", "luo-v1", "memfd-v1", True, None, False),
}

# Without sessions: per side the number of the live update, kho_test, finalized.
OTHERS = {
    "7.0-fin.core": {"out": (1, True, True)},
    "7.0-pre": {"out": (1, True, False)},
    "7.1-pre": {"out": (1, True, None)},
    "7.0-post": {"in": (1, True, True), "out": (2, False, False)},
}

results = []


def ok(what, got, want):
    """One assertion."""
    results.append(got == want)
    print(f"{'ok' if got == want else 'not ok'} {len(results)} - {what}")
    if got != want:
        print(f"# got  {got!r}\n# want {want!r}")


def ask(*args, status=0):
    """The document of a command."""
    done = subprocess.run([DUMP, "-j", *args], capture_output=True, text=True, check=False)
    ok(f"{' '.join(os.path.basename(a) for a in args)}: exit status", done.returncode, status)
    return json.loads(done.stdout)


def memory(path, pa, length):
    """Bytes of an ELF core at a physical address."""
    with open(path, "rb") as f:
        core = f.read()
    first, size, number = struct.unpack_from("<32xQ14xHH", core, 0)
    for i in range(number):
        kind, _, at, _, start, filled = struct.unpack_from("<IIQQQQ", core, first + i * size)
        if kind == 1 and start <= pa and pa + length <= start + filled:
            return core[at + pa - start:at + pa - start + length]
    return None


def files_of(path, session, has_seals):
    """Files as in the table, with what their first folio begins with."""
    files = []
    for f in session["files"]:
        memfd = f["memfd"]
        seals = memfd["seals"]["value"] if has_seals else memfd["seals"]
        text = memory(path, int(memfd["folios"][0]["address"], 16), 32) if path else None
        files.append((int(f["token"]), memfd["bytes"], int(memfd["position"]), seals,
                      int(memfd["folio_count"]), len(memfd["folios"]), memfd["hole_bytes"], text))
    return files


def wanted_files(files, path, has_seals):
    """The same from the table."""
    return [(token, size, pos, seals if has_seals else None, folios, folios, 0,
             text.encode().ljust(32, b"\0") if path else None)
            for token, size, pos, seals, folios, text in files]


def subtrees(kho):
    """Details of the subtrees of a side, by name."""
    return {s["name"]: s["details"] for s in kho["subtrees"]}


def regions(details):
    """Regions of memblock, by name."""
    return {r["name"]: r["bytes"] for r in details["regions"]}


def check_luo(name, source, path, luo, memfd, has_seals):
    """LUO as show and list have it."""
    shown = ask("show", source, "LUO")["result"]["luo"]
    ok(f"{name}: one side, out", [s["side"] for s in shown], ["out"])
    ok(f"{name}: {luo}, update 1", (shown[0]["format"], shown[0]["liveupdate_count"]), (luo, "1"))
    ok(f"{name}: sessions in order", [s["name"] for s in shown[0]["sessions"]],
       [s[0] for s in SESSIONS])
    for session, (_, files) in zip(shown[0]["sessions"], SESSIONS):
        ok(f"{name}: files of {session['name']}", files_of(path, session, has_seals),
           wanted_files(files, path, has_seals))
    rows = ask("list", source)["result"]["files"]
    ok(f"{name}: list", [(r["session"], r["side"], r["token"], r["handler"], r["bytes"])
                         for r in rows],
       [row for s, files in SESSIONS for row in
        ([(s, "out", str(f[0]), memfd, f[1]) for f in files] or [(s, "out", None, None, None)])])


def check_contents(name, source):
    """What extract writes, of every file."""
    for session, files in SESSIONS:
        for token, size, _, _, _, text in files:
            out = os.path.join(WORK, f"{name}.{session}.{token}")
            result = ask("extract", "--sha256", source, session, str(token), "-o", out)["result"]
            with open(out, "rb") as f:
                held = f.read()
            ok(f"{name}: what {session} 0x{token:x} holds", held, text.encode().ljust(size, b"\0"))
            ok(f"{name}: its size and SHA-256", (result["bytes"], result["sha256"]),
               (size, hashlib.sha256(held).hexdigest()))


def check_refused(name, capture):
    """A capture without contents: refused, or holes that are listed."""
    out = os.path.join(WORK, name + ".lax")
    ask("extract", capture, "vm-alpha", "1", "-o", out, status=3)
    ok(f"{name}: what is not there makes no file", os.path.exists(out), False)
    result = ask("extract", "--sparse-missing", capture, "vm-alpha.1", "-o", out, status=6)["result"]
    ok(f"{name}: or holes that are listed", (result["bytes"], result["missing_bytes"],
                                             sum(m["bytes"] for m in result["missing"])),
       (10000, 10000, 10000))


def check_mid(name, formats):
    """A dump at the moment of the jump, and the capture of it."""
    root, luo, memfd, finalized, count, has_seals = formats
    path = os.path.join(DATA, name)
    document = ask("info", path)
    info = document["result"]["kho"]
    ok(f"{name}: one root, out", [k["side"] for k in info], ["out"])
    ok(f"{name}: {root}", (info[0]["format"], info[0]["finalized"]), (root, finalized))
    there = subtrees(info[0])
    ok(f"{name}: memblock", regions(there["memblock"]), REGIONS)
    ok(f"{name}: LUO counts", [there["LUO"][k] for k in ("liveupdate_count", "session_count",
                                                         "file_count", "flb_count")],
       ["1", "7", "7", "0"])
    ok(f"{name}: kexec count", there.get("kexec-metadata", {}).get("kexec_count"), count)
    ok(f"{name}: nothing is released", "released" in json.dumps(document), False)
    ok(f"{name}: the map is whole", "its memory map is whole" in json.dumps(document), True)
    ok(f"{name}: no other kernel is named", "7.3" in json.dumps(document), False)
    check_luo(name, path, path, luo, memfd, has_seals)
    checked = ask("verify", path)["result"]
    ok(f"{name}: nothing wrong", (checked["findings"], checked["checked"][0]["not_checked"]),
       ([], None))
    mem = ask("mem", path)["result"]["memory"][0]
    ok(f"{name}: nothing is of nobody", (mem["unowned"]["bytes"], mem["not_preserved"]["bytes"]),
       (0, 0))
    capture = os.path.join(WORK, name + ".kstate")
    ask("capture", "-o", capture, path)
    check_luo(name + " captured", capture, None, luo, memfd, has_seals)
    check_contents(name, path)
    check_refused(name, capture)
    whole = os.path.join(WORK, name + ".contents")
    ask("capture", "--contents", "-o", whole, path)
    check_contents(name + " captured with contents", whole)


def check_other(name, sides):
    """A dump or a copy of debugfs before the jump or after it: which sessions there are is not known, and why."""
    path = os.path.join(DATA, name)
    document = ask("info", path, status=6)
    ok(f"{name}: nothing is released", "released" in json.dumps(document), False)
    ok(f"{name}: sides", [k["side"] for k in document["result"]["kho"]], list(sides))
    for kho in document["result"]["kho"]:
        number, has_test, finalized = sides[kho["side"]]
        there = subtrees(kho)
        ok(f"{name}: {kho['side']}: live update", there["LUO"]["liveupdate_count"], str(number))
        ok(f"{name}: {kho['side']}: no count of sessions", "session_count" in there["LUO"], False)
        ok(f"{name}: {kho['side']}: kho_test", "kho_test" in there, has_test)
        ok(f"{name}: {kho['side']}: finalized", kho["finalized"], finalized)
        ok(f"{name}: {kho['side']}: memblock", regions(there["memblock"]), REGIONS)
    listed = ask("list", path, status=6)
    ok(f"{name}: no sessions, and why", (listed["result"]["files"],
                                         "which sessions there are" in json.dumps(listed["not_known"])),
       ([], True))
    for side in ask("mem", path, status=6)["result"]["memory"]:
        small = [o for o in side["owners"] if o["bytes"] == 1]
        ok(f"{name}: {side['side']}: subtrees have their sizes", small, [])


def check_made():
    """Not finalized, and sessions of no known version; versions that are only proposed."""
    document = ask("info", os.path.join(DATA, "luo-session-v1.core"), status=6)
    kho = document["result"]["kho"][0]
    ok("a root that is not finalized is out", (kho["side"], kho["finalized"]), ("out", False))
    ok("a version of sessions that no release has is named", "luo-session-v1" in
       document["not_known"][0]["text"], True)
    ok("and nothing is counted", "session_count" in subtrees(kho)["LUO"], False)
    document = ask("info", os.path.join(DATA, "proposed-joined.core"), status=6)
    ok("a joined version is named in full", any("kho-v4;radix-v1;vmalloc-v1" in n["text"] and
       "proposed" in n["text"] for n in document["not_known"]), True)


for file, wanted in MID.items():
    check_mid(file, wanted)
for file, wanted in OTHERS.items():
    check_other(file, wanted)
check_made()
print(f"1..{len(results)}")
sys.exit(not all(results))
