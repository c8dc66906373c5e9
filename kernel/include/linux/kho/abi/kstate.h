/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */

/**
 * DOC: kstate image ABI
 *
 * kstate hands driver state to the next kernel as a Flattened Device Tree. The
 * tree is registered with KHO as the subtree %KSTATE_KHO_NAME, and everything
 * that it refers to is preserved through KHO.
 *
 * This file is the contract between the kernel that writes an image, the kernel
 * that reads it and the tools that inspect it. Any change to a node, a property,
 * a unit or an encoding named here, other than a new property or node that a
 * reader may ignore, must come with a new %KSTATE_COMPATIBLE. A reader refuses a
 * compatible string that it does not know.
 *
 * Tree::
 *
 *     / {
 *         compatible, shard, sections-here, next-shard, crc, [abis]
 *         producer { release, machine, page-size, word-size, byte-order,
 *                    generation, saved-at, save-duration, crc }
 *         descriptions {
 *             <name>@<id> {
 *                 id, version, min-version, flags, fingerprint, subsections, crc
 *                 fields { <field name> { kind, type, sign, size, count, since,
 *                                         until, hint, [struct-id] } ... }
 *             }
 *         }
 *         sections {
 *             <name>@<instance> {
 *                 header, data | data-extents | lost, [withdrawn]
 *                 <subsection name> { header, data | data-extents | lost }
 *             }
 *         }
 *     };
 *
 * Encoding of kstate's own properties: what the FDT specification says, so that
 * standard tools print them rightly. Integers are big-endian, u32 in one cell,
 * u64 in two; strings are NUL-terminated; a list of strings is their
 * concatenation. (KHO's own root tree holds native-endian integers; this one
 * does not.) Numbers in node names are lower-case hex without leading zeros.
 *
 * Root node, one for each shard:
 *
 *   - compatible: string, %KSTATE_COMPATIBLE
 *   - shard: u32, 0 for the tree that KHO points to, then counting up
 *   - sections-here: u64, number of nodes in this shard's ``sections``
 *   - next-shard: u64 physical address, u64 bytes; both 0 in the last shard
 *   - crc: u32, see "Checksums"
 *   - abis: in a catalog only, see there
 *
 * Node ``producer``, in shard 0 only: who wrote the image.
 *
 *   - release, machine: strings, as in utsname
 *   - page-size, word-size: u32, bytes
 *   - byte-order: string, "little" or "big": the order of payload bytes
 *   - generation: u64, live updates since the last cold boot, 1 for the first
 *   - saved-at: u64, ns since the epoch (realtime clock)
 *   - save-duration: u64, ns that the whole save took
 *   - crc: u32
 *
 * Node ``descriptions``, in shard 0 only: one child for each description that
 * any section or subsection of the image uses, once, whatever its instances.
 *
 *   - id, version, min-version: u32
 *   - flags: u32, %KSTATE_ABI_OPTIONAL
 *   - fingerprint: u64 over the fields: name, kind, sign, size, count, since,
 *     until and the fingerprints of nested descriptions; see "Fingerprint"
 *   - subsections: list of u32 ids of the subsections that it knows
 *   - crc: u32, covers the ``fields`` node too
 *   - fields: one child for each field, in the order of the payload. The node's
 *     name is the field's, which is unique in each version of the description. A
 *     field whose name another one has, for other versions, is the node
 *     "<name>@<since>", in hex. (A property "name" would have dtc refuse the tree.)
 *
 *       - kind: string, %KSTATE_ABI_KINDS
 *       - type: string, the C type as the author wrote it, for people
 *       - sign: string, %KSTATE_ABI_SIGNS: what an element is
 *       - size: u64, bytes of one element
 *       - count: u64, elements; 1 unless the field is an array
 *       - since, until: u32, first and last version that has the field;
 *         %KSTATE_ABI_NO_UNTIL if it has no last one
 *       - hint: list of strings: one of %KSTATE_ABI_HINTS, then, for "flags" and
 *         "enum", entries "<hex value>=<name>"
 *       - struct-id: u32, id of the nested description, for kinds that have one
 *
 *     A field is in a payload of version v if since <= v <= until.
 *
 * Node ``sections``: one child for each registered (description, instance).
 * A subsection is a node of the same shape inside its section, named after its
 * description.
 *
 *   - header: &struct kstate_section_ser
 *   - data: the payload stream
 *   - data-extents: list of (u64 physical address, u64 bytes): the payload,
 *     when it is kept outside the tree
 *   - lost: u32, a positive errno: the section could not be saved, or was withdrawn
 *     (ESHUTDOWN); it has no payload
 *   - withdrawn: u64, ns since 1970, realtime: the object was unregistered then, when
 *     the image had been saved; with ``lost``
 *
 * Catalog: a tree of one shard without sections says what a kernel can read. Its
 * root has ``abis``, a list of strings: the versions of formats that the kernel
 * speaks, as in "kho-v4". The running kernel shows such a tree in debugfs. A tree
 * without a ``producer`` comes from a kernel build: it is in read-only
 * data at a multiple of eight bytes, and readers find it there by the magic number
 * of an FDT, the compatible string and ``abis``, in whatever file it is.
 *
 * Payload stream: the fields in the order of the table, packed, without
 * alignment, in the byte order of the producer. Presence is a u8,
 * %KSTATE_ABI_PRESENT or %KSTATE_ABI_NULL. A nested stream is u32 version, u32
 * bytes, then that many bytes: a payload of the description ``struct-id``. There, since
 * and until refer to the nested version.
 *
 *   - value, equal: size * count bytes
 *   - pointer: presence; if present, size * count bytes
 *   - struct: nested stream. size 0, count 1
 *   - struct-array: count nested streams. size 0
 *   - varray: u64 number, at most count; then number * size bytes
 *   - struct-varray: u64 number, at most count; that many nested streams. size 0
 *   - pointer-array: count times: presence; if present, size bytes
 *   - list: as struct-varray; what holds the structs in memory, a list or a tree,
 *     does not matter
 *   - string: u64 length, less than count, or %KSTATE_ABI_NO_STRING for a NULL
 *     pointer; then the bytes, without a NUL among them or after them. size 1
 *   - bitmap: u64 bits, equal to count; then words of size bytes, as many as
 *     hold the bits, the rest of the last one zero. size is the word size
 *   - address: u64 physical address, 0 for NULL. size 8, count 1
 *   - page: u64 page frame number of a struct page, %KSTATE_ABI_NO_PAGE for NULL.
 *     size 8, count 1
 *   - folio: u64 physical address, u32 order; both 0 for a NULL pointer. The
 *     folio itself is preserved through KHO, not copied. size 12, count 1
 *   - vmalloc: KHO's descriptor of a preserved area, &struct kho_vmalloc: u64
 *     physical address of the first chunk, u32 pages, u16 flags, u16 order; all 0
 *     for NULL. size 16, count 1
 *   - map: u64 number, at most count; then for each: u64 index, larger than the one
 *     before; a nested stream. size 0
 *   - folio-map: u64 number, at most count; then for each: u64 index, larger than the
 *     one before; u64 physical address, not 0; u32 order. size 12
 *   - folio-array: u64 number, at most count; then for each: u64 physical address, u32
 *     order, both 0 for a NULL pointer. size 12
 *   - struct-pointer: presence; if present, a nested stream. size 0, count 1
 *   - struct-pointer-array: count times: presence; if present, a nested stream. size 0
 *   - varbitmap: u64 bits, at most count; then words of size bytes, as many as hold
 *     the bits, the rest of the last one zero. size is the word size. Of a mask of
 *     processors or NUMA nodes, count is %KSTATE_ABI_MASK_BITS
 *   - several folio or vmalloc fields of one section, its streams and subsections
 *     included, may name the same folio or area, with the same numbers: the object
 *     has it once. Those of two sections do not
 *   - custom: u64 length, then that many bytes, known to the driver alone. size
 *     0, count 1
 *   - end of the stream: exactly at the end of the payload
 *
 * Streams nest at most %KSTATE_ABI_DEPTH deep, the section's own included.
 *
 * Checksums: CRC-32C (Castagnoli, initial value and final XOR ~0), u32.
 *
 *   - of a node (root, producer, description): for every property but ``crc``,
 *     in their order in the node: the name with its NUL, the length as
 *     big-endian u32, the value. If the node has a child ``fields``, then the
 *     same for each child of that, in order, preceded by its name with its NUL
 *   - of a section or subsection: description id (u32), instance (u64), version
 *     (u32), fingerprint (u64), all big-endian, then the payload. So a damaged
 *     instance cannot restore into another device
 *
 * Fingerprint: FNV-1a, 64 bits, over each field in order: name with its NUL,
 * then kind, sign (u8 codes of the tables below), size, count (u64), since,
 * until (u32), fingerprint of the nested description (u64, 0 if none), all
 * little-endian.
 */

#ifndef _LINUX_KHO_ABI_KSTATE_H
#define _LINUX_KHO_ABI_KSTATE_H

#include <linux/types.h>

#ifndef __packed
#define __packed __attribute__((__packed__))
#endif

/* The name of the KHO subtree. */
#define KSTATE_KHO_NAME			"kstate"

/* The compatible string of every shard's root node. */
#define KSTATE_COMPATIBLE		"kstate-v1"

/* Nodes. */
#define KSTATE_NODE_PRODUCER		"producer"
#define KSTATE_NODE_DESCRIPTIONS	"descriptions"
#define KSTATE_NODE_FIELDS		"fields"
#define KSTATE_NODE_SECTIONS		"sections"

/*
 * Properties: X(symbol, name). The writer's strings block holds them in this
 * order, NUL-terminated.
 */
#define KSTATE_ABI_PROPS(X)			\
	X(COMPATIBLE,		"compatible")	\
	X(SHARD,		"shard")	\
	X(SECTIONS_HERE,	"sections-here")\
	X(NEXT_SHARD,		"next-shard")	\
	X(CRC,			"crc")		\
	X(RELEASE,		"release")	\
	X(MACHINE,		"machine")	\
	X(PAGE_BYTES,		"page-size")	\
	X(WORD_BYTES,		"word-size")	\
	X(ENDIAN,		"byte-order")	\
	X(GENERATION,		"generation")	\
	X(SAVED_AT,		"saved-at")	\
	X(SAVE_DURATION,	"save-duration")\
	X(ID,			"id")		\
	X(VERSION,		"version")	\
	X(MIN_VERSION,		"min-version")	\
	X(FLAGS,		"flags")	\
	X(FINGERPRINT,		"fingerprint")	\
	X(SUBSECTIONS,		"subsections")	\
	X(KIND,			"kind")		\
	X(TYPE,			"type")		\
	X(SIGN,			"sign")		\
	X(SIZE,			"size")		\
	X(COUNT,		"count")	\
	X(SINCE,		"since")	\
	X(UNTIL,		"until")	\
	X(HINT,			"hint")		\
	X(STRUCT_ID,		"struct-id")	\
	X(HEADER,		"header")	\
	X(DATA,			"data")		\
	X(DATA_EXTENTS,		"data-extents")	\
	X(LOST,			"lost")		\
	X(ABIS,			"abis")		\
	X(WITHDRAWN,		"withdrawn")

/* Field kinds: X(symbol, code, name). Codes enter the fingerprint. */
#define KSTATE_ABI_KINDS(X)			\
	X(VALUE,		1, "value")	\
	X(POINTER,		2, "pointer")	\
	X(FOLIO,		3, "folio")	\
	X(STRUCT,		4, "struct")	\
	X(STRUCT_ARRAY,		5, "struct-array") \
	X(VARRAY,		6, "varray")	\
	X(STRUCT_VARRAY,	7, "struct-varray") \
	X(POINTER_ARRAY,	8, "pointer-array") \
	X(LIST,			9, "list")	\
	X(STRING,		10, "string")	\
	X(BITMAP,		11, "bitmap")	\
	X(ADDRESS,		12, "address")	\
	X(PAGE,			13, "page")	\
	X(VMALLOC,		14, "vmalloc")	\
	X(EQUAL,		15, "equal")	\
	X(CUSTOM,		16, "custom")	\
	X(MAP,			17, "map")	\
	X(FOLIO_MAP,		18, "folio-map") \
	X(FOLIO_ARRAY,		19, "folio-array") \
	X(STRUCT_POINTER,	20, "struct-pointer") \
	X(STRUCT_POINTER_ARRAY,	21, "struct-pointer-array") \
	X(VARBITMAP,		22, "varbitmap")

/* What an element of a field is: X(symbol, code, name). */
#define KSTATE_ABI_SIGNS(X)			\
	X(OPAQUE,		0, "opaque")	\
	X(UNSIGNED,		1, "unsigned")	\
	X(SIGNED,		2, "signed")	\
	X(CHAR,			3, "char")	\
	X(BOOL,			4, "bool")

/* How to show a value: X(symbol, code, name). */
#define KSTATE_ABI_HINTS(X)			\
	X(DECIMAL,		1, "decimal")	\
	X(HEX,			2, "hex")	\
	X(TEXT,			3, "text")	\
	X(BYTES,		4, "bytes")	\
	X(ADDRESS,		5, "address")	\
	X(NS,			6, "ns")	\
	X(BOOL,			7, "bool")	\
	X(FLAGS,		8, "flags")	\
	X(ENUM,			9, "enum")

/* Description flags. */
#define KSTATE_ABI_OPTIONAL		0x1	/* the next kernel may do without it */
#define KSTATE_ABI_FLAGS		KSTATE_ABI_OPTIONAL	/* all of them */

/* A field that has no last version. */
#define KSTATE_ABI_NO_UNTIL		0xffffffffU

/* The presence byte before a pointer's target. */
#define KSTATE_ABI_NULL			0
#define KSTATE_ABI_PRESENT		1

/* The length of a string that is a NULL pointer; the number of a page that is. */
#define KSTATE_ABI_NO_STRING		(~0ULL)
#define KSTATE_ABI_NO_PAGE		(~0ULL)

/* The most processors or NUMA nodes that a mask has bits for. */
#define KSTATE_ABI_MASK_BITS		65536

/* How deep payload streams nest. */
#define KSTATE_ABI_DEPTH		8

/* Longest name of a description, subsection or field, in bytes, without NUL. */
#define KSTATE_ABI_NAME_MAX		31

/* Byte-order strings. */
#define KSTATE_ABI_LITTLE		"little"
#define KSTATE_ABI_BIG			"big"

/**
 * struct kstate_section_ser - the ``header`` property of a section
 * @description: id of the description, as in its ``id`` property
 * @instance: instance id; of a subsection, that of its section
 * @version: version of the payload
 * @crc: CRC-32C, see "Checksums"
 * @duration: ns that saving this section took, its subsections included;
 *            0 in a subsection
 *
 * Seven big-endian cells. Not aligned beyond four bytes.
 */
struct kstate_section_ser {
	__be32 description;
	__be64 instance;
	__be32 version;
	__be32 crc;
	__be64 duration;
} __packed;

#endif /* _LINUX_KHO_ABI_KSTATE_H */
