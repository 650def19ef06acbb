// SPDX-License-Identifier: MIT
/*
 * Clients, each a thread with spaces of its own, on two nodes. A plan is made
 * first: jobs in an order, each with commands on blocks of memory that all share.
 * Carried out in that order by a model, the plan has one result. The GPU has it
 * in any order that keeps a job behind those whose blocks it needs: by fences.
 */
#include <pthread.h>
#include <time.h>

#include "reference.h"

#define CLIENTS		8u
#define NODES		2u
#define QUEUES		(CLIENTS * NODES)
#define BLOCKS		24u
#define BLOCK		0x5000u			/* bytes */
#define FENCES		(BLOCKS * BLOCK)	/* a page for each queue's, from BED_VA on */
#define BUFFER		1024u
#define OUTSTANDING	8u
#define MAX_JOBS	4000u

enum what { FILL, COPY, BLEND, FILL_RECT, WHATS };

struct command {
	enum what what;
	unsigned int dst, src;			/* blocks */
	uint32_t value;
};

struct job {
	struct bed_job bed;			/* first: what done() gets */
	unsigned int client, node;
	uint64_t number;			/* in its queue, from 1 on */
	uint64_t needs[QUEUES];			/* it waits for these */
	struct command command[4];
	unsigned int commands;
	bool hang;				/* must be aborted */
};

static struct bed bed;
static struct job *plan;
static unsigned int jobs;

/* ---- the plan ---- */

/* Who used a block last: the number of a job of each queue. */
struct block_use {
	uint64_t written[QUEUES], read[QUEUES];
};

static void need(struct job *j, const uint64_t *of)
{
	for (unsigned int q = 0; q < QUEUES; q++) {
		if (j->needs[q] < of[q])
			j->needs[q] = of[q];
	}
}

static void plan_command(struct job *j, struct command *c, struct block_use *use, uint64_t *seed)
{
	unsigned int queue = j->client * NODES + j->node;

	c->what = test_random(seed) % (j->node ? BLEND : WHATS);
	c->dst = test_random(seed) % BLOCKS;
	c->src = (c->dst + 1 + test_random(seed) % (BLOCKS - 1)) % BLOCKS;
	c->value = test_random(seed);
	need(j, use[c->dst].written);
	need(j, use[c->dst].read);
	need(j, use[c->src].written);
	use[c->dst].written[queue] = j->number;
	use[c->src].read[queue] = j->number;
}

static void make_plan(uint64_t seed)
{
	static struct block_use use[BLOCKS];
	uint64_t numbers[QUEUES] = { 0 };

	memset(use, 0, sizeof(use));
	plan = calloc(jobs, sizeof(*plan));
	assert_non_null(plan);
	for (unsigned int i = 0; i < jobs; i++) {
		struct job *j = &plan[i];
		unsigned int queue;

		j->client = test_random(&seed) % CLIENTS;
		j->node = test_random(&seed) % NODES;
		j->hang = test_random(&seed) % 32 == 0;
		if (j->hang)
			continue;
		queue = j->client * NODES + j->node;
		j->number = ++numbers[queue];
		j->commands = 1 + test_random(&seed) % 4;
		for (unsigned int k = 0; k < j->commands; k++)
			plan_command(j, &j->command[k], use, &seed);
		/* Its own queue: what came before, itself not counted. */
		j->needs[queue] = j->number - 1;
	}
}

static struct softgpu_surface surface(unsigned int block)
{
	return softgpu_surface(BED_VA + block * BLOCK, 512, SOFTGPU_FORMAT_ARGB8888, 128,
			       BLOCK / 512);
}

/* ---- the model ---- */

static void model_command(const struct command *c)
{
	struct softgpu_surface dst = surface(c->dst), src = surface(c->src);
	struct softgpu_rect all = softgpu_rect(0, 0, dst.width, dst.height);

	switch (c->what) {
	case FILL:
		for (unsigned int i = 0; i < BLOCK; i += 4)
			memcpy(ref_memory + c->dst * BLOCK + i, &c->value, 4);
		break;
	case COPY:
		memcpy(ref_memory + c->dst * BLOCK, ref_memory + c->src * BLOCK, BLOCK);
		break;
	case BLEND:
		ref_blend(&dst, all, &src, 0, 0, c->value & 0xff, c->value >> 31);
		break;
	default:
		ref_fill_rect(&dst, softgpu_rect(3, 3, 100, 20), c->value);
	}
}

/* ---- a client ---- */

struct client {
	unsigned int number;
	struct softgpu_space *space;
	uint64_t seed;
	pthread_t thread;
};

static void build(struct softgpu_buffer *b, const struct job *j)
{
	for (unsigned int q = 0; q < QUEUES; q++) {
		if (j->needs[q])
			softgpu_fence_wait(b, BED_VA + FENCES + q * 4096, j->needs[q]);
	}
	for (unsigned int i = 0; i < j->commands; i++) {
		const struct command *c = &j->command[i];
		struct softgpu_surface dst = surface(c->dst), src = surface(c->src);
		struct softgpu_rect all = softgpu_rect(0, 0, dst.width, dst.height);

		if (c->what == FILL)
			softgpu_fill(b, dst.va, BLOCK, c->value);
		else if (c->what == COPY)
			softgpu_copy(b, dst.va, src.va, BLOCK);
		else if (c->what == BLEND)
			softgpu_blend(b, &dst, all, &src, 0, 0, c->value & 0xff, c->value >> 31);
		else
			softgpu_fill_rect(b, &dst, softgpu_rect(3, 3, 100, 20), c->value);
	}
	if (j->hang)
		softgpu_hang(b, 0);
	else
		softgpu_fence_write(b, BED_VA + FENCES +
				    (j->client * NODES + j->node) * 4096, j->number);
	assert_false(b->overflow);
}

static void nap(unsigned int us)
{
	struct timespec t = { 0, us * 1000 };

	nanosleep(&t, NULL);
}

static void wait_for(struct job *j)
{
	/* Two minutes, for sanitizers on a busy machine. */
	for (unsigned int i = 0; i < 1200000; i++) {
		if (__atomic_load_n(&j->bed.done, __ATOMIC_ACQUIRE))
			break;
		nap(100);
	}
	assert_int_equal(__atomic_load_n(&j->bed.done, __ATOMIC_ACQUIRE), 1);
	assert_int_equal(j->bed.result.verdict, j->hang ? SOFTGPU_ABORTED : SOFTGPU_DONE);
}

/* The page table changes all the time, where jobs do not look, and once where they do. */
static void disturb(struct client *c)
{
	uint8_t *page = bed_page(&bed, BED_PAGES - 1);
	uint64_t va = BED_NOWHERE + test_random(&c->seed) % 1000 * 4096;

	switch (test_random(&c->seed) % 4) {
	case 0:
		assert_true(softgpu_map(c->space, va, 1, &page, SOFTGPU_READ));
		break;
	case 1:
		assert_true(softgpu_unmap(c->space, va, test_random(&c->seed) % 100));
		break;
	case 2:
		softgpu_kick(bed.gpu);
		break;
	default:
		/* The same again is no change for anybody. */
		page = bed_page(&bed, 0);
		assert_true(softgpu_map(c->space, BED_VA, 1, &page, SOFTGPU_READ | SOFTGPU_WRITE));
	}
}

static void *client_thread(void *arg)
{
	struct client *c = arg;
	struct job *out[OUTSTANDING] = { NULL };
	unsigned int at = 0;

	for (unsigned int i = 0; i < jobs; i++) {
		struct job *j = &plan[i];
		struct softgpu_buffer b;

		if (j->client != c->number)
			continue;
		if (out[at])
			wait_for(out[at]);
		/* A slot of the client's own, which nobody uses any more. */
		softgpu_buffer_init(&b, bed.commands + (c->number * OUTSTANDING + at) * BUFFER,
				    BUFFER);
		build(&b, j);
		j->bed.job.space = c->space;
		j->bed.job.va = BED_COMMANDS + (c->number * OUTSTANDING + at) * BUFFER;
		j->bed.job.length = b.used;
		j->bed.job.priority = test_random(&c->seed) % 3;
		softgpu_submit(bed.gpu, j->node, &j->bed.job);
		out[at] = j;
		at = (at + 1) % OUTSTANDING;
		if (j->hang) {
			nap(test_random(&c->seed) % 500);
			softgpu_abort(bed.gpu, j->node, &j->bed.job);
		}
		if (test_random(&c->seed) % 2)
			disturb(c);
	}
	for (unsigned int i = 0; i < OUTSTANDING; i++) {
		if (out[i])
			wait_for(out[i]);
	}
	return NULL;
}

static void map_all(struct softgpu_space *s)
{
	static uint8_t *page[BED_PAGES];

	for (unsigned int i = 0; i < BED_PAGES; i++)
		page[i] = bed_page(&bed, i);
	assert_true(softgpu_map(s, BED_VA, BED_PAGES, page, SOFTGPU_READ | SOFTGPU_WRITE));
	for (unsigned int i = 0; i < BED_COMMAND_PAGES; i++)
		page[i] = bed.commands + i * 4096;
	assert_true(softgpu_map(s, BED_COMMANDS, BED_COMMAND_PAGES, page, SOFTGPU_EXECUTE));
}

static void run_plan(uint64_t seed)
{
	struct client client[CLIENTS];
	struct softgpu_node_stats stats[NODES];
	uint64_t fence = 0;

	bed_init(&bed, false);
	ref_random(&bed, &seed);
	for (unsigned int q = 0; q < QUEUES; q++) {
		memcpy(ref_memory + FENCES + q * 4096, &fence, 8);
		bed_put64(&bed, FENCES + q * 4096, 0);
	}
	make_plan(seed);
	for (unsigned int i = 0; i < CLIENTS; i++) {
		client[i] = (struct client){ .number = i, .seed = seed + i + 1 };
		client[i].space = softgpu_space_new();
		map_all(client[i].space);
	}
	for (unsigned int i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_create(&client[i].thread, NULL, client_thread,
						&client[i]), 0);
	for (unsigned int i = 0; i < jobs; i++) {
		const struct job *j = &plan[i];

		for (unsigned int k = 0; k < j->commands; k++)
			model_command(&j->command[k]);
		if (!j->hang)
			memcpy(ref_memory + FENCES + (j->client * NODES + j->node) * 4096,
			       &j->number, 8);
	}
	for (unsigned int i = 0; i < CLIENTS; i++)
		pthread_join(client[i].thread, NULL);
	ref_assert_same(&bed);
	for (unsigned int n = 0; n < NODES; n++) {
		softgpu_node_stats(bed.gpu, n, &stats[n]);
		assert_int_equal(stats[n].faults, 0);
	}
	assert_int_equal(stats[0].jobs + stats[1].jobs, jobs);
	for (unsigned int i = 0; i < CLIENTS; i++)
		softgpu_space_free(client[i].space);
	bed_fini(&bed);
	free(plan);
}

static void any_order_has_one_result(void **state)
{
	(void)state;
	jobs = test_loops(MAX_JOBS);
	for (uint64_t seed = 1; seed <= 3; seed++)
		run_plan(seed * 0x9e3779b97f4a7c15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_has_one_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
