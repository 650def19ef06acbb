// SPDX-License-Identifier: MIT
/*
 * The adapter goes away under everything that a file can be doing: each request, each
 * kind of wait, each kind of mapping, work that is pending. dxg_hotunplug has the
 * comings and goings of the adapter itself.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "sw_sync.h"

/**
 * TEST: dxg unplug
 * Category: Core
 * Mega feature: dxg
 * Sub-category: hotplug
 * Functionality: what is under way when the adapter goes
 *
 * SUBTEST: %s-calls
 * Description: Processes make each request of the interface all the time while %arg[1]: each
 *	ends with ENODEV, and nothing else before, unless its VM is known to be lost first.
 *
 * SUBTEST: %s-waiters
 * Description: While %arg[1], somebody waits in each way there is: for any and all of
 *	several fences, by eventfd, for syncobjs, for a point that nobody has submitted, in a
 *	synchronous bind, in a submission that depends on another, in a close. All are told.
 *
 * SUBTEST: %s-mapped
 * Description: Mappings of host memory, guest memory and fences are used all the time, by the
 *	CPU and by the kernel, while %arg[1]: no SIGBUS, and what was the host's reads as zero.
 *
 * SUBTEST: %s-pending
 * Description: Jobs and binds are pending on several queues while %arg[1]: each fence ends,
 *	those in vain with an error, and descriptors of them stay readable.
 *
 * SUBTEST: %s-submit
 * Description: Threads submit and bind without a pause while %arg[1].
 *
 * arg[1]:
 *
 * @unbind:	the driver is unbound
 * @rescind:	the host takes the adapter by surprise
 * @eject:	the host takes the adapter in good order
 */

/**
 * SUBTEST: rescind-refusals
 * Description: The host takes the adapter while it is asked what it refuses without a reason: an
 *	object that it does not make, an answer that is empty. ENODEV, and nothing that would be
 *	true of an adapter that is there.
 *
 * SUBTEST: unload
 * Description: After an unbind with everything open, the last close lets the module go.
 */

IGT_TEST_DESCRIPTION("Adapters that go away under requests, waits, mappings and work.");

#define PAGE	IGT_DXG_PAGE

/* --- Ways to go --- */

struct way {
	const char *name;
	void (*away)(void);
	void (*back)(void);
	bool surprise;		/* the host says "removed" before the bus does */
};

static char gpu[64];

static bool has_adapters(const void *arg)
{
	return igt_dxg_count() == *(const int *)arg;
}

/* What a subtest that failed has left away. */
static void restore(void)
{
	static int adapters;

	if (!adapters)
		adapters = igt_dxg_count();
	igt_dxg_host_clear();
	igt_dxg_host("gpupv set paging-delay 0");
	if (igt_dxg_count() != adapters && *gpu) {
		__dxg_host(NULL, 0, "gpu add %s", gpu);
		igt_dxg_wait(has_adapters, &adapters, 120);
	}
	igt_dxg_driver_restore();
}

/* The host refuses to add a GPU as long as the guest has not let go of it. */
static void host_moves(const char *format, int change)
{
	int expected = igt_dxg_count() + change;
	char command[128];

	snprintf(command, sizeof(command), format, gpu);
	igt_assert_f(igt_dxg_wait(igt_dxg_host_obeys, command, IGT_DXG_PATIENCE), "%s: refused\n",
		     command);
	igt_assert_f(igt_dxg_wait(has_adapters, &expected, IGT_DXG_PATIENCE), "%s: %d adapters\n",
		     command, igt_dxg_count());
}

static void rescind(void)
{
	igt_dxg_host_gpu(gpu);
	host_moves("gpu remove %s surprise", -1);
}

static void eject(void)
{
	igt_dxg_host_gpu(gpu);
	host_moves("gpu remove %s", -1);
}

static void add(void)
{
	host_moves("gpu add %s", 1);
}

static const struct way ways[] = {
	{ "unbind", igt_dxg_driver_unbind, igt_dxg_driver_bind, false },
	{ "rescind", rescind, add, true },
	{ "eject", eject, add, false },
};

/*
 * Whether @error says that the adapter has gone. A bind that a host refuses which takes it by
 * surprise loses the VM, and with it all that is under way there, before anybody knows better.
 */
static bool says_gone(const struct way *way, int error)
{
	return error == -ENODEV || (way->surprise && error == -ECANCELED);
}

/* The syncobjs of a node go with it; sync files stay: the status of one that ends soon. */
static int file_result(int file)
{
	struct pollfd wait = { .fd = file, .events = POLLIN };

	igt_assert_f(poll(&wait, 1, 120000) == 1, "not signalled after 120 s\n");
	return sync_fence_status(file);
}

/* --- Requests --- */

/*
 * Until it says ENODEV, or something that it must not say. A host that takes the adapter
 * by surprise says "removed" before the bus does. To a bind, which cannot ask what that is
 * about, this may as well be the device alone: the VM is lost then, ECANCELED, until the
 * guest knows.
 */
static int repeat(struct igt_dxg_rig *rig, const struct igt_dxg_call *call)
{
	int ret;

	do {
		ret = call->run(rig);
	} while (!ret || ret == -ECANCELED);
	return ret;
}

static void calls(const struct way *way)
{
	unsigned int *begun = igt_dxg_begun_new();
	struct igt_dxg_rig rig;
	unsigned int i;

	igt_dxg_rig_open(&rig, 0);
	igt_fork(child, (int)igt_dxg_call_count) {
		const struct igt_dxg_call *call = &igt_dxg_calls[child];
		int ret;

		igt_dxg_begun(begun);
		ret = repeat(&rig, call);
		igt_assert_f(ret == -ENODEV, "%s: %d\n", call->name, ret);
	}
	igt_dxg_begun_wait(begun, igt_dxg_call_count);
	usleep(300000);
	way->away();
	igt_waitchildren_timeout(IGT_DXG_PATIENCE, "requests to an adapter that has gone");
	for (i = 0; i < igt_dxg_call_count; i++)
		igt_assert_f(igt_dxg_calls[i].run(&rig) == -ENODEV, "%s\n", igt_dxg_calls[i].name);
	way->back();
	for (i = 0; i < igt_dxg_call_count; i++) {
		/* These open the node anew. */
		if (!strcmp(igt_dxg_calls[i].name, "vm-create"))
			continue;
		igt_assert_f(igt_dxg_calls[i].run(&rig) == -ENODEV, "%s\n", igt_dxg_calls[i].name);
	}
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

/*
 * A signal has the host take the adapter; what is asked right behind it is refused before the
 * bus has told the guest.
 */
static void refusal(const struct igt_dxg_call *call)
{
	int count = igt_dxg_count() - 1, ret;
	struct igt_dxg_rig rig;

	igt_dxg_host_gpu(gpu);
	igt_dxg_rig_open(&rig, 0);
	igt_dxg_host("gpupv set remove SIGNALSYNCOBJECT:1:0:1");
	igt_assert_eq(__dxg_fence_signal(rig.fd, rig.fence, 1), 0);
	ret = repeat(&rig, call);
	igt_assert_f(ret == -ENODEV, "%s: %d\n", call->name, ret);
	igt_assert(igt_dxg_wait(has_adapters, &count, IGT_DXG_PATIENCE));
	igt_dxg_host_clear();
	igt_dxg_rig_close(&rig);
	add();
}

static void refusals(void)
{
	static const char *const names[] = {
		"vm-create", "vm-reserve", "bo-host", "bo-system", "bo-fault", "queue-context",
		"queue-bind", "fence-create", "fence-import", "private",
	};
	unsigned int i, n, found = 0;

	for (n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		for (i = 0; i < igt_dxg_call_count; i++) {
			if (strcmp(igt_dxg_calls[i].name, names[n]))
				continue;
			refusal(&igt_dxg_calls[i]);
			found++;
		}
	}
	igt_assert_eq_u32(found, n);
	igt_dxg_works();
}

/* --- Waits --- */

/**
 * struct waiting - What the waits of a subtest wait for.
 */
struct waiting {
	const struct way *way;
	struct igt_dxg_rig rig;
	uint32_t hung;		/* of a job that does not end */
	uint32_t dependent;	/* of a job that waits for that one */
	uint32_t promised;	/* nobody has submitted it */
	int files[2];		/* of the first two */
	int efd;
	unsigned int *begun;
};

static void wait_fence_any(struct waiting *w)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = w->rig.fence, .value = 1 << 20 },
		{ .handle = w->rig.fence, .value = 1 << 21 },
	};
	int ret = __dxg_fence_wait_array(w->rig.fd, DRM_DXG_FENCE_WAIT_ANY, points, 2, INT64_MAX,
					 NULL);

	igt_assert_f(says_gone(w->way, ret), "%d\n", ret);
}

static void wait_fence_all(struct waiting *w)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = w->rig.fence, .value = 1 << 20 },
		{ .handle = w->rig.fence, .value = 1 << 21 },
	};
	int ret = __dxg_fence_wait_array(w->rig.fd, 0, points, 2, INT64_MAX, NULL);

	igt_assert_f(says_gone(w->way, ret), "%d\n", ret);
}

static void wait_eventfd(struct waiting *w)
{
	struct pollfd poll_fd = { .fd = w->efd, .events = POLLIN };
	uint64_t events = 0;

	igt_assert_eq(poll(&poll_fd, 1, IGT_DXG_PATIENCE * 1000), 1);
	igt_assert_eq(read(w->efd, &events, sizeof(events)), sizeof(events));
	igt_assert_eq_u64(events, 1);
}

/* The syncobj is the core's: the wait ends, and its fence says why. */
static void wait_syncobj(struct waiting *w)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)&w->hung,
		.count_handles = 1,
		.timeout_nsec = INT64_MAX,
	};
	int ret = __dxg_ioctl(w->rig.fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);

	igt_assert_f(!ret || ret == -ENODEV, "%d\n", ret);
}

static void wait_dependent(struct waiting *w)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)&w->dependent,
		.count_handles = 1,
		.timeout_nsec = INT64_MAX,
	};
	int ret = __dxg_ioctl(w->rig.fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);

	igt_assert_f(!ret || ret == -ENODEV, "%d\n", ret);
}

/* Nobody ever submits that: only its own time ends it, and the adapter does not matter. */
static void wait_promised(struct waiting *w)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)&w->promised,
		.count_handles = 1,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT,
		.timeout_nsec = igt_dxg_time(4000),
	};
	int ret = __dxg_ioctl(w->rig.fd, DRM_IOCTL_SYNCOBJ_WAIT, &args);

	igt_assert_f(ret == -ETIME || ret == -ENODEV, "%d\n", ret);
}

/* Paging operations take long after a while. */
static void wait_bind(struct waiting *w)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, w->rig.bo_host);
	int ret;

	do {
		ret = __dxg_bind(w->rig.fd, w->rig.vm, &op, 1);
	} while (!ret || (w->way->surprise && ret == -ECANCELED));
	igt_assert_eq(ret, -ENODEV);
}

/* A process that ends with the file open, among others: its close waits for nobody. */
static void wait_close(struct waiting *w)
{
	struct igt_dxg_rig rig;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_rig_begin(&rig);
	softgpu_hang(&rig.commands, 0);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	igt_dxg_begun(w->begun);
	usleep(1500000);
	igt_dxg_rig_close(&rig);
}

static void (* const waits[])(struct waiting *w) = {
	wait_fence_any, wait_fence_all, wait_eventfd, wait_syncobj, wait_dependent,
	wait_promised, wait_bind, wait_close,
};

#define WAITS	((int)(sizeof(waits) / sizeof(waits[0])))

/* A job that does not end by itself, and one that waits for it. */
static void submit_dependent(struct waiting *w)
{
	uint32_t other = igt_dxg_queue_create(w->rig.fd, w->rig.vm, IGT_DXG_NODE_COPY);
	struct drm_dxg_sync_op ops[2];

	w->hung = syncobj_create(w->rig.fd, 0);
	w->dependent = syncobj_create(w->rig.fd, 0);
	w->promised = syncobj_create(w->rig.fd, 0);
	igt_dxg_rig_begin(&w->rig);
	softgpu_fence_wait(&w->rig.commands, igt_dxg_rig_word_va(&w->rig, 2), 1);
	igt_assert_eq(__dxg_rig_submit(&w->rig, w->rig.queue, w->hung), 0);
	ops[0] = igt_dxg_wait_syncobj(w->hung, 0);
	ops[1] = igt_dxg_signal_syncobj(w->dependent, 0);
	igt_dxg_submit(w->rig.fd, other, igt_dxg_work(w->rig.buffer.va, w->rig.length, ops, 2));
	w->files[0] = igt_dxg_sync_file(w->rig.fd, w->hung);
	w->files[1] = igt_dxg_sync_file(w->rig.fd, w->dependent);
}

static void waiters(const struct way *way)
{
	const struct drm_dxg_fence_point point = { .value = 1 << 22 };
	struct drm_dxg_fence_point points[1] = { point };
	struct waiting w = {
		.way = way,
		.efd = eventfd(0, EFD_CLOEXEC),
		.begun = igt_dxg_begun_new(),
	};
	int i, ret;

	igt_assert_fd(w.efd);
	igt_dxg_rig_open(&w.rig, 0);
	submit_dependent(&w);
	points[0].handle = w.rig.fence;
	igt_assert_eq(__dxg_fence_eventfd(w.rig.fd, 0, points, 1, w.efd), 0);
	igt_fork(child, WAITS) {
		/* That one has more to do before. */
		if (waits[child] != wait_close)
			igt_dxg_begun(w.begun);
		waits[child](&w);
	}
	igt_dxg_begun_wait(w.begun, WAITS);
	usleep(700000);
	igt_dxg_host("gpupv set paging-delay 3000000");
	usleep(200000);
	way->away();
	igt_waitchildren_timeout(IGT_DXG_PATIENCE, "waits for an adapter that has gone");
	for (i = 0; i < 2; i++) {
		ret = file_result(w.files[i]);
		igt_assert_f(says_gone(way, ret), "%d\n", ret);
		close(w.files[i]);
	}
	close(w.efd);
	igt_dxg_host("gpupv set paging-delay 0");
	way->back();
	igt_dxg_rig_close(&w.rig);
	igt_dxg_works();
}

/* --- Mappings --- */

/* The CPU reads and writes, and the kernel on its behalf, until @page says that it is over. */
static void use_mappings(struct igt_dxg_rig *rig, volatile uint32_t *stop, int pipes[2])
{
	uint32_t i = 0;

	while (!*stop) {
		*rig->host_map = ++i;
		*rig->system_map = i;
		*igt_dxg_rig_word(rig, 3) = i;
		igt_assert(*rig->fence_page == 5 || *rig->fence_page == 0);
		igt_assert_eq(write(pipes[1], (void *)rig->host_map, 64), 64);
		igt_assert_eq(read(pipes[0], (void *)rig->system_map, 64), 64);
		igt_assert_eq(write(pipes[1], (void *)rig->fence_page, 64), 64);
		igt_assert_eq(read(pipes[0], (void *)rig->host_map, 64), 64);
	}
}

static void mapped(const struct way *way)
{
	volatile uint32_t *stop = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct igt_dxg_rig rig, untouched;
	int pipes[2], i;

	igt_assert(stop != MAP_FAILED);
	igt_assert_eq(pipe(pipes), 0);
	igt_dxg_rig_open(&rig, 0);
	igt_dxg_rig_open(&untouched, 0);
	igt_dxg_fence_signal(rig.fd, rig.fence, 5);
	igt_assert_eq(__dxg_fence_wait(rig.fd, rig.fence, 5, igt_dxg_time(120000)), 0);
	*igt_dxg_rig_word(&rig, 4) = 0x1234;

	igt_fork(child, 1)
		use_mappings(&rig, stop, pipes);
	usleep(300000);
	way->away();
	usleep(200000);
	*stop = 1;
	igt_waitchildren_timeout(IGT_DXG_PATIENCE, "a process that uses mappings");

	/* The first touch of a page may come after the adapter has gone. */
	igt_assert_eq_u32(*untouched.host_map, 0);
	igt_assert_eq_u32(*untouched.system_map, 0);
	igt_assert_eq_u64(*untouched.fence_page, 0);
	*untouched.host_map = 1;
	*untouched.system_map = 1;
	igt_assert_eq_u64(*rig.fence_page, 0);
	/* Guest memory stays what it is, whoever looks. */
	for (i = 0; i < 2; i++) {
		igt_assert_eq_u32(*igt_dxg_rig_word(&rig, 4), 0x1234);
		if (!i)
			way->back();
	}
	igt_assert_eq_u64(*rig.fence_page, 0);
	*rig.host_map = 2;
	close(pipes[0]);
	close(pipes[1]);
	munmap((void *)stop, PAGE);
	igt_dxg_rig_close(&untouched);
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

/* --- Pending work --- */

#define PENDING	40

static void pending(const struct way *way)
{
	int i, ret, jobs[PENDING], binds[PENDING], done = 0;
	struct igt_dxg_rig rig;
	uint32_t queues[2];

	igt_dxg_rig_open(&rig, 0);
	queues[0] = rig.queue;
	queues[1] = igt_dxg_queue_create(rig.fd, rig.vm, IGT_DXG_NODE_COPY);
	igt_dxg_rig_begin(&rig);
	/* All of it takes far longer than it may take until the adapter goes. */
	softgpu_hang(&rig.commands, 600000000);
	for (i = 0; i < PENDING; i++) {
		struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig.bo_system, 0, rig.va, PAGE);
		uint32_t job = syncobj_create(rig.fd, 0), bind = syncobj_create(rig.fd, 0);
		struct drm_dxg_sync_op syncs[2] = {
			igt_dxg_wait_syncobj(job, 0), igt_dxg_signal_syncobj(bind, 0),
		};

		igt_assert_eq(__dxg_rig_submit(&rig, queues[i & 1], job), 0);
		igt_assert_eq(__dxg_bind_async(rig.fd, rig.vm, rig.bind_queue, &op, 1, syncs, 2),
			      0);
		jobs[i] = igt_dxg_sync_file(rig.fd, job);
		binds[i] = igt_dxg_sync_file(rig.fd, bind);
	}
	igt_assert_eq(file_result(binds[0]), 1);
	way->away();
	for (i = 0; i < PENDING; i++) {
		ret = file_result(jobs[i]);
		igt_assert_f(ret == 1 || says_gone(way, ret), "%d\n", ret);
		done += ret == 1;
		ret = file_result(binds[i]);
		igt_assert_f(ret == 1 || says_gone(way, ret), "%d\n", ret);
	}
	igt_assert(done < PENDING);
	way->back();
	igt_dxg_rig_close(&rig);
	for (i = 0; i < PENDING; i++) {
		ret = sync_fence_status(binds[i]);
		igt_assert_f(ret == 1 || says_gone(way, ret), "%d\n", ret);
		close(binds[i]);
		close(jobs[i]);
	}
	igt_dxg_works();
}

static void keep_submitting(const struct way *way, struct igt_dxg_rig *rig)
{
	struct drm_dxg_submit work = igt_dxg_work(rig->buffer.va, rig->length, NULL, 0);
	int ret;

	do {
		ret = __dxg_submit(rig->fd, rig->queue, &work, 1);
	} while (!ret || (way->surprise && ret == -ECANCELED));
	igt_assert_eq(ret, -ENODEV);
}

static void keep_binding(const struct way *way, struct igt_dxg_rig *rig, bool async)
{
	int i = 0, ret;

	do {
		struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig->bo_host, 0,
							      rig->va + i++ % 8 * PAGE, PAGE);

		ret = async ? __dxg_bind_async(rig->fd, rig->vm, rig->bind_queue, &op, 1, NULL, 0) :
			      __dxg_bind(rig->fd, rig->vm, &op, 1);
	} while (!ret || (way->surprise && ret == -ECANCELED));
	igt_assert_eq(ret, -ENODEV);
}

static void submit(const struct way *way)
{
	struct igt_dxg_rig rig;

	igt_dxg_rig_open(&rig, 0);
	igt_fork(child, 4) {
		if (child < 2)
			keep_submitting(way, &rig);
		else
			keep_binding(way, &rig, child == 2);
	}
	usleep(300000);
	way->away();
	igt_waitchildren_timeout(IGT_DXG_PATIENCE, "work for an adapter that has gone");
	way->back();
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

/* --- The module --- */

static unsigned int references(void)
{
	char text[32] = "";

	igt_assert_eq(__dxg_read("/sys/module/dxg", "refcnt", text, sizeof(text)), 0);
	return strtoul(text, NULL, 10);
}

static bool is_unused(const void *arg)
{
	(void)arg;
	return !references();
}

static void unload(void)
{
	struct igt_dxg_rig rig;

	igt_assert_f(igt_dxg_wait(is_unused, NULL, 120), "%u references are left\n", references());
	igt_dxg_rig_open(&rig, 0);
	igt_dxg_driver_unbind();
	igt_assert(references() > 0);
	igt_dxg_rig_close(&rig);
	igt_assert_f(igt_dxg_wait(is_unused, NULL, 120), "%u references are left\n", references());
	igt_dxg_driver_bind();
	igt_dxg_works();
}

static const struct {
	const char *name;
	void (*run)(const struct way *way);
} tests[] = {
	{ "calls", calls }, { "waiters", waiters }, { "mapped", mapped },
	{ "pending", pending }, { "submit", submit },
};

int igt_main()
{
	unsigned int i, t;

	igt_fixture()
		restore();

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (t = 0; t < sizeof(tests) / sizeof(tests[0]); t++) {
			igt_subtest_f("%s-%s", ways[i].name, tests[t].name) {
				restore();
				tests[t].run(&ways[i]);
			}
		}
	}
	igt_subtest("rescind-refusals") {
		restore();
		refusals();
	}
	igt_subtest("unload") {
		restore();
		unload();
	}
	igt_fixture()
		restore();
}
