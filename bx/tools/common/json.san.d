bx/tools/common/json.san.o: tools/common/json.c tools/common/json.h \
 tools/common/buf.h tools/common/utf8.h
tools/common/json.h:
tools/common/buf.h:
tools/common/utf8.h:
