#!/usr/bin/env bash
# What Sphinx says of the documentation of the overlay, with the kernel's own extensions, for that one
# document. Documents that it refers to are in the kernel, and not in this small tree.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/vm/tap.sh
. selftests/vm/tap.sh

B=${B:-build}
tree=$(realpath "$B/kernel/objdir/source" 2>/dev/null || true)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make_tree() {
	mkdir -p "$work/src/core-api"
	cp "$tree/Documentation/core-api/kstate.rst" "$work/src/core-api/"
	ln -s "$tree"/{samples,drivers} "$work/"
	printf 'Index\n=====\n\n.. toctree::\n\n   core-api/kstate\n' >"$work/src/index.rst"
	cat >"$work/src/conf.py" <<-END
		import sys
		sys.path.insert(0, "$tree/Documentation/sphinx")
		extensions = ["kerneldoc", "automarkup"]
		kerneldoc_bin = ["$tree/scripts/kernel-doc.py"]
		kerneldoc_srctree = "$tree"
		primary_domain = "c"
		highlight_language = "none"
	END
}

# The extensions read all of the kernel's descriptions of sysfs, and say which are there twice.
build() {
	(cd "$tree" && srctree=$tree sphinx-build -b html -q "$work/src" "$work/out" 2>&1 || echo "it fails") |
		{ grep -v '^WARNING: .* is defined [0-9]* times: ' || true; }
}

test_document() {
	local said page=$work/out/core-api/kstate.html name
	make_tree
	said=$(build)
	# shellcheck disable=SC2016 # backquotes of the document
	while read -r name; do
		[ ! -f "$tree/Documentation/core-api/$name.rst" ] ||
			said=$(grep -v ": unknown document: '$name'\$" <<<"$said" || true)
	done < <(sed -n 's/.*:doc:`[^`<]*<*\([a-z/]*\)>*`.*/\1/p' "$tree/Documentation/core-api/kstate.rst" | sort -u)
	is "Sphinx says nothing of kstate.rst" "$said" ""
	has "the page has what kernel-doc comments say" "$page" 'kstate_register_restore'
}

tests() {
	if [ ! -d "$tree" ] || ! command -v sphinx-build >/dev/null; then
		skip "Sphinx says nothing of kstate.rst" \
			"no kernel is built (make kernel), or sphinx-build is not installed (python3-sphinx)"
		return
	fi
	test_document
}

tests 3>&1 >&2 | numbered
