// SPDX-License-Identifier: MIT
/*
 * Flows of D3DKMT clients: adapters, devices, queues, allocations and queries.
 */
#include "kmt_test.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "softgpu_escape.h"

static void test_enumerate(void)
{
	D3DKMT_ENUMADAPTERS2 two = {};
	D3DKMT_ENUMADAPTERS3 three = {
		.filter = D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_COMPUTE_ONLY,
	};
	D3DKMT_ADAPTERINFO infos[16];
	D3DKMT_CLOSEADAPTER close;
	D3DKMT_OPENADAPTERFROMLUID open = {};
	uint32_t i;

	/* How many there are, without opening them. */
	OK(EnumAdapters2, &two);
	TRUE(two.num_adapters > 0 && two.num_adapters <= 16);
	OK(EnumAdapters3, &three);
	TRUE(three.adapter_count >= two.num_adapters);

	two.adapters = (uintptr_t)infos;
	memset(infos, 0xff, sizeof(infos));
	OK(EnumAdapters2, &two);
	for (i = 0; i < two.num_adapters; i++) {
		TRUE(infos[i].adapter_handle);
		TRUE(infos[i].adapter_luid.a || infos[i].adapter_luid.b);
		SAME(infos[i].num_sources, 0);
		SAME(infos[i].present_move_regions_preferred, 0);

		/* Each way to open it gives another handle. */
		open.adapter_luid = infos[i].adapter_luid;
		OK(OpenAdapterFromLuid, &open);
		TRUE(open.adapter_handle && open.adapter_handle != infos[i].adapter_handle);
		close.adapter_handle = open.adapter_handle;
		OK(CloseAdapter, &close);
		WRONG(CloseAdapter, &close);
		close.adapter_handle = infos[i].adapter_handle;
		OK(CloseAdapter, &close);
	}
	three.adapters = (uintptr_t)infos;
	OK(EnumAdapters3, &three);
	for (i = 0; i < three.adapter_count; i++) {
		close.adapter_handle = infos[i].adapter_handle;
		OK(CloseAdapter, &close);
	}
	open.adapter_luid.a ^= 0x1000000;
	WRONG(OpenAdapterFromLuid, &open);
	close.adapter_handle = 0;
	WRONG(CloseAdapter, &close);
}

/* No more is written than the caller has room for. */
static void test_enumerate_room(void)
{
	D3DKMT_ADAPTERINFO infos[17];
	D3DKMT_ENUMADAPTERS2 two = {};
	D3DKMT_ENUMADAPTERS3 three = { .adapters = (uintptr_t)infos };
	uint32_t count, i;
	uint8_t *guard;

	OK(EnumAdapters2, &two);
	count = two.num_adapters;
	memset(infos, 0xa5, sizeof(infos));
	two.adapters = (uintptr_t)infos;
	two.num_adapters = 16;
	OK(EnumAdapters2, &two);
	SAME(two.num_adapters, count);
	guard = (uint8_t *)&infos[count];
	for (i = 0; i < sizeof(infos[0]); i++)
		SAME(guard[i], 0xa5);

	memset(infos, 0xa5, sizeof(infos));
	three.adapter_count = 1;
	if (count > 1)
		WANT(EnumAdapters3, &three, STATUS_BUFFER_TOO_SMALL);
	else
		OK(EnumAdapters3, &three);
	guard = (uint8_t *)&infos[1];
	for (i = 0; i < sizeof(infos[0]); i++)
		SAME(guard[i], 0xa5);
}

static void test_devices(void)
{
	D3DKMT_CREATEDEVICE second = {};
	D3DKMT_DESTROYDEVICE destroy = {};
	D3DKMT_GETDEVICESTATE state = { .state_type = D3DKMT_DEVICESTATE_EXECUTION };
	D3DKMT_CREATECONTEXTVIRTUAL context = {};
	struct kmt k;

	kmt_open(&k);
	state.device = k.device;
	OK(GetDeviceState, &state);
	SAME(state.execution_state, D3DKMT_DEVICEEXECUTION_ACTIVE);
	state.state_type = D3DKMT_DEVICESTATE_RESET;
	OK(GetDeviceState, &state);
	SAME(state.reset_state, 0);
	state.state_type = D3DKMT_DEVICESTATE_PAGE_FAULT;
	OK(GetDeviceState, &state);
	SAME(state.page_fault_state.faulted_virtual_address, 0);
	state.state_type = D3DKMT_DEVICESTATE_PRESENT;
	REFUSED(GetDeviceState, &state);

	second.adapter = k.adapter;
	OK(CreateDevice, &second);
	TRUE(second.device && second.device != k.device);
	second.flags = D3DKMT_CREATEDEVICE_REQUEST_VSYNC;
	destroy.device = second.device;
	REFUSED(CreateDevice, &second);
	OK(DestroyDevice, &destroy);
	WRONG(DestroyDevice, &destroy);

	/* A handle of another kind is none. */
	context.device = k.paging;
	WRONG(CreateContextVirtual, &context);
	state.device = k.paging;
	WRONG(GetDeviceState, &state);
	/* Adapters have a table of their own on /dev/dxg, with numbers that others have, too. */
	second.adapter = kmt_is_dev ? 0x7fffffc0 : k.device;
	second.flags = 0;
	WRONG(CreateDevice, &second);
	kmt_close(&k);

	/* Closing the last handle of an adapter ends its devices. */
	kmt_open(&k);
	OK(CloseAdapter, &(D3DKMT_CLOSEADAPTER) { k.adapter });
	destroy.device = k.device;
	WRONG(DestroyDevice, &destroy);
	kmt_open(&k);
	kmt_close(&k);
}

static void test_queues(void)
{
	D3DKMT_CREATECONTEXTVIRTUAL context = { .engine_affinity = 1 };
	D3DKMT_CREATEPAGINGQUEUE paging = {};
	D3DKMT_CREATEHWQUEUE hw = {};
	D3DKMT_DESTROYHWQUEUE destroy_hw;
	D3DKMT_DESTROYCONTEXT destroy;
	D3DKMT_SETCONTEXTSCHEDULINGPRIORITY set = {};
	D3DKMT_GETCONTEXTSCHEDULINGPRIORITY get = {};
	D3DKMT_SETCONTEXTINPROCESSSCHEDULINGPRIORITY set_in = {};
	D3DKMT_GETCONTEXTINPROCESSSCHEDULINGPRIORITY get_in = {};
	D3DKMT_DESTROYSYNCHRONIZATIONOBJECT fence;
	uint32_t parent;
	struct kmt k;

	kmt_open(&k);
	set.context = kmt_context(&k, 0, 0);
	set.priority = -2;
	OK(SetContextSchedulingPriority, &set);
	get.context = set.context;
	OK(GetContextSchedulingPriority, &get);
	SAME(get.priority, -2);
	set_in.context = set.context;
	set_in.priority = 3;
	OK(SetContextInProcessSchedulingPriority, &set_in);
	get_in.context = set.context;
	OK(GetContextInProcessSchedulingPriority, &get_in);
	SAME(get_in.priority, 3);
	OK(GetContextSchedulingPriority, &get);
	SAME(get.priority, -2);
	destroy.context = set.context;
	OK(DestroyContext, &destroy);
	WRONG(DestroyContext, &destroy);
	WRONG(GetContextSchedulingPriority, &get);

	parent = kmt_context(&k, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED);
	hw.context = parent;
	OK(CreateHwQueue, &hw);
	TRUE(hw.queue && hw.queue_progress_fence && hw.queue_progress_fence_cpu_va &&
	     hw.queue_progress_fence_gpu_va);
	SAME(*(uint64_t *)(uintptr_t)hw.queue_progress_fence_cpu_va, 0);
	/* The fence of a queue goes with it only. */
	fence.sync_object = hw.queue_progress_fence;
	WRONG(DestroySynchronizationObject, &fence);
	destroy_hw.queue = hw.queue;
	OK(DestroyHwQueue, &destroy_hw);
	WRONG(DestroyHwQueue, &destroy_hw);
	destroy.context = parent;
	OK(DestroyContext, &destroy);
	WRONG(CreateHwQueue, &hw);

	context.device = k.device;
	context.flags = D3DDDI_CREATECONTEXT_INITIAL_DATA;
	REFUSED(CreateContextVirtual, &context);
	paging.device = k.device;
	paging.physical_adapter_index = 1;
	REFUSED(CreatePagingQueue, &paging);
	kmt_close(&k);
}

static void test_allocations(void)
{
	D3DKMT_INVALIDATECACHE cache = { .length = PAGE };
	struct kmt_memory host, heap;
	D3DKMT_UNLOCK2 unlock = {};
	D3DKMT_LOCK2 lock = {};
	uint32_t *words;
	struct kmt k;

	kmt_open(&k);
	kmt_host(&k, 3 * PAGE, SOFTGPU_ALLOC_CACHED, false, &host);
	lock.device = k.device;
	unlock.device = k.device;
	lock.allocation = host.allocation;
	unlock.allocation = host.allocation;
	OK(Lock2, &lock);
	words = (void *)(uintptr_t)lock.data;
	words[0] = 0x12345678;
	words[3 * PAGE / 4 - 1] = 0x9abcdef0;
	/* A second lock is the first one again. */
	OK(Lock2, &lock);
	SAME(lock.data, (uintptr_t)words);
	OK(Unlock2, &unlock);
	SAME(words[0], 0x12345678);
	OK(Unlock2, &unlock);
	OK(Lock2, &lock);
	words = (void *)(uintptr_t)lock.data;
	SAME(words[0], 0x12345678);
	SAME(words[3 * PAGE / 4 - 1], 0x9abcdef0);
	OK(Unlock2, &unlock);
	cache.device = k.device;
	cache.allocation = host.allocation;
	OK(InvalidateCache, &cache);
	kmt_destroy(&k, &host);

	/* Program memory is where it was. */
	kmt_heap(&k, 2 * PAGE, &heap);
	lock.allocation = heap.allocation;
	unlock.allocation = heap.allocation;
	OK(Lock2, &lock);
	SAME(lock.data, (uintptr_t)heap.cpu);
	OK(Unlock2, &unlock);
	kmt_destroy(&k, &heap);
	WRONG(Lock2, &lock);
	kmt_close(&k);
}

static void test_allocations_wrong(void)
{
	D3DDDI_ALLOCATIONINFO2 info = {};
	D3DKMT_CREATEALLOCATION create = {
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
	};
	D3DKMT_DESTROYALLOCATION2 destroy = {};
	struct kmt_memory host, part;
	struct kmt k;

	kmt_open(&k);
	kmt_host(&k, PAGE, 0, false, &host);

	/* A resource goes as a whole. */
	kmt_host(&k, PAGE, 0, true, &part);
	destroy.device = k.device;
	destroy.alloc_count = 1;
	destroy.allocations = (uintptr_t)&part.allocation;
	REFUSED(DestroyAllocation2, &destroy);
	if (!kmt_is_dev)
		kmt_destroy(&k, &part);

	create.device = k.device;
	create.resource = 0x12345640;
	REFUSED(CreateAllocation2, &create);
	create.resource = 0;
	create.flags = D3DKMT_CREATEALLOCATION_CREATE_PROTECTED;
	WRONG(CreateAllocation2, &create);
	create.flags = D3DKMT_CREATEALLOCATION_CREATE_RESOURCE |
		       D3DKMT_CREATEALLOCATION_CREATE_SHARED;
	WRONG(CreateAllocation2, &create);
	create.flags = 0;
	create.alloc_count = 0;
	WRONG(CreateAllocation2, &create);
	create.alloc_count = 1;
	info.sysmem = (uintptr_t)kmt_pages(PAGE) + 8;
	WRONG(CreateAllocation2, &create);

	/* One of two names nothing: neither goes. */
	destroy.alloc_count = 2;
	destroy.allocations = (uintptr_t)(uint32_t[]){ host.allocation, 0x7fffffc0 };
	WRONG(DestroyAllocation2, &destroy);
	kmt_destroy(&k, &host);
	kmt_close(&k);
}

/* Priorities, residency, segments; and memory that others may have. */
static void test_properties(void)
{
	struct kmt_memory m;
	uint32_t priorities[2], results[1] = { 7 }, residency[1] = { 7 };
	D3DKMT_SETALLOCATIONPRIORITY set = { .allocation_count = 1 };
	D3DKMT_GETALLOCATIONPRIORITY get = { .allocation_count = 1 };
	D3DKMT_QUERYALLOCATIONRESIDENCY where = { .allocation_count = 1 };
	D3DKMT_OFFERALLOCATIONS offer = { .allocation_count = 1 };
	D3DKMT_RECLAIMALLOCATIONS2 reclaim = { .allocation_count = 1 };
	D3DDDI_UPDATEALLOCPROPERTY update = {};
	D3DKMT_EVICT evict = { .alloc_count = 1 };
	struct kmt k;

	kmt_open(&k);
	kmt_host(&k, 16 * PAGE, 0, false, &m);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);

	set.device = k.device;
	get.device = k.device;
	where.device = k.device;
	offer.device = k.device;
	evict.device = k.device;
	set.allocation_list = (uintptr_t)&m.allocation;
	get.allocation_list = (uintptr_t)&m.allocation;
	where.allocations = (uintptr_t)&m.allocation;
	offer.allocations = (uintptr_t)&m.allocation;
	evict.allocations = (uintptr_t)&m.allocation;
	reclaim.allocations = (uintptr_t)&m.allocation;
	priorities[0] = 0x78000001;
	set.priorities = (uintptr_t)priorities;
	OK(SetAllocationPriority, &set);
	priorities[0] = 0;
	get.priorities = (uintptr_t)priorities;
	OK(GetAllocationPriority, &get);
	SAME(priorities[0], 0x78000001);

	where.residency_status = (uintptr_t)residency;
	OK(QueryAllocationResidency, &where);
	SAME(residency[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINGPUMEMORY);

	update.paging_queue = k.paging;
	update.allocation = m.allocation;
	update.supported_segment_set = 3;
	update.property_mask_value = D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET;
	DONE(UpdateAllocationProperty, &update);
	kmt_wait(&k, k.paging_fence, update.paging_fence_value);
	update.property_mask_value = D3DDDI_UPDATEALLOCPROPERTY_SET_ACCESSED_PHYSICALLY;
	REFUSED(UpdateAllocationProperty, &update);

	offer.priority = D3DKMT_OFFER_PRIORITY_NORMAL;
	OK(OfferAllocations, &offer);
	reclaim.paging_queue = k.paging;
	reclaim.results = (uintptr_t)results;
	DONE(ReclaimAllocations2, &reclaim);
	kmt_wait(&k, k.paging_fence, reclaim.paging_fence_value);
	SAME(results[0], D3DDDI_RECLAIM_RESULT_OK);
	offer.priority = 0;
	WRONG(OfferAllocations, &offer);

	OK(Evict, &evict);
	OK(QueryAllocationResidency, &where);
	SAME(residency[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_NOTRESIDENT);
	kmt_destroy(&k, &m);
	WRONG(GetAllocationPriority, &get);
	kmt_close(&k);
}

/* A resource of two allocations, which the render node takes as one buffer. */
static void test_resource(void)
{
	struct softgpu_alloc data[2];
	D3DDDI_ALLOCATIONINFO2 infos[2] = {};
	D3DKMT_CREATEALLOCATION create = {
		.alloc_count = 2,
		.allocation_info = (uintptr_t)infos,
		.flags = D3DKMT_CREATEALLOCATION_CREATE_RESOURCE |
			 D3DKMT_CREATEALLOCATION_CREATE_SHARED |
			 D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING,
	};
	D3DKMT_DESTROYALLOCATION2 destroy = {};
	D3DKMT_OFFERALLOCATIONS offer = { .priority = D3DKMT_OFFER_PRIORITY_LOW };
	D3DKMT_RECLAIMALLOCATIONS2 reclaim = {};
	D3DKMT_SHAREOBJECTS share = { .object_count = 1 };
	uint64_t fd = 0;
	struct kmt k;
	int i;

	kmt_open(&k);
	for (i = 0; i < 2; i++) {
		data[i] = (struct softgpu_alloc) {
			.magic = SOFTGPU_ALLOC_MAGIC,
			.version = SOFTGPU_ALLOC_VERSION,
			.size = (i + 1) * PAGE,
		};
		infos[i].priv_drv_data = (uintptr_t)&data[i];
		infos[i].priv_drv_data_size = sizeof(data[i]);
	}
	create.device = k.device;
	OK(CreateAllocation2, &create);
	TRUE(create.resource && infos[0].allocation && infos[1].allocation &&
	     infos[0].allocation != infos[1].allocation);

	offer.device = k.device;
	offer.allocation_count = 1;
	offer.allocations = (uintptr_t)&infos[1].allocation;
	reclaim.paging_queue = k.paging;
	reclaim.allocation_count = 1;
	reclaim.allocations = (uintptr_t)&infos[1].allocation;
	share.objects = (uintptr_t)&create.resource;
	share.shared_handle = (uintptr_t)&fd;
	if (!kmt_is_dev) {
		REFUSED(OfferAllocations, &offer);
		REFUSED(ReclaimAllocations2, &reclaim);
		REFUSED(ShareObjects, &share);
	}
	destroy.device = k.device;
	destroy.resource = create.resource;
	OK(DestroyAllocation2, &destroy);
	WRONG(DestroyAllocation2, &destroy);
	kmt_close(&k);
}

static void test_queries(void)
{
	uint32_t type = 0, version = 0;
	D3DKMT_QUERYADAPTERINFO info = {
		.type = KMTQAITYPE_ADAPTERTYPE,
		.private_data = (uintptr_t)&type,
		.private_data_size = sizeof(type),
	};
	D3DKMT_QUERYVIDEOMEMORYINFO memory = {};
	D3DKMT_QUERYCLOCKCALIBRATION clock = {}, later = {};
	D3DKMT_ISFEATUREENABLED feature = { .feature_id = DXGK_FEATURE_HWSCH };
	struct kmt k;

	kmt_open_adapter(&k);
	info.adapter = k.adapter;
	OK(QueryAdapterInfo, &info);
	TRUE(type & D3DKMT_ADAPTERTYPE_RENDER_SUPPORTED);
	TRUE(type & D3DKMT_ADAPTERTYPE_PARAVIRTUALIZED);
	TRUE(!(type & (D3DKMT_ADAPTERTYPE_DISPLAY_SUPPORTED | D3DKMT_ADAPTERTYPE_POST_DEVICE)));
	info.type = 13;
	info.private_data = (uintptr_t)&version;
	OK(QueryAdapterInfo, &info);
	TRUE(version >= 2000 && version < 10000);
	info.private_data_size = 0;
	WRONG(QueryAdapterInfo, &info);
	info.private_data_size = sizeof(version);
	info.type = 1;
	REFUSED(QueryAdapterInfo, &info);

	memory.adapter = k.adapter;
	OK(QueryVideoMemoryInfo, &memory);
	TRUE(memory.budget);
	memory.memory_segment_group = D3DKMT_MEMORY_SEGMENT_GROUP_NON_LOCAL;
	OK(QueryVideoMemoryInfo, &memory);
	memory.process = 1;
	WRONG(QueryVideoMemoryInfo, &memory);
	memory.process = 0;
	memory.physical_adapter_index = 1;
	REFUSED(QueryVideoMemoryInfo, &memory);

	clock.adapter = k.adapter;
	later.adapter = k.adapter;
	OK(QueryClockCalibration, &clock);
	TRUE(clock.clock_data.gpu_frequency);
	OK(QueryClockCalibration, &later);
	TRUE(later.clock_data.gpu_clock_counter > clock.clock_data.gpu_clock_counter);
	clock.physical_adapter_index = 1;
	REFUSED(QueryClockCalibration, &clock);

	feature.adapter = k.adapter;
	OK(IsFeatureEnabled, &feature);
	TRUE(feature.result.value & DXGK_ISFEATUREENABLED_RESULT_KNOWN_FEATURE);
	feature.adapter = 0;
	REFUSED(IsFeatureEnabled, &feature);
	kmt_close_adapter(&k);
}

static void test_escapes(void)
{
	struct softgpu_escape data = {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = SOFTGPU_ESCAPE_INFO,
	};
	D3DKMT_ESCAPE escape = {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
	uint32_t known[2] = { D3DDDI_DRIVERESCAPETYPE_TRANSLATEALLOCATIONHANDLE };
	struct kmt_memory m;
	struct kmt k;

	kmt_open(&k);
	escape.adapter = k.adapter;
	escape.device = k.device;
	OK(Escape, &escape);
	SAME(data.status, 0);
	SAME(data.result[0], SOFTGPU_ESCAPE_VERSION);

	kmt_host(&k, PAGE, 0, false, &m);
	known[1] = m.allocation;
	escape.flags = D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE;
	escape.priv_drv_data = (uintptr_t)known;
	escape.priv_drv_data_size = sizeof(known);
	OK(Escape, &escape);
	SAME(known[1], m.allocation);
	escape.flags = 0;
	escape.type = D3DKMT_ESCAPE_VIDMM;
	if (!kmt_is_dev)
		REFUSED(Escape, &escape);
	kmt_destroy(&k, &m);
	kmt_close(&k);
}

static void test_statistics(void)
{
	D3DKMT_QUERYSTATISTICS q = { .type = D3DKMT_QUERYSTATISTICS_ADAPTER };
	uint32_t pids[64], counts[2], element = 0;
	D3DKMT_ENUMPROCESSES processes = { .buffer = (uintptr_t)pids, .buffer_count = 64 };
	bool found = false;
	struct kmt_memory m;
	struct kmt k;
	uint64_t i;

	kmt_open(&k);
	kmt_host(&k, 16 * PAGE, 0, false, &m);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	q.adapter_luid = k.luid;
	OK(QueryStatistics, &q);
	memcpy(counts, q.result.data, sizeof(counts));
	SAME(counts[0], 2);
	SAME(counts[1], 2);
	q.type = D3DKMT_QUERYSTATISTICS_PROCESS_SEGMENT;
	q.process = getpid();
	memcpy(q.pad_end, &element, sizeof(element));
	OK(QueryStatistics, &q);
	TRUE(q.result.data[0] >= m.size);
	q.type = D3DKMT_QUERYSTATISTICS_PROCESS_NODE;
	OK(QueryStatistics, &q);
	q.type = D3DKMT_QUERYSTATISTICS_VIDPNSOURCE;
	REFUSED(QueryStatistics, &q);

	processes.adapter_luid = k.luid;
	OK(EnumProcesses, &processes);
	TRUE(processes.buffer_count > 0 && processes.buffer_count <= 64);
	for (i = 0; i < processes.buffer_count; i++)
		found |= pids[i] == (uint32_t)getpid();
	TRUE(found);
	kmt_destroy(&k, &m);
	kmt_close(&k);
}

/* Who may not look at another's descriptors does not see it by the render node. */
static void test_processes(void)
{
	uint32_t pids[64];
	D3DKMT_ENUMPROCESSES processes = { .buffer = (uintptr_t)pids, .buffer_count = 64 };
	bool self = false, parent = false;
	struct kmt k;
	pid_t pid;
	uint64_t i;
	int status;

	kmt_open_adapter(&k);
	processes.adapter_luid = k.luid;
	pid = fork();
	TRUE(pid >= 0);
	if (pid) {
		SAME(waitpid(pid, &status, 0), pid);
		if (status)
			_exit(1);
		kmt_close_adapter(&k);
		return;
	}
	SAME(setresuid(65534, 65534, 65534), 0);
	SAME(prctl(PR_SET_DUMPABLE, 1), 0);
	kmt_open_adapter(&k);
	OK(EnumProcesses, &processes);
	for (i = 0; i < processes.buffer_count; i++) {
		self |= pids[i] == (uint32_t)getpid();
		parent |= pids[i] == (uint32_t)getppid();
	}
	TRUE(self);
	SAME(parent, kmt_is_dev);
	kmt_close_adapter(&k);
	_exit(0);
}

const struct kmt_test kmt_tests_objects[] = {
	{ "enumerate", test_enumerate },
	{ "enumerate-room", test_enumerate_room },
	{ "devices", test_devices },
	{ "queues", test_queues },
	{ "allocations", test_allocations },
	{ "allocations-wrong", test_allocations_wrong },
	{ "properties", test_properties },
	{ "resource", test_resource },
	{ "queries", test_queries },
	{ "escapes", test_escapes },
	{ "statistics", test_statistics },
	{ "processes", test_processes },
	{ }
};
