// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions of command buffers, to contexts and to hardware queues. A buffer
 * that is sent to several contexts is carried out by each. [host] History
 * buffers, written primaries, the present token and the driver's private data
 * mean nothing to the software GPU: counted, not looked at.
 */
#include "exec.h"

/* ---- SUBMITCOMMAND ---- */

static uint32_t check_submission(const struct gpupv_message *m, const struct wire_submitcommand *w)
{
	uint64_t size = sizeof(*w) + 4ull * w->num_history + w->data_size;

	if (!w->num_contexts || w->num_contexts > WIRE_MAX_BROADCAST ||
	    w->num_history > WIRE_MAX_HISTORY)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u contexts, %u history buffers",
			      w->num_contexts, w->num_history);
	if (looks_like_kernel_address(w->data) || looks_like_kernel_address(w->history))
		return refuse(m, STATUS_INVALID_PARAMETER, "pointers %#llx, %#llx of the kernel",
			      (unsigned long long)w->data, (unsigned long long)w->history);
	return check_size(m, size, size);
}

/* Contexts of one device, that may take it. */
static uint32_t find_contexts(const struct gpupv_message *m, const struct wire_submitcommand *w,
			      struct gpupv_context **context)
{
	for (uint32_t i = 0; i < w->num_contexts; i++) {
		struct gpupv_context *c = context_get(m, w->context[i]);

		context[i] = c;
		if (!c && !i)
			return refuse(m, STATUS_INVALID_HANDLE, "context %#x", w->context[i]);
		if (!c)
			return STATUS_INVALID_HANDLE;
		if (c->queue.device != context[0]->queue.device ||
		    c->flags & (WIRE_CONTEXT_SYNC_ONLY | WIRE_CONTEXT_HW_QUEUES))
			return STATUS_INVALID_PARAMETER;
		if (!queue_has_room(&c->queue))
			return STATUS_NO_MEMORY;
	}
	if (w->flags & ~WIRE_SUBMIT_FLAGS || w->num_primaries > WIRE_MAX_PRIMARIES)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

uint32_t run_submitcommand(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_context *context[WIRE_MAX_BROADCAST] = { NULL };
	struct wire_submitcommand w;
	uint32_t status;

	(void)r;
	message_copy(m, &w, sizeof(w));
	status = check_submission(m, &w);
	if (status)
		return status;
	status = find_contexts(m, &w, context);
	if (!context[0])
		return status;
	if (context[0]->queue.device->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (status)
		return submission_error(m, context[0]->queue.device, status);
	for (uint32_t i = 0; i < w.num_contexts; i++) {
		struct gpupv_context *c = context[i];
		struct exec_item *item = item_new_job(&c->queue, w.va, w.length);

		item->skip |= w.flags & WIRE_SUBMIT_NULL_RENDERING ||
			      c->flags & WIRE_CONTEXT_NULL_RENDERING;
		queue_add(&c->queue, item);
	}
	return STATUS_SUCCESS;
}
