#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""mkmemfd.py runs|pages|holes MIB CORE: a core with a preserved memfd; CORE.want is what it holds.

runs: its pages are side by side in memory; pages: in every second frame; holes: as
runs, and every second page is one that nobody wrote to, for which the kernel
preserves a page of zeros: CORE.want has holes there. With "bare-" before it, the
core does not say where kho_out is, as dumps do that have the kernel's symbols.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import old_kernels  # noqa: E402

PAGE = 4096


def main():
    kind, mib, path = sys.argv[1].removeprefix("bare-"), int(sys.argv[2]), sys.argv[3]
    bare = kind != sys.argv[1]
    hole = b"" if kind != "holes" else bytes(PAGE)
    data = b"".join(b"%4096d" % i + hole for i in range(1, (mib << 20) // (PAGE + len(hole)) + 1))
    m = old_kernels.machine("7.3", PAGE, data, step=int(kind == "pages"))
    out = m.alloc(PAGE, keep=False)
    m.put(out, old_kernels.u64(old_kernels.LINEAR + old_kernels.BASE))  # the root is there
    m.core(path, one=True, out=None if bare else out)
    with open(path + ".want", "wb") as f:
        for at in range(0, len(data), PAGE):
            if any(data[at:at + PAGE]):
                f.seek(at)
                f.write(data[at:at + PAGE])
        f.truncate(len(data))


main()
