// SPDX-License-Identifier: MIT
/* Allocations: made, ended, guest memory, residency, locks. */
#include "bed_memory.h"

static const char *const usual[] = { "paging-delay=1000", NULL };
static const char *const old_version[] = { "version=27", NULL };
static const char *const no_frames[] = { "caps=0", NULL };
static const char *const small[] = { "gpu0.memory=2", "gpu0.shared=1", "paging-delay=0", NULL };
static const char *const budget[] = { "gpu0.memory=4", "gpu0.budget=2", "paging-delay=0", NULL };

static struct mbed t;

/* ---- creation ---- */

static void test_create(void **state)
{
	struct bed_allocation a = { .count = 3, .size = 10000, .runtime = 5, .data = 7, .more = 9 };
	uint32_t objects, handles[3], at;

	(void)state;
	mbed_init(&t, usual);
	objects = bed_objects(&t.b);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(t.b.len, (16 + 3 * 72 + 3 * 41 + 7) / 8 * 8);
	assert_int_equal(bed_word(&t.b, 4), 0);
	assert_int_equal(bed_word(&t.b, 8), 0);
	for (uint32_t i = 0; i < 3; i++) {
		at = 16 + 72 * i;
		handles[i] = bed_word(&t.b, at);
		assert_int_not_equal(handles[i], 0);
		assert_int_equal(bed_word(&t.b, at + 4), 41);
		assert_int_equal(bed_word(&t.b, at + 8), 0);
		assert_int_equal(bed_quad(&t.b, at + 16), 12288);
		/* The driver's answer: whole pages, in segment 1; the rest is the client's. */
		at = 16 + 3 * 72 + 41 * i;
		assert_int_equal(bed_word(&t.b, at), 0x47415753);
		assert_int_equal(bed_quad(&t.b, at + 8), 12288);
		assert_int_equal(bed_word(&t.b, at + 20), 1);
		assert_int_equal(t.b.rx[at + 32], 0x60 + i);
		assert_int_equal(t.b.rx[at + 40], 0x60 + i);
	}
	assert_int_equal(bed_objects(&t.b), objects + 3);
	ERROR(&t, 0, make_destroy(&t, 0, 3, handles));
	assert_int_equal(bed_objects(&t.b), objects);
	REFUSED(&t, BED_INVALID_HANDLE, make_destroy(&t, 0, 1, handles));
	mbed_fini(&t);
}

static void test_create_flags(void **state)
{
	struct bed_allocation a = { .size = 4096, .alloc_flags = BED_ALLOC_SYSTEM };

	(void)state;
	mbed_init(&t, usual);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 16 + 8), 0);
	assert_int_equal(bed_word(&t.b, 16 + 72 + 20), 2);
	a.alloc_flags = BED_ALLOC_CACHED;
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 16 + 8), 1 << 19);
	assert_int_equal(bed_word(&t.b, 16 + 72 + 16), 1);
	a.alloc_flags = 0;
	a.flags = BED_CACHED;
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 0), BED_CACHED);
	assert_int_equal(bed_word(&t.b, 16 + 8), 1 << 19);
	mbed_fini(&t);
}

/* Zero where it is asked for; else always, or not with the switch. */
static void test_create_zeroed(void **state)
{
	static const char *const soiled[] = { "soiled=on", NULL };
	struct bed_allocation a = { .size = 8192 };
	uint32_t with_switch, flags;
	uint64_t va;
	int wanted;

	(void)state;
	for (with_switch = 0; with_switch < 2; with_switch++) {
		mbed_init(&t, with_switch ? soiled : usual);
		for (flags = 0; flags < 2; flags++) {
			a.flags = flags ? 0x4000 : 0;
			VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
			va = mbed_use(&t, bed_word(&t.b, 16), 2);
			wanted = with_switch && !flags ? 0xd9 : 0;
			assert_int_equal(mgpu_byte(&t, va), wanted);
			assert_int_equal(mgpu_byte(&t, va + 8191), wanted);
		}
		mbed_fini(&t);
	}
}

static void test_create_resource(void **state)
{
	struct bed_allocation a = { .flags = BED_RESOURCE, .count = 2, .size = 4096 };
	uint32_t objects, resource;

	(void)state;
	mbed_init(&t, usual);
	objects = bed_objects(&t.b);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	resource = bed_word(&t.b, 4);
	assert_int_not_equal(resource, 0);
	assert_int_equal(bed_objects(&t.b), objects + 3);
	/* One more for it. */
	a = (struct bed_allocation) { .resource = resource, .size = 4096 };
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 4), resource);
	assert_int_equal(bed_objects(&t.b), objects + 4);
	ERROR(&t, 0, make_destroy(&t, resource, 0, NULL));
	assert_int_equal(bed_objects(&t.b), objects);
	REFUSED(&t, BED_INVALID_HANDLE, make_destroy(&t, resource, 0, NULL));
	VIOLATIONS(1, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(bed_word(&t.b, 16), 0);
	mbed_fini(&t);
}

/* A failure has the length of a success, and no handle. */
static void no_allocation(uint32_t len, uint32_t answer, unsigned int violations)
{
	uint32_t objects = bed_objects(&t.b);

	VIOLATIONS(violations, mbed_call(&t, len));
	assert_int_equal(t.b.len, answer);
	for (uint32_t i = 0; i + 4 <= t.b.len; i += 4)
		assert_int_equal(bed_word(&t.b, i), 0);
	assert_int_equal(bed_objects(&t.b), objects);
}

static void test_create_errors(void **state)
{
	struct bed_allocation a = { .size = 4096 }, none = { .size = 0 }, two = { .count = 2 };
	const uint32_t data = 64 + 12;

	(void)state;
	mbed_init(&t, usual);
	no_allocation(with(&t, make_allocation(&t, &a), data, 1), 120, 0);		/* magic */
	no_allocation(with(&t, make_allocation(&t, &a), data + 4, 2), 120, 0);	/* version */
	no_allocation(with(&t, make_allocation(&t, &a), data + 16, 4), 120, 0);	/* flags */
	no_allocation(with(&t, make_allocation(&t, &a), data + 20, 1), 120, 0);	/* segment */
	no_allocation(with(&t, make_allocation(&t, &a), data + 28, 1), 120, 0);	/* reserved */
	no_allocation(make_allocation(&t, &none), 120, 0);
	none.size = UINT64_MAX;
	no_allocation(make_allocation(&t, &none), 120, 0);
	none.size = 1ull << 50;
	no_allocation(make_allocation(&t, &none), 120, 0);
	none.flags = 1u << 18;
	none.size = 1;
	no_allocation(make_allocation(&t, &none), 120, 0);
	/* The second fails: the first goes, too, and their resource. */
	two.size = 4096;
	two.flags = BED_RESOURCE;
	no_allocation(with(&t, make_allocation(&t, &two), 64 + 24 + 32, 1), 16 + 2 * 104, 0);
	/* No private data at all. */
	no_allocation(with(&t, make_standard(&t, 0, 1, 4096), 44, 0), 88, 0);
	/* Standard ones. */
	no_allocation(make_standard(&t, 0, 1, 4096), 88, 0);
	no_allocation(make_standard(&t, BED_SYSMEM, 3, 4096), 88, 0);
	no_allocation(make_standard(&t, BED_SYSMEM, 1, 4095), 88, 0);
	no_allocation(make_standard(&t, BED_SYSMEM, 1, 0), 88, 0);
	no_allocation(with(&t, make_standard(&t, BED_SYSMEM, 1, 4096), 64 + 12 + 16, 1), 88, 0);
	no_allocation(make_standard(&t, BED_SYSMEM, 1, 1ull << 40), 88, 0);
	VIOLATIONS(0, mbed_call(&t, make_standard(&t, 0, 2, 8192)));
	assert_int_not_equal(bed_word(&t.b, 16), 0);
	assert_int_equal(bed_quad(&t.b, 16 + 16), 8192);
	mbed_fini(&t);
}

static void test_create_refused(void **state)
{
	struct bed_allocation a = { .size = 4096 };
	uint32_t len;

	(void)state;
	mbed_init(&t, usual);
	no_allocation(with(&t, make_allocation(&t, &a), 24, t.queue), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 28, 0x40000040), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 40, 0), 16, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 40, 2), 200, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 40, 100), 16, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 40, 0xffffffff), 16, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 32, 8), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 36, 0xfffffff8), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 32, 131072), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 64 + 4, 24), 112, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 64 + 4, 0xffffffff), 16, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 56, 1), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 60, 1), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 44, 8), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 44, 1 << 17), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 44, 2), 120, 1);
	no_allocation(with(&t, make_allocation(&t, &a), 44, 3), 120, 1);
	/* A standard one has its 24 bytes, and is alone. */
	no_allocation(with(&t, make_allocation(&t, &a), 44, BED_STANDARD), 120, 1);
	a.data = 24;
	no_allocation(with(&t, make_allocation(&t, &a), 44, BED_STANDARD), 120, 1);
	len = make_standard(&t, BED_SYSMEM, 1, 4096);
	memset(t.m + len, 0, 16);
	no_allocation(with(&t, len + 12, 40, 2), 160, 1);
	/* Filling behind odd data. */
	a.data = 0;
	a.more = 3;
	len = make_allocation(&t, &a);
	t.m[len] = 1;
	no_allocation(len + 1, 128, 1);
	mbed_fini(&t);
}

/* More data than an answer can carry is the user's bad luck. */
static void test_create_too_much(void **state)
{
	struct bed_allocation a = { .count = 1024, .size = 4096, .more = 48 };

	(void)state;
	mbed_init(&t, usual);
	no_allocation(make_allocation(&t, &a), 16, 0);
	a.more = 16;
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_equal(t.b.len, 16 + 1024 * (72 + 48));
	/* One of nearly a packet's size. */
	a.count = 1;
	a.more = 131072 - 32 - 100;
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	assert_int_not_equal(bed_word(&t.b, 16), 0);
	assert_int_equal(t.b.len, 131064);
	mbed_fini(&t);
}

static void test_destroy_refused(void **state)
{
	uint32_t a[3], len;

	(void)state;
	mbed_init(&t, usual);
	a[0] = mbed_allocate(&t, 4096, 0);
	a[1] = mbed_allocate(&t, 4096, 0);
	a[2] = a[0];
	REFUSED(&t, BED_INVALID_PARAMETER, make_destroy(&t, 0, 0, a));
	REFUSED(&t, BED_INVALID_PARAMETER, make_destroy(&t, a[0], 1, a));
	REFUSED(&t, BED_INVALID_HANDLE, make_destroy(&t, 0, 3, a));
	REFUSED(&t, BED_INVALID_HANDLE, make_destroy(&t, a[0], 0, a));
	a[2] = t.device;
	REFUSED(&t, BED_INVALID_HANDLE, make_destroy(&t, 0, 3, a));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_destroy(&t, 0, 2, a), 24, a[0]));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_destroy(&t, 0, 2, a), 32, 3));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_destroy(&t, 0, 2, a), 32, 1025));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_destroy(&t, 0, 2, a), 32, 0xffffffff));
	ERROR(&t, BED_INVALID_PARAMETER, with(&t, make_destroy(&t, 0, 2, a), 36, 0x80000000));
	len = make_destroy(&t, 0, 2, a);
	t.m[len - 1] = 1;
	REFUSED(&t, BED_INVALID_PARAMETER, len);
	ERROR(&t, 0, with(&t, make_destroy(&t, 0, 2, a), 36, 3));
	mbed_fini(&t);
}

/* ---- guest memory ---- */

static void test_sysmem(void **state)
{
	uint64_t pfns[300], va;
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_sysmem(&t, 300, 0, pfns);
	va = mbed_use(&t, a, 300);
	for (uint32_t i = 0; i < 300; i += 37) {
		assert_true(mgpu_poke(&t, va + 4096 * i + 5, i));
		assert_int_equal(guest_at(&t, pfns[i] * 4096)[5], (uint8_t)i);
		guest_at(&t, pfns[i] * 4096)[6] = 9;
		assert_int_equal(mgpu_byte(&t, va + 4096 * i + 6), 9);
	}
	assert_int_equal(mbed_destroy(&t, a), 0);
	assert_int_equal(mgpu_byte(&t, va), -1);
	mbed_fini(&t);
}

/* Told in chunks, in order; nothing can be done before the last. */
static void test_sysmem_chunks(void **state)
{
	struct bed_map map = { .pages = 10, .protection = BED_WRITE };
	uint64_t pfns[10], bad;
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 10; i++)
		pfns[i] = fake_guest_page(&t.b.guest);
	VIOLATIONS(0, mbed_call(&t, make_standard(&t, BED_SYSMEM, 1, 40960)));
	assert_int_equal(bed_word(&t.b, 16 + 8), 1 << 11 | 1 << 19);
	a = bed_word(&t.b, 16);
	assert_int_equal(mbed_resident(&t, a), BED_INVALID_PARAMETER);
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 1, 4, pfns));
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 0, 0, pfns));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_pages(&t, a, 0, 4, pfns), 32, 11));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_pages(&t, a, 0, 4, pfns), 32, UINT32_MAX));
	REFUSED(&t, BED_INVALID_HANDLE, make_pages(&t, t.device, 0, 4, pfns));
	ERROR(&t, 0, make_pages(&t, a, 0, 4, pfns));
	assert_int_equal(mbed_resident(&t, a), BED_INVALID_PARAMETER);
	map.allocation = a;
	mbed_map(&t, &map);
	/* Beyond memory, in the IO space, beyond all addresses. */
	bad = 1ull << 30;
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 4, 1, &bad));
	bad = BED_IO_START / 4096 + 3;
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 4, 1, &bad));
	bad = UINT64_MAX;
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 4, 1, &bad));
	bad = 1ull << 52;
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 4, 1, &bad));
	/* Not the other way in between. */
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 1));
	ERROR(&t, 0, make_pages(&t, a, 4, 6, pfns + 4));
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 10, 1, pfns));
	assert_int_equal(mbed_resident(&t, a), BED_PENDING);
	mbed_settle(&t);
	/* What the host makes itself waits for no pages. */
	a = mbed_allocate(&t, 4096, 0);
	REFUSED(&t, BED_INVALID_PARAMETER, make_pages(&t, a, 0, 1, pfns));
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 1));
	mbed_fini(&t);
}

static void test_sysmem_read_only(void **state)
{
	struct bed_map map = { .pages = 1 };
	uint64_t pfn, va;

	(void)state;
	mbed_init(&t, usual);
	map.allocation = mbed_sysmem(&t, 1, BED_READ_ONLY, &pfn);
	map.protection = BED_WRITE;
	assert_int_equal(mbed_map(&t, &map), BED_ACCESS_DENIED);
	map.protection = 0;
	assert_int_equal(mbed_map(&t, &map), BED_PENDING);
	va = bed_quad(&t.b, 0);
	mbed_resident(&t, map.allocation);
	mbed_settle(&t);
	assert_int_equal(mgpu_byte(&t, va), 0);
	assert_false(mgpu_poke(&t, va, 1));
	mbed_fini(&t);
}

static void gpadl(const char *const *options)
{
	uint64_t pfns[6], va;
	uint32_t a, relid;

	mbed_init(&t, options);
	relid = bed_relid(&t.b, "gpupv");
	for (int i = 0; i < 6; i++)
		pfns[i] = fake_guest_page(&t.b.guest);
	assert_int_equal(fake_guest_make_gpadl(&t.b.guest, relid, 0x7007, pfns, 5), 0);
	assert_int_equal(fake_guest_make_gpadl(&t.b.guest, relid, 0x7008, pfns, 4), 0);
	assert_int_equal(fake_guest_make_gpadl(&t.b.guest, relid, 0x7009, pfns, 6), 0);
	VIOLATIONS(0, mbed_call(&t, make_standard(&t, BED_SYSMEM, 1, 5 * 4096)));
	a = bed_word(&t.b, 16);
	REFUSED(&t, BED_NOT_SUPPORTED, make_pages(&t, a, 0, 5, pfns));
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 0x7006));
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 0x7008));
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 0x7009));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_store(&t, a, 0x7007), 36, 1));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_store(&t, a, 0x7007), 24, 0));
	ERROR(&t, 0, make_store(&t, a, 0x7007));
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 0x7007));
	va = mbed_use(&t, a, 5);
	assert_true(mgpu_poke(&t, va + 4 * 4096, 3));
	assert_int_equal(*guest_at(&t, pfns[4] * 4096), 3);
	/* Taken back too early: the guest waits until the allocation is gone. */
	fake_guest_teardown(&t.b.guest, relid, 0x7008);
	VIOLATIONS(1, fake_guest_post(&t.b.guest, (uint32_t[]){ 11, 0, relid, 0x7007 }, 4));
	fake_guest_expect_nothing(&t.b.guest);
	assert_int_equal(mgpu_byte(&t, va), 0);
	assert_int_equal(mbed_destroy(&t, a), 0);
	fake_guest_expect(&t.b.guest, 12);
	mbed_fini(&t);
}

static void test_gpadl(void **state)
{
	(void)state;
	gpadl(old_version);
	gpadl(no_frames);
}

/* A page of the IO space may be in a GPADL, but is no memory of the guest's. */
static void test_gpadl_of_io_space(void **state)
{
	uint64_t pfn = BED_IO_START / 4096;
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	assert_int_equal(fake_guest_make_gpadl(&t.b.guest, bed_relid(&t.b, "gpupv"), 0x7007, &pfn,
					       1), 0);
	VIOLATIONS(0, mbed_call(&t, make_standard(&t, BED_SYSMEM, 1, 4096)));
	a = bed_word(&t.b, 16);
	REFUSED(&t, BED_INVALID_PARAMETER, make_store(&t, a, 0x7007));
	mbed_fini(&t);
}

/* ---- residency ---- */

static void test_residency(void **state)
{
	uint32_t a, list[2];
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_allocate(&t, 8192, 0);
	va = mbed_use(&t, a, 2);
	assert_int_equal(mgpu_byte(&t, va), 0);
	assert_true(mgpu_poke(&t, va + 4097, 7));
	/* Counted: twice in, twice out. */
	assert_int_equal(mbed_resident(&t, a), BED_PENDING);
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	assert_int_equal(t.b.len, 8);
	assert_int_equal(mgpu_byte(&t, va + 4097), 7);
	ERROR(&t, 0, make_evict(&t, 3, 1, &a));
	assert_int_equal(mgpu_byte(&t, va + 4097), -1);
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	/* It shows again when the operation has ended, with what was in it. */
	list[0] = a;
	list[1] = a;
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 0, 2, list)));
	assert_int_equal(bed_word(&t.b, 16), BED_PENDING);
	assert_int_equal(mgpu_byte(&t, va + 4097), -1);
	mbed_settle(&t);
	assert_int_equal(mgpu_byte(&t, va + 4097), 7);
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	assert_int_equal(mgpu_byte(&t, va + 4097), 7);
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	assert_int_equal(mgpu_byte(&t, va + 4097), -1);
	mbed_fini(&t);
}

static void test_residency_errors(void **state)
{
	uint32_t a[2], len;

	(void)state;
	mbed_init(&t, usual);
	a[0] = mbed_allocate(&t, 4096, 0);
	a[1] = t.device;
	/* Lists are the user's. */
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 0, 2, a)));
	assert_int_equal(bed_word(&t.b, 16), BED_INVALID_HANDLE);
	VIOLATIONS(0, mbed_call(&t, make_evict(&t, 0, 2, a)));
	assert_int_equal(bed_quad(&t.b, 0), 0);
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 4, 1, a)));
	assert_int_equal(bed_word(&t.b, 16), BED_INVALID_PARAMETER);
	VIOLATIONS(0, mbed_call(&t, make_evict(&t, 4, 1, a)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_resident(&t, 0, 1, a), 36, 0)));
	assert_int_equal(bed_word(&t.b, 16), BED_INVALID_PARAMETER);
	VIOLATIONS(1, mbed_call(&t, with(&t, make_resident(&t, 0, 1, a), 36, 3)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_resident(&t, 0, 1, a), 36, 10241)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_resident(&t, 0, 1, a), 24, t.device)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_resident(&t, 0, 1, a), 28, t.device)));
	len = make_resident(&t, 0, 1, a);
	t.m[len - 1] = 1;
	VIOLATIONS(1, mbed_call(&t, len));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_evict(&t, 0, 1, a), 32, 0)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_evict(&t, 0, 1, a), 32, 10241)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_evict(&t, 0, 1, a), 32, 4)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_evict(&t, 0, 1, a), 24, t.queue)));
	mbed_fini(&t);
}

/* What the pool cannot hold: no status of success, and how much has to go. */
static void test_out_of_video_memory(void **state)
{
	uint32_t a[3], big;

	(void)state;
	mbed_init(&t, small);
	a[0] = mbed_allocate(&t, 1 << 20, 0);
	a[1] = mbed_allocate(&t, 1 << 20, 0);
	a[2] = mbed_allocate(&t, 8192, 0);
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 0, 2, a)));
	assert_int_equal(bed_word(&t.b, 16), 0);
	assert_int_equal(mbed_resident(&t, a[2]), BED_NO_VIDEO_MEMORY);
	assert_int_equal(bed_quad(&t.b, 8), 8192);
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 3, 1, &a[2])));
	assert_int_equal(bed_word(&t.b, 16), BED_NO_VIDEO_MEMORY);
	/* What is resident already costs nothing. */
	assert_int_equal(mbed_resident(&t, a[1]), 0);
	ERROR(&t, 0, make_evict(&t, 0, 1, a));
	assert_int_equal(mbed_resident(&t, a[2]), 0);
	/* There is 3 MiB in all; the rest is not even given out. */
	big = make_allocation(&t, &(struct bed_allocation){ .size = 1 << 20 });
	no_allocation(big, 120, 0);
	assert_int_equal(mbed_destroy(&t, a[2]), 0);
	mbed_allocate(&t, 1 << 20, BED_ALLOC_SYSTEM);
	mbed_fini(&t);
}

/* What the process should not have, but gets when it says that it cannot help it. */
static void test_over_budget(void **state)
{
	uint32_t a[3];

	(void)state;
	mbed_init(&t, budget);
	for (int i = 0; i < 3; i++)
		a[i] = mbed_allocate(&t, 1 << 20, 0);
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 0, 3, a)));
	assert_int_equal(bed_word(&t.b, 16), BED_NO_VIDEO_MEMORY);
	assert_int_equal(bed_quad(&t.b, 8), 1 << 20);
	VIOLATIONS(0, mbed_call(&t, make_resident(&t, 1, 3, a)));
	assert_int_equal(bed_word(&t.b, 16), 0);
	assert_int_equal(bed_quad(&t.b, 8), 1 << 20);
	VIOLATIONS(0, mbed_call(&t, make_evict(&t, 0, 1, a)));
	assert_int_equal(bed_quad(&t.b, 0), 0);
	mbed_fini(&t);
}

/* ---- locks ---- */

static void test_lock(void **state)
{
	uint64_t va, gpa;
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_allocate(&t, 3 * 4096, 0);
	va = mbed_use(&t, a, 3);
	assert_true(mgpu_poke(&t, va + 5000, 1));
	gpa = mbed_lock(&t, a);
	assert_int_equal(mbed_io_used(&t), 4);
	/* Both see the same bytes, what was there before and what comes. */
	assert_int_equal(guest_at(&t, gpa)[5000], 1);
	assert_true(mgpu_poke(&t, va + 5001, 2));
	assert_int_equal(guest_at(&t, gpa)[5001], 2);
	guest_at(&t, gpa)[9000] = 3;
	assert_int_equal(mgpu_byte(&t, va + 9000), 3);
	REFUSED(&t, BED_INVALID_PARAMETER, make_lock(&t, a));
	/* After the unlock the guest's old view is nobody's. */
	ERROR(&t, 0, make_unlock(&t, a));
	assert_int_equal(mbed_io_used(&t), 1);
	assert_int_equal(guest_at(&t, gpa)[5000], 0);
	guest_at(&t, gpa)[9000] = 4;
	assert_int_equal(mgpu_byte(&t, va + 9000), 3);
	assert_int_equal(mgpu_byte(&t, va + 5001), 2);
	REFUSED(&t, BED_INVALID_PARAMETER, make_unlock(&t, a));
	/* A lock of memory that is not resident, and its end while locked. */
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	gpa = mbed_lock(&t, a);
	assert_int_equal(guest_at(&t, gpa)[9000], 3);
	assert_int_equal(mbed_destroy(&t, a), 0);
	assert_int_equal(mbed_io_used(&t), 1);
	mbed_fini(&t);
}

static void test_lock_errors(void **state)
{
	uint64_t pfn;
	uint32_t a, guest;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_allocate(&t, 4096, 0);
	REFUSED(&t, BED_INVALID_HANDLE, make_lock(&t, t.device));
	REFUSED(&t, BED_INVALID_HANDLE, make_unlock(&t, 0));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_lock(&t, a), 24, t.queue));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_unlock(&t, a), 24, t.queue));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_lock(&t, a), 48, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_lock(&t, a), 52, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_lock(&t, a), 56, 1));
	REFUSED(&t, BED_INVALID_PARAMETER, with(&t, make_unlock(&t, a), 32, 1));
	ERROR(&t, BED_INVALID_PARAMETER, with(&t, make_lock(&t, a), 32, 1));
	ERROR(&t, BED_INVALID_PARAMETER, with(&t, make_lock(&t, a), 36, 1));
	guest = mbed_sysmem(&t, 1, 0, &pfn);
	REFUSED(&t, BED_INVALID_PARAMETER, make_lock(&t, guest));
	ERROR(&t, 0, make_unlock(&t, guest));
	/* The IO space is 1 MiB. */
	ERROR(&t, BED_NO_MEMORY, make_lock(&t, mbed_allocate(&t, BED_IO_LENGTH, 0)));
	assert_int_equal(mbed_io_used(&t), 1);
	mbed_lock(&t, mbed_allocate(&t, BED_IO_LENGTH - 4096, 0));
	ERROR(&t, BED_NO_MEMORY, make_lock(&t, a));
	mbed_fini(&t);
}

/* Room that is free but in pieces; the search goes around. */
static void test_io_space_pieces(void **state)
{
	uint32_t a[8], big;

	(void)state;
	mbed_init(&t, usual);
	for (int i = 0; i < 7; i++) {
		a[i] = mbed_allocate(&t, BED_IO_LENGTH / 8, 0);
		mbed_lock(&t, a[i]);
	}
	for (int i = 0; i < 7; i += 2)
		ERROR(&t, 0, make_unlock(&t, a[i]));
	big = mbed_allocate(&t, BED_IO_LENGTH / 4, 0);
	ERROR(&t, BED_NO_MEMORY, make_lock(&t, big));
	ERROR(&t, 0, make_unlock(&t, a[1]));
	mbed_lock(&t, big);
	mbed_lock(&t, a[0]);
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_create_flags),
		cmocka_unit_test(test_create_zeroed),
		cmocka_unit_test(test_create_resource),
		cmocka_unit_test(test_create_errors),
		cmocka_unit_test(test_create_refused),
		cmocka_unit_test(test_create_too_much),
		cmocka_unit_test(test_destroy_refused),
		cmocka_unit_test(test_sysmem),
		cmocka_unit_test(test_sysmem_chunks),
		cmocka_unit_test(test_sysmem_read_only),
		cmocka_unit_test(test_gpadl),
		cmocka_unit_test(test_gpadl_of_io_space),
		cmocka_unit_test(test_residency),
		cmocka_unit_test(test_residency_errors),
		cmocka_unit_test(test_out_of_video_memory),
		cmocka_unit_test(test_over_budget),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_lock_errors),
		cmocka_unit_test(test_io_space_pieces),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
