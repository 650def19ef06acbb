// SPDX-License-Identifier: MIT
/* Devices and paging queues: made, ended, failed; operations that end in order. */
#include "bed_memory.h"

static const char *const async_on[] = { "async=on", "paging-delay=1000", NULL };
static const char *const at_once[] = { "paging-delay=0", NULL };
static const char *const old_version[] = { "version=27", NULL };

static struct mbed t;

/* ---- devices ---- */

static void test_device(void **state)
{
	uint32_t device, objects;

	(void)state;
	mbed_init(&t, async_on);
	objects = bed_objects(&t.b);
	device = mbed_device(&t);
	assert_int_equal(t.b.len, 8);
	assert_int_not_equal(device, t.device);
	assert_int_equal(bed_objects(&t.b), objects + 1);
	ERROR(&t, 0, make_words(&t, 42, device, 4));
	ERROR(&t, 0, make_words(&t, 1, device, 0));
	assert_int_equal(bed_objects(&t.b), objects);
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 1, device, 0));
	mbed_fini(&t);
}

static void test_device_refused(void **state)
{
	uint32_t len, ext;

	(void)state;
	mbed_init(&t, async_on);
	ext = bed_ext(&t.b);
	REFUSED(&t, 0, make_device(&t, t.b.process, 0, 0xffff888012345678ull));
	len = make_device(&t, t.b.process, 0, 1);
	t.m[ext + 28] = 1;		/* a display driver's */
	REFUSED(&t, 0, len);
	len = make_device(&t, t.b.process, 0, 1);
	t.m[ext + 31] = 1;
	REFUSED(&t, 0, len);
	/* Flags are the user's. */
	ERROR(&t, 0, make_device(&t, t.b.process, 0x10, 1));
	ERROR(&t, 0, make_device(&t, t.b.process, 0x80000000, 1));
	VIOLATIONS(0, assert_int_not_equal(mbed_call(&t, make_device(&t, t.b.process, 0xf, 1)), 0));
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 1, 0, 0));
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 1, t.queue, 0));
	REFUSED(&t, BED_INVALID_PARAMETER, make_words(&t, 1, t.device, 1));
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 42, t.queue, 4));
	REFUSED(&t, BED_INVALID_PARAMETER, make_words(&t, 42, t.device, 3));
	mbed_fini(&t);
}

/* A device of one GPU is none on the other. */
static void test_device_of_other_gpu(void **state)
{
	uint8_t *p;

	(void)state;
	memset(&t, 0, sizeof(t));
	bed_init(&t.b, async_on, 2);
	bed_go(&t.b, BED_PROCESS);
	bed_open(&t.b, 1);
	bed_call(&t.b, 1, t.m, make_openadapter(&t.b, t.m, 1));
	bed_call(&t.b, 1, t.m, make_info(&t.b, t.m, 1));
	t.device = mbed_device(&t);
	p = bed_header(&t.b, t.m, 1, t.b.process, 1);
	put32(p, t.device);
	put32(p + 4, 0);
	REFUSED(&t, BED_INVALID_HANDLE, 16 + 32);
	mbed_fini(&t);
}

/* What it owns ends with it, whatever is left to do. */
static void test_device_takes_all(void **state)
{
	struct bed_map map = { .pages = 4, .protection = BED_WRITE };
	struct bed_allocation resource = { .flags = BED_RESOURCE, .count = 3, .size = 8192 };
	uint32_t objects;

	(void)state;
	mbed_init(&t, async_on);
	objects = bed_objects(&t.b);
	assert_int_equal(mbed_io_used(&t), 1);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &resource)));
	map.allocation = mbed_allocate(&t, 16384, 0);
	assert_int_equal(mbed_map(&t, &map), BED_PENDING);
	assert_int_equal(mbed_resident(&t, map.allocation), BED_PENDING);
	mbed_lock(&t, map.allocation);
	assert_int_equal(mbed_io_used(&t), 5);
	assert_int_equal(bed_objects(&t.b), objects + 5);
	ERROR(&t, 0, make_words(&t, 1, t.device, 0));
	assert_int_equal(mbed_io_used(&t), 0);
	assert_int_equal(bed_objects(&t.b), 2);
	mbed_settle(&t);
	mbed_fini(&t);
}

/* An adapter that closes takes the devices of its GPU. */
static void test_adapter_takes_devices(void **state)
{
	(void)state;
	mbed_init(&t, async_on);
	mbed_lock(&t, mbed_allocate(&t, 8192, 0));
	VIOLATIONS(0, bed_call(&t.b, BED_GLOBAL, t.m,
			       make_closeadapter(&t.b, t.m, 0, t.b.adapter)));
	assert_int_equal(bed_objects(&t.b), 1);
	assert_int_equal(mbed_io_used(&t), 0);
	mbed_fini(&t);
}

static void test_process_takes_devices(void **state)
{
	(void)state;
	mbed_init(&t, async_on);
	mbed_use(&t, mbed_allocate(&t, 8192, 0), 2);
	VIOLATIONS(0, bed_call(&t.b, BED_GLOBAL, t.m,
			       make_destroyprocess(&t.b, t.m, t.b.process)));
	assert_int_equal(bed_objects(&t.b), 1);
	assert_int_equal(mbed_io_used(&t), 0);
	mbed_fini(&t);
}

static void test_left_behind(void **state)
{
	(void)state;
	mbed_init(&t, async_on);
	mbed_lock(&t, mbed_allocate(&t, 8192, 0));
	bed_close(&t.b, BED_GLOBAL);
	assert_int_equal(bed_objects(&t.b), 0);
	/* Device, queue, its fence, allocation; process, adapter. */
	assert_int_equal(bed_left(&t.b), 6);
	mbed_fini(&t);
}

/* ---- devices that failed ---- */

static void test_mark_as_error(void **state)
{
	struct bed_allocation a = { .size = 4096 };
	struct bed_map map = { .pages = 1 };
	uint32_t allocation;

	(void)state;
	mbed_init(&t, async_on);
	allocation = mbed_allocate(&t, 4096, 0);
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 29, t.queue, 0x80000000));
	ERROR(&t, BED_INVALID_PARAMETER, make_words(&t, 29, t.device, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_words(&t, 29, t.device, 0x80000001));
	mbed_fail_device(&t);
	/* Again it changes nothing. */
	ERROR(&t, 0, make_words(&t, 29, t.device, 0x80000000));

	/* No work is taken any more. */
	ERROR(&t, 0, make_paging_queue(&t, t.device, 0));
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 16), 0);
	map.allocation = allocation;
	assert_int_equal(mbed_map(&t, &map), BED_REMOVED);
	assert_int_equal(mbed_resident(&t, allocation), BED_REMOVED);
	/* What ends things works on. */
	mbed_lock(&t, allocation);
	ERROR(&t, 0, make_unlock(&t, allocation));
	assert_int_equal(mbed_destroy(&t, allocation), 0);
	ERROR(&t, 0, make_words(&t, 1, t.device, 0));
	mbed_fini(&t);
}

/* ---- paging queues ---- */

static void test_paging_queue(void **state)
{
	uint32_t queue, objects;

	(void)state;
	mbed_init(&t, async_on);
	objects = bed_objects(&t.b);
	assert_int_not_equal(t.fence, 0);
	assert_true(t.fence_gpa >= BED_IO_START && t.fence_gpa < BED_IO_START + BED_IO_LENGTH);
	assert_int_equal(mbed_fence_value(&t), 0);
	VIOLATIONS(0, queue = mbed_call(&t, make_paging_queue(&t, t.device, 1)));
	assert_int_not_equal(bed_quad(&t.b, 8), t.fence_gpa);
	assert_int_equal(bed_quad(&t.b, 16), 0);
	assert_int_equal(bed_objects(&t.b), objects + 2);
	ERROR(&t, 0, make_words(&t, 10, queue, 0));
	assert_int_equal(bed_objects(&t.b), objects);
	assert_int_equal(mbed_io_used(&t), 1);
	REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 10, queue, 0));
	REFUSED(&t, BED_INVALID_PARAMETER, make_words(&t, 10, t.queue, 5));
	mbed_fini(&t);
}

static void test_paging_queue_refused(void **state)
{
	uint32_t len;

	(void)state;
	mbed_init(&t, async_on);
	REFUSED(&t, 0, make_paging_queue(&t, t.queue, 0));
	ERROR(&t, 0, make_paging_queue(&t, t.device, 2));
	ERROR(&t, 0, make_paging_queue(&t, t.device, -2));
	len = make_paging_queue(&t, t.device, -1);
	t.m[bed_ext(&t.b) + 48] = 1;	/* physical adapter */
	ERROR(&t, 0, len);
	/* The IO space is full. */
	mbed_lock(&t, mbed_allocate(&t, BED_IO_LENGTH - 4096, 0));
	ERROR(&t, 0, make_paging_queue(&t, t.device, -1));
	mbed_fini(&t);
}

/* Operations end in order, each after its delay, and the fence tells. */
static void test_order(void **state)
{
	uint32_t allocation;
	uint64_t value;

	(void)state;
	mbed_init(&t, async_on);
	allocation = mbed_allocate(&t, 4096, 0);
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(mbed_resident(&t, allocation), BED_PENDING);
		value = bed_quad(&t.b, 0);
		assert_int_equal(value, i);
		fake_guest_advance(&t.b.guest, 400000);
	}
	/* 1.2 ms after the first, 0.8 after the second. */
	assert_int_equal(mbed_fence_value(&t), 1);
	fake_guest_advance(&t.b.guest, 200000);
	assert_int_equal(mbed_fence_value(&t), 2);
	fake_guest_advance(&t.b.guest, 400000);
	assert_int_equal(mbed_fence_value(&t), 3);
	mbed_fini(&t);
}

static void test_at_once(void **state)
{
	struct bed_map map = { .pages = 1, .protection = BED_WRITE };

	(void)state;
	mbed_init(&t, at_once);
	map.allocation = mbed_allocate(&t, 4096, 0);
	assert_int_equal(mbed_resident(&t, map.allocation), 0);
	assert_int_equal(bed_quad(&t.b, 0), 1);
	assert_int_equal(mbed_fence_value(&t), 1);
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_int_equal(bed_quad(&t.b, 8), 2);
	assert_int_equal(mbed_fence_value(&t), 2);
	assert_true(mgpu_poke(&t, bed_quad(&t.b, 0), 1));
	mbed_fini(&t);
}

/* The same on the vGPU's own channel, without the extended header. */
static void test_old_version(void **state)
{
	(void)state;
	mbed_init(&t, old_version);
	assert_true(mgpu_poke(&t, mbed_use(&t, mbed_allocate(&t, 4096, 0), 1), 1));
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_device_refused),
		cmocka_unit_test(test_device_of_other_gpu),
		cmocka_unit_test(test_device_takes_all),
		cmocka_unit_test(test_adapter_takes_devices),
		cmocka_unit_test(test_process_takes_devices),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_mark_as_error),
		cmocka_unit_test(test_paging_queue),
		cmocka_unit_test(test_paging_queue_refused),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_old_version),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
