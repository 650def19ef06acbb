// SPDX-License-Identifier: MIT
/* Tests of host/vmbus/ring.c: one ring, whose other side is played word by word. */
#include "../vmbus/ring.h"
#include "test.h"

#define PAGES	3
#define SIZE	(PAGES * 4096u)

struct fixture {
	uint8_t header[4096] __attribute__((aligned(8)));
	uint8_t data[PAGES][4096] __attribute__((aligned(8)));
	uint8_t *pages[PAGES];
	struct ring_header *h;
	struct ring r;
	struct ring_buffer b;
	struct ring_error error;
};

static void fixture_init(struct fixture *f, uint32_t at)
{
	memset(f, 0, sizeof(*f));
	memset(f->data, 0xee, sizeof(f->data));
	/* Not in order: page 0 of the ring lies last. */
	for (unsigned int i = 0; i < PAGES; i++)
		f->pages[i] = f->data[PAGES - 1 - i];
	f->h = (struct ring_header *)f->header;
	f->h->read = at;
	f->h->write = at;
}

static void reader(struct fixture *f, uint32_t at)
{
	fixture_init(f, at);
	assert_true(ring_init_reader(&f->r, f->h, f->pages, PAGES, &f->error));
}

static void writer(struct fixture *f, uint32_t at)
{
	fixture_init(f, at);
	assert_true(ring_init_writer(&f->r, f->h, f->pages, PAGES, &f->error));
}

static uint8_t *byte_at(struct fixture *f, uint32_t at)
{
	at %= SIZE;
	return &f->pages[at / 4096][at % 4096];
}

static void put(struct fixture *f, uint32_t at, const void *p, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		*byte_at(f, at + i) = ((const uint8_t *)p)[i];
}

static uint64_t word(struct fixture *f, uint32_t at)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < 8; i++)
		v |= (uint64_t)*byte_at(f, at + i) << i * 8;
	return v;
}

/* The guest's writer: a packet at the write index, and the index moved. */
static void guest_put(struct fixture *f, uint16_t type, uint64_t id, const void *p, uint32_t len)
{
	uint32_t padded = (len + 7) / 8 * 8;
	uint16_t d[4] = { type, 2, 2 + padded / 8, 1 };
	uint64_t trailer = (uint64_t)f->h->write << 32;

	put(f, f->h->write, d, 8);
	put(f, f->h->write + 8, &id, 8);
	put(f, f->h->write + 16, p, len);
	put(f, f->h->write + 16 + padded, &trailer, 8);
	f->h->write = (f->h->write + 16 + padded + 8) % SIZE;
}

static enum ring_result take(struct fixture *f, struct ring_packet *p)
{
	bool room = false;

	return ring_read(&f->r, &f->b, p, &room, &f->error);
}

static void read_at_every_offset(void **state)
{
	uint8_t data[5000];
	struct ring_packet p;
	struct fixture f;

	(void)state;
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + i / 256;
	for (uint32_t at = 0; at < SIZE; at += 8) {
		uint32_t len = at % 3 ? at % 64 : 4096 + at % 900;

		reader(&f, at);
		assert_int_equal(take(&f, &p), RING_EMPTY);
		guest_put(&f, 6, at + 5, data, len);
		assert_int_equal(take(&f, &p), RING_OK);
		assert_int_equal(p.type, 6);
		assert_int_equal(p.flags, 1);
		assert_int_equal(p.transaction, at + 5);
		assert_int_equal(p.len, (len + 7) / 8 * 8);
		assert_memory_equal(p.data, data, len);
		assert_int_equal(f.h->read, f.h->write);
		assert_int_equal(take(&f, &p), RING_EMPTY);
		ring_buffer_free(&f.b);
	}
}

static void write_at_every_offset(void **state)
{
	uint8_t data[5000];
	struct fixture f;

	(void)state;
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i * 5 + i / 256 + 1;
	for (uint32_t at = 0; at < SIZE; at += 8) {
		uint32_t len = at % 3 ? at % 61 : 4096 + at % 901, padded = (len + 7) / 8 * 8;
		bool signal = false;

		writer(&f, at);
		assert_int_equal(ring_write(&f.r, 11, 0, at + 1, data, len, &signal, &f.error),
				 RING_OK);
		assert_true(signal);
		assert_int_equal(f.h->write, (at + 16 + padded + 8) % SIZE);
		assert_int_equal(word(&f, at), 11 | 2u << 16 | (uint64_t)(2 + padded / 8) << 32);
		assert_int_equal(word(&f, at + 8), at + 1);
		for (uint32_t i = 0; i < padded; i++)
			assert_int_equal(*byte_at(&f, at + 16 + i), i < len ? data[i] : 0);
		assert_int_equal(word(&f, at + 16 + padded), (uint64_t)at << 32);
		/* Nothing beyond. */
		assert_int_equal(*byte_at(&f, at + 16 + padded + 8), 0xee);
		assert_int_equal(*byte_at(&f, at + SIZE - 1), 0xee);
	}
}

static void packet_of_any_header(void **state)
{
	/* A data offset beyond the descriptor, and a packet with no data at all. */
	struct ring_packet p;
	struct fixture f;
	uint16_t d[4] = { 9, 5, 7, 0 };

	(void)state;
	reader(&f, SIZE - 24);
	put(&f, SIZE - 24, d, 8);
	put(&f, SIZE - 24 + 40, "0123456789abcdef", 16);
	f.h->write = 7 * 8 + 8 - 24;
	assert_int_equal(take(&f, &p), RING_OK);
	assert_int_equal(p.type, 9);
	assert_int_equal(p.len, 16);
	assert_memory_equal(p.data, "0123456789abcdef", 16);
	guest_put(&f, 6, 3, NULL, 0);
	assert_int_equal(take(&f, &p), RING_OK);
	assert_int_equal(p.len, 0);
	ring_buffer_free(&f.b);
}

/* A ring is full one byte before its end: write to the end, and count what goes in. */
static void full_ring(void **state)
{
	uint8_t data[104] = { 0 };
	bool signal = false;
	struct fixture f;
	unsigned int n = 0;

	(void)state;
	writer(&f, 4096);
	/* 128 bytes each: 96 would fill it, so 95 go in. */
	while (ring_write(&f.r, 6, 0, n, data, sizeof(data), &signal, &f.error) == RING_OK) {
		assert_int_equal(signal, n == 0);
		signal = false;
		n++;
		assert_true(n < 1000);
	}
	assert_int_equal(n, SIZE / 128 - 1);
	/* A smaller one still has room, but not one that would fill the ring. */
	assert_int_equal(ring_write(&f.r, 6, 0, 0, data, 97, &signal, &f.error), RING_FULL);
	assert_int_equal(ring_write(&f.r, 6, 0, 0, data, 96, &signal, &f.error), RING_OK);
	assert_int_equal(ring_write(&f.r, 6, 0, 0, data, 0, &signal, &f.error), RING_FULL);
	/* The guest reads one: room for one. */
	f.h->read = (f.h->read + 128) % SIZE;
	assert_int_equal(ring_write(&f.r, 6, 0, 0, data, 104, &signal, &f.error), RING_OK);
	assert_int_equal(ring_write(&f.r, 6, 0, 0, data, 104, &signal, &f.error), RING_FULL);
	/* Larger than any ring's packet can be. */
	assert_int_equal(ring_packet_size(UINT16_MAX * 8 - 16), UINT16_MAX * 8 + 8);
	assert_int_equal(ring_packet_size(UINT16_MAX * 8 - 15), 0);
	assert_int_equal(ring_packet_size(UINT32_MAX), 0);
	assert_false(signal);
}

static void signals_when_empty_and_unmasked(void **state)
{
	bool signal = false;
	struct fixture f;

	(void)state;
	writer(&f, 0);
	assert_int_equal(f.h->features, 1);
	f.h->mask = 1;
	ring_write(&f.r, 6, 0, 0, "abcdefgh", 8, &signal, &f.error);
	assert_false(signal);
	f.h->mask = 0;
	ring_write(&f.r, 6, 0, 0, "abcdefgh", 8, &signal, &f.error);
	assert_false(signal);			/* not empty */
	f.h->read = f.h->write;
	f.h->mask = 1;
	ring_write(&f.r, 6, 0, 0, "abcdefgh", 8, &signal, &f.error);
	assert_false(signal);
	f.h->read = f.h->write;
	f.h->mask = 0;
	ring_write(&f.r, 6, 0, 0, "abcdefgh", 8, &signal, &f.error);
	assert_true(signal);
	ring_set_pending(&f.r, 77);
	assert_int_equal(f.h->pending, 77);
	ring_set_pending(&f.r, 0);
	assert_int_equal(f.h->pending, 0);
}

static void room_is_told_when_it_comes(void **state)
{
	uint8_t data[104] = { 0 };
	struct ring_packet p;
	struct fixture f;
	unsigned int told = 0;

	(void)state;
	reader(&f, 0);
	for (unsigned int i = 0; i < SIZE / 128 - 1; i++)
		guest_put(&f, 6, i, data, sizeof(data));
	/* 128 bytes are free. More than 384 are free after 3 reads: 512. */
	f.h->pending = 384;
	for (unsigned int i = 0; i < SIZE / 128 - 1; i++) {
		bool room = false;

		assert_int_equal(ring_read(&f.r, &f.b, &p, &room, &f.error), RING_OK);
		assert_int_equal(p.transaction, i);
		assert_int_equal(room, i == 2);
		told += room;
	}
	assert_int_equal(told, 1);
	/* Nobody waits: never told. */
	f.h->pending = 0;
	for (unsigned int i = 0; i < SIZE / 128 - 1; i++)
		guest_put(&f, 6, i, data, sizeof(data));
	for (unsigned int i = 0; i < SIZE / 128 - 1; i++) {
		bool room = false;

		assert_int_equal(ring_read(&f.r, &f.b, &p, &room, &f.error), RING_OK);
		assert_false(room);
	}
	ring_buffer_free(&f.b);
}

static void mask_and_new_packets(void **state)
{
	struct fixture f;

	(void)state;
	reader(&f, 64);
	assert_false(ring_guest_has_flow_control(&f.r));
	f.h->features = 1;
	assert_true(ring_guest_has_flow_control(&f.r));
	ring_set_mask(&f.r, true);
	assert_int_equal(f.h->mask, 1);
	assert_false(ring_has_packets(&f.r));
	guest_put(&f, 6, 0, NULL, 0);
	ring_set_mask(&f.r, false);
	assert_int_equal(f.h->mask, 0);
	assert_true(ring_has_packets(&f.r));
}

/* ---- a hostile peer ---- */

static void expect_broken_read(struct fixture *f, const char *what)
{
	struct ring_packet p;
	uint32_t own = f->r.own;

	assert_int_equal(take(f, &p), RING_BROKEN);
	assert_string_equal(f->error.what, what);
	assert_int_equal(f->r.own, own);
	ring_buffer_free(&f->b);
}

static void bad_indexes_of_a_writer(void **state)
{
	static const uint32_t out[] = { SIZE, SIZE + 8, 0x7fffffff, 0x80000000, UINT32_MAX };
	static const uint32_t odd[] = { 1, 4, 7, SIZE - 1 };
	struct ring_packet p;
	struct fixture f;

	(void)state;
	for (unsigned int i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		reader(&f, 0);
		f.h->write = out[i];
		expect_broken_read(&f, "write index out of range");
		assert_int_equal(f.error.value, out[i]);
	}
	for (unsigned int i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		reader(&f, 0);
		f.h->write = odd[i];
		expect_broken_read(&f, "write index not aligned");
	}
	for (uint32_t n = 8; n < 24; n += 8) {
		reader(&f, 4096);
		f.h->write = 4096 + n;
		expect_broken_read(&f, "less than a packet in the ring");
	}
	/* Two packets announced, one read, and the second taken back. */
	reader(&f, SIZE - 8);
	guest_put(&f, 6, 1, "abcdefgh", 8);
	guest_put(&f, 6, 2, "abcdefgh", 8);
	assert_int_equal(take(&f, &p), RING_OK);
	f.h->write = f.r.own;
	expect_broken_read(&f, "write index went backwards");
	/* The host's own index is not the guest's to change. */
	reader(&f, 0);
	guest_put(&f, 6, 1, "abcdefgh", 8);
	f.h->read = 0xdeadbeef;
	assert_int_equal(take(&f, &p), RING_OK);
	assert_memory_equal(p.data, "abcdefgh", 8);
	assert_int_equal(f.h->read, f.h->write);
	ring_buffer_free(&f.b);
}

static void bad_packets(void **state)
{
	static const struct {
		uint16_t offset8, len8;
		const char *what;
	} bad[] = {
		{ 2, 0, "packet length" }, { 2, 1, "packet length" },
		{ 2, 5, "packet length" }, { 2, UINT16_MAX, "packet length" },
		{ 0, 4, "data offset of a packet" }, { 1, 4, "data offset of a packet" },
		{ 5, 4, "data offset of a packet" }, { UINT16_MAX, 4, "data offset of a packet" },
	};
	struct ring_packet p;
	struct fixture f;

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint16_t d[4] = { 6, bad[i].offset8, bad[i].len8, 0 };

		reader(&f, SIZE - 16);
		put(&f, SIZE - 16, d, 8);
		f.h->write = 24;		/* 40 bytes: a packet of 32 */
		expect_broken_read(&f, bad[i].what);
	}
	/* The largest that fits is read. */
	reader(&f, SIZE - 16);
	put(&f, SIZE - 16, (uint16_t[]){ 6, 4, 4, 0 }, 8);
	f.h->write = 24;
	assert_int_equal(take(&f, &p), RING_OK);
	assert_int_equal(p.len, 0);
	ring_buffer_free(&f.b);
}

static void bad_indexes_of_a_reader(void **state)
{
	static const struct {
		uint32_t read;
		const char *what;
	} bad[] = {
		{ SIZE, "read index out of range" }, { UINT32_MAX, "read index out of range" },
		{ 4, "read index not aligned" },
		{ 4096 + 32, "read index went backwards or beyond the data" },
		{ 4096 - 8, "read index went backwards or beyond the data" },
	};
	bool signal = false;
	struct fixture f;

	(void)state;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		writer(&f, 4096);
		assert_int_equal(ring_write(&f.r, 6, 0, 0, NULL, 0, &signal, &f.error), RING_OK);
		f.h->read = bad[i].read;
		assert_int_equal(ring_write(&f.r, 6, 0, 0, NULL, 0, &signal, &f.error),
				 RING_BROKEN);
		assert_string_equal(f.error.what, bad[i].what);
	}
	/* The host's own index is not the guest's to change. */
	writer(&f, 0);
	f.h->write = 0xdeadbeef;
	assert_int_equal(ring_write(&f.r, 6, 0, 0, NULL, 0, &signal, &f.error), RING_OK);
	assert_int_equal(f.h->write, 24);
}

static void bad_headers_at_open(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, 0);
	f.h->write = SIZE;
	assert_false(ring_init_reader(&f.r, f.h, f.pages, PAGES, &f.error));
	assert_false(ring_init_writer(&f.r, f.h, f.pages, PAGES, &f.error));
	f.h->write = 0;
	f.h->read = 9;
	assert_false(ring_init_reader(&f.r, f.h, f.pages, PAGES, &f.error));
	assert_false(ring_init_writer(&f.r, f.h, f.pages, PAGES, &f.error));
	f.h->read = 0;
	assert_false(ring_init_reader(&f.r, f.h, f.pages, 0, &f.error));
	assert_false(ring_init_reader(&f.r, f.h, f.pages, 1u << 20, &f.error));
	assert_true(ring_init_reader(&f.r, f.h, f.pages, PAGES, &f.error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_at_every_offset),
		cmocka_unit_test(write_at_every_offset),
		cmocka_unit_test(packet_of_any_header),
		cmocka_unit_test(full_ring),
		cmocka_unit_test(signals_when_empty_and_unmasked),
		cmocka_unit_test(room_is_told_when_it_comes),
		cmocka_unit_test(mask_and_new_packets),
		cmocka_unit_test(bad_indexes_of_a_writer),
		cmocka_unit_test(bad_packets),
		cmocka_unit_test(bad_indexes_of_a_reader),
		cmocka_unit_test(bad_headers_at_open),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
