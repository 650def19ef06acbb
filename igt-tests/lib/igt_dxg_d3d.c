// SPDX-License-Identifier: MIT
/*
 * A client of /dev/dxg with a device, and what it does with it.
 */
#include "igt_dxg_d3d.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "softgpu_build.h"

#define PAGE	IGT_DXG_D3D_PAGE

/* --- Devices --- */

static void make_device(struct igt_dxg_d3d *d)
{
	struct d3dkmt_createdevice device = { .adapter = d->adapter };
	struct d3dkmt_createpagingqueue paging = {};

	igt_dxg_d3d(d->fd, LX_DXCREATEDEVICE, &device, 0);
	d->device = device.device;
	paging.device = d->device;
	igt_dxg_d3d(d->fd, LX_DXCREATEPAGINGQUEUE, &paging, 0);
	d->paging = paging.paging_queue;
	d->paging_fence = paging.sync_object;
	d->paging_value = (void *)(uintptr_t)paging.fence_cpu_virtual_address;
	igt_assert(d->paging_value);
}

struct igt_dxg_d3d igt_dxg_d3d_open(unsigned int index)
{
	struct igt_dxg_d3d d = { .fd = igt_dxg_compat_open() };
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX] = {};
	struct d3dkmt_enumadapters2 args = {
		.num_adapters = D3DKMT_ADAPTERS_MAX,
		.adapters = (uintptr_t)infos,
	};

	igt_dxg_d3d(d.fd, LX_DXENUMADAPTERS2, &args, 0);
	igt_require_f(index < args.num_adapters, "%u adapters\n", args.num_adapters);
	d.adapter = infos[index].adapter_handle;
	d.luid = infos[index].adapter_luid;
	make_device(&d);
	return d;
}

struct igt_dxg_d3d igt_dxg_d3d_again(const struct igt_dxg_d3d *d)
{
	struct igt_dxg_d3d other = *d;

	make_device(&other);
	return other;
}

void igt_dxg_d3d_end(struct igt_dxg_d3d *d)
{
	struct d3dkmt_destroydevice args = { .device = d->device };

	igt_dxg_d3d(d->fd, LX_DXDESTROYDEVICE, &args, 0);
}

void igt_dxg_d3d_close(struct igt_dxg_d3d *d)
{
	igt_dxg_d3d_end(d);
	close(d->fd);
}

uint32_t igt_dxg_d3d_state(const struct igt_dxg_d3d *d)
{
	struct d3dkmt_getdevicestate args = {
		.device = d->device,
		.state_type = D3DKMT_DEVICESTATE_EXECUTION,
	};

	igt_dxg_d3d(d->fd, LX_DXGETDEVICESTATE, &args, 0);
	return args.execution_state;
}

int __dxg_d3d_escape(const struct igt_dxg_d3d *d, struct softgpu_escape *e)
{
	struct d3dkmt_escape args = {
		.adapter = d->adapter,
		.device = d->device,
		.priv_drv_data = (uintptr_t)e,
		.priv_drv_data_size = sizeof(*e),
	};

	e->magic = SOFTGPU_ESCAPE_MAGIC;
	e->version = SOFTGPU_ESCAPE_VERSION;
	return __dxg_d3d(d->fd, LX_DXESCAPE, &args);
}

/* --- Memory --- */

int __dxg_d3d_allocate(const struct igt_dxg_d3d *d, uint64_t size, uint32_t flags,
		       uint32_t *handle, uint32_t *resource)
{
	struct igt_dxg_data data = igt_dxg_data(size, 0);
	struct d3dddi_allocationinfo2 info = {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
	struct d3dkmt_createallocation args = {
		.device = d->device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = flags | (resource ? D3DKMT_CREATEALLOCATION_CREATE_RESOURCE : 0),
	};
	int ret = __dxg_d3d(d->fd, LX_DXCREATEALLOCATION, &args);

	*handle = info.allocation;
	if (resource)
		*resource = args.resource;
	return ret;
}

uint32_t igt_dxg_d3d_allocate(const struct igt_dxg_d3d *d, uint64_t size)
{
	uint32_t handle;

	igt_assert_eq(__dxg_d3d_allocate(d, size, 0, &handle, NULL), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

uint32_t igt_dxg_d3d_shared(const struct igt_dxg_d3d *d, uint64_t size, uint32_t *handle)
{
	uint32_t resource;

	igt_assert_eq(__dxg_d3d_allocate(d, size, IGT_DXG_D3D_SHARED, handle, &resource), 0);
	igt_assert_neq_u32(resource, 0);
	return resource;
}

uint32_t igt_dxg_d3d_heap(const struct igt_dxg_d3d *d, void *memory, uint64_t size)
{
	struct d3dkmt_createstandardallocation standard = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = size,
	};
	struct d3dddi_allocationinfo2 info = { .sysmem = (uintptr_t)memory };
	struct d3dkmt_createallocation args = {
		.device = d->device,
		.standard_allocation = (uintptr_t)&standard,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION,
	};

	igt_dxg_d3d(d->fd, LX_DXCREATEALLOCATION, &args, 0);
	return info.allocation;
}

int __dxg_d3d_destroy(const struct igt_dxg_d3d *d, uint32_t handle, uint32_t resource)
{
	struct d3dkmt_destroyallocation2 args = {
		.device = d->device,
		.resource = resource,
		.allocations = resource ? 0 : (uintptr_t)&handle,
		.alloc_count = !resource,
	};

	return __dxg_d3d(d->fd, LX_DXDESTROYALLOCATION2, &args);
}

void *igt_dxg_d3d_lock(const struct igt_dxg_d3d *d, uint32_t handle)
{
	struct d3dkmt_lock2 args = { .device = d->device, .allocation = handle };

	igt_dxg_d3d(d->fd, LX_DXLOCK2, &args, 0);
	return (void *)(uintptr_t)args.data;
}

void igt_dxg_d3d_unlock(const struct igt_dxg_d3d *d, uint32_t handle)
{
	struct d3dkmt_unlock2 args = { .device = d->device, .allocation = handle };

	igt_dxg_d3d(d->fd, LX_DXUNLOCK2, &args, 0);
}

/* --- Addresses --- */

void igt_dxg_d3d_paged(const struct igt_dxg_d3d *d, int result, uint64_t value)
{
	igt_assert(result == 0 || result == IGT_DXG_D3D_PENDING);
	if (result)
		igt_dxg_d3d_wait(d, d->paging_fence, value);
}

void igt_dxg_d3d_resident(const struct igt_dxg_d3d *d, uint32_t handle)
{
	struct d3dddi_makeresident args = {
		.paging_queue = d->paging,
		.alloc_count = 1,
		.allocation_list = (uintptr_t)&handle,
	};
	int ret = __dxg_d3d(d->fd, LX_DXMAKERESIDENT, &args);

	igt_dxg_d3d_paged(d, ret, args.paging_fence_value);
}

uint64_t igt_dxg_d3d_map(const struct igt_dxg_d3d *d, uint32_t handle, uint64_t base,
			 uint64_t size)
{
	struct d3dddi_mapgpuvirtualaddress args = {
		.paging_queue = d->paging,
		.base_address = base,
		.allocation = handle,
		.size_in_pages = size / PAGE,
		.protection = D3DDDIGPUVA_PROTECTION_TYPE_WRITE |
			      D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE,
	};
	int ret = __dxg_d3d(d->fd, LX_DXMAPGPUVIRTUALADDRESS, &args);

	igt_dxg_d3d_paged(d, ret, args.paging_fence_value);
	igt_assert_neq_u64(args.virtual_address, 0);
	igt_dxg_d3d_resident(d, handle);
	return args.virtual_address;
}

/* --- Execution --- */

uint32_t igt_dxg_d3d_context(const struct igt_dxg_d3d *d, uint32_t node, uint32_t flags)
{
	struct d3dkmt_createcontextvirtual args = {
		.device = d->device,
		.node_ordinal = node,
		.engine_affinity = 1,
		.flags = flags,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
	};

	igt_dxg_d3d(d->fd, LX_DXCREATECONTEXTVIRTUAL, &args, 0);
	igt_assert_neq_u32(args.context, 0);
	return args.context;
}

uint32_t igt_dxg_d3d_hwqueue(const struct igt_dxg_d3d *d, struct d3dkmt_createhwqueue *args)
{
	struct d3dkmt_isfeatureenabled feature = {
		.adapter = d->adapter,
		.feature_id = DXGK_FEATURE_HWSCH,
	};

	igt_dxg_d3d(d->fd, LX_ISFEATUREENABLED, &feature, 0);
	igt_require_f(feature.result.value & DXGK_ISFEATUREENABLED_RESULT_ENABLED,
		      "no hardware queues\n");
	*args = (struct d3dkmt_createhwqueue) {
		.context = igt_dxg_d3d_context(d, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED),
	};
	igt_dxg_d3d(d->fd, LX_DXCREATEHWQUEUE, args, 0);
	igt_assert_neq_u32(args->queue, 0);
	return args->queue;
}

struct igt_dxg_d3d_code igt_dxg_d3d_code(const struct igt_dxg_d3d *d)
{
	struct igt_dxg_d3d_code code;

	code.map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(code.map != MAP_FAILED);
	code.handle = igt_dxg_d3d_heap(d, code.map, PAGE);
	code.va = igt_dxg_d3d_map(d, code.handle, 0, PAGE);
	return code;
}

void igt_dxg_d3d_code_end(const struct igt_dxg_d3d *d, struct igt_dxg_d3d_code *code)
{
	igt_assert_eq(__dxg_d3d_destroy(d, code->handle, 0), 0);
	munmap(code->map, PAGE);
}

int __dxg_d3d_submit(const struct igt_dxg_d3d *d, uint32_t context, uint64_t va,
		     uint32_t length)
{
	struct d3dkmt_submitcommand args = {
		.command_buffer = va,
		.command_length = length,
		.broadcast_context_count = 1,
		.broadcast_context = { context },
	};

	return __dxg_d3d(d->fd, LX_DXSUBMITCOMMAND, &args);
}

void igt_dxg_d3d_fill(const struct igt_dxg_d3d *d, uint32_t context,
		      struct igt_dxg_d3d_code *code, uint64_t va, uint64_t size, uint32_t word)
{
	uint32_t fence = igt_dxg_d3d_fence(d, 0, 0);
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, code->map, PAGE);
	softgpu_fill(&b, va, size, word);
	igt_assert_eq(__dxg_d3d_submit(d, context, code->va, b.used), 0);
	igt_dxg_d3d_signal_gpu(d, context, fence, 1);
	igt_dxg_d3d_wait(d, fence, 1);
	igt_dxg_d3d_sync_end(d, fence);
}

/* --- Fences --- */

uint32_t igt_dxg_d3d_fence(const struct igt_dxg_d3d *d, uint32_t flags, uint64_t value)
{
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = d->device,
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.flags = flags,
		.info.monitored_fence.initial_fence_value = value,
	};

	igt_dxg_d3d(d->fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	igt_assert_neq_u32(args.sync_object, 0);
	return args.sync_object;
}

int __dxg_d3d_signal(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	struct d3dkmt_signalsynchronizationobjectfromcpu args = {
		.device = d->device,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.fence_values = (uintptr_t)&value,
	};

	return __dxg_d3d(d->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, &args);
}

void igt_dxg_d3d_signal(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	igt_assert_eq(__dxg_d3d_signal(d, fence, value), 0);
}

int __dxg_d3d_wait(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value, int event)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu args = {
		.device = d->device,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.fence_values = (uintptr_t)&value,
		.async_event = event,
	};

	return __dxg_d3d(d->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, &args);
}

void igt_dxg_d3d_wait(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	igt_assert_eq(__dxg_d3d_wait(d, fence, value, 0), 0);
}

void igt_dxg_d3d_signal_gpu(const struct igt_dxg_d3d *d, uint32_t context, uint32_t fence,
			    uint64_t value)
{
	struct d3dkmt_signalsynchronizationobjectfromgpu args = {
		.context = context,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.monitored_fence_values = (uintptr_t)&value,
	};

	igt_dxg_d3d(d->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, &args, 0);
}

void igt_dxg_d3d_sync_end(const struct igt_dxg_d3d *d, uint32_t object)
{
	struct d3dkmt_destroysynchronizationobject args = { .sync_object = object };

	igt_dxg_d3d(d->fd, LX_DXDESTROYSYNCHRONIZATIONOBJECT, &args, 0);
}

/* --- Sharing --- */

int __dxg_d3d_share(const struct igt_dxg_d3d *d, uint32_t handle)
{
	uint64_t fd = ~0ull;
	struct d3dkmt_shareobjects args = {
		.object_count = 1,
		.objects = (uintptr_t)&handle,
		.shared_handle = (uintptr_t)&fd,
	};
	int ret = __dxg_d3d(d->fd, LX_DXSHAREOBJECTS, &args);

	return ret ? ret : (int)fd;
}

int igt_dxg_d3d_share(const struct igt_dxg_d3d *d, uint32_t handle)
{
	int fd = __dxg_d3d_share(d, handle);

	igt_assert_fd(fd);
	return fd;
}

int __dxg_d3d_open_resource(const struct igt_dxg_d3d *d, int fd, uint32_t *handle,
			    uint32_t *resource)
{
	struct d3dddi_openallocationinfo2 info = {};
	char data[512];
	struct d3dkmt_openresourcefromnthandle args = {
		.device = d->device,
		.nt_handle = fd,
		.allocation_count = 1,
		.open_alloc_info = (uintptr_t)&info,
		.total_priv_drv_data = (uintptr_t)data,
		.total_priv_drv_data_size = sizeof(data),
	};
	int ret = __dxg_d3d(d->fd, LX_DXOPENRESOURCEFROMNTHANDLE, &args);

	*handle = info.allocation;
	*resource = args.resource;
	return ret;
}
