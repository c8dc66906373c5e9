#!/usr/bin/env bash
# JSON: what stands where; test-documents.sh holds everything against the schema.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

have_python() {
	python3 -c 'import json' 2>/dev/null
}

# document DESCRIPTION STATUS ARGUMENT...: the exit status.
document() {
	local desc=$1 want=$2
	shift 2
	run "$@"
	is "$desc: exit status" "$status" "$want"
}

# same DESCRIPTION ARGUMENT...: with line breaks and without.
same() {
	local desc=$1
	shift
	"$dump" -j "$@" >"$work/plain" || true
	"$dump" -p "$@" >"$work/pretty" || true
	check "$desc: the same with line breaks" python3 -c '
import json, sys
assert json.load(open(sys.argv[1])) == json.load(open(sys.argv[2]))
' "$work/plain" "$work/pretty"
	is "$desc: one line without" "$(wc -l <"$work/plain")" 1
}

test_pretty() {
	local what
	for what in image odd kinds bad-crc; do
		same "show of $what" show "$work/$what"
	done
	same "info of a directory" info "$work/tree"
	same "an error" info "$work/nosuch"
}

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

# Older validators, as that of Debian 12, look for each reference below what $id says.
# shellcheck disable=SC2016
test_schemas() {
	local schema
	for schema in tools/*/*.schema.json; do
		has_not "${schema##*/}: no \$id that is not a whole address" "$schema" '"\$id": *"[^:]*"'
		is "${schema##*/}: all references are its own" "$(grep -o '"\$ref": *"[^#"][^"]*"' "$schema" || true)" ""
	done
}

tests() {
	for kind in image big bad-crc odd kinds board tree; do
		"$mkimage" "$kind" "$work/$kind"
	done
	if have_python; then
		test_pretty
	else
		skip "JSON is the same with line breaks" "python3 is not installed"
	fi
	test_errors
	test_values
	test_schemas
}

tests 3>&1 >&2 | numbered
