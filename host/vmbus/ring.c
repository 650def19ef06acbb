// SPDX-License-Identifier: GPL-2.0
/* Rings: reading and writing packets in memory that a hostile peer shares. */
#include <stdlib.h>
#include <string.h>

#include "ring.h"

#define RING_PAGE 4096u

/* Everything that was copied stays what it was: no load from the ring is repeated after this. */
static inline void ring_settled(void)
{
	__asm__ volatile("" ::: "memory");
}

static uint32_t ring_load(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void ring_store(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static void ring_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static uint32_t ring_advance(const struct ring *r, uint32_t index, uint32_t by)
{
	index += by;
	return index >= r->size ? index - r->size : index;
}

/* Bytes from @from forward to @to. */
static uint32_t ring_distance(const struct ring *r, uint32_t from, uint32_t to)
{
	return to >= from ? to - from : r->size - from + to;
}

static void ring_copy_out(const struct ring *r, uint32_t at, void *out, uint32_t len)
{
	uint8_t *to = out;

	while (len) {
		uint32_t off = at % RING_PAGE;
		uint32_t n = RING_PAGE - off;

		if (n > len)
			n = len;
		memcpy(to, r->pages[at / RING_PAGE] + off, n);
		to += n;
		len -= n;
		at = ring_advance(r, at, n);
	}
	ring_settled();
}

static uint32_t ring_copy_in(const struct ring *r, uint32_t at, const void *in, uint32_t len)
{
	const uint8_t *from = in;

	while (len) {
		uint32_t off = at % RING_PAGE;
		uint32_t n = RING_PAGE - off;

		if (n > len)
			n = len;
		memcpy(r->pages[at / RING_PAGE] + off, from, n);
		from += n;
		len -= n;
		at = ring_advance(r, at, n);
	}
	return at;
}

static bool ring_fail(struct ring_error *error, const char *what, uint64_t value)
{
	error->what = what;
	error->value = value;
	return false;
}

static bool ring_index_ok(const struct ring *r, uint32_t index, const char *name_range,
			  const char *name_align, struct ring_error *error)
{
	if (index >= r->size)
		return ring_fail(error, name_range, index);
	if (index % 8)
		return ring_fail(error, name_align, index);
	return true;
}

static bool ring_write_index_ok(const struct ring *r, uint32_t index, struct ring_error *error)
{
	return ring_index_ok(r, index, "write index out of range", "write index not aligned",
			     error);
}

static bool ring_read_index_ok(const struct ring *r, uint32_t index, struct ring_error *error)
{
	return ring_index_ok(r, index, "read index out of range", "read index not aligned", error);
}

/* Take the indexes that the guest prepared, and check both. */
static bool ring_init(struct ring *r, void *header, uint8_t **pages, uint32_t count,
		      uint32_t *write, uint32_t *read, struct ring_error *error)
{
	r->shared = header;
	r->pages = pages;
	if (!count || count > UINT32_MAX / 2 / RING_PAGE)
		return ring_fail(error, "number of ring pages", count);
	r->size = count * RING_PAGE;
	*write = ring_load(&r->shared->write);
	*read = ring_load(&r->shared->read);
	return ring_write_index_ok(r, *write, error) && ring_read_index_ok(r, *read, error);
}

bool ring_init_reader(struct ring *r, void *header, uint8_t **pages, uint32_t count,
		      struct ring_error *error)
{
	/* Packets may be there before the open: they are read from where the guest says. */
	uint32_t write, read;

	if (!ring_init(r, header, pages, count, &write, &read, error))
		return false;
	r->own = read;
	r->peer = read;
	return true;
}

bool ring_init_writer(struct ring *r, void *header, uint8_t **pages, uint32_t count,
		      struct ring_error *error)
{
	uint32_t write, read;

	if (!ring_init(r, header, pages, count, &write, &read, error))
		return false;
	r->own = write;
	r->peer = read;
	/* What the host promises here: it sets pending sizes, and signals by the guest's. */
	__atomic_fetch_or(&r->shared->features, RING_FEATURE_PENDING_SIZE, __ATOMIC_SEQ_CST);
	__atomic_store_n(&r->shared->pending, 0, __ATOMIC_SEQ_CST);
	return true;
}

void ring_buffer_free(struct ring_buffer *b)
{
	free(b->bytes);
	b->bytes = NULL;
	b->size = 0;
}

/* Also for no bytes at all there is a buffer, so that data of a packet is never NULL. */
static void ring_buffer_fit(struct ring_buffer *b, uint32_t len)
{
	if (len < RING_PAGE)
		len = RING_PAGE;
	if (len <= b->size)
		return;
	/* The old content is not needed. */
	free(b->bytes);
	b->bytes = malloc(len);
	if (!b->bytes)
		abort();
	b->size = len;
}

uint32_t ring_packet_size(uint32_t len)
{
	const uint32_t max = UINT16_MAX * 8u - sizeof(struct packet_descriptor);

	if (len > max)
		return 0;
	return sizeof(struct packet_descriptor) + (len + 7) / 8 * 8 + RING_TRAILER;
}

/* Load the guest's write index. False when it is not valid or went backwards. */
static bool ring_available(struct ring *r, uint32_t *available, struct ring_error *error)
{
	uint32_t write = ring_load(&r->shared->write);
	uint32_t n;

	if (!ring_write_index_ok(r, write, error))
		return false;
	n = ring_distance(r, r->own, write);
	if (n < ring_distance(r, r->own, r->peer))
		return ring_fail(error, "write index went backwards", write);
	r->peer = write;
	*available = n;
	return true;
}

/*
 * The room that the guest waits for has just come, by @freed bytes. Order: the
 * read index is published; barrier; the pending size is loaded; the write index is loaded.
 */
static bool ring_room_came(struct ring *r, uint32_t freed)
{
	uint32_t pending, write, now;

	ring_barrier();
	pending = ring_load(&r->shared->pending);
	if (!pending)
		return false;
	write = ring_load(&r->shared->write);
	if (write >= r->size)
		return false;		/* the next read names it */
	now = r->size - ring_distance(r, r->own, write);
	/* A crossing only: a second signal for the same wait would be one too many. */
	return now > pending && (now < freed || now - freed <= pending);
}

enum ring_result ring_read(struct ring *r, struct ring_buffer *b, struct ring_packet *p,
			   bool *room, struct ring_error *error)
{
	struct packet_descriptor d;
	uint32_t available, len, offset;

	if (!ring_available(r, &available, error))
		return RING_BROKEN;
	if (!available)
		return RING_EMPTY;
	if (available < sizeof(d) + RING_TRAILER) {
		ring_fail(error, "less than a packet in the ring", available);
		return RING_BROKEN;
	}
	ring_copy_out(r, r->own, &d, sizeof(d));
	len = d.length8 * 8u;
	offset = d.offset8 * 8u;
	if (len < sizeof(d) || len > available - RING_TRAILER) {
		ring_fail(error, "packet length", len);
		return RING_BROKEN;
	}
	if (offset < sizeof(d) || offset > len) {
		ring_fail(error, "data offset of a packet", offset);
		return RING_BROKEN;
	}
	p->type = d.type;
	p->flags = d.flags;
	p->transaction = d.transaction;
	p->len = len - offset;
	ring_buffer_fit(b, p->len);
	p->data = b->bytes;
	ring_copy_out(r, ring_advance(r, r->own, offset), b->bytes, p->len);

	/* The copies are made: the writer may have the room. */
	r->own = ring_advance(r, r->own, len + RING_TRAILER);
	ring_store(&r->shared->read, r->own);
	if (ring_room_came(r, len + RING_TRAILER))
		*room = true;
	return RING_OK;
}

void ring_set_mask(struct ring *r, bool masked)
{
	ring_store(&r->shared->mask, masked);
	ring_barrier();
}

bool ring_guest_has_flow_control(const struct ring *r)
{
	return ring_load(&r->shared->features) & RING_FEATURE_PENDING_SIZE;
}

bool ring_has_packets(struct ring *r)
{
	return ring_load(&r->shared->write) != r->own;
}

/* Load the guest's read index: bytes free. False when it is not valid or went backwards. */
static bool ring_free_bytes(struct ring *r, uint32_t *bytes, struct ring_error *error)
{
	uint32_t read = ring_load(&r->shared->read);
	uint32_t used;

	if (!ring_read_index_ok(r, read, error))
		return false;
	used = ring_distance(r, read, r->own);
	if (used > ring_distance(r, r->peer, r->own))
		return ring_fail(error, "read index went backwards or beyond the data", read);
	r->peer = read;
	*bytes = r->size - used;
	return true;
}

enum ring_result ring_write(struct ring *r, uint16_t type, uint16_t flags, uint64_t transaction,
			    const void *data, uint32_t len, bool *signal,
			    struct ring_error *error)
{
	static const uint8_t zeros[8];
	uint32_t total = ring_packet_size(len);
	struct packet_descriptor d = {
		.type = type,
		.offset8 = sizeof(d) / 8,
		.length8 = (total - RING_TRAILER) / 8,
		.flags = flags,
		.transaction = transaction,
	};
	uint32_t old = r->own;
	uint64_t trailer = (uint64_t)old << 32;
	uint32_t bytes, at;

	if (!ring_free_bytes(r, &bytes, error))
		return RING_BROKEN;
	/* One byte at least stays free: a ring filled to the end would look empty. */
	if (!total || total >= bytes)
		return RING_FULL;
	at = ring_copy_in(r, old, &d, sizeof(d));
	at = ring_copy_in(r, at, data, len);
	at = ring_copy_in(r, at, zeros, (8 - len % 8) % 8);
	at = ring_copy_in(r, at, &trailer, sizeof(trailer));
	r->own = at;
	ring_store(&r->shared->write, at);
	ring_barrier();
	if (!ring_load(&r->shared->mask) && ring_load(&r->shared->read) == old)
		*signal = true;
	return RING_OK;
}

void ring_set_pending(struct ring *r, uint32_t bytes)
{
	ring_store(&r->shared->pending, bytes);
	ring_barrier();
}
