#!/usr/bin/env bash
# Whether the tree builds at each patch of the series of kstate: applies them one by one to a copy of the
# stock tree, and compiles what each of them touches; the whole kernel where the option appears, and at the
# end. Objects begin as copies of those of `make kernel`, so all that is compiled is what differs.
#
#   kernel/check-series.sh FOLDER    the patches, as `make series` makes them
#
# Prints what each patch takes and what was compiled, and ends with the first that does not build. JOBS=N as
# make -j; SERIES_FIRST=N begins with patch N: those before it are applied, and not built.
set -euo pipefail

# shellcheck source=kernel/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

patches=$(cd "$1" && pwd)
B=$(cd "$top" && realpath -m "${B:-build}")
stock=$("$top/kernel/fetch.sh" --stock)
from=$(realpath "$B/kernel/objdir")
tree=$cache/src/series-${stock##*/stock-} obj=$cache/build/series-${stock##*/stock-}
log=$obj/.kstate-log

# A copy of links, in which what patches touch is new: make compares times.
make_tree() {
	local path
	rm -rf "$tree"
	cp -al "$stock" "$tree"
	sed -n 's|^+++ b/||p' "$patches"/*.patch | sort -u | while read -r path; do
		[ ! -f "$stock/$path" ] || { cp "$stock/$path" "$tree/.new" && mv "$tree/.new" "$tree/$path"; }
	done
}

make_objects() {
	rm -rf "$obj"
	cp -a "$from" "$obj"
	# Paths of what was compiled and read: absolute, or from the objects' folder.
	find "$obj" -name '*.cmd' -print0 |
		xargs -0r sed -i "s|/src/$(basename "$(realpath "$from/source")")/|/src/${tree##*/}/|g; s|$from|$obj|g"
	rm -f "$obj"/.kstate-* "$obj"/kernel/liveupdate/kstate*
	cp "$from/.config" "$obj/.wanted"
}

kbuild() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u B -u V -u CFLAGS -u CC LOCALVERSION='' \
		make -C "$tree" O="$obj" -j"${JOBS:-$(nproc)}" "$@" >>"$log" 2>&1 </dev/null ||
		die "$(grep -nE 'error:|undefined reference|No rule' "$log" | head -n 10 || true)" \
			"${patch##*/} does not build; the whole log: $log"
}

# Objects of the sources that a patch adds to kernel/liveupdate, before there is an option for them.
objects_of() {
	sed -n 's|^+++ b/\(kernel/liveupdate/kstate_.*\)\.c$|\1.o|p' "$1"
}

built() {
	local part
	for part in kernel/kexec.o kernel/kexec_core.o kernel/kexec_file.o kernel/liveupdate/ lib/tests/ \
		drivers/block/ samples/kstate/; do
		[ ! -e "$tree/${part%.o}" ] && [ ! -e "$tree/${part%.o}.c" ] || echo "$part"
	done
}

build_one() {
	local objects
	mapfile -t objects < <(objects_of "$patch")
	cp "$obj/.wanted" "$obj/.config"
	kbuild olddefconfig
	if grep -q '^CONFIG_KSTATE=y' "$obj/.config"; then
		mapfile -t objects < <(built)
		if [ -z "$whole" ] || [ "$patch" = "$last" ]; then
			objects=(vmlinux modules)
			whole=1
		fi
		kbuild "${objects[@]}"
	else
		[ ${#objects[@]} = 0 ] || kbuild KCFLAGS=-DCONFIG_KSTATE=1 "${objects[@]}"
		mapfile -t objects < <(built)
		kbuild "${objects[@]}"
	fi
}

lock_cache
say "copying $stock and $from"
make_tree
make_objects
whole='' last=$(printf '%s\n' "$patches"/*.patch | tail -n 1)
for patch in "$patches"/*.patch; do
	[[ ${patch##*/} != 0000-* ]] || continue
	patch -d "$tree" -p1 -s -f --no-backup-if-mismatch <"$patch" || die "${patch##*/} does not apply"
	number=${patch##*/}
	[ $((10#${number%%-*})) -ge "${SERIES_FIRST:-1}" ] || continue
	SECONDS=0
	: >"$log"
	build_one
	printf '%4d s  %s: %d objects%s\n' $SECONDS "${patch##*/}" "$(grep -c '^  CC ' "$log")" \
		"$(! grep -q '^  LD      vmlinux$' "$log" || echo ', vmlinux')"
done
rm -rf "$tree" "$obj"
