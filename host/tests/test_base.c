// SPDX-License-Identifier: MIT
/* Tests of host/base: GUIDs, guest memory, the lock with its interrupts, timers, the log. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <glib.h>

#include "../base/gmem.h"
#include "../base/guid.h"
#include "../base/host.h"
#include "../base/log.h"
#include "test.h"

/* ---- GUIDs ---- */

static void guid_text_and_wire(void **state)
{
	static const uint8_t wire[16] = { 0xc0, 0xcb, 0xe9, 0xdd, 0x60, 0x50, 0x36, 0x44,
					  0x94, 0x48, 0xea, 0x12, 0x54, 0xa5, 0xd1, 0x77 };
	static const char text[] = "dde9cbc0-5060-4436-9448-ea1254a5d177";
	char out[GUID_TEXT_SIZE];
	struct guid g, upper;

	(void)state;
	assert_true(guid_parse(&g, text));
	assert_memory_equal(g.b, wire, 16);
	guid_format(&g, out);
	assert_string_equal(out, text);
	assert_true(guid_parse(&upper, "DDE9CBC0-5060-4436-9448-EA1254A5D177"));
	assert_true(guid_equal(&g, &upper));
	upper.b[15]++;
	assert_false(guid_equal(&g, &upper));
}

static void guid_refuses_other_text(void **state)
{
	static const char *const bad[] = {
		"", "dde9cbc0", "dde9cbc0-5060-4436-9448-ea1254a5d17",
		"dde9cbc0-5060-4436-9448-ea1254a5d1777", "dde9cbc0-5060-4436-9448-ea1254a5d17g",
		"dde9cbc05060-4436-9448-ea1254a5d1777", " de9cbc0-5060-4436-9448-ea1254a5d177",
		"dde9cbc0-5060-4436-9448_ea1254a5d177", "{dde9cbc0-5060-4436-9448-ea1254a5d177}",
	};
	struct guid g, before;

	(void)state;
	memset(&g, 0x5a, sizeof(g));
	before = g;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(guid_parse(&g, bad[i]));
	assert_true(guid_equal(&g, &before));
}

/* ---- guest memory ---- */

static void gmem_bounds(void **state)
{
	static uint8_t ram[64 * GMEM_PAGE_SIZE];
	const struct gmem m = { .base = ram, .size = sizeof(ram), .low = 16 * GMEM_PAGE_SIZE };
	const uint64_t low = m.low, high = m.size - m.low;
	uint8_t buf[8] = { 0 };

	(void)state;
	assert_ptr_equal(gmem_at(&m, 0, 1), ram);
	assert_ptr_equal(gmem_at(&m, 0, low), ram);
	assert_ptr_equal(gmem_at(&m, low - 1, 1), ram + low - 1);
	assert_null(gmem_at(&m, 0, low + 1));
	assert_null(gmem_at(&m, low - 1, 2));
	/* the hole */
	assert_null(gmem_at(&m, low, 1));
	assert_null(gmem_at(&m, GMEM_4GIB - 1, 1));
	assert_null(gmem_at(&m, GMEM_4GIB - 1, 2));
	assert_null(gmem_at(&m, 0, GMEM_4GIB + 1));
	/* above 4 GiB */
	assert_ptr_equal(gmem_at(&m, GMEM_4GIB, high), ram + low);
	assert_ptr_equal(gmem_at(&m, GMEM_4GIB + high - 1, 1), ram + m.size - 1);
	assert_null(gmem_at(&m, GMEM_4GIB, high + 1));
	assert_null(gmem_at(&m, GMEM_4GIB + high, 1));
	/* nothing, and what wraps */
	assert_null(gmem_at(&m, 0, 0));
	assert_null(gmem_at(&m, UINT64_MAX, 1));
	assert_null(gmem_at(&m, UINT64_MAX, 2));
	assert_null(gmem_at(&m, 4, UINT64_MAX));
	assert_null(gmem_at(&m, GMEM_4GIB + 4, UINT64_MAX - 2));

	assert_true(gmem_write(&m, GMEM_4GIB, "12345678", 8));
	assert_true(gmem_read(&m, GMEM_4GIB, buf, 8));
	assert_memory_equal(buf, "12345678", 8);
	memset(buf, 7, sizeof(buf));
	assert_false(gmem_read(&m, low - 4, buf, 8));
	assert_int_equal(buf[0], 7);
	memset(ram + low - 4, 9, 4);
	assert_false(gmem_write(&m, low - 4, "12345678", 8));
	assert_int_equal(ram[low - 4], 9);
}

/* A new empty file: its descriptor and its path, which the caller frees. */
static int temporary(char **path)
{
	*path = g_build_filename(g_get_tmp_dir(), "dxg-host-XXXXXX", NULL);
	return g_mkstemp(*path);
}

static void gmem_files(void **state)
{
	struct gmem m;
	char *path;
	int fd;

	(void)state;
	assert_int_equal(gmem_open(&m, "no/such/file", GMEM_PAGE_SIZE), -ENOENT);
	fd = temporary(&path);
	assert_true(fd >= 0);
	assert_int_equal(gmem_open(&m, path, GMEM_PAGE_SIZE), -EINVAL);	/* empty */
	assert_int_equal(ftruncate(fd, 8 * GMEM_PAGE_SIZE), 0);
	assert_int_equal(gmem_open(&m, path, 0), -EINVAL);
	assert_int_equal(gmem_open(&m, path, 9 * GMEM_PAGE_SIZE), -EINVAL);
	assert_int_equal(gmem_open(&m, path, 100), -EINVAL);
	assert_int_equal(gmem_open(&m, path, 6 * GMEM_PAGE_SIZE), 0);
	assert_int_equal(m.size, 8 * GMEM_PAGE_SIZE);
	assert_true(gmem_write(&m, GMEM_4GIB + GMEM_PAGE_SIZE, "x", 1));
	gmem_close(&m);
	assert_null(m.base);
	assert_int_equal(lseek(fd, 7 * GMEM_PAGE_SIZE, SEEK_SET), 7 * GMEM_PAGE_SIZE);
	assert_int_equal(read(fd, &(char){ 0 }, 1), 1);
	close(fd);
	unlink(path);
	g_free(path);
}

/* ---- the frame: interrupts and timers ---- */

struct machine {
	struct host h;
	uint64_t clock;
	unsigned int delivered;
	unsigned int last_vp, last_vector;
	unsigned int changed;
	bool locked_at_delivery;
	char order[32];
	unsigned int n;
};

static void machine_interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	struct machine *m = ctx;

	m->delivered++;
	m->last_vp = vp;
	m->last_vector = vector;
	if (pthread_mutex_trylock(&m->h.lock))
		m->locked_at_delivery = true;
	else
		pthread_mutex_unlock(&m->h.lock);
}

static uint64_t machine_now(void *ctx)
{
	return ((struct machine *)ctx)->clock;
}

static void machine_changed(void *ctx)
{
	((struct machine *)ctx)->changed++;
}

static const struct host_ops machine_ops = {
	.interrupt = machine_interrupt,
	.timers_changed = machine_changed,
	.now = machine_now,
};

static void interrupts_after_unlock(void **state)
{
	struct machine m = { 0 };

	(void)state;
	host_init(&m.h, &machine_ops, &m);
	host_enter(&m.h);
	host_interrupt(&m.h, 3, 0x50);
	host_interrupt(&m.h, 3, 0x50);
	assert_int_equal(m.delivered, 0);
	host_leave(&m.h);
	assert_int_equal(m.delivered, 1);
	assert_int_equal(m.last_vp, 3);
	assert_int_equal(m.last_vector, 0x50);
	assert_false(m.locked_at_delivery);

	host_enter(&m.h);
	for (unsigned int vp = 0; vp < HOST_MAX_VP; vp++)
		for (unsigned int v = 0; v < 256; v++)
			host_interrupt(&m.h, vp, v);
	host_interrupt(&m.h, HOST_MAX_VP, 1);	/* nobody's */
	host_leave(&m.h);
	assert_int_equal(m.delivered, 1 + HOST_MAX_VP * 256);
	host_enter(&m.h);
	host_leave(&m.h);
	assert_int_equal(m.delivered, 1 + HOST_MAX_VP * 256);
	/* What was delivered is not delivered again with the next. */
	host_enter(&m.h);
	host_interrupt(&m.h, 0, 0);
	host_leave(&m.h);
	assert_int_equal(m.delivered, 2 + HOST_MAX_VP * 256);
	host_fini(&m.h);
}

static struct machine *ordered;

static void note(void *arg)
{
	ordered->order[ordered->n++] = *(const char *)arg;
}

static struct host_timer *add(struct machine *m, uint64_t delay, host_timer_fn fn,
			      const char *letter)
{
	return host_timer_add(&m->h, delay, fn, (void *)letter);
}

static void note_and_add(void *arg)
{
	note(arg);
	add(ordered, 0, note, "z");
}

static void timers_in_order(void **state)
{
	struct machine m = { .clock = 1000 };
	struct host_timer *t;

	(void)state;
	ordered = &m;
	host_init(&m.h, &machine_ops, &m);
	assert_true(host_timers_run(&m.h) == UINT64_MAX);
	add(&m, 300, note, "c");
	add(&m, 100, note, "a");
	assert_int_equal(m.changed, 2);
	t = add(&m, 200, note, "x");
	add(&m, 200, note, "b");
	add(&m, 300, note, "d");
	add(&m, UINT64_MAX, note, "never");
	assert_int_equal(m.changed, 2);
	host_timer_cancel(&m.h, t);
	assert_int_equal(host_timers_run(&m.h), 100);
	assert_int_equal(m.n, 0);
	m.clock = 1100;
	assert_int_equal(host_timers_run(&m.h), 100);
	assert_string_equal(m.order, "a");
	m.clock = 2000;
	assert_true(host_timers_run(&m.h) > 1ull << 62);
	assert_string_equal(m.order, "abcd");
	/* A timer added by a timer; what is left is freed by host_fini(). */
	add(&m, 0, note_and_add, "e");
	m.clock++;
	while (!host_timers_run(&m.h))
		;
	assert_string_equal(m.order, "abcdez");
	host_fini(&m.h);
}

static void again(void *arg)
{
	struct machine *m = arg;

	m->clock++;			/* the work takes time */
	m->n++;
	host_timer_add(&m->h, 0, again, m);
}

/* A timer that is due again at once must not keep the others, and the lock, for ever. */
static void timers_give_turns(void **state)
{
	struct machine m = { .clock = 5 };

	(void)state;
	host_init(&m.h, &machine_ops, &m);
	host_timer_add(&m.h, 0, again, &m);
	assert_int_equal(host_timers_run(&m.h), 0);
	assert_int_equal(m.n, 1);
	host_fini(&m.h);
}

/* ---- the log ---- */

static void log_lines(void **state)
{
	char text[4096], *path;
	int fd = temporary(&path);
	ssize_t n;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(log_open("no/such/folder/log"), -ENOENT);
	assert_int_equal(log_open(path), 0);
	assert_int_equal(log_violations(), 0);
	log_info("here", "number %d", 5);
	log_debug("here", "unseen");
	log_set_debug(true);
	log_debug("here", "seen");
	log_set_debug(false);
	log_violation("there", "bad %s", "thing");
	assert_int_equal(log_violations(), 1);
	n = read(fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = 0;
	assert_non_null(strstr(text, "] here: number 5\n"));
	assert_null(strstr(text, "unseen"));
	assert_non_null(strstr(text, "] here: debug: seen\n"));
	assert_non_null(strstr(text, "] there: VIOLATION: bad thing\n"));
	for (int i = 0; i < 2000; i++)
		log_violation("there", "again");
	assert_int_equal(log_violations(), 2001);
	assert_true(lseek(fd, 0, SEEK_END) < 1100 * 64);
	assert_int_equal(log_open(NULL), 0);
	assert_int_equal(log_violations(), 0);
	close(fd);
	unlink(path);
	g_free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guid_text_and_wire),
		cmocka_unit_test(guid_refuses_other_text),
		cmocka_unit_test(gmem_bounds),
		cmocka_unit_test(gmem_files),
		cmocka_unit_test(interrupts_after_unlock),
		cmocka_unit_test(timers_in_order),
		cmocka_unit_test(timers_give_turns),
		cmocka_unit_test(log_lines),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
