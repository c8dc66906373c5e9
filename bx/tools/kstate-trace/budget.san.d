bx/tools/kstate-trace/budget.san.o: tools/kstate-trace/budget.c \
 tools/kstate-trace/../common/status.h tools/kstate-trace/budget.h \
 tools/kstate-trace/agg.h tools/kstate-trace/count.h \
 tools/kstate-trace/record.h tools/kstate-trace/functions.def
tools/kstate-trace/../common/status.h:
tools/kstate-trace/budget.h:
tools/kstate-trace/agg.h:
tools/kstate-trace/count.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
