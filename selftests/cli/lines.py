# SPDX-License-Identifier: GPL-2.0
"""lines.py SCHEMA FILE...: each line of each file is a JSON document that conforms to the schema.

Prints what is wrong and exits with 1; says how many documents there were otherwise. Without
the module jsonschema it exits with 77.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match
except ImportError:
    sys.exit(77)


def no_twins(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), "a key stands twice: %s" % keys
    return dict(pairs)


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    documents = 0
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                document = json.loads(line, object_pairs_hook=no_twins)
                error = best_match(validator.iter_errors(document))
                if error:
                    path = "/".join(str(part) for part in error.absolute_path)
                    sys.exit("%s:%d: %s: %s" % (name, number, path, error.message))
                documents += 1
    print(documents)


main()
