#!/usr/bin/env bash
# What systemd says of our units, as it reads them when they are installed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# said_of UNIT...: the program is not installed here.
said_of() {
	rm -f "$work"/*
	sed 's|/usr/bin/kstate-dump|/bin/true|' "$1" >"$work/${1##*/}"
	for other in packaging/systemd/kstate-*; do
		sed 's|/usr/bin/kstate-dump|/bin/true|' "$other" >"$work/${other##*/}"
	done
	SYSTEMD_UNIT_PATH=$work: systemd-analyze verify --man=no "$work/${1##*/}" 2>&1 || echo "exit status $?"
}

tests() {
	local unit
	if ! command -v systemd-analyze >/dev/null; then
		skip "systemd finds nothing wrong in our units" "systemd-analyze is not installed"
		return
	fi
	for unit in packaging/systemd/kstate-* packaging/systemd/override/*; do
		is "systemd finds nothing wrong in ${unit##*/}" "$(said_of "$unit")" ""
	done
}

tests 3>&1 >&2 | numbered
