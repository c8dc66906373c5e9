#!/usr/bin/env bash
# prove.sh TEST...: run TAP tests under prove, keep what each printed in build/tap/, and after prove's
# summary name what was skipped and why. build/tap/times has the processor time of each test, in seconds.
set -euo pipefail

B=${B:-build}
here=$(dirname "${BASH_SOURCE[0]}")

list_skips() {
	local skips
	skips=$({ grep -rHiE '^(ok|1\.\.0).*# *skip' "$B/tap" || true; } |
		sed -E "s|^$B/tap/([^:]*)\.tap:|  \1: |")
	[ -z "$skips" ] || printf 'Skipped (%s):\n%s\n' "$(wc -l <<<"$skips")" "$skips"
}

# As bash writes them: 1m2.345s, of the user and of the system; those of the test are in the second line.
list_times() {
	awk '
		function seconds(t) { split(t, part, "[ms]"); return part[1] * 60 + part[2] }
		FNR == 2 {
			s = seconds($1) + seconds($2)
			all += s
			name = FILENAME
			gsub(".*/|[.]times", "", name)
			printf "%8.2f %s\n", s, name
		}
		END { printf "%8.2f all\n", all }' "$B"/tap/*.times | sort -rn >"$B/tap/times"
}

main() {
	local status=0
	[ $# -gt 0 ] || { echo "no tests"; exit 1; }
	rm -rf "$B/tap"
	mkdir -p "$B/tap"
	export B
	prove --timer -j2 --exec "bash $here/run-test.sh" "$@" </dev/null || status=$?
	list_times
	list_skips
	return "$status"
}

main "$@"
