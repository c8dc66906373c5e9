# shellcheck shell=dash
# TAP for shell tests: those of the VM, in the guest (busybox) and on the host alike, and those of
# selftests/static. Results go to descriptor 3; `numbered` makes a whole stream of them.

# Places in the guest. They are set on the host too, for a test's file is read there as well.
# shellcheck disable=SC2034
modules=/lib/modules debugfs=/sys/kernel/debug

# Number the results on standard input and add the plan; the status says whether all are ok.
numbered() {
	awk '
		/^(not )?ok / { n++; bad += /^not/; sub(/ok -/, "ok " n " -") }
		{ print; fflush() }
		END { print "1.." n + 0; exit bad > 0 || n == 0 }
	'
}

pass() {
	echo "ok - $1" >&3
}

# fail DESCRIPTION [DIAGNOSTIC]
fail() {
	echo "not ok - $1" >&3
	[ $# = 1 ] || diag "$2"
}

# skip DESCRIPTION REASON
skip() {
	echo "ok - $1 # SKIP $2" >&3
}

# Lines that explain; at most 40 of them.
diag() {
	printf '%s\n' "$1" | tail -n 40 | sed 's/^/# /' >&3
}

# check DESCRIPTION COMMAND...: the command succeeds.
check() {
	local desc=$1
	shift
	check_status "$desc" 0 "$@"
}

# check_status DESCRIPTION STATUS COMMAND...: the command ends with that status.
check_status() {
	local desc=$1 want=$2 got=0 output
	shift 2
	output=$("$@" 2>&1) || got=$?
	if [ "$got" = "$want" ]; then
		pass "$desc"
	else
		fail "$desc" "$*: exit status $got, expected $want
$output"
	fi
}

# is DESCRIPTION GOT WANTED
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:    $2
wanted: $3"
	fi
}

# has DESCRIPTION FILE REGEX: a line of the file matches.
has() {
	if grep -qE -e "$3" "$2"; then
		pass "$1"
	else
		fail "$1" "no line of $2 matches: $3
$(tail -n 20 "$2" 2>&1)"
	fi
}

# has_not DESCRIPTION FILE REGEX: no line of the file matches.
has_not() {
	if grep -qE -e "$3" "$2"; then
		fail "$1" "$(grep -E -e "$3" "$2")"
	else
		pass "$1"
	fi
}
