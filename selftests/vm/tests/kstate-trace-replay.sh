# shellcheck shell=dash disable=SC2034,SC2154
# What kstate-trace counts in the kernel is what it counts from the text of the same events.
# selftests/data/trace is made of what this leaves.

cmdline="kstate_klog=1K kunit.enable=0"
tracing=/sys/kernel/tracing

# both NAME COMMAND: trace a command, and keep the text of the events as well.
both() {
	echo >$tracing/trace
	echo 1 >$tracing/events/kstate/enable
	check "$1 is traced" sh -c "kstate-trace -j --summary -H -k -- sh -c '$2' >$share/$1.json"
	cat $tracing/trace >"$share/$1.trace"
	echo 0 >$tracing/events/kstate/enable
}

boot1() {
	insmod "$modules/kstate_bulk.ko" nr=8 lose=4
	insmod "$modules/kstate_test.ko"
	both save "echo save >$debugfs/kstate/out/control"
	kexec_load trace_event=kstate:*
}

boot2() {
	insmod "$modules/kstate_test.ko"
	both restore "insmod $modules/kstate_bulk.ko nr=8 refuse=3"
}

boot3() {
	insmod "$modules/kstate_bulk.ko" nr=8 refuse=3
	insmod "$modules/kstate_test.ko"
	cat $tracing/trace >"$share/boot.trace"
	copy_tree "$debugfs/kstate/in" "$share/boot/kstate/in"
}

# Rows and sums of a document, without what a trace buffer has with microseconds only.
result_of() {
	python3 -c "
import json
d = json.load(open('$1'))['result']
del d['totals']['saves_wall_ns']
print(json.dumps(d, sort_keys=True))"
}

verify() {
	local name
	for name in save restore; do
		"$tools/kstate-trace" -j --summary -H --replay "$share/$name.trace" >"$share/$name.replay.json"
		is "$name: the kernel counts as user space does" "$(result_of "$share/$name.json")" \
			"$(result_of "$share/$name.replay.json")"
	done
}
