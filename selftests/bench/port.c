// SPDX-License-Identifier: GPL-2.0
/*
 * port.c - what is saved and restored
 */

#include <stdio.h>

#include "port.h"

#define PORT_FIELD(_member, _type)		KSTATE_BASE_TYPE(_member, struct port, _type),
#define PACKED_PORT_FIELD(_member, _type)	KSTATE_BASE_TYPE(_member, struct packed_port, _type),

const struct kstate_description port_state = {
	.name = "port",
	.id = PORT_ID,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		PORT_MEMBERS(PORT_FIELD)
		KSTATE_END_OF_LIST()
	},
};

const struct kstate_description packed_port_state = {
	.name = "packed-port",
	.id = PACKED_PORT_ID,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		PORT_MEMBERS(PACKED_PORT_FIELD)
		KSTATE_END_OF_LIST()
	},
};

_Static_assert(sizeof(struct packed_port) == PORT_BYTES, "eight fields of 64 bytes");

void packed_port_fill(struct packed_port *port, u64 number)
{
	*port = (struct packed_port){
		.received = number, .sent = number * 3, .offset = -(long long)number,
		.features = ~0UL - number, .mtu = number, .node = -(int)number,
		.since = number * 1000,
	};
	snprintf(port->name, sizeof(port->name), "port%llu", number);
}

#define PORT_COPY(_member, _type)	memcpy(&port->_member, &packed._member, sizeof(_type));
#define PORT_SAME(_member, _type)	&& !memcmp(&a->_member, &b->_member, sizeof(_type))

void port_fill(struct port *port, u64 number)
{
	struct packed_port packed;

	packed_port_fill(&packed, number);
	*port = (struct port){ .owner = port };
	PORT_MEMBERS(PORT_COPY)
}

bool port_equal(const struct port *a, const struct port *b)
{
	return true PORT_MEMBERS(PORT_SAME);
}
