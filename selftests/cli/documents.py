# SPDX-License-Identifier: GPL-2.0
"""documents.py FOLDER SCHEMA: hold what kstate-dump printed against each other, as TAP.

FOLDER/names names documents, a line each; the one of line N was kept as N.json, N.yaml and
N.dtb, the latter compiled by dtc. JSON must parse and conform to SCHEMA, YAML must mean the
same, and every value must stand in the device tree. What has no parser here is left out.
"""

import json
import struct
import sys

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
except ImportError:
    Draft202012Validator = None
try:
    import yaml
except ImportError:
    yaml = None


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), "a key stands twice: %s" % keys
    return dict(pairs)


class Tree:
    """A node of a device tree: properties by name, children in order."""

    def __init__(self):
        self.props = {}
        self.children = []


def read_tree(blob):
    magic, _, off_struct, off_strings = struct.unpack_from(">4I", blob)
    assert magic == 0xD00DFEED
    stack, at = [Tree()], off_struct
    while True:
        (token,) = struct.unpack_from(">I", blob, at)
        at += 4
        if token == 1:
            end = blob.index(b"\0", at)
            node = Tree()
            stack[-1].children.append((blob[at:end].decode(), node))
            stack.append(node)
            at = (end + 4) & ~3
        elif token == 2:
            stack.pop()
        elif token == 3:
            size, name = struct.unpack_from(">2I", blob, at)
            start = off_strings + name
            key = blob[start : blob.index(b"\0", start)].decode()
            stack[-1].props[key] = blob[at + 8 : at + 8 + size]
            at = (at + 8 + size + 3) & ~3
        elif token == 9:
            return stack[0].children[0][1]


def same_number(value, raw):
    assert len(raw) in (4, 8), raw
    signed = value < 0
    return int.from_bytes(raw, "big", signed=signed) == value


def same_leaf(value, raw):
    if value is None:
        return raw == b""
    if isinstance(value, bool):
        return raw == struct.pack(">I", value)
    if isinstance(value, int):
        return same_number(value, raw)
    if isinstance(value, dict):
        return raw in (bytes.fromhex(value["hex"]), bytes.fromhex(value["hex"]) + b"\0")
    if raw == value.encode() + b"\0":
        return True
    return len(raw) == 8 and same_number(int(value, 0), raw)


def is_leaf(value):
    return not isinstance(value, (dict, list)) or (isinstance(value, dict) and list(value) == ["hex"])


def same_list(values, raw):
    if isinstance(values[0], str) and raw == b"".join(v.encode() + b"\0" for v in values):
        return True
    step = len(raw) // len(values)
    parts = [raw[i : i + step] for i in range(0, len(raw), step)]
    return len(parts) == len(values) and all(map(same_leaf, values, parts))


def check(value, node, path):
    """Is everything of an object or a list in a node?"""
    if isinstance(value, list):
        assert len(node.children) == len(value), "%s: elements" % path
        for element, (name, child) in zip(value, node.children):
            if not is_leaf(element):
                check(element, child, path + "/" + name)
            elif element is not None:
                assert same_leaf(element, child.props["value"]), path + "/" + name
        return
    children = dict(node.children)
    for key, member in value.items():
        raw = node.props.get("kstate,name" if key == "name" else key)
        here = path + "/" + key
        if is_leaf(member):
            assert raw is not None and same_leaf(member, raw), "%s: %r" % (here, raw)
        elif isinstance(member, list) and raw is not None:
            assert same_list(member, raw), "%s: %r" % (here, raw)
        else:
            check(member, children[key], here)


def report(name, test):
    try:
        test()
        print("ok -", name)
    except Exception as error:  # pylint: disable=broad-except
        text = "%s: %s" % (type(error).__name__, error)
        print("not ok -", name)
        print("# " + text.replace("\n", "\n# ")[:2000])


def main(folder, schema_file):
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    validator = None
    if Draft202012Validator:
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
    with open(folder + "/names", encoding="utf-8") as file:
        names = file.read().splitlines()
    for number, name in enumerate(names, 1):
        base = "%s/%d." % (folder, number)
        document = {}

        def parse():
            with open(base + "json", encoding="utf-8") as file:
                document.update(json.load(file, object_pairs_hook=no_twins))
            if validator and not validator.is_valid(document):
                raise best_match(validator.iter_errors(document))

        def compare_yaml():
            with open(base + "yaml", encoding="utf-8") as file:
                assert yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) == document

        def compare_dts():
            with open(base + "dtb", "rb") as file:
                check(document, read_tree(file.read()), "")

        report(name + ": JSON", parse)
        if yaml:
            report(name + ": YAML", compare_yaml)
        report(name + ": dts", compare_dts)


main(sys.argv[1], sys.argv[2])
