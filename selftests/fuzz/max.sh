#!/usr/bin/env bash
# max.sh NAME: how long an input of a target may be: 16 KiB, or as long as its longest seed.
set -euo pipefail

find "selftests/fuzz/seeds/$1" -type f -printf '%s\n' | sort -n | awk 'END { print ($1 > 16384 ? $1 : 16384) }'
