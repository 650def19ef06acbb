// SPDX-License-Identifier: MIT
/* The tiny driver's start, its messages, its waits. */
#include <sched.h>
#include <stdio.h>
#include <time.h>

#include "tiny_client.h"

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- messages ---- */

void tc_bytes(struct tc *c, const void *data, uint32_t len)
{
	assert_true(c->len + len <= sizeof(c->m));
	if (len)
		memcpy(c->m + c->len, data, len);
	c->len += len;
}

void tc_zeros(struct tc *c, uint32_t len)
{
	assert_true(c->len + len <= sizeof(c->m));
	memset(c->m + c->len, 0, len);
	c->len += len;
}

void tc_u8(struct tc *c, uint8_t v)
{
	tc_bytes(c, &v, 1);
}

void tc_u32(struct tc *c, uint32_t v)
{
	tc_bytes(c, &v, 4);
}

void tc_u64(struct tc *c, uint64_t v)
{
	tc_bytes(c, &v, 8);
}

/* Extended header: offset of the command header, reserved, LUID. Then that header. */
static void begin(struct tc *c, int gpu, uint32_t command, uint32_t process)
{
	c->len = 0;
	c->gpu = gpu;
	tc_u32(c, 16);
	tc_u32(c, 0);
	tc_u64(c, gpu == BED_GLOBAL ? 0 : c->luid[gpu]);
	tc_u64(c, 0);
	tc_u32(c, process);
	tc_u32(c, gpu == BED_GLOBAL ? 1 : 0);
	tc_u32(c, command);
	tc_u32(c, 0);
}

void tc_begin(struct tc *c, uint32_t command)
{
	begin(c, 0, command, c->process);
}

void tc_begin_global(struct tc *c, uint32_t command, uint32_t process)
{
	begin(c, BED_GLOBAL, command, process);
}

static void take_event(struct tc *c)
{
	struct tc_event *e = &c->event[c->events++];

	assert_true(c->events < TC_EVENTS);
	memcpy(&e->number, c->b.rx + 16, 4);
	memcpy(&e->id, c->b.rx + 24, 8);
}

/* One packet from a channel, when there is one: true for the completion of @transaction. */
static bool take_packet(struct tc *c, int chan, uint64_t transaction)
{
	struct fake_packet p;

	if (!fake_channel_read(&c->b.chan[chan + 1], &p, c->b.rx))
		return false;
	if (p.type == 6) {
		/* Events come on the global channel, with 48 bytes. */
		assert_int_equal(chan, BED_GLOBAL);
		assert_int_equal(p.len, 48);
		take_event(c);
		return false;
	}
	assert_int_equal(p.type, 11);
	assert_int_equal(p.transaction, transaction);
	c->b.len = p.len;
	return true;
}

void tc_pump(struct tc *c)
{
	host_enter(&c->b.guest.host);
	host_timers_run(&c->b.guest.host);
	host_leave(&c->b.guest.host);
	if (c->b.open[0])
		assert_false(take_packet(c, BED_GLOBAL, 0));
	sched_yield();
}

static int channel(const struct tc *c)
{
	return c->gpu == BED_GLOBAL || c->async ? BED_GLOBAL : c->gpu;
}

uint32_t tc_call(struct tc *c, uint32_t bytes, uint32_t answer)
{
	uint64_t transaction = ++c->b.transaction;
	double end = seconds() + 10;

	assert_int_equal(c->len, 16 + bytes);
	bed_raw(&c->b, channel(c), true, transaction, c->m, c->len);
	while (!take_packet(c, channel(c), transaction)) {
		tc_pump(c);
		assert_true(seconds() < end);
	}
	assert_int_equal(c->b.len, (answer + 7) / 8 * 8);
	return answer >= 4 ? tc_answer32(c, 0) : 0;
}

void tc_post(struct tc *c, uint32_t bytes)
{
	assert_int_equal(c->len, 16 + bytes);
	if (!c->async) {
		assert_int_equal(tc_call(c, bytes, 4), 0);
		return;
	}
	c->m[16 + 13] = 1;
	bed_raw(&c->b, BED_GLOBAL, false, 0, c->m, c->len);
}

uint32_t tc_answer32(const struct tc *c, uint32_t offset)
{
	uint32_t v;

	assert_true(offset + 4 <= c->b.len);
	memcpy(&v, c->b.rx + offset, 4);
	return v;
}

uint64_t tc_answer64(const struct tc *c, uint32_t offset)
{
	uint64_t v;

	assert_true(offset + 8 <= c->b.len);
	memcpy(&v, c->b.rx + offset, 8);
	return v;
}

/* ---- waiting ---- */

uint64_t tc_new_event(struct tc *c)
{
	return ++c->last_event;
}

static void wait_for(struct tc *c, uint32_t number, uint64_t id)
{
	double end = seconds() + 10;

	for (;;) {
		for (unsigned int i = 0; i < c->events; i++) {
			if (c->event[i].number != number || c->event[i].id != id)
				continue;
			c->events--;
			memmove(&c->event[i], &c->event[i + 1],
				(c->events - i) * sizeof(c->event[0]));
			return;
		}
		tc_pump(c);
		if (seconds() > end)
			fail_msg("message %u of %llu did not come", number,
				 (unsigned long long)id);
	}
}

void tc_wait_event(struct tc *c, uint64_t id)
{
	wait_for(c, 0, id);
}

void tc_wait_state(struct tc *c, uint64_t cookie)
{
	wait_for(c, 2, cookie);
}

void tc_expect_quiet(struct tc *c)
{
	tc_pump(c);
	assert_int_equal(c->events, 0);
}

void tc_wait_value(struct tc *c, uint64_t gpa, uint64_t value)
{
	const uint64_t *page = fake_guest_at(&c->b.guest, gpa / FAKE_PAGE);
	double end = seconds() + 10;

	while (__atomic_load_n(page + gpa % FAKE_PAGE / 8, __ATOMIC_ACQUIRE) < value) {
		tc_pump(c);
		assert_true(seconds() < end);
	}
}

/* ---- start and end ---- */

void tc_start_adapter(struct tc *c, unsigned int gpu)
{
	c->luid[gpu] = bed_function(&c->b, gpu)->c.host_luid;
	bed_open(&c->b, gpu);
	begin(c, gpu, 14, 0);
	tc_u32(c, 40);			/* interface version */
	tc_u32(c, 16);			/* last compatible */
	tc_u64(c, 0);
	c->adapter[gpu] = tc_call(c, 40, 16);
	assert_int_not_equal(c->adapter[gpu], 0);
	assert_int_equal(tc_answer32(c, 4), 0);
	begin(c, gpu, 36, 0);
	tc_call(c, 24, 712);
	c->async = tc_answer32(c, 12) & 0x40;
	assert_true(tc_answer64(c, 704) == c->luid[gpu]);
}

void tc_start(struct tc *c, const char *const *options, unsigned int gpus)
{
	memset(c, 0, sizeof(*c));
	bed_init(&c->b, options, gpus);
	c->b.guest.real_time = true;
	bed_open(&c->b, BED_GLOBAL);
	/* What a config space write at 0xd0 does. */
	bed_write_version(&c->b, 0, 40);
	tc_begin_global(c, 1010, 0);
	tc_u64(c, BED_IO_START);
	tc_u64(c, BED_IO_LENGTH);
	tc_u32(c, 0);
	tc_zeros(c, 4);
	assert_int_equal(tc_call(c, 48, 4), 0);
	tc_start_adapter(c, 0);
}

void tc_expect_clean(struct tc *c)
{
	uint64_t adapters = 0;

	for (unsigned int i = 0; i < G_N_ELEMENTS(c->adapter); i++)
		adapters += c->adapter[i] != 0;
	assert_int_equal(bed_objects(&c->b), adapters);
	assert_int_equal(bed_left(&c->b), 0);
	tc_expect_quiet(c);
}

void tc_end(struct tc *c)
{
	bed_fini(&c->b);
}
