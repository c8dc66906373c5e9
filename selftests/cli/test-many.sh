#!/usr/bin/env bash
# Several images in one call: a line of JSON for each, in order, and the exit status of the worst.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

image=selftests/data/live-update
failed=selftests/data/trace/boot
core=selftests/data/kernels/7.0s-mid.core
next=selftests/data/next/next-bzImage

# What the same command says of each image alone.
one_by_one() {
	local file
	for file; do
		"$dump" -j "${command[@]}" "$file" || true
	done
}

same() {
	local command
	read -ra command <<<"$1"
	shift
	run -j "${command[@]}" "$@"
	one_by_one "$@" >"$work/alone"
	check "${command[0]}: each line is what the image alone gives" cmp "$work/alone" "$work/out"
}

test_lines() {
	same verify $image $core $failed
	same list $failed $image $core
	same "check --next $next" $core $image
	is "a line for each image" "$(wc -l <"$work/out")" 2
}

test_status() {
	exits "all is well" 0 -j verify $core $core
	exits "what is not known outweighs what is well" 6 -j verify $core $image
	exits "a finding outweighs what is not known" 1 -j verify $image $failed $core
	exits "no answer outweighs a finding" 3 -j verify $failed /dev/null $core
	exits "a file that is not there outweighs all" 4 -j verify $failed /dev/null "$work/nosuch"
	is "and all others are answered for" "$(wc -l <"$work/out")" 3
	has "what cannot be read has a line with its error" "$work/out" '"source":"/dev/null","result":null,"error":\{"code":"empty"'
}

# More images than processes and places for answers, of which the first takes longest.
test_order() {
	local files=() i
	"$mkimage" many "$work/long" 20000
	"$mkimage" image "$work/short"
	files=("$work/long")
	for i in $(seq 300); do
		ln -s short "$work/$i"
		files+=("$work/$i")
	done
	run -j list "${files[@]}"
	is "300 images are in order" "$(python3 -c '
import json, sys
print(all(json.loads(line)["source"] == path for line, path in zip(open(sys.argv[1]), sys.argv[2:])))' "$work/out" "${files[@]}")" True
	is "and complete" "$(wc -l <"$work/out")" 301
}

test_usage() {
	one_line "text has no lines for several images" 2 'several IMAGEs with -j' verify $image $core
	exits "neither have line breaks" 2 -j -p verify $image $core
	exits "nor YAML" 2 -y verify $image $core
	exits "standard input is none of several" 2 -j verify $image -
	exits "other commands take one" 2 -j mem $image $core
	exits "check needs --next" 2 -j check $image $core
}

# Whoever stops reading ends it.
test_pipe() {
	local got
	got=$({ "$dump" -j list $core $core $core $core 2>/dev/null || true; } | head -n 1 | wc -l)
	is "a reader may stop" "$got" 1
	"$dump" -j list $core $image >/dev/full 2>"$work/err" && status=0 || status=$?
	is "what cannot be written is an error" "$status" 4
}

tests() {
	test_lines
	test_status
	test_order
	test_usage
	test_pipe
}

tests 3>&1 >&2 | numbered
