// SPDX-License-Identifier: MIT
/*
 * User-fence mode: work that waits for a value which nobody has promised yet, raised by
 * the CPU later, and a value that the GPU raises when it is done.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dxg.h"
#include "softgpu_build.h"

#define TRY(call) do { \
	int ret_ = (call); \
	if (ret_ < 0) { \
		fprintf(stderr, "%s: %s\n", #call, strerror(-ret_)); \
		return 1; \
	} \
} while (0)

/* A moment on the clock that timeouts are given in. */
static int64_t in_ms(int64_t ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec + ms * 1000000;
}

int main(int argc, char **argv)
{
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_queue *queue;
	struct dxg_fence *go, *done;
	struct dxg_bo *memory, *code;
	struct softgpu_buffer commands;
	struct drm_dxg_sync_op syncs[2];
	uint64_t memory_va = 0, code_va = 0, value;
	void *map;
	int ret;

	TRY(dxg_device_open(argc > 1 ? argv[1] : "/dev/dri/renderD128", &dev));
	TRY(dxg_vm_new(dev, DRM_DXG_VM_USER_FENCE, &vm));
	TRY(dxg_queue_new_context(vm, 0, &queue));
	TRY(dxg_fence_new(vm, 0, 0, &go));
	TRY(dxg_fence_new(vm, 0, 0, &done));

	TRY(dxg_bo_new_system(vm, 0, 4096, &memory));
	TRY(dxg_vm_map_bo(vm, memory, 0, 0, &memory_va));
	TRY(dxg_bo_new_system(vm, 0, 4096, &code));
	TRY(dxg_vm_map_bo(vm, code, 0, DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE, &code_va));
	TRY(dxg_bo_map(code, 0, &map));
	softgpu_buffer_init(&commands, map, 4096);
	softgpu_fill(&commands, memory_va, 4096, 42);

	/* Wait for go to be 1, fill, then raise done to 7. Nobody has raised go yet. */
	syncs[0] = dxg_wait_fence(go, 1);
	syncs[1] = dxg_raise_fence(done, 7);
	TRY(dxg_queue_submit_one(queue, code_va, commands.used, syncs, 2));

	ret = dxg_fence_wait(done, 7, in_ms(50));
	printf("before go: %s\n", strerror(-ret));

	TRY(dxg_fence_signal(go, 1));
	TRY(dxg_fence_wait(done, 7, in_ms(10000)));
	TRY(dxg_fence_get_value(done, &value));
	TRY(dxg_bo_map(memory, 0, &map));
	printf("after go: the fence is %llu, the memory %u\n", (unsigned long long)value,
	       *(uint32_t *)map);

	dxg_bo_unref(code);
	dxg_bo_unref(memory);
	dxg_fence_unref(done);
	dxg_fence_unref(go);
	dxg_queue_unref(queue);
	dxg_vm_unref(vm);
	dxg_device_unref(dev);
	return 0;
}
