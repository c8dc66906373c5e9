bx/tools/common/optable.san.o: tools/common/optable.c tools/common/mdoc.h \
 tools/common/buf.h tools/common/optable.h
tools/common/mdoc.h:
tools/common/buf.h:
tools/common/optable.h:
