#!/usr/bin/env bash
# Build the kernel of the VM: source tree, overlay, configuration, the file that boots, and modules.
# The artefacts end up in build/kernel: image, a link to bzImage (arm64: Image), vmlinux (symbols and BTF,
# no DWARF), config, modules/, release, and objdir, a link to the folder of the objects in the cache.
#
#   kernel/build.sh              build what is not up to date
#   kernel/build.sh --print-dir  print the folder of the artefacts; fails if there are none
#
# ARCH=arm64   for that architecture (default: x86_64), with the cross compiler of the distribution
# KSTOCK=1     the kernel without the overlay, as most users have it
# KPATCHES=DIR that one, with the patches of this folder, or of several with blanks between: say kernel/fixes
# KSRC=DIR     a kernel tree of yours; the overlay is applied to it, objects stay in the cache
# KCONFIG=...  config fragments, separated by blanks (default: selftests/vm/$ARCH.config)
# JOBS=N       as make -j (default: number of processors)
set -euo pipefail

# shellcheck source=kernel/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
ARCH=${ARCH:-x86_64}
[ -f "$top/mk/arch/$ARCH.sh" ] || die "ARCH=$ARCH is none of: $(basename -a -s .sh "$top"/mk/arch/*.sh | paste -sd' ')"
# shellcheck source=mk/arch/x86_64.sh
. "$top/mk/arch/$ARCH.sh"

# Measured: 1,400 MiB of objects; about 1,700 lines of a whole build's log.
readonly space_mib=2000 full_build_steps=1700

read -ra patches <<<"${KPATCHES-}"
read -ra fragments <<<"${KCONFIG:-$top/selftests/vm/$ARCH.config}"
out=$(cd "$top" && realpath -m "${B:-build}")/kernel
tree='' obj='' log='' cross=''
[ "$(uname -m)-linux-gnu" = "$arch_gnu" ] || cross=$arch_gnu-

hash_of() {
	sha256sum | cut -c1-16
}

# The source tree, and the folder of its objects: one for each tree and set of fragments.
choose_tree() {
	local name
	if [ -n "${KSRC-}" ]; then
		tree=$(cd "$KSRC" 2>/dev/null && pwd) || die "KSRC=$KSRC is no folder"
		[ -f "$tree/kernel/liveupdate/Kconfig" ] ||
			die "KSRC=$KSRC is no kernel tree that has kernel/liveupdate (7.$min_minor or later)"
		name=$(basename "$tree")-$(echo "$tree" | hash_of)
	else
		if [ ${#patches[@]} -gt 0 ]; then
			tree=$("$top/kernel/fetch.sh" --patched "${patches[@]}")
		else
			tree=$("$top/kernel/fetch.sh" ${KSTOCK:+--stock})
		fi
		name=$(basename "$tree")
	fi
	obj=$cache/build/$name-$(basename -a -s .config "${fragments[@]}" | paste -sd+)
	log=$obj/.kstate-log
}

list_overlay() {
	if [ ${#patches[@]} -gt 0 ]; then
		find "${patches[@]}" -name '*.patch' | LC_ALL=C sort
		return
	fi
	[ -z "${KSTOCK-}" ] || return 0
	local in=${KSTATE_OVERLAY:-$top/kernel}
	{ find "$in"/{include,kernel,lib,samples,scripts,Documentation,patches} -type f 2>/dev/null || true; } |
		LC_ALL=C sort
}

# What the result depends on. A user's own tree may change under us: kbuild looks at it each time.
stamp_of_inputs() {
	{
		echo "$tree $(tree_version "$tree")"
		cat "$src_version" 2>/dev/null || true
		sha256sum "${fragments[@]}" "$top/kernel/build.sh" "$top/mk/arch/$ARCH.sh"
		list_overlay | xargs -r sha256sum
	} | hash_of
}

# What the configuration depends on.
stamp_of_config() {
	{
		tree_version "$tree"
		cat "${fragments[@]}"
		list_overlay | { grep -E '/Kconfig|\.patch$' || true; } | xargs -r cat
	} | hash_of
}

kbuild() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u B -u V -u CFLAGS -u CC -u KCONFIG ARCH="$arch_kbuild" \
		CROSS_COMPILE="$cross" LOCALVERSION='' KBUILD_BUILD_USER=kstate KBUILD_BUILD_HOST=kstate \
		make -C "$tree" O="$obj" "$@" </dev/null
}

apply_overlay() {
	[ -z "${KSTOCK-}${KPATCHES-}" ] || return 0
	if [ -e "$tree/.config" ] || [ -e "$tree/include/config" ]; then
		die "$tree was built in place, and kbuild refuses another object folder then" \
			"clean it (make -C $tree mrproper; keep your .config), and run it again"
	fi
	[ -z "${KSRC-}" ] ||
		say "applying the overlay to $tree (kernel/overlay.sh --revert $tree takes it out)"
	"$overlay_sh" "$tree" || die "the overlay could not be applied to $tree"
}

# Lines of the fragments that the final configuration does not have.
lost_lines() {
	local line name
	while read -r line; do
		case $line in
		CONFIG_*) ;;
		'# CONFIG_'*' is not set')
			name=${line#\# }
			grep -q "^${name%% *}=" "$obj/.config" || continue
			;;
		*) continue ;;
		esac
		grep -qxF -- "$line" "$obj/.config" || echo "  $line"
	done < <(cat "${fragments[@]}")
}

configure() {
	local stamp lost
	stamp=$(stamp_of_config)
	if [ -f "$obj/.config" ] && [ "$(cat "$obj/.kstate-config" 2>/dev/null)" = "$stamp" ]; then
		return
	fi
	say "configuring"
	{
		kbuild tinyconfig
		"$tree/scripts/kconfig/merge_config.sh" -m -O "$obj" "$obj/.config" "${fragments[@]}"
		kbuild olddefconfig
	} >"$log" 2>&1 || die "configuring failed:" "$(tail -n 5 "$log")" "see $log"
	lost=$(lost_lines)
	[ -z "$lost" ] || die "lines that the final configuration does not have:" "$lost" \
		"a dependency is missing in: ${fragments[*]}"
	echo "$stamp" >"$obj/.kstate-config"
}

# Show how far the build is: one line that changes on a terminal, or a line each half minute.
show_progress() {
	local total=$1 line='' step='' done=0 next=30 text
	while IFS= read -r line; do
		[[ $line == '  '[A-Z]* ]] || continue
		done=$((done + 1))
		step=${line##* }
		[ -t 2 ] || [ $SECONDS -ge $next ] || continue
		next=$((SECONDS + 30))
		text="$done steps"
		[ "$total" = 0 ] || text="$((done < total ? done * 100 / total : 99))%, $done of about $total steps"
		if [ -t 2 ]; then
			printf '\r\033[Kkernel: %s  %.40s' "$text" "$step" >&2
		else
			say "$text, ${SECONDS} s"
		fi
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
}

explain_failure() {
	! grep -q 'No space left on device' "$log" || say "the disk of $cache is full"
	{
		grep -nE 'error:|not found|No such file|undefined reference|No space left|No rule to make' "$log" ||
			tail -n 15 "$log"
	} | head -n 15 >&2
	die "the build failed; the whole log: $log" "what was compiled is kept: run it again to go on"
}

# Objects of a kernel without the overlay begin as copies of those of the stock kernel, which is of the same
# release: kbuild then compiles what patches and options change. It compares command lines and looks at the
# files that were read: both have the tree's path, absolute or from the objects' folder.
seed_objects() {
	local release=${tree##*linux-source-} from
	from=$cache/build/stock-linux-source-$release-stock
	if [ -z "${KSTOCK-}${KPATCHES-}" ] || [ -f "$obj/vmlinux" ] || [ ! -f "$from/.kstate-stamp" ]; then
		return 0
	fi
	[ "$obj" != "$from" ] || return 0
	say "copying the objects of the stock kernel"
	rm -rf "$obj"
	cp -a "$from" "$obj.new"
	find "$obj.new" -name '*.cmd' -print0 |
		xargs -0r sed -i "s|/src/stock-linux-source-$release/|/src/${tree##*/}/|g; s|$from|$obj|g"
	rm -f "$obj.new"/.kstate-*
	mv "$obj.new" "$obj"
}

compile() {
	local total=0
	if [ ! -f "$obj/vmlinux" ]; then
		total=$full_build_steps
		need_space $space_mib "building the kernel"
	fi
	say "building $(basename "$tree") $(tree_version "$tree") in $obj"
	SECONDS=0
	kbuild -j"${JOBS:-$(nproc)}" "$arch_target" modules 2>&1 | tee "$log" | show_progress $total ||
		explain_failure
	say "built in $SECONDS s"
}

copy_artefacts() {
	local new=$out.new
	rm -rf "$new"
	mkdir -p "$new/modules"
	cp "$obj/$arch_image" "$new/"
	ln -s "$arch_target" "$new/image"
	cp "$obj/.config" "$new/config"
	cp "$obj/include/config/kernel.release" "$new/release"
	"${cross}objcopy" --strip-debug "$obj/vmlinux" "$new/vmlinux"
	while read -r module; do
		cp "$obj/${module%.o}.ko" "$new/modules/"
	done < <(cat "$obj/modules.order" 2>/dev/null || true) # a kernel without modules has none
	ln -s "$obj" "$new/objdir"
	echo "$1" >"$new/stamp"
	rm -rf "$out"
	mv "$new" "$out"
}

build() {
	local stamp src_version
	lock_cache
	choose_tree
	src_version=$tree.version
	stamp=$(stamp_of_inputs)
	if [ -z "${KSRC-}" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
		return
	fi
	seed_objects
	mkdir -p "$obj"
	if [ -n "${KSRC-}" ] || [ "$(cat "$obj/.kstate-stamp" 2>/dev/null)" != "$stamp" ]; then
		rm -f "$obj/.kstate-stamp"
		apply_overlay
		configure
		compile
		echo "$stamp" >"$obj/.kstate-stamp"
	fi
	copy_artefacts "$stamp"
	say "$(cat "$out/release") is in $out"
}

print_dir() {
	[ -f "$out/stamp" ] || die "no kernel is built: make kernel"
	echo "$out"
}

case ${1-} in
'') build ;;
--print-dir) print_dir ;;
*)
	echo "usage: kernel/build.sh [--print-dir]" >&2
	exit 2
	;;
esac
