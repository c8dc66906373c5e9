#!/usr/bin/env bash
# afl.sh DIR NAME SECONDS: run a fuzz target under AFL++, from its seeds; a second run goes on where the
# first ended. What was found is in DIR/afl/NAME.
set -euo pipefail

dir=$1 name=$2 seconds=$3
out=$dir/afl/$name
mkdir -p "$out"
from=selftests/fuzz/seeds/$name
[ ! -e "$out/default/fuzzer_stats" ] || from=-
# A loaded machine is not a hang: one run may take a minute. The memory is limited by ASAN, whose shadow is large.
export AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SHUFFLE_QUEUE=1
export ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0:hard_rss_limit_mb=4096
export UBSAN_OPTIONS=abort_on_error=1:halt_on_error=1:symbolize=0
log=$dir/afl/$name.log
afl-fuzz -i "$from" -o "$out" -V "$seconds" -t 60000 -m none -- "$dir/fuzz_$name" >"$log" 2>&1 ||
	{ tail -n 30 "$log"; exit 1; }
grep -E '^(execs_done|execs_per_sec|corpus_found|edges_found|saved_crashes|saved_hangs) ' "$out/default/fuzzer_stats" |
	sed 's/^/  /'
crashes=$(find "$out/default/crashes" -name 'id:*' | wc -l)
if [ "$crashes" -gt 0 ]; then
	echo "fuzz: $name: $crashes findings in $out/default/crashes"
	exit 1
fi
