// SPDX-License-Identifier: MIT
/*
 * A file with one of everything, and each request as a call upon it.
 */
#include "igt_dxg_rig.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_vm.h"
#include "softgpu_escape.h"

#define PAGE		IGT_DXG_PAGE
#define PAGES		8
#define BUFFER		(64 * 1024)
#define GOOD		0x600d

/* --- The rig --- */

volatile uint32_t *igt_dxg_rig_word(struct igt_dxg_rig *rig, uint32_t index)
{
	return (volatile uint32_t *)((char *)rig->buffer.map + IGT_DXG_RIG_DATA) + index;
}

uint64_t igt_dxg_rig_word_va(struct igt_dxg_rig *rig, uint32_t index)
{
	return rig->buffer.va + IGT_DXG_RIG_DATA + 4 * index;
}

static void open_fence(struct igt_dxg_rig *rig)
{
	struct drm_dxg_fence_create args;

	igt_assert_eq(__dxg_fence_create(rig->fd, rig->vm, DRM_DXG_FENCE_SHAREABLE, 0, &args), 0);
	rig->fence = args.handle;
	rig->fence_page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, rig->fd, args.mmap_offset);
	igt_assert(rig->fence_page != MAP_FAILED);
	rig->fence_fd = __dxg_fence_export(rig->fd, rig->fence, O_CLOEXEC);
	igt_assert_fd(rig->fence_fd);
}

void igt_dxg_rig_open(struct igt_dxg_rig *rig, uint32_t mode)
{
	int fd = drm_open_driver_render(DRIVER_DXG);

	*rig = (struct igt_dxg_rig) { .fd = fd, .mode = mode };
	rig->vm = igt_dxg_vm_create(fd, mode);
	rig->queue = igt_dxg_queue_create(fd, rig->vm, IGT_DXG_NODE_3D);
	rig->bind_queue = igt_dxg_bind_queue_create(fd, rig->vm, NULL);
	rig->bo_host = igt_dxg_bo_host(fd, rig->vm, PAGE, 0, DRM_DXG_BO_SHAREABLE);
	rig->bo_system = igt_dxg_bo_system(fd, rig->vm, PAGE, DRM_DXG_BO_SHAREABLE);
	rig->va_host = igt_dxg_bind(fd, rig->vm, rig->bo_host, 0, PAGE, 0);
	rig->va_system = igt_dxg_bind(fd, rig->vm, rig->bo_system, 0, PAGE, 0);
	rig->host_map = igt_dxg_bo_map(fd, rig->bo_host, 0, PAGE);
	rig->system_map = igt_dxg_bo_map(fd, rig->bo_system, 0, PAGE);
	rig->va = igt_dxg_reserve(fd, rig->vm, PAGES * PAGE);
	open_fence(rig);
	igt_dxg_buffer_create(fd, rig->vm, BUFFER, &rig->buffer);
	softgpu_buffer_init(&rig->commands, rig->buffer.map, IGT_DXG_RIG_DATA);
	softgpu_fill(&rig->commands, igt_dxg_rig_word_va(rig, 0), 4, GOOD);
	rig->length = rig->commands.used;
}

void igt_dxg_rig_close(struct igt_dxg_rig *rig)
{
	igt_assert_eq(munmap((void *)rig->host_map, PAGE), 0);
	igt_assert_eq(munmap((void *)rig->system_map, PAGE), 0);
	igt_assert_eq(munmap((void *)rig->fence_page, PAGE), 0);
	igt_assert_eq(munmap(rig->buffer.map, rig->buffer.size), 0);
	igt_assert_eq(close(rig->fence_fd), 0);
	drm_close_driver(rig->fd);
}

void igt_dxg_rig_begin(struct igt_dxg_rig *rig)
{
	softgpu_buffer_init(&rig->commands, (char *)rig->buffer.map + PAGE,
			    IGT_DXG_RIG_DATA - PAGE);
}

int __dxg_rig_submit(struct igt_dxg_rig *rig, uint32_t queue, uint32_t syncobj)
{
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	struct drm_dxg_submit work = igt_dxg_work(rig->buffer.va + PAGE, rig->commands.used, &op,
						  !!syncobj);

	igt_assert(!rig->commands.overflow);
	return __dxg_submit(rig->fd, queue, &work, 1);
}

void igt_dxg_works(void)
{
	struct igt_dxg_rig rig;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_run(rig.fd, rig.queue, rig.buffer.va, rig.length);
	igt_assert_eq_u32(*igt_dxg_rig_word(&rig, 0), GOOD);
	igt_assert_eq_u32(*rig.host_map, 0);
	*rig.host_map = 1;
	igt_dxg_fence_signal(rig.fd, rig.fence, 3);
	igt_assert_eq(__dxg_fence_wait(rig.fd, rig.fence, 3, igt_dxg_time(120000)), 0);
	igt_dxg_rig_close(&rig);
}

/* --- Queries --- */

static int query_host(struct igt_dxg_rig *rig)
{
	return __dxg_ask_host(rig->fd);
}

static int query_feature(struct igt_dxg_rig *rig)
{
	struct drm_dxg_feature args = { .feature = 1 };
	uint32_t size = sizeof(args);

	return __dxg_query(rig->fd, DRM_DXG_DEV_QUERY_FEATURE, &args, &size);
}

static int query_memory(struct igt_dxg_rig *rig)
{
	struct drm_dxg_mem_region regions[4];
	struct drm_dxg_mem_regions args = {
		.stride = sizeof(regions[0]),
		.count = 4,
		.regions = (uintptr_t)regions,
	};
	uint32_t size = sizeof(args);

	return __dxg_query(rig->fd, DRM_DXG_DEV_QUERY_MEM_REGIONS, &args, &size);
}

static int query_clock(struct igt_dxg_rig *rig)
{
	struct drm_dxg_clock args = { 0 };
	uint32_t size = sizeof(args);

	return __dxg_query(rig->fd, DRM_DXG_DEV_QUERY_CLOCK, &args, &size);
}

/* --- VMs --- */

/* In a file of its own, because a file has one VM. */
static int vm_create(struct igt_dxg_rig *rig)
{
	int fd = igt_dxg_open_render(0);
	int64_t vm;

	(void)rig;
	if (fd < 0)
		return -ENODEV;
	vm = __dxg_vm_create(fd, 0);
	close(fd);
	return vm < 0 ? vm : 0;
}

static int vm_state(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_get_state state;

	return __dxg_vm_get_state(rig->fd, rig->vm, &state);
}

static int reserve(struct igt_dxg_rig *rig)
{
	uint64_t va = 0;
	int ret = __dxg_reserve(rig->fd, rig->vm, 0, &va, PAGE);

	return ret ? ret : __dxg_unreserve(rig->fd, rig->vm, va, PAGE);
}

static int bind_op(struct igt_dxg_rig *rig, struct drm_dxg_vm_bind_op op)
{
	return __dxg_bind(rig->fd, rig->vm, &op, 1);
}

static int map_bo(struct igt_dxg_rig *rig)
{
	return bind_op(rig, igt_dxg_op_map(rig->bo_host, 0, rig->va, PAGE));
}

static int map_null(struct igt_dxg_rig *rig)
{
	return bind_op(rig, igt_dxg_op_range(DRM_DXG_BIND_MAP_NULL, rig->va, PAGE));
}

static int unmap(struct igt_dxg_rig *rig)
{
	return bind_op(rig, igt_dxg_op_range(DRM_DXG_BIND_UNMAP, rig->va, PAGE));
}

static int copy(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_range(DRM_DXG_BIND_COPY, rig->va, PAGE);

	op.src_va = rig->va_system;
	return bind_op(rig, op);
}

static int resident(struct igt_dxg_rig *rig)
{
	return bind_op(rig, igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, rig->bo_system));
}

static int bind_async(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig->bo_system, 0, rig->va + PAGE, PAGE);

	return __dxg_bind_async(rig->fd, rig->vm, rig->bind_queue, &op, 1, NULL, 0);
}

/* --- BOs --- */

static int bo_host(struct igt_dxg_rig *rig)
{
	uint32_t handle;
	int ret = __dxg_bo_host(rig->fd, rig->vm, PAGE, 0, 0, &handle);

	return ret ? ret : __dxg_bo_close(rig->fd, handle);
}

static int bo_system(struct igt_dxg_rig *rig)
{
	uint32_t handle;
	int ret = __dxg_bo_system(rig->fd, rig->vm, PAGE, 0, &handle);

	return ret ? ret : __dxg_bo_close(rig->fd, handle);
}

static int bo_user(struct igt_dxg_rig *rig)
{
	static uint8_t memory[PAGE] __attribute__((aligned(PAGE)));
	uint32_t handle;
	int ret = __dxg_bo_user(rig->fd, rig->vm, memory, PAGE, 0, &handle);

	return ret ? ret : __dxg_bo_close(rig->fd, handle);
}

/* The kernel reads a new mapping, which has to be locked on the host first. */
static int bo_fault(struct igt_dxg_rig *rig)
{
	uint32_t handle;
	int pipes[2], ret = __dxg_bo_host(rig->fd, rig->vm, PAGE, 0, 0, &handle);
	int64_t offset;
	void *map;

	if (ret)
		return ret;
	offset = __dxg_bo_offset(rig->fd, handle, 0, NULL);
	map = offset < 0 ? MAP_FAILED :
	      mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, rig->fd, offset);
	ret = offset < 0 ? offset : map == MAP_FAILED ? -errno : 0;
	if (!ret && !pipe(pipes)) {
		ret = write(pipes[1], map, 1) == 1 ? 0 : -errno;
		close(pipes[0]);
		close(pipes[1]);
	}
	if (map != MAP_FAILED)
		munmap(map, PAGE);
	errno = 0;
	__dxg_bo_close(rig->fd, handle);
	return ret;
}

static int bo_query(struct igt_dxg_rig *rig, uint32_t query)
{
	struct drm_dxg_bo_query_info args = {
		.handle = rig->bo_system,
		.vm_id = rig->vm,
		.query = query,
	};

	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &args);
}

static int bo_residency(struct igt_dxg_rig *rig)
{
	return bo_query(rig, DRM_DXG_BO_QUERY_RESIDENCY);
}

static int bo_priority(struct igt_dxg_rig *rig)
{
	return bo_query(rig, DRM_DXG_BO_QUERY_PRIORITY);
}

static int bo_needed(struct igt_dxg_rig *rig)
{
	struct drm_dxg_bo_madvise args = { .advice = DRM_DXG_DONTNEED_LOW };
	int ret = __dxg_bo_host(rig->fd, rig->vm, PAGE, 0, 0, &args.handle);

	if (ret)
		return ret;
	ret = __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_MADVISE, &args);
	args = (struct drm_dxg_bo_madvise) { .handle = args.handle, .advice = DRM_DXG_WILLNEED };
	if (!ret)
		ret = __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_MADVISE, &args);
	__dxg_bo_close(rig->fd, args.handle);
	return ret;
}

static int bo_sync(struct igt_dxg_rig *rig)
{
	struct drm_dxg_bo_sync_range range = { .handle = rig->bo_host, .size = PAGE };
	struct drm_dxg_bo_sync args = {
		.ranges = { .stride = sizeof(range), .count = 1, .array = (uintptr_t)&range },
	};

	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_SYNC, &args);
}

static int bo_set(struct igt_dxg_rig *rig, struct drm_dxg_bo_set_property args)
{
	args.handle = rig->bo_system;
	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &args);
}

static int bo_set_priority(struct igt_dxg_rig *rig)
{
	return bo_set(rig, (struct drm_dxg_bo_set_property) {
		.properties = DRM_DXG_BO_PRIORITY,
		.priority = 0x78000000,
	});
}

static int bo_import(struct igt_dxg_rig *rig)
{
	int fd = igt_dxg_open_render(0), ret, dma_buf;
	uint32_t handle;

	if (fd < 0)
		return -ENODEV;
	dma_buf = __dxg_prime_export(rig->fd, rig->bo_system);
	ret = dma_buf < 0 ? dma_buf : __dxg_prime_import(fd, dma_buf, &handle);
	if (dma_buf >= 0)
		close(dma_buf);
	close(fd);
	return ret;
}

/* --- Queues --- */

static int queue_make(struct igt_dxg_rig *rig, struct drm_dxg_queue_create args)
{
	int ret = __dxg_queue_create(rig->fd, &args);

	return ret ? ret : __dxg_queue_destroy(rig->fd, args.queue_id);
}

static int queue_context(struct igt_dxg_rig *rig)
{
	return queue_make(rig, igt_dxg_context(rig->vm, IGT_DXG_NODE_COPY));
}

static int queue_bind(struct igt_dxg_rig *rig)
{
	return queue_make(rig, (struct drm_dxg_queue_create) {
		.vm_id = rig->vm,
		.type = DRM_DXG_QUEUE_BIND,
	});
}

static int queue_hw(struct igt_dxg_rig *rig)
{
	struct drm_dxg_queue_create args = igt_dxg_context(rig->vm, IGT_DXG_NODE_3D);
	uint32_t parent;
	int ret;

	args.flags = DRM_DXG_QUEUE_HW_PARENT;
	ret = __dxg_queue_create(rig->fd, &args);
	if (ret)
		return ret;
	parent = args.queue_id;
	ret = queue_make(rig, (struct drm_dxg_queue_create) {
		.vm_id = rig->vm,
		.type = DRM_DXG_QUEUE_HW,
		.parent = parent,
	});
	__dxg_queue_destroy(rig->fd, parent);
	return ret;
}

static int queue_state(struct igt_dxg_rig *rig)
{
	struct drm_dxg_queue_get_state state = { .queue_id = rig->queue };

	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &state);
}

static int queue_set(struct igt_dxg_rig *rig)
{
	return __dxg_queue_set(rig->fd, rig->queue, DRM_DXG_QUEUE_PRIORITY, -1);
}

static int submit(struct igt_dxg_rig *rig)
{
	struct drm_dxg_submit work = igt_dxg_work(rig->buffer.va, rig->length, NULL, 0);

	return __dxg_submit(rig->fd, rig->queue, &work, 1);
}

/* --- Fences --- */

static int fence_make(struct igt_dxg_rig *rig)
{
	struct drm_dxg_fence_create args;
	int ret = __dxg_fence_create(rig->fd, rig->vm, 0, 1, &args);

	return ret ? ret : __dxg_fence_destroy(rig->fd, args.handle);
}

static int fence_signal(struct igt_dxg_rig *rig)
{
	const struct drm_dxg_fence_point point = { .handle = rig->fence, .value = 1 };

	return __dxg_fence_signal_array(rig->fd, DRM_DXG_FENCE_SIGNAL_REWIND, &point, 1);
}

/* Nobody raises it so far. */
static int fence_wait(struct igt_dxg_rig *rig)
{
	int ret = __dxg_fence_wait(rig->fd, rig->fence, 1ull << 60, igt_dxg_time(5));

	return ret == -ETIME ? 0 : ret;
}

static int fence_eventfd(struct igt_dxg_rig *rig)
{
	const struct drm_dxg_fence_point point = { .handle = rig->fence, .value = 1ull << 60 };
	int efd = eventfd(0, EFD_CLOEXEC), ret;

	ret = __dxg_fence_eventfd(rig->fd, 0, &point, 1, efd);
	close(efd);
	return ret;
}

static int fence_export(struct igt_dxg_rig *rig)
{
	int ret = __dxg_fence_export(rig->fd, rig->fence, O_CLOEXEC);

	if (ret >= 0)
		close(ret);
	return ret < 0 ? ret : 0;
}

static int fence_import(struct igt_dxg_rig *rig)
{
	uint32_t handle;
	int ret = __dxg_fence_import(rig->fd, rig->vm, 0, rig->fence_fd, &handle);

	return ret ? ret : __dxg_fence_destroy(rig->fd, handle);
}

/* --- The driver on the host --- */

static int private(struct igt_dxg_rig *rig)
{
	struct softgpu_escape data = {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = SOFTGPU_ESCAPE_INFO,
	};
	struct drm_dxg_driver_private args = {
		.vm_id = rig->vm,
		.data_size = sizeof(data),
		.data = (uintptr_t)&data,
	};

	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_DRIVER_PRIVATE, &args);
}

const struct igt_dxg_call igt_dxg_calls[] = {
	{ "query-host", query_host, 0, true, "QUERYADAPTERINFO" },
	{ "query-feature", query_feature, 0, true, "ISFEATUREENABLED" },
	{ "query-memory", query_memory, 0, true, "QUERYVIDEOMEMORYINFO" },
	{ "query-clock", query_clock, 0, true, "QUERYCLOCKCALIBRATION" },
	{ "vm-create", vm_create, 0, true, "CREATEPROCESS+CREATEDEVICE" },
	{ "vm-state", vm_state, 0, false, NULL },
	{ "vm-reserve", reserve, -ECANCELED, true,
	  "RESERVEGPUVIRTUALADDRESS+FREEGPUVIRTUALADDRESS" },
	{ "bind-map", map_bo, -ECANCELED, true, "MAPGPUVIRTUALADDRESS" },
	{ "bind-null", map_null, -ECANCELED, true, "MAPGPUVIRTUALADDRESS" },
	{ "bind-unmap", unmap, -ECANCELED, true, "MAPGPUVIRTUALADDRESS" },
	{ "bind-copy", copy, -ECANCELED, true, "MAPGPUVIRTUALADDRESS" },
	{ "bind-resident", resident, -ECANCELED, true, "MAKERESIDENT" },
	{ "bind-async", bind_async, -ECANCELED, false, "MAPGPUVIRTUALADDRESS" },
	{ "bo-host", bo_host, -ECANCELED, true, "CREATEALLOCATION" },
	{ "bo-system", bo_system, -ECANCELED, true,
	  "DDIGETSTANDARDALLOCATIONDRIVERDATA+CREATEALLOCATION" },
	{ "bo-user", bo_user, -ECANCELED, true,
	  "DDIGETSTANDARDALLOCATIONDRIVERDATA+CREATEALLOCATION" },
	{ "bo-fault", bo_fault, -ECANCELED, true, "CREATEALLOCATION+LOCK2" },
	{ "bo-residency", bo_residency, 0, true, "QUERYALLOCATIONRESIDENCY" },
	{ "bo-priority", bo_priority, 0, true, "GETALLOCATIONPRIORITY" },
	{ "bo-needed", bo_needed, -ECANCELED, true,
	  "CREATEALLOCATION+OFFERALLOCATIONS+RECLAIMALLOCATIONS" },
	{ "bo-sync", bo_sync, -ECANCELED, true, "INVALIDATECACHE" },
	{ "bo-set-priority", bo_set_priority, -ECANCELED, true, "SETALLOCATIONPRIORITY" },
	{ "bo-import", bo_import, 0, false, NULL },
	{ "queue-context", queue_context, -ECANCELED, true, "CREATECONTEXTVIRTUAL" },
	{ "queue-bind", queue_bind, -ECANCELED, true, "CREATEPAGINGQUEUE" },
	{ "queue-hw", queue_hw, -ECANCELED, true, "CREATECONTEXTVIRTUAL+CREATEHWQUEUE" },
	{ "queue-state", queue_state, 0, false, "GETCONTEXTSCHEDULINGPRIORITY" },
	{ "queue-set", queue_set, -ECANCELED, true, "SETCONTEXTSCHEDULINGPRIORITY" },
	{ "submit", submit, -ECANCELED, false, NULL },
	{ "fence-create", fence_make, -ECANCELED, true, "CREATESYNCOBJECT" },
	{ "fence-signal", fence_signal, -ECANCELED, false, NULL },
	{ "fence-wait", fence_wait, -ECANCELED, false, NULL },
	{ "fence-eventfd", fence_eventfd, 0, false, NULL },
	{ "fence-export", fence_export, 0, false, NULL },
	{ "fence-import", fence_import, -ECANCELED, true, "OPENSYNCOBJECT" },
	{ "private", private, -ECANCELED, true, "ESCAPE" },
};

const unsigned int igt_dxg_call_count = sizeof(igt_dxg_calls) / sizeof(igt_dxg_calls[0]);
