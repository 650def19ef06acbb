/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The VMBus server: what a guest's hv_vmbus talks to.
 *
 * Facts of the protocol are those of the kernel's include/linux/hyperv.h and
 * drivers/hv/. The server speaks 4.0 to 5.3 and refuses the rest.
 *
 * All calls need host->lock (see base/host.h). Callbacks run with it held and
 * may call anything here, but must not free their own channel.
 */
#ifndef HOST_VMBUS_VMBUS_H
#define HOST_VMBUS_VMBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/guid.h"
#include "../base/host.h"

struct vmbus;
struct vmbus_channel;

/*
 * Connection ids for HvCallPostMessage. The contact message of a guest that
 * wants 5.0 or later comes on the second; all others come on the first, which
 * the version response names.
 */
#define VMBUS_MESSAGE_CONNECTION	1u
#define VMBUS_CONTACT_CONNECTION	4u

/* How the server reaches the guest's SynIC: messages and event flags of SINT 2. */
struct vmbus_ops {
	/* Queue a message (at most 240 bytes, type 1) for @vp; order kept, nothing lost. */
	void (*post_message)(void *ctx, unsigned int vp, const void *payload, size_t len);
	/* Set event flag @relid of @vp and raise its interrupt. */
	void (*signal_event)(void *ctx, unsigned int vp, uint32_t relid);
};

enum vmbus_packet_type {
	VMBUS_PACKET_INBAND	= 6,
	VMBUS_PACKET_GPA_DIRECT	= 9,
	VMBUS_PACKET_COMPLETION	= 11,
};

struct vmbus_packet {
	uint16_t type;			/* enum vmbus_packet_type, or what the guest sent */
	bool wants_completion;
	uint64_t transaction;
	const uint8_t *data;		/* a private copy, never NULL: the guest cannot change it */
	uint32_t len;			/* bytes of data, a multiple of 8 (the ring rounds up) */
};

struct vmbus_service {
	const char *name;
	/* The guest opened the channel. Nonzero (an NTSTATUS) refuses. May be NULL. */
	uint32_t (*open)(struct vmbus_channel *ch, void *priv);
	/*
	 * The channel is no longer open: closed, rescinded, unloaded or reset. Called once for
	 * each open that was accepted. Sends after it are dropped. May be NULL.
	 */
	void (*close)(struct vmbus_channel *ch, void *priv);
	/* One packet from the guest, in ring order. */
	void (*packet)(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p);
	/* The channel object is about to be freed (released, or the server ends). May be NULL. */
	void (*free)(struct vmbus_channel *ch, void *priv);
};

struct vmbus_offer {
	struct guid type;		/* class of the device */
	struct guid instance;
	uint16_t flags;			/* VMBUS_CHANNEL_* of hyperv.h */
	uint16_t mmio_megabytes;
	uint8_t user_defined[120];
	char name[32];			/* for the log and the control socket; unique */
};

struct vmbus *vmbus_new(struct host *h, const struct vmbus_ops *ops, void *ops_ctx);
void vmbus_free(struct vmbus *v);

/*
 * Add a channel. Offered when the guest asks for offers, or at once when it
 * already has. NULL when the name or the instance is taken.
 */
struct vmbus_channel *vmbus_offer(struct vmbus *v, const struct vmbus_offer *o,
				  const struct vmbus_service *s, void *priv);
/*
 * Withdraw a channel. It is closed for the service at once; the object lives
 * until the guest has released the relid (or contact is lost), then s->free is
 * called. The name and the instance are free again at once.
 */
void vmbus_rescind(struct vmbus_channel *ch);

struct vmbus_channel *vmbus_find(struct vmbus *v, const char *name);

/* From the hypercalls. */
void vmbus_message(struct vmbus *v, const void *payload, size_t len);	/* HvCallPostMessage */
void vmbus_signal(struct vmbus *v, uint32_t connection_id);		/* HvCallSignalEvent */
/* The guest restarted: all channels closed, all GPADLs and the contact forgotten; offers stay. */
void vmbus_reset(struct vmbus *v);

/* ---- for services ---- */

/*
 * Send one packet. When the ring is full it waits in the channel's queue and
 * goes out, in order, when the guest has made room. While the queue holds more
 * than a bound, the server reads no further packets of this channel, so a
 * guest that does not read slows down only itself. Dropped when not open.
 */
void vmbus_send(struct vmbus_channel *ch, uint16_t type, uint64_t transaction, const void *data,
		uint32_t len);
/* The answer to @transaction: a completion packet. */
void vmbus_complete(struct vmbus_channel *ch, uint64_t transaction, const void *data,
		    uint32_t len);
/* The same to a request that failure switches know by the name @request, or NULL. */
void vmbus_complete_request(struct vmbus_channel *ch, uint64_t transaction, const char *request,
			    const void *data, uint32_t len);

const char *vmbus_channel_name(const struct vmbus_channel *ch);
uint32_t vmbus_channel_relid(const struct vmbus_channel *ch);	/* 0 while not offered */
bool vmbus_channel_is_open(const struct vmbus_channel *ch);
struct host *vmbus_channel_host(const struct vmbus_channel *ch);
struct vmbus *vmbus_channel_bus(const struct vmbus_channel *ch);

/*
 * Pages of a GPADL that the guest made on channel @ch: their frame numbers.
 * NULL when there is no such complete GPADL. Valid until vmbus returns to the
 * guest or the GPADL is torn down: copy what you keep.
 */
const uint64_t *vmbus_gpadl_pages(struct vmbus_channel *ch, uint32_t gpadl, uint32_t *pages);
/*
 * Use the pages of a GPADL for longer: counted. A guest that tears it down meanwhile
 * breaks the protocol, and is answered after the last release. False: there is no
 * such GPADL. What the bus has forgotten since needs no release.
 */
bool vmbus_gpadl_hold(struct vmbus_channel *ch, uint32_t gpadl);
void vmbus_gpadl_release(struct vmbus_channel *ch, uint32_t gpadl);

struct vmbus_stats {
	uint64_t packets_in, packets_out, bytes_in, bytes_out;
	uint64_t interrupts;		/* event flags set */
	uint64_t interrupts_saved;	/* packets that needed none: ring not empty, or masked */
	uint64_t queued;		/* packets that found the ring full */
	uint64_t refused;		/* packets or messages that broke the protocol */
};
void vmbus_channel_stats(const struct vmbus_channel *ch, struct vmbus_stats *s);

/* Call @fn for each channel object, offered or not. */
void vmbus_for_each(struct vmbus *v, void (*fn)(struct vmbus_channel *ch, void *arg), void *arg);

#endif
