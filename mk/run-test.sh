#!/usr/bin/env bash
# run-test.sh TEST: run one test, and keep its TAP and what it took of the processors in build/tap/.
set -euo pipefail

B=${B:-build}
test=$1
name=${test#"$B/tests/"}
tap=$B/tap/${name//\//-}.tap
case $test in /*) ;; *) test=./$test ;; esac
status=0
"$test" | tee "$tap" || status=$?
times >"${tap%.tap}.times"
exit "$status"
