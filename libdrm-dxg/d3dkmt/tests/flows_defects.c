// SPDX-License-Identifier: MIT
/*
 * Situations in which an older driver of the same interface goes wrong; see
 * tests/defects.md for which is which.
 */
#include "kmt_test.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "softgpu_escape.h"

#define FILL	0x600dda7au
#define MIB	(1024ull * 1024)

/* Ask something of the host; @text may be NULL. False: no answer came. */
static bool ask_host(struct kmt *k, uint32_t op, uint64_t arg0, uint64_t arg1, const char *text)
{
	struct {
		struct softgpu_escape e;
		char text[96];
	} data = {
		.e.magic = SOFTGPU_ESCAPE_MAGIC,
		.e.version = SOFTGPU_ESCAPE_VERSION,
		.e.op = op,
		.e.arg = { arg0, arg1 },
	};
	D3DKMT_ESCAPE escape = {
		.adapter = k->adapter,
		.device = k->device,
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};

	if (text)
		snprintf(data.text, sizeof(data.text), "%s", text);
	if (!NT_SUCCESS(KMT(Escape, &escape)))
		return false;
	SAME(data.e.status, 0);
	return true;
}

static void host(struct kmt *k, uint32_t op, uint64_t arg0, uint64_t arg1, const char *text)
{
	TRUE(ask_host(k, op, arg0, arg1, text));
}

/* Have the GPU carry out what @b holds, and wait for it. */
static void gpu_run(struct kmt *k, uint32_t context, const struct kmt_memory *code,
		    const struct softgpu_buffer *b, uint32_t fence, uint64_t value)
{
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = {
		.context = context,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.monitored_fence_values = (uintptr_t)&value,
	};

	kmt_submit(context, code->va, b);
	OK(SignalSynchronizationObjectFromGpu, &signal);
	kmt_wait(k, fence, value);
}

/* CPU and GPU see the same pages, whatever a fork() does to the program's. */
static void test_memory_forked(void)
{
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	uint32_t context, fence, *words;
	int pipes[2], status;
	struct kmt k;
	char byte;
	pid_t pid;

	kmt_open(&k);
	kmt_heap(&k, 2 * PAGE, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	context = kmt_context(&k, 0, 0);
	fence = kmt_fence(&k, 0, 0, NULL);
	words = m.cpu;
	words[0] = 1;

	/* While the child lives, the pages are shared with it until one writes. */
	SAME(pipe(pipes), 0);
	pid = fork();
	TRUE(pid >= 0);
	if (!pid) {
		close(pipes[1]);
		_exit(read(pipes[0], &byte, 1) != 0);
	}
	words[0] = FILL;
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_copy(&b, m.va + PAGE, m.va, 64);
	gpu_run(&k, context, &code, &b, fence, 1);
	SAME(words[PAGE / 4], FILL);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, 64, ~FILL);
	gpu_run(&k, context, &code, &b, fence, 2);
	SAME(words[0], ~FILL);
	close(pipes[1]);
	SAME(waitpid(pid, &status, 0), pid);
	SAME(status, 0);
	kmt_close(&k);
}

/* What is no memory of the program's own is refused: mappings of devices. */
static void test_memory_foreign(void)
{
	D3DKMT_CREATESTANDARDALLOCATION heap = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = PAGE,
	};
	D3DDDI_ALLOCATIONINFO2 info = {};
	D3DKMT_CREATEALLOCATION create = {
		.standard_allocation = (uintptr_t)&heap,
		.priv_drv_data_size = sizeof(heap),
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION |
			 D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM,
	};
	D3DKMT_LOCK2 lock = {};
	struct kmt_memory m;
	uintptr_t wrong[4];
	struct kmt k;
	int i;

	kmt_open(&k);
	kmt_host(&k, PAGE, SOFTGPU_ALLOC_CACHED, false, &m);
	lock.device = k.device;
	create.device = k.device;
	lock.allocation = m.allocation;
	OK(Lock2, &lock);
	*(volatile uint32_t *)(uintptr_t)lock.data = 1;
	wrong[0] = lock.data;
	wrong[1] = (uintptr_t)k.paging_value;
	wrong[2] = (uintptr_t)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	SAME(munmap((void *)wrong[2], PAGE), 0);
	wrong[3] = 0xffff888000000000;
	for (i = 0; i < 4; i++) {
		info.sysmem = wrong[i];
		TRUE(!NT_SUCCESS(KMT(CreateAllocation2, &create)));
	}
	/* Memory that only may be read, for a GPU that may write. */
	info.sysmem = (uintptr_t)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	TRUE(!NT_SUCCESS(KMT(CreateAllocation2, &create)));
	kmt_close(&k);
}

/* More of the program's memory than one message lists, by far. */
static void test_memory_large(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct kmt_memory m, code;
	struct softgpu_buffer b;
	struct kmt k;

	SAME(setrlimit(RLIMIT_MEMLOCK, &unlimited), 0);
	kmt_open(&k);
	kmt_heap(&k, 544 * MIB, &m);
	kmt_heap(&k, PAGE, &code);
	kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
	softgpu_buffer_init(&b, code.cpu, PAGE);
	softgpu_fill(&b, m.va, 8, FILL);
	softgpu_fill(&b, m.va + m.size - 8, 8, ~FILL);
	gpu_run(&k, kmt_context(&k, 0, 0), &code, &b, kmt_fence(&k, 0, 0, NULL), 1);
	SAME(*(uint32_t *)m.cpu, FILL);
	SAME(((uint32_t *)m.cpu)[m.size / 4 - 1], ~FILL);
	kmt_close(&k);
}

/* Memory within the budget becomes resident, also when most of it is in use. */
static void test_resident_most(void)
{
	D3DKMT_QUERYVIDEOMEMORYINFO info = {};
	struct kmt_memory m[7];
	struct kmt k;
	uint64_t each;
	int i;

	kmt_open(&k);
	info.adapter = k.adapter;
	OK(QueryVideoMemoryInfo, &info);
	each = (info.budget - info.current_usage) / 8 / PAGE * PAGE;
	for (i = 0; i < 7; i++) {
		kmt_host(&k, each, 0, false, &m[i]);
		kmt_map(&k, &m[i], D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
	}
	OK(QueryVideoMemoryInfo, &info);
	TRUE(info.current_usage >= 7 * each);
	for (i = 0; i < 7; i++)
		kmt_destroy(&k, &m[i]);
	kmt_close(&k);
}

/* As many fences in one message as there may be, of each kind of message. */
static void test_many_objects(void)
{
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU wait = {};
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = {};
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU go = {};
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU end = {};
	uint32_t fences[32], ends[32], count;
	uint64_t values[32];
	struct kmt k;
	int i;

	kmt_open(&k);
	wait.context = kmt_context(&k, 0, 0);
	signal.context = wait.context;
	go.device = k.device;
	end.device = k.device;
	for (i = 0; i < 32; i++) {
		fences[i] = kmt_fence(&k, 0, 0, NULL);
		ends[i] = kmt_fence(&k, 0, 0, NULL);
	}
	for (count = 1; count <= 32; count++) {
		for (i = 0; i < 32; i++)
			values[i] = count;
		wait.object_count = count;
		wait.objects = (uintptr_t)fences;
		wait.monitored_fence_values = (uintptr_t)values;
		OK(WaitForSynchronizationObjectFromGpu, &wait);
		signal.object_count = count;
		signal.objects = (uintptr_t)ends;
		signal.monitored_fence_values = (uintptr_t)values;
		OK(SignalSynchronizationObjectFromGpu, &signal);
		go.object_count = count;
		go.objects = (uintptr_t)fences;
		go.fence_values = (uintptr_t)values;
		OK(SignalSynchronizationObjectFromCpu, &go);
		end.object_count = count;
		end.objects = (uintptr_t)ends;
		end.fence_values = (uintptr_t)values;
		OK(WaitForSynchronizationObjectFromCpu, &end);
	}
	wait.object_count = 33;
	WRONG(WaitForSynchronizationObjectFromGpu, &wait);
	kmt_close(&k);
}

/* What a client does until it is killed. */
static _Noreturn void busy(void)
{
	for (;;) {
		struct kmt_memory m, code;
		struct softgpu_buffer b;
		struct kmt k;

		kmt_open(&k);
		kmt_host(&k, 16 * PAGE, 0, false, &m);
		kmt_heap(&k, PAGE, &code);
		kmt_map(&k, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
		kmt_map(&k, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
		softgpu_buffer_init(&b, code.cpu, PAGE);
		softgpu_fill(&b, m.va, m.size, FILL);
		gpu_run(&k, kmt_context(&k, 0, 0), &code, &b, kmt_fence(&k, 0, 0, NULL), 1);
		kmt_close(&k);
	}
}

/* End a child, which must not hang. */
static void kill_child(pid_t pid)
{
	int64_t until = kmt_now_ms() + LONG_MS;
	int status;
	pid_t got;

	SAME(kill(pid, SIGKILL), 0);
	do {
		got = waitpid(pid, &status, WNOHANG);
		usleep(1000);
	} while (!got && kmt_now_ms() < until);
	SAME(got, pid);
	SAME(WTERMSIG(status), SIGKILL);
}

/* Clients are killed at any moment; the next one finds everything as it should be. */
static void test_killed_clients(void)
{
	struct kmt k;
	pid_t pid;
	int i;

	for (i = 0; i < 30; i++) {
		pid = fork();
		TRUE(pid >= 0);
		if (!pid)
			busy();
		usleep(7001 * i % 150000);
		kill_child(pid);
		kmt_open(&k);
		kmt_close(&k);
	}
}

/* A client that waits for what never comes can be killed. */
static void test_killed_waiting(void)
{
	struct kmt k;
	pid_t pid;
	int i;

	for (i = 0; i < 4; i++) {
		pid = fork();
		TRUE(pid >= 0);
		if (!pid) {
			kmt_open(&k);
			kmt_wait(&k, kmt_fence(&k, 0, 0, NULL), 1);
			_exit(1);
		}
		usleep(300000);
		kill_child(pid);
	}
}

/*
 * The host answers late, and the client that asked is killed meanwhile: the answer finds
 * nobody, and nothing is written where the request was.
 */
static void test_killed_in_requests(void)
{
	static const char * const slow[] = {
		"delay=CREATEALLOCATION:400", "delay=CREATEDEVICE:400",
		"delay=MAPGPUVIRTUALADDRESS:400", "delay=CREATESYNCOBJECT:400",
		"delay=QUERYVIDEOMEMORYINFO:400", "delay=DESTROYALLOCATION:400",
	};
	struct kmt k, other;
	unsigned int i;
	pid_t pid;

	kmt_open(&k);
	for (i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		host(&k, SOFTGPU_ESCAPE_SET, 0, 0, slow[i]);
		pid = fork();
		TRUE(pid >= 0);
		if (!pid)
			busy();
		usleep(200000);
		kill_child(pid);
		host(&k, SOFTGPU_ESCAPE_CLEAR, 0, 0, NULL);
		kmt_open(&other);
		kmt_close(&other);
	}
	/* Time for the late answers. */
	usleep(500000);
	kmt_open(&other);
	kmt_close(&other);
	kmt_close(&k);
}

/*
 * A program ends while the GPU writes to its memory. Whose the pages are next finds
 * nothing written there: they are let go of after the host has.
 */
static void test_exit_while_working(void)
{
	const uint64_t size = 32 * MIB;
	uint32_t *words;
	struct kmt k;
	uint64_t i;
	int round, status;
	pid_t pid;

	kmt_open(&k);
	for (round = 0; round < 2; round++) {
		host(&k, SOFTGPU_ESCAPE_SET, 0, 0, "delay=DESTROYALLOCATION:150");
		pid = fork();
		TRUE(pid >= 0);
		if (!pid) {
			struct kmt_memory m, code;
			struct softgpu_buffer b;
			struct kmt own;

			kmt_open(&own);
			kmt_heap(&own, size, &m);
			kmt_heap(&own, PAGE, &code);
			kmt_map(&own, &m, D3DDDIGPUVA_PROTECTION_TYPE_WRITE);
			kmt_map(&own, &code, D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE);
			softgpu_buffer_init(&b, code.cpu, PAGE);
			for (i = 0; i < 60; i++)
				softgpu_fill(&b, m.va, m.size, FILL);
			kmt_submit(kmt_context(&own, 0, 0), code.va, &b);
			usleep(20000);
			_exit(0);
		}
		SAME(waitpid(pid, &status, 0), pid);
		if (status)
			_exit(1);
		/* Take what is free as fast as can be, and look at it for a while. */
		words = kmt_pages(8 * size);
		for (i = 0; i < 8 * size / 4; i += PAGE / 4)
			words[i] = 1;
		usleep(300000);
		for (i = 0; i < 8 * size / 4; i += PAGE / 4) {
			SAME(words[i], 1);
			SAME(words[i + 1], 0);
		}
		munmap(words, 8 * size);
		host(&k, SOFTGPU_ESCAPE_CLEAR, 0, 0, NULL);
	}
	kmt_close(&k);
}

static sigjmp_buf fault;

static void on_fault(int signal)
{
	(void)signal;
	siglongjmp(fault, 1);
}

/* Whether what was seen at @p is not to be seen any more: there is nothing, or other memory. */
static bool gone(const volatile void *p, uint32_t was)
{
	if (sigsetjmp(fault, 1))
		return true;
	return *(const volatile uint32_t *)p != was;
}

/*
 * The adapter goes by surprise: who waits is woken, calls say so, and what was mapped of
 * the host's memory is not to be seen any more. This test takes the
 * adapter for good.
 */
static void test_removed(void)
{
	const struct sigaction action = { .sa_handler = on_fault };
	D3DKMT_GETDEVICESTATE state = { .state_type = D3DKMT_DEVICESTATE_EXECUTION };
	D3DKMT_ENUMADAPTERS2 list = {};
	D3DKMT_LOCK2 lock = {};
	struct kmt_memory m;
	int64_t until;
	NTSTATUS got;
	struct kmt k;
	uint64_t value = FILL + 1ull;
	const volatile uint64_t *page;
	uint32_t fence, before;

	OK(EnumAdapters2, &list);
	before = list.num_adapters;
	kmt_open(&k);
	kmt_host(&k, PAGE, SOFTGPU_ALLOC_CACHED, false, &m);
	lock.device = k.device;
	state.device = k.device;
	lock.allocation = m.allocation;
	OK(Lock2, &lock);
	*(volatile uint32_t *)(uintptr_t)lock.data = FILL;
	fence = kmt_fence(&k, 0, FILL, &page);
	/* It may go before this is answered, or before the wait has begun. */
	ask_host(&k, SOFTGPU_ESCAPE_REMOVE, 1, 300, NULL);
	{
		D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU wait = {
			.device = k.device,
			.object_count = 1,
			.objects = (uintptr_t)&fence,
			.fence_values = (uintptr_t)&value,
		};

		got = KMT(WaitForSynchronizationObjectFromCpu, &wait);
		TRUE(!NT_SUCCESS(got));
	}
	until = kmt_now_ms() + LONG_MS;
	do {
		got = KMT(GetDeviceState, &state);
		usleep(10000);
	} while (got != STATUS_DEVICE_REMOVED && kmt_now_ms() < until);
	SAME(got, STATUS_DEVICE_REMOVED);
	TRUE(!sigaction(SIGBUS, &action, NULL) && !sigaction(SIGSEGV, &action, NULL));
	while (!(gone((void *)(uintptr_t)lock.data, FILL) && gone(page, FILL)) &&
	       kmt_now_ms() < until)
		usleep(10000);
	TRUE(gone((void *)(uintptr_t)lock.data, FILL));
	TRUE(gone(page, FILL));
	do {
		list.num_adapters = 0;
		OK(EnumAdapters2, &list);
		usleep(10000);
	} while (list.num_adapters == before && kmt_now_ms() < until);
	SAME(list.num_adapters, before - 1);
	/* What is ended from now on has ended: the host is not to hear of it. */
	sleep(1);
	OK(CloseAdapter, &(D3DKMT_CLOSEADAPTER) { k.adapter });
}

/* Without an adapter there is nothing to open, and nobody is left behind who tried. */
static void test_no_adapter(void)
{
	const int64_t until = kmt_now_ms() + LONG_MS;
	D3DKMT_OPENADAPTERFROMLUID open = { .adapter_luid.a = 1 };
	D3DKMT_ENUMADAPTERS2 list = {};
	int status, i;
	pid_t pid;

	do {
		OK(EnumAdapters2, &list);
		usleep(10000);
	} while (list.num_adapters && kmt_now_ms() < until);
	SAME(list.num_adapters, 0);
	for (i = 0; i < 20; i++) {
		pid = fork();
		TRUE(pid >= 0);
		if (!pid) {
			OK(EnumAdapters2, &list);
			WRONG(OpenAdapterFromLuid, &open);
			_exit(0);
		}
		SAME(waitpid(pid, &status, 0), pid);
		SAME(status, 0);
	}
}

const struct kmt_test kmt_tests_defects[] = {
	{ "memory-forked", test_memory_forked },
	{ "memory-foreign", test_memory_foreign },
	{ "memory-large", test_memory_large },
	{ "resident-most", test_resident_most },
	{ "many-objects", test_many_objects },
	{ "killed-clients", test_killed_clients },
	{ "killed-waiting", test_killed_waiting },
	{ "killed-in-requests", test_killed_in_requests },
	{ "exit-while-working", test_exit_while_working },
	{ }
};

/* Only by name. */
const struct kmt_test kmt_tests_last[] = {
	{ "removed", test_removed },
	{ "no-adapter", test_no_adapter },
	{ }
};
