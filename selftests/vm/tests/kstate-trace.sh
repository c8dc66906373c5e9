# shellcheck shell=dash disable=SC2154
# kstate-trace in a kernel: what it counts is what the engine says; failures, filters, budgets, and
# a burst that does not fit into the buffer.

sys=/sys/kernel/kstate
control=$debugfs/kstate/out/control
save="echo save >$control"

figure() {
	cat "$sys/$1"
}

# Keep what sysfs says now, for verify().
keep_figures() {
	local file
	for file in save_ns image_bytes sections restore_ns restored failed; do
		echo "$file $(figure $file)"
	done >"$share/$1.figures"
}

# traced NAME STATUS OPTION...: trace a save, and keep what is printed.
traced() {
	local name=$1 status=$2
	shift 2
	check_status "$name: its exit status" "$status" sh -c \
		"kstate-trace $* -- sh -c '$save' >$share/$name 2>$share/$name.err"
}

failures_are_shown() {
	traced failed 0 -x
	is "-x shows those that are lost" "$(grep -c '^bulk@.* save .* lost: E2BIG (Argument list too long)$' "$share/failed")" 10
	is "and nothing else" "$(tail -n +2 "$share/failed" | grep -c ' save')" 10
	traced failed-rows 0 -x --summary --top 0 -k
	is "in the table, too" "$(grep -c '^bulk@' "$share/failed-rows")" 10
	is "each with its error" "$(grep -c '^bulk@.* lost: E2BIG (Argument list too long)$' "$share/failed-rows")" 10
	has "sums are about everything" "$share/failed-rows" '^save +1,001 sections: 991 saved, 10 lost; '
}

filters_filter() {
	traced name 0 -n klog
	is "a name selects its sections" "$(grep -c '^klog@0 .* saved$' "$share/name")" 1
	has "and no other" "$share/name" '^1 event$'
	traced two-names 0 -n klog -n bulk
	has "two names select both" "$share/two-names" '^1,001 events$'
	traced id 0 --id 0x10100
	has "an id selects its sections" "$share/id" '^1,000 events$'
	traced slow 0 -m 1000000000000
	has "what was faster is left out" "$share/slow" '^0 events$'
}

budget_is_kept() {
	traced kept 0 --budget 60000
	has "a budget is kept" "$share/kept" '^budget   kept: '
	traced exceeded 1 --budget 0.000001
	has "a budget is exceeded" "$share/exceeded" '^budget   exceeded: .* of 1 ns '
	check_status "without a save no budget is kept" 1 kstate-trace --budget 60000 -- true
}

# On one processor nobody empties the buffer while the kernel saves: it is full soon.
burst_is_counted() {
	rmmod kstate_bulk
	echo abort >"$control"
	insmod "$modules/kstate_bulk.ko" nr=2000
	check "a burst of 2,000 sections is traced" \
		sh -c "taskset 1 kstate-trace -j --ring 4K -- sh -c '$save' >$share/burst"
	check "and counted in the table, whatever the buffer is" \
		sh -c "taskset 1 kstate-trace -j --summary -k --ring 4K -- sh -c '$save' >$share/burst-summary"
	keep_figures burst-summary
	check "a table without room says so" \
		sh -c "kstate-trace -j --summary -k --rows 100 -- sh -c '$save' >$share/few-rows"
}

# is_missing DESCRIPTION REGEX SHELL...: it ends with 4, and one line says what is missing.
is_missing() {
	local desc=$1 regex=$2
	shift 2
	rm -f /tmp/err
	check_status "$desc: exit status" 4 "$@" -c "kstate-trace -- true 2>/tmp/err"
	is "$desc: one line" "$(wc -l </tmp/err)" 1
	has "$desc: it says what, and how to get it" /tmp/err "$regex"
}

# What a kernel may lack, hidden: the running one has all of it.
what_is_missing_is_told() {
	mkdir -p /tmp/empty
	mount --bind /tmp/empty /sys/kernel/btf
	is_missing "no BTF" 'no type information in .*CONFIG_DEBUG_INFO_BTF' sh
	umount /sys/kernel/btf
	chmod 755 /
	echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >/etc/passwd
	is_missing "no privilege" 'no permission to trace: run it as root, or with CAP_BPF' su nobody
}

boot1() {
	insmod "$modules/kstate_bulk.ko" nr=1000 lose=100
	traced summary 0 -j --summary
	keep_figures summary
	traced table 0 -H --top 3
	has "the table has KHO's part" "$share/table" '^  of it in KHO +[0-9]'
	has "and its functions" "$share/table" '^kho_add_subtree +1 +0 '
	has "a histogram has bars" "$share/table" '^ +[0-9.]+ .s +[0-9.]+ .s +1  (#|█)'
	traced kprobes 0 -j --summary --kprobes
	traced no-kho 0 -j --summary -k
	traced events 0 -j -v
	traced timestamps 0 -T -n klog
	has "events have a time of day" "$share/timestamps" '^[0-9:]{8}\.[0-9]{6}  klog@0 '
	traced viewer 0 -s --trace-event "$share/viewer.json"
	failures_are_shown
	filters_filter
	budget_is_kept
	check "it ends after a time" sh -c "kstate-trace -k -d 0.2 >/dev/null"
	check "each interval has a table: it traces until there are two" sh -c "kstate-trace -k -i 0.2 -- \
		sh -c 'until [ \$(grep -c ^no.save $share/interval) -ge 2 ]; do :; done' >$share/interval"
	check "a program that is not there is an error" \
		sh -c "kstate-trace -- /nosuch 2>/tmp/err; [ \$? = 4 ]"
	what_is_missing_is_told
	burst_is_counted
	rmmod kstate_bulk
	insmod "$modules/kstate_bulk.ko" nr=1000 lose=100
}

boot2() {
	keep_figures before
	check "restores are traced" sh -c \
		"kstate-trace -j --summary -- insmod $modules/kstate_bulk.ko nr=1000 refuse=40 >$share/restore"
	keep_figures restore
	rmmod kstate_bulk
	check "failed restores are shown" sh -c \
		"kstate-trace -x -- insmod $modules/kstate_bulk.ko nr=1000 refuse=40 >$share/restore-failed"
	has "they carry their error" "$share/restore-failed" '^bulk@27 +restore .* failed: EPERM \(Operation not permitted\)$'
	check "LUO's work is timed" sh -c \
		"kstate-trace -j --summary -- luo hold session 1=text >$share/luo"
}

# json FILE EXPRESSION: a value of the document d in the last line of a file.
json() {
	tail -n 1 "$share/$1" | python3 -c "import json, sys; d = json.load(sys.stdin)['result']; print($2)"
}

# The sysfs figure of a name, as it was kept.
kept() {
	sed -n "s/^$2 //p" "$share/$1.figures"
}

verify_save() {
	local name=$1
	is "$name: the save took save_ns" "$(json "$name" "d['totals']['saves']['ns']")" "$(kept "$name" save_ns)"
	is "$name: its bytes are image_bytes" "$(json "$name" "d['totals']['saves']['bytes']")" "$(kept "$name" image_bytes)"
	is "$name: its sections are those of sysfs" "$(json "$name" "d['totals']['sections_saved']['count']")" \
		"$(kept "$name" sections)"
	is "$name: rows add up to the sum" "$(json "$name" "sum(r['ns'] for r in d['rows'])")" \
		"$(json "$name" "d['totals']['sections_saved']['ns']")"
	is "$name: there is a row for each section" "$(json "$name" "len(d['rows'])")" "$(kept "$name" sections)"
}

verify_restore() {
	is "restores took what restore_ns grew by" "$(json restore "d['totals']['sections_restored']['ns']")" \
		$(($(kept restore restore_ns) - $(kept before restore_ns)))
	is "those that are done are what restored grew by" \
		"$(json restore "d['totals']['sections_restored']['count'] - d['totals']['sections_restored']['failed']")" \
		$(($(kept restore restored) - $(kept before restored)))
	is "those that failed are what failed grew by" "$(json restore "d['totals']['sections_restored']['failed']")" \
		$(($(kept restore failed) - $(kept before failed)))
	is "20 were refused" "$(json restore "sum(r['errno'] == 'EPERM' for r in d['rows'])")" 20
	is "10 had no payload" "$(json restore "sum(r['errno'] == 'ENODATA' for r in d['rows'])")" 10
}

verify_burst() {
	is "events that are shown and lost are all there were" \
		"$(json burst "d['events'] + d['lost']['events']")" 2002
	is "as many were shown as it says" "$(grep -c '"command":"event"' "$share/burst")" "$(json burst "d['events']")"
	check "most of them were lost" test "$(json burst "d['lost']['events']")" -gt 1000
	is "sums have the lost ones, too" "$(json burst "d['totals']['sections_saved']['count']")" 2001
	is "none was missed" "$(json burst "d['lost']['missed']")" 0
	is "events without a row are counted" "$(json few-rows "len(d['rows']) + d['lost']['rows']")" 2001
}

verify() {
	local name
	for name in summary kprobes no-kho events burst burst-summary few-rows restore luo; do
		check "$name: the JSON conforms to the schema" python3 selftests/cli/lines.py \
			tools/kstate-trace/kstate-trace-1.schema.json "$share/$name"
	done
	check "the file for trace viewers keeps the rules of its format" \
		sh -c "selftests/cli/trace_event.py $share/viewer.json >$share/viewer.told"
	has "it has the sections, the image and functions" "$share/viewer.told" '^slices 10[0-9][0-9], tracks 2, arrows 0$'
	has "the functions by name" "$share/viewer.json" '"name":"kho_add_subtree","pid":1,.*"cat":"KHO"'
	verify_save summary
	verify_save burst-summary
	is "ten are lost, with their error" "$(json summary "sum(r['errno'] == 'E2BIG' and r['failed'] == 1 for r in d['rows'])")" 10
	check "functions are timed by fentry" test "$(json summary "len(d['functions'])")" -gt 0
	is "and by kprobes" "$(json kprobes "[f['function'] for f in d['functions']].count('kho_add_subtree')")" 1
	is "or not" "$(json no-kho "d['functions'] + [d['shares']]")" "[None]"
	is "KHO's part is a part" "$(json summary "0 < d['shares']['kho_in_saves']['ns'] < d['totals']['saves_wall_ns']")" True
	is "all events are shown with -v" "$(json events "d['events']")" 1003
	check "there was a table before that of the end" \
		test "$(grep -c '^no save and no restore was seen$' "$share/interval")" -ge 2
	is "LUO's functions are timed" \
		"$(json luo "[f['count'] for f in d['functions'] if f['function'] == 'luo_preserve_file']")" "[1]"
	is "as a part of the whole" "$(json luo "d['shares']['luo']['count'] > 0")" True
	verify_restore
	verify_burst
}
