bx/selftests/lib/image.san.o: selftests/lib/image.c selftests/lib/image.h
selftests/lib/image.h:
