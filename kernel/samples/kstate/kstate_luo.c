// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_luo.c - a file handler and an FLB of LUO that exist nowhere else
 *
 * For tests: no tool has a line of code for what is preserved here. Its structs are
 * known from this module's type information alone.
 *
 * /dev/kstate_luo is a file that the handler preserves. LUO exports nothing to modules,
 * so that its functions are asked of kprobes; the module stays, as it could not leave.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kexec_handover.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/kprobes.h>
#include <linux/liveupdate.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define SAMPLE_RINGS	3
#define SAMPLE_PAGES	700	/* structs of 24 bytes: more than four pages */

enum kstate_luo_mode {
	KSTATE_LUO_IDLE,
	KSTATE_LUO_RUNNING,
	KSTATE_LUO_PAUSED,
};

struct kstate_luo_ring_ser {
	u32 head;
	u32 tail;
	u64 cookie;
};

struct kstate_luo_config_ser {
	char model[12];
	s32 level;
	bool armed;
	u8 mac[6];
};

struct kstate_luo_stats_ser {
	u64 done;
	u64 failed;
};

struct kstate_luo_page_ser {
	u64 iova;
	u64 pfn;
	u32 access:3;
	u32 pins:29;
};

/*
 * struct kstate_luo_ser - what is preserved of a file
 *
 * Not for kernel-doc, which does not know DECLARE_KHOSER_PTR().
 *
 * @label: who it is
 * @mode: what it did
 * @nr_rings: elements of @rings
 * @config: where the configuration is, as the type says
 * @stats_pa: where counters are, which the type does not say
 * @pages: an array of &struct kstate_luo_page_ser
 * @nr_pages: its elements
 * @rings: the array at the end
 */
struct kstate_luo_ser {
	char label[16];
	enum kstate_luo_mode mode;
	u32 nr_rings;
	DECLARE_KHOSER_PTR(config, struct kstate_luo_config_ser *);
	u64 stats_pa;
	struct kho_vmalloc pages;
	u64 nr_pages;
	struct kstate_luo_ring_ser rings[];
};

struct kstate_luo_bus_ser {
	char name[8];
	u64 generation;
};

static int (*register_file_handler)(struct liveupdate_file_handler *fh);
static int (*register_flb)(struct liveupdate_file_handler *fh, struct liveupdate_flb *flb);

static const struct file_operations sample_fops = {
	.owner = THIS_MODULE,
};

static struct miscdevice sample_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kstate_luo",
	.fops = &sample_fops,
};

static bool sample_can_preserve(struct liveupdate_file_handler *handler, struct file *file)
{
	return file->f_op == &sample_fops;
}

/* The array in vmalloc memory; its address in this kernel is @args->private_data. */
static int sample_preserve_pages(struct liveupdate_file_op_args *args,
				 struct kstate_luo_ser *ser)
{
	struct kstate_luo_page_ser *pages = vzalloc(array_size(SAMPLE_PAGES, sizeof(*pages)));
	int err;

	if (!pages)
		return -ENOMEM;
	for (u32 i = 0; i < SAMPLE_PAGES; i++)
		pages[i] = (struct kstate_luo_page_ser) {
			.iova = 0x100000UL + i * 0x1000UL, .pfn = 7000 + i,
			.access = i % 8, .pins = i,
		};
	err = kho_preserve_vmalloc(pages, &ser->pages);
	if (err) {
		vfree(pages);
		return err;
	}
	ser->nr_pages = SAMPLE_PAGES;
	args->private_data = pages;
	return 0;
}

static void sample_fill(struct kstate_luo_ser *ser, struct kstate_luo_config_ser *config,
			struct kstate_luo_stats_ser *stats)
{
	strscpy(ser->label, "only here");
	ser->mode = KSTATE_LUO_PAUSED;
	ser->nr_rings = SAMPLE_RINGS;
	for (u32 i = 0; i < SAMPLE_RINGS; i++)
		ser->rings[i] = (struct kstate_luo_ring_ser) {
			.head = 10 * i, .tail = 10 * i + 4, .cookie = 0xc00c1e00UL + i,
		};
	strscpy(config->model, "sample-9");
	config->level = -42;
	config->armed = true;
	memcpy(config->mac, "\x02\x00\x5e\x10\x20\x30", sizeof(config->mac));
	KHOSER_STORE_PTR(ser->config, config);
	stats->done = 123456789;
	stats->failed = 3;
	ser->stats_pa = virt_to_phys(stats);
}

static int sample_preserve(struct liveupdate_file_op_args *args)
{
	struct kstate_luo_config_ser *config = kho_alloc_preserve(sizeof(*config));
	struct kstate_luo_stats_ser *stats = kho_alloc_preserve(sizeof(*stats));
	struct kstate_luo_ser *ser = kho_alloc_preserve(struct_size(ser, rings, SAMPLE_RINGS));
	int err = -ENOMEM;

	if (!IS_ERR(config) && !IS_ERR(stats) && !IS_ERR(ser))
		err = sample_preserve_pages(args, ser);
	if (!err) {
		sample_fill(ser, config, stats);
		args->serialized_data = virt_to_phys(ser);
		return 0;
	}
	if (!IS_ERR(ser))
		kho_unpreserve_free(ser);
	if (!IS_ERR(stats))
		kho_unpreserve_free(stats);
	if (!IS_ERR(config))
		kho_unpreserve_free(config);
	return err;
}

static void sample_unpreserve(struct liveupdate_file_op_args *args)
{
	struct kstate_luo_ser *ser = phys_to_virt(args->serialized_data);

	kho_unpreserve_vmalloc(&ser->pages);
	vfree(args->private_data);
	kho_unpreserve_free(phys_to_virt(ser->stats_pa));
	kho_unpreserve_free(KHOSER_LOAD_PTR(ser->config));
	kho_unpreserve_free(ser);
}

/* The memory goes back to the next kernel. */
static void sample_take_back(u64 serialized_data)
{
	struct kstate_luo_ser *ser = phys_to_virt(serialized_data);

	vfree(kho_restore_vmalloc(&ser->pages));
	kho_restore_free(phys_to_virt(ser->stats_pa));
	kho_restore_free(KHOSER_LOAD_PTR(ser->config));
	kho_restore_free(ser);
}

static int sample_retrieve(struct liveupdate_file_op_args *args)
{
	struct file *file = anon_inode_getfile("kstate_luo", &sample_fops, NULL, O_RDWR);

	if (IS_ERR(file))
		return PTR_ERR(file);
	sample_take_back(args->serialized_data);
	args->file = file;
	return 0;
}

static void sample_finish(struct liveupdate_file_op_args *args)
{
	if (!args->retrieve_status)
		sample_take_back(args->serialized_data);
}

static const struct liveupdate_file_ops sample_file_ops = {
	.can_preserve = sample_can_preserve,
	.preserve = sample_preserve,
	.unpreserve = sample_unpreserve,
	.retrieve = sample_retrieve,
	.finish = sample_finish,
	.owner = THIS_MODULE,
};

static struct liveupdate_file_handler sample_handler = {
	.ops = &sample_file_ops,
	.compatible = "kstate-luo-sample-v1",
};

static int sample_bus_preserve(struct liveupdate_flb_op_args *argp)
{
	struct kstate_luo_bus_ser *bus = kho_alloc_preserve(sizeof(*bus));

	if (IS_ERR(bus))
		return PTR_ERR(bus);
	strscpy(bus->name, "bus-7");
	bus->generation = 41;
	argp->obj = bus;
	argp->data = virt_to_phys(bus);
	return 0;
}

static void sample_bus_unpreserve(struct liveupdate_flb_op_args *argp)
{
	kho_unpreserve_free(argp->obj);
}

static int sample_bus_retrieve(struct liveupdate_flb_op_args *argp)
{
	argp->obj = phys_to_virt(argp->data);
	return 0;
}

static void sample_bus_finish(struct liveupdate_flb_op_args *argp)
{
	kho_restore_free(argp->obj);
}

static const struct liveupdate_flb_ops sample_bus_ops = {
	.preserve = sample_bus_preserve,
	.unpreserve = sample_bus_unpreserve,
	.retrieve = sample_bus_retrieve,
	.finish = sample_bus_finish,
	.owner = THIS_MODULE,
};

static struct liveupdate_flb sample_bus = {
	.ops = &sample_bus_ops,
	.compatible = "kstate-luo-sample-bus-v1",
};

static void *sample_address(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *address = NULL;

	if (!register_kprobe(&probe)) {
		address = probe.addr;
		unregister_kprobe(&probe);
	}
	return address;
}

static int __init sample_init(void)
{
	int err;

	register_file_handler = sample_address("liveupdate_register_file_handler");
	register_flb = sample_address("liveupdate_register_flb");
	if (!register_file_handler || !register_flb)
		return -ENOENT;
	err = misc_register(&sample_device);
	if (err)
		return err;
	err = register_file_handler(&sample_handler);
	if (err) {
		misc_deregister(&sample_device);
		return err;
	}
	err = register_flb(&sample_handler, &sample_bus);
	if (err)
		pr_err("no FLB: %d\n", err);
	return 0;	/* the handler cannot be taken back */
}
module_init(sample_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A file handler and an FLB of LUO that exist nowhere else");
