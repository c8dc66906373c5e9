#!/usr/bin/env bash
# kstate-dump metrics: what is known becomes a figure, what is not known becomes none, and the file is whole.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

image=selftests/data/live-update

test_figures() {
	exits "an image has figures" 0 metrics $image
	has "versions" "$work/out" '^kho_info\{side="in",format="kho-v4"\} 1$'
	has "subtrees" "$work/out" '^kho_subtrees\{side="in"\} 5$'
	has "results of sections" "$work/out" '^kstate_sections\{side="in",result="restored"\} 1$'
	has "seconds, and not ns" "$work/out" '^kstate_save_seconds\{side="in"\} 0.000156533$'
	is "each family has its type once" "$(grep -c '^# TYPE' "$work/out")" \
		"$(grep '^# TYPE' "$work/out" | sort -u | wc -l)"
	is "and is a gauge with a help" "$(grep -c '^# TYPE .* gauge$' "$work/out")" "$(grep -c '^# HELP' "$work/out")"
	is "the last line says that it is whole" "$(tail -n 1 "$work/out")" '# EOF'
}

# What the kernel writes into out/sections, and the alert of sections that are lost.
test_results() {
	local rows=$work/results/kstate/out/sections word
	mkdir -p "${rows%/*}"
	printf '%s\n' 'name instance version bytes crc ns result' 'klog 0x0 1 1010 0x6d4a5508 1058041 saved' \
		'test 0x0 2 0 0x11bdd0f2 0 lost:-12' 'bulk 0x0 1 0 0xafad1d8e 0 withdrawn' >"$rows"
	exits "results of what goes out" 0 metrics "$work/results"
	for word in saved lost withdrawn; do
		has "$word is counted" "$work/out" "^kstate_sections\{side=\"out\",result=\"$word\"\} 1\$"
	done
	has "the alert asks for a result that is counted" packaging/prometheus/kstate.rules.yml 'result=~"failed\|lost"'
	sed -i 's/withdrawn/gone/' "$rows"
	exits "a word that is no result" 0 metrics "$work/results"
	has_not "makes none of them a figure" "$work/out" '^kstate_sections'
	has "and is not known" "$work/out" '^kstate_dump_not_known [1-9]'
}

# Copied blobs have no memory: neither sessions of LUO nor the preserved-memory map can be read.
test_not_known() {
	exits "what is not known" 0 metrics $image
	has_not "is no figure" "$work/out" '^(luo_sessions|kho_preserved_bytes|kho_unowned_bytes|kho_not_preserved_bytes)'
	has "and is counted" "$work/out" '^kstate_dump_not_known [1-9]'
	cp -r $image "$work/cut"
	chmod -R u+w "$work/cut"
	truncate -s 900 "$work/cut/kstate/in/image"
	"$mkworld" good "$work/world"
	python3 - "$work/world" <<-'PYTHON'
		import sys
		data = bytearray(open(sys.argv[1], "rb").read())
		data[data.rindex(b"sections\0")] ^= 8
		open(sys.argv[1], "wb").write(data)
	PYTHON
	exits "an image whose sections cannot be read" 0 metrics "$work/world"
	has_not "makes no leak of what they refer to" "$work/out" '^kho_(unowned|not_preserved)_bytes'
	exits "nor for verify" 1 verify "$work/world"
	has_not "which says nothing of a leak" "$work/out" 'leak'
	exits "a damaged image" 0 metrics "$work/cut"
	has "has its defects as a figure" "$work/out" '^kstate_dump_defects [1-9]'
}

test_live() {
	mkdir -p "$work/none/sys/kernel/debug/x86" "$work/none/proc"
	echo kho=off >"$work/none/proc/cmdline"
	exits "a system without KHO has figures" 0 --sysroot "$work/none" metrics
	has "which say that" "$work/out" '^kho_readable 0$'
	has_not "and nothing of KHO" "$work/out" '^kho_(info|subtrees|live_updates)'
	mkdir -p "$work/unseen/sys/kernel/debug" "$work/unseen/proc"
	echo kho=on >"$work/unseen/proc/cmdline"
	exits "a system whose debugfs does not show KHO has figures" 0 --sysroot "$work/unseen" metrics
	has_not "but not whether it can be read" "$work/out" '^kho_readable'
	has "which is not known" "$work/out" '^kstate_dump_not_known 1$'
	mkdir -p "$work/here/sys/kernel"
	cp -r $image "$work/here/sys/kernel/debug"
	exits "a system with KHO" 0 --sysroot "$work/here" metrics
	has "is read" "$work/out" '^kho_readable 1$'
}

test_file() {
	exits "-o" 0 metrics -o "$work/k.prom" $image
	is "prints nothing" "$(cat "$work/out")" ''
	is "writes the file" "$(tail -n 1 "$work/k.prom")" '# EOF'
	is "that others may read" "$(stat -c %a "$work/k.prom")" 644
	is "and leaves nothing beside it" "$(cd "$work" && echo k.prom*)" k.prom
	echo old >"$work/k.prom"
	one_line "what cannot be read is an error" 4 'nosuch' metrics -o "$work/k.prom" "$work/nosuch"
	is "and the file stays as it was" "$(cat "$work/k.prom")" old
	one_line "a folder that is not there, too" 4 'nosuch/x: No such file' metrics -o "$work/nosuch/x" $image
}

test_usage() {
	exits "JSON is not its format" 2 -j metrics $image
	has "which is told" "$work/out" '"text":"metrics has one format'
	one_line "nor two images" 2 'one IMAGE' metrics $image $image
}

# Names of all figures that come out for the images of the tests, and for a live system.
figure_names() {
	local from
	for from in $image selftests/data/next/vmm-new-handlers.core selftests/data/kernels/*; do
		"$dump" -q metrics "$from" || true
	done 2>/dev/null >"$work/all"
	"$dump" --sysroot "$work/here" metrics >>"$work/all" 2>/dev/null || true
	sed -n 's/^\([a-z_]*\)[{ ].*/\1/p' "$work/all" | sort -u
}

# Rules and dashboard ask for figures that come out, and take no missing figure for zero.
test_packaging() {
	local file unknown='' name
	figure_names >"$work/names"
	is "every figure of the table comes out of some image" \
		"$(grep -oE '"(kho|luo|kstate)_[a-z_]+"' tools/kstate-dump/metrics.def | tr -d '"' | sort -u)" "$(cat "$work/names")"
	for file in packaging/prometheus/kstate.rules.yml packaging/grafana/kstate.json; do
		while read -r name; do
			grep -qx "$name" "$work/names" || unknown+=" $name"
		done < <(grep -oE '\b(kho|luo|kstate)_[a-z_]+' $file | sort -u)
		has_not "${file##*/}: what is missing is not replaced by a number" $file 'vector\(|or on\(\)'
	done
	is "rules and dashboard have figures that there are" "$unknown" ""
	check "the dashboard is JSON" python3 -m json.tool packaging/grafana/kstate.json /dev/null
	is "every panel says what is not known" "$(grep -c '"noValue": "not known"' packaging/grafana/kstate.json)" \
		"$(grep -c '"gridPos"' packaging/grafana/kstate.json)"
}

tests() {
	test_figures
	test_results
	test_not_known
	test_live
	test_file
	test_usage
	test_packaging
}

tests 3>&1 >&2 | numbered
