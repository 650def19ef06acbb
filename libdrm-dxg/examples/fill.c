// SPDX-License-Identifier: MIT
/*
 * The shortest way to have a GPU do something: fill memory with a pattern, wait,
 * and read it.
 *
 * What stands in the command buffer is the GPU's business; here it is the software
 * GPU of this project's host (softgpu_build.h).
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xf86drm.h>

#include "dxg.h"
#include "softgpu_build.h"

#define SIZE	65536u

/* End the program when a call failed; the library never prints. */
#define TRY(call) do { \
	int ret_ = (call); \
	if (ret_ < 0) { \
		fprintf(stderr, "%s: %s\n", #call, strerror(-ret_)); \
		return 1; \
	} \
} while (0)

int main(int argc, char **argv)
{
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_queue *queue;
	struct dxg_bo *memory, *code;
	struct softgpu_buffer commands;
	struct drm_dxg_sync_op done;
	uint64_t memory_va = 0, code_va = 0;
	uint32_t syncobj, *pixels;
	void *map;

	/* An open node, an address space, and a queue of engine 0. */
	TRY(dxg_device_open(argc > 1 ? argv[1] : "/dev/dri/renderD128", &dev));
	TRY(dxg_vm_new(dev, 0, &vm));
	TRY(dxg_queue_new_context(vm, 0, &queue));

	/* Memory of this machine that the GPU sees, too. */
	TRY(dxg_bo_new_system(vm, 0, SIZE, &memory));
	TRY(dxg_vm_map_bo(vm, memory, 0, 0, &memory_va));

	/* Commands: written by the CPU, executed by the GPU. */
	TRY(dxg_bo_new_system(vm, 0, 4096, &code));
	TRY(dxg_vm_map_bo(vm, code, 0, DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE, &code_va));
	TRY(dxg_bo_map(code, 0, &map));
	softgpu_buffer_init(&commands, map, 4096);
	softgpu_fill(&commands, memory_va, SIZE, 0xc0ffee00);

	/* The syncobj is signalled when the commands are done, or when they cannot be. */
	TRY(drmSyncobjCreate(dxg_device_fd(dev), 0, &syncobj));
	done = dxg_signal_syncobj(syncobj);
	TRY(dxg_queue_submit_one(queue, code_va, commands.used, &done, 1));
	TRY(drmSyncobjWait(dxg_device_fd(dev), &syncobj, 1, INT64_MAX, 0, NULL));

	TRY(dxg_bo_map(memory, 0, &map));
	pixels = map;
	printf("first word %#x, last word %#x\n", pixels[0], pixels[SIZE / 4 - 1]);

	/* Each object keeps what it needs: the order does not matter. */
	dxg_bo_unref(code);
	dxg_bo_unref(memory);
	dxg_queue_unref(queue);
	dxg_vm_unref(vm);
	dxg_device_unref(dev);
	return 0;
}
