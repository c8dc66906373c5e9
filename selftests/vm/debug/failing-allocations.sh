# shellcheck shell=dash disable=SC2154
# Every allocation of every step fails once, then a tenth of all at random, before a kexec and after
# each of five: nothing is lost, nothing is left, and KASAN, lockdep and kmemleak have nothing to say.

# What injected failures print themselves is no finding: vmalloc says where it was short of memory.
splat='WARNING: |BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|Kernel panic|general protection fault'
splat="$splat|kmemleak: [0-9]+ new suspected"

control=$debugfs/kstate/out/control
release=$debugfs/kstate/in/release
run=/sys/module/kstate_stress/parameters/run

# step NAME: a step of the sample, without failures.
step() {
	check "$1, update $kstate_stage" sh -c "echo $1 >$run"
}

# sweep WHAT ARGUMENT...: allocations fail while one step runs, and it ends well in the end.
sweep() {
	local what=$1
	shift
	if failing "$@" >/tmp/failing 2>&1; then
		pass "$what, kernel $kstate_stage"
	else
		fail "$what, kernel $kstate_stage"
	fi
	diag "$(cat /tmp/failing)"
}

# What the engine, its users and KHO have allocated, by line of code. KHO never frees the nodes of
# its map, and an error says so in its own words.
allocated() {
	awk '$2 > 0 && /kernel\/liveupdate\/|samples\/kstate\// && !/func:kho_radix_alloc_node/' \
		/proc/allocinfo | sort
}

# Memory that KHO will hand over: blocks and pages by owner, without addresses. Its map only grows.
preserved() {
	kstate-dump mem 2>&1 | grep -vE '0x|^$|the map itself'
}

# As much is allocated and preserved as at the start of the cycles. The kernel says which lines it could
# not count, for lack of memory to do so: those are kmemleak's alone.
nothing_more() {
	awk 'NR == FNR { if (/accurate:no/) not[$3]; next } !($3 in not)' /proc/allocinfo \
		/tmp/allocated >/tmp/allocated.then
	allocated | grep -v accurate:no >/tmp/allocated.now
	preserved >/tmp/preserved.now
	check "as much is allocated as before, kernel $kstate_stage" \
		diff /tmp/allocated.then /tmp/allocated.now
	check "as much is preserved as before, kernel $kstate_stage" diff /tmp/preserved /tmp/preserved.now
}

# Objects are registered, saved and given back, with failures and without.
cycles() {
	allocated >/tmp/allocated
	preserved >/tmp/preserved
	sweep "register" nth +"$run=register" "$run=unregister"
	sweep "prepare" nth "$run=register" +"$control=prepare" "$control=abort"
	sweep "save what is not prepared" nth +"$control=save" "$control=abort"
	sweep "save what is prepared: it lacks no memory" nth "$control=prepare" ++"$control=save" "$control=abort"
	sweep "save once more" nth "$control=save" ++"$control=save" "$control=abort"
	sweep "abort" nth "$control=save" ++"$control=abort"
	sweep "unregister" nth "$run=register" "$control=save" +"$run=unregister"
	sweep "a hundred times, a tenth of all allocations fails" random 100 10 +"$run=register" \
		+"$control=prepare" +"$control=save" +"$control=abort" +"$run=unregister"
	sweep "a hundred times without failures" random 100 0 "$run=register" "$control=prepare" \
		"$control=save" "$control=abort" "$run=unregister"
	is "no image is left, kernel $kstate_stage" "$(cat "$control")" idle
	nothing_more
	step check
}

# Whether memory is reachable. kmemleak does not speak of what is younger than five seconds.
no_leak() {
	local until
	until=$(($(cut -d . -f 1 /proc/uptime) + 6))
	echo scan >"$debugfs/kmemleak"
	while [ "$(cut -d . -f 1 /proc/uptime)" -lt $until ]; do
		echo scan >"$debugfs/kmemleak"
	done
	echo scan >"$debugfs/kmemleak"
	is "kmemleak finds nothing, kernel $kstate_stage" "$(cat "$debugfs/kmemleak")" ""
}

# lockdep has never seen one lock of the engine under the other, and is still on.
locks_seen() {
	check "lockdep is on, kernel $kstate_stage" grep -q 'debug_locks: *1' /proc/lockdep_stats
	awk '/^[^ ]/ { class = $NF } / -> / { print class, $NF }' /proc/lockdep >/tmp/locks
	has "lockdep has seen the engine, kernel $kstate_stage" /tmp/locks 'kstate_out.lock '
	has_not "the locks of its two sides are not taken one under the other" /tmp/locks \
		'kstate_out.lock kstate_in.lock|kstate_in.lock kstate_out.lock'
}

leave_for_next() {
	step set
	step register
	no_leak
	locks_seen
}

boot1() {
	check "the sample loads" insmod "$modules/kstate_stress.ko"
	step set
	cycles
	leave_for_next
}

# update ARGUMENT...: restore with failures, release, and start over.
update() {
	check "the sample loads, kernel $kstate_stage" insmod "$modules/kstate_stress.ko"
	sweep "restore" "$@" +"$run=restore"
	step restore
	sweep "release what nobody wants" nth +"$release=1"
	step set
	cycles
	leave_for_next
}

boot2() {
	update nth
}

boot3() {
	update random 50 3
}

boot4() {
	update random 50 10
}

boot5() {
	update random 20 30
}

boot6() {
	update random 1 0
	step free
	check "the sample goes" rmmod kstate_stress
	has_not "nothing of it is left" /proc/allocinfo '^ *[1-9].* samples/kstate/'
	no_leak
}
