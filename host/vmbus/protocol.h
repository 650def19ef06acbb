/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMBus on the wire: channel messages, ring header and packet descriptor.
 * All little endian. Facts: the kernel's include/linux/hyperv.h.
 */
#ifndef HOST_VMBUS_PROTOCOL_H
#define HOST_VMBUS_PROTOCOL_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/guid.h"

#define VMBUS_VERSION(major, minor)	((uint32_t)(major) << 16 | (minor))
#define VMBUS_VERSION_4_0		VMBUS_VERSION(4, 0)
#define VMBUS_VERSION_4_1		VMBUS_VERSION(4, 1)
#define VMBUS_VERSION_5_0		VMBUS_VERSION(5, 0)
#define VMBUS_VERSION_5_1		VMBUS_VERSION(5, 1)
#define VMBUS_VERSION_5_2		VMBUS_VERSION(5, 2)
#define VMBUS_VERSION_5_3		VMBUS_VERSION(5, 3)

#define VMBUS_MESSAGE_MAX		240	/* bytes in a SynIC message */
#define VMBUS_SINT			2	/* the interrupt source that guests use for VMBus */
#define VMBUS_RELIDS			2048	/* event flags of a SINT; relid 0 is not used */

/* HvCallSignalEvent goes to this plus the relid: the server's own choice, told in the offer. */
#define VMBUS_EVENT_CONNECTION_BASE	0x2000u

enum vmbus_message_type {
	MSG_OFFER		= 1,
	MSG_RESCIND		= 2,
	MSG_REQUEST_OFFERS	= 3,
	MSG_ALL_OFFERS		= 4,
	MSG_OPEN		= 5,
	MSG_OPEN_RESULT		= 6,
	MSG_CLOSE		= 7,
	MSG_GPADL_HEADER	= 8,
	MSG_GPADL_BODY		= 9,
	MSG_GPADL_CREATED	= 10,
	MSG_GPADL_TEARDOWN	= 11,
	MSG_GPADL_TORNDOWN	= 12,
	MSG_RELID_RELEASED	= 13,
	MSG_INITIATE_CONTACT	= 14,
	MSG_VERSION_RESPONSE	= 15,
	MSG_UNLOAD		= 16,
	MSG_UNLOAD_RESPONSE	= 17,
	MSG_TL_CONNECT		= 21,	/* a Hyper-V socket; this host has none */
	MSG_MODIFY		= 22,
	MSG_MODIFY_RESPONSE	= 24,
};

#define MSG_TYPES		25

/* NTSTATUS values that the server answers with; anything but 0 is a refusal to the guest. */
#define STATUS_OK			0u
#define STATUS_UNSUCCESSFUL		0xc0000001u
#define STATUS_INVALID_PARAMETER	0xc000000du
#define STATUS_INSUFFICIENT_RESOURCES	0xc000009au
#define STATUS_ALREADY_OPEN		0xc000022bu

struct msg_header {
	uint32_t type;
	uint32_t padding;
};
static_assert(sizeof(struct msg_header) == 8, "message header");

struct msg_initiate_contact {
	struct msg_header header;
	uint32_t version;
	uint32_t target_vp;		/* where messages to the guest go */
	union {
		uint64_t interrupt_page;	/* before 5.0 */
		struct {
			uint8_t sint, vtl, reserved[6];	/* 5.0 and later */
		};
	};
	uint64_t monitor_page[2];
};
static_assert(sizeof(struct msg_initiate_contact) == 40, "initiate contact");

struct msg_version_response {
	struct msg_header header;
	uint8_t supported;
	uint8_t state;
	uint16_t padding;
	uint32_t connection;		/* 5.0 and later: for further messages of the guest */
};
static_assert(sizeof(struct msg_version_response) == 16, "version response");

struct msg_offer {
	struct msg_header header;
	struct guid type;
	struct guid instance;
	uint64_t reserved1[2];
	uint16_t flags;
	uint16_t mmio_megabytes;
	uint8_t user_defined[120];
	uint16_t sub_channel;
	uint16_t reserved2;
	uint32_t relid;
	uint8_t monitor;
	uint8_t monitor_allocated;	/* bit 0 */
	uint16_t dedicated_interrupt;	/* bit 0: signal by connection id, not by a shared page */
	uint32_t connection;
} __attribute__((packed));
static_assert(sizeof(struct msg_offer) == 196, "offer");

struct msg_relid {			/* rescind, close, relid released */
	struct msg_header header;
	uint32_t relid;
};
static_assert(sizeof(struct msg_relid) == 12, "relid message");

struct msg_open {
	struct msg_header header;
	uint32_t relid;
	uint32_t open_id;		/* echoed in the result */
	uint32_t gpadl;			/* of both rings */
	uint32_t target_vp;
	uint32_t downstream;		/* page of the GPADL where the host-to-guest ring starts */
	uint8_t user_data[120];
};
static_assert(sizeof(struct msg_open) == 148, "open");

struct msg_open_result {
	struct msg_header header;
	uint32_t relid;
	uint32_t open_id;
	uint32_t status;
};
static_assert(sizeof(struct msg_open_result) == 20, "open result");

/*
 * Announces a GPADL. Page frame numbers follow, as many as fit; MSG_GPADL_BODY
 * messages bring the rest. range_bytes is that of one range (8 bytes and 8 for
 * each page) modulo 64 KiB: guests build GPADLs larger than it can tell.
 */
struct msg_gpadl_header {
	struct msg_header header;
	uint32_t relid;
	uint32_t gpadl;
	uint16_t range_bytes;
	uint16_t ranges;
	uint32_t byte_count;		/* of the first range */
	uint32_t byte_offset;
};
#define MSG_GPADL_HEADER_PFNS	28
static_assert(sizeof(struct msg_gpadl_header) == MSG_GPADL_HEADER_PFNS, "GPADL header");

struct msg_gpadl_body {
	struct msg_header header;
	uint32_t number;		/* Linux leaves it 0 */
	uint32_t gpadl;
};
#define MSG_GPADL_BODY_PFNS	16
static_assert(sizeof(struct msg_gpadl_body) == MSG_GPADL_BODY_PFNS, "GPADL body");

struct msg_gpadl_created {
	struct msg_header header;
	uint32_t relid;
	uint32_t gpadl;
	uint32_t status;
};
static_assert(sizeof(struct msg_gpadl_created) == 20, "GPADL created");

struct msg_gpadl_teardown {
	struct msg_header header;
	uint32_t relid;
	uint32_t gpadl;
};
static_assert(sizeof(struct msg_gpadl_teardown) == 16, "GPADL teardown");

struct msg_gpadl_torndown {
	struct msg_header header;
	uint32_t gpadl;
};
static_assert(sizeof(struct msg_gpadl_torndown) == 12, "GPADL torndown");

struct msg_modify {
	struct msg_header header;
	uint32_t relid;
	uint32_t target_vp;
};
static_assert(sizeof(struct msg_modify) == 16, "modify");

struct msg_modify_response {
	struct msg_header header;
	uint32_t relid;
	uint32_t status;
};
static_assert(sizeof(struct msg_modify_response) == 16, "modify response");

/* ---- rings ---- */

#define RING_FEATURE_PENDING_SIZE	1u
#define RING_TRAILER			8u	/* after each packet: where it started, << 32 */

/* The first page of a ring. Data pages follow. Indexes count bytes of data. */
struct ring_header {
	uint32_t write;
	uint32_t read;
	uint32_t mask;			/* the reader needs no interrupt */
	uint32_t pending;		/* bytes that the writer waits for; 0: it does not wait */
	uint32_t reserved[12];
	uint32_t features;
};
static_assert(sizeof(struct ring_header) == 68, "ring header");

#define PACKET_WANTS_COMPLETION	1u

struct packet_descriptor {
	uint16_t type;
	uint16_t offset8;		/* of the data from here, in 8 bytes */
	uint16_t length8;		/* of descriptor and data, in 8 bytes */
	uint16_t flags;
	uint64_t transaction;
};
static_assert(sizeof(struct packet_descriptor) == 16, "packet descriptor");

#endif
