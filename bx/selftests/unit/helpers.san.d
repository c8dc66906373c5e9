bx/selftests/unit/helpers.san.o: selftests/unit/helpers.c \
 selftests/unit/../../tools/common/out.h \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 selftests/unit/../../tools/common/buf.h \
 selftests/unit/../../tools/common/json.h \
 selftests/unit/../../tools/common/utf8.h \
 selftests/unit/../../tools/common/yaml.h selftests/unit/helpers.h \
 selftests/unit/../lib/image.h
selftests/unit/../../tools/common/out.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
selftests/unit/../../tools/common/buf.h:
selftests/unit/../../tools/common/json.h:
selftests/unit/../../tools/common/utf8.h:
selftests/unit/../../tools/common/yaml.h:
selftests/unit/helpers.h:
selftests/unit/../lib/image.h:
