bx/selftests/lib/make_kernel.san.o: selftests/lib/make_kernel.c \
 selftests/lib/make_kernel.h selftests/lib/image.h
selftests/lib/make_kernel.h:
selftests/lib/image.h:
