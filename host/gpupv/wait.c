// SPDX-License-Identifier: GPL-2.0
/*
 * Who waits for sync objects: the guest's CPUs (a message now, an event later)
 * and the heads of queues. Signals, from the CPU and from queues.
 *
 * A CPU wait lives until it is satisfied, until its device goes, or until an
 * object that it waits for goes: then it ends with its event, too, since nobody
 * could end it any more. [host] There is no message that withdraws one.
 */
#include <string.h>

#include "exec.h"

#define MAX_WAITS	65536u	/* of one device */

struct cpu_wait {
	struct cpu_wait *next, **back;	/* of the device */
	struct cpu_wait *next_ended;
	struct gpupv_device *device;
	uint64_t event;
	uint32_t count, missing;
	bool any, ended;
	struct sync_link link[];
};

/* ---- links ---- */

/* At the end: who waits longer is told first. */
void link_add(struct sync_link *l, struct sync_core *c)
{
	l->core = c;
	l->next = NULL;
	l->back = c->links_end;
	*l->back = l;
	c->links_end = &l->next;
}

void link_drop(struct sync_link *l)
{
	if (!l->core)
		return;
	*l->back = l->next;
	if (l->next)
		l->next->back = l->back;
	else
		l->core->links_end = l->back;
	l->core = NULL;
}

static void wait_free(struct cpu_wait *w)
{
	for (uint32_t i = 0; i < w->count; i++)
		link_drop(&w->link[i]);
	*w->back = w->next;
	if (w->next)
		w->next->back = w->back;
	w->device->num_waits--;
	g_free(w);
}

static void wait_end(struct cpu_wait *w)
{
	struct gpupv_process *p = w->device->process;

	event_signal_guest(w->device->gpu->g, w->event, p->process_id);
	wait_free(w);
}

/* In two turns: the links of a wait that ends may be the next ones of this list. */
void waits_notify(struct sync_core *c)
{
	struct cpu_wait *ended = NULL, **last = &ended;
	struct sync_link *l, *next;

	for (l = c->links; l; l = next) {
		struct cpu_wait *w = l->wait;

		next = l->next;
		if (!w) {
			queue_kick(l->queue);
			continue;
		}
		if (w->ended || !sync_ready(c, l->value))
			continue;
		/* Once reached counts, even if the fence is lowered after it. */
		link_drop(l);
		w->missing--;
		w->ended = w->any || !w->missing;
		if (!w->ended)
			continue;
		*last = w;
		last = &w->next_ended;
	}
	while (ended) {
		struct cpu_wait *w = ended;

		ended = w->next_ended;
		wait_end(w);
	}
}

void waits_end(struct sync_core *c)
{
	while (c->links) {
		if (c->links->wait)
			wait_end(c->links->wait);
		else
			link_drop(c->links);
	}
}

void waits_print(const struct gpupv_device *d, GString *out)
{
	for (const struct cpu_wait *w = d->waits; w; w = w->next)
		g_string_append_printf(out,
				       "event %#llx of process %#x, device %#x, waits for %s of %u objects, %u missing\n",
				       (unsigned long long)w->event, d->process->handle, d->handle,
				       w->any ? "any" : "all", w->count, w->missing);
}

void waits_drop(struct gpupv_device *d)
{
	while (d->waits)
		wait_free(d->waits);
}

/* ---- WAITFORSYNCOBJECTFROMCPU ---- */

static uint32_t wait_object(const struct gpupv_message *m, uint32_t handle,
			    struct gpupv_sync **out)
{
	struct gpupv_sync *s = sync_get(m, handle);

	if (!s)
		return STATUS_INVALID_HANDLE;
	if (s->flags & WIRE_SYNC_NO_WAIT)
		return STATUS_ACCESS_DENIED;
	*out = s;
	return STATUS_SUCCESS;
}

static struct cpu_wait *cpu_wait_new(struct gpupv_device *d, uint32_t count)
{
	struct cpu_wait *w = g_malloc0(sizeof(*w) + count * sizeof(w->link[0]));

	w->device = d;
	w->count = count;
	w->next = d->waits;
	w->back = &d->waits;
	if (w->next)
		w->next->back = &w->next;
	d->waits = w;
	d->num_waits++;
	return w;
}

/* Link what is not reached yet. */
static uint32_t cpu_wait_fill(const struct gpupv_message *m, struct cpu_wait *w)
{
	uint32_t handles = sizeof(struct wire_waitfromcpu), values = handles + 4 * w->count;

	for (uint32_t i = 0; i < w->count; i++) {
		struct sync_link *l = &w->link[i];
		struct gpupv_sync *s = NULL;
		uint32_t status = wait_object(m, message_u32(m, handles + 4 * i), &s);

		if (status)
			return status;
		if (!sync_is_fence(s->core))
			return STATUS_INVALID_PARAMETER;
		l->wait = w;
		l->value = message_u64(m, values + 8 * i);
		if (!sync_ready(s->core, l->value)) {
			link_add(l, s->core);
			w->missing++;
		}
	}
	return STATUS_SUCCESS;
}

uint32_t run_waitfromcpu(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_waitfromcpu c;
	struct gpupv_device *d;
	struct cpu_wait *w;
	uint32_t status;
	uint64_t size;

	(void)r;
	message_copy(m, &c, sizeof(c));
	size = sizeof(c) + 12ull * c.object_count;
	status = check_size(m, size, size);
	if (status)
		return status;
	if (require_zero(m, offsetof(struct wire_waitfromcpu, pad1), sizeof(c), "padding"))
		return STATUS_INVALID_PARAMETER;
	if (!c.object_count || c.pad || c.dereference)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "%u objects, padding %#x, dereference %u", c.object_count, c.pad,
			      c.dereference);
	if (!c.event || looks_like_kernel_address(c.event))
		return refuse(m, STATUS_INVALID_PARAMETER, "event id %#llx",
			      (unsigned long long)c.event);
	if (c.flags & ~WIRE_WAIT_ANY)
		return STATUS_INVALID_PARAMETER;
	/* On a failed device, too: its fences are at their end, or never get there. */
	d = device_get(m, c.device);
	if (!d)
		return refuse(m, STATUS_INVALID_HANDLE, "device %#x", c.device);
	if (d->num_waits >= MAX_WAITS)
		return STATUS_NO_MEMORY;
	w = cpu_wait_new(d, c.object_count);
	w->event = c.event;
	w->any = c.flags & WIRE_WAIT_ANY;
	status = cpu_wait_fill(m, w);
	if (status)
		wait_free(w);
	else if (!w->missing || (w->any && w->missing < w->count))
		wait_end(w);
	return status;
}

/* ---- WAITFORSYNCOBJECTFROMGPU ---- */

static uint32_t gpu_wait_fill(const struct gpupv_message *m, struct exec_item *item, bool legacy)
{
	uint32_t values = sizeof(struct wire_waitfromgpu);
	uint32_t handles = values + 8 * item->wait.count;

	for (uint32_t i = 0; i < item->wait.count; i++) {
		struct exec_object *o = &item->wait.object[i];
		struct gpupv_sync *s = NULL;
		uint32_t status = wait_object(m, message_u32(m, handles + 4 * i), &s);

		if (status)
			return status;
		/* The older kinds have one value for all, monitored ones their own. [host] */
		if (legacy == sync_is_fence(s->core) ||
		    s->core->type == WIRE_SYNC_CPU_NOTIFICATION)
			return STATUS_INVALID_PARAMETER;
		o->link.value = message_u64(m, values + (legacy ? 0 : 8 * i));
		o->core = s->core;
		sync_core_get(s->core);
	}
	return STATUS_SUCCESS;
}

uint32_t run_waitfromgpu(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_waitfromgpu c;
	struct exec_item *item;
	struct exec_queue *q;
	uint32_t status;
	uint64_t size;

	(void)r;
	message_copy(m, &c, sizeof(c));
	size = sizeof(c) + 12ull * c.object_count;
	status = check_size(m, size, size);
	if (status)
		return status;
	if (require_zero(m, offsetof(struct wire_waitfromgpu, pad), sizeof(c), "padding"))
		return STATUS_INVALID_PARAMETER;
	if (!c.object_count || c.object_count > WIRE_MAX_SYNC_OBJECTS || c.legacy > 1)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u objects, legacy %u", c.object_count,
			      c.legacy);
	q = queue_get(m, c.context);
	if (!q)
		return refuse(m, STATUS_INVALID_HANDLE, "context or queue %#x", c.context);
	if (q->device->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (!queue_has_room(q))
		return submission_error(m, q->device, STATUS_NO_MEMORY);
	item = item_new_wait(c.object_count);
	status = gpu_wait_fill(m, item, c.legacy);
	if (status) {
		item_free(item);
		return submission_error(m, q->device, status);
	}
	queue_add(q, item);
	return STATUS_SUCCESS;
}
