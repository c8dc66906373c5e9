bx/tools/common/progress.san.o: tools/common/progress.c \
 tools/common/progress.h
tools/common/progress.h:
