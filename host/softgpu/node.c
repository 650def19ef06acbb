// SPDX-License-Identifier: GPL-2.0
/*
 * The GPU and its nodes: queues, turns, threads.
 *
 * A node has jobs that are ready, by priority, and jobs that wait for a fence. It
 * runs the first ready one for a slice, then puts it behind its equals. A job that
 * waits looks again when a fence was written or softgpu_kick() was called, and
 * after POLL_NS in any case. A job that hangs keeps the node.
 *
 * node->lock protects the node's lists and what they link. A run that is current
 * is worked on by the node's thread alone, without the lock; others may set its
 * abort flag only.
 */
#include <fenv.h>
#include <time.h>

#include "internal.h"

#define SLICE_WORK	(4u << 20)	/* as of so many bytes: about a millisecond */
#define STEP_WORK	(64u << 10)	/* of a slice in stepped mode */
#define POLL_NS		5000000u

struct softgpu_node {
	struct softgpu *gpu;
	unsigned int index;
	enum softgpu_node_kind kind;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct gpu_run *ready;		/* higher priority first, equals by turn */
	struct gpu_run *waiting;	/* for fences */
	struct gpu_run *current;	/* in a slice, hanging, or being ended */
	bool ending;			/* current: its verdict has been reached */
	uint64_t since;			/* start of current's slice */
	unsigned int aborts;		/* in the lists, or current */
	uint64_t kicks;			/* counts them */
	uint64_t looked;		/* when waiting jobs last looked */
	struct softgpu_node_stats stats;
};

struct softgpu {
	struct softgpu_config cfg;
	const struct softgpu_ops *ops;
	void *ctx;
	atomic_uint jobs;		/* submitted, and done() has not returned */
	atomic_bool stop;
	struct softgpu_node node[SOFTGPU_MAX_NODES];
};

static uint64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

uint64_t gpu_now(const struct softgpu *g)
{
	return g->ops->now ? g->ops->now(g->ctx) : monotonic();
}

/* ---- lists, under node->lock ---- */

/* Behind all of its priority or higher. */
static void make_ready(struct softgpu_node *n, struct gpu_run *r)
{
	struct gpu_run **link = &n->ready;

	while (*link && (*link)->job->priority >= r->job->priority)
		link = &(*link)->next;
	r->next = *link;
	*link = r;
}

static void all_ready(struct softgpu_node *n)
{
	struct gpu_run *list = n->waiting, *r;

	n->waiting = NULL;
	while (list) {
		r = list;
		list = r->next;
		make_ready(n, r);
	}
}

/* In the order in which they came, so that they become ready in that order. */
static void make_wait(struct softgpu_node *n, struct gpu_run *r)
{
	struct gpu_run **link = &n->waiting;

	while (*link)
		link = &(*link)->next;
	r->next = NULL;
	*link = r;
}

static struct gpu_run *take_aborted_of(struct gpu_run **link)
{
	struct gpu_run *r;

	while (*link && !(*link)->abort)
		link = &(*link)->next;
	r = *link;
	if (r)
		*link = r->next;
	return r;
}

/* An aborted run that nobody works on. */
static struct gpu_run *take_aborted(struct softgpu_node *n)
{
	struct gpu_run *r = n->current;

	if (!n->aborts)
		return NULL;
	if (r && r->abort)
		return r;
	r = take_aborted_of(&n->ready);
	return r ? r : take_aborted_of(&n->waiting);
}

/* ---- running ---- */

/*
 * The end of a run that is in no list. Called with the lock, which is dropped
 * for the callback. While another one hangs, that one stays current.
 */
static void finish(struct softgpu_node *n, struct gpu_run *r)
{
	struct softgpu *g = n->gpu;
	struct softgpu_job *job = r->job;
	struct softgpu_result result = r->result;

	n->stats.jobs++;
	n->stats.aborts += result.verdict == SOFTGPU_ABORTED;
	n->stats.faults += result.verdict != SOFTGPU_ABORTED && result.verdict != SOFTGPU_DONE;
	n->aborts -= r->abort;
	if (n->current == r)
		n->current = NULL;
	pthread_mutex_unlock(&n->lock);
	gpu_run_fini(r);
	g_free(r);
	g->ops->done(g->ctx, n->index, job, &result);
	if (atomic_fetch_sub(&g->jobs, 1) == 1 && g->stop)
		softgpu_kick(g);
	pthread_mutex_lock(&n->lock);
}

/* A slice of @r, which is in no list. Called with the lock, which is dropped meanwhile. */
static enum gpu_slice run(struct softgpu_node *n, struct gpu_run *r, uint64_t budget)
{
	struct gpu_slice_stats stats = { 0 };
	uint64_t kicks = n->kicks, start = gpu_now(n->gpu), busy;
	enum gpu_slice s;

	if (n->current != r)
		n->since = start;
	n->current = r;
	pthread_mutex_unlock(&n->lock);
	s = gpu_run_slice(n->gpu, r, budget, &stats);
	busy = gpu_now(n->gpu) - start;
	pthread_mutex_lock(&n->lock);
	r->result.busy_ns += busy;
	n->stats.busy_ns += busy;
	n->stats.commands += stats.commands;
	n->stats.bytes_read += stats.bytes_read;
	n->stats.bytes_written += stats.bytes_written;
	if (s == GPU_SLICE_ENDED) {
		finish(n, r);
	} else if (s != GPU_SLICE_HANGS) {
		n->current = NULL;
		/* A fence that was written after it looked must not be missed. */
		if (s == GPU_SLICE_WAITS && kicks == n->kicks)
			make_wait(n, r);
		else
			make_ready(n, r);
	}
	return s;
}

static void finish_aborted(struct softgpu_node *n, struct gpu_run *r)
{
	r->result.verdict = SOFTGPU_ABORTED;
	finish(n, r);
}

/* Until somebody changes something, at most POLL_NS when there is a reason to look again. */
static void sleep_on(struct softgpu_node *n, bool poll)
{
	uint64_t until = monotonic() + POLL_NS;
	struct timespec t = { until / 1000000000, until % 1000000000 };

	if (poll)
		pthread_cond_timedwait(&n->changed, &n->lock, &t);
	else
		pthread_cond_wait(&n->changed, &n->lock);
}

static void *node_thread(void *arg)
{
	struct softgpu_node *n = arg;
	struct softgpu *g = n->gpu;
	struct gpu_run *r;

	/* Compute programs round to nearest and keep subnormals, whoever made the thread. */
	fesetenv(FE_DFL_ENV);
	pthread_mutex_lock(&n->lock);
	while (!g->stop || g->jobs) {
		r = take_aborted(n);
		if (r) {
			finish_aborted(n, r);
			continue;
		}
		if (n->current) {
			if (run(n, n->current, SLICE_WORK) == GPU_SLICE_HANGS)
				sleep_on(n, true);
			continue;
		}
		if (n->waiting && monotonic() - n->looked >= POLL_NS) {
			n->looked = monotonic();
			all_ready(n);
		}
		r = n->ready;
		if (!r) {
			sleep_on(n, n->waiting);
			continue;
		}
		n->ready = r->next;
		run(n, r, SLICE_WORK);
	}
	pthread_mutex_unlock(&n->lock);
	return NULL;
}

bool softgpu_step(struct softgpu *g, unsigned int node)
{
	struct softgpu_node *n = &g->node[node];
	struct gpu_run *r, *last;
	bool did = false;

	pthread_mutex_lock(&n->lock);
	r = take_aborted(n);
	if (r) {
		finish_aborted(n, r);
		did = true;
		goto out;
	}
	if (n->current) {
		did = run(n, n->current, STEP_WORK) != GPU_SLICE_HANGS;
		goto out;
	}
	all_ready(n);
	for (last = n->ready; last && last->next; last = last->next)
		;
	/* The first that gets on; a look at a fence is no work. */
	while (!did && n->ready) {
		uint64_t before = n->ready->result.commands;
		enum gpu_slice s;

		r = n->ready;
		n->ready = r->next;
		s = run(n, r, STEP_WORK);
		did = s == GPU_SLICE_MORE || s == GPU_SLICE_ENDED || r->result.commands != before;
		if (r == last || s == GPU_SLICE_HANGS)
			break;
	}
out:
	pthread_mutex_unlock(&n->lock);
	return did;
}

/* ---- the interface ---- */

struct softgpu *softgpu_new(const struct softgpu_config *c, const struct softgpu_ops *ops,
			    void *ctx)
{
	struct softgpu *g = g_new0(struct softgpu, 1);
	pthread_condattr_t attr;

	g->cfg = *c;
	g->ops = ops;
	g->ctx = ctx;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	for (unsigned int i = 0; i < c->nodes; i++) {
		struct softgpu_node *n = &g->node[i];

		n->gpu = g;
		n->index = i;
		n->kind = c->kind[i];
		pthread_mutex_init(&n->lock, NULL);
		pthread_cond_init(&n->changed, &attr);
	}
	pthread_condattr_destroy(&attr);
	for (unsigned int i = 0; i < c->nodes && !c->stepped; i++) {
		if (pthread_create(&g->node[i].thread, NULL, node_thread, &g->node[i]))
			g_error("softgpu: no thread for a node");
	}
	return g;
}

void softgpu_free(struct softgpu *g)
{
	if (!g)
		return;
	g->stop = true;
	for (unsigned int i = 0; i < g->cfg.nodes; i++) {
		struct softgpu_node *n = &g->node[i];
		struct gpu_run *r;

		pthread_mutex_lock(&n->lock);
		all_ready(n);
		for (r = n->ready; r; r = r->next) {
			n->aborts += !r->abort;
			r->abort = true;
		}
		if (n->current) {
			n->aborts += !n->current->abort;
			n->current->abort = true;
		}
		pthread_cond_signal(&n->changed);
		pthread_mutex_unlock(&n->lock);
	}
	while (g->cfg.stepped && g->jobs) {
		for (unsigned int i = 0; i < g->cfg.nodes; i++)
			softgpu_step(g, i);
	}
	for (unsigned int i = 0; i < g->cfg.nodes; i++) {
		if (!g->cfg.stepped)
			pthread_join(g->node[i].thread, NULL);
	}
	for (unsigned int i = 0; i < g->cfg.nodes; i++) {
		pthread_cond_destroy(&g->node[i].changed);
		pthread_mutex_destroy(&g->node[i].lock);
	}
	g_free(g);
}

void softgpu_submit(struct softgpu *g, unsigned int node, struct softgpu_job *job)
{
	struct softgpu_node *n = &g->node[node];
	struct gpu_run *r = g_new0(struct gpu_run, 1);

	r->job = job;
	r->gpu = g;
	r->kind = n->kind;
	r->at = job->va;
	r->end = job->va + job->length;
	g->jobs++;
	pthread_mutex_lock(&n->lock);
	if (g->stop) {
		r->abort = true;
		n->aborts++;
	}
	make_ready(n, r);
	pthread_cond_signal(&n->changed);
	pthread_mutex_unlock(&n->lock);
}

void softgpu_abort(struct softgpu *g, unsigned int node, struct softgpu_job *job)
{
	struct softgpu_node *n = &g->node[node];
	struct gpu_run *r;

	pthread_mutex_lock(&n->lock);
	r = n->current;
	if (!r || r->job != job) {
		for (r = n->ready; r && r->job != job; r = r->next)
			;
	}
	if (!r) {
		for (r = n->waiting; r && r->job != job; r = r->next)
			;
	}
	if (r && !r->abort) {
		r->abort = true;
		n->aborts++;
		pthread_cond_signal(&n->changed);
	}
	pthread_mutex_unlock(&n->lock);
}

void softgpu_kick(struct softgpu *g)
{
	for (unsigned int i = 0; i < g->cfg.nodes; i++) {
		struct softgpu_node *n = &g->node[i];

		pthread_mutex_lock(&n->lock);
		n->kicks++;
		all_ready(n);
		pthread_cond_signal(&n->changed);
		pthread_mutex_unlock(&n->lock);
	}
}

void gpu_fence_written(struct softgpu *g, struct softgpu_space *s, uint64_t va, uint64_t value)
{
	softgpu_kick(g);
	if (g->ops->fence_written)
		g->ops->fence_written(g->ctx, s, va, value);
}

struct softgpu_job *softgpu_running(struct softgpu *g, unsigned int node, uint64_t *occupied_ns)
{
	struct softgpu_node *n = &g->node[node];
	struct softgpu_job *job = NULL;
	uint64_t now = gpu_now(g);

	pthread_mutex_lock(&n->lock);
	*occupied_ns = 0;
	if (n->current) {
		job = n->current->job;
		*occupied_ns = now > n->since ? now - n->since : 0;
	}
	pthread_mutex_unlock(&n->lock);
	return job;
}

void softgpu_node_stats(struct softgpu *g, unsigned int node, struct softgpu_node_stats *s)
{
	struct softgpu_node *n = &g->node[node];

	pthread_mutex_lock(&n->lock);
	*s = n->stats;
	pthread_mutex_unlock(&n->lock);
}
