#!/usr/bin/env bash
# The library as others see it: header, symbol map, exports, pkg-config.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

headers=(libkstate-dump/include/kstate-dump.h libkstate-dump/include/kstate-dump/*.h)

in_header() {
	grep -ohE '^[a-z].*\bkstd_[a-z0-9_]+\(' "${headers[@]}" | grep -oE 'kstd_[a-z0-9_]+\(' | tr -d '(' | sort -u
}

in_map() {
	grep -oE '^\s+kstd_[a-z0-9_]+;' libkstate-dump/libkstate-dump.map | tr -d '\t;' | sort -u
}

in_library() {
	nm -D --defined-only "$B/libkstate-dump.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort -u
}

# Functions whose comment lacks "Since:".
without_since() {
	awk '
		/^\/\*\*/ { since = 0 }
		/ \* Since: / { since = 1 }
		/^[a-z].*kstd_[a-z0-9_]+\(/ { if (!since) print }
	' "${headers[@]}"
}

test_symbols() {
	is "the map has what the header declares" "$(in_map)" "$(in_header)"
	is "the library exports what the map has" "$(in_library)" "$(in_map)"
	is "every function says since when" "$(without_since)" ""
}

# A program of a stranger: only the header, the shared library and pkg-config's flags.
test_program() {
	cat >"$work/program.c" <<'C'
#include <stdio.h>
#include <kstate-dump.h>
int main(int argc, char **argv)
{
	struct kstd_open_opts opts = { .sz = sizeof(opts), .path = argv[argc - 1] };
	struct kstd_ctx *ctx = kstd_ctx_new();
	const struct kstd_node *list, *section, *name;
	struct kstd_dump *dump;
	struct kstd_iter it;
	const char *text;
	size_t len;

	if (kstd_open(ctx, &opts, &dump) || kstd_sections(dump, NULL, &list)) {
		printf("%s\n", kstd_error_message(ctx));
		return 1;
	}
	kstd_iter_begin(&it, list);
	while ((section = kstd_iter_next(&it))) {
		name = kstd_node_get(section, "section");
		text = kstd_node_mem(name, &len);
		printf("%.*s\n", (int)len, text);
	}
	kstd_iter_end(&it);
	kstd_close(dump);
	kstd_ctx_free(ctx);
	return 0;
}
C
	"$mkimage" image "$work/image"
	check "a program compiles against the header alone" gcc -std=c99 -Wall -Wextra -Werror -pedantic \
		-Ilibkstate-dump/include -o "$work/program" "$work/program.c" -L"$B" -lkstate-dump \
		-Wl,-rpath,"$(realpath "$B")"
	is "it lists the sections" "$("$work/program" "$work/image")" "test@0"
	if command -v g++ >/dev/null; then
		echo '#include <kstate-dump.h>' >"$work/header.cc"
		check "the header is good for C++" g++ -Wall -Wextra -Werror -fsyntax-only \
			-Ilibkstate-dump/include "$work/header.cc"
	else
		skip "the header is good for C++" "g++ is not installed"
	fi
}

test_pc() {
	is "pkg-config knows the version" \
		"$(PKG_CONFIG_PATH=$B pkg-config --modversion libkstate-dump)" \
		"$("$dump" version | awk '/libkstate-dump/ { print $2 }')"
}

test_commands() {
	is "every listed command has help" "$("$dump" --list-commands | while read -r command; do
		"$dump" help "$command" >/dev/null || echo "$command"
	done)" ""
	is "the program asks for no library but libc, libfdt, libelf, libkdumpfile, libjson-c, libprotobuf-c, libbpf, nettle and those that unpack" \
		"$(readelf -d "$dump" | grep NEEDED | grep -vE 'libc\.so|libfdt|libelf|libkdumpfile|libjson-c|libprotobuf-c|libbpf|libnettle|libz\.|liblzma|liblz4|libzstd' || true)" ""
}

tests() {
	test_symbols
	test_program
	test_pc
	test_commands
}

tests 3>&1 >&2 | numbered
