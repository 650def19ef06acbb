// SPDX-License-Identifier: MIT
/*
 * Tests of open channels: packets both ways, full rings, waiting for room,
 * interrupts, and rings that a hostile guest breaks. One thread; see
 * test_stress.c for more.
 */
#include "../base/log.h"
#include "recorder.h"
#include "test.h"

enum { WRITE = 0, READ = 1, MASK = 2, PENDING = 3, FEATURES = 16 };

struct fixture {
	struct fake_guest g;
	struct recorder r, other;
	struct vmbus_channel *host_ch;
	struct fake_channel ch;
	uint32_t relid;
	uint64_t violations;
	uint8_t data[65536], in[1 << 20];
	struct fake_packet p;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct guid one = recorder_instance(1);

	fake_guest_init(&f->g, 32u << 20, 2);
	f->host_ch = recorder_offer(&f->g, &f->r, "one", 1);
	recorder_offer(&f->g, &f->other, "two", 2);
	f->relid = fake_guest_connect(&f->g, FAKE_V5_3, &one);
	for (unsigned int i = 0; i < sizeof(f->data); i++)
		f->data[i] = i * 3 + i / 256;
	f->violations = log_violations();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->ch.g)
		fake_channel_close(&f->ch);
	assert_int_equal(f->r.opened, f->r.closed);
	fake_guest_expect_nothing(&f->g);
	fake_guest_fini(&f->g);
	assert_int_equal(f->r.freed, 1);
	free(f);
	return 0;
}

static void open_ring(struct fixture *f, uint32_t up, uint32_t down)
{
	assert_int_equal(fake_channel_open(&f->g, &f->ch, f->relid, up, down, 1), 0);
}

static void expect_violations(struct fixture *f, unsigned int n)
{
	assert_int_equal(log_violations() - f->violations, n);
	f->violations = log_violations();
}

static void host_send(struct fixture *f, uint64_t transaction, const void *data, uint32_t len)
{
	host_enter(&f->g.host);
	vmbus_send(f->host_ch, VMBUS_PACKET_INBAND, transaction, data, len);
	host_leave(&f->g.host);
}

static struct vmbus_stats stats(struct fixture *f)
{
	struct vmbus_stats s;

	vmbus_channel_stats(f->host_ch, &s);
	return s;
}

static void both_ways(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 4);
	f->r.echo = true;
	for (uint32_t len = 0; len <= 9000; len += 7) {
		bool completion = len % 2;

		assert_true(fake_channel_write(&f->ch, 6, completion, len + 1000, f->data, len));
		assert_int_equal(f->r.last_transaction, len + 1000);
		assert_int_equal(f->r.last_type, VMBUS_PACKET_INBAND);
		assert_int_equal(f->r.last_len, (len + 7) / 8 * 8);
		assert_true(fake_channel_read(&f->ch, &f->p, f->in));
		assert_int_equal(f->p.type, completion ? 11 : 6);
		assert_int_equal(f->p.transaction, len + 1000);
		assert_int_equal(f->p.flags, 0);
		assert_int_equal(f->p.len, (len + 7) / 8 * 8);
		assert_memory_equal(f->in, f->data, len);
		assert_false(fake_channel_read(&f->ch, &f->p, f->in));
	}
	assert_int_equal(stats(f).packets_in, stats(f).packets_out);
	assert_int_equal(stats(f).packets_in, f->r.packets);
	assert_int_equal(stats(f).queued, 0);
	/* A completion packet of the guest reaches the service as what it is. */
	f->r.echo = false;
	assert_true(fake_channel_write(&f->ch, 11, false, 5, f->data, 8));
	assert_int_equal(f->r.last_type, VMBUS_PACKET_COMPLETION);
	expect_violations(f, 0);
}

static void packets_before_open(void **state)
{
	struct fixture *f = *state;

	fake_channel_prepare(&f->g, &f->ch, f->relid, 4, 4);
	assert_true(fake_channel_write(&f->ch, 6, false, 1, f->data, 8));
	assert_true(fake_channel_write(&f->ch, 6, false, 2, f->data, 8));
	assert_int_equal(f->r.packets, 0);
	assert_int_equal(fake_channel_send_open(&f->ch, 0), 0);
	assert_int_equal(f->r.packets, 2);
	assert_int_equal(f->ch.in.header[FEATURES], 1);
	expect_violations(f, 0);
}

/* ---- interrupts ---- */

static void interrupts_only_when_needed(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 4);
	for (unsigned int i = 0; i < 10; i++)
		host_send(f, i, f->data, 64);
	/* From empty to not empty: one. */
	assert_int_equal(fake_channel_events(&f->ch), 1);
	assert_int_equal(f->g.events_vp[1], 1);
	assert_int_equal(f->g.interrupts, 1);
	assert_int_equal(stats(f).interrupts, 1);
	assert_int_equal(stats(f).interrupts_saved, 9);
	/* As Linux reads: masked, and a look after unmasking. */
	fake_channel_begin_read(&f->ch);
	while (fake_channel_read(&f->ch, &f->p, f->in))
		;
	host_send(f, 10, f->data, 64);
	assert_int_equal(fake_channel_events(&f->ch), 1);
	assert_true(fake_channel_end_read(&f->ch));
	assert_true(fake_channel_read(&f->ch, &f->p, f->in));
	assert_int_equal(f->p.transaction, 10);
	assert_false(fake_channel_end_read(&f->ch));
	host_send(f, 11, f->data, 64);
	assert_int_equal(fake_channel_events(&f->ch), 2);
}

static uint32_t mask_seen;

static void look_at_mask(void *arg, uint32_t relid)
{
	struct fixture *f = arg;

	(void)relid;
	mask_seen = f->ch.out.header[MASK];
}

/* The host masks what it is reading, so that the guest saves hypercalls. */
static void host_masks_while_reading(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 4);
	f->r.echo = true;
	f->g.on_event = look_at_mask;
	f->g.on_event_arg = f;
	assert_int_equal(f->ch.out.header[MASK], 0);
	mask_seen = 7;
	assert_true(fake_channel_write(&f->ch, 6, false, 1, f->data, 8));
	assert_int_equal(mask_seen, 1);
	assert_int_equal(f->ch.out.header[MASK], 0);
	assert_int_equal(f->ch.signals, 1);
}

/* ---- full rings ---- */

static void full_downstream(void **state)
{
	struct fixture *f = *state;
	uint64_t events;
	unsigned int n = 0;

	open_ring(f, 4, 3);			/* 8 KiB of data downstream */
	for (unsigned int i = 0; i < 100; i++)
		host_send(f, i, f->data + i, 1000 + i);
	assert_int_equal(stats(f).packets_out, 7);
	assert_int_equal(stats(f).queued, 93);
	/* It asks for room for the next: descriptor, data, trailer. */
	assert_int_equal(f->ch.in.header[PENDING], 16 + 1008 + 8);
	assert_int_equal(fake_channel_events(&f->ch), 1);
	while (fake_channel_read(&f->ch, &f->p, f->in)) {
		assert_int_equal(f->p.transaction, n);
		assert_memory_equal(f->in, f->data + n, 1000 + n);
		n++;
	}
	assert_int_equal(n, 100);
	assert_int_equal(f->ch.in.header[PENDING], 0);
	assert_int_equal(stats(f).packets_out, 100);
	/* Signals only when room comes, and interrupts only when the ring was empty. */
	assert_true(f->ch.signals > 0 && f->ch.signals <= 93);
	events = fake_channel_events(&f->ch);
	assert_true(events < 100);
	host_send(f, n, f->data, 8);
	assert_int_equal(fake_channel_events(&f->ch), events + 1);
	assert_true(fake_channel_read(&f->ch, &f->p, f->in));
	expect_violations(f, 0);
}

/* A guest that signals without having made room gets nothing out of order. */
static void needless_signals(void **state)
{
	struct fixture *f = *state;
	unsigned int n = 0;

	open_ring(f, 4, 2);
	for (unsigned int i = 0; i < 20; i++) {
		host_send(f, i, f->data, i % 2 ? 3000 : 10);
		fake_guest_signal(&f->g, f->ch.connection);
	}
	while (fake_channel_read(&f->ch, &f->p, f->in)) {
		assert_int_equal(f->p.transaction, n++);
		fake_guest_signal(&f->g, f->ch.connection);
	}
	assert_int_equal(n, 20);
}

/* Answers that the guest does not read: the host stops reading, and goes on later. */
static void back_pressure(void **state)
{
	struct fixture *f = *state;
	unsigned int sent = 0, got = 0, stopped_at;

	open_ring(f, 3, 3);
	f->r.echo = true;
	f->r.answer = 2000;
	while (fake_channel_write(&f->ch, 6, true, sent, f->data, 40)) {
		sent++;
		assert_true(sent < 10000);
	}
	stopped_at = f->r.packets;
	assert_true(stopped_at < sent);
	assert_true(stopped_at > 200 && stopped_at < 300);
	/* Signals do not make it read on, nor does time. */
	fake_guest_signal(&f->g, f->ch.connection);
	fake_guest_advance(&f->g, 10000000000ull);
	assert_int_equal(f->r.packets, stopped_at);
	/* The guest reads, and waits for room itself: the host tells it. */
	fake_channel_set_pending(&f->ch, 4096);
	while (got < sent) {
		if (!fake_channel_read(&f->ch, &f->p, f->in))
			fail_msg("%u answers of %u, then nothing", got, sent);
		assert_int_equal(f->p.type, 11);
		assert_int_equal(f->p.transaction, got++);
		assert_int_equal(f->p.len, 2000);
	}
	assert_int_equal(f->r.packets, sent);
	assert_false(fake_channel_read(&f->ch, &f->p, f->in));
	assert_int_equal(f->ch.out.header[MASK], 0);
	expect_violations(f, 0);
}

static void room_for_the_guest(void **state)
{
	struct fixture *f = *state;
	uint64_t before;
	unsigned int n = 0;

	open_ring(f, 3, 3);
	f->r.echo = true;
	f->r.answer = 4000;
	while (fake_channel_write(&f->ch, 6, true, n, f->data, 40))
		n++;
	fake_channel_set_pending(&f->ch, 1000);
	fake_channel_begin_read(&f->ch);	/* masked: only room is signalled */
	before = fake_channel_events(&f->ch);
	while (f->r.packets < n)
		assert_true(fake_channel_read(&f->ch, &f->p, f->in));
	assert_int_equal(fake_channel_events(&f->ch), before + 1);
	assert_true(fake_channel_write(&f->ch, 6, true, n, f->data, 900));
	while (fake_channel_read(&f->ch, &f->p, f->in))
		;
}

/* A guest that does not say that it signals room: the host looks for itself. */
static void guest_without_flow_control(void **state)
{
	struct fixture *f = *state;
	unsigned int n = 0;

	fake_channel_prepare(&f->g, &f->ch, f->relid, 4, 3);
	f->ch.out.header[FEATURES] = 0;
	assert_int_equal(fake_channel_send_open(&f->ch, 0), 0);
	f->ch.in.header[FEATURES] = 0;		/* so that the fake guest does not signal */
	for (unsigned int i = 0; i < 50; i++)
		host_send(f, i, f->data, 1000);
	for (unsigned int turn = 0; n < 50; turn++) {
		while (fake_channel_read(&f->ch, &f->p, f->in))
			assert_int_equal(f->p.transaction, n++);
		assert_int_equal(f->ch.signals, 0);
		fake_guest_advance(&f->g, 1000000);
		assert_true(turn < 50);
	}
	expect_violations(f, 0);
}

static void never_fits(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 2);
	host_send(f, 1, f->data, 4096 - 24);	/* would fill the ring to its last byte */
	expect_violations(f, 1);
	host_send(f, 2, f->data, 60000);
	expect_violations(f, 1);
	assert_int_equal(stats(f).refused, 2);
	host_send(f, 3, f->data, 4096 - 24 - 8);
	assert_true(fake_channel_read(&f->ch, &f->p, f->in));
	assert_int_equal(f->p.transaction, 3);
	expect_violations(f, 0);
}

/* One CPU writes without end while another is kept in the signal: it gets out, by a timer. */
static void long_batches(void **state)
{
	struct fixture *f = *state;
	unsigned int n = 0;

	open_ring(f, 64, 4);
	f->ch.out.header[MASK] = 1;		/* no signals */
	while (n < 3000 && fake_channel_write(&f->ch, 6, false, n, f->data, 8))
		n++;
	assert_int_equal(n, 3000);
	assert_int_equal(f->r.packets, 0);
	fake_guest_signal(&f->g, f->ch.connection);
	assert_true(f->r.packets > 0 && f->r.packets < 3000);
	assert_int_equal(f->ch.out.header[MASK], 1);
	fake_guest_advance(&f->g, 0);
	fake_guest_advance(&f->g, 1);
	assert_int_equal(f->r.packets, 3000);
	assert_int_equal(f->r.last_transaction, 2999);
	assert_int_equal(f->ch.out.header[MASK], 0);
}

static void close_with_a_queue(void **state)
{
	struct fixture *f = *state;

	for (unsigned int turn = 0; turn < 2; turn++) {
		fake_channel_prepare(&f->g, &f->ch, f->relid, 4, 2);
		f->ch.out.header[FEATURES] = turn;	/* with the timer that polls, and without */
		assert_int_equal(fake_channel_send_open(&f->ch, 0), 0);
		for (unsigned int i = 0; i < 50; i++)
			host_send(f, i, f->data, 1000);
		fake_channel_close(&f->ch);
		host_send(f, 0, f->data, 8);		/* dropped */
		fake_guest_advance(&f->g, 1000000000);
	}
	open_ring(f, 4, 4);
	host_send(f, 77, f->data, 8);
	assert_true(fake_channel_read(&f->ch, &f->p, f->in));
	assert_int_equal(f->p.transaction, 77);
	assert_false(fake_channel_read(&f->ch, &f->p, f->in));
	expect_violations(f, 0);
}

/* ---- what breaks the protocol ---- */

static void packet_types(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 4);
	for (uint32_t type = 0; type < 20; type++)
		if (type != 6 && type != 11)
			assert_true(fake_channel_write(&f->ch, type, true, 1, f->data, 48));
	assert_true(fake_channel_write(&f->ch, 0xffff, true, 1, f->data, 48));
	assert_int_equal(f->r.packets, 0);
	assert_int_equal(stats(f).refused, 19);
	expect_violations(f, 19);
	assert_true(fake_channel_write(&f->ch, 6, true, 2, f->data, 48));
	assert_int_equal(f->r.packets, 1);
}

/* A second channel, which has to go on as if nothing were. */
static void open_other(struct fixture *f, struct fake_channel *other)
{
	assert_int_equal(fake_channel_open(&f->g, other, f->relid + 1, 4, 4, 0), 0);
	f->other.echo = true;
}

static void check_other(struct fixture *f, struct fake_channel *other)
{
	unsigned int before = f->other.packets;

	assert_true(fake_channel_write(other, 6, true, 9, f->data, 100));
	assert_int_equal(f->other.packets, before + 1);
	assert_true(fake_channel_read(other, &f->p, f->in));
	assert_int_equal(f->p.transaction, 9);
}

static void broken_upstream(void **state)
{
	struct fixture *f = *state;
	struct fake_channel other;

	open_other(f, &other);
	open_ring(f, 4, 4);
	assert_true(fake_channel_write(&f->ch, 6, false, 1, f->data, 8));
	f->ch.out.header[WRITE] = 3 * 4096;
	fake_guest_signal(&f->g, f->ch.connection);
	expect_violations(f, 1);
	/* Named once, and not looked at again, even when it is valid again. */
	fake_guest_signal(&f->g, f->ch.connection);
	f->ch.out.header[WRITE] = f->ch.out.header[READ];
	assert_true(fake_channel_write(&f->ch, 6, false, 2, f->data, 8));
	fake_guest_signal(&f->g, f->ch.connection);
	assert_int_equal(f->r.packets, 1);
	host_send(f, 1, f->data, 8);
	assert_false(fake_channel_read(&f->ch, &f->p, f->in));
	expect_violations(f, 0);
	check_other(f, &other);
	/* Opened anew, it is well. */
	fake_channel_close(&f->ch);
	open_ring(f, 4, 4);
	assert_true(fake_channel_write(&f->ch, 6, false, 3, f->data, 8));
	assert_int_equal(f->r.packets, 2);
	check_other(f, &other);
	fake_channel_close(&other);
	expect_violations(f, 0);
}

static void broken_downstream(void **state)
{
	struct fixture *f = *state;
	struct fake_channel other;

	open_other(f, &other);
	open_ring(f, 4, 4);
	for (unsigned int i = 0; i < 40; i++)
		host_send(f, i, f->data, 1000);
	f->ch.in.header[READ] = 20;
	fake_guest_signal(&f->g, f->ch.connection);
	expect_violations(f, 1);
	host_send(f, 99, f->data, 8);
	fake_guest_signal(&f->g, f->ch.connection);
	assert_true(fake_channel_write(&f->ch, 6, false, 3, f->data, 8));
	assert_int_equal(f->r.packets, 0);
	expect_violations(f, 0);
	check_other(f, &other);
	fake_channel_close(&other);
}

/* The guest writes where the host writes: its own copy of the indexes counts. */
static void indexes_of_the_host(void **state)
{
	struct fixture *f = *state;

	open_ring(f, 4, 4);
	f->ch.out.header[READ] = 0x5a5a5a5a;
	f->ch.out.header[READ] = 0;
	assert_true(fake_channel_write(&f->ch, 6, false, 1, f->data, 8));
	f->ch.out.header[READ] = 0xffffffff;
	f->ch.in.header[WRITE] = 0xffffffff;
	fake_guest_signal(&f->g, f->ch.connection);
	host_send(f, 1, f->data, 8);
	assert_int_equal(f->ch.in.header[WRITE], 32);
	expect_violations(f, 0);
	assert_int_equal(f->r.packets, 1);
}

/* Each header of a ring and of a packet with each of many values: nothing but refusals. */
static void any_word_anywhere(void **state)
{
	struct fixture *f = *state;
	uint64_t seed = 0x1234567;

	f->r.echo = true;
	for (unsigned int i = 0; i < test_loops(4000); i++) {
		open_ring(f, 3, 2);
		for (unsigned int n = 0; n < 6; n++)
			fake_channel_write(&f->ch, 6, true, n, f->data, test_random(&seed) % 600);
		for (unsigned int n = 0; n < 8; n++) {
			uint32_t where = test_random(&seed) % 3, value = test_random(&seed);

			value = test_random(&seed) % 2 ? value : value % 8192 / 8 * 8;
			if (where == 0)
				f->ch.out.header[value % 4] = test_random(&seed) % 9000;
			else if (where == 1)
				f->ch.in.header[test_random(&seed) % 4] = value;
			else
				memcpy(f->ch.out.pages[0] + test_random(&seed) % 500 * 8, &value,
				       sizeof(value));
			fake_channel_write(&f->ch, 6, false, n, f->data, 8);
			fake_guest_signal(&f->g, f->ch.connection);
		}
		fake_channel_close(&f->ch);
	}
	open_ring(f, 4, 4);
	assert_true(fake_channel_write(&f->ch, 6, true, 1, f->data, 8));
	assert_true(fake_channel_read(&f->ch, &f->p, f->in));
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(both_ways),
		TEST(packets_before_open),
		TEST(interrupts_only_when_needed),
		TEST(host_masks_while_reading),
		TEST(full_downstream),
		TEST(needless_signals),
		TEST(back_pressure),
		TEST(room_for_the_guest),
		TEST(guest_without_flow_control),
		TEST(never_fits),
		TEST(long_batches),
		TEST(close_with_a_queue),
		TEST(packet_types),
		TEST(broken_upstream),
		TEST(broken_downstream),
		TEST(indexes_of_the_host),
		TEST(any_word_anywhere),
	};

	log_open(getenv("DXG_TEST_LOG") ? getenv("DXG_TEST_LOG") : "/dev/null");
	return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
