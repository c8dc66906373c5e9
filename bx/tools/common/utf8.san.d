bx/tools/common/utf8.san.o: tools/common/utf8.c \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h tools/common/utf8.h
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/common/utf8.h:
