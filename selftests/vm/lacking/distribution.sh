#!/usr/bin/env bash
# distribution.sh OUT_DIR: put the kernel of Debian's package linux-image-cloud-amd64 in OUT_DIR/vmlinuz: one that
# has no KHO. It is kept in the cache; nothing is installed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
# shellcheck source=kernel/common.sh
. kernel/common.sh

out=$1
name=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
[ -n "$name" ] || die "the package linux-image-cloud-amd64 is not known here: apt-get update"
if [ ! -f "$cache/distribution/$name" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	(cd "$work" && apt-get download "$name" >/dev/null 2>log) || die "$name cannot be had" "$(cat "$work/log")"
	dpkg -x "$work/$name"_*.deb "$work/root"
	mkdir -p "$cache/distribution"
	cp "$work"/root/boot/vmlinuz-* "$cache/distribution/$name.new"
	mv "$cache/distribution/$name.new" "$cache/distribution/$name"
fi
mkdir -p "$out"
cp "$cache/distribution/$name" "$out/vmlinuz"
