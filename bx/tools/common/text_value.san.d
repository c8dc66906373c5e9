bx/tools/common/text_value.san.o: tools/common/text_value.c \
 tools/common/text_value.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h tools/common/buf.h \
 tools/common/utf8.h
tools/common/text_value.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/common/buf.h:
tools/common/utf8.h:
