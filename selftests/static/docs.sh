#!/usr/bin/env bash
# Files, folders and functions that documents for developers name are there.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh
# shellcheck source=selftests/static/files.sh
. selftests/static/files.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

missing() {
	python3 selftests/static/docs.py "$1" <"$work/files"
}

test_documents() {
	local document
	for document in docs/architecture.md CONTRIBUTING.md; do
		is "what $document names is there" "$(missing "$document")" ""
	done
}

# The layers of the library, as the document lists them, in their order.
test_layers() {
	is "docs/architecture.md lists the layers in their order" \
		"$(sed -n '/^| .base/,/^| .src/p' docs/architecture.md | cut -d '|' -f 2 | grep -o '[a-z]*/' |
			tr -d / | sed 's/^src$/./' | paste -sd ' ')" \
		"$(paste -sd ' ' libkstate-dump/layers)"
}

# The test itself: names that are wrong in each way.
test_finds() {
	cat >"$work/document" <<-'END'
		`base/span.h`, `luo/`, `kstd_open()` (`open.c`), `source_NAME.c`, `kinds_*.c`, `make demo`, `name`
		`base/gone.h`, `gone/`, `gone()`, `gone_NAME.c`, `kstd_open()` (`about.c`)
	END
	is "names that are not there are found, and no others" "$(missing "$work/document" | paste -sd ';')" \
		"no base/gone.h;no gone/;no gone();no gone_NAME.c;kstd_open() is not in about.c"
}

tests() {
	local what="what documents name is there"
	if ! command -v python3 >/dev/null; then
		skip "$what" "python3 is not installed"
		return
	fi
	files >"$work/files"
	test_documents
	test_layers
	test_finds
}

tests 3>&1 >&2 | numbered
