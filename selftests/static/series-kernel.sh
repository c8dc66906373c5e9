#!/usr/bin/env bash
# The two series on the kernel of which the VM's is made: git am gives the overlay, byte for byte, and
# checkpatch says of each patch what kernel/series/checkpatch.known explains, and nothing else.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

B=${B:-build}
# Both are of one release: that of the VM's kernel, and the same without the overlay.
built=$(realpath "$B/kernel/objdir/source" 2>/dev/null || true)
stock=$(dirname "$built")/stock-$(basename "$built")
readonly known=kernel/series/checkpatch.known
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1 SOURCE_DATE_EPOCH=1700000000

# The files of the stock tree that patches touch, and what overlay.sh wants to see of a kernel tree.
small_tree() {
	local path
	mkdir -p "$1/kernel"
	sed -n 's|^[-+]\{3\} [ab]/\([^	]*\).*|\1|p' kernel/patches/*.patch kernel/fixes/*.patch |
		{ sort -u && echo Makefile && echo MAINTAINERS; } | while read -r path; do
		[ ! -f "$stock/$path" ] || (cd "$stock" && cp -p --parents "$path" "$1/")
	done
}

# am NAME: the patches of $work/NAME in a repository, $work/NAME.git.
am() {
	small_tree "$work/$1.git"
	(
		cd "$work/$1.git"
		git init -q . && git add -A -f && git commit -q -m base && rm "$work/$1"/0000-* && git am -q "$work/$1"/*
	)
}

test_am() {
	kernel/series.py -o "$work/kstate" "$stock"
	check "git am applies the series to a clean tree" am kstate
	small_tree "$work/tree"
	kernel/overlay.sh "$work/tree"
	is "the tree is that of the overlay, byte for byte, but for MAINTAINERS" \
		"$(diff -rq -x .git -x .kstate-overlay "$work/tree" "$work/kstate.git" 2>&1)" \
		"Files $work/tree/MAINTAINERS and $work/kstate.git/MAINTAINERS differ"
	is "where one entry is new" "$(diff "$work/tree/MAINTAINERS" "$work/kstate.git/MAINTAINERS" | grep -c '^<' || true)" 0
}

test_fixes() {
	local name
	kernel/series.py --fixes -o "$work/fixes" "$stock"
	rm -rf "$work/fixes.git"
	small_tree "$work/fixes.git"
	(cd "$work/fixes.git" && git init -q . && git add -A -f && git commit -q -m base)
	for name in "$work"/fixes/000[1-9]*; do
		check "git am applies $(basename "$name")" git -C "$work/fixes.git" am -q "$name"
	done
	check "the series of kstate applies on top of the fixes" \
		kernel/series.py -o "$work/on-fixes" "$work/fixes.git"
}

# What checkpatch says of patches, as `PATCH TYPE`, once for each. It takes a minute for all of them: what
# it said of a patch is kept until that or the rules change.
said_of() {
	local name file sum
	for name in "$work/$1"/*.patch; do
		[[ $name != */0000-* ]] || continue
		sum=$(cat "$name" "$built"/scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} | sha256sum |
			cut -c 1-16)
		file=$B/checkpatch/patch-$sum
		if [ ! -f "$file" ]; then
			(cd "$work" && "$built/scripts/checkpatch.pl" --root="$built" --strict --terse --show-types \
				--no-summary "$name" 2>/dev/null) >"$work/said" || true
			mv "$work/said" "$file"
		fi
		sed -nE 's/^.*: (ERROR|WARNING|CHECK):([A-Z_]+): .*/\2/p' "$file" | sort -u |
			sed "s|^|$1/$(basename "$name" .patch | cut -c 6-) |"
	done
}

test_checkpatch() {
	mkdir -p "$B/checkpatch"
	{ said_of kstate && said_of fixes; } | sort -u >"$work/types"
	awk -F '\t' '!/^#/ && NF { print $1 " " $2 }' "$known" | sort -u >"$work/explained"
	is "what checkpatch --strict says of the patches is explained in $known" \
		"$(grep -vxFf "$work/explained" "$work/types" || true)" ""
	is "and what is explained there it says" "$(grep -vxFf "$work/types" "$work/explained" || true)" ""
}

tests() {
	if [ ! -d "$stock" ]; then
		skip "the series applies to a clean tree" "no kernel tree without the overlay: make stock-kernel"
		return
	fi
	printf '[user]\n\tname = A Person\n\temail = a@example.org\n' >"$GIT_CONFIG_GLOBAL"
	test_am
	test_fixes
	test_checkpatch
}

tests 3>&1 >&2 | numbered
