#!/usr/bin/env bash
# bare.sh [RELEASE-root|RELEASE-user ...]: what the README says, on a machine that has nothing: Debian
# minbase, as root or as a user without sudo (default: both, in bookworm and trixie). By hand and before
# a release; it takes its time, and needs root, debootstrap and unshare. Prints TAP, with the times.
#
# The archive is the one from which this machine installs its packages. Roots and logs are kept in
# ${KSTATE_CACHE:-~/.cache/kstate}/bare; what was committed is tried, as a clone has it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=kernel/common.sh
. kernel/common.sh

bare=$cache/bare
steps=0
failed=	# a step of this root, which is kept then

# Settings of this machine's apt that say how the archive is reached.
apt_settings() {
	apt-config dump | grep -E '^Acquire::((http|https|ftp)(::|[^a-z])|Check-|Retries)' || true
}

proxy() {
	apt-config dump | sed -n 's/^Acquire::http::Proxy "\(.*\)";/\1/p'
}

# base RELEASE: the packed root that each run starts from, made once a release.
base() {
	local release=$1 uri root=$bare/$1.new
	[ ! -f "$bare/$release.tar" ] || return 0
	read -r uri < <(archive_uris) || die "apt here has no archive of Debian"
	say "making $bare/$release.tar"
	rm -rf "$root"
	http_proxy=$(proxy) debootstrap --variant=minbase "$release" "$root" "$uri" >"$bare/$release.log" 2>&1 ||
		die "debootstrap failed:" "$(tail -n 3 "$bare/$release.log")"
	tar -C "$root" -cf "$bare/$release.tar.new" .
	mv "$bare/$release.tar.new" "$bare/$release.tar"
	rm -rf "$root"
}

# inside ROOT USER LINE: a shell of that user runs the line, in the root, in the checkout if it is there.
# What is mounted and what still runs is gone when it ends.
inside() {
	# shellcheck disable=SC2016
	unshare --mount --pid --fork --kill-child bash -euc '
		for dir in dev sys; do mount --rbind "/$dir" "$1/$dir"; done
		mount -t proc proc "$1/proc"
		exec chroot "$1" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			su -l "$2" -s /bin/bash -c "[ ! -d kstate ] || cd kstate; $3"
	' bash "$@" </dev/null
}

# timed DESCRIPTION STATUS ROOT USER LINE: run it, with a log; it ends with that status. Says how long
# it took, and how much of that all processors were busy with it.
timed() {
	local desc=$1 want=$2 root=$3 got=0 took
	local TIMEFORMAT='%0R s, processors %0U + %0S s'
	steps=$((steps + 1))
	log=$root.$steps.log
	shift 3
	took=$({ time inside "$root" "$@" >"$log" 2>&1; } 2>&1) || got=$?
	if [ "$got" = "$want" ]; then
		pass "$desc: $took"
	else
		failed=1
		fail "$desc" "$2: exit status $got, expected $want; see $log
$(tail -n 30 "$log")"
	fi
	{ sed -n '/^Skipped (/,$p; /^Files=/p' "$log"; } | sed 's/^/# /' >&3
}

# unpack NAME RELEASE: a fresh root, with a clone for each user and what the README asks for.
unpack() {
	local root=$bare/$1 dir
	base "$2"
	rm -rf "$root" "$root".*.log
	mkdir "$root"
	tar -C "$root" -xf "$bare/$2.tar"
	apt_settings >"$root/etc/apt/apt.conf.d/99-as-outside"
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	inside "$root" root 'useradd -m somebody'
	for dir in root home/somebody; do
		git clone -q --no-hardlinks . "$root/$dir/kstate"
	done
	inside "$root" root 'chown -R somebody: /home/somebody'
	timed "$1: git and make" 0 "$root" root 'apt-get update && apt-get install -y git make'
}

# The commands of the README by root, and then once more.
test_root() {
	local target
	for target in demo check-fast; do
		timed "$1: make $target" 0 "$bare/$1" root "make $target"
		timed "$1: make $target again" 0 "$bare/$1" root "make $target"
	done
}

# The same by a user who may install nothing, and does as told.
test_user() {
	local target line
	for target in demo check-fast; do
		timed "$1: make $target without packages" 2 "$bare/$1" somebody "make $target"
		line=$(sed -n 's/^ *\(apt-get .*\)/\1/p' "$log")
		has "$1: says what root is to run" <(echo "$line") '^apt-get .*install '
		timed "$1: which installs them" 0 "$bare/$1" root "$line"
		timed "$1: make $target" 0 "$bare/$1" somebody "make $target"
	done
}

tests() {
	local name
	[ "$(id -u)" = 0 ] || die "bare.sh makes roots of Debian: run it as root"
	command -v debootstrap >/dev/null || die "debootstrap is not installed"
	mkdir -p "$bare"
	[ -z "$(git status --porcelain)" ] || diag "what is not committed is not tried"
	for name; do
		failed=
		unpack "$name" "${name%-*}"
		"test_${name##*-}" "$name"
		[ -n "$failed" ] || rm -rf "${bare:?}/$name"
	done
}

[ $# -gt 0 ] || set -- bookworm-root bookworm-user trixie-root trixie-user
tests "$@" 3>&1 >&2 | numbered
