#!/usr/bin/env bash
# sysroot.sh ARCH: make ready what programs of another architecture are built with and run on, and print the
# folder: the -dev packages of mk/packages with all that they need, busybox and kexec, as this host's Debian
# archive has them, unpacked in ${KSTATE_CACHE:-~/.cache/kstate}/sysroot/ARCH. Nothing is installed.
set -euo pipefail

# shellcheck source=kernel/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../kernel/common.sh"
# shellcheck source=mk/arch/arm64.sh
. "$top/mk/arch/$1.sh"
apt=$cache/apt-$1
# shellcheck source=kernel/apt.sh
. "$top/kernel/apt.sh"
root=$cache/sysroot/$1

# The archives of this host's own release: programs run on it under QEMU, with its libraries.
release() {
	# shellcheck source=/dev/null
	(. /etc/os-release && echo "$VERSION_CODENAME")
}

wanted() {
	awk '($1 == "demo" || $1 == "fast") && $2 ~ /-dev$/ { print $2 }' "$top/mk/packages"
	echo busybox-static kexec-tools
}

stamp() {
	{ release && wanted; } | sha256sum | cut -c1-16
}

from_archive() {
	local uri
	: >"$apt/status"
	apt_options=(-o "APT::Architecture=$arch_debian" -o "APT::Architectures=$arch_debian"
		-o "Dir::State::status=$apt/status")
	while read -r uri; do
		update_lists "$uri" "$(release)" || continue
		# shellcheck disable=SC2046
		private_apt apt-get install -y -d --no-install-recommends $(wanted) >"$apt/log/download" 2>&1 && return
	done < <(archive_uris)
	die "packages of $arch_debian could not be had from this host's Debian archive:" \
		"$(tail -n 3 "$apt/log/download" "$apt/log/update" 2>/dev/null)"
}

unpack() {
	local deb
	rm -rf "$root" "$root.new"
	mkdir -p "$root.new"
	for deb in "$apt"/cache/archives/*.deb; do
		dpkg -x "$deb" "$root.new" || die "$deb cannot be unpacked"
	done
	rm -rf "$apt/cache/archives"
	absolute_links
	echo "$1" >"$root.new/.stamp"
	mv "$root.new" "$root"
}

# Links to /lib and the like are to stay below the folder.
absolute_links() {
	local link to
	find "$root.new" -type l -lname '/*' | while read -r link; do
		to=$(readlink "$link")
		ln -sfr "$root.new$to" "$link"
	done
}

main() {
	local stamp
	stamp=$(stamp)
	[ "$(cat "$root/.stamp" 2>/dev/null)" = "$stamp" ] || lock_cache
	if [ "$(cat "$root/.stamp" 2>/dev/null)" != "$stamp" ]; then
		need_space 1000 "libraries of $arch_debian"
		mkdir -p "$apt"
		say "making ready libraries of $arch_debian (about 50 MB)"
		from_archive
		unpack "$stamp"
	fi
	echo "$root"
}

main
