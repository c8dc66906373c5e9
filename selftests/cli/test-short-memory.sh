#!/usr/bin/env bash
# Where memory is short, nothing is said to be all right that is not.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

readonly tries=150

# Each of the first allocations fails once; prints the numbers of those after which all was right.
passes_short_of() {
	local i status
	for i in $(seq $tries); do
		status=0
		FAIL_AT=$i LD_PRELOAD=$work/fail_alloc.so "$dump" "$@" >/dev/null 2>&1 || status=$?
		[[ $status -ne 0 && $status -ne 5 && $status -lt 128 ]] || printf '%d:%d ' "$i" "$status"
	done
}

tests() {
	local live=selftests/data/live-update
	"${CC:-cc}" -shared -fPIC -o "$work/fail_alloc.so" selftests/fault/fail_nth.c
	"$mkimage" kinds "$work/kinds" 3
	exits "state that nobody reads is 1" 1 check "$live" --next "$work/kinds"
	is "and never passes" "$(passes_short_of check "$live" --next "$work/kinds")" ""
	exits "another image differs" 1 diff "$live" "$work/kinds"
	is "and is never the same" "$(passes_short_of diff "$live" "$work/kinds")" ""
}

tests 3>&1 >&2 | numbered
