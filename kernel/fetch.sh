#!/usr/bin/env bash
# Print the path of a kernel source tree that the overlay fits: one in the cache, or else the newest
# linux-source-7.N of the Debian archive from which this host installs its packages.
# With --update the archive is asked even if the cache holds a tree.
# With --stock it is that tree without the overlay, as the kernel's own people released it; with --patched
# DIR..., that one with the patches of folders: there is one such tree for their names.
# KSTATE_RELEASE=7.N: of that release, and none else; such trees have a folder of their own in the cache.
set -euo pipefail

# shellcheck source=kernel/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Suites of the archive, the preferred one first. None is added to the host's own.
suites=${KSTATE_SUITES:-trixie-backports forky sid}
# Download 170 MiB, tar 170, tree 1,800 (measured), and some air.
readonly space_mib=2500

apt=$cache/apt
src=$cache/src${KSTATE_RELEASE:+/$KSTATE_RELEASE}
sources=linux-source-${KSTATE_RELEASE:-7.N}
# shellcheck source=kernel/apt.sh
. "$top/kernel/apt.sh"

# Names of the source packages that the lists hold, newest first.
candidates() {
	private_apt apt-cache search --names-only '^linux-source-7\.[0-9]+$' |
		awk -v min=$min_minor -v only="${KSTATE_RELEASE:+$sources}" '
			{ split($1, v, "."); if (v[2] >= min && (!only || $1 == only)) print $1 }' |
		sort -rV
}

package_version() {
	private_apt apt-cache show "$1" | awk '/^Version:/ { print $2; exit }'
}

fits() {
	local status=0
	"$overlay_sh" --check "$1" >"$src/.fit" 2>&1 || status=$?
	[ $status -le 1 ] && return
	say "the overlay does not fit ${1##*/}:"
	sed 's/^/  /' "$src/.fit" >&2
	return 1
}

download() {
	local pkg=$1 tmp=$2
	say "downloading $pkg $(package_version "$pkg") (about 170 MB)"
	(cd "$tmp" && private_apt apt-get download "$pkg" >"$apt/log/download" 2>&1) ||
		die "downloading $pkg failed:" "$(tail -n 3 "$apt/log/download")" \
			"nothing was kept; run it again when the archive can be reached"
}

unpack() {
	local pkg=$1 tmp=$2
	say "unpacking $pkg"
	if ! dpkg -x "$tmp"/"$pkg"_*.deb "$tmp" || ! tar -C "$tmp" -xf "$tmp/usr/src/$pkg.tar.xz"; then
		die "unpacking $pkg failed; nothing was kept, run it again"
	fi
}

# Download, unpack and only then give the tree its name.
get_source() {
	local pkg=$1 tmp=$src/.tmp
	need_space $space_mib "the source of $pkg"
	rm -rf "$tmp"
	mkdir -p "$tmp"
	trap 'rm -rf "$src/.tmp"' EXIT
	download "$pkg" "$tmp"
	unpack "$pkg" "$tmp"
	rm -rf "${src:?}/$pkg"
	package_version "$pkg" >"$src/$pkg.version"
	mv "$tmp/$pkg" "$src/$pkg"
	rm -rf "$tmp"
}

current() {
	[ -d "$src/$1" ] && [ "$(cat "$src/$1.version" 2>/dev/null)" = "$(package_version "$1")" ]
}

# The newest tree of a suite that fits.
from_suite() {
	local pkg
	while read -r pkg; do
		current "$pkg" || get_source "$pkg"
		! fits "$src/$pkg" || { echo "$src/$pkg"; return; }
	done < <(candidates)
	return 1
}

from_archive() {
	local uri suite reached=0
	for suite in $suites; do
		while read -r uri; do
			say "looking for $sources in $suite of this host's Debian archive"
			update_lists "$uri" "$suite" || continue
			reached=1
			! from_suite || return 0
		done < <(archive_uris)
	done
	[ $reached = 1 ] || die "no suite of ($suites) could be read from this host's Debian archive:" \
		"$(tail -n 3 "$apt/log/update" 2>/dev/null || echo 'apt here has no such archive')" \
		"run it again when it can be reached, or name a kernel tree: make kernel KSRC=DIR"
	die "no $sources from 7.$min_minor up that the overlay fits; name a tree: make kernel KSRC=DIR"
}

from_cache() {
	local tree
	while read -r tree; do
		! fits "$tree" || { echo "$tree"; return; }
	done < <(find "$src" -maxdepth 1 -type d -name 'linux-source-7.*' | sort -rV)
	return 1
}

# The same tree without the overlay. Its files are links to those of the other one: whatever changes a
# tree of the cache (overlay.sh, patch, tar) puts a new file in place of the old one.
stock_of() {
	local tree=$1 stock=$src/stock-${1##*/}
	if ! cmp -s "$tree.version" "$stock.version" 2>/dev/null; then
		rm -rf "$stock" "$stock.version" "$src/.tmp"
		cp -al "$tree" "$src/.tmp"
		if [ -d "$tree/.kstate-overlay" ]; then
			rm -rf "$src/.tmp/.kstate-overlay"
			cp -a "$tree/.kstate-overlay" "$src/.tmp/"
			"$overlay_sh" --revert "$src/.tmp" || die "the overlay could not be taken out of a copy of $tree"
		fi
		mv "$src/.tmp" "$stock"
		cp "$tree.version" "$stock.version"
	fi
	echo "$stock"
}

# patched_of STOCK DIR...: the stock tree with the patches of these folders. What they touch is new each time,
# for make to see: a file that a patch has let go of, too.
patched_of() {
	local stock=$1 patches tree sum path
	shift
	mapfile -t patches < <(find "$@" -maxdepth 1 -name '*.patch' | sort)
	tree=$src/$(basename -a "$@" | paste -sd+)-${stock##*/stock-}
	sum=$(cat "$stock.version" "${patches[@]}" | sha256sum)
	if [ "$(cat "$tree.version" 2>/dev/null)" != "$sum" ]; then
		rm -rf "$src/.tmp"
		cp -al "$stock" "$src/.tmp"
		sed -n 's|^+++ b/||p' "${patches[@]}" | sort -u >"$src/.touched"
		{ cat "$tree/.kstate-patched" 2>/dev/null || true; cat "$src/.touched"; } | sort -u |
			while read -r path; do
				cp "$stock/$path" "$src/.tmp/$path.new"
				mv "$src/.tmp/$path.new" "$src/.tmp/$path"
			done
		mv "$src/.touched" "$src/.tmp/.kstate-patched"
		for path in "${patches[@]}"; do
			patch -d "$src/.tmp" -p1 -s -f -F1 --no-backup-if-mismatch -r - <"$path" >&2 ||
				die "${path##*/} does not fit $stock"
		done
		rm -rf "$tree" "$tree.version"
		mv "$src/.tmp" "$tree"
		echo "$sum" >"$tree.version"
	fi
	echo "$tree"
}

main() {
	if [ "${1-}" = --stock ]; then
		lock_cache
		stock_of "$("${BASH_SOURCE[0]}")"
		return
	fi
	if [ "${1-}" = --patched ]; then
		lock_cache
		shift
		patched_of "$("${BASH_SOURCE[0]}" --stock)" "$@"
		return
	fi
	lock_cache
	mkdir -p "$src"
	if [ "${1-}" != --update ] && from_cache; then
		return
	fi
	from_archive
}

main "$@"
