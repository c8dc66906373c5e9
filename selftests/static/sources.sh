#!/usr/bin/env bash
# What holds for every source file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

readonly max_lines=600

test_shellcheck() {
	local list
	if ! command -v shellcheck >/dev/null; then
		skip "shellcheck finds nothing in the scripts" "shellcheck is not installed"
		return
	fi
	mapfile -t list < <(scripts)
	check "shellcheck finds nothing in the scripts" shellcheck -x "${list[@]}"
}

test_length() {
	local long
	long=$(files | { grep -E '\.([chly]|sh|mk|def|map|py)$' || true; } | xargs -r wc -l |
		awk -v max=$max_lines '$2 != "total" && $1 > max')
	is "no source file has over $max_lines lines" "$long" ""
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
	test_hosts
	test_licenses
}

tests 3>&1 >&2 | numbered
