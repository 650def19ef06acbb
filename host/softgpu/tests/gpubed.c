// SPDX-License-Identifier: MIT
/* What the software GPU's tests stand on. */
#include <time.h>

#include "gpubed.h"

static void done(void *ctx, unsigned int node, struct softgpu_job *job,
		 const struct softgpu_result *r)
{
	struct bed_job *j = (struct bed_job *)job;
	struct bed *b = ctx;

	j->node = node;
	j->result = *r;
	/* Threads of several nodes come here; only stepped GPUs have an order to speak of. */
	if (b->now && b->dones < sizeof(b->done_order) / sizeof(b->done_order[0]))
		b->done_order[b->dones++] = (uintptr_t)job->user;
	__atomic_add_fetch(&j->done, 1, __ATOMIC_RELEASE);
}

static void fence_written(void *ctx, struct softgpu_space *s, uint64_t va, uint64_t value)
{
	struct bed *b = ctx;

	if (b->now && b->fences < BED_MAX_FENCES) {
		struct bed_fence f = { s, va, value };

		b->fence[b->fences++] = f;
	}
	if (b->abort_at_fence)
		softgpu_abort(b->gpu, b->abort_at_fence->node, &b->abort_at_fence->job);
}

static uint64_t bed_now(void *ctx)
{
	return ((struct bed *)ctx)->now;
}

void bed_init(struct bed *b, bool stepped)
{
	static const struct softgpu_ops threaded = {
		.done = done, .fence_written = fence_written,
	};
	static const struct softgpu_ops with_time = {
		.done = done, .fence_written = fence_written, .now = bed_now,
	};
	struct softgpu_config c = {
		.nodes = 2, .kind = { SOFTGPU_NODE_3D, SOFTGPU_NODE_COPY }, .stepped = stepped,
	};
	static uint8_t *page[BED_PAGES];

	memset(b, 0, sizeof(*b));
	b->now = stepped ? 1000 : 0;
	b->ram = aligned_alloc(4096, BED_PAGES * 4096);
	b->commands = aligned_alloc(4096, BED_COMMAND_PAGES * 4096);
	assert_non_null(b->ram);
	assert_non_null(b->commands);
	memset(b->ram, 0xee, BED_PAGES * 4096);
	memset(b->commands, 0, BED_COMMAND_PAGES * 4096);
	b->space = softgpu_space_new();
	for (unsigned int i = 0; i < BED_PAGES; i++)
		page[i] = bed_page(b, i);
	assert_true(softgpu_map(b->space, BED_VA, BED_PAGES, page,
				SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE));
	for (unsigned int i = 0; i < BED_COMMAND_PAGES; i++)
		page[i] = b->commands + i * 4096;
	assert_true(softgpu_map(b->space, BED_COMMANDS, BED_COMMAND_PAGES, page,
				SOFTGPU_READ | SOFTGPU_EXECUTE));
	softgpu_buffer_init(&b->cmd, b->commands, BED_COMMAND_PAGES * 4096);
	b->gpu = softgpu_new(&c, stepped ? &with_time : &threaded, b);
}

void bed_fini(struct bed *b)
{
	softgpu_free(b->gpu);
	softgpu_space_free(b->space);
	free(b->ram);
	free(b->commands);
}

uint8_t *bed_page(struct bed *b, unsigned int n)
{
	return b->ram + (BED_PAGES - 1 - n) * 4096;
}

uint8_t *bed_at(struct bed *b, uint64_t at)
{
	return bed_page(b, at / 4096) + at % 4096;
}

void bed_get(struct bed *b, uint64_t at, void *out, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = 4096 - (at + i) % 4096;
		n = n < len - i ? n : len - i;
		memcpy((uint8_t *)out + i, bed_at(b, at + i), n);
	}
}

void bed_put(struct bed *b, uint64_t at, const void *in, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = 4096 - (at + i) % 4096;
		n = n < len - i ? n : len - i;
		memcpy(bed_at(b, at + i), (const uint8_t *)in + i, n);
	}
}

uint64_t bed_get64(struct bed *b, uint64_t at)
{
	return __atomic_load_n((uint64_t *)bed_at(b, at), __ATOMIC_ACQUIRE);
}

void bed_put64(struct bed *b, uint64_t at, uint64_t value)
{
	__atomic_store_n((uint64_t *)bed_at(b, at), value, __ATOMIC_RELEASE);
}

void bed_submit(struct bed *b, unsigned int node, struct bed_job *j)
{
	assert_false(b->cmd.overflow);
	j->job.space = b->space;
	j->job.va = BED_COMMANDS + b->submitted;
	j->job.length = b->cmd.used - b->submitted;
	j->done = 0;
	j->node = node;
	b->submitted = b->cmd.used;
	softgpu_submit(b->gpu, node, &j->job);
}

void bed_finish(struct bed *b, struct bed_job *j)
{
	static const struct timespec little = { 0, 100000 };

	/* Two minutes of threads, or many steps. */
	for (unsigned int i = 0; i < 1200000; i++) {
		if (__atomic_load_n(&j->done, __ATOMIC_ACQUIRE))
			break;
		if (!b->now)
			nanosleep(&little, NULL);
		else if (!softgpu_step(b->gpu, j->node))
			break;
	}
	assert_int_equal(__atomic_load_n(&j->done, __ATOMIC_ACQUIRE), 1);
}

struct softgpu_result bed_run(struct bed *b)
{
	struct bed_job j = { 0 };

	bed_submit(b, 0, &j);
	bed_finish(b, &j);
	/* The buffer can be built anew. */
	softgpu_buffer_init(&b->cmd, b->commands, BED_COMMAND_PAGES * 4096);
	b->submitted = 0;
	return j.result;
}

void bed_run_ok(struct bed *b)
{
	struct softgpu_result r = bed_run(b);

	if (r.verdict != SOFTGPU_DONE)
		print_error("verdict %d at 0x%llx\n", r.verdict, (unsigned long long)r.fault_va);
	assert_int_equal(r.verdict, SOFTGPU_DONE);
}

void bed_run_bad(struct bed *b, uint64_t at)
{
	struct softgpu_result r = bed_run(b);

	assert_int_equal(r.verdict, SOFTGPU_BAD_COMMAND);
	assert_int_equal(r.fault_va, BED_COMMANDS + at);
}

void bed_run_fault(struct bed *b, uint64_t va, bool write)
{
	struct softgpu_result r = bed_run(b);

	assert_int_equal(r.verdict, SOFTGPU_PAGE_FAULT);
	assert_int_equal(r.fault_va, va);
	assert_int_equal(r.fault_write, write);
}
