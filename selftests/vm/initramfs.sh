#!/usr/bin/env bash
# initramfs.sh OUT KERNEL_DIR [TOOL...]: the user space of the VM: busybox, kexec, the tools with the
# libraries that they need, and the modules of the kernel in KERNEL_DIR.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 kernel=$2
shift 2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

find_program() {
	PATH=$PATH:/usr/sbin:/sbin command -v "$1" || {
		echo "initramfs: no $1: mk/deps.sh check installs it" >&2
		exit 1
	}
}

# A program, with the libraries that it names, if any.
add_program() {
	install -m 755 "$1" "$root/bin/"
	{ ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | while read -r lib; do
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done
}

add_busybox() {
	local applet
	install -m 755 "$(find_program busybox)" "$root/bin/busybox"
	for applet in $("$root/bin/busybox" --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
}

add_ours() {
	install -m 755 "$here/init" "$root/init"
	install -m 644 "$here/tap.sh" "$here/guest.sh" "$root/lib/kstate/"
	install -m 644 "$here/banner" "$root/etc/banner"
	find "$kernel/modules" -name '*.ko' -exec cp {} "$root/lib/modules/" \;
}

mkdir -p "$root"/{bin,sbin,dev,proc,sys,tmp,etc,root,host,boot,lib/modules,lib/kstate}
add_busybox
add_ours
add_program "$(find_program kexec)"
for tool; do
	add_program "$tool"
done
(cd "$root" && find . -print0 | LC_ALL=C sort -z |
	cpio --null --quiet -o -H newc -R 0:0) >"$out.new"
mv "$out.new" "$out"
