bx/libkstate-dump/src/base/visited.san.o: \
 libkstate-dump/src/base/visited.c libkstate-dump/src/base/visited.h
libkstate-dump/src/base/visited.h:
