#!/usr/bin/env bash
# Put the kstate overlay into a kernel tree, look whether it is there, or take it out.
set -euo pipefail

usage() {
	cat <<'USAGE'
usage: kernel/overlay.sh [--check | --revert] TREE

Without an option: copy the files of kernel/{include,kernel,lib,samples,scripts,Documentation}
into TREE at the same paths and apply kernel/patches/*.patch. Where TREE is of a release
that a folder is named after, as kernel/patches/7.2, a patch in there takes the place of
the one of its name. Applying again changes nothing; a file or patch that the overlay has lost or changed is taken out or replaced.

  --check   change nothing, only say how TREE stands
  --revert  take everything out: TREE is as it was before
  --help    this text

TREE/.kstate-overlay holds what was put where. All is tried on copies before TREE is
touched, and an application that was cut short is finished by the next.

KSTATE_OVERLAY names another overlay than the folder of this script.

Exit status:
  0  done; with --check: applied and up to date
  1  --check: not applied, or not up to date, and would fit
  2  the overlay does not fit TREE; the message names the patch and hunk, or the file
  3  usage, or TREE is no kernel tree
USAGE
}

die() {
	local status=$1
	shift
	printf 'overlay: %s\n' "$@" >&2
	exit "$status"
}

overlay=${KSTATE_OVERLAY:-$(dirname "${BASH_SOURCE[0]}")}
overlay=$(cd "$overlay" && pwd)
mode=apply tree='' state='' scratch=''

parse_args() {
	while [ $# -gt 0 ]; do
		case $1 in
		--check | --revert) mode=${1#--} ;;
		--help) usage; exit 0 ;;
		-*) usage >&2; exit 3 ;;
		*) [ -z "$tree" ] || { usage >&2; exit 3; }; tree=$1 ;;
		esac
		shift
	done
	[ -n "$tree" ] || { usage >&2; exit 3; }
	if [ ! -f "$tree/Makefile" ] || [ ! -d "$tree/kernel" ]; then
		die 3 "$tree is no kernel source tree (no Makefile, or no kernel/)"
	fi
	tree=$(cd "$tree" && pwd)
	state=$tree/.kstate-overlay
}

# --- What the overlay holds -------------------------------------------------

overlay_files() {
	local dir
	for dir in include kernel lib samples scripts Documentation; do
		[ ! -d "$overlay/$dir" ] || (cd "$overlay" && find "$dir" -type f \
			! -name '*~' ! -name '.*' ! -name '*.orig' ! -name '*.rej')
	done | LC_ALL=C sort
}

patches_in() {
	[ ! -d "$1" ] || find "$1" -maxdepth 1 -name '*.patch' | LC_ALL=C sort
}

# The overlay's patches for this tree.
overlay_patches() {
	local file release own
	release=$(sed -n 's/^VERSION = //p; s/^PATCHLEVEL = //p' "$tree/Makefile" | paste -sd.)
	while read -r file; do
		own=$overlay/patches/$release/${file##*/}
		if [ -f "$own" ]; then
			echo "$own"
		else
			echo "$file"
		fi
	done < <(patches_in "$overlay/patches")
}

# The files that patches on standard input touch, without the first path component.
patched_paths() {
	awk '
		/^--- / { old = $2; next }
		old != "" && /^\+\+\+ / {
			if (old != "/dev/null") print old
			if ($2 != "/dev/null") print $2
		}
		{ old = "" }
	' | sed 's|^[^/]*/||' | LC_ALL=C sort -u
}

sum_of() {
	sha256sum <"$1" | cut -d' ' -f1
}

# --- Files: scratch/files and the manifest ----------------------------------

# The checksum of a path in a manifest; empty if it is not in there.
manifest_sum() {
	[ ! -f "$1" ] || awk -v path="$2" '$2 == path { print $1 }' "$1"
}

# A file may be replaced if it is ours and as we left it.
may_replace() {
	local path=$1 sum
	sum=$(manifest_sum "$state/files" "$path")
	[ -n "$sum" ] || die 2 "$path stands in the tree already and is not the overlay's"
	[ "$sum" = "$(sum_of "$tree/$path")" ] ||
		die 2 "$path was changed in the tree since the overlay put it there" \
			"move the change into $overlay, or delete the file in the tree"
}

plan_files() {
	local path
	while read -r path; do
		printf '%s  %s\n' "$(sum_of "$overlay/$path")" "$path" >>"$scratch/next/files"
		if [ -f "$tree/$path" ]; then
			! cmp -s "$overlay/$path" "$tree/$path" || continue
			may_replace "$path"
		fi
		install -D -m 644 "$overlay/$path" "$scratch/put/$path"
	done < <(overlay_files)
}

# Files of the last application that this one does not hold.
plan_removals() {
	local path
	[ -f "$state/files" ] || return 0
	while read -r _ path; do
		[ -z "$(manifest_sum "$scratch/next/files" "$path")" ] || continue
		[ -f "$tree/$path" ] || continue
		may_replace "$path"
		printf '%s\n' "$path" >>"$scratch/remove"
	done <"$state/files"
}

# --- Patches: all of it in scratch/work -------------------------------------

run_patch() {
	(cd "$scratch/work" && LC_ALL=C patch -p1 -f -F1 --no-backup-if-mismatch -r - "$@")
}

copy_to_work() {
	local path
	rm -rf "$scratch/work"
	mkdir -p "$scratch/work"
	while read -r path; do
		[ ! -f "$tree/$path" ] || (cd "$tree" && cp -p --parents "$path" "$scratch/work/")
	done <"$scratch/touched"
}

# Take the patches on standard input out of scratch/work, the last first; false if they are not in there.
unapply() {
	local file
	while read -r file; do
		run_patch -R <"$file" >/dev/null || return 1
	done < <(tac)
}

# Bring scratch/work to the state without any of our patches.
unpatch_work() {
	copy_to_work
	if [ -n "$(patches_in "$state/patches")" ]; then
		! patches_in "$state/patches" | unapply || return 0
		copy_to_work
	fi
	# Not as the last application left it: perhaps all of the series is in there, or nothing.
	! overlay_patches | unapply || return 0
	copy_to_work
}

explain_patch() {
	local file=$1
	grep -E 'FAILED|find file|ignored|Reversed' "$scratch/log" | sed 's/^/  /' |
		{ echo "${file##*/} does not apply:"; cat; }
}

patch_work() {
	local file
	while read -r file; do
		run_patch <"$file" >"$scratch/log" 2>&1 ||
			die 2 "$(explain_patch "$file")"
		cp "$file" "$scratch/next/patches/"
	done < <(overlay_patches)
}

# What differs between scratch/work and the tree goes into the plan.
plan_patched() {
	local path
	while read -r path; do
		if [ ! -f "$scratch/work/$path" ]; then
			[ ! -f "$tree/$path" ] || printf '%s\n' "$path" >>"$scratch/remove"
		elif ! cmp -s "$scratch/work/$path" "$tree/$path"; then
			mkdir -p "$scratch/put/$(dirname "$path")"
			cp --preserve=mode "$scratch/work/$path" "$scratch/put/$path"
		fi
	done <"$scratch/touched"
}

plan_patches() {
	{ patches_in "$state/patches"; overlay_patches; } |
		tr '\n' '\0' | xargs -0r cat | patched_paths >"$scratch/touched"
	unpatch_work
	[ "$mode" = revert ] || patch_work
	plan_patched
}

# --- Plan and commit --------------------------------------------------------

make_plan() {
	mkdir -p "$scratch/put" "$scratch/next/patches"
	: >"$scratch/remove"
	: >"$scratch/next/files"
	[ "$mode" = revert ] || plan_files
	plan_removals
	plan_patches
}

same_state() {
	[ -f "$state/files" ] && cmp -s "$state/files" "$scratch/next/files" &&
		diff -rq "$state/patches" "$scratch/next/patches" >/dev/null
}

changes_nothing() {
	[ ! -s "$scratch/remove" ] && [ -z "$(find "$scratch/put" -type f -print -quit)" ]
}

nothing_to_do() {
	changes_nothing || return 1
	if [ "$mode" = revert ]; then
		[ ! -d "$state" ]
	else
		same_state
	fi
}

# Remove a file, and the folders that it leaves empty.
remove_file() {
	local dir
	rm -f "$tree/$1"
	dir=$(dirname "$1")
	while [ "$dir" != . ] && rmdir "$tree/$dir" 2>/dev/null; do
		dir=$(dirname "$dir")
	done
}

# Carry out TREE/.kstate-overlay/pending. May be repeated from any point.
finish_pending() {
	local plan=$state/pending path
	[ -d "$plan" ] || return 0
	while read -r path; do
		mkdir -p "$tree/$(dirname "$path")"
		cp --preserve=mode "$plan/put/$path" "$state/.new"
		mv "$state/.new" "$tree/$path"
	done < <(cd "$plan/put" && find . -type f)
	while read -r path; do
		remove_file "$path"
	done <"$plan/remove"
	rm -rf "$state/patches"
	cp -r "$plan/next/patches" "$state/patches"
	cp "$plan/next/files" "$state/files"
	rm -rf "$plan"
	[ -s "$state/files" ] || [ -n "$(patches_in "$state/patches")" ] || rm -rf "$state"
}

# The plan becomes valid by one rename: before it nothing happened, after it all will.
commit_plan() {
	rm -rf "$state/.plan"
	mkdir -p "$state/.plan"
	echo '*' >"$state/.gitignore"
	cp -r "$scratch/put" "$scratch/next" "$scratch/remove" "$state/.plan/"
	mv "$state/.plan" "$state/pending"
	finish_pending
}

run_check() {
	if [ -d "$state/pending" ]; then
		echo "overlay: an application was cut short in $tree; the next finishes it"
		return 1
	fi
	make_plan
	if nothing_to_do; then
		echo "overlay: applied and up to date in $tree"
		return 0
	fi
	if [ -d "$state" ]; then
		echo "overlay: not up to date in $tree, and would fit"
	else
		echo "overlay: not applied in $tree, and would fit"
	fi
	return 1
}

main() {
	parse_args "$@"
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	if [ "$mode" = check ]; then
		run_check
		return
	fi
	finish_pending
	make_plan
	nothing_to_do || commit_plan
}

main "$@"
