#!/usr/bin/env bash
# What the kernel's own tools say of the overlay: kernel-doc and checkpatch, from the tree that was built;
# and its stubs, compiled as that was.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

B=${B:-build}
tree=$(realpath "$B/kernel/objdir/source" 2>/dev/null || true)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Not a matter of style here: tables made by macros, which expand to initializers and enumerators;
# a lock that a kernel-doc comment explains; a bit that is a limit; a parameter that a patch documents;
# licenses, which sources.sh looks at (and the kernel's check of which needs Python's ply); IDRs, which new
# code is to do without, and which KSTATE_IDR saves for the code that has one; names of LUO's handlers, which
# are no strings of a device tree.
readonly tables=COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_PRECEDENCE,MACRO_ARG_UNUSED,LINE_SPACING,TRAILING_SEMICOLON,BRACKET_SPACE
readonly known=$tables,UNCOMMENTED_DEFINITION,BIT_MACRO,UNDOCUMENTED_SETUP,SPDX_LICENSE_TAG,DEPRECATED_API,UNDOCUMENTED_DT_STRING
# In programs of the build: types of user space, and names of <elf.h>.
readonly host=$known,PREFER_KERNEL_TYPES,CAMELCASE
# And in headers that are macros all over: C types as text, _Generic, attributes that user space knows,
# trace events as all others are written, definitions outside of functions that go on in another line.
readonly macros=$known,SPACING,TRAILING_STATEMENTS,PREFER_DEFINED_ATTRIBUTE_MACRO,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,LEADING_SPACE,MULTISTATEMENT_MACRO_USE_DO_WHILE

sources() {
	find kernel/{include,kernel,lib,samples,scripts} -name '*.[ch]' | sort
}

macro_headers() {
	sources | grep -E 'include/(linux/kstate_(fields|checks)|linux/kho/abi/kstate|trace/events/kstate)\.h$|samples/kstate/kstate_evolve.*\.h$'
}

# What checkpatch's word on a file depends on, besides the file.
rules() {
	{ echo "$1" && cat "$tree"/scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} "$0"; } |
		sha256sum | cut -c 1-16
}

# checkpatch IGNORED FILE...: nothing but what is known. It takes a second for 400 lines: a file in which
# it found nothing is not looked at again before the file or the rules change.
checkpatch() {
	local ignored=$1 said i todo stamps
	shift
	changed "$B/checkpatch/$(rules "$ignored")" "$@"
	[ ${#todo[@]} -gt 0 ] || return 0
	said=$("$tree/scripts/checkpatch.pl" --root="$tree" --strict --terse --show-types --no-summary \
		--max-line-length=100 --ignore="$ignored" -f "${todo[@]}" 2>/dev/null) || true
	rm -f .checkpatch-camelcase.*	# what it remembers, even if it is not to look
	for i in "${!todo[@]}"; do
		[[ $'\n'$said == *$'\n'"${todo[i]}:"* ]] || touch "${stamps[i]}"
	done
	[ -z "$said" ] || echo "$said"
}

test_kernel_doc() {
	local list said
	mapfile -t list < <(sources)
	said=$("$tree/scripts/kernel-doc" -none -Wall "${list[@]}" 2>&1) || said="$said (failed)"
	is "kernel-doc finds nothing in the overlay" "$said" ""
}

test_checkpatch() {
	local list headers
	mapfile -t headers < <(macro_headers)
	mapfile -t list < <(sources | grep -vxFf <(macro_headers) | grep -v /scripts/)
	is "checkpatch --strict finds nothing in the overlay" "$(checkpatch "$known" "${list[@]}")" ""
	is "nor in its programs of the build" "$(checkpatch "$host" kernel/scripts/kstate/*.[ch])" ""
	is "nor in its headers of macros" "$(checkpatch "$macros" "${headers[@]}")" ""
}

# without OPTION LINE...: whether those lines of a function compile in a kernel that lacks the option.
without() {
	local flags name=$1
	shift
	flags=$(sed -n 's/^savedcmd_[^ ]* := gcc //p' "$B/kernel/objdir/kernel/liveupdate/.kstate_core.o.cmd" |
		sed 's/ ;.*//; s/ -Wp,[^ ]*//g; s/ -c -o .*//')
	{
		printf '#undef CONFIG_%s\n' "$name"
		printf '#include <linux/%s.h>\n' kexec_handover kstate
		printf 'int f(const void *p, void *obj);\nint f(const void *p, void *obj)\n{\n'
		printf '\t%s\n' "$@" '}'
	} >"$work/without.c"
	(cd "$B/kernel/objdir" && eval "gcc $flags -Werror -fsyntax-only $work/without.c")
}

# Callers need no #ifdef.
test_stubs() {
	check "what looks at KHO's memory compiles in a kernel without KHO" without KEXEC_HANDOVER \
		'return kho_restorable_order(0) + kho_is_restorable_vmalloc(p);'
	check "a driver compiles in a kernel without kstate" without KSTATE \
		'int err = kstate_register(p, obj, 1) ?: kstate_restore(p, obj, 1);' \
		'kstate_unregister(p, obj, 1);' 'return err ?: kstate_register_restore(p, obj, 1);'
}

tests() {
	if [ ! -d "$tree" ]; then
		skip "kernel-doc and checkpatch find nothing" "no kernel is built: make kernel"
		return
	fi
	test_kernel_doc
	test_checkpatch
	test_stubs
}

tests 3>&1 >&2 | numbered
