/* SPDX-License-Identifier: MIT */
/*
 * A guest without a machine: memory, the guest's side of the VMBus messages and
 * of the rings, for tests of the server and of what stands on it.
 *
 * It does what Linux' hv_vmbus does (drivers/hv/channel.c, ring_buffer.c), from
 * numbers of its own: nothing of the host's wire headers is used here, so that
 * a mistake in those does not hide.
 *
 * Time is a counter that fake_guest_advance() moves, or the real one.
 * Functions that the test calls take host->lock themselves; those that check
 * something fail the test. Only fake_channel_write(), fake_channel_read() and
 * fake_guest_signal() may be called from several threads.
 */
#ifndef HOST_TESTS_FAKE_GUEST_H
#define HOST_TESTS_FAKE_GUEST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/host.h"
#include "../vmbus/vmbus.h"

#define FAKE_PAGE	4096u
#define FAKE_RELIDS	2048

/* Versions */
#define FAKE_V4_0	0x00040000u
#define FAKE_V5_3	0x00050003u

struct fake_message {
	unsigned int vp;
	size_t len;
	union {
		uint8_t b[240];
		uint32_t w[60];
	};
};

struct fake_guest {
	struct host host;
	struct vmbus *bus;
	bool real_time;
	uint64_t clock;			/* ns, when not real_time */
	uint64_t next_page;		/* of the page allocator, which hands out odd orders */
	uint32_t next_gpadl;
	uint32_t version;		/* of the contact */

	pthread_mutex_t lock;		/* of what follows */
	struct fake_message *messages;	/* that the host sent, oldest first */
	size_t num_messages;
	uint64_t events[FAKE_RELIDS];	/* event flags raised, by relid */
	uint64_t events_vp[HOST_MAX_VP];	/* and by processor */
	uint64_t interrupts;		/* that host_leave() delivered */

	/* Called for each event, with host->lock held. May be NULL. */
	void (*on_event)(void *arg, uint32_t relid);
	void *on_event_arg;
	/* Instead of the hypercall, when not NULL: somebody else signals the host. */
	void (*signal)(void *arg, uint32_t connection);
	void *signal_arg;
};

/* One direction of a channel as the guest sees it. */
struct fake_ring {
	uint32_t *header;		/* the words of its first page */
	uint8_t **pages;
	uint32_t size;
	uint32_t private_read;
};

struct fake_channel {
	struct fake_guest *g;
	uint32_t relid;
	uint32_t connection;
	uint32_t gpadl;
	uint32_t up_pages, down_pages;	/* with their headers */
	uint64_t *pfns;
	uint8_t **map;
	struct fake_ring out, in;
	pthread_mutex_t out_lock;
	uint64_t signals;		/* sent to the host, for either reason */
};

struct fake_packet {
	uint16_t type, flags;
	uint64_t transaction;
	uint32_t len;			/* a multiple of 8 */
	uint8_t *data;			/* the caller's buffer */
};

void fake_guest_init(struct fake_guest *g, uint64_t ram, unsigned int vps);
void fake_guest_fini(struct fake_guest *g);

/* Let time pass and run the timers that become due, in order. */
void fake_guest_advance(struct fake_guest *g, uint64_t ns);

/* A page frame number that nobody has; pages follow each other in no simple order. */
uint64_t fake_guest_page(struct fake_guest *g);
void *fake_guest_at(struct fake_guest *g, uint64_t pfn);

/* ---- messages ---- */

/* HvCallPostMessage with @words 32-bit words. */
void fake_guest_post(struct fake_guest *g, const uint32_t *w, size_t words);
void fake_guest_post_bytes(struct fake_guest *g, const void *p, size_t len);
/* The oldest message must be of this type; it is taken. */
struct fake_message fake_guest_expect(struct fake_guest *g, uint32_t type);
void fake_guest_expect_nothing(struct fake_guest *g);
/* HvCallSignalEvent */
void fake_guest_signal(struct fake_guest *g, uint32_t connection);

/* Contact with @version, which must be accepted. */
void fake_guest_contact(struct fake_guest *g, uint32_t version);
/* Ask for offers and take them all. Returns how many; *relid: of the one with @instance, else 0. */
unsigned int fake_guest_offers(struct fake_guest *g, const struct guid *instance,
			       uint32_t *relid);
/* Contact and offers in one: the relid of the channel with this instance. */
uint32_t fake_guest_connect(struct fake_guest *g, uint32_t version, const struct guid *instance);
/* Make a GPADL of these pages, header and bodies. Returns the host's status. */
uint32_t fake_guest_make_gpadl(struct fake_guest *g, uint32_t relid, uint32_t id,
			       const uint64_t *pfns, uint32_t count);
void fake_guest_teardown(struct fake_guest *g, uint32_t relid, uint32_t id);

/* ---- channels ---- */

/*
 * Make rings of these many pages (headers included) and their GPADL; open. Returns the
 * host's status; 0: open. End it with fake_channel_close() or fake_channel_forget().
 */
uint32_t fake_channel_open(struct fake_guest *g, struct fake_channel *ch, uint32_t relid,
			   uint32_t up_pages, uint32_t down_pages, unsigned int vp);
/* Make rings and GPADL only; send the open message for them. */
void fake_channel_prepare(struct fake_guest *g, struct fake_channel *ch, uint32_t relid,
			  uint32_t up_pages, uint32_t down_pages);
uint32_t fake_channel_send_open(struct fake_channel *ch, unsigned int vp);
/* Close message, teardown, memory. */
void fake_channel_close(struct fake_channel *ch);
/* Memory only. */
void fake_channel_forget(struct fake_channel *ch);

/* Write a packet and signal as Linux does. False: the ring is full. */
bool fake_channel_write(struct fake_channel *ch, uint16_t type, bool wants_completion,
			uint64_t transaction, const void *data, uint32_t len);
/* Wait for room: tell the host how much. The caller tries again after it. */
void fake_channel_set_pending(struct fake_channel *ch, uint32_t bytes);
/* Read a packet into @data (at least 512 KiB) and signal as Linux does. False: empty. */
bool fake_channel_read(struct fake_channel *ch, struct fake_packet *p, uint8_t *data);
/* The interrupt mask, as around a batch of reads. end: true when more came meanwhile. */
void fake_channel_begin_read(struct fake_channel *ch);
bool fake_channel_end_read(struct fake_channel *ch);

uint64_t fake_channel_events(struct fake_channel *ch);

#endif
