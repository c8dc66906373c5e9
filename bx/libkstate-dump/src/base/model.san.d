bx/libkstate-dump/src/base/model.san.o: libkstate-dump/src/base/model.c \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/src/base/model.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/span.h \
 libkstate-dump/src/base/model_keys.def
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/src/base/model.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
libkstate-dump/src/base/arena.h:
libkstate-dump/src/base/span.h:
libkstate-dump/src/base/model_keys.def:
