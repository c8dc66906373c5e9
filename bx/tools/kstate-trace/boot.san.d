bx/tools/kstate-trace/boot.san.o: tools/kstate-trace/boot.c \
 tools/kstate-trace/boot.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 tools/kstate-trace/trace_text.h tools/kstate-trace/record.h \
 tools/kstate-trace/functions.def
tools/kstate-trace/boot.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/kstate-trace/trace_text.h:
tools/kstate-trace/record.h:
tools/kstate-trace/functions.def:
