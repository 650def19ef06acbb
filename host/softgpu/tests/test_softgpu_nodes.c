// SPDX-License-Identifier: MIT
/* Tests of host/softgpu/node.c: turns, priorities, waits, aborts, hangs; stepped, then threads. */
#include <time.h>

#include "gpubed.h"

static struct bed bed;

static int setup_stepped(void **state)
{
	bed_init(&bed, true);
	*state = &bed;
	return 0;
}

static int setup_threads(void **state)
{
	bed_init(&bed, false);
	*state = &bed;
	return 0;
}

static int teardown(void **state)
{
	bed_fini(*state);
	return 0;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* A job of many slices: @mib to fill. */
static void submit_fill(struct bed *b, struct bed_job *j, unsigned int mib, int priority,
			uintptr_t name)
{
	for (unsigned int i = 0; i < mib; i++)
		softgpu_fill(&b->cmd, BED_VA + 0x100000, 1 << 20, 0);
	j->job.priority = priority;
	j->job.user = (void *)name;
	bed_submit(b, 0, j);
}

/* ---- stepped: what comes first ---- */

static void an_idle_node_does_nothing(void **state)
{
	struct bed *b = *state;
	uint64_t ns = 7;

	assert_false(softgpu_step(b->gpu, 0));
	assert_null(softgpu_running(b->gpu, 0, &ns));
	assert_int_equal(ns, 0);
	softgpu_kick(b->gpu);
}

static void equals_take_turns(void **state)
{
	struct bed_job j[3] = { 0 };
	struct bed *b = *state;

	submit_fill(b, &j[0], 6, 0, 0);
	submit_fill(b, &j[1], 1, 0, 1);
	submit_fill(b, &j[2], 3, 0, 2);
	bed_finish(b, &j[0]);
	assert_int_equal(b->dones, 3);
	assert_int_equal(b->done_order[0], 1);
	assert_int_equal(b->done_order[1], 2);
	assert_int_equal(b->done_order[2], 0);
}

static void higher_priority_comes_first(void **state)
{
	struct bed_job j[4] = { 0 };
	struct bed *b = *state;

	submit_fill(b, &j[0], 1, -1, 0);
	submit_fill(b, &j[1], 8, 0, 1);
	assert_true(softgpu_step(b->gpu, 0));
	submit_fill(b, &j[2], 3, 5, 2);
	submit_fill(b, &j[3], 1, 7, 3);
	bed_finish(b, &j[0]);
	assert_int_equal(b->dones, 4);
	assert_int_equal(b->done_order[0], 3);
	assert_int_equal(b->done_order[1], 2);
	assert_int_equal(b->done_order[2], 1);
	assert_int_equal(b->done_order[3], 0);
}

static void nodes_are_independent(void **state)
{
	struct bed_job j[2] = { 0 };
	struct bed *b = *state;

	softgpu_fence_write(&b->cmd, BED_VA, 1);
	bed_submit(b, 0, &j[0]);
	softgpu_fence_write(&b->cmd, BED_VA, 2);
	bed_submit(b, 1, &j[1]);
	assert_true(softgpu_step(b->gpu, 1));
	assert_int_equal(bed_get64(b, 0), 2);
	assert_int_equal(j[0].done, 0);
	assert_int_equal(j[1].done, 1);
	assert_int_equal(j[1].node, 1);
	bed_finish(b, &j[0]);
	assert_int_equal(bed_get64(b, 0), 1);
}

/* A waiting job lets lower ones in, across nodes; a kick is not needed for a fence written. */
static void waiting_jobs_yield(void **state)
{
	struct bed_job wait = { 0 }, low = { 0 }, other = { 0 };
	struct bed *b = *state;
	uint64_t ns;

	bed_put64(b, 0, 0);
	softgpu_fence_wait(&b->cmd, BED_VA, 3);
	softgpu_fence_write(&b->cmd, BED_VA + 8, 1);
	wait.job.priority = 9;
	bed_submit(b, 0, &wait);
	assert_false(softgpu_step(b->gpu, 0));
	assert_null(softgpu_running(b->gpu, 0, &ns));
	submit_fill(b, &low, 1, 0, 0);
	bed_finish(b, &low);
	assert_int_equal(wait.done, 0);
	softgpu_fence_write(&b->cmd, BED_VA, 3);
	bed_submit(b, 1, &other);
	bed_finish(b, &other);
	bed_finish(b, &wait);
	assert_int_equal(bed_get64(b, 8), 1);
}

static void a_hang_occupies(void **state)
{
	struct bed_job hang = { 0 }, other = { 0 };
	struct bed *b = *state;
	uint64_t ns;

	softgpu_hang(&b->cmd, 0);
	bed_submit(b, 0, &hang);
	submit_fill(b, &other, 1, 100, 0);
	/* The other one came first, the hang does not let it in again. */
	while (softgpu_step(b->gpu, 0))
		;
	assert_int_equal(other.done, 1);
	b->submitted = 0;
	softgpu_buffer_init(&b->cmd, b->commands, 4096);
	submit_fill(b, &other, 1, 100, 0);
	b->now += 12345;
	assert_false(softgpu_step(b->gpu, 0));
	assert_ptr_equal(softgpu_running(b->gpu, 0, &ns), &hang.job);
	assert_int_equal(ns, 12345);
	assert_int_equal(other.done, 0);
	softgpu_abort(b->gpu, 0, &hang.job);
	bed_finish(b, &hang);
	assert_int_equal(hang.result.verdict, SOFTGPU_ABORTED);
	bed_finish(b, &other);
	assert_int_equal(other.result.verdict, SOFTGPU_DONE);
}

static void a_hang_may_end(void **state)
{
	struct bed_job hang = { 0 };
	struct bed *b = *state;

	softgpu_hang(&b->cmd, 1000);
	softgpu_fence_write(&b->cmd, BED_VA, 1);
	bed_submit(b, 0, &hang);
	assert_false(softgpu_step(b->gpu, 0));
	b->now += 999;
	assert_false(softgpu_step(b->gpu, 0));
	b->now += 1;
	assert_true(softgpu_step(b->gpu, 0));
	bed_finish(b, &hang);
	assert_int_equal(hang.result.verdict, SOFTGPU_DONE);
	assert_int_equal(bed_get64(b, 0), 1);
}

/* Queued, waiting, in the middle, and queued behind one that hangs. */
static void aborts(void **state)
{
	struct bed_job hang = { 0 }, wait = { 0 }, part = { 0 }, queued = { 0 };
	struct softgpu_node_stats s;
	struct bed *b = *state;

	bed_put64(b, 0, 0);
	submit_fill(b, &part, 8, 2, 1);
	assert_true(softgpu_step(b->gpu, 0));
	softgpu_abort(b->gpu, 0, &part.job);
	softgpu_abort(b->gpu, 0, &part.job);
	assert_int_equal(part.done, 0);
	assert_true(softgpu_step(b->gpu, 0));
	assert_int_equal(part.done, 1);
	assert_int_equal(part.result.verdict, SOFTGPU_ABORTED);
	/* Nobody's job any more, and jobs of other nodes: nothing happens. */
	softgpu_abort(b->gpu, 0, &part.job);
	softgpu_abort(b->gpu, 1, &part.job);

	softgpu_fence_wait(&b->cmd, BED_VA, 1);
	bed_submit(b, 0, &wait);
	assert_false(softgpu_step(b->gpu, 0));
	softgpu_hang(&b->cmd, 0);
	bed_submit(b, 0, &hang);
	assert_false(softgpu_step(b->gpu, 0));
	submit_fill(b, &queued, 1, 0, 2);
	softgpu_abort(b->gpu, 0, &queued.job);
	softgpu_abort(b->gpu, 0, &wait.job);
	assert_true(softgpu_step(b->gpu, 0));
	assert_true(softgpu_step(b->gpu, 0));
	assert_int_equal(queued.result.verdict, SOFTGPU_ABORTED);
	assert_int_equal(queued.result.commands, 0);
	assert_int_equal(wait.result.verdict, SOFTGPU_ABORTED);
	assert_int_equal(hang.done, 0);
	softgpu_abort(b->gpu, 0, &hang.job);
	bed_finish(b, &hang);
	softgpu_node_stats(b->gpu, 0, &s);
	assert_int_equal(s.jobs, 4);
	assert_int_equal(s.aborts, 4);
	assert_int_equal(s.faults, 0);
}

/* Between two commands of one slice, from a callback. */
static void an_abort_does_not_wait_for_the_slice(void **state)
{
	struct bed_job j = { 0 };
	struct bed *b = *state;

	bed_put64(b, 8, 0);
	softgpu_fence_write(&b->cmd, BED_VA, 1);
	softgpu_fence_write(&b->cmd, BED_VA + 8, 1);
	b->abort_at_fence = &j;
	bed_submit(b, 0, &j);
	bed_finish(b, &j);
	assert_int_equal(j.result.verdict, SOFTGPU_ABORTED);
	assert_int_equal(j.result.commands, 1);
	assert_int_equal(bed_get64(b, 0), 1);
	assert_int_equal(bed_get64(b, 8), 0);
}

static void what_is_counted(void **state)
{
	struct softgpu_node_stats s;
	struct bed *b = *state;

	softgpu_fill(&b->cmd, BED_VA, 0x5000, 0);
	softgpu_copy(&b->cmd, BED_VA + 0x10000, BED_VA, 0x3001);
	softgpu_nop(&b->cmd, 8);
	bed_run_ok(b);
	softgpu_node_stats(b->gpu, 0, &s);
	assert_int_equal(s.jobs, 1);
	assert_int_equal(s.commands, 3);
	assert_int_equal(s.bytes_written, 0x5000 + 0x3001);
	/* The commands themselves are read, too. */
	assert_int_equal(s.bytes_read, 0x3001 + 32 + 32 + 8);
	softgpu_fault(&b->cmd, 0, false);
	bed_run(b);
	softgpu_require(&b->cmd, SOFTGPU_CMD_VERSION + 1);
	bed_run(b);
	softgpu_fill(&b->cmd, BED_NOWHERE, 4, 0);
	bed_run(b);
	softgpu_node_stats(b->gpu, 0, &s);
	assert_int_equal(s.jobs, 4);
	assert_int_equal(s.faults, 3);
	softgpu_node_stats(b->gpu, 1, &s);
	assert_int_equal(s.jobs, 0);
}

/* ---- stepped: bounds ---- */

/* One large command of each kind, all of it on null pages. */
static void large_command(struct bed *b, unsigned int kind)
{
	const uint64_t va = 1ull << 46;
	struct softgpu_surface s = softgpu_surface(va, 65536, SOFTGPU_FORMAT_ARGB8888,
						   16384, 16384);
	struct softgpu_rect all = softgpu_rect(0, 0, 16384, 16384);
	struct softgpu_rect thin = softgpu_rect(5, 0, 1, 16384);
	static const struct softgpu_instruction loop[] = {
		{ SOFTGPU_OP_LOOP, 0, 0, 0, 0 }, { SOFTGPU_OP_ENDLOOP, 0, 0, 0, 0 },
		{ SOFTGPU_OP_END, 0, 0, 0, 0 },
	};
	struct softgpu_cmd_dispatch c = softgpu_dispatch_init(BED_VA, 3, 64, 1, SOFTGPU_MAX_BUDGET);

	switch (kind) {
	case 0:
		softgpu_fill(&b->cmd, va, 1ull << 45, 0);
		break;
	case 1:
		softgpu_copy(&b->cmd, va, va + (1ull << 44), 1ull << 40);
		break;
	case 2:
		softgpu_copy(&b->cmd, va + 5, va, 1ull << 40);
		break;
	case 3:
		softgpu_copy_rect(&b->cmd, va, 4096, va + (1ull << 44), 4096, 1, 16384);
		break;
	case 4:
		softgpu_fill_rect(&b->cmd, &s, all, 0);
		break;
	case 5:
		softgpu_fill_rect(&b->cmd, &s, thin, 0);
		break;
	case 6:
		softgpu_convert(&b->cmd, &s, all, &s, 0, 0);
		break;
	case 7:
		softgpu_scale(&b->cmd, &s, thin, &s, all, SOFTGPU_SCALE_BILINEAR);
		break;
	case 8:
		softgpu_blend(&b->cmd, &s, all, &s, 0, 0, 3, 0);
		break;
	case 9:		/* all of them without any area */
		softgpu_triangles(&b->cmd, &s, NULL, va, SOFTGPU_MAX_TRIANGLES, 0);
		break;
	default:
		bed_put(b, 0, loop, sizeof(loop));
		softgpu_dispatch(&b->cmd, &c);
	}
}

/* No step carries one out, and each can be ended in the midst of it. */
static void work_is_bounded(void **state)
{
	struct bed *b = *state;

	assert_true(softgpu_map_zero(b->space, 1ull << 46, 1ull << 33));
	for (unsigned int kind = 0; kind < 11; kind++) {
		struct bed_job j = { 0 };

		large_command(b, kind);
		bed_submit(b, 0, &j);
		for (unsigned int i = 0; i < 4; i++) {
			assert_true(softgpu_step(b->gpu, 0));
			assert_int_equal(j.done, 0);
		}
		softgpu_abort(b->gpu, 0, &j.job);
		assert_true(softgpu_step(b->gpu, 0));
		assert_int_equal(j.done, 1);
		assert_int_equal(j.result.verdict, SOFTGPU_ABORTED);
		assert_int_equal(j.result.commands, 0);
	}
}

/* What is left when the GPU goes is aborted and told: by the teardown. */
static struct bed_job left[4];

static void jobs_left_behind(void **state)
{
	struct bed *b = *state;

	memset(left, 0, sizeof(left));
	bed_put64(b, 0, 0);
	softgpu_hang(&b->cmd, 0);
	bed_submit(b, 0, &left[0]);
	softgpu_fence_wait(&b->cmd, BED_VA, 1);
	bed_submit(b, 1, &left[1]);
	if (b->now) {
		softgpu_step(b->gpu, 0);
		softgpu_step(b->gpu, 1);
	}
	softgpu_nop(&b->cmd, 8);
	bed_submit(b, 0, &left[2]);
	softgpu_nop(&b->cmd, 8);
	bed_submit(b, 0, &left[3]);
}

static int teardown_left(void **state)
{
	teardown(state);
	for (unsigned int i = 0; i < 4; i++) {
		if (left[i].done != 1)
			return 1;
		if (left[i].result.verdict != (i < 2 ? SOFTGPU_ABORTED : left[i].result.verdict))
			return 1;
	}
	return 0;
}

/* ---- threads ---- */

static void threads_do_jobs(void **state)
{
	struct bed_job j[2] = { 0 };
	struct bed *b = *state;

	bed_put64(b, 0, 0);
	softgpu_fence_wait(&b->cmd, BED_VA, 1);
	softgpu_fill(&b->cmd, BED_VA + 0x1000, 0x1000, 0x01010101);
	bed_submit(b, 0, &j[0]);
	softgpu_fill(&b->cmd, BED_VA + 0x1000, 0x1000, 0x02020202);
	softgpu_fence_write(&b->cmd, BED_VA, 1);
	bed_submit(b, 1, &j[1]);
	bed_finish(b, &j[0]);
	bed_finish(b, &j[1]);
	assert_int_equal(*bed_at(b, 0x1fff), 1);
	assert_true(j[0].result.busy_ns > 0);
}

#define TURNS	600u

/* Two jobs that wait for each other in turns; how long it takes, in nanoseconds. */
static uint64_t take_turns(struct bed *b)
{
	struct bed_job j[2] = { 0 };
	struct timespec start, end;

	bed_put64(b, 0, 0);
	for (unsigned int node = 0; node < 2; node++) {
		for (unsigned int i = node; i < TURNS; i += 2) {
			softgpu_fence_wait(&b->cmd, BED_VA, i);
			softgpu_fence_write(&b->cmd, BED_VA, i + 1);
		}
		if (!node)
			clock_gettime(CLOCK_MONOTONIC, &start);
		bed_submit(b, node, &j[node]);
	}
	bed_finish(b, &j[0]);
	bed_finish(b, &j[1]);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(bed_get64(b, 0), TURNS);
	softgpu_buffer_init(&b->cmd, b->commands, BED_COMMAND_PAGES * 4096);
	b->submitted = 0;
	return (end.tv_sec - start.tv_sec) * 1000000000ull + end.tv_nsec - start.tv_nsec;
}

/*
 * A fence that a node writes wakes the other one: who only looked every few
 * milliseconds would need seconds. The best of some runs, for busy machines.
 */
static void written_fences_wake_nodes(void **state)
{
	uint64_t best = UINT64_MAX;

	for (unsigned int i = 0; i < 40 && best > 750000000; i++) {
		uint64_t ns = take_turns(*state);

		best = ns < best ? ns : best;
	}
	assert_true(best <= 750000000);
}

/* A fence that the host writes: with a kick, and without one. */
static void host_writes_a_fence(void **state)
{
	struct bed *b = *state;

	for (unsigned int kick = 0; kick < 2; kick++) {
		struct bed_job j = { 0 };

		bed_put64(b, 0, 0);
		softgpu_fence_wait(&b->cmd, BED_VA, 1);
		bed_submit(b, 0, &j);
		sleep_ms(3);
		assert_int_equal(__atomic_load_n(&j.done, __ATOMIC_ACQUIRE), 0);
		bed_put64(b, 0, 1);
		if (kick)
			softgpu_kick(b->gpu);
		bed_finish(b, &j);
	}
}

static void a_hanging_thread_is_freed(void **state)
{
	struct bed_job hang = { 0 }, queued = { 0 }, after = { 0 };
	struct bed *b = *state;
	uint64_t ns = 0;

	softgpu_hang(&b->cmd, 0);
	bed_submit(b, 0, &hang);
	for (unsigned int i = 0; i < 100000 && ns < 10000000; i++) {
		sleep_ms(1);
		if (softgpu_running(b->gpu, 0, &ns) != &hang.job)
			ns = 0;
	}
	assert_true(ns >= 10000000);
	softgpu_nop(&b->cmd, 8);
	bed_submit(b, 0, &queued);
	softgpu_nop(&b->cmd, 8);
	bed_submit(b, 0, &after);
	softgpu_abort(b->gpu, 0, &queued.job);
	bed_finish(b, &queued);
	assert_int_equal(queued.result.verdict, SOFTGPU_ABORTED);
	assert_int_equal(__atomic_load_n(&after.done, __ATOMIC_ACQUIRE), 0);
	softgpu_abort(b->gpu, 0, &hang.job);
	bed_finish(b, &hang);
	assert_int_equal(hang.result.verdict, SOFTGPU_ABORTED);
	bed_finish(b, &after);
	assert_int_equal(after.result.verdict, SOFTGPU_DONE);
}

static void a_short_hang_passes(void **state)
{
	struct bed *b = *state;
	struct softgpu_result r;

	softgpu_hang(&b->cmd, 20000000);
	softgpu_fence_write(&b->cmd, BED_VA, 1);
	r = bed_run(b);
	assert_int_equal(r.verdict, SOFTGPU_DONE);
	assert_int_equal(bed_get64(b, 0), 1);
}

/* In the middle of one command that takes long. */
static void a_running_job_is_aborted(void **state)
{
	struct bed_job j = { 0 };
	struct bed *b = *state;
	uint64_t ns;

	assert_true(softgpu_map_zero(b->space, 1ull << 46, 1ull << 33));
	softgpu_fill(&b->cmd, 1ull << 46, 1ull << 45, 0);
	bed_submit(b, 0, &j);
	sleep_ms(5);
	softgpu_abort(b->gpu, 0, &j.job);
	bed_finish(b, &j);
	assert_int_equal(j.result.verdict, SOFTGPU_ABORTED);
	assert_int_equal(j.result.commands, 0);
	assert_null(softgpu_running(b->gpu, 0, &ns));
}

/* A page table that changes under a job that uses it: each answer is one of the two. */
static void maps_while_jobs_run(void **state)
{
	uint8_t *one[16], *two[16];
	unsigned int faults = 0;
	struct bed *b = *state;

	for (unsigned int i = 0; i < 16; i++) {
		one[i] = bed_page(b, 512 + i);
		two[i] = bed_page(b, 1024 + i);
	}
	for (unsigned int i = 0; i < test_loops(2000); i++) {
		struct bed_job j = { 0 };

		assert_true(softgpu_map(b->space, BED_NOWHERE, 16, one,
					SOFTGPU_READ | SOFTGPU_WRITE));
		for (unsigned int n = 0; n < 20; n++)
			softgpu_fill(&b->cmd, BED_NOWHERE, 0x10000, n * 0x01010101);
		bed_submit(b, 0, &j);
		assert_true(softgpu_map(b->space, BED_NOWHERE, 16, two,
					SOFTGPU_READ | SOFTGPU_WRITE));
		/* Not used any more, so that it can be written here: TSan would tell. */
		memset(bed_page(b, 512 + 15), 0xee, 16 * 4096);
		if (i % 2) {
			softgpu_unmap(b->space, BED_NOWHERE + 0x8000, 8);
			memset(bed_page(b, 1024 + 15), 0xee, 8 * 4096);
		}
		bed_finish(b, &j);
		for (unsigned int p = 512; p < 528; p++) {
			for (unsigned int at = 0; at < 4096; at += 64)
				assert_int_equal(bed_page(b, p)[at], 0xee);
		}
		if (j.result.verdict != SOFTGPU_DONE) {
			assert_int_equal(j.result.verdict, SOFTGPU_PAGE_FAULT);
			assert_int_equal(j.result.fault_va, BED_NOWHERE + 0x8000);
			faults++;
		}
		softgpu_buffer_init(&b->cmd, b->commands, BED_COMMAND_PAGES * 4096);
		b->submitted = 0;
	}
	assert_true(faults);
	softgpu_unmap(b->space, BED_NOWHERE, 16);
}

#define STEPPED(name) cmocka_unit_test_setup_teardown(name, setup_stepped, teardown)
#define LEFT(name, setup)	{ name, jobs_left_behind, setup, teardown_left, NULL }
#define THREADS(name) cmocka_unit_test_setup_teardown(name, setup_threads, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STEPPED(an_idle_node_does_nothing),
		STEPPED(equals_take_turns),
		STEPPED(higher_priority_comes_first),
		STEPPED(nodes_are_independent),
		STEPPED(waiting_jobs_yield),
		STEPPED(a_hang_occupies),
		STEPPED(a_hang_may_end),
		STEPPED(aborts),
		STEPPED(an_abort_does_not_wait_for_the_slice),
		STEPPED(what_is_counted),
		STEPPED(work_is_bounded),
		LEFT("jobs_left_behind_stepped", setup_stepped),
		LEFT("jobs_left_behind_threads", setup_threads),
		THREADS(threads_do_jobs),
		THREADS(written_fences_wake_nodes),
		THREADS(host_writes_a_fence),
		THREADS(a_hanging_thread_is_freed),
		THREADS(a_short_hang_passes),
		THREADS(a_running_job_is_aborted),
		THREADS(maps_while_jobs_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
