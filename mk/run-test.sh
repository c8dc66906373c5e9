#!/usr/bin/env bash
# run-test.sh TEST: run one test, and keep its TAP in build/tap/.
set -euo pipefail

B=${B:-build}
test=$1
name=${test#"$B/tests/"}
tap=$B/tap/${name//\//-}.tap
case $test in /*) ;; *) test=./$test ;; esac
"$test" | tee "$tap"
