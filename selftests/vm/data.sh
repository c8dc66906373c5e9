#!/usr/bin/env bash
# make data: run the live update in the VM and keep the debugfs trees of its second boot as
# selftests/data/live-update: the files that have bytes, with one mode; and selftests/data/trace.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
from=$B/vm/live-update/share/boot2
to=selftests/data/live-update

selftests/vm/run.sh live-update
rm -rf "$to/kho" "$to/kstate"
(cd "$from" && find kho kstate -type f -size +0 -print0) | while IFS= read -r -d '' file; do
	install -D -m 644 "$from/$file" "$to/$file"
done
echo "$to:"
(cd "$to" && find . -type f -printf '%8s  %P\n' | sort -k2)

# Recorded events for kstate-trace, and the debugfs files of the boot that they are of.
trace=selftests/data/trace
share=$B/vm/kstate-trace-replay/share
selftests/vm/run.sh kstate-trace-replay
rm -rf "$trace"
install -D -m 644 -t "$trace" "$share/save.trace" "$share/restore.trace" "$share/boot.trace"
for file in image sections; do
	install -D -m 644 "$share/boot/kstate/in/$file" "$trace/boot/kstate/in/$file"
done
