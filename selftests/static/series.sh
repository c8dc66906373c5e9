#!/usr/bin/env bash
# kernel/series.py: the overlay as patches. On a small tree with a small overlay, and whether the real one
# is in the series, all of it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree over=$work/overlay
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_CONFIG_NOSYSTEM=1 SOURCE_DATE_EPOCH=1700000000
# A checkout's own configuration does not count here.
export GIT_DIR=$work/none

series() {
	KSTATE_OVERLAY=$over kernel/series.py "$@"
}

# A kernel of three files, and an overlay that adds two options with an object each.
fresh() {
	rm -rf "$tree" "$over" "$work/out"
	printf '[user]\n\tname = A Person\n\temail = a@example.org\n' >"$GIT_CONFIG_GLOBAL"
	mkdir -p "$tree/kernel/liveupdate" "$over"/{kernel/liveupdate,patches,series,fixes}
	echo 'VERSION = 7' >"$tree/Makefile"
	seq 20 >"$tree/kernel/liveupdate/Makefile"
	printf 'Maintainers List\n----\n\nALPHA\nM:\tA <a>\n\nZETA\nM:\tZ <z>\n' >"$tree/MAINTAINERS"
	printf 'one\n' >"$over/kernel/liveupdate/kstate_one.c"
	printf 'two\n' >"$over/kernel/liveupdate/kstate_two.c"
	# shellcheck disable=SC2016 # make expands it
	printf 'kstate-y :=\t\\\n\t\tkstate_one.o\t\\\n\t\tkstate_two.o\n\nobj-$(CONFIG_KSTATE) += kstate.o\n' \
		>"$over/kernel/liveupdate/Makefile.kstate"
	printf '# license\n\nconfig KSTATE\n\tbool "one"\n\nconfig KSTATE_TWO\n\tbool "two"\n' \
		>"$over/kernel/liveupdate/Kconfig.kstate"
	{
		printf 'Subject: build: a hook\n\nThe reason for the hook, in a line that is much longer than'
		printf ' the lines of a mail, so that it has to be wrapped.\n---\n'
		printf -- '--- a/kernel/liveupdate/Makefile\n+++ b/kernel/liveupdate/Makefile\n'
		printf '@@ -10,2 +10,3 @@\n 10\n+hook\n 11\n'
	} >"$over/patches/0001-hook.patch"
	printf 'Subject: kstate: one\nFiles: kernel/liveupdate/kstate_one.c\nOptions: KSTATE\n\nWhy one.\n' \
		>"$over/series/01-one.txt"
	printf 'Patches: 0001\n' >"$over/series/02-hook.txt"
	printf 'Subject: kstate: two\nFiles: kernel/*/kstate_two.c\nOptions: KSTATE_TWO\nMaintainers: yes\n\nWhy two.\n' \
		>"$over/series/03-two.txt"
	printf 'KSTATE\nM:\t@WHO@\nF:\tkernel/liveupdate/\n' >"$over/series/MAINTAINERS"
	printf 'a small series\n\nWhat it is for.\n' >"$over/series/cover.txt"
}

sums() {
	cat "$work"/out/*.patch | sha256sum
}

# apply: the patches on a repository with the tree, in $work/am.
apply() {
	rm -rf "$work/am"
	cp -r "$tree" "$work/am"
	(
		unset GIT_DIR
		cd "$work/am"
		git init -q . && git add -A && git commit -q -m base && git am -q "$work"/out/000[1-9]*
	)
}

# Names that the overlay exports, and that nothing which is a module of it calls.
exported_for_nobody() {
	local name
	sed -nE 's/^\+?EXPORT_SYMBOL(_GPL)?\((\w+)\);.*/\2/p' kernel/kernel/liveupdate/*.c kernel/patches/*.patch |
		while read -r name; do
			grep -qw "$name" kernel/samples/kstate/*.[ch] kernel/patches/*-brd-*.patch || echo "$name"
		done
}

test_real() {
	is "each file, patch and option of the overlay is in one patch of the series" "$(kernel/series.py --check)" ""
	is "what the overlay exports, a module of it calls" "$(exported_for_nobody)" ""
}

test_make() {
	local first
	fresh
	check "a series is made" series -o "$work/out" "$tree"
	is "of a cover letter and three patches" "$(find "$work/out" -type f | wc -l)" 4
	has "the cover letter has its subject" "$work/out/0000-cover-letter.patch" '^Subject: \[PATCH 0/3\] a small series$'
	has "an author" "$work/out/0001-kstate-one.patch" '^From: A Person <a@example.org>$'
	has "who signed it off" "$work/out/0001-kstate-one.patch" '^Signed-off-by: A Person <a@example.org>$'
	has "and a date" "$work/out/0001-kstate-one.patch" '^Date: Tue, 14 Nov 2023 22:13:20 \+0000$'
	has "a patch of the overlay brings its own message" "$work/out/0002-build-a-hook.patch" '^The reason for the hook'
	is "whose lines fit into a mail" "$(sed -n '/^$/,/^---$/p' "$work/out/0002-build-a-hook.patch" |
		awk 'length() > 75')" ""
	first=$(sums)
	series -o "$work/out" "$tree"
	is "the same input gives the same patches" "$(sums)" "$first"
}

test_apply() {
	check "git am applies them" apply
	check "and the makefile is the overlay's" \
		cmp "$work/am/kernel/liveupdate/Makefile.kstate" "$over/kernel/liveupdate/Makefile.kstate"
	check "the options are, too" \
		cmp "$work/am/kernel/liveupdate/Kconfig.kstate" "$over/kernel/liveupdate/Kconfig.kstate"
	is "the entry of MAINTAINERS stands in its place" \
		"$(grep -A1 KSTATE "$work/am/MAINTAINERS" | tail -n 1) $(grep -E '^[A-Z]+$' "$work/am/MAINTAINERS" | xargs)" \
		"M:	A Person <a@example.org> ALPHA KSTATE ZETA"
	# shellcheck disable=SC2016 # the same
	is "the first patch has no object whose source comes later" \
		"$(GIT_DIR=$work/am/.git git show HEAD~2:kernel/liveupdate/Makefile.kstate | tr -s '\t\\\n' ' ')" \
		'kstate-y := kstate_one.o obj-$(CONFIG_KSTATE) += kstate.o '
	is "nor an option that comes later" \
		"$(GIT_DIR=$work/am/.git git show HEAD~2:kernel/liveupdate/Kconfig.kstate | grep -c KSTATE_TWO)" 0
}

test_refused() {
	fresh
	echo three >"$over/kernel/liveupdate/kstate_three.c"
	is "a file that is in no patch is named" "$(series --check)" \
		"kernel/liveupdate/kstate_three.c is in no patch: say in which, in kernel/series/"
	sed -i 's|kstate_two.c|kstate_*.c|' "$over/series/03-two.txt"
	is "and one that is in two" "$(series --check)" \
		"kernel/liveupdate/kstate_one.c is in 2 patches: 01-one.txt, 03-two.txt"
	fresh
	: >"$GIT_CONFIG_GLOBAL"
	check_status "without a name there is no series" 2 series -o "$work/out" "$tree"
	series -o "$work/out" "$tree" 2>"$work/said" || true
	has "and the message says what to do" "$work/said" '^series: git config --global user.name'
	fresh
	mkdir "$tree/.kstate-overlay"
	check_status "a tree that has the overlay is refused" 2 series -o "$work/out" "$tree"
	fresh
	mkdir "$work/out"
	echo mine >"$work/out/notes"
	check_status "a folder that holds something else is refused" 2 series -o "$work/out" "$tree"
	check "and left alone" test -f "$work/out/notes"
	fresh
	: >"$tree/kernel/liveupdate/Makefile"
	check_status "a patch that does not apply ends it" 2 series -o "$work/out" "$tree"
	check "and no patch is left" test ! -e "$work/out"
}

test_fixes() {
	fresh
	cp "$over/patches/0001-hook.patch" "$over/fixes/"
	printf 'fixes\n\nWhat is wrong.\n' >"$over/fixes/cover.txt"
	check "the fixes are a series of their own" series --fixes -o "$work/out" "$tree"
	is "of what is in fixes/" "$(basename -a "$work"/out/*.patch | xargs)" \
		"0000-cover-letter.patch 0001-build-a-hook.patch"
	apply
	rm -rf "$work/out"
	check "the series of kstate takes a tree that has a fix of its own" \
		sh -c "GIT_DIR=$work/none KSTATE_OVERLAY=$over kernel/series.py -o $work/out $work/am"
	is "and leaves that out" "$(basename -a "$work"/out/*.patch | xargs)" \
		"0000-cover-letter.patch 0001-kstate-one.patch 0002-kstate-two.patch"
}

# A tree of a release that has a patch of its own.
test_release() {
	fresh
	printf 'VERSION = 7\nPATCHLEVEL = 2\n' >"$tree/Makefile"
	sed -i 's/^10$/ten/' "$tree/kernel/liveupdate/Makefile"
	mkdir "$over/patches/7.2"
	sed 's/^ 10$/ ten/' "$over/patches/0001-hook.patch" >"$over/patches/7.2/0001-hook.patch"
	check "the patch of a release is in its series" series -o "$work/out" "$tree"
	has "as it is there" "$work"/out/0002-build-a-hook.patch '^ ten$'
	mv "$over/patches/7.2/0001-hook.patch" "$over/patches/7.2/0001-nobody.patch"
	check_status "one that takes the place of none is found" 1 series --check
}

tests() {
	test_real
	test_make
	test_apply
	test_refused
	test_fixes
	test_release
}

tests 3>&1 >&2 | numbered
