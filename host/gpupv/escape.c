// SPDX-License-Identifier: GPL-2.0
/*
 * ESCAPE: a user's bytes for the driver of the GPU on the host. The software
 * GPU's own ones are in softgpu/softgpu_escape.h. The answer is the data alone,
 * so that a refused escape is an empty answer. [host]
 */
#include <string.h>

#include "../softgpu/softgpu_cmd.h"
#include "../softgpu/softgpu_escape.h"
#include "../vmbus/fault.h"
#include "exec.h"
#include "memory.h"

#define MAX_TEXT	255u

struct escape {
	struct gpupv_gpu *gpu;
	struct softgpu_escape e;
	char text[MAX_TEXT + 1];
};

/* Each returns the NTSTATUS of the operation. */

static uint32_t op_info(struct escape *x)
{
	x->e.result[0] = SOFTGPU_ESCAPE_VERSION;
	x->e.result[1] = SOFTGPU_CMD_VERSION;
	x->e.result[2] = x->gpu->cfg.nodes;
	x->e.result[3] = x->gpu->g->cfg.tdr_ms;
	x->e.result[4] = ENGINE_CLOCK_HZ;
	return STATUS_SUCCESS;
}

static uint32_t op_node(struct escape *x)
{
	struct softgpu_node_stats s;

	if (x->e.arg[0] >= x->gpu->cfg.nodes)
		return STATUS_INVALID_PARAMETER;
	engine_stats(x->gpu, x->e.arg[0], &s);
	x->e.result[0] = s.jobs;
	x->e.result[1] = s.commands;
	x->e.result[2] = s.faults;
	x->e.result[3] = s.aborts;
	x->e.result[4] = s.busy_ns;
	x->e.result[5] = s.bytes_read;
	x->e.result[6] = s.bytes_written;
	return STATUS_SUCCESS;
}

static uint32_t op_message(struct escape *x)
{
	const struct message_counter *c = NULL;

	if (x->e.arg[0] <= UINT32_MAX && x->e.arg[1] <= 1)
		c = counters_of(x->gpu->g, x->e.arg[0], x->e.arg[1]);
	if (!c)
		return STATUS_INVALID_PARAMETER;
	x->e.result[0] = c->count;
	x->e.result[1] = c->async;
	x->e.result[2] = c->errors;
	x->e.result[3] = c->bytes_in;
	x->e.result[4] = c->bytes_out;
	x->e.result[5] = c->ns;
	x->e.result[6] = c->ns_max;
	return STATUS_SUCCESS;
}

static uint32_t op_host(struct escape *x)
{
	const struct gpupv *g = x->gpu->g;

	x->e.result[0] = log_violations();
	x->e.result[1] = gpupv_objects(g);
	x->e.result[2] = gpupv_left_behind(g);
	x->e.result[3] = engine_resets(x->gpu);
	x->e.result[4] = iospace_used(g);
	return STATUS_SUCCESS;
}

static uint32_t op_set(struct escape *x)
{
	char *equals = strchr(x->text, '=');
	const char *error = "an option is KEY=VALUE";

	if (equals) {
		*equals = 0;
		error = control_set(x->gpu->g, x->text, equals + 1);
	}
	if (!error)
		return STATUS_SUCCESS;
	log_info(AREA, "escape: %s", error);
	return STATUS_INVALID_PARAMETER;
}

static uint32_t op_clear(struct escape *x)
{
	rules_clear(x->gpu->g);
	return STATUS_SUCCESS;
}

static uint32_t op_fault(struct escape *x)
{
	const char *error;

	if (!vmbus_fault_add(x->gpu->g->bus, x->text, &error))
		return STATUS_SUCCESS;
	log_info(AREA, "escape: %s", error);
	return STATUS_INVALID_PARAMETER;
}

static uint32_t op_fault_clear(struct escape *x)
{
	vmbus_fault_clear(x->gpu->g->bus);
	return STATUS_SUCCESS;
}

static uint32_t op_tdr(struct escape *x)
{
	uint64_t node = x->e.arg[0];

	if (node != SOFTGPU_ESCAPE_ALL && node >= x->gpu->cfg.nodes)
		return STATUS_INVALID_PARAMETER;
	x->e.result[0] = tdr_now(x->gpu, node == SOFTGPU_ESCAPE_ALL ? GPUPV_MAX_NODES : node);
	return STATUS_SUCCESS;
}

static uint32_t op_storm(struct escape *x)
{
	if (x->e.arg[0] > UINT32_MAX || x->e.arg[1] > UINT32_MAX)
		return STATUS_INVALID_PARAMETER;
	event_storm(x->gpu->g, x->e.arg[0], x->e.arg[1]);
	return STATUS_SUCCESS;
}

static uint32_t op_remove(struct escape *x)
{
	if (x->e.arg[0] > 1 || x->e.arg[1] > UINT32_MAX)
		return STATUS_INVALID_PARAMETER;
	remove_later(x->gpu, x->e.arg[1], x->e.arg[0]);
	return STATUS_SUCCESS;
}

static uint32_t op_pressure(struct escape *x)
{
	uint64_t segment = x->e.arg[1] - 1, before = x->gpu->pool.discarded;

	if (segment >= GPU_SEGMENTS)
		return STATUS_INVALID_PARAMETER;
	pool_discard_resident(x->gpu, segment, x->e.arg[0]);
	x->e.result[0] = x->gpu->pool.discarded - before;
	return STATUS_SUCCESS;
}

static uint32_t (*const ops[])(struct escape *x) = {
	[SOFTGPU_ESCAPE_INFO] = op_info,
	[SOFTGPU_ESCAPE_NODE] = op_node,
	[SOFTGPU_ESCAPE_MESSAGE] = op_message,
	[SOFTGPU_ESCAPE_HOST] = op_host,
	[SOFTGPU_ESCAPE_SET] = op_set,
	[SOFTGPU_ESCAPE_CLEAR] = op_clear,
	[SOFTGPU_ESCAPE_FAULT] = op_fault,
	[SOFTGPU_ESCAPE_FAULT_CLEAR] = op_fault_clear,
	[SOFTGPU_ESCAPE_TDR] = op_tdr,
	[SOFTGPU_ESCAPE_STORM] = op_storm,
	[SOFTGPU_ESCAPE_REMOVE] = op_remove,
	[SOFTGPU_ESCAPE_PRESSURE] = op_pressure,
};

/* The handles are the user's, but for the adapter's, which the driver puts in. */
static uint32_t check_request(const struct gpupv_message *m, const struct wire_escape *w)
{
	uint64_t size = WIRE_ESCAPE_BASE + (uint64_t)w->data_size;
	uint32_t status = check_size(m, size, WIRE_ESCAPE_DATA + (uint64_t)w->data_size);

	if (status)
		return status;
	if (w->adapter != m->gpu->adapter)
		return refuse(m, STATUS_INVALID_HANDLE, "adapter %#x, %s is open as %#x",
			      w->adapter, m->gpu->cfg.name, m->gpu->adapter);
	if ((w->device && !device_get(m, w->device)) || (w->context && !queue_get(m, w->context)))
		return STATUS_INVALID_HANDLE;
	if (w->flags & ~WIRE_ESCAPE_FLAGS)
		return STATUS_INVALID_PARAMETER;
	return w->type == WIRE_ESCAPE_DRIVERPRIVATE ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/*
 * Of those that every driver knows, the one that says how a CPU notification object is used:
 * the guest has put in the number of its event. It is answered as it came.
 */
static uint32_t known_escape(const struct gpupv_message *m, const struct wire_escape *w,
			     struct gpupv_reply *r)
{
	struct wire_cpu_event_usage u;
	const struct gpupv_sync *s;

	if (w->data_size < sizeof(u))
		return STATUS_INVALID_PARAMETER;
	memcpy(&u, m->data + WIRE_ESCAPE_DATA, sizeof(u));
	if (u.escape_type != WIRE_KNOWN_CPU_EVENT_USAGE)
		return STATUS_NOT_SUPPORTED;
	s = sync_get(m, u.sync);
	if (!s || s->core->type != WIRE_SYNC_CPU_NOTIFICATION || s->core->event != u.event)
		return STATUS_INVALID_PARAMETER;
	memcpy(reply_make(r, w->data_size), m->data + WIRE_ESCAPE_DATA, w->data_size);
	return STATUS_SUCCESS;
}

uint32_t run_escape(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct escape x = { .gpu = m->gpu };
	struct wire_escape w;
	uint32_t status, text;
	uint8_t *reply;

	message_copy(m, &w, sizeof(w));
	status = check_request(m, &w);
	if (status)
		return status;
	if (w.flags & WIRE_ESCAPE_KNOWN)
		return known_escape(m, &w, r);
	if (w.data_size < sizeof(x.e))
		return STATUS_INVALID_PARAMETER;
	memcpy(&x.e, m->data + WIRE_ESCAPE_DATA, sizeof(x.e));
	if (x.e.magic != SOFTGPU_ESCAPE_MAGIC || x.e.version != SOFTGPU_ESCAPE_VERSION)
		return STATUS_INVALID_PARAMETER;
	text = MIN(w.data_size - (uint32_t)sizeof(x.e), MAX_TEXT);
	memcpy(x.text, m->data + WIRE_ESCAPE_DATA + sizeof(x.e), text);
	memset(x.e.result, 0, sizeof(x.e.result));
	if (x.e.op < G_N_ELEMENTS(ops) && ops[x.e.op])
		x.e.status = ops[x.e.op](&x);
	else
		x.e.status = STATUS_NOT_SUPPORTED;
	reply = reply_make(r, w.data_size);
	memcpy(reply, m->data + WIRE_ESCAPE_DATA, w.data_size);
	memcpy(reply, &x.e, sizeof(x.e));
	return STATUS_SUCCESS;
}
