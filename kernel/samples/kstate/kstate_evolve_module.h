/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kstate_evolve_module.h - what kstate_evolve_old and kstate_evolve_new do
 *
 * Loaded where nothing was handed over, a module registers an object for each of its
 * descriptions; loaded after a live update, it restores each, and says in the log
 * what kstate_restore() answered and which members were written.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/string.h>

static struct evolve_data evolve_objs[ARRAY_SIZE(evolve_descs)];
static u32 evolve_targets[ARRAY_SIZE(evolve_descs)];
static bool evolve_registered;

static void evolve_fill(size_t i, u32 value)
{
	struct evolve_data *obj = &evolve_objs[i];

	evolve_targets[i] = value;
	*obj = (struct evolve_data){
		.a = value, .b = value, .c = value, .p = &evolve_targets[i],
		.list = { value, value, value, value },
		.in = { .x = value, .y = value, .wide_x = value }, .wide_b = value,
	};
}

/* Which members are those that were saved: 1, where 2 was before. */
static void evolve_report(size_t i, int err)
{
	const struct evolve_data *obj = &evolve_objs[i];

	pr_info("%s: error %d, members:%s%s%s%s%s%s%s\n", evolve_descs[i]->name, err,
		obj->a == 1 ? " a" : "", obj->b == 1 ? " b" : "", obj->c == 1 ? " c" : "",
		evolve_targets[i] == 1 ? " p" : "", obj->list[0] == 1 ? " list" : "",
		obj->in.x == 1 ? " in.x" : "", obj->in.y == 1 ? " in.y" : "");
}

static int __init evolve_register(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(evolve_descs); i++) {
		int err;

		evolve_fill(i, 1);
		err = kstate_register(evolve_descs[i], &evolve_objs[i], 0);
		if (err) {
			while (i--)
				kstate_unregister(evolve_descs[i], &evolve_objs[i], 0);
			return err;
		}
	}
	evolve_registered = true;
	pr_info("registered %zu objects\n", ARRAY_SIZE(evolve_descs));
	return 0;
}

static int __init evolve_init(void)
{
	evolve_fill(0, 2);
	if (kstate_restore(evolve_descs[0], &evolve_objs[0], 0) == -ENOENT)
		return evolve_register();
	evolve_report(0, 0);
	for (size_t i = 1; i < ARRAY_SIZE(evolve_descs); i++) {
		evolve_fill(i, 2);
		evolve_report(i, kstate_restore(evolve_descs[i], &evolve_objs[i], 0));
	}
	return 0;
}
module_init(evolve_init);

static void __exit evolve_exit(void)
{
	for (size_t i = 0; evolve_registered && i < ARRAY_SIZE(evolve_descs); i++)
		kstate_unregister(evolve_descs[i], &evolve_objs[i], 0);
}
module_exit(evolve_exit);

MODULE_DESCRIPTION("kstate sample: descriptions before and after a driver has evolved");
MODULE_LICENSE("GPL");
