bx/tools/common/text_table.san.o: tools/common/text_table.c \
 tools/common/text_table.h tools/common/buf.h tools/common/utf8.h
tools/common/text_table.h:
tools/common/buf.h:
tools/common/utf8.h:
