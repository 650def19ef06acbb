// SPDX-License-Identifier: GPL-2.0
/*
 * Paging queues. An operation on one is accepted at once, ends a little later,
 * in order, and then raises the queue's fence to the value that was answered.
 * With a paging delay of 0 operations end before their answer.
 *
 * An operation's function runs exactly once: at its time, or earlier when
 * something that it may name is about to end (paging_finish()).
 */
#include "memory.h"

struct paging_operation {
	uint64_t value, due;
	void (*fn)(void *arg);
	void *arg;
};

struct gpupv_paging_queue {
	struct gpupv_device *device;
	uint32_t handle;
	struct gpupv_sync *fence;
	uint64_t last, done;		/* fence values given out, and reached */
	GQueue operations;		/* not ended yet */
	struct host_timer *timer;	/* for the first of them */
};

struct gpupv_paging_queue *paging_queue_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_paging_queue *q = handle_get(&m->process->handles, handle,
						  HANDLE_PAGING_QUEUE);

	if (q && q->device->gpu == m->gpu)
		return q;
	refuse(m, STATUS_INVALID_HANDLE, "unknown paging queue %#x", handle);
	return NULL;
}

struct gpupv_device *paging_queue_device(const struct gpupv_paging_queue *q)
{
	return q->device;
}

uint32_t paging_status(const struct gpupv_paging_queue *q, uint64_t value)
{
	return value <= q->done ? STATUS_SUCCESS : STATUS_PENDING;
}

/* End the first operation. */
static void end_one(struct gpupv_paging_queue *q)
{
	struct paging_operation *op = g_queue_pop_head(&q->operations);

	op->fn(op->arg);
	q->done = op->value;
	sync_raise(q->fence, op->value);
	g_free(op);
}

static void operations_due(void *arg);

static void arm(struct gpupv_paging_queue *q)
{
	const struct paging_operation *op = g_queue_peek_head(&q->operations);
	uint64_t now = host_now(q->device->gpu->g->host);

	if (op && !q->timer)
		q->timer = host_timer_add(q->device->gpu->g->host,
					  op->due > now ? op->due - now : 0, operations_due, q);
}

static void operations_due(void *arg)
{
	struct gpupv_paging_queue *q = arg;
	struct gpupv *g = q->device->gpu->g;
	uint64_t now = host_now(g->host);
	const struct paging_operation *op;

	q->timer = NULL;
	batch_begin(g);
	while ((op = g_queue_peek_head(&q->operations)) && op->due <= now)
		end_one(q);
	arm(q);
	batch_end(g);
}

uint64_t paging_queue_add(struct gpupv_paging_queue *q, void (*fn)(void *arg), void *arg)
{
	struct gpupv *g = q->device->gpu->g;
	const struct paging_operation *before = g_queue_peek_tail(&q->operations);
	struct paging_operation *op = g_new0(struct paging_operation, 1);

	op->value = ++q->last;
	op->due = host_now(g->host) + g->cfg.paging_delay_us * 1000ull;
	if (before && before->due > op->due)
		op->due = before->due;
	op->fn = fn;
	op->arg = arg;
	g_queue_push_tail(&q->operations, op);
	if (!g->cfg.paging_delay_us && !before)
		end_one(q);
	else
		arm(q);
	return q->last;
}

static void queue_finish(struct gpupv_paging_queue *q)
{
	while (!g_queue_is_empty(&q->operations))
		end_one(q);
	if (q->timer)
		host_timer_cancel(q->device->gpu->g->host, q->timer);
	q->timer = NULL;
}

void paging_finish(const struct gpupv_process *p, const struct gpupv_gpu *gpu)
{
	for (GList *l = p->devices; l; l = l->next) {
		struct gpupv_device *d = l->data;

		if (d->gpu != gpu)
			continue;
		for (GList *k = d->paging_queues; k; k = k->next)
			queue_finish(k->data);
	}
}

uint32_t run_createpagingqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_createpagingqueue_return *reply;
	struct wire_createpagingqueue c;
	struct gpupv_paging_queue *q;
	struct gpupv_device *d;
	uint32_t status;

	message_copy(m, &c, sizeof(c));
	d = device_get_active(m, c.device, &status);
	if (!d)
		return status;
	if (c.priority < -1 || c.priority > 1 || c.physical_adapter)
		return STATUS_INVALID_PARAMETER;
	q = g_new0(struct gpupv_paging_queue, 1);
	q->device = d;
	q->handle = handle_new(&d->process->handles, HANDLE_PAGING_QUEUE, q);
	q->fence = q->handle ? sync_new_queue_fence(d) : NULL;
	if (!q->fence) {
		handle_drop(&d->process->handles, q->handle);
		g_free(q);
		return STATUS_NO_MEMORY;
	}
	d->paging_queues = g_list_prepend(d->paging_queues, q);

	reply = reply_make(r, sizeof(*reply));
	reply->paging_queue = q->handle;
	reply->sync_object = sync_handle(q->fence);
	reply->fence_gpa = sync_cpu_gpa(q->fence);
	return STATUS_SUCCESS;
}

void paging_queue_free(struct gpupv_paging_queue *q)
{
	queue_finish(q);
	sync_free(q->fence);
	q->device->paging_queues = g_list_remove(q->device->paging_queues, q);
	handle_drop(&q->device->process->handles, q->handle);
	g_free(q);
}

void paging_queue_text(const struct gpupv_paging_queue *q, GString *out)
{
	g_string_append_printf(out, ", device %#x, fence %#x, value %llu of %llu",
			       q->device->handle, sync_handle(q->fence),
			       (unsigned long long)q->done, (unsigned long long)q->last);
}

uint32_t run_destroypagingqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_paging_queue *q;
	struct wire_one_handle c;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.more)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.more);
	q = paging_queue_get(m, c.handle);
	if (!q)
		return STATUS_INVALID_HANDLE;
	paging_queue_free(q);
	return STATUS_SUCCESS;
}
