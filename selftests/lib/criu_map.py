#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Write luo-metadata.img as CRIU does: usage: criu_map.py FILE SESSION [NAME=TOKEN]...

A NAME may have escapes of Python in it. The message is put together by hand, byte by byte: field
number and kind, length, bytes.
"""

import sys

COMMON = 0x54564319     # of all images
KIND = 0x4c554f4d       # of this one: a number that nobody else has


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def text(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(session, files):
    out = text(1, session)
    for name, token in files:
        out += text(2, text(1, name) + varint(2 << 3) + varint(token))
    return out


def image(body, common=COMMON):
    return b"".join(n.to_bytes(4, "little") for n in (common, KIND, len(body))) + body


def main(path, session, *words):
    files = []
    for word in words:
        name, token = word.rsplit("=", 1)
        files.append((name.encode().decode("unicode_escape").encode("latin-1"), int(token, 0)))
    with open(path, "wb") as f:
        f.write(image(message(session.encode(), files)))


if __name__ == "__main__":
    main(*sys.argv[1:])
