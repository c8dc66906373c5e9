#!/usr/bin/env bash
# run-test.sh TEST: run one test, and keep its TAP and what it took of the processors in build/tap/.
# KSTATE_EMULATOR runs programs of another architecture.
set -euo pipefail

B=${B:-build}
test=$1
name=${test#"$B/tests/"}
tap=$B/tap/${name//\//-}.tap
case $test in /*) ;; *) test=./$test ;; esac
status=0
read -ra emulator <<<"${KSTATE_EMULATOR-}"
[ "$(head -c 2 "$test")" != '#!' ] || emulator=()
"${emulator[@]}" "$test" | tee "$tap" || status=$?
times >"${tap%.tap}.times"
exit "$status"
