bx/libkstate-dump/src/base/crc32c.san.o: libkstate-dump/src/base/crc32c.c \
 libkstate-dump/src/base/crc32c.h
libkstate-dump/src/base/crc32c.h:
