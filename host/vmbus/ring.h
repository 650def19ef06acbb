/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One direction of a channel: a ring of packets in pages that the guest shares
 * and may write at any moment. Nothing here knows of channels or messages.
 *
 * Each side owns one index: the reader the read index, the writer the write
 * index. The host keeps its own index private and only ever publishes it; the
 * guest's index is loaded once per use, checked, and remembered, so that it
 * can only move the way a real peer moves it (a reader frees, a writer fills).
 *
 * The memory order is that of the kernel's drivers/hv/ring_buffer.c: publish an
 * index, full barrier, then look at mask or pending size of the other side.
 */
#ifndef HOST_VMBUS_RING_H
#define HOST_VMBUS_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

struct ring {
	struct ring_header *shared;
	uint8_t **pages;		/* of data; not owned */
	uint32_t size;			/* bytes of data */
	uint32_t own;			/* the host's index */
	uint32_t peer;			/* the guest's index, when it was last good */
};

/* What is wrong with a ring: a text, and the value that was found. */
struct ring_error {
	const char *what;
	uint64_t value;
};

enum ring_result {
	RING_OK,
	RING_EMPTY,			/* reading: nothing there */
	RING_FULL,			/* writing: no room now */
	RING_BROKEN,			/* the guest wrote nonsense: *error says what */
};

/* A private copy of a packet. */
struct ring_packet {
	uint16_t type;
	uint16_t flags;
	uint64_t transaction;
	uint8_t *data;			/* points into the buffer that was passed */
	uint32_t len;
};

/* A buffer that grows to the largest packet seen. Zero it first; ring_buffer_free() ends it. */
struct ring_buffer {
	uint8_t *bytes;
	uint32_t size;
};
void ring_buffer_free(struct ring_buffer *b);

/*
 * Start with a header and @count data pages, taking the indexes that are there.
 * False and *error when they are not valid.
 */
bool ring_init_reader(struct ring *r, void *header, uint8_t **pages, uint32_t count,
		      struct ring_error *error);
bool ring_init_writer(struct ring *r, void *header, uint8_t **pages, uint32_t count,
		      struct ring_error *error);

/* Bytes of ring that a packet with @len bytes of data needs; 0 when no ring can hold it. */
uint32_t ring_packet_size(uint32_t len);

/* ---- the reading side ---- */

/*
 * Copy the next packet out and free its room. @room: set to true when the guest
 * waits for room and now has it, so it must be signalled; else left alone.
 */
enum ring_result ring_read(struct ring *r, struct ring_buffer *b, struct ring_packet *p,
			   bool *room, struct ring_error *error);
/* Tell the writer whether it need not (true) or must (false) signal new packets. */
void ring_set_mask(struct ring *r, bool masked);
/* The guest said that it signals when room comes, and waits for room itself. */
bool ring_guest_has_flow_control(const struct ring *r);
/* After unmasking: something came in between. Invalid indexes count as something. */
bool ring_has_packets(struct ring *r);

/* ---- the writing side ---- */

/*
 * Append a packet; @len is rounded up to 8 with zeros. @signal: set to true when the
 * guest must be signalled: the ring was empty and is not masked; else left alone.
 */
enum ring_result ring_write(struct ring *r, uint16_t type, uint16_t flags, uint64_t transaction,
			    const void *data, uint32_t len, bool *signal,
			    struct ring_error *error);
/*
 * Ask the guest for a signal once more than @bytes are free; 0: no more.
 * The caller tries to write again after asking, as room may have come before.
 */
void ring_set_pending(struct ring *r, uint32_t bytes);

#endif
