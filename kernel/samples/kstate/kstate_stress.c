// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_stress.c - objects with every kind of memory, one step at a time
 *
 * For tests that let allocations fail, or a kexec come between any two steps. What
 * to do is written to the parameter run:
 *
 *   set         give all objects values
 *   register    register those that are not
 *   unregister  unregister those that are
 *   restore     restore those that are not, and verify them
 *   check       verify all
 *   free        unregister all, and free what they have
 *
 * A step that failed may be repeated; it goes on where it stopped. Objects from
 * @nr on are never restored: no object in the next kernel claims them.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kexec_handover.h>
#include <linux/kstate.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define STRESS_ID(n)	(KSTATE_ID_VENDOR + 0x200 + (n))
#define STRESS_BYTES	200000
#define STRESS_WORDS	500
#define STRESS_LINKS	8
#define STRESS_ORDER	3
#define STRESS_AREA	(5 * PAGE_SIZE)
#define STRESS_HUGE	(3UL << 20)

static unsigned int nr = 3;
module_param(nr, uint, 0444);
MODULE_PARM_DESC(nr, "number of objects");

static unsigned int orphans = 1;
module_param(orphans, uint, 0444);
MODULE_PARM_DESC(orphans, "number of objects that are never restored");

static bool lose_folios;
module_param(lose_folios, bool, 0644);
MODULE_PARM_DESC(lose_folios, "name folios in the image that are not preserved");

struct stress_inner {
	u16 a;
	u64 b;
};

struct stress_link {
	struct list_head list;
	u32 key;
	struct folio *folio;
};

struct stress {
	bool set;
	bool registered;

	u32 number;
	u64 *counter;
	char label[16];
	char *name;
	u32 nr_words;
	u64 *words;
	u32 nr_bytes;
	u8 *bytes;
	struct stress_inner inner[3];
	struct list_head links;
	struct folio *folio;
	struct folio *same_folio;
	void *area;
	void *same_area;
	void *huge;
	u64 extra;
};

static const struct kstate_description stress_inner_desc = {
	.name = "stress-inner", .id = STRESS_ID(1),
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct stress_inner, u16),
		KSTATE_BASE_TYPE(b, struct stress_inner, u64),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description stress_link_desc = {
	.name = "stress-link", .id = STRESS_ID(2),
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct stress_link, u32),
		KSTATE_FOLIO(folio, struct stress_link),
		KSTATE_END_OF_LIST()
	},
};

static const struct kstate_description stress_extra_desc = {
	.name = "stress-extra", .id = STRESS_ID(3),
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(extra, struct stress, u64),
		KSTATE_END_OF_LIST()
	},
};

#define STRESS_DESC(_name, _id, _flags) {				\
	.name = (_name), .id = (_id), .version_id = 1,		\
	.flags = KSTATE_STABLE | (_flags),				\
	.fields = (const struct kstate_field[]) {			\
		KSTATE_BASE_TYPE(number, struct stress, u32),		\
		KSTATE_POINTER(counter, struct stress),			\
		KSTATE_BASE_TYPE(label, struct stress, char [16]),	\
		KSTATE_STRING(name, struct stress, 64),			\
		KSTATE_VARRAY(words, struct stress, u64, nr_words, STRESS_WORDS, \
			      KSTATE_ALLOCATED),			\
		KSTATE_STRUCT_ARRAY(inner, struct stress, struct stress_inner, \
				    &stress_inner_desc),		\
		KSTATE_LIST(links, struct stress, struct stress_link, list, \
			    &stress_link_desc, STRESS_LINKS),		\
		KSTATE_FOLIO(folio, struct stress),			\
		KSTATE_FOLIO(same_folio, struct stress),		\
		KSTATE_VMALLOC(area, struct stress),			\
		KSTATE_VMALLOC(same_area, struct stress),		\
		KSTATE_VMALLOC(huge, struct stress),			\
		KSTATE_VARRAY(bytes, struct stress, u8, nr_bytes, STRESS_BYTES, \
			      KSTATE_ALLOCATED),			\
		KSTATE_END_OF_LIST()					\
	},								\
	.subsections = (const struct kstate_description *[]) {		\
		&stress_extra_desc, NULL				\
	} }

/* Every second object is one that a kexec may do without. */
static const struct kstate_description stress_descs[] = {
	STRESS_DESC("stress", STRESS_ID(0), 0),
	STRESS_DESC("stress-optional", STRESS_ID(4), KSTATE_OPTIONAL),
};

KSTATE_CATALOG(stress_descs[0]);
KSTATE_CATALOG(stress_descs[1]);

static struct stress *stresses;
static u64 *counters;

static const struct kstate_description *stress_desc(u32 n)
{
	return &stress_descs[n % ARRAY_SIZE(stress_descs)];
}

static u64 stress_word(u32 number, size_t at)
{
	return (number * 31 + at + 1) * 0x9e3779b97f4a7c15ULL;
}

static void stress_fill(u32 number, void *mem, size_t bytes)
{
	u64 *words = mem;

	for (size_t i = 0; i < bytes / sizeof(*words); i++)
		words[i] = stress_word(number, i);
}

static bool stress_is_filled(u32 number, const void *mem, size_t bytes)
{
	const u64 *words = mem;

	for (size_t i = 0; i < bytes / sizeof(*words); i++) {
		if (words[i] != stress_word(number, i))
			return false;
	}
	return true;
}

static struct folio *stress_folio(u32 number, unsigned int order)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, order);

	if (folio)
		stress_fill(number, folio_address(folio), folio_size(folio));
	return folio;
}

static bool stress_folio_ok(u32 number, const struct folio *folio, unsigned int order)
{
	return folio && folio_order(folio) == order &&
	       stress_is_filled(number, folio_address(folio), folio_size(folio));
}

static int stress_add_link(struct stress *s, u32 key)
{
	struct stress_link *link = kvzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return -ENOMEM;
	link->key = key;
	link->folio = stress_folio(key, 0);
	list_add_tail(&link->list, &s->links);
	return link->folio ? 0 : -ENOMEM;
}

static int stress_alloc(struct stress *s, u32 n)
{
	int err = 0;

	s->name = kasprintf(GFP_KERNEL, "stress object number %u", n);
	s->words = kvmalloc_array(STRESS_WORDS, sizeof(*s->words), GFP_KERNEL);
	s->bytes = kvmalloc(STRESS_BYTES, GFP_KERNEL);
	s->folio = stress_folio(n, STRESS_ORDER);
	s->same_folio = s->folio;
	s->area = vmalloc(STRESS_AREA);
	s->same_area = s->area;
	s->huge = vmalloc_huge(STRESS_HUGE, GFP_KERNEL);
	for (u32 key = 0; !err && key < STRESS_LINKS; key++)
		err = stress_add_link(s, key);
	return s->name && s->words && s->bytes && s->folio && s->area && s->huge ?
		err : -ENOMEM;
}

static int stress_set(struct stress *s, u32 n)
{
	if (stress_alloc(s, n))
		return -ENOMEM;
	s->number = n;
	*s->counter = stress_word(n, 7);
	strscpy(s->label, "label");
	s->nr_words = STRESS_WORDS;
	stress_fill(n, s->words, STRESS_WORDS * sizeof(*s->words));
	s->nr_bytes = STRESS_BYTES;
	stress_fill(n, s->bytes, STRESS_BYTES);
	for (u16 i = 0; i < ARRAY_SIZE(s->inner); i++)
		s->inner[i] = (struct stress_inner){ .a = i, .b = stress_word(n, i) };
	stress_fill(n, s->area, STRESS_AREA);
	stress_fill(n, s->huge, STRESS_HUGE);
	s->extra = stress_word(n, 9);
	s->set = true;
	return 0;
}

static bool stress_links_ok(const struct stress *s)
{
	const struct stress_link *link;
	u32 key = 0;

	list_for_each_entry(link, &s->links, list) {
		if (link->key != key || !stress_folio_ok(key, link->folio, 0))
			return false;
		key++;
	}
	return key == STRESS_LINKS;
}

static bool stress_inner_ok(const struct stress *s, u32 n)
{
	for (u16 i = 0; i < ARRAY_SIZE(s->inner); i++) {
		if (s->inner[i].a != i || s->inner[i].b != stress_word(n, i))
			return false;
	}
	return true;
}

static int stress_check(const struct stress *s, u32 n)
{
	char name[64];

	snprintf(name, sizeof(name), "stress object number %u", n);
	if (s->number == n && *s->counter == stress_word(n, 7) &&
	    !strcmp(s->label, "label") && !strcmp(s->name, name) &&
	    s->nr_words == STRESS_WORDS && s->nr_bytes == STRESS_BYTES &&
	    stress_is_filled(n, s->words, STRESS_WORDS * sizeof(*s->words)) &&
	    stress_is_filled(n, s->bytes, STRESS_BYTES) &&
	    stress_inner_ok(s, n) && stress_links_ok(s) &&
	    stress_folio_ok(n, s->folio, STRESS_ORDER) &&
	    stress_is_filled(n, s->area, STRESS_AREA) &&
	    s->same_folio == s->folio && s->same_area == s->area &&
	    stress_is_filled(n, s->huge, STRESS_HUGE) && s->extra == stress_word(n, 9))
		return 0;
	pr_err("object %u is not what it was\n", n);
	return -EIO;
}

static void stress_clear(struct stress *s)
{
	struct stress_link *link, *next;

	list_for_each_entry_safe(link, next, &s->links, list) {
		if (link->folio)
			folio_put(link->folio);
		list_del(&link->list);
		kvfree(link);
	}
	if (s->folio)
		folio_put(s->folio);
	vfree(s->huge);
	vfree(s->area);
	kvfree(s->bytes);
	kvfree(s->words);
	kvfree(s->name);
	*s = (struct stress){ .counter = s->counter, .links = LIST_HEAD_INIT(s->links) };
}

static int step_set(struct stress *s, u32 n)
{
	return s->set ? 0 : stress_set(s, n);
}

static int step_register(struct stress *s, u32 n)
{
	int err;

	if (!s->set || s->registered)
		return 0;
	err = kstate_register(stress_desc(n), s, n);
	s->registered = !err;
	return err;
}

static int step_unregister(struct stress *s, u32 n)
{
	if (s->registered)
		kstate_unregister(stress_desc(n), s, n);
	s->registered = false;
	return 0;
}

static int step_restore(struct stress *s, u32 n)
{
	int err;

	if (s->set || n >= nr)
		return 0;
	err = kstate_restore(stress_desc(n), s, n);
	if (err)
		return err;
	s->set = true;
	return stress_check(s, n);
}

static int step_check(struct stress *s, u32 n)
{
	return s->set || n < nr ? stress_check(s, n) : 0;
}

static int step_free(struct stress *s, u32 n)
{
	step_unregister(s, n);
	stress_clear(s);
	return 0;
}

static const struct {
	const char *name;
	int (*step)(struct stress *s, u32 n);
} stress_steps[] = {
	{ "set", step_set },
	{ "register", step_register },
	{ "unregister", step_unregister },
	{ "restore", step_restore },
	{ "check", step_check },
	{ "free", step_free },
};

static int stress_run(const char *val, const struct kernel_param *kp)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stress_steps); i++) {
		if (!sysfs_streq(val, stress_steps[i].name))
			continue;
		for (u32 n = 0; !err && n < nr + orphans; n++)
			err = stress_steps[i].step(&stresses[n], n);
		return err;
	}
	return -EINVAL;
}

/* After the save: the image says that the folios are there. */
static int stress_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	for (u32 n = 0; lose_folios && n < nr + orphans; n++) {
		if (stresses[n].registered)
			kho_unpreserve_folio(stresses[n].folio);
	}
	return NOTIFY_DONE;
}

static struct notifier_block stress_reboot_nb = { .notifier_call = stress_reboot };

static const struct kernel_param_ops stress_run_ops = { .set = stress_run };
module_param_cb(run, &stress_run_ops, NULL, 0200);
MODULE_PARM_DESC(run, "set, register, unregister, restore, check or free");

static int __init kstate_stress_init(void)
{
	stresses = kcalloc(nr + orphans, sizeof(*stresses), GFP_KERNEL);
	counters = kcalloc(nr + orphans, sizeof(*counters), GFP_KERNEL);
	if (!stresses || !counters) {
		kfree(stresses);
		kfree(counters);
		return -ENOMEM;
	}
	for (u32 n = 0; n < nr + orphans; n++) {
		stresses[n].counter = &counters[n];
		INIT_LIST_HEAD(&stresses[n].links);
	}
	return register_reboot_notifier(&stress_reboot_nb);
}
module_init(kstate_stress_init);

static void __exit kstate_stress_exit(void)
{
	unregister_reboot_notifier(&stress_reboot_nb);
	for (u32 n = 0; n < nr + orphans; n++)
		step_free(&stresses[n], n);
	kfree(stresses);
	kfree(counters);
}
module_exit(kstate_stress_exit);

MODULE_DESCRIPTION("kstate sample: every kind of memory, one step at a time");
MODULE_LICENSE("GPL");
