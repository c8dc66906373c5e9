#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Memory as kernels of every generation preserve it, as ELF cores.

A second writer of the formats of KHO, LUO and memfd, which shares no code with the
library: made from the layouts of include/linux/kho/abi/ and, for kho-v1, from
kernel/kexec_handover.c of each release. Used by test-kernels.sh.
"""

import struct

X86_64, AARCH64 = 62, 183
BASE = 0x1000000
LINEAR = 0xffff888000000000     # x86-64 maps all memory there, without KASLR


class Memory:
    """Pages by address, and where the next free one is."""

    def __init__(self, page=4096):
        self.page, self.pages, self.free = page, {}, BASE
        self.preserved = []     # (address, order)
        self.map = 0

    def alloc(self, size, keep=True, step=0):
        """Zeroed memory; kept pages are preserved as one block of the order that fits."""
        order = max(0, (-(-size // self.page) - 1).bit_length())
        size = self.page << order
        self.free = -(-self.free // size) * size
        at = self.free
        self.free += size + step * self.page
        self.put(at, bytes(size))
        if keep:
            self.preserved.append((at, order))
        return at

    def put(self, at, data):
        """Write; pages come to be."""
        while data:
            base, off = at - at % self.page, at % self.page
            some = data[:self.page - off]
            old = self.pages.setdefault(base, bytearray(self.page))
            old[off:off + len(some)] = some
            at, data = at + len(some), data[len(some):]

    def core(self, path, machine=X86_64, release=None, one=False, out=None):
        """An ELF core, with VMCOREINFO.

        one: in one segment, with zeros in between; out: where kho_out is, in the linear map.
        """
        info = f"PAGESIZE={self.page}\n"
        if out:
            info += f"SYMBOL(kho_out)={LINEAR + out:x}\n"
        if release:
            info = f"OSRELEASE={release}\n" + info
        desc = info.encode()
        note = struct.pack("<III", 11, len(desc), 0) + b"VMCOREINFO\0\0" + desc
        note += bytes(-len(note) % 4)
        runs = []
        for at in sorted(self.pages):
            if runs and one:
                runs[-1][1].extend(bytes(at - runs[-1][0] - len(runs[-1][1])))
            if runs and runs[-1][0] + len(runs[-1][1]) == at:
                runs[-1][1].extend(self.pages[at])
            else:
                runs.append((at, bytearray(self.pages[at])))
        head = 64 + 56 * (len(runs) + 1)
        off = -(-(head + len(note)) // 4096) * 4096
        with open(path, "wb") as f:
            f.write(struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 4, machine, 1, 0, 64, 0, 0,
                                64, 56, len(runs) + 1, 0, 0, 0))
            f.write(struct.pack("<IIQQQQQQ", 4, 0, head, 0, 0, len(note), len(note), 0))
            for at, data in runs:
                f.write(struct.pack("<IIQQQQQQ", 1, 7, off, LINEAR + at if out else 0, at, len(data), len(data), 0))
                off += len(data)
            f.write(note + bytes(-(head + len(note)) % 4096))
            for _, data in runs:
                f.write(data)


def fdt(props, nodes):
    """An FDT: properties of the root, then of its nodes by name; values are bytes."""
    strings, body = b"", b""

    def prop(name, value):
        nonlocal strings
        key = name.encode() + b"\0"
        if key not in strings:
            strings += key
        at = strings.index(key)
        return struct.pack(">III", 3, len(value), at) + value + bytes(-len(value) % 4)

    body += struct.pack(">I", 1) + bytes(4)
    for name, value in props:
        body += prop(name, value)
    for node, members in nodes:
        name = node.encode() + b"\0"
        body += struct.pack(">I", 1) + name + bytes(-len(name) % 4)
        for key, value in members:
            body += prop(key, value)
        body += struct.pack(">I", 2)
    body += struct.pack(">II", 2, 9)
    total = 56 + len(body) + len(strings)
    return struct.pack(">10I", 0xd00dfeed, total, 56, 56 + len(body), 40, 17, 16, 0, len(strings),
                       len(body)) + bytes(16) + body + strings


def u64(value):
    """A native integer, in properties too."""
    return struct.pack("<Q", value)


def chunks(m, width):
    """kho-v1: a list of chunks, one an order here, with bitmaps of that many bytes."""
    by_order = {}
    shift = m.page.bit_length() - 1
    for at, order in m.preserved:
        span = width * 8 << (order + shift)
        by_order.setdefault(order, {}).setdefault(at - at % span, []).append(
            at % span >> (order + shift))
    slab, left, nxt = 0, 0, 0
    for order, maps in sorted(by_order.items(), reverse=True):
        chunk = m.alloc(m.page, keep=False)
        m.put(chunk, struct.pack("<QII", nxt, order, len(maps)))
        for i, (start, bits) in enumerate(sorted(maps.items())):
            if width == m.page or not left:
                slab, left = m.alloc(m.page, keep=False), m.page // width
                if width != m.page and not i and not nxt:
                    slab, left = slab + width, left - 1     # so that one is not at a page
            raw = bytearray(width)
            for bit in bits:
                raw[bit // 8] |= 1 << bit % 8
            m.put(slab, bytes(raw))
            m.put(chunk + 16 + 16 * i, struct.pack("<QQ", start, slab))
            slab, left = slab + width, left - 1
        nxt = chunk
    return nxt


def radix(m):
    """kho-v2 on: the tree of keys, for every page size."""
    shift = m.page.bit_length() - 1
    leaf, inner = shift + 3, shift - 3
    levels = -(-(64 - shift + 1 - leaf) // inner) + 1
    root = m.alloc(m.page, keep=False)
    tree = {}
    for at, order in m.preserved:
        key = 1 << (64 - shift - order) | at >> (shift + order)
        node = root
        for level in range(levels - 1, 0, -1):
            index = key >> (leaf + (level - 1) * inner) & ((1 << inner) - 1)
            if (node, index) not in tree:
                tree[node, index] = m.alloc(m.page, keep=False)
                m.put(node + 8 * index, u64(tree[node, index]))
            node = tree[node, index]
        bit = key & ((1 << leaf) - 1)
        page = m.pages[node]
        page[bit // 8] |= 1 << bit % 8
    return root


def leaf(m, root, at, order=0):
    """The page of the tree whose bit says that a block is preserved."""
    shift = m.page.bit_length() - 1
    bits, inner = shift + 3, shift - 3
    key = 1 << (64 - shift - order) | at >> (shift + order)
    for level in range(-(-(64 - shift + 1 - bits) // inner), 0, -1):
        index = key >> (bits + (level - 1) * inner) & ((1 << inner) - 1)
        root, = struct.unpack_from("<Q", m.pages[root], 8 * index)
    return root


def area(m, blocks):
    """kho_vmalloc: its descriptor of 16 bytes."""
    per = m.page // 8 - 1
    nxt = 0
    for i in range((len(blocks) - 1) // per * per, -1, -per) if blocks else []:
        chunk = m.alloc(m.page)
        m.put(chunk, u64(nxt) + b"".join(u64(b) for b in blocks[i:i + per]))
        nxt = chunk
    return struct.pack("<QIHH", nxt, len(blocks), 1, 0)


def chain(m, entries, size):
    """Blocks of entries: the address of the first."""
    per = (m.page - 16) // size
    nxt = 0
    for i in range((len(entries) - 1) // per * per, -1, -per) if entries else []:
        block = m.alloc(m.page)
        some = entries[i:i + per]
        m.put(block, struct.pack("<QQ", nxt, len(some)) + b"".join(some))
        nxt = block
    return nxt


def memfd(m, version, data, pos=0, seals=0, step=1):
    """A memfd: pages in every second frame, so that none adjoin, with a step of 0 side by side.

    Returns its state.
    """
    folios = []
    for i in range(0, len(data), m.page):
        at = m.alloc(m.page, step=step)
        m.put(at, data[i:i + m.page])
        folios.append(struct.pack("<QQ", at // m.page | 3 << 52, i // m.page))
    raw = b"".join(folios)
    pages = []
    for i in range(0, len(raw), m.page):
        pages.append(m.alloc(m.page, step=1))
        m.put(pages[-1], raw[i:i + m.page])
    at = m.alloc(m.page)
    if version == 1:
        state = struct.pack("<QQQ", pos, len(data), len(folios))
    else:
        state = struct.pack("<QQIIQ", pos, len(data), seals, 0, len(folios))
    m.put(at, state + area(m, pages))
    return at


def session(name, files, count):
    """80 bytes."""
    return struct.pack("<64sQQ", name.encode(), files, count)


def file(handler, data, token):
    """64 bytes."""
    return struct.pack("<48sQQ", handler.encode(), data, token)


def flbs(m, names):
    """The page of FLBs."""
    at = m.alloc(m.page)
    raw = b"".join(struct.pack("<48sQQ", n.encode(), 0x1000 * (i + 1), i + 1)
                   for i, n in enumerate(names))
    m.put(at, struct.pack("<QQ", 1, len(names)) + raw)
    return at


def luo_array(m, sessions, number, with_flbs):
    """LUO of 6.19 to 7.1: an FDT, arrays of sessions and files."""
    head = m.alloc(16 * m.page)
    entries = b""
    for name, files in sessions:
        at = 0
        if files:
            at = m.alloc(2 * m.page)
            m.put(at, b"".join(file(*f) for f in files))
        entries += session(name, at, len(files))
    m.put(head, u64(len(sessions)) + entries)
    nodes = [("luo-session", [("compatible", b"luo-session-v2\0"),
                              ("luo-session-header", u64(head))])]
    if with_flbs:
        nodes.append(("luo-flb", [("compatible", b"luo-flb-v1\0"),
                                  ("luo-flb-header", u64(flbs(m, ["flb-test"])))]))
    return fdt([("compatible", b"luo-v1\0"), ("liveupdate-number", u64(number))], nodes)


def luo_chain(m, sessions, number):
    """LUO of 7.2 on: struct luo_ser, chains of sessions and files."""
    entries = [session(name, chain(m, [file(*f) for f in files], 64), len(files))
               for name, files in sessions]
    return struct.pack("<8sQQQ", b"luo-v5", number, chain(m, entries, 80), flbs(m, ["flb-test"]))


def memblock(regions):
    """The subtree of reserve_mem."""
    return fdt([("compatible", b"memblock-v1\0")],
               [(name, [("compatible", b"reserve-mem-v1\0"), ("start", u64(start)),
                        ("size", u64(size))]) for name, start, size in regions])


# Generations: KHO, bytes of a bitmap (0: page, None: tree), LUO, memfd, kexec-metadata.
KERNELS = {
    "6.16": (1, 512, None, None, False),
    "6.17": (1, 512, None, None, False),
    "6.18": (1, 0, None, None, False),
    "6.19": (1, 0, "array", 1, False),
    "7.0": (1, 0, "flbs", 1, False),
    "7.1": (3, None, "flbs", 2, True),
    "7.2": (4, None, "chain", 2, True),
    "7.3": (4, None, "chain", 2, True),
}


def machine(kernel, page=4096, contents=None, finalized=True, width=None, more=(), seals=1,
            step=1):
    """What a kernel that is about to hand over has; returns its memory, whose "map" is where its map is.

    contents: bytes of vm1's memfd with token 1, which has these seals; step: its.
    more: names of further sessions of memfds, and what these hold, by token.
    """
    kho, bitmap, luo, fd, counted = KERNELS[kernel]
    m = Memory(page)
    root = m.alloc(page)
    region = m.alloc(2 * page)
    blobs = [("memblock", memblock([("ram", region, 2 * page)]))]
    if luo:
        handler = f"memfd-v{fd}"
        sessions = [("vm1", [(handler, memfd(m, fd, contents or b"", 5, seals, step), 1),
                             ("other-v1", 0x77000, 2)]),
                    ("empty", []),
                    ("vm2", [(handler, memfd(m, fd, b"x"), 0xffffffffffffffff)])]
        sessions += [(name, [(handler, memfd(m, fd, data), token) for token, data in files.items()])
                     for name, files in more]
        blobs.append(("LUO", luo_chain(m, sessions, 3) if luo == "chain" else
                      luo_array(m, sessions, 3, luo == "flbs")))
    if counted:
        blobs.append(("kexec-metadata", struct.pack("<I65sI", 1, f"{kernel}.9-made".encode(), 3)))
    nodes = []
    for name, blob in blobs:
        at = m.alloc(len(blob))
        m.put(at, blob)
        nodes.append((name, [("fdt", u64(at))] if kho == 1 else
                      [("preserved-data", u64(at)), ("blob-size", u64(len(blob)))]))
    where = 0
    if bitmap is None:
        where = radix(m)
    elif finalized:
        where = chunks(m, width or bitmap or page)
    m.map = where
    m.put(root, fdt([("compatible", f"kho-v{kho}\0".encode()),
                     ("preserved-memory-map", u64(where))], nodes))
    return m
