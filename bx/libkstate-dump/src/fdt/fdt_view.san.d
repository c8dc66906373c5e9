bx/libkstate-dump/src/fdt/fdt_view.san.o: \
 libkstate-dump/src/fdt/fdt_view.c libkstate-dump/src/base/crc32c.h \
 libkstate-dump/src/fdt/fdt_view.h libkstate-dump/src/base/error.h \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/errors.def \
 libkstate-dump/src/base/span.h
libkstate-dump/src/base/crc32c.h:
libkstate-dump/src/fdt/fdt_view.h:
libkstate-dump/src/base/error.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
libkstate-dump/src/base/arena.h:
libkstate-dump/src/base/errors.def:
libkstate-dump/src/base/span.h:
