bx/libkstate-dump/src/query/mem.san.o: libkstate-dump/src/query/mem.c \
 libkstate-dump/src/base/lazy_list.h libkstate-dump/src/base/dump.h \
 libkstate-dump/src/base/error.h libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/errors.def \
 libkstate-dump/src/base/model.h libkstate-dump/src/base/span.h \
 libkstate-dump/src/base/model_keys.def \
 libkstate-dump/src/base/progress.h libkstate-dump/src/owners/owners.h \
 libkstate-dump/src/kho/kho_map.h libkstate-dump/src/kho/map_bitlist.h \
 libkstate-dump/src/kho/map_radix.h libkstate-dump/src/kho/bitmap.h \
 libkstate-dump/src/memory/phys.h libkstate-dump/src/kho/refs.h \
 libkstate-dump/src/base/visited.h libkstate-dump/src/kho/kho_root.h \
 libkstate-dump/src/fdt/fdt_view.h libkstate-dump/src/memory/blob.h \
 libkstate-dump/src/kho/kho_side.h libkstate-dump/src/kho/scratch.h
libkstate-dump/src/base/lazy_list.h:
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
libkstate-dump/src/owners/owners.h:
libkstate-dump/src/kho/kho_map.h:
libkstate-dump/src/kho/map_bitlist.h:
libkstate-dump/src/kho/map_radix.h:
libkstate-dump/src/kho/bitmap.h:
libkstate-dump/src/memory/phys.h:
libkstate-dump/src/kho/refs.h:
libkstate-dump/src/base/visited.h:
libkstate-dump/src/kho/kho_root.h:
libkstate-dump/src/fdt/fdt_view.h:
libkstate-dump/src/memory/blob.h:
libkstate-dump/src/kho/kho_side.h:
libkstate-dump/src/kho/scratch.h:
