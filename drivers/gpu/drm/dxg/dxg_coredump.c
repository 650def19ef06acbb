// SPDX-License-Identifier: GPL-2.0
/*
 * Device coredumps: one for each VM that is lost, as text.
 *
 * Captured at the moment of the loss, where no memory may be waited for: what
 * was bound where. Asked of the host afterwards: the state of its device.
 * Contents of buffers and opaque data are not in it.
 */
#include <linux/devcoredump.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <drm/drm_print.h>

#include "dxg_bo.h"
#include "dxg_coredump.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_vm_internal.h"

/* Mappings in a dump; the number of all of them is always there. */
#define DXG_COREDUMP_MAPPINGS	512
#define DXG_COREDUMP_FEW	32
/* Characters of the head, and of a mapping's line. */
#define DXG_COREDUMP_HEAD	2048
#define DXG_COREDUMP_LINE	128

/* One dump at a time is offered: VMs of a device are lost together. */
static DEFINE_MUTEX(dxg_coredump_lock);

/**
 * struct dxg_coredump_map - A mapping, as it was.
 */
struct dxg_coredump_map {
	/** @start: First address. */
	u64 start;

	/** @size: Bytes. */
	u64 size;

	/** @offset: Where in the allocation. */
	u64 offset;

	/** @protection: DXGP_VA_xxx. */
	u64 protection;

	/** @allocation: Host handle, 0 for null pages. */
	u32 allocation;
};

/**
 * struct dxg_coredump - What was known at the moment of a loss.
 */
struct dxg_coredump {
	/** @time: When it was. */
	struct timespec64 time;

	/** @uptime: The same since boot, in nanoseconds. */
	u64 uptime;

	/** @total: Number of mappings. */
	u32 total;

	/** @count: Number of @maps. */
	u32 count;

	/** @maps: The first of them. */
	struct dxg_coredump_map maps[];
};

static struct dxg_coredump *dxg_coredump_alloc(u32 *room)
{
	struct dxg_coredump *snapshot;

	*room = DXG_COREDUMP_MAPPINGS;
	snapshot = kzalloc(struct_size(snapshot, maps, *room), GFP_NOWAIT | __GFP_NOWARN);
	if (snapshot)
		return snapshot;
	*room = DXG_COREDUMP_FEW;
	return kzalloc(struct_size(snapshot, maps, *room), GFP_NOWAIT | __GFP_NOWARN);
}

/**
 * dxg_coredump_snapshot() - Remember what will be gone soon.
 * @vm: The VM, which was just lost.
 *
 * In the signalling path. Returns NULL when there was no memory at hand.
 */
struct dxg_coredump *dxg_coredump_snapshot(struct dxg_vm *vm)
{
	struct dxg_coredump *snapshot;
	struct drm_gpuva *va;
	u32 room;

	snapshot = dxg_coredump_alloc(&room);
	if (!snapshot)
		return NULL;
	ktime_get_real_ts64(&snapshot->time);
	snapshot->uptime = ktime_get_boottime_ns();

	mutex_lock(&vm->lock);
	drm_gpuvm_for_each_va(va, &vm->base) {
		const struct dxg_mapping *map = container_of(va, struct dxg_mapping, base);
		struct dxg_coredump_map *out = &snapshot->maps[snapshot->count];

		snapshot->total++;
		if (snapshot->count == room)
			continue;
		snapshot->count++;
		out->start = va->va.addr;
		out->size = va->va.range;
		out->offset = map->what.offset;
		out->protection = map->what.protection;
		if (map->what.vm_bo) {
			const struct dxg_bo_view *view = map->what.vm_bo->view;

			out->allocation = view->handles[map->what.alloc_index];
		}
	}
	mutex_unlock(&vm->lock);
	return snapshot;
}

/**
 * dxg_coredump_free() - Free what dxg_coredump_snapshot() returned.
 * @snapshot: The snapshot, or NULL.
 */
void dxg_coredump_free(struct dxg_coredump *snapshot)
{
	kfree(snapshot);
}

static void dxg_coredump_print(struct drm_printer *p, struct dxg_vm *vm,
			       const struct dxg_coredump *snapshot)
{
	struct dxg_vm_host_state state;
	struct dxg_vm_lost lost;
	u32 i;

	spin_lock_irq(&vm->lost_lock);
	state = vm->host_state;
	lost = vm->lost;
	spin_unlock_irq(&vm->lost_lock);

	drm_printf(p, "**** dxg device coredump ****\n");
	drm_printf(p, "adapter: %s\n", vm->dxg->info.description);
	drm_printf(p, "vm: %u, %s mode, host device 0x%x\n", vm->id,
		   vm->user_fence ? "user-fence" : "dma-fence", vm->device->handle);
	drm_printf(p, "lost: reason %u, blame %u\n", lost.reason, lost.blame);
	drm_printf(p, "host: execution state %u, reset state 0x%x\n", state.execution,
		   state.reset);
	drm_printf(p, "page fault: address 0x%llx, flags 0x%x, stage %u, error 0x%x\n",
		   state.fault_address, state.fault_flags, state.fault_stage, state.fault_error);
	if (!snapshot) {
		drm_printf(p, "mappings: no memory to remember them\n");
		return;
	}
	drm_printf(p, "time: %lld.%09ld, uptime %llu ns\n", (s64)snapshot->time.tv_sec,
		   snapshot->time.tv_nsec, snapshot->uptime);
	drm_printf(p, "mappings: %u, here %u\n", snapshot->total, snapshot->count);
	for (i = 0; i < snapshot->count; i++)
		drm_printf(p, "0x%012llx size 0x%llx allocation 0x%x offset 0x%llx access 0x%llx\n",
			   snapshot->maps[i].start, snapshot->maps[i].size,
			   snapshot->maps[i].allocation, snapshot->maps[i].offset,
			   snapshot->maps[i].protection);
}

/**
 * dxg_coredump_vm() - Offer a dump of a lost VM.
 * @vm: The VM.
 * @snapshot: What was known when it was lost, or NULL.
 */
void dxg_coredump_vm(struct dxg_vm *vm, const struct dxg_coredump *snapshot)
{
	size_t size = DXG_COREDUMP_HEAD;
	struct drm_print_iterator iter = {};
	struct drm_printer p;
	char *text;

	if (!IS_ENABLED(CONFIG_DEV_COREDUMP))
		return;
	if (snapshot)
		size += snapshot->count * DXG_COREDUMP_LINE;
	text = vzalloc(size);
	if (!text)
		return;
	iter.data = text;
	iter.remain = size;
	p = drm_coredump_printer(&iter);
	dxg_coredump_print(&p, vm, snapshot);
	/* Takes the text over, and drops it when the device has a dump: that is not atomic. */
	mutex_lock(&dxg_coredump_lock);
	dev_coredumpv(vm->dxg->drm.dev, text, size - iter.remain, GFP_KERNEL);
	mutex_unlock(&dxg_coredump_lock);
}
