bx/libkstate-dump/src/kstate/compat.san.o: \
 libkstate-dump/src/kstate/compat.c libkstate-dump/src/kstate/compat.h \
 libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.h \
 kernel/include/linux/kho/abi/kstate.h \
 libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.c \
 libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.h
libkstate-dump/src/kstate/compat.h:
libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.h:
kernel/include/linux/kho/abi/kstate.h:
libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.c:
libkstate-dump/src/kstate/../../../kernel/kernel/liveupdate/kstate_compat.h:
