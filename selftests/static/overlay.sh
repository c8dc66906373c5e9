#!/usr/bin/env bash
# kernel/overlay.sh on a small tree that stands in for a kernel's.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
export KSTATE_OVERLAY=$work/overlay

overlay() {
	kernel/overlay.sh "$@"
}

# A tree with one file of 40 numbered lines, and an overlay of one file and two patches to
# neighbouring lines of that file.
fresh() {
	rm -rf "$tree" "$KSTATE_OVERLAY"
	mkdir -p "$tree/kernel" "$tree/include/linux" "$KSTATE_OVERLAY"/{include/linux,lib/tests,patches}
	echo 'VERSION = 7' >"$tree/Makefile"
	seq 40 >"$tree/kernel/main.c"
	echo 'header' >"$KSTATE_OVERLAY/include/linux/new.h"
	echo 'test' >"$KSTATE_OVERLAY/lib/tests/new.c"
	make_patch 0001-a 's/^20$/twenty/' 'p'
	make_patch 0002-b 's/^20$/twenty/' 's/^22$/twenty-two/'
}

# make_patch NAME BEFORE AFTER: a patch from kernel/main.c after sed BEFORE to the same after AFTER.
make_patch() {
	local dir=$work/make
	mkdir -p "$dir/a/kernel" "$dir/b/kernel"
	case $3 in
	p) seq 40 >"$dir/a/kernel/main.c" && seq 40 | sed "$2" >"$dir/b/kernel/main.c" ;;
	*) seq 40 | sed "$2" >"$dir/a/kernel/main.c" && seq 40 | sed "$2;$3" >"$dir/b/kernel/main.c" ;;
	esac
	(cd "$dir" && diff -u a/kernel/main.c b/kernel/main.c) >"$KSTATE_OVERLAY/patches/$1.patch" || true
}

# Every file of the tree: name, contents, and with `times` the time of its last change.
snapshot() {
	(cd "$tree" && find . -type f -exec sha256sum {} + | sort -k2 &&
		{ [ "${1-}" != times ] || find . -type f -printf '%p %T@\n' | sort; })
}

test_apply() {
	local before
	fresh
	before=$(snapshot)
	check_status "--check of a fresh tree says that it would fit" 1 overlay --check "$tree"
	is "--check changes nothing" "$(snapshot)" "$before"
	check "it applies" overlay "$tree"
	check "a file is copied to the same path" cmp "$KSTATE_OVERLAY/include/linux/new.h" "$tree/include/linux/new.h"
	is "patches to neighbouring lines are both in" "$(sed -n '20p;22p' "$tree/kernel/main.c" | xargs)" "twenty twenty-two"
	check "--check says that it is applied" overlay --check "$tree"
}

test_again() {
	local before
	before=$(snapshot times)
	check "it applies again" overlay "$tree"
	is "applying again changes nothing, times included" "$(snapshot times)" "$before"
}

test_revert() {
	local before
	fresh
	before=$(snapshot)
	overlay "$tree"
	check "it reverts" overlay --revert "$tree"
	is "reverting restores the tree" "$(snapshot)" "$before"
	check "no trace is left" test ! -e "$tree/.kstate-overlay" -a ! -e "$tree/lib"
	check "reverting again is no error" overlay --revert "$tree"
}

test_update() {
	fresh
	overlay "$tree"
	make_patch 0002-b 's/^20$/twenty/' 's/^23$/twenty-three/'
	rm "$KSTATE_OVERLAY/lib/tests/new.c"
	check_status "--check sees that the overlay changed" 1 overlay --check "$tree"
	overlay "$tree"
	is "a changed patch replaces the old one" "$(sed -n '20p;22p;23p' "$tree/kernel/main.c" | xargs)" "twenty 22 twenty-three"
	check "a file that the overlay lost is removed" test ! -e "$tree/lib/tests/new.c"
	overlay --revert "$tree"
	is "all of it reverts" "$(cat "$tree/kernel/main.c")" "$(seq 40)"
}

test_misfit() {
	local before
	fresh
	sed -i 's/^24$/other/' "$tree/kernel/main.c"
	before=$(snapshot times)
	check_status "a patch that does not fit is refused" 2 overlay "$tree"
	is "then nothing is changed" "$(snapshot times)" "$before"
	overlay --check "$tree" >"$work/message" 2>&1 || true
	has "the message names the patch" "$work/message" '0002-b.patch does not apply'
	has "the message names the hunk" "$work/message" 'Hunk #1 FAILED'
}

test_foreign_files() {
	fresh
	echo mine >"$tree/include/linux/new.h"
	check_status "a file that is not the overlay's is not overwritten" 2 overlay "$tree"
	rm "$tree/include/linux/new.h"
	overlay "$tree"
	echo mine >>"$tree/include/linux/new.h"
	echo theirs >>"$KSTATE_OVERLAY/include/linux/new.h"
	check_status "nor is one that was edited in the tree" 2 overlay "$tree"
	has "the edit is still there" "$tree/include/linux/new.h" mine
}

# As if an application was cut short right after its plan became valid.
test_interrupted() {
	local before pending=$tree/.kstate-overlay/pending
	fresh
	overlay "$tree"
	before=$(snapshot)
	mkdir -p "$pending/put/kernel"
	cp "$tree/kernel/main.c" "$pending/put/kernel/"
	cp -r "$tree/.kstate-overlay" "$work/next"
	rm -rf "$work/next/pending"
	mv "$work/next" "$pending/next"
	: >"$pending/remove"
	seq 7 >"$tree/kernel/main.c"
	check_status "--check sees an unfinished application" 1 overlay --check "$tree"
	check "the next application finishes it" overlay "$tree"
	is "the tree is complete" "$(snapshot)" "$before"
}

# Kernels differ where a patch hooks in: a patch of the tree's release takes the place of the one of its name.
test_release() {
	local before
	fresh
	printf 'VERSION = 7\nPATCHLEVEL = 2\n' >"$tree/Makefile"
	sed -i 's/^21$/twenty-one and more/' "$tree/kernel/main.c"
	check_status "a patch that does not fit a release is an error" 2 overlay "$tree"
	mkdir "$KSTATE_OVERLAY/patches/7.2"
	sed 's/^ 21$/ twenty-one and more/' "$KSTATE_OVERLAY/patches/0002-b.patch" >"$KSTATE_OVERLAY/patches/7.2/0002-b.patch"
	sed -i 's/^ 21$/ twenty-one and more/' "$KSTATE_OVERLAY/patches/0001-a.patch"
	before=$(snapshot)
	check "one of that release is taken" overlay "$tree"
	is "with the others" "$(sed -n '20p;22p' "$tree/kernel/main.c" | xargs)" "twenty twenty-two"
	check "and is up to date" overlay --check "$tree"
	overlay --revert "$tree"
	is "it can be taken out" "$(snapshot)" "$before"
	printf 'VERSION = 7\nPATCHLEVEL = 3\n' >"$tree/Makefile"
	check_status "another release has the other one" 2 overlay "$tree"
}

test_usage() {
	check_status "a folder that is no kernel tree is refused" 3 overlay "$work"
	check_status "no folder is a usage error" 3 overlay
	check "--help is no error" overlay --help
}

tests() {
	test_apply
	test_again
	test_revert
	test_update
	test_misfit
	test_foreign_files
	test_interrupted
	test_release
	test_usage
}

tests 3>&1 >&2 | numbered
