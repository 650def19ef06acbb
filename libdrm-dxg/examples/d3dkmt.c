// SPDX-License-Identifier: MIT
/*
 * D3DKMT, on the render node or, with DXG_BACKEND=dev, on /dev/dxg: a parent shares a
 * resource and a fence with its child, whose hardware queue fills the one and raises
 * the other; an eventfd tells the parent.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "d3dkmt.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"

#define SIZE	65536u
#define PAGE	4096u

/* STATUS_PENDING is a success, too. */
#define TRY(call) do { \
	NTSTATUS status_ = (call); \
	if (!NT_SUCCESS(status_)) { \
		fprintf(stderr, "%s: %#x\n", #call, (unsigned int)status_); \
		return 1; \
	} \
} while (0)

#define ADDRESS(p)	((__u64)(uintptr_t)(p))

/** struct gpu - An adapter, a device and its paging queue. */
struct gpu {
	D3DKMT_HANDLE adapter, device, paging, paging_fence;
};

static int gpu_open(struct gpu *gpu)
{
	D3DKMT_ADAPTERINFO adapters[16];
	D3DKMT_ENUMADAPTERS2 list = { .num_adapters = 16, .adapters = ADDRESS(adapters) };
	D3DKMT_CREATEDEVICE device = {};
	D3DKMT_CREATEPAGINGQUEUE paging = {};

	TRY(D3DKMTEnumAdapters2(&list));
	if (!list.num_adapters) {
		fprintf(stderr, "there is no adapter\n");
		return 1;
	}
	gpu->adapter = adapters[0].adapter_handle;
	device.adapter = gpu->adapter;
	TRY(D3DKMTCreateDevice(&device));
	gpu->device = device.device;
	paging.device = gpu->device;
	TRY(D3DKMTCreatePagingQueue(&paging));
	gpu->paging = paging.paging_queue;
	gpu->paging_fence = paging.sync_object;
	return 0;
}

/* Map an allocation, make it resident, and wait for both. */
static int gpu_map(struct gpu *gpu, D3DKMT_HANDLE allocation, __u64 size, __u64 protection,
		   __u64 *va)
{
	D3DDDI_MAPGPUVIRTUALADDRESS map = {
		.paging_queue = gpu->paging,
		.allocation = allocation,
		.size_in_pages = size / PAGE,
		.protection = protection,
	};
	D3DDDI_MAKERESIDENT resident = {
		.paging_queue = gpu->paging,
		.alloc_count = 1,
		.allocation_list = ADDRESS(&allocation),
	};
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU wait = {
		.device = gpu->device,
		.object_count = 1,
		.objects = ADDRESS(&gpu->paging_fence),
		.fence_values = ADDRESS(&resident.paging_fence_value),
	};

	TRY(D3DKMTMapGpuVirtualAddress(&map));
	TRY(D3DKMTMakeResident(&resident));
	TRY(D3DKMTWaitForSynchronizationObjectFromCpu(&wait));
	*va = map.virtual_address;
	return 0;
}

/* This program's own memory for the GPU. */
static int gpu_heap(struct gpu *gpu, void *memory, __u64 size, D3DKMT_HANDLE *allocation)
{
	D3DKMT_CREATESTANDARDALLOCATION heap = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = size,
	};
	D3DDDI_ALLOCATIONINFO2 info = { .sysmem = ADDRESS(memory) };
	D3DKMT_CREATEALLOCATION create = {
		.device = gpu->device,
		.standard_allocation = ADDRESS(&heap),
		.priv_drv_data_size = sizeof(heap),
		.alloc_count = 1,
		.allocation_info = ADDRESS(&info),
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION |
			 D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM,
	};

	TRY(D3DKMTCreateAllocation2(&create));
	*allocation = info.allocation;
	return 0;
}

/* Open what the parent shares. */
static int child_open(struct gpu *gpu, int resource_fd, int fence_fd, D3DKMT_HANDLE *allocation,
		      D3DKMT_HANDLE *fence)
{
	D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE query = {
		.device = gpu->device,
		.nt_handle = resource_fd,
	};
	D3DDDI_OPENALLOCATIONINFO2 info = {};
	struct softgpu_alloc data;
	D3DKMT_OPENRESOURCEFROMNTHANDLE open = {
		.device = gpu->device,
		.nt_handle = resource_fd,
		.open_alloc_info = ADDRESS(&info),
		.total_priv_drv_data = ADDRESS(&data),
		.total_priv_drv_data_size = sizeof(data),
	};
	D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 open_fence = {
		.device = gpu->device,
		.nt_handle = fence_fd,
		.flags = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING,
	};

	TRY(D3DKMTQueryResourceInfoFromNtHandle(&query));
	open.allocation_count = query.allocation_count;
	TRY(D3DKMTOpenResourceFromNtHandle(&open));
	TRY(D3DKMTOpenSyncObjectFromNtHandle2(&open_fence));
	*allocation = info.allocation;
	*fence = open_fence.sync_object;
	return 0;
}

static int child(int resource_fd, int fence_fd, int socket)
{
	D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE signal = { .hwqueue_count = 1, .object_count = 1 };
	D3DKMT_SUBMITCOMMANDTOHWQUEUE submit = { .hwqueue_progress_fence_id = 1 };
	D3DKMT_CREATECONTEXTVIRTUAL context = {
		.engine_affinity = 1,
		.flags = D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED,
	};
	D3DKMT_HANDLE memory, fence, code;
	__u64 memory_va, code_va, value = 42;
	struct softgpu_buffer commands;
	D3DKMT_CREATEHWQUEUE queue = {};
	struct gpu gpu;
	char byte;
	void *map;

	if (gpu_open(&gpu) || child_open(&gpu, resource_fd, fence_fd, &memory, &fence) ||
	    gpu_map(&gpu, memory, SIZE, D3DDDIGPUVA_PROTECTION_TYPE_WRITE, &memory_va))
		return 1;
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || gpu_heap(&gpu, map, PAGE, &code) ||
	    gpu_map(&gpu, code, PAGE, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE, &code_va))
		return 1;
	softgpu_buffer_init(&commands, map, PAGE);
	softgpu_fill(&commands, memory_va, SIZE, 0xd3d);

	context.device = gpu.device;
	TRY(D3DKMTCreateContextVirtual(&context));
	queue.context = context.context;
	TRY(D3DKMTCreateHwQueue(&queue));
	submit.hwqueue = queue.queue;
	submit.command_buffer = code_va;
	submit.command_length = commands.used;
	TRY(D3DKMTSubmitCommandToHwQueue(&submit));
	signal.hwqueues = ADDRESS(&queue.queue);
	signal.objects = ADDRESS(&fence);
	signal.fence_values = ADDRESS(&value);
	TRY(D3DKMTSubmitSignalSyncObjectsToHwQueue(&signal));
	/* Until the parent has seen it: the work would end with us. */
	return read(socket, &byte, 1) < 0;
}

static int share(D3DKMT_HANDLE object, int *fd)
{
	__u64 shared;
	D3DKMT_SHAREOBJECTS args = {
		.object_count = 1,
		.objects = ADDRESS(&object),
		.shared_handle = ADDRESS(&shared),
	};

	TRY(D3DKMTShareObjects(&args));
	*fd = shared;
	return 0;
}

/* Make what is shared: memory of the host, and a fence. */
static int parent_make(struct gpu *gpu, D3DKMT_HANDLE *allocation, D3DKMT_HANDLE *fence,
		       int *resource_fd, int *fence_fd)
{
	struct softgpu_alloc data = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.size = SIZE,
		.flags = SOFTGPU_ALLOC_CACHED,
	};
	D3DDDI_ALLOCATIONINFO2 info = {
		.priv_drv_data = ADDRESS(&data),
		.priv_drv_data_size = sizeof(data),
	};
	D3DKMT_CREATEALLOCATION create = {
		.device = gpu->device,
		.alloc_count = 1,
		.allocation_info = ADDRESS(&info),
		.flags = D3DKMT_CREATEALLOCATION_CREATE_RESOURCE |
			 D3DKMT_CREATEALLOCATION_CREATE_SHARED |
			 D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING,
	};
	D3DKMT_CREATESYNCHRONIZATIONOBJECT2 create_fence = {
		.device = gpu->device,
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.flags = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			      D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING,
	};

	TRY(D3DKMTCreateAllocation2(&create));
	TRY(D3DKMTCreateSynchronizationObject2(&create_fence));
	*allocation = info.allocation;
	*fence = create_fence.sync_object;
	return share(create.resource, resource_fd) || share(*fence, fence_fd);
}

int main(void)
{
	D3DKMT_HANDLE allocation, fence;
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU wait = { .object_count = 1 };
	struct pollfd ready = { .events = POLLIN };
	D3DKMT_CLOSEADAPTER close_adapter;
	int sockets[2], resource_fd, fence_fd, status;
	D3DKMT_LOCK2 lock = {};
	const __u32 *words;
	__u64 value = 42;
	struct gpu gpu;
	pid_t pid;

	if (gpu_open(&gpu) || parent_make(&gpu, &allocation, &fence, &resource_fd, &fence_fd) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		return 1;
	pid = fork();
	if (!pid) {
		close(sockets[0]);
		return child(resource_fd, fence_fd, sockets[1]);
	}
	close(sockets[1]);

	ready.fd = eventfd(0, EFD_CLOEXEC);
	wait.device = gpu.device;
	wait.objects = ADDRESS(&fence);
	wait.fence_values = ADDRESS(&value);
	wait.async_event = ready.fd;
	TRY(D3DKMTWaitForSynchronizationObjectFromCpu(&wait));
	if (poll(&ready, 1, 30000) != 1) {
		fprintf(stderr, "the child's GPU work does not end\n");
		return 1;
	}
	lock.device = gpu.device;
	lock.allocation = allocation;
	TRY(D3DKMTLock2(&lock));
	words = (const __u32 *)(uintptr_t)lock.data;
	printf("the event came, the parent reads %#x, %#x\n", words[0], words[SIZE / 4 - 1]);

	close(sockets[0]);
	waitpid(pid, &status, 0);
	close_adapter.adapter_handle = gpu.adapter;
	TRY(D3DKMTCloseAdapter(&close_adapter));
	return !WIFEXITED(status) || WEXITSTATUS(status);
}
