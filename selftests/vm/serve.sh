#!/usr/bin/env bash
# serve.sh DIR: what run.sh starts beside the guest of a test that sets `monitor`. The guest writes a
# line "dump NAME FORMAT" to its third serial port; QEMU writes DIR/NAME, and "done" goes back.
set -euo pipefail

dir=$1

# qmp COMMAND [ARGUMENTS]: have QEMU run it, and wait for what it returns.
qmp() {
	local line
	echo "{\"execute\":\"$1\",\"arguments\":${2:-{\}},\"id\":\"this\"}" >&5
	while read -r line <&6; do
		echo "$line"
		case $line in *'"id": "this"'*) return ;; esac
	done
}

exec 5<>"$dir/monitor.in" 6<>"$dir/monitor.out" 7<>"$dir/ask.in" 8<>"$dir/ask.out"
qmp qmp_capabilities
while read -r word name format <&8; do
	[ "$word" = dump ] || continue
	rm -f "$dir/$name"
	qmp dump-guest-memory \
		"{\"paging\":false,\"protocol\":\"file:$(realpath "$dir")/$name\",\"format\":\"$format\"}"
	echo "done" >&7
done
