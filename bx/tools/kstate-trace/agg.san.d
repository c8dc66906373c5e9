bx/tools/kstate-trace/agg.san.o: tools/kstate-trace/agg.c \
 tools/kstate-trace/agg.h tools/kstate-trace/count.h \
 tools/kstate-trace/record.h tools/kstate-trace/functions.def
tools/kstate-trace/agg.h:
tools/kstate-trace/count.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
