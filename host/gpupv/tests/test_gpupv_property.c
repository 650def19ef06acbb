// SPDX-License-Identifier: MIT
/* What can be said and asked of allocations and of video memory. */
#include "bed_memory.h"

static const char *const usual[] = { "gpu0.memory=4", "gpu0.shared=2", "paging-delay=0", NULL };
static const char *const slow[] = { "paging-delay=1000", NULL };

#define MIB	(1u << 20)

static struct mbed t;

static uint32_t make_resource(uint32_t *allocations)
{
	struct bed_allocation a = { .flags = BED_RESOURCE, .count = 2, .size = 4096 };

	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	allocations[0] = bed_word(&t.b, 16);
	allocations[1] = bed_word(&t.b, 16 + 72);
	return bed_word(&t.b, 4);
}

/* ---- priorities ---- */

static uint32_t make_priority(uint32_t command, uint32_t resource, uint32_t count,
			      const uint32_t *handles, const uint32_t *priorities)
{
	uint32_t values = priorities ? count ? count : 1 : 0, size = 40 + 4 * (count + values);
	uint8_t *p = make_begin(&t, command, size);

	put32(p, t.device);
	put32(p + 4, resource);
	put32(p + 8, count);
	for (uint32_t i = 0; i < count; i++)
		put32(p + 16 + 4 * i, handles[i]);
	for (uint32_t i = 0; i < values; i++)
		put32(p + 16 + 4 * count + 4 * i, priorities[i]);
	return make_end(&t, size);
}

static void test_priorities(void **state)
{
	static const uint32_t values[3] = { 0x28000000, 0xc8000000, 0x50000000 };
	uint32_t a[3], res;

	(void)state;
	mbed_init(&t, usual);
	res = make_resource(a);
	a[2] = mbed_allocate(&t, 4096, 0);
	ERROR(&t, 0, make_priority(60, 0, 3, a, NULL));
	assert_int_equal(t.b.len, 16);
	assert_int_equal(bed_word(&t.b, 4), 0x78000000);
	ERROR(&t, 0, make_priority(59, 0, 3, a, values));
	/* With as many zeros behind as the answer has bytes, rounded or not. */
	ERROR(&t, 0, make_priority(60, 0, 3, a, NULL) + 16);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bed_word(&t.b, 4 + 4 * i), values[i]);
	ERROR(&t, 0, make_priority(59, res, 0, NULL, values + 2));
	ERROR(&t, 0, make_priority(60, res, 0, NULL, NULL) + 8);
	assert_int_equal(t.b.len, 8);
	assert_int_equal(bed_word(&t.b, 4), values[2]);
	ERROR(&t, 0, make_priority(60, 0, 2, a, NULL));
	assert_int_equal(bed_word(&t.b, 4), values[2]);
	assert_int_equal(bed_word(&t.b, 8), values[2]);
	mbed_fini(&t);
}

static void test_priority_errors(void **state)
{
	static const uint32_t values[2] = { 1, 2 };
	uint32_t a[2], res, len;

	(void)state;
	mbed_init(&t, usual);
	res = make_resource(a);
	for (uint32_t command = 59; command <= 60; command++) {
		const uint32_t *v = command == 59 ? values : NULL;

		ERROR(&t, BED_INVALID_PARAMETER, make_priority(command, 0, 0, NULL, v));
		ERROR(&t, BED_INVALID_PARAMETER, make_priority(command, res, 2, a, v));
		ERROR(&t, BED_INVALID_HANDLE, make_priority(command, a[0], 0, NULL, v));
		ERROR(&t, BED_INVALID_HANDLE, make_priority(command, 0, 1, &res, v));
		REFUSED(&t, BED_INVALID_HANDLE,
			with(&t, make_priority(command, 0, 2, a, v), 24, t.queue));
		REFUSED(&t, BED_INVALID_PARAMETER,
			with(&t, make_priority(command, 0, 2, a, v), 36, 1));
		REFUSED(&t, BED_INVALID_PARAMETER,
			with(&t, make_priority(command, 0, 2, a, v), 32, 9));
		REFUSED(&t, BED_INVALID_PARAMETER,
			with(&t, make_priority(command, 0, 2, a, v), 32, 0x40000000));
		REFUSED(&t, BED_INVALID_PARAMETER,
			with(&t, make_priority(command, 0, 2, a, v), 32, UINT32_MAX));
	}
	len = make_priority(60, 0, 2, a, NULL);
	t.m[len] = 1;
	REFUSED(&t, BED_INVALID_PARAMETER, len + 12);
	mbed_fini(&t);
}

/* ---- residency ---- */

static uint32_t make_query_residency(uint32_t resource, uint32_t count, const uint32_t *handles)
{
	uint8_t *p = make_begin(&t, 41, 56 + 4 * count);

	put32(p, t.device);
	put32(p + 4, resource);
	put32(p + 16, count);
	for (uint32_t i = 0; i < count; i++)
		put32(p + 32 + 4 * i, handles[i]);
	return make_end(&t, 56 + 4 * count);
}

static void test_query_residency(void **state)
{
	uint32_t a[3], res;

	(void)state;
	mbed_init(&t, usual);
	res = make_resource(a);
	a[2] = mbed_allocate(&t, 4096, BED_ALLOC_SYSTEM);
	mbed_resident(&t, a[0]);
	mbed_resident(&t, a[2]);
	ERROR(&t, 0, make_query_residency(0, 3, a));
	assert_int_equal(t.b.len, 16);
	assert_int_equal(bed_word(&t.b, 4), 1);
	assert_int_equal(bed_word(&t.b, 8), 3);
	assert_int_equal(bed_word(&t.b, 12), 2);
	ERROR(&t, 0, make_query_residency(res, 0, NULL));
	assert_int_equal(t.b.len, 8);
	assert_int_equal(bed_word(&t.b, 4), 3);
	mbed_resident(&t, a[1]);
	ERROR(&t, 0, make_query_residency(res, 0, NULL));
	assert_int_equal(bed_word(&t.b, 4), 1);
	ERROR(&t, BED_INVALID_PARAMETER, make_query_residency(res, 1, a));
	ERROR(&t, BED_INVALID_PARAMETER, make_query_residency(0, 0, NULL));
	ERROR(&t, BED_INVALID_HANDLE, make_query_residency(a[0], 0, NULL));
	ERROR(&t, BED_INVALID_HANDLE, make_query_residency(0, 1, &res));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_query_residency(0, 2, a), 24, t.queue));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_query_residency(0, 2, a), 40, 5));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_query_residency(0, 2, a), 40, 1u << 30));
	mbed_fini(&t);
}

/* ---- segments ---- */

struct bed_property {
	uint32_t allocation, set, preferred, flags, mask;
};

static uint32_t make_property(const struct bed_property *property)
{
	uint8_t *p = make_begin(&t, 56, 64);

	put32(p, t.queue);
	put32(p + 4, property->allocation);
	put32(p + 8, property->set);
	put32(p + 12, property->preferred);
	put32(p + 16, property->flags);
	put32(p + 32, property->mask);
	return make_end(&t, 64);
}

static uint32_t update(uint32_t len)
{
	VIOLATIONS(0, mbed_call(&t, len));
	assert_int_equal(t.b.len, 16);
	return bed_word(&t.b, 8);
}

static uint32_t residency(uint32_t a)
{
	ERROR(&t, 0, make_query_residency(0, 1, &a));
	return bed_word(&t.b, 4);
}

static void test_update_property(void **state)
{
	struct bed_property p = { .set = 2, .mask = 2 };

	(void)state;
	mbed_init(&t, slow);
	p.allocation = mbed_allocate(&t, 4096, 0);
	mbed_resident(&t, p.allocation);
	mbed_settle(&t);
	assert_int_equal(update(make_property(&p)), BED_PENDING);
	assert_int_equal(bed_quad(&t.b, 0), 2);
	assert_int_equal(residency(p.allocation), 1);
	mbed_settle(&t);
	assert_int_equal(residency(p.allocation), 2);
	/* Both are allowed: it stays, unless the other is preferred. */
	p.set = 3;
	update(make_property(&p));
	mbed_settle(&t);
	assert_int_equal(residency(p.allocation), 2);
	p.mask = 4;
	p.preferred = 1;
	update(make_property(&p));
	/* It ends in between. */
	assert_int_equal(mbed_destroy(&t, p.allocation), 0);
	p.allocation = mbed_allocate(&t, 4096, BED_ALLOC_SYSTEM);
	mbed_resident(&t, p.allocation);
	update(make_property(&p));
	mbed_settle(&t);
	assert_int_equal(residency(p.allocation), 1);
	p.mask = 1;
	p.flags = 1;
	assert_int_equal(update(make_property(&p)), BED_PENDING);
	mbed_fini(&t);
}

static void test_update_property_errors(void **state)
{
	struct bed_property p = { .mask = 2 };
	uint64_t pfn;

	(void)state;
	mbed_init(&t, usual);
	p.allocation = mbed_allocate(&t, 3 * MIB, 0);
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	p.set = 4;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	p.set = 1;
	p.preferred = 2;
	p.mask = 6;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	p.preferred = 3;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	p.mask = 8;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	p.mask = 1;
	p.flags = 2;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	assert_int_equal(update(with(&t, make_property(&p), 28, t.device)), BED_INVALID_HANDLE);
	VIOLATIONS(1, mbed_call(&t, with(&t, make_property(&p), 24, t.device)));
	/* Segment 2 has 2 MiB. */
	p = (struct bed_property) { .allocation = p.allocation, .set = 2, .mask = 2 };
	mbed_resident(&t, p.allocation);
	assert_int_equal(update(make_property(&p)), BED_NO_VIDEO_MEMORY);
	/* Guest memory is where it is. */
	p.allocation = mbed_sysmem(&t, 1, 0, &pfn);
	assert_int_equal(update(make_property(&p)), 0);
	p.set = 1;
	assert_int_equal(update(make_property(&p)), BED_INVALID_PARAMETER);
	mbed_fail_device(&t);
	assert_int_equal(update(make_property(&p)), BED_REMOVED);
	mbed_fini(&t);
}

/* ---- video memory ---- */

static uint32_t make_video(uint32_t segment)
{
	uint8_t *p = make_begin(&t, 21, 40);

	put32(p, t.b.adapter);
	put32(p + 4, segment);
	return make_end(&t, 40);
}

static uint32_t make_reservation(uint32_t segment, uint64_t bytes)
{
	uint8_t *p = make_begin(&t, 49, 56);

	put32(p + 12, segment);
	put64(p + 16, bytes);
	return make_end(&t, 56);
}

static void expect_video(uint32_t segment, uint64_t budget, uint64_t usage, uint64_t reserved,
			 uint64_t available)
{
	VIOLATIONS(0, mbed_call(&t, make_video(segment)));
	assert_int_equal(t.b.len, 32);
	assert_int_equal(bed_quad(&t.b, 0), budget);
	assert_int_equal(bed_quad(&t.b, 8), usage);
	assert_int_equal(bed_quad(&t.b, 16), reserved);
	assert_int_equal(bed_quad(&t.b, 24), available);
}

static void test_video_memory(void **state)
{
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	expect_video(0, 4 * MIB, 0, 0, 2 * MIB);
	expect_video(1, 2 * MIB, 0, 0, MIB);
	a = mbed_allocate(&t, 8192, 0);
	mbed_resident(&t, a);
	mbed_resident(&t, a);
	expect_video(0, 4 * MIB, 8192, 0, 2 * MIB);
	ERROR(&t, 0, make_reservation(0, MIB));
	expect_video(0, 4 * MIB, 8192, MIB, 2 * MIB);
	/* What one has reserved the others cannot have. */
	mbed_process(&t, "other");
	expect_video(0, 3 * MIB, 0, 0, MIB);
	a = mbed_allocate(&t, 3 * MIB + 4096, 0);
	assert_int_equal(mbed_resident(&t, a), BED_NO_VIDEO_MEMORY);
	assert_int_equal(bed_quad(&t.b, 8), 4096);
	ERROR(&t, BED_NO_VIDEO_MEMORY, make_reservation(0, MIB + 1));
	ERROR(&t, 0, make_reservation(0, MIB));
	ERROR(&t, 0, make_reservation(1, MIB));
	expect_video(1, 2 * MIB, 0, MIB, MIB);
	mbed_fini(&t);
}

static void test_video_memory_errors(void **state)
{
	(void)state;
	mbed_init(&t, usual);
	VIOLATIONS(0, mbed_call(&t, make_video(2)));
	assert_int_equal(t.b.len, 32);
	assert_int_equal(bed_quad(&t.b, 0), 0);
	VIOLATIONS(0, mbed_call(&t, with(&t, make_video(0), 32, 1)));
	assert_int_equal(bed_quad(&t.b, 0), 0);
	VIOLATIONS(1, mbed_call(&t, with(&t, make_video(0), 24, 0)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_video(0), 36, 1)));
	ERROR(&t, BED_INVALID_PARAMETER, make_reservation(2, 1));
	ERROR(&t, BED_INVALID_PARAMETER, with(&t, make_reservation(0, 1), 48, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_reservation(0, 1), 24, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_reservation(0, 1), 32, t.b.adapter));
	mbed_fini(&t);
}

static void test_nothing_to_do(void **state)
{
	uint32_t a;
	uint8_t *p;

	(void)state;
	mbed_init(&t, usual);
	make_begin(&t, 37, 24);
	ERROR(&t, 0, make_end(&t, 24));
	a = mbed_allocate(&t, 8192, 0);
#define CACHE(allocation, offset, length) ({ \
	p = make_begin(&t, 67, 56); \
	put32(p, t.device); \
	put32(p + 4, allocation); \
	put64(p + 8, offset); \
	put64(p + 16, length); \
	make_end(&t, 56); })
	ERROR(&t, 0, CACHE(a, 0, 8192));
	ERROR(&t, 0, CACHE(a, 8192, 0));
	ERROR(&t, BED_INVALID_PARAMETER, CACHE(a, 1, 8192));
	ERROR(&t, BED_INVALID_PARAMETER, CACHE(a, UINT64_MAX, 2));
	ERROR(&t, BED_INVALID_PARAMETER, CACHE(a, 2, UINT64_MAX));
	ERROR(&t, BED_INVALID_HANDLE, CACHE(t.device, 0, 1));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, CACHE(a, 0, 1), 24, t.queue));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, CACHE(a, 0, 1), 48, 1));
#undef CACHE
	mbed_fini(&t);
}

/* ---- standard allocations ---- */

static uint32_t make_gdi(uint32_t width, uint32_t height, uint32_t format, uint32_t data,
			 uint32_t resource)
{
	uint8_t *p = make_begin(&t, 39, 64);

	put32(p, 4);
	put32(p + 4, data);
	put32(p + 8, resource);
	put32(p + 16, width);
	put32(p + 20, height);
	put32(p + 24, format);
	put32(p + 28, 7);
	return make_end(&t, 64);
}

/* First the sizes, then the data, with which an allocation can be made. */
static void test_standard(void **state)
{
	uint32_t data, resource, at;

	(void)state;
	mbed_init(&t, usual);
	ERROR(&t, 0, make_gdi(65536, 1, 0, 0, 0));
	assert_int_equal(t.b.len, 40);
	data = bed_word(&t.b, 4);
	resource = bed_word(&t.b, 8);
	assert_int_equal(data, 32);
	assert_int_not_equal(resource, 0);
	assert_int_equal(bed_word(&t.b, 12), 65536);
	assert_int_equal(bed_word(&t.b, 24), 7);
	assert_int_equal(bed_word(&t.b, 32), 65536);
	ERROR(&t, 0, make_gdi(65536, 1, 0, data, resource));
	assert_int_equal(t.b.len, (36 + data + resource + 7) / 8 * 8);
	assert_int_equal(bed_word(&t.b, 36), 0x47415753);
	assert_int_equal(bed_quad(&t.b, 36 + 8), 65536);
	at = 36 + data;
	assert_int_equal(bed_word(&t.b, at + 8), 65536);
	assert_int_equal(bed_word(&t.b, at + 12), 1);
	ERROR(&t, 0, make_gdi(640, 480, 21, data, resource));
	assert_int_equal(bed_word(&t.b, 32), 2560);
	assert_int_equal(bed_quad(&t.b, 36 + 8), 2560 * 480);
	mbed_fini(&t);
}

static void test_standard_errors(void **state)
{
	(void)state;
	mbed_init(&t, usual);
	ERROR(&t, BED_INVALID_PARAMETER, make_gdi(0, 1, 0, 0, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_gdi(1, 0, 0, 0, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_gdi(0x80000000, 1, 21, 0, 0));
	REFUSED(&t, BED_TOO_SMALL, make_gdi(1, 1, 0, 31, 24));
	assert_int_equal(t.b.len, (36 + 31 + 24 + 7) / 8 * 8);
	REFUSED(&t, BED_TOO_SMALL, make_gdi(1, 1, 0, 32, 0));
	REFUSED(&t, BED_TOO_SMALL, make_gdi(1, 1, 0, 0xffffffff, 0xffffffff));
	assert_int_equal(t.b.len, 40);
	REFUSED(&t, BED_NOT_SUPPORTED, with(&t, make_gdi(1, 1, 0, 0, 0), 24, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_gdi(1, 1, 0, 0, 0), 36, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_gdi(1, 1, 0, 0, 0), 52, 0));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_gdi(1, 1, 0, 0, 0), 52, 9));
	mbed_fini(&t);
}

/* ---- statistics ---- */

static uint32_t make_statistics(uint32_t process, uint32_t type, uint32_t element)
{
	uint8_t *p;

	make_begin(&t, 48, 832);
	p = bed_header(&t.b, t.m, 0, process, 48);
	put32(p, type);
	put64(p + 4, t.b.cfg.gpu[0].adapter_luid);
	put32(p + 800, element);
	return make_end(&t, 832);
}

static void statistics(uint32_t process, uint32_t type, uint32_t element)
{
	ERROR(&t, 0, make_statistics(process, type, element));
	assert_int_equal(t.b.len, 784);
}

static void test_statistics(void **state)
{
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	mbed_allocate(&t, 4096, 0);
	a = mbed_allocate(&t, 8192, 0);
	mbed_resident(&t, a);
	mbed_resident(&t, mbed_allocate(&t, 12288, BED_ALLOC_SYSTEM));
	statistics(0, 0, 0);
	assert_int_equal(bed_word(&t.b, 8), 2);
	assert_int_equal(bed_word(&t.b, 12), 2);
	statistics(0, 3, 0);
	assert_int_equal(bed_quad(&t.b, 8), 4 * MIB);
	assert_int_equal(bed_quad(&t.b, 16), 12288);
	assert_int_equal(bed_quad(&t.b, 24), 8192);
	assert_int_equal(bed_word(&t.b, 40), 2);
	assert_int_equal(bed_word(&t.b, 44), 1);
	assert_int_equal(bed_word(&t.b, 48), 0);
	statistics(0, 3, 1);
	assert_int_equal(bed_quad(&t.b, 24), 12288);
	assert_int_equal(bed_word(&t.b, 48), 1);
	statistics(t.b.process, 4, 0);
	assert_int_equal(bed_quad(&t.b, 8), 8192);
	assert_int_equal(bed_quad(&t.b, 16), 4 * MIB);
	statistics(t.b.process, 1, 0);
	assert_int_equal(bed_word(&t.b, 8), 2);
	statistics(t.b.process, 2, 0);
	statistics(0, 5, 1);
	statistics(t.b.process, 6, 1);
	assert_int_equal(bed_quad(&t.b, 8), 0);
	/* A process that has nothing. */
	VIOLATIONS(0, t.b.process = mbed_call_global(&t, make_createprocess(&t.b, t.m, 9, "x")));
	statistics(t.b.process, 4, 0);
	statistics(t.b.process, 6, 0);
	mbed_fini(&t);
}

static void test_statistics_errors(void **state)
{
	(void)state;
	mbed_init(&t, usual);
	ERROR(&t, BED_INVALID_PARAMETER, make_statistics(0, 4, 0));
	ERROR(&t, BED_INVALID_PARAMETER, make_statistics(0, 3, 2));
	ERROR(&t, BED_INVALID_PARAMETER, make_statistics(t.b.process, 4, 2));
	ERROR(&t, BED_INVALID_PARAMETER, make_statistics(0, 5, 2));
	ERROR(&t, BED_INVALID_PARAMETER, make_statistics(t.b.process, 6, 2));
	ERROR(&t, BED_NOT_SUPPORTED, make_statistics(0, 7, 0));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_statistics(0, 0, 0), 28, 1));
	REFUSED(&t, BED_INVALID_HANDLE, make_statistics(t.device + 0x40000, 0, 0));
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_priority_errors),
		cmocka_unit_test(test_query_residency),
		cmocka_unit_test(test_update_property),
		cmocka_unit_test(test_update_property_errors),
		cmocka_unit_test(test_video_memory),
		cmocka_unit_test(test_video_memory_errors),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_standard_errors),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_statistics_errors),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
