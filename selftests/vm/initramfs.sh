#!/usr/bin/env bash
# initramfs.sh OUT KERNEL_DIR [TOOL...]: the user space of the VM: busybox, kexec, the tools with the
# libraries that they need, and the modules of the kernel in KERNEL_DIR. KSTATE_SYSROOT is where programs
# and libraries of another architecture are.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$1 kernel=$2
shift 2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

find_program() {
	local r=${KSTATE_SYSROOT-}
	PATH=${r:+$r/bin:$r/sbin:$r/usr/bin:$r/usr/sbin:}$PATH:/usr/sbin:/sbin type -P "$1" || {
		echo "initramfs: no $1: mk/deps.sh check installs it" >&2
		exit 1
	}
}

# Libraries that a program of this machine names, as its loader finds them.
libraries() {
	{ ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; }
}

# Of another architecture: its loader and what it names, and what these name. Paths as they are in the guest.
foreign_libraries() {
	local name file
	{ readelf -ld "$1" || true; } 2>/dev/null |
		sed -n 's/.*program interpreter: \(.*\)\]/\1/p; s/.*(NEEDED).*\[\(.*\)\]/\1/p' | while read -r name; do
		file=$name
		[[ $name == /* ]] || file=/$(cd "$KSTATE_SYSROOT" && find lib usr/lib -name "$name" | head -n 1)
		[ -e "$root$file" ] || echo "$file"
	done
}

# A program, with the libraries that it names, if any.
add_program() {
	install -m 755 "$1" "$root/bin/"
	add_libraries "$1"
}

add_libraries() {
	local lib list=libraries
	[ -z "${KSTATE_SYSROOT-}" ] || list=foreign_libraries
	"$list" "$1" | while read -r lib; do
		mkdir -p "$root$(dirname "$lib")"
		cp -L "${KSTATE_SYSROOT-}$lib" "$root$lib"
		[ $list = libraries ] || add_libraries "$root$lib"
	done
}

# init makes the other links, before it does anything else.
add_busybox() {
	install -m 755 "$(find_program busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
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
