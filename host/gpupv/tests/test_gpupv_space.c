// SPDX-License-Identifier: MIT
/* GPU addresses: reserved, mapped, freed; what the GPU sees there. */
#include "bed_memory.h"

static const char *const usual[] = { "paging-delay=1000", NULL };
static const char *const at_once[] = { "paging-delay=0", NULL };

#define MIB	(1ull << 20)
#define PAGE	4096ull

static struct mbed t;

/* ---- reservations ---- */

static uint64_t reserve(uint32_t len)
{
	VIOLATIONS(0, mbed_call(&t, len));
	assert_int_equal(t.b.len, 16);
	return bed_quad(&t.b, 0);
}

static void test_reserve(void **state)
{
	uint64_t a, b, c;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_reserve(&t, MIB);
	b = mbed_reserve(&t, 3 * PAGE);
	c = mbed_reserve(&t, MIB);
	assert_true(a % 65536 == 0 && b % 65536 == 0 && c % 65536 == 0);
	assert_true(a + MIB <= b && b + 3 * PAGE <= c);
	/* A hole is found again; a larger one is not taken for it. */
	ERROR(&t, 0, make_free(&t, b, 3 * PAGE));
	assert_true(mbed_reserve(&t, MIB) >= c + MIB);
	assert_int_equal(mbed_reserve(&t, PAGE), b);
	/* By a paging queue in place of the adapter. */
	assert_int_not_equal(reserve(with(&t, make_reserve(&t, 0, PAGE, 0), 24, t.queue)), 0);
	mbed_fini(&t);
}

static void test_reserve_where(void **state)
{
	uint64_t base = 0x123456789000ull;

	(void)state;
	mbed_init(&t, usual);
	assert_int_equal(reserve(make_reserve(&t, base, MIB, 0)), base);
	assert_int_equal(reserve(make_reserve(&t, base, MIB, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, base + MIB - PAGE, MIB, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, base - MIB + PAGE, MIB, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, base - PAGE, 2 * MIB, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, base + PAGE, PAGE, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, base + MIB, MIB, 0)), base + MIB);
	assert_int_equal(reserve(make_reserve(&t, base - MIB, MIB, 0)), base - MIB);
	/* The lowest page and the end of what guests have. */
	assert_int_equal(reserve(make_reserve(&t, PAGE, PAGE, 0)), PAGE);
	assert_int_equal(reserve(make_reserve(&t, 0x6ffffffff000ull, PAGE, 0)), 0x6ffffffff000ull);
	assert_int_equal(reserve(make_reserve(&t, 0x6ffffffff000ull, 2 * PAGE, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0x700000000000ull, PAGE, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0xfffffffffffff000ull, PAGE, 0)), 0);
	mbed_fini(&t);
}

static void test_reserve_bounds(void **state)
{
	uint32_t len;

	(void)state;
	mbed_init(&t, usual);
	len = with64(&t, make_reserve(&t, 0, MIB, 0), 40, 0x200000001ull);
	assert_int_equal(reserve(with64(&t, len, 48, 0x200200000ull)), 0x200010000ull);
	/* The rest of it is too small. */
	len = with64(&t, make_reserve(&t, 0, MIB, 0), 40, 0x200000001ull);
	assert_int_equal(reserve(with64(&t, len, 48, 0x200200000ull)), 0);
	len = with64(&t, make_reserve(&t, 0, PAGE, 0), 40, 0x200000001ull);
	assert_int_equal(reserve(with64(&t, len, 48, 0x200200000ull)), 0x200110000ull);
	len = with64(&t, make_reserve(&t, 0, PAGE, 0), 40, UINT64_MAX);
	assert_int_equal(reserve(len), 0);
	len = with64(&t, make_reserve(&t, 0, PAGE, 0), 48, PAGE);
	assert_int_equal(reserve(len), 0);
	mbed_fini(&t);
}

static void test_reserve_errors(void **state)
{
	(void)state;
	mbed_init(&t, usual);
	assert_int_equal(reserve(make_reserve(&t, 0, 0, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0, 4097, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0, UINT64_MAX - 4095, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0, 1ull << 48, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 4097, PAGE, 0)), 0);
	assert_int_equal(reserve(make_reserve(&t, 0, PAGE, 3)), 0);
	VIOLATIONS(1, mbed_call(&t, with(&t, make_reserve(&t, 0, PAGE, 0), 24, t.fence)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_reserve(&t, 0, PAGE, 0), 24, 0)));
	mbed_fini(&t);
}

/* All that there is, at once, costs nothing. */
static void test_reserve_all(void **state)
{
	(void)state;
	mbed_init(&t, usual);
	assert_int_equal(reserve(make_reserve(&t, 0x100000, 0x700000000000ull - 0x100000, 1)),
			 0x100000);
	assert_int_equal(mgpu_byte(&t, 0x123456789000ull), 0);
	assert_int_equal(reserve(make_reserve(&t, 0, PAGE, 0)), 0);
	ERROR(&t, 0, make_free(&t, 0x100000, 0x700000000000ull - 0x100000));
	assert_int_equal(mgpu_byte(&t, 0x123456789000ull), -1);
	mbed_fini(&t);
}

static void test_reserve_types(void **state)
{
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	va = reserve(make_reserve(&t, 0, MIB, 1));
	assert_int_equal(mgpu_byte(&t, va + MIB - 1), 0);
	assert_true(mgpu_poke(&t, va, 5));
	assert_int_equal(mgpu_byte(&t, va), 0);
	assert_int_equal(mgpu_byte(&t, va + MIB), -1);
	assert_int_equal(mgpu_byte(&t, reserve(make_reserve(&t, 0, MIB, 0))), -1);
	assert_int_equal(mgpu_byte(&t, reserve(make_reserve(&t, 0, MIB, 2))), -1);
	mbed_fini(&t);
}

static void test_free_errors(void **state)
{
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, 0, 0));
	va = mbed_reserve(&t, MIB);
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, va, MIB - PAGE));
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, va, MIB + PAGE));
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, va + PAGE, MIB - PAGE));
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, va - PAGE, MIB));
	ERROR(&t, BED_INVALID_PARAMETER, with(&t, make_free(&t, va, MIB), 28, 1));
	REFUSED(&t, BED_INVALID_HANDLE, with(&t, make_free(&t, va, MIB), 24, t.queue));
	ERROR(&t, 0, make_free(&t, va, MIB));
	ERROR(&t, BED_INVALID_PARAMETER, make_free(&t, va, MIB));
	mbed_fini(&t);
}

/* ---- mappings ---- */

static void test_map(void **state)
{
	struct bed_map map = { .pages = 2, .first = 1, .protection = BED_WRITE };
	uint32_t a;

	(void)state;
	mbed_init(&t, usual);
	a = mbed_allocate(&t, 4 * PAGE, 0);
	assert_int_equal(mbed_resident(&t, a), BED_PENDING);
	map.base = mbed_reserve(&t, MIB) + 8 * PAGE;
	map.allocation = a;
	assert_int_equal(mbed_map(&t, &map), BED_PENDING);
	assert_int_equal(bed_quad(&t.b, 0), map.base);
	assert_int_equal(bed_quad(&t.b, 8), 2);
	/* Not before the operation has ended. */
	assert_int_equal(mgpu_byte(&t, map.base), -1);
	mbed_settle(&t);
	assert_true(mgpu_poke(&t, map.base + PAGE, 1));
	assert_int_equal(mgpu_byte(&t, map.base - 1), -1);
	assert_int_equal(mgpu_byte(&t, map.base + 2 * PAGE), -1);
	/* The same memory elsewhere. */
	assert_int_equal(mgpu_byte(&t, mbed_use(&t, a, 4) + 2 * PAGE), 1);
	mbed_fini(&t);
}

static void test_map_anywhere(void **state)
{
	struct bed_map map = { .pages = 1, .minimum = 0x300000000ull, .maximum = 0x300010000ull };
	uint64_t va;

	(void)state;
	mbed_init(&t, at_once);
	map.allocation = mbed_allocate(&t, PAGE, 0);
	assert_int_equal(mbed_map(&t, &map), 0);
	va = bed_quad(&t.b, 0);
	assert_int_equal(va, 0x300000000ull);
	assert_int_equal(mbed_map(&t, &map), BED_NO_MEMORY);
	ERROR(&t, 0, make_free(&t, va, PAGE));
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_int_equal(bed_quad(&t.b, 0), va);
	mbed_fini(&t);
}

static void test_protection(void **state)
{
	static const uint32_t bad[] = {
		BED_ZERO, BED_NO_ACCESS, BED_ZERO | BED_WRITE, 0x10, 0x20, 0x80000000,
	};
	struct bed_map map = { .pages = 1 };
	uint64_t va;

	(void)state;
	mbed_init(&t, at_once);
	map.allocation = mbed_allocate(&t, PAGE, 0);
	mbed_resident(&t, map.allocation);
	map.base = mbed_reserve(&t, MIB);
	va = map.base;
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_int_equal(mgpu_byte(&t, va), 0);
	assert_false(mgpu_poke(&t, va, 1));
	map.protection = BED_WRITE | BED_EXECUTE;
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_true(mgpu_poke(&t, va, 1));
	for (unsigned int i = 0; i < G_N_ELEMENTS(bad); i++) {
		map.protection = bad[i];
		assert_int_equal(mbed_map(&t, &map), BED_INVALID_PARAMETER);
	}
	assert_int_equal(mgpu_byte(&t, va), 1);
	/* Without an allocation. */
	map.allocation = 0;
	map.protection = BED_ZERO;
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_int_equal(mgpu_byte(&t, va), 0);
	map.protection = BED_NO_ACCESS;
	assert_int_equal(mbed_map(&t, &map), 0);
	assert_int_equal(mgpu_byte(&t, va), -1);
	map.protection = 0;
	assert_int_equal(mbed_map(&t, &map), 0);
	map.protection = BED_WRITE;
	assert_int_equal(mbed_map(&t, &map), BED_INVALID_PARAMETER);
	map.protection = BED_ZERO | BED_NO_ACCESS;
	assert_int_equal(mbed_map(&t, &map), BED_INVALID_PARAMETER);
	mbed_fini(&t);
}

static void test_map_errors(void **state)
{
	struct bed_map map = { .pages = 1 }, bad;

	(void)state;
	mbed_init(&t, at_once);
	map.allocation = mbed_allocate(&t, 4 * PAGE, 0);
	map.base = mbed_reserve(&t, MIB);
#define BAD(status, change) do { \
	bad = map; \
	change; \
	assert_int_equal(mbed_map(&t, &bad), status); \
} while (0)
	BAD(BED_INVALID_HANDLE, bad.allocation = t.device);
	BAD(BED_INVALID_HANDLE, bad.allocation ^= 0x40);
	BAD(BED_INVALID_PARAMETER, bad.pages = 0);
	BAD(BED_INVALID_PARAMETER, bad.pages = 5);
	BAD(BED_INVALID_PARAMETER, bad.pages = UINT64_MAX);
	BAD(BED_INVALID_PARAMETER, bad.pages = 1ull << 52);
	BAD(BED_INVALID_PARAMETER, bad.first = 4);
	BAD(BED_INVALID_PARAMETER, bad.first = UINT64_MAX);
	BAD(BED_INVALID_PARAMETER, bad.first = 1ull << 52);
	BAD(BED_INVALID_PARAMETER, bad.base += 1);
	BAD(BED_INVALID_PARAMETER, bad.base += MIB);
	BAD(BED_INVALID_PARAMETER, bad.base -= PAGE);
	BAD(BED_INVALID_PARAMETER, bad.base = UINT64_MAX - 4095);
	BAD(BED_INVALID_PARAMETER, (bad.base += MIB - PAGE, bad.pages = 2));
	BAD(BED_INVALID_PARAMETER, bad.protection = 1ull << 63);
#undef BAD
	VIOLATIONS(0, mbed_call(&t, with(&t, make_map(&t, &map), 96, 1)));
	assert_int_equal(bed_word(&t.b, 16), BED_INVALID_PARAMETER);
	VIOLATIONS(0, mbed_call(&t, with(&t, make_map(&t, &map), 104, 1)));
	assert_int_equal(bed_word(&t.b, 16), BED_INVALID_PARAMETER);
	VIOLATIONS(1, mbed_call(&t, with(&t, make_map(&t, &map), 24, t.device)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_map(&t, &map), 128, t.device)));
	VIOLATIONS(1, mbed_call(&t, with(&t, make_map(&t, &map), 132, 1)));
	assert_int_equal(mbed_map(&t, &map), 0);
	mbed_fini(&t);
}

/* Mappings cut each other; what is left of them stays. */
static void test_map_over(void **state)
{
	struct bed_map map = { .pages = 10, .protection = BED_WRITE };
	uint32_t a, b;
	uint64_t va;

	(void)state;
	mbed_init(&t, at_once);
	a = mbed_allocate(&t, 10 * PAGE, 0);
	b = mbed_allocate(&t, 10 * PAGE, 0);
	mbed_resident(&t, a);
	mbed_resident(&t, b);
	va = mbed_reserve(&t, MIB);
	map.base = va;
	map.allocation = a;
	assert_int_equal(mbed_map(&t, &map), 0);
	for (int i = 0; i < 10; i++)
		assert_true(mgpu_poke(&t, va + PAGE * i, 'a' + i));
	map.allocation = b;
	map.base = va + 3 * PAGE;
	map.pages = 2;
	assert_int_equal(mbed_map(&t, &map), 0);
	map.base = va + 9 * PAGE;
	assert_int_equal(mbed_map(&t, &map), 0);
	for (int i = 0; i < 11; i++)
		assert_int_equal(mgpu_byte(&t, va + PAGE * i),
				 i == 3 || i == 4 || i >= 9 ? 0 : 'a' + i);
	/* Over several, and into one. */
	map.base = va + 2 * PAGE;
	map.pages = 5;
	assert_int_equal(mbed_map(&t, &map), 0);
	for (int i = 2; i < 7; i++)
		assert_true(mgpu_poke(&t, va + PAGE * i, 'A' + i));
	assert_int_equal(mgpu_byte(&t, va + PAGE), 'b');
	assert_int_equal(mgpu_byte(&t, va + 7 * PAGE), 'h');
	/* Evicted and made resident again, each piece is where it was. */
	ERROR(&t, 0, make_evict(&t, 0, 1, &a));
	assert_int_equal(mgpu_byte(&t, va + PAGE), -1);
	assert_int_equal(mgpu_byte(&t, va + 2 * PAGE), 'C');
	mbed_resident(&t, a);
	assert_int_equal(mgpu_byte(&t, va + PAGE), 'b');
	assert_int_equal(mgpu_byte(&t, va + 8 * PAGE), 'i');
	assert_int_equal(mgpu_byte(&t, va + 2 * PAGE), 'C');
	/* Each ends by itself. */
	assert_int_equal(mbed_destroy(&t, b), 0);
	assert_int_equal(mgpu_byte(&t, va + 2 * PAGE), -1);
	assert_int_equal(mgpu_byte(&t, va + 9 * PAGE), -1);
	assert_int_equal(mgpu_byte(&t, va + PAGE), 'b');
	assert_int_equal(mbed_destroy(&t, a), 0);
	assert_int_equal(mgpu_byte(&t, va + PAGE), -1);
	ERROR(&t, 0, make_free(&t, va, MIB));
	mbed_fini(&t);
}

/* Free, and destroy, of what an operation has not reached yet. */
static void test_ends_before_operation(void **state)
{
	struct bed_map map = { .pages = 1, .protection = BED_WRITE };
	uint64_t va;

	(void)state;
	mbed_init(&t, usual);
	map.allocation = mbed_allocate(&t, PAGE, 0);
	mbed_resident(&t, map.allocation);
	va = mbed_reserve(&t, MIB);
	map.base = va;
	assert_int_equal(mbed_map(&t, &map), BED_PENDING);
	ERROR(&t, 0, make_free(&t, va, MIB));
	assert_int_equal(mbed_fence_value(&t), 2);
	mbed_settle(&t);
	assert_int_equal(mgpu_byte(&t, va), -1);
	va = mbed_reserve(&t, MIB);
	map.base = va;
	assert_int_equal(mbed_map(&t, &map), BED_PENDING);
	assert_int_equal(mbed_destroy(&t, map.allocation), 0);
	assert_int_equal(mbed_fence_value(&t), 3);
	mbed_settle(&t);
	assert_int_equal(mgpu_byte(&t, va), -1);
	mbed_fini(&t);
}

/* The same addresses in two processes have nothing to do with each other. */
static void test_two_processes(void **state)
{
	uint32_t first, device, other;
	uint64_t va;

	(void)state;
	mbed_init(&t, at_once);
	va = mbed_use(&t, mbed_allocate(&t, PAGE, 0), 1);
	assert_true(mgpu_poke(&t, va, 5));
	first = t.b.process;
	device = t.device;
	other = bed_call(&t.b, BED_GLOBAL, t.m, make_createprocess(&t.b, t.m, 8, "other"));
	t.b.process = other;
	assert_int_equal(mgpu_byte(&t, va), -1);
	t.device = mbed_device(&t);
	VIOLATIONS(0, t.queue = mbed_call(&t, make_paging_queue(&t, t.device, 0)));
	assert_int_equal(mbed_use(&t, mbed_allocate(&t, PAGE, 0), 1), va);
	assert_int_equal(mgpu_byte(&t, va), 0);
	/* The other's device is none of this process's, unless its handle is the same. */
	if (device != t.device)
		REFUSED(&t, BED_INVALID_HANDLE, make_words(&t, 1, device, 0));
	t.b.process = first;
	assert_int_equal(mgpu_byte(&t, va), 5);
	mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_reserve_where),
		cmocka_unit_test(test_reserve_bounds),
		cmocka_unit_test(test_reserve_errors),
		cmocka_unit_test(test_reserve_all),
		cmocka_unit_test(test_reserve_types),
		cmocka_unit_test(test_free_errors),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_map_anywhere),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_map_errors),
		cmocka_unit_test(test_map_over),
		cmocka_unit_test(test_ends_before_operation),
		cmocka_unit_test(test_two_processes),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
