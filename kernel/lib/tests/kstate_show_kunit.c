// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests for kstate: what it shows of itself, through trace events, sysfs and debugfs
 */

#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/kstate.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/kstate.h>

#include "../../kernel/liveupdate/kstate_internal.h"

#define SHOW_ID		(KSTATE_ID_VENDOR + 0x6c00)
#define SHOW_INSTANCE	0x123456789abcULL

struct show_obj {
	u32 value;
	u32 more;
};

/* A test that is cut short leaves it registered. */
static struct show_obj show_obj;

#define SHOW_DESC(_desc)							\
static const struct kstate_description _desc = {				\
	.name = "kunit-show", .id = SHOW_ID, .version_id = 3, .min_version_id = 2, \
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(value, struct show_obj, u32),			\
		KSTATE_BASE_TYPE_V(more, struct show_obj, u32, 3),		\
		KSTATE_END_OF_LIST()						\
	},									\
}

SHOW_DESC(show_state);

/* As a header's is in another file. */
SHOW_DESC(show_copy);

/**
 * struct show_event - the last event of a kind
 * @nr: how many there were
 * @name: as raised, like the others
 * @id: likewise
 * @instance: likewise
 * @version: likewise
 * @bytes: likewise
 * @ns: likewise
 * @error: likewise
 * @done: likewise
 */
struct show_event {
	unsigned int nr;
	const char *name;
	u32 id;
	u64 instance;
	u32 version;
	u64 bytes;
	u64 ns;
	int error;
	bool done;
};

/* A probe of all events that end something. Sections of others are left out. */
static void show_probe(void *data, const char *name, u32 id, u64 instance, u32 version,
		       u64 bytes, u64 ns, int error, bool done)
{
	struct show_event *e = data;

	if (id != SHOW_ID && id != KSTATE_ID_NONE)
		return;
	*e = (struct show_event){
		.nr = e->nr + 1, .name = name, .id = id, .instance = instance,
		.version = version, .bytes = bytes, .ns = ns, .error = error, .done = done,
	};
}

static int show_save(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_save();
}

static void show_abort(void *unused)
{
	guard(kstate_out)(&kstate_out.lock);
	kstate_abort();
}

static enum kstate_phase show_phase(void)
{
	guard(kstate_out)(&kstate_out.lock);
	return kstate_out.phase;
}

/* What the registry has of the test's object, or all zero. */
static struct kstate_entry show_entry(void)
{
	struct kstate_key *key;

	guard(kstate_out)(&kstate_out.lock);
	key = kstate_index_find(&kstate_out.by_key, SHOW_ID, SHOW_INSTANCE);
	return key ? *container_of(key, struct kstate_entry, key) : (struct kstate_entry){};
}

static u64 show_image_bytes(void)
{
	u64 bytes = 0;

	guard(kstate_out)(&kstate_out.lock);
	for (size_t i = 0; i < kstate_out.nr_shards; i++)
		bytes += kstate_out.shards[i].len;
	return bytes;
}

static void show_need_tracepoints(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_TRACEPOINTS))
		kunit_skip(test, "there are no tracepoints");
}

static void show_save_test(struct kunit *test)
{
	struct show_event section = {}, end = {};
	struct kstate_entry entry;
	int err;

	show_need_tracepoints(test);
	KUNIT_ASSERT_EQ(test, kstate_register(&show_state, &show_obj, SHOW_INSTANCE), 0);
	KUNIT_EXPECT_EQ(test, register_trace_kstate_section_save(show_probe, &section), 0);
	KUNIT_EXPECT_EQ(test, register_trace_kstate_save_end(show_probe, &end), 0);
	err = show_save();
	entry = show_entry();
	unregister_trace_kstate_section_save(show_probe, &section);
	unregister_trace_kstate_save_end(show_probe, &end);
	tracepoint_synchronize_unregister();

	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, section.nr, 1);
	KUNIT_EXPECT_STREQ(test, section.name, "kunit-show");
	KUNIT_EXPECT_EQ(test, section.instance, SHOW_INSTANCE);
	KUNIT_EXPECT_EQ(test, section.version, 3);
	KUNIT_EXPECT_EQ(test, section.bytes, 2 * sizeof(u32));
	KUNIT_EXPECT_EQ(test, section.ns, entry.ns);
	KUNIT_EXPECT_TRUE(test, section.done && !section.error);
	KUNIT_EXPECT_EQ(test, end.nr, 1);
	KUNIT_EXPECT_STREQ(test, end.name, KSTATE_COMPATIBLE);
	KUNIT_EXPECT_GE(test, end.bytes, show_image_bytes());
	KUNIT_EXPECT_EQ(test, end.ns, kstate_out.save_ns);
	KUNIT_EXPECT_TRUE(test, end.done && !end.error);
	kstate_unregister(&show_state, &show_obj, SHOW_INSTANCE);
}

/* It was never saved: no image has such a section. */
static void show_restore_test(struct kunit *test)
{
	struct show_event section = {}, end = {};

	show_need_tracepoints(test);
	KUNIT_EXPECT_EQ(test, register_trace_kstate_section_restore(show_probe, &section), 0);
	KUNIT_EXPECT_EQ(test, register_trace_kstate_restore_end(show_probe, &end), 0);
	KUNIT_EXPECT_EQ(test, kstate_restore(&show_state, &show_obj, SHOW_INSTANCE), -ENOENT);
	unregister_trace_kstate_section_restore(show_probe, &section);
	unregister_trace_kstate_restore_end(show_probe, &end);
	tracepoint_synchronize_unregister();

	KUNIT_EXPECT_EQ(test, section.nr, 0);
	KUNIT_EXPECT_EQ(test, end.nr, 1);
	KUNIT_EXPECT_EQ(test, end.instance, SHOW_INSTANCE);
	KUNIT_EXPECT_EQ(test, end.error, -ENOENT);
	KUNIT_EXPECT_FALSE(test, end.done);
}

/* Whether sysfs has a file of the description. */
static bool show_in_sysfs(const char *file)
{
	static const char *const path[] = { "kstate", "descriptions", "kunit-show" };
	struct kernfs_node *kn = kernel_kobj->sd, *next;

	kernfs_get(kn);
	for (size_t i = 0; kn && i <= ARRAY_SIZE(path); i++) {
		next = kernfs_find_and_get(kn, i < ARRAY_SIZE(path) ? path[i] : file);
		kernfs_put(kn);
		kn = next;
	}
	kernfs_put(kn);
	return kn;
}

static void show_folder_test(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_SYSFS))
		kunit_skip(test, "there is no sysfs");
	for (int i = 0; i < 20; i++) {
		KUNIT_EXPECT_FALSE(test, show_in_sysfs("id"));
		KUNIT_ASSERT_EQ(test, kstate_register(&show_state, &show_obj, 1), 0);
		KUNIT_ASSERT_EQ(test, kstate_register(&show_state, &show_obj, 2), 0);
		KUNIT_EXPECT_TRUE(test, show_in_sysfs("id"));
		kstate_unregister(&show_state, &show_obj, 1);
		KUNIT_EXPECT_TRUE(test, show_in_sysfs("instances"));
		kstate_unregister(&show_state, &show_obj, 2);
	}
	KUNIT_EXPECT_FALSE(test, show_in_sysfs("id"));
}

static void show_copy_test(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_SYSFS))
		kunit_skip(test, "there is no sysfs");
	KUNIT_ASSERT_EQ(test, kstate_register(&show_state, &show_obj, 1), 0);
	KUNIT_ASSERT_EQ(test, kstate_register(&show_copy, &show_obj, 2), 0);
	KUNIT_EXPECT_EQ(test, show_save(), 0);
	kstate_unregister(&show_state, &show_obj, 1);
	KUNIT_EXPECT_TRUE(test, show_in_sysfs("id"));
	kstate_unregister(&show_copy, &show_obj, 2);
	KUNIT_EXPECT_FALSE(test, show_in_sysfs("id"));
}

/* Too large for the tree. */
struct show_large {
	u8 bytes[KSTATE_INLINE_MAX + 1];
};

static struct show_large show_large;

static const struct kstate_description show_large_state = {
	.name = "kunit-show-large", .id = SHOW_ID + 1, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(bytes, struct show_large, u8 [KSTATE_INLINE_MAX + 1]),
		KSTATE_END_OF_LIST()
	},
};

/* The folder of payloads in debugfs, with a reference; NULL if there is none. */
static struct dentry *show_extents(void)
{
	static const char *const path[] = { "kstate", "out", "extents" };
	struct dentry *dir = NULL, *next;

	for (size_t i = 0; i < ARRAY_SIZE(path); i++) {
		next = debugfs_lookup(path[i], dir);
		dput(dir);
		dir = next;
		if (!dir)
			break;
	}
	return dir;
}

/* Whoever reads the folder holds its lock, and may do so for as long as it likes. */
static void show_held_folder_test(struct kunit *test)
{
	struct dentry *dir = IS_ENABLED(CONFIG_KSTATE_DEBUGFS) ? show_extents() : NULL;
	int err;

	if (!dir)
		kunit_skip(test, "there is no debugfs");
	err = kstate_register(&show_large_state, &show_large, 1);
	inode_lock(d_inode(dir));
	for (int i = 0; !err && i < 3; i++) {
		err = show_save();
		show_abort(NULL);
	}
	inode_unlock(d_inode(dir));
	dput(dir);
	kstate_unregister(&show_large_state, &show_large, 1);
	KUNIT_EXPECT_EQ(test, err, 0);
}

static int show_init(struct kunit *test)
{
	if (!kstate_kho_ready())
		kunit_skip(test, "KHO is off");
	if (show_phase() != KSTATE_IDLE)
		kunit_skip(test, "an image is prepared or saved already");
	return kunit_add_action_or_reset(test, show_abort, NULL);
}

static struct kunit_case show_cases[] = {
	KUNIT_CASE(show_save_test),
	KUNIT_CASE(show_restore_test),
	KUNIT_CASE(show_folder_test),
	KUNIT_CASE(show_copy_test),
	KUNIT_CASE(show_held_folder_test),
	{}
};

static struct kunit_suite show_suite = {
	.name = "kstate_show",
	.init = show_init,
	.test_cases = show_cases,
};

kunit_test_suite(show_suite);

MODULE_DESCRIPTION("KUnit tests for kstate: trace events, sysfs and debugfs");
MODULE_LICENSE("GPL");
