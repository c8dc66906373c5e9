bx/tools/common/out_json.san.o: tools/common/out_json.c \
 tools/common/doc.h tools/common/out.h \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h tools/common/buf.h \
 tools/common/json.h tools/common/utf8.h tools/common/yaml.h
tools/common/doc.h:
tools/common/out.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
tools/common/buf.h:
tools/common/json.h:
tools/common/utf8.h:
tools/common/yaml.h:
