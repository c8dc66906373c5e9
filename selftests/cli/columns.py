# SPDX-License-Identifier: GPL-2.0
"""Print a line for each command with --columns: its name, and the single values that its results may have."""

import json

with open("tools/kstate-dump/kstate-dump-2.schema.json") as file:
    schema = json.load(file)
defs = schema["$defs"]
DEEP = ("fields", "subsections")

def target(x):
    while "$ref" in x:
        x = defs[x["$ref"].rsplit("/", 1)[1]]
    return x

def scalar(x):
    kinds = target(x).get("type")
    return not {"object", "array"} & set(kinds if isinstance(kinds, list) else [kinds])

def walk(x, out, seen):
    if isinstance(x, list):
        for v in x:
            walk(v, out, seen)
    if not isinstance(x, dict):
        return
    if "$ref" in x:
        if x["$ref"] in seen:
            return
        seen.add(x["$ref"])
        walk(target(x), out, seen)
    for name, v in x.get("properties", {}).items():
        if name != "hex" and scalar(v) and name not in out:
            out.append(name)
        if name not in DEEP:
            walk(v, out, seen)
    for key, v in x.items():
        if key not in ("$ref", "properties"):
            walk(v, out, seen)

for command in "info list mem check features".split():
    names = []
    for one in schema["oneOf"]:
        if one["properties"].get("command", {}).get("const") == command:
            walk(one["properties"]["result"], names, set())
    print(command, *names)
