#!/usr/bin/env bash
# The folders of libkstate-dump/src are layers in the order of libkstate-dump/layers: nothing in
# them includes or calls what is above. Needs the objects of the shared library.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

readonly src=libkstate-dump/src layers=libkstate-dump/layers
obj=${B:-build}/$src
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

uses() {
	python3 selftests/static/layers.py "$@"
}

test_folders() {
	local listed there
	listed=$(tr ' ' '\n' <$layers | sort)
	there=$(find $src -name '*.[ch]' -printf '%P\n' | sed 's|^[^/]*$|./&|; s|/.*||' | sort -u)
	is "each folder of $src has a layer, and each layer a folder" "$there" "$listed"
}

test_names() {
	is "no two files of $src have one name" "$(find $src -type f -printf '%f\n' | sort | uniq -d)" ""
}

test_order() {
	is "no include and no symbol of $src points up" "$(uses up $layers $src "$obj")" ""
}

test_circles() {
	is "no circle of calls in $src has over 5 files" "$(uses circles $layers $src "$obj")" ""
}

# What the programs share uses nothing of one of them: each file of tools/common includes headers of
# its own folder, and those of the system and of the library.
common_uses() {
	grep -HoE '^#include "[^"]*"' "$1"/*.[ch] | sed -E 's|^.*/([^/]*):#include "(.*)"$|\1 \2|' |
		while read -r file header; do
			[ -f "tools/common/$header" ] && [[ $header != */* ]] || echo "$file -> $header"
		done
}

test_common() {
	is "tools/common uses nothing of one of the programs" "$(common_uses tools/common)" ""
	cp -r tools/common "$scratch/common"
	echo '#include "../kstate-dump/cmd.h"' >>"$scratch/common/buf.c"
	is "a file that does is found" "$(common_uses "$scratch/common")" "buf.c -> ../kstate-dump/cmd.h"
}

# The test itself: a copy of the sources with one include too many.
test_finds_include() {
	cp -r $src "$scratch/src"
	echo '#include "verify/verify.h"' >>"$scratch/src/kho/chains.c"
	has_line "an include that points up is found" "$(uses up $layers "$scratch/src")" \
		"kho/chains.c -> verify/verify.h"
	echo '#include "diff/diff.h"' >>"$scratch/src/verify/verify.c"
	has_line "an include of a peer is found" "$(uses up $layers "$scratch/src")" \
		"verify/verify.c -> diff/diff.h"
}

has_line() {
	if grep -qxF -- "$3" <<<"$2"; then
		pass "$1"
	else
		fail "$1" "$2"
	fi
}

run() {
	test_folders
	test_names
	test_order
	test_circles
	test_finds_include
	test_common
}

run 3>&1 >&2 | numbered
