/* SPDX-License-Identifier: GPL-2.0 */

/**
 * DOC: --save
 *
 * Before a kexec there is no image to look at. The kernel makes one when "save" is written to
 * /sys/kernel/debug/kstate/out/control (see debugfs-kstate in the kernel's
 * Documentation/ABI/testing): it runs the callbacks of drivers as a kexec does. On "abort", the
 * kernel frees the image.
 *
 * After "save", the program writes "abort" however it ends, also by a signal, and then "prepare" if
 * memory was prepared before: the phase is the same as before. An image that was saved by another
 * program stays. Only SIGKILL, or a crash of the machine, leaves the image saved.
 */

#ifndef KSTATE_DUMP_SAVE_H
#define KSTATE_DUMP_SAVE_H

#include "cmd.h"

/**
 * save_begin - have the kernel save an image
 * @run: has the sysroot; errors are reported to its output
 *
 * A program may call it once. Messages are about @run->source.
 *
 * Return: 0 if there is a saved image now; else an exit status, reported, and nothing was changed.
 */
int save_begin(struct run *run);

/*
 * A file will be written: a signal that ends the program removes what is there of it, and a limit
 * of its size (ulimit -f) is an error of writing.
 */
void save_file_begin(void);

/* Had another program saved the image before save_begin()? Then the image stays. */
bool save_was_there(void);

/**
 * save_end - have the kernel free the image, if save_begin() made one
 * @run: as for save_begin()
 * @status: the exit status so far
 *
 * Return: @status; another one if that failed. The failure is reported on standard error in every
 * format, as the output is complete by then.
 */
int save_end(struct run *run, int status);

#endif
