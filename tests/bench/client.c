// SPDX-License-Identifier: MIT
/* A client of the driver: a file, its VM, a queue, and commands that do nothing. */
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "bench.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"

void client_open(struct client *c)
{
	struct softgpu_buffer commands;
	struct dxg_adapter **list;

	memset(c, 0, sizeof(*c));
	if (dxg_adapters_get(&list) < 1)
		fail("no GPU");
	TRY(dxg_device_open(list[0]->render_node, &c->dev));
	dxg_adapters_free(list);
	TRY(dxg_vm_new(c->dev, 0, &c->vm));
	TRY(dxg_queue_new_context(c->vm, 0, &c->queue));
	TRY(dxg_bo_new_system(c->vm, 0, 4096, &c->code));
	TRY(dxg_vm_map_bo(c->vm, c->code, 0, DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE,
			  &c->code_va));
	TRY(dxg_bo_map(c->code, 0, &c->code_map));
	softgpu_buffer_init(&commands, c->code_map, 4096);
	softgpu_nop(&commands, 16);
	c->code_length = commands.used;
	TRY(drmSyncobjCreate(dxg_device_fd(c->dev), 0, &c->syncobj));
}

void client_close(struct client *c)
{
	dxg_bo_unref(c->code);
	dxg_queue_unref(c->queue);
	dxg_vm_unref(c->vm);
	dxg_device_unref(c->dev);
}

void client_submit(void *client)
{
	struct client *c = client;
	struct drm_dxg_sync_op done = dxg_signal_point(c->syncobj, ++c->point);

	TRY(dxg_queue_submit_one(c->queue, c->code_va, c->code_length, &done, 1));
}

void client_wait(void *client)
{
	struct client *c = client;

	TRY(drmSyncobjTimelineWait(dxg_device_fd(c->dev), &c->syncobj, &c->point, 1, INT64_MAX,
				   DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT, NULL));
}

struct dxg_bo *client_bo(struct client *c)
{
	struct softgpu_alloc alloc = {
		.magic = SOFTGPU_ALLOC_MAGIC, .version = SOFTGPU_ALLOC_VERSION, .size = 4096,
	};
	struct dxg_bo *bo;

	TRY(dxg_bo_new_host(c->vm, 0, &alloc, sizeof(alloc), &bo));
	return bo;
}
