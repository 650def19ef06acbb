// SPDX-License-Identifier: MIT
/* Offered memory: hidden, thrown away when others need the room, taken back. */
#include "../../softgpu/softgpu_escape.h"
#include "bed_memory.h"

/* 4 MiB of the GPU's own, 1 MiB of system memory. */
static const char *const usual[] = { "gpu0.memory=4", "gpu0.shared=1", "paging-delay=0", NULL };
static const char *const slow[] = { "gpu0.memory=4", "paging-delay=1000", NULL };

#define MIB		(1u << 20)
#define LOW		1
#define NORMAL		2
#define HIGH		3
#define AUTOMATIC	4
#define IMMEDIATELY	1
#define DECOMMIT	2

static struct mbed t;

static uint32_t make_offer(uint32_t count, const uint32_t *handles, uint32_t priority,
			   uint32_t flags)
{
	uint8_t *p = make_begin(&t, 57, 44 + 4 * count);

	put32(p, t.device);
	put32(p + 4, count);
	put32(p + 8, priority);
	put32(p + 12, flags);
	for (uint32_t i = 0; i < count; i++)
		put32(p + 20 + 4 * i, handles[i]);
	return make_end(&t, 44 + 4 * count);
}

static uint32_t make_reclaim(uint32_t count, const uint32_t *handles)
{
	uint8_t *p = make_begin(&t, 58, 44 + 4 * count);

	put32(p, t.device);
	put32(p + 4, t.queue);
	put32(p + 8, count);
	p[13] = 1;
	for (uint32_t i = 0; i < count; i++)
		put32(p + 16 + 4 * i, handles[i]);
	return make_end(&t, 44 + 4 * count);
}

/* Status; results from 12. */
static uint32_t reclaim(uint32_t count, const uint32_t *handles)
{
	VIOLATIONS(0, mbed_call(&t, make_reclaim(count, handles)));
	assert_int_equal(t.b.len, (12 + 4 * count + 7) / 8 * 8);
	return bed_word(&t.b, 8);
}

static void offer(uint32_t handle, uint32_t priority, uint32_t flags)
{
	ERROR(&t, 0, make_offer(1, &handle, priority, flags));
}

/* Nobody needs the room: nothing is lost. */
static void test_offer(void **state)
{
	uint64_t va;
	uint32_t a;

	(void)state;
	mbed_init(&t, slow);
	a = mbed_allocate(&t, MIB, 0);
	va = mbed_use(&t, a, MIB / 4096);
	assert_true(mgpu_poke(&t, va, 5));
	offer(a, NORMAL, IMMEDIATELY);
	assert_int_equal(mgpu_byte(&t, va), -1);
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(1, &a, NORMAL, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_lock(&t, a));
	assert_int_equal(mbed_resident(&t, a), BED_INVALID_PARAMETER);
	assert_int_equal(reclaim(1, &a), BED_PENDING);
	assert_int_equal(bed_word(&t.b, 12), 0);
	assert_int_equal(mgpu_byte(&t, va), -1);
	mbed_settle(&t);
	assert_int_equal(mgpu_byte(&t, va), 5);
	assert_int_equal(reclaim(1, &a), BED_INVALID_PARAMETER);
	mbed_fini(&t);
}

/* Others become resident: the least wanted goes first, then the oldest. */
static void test_discard_order(void **state)
{
	static const uint32_t priority[4] = { HIGH, LOW, AUTOMATIC, LOW };
	uint32_t a[4], more;
	uint64_t va[4];

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 4; i++) {
		a[i] = mbed_allocate(&t, MIB, 0);
		va[i] = mbed_use(&t, a[i], MIB / 4096);
		assert_true(mgpu_poke(&t, va[i] + 9, i + 1));
	}
	for (int i = 0; i < 4; i++)
		offer(a[i], priority[i], 0);
	/* What comes into another segment is no reason. */
	assert_int_equal(mbed_resident(&t, mbed_allocate(&t, 4096, BED_ALLOC_SYSTEM)), 0);
	more = mbed_allocate(&t, 4096, 0);
	assert_int_equal(mbed_resident(&t, more), 0);
	assert_int_equal(reclaim(4, a), BED_NO_VIDEO_MEMORY);
	ERROR(&t, 0, make_evict(&t, 0, 1, &more));
	assert_int_equal(reclaim(4, a), 0);
	assert_int_equal(bed_word(&t.b, 12), 0);
	assert_int_equal(bed_word(&t.b, 16), 1);
	assert_int_equal(bed_word(&t.b, 20), 0);
	assert_int_equal(bed_word(&t.b, 24), 0);
	/* Discarded is zero, the rest as it was. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(mgpu_byte(&t, va[i] + 9), i == 1 ? 0 : i + 1);
	mbed_fini(&t);
}

/* Pressure that a test asks for by an escape: bytes, segment; bytes thrown away. */
static uint64_t press(uint64_t bytes, uint64_t segment, uint32_t status)
{
	uint32_t size = sizeof(struct softgpu_escape);
	struct softgpu_escape e = {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = SOFTGPU_ESCAPE_PRESSURE,
		.arg = { bytes, segment },
	};
	uint8_t *p = make_begin(&t, 13, 55 + size);

	put32(p, t.b.adapter);
	put32(p + 16, size);
	memcpy(p + 24, &e, size);
	VIOLATIONS(0, mbed_call(&t, make_end(&t, 55 + size)));
	assert_int_equal(bed_word(&t.b, offsetof(struct softgpu_escape, status)), status);
	return bed_quad(&t.b, offsetof(struct softgpu_escape, result));
}

static void test_pressure(void **state)
{
	uint32_t a[2];

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 2; i++) {
		a[i] = mbed_allocate(&t, MIB, 0);
		mbed_use(&t, a[i], MIB / 4096);
	}
	assert_int_equal(press(MIB, 1, 0), 0);
	offer(a[0], LOW, 0);
	offer(a[1], HIGH, 0);
	assert_int_equal(press(MIB, 2, 0), 0);
	assert_int_equal(press(1, 1, 0), MIB);
	assert_int_equal(press(1, 0, BED_INVALID_PARAMETER), 0);
	assert_int_equal(press(1, 3, BED_INVALID_PARAMETER), 0);
	assert_int_equal(reclaim(2, a), 0);
	assert_int_equal(bed_word(&t.b, 12), 1);
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

/* Enough of them go, and no more. */
static void test_discard_enough(void **state)
{
	uint32_t a[4], big;

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 3; i++) {
		a[i] = mbed_allocate(&t, MIB, 0);
		mbed_resident(&t, a[i]);
		offer(a[i], NORMAL, 0);
	}
	big = mbed_allocate(&t, 2 * MIB, 0);
	assert_int_equal(mbed_resident(&t, big), 0);
	ERROR(&t, 0, make_evict(&t, 0, 1, &big));
	assert_int_equal(reclaim(3, a), 0);
	assert_int_equal(bed_word(&t.b, 12), 1);
	assert_int_equal(bed_word(&t.b, 16), 0);
	assert_int_equal(bed_word(&t.b, 20), 0);
	/* Without room for all, none is taken back, and they stay as they were. */
	for (int i = 0; i < 3; i++)
		offer(a[i], NORMAL, 0);
	assert_int_equal(mbed_resident(&t, big), 0);
	assert_int_equal(reclaim(3, a), BED_NO_VIDEO_MEMORY);
	assert_int_equal(reclaim(2, a + 1), 0);
	assert_int_equal(bed_word(&t.b, 12), 0);
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

/* A commitment goes for a new allocation, and may not come back. */
static void test_decommit(void **state)
{
	uint32_t a[5], extra[3];

	(void)state;
	mbed_init(&t, usual);
	/* 5 MiB can be committed. */
	for (int i = 0; i < 5; i++)
		a[i] = mbed_allocate(&t, MIB, 0);
	offer(a[0], LOW, 0);
	offer(a[1], HIGH, DECOMMIT);
	offer(a[2], NORMAL, DECOMMIT);
	extra[0] = mbed_allocate(&t, MIB, 0);
	extra[1] = mbed_allocate(&t, MIB / 2, 0);
	/* Only what may be decommitted is of use. */
	assert_int_equal(reclaim(3, a), 0);
	assert_int_equal(bed_word(&t.b, 12), 0);
	assert_int_equal(bed_word(&t.b, 16), 2);
	assert_int_equal(bed_word(&t.b, 20), 2);
	/* Those two are still offered; with room they come back, empty. */
	assert_int_equal(mbed_destroy(&t, extra[0]), 0);
	assert_int_equal(reclaim(2, a + 1), 0);
	assert_int_equal(bed_word(&t.b, 12), 1);
	assert_int_equal(bed_word(&t.b, 16), 2);
	assert_int_equal(mbed_destroy(&t, extra[1]), 0);
	assert_int_equal(reclaim(1, a + 2), 0);
	assert_int_equal(bed_word(&t.b, 12), 1);
	extra[2] = make_allocation(&t, &(struct bed_allocation){ .size = 4096 });
	VIOLATIONS(0, mbed_call(&t, extra[2]));
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

/* By resources; the worst of their allocations counts. */
static void test_resources(void **state)
{
	struct bed_allocation a = { .flags = BED_RESOURCE, .count = 2, .size = MIB };
	uint32_t res[2], list[2], more;

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 2; i++) {
		VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
		res[i] = bed_word(&t.b, 4);
		list[0] = bed_word(&t.b, 16);
		list[1] = bed_word(&t.b, 16 + 72);
		VIOLATIONS(0, mbed_call(&t, make_resident(&t, 0, 2, list)));
	}
	ERROR(&t, 0, with(&t, make_offer(2, res, LOW, 0), 40, 1));
	more = mbed_allocate(&t, MIB, 0);
	assert_int_equal(mbed_resident(&t, more), 0);
	ERROR(&t, 0, make_evict(&t, 0, 1, &more));
	VIOLATIONS(0, mbed_call(&t, with(&t, make_reclaim(2, res), 36, 0x101)));
	assert_int_equal(bed_word(&t.b, 8), 0);
	assert_int_equal(bed_word(&t.b, 12), 1);
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

/* Without results the answer has its least length. Repeats count once. */
static void test_no_results(void **state)
{
	uint32_t a[3];

	(void)state;
	mbed_init(&t, usual);
	a[0] = mbed_allocate(&t, 4096, 0);
	a[1] = mbed_allocate(&t, 4096, 0);
	a[2] = a[0];
	ERROR(&t, 0, make_offer(3, a, NORMAL, 0));
	VIOLATIONS(0, mbed_call(&t, with(&t, make_reclaim(3, a), 36, 0)));
	assert_int_equal(t.b.len, 16);
	assert_int_equal(bed_word(&t.b, 8), 0);
	assert_int_equal(bed_word(&t.b, 12), 0);
	assert_true(mgpu_poke(&t, mbed_use(&t, a[0], 1), 1));
	mbed_fini(&t);
}

/* What ends while it is offered, discarded or not. */
static void test_ends_offered(void **state)
{
	uint32_t a[5];

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 4; i++) {
		a[i] = mbed_allocate(&t, MIB, 0);
		mbed_resident(&t, a[i]);
		offer(a[i], NORMAL, i & 1 ? DECOMMIT : 0);
	}
	assert_int_equal(mbed_resident(&t, mbed_allocate(&t, MIB, 0)), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(mbed_destroy(&t, a[i]), 0);
	a[4] = mbed_allocate(&t, 3 * MIB, 0);
	assert_int_equal(mbed_resident(&t, a[4]), 0);
	assert_int_equal(reclaim(1, a + 3), BED_NO_VIDEO_MEMORY);
	mbed_fini(&t);
}

static void test_offer_errors(void **state)
{
	struct bed_allocation shared = { .flags = BED_SHARED, .size = 4096 };
	uint32_t a[2], len;
	uint64_t pfn;

	(void)state;
	mbed_init(&t, usual);
	a[0] = mbed_allocate(&t, 4096, 0);
	a[1] = mbed_sysmem(&t, 1, 0, &pfn);
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(2, a, NORMAL, 0));
	a[1] = t.device;
	ERROR(&t, BED_INVALID_HANDLE, make_offer(2, a, NORMAL, 0));
	ERROR(&t, BED_INVALID_HANDLE, with(&t, make_offer(1, a, NORMAL, 0), 40, 1));
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(1, a, 0, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(1, a, 5, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(1, a, NORMAL, 4));
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &shared)));
	a[1] = bed_word(&t.b, 16);
	ERROR(&t, BED_INVALID_PARAMETER, make_offer(1, a + 1, NORMAL, 0));
	mbed_lock(&t, a[0]);
	ERROR(&t, BED_BUSY, make_offer(1, a, NORMAL, 0));
	ERROR(&t, 0, make_unlock(&t, a[0]));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_offer(1, a, NORMAL, 0), 28, 0));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_offer(1, a, NORMAL, 0), 28, 4));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_offer(1, a, NORMAL, 0), 28, 10241));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_offer(1, a, NORMAL, 0), 24, t.queue));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_offer(1, a, NORMAL, 0), 40, 2));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_offer(1, a, NORMAL, 0), 40, 0x100));
	len = make_offer(2, a, NORMAL, 0);
	t.m[len] = 1;			/* the ring's padding */
	REFUSED(&t, BED_INVALID_PARAMETER, len + 1);
	mbed_fini(&t);
}

static void reclaim_fails(uint32_t len, uint32_t status, unsigned int violations)
{
	VIOLATIONS(violations, mbed_call(&t, len));
	assert_int_equal(bed_word(&t.b, 8), status);
}

static void test_reclaim_errors(void **state)
{
	uint32_t a[2], len;

	(void)state;
	mbed_init(&t, usual);
	a[0] = mbed_allocate(&t, 4096, 0);
	a[1] = mbed_allocate(&t, 4096, 0);
	offer(a[0], NORMAL, 0);
	reclaim_fails(make_reclaim(2, a), BED_INVALID_PARAMETER, 0);
	a[1] = t.device;
	reclaim_fails(make_reclaim(2, a), BED_INVALID_HANDLE, 0);
	reclaim_fails(with(&t, make_reclaim(1, a), 24, t.queue), BED_INVALID_HANDLE, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 28, t.device), BED_INVALID_HANDLE, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 32, 0), BED_INVALID_PARAMETER, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 32, 4), BED_INVALID_PARAMETER, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 32, 10241), BED_INVALID_PARAMETER, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 36, 2), BED_INVALID_PARAMETER, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 36, 0x200), BED_INVALID_PARAMETER, 1);
	reclaim_fails(with(&t, make_reclaim(1, a), 36, 0x10000), BED_INVALID_PARAMETER, 1);
	len = make_reclaim(1, a);
	t.m[len - 1] = 1;
	reclaim_fails(len + 4, BED_INVALID_PARAMETER, 1);
	mbed_fail_device(&t);
	reclaim_fails(make_reclaim(1, a), BED_REMOVED, 0);
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offer),
		cmocka_unit_test(test_discard_order),
		cmocka_unit_test(test_discard_enough),
		cmocka_unit_test(test_pressure),
		cmocka_unit_test(test_decommit),
		cmocka_unit_test(test_resources),
		cmocka_unit_test(test_no_results),
		cmocka_unit_test(test_ends_offered),
		cmocka_unit_test(test_offer_errors),
		cmocka_unit_test(test_reclaim_errors),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
