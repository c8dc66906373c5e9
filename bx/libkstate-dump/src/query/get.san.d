bx/libkstate-dump/src/query/get.san.o: libkstate-dump/src/query/get.c \
 libkstate-dump/src/kstate/select.h libkstate-dump/src/kstate/section.h \
 libkstate-dump/src/kstate/image.h libkstate-dump/src/kstate/schema.h \
 kernel/include/linux/kho/abi/kstate.h libkstate-dump/src/fdt/fdt_view.h \
 libkstate-dump/src/base/error.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/errors.def \
 libkstate-dump/src/base/span.h libkstate-dump/src/base/model.h \
 libkstate-dump/src/base/model_keys.def \
 libkstate-dump/src/kstate/section_table.h libkstate-dump/src/base/dump.h \
 libkstate-dump/src/base/progress.h libkstate-dump/src/memory/blob.h \
 libkstate-dump/src/kstate/section_dups.h \
 libkstate-dump/src/query/field_path.h
libkstate-dump/src/kstate/select.h:
libkstate-dump/src/kstate/section.h:
libkstate-dump/src/kstate/image.h:
libkstate-dump/src/kstate/schema.h:
kernel/include/linux/kho/abi/kstate.h:
libkstate-dump/src/fdt/fdt_view.h:
libkstate-dump/src/base/error.h:
libkstate-dump/include/kstate-dump.h:
libkstate-dump/include/kstate-dump/browse.h:
libkstate-dump/include/kstate-dump/catalog.h:
libkstate-dump/include/kstate-dump/check.h:
libkstate-dump/include/kstate-dump/node.h:
libkstate-dump/include/kstate-dump/system.h:
libkstate-dump/src/base/arena.h:
libkstate-dump/src/base/errors.def:
libkstate-dump/src/base/span.h:
libkstate-dump/src/base/model.h:
libkstate-dump/src/base/model_keys.def:
libkstate-dump/src/kstate/section_table.h:
libkstate-dump/src/base/dump.h:
libkstate-dump/src/base/progress.h:
libkstate-dump/src/memory/blob.h:
libkstate-dump/src/kstate/section_dups.h:
libkstate-dump/src/query/field_path.h:
