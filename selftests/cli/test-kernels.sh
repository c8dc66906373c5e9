#!/usr/bin/env bash
# Memory that kernels of three generations preserved: all that is in it is found.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

python3 selftests/cli/kernels.py "$dump" selftests/data/kernels "$work"
