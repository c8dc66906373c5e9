# SPDX-License-Identifier: GPL-2.0
"""Files with the memory of old_kernels.py that are no ELF cores: raw memory, the parts of a split kdump.

What is written here shares no code with what reads it. The compressed dump is that of makedumpfile: blocks
of a page; header, sub-header, the bitmap of pages that are memory, that of pages that were dumped, a
descriptor and zlib data for each page. Each part has all bitmaps, and descriptors of its own pages only.
"""

import struct
import zlib

BLOCK = 4096
ZLIB = 1


def raw(m, path):
    """All memory from the first page on, zeros where there is none; returns its address."""
    base = min(m.pages)
    with open(path, "wb") as f:
        for at, data in m.pages.items():
            f.seek(at - base)
            f.write(data)
    return base


def bitmap(frames, size):
    bits = bytearray(size)
    for frame in frames:
        bits[frame // 8] |= 1 << frame % 8
    return bytes(bits)


def split(m, paths, seconds=0, left_out=()):
    """Parts of about as many pages each. SECONDS tells one dump from another; LEFT_OUT: frames that are
    memory, and were not dumped."""
    memory = sorted(at // BLOCK for at in m.pages)
    frames = [n for n in memory if n not in left_out]
    top = -(-(memory[-1] + 1) // 4096) * 4096
    size = -(-(top // 8) // BLOCK) * BLOCK
    starts = [0] + [frames[len(frames) * i // len(paths)] for i in range(1, len(paths))]
    header = struct.pack("<8sI65s65s65s65s65s65s", b"KDUMP   ", 6, b"Linux", b"host", b"7.3-made", b"#1",
                         b"x86_64", b"")
    header += bytes(408 - len(header)) + struct.pack("<qq", seconds, 0)
    header += struct.pack("<IiiIIIIIIII", ZLIB, BLOCK, 1, 2 * size // BLOCK, top, 0, 0, 0, 0, 1, 0)
    for i, path in enumerate(paths):
        first, end = starts[i], starts[i + 1] if i + 1 < len(paths) else top
        sub = struct.pack("<QiiQQQQQQQQQQ", 0, 31, 1, first, end, 0, 0, 0, 0, 0, 0, first, end)
        sub += struct.pack("<Q", top)
        mine = [n for n in frames if first <= n < end]
        at = 2 * BLOCK + 2 * size + 24 * len(mine)
        descs, data = b"", b""
        for n in mine:
            packed = zlib.compress(bytes(m.pages[n * BLOCK]))
            descs += struct.pack("<QIIQ", at + len(data), len(packed), ZLIB, 0)
            data += packed
        with open(path, "wb") as f:
            f.write(header.ljust(BLOCK, b"\0") + sub.ljust(BLOCK, b"\0"))
            f.write(bitmap(memory, size) + bitmap(frames, size) + descs + data)
