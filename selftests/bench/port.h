/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port.h - what is saved and restored: 8 fields, 64 bytes
 *
 * In struct port, members that are not saved are between those that are, as is usual
 * in drivers; in struct packed_port, there are none.
 */
#ifndef PORT_H
#define PORT_H

#include "../shim/fixture.h"

#define PORT_ID		0x70
#define PACKED_PORT_ID	0x71

/* Bytes of the eight fields. */
#define PORT_BYTES	64

struct port {
	void *owner;
	u64 received;
	void *rx_ring;
	u64 sent;
	void *tx_ring;
	long long offset;
	int users;
	unsigned long features;
	void *priv;
	char name[16];
	void *parent;
	u32 mtu;
	bool busy;
	int node;
	void *queue;
	u64 since;
};

struct packed_port {
	u64 received;
	u64 sent;
	long long offset;
	unsigned long features;
	char name[16];
	u32 mtu;
	int node;
	u64 since;
};

/* X(member, type) */
#define PORT_MEMBERS(X)			\
	X(received, u64)		\
	X(sent, u64)			\
	X(offset, long long)		\
	X(features, unsigned long)	\
	X(name, char [16])		\
	X(mtu, u32)			\
	X(node, int)			\
	X(since, u64)

extern const struct kstate_description port_state, packed_port_state;

/* What distinguishes the port with this number. */
void port_fill(struct port *port, u64 number);
void packed_port_fill(struct packed_port *port, u64 number);

/* Whether all saved members are equal. */
bool port_equal(const struct port *a, const struct port *b);

#endif /* PORT_H */
