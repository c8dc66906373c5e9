#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Made memory of every kernel with KHO: read, cut and inflated; prints TAP.

    kernels_made.py KSTATE-DUMP WORK
"""

import json
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import old_kernels as old  # noqa: E402

DUMP, WORK = sys.argv[1:]
TEXT = b"".join(b"page %6d" % i * 400 for i in range(40))

results = []


def ok(what, got, want):
    """One assertion."""
    results.append(got == want)
    print(f"{'ok' if got == want else 'not ok'} {len(results)} - {what}")
    if got != want:
        print(f"# got  {got!r:.300}\n# want {want!r:.300}")


def run(*args):
    """Exit status and document of a command."""
    done = subprocess.run([DUMP, "-j", *args], capture_output=True, text=True, check=False,
                          timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def pin():
    """The writers, byte by byte."""
    ok("a session", old.session("vm", 0x1122, 3).hex(), "766d" + "00" * 62 +
       "2211000000000000" + "0300000000000000")
    ok("a file", old.file("h-v1", 0x1122, 0xf0).hex(), "682d7631" + "00" * 44 +
       "2211000000000000" + "f000000000000000")
    m = old.Memory()
    ok("a memfd of version 1", bytes(m.pages[old.memfd(m, 1, b"abc", 7, 3)][:24]).hex(),
       "0700000000000000" "0300000000000000" "0100000000000000")
    at = old.memfd(m, 2, b"abc", 7, 3)
    ok("a memfd of version 2", bytes(m.pages[at][:32]).hex(),
       "0700000000000000" "0300000000000000" "03000000" "00000000" "0100000000000000")
    first, pages, flags, order = struct.unpack_from("<QIHH", m.pages[at], 32)
    ok("its list", (pages, flags, order), (1, 1, 0))
    entries = struct.unpack_from("<Q", m.pages[first], 8)[0]
    word, index = struct.unpack_from("<QQ", m.pages[entries])
    ok("a folio: frame, dirty and up to date", (word >> 52, index,
                                                bytes(m.pages[(word << 12) & (1 << 64) - 1][:3])),
       (3, 0, b"abc"))
    m = old.Memory()
    m.preserved = [(0x1003000, 0)]
    chunk = old.chunks(m, 4096)
    ok("a chunk", bytes(m.pages[chunk][:24]).hex(), "00" * 8 + "00000000" "01000000" + "00" * 8)
    bits = struct.unpack_from("<Q", m.pages[chunk], 24)[0]
    ok("its bitmap", m.pages[bits][0x1003 // 8], 1 << 0x1003 % 8)
    root = old.radix(m)
    ok("six levels for 4 KiB", struct.unpack_from("<Q", m.pages[root], 8 * 2)[0] != 0, True)
    raw = old.luo_array(old.Memory(), [], 3, True)
    ok("LUO of 6.19 to 7.1", [s in raw for s in (b"luo-v1\0", b"luo-session-v2\0", b"luo-flb-v1\0",
                                                 old.u64(3))], [True] * 4)
    ok("LUO of 7.2 on", old.luo_chain(old.Memory(), [], 3)[:24].hex(),
       "6c756f2d76350000" "0300000000000000" + "00" * 8)


def kept(m):
    """Bytes that are preserved."""
    return sum(m.page << order for _, order in m.preserved)


def check(name, m, path, kernel):
    """All that is in it."""
    kho, _, luo, fd, counted = old.KERNELS[kernel]
    status, doc = run("info", path)
    side = doc["result"]["kho"][0]
    ok(f"{name}: info", (status, len(doc["result"]["kho"]), side["side"], side["format"]),
       (0, 1, "out", f"kho-v{kho}"))
    ok(f"{name}: finalized", side["finalized"], True if kho == 1 else None)
    there = {s["name"]: s["details"] for s in side["subtrees"]}
    ok(f"{name}: region", there["memblock"]["regions"][0]["bytes"], 2 * m.page)
    ok(f"{name}: who wrote it", there.get("kexec-metadata", {}).get("previous_release"),
       f"{kernel}.9-made" if counted else None)
    status, doc = run("mem", path)
    mem = doc["result"]["memory"][0]
    ok(f"{name}: preserved", (status, mem["total"] and mem["total"]["bytes"], mem["unowned"] and
                              mem["unowned"]["bytes"]), (0, kept(m), 0))
    status, doc = run("verify", path)
    ok(f"{name}: nothing wrong", (status, doc["result"]["findings"]), (0, []))
    if not luo:
        ok(f"{name}: no LUO", "LUO" in there, False)
        return
    ok(f"{name}: counts", [there["LUO"].get(k) for k in ("liveupdate_count", "session_count",
                                                         "file_count", "flb_count")],
       ["3", "3", "3", None if luo == "array" else "1"])
    status, doc = run("show", path, "LUO")
    shown = doc["result"]["luo"][0]
    files = shown["sessions"][0]["files"]
    ok(f"{name}: sessions", (status, [s["name"] for s in shown["sessions"]],
                             [f["token"] for s in shown["sessions"] for f in s["files"]]),
       (0, ["vm1", "empty", "vm2"], ["1", "2", str(2 ** 64 - 1)]))
    ok(f"{name}: handlers", [f["handler"] for f in files], [f"memfd-v{fd}", "other-v1"])
    ok(f"{name}: seals", files[0]["memfd"]["seals"] and files[0]["memfd"]["seals"]["value"],
       None if fd == 1 else 1)
    ok(f"{name}: FLBs", [f["name"] for f in shown["flbs"]], [] if luo == "array" else ["flb-test"])
    out = path + ".1"
    status, doc = run("extract", path, "vm1", "1", "-o", out)
    with open(out, "rb") as f:
        ok(f"{name}: contents", (status, f.read() == TEXT), (0, True))


def made(kernel, page=4096, release=None, **args):
    """A core of a kernel: its memory and path."""
    m = old.machine(kernel, page, TEXT, **args)
    path = os.path.join(WORK, f"made-{kernel}-{page}-{len(os.listdir(WORK))}.core")
    m.core(path, old.X86_64 if page == 4096 else old.AARCH64, release)
    return m, path


def check_all():
    """Each kernel, and the page sizes of arm64."""
    for kernel in old.KERNELS:
        check(kernel, *made(kernel), kernel)
    for page in 16384, 65536:
        for kernel in "6.16", "6.18", "7.0", "7.2":
            check(f"{kernel}, pages of {page}", *made(kernel, page, kernel + ".5"), kernel)
    check("7.1, pages of 65536", *made("7.1", 65536), "7.1")
    status, doc = run("mem", made("7.1", 16384)[1])
    ok("7.1, pages of 16384: the map is not known", (status, "two depths" in json.dumps(doc)),
       (6, True))


def check_width():
    """kho-v1 without proof of how large its bitmaps are."""
    old.BASE = 0x100000
    for release, width, want in (("6.17.4", 512, True), ("6.18.1", 0, True), (None, 512, None),
                                 (None, 0, None)):
        m = old.Memory()
        m.put(0, b"")
        root = m.alloc(4096)
        blob = old.memblock([])
        at = m.alloc(4096)
        m.put(at, blob)
        chunk, bits = m.alloc(4096, keep=False), m.alloc(4096, keep=False)
        m.put(chunk, struct.pack("<QIIQQ", 0, 0, 1, 0, bits))
        raw = bytearray(width or 4096)
        for page, _ in m.preserved:
            raw[page // 4096 // 8] |= 1 << page // 4096 % 8
        m.put(bits, bytes(raw))
        if width:       # an object of somebody else behind it, which looks like bits
            m.put(bits + 512, b"\xff" * 8)
        m.put(root, old.fdt([("compatible", b"kho-v1\0"), ("preserved-memory-map", old.u64(chunk))],
                            [("memblock", [("fdt", old.u64(at))])]))
        path = os.path.join(WORK, f"width-{release}-{width}.core")
        m.core(path, release=release)
        status, doc = run("mem", path)
        mem = doc["result"]["memory"][0]
        ok(f"bitmaps by release {release}", mem["total"] and mem["total"]["bytes"],
           8192 if want else None)
        ok(f"and why not ({release}, {width})", "nothing here says which" in json.dumps(doc),
           not want)
    old.BASE = 0x1000000


def check_unfinished():
    """7.0 before KHO is finalized."""
    _, path = made("7.0", finalized=False)
    status, doc = run("info", path)
    ok("not finalized: out, and said", (status, doc["result"]["kho"][0]["side"],
                                        doc["result"]["kho"][0]["finalized"]), (0, "out", False))
    status, doc = run("mem", path)
    ok("what is preserved is not known", (doc["result"]["memory"][0]["total"],
                                          "not finalized" in json.dumps(doc["result"])),
       (None, True))


def check_damage():
    """Numbers that are too large, and files that are cut, end in a report and no signal."""
    for kernel in "6.16", "7.0", "7.1", "7.3":
        _, path = made(kernel)
        with open(path, "rb") as f:
            whole = f.read()
        survived, worst = 0, 0
        cuts = range(4096, len(whole), len(whole) // 12)
        for at in cuts:
            with open(path + ".cut", "wb") as f:
                f.write(whole[:at])
            worst = max(worst, *(run(c, path + ".cut")[0] for c in ("info", "verify", "list")))
            survived += 1
        ok(f"{kernel}: cut", (survived, 0 < worst <= 6), (len(cuts), True))
        inflated = bad = 0
        for at in range(0, len(whole) - 8, 8):
            if 0 < struct.unpack_from("<Q", whole, at)[0] < 64 and at > 8192 and at % 3 == 0:
                with open(path + ".big", "wb") as f:
                    f.write(whole[:at] + b"\xff" * 7 + b"\x7f" + whole[at + 8:])
                bad += any(not 0 <= run(c, path + ".big")[0] <= 6 for c in ("verify", "list"))
                inflated += 1
                if inflated == 24:
                    break
        ok(f"{kernel}: inflated", (inflated > 0, bad), (True, 0))


pin()
check_all()
check_width()
check_unfinished()
check_damage()
print(f"1..{len(results)}")
sys.exit(not all(results))
