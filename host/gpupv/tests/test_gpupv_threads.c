// SPDX-License-Identifier: MIT
/*
 * Concurrency: clients that send at once, nodes that run in threads of their
 * own. Random work with random dependencies ends as it would one by one; and
 * whatever ends in the middle of work, nothing is touched after its end. For
 * ThreadSanitizer and AddressSanitizer as well.
 */
#include <pthread.h>
#include <sched.h>

#include "bed_exec.h"
#include "../objects.h"

static const char *const options[] = { "tdr-ms=600000", NULL };

/* Nothing to read: let others work. The host's timers are this thread's to run. */
static void idle(struct bed *b)
{
	host_enter(&b->guest.host);
	host_timers_run(&b->guest.host);
	host_leave(&b->guest.host);
	sched_yield();
}

/* ---- a random program, and what it does one by one ---- */

#define CLIENTS		8u
#define CONTEXTS	(CLIENTS * 2)	/* of each client: one per node */
#define CELLS		24u
#define CELL_BYTES	64u
#define MAX_JOBS	20000u
#define BUFFER_BYTES	64u		/* of one job's commands */
#define MAX_WAITS	6u

#define CELLS_VA	0x200000ull
#define BUFFERS_VA	0x1000000ull
#define BUFFER_PAGES	(MAX_JOBS * BUFFER_BYTES / FAKE_PAGE + 1)

struct job {
	unsigned int context;
	uint64_t value;			/* of its context's fence, when it is done */
	unsigned int waits;
	struct {
		unsigned int context;
		uint64_t value;
	} wait[MAX_WAITS];
	uint32_t bytes;
};

struct client {
	struct program *p;
	unsigned int index;
	uint32_t process, device;
	uint32_t context[2];
	uint32_t fence[CONTEXTS];	/* everybody's, as this process has them open */
	pthread_t thread;
};

struct program {
	struct xb x;
	unsigned int jobs;
	struct job job[MAX_JOBS];
	struct client client[CLIENTS];
	uint8_t model[CELLS * CELL_BYTES];
	uint8_t *cells, *buffers;	/* what the GPU has */
};

static struct program program;

static void map(struct bed *b, uint32_t process, uint64_t va, uint8_t *memory,
		unsigned int pages)
{
	struct gpupv_process *p;

	host_enter(&b->guest.host);
	p = handle_get(&b->g->handles, process, HANDLE_PROCESS);
	for (unsigned int i = 0; i < pages; i++) {
		uint8_t *page = memory + i * FAKE_PAGE;

		assert_true(softgpu_map(space_pages(space_of(p, b->g->gpu[0])),
					va + i * FAKE_PAGE, 1, &page,
					SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE));
	}
	host_leave(&b->guest.host);
}

/* @job comes after what @context had done at @value; one wait for each context. */
static void depend(struct job *job, unsigned int context, uint64_t value)
{
	if (context == job->context || !value)
		return;
	for (unsigned int i = 0; i < job->waits; i++) {
		if (job->wait[i].context == context) {
			job->wait[i].value = MAX(job->wait[i].value, value);
			return;
		}
	}
	assert_true(job->waits < MAX_WAITS);
	job->wait[job->waits].context = context;
	job->wait[job->waits].value = value;
	job->waits++;
}

/* Who touched a cell last: a write comes after both, a read after the write. */
struct touch {
	unsigned int context;
	uint64_t value;
};

static void plan_job(struct program *p, unsigned int index, uint64_t *state, uint64_t *values,
		     struct touch *wrote, struct touch (*read)[2])
{
	unsigned int dst = test_random(state) % CELLS, src = test_random(state) % CELLS;
	struct job *job = &p->job[index];
	struct softgpu_buffer b;
	uint32_t pattern = test_random(state);

	softgpu_buffer_init(&b, p->buffers + index * BUFFER_BYTES, BUFFER_BYTES);
	job->context = test_random(state) % CONTEXTS;
	job->value = ++values[job->context];
	depend(job, wrote[dst].context, wrote[dst].value);
	for (int i = 0; i < 2; i++)
		depend(job, read[dst][i].context, read[dst][i].value);
	if (src != dst && test_random(state) % 4) {
		/* At most two readers are remembered: a third comes after the first. */
		depend(job, wrote[src].context, wrote[src].value);
		depend(job, read[src][0].context, read[src][0].value);
		read[src][0] = read[src][1];
		read[src][1] = (struct touch){ job->context, job->value };
		softgpu_copy(&b, CELLS_VA + dst * CELL_BYTES, CELLS_VA + src * CELL_BYTES,
			     CELL_BYTES);
		memcpy(p->model + dst * CELL_BYTES, p->model + src * CELL_BYTES, CELL_BYTES);
	} else {
		softgpu_fill(&b, CELLS_VA + dst * CELL_BYTES, CELL_BYTES, pattern);
		for (unsigned int i = 0; i < CELL_BYTES; i += 4)
			memcpy(p->model + dst * CELL_BYTES + i, &pattern, 4);
	}
	wrote[dst] = (struct touch){ job->context, job->value };
	assert_false(b.overflow);
	job->bytes = b.used;
}

static void plan(struct program *p, uint64_t seed)
{
	struct touch wrote[CELLS] = { { 0 } }, read[CELLS][2] = { { { 0 } } };
	uint64_t values[CONTEXTS] = { 0 };

	for (unsigned int i = 0; i < p->jobs; i++)
		plan_job(p, i, &seed, values, wrote, read);
}

/* ---- clients ---- */

/* An asynchronous message; the ring may be full for a while. */
static void send_async(struct client *c, uint8_t *m, uint32_t len)
{
	m[16 + 13] = 1;
	while (!fake_channel_write(&c->p->x.b.chan[0], 6, false, 0, m, len))
		sched_yield();
}

static void send_job(struct client *c, unsigned int index, uint8_t *m)
{
	struct bed *b = &c->p->x.b;
	struct job *job = &c->p->job[index];
	uint32_t context = c->context[job->context % 2];
	uint8_t *p;

	if (job->waits) {
		memset(m, 0, 512);
		p = bed_header(b, m, 0, c->process, 25);
		put32(p, context);
		put32(p + 4, job->waits);
		for (unsigned int i = 0; i < job->waits; i++) {
			put64(p + 16 + 8 * i, job->wait[i].value);
			put32(p + 16 + 8 * job->waits + 4 * i, c->fence[job->wait[i].context]);
		}
		send_async(c, m, 16 + 40 + 12 * job->waits);
	}
	memset(m, 0, 512);
	p = bed_header(b, m, 0, c->process, 20);
	put64(p, BUFFERS_VA + index * BUFFER_BYTES);
	put32(p + 8, job->bytes);
	put32(p + 24, 1);
	put32(p + 28, context);
	send_async(c, m, 16 + 408);
	memset(m, 0, 512);
	p = bed_header(b, m, 0, c->process, 26);
	put32(p, 1);
	put32(p + 8, 1);
	put32(p + 32, c->fence[job->context]);
	put32(p + 36, context);
	put64(p + 40, job->value);
	send_async(c, m, 16 + 56 + 16);
}

static void *client_thread(void *arg)
{
	struct client *c = arg;
	uint8_t m[512];

	for (unsigned int i = 0; i < c->p->jobs; i++) {
		if (c->p->job[i].context / 2 == c->index)
			send_job(c, i, m);
	}
	for (unsigned int i = 0; i < 2; i++) {
		uint8_t *p;

		memset(m, 0, sizeof(m));
		p = bed_header(&c->p->x.b, m, 0, c->process, 26);
		put32(p + 4, 2);
		put32(p + 8, 1);
		put64(p + 24, 1 + 2 * c->index + i);
		put32(p + 32, c->context[i]);
		send_async(c, m, 16 + 64);
	}
	return NULL;
}

static void make_clients(struct program *p)
{
	uint32_t global[CONTEXTS];
	struct xb *x = &p->x;
	static uint8_t m[1024];

	for (unsigned int i = 0; i < CLIENTS; i++) {
		struct client *c = &p->client[i];

		c->p = p;
		c->index = i;
		c->process = bed_call(&x->b, BED_GLOBAL, m,
				      make_createprocess(&x->b, m, 100 + i, "client"));
		x->b.process = c->process;
		c->device = xb_create_device(x, 100 + i);
		x->device = c->device;
		for (unsigned int k = 0; k < 2; k++) {
			struct xb_fence f = xb_create_fence(x, 3, 0);

			c->context[k] = xb_create_context(x, c->device, k, 0);
			c->fence[2 * i + k] = f.handle;
			global[2 * i + k] = f.global;
		}
		map(&x->b, c->process, CELLS_VA, p->cells, 1);
		map(&x->b, c->process, BUFFERS_VA, p->buffers, BUFFER_PAGES);
	}
	for (unsigned int i = 0; i < CLIENTS; i++) {
		struct client *c = &p->client[i];

		x->b.process = c->process;
		for (unsigned int k = 0; k < CONTEXTS; k++) {
			uint8_t *q = xb_begin_global(x, 1002, 40);

			if (c->fence[k])
				continue;
			put32(q, c->device);
			put32(q + 4, global[k]);
			put32(q + 12, 3);
			c->fence[k] = xb_send(x);
			assert_int_not_equal(c->fence[k], 0);
		}
	}
}

static void test_dependencies(void **state)
{
	unsigned int rounds = 1 + test_loops(20) / 4;
	struct program *p = &program;

	(void)state;
	for (unsigned int round = 0; round < rounds; round++) {
		uint32_t seen = 0;
		uint64_t id;

		memset(p, 0, sizeof(*p));
		p->jobs = test_loops(MAX_JOBS);
		p->cells = aligned_alloc(FAKE_PAGE, FAKE_PAGE);
		p->buffers = aligned_alloc(FAKE_PAGE, BUFFER_PAGES * FAKE_PAGE);
		memset(p->cells, 0, FAKE_PAGE);
		xb_init(&p->x, options);
		p->x.b.guest.real_time = true;
		make_clients(p);
		plan(p, 77 + round);
		for (unsigned int i = 0; i < CLIENTS; i++)
			pthread_create(&p->client[i].thread, NULL, client_thread, &p->client[i]);
		while (seen != (1u << CONTEXTS) - 1) {
			uint32_t number = xb_event(&p->x, &id);

			if (number == UINT32_MAX) {
				idle(&p->x.b);
				continue;
			}
			assert_int_equal(number, 0);
			assert_true(id >= 1 && id <= CONTEXTS && !(seen >> (id - 1) & 1));
			seen |= 1u << (id - 1);
		}
		for (unsigned int i = 0; i < CLIENTS; i++)
			pthread_join(p->client[i].thread, NULL);
		assert_memory_equal(p->cells, p->model, sizeof(p->model));
		xb_fini(&p->x);
		free(p->cells);
		free(p->buffers);
	}
}

/* ---- ends in the middle ---- */

struct chaos {
	struct xb x;
	pthread_mutex_t call;		/* one synchronous message at a time */
	bool stop;
};

struct chaos_client {
	struct chaos *c;
	unsigned int loops;
	uint64_t seed;
	pthread_t thread;
};

/* The answer's first word, or the one at @at; events of others are dropped. */
static uint32_t call(struct chaos *c, int chan, uint8_t *m, uint32_t len, uint32_t at)
{
	struct bed *b = &c->x.b;
	struct fake_packet packet;
	uint64_t transaction;
	uint32_t word = 0;

	pthread_mutex_lock(&c->call);
	transaction = ++b->transaction;
	while (!fake_channel_write(&b->chan[chan + 1], 6, true, transaction, m, len))
		sched_yield();
	do {
		while (!fake_channel_read(&b->chan[chan + 1], &packet, b->rx))
			idle(b);
	} while (packet.type != 11 || packet.transaction != transaction);
	if (packet.len >= at + 4)
		memcpy(&word, b->rx + at, 4);
	pthread_mutex_unlock(&c->call);
	return word;
}

static uint32_t chaos_context(struct chaos *c, uint32_t process, uint32_t device, uint32_t node)
{
	uint8_t m[128] = { 0 };
	uint8_t *p = bed_header(&c->x.b, m, 0, process, 6);

	put32(p + 4, device);
	put32(p + 8, node);
	return call(c, BED_GLOBAL, m, 16 + 55, 24);
}

static void chaos_submit(struct chaos *c, uint32_t process, uint32_t context, uint64_t va,
			 uint32_t bytes)
{
	uint8_t m[512] = { 0 };
	uint8_t *p = bed_header(&c->x.b, m, 0, process, 20);

	put64(p, va);
	put32(p + 8, bytes);
	put32(p + 24, 1);
	put32(p + 28, context);
	call(c, BED_GLOBAL, m, 16 + 408, 0);
}

/* A process that works, and ends before its work does. */
static void *chaos_thread(void *arg)
{
	struct chaos_client *client = arg;
	struct chaos *c = client->c;
	struct xb *x = &c->x;
	uint8_t m[1024];

	for (unsigned int i = 0; i < client->loops; i++) {
		uint32_t process, device;
		uint8_t *p;

		process = call(c, BED_GLOBAL, m,
			       make_createprocess(&x->b, m, client->seed % 1000, "chaos"), 0);
		memset(m, 0, sizeof(m));
		p = bed_header(&x->b, m, 0, process, 0);
		put64(p + 8, client->seed % 1000);
		device = call(c, BED_GLOBAL, m, 16 + 40, 0);
		map(&x->b, process, XB_VA, x->memory, XB_PAGES);
		for (unsigned int k = 0; k < 3; k++) {
			uint32_t context = chaos_context(c, process, device, k % 2);
			unsigned int row = 4 * (k % 2), what = test_random(&client->seed) % 4;

			/* Its device may have failed. */
			if (!context)
				break;
			chaos_submit(c, process, context, XB_VA + 64 * (row + what), 64);
			chaos_submit(c, process, context, XB_VA + 64 * row, 64);
			if (test_random(&client->seed) % 2) {
				memset(m, 0, sizeof(m));
				put32(bed_header(&x->b, m, 0, process, 7), context);
				call(c, BED_GLOBAL, m, 16 + 32, 0);
			}
		}
		if (test_random(&client->seed) % 2) {
			memset(m, 0, sizeof(m));
			put32(bed_header(&x->b, m, 0, process, 1), device);
			call(c, BED_GLOBAL, m, 16 + 32, 0);
		}
		call(c, BED_GLOBAL, m, make_destroyprocess(&x->b, m, process), 0);
	}
	return NULL;
}

/* For each node, rows of commands: work, a hang, a fault, a wait for what never comes. */
static void chaos_commands(struct xb *x)
{
	struct softgpu_buffer b;

	for (unsigned int row = 0; row < 8; row++) {
		softgpu_buffer_init(&b, x->memory + 64 * row, 64);
		switch (row % 4) {
		case 0:
			softgpu_fill(&b, XB_VA + (row + 1) * FAKE_PAGE, 4 * FAKE_PAGE, 5);
			break;
		case 1:
			softgpu_hang(&b, 0);
			break;
		case 2:
			softgpu_fault(&b, 0x1000, true);
			break;
		case 3:
			softgpu_fence_wait(&b, XB_VA + 15 * FAKE_PAGE + 8, 1);
			break;
		}
		softgpu_nop(&b, 64 - b.used);
		assert_false(b.overflow);
	}
}

static void test_ends_in_the_middle(void **state)
{
	static struct chaos c;
	uint64_t violations = log_violations();
	struct chaos_client client[4];

	(void)state;
	memset(&c, 0, sizeof(c));
	pthread_mutex_init(&c.call, NULL);
	xb_init(&c.x, options);
	c.x.b.guest.real_time = true;
	chaos_commands(&c.x);
	for (unsigned int i = 0; i < G_N_ELEMENTS(client); i++) {
		client[i] = (struct chaos_client){ &c, test_loops(1000), 5 + i, 0 };
		pthread_create(&client[i].thread, NULL, chaos_thread, &client[i]);
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(client); i++)
		pthread_join(client[i].thread, NULL);
	assert_int_equal(log_violations(), violations);
	/* The bed's process, its device and the adapter. */
	assert_int_equal(bed_objects(&c.x.b), 3);
	xb_fini(&c.x);
	pthread_mutex_destroy(&c.call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dependencies),
		cmocka_unit_test(test_ends_in_the_middle),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
