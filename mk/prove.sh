#!/usr/bin/env bash
# prove.sh TEST...: run TAP tests under prove, keep what each printed in build/tap/, and after prove's
# summary name what was skipped and why.
set -euo pipefail

B=${B:-build}
here=$(dirname "${BASH_SOURCE[0]}")

list_skips() {
	local skips
	skips=$({ grep -rHiE '^(ok|1\.\.0).*# *skip' "$B/tap" || true; } |
		sed -E "s|^$B/tap/([^:]*)\.tap:|  \1: |")
	[ -z "$skips" ] || printf 'Skipped (%s):\n%s\n' "$(wc -l <<<"$skips")" "$skips"
}

main() {
	local status=0
	[ $# -gt 0 ] || { echo "no tests"; exit 1; }
	rm -rf "$B/tap"
	mkdir -p "$B/tap"
	export B
	prove --timer -j2 --exec "bash $here/run-test.sh" "$@" </dev/null || status=$?
	list_skips
	return "$status"
}

main "$@"
