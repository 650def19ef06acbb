// SPDX-License-Identifier: GPL-2.0
/*
 * Signals of /dev/dxg and waits for them, of the CPU and of the GPU.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/uaccess.h>

#include "../dxg_cmd_sync.h"
#include "../dxg_context.h"
#include "../dxg_device.h"
#include "../dxg_event.h"
#include "../dxg_fence.h"
#include "../dxg_fence_wait.h"
#include "../dxg_host_device.h"
#include "../dxg_proto.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_sync.h"

#define DXG_COMPAT_MAX_WAIT	131072

#define DXG_COMPAT_SIGNAL_FLAGS	(D3DDDICB_SIGNAL_SIGNAL_AT_SUBMISSION | \
				 D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT | \
				 D3DDDICB_SIGNAL_ALLOW_FENCE_REWIND)

/* ---- Signals ---- */

static int dxg_compat_send_signal(struct dxg_compat_call *call, const struct dxg_cmd_signal *cmd)
{
	u32 status;
	int ret;

	ret = dxg_cmd_signal(&call->dxg->link, dxg_compat_process_host(call->process), cmd,
			     DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_SIGNALSYNCOBJECT, status);
}

/* Have an eventfd signalled in the order of cmd->contexts. */
static int dxg_compat_send_event(struct dxg_compat_call *call, struct dxg_compat_device *device,
				 struct dxg_cmd_signal *cmd, u64 fd)
{
	struct dxg_event *event;
	int ret;

	if (cmd->object_count)
		return -EINVAL;
	event = dxg_compat_event_create(device, fd, true);
	if (IS_ERR(event))
		return PTR_ERR(event);
	cmd->event = event->id;
	ret = dxg_compat_send_signal(call, cmd);
	if (ret < 0)
		dxg_compat_event_cancel(event);
	else
		dxg_event_put(event);
	return ret;
}

static int dxg_compat_check_signal(u32 flags, u32 objects)
{
	if (flags & ~DXG_COMPAT_SIGNAL_FLAGS || objects > D3DDDI_MAX_OBJECT_SIGNALED)
		return -EINVAL;
	/* An event comes instead of objects. */
	return !objects == !!(flags & D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT) ? 0 : -EINVAL;
}

/**
 * dxg_compat_signal() - LX_DXSIGNALSYNCHRONIZATIONOBJECT.
 * @call: The call.
 */
int dxg_compat_signal(struct dxg_compat_call *call)
{
	struct d3dkmt_signalsynchronizationobject2 *args = call->args;
	struct dxg_cmd_signal cmd = {
		.flags = args->flags,
		.objects = args->object_array,
		.object_count = args->object_count,
	};
	struct dxg_compat_object *object;
	u32 *contexts;
	int ret;

	ret = dxg_compat_check_signal(args->flags, args->object_count);
	if (ret || args->context_count >= D3DDDI_MAX_BROADCAST_CONTEXT)
		return -EINVAL;
	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	/* The context is the first of all. */
	cmd.context_count = args->context_count + 1;
	contexts = dxg_compat_alloc_mem(call, cmd.context_count * sizeof(*contexts));
	if (IS_ERR(contexts))
		return PTR_ERR(contexts);
	contexts[0] = args->context;
	memcpy(contexts + 1, args->contexts, args->context_count * sizeof(*contexts));
	cmd.contexts = contexts;
	ret = dxg_compat_check_handles(call, contexts, cmd.context_count, DXG_COMPAT_CONTEXT,
				       object->device);
	if (!ret)
		ret = dxg_compat_check_handles(call, cmd.objects, cmd.object_count,
					       DXG_COMPAT_SYNC, NULL);
	if (ret)
		return ret;
	if (args->flags & D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT)
		return dxg_compat_send_event(call, object->device, &cmd, args->cpu_event_handle);
	cmd.fence_value = args->fence.fence_value;
	return dxg_compat_send_signal(call, &cmd);
}

/* Objects and their values. 0 or -errno. */
static int dxg_compat_signal_objects(struct dxg_compat_call *call, struct dxg_cmd_signal *cmd,
				     u64 objects, u64 values, u32 count)
{
	if (!count || count > D3DDDI_MAX_OBJECT_SIGNALED)
		return -EINVAL;
	cmd->object_count = count;
	cmd->objects = dxg_compat_copy_handles(call, objects, count, DXG_COMPAT_SYNC, NULL);
	if (IS_ERR(cmd->objects))
		return PTR_ERR(cmd->objects);
	cmd->values = dxg_compat_copy_in(call, values, count * sizeof(u64));
	return PTR_ERR_OR_ZERO(cmd->values);
}

/**
 * dxg_compat_signal_from_cpu() - LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU.
 * @call: The call.
 */
int dxg_compat_signal_from_cpu(struct dxg_compat_call *call)
{
	struct d3dkmt_signalsynchronizationobjectfromcpu *args = call->args;
	struct dxg_cmd_signal cmd = { .flags = args->flags, .device = args->device };
	struct dxg_compat_device *device;
	int ret;

	/* It is done at once: there is no order for an event to be in. */
	if (args->flags & ~(DXG_COMPAT_SIGNAL_FLAGS & ~D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT))
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = dxg_compat_signal_objects(call, &cmd, args->objects, args->fence_values,
					args->object_count);
	return ret ?: dxg_compat_send_signal(call, &cmd);
}

/**
 * dxg_compat_signal_from_gpu() - LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU.
 * @call: The call.
 */
int dxg_compat_signal_from_gpu(struct dxg_compat_call *call)
{
	struct d3dkmt_signalsynchronizationobjectfromgpu *args = call->args;
	struct dxg_cmd_signal cmd = { .contexts = &args->context, .context_count = 1 };
	struct dxg_compat_object *object;
	int ret;

	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_compat_signal_objects(call, &cmd, args->objects, args->monitored_fence_values,
					args->object_count);
	return ret ?: dxg_compat_send_signal(call, &cmd);
}

/* Where it happens: contexts or hardware queues of one device, which is returned. */
static struct dxg_compat_device *dxg_compat_signal_contexts(struct dxg_compat_call *call,
							    struct dxg_cmd_signal *cmd,
							    u64 contexts, u32 count,
							    enum dxg_compat_type type)
{
	struct dxg_compat_object *object;
	const u32 *handles;
	int ret;

	if (!count || count > D3DDDI_MAX_BROADCAST_CONTEXT)
		return ERR_PTR(-EINVAL);
	handles = dxg_compat_copy_in(call, contexts, count * sizeof(*handles));
	if (IS_ERR(handles))
		return ERR_CAST(handles);
	object = dxg_compat_use(call, handles[0], type);
	if (IS_ERR(object))
		return ERR_CAST(object);
	ret = dxg_compat_check_handles(call, handles, count, type, object->device);
	if (ret)
		return ERR_PTR(ret);
	cmd->contexts = handles;
	cmd->context_count = count;
	return object->device;
}

/**
 * dxg_compat_signal_from_gpu2() - LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2.
 * @call: The call.
 */
int dxg_compat_signal_from_gpu2(struct dxg_compat_call *call)
{
	struct d3dkmt_signalsynchronizationobjectfromgpu2 *args = call->args;
	struct dxg_cmd_signal cmd = { .flags = args->flags };
	struct dxg_compat_device *device;
	int ret;

	ret = dxg_compat_check_signal(args->flags, args->object_count);
	if (ret)
		return ret;
	device = dxg_compat_signal_contexts(call, &cmd, args->contexts, args->context_count,
					    DXG_COMPAT_CONTEXT);
	if (IS_ERR(device))
		return PTR_ERR(device);
	if (args->flags & D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT)
		return dxg_compat_send_event(call, device, &cmd, args->cpu_event_handle);
	ret = dxg_compat_signal_objects(call, &cmd, args->objects, args->monitored_fence_values,
					args->object_count);
	return ret ?: dxg_compat_send_signal(call, &cmd);
}

/**
 * dxg_compat_signal_to_hwqueue() - LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE.
 * @call: The call.
 */
int dxg_compat_signal_to_hwqueue(struct dxg_compat_call *call)
{
	struct d3dkmt_submitsignalsyncobjectstohwqueue *args = call->args;
	struct dxg_cmd_signal cmd = { .flags = args->flags };
	struct dxg_compat_device *device;
	int ret;

	if (args->flags & ~(DXG_COMPAT_SIGNAL_FLAGS & ~D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT))
		return -EINVAL;
	device = dxg_compat_signal_contexts(call, &cmd, args->hwqueues, args->hwqueue_count,
					    DXG_COMPAT_HWQUEUE);
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = dxg_compat_signal_objects(call, &cmd, args->objects, args->fence_values,
					args->object_count);
	return ret ?: dxg_compat_send_signal(call, &cmd);
}

/* ---- Waits of the GPU ---- */

static int dxg_compat_send_wait(struct dxg_compat_call *call, u32 context, const u32 *objects,
				const u64 *values, u32 count, bool legacy)
{
	u32 status;
	int ret;

	ret = dxg_cmd_wait_gpu(&call->dxg->link, dxg_compat_process_host(call->process), context,
			       objects, values, count, legacy, DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, status);
}

/* One value for all of @objects, which are no monitored fences. */
static int dxg_compat_wait_legacy(struct dxg_compat_call *call, u32 context, const u32 *objects,
				  u32 count, u64 value)
{
	u64 values[D3DDDI_MAX_OBJECT_WAITED_ON];
	u32 i;

	for (i = 0; i < count; i++)
		values[i] = value;
	return dxg_compat_send_wait(call, context, objects, values, count, true);
}

/* Of @context, or a hardware queue, for monitored fences with a value each. */
static int dxg_compat_wait_values(struct dxg_compat_call *call, u32 context, const u32 *objects,
				  u64 user_values, u32 count)
{
	const u64 *values = dxg_compat_copy_in(call, user_values, count * sizeof(*values));

	if (IS_ERR(values))
		return PTR_ERR(values);
	return dxg_compat_send_wait(call, context, objects, values, count, false);
}

/* Who is to wait, of @type, and for what: the objects, copied and checked, or ERR_PTR. */
static const u32 *dxg_compat_wait_begin(struct dxg_compat_call *call, u32 handle,
					enum dxg_compat_type type, u64 objects, u32 count)
{
	struct dxg_compat_object *object;

	if (!count || count > D3DDDI_MAX_OBJECT_WAITED_ON)
		return ERR_PTR(-EINVAL);
	object = dxg_compat_use(call, handle, type);
	if (IS_ERR(object))
		return ERR_CAST(object);
	return dxg_compat_copy_handles(call, objects, count, DXG_COMPAT_SYNC, NULL);
}

/**
 * dxg_compat_wait() - LX_DXWAITFORSYNCHRONIZATIONOBJECT.
 * @call: The call.
 */
int dxg_compat_wait(struct dxg_compat_call *call)
{
	struct d3dkmt_waitforsynchronizationobject2 *args = call->args;
	struct dxg_compat_object *object;
	int ret;

	if (!args->object_count || args->object_count > D3DDDI_MAX_OBJECT_WAITED_ON)
		return -EINVAL;
	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_compat_check_handles(call, args->object_array, args->object_count,
				       DXG_COMPAT_SYNC, NULL);
	return ret ?: dxg_compat_wait_legacy(call, args->context, args->object_array,
					     args->object_count, args->fence.fence_value);
}

/**
 * dxg_compat_wait_from_gpu() - LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU.
 * @call: The call.
 *
 * Whether the union has values or one value depends on what the first object is.
 */
int dxg_compat_wait_from_gpu(struct dxg_compat_call *call)
{
	struct d3dkmt_waitforsynchronizationobjectfromgpu *args = call->args;
	struct dxg_compat_object *object;
	const u32 *objects;

	objects = dxg_compat_wait_begin(call, args->context, DXG_COMPAT_CONTEXT, args->objects,
					args->object_count);
	if (IS_ERR(objects))
		return PTR_ERR(objects);
	object = dxg_compat_use(call, objects[0], DXG_COMPAT_SYNC);
	if (IS_ERR(object))
		return PTR_ERR(object);
	if (!to_compat_sync(object)->fence)
		return dxg_compat_wait_legacy(call, args->context, objects, args->object_count,
					      args->fence_value);
	return dxg_compat_wait_values(call, args->context, objects, args->monitored_fence_values,
				      args->object_count);
}

/**
 * dxg_compat_wait_to_hwqueue() - LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE.
 * @call: The call.
 */
int dxg_compat_wait_to_hwqueue(struct dxg_compat_call *call)
{
	struct d3dkmt_submitwaitforsyncobjectstohwqueue *args = call->args;
	const u32 *objects;

	objects = dxg_compat_wait_begin(call, args->hwqueue, DXG_COMPAT_HWQUEUE, args->objects,
					args->object_count);
	if (IS_ERR(objects))
		return PTR_ERR(objects);
	return dxg_compat_wait_values(call, args->hwqueue, objects, args->fence_values,
				      args->object_count);
}

/* ---- Waits of the CPU ---- */

/* Whether all, or any, of @points are reached: then the end of a device does not matter. */
static bool dxg_compat_reached(const struct dxg_fence_point *points, u32 count, bool any)
{
	u32 i, reached = 0;

	for (i = 0; i < count; i++)
		reached += !dxg_fence_error(points[i].fence) &&
			   dxg_fence_value(points[i].fence) >= points[i].value;
	return any ? reached : reached == count;
}

/* The fences of @objects, each with a reference, and the values. 0 or -errno. */
static int dxg_compat_wait_points(struct dxg_compat_call *call, const u32 *objects,
				  const u64 *values, u32 count, struct dxg_fence_point *points)
{
	struct dxg_compat_object *object;
	u32 i;

	for (i = 0; i < count; i++) {
		object = dxg_compat_lookup(call->process, objects[i], DXG_COMPAT_SYNC);
		if (!object)
			return -EINVAL;
		if (dxg_compat_object_dxg(object) == call->dxg && to_compat_sync(object)->fence)
			points[i].fence = dxg_fence_get(to_compat_sync(object)->fence);
		points[i].value = values[i];
		dxg_compat_object_put(object);
		if (!points[i].fence)
			return -EINVAL;
	}
	return 0;
}

/**
 * dxg_compat_wait_from_cpu() - LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU.
 * @call: The call.
 *
 * What is interrupted by a signal is tried again as it was: nothing of it is left on the
 * host.
 */
int dxg_compat_wait_from_cpu(struct dxg_compat_call *call)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu *args = call->args;
	bool any = args->flags & D3DDDI_WAITFORSYNCHRONIZATIONOBJECTFROMCPU_WAIT_ANY;
	u32 i, first, count = args->object_count;
	struct dxg_fence_point *points;
	struct dxg_compat_device *device;
	const u32 *objects;
	const u64 *values;
	int ret;

	if (!count || count > DXG_COMPAT_MAX_WAIT ||
	    args->flags & ~D3DDDI_WAITFORSYNCHRONIZATIONOBJECTFROMCPU_WAIT_ANY)
		return -EINVAL;
	if (args->async_event > INT_MAX)
		return -EBADF;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	objects = dxg_compat_copy_in(call, args->objects, count * sizeof(*objects));
	if (IS_ERR(objects))
		return PTR_ERR(objects);
	values = dxg_compat_copy_in(call, args->fence_values, count * sizeof(*values));
	if (IS_ERR(values))
		return PTR_ERR(values);
	points = dxg_compat_alloc_mem(call, count * sizeof(*points));
	if (IS_ERR(points))
		return PTR_ERR(points);

	ret = dxg_compat_wait_points(call, objects, values, count, points);
	if (!ret && args->async_event) {
		ret = dxg_fence_eventfd_points(points, count, any, args->async_event);
	} else if (!ret && !dxg_compat_reached(points, count, any)) {
		/* It may take for ever: the adapter may go meanwhile. */
		dxg_compat_leave(call);
		ret = dxg_fence_wait_points(points, count, any, KTIME_MAX, &first);
	}
	for (i = 0; i < count && points[i].fence; i++)
		dxg_fence_put(points[i].fence);
	return ret;
}
