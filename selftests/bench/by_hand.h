/* SPDX-License-Identifier: GPL-2.0 */
/*
 * by_hand.h - what kstate is measured against: ports saved and restored without it
 */
#ifndef BY_HAND_H
#define BY_HAND_H

#include "port.h"

/**
 * struct by_hand - memory with saved ports in it
 * @buf: malloc()ed
 * @cap: its bytes
 * @len: bytes that are in use
 */
struct by_hand {
	u8 *buf;
	size_t cap;
	size_t len;
};

/*
 * A tree: a node for each port, a property for each field. The buffer is doubled when a
 * port might not fit, as it would be if their number were not known beforehand.
 */
void by_hand_tree_save(struct by_hand *to, const struct port *ports, size_t nr);
void by_hand_tree_restore(const struct by_hand *from, struct port *ports, size_t nr);

/* A stream: field after field, without names. The buffer must be large enough. */
void by_hand_stream_save(struct by_hand *to, const struct port *ports, size_t nr);
void by_hand_stream_restore(const struct by_hand *from, struct port *ports, size_t nr);

void by_hand_free(struct by_hand *by_hand);

#endif /* BY_HAND_H */
