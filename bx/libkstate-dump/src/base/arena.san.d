bx/libkstate-dump/src/base/arena.san.o: libkstate-dump/src/base/arena.c \
 libkstate-dump/src/base/arena.h
libkstate-dump/src/base/arena.h:
