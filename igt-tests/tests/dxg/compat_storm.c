// SPDX-License-Identifier: MIT
/*
 * /dev/dxg and the render node at once, by many processes that do this and that by a seed:
 * to their end, until they are killed, and while the adapter goes away below them. Nothing of
 * them stays on the host.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_d3d.h"
#include "igt_dxg_host.h"
#include "softgpu_build.h"

/**
 * TEST: compat storm
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: both nodes at once, kills, unplugs
 *
 * SUBTEST: both-nodes
 * Description: Processes make, share, map, submit and close on both nodes; each thing is found as
 *	it was left, by the CPU, by the GPU and by the other node.
 *
 * SUBTEST: killed
 * Description: Eight processes are killed at any point of that, round by round.
 *
 * SUBTEST: unplugged
 * Description: The adapter is taken from processes that go on, and comes back to them.
 *
 * SUBTEST: exit-10000
 * Description: A process ends that has ten thousand allocations: nothing is left on the host,
 *	which is told in a few messages.
 */

IGT_TEST_DESCRIPTION("Many users of /dev/dxg and of the render node.");

#define PAGE	IGT_DXG_D3D_PAGE
#define SLOTS	6
#define WORKERS	4
#define KILLED	8

/* --- One user --- */

/** struct slot - A shared resource of one allocation, mapped to the GPU. */
struct slot {
	uint32_t resource, handle, word;
	uint64_t size, va;
};

/** struct worker - A process that does this and that. */
struct worker {
	unsigned int seed;
	/* Whether things may fail, because the adapter goes. */
	bool tolerant;
	int node;
	uint32_t vm;
	struct igt_dxg_d3d d;
	uint32_t context, fence, code;
	uint64_t code_va, point;
	void *commands;
	struct slot slots[SLOTS];
};

/* What must succeed, unless the adapter may go. */
static bool good(const struct worker *w, int ret)
{
	if (ret < 0 && !w->tolerant)
		igt_assert_eq(ret, 0);
	return ret >= 0;
}

static bool call(const struct worker *w, unsigned long request, void *args)
{
	return good(w, __dxg_d3d(w->d.fd, request, args));
}

static bool paged(const struct worker *w, unsigned long request, void *args,
		  const __u64 *value)
{
	int ret = __dxg_d3d(w->d.fd, request, args);

	if (ret == IGT_DXG_D3D_PENDING)
		ret = __dxg_d3d_wait(&w->d, w->d.paging_fence, *value, 0);
	return good(w, ret);
}

/* @va: returned, and the memory resident. */
static bool map(const struct worker *w, uint32_t handle, uint64_t size, uint64_t *va)
{
	struct d3dddi_mapgpuvirtualaddress args = {
		.paging_queue = w->d.paging,
		.allocation = handle,
		.size_in_pages = size / PAGE,
		.protection = D3DDDIGPUVA_PROTECTION_TYPE_WRITE |
			      D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE,
	};
	struct d3dddi_makeresident resident = {
		.paging_queue = w->d.paging,
		.alloc_count = 1,
		.allocation_list = (uintptr_t)&handle,
	};

	if (!paged(w, LX_DXMAPGPUVIRTUALADDRESS, &args, &args.paging_fence_value) ||
	    !paged(w, LX_DXMAKERESIDENT, &resident, &resident.paging_fence_value))
		return false;
	*va = args.virtual_address;
	return true;
}

static bool begin_commands(struct worker *w)
{
	struct d3dkmt_createstandardallocation heap = {
		.type = D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP,
		.existing_heap_data.size = PAGE,
	};
	struct d3dddi_allocationinfo2 info = { .sysmem = (uintptr_t)w->commands };
	struct d3dkmt_createallocation args = {
		.device = w->d.device,
		.standard_allocation = (uintptr_t)&heap,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION,
	};
	struct d3dkmt_createcontextvirtual context = {
		.device = w->d.device,
		.engine_affinity = 1,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
	};
	struct d3dkmt_createsynchronizationobject2 fence = {
		.device = w->d.device,
		.info.type = D3DDDI_MONITORED_FENCE,
	};

	if (!call(w, LX_DXCREATEALLOCATION, &args) ||
	    !call(w, LX_DXCREATECONTEXTVIRTUAL, &context) ||
	    !call(w, LX_DXCREATESYNCHRONIZATIONOBJECT, &fence))
		return false;
	w->code = info.allocation;
	w->context = context.context;
	w->fence = fence.sync_object;
	w->point = 0;
	return map(w, w->code, PAGE, &w->code_va);
}

/* Open /dev/dxg, and all that is needed there. */
static bool begin(struct worker *w)
{
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX] = {};
	struct d3dkmt_enumadapters2 list = {
		.num_adapters = D3DKMT_ADAPTERS_MAX,
		.adapters = (uintptr_t)infos,
	};
	struct d3dkmt_createdevice device = {};
	struct d3dkmt_createpagingqueue paging = {};

	memset(w->slots, 0, sizeof(w->slots));
	w->d.fd = open("/dev/dxg", O_RDWR | O_CLOEXEC);
	if (!good(w, w->d.fd < 0 ? -errno : 0) || !call(w, LX_DXENUMADAPTERS2, &list) ||
	    !good(w, list.num_adapters ? 0 : -ENODEV))
		return false;
	w->d.adapter = infos[0].adapter_handle;
	device.adapter = w->d.adapter;
	if (!call(w, LX_DXCREATEDEVICE, &device))
		return false;
	w->d.device = device.device;
	paging.device = device.device;
	if (!call(w, LX_DXCREATEPAGINGQUEUE, &paging))
		return false;
	w->d.paging = paging.paging_queue;
	w->d.paging_fence = paging.sync_object;
	return begin_commands(w);
}

static void end(struct worker *w)
{
	if (w->d.fd >= 0)
		close(w->d.fd);
	if (w->node >= 0)
		close(w->node);
	w->d.fd = -1;
	w->node = -1;
}

static bool begin_node(struct worker *w)
{
	int64_t vm;

	w->node = igt_dxg_open_render(0);
	if (!good(w, w->node < 0 ? -ENODEV : 0))
		return false;
	vm = __dxg_vm_create(w->node, 0);
	w->vm = vm;
	return good(w, vm < 0 ? vm : 0);
}

/* --- What it does --- */

static uint32_t *lock(const struct worker *w, uint32_t handle)
{
	struct d3dkmt_lock2 args = { .device = w->d.device, .allocation = handle };

	return call(w, LX_DXLOCK2, &args) ? (void *)(uintptr_t)args.data : NULL;
}

static void unlock(const struct worker *w, uint32_t handle)
{
	struct d3dkmt_unlock2 args = { .device = w->d.device, .allocation = handle };

	call(w, LX_DXUNLOCK2, &args);
}

static void check(const struct worker *w, const void *memory, uint64_t size, uint32_t word)
{
	if (!w->tolerant)
		igt_dxg_check_word(memory, size, word);
}

static void set(void *memory, uint64_t size, uint32_t word)
{
	uint32_t *words = memory;
	uint64_t i;

	for (i = 0; i < size / 4; i++)
		words[i] = word;
}

static void make(struct worker *w, struct slot *slot)
{
	uint32_t *words;
	int ret;

	if (slot->handle) {
		good(w, __dxg_d3d_destroy(&w->d, slot->handle, slot->resource));
		slot->handle = 0;
		return;
	}
	slot->size = PAGE * (1 + rand_r(&w->seed) % 8);
	ret = __dxg_d3d_allocate(&w->d, slot->size, IGT_DXG_D3D_SHARED, &slot->handle,
				 &slot->resource);
	if (!good(w, ret) || !map(w, slot->handle, slot->size, &slot->va)) {
		slot->handle = 0;
		return;
	}
	slot->word = rand_r(&w->seed);
	words = lock(w, slot->handle);
	if (words)
		set(words, slot->size, slot->word);
	if (words)
		unlock(w, slot->handle);
}

static void look(struct worker *w, struct slot *slot)
{
	uint32_t *words = slot->handle ? lock(w, slot->handle) : NULL;

	if (!words)
		return;
	check(w, words, slot->size, slot->word);
	unlock(w, slot->handle);
}

/* The GPU writes another word. */
static void fill(struct worker *w, struct slot *slot)
{
	struct d3dkmt_signalsynchronizationobjectfromgpu signal = {
		.context = w->context,
		.object_count = 1,
		.objects = (uintptr_t)&w->fence,
		.monitored_fence_values = (uintptr_t)&w->point,
	};
	struct softgpu_buffer b;

	if (!slot->handle)
		return;
	slot->word = rand_r(&w->seed);
	softgpu_buffer_init(&b, w->commands, PAGE);
	softgpu_fill(&b, slot->va, slot->size, slot->word);
	w->point++;
	if (good(w, __dxg_d3d_submit(&w->d, w->context, w->code_va, b.used)) &&
	    call(w, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, &signal))
		good(w, __dxg_d3d_wait(&w->d, w->fence, w->point, 0));
}

/* A BO of the render node, as the CPU sees it. */
static void look_at_bo(const struct worker *w, uint32_t bo, uint64_t size, uint32_t word,
		       bool write)
{
	int64_t offset = __dxg_bo_offset(w->node, bo, 0, NULL);
	void *memory;

	if (!good(w, offset < 0 ? offset : 0))
		return;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, w->node, offset);
	if (!good(w, memory == MAP_FAILED ? -errno : 0))
		return;
	/* Who is unplugged in between reads zeroes. */
	if (write)
		set(memory, size, word);
	else
		check(w, memory, size, word);
	munmap(memory, size);
}

static void to_node(struct worker *w, struct slot *slot)
{
	uint32_t bo;
	int fd;

	if (!slot->handle)
		return;
	fd = __dxg_d3d_share(&w->d, slot->resource);
	if (!good(w, fd))
		return;
	if (good(w, __dxg_prime_import(w->node, fd, &bo))) {
		look_at_bo(w, bo, slot->size, slot->word, false);
		good(w, __dxg_bo_close(w->node, bo));
	}
	close(fd);
}

static void from_node(struct worker *w)
{
	uint32_t bo, handle, resource, word = rand_r(&w->seed), *words;
	uint64_t size = PAGE * (1 + rand_r(&w->seed) % 4);
	int fd;

	if (!good(w, __dxg_bo_host(w->node, w->vm, size, 0, DRM_DXG_BO_SHAREABLE, &bo)))
		return;
	look_at_bo(w, bo, size, word, true);
	fd = __dxg_prime_export(w->node, bo);
	if (good(w, fd) && good(w, __dxg_d3d_open_resource(&w->d, fd, &handle, &resource))) {
		words = lock(w, handle);
		if (words)
			check(w, words, size, word);
		if (words && rand_r(&w->seed) % 2)
			unlock(w, handle);
		good(w, __dxg_d3d_destroy(&w->d, 0, resource));
	}
	if (fd >= 0)
		close(fd);
	good(w, __dxg_bo_close(w->node, bo));
}

/* Another device with a queue of each kind and a fence, which end with it. */
static void objects(struct worker *w)
{
	struct d3dkmt_createdevice device = { .adapter = w->d.adapter };
	struct d3dkmt_createcontextvirtual context = {
		.engine_affinity = 1,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
		.flags = D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED,
	};
	struct d3dkmt_createsynchronizationobject2 fence = {
		.info.type = D3DDDI_MONITORED_FENCE,
	};
	struct d3dkmt_createpagingqueue paging = {};
	struct d3dkmt_createhwqueue queue = {};
	struct d3dkmt_destroydevice last = {};

	if (!call(w, LX_DXCREATEDEVICE, &device))
		return;
	context.device = device.device;
	fence.device = device.device;
	paging.device = device.device;
	if (call(w, LX_DXCREATECONTEXTVIRTUAL, &context)) {
		queue.context = context.context;
		call(w, LX_DXCREATEHWQUEUE, &queue);
	}
	call(w, LX_DXCREATEPAGINGQUEUE, &paging);
	call(w, LX_DXCREATESYNCHRONIZATIONOBJECT, &fence);
	last.device = device.device;
	call(w, LX_DXDESTROYDEVICE, &last);
}

/* A new start, on one of both nodes. */
static bool again(struct worker *w, bool node)
{
	if (node) {
		if (w->node >= 0)
			close(w->node);
		return begin_node(w);
	}
	if (w->d.fd >= 0)
		close(w->d.fd);
	return begin(w);
}

static void something(struct worker *w)
{
	struct slot *slot = &w->slots[rand_r(&w->seed) % SLOTS];

	switch (rand_r(&w->seed) % 16) {
	case 0 ... 3:
		make(w, slot);
		break;
	case 4 ... 5:
		look(w, slot);
		break;
	case 6 ... 8:
		fill(w, slot);
		break;
	case 9 ... 11:
		to_node(w, slot);
		break;
	case 12 ... 13:
		from_node(w);
		break;
	case 14:
		objects(w);
		break;
	default:
		if (!(rand_r(&w->seed) % 4))
			again(w, rand_r(&w->seed) % 2);
	}
}

static struct worker worker(unsigned int seed, bool tolerant)
{
	struct worker w = { .seed = seed, .tolerant = tolerant, .node = -1, .d.fd = -1 };

	w.commands = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
	igt_assert(w.commands != MAP_FAILED);
	return w;
}

/* --- Storms --- */

static bool has_objects(const void *arg)
{
	return igt_dxg_host_objects() == *(const unsigned int *)arg;
}

/* Nobody waits for the host when something ends. */
static void nothing_is_left(unsigned int objects)
{
	igt_assert_f(igt_dxg_wait(has_objects, &objects, IGT_DXG_PATIENCE),
		     "%u objects on the host, not %u\n", igt_dxg_host_objects(), objects);
}

static void both_nodes(void)
{
	unsigned int before = igt_dxg_host_objects(), steps = igt_dxg_full() ? 1000 : 60;

	igt_fork(child, WORKERS) {
		struct worker w = worker(1234 + child, false);
		unsigned int i;

		begin(&w);
		begin_node(&w);
		for (i = 0; i < steps; i++)
			something(&w);
		/* Every other one leaves all behind. */
		if (child % 2)
			end(&w);
	}
	igt_waitchildren();
	nothing_is_left(before);
}

static void work_until_killed(unsigned int seed)
{
	struct worker w = worker(seed, true);

	begin(&w);
	begin_node(&w);
	for (;;)
		something(&w);
}

static void killed(void)
{
	unsigned int before = igt_dxg_host_objects(), rounds = igt_dxg_full() ? 200 : 10;
	unsigned int seed = 99, round, i;
	pid_t pids[KILLED];
	int status;

	for (round = 0; round < rounds; round++) {
		for (i = 0; i < KILLED; i++) {
			pids[i] = fork();
			igt_assert_lte(0, pids[i]);
			if (!pids[i])
				work_until_killed(round * KILLED + i);
		}
		for (i = 0; i < KILLED; i++) {
			usleep(rand_r(&seed) % 60000);
			igt_assert_eq(kill(pids[i], SIGKILL), 0);
		}
		for (i = 0; i < KILLED; i++) {
			igt_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
			/* None has ended by itself before. */
			igt_assert(WIFSIGNALED(status));
			igt_assert_eq(WTERMSIG(status), SIGKILL);
		}
	}
	nothing_is_left(before);
}

static void unplugged(void)
{
	unsigned int before = igt_dxg_host_objects(), rounds = igt_dxg_full() ? 20 : 3, i;
	volatile bool *stop = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(stop != MAP_FAILED);
	igt_fork(child, WORKERS) {
		struct worker w = worker(777 + child, true);
		unsigned int step = 0;

		while (!*stop) {
			/* Now and then, so that what was of the adapter before is used, too. */
			if (w.d.fd < 0 || w.node < 0 || !(step++ % 50))
				if (!again(&w, false) || !again(&w, true))
					usleep(20000);
			if (w.d.fd >= 0 && w.node >= 0)
				something(&w);
		}
	}
	for (i = 0; i < rounds; i++) {
		usleep(200000);
		igt_dxg_driver_unbind();
		usleep(50000);
		igt_dxg_driver_bind();
	}
	usleep(200000);
	*stop = true;
	igt_waitchildren_timeout(IGT_DXG_PATIENCE, "users of an adapter that has gone");
	munmap((void *)stop, PAGE);
	nothing_is_left(before);
}

/* --- The end of one with much --- */

#define MOST	500	/* allocations of one call; more do not fit into its message */

static int allocate_many(const struct igt_dxg_d3d *d)
{
	static struct d3dddi_allocationinfo2 infos[MOST];
	static struct igt_dxg_data data[MOST];
	struct d3dkmt_createallocation args = {
		.device = d->device,
		.alloc_count = MOST,
		.allocation_info = (uintptr_t)infos,
	};
	unsigned int i;

	memset(infos, 0, sizeof(infos));
	for (i = 0; i < MOST; i++) {
		data[i] = igt_dxg_data(PAGE, 0);
		infos[i].priv_drv_data = (uintptr_t)&data[i];
		infos[i].priv_drv_data_size = sizeof(data[i]);
	}
	return __dxg_d3d(d->fd, LX_DXCREATEALLOCATION, &args);
}

/* The list of so many would be long: only their number is asked for. */
static uint64_t count(const struct igt_dxg_d3d *d)
{
	struct softgpu_escape e = { .op = SOFTGPU_ESCAPE_HOST };

	igt_assert_eq(__dxg_d3d_escape(d, &e), 0);
	igt_assert_eq_u32(e.status, 0);
	return e.result[1];
}

struct counted {
	struct igt_dxg_d3d d;
	uint64_t objects;
};

static bool counts(const void *arg)
{
	const struct counted *c = arg;

	return count(&c->d) == c->objects;
}

/* How many messages the driver has sent, by all channels. */
static uint64_t messages(int fd)
{
	FILE *file = igt_dxg_debugfs_open(fd, "dxg_host");
	unsigned long long sent;
	uint64_t sum = 0;
	char line[512];

	while (fgets(line, sizeof(line), file)) {
		const char *at = strstr(line, ", sent ");

		if (at && sscanf(at, ", sent %llu", &sent) == 1)
			sum += sent;
	}
	fclose(file);
	igt_assert_lte_u64(1, sum);
	return sum;
}

static void exit_10000(void)
{
	struct counted c = { .d = igt_dxg_d3d_open(0) };
	int pipes[2][2], render = igt_dxg_open_render(0);
	uint64_t sent;
	char byte = 1;

	c.objects = count(&c.d);
	igt_assert(!pipe(pipes[0]) && !pipe(pipes[1]));
	igt_fork(child, 1) {
		struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
		unsigned int i;

		for (i = 0; i < 10000 / MOST; i++)
			igt_assert_eq(allocate_many(&d), 0);
		igt_assert_eq(write(pipes[0][1], &byte, 1), 1);
		/* Until the parent has counted. Then nothing is closed. */
		igt_assert_eq(read(pipes[1][0], &byte, 1), 1);
	}
	/* If the child ends before, there is nothing to read. */
	close(pipes[0][1]);
	igt_assert_eq(read(pipes[0][0], &byte, 1), 1);
	igt_assert_lte_u64(c.objects + 10000, count(&c.d));
	sent = messages(render);
	igt_assert_eq(write(pipes[1][1], &byte, 1), 1);
	igt_waitchildren();
	/* The host ends all of a process by itself. */
	igt_dxg_wait_idle(render);
	sent = messages(render) - sent;
	igt_assert_f(sent <= 60, "%llu messages\n", (unsigned long long)sent);
	close(render);
	igt_assert_f(igt_dxg_wait(counts, &c, IGT_DXG_PATIENCE),
		     "%llu objects on the host, not %llu\n",
		     (unsigned long long)count(&c.d), (unsigned long long)c.objects);
	close(pipes[0][0]);
	close(pipes[1][0]);
	close(pipes[1][1]);
	igt_dxg_d3d_close(&c.d);
}

int igt_main()
{
	igt_subtest("both-nodes")
		both_nodes();
	igt_subtest("killed")
		killed();
	igt_subtest("exit-10000")
		exit_10000();
	igt_subtest("unplugged")
		unplugged();

	igt_fixture()
		igt_dxg_driver_restore();
}
