// SPDX-License-Identifier: GPL-2.0
/*
 * Timeout detection and recovery. While a node has work, somebody looks at it
 * from time to time; who occupies it for too long loses it: its device fails,
 * with all that it has queued, and the node goes on with the others. That is a
 * reset of one engine. A reset of the whole GPU, on demand only, fails every
 * device of it; the one whose job ran is the guilty one. [host]
 *
 * The flags of contexts and queues that ask for no timeout are not obeyed: no
 * guest may keep a node for itself. [host]
 */
#include "exec.h"

#define LOOKS		4	/* in the time of a timeout */
#define MS		1000000ull

/* The device whose job occupies the node, or NULL. */
static struct gpupv_device *occupant(struct gpupv_engine *e, unsigned int node,
				     uint64_t at_least_ns)
{
	uint64_t ns = 0;
	struct softgpu_job *job = softgpu_running(e->soft, node, &ns);
	struct exec_item *item = job ? job->user : NULL;

	/* A job without a queue is being aborted. */
	return item && item->queue && ns >= at_least_ns ? item->queue->device : NULL;
}

static void reset_node(struct gpupv_engine *e, unsigned int node, struct gpupv_device *d)
{
	e->resets++;
	log_info(AREA, "%s: node %u hangs, reset", d->gpu->cfg.name, node);
	device_fail(d, DEVICE_HUNG, 0, 0, true);
}

static void look(void *arg)
{
	struct gpupv_engine *e = arg;

	e->watch = NULL;
	batch_begin(e->g);
	for (unsigned int node = 0; node < GPUPV_MAX_NODES; node++) {
		struct gpupv_device *d = occupant(e, node, e->g->cfg.tdr_ms * MS);

		if (d)
			reset_node(e, node, d);
	}
	batch_end(e->g);
	tdr_watch(e);
}

void tdr_watch(struct gpupv_engine *e)
{
	if (e->in_flight && !e->watch)
		e->watch = host_timer_add(e->g->host, e->g->cfg.tdr_ms * MS / LOOKS, look, e);
}

void tdr_unwatch(struct gpupv_engine *e)
{
	if (e->watch)
		host_timer_cancel(e->g->host, e->watch);
	e->watch = NULL;
}

static bool reset_node_now(struct gpupv_gpu *gpu, unsigned int node)
{
	struct gpupv_engine *e = gpu->g->engine[gpu->index];
	struct gpupv_device *d = e ? occupant(e, node, 0) : NULL;

	if (!d || d->gpu != gpu)
		return false;
	reset_node(e, node, d);
	return true;
}

static bool reset_gpu_now(struct gpupv_gpu *gpu)
{
	struct gpupv *g = gpu->g;
	bool found = false;
	GList *l;

	log_info(AREA, "%s: reset of the whole GPU", gpu->cfg.name);
	for (unsigned int node = 0; node < GPUPV_MAX_NODES; node++)
		found |= reset_node_now(gpu, node);
	for (struct gpupv_process *p = g->processes; p; p = p->next) {
		for (l = p->devices; l; l = l->next) {
			struct gpupv_device *d = l->data;

			if (d->gpu == gpu)
				device_fail(d, DEVICE_RESET, 0, 0, false);
		}
	}
	return found;
}

bool tdr_now(struct gpupv_gpu *gpu, unsigned int node)
{
	bool found;

	batch_begin(gpu->g);
	found = node < GPUPV_MAX_NODES ? reset_node_now(gpu, node) : reset_gpu_now(gpu);
	batch_end(gpu->g);
	return found;
}
