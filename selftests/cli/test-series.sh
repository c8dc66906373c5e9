#!/usr/bin/env bash
# Sections of one form are made and written faster than others: that is not to be seen. Each section
# of a series is the same among others and alone.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

# alone COMMAND...: what each of the sections is alone, as a list in JSON.
alone() {
	local names name
	names=$("$dump" -j list -q "$work/series" | python3 -c '
import json, sys
for section in json.load(sys.stdin)["result"]["sections"]:
    print(section["section"])')
	for name in $names; do
		"$dump" show -q "$@" "$work/series" "$name" 2>/dev/null || [ $? -le 6 ]
	done
}

test_series() {
	local status=0
	"$dump" show -q -j "$work/series" >"$work/all" 2>/dev/null || status=$?
	is "the series has a defect" "$status" 1
	alone -j >"$work/each"
	check "JSON of a section is the same among others and alone" python3 - "$work/all" "$work/each" <<-'END'
		import json, sys

		together = json.load(open(sys.argv[1]))["result"]["sections"]
		alone = []
		for line in open(sys.argv[2]):
		    alone += json.loads(line)["result"]["sections"]
		assert len(together) > 40
		for a, b in zip(together, alone, strict=True):
		    assert list(a.items()) == list(b.items()), (a, b)
	END
	"$dump" show -q -jp "$work/series" >"$work/pretty" || true
	check "JSON with line breaks is the same" python3 -c \
		'import json, sys; a, b = (json.load(open(p)) for p in sys.argv[1:]); assert a == b' \
		"$work/all" "$work/pretty"
	"$dump" show -q "$work/series" >"$work/all.text" 2>/dev/null || true
	alone >"$work/each.text"
	check "text is the same but for blank lines" diff -B "$work/all.text" "$work/each.text"
}

tests() {
	"$mkimage" series "$work/series"
	test_series
}

tests 3>&1 >&2 | numbered
