bx/selftests/lib/image_examples.san.o: selftests/lib/image_examples.c \
 selftests/lib/image.h
selftests/lib/image.h:
