#!/usr/bin/env bash
# Install the Debian packages that a purpose of mk/packages needs and that are missing.
# Says nothing when all are there. With KSTATE_DEPS=no, as in the build of a package, it installs nothing.
# Without root it uses `sudo -n`, or says which line to run as root.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
	echo "usage: mk/deps.sh [--list] demo|fast|check|arm64|fleet|report" >&2
	exit 2
}

packages_of() {
	awk -v purpose="$1" '
		/^#/ || NF < 2 { next }
		{ if (seen && $1 != last) exit }
		{ print $2; last = $1; seen = ($1 == purpose) }
	' "$here/packages"
}

missing_of() {
	local installed
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		sed -n 's/^installed //p') || true
	printf '%s\n' "$@" | grep -vxF "$installed" || true
}

# As root, or through sudo if it asks no question.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

may_be_root() {
	[ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# apt-get, which speaks only when it fails.
apt_get() {
	local log status=0
	log=$(mktemp)
	as_root apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1 || status=$?
	[ $status = 0 ] || tail -n 20 "$log" >&2
	rm -f "$log"
	return $status
}

# Does apt know a version of each package? Of one that it does not know it prints nothing, or "(none)".
known() {
	[ "$(LC_ALL=C apt-cache policy "$@" | grep -c '^  Candidate: [^(]')" = $# ]
}

install() {
	if known "$@"; then
		apt_get install -y --no-install-recommends "$@" && return
		echo "deps: once more, after apt-get update" >&2
	fi
	apt_get update
	apt_get install -y --no-install-recommends "$@"
}

# Why nothing is installed, and the line that does it, with sudo if there is one.
explain() {
	local sudo='' as=' as root' update='' why='sudo is not installed'
	if command -v sudo >/dev/null; then
		sudo='sudo ' as='' why='sudo asks for a password'
	fi
	known "$@" || update="${sudo}apt-get update && "
	cat >&2 <<-END
		Packages are missing, and only root can install them: you are not root, and $why.
		Run this line$as, and then the same make again:

		  $update${sudo}apt-get install -y --no-install-recommends $*

	END
}

main() {
	local list=0 wanted missing
	[ "${KSTATE_DEPS-}" != no ] || [ "${1-}" = --list ] || return 0
	[ "${1-}" = --list ] && { list=1; shift; }
	case "$*" in demo | fast | check | arm64 | fleet | report) ;; *) usage ;; esac
	mapfile -t wanted < <(packages_of "$1")
	[ $list = 0 ] || { printf '%s\n' "${wanted[@]}"; return; }
	if ! command -v dpkg-query >/dev/null; then
		echo "deps: not a Debian system; this needs what these packages hold: ${wanted[*]}" >&2
		return
	fi
	mapfile -t missing < <(missing_of "${wanted[@]}")
	[ ${#missing[@]} -gt 0 ] || return 0
	if ! may_be_root; then
		explain "${missing[@]}"
		exit 1
	fi
	echo "deps: installing ${missing[*]}"
	install "${missing[@]}"
}

main "$@"
