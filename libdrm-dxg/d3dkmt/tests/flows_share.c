// SPDX-License-Identifier: MIT
/*
 * Flows of D3DKMT clients: two processes, fork(), and what is refused as a whole.
 */
#include "kmt_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILL	0x0ddba11u

/* End as the child did. */
static void child_ended(pid_t pid)
{
	int status;

	SAME(waitpid(pid, &status, 0), pid);
	if (status)
		_exit(1);
}

static int share(uint32_t object)
{
	uint64_t shared = ~0ull;
	D3DKMT_SHAREOBJECTS args = {
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.shared_handle = (uintptr_t)&shared,
	};

	OK(ShareObjects, &args);
	TRUE(shared < 1024);
	TRUE(fcntl(shared, F_GETFD) & FD_CLOEXEC);
	return shared;
}

/* The other process: open both, fill the memory, raise the fence. */
static void opener(int resource_fd, int fence_fd)
{
	D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE query = { .nt_handle = resource_fd };
	D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 fence = {
		.nt_handle = fence_fd,
		.flags = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING,
	};
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = { .object_count = 1 };
	D3DKMT_OPENRESOURCEFROMNTHANDLE open = { .nt_handle = resource_fd };
	D3DDDI_OPENALLOCATIONINFO2 info = {};
	struct softgpu_alloc data;
	struct kmt_memory m = {}, code;
	struct softgpu_buffer b;
	uint64_t value = 77;
	char runtime[64];
	struct kmt k;

	kmt_open(&k);
	query.device = k.device;
	open.device = k.device;
	fence.device = k.device;
	OK(QueryResourceInfoFromNtHandle, &query);
	SAME(query.allocation_count, 1);
	SAME(query.private_runtime_data_size, sizeof("runtime data"));
	SAME(query.total_priv_drv_data_size, sizeof(data));

	open.allocation_count = 1;
	open.open_alloc_info = (uintptr_t)&info;
	open.private_runtime_data = (uintptr_t)runtime;
	open.private_runtime_data_size = query.private_runtime_data_size;
	open.total_priv_drv_data = (uintptr_t)&data;
	open.total_priv_drv_data_size = sizeof(data);
	OK(OpenResourceFromNtHandle, &open);
	TRUE(open.resource && info.allocation);
	SAME(strcmp(runtime, "runtime data"), 0);
	SAME(info.priv_drv_data, (uintptr_t)&data);
	SAME(info.priv_drv_data_size, sizeof(data));
	SAME(data.magic, SOFTGPU_ALLOC_MAGIC);
	m.allocation = info.allocation;
	m.resource = open.resource;
	m.size = data.size;
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);

	OK(OpenSyncObjectFromNtHandle2, &fence);
	TRUE(fence.sync_object && fence.monitored_fence.fence_value_cpu_va);
	SAME(*(uint64_t *)(uintptr_t)fence.monitored_fence.fence_value_cpu_va, 5);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, m.size, FILL);
	signal.context = kmt_context(&k, 0, 0);
	kmt_submit(signal.context, code.va, &b);
	signal.objects = (uintptr_t)&fence.sync_object;
	signal.monitored_fence_values = (uintptr_t)&value;
	OK(SignalSynchronizationObjectFromGpu, &signal);
	kmt_wait(&k, fence.sync_object, value);

	/* Again: another resource of the same memory. */
	OK(OpenResourceFromNtHandle, &open);
	TRUE(open.resource != m.resource && info.allocation != m.allocation);
	open.allocation_count = 2;
	WRONG(OpenResourceFromNtHandle, &open);
	open.allocation_count = 1;
	open.keyed_mutex_private_data_size = 8;
	REFUSED(OpenResourceFromNtHandle, &open);
	fence.flags |= D3DDDI_SYNCHRONIZATIONOBJECT_CROSS_ADAPTER;
	REFUSED(OpenSyncObjectFromNtHandle2, &fence);
	kmt_destroy(&k, &m);
	kmt_close(&k);
}

static void test_share(void)
{
	const volatile uint64_t *value;
	struct kmt_memory m, own;
	D3DKMT_LOCK2 lock = {};
	int fds[2];
	uint32_t fence, *words;
	struct kmt k;
	pid_t pid;

	kmt_open(&k);
	kmt_host(&k, 8 * PAGE, SOFTGPU_ALLOC_CACHED, true, &m);
	fence = kmt_fence(&k, D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			  D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING, 5, &value);
	fds[0] = share(m.resource);
	fds[1] = share(fence);
	pid = fork();
	TRUE(pid >= 0);
	if (!pid) {
		opener(fds[0], fds[1]);
		_exit(0);
	}
	kmt_wait(&k, fence, 77);
	child_ended(pid);
	SAME(*value, 77);
	lock.device = k.device;
	lock.allocation = m.allocation;
	OK(Lock2, &lock);
	words = (void *)(uintptr_t)lock.data;
	SAME(words[0], FILL);
	SAME(words[m.size / 4 - 1], FILL);

	/* What was not made to be shared is not. */
	kmt_host(&k, PAGE, 0, false, &own);
	{
		uint64_t shared = 0;
		D3DKMT_SHAREOBJECTS args = {
			.object_count = 1,
			.objects = (uintptr_t)&own.allocation,
			.shared_handle = (uintptr_t)&shared,
		};

		WRONG(ShareObjects, &args);
		args.object_count = 2;
		WRONG(ShareObjects, &args);
	}
	close(fds[0]);
	close(fds[1]);
	kmt_close(&k);
}

/* Another adapter's device; its objects have numbers of the same host or of another one. */
static void open_second(struct kmt *first, struct kmt *k)
{
	D3DKMT_ADAPTERINFO infos[16];
	D3DKMT_ENUMADAPTERS2 list = { .num_adapters = 16, .adapters = (uintptr_t)infos };
	D3DKMT_CREATEPAGINGQUEUE paging = {};
	D3DKMT_CREATEDEVICE device = {};
	uint32_t i;

	OK(EnumAdapters2, &list);
	TRUE(list.num_adapters >= 2);
	for (i = 0; infos[i].adapter_luid.a == first->luid.a; i++)
		;
	device.adapter = infos[i].adapter_handle;
	k->adapter = device.adapter;
	k->luid = infos[i].adapter_luid;
	OK(CreateDevice, &device);
	k->device = device.device;
	paging.device = k->device;
	OK(CreatePagingQueue, &paging);
	k->paging = paging.paging_queue;
	k->paging_fence = paging.sync_object;
	k->paging_value = (void *)(uintptr_t)paging.fence_cpu_virtual_address;
}

/* Two adapters in one process: no handle is that of another object, each works. */
static void test_two_adapters(void)
{
	struct kmt k[2];
	struct kmt_memory m[2][8];
	uint32_t seen[64], count = 0, i, j;

	kmt_open(&k[0]);
	open_second(&k[0], &k[1]);
	for (i = 0; i < 2; i++) {
		seen[count++] = k[i].device;
		seen[count++] = k[i].paging;
		seen[count++] = k[i].paging_fence;
		seen[count++] = kmt_context(&k[i], 0, 0);
		seen[count++] = kmt_fence(&k[i], 0, 0, NULL);
		for (j = 0; j < 8; j++) {
			kmt_host(&k[i], PAGE, 0, false, &m[i][j]);
			seen[count++] = m[i][j].allocation;
		}
	}
	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			TRUE(seen[i] != seen[j]);
	for (i = 0; i < 2; i++)
		for (j = 0; j < 8; j++)
			kmt_map(&k[i], &m[i][j], D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	/* What is of one is nothing on the other. */
	WRONG(DestroyAllocation2, (&(D3DKMT_DESTROYALLOCATION2) {
		.device = k[1].device,
		.allocations = (uintptr_t)&m[0][0].allocation,
		.alloc_count = 1,
	}));
	for (i = 0; i < 2; i++)
		for (j = 0; j < 8; j++)
			kmt_destroy(&k[i], &m[i][j]);
	kmt_close(&k[1]);
	kmt_close(&k[0]);
}

/* A fence or a resource of one adapter is not opened on another. */
static void test_other_adapter(void)
{
	D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 fence = {
		.flags = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING,
	};
	struct softgpu_alloc data;
	char runtime[64];
	D3DDDI_OPENALLOCATIONINFO2 info = {};
	D3DKMT_OPENRESOURCEFROMNTHANDLE open = {
		.allocation_count = 1,
		.open_alloc_info = (uintptr_t)&info,
		.private_runtime_data = (uintptr_t)runtime,
		.private_runtime_data_size = sizeof(runtime),
		.total_priv_drv_data = (uintptr_t)&data,
		.total_priv_drv_data_size = sizeof(data),
	};
	struct kmt k[2];
	struct kmt_memory m;
	int fds[2];

	kmt_open(&k[0]);
	open_second(&k[0], &k[1]);
	kmt_host(&k[0], PAGE, 0, true, &m);
	fds[0] = share(m.resource);
	fds[1] = share(kmt_fence(&k[0], fence.flags, 0, NULL));
	fence.nt_handle = fds[1];
	fence.device = k[1].device;
	TRUE(!NT_SUCCESS(KMT(OpenSyncObjectFromNtHandle2, &fence)));
	open.nt_handle = fds[0];
	open.device = k[1].device;
	TRUE(!NT_SUCCESS(D3DKMTOpenResourceFromNtHandle(&open)));
	/* One is not the other, and nothing else is either. */
	fence.device = k[0].device;
	open.device = k[0].device;
	fence.nt_handle = fds[0];
	open.nt_handle = fds[1];
	TRUE(!NT_SUCCESS(D3DKMTOpenSyncObjectFromNtHandle2(&fence)));
	TRUE(!NT_SUCCESS(D3DKMTOpenResourceFromNtHandle(&open)));
	fence.nt_handle = 1ull << 32 | fds[1];
	TRUE(!NT_SUCCESS(D3DKMTOpenSyncObjectFromNtHandle2(&fence)));
	fence.nt_handle = fds[1];
	OK(OpenSyncObjectFromNtHandle2, &fence);
	close(fds[0]);
	close(fds[1]);
	kmt_close(&k[1]);
	kmt_close(&k[0]);
}

/* A child has none of its parent's handles, and may begin anew; the parent goes on. */
static void test_fork(void)
{
	D3DKMT_DESTROYDEVICE destroy;
	struct kmt_memory m;
	struct kmt k, other;
	pid_t pid;

	kmt_open(&k);
	kmt_heap(&k, PAGE, &m);
	pid = fork();
	TRUE(pid >= 0);
	if (!pid) {
		destroy.device = k.device;
		WRONG(DestroyDevice, &destroy);
		kmt_open(&other);
		kmt_heap(&other, PAGE, &m);
		kmt_map(&other, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
		kmt_close(&other);
		_exit(0);
	}
	child_ended(pid);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_destroy(&k, &m);
	kmt_close(&k);
}

static void *forker(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			struct kmt k;

			kmt_open(&k);
			kmt_close(&k);
			_exit(0);
		}
		child_ended(pid);
	}
	return NULL;
}

/* fork() while other threads are in the library: the child finds it usable. */
static void test_fork_threads(void)
{
	pthread_t thread;
	struct kmt k;
	int i;

	SAME(pthread_create(&thread, NULL, forker, NULL), 0);
	for (i = 0; i < 60; i++) {
		kmt_open(&k);
		kmt_close(&k);
	}
	SAME(pthread_join(thread, NULL), 0);
}

/* What neither node has, and what only /dev/dxg does. */
static void test_refused(void)
{
	D3DKMT_CREATESYNCFILE create = { .fence_value = 1 };
	D3DKMT_CHANGEVIDEOMEMORYRESERVATION reservation = {};
	D3DKMT_FLUSHHEAPTRANSITIONS flush = {};
	D3DKMT_SHAREOBJECTWITHHOST host = {};
	D3DKMT_MARKDEVICEASERROR error = { .reason = D3DKMT_DEVICE_ERROR_REASON_GENERIC };
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECT2 signal = { .object_count = 1 };
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECT2 wait = { .object_count = 1 };
	D3DKMT_OPENSYNCOBJECTFROMSYNCFILE open = {};
	D3DKMT_WAITSYNCFILE wait_file = {};
	struct kmt_memory m;
	struct kmt k;

	kmt_open(&k);
	kmt_host(&k, PAGE, 0, true, &m);
	signal.object_array[0] = kmt_fence(&k, 0, 0, NULL);
	wait.object_array[0] = kmt_fence(&k, 0, 0, NULL);
	signal.context = kmt_context(&k, 0, 0);
	wait.context = kmt_context(&k, 0, 0);
	WANT(CreateContext, &(D3DKMT_CREATECONTEXT) {}, STATUS_NOT_SUPPORTED);
	WANT(CreateHwContext, &(D3DKMT_CREATEHWCONTEXT) {}, STATUS_NOT_SUPPORTED);
	WANT(DestroyHwContext, &(D3DKMT_DESTROYHWCONTEXT) {}, STATUS_NOT_SUPPORTED);
	WANT(GetSharedResourceAdapterLuid, &(D3DKMT_GETSHAREDRESOURCEADAPTERLUID) {},
	     STATUS_NOT_SUPPORTED);
	WANT(OpenResource, &(D3DKMT_OPENRESOURCE) {}, STATUS_NOT_SUPPORTED);
	WANT(OpenSynchronizationObject, &(D3DKMT_OPENSYNCHRONIZATIONOBJECT) {},
	     STATUS_NOT_SUPPORTED);
	WANT(QueryResourceInfo, &(D3DKMT_QUERYRESOURCEINFO) {}, STATUS_NOT_SUPPORTED);
	WANT(Render, &(D3DKMT_RENDER) {}, STATUS_NOT_SUPPORTED);
	WRONG(CloseAdapter, NULL);

	/* These would be good: the arguments are right. */
	reservation.adapter = k.adapter;
	flush.adapter = k.adapter;
	reservation.reservation = PAGE;
	REFUSED(ChangeVideoMemoryReservation, &reservation);
	REFUSED(FlushHeapTransitions, &flush);
	host.device_handle = k.device;
	host.object_handle = m.resource;
	REFUSED(ShareObjectWithHost, &host);
	signal.fence.fence_value = 1;
	REFUSED(SignalSynchronizationObject2, &signal);
	wait.fence.fence_value = 1;
	REFUSED(WaitForSynchronizationObject2, &wait);
	create.device = k.device;
	open.device = k.device;
	create.monitored_fence = signal.object_array[0];
	REFUSED(CreateSyncFile, &create);
	open.sync_file_handle = create.sync_file_handle;
	wait_file.sync_file_handle = create.sync_file_handle;
	REFUSED(OpenSyncObjectFromSyncFile, &open);
	wait_file.context = wait.context;
	REFUSED(WaitSyncFile, &wait_file);
	error.device = k.device;
	REFUSED(MarkDeviceAsError, &error);
	kmt_close(&k);
}

const struct kmt_test kmt_tests_share[] = {
	{ "share", test_share },
	{ "two-adapters", test_two_adapters },
	{ "other-adapter", test_other_adapter },
	{ "fork", test_fork },
	{ "fork-threads", test_fork_threads },
	{ "refused", test_refused },
	{ }
};
