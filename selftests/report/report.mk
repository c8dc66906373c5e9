# SPDX-License-Identifier: GPL-2.0

## check-report: reports in a headless Chromium, with pictures to look at in build/report, by hand
.PHONY: check-report
check-report: deps-report $(B)/kstate-dump $(MKIMAGE)
	@selftests/report/test-browser.py $(B)
