bx/tools/common/out_text.san.o: tools/common/out_text.c \
 tools/common/out.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h tools/common/buf.h \
 tools/common/json.h tools/common/utf8.h tools/common/yaml.h \
 tools/common/progress.h tools/common/text_bare.h tools/common/text_hex.h \
 tools/common/text_table.h tools/common/text_value.h
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
tools/common/progress.h:
tools/common/text_bare.h:
tools/common/text_hex.h:
tools/common/text_table.h:
tools/common/text_value.h:
