bx/tools/common/yaml.san.o: tools/common/yaml.c tools/common/utf8.h \
 tools/common/yaml.h tools/common/buf.h
tools/common/utf8.h:
tools/common/yaml.h:
tools/common/buf.h:
