# shellcheck shell=bash
# What the tests of kstate-browse share. Source it from the top of the checkout.

# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=$(realpath "${B:-build}")
# shellcheck disable=SC2034
browse=$B/tests/kstate-browse
golden=$PWD/selftests/tui/golden
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Files that the screens are of, in $work. Their names are on the screens: work there.
make_images() {
	local kind
	for kind in image bad-crc odd kinds names luo-core tree; do
		"$B/tests/mkimage" "$kind" "$work/$kind"
	done
	"$B/tests/mkimage" many "$work/many" 100
	"$B/tests/mkworld" good "$work/world"
	"$B/tests/mkworld" bad "$work/world-bad"
	head -c 3000 "$work/kinds" >"$work/cut"
	head -c 200000 "$work/world" >"$work/world-cut"
	cp -r "$work/tree" "$work/tree-cut"
	head -c 1500 "$work/tree/kho/in/sub_fdts/kstate" >"$work/tree-cut/kho/in/sub_fdts/kstate"
	ln -s "$PWD/selftests/data/live-update" "$work/live"
}

# same DESC FILE: standard input is golden/FILE. GOLDEN=write writes that instead.
same() {
	local desc=$1 file=$golden/$2
	sed "s,$work/,,g" >"$work/screen"
	if [ "${GOLDEN-}" = write ]; then
		mkdir -p "$golden"
		cp "$work/screen" "$file"
	fi
	if cmp -s "$file" "$work/screen"; then
		pass "$desc"
	else
		fail "$desc" "$(diff -u "$file" "$work/screen" 2>&1)
$(cat "$work/err" 2>/dev/null)"
	fi
}
