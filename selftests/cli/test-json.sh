#!/usr/bin/env bash
# JSON: one document, whatever happens, that the shipped schema accepts.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

schema=tools/kstate-dump/kstate-dump-1.schema.json

have_python() {
	python3 -c 'import json' 2>/dev/null
}

have_jsonschema() {
	python3 -c 'from jsonschema import Draft202012Validator' 2>/dev/null
}

# document DESCRIPTION STATUS ARGUMENT...: the exit status; the document is kept for validate.
document() {
	local desc=$1 want=$2
	shift 2
	run "$@"
	is "$desc: exit status" "$status" "$want"
	documents=$((documents + 1))
	cp "$work/out" "$work/documents/$documents"
	echo "$desc" >>"$work/documents/names"
}
documents=0

# Every document is parsed; with jsonschema it is also held against the schema.
validate() {
	python3 - "$schema" "$work/documents" >&3 <<'PYTHON'
import json, sys
schema = json.load(open(sys.argv[1]))
try:
    from jsonschema import Draft202012Validator
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
except ImportError:
    validator = None

def no_twins(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)

for number, name in enumerate(open(sys.argv[2] + "/names"), 1):
    name = name.strip() + ": valid"
    try:
        text = open("%s/%d" % (sys.argv[2], number)).read()
        document = json.loads(text, object_pairs_hook=no_twins)
        assert document["schema"] == "kstate-dump/1"
        if validator:
            validator.validate(document)
        print("ok -", name)
    except Exception as error:
        print("not ok -", name)
        print("# " + str(error).replace("\n", "\n# ")[:2000])
PYTHON
}

test_results() {
	local what flag
	for flag in -j -p; do
		for what in image big tree odd kinds bad-crc many; do
			local want=0
			[ $what != bad-crc ] || want=1
			document "info $flag of $what" $want "$flag" info "$work/$what"
			document "list $flag of $what" $want "$flag" list "$work/$what"
			document "show $flag of $what" $want "$flag" show "$work/$what"
		done
		for what in root luo metadata memblock; do
			document "info $flag of $what" 0 "$flag" info "$work/$what"
		done
	done
	document "show -j of a field" 0 show -j "$work/image" test@0.s
	document "version -j" 0 version -j
	document "info -j of a real live update" 0 info -j selftests/data/live-update
	document "show -j of a real live update" 0 show -j selftests/data/live-update
}

# The error is in the document, and standard error is silent.
test_errors() {
	document "a missing file" 4 list -j "$work/nosuch"
	is "a missing file: silent" "$(cat "$work/err")" ""
	has "a missing file: code" "$work/out" '"result":null,"error":\{"code":"no-file"'
	document "a foreign file" 3 list -j "$work/board"
	has "a foreign file: code" "$work/out" '"error":\{"code":"foreign"'
	document "an unknown section" 1 show -j "$work/image" nosuch
	has "an unknown section: code" "$work/out" '"error":\{"code":"no-section"'
	document "an unknown command" 2 -j nosuch
	has "an unknown command: code" "$work/out" '"error":\{"code":"usage"'
	document "an unknown option" 2 -j --nosuch
	document "no KHO" 4 -j list --sysroot "$work"
	document "a wrong checksum" 1 show -j "$work/bad-crc"
	is "a wrong checksum: silent" "$(cat "$work/err")" ""
	has "a wrong checksum: in the document" "$work/out" '"defects":\[\{"code":"checksum"'
}

test_values() {
	run show -j "$work/odd"
	has "an enum has a name" "$work/out" '"name":"state",[^}]*"value":\{"value":1,"name":"up"\}'
	has "an array is an array" "$work/out" '"value":\[256,512,768\]'
	has "control characters are escaped" "$work/out" '"value":"a\\"b\\u001b\\n"'
	run show -j "$work/kinds"
	has "nothing is left out of a long array" "$work/out" ',980,990,1000\]'
	has "nothing is left out of a long list" "$work/out" '"value":"port 18"'
	run show -j "$work/image"
	has "unsigned long is a decimal string" "$work/out" '"value":"1311768467463790320"'
}

tests() {
	for kind in image big bad-crc odd kinds root luo metadata memblock board tree; do
		"$mkimage" "$kind" "$work/$kind"
	done
	"$mkimage" many "$work/many" 100
	mkdir "$work/documents"
	if ! have_python; then
		skip "JSON documents are valid" "python3 is not installed"
		return
	fi
	have_jsonschema || skip "JSON documents conform to the schema" "python3-jsonschema is not installed"
	test_results
	test_errors
	validate
	test_values
}

tests 3>&1 >&2 | numbered
