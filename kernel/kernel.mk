# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What make has to know of the kernel; kernel/build.sh knows the rest, and when nothing is to be done.

## kernel: fetch, patch and build the kernel; KSRC=DIR uses a tree of yours
.PHONY: kernel
kernel: deps-check
	@B=$(B) KSRC='$(KSRC)' KCONFIG='$(KCONFIG)' kernel/build.sh

# Patches for the lists, of the tree SERIES_TREE, or of the one in the cache.
SERIES_OUT ?= $(B)/series

## series: patches for the lists in build/series, those of kstate and the fixes of KHO; SERIES_TREE=DIR, SERIES_OUT=DIR
.PHONY: series
series:
	@tree='$(SERIES_TREE)' && tree=$${tree:-$$(kernel/fetch.sh --stock)} && mkdir -p $(SERIES_OUT) && \
		kernel/series.py --fixes -o $(SERIES_OUT)/kho-fixes "$$tree" && \
		kernel/series.py -o $(SERIES_OUT)/kstate "$$tree" && \
		echo "patches of $$tree: $(SERIES_OUT)/kho-fixes, $(SERIES_OUT)/kstate"

## check-series: build the kernel at each patch of the series, by hand
.PHONY: check-series
check-series: kernel series
	@B=$(B) nice -n 19 kernel/check-series.sh $(SERIES_OUT)/kstate
