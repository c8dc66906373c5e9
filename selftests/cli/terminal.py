#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""terminal.py COLUMNS COMMAND...: run a command on a terminal of so many columns, and print what it
writes to it; its exit status is that of the command."""

import fcntl
import os
import pty
import struct
import sys
import termios


def main():
    pid, fd = pty.fork()
    if not pid:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
        os.execvp(sys.argv[2], sys.argv[2:])
    out = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:  # the command has left the terminal
            break
        if not part:
            break
        out += part
    sys.stdout.buffer.write(out.replace(b"\r\n", b"\n"))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
