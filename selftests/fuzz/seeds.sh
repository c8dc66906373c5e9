#!/usr/bin/env bash
# seeds.sh: make the seeds of the library's fuzz targets: blobs of a real live update, memory from
# mkseeds_lib, a core of selftests/lib/world.h, captures of both.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
seeds=selftests/fuzz/seeds data=selftests/data/live-update

for name in blob root radix kstate luo memfd core capture catalog; do
	rm -rf "${seeds:?}/$name"
	mkdir -p "$seeds/$name"
done
"$B/fuzz/mkseeds_lib" "$seeds"
find "$data" -type f -size +0 -size -8k | LC_ALL=C sort | while read -r blob; do
	name=${blob#"$data/"}
	cp "$blob" "$seeds/blob/${name//\//-}"
done
{ printf "\1" && cat "$data/kstate/catalog"; } >"$seeds/catalog/image"
cp "$data/kho/in/fdt" "$seeds/root/fdt"
cp "$data/kho/in/sub_fdts/kstate" "$seeds/kstate/real"
"$B/tests/mkworld" good "$seeds/core/world"
"$B/kstate-dump" -q capture -o "$seeds/capture/world" "$seeds/core/world" >/dev/null
"$B/kstate-dump" -q capture -o "$seeds/capture/live-update" "$data" >/dev/null
chmod 644 "$seeds"/capture/*
