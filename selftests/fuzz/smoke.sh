#!/usr/bin/env bash
# smoke.sh NAME [WHY]: TAP: a fuzz target over its seeds, then so many runs that start from them.
# WHY, if it is there, says why there is no target.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

readonly name=$1 why=${2-} runs=${FUZZ_RUNS:-1500}
readonly target=${B:-build}/fuzz/fuzz_$name seeds=selftests/fuzz/seeds/$name

max=$(selftests/fuzz/max.sh "$name")

# The same runs each time: they follow from the seed, not from the clock.
fuzz() {
	"$target" -seed=1 -max_len="$max" -timeout=60 -rss_limit_mb=4096 -artifact_prefix="$tmp/" "$@" >"$tmp/log" 2>&1 ||
		{ cat "$tmp/log"; false; }
}

tests() {
	if [ -n "$why" ]; then
		skip "fuzz target $name" "$why"
		return
	fi
	mkdir "$tmp/corpus"
	check "$name: every seed" fuzz -runs=0 "$seeds"
	check "$name: $runs runs from the seeds" fuzz -runs="$runs" "$tmp/corpus" "$seeds"
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tests 3>&1 >&2 | numbered
