// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: what a context or hardware queue has been given, carried out in order.
 * Its head is a job that an engine has or gets, a wait whose objects are not all
 * there, or a signal or call, which end at once. A job in an engine outlives its queue:
 * it then belongs to nobody, and is freed when the engine gives it back.
 */
#include <string.h>

#include "exec.h"

#define MAX_ITEMS	65536u

/* ---- items ---- */

struct exec_item *item_new_wait(uint32_t count)
{
	struct exec_item *item = g_new0(struct exec_item, 1);

	item->kind = EXEC_WAIT;
	item->wait.count = count;
	item->wait.object = g_new0(struct exec_object, count);
	return item;
}

struct exec_item *item_new_signal(struct exec_signal *s)
{
	struct exec_item *item = g_new0(struct exec_item, 1);

	item->kind = EXEC_SIGNAL;
	item->signal = s;
	s->refs++;
	s->missing++;
	return item;
}

struct exec_item *item_new_call(void (*fn)(void *arg), void (*drop)(void *arg), void *arg)
{
	struct exec_item *item = g_new0(struct exec_item, 1);

	item->kind = EXEC_CALL;
	item->call.fn = fn;
	item->call.drop = drop;
	item->call.arg = arg;
	return item;
}

struct exec_item *item_new_job(struct exec_queue *q, uint64_t va, uint32_t length)
{
	struct exec_item *item = g_new0(struct exec_item, 1);

	item->kind = EXEC_JOB;
	item->space = q->device->space;
	item->engine = engine_get(q->device->gpu);
	item->node = q->node;
	item->skip = !length;
	item->job.space = space_pages(item->space);
	item->job.va = va;
	item->job.length = length;
	item->job.user = item;
	space_hold(item->space);
	return item;
}

void signal_put(struct exec_signal *s)
{
	if (--s->refs)
		return;
	for (uint32_t i = 0; i < s->count; i++)
		sync_core_put(s->core[i]);
	g_free(s);
}

void item_free(struct exec_item *item)
{
	switch (item->kind) {
	case EXEC_JOB:
		space_put(item->space);
		break;
	case EXEC_WAIT:
		for (uint32_t i = 0; i < item->wait.count; i++) {
			link_drop(&item->wait.object[i].link);
			if (item->wait.object[i].core)
				sync_core_put(item->wait.object[i].core);
		}
		g_free(item->wait.object);
		break;
	case EXEC_SIGNAL:
		signal_put(item->signal);
		break;
	case EXEC_CALL:
		item->call.drop(item->call.arg);
		break;
	}
	g_free(item);
}

/* ---- queues ---- */

void queue_init(struct exec_queue *q, struct gpupv_device *d, struct gpupv_context *c,
		unsigned int node)
{
	memset(q, 0, sizeof(*q));
	q->device = d;
	q->context = c;
	q->node = node;
	q->tail = &q->head;
}

static struct exec_item *queue_pop(struct exec_queue *q)
{
	struct exec_item *item = q->head;

	q->head = item->next;
	if (!q->head)
		q->tail = &q->head;
	q->items--;
	q->running = false;
	q->waiting = false;
	return item;
}

void queue_fail(struct exec_queue *q)
{
	bool running = q->running;

	while (q->head) {
		struct exec_item *item = queue_pop(q);

		item->queue = NULL;
		if (running)
			softgpu_abort(item->engine->soft, item->node, &item->job);
		else
			item_free(item);
		running = false;
	}
	if (q->progress)
		sync_raise(q->progress, UINT64_MAX);
}

void queue_fini(struct exec_queue *q)
{
	struct gpupv *g = q->device->gpu->g;
	struct exec_queue **link = &g->ready;

	queue_fail(q);
	if (!q->ready)
		return;
	while (*link != q)
		link = &(*link)->next_ready;
	*link = q->next_ready;
}

struct exec_queue *queue_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_context *c = handle_get(&m->process->handles, handle, HANDLE_CONTEXT);
	struct gpupv_hwqueue *h = handle_get(&m->process->handles, handle, HANDLE_HW_QUEUE);
	struct exec_queue *q = c ? &c->queue : h ? &h->queue : NULL;

	return q && q->device->gpu == m->gpu ? q : NULL;
}

bool queue_has_room(const struct exec_queue *q)
{
	return q->items < MAX_ITEMS;
}

void queue_add(struct exec_queue *q, struct exec_item *item)
{
	item->queue = q;
	item->next = NULL;
	*q->tail = item;
	q->tail = &item->next;
	q->items++;
	if (q->head == item)
		queue_kick(q);
}

void queue_kick(struct exec_queue *q)
{
	struct gpupv *g = q->device->gpu->g;

	if (q->ready)
		return;
	q->ready = true;
	q->next_ready = g->ready;
	g->ready = q;
	batch_want(g);
}

/* ---- going on ---- */

static bool wait_is_over(struct exec_queue *q, struct exec_item *item)
{
	for (uint32_t i = 0; i < item->wait.count; i++) {
		struct exec_object *o = &item->wait.object[i];

		if (!sync_ready(o->core, o->link.value))
			goto wait;
	}
	for (uint32_t i = 0; i < item->wait.count; i++)
		sync_take(item->wait.object[i].core);
	return true;

wait:
	for (uint32_t i = 0; !q->waiting && i < item->wait.count; i++) {
		struct exec_object *o = &item->wait.object[i];

		o->link.queue = q;
		link_add(&o->link, o->core);
	}
	q->waiting = true;
	return false;
}

void signal_reached(struct exec_signal *s)
{
	if (--s->missing)
		return;
	if (s->cpu_event)
		event_signal_guest(s->g, s->event, s->process_id);
	for (uint32_t i = 0; i < s->count; i++)
		sync_signal(s->core[i], s->value[i], s->rewind);
}

static void job_over(struct exec_queue *q, uint64_t progress)
{
	q->jobs++;
	if (q->progress)
		sync_raise(q->progress, progress);
}

/* Carry out what can be at the head. The engine gives a job back later. */
static void queue_run(struct exec_queue *q)
{
	struct exec_item *item;

	while ((item = q->head) && !q->running) {
		if (item->kind == EXEC_WAIT && !wait_is_over(q, item))
			return;
		if (item->kind == EXEC_JOB && !item->skip) {
			q->running = true;
			item->job.priority = context_priority(q->context);
			engine_submit(item);
			return;
		}
		queue_pop(q);
		if (item->kind == EXEC_JOB)
			job_over(q, item->progress);
		if (item->kind == EXEC_SIGNAL)
			signal_reached(item->signal);
		if (item->kind == EXEC_CALL)
			item->call.fn(item->call.arg);
		item_free(item);
	}
}

void queues_run(struct gpupv *g)
{
	while (g->ready) {
		struct exec_queue *q = g->ready;

		g->ready = q->next_ready;
		q->ready = false;
		queue_run(q);
	}
}

/* What a device's state is after such an end of its job. */
static enum device_state state_after(enum softgpu_verdict verdict)
{
	switch (verdict) {
	case SOFTGPU_DONE:
		break;
	case SOFTGPU_ABORTED:
		return DEVICE_RESET;
	case SOFTGPU_PAGE_FAULT:
		return DEVICE_DMA_PAGE_FAULT;
	case SOFTGPU_BAD_COMMAND:
	case SOFTGPU_FAULTED:
		return DEVICE_DMA_FAULT;
	}
	return DEVICE_ACTIVE;
}

void queue_job_done(struct exec_item *item, const struct softgpu_result *r)
{
	struct exec_queue *q = item->queue;
	uint64_t progress = item->progress;
	enum device_state state = state_after(r->verdict);
	uint32_t flags = 0;

	if (q)
		queue_pop(q);
	space_worked(item->space, item->node, r->busy_ns);
	item_free(item);
	if (!q)
		return;
	if (state == DEVICE_ACTIVE) {
		job_over(q, progress);
		queue_kick(q);
		return;
	}
	log_info(AREA, "%s: a job of queue %#x ended with verdict %u at %#llx",
		 q->device->gpu->cfg.name, q->handle, r->verdict,
		 (unsigned long long)r->fault_va);
	if (state == DEVICE_DMA_PAGE_FAULT)
		flags = WIRE_FAULT_ENGINE_RESET | WIRE_FAULT_PROCESS_VALID |
			(r->fault_write ? WIRE_FAULT_WRITE : 0);
	device_fail(q->device, state, r->fault_va, flags, true);
}

uint32_t submission_error(const struct gpupv_message *m, struct gpupv_device *d,
			  uint32_t status)
{
	if (!m->async || d->state != DEVICE_ACTIVE)
		return status;
	log_info(AREA, "device %#x: an asynchronous %s failed with %#x", d->handle,
		 m->command->name, status);
	device_fail(d, DEVICE_RESET, 0, 0, true);
	return status;
}
