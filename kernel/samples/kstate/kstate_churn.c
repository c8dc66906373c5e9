// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_churn.c - devices that change all the time, across many live updates
 *
 * A thread plays the hardware: it adds to lists and takes from them, moves counters,
 * and objects come and go. freeze() stops it, object by object; nothing but thaw()
 * starts it again. Each object has a page that stays where it is across the kexec, and
 * whatever the thread does is noted there as well: after the live update the page says
 * whether anything changed after it was saved.
 *
 * Objects below @permanent are mandatory and have to be there after each live update.
 * The others, the visitors, are registered and unregistered all the time.
 *
 * Loading restores what there is and verifies it, and goes on from there. It fails if
 * anything that was promised is lost.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/prandom.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/slab.h>

#define CHURN_ID(n)	(KSTATE_ID_VENDOR + 0x400 + (n))
#define CHURN_MAX	200	/* links of a list */
#define CHURN_NR	24	/* objects */

static unsigned int updates;
module_param(updates, uint, 0444);
MODULE_PARM_DESC(updates, "live updates that the permanent objects have been through");

static unsigned int permanent = 8;
module_param(permanent, uint, 0444);
MODULE_PARM_DESC(permanent, "number of objects that are always there");

static bool leave;
module_param(leave, bool, 0644);
MODULE_PARM_DESC(leave, "visitors leave when the machine goes down, after they were saved");

/* What the page of an object has: as it is at the very end. */
struct churn_page {
	u64 beats;
	u64 sum;
};

struct churn_link {
	struct list_head list;
	u64 key;
};

/**
 * struct churn - a device
 * @lock: protects all of it
 * @links: its list
 * @updates: live updates that it has been through
 * @beats: how often the hardware changed it
 * @sum: of the keys of @links
 * @nr: number of @links
 * @page: a &struct churn_page
 * @frozen: it does not change
 * @registered: whether it is
 */
struct churn {
	struct mutex lock;
	struct list_head links;
	u32 updates;
	u64 beats;
	u64 sum;
	u32 nr;
	struct folio *page;
	bool frozen;
	bool registered;
};

static struct churn churns[CHURN_NR];
static struct task_struct *churn_task;
static struct rnd_state churn_rnd;

/* Held while objects come and go, and by no callback of theirs. */
static DEFINE_MUTEX(churn_gate);

static void churn_lock(void *obj)
{
	mutex_lock(&((struct churn *)obj)->lock);
}

static void churn_unlock(void *obj)
{
	mutex_unlock(&((struct churn *)obj)->lock);
}

static int churn_freeze(void *obj)
{
	struct churn *c = obj;

	guard(mutex)(&c->lock);
	c->frozen = true;
	return 0;
}

static void churn_thaw(void *obj)
{
	struct churn *c = obj;

	guard(mutex)(&c->lock);
	c->frozen = false;
}

static const struct kstate_description churn_link_desc = {
	.name = "churn-link", .id = CHURN_ID(1),
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct churn_link, u64),
		KSTATE_END_OF_LIST()
	},
};

#define CHURN_DESC(_name, _id, _flags) {					\
	.name = (_name), .id = (_id), .version_id = 1, .flags = (_flags),	\
	.lock = churn_lock, .unlock = churn_unlock,				\
	.freeze = churn_freeze, .thaw = churn_thaw,				\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(updates, struct churn, u32),			\
		KSTATE_BASE_TYPE(beats, struct churn, u64),			\
		KSTATE_BASE_TYPE(sum, struct churn, u64),			\
		KSTATE_BASE_TYPE(nr, struct churn, u32),			\
		KSTATE_LIST(links, struct churn, struct churn_link, list,	\
			    &churn_link_desc, CHURN_MAX),			\
		KSTATE_FOLIO(page, struct churn),				\
		KSTATE_END_OF_LIST()						\
	} }

static const struct kstate_description churn_desc = CHURN_DESC("churn", CHURN_ID(0), 0);
static const struct kstate_description churn_visitor_desc =
	CHURN_DESC("churn-visitor", CHURN_ID(2), KSTATE_OPTIONAL);

KSTATE_CATALOG(churn_desc);
KSTATE_CATALOG(churn_visitor_desc);

static bool churn_is_visitor(const struct churn *c)
{
	return c - churns >= permanent;
}

static const struct kstate_description *churn_desc_of(const struct churn *c)
{
	return churn_is_visitor(c) ? &churn_visitor_desc : &churn_desc;
}

static void churn_note(struct churn *c)
{
	struct churn_page *page = folio_address(c->page);

	*page = (struct churn_page){ .beats = c->beats, .sum = c->sum };
}

static void churn_put_link(struct churn *c)
{
	struct churn_link *link = kvzalloc(sizeof(*link), GFP_KERNEL);

	if (!link)
		return;
	link->key = prandom_u32_state(&churn_rnd);
	list_add_tail(&link->list, &c->links);
	c->nr++;
	c->sum += link->key;
}

static void churn_take_link(struct churn *c)
{
	struct churn_link *link = list_first_entry(&c->links, struct churn_link, list);

	list_del(&link->list);
	c->nr--;
	c->sum -= link->key;
	kvfree(link);
}

/* What the hardware does. */
static void churn_beat(struct churn *c)
{
	guard(mutex)(&c->lock);
	if (c->frozen)
		return;
	if (c->nr == CHURN_MAX || (c->nr && prandom_u32_state(&churn_rnd) % 2))
		churn_take_link(c);
	else
		churn_put_link(c);
	c->beats++;
	churn_note(c);
}

static int churn_come(struct churn *c)
{
	int err = kstate_register(churn_desc_of(c), c, c - churns);

	c->registered = !err;
	return err;
}

static void churn_go(struct churn *c)
{
	if (c->registered)
		kstate_unregister(churn_desc_of(c), c, c - churns);
	c->registered = false;
	/* An object that has left is not thawed. */
	churn_thaw(c);
}

static void churn_visit(struct churn *c)
{
	guard(mutex)(&churn_gate);
	if (c->registered)
		churn_go(c);
	else
		churn_come(c);
}

static int churn_thread(void *unused)
{
	while (!kthread_should_stop()) {
		struct churn *c = &churns[prandom_u32_state(&churn_rnd) % CHURN_NR];

		churn_beat(c);
		if (churn_is_visitor(c) && prandom_u32_state(&churn_rnd) % 32 == 0)
			churn_visit(c);
		cond_resched();
	}
	return 0;
}

/* All is saved: nothing thaws any more, but who leaves is gone. */
static int churn_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	guard(mutex)(&churn_gate);
	for (size_t i = permanent; leave && i < CHURN_NR; i++)
		churn_go(&churns[i]);
	return NOTIFY_DONE;
}

static struct notifier_block churn_reboot_nb = { .notifier_call = churn_reboot };

static int churn_verify(const struct churn *c)
{
	const struct churn_page *page = folio_address(c->page);
	const struct churn_link *link;
	u64 sum = 0;
	u32 nr = 0;

	list_for_each_entry(link, &c->links, list) {
		sum += link->key;
		nr++;
	}
	if (nr == c->nr && sum == c->sum && page->beats == c->beats && page->sum == c->sum &&
	    (churn_is_visitor(c) || c->updates + 1 == updates))
		return 0;
	pr_err("object %td: %u links, not %u; sum %llu, not %llu; %llu beats saved, %llu at the end; update %u\n",
	       c - churns, nr, c->nr, sum, c->sum, c->beats, page->beats, c->updates + 1);
	return -EIO;
}

static int churn_begin(struct churn *c)
{
	c->page = folio_alloc(GFP_KERNEL | __GFP_ZERO, 0);
	return c->page ? 0 : -ENOMEM;
}

static int churn_restore(struct churn *c)
{
	int err = kstate_restore(churn_desc_of(c), c, c - churns);

	if (!err)
		return churn_verify(c);
	if ((err == -ENOENT || err == -EALREADY || err == -ENODATA) &&
	    (churn_is_visitor(c) || !updates))
		return churn_begin(c);
	pr_err("object %td is lost: error %d\n", c - churns, err);
	return err;
}

static int churn_init_one(struct churn *c)
{
	int err = churn_restore(c);

	c->updates = updates;
	if (!err && !churn_is_visitor(c))
		err = churn_come(c);
	return err;
}

static void churn_free(void)
{
	for (size_t i = 0; i < CHURN_NR; i++) {
		struct churn *c = &churns[i];

		churn_go(c);
		while (c->nr)
			churn_take_link(c);
		if (c->page)
			folio_put(c->page);
	}
}

static int __init churn_start(void)
{
	int err;

	churn_task = kthread_run(churn_thread, NULL, "kstate_churn");
	if (IS_ERR(churn_task))
		return PTR_ERR(churn_task);
	err = register_reboot_notifier(&churn_reboot_nb);
	if (err)
		kthread_stop(churn_task);
	return err;
}

static int __init kstate_churn_init(void)
{
	int err = 0;

	permanent = min_t(unsigned int, permanent, CHURN_NR);
	prandom_seed_state(&churn_rnd, updates + 1);
	for (size_t i = 0; i < CHURN_NR; i++) {
		mutex_init(&churns[i].lock);
		INIT_LIST_HEAD(&churns[i].links);
	}
	for (size_t i = 0; !err && i < CHURN_NR; i++)
		err = churn_init_one(&churns[i]);
	if (!err)
		err = churn_start();
	if (err)
		churn_free();
	else
		pr_info("all is as it was, update %u\n", updates);
	return err;
}
module_init(kstate_churn_init);

static void __exit kstate_churn_exit(void)
{
	unregister_reboot_notifier(&churn_reboot_nb);
	kthread_stop(churn_task);
	churn_free();
}
module_exit(kstate_churn_exit);

MODULE_DESCRIPTION("kstate sample: devices that change all the time");
MODULE_LICENSE("GPL");
