#!/usr/bin/env bash
# Progress of long work: a line on a terminal's standard error, and nothing of it anywhere else.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

# on_terminal OUT ARGUMENT...: standard error is a terminal; what it got is in $work/tty. Standard output
# is the file OUT, or the terminal as well if that is "".
on_terminal() {
	local out=$1
	shift
	script -qec "'$dump' $* >${out:-/dev/tty} || true" /dev/null </dev/null >"$work/tty"
}

test_terminal() {
	on_terminal "$work/out.tty" verify "'$work/core'"
	has "a terminal is shown what is being done" "$work/tty" 'kstate-dump: reading memory 100%'
	check "the line is gone before a note comes" \
		grep -qP '\r +\rkstate-dump: note: ' "$work/tty"
	run verify "$work/core"
	check "standard output is the same" cmp "$work/out" "$work/out.tty"
	on_terminal "$work/out.tty" info -q "'$work/core'"
	is "-q leaves it out" "$(tr -d '\r\n ' <"$work/tty")" ""
	KSTATE_DUMP_PROGRESS_MS=3600000 on_terminal "$work/out.tty" info "'$work/core'"
	has_not "short work shows none" "$work/tty" 'reading memory'
	script -qec "cat '$work/core' | '$dump' info - >'$work/out.tty'" /dev/null </dev/null >"$work/tty" || true
	has "a core that comes through a pipe" "$work/tty" 'kstate-dump: reading standard input'
	on_terminal "" get "'$work/nosuch/core'" a.b
	has "an error has a line of its own" "$work/tty" '^kstate-dump: .*No such file'
	"$mkimage" many "$work/many" 2000
	on_terminal "" list "'$work/many'"
	has "output on the terminal: progress before it" "$work/tty" 'reading sections'
	tail -n +2 "$work/tty" >"$work/rest"
	has_not "and none over it" "$work/rest" 'reading sections'
}

test_elsewhere() {
	run verify "$work/core"
	has_not "where no terminal is, there is none" "$work/err" 'reading memory'
	check "and no control characters" bash -c "! grep -q \$'\r' '$work/err'"
}

tests() {
	export KSTATE_DUMP_PROGRESS_MS=0
	"$mkworld" good "$work/core"
	if command -v script >/dev/null; then
		test_terminal
	else
		skip "progress on a terminal" "script(1) is not installed"
	fi
	test_elsewhere
}

tests 3>&1 >&2 | numbered
