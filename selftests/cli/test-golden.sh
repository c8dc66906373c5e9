#!/usr/bin/env bash
# What people see, to the letter. GOLDEN=write makes the files again: look at the difference.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

test_text() {
	golden "info of a directory" info.txt 6 info tree
	golden "list of a directory" list.txt 6 list tree
	golden "list of what comes" list-in.txt 6 list --in tree
	golden "list of what goes" list-out.txt 6 list --out tree
	golden "show of a directory" show.txt 0 show tree
	golden "show of a section" show-section.txt 0 show --in tree test@0
	golden "show of a field" show-field.txt 0 show --in tree test.p_ulong
	golden "show of a subsection's field" show-subfield.txt 0 show --in tree test@0.test_v2.i
	golden "every hint" show-odd.txt 0 show odd
	golden "every kind" show-kinds.txt 0 show kinds
	golden "every kind, in full" show-kinds-v.txt 0 show -v kinds
	golden "lists, trees and arrays" show-held.txt 0 show held
	golden "their description" schema-held.txt 0 schema held
	golden "hexdump of a section" hexdump.txt 0 hexdump image test@0
	golden "hexdump of every kind" hexdump-kinds.txt 0 hexdump kinds kinds
	golden "hexdump of a field" hexdump-field.txt 0 hexdump kinds kinds.slots
	golden "schema with every kind" schema-kinds.txt 0 schema kinds
	golden "schema with every hint" schema-odd.txt 0 schema odd
	golden "schema of a live update" schema-live.txt 0 schema selftests/data/live-update
	golden "schema of one description" schema-one.txt 0 schema kinds port
	golden "catalog of a kernel" catalog.txt 0 catalog bzimage
	golden "catalog of a kernel and its module" catalog-module.txt 0 catalog vmlinux module
	golden "catalog of a live update" catalog-live.txt 0 catalog selftests/data/live-update
	golden "a wrong checksum" show-bad-crc.txt 1 show bad-crc
	has "a wrong checksum names section and offset" err \
		'^kstate-dump: defect: bad-crc: sections/test@0: offset 0x[0-9a-f]+: checksum is'
	golden "info of an image" info-image.txt 0 info image
	golden "info of a KHO root" info-root.txt 0 info root
	golden "info of a core with LUO" info-luo.txt 0 info luo-core
	golden "list of what LUO preserves" list-luo.txt 0 list luo-core
	golden "show of what LUO preserves" show-luo.txt 0 show luo-core LUO
	golden "show of what LUO will preserve" show-luo-kernel.txt 0 show luo-kernel LUO
	golden "show of a file of LUO" show-luo-file.txt 0 show luo-core LUO.systemd.0x1
	golden "mem of a core" mem.txt 0 mem world
	golden "mem of a core, in full" mem-v.txt 0 mem -v world
	golden "mem of a directory" mem-tree.txt 6 mem tree
	golden "who has an address" mem-who.txt 0 mem world --who 0x40044200
	golden "who has an address that is free" mem-who-nobody.txt 1 mem world --who 28672
	golden "verify of a core" verify.txt 0 verify world
	golden "verify of a core with damage" verify-bad.txt 1 verify world-bad
	golden "verify of a directory" verify-tree.txt 6 verify tree
	golden "help" help.txt 0 help
	golden "help of show" help-show.txt 0 help show
	golden "help of mem" help-mem.txt 0 help mem
	golden "help of catalog" help-catalog.txt 0 help catalog
	golden "help of verify" help-verify.txt 0 help verify
	golden "colors" color.txt 0 show --color=always image test@0
	golden "colors of a table" color-list.txt 0 list --color=always selftests/data/trace/boot
	"$dump" list selftests/data/trace/boot >plain
	check "colors change nothing else" cmp plain <(sed 's/\x1b\[[0-9;]*m//g' out)
	has "the error of a restore has its name" plain '^bulk@2 .* failed: EPERM '
	"$dump" list -j selftests/data/trace/boot >json
	has "JSON has what the source has" json '"result":"failed:-1"'
	"$dump" list --color=always bad-crc >out || true
	has "a wrong checksum is red" out "$(printf '\033')\\[1;31mbad"
}

test_same() {
	"$dump" show big >big.out
	"$dump" show image >image.out
	check "a big-endian image shows the same" cmp image.out big.out
	"$dump" show - <image >stdin.out
	check "standard input shows the same" cmp image.out stdin.out
	"$dump" show --in tree/kho >kho.out 2>/dev/null
	"$dump" show --in tree/kstate | sed 's/, restored in [0-9.]* ms//' >kstate.out
	check "kho/ and kstate/ show the same, but for the result" cmp kho.out kstate.out
	mkdir -p flat && cp tree/kho/in/fdt tree/kho/in/sub_fdts/* flat/
	"$dump" show flat | sed 's/(file)/(in)/' >flat.out
	check "a flat directory shows the same" cmp kho.out flat.out
}

# klog@0 has 1010 bytes.
test_counts() {
	local image=selftests/data/trace/boot bytes
	"$dump" list --in $image >list.out
	"$trace" boot --replay selftests/data/trace/boot.trace $image >trace.out
	bytes=$(awk '$1 == "klog@0" { print $3 }' trace.out)
	is "the bytes of a section are those of kstate-trace, to the letter" \
		"$(awk '$1 == "klog@0" { print $4 }' list.out)" "$bytes"
	is "people read them with a comma" "$bytes" 1,010
	has "JSON has digits alone" <("$dump" -j list --in $image) '"section":"klog@0".*"bytes":1010,'
	has "and so has YAML" <("$dump" -y list --in $image) '^ *bytes: 1010$'
	has "and so have columns" <("$dump" list --columns section,bytes --in $image) "^klog@0$(printf '\t')1010\$"
	is "a value of a driver is as it is in C" "$("$dump" get --in tree test@0.p_ulong)" 1311768467463790320
	has "in a table, too" <("$dump" -q show --in tree) '^  p_ulong .* 1311768467463790320$'
}

# What LUO preserves is in captures, before the kexec and after it.
test_captures() {
	local kind
	for kind in luo-core luo-kernel; do
		"$dump" capture -q -o "$kind.capture" "$kind" >out 2>err
		"$dump" show -q "$kind" LUO >whole.out
		"$dump" show -q "$kind.capture" LUO >capture.out
		check "a capture of $kind shows the same" cmp whole.out capture.out
	done
}

test_safe() {
	has_not "no control character reaches the terminal" <("$dump" show odd) "$(printf '\033')"
	"$dump" -q info tree >out 2>err || true
	has_not "-q leaves out notes" err 'note:'
	has "and not what is not known" err 'not known:'
}

# Images are named by short paths: work in the folder of the files.
tests() {
	local top=$PWD
	for kind in image big bad-crc odd kinds held root luo-core luo-kernel vmlinux bzimage module tree; do
		"$mkimage" "$kind" "$work/$kind"
	done
	"$mkworld" good "$work/world"
	"$mkworld" bad "$work/world-bad"
	dump=$(realpath "$dump")
	trace=$(realpath "$B/tests/kstate-trace")
	ln -s "$top/selftests" "$work/selftests"
	cd "$work"
	test_text
	test_same
	test_counts
	test_captures
	test_safe
}

tests 3>&1 >&2 | numbered
