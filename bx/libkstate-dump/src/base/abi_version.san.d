bx/libkstate-dump/src/base/abi_version.san.o: \
 libkstate-dump/src/base/abi_version.c \
 libkstate-dump/src/base/abi_version.h libkstate-dump/src/base/span.h
libkstate-dump/src/base/abi_version.h:
libkstate-dump/src/base/span.h:
