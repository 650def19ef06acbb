// SPDX-License-Identifier: MIT
/* Tests of the VMBus server's messages: each one, in order, out of order, and malformed. */
#include <stdio.h>

#include "../base/log.h"
#include "recorder.h"
#include "test.h"

struct fixture {
	struct fake_guest g;
	struct recorder r[3];
	struct vmbus_channel *ch[3];
	uint64_t violations;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	fake_guest_init(&f->g, 64u << 20, 4);
	f->ch[0] = recorder_offer(&f->g, &f->r[0], "one", 1);
	f->ch[1] = recorder_offer(&f->g, &f->r[1], "two", 2);
	f->ch[2] = recorder_offer(&f->g, &f->r[2], "three", 3);
	f->violations = log_violations();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fake_guest_fini(&f->g);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(f->r[i].freed, 1);
		assert_true(f->r[i].closed <= f->r[i].opened);
	}
	free(f);
	return 0;
}

/* So many violations since the last look. */
static void expect_violations(struct fixture *f, unsigned int n)
{
	assert_int_equal(log_violations() - f->violations, n);
	f->violations = log_violations();
}

static uint32_t connect_first(struct fixture *f)
{
	struct guid one = recorder_instance(1);

	return fake_guest_connect(&f->g, FAKE_V5_3, &one);
}

static void reset(struct fixture *f)
{
	host_enter(&f->g.host);
	vmbus_reset(f->g.bus);
	host_leave(&f->g.host);
}

static void rescind(struct fixture *f, struct vmbus_channel *ch)
{
	host_enter(&f->g.host);
	vmbus_rescind(ch);
	host_leave(&f->g.host);
}

static void release(struct fixture *f, uint32_t relid)
{
	fake_guest_post(&f->g, (uint32_t[]){ 13, 0, relid }, 3);
}

/* ---- contact ---- */

static void contact_versions(void **state)
{
	static const struct {
		uint32_t version;
		bool yes;
	} v[] = {
		{ 0x60000, false }, { 0x50004, false }, { 0x50003, true }, { 0x50002, true },
		{ 0x50001, true }, { 0x50000, true }, { 0x40001, true }, { 0x40000, true },
		{ 0x40002, false }, { 0x30000, false }, { 0x20004, false }, { 0, false },
		{ UINT32_MAX, false },
	};
	struct fixture *f = *state;

	for (unsigned int i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		uint32_t w[10] = { 14, 0, v[i].version, 2, v[i].version >= 0x50000 ? 2 : 0x1000 };
		struct fake_message m;

		fake_guest_post(&f->g, w, 10);
		m = fake_guest_expect(&f->g, 15);
		assert_int_equal(m.vp, 2);
		assert_int_equal(m.len, 16);
		assert_int_equal(m.b[8], v[i].yes);
		assert_int_equal(m.b[9], 0);
		if (v[i].yes && v[i].version >= 0x50000)
			assert_int_equal(m.w[3], 1);
		/* Only an accepted version makes a contact. */
		fake_guest_post(&f->g, (uint32_t[]){ 3, 0 }, 2);
		if (v[i].yes) {
			for (unsigned int k = 0; k < 3; k++)
				fake_guest_expect(&f->g, 1);
			fake_guest_expect(&f->g, 4);
		}
		fake_guest_expect_nothing(&f->g);
		expect_violations(f, !v[i].yes);
	}
}

static void contact_refused(void **state)
{
	struct fixture *f = *state;
	uint32_t w[10] = { 14, 0, FAKE_V5_3, 4, 2 };

	/* no such processor: nobody to answer to */
	fake_guest_post(&f->g, w, 10);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 1);
	/* another SINT, another VTL */
	w[3] = 0;
	w[4] = 3;
	fake_guest_post(&f->g, w, 10);
	assert_int_equal(fake_guest_expect(&f->g, 15).b[8], 0);
	w[4] = 2 | 1 << 8;
	fake_guest_post(&f->g, w, 10);
	assert_int_equal(fake_guest_expect(&f->g, 15).b[8], 0);
	expect_violations(f, 2);
}

static void lengths_and_types(void **state)
{
	static const struct {
		uint32_t type;
		size_t min;
	} known[] = {
		{ 14, 40 }, { 3, 8 }, { 5, 148 }, { 7, 12 }, { 8, 28 }, { 9, 16 }, { 11, 16 },
		{ 13, 12 }, { 16, 8 }, { 22, 16 }, { 21, 8 },
	};
	static const uint32_t socket_connect[10] = { 21 };
	struct fixture *f = *state;
	uint8_t bytes[300] = { 0 };

	connect_first(f);
	for (size_t len = 0; len < 8; len++)
		fake_guest_post_bytes(&f->g, bytes, len);
	fake_guest_post_bytes(&f->g, bytes, 241);
	expect_violations(f, 9);
	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		bytes[0] = known[i].type;
		for (size_t len = 8; len < known[i].min; len++)
			fake_guest_post_bytes(&f->g, bytes, len);
		expect_violations(f, known[i].min - 8);
		fake_guest_expect_nothing(&f->g);
	}
	/* What only hosts send, and what nobody knows. */
	for (uint32_t type = 0; type < 40; type++) {
		bool is_known = false;

		for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			is_known |= known[i].type == type;
		if (is_known)
			continue;
		bytes[0] = type;
		fake_guest_post_bytes(&f->g, bytes, 240);
		expect_violations(f, 1);
	}
	fake_guest_post(&f->g, (uint32_t[]){ UINT32_MAX, 0 }, 2);
	expect_violations(f, 1);
	/* A Hyper-V socket is asked for: heard, and that is all. */
	fake_guest_post(&f->g, socket_connect, 10);
	expect_violations(f, 0);
	fake_guest_expect_nothing(&f->g);
}

static void nothing_without_contact(void **state)
{
	static const uint32_t types[] = { 3, 5, 7, 8, 9, 11, 16, 22, 21 };
	struct fixture *f = *state;

	for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint32_t w[60] = { types[i], 0, 1, 1 };

		fake_guest_post(&f->g, w, 60);
		expect_violations(f, 1);
	}
	/* The last steps of a driver that was removed. */
	release(f, 1);
	expect_violations(f, 0);
	fake_guest_expect_nothing(&f->g);
}

/* ---- offers ---- */

static void offer_contents(void **state)
{
	struct fixture *f = *state;
	struct fake_message m;

	fake_guest_contact(&f->g, FAKE_V5_3);
	fake_guest_expect_nothing(&f->g);
	fake_guest_post(&f->g, (uint32_t[]){ 3, 0 }, 2);
	for (unsigned int i = 1; i <= 3; i++) {
		struct guid instance = recorder_instance(i);

		m = fake_guest_expect(&f->g, 1);
		assert_int_equal(m.len, 196);
		assert_int_equal(m.b[8], 0xab);
		assert_memory_equal(m.b + 24, instance.b, 16);
		assert_int_equal(m.b[56] | m.b[57] << 8, 0);		/* flags */
		assert_int_equal(m.b[58] | m.b[59] << 8, 64);		/* MMIO megabytes */
		for (unsigned int k = 0; k < 120; k++)
			assert_int_equal(m.b[60 + k], k + 1);
		assert_int_equal(m.w[45], 0);				/* sub-channel */
		assert_int_equal(m.w[46], i);				/* relid */
		assert_int_equal(m.b[188] | m.b[189], 0);		/* no monitor */
		assert_int_equal(m.b[190] | m.b[191] << 8, 1);		/* dedicated interrupt */
		assert_int_equal(m.w[48], 0x2000 + i);			/* connection */
		assert_int_equal(vmbus_channel_relid(f->ch[i - 1]), i);
	}
	fake_guest_expect(&f->g, 4);
	/* Asked twice: named, nothing is offered twice. */
	fake_guest_post(&f->g, (uint32_t[]){ 3, 0 }, 2);
	fake_guest_expect(&f->g, 4);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 1);
}

static void offer_late_and_taken(void **state)
{
	struct fixture *f = *state;
	struct recorder late = { 0 };
	struct vmbus_channel *ch;
	struct fake_message m;

	fake_guest_contact(&f->g, FAKE_V5_3);
	ch = recorder_offer(&f->g, &late, "late", 9);
	assert_non_null(ch);
	fake_guest_expect_nothing(&f->g);	/* not asked yet */
	assert_int_equal(vmbus_channel_relid(ch), 0);
	assert_int_equal(fake_guest_offers(&f->g, NULL, NULL), 4);
	assert_null(recorder_offer(&f->g, &late, "late", 10));
	assert_null(recorder_offer(&f->g, &late, "later", 9));
	assert_non_null(recorder_offer(&f->g, &late, "later", 10));
	m = fake_guest_expect(&f->g, 1);
	assert_int_equal(m.w[46], 5);
	assert_ptr_equal(vmbus_find(f->g.bus, "late"), ch);
	assert_null(vmbus_find(f->g.bus, "nobody"));
	rescind(f, ch);
	rescind(f, vmbus_find(f->g.bus, "later"));
	reset(f);
	assert_int_equal(late.freed, 2);
}

static void count_channel(struct vmbus_channel *ch, void *arg)
{
	(void)ch;
	++*(unsigned int *)arg;
}

static void rescind_each(struct vmbus_channel *ch, void *arg)
{
	count_channel(ch, arg);
	vmbus_rescind(ch);
}

static void as_many_as_there_are_relids(void **state)
{
	struct fixture *f = *state;
	struct recorder r = { 0 };
	unsigned int n = 0;
	char name[32];

	for (unsigned int i = 0; i < 2100; i++) {
		snprintf(name, sizeof(name), "many%u", i);
		assert_non_null(recorder_offer(&f->g, &r, name, 100 + i));
	}
	fake_guest_contact(&f->g, FAKE_V5_3);
	assert_int_equal(fake_guest_offers(&f->g, NULL, NULL), 2047);
	host_enter(&f->g.host);
	vmbus_for_each(f->g.bus, count_channel, &n);
	assert_int_equal(n, 2103);
	assert_int_equal(vmbus_channel_relid(vmbus_find(f->g.bus, "many2099")), 0);
	vmbus_rescind(vmbus_find(f->g.bus, "many0"));
	host_leave(&f->g.host);
	assert_int_equal(fake_guest_expect(&f->g, 2).w[2], 4);
	assert_int_equal(r.freed, 0);
	/* The relid that comes back goes to the first that waits. */
	release(f, 4);
	assert_int_equal(r.freed, 1);
	assert_int_equal(fake_guest_expect(&f->g, 1).w[46], 4);
	n = 0;
	host_enter(&f->g.host);
	vmbus_for_each(f->g.bus, rescind_each, &n);
	host_leave(&f->g.host);
	assert_int_equal(n, 2102);
	/* What the guest never heard of is gone; the rest waits for its releases. */
	assert_int_equal(r.freed, 1 + 55);
	reset(f);
	assert_int_equal(r.freed, 2100);
	expect_violations(f, 0);
}

/* ---- GPADLs ---- */

static void gpadl_sizes(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 25, 26, 27, 54, 55, 512, 8189, 8190, 8191, 8192,
					  8193, 12000 };
	struct fixture *f = *state;
	uint32_t relid = connect_first(f), pages;
	uint64_t *pfns = calloc(12000, 8);

	for (uint32_t i = 0; i < 12000; i++)
		pfns[i] = fake_guest_page(&f->g);
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const uint64_t *got;

		assert_int_equal(fake_guest_make_gpadl(&f->g, relid, 0x100 + i, pfns, sizes[i]), 0);
		got = vmbus_gpadl_pages(f->ch[0], 0x100 + i, &pages);
		assert_non_null(got);
		assert_int_equal(pages, sizes[i]);
		assert_memory_equal(got, pfns, sizes[i] * 8);
		/* It is this channel's. */
		assert_null(vmbus_gpadl_pages(f->ch[1], 0x100 + i, &pages));
	}
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fake_guest_teardown(&f->g, relid, 0x100 + i);
		assert_null(vmbus_gpadl_pages(f->ch[0], 0x100 + i, &pages));
	}
	expect_violations(f, 0);
	free(pfns);
}

static uint32_t header(struct fixture *f, uint32_t relid, uint32_t id, uint16_t list,
		       uint16_t ranges, uint32_t bytes, uint32_t offset, uint64_t pfn)
{
	uint32_t w[9] = { 8, 0, relid, id, list | (uint32_t)ranges << 16, bytes, offset };
	struct fake_message m;

	memcpy(&w[7], &pfn, 8);
	fake_guest_post(&f->g, w, 9);
	m = fake_guest_expect(&f->g, 10);
	assert_int_equal(m.w[3], id);
	return m.w[4];
}

static void gpadl_refused_headers(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f), pages;
	uint64_t low = f->g.host.mem.low / 4096;
	uint64_t high = GMEM_4GIB / 4096 + (f->g.host.mem.size - f->g.host.mem.low) / 4096;
	struct vmbus_stats s;

	/* good, for comparison */
	assert_int_equal(header(f, relid, 1, 16, 1, 4096, 0, 5), 0);
	assert_int_equal(header(f, relid, 2, 16, 1, 1, 4095, low - 1), 0);
	assert_int_equal(header(f, relid, 3, 16, 1, 4000, 96, high - 1), 0);
	expect_violations(f, 0);
	/* the handle, the channel */
	assert_int_not_equal(header(f, relid, 1, 16, 1, 4096, 0, 6), 0);
	assert_int_not_equal(header(f, 77, 4, 16, 1, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, 0, 4, 16, 1, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, UINT32_MAX, 4, 16, 1, 4096, 0, 5), 0);
	/* ranges, sizes */
	assert_int_not_equal(header(f, relid, 4, 16, 0, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 32, 2, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 0, 0, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 4096, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, UINT32_MAX, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 24, 1, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 8, 1, 4096, 0, 5), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4097, 0, 5), 0);
	/* pages that are not RAM: the hole, beyond the end, and what wraps */
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 0, low), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 0, GMEM_4GIB / 4096 - 1), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 0, high), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 0, UINT64_MAX), 0);
	assert_int_not_equal(header(f, relid, 4, 16, 1, 4096, 0, 1ull << 52), 0);
	expect_violations(f, 17);
	vmbus_channel_stats(f->ch[0], &s);
	assert_int_equal(s.refused, 14);
	assert_null(vmbus_gpadl_pages(f->ch[0], 4, &pages));
	/* None of it is in the way of a good one; the first is still what it was. */
	assert_int_equal(header(f, relid, 4, 16, 1, 4096, 0, 7), 0);
	assert_int_equal(vmbus_gpadl_pages(f->ch[0], 1, &pages)[0], 5);
}

static void gpadl_refused_bodies(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f), pages;
	uint32_t head[9] = { 8, 0, relid, 50, 32 | 1 << 16, 3 * 4096, 0, 5, 0 };
	uint32_t body[10] = { 9, 0, 0, 50, 6, 0, 7, 0, 8, 0 };
	uint32_t large[34] = { 8, 0, relid, 51, 16 | 1 << 16, 4096, 0, 5, 0, 6 };

	/* unknown */
	fake_guest_post(&f->g, body, 6);
	expect_violations(f, 1);
	/* not complete: not there, and its handle is taken */
	fake_guest_post(&f->g, head, 9);
	fake_guest_expect_nothing(&f->g);
	assert_null(vmbus_gpadl_pages(f->ch[0], 50, &pages));
	assert_int_not_equal(header(f, relid, 50, 16, 1, 4096, 0, 5), 0);
	fake_guest_post(&f->g, body, 6);
	fake_guest_expect_nothing(&f->g);
	/* more than announced */
	fake_guest_post(&f->g, body, 8);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	expect_violations(f, 2);
	/* a part of a number, and none at all: refused when complete */
	fake_guest_post(&f->g, head, 9);
	fake_guest_post(&f->g, body, 7);
	fake_guest_post(&f->g, body, 6);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	fake_guest_post(&f->g, head, 9);
	fake_guest_post(&f->g, body, 4);
	fake_guest_post(&f->g, body, 8);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	expect_violations(f, 2);
	/* a wild page early: the rest is heard, then the answer comes once */
	body[4] = 0x12345678;
	fake_guest_post(&f->g, head, 9);
	fake_guest_post(&f->g, body, 6);
	fake_guest_expect_nothing(&f->g);
	body[4] = 6;
	fake_guest_post(&f->g, body, 6);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	expect_violations(f, 1);
	/* complete already */
	fake_guest_post(&f->g, head, 9);
	fake_guest_post(&f->g, body, 8);
	assert_int_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	fake_guest_post(&f->g, body, 6);
	expect_violations(f, 1);
	assert_non_null(vmbus_gpadl_pages(f->ch[0], 50, &pages));
	/* too many in the header itself */
	fake_guest_post(&f->g, large, 11);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	expect_violations(f, 1);
	/* both at once */
	fake_guest_post(&f->g, large, 34);
	assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
	expect_violations(f, 1);
	fake_guest_expect_nothing(&f->g);
}

/* Announce GPADLs of nearly 4 GiB each until one is refused. Returns how many were not. */
static unsigned int announce_large(struct fixture *f, uint32_t relid)
{
	unsigned int n;

	for (n = 0; n < 100; n++) {
		uint32_t w[9] = { 8, 0, relid, n + 1, (uint16_t)(8 + 0xfffff * 8) | 1 << 16,
				  0xfffffu * 4096, 0, 5, 0 };

		fake_guest_post(&f->g, w, 9);
		if (!f->g.num_messages)
			continue;
		assert_int_not_equal(fake_guest_expect(&f->g, 10).w[4], 0);
		break;
	}
	return n;
}

/* A guest cannot make the host hold any amount of memory; what it gives back counts no more. */
static void gpadl_bound(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	unsigned int n = announce_large(f, relid);

	assert_true(n >= 8 && n < 100);
	for (unsigned int i = 0; i < n; i++)
		fake_guest_teardown(&f->g, relid, i + 1);
	assert_int_equal(announce_large(f, relid), n);
	reset(f);
	relid = connect_first(f);
	assert_int_equal(announce_large(f, relid), n);
	/* A refused one counts no more either. */
	reset(f);
	relid = connect_first(f);
	assert_int_not_equal(header(f, relid, 1, 16, 1, 4096, 0, UINT64_MAX), 0);
	assert_int_equal(announce_large(f, relid), n);
}

static void gpadl_teardowns(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f), pages;

	assert_int_equal(header(f, relid, 1, 16, 1, 4096, 0, 5), 0);
	/* by another channel */
	fake_guest_post(&f->g, (uint32_t[]){ 11, 0, relid + 1, 1 }, 4);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 1);
	assert_non_null(vmbus_gpadl_pages(f->ch[0], 1, &pages));
	fake_guest_teardown(&f->g, relid, 1);
	expect_violations(f, 0);
	/* twice: named, and answered so that the guest does not wait for ever */
	fake_guest_teardown(&f->g, relid, 1);
	expect_violations(f, 1);
	/* an incomplete one */
	fake_guest_post(&f->g, (uint32_t[]){ 8, 0, relid, 2, 32 | 1 << 16, 3 * 4096, 0 }, 7);
	fake_guest_teardown(&f->g, relid, 2);
	expect_violations(f, 0);
}

/* ---- open, close, modify ---- */

static void open_and_close(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	for (unsigned int i = 1; i <= 3; i++) {
		assert_int_equal(fake_channel_open(&f->g, &ch, relid, 2 + i, 9 - i, 3), 0);
		assert_true(vmbus_channel_is_open(f->ch[0]));
		assert_int_equal(f->r[0].opened, i);
		fake_channel_close(&ch);
		assert_false(vmbus_channel_is_open(f->ch[0]));
		assert_int_equal(f->r[0].closed, i);
	}
	expect_violations(f, 0);
	/* closed twice, or never opened */
	fake_guest_post(&f->g, (uint32_t[]){ 7, 0, relid }, 3);
	fake_guest_post(&f->g, (uint32_t[]){ 7, 0, relid + 1 }, 3);
	fake_guest_post(&f->g, (uint32_t[]){ 7, 0, 99 }, 3);
	expect_violations(f, 3);
	assert_int_equal(f->r[0].closed, 3);
	fake_guest_expect_nothing(&f->g);
}

static void open_twice(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	assert_int_not_equal(fake_channel_send_open(&ch, 0), 0);
	expect_violations(f, 1);
	assert_int_equal(f->r[0].opened, 1);
	/* The first is as open as before. */
	assert_true(fake_channel_write(&ch, 6, false, 5, "12345678", 8));
	assert_int_equal(f->r[0].packets, 1);
	fake_channel_close(&ch);
	assert_int_equal(f->r[0].closed, 1);
}

static void post_open(struct fixture *f, uint32_t relid, uint32_t gpadl, uint32_t vp,
		      uint32_t downstream)
{
	uint32_t w[37] = { 5, 0, relid, 1, gpadl, vp, downstream };

	fake_guest_post(&f->g, w, 37);
}

static uint32_t try_open(struct fixture *f, uint32_t relid, uint32_t gpadl, uint32_t vp,
			 uint32_t downstream)
{
	post_open(f, relid, gpadl, vp, downstream);
	return fake_guest_expect(&f->g, 6).w[4];
}

static void open_refused(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	fake_channel_prepare(&f->g, &ch, relid, 4, 4);
	assert_int_not_equal(try_open(f, 99, ch.gpadl, 0, 4), 0);
	assert_int_not_equal(try_open(f, relid + 1, ch.gpadl, 0, 4), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl + 1, 0, 4), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 4, 4), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 0), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 1), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 7), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 8), 0);
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, UINT32_MAX), 0);
	expect_violations(f, 9);
	/* indexes that are not valid from the start */
	ch.out.header[0] = 3 * 4096;
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 4), 0);
	ch.out.header[0] = 0;
	ch.in.header[1] = 12;
	assert_int_not_equal(try_open(f, relid, ch.gpadl, 0, 4), 0);
	ch.in.header[1] = 0;
	expect_violations(f, 2);
	/* rings in the middle of a page */
	assert_int_equal(header(f, relid, 7, 8 + 8 * 1, 1, 4096 - 8, 8, 5), 0);
	assert_int_not_equal(try_open(f, relid, 7, 0, 4), 0);
	expect_violations(f, 1);
	/* the service does not want it */
	f->r[0].open_status = 0xc0000022;
	assert_int_equal(try_open(f, relid, ch.gpadl, 0, 4), 0xc0000022);
	assert_int_equal(f->r[0].opened, 1);
	assert_false(vmbus_channel_is_open(f->ch[0]));
	f->r[0].open_status = 0;
	expect_violations(f, 0);
	/* the smallest rings */
	assert_int_equal(try_open(f, relid, ch.gpadl, 0, 2), 0);
	assert_int_equal(f->r[0].opened, 2);
	fake_channel_close(&ch);
	assert_int_equal(f->r[0].closed, 1);
}

static void teardown_of_open_rings(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	fake_guest_post(&f->g, (uint32_t[]){ 11, 0, relid, ch.gpadl }, 4);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 1);
	fake_guest_post(&f->g, (uint32_t[]){ 11, 0, relid, ch.gpadl }, 4);
	expect_violations(f, 1);
	assert_true(vmbus_channel_is_open(f->ch[0]));
	/* The answer comes when the host has let go of the pages. */
	fake_guest_post(&f->g, (uint32_t[]){ 7, 0, relid }, 3);
	assert_int_equal(fake_guest_expect(&f->g, 12).w[2], ch.gpadl);
	fake_guest_expect_nothing(&f->g);
	fake_channel_forget(&ch);
	expect_violations(f, 0);
}

static void modify(void **state)
{
	static const uint32_t versions[] = { FAKE_V5_3, 0x50002, 0x40001 };
	struct fixture *f = *state;
	struct guid one = recorder_instance(1);

	for (unsigned int i = 0; i < 3; i++) {
		bool ack = versions[i] == FAKE_V5_3;
		uint32_t relid = fake_guest_connect(&f->g, versions[i], &one);
		struct fake_channel ch;
		uint64_t before;

		f->r[0].echo = true;
		assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 1), 0);
		fake_channel_write(&ch, 6, true, 1, "12345678", 8);
		assert_true(f->g.events_vp[1] > 0);
		before = f->g.events_vp[3];
		fake_guest_post(&f->g, (uint32_t[]){ 22, 0, relid, 3 }, 4);
		if (ack) {
			struct fake_message m = fake_guest_expect(&f->g, 24);

			assert_int_equal(m.len, 16);
			assert_int_equal(m.w[2], relid);
			assert_int_equal(m.w[3], 0);
		}
		while (fake_channel_read(&ch, &(struct fake_packet){ 0 }, (uint8_t[64]){ 0 }))
			;
		fake_channel_write(&ch, 6, true, 1, "12345678", 8);
		assert_int_equal(f->g.events_vp[3], before + 1);
		expect_violations(f, 0);
		/* no such processor, not open, no such channel */
		fake_guest_post(&f->g, (uint32_t[]){ 22, 0, relid, 4 }, 4);
		fake_guest_post(&f->g, (uint32_t[]){ 22, 0, relid + 1, 0 }, 4);
		fake_guest_post(&f->g, (uint32_t[]){ 22, 0, 99, 0 }, 4);
		for (unsigned int k = 0; ack && k < 3; k++)
			assert_int_not_equal(fake_guest_expect(&f->g, 24).w[3], 0);
		fake_guest_expect_nothing(&f->g);
		expect_violations(f, 3);
		fake_channel_close(&ch);
	}
}

/* ---- rescind, release, unload, reset ---- */

static void rescind_not_offered(void **state)
{
	struct fixture *f = *state;

	rescind(f, f->ch[0]);
	assert_int_equal(f->r[0].freed, 1);
	assert_null(vmbus_find(f->g.bus, "one"));
	fake_guest_contact(&f->g, FAKE_V5_3);
	assert_int_equal(fake_guest_offers(&f->g, NULL, NULL), 2);
	expect_violations(f, 0);
}

static void rescind_offered(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct recorder again = { 0 };

	rescind(f, f->ch[0]);
	rescind(f, f->ch[0]);
	assert_int_equal(fake_guest_expect(&f->g, 2).w[2], relid);
	fake_guest_expect_nothing(&f->g);
	assert_int_equal(f->r[0].freed, 0);
	/* The name is free at once; the guest hears of it when it has let go of the old one. */
	assert_non_null(recorder_offer(&f->g, &again, "one", 1));
	fake_guest_expect_nothing(&f->g);
	release(f, relid);
	assert_int_equal(f->r[0].freed, 1);
	assert_int_not_equal(fake_guest_expect(&f->g, 1).w[46], relid);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 0);
	release(f, relid);
	expect_violations(f, 1);
	rescind(f, vmbus_find(f->g.bus, "one"));
	reset(f);
	assert_int_equal(again.freed, 1);
}

static void rescind_while_open(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	rescind(f, f->ch[0]);
	assert_int_equal(f->r[0].closed, 1);
	assert_int_equal(fake_guest_expect(&f->g, 2).w[2], relid);
	/* What a guest does that has not seen it yet, or tidies up. */
	assert_true(fake_channel_write(&ch, 6, false, 5, "12345678", 8));
	assert_int_equal(f->r[0].packets, 0);
	fake_guest_post(&f->g, (uint32_t[]){ 22, 0, relid, 1 }, 4);
	assert_int_not_equal(fake_guest_expect(&f->g, 24).w[3], 0);
	post_open(f, relid, ch.gpadl, 0, 4);
	fake_guest_expect_nothing(&f->g);
	assert_int_equal(header(f, relid, 1, 16, 1, 4096, 0, 5), 0);
	fake_channel_close(&ch);
	assert_int_equal(f->r[0].freed, 0);
	release(f, relid);
	assert_int_equal(f->r[0].freed, 1);
	assert_int_equal(f->r[0].closed, 1);
	expect_violations(f, 0);
}

static void rescind_from_callbacks(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	f->r[0].rescind_on_packet = true;
	f->r[0].echo = true;
	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	f->g.signal = NULL;
	assert_true(fake_channel_write(&ch, 6, true, 5, "12345678", 8));
	assert_int_equal(f->r[0].closed, 1);
	assert_int_equal(f->r[0].packets, 1);
	assert_int_equal(fake_guest_expect(&f->g, 2).w[2], relid);
	assert_int_equal(ch.in.header[0], 0);
	release(f, relid);
	assert_int_equal(f->r[0].freed, 1);
	fake_channel_forget(&ch);

	/* and from its own open: no result, as the rescind tells it */
	relid = vmbus_channel_relid(f->ch[1]);
	f->r[1].rescind_on_open = true;
	fake_channel_prepare(&f->g, &ch, relid, 4, 4);
	post_open(f, relid, ch.gpadl, 0, 4);
	assert_int_equal(fake_guest_expect(&f->g, 2).w[2], relid);
	fake_guest_expect_nothing(&f->g);
	assert_int_equal(f->r[1].opened, 1);
	assert_int_equal(f->r[1].closed, 1);
	release(f, relid);
	assert_int_equal(f->r[1].freed, 1);
	fake_channel_forget(&ch);
	expect_violations(f, 0);
}

static void unload_and_reload(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f), again, pages;
	struct fake_channel ch;
	struct fake_message m;

	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	rescind(f, f->ch[2]);
	fake_guest_expect(&f->g, 2);
	fake_guest_post(&f->g, (uint32_t[]){ 16, 0 }, 2);
	m = fake_guest_expect(&f->g, 17);
	assert_int_equal(m.vp, 3);
	assert_int_equal(m.len, 8);
	fake_guest_expect_nothing(&f->g);
	assert_int_equal(f->r[0].closed, 1);
	assert_int_equal(f->r[2].freed, 1);
	assert_int_equal(vmbus_channel_relid(f->ch[0]), 0);
	assert_null(vmbus_gpadl_pages(f->ch[0], ch.gpadl, &pages));
	/* late signals and releases are in order */
	assert_true(fake_channel_write(&ch, 6, false, 5, "12345678", 8));
	release(f, relid);
	expect_violations(f, 0);
	fake_channel_forget(&ch);

	again = connect_first(f);
	assert_int_not_equal(again, relid);
	assert_int_equal(fake_channel_open(&f->g, &ch, again, 4, 4, 0), 0);
	assert_true(fake_channel_write(&ch, 6, false, 5, "12345678", 8));
	assert_int_equal(f->r[0].packets, 1);
	fake_channel_close(&ch);
	expect_violations(f, 0);
}

/* Removing hv_vmbus sends no unload: its channels are released one by one, open or not. */
static void release_without_rescind(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);
	struct fake_channel ch;

	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	release(f, relid);
	assert_int_equal(f->r[0].closed, 1);
	assert_int_equal(f->r[0].freed, 0);
	release(f, relid + 1);
	release(f, relid + 2);
	fake_guest_expect_nothing(&f->g);	/* not offered again to a guest that gave them up */
	expect_violations(f, 0);
	fake_channel_forget(&ch);
	relid = connect_first(f);
	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	fake_channel_close(&ch);
	expect_violations(f, 0);
}

static void reset_in_each_state(void **state)
{
	struct fixture *f = *state;
	struct fake_channel ch;
	uint32_t relid;

	reset(f);
	fake_guest_contact(&f->g, FAKE_V5_3);
	reset(f);
	relid = connect_first(f);
	reset(f);
	assert_int_equal(vmbus_channel_relid(f->ch[0]), 0);
	relid = connect_first(f);
	fake_guest_post(&f->g, (uint32_t[]){ 8, 0, relid, 2, 32 | 1 << 16, 3 * 4096, 0 }, 7);
	reset(f);
	relid = connect_first(f);
	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	reset(f);
	fake_channel_forget(&ch);
	assert_int_equal(f->r[0].closed, 1);
	relid = connect_first(f);
	assert_int_equal(fake_channel_open(&f->g, &ch, relid, 4, 4, 0), 0);
	rescind(f, f->ch[0]);
	fake_guest_expect(&f->g, 2);
	reset(f);
	fake_channel_forget(&ch);
	assert_int_equal(f->r[0].freed, 1);
	fake_guest_expect_nothing(&f->g);
	expect_violations(f, 0);
}

static void signals_of_all_kinds(void **state)
{
	struct fixture *f = *state;
	uint32_t relid = connect_first(f);

	fake_guest_signal(&f->g, 0x2000 + relid);	/* not open: may just be late */
	fake_guest_signal(&f->g, 0x2000 + 99);
	expect_violations(f, 0);
	fake_guest_signal(&f->g, 0);
	fake_guest_signal(&f->g, 0x2000);
	fake_guest_signal(&f->g, 0x2000 + 2048);
	fake_guest_signal(&f->g, UINT32_MAX);
	fake_guest_signal(&f->g, 0x1fff);
	expect_violations(f, 5);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(contact_versions),
		TEST(contact_refused),
		TEST(lengths_and_types),
		TEST(nothing_without_contact),
		TEST(offer_contents),
		TEST(offer_late_and_taken),
		TEST(as_many_as_there_are_relids),
		TEST(gpadl_sizes),
		TEST(gpadl_refused_headers),
		TEST(gpadl_refused_bodies),
		TEST(gpadl_bound),
		TEST(gpadl_teardowns),
		TEST(open_and_close),
		TEST(open_twice),
		TEST(open_refused),
		TEST(teardown_of_open_rings),
		TEST(modify),
		TEST(rescind_not_offered),
		TEST(rescind_offered),
		TEST(rescind_while_open),
		TEST(rescind_from_callbacks),
		TEST(unload_and_reload),
		TEST(release_without_rescind),
		TEST(reset_in_each_state),
		TEST(signals_of_all_kinds),
	};

	log_open(getenv("DXG_TEST_LOG") ? getenv("DXG_TEST_LOG") : "/dev/null");
	return cmocka_run_group_tests_name("vmbus", tests, NULL, NULL);
}
