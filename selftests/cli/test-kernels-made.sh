#!/usr/bin/env bash
# Made memory of every kernel with KHO: all that is in it is found; what is damaged is said.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

PYTHONDONTWRITEBYTECODE=1 python3 selftests/cli/kernels_made.py "$dump" "$work"
