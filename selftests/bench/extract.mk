# SPDX-License-Identifier: GPL-2.0
# How fast extract is: in memory, for a disk is slower than what is measured.

BENCH_EXTRACT := $(if $(wildcard /dev/shm/.),/dev/shm,$(B))/kstate-bench
BENCH_EXTRACT_CORES := runs-256 pages-256 holes-256 bare-runs-256

.PHONY: bench-extract
BENCHES += bench-extract

## bench-extract: time extract of a memfd from a dump against cp of the same bytes
bench-extract: $(B)/kstate-dump
	@dir=$$(mktemp -d $(BENCH_EXTRACT).XXXXXX) && trap 'rm -rf "$$dir"' EXIT && \
	for core in $(BENCH_EXTRACT_CORES); do \
		PYTHONDONTWRITEBYTECODE=1 selftests/bench/mkmemfd.py "$${core%-*}" "$${core##*-}" "$$dir/$$core" && \
		PYTHONDONTWRITEBYTECODE=1 selftests/bench/extract.py $(B)/kstate-dump "$$dir/$$core" && \
		rm -f "$$dir"/* || exit; \
	done
