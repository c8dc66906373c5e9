/* SPDX-License-Identifier: LGPL-2.1 OR BSD-2-Clause */

/**
 * DOC: what a dump has to report
 *
 * Besides results: what is wrong (defects), what could not be known, and notes. Include
 * kstate-dump.h, which includes this.
 */

#ifndef KSTATE_DUMP_REPORT_H
#define KSTATE_DUMP_REPORT_H

#ifdef __cplusplus
extern "C" {
#endif

struct kstd_dump;
struct kstd_node;

/**
 * enum kstd_truth - the answer to a question on which somebody relies
 * @KSTD_NOT_KNOWN: it could not be known from what was read; a reason is shown beside it
 * @KSTD_NO: what was read says no
 * @KSTD_YES: what was read says yes
 *
 * Not known is neither of the other two, and no good news.
 *
 * Since: 0.1
 */
enum kstd_truth {
	KSTD_NOT_KNOWN,
	KSTD_NO,
	KSTD_YES,
};

/**
 * kstd_all_well - was all that was asked for so far found, known and as it should be?
 * @dump: the dump
 *
 * Defects and what is not known are found while lists are iterated over: ask last.
 *
 * Return: %KSTD_NO: there are defects; %KSTD_NOT_KNOWN: there are none, but not all
 * could be known, see kstd_unknowns(); else %KSTD_YES.
 * Since: 0.1
 */
enum kstd_truth kstd_all_well(const struct kstd_dump *dump);

/**
 * kstd_unknowns - what was asked for so far and could not be known
 * @dump: the dump
 *
 * What is not in the source or was left out of it, is of a version, a kind or a handler
 * that the library does not know, or may not be followed. The machine may be as it
 * should, or not. Ask last, as for defects.
 *
 * Return: a list like that of kstd_defects().
 * Since: 0.1
 */
const struct kstd_node *kstd_unknowns(struct kstd_dump *dump);

/**
 * kstd_defects - what was found damaged so far
 * @dump: the dump
 *
 * Defects are found while lists are iterated over: ask last.
 *
 * Return: a list of objects with "code", "text", "path", "offset". At most
 * 1,000 are kept; the last one counts those that were left out.
 * Since: 0.1
 */
const struct kstd_node *kstd_defects(struct kstd_dump *dump);

/**
 * kstd_notes - what is good to know but not wrong
 * @dump: the dump
 *
 * Return: a list of texts.
 * Since: 0.1
 */
const struct kstd_node *kstd_notes(struct kstd_dump *dump);

/**
 * kstd_add_note - add a note of the caller's to those of a dump
 * @dump: the dump
 * @text: one line, copied; cut after 399 bytes. A text that is there is not added again
 *
 * Since: 0.1
 */
void kstd_add_note(struct kstd_dump *dump, const char *text);

#ifdef __cplusplus
}
#endif

#endif /* KSTATE_DUMP_REPORT_H */
