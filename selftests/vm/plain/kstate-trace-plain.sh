# shellcheck shell=dash disable=SC2154
# A kernel without the function tracer and without jump labels: kstate-trace says what it does
# without, and does the rest. Run by `make check-plain`.

save="echo save >$debugfs/kstate/out/control"

boot1() {
	insmod "$modules/kstate_bulk.ko" nr=100 lose=10
	check "there is no function tracer" test ! -e /sys/kernel/tracing/available_filter_functions
	check "a save is traced" sh -c "kstate-trace -j --summary -- sh -c '$save' >$share/summary 2>&1"
	cat /sys/kernel/kstate/save_ns >"$share/save_ns"
	kstate-trace --summary --top 3 -- sh -c "$save" >"$share/table" 2>"$share/err"
	has "functions are timed by kprobes, which a note says" "$share/err" \
		'note: [0-9]+ functions are timed by kprobes, which take longer: fentry needs CONFIG_FUNCTION_TRACER$'
	has "they are in the table" "$share/table" '^kho_add_subtree +1 +0 '
	check "lines are shown" sh -c "kstate-trace -x -- sh -c '$save' >$share/lines"
	is "with the failures" "$(grep -c '^bulk@.* lost: EIO' "$share/lines")" 10
	kexec_load trace_event=kstate:*
}

boot2() {
	insmod "$modules/kstate_bulk.ko" nr=100
	kstate-trace boot >"$share/boot"
	has "boot needs none of it" "$share/boot" '^klog@0 .* swapper/0 +restored$'
}

verify() {
	check "the JSON conforms to the schema" python3 selftests/cli/lines.py \
		tools/kstate-trace/kstate-trace-1.schema.json "$share/summary"
	is "the save took save_ns" "$(python3 -c "
import json
print(json.load(open('$share/summary'))['result']['totals']['saves']['ns'])")" "$(cat "$share/save_ns")"
}
