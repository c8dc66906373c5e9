#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Files, folders and functions that a document names, held against the tree.

usage: docs.py DOCUMENT <FILES

Standard input has the files of the tree, one a line. In the document, a name between back quotes
is a file (path/name.ext), a folder (path/) or a function (name()). A path is the end of a
file's path; * and a part in capitals are any text. A file in parentheses after a function defines
that function. Prints what is not there.
"""

import fnmatch
import re
import sys

FILE = re.compile(r"[\w*./-]*[\w*-]+\.(?:c|h|def|sh|py|json)$|[\w-]+/[\w./-]*[\w-]$")
FOLDER = re.compile(r"[\w./-]+/$")
FUNCTION = re.compile(r"\w+\(\)$")


def glob(path):
    return "*/" + re.sub(r"[A-Z]{3,}", "*", path)


def functions(files):
    """The files that define each function: its name begins a line, or follows its type there."""
    places = {}
    for path in files:
        if path.endswith((".c", ".h")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for name in re.findall(r"^(?:[A-Za-z_][\w \t*]*[ \t*])?(\w+)\([^;]*?$", text, re.M):
                places.setdefault(name + "()", []).append("/" + path)
    return places


def missing(text, files):
    paths, places = ["/" + path for path in files], functions(files)
    for name in re.findall(r"`([^`\n]+)`", text):
        if (FUNCTION.match(name) and name not in places or
                FOLDER.match(name) and not any("/" + name in path for path in paths) or
                FILE.match(name) and not fnmatch.filter(paths, glob(name))):
            yield f"no {name}"
    for name, file in re.findall(r"`(\w+\(\))`\s*\(`([^`\n]+)`\)", text):
        if not fnmatch.filter(places.get(name, ()), glob(file)):
            yield f"{name} is not in {file}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in dict.fromkeys(missing(file.read(), sys.stdin.read().split("\n")[:-1])):
            print(line)


main()
