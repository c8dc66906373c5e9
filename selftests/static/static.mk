# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Tests of the sources and of the scripts.

# Those of the kernel's own tools need its tree.
VM_TESTS += selftests/static/kernel.sh selftests/static/catalog-maker.sh \
	selftests/static/series-kernel.sh selftests/static/sparse.sh selftests/static/sphinx.sh
CHECK_TESTS += selftests/static/analyze.sh
FAST_TESTS += selftests/static/sources.sh selftests/static/overlay.sh selftests/static/macros.sh selftests/static/series.sh \
	selftests/static/programs.sh selftests/static/layers.sh selftests/static/docs.sh \
	selftests/static/vm-shell.sh selftests/static/units.sh

# The skeleton of the BPF program, which kstate-trace includes; its flags are those of a build.
selftests/static/analyze.sh: $(if $(KSTATE_TRACE),$(TRACE_SKEL))
	@:
