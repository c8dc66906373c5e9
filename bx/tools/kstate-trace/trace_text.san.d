bx/tools/kstate-trace/trace_text.san.o: tools/kstate-trace/trace_text.c \
 tools/kstate-trace/trace_text.h tools/kstate-trace/record.h \
 tools/kstate-trace/functions.def
tools/kstate-trace/trace_text.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
