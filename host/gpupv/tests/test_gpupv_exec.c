// SPDX-License-Identifier: MIT
/*
 * Contexts, hardware queues and what they carry out, in order: jobs, waits,
 * signals, events. Faults, timeouts, device states. GPUs are stepped here, so
 * that every order is the test's.
 */
#include "bed_exec.h"

#define DATA	(XB_VA + 8 * FAKE_PAGE)

static const char *const stepped[] = { "stepped=on", NULL };
static const char *const no_hwsch[] = { "stepped=on", "gpu0.hwsch=off", NULL };

static uint64_t data_word(const struct xb *x, unsigned int index)
{
	uint64_t v;

	memcpy(&v, x->memory + 8 * FAKE_PAGE + 8 * index, sizeof(v));
	return v;
}

/* A job that writes @value into word @index of the data. */
static void submit_store(struct xb *x, uint32_t context, unsigned int index, uint64_t value)
{
	softgpu_fence_write(&x->cmd, DATA + 8 * index, value);
	xb_submit_commands(x, context);
	assert_int_equal(xb_send(x), 0);
}

/* ---- contexts ---- */

static void test_context(void **state)
{
	uint32_t context, other;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		context = xb_create_context(&x, x.device, 0, 0);
		other = xb_create_context(&x, x.device, 1, 0x1f);
		assert_int_not_equal(context, 0);
		assert_int_not_equal(other, 0);
		assert_int_not_equal(context, other);
		/* The answer is the request, private data and all. */
		p = xb_begin(&x, 6, 55 + 10);
		put32(p + 4, x.device);
		put32(p + 12, 1);
		put32(p + 20, 9);
		put32(p + 24, 10);
		memcpy(p + 28, "privateXYZ", 10);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(x.b.len, 72);
		assert_int_equal(bed_word(&x.b, 16), 6);
		assert_int_equal(bed_word(&x.b, 8), x.b.process);
		assert_int_not_equal(bed_word(&x.b, 24), 0);
		assert_int_equal(bed_word(&x.b, 28), x.device);
		assert_int_equal(bed_word(&x.b, 44), 9);
		assert_memory_equal(x.b.rx + 52, "privateXYZ", 10);
		put32(xb_begin(&x, 7, 32), other);
		assert_int_equal(xb_send(&x), 0);
	});
	VIOLATIONS(1, {
		put32(xb_begin(&x, 7, 32), other);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
	});
	VIOLATIONS(1, {
		p = xb_begin(&x, 7, 32);
		put32(p, context);
		put32(p + 4, 1);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	xb_fini(&x);
}

static void test_context_refusals(void **state)
{
	static const struct {
		uint32_t offset, value, violations;
	} cases[] = {
		{ 8, 2, 0 },			/* node */
		{ 12, 2, 0 },			/* a second physical adapter */
		{ 16, 0x20, 0 },		/* flags that are reserved */
		{ 16, 0x10, 0 },		/* hardware queues, which are off */
		{ 0, 1, 1 },			/* the answer's handle */
		{ 4, 0x40, 1 },			/* no such device */
		{ 24, 3, 1 },			/* more data than there is */
		{ 24, 131072, 1 },
		{ 28, 1, 1 },			/* data that was not announced */
	};
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, no_hwsch);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		p = xb_begin(&x, 6, 55);
		put32(p + 4, x.device);
		put32(p + cases[i].offset, cases[i].value);
		VIOLATIONS(cases[i].violations, xb_send(&x));
		assert_int_equal(bed_word(&x.b, 24), 0);
	}
	/* A refusal is as long as the answer would be. */
	p = xb_begin(&x, 6, 55 + 100);
	put32(p + 4, x.device);
	put32(p + 8, 77);
	put32(p + 24, 100);
	VIOLATIONS(0, xb_send(&x));
	assert_int_equal(x.b.len, 160);
	assert_int_equal(bed_word(&x.b, 24), 0);
	xb_fini(&x);
}

static uint32_t set_priority(struct xb *x, uint32_t context, uint32_t priority, uint8_t in_process)
{
	uint8_t *p = xb_begin(x, 33, 40);

	put32(p, context);
	put32(p + 4, priority);
	p[8] = in_process;
	return xb_send(x);
}

static uint32_t get_priority(struct xb *x, uint32_t context, uint8_t in_process)
{
	uint8_t *p = xb_begin(x, 61, 32);

	put32(p, context);
	p[4] = in_process;
	return xb_send(x);
}

static void test_priority(void **state)
{
	uint32_t low, high;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		low = xb_create_context(&x, x.device, 0, 0);
		high = xb_create_context(&x, x.device, 0, 0);
		assert_int_equal(set_priority(&x, low, (uint32_t)-7, 0), 0);
		assert_int_equal(set_priority(&x, low, 7, 1), 0);
		assert_int_equal(get_priority(&x, low, 0), 0);
		assert_int_equal(bed_word(&x.b, 4), (uint32_t)-7);
		assert_int_equal(get_priority(&x, low, 1), 0);
		assert_int_equal(bed_word(&x.b, 4), 7);
		assert_int_equal(get_priority(&x, high, 0), 0);
		assert_int_equal(bed_word(&x.b, 4), 0);
		assert_int_equal(set_priority(&x, low, 8, 0), BED_INVALID_PARAMETER);
		assert_int_equal(set_priority(&x, low, (uint32_t)-8, 0), BED_INVALID_PARAMETER);
		/* The higher one goes first, though it came later. */
		submit_store(&x, low, 0, 1);
		submit_store(&x, high, 0, 2);
		submit_store(&x, high, 1, 2);
		xb_run(&x);
		assert_int_equal(data_word(&x, 0), 1);
		assert_int_equal(data_word(&x, 1), 2);
	});
	VIOLATIONS(6, {
		assert_int_equal(set_priority(&x, 0x1234, 1, 0), BED_INVALID_HANDLE);
		assert_int_equal(get_priority(&x, 0x1234, 0), BED_INVALID_HANDLE);
		assert_int_equal(set_priority(&x, low, 1, 2), BED_INVALID_PARAMETER);
		assert_int_equal(get_priority(&x, low, 2), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 33, 40);
		put32(p, low);
		p[12] = 1;
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 61, 32);
		put32(p, low);
		p[7] = 1;
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	xb_fini(&x);
}

/* ---- submissions ---- */

static void test_submit(void **state)
{
	uint32_t context, nothing;
	struct xb_fence f;
	uint64_t value = 1;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		context = xb_create_context(&x, x.device, 0, 0);
		f = xb_create_fence(&x, 0, 0);
		submit_store(&x, context, 0, 0x1111);
		xb_signal_gpu(&x, 0, 1, &context, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		xb_cpu_event(&x, context, 0xe1);
		assert_int_equal(xb_send(&x), 0);
		softgpu_fence_write(&x.cmd, DATA + 8, 0x2222);
		xb_submit_commands(&x, context);
		xb_send_async(&x);
		xb_cpu_event(&x, context, 0xe2);
		xb_send_async(&x);
		/* Nothing has been carried out: nothing is told. */
		xb_expect_silence(&x);
		assert_int_equal(xb_fence_page(&x, &f), 0);
		assert_true(gpupv_step(x.b.g, 0, 0));
		assert_int_equal(data_word(&x, 0), 0x1111);
		assert_int_equal(data_word(&x, 1), 0);
		assert_int_equal(xb_fence_page(&x, &f), 1);
		xb_expect_event(&x, 0xe1);
		xb_expect_silence(&x);
		xb_run(&x);
		assert_int_equal(data_word(&x, 1), 0x2222);
		xb_expect_event(&x, 0xe2);
		xb_expect_silence(&x);
		/* A null rendering, by the submission and by the context; no commands at all. */
		nothing = xb_create_context(&x, x.device, 0, 1);
		softgpu_hang(&x.cmd, 0);
		xb_submit_commands(&x, nothing);
		assert_int_equal(xb_send(&x), 0);
		xb_cpu_event(&x, nothing, 0xe3);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xe3);
		p = xb_begin(&x, 20, 408);
		put64(p, 8);
		put32(p + 8, 8);
		put32(p + 12, 1);
		put32(p + 24, 1);
		put32(p + 28, context);
		assert_int_equal(xb_send(&x), 0);
		xb_submit(&x, context, 0, 0);
		assert_int_equal(xb_send(&x), 0);
		xb_cpu_event(&x, context, 0xe4);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xe4);
		assert_int_equal(xb_run(&x), 0);
	});
	xb_fini(&x);
}

/* History buffers, primaries, private data, several contexts. */
static void test_submit_tails(void **state)
{
	uint32_t context[3];
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		for (int i = 0; i < 3; i++)
			context[i] = xb_create_context(&x, x.device, i % 2, 0);
		softgpu_fence_write(&x.cmd, DATA, 77);
		p = xb_begin(&x, 20, 408 + 4 * 3 + 5);
		put64(p, XB_VA);
		put32(p + 8, x.cmd.used);
		put32(p + 24, 3);
		for (int i = 0; i < 3; i++)
			put32(p + 28 + 4 * i, context[i]);
		put64(p + 288, 0x7ffc00001000);
		put32(p + 296, 5);
		put32(p + 300, 16);
		put32(p + 304, 0x40000040);
		put32(p + 368, 3);
		put64(p + 376, 0x7ffc00002000);
		memcpy(p + 384, "hhhhhhhhhhhhprivt", 17);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_run(&x), 3);
		assert_int_equal(data_word(&x, 0), 77);
		for (int i = 0; i < 3; i++) {
			xb_cpu_event(&x, context[i], 0x60 + i);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_event(&x, 0x60 + i);
		}
	});
	xb_fini(&x);
}

static void test_submit_refusals(void **state)
{
	static const struct {
		uint32_t offset, value, status, violations;
	} cases[] = {
		{ 12, 4, BED_INVALID_PARAMETER, 0 },		/* flags */
		{ 300, 17, BED_INVALID_PARAMETER, 0 },		/* primaries */
		{ 24, 2, BED_INVALID_HANDLE, 0 },		/* a second context: none */
		{ 24, 0, BED_INVALID_PARAMETER, 1 },
		{ 24, 65, BED_INVALID_PARAMETER, 1 },
		{ 28, 0x99, BED_INVALID_HANDLE, 1 },
		{ 368, 1, BED_INVALID_PARAMETER, 1 },		/* history that is not there */
		{ 368, 1025, BED_INVALID_PARAMETER, 1 },
		{ 296, 9, BED_INVALID_PARAMETER, 1 },		/* private data that is not there */
		{ 296, 0xffffffff, BED_INVALID_PARAMETER, 1 },
		{ 292, 0xffff8881, BED_INVALID_PARAMETER, 1 },	/* pointers of the kernel */
		{ 380, 0xffffffff, BED_INVALID_PARAMETER, 1 },
	};
	uint32_t context, device, other, special[2];
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	context = xb_create_context(&x, x.device, 0, 0);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		xb_submit(&x, context, XB_VA, 8);
		p = xb_begin(&x, 20, 408);
		put64(p, XB_VA);
		put32(p + 8, 8);
		put32(p + 24, 1);
		put32(p + 28, context);
		put32(p + cases[i].offset, cases[i].value);
		VIOLATIONS(cases[i].violations,
			   assert_int_equal(xb_send(&x), cases[i].status));
	}
	VIOLATIONS(0, {
		/* Contexts that take none, of another device, for queues only. */
		special[0] = xb_create_context(&x, x.device, 0, 8);
		special[1] = xb_create_context(&x, x.device, 0, 0x10);
		for (int i = 0; i < 2; i++) {
			xb_submit(&x, special[i], XB_VA, 8);
			assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		}
		device = xb_create_device(&x, 0x99);
		other = xb_create_context(&x, device, 0, 0);
		p = xb_begin(&x, 20, 408);
		put32(p + 24, 2);
		put32(p + 28, context);
		put32(p + 32, other);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		assert_int_equal(xb_run(&x), 0);
		/* Asynchronously, the device fails of it, and only that one. */
		xb_submit(&x, special[0], XB_VA, 8);
		xb_send_async(&x);
		xb_expect_state_change(&x, 0x77);
		assert_int_equal(xb_device_state(&x, x.device), 2);
		assert_int_equal(xb_device_state(&x, device), 1);
		xb_submit(&x, context, XB_VA, 8);
		assert_int_equal(xb_send(&x), BED_REMOVED);
		xb_wait_gpu(&x, context, 1, &context, (const uint64_t[]){ 1 });
		assert_int_equal(xb_send(&x), BED_REMOVED);
		xb_cpu_event(&x, context, 1);
		assert_int_equal(xb_send(&x), BED_REMOVED);
		assert_int_equal(xb_create_context(&x, x.device, 0, 0), 0);
		xb_expect_silence(&x);
	});
	xb_fini(&x);
}

/* ---- waits and signals in queues ---- */

/* B waits for A on another node; wait before signal. */
static void test_gpu_wait(void **state)
{
	uint64_t value[2] = { 5, 7 };
	struct xb_fence f[2];
	uint32_t object[2], a, b;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		a = xb_create_context(&x, x.device, 0, 0);
		b = xb_create_context(&x, x.device, 1, 0);
		for (int i = 0; i < 2; i++) {
			f[i] = xb_create_fence(&x, 0, 0);
			object[i] = f[i].handle;
		}
		xb_wait_gpu(&x, b, 2, object, value);
		xb_send_async(&x);
		submit_store(&x, b, 1, 2);
		xb_cpu_event(&x, b, 0xb);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_run(&x), 0);
		submit_store(&x, a, 0, 1);
		xb_signal_gpu(&x, 0, 1, &a, 2, object, value);
		assert_int_equal(xb_send(&x), 0);
		assert_false(gpupv_step(x.b.g, 0, 1));
		xb_run(&x);
		assert_int_equal(data_word(&x, 0), 1);
		assert_int_equal(data_word(&x, 1), 2);
		xb_expect_event(&x, 0xb);
		/* All of them must be there, in whatever order. */
		for (int i = 0; i < 2; i++)
			value[i] += 100;
		for (int i = 0; i < 2; i++) {
			xb_wait_gpu(&x, b, 2, object, value);
			assert_int_equal(xb_send(&x), 0);
			xb_cpu_event(&x, b, 0xb0 + i);
			assert_int_equal(xb_send(&x), 0);
			xb_signal_cpu(&x, 0, 1, &object[i], &value[i]);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_silence(&x);
			xb_signal_cpu(&x, 0, 1, &object[!i], &value[!i]);
			assert_int_equal(xb_send(&x), 0);
			xb_expect_event(&x, 0xb0 + i);
			for (int k = 0; k < 2; k++)
				value[k]++;
		}
		/* The CPU lets one go. */
		value[0] = 1006;
		xb_wait_gpu(&x, b, 1, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_cpu_event(&x, b, 0xc);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_silence(&x);
		xb_signal_cpu(&x, 0, 1, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_event(&x, 0xc);
		/* A fence that is destroyed while it is queued does its work to the end. */
		value[0] = 1009;
		xb_wait_gpu(&x, b, 1, object, value);
		assert_int_equal(xb_send(&x), 0);
		xb_cpu_event(&x, b, 0xd);
		assert_int_equal(xb_send(&x), 0);
		submit_store(&x, a, 0, 3);
		xb_signal_gpu(&x, 0, 1, &a, 1, object, value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_destroy_sync(&x, object[0]), 0);
		xb_expect_silence(&x);
		xb_run(&x);
		xb_expect_event(&x, 0xd);
	});
	xb_fini(&x);
}

/* A signal of several queues is one signal, when the last of them gets there. */
static void test_broadcast_signal(void **state)
{
	uint32_t context[2], hold, n[2] = { 0, 1 };
	uint64_t value = 3, one = 1;
	struct xb_fence f, gate;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		for (int i = 0; i < 2; i++)
			context[i] = xb_create_context(&x, x.device, n[i], 0);
		f = xb_create_fence(&x, 0, 0);
		gate = xb_create_fence(&x, 0, 0);
		xb_wait_gpu(&x, context[1], 1, &gate.handle, &one);
		assert_int_equal(xb_send(&x), 0);
		xb_signal_gpu(&x, 0, 2, context, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 0);
		xb_signal_cpu(&x, 0, 1, &gate.handle, &one);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 3);
		/* At submission: at once, whatever is queued. */
		hold = context[0];
		softgpu_hang(&x.cmd, 0);
		xb_submit_commands(&x, hold);
		assert_int_equal(xb_send(&x), 0);
		value = 8;
		xb_signal_gpu(&x, 1, 1, &hold, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 8);
		/* One of them goes before it gets there: it is never signalled. */
		value = 9;
		xb_signal_gpu(&x, 0, 2, context, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		put32(xb_begin(&x, 7, 32), hold);
		assert_int_equal(xb_send(&x), 0);
		xb_run(&x);
		assert_int_equal(xb_fence_page(&x, &f), 8);
		/* Lower values: kept, or taken when it is said. */
		value = 2;
		xb_signal_gpu(&x, 0, 1, &context[1], 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 8);
		xb_signal_gpu(&x, 4, 1, &context[1], 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &f), 2);
	});
	xb_fini(&x);
}

static void wait_legacy(struct xb *x, uint32_t context, uint32_t object, uint64_t value)
{
	uint8_t *p = xb_begin(x, 25, 52);

	put32(p, context);
	put32(p + 4, 1);
	p[8] = 1;
	put64(p + 16, value);
	put32(p + 24, object);
	assert_int_equal(xb_send(x), 0);
}

static void signal_legacy(struct xb *x, uint32_t context, uint32_t object, uint64_t value)
{
	uint8_t *p = xb_begin(x, 26, 64);

	put32(p, 1);
	put32(p + 8, 1);
	put64(p + 16, value);
	put32(p + 32, object);
	put32(p + 36, context);
	assert_int_equal(xb_send(x), 0);
}

/* Ends at the event @id when the context gets there now. */
static bool gets_there(struct xb *x, uint32_t context, uint64_t id)
{
	uint64_t seen = 0;

	xb_cpu_event(x, context, id);
	assert_int_equal(xb_send(x), 0);
	if (xb_event(x, &seen))
		return false;
	assert_int_equal(seen, id);
	return true;
}

static void test_old_kinds(void **state)
{
	struct xb_fence mutex, sem, fence;
	uint32_t a, b;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		a = xb_create_context(&x, x.device, 0, 0);
		b = xb_create_context(&x, x.device, 1, 0);
		mutex = xb_create_sync(&x, 1, 0, 0, 0);
		wait_legacy(&x, a, mutex.handle, 0);
		assert_true(gets_there(&x, a, 1));
		wait_legacy(&x, b, mutex.handle, 0);
		assert_false(gets_there(&x, b, 2));
		signal_legacy(&x, a, mutex.handle, 0);
		xb_expect_event(&x, 2);
		/* Owned from the start. */
		mutex = xb_create_sync(&x, 1, 0, 1, 0);
		wait_legacy(&x, b, mutex.handle, 0);
		assert_false(gets_there(&x, b, 3));
		signal_legacy(&x, a, mutex.handle, 0);
		xb_expect_event(&x, 3);
		/* A semaphore of at most two, with one at the start. */
		sem = xb_create_sync(&x, 2, 0, 2 | 1ull << 32, 0);
		for (int i = 0; i < 3; i++)
			signal_legacy(&x, a, sem.handle, 0);
		wait_legacy(&x, b, sem.handle, 0);
		wait_legacy(&x, b, sem.handle, 0);
		assert_true(gets_there(&x, b, 4));
		wait_legacy(&x, b, sem.handle, 0);
		assert_false(gets_there(&x, b, 5));
		signal_legacy(&x, a, sem.handle, 0);
		xb_expect_event(&x, 5);
		/* A fence. */
		fence = xb_create_sync(&x, 3, 0, 10, 0);
		wait_legacy(&x, b, fence.handle, 10);
		assert_true(gets_there(&x, b, 6));
		wait_legacy(&x, b, fence.handle, 11);
		assert_false(gets_there(&x, b, 7));
		signal_legacy(&x, a, fence.handle, 11);
		xb_expect_event(&x, 7);
		xb_expect_silence(&x);
	});
	xb_fini(&x);
}

static void test_gpu_wait_refusals(void **state)
{
	struct xb_fence f, sem, deaf;
	uint32_t context, object[33];
	uint64_t value[33] = { 1 };
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	context = xb_create_context(&x, x.device, 0, 0);
	f = xb_create_fence(&x, 0, 0);
	sem = xb_create_sync(&x, 2, 0, 4, 0);
	deaf = xb_create_fence(&x, 0x20, 0);
	VIOLATIONS(0, {
		object[0] = 0x40001000;
		xb_wait_gpu(&x, context, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		object[0] = sem.handle;
		xb_wait_gpu(&x, context, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		object[0] = deaf.handle;
		xb_wait_gpu(&x, context, 1, object, value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		/* Monitored, said to be old. */
		object[0] = f.handle;
		xb_wait_gpu(&x, context, 1, object, value);
		p = xb_begin(&x, 25, 52);
		put32(p, context);
		put32(p + 4, 1);
		p[8] = 1;
		put32(p + 24, f.handle);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	VIOLATIONS(5, {
		xb_wait_gpu(&x, 0x77, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		xb_wait_gpu(&x, context, 33, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 25, 52);
		put32(p, context);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 25, 52);
		put32(p, context);
		put32(p + 4, 1);
		p[8] = 2;
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 25, 52);
		put32(p, context);
		put32(p + 4, 1);
		p[9] = 2;
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	xb_fini(&x);
}

static void test_gpu_signal_refusals(void **state)
{
	uint32_t context, object[33];
	uint64_t value[33] = { 1 };
	struct xb_fence f, mute;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	context = xb_create_context(&x, x.device, 0, 0);
	f = xb_create_fence(&x, 0, 0);
	mute = xb_create_fence(&x, 0x10, 0);
	VIOLATIONS(0, {
		object[0] = mute.handle;
		xb_signal_gpu(&x, 0, 1, &context, 1, object, value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		object[0] = f.handle;
		xb_signal_gpu(&x, 8, 1, &context, 1, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_signal_gpu(&x, 0, 1, &context, 0, NULL, NULL);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		for (int i = 0; i < 33; i++)
			object[i] = f.handle;
		xb_signal_gpu(&x, 0, 1, &context, 33, object, value);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		/* An event in place of objects, not with them. */
		xb_signal_gpu(&x, 2, 1, &context, 1, object, NULL);
		p = xb_begin(&x, 26, 64);
		put32(p, 1);
		put32(p + 4, 2);
		put32(p + 8, 1);
		put64(p + 24, 5);
		put32(p + 32, f.handle);
		put32(p + 36, context);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	VIOLATIONS(4, {
		xb_cpu_event(&x, 0x77, 5);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		xb_cpu_event(&x, context, 0);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		xb_cpu_event(&x, context, 0xffff800000000000);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		/* A device where there are contexts. */
		p = xb_begin(&x, 26, 56 + 16);
		put32(p, 1);
		put32(p + 8, 1);
		put32(p + 24, x.device);
		put32(p + 32, f.handle);
		put32(p + 36, context);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	assert_int_equal(xb_fence_page(&x, &f), 0);
	xb_fini(&x);
}

/* ---- hardware queues ---- */

struct hwqueue {
	uint32_t handle;
	struct xb_fence progress;
};

static struct hwqueue create_hwqueue(struct xb *x, uint32_t context)
{
	struct hwqueue q;

	put32(xb_begin(x, 50, 72) + 32, context);
	xb_send(x);
	assert_int_equal(x->b.len, 72);
	assert_int_equal(bed_word(&x->b, 24), 0);
	assert_int_equal(bed_word(&x->b, 56), context);
	q.handle = bed_word(&x->b, 28);
	q.progress.handle = bed_word(&x->b, 32);
	q.progress.gpa = bed_quad(&x->b, 40);
	q.progress.va = bed_quad(&x->b, 48);
	return q;
}

/* What x->cmd holds. */
static void submit_hwqueue(struct xb *x, uint32_t queue, uint64_t progress)
{
	uint8_t *p = xb_begin(x, 52, 80);

	put32(p, queue);
	put64(p + 8, progress);
	put64(p + 16, XB_VA + (x->cmd.start - x->memory));
	put32(p + 24, x->cmd.used);
	softgpu_buffer_init(&x->cmd, x->cmd.start + x->cmd.used, x->cmd.size - x->cmd.used);
}

static void test_hwqueue(void **state)
{
	struct hwqueue q[2];
	uint64_t value = 2;
	uint32_t context;
	struct xb_fence f;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		context = xb_create_context(&x, x.device, 0, 0x10);
		for (int i = 0; i < 2; i++) {
			q[i] = create_hwqueue(&x, context);
			assert_int_not_equal(q[i].handle, 0);
			assert_int_not_equal(q[i].progress.handle, 0);
			assert_int_equal(xb_fence_page(&x, &q[i].progress), 0);
		}
		/* An armed wait on the progress fence, as a driver keeps one. */
		xb_wait_cpu(&x, 0, 0x901, 1, &q[0].progress.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		softgpu_fence_write(&x.cmd, DATA, 1);
		submit_hwqueue(&x, q[0].handle, 1);
		xb_send_async(&x);
		softgpu_fence_write(&x.cmd, DATA, 2);
		submit_hwqueue(&x, q[0].handle, 2);
		assert_int_equal(xb_send(&x), 0);
		/* Queues wait for each other's progress, and signal fences. */
		xb_wait_gpu(&x, q[1].handle, 1, &q[0].progress.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		softgpu_fence_write(&x.cmd, DATA + 8, 3);
		submit_hwqueue(&x, q[1].handle, 77);
		assert_int_equal(xb_send(&x), 0);
		f = xb_create_fence(&x, 0, 0);
		xb_signal_gpu(&x, 0, 1, &q[1].handle, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		assert_true(gpupv_step(x.b.g, 0, 0));
		assert_int_equal(xb_fence_page(&x, &q[0].progress), 1);
		xb_expect_silence(&x);
		xb_run(&x);
		xb_expect_event(&x, 0x901);
		assert_int_equal(xb_fence_page(&x, &q[0].progress), 2);
		assert_int_equal(xb_fence_page(&x, &q[1].progress), 77);
		assert_int_equal(data_word(&x, 1), 3);
		assert_int_equal(xb_fence_page(&x, &f), 2);
		put32(xb_begin(&x, 51, 32), q[0].handle);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_silence(&x);
	});
	VIOLATIONS(1, {
		put32(xb_begin(&x, 51, 32), q[0].handle);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
	});
	/* The progress fence belongs to its queue. */
	VIOLATIONS(1, assert_int_equal(xb_destroy_sync(&x, q[1].progress.handle),
				       BED_INVALID_HANDLE));
	xb_fini(&x);
}

static void test_progress(void **state)
{
	uint32_t context;
	uint64_t value;
	struct hwqueue q;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		context = xb_create_context(&x, x.device, 0, 0x10);
		q = create_hwqueue(&x, context);
		submit_hwqueue(&x, q.handle, 2);
		assert_int_equal(xb_send(&x), 0);
		/* Never backwards. */
		submit_hwqueue(&x, q.handle, 1);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &q.progress), 2);
		/* Jobs may write it: the value follows, and whom it concerns. */
		value = 50;
		xb_wait_cpu(&x, 0, 0x902, 1, &q.progress.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		softgpu_fence_write(&x.cmd, q.progress.va, 60);
		softgpu_fence_write(&x.cmd, q.progress.va, 10);
		submit_hwqueue(&x, q.handle, 3);
		assert_int_equal(xb_send(&x), 0);
		xb_run(&x);
		xb_expect_event(&x, 0x902);
		/* But no CPU signals it by a message. */
		xb_signal_cpu(&x, 0, 1, &q.progress.handle, &value);
		assert_int_equal(xb_send(&x), XB_ACCESS_DENIED);
		/* With primaries and private data. */
		p = xb_begin(&x, 52, 80 + 8 + 3);
		put32(p, q.handle);
		put64(p + 8, 100);
		put32(p + 28, 3);
		put32(p + 40, 2);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(xb_fence_page(&x, &q.progress), 100);
	});
	xb_fini(&x);
}

static void test_hwqueue_refusals(void **state)
{
	static const struct {
		uint32_t offset, value, status, violations;
	} cases[] = {
		{ 36, 2, BED_INVALID_PARAMETER, 0 },	/* flags */
		{ 32, 0x99, BED_INVALID_HANDLE, 1 },	/* context */
		{ 4, 1, BED_INVALID_PARAMETER, 1 },	/* what the answer fills */
		{ 40, 9, BED_INVALID_PARAMETER, 1 },	/* data that is not there */
		{ 40, 131072, BED_INVALID_PARAMETER, 1 },
		{ 44, 1, BED_INVALID_PARAMETER, 1 },	/* data not announced */
	};
	uint32_t context, plain;
	struct hwqueue q;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	context = xb_create_context(&x, x.device, 0, 0x10);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		p = xb_begin(&x, 50, 72);
		put32(p + 32, context);
		put32(p + cases[i].offset, cases[i].value);
		VIOLATIONS(cases[i].violations, xb_send(&x));
		assert_int_equal(bed_word(&x.b, 24), cases[i].status);
	}
	VIOLATIONS(0, {
		/* Private data comes back. */
		p = xb_begin(&x, 50, 72 - 1 + 6);
		put32(p + 32, context);
		put32(p + 40, 6);
		memcpy(p + 44, "hwdata", 6);
		xb_send(&x);
		assert_int_equal(x.b.len, 80);
		assert_int_equal(bed_word(&x.b, 24), 0);
		assert_memory_equal(x.b.rx + 68, "hwdata", 6);
		plain = xb_create_context(&x, x.device, 0, 0);
		put32(xb_begin(&x, 50, 72) + 32, plain);
		xb_send(&x);
		assert_int_equal(bed_word(&x.b, 24), BED_INVALID_PARAMETER);
		q = create_hwqueue(&x, context);
	});
	VIOLATIONS(4, {
		p = xb_begin(&x, 52, 80);
		put32(p, 0x77);
		assert_int_equal(xb_send(&x), BED_INVALID_HANDLE);
		p = xb_begin(&x, 52, 80);
		put32(p, q.handle);
		put32(p + 40, 1);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 52, 80);
		put32(p, q.handle);
		put64(p + 32, 0xffff888000001000);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
		p = xb_begin(&x, 51, 32);
		put32(p, q.handle);
		put32(p + 4, 1);
		assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER);
	});
	xb_fini(&x);
}

/* ---- faults, timeouts, states ---- */

static void expect_fault(struct xb *x, uint32_t flags, uint32_t code, uint64_t va)
{
	uint8_t *p = xb_begin(x, 28, 80);

	put32(p, x->device);
	put32(p + 4, 5);
	xb_send(x);
	assert_int_equal(bed_word(&x->b, 56), 0);
	assert_int_equal(bed_word(&x->b, 24) & 0x37, flags);
	assert_int_equal(bed_word(&x->b, 28), code);
	assert_int_equal(bed_quad(&x->b, 32), va);
}

static void test_state(void **state)
{
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		assert_int_equal(xb_device_state(&x, x.device), 1);
		expect_fault(&x, 0, 0, 0);
		for (uint32_t type = 0; type < 8; type++) {
			p = xb_begin(&x, 28, 80);
			put32(p, x.device);
			put32(p + 4, type);
			xb_send(&x);
			assert_int_equal(x.b.len, 64);
			assert_int_equal(bed_word(&x.b, 56),
					 type == 0 || type == 7 ? BED_INVALID_PARAMETER :
					 type == 1 || type == 3 || type == 5 ? 0 :
					 BED_NOT_SUPPORTED);
		}
	});
	p = xb_begin(&x, 28, 80);
	put32(p, x.device + 64);
	put32(p + 4, 1);
	VIOLATIONS(1, xb_send(&x));
	assert_int_equal(bed_word(&x.b, 56), BED_INVALID_HANDLE);
	xb_fini(&x);
}

static void test_faults(void **state)
{
	static const struct {
		unsigned int what;
		uint32_t state, flags, code;
		uint64_t va;
	} cases[] = {
		{ 0, 7, 1, 0, 0xdead0000 },		/* a write into nothing */
		{ 1, 7, 0, 0, 0x7000 },			/* a buffer that is nowhere */
		{ 2, 6, 0, 2, XB_VA },			/* no command */
		{ 3, 6, 0, 2, 0x1234000 },		/* FAULT */
	};
	uint32_t context, other, device;
	struct xb x;

	(void)state;
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		xb_init(&x, stepped);
		device = xb_create_device(&x, 0x78);
		other = xb_create_context(&x, device, 0, 0);
		context = xb_create_context(&x, x.device, 0, 0);
		switch (cases[i].what) {
		case 0:
			softgpu_fill(&x.cmd, 0xdead0000, 8, 1);
			xb_submit_commands(&x, context);
			break;
		case 1:
			xb_submit(&x, context, 0x7000, 64);
			break;
		case 2:
			x.cmd.used = 8;
			xb_submit_commands(&x, context);
			break;
		case 3:
			softgpu_fault(&x.cmd, 0x1234000, false);
			xb_submit_commands(&x, context);
			break;
		}
		VIOLATIONS(0, {
			assert_int_equal(xb_send(&x), 0);
			xb_cpu_event(&x, context, 0xbad);
			assert_int_equal(xb_send(&x), 0);
			submit_store(&x, other, 0, 5);
			xb_run(&x);
			/* What was queued behind is gone, and the guest is told. */
			xb_expect_state_change(&x, 0x77);
			xb_expect_silence(&x);
			assert_int_equal(xb_device_state(&x, x.device), cases[i].state);
			expect_fault(&x, cases[i].flags, cases[i].code, cases[i].va);
			/* The other goes on. */
			assert_int_equal(xb_device_state(&x, device), 1);
			assert_int_equal(data_word(&x, 0), 5);
		});
		xb_fini(&x);
	}
}

/* A fence of a failed device takes its largest value, unless it says no. */
static void test_fences_of_failed(void **state)
{
	struct xb_fence f, stays, old;
	uint64_t value = 1000;
	uint32_t context;
	struct hwqueue q;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		context = xb_create_context(&x, x.device, 0, 0x10);
		q = create_hwqueue(&x, context);
		f = xb_create_fence(&x, 0, 1);
		stays = xb_create_fence(&x, 0x40, 1);
		old = xb_create_sync(&x, 3, 0, 1, 0);
		assert_int_not_equal(old.handle, 0);
		xb_wait_cpu(&x, 0, 0xf1, 1, &f.handle, &value);
		assert_int_equal(xb_send(&x), 0);
		softgpu_fault(&x.cmd, 0x5000, true);
		submit_hwqueue(&x, q.handle, 1);
		assert_int_equal(xb_send(&x), 0);
		submit_hwqueue(&x, q.handle, 2);
		assert_int_equal(xb_send(&x), 0);
		xb_run(&x);
		xb_expect_event(&x, 0xf1);
		xb_expect_state_change(&x, 0x77);
		xb_expect_silence(&x);
		assert_true(xb_fence_page(&x, &f) == UINT64_MAX);
		assert_true(xb_fence_page(&x, &q.progress) == UINT64_MAX);
		assert_int_equal(xb_fence_page(&x, &stays), 1);
	});
	xb_fini(&x);
}

static void test_timeout(void **state)
{
	static const char *const options[] = { "stepped=on", "tdr-ms=400", NULL };
	uint32_t context, other, device;
	struct xb x;

	(void)state;
	xb_init(&x, options);
	VIOLATIONS(0, {
		device = xb_create_device(&x, 0x78);
		other = xb_create_context(&x, device, 0, 0);
		/* No flag buys more time. */
		context = xb_create_context(&x, x.device, 0, 4);
		softgpu_hang(&x.cmd, 0);
		xb_submit_commands(&x, context);
		assert_int_equal(xb_send(&x), 0);
		submit_store(&x, other, 0, 6);
		xb_cpu_event(&x, other, 0x11);
		assert_int_equal(xb_send(&x), 0);
		xb_run(&x);
		fake_guest_advance(&x.b.guest, 399000000);
		xb_run(&x);
		xb_expect_silence(&x);
		assert_int_equal(xb_device_state(&x, x.device), 1);
		fake_guest_advance(&x.b.guest, 101000000);
		xb_expect_state_change(&x, 0x77);
		xb_expect_silence(&x);
		assert_int_equal(xb_device_state(&x, x.device), 3);
		expect_fault(&x, 0, 0, 0);
		xb_run(&x);
		xb_expect_event(&x, 0x11);
		assert_int_equal(data_word(&x, 0), 6);
		assert_int_equal(xb_device_state(&x, device), 1);
		/* A job that waits for a fence hangs nothing. */
		softgpu_fence_wait(&x.cmd, DATA + 64, 1);
		xb_submit_commands(&x, other);
		assert_int_equal(xb_send(&x), 0);
		xb_run(&x);
		fake_guest_advance(&x.b.guest, 2000000000);
		xb_expect_silence(&x);
		assert_int_equal(xb_device_state(&x, device), 1);
	});
	/* It still waits when everything ends. */
	xb_fini(&x);
}

static void test_clock(void **state)
{
	uint64_t before, after = 0;
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	for (int i = 0; i < 2; i++) {
		p = xb_begin(&x, 62, 64);
		put32(p, x.b.adapter);
		put32(p + 4, i);
		VIOLATIONS(0, assert_int_equal(xb_send(&x), 0));
		assert_int_equal(x.b.len, 32);
		assert_int_equal(bed_quad(&x.b, 4), 1000000000);
		before = after;
		after = bed_quad(&x.b, 12);
		assert_int_equal(bed_quad(&x.b, 20), after / 100);
		assert_int_equal(bed_word(&x.b, 28), 0);
		if (i)
			assert_int_equal(after - before, 5000);
		fake_guest_advance(&x.b.guest, 5000);
	}
	p = xb_begin(&x, 62, 64);
	put32(p, x.b.adapter);
	put32(p + 4, 2);
	VIOLATIONS(0, assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER));
	p = xb_begin(&x, 62, 64);
	put32(p, x.b.adapter);
	put32(p + 8, 1);
	VIOLATIONS(0, assert_int_equal(xb_send(&x), BED_INVALID_PARAMETER));
	p = xb_begin(&x, 62, 64);
	VIOLATIONS(1, assert_int_equal(xb_send(&x), BED_INVALID_HANDLE));
	xb_fini(&x);
}

/* ---- lives ---- */

/* Whatever ends first, with a job that runs, one that is queued, and waits. */
static void test_ends(void **state)
{
	uint64_t value = 1;
	uint32_t context, queues;
	struct hwqueue q;
	struct xb_fence f;
	struct xb x;

	(void)state;
	for (int what = 0; what < 6; what++) {
		xb_init(&x, stepped);
		VIOLATIONS(0, {
			context = xb_create_context(&x, x.device, 0, 0);
			queues = xb_create_context(&x, x.device, 1, 0x10);
			q = create_hwqueue(&x, queues);
			f = xb_create_fence(&x, 3, 0);
			softgpu_hang(&x.cmd, 0);
			xb_submit_commands(&x, context);
			assert_int_equal(xb_send(&x), 0);
			submit_store(&x, context, 0, 9);
			xb_signal_gpu(&x, 0, 1, &context, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			xb_wait_gpu(&x, q.handle, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			submit_hwqueue(&x, q.handle, 1);
			assert_int_equal(xb_send(&x), 0);
			xb_wait_cpu(&x, 0, 0xeee, 1, &f.handle, &value);
			assert_int_equal(xb_send(&x), 0);
			/* Half of the time the node has it. */
			if (what & 1)
				gpupv_step(x.b.g, 0, 0);
			switch (what / 2) {
			case 0:
				put32(xb_begin(&x, 7, 32), context);
				assert_int_equal(xb_send(&x), 0);
				put32(xb_begin(&x, 7, 32), queues);
				assert_int_equal(xb_send(&x), 0);
				break;
			case 1:
				put32(xb_begin(&x, 1, 32), x.device);
				assert_int_equal(xb_send(&x), 0);
				break;
			case 2:
				xb_begin_global(&x, 1001, 24);
				assert_int_equal(xb_send(&x), 0);
				break;
			}
			xb_run(&x);
			assert_int_equal(data_word(&x, 0), 0);
			xb_expect_silence(&x);
		});
		xb_fini(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_context_refusals),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_submit),
		cmocka_unit_test(test_submit_tails),
		cmocka_unit_test(test_submit_refusals),
		cmocka_unit_test(test_gpu_wait),
		cmocka_unit_test(test_broadcast_signal),
		cmocka_unit_test(test_old_kinds),
		cmocka_unit_test(test_gpu_wait_refusals),
		cmocka_unit_test(test_gpu_signal_refusals),
		cmocka_unit_test(test_hwqueue),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_hwqueue_refusals),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_fences_of_failed),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_ends),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
