# SPDX-License-Identifier: GPL-2.0
"""documents.py FOLDER SCHEMA: hold what kstate-dump printed against each other, as TAP.

FOLDER/names names documents, a line each; the one of line N was kept as N.json and N.yaml. JSON
must parse and conform to SCHEMA, and YAML must mean the same. What has no parser here is left out.
"""

import json
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

        report(name + ": JSON", parse)
        if yaml:
            report(name + ": YAML", compare_yaml)


main(sys.argv[1], sys.argv[2])
