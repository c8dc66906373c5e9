bx/libkstate-dump/src/kstate/value.san.o: \
 libkstate-dump/src/kstate/value.c \
 libkstate-dump/src/kstate/field_kinds.h libkstate-dump/src/base/dump.h \
 libkstate-dump/src/base/error.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/errors.def \
 libkstate-dump/src/base/model.h libkstate-dump/src/base/span.h \
 libkstate-dump/src/base/model_keys.def \
 libkstate-dump/src/base/progress.h libkstate-dump/src/kho/chains.h \
 libkstate-dump/src/memory/phys.h libkstate-dump/src/kho/refs.h \
 libkstate-dump/src/base/visited.h libkstate-dump/src/kstate/field_map.h \
 libkstate-dump/src/kstate/schema.h kernel/include/linux/kho/abi/kstate.h \
 libkstate-dump/src/fdt/fdt_view.h
libkstate-dump/src/kstate/field_kinds.h:
libkstate-dump/src/base/dump.h:
libkstate-dump/src/base/error.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
libkstate-dump/src/base/arena.h:
libkstate-dump/src/base/errors.def:
libkstate-dump/src/base/model.h:
libkstate-dump/src/base/span.h:
libkstate-dump/src/base/model_keys.def:
libkstate-dump/src/base/progress.h:
libkstate-dump/src/kho/chains.h:
libkstate-dump/src/memory/phys.h:
libkstate-dump/src/kho/refs.h:
libkstate-dump/src/base/visited.h:
libkstate-dump/src/kstate/field_map.h:
libkstate-dump/src/kstate/schema.h:
kernel/include/linux/kho/abi/kstate.h:
libkstate-dump/src/fdt/fdt_view.h:
