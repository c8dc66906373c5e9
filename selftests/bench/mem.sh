#!/usr/bin/env bash
# mem.sh KSTATE_DUMP CORE...: time and memory of mem, and of verify, on large cores; a line of JSON for
# each.
set -euo pipefail

dump=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for core in "$@"; do
	for command in mem verify; do
		status=0
		# Findings and leaks are no failure here.
		/usr/bin/time -f '%U %S %M' -o "$log" "$dump" -q "$command" "$core" >/dev/null 2>&1 || status=$?
		[ "$status" -le 1 ] || exit "$status"
		tail -n 1 "$log" | awk -v what="$command of ${core##*/}" \
			'{ printf "{\"bench\":\"%s\",\"seconds\":%.2f,\"mib\":%.1f}\n", what, $1 + $2, $3 / 1024 }'
	done
done
