// SPDX-License-Identifier: MIT
/*
 * What operations cost with many clients, with many objects; what the kernel keeps for an
 * object.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define BATCH		512u	/* BOs bound by one ioctl: two operations each */

/* ---- clients ---- */

/*
 * A client of its own process: says that it is ready, waits for a byte of @go, submits,
 * says that it is done, and stays until @stay ends: who is done first must not take the
 * byte of another.
 */
static void __attribute__((noreturn)) be_client(int go, int say, int stay, unsigned int jobs)
{
	struct client c;
	char b = 0;

	client_open(&c);
	client_submit(&c);
	client_wait(&c);
	if (write(say, &b, 1) != 1 || read(go, &b, 1) != 1)
		_exit(1);
	for (unsigned int i = 0; i < jobs; i++)
		client_submit(&c);
	client_wait(&c);
	/* Nothing of the end of the file is measured. */
	if (write(say, &b, 1) != 1 || read(stay, &b, 1) != 0)
		_exit(1);
	client_close(&c);
	_exit(0);
}

static void hear(int fd, unsigned int n)
{
	char b;

	while (n--)
		if (read(fd, &b, 1) != 1)
			fail("a client has ended");
}

static void tell(int fd, unsigned int n)
{
	while (n--)
		if (write(fd, "", 1) != 1)
			fail("no pipe");
}

static void clients(unsigned int n, unsigned int jobs)
{
	struct counters begin, c;
	int go[2], say[2], stay[2], status;
	double before;

	if (pipe(go) || pipe(say) || pipe(stay))
		fail("no pipe");
	for (unsigned int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("no process");
		if (!pid) {
			/* With its last writer gone, a pipe ends; else nobody would notice. */
			close(go[1]);
			close(say[0]);
			close(stay[1]);
			be_client(go[0], say[1], stay[0], jobs);
		}
	}
	close(go[0]);
	close(say[1]);
	hear(say[0], n);
	before = awaits();
	awaits_count(true);
	counters_begin(&begin);
	tell(go[1], n);
	hear(say[0], n);
	c = counters_since(&begin, (double)n * jobs);
	awaits_count(false);
	c.awaits = (awaits() - before) / n / jobs;
	close(stay[1]);
	for (unsigned int i = 0; i < n; i++)
		if (wait(&status) < 0 || status)
			fail("a client ended badly");
	close(go[1]);
	close(say[0]);
	close(stay[0]);
	next_element();
	printf("{\"clients\":%u,\"jobs\":%u,", n, jobs);
	print_counters(&c);
	printf("}\n");
}

/* The number of jobs of all together is the same. */
void bench_clients(const struct sizes *s)
{
	for (unsigned int n = 1; n <= s->clients; n *= 4)
		clients(n, s->repeats * 16 / n ? s->repeats * 16 / n : 1);
}

/* ---- objects ---- */

struct crowd {
	struct client c;
	struct dxg_bo **bo;
	unsigned int count, size;
	uint64_t range;
	unsigned int at;		/* the next of those that are measured */
	struct dxg_bo *one;
};

static void crowd_open(struct crowd *w, unsigned int size)
{
	memset(w, 0, sizeof(*w));
	client_open(&w->c);
	w->bo = calloc(size, sizeof(*w->bo));
	w->size = size;
	if (!w->bo)
		fail("no memory");
	TRY(dxg_vm_reserve(w->c.vm, 0, 4096ull * (size + 1), &w->range));
}

/* To @count BOs, each resident and bound. False: after @until. */
static bool crowd_grow(struct crowd *w, unsigned int count, time_t until)
{
	static struct drm_dxg_vm_bind_op ops[2 * BATCH];

	host_paging(true);
	while (w->count < count) {
		unsigned int n = count - w->count < BATCH ? count - w->count : BATCH;

		if (time(NULL) > until) {
			host_paging(false);
			return false;
		}
		memset(ops, 0, sizeof(ops));
		for (unsigned int i = 0; i < n; i++) {
			struct dxg_bo *bo = client_bo(&w->c);

			w->bo[w->count + i] = bo;
			ops[2 * i].op = DRM_DXG_BIND_MAKE_RESIDENT;
			ops[2 * i].bo_handle = dxg_bo_handle(bo);
			ops[2 * i + 1].op = DRM_DXG_BIND_MAP;
			ops[2 * i + 1].bo_handle = dxg_bo_handle(bo);
			ops[2 * i + 1].va = w->range + 4096ull * (w->count + i);
			ops[2 * i + 1].size = 4096;
		}
		TRY(dxg_vm_bind(w->c.vm, NULL, ops, 2 * n, NULL, 0));
		w->count += n;
	}
	host_paging(false);
	return true;
}

static void crowd_create(void *ctx)
{
	struct crowd *w = ctx;
	struct dxg_bo *bo = client_bo(&w->c);

	dxg_bo_unref(bo);
}

static void crowd_bind(void *ctx)
{
	struct crowd *w = ctx;
	struct drm_dxg_vm_bind_op op = {
		.op = DRM_DXG_BIND_MAP, .bo_handle = dxg_bo_handle(w->bo[0]),
		.va = w->range + 4096ull * w->size, .size = 4096,
	};

	TRY(dxg_vm_bind(w->c.vm, NULL, &op, 1, NULL, 0));
	op = (struct drm_dxg_vm_bind_op){ .op = DRM_DXG_BIND_UNMAP, .va = op.va, .size = 4096 };
	TRY(dxg_vm_bind(w->c.vm, NULL, &op, 1, NULL, 0));
}

static void crowd_submit(void *ctx)
{
	client_submit(&((struct crowd *)ctx)->c);
}

static void crowd_wait(void *ctx)
{
	client_wait(&((struct crowd *)ctx)->c);
}

static void crowd_nothing(void *ctx)
{
	(void)ctx;
}

static void print_scale(const struct crowd *w, const char *name, unsigned int repeats,
			void (*one)(void *), void (*end)(void *))
{
	struct counters all[ROUNDS], m;

	for (unsigned int i = 0; i < ROUNDS; i++)
		all[i] = measure(NULL, repeats, one, end, (void *)w);
	m = typical(all, ROUNDS);
	m.awaits = measure_awaits(repeats, one, end, (void *)w);
	next_element();
	printf("{\"objects\":%u,\"name\":\"%s\",", w->count, name);
	print_counters(&m);
	printf("}\n");
}

void bench_objects(const struct sizes *s)
{
	time_t until = time(NULL) + s->seconds;
	struct crowd w;

	crowd_open(&w, s->objects);
	for (unsigned int n = 100; n <= s->objects; n *= 10) {
		if (!crowd_grow(&w, n, until))
			break;
		print_scale(&w, "BO create and destroy", s->repeats, crowd_create, crowd_nothing);
		print_scale(&w, "bind and unbind", s->repeats, crowd_bind, crowd_nothing);
		print_scale(&w, "submit", s->repeats, crowd_submit, crowd_wait);
	}
	/* The BOs end with the file, and that with the program. */
}

/* For bench_ends(): @count BOs, which stay. False: it took longer. */
bool crowd_fill(unsigned int count, unsigned int seconds)
{
	static struct crowd w;

	crowd_open(&w, count);
	return crowd_grow(&w, count, time(NULL) + seconds);
}

/* ---- memory ---- */

void bench_memory(const struct sizes *s)
{
	unsigned int bos = s->closed, queues = 128;
	struct dxg_queue **queue = calloc(queues, sizeof(*queue));
	struct dxg_bo **bo = calloc(bos, sizeof(*bo));
	double before, with_bos, with_queues;
	struct client c;

	client_open(&c);
	/* So that what all share is there. */
	dxg_bo_unref(client_bo(&c));
	before = kernel_memory();
	for (unsigned int i = 0; i < bos; i++)
		bo[i] = client_bo(&c);
	with_bos = kernel_memory();
	for (unsigned int i = 0; i < queues; i++)
		TRY(dxg_queue_new_context(c.vm, 0, &queue[i]));
	with_queues = kernel_memory();
	printf("\"memory\":{\"bos\":%u,\"bytes_per_bo\":%.0f,", bos, (with_bos - before) / bos);
	printf("\"queues\":%u,\"bytes_per_queue\":%.0f},\n", queues,
	       (with_queues - with_bos) / queues);
	for (unsigned int i = 0; i < queues; i++)
		dxg_queue_unref(queue[i]);
	for (unsigned int i = 0; i < bos; i++)
		dxg_bo_unref(bo[i]);
	client_close(&c);
	free(queue);
	free(bo);
}
