// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: descriptors of fences and memory, between processes and with the render node;
 * sync files.
 */
#include "igt.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/sync_file.h>

#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_compat.h"

/**
 * TEST: compat share
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: descriptors of fences and memory; sync files
 *
 * SUBTEST: fence
 * Description: A shared fence is opened by another process; each sees the other's values. What is
 *	not shared, or no fence, is refused.
 *
 * SUBTEST: resource
 * Description: A resource of one allocation is opened by another process and by its own; each sees
 *	what the other writes. Sharing seals it, and its maker may go first.
 *
 * SUBTEST: resource-of-two
 * Description: The same with two allocations.
 *
 * SUBTEST: resource-dma-buf
 * Description: The descriptor of a resource is a dma-buf: it is mapped, imported by the render node
 *	as one BO, and outlives its maker.
 *
 * SUBTEST: resource-from-render-node
 * Description: A BO of the render node is opened by its dma-buf; other descriptors are refused.
 *
 * SUBTEST: resource-not-shared
 * Description: A resource that was not made to be shared is not, nor is an allocation.
 *
 * SUBTEST: resource-with-host
 * Description: A resource is given to a process of the host; guest memory never is, before or
 *	after.
 *
 * SUBTEST: sync-files
 * Description: Sync files are polled, merged and opened again; a point that can no longer be
 *	reached has an error.
 */

IGT_TEST_DESCRIPTION("Sharing of /dev/dxg.");

#define SIZE	65536
#define SHARED	(D3DKMT_CREATEALLOCATION_CREATE_RESOURCE | \
		 D3DKMT_CREATEALLOCATION_CREATE_SHARED | \
		 D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING)
#define FENCE_SHARED	(D3DDDI_SYNCHRONIZATIONOBJECT_SHARED | \
			 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING)

struct user {
	int fd;
	uint32_t device;
};

static struct user user_open(void)
{
	struct user u = { .fd = igt_dxg_compat_open() };
	struct d3dkmt_createdevice args = { .adapter = igt_dxg_compat_adapter(u.fd, NULL) };

	igt_dxg_d3d(u.fd, LX_DXCREATEDEVICE, &args, 0);
	u.device = args.device;
	return u;
}

static void user_close(struct user *u)
{
	struct d3dkmt_destroydevice args = { .device = u->device };

	igt_dxg_d3d(u->fd, LX_DXDESTROYDEVICE, &args, 0);
	close(u->fd);
}

static int __share(const struct user *u, uint32_t handle)
{
	uint64_t fd = ~0ull;
	struct d3dkmt_shareobjects args = {
		.object_count = 1,
		.objects = (uintptr_t)&handle,
		.shared_handle = (uintptr_t)&fd,
	};
	int ret = __dxg_d3d(u->fd, LX_DXSHAREOBJECTS, &args);

	return ret ? ret : (int)fd;
}

static int share(const struct user *u, uint32_t handle)
{
	int fd = __share(u, handle);

	igt_assert_fd(fd);
	igt_assert_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	return fd;
}

/* --- Fences --- */

static uint32_t fence_create(const struct user *u, uint32_t flags)
{
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = u->device,
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.flags = flags,
	};

	igt_dxg_d3d(u->fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	return args.sync_object;
}

static void fence_signal(const struct user *u, uint32_t object, uint64_t value)
{
	struct d3dkmt_signalsynchronizationobjectfromcpu args = {
		.device = u->device,
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.fence_values = (uintptr_t)&value,
	};

	igt_dxg_d3d(u->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, &args, 0);
}

static int fence_wait(const struct user *u, uint32_t object, uint64_t value)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu args = {
		.device = u->device,
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.fence_values = (uintptr_t)&value,
	};

	return __dxg_d3d(u->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, &args);
}

static int __fence_open(const struct user *u, int fd,
			struct d3dkmt_opensyncobjectfromnthandle2 *args)
{
	*args = (struct d3dkmt_opensyncobjectfromnthandle2) {
		.nt_handle = fd,
		.device = u->device,
		.flags = FENCE_SHARED,
	};
	return __dxg_d3d(u->fd, LX_DXOPENSYNCOBJECTFROMNTHANDLE2, args);
}

static void fence_shared(void)
{
	struct user u = user_open();
	uint32_t fence = fence_create(&u, FENCE_SHARED), own = fence_create(&u, 0);
	struct d3dkmt_opensyncobjectfromnthandle2 args;
	int fd = share(&u, fence), null = open("/dev/null", O_RDWR);

	igt_fork(child, 1) {
		struct user c = user_open();

		igt_assert_eq(__fence_open(&c, fd, &args), 0);
		igt_assert_eq(fence_wait(&c, args.sync_object, 3), 0);
		igt_assert_eq_u64(*(volatile uint64_t *)(uintptr_t)
				  args.monitored_fence.fence_value_cpu_va, 3);
		fence_signal(&c, args.sync_object, 4);
		user_close(&c);
	}
	usleep(100000);
	fence_signal(&u, fence, 3);
	igt_assert_eq(fence_wait(&u, fence, 4), 0);
	igt_waitchildren();
	/* What is not shared, or is no fence. */
	igt_assert_eq(__share(&u, own), -EINVAL);
	igt_assert_eq(__share(&u, u.device), -EINVAL);
	igt_assert_eq(__fence_open(&u, null, &args), -EINVAL);
	igt_assert_eq(__fence_open(&u, 12345, &args), -EBADF);
	close(null);
	close(fd);
	user_close(&u);
}

/* --- Resources --- */

struct resource {
	uint32_t handle;
	uint32_t allocs[2];
};

static int __resource_create(const struct user *u, uint32_t count, uint32_t flags,
			     struct resource *r)
{
	struct igt_dxg_data data = igt_dxg_data(SIZE, 0);
	struct d3dddi_allocationinfo2 infos[2] = {};
	uint64_t runtime = 0x1122334455667788;
	struct d3dkmt_createallocation args = {
		.device = u->device,
		.resource = r->handle,
		.private_runtime_data = (uintptr_t)&runtime,
		.private_runtime_data_size = sizeof(runtime),
		.alloc_count = count,
		.allocation_info = (uintptr_t)infos,
		.flags = flags,
	};
	uint32_t i;
	int ret;

	for (i = 0; i < count; i++) {
		infos[i].priv_drv_data = (uintptr_t)&data;
		infos[i].priv_drv_data_size = sizeof(data);
	}
	ret = __dxg_d3d(u->fd, LX_DXCREATEALLOCATION, &args);
	r->handle = args.resource;
	for (i = 0; i < count; i++)
		r->allocs[i] = infos[i].allocation;
	return ret;
}

static void *alloc_lock(const struct user *u, uint32_t handle)
{
	struct d3dkmt_lock2 args = { .device = u->device, .allocation = handle };

	igt_dxg_d3d(u->fd, LX_DXLOCK2, &args, 0);
	return (void *)(uintptr_t)args.data;
}

static void alloc_unlock(const struct user *u, uint32_t handle)
{
	struct d3dkmt_unlock2 args = { .device = u->device, .allocation = handle };

	igt_dxg_d3d(u->fd, LX_DXUNLOCK2, &args, 0);
}

static void resource_destroy(const struct user *u, uint32_t handle, int result)
{
	struct d3dkmt_destroyallocation2 args = { .device = u->device, .resource = handle };

	igt_dxg_d3d(u->fd, LX_DXDESTROYALLOCATION2, &args, result);
}

/* Open what @fd is of, and check what comes with it. */
static struct resource resource_open(const struct user *u, int fd, uint32_t count, bool compat)
{
	struct d3dkmt_queryresourceinfofromnthandle info = { .device = u->device, .nt_handle = fd };
	struct d3dddi_openallocationinfo2 infos[2] = {};
	char data[512];
	uint64_t runtime = 0;
	struct d3dkmt_openresourcefromnthandle args = {
		.device = u->device,
		.nt_handle = fd,
		.open_alloc_info = (uintptr_t)infos,
		.private_runtime_data = (uintptr_t)&runtime,
		.private_runtime_data_size = sizeof(runtime),
		.total_priv_drv_data = (uintptr_t)data,
		.total_priv_drv_data_size = sizeof(data),
	};
	struct resource r;

	igt_dxg_d3d(u->fd, LX_DXQUERYRESOURCEINFOFROMNTHANDLE, &info, 0);
	igt_assert_eq_u32(info.allocation_count, count);
	args.allocation_count = count + 1;
	igt_dxg_d3d(u->fd, LX_DXOPENRESOURCEFROMNTHANDLE, &args, -EINVAL);
	args.allocation_count = count;
	if (compat) {
		igt_assert_eq_u32(info.private_runtime_data_size, sizeof(runtime));
		igt_assert_eq_u32(info.total_priv_drv_data_size,
				  count * sizeof(struct igt_dxg_data));
		args.total_priv_drv_data_size = info.total_priv_drv_data_size - 1;
		igt_dxg_d3d(u->fd, LX_DXOPENRESOURCEFROMNTHANDLE, &args, -EINVAL);
		args.total_priv_drv_data_size = info.total_priv_drv_data_size;
	}
	igt_dxg_d3d(u->fd, LX_DXOPENRESOURCEFROMNTHANDLE, &args, 0);
	if (compat)
		igt_assert_eq_u64(runtime, 0x1122334455667788);
	igt_assert_neq_u32(args.resource, 0);
	igt_assert_eq_u64(infos[0].priv_drv_data, (uintptr_t)data);
	r.handle = args.resource;
	r.allocs[0] = infos[0].allocation;
	r.allocs[1] = infos[1].allocation;
	return r;
}

/* A child opens what the parent has filled; each sees what the other writes. */
static void resource_shared(uint32_t count)
{
	struct user u = user_open();
	struct resource r = {}, again;
	uint32_t *map;
	int fd;

	igt_assert_eq(__resource_create(&u, count, SHARED, &r), 0);
	map = alloc_lock(&u, r.allocs[count - 1]);
	igt_dxg_pattern(map, SIZE, 100);
	fd = share(&u, r.handle);
	/* It is sealed now. */
	again = (struct resource) { .handle = r.handle };
	igt_assert_eq(__resource_create(&u, 1, 0, &again), -EINVAL);
	alloc_unlock(&u, r.allocs[count - 1]);

	igt_fork(child, 1) {
		struct user c = user_open();
		struct resource o = resource_open(&c, fd, count, true);
		uint32_t *other = alloc_lock(&c, o.allocs[count - 1]);

		igt_dxg_check_pattern(other, SIZE, 100);
		igt_dxg_pattern(other, SIZE, 500);
		alloc_unlock(&c, o.allocs[count - 1]);
		resource_destroy(&c, o.handle, 0);
		resource_destroy(&c, o.handle, -EINVAL);
		user_close(&c);
	}
	igt_waitchildren();
	map = alloc_lock(&u, r.allocs[count - 1]);
	igt_dxg_check_pattern(map, SIZE, 500);
	alloc_unlock(&u, r.allocs[count - 1]);

	/* The same process opens it as another resource; the maker may go before. */
	again = resource_open(&u, fd, count, true);
	igt_assert_neq_u32(again.handle, r.handle);
	resource_destroy(&u, r.handle, 0);
	map = alloc_lock(&u, again.allocs[count - 1]);
	igt_dxg_check_pattern(map, SIZE, 500);
	close(fd);
	user_close(&u);
}

/* The descriptor is a dma-buf: it is mapped, and the render node imports it. */
static void resource_dma_buf(void)
{
	struct user u = user_open();
	int node = igt_dxg_open_render(0), fd, again;
	struct resource r = {};
	uint32_t *map, *mapped, handle, second;

	igt_assert_eq(__resource_create(&u, 1, SHARED, &r), 0);
	map = alloc_lock(&u, r.allocs[0]);
	igt_dxg_pattern(map, SIZE, 7);
	alloc_unlock(&u, r.allocs[0]);
	fd = share(&u, r.handle);
	again = share(&u, r.handle);
	mapped = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	igt_assert(mapped != MAP_FAILED);
	igt_dxg_check_pattern(mapped, SIZE, 7);
	/* One BO, whichever descriptor it is imported by. */
	igt_assert_eq(__dxg_prime_import(node, fd, &handle), 0);
	igt_assert_eq(__dxg_prime_import(node, again, &second), 0);
	igt_assert_eq_u32(handle, second);
	/* Its maker leaves. */
	user_close(&u);
	igt_dxg_check_pattern(mapped, SIZE, 7);
	munmap(mapped, SIZE);
	close(fd);
	close(again);
	mapped = igt_dxg_bo_map(node, handle, 0, SIZE);
	igt_dxg_check_pattern(mapped, SIZE, 7);
	munmap(mapped, SIZE);
	close(node);
}

static void resource_from_render_node(void)
{
	struct user u = user_open();
	int node = igt_dxg_open_render(0), fd, null = open("/dev/null", O_RDWR);
	uint32_t vm = igt_dxg_vm_create(node, 0);
	uint32_t bo = igt_dxg_bo_host(node, vm, SIZE, 0, DRM_DXG_BO_SHAREABLE);
	struct d3dkmt_queryresourceinfofromnthandle info = { .device = u.device };
	struct resource r;
	void *map;

	map = igt_dxg_bo_map(node, bo, 0, SIZE);
	igt_dxg_pattern(map, SIZE, 9);
	munmap(map, SIZE);
	fd = __dxg_prime_export(node, bo);
	igt_assert_fd(fd);
	r = resource_open(&u, fd, 1, false);
	close(fd);
	close(node);
	igt_dxg_check_pattern(alloc_lock(&u, r.allocs[0]), SIZE, 9);
	info.nt_handle = null;
	igt_dxg_d3d(u.fd, LX_DXQUERYRESOURCEINFOFROMNTHANDLE, &info, -EINVAL);
	info.nt_handle = 1ull << 40;
	igt_dxg_d3d(u.fd, LX_DXQUERYRESOURCEINFOFROMNTHANDLE, &info, -EBADF);
	close(null);
	user_close(&u);
}

static void resource_not_shared(void)
{
	struct user u = user_open();
	struct resource r = {};

	igt_assert_eq(__resource_create(&u, 1, D3DKMT_CREATEALLOCATION_CREATE_RESOURCE, &r), 0);
	igt_assert_eq(__share(&u, r.handle), -EINVAL);
	igt_assert_eq(__share(&u, r.allocs[0]), -EINVAL);
	resource_destroy(&u, r.handle, 0);
	user_close(&u);
}

/* Memory of this program, put into a resource. */
static int __heap_add(const struct user *u, void *memory, uint32_t flags, struct resource *r)
{
	struct d3dkmt_createstandardallocation standard = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = SIZE,
	};
	struct d3dddi_allocationinfo2 heap = { .sysmem = (uintptr_t)memory };
	struct d3dkmt_createallocation args = {
		.device = u->device,
		.resource = r->handle,
		.standard_allocation = (uintptr_t)&standard,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&heap,
		.flags = flags | D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION,
	};
	int ret = __dxg_d3d(u->fd, LX_DXCREATEALLOCATION, &args);

	r->handle = args.resource;
	return ret;
}

/* Guest memory neither goes to a process of the host, nor follows what has gone. */
static void resource_with_host(void)
{
	struct user u = user_open();
	struct d3dkmt_shareobjectwithhost args = { .device_handle = u.device };
	struct resource r = {}, more, guest = {};
	void *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(memory != MAP_FAILED);
	igt_assert_eq(__resource_create(&u, 1, SHARED, &r), 0);
	more = (struct resource) { .handle = r.handle };
	igt_assert_eq(__heap_add(&u, memory, 0, &more), 0);
	args.object_handle = r.handle;
	igt_dxg_d3d(u.fd, LX_DXSHAREOBJECTWITHHOST, &args, -EINVAL);
	resource_destroy(&u, r.handle, 0);

	r = (struct resource) {};
	igt_assert_eq(__resource_create(&u, 1, SHARED, &r), 0);
	args.object_handle = r.handle;
	args.device_handle = r.allocs[0];
	igt_dxg_d3d(u.fd, LX_DXSHAREOBJECTWITHHOST, &args, -EINVAL);
	args.device_handle = u.device;
	igt_dxg_d3d(u.fd, LX_DXSHAREOBJECTWITHHOST, &args, 0);
	igt_assert_neq_u64(args.object_vail_nt_handle, 0);
	more = (struct resource) { .handle = r.handle };
	igt_assert_eq(__heap_add(&u, memory, 0, &more), -EINVAL);
	/* Memory of the host may be added still. */
	more = (struct resource) { .handle = r.handle };
	igt_assert_eq(__resource_create(&u, 1, 0, &more), 0);

	igt_assert_eq(__heap_add(&u, memory, SHARED, &guest), 0);
	args.object_handle = guest.handle;
	igt_dxg_d3d(u.fd, LX_DXSHAREOBJECTWITHHOST, &args, -EINVAL);
	resource_destroy(&u, guest.handle, 0);
	resource_destroy(&u, r.handle, 0);
	munmap(memory, SIZE);
	user_close(&u);
}

/* --- Sync files --- */

static int sync_file(const struct user *u, uint32_t fence, uint64_t value)
{
	struct d3dkmt_createsyncfile args = {
		.device = u->device,
		.monitored_fence = fence,
		.fence_value = value,
	};

	igt_dxg_d3d(u->fd, LX_DXCREATESYNCFILE, &args, 0);
	return args.sync_file_handle;
}

static int sync_file_status(int fd, uint32_t *count)
{
	struct sync_file_info info = {};

	igt_assert_eq(ioctl(fd, SYNC_IOC_FILE_INFO, &info), 0);
	if (count)
		*count = info.num_fences;
	return info.status;
}

static int polled(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms);
}

static void sync_files(void)
{
	struct user u = user_open();
	uint32_t fence = fence_create(&u, FENCE_SHARED), count;
	int a = sync_file(&u, fence, 5), b = sync_file(&u, fence, 9), both;
	struct sync_merge_data merge = { .fd2 = b };
	struct d3dkmt_opensyncobjectfromsyncfile open_args = { .device = u.device };
	struct d3dkmt_createsyncfile bad = { .device = u.device, .monitored_fence = u.device };

	igt_assert_eq(polled(a, 0), 0);
	igt_assert_eq(sync_file_status(a, NULL), 0);
	igt_assert_eq(ioctl(a, SYNC_IOC_MERGE, &merge), 0);
	both = merge.fence;
	fence_signal(&u, fence, 5);
	igt_assert_eq(polled(a, 20000), 1);
	igt_assert_eq(sync_file_status(a, &count), 1);
	igt_assert_eq_u32(count, 1);
	igt_assert_eq(polled(both, 0), 0);
	open_args.sync_file_handle = a;
	igt_dxg_d3d(u.fd, LX_DXOPENSYNCOBJECTFROMSYNCFILE, &open_args, 0);
	igt_assert_eq_u64(open_args.fence_value, 6);
	fence_signal(&u, open_args.syncobj, 9);
	igt_assert_eq(polled(both, 20000), 1);
	igt_assert_eq(sync_file_status(both, &count), 1);
	igt_assert_eq_u32(count, 2);
	close(b);
	/* What is no fence, no sync file. */
	igt_dxg_d3d(u.fd, LX_DXCREATESYNCFILE, &bad, -EINVAL);
	open_args.sync_file_handle = u.fd;
	igt_dxg_d3d(u.fd, LX_DXOPENSYNCOBJECTFROMSYNCFILE, &open_args, -EINVAL);
	/* What can no longer be reached has an error. */
	b = sync_file(&u, fence, 100);
	igt_assert_eq(sync_file_status(b, NULL), 0);
	user_close(&u);
	igt_assert_eq(polled(b, 20000), 1);
	igt_assert_eq(sync_file_status(b, NULL), -ECANCELED);
	igt_assert_eq(sync_file_status(a, NULL), 1);
	close(a);
	close(b);
	close(both);
}

int igt_main()
{
	igt_subtest("fence")
		fence_shared();
	igt_subtest("resource")
		resource_shared(1);
	igt_subtest("resource-of-two")
		resource_shared(2);
	igt_subtest("resource-dma-buf")
		resource_dma_buf();
	igt_subtest("resource-from-render-node")
		resource_from_render_node();
	igt_subtest("resource-not-shared")
		resource_not_shared();
	igt_subtest("resource-with-host")
		resource_with_host();
	igt_subtest("sync-files")
		sync_files();
}
