// SPDX-License-Identifier: GPL-2.0
/* Contexts: a line of work on one node, with its priority. */
#include <string.h>

#include "exec.h"

struct gpupv_context *context_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_context *c = handle_get(&m->process->handles, handle, HANDLE_CONTEXT);

	return c && c->queue.device->gpu == m->gpu ? c : NULL;
}

int context_priority(const struct gpupv_context *c)
{
	return c->priority * (2 * CONTEXT_PRIORITY_MAX + 1) + c->in_process;
}

/* The bytes that such a request has, when they can be in one packet; else 0. */
static uint32_t request_size(const struct gpupv_message *m)
{
	struct wire_createcontextvirtual c;

	if (m->len < WIRE_CONTEXT_BASE)
		return 0;
	message_copy(m, &c, sizeof(c));
	return c.data_size <= WIRE_MAX_MESSAGE - WIRE_CONTEXT_BASE ?
	       WIRE_CONTEXT_BASE + c.data_size : 0;
}

/* The answer is the request's own bytes: a failure, too, has as many. */
void shape_createcontextvirtual(const struct gpupv_message *m, struct gpupv_reply *r)
{
	r->fail_len = MAX(request_size(m), WIRE_CONTEXT_BASE);
}

uint32_t run_createcontextvirtual(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_createcontextvirtual w;
	uint32_t size = request_size(m), status;
	struct gpupv_context *c;
	struct gpupv_device *d;
	uint8_t *reply;

	message_copy(m, &w, sizeof(w));
	if (!size)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes of private data", w.data_size);
	status = check_size(m, size, WIRE_CONTEXT_DATA + w.data_size);
	if (status)
		return status;
	if (w.context)
		return refuse(m, STATUS_INVALID_PARAMETER, "the answer's context is %#x",
			      w.context);
	d = device_get_active(m, w.device, &status);
	if (!d)
		return status;
	if (w.node >= d->gpu->cfg.nodes || w.engine_affinity > 1 ||
	    w.flags & ~WIRE_CONTEXT_FLAGS)
		return STATUS_INVALID_PARAMETER;
	if (w.flags & WIRE_CONTEXT_HW_QUEUES && !d->gpu->cfg.hw_sch)
		return STATUS_NOT_SUPPORTED;
	c = g_new0(struct gpupv_context, 1);
	queue_init(&c->queue, d, c, w.node);
	c->queue.handle = handle_new(&m->process->handles, HANDLE_CONTEXT, c);
	if (!c->queue.handle) {
		g_free(c);
		return STATUS_NO_MEMORY;
	}
	c->flags = w.flags;
	d->contexts = g_list_prepend(d->contexts, c);
	reply = reply_make(r, size);
	memcpy(reply, m->data, size);
	memcpy(reply + offsetof(struct wire_createcontextvirtual, context), &c->queue.handle,
	       sizeof(c->queue.handle));
	return STATUS_SUCCESS;
}

void context_free(struct gpupv_context *c)
{
	struct gpupv_device *d = c->queue.device;

	while (c->hwqueues)
		hwqueue_free(c->hwqueues->data);
	queue_fini(&c->queue);
	d->contexts = g_list_remove(d->contexts, c);
	handle_drop(&d->process->handles, c->queue.handle);
	g_free(c);
}

uint32_t run_destroycontext(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_destroycontext w;
	struct gpupv_context *c;

	(void)r;
	message_copy(m, &w, sizeof(w));
	if (w.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", w.pad);
	c = context_get(m, w.context);
	if (!c)
		return refuse(m, STATUS_INVALID_HANDLE, "context %#x", w.context);
	context_free(c);
	return STATUS_SUCCESS;
}

/* The signals and fences go first: who waits for them sees the end of the device. */
void contexts_fail(struct gpupv_device *d)
{
	GList *l, *h;

	for (l = d->contexts; l; l = l->next) {
		struct gpupv_context *c = l->data;

		queue_fail(&c->queue);
		for (h = c->hwqueues; h; h = h->next)
			queue_fail(&((struct gpupv_hwqueue *)h->data)->queue);
	}
	syncs_fail(d);
}

/* ---- priorities ---- */

uint32_t run_setcontextpriority(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_setcontextpriority w;
	struct gpupv_context *c;

	(void)r;
	message_copy(m, &w, sizeof(w));
	if (w.in_process > 1)
		return refuse(m, STATUS_INVALID_PARAMETER, "in process: %u", w.in_process);
	if (require_zero(m, offsetof(struct wire_setcontextpriority, pad), sizeof(w), "padding"))
		return STATUS_INVALID_PARAMETER;
	c = context_get(m, w.context);
	if (!c)
		return refuse(m, STATUS_INVALID_HANDLE, "context %#x", w.context);
	if (w.priority < -CONTEXT_PRIORITY_MAX || w.priority > CONTEXT_PRIORITY_MAX)
		return STATUS_INVALID_PARAMETER;
	if (w.in_process)
		c->in_process = w.priority;
	else
		c->priority = w.priority;
	return STATUS_SUCCESS;
}

uint32_t run_getcontextpriority(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_getcontextpriority_return *reply;
	struct wire_getcontextpriority w;
	struct gpupv_context *c;

	message_copy(m, &w, sizeof(w));
	if (w.in_process > 1)
		return refuse(m, STATUS_INVALID_PARAMETER, "in process: %u", w.in_process);
	if (require_zero(m, offsetof(struct wire_getcontextpriority, pad), sizeof(w), "padding"))
		return STATUS_INVALID_PARAMETER;
	c = context_get(m, w.context);
	if (!c)
		return refuse(m, STATUS_INVALID_HANDLE, "context %#x", w.context);
	reply = reply_make(r, sizeof(*reply));
	reply->priority = w.in_process ? c->in_process : c->priority;
	return STATUS_SUCCESS;
}
