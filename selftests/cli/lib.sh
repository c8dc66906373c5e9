# shellcheck shell=bash
# What the tests of the command line share. Source it from the top of the checkout.

# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=${B:-build}
dump=$B/kstate-dump
# shellcheck disable=SC2034
mkimage=$B/tests/mkimage
# shellcheck disable=SC2034
mkworld=$B/tests/mkworld
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run ARGUMENT...: run kstate-dump; standard output, standard error and status are kept.
run() {
	status=0
	"$dump" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
}

# exits DESCRIPTION STATUS ARGUMENT...
exits() {
	local desc=$1 want=$2
	shift 2
	run "$@"
	if [ "$status" = "$want" ]; then
		pass "$desc"
	else
		fail "$desc" "kstate-dump $*: exit status $status, expected $want
$(cat "$work/err")"
	fi
}

# one_line DESCRIPTION STATUS REGEX ARGUMENT...: nothing on standard output, and on standard error one
# line that matches.
one_line() {
	local desc=$1 want=$2 regex=$3
	shift 3
	run "$@"
	if [ "$status" = "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ] &&
		grep -qE -e "$regex" "$work/err"; then
		pass "$desc"
	else
		fail "$desc" "kstate-dump $*: exit status $status, expected $want and one line: $regex
$(head -n 5 "$work/out")
$(cat "$work/err")"
	fi
}

# golden DESCRIPTION FILE STATUS ARGUMENT...: standard output is that of selftests/cli/golden/FILE.
# GOLDEN=write writes the files instead.
golden() {
	local desc=$1 file=selftests/cli/golden/$2 want=$3
	shift 3
	run "$@"
	if [ "${GOLDEN-}" = write ]; then
		mkdir -p "${file%/*}"
		cp "$work/out" "$file"
	fi
	if [ "$status" = "$want" ] && cmp -s "$file" "$work/out"; then
		pass "$desc"
	else
		fail "$desc" "kstate-dump $*: exit status $status, expected $want
$(diff -u "$file" "$work/out" 2>&1)
$(cat "$work/err")"
	fi
}
