# shellcheck shell=dash disable=SC2154
# Trace events: what they say is what sysfs and the tables of debugfs say, on both sides, and from
# the first initcall on if the command line asks for them.

tracing=/sys/kernel/tracing
sys=/sys/kernel/kstate
out=$debugfs/kstate/out
in=$debugfs/kstate/in

# events NAME: the fields of all events of that name, in the order in which they stand in the record.
events() {
	sed -n "s/.* kstate_$1: //p" "$tracing/trace" | sed 's/[a-z]*=//g'
}

# as_table NAME GOOD BAD: such events in the form of a table, without the checksums.
as_table() {
	events "$1" | awk -v good="$2" -v bad="$3" '
		{ print $1, $3, $4, $5, $6, $8 ? good : bad ":" $7 }' | sort
}

table() {
	awk 'NR > 1 { print $1, $2, $3, $4, $6, $7 }' "$1" | sort
}

sum_of() {
	events "$1" | awk -v column="$2" '{ sum += $column } END { print sum + 0 }'
}

save_is_shown() {
	table "$out/sections" >/tmp/table
	as_table section_save saved lost >/tmp/events
	check "each section has an event that says what the table says" cmp /tmp/table /tmp/events
	is "ten are lost, and say why" "$(grep -c ' lost:-7$' /tmp/events)" 10
	is "the end of the save says save_ns, image_bytes and no error" "$(events save_end)" \
		"kstate-v1 0x0 0x1 0 $(cat $sys/image_bytes) $(cat $sys/save_ns) 0 1"
	is "the save began once" "$(events save_begin)" "kstate-v1 0x0 0x1"
	check "sections take no longer than the save" \
		test "$(sum_of section_save 6)" -le "$(cat $sys/save_ns)"
}

# The fields can be used in filters, and events that are off are not raised.
some_are_shown() {
	echo 'name == "bulk" && done == 0' >$tracing/events/kstate/kstate_section_save/filter
	echo 0 >$tracing/events/kstate/kstate_save_begin/enable
	echo >$tracing/trace
	echo save >"$out/control"
	is "a filter shows what failed, and nothing else" "$(events section_save | wc -l)" 10
	is "events that are off are not raised" "$(events save_begin)" ""
	echo 0 >$tracing/events/kstate/kstate_section_save/filter
}

refusal_is_shown() {
	insmod "$modules/kstate_test.ko" fail_save=1
	echo >$tracing/trace
	check_status "a save is refused" 1 sh -c "echo save >$out/control"
	has "the section that refuses it has an event" $tracing/trace \
		'kstate_section_save: name=test id=0x1 .* bytes=0 .* error=-5 done=0$'
	has "and so has the end of the save" $tracing/trace \
		'kstate_save_end: name=kstate-v1 .* bytes=0 .* error=-5 done=0$'
	rmmod kstate_test
}

boot1() {
	echo 8192 >$tracing/buffer_size_kb
	insmod "$modules/kstate_bulk.ko" nr=1000 lose=100
	echo 1 >$tracing/events/kstate/enable
	check "objects are saved" sh -c "echo save >$out/control"
	save_is_shown
	some_are_shown
	refusal_is_shown
	kexec_load trace_event=kstate:* trace_buf_size=8M
}

restore_is_shown() {
	table "$in/sections" >/tmp/table
	as_table section_restore restored failed >/tmp/events
	check "each section has an event that says what the table says, $1" cmp /tmp/table /tmp/events
}

totals_are_right() {
	is "restore_ns is the sum of the events', $1" "$(cat $sys/restore_ns)" "$(sum_of section_restore 6)"
	is "restored is the number of those that are done, $1" "$(cat $sys/restored)" \
		"$(sum_of section_restore 8)"
	is "failed is the number of sections whose last event is not, $1" "$(cat $sys/failed)" \
		"$(events section_restore | awk '{ last[$1 $3] = !$8 }
			END { for (i in last) sum += last[i]; print sum + 0 }')"
}

boot2() {
	has "a restore before user space is shown" $tracing/trace \
		'swapper/0-1 .* kstate_section_restore: name=klog .* error=0 done=1$'
	check "objects are restored" insmod "$modules/kstate_bulk.ko" nr=1000 refuse=40
	restore_is_shown "at the first attempt"
	is "what was lost has no payload" "$(grep -c ' failed:-61$' /tmp/events)" 10
	is "what was refused says why" "$(grep -c ' failed:-1$' /tmp/events)" 20
	totals_are_right "at the first attempt"
	rmmod kstate_bulk
	check "objects are restored again" insmod "$modules/kstate_bulk.ko" nr=1000
	totals_are_right "at the second"
	is "a call that finds its section restored has an end alone" \
		"$(events restore_end | grep -c ' -114 0$')" 970
	cp $tracing/events/kstate/kstate_section_restore/format "$share/format"
}

verify() {
	local event desc="BTF has the arguments of all events" found=0
	if ! PATH=$PATH:/usr/sbin command -v bpftool >/dev/null; then
		skip "$desc" "bpftool is not installed"
		return
	fi
	PATH=$PATH:/usr/sbin bpftool btf dump file "$B/kernel/vmlinux" >"$share/btf"
	for event in save_begin section_save save_end restore_begin section_restore restore_end; do
		! grep -q "TYPEDEF 'btf_trace_kstate_$event'" "$share/btf" || found=$((found + 1))
	done
	rm "$share/btf"
	is "$desc" $found 6
}
