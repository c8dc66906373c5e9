bx/tools/common/mdoc.san.o: tools/common/mdoc.c tools/common/mdoc.h \
 tools/common/buf.h
tools/common/mdoc.h:
tools/common/buf.h:
