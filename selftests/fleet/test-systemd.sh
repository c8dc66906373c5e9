#!/usr/bin/env bash
# test-systemd.sh KSTATE_DUMP LUO KERNEL: a real kexec that systemd does, in a VM with Debian's systemd and our units,
# whose service holds a session of LUO. KERNEL is the folder of a kernel that systemd runs on (make fleet-kernel).
# As root, with debootstrap, by `make check-fleet`. TAP on standard output.
#
# The root is a folder of this machine, over 9p, and stays from one kernel to the next: what the guest wrote to
# /results is there.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=kernel/common.sh
. kernel/common.sh
# shellcheck source=mk/arch/x86_64.sh
. mk/arch/x86_64.sh

dump=$1 luo=$2 kernel=$3
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT

# The root that each scenario starts from, made once: Debian's of this machine's release.
base() {
	local uri release
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	tar=$cache/fleet/$release.tar
	[ ! -f "$tar" ] || return 0
	read -r uri < <(archive_uris)
	mkdir -p "$cache/fleet"
	say "making $tar"
	http_proxy=$(apt-config dump | sed -n 's/^Acquire::http::Proxy "\(.*\)";/\1/p') \
		debootstrap --variant=minbase --include=systemd-sysv,kexec-tools "$release" "$work/base" "$uri" \
		>"$cache/fleet/$release.log" 2>&1 || die "debootstrap failed:" "$(tail -n 3 "$cache/fleet/$release.log")"
	tar -C "$work/base" -cf "$tar.new" .
	mv "$tar.new" "$tar"
	rm -rf "$work/base"
}

# Programs of this machine, with the libraries that they name: it is the root's release.
add_program() {
	install -D -m 755 "$1" "$root$2"
	{ ldd "$1" 2>/dev/null || true; } | { grep -oE '/[^ ]+' || true; } | while read -r lib; do
		[ -e "$root$lib" ] || install -D -m 644 "$lib" "$root$lib"
	done
}

unit() {
	cat >"$root/etc/systemd/system/$1"
}

# make_root NEXT: a machine whose operator checks against the file NEXT, and leaves by kexec when all has started.
make_root() {
	rm -rf "$root"
	mkdir -p "$root"
	tar -C "$root" -xf "$tar"
	add_program "$dump" /usr/bin/kstate-dump
	add_program "$luo" /usr/bin/luo
	mkdir -p "$root/results" "$root/var/lib/kstate"
	cp -L "$kernel/image" "$root/boot/same"
	cp selftests/data/next/next-without-kho.bzImage "$root/boot/without-kho"
	cp packaging/systemd/kstate-*.{service,target} packaging/systemd/override/kexec.target "$root/etc/systemd/system/"
	echo "KSTATE_CHECK=\"--next /boot/$1 --next-cmdline 'kho=on liveupdate=on'\"" >"$root/etc/default/kstate"
	echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"	# not its first boot: presets change units then
	systemctl --root="$root" -q enable kstate-after.service
	echo 'Storage=volatile' >>"$root/etc/systemd/journald.conf"
	systemctl --root="$root" -q mask getty.target e2scrub_reap.service kexec-load.service kexec.service
	unit guest.service <<-EOF
		[Service]
		ExecStart=/bin/sleep infinity
	EOF
	# As docs/fleet.md says: shutdown does not stop it, and the last signal leaves it out.
	unit vmm.service <<-EOF
		[Unit]
		DefaultDependencies=no
		[Service]
		Type=forking
		ExecStart=@/usr/bin/luo @luo hold vm1 0x7=hello
	EOF
	# And any service of the next kernel, which takes it back as soon as services start.
	unit taker.service <<-EOF
		[Unit]
		ConditionKernelCommandLine=second
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/bin/sh -c 'luo retrieve vm1 7 >/results/retrieved'
		[Install]
		WantedBy=multi-user.target
	EOF
	unit operator.service <<-EOF
		[Unit]
		Wants=guest.service
		After=guest.service multi-user.target taker.service
		[Service]
		Type=oneshot
		ExecStart=/bin/sh /operator
		[Install]
		WantedBy=graphical.target
	EOF
	systemctl --root="$root" -q enable taker.service operator.service
	cat >"$root/operator" <<-'EOF'
		exec 2>>/results/operator.log
		set -x
		if grep -q second /proc/cmdline; then
			for what in ActiveState Result ConditionResult; do
				systemctl show -P $what kstate-after.service
			done >/results/after
			journalctl -b -o cat -u kstate-after.service >/results/after.log
			echo over >/results/end
			sync
			poweroff -ff
		fi
		systemctl start vmm.service
		kexec -s -l /boot/same --command-line="$(cat /proc/cmdline) second"
		systemctl start --job-mode=replace-irreversibly kexec.target || {
			systemctl is-active guest.service >/results/refused
			journalctl -b -o cat -u kstate-check.service >/results/check.log
			sync
			poweroff -ff
		}
	EOF
}

# boot NAME: the guest, from a cold boot to its end.
boot() {
	arch_serial "file:$work/$1.log"
	prlimit --cpu=1800 timeout 7200 "${arch_qemu[@]}" -accel tcg -cpu max -m 2G -smp 2 -nodefaults -no-reboot \
		-display none -kernel "$kernel/image" "${serial[@]}" \
		-virtfs "local,path=$root,mount_tag=fleet,security_model=none,multidevs=remap" \
		-append "$arch_cmdline kho=on liveupdate=on panic=-1 root=fleet rootfstype=9p rw \
rootflags=trans=virtio,version=9p2000.L,msize=262144,cache=mmap systemd.unit=graphical.target \
systemd.journald.forward_to_console=0 systemd.show_status=1" </dev/null >"$work/$1.qemu" 2>&1 ||
		diag "QEMU: exit status $?: $(cat "$work/$1.qemu")"
	[ -e "$root/results/end" ] || [ -e "$root/results/refused" ] || diag "$(tail -n 30 "$work/$1.log")"
}

result() {
	cat "$root/results/$1" 2>/dev/null || echo none
}

test_handed_over() {
	make_root same
	boot handed-over
	is "a session is taken back after systemd's kexec" "$(result retrieved)" hello
	is "and the comparison found all of it" "$(result after)" $'inactive\nsuccess\nyes'
	diag "$(result after.log)"
}

test_lost() {
	make_root same
	# Between the capture and the kexec.
	sed -i '/^ExecStart=-.* capture /aExecStart=/bin/systemctl kill -s KILL vmm.service' \
		"$root/etc/systemd/system/kstate-kexec.service"
	boot lost
	is "a session that ended after the capture is lost" "$(result retrieved)" ""
	is "and the comparison fails" "$(result after)" $'failed\nexit-code\nyes'
	# A kernel that was handed over none looks like one whose sessions are all finished.
	has "since no session is there to compare" "$root/results/after.log" \
		"^kstate-dump: not known: whether LUO's sessions are the same"
	diag "$(result after.log)"
}

test_refused() {
	make_root without-kho
	boot refused
	is "a kernel without KHO: systemd refuses, and no service was stopped" "$(result refused)" active
	has "and why is in the journal" "$root/results/check.log" 'the next kernel has no KHO: nothing at all is handed over'
}

tests() {
	[ "$(id -u)" = 0 ] || { skip "systemd's kexec in a VM" "debootstrap wants root"; return; }
	command -v debootstrap >/dev/null || { skip "systemd's kexec in a VM" "debootstrap is not installed"; return; }
	base
	test_handed_over
	test_lost
	test_refused
}

tests 3>&1 >&2 | numbered
