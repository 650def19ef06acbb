// SPDX-License-Identifier: MIT
/*
 * Queues and submissions.
 */
#include <errno.h>
#include <stdlib.h>

#include "dxg_priv.h"

/** struct dxg_queue - A queue. */
struct dxg_queue {
	/** @refcount: References that users and queues below hold. */
	_Atomic int refcount;

	/** @vm: The VM. Holds a reference. */
	struct dxg_vm *vm;

	/** @parent: The context of a hardware queue. Holds a reference. */
	struct dxg_queue *parent;

	/** @fence: Its fence in user-fence mode, or NULL. Holds a reference. */
	struct dxg_fence *fence;

	/** @id: The kernel's number. Constant. */
	uint32_t id;

	/** @host_handle: The host's handle. Constant. */
	uint32_t host_handle;
};

static void dxg_queue_destroy(const struct dxg_vm *vm, uint32_t id)
{
	struct drm_dxg_queue_destroy args = { .queue_id = id };

	dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_QUEUE_DESTROY, &args);
}

drm_public int dxg_queue_new(struct dxg_vm *vm, struct drm_dxg_queue_create *args,
			     struct dxg_queue **out)
{
	struct dxg_queue *queue;
	int ret;

	queue = calloc(1, sizeof(*queue));
	if (!queue)
		return -ENOMEM;
	args->vm_id = vm->id;
	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_QUEUE_CREATE, args);
	if (ret)
		goto err_free;

	if (args->fence_handle) {
		queue->fence = dxg_fence_of_queue(vm, args);
		if (!queue->fence) {
			ret = -ENOMEM;
			goto err_destroy;
		}
	}
	atomic_init(&queue->refcount, 1);
	queue->vm = dxg_vm_ref(vm);
	queue->id = args->queue_id;
	queue->host_handle = args->host_handle;
	*out = queue;
	return 0;

err_destroy:
	dxg_queue_destroy(vm, args->queue_id);
err_free:
	free(queue);
	return ret;
}

drm_public int dxg_queue_new_context(struct dxg_vm *vm, uint32_t node, struct dxg_queue **queue)
{
	struct drm_dxg_queue_create args = { .type = DRM_DXG_QUEUE_CONTEXT, .node = node };

	return dxg_queue_new(vm, &args, queue);
}

drm_public int dxg_queue_new_bind(struct dxg_vm *vm, struct dxg_queue **queue)
{
	struct drm_dxg_queue_create args = { .type = DRM_DXG_QUEUE_BIND };

	return dxg_queue_new(vm, &args, queue);
}

drm_public int dxg_queue_new_hw(struct dxg_queue *parent, struct dxg_queue **queue)
{
	struct drm_dxg_queue_create args = { .type = DRM_DXG_QUEUE_HW, .parent = parent->id };
	int ret;

	ret = dxg_queue_new(parent->vm, &args, queue);
	if (!ret)
		(*queue)->parent = dxg_queue_ref(parent);
	return ret;
}

drm_public struct dxg_queue *dxg_queue_ref(struct dxg_queue *queue)
{
	dxg_ref_get(&queue->refcount);
	return queue;
}

drm_public void dxg_queue_unref(struct dxg_queue *queue)
{
	while (queue && dxg_ref_put(&queue->refcount)) {
		struct dxg_queue *parent = queue->parent;

		dxg_queue_destroy(queue->vm, queue->id);
		dxg_fence_unref(queue->fence);
		dxg_vm_unref(queue->vm);
		free(queue);
		queue = parent;
	}
}

drm_public uint32_t dxg_queue_id(const struct dxg_queue *queue)
{
	return queue->id;
}

drm_public uint32_t dxg_queue_host_handle(const struct dxg_queue *queue)
{
	return queue->host_handle;
}

drm_public struct dxg_fence *dxg_queue_fence(const struct dxg_queue *queue)
{
	return queue->fence;
}

drm_public int dxg_queue_submit(struct dxg_queue *queue, struct drm_dxg_submit *submits,
				uint32_t count)
{
	struct drm_dxg_queue_submit args = {
		.queue_id = queue->id,
		.submits = { sizeof(*submits), count, (uintptr_t)submits },
	};

	return dxg_ioctl(queue->vm->dev->fd, DRM_IOCTL_DXG_QUEUE_SUBMIT, &args);
}

drm_public int dxg_queue_submit_one(struct dxg_queue *queue, uint64_t va, uint32_t length,
				    const struct drm_dxg_sync_op *syncs, uint32_t sync_count)
{
	struct drm_dxg_submit submit = {
		.va = va,
		.length = length,
		.syncs = { sizeof(*syncs), sync_count, (uintptr_t)syncs },
	};

	return dxg_queue_submit(queue, &submit, 1);
}

drm_public int dxg_queue_get_state(struct dxg_queue *queue, struct drm_dxg_queue_get_state *state)
{
	struct drm_dxg_queue_get_state args = { .queue_id = queue->id };
	int ret;

	ret = dxg_ioctl(queue->vm->dev->fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &args);
	if (!ret)
		*state = args;
	return ret;
}

drm_public int dxg_queue_set_property(struct dxg_queue *queue, uint32_t property, int64_t value)
{
	struct drm_dxg_queue_set_property args = {
		.queue_id = queue->id,
		.property = property,
		.value = value,
	};

	return dxg_ioctl(queue->vm->dev->fd, DRM_IOCTL_DXG_QUEUE_SET_PROPERTY, &args);
}
