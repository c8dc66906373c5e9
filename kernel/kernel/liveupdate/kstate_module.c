// SPDX-License-Identifier: GPL-2.0
/*
 * kstate_module.c - what the engine hears of modules, and of the command line
 *
 * Modules that go away take their descriptions with them.
 */

#include <linux/cleanup.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>

#include "kstate_internal.h"

/**
 * kstate_module_get - keep the module of a description from going away
 * @data: the description
 *
 * Return: the module, for kstate_module_put(); NULL if it is in no module, or in one
 * that is going away.
 */
struct module *kstate_module_get(const void *data)
{
	struct module *module;

	guard(rcu)();
	module = __module_address((unsigned long)data);
	return module && try_module_get(module) ? module : NULL;
}

/**
 * kstate_module_put - undo that
 * @module: the module, or NULL
 */
void kstate_module_put(struct module *module)
{
	module_put(module);
}

static int kstate_module_event(struct notifier_block *nb, unsigned long event,
			       void *data)
{
	if (event == MODULE_STATE_GOING)
		kstate_plans_forget();
	return NOTIFY_DONE;
}

static struct notifier_block kstate_module_notifier = {
	.notifier_call = kstate_module_event,
};

static int __init kstate_module_init(void)
{
	return register_module_notifier(&kstate_module_notifier);
}
core_initcall(kstate_module_init);

/* kstate_keep=1: the incoming image stays as it is until somebody releases it. */
static int __init kstate_keep_setup(char *arg)
{
	return !kstrtobool(arg, &kstate_in_keep);
}
__setup("kstate_keep=", kstate_keep_setup);
