# shellcheck shell=dash disable=SC2154
# The end of the kernel log is kept across live updates: each kernel shows what the one before said.

klog=$debugfs/kstate/klog
control=$debugfs/kstate/out/control
said='the old kernel said this'

# is_text DESC ARGUMENT...: kstate-dump prints what the file shows. It ends a value with a newline.
is_text() {
	local desc=$1
	shift
	{ cat "$klog" && echo; } >/tmp/wanted
	kstate-dump "$@" >/tmp/got 2>&1
	check "$desc" cmp /tmp/wanted /tmp/got
}

# Once this kernel has saved its own log, too, the side has to be named.
one_side() {
	check "this kernel saves its own" sh -c "echo save >$control"
	check_status "there are two texts now" 2 sh -c "kstate-dump get klog.text 2>/tmp/said"
	has "the message says how to name one" /tmp/said 'klog@0 \(in\), klog@0 \(out\); name .* the side'
	is_text "which works" get --in klog.text
	check "its image is given back" sh -c "echo abort >$control"
	is_text "then there is one again" get klog.text
}

boot1() {
	check "a cold boot has no earlier log" test ! -e "$klog"
	cat "$debugfs/kstate/out/sections" >/tmp/sections
	has "the log is registered from the boot on, with all its room" /tmp/sections \
		'^klog 0x0 1 65536 .* registered$'
	check "it is saved and given back" sh -c "echo save >$control; echo abort >$control"
	cat "$debugfs/kstate/out/sections" >/tmp/sections
	has "a save leaves it all its room" /tmp/sections '^klog 0x0 1 65536 '
	kstate-dump list >/tmp/list 2>&1
	has "the tools list it" /tmp/list '^klog@0 .*out'
	check "the next kernel loads" kexec_load
	is "room for the text is prepared" "$(cat "$control")" prepared
	echo "$said first" >/dev/kmsg
}

boot2() {
	dmesg_has "it comes in, and nothing is lost" 'klog: [0-9]+ bytes .* log, 0 records .* lost'
	has "the file shows what the old kernel said" "$klog" "^\[ *[0-9.]+\] $said first$"
	has "and how it began" "$klog" 'Linux version'
	kstate-dump show klog@0.text >/tmp/shown 2>&1
	has "kstate-dump shows it" /tmp/shown "$said first"
	is_text "kstate-dump get has it without the instance" get klog.text
	is_text "and with it" get klog@0.text
	one_side
	copy_tree "$debugfs/kho" "$share/kho"
	copy_tree "$debugfs/kstate" "$share/kstate"
	echo "$said second" >/dev/kmsg
	check "the next kernel loads, to keep less" kexec_load kstate_klog=4K
}

boot3() {
	local i
	has "the log of the kernel before is there" "$klog" "$said second\$"
	has_not "and none that is older" "$klog" "$said first"
	for i in $(seq 100); do
		echo "line $i" >/dev/kmsg
	done
	echo "$said third" >/dev/kmsg
	check "the next kernel loads, to keep nothing" kexec_load kstate_klog=0
}

boot4() {
	dmesg_has "what did not fit is counted" 'klog: [0-9]+ bytes .* log, [1-9][0-9]+ records .* lost'
	check "the text has the size that was asked for" test "$(wc -c <"$klog")" -le 4096
	has "the newest lines are kept" "$klog" "$said third\$"
	has "as whole lines" "$klog" '^\[ *[0-9.]+\] line 50$'
	has_not "the oldest are not" "$klog" 'Linux version'
	is "the first line is whole" "$(head -c 1 "$klog")" "["
	cat "$debugfs/kstate/out/sections" >/tmp/sections
	has_not "this kernel keeps nothing" /tmp/sections '^klog '
}

verify() {
	local blob=$share/kho/in/sub_fdts/kstate
	"$tools/kstate-dump" show "$blob" klog@0.text >"$share/shown" || true
	has "kstate-dump finds it in a blob" "$share/shown" "$said first"
	"$tools/kstate-dump" show --in "$share" klog@0.text >"$share/shown" || true
	has "and in a copied tree" "$share/shown" "$said first"
	has "the text is not cut" "$share/shown" 'Linux version'
	{ cat "$share/kstate/klog" && echo; } >"$share/wanted"
	"$tools/kstate-dump" get "$blob" klog.text >"$share/got" || true
	check "get klog.text has it from a blob" cmp "$share/wanted" "$share/got"
	"$tools/kstate-dump" get "$share" klog.text >"$share/got" || true
	check "and from a copied tree" cmp "$share/wanted" "$share/got"
}
