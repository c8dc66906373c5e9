bx/tools/common/buf.san.o: tools/common/buf.c tools/common/buf.h \
 tools/common/progress.h
tools/common/buf.h:
tools/common/progress.h:
