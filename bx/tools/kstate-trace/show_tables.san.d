bx/tools/kstate-trace/show_tables.san.o: tools/kstate-trace/show_tables.c \
 tools/kstate-trace/../common/text_table.h \
 tools/kstate-trace/../common/buf.h \
 tools/kstate-trace/../common/text_value.h \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 tools/kstate-trace/show_text.h tools/kstate-trace/show.h \
 tools/kstate-trace/../common/json.h tools/kstate-trace/../common/utf8.h \
 tools/kstate-trace/agg.h tools/kstate-trace/count.h \
 tools/kstate-trace/record.h tools/kstate-trace/functions.def \
 tools/kstate-trace/boot.h tools/kstate-trace/trace_text.h \
 tools/kstate-trace/budget.h
tools/kstate-trace/../common/text_table.h:
tools/kstate-trace/../common/buf.h:
tools/kstate-trace/../common/text_value.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/kstate-trace/show_text.h:
tools/kstate-trace/show.h:
tools/kstate-trace/../common/json.h:
tools/kstate-trace/../common/utf8.h:
tools/kstate-trace/agg.h:
tools/kstate-trace/count.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
tools/kstate-trace/boot.h:
tools/kstate-trace/trace_text.h:
tools/kstate-trace/budget.h:
