// SPDX-License-Identifier: MIT
/* Tests of host/softgpu/space.c: page tables. */
#include <pthread.h>
#include <sched.h>

#include "gpubed.h"

#define ALL	(SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE)
#define END	(1ull << SOFTGPU_VA_BITS)
#define PAGE	4096ull

static uint8_t memory[64][4096] __attribute__((aligned(4096)));

static uint8_t *const *pages(unsigned int first, unsigned int n)
{
	static uint8_t *list[64];

	for (unsigned int i = 0; i < n; i++)
		list[i] = memory[(first + i) % 64];
	return list;
}

static int setup(void **state)
{
	for (unsigned int i = 0; i < 64; i++)
		memset(memory[i], i + 1, 4096);
	*state = softgpu_space_new();
	return 0;
}

static int teardown(void **state)
{
	softgpu_space_free(*state);
	return 0;
}

/* The byte at @va; -1: no access. */
static int byte_at(struct softgpu_space *s, uint64_t va)
{
	uint8_t v = 0xaa;

	return softgpu_space_read(s, va, &v, 1) ? v : -1;
}

static bool writable(struct softgpu_space *s, uint64_t va)
{
	uint8_t v = 0x77;

	return softgpu_space_write(s, va, &v, 1);
}

static void nothing_is_mapped_at_first(void **state)
{
	assert_int_equal(byte_at(*state, 0), -1);
	assert_int_equal(byte_at(*state, END - 1), -1);
	assert_false(writable(*state, 0x123456789));
}

static void each_page_is_where_it_was_put(void **state)
{
	static const uint64_t at[] = {
		0, PAGE, 511 * PAGE, 512 * PAGE, 1ull << 30, (1ull << 39) - PAGE, 1ull << 39,
		1ull << 47, END - PAGE,
	};

	for (unsigned int i = 0; i < 9; i++)
		assert_true(softgpu_map(*state, at[i], 1, pages(i, 1), ALL));
	for (unsigned int i = 0; i < 9; i++) {
		assert_int_equal(byte_at(*state, at[i]), i + 1);
		assert_int_equal(byte_at(*state, at[i] + PAGE - 1), i + 1);
	}
	assert_int_equal(byte_at(*state, 2 * PAGE), -1);
	assert_int_equal(byte_at(*state, 510 * PAGE), -1);
	assert_int_equal(byte_at(*state, 513 * PAGE), -1);
	assert_int_equal(byte_at(*state, END - PAGE - 1), -1);
}

/* A range over the borders of tables of each level. */
static void ranges_span_tables(void **state)
{
	static const uint64_t border[] = { 1ull << 21, 1ull << 30, 1ull << 39 };

	for (unsigned int i = 0; i < 3; i++) {
		uint64_t va = border[i] - 10 * PAGE;

		assert_true(softgpu_map(*state, va, 20, pages(0, 20), ALL));
		for (unsigned int p = 0; p < 20; p++)
			assert_int_equal(byte_at(*state, va + p * PAGE), p + 1);
		assert_int_equal(byte_at(*state, va - 1), -1);
		assert_int_equal(byte_at(*state, va + 20 * PAGE), -1);
		assert_true(softgpu_unmap(*state, va + PAGE, 18));
		assert_int_equal(byte_at(*state, va), 1);
		for (unsigned int p = 1; p < 19; p++)
			assert_int_equal(byte_at(*state, va + p * PAGE), -1);
		assert_int_equal(byte_at(*state, va + 19 * PAGE), 20);
	}
}

static void a_mapping_replaces_what_was_there(void **state)
{
	assert_true(softgpu_map(*state, 0x10000, 4, pages(0, 4), ALL));
	assert_true(softgpu_map(*state, 0x11000, 2, pages(10, 2), SOFTGPU_READ));
	assert_int_equal(byte_at(*state, 0x10000), 1);
	assert_int_equal(byte_at(*state, 0x11000), 11);
	assert_int_equal(byte_at(*state, 0x12000), 12);
	assert_int_equal(byte_at(*state, 0x13000), 4);
	assert_false(writable(*state, 0x11000));
	assert_true(writable(*state, 0x13000));
	assert_true(softgpu_map_zero(*state, 0x11000, 1));
	assert_int_equal(byte_at(*state, 0x11000), 0);
	assert_true(softgpu_map(*state, 0x11000, 1, pages(20, 1), ALL));
	assert_int_equal(byte_at(*state, 0x11000), 21);
}

static void each_access_needs_its_right(void **state)
{
	assert_true(softgpu_map(*state, 0x1000, 1, pages(0, 1), SOFTGPU_READ));
	assert_true(softgpu_map(*state, 0x2000, 1, pages(1, 1), SOFTGPU_WRITE));
	assert_true(softgpu_map(*state, 0x3000, 1, pages(2, 1), SOFTGPU_EXECUTE));
	assert_true(softgpu_map(*state, 0x4000, 1, pages(3, 1), 0));
	assert_int_equal(byte_at(*state, 0x1000), 1);
	assert_false(writable(*state, 0x1000));
	assert_int_equal(byte_at(*state, 0x2000), -1);
	assert_true(writable(*state, 0x2000));
	assert_int_equal(memory[1][0], 0x77);
	assert_int_equal(byte_at(*state, 0x3000), -1);
	assert_false(writable(*state, 0x3000));
	assert_int_equal(byte_at(*state, 0x4000), -1);
	/* A right to map over is none to keep. */
	assert_true(softgpu_map(*state, 0x1000, 1, pages(0, 1), 0));
	assert_int_equal(byte_at(*state, 0x1000), -1);
}

static void null_pages_read_zero_and_swallow(void **state)
{
	uint8_t some[8192];

	assert_true(softgpu_map(*state, 0x1000, 1, pages(0, 1), ALL));
	assert_true(softgpu_map_zero(*state, 0x2000, 1));
	assert_true(softgpu_map(*state, 0x3000, 1, pages(1, 1), ALL));
	memset(some, 0x55, sizeof(some));
	assert_true(softgpu_space_write(*state, 0x1800, some, sizeof(some)));
	memset(some, 0xaa, sizeof(some));
	assert_true(softgpu_space_read(*state, 0x1800, some, sizeof(some)));
	for (unsigned int i = 0; i < sizeof(some); i++)
		assert_int_equal(some[i], i < 0x800 || i >= 0x1800 ? 0x55 : 0);
	assert_int_equal(byte_at(*state, 0x37ff), 0x55);
	assert_int_equal(byte_at(*state, 0x3800), 2);
}

/* All of the space at once, holes in it, and back: needs neither time nor memory. */
static void null_ranges_may_be_huge(void **state)
{
	assert_true(softgpu_map_zero(*state, 0, END / PAGE));
	assert_int_equal(byte_at(*state, 0), 0);
	assert_int_equal(byte_at(*state, END - 1), 0);
	assert_true(writable(*state, 1ull << 40));
	assert_true(softgpu_unmap(*state, 1ull << 40, 1));
	assert_int_equal(byte_at(*state, 1ull << 40), -1);
	assert_int_equal(byte_at(*state, (1ull << 40) - 1), 0);
	assert_int_equal(byte_at(*state, (1ull << 40) + PAGE), 0);
	assert_int_equal(byte_at(*state, (1ull << 40) + (1ull << 35)), 0);
	assert_true(softgpu_map(*state, 0x5000, 1, pages(4, 1), ALL));
	assert_int_equal(byte_at(*state, 0x5000), 5);
	assert_int_equal(byte_at(*state, 0x6000), 0);
	assert_true(softgpu_unmap(*state, PAGE, END / PAGE - 2));
	assert_int_equal(byte_at(*state, 0), 0);
	assert_int_equal(byte_at(*state, PAGE), -1);
	assert_int_equal(byte_at(*state, 0x5000), -1);
	assert_int_equal(byte_at(*state, 1ull << 46), -1);
	assert_int_equal(byte_at(*state, END - PAGE), 0);
}

static void what_is_outside_is_refused(void **state)
{
	assert_false(softgpu_map(*state, END, 1, pages(0, 1), ALL));
	assert_false(softgpu_map(*state, END - PAGE, 2, pages(0, 2), ALL));
	assert_false(softgpu_map(*state, UINT64_MAX - PAGE + 1, 1, pages(0, 1), ALL));
	assert_false(softgpu_map(*state, UINT64_MAX - PAGE + 1, 2, pages(0, 2), ALL));
	assert_false(softgpu_map(*state, 0x10, 1, pages(0, 1), ALL));
	assert_false(softgpu_map_zero(*state, PAGE, END / PAGE));
	assert_false(softgpu_map_zero(*state, PAGE, UINT64_MAX));
	assert_false(softgpu_map_zero(*state, 0, UINT64_MAX / PAGE));
	assert_false(softgpu_unmap(*state, 0, END / PAGE + 1));
	assert_false(softgpu_unmap(*state, 1, 1));
	assert_int_equal(byte_at(*state, END - PAGE), -1);
	assert_int_equal(byte_at(*state, END), -1);
	assert_int_equal(byte_at(*state, UINT64_MAX), -1);
	/* Host memory that no 64-bit access fits. */
	{
		uint8_t *odd[] = { memory[0], memory[1] + 4 };

		assert_false(softgpu_map(*state, 0x1000, 2, odd, ALL));
		assert_int_equal(byte_at(*state, 0x1000), -1);
	}
	/* Nothing is nothing, everywhere within. */
	assert_true(softgpu_map(*state, 0x1000, 0, NULL, ALL));
	assert_true(softgpu_unmap(*state, END, 0));
}

static void copies_stop_at_the_first_bad_byte(void **state)
{
	static uint8_t some[0x30000];

	assert_true(softgpu_map(*state, 0x100000, 40, pages(0, 40), ALL));
	memset(some, 0x99, sizeof(some));
	assert_false(softgpu_space_write(*state, 0x100008, some, 0x28000));
	assert_int_equal(memory[0][7], 1);
	assert_int_equal(memory[0][8], 0x99);
	assert_int_equal(memory[39][4095], 0x99);
	memset(some, 0, sizeof(some));
	assert_false(softgpu_space_read(*state, 0x100008, some, 0x28000));
	assert_int_equal(some[0x28000 - 9], 0x99);
	assert_int_equal(some[0x28000 - 8], 0);
	assert_true(softgpu_space_read(*state, 0x100008, some, 0x28000 - 8));
	assert_true(softgpu_space_read(*state, 0x100000, some, 0));
	assert_false(softgpu_space_read(*state, END - 8, some, 16));
	assert_false(softgpu_space_write(*state, UINT64_MAX - 8, some, 16));
}

/* Against a flat model of 4096 pages around a border of tables. */
static void random_changes(void **state)
{
	static int model[4096];
	const uint64_t base = (1ull << 30) - 2048 * PAGE;
	uint64_t seed = 0x5eed;

	memset(model, 0xff, sizeof(model));
	for (unsigned int i = 0; i < test_loops(4000); i++) {
		unsigned int first = test_random(&seed) % 4096;
		unsigned int n = test_random(&seed) % (test_random(&seed) % 4 ? 40 : 1500);
		unsigned int what = test_random(&seed) % 3, from = test_random(&seed) % 64;

		n = n < 4096 - first ? n : 4096 - first;
		if (!what)
			n = n < 40 ? n : 40;
		if (what == 0)
			assert_true(softgpu_map(*state, base + first * PAGE, n, pages(from, n),
						SOFTGPU_READ));
		else if (what == 1)
			assert_true(softgpu_map_zero(*state, base + first * PAGE, n));
		else
			assert_true(softgpu_unmap(*state, base + first * PAGE, n));
		for (unsigned int p = 0; p < n; p++) {
			model[first + p] = what == 0 ? (int)((from + p) % 64 + 1) :
					   what == 1 ? 0 : -1;
		}
		for (unsigned int p = 0; p < 4096; p += 1 + test_random(&seed) % 7)
			assert_int_equal(byte_at(*state, base + p * PAGE + 5), model[p]);
	}
}

static bool writer_stop;
static uint64_t written;

static void *keep_writing(void *space)
{
	for (uint64_t n = 1; !__atomic_load_n(&writer_stop, __ATOMIC_RELAXED); n++) {
		assert_true(softgpu_space_write(space, 0x10008, &n, sizeof(n)));
		__atomic_store_n(&written, n, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Who holds the space can copy a page and map the copy, and nothing is lost. */
static void pages_move_under_a_writer(void **state)
{
	uint64_t value;
	pthread_t thread;

	assert_true(softgpu_map(*state, 0x10000, 1, pages(0, 1), ALL));
	writer_stop = false;
	written = 0;
	assert_int_equal(pthread_create(&thread, NULL, keep_writing, *state), 0);
	while (!__atomic_load_n(&written, __ATOMIC_RELAXED))
		sched_yield();
	for (unsigned int i = 0; i < 2000; i++) {
		softgpu_space_lock(*state);
		memcpy(memory[(i + 1) % 2], memory[i % 2], 4096);
		assert_true(softgpu_unmap(*state, 0x10000, 1));
		assert_true(softgpu_map(*state, 0x10000, 1, pages((i + 1) % 2, 1), ALL));
		/* The old page is anybody's now. */
		memset(memory[i % 2], 0xee, 4096);
		softgpu_space_unlock(*state);
	}
	__atomic_store_n(&writer_stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	memcpy(&value, memory[0] + 8, sizeof(value));
	assert_int_equal(value, written);
	assert_int_equal(byte_at(*state, 0x10000), 1);
	/* Free for others again. */
	assert_true(softgpu_unmap(*state, 0x10000, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_mapped_at_first),
		TEST(each_page_is_where_it_was_put),
		TEST(ranges_span_tables),
		TEST(a_mapping_replaces_what_was_there),
		TEST(each_access_needs_its_right),
		TEST(null_pages_read_zero_and_swallow),
		TEST(null_ranges_may_be_huge),
		TEST(what_is_outside_is_refused),
		TEST(copies_stop_at_the_first_bad_byte),
		TEST(random_changes),
		TEST(pages_move_under_a_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
