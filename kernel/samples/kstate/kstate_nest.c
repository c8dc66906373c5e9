// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_nest.c - restoring while something else is being restored
 *
 * A hub has ports, and each port a lane. The hub's post_restore() probes its ports,
 * which register and restore themselves; a port's does the same with its lane. A hub
 * that asks for its own state there is told -EDEADLK. Two twins are restored by a
 * thread each, and each of them waits in its post_restore() until the other one is in
 * its own, too.
 *
 * Loaded after a cold boot, it registers all of them; loaded after a live update, it
 * restores them. Loading fails if anything is not as it was.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kstate.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/workqueue.h>

#define NEST_ID(n)	(KSTATE_ID_VENDOR + 0x500 + (n))
#define NEST_PORTS	4
#define NEST_TWINS	2
#define NEST_WAIT	(60 * HZ)	/* what never comes is an error, not a hang */

/**
 * struct nest - an object
 * @value: what is saved of it
 * @got: what restoring it returned
 */
struct nest {
	u32 value;
	int got;
};

static struct nest nest_hub, nest_ports[NEST_PORTS], nest_lanes[NEST_PORTS];
static struct nest nest_twins[NEST_TWINS];
static struct completion nest_arrived[NEST_TWINS];
static struct work_struct nest_works[NEST_TWINS];
static int nest_itself;

static int nest_hub_restored(void *obj, u32 version);
static int nest_port_restored(void *obj, u32 version);
static int nest_twin_restored(void *obj, u32 version);

#define NEST_DESC(_desc, _name, _id, _post)					\
static const struct kstate_description _desc = {				\
	.name = (_name), .id = NEST_ID(_id), .version_id = 1,			\
	.post_restore = (_post),						\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(value, struct nest, u32),			\
		KSTATE_END_OF_LIST()						\
	},									\
}

NEST_DESC(nest_hub_state, "nest-hub", 0, nest_hub_restored);
NEST_DESC(nest_port_state, "nest-port", 1, nest_port_restored);
NEST_DESC(nest_lane_state, "nest-lane", 2, NULL);
NEST_DESC(nest_twin_state, "nest-twin", 3, nest_twin_restored);

static void nest_probe(const struct kstate_description *desc, struct nest *nest, u64 instance)
{
	nest->got = kstate_register_restore(desc, nest, instance);
}

static int nest_port_restored(void *obj, u32 version)
{
	size_t i = (struct nest *)obj - nest_ports;

	nest_probe(&nest_lane_state, &nest_lanes[i], i);
	return 0;
}

static int nest_hub_restored(void *obj, u32 version)
{
	for (int i = 0; i < NEST_PORTS; i++)
		nest_probe(&nest_port_state, &nest_ports[i], i);
	nest_itself = kstate_restore(&nest_hub_state, obj, 0);
	return 0;
}

static int nest_twin_restored(void *obj, u32 version)
{
	size_t i = (struct nest *)obj - nest_twins;

	complete(&nest_arrived[i]);
	return wait_for_completion_timeout(&nest_arrived[!i], NEST_WAIT) ? 0 : -ETIMEDOUT;
}

static void nest_twin_probe(struct work_struct *work)
{
	size_t i = work - nest_works;

	nest_probe(&nest_twin_state, &nest_twins[i], i);
}

/* Each has a thread of its own, since the other one waits for it. */
static void nest_probe_twins(void)
{
	for (int i = 0; i < NEST_TWINS; i++) {
		init_completion(&nest_arrived[i]);
		INIT_WORK(&nest_works[i], nest_twin_probe);
	}
	for (int i = 0; i < NEST_TWINS; i++)
		schedule_work(&nest_works[i]);
	for (int i = 0; i < NEST_TWINS; i++)
		flush_work(&nest_works[i]);
}

/* Objects that are not there in the image are registered all the same, with 0 in @got. */
static void nest_probe_rest(void)
{
	for (int i = 0; i < NEST_PORTS; i++) {
		nest_probe(&nest_port_state, &nest_ports[i], i);
		nest_probe(&nest_lane_state, &nest_lanes[i], i);
	}
}

static int nest_wrong(const char *name, const struct nest *nest, size_t nr, u32 first, int got)
{
	int err = 0;

	for (size_t i = 0; i < nr; i++) {
		if (nest[i].got == got && nest[i].value == first + i)
			continue;
		pr_err("%s %zu: %d, with %#x\n", name, i, nest[i].got, nest[i].value);
		err = -EINVAL;
	}
	return err;
}

static void nest_fill(struct nest *nest, size_t nr, u32 first)
{
	for (size_t i = 0; i < nr; i++)
		nest[i].value = first + i;
}

static void nest_start_cold(void)
{
	nest_fill(&nest_hub, 1, 0x100);
	nest_fill(nest_ports, NEST_PORTS, 0x200);
	nest_fill(nest_lanes, NEST_PORTS, 0x300);
	nest_fill(nest_twins, NEST_TWINS, 0x400);
	nest_probe_rest();
}

static int nest_check(int got)
{
	int err = nest_wrong("hub", &nest_hub, 1, 0x100, got);

	err = nest_wrong("port", nest_ports, NEST_PORTS, 0x200, got) ?: err;
	err = nest_wrong("lane", nest_lanes, NEST_PORTS, 0x300, got) ?: err;
	err = nest_wrong("twin", nest_twins, NEST_TWINS, 0x400, got) ?: err;
	pr_info("%s: a hub in itself gets %d\n", got ? "restored" : "registered", nest_itself);
	return err ?: nest_itself == (got ? -EDEADLK : 0) ? 0 : -EINVAL;
}

static void nest_exit(void)
{
	for (int i = 0; i < NEST_TWINS; i++)
		kstate_unregister(&nest_twin_state, &nest_twins[i], i);
	for (int i = 0; i < NEST_PORTS; i++) {
		kstate_unregister(&nest_lane_state, &nest_lanes[i], i);
		kstate_unregister(&nest_port_state, &nest_ports[i], i);
	}
	kstate_unregister(&nest_hub_state, &nest_hub, 0);
}

static int __init nest_init(void)
{
	int err;

	nest_probe(&nest_hub_state, &nest_hub, 0);
	if (!nest_hub.got)
		nest_start_cold();
	nest_probe_twins();
	err = nest_check(nest_hub.got);
	if (err)
		nest_exit();
	return err;
}

module_init(nest_init);
module_exit(nest_exit);

MODULE_DESCRIPTION("kstate sample: restores within restores, and at the same time");
MODULE_LICENSE("GPL");
