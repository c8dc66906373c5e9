#!/usr/bin/env bash
# Files that another process makes shorter while they are read: no signal, and nothing that is not so.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

"${CC:-cc}" -shared -fPIC -O1 -o "$work/shorten.so" selftests/fault/shorten.c -ldl
"$mkimage" kinds "$work/image"
"$mkimage" many "$work/large" 10000
"$mkimage" luo-core "$work/luo"
"$mkworld" good "$work/core"
"$mkworld" kdump "$work/kdump"
"$dump" capture -q -o "$work/capture" "$work/core" >"$work/out"
python3 selftests/fault/shorter.py -k "${SHORTER_READS:-8}" "$work/shorten.so" "$dump" "$work/image" "$work/large" "$work/luo" \
	"$work/core" "$work/kdump" "$work/capture"
