#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""next_kernel.py FROM TO OLD=NEW...

Make of the bzImage FROM the bzImage TO of a kernel that has the string NEW wherever FROM has OLD, as if it
had been compiled with that: NEW is as long as OLD. The checksum of kstate's catalog follows. Only for gzip,
behind whose end there may be zeros.
"""

import struct
import sys
import zlib

FDT_MAGIC, FDT_BEGIN, FDT_PROP, FDT_NOP = 0xD00DFEED, 1, 3, 4
CRC32C = []
for i in range(256):
    for _ in range(8):
        i = i >> 1 ^ 0x82F63B78 * (i & 1)
    CRC32C.append(i)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC32C[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def payload_of(image):
    """Offset and length of the packed kernel: Documentation/arch/x86/boot.rst."""
    setup = (image[0x1F1] or 4) + 1
    start, length = struct.unpack_from("<II", image, 0x248)
    return setup * 512 + start, length


def root_properties(kernel, at):
    """(name, offset of the value, its length) of the root of the tree at an offset."""
    struct_at, strings_at = struct.unpack_from(">II", kernel, at + 8)
    place = at + struct_at + 8
    while True:
        token, length, name_at = struct.unpack_from(">III", kernel, place)
        if token == FDT_NOP:
            place += 4
            continue
        if token != FDT_PROP:
            return
        start = at + strings_at + name_at
        yield kernel[start:kernel.index(0, start)], place + 12, length
        place += 12 + (length + 3 & ~3)


def seal_catalog(kernel):
    """Checksum of the root: each property but crc, with its name and its length."""
    at = kernel.find(struct.pack(">I", FDT_MAGIC))
    while at >= 0:
        if b"kstate-v" in kernel[at:at + 192]:
            covered, place = b"", None
            for name, value, length in root_properties(kernel, at):
                if name == b"crc":
                    place = value
                else:
                    covered += name + struct.pack(">BI", 0, length) + kernel[value:value + length]
            if place:
                struct.pack_into(">I", kernel, place, crc32c(covered))
        at = kernel.find(struct.pack(">I", FDT_MAGIC), at + 4)


def main(source, target, *changes):
    with open(source, "rb") as f:
        image = bytearray(f.read())
    start, length = payload_of(image)
    kernel = bytearray(zlib.decompress(bytes(image[start:start + length]), 31))
    for change in changes:
        old, new = (word.encode() + b"\0" for word in change.split("="))
        if len(old) != len(new) or old not in kernel:
            sys.exit(f"next_kernel.py: {change}: not as long, or not in {source}")
        kernel = kernel.replace(old, new)
    seal_catalog(kernel)
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = pack.compress(bytes(kernel)) + pack.flush()
    if len(packed) > length:
        sys.exit(f"next_kernel.py: packed, the kernel has {len(packed)} bytes, and there is room for {length}")
    image[start:start + length] = packed.ljust(length, b"\0")
    struct.pack_into("<I", image, 0x24C, len(packed))
    with open(target, "wb") as f:
        f.write(image)


main(*sys.argv[1:])
