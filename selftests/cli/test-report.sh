#!/usr/bin/env bash
# kstate-dump report: one page that says what matters first, asks for nothing, and takes nothing of an image
# for markup. selftests/report/test-browser.py, by hand, looks at it in a browser.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

image=selftests/data/live-update
core=selftests/data/kernels/7.0s-mid.core
page=$work/page.html

report() {
	exits "$1" "$2" report -o "$page" "$3"
	is "$1: the page is what it should be, and nothing else" "$(python3 selftests/cli/report.py shape "$page")" ""
	python3 selftests/cli/report.py rows "$page" >"$work/rows"
}

# The verdicts, in the order of the page.
verdicts() {
	grep -o 'class="verdict [a-z]*">[^<]*' "$page" | sed 's/class="verdict //; s/">/ /'
}

# How many there are of a list of the result.
count() {
	"$dump" -j verify "$1" | python3 -c "import json, sys; print(len(json.load(sys.stdin)['result']['$2']))" || true
}

test_first() {
	report "a machine's memory" 0 $core
	is "nothing wrong is said only if all is known" "$(verdicts)" \
		"good Nothing wrong was found, and nothing that was looked for is unknown"
	report "copied files" 6 $image
	is "what is not known is the verdict" "$(verdicts)" "unknown Not known: $(count $image not_known) things"
	"$mkimage" bad-crc "$work/bad"
	report "a damaged image" 1 "$work/bad"
	is "what is wrong comes before what is not known" "$(verdicts | cut -d' ' -f1 | tr '\n' ' ')" "bad unknown "
	check "the verdict is the first thing" awk '/<h2/ { exit 1 } /class="verdict/ { exit 0 }' "$page"
}

# All that list, mem and info name is in the page.
test_whole() {
	local name missing=''
	report "the core" 0 $core
	while read -r name; do
		grep -qF "$name" "$work/rows" || missing+=" $name"
	done < <("$dump" -j list $core | python3 -c '
import json, sys
for f in json.load(sys.stdin)["result"]["files"]:
    print(f["session"])' && "$dump" -j mem $core | python3 -c '
import json, sys
for side in json.load(sys.stdin)["result"]["memory"]:
    for o in side["owners"]:
        print(o["owner"])')
	is "sessions and owners are in the page" "$missing" ""
	has "preserved memory is a picture" "$page" '<svg class="map"'
	report "live-update" 6 $image
	has "sections are in the page" "$work/rows" '^test@0\|in\|2\|'
	has "how long they took is a picture" "$page" '<svg class="times"'
	has "its bars say of which section" "$page" '<title>test@0: 42.0 us</title>'
}

test_many() {
	"$mkimage" many "$work/many" 1200
	report "1,200 sections" 6 "$work/many"
	is "all of them are in the page" "$(grep -cE '^many@[0-9a-f]+\|' "$work/rows")" 1200
	has "which says how many are shown" "$page" 'The first 500 of 1,200 rows'
}

test_hostile() {
	local name
	"$dump" -j list $core >"$work/list" || true
	python3 selftests/cli/report.py damage $core "$work/hostile" "$work/list"
	run report -o "$page" "$work/hostile"
	is "markup in names is text" "$(python3 selftests/cli/report.py shape "$page")" ""
	has "and is there" "$page" '&lt;b&gt;&quot;&#39;&amp;'
	"$mkimage" names "$work/names"
	run report -o "$page" "$work/names"
	is "names with all kinds of characters are text" "$(python3 selftests/cli/report.py shape "$page")" ""
	name=$work/'<script>alert(1)<'
	cp $core "$name"
	run report -o "$page" "$name"
	is "so is the name of the file" "$(python3 selftests/cli/report.py shape "$page")" ""
}

test_file() {
	is "the page is for its owner alone" "$(stat -c %a "$page")" 600
	exits "without -o it is standard output" 0 report $core
	has "which has the page" "$work/out" '^</html>$'
	one_line "what cannot be decoded has no page" 3 '.' report -o "$work/none.html" /dev/null
	check "and leaves no file" test ! -e "$work/none.html"
	exits "JSON is not its format" 2 -j report $core
}

tests() {
	test_first
	test_whole
	test_many
	test_hostile
	test_file
}

tests 3>&1 >&2 | numbered
