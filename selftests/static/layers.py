#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Uses of one source file of the library by another, held against the order of its folders.

usage: layers.py up LAYERS SRC [OBJ]      print each include and symbol that points up
       layers.py circles LAYERS SRC OBJ   print each circle of calls with over 5 files

LAYERS has one line for each layer, the lowest first; folders on one line are peers, and no peer
may use another. A file may use its own folder and folders on lines above its own. SRC is the
folder of the sources. OBJ is the folder of their position-independent objects (NAME.pic.o).
"""

import os
import re
import subprocess
import sys

MAX_CIRCLE = 5


def sources(src):
    return sorted(os.path.relpath(os.path.join(folder, name), src)
                  for folder, _, names in os.walk(src) for name in names
                  if name.endswith((".c", ".h", ".def")))


def includes(src):
    """(user, used, "") for each include of a file of SRC."""
    for path in sources(src):
        with open(os.path.join(src, path), encoding="utf-8") as file:
            for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read(), re.M):
                if not name.startswith("../"):
                    yield path, name, ""


def symbols(src, obj):
    """(user, used, symbol) for each symbol that one file defines and another file uses."""
    objects = [p[:-2] for p in sources(src) if p.endswith(".c")]
    paths = [os.path.join(obj, name + ".pic.o") for name in objects]
    defined, used = {}, []
    for name, path in zip(objects, paths):
        out = subprocess.run(["nm", "-P", "-g", path], check=True, capture_output=True, text=True)
        for line in out.stdout.splitlines():
            symbol, kind = line.split()[:2]
            if kind == "U":
                used.append((name + ".c", symbol))
            elif kind in "TDRBVWC":
                defined[symbol] = name + ".c"
    return [(user, defined[symbol], symbol) for user, symbol in used if symbol in defined]


def folder(path):
    return os.path.dirname(path) or "."


def ranks(layers):
    with open(layers, encoding="utf-8") as file:
        return {name: rank for rank, line in enumerate(file) for name in line.split()}


def points_up(rank, user, used):
    a, b = folder(user), folder(used)
    return a != b and (a not in rank or b not in rank or rank[b] >= rank[a])


def circles(edges):
    """Strongly connected components (Tarjan), those of one file left out."""
    graph = {}
    for user, used, _ in edges:
        graph.setdefault(user, set()).add(used)
        graph.setdefault(used, set())
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            component = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(component) > 1:
                found.append(sorted(component))

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main():
    mode, layers, src = sys.argv[1:4]
    obj = sys.argv[4] if len(sys.argv) > 4 else None
    if mode == "circles":
        for component in circles(symbols(src, obj)):
            if len(component) > MAX_CIRCLE:
                print(f"{len(component)} files: {' '.join(component)}")
        return
    rank = ranks(layers)
    edges = list(includes(src)) + (symbols(src, obj) if obj else [])
    for user, used, symbol in sorted(set(edges)):
        if points_up(rank, user, used):
            print(f"{user} -> {used}" + (f" ({symbol})" if symbol else ""))


main()
