// SPDX-License-Identifier: GPL-2.0
/*
 * test_drivers.c - drivers change their objects, come and go, at each moment of the engine
 *
 * Built with SHIM_THREADS, under TSAN and under ASAN: the locks are real. Each driver
 * adds to its list and takes from it under its own lock, and frees what it takes out;
 * the engine walks those lists. A common lock is held over registering and unregistering,
 * which the callbacks of other objects take. What a kexec saves is what the objects hold
 * from their freezing on.
 */

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <libfdt.h>

#include "fixture.h"

#define STEPS		400
#define NR_SHELVES	3
#define NR_BOOKS	40

/* cmocka's assertions are for the thread that runs the test. */
#define check(cond)	do {							\
	if (!(cond)) {								\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		abort();							\
	}									\
} while (0)

struct book {
	struct list_head list;
	u64 key;
};

/**
 * struct shelf - what a driver has
 * @lock: protects all of it
 * @books: the list
 * @nr: how many
 * @sum: of their keys
 * @frozen: nothing may change
 * @there: registered, which only its driver changes
 */
struct shelf {
	struct mutex lock;
	struct list_head books;
	u32 nr;
	u64 sum;
	bool frozen;
	bool there;
};

static struct shelf shelves[NR_SHELVES];
static pthread_barrier_t start;
static bool stop;

/* Held over registering and unregistering; the callbacks of the hub take it. */
static struct mutex common = __MUTEX_INITIALIZER(common);
static struct shelf hub;

static void shelf_lock(void *obj)
{
	mutex_lock(&((struct shelf *)obj)->lock);
}

static void shelf_unlock(void *obj)
{
	mutex_unlock(&((struct shelf *)obj)->lock);
}

static int shelf_freeze(void *obj)
{
	struct shelf *s = obj;

	guard(mutex)(&s->lock);
	check(!s->frozen);
	s->frozen = true;
	return 0;
}

static void shelf_thaw(void *obj)
{
	struct shelf *s = obj;

	guard(mutex)(&s->lock);
	check(s->frozen);
	s->frozen = false;
}

static const struct kstate_description book_desc = {
	.name = "book", .id = 0x81,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(key, struct book, u64), KSTATE_END_OF_LIST() },
};

#define SHELF_FIELDS								\
	.fields = (const struct kstate_field[]) {				\
		KSTATE_BASE_TYPE(nr, struct shelf, u32),			\
		KSTATE_BASE_TYPE(sum, struct shelf, u64),			\
		KSTATE_LIST(books, struct shelf, struct book, list, &book_desc, NR_BOOKS), \
		KSTATE_END_OF_LIST()						\
	}

static const struct kstate_description shelf_desc = {
	.name = "shelf", .id = 0x80, .flags = KSTATE_OPTIONAL, SHELF_FIELDS,
	.lock = shelf_lock, .unlock = shelf_unlock,
	.freeze = shelf_freeze, .thaw = shelf_thaw,
};

static void hub_lock(void *obj)
{
	mutex_lock(&common);
}

static void hub_unlock(void *obj)
{
	mutex_unlock(&common);
}

static int hub_freeze(void *obj)
{
	guard(mutex)(&common);
	return 0;
}

static void hub_thaw(void *obj)
{
	guard(mutex)(&common);
}

static const struct kstate_description hub_desc = {
	.name = "hub", .id = 0x82, SHELF_FIELDS,
	.lock = hub_lock, .unlock = hub_unlock, .freeze = hub_freeze, .thaw = hub_thaw,
};

static unsigned int next(unsigned int *state)
{
	*state = *state * 1103515245 + 12345;
	return *state >> 16;
}

static void put_book(struct shelf *s, u64 key)
{
	struct book *book = malloc(sizeof(*book));

	book->key = key;
	list_add_tail(&book->list, &s->books);
	s->nr++;
	s->sum += key;
}

static void take_book(struct shelf *s)
{
	struct book *book = list_first_entry(&s->books, struct book, list);

	list_del(&book->list);
	s->nr--;
	s->sum -= book->key;
	free(book);
}

/* What the device does all the time, unless it is frozen. */
static void change(struct shelf *s, unsigned int *state)
{
	guard(mutex)(&s->lock);
	if (s->frozen)
		return;
	if (s->nr && (s->nr == NR_BOOKS || next(state) % 2))
		take_book(s);
	else
		put_book(s, next(state));
}

static void come_or_go(struct shelf *s)
{
	guard(mutex)(&common);
	if (s->there)
		kstate_unregister(&shelf_desc, s, s - shelves);
	else
		check(!kstate_register(&shelf_desc, s, s - shelves));
	s->there = !s->there;
	/* An object that has left is not thawed. */
	if (!s->there) {
		guard(mutex)(&s->lock);
		s->frozen = false;
	}
}

static void *driver(void *arg)
{
	struct shelf *s = arg;
	unsigned int state = s - shelves + 1;

	pthread_barrier_wait(&start);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		change(s, &state);
		if (next(&state) % 16 == 0)
			come_or_go(s);
	}
	if (s->there)
		come_or_go(s);
	while (s->nr)
		take_book(s);
	return NULL;
}

/* A list in the image is as long as its object says, and has the same keys. */
static void check_shelf(const u8 *data, int len)
{
	u32 nr;
	u64 sum, count, key;

	memcpy(&nr, data, sizeof(nr));
	memcpy(&sum, data + 4, sizeof(sum));
	memcpy(&count, data + 12, sizeof(count));
	check(count == nr && len == 20 + (int)nr * 16);
	for (u32 i = 0; i < nr; i++) {
		memcpy(&key, data + 20 + i * 16 + 8, sizeof(key));
		sum -= key;
	}
	check(!sum);
}

static void check_image(void)
{
	size_t bytes;
	const void *fdt = shim_outgoing(&bytes);
	int node;

	check(!fdt_check_full(fdt, bytes));
	check(fdt_subnode_offset(fdt, fdt_path_offset(fdt, "/sections"), "hub@0") > 0);
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/sections")) {
		int len;
		const u8 *data = fdt_getprop(fdt, node, "data", &len);

		if (data)
			check_shelf(data, len);
		else
			check(fdt_getprop(fdt, node, "lost", NULL) &&
			      fdt_getprop(fdt, node, "withdrawn", NULL));
	}
}

/* What was frozen, and is still registered, is as the image has it. */
static void check_frozen(void)
{
	size_t bytes;
	const void *fdt = shim_outgoing(&bytes);
	struct kstate_entry *entry;
	char name[20];

	list_for_each_entry(entry, &kstate_out.entries, list) {
		struct shelf *s = entry->obj;
		const u8 *data;
		u64 sum;

		if (entry->gone || !entry->saved || s == &hub)
			continue;
		snprintf(name, sizeof(name), "shelf@%llx", entry->key.instance);
		data = fdt_getprop(fdt, fdt_subnode_offset(fdt, fdt_path_offset(fdt, "/sections"),
							   name), "data", NULL);
		check(data);
		memcpy(&sum, data + 4, sizeof(sum));
		/* The driver reads only, as long as it is frozen. */
		check(s->frozen && s->sum == sum);
	}
}

static void kexec_that_is_refused(void)
{
	const struct kimage image = { .carries = true };

	check(!kstate_kexec_save(&image));
	for (int i = 0; i < 20; i++) {
		guard(kstate_out)(&kstate_out.lock);
		check_image();
		check_frozen();
	}
	kstate_kexec_abort();
}

static void look_at_sizes(void)
{
	struct kstate_entry *entry;

	guard(kstate_out)(&kstate_out.lock);
	list_for_each_entry(entry, &kstate_out.entries, list) {
		if (!entry->gone)
			kstate_entry_bytes(entry);
	}
}

static void rehearsal(void)
{
	int err;

	guard(kstate_out)(&kstate_out.lock);
	err = kstate_save();
	check(!err || err == -EAGAIN);
	if (!err)
		check_image();
}

/* The engine, at all its moments. */
static void *engine(void *arg)
{
	const struct kimage image = { .carries = true }, apart = {};
	unsigned int state = 77;

	pthread_barrier_wait(&start);
	for (int step = 0; step < STEPS; step++) {
		switch (next(&state) % 6) {
		case 0:
			kstate_kexec_loaded(&image);
			break;
		case 1:
			kstate_kexec_loaded(next(&state) % 2 ? &apart : NULL);
			break;
		case 2:
			rehearsal();
			break;
		case 3:
			look_at_sizes();
			break;
		default:
			kexec_that_is_refused();
		}
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Another user of debugfs, at the same time. */
static void *onlooker(void *arg)
{
	static const char *const commands[] = { "prepare", "save", "abort" };
	unsigned int state = 5;

	pthread_barrier_wait(&start);
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		int err = kstate_command(commands[next(&state) % ARRAY_SIZE(commands)]);

		check(!err || err == -EBUSY);
		sched_yield();
	}
	return NULL;
}

static void shelf_init(struct shelf *s)
{
	*s = (struct shelf){ .lock = __MUTEX_INITIALIZER(lock) };
	INIT_LIST_HEAD(&s->books);
}

static void run(void *(*other)(void *))
{
	pthread_t threads[NR_SHELVES + 2];
	size_t nr = 0;

	stop = false;
	pthread_barrier_init(&start, NULL, NR_SHELVES + 1 + !!other);
	for (size_t i = 0; i < NR_SHELVES; i++) {
		shelf_init(&shelves[i]);
		pthread_create(&threads[nr++], NULL, driver, &shelves[i]);
	}
	pthread_create(&threads[nr++], NULL, engine, NULL);
	if (other)
		pthread_create(&threads[nr++], NULL, other, NULL);
	while (nr)
		pthread_join(threads[--nr], NULL);
	pthread_barrier_destroy(&start);
}

static int setup(void **state)
{
	shelf_init(&hub);
	shim_setup(state);
	return kstate_register(&hub_desc, &hub, 0);
}

static void lists_change_while_they_are_not_frozen(void **state)
{
	run(NULL);
	assert_int_equal(kstate_out.by_key.nr, 1);
}

/* Each save is one that another user may have dropped, or prepared. */
static void others_prepare_save_and_abort_meanwhile(void **state)
{
	run(onlooker);
	assert_int_equal(kstate_out.by_key.nr, 1);
}

#define test(f)	cmocka_unit_test_setup_teardown(f, setup, shim_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(lists_change_while_they_are_not_frozen),
		test(others_prepare_save_and_abort_meanwhile),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
