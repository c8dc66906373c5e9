# shellcheck shell=dash disable=SC2154
# One live update: the sample's struct is saved, the machine kexecs, the next kernel restores it.

control=$debugfs/kstate/out/control

boot1() {
	check "a cold boot has no incoming image" test ! -e "$debugfs/kstate/in"
	check "the sample loads" insmod "$modules/kstate_test.ko"
	dmesg_has "the sample sets its values" 'kstate_test: set: i=-42 '
	cat "$debugfs/kstate/out/sections" >/tmp/sections
	has "the object is listed before it is saved" /tmp/sections '^test 0x0 2 .* registered$'
	check "an image is saved on demand" sh -c "echo save >$control"
	check "KHO shows the saved image" test -s "$debugfs/kstate/out/image" -o -e "$debugfs/kho/out/sub_fdts/kstate"
	copy_tree "$debugfs/kho" "$share/boot1/kho"
	copy_tree "$debugfs/kstate" "$share/boot1/kstate"
	kstate-dump list >"$share/boot1/list" 2>&1
	check "the image is given back on demand" sh -c "echo abort >$control"
	check "KHO does not show it any more" test ! -e "$debugfs/kho/out/sub_fdts/kstate"
	check_status "an unknown command is refused" 1 sh -c "echo nonsense >$control"
}

boot2() {
	check "the image is handed over" test -e "$debugfs/kho/in/sub_fdts/kstate"
	cat "$debugfs/kstate/in/sections" >/tmp/sections
	has "the section waits to be claimed" /tmp/sections '^test 0x0 2 .* unclaimed$'
	check "the sample loads again" insmod "$modules/kstate_test.ko"
	dmesg_has "the sample finds every value restored" \
		'kstate_test: restored: i=-42 \*p_ulong=0x123456789abcdef0 s=kstate-ok .* contents as saved'
	cat "$debugfs/kstate/in/sections" >/tmp/sections
	has "the section is restored" /tmp/sections '^test 0x0 2 .* restored$'
	dmesg | sed -n 's/.*kstate_test: restored: .* folio=0x\([0-9a-f]*\) .*/\1/p' >"$share/folio"
	mkdir -p "$share/boot2"
	kstate-dump list >"$share/boot2/list" 2>&1
	kstate-dump show test >"$share/boot2/show" 2>&1
	copy_tree "$debugfs/kho" "$share/boot2/kho"
	copy_tree "$debugfs/kstate" "$share/boot2/kstate"
}

verify() {
	local blob=$share/boot2/kho/in/sub_fdts/kstate shown=$share/shown
	check "dtc accepts the image" dtc -q -I dtb -O dts -o /dev/null "$blob"
	check "dtc accepts the image saved on demand" \
		dtc -q -I dtb -O dts -o /dev/null "$share/boot1/kho/out/sub_fdts/kstate"
	check "kstate-dump decodes the image" "$tools/kstate-dump" show "$blob"
	"$tools/kstate-dump" show "$blob" >"$shown" || true
	has "it shows s" "$shown" '^ *s .*"kstate-ok"'
	has "it shows *p_ulong" "$shown" '^ *p_ulong .*0x123456789abcdef0'
	has "it shows where the folio is" "$shown" "^ *folio .*0x0*$(cat "$share/folio"), order 2"
	has "it shows the subsection's i" "$shown" '^ *i .*-42'
	has "on the live system it lists what was saved" "$share/boot1/list" '^test@0 .*out'
	has "and what was restored" "$share/boot2/list" '^test@0 .*restored'
	has "and shows its values" "$share/boot2/show" '^ *s .*"kstate-ok"'
}
