bx/tools/common/cmd_table.san.o: tools/common/cmd_table.c \
 tools/common/cmd_table.h tools/common/optable.h tools/common/buf.h \
 tools/common/mdoc.h
tools/common/cmd_table.h:
tools/common/optable.h:
tools/common/buf.h:
tools/common/mdoc.h:
