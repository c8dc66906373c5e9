#!/usr/bin/env bash
# What gcc's analyzer and cppcheck say of the library and the programs: nothing but what analyze.known
# explains. A file in which gcc found nothing, or what is known, is looked at again when it or a header changes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

B=${B:-build}
# The versions that analyze.known speaks of: Debian 12's. Others find other things.
readonly gcc_version=12 cppcheck_version=2.10
readonly includes=(-D_GNU_SOURCE -Ilibkstate-dump/include -Ilibkstate-dump/src -Ikernel/include "-I$B/tools/kstate-trace"
	"-I$B/tools/report" "-I$B/libkstate-dump/gen")
readonly gcc_flags=(-std=gnu11 -O0 -fanalyzer -fdiagnostics-path-format=none -fno-diagnostics-show-caret
	-fdiagnostics-color=never "${includes[@]}")

export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

c_sources() {
	c_files | grep -E '^(libkstate-dump/src|tools)/.*\.c$' | grep -v '\.bpf\.c$'
}

# As lines of analyze.known: the analyzer, file, function, and the warning's name.
as_known() {
	awk '
		/: In function / { split($0, part, "\047"); function_name = part[2] }
		/\[-W[a-z-]*\]$/ {
			split($1, place, ":")
			sub(/.*\[-W/, ""); sub(/\]$/, "")
			print "gcc", place[1], function_name, $0
		}' | sort -u
}

# analyze_one FILE: what gcc says of the file, kept by the sum of the file with all that it includes.
analyze_one() {
	local file=$1 sum said
	sum=$({ gcc --version; echo "${gcc_flags[@]}"; gcc "${gcc_flags[@]}" -E "$file"; } | sha256sum | cut -c 1-40)
	said=$B/analyze/$sum
	if [ ! -e "$said" ]; then
		gcc "${gcc_flags[@]}" -c -o "$said.$$.o" "$file" 2>"$said.$$" || return
		rm "$said.$$.o"
		mv "$said.$$" "$said"
	fi
	as_known <"$said"
}

gcc_says() {
	mkdir -p "$B/analyze"
	c_sources | xargs -P 2 -n 1 "$0" --one
}

cppcheck_says() {
	local list
	mkdir -p "$B/cppcheck"
	mapfile -t list < <(c_sources)
	cppcheck -q -j 2 --std=c11 --enable=warning,portability --cppcheck-build-dir="$B/cppcheck" --suppress=missingInclude \
		"--suppress=*:$B/libkstate-dump/gen/*" \
		-D__x86_64__ '-DLIBBPF_OPTS(type,name,...)=struct type name' "${includes[@]}" \
		--template='cppcheck {file} - {id}' "${list[@]}" 2>&1 | sort -u
}

known() {
	sed '/^#/d; /^$/d; s/\t.*//' selftests/static/analyze.known | { grep "^$1 " || true; } | sort -u
}

# without LINES FILE: the lines of the file, but for those.
without() {
	grep -vxFf "$1" "$2" || true
}

# analyzer NAME FUNCTION: its reports are those that are known, no more and no fewer.
analyzer() {
	local name=$1 said=$2 status=0
	"$said" >"$work/all" 2>"$work/err" || status=$?
	is "$name runs" "$status $(cat "$work/err")" "0 "
	sort -u "$work/all" >"$work/$name"
	known "$name" >"$work/known"
	is "$name finds nothing that is not explained" "$(without "$work/known" "$work/$name")" ""
	is "what is explained of $name is still found" "$(without "$work/$name" "$work/known")" ""
}

# has_version PROGRAM VERSION: is it there, in the version that is known?
has_version() {
	case $("$1" "$3" 2>/dev/null) in *"$2"*) ;; *) return 1 ;; esac
}

tests() {
	if has_version gcc "$gcc_version" -dumpversion; then
		analyzer gcc gcc_says
	else
		skip "gcc finds nothing that is not explained" "it is not gcc $gcc_version"
	fi
	if has_version cppcheck "Cppcheck $cppcheck_version" --version; then
		analyzer cppcheck cppcheck_says
	else
		skip "cppcheck finds nothing that is not explained" "it is not cppcheck $cppcheck_version"
	fi
}

if [ "${1-}" = --one ]; then
	analyze_one "$2"
	exit
fi
tests 3>&1 >&2 | numbered
