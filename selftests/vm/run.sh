#!/usr/bin/env bash
# run.sh NAME: run selftests/vm/tests/NAME.sh, or that of debug/, plain/, stock/, fixes/, lacking/ or bench/, in the
# VM and print TAP.
# What is left in build/vm/NAME: serial.log, tap.log, share/.
# KSTATE_VM_TIMEOUT=SECONDS ends a guest that hangs (default 300).
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
limit=${KSTATE_VM_TIMEOUT:-300}
splat='WARNING: |BUG: |Oops: |KASAN: |UBSAN: |INFO: (task|rcu|possible)|Kernel panic|Call Trace:|general protection fault'
splat="$splat|kmemleak: [0-9]+ new suspected"

server=
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

# One run of the guest; its status is QEMU's, or the watchdog's.
start_guest() {
	: >"$dir/serial.log"
	: >"$dir/tap.log"
	timeout -k 5 "$limit" "${qemu[@]}" -display none "${ports[@]}" </dev/null >"$dir/qemu.log" 2>&1
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
	{ [ "$1" = 124 ] && hung_in_boot; } || grep -qa 'Oops: int3' "$dir/serial.log"
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
	if lost_by_qemu "$status"; then
		diag "QEMU lost the guest, with status $status; another try. Its kernel said last:
$(grep -a -A 3 'Oops: int3' "$dir/serial.log" || tail -n 1 "$dir/serial.log")"
		mv "$dir/serial.log" "$dir/serial.lost.log"
		status=0
		find "$share" -mindepth 1 -delete
		start_guest || status=$?
	fi
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	case $status in
	0) ;;
	124 | 137) fail "the guest ends within $limit s" "the watchdog ended it; see $dir/serial.log" ;;
	*) fail "QEMU runs" "exit status $status: $(tail -n 5 "$dir/qemu.log")" ;;
	esac
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
