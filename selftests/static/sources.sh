#!/usr/bin/env bash
# What holds for every source file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

readonly max_lines=600

# The project's files: those that git has or would take; without git, all but build/.
files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -name build -prune -o -name .git -prune -o -type f -printf '%P\n'
	fi | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

c_files() {
	files | grep -E '\.[ch]$' || true
}

scripts() {
	local file first
	files | while read -r file; do
		IFS= read -r first <"$file" || true
		if [[ $file == *.sh || $first =~ ^'#!'.*sh$ ]]; then
			echo "$file"
		fi
	done 2>/dev/null
}

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
	without=$(c_files | while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: ' || echo "$file"
	done)
	is "every C file states its license" "$without" ""
}

tests() {
	test_shellcheck
	test_length
	test_hosts
	test_licenses
}

tests 3>&1 >&2 | numbered
