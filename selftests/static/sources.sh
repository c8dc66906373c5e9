#!/usr/bin/env bash
# What holds for every source file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

B=${B:-build}
readonly max_lines=600

# What shellcheck's word on a script depends on, besides the script: what it sources.
shellcheck_rules() {
	{
		shellcheck --version
		sed -n 's/^\t*# shellcheck source=//p' "$@" | sort -u | { grep -vx /dev/null || true; } | xargs cat
	} | sha256sum | cut -c 1-16
}

test_shellcheck() {
	local list said todo stamps
	if ! command -v shellcheck >/dev/null; then
		skip "shellcheck finds nothing in the scripts" "shellcheck is not installed"
		return
	fi
	mapfile -t list < <(scripts)
	changed "$B/shellcheck/$(shellcheck_rules "${list[@]}")" "${list[@]}"
	if [ ${#todo[@]} = 0 ] || said=$(shellcheck -x "${todo[@]}" 2>&1); then
		touch "$B/shellcheck/last" "${stamps[@]}"
		pass "shellcheck finds nothing in the scripts"
	else
		fail "shellcheck finds nothing in the scripts" "$said"
	fi
}

test_length() {
	local long
	long=$(files | { grep -E '\.([chly]|sh|mk|def|map|py)$' || true; } | xargs -r wc -l |
		awk -v max=$max_lines '$2 != "total" && $1 > max')
	is "no source file has over $max_lines lines" "$long" ""
}

# checkpatch's rule, which static/kernel.sh can apply only where a kernel was unpacked.
test_width() {
	local wide
	# shellcheck disable=SC2016
	wide=$(files | { grep -E '^(kernel|libkstate-dump|tools)/.*\.[ch]$' || true; } | xargs -r awk '
		{ while (at = index($0, "\t")) sub(/\t/, substr("        ", 1 + (at - 1) % 8)) }
		length() > 100 && !/"/ { print FILENAME ":" FNR }')
	is "no line of the kernel, the library and the tools is over 100 columns, but for messages" "$wide" ""
}

test_hosts() {
	local hits
	hits=$(files | tr '\n' '\0' |
		{ xargs -0r grep -nIE '(https?|ftp)://[a-z0-9.-]*(debian|npmjs|pypi)[a-z0-9.-]*' || true; })
	is "no file names a host of a package archive" "$hits" ""
}

test_licenses() {
	local without
	without=$(c_files | xargs -r awk '
		FNR == 1 { if (NR > 1 && !has) print file; file = FILENAME; has = 0 }
		FNR <= 2 && /SPDX-License-Identifier: / { has = 1 }
		END { if (!has) print file }')
	is "every C file states its license" "$without" ""
}

tests() {
	test_shellcheck
	test_length
	test_width
	test_hosts
	test_licenses
}

tests 3>&1 >&2 | numbered
