#!/usr/bin/env bash
# get: what a script gets, byte for byte.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

# gets DESCRIPTION IMAGE FIELD BYTES: exit status 0, and exactly these bytes in printf's notation.
gets() {
	local desc=$1 image=$2 field=$3
	run get "$work/$image" "$field"
	# shellcheck disable=SC2059
	printf -- "$4" >"$work/want"
	if [ "$status" = 0 ] && cmp -s "$work/want" "$work/out"; then
		pass "$desc"
	else
		fail "$desc" "get $image $field: exit status $status
$(od -c "$work/out" | head)
$(cat "$work/err")"
	fi
}

test_values() {
	gets "text has no quotation marks" image test@0.s 'abcdefghi\n'
	gets "text has no escapes" odd odd@7b.label 'a"b\033\n\n'
	gets "a number is decimal" odd odd@7b.delta '-5\n'
	gets "a number is hex if its field says so" kinds 'kinds@0.small[1]' '0x14\n'
	gets "a bool is a word" odd odd@7b.on 'true\n'
	gets "a duration is in ns" odd odd@7b.took '1500000\n'
	gets "an address is hex" odd odd@7b.base '0xfee00000\n'
	gets "bytes are hex digits" odd odd@7b.mac '525400123456\n'
	gets "an enum is its name" odd odd@7b.state 'up\n'
	gets "flags are their names" odd odd@7b.flags 'ready|dirty\n'
	gets "a NULL pointer is an empty line" odd odd@7b.nothing '\n'
	gets "an array is a line an element" odd odd@7b.regs '0x100\n0x200\n0x300\n'
	gets "an empty array is nothing" kinds kinds@0.none ''
	gets "a folio is its address" image test@0.folio '0x4a3f000\n'
	gets "a page is its address" kinds kinds@0.page '0x12000\n'
	gets "a bitmap is its ranges" kinds kinds@0.bits '0-3,63,69\n'
	gets "custom data is hex digits" kinds kinds@0.secret '1201ffff\n'
}

test_paths() {
	gets "a subsection has fields" image test@0.test_v2.i '10\n'
	gets "a struct has fields" kinds kinds@0.first.number '80\n'
	gets "a list has elements" kinds 'kinds@0.many[17].label' 'port 18\n'
	gets "an element has lists" kinds 'kinds@0.slots[0].ports[0].number' '1\n'
	gets "an array has elements" kinds 'kinds@0.samples[99]' '1000\n'
	gets "an array of pointers has elements" kinds 'kinds@0.targets[2]' '22\n'
	gets "a value has parts" image test@0.folio.bytes '4096\n'
	gets "an enum has a number" odd odd@7b.state.value '1\n'
	gets "a bitmap has ranges" kinds 'kinds@0.bits.ranges[1].first' '63\n'
	gets "the instance may be left out if there is one" kinds kinds.name 'eth0\n'
	gets "a struct is shown" kinds kinds@0.first 'number  u16     80\nlabel   string  "port 80"\n'
}

test_raw() {
	run get --as-is "$work/odd" odd@7b.mac
	is "--as-is gives bytes as they are" "$(od -An -tx1 "$work/out")" " 52 54 00 12 34 56"
	run get -r "$work/image" test@0.s
	is "--as-is gives text without a newline" "$(od -An -c "$work/out" | tr -d ' ')" abcdefghi
	one_line "--as-is is for get" 2 '^kstate-dump: --as-is is not for show, but for: get$' show -r "$work/image"
}

# A terminal gets no control character but newlines.
test_terminal() {
	if ! command -v script >/dev/null; then
		skip "text on a terminal has escapes" "script is not installed"
		return
	fi
	script -qec "$dump get $work/odd odd@7b.label" "$work/typescript" >"$work/out" 2>&1 </dev/null || true
	has "text on a terminal has escapes" "$work/out" '^a"b\\x1b'
}

test_errors() {
	one_line "an unknown section is 1" 1 'no section for "nosuch.s" in' get "$work/image" nosuch.s
	one_line "an unknown field is 1" 1 'no value "test@0.nosuch" in' get "$work/image" test@0.nosuch
	one_line "the start of a field is 1" 1 'no value "test@0.p_u" in' get "$work/image" test@0.p_u
	one_line "an element too many is 1" 1 'no value' get "$work/kinds" 'kinds@0.samples[100]'
	one_line "an element of what is no list is 1" 1 'no value' get "$work/image" 'test@0.s[0]'
	one_line "an index that is no number is 1" 1 'no value' get "$work/kinds" 'kinds@0.samples[x]'
	one_line "a section alone is 1" 1 'no value "test@0" in' get "$work/image" test@0
	one_line "more than one section is 2, and they are named" 2 \
		'"many.a" is in more than one section: many@0 \(file\), many@1 \(file\)' get "$work/many" many.a
	one_line "no field is 2" 2 'get takes \[IMAGE\] SECTION.FIELD' get "$work/image"
	exits "damage elsewhere in the section is 1" 1 get "$work/bad-crc" test@0.p_ulong
	is "and the value is there" "$(cat "$work/out")" 1311768467463790320
}

# Where there is no image, or not all of the source, what is asked for is not there, or that is not known.
test_not_there() {
	local core=selftests/data/kernels/7.2s-mid.core live=selftests/data/live-update cut=$work/cut command
	head -c $(($(stat -c %s "$core") * 7 / 8)) "$core" >"$cut"
	one_line "a value of a file of LUO in a cut core is not known" 3 'no value "LUO.vm-alpha.0x1.x" in what could be read of .*not known' \
		get "$cut" LUO.vm-alpha.0x1.x
	one_line "in one that is whole it is not there" 1 'no value "LUO.vm-alpha.0x1.x" in' get "$core" LUO.vm-alpha.0x1.x
	for command in get show hexdump; do
		one_line "$command: without a kstate image there is no section: 1" 1 'no kstate image, and so no section "nosuch.x", in' \
			$command "$core" nosuch.x
		one_line "$command: in a cut core that is not known" 3 'no section "nosuch.x", in what could be read of .*is not known' \
			$command "$cut" nosuch.x
	done
	for command in get show; do
		one_line "$command: a section that is only registered has no values yet" 1 \
			'"test@0.s" \(its section is listed alone: registered and not saved yet' $command --out "$live" test@0.s
	done
	one_line "nor bytes" 1 '"test@0" \(its section is listed alone: registered and not saved yet' hexdump --out "$live" test@0
}

tests() {
	local kind
	for kind in image odd kinds bad-crc; do
		"$mkimage" "$kind" "$work/$kind"
	done
	"$mkimage" many "$work/many" 2
	test_values
	test_paths
	test_raw
	test_terminal
	test_errors
	test_not_there
}

tests 3>&1 >&2 | numbered
