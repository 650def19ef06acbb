// SPDX-License-Identifier: GPL-2.0
/*
 * SIGNALSYNCOBJECT: from the CPU at once; from contexts and hardware queues when
 * they get there; with the CPU event flag, an event to the guest in their order.
 * A signal of several queues happens when the last of them has got there. [host]
 */
#include "exec.h"

struct request {
	struct wire_signalsyncobject w;
	bool has_values;
};

static uint32_t handles_at(void)
{
	return sizeof(struct wire_signalsyncobject);
}

/* Lengths: as many values as objects follow, or none. */
static uint32_t read_request(const struct gpupv_message *m, struct request *q)
{
	uint64_t fixed, full;

	message_copy(m, &q->w, sizeof(q->w));
	if (q->w.object_count > WIRE_MAX_MESSAGE / 4 || q->w.context_count > WIRE_MAX_BROADCAST)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u objects, %u contexts",
			      q->w.object_count, q->w.context_count);
	fixed = handles_at() + 4ull * (q->w.object_count + q->w.context_count);
	full = fixed + 8ull * q->w.object_count;
	q->has_values = q->w.object_count && m->len >= full;
	if (q->has_values)
		fixed = full;
	if (q->w.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", q->w.pad);
	return check_size(m, fixed, fixed);
}

/* The @ith object, which this opener may signal; and its value. */
static uint32_t object_at(const struct gpupv_message *m, const struct request *q, uint32_t i,
			  struct gpupv_sync **s, uint64_t *value)
{
	uint32_t values = handles_at() + 4 * (q->w.object_count + q->w.context_count);

	*s = sync_get(m, message_u32(m, handles_at() + 4 * i));
	*value = q->has_values ? message_u64(m, values + 8 * i) : q->w.value;
	if (!*s)
		return STATUS_INVALID_HANDLE;
	if ((*s)->queue_fence || (*s)->flags & WIRE_SYNC_NO_SIGNAL)
		return STATUS_ACCESS_DENIED;
	if ((*s)->core->type == WIRE_SYNC_PERIODIC_FENCE)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* ---- from the CPU ---- */

/* All or nothing: the objects are looked at before any is signalled. */
static uint32_t signal_from_cpu(const struct gpupv_message *m, const struct request *q)
{
	bool rewind = q->w.flags & WIRE_SIGNAL_ALLOW_REWIND;
	struct gpupv_device *d;
	struct gpupv_sync *s;
	uint64_t value;
	uint32_t status = STATUS_SUCCESS;

	if (q->w.event >> 32)
		return refuse(m, STATUS_INVALID_PARAMETER, "device %#llx",
			      (unsigned long long)q->w.event);
	d = device_get(m, q->w.device);
	if (!d)
		return refuse(m, STATUS_INVALID_HANDLE, "device %#x", q->w.device);
	if (d->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (!q->w.object_count || q->w.flags & ~WIRE_SIGNAL_ALLOW_REWIND)
		return submission_error(m, d, STATUS_INVALID_PARAMETER);
	for (uint32_t i = 0; !status && i < q->w.object_count; i++) {
		status = object_at(m, q, i, &s, &value);
		if (!status && s->core->type != WIRE_SYNC_MONITORED_FENCE)
			status = STATUS_INVALID_PARAMETER;
	}
	if (status)
		return submission_error(m, d, status);
	for (uint32_t i = 0; i < q->w.object_count; i++) {
		object_at(m, q, i, &s, &value);
		/* Too low a value is refused, but no reason to fail a device. */
		if (value < s->core->value && !rewind)
			return STATUS_INVALID_PARAMETER;
		sync_signal(s->core, value, rewind);
	}
	return STATUS_SUCCESS;
}

/* ---- from queues ---- */

static struct exec_signal *signal_new(const struct gpupv_message *m, const struct request *q)
{
	struct exec_signal *s = g_new0(struct exec_signal, 1);

	s->refs = 1;
	s->g = m->g;
	s->rewind = q->w.flags & WIRE_SIGNAL_ALLOW_REWIND;
	s->process_id = m->process->process_id;
	if (q->w.flags & WIRE_SIGNAL_CPU_EVENT) {
		s->cpu_event = true;
		s->event = q->w.event;
	}
	return s;
}

static uint32_t signal_fill(const struct gpupv_message *m, const struct request *q,
			    struct exec_signal *sig)
{
	for (uint32_t i = 0; i < q->w.object_count; i++) {
		struct gpupv_sync *s;
		uint32_t status = object_at(m, q, i, &s, &sig->value[i]);

		if (status)
			return status;
		sig->core[i] = s->core;
		sync_core_get(s->core);
		sig->count++;
	}
	return STATUS_SUCCESS;
}

/* All of one device; the first is what the guest has looked up. */
static uint32_t find_queues(const struct gpupv_message *m, const struct request *q,
			    struct exec_queue **queue)
{
	uint32_t at = handles_at() + 4 * q->w.object_count;

	for (uint32_t i = 0; i < q->w.context_count; i++) {
		uint32_t handle = message_u32(m, at + 4 * i);

		queue[i] = queue_get(m, handle);
		if (!queue[i] && !i)
			return refuse(m, STATUS_INVALID_HANDLE, "context or queue %#x", handle);
		if (!queue[i])
			return STATUS_INVALID_HANDLE;
		if (queue[i]->device != queue[0]->device)
			return STATUS_INVALID_PARAMETER;
		if (!queue_has_room(queue[i]))
			return STATUS_NO_MEMORY;
	}
	return STATUS_SUCCESS;
}

/* The flag says that an event comes in place of objects. */
static uint32_t check_event(const struct gpupv_message *m, const struct request *q)
{
	if (!(q->w.flags & WIRE_SIGNAL_CPU_EVENT)) {
		if (q->w.event)
			return refuse(m, STATUS_INVALID_PARAMETER,
				      "device or event %#llx in a signal of queues",
				      (unsigned long long)q->w.event);
		return STATUS_SUCCESS;
	}
	if (!q->w.event || looks_like_kernel_address(q->w.event))
		return refuse(m, STATUS_INVALID_PARAMETER, "event id %#llx",
			      (unsigned long long)q->w.event);
	return STATUS_SUCCESS;
}

static uint32_t signal_from_queues(const struct gpupv_message *m, const struct request *q)
{
	struct exec_queue *queue[WIRE_MAX_BROADCAST] = { NULL };
	bool event = q->w.flags & WIRE_SIGNAL_CPU_EVENT;
	struct exec_signal *sig;
	uint32_t status;

	status = check_event(m, q);
	if (!status)
		status = find_queues(m, q, queue);
	if (!queue[0])
		return status;
	if (queue[0]->device->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (!status && (q->w.object_count > WIRE_MAX_SYNC_OBJECTS ||
			event == !!q->w.object_count || q->w.flags & ~WIRE_SIGNAL_FLAGS))
		status = STATUS_INVALID_PARAMETER;
	if (status)
		return submission_error(m, queue[0]->device, status);
	sig = signal_new(m, q);
	status = signal_fill(m, q, sig);
	if (!status && q->w.flags & WIRE_SIGNAL_AT_SUBMISSION) {
		sig->missing = 1;
		signal_reached(sig);
	} else if (!status) {
		for (uint32_t i = 0; i < q->w.context_count; i++)
			queue_add(queue[i], item_new_signal(sig));
	}
	signal_put(sig);
	return status ? submission_error(m, queue[0]->device, status) : STATUS_SUCCESS;
}

uint32_t run_signalsyncobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct request q;
	uint32_t status;

	(void)r;
	status = read_request(m, &q);
	if (status)
		return status;
	return q.w.context_count ? signal_from_queues(m, &q) : signal_from_cpu(m, &q);
}
