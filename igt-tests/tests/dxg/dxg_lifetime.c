// SPDX-License-Identifier: MIT
/*
 * Objects end in any order, together, twice, by thousands: what is left in the guest
 * and on the host is what was there before.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"

/**
 * TEST: dxg lifetime
 * Category: Core
 * Mega feature: dxg
 * Sub-category: lifetime
 * Functionality: the ends of objects
 *
 * SUBTEST: orders
 * Description: VM, BOs, queues, fences and reservations are destroyed in each order, with work
 *	that is under way.
 *
 * SUBTEST: orders-user-fence
 * Description: The same in user-fence mode.
 *
 * SUBTEST: close-everything
 * Description: A file is closed with everything open and work that does not end.
 *
 * SUBTEST: exit-everything
 * Description: A process is killed with the same.
 *
 * SUBTEST: double-destroy
 * Description: Each object ends once; the second time says that there is none.
 *
 * SUBTEST: handle-reuse
 * Description: An id that is given out again is the new object and has nothing of the old one.
 *
 * SUBTEST: stale-vm
 * Description: What a VM leaves behind is useless but keeps its handles, and a new VM is not
 *	mistaken for the old one.
 *
 * SUBTEST: idle
 * Description: When the driver says that it is idle, nothing of a closed file is left.
 *
 * SUBTEST: many-%s
 * Description: %arg[1] are made and destroyed again and again without growth in the guest
 *	or on the host.
 *
 * arg[1]:
 *
 * @files:		files with a VM
 * @vms:		VMs of one file
 * @bos:		BOs of host memory, mapped
 * @system-bos:		BOs of guest memory
 * @queues:		queues of each type
 * @fences:		fences, exported and imported
 * @binds:		reservations and bindings
 * @jobs:		submissions with syncobjs
 */

IGT_TEST_DESCRIPTION("Lifetimes of the objects of the dxg driver.");

#define PAGE	IGT_DXG_PAGE

/* --- What there is --- */

static unsigned int lines_of(const char *path)
{
	unsigned int count = 0;
	FILE *file = fopen(path, "re");
	int c;

	igt_assert_f(file, "%s\n", path);
	while ((c = getc(file)) != EOF)
		count += c == '\n';
	fclose(file);
	return count;
}

/**
 * struct census - Everything that somebody has.
 */
struct census {
	unsigned int host, processes, vms, gems, requests, kept;
};

static void count(int fd, struct census *c)
{
	char path[512], name[600], text[256], *answer = calloc(1, 1 << 20), *at;

	igt_assert(answer);
	igt_dxg_wait_idle(fd);
	igt_dxg_debugfs_path(fd, path, sizeof(path));
	snprintf(name, sizeof(name), "%s/dxg_processes", path);
	c->processes = lines_of(name);
	snprintf(name, sizeof(name), "%s/dxg_vms", path);
	c->vms = lines_of(name);
	snprintf(name, sizeof(name), "%s/dxg_gems", path);
	c->gems = lines_of(name);
	snprintf(name, sizeof(name), "%s/dxg_requests", path);
	c->requests = lines_of(name);
	igt_assert_eq(__dxg_read(path, "dxg_quarantine", text, sizeof(text)), 0);
	igt_assert(!strncmp(text, "count: ", 7));
	c->kept = strtoul(text + 7, NULL, 10);
	igt_assert_eq(__dxg_host(answer, 1 << 20, "gpupv objects"), 0);
	for (c->host = 0, at = answer; *at; at++)
		c->host += *at == '\n';
	free(answer);
}

/* What is there when twice in a row the same is: the ends of NT handles await no answer. */
static void settled(int fd, struct census *c)
{
	struct census again;
	int i;

	for (i = 0; i < 1200; i++) {
		count(fd, c);
		count(fd, &again);
		if (!memcmp(c, &again, sizeof(again)))
			break;
		usleep(100000);
	}
}

/* Count until it is as it was before; what ends by and by has its time. */
static void same(int fd, const struct census *a)
{
	struct census now, *b = &now;
	int i;

	for (i = 0; i < 1200; i++) {
		count(fd, b);
		if (!memcmp(a, b, sizeof(*a)))
			break;
		usleep(100000);
	}
	igt_info("host objects %u, processes %u, lines of VMs %u, of BOs %u, kept %u\n", b->host,
		 b->processes, b->vms, b->gems, b->kept);
	igt_assert_eq_u32(a->host, b->host);
	igt_assert_eq_u32(a->processes, b->processes);
	igt_assert_eq_u32(a->vms, b->vms);
	igt_assert_eq_u32(a->gems, b->gems);
	igt_assert_eq_u32(a->requests, b->requests);
	igt_assert_eq_u32(a->kept, b->kept);
}

/* --- Orders --- */

static void end_vm(struct igt_dxg_rig *rig)
{
	igt_dxg_vm_destroy(rig->fd, rig->vm);
}

static void end_bos(struct igt_dxg_rig *rig)
{
	igt_dxg_bo_close(rig->fd, rig->bo_host);
	igt_dxg_bo_close(rig->fd, rig->bo_system);
	igt_dxg_bo_close(rig->fd, rig->buffer.handle);
}

/* They go with their VM, if it was first. */
static void end_queue(struct igt_dxg_rig *rig)
{
	int ret = __dxg_queue_destroy(rig->fd, rig->queue);

	igt_assert(!ret || ret == -ENOENT);
}

static void end_bind_queue(struct igt_dxg_rig *rig)
{
	int ret = __dxg_queue_destroy(rig->fd, rig->bind_queue);

	igt_assert(!ret || ret == -ENOENT);
}

static void end_fence(struct igt_dxg_rig *rig)
{
	igt_dxg_fence_destroy(rig->fd, rig->fence);
}

static void end_ranges(struct igt_dxg_rig *rig)
{
	int ret = __dxg_unreserve(rig->fd, rig->vm, rig->va, 8 * PAGE);

	igt_assert(!ret || ret == -ENOENT);
}

static void end_maps(struct igt_dxg_rig *rig)
{
	/* Other pages take their place, so that the end of the rig finds something. */
	igt_assert(mmap((void *)rig->host_map, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
			MAP_FIXED, -1, 0) == (void *)rig->host_map);
	igt_assert(mmap((void *)rig->fence_page, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS |
			MAP_FIXED, -1, 0) == (void *)rig->fence_page);
}

static void (* const ends[])(struct igt_dxg_rig *rig) = {
	end_vm, end_bos, end_queue, end_bind_queue, end_fence, end_ranges, end_maps,
};

#define ENDS	(sizeof(ends) / sizeof(ends[0]))

/* Order number @n of all of them. */
static void permutation(unsigned int n, unsigned int order[ENDS])
{
	bool used[ENDS] = { false };
	unsigned int i, k, left, rest;

	for (i = 0; i < ENDS; i++) {
		left = ENDS - i;
		rest = n % left;
		n /= left;
		for (k = 0; used[k] || rest--; k++)
			;
		used[k] = true;
		order[i] = k;
	}
}

static void one_order(const unsigned int order[ENDS], uint32_t mode)
{
	struct igt_dxg_rig rig;
	unsigned int i;

	igt_dxg_rig_open(&rig, mode);
	*rig.host_map = 1;
	igt_dxg_rig_begin(&rig);
	softgpu_hang(&rig.commands, 3000000);
	softgpu_fill(&rig.commands, rig.va_host, 64, 5);
	for (i = 0; i < 3; i++)
		igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	for (i = 0; i < ENDS; i++)
		ends[order[i]](&rig);
	igt_dxg_rig_close(&rig);
}

static void orders(int fd, uint32_t mode)
{
	unsigned int i, order[ENDS], step = igt_dxg_full() ? 1 : 167;
	struct census before;

	count(fd, &before);
	for (i = 0; i < 5040; i += step) {
		permutation(i, order);
		one_order(order, mode);
	}
	same(fd, &before);
}

/* --- Ends --- */

static void everything(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_bind_op op;
	struct drm_dxg_sync_op syncs[2];
	uint32_t syncobj;

	igt_dxg_rig_open(rig, 0);
	*rig->host_map = 1;
	syncobj = syncobj_create(rig->fd, 0);
	igt_dxg_rig_begin(rig);
	softgpu_fence_wait(&rig->commands, igt_dxg_rig_word_va(rig, 2), 1);
	igt_assert_eq(__dxg_rig_submit(rig, rig->queue, syncobj), 0);
	op = igt_dxg_op_map(rig->bo_system, 0, rig->va, PAGE);
	syncs[0] = igt_dxg_wait_syncobj(syncobj, 0);
	syncs[1] = igt_dxg_signal_syncobj(syncobj_create(rig->fd, 0), 0);
	igt_assert_eq(__dxg_bind_async(rig->fd, rig->vm, rig->bind_queue, &op, 1, syncs, 2), 0);
}

static void close_everything(int fd)
{
	struct census before;
	struct igt_dxg_rig rig;

	count(fd, &before);
	everything(&rig);
	igt_dxg_rig_close(&rig);
	same(fd, &before);
	igt_dxg_works();
}

static void exit_everything(int fd)
{
	struct igt_helper_process process = { .use_SIGKILL = true };
	struct census before;

	count(fd, &before);
	igt_fork_helper(&process) {
		struct igt_dxg_rig rig;

		everything(&rig);
		__dxg_fence_wait(rig.fd, rig.fence, 5, INT64_MAX);
	}
	usleep(700000);
	igt_stop_helper(&process);
	same(fd, &before);
	igt_dxg_works();
}

static void double_destroy(int fd)
{
	struct igt_dxg_rig rig;

	(void)fd;
	igt_dxg_rig_open(&rig, 0);
	end_queue(&rig);
	igt_assert_eq(__dxg_queue_destroy(rig.fd, rig.queue), -ENOENT);
	end_bind_queue(&rig);
	igt_assert_eq(__dxg_queue_destroy(rig.fd, rig.bind_queue), -ENOENT);
	end_fence(&rig);
	igt_assert_eq(__dxg_fence_destroy(rig.fd, rig.fence), -ENOENT);
	end_bos(&rig);
	igt_assert_eq(__dxg_bo_close(rig.fd, rig.bo_host), -EINVAL);
	end_ranges(&rig);
	igt_assert_eq(__dxg_unreserve(rig.fd, rig.vm, rig.va, 8 * PAGE), -ENOENT);
	end_vm(&rig);
	{
		struct drm_dxg_vm_destroy args = { .vm_id = rig.vm };

		igt_dxg_ioctl(rig.fd, DRM_IOCTL_DXG_VM_DESTROY, &args, -ENOENT);
	}
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

static void handle_reuse(int fd)
{
	struct drm_dxg_queue_get_state state;
	struct igt_dxg_rig rig;
	uint32_t queue, bo, fence, *map;

	(void)fd;
	igt_dxg_rig_open(&rig, 0);
	igt_dxg_fence_signal(rig.fd, rig.fence, 77);
	igt_dxg_run(rig.fd, rig.queue, rig.buffer.va, rig.length);
	*rig.host_map = 0x1234;

	igt_dxg_queue_destroy(rig.fd, rig.queue);
	queue = igt_dxg_queue_create(rig.fd, rig.vm, IGT_DXG_NODE_COPY);
	igt_dxg_queue_state(rig.fd, queue, &state);
	igt_assert_eq_u64(state.submitted, 0);
	igt_assert_eq_u64(state.completed, 0);

	igt_dxg_fence_destroy(rig.fd, rig.fence);
	fence = igt_dxg_fence_create(rig.fd, rig.vm, 0, 3);
	igt_assert_eq(__dxg_fence_wait(rig.fd, fence, 77, 0), -ETIME);
	igt_assert_eq(__dxg_fence_wait(rig.fd, fence, 3, 0), 0);

	igt_dxg_bo_close(rig.fd, rig.bo_host);
	bo = igt_dxg_bo_host(rig.fd, rig.vm, PAGE, 0, 0);
	map = igt_dxg_bo_map(rig.fd, bo, 0, PAGE);
	igt_assert_eq_u32(*map, 0);
	*map = 1;
	/* The old mapping keeps the old BO. */
	igt_assert_eq_u32(*rig.host_map, 0x1234);
	munmap(map, PAGE);
	rig.queue = queue;
	igt_dxg_run(rig.fd, queue, rig.buffer.va, rig.length);
	igt_dxg_rig_close(&rig);
}

static void stale_vm(int fd)
{
	struct drm_dxg_vm_bind_op op;
	struct igt_dxg_rig rig;
	uint32_t vm, bo;
	uint64_t va;
	int ret;

	(void)fd;
	igt_dxg_rig_open(&rig, 0);
	bo = igt_dxg_bo_system(rig.fd, rig.vm, PAGE, 0);
	*rig.system_map = 0x55;
	igt_dxg_vm_destroy(rig.fd, rig.vm);
	vm = igt_dxg_vm_create(rig.fd, 0);
	va = igt_dxg_reserve(rig.fd, vm, PAGE);
	/* The BO was made in another VM, and is not to leave it. */
	op = igt_dxg_op_map(bo, 0, va, PAGE);
	ret = __dxg_bind(rig.fd, vm, &op, 1);
	igt_assert_f(ret == -EINVAL || ret == -ECANCELED || ret == -EPERM, "%d\n", ret);
	igt_assert_eq(__dxg_queue_destroy(rig.fd, rig.queue), -ENOENT);
	ret = __dxg_fence_wait(rig.fd, rig.fence, 5, 0);
	igt_assert_f(ret == -ECANCELED, "%d\n", ret);
	igt_assert_eq_u32(*rig.system_map, 0x55);
	igt_dxg_bo_close(rig.fd, rig.bo_system);
	igt_dxg_fence_destroy(rig.fd, rig.fence);
	igt_dxg_rig_close(&rig);
}

/* --- Many --- */

static void round_file(struct igt_dxg_rig *rig)
{
	int fd = drm_open_driver_render(DRIVER_DXG);

	(void)rig;
	igt_dxg_vm_create(fd, 0);
	drm_close_driver(fd);
}

static void round_vm(struct igt_dxg_rig *rig)
{
	int fd = drm_open_driver_render(DRIVER_DXG), i;

	(void)rig;
	for (i = 0; i < 4; i++)
		igt_dxg_vm_destroy(fd, igt_dxg_vm_create(fd, i & 1));
	drm_close_driver(fd);
}

static void round_bo(struct igt_dxg_rig *rig)
{
	uint32_t bo = igt_dxg_bo_host(rig->fd, rig->vm, PAGE, 0, 0);
	uint32_t *map = igt_dxg_bo_map(rig->fd, bo, 0, PAGE);

	*map = 1;
	munmap(map, PAGE);
	igt_dxg_bo_close(rig->fd, bo);
}

static void round_system_bo(struct igt_dxg_rig *rig)
{
	igt_dxg_bo_close(rig->fd, igt_dxg_bo_system(rig->fd, rig->vm, 4 * PAGE, 0));
}

static void round_queue(struct igt_dxg_rig *rig)
{
	uint32_t parent, hw;

	igt_dxg_queue_destroy(rig->fd, igt_dxg_queue_create(rig->fd, rig->vm, IGT_DXG_NODE_3D));
	igt_dxg_queue_destroy(rig->fd, igt_dxg_bind_queue_create(rig->fd, rig->vm, NULL));
	hw = igt_dxg_hw_queue_create(rig->fd, rig->vm, IGT_DXG_NODE_COPY, &parent);
	igt_dxg_queue_destroy(rig->fd, hw);
	igt_dxg_queue_destroy(rig->fd, parent);
}

static void round_fence(struct igt_dxg_rig *rig)
{
	uint32_t fence = igt_dxg_fence_create(rig->fd, rig->vm, DRM_DXG_FENCE_SHAREABLE, 0);
	int fd = __dxg_fence_export(rig->fd, fence, O_CLOEXEC);
	uint32_t imported;

	igt_assert_fd(fd);
	igt_assert_eq(__dxg_fence_import(rig->fd, rig->vm, 0, fd, &imported), 0);
	close(fd);
	igt_dxg_fence_destroy(rig->fd, fence);
	igt_dxg_fence_destroy(rig->fd, imported);
}

static void round_bind(struct igt_dxg_rig *rig)
{
	uint64_t va = igt_dxg_reserve(rig->fd, rig->vm, 2 * PAGE);

	igt_dxg_bind_op(rig->fd, rig->vm, igt_dxg_op_map(rig->bo_host, 0, va, PAGE));
	igt_dxg_unreserve(rig->fd, rig->vm, va, 2 * PAGE);
}

static void round_job(struct igt_dxg_rig *rig)
{
	igt_dxg_run(rig->fd, rig->queue, rig->buffer.va, rig->length);
}

static void many(int fd, void (*round)(struct igt_dxg_rig *rig))
{
	unsigned int i, rounds = igt_dxg_full() ? 10000 : 200;
	struct census before, empty;
	struct igt_dxg_rig rig;

	settled(fd, &empty);
	igt_dxg_rig_open(&rig, 0);
	/* Once, for what is made at first need and stays. */
	round(&rig);
	settled(fd, &before);
	for (i = 0; i < rounds; i++)
		round(&rig);
	same(fd, &before);
	igt_dxg_rig_close(&rig);
	same(fd, &empty);
}

/* All of a closed file is gone when the driver is idle: not a little later. */
static void idle(int fd)
{
	unsigned int i, rounds = igt_dxg_full() ? 1000 : 50;
	struct census before, after;
	struct igt_dxg_rig rig;

	igt_dxg_rig_open(&rig, 0);
	settled(fd, &before);
	for (i = 0; i < rounds; i++) {
		if (i & 1)
			round_vm(&rig);
		else
			round_file(&rig);
		count(fd, &after);
		after.requests = before.requests;
		igt_assert_f(!memcmp(&before, &after, sizeof(before)),
			     "round %u: processes %u, not %u; lines of VMs %u, not %u\n", i,
			     after.processes, before.processes, after.vms, before.vms);
	}
	igt_dxg_rig_close(&rig);
}

int igt_main()
{
	static const struct {
		const char *name;
		void (*run)(int fd);
	} tests[] = {
		{ "close-everything", close_everything }, { "exit-everything", exit_everything },
		{ "double-destroy", double_destroy }, { "handle-reuse", handle_reuse },
		{ "stale-vm", stale_vm }, { "idle", idle },
	};
	static const struct {
		const char *name;
		void (*round)(struct igt_dxg_rig *rig);
	} rounds[] = {
		{ "files", round_file }, { "vms", round_vm }, { "bos", round_bo },
		{ "system-bos", round_system_bo }, { "queues", round_queue },
		{ "fences", round_fence }, { "binds", round_bind }, { "jobs", round_job },
	};
	static int fd;
	size_t i;

	igt_fixture()
		fd = drm_open_driver_render(DRIVER_DXG);

	igt_subtest("orders")
		orders(fd, 0);
	igt_subtest("orders-user-fence")
		orders(fd, DRM_DXG_VM_USER_FENCE);
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		igt_subtest(tests[i].name)
			tests[i].run(fd);
	for (i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++)
		igt_subtest_f("many-%s", rounds[i].name)
			many(fd, rounds[i].round);

	igt_fixture()
		drm_close_driver(fd);
}
