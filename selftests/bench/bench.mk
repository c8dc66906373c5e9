# SPDX-License-Identifier: GPL-2.0
# Benchmarks: each fragment adds its target to BENCHES.

BENCHES :=

include selftests/bench/dump.mk
include selftests/bench/extract.mk
include selftests/bench/browse.mk
include selftests/bench/engine.mk
include selftests/bench/radix.mk
include selftests/bench/trace.mk

.PHONY: bench

## bench: all benchmarks, a line of JSON for each measure
bench: deps-fast $(BENCHES)
