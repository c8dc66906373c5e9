bx/libkstate-dump/src/luo/luo_node.san.o: \
 libkstate-dump/src/luo/luo_node.c libkstate-dump/src/base/lazy_list.h \
 libkstate-dump/src/base/dump.h libkstate-dump/src/base/error.h \
 libkstate-dump/include/kstate-dump.h \
 libkstate-dump/include/kstate-dump/browse.h \
 libkstate-dump/include/kstate-dump/catalog.h \
 libkstate-dump/include/kstate-dump/check.h \
 libkstate-dump/include/kstate-dump/node.h \
 libkstate-dump/include/kstate-dump/system.h \
 libkstate-dump/src/base/arena.h libkstate-dump/src/base/errors.def \
 libkstate-dump/src/base/model.h libkstate-dump/src/base/span.h \
 libkstate-dump/src/base/model_keys.def \
 libkstate-dump/src/base/progress.h libkstate-dump/src/luo/luo.h \
 libkstate-dump/src/kho/chains.h libkstate-dump/src/memory/phys.h \
 libkstate-dump/src/kho/refs.h libkstate-dump/src/base/visited.h \
 libkstate-dump/src/memory/blob.h libkstate-dump/src/luo/kernel_structs.h \
 libkstate-dump/src/vmlinux/btf.h \
 libkstate-dump/src/vmlinux/btf_members.def \
 libkstate-dump/src/luo/memfd.h libkstate-dump/src/luo/systemd.h
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
libkstate-dump/src/luo/luo.h:
libkstate-dump/src/kho/chains.h:
libkstate-dump/src/memory/phys.h:
libkstate-dump/src/kho/refs.h:
libkstate-dump/src/base/visited.h:
libkstate-dump/src/memory/blob.h:
libkstate-dump/src/luo/kernel_structs.h:
libkstate-dump/src/vmlinux/btf.h:
libkstate-dump/src/vmlinux/btf_members.def:
libkstate-dump/src/luo/memfd.h:
libkstate-dump/src/luo/systemd.h:
