bx/tools/common/text_bare.san.o: tools/common/text_bare.c \
 tools/common/text_bare.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h tools/common/out.h \
 tools/common/buf.h tools/common/json.h tools/common/utf8.h \
 tools/common/yaml.h tools/common/text_value.h
tools/common/text_bare.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/common/out.h:
tools/common/buf.h:
tools/common/json.h:
tools/common/utf8.h:
tools/common/yaml.h:
tools/common/text_value.h:
