# shellcheck shell=dash disable=SC2034,SC2154
# kstate-trace boot: save and restore of every section, those of early initcalls included; live, and
# from files that were copied, which say the same.

cmdline="kstate_klog=4K kunit.enable=0"
tracing=/sys/kernel/tracing
sys=/sys/kernel/kstate

boot1() {
	insmod "$modules/kstate_bulk.ko" nr=1000 lose=100
	check "before a live update there is nothing to show" \
		sh -c "kstate-trace boot >/tmp/out 2>/tmp/err; [ \$? = 4 ]"
	kexec_load trace_event=kstate:* trace_buf_size=8M
}

keep() {
	copy_tree "$debugfs/kstate" "$share/$1/kstate"
	cat "$tracing/trace" >"$share/$1/trace"
	kstate-trace boot -j >"$share/$1/live.json"
	cat $sys/restore_ns >"$share/$1/restore_ns"
}

boot2() {
	has "klog is restored before user space" $tracing/trace 'swapper/0-1 .* kstate_section_restore: name=klog '
	kstate-trace boot >"$share/early"
	has "its row says so" "$share/early" '^klog@0 .* swapper/0 +restored$'
	has "the rest has been saved" "$share/early" '^bulk@0 +1 +76 +[0-9.]+ .s +- .* - +unclaimed$'
	insmod "$modules/kstate_bulk.ko" nr=1000 refuse=40
	mkdir -p "$share/all"
	keep all
	kstate-trace boot >"$share/table"
	has "what was lost says so" "$share/table" '^bulk@63 .* failed: ENODATA \(No data available\)$'
	has "what was refused says why" "$share/table" '^bulk@27 .* insmod +failed: EPERM \(Operation not permitted\)$'
	kstate-trace boot -x >"$share/failures"
	is "-x shows those that failed, and no other" "$(grep -c '^bulk@.* failed: ' "$share/failures")" \
		"$(grep -c '@' "$share/failures")"
	check "a budget is kept" kstate-trace boot --budget 600000
	check_status "a budget is exceeded" 1 kstate-trace boot --budget 0.000001
	rmmod kstate_bulk
	insmod "$modules/kstate_bulk.ko" nr=1000
	kstate-trace boot >"$share/second"
	has "a second attempt is told" "$share/second" '^bulk@27 .* restored, attempt 2$'
	echo 0 >$tracing/events/kstate/enable
	echo >$tracing/trace
	kstate-trace boot >"$share/untraced" 2>"$share/untraced.err"
	has "without events durations are there still" "$share/untraced" '^klog@0 .* - +- +restored$'
	has "and a note says how to get them" "$share/untraced.err" 'trace_event=kstate:\*'
}

# all.json EXPRESSION: a value of the result d, in which rows are r.
json() {
	python3 -c "import json, sys; d = json.load(open('$share/all/live.json'))['result']; r = d['rows']; print($1)"
}

verify() {
	local table=$share/all/kstate/in/sections
	check "JSON conforms to the schema" python3 selftests/cli/lines.py \
		tools/kstate-trace/kstate-trace-1.schema.json "$share/all/live.json"
	is "every section has a row" "$(json "len(r)")" "$(tail -n +2 "$table" | wc -l)"
	is "all have been saved in some time, but the lost ones" "$(json "sum(not x['save_ns'] for x in r)")" 0
	is "restores took what the table says" "$(json "d['restore_ns']")" \
		"$(awk 'NR > 1 { sum += $6 } END { print sum }' "$table")"
	is "which is restore_ns" "$(json "d['restore_ns']")" "$(cat "$share/all/restore_ns")"
	is "events tell when" "$(json "sum(x['time_ns'] is not None for x in r)")" "$(json "len(r)")"
	is "one was in an initcall" "$(json "[x['name'] for x in r if x['task'] == 'swapper/0']")" "['klog']"
	is "a restore in an initcall is not measured in ticks" "$(json "[x['restore_ns'] % 1000000 != 0 for x in r if x['name'] == 'klog']")" "[True]"
	is "what failed says why" "$(json "sum(x['errno'] == 'EPERM' for x in r), sum(x['errno'] == 'ENODATA' for x in r)")" "20 10"
	"$tools/kstate-trace" boot -j --replay "$share/all/trace" "$share/all" >"$share/all/offline.json"
	is "copied files say the same" "$(python3 -c "
import json
for name in 'live', 'offline':
    d = json.load(open('$share/all/%s.json' % name))
    print(json.dumps(d['result'], sort_keys=True))" | uniq | wc -l)" 1
}
