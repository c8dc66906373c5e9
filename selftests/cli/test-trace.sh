#!/usr/bin/env bash
# kstate-trace with recorded events: what it prints, its exit statuses, its JSON, and what it says
# where something is missing. The program is the one with ASAN and UBSAN.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

export LC_ALL=C.UTF-8
dump=$B/tests/kstate-trace
data=selftests/data/trace
schema=tools/kstate-trace/kstate-trace-1.schema.json

# ticks: the events of save.trace with the clock x86-tsc, which has no seconds; prints the name.
ticks() {
	sed -E 's/([0-9]+)\.([0-9]{6}): /\1\2000: /' $data/save.trace >"$work/ticks"
	echo "$work/ticks"
}

test_lines() {
	golden "events are lines" trace-save.txt 0 --replay $data/save.trace
	golden "failures alone" trace-failed.txt 0 -x --replay $data/restore.trace
	golden "begins and ends, with times" trace-all.txt 0 -v -T --replay $data/restore.trace
	exits "a name selects" 0 -n klog --replay $data/save.trace
	has "its section" "$work/out" '^klog@0 '
	has "and no other" "$work/out" '^1 event$'
	exits "an id selects" 0 --id 1 --replay $data/save.trace
	has "its sections" "$work/out" '^test@0 '
	exits "what was faster is left out" 0 -m 1000000000 --replay $data/save.trace
	has "all of it" "$work/out" '^0 events$'
	check "standard input is read" "$dump" -q --replay - <$data/save.trace
	exits "a clock that counts ticks" 0 -T --replay "$(ticks)"
	has "has no time" "$work/out" '^ +-  klog@0 '
	has "which is told" "$work/err" 'note: the trace clock counts ticks'
	exits "whatever is measured of the time between events" 0 -s --replay "$(ticks)"
	has_not "is left out" "$work/out" 'with getting memory'
}

test_tables() {
	golden "the table" trace-summary.txt 0 -s --replay $data/save.trace
	golden "with histograms, by name" trace-histogram.txt 0 -H --by-name --replay $data/restore.trace
	golden "the first rows, and the others as one" trace-top.txt 0 -s --top 2 --replay $data/save.trace
	exits "few rows" 0 -s --rows 3 --replay $data/save.trace
	has "say how many events have none" "$work/out" '^7 events have no row: --rows allows more'
	has "and are not in the sums alone" "$work/out" '^save     10 sections: 8 saved, 2 lost'
}

# on_terminal COLUMNS ARGUMENT...: what it prints on a terminal; its lines, but for sentences, to "table".
on_terminal() {
	local columns=$1
	shift
	python3 selftests/cli/terminal.py "$columns" "$dump" "$@" >"$work/out"
	sed 's/\x1b\[[0-9;]*m//g' "$work/out" | sed -n '/^section/,/^$/p' >"$work/table"
}

widest() {
	wc -L <"$1"
}

test_width() {
	local columns
	on_terminal 300 -s --color=never --replay $data/save.trace
	check "a wide terminal has what a file has" cmp selftests/cli/golden/trace-summary.txt "$work/out"
	on_terminal 134 -s --color=never --replay $data/save.trace
	check "a bar is shorter where there is less room" test "$(widest "$work/table")" = 134
	has "and still there" "$work/table" '70.2 %  █+'
	for columns in 120 100 80; do
		on_terminal $columns -s --replay $data/save.trace
		check "the table fits $columns columns" test "$(widest "$work/table")" -le $columns
		has "with what failed" "$work/table" 'lost: EIO \(Input/output error\)$'
		on_terminal $columns boot --color=never --replay $data/boot.trace $data/boot
		check "so does that of boot" test "$(widest "$work/table")" -le $columns
		has "with what failed there" "$work/table" 'failed: EPERM \(Operation not permitted\)$'
	done
	on_terminal 80 --color=never --replay $data/boot.trace
	grep -v ' failed' "$work/table" >"$work/restored"
	check "lines of events fit, too" test "$(widest "$work/restored")" -le 80
	COLUMNS=300 on_terminal 80 -s --color=never --replay $data/save.trace
	check "COLUMNS says it before the terminal" cmp selftests/cli/golden/trace-summary.txt "$work/out"
}

test_colors() {
	local escape
	escape=$(printf '\033')
	golden "colors of events" trace-color.txt 0 --color=always --replay $data/restore.trace
	exits "colors of a table" 0 -s --color=always --replay $data/save.trace
	has "headings are bold" "$work/out" "^$escape\\[1msection$escape\\[m"
	has "what was lost is red" "$work/out" "$escape\\[1;31mlost: EIO"
	sed -i 's/\x1b\[[0-9;]*m//g' "$work/out"
	check "and nothing else differs" cmp selftests/cli/golden/trace-summary.txt "$work/out"
	exits "a file has no colors" 0 -s --replay $data/save.trace
	has_not "unless they are asked for" "$work/out" "$escape"
	on_terminal 80 -s --replay $data/save.trace
	has "a terminal has some" "$work/out" "$escape"
	on_terminal 80 -s --color=never --replay $data/save.trace
	has_not "--color=never" "$work/out" "$escape"
	NO_COLOR=1 on_terminal 80 -s --replay $data/save.trace
	has_not "NO_COLOR" "$work/out" "$escape"
	one_line "another word is wrong" 2 '--color is always, auto or never' --color=red --replay $data/save.trace
}

test_boot() {
	golden "what happened before user space" trace-boot.txt 0 boot --replay $data/boot.trace $data/boot
	golden "what failed of it" trace-boot-failed.txt 0 boot -x --replay $data/boot.trace $data/boot
	exits "an image alone" 0 boot selftests/data/live-update
	has "has durations" "$work/out" '^test@0 .* 42.0 us +1.0 ms .* - +- +restored$'
	grep '^#' $data/save.trace | sed 's|: 12/12 |: 0/0 |' >"$work/no-events"
	exits "a trace buffer without events of kstate" 0 boot --replay "$work/no-events" $data/boot
	has "is told" "$work/err" 'note: no events of the boot: boot with trace_event=kstate:\*'
	one_line "no image is an error" 4 'nosuch: No such file' boot "$work/nosuch"
	one_line "a file that is none is another" 3 'README' boot selftests/data/README.md
}

test_budget() {
	exits "a budget is kept" 0 --budget 1000 --replay $data/save.trace
	has "which is told" "$work/out" '^budget   kept: .* of 1.0 s \(save '
	exits "a budget is exceeded" 1 --budget 0.5 --replay $data/save.trace
	has "which is told, too" "$work/out" '^budget   exceeded: .* of 500.0 us '
	exits "filters do not change what is measured" 1 -n nosuch --budget 0.5 --replay $data/save.trace
	exits "nothing to measure is not kept" 1 --budget 1000 --replay "$work/no-events"
	exits "the budget of a boot is kept" 0 boot --budget 1000 --replay $data/boot.trace $data/boot
	sed 's|written: 12/12 |written: 12/912 |' $data/save.trace >"$work/lost"
	exits "with events lost it is not known" 6 --budget 50 --replay "$work/lost"
	has "how many is told" "$work/out" '^budget   not known: 900 events or calls were lost; at least '
	exits "what is exceeded all the same is" 1 --budget 0.5 --replay "$work/lost"
	run -j --budget 50 --replay "$work/lost"
	has "in JSON it is null" "$work/out" '"budget":\{"kept":null,'
	sed '0,/ ns=[0-9]* /s// ns= /' $data/save.trace >"$work/one-bad"
	exits "an event that cannot be read is lost, too" 6 --budget 50 --replay "$work/one-bad"
	{
		cat $data/save.trace
		sed -n '/save_end/s/sh-52/kstate_agent-52/; /kstate_agent/s/ns=[0-9]*/ns=99910854777/p' $data/save.trace
	} >"$work/named"
	exits "the save of a task that is named like an event counts" 1 --budget 50 --replay "$work/named"
	{
		sed -n '/save_end/s/ns=[0-9]*/ns=18446744073709551615/p' $data/save.trace
		grep section_restore $data/restore.trace
	} >"$work/long"
	exits "the largest times add up to no small one" 1 --budget 50 --replay "$work/long"
	exits "or exceeded" 1 boot --budget 0.001 $data/boot
	has "which is told in the same words" "$work/out" '^budget   exceeded: '
}

test_lost() {
	local file
	sed 's|written: 12/12 |written: 12/15 |' $data/save.trace >"$work/overwritten"
	exits "overwritten events are not known" 6 --replay "$work/overwritten"
	has "are counted" "$work/out" '^11 events; 3 events were lost before they were recorded$'
	sed 's| id=| id=x|' $data/save.trace >"$work/bad"
	for file in /dev/null /etc/passwd; do
		one_line "$file is no trace" 3 'not a copy of /sys/kernel/tracing/trace' --replay $file
	done
	one_line "nor for boot" 3 'not a copy of /sys/kernel/tracing/trace' boot --replay /dev/null $data/boot
	one_line "events that cannot be read are an error" 3 'no event of kstate in it can be read' -q --replay "$work/bad"
	sed '0,/ ns=[0-9]* /s// ns= /' $data/save.trace >"$work/one-bad"
	exits "one of them is not known" 6 --replay "$work/one-bad"
	has "and is noted" "$work/err" 'note: 1 lines of .* cannot be read'
}

# changed NAME: a copy of the boot whose image says that it was saved in 1 us; its checksum says otherwise.
changed() {
	cp -r $data/boot "$work/$1"
	chmod -R u+w "$work/$1"
	python3 - "$work/$1/kstate/in/image" <<'END'
import struct
import sys
image = bytearray(open(sys.argv[1], "rb").read())
at = image.index(struct.pack(">Q", 1678776))
image[at:at + 8] = struct.pack(">Q", 1000)
open(sys.argv[1], "wb").write(image)
END
}

test_damaged() {
	changed damaged
	exits "a damaged image keeps no budget" 1 boot --budget 4 "$work/damaged"
	has "which says why" "$work/out" '^budget   not known: 1 thing is damaged; it says 3.6 ms of 4.0 ms'
	has "what is damaged is told" "$work/err" '^kstate-trace: defect: .*image: producer: offset 0xa8: checksum is '
	exits "nor does it exceed one" 1 boot --budget 2 "$work/damaged"
	has "for it may say too much" "$work/out" '^budget   not known: '
	exits "nor is it well without one" 1 boot -q "$work/damaged"
	has "which is told to the quiet, too" "$work/err" '^kstate-trace: defect: '
	exits "in JSON" 1 -j boot --budget 4 "$work/damaged"
	has "it is a defect" "$work/out" '"defects":\[\{"code":"checksum",.*"offset":168\}\],"not_known":\[\]'
	has "and the budget null" "$work/out" '"budget":\{"kept":null,'
	cp -r $data/boot "$work/no-image"
	rm "$work/no-image/kstate/in/image"
	exits "a boot without its image keeps no budget" 6 boot --budget 4 "$work/no-image"
	exits "what is not known of LUO is not asked for" 0 boot --budget 4 selftests/data/live-update
}

# A trace that is cut at a line has no line that cannot be read: trace_pipe has no header that counts them.
test_no_end() {
	sed '/^#/d; /save_end/d' $data/save.trace >"$work/no-end"
	{
		sed '/^#/d' $data/save.trace
		sed 's/ns=7275891/ns=99907275891/' "$work/no-end"
	} >"$work/second"
	exits "a save that has no end keeps no budget" 6 --budget 50 --replay "$work/second"
	has "which says why" "$work/out" '^budget   not known: 1 save or restore has no end; at least '
	has "so does a note" "$work/err" 'note: saves or restores that began and have no end, .*: 1$'
	exits "without a budget it is not known, either" 6 -s --replay "$work/second"
	exits "what is exceeded all the same is" 1 --budget 0.5 --replay "$work/second"
	sed '/^#/d; $d' $data/restore.trace | sed '$d' >"$work/restoring"
	exits "nor does a restore that has none" 6 --budget 50 --replay "$work/restoring"
	sed '/^#/d; /save_begin/d' $data/save.trace >"$work/no-begin"
	exits "an end whose begin is not there counts" 0 --budget 50 --replay "$work/no-begin"
}

# Wherever a trace is cut in its last two lines, that is told.
test_cut() {
	local size at last
	size=$(stat -c %s $data/save.trace)
	last=$(tail -n 2 $data/save.trace | wc -c)
	: >"$work/passed"
	for at in $(seq $((size - last)) 3 $((size - 2))); do
		head -c "$at" $data/save.trace >"$work/cut"
		run --replay "$work/cut"
		[ "$status" = 6 ] && grep -qE 'note: ' "$work/err" || echo "$at: $status" >>"$work/passed"
	done
	is "a trace that is cut anywhere is not known" "$(cat "$work/passed")" ""
	grep -v 'klog' $data/save.trace >"$work/cut"
	exits "nor one without some of its lines" 6 --replay "$work/cut"
	has "how many are missing is told" "$work/err" 'note: [0-9]+ of the events that .* says it has are not there'
	sed '$d' $data/boot.trace >"$work/cut"
	exits "nor a boot" 6 boot --replay "$work/cut" $data/boot
	cp -r $data/boot "$work/no-table"
	rm "$work/no-table/kstate/in/sections"
	exits "a boot of whose restores nothing is known is 6" 6 boot "$work/no-table"
	has "and says so" "$work/out" '^restored  0 sections in 0 ns; 0 failed, 0 unclaimed, not known of 10$'
	exits "and keeps no budget" 6 boot --budget 1000 "$work/no-table"
	has "which says why" "$work/out" '^budget   not known: 10 times could not be read; at least '
}

test_json() {
	local n=0 args
	for args in "" "-v" "-x" "-s" "-s -H" "-s --by-name --budget 1" "--budget 1000" "-s --rows 2"; do
		for file in save restore; do
			n=$((n + 1))
			# shellcheck disable=SC2086
			run -j $args --replay $data/$file.trace
			mv "$work/out" "$work/$n.json"
		done
	done
	run -j --budget 50 --replay "$work/lost" && mv "$work/out" "$work/lost.json"
	run -j --replay "$(ticks)" && mv "$work/out" "$work/ticks.json"
	run -j boot $data/boot && mv "$work/out" "$work/boot1.json"
	run -j boot --replay $data/boot.trace --budget 1 $data/boot && mv "$work/out" "$work/boot2.json"
	run -j boot "$work/damaged" && mv "$work/out" "$work/damaged.json"
	run -j boot "$work/no-image" && mv "$work/out" "$work/no-image.json"
	run -j boot "$work/nosuch" && mv "$work/out" "$work/fail1.json"
	run -j nosuch && mv "$work/out" "$work/fail2.json"
	run -j --sysroot "$work/nosuch" && mv "$work/out" "$work/fail3.json"
	if ! python3 -c 'import jsonschema' 2>/dev/null; then
		skip "JSON conforms to the schema" "no python3 with jsonschema"
		return
	fi
	check "JSON conforms to the schema" python3 selftests/cli/lines.py $schema "$work"/*.json
	check_status "what does not conform is found" 1 python3 selftests/cli/lines.py $schema \
		<(sed 's/"ns":/"nanoseconds":/' "$work/1.json")
}

# viewer STATUS ARGUMENT...: a file for trace viewers, and what is in it.
viewer() {
	local want=$1
	shift
	exits "it is written besides" "$want" -q --trace-event "$work/events" "$@"
	check_status "it keeps the rules of the format" 0 selftests/cli/trace_event.py "$work/events"
	selftests/cli/trace_event.py "$work/events" >"$work/out" || true
}

test_trace_event() {
	viewer 0 --replay $data/save.trace
	has "every section and the image is a slice" "$work/out" '^slices 11, tracks 1, arrows 0$'
	has "what failed can be found" "$work/events" '"name":"bulk@3",.*"cat":"save,failed",.*"error":"EIO"'
	viewer 0 -s --replay $data/restore.trace
	has "the table needs no events, the file does" "$work/out" '^slices 16, tracks 1, arrows 0$'
	viewer 0 -n test --replay $data/save.trace
	has "filters hold for it, too" "$work/out" '^slices 1, '
	viewer 0 boot --replay $data/boot.trace $data/boot
	has "both kernels are in it, with an arrow for each section" "$work/out" '^slices 21, tracks 4, arrows 10$'
	has "that the times of saves are not known is said there" "$work/events" 'the image has durations, not times'
	viewer 6 --replay "$work/lost"
	has "lost events are marked" "$work/out" '^900 events or calls were lost$'
	viewer 6 --replay "$work/second"
	has "so is a save that has no end" "$work/out" '^1 saves or restores have no end$'
	viewer 0 --replay "$(ticks)"
	has "events without time are not in it" "$work/out" '^slices 0, '
	exits "which is told" 0 --trace-event "$work/events" --replay "$(ticks)"
	has "with their number" "$work/err" 'note: events that are not in the file for trace viewers.*: 12$'
	one_line "a file that cannot be written is 4" 4 'nosuch/x: No such file' \
		--trace-event "$work/nosuch/x" --replay $data/save.trace
	exits "a full disk is, too" 4 --trace-event /dev/full --replay $data/save.trace
	has "which is told" "$work/err" '^kstate-trace: /dev/full: No space left'
}

test_locale() {
	LC_ALL=C run -s --replay $data/save.trace
	has "bars are ASCII where the locale is" "$work/out" ' 70.2 %  ##############$'
	LC_ALL=xx_YY.utf8 run -s --replay $data/save.trace
	has "and not where UTF-8 is named, installed or not" "$work/out" ' 70.2 %  ██████████████'
}

test_usage() {
	one_line "an unknown option is 2" 2 'no option --nosuch' --nosuch
	one_line "an unknown command is 2" 2 'no command "nosuch"; try: kstate-trace help' nosuch
	one_line "a word too many is 2" 2 'live takes no words' live x
	one_line "a second image is 2" 2 'boot takes one IMAGE' boot a b
	one_line "nothing to run is 2" 2 'no command to run after --' --
	one_line "a program besides recorded events is 2" 2 'with --replay nothing runs' --replay x -- true
	one_line "an option of another command is 2" 2 '--interval is not for boot, but for: live' boot -i 1
	one_line "a budget that is none is 2" 2 '--budget takes milliseconds, not "x"' --budget x
	one_line "a budget of nothing is 2" 2 '--budget takes milliseconds' --budget 0
	one_line "an interval that is none is 2" 2 '--interval takes seconds' -i 1s
	one_line "an id that is none is 2" 2 '--id takes a number of 32 bits' --id 0x100000000
	one_line "a name that is too long is 2" 2 '--name takes a name of 1 to 31 bytes' \
		-n 01234567890123456789012345678901
	one_line "a buffer that is too small is 2" 2 '--ring takes a size from 4K to 1G' --ring 1K
	one_line "no row is 2" 2 '--rows takes at least 1' --rows 0
	one_line "recorded events that are not there are 4" 4 'nosuch: No such file' --replay "$work/nosuch"
	exits "help is 0" 0 help
	has "it has all options" "$work/out" '^      --budget MS '
	exits "help of a command is 0" 0 help boot
	exits "-h is 0" 0 -h
	exits "-V is 0" 0 -V
	"$dump" help >/dev/full 2>"$work/err" && status=0 || status=$?
	is "a full disk is 4" "$status" 4
}

# kernel NAME RELEASE CAPABILITIES [TYPEDEF]: files of a machine; with a name, its BTF has that typedef.
kernel() {
	local root=$work/$1
	mkdir -p "$root"/{sys/kernel/btf,proc/self,proc/sys/kernel}
	echo "$2" >"$root/proc/sys/kernel/osrelease"
	printf 'Name:\tx\nCapEff:\t%s\n' "$3" >"$root/proc/self/status"
	[ $# = 3 ] || python3 - "$root/sys/kernel/btf/vmlinux" "$4" <<'END'
import struct
import sys
strings = b"\0" + sys.argv[2].encode() + b"\0"
types = struct.pack("<III", 0, 1 << 24, 4) + struct.pack("<I", 32) + struct.pack("<III", 1, 8 << 24, 1)
open(sys.argv[1], "wb").write(struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(types), len(types),
                                          len(strings)) + types + strings)
END
}

test_missing() {
	kernel old 6.12.48+deb13-amd64 000001ffffffffff
	kernel no-btf 7.3.4 000001ffffffffff
	kernel no-kstate 7.3.4 000001ffffffffff btf_trace_sched_switch
	kernel user 7.3.4 0000000000000000 btf_trace_kstate_section_save
	one_line "an old kernel is 4, and named" 4 'Linux 6.12.48\+deb13-amd64 is too old: KHO came with 6.16' --sysroot "$work/old"
	one_line "no BTF is 4, and how to get it" 4 'no type information in .*: build the kernel with CONFIG_DEBUG_INFO_BTF' --sysroot "$work/no-btf"
	one_line "no events is 4, and how to get them" 4 'Linux 7.3.4 has no events of kstate: build it with CONFIG_KSTATE' --sysroot "$work/no-kstate"
	one_line "no privilege is 4, and which" 4 'no permission to trace: run it as root, or with CAP_BPF and CAP_PERFMON' --sysroot "$work/user"
	kernel fine 7.3.4 000001ffffffffff btf_trace_kstate_section_save
	one_line "a kernel that does not take the program is 4" 4 'the kernel (refuses|does not take) the BPF program' --sysroot "$work/fine"
	echo nonsense >"$work/no-btf/sys/kernel/btf/vmlinux"
	one_line "BTF that is none is 4" 4 "type information cannot be read" --sysroot "$work/no-btf"
}

tests() {
	if [ ! -x "$dump" ]; then
		skip "kstate-trace" "it is not built: clang or bpftool is missing"
		return
	fi
	test_lines
	test_tables
	test_width
	test_colors
	test_boot
	test_budget
	test_lost
	test_no_end
	test_damaged
	test_cut
	test_json
	test_trace_event
	test_locale
	test_usage
	test_missing
}

tests 3>&1 >&2 | numbered
