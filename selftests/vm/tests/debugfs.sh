# shellcheck shell=dash disable=SC2034,SC2154,SC2012
# What debugfs shows: to whom, all of it once, and nothing that has been given back, also through a
# file that was opened before.

# The image stays when all of it is restored: this looks at it.
cmdline=kstate_keep=1

out=$debugfs/kstate/out
in=$debugfs/kstate/in

# wrong_modes FOLDER: files that are not for root's reading alone.
wrong_modes() {
	find "$1" -type f ! -perm 400 ! -name control ! -name release
}

# The lines of a table that one read() gives, which end with a whole line; the table is open as 5.
read_piece() {
	dd bs=4096 count=1 <&5 2>/dev/null
}

# The reader stands before the sample's line when the sample goes.
next_line_goes() {
	local lines others
	check "many objects load" insmod "$modules/kstate_bulk.ko" nr=300
	others=$(grep -vc '^bulk ' "$out/sections")
	lines=$(dd if="$out/sections" bs=4096 count=1 2>/dev/null | wc -l)
	rmmod kstate_bulk
	insmod "$modules/kstate_bulk.ko" nr=$((lines - others))
	insmod "$modules/kstate_test.ko"
	insmod "$modules/kstate_versions.ko"
	exec 5<"$out/sections"
	read_piece >/tmp/pieces
	is "the first piece ends before the sample's line" "$(wc -l </tmp/pieces)" "$lines"
	rmmod kstate_test
	cat <&5 >>/tmp/pieces
	exec 5<&-
	cat "$out/sections" >/tmp/sections
	check "all others are there once, in their order" cmp /tmp/pieces /tmp/sections
	rmmod kstate_bulk
}

# A line that was read goes, while there is more to read.
line_before_goes() {
	check "the sample loads before many objects" insmod "$modules/kstate_test.ko"
	insmod "$modules/kstate_bulk.ko" nr=3000
	cat "$out/sections" >/tmp/sections
	exec 5<"$out/sections"
	read_piece >/tmp/pieces
	rmmod kstate_test
	cat <&5 >>/tmp/pieces
	exec 5<&-
	check "no line is left out, none is shown twice" cmp /tmp/pieces /tmp/sections
	rmmod kstate_bulk
}

open_across_abort() {
	local catalog
	check "large objects load" insmod "$modules/kstate_bulk.ko" nr=3 bytes=200000
	echo save >"$out/control"
	exec 5<"$out/image" 6<"$out/extents/$(ls "$out/extents" | head -n 1)" 7<"$debugfs/kstate/catalog"
	dd bs=64 count=1 <&5 >/tmp/head 2>/dev/null
	is "an open image can be read" "$(wc -c </tmp/head)" 64
	dd bs=64 count=1 <&6 >/tmp/head 2>/dev/null
	is "an open payload can be read" "$(wc -c </tmp/head)" 64
	is "the modes of a saved image are right" "$(wrong_modes "$debugfs/kstate")" ""
	catalog=$(wc -c <"$debugfs/kstate/catalog")
	echo abort >"$out/control"
	is "an open image is empty after an abort" "$(cat <&5 | wc -c)" 0
	is "and so is a payload" "$(cat <&6 2>/dev/null | wc -c)" 0
	is "no payload is listed any more" "$(ls "$out/extents")" ""
	rmmod kstate_bulk
	check "descriptions leave the catalog" test "$(wc -c <"$debugfs/kstate/catalog")" -lt "$catalog"
	is "but not one that is open" "$(cat <&7 | wc -c)" "$catalog"
	exec 5<&- 6<&- 7<&-
}

# saved_look: what --save lists, with the phase before it and after it.
saved_look() {
	echo "$1" >"$out/control"
	cat "$out/control"
	kstate-dump --save list >/tmp/list 2>&1
	cat "$out/control"
}

save_to_look() {
	check "the sample loads to be saved" insmod "$modules/kstate_test.ko"
	is "--save leaves nothing where nothing was" "$(saved_look abort | xargs)" "idle idle"
	has "it lists the sample as saved" /tmp/list '^test@0 +out .* ok .* saved '
	is "--save prepares again what was prepared" "$(saved_look prepare | xargs)" "prepared prepared"
	has "it lists the sample as saved then, too" /tmp/list '^test@0 +out .* ok .* saved '
	is "--save leaves what was saved" "$(saved_look save | xargs)" "saved saved"
	has "and says so" /tmp/list 'note: .* was saved already'
	echo abort >"$out/control"
	echo prepare >"$out/control"
	echo 1 >/sys/module/kstate_test/parameters/fail_save
	kstate-dump --save list >/tmp/list 2>&1
	is "a refused save leaves nothing, since nothing can be prepared then, either" \
		"$(cat "$out/control")" idle
	has "and has the error" /tmp/list 'out/control: save refused: Input/output error; dmesg says'
	rmmod kstate_test
}

boot1() {
	next_line_goes
	line_before_goes
	open_across_abort
	save_to_look
	insmod "$modules/kstate_bulk.ko" nr=30 bytes=200000
}

boot2() {
	local file payload=0
	(cd "$debugfs/kstate" && find . -type f) | sed 's|extents/.*|extents/<address>|' |
		sort -u >"$share/files"
	is "the modes of an incoming image are right" "$(wrong_modes "$debugfs/kstate")" ""
	check "payloads are listed" test "$(ls "$in/extents" | wc -l)" -ge 30
	exec 5<"$in/image" 6<"$in/extents/$(ls "$in/extents" | head -n 1)"
	dd bs=64 count=1 <&6 >/tmp/head 2>/dev/null
	is "an open payload can be read" "$(wc -c </tmp/head)" 64
	echo 1 >"$in/release"
	is "it is empty after the release" "$(cat <&6 | wc -c)" 0
	for file in "$in"/extents/*; do
		payload=$((payload + $(wc -c <"$file")))
	done
	is "and so are all" "$payload" 0
	check "the image's first tree stays" test "$(cat <&5 | wc -c)" -gt 0
	exec 5<&- 6<&-
	check "there is nothing left to release, and no harm in trying" sh -c "echo 1 >$in/release"
	check_status "only a boolean releases" 1 sh -c "echo maybe >$in/release"
}

verify() {
	is "every file is documented" "$(sed -n 's|^What:[[:space:]]*/sys/kernel/debug/kstate|.|p' \
		kernel/Documentation/ABI/testing/debugfs-kstate | grep -vxF -f - "$share/files")" ""
}
