// SPDX-License-Identifier: MIT
/* Tests of the commands of every node: control, fences, fill, copy. Stepped. */
#include "gpubed.h"

#define END	(1ull << SOFTGPU_VA_BITS)

static struct bed bed;

static int setup(void **state)
{
	bed_init(&bed, true);
	*state = &bed;
	return 0;
}

static int teardown(void **state)
{
	bed_fini(*state);
	return 0;
}

/* Bytes that tell where they are. */
static uint8_t mark(uint64_t at)
{
	return at * 31 + (at >> 8) * 7 + (at >> 16);
}

static void put_marks(struct bed *b, uint64_t at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*bed_at(b, at + i) = mark(at + i);
}

static void assert_bytes(struct bed *b, uint64_t at, size_t len, uint8_t value)
{
	for (size_t i = 0; i < len; i++)
		assert_int_equal(*bed_at(b, at + i), value);
}

/* ---- buffers ---- */

static void an_empty_buffer_is_done(void **state)
{
	struct bed *b = *state;
	struct softgpu_result r = bed_run(b);

	assert_int_equal(r.verdict, SOFTGPU_DONE);
	assert_int_equal(r.commands, 0);
}

static void nops_of_all_sizes(void **state)
{
	struct bed *b = *state;
	struct softgpu_result r;

	softgpu_nop(&b->cmd, 8);
	softgpu_nop(&b->cmd, 8192);
	softgpu_nop(&b->cmd, 0x1fff8);
	softgpu_fence_write(&b->cmd, BED_VA, 7);
	/* What a NOP holds is not looked at. */
	memset(b->commands + 16, 0xff, 8000);
	r = bed_run(b);
	assert_int_equal(r.verdict, SOFTGPU_DONE);
	assert_int_equal(r.commands, 4);
	assert_int_equal(bed_get64(b, 0), 7);
}

static void put_header(struct bed *b, unsigned int opcode, unsigned int dwords, uint32_t flags)
{
	struct softgpu_cmd c = { opcode, dwords, flags };

	softgpu_emit(&b->cmd, &c, 8, opcode, flags);
	c.dwords = dwords;
	c.opcode = opcode;
	memcpy(b->cmd.start + b->cmd.used - 8, &c, 8);
}

static void malformed_headers(void **state)
{
	static const struct {
		unsigned int opcode, dwords;
		uint32_t flags;
	} bad[] = {
		{ 0, 2, 0 }, { 0, 0, 0 }, { SOFTGPU_CMD_NOP, 0, 0 }, { SOFTGPU_CMD_NOP, 1, 0 },
		{ SOFTGPU_CMD_NOP, 3, 0 }, { SOFTGPU_CMD_NOP, 2, 1 }, { SOFTGPU_CMD_NOP, 4, 0 },
		{ 9, 2, 0 }, { 15, 2, 0 }, { 63, 2, 0 }, { 255, 2, 0 }, { 0xffff, 2, 0 },
		{ SOFTGPU_CMD_FILL, 2, 0 }, { SOFTGPU_CMD_FENCE_WRITE, 0xffff, 0 },
	};

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bed *b = *state;

		softgpu_nop(&b->cmd, 16);
		put_header(b, bad[i].opcode, bad[i].dwords, bad[i].flags);
		bed_run_bad(b, 16);
	}
}

/* Each command with its size one too small and one too large, and with unknown flags. */
static void sizes_and_flags(void **state)
{
	static const struct {
		unsigned int opcode, bytes;
		uint32_t flags;
	} known[] = {
		{ SOFTGPU_CMD_REQUIRE, 16, 0 }, { SOFTGPU_CMD_CALL, 24, 0 },
		{ SOFTGPU_CMD_FENCE_WRITE, 24, 0 }, { SOFTGPU_CMD_FENCE_WAIT, 24, 0 },
		{ SOFTGPU_CMD_TIMESTAMP, 16, 0 }, { SOFTGPU_CMD_FAULT, 16, SOFTGPU_FAULT_WRITE },
		{ SOFTGPU_CMD_HANG, 16, 0 }, { SOFTGPU_CMD_FILL, 32, 0 },
		{ SOFTGPU_CMD_COPY, 32, 0 }, { SOFTGPU_CMD_COPY_RECT, 40, 0 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (int delta = -1; delta <= 1; delta++) {
			uint32_t flags = delta ? 0 : ~known[i].flags;
			unsigned int dwords = known[i].bytes / 4 + delta;

			put_header(b, known[i].opcode, dwords, flags);
			softgpu_nop(&b->cmd, 256);
			bed_run_bad(b, 0);
		}
	}
}

static void a_command_must_fit_its_buffer(void **state)
{
	struct bed *b = *state;
	struct bed_job j = { 0 };

	softgpu_fence_write(&b->cmd, BED_VA, 1);
	softgpu_fence_write(&b->cmd, BED_VA + 8, 2);
	b->cmd.used -= 8;
	bed_run_bad(b, 24);
	assert_int_equal(bed_get64(b, 0), 1);
	/* Buffers with a place or length that is none. */
	j.job.space = b->space;
	for (unsigned int i = 0; i < 6; i++) {
		static const uint64_t bad[6][2] = {
			{ BED_COMMANDS + 4, 8 }, { BED_COMMANDS, 12 }, { END, 8 },
			{ END - 8, 16 }, { UINT64_MAX - 7, 8 }, { BED_COMMANDS, UINT64_MAX - 7 },
		};

		j.job.va = bad[i][0];
		j.job.length = bad[i][1];
		j.done = 0;
		softgpu_submit(b->gpu, 0, &j.job);
		bed_finish(b, &j);
		assert_int_equal(j.result.verdict, SOFTGPU_BAD_COMMAND);
		assert_int_equal(j.result.fault_va, bad[i][0]);
	}
}

static void commands_come_from_executable_pages(void **state)
{
	struct bed *b = *state;
	struct bed_job j = { .job = { .space = b->space, .length = 64 } };
	uint8_t *page = bed_page(b, 1);

	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_READ | SOFTGPU_WRITE));
	for (unsigned int i = 0; i < 2; i++) {
		j.job.va = BED_NOWHERE + i * 0x10000;
		j.done = 0;
		softgpu_submit(b->gpu, 0, &j.job);
		bed_finish(b, &j);
		assert_int_equal(j.result.verdict, SOFTGPU_PAGE_FAULT);
		assert_int_equal(j.result.fault_va, j.job.va);
		assert_false(j.result.fault_write);
		assert_true(softgpu_map_zero(b->space, BED_NOWHERE + 0x10000, 1));
	}
	softgpu_unmap(b->space, BED_NOWHERE, 17);
	/* A command that begins on the last executable page and ends beyond it. */
	softgpu_nop(&b->cmd, 4096 - 16);
	softgpu_fence_write(&b->cmd, BED_VA, 1);
	softgpu_unmap(b->space, BED_COMMANDS + 4096, BED_COMMAND_PAGES - 1);
	bed_run_fault(b, BED_COMMANDS + 4096, false);
}

static void versions(void **state)
{
	struct bed *b = *state;

	softgpu_require(&b->cmd, 0);
	softgpu_require(&b->cmd, SOFTGPU_CMD_VERSION);
	bed_run_ok(b);
	softgpu_require(&b->cmd, SOFTGPU_CMD_VERSION + 1);
	bed_run_bad(b, 0);
	softgpu_require(&b->cmd, 1);
	b->commands[12] = 1;
	bed_run_bad(b, 0);
}

static void calls(void **state)
{
	struct bed *b = *state;
	struct softgpu_buffer inner;
	uint8_t code[64];
	struct softgpu_result r;

	softgpu_buffer_init(&inner, code, sizeof(code));
	softgpu_fence_write(&inner, BED_VA + 8, 5);
	bed_put(b, 0x1000, code, sizeof(code));
	softgpu_call(&b->cmd, BED_VA + 0x1000, inner.used);
	softgpu_call(&b->cmd, BED_VA + 0x1000, 0);
	softgpu_fence_write(&b->cmd, BED_VA, 6);
	r = bed_run(b);
	assert_int_equal(r.verdict, SOFTGPU_DONE);
	assert_int_equal(r.commands, 4);
	assert_int_equal(bed_get64(b, 8), 5);
	assert_int_equal(bed_get64(b, 0), 6);
	/* No calls in calls; a command that stands outside; odd places. */
	softgpu_call(&inner, BED_VA + 0x1000, 0);
	bed_put(b, 0x1000, code, sizeof(code));
	softgpu_call(&b->cmd, BED_VA + 0x1000, inner.used);
	r = bed_run(b);
	assert_int_equal(r.verdict, SOFTGPU_BAD_COMMAND);
	assert_int_equal(r.fault_va, BED_VA + 0x1000 + 24);
	softgpu_call(&b->cmd, BED_VA + 0x1000, 16);
	r = bed_run(b);
	assert_int_equal(r.verdict, SOFTGPU_BAD_COMMAND);
	assert_int_equal(r.fault_va, BED_VA + 0x1000);
	for (unsigned int i = 0; i < 5; i++) {
		static const uint64_t bad[5][2] = {
			{ BED_VA + 4, 8 }, { BED_VA, 4 }, { END, 8 }, { END - 8, 16 },
			{ UINT64_MAX - 7, 16 },
		};

		softgpu_call(&b->cmd, bad[i][0], bad[i][1]);
		bed_run_bad(b, 0);
	}
}

/* ---- fences, time, faults ---- */

static void fences_are_told(void **state)
{
	struct bed *b = *state;

	softgpu_fence_write(&b->cmd, BED_VA + 8, 0x123456789abcdef0);
	softgpu_fence_write(&b->cmd, BED_VA + 16, 3);
	bed_run_ok(b);
	assert_int_equal(bed_get64(b, 8), 0x123456789abcdef0);
	assert_int_equal(b->fences, 2);
	assert_ptr_equal(b->fence[0].space, b->space);
	assert_int_equal(b->fence[0].va, BED_VA + 8);
	assert_int_equal(b->fence[0].value, 0x123456789abcdef0);
	assert_int_equal(b->fence[1].va, BED_VA + 16);
	assert_int_equal(b->fence[1].value, 3);
}

static void fence_waits_compare(void **state)
{
	struct bed *b = *state;
	struct bed_job j = { 0 };

	bed_put64(b, 0, 5);
	softgpu_fence_wait(&b->cmd, BED_VA, 0);
	softgpu_fence_wait(&b->cmd, BED_VA, 5);
	bed_run_ok(b);
	softgpu_fence_wait(&b->cmd, BED_VA, 6);
	softgpu_fence_write(&b->cmd, BED_VA + 8, 1);
	bed_submit(b, 0, &j);
	softgpu_step(b->gpu, 0);
	assert_false(softgpu_step(b->gpu, 0));
	assert_int_equal(j.done, 0);
	/* Unsigned. */
	bed_put64(b, 0, UINT64_MAX);
	bed_finish(b, &j);
	assert_int_equal(j.result.verdict, SOFTGPU_DONE);
	assert_int_equal(bed_get64(b, 8), 1);
}

static void fences_that_cannot_be(void **state)
{
	static const uint64_t bad[] = { BED_VA + 4, BED_VA + 1, END, UINT64_MAX - 7 };
	struct bed *b = *state;
	uint8_t *page = bed_page(b, 0);

	for (unsigned int i = 0; i < 4; i++) {
		softgpu_fence_write(&b->cmd, bad[i], 1);
		bed_run_bad(b, 0);
		softgpu_fence_wait(&b->cmd, bad[i], 0);
		bed_run_bad(b, 0);
		softgpu_timestamp(&b->cmd, bad[i]);
		bed_run_bad(b, 0);
	}
	softgpu_fence_write(&b->cmd, BED_NOWHERE + 8, 1);
	bed_run_fault(b, BED_NOWHERE + 8, true);
	softgpu_fence_wait(&b->cmd, BED_NOWHERE + 16, 0);
	bed_run_fault(b, BED_NOWHERE + 16, false);
	softgpu_timestamp(&b->cmd, BED_NOWHERE + 24);
	bed_run_fault(b, BED_NOWHERE + 24, true);
	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_READ));
	softgpu_fence_wait(&b->cmd, BED_NOWHERE, 1);
	softgpu_fence_write(&b->cmd, BED_NOWHERE, 1);
	bed_run_fault(b, BED_NOWHERE, true);
	softgpu_timestamp(&b->cmd, BED_NOWHERE);
	bed_run_fault(b, BED_NOWHERE, true);
	assert_int_equal(b->fences, 0);
	/* Null pages: written for nobody, and 0. */
	assert_true(softgpu_map_zero(b->space, BED_NOWHERE, 1));
	softgpu_fence_write(&b->cmd, BED_NOWHERE, 9);
	softgpu_fence_wait(&b->cmd, BED_NOWHERE, 0);
	bed_run_ok(b);
	softgpu_unmap(b->space, BED_NOWHERE, 1);
}

static void a_wait_ends_where_its_page_goes(void **state)
{
	struct bed *b = *state;
	struct bed_job j = { 0 };

	bed_put64(b, 0, 0);
	softgpu_fence_wait(&b->cmd, BED_VA, 1);
	bed_submit(b, 0, &j);
	assert_false(softgpu_step(b->gpu, 0));
	softgpu_unmap(b->space, BED_VA, 1);
	bed_finish(b, &j);
	assert_int_equal(j.result.verdict, SOFTGPU_PAGE_FAULT);
	assert_int_equal(j.result.fault_va, BED_VA);
}

static void timestamps(void **state)
{
	struct bed *b = *state;

	b->now = 0x123456789a;
	softgpu_timestamp(&b->cmd, BED_VA + 8);
	bed_run_ok(b);
	assert_int_equal(bed_get64(b, 8), 0x123456789a);
}

static void faults_on_purpose(void **state)
{
	struct bed *b = *state;

	for (unsigned int write = 0; write < 2; write++) {
		struct softgpu_result r;

		softgpu_fault(&b->cmd, 0xdeadbeef0123, write);
		softgpu_fence_write(&b->cmd, BED_VA, 1);
		r = bed_run(b);
		assert_int_equal(r.verdict, SOFTGPU_FAULTED);
		assert_int_equal(r.fault_va, 0xdeadbeef0123);
		assert_int_equal(r.fault_write, write);
		assert_int_equal(r.commands, 0);
		assert_int_equal(bed_get64(b, 0), 0xeeeeeeeeeeeeeeee);
	}
}

/* ---- fill ---- */

static void fills(void **state)
{
	static const struct {
		uint64_t at, bytes;
	} some[] = {
		{ 0, 4 }, { 4092, 4 }, { 4092, 8 }, { 8, 4096 }, { 4, 0x54320 }, { 0, 1 << 20 },
		{ 0x1000, 0 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		uint64_t at = 0x2000 + some[i].at, end = at + some[i].bytes;

		memset(b->ram, 0xee, BED_PAGES * 4096);
		softgpu_fill(&b->cmd, BED_VA + at, some[i].bytes, 0x44332211);
		bed_run_ok(b);
		assert_bytes(b, at - 8, 8, 0xee);
		assert_bytes(b, end, 8, 0xee);
		for (uint64_t p = at; p < end; p++)
			assert_int_equal(*bed_at(b, p), 0x11 * (1 + (p - at) % 4));
	}
}

static void fills_that_cannot_be(void **state)
{
	static const uint64_t bad[][2] = {
		{ BED_VA + 2, 4 }, { BED_VA, 2 }, { END - 4, 8 }, { END, 4 }, { UINT64_MAX - 3, 8 },
		{ BED_VA, UINT64_MAX - 3 }, { BED_VA, END },
	};
	struct bed *b = *state;
	uint8_t *page = bed_page(b, 0);

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		softgpu_fill(&b->cmd, bad[i][0], bad[i][1], 1);
		bed_run_bad(b, 0);
	}
	softgpu_fill(&b->cmd, BED_VA, 4, 1);
	b->commands[28] = 1;
	bed_run_bad(b, 0);
	/* Up to the page that is not there, and all of what lies before it. */
	softgpu_unmap(b->space, BED_VA + 0x14000, 1);
	softgpu_fill(&b->cmd, BED_VA + 0x100, 0x20000, 0x55555555);
	bed_run_fault(b, BED_VA + 0x14000, true);
	assert_bytes(b, 0x100, 0x13f00, 0x55);
	assert_bytes(b, 0x15000, 0x1000, 0xee);
	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_READ));
	softgpu_fill(&b->cmd, BED_NOWHERE + 12, 4, 0);
	bed_run_fault(b, BED_NOWHERE + 12, true);
	assert_true(softgpu_map_zero(b->space, BED_NOWHERE, 1));
	softgpu_fill(&b->cmd, BED_NOWHERE, 4096, 0);
	bed_run_ok(b);
	softgpu_fill(&b->cmd, BED_NOWHERE, 4100, 0);
	bed_run_fault(b, BED_NOWHERE + 4096, true);
	softgpu_unmap(b->space, BED_NOWHERE, 1);
}

/* ---- copy ---- */

static void copies(void **state)
{
	static const uint64_t some[][3] = {	/* dst, src, bytes */
		{ 0x100000, 0, 1 }, { 0x100001, 2, 5000 }, { 0x100fff, 0x1001, 0x30005 },
		{ 0, 0x200000, 0x12345 }, { 0x100000, 0x10, 0 },
		/* Overlapping, both ways, by much and by little. */
		{ 0x1001, 0x1000, 0x45678 }, { 0x1000, 0x1001, 0x45678 },
		{ 0x2100, 0x1000, 0x45678 }, { 0x1000, 0x2100, 0x45678 },
		{ 0x30000, 0x1000, 0x45678 }, { 0x1000, 0x1000, 0x5000 },
	};
	static uint8_t before[1 << 22], after[1 << 22];
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		put_marks(b, 0, sizeof(before));
		bed_get(b, 0, before, sizeof(before));
		memmove(before + some[i][0], before + some[i][1], some[i][2]);
		softgpu_copy(&b->cmd, BED_VA + some[i][0], BED_VA + some[i][1], some[i][2]);
		bed_run_ok(b);
		bed_get(b, 0, after, sizeof(after));
		assert_memory_equal(before, after, sizeof(before));
	}
}

static void copies_that_cannot_be(void **state)
{
	static const uint64_t bad[][3] = {
		{ END, BED_VA, 1 }, { BED_VA, END, 1 }, { END - 1, BED_VA, 2 },
		{ BED_VA, UINT64_MAX, 2 }, { BED_VA, BED_VA, UINT64_MAX },
	};
	struct bed *b = *state;
	uint8_t *page = bed_page(b, 0);

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		softgpu_copy(&b->cmd, bad[i][0], bad[i][1], bad[i][2]);
		bed_run_bad(b, 0);
	}
	put_marks(b, 0, 0x40000);
	memset(bed_page(b, 0x114), 0xee, 4096);
	softgpu_unmap(b->space, BED_VA + 0x14000, 1);
	/* The source ends first, the destination does, and both from behind. */
	softgpu_copy(&b->cmd, BED_VA + 0x100010, BED_VA + 0x10008, 0x8000);
	bed_run_fault(b, BED_VA + 0x14000, false);
	assert_int_equal(*bed_at(b, 0x104007), mark(0x13fff));
	assert_int_equal(*bed_at(b, 0x104008), 0xee);
	softgpu_copy(&b->cmd, BED_VA + 0x10000, BED_VA + 0x100000, 0x8000);
	bed_run_fault(b, BED_VA + 0x14000, true);
	softgpu_copy(&b->cmd, BED_VA + 0x12000, BED_VA + 0x11000, 0x4000);
	bed_run_fault(b, BED_VA + 0x14fff, false);
	softgpu_copy(&b->cmd, BED_VA + 0x11800, BED_VA + 0x10800, 0x3123);
	bed_run_fault(b, BED_VA + 0x14922, true);
	/* Read-only, and null pages on both sides. */
	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_READ));
	softgpu_copy(&b->cmd, BED_NOWHERE + 1, BED_VA, 1);
	bed_run_fault(b, BED_NOWHERE + 1, true);
	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_WRITE));
	softgpu_copy(&b->cmd, BED_VA, BED_NOWHERE + 1, 1);
	bed_run_fault(b, BED_NOWHERE + 1, false);
	assert_true(softgpu_map_zero(b->space, BED_NOWHERE, 2));
	softgpu_copy(&b->cmd, BED_NOWHERE + 1, BED_VA + 0x1000, 0x1800);
	softgpu_copy(&b->cmd, BED_VA + 0x1000, BED_NOWHERE + 1, 0x1800);
	bed_run_ok(b);
	assert_bytes(b, 0x1000, 0x1800, 0);
	softgpu_unmap(b->space, BED_NOWHERE, 2);
}

/* A copy from null pages writes zeroes into real ones, page by page, also in the middle. */
static void copy_over_null_pages(void **state)
{
	struct bed *b = *state;

	put_marks(b, 0, 0x20000);
	assert_true(softgpu_map_zero(b->space, BED_VA + 0x2000, 2));
	softgpu_copy(&b->cmd, BED_VA + 0x10000, BED_VA + 0x1000, 0x4000);
	bed_run_ok(b);
	for (unsigned int i = 0; i < 0x4000; i++) {
		assert_int_equal(*bed_at(b, 0x10000 + i),
				 i >= 0x1000 && i < 0x3000 ? 0 : mark(0x1000 + i));
	}
}

/* ---- rectangles ---- */

struct rect_copy {
	uint64_t dst, src;
	uint32_t dst_pitch, src_pitch, row_bytes, rows;
};

static void emit_rect(struct bed *b, const struct rect_copy *c)
{
	softgpu_copy_rect(&b->cmd, BED_VA + c->dst, c->dst_pitch, BED_VA + c->src, c->src_pitch,
			  c->row_bytes, c->rows);
}

static void rectangles(void **state)
{
	static const struct rect_copy some[] = {
		{ 0x100000, 0, 100, 200, 50, 7 },
		{ 0x100003, 0x11, 7681, 8191, 7680, 300 },
		{ 0x100000, 0, 1, 1, 1, 16384 },
		{ 0x100000, 0, 0x20000, 0x20000, 0x20000, 3 },
		{ 0x100000, 0, 0, 0, 5000, 1 },
		{ 0x200000, 0, 0x100000, 0x100000, 4, 2 },
		/* A picture scrolled: up, down, left, right, by a pixel and by lines. */
		{ 0x10000, 0x10000 + 4096 * 3, 4096, 4096, 4000, 100 },
		{ 0x10000 + 4096 * 3, 0x10000, 4096, 4096, 4000, 100 },
		{ 0x10000, 0x10004, 4096, 4096, 4000, 100 },
		{ 0x10004, 0x10000, 4096, 4096, 4000, 100 },
		{ 0x10000 + 4096 + 8, 0x10000, 4096, 4096, 4000, 100 },
		{ 0x10000 + 4096 - 8, 0x10000, 4096, 4096, 4000, 100 },
	};
	static uint8_t before[1 << 22], after[1 << 22], rows[1 << 22];
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const struct rect_copy *c = &some[i];

		put_marks(b, 0, sizeof(before));
		bed_get(b, 0, before, sizeof(before));
		for (unsigned int y = 0; y < c->rows; y++)
			memcpy(rows + (size_t)y * c->row_bytes, before + c->src +
			       (size_t)y * c->src_pitch, c->row_bytes);
		for (unsigned int y = 0; y < c->rows; y++)
			memcpy(before + c->dst + (size_t)y * c->dst_pitch,
			       rows + (size_t)y * c->row_bytes, c->row_bytes);
		emit_rect(b, c);
		bed_run_ok(b);
		bed_get(b, 0, after, sizeof(after));
		assert_memory_equal(before, after, sizeof(before));
	}
}

static void rectangles_that_cannot_be(void **state)
{
	static const struct rect_copy bad[] = {
		{ 0, 0, 100, 100, 0, 1 }, { 0, 0, 100, 100, 10, 0 },
		{ 0, 0, 99, 100, 100, 2 }, { 0, 0, 100, 99, 100, 2 },
		{ 0, 0, 100, 100, 100, SOFTGPU_MAX_SIDE + 1 },
		{ 0, 0, 0, 0, SOFTGPU_MAX_PITCH + 1, 1 },
		{ 0, 0, SOFTGPU_MAX_PITCH + 1, 100, 100, 2 },
		{ 0, 0, 100, SOFTGPU_MAX_PITCH + 1, 100, 2 },
		{ END - BED_VA - 199, 0, 100, 100, 100, 2 },
		{ 0, END - BED_VA - 199, 100, 100, 100, 2 },
		{ UINT64_MAX - BED_VA - 199, 0, 100, 100, 100, 2 },
		{ 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
	};
	static const struct rect_copy at_fault = { 0x10000, 0x100000, 0x1000, 0x1000, 16, 8 };
	static const struct rect_copy from_fault = { 0x100000, 0x10020, 0x1000, 0x1000, 16, 8 };
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		emit_rect(b, &bad[i]);
		bed_run_bad(b, 0);
	}
	put_marks(b, 0x100000, 0x10000);
	softgpu_unmap(b->space, BED_VA + 0x14000, 1);
	emit_rect(b, &at_fault);
	bed_run_fault(b, BED_VA + 0x14000, true);
	assert_int_equal(*bed_at(b, 0x1300f), mark(0x10300f));
	assert_int_equal(*bed_at(b, 0x15000), 0xee);
	emit_rect(b, &from_fault);
	bed_run_fault(b, BED_VA + 0x14020, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_buffer_is_done),
		TEST(nops_of_all_sizes),
		TEST(malformed_headers),
		TEST(sizes_and_flags),
		TEST(a_command_must_fit_its_buffer),
		TEST(commands_come_from_executable_pages),
		TEST(versions),
		TEST(calls),
		TEST(fences_are_told),
		TEST(fence_waits_compare),
		TEST(fences_that_cannot_be),
		TEST(a_wait_ends_where_its_page_goes),
		TEST(timestamps),
		TEST(faults_on_purpose),
		TEST(fills),
		TEST(fills_that_cannot_be),
		TEST(copies),
		TEST(copies_that_cannot_be),
		TEST(copy_over_null_pages),
		TEST(rectangles),
		TEST(rectangles_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
