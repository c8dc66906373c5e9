#!/usr/bin/env bash
# --save: what is written to the control, whatever ends the command. The control is a plain file here:
# what is written to it follows what was written before, so that it keeps the commands in their order.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

live=$work/live
control=$live/sys/kernel/debug/kstate/out/control

# phase WORD: as the kernel would say, before the command.
phase() {
	echo "$1" >"$control"
}

# wrote DESCRIPTION [COMMAND...]: what was written to the control, and nothing else.
wrote() {
	local desc=$1
	shift
	is "$desc" "$(tr '\n' ' ' <"$control")" "${*:+$* }"
}

test_normal() {
	local command
	for command in info list show schema verify "get many@1.a" "hexdump many@1" "diff $work/image" \
		"capture -o $work/capture"; do
		phase idle
		# shellcheck disable=SC2086
		run $command --save --sysroot "$live"
		check "$command --save shows the live system" test "$status" -le 1 -a -s "$work/out"
		wrote "$command --save saves and aborts" save abort
	done
	phase idle
	exits "without --save it is 0" 0 list --sysroot "$live"
	wrote "without --save nothing is written" idle
	phase prepared
	exits "what was prepared is 0" 0 list --save --sysroot "$live"
	wrote "what was prepared is prepared again" save abort prepare
}

test_saved() {
	phase saved
	exits "what was saved is 0" 0 list --save --sysroot "$live"
	wrote "what was saved stays" saved
	has "a note says so" "$work/err" 'note: out/control: an image was saved already'
	exits "what was saved is 0 as JSON" 0 list -j --save --sysroot "$live"
	has "the note is in the document" "$work/out" '"notes":\[.*"out/control: an image was saved already'
	is "and nowhere else" "$(cat "$work/err")" ""
	run diff --save --sysroot "$live" "$work/image"
	has "a comparison has the note, too" "$work/err" 'note: .*an image was saved already'
	wrote "and nothing is written" saved
}

test_usage() {
	phase idle
	one_line "an image is 2" 2 'both --save and an image' list --save --sysroot "$live" "$work/image"
	one_line "standard input is 2" 2 'both --save and an image' show --save --sysroot "$live" -
	one_line "two images are 2" 2 'both --save and two images' diff --save --sysroot "$live" "$work/image" "$work/image"
	one_line "help is 2" 2 '--save is not for help' help --save
	wrote "and nothing is written" idle
}

# The command fails after the image was saved.
test_errors() {
	phase idle
	exits "a section that is not there is 1" 1 show --save --sysroot "$live" nosuch
	wrote "the image is given back" save abort
	phase idle
	exits "a file that cannot be made is 4" 4 capture --save -o "$work/no/x" --sysroot "$live"
	wrote "and the image is given back" save abort
	phase idle
	one_line "memory that cannot be read is 4" 4 '.' mem --save --sysroot "$live"
	wrote "the image of mem is given back" save abort
	phase idle
	mv "$live/sys/kernel/debug/kho" "$work/kho"
	one_line "no KHO is 4" 4 'no kho/' list --save --sysroot "$live"
	mv "$work/kho" "$live/sys/kernel/debug/kho"
	wrote "and then it is given back, too" save abort
	phase idle
	status=0
	"$dump" list --save --sysroot "$live" >/dev/full 2>"$work/err" || status=$?
	is "a full disk is 4" "$status" 4
	wrote "and the image is given back, here as well" save abort
}

# A control that takes nothing: no file may grow.
test_refused() {
	phase idle
	{
		status=0
		(trap '' XFSZ; ulimit -f 0; exec "$dump" list --save --sysroot "$live" 2>&1) || status=$?
		echo "exit status $status"
	} | cat >"$work/got"
	is "a refused save is one line, and 4" "$(wc -l <"$work/got"), $(tail -n 1 "$work/got")" "2, exit status 4"
	has "it has the kernel's error" "$work/got" 'out/control: save refused: File too large; dmesg says'
	wrote "nothing is aborted that was not saved" idle
	phase nonsense
	one_line "a phase that nobody knows is 4" 4 '"nonsense" is none of idle' list --save --sysroot "$live"
	wrote "and nothing is written" nonsense
	one_line "a system without kstate is 4" 4 'no kstate in this kernel' list --save --sysroot "$work/nothing"
	run list -j --save --sysroot "$work/nothing"
	has "the document says so" "$work/out" '"result":null,"error":{"code":"no-kstate"'
}

test_permission() {
	local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	if [ "$(id -u)" != 0 ] || ! "${nobody[@]}" true 2>/dev/null; then
		skip "no permission is 4" "not root, or setpriv cannot change the user"
		return
	fi
	chmod 755 "$work"
	cp "$dump" "$work/kstate-dump"
	phase idle
	chmod 600 "$control"
	status=0
	"${nobody[@]}" "$work/kstate-dump" list --save --sysroot "$live" >"$work/out" 2>"$work/err" || status=$?
	is "no permission is 4" "$status" 4
	is "no permission is one line" "$(wc -l <"$work/err")" 1
	has "no permission says so" "$work/err" 'permission denied: only root can save'
	wrote "and nothing is written" idle
}

# start ENV-OPTION: a command in the middle of its work: its first line is there, and it waits for somebody
# who reads the rest, on descriptor 5.
start() {
	env "$1" "$dump" show --save --sysroot "$live" >"$work/fifo" 2>"$work/err" &
	pid=$!
	exec 5<"$work/fifo"
	read -r <&5
}

# ended DESCRIPTION STATUS
ended() {
	status=0
	wait "$pid" || status=$?
	is "$1" "$status" "$2"
}

test_signals() {
	local signal
	mkfifo "$work/fifo"
	for signal in HUP INT QUIT USR1 TERM SEGV; do
		phase prepared
		start --default-signal=$signal
		is "before SIG$signal the image is saved" "$(head -n 1 "$control")" save
		kill -"$signal" "$pid"
		ended "SIG$signal ends the command" $((128 + $(kill -l $signal)))
		exec 5<&-
		wrote "SIG$signal gives the image back, and prepares again" save abort prepare
	done
	phase idle
	start --default-signal=PIPE
	exec 5<&-
	ended "SIGPIPE ends the command" 141
	wrote "SIGPIPE gives the image back" save abort
	phase idle
	start --ignore-signal=HUP
	kill -HUP "$pid"
	# More than a pipe holds: it has gone on since.
	head -c 100000 <&5 >"$work/more"
	wrote "a signal that is ignored gives nothing back" save
	cat <&5 >"$work/rest"
	exec 5<&-
	ended "a signal that is ignored ends nothing" 0
	wrote "and the image is given back at the end" save abort
}

tests() {
	ulimit -c 0
	mkdir -p "$work/nothing" "$live/sys/kernel/debug/kho/out/sub_fdts" "${control%/*}"
	"$mkimage" image "$work/image"
	"$mkimage" many "${control%/*}/image" 3000
	test_normal
	test_saved
	test_usage
	test_errors
	test_refused
	test_permission
	# The shell says of each command which signal ended it: that is what is tested, and no news.
	test_signals 2>"$work/shell"
}

tests 3>&1 >&2 | numbered
