// SPDX-License-Identifier: MIT
/* Tests of host/echo: each operation, and requests that must be refused. */
#include "../base/log.h"
#include "../echo/echo.h"
#include "../echo/echo_service.h"
#include "fake_guest.h"
#include "test.h"

struct bed {
	struct fake_guest g;
	struct fake_channel ch;
	uint32_t relid;
	uint8_t *buf;
	bool open;
};

static int setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));
	struct guid instance;

	fake_guest_init(&b->g, 8 << 20, 1);
	b->buf = malloc(1 << 19);
	host_enter(&b->g.host);
	assert_non_null(echo_add(b->g.bus, 1));
	assert_null(echo_add(b->g.bus, 1));
	assert_null(echo_add(b->g.bus, 0));
	assert_null(echo_add(b->g.bus, 0x10000));
	host_leave(&b->g.host);
	guid_parse(&instance, "6b2f1c5e-0001-4f0e-9c57-0d5a11ec0de0");
	b->relid = fake_guest_connect(&b->g, FAKE_V5_3, &instance);
	assert_int_equal(fake_channel_open(&b->g, &b->ch, b->relid, 9, 9, 0), 0);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	fake_channel_forget(&b->ch);
	fake_guest_fini(&b->g);
	free(b->buf);
	free(b);
	return 0;
}

static struct echo_answer ask(struct bed *b, const void *request, uint32_t len)
{
	struct echo_answer a;
	struct fake_packet p;

	assert_true(fake_channel_write(&b->ch, 6, true, 9, request, len));
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.type, 11);
	assert_int_equal(p.transaction, 9);
	assert_int_equal(p.len, sizeof(a));
	memcpy(&a, b->buf, sizeof(a));
	return a;
}

static void echo_both_ways(void **state)
{
	struct bed *b = *state;
	uint8_t data[512];
	struct fake_packet p;

	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = i * 7;
	memcpy(data, &(struct echo_request){ ECHO_OP_ECHO, 5, 6 }, 16);
	for (int completion = 0; completion < 2; completion++) {
		for (uint32_t len = 16; len <= sizeof(data); len += 8) {
			assert_true(fake_channel_write(&b->ch, 6, completion, len, data, len));
			assert_true(fake_channel_read(&b->ch, &p, b->buf));
			assert_int_equal(p.type, completion ? 11 : 6);
			assert_int_equal(p.transaction, completion ? len : 0);
			assert_int_equal(p.len, len);
			for (uint32_t i = 0; i < len; i++)
				assert_int_equal(b->buf[i], data[i] ^ 0x5a);
		}
	}
}

static void delays(void **state)
{
	struct echo_request r = { ECHO_OP_DELAY, 100, 1 };
	struct bed *b = *state;
	struct fake_packet p;

	assert_true(fake_channel_write(&b->ch, 6, true, 1, &r, sizeof(r)));
	r.arg = 50;
	assert_true(fake_channel_write(&b->ch, 6, true, 2, &r, sizeof(r)));
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
	fake_guest_advance(&b->g, 50000000);
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.transaction, 2);
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
	fake_guest_advance(&b->g, 50000000);
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.transaction, 1);
	/* Dropped with the channel. */
	assert_true(fake_channel_write(&b->ch, 6, true, 3, &r, sizeof(r)));
	fake_channel_close(&b->ch);
	assert_int_equal(fake_channel_open(&b->g, &b->ch, b->relid, 9, 9, 0), 0);
	fake_guest_advance(&b->g, 1000000000);
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
}

static void sink(void **state)
{
	struct echo_request r = { ECHO_OP_SINK, 0, 44 };
	struct bed *b = *state;
	struct echo_answer a;
	struct fake_packet p;

	assert_true(fake_channel_write(&b->ch, 6, false, 0, &r, sizeof(r)));
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
	a = ask(b, &r, sizeof(r));
	assert_int_equal(a.op, ECHO_OP_SINK | ECHO_FROM_HOST);
	assert_int_equal(a.status, 0);
	assert_int_equal(a.seq, 44);
	assert_int_equal(a.count, 16);
}

/* 1000 packets through a ring that holds a few: in order, none lost. */
static void source(void **state)
{
	struct echo_source s = { { ECHO_OP_SOURCE, 3000, 8 }, 1000, 12 };
	struct bed *b = *state;
	struct echo_data *d = (struct echo_data *)b->buf;
	uint32_t longest = 0, shortest = 3000;
	struct fake_packet p;

	assert_true(fake_channel_write(&b->ch, 6, true, 3, &s, sizeof(s)));
	for (uint32_t i = 0; i < 1000; i++) {
		assert_true(fake_channel_read(&b->ch, &p, b->buf));
		assert_int_equal(p.type, 6);
		assert_int_equal(d->head.op, ECHO_OP_SOURCE | ECHO_FROM_HOST);
		assert_int_equal(d->head.seq, i);
		assert_true(d->head.arg <= 3000);
		assert_int_equal(p.len, (16 + d->head.arg + 7) / 8 * 8);
		for (uint32_t k = 0; k < d->head.arg; k++)
			assert_int_equal(d->data[k], echo_pattern(i, k));
		longest = d->head.arg > longest ? d->head.arg : longest;
		shortest = d->head.arg < shortest ? d->head.arg : shortest;
	}
	assert_true(longest > 2500 && shortest < 500);
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.type, 11);
	assert_int_equal(((struct echo_answer *)b->buf)->count, 1000);
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
}

static void memory(void **state)
{
	struct bed *b = *state;
	uint64_t pfn = fake_guest_page(&b->g), *w = fake_guest_at(&b->g, pfn);
	struct echo_memory m = { { ECHO_OP_MMIO, 0, 1 }, pfn << 12, 800, 1000 };
	struct echo_answer a;

	for (int i = 0; i < 101; i++)
		w[i] = 1000 + i;
	w[7] = 0;
	a = ask(b, &m, sizeof(m));
	assert_int_equal(a.status, 0);
	assert_int_equal(a.count, 100);
	assert_int_equal(a.bad, 1);
	for (int i = 0; i < 100; i++)
		assert_true(w[i] == ~(1000ull + i));
	assert_int_equal(w[100], 1100);
}

static void gpadl(void **state)
{
	struct bed *b = *state;
	uint64_t pfns[40];
	struct echo_memory m = { { ECHO_OP_GPADL, 0, 1 }, 0x777, 40 * 4096, 5 };
	struct echo_answer a;

	for (uint64_t i = 0; i < 40; i++) {
		uint64_t *w;

		pfns[i] = fake_guest_page(&b->g);
		w = fake_guest_at(&b->g, pfns[i]);
		for (uint64_t k = 0; k < 512; k++)
			w[k] = 5 + i * 512 + k;
	}
	a = ask(b, &m, sizeof(m));
	assert_int_equal(a.status, ECHO_STATUS_MEMORY);		/* not made yet */
	assert_int_equal(fake_guest_make_gpadl(&b->g, b->relid, 0x777, pfns, 40), 0);
	a = ask(b, &m, sizeof(m));
	assert_int_equal(a.status, 0);
	assert_int_equal(a.count, 40 * 512);
	assert_int_equal(a.bad, 0);
	a = ask(b, &m, sizeof(m));				/* the host has rewritten it */
	assert_int_equal(a.bad, 40 * 512);
	m.bytes = 39 * 4096;
	assert_int_equal(ask(b, &m, sizeof(m)).status, ECHO_STATUS_MEMORY);
}

static void refused(void **state)
{
	static const struct {
		struct echo_memory m;
		uint32_t len;
		enum echo_status status;
	} t[] = {
		{ { { ECHO_OP_ECHO, 0, 0 }, 0, 0, 0 }, 8, ECHO_STATUS_SHORT },
		{ { { 0, 0, 0 }, 0, 0, 0 }, 16, ECHO_STATUS_OP },
		{ { { 7, 0, 0 }, 0, 0, 0 }, 40, ECHO_STATUS_OP },
		{ { { UINT32_MAX, 0, 0 }, 0, 0, 0 }, 40, ECHO_STATUS_OP },
		{ { { ECHO_OP_DELAY, 60001, 0 }, 0, 0, 0 }, 16, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_DELAY, UINT32_MAX, 0 }, 0, 0, 0 }, 16, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_SOURCE, 1, 0 }, 0, 0, 0 }, 16, ECHO_STATUS_SHORT },
		{ { { ECHO_OP_SOURCE, UINT32_MAX, 0 }, 1, 0, 0 }, 24, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_SOURCE, 0, 0 }, UINT32_MAX, 0, 0 }, 24, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_MMIO, 0, 0 }, 0, 8, 0 }, 32, ECHO_STATUS_SHORT },
		{ { { ECHO_OP_MMIO, 0, 0 }, 4096, 0, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_MMIO, 0, 0 }, 4096, 12, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_MMIO, 0, 0 }, 4100, 8, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_MMIO, 0, 0 }, 4096, UINT64_MAX & ~7ull, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_MMIO, 0, 0 }, UINT64_MAX - 7, 8, 0 }, 40, ECHO_STATUS_MEMORY },
		{ { { ECHO_OP_MMIO, 0, 0 }, 4 << 20, 8, 0 }, 40, ECHO_STATUS_MEMORY },
		{ { { ECHO_OP_GPADL, 0, 0 }, 1ull << 32, 4096, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_GPADL, 0, 0 }, 5, 4104, 0 }, 40, ECHO_STATUS_RANGE },
		{ { { ECHO_OP_GPADL, 0, 0 }, 5, 4096, 0 }, 40, ECHO_STATUS_MEMORY },
	};
	struct bed *b = *state;
	uint64_t n = log_violations();

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(ask(b, &t[i].m, t[i].len).status, t[i].status);
		assert_int_equal(log_violations(), ++n);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(echo_both_ways), T(delays), T(sink), T(source), T(memory), T(gpadl), T(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
