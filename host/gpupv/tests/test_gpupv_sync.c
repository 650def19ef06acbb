// SPDX-License-Identifier: MIT
/*
 * Sync objects: each kind, signals and waits of the CPU, events over the real
 * ring, opening of shared ones; and every refusal.
 */
#include "bed_exec.h"

static const char *const stepped[] = { "stepped=on", NULL };

/* ---- fences and their pages ---- */

static void test_fence(void **state)
{
	struct xb_fence f, g;
	uint64_t value;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		f = xb_create_fence(&x, 0, 41);
		g = xb_create_fence(&x, 0x80, 7);	/* no GPU access */
		assert_int_not_equal(f.handle, 0);
		assert_int_not_equal(g.handle, 0);
		assert_int_equal(f.global, 0);
		assert_int_not_equal(f.va, 0);
		assert_int_equal(g.va, 0);
		assert_int_not_equal(f.gpa, g.gpa);
		assert_true(f.gpa >= BED_IO_START && f.gpa < BED_IO_START + BED_IO_LENGTH);
		assert_int_equal(f.gpa % FAKE_PAGE, 0);
		assert_int_equal(xb_fence_page(&x, &f), 41);
		assert_int_equal(xb_fence_page(&x, &g), 7);
		for (value = 41; value < 50; value += 4) {
			xb_signal_cpu(&x, 0, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			assert_int_equal(xb_fence_page(&x, &f), value);
		}
		/* Lower only when it is wanted. */
		value = 3;
		xb_signal_cpu(&x, 0, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		assert_int_equal(xb_fence_page(&x, &f), 49);
		xb_signal_cpu(&x, 4, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 3);
		/* Asynchronously, and too low: no reason to fail a device. */
		value = 11;
		xb_signal_cpu(&x, 0, 1, &f.handle, &value);
		xb_send_async(&x);
		assert_int_equal(xb_fence_page(&x, &f), 11);
		value = 2;
		xb_signal_cpu(&x, 0, 1, &f.handle, &value);
		xb_send_async(&x);
		assert_int_equal(xb_fence_page(&x, &f), 11);
		assert_int_equal(xb_device_state(&x, x.device), 1);
		assert_int_equal(xb_destroy_sync(&x, f.handle), 0);
		assert_int_equal(xb_destroy_sync(&x, g.handle), 0);
	});
	VIOLATIONS(1, assert_int_equal(xb_destroy_sync(&x, f.handle), BED_INVALID_HANDLE));
	xb_fini(&x);
}

/* The page is shown to the guest; what a CPU writes there is found at the end. */
static void test_fence_page_written(void **state)
{
	uint64_t *page, value = 6;
	struct xb_fence f;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	f = xb_create_fence(&x, 0, 5);
	page = fake_guest_at(&x.b.guest, f.gpa / FAKE_PAGE);
	*page = 1000;
	xb_wait_cpu(&x, 0, 0x31, 1, &f.handle, &value);
	assert_int_equal(xb_send(&x), 0);
	xb_expect_silence(&x);
	VIOLATIONS(1, xb_destroy_sync(&x, f.handle));
	/* The wait had nothing to wait for any more. */
	xb_expect_event(&x, 0x31);
	xb_fini(&x);
}

static void test_many_fences(void **state)
{
	static struct xb_fence f[300];
	unsigned int made = 0;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		/* The IO space of the bed has 256 pages. */
		for (; made < 300; made++) {
			f[made] = xb_create_fence(&x, 0, made);
			if (!f[made].handle)
				break;
		}
		assert_int_equal(made, 256);
		assert_int_equal(f[made].gpa, 0);
		for (unsigned int i = 0; i < made; i++) {
			assert_int_equal(xb_fence_page(&x, &f[i]), i);
			for (unsigned int j = 0; j < i; j++) {
				assert_int_not_equal(f[i].gpa, f[j].gpa);
				assert_int_not_equal(f[i].va, f[j].va);
			}
		}
		assert_int_equal(xb_destroy_sync(&x, f[100].handle), 0);
		f[100] = xb_create_fence(&x, 0, 9);
		assert_int_not_equal(f[100].handle, 0);
		assert_int_equal(xb_fence_page(&x, &f[100]), 9);
	});
	xb_fini(&x);
}

static void test_create_refusals(void **state)
{
	static const struct {
		uint32_t type, flags, affinity;
		uint64_t data0, data1;
		unsigned int violations;
	} cases[] = {
		{ 0, 0, 0, 0, 0, 0 },			/* no kind */
		{ 7, 0, 0, 0, 0, 0 },
		{ 5, 0x100, 0, 0, 0, 0 },		/* flags that are reserved */
		{ 5, 0x80000000, 0, 0, 0, 0 },
		{ 5, 1, 0, 0, 0, 0 },			/* shared, but not by handle */
		{ 5, 0, 2, 0, 0, 0 },			/* a second physical adapter */
		{ 2, 0, 0, 0, 0, 0 },			/* a semaphore of none */
		{ 2, 0, 0, 4 | 5ull << 32, 0, 0 },
		{ 4, 3, 0, 77, 0, 0 },			/* a notification is not shared */
		{ 6, 3, 0, 0, 0, 0 },
		{ 4, 0, 0, 0, 0, 1 },			/* event 0 */
		{ 4, 0, 0, 0xffff888000000000, 0, 1 },
	};
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		VIOLATIONS(cases[i].violations, {
			p = xb_begin(&x, 8, 128);
			put32(p, x.device);
			put32(p + 8, cases[i].type);
			put32(p + 12, cases[i].flags);
			put64(p + 16, cases[i].data0);
			put64(p + 24, cases[i].data1);
			put32(p + 40, cases[i].affinity);
			put32(p + 96, 1);
			assert_int_equal(xb_send(&x), 0);
			assert_int_equal(x.b.len, 32);
		});
	}
	/* Only the kinds without a page do without a device. */
	for (uint32_t type = 1; type <= 6; type++) {
		p = xb_begin(&x, 8, 128);
		put32(p + 8, type);
		put64(p + 16, 3);
		put32(p + 96, 1);
		VIOLATIONS(0, assert_int_equal(!xb_send(&x), type >= 5));
	}
	/* No driver sends these. */
	p = xb_begin(&x, 8, 128);
	put32(p, x.device + 64);
	put32(p + 8, 5);
	put32(p + 96, 1);
	VIOLATIONS(1, assert_int_equal(xb_send(&x), 0));
	p = xb_begin(&x, 8, 128);
	put32(p, x.device);
	put32(p + 8, 5);
	VIOLATIONS(1, assert_int_equal(xb_send(&x), 0));
	p = xb_begin_global(&x, 1003, 32);
	put32(p + 4, 1);
	VIOLATIONS(1, assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER));
	xb_fini(&x);
}

/* ---- CPU waits ---- */

static void test_wait(void **state)
{
	struct xb_fence f;
	uint64_t value = 5;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		f = xb_create_fence(&x, 0, 4);
		/* Reached already: the answer, then the event. */
		for (value = 0; value <= 4; value++) {
			xb_wait_cpu(&x, 0, 0x100 + value, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_event(&x, 0x100 + value);
			xb_expect_silence(&x);
		}
		/* Two wait, for different values: each is told once. */
		for (value = 6; value <= 7; value++) {
			xb_wait_cpu(&x, 0, 0x200 + value, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_silence(&x);
		}
		for (value = 5; value <= 8; value++) {
			xb_signal_cpu(&x, 0, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			if (value == 6 || value == 7)
				xb_expect_event(&x, 0x200 + value);
			xb_expect_silence(&x);
		}
		/* Who waits longer is told first. */
		value = 20;
		for (uint64_t id = 1; id <= 5; id++) {
			xb_wait_cpu(&x, 0, id, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
		}
		xb_signal_cpu(&x, 0, 1, &f.handle, &value);
		xb_send_async(&x);
		for (uint64_t id = 1; id <= 5; id++)
			xb_expect_event(&x, id);
		xb_expect_silence(&x);
	});
	xb_fini(&x);
}

static void test_wait_any_all(void **state)
{
	uint32_t object[4];
	uint64_t value[4];
	struct xb_fence f[3];
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		for (int i = 0; i < 3; i++) {
			f[i] = xb_create_fence(&x, 0, 0);
			object[i] = f[i].handle;
			value[i] = 10 + i;
		}
		/* An odd count: the values are not aligned. One of them twice, with two values. */
		object[3] = object[0];
		value[3] = 9;
		xb_wait_cpu(&x, 0, 0xa11, 3, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_wait_cpu(&x, 0, 0xa14, 4, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_wait_cpu(&x, 1, 0xa22, 3, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_silence(&x);
		xb_signal_cpu(&x, 0, 1, &object[1], &value[1]);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xa22);
		xb_expect_silence(&x);
		/* Once reached counts for "all", even when it is lowered again. */
		value[1] = 0;
		xb_signal_cpu(&x, 4, 1, &object[1], &value[1]);
		assert_int_equal(xb_send(&x), 0);
		xb_signal_cpu(&x, 0, 1, &object[2], &value[2]);
		assert_int_equal(xb_send(&x), 0);
		xb_signal_cpu(&x, 0, 1, &object[0], &value[3]);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_silence(&x);
		xb_signal_cpu(&x, 0, 1, &object[0], &value[0]);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xa11);
		xb_expect_event(&x, 0xa14);
		xb_expect_silence(&x);
		/* Any, and one is there already. */
		value[1] = 5;
		xb_wait_cpu(&x, 1, 0xa23, 3, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xa23);
		xb_expect_silence(&x);
	});
	xb_fini(&x);
}

static void test_wait_ends_with_object(void **state)
{
	uint64_t value[2] = { 5, 5 };
	struct xb_fence f[2];
	uint32_t object[2];
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		f[0] = xb_create_fence(&x, 0, 0);
		f[1] = xb_create_fence(&x, 0, 0);
		object[0] = f[0].handle;
		object[1] = f[1].handle;
		xb_wait_cpu(&x, 0, 0x51, 2, object, value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_destroy_sync(&x, object[1]), 0);
		xb_expect_event(&x, 0x51);
		xb_expect_silence(&x);
		/* A device takes its waits with it, and says nothing. */
		xb_wait_cpu(&x, 0, 0x52, 1, object, value);
		assert_int_equal(xb_send(&x), 0);
		put32(xb_begin(&x, 1, 32), x.device);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_silence(&x);
	});
	xb_fini(&x);
}

static void test_wait_refusals(void **state)
{
	struct xb_fence f, sem, deaf;
	uint64_t value[2] = { 1, 1 };
	uint32_t object[2];
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	f = xb_create_fence(&x, 0, 0);
	sem = xb_create_sync(&x, 2, 0, 4, 0);
	deaf = xb_create_fence(&x, 0x20, 0);
	VIOLATIONS(0, {
		object[0] = f.handle;
		object[1] = f.handle + 64 * 500;
		xb_wait_cpu(&x, 0, 9, 2, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		object[1] = sem.handle;
		xb_wait_cpu(&x, 0, 9, 2, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		object[1] = deaf.handle;
		xb_wait_cpu(&x, 0, 9, 2, object, value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		xb_wait_cpu(&x, 2, 9, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	VIOLATIONS(7, {
		xb_wait_cpu(&x, 0, 0, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_wait_cpu(&x, 0, 0xffffffff81000000, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_wait_cpu(&x, 0, 9, 0, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		/* A count that its length does not have. */
		xb_wait_cpu(&x, 0, 9, 2, object, value);
		p = xb_begin(&x, 22, 56 + 12);
		put32(p, x.device);
		put32(p + 4, 2);
		put64(p + 16, 9);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 22, 56 + 12);
		put32(p, x.device);
		put32(p + 4, 0x20000001);
		put64(p + 16, 9);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 22, 56 + 12);
		put32(p, 0x40);
		put32(p + 4, 1);
		put64(p + 16, 9);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		p = xb_begin(&x, 22, 56 + 12);
		put32(p, x.device);
		put32(p + 4, 1);
		put64(p + 16, 9);
		p[24] = 1;
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	/* What was refused has left nothing that could end. */
	value[0] = 1;
	xb_signal_cpu(&x, 0, 1, object, value);
	assert_int_equal(xb_send(&x), 0);
	xb_expect_silence(&x);
	xb_fini(&x);
}

/* An event that is still to come has a line in the ledger; both kinds of events. */
static void test_event_kinds(void **state)
{
	static const char *const passive[] = { "stepped=on", "passive-events=on", NULL };
	GString *out = g_string_new(NULL);
	struct xb_fence f, notification;
	uint64_t value = 5, id = 0;
	struct control *c;
	struct xb x;

	(void)state;
	xb_init(&x, passive);
	c = control_new(&x.b.guest.host);
	host_enter(&x.b.guest.host);
	gpupv_control(x.b.g, c);
	host_leave(&x.b.guest.host);
	f = xb_create_fence(&x, 0, 0);
	notification = xb_create_sync(&x, 4, 0, 0xca11, 0);
	assert_int_not_equal(notification.handle, 0);
	xb_wait_cpu(&x, 1, 0x1edce7, 1, &f.handle, &value);
	assert_int_equal(xb_send(&x), 0);
	control_line(c, "gpupv objects", out);
	assert_non_null(strstr(out->str, "event 0x1edce7 of process "));
	assert_non_null(strstr(out->str, ", waits for any of 1 objects, 1 missing\n"));
	assert_non_null(strstr(out->str, ", event 0xca11\n"));
	xb_signal_cpu(&x, 0, 1, &f.handle, &value);
	xb_send_async(&x);
	assert_int_equal(xb_event(&x, &id), 3);
	assert_int_equal(id, 0x1edce7);
	g_string_truncate(out, 0);
	control_line(c, "gpupv objects", out);
	assert_null(strstr(out->str, "event 0x1edce7"));
	g_string_free(out, TRUE);
	control_free(c);
	xb_fini(&x);
}

/* ---- CPU signals ---- */

static void test_signal_refusals(void **state)
{
	struct xb_fence f, sem, mute, periodic;
	uint64_t value[2] = { 7, 7 };
	uint32_t object[2];
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	f = xb_create_fence(&x, 0, 0);
	sem = xb_create_sync(&x, 2, 0, 4, 0);
	mute = xb_create_fence(&x, 0x10, 0);
	periodic = xb_create_sync(&x, 6, 0, 0, 0);
	VIOLATIONS(0, {
		object[0] = f.handle;
		object[1] = 0x40000fc0;
		xb_signal_cpu(&x, 0, 2, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		object[1] = sem.handle;
		xb_signal_cpu(&x, 0, 2, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		object[1] = mute.handle;
		xb_signal_cpu(&x, 0, 2, object, value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		object[1] = periodic.handle;
		xb_signal_cpu(&x, 0, 2, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		/* All or nothing. */
		assert_int_equal(xb_fence_page(&x, &f), 0);
		xb_signal_cpu(&x, 0, 0, NULL, NULL);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_signal_cpu(&x, 8, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_signal_cpu(&x, 2, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	VIOLATIONS(4, {
		p = xb_begin(&x, 26, 56 + 12);
		put32(p, 1);
		put32(p + 24, x.device);
		put32(p + 12, 1);
		put32(p + 32, f.handle);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 26, 56 + 12);
		put32(p, 1);
		put32(p + 24, x.device + 64);
		put32(p + 32, f.handle);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		p = xb_begin(&x, 26, 56 + 12);
		put32(p, 1);
		put32(p + 24, x.device);
		put32(p + 28, 1);
		put32(p + 32, f.handle);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 26, 56 + 12);
		put32(p, 0x40000000);
		put32(p + 24, x.device);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	/* Without values: the one value is for all. */
	p = xb_begin(&x, 26, 56 + 4);
	put32(p, 1);
	put64(p + 16, 99);
	put32(p + 24, x.device);
	put32(p + 32, f.handle);
	VIOLATIONS(0, assert_int_equal(xb_send(&x), 0));
	assert_int_equal(xb_fence_page(&x, &f), 99);
	/* An asynchronous one that names nothing fails the device. */
	object[0] = 0x40000fc0;
	xb_signal_cpu(&x, 0, 1, object, value);
	VIOLATIONS(0, xb_send_async(&x));
	xb_expect_state_change(&x, 0x77);
	assert_int_equal(xb_device_state(&x, x.device), 2);
	object[0] = f.handle;
	xb_signal_cpu(&x, 0, 1, object, value);
	VIOLATIONS(0, assert_int_equal(xb_send(&x), BED_REMOVED));
	xb_fini(&x);
}

/* ---- the other kinds ---- */

static void test_periodic(void **state)
{
	struct xb_fence f;
	uint64_t value = 3;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		/* Every 50000 units of 100 ns. */
		f = xb_create_sync(&x, 6, 0, 0, 50000);
		assert_int_not_equal(f.handle, 0);
		assert_int_equal(f.gpa >= BED_IO_START, 1);
		xb_wait_cpu(&x, 0, 0x9e, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		for (int i = 0; i < 5; i++) {
			assert_int_equal(xb_fence_page(&x, &f), i);
			if (i == 3)
				xb_expect_event(&x, 0x9e);
			xb_expect_silence(&x);
			fake_guest_advance(&x.b.guest, 5000000);
		}
		assert_int_equal(xb_destroy_sync(&x, f.handle), 0);
		/* Short ones do not load the host. */
		f = xb_create_sync(&x, 6, 0, 0, 1);
		fake_guest_advance(&x.b.guest, 10000000);
		assert_true(xb_fence_page(&x, &f) <= 10);
		f = xb_create_sync(&x, 6, 0, 0, UINT64_MAX);
		assert_int_equal(f.handle, 0);
	});
	xb_fini(&x);
}

static void test_notification(void **state)
{
	struct xb_fence f;
	uint32_t context;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		f = xb_create_sync(&x, 4, 0, 0xbe11, 0);
		assert_int_equal(f.gpa, 0);
		context = xb_create_context(&x, x.device, 0, 0);
		for (int i = 0; i < 3; i++) {
			xb_signal_gpu(&x, 0, 1, &context, 1, &f.handle, NULL);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_event(&x, 0xbe11);
			xb_expect_silence(&x);
		}
		xb_wait_gpu(&x, context, 1, &f.handle, (const uint64_t[]){ 0 });
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	xb_fini(&x);
}

/* ---- shared ones ---- */

static uint32_t open_sync(struct xb *x, uint32_t device, uint32_t global, uint32_t affinity,
			  uint32_t flags)
{
	uint8_t *p = xb_begin_global(x, 1002, 40);

	put32(p, device);
	put32(p + 4, global);
	put32(p + 8, affinity);
	put32(p + 12, flags);
	return xb_send(x);
}

static void test_open(void **state)
{
	uint32_t second, process, device, first_process, first_device;
	static uint8_t m[1024];
	uint64_t value = 12;
	struct xb_fence f;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	f = xb_create_fence(&x, 3, 10);
	assert_int_not_equal(f.global, 0);
	first_process = x.b.process;
	first_device = x.device;
	process = bed_call(&x.b, BED_GLOBAL, m, make_createprocess(&x.b, m, 8, "second"));
	x.b.process = process;
	device = xb_create_device(&x, 0x88);
	VIOLATIONS(0, {
		second = open_sync(&x, device, f.global, 0, 3);
		assert_int_equal(x.b.len, 24);
		assert_int_equal(bed_word(&x.b, 4), 0);
		assert_int_not_equal(second, 0);
		assert_int_not_equal(bed_quad(&x.b, 8), 0);
		assert_int_equal(bed_quad(&x.b, 16), f.gpa);
		/* The second waits, the first signals. */
		x.device = device;
		xb_wait_cpu(&x, 0, 0x5a, 1, &second, &value);
		assert_int_equal(xb_send(&x), 0);
		x.b.process = first_process;
		x.device = first_device;
		xb_signal_cpu(&x, 0, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0x5a);
		/* It outlives who made it. */
		assert_int_equal(xb_destroy_sync(&x, f.handle), 0);
		assert_int_equal(xb_fence_page(&x, &f), 12);
		x.b.process = process;
		x.device = device;
		value = 13;
		xb_signal_cpu(&x, 0, 1, &second, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 13);
		/* Openers may be forbidden to signal or to wait. */
		second = open_sync(&x, device, f.global, 1, 3 | 0x10);
		value = 14;
		xb_signal_cpu(&x, 0, 1, &second, &value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		second = open_sync(&x, device, f.global, 1, 3 | 0x20);
		xb_wait_cpu(&x, 0, 1, 1, &second, &value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		/* Refused, and told where the status is. */
		assert_int_equal(open_sync(&x, device, f.global, 0, 2), 0);
		assert_int_equal(bed_word(&x.b, 4), BED_INVALID_PARAMETER);
		assert_int_equal(open_sync(&x, device, f.global, 2, 3), 0);
		assert_int_equal(bed_word(&x.b, 4), BED_INVALID_PARAMETER);
		assert_int_equal(open_sync(&x, device, f.global, 0, 0x103), 0);
		assert_int_equal(bed_word(&x.b, 4), BED_INVALID_PARAMETER);
	});
	VIOLATIONS(2, {
		open_sync(&x, device, f.global + 64, 0, 3);
		assert_int_equal(bed_word(&x.b, 4), BED_INVALID_HANDLE);
		open_sync(&x, device + 640, f.global, 0, 3);
		assert_int_equal(bed_word(&x.b, 4), BED_INVALID_HANDLE);
	});
	xb_fini(&x);
}

/* Global commands that name what went with its GPU are late, not wrong; others stay wrong. */
static void test_taken(void **state)
{
	struct xb_fence f, g, ended;
	uint32_t i, nt, process;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	f = xb_create_fence(&x, 3, 10);
	g = xb_create_fence(&x, 3, 11);
	ended = xb_create_fence(&x, 0, 12);
	assert_int_equal(xb_destroy_sync(&x, ended.handle), 0);
	put32(xb_begin_global(&x, 1004, 32), g.handle);
	VIOLATIONS(0, nt = xb_send(&x));
	assert_int_not_equal(nt, 0);
	host_enter(&x.b.guest.host);
	assert_null(gpupv_gpu_remove(x.b.g, "gpu0", true));
	host_leave(&x.b.guest.host);
	fake_channel_forget(&x.b.chan[1]);
	x.b.open[1] = false;
	VIOLATIONS(0, {
		for (i = 0; i < 2; i++)
			assert_int_equal(xb_destroy_sync(&x, f.handle), BED_REMOVED);
		open_sync(&x, x.device, g.global, 0, 3);
		assert_int_equal(bed_word(&x.b, 4), BED_REMOVED);
		put32(xb_begin_global(&x, 1004, 32), f.handle);
		assert_int_equal(xb_send(&x), 0);
		/* The NT handle is the machine's. */
		process = x.b.process;
		x.b.process = 0;
		put32(xb_begin_global(&x, 1005, 32), nt);
		assert_int_equal(xb_send(&x), 0);
		x.b.process = process;
	});
	VIOLATIONS(3, {
		assert_int_equal(xb_destroy_sync(&x, ended.handle), BED_INVALID_HANDLE);
		assert_int_equal(xb_destroy_sync(&x, f.handle + 640), BED_INVALID_HANDLE);
		assert_int_equal(xb_destroy_sync(&x, f.handle ^ 0xc0000000), BED_INVALID_HANDLE);
	});
	assert_int_equal(bed_left(&x.b), 0);
	xb_fini(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fence),
		cmocka_unit_test(test_fence_page_written),
		cmocka_unit_test(test_many_fences),
		cmocka_unit_test(test_create_refusals),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_wait_any_all),
		cmocka_unit_test(test_wait_ends_with_object),
		cmocka_unit_test(test_wait_refusals),
		cmocka_unit_test(test_event_kinds),
		cmocka_unit_test(test_signal_refusals),
		cmocka_unit_test(test_periodic),
		cmocka_unit_test(test_notification),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_taken),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
