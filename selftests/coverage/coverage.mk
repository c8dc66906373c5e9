# SPDX-License-Identifier: GPL-2.0
# What the fast tests reach of library, programs and engine, as gcov counts it.

COVERAGE_TESTS = $(filter-out selftests/static/%,$(FAST_TESTS))

## coverage: lines and functions that the fast tests reach, and the functions that none does; by hand
.PHONY: coverage coverage-build coverage-run
coverage: deps-fast
	@find $(B)/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) -s --no-print-directory B=$(B)/coverage CFLAGS='-O0 -g --coverage -fprofile-update=atomic' \
		SANITIZE= LTO_CFLAGS= WERROR=0 coverage-run
	@python3 selftests/coverage/coverage.py $(B)/coverage selftests/coverage/known

coverage-build:
	@$(MAKE) -s --no-print-directory $(PARALLEL) all $(COVERAGE_TESTS)

# Tests that fail are named by prove; what they reached counts all the same.
coverage-run: coverage-build
	@B=$(B) mk/prove.sh $(COVERAGE_TESTS) || echo 'coverage: tests failed: the figures are too low'
