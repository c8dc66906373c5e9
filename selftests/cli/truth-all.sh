#!/usr/bin/env bash
# The truth table, with every cut: for "make check".
TRUTH=all exec "$(dirname "${BASH_SOURCE[0]}")/test-truth.sh"
