#!/usr/bin/env bash
# run.sh DIR NAME SECONDS: run a fuzz target. New inputs go to DIR/corpus/NAME, findings to
# DIR/findings.
set -euo pipefail

dir=$1 name=$2 seconds=$3
mkdir -p "$dir/corpus/$name" "$dir/findings"
echo "fuzz: $name, $seconds s"
log=$dir/$name.log
max=$(selftests/fuzz/max.sh "$name")
if ! nice "$dir/fuzz_$name" -max_total_time="$seconds" -max_len="$max" -len_control=0 -timeout=60 \
	-rss_limit_mb=4096 \
	-print_final_stats=1 -artifact_prefix="$dir/findings/$name-" \
	"$dir/corpus/$name" "selftests/fuzz/seeds/$name" >"$log" 2>&1; then
	tail -n 60 "$log"
	echo "fuzz: $name: a finding, see $dir/findings and $log"
	exit 1
fi
grep -E '^stat::(number_of_executed_units|average_exec_per_sec|new_units_added)' "$log" |
	sed 's/^stat::/  /'
