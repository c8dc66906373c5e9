#!/usr/bin/env bash
# test-kexec.sh KSTATE_DUMP: what `systemctl kexec` starts, in a container with systemd and our units: a check that
# fails stops it before any service is stopped; one that passes lets it go on. The kexec itself is a line in a log.
# As root, with systemd-nspawn, by `make check-fleet`. TAP on standard output.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

dump=$1
work=$(mktemp -d)
ks=/run/initramfs/ks	# where $work/ks is in the container: systemd leaves that mounted to the end
trap 'rm -rf "$work"' EXIT

unit() {
	cat >"$work/units/$1"
}

# The units as they are installed, but for the program's path, and what the test adds.
make_units() {
	local file
	rm -rf "$work/units" "$work/ks"
	mkdir -p "$work/units/systemd-kexec.service.d" "$work/ks"
	cp "$dump" "$work/ks/kstate-dump"
	cp selftests/data/next/{luo-good-out.core,next-bzImage,next-without-kho.bzImage} "$work/ks/"
	for file in packaging/systemd/kstate-*.{service,target} packaging/systemd/override/kexec.target; do
		sed "s|/usr/bin/kstate-dump|$ks/kstate-dump|" "$file" >"$work/units/${file##*/}"
	done
	unit guest.service <<-EOF
		[Service]
		ExecStart=/bin/sleep infinity
		ExecStop=/bin/sh -c 'echo guest stopped >>$ks/log'
	EOF
	unit systemd-kexec.service.d/log.conf <<-EOF
		[Service]
		ExecStart=
		ExecStart=/bin/sh -c 'echo kexec >>$ks/log; systemctl poweroff --force --force'
	EOF
	# What systemctl kexec asks for, once it has seen a loaded kernel.
	unit operator.service <<-EOF
		[Unit]
		DefaultDependencies=no
		Wants=guest.service
		After=guest.service
		[Service]
		Type=oneshot
		ExecStart=/bin/sh $ks/operator
	EOF
	cat >"$work/ks/operator" <<-EOF
		systemctl start --job-mode=replace-irreversibly kexec.target || {
			echo refused >>$ks/log
			systemctl is-active guest.service | sed 's/^/guest /' >>$ks/log
			systemctl poweroff --force --force
		}
	EOF
}

# kexec CHECK: boot, ask for a kexec; what happened is in $work/ks/log.
kexec() {
	make_units
	echo "KSTATE_CHECK=\"$1\"" >"$work/ks/default"
	sed -i "s|/etc/default/kstate|$ks/default|" "$work/units/kstate-check.service"
	timeout -k 5 300 systemd-nspawn -q --register=no --keep-unit --volatile=yes -D / --private-network \
		--console=pipe --bind="$work/ks:$ks" --bind-ro="$work/units:/etc/systemd/system" \
		--boot systemd.unit=operator.service systemd.journald.forward_to_console=1 \
		</dev/null >"$work/console" 2>&1 || diag "the container: exit status $?"
}

test_refused() {
	kexec "$1"
	is "$2: no kexec, and no service was stopped" "$(cat "$work/ks/log")" $'refused\nguest active'
}

test_passes() {
	kexec "$1"
	is "$2: services are stopped, then kexec" "$(cat "$work/ks/log")" $'guest stopped\nkexec'
}

tests() {
	[ "$(id -u)" = 0 ] || { skip "a kexec by systemd" "systemd-nspawn wants root"; return; }
	command -v systemd-nspawn >/dev/null || { skip "a kexec by systemd" "systemd-container is not installed"; return; }
	test_refused "$ks/luo-good-out.core --next $ks/next-without-kho.bzImage" "a next kernel without KHO"
	test_refused "" "nothing named to check"
	test_passes "$ks/luo-good-out.core --next $ks/next-bzImage" "a next kernel that takes all"
}

tests 3>&1 | numbered
