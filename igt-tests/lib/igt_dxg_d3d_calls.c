// SPDX-License-Identifier: MIT
/*
 * Every request of /dev/dxg by one table: with what arguments it is carried out, and where in
 * them handles, pointers, counts, lists and descriptors are.
 */
#include "igt_dxg_d3d_calls.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "igt.h"
#include "softgpu_build.h"

#define PAGE	IGT_DXG_D3D_PAGE
#define SIZE	65536
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* --- What requests are about --- */

struct igt_dxg_d3d_scene *igt_dxg_d3d_scene_open(void)
{
	struct igt_dxg_d3d_scene *s = calloc(1, sizeof(*s));
	struct d3dkmt_createhwqueue hw;
	struct softgpu_buffer b;
	struct d3dkmt_createsynchronizationobject2 legacy = {
		.info.type = D3DDDI_FENCE,
	};
	struct d3dkmt_createsyncfile file = { .fence_value = 1 };

	igt_assert(s);
	s->d = igt_dxg_d3d_open(0);
	s->code = igt_dxg_d3d_code(&s->d);
	softgpu_buffer_init(&b, s->code.map, PAGE);
	softgpu_nop(&b, 16);
	s->length = b.used;
	s->context = igt_dxg_d3d_context(&s->d, 0, 0);
	s->hwqueue = igt_dxg_d3d_hwqueue(&s->d, &hw);
	s->context_hw = hw.context;
	s->signalled = 1;
	s->fence = igt_dxg_d3d_fence(&s->d, IGT_DXG_D3D_FENCE_SHARED, s->signalled);
	s->resource = igt_dxg_d3d_shared(&s->d, SIZE, &s->alloc);
	s->resource_fd = igt_dxg_d3d_share(&s->d, s->resource);
	s->fence_fd = igt_dxg_d3d_share(&s->d, s->fence);
	legacy.device = s->d.device;
	igt_dxg_d3d(s->d.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &legacy, 0);
	s->legacy = legacy.sync_object;
	file.device = s->d.device;
	file.monitored_fence = s->fence;
	igt_dxg_d3d(s->d.fd, LX_DXCREATESYNCFILE, &file, 0);
	s->sync_file = file.sync_file_handle;
	return s;
}

void igt_dxg_d3d_scene_close(struct igt_dxg_d3d_scene *s)
{
	close(s->resource_fd);
	close(s->fence_fd);
	close(s->sync_file);
	igt_dxg_d3d_close(&s->d);
	munmap(s->code.map, PAGE);
	free(s);
}

/* An allocation that nobody else uses. */
static uint64_t fresh(struct igt_dxg_d3d_scene *s)
{
	s->handles[0] = igt_dxg_d3d_allocate(&s->d, PAGE);
	return (uintptr_t)s->handles;
}

static uint64_t list(struct igt_dxg_d3d_scene *s, uint32_t handle)
{
	s->handles[0] = handle;
	return (uintptr_t)s->handles;
}

static uint64_t second(struct igt_dxg_d3d_scene *s, uint32_t handle)
{
	s->handles[1] = handle;
	return (uintptr_t)&s->handles[1];
}

/* The value of a fence does not go back: a host that answers refuses that. */
static uint64_t higher(struct igt_dxg_d3d_scene *s)
{
	s->signalled++;
	return (uintptr_t)&s->signalled;
}

/* --- Good arguments --- */

#define FILL_IN(name, type, ...) \
static void fill_##name(struct igt_dxg_d3d_scene *s, void *to) \
{ \
	const struct type args = { __VA_ARGS__ }; \
	(void)s; \
	memcpy(to, &args, sizeof(args)); \
}

FILL_IN(adapters2, d3dkmt_enumadapters2, .num_adapters = D3DKMT_ADAPTERS_MAX,
	.adapters = (uintptr_t)s->adapters)
FILL_IN(adapters3, d3dkmt_enumadapters3, .adapter_count = D3DKMT_ADAPTERS_MAX,
	.adapters = (uintptr_t)s->adapters)
FILL_IN(open_luid, d3dkmt_openadapterfromluid, .adapter_luid = s->d.luid)
FILL_IN(query, d3dkmt_queryadapterinfo, .adapter = s->d.adapter, .type = KMTQAITYPE_ADAPTERTYPE,
	.private_data = (uintptr_t)s->words, .private_data_size = 4)
FILL_IN(query_memory, d3dkmt_queryvideomemoryinfo, .adapter = s->d.adapter)
FILL_IN(change_memory, d3dkmt_changevideomemoryreservation, .adapter = s->d.adapter)
FILL_IN(flush, d3dkmt_flushheaptransitions, .adapter = s->d.adapter)
FILL_IN(clocks, d3dkmt_queryclockcalibration, .adapter = s->d.adapter)
FILL_IN(statistics, d3dkmt_querystatistics, .adapter_luid = s->d.luid)
FILL_IN(processes, d3dkmt_enumprocesses, .adapter_luid = s->d.luid, .buffer_count = 4,
	.buffer = (uintptr_t)s->words)
FILL_IN(feature, d3dkmt_isfeatureenabled, .adapter = s->d.adapter)
FILL_IN(device, d3dkmt_createdevice, .adapter = s->d.adapter)
FILL_IN(state, d3dkmt_getdevicestate, .device = s->d.device,
	.state_type = D3DKMT_DEVICESTATE_EXECUTION)
FILL_IN(context, d3dkmt_createcontextvirtual, .device = s->d.device, .engine_affinity = 1,
	.client_hint = D3DKMT_CLIENTHINT_OPENGL)
FILL_IN(context_end, d3dkmt_destroycontext, .context = igt_dxg_d3d_context(&s->d, 0, 0))
FILL_IN(priority, d3dkmt_setcontextschedulingpriority, .context = s->context)
FILL_IN(paging_queue, d3dkmt_createpagingqueue, .device = s->d.device)
FILL_IN(reserve, d3dddi_reservegpuvirtualaddress, .adapter = s->d.adapter, .size = SIZE)
FILL_IN(map, d3dddi_mapgpuvirtualaddress, .paging_queue = s->d.paging, .allocation = s->alloc,
	.size_in_pages = 1)
FILL_IN(resident, d3dddi_makeresident, .paging_queue = s->d.paging, .alloc_count = 1,
	.allocation_list = list(s, s->alloc))
FILL_IN(evict, d3dkmt_evict, .device = s->d.device, .alloc_count = 1,
	.allocations = list(s, s->alloc))
FILL_IN(destroy, d3dkmt_destroyallocation2, .device = s->d.device, .alloc_count = 1,
	.allocations = fresh(s))
FILL_IN(cache, d3dkmt_invalidatecache, .device = s->d.device, .allocation = s->alloc,
	.length = PAGE)
FILL_IN(lock, d3dkmt_lock2, .device = s->d.device, .allocation = s->alloc)
FILL_IN(offer, d3dkmt_offerallocations, .device = s->d.device, .allocations = fresh(s),
	.allocation_count = 1, .priority = D3DKMT_OFFER_PRIORITY_LOW)
FILL_IN(residency, d3dkmt_queryallocationresidency, .device = s->d.device,
	.allocations = list(s, s->alloc), .allocation_count = 1,
	.residency_status = (uintptr_t)s->words)
FILL_IN(set_priority, d3dkmt_setallocationpriority, .device = s->d.device,
	.allocation_list = list(s, s->alloc), .allocation_count = 1,
	.priorities = (uintptr_t)s->words)
FILL_IN(property, d3dddi_updateallocproperty, .paging_queue = s->d.paging,
	.allocation = s->alloc, .supported_segment_set = 3,
	.property_mask_value = D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET)
FILL_IN(submit, d3dkmt_submitcommand, .command_buffer = s->code.va, .command_length = s->length,
	.broadcast_context_count = 1, .broadcast_context = { s->context })
FILL_IN(submit_hw, d3dkmt_submitcommandtohwqueue, .hwqueue = s->hwqueue,
	.hwqueue_progress_fence_id = ++s->progress, .command_buffer = s->code.va,
	.command_length = s->length)
FILL_IN(hwqueue, d3dkmt_createhwqueue, .context = s->context_hw)
FILL_IN(sync, d3dkmt_createsynchronizationobject2, .device = s->d.device,
	.info.type = D3DDDI_MONITORED_FENCE)
FILL_IN(sync_end, d3dkmt_destroysynchronizationobject,
	.sync_object = igt_dxg_d3d_fence(&s->d, 0, 0))
FILL_IN(signal, d3dkmt_signalsynchronizationobject2, .context = s->context, .object_count = 1,
	.object_array = { s->legacy }, .fence.fence_value = 1)
FILL_IN(wait, d3dkmt_waitforsynchronizationobject2, .context = s->context, .object_count = 1,
	.object_array = { s->legacy })
FILL_IN(signal_cpu, d3dkmt_signalsynchronizationobjectfromcpu, .device = s->d.device,
	.object_count = 1, .objects = list(s, s->fence), .fence_values = higher(s))
FILL_IN(wait_cpu, d3dkmt_waitforsynchronizationobjectfromcpu, .device = s->d.device,
	.object_count = 1, .objects = list(s, s->fence), .fence_values = (uintptr_t)s->values)
FILL_IN(signal_gpu, d3dkmt_signalsynchronizationobjectfromgpu, .context = s->context,
	.object_count = 1, .objects = list(s, s->fence),
	.monitored_fence_values = (uintptr_t)s->values)
FILL_IN(wait_gpu, d3dkmt_waitforsynchronizationobjectfromgpu, .context = s->context,
	.object_count = 1, .objects = list(s, s->fence),
	.monitored_fence_values = (uintptr_t)s->values)
FILL_IN(signal_gpu2, d3dkmt_signalsynchronizationobjectfromgpu2, .object_count = 1,
	.objects = list(s, s->fence), .context_count = 1, .contexts = second(s, s->context),
	.monitored_fence_values = (uintptr_t)s->values)
FILL_IN(signal_hw, d3dkmt_submitsignalsyncobjectstohwqueue, .hwqueue_count = 1,
	.hwqueues = second(s, s->hwqueue), .object_count = 1, .objects = list(s, s->fence),
	.fence_values = (uintptr_t)s->values)
FILL_IN(wait_hw, d3dkmt_submitwaitforsyncobjectstohwqueue, .hwqueue = s->hwqueue,
	.object_count = 1, .objects = list(s, s->fence), .fence_values = (uintptr_t)s->values)
FILL_IN(share, d3dkmt_shareobjects, .object_count = 1, .objects = list(s, s->fence),
	.shared_handle = (uintptr_t)&s->values[1])
FILL_IN(open_fence, d3dkmt_opensyncobjectfromnthandle2, .nt_handle = s->fence_fd,
	.device = s->d.device, .flags = IGT_DXG_D3D_FENCE_SHARED)
FILL_IN(resource_info, d3dkmt_queryresourceinfofromnthandle, .device = s->d.device,
	.nt_handle = s->resource_fd)
FILL_IN(resource_open, d3dkmt_openresourcefromnthandle, .device = s->d.device,
	.nt_handle = s->resource_fd, .allocation_count = 1,
	.open_alloc_info = (uintptr_t)&s->opened, .total_priv_drv_data = (uintptr_t)s->bytes,
	.total_priv_drv_data_size = sizeof(s->bytes))
FILL_IN(with_host, d3dkmt_shareobjectwithhost, .device_handle = s->d.device,
	.object_handle = s->resource)
FILL_IN(sync_file, d3dkmt_createsyncfile, .device = s->d.device, .monitored_fence = s->fence,
	.fence_value = 1)
FILL_IN(sync_file_wait, d3dkmt_waitsyncfile, .sync_file_handle = s->sync_file,
	.context = s->context)
FILL_IN(sync_file_open, d3dkmt_opensyncobjectfromsyncfile, .sync_file_handle = s->sync_file,
	.device = s->d.device)

/* Those that need something made before. */

static void fill_close(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_openadapterfromluid args = { .adapter_luid = s->d.luid };

	igt_dxg_d3d(s->d.fd, LX_DXOPENADAPTERFROMLUID, &args, 0);
	memcpy(to, &args.adapter_handle, 4);
}

static void fill_device_end(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_createdevice args = { .adapter = s->d.adapter };

	igt_dxg_d3d(s->d.fd, LX_DXCREATEDEVICE, &args, 0);
	memcpy(to, &args.device, 4);
}

static void fill_mark(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_markdeviceaserror args = {
		.reason = D3DKMT_DEVICE_ERROR_REASON_GENERIC,
	};

	fill_device_end(s, &args.device);
	memcpy(to, &args, sizeof(args));
}

static void fill_paging_end(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_createpagingqueue args = { .device = s->d.device };

	igt_dxg_d3d(s->d.fd, LX_DXCREATEPAGINGQUEUE, &args, 0);
	memcpy(to, &args.paging_queue, 4);
}

static void fill_hwqueue_end(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_createhwqueue args = { .context = s->context_hw };

	igt_dxg_d3d(s->d.fd, LX_DXCREATEHWQUEUE, &args, 0);
	memcpy(to, &args.queue, 4);
}

static void fill_unlock(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_unlock2 args = { .device = s->d.device, .allocation = s->alloc };

	igt_dxg_d3d_lock(&s->d, s->alloc);
	memcpy(to, &args, sizeof(args));
}

static void fill_free(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dddi_reservegpuvirtualaddress range;
	struct d3dkmt_freegpuvirtualaddress args = { .adapter = s->d.adapter, .size = SIZE };

	fill_reserve(s, &range);
	igt_dxg_d3d(s->d.fd, LX_DXRESERVEGPUVIRTUALADDRESS, &range, 0);
	args.base_address = range.virtual_address;
	memcpy(to, &args, sizeof(args));
}

static void fill_update(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dddi_reservegpuvirtualaddress range;
	struct d3dkmt_updategpuvirtualaddress args = {
		.device = s->d.device,
		.context = s->context,
		.fence_object = s->fence,
		.num_operations = 1,
		.operations = (uintptr_t)&s->op,
		.fence_value = 1,
	};

	fill_reserve(s, &range);
	igt_dxg_d3d(s->d.fd, LX_DXRESERVEGPUVIRTUALADDRESS, &range, 0);
	s->op.operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_UNMAP;
	s->op.unmap.base_address = range.virtual_address;
	s->op.unmap.size = SIZE;
	s->op.unmap.protection = D3DDDIGPUVA_PROTECTION_TYPE_NO_ACCESS;
	memcpy(to, &args, sizeof(args));
}

static void fill_allocate(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_createallocation args = {
		.device = s->d.device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&s->info,
	};

	s->data = igt_dxg_data(PAGE, 0);
	s->info = (struct d3dddi_allocationinfo2) {
		.priv_drv_data = (uintptr_t)&s->data,
		.priv_drv_data_size = sizeof(s->data),
	};
	memcpy(to, &args, sizeof(args));
}

static void fill_escape(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_escape args = {
		.adapter = s->d.adapter,
		.device = s->d.device,
		.priv_drv_data = (uintptr_t)&s->escape,
		.priv_drv_data_size = sizeof(s->escape),
		.context = s->context,
	};

	s->escape = (struct softgpu_escape) {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = SOFTGPU_ESCAPE_INFO,
	};
	memcpy(to, &args, sizeof(args));
}

static void fill_reclaim(struct igt_dxg_d3d_scene *s, void *to)
{
	struct d3dkmt_offerallocations offer;
	struct d3dkmt_reclaimallocations2 args = {
		.paging_queue = s->d.paging,
		.allocation_count = 1,
		.allocations = (uintptr_t)s->handles,
		.results = (uintptr_t)s->words,
	};

	fill_offer(s, &offer);
	igt_dxg_d3d(s->d.fd, LX_DXOFFERALLOCATIONS, &offer, 0);
	memcpy(to, &args, sizeof(args));
}

/* --- The table --- */

/* Where handles and pointers are. */
#define OPTIONAL		IGT_DXG_D3D_OPTIONAL
#define AT(type, field)		(1 + offsetof(struct type, field))

#define LIMIT(type, field, errno) \
	{ AT(type, field), sizeof(((struct type *)0)->field), -(errno) }
#define ROOM(type, field)	LIMIT(type, field, 0)

#define ROW(name, with, ...)	{ .request = LX_##name, .fill = fill_##with, ##__VA_ARGS__ }

const struct igt_dxg_d3d_call igt_dxg_d3d_calls[] = {
	ROW(DXOPENADAPTERFROMLUID, open_luid),
	ROW(DXCREATEDEVICE, device, .handles = { 1 }),
	ROW(DXCREATECONTEXTVIRTUAL, context,
	    .handles = { 1 },
	    .limits = { LIMIT(d3dkmt_createcontextvirtual, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXDESTROYCONTEXT, context_end, .handles = { 1 }),
	ROW(DXCREATEALLOCATION, allocate,
	    .handles = { 1, OPTIONAL | 5 },
	    .pointers = { AT(d3dkmt_createallocation, allocation_info) },
	    .limits = { LIMIT(d3dkmt_createallocation, alloc_count, EINVAL),
			LIMIT(d3dkmt_createallocation, private_runtime_data_size, EOVERFLOW),
			LIMIT(d3dkmt_createallocation, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXCREATEPAGINGQUEUE, paging_queue, .handles = { 1 }),
	ROW(DXRESERVEGPUVIRTUALADDRESS, reserve,
	    .handles = { 1 },
	    .limits = { LIMIT(d3dddi_reservegpuvirtualaddress, size, EINVAL) }),
	ROW(DXQUERYADAPTERINFO, query,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_queryadapterinfo, private_data) },
	    .limits = { LIMIT(d3dkmt_queryadapterinfo, private_data_size, EINVAL) }),
	ROW(DXQUERYVIDEOMEMORYINFO, query_memory,
	    .handles = { AT(d3dkmt_queryvideomemoryinfo, adapter) }),
	ROW(DXMAKERESIDENT, resident,
	    .handles = { 1 },
	    .pointers = { AT(d3dddi_makeresident, allocation_list) },
	    .lists = { AT(d3dddi_makeresident, allocation_list) },
	    .limits = { LIMIT(d3dddi_makeresident, alloc_count, EINVAL) }),
	ROW(DXMAPGPUVIRTUALADDRESS, map,
	    .handles = { 1, OPTIONAL | AT(d3dddi_mapgpuvirtualaddress, allocation) },
	    .limits = { LIMIT(d3dddi_mapgpuvirtualaddress, size_in_pages, EINVAL),
			LIMIT(d3dddi_mapgpuvirtualaddress, offset_in_pages, EINVAL) }),
	ROW(DXESCAPE, escape,
	    .handles = { 1,
			OPTIONAL | AT(d3dkmt_escape, device),
			OPTIONAL | AT(d3dkmt_escape, context) },
	    .pointers = { AT(d3dkmt_escape, priv_drv_data) },
	    .limits = { LIMIT(d3dkmt_escape, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXGETDEVICESTATE, state, .handles = { 1 }),
	ROW(DXSUBMITCOMMAND, submit,
	    .handles = { AT(d3dkmt_submitcommand, broadcast_context) },
	    .limits = { LIMIT(d3dkmt_submitcommand, broadcast_context_count, EINVAL),
			LIMIT(d3dkmt_submitcommand, num_primaries, EINVAL),
			LIMIT(d3dkmt_submitcommand, num_history_buffers, EINVAL),
			LIMIT(d3dkmt_submitcommand, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXCREATESYNCHRONIZATIONOBJECT, sync, .handles = { 1 }),
	ROW(DXSIGNALSYNCHRONIZATIONOBJECT, signal,
	    .handles = { 1, AT(d3dkmt_signalsynchronizationobject2, object_array) },
	    .limits = { LIMIT(d3dkmt_signalsynchronizationobject2, object_count, EINVAL),
			LIMIT(d3dkmt_signalsynchronizationobject2, context_count, EINVAL) }),
	ROW(DXWAITFORSYNCHRONIZATIONOBJECT, wait,
	    .handles = { 1, AT(d3dkmt_waitforsynchronizationobject2, object_array) },
	    .limits = { LIMIT(d3dkmt_waitforsynchronizationobject2, object_count, EINVAL) }),
	ROW(DXDESTROYALLOCATION2, destroy,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_destroyallocation2, allocations) },
	    .lists = { AT(d3dkmt_destroyallocation2, allocations) },
	    .limits = { LIMIT(d3dkmt_destroyallocation2, alloc_count, EINVAL) }),
	ROW(DXENUMADAPTERS2, adapters2,
	    .pointers = { AT(d3dkmt_enumadapters2, adapters) },
	    .limits = { ROOM(d3dkmt_enumadapters2, num_adapters) }),
	ROW(DXCLOSEADAPTER, close, .handles = { 1 }),
	ROW(DXCHANGEVIDEOMEMORYRESERVATION, change_memory,
	    .handles = { AT(d3dkmt_changevideomemoryreservation, adapter) }),
	ROW(DXCREATEHWQUEUE, hwqueue,
	    .handles = { 1 },
	    .limits = { LIMIT(d3dkmt_createhwqueue, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXDESTROYDEVICE, device_end, .handles = { 1 }),
	ROW(DXDESTROYHWQUEUE, hwqueue_end, .handles = { 1 }),
	ROW(DXDESTROYPAGINGQUEUE, paging_end, .handles = { 1 }),
	ROW(DXDESTROYSYNCHRONIZATIONOBJECT, sync_end, .handles = { 1 }),
	ROW(DXEVICT, evict,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_evict, allocations) },
	    .lists = { AT(d3dkmt_evict, allocations) },
	    .limits = { LIMIT(d3dkmt_evict, alloc_count, EINVAL) }),
	ROW(DXFLUSHHEAPTRANSITIONS, flush, .handles = { 1 }),
	ROW(DXFREEGPUVIRTUALADDRESS, free,
	    .handles = { 1 },
	    .limits = { LIMIT(d3dkmt_freegpuvirtualaddress, size, EINVAL) }),
	ROW(DXGETCONTEXTINPROCESSSCHEDULINGPRIORITY, priority, .handles = { 1 }),
	ROW(DXGETCONTEXTSCHEDULINGPRIORITY, priority, .handles = { 1 }),
	ROW(DXINVALIDATECACHE, cache,
	    .handles = { 1, 5 },
	    .limits = { LIMIT(d3dkmt_invalidatecache, offset, EINVAL),
			LIMIT(d3dkmt_invalidatecache, length, EINVAL) }),
	ROW(DXLOCK2, lock, .handles = { 1, 5 }),
	ROW(DXMARKDEVICEASERROR, mark, .handles = { 1 }),
	ROW(DXOFFERALLOCATIONS, offer,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_offerallocations, allocations) },
	    .lists = { AT(d3dkmt_offerallocations, allocations) },
	    .limits = { LIMIT(d3dkmt_offerallocations, allocation_count, EINVAL) }),
	ROW(DXQUERYALLOCATIONRESIDENCY, residency,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_queryallocationresidency, allocations),
			AT(d3dkmt_queryallocationresidency, residency_status) },
	    .lists = { AT(d3dkmt_queryallocationresidency, allocations) },
	    .limits = { LIMIT(d3dkmt_queryallocationresidency, allocation_count, EINVAL) }),
	ROW(DXRECLAIMALLOCATIONS2, reclaim,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_reclaimallocations2, allocations),
			AT(d3dkmt_reclaimallocations2, results) },
	    .lists = { AT(d3dkmt_reclaimallocations2, allocations) },
	    .limits = { LIMIT(d3dkmt_reclaimallocations2, allocation_count, EINVAL) }),
	ROW(DXSETALLOCATIONPRIORITY, set_priority,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_setallocationpriority, allocation_list),
			AT(d3dkmt_setallocationpriority, priorities) },
	    .lists = { AT(d3dkmt_setallocationpriority, allocation_list) },
	    .limits = { LIMIT(d3dkmt_setallocationpriority, allocation_count, EINVAL) }),
	ROW(DXSETCONTEXTINPROCESSSCHEDULINGPRIORITY, priority, .handles = { 1 }),
	ROW(DXSETCONTEXTSCHEDULINGPRIORITY, priority, .handles = { 1 }),
	ROW(DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, signal_cpu,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_signalsynchronizationobjectfromcpu, objects),
			AT(d3dkmt_signalsynchronizationobjectfromcpu, fence_values) },
	    .lists = { AT(d3dkmt_signalsynchronizationobjectfromcpu, objects) },
	    .limits = { LIMIT(d3dkmt_signalsynchronizationobjectfromcpu, object_count, EINVAL) }),
	ROW(DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, signal_gpu,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_signalsynchronizationobjectfromgpu, objects),
			AT(d3dkmt_signalsynchronizationobjectfromgpu, monitored_fence_values) },
	    .lists = { AT(d3dkmt_signalsynchronizationobjectfromgpu, objects) },
	    .limits = { LIMIT(d3dkmt_signalsynchronizationobjectfromgpu, object_count, EINVAL) }),
	ROW(DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2, signal_gpu2,
	    .pointers = { AT(d3dkmt_signalsynchronizationobjectfromgpu2, objects),
			AT(d3dkmt_signalsynchronizationobjectfromgpu2, contexts),
			AT(d3dkmt_signalsynchronizationobjectfromgpu2, monitored_fence_values) },
	    .lists = { AT(d3dkmt_signalsynchronizationobjectfromgpu2, objects),
			AT(d3dkmt_signalsynchronizationobjectfromgpu2, contexts) },
	    .limits = { LIMIT(d3dkmt_signalsynchronizationobjectfromgpu2, object_count, EINVAL),
			LIMIT(d3dkmt_signalsynchronizationobjectfromgpu2, context_count,
			      EINVAL) }),
	ROW(DXSUBMITCOMMANDTOHWQUEUE, submit_hw,
	    .handles = { 1 },
	    .limits = { LIMIT(d3dkmt_submitcommandtohwqueue, num_primaries, EOVERFLOW),
			LIMIT(d3dkmt_submitcommandtohwqueue, priv_drv_data_size, EOVERFLOW) }),
	ROW(DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, signal_hw,
	    .pointers = { AT(d3dkmt_submitsignalsyncobjectstohwqueue, hwqueues),
			AT(d3dkmt_submitsignalsyncobjectstohwqueue, objects),
			AT(d3dkmt_submitsignalsyncobjectstohwqueue, fence_values) },
	    .lists = { AT(d3dkmt_submitsignalsyncobjectstohwqueue, hwqueues),
			AT(d3dkmt_submitsignalsyncobjectstohwqueue, objects) },
	    .limits = { LIMIT(d3dkmt_submitsignalsyncobjectstohwqueue, hwqueue_count, EINVAL),
			LIMIT(d3dkmt_submitsignalsyncobjectstohwqueue, object_count, EINVAL) }),
	ROW(DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, wait_hw,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_submitwaitforsyncobjectstohwqueue, objects),
			AT(d3dkmt_submitwaitforsyncobjectstohwqueue, fence_values) },
	    .lists = { AT(d3dkmt_submitwaitforsyncobjectstohwqueue, objects) },
	    .limits = { LIMIT(d3dkmt_submitwaitforsyncobjectstohwqueue, object_count, EINVAL) }),
	ROW(DXUNLOCK2, unlock, .handles = { 1, 5 }),
	ROW(DXUPDATEALLOCPROPERTY, property, .handles = { 1, 5 }),
	ROW(DXUPDATEGPUVIRTUALADDRESS, update,
	    .handles = { 1, 5, OPTIONAL | AT(d3dkmt_updategpuvirtualaddress, fence_object) },
	    .pointers = { AT(d3dkmt_updategpuvirtualaddress, operations) },
	    .limits = { LIMIT(d3dkmt_updategpuvirtualaddress, num_operations, EINVAL) }),
	ROW(DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, wait_cpu,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_waitforsynchronizationobjectfromcpu, objects),
			AT(d3dkmt_waitforsynchronizationobjectfromcpu, fence_values) },
	    .lists = { AT(d3dkmt_waitforsynchronizationobjectfromcpu, objects) },
	    .limits = { LIMIT(d3dkmt_waitforsynchronizationobjectfromcpu, object_count, EINVAL) },
	    .descriptor = AT(d3dkmt_waitforsynchronizationobjectfromcpu, async_event)),
	ROW(DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, wait_gpu,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_waitforsynchronizationobjectfromgpu, objects),
			AT(d3dkmt_waitforsynchronizationobjectfromgpu, monitored_fence_values) },
	    .lists = { AT(d3dkmt_waitforsynchronizationobjectfromgpu, objects) },
	    .limits = { LIMIT(d3dkmt_waitforsynchronizationobjectfromgpu, object_count, EINVAL) }),
	ROW(DXGETALLOCATIONPRIORITY, set_priority,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_getallocationpriority, allocation_list),
			AT(d3dkmt_getallocationpriority, priorities) },
	    .lists = { AT(d3dkmt_getallocationpriority, allocation_list) },
	    .limits = { LIMIT(d3dkmt_getallocationpriority, allocation_count, EINVAL) }),
	ROW(DXQUERYCLOCKCALIBRATION, clocks, .handles = { 1 }),
	ROW(DXENUMADAPTERS3, adapters3,
	    .pointers = { AT(d3dkmt_enumadapters3, adapters) },
	    .limits = { ROOM(d3dkmt_enumadapters3, adapter_count) }),
	ROW(DXSHAREOBJECTS, share,
	    .pointers = { AT(d3dkmt_shareobjects, objects),
			AT(d3dkmt_shareobjects, shared_handle) },
	    .lists = { AT(d3dkmt_shareobjects, objects) },
	    .limits = { LIMIT(d3dkmt_shareobjects, object_count, EINVAL) }),
	ROW(DXOPENSYNCOBJECTFROMNTHANDLE2, open_fence,
	    .handles = { AT(d3dkmt_opensyncobjectfromnthandle2, device) },
	    .descriptor = AT(d3dkmt_opensyncobjectfromnthandle2, nt_handle)),
	ROW(DXQUERYRESOURCEINFOFROMNTHANDLE, resource_info,
	    .handles = { 1 },
	    .descriptor = AT(d3dkmt_queryresourceinfofromnthandle, nt_handle)),
	ROW(DXOPENRESOURCEFROMNTHANDLE, resource_open,
	    .handles = { 1 },
	    .pointers = { AT(d3dkmt_openresourcefromnthandle, open_alloc_info),
			AT(d3dkmt_openresourcefromnthandle, total_priv_drv_data) },
	    .limits = { LIMIT(d3dkmt_openresourcefromnthandle, allocation_count, EINVAL),
			ROOM(d3dkmt_openresourcefromnthandle, private_runtime_data_size),
			ROOM(d3dkmt_openresourcefromnthandle, resource_priv_drv_data_size),
			ROOM(d3dkmt_openresourcefromnthandle, total_priv_drv_data_size) },
	    .descriptor = AT(d3dkmt_openresourcefromnthandle, nt_handle)),
	ROW(DXQUERYSTATISTICS, statistics),
	ROW(DXSHAREOBJECTWITHHOST, with_host, .handles = { 1, 5 }),
	ROW(DXCREATESYNCFILE, sync_file, .handles = { 1, 5 }),
	ROW(DXWAITSYNCFILE, sync_file_wait,
	    .handles = { AT(d3dkmt_waitsyncfile, context) },
	    .descriptor = AT(d3dkmt_waitsyncfile, sync_file_handle)),
	ROW(DXOPENSYNCOBJECTFROMSYNCFILE, sync_file_open,
	    .handles = { AT(d3dkmt_opensyncobjectfromsyncfile, device) },
	    .descriptor = AT(d3dkmt_opensyncobjectfromsyncfile, sync_file_handle)),
	ROW(DXENUMPROCESSES, processes,
	    .pointers = { AT(d3dkmt_enumprocesses, buffer) },
	    .limits = { ROOM(d3dkmt_enumprocesses, buffer_count) }),
	ROW(ISFEATUREENABLED, feature, .handles = { OPTIONAL | 1 }),
};

const unsigned int igt_dxg_d3d_call_count = COUNT(igt_dxg_d3d_calls);

void igt_dxg_d3d_call_made(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row,
			   const void *args)
{
	if (row->request == LX_DXCREATESYNCFILE)
		close(((const struct d3dkmt_createsyncfile *)args)->sync_file_handle);
	if (row->request == LX_DXSHAREOBJECTS)
		close(s->values[1]);
}
