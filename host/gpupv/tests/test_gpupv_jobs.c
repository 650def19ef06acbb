// SPDX-License-Identifier: MIT
/*
 * What jobs see: lists of operations on addresses, in the order of their context;
 * pages that move into the IO space and back while a job writes to them.
 */
#include "bed_exec.h"
#include "bed_memory.h"
#include "../memory.h"

static const char *const stepped[] = { "paging-delay=0", "stepped=on", NULL };
static const char *const threads[] = { "paging-delay=0", NULL };

#define PAGE	4096ull

static struct xb x;
static uint32_t context, allocation, paging_queue;
static uint64_t base;

enum operation { MAP, UNMAP, COPY, PROTECT };

struct update {
	uint32_t count;
	uint64_t words[8][8];		/* an operation each */
	uint32_t flags, fence;
	uint64_t value;
};

static void add(struct update *u, enum operation type, uint64_t w1, uint64_t w2, uint64_t w3)
{
	uint64_t *w = u->words[u->count++];

	memset(w, 0, sizeof(u->words[0]));
	w[0] = type;
	w[1] = w1;
	w[2] = w2;
	w[3] = w3;
}

/* Pages of the allocation at page @at of the range. */
static uint64_t *add_map(struct update *u, enum operation type, uint64_t at, uint64_t pages,
			 uint64_t first)
{
	uint64_t *w = u->words[u->count];

	add(u, type, base + at * PAGE, pages * PAGE, allocation);
	w[4] = first * PAGE;
	w[5] = pages * PAGE;
	return w;
}

static void make_update(const struct update *u)
{
	uint8_t *p = xb_begin(&x, 19, 56 + 64 * u->count);

	put64(p, u->value);
	put32(p + 8, x.device);
	put32(p + 12, context);
	put32(p + 16, u->fence);
	put32(p + 20, u->count);
	put32(p + 24, u->flags);
	for (uint32_t i = 0; i < u->count * 8; i++)
		put64(p + 32 + 8 * i, u->words[i / 8][i % 8]);
}

static uint32_t send(const struct update *u)
{
	uint32_t status;

	make_update(u);
	VIOLATIONS(0, status = xb_send(&x));
	return status;
}

static uint32_t send_one(void)
{
	uint32_t answer;

	VIOLATIONS(0, answer = xb_send(&x));
	return answer;
}

/* An allocation of @pages pages, resident. */
static uint32_t allocate(uint32_t pages)
{
	uint8_t *p = xb_begin(&x, 4, 64 + 12 + 32);
	uint32_t handle;

	put32(p, x.device);
	put32(p + 16, 1);
	put32(p + 44, 32);
	put32(p + 52, 0x47415753);
	put32(p + 56, 1);
	put64(p + 60, pages * PAGE);
	send_one();
	handle = bed_word(&x.b, 16);
	assert_int_not_equal(handle, 0);
	p = xb_begin(&x, 11, 48);
	put32(p + 4, paging_queue);
	put32(p + 12, 1);
	put32(p + 16, handle);
	send_one();
	assert_int_equal(bed_word(&x.b, 16), 0);
	return handle;
}

static void init(const char *const *options)
{
	uint8_t *p;

	xb_init(&x, options);
	context = xb_create_context(&x, x.device, 0, 0);
	put32(xb_begin(&x, 9, 56), x.device);
	paging_queue = send_one();
	allocation = allocate(8);
	p = xb_begin(&x, 18, 96);
	put32(p, x.b.adapter);
	put64(p + 8, 0x200000000ull);
	put64(p + 32, 64 * PAGE);
	send_one();
	base = bed_quad(&x.b, 0);
	assert_int_not_equal(base, 0);
}

static struct softgpu_space *space(void)
{
	struct gpupv_process *p = handle_get(&x.b.g->handles, x.b.process, HANDLE_PROCESS);

	return space_pages(space_of(p, x.b.g->gpu[0]));
}

/* The byte at a page of the range; -1: none. */
static int byte(uint64_t page)
{
	uint8_t v;

	return softgpu_space_read(space(), base + page * PAGE, &v, 1) ? v : -1;
}

static bool poke(uint64_t page, uint8_t v)
{
	return softgpu_space_write(space(), base + page * PAGE, &v, 1);
}

static void test_operations(void **state)
{
	struct update u = { .flags = 1 };

	(void)state;
	init(stepped);
	/* Each operation sees what those before it did. */
	add_map(&u, MAP, 0, 8, 0);
	add(&u, UNMAP, base + 2 * PAGE, 2 * PAGE, BED_NO_ACCESS);
	add(&u, UNMAP, base + 4 * PAGE, PAGE, BED_ZERO);
	add(&u, COPY, base + PAGE, 4 * PAGE, base + 32 * PAGE);
	add_map(&u, PROTECT, 10, 1, 7);
	assert_int_equal(send(&u), 0);
	assert_true(poke(1, 11));
	assert_true(poke(7, 17));
	assert_int_equal(byte(0), 0);
	assert_int_equal(byte(2), -1);
	assert_int_equal(byte(3), -1);
	assert_true(poke(4, 1));
	assert_int_equal(byte(4), 0);
	assert_int_equal(byte(5), 0);
	assert_int_equal(byte(8), -1);
	/* The copy shows what the source showed then. */
	assert_int_equal(byte(32), 11);
	assert_int_equal(byte(33), -1);
	assert_int_equal(byte(35), 0);
	assert_int_equal(byte(36), -1);
	/* Protected: read only. */
	assert_int_equal(byte(10), 17);
	assert_false(poke(10, 1));
	xb_fini(&x);
}

/* What is longer than what it maps repeats it; copies may overlap. */
static void test_repeat_and_overlap(void **state)
{
	struct update u = { .flags = 1 };
	uint64_t *w;

	(void)state;
	init(stepped);
	w = add_map(&u, PROTECT, 0, 8, 1);
	w[5] = 3 * PAGE;
	w[6] = BED_WRITE;
	assert_int_equal(send(&u), 0);
	for (int i = 0; i < 3; i++)
		assert_true(poke(i, 21 + i));
	for (int i = 0; i < 8; i++)
		assert_int_equal(byte(i), 21 + i % 3);
	assert_int_equal(byte(8), -1);
	u.count = 0;
	add(&u, COPY, base, 8 * PAGE, base + PAGE);
	assert_int_equal(send(&u), 0);
	assert_int_equal(byte(0), 21);
	for (int i = 1; i < 9; i++)
		assert_int_equal(byte(i), 21 + (i - 1) % 3);
	/* But not without an end. */
	u.count = 0;
	w = add_map(&u, MAP, 0, 1, 0);
	w[1] = base;
	w[2] = 64 * PAGE;
	w[5] = 0;
	assert_int_equal(send(&u), BED_INVALID_PARAMETER);
	xb_fini(&x);
}

/* In the order of the context: behind a wait, with a fence after it. */
static void test_order(void **state)
{
	struct xb_fence before, after;
	struct update u = { 0 };
	uint64_t one = 1;

	(void)state;
	init(stepped);
	before = xb_create_fence(&x, 0, 0);
	after = xb_create_fence(&x, 0, 0);
	xb_wait_gpu(&x, context, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	add_map(&u, MAP, 0, 8, 0);
	u.fence = after.handle;
	u.value = 5;
	assert_int_equal(send(&u), 0);
	assert_int_equal(byte(0), -1);
	assert_int_equal(xb_fence_page(&x, &after), 0);
	/* At once, past the context. */
	u.flags = 1;
	u.words[0][1] = base + 16 * PAGE;
	u.value = 3;
	assert_int_equal(send(&u), 0);
	assert_int_equal(byte(0), -1);
	assert_int_equal(byte(16), 0);
	assert_int_equal(xb_fence_page(&x, &after), 3);
	xb_signal_cpu(&x, 0, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	assert_int_equal(byte(0), 0);
	assert_int_equal(xb_fence_page(&x, &after), 5);
	xb_fini(&x);
}

/* What was named is gone when its turn comes; and so is the context. */
static void test_ends_before(void **state)
{
	struct update u = { 0 };
	struct xb_fence before;
	uint64_t one = 1;
	uint8_t *p;

	(void)state;
	init(stepped);
	before = xb_create_fence(&x, 0, 0);
	xb_wait_gpu(&x, context, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	add_map(&u, MAP, 0, 8, 0);
	add(&u, UNMAP, base + 32 * PAGE, PAGE, BED_ZERO);
	assert_int_equal(send(&u), 0);
	p = xb_begin(&x, 5, 52);
	put32(p, x.device);
	put32(p + 8, 1);
	put32(p + 16, allocation);
	assert_int_equal(send_one(), 0);
	xb_signal_cpu(&x, 0, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	assert_int_equal(byte(0), -1);
	assert_int_equal(byte(32), 0);

	one = 2;
	xb_wait_gpu(&x, context, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	u.count = 0;
	add(&u, UNMAP, base + 33 * PAGE, PAGE, BED_ZERO);
	assert_int_equal(send(&u), 0);
	put32(xb_begin(&x, 7, 32), context);
	assert_int_equal(send_one(), 0);
	xb_signal_cpu(&x, 0, 1, &before.handle, &one);
	assert_int_equal(send_one(), 0);
	assert_int_equal(byte(33), -1);
	xb_fini(&x);
}

/* Any bad operation: none is done. */
static void test_errors(void **state)
{
	struct update u = { .flags = 1 };

	(void)state;
	init(stepped);
	add(&u, UNMAP, base + 40 * PAGE, PAGE, BED_ZERO);
#define BAD(status, ...) do { \
	u.count = 1; \
	__VA_ARGS__; \
	assert_int_equal(send(&u), status); \
	assert_int_equal(byte(40), -1); \
} while (0)
	BAD(BED_INVALID_PARAMETER, add(&u, 4, base, PAGE, 0));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 64, 1, 0));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 60, 8, 0));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 0, 0));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 8, 1));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, UINT64_MAX / PAGE));
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, 0)[4] = 1);
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, 0)[5] = 1);
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, 0)[1] = base + 1);
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, 0)[2] = UINT64_MAX - 4095);
	BAD(BED_INVALID_HANDLE, add_map(&u, MAP, 0, 1, 0)[3] = x.device);
	BAD(BED_INVALID_PARAMETER, add_map(&u, MAP, 0, 1, 0)[3] = 0);
	BAD(BED_INVALID_PARAMETER, add_map(&u, PROTECT, 0, 1, 0)[6] = BED_ZERO);
	BAD(BED_INVALID_PARAMETER, add_map(&u, PROTECT, 0, 1, 0)[6] = 0x10);
	BAD(BED_INVALID_PARAMETER, add(&u, UNMAP, base, PAGE, BED_WRITE));
	BAD(BED_INVALID_PARAMETER, add(&u, UNMAP, base + 1, PAGE, 0));
	BAD(BED_INVALID_PARAMETER, add(&u, UNMAP, base, 65 * PAGE, 0));
	BAD(BED_INVALID_PARAMETER, add(&u, COPY, base, PAGE, base + 64 * PAGE));
	BAD(BED_INVALID_PARAMETER, add(&u, COPY, base - PAGE, PAGE, base));
	BAD(BED_INVALID_PARAMETER, u.flags = 2);
	u.flags = 1;
	BAD(BED_INVALID_HANDLE, u.fence = x.device);
	u.fence = 0;
	BAD(BED_INVALID_HANDLE, context ^= 0x40);
	context ^= 0x40;
#undef BAD
	u.count = 1;
	assert_int_equal(send(&u), 0);
	assert_int_equal(byte(40), 0);
	/* Null pages by a map operation, too. */
	add_map(&u, PROTECT, 41, 1, 0);
	u.words[1][3] = 0;
	u.words[1][6] = BED_ZERO;
	assert_int_equal(send(&u), 0);
	assert_int_equal(byte(41), 0);
	xb_fini(&x);
}

static void refused(const struct update *u, uint32_t at, uint32_t value, uint32_t bytes)
{
	uint8_t *p;

	make_update(u);
	p = xb_begin(&x, 19, bytes);
	put32(p + 8, x.device);
	put32(p + 12, context);
	put32(p + 20, u->count);
	put32(p + at, value);
	VIOLATIONS(1, assert_int_not_equal(xb_send(&x), 0));
}

static void test_refused(void **state)
{
	struct update u = { .count = 1 };

	(void)state;
	init(stepped);
	refused(&u, 20, 0, 120);
	refused(&u, 20, 2, 120);
	refused(&u, 20, 2049, 120);
	refused(&u, 20, UINT32_MAX, 120);
	refused(&u, 20, 1, 184);
	refused(&u, 28, 1, 120);
	refused(&u, 8, context, 120);
	xb_fini(&x);
}

/* ---- the ledger ---- */

static void expect_text(const GString *text, const char *part)
{
	if (!strstr(text->str, part))
		fail_msg("no \"%s\" in: %s", part, text->str);
}

/* Every kind of object, with what it has. */
static void test_ledger(void **state)
{
	struct update u = { .flags = 1 };
	GString *text = g_string_new(NULL);
	uint8_t *p;

	(void)state;
	init(stepped);
	add_map(&u, MAP, 0, 8, 0);
	add_map(&u, MAP, 16, 2, 0);
	assert_int_equal(send(&u), 0);
	xb_create_fence(&x, 3, 41);
	p = xb_begin(&x, 23, 64);
	put32(p, x.device);
	put32(p + 4, allocation);
	assert_int_equal(send_one(), 0);
	host_enter(&x.b.guest.host);
	ledger_print(x.b.g, text);
	host_leave(&x.b.guest.host);
	expect_text(text, "adapter 0x40000000 gpu0\n");
	expect_text(text, "memory of gpu0: committed 32768 bytes, resident 32768 and 0,");
	expect_text(text, "io-space pages 10\n");
	expect_text(text, "1 ranges, 2 mappings, resident 32768 and 0 bytes\n");
	expect_text(text, " on gpu0, state 1\n");
	expect_text(text, ", 8 pages, segment 1, resident 1, locked at 0x");
	expect_text(text, ", mapped 2 times with 10 pages\n");
	expect_text(text, ", value 1 of 1\n");
	expect_text(text, ", node 0, 0 queued\n");
	expect_text(text, ", type 5, value 41, page at 0x");
	g_string_free(text, TRUE);
	xb_fini(&x);
}

/* ---- moves ---- */

static uint64_t lock_or_unlock(bool lock)
{
	uint8_t *p = lock ? xb_begin(&x, 23, 64) : xb_begin(&x, 24, 40);

	put32(p, x.device);
	put32(p + 4, allocation);
	assert_int_equal(send_one(), 0);
	return lock ? bed_quad(&x.b, 8) : 0;
}

/*
 * A job fills all pages again and again while they move: nothing that it has
 * written is lost, wherever it was written, and no access fails.
 */
static void test_moves_under_job(void **state)
{
	uint8_t seen[8 * PAGE], want[8 * PAGE];
	struct update u = { .flags = 1 };
	unsigned int moves = 0;
	struct xb_fence done;
	uint64_t one = 1;

	(void)state;
	init(threads);
	add_map(&u, MAP, 0, 8, 0);
	assert_int_equal(send(&u), 0);
	done = xb_create_fence(&x, 0, 0);
	for (unsigned int round = 0; round < test_loops(400); round++) {
		softgpu_buffer_init(&x.cmd, x.memory, XB_PAGES * PAGE);
		for (unsigned int i = 0; i < 1000; i++)
			softgpu_fill(&x.cmd, base, 8 * PAGE, round * 1000 + i);
		xb_submit_commands(&x, context);
		assert_int_equal(send_one(), 0);
		xb_signal_gpu(&x, 0, 1, &context, 1, &done.handle, &one);
		assert_int_equal(send_one(), 0);
		while (xb_fence_page(&x, &done) < one) {
			lock_or_unlock(true);
			lock_or_unlock(false);
			moves++;
		}
		for (unsigned int i = 0; i < sizeof(want); i += 4)
			put32(want + i, round * 1000 + 999);
		assert_true(softgpu_space_read(space(), base, seen, sizeof(seen)));
		assert_memory_equal(seen, want, sizeof(seen));
		one++;
	}
	assert_true(moves);
	assert_int_equal(xb_device_state(&x, x.device), 1);
	xb_fini(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_repeat_and_overlap),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_ends_before),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ledger),
		cmocka_unit_test(test_moves_under_job),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
