# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# libkstate-dump: a static and a shared library from the same sources.

LIB_SRC := $(sort $(wildcard libkstate-dump/src/*.c libkstate-dump/src/*/*.c))
LIB_VERSION := $(VERSION)
LIB_SONAME := libkstate-dump.so.0
LIB_MAP := libkstate-dump/libkstate-dump.map
LIB_INCLUDES := -Ilibkstate-dump/include -Ilibkstate-dump/src -Ikernel/include
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
LIB_PIC := $(LIB_SRC:%.c=$(B)/%.pic.o)

# Debian's libfdt has no .pc file before 1.7.
FDT_LIBS := $(shell $(PKG_CONFIG) --libs libfdt 2>/dev/null || echo -lfdt)
FDT_CFLAGS := $(shell $(PKG_CONFIG) --cflags libfdt 2>/dev/null)
# Headers of cores, the pages of compressed dumps, checksums of captures.
CORE_LIBS := $(shell $(PKG_CONFIG) --libs libkdumpfile libelf nettle 2>/dev/null || \
	echo -lkdumpfile -lelf -lnettle)
CORE_CFLAGS := $(shell $(PKG_CONFIG) --cflags libkdumpfile libelf nettle 2>/dev/null)
# Kernel images.
PACK_LIBS := $(shell $(PKG_CONFIG) --libs zlib liblzma liblz4 libzstd 2>/dev/null || \
	echo -lz -llzma -llz4 -lzstd)
# systemd's names of what it preserves.
JSON_LIBS := $(shell $(PKG_CONFIG) --libs json-c 2>/dev/null || echo -ljson-c)
# Type information of kernels.
BPF_LIBS := $(shell $(PKG_CONFIG) --libs libbpf 2>/dev/null || echo -lbpf)
# CRIU's names of what it preserves: code that is made from criu.proto, and included by criu_map.c.
PROTO_LIBS := $(shell $(PKG_CONFIG) --libs libprotobuf-c 2>/dev/null || echo -lprotobuf-c)
PROTO_CFLAGS := $(shell $(PKG_CONFIG) --cflags libprotobuf-c 2>/dev/null)
LIB_GEN := $(B)/libkstate-dump/gen
LIB_LIBS := $(FDT_LIBS) $(CORE_LIBS) $(JSON_LIBS) $(BPF_LIBS) $(PACK_LIBS) $(PROTO_LIBS)
LIB_CFLAGS = $(LIB_INCLUDES) -I$(LIB_GEN) $(FDT_CFLAGS) $(CORE_CFLAGS) $(PROTO_CFLAGS)

# The programs call the library for each value that they show: what is one program is optimized as
# one, which makes `show -j` a third faster. The objects stay good for those who link without that.
LTO_CFLAGS := $(shell echo 'int x;' | $(CC) -Werror -flto=auto -ffat-lto-objects -xc -c -o /dev/null - \
	2>/dev/null && echo -flto=auto -ffat-lto-objects)
# Names of sections with such code have a random number in them, but for this: two builds are the same.
LTO_SEED = $(if $(LTO_CFLAGS),-frandom-seed=$<)

PROGRAMS += $(B)/libkstate-dump.a $(B)/libkstate-dump.so $(B)/libkstate-dump.pc

$(LIB_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,$(LIB_CFLAGS) $(LTO_CFLAGS) $(LTO_SEED))

$(LIB_PIC): $(B)/%.pic.o: %.c $(B)/flags
	$(call compile,$(LIB_CFLAGS) -fPIC -fvisibility=default)

$(LIB_GEN)/criu.pb-c.c: libkstate-dump/src/extract/criu.proto
	$(call cmd,GEN,mkdir -p $(@D) && protoc-c --proto_path=$(<D) --c_out=$(@D) $<)

# However the library is compiled: for programs, as a shared one, with sanitizers, for fuzzing.
$(addprefix $(B)/libkstate-dump/src/extract/criu_map,.o .pic.o .san.o) \
$(B)/fuzz/libkstate-dump/src/extract/criu_map.o: | $(LIB_GEN)/criu.pb-c.c

$(B)/libkstate-dump.a: $(LIB_OBJ)
	$(call cmd,AR,rm -f $@ && $(AR) rcsD $@ $^)

$(B)/libkstate-dump.so: $(LIB_PIC) $(LIB_MAP)
	$(call cmd,LD,$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl$(comma)-soname$(comma)$(LIB_SONAME) \
		-Wl$(comma)--version-script$(comma)$(LIB_MAP) -Wl$(comma)--no-undefined \
		-o $@ $(LIB_PIC) $(LIB_LIBS) && ln -sf libkstate-dump.so $(B)/$(LIB_SONAME))

$(B)/libkstate-dump.pc: libkstate-dump/libkstate-dump.pc.in libkstate-dump/lib.mk VERSION
	$(call cmd,GEN,mkdir -p $(@D) && sed -e 's|@PREFIX@|$(or $(PREFIX),/usr/local)|' \
		-e 's|@VERSION@|$(LIB_VERSION)|' -e 's|@LIBS@|$(LIB_LIBS)|' $< > $@)

comma := ,

-include $(LIB_OBJ:.o=.d) $(LIB_PIC:.o=.d)
