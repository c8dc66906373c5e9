bx/libkstate-dump/src/base/range_map.san.o: \
 libkstate-dump/src/base/range_map.c libkstate-dump/src/base/array.h \
 libkstate-dump/src/base/range_map.h
libkstate-dump/src/base/array.h:
libkstate-dump/src/base/range_map.h:
