// SPDX-License-Identifier: GPL-2.0
/*
 * Engines: the software GPU of each place of the table. One is made at the first
 * need of a GPU at that place, and stays until the service stops: its threads
 * cannot be ended with host->lock held, and a GPU that comes later takes it over.
 * It always has a node of each kind; a GPU offers as many as it is configured to.
 *
 * Reports come from the nodes' threads, which take the lock here.
 */
#include <time.h>

#include "exec.h"

static void job_done(void *ctx, unsigned int node, struct softgpu_job *job,
		     const struct softgpu_result *r)
{
	struct gpupv_engine *e = ctx;

	(void)node;
	host_enter(e->g->host);
	batch_begin(e->g);
	e->in_flight--;
	queue_job_done(job->user, r);
	batch_end(e->g);
	host_leave(e->g->host);
}

static void fence_written(void *ctx, struct softgpu_space *s, uint64_t va, uint64_t value)
{
	struct gpupv_engine *e = ctx;

	(void)value;
	host_enter(e->g->host);
	batch_begin(e->g);
	sync_written(e->g, s, va);
	batch_end(e->g);
	host_leave(e->g->host);
}

uint64_t engine_now(const struct gpupv *g)
{
	struct timespec t;

	/* The clock of a test is not for threads. */
	if (g->cfg.stepped)
		return host_now(g->host);
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t now(void *ctx)
{
	struct gpupv_engine *e = ctx;

	return engine_now(e->g);
}

static const struct softgpu_ops ops = {
	.done = job_done,
	.fence_written = fence_written,
	.now = now,
};

struct gpupv_engine *engine_get(struct gpupv_gpu *gpu)
{
	struct softgpu_config c = {
		.nodes = GPUPV_MAX_NODES,
		.kind = { SOFTGPU_NODE_3D, SOFTGPU_NODE_COPY },
		.stepped = gpu->g->cfg.stepped,
	};
	struct gpupv_engine *e = gpu->g->engine[gpu->index];

	if (e)
		return e;
	e = g_new0(struct gpupv_engine, 1);
	e->g = gpu->g;
	e->index = gpu->index;
	e->soft = softgpu_new(&c, &ops, e);
	gpu->g->engine[gpu->index] = e;
	return e;
}

struct softgpu *engine_of(struct gpupv_gpu *gpu)
{
	return engine_get(gpu)->soft;
}

uint64_t engine_resets(const struct gpupv_gpu *gpu)
{
	const struct gpupv_engine *e = gpu->g->engine[gpu->index];

	return e ? e->resets : 0;
}

void engine_stats(const struct gpupv_gpu *gpu, unsigned int node, struct softgpu_node_stats *s)
{
	const struct gpupv_engine *e = gpu->g->engine[gpu->index];

	*s = (struct softgpu_node_stats){ 0 };
	if (e && node < GPUPV_MAX_NODES)
		softgpu_node_stats(e->soft, node, s);
}

void engine_submit(struct exec_item *item)
{
	item->engine->in_flight++;
	tdr_watch(item->engine);
	softgpu_submit(item->engine->soft, item->node, &item->job);
}

void gpupv_stop(struct gpupv *g)
{
	host_enter(g->host);
	removals_drop(g);
	host_leave(g->host);
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		struct gpupv_engine *e;

		host_enter(g->host);
		e = g->engine[i];
		if (e)
			tdr_unwatch(e);
		host_leave(g->host);
		if (!e)
			continue;
		softgpu_free(e->soft);
		host_enter(g->host);
		g->engine[i] = NULL;
		host_leave(g->host);
		g_free(e);
	}
}

bool gpupv_step(struct gpupv *g, unsigned int index, unsigned int node)
{
	struct gpupv_engine *e;

	host_enter(g->host);
	e = index < GPUPV_MAX_GPUS ? g->engine[index] : NULL;
	host_leave(g->host);
	return e && node < GPUPV_MAX_NODES && softgpu_step(e->soft, node);
}
