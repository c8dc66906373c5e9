#!/usr/bin/env bash
# missing.sh CLANG: why there can be no fuzz targets; prints nothing if there can.
set -euo pipefail

cc=$1

try() {
	echo 'int LLVMFuzzerTestOneInput(const void *p, unsigned long n) { return 0; }' |
		"$cc" -fsanitize=fuzzer,address,undefined -xc -o /dev/null - 2>/dev/null
}

if ! command -v "$cc" >/dev/null; then
	echo "$cc is not installed"
elif ! try; then
	echo "$cc has no libFuzzer: the package libclang-rt-dev is not installed"
fi
