// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: what a program does from a device to a result: memory, addresses, queues,
 * fences, waits; and what it is refused on the way.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_compat.h"
#include "softgpu_build.h"

/**
 * TEST: compat flow
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: devices, memory, queues and fences
 *
 * SUBTEST: lock-unlock
 * Description: Locks of an allocation are counted and give one address; the mapping goes with the
 *	last one, or with the allocation. Handles of nothing, of another kind and of another device
 *	are refused.
 *
 * SUBTEST: user-memory
 * Description: An allocation over memory of the program locks at its own address; what is no
 *	page, no whole number of pages, nothing, too much or not mapped is refused, and stays free.
 *
 * SUBTEST: cross-adapter
 * Description: A standard allocation for several adapters is memory that is locked and keeps its
 *	contents; one of the program's memory is refused.
 *
 * SUBTEST: create-invalid
 * Description: Each bad field of CREATEALLOCATION has its errno; DESTROYALLOCATION2 ends all of a
 *	list, or nothing.
 *
 * SUBTEST: fence-values
 * Description: A fence is read in its page, which cannot be made writable; waits end at their
 *	values, eventfds are signalled at theirs. A fence that is a queue's cannot be destroyed.
 *
 * SUBTEST: fence-wait-interrupted
 * Description: A wait that signals interrupt goes on; a fatal signal ends it.
 *
 * SUBTEST: cpu-notification
 * Description: A notification object takes an eventfd and tells the host's number; bad
 *	descriptors and kinds are refused.
 *
 * SUBTEST: submit-context
 * Description: Commands on a context run, and signal a fence and an eventfd; each count that is
 *	too large, and a handle of another kind, is refused.
 *
 * SUBTEST: submit-hwqueue
 * Description: Commands on a hardware queue run and raise its progress fence; the context ends
 *	what is below it.
 *
 * SUBTEST: handles-of-others
 * Description: Handles of a device and an allocation mean nothing in another process.
 *
 * SUBTEST: close-ends-devices
 * Description: The last handle of an adapter that is closed ends its devices, and what is on them.
 *
 * SUBTEST: exit-with-many
 * Description: A process ends with ten thousand allocations.
 */

IGT_TEST_DESCRIPTION("Devices, memory, queues and fences of /dev/dxg.");

#define PAGE		4096
#define SIZE		65536
#define WILD		0xdead0000dead0000ull
#define NOTHING		0x40ffffc0u
#define PENDING		0x103

struct machine {
	int fd;
	uint32_t adapter;
	uint32_t device;
	uint32_t paging;
	uint32_t paging_fence;
	const volatile uint64_t *paging_value;
};

static uint32_t device_create(int fd, uint32_t adapter)
{
	struct d3dkmt_createdevice args = { .adapter = adapter };

	igt_dxg_d3d(fd, LX_DXCREATEDEVICE, &args, 0);
	igt_assert_neq_u32(args.device, 0);
	return args.device;
}

static void device_destroy(int fd, uint32_t device, int result)
{
	struct d3dkmt_destroydevice args = { .device = device };

	igt_dxg_d3d(fd, LX_DXDESTROYDEVICE, &args, result);
}

static struct machine machine_open(void)
{
	struct machine m = { .fd = igt_dxg_compat_open() };
	struct d3dkmt_createpagingqueue args = {};

	m.adapter = igt_dxg_compat_adapter(m.fd, NULL);
	m.device = device_create(m.fd, m.adapter);
	args.device = m.device;
	igt_dxg_d3d(m.fd, LX_DXCREATEPAGINGQUEUE, &args, 0);
	m.paging = args.paging_queue;
	m.paging_fence = args.sync_object;
	m.paging_value = (void *)(uintptr_t)args.fence_cpu_virtual_address;
	igt_assert(m.paging_value);
	return m;
}

static void machine_close(struct machine *m)
{
	device_destroy(m->fd, m->device, 0);
	close(m->fd);
}

static int wait_cpu(const struct machine *m, uint32_t object, uint64_t value, int event)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu args = {
		.device = m->device,
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.fence_values = (uintptr_t)&value,
		.async_event = event,
	};

	return __dxg_d3d(m->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, &args);
}

static void signal_cpu(const struct machine *m, uint32_t object, uint64_t value)
{
	struct d3dkmt_signalsynchronizationobjectfromcpu args = {
		.device = m->device,
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.fence_values = (uintptr_t)&value,
	};

	igt_dxg_d3d(m->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, &args, 0);
}

static void paged(const struct machine *m, int result, uint64_t value)
{
	igt_assert(result == 0 || result == PENDING);
	if (result == PENDING)
		igt_assert_eq(wait_cpu(m, m->paging_fence, value, 0), 0);
}

/* --- Memory --- */

/* Plain allocations of host memory. */
static int __allocate(const struct machine *m, uint32_t *handles, uint32_t count, uint64_t size,
		      uint32_t flags)
{
	static struct d3dddi_allocationinfo2 infos[1024];
	static struct igt_dxg_data data[1024];
	struct d3dkmt_createallocation args = {
		.device = m->device,
		.alloc_count = count,
		.allocation_info = (uintptr_t)infos,
		.flags = flags,
	};
	uint32_t i;
	int ret;

	memset(infos, 0, sizeof(infos));
	for (i = 0; i < count; i++) {
		data[i] = igt_dxg_data(size, 0);
		infos[i].priv_drv_data = (uintptr_t)&data[i];
		infos[i].priv_drv_data_size = sizeof(data[i]);
	}
	ret = __dxg_d3d(m->fd, LX_DXCREATEALLOCATION, &args);
	for (i = 0; i < count && !ret; i++)
		handles[i] = infos[i].allocation;
	return ret;
}

static uint32_t allocate(const struct machine *m, uint64_t size)
{
	uint32_t handle = 0;

	igt_assert_eq(__allocate(m, &handle, 1, size, 0), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

/* An allocation over memory of this program. */
static int __allocate_heap(const struct machine *m, void *memory, uint64_t size, uint32_t *handle)
{
	struct d3dkmt_createstandardallocation standard = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = size,
	};
	struct d3dddi_allocationinfo2 info = { .sysmem = (uintptr_t)memory };
	struct d3dkmt_createallocation args = {
		.device = m->device,
		.standard_allocation = (uintptr_t)&standard,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION,
	};
	int ret = __dxg_d3d(m->fd, LX_DXCREATEALLOCATION, &args);

	*handle = info.allocation;
	return ret;
}

static int destroy(const struct machine *m, const uint32_t *handles, uint32_t count)
{
	struct d3dkmt_destroyallocation2 args = {
		.device = m->device,
		.allocations = (uintptr_t)handles,
		.alloc_count = count,
	};

	return __dxg_d3d(m->fd, LX_DXDESTROYALLOCATION2, &args);
}

static int __lock(const struct machine *m, uint32_t handle, void **address)
{
	struct d3dkmt_lock2 args = { .device = m->device, .allocation = handle };
	int ret = __dxg_d3d(m->fd, LX_DXLOCK2, &args);

	*address = (void *)(uintptr_t)args.data;
	return ret;
}

static int __unlock(const struct machine *m, uint32_t handle)
{
	struct d3dkmt_unlock2 args = { .device = m->device, .allocation = handle };

	return __dxg_d3d(m->fd, LX_DXUNLOCK2, &args);
}

static uint64_t gpu_map(const struct machine *m, uint32_t handle, uint64_t size)
{
	struct d3dddi_mapgpuvirtualaddress args = {
		.paging_queue = m->paging,
		.allocation = handle,
		.size_in_pages = size / PAGE,
		.protection = D3DDDIGPUVA_PROTECTION_TYPE_WRITE |
			      D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE,
	};
	struct d3dddi_makeresident resident = {
		.paging_queue = m->paging,
		.alloc_count = 1,
		.allocation_list = (uintptr_t)&handle,
	};
	int ret = __dxg_d3d(m->fd, LX_DXMAPGPUVIRTUALADDRESS, &args);

	paged(m, ret, args.paging_fence_value);
	igt_assert_neq_u64(args.virtual_address, 0);
	ret = __dxg_d3d(m->fd, LX_DXMAKERESIDENT, &resident);
	paged(m, ret, resident.paging_fence_value);
	return args.virtual_address;
}

static void lock_unlock(void)
{
	struct machine m = machine_open(), other;
	uint32_t handle = allocate(&m, SIZE);
	void *a, *b;

	igt_assert_eq(__lock(&m, handle, &a), 0);
	memset(a, 0x5a, SIZE);
	igt_assert_eq(__lock(&m, handle, &b), 0);
	igt_assert(a == b);
	igt_assert_eq(__unlock(&m, handle), 0);
	igt_assert_eq(((char *)a)[SIZE - 1], 0x5a);
	igt_assert_eq(__unlock(&m, handle), 0);
	igt_assert_eq(__unlock(&m, handle), -EINVAL);
	/* The mapping went with the last lock. */
	igt_assert_eq(msync(a, SIZE, MS_ASYNC), -1);
	igt_assert_eq(errno, ENOMEM);
	igt_assert_eq(__lock(&m, handle, &a), 0);
	igt_assert_eq(((char *)a)[0], 0x5a);
	/* Handles of nothing, of another kind, of another device. */
	igt_assert_eq(__lock(&m, NOTHING, &b), -EINVAL);
	igt_assert_eq(__lock(&m, m.paging, &b), -EINVAL);
	other = m;
	other.device = device_create(m.fd, m.adapter);
	igt_assert_eq(__lock(&other, handle, &b), -EINVAL);
	igt_assert_eq(destroy(&other, &handle, 1), -EINVAL);
	/* Locked or not, it ends. */
	igt_assert_eq(destroy(&m, &handle, 1), 0);
	igt_assert_eq(destroy(&m, &handle, 1), -EINVAL);
	igt_assert_eq(msync(a, SIZE, MS_ASYNC), -1);
	machine_close(&m);
}

static void user_memory(void)
{
	struct machine m = machine_open();
	uint32_t handle, other;
	void *memory, *locked;

	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(memory != MAP_FAILED);
	igt_assert_eq(__allocate_heap(&m, memory, SIZE, &handle), 0);
	igt_assert_eq(__lock(&m, handle, &locked), 0);
	igt_assert(locked == memory);
	igt_assert_eq(__unlock(&m, handle), 0);
	igt_assert_eq(__allocate_heap(&m, (char *)memory + 8, SIZE, &other), -EINVAL);
	igt_assert_eq(__allocate_heap(&m, memory, SIZE + 1, &other), -EINVAL);
	igt_assert_eq(__allocate_heap(&m, memory, 0, &other), -EINVAL);
	igt_assert_eq(__allocate_heap(&m, memory, 1ull << 63, &other), -EINVAL);
	/* The host takes 32 bits of it: refused, not cut. */
	igt_assert_eq(__allocate_heap(&m, memory, (1ull << 32) + SIZE, &other), -EINVAL);
	igt_assert_eq(__allocate_heap(&m, memory, 1ull << 32, &other), -EINVAL);
	igt_assert_eq(__allocate_heap(&m, (void *)0x10000000000, SIZE, &other), -EFAULT);
	/* Nothing of those that failed is left pinned: what is there can be unmapped. */
	igt_assert_eq(destroy(&m, &handle, 1), 0);
	munmap(memory, SIZE);
	machine_close(&m);
}

static void cross_adapter(void)
{
	struct machine m = machine_open();
	struct d3dkmt_createstandardallocation standard = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_CROSSADAPTER,
		.existing_heap_data.size = SIZE,
	};
	struct d3dddi_allocationinfo2 info = {};
	struct d3dkmt_createallocation args = {
		.device = m.device,
		.standard_allocation = (uintptr_t)&standard,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION,
	};
	uint32_t handle;
	void *memory;

	igt_dxg_d3d(m.fd, LX_DXCREATEALLOCATION, &args, 0);
	handle = info.allocation;
	igt_assert_eq(__lock(&m, handle, &memory), 0);
	memset(memory, 0x5e, SIZE);
	igt_assert_eq(__unlock(&m, handle), 0);
	igt_assert_eq(__lock(&m, handle, &memory), 0);
	igt_dxg_check_word(memory, SIZE, 0x5e5e5e5e);
	igt_assert_eq(__unlock(&m, handle), 0);
	igt_assert_eq(destroy(&m, &handle, 1), 0);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(memory != MAP_FAILED);
	info = (struct d3dddi_allocationinfo2) { .sysmem = (uintptr_t)memory };
	igt_dxg_d3d(m.fd, LX_DXCREATEALLOCATION, &args, -EINVAL);
	munmap(memory, SIZE);
	machine_close(&m);
}

static void create_invalid(void)
{
	struct machine m = machine_open();
	struct igt_dxg_data data = igt_dxg_data(SIZE, 0);
	struct d3dddi_allocationinfo2 info = {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
	struct d3dkmt_createallocation good = {
		.device = m.device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
	}, args;
	uint32_t handles[2];

#define REFUSED(change, error) do { \
	args = good; \
	change; \
	igt_dxg_d3d(m.fd, LX_DXCREATEALLOCATION, &args, error); \
} while (0)
	REFUSED(args.alloc_count = 0, -EINVAL);
	REFUSED(args.alloc_count = 1025, -EINVAL);
	REFUSED(args.alloc_count = ~0u, -EINVAL);
	REFUSED(args.allocation_info = WILD, -EFAULT);
	REFUSED(args.device = NOTHING, -EINVAL);
	REFUSED(args.device = m.paging, -EINVAL);
	REFUSED(args.resource = NOTHING, -EINVAL);
	REFUSED(args.flags = D3DKMT_CREATEALLOCATION_CREATE_PROTECTED, -EINVAL);
	REFUSED(args.flags = D3DKMT_CREATEALLOCATION_EXISTING_SECTION, -EINVAL);
	REFUSED(args.flags = D3DKMT_CREATEALLOCATION_CREATE_SHARED, -EINVAL);
	REFUSED(args.flags = D3DKMT_CREATEALLOCATION_CREATE_SHARED |
			     D3DKMT_CREATEALLOCATION_CREATE_RESOURCE, -EINVAL);
	REFUSED(args.flags = 1u << 31, -EINVAL);
	REFUSED((args.private_runtime_data_size = 131072, args.private_runtime_data = WILD),
		-EOVERFLOW);
	REFUSED(args.priv_drv_data_size = ~0u, -EOVERFLOW);
	REFUSED((args.private_runtime_data_size = 8, args.private_runtime_data = WILD), -EFAULT);
	info.priv_drv_data_size = ~0u;
	REFUSED(args.flags = 0, -EOVERFLOW);
	info.priv_drv_data_size = sizeof(data);
	info.priv_drv_data = WILD;
	REFUSED(args.flags = 0, -EFAULT);
#undef REFUSED
	handles[0] = allocate(&m, SIZE);
	handles[1] = NOTHING;
	/* All of a list, or nothing. */
	igt_assert_eq(destroy(&m, handles, 2), -EINVAL);
	handles[1] = handles[0];
	igt_assert_eq(destroy(&m, handles, 2), 0);
	machine_close(&m);
}

/* --- Fences --- */

static uint32_t fence_create(const struct machine *m, uint64_t value, uint32_t flags,
			     const volatile uint64_t **cpu)
{
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = m->device,
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.flags = flags,
		.info.monitored_fence.initial_fence_value = value,
	};

	igt_dxg_d3d(m->fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	igt_assert_neq_u32(args.sync_object, 0);
	igt_assert_neq_u64(args.info.monitored_fence.fence_cpu_virtual_address, 0);
	if (cpu)
		*cpu = (void *)(uintptr_t)args.info.monitored_fence.fence_cpu_virtual_address;
	return args.sync_object;
}

static void fence_values(void)
{
	struct machine m = machine_open();
	const volatile uint64_t *value;
	uint32_t fence = fence_create(&m, 7, 0, &value);
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct d3dkmt_destroysynchronizationobject args = { .sync_object = fence };
	struct pollfd poll_fd = { .fd = efd, .events = POLLIN };
	uint64_t count;

	igt_assert_eq_u64(*value, 7);
	/* The page is there to be read, and stays so. */
	igt_assert_eq(mprotect((void *)value, PAGE, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(wait_cpu(&m, fence, 7, 0), 0);
	igt_assert_eq(wait_cpu(&m, fence, 9, efd), 0);
	signal_cpu(&m, fence, 8);
	igt_assert_eq(wait_cpu(&m, fence, 8, 0), 0);
	igt_assert_eq(read(efd, &count, sizeof(count)), -1);
	signal_cpu(&m, fence, 9);
	igt_assert_eq(poll(&poll_fd, 1, 120000), 1);
	igt_assert_eq(read(efd, &count, sizeof(count)), sizeof(count));
	igt_assert_eq_u64(count, 1);
	igt_assert_eq_u64(*value, 9);
	/* No object, another kind, a bad descriptor. */
	igt_assert_eq(wait_cpu(&m, m.device, 1, 0), -EINVAL);
	igt_assert_eq(wait_cpu(&m, NOTHING, 1, 0), -EINVAL);
	igt_assert_eq(wait_cpu(&m, fence, 1, 12345), -EBADF);
	igt_assert_eq(wait_cpu(&m, fence, 1, m.fd), -EINVAL);
	/* A queue's fence is the queue's. */
	args.sync_object = m.paging_fence;
	igt_dxg_d3d(m.fd, LX_DXDESTROYSYNCHRONIZATIONOBJECT, &args, -EINVAL);
	args.sync_object = fence;
	igt_dxg_d3d(m.fd, LX_DXDESTROYSYNCHRONIZATIONOBJECT, &args, 0);
	igt_dxg_d3d(m.fd, LX_DXDESTROYSYNCHRONIZATIONOBJECT, &args, -EINVAL);
	igt_assert_eq(msync((void *)value, PAGE, MS_ASYNC), -1);
	close(efd);
	machine_close(&m);
}

static volatile int alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

/* A wait that signals interrupt goes on, and ends when its device does. */
static void fence_wait_interrupted(void)
{
	struct machine m = machine_open();
	uint32_t fence = fence_create(&m, 0, 0, NULL);
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct itimerval timer = { { 0, 20000 }, { 0, 20000 } };
	struct machine child_m;
	int status;
	pid_t pid;

	machine_close(&m);
	pid = fork();
	if (!pid) {
		child_m = machine_open();
		fence = fence_create(&child_m, 0, 0, NULL);
		sigaction(SIGALRM, &action, NULL);
		setitimer(ITIMER_REAL, &timer, NULL);
		wait_cpu(&child_m, fence, 1, 0);
		_exit(1);
	}
	usleep(500000);
	/* It still waits, and is killed in it. */
	igt_assert_eq(waitpid(pid, &status, WNOHANG), 0);
	igt_assert_eq(kill(pid, SIGKILL), 0);
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert(WIFSIGNALED(status));
}

static void cpu_notification(void)
{
	struct machine m = machine_open();
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = m.device,
		.info.type = D3DDDI_CPU_NOTIFICATION,
		.info.cpu_notification.event = efd,
	};
	struct d3dkmt_destroysynchronizationobject end;

	igt_dxg_d3d(m.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	end.sync_object = args.sync_object;
	/* The number that the host has is told instead of the descriptor. */
	igt_assert_neq_u64(args.info.cpu_notification.event, efd);
	args.info.cpu_notification.event = 99999;
	igt_dxg_d3d(m.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, -EBADF);
	args.info.type = 7;
	igt_dxg_d3d(m.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, -EINVAL);
	igt_dxg_d3d(m.fd, LX_DXDESTROYSYNCHRONIZATIONOBJECT, &end, 0);
	close(efd);
	machine_close(&m);
}

/* --- Execution --- */

static uint32_t context_create(const struct machine *m, uint32_t node, uint32_t flags)
{
	struct d3dkmt_createcontextvirtual args = {
		.device = m->device,
		.node_ordinal = node,
		.engine_affinity = 1,
		.flags = flags,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
	};

	igt_dxg_d3d(m->fd, LX_DXCREATECONTEXTVIRTUAL, &args, 0);
	igt_assert_neq_u32(args.context, 0);
	return args.context;
}

/* Commands that fill @size bytes at @va, in memory of this program. */
static uint64_t fill_commands(const struct machine *m, void *memory, uint64_t va, uint32_t *length)
{
	struct softgpu_buffer b;
	uint32_t handle;

	softgpu_buffer_init(&b, memory, PAGE);
	softgpu_fill(&b, va, SIZE, 0xabcd1234);
	*length = b.used;
	igt_assert_eq(__allocate_heap(m, memory, PAGE, &handle), 0);
	return gpu_map(m, handle, PAGE);
}

static void check_filled(const struct machine *m, uint32_t target)
{
	void *address;

	igt_assert_eq(__lock(m, target, &address), 0);
	igt_dxg_check_word(address, SIZE, 0xabcd1234);
	igt_assert_eq(__unlock(m, target), 0);
}

static void submit_context(void)
{
	struct machine m = machine_open();
	uint32_t target = allocate(&m, SIZE), context = context_create(&m, 0, 0), length;
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t va = gpu_map(&m, target, SIZE), value = 5, count;
	uint64_t commands = fill_commands(&m, memory, va, &length);
	uint32_t fence = fence_create(&m, 0, 0, NULL);
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct pollfd poll_fd = { .fd = efd, .events = POLLIN };
	struct d3dkmt_submitcommand submit = {
		.command_buffer = commands,
		.command_length = length,
		.broadcast_context_count = 1,
		.broadcast_context = { context },
	};
	struct d3dkmt_signalsynchronizationobjectfromgpu signal = {
		.context = context,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.monitored_fence_values = (uintptr_t)&value,
	};
	struct d3dkmt_signalsynchronizationobject2 event = {
		.context = context,
		.flags = D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT,
		.cpu_event_handle = efd,
	};
	struct d3dkmt_getdevicestate state = {
		.device = m.device,
		.state_type = D3DKMT_DEVICESTATE_EXECUTION,
	};

	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, 0);
	igt_dxg_d3d(m.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, &signal, 0);
	igt_dxg_d3d(m.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECT, &event, 0);
	igt_assert_eq(wait_cpu(&m, fence, 5, 0), 0);
	igt_assert_eq(poll(&poll_fd, 1, 120000), 1);
	igt_assert_eq(read(efd, &count, sizeof(count)), sizeof(count));
	igt_dxg_d3d(m.fd, LX_DXGETDEVICESTATE, &state, 0);
	igt_assert_eq_u32(state.execution_state, D3DKMT_DEVICEEXECUTION_ACTIVE);
	check_filled(&m, target);

	submit.broadcast_context[0] = fence;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, -EINVAL);
	submit.broadcast_context[0] = context;
	submit.broadcast_context_count = 65;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, -EINVAL);
	submit.broadcast_context_count = 1;
	submit.num_primaries = 17;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, -EINVAL);
	submit.num_primaries = 0;
	submit.num_history_buffers = 1025;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, -EINVAL);
	submit.num_history_buffers = 0;
	submit.priv_drv_data_size = ~0u;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMAND, &submit, -EOVERFLOW);
	signal.object_count = 33;
	igt_dxg_d3d(m.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, &signal, -EINVAL);
	close(efd);
	machine_close(&m);
}

static void submit_hwqueue(void)
{
	struct machine m = machine_open();
	uint32_t target = allocate(&m, SIZE), length;
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t va = gpu_map(&m, target, SIZE), commands = fill_commands(&m, memory, va, &length);
	struct d3dkmt_createhwqueue queue = {
		.context = context_create(&m, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED),
	};
	struct d3dkmt_submitcommandtohwqueue submit = {
		.hwqueue_progress_fence_id = 1,
		.command_buffer = commands,
		.command_length = length,
	};
	struct d3dkmt_destroycontext end = { .context = queue.context };
	struct d3dkmt_destroyhwqueue end_queue;
	const volatile uint64_t *progress;

	igt_dxg_d3d(m.fd, LX_DXCREATEHWQUEUE, &queue, 0);
	progress = (void *)(uintptr_t)queue.queue_progress_fence_cpu_va;
	submit.hwqueue = queue.queue;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMANDTOHWQUEUE, &submit, 0);
	igt_assert_eq(wait_cpu(&m, queue.queue_progress_fence, 1, 0), 0);
	igt_assert_eq_u64(*progress, 1);
	check_filled(&m, target);
	submit.hwqueue = queue.context;
	igt_dxg_d3d(m.fd, LX_DXSUBMITCOMMANDTOHWQUEUE, &submit, -EINVAL);
	/* The context ends what is below it. */
	igt_dxg_d3d(m.fd, LX_DXDESTROYCONTEXT, &end, 0);
	end_queue.queue = queue.queue;
	igt_dxg_d3d(m.fd, LX_DXDESTROYHWQUEUE, &end_queue, -EINVAL);
	igt_assert_eq(wait_cpu(&m, queue.queue_progress_fence, 1, 0), -EINVAL);
	machine_close(&m);
}

/* --- Ends --- */

static void handles_of_others(void)
{
	struct machine m = machine_open();
	uint32_t device = m.device, handle = allocate(&m, SIZE);

	igt_fork(child, 1) {
		struct machine own = { .fd = igt_dxg_compat_open() };
		void *address;

		device_destroy(own.fd, device, -EINVAL);
		own.device = device;
		igt_assert_eq(__lock(&own, handle, &address), -EINVAL);
		igt_assert_eq(destroy(&own, &handle, 1), -EINVAL);
		close(own.fd);
	}
	igt_waitchildren();
	igt_assert_eq(destroy(&m, &handle, 1), 0);
	machine_close(&m);
}

static void close_ends_devices(void)
{
	struct machine m = machine_open();
	struct d3dkmt_closeadapter args = { .adapter_handle = m.adapter };
	uint32_t handle = allocate(&m, SIZE);

	igt_dxg_d3d(m.fd, LX_DXCLOSEADAPTER, &args, 0);
	device_destroy(m.fd, m.device, -EINVAL);
	igt_assert_eq(destroy(&m, &handle, 1), -EINVAL);
	close(m.fd);
}

/* A process with many allocations ends: the host is not asked once for each. */
static void exit_with_many(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct machine m = machine_open();
		static uint32_t handles[1000];
		int i;

		for (i = 0; i < 20; i++)
			if (__allocate(&m, handles, 500, PAGE, 0))
				_exit(1);
		/* Nothing is closed here. */
		_exit(0);
	}
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert(WIFEXITED(status));
	igt_assert_eq(WEXITSTATUS(status), 0);
}

int igt_main()
{
	igt_subtest("lock-unlock")
		lock_unlock();
	igt_subtest("user-memory")
		user_memory();
	igt_subtest("cross-adapter")
		cross_adapter();
	igt_subtest("create-invalid")
		create_invalid();
	igt_subtest("fence-values")
		fence_values();
	igt_subtest("fence-wait-interrupted")
		fence_wait_interrupted();
	igt_subtest("cpu-notification")
		cpu_notification();
	igt_subtest("submit-context")
		submit_context();
	igt_subtest("submit-hwqueue")
		submit_hwqueue();
	igt_subtest("handles-of-others")
		handles_of_others();
	igt_subtest("close-ends-devices")
		close_ends_devices();
	igt_subtest("exit-with-many")
		exit_with_many();
}
