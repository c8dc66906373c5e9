#!/usr/bin/env bash
# What sparse says of the overlay's files: address spaces, byte orders, locks. It takes the command lines of
# the kernel that was built. Debian's sparse does not know C23's __typeof_unqual__, which it is told to read
# as __typeof__.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=${B:-build}
obj=$(realpath "$B/kernel/objdir" 2>/dev/null || true)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# flags OBJECT: what the compiler got, but for its output.
flags() {
	sed -n 's/^savedcmd_[^ ]* := gcc //p' "$obj/$(dirname "$1")/.$(basename "$1").cmd" |
		sed 's/ ;.*//; s/ -Wp,[^ ]*//g; s/ -c -o .*//'
}

# check_file OBJECT SOURCE
check_file() {
	local args
	args=$(flags "$1")
	[ -n "$args" ] || { echo "$1: the compiler's command line is not known"; return; }
	(
		cd "$obj"
		# As kbuild calls it; the flags are quoted for a shell.
		eval "sparse -D__linux__ -D__STDC__ -D__unix__ -D__CHECKER__ -D__typeof_unqual__=__typeof__" \
			"-Wbitwise -Wno-return-void -Wno-unknown-attribute --arch=x86 -mlittle-endian -m64" \
			"$args $2" 2>&1 || true
	)
}

# Without what is the kernel's own: the macros of a module's or a suite's texts assert with
# __builtin_strlen(), which is no constant for sparse.
ours() {
	local line file number
	while IFS= read -r line; do
		IFS=: read -r file number _ <<<"$line"
		case $line in
		*': note: in included file:') continue ;;
		*': error: bad constant expression')
			! sed -n "${number}p" "$file" | grep -qE '^(MODULE_[A-Z_]+|module_param[a-z_]*|kunit_test_suites)\(' ||
				continue
			;;
		esac
		echo "$line"
	done
}

test_overlay() {
	local object said=''
	while read -r object; do
		# A module of several objects is linked from them.
		[ -f "$obj/source/${object%.o}.c" ] || continue
		said+=$(check_file "$object" "$obj/source/${object%.o}.c" | ours)
	done < <(cd "$obj" && find kernel/liveupdate lib/tests samples/kstate -name 'kstate_*.o' ! -name '*.mod.o' |
		LC_ALL=C sort)
	is "sparse says nothing of the overlay" "$said" ""
}

# It does find things, with those command lines.
test_finds() {
	cat >"$work/bad.c" <<-'END'
		#include <linux/types.h>
		#include <linux/spinlock.h>
		u32 order(__le32 value);
		u32 order(__le32 value) { return value; }
		int space(int __user *p);
		int space(int __user *p) { return *p; }
	END
	check_file kernel/liveupdate/kstate_core.o "$work/bad.c" >"$work/said"
	has "it finds a byte order that is lost" "$work/said" 'different base types'
	has "and a look at user space" "$work/said" 'dereference of noderef expression'
}

tests() {
	if [ ! -d "$obj" ] || ! command -v sparse >/dev/null; then
		skip "sparse says nothing of the overlay" "no kernel is built (make kernel), or sparse is not installed"
		return
	fi
	test_overlay
	test_finds
}

tests 3>&1 >&2 | numbered
