bx/selftests/unit/test_hexdump.san.o: selftests/unit/test_hexdump.c \
 selftests/unit/helpers.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 selftests/unit/../lib/image.h
selftests/unit/helpers.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
selftests/unit/../lib/image.h:
