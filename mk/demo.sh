#!/usr/bin/env bash
# make demo: decode an image that a real live update left, kept in selftests/data/live-update.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dump=${B:-build}/kstate-dump
image=selftests/data/live-update

# Copied files have no memory, so that part of it is not known (exit status 6): the tool says so.
run() {
	local status=0
	printf '\n$ %s\n' "$*"
	"$@" || status=$?
	[ $status = 0 ] || [ $status = 6 ]
}

if [ ! -d "$image" ]; then
	echo "$image is missing: make data makes it, from a live update in a VM" >&2
	exit 1
fi
cat <<'NOTE'
A kernel saved the state of a driver, and kexec handed it to the next kernel. These are the files
that the next kernel showed in debugfs, copied from a VM. What did it get?
NOTE
run "$dump" info "$image"
run "$dump" list "$image"
run "$dump" show --in "$image" test@0
if "$dump" -q list --in "$image" 2>/dev/null | grep -q '^test@0 .* ok .* restored'; then
	cat <<'ANSWER'

It got one section, test@0, of the driver "test", whole (crc ok), and the driver has restored it. What these
files cannot tell, for they have no memory, is "not known".
ANSWER
fi
cat <<NEXT

Next:
  $dump show -j -p $image
      the same as JSON
  $dump help
      all commands
  make vm
      do it yourself: a VM with the kernel, the sample and the tools (the first time it
      builds the kernel, about ten minutes)
  make check
      all tests
NEXT
