// SPDX-License-Identifier: MIT
/*
 * Runs tests of D3DKMT entry points, each in a process of its own, and prints
 * "ok NAME" or "not ok NAME why" for each.
 *
 * usage: d3dkmt-flows [--table] [NAME]...
 * --table: at the end, hold what entries have returned against their table.
 */
#include "kmt_test.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

bool kmt_is_dev;

/** struct record - What an entry has returned, in all processes. */
struct record {
	unsigned int good, refused, other;
};

static struct record *records;
static char (*message)[256];

NTSTATUS kmt_note(enum kmt_test_entry entry, NTSTATUS status)
{
	struct record *r = &records[entry];

	__atomic_fetch_add(NT_SUCCESS(status) ? &r->good : status == STATUS_NOT_SUPPORTED ?
			   &r->refused : &r->other, 1, __ATOMIC_RELAXED);
	return status;
}

_Noreturn void kmt_fail(const char *file, int line, const char *what, long long got,
			long long want)
{
	const char *name = strrchr(file, '/');

	snprintf(*message, sizeof(*message), "%s:%d: %s: %#llx, want %#llx",
		 name ? name + 1 : file, line, what, got & 0xffffffffffffffffll,
		 want & 0xffffffffffffffffll);
	_exit(1);
}

static bool run(const struct kmt_test *test)
{
	int status;
	pid_t pid;

	**message = 0;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		alarm(3 * LONG_MS / 1000);
		test->run();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		printf("not ok %s no process\n", test->name);
		return false;
	}
	if (!status) {
		printf("ok %s\n", test->name);
		return true;
	}
	printf("not ok %s %s (status %#x)\n", test->name, *message, status);
	return false;
}

#define KMT_FULL	0
#define KMT_PARTIAL	1
#define KMT_NONE	2
#define KMT_ROW(nr, name, dir, type, support, why)	{ #name, KMT_##support, why },
static const struct {
	const char *name;
	int support;
	const char *why;
} rows[] = { D3DKMT_ENTRIES(KMT_ROW) };

/*
 * FULL: done, never refused. PARTIAL: both, but for what only differs. NONE: refused and
 * nothing else.
 */
static bool check_table(void)
{
	bool good = true;
	int i;

	for (i = 0; i < ENTRY_COUNT; i++) {
		const struct record *r = &records[i];
		bool differs = !strncmp(rows[i].why, "differs: ", 9);
		bool fits = rows[i].support == KMT_FULL || differs ? r->good && !r->refused :
			    rows[i].support == KMT_PARTIAL ? r->good && r->refused :
			    !r->good && r->refused && !r->other;

		/* There, only the numbers that it does not have are refused. */
		if (kmt_is_dev)
			fits = !r->good != !r->refused;
		printf("%sok table-%s%s", fits ? "" : "not ", rows[i].name, fits ? "\n" : "");
		if (!fits)
			printf(" %u times good, %u refused, %u others\n", r->good, r->refused,
			       r->other);
		good &= fits;
	}
	return good;
}

static bool wanted(const struct kmt_test *group, const struct kmt_test *test, char **names)
{
	bool all = !*names && group != kmt_tests_last && (kmt_is_dev || group != kmt_tests_dev);

	for (; *names; names++)
		all |= !strcmp(*names, test->name);
	return all;
}

int main(int argc, char **argv)
{
	const struct kmt_test *const groups[] = {
		kmt_tests_objects, kmt_tests_work, kmt_tests_share, kmt_tests_defects,
		kmt_tests_dev, kmt_tests_last,
	};
	const char *backend = getenv("DXG_BACKEND");
	bool good = true, table = false;
	const struct kmt_test *test;
	unsigned int i, pass, count = 0;
	int k;

	for (k = 1; k < argc && !strncmp(argv[k], "--", 2); k++)
		table |= !strcmp(argv[k], "--table");
	kmt_is_dev = backend && !strcmp(backend, "dev");
	records = mmap(NULL, sizeof(*records) * ENTRY_COUNT + sizeof(*message),
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (records == MAP_FAILED)
		return 2;
	message = (void *)(records + ENTRY_COUNT);
	/* First only count, so that an end before time is seen. */
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
			for (test = groups[i]; test->name; test++) {
				if (!wanted(groups[i], test, argv + k))
					continue;
				if (pass)
					good &= run(test);
				else
					count++;
			}
		}
		if (!pass)
			printf("1..%u\n", count + (table ? ENTRY_COUNT : 0));
	}
	if (table)
		good &= check_table();
	return !good;
}

/* ---- Helpers ---- */

void kmt_open_adapter(struct kmt *k)
{
	D3DKMT_ADAPTERINFO infos[16];
	D3DKMT_ENUMADAPTERS2 list = { .num_adapters = 16, .adapters = (uintptr_t)infos };

	OK(EnumAdapters2, &list);
	TRUE(list.num_adapters);
	k->adapter = infos[0].adapter_handle;
	k->luid = infos[0].adapter_luid;
}

void kmt_close_adapter(struct kmt *k)
{
	D3DKMT_CLOSEADAPTER adapter = { .adapter_handle = k->adapter };

	OK(CloseAdapter, &adapter);
}

void kmt_open(struct kmt *k)
{
	D3DKMT_CREATEDEVICE device = {};
	D3DKMT_CREATEPAGINGQUEUE paging = {};

	kmt_open_adapter(k);
	device.adapter = k->adapter;
	OK(CreateDevice, &device);
	TRUE(device.device);
	k->device = device.device;
	paging.device = k->device;
	OK(CreatePagingQueue, &paging);
	TRUE(paging.paging_queue && paging.sync_object && paging.fence_cpu_virtual_address);
	k->paging = paging.paging_queue;
	k->paging_fence = paging.sync_object;
	k->paging_value = (void *)(uintptr_t)paging.fence_cpu_virtual_address;
}

void kmt_close(struct kmt *k)
{
	D3DDDI_DESTROYPAGINGQUEUE paging = { .paging_queue = k->paging };
	D3DKMT_DESTROYDEVICE device = { .device = k->device };

	OK(DestroyPagingQueue, &paging);
	OK(DestroyDevice, &device);
	kmt_close_adapter(k);
}

void *kmt_pages(uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	TRUE(p != MAP_FAILED);
	return p;
}

void kmt_heap(struct kmt *k, uint64_t size, struct kmt_memory *m)
{
	D3DKMT_CREATESTANDARDALLOCATION heap = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = size,
	};
	D3DDDI_ALLOCATIONINFO2 info = {};
	D3DKMT_CREATEALLOCATION args = {
		.device = k->device,
		.standard_allocation = (uintptr_t)&heap,
		.priv_drv_data_size = sizeof(heap),
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION |
			 D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM,
	};

	memset(m, 0, sizeof(*m));
	m->cpu = kmt_pages(size);
	info.sysmem = (uintptr_t)m->cpu;
	OK(CreateAllocation2, &args);
	TRUE(info.allocation);
	m->allocation = info.allocation;
	m->size = size;
}

void kmt_host(struct kmt *k, uint64_t size, uint32_t alloc_flags, bool shared,
	      struct kmt_memory *m)
{
	struct softgpu_alloc data = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.size = size,
		.flags = alloc_flags,
	};
	static const char runtime[] = "runtime data";
	D3DDDI_ALLOCATIONINFO2 info = {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
	D3DKMT_CREATEALLOCATION args = {
		.device = k->device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
	};

	if (shared) {
		args.flags = D3DKMT_CREATEALLOCATION_CREATE_RESOURCE |
			     D3DKMT_CREATEALLOCATION_CREATE_SHARED |
			     D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING;
		args.private_runtime_data = (uintptr_t)runtime;
		args.private_runtime_data_size = sizeof(runtime);
	}
	OK(CreateAllocation2, &args);
	TRUE(info.allocation);
	/* The host's driver has answered in the data. */
	SAME(data.size, (size + PAGE - 1) / PAGE * PAGE);
	memset(m, 0, sizeof(*m));
	m->allocation = info.allocation;
	m->resource = shared ? args.resource : 0;
	m->size = data.size;
}

void kmt_destroy(struct kmt *k, struct kmt_memory *m)
{
	D3DKMT_DESTROYALLOCATION2 args = { .device = k->device, .resource = m->resource };

	if (!m->resource) {
		args.allocations = (uintptr_t)&m->allocation;
		args.alloc_count = 1;
	}
	OK(DestroyAllocation2, &args);
}

void kmt_map(struct kmt *k, struct kmt_memory *m, uint64_t protection)
{
	D3DDDI_MAPGPUVIRTUALADDRESS map = {
		.paging_queue = k->paging,
		.allocation = m->allocation,
		.size_in_pages = m->size / PAGE,
		.protection = protection,
	};
	D3DDDI_MAKERESIDENT resident = {
		.paging_queue = k->paging,
		.alloc_count = 1,
		.allocation_list = (uintptr_t)&m->allocation,
	};

	DONE(MapGpuVirtualAddress, &map);
	TRUE(map.virtual_address);
	m->va = map.virtual_address;
	DONE(MakeResident, &resident);
	kmt_wait(k, k->paging_fence, map.paging_fence_value);
	kmt_wait(k, k->paging_fence, resident.paging_fence_value);
	TRUE(*k->paging_value >= map.paging_fence_value);
}

void kmt_wait(struct kmt *k, uint32_t fence, uint64_t value)
{
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU wait = {
		.device = k->device,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.fence_values = (uintptr_t)&value,
	};

	OK(WaitForSynchronizationObjectFromCpu, &wait);
}

uint32_t kmt_fence(struct kmt *k, uint32_t flags, uint64_t initial,
		   const volatile uint64_t **value)
{
	D3DKMT_CREATESYNCHRONIZATIONOBJECT2 args = {
		.device = k->device,
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.flags = flags,
		.info.monitored_fence.initial_fence_value = initial,
	};
	const volatile uint64_t *page;

	OK(CreateSynchronizationObject2, &args);
	TRUE(args.sync_object && args.info.monitored_fence.fence_cpu_virtual_address);
	page = (void *)(uintptr_t)args.info.monitored_fence.fence_cpu_virtual_address;
	SAME(*page, initial);
	if (value)
		*value = page;
	return args.sync_object;
}

uint32_t kmt_context(struct kmt *k, uint32_t node, uint32_t flags)
{
	D3DKMT_CREATECONTEXTVIRTUAL args = {
		.device = k->device,
		.node_ordinal = node,
		.engine_affinity = 1,
		.flags = flags,
	};

	OK(CreateContextVirtual, &args);
	TRUE(args.context);
	return args.context;
}

void kmt_submit(uint32_t context, uint64_t va, const struct softgpu_buffer *b)
{
	D3DKMT_SUBMITCOMMAND args = {
		.command_buffer = va,
		.command_length = b->used,
		.broadcast_context_count = 1,
		.broadcast_context = { context },
	};

	TRUE(!b->overflow);
	OK(SubmitCommand, &args);
}

int64_t kmt_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t kmt_event(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t count = 0;

	if (poll(&p, 1, ms) == 1)
		SAME(read(fd, &count, sizeof(count)), sizeof(count));
	return count;
}
