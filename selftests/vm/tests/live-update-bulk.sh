# shellcheck shell=dash disable=SC2034,SC2154,SC2086,SC2012
# Images that are larger than one block of memory: many sections, then large payloads.

# The image stays when all of it is restored: this looks at it.
cmdline=kstate_keep=1

many="nr=100000 bytes=64"
large="nr=2 bytes=33554432"

boot1() {
	check "a hundred thousand objects are registered" insmod "$modules/kstate_bulk.ko" $many
	check "the next kernel loads" kexec_load
	is "loading it prepares the save" "$(cat "$debugfs/kstate/out/control")" prepared
}

boot2() {
	dmesg_has "all sections are found" 'kstate: incoming image: generation 1, 100001 sections'
	check "all of them are verified" insmod "$modules/kstate_bulk.ko" $many
	dmesg_has "all of them are restored" 'kstate_bulk: restored 100000 objects'
	dmesg | grep -E 'kstate: (saved|incoming)|kstate_bulk: ' >"$share/many"
	check "the image is several shards" test "$(wc -c <"$debugfs/kstate/in/image")" -gt 12582912
	check "what is not needed any more is released" sh -c "echo 1 >$debugfs/kstate/in/release"
	check "one shard stays" test "$(wc -c <"$debugfs/kstate/in/image")" -le 4194304
	rmmod kstate_bulk
	check "two objects of 32 MiB are registered" insmod "$modules/kstate_bulk.ko" $large
}

boot3() {
	check "payloads outside the tree are shown" test "$(ls "$debugfs/kstate/in/extents" | wc -l)" -ge 16
	check "both are verified" insmod "$modules/kstate_bulk.ko" $large
	dmesg_has "both are restored" 'kstate_bulk: restored 2 objects'
	dmesg | grep -E 'kstate: (saved|incoming)|kstate_bulk: ' >"$share/large"
	cat "$debugfs/kstate/in/sections" >/tmp/sections
	has "the table tells their size" /tmp/sections '^bulk 0x1 1 33554444 .* restored$'
	mkdir -p "$share/kstate"
	copy_tree "$debugfs/kstate" "$share/kstate"
	check "they are released" sh -c "echo 1 >$debugfs/kstate/in/release"
}

verify() {
	check "kstate-dump lists sections outside the tree" "$tools/kstate-dump" list --in "$share"
	diag "$(cat "$share/many" "$share/large")"
}
