// SPDX-License-Identifier: MIT
/* Resources that others open: NT handles, OPENRESOURCE, what is shared with the host. */
#include "bed_memory.h"

static const char *const usual[] = { "paging-delay=0", NULL };

static struct mbed t;

/* A shared resource of two allocations with 8 bytes of their own; the handles. */
static uint32_t make_shared(uint32_t *allocations)
{
	struct bed_allocation a = { .flags = BED_SHARED, .count = 2, .size = 8192, .more = 8 };

	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	allocations[0] = bed_word(&t.b, 16);
	allocations[1] = bed_word(&t.b, 16 + 72);
	assert_int_not_equal(bed_word(&t.b, 8), 0);
	return bed_word(&t.b, 4);
}

static uint32_t make_nt(uint32_t object)
{
	put32(make_begin_global(&t, t.b.process, 1004, 32), object);
	return make_end(&t, 32);
}

static uint32_t make_nt_end(uint32_t handle)
{
	put32(make_begin_global(&t, 0, 1005, 32), handle);
	return make_end(&t, 32);
}

static uint32_t make_open(uint32_t nt, uint32_t count, uint32_t data)
{
	uint8_t *p = make_begin(&t, 32, 48);

	put32(p, t.device);
	p[4] = 1;
	put32(p + 8, nt);
	put32(p + 12, count);
	put32(p + 16, data);
	return make_end(&t, 48);
}

static uint32_t make_host(uint32_t object)
{
	uint8_t *p = make_begin_global(&t, t.b.process, 1021, 40);

	put32(p, t.device);
	put32(p + 4, object);
	return make_end(&t, 40);
}

#define REFUSED_GLOBAL(status, len) \
	VIOLATIONS(1, assert_int_equal(mbed_call_global(&t, len), status))
#define ERROR_GLOBAL(status, len) \
	VIOLATIONS(0, assert_int_equal(mbed_call_global(&t, len), status))

/* Two processes see the same bytes; the memory stays for whoever comes last. */
static void test_open(void **state)
{
	uint32_t a[2], opened[2], res, nt, first, objects;
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	objects = bed_objects(&t.b);
	res = make_shared(a);
	va = mbed_use(&t, a[1], 2);
	assert_true(mgpu_poke(&t, va + 5000, 42));
	nt = mbed_nt_handle(&t, res);
	/* Resource, two allocations, the global handle, the NT handle. */
	assert_int_equal(bed_objects(&t.b), objects + 5);

	first = t.b.process;
	mbed_process(&t, "other");
	VIOLATIONS(0, mbed_call(&t, make_open(nt, 2, 80)));
	assert_int_equal(t.b.len, 16);
	assert_int_not_equal(bed_word(&t.b, 0), 0);
	assert_int_equal(bed_word(&t.b, 4), 0);
	res = bed_word(&t.b, 0);
	opened[0] = bed_word(&t.b, 8);
	opened[1] = bed_word(&t.b, 12);
	/* Resident for the one is not resident for the other. */
	va = mbed_use(&t, opened[0], 2);
	assert_int_equal(mgpu_byte(&t, va), 0);
	va = mbed_use(&t, opened[1], 2);
	assert_int_equal(mgpu_byte(&t, va + 5000), 42);
	assert_true(mgpu_poke(&t, va + 5001, 43));

	/* The first one goes, and the NT handle. */
	VIOLATIONS(0, mbed_call_global(&t, make_destroyprocess(&t.b, t.m, first)));
	ERROR_GLOBAL(0, make_nt_end(nt));
	assert_int_equal(mgpu_byte(&t, va + 5000), 42);
	assert_int_equal(mgpu_byte(&t, va + 5001), 43);
	ERROR(&t, 0, make_destroy(&t, res, 0, NULL));
	assert_int_equal(mgpu_byte(&t, va + 5000), -1);
	/* Device, queue, fence: as before, in another process. */
	assert_int_equal(bed_objects(&t.b), objects);
	mbed_fini(&t);
}

/* The NT handle alone keeps it; in the same process it can be opened, too. */
static void test_handle_keeps(void **state)
{
	uint32_t a[2], res, nt;
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	va = mbed_use(&t, a[0], 2);
	assert_true(mgpu_poke(&t, va, 7));
	nt = mbed_nt_handle(&t, res);
	assert_int_not_equal(mbed_nt_handle(&t, res), nt);
	ERROR(&t, 0, make_destroy(&t, res, 0, NULL));
	assert_int_equal(mgpu_byte(&t, va), -1);
	VIOLATIONS(0, mbed_call(&t, make_open(nt, 2, 1000)));
	assert_int_equal(bed_word(&t.b, 4), 0);
	a[0] = bed_word(&t.b, 8);
	assert_int_equal(mgpu_byte(&t, mbed_use(&t, a[0], 2)), 7);
	/* One of the two can be destroyed alone. */
	assert_int_equal(mbed_destroy(&t, a[0]), 0);
	mbed_fini(&t);
}

/* Locked by one, the other still sees it; who opens later finds it there. */
static void test_lock_shared(void **state)
{
	uint64_t va, gpa, first_va;
	uint32_t a[2], b, nt, first, first_device;

	(void)state;
	mbed_init(&t, usual);
	nt = mbed_nt_handle(&t, make_shared(a));
	first_va = mbed_use(&t, a[0], 2);
	gpa = mbed_lock(&t, a[0]);
	first = t.b.process;
	first_device = t.device;
	mbed_process(&t, "other");
	VIOLATIONS(0, mbed_call(&t, make_open(nt, 2, 80)));
	b = bed_word(&t.b, 8);
	va = mbed_use(&t, b, 2);
	assert_true(mgpu_poke(&t, va, 1));
	assert_int_equal(*guest_at(&t, gpa), 1);
	assert_int_equal(mbed_lock(&t, b), gpa);
	/* The first unlock changes nothing. */
	t.b.process = first;
	t.device = first_device;
	ERROR(&t, 0, make_unlock(&t, a[0]));
	assert_true(mgpu_poke(&t, first_va, 2));
	assert_int_equal(*guest_at(&t, gpa), 2);
	VIOLATIONS(0, mbed_call_global(&t, make_destroyprocess(&t.b, t.m, first)));
	assert_int_equal(*guest_at(&t, gpa), 2);
	mbed_fini(&t);
}

static void open_fails(uint32_t len, uint32_t status, uint32_t violations, uint32_t answer)
{
	uint32_t objects = bed_objects(&t.b);

	VIOLATIONS(violations, mbed_call(&t, len));
	assert_int_equal(t.b.len, answer);
	assert_int_equal(bed_word(&t.b, 0), 0);
	assert_int_equal(bed_word(&t.b, 4), status);
	assert_int_equal(bed_objects(&t.b), objects);
}

static void test_open_errors(void **state)
{
	uint32_t a[2], res, nt;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	nt = mbed_nt_handle(&t, res);
	open_fails(make_open(nt, 2, 79), BED_TOO_SMALL, 0, 16);
	open_fails(make_open(nt, 1, 80), BED_INVALID_PARAMETER, 1, 16);
	open_fails(make_open(nt, 3, 80), BED_INVALID_PARAMETER, 1, 24);
	open_fails(make_open(nt, 1024, 80), BED_INVALID_PARAMETER, 1, 8 + 4096);
	open_fails(make_open(nt, 0xffffffff, 80), BED_INVALID_PARAMETER, 1, 8);
	open_fails(make_open(nt ^ 0x40, 2, 80), BED_INVALID_HANDLE, 1, 16);
	open_fails(make_open(t.b.adapter, 2, 80), BED_INVALID_HANDLE, 1, 16);
	open_fails(with(&t, make_open(nt, 2, 80), 24, t.queue), BED_INVALID_HANDLE, 1, 16);
	open_fails(with(&t, make_open(nt, 2, 80), 28, 0), BED_INVALID_PARAMETER, 1, 16);
	open_fails(with(&t, make_open(nt, 2, 80), 28, 0x101), BED_INVALID_PARAMETER, 1, 16);
	open_fails(with(&t, make_open(nt, 2, 80), 44, 1), BED_INVALID_PARAMETER, 1, 16);
	mbed_fini(&t);
}

/* Nothing can be added once it has been opened. */
static void test_complete(void **state)
{
	struct bed_allocation more = { .size = 4096 };
	uint32_t a[2], res, nt;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	nt = mbed_nt_handle(&t, res);
	more.resource = res;
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &more)));
	assert_int_not_equal(bed_word(&t.b, 16), 0);
	VIOLATIONS(0, mbed_call(&t, make_open(nt, 3, 112)));
	assert_int_equal(bed_word(&t.b, 4), 0);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &more)));
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

static void test_nt_errors(void **state)
{
	struct bed_allocation own = { .flags = BED_RESOURCE, .size = 4096 };
	uint32_t a[2], res, nt;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	REFUSED_GLOBAL(0, make_nt(a[0]));
	REFUSED_GLOBAL(0, make_nt(0));
	REFUSED_GLOBAL(0, with(&t, make_nt(res), 28, 1));
	/* A resource that is not shared. */
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &own)));
	REFUSED_GLOBAL(0, make_nt(bed_word(&t.b, 4)));
	nt = mbed_nt_handle(&t, res);
	REFUSED_GLOBAL(BED_INVALID_HANDLE, with(&t, make_nt_end(nt), 28, 1));
	REFUSED_GLOBAL(BED_INVALID_HANDLE, make_nt_end(t.b.process));
	ERROR_GLOBAL(0, make_nt_end(nt));
	REFUSED_GLOBAL(BED_INVALID_HANDLE, make_nt_end(nt));
	open_fails(make_open(nt, 2, 80), BED_INVALID_HANDLE, 1, 16);
	mbed_fini(&t);
}

/* A sync object has an NT handle, too, but is no resource. */
static void test_nt_of_sync(void **state)
{
	uint32_t fence, nt, objects;
	uint8_t *p;

	(void)state;
	mbed_init(&t, usual);
	objects = bed_objects(&t.b);
	p = make_begin(&t, 8, 128);
	put32(p, t.device);
	put32(p + 8, 5);
	put32(p + 12, 3);		/* shared, NT */
	put32(p + 96, 1);
	VIOLATIONS(0, fence = mbed_call(&t, make_end(&t, 128)));
	assert_int_not_equal(fence, 0);
	nt = mbed_nt_handle(&t, fence);
	open_fails(make_open(nt, 2, 80), BED_TYPE_MISMATCH, 0, 16);
	ERROR_GLOBAL(0, make_host(fence));
	assert_int_not_equal(bed_quad(&t.b, 8), 0);
	put32(make_begin_global(&t, t.b.process, 1003, 32), fence);
	ERROR_GLOBAL(0, make_end(&t, 32));
	ERROR_GLOBAL(0, make_nt_end(nt));
	/* The host has it open: its global handle is there. */
	assert_int_equal(bed_objects(&t.b), objects + 1);
	/* The fence of the queue cannot be shared. */
	REFUSED_GLOBAL(0, make_nt(t.fence));
	mbed_fini(&t);
}

static void test_share_with_host(void **state)
{
	struct bed_allocation own = { .flags = BED_RESOURCE, .size = 4096 };
	struct bed_allocation guest = { .flags = BED_SHARED | BED_SYSMEM, .size = 4096 };
	uint32_t a[2], res;
	uint64_t first;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	ERROR_GLOBAL(0, make_host(res));
	assert_int_equal(t.b.len, 16);
	first = bed_quad(&t.b, 8);
	assert_int_not_equal(first, 0);
	ERROR_GLOBAL(0, make_host(res));
	assert_int_not_equal(bed_quad(&t.b, 8), first);
	ERROR_GLOBAL(BED_INVALID_HANDLE, make_host(a[0]));
	ERROR_GLOBAL(BED_INVALID_HANDLE, make_host(t.fence));
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &own)));
	ERROR_GLOBAL(BED_INVALID_PARAMETER, make_host(bed_word(&t.b, 4)));
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &guest)));
	assert_int_not_equal(bed_word(&t.b, 4), 0);
	ERROR_GLOBAL(BED_NOT_SUPPORTED, make_host(bed_word(&t.b, 4)));
	REFUSED_GLOBAL(BED_INVALID_PARAMETER, with(&t, make_host(res), 32, 1));
	REFUSED_GLOBAL(BED_INVALID_HANDLE, with(&t, make_host(res), 24, t.queue));
	/* There is an end to it. */
	for (int i = 2; i < 4096; i++)
		ERROR_GLOBAL(0, make_host(res));
	ERROR_GLOBAL(BED_NO_MEMORY, make_host(res));
	mbed_fini(&t);
}

/* The GPU goes: handles stay, and name nothing. */
static void test_gpu_goes(void **state)
{
	uint32_t a[2], res, nt;

	(void)state;
	mbed_init(&t, usual);
	res = make_shared(a);
	nt = mbed_nt_handle(&t, res);
	ERROR_GLOBAL(0, make_host(res));
	VIOLATIONS(0, mbed_call_global(&t, make_closeadapter(&t.b, t.m, 0, t.b.adapter)));
	/* The process and the handle. */
	assert_int_equal(bed_objects(&t.b), 2);
	VIOLATIONS(0, {
		t.b.adapter = bed_call(&t.b, 0, t.m, make_openadapter(&t.b, t.m, 0));
		bed_call(&t.b, 0, t.m, make_info(&t.b, t.m, 0));
	});
	t.device = mbed_device(&t);
	open_fails(make_open(nt, 2, 80), BED_REMOVED, 0, 16);
	ERROR_GLOBAL(0, make_nt_end(nt));
	mbed_fini(&t);
}

/* Another GPU's resource. */
static void test_other_gpu(void **state)
{
	uint32_t a[2], nt, len;

	(void)state;
	memset(&t, 0, sizeof(t));
	bed_init(&t.b, usual, 2);
	bed_go(&t.b, BED_PROCESS);
	bed_open(&t.b, 1);
	bed_call(&t.b, 1, t.m, make_openadapter(&t.b, t.m, 1));
	bed_call(&t.b, 1, t.m, make_info(&t.b, t.m, 1));
	t.device = mbed_device(&t);
	nt = mbed_nt_handle(&t, make_shared(a));
	/* A device on the second GPU: the same message with its LUID. */
	len = make_device(&t, t.b.process, 0, 1);
	put64(t.m + 8, t.b.cfg.gpu[1].host_luid);
	VIOLATIONS(0, t.device = mbed_call(&t, len));
	len = make_open(nt, 2, 80);
	put64(t.m + 8, t.b.cfg.gpu[1].host_luid);
	open_fails(len, BED_INVALID_PARAMETER, 0, 16);
	mbed_fini(&t);
}

/* What the guest did not destroy is named: the handle, and all behind it. */
static void test_left_behind(void **state)
{
	uint32_t a[2];

	(void)state;
	mbed_init(&t, usual);
	mbed_nt_handle(&t, make_shared(a));
	bed_close(&t.b, BED_GLOBAL);
	assert_int_equal(bed_objects(&t.b), 0);
	/* Device, queue, fence, resource, two allocations; process, adapter, NT handle. */
	assert_int_equal(bed_left(&t.b), 9);
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_handle_keeps),
		cmocka_unit_test(test_lock_shared),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_nt_errors),
		cmocka_unit_test(test_nt_of_sync),
		cmocka_unit_test(test_share_with_host),
		cmocka_unit_test(test_gpu_goes),
		cmocka_unit_test(test_other_gpu),
		cmocka_unit_test(test_left_behind),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
