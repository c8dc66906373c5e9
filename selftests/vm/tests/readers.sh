# shellcheck shell=dash disable=SC2154
# Readers of everything that debugfs and sysfs show, while images come and go: nothing hangs, nothing
# crashes, and what the readers hold off happens all the same.

out=$debugfs/kstate/out
in=$debugfs/kstate/in
sys=/sys/kernel/kstate
rounds=6

# read_while FOLDER...: read all files of the folders over and over, until /tmp/stop is there.
read_while() {
	local passes=0
	while [ ! -e /tmp/stop ] && [ $passes -lt 400 ]; do
		find "$@" -type f ! -name release -exec cat {} + >/dev/null 2>&1
		passes=$((passes + 1))
	done
	echo $passes >>/tmp/passes
}

start_readers() {
	rm -f /tmp/stop /tmp/passes
	read_while "$debugfs/kstate/out" &
	read_while "$debugfs/kstate/catalog" "$debugfs/kstate/out/extents" $sys &
	read_while $sys/descriptions &
	[ ! -e "$in" ] || read_while "$in" &
}

stop_readers() {
	touch /tmp/stop
	wait
	check "readers read $1" test "$(awk '{ sum += $1 } END { print sum + 0 }' /tmp/passes)" -gt 4
	diag "passes: $(tr '\n' ' ' </tmp/passes)"
}

# Files of extents/ come and go while three readers are in them: whoever removes a file waits neither
# for a reader, nor with a lock that the engine needs.
read_extents() {
	while [ ! -e /tmp/stop ]; do
		cat "$out"/extents/* >/dev/null 2>&1
	done
}

blocks_come_and_go() {
	local i=0 good=0
	rm -f /tmp/stop
	insmod "$modules/kstate_bulk.ko" nr=4 bytes=100000
	read_extents & read_extents & read_extents &
	while [ $i -lt 100 ]; do
		echo save >"$out/control" && [ "$(find "$out/extents" -type f | wc -l)" = 4 ] &&
			echo abort >"$out/control" && good=$((good + 1))
		i=$((i + 1))
	done
	touch /tmp/stop
	wait
	rmmod kstate_bulk
	is "blocks come and go while they are read" $good 100
}

# A round: objects come, images of them are made and given back, the objects go.
one_round() {
	insmod "$modules/kstate_bulk.ko" nr=40 bytes=100000 &&
		insmod "$modules/kstate_test.ko" &&
		echo prepare >"$out/control" &&
		echo save >"$out/control" &&
		echo save >"$out/control" &&
		echo abort >"$out/control" &&
		echo save >"$out/control" &&
		rmmod kstate_bulk &&
		[ "$(cat $sys/state)" = saved ] &&
		echo save >"$out/control" &&
		rmmod kstate_test &&
		echo abort >"$out/control"
}

boot1() {
	local i=0 good=0
	blocks_come_and_go
	start_readers
	while [ $i -lt $rounds ]; do
		one_round && good=$((good + 1))
		i=$((i + 1))
	done
	stop_readers "while images came and went"
	is "every step of every round succeeded" $good $rounds
	is "nothing is left" "$(cat $sys/state) $(find "$out/extents" -type f)" "idle "
	insmod "$modules/kstate_bulk.ko" nr=100 bytes=100000
}

boot2() {
	start_readers
	check "objects are restored meanwhile" insmod "$modules/kstate_bulk.ko" nr=100 bytes=100000 refuse=2
	echo save >"$out/control"
	check "the image is released meanwhile" sh -c "echo 1 >$in/release"
	check "restored objects go meanwhile" rmmod kstate_bulk
	stop_readers "while an image was restored and released"
	is "half of the objects were restored" "$(grep -c '^bulk .* restored$' "$in/sections")" 50
	is "nothing is unclaimed" "$(cat $sys/unclaimed)" 0
}
