#!/usr/bin/env bash
# check: exit status, waivers, what is no kernel.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

live=$PWD/selftests/data/live-update
whole=$live/kstate/in/image

test_status() {
	exits "what loads is 0" 0 check --in "$work/many" --next "$work/many"
	has "and says so" "$work/out" '^passes; sections that load: 3,'
	exits "a subsection that is not known is 5" 5 check "$work/image" --next "$work/image"
	has "and is named" "$work/out" '^test@0 +loads-partly +mandatory +- +skips test_v2$'
	exits "what nobody reads is 1" 1 check "$work/image" --next "$work/kinds"
	has "with what the kernel will answer" "$work/out" '^test@0 +unclaimed +mandatory +ENOENT '
	exits "a damaged section is 1" 1 check "$work/bad-crc" --next "$work/image"
	has "whose reader would refuse it" "$work/out" '^test@0 +refused +mandatory +EBADMSG +it is damaged'
	exits "two files together are 5" 5 check "$work/image" --next "$work/kinds" --next "$work/image"
	one_line "no --next is 2" 2 '--next' check "$work/image"
	one_line "--next of another command is 2" 2 -- '--next is not for list' list --next "$work/image" "$work/image"
}

test_files() {
	head -c 1500 "$whole" >"$work/cut"
	: >"$work/empty"
	exits "a truncated --next is 3" 3 check "$work/image" --next "$work/cut"
	one_line "an empty --next is 3" 3 '.' check "$work/image" --next "$work/empty"
	one_line "a foreign --next is 3" 3 '.' check "$work/image" --next /bin/true
	one_line "a --next that is not there is 4, and named" 4 'nosuch' check "$work/image" --next "$work/nosuch"
	one_line "an IMAGE that is none is 3" 3 '.' check /bin/true --next "$work/image"
}

test_waivers() {
	echo 'ignored test.test_v2 its driver sets it up anew' >"$work/waivers"
	exits "what is waived is 0" 0 check "$work/image" --next "$work/image" --waivers "$work/waivers"
	has "and is still shown" "$work/out" 'ignored +test\.test_v2'
	has "with the reason" "$work/out" 'its driver sets it up anew'
	echo 'too-new nosuch' >>"$work/waivers"
	exits "an unused one changes nothing" 0 check "$work/image" --next "$work/image" --waivers "$work/waivers"
	has "and is told" "$work/out" 'too-new'
	echo 'no-such-code test' >"$work/waivers"
	one_line "an unknown code is 2, with its line" 2 'line 1: .*no-such-code' check "$work/image" \
		--next "$work/image" --waivers "$work/waivers"
	one_line "a file of waivers that is not there is 4" 4 'nosuch' check "$work/image" --next "$work/image" \
		--waivers "$work/nosuch"
}

# The whole file of a kernel was searched: what is not in it is not unknown, it is missing.
test_kernel_without_kho() {
	exits "a next kernel without KHO is 1" 1 check selftests/data/next/luo-good-out.core \
		--next selftests/data/next/next-without-kho.bzImage
	has "KHO is named" "$work/out" '^abi +kho: kho-v4 is written, and the next kernel has no KHO: nothing at all is handed over$'
	has "with the verdict" "$work/out" '^fails;'
	has_not "and nobody is asked to name the kernel" "$work/out" 'name the kernel itself'
}

# A golden catalog in a tree's CI: every description of it must still be read.
test_golden_catalog() {
	exits "a catalog is kept" 0 catalog -o "$work/golden" "$work/kinds"
	exits "the same kernel passes" 0 check "$work/golden" --next "$work/kinds"
	exits "another one does not" 1 check "$work/golden" --next "$work/many"
	exits "nor the way back" 1 check "$work/golden" --next "$work/many" --reverse
}

tests() {
	for kind in image bad-crc kinds many; do
		"$mkimage" "$kind" "$work/$kind" 3
	done
	test_status
	test_files
	test_waivers
	test_kernel_without_kho
	test_golden_catalog
}

tests 3>&1 >&2 | numbered
