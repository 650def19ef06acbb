// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware queues: a context's lines of work, each with a progress fence that
 * takes the value of a submission when that is done.
 */
#include <string.h>

#include "exec.h"

static struct gpupv_hwqueue *hwqueue_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_hwqueue *h = handle_get(&m->process->handles, handle, HANDLE_HW_QUEUE);

	return h && h->queue.device->gpu == m->gpu ? h : NULL;
}

/* The bytes that such a request has, when they can be in one packet; else 0. */
static uint32_t request_size(const struct gpupv_message *m)
{
	struct wire_createhwqueue w;

	if (m->len < sizeof(w))
		return 0;
	message_copy(m, &w, sizeof(w));
	if (!w.data_size)
		return sizeof(w);
	return w.data_size <= WIRE_MAX_MESSAGE - WIRE_HWQUEUE_BASE ?
	       WIRE_HWQUEUE_BASE + w.data_size : 0;
}

/* The answer is the request's own bytes, with a status. */
void shape_createhwqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	r->fail_len = MAX(request_size(m), sizeof(struct wire_createhwqueue));
}

static uint32_t check_request(const struct gpupv_message *m, const struct wire_createhwqueue *w,
			      uint32_t size)
{
	if (!size)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes of private data",
			      w->data_size);
	if (require_zero(m, offsetof(struct wire_createhwqueue, status),
			 offsetof(struct wire_createhwqueue, context), "what the answer fills"))
		return STATUS_INVALID_PARAMETER;
	return check_size(m, size, WIRE_HWQUEUE_DATA + w->data_size);
}

static struct gpupv_hwqueue *hwqueue_new(struct gpupv_context *c)
{
	struct gpupv_hwqueue *h = g_new0(struct gpupv_hwqueue, 1);
	struct gpupv_device *d = c->queue.device;

	queue_init(&h->queue, d, c, c->queue.node);
	h->queue.handle = handle_new(&d->process->handles, HANDLE_HW_QUEUE, h);
	if (h->queue.handle)
		h->queue.progress = sync_new_queue_fence(d);
	if (!h->queue.progress) {
		handle_drop(&d->process->handles, h->queue.handle);
		g_free(h);
		return NULL;
	}
	c->hwqueues = g_list_prepend(c->hwqueues, h);
	return h;
}

uint32_t run_createhwqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	uint32_t size = request_size(m), status;
	struct wire_createhwqueue w;
	struct gpupv_context *c;
	struct gpupv_hwqueue *h;
	uint8_t *reply;

	message_copy(m, &w, sizeof(w));
	status = check_request(m, &w, size);
	if (status)
		return status;
	c = context_get(m, w.context);
	if (!c)
		return refuse(m, STATUS_INVALID_HANDLE, "context %#x", w.context);
	if (c->queue.device->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (w.flags & ~WIRE_HWQUEUE_FLAGS || !(c->flags & WIRE_CONTEXT_HW_QUEUES))
		return STATUS_INVALID_PARAMETER;
	h = hwqueue_new(c);
	if (!h)
		return STATUS_NO_MEMORY;
	w.hwqueue = h->queue.handle;
	w.progress_fence = sync_handle(h->queue.progress);
	w.cpu_address = sync_cpu_gpa(h->queue.progress);
	w.gpu_va = sync_gpu_va(h->queue.progress);
	reply = reply_make(r, size);
	memcpy(reply, m->data, size);
	memcpy(reply, &w, WIRE_HWQUEUE_DATA);
	return STATUS_SUCCESS;
}

void hwqueue_free(struct gpupv_hwqueue *h)
{
	struct gpupv_context *c = h->queue.context;

	queue_fini(&h->queue);
	sync_free(h->queue.progress);
	c->hwqueues = g_list_remove(c->hwqueues, h);
	handle_drop(&h->queue.device->process->handles, h->queue.handle);
	g_free(h);
}

uint32_t run_destroyhwqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_destroyhwqueue w;
	struct gpupv_hwqueue *h;

	(void)r;
	message_copy(m, &w, sizeof(w));
	if (w.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", w.pad);
	h = hwqueue_get(m, w.hwqueue);
	if (!h)
		return refuse(m, STATUS_INVALID_HANDLE, "hardware queue %#x", w.hwqueue);
	hwqueue_free(h);
	return STATUS_SUCCESS;
}

uint32_t run_submitcommandtohwqueue(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_submitcommandtohwqueue w;
	struct gpupv_hwqueue *h;
	struct exec_item *item;
	struct gpupv_device *d;
	uint32_t status;
	uint64_t size;

	(void)r;
	message_copy(m, &w, sizeof(w));
	size = sizeof(w) + 4ull * w.num_primaries + w.data_size;
	status = check_size(m, size, size);
	if (status)
		return status;
	if (looks_like_kernel_address(w.data) || looks_like_kernel_address(w.primaries))
		return refuse(m, STATUS_INVALID_PARAMETER, "pointers %#llx, %#llx of the kernel",
			      (unsigned long long)w.data, (unsigned long long)w.primaries);
	h = hwqueue_get(m, w.hwqueue);
	if (!h)
		return refuse(m, STATUS_INVALID_HANDLE, "hardware queue %#x", w.hwqueue);
	d = h->queue.device;
	if (d->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (!queue_has_room(&h->queue))
		return submission_error(m, d, STATUS_NO_MEMORY);
	item = item_new_job(&h->queue, w.va, w.length);
	item->skip |= h->queue.context->flags & WIRE_CONTEXT_NULL_RENDERING;
	item->progress = w.progress_value;
	queue_add(&h->queue, item);
	return STATUS_SUCCESS;
}
