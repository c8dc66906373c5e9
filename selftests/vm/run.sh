#!/usr/bin/env bash
# run.sh NAME: run selftests/vm/tests/NAME.sh, or that of debug/, plain/, stock/, fixes/, lacking/ or bench/, in the
# VM and print TAP.
# What is left in build/vm/NAME: serial.log, tap.log, share/.
# KSTATE_VM_TIMEOUT=SECONDS ends a guest that has used so much of the processors (default 600); one that has wanted
# nearly none for five minutes is ended, too.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
# shellcheck source=selftests/vm/qemu.sh
. selftests/vm/qemu.sh
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

# The tools that look at what the guest left, on this machine.
# shellcheck disable=SC2034 # for tests
tools=${KSTATE_TOOLS:-$B}
name=$1
for folder in tests debug plain stock fixes lacking bench; do
	script=selftests/vm/$folder/$name.sh
	[ ! -f "$script" ] || break
done
# What is in stock/ and lacking/ runs in a kernel without the engine; what is in fixes/ in several, and make says
# in which: KSTATE_VM_KERNEL is its folder.
case $folder in stock | lacking) vm_kernel=$B/stock/kernel ;; esac
vm_kernel=${KSTATE_VM_KERNEL:-$vm_kernel}
dir=$B/vm/$name${kstate_fixed:+-fixed}
share=$dir/share
boot=$dir/boot
results=$dir/results
limit=${KSTATE_VM_TIMEOUT:-600}
splat='WARNING: |BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|Kernel panic|Call Trace:|general protection fault'
splat="$splat|kmemleak: [0-9]+ new suspected"

server=''
guest=''
ports=()	# QEMU's arguments for the console, TAP and questions

load_test() {
	# shellcheck source=/dev/null
	. "$script"
}

# Does the test define a function of that name?
defines() (
	load_test
	declare -F "$1" >/dev/null
)

prepare() {
	rm -rf "$dir"
	mkdir -p "$share" "$boot"
	mkfifo "$dir/never"	# to wait on: nobody writes to it
	prepare_boot "$boot"
	cp "$script" "$boot/test.sh"
	! defines before || (load_test && before "$boot")
}

# A test that sets `monitor` may ask for dumps of the guest: serve.sh answers, on a third port.
start_server() {
	mkfifo "$dir"/{ask,monitor}.{in,out}
	selftests/vm/serve.sh "$dir" >"$dir/serve.log" 2>&1 &
	server=$!
	arch_serial "pipe:$dir/ask"
	ports+=("${serial[@]}" -qmp "pipe:$dir/monitor")
}

# used PID: seconds that the threads of a process ran, and with them those that they waited for a processor.
used() {
	if [ -f /proc/self/schedstat ]; then
		cat "/proc/$1/task"/*/schedstat 2>/dev/null |
			awk '{ ran += $1; wanted += $1 + $2 } END { printf "%d %d\n", ran / 1e9, wanted / 1e9 }'
	else
		echo "$SECONDS $SECONDS"
	fi
}

# End a guest that hangs: on a machine under load, what it does by the clock says nothing.
watch_guest() {
	local ran=0 wanted=0 before=0 idle=0 minute=$((SECONDS + 60))
	while kill -0 "$1" 2>/dev/null; do
		read -rt 2 <>"$dir/never" || true
		read -r ran wanted < <(used "$1")
		if [ $SECONDS -ge $minute ]; then
			idle=$((wanted - before < 12 ? idle + 1 : 0)) before=$wanted minute=$((SECONDS + 60))
		fi
		if [ "$ran" -ge "$limit" ] || [ $idle -ge 5 ]; then
			echo "after $ran s of the processors, and $idle minutes in which it wanted nearly none" >"$dir/watchdog"
			kill -KILL "$1"
			return
		fi
	done
}

# One run of the guest; its status is QEMU's.
start_guest() {
	local watch status=0
	: >"$dir/serial.log"
	: >"$dir/tap.log"
	rm -f "$dir/watchdog"
	"${qemu[@]}" -display none "${ports[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
	guest=$!
	watch_guest $guest &
	watch=$!
	wait $guest || status=$?
	kill $watch 2>/dev/null || true
	return $status
}

# Did the watchdog come while a kernel was booting, and no stage of the test ran?
hung_in_boot() {
	[ "$(grep -ca '^stage [0-9]* begins' "$dir/tap.log")" = "$(grep -ca '^stage [0-9]* ends' "$dir/tap.log")" ]
}

# Did QEMU lose the guest? Two things were seen without KVM, on a machine under load, that are none of
# the kernel's making: it stops while a kernel looks for its PCI devices, at a cold boot or after a kexec;
# and it runs a breakpoint that the kernel had put into a static branch while it patched that, and has
# taken out again.
lost_by_qemu() {
	{ [ -f "$dir/watchdog" ] && hung_in_boot; } || grep -qa 'Oops: int3' "$dir/serial.log"
}

# The guest ends by itself, or by the watchdog. A test whose guest QEMU lost is tried once more, from the
# start, and that is noted.
run_guest() {
	local status=0 cmdline=''
	cmdline=$(load_test && echo "${cmdline-}")
	qemu_command "$boot" "$share" "kstate_test=$name kstate_stage=1 $cmdline"
	arch_serial "file:$dir/serial.log"
	ports=("${serial[@]}")
	arch_serial "file:$dir/tap.log"
	ports+=("${serial[@]}")
	[ -z "$(load_test && echo "${monitor-}")" ] || start_server
	start_guest || status=$?
	if lost_by_qemu; then
		diag "QEMU lost the guest, with status $status; another try. Its kernel said last:
$(grep -a -A 3 'Oops: int3' "$dir/serial.log" || tail -n 1 "$dir/serial.log")"
		mv "$dir/serial.log" "$dir/serial.lost.log"
		status=0
		find "$share" -mindepth 1 -delete
		start_guest || status=$?
	fi
	if [ -f "$dir/watchdog" ]; then
		fail "the guest ends" "the watchdog ended it $(cat "$dir/watchdog"); see $dir/serial.log"
	elif [ $status != 0 ]; then
		fail "QEMU runs" "exit status $status: $(tail -n 5 "$dir/qemu.log")"
	fi
}

# What the guest's stages said, and whether each of them ran to its end.
guest_results() {
	local stage=1 tail
	tr -d '\r' <"$dir/tap.log" | { grep -aE '^(ok|not ok|#)' || true; } >&3
	tail=$(tail -n 30 "$dir/serial.log" | tr -d '\r')
	while defines "boot$stage"; do
		if grep -qa "^stage $stage ends" "$dir/tap.log"; then
			pass "stage $stage runs to its end"
		else
			fail "stage $stage runs to its end" "$tail"
			tail="not reached"
		fi
		stage=$((stage + 1))
	done
}

kernel_log() {
	has_not "the kernel log shows no warning" "$dir/serial.log" "$(load_test && echo "$splat")"
}

host_checks() {
	defines verify || return 0
	(
		set -euo pipefail
		load_test
		verify
	) >"$dir/verify.log" 2>&1 || fail "verify() runs to its end" "$(cat "$dir/verify.log")"
}

main() {
	[ -f "$script" ] || { echo "Bail out! no test $script"; exit 1; }
	need_vm
	# shellcheck disable=SC2086 # none, one or two of them
	trap 'kill $guest $server 2>/dev/null || true' EXIT
	prepare
	exec 3>"$results"
	run_guest
	guest_results
	kernel_log
	host_checks
	exec 3>&-
	numbered <"$results"
}

main
