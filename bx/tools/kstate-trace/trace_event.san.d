bx/tools/kstate-trace/trace_event.san.o: tools/kstate-trace/trace_event.c \
 tools/kstate-trace/show.h tools/kstate-trace/../common/json.h \
 tools/kstate-trace/../common/buf.h tools/kstate-trace/../common/utf8.h \
 tools/kstate-trace/agg.h tools/kstate-trace/count.h \
 tools/kstate-trace/record.h tools/kstate-trace/functions.def \
 tools/kstate-trace/boot.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 tools/kstate-trace/trace_text.h tools/kstate-trace/budget.h \
 tools/kstate-trace/trace_event.h
tools/kstate-trace/show.h:
tools/kstate-trace/../common/json.h:
tools/kstate-trace/../common/buf.h:
tools/kstate-trace/../common/utf8.h:
tools/kstate-trace/agg.h:
tools/kstate-trace/count.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
tools/kstate-trace/boot.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/kstate-trace/trace_text.h:
tools/kstate-trace/budget.h:
tools/kstate-trace/trace_event.h:
