// SPDX-License-Identifier: MIT
/*
 * What queues wait for and signal: each cell of the table of sync operations, in
 * both modes, the allowed ones with their effect.
 */
#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_syncobj.h"

/**
 * TEST: dxg sync
 * Category: Core
 * Mega feature: dxg
 * Sub-category: synchronization
 * Functionality: which sync is legal where
 *
 * SUBTEST: invalid-exec
 * Description: Bad operations on an exec queue.
 *
 * SUBTEST: invalid-bind
 * Description: Bad operations on a bind queue.
 *
 * SUBTEST: invalid-array-exec
 * Description: Bad arrays of operations on an exec queue.
 *
 * SUBTEST: invalid-array-bind
 * Description: Bad arrays of operations on a bind queue.
 *
 * SUBTEST: all-or-nothing-exec
 * Description: A submission that is refused has signalled nothing.
 *
 * SUBTEST: all-or-nothing-bind
 * Description: A bind that is refused has signalled nothing.
 *
 * SUBTEST: fence-of-another-vm
 * Description: A fence of a VM that is gone cannot be signalled by a queue.
 *
 * SUBTEST: wait-before-signal
 * Description: In user-fence mode a queue waits for what nobody has promised.
 */

/**
 * SUBTEST: %s
 * Description: One cell of the table of sync operations: %arg[1].
 *
 * arg[1]:
 *
 * @exec-dma-wait-syncobj:	exec dma wait syncobj
 * @exec-dma-wait-timeline:	exec dma wait timeline
 * @exec-dma-wait-fence:	exec dma wait fence
 * @exec-dma-signal-syncobj:	exec dma signal syncobj
 * @exec-dma-signal-timeline:	exec dma signal timeline
 * @exec-dma-signal-fence:	exec dma signal fence
 * @exec-user-wait-syncobj:	exec user wait syncobj
 * @exec-user-wait-timeline:	exec user wait timeline
 * @exec-user-wait-fence:	exec user wait fence
 * @exec-user-signal-syncobj:	exec user signal syncobj
 * @exec-user-signal-timeline:	exec user signal timeline
 * @exec-user-signal-fence:	exec user signal fence
 * @bind-dma-wait-syncobj:	bind dma wait syncobj
 * @bind-dma-wait-timeline:	bind dma wait timeline
 * @bind-dma-wait-fence:	bind dma wait fence
 * @bind-dma-signal-syncobj:	bind dma signal syncobj
 * @bind-dma-signal-timeline:	bind dma signal timeline
 * @bind-dma-signal-fence:	bind dma signal fence
 * @bind-user-wait-syncobj:	bind user wait syncobj
 * @bind-user-wait-timeline:	bind user wait timeline
 * @bind-user-wait-fence:	bind user wait fence
 * @bind-user-signal-syncobj:	bind user signal syncobj
 * @bind-user-signal-timeline:	bind user signal timeline
 * @bind-user-signal-fence:	bind user signal fence
 * @bind-sync-dma-wait-syncobj:	bind sync dma wait syncobj
 * @bind-sync-dma-wait-timeline:	bind sync dma wait timeline
 * @bind-sync-dma-wait-fence:	bind sync dma wait fence
 * @bind-sync-dma-signal-syncobj:	bind sync dma signal syncobj
 * @bind-sync-dma-signal-timeline:	bind sync dma signal timeline
 * @bind-sync-dma-signal-fence:	bind sync dma signal fence
 * @bind-sync-user-wait-syncobj:	bind sync user wait syncobj
 * @bind-sync-user-wait-timeline:	bind sync user wait timeline
 * @bind-sync-user-wait-fence:	bind sync user wait fence
 * @bind-sync-user-signal-syncobj:	bind sync user signal syncobj
 * @bind-sync-user-signal-timeline:	bind sync user signal timeline
 * @bind-sync-user-signal-fence:	bind sync user signal fence
 */

IGT_TEST_DESCRIPTION("Sync operations of the dxg driver.");

#define LONG	igt_dxg_time(120000)

enum face { EXEC, BIND_ASYNC, BIND_SYNC };

/* What a wait finds and a signal leaves. */
#define POINT	3

struct mode {
	const char *name;
	uint32_t flags;		/* of the VM */
	int fd;
	uint32_t vm, exec, bind;
};

struct cell {
	enum face face;
	uint32_t flags;
	int error;
};

/* A kind of queue, and what becomes of waits and signals of syncobjs and of fences. */
static const struct row {
	const char *name;
	bool user;
	enum face face;
	int wait[2], signal[2];
} rows[] = {
	{ "exec-dma", false, EXEC, { 0, -EOPNOTSUPP }, { 0, 0 } },
	{ "exec-user", true, EXEC, { 0, 0 }, { -EOPNOTSUPP, 0 } },
	{ "bind-dma", false, BIND_ASYNC, { 0, -EOPNOTSUPP }, { 0, 0 } },
	{ "bind-user", true, BIND_ASYNC, { -EOPNOTSUPP, -EOPNOTSUPP }, { -EOPNOTSUPP, 0 } },
	{ "bind-sync-dma", false, BIND_SYNC, { -EINVAL, -EINVAL }, { -EINVAL, -EINVAL } },
	{ "bind-sync-user", true, BIND_SYNC, { -EINVAL, -EINVAL }, { -EINVAL, -EINVAL } },
};

static const char *const types[] = {
	[DRM_DXG_SYNC_SYNCOBJ] = "syncobj",
	[DRM_DXG_SYNC_TIMELINE] = "timeline",
	[DRM_DXG_SYNC_FENCE] = "fence",
};

/* Nothing but @ops. */
static int carry_out(const struct mode *m, enum face face, struct drm_dxg_sync_op *ops,
		     uint32_t count)
{
	struct drm_dxg_submit submit = igt_dxg_work(0, 0, ops, count);
	struct drm_dxg_vm_bind bind = {
		.vm_id = m->vm,
		.syncs = { sizeof(*ops), count, (uintptr_t)ops },
	};

	if (face == EXEC)
		return __dxg_submit(m->fd, m->exec, &submit, 1);
	if (face == BIND_ASYNC) {
		bind.flags = DRM_DXG_VM_BIND_ASYNC;
		bind.queue_id = m->bind;
	}
	return __dxg_ioctl(m->fd, DRM_IOCTL_DXG_VM_BIND, &bind);
}

static bool syncobj_done(const struct mode *m, uint32_t syncobj, uint32_t type, int64_t timeout)
{
	uint64_t point = POINT;

	if (type == DRM_DXG_SYNC_TIMELINE)
		return syncobj_timeline_wait(m->fd, &syncobj, &point, 1, timeout, 0, NULL);
	return syncobj_wait(m->fd, &syncobj, 1, timeout, 0, NULL);
}

/* An object that @type can be waited for at POINT, or has nothing yet. */
static uint32_t make(const struct mode *m, uint32_t type, bool signalled)
{
	uint64_t point = POINT;
	uint32_t handle;

	if (type == DRM_DXG_SYNC_FENCE)
		return igt_dxg_fence_create(m->fd, m->vm, 0, signalled ? POINT : 0);
	handle = syncobj_create(m->fd, 0);
	if (signalled && type == DRM_DXG_SYNC_TIMELINE)
		syncobj_timeline_signal(m->fd, &handle, &point, 1);
	else if (signalled)
		syncobj_signal(m->fd, &handle, 1);
	return handle;
}

static void drop(const struct mode *m, uint32_t type, uint32_t handle)
{
	if (type == DRM_DXG_SYNC_FENCE)
		igt_dxg_fence_destroy(m->fd, handle);
	else
		syncobj_destroy(m->fd, handle);
}

static void cell(const struct mode *m, const struct cell *c)
{
	uint32_t type = c->flags & DRM_DXG_SYNC_TYPE_MASK;
	bool signal = c->flags & DRM_DXG_SYNC_SIGNAL;
	struct drm_dxg_sync_op op = {
		.flags = c->flags,
		.handle = make(m, type, !signal),
		.value = type == DRM_DXG_SYNC_SYNCOBJ ? 0 : POINT,
	}, done = {
		.flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		.handle = igt_dxg_fence_create(m->fd, m->vm, 0, 0),
		.value = 1,
	};

	igt_assert_eq(carry_out(m, c->face, &op, 1), c->error);
	if (!c->error && signal && type == DRM_DXG_SYNC_FENCE)
		igt_assert_eq(__dxg_fence_wait(m->fd, op.handle, POINT, LONG), 0);
	else if (!c->error && signal)
		igt_assert(syncobj_done(m, op.handle, type, LONG));
	else if (signal && type == DRM_DXG_SYNC_FENCE)
		igt_assert_eq(__dxg_fence_wait(m->fd, op.handle, POINT, 0), -ETIME);
	/* The queue goes on behind it. */
	if (c->face != BIND_SYNC) {
		igt_assert_eq(carry_out(m, c->face, &done, 1), 0);
		igt_assert_eq(__dxg_fence_wait(m->fd, done.handle, 1, LONG), 0);
	}
	drop(m, type, op.handle);
	igt_dxg_fence_destroy(m->fd, done.handle);
}

static void row_subtests(const struct mode *m, const struct row *row)
{
	uint32_t type, signal;

	for (signal = 0; signal < 2; signal++) {
		for (type = DRM_DXG_SYNC_SYNCOBJ; type <= DRM_DXG_SYNC_FENCE; type++) {
			const int *errors = signal ? row->signal : row->wait;
			const struct cell c = {
				.face = row->face,
				.flags = type | (signal ? DRM_DXG_SYNC_SIGNAL : 0),
				.error = errors[type == DRM_DXG_SYNC_FENCE],
			};

			igt_describe("One cell of the table of sync operations.");
			igt_subtest_f("%s-%s-%s", row->name, signal ? "signal" : "wait",
				      types[type])
				cell(m, &c);
		}
	}
}

/* --- Bad operations, on queues that would take good ones --- */

static void invalid(const struct mode *m, enum face face)
{
	uint32_t syncobj = make(m, DRM_DXG_SYNC_TIMELINE, true);
	const struct {
		struct drm_dxg_sync_op op;
		int error;
	} cases[] = {
		{ { DRM_DXG_SYNC_FENCE + 1, syncobj, 0 }, -EINVAL },
		{ { DRM_DXG_SYNC_TYPE_MASK, syncobj, 0 }, -EINVAL },
		{ { DRM_DXG_SYNC_SIGNAL << 1, syncobj, 0 }, -EINVAL },
		{ { 1u << 31, syncobj, 0 }, -EINVAL },
		{ { DRM_DXG_SYNC_SYNCOBJ, syncobj, 1 }, -EINVAL },
		{ { DRM_DXG_SYNC_TIMELINE, syncobj, 0 }, -EINVAL },
		{ { DRM_DXG_SYNC_SYNCOBJ, 0, 0 }, -ENOENT },
		{ { DRM_DXG_SYNC_TIMELINE, 1 << 20, 1 }, -ENOENT },
		{ { DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL, 1 << 20, 1 }, -ENOENT },
		{ { DRM_DXG_SYNC_TIMELINE, syncobj, POINT + 1 }, -EINVAL },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drm_dxg_sync_op op = cases[i].op;

		igt_assert_f(carry_out(m, face, &op, 1) == cases[i].error, "case %zu\n", i);
	}
	syncobj_destroy(m->fd, syncobj);
}

static void invalid_array(const struct mode *m, enum face face)
{
	static const struct {
		struct drm_dxg_array array;
		int error;
	} cases[] = {
		{ { .stride = 8, .count = 1, .array = 4096 }, -EINVAL },
		{ { .stride = 20, .count = 1, .array = 4096 }, -EINVAL },
		{ { .stride = 8192, .count = 1, .array = 4096 }, -EINVAL },
		{ { .stride = 16, .count = 1 << 20, .array = 4096 }, -EINVAL },
		{ { .stride = 16, .count = 1, .array = 8 }, -EFAULT },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drm_dxg_submit submit = { .syncs = cases[i].array };
		struct drm_dxg_vm_bind bind = {
			.vm_id = m->vm,
			.flags = DRM_DXG_VM_BIND_ASYNC,
			.queue_id = m->bind,
			.syncs = cases[i].array,
		};

		if (face == EXEC)
			igt_assert_eq(__dxg_submit(m->fd, m->exec, &submit, 1), cases[i].error);
		else
			igt_dxg_ioctl(m->fd, DRM_IOCTL_DXG_VM_BIND, &bind, cases[i].error);
	}
}

/* A failing operation behind a good signal: nothing was signalled, nothing published. */
static void all_or_nothing(const struct mode *m, enum face face)
{
	struct drm_dxg_sync_op ops[] = {
		{ DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL, syncobj_create(m->fd, 0), 0 },
		{ DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		  igt_dxg_fence_create(m->fd, m->vm, 0, 0), 1 },
		{ DRM_DXG_SYNC_SYNCOBJ, 1 << 20, 0 },
	};

	igt_assert_eq(carry_out(m, face, ops, 3), -ENOENT);
	igt_assert_eq(__dxg_fence_wait(m->fd, ops[1].handle, 1, igt_dxg_time(50)), -ETIME);
	igt_assert_eq(syncobj_wait_err(m->fd, &ops[0].handle, 1, igt_dxg_time(50), 0), -EINVAL);
	syncobj_destroy(m->fd, ops[0].handle);
	igt_dxg_fence_destroy(m->fd, ops[1].handle);
}

/* A fence that belongs to a VM of the past. */
static void fence_of_another_vm(void)
{
	struct mode m = { .fd = drm_open_driver_render(DRIVER_DXG) };
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL, 0, 1 };

	m.vm = igt_dxg_vm_create(m.fd, 0);
	op.handle = igt_dxg_fence_create(m.fd, m.vm, 0, 0);
	igt_dxg_vm_destroy(m.fd, m.vm);
	m.vm = igt_dxg_vm_create(m.fd, 0);
	m.exec = igt_dxg_queue_create(m.fd, m.vm, IGT_DXG_NODE_3D);
	igt_assert_eq(carry_out(&m, EXEC, &op, 1), -EINVAL);
	drm_close_driver(m.fd);
}

/* The queue waits for a fence until the CPU raises it. */
static void wait_before_signal(const struct mode *m)
{
	struct drm_dxg_sync_op ops[] = {
		{ DRM_DXG_SYNC_FENCE, igt_dxg_fence_create(m->fd, m->vm, 0, 0), 1 },
		{ DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		  igt_dxg_fence_create(m->fd, m->vm, 0, 0), 1 },
	};

	igt_assert_eq(carry_out(m, EXEC, ops, 2), 0);
	igt_assert_eq(__dxg_fence_wait(m->fd, ops[1].handle, 1, igt_dxg_time(100)), -ETIME);
	igt_dxg_fence_signal(m->fd, ops[0].handle, 1);
	igt_assert_eq(__dxg_fence_wait(m->fd, ops[1].handle, 1, LONG), 0);
	igt_dxg_fence_destroy(m->fd, ops[0].handle);
	igt_dxg_fence_destroy(m->fd, ops[1].handle);
}

static void mode_open(struct mode *m)
{
	struct drm_dxg_queue_create bind = { .type = DRM_DXG_QUEUE_BIND };

	m->fd = drm_open_driver_render(DRIVER_DXG);
	m->vm = igt_dxg_vm_create(m->fd, m->flags);
	m->exec = igt_dxg_queue_create(m->fd, m->vm, IGT_DXG_NODE_3D);
	bind.vm_id = m->vm;
	igt_assert_eq(__dxg_queue_create(m->fd, &bind), 0);
	m->bind = bind.queue_id;
}

int igt_main()
{
	static struct mode modes[] = {
		{ .name = "dma" },
		{ .name = "user", .flags = DRM_DXG_VM_USER_FENCE },
	};
	size_t i;

	igt_fixture() {
		mode_open(&modes[0]);
		mode_open(&modes[1]);
	}

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		row_subtests(&modes[rows[i].user], &rows[i]);

	igt_describe("Bad operations on an exec queue.");
	igt_subtest("invalid-exec")
		invalid(&modes[0], EXEC);
	igt_describe("Bad operations on a bind queue.");
	igt_subtest("invalid-bind")
		invalid(&modes[0], BIND_ASYNC);
	igt_describe("Bad arrays of operations on an exec queue.");
	igt_subtest("invalid-array-exec")
		invalid_array(&modes[0], EXEC);
	igt_describe("Bad arrays of operations on a bind queue.");
	igt_subtest("invalid-array-bind")
		invalid_array(&modes[0], BIND_ASYNC);
	igt_describe("A submission that is refused has signalled nothing.");
	igt_subtest("all-or-nothing-exec")
		all_or_nothing(&modes[0], EXEC);
	igt_describe("A bind that is refused has signalled nothing.");
	igt_subtest("all-or-nothing-bind")
		all_or_nothing(&modes[0], BIND_ASYNC);
	igt_describe("A fence of a VM that is gone cannot be signalled by a queue.");
	igt_subtest("fence-of-another-vm")
		fence_of_another_vm();
	igt_describe("In user-fence mode a queue waits for what nobody has promised.");
	igt_subtest("wait-before-signal")
		wait_before_signal(&modes[1]);

	igt_fixture() {
		drm_close_driver(modes[0].fd);
		drm_close_driver(modes[1].fd);
	}
}
