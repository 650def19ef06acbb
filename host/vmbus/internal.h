/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the VMBus server share: the server, its channels and its
 * GPADLs. Everything here is protected by host->lock.
 */
#ifndef HOST_VMBUS_INTERNAL_H
#define HOST_VMBUS_INTERNAL_H

#include <glib.h>

#include "../base/log.h"
#include "protocol.h"
#include "ring.h"
#include "vmbus.h"

#define AREA "vmbus"

struct vmbus {
	struct host *host;
	const struct vmbus_ops *ops;
	void *ops_ctx;

	struct vmbus_faults *faults;

	/* The contact. It ends with UNLOAD, another contact, or a reset. */
	bool connected;
	bool offering;			/* the guest has asked for offers */
	uint32_t version;
	unsigned int message_vp;	/* where messages to the guest go */

	struct vmbus_channel *first, **last;		/* all channel objects */
	struct vmbus_channel *by_relid[VMBUS_RELIDS];
	uint32_t next_relid;		/* used in turn, so that a stale one is noticed */

	GHashTable *gpadls;		/* id -> struct gpadl, owned */
	uint64_t gpadl_pages;		/* announced by the guest, of all GPADLs */
};

struct gpadl {
	struct vmbus_channel *ch;	/* the one that it was made on */
	uint32_t id;
	uint32_t pages;			/* announced */
	uint32_t have;			/* received so far; complete when equal */
	uint32_t offset;		/* of the first byte in the first page */
	const char *bad;		/* why it will be refused once it is complete */
	bool in_use;			/* holds the rings of its open channel */
	unsigned int holds;		/* by services */
	bool torn;			/* teardown came while in use: answered after that */
	uint64_t pfn[];
};

struct queued_packet {
	struct queued_packet *next;
	uint64_t transaction;
	uint16_t type;
	uint32_t len;
	uint8_t data[];
};

struct vmbus_channel {
	struct vmbus *bus;
	struct vmbus_channel *next;
	struct vmbus_offer offer;
	const struct vmbus_service *service;
	void *priv;

	uint32_t relid;			/* 0: not offered */
	bool rescinded;			/* freed when the guest releases the relid */
	bool given_up;			/* released by the guest: not offered in this contact */
	/*
	 * A callback of this channel runs: the object outlives it. It is freed by the
	 * last channel_put() when it was unlinked meanwhile.
	 */
	unsigned int holds;
	bool unlinked;

	/* ---- while open ---- */
	bool open;
	bool broken;			/* a ring held nonsense: nothing more until opened anew */
	unsigned int target_vp;
	struct gpadl *ring_gpadl;
	uint8_t **ring_pages;		/* host pointers of all ring pages */
	struct ring up, down;		/* guest to host, host to guest */
	struct ring_buffer buffer;	/* the packet that is being handled */
	bool draining;
	bool flow_control;		/* the guest signals when it made room */
	struct host_timer *resume;	/* reading goes on: one turn's budget was used up */
	struct host_timer *poll;	/* looking for room: the guest does not signal it */

	struct queued_packet *queue, **queue_last;
	uint32_t queue_packets;
	uint64_t queue_bytes;

	struct vmbus_stats stats;
};

/* ---- server.c ---- */
void server_post(struct vmbus *v, const void *message, size_t len);
/* The channel of a relid, or NULL with a violation that names @what. */
struct vmbus_channel *server_channel(struct vmbus *v, uint32_t relid, const char *what);

/* ---- channel.c ---- */
void channel_handle_open(struct vmbus *v, const void *message, size_t len);
void channel_handle_close(struct vmbus *v, const void *message, size_t len);
void channel_handle_modify(struct vmbus *v, const void *message, size_t len);
/* Stop everything: rings, queue, timers; then tell the service. Nothing when not open. */
void channel_close(struct vmbus_channel *ch);
/* The guest signalled: continue sending what waits, then read what came. */
void channel_signalled(struct vmbus_channel *ch);
/* Around calls into a service. channel_put() may free the channel. */
void channel_hold(struct vmbus_channel *ch);
void channel_put(struct vmbus_channel *ch);
/* Count and log something of this channel that breaks the protocol. */
void channel_refuse(struct vmbus_channel *ch, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- gpadl.c ---- */
void gpadl_handle_header(struct vmbus *v, const void *message, size_t len);
void gpadl_handle_body(struct vmbus *v, const void *message, size_t len);
void gpadl_handle_teardown(struct vmbus *v, const void *message, size_t len);
/* A complete GPADL of this channel that is not being torn down, or NULL. */
struct gpadl *gpadl_find(struct vmbus_channel *ch, uint32_t id);
/* The rings in it are no longer used; answers a teardown that waited. */
void gpadl_unuse(struct gpadl *g);
/* Forget those of @ch (NULL: of all channels). None may be in use. */
void gpadl_forget(struct vmbus *v, const struct vmbus_channel *ch);
void gpadl_free(gpointer g);

#endif
