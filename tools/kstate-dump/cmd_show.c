// SPDX-License-Identifier: GPL-2.0

#include "commands.h"
#include "image_args.h"

#define LUO	"LUO"

/* Is it "LUO", or a session of LUO, "LUO.SESSION"? */
static bool is_luo(const char *part)
{
	size_t len = strlen(LUO);

	return part && !strncmp(part, LUO, len) && (!part[len] || part[len] == '.');
}

static int show_luo(struct run *run, const char *part)
{
	struct kstd_luo_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;

	if (part[strlen(LUO)])
		opts.select = part + strlen(LUO) + 1;
	if (kstd_luo(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "luo", list);
}

/* No kernel has kstate here: all else that is handed over. */
static int show_handover(struct run *run)
{
	const struct kstd_node *root;

	if (kstd_handover(run->dump, &root))
		return cmd_fail(run);
	kstd_add_note(run->dump, "no kstate image: what else is handed over is shown");
	return cmd_show(run, NULL, root);
}

/* Something as a type that the caller names. */
static int show_as(struct run *run, const char *part)
{
	struct kstd_typed_opts opts = { .sz = sizeof(opts), .select = part, .type = run->opts->as };
	const struct kstd_node *list;

	if (!part)
		return cmd_usage(run, "--as needs what is to be shown: LUO.SESSION.TOKEN, an address, a subtree");
	if (kstd_typed(run->dump, &opts, &list))
		return cmd_fail(run);
	return cmd_show(run, "typed", list);
}

static int run_show(struct run *run)
{
	struct kstd_sections_opts opts = { .sz = sizeof(opts) };
	const struct kstd_node *list;
	int status = image_args_open_part(run, false, &opts.select);

	if (status)
		return status;
	if (run->opts->as)
		return show_as(run, opts.select);
	if (is_luo(opts.select))
		return show_luo(run, opts.select);
	if (kstd_sections(run->dump, &opts, &list))
		return opts.select || strcmp(kstd_error_code(run->ctx), "no-kstate") ?
		       cmd_fail(run) : show_handover(run);
	return cmd_show(run, "sections", list);
}

const struct cmd cmd_show_section = {
	.name = "show",
	.args = "[IMAGE] [SECTION[.FIELD]]",
	.help = "sections, fields and values, decoded through the field table; LUO's files",
	.details =
		"SECTION is a name, as in \"test\", for every instance of it, or a name and an\n"
		"instance in hex, as in \"test@7b\". FIELD is the name of a field or a subsection, or\n"
		"SUBSECTION.FIELD. Names must match exactly; without SECTION everything is shown.\n"
		"What is not there is exit status 1, or 3 where not all could be read.\n"
		"\n"
		"The fields of a struct are indented below it, elements of lists have their number. Long\n"
		"values are cut: bytes after 32, arrays after 16 elements, lists of structs after 8;\n"
		"what follows says how many there are. -v shows all of them. JSON is never cut.\n"
		"\n"
		"LUO in place of SECTION shows what the Live Update Orchestrator preserves: sessions,\n"
		"their files by token, memfds with position, seals and folios, FLBs. LUO.SESSION is\n"
		"one session, LUO.SESSION.TOKEN one file, with the token in decimal or as 0x1f.\n"
		"\n"
		"What nobody decodes is shown by the kernel's type information (BTF), where it is known\n"
		"which struct it is: of handlers and FLBs that are proposed for LUO, or by --handlers;\n"
		"what its addresses lead to is shown, too. --as TYPE says it of LUO.SESSION.TOKEN, of a\n"
		"subtree of KHO, or of a physical address (0x1f000). Without type information it is said\n"
		"what is missing: --vmlinux names a kernel's file, --btf a module's.\n"
		"\n"
		"One word is taken as an IMAGE if it is \"-\", has a \"/\", or is the name of a file\n"
		"that exists; else as a SECTION of the live system. With --live it is a SECTION.\n",
	.run = run_show,
};
