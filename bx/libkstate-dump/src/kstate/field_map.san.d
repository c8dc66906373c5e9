bx/libkstate-dump/src/kstate/field_map.san.o: \
 libkstate-dump/src/kstate/field_map.c libkstate-dump/src/base/array.h \
 libkstate-dump/src/kstate/field_map.h libkstate-dump/src/base/arena.h \
 libkstate-dump/src/base/span.h
libkstate-dump/src/base/array.h:
libkstate-dump/src/kstate/field_map.h:
libkstate-dump/src/base/arena.h:
libkstate-dump/src/base/span.h:
