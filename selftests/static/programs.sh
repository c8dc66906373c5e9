#!/usr/bin/env bash
# Programs that scripts call are in the packages that make installs: what works on a machine that has
# more of them works on a bare one.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Ours: programs of the build, functions of completion, and what run.sh has of a test.
readonly ours='^(kstate-(dump|browse|trace)|luo|failing|hostile|before|_kstate_(dump|browse|trace)|verify)$'

rows() {
	sed '/^#/d; /^$/d' mk/programs
}

# purpose_of SCRIPT: set `purpose`, for which packages are installed when it runs: its name in mk/packages.
purpose_of() {
	case $1 in
	mk/demo.sh | mk/deps.sh) purpose=demo ;;
	selftests/static/kernel.sh | selftests/static/catalog-maker.sh | selftests/static/analyze.sh) purpose=check ;;
	mk/* | selftests/bench/* | selftests/cli/* | selftests/static/* | selftests/tui/*) purpose=fast ;;
	*) purpose=check ;;
	esac
}

# Calls of programs without a row, and of those whose package comes only with a later purpose.
missing() {
	local place program package purpose
	local -A package_of installed
	while read -r program package _; do
		package_of[$program]=$package
	done <"$work/rows"
	for purpose in demo fast check; do
		while read -r package; do
			installed[$purpose $package]=1
		done <"$work/$purpose"
	done
	while read -r place program; do
		[[ ! $program =~ $ours ]] || continue
		package=${package_of[$program]-}
		purpose_of "${place%:*}"
		case $package in
		base | optional) ;;
		'') echo "$place calls $program, which has no line in mk/programs" ;;
		*)
			[ -n "${installed[$purpose $package]-}" ] ||
				echo "$place calls $program: $package is not installed for '$purpose' (mk/packages)"
			;;
		esac
	done <"$work/calls"
}

test_calls() {
	local list purpose
	if ! command -v python3 >/dev/null; then
		skip "programs that scripts call are in mk/packages" "python3 is not installed"
		return
	fi
	mapfile -t list < <(scripts)
	for purpose in demo fast check; do
		mk/deps.sh --list $purpose >"$work/$purpose"
	done
	# shellcheck disable=SC2016
	check "every script can be parsed" sh -c 'out=$1; shift; python3 selftests/static/programs.py "$@" >"$out"' \
		sh "$work/calls" "${list[@]}"
	check "and calls programs" test "$(wc -l <"$work/calls")" -gt "${#list[@]}"
	is "programs that scripts call are in mk/packages" "$(missing)" ""
	grep -ohwFf <(cut -f 1 "$work/rows") "${list[@]}" | sort -u >"$work/named"
	is "no line of mk/programs is left over" "$(cut -f 1 "$work/rows" | grep -vxFf "$work/named")" ""
}

# The parser: what a script runs, however it says so.
test_parser() {
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncat `which cat`\n' >"$work/script"
	check_status "back quotes are refused" 1 python3 selftests/static/programs.py "$work/script"
	cat >"$work/script" <<-'SCRIPT'
		#!/usr/bin/env bash
		# comment1 $(comment2)
		one() { two "$(three "$x" ")")" 'text1 $(text2)' | VAR=$(four) five <<<"$(six)" >file1; }
		case $(seven) in a | b) eight ;; "c d") nine && ! ten || (eleven) ;; esac
		for x in text3 "$(twelve)"; do if [[ $x == text4 && -n $(thirteen) ]]; then fourteen; fi; done
		list=(text5 "$(fifteen)" # comment3
			text6) ; y=$((x + $(sixteen))) ; z=${x:-$(seventeen)}
		timeout -k 5 9 nice -n 3 eighteen <<END | xargs -r -n 2 nineteen
		text7 $(twenty) it's
		END
		find . -name text8 -exec twentyone {} + 2>&1 <(twentytwo) && sh -c 'twentythree; exit'
		one; command -v text9; "$x" text10; ./text11; exec twentyfour \
			text12
	SCRIPT
	is "the parser finds what is called, and nothing else" \
		"$(python3 selftests/static/programs.py "$work/script" | cut -d ' ' -f 2 | sort | paste -sd ' ')" \
		"$(printf '%s\n' two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
			sixteen seventeen eighteen nineteen twenty twentyone twentytwo twentythree twentyfour \
			timeout nice xargs find sh | sort | paste -sd ' ')"
}

# Rows whose package is installed here, and does not have the program.
wrong_rows() {
	local program package owner
	while read -r program package owner; do
		owner=${owner:-$package}
		case $package:$owner in base:* | optional:* | *:applet) continue ;; esac
		dpkg-query -L "$owner" >"$work/files" 2>/dev/null || continue
		grep -qE "/s?bin/$program\$" "$work/files" || echo "$program is not in $owner"
	done <"$work/rows"
}

test_rows() {
	if ! command -v dpkg-query >/dev/null; then
		skip "packages have the programs that mk/programs says" "this is not Debian: there is no dpkg-query"
		return
	fi
	is "packages have the programs that mk/programs says" "$(wrong_rows)" ""
}

tests() {
	rows >"$work/rows"
	test_calls
	test_parser
	test_rows
}

tests 3>&1 >&2 | numbered
