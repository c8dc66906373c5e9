# SPDX-License-Identifier: GPL-2.0
# The programs. They link the static library, so they run from the build tree.

TOOLS_COMMON_SRC := $(addprefix tools/common/, \
	buf.c cmd.c doc.c dts.c json.c options.c out_dts.c out_json.c out_text.c out_yaml.c \
	text_table.c text_value.c utf8.c yaml.c)
KSTATE_DUMP_SRC := $(addprefix tools/kstate-dump/, \
	cmd_help.c cmd_info.c cmd_list.c cmd_show.c cmd_version.c commands.c main.c words.c)
TOOLS_OBJ := $(TOOLS_COMMON_SRC:%.c=$(B)/%.o) $(KSTATE_DUMP_SRC:%.c=$(B)/%.o)

PROGRAMS += $(B)/kstate-dump

$(TOOLS_OBJ): $(B)/%.o: %.c $(B)/flags
	$(call compile,-Ilibkstate-dump/include $(LTO_CFLAGS))

$(B)/kstate-dump: $(TOOLS_OBJ) $(B)/libkstate-dump.a
	$(call cmd,LD,$(CC) $(CFLAGS) $(LTO_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIB_LIBS))

-include $(TOOLS_OBJ:.o=.d)
