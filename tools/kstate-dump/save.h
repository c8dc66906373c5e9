/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: --save
 *
 * Before a kexec there is no image to look at. The kernel makes one when "save"
 * is written to /sys/kernel/debug/kstate/out/control (see debugfs-kstate in the
 * kernel's Documentation/ABI/testing), which runs the callbacks of drivers as a
 * kexec does, and gives it back on "abort".
 *
 * Whatever ends the program between the two is followed by "abort", a signal as
 * well, and by "prepare" if memory had been prepared: afterwards the phase is
 * the one that there was. An image that somebody else has saved is left alone.
 * Only SIGKILL leaves the image saved, and what kills the whole machine.
 */

#ifndef KSTATE_DUMP_SAVE_H
#define KSTATE_DUMP_SAVE_H

#include "cmd.h"

/**
 * save_begin - have the kernel save an image
 * @run: tells the sysroot, and where to report
 *
 * Once for each program; messages are about @run's source.
 *
 * Return: 0 if there is a saved image now, or an exit status, reported. Nothing
 * has to be undone then.
 */
int save_begin(struct run *run);

/* Was the image of save_begin() saved by somebody else? Then it stays. */
bool save_was_there(void);

/**
 * save_end - give the image back, if save_begin() made one
 * @run: as for save_begin()
 * @status: the exit status so far
 *
 * Return: @status, or another one if that failed. It is reported on standard
 * error, in every format: what was shown is complete.
 */
int save_end(struct run *run, int status);

#endif
