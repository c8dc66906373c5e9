# shellcheck shell=dash disable=SC2034,SC2154
# What tracing costs a save, for `make bench-trace`: the least of several saves, by turns without
# tracing, with the events in the kernel's own buffer, and with kstate-trace. No test.

cmdline="kstate_klog=0 kunit.enable=0"
control=$debugfs/kstate/out/control
save="echo save >$control"
events=/sys/kernel/tracing/events/kstate/enable
rounds=9

# Ways of tracing a save.
off() {
	sh -c "$save"
}

buffer() {
	echo 1 >$events
	sh -c "$save"
	echo 0 >$events
}

rows() {
	kstate-trace --summary -k -q -- sh -c "$save" >/dev/null
}

functions() {
	kstate-trace --summary -q -- sh -c "$save" >/dev/null
}

lines() {
	kstate-trace --ring 4M -q -- sh -c "$save" >/dev/null
}

# measure NAME: lines "NAME WAY NS".
measure() {
	local round way
	for round in $(seq $rounds); do
		for way in off buffer rows functions lines; do
			$way
			echo "$1 $way $(cat /sys/kernel/kstate/save_ns)"
		done
	done
}

boot1() {
	echo 4096 >/sys/kernel/tracing/buffer_size_kb
	insmod "$modules/kstate_bulk.ko" nr=256 bytes=65536
	measure large >"$share/figures"
	rmmod kstate_bulk
	insmod "$modules/kstate_bulk.ko" nr=4000 bytes=8
	measure small >>"$share/figures"
}

# With -icount the guest's clock counts instructions. Time on an emulated processor has no goal: a loaded
# machine changes it by more than tracing does.
unit() {
	case ${KSTATE_VM_ARGS-} in
	*icount*) echo instructions 1.05 ;;
	*) [ "${KSTATE_VM_ACCEL:-tcg}" = tcg ] && echo ns 0 || echo ns 1.05 ;;
	esac
}

# shellcheck disable=SC2016
verify() {
	local unit limit
	check "all was measured" test "$(wc -l <"$share/figures")" = $((rounds * 10))
	read -r unit limit <<-END
		$(unit)
	END
	awk -v unit="$unit" -v limit="$limit" '
		{ at = $1 " " $2; if (!(at in least) || $3 < least[at]) least[at] = $3 }
		function line(bench, value, baseline, base, goal) {
			printf "{\"bench\":\"%s\",\"unit\":\"%s\",\"value\":%d,\"baseline\":\"%s\",\"baseline_value\":%d,\"ratio\":%.4f", bench, unit, value, baseline, base, value / base
			if (goal > 0)
				printf ",\"goal\":\"ours / baseline <= %s\",\"met\":%s", goal, value / base <= goal ? "true" : "false"
			print "}"
		}
		function large(way, what) {
			line("save of 256 sections of 64 KiB, " what, least["large " way], "no tracing", least["large off"], limit)
		}
		function event(way) {
			return (least["small " way] - least["small off"]) / 4000
		}
		END {
			if (limit > 0) {
				large("rows", "kstate-trace --summary -k")
				large("functions", "kstate-trace --summary")
				large("lines", "kstate-trace")
			}
			line("an event, kstate-trace --summary -k", event("rows"), "an event into the buffer of tracefs", event("buffer"))
			line("an event, kstate-trace", event("lines"), "an event into the buffer of tracefs", event("buffer"))
			line("save of a section of 8 bytes, without tracing", least["small off"] / 4000, "an event into the buffer of tracefs", event("buffer"))
		}' "$share/figures" >"$share/bench.json"
}
