// SPDX-License-Identifier: MIT
/*
 * Flows of D3DKMT clients: addresses, submissions, fences and events.
 */
#include "kmt_test.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILL	0x5eedf111u

static void test_addresses(void)
{
	D3DDDI_RESERVEGPUVIRTUALADDRESS reserve = { .size = 64 * PAGE };
	D3DKMT_FREEGPUVIRTUALADDRESS release = {};
	D3DDDI_MAPGPUVIRTUALADDRESS map = { .size_in_pages = 4 };
	struct kmt_memory m;
	struct kmt k;

	kmt_open(&k);
	kmt_heap(&k, 4 * PAGE, &m);
	reserve.adapter = k.adapter;
	OK(ReserveGpuVirtualAddress, &reserve);
	TRUE(reserve.virtual_address);
	map.paging_queue = k.paging;
	map.base_address = reserve.virtual_address + 8 * PAGE;
	map.allocation = m.allocation;
	map.protection = D3DDDIGPUVA_PROTECTION_TYPE_WRITE;
	DONE(MapGpuVirtualAddress, &map);
	SAME(map.virtual_address, map.base_address);
	kmt_wait(&k, k.paging_fence, map.paging_fence_value);

	/* Only as it was reserved. */
	release.adapter = k.adapter;
	release.base_address = reserve.virtual_address + PAGE;
	release.size = PAGE;
	WRONG(FreeGpuVirtualAddress, &release);
	release.base_address = reserve.virtual_address;
	release.size = 64 * PAGE;
	/* With the allocation goes what is mapped of it. */
	kmt_destroy(&k, &m);
	OK(FreeGpuVirtualAddress, &release);
	WRONG(FreeGpuVirtualAddress, &release);

	/* Through a paging queue, and where the caller says. */
	reserve.adapter = k.paging;
	reserve.base_address = reserve.virtual_address;
	OK(ReserveGpuVirtualAddress, &reserve);
	SAME(reserve.virtual_address, reserve.base_address);
	OK(FreeGpuVirtualAddress, &release);
	reserve.base_address = 0;
	reserve.reservation_type = D3DDDIGPUVA_RESERVE_NO_COMMIT;
	REFUSED(ReserveGpuVirtualAddress, &reserve);

	kmt_heap(&k, 4 * PAGE, &m);
	map.allocation = m.allocation;
	map.base_address = 0;
	map.offset_in_pages = 1;
	WRONG(MapGpuVirtualAddress, &map);
	map.offset_in_pages = 0;
	map.allocation = k.device;
	WRONG(MapGpuVirtualAddress, &map);
	kmt_destroy(&k, &m);
	kmt_close(&k);
}

/* Packets of a context: fill memory, then a fence; the CPU waits for that. */
static void test_submit(void)
{
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = { .object_count = 1 };
	const volatile uint64_t *value;
	D3DKMT_SUBMITCOMMAND many = {};
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	uint32_t fence, *words;
	uint64_t seven = 7;
	struct kmt k;

	kmt_open(&k);
	kmt_heap(&k, 16 * PAGE, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, m.size, FILL);

	signal.context = kmt_context(&k, 0, 0);
	fence = kmt_fence(&k, 0, 3, &value);
	kmt_submit(signal.context, code.va, &b);
	signal.objects = (uintptr_t)&fence;
	signal.monitored_fence_values = (uintptr_t)&seven;
	OK(SignalSynchronizationObjectFromGpu, &signal);
	kmt_wait(&k, fence, 7);
	SAME(*value, 7);
	words = m.cpu;
	SAME(words[0], FILL);
	SAME(words[m.size / 4 - 1], FILL);

	many.command_buffer = code.va;
	many.command_length = b.used;
	WRONG(SubmitCommand, &many);
	many.broadcast_context_count = 2;
	many.broadcast_context[0] = signal.context;
	many.broadcast_context[1] = signal.context;
	REFUSED(SubmitCommand, &many);
	many.broadcast_context_count = 1;
	many.broadcast_context[0] = fence;
	WRONG(SubmitCommand, &many);
	kmt_destroy(&k, &m);
	kmt_destroy(&k, &code);
	kmt_close(&k);
}

/* A hardware queue waits, works, signals; its progress is told by an eventfd. */
static void test_hw_queue(void)
{
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU progress = { .object_count = 1 };
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU go = { .object_count = 1 };
	D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE signal = { .hwqueue_count = 1, .object_count = 1 };
	D3DKMT_SUBMITWAITFORSYNCOBJECTSTOHWQUEUE wait = { .object_count = 1 };
	D3DKMT_SUBMITCOMMANDTOHWQUEUE submit = {};
	D3DKMT_CREATEHWQUEUE hw = {};
	uint32_t started, ended, queues[2];
	uint64_t one = 1, five = 5;
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	struct kmt k;
	int event;

	kmt_open(&k);
	kmt_host(&k, 4 * PAGE, SOFTGPU_ALLOC_CACHED, false, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, m.size, FILL);
	started = kmt_fence(&k, 0, 0, NULL);
	ended = kmt_fence(&k, 0, 0, NULL);
	hw.context = kmt_context(&k, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED);
	OK(CreateHwQueue, &hw);

	wait.hwqueue = hw.queue;
	submit.hwqueue = hw.queue;
	wait.objects = (uintptr_t)&started;
	wait.fence_values = (uintptr_t)&one;
	OK(SubmitWaitForSyncObjectsToHwQueue, &wait);
	submit.hwqueue_progress_fence_id = 5;
	submit.command_buffer = code.va;
	submit.command_length = b.used;
	OK(SubmitCommandToHwQueue, &submit);
	queues[0] = hw.queue;
	queues[1] = hw.queue;
	signal.hwqueues = (uintptr_t)queues;
	signal.objects = (uintptr_t)&ended;
	signal.fence_values = (uintptr_t)&one;
	OK(SubmitSignalSyncObjectsToHwQueue, &signal);

	event = eventfd(0, EFD_CLOEXEC);
	progress.device = k.device;
	progress.objects = (uintptr_t)&hw.queue_progress_fence;
	progress.fence_values = (uintptr_t)&five;
	progress.async_event = event;
	OK(WaitForSynchronizationObjectFromCpu, &progress);
	SAME(kmt_event(event, 100), 0);
	go.device = k.device;
	go.objects = (uintptr_t)&started;
	go.fence_values = (uintptr_t)&one;
	OK(SignalSynchronizationObjectFromCpu, &go);
	SAME(kmt_event(event, LONG_MS), 1);
	SAME(*(volatile uint64_t *)(uintptr_t)hw.queue_progress_fence_cpu_va, 5);
	kmt_wait(&k, ended, 1);
	{
		D3DKMT_LOCK2 lock = { .device = k.device, .allocation = m.allocation };
		const uint32_t *words;

		OK(Lock2, &lock);
		words = (void *)(uintptr_t)lock.data;
		SAME(words[0], FILL);
		SAME(words[m.size / 4 - 1], FILL);
	}

	submit.num_primaries = 1;
	submit.written_primaries = (uintptr_t)&m.allocation;
	submit.hwqueue_progress_fence_id = 6;
	REFUSED(SubmitCommandToHwQueue, &submit);
	signal.hwqueue_count = 2;
	REFUSED(SubmitSignalSyncObjectsToHwQueue, &signal);
	kmt_close(&k);
}

/* The CPU's side of fences: all, any, by eventfd; below the value is a mistake. */
static void test_fences(void)
{
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU wait = { .object_count = 2 };
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU signal = { .object_count = 1 };
	D3DKMT_CREATESYNCHRONIZATIONOBJECT2 create = { .info.type = D3DDDI_SEMAPHORE };
	D3DKMT_DESTROYSYNCHRONIZATIONOBJECT destroy = {};
	const volatile uint64_t *value[2];
	uint64_t values[2] = { 4, 9 };
	uint32_t fences[2], *many;
	uint64_t *many_values;
	int all, any, i;
	struct kmt k;

	kmt_open(&k);
	for (i = 0; i < 2; i++)
		fences[i] = kmt_fence(&k, 0, i, &value[i]);
	wait.device = k.device;
	signal.device = k.device;
	create.device = k.device;
	wait.objects = (uintptr_t)fences;
	wait.fence_values = (uintptr_t)values;
	all = eventfd(0, EFD_CLOEXEC);
	any = eventfd(0, EFD_CLOEXEC);
	wait.async_event = all;
	OK(WaitForSynchronizationObjectFromCpu, &wait);
	wait.async_event = any;
	wait.flags = D3DDDI_WAITFORSYNCHRONIZATIONOBJECTFROMCPU_WAIT_ANY;
	OK(WaitForSynchronizationObjectFromCpu, &wait);
	SAME(kmt_event(any, 50), 0);

	signal.objects = (uintptr_t)&fences[1];
	signal.fence_values = (uintptr_t)&values[1];
	OK(SignalSynchronizationObjectFromCpu, &signal);
	SAME(kmt_event(any, LONG_MS), 1);
	SAME(kmt_event(all, 50), 0);
	wait.async_event = 0;
	OK(WaitForSynchronizationObjectFromCpu, &wait);
	signal.objects = (uintptr_t)&fences[0];
	signal.fence_values = (uintptr_t)&values[0];
	OK(SignalSynchronizationObjectFromCpu, &signal);
	SAME(kmt_event(all, LONG_MS), 1);
	wait.flags = 0;
	OK(WaitForSynchronizationObjectFromCpu, &wait);
	SAME(*value[0], 4);
	SAME(*value[1], 9);
	/* Once is all. */
	SAME(kmt_event(all, 50), 0);

	/* A program cannot change the value in the page. */
	SAME(mprotect((void *)(uintptr_t)value[0], PAGE, PROT_READ | PROT_WRITE), -1);

	destroy.sync_object = fences[0];
	OK(DestroySynchronizationObject, &destroy);
	WRONG(DestroySynchronizationObject, &destroy);
	WRONG(WaitForSynchronizationObjectFromCpu, &wait);
	destroy.sync_object = k.paging_fence;
	WRONG(DestroySynchronizationObject, &destroy);
	create.info.semaphore.max_count = 1;
	REFUSED(CreateSynchronizationObject2, &create);
	create.info.type = 0;
	WRONG(CreateSynchronizationObject2, &create);
	if (!kmt_is_dev) {
		many = calloc(5000, sizeof(*many));
		many_values = calloc(5000, sizeof(*many_values));
		for (i = 0; i < 5000; i++)
			many[i] = fences[1];
		wait.object_count = 5000;
		wait.objects = (uintptr_t)many;
		wait.fence_values = (uintptr_t)many_values;
		REFUSED(WaitForSynchronizationObjectFromCpu, &wait);
	}
	kmt_close(&k);
}

/* Work that waits for a value that nobody has promised, and an event in its order. */
static void test_wait_before_signal(void)
{
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU wait = { .object_count = 1 };
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU go = { .object_count = 1 };
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU2 event = {
		.context_count = 1,
		.flags = D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT,
	};
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	uint32_t fence, again[2];
	uint64_t value = 8;
	struct kmt k;
	int fd;

	kmt_open(&k);
	kmt_heap(&k, PAGE, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, m.size, FILL);
	fence = kmt_fence(&k, 0, 0, NULL);
	wait.context = kmt_context(&k, 0, 0);
	wait.objects = (uintptr_t)&fence;
	wait.monitored_fence_values = (uintptr_t)&value;
	OK(WaitForSynchronizationObjectFromGpu, &wait);
	kmt_submit(wait.context, code.va, &b);

	fd = eventfd(0, EFD_CLOEXEC);
	event.contexts = (uintptr_t)&wait.context;
	event.cpu_event_handle = fd;
	OK(SignalSynchronizationObjectFromGpu2, &event);
	SAME(kmt_event(fd, 100), 0);
	SAME(*(volatile uint32_t *)m.cpu, 0);
	go.device = k.device;
	go.objects = (uintptr_t)&fence;
	go.fence_values = (uintptr_t)&value;
	OK(SignalSynchronizationObjectFromCpu, &go);
	SAME(kmt_event(fd, LONG_MS), 1);
	SAME(*(volatile uint32_t *)m.cpu, FILL);
	OK(SignalSynchronizationObjectFromGpu2, &event);
	SAME(kmt_event(fd, LONG_MS), 1);

	again[0] = wait.context;
	again[1] = wait.context;
	event.contexts = (uintptr_t)again;
	event.context_count = 2;
	REFUSED(SignalSynchronizationObjectFromGpu2, &event);
	kmt_close(&k);
}

/* Page tables by a list of operations, and a fence behind it. */
static void test_update_addresses(void)
{
	D3DDDI_RESERVEGPUVIRTUALADDRESS reserve = { .size = 16 * PAGE };
	D3DDDI_UPDATEGPUVIRTUALADDRESS_OPERATION ops[2] = {
		{ .operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP },
		{ .operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_COPY },
	};
	D3DKMT_UPDATEGPUVIRTUALADDRESS update = {
		.num_operations = 2,
		.operations = (uintptr_t)ops,
		.fence_value = 2,
		.flags = D3DKMT_UPDATEGPUVIRTUALADDRESS_DO_NOT_WAIT,
	};
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = { .object_count = 1 };
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	uint64_t three = 3;
	uint32_t fence;
	struct kmt k;

	kmt_open(&k);
	kmt_heap(&k, 2 * PAGE, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	reserve.adapter = k.adapter;
	OK(ReserveGpuVirtualAddress, &reserve);
	ops[0].map.base_address = reserve.virtual_address;
	ops[0].map.size = 2 * PAGE;
	ops[0].map.allocation_size = 2 * PAGE;
	ops[0].map.allocation = m.allocation;
	ops[1].copy.source_address = reserve.virtual_address;
	ops[1].copy.dest_address = reserve.virtual_address + 8 * PAGE;
	ops[1].copy.size = 2 * PAGE;
	fence = kmt_fence(&k, 0, 0, NULL);
	update.device = k.device;
	update.context = kmt_context(&k, 0, 0);
	/* What is signalled behind the work is so in its context: others do not wait for it. */
	signal.context = update.context;
	update.fence_object = fence;
	OK(UpdateGpuVirtualAddress, &update);
	kmt_wait(&k, fence, 2);

	/* Both addresses are the same memory. */
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, reserve.virtual_address, PAGE, FILL);
	softgpu_copy(&b, reserve.virtual_address + 9 * PAGE, reserve.virtual_address + 8 * PAGE,
		     PAGE);
	kmt_submit(update.context, code.va, &b);
	signal.objects = (uintptr_t)&fence;
	signal.monitored_fence_values = (uintptr_t)&three;
	OK(SignalSynchronizationObjectFromGpu, &signal);
	kmt_wait(&k, fence, 3);
	SAME(*(uint32_t *)m.cpu, FILL);
	SAME(((uint32_t *)m.cpu)[2 * PAGE / 4 - 1], FILL);

	update.flags = 0;
	REFUSED(UpdateGpuVirtualAddress, &update);
	kmt_close(&k);
}

/* A page fault ends the device: its state says so, and waiters are not left behind. */
static void test_page_fault(void)
{
	D3DKMT_GETDEVICESTATE state = { .state_type = D3DKMT_DEVICESTATE_EXECUTION };
	struct kmt_memory code;
	struct softgpu_buffer b;
	struct kmt k;
	int64_t until;

	kmt_open(&k);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, 0x123456789000, PAGE, FILL);
	kmt_submit(kmt_context(&k, 0, 0), code.va, &b);
	state.device = k.device;
	until = kmt_now_ms() + LONG_MS;
	do {
		OK(GetDeviceState, &state);
		usleep(10000);
	} while (state.execution_state == D3DKMT_DEVICEEXECUTION_ACTIVE && kmt_now_ms() < until);
	SAME(state.execution_state, D3DKMT_DEVICEEXECUTION_ERROR_DMAPAGEFAULT);
	state.state_type = D3DKMT_DEVICESTATE_PAGE_FAULT;
	OK(GetDeviceState, &state);
	SAME(state.page_fault_state.faulted_virtual_address, 0x123456789000);
	kmt_close(&k);
	/* The next one is a new one. */
	kmt_open(&k);
	state.device = k.device;
	state.state_type = D3DKMT_DEVICESTATE_EXECUTION;
	OK(GetDeviceState, &state);
	SAME(state.execution_state, D3DKMT_DEVICEEXECUTION_ACTIVE);
	kmt_close(&k);
}

const struct kmt_test kmt_tests_work[] = {
	{ "addresses", test_addresses },
	{ "submit", test_submit },
	{ "hw-queue", test_hw_queue },
	{ "fences", test_fences },
	{ "wait-before-signal", test_wait_before_signal },
	{ "update-addresses", test_update_addresses },
	{ "page-fault", test_page_fault },
	{ }
};
