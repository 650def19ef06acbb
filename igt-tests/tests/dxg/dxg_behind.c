// SPDX-License-Identifier: MIT
/*
 * Binds and submissions behind a fence that does not come: they wait, hold nobody up, and
 * end with it, whatever has become of their queue, VM, file, process or adapter meanwhile.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "sw_sync.h"

/**
 * TEST: dxg behind
 * Category: Core
 * Mega feature: dxg
 * Sub-category: synchronization
 * Functionality: work behind a fence that does not come
 *
 * SUBTEST: %s-no-fence
 * Description: %arg[1] behind a syncobj without a fence, or a point that nobody has submitted, is
 *	refused with EINVAL and leaves nothing; once there is a fence, it is done.
 *
 * SUBTEST: %s-waits
 * Description: %arg[1] waits for its fence and is done then; other queues and synchronous binds
 *	go on meanwhile, and what is behind it on its queue keeps its place.
 *
 * SUBTEST: %s-destroy-queue
 * Description: The queue of %arg[1] is destroyed: at once, and the fence of what waits says
 *	ECANCELED when its turn comes.
 *
 * SUBTEST: %s-lost
 * Description: The VM of %arg[1] is lost: ECANCELED when its turn comes.
 *
 * SUBTEST: %s-close
 * Description: The file of %arg[1] is closed, which waits for nobody: ECANCELED when its turn
 *	comes, and then nothing is left on the host.
 *
 * SUBTEST: %s-killed
 * Description: The process of %arg[1] is killed: it ends, and nothing is left on the host when
 *	the fence has come.
 *
 * SUBTEST: %s-no-more
 * Description: Who could signal the fence of %arg[1] ends: so does the wait.
 *
 * SUBTEST: %s-unbind
 * Description: The adapter of %arg[1] goes and comes back: ENODEV when its turn comes, and the
 *	new adapter works all the time.
 *
 * arg[1]:
 *
 * @bind:	a bind on a queue
 * @submit:	a submission
 */

IGT_TEST_DESCRIPTION("Binds and submissions behind fences that do not come.");

#define PAGE		IGT_DXG_PAGE
#define WORD		6	/* what a submission writes */
#define MARK		0x6666

struct behind;

/**
 * struct kind - What is behind a fence.
 */
struct kind {
	const char *name;
	/** @queue: Queue it; 0 or a negative errno. */
	int (*queue)(struct behind *b, struct drm_dxg_sync_op *syncs, uint32_t count);
	/** @took: Whether it is done, as the GPU and the CPU see it. */
	bool (*took)(struct behind *b);
};

/**
 * struct behind - A file with work that waits.
 */
struct behind {
	struct igt_dxg_rig rig;
	const struct kind *kind;
	uint32_t queue;		/* of submissions that wait */
	int timeline;		/* of the fence that they wait for */
	uint32_t in, out;
	int file;		/* of @out */
	uint32_t count;		/* of what the GPU has written */
};

/* --- Kinds --- */

/* One page or another at the reserved address: of guest memory when the bind is in force. */
static int queue_bind(struct behind *b, struct drm_dxg_sync_op *syncs, uint32_t count)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(b->rig.bo_system, 0, b->rig.va, PAGE);

	return __dxg_bind_async(b->rig.fd, b->rig.vm, b->rig.bind_queue, &op, 1, syncs, count);
}

static bool took_bind(struct behind *b)
{
	uint32_t mark = ++b->count;

	igt_dxg_rig_begin(&b->rig);
	softgpu_fill(&b->rig.commands, b->rig.va, 4, mark);
	igt_dxg_run(b->rig.fd, b->rig.queue, b->rig.buffer.va + PAGE, b->rig.commands.used);
	igt_assert_neq_u32(*b->rig.system_map == mark, *b->rig.host_map == mark);
	return *b->rig.system_map == mark;
}

/* Its commands are in the third page of the buffer. */
static int queue_submit(struct behind *b, struct drm_dxg_sync_op *syncs, uint32_t count)
{
	struct softgpu_buffer commands;
	struct drm_dxg_submit work;

	softgpu_buffer_init(&commands, (char *)b->rig.buffer.map + 2 * PAGE, PAGE);
	softgpu_fill(&commands, igt_dxg_rig_word_va(&b->rig, WORD), 4, MARK);
	work = igt_dxg_work(b->rig.buffer.va + 2 * PAGE, commands.used, syncs, count);
	return __dxg_submit(b->rig.fd, b->queue, &work, 1);
}

static bool took_submit(struct behind *b)
{
	return *igt_dxg_rig_word(&b->rig, WORD) == MARK;
}

static const struct kind kinds[] = {
	{ "bind", queue_bind, took_bind },
	{ "submit", queue_submit, took_submit },
};

/* --- Work that waits --- */

static void open_behind(struct behind *b, const struct kind *kind)
{
	*b = (struct behind) { .kind = kind };
	igt_dxg_rig_open(&b->rig, 0);
	igt_dxg_bind_op(b->rig.fd, b->rig.vm,
			igt_dxg_op_map(b->rig.bo_host, 0, b->rig.va, PAGE));
	b->queue = igt_dxg_queue_create(b->rig.fd, b->rig.vm, IGT_DXG_NODE_COPY);
	b->in = syncobj_create(b->rig.fd, 0);
	b->out = syncobj_create(b->rig.fd, 0);
}

/* Queue it behind a fence of @timeline. */
static void queue_behind(struct behind *b, int timeline)
{
	struct drm_dxg_sync_op syncs[2];
	int fence = sw_sync_timeline_create_fence(timeline, 1);

	b->timeline = timeline;
	syncobj_import_sync_file(b->rig.fd, b->in, fence);
	close(fence);
	syncs[0] = igt_dxg_wait_syncobj(b->in, 0);
	syncs[1] = igt_dxg_signal_syncobj(b->out, 0);
	igt_assert_eq(b->kind->queue(b, syncs, 2), 0);
	b->file = igt_dxg_sync_file(b->rig.fd, b->out);
	igt_assert_eq(sync_fence_status(b->file), 0);
}

static void begin(struct behind *b, const struct kind *kind)
{
	open_behind(b, kind);
	queue_behind(b, sw_sync_timeline_create());
}

static int result(int file)
{
	struct pollfd wait = { .fd = file, .events = POLLIN };

	igt_assert_f(poll(&wait, 1, IGT_DXG_PATIENCE * 1000) == 1, "not signalled\n");
	return sync_fence_status(file);
}

/* It has waited until now; its fence comes, and it ends with @expected. */
static void end(struct behind *b, int expected)
{
	igt_assert_eq(sync_fence_status(b->file), 0);
	sw_sync_timeline_inc(b->timeline, 1);
	igt_assert_eq(result(b->file), expected);
	close(b->file);
	close(b->timeline);
}

static bool has_objects(const void *arg)
{
	return igt_dxg_host_objects() == *(const unsigned int *)arg;
}

static void expect_objects(int fd, unsigned int expected)
{
	igt_dxg_wait_idle(fd);
	igt_assert_f(igt_dxg_wait(has_objects, &expected, IGT_DXG_PATIENCE),
		     "%u objects on the host, not %u\n", igt_dxg_host_objects(), expected);
}

/* --- Subtests --- */

static void no_fence(const struct kind *kind)
{
	struct drm_dxg_sync_op syncs[2];
	uint64_t point = 2;
	uint32_t timeline;
	struct behind b;

	open_behind(&b, kind);
	timeline = syncobj_create(b.rig.fd, 0);
	syncobj_timeline_signal(b.rig.fd, &timeline, &point, 1);
	syncs[0] = igt_dxg_wait_syncobj(b.in, 0);
	syncs[1] = igt_dxg_signal_syncobj(b.out, 0);
	igt_assert_eq(kind->queue(&b, syncs, 2), -EINVAL);
	syncs[0] = igt_dxg_wait_syncobj(timeline, 3);
	igt_assert_eq(kind->queue(&b, syncs, 2), -EINVAL);
	/* The out-syncobj has got nothing, either. */
	igt_assert_eq(syncobj_wait_err(b.rig.fd, &b.out, 1, 0, 0), -EINVAL);
	igt_assert(!kind->took(&b));
	syncobj_signal(b.rig.fd, &b.in, 1);
	syncs[0] = igt_dxg_wait_syncobj(b.in, 0);
	igt_assert_eq(kind->queue(&b, syncs, 2), 0);
	igt_assert_eq(igt_dxg_syncobj_result(b.rig.fd, b.out, IGT_DXG_PATIENCE), 1);
	igt_assert(kind->took(&b));
	igt_dxg_rig_close(&b.rig);
}

static void waits(const struct kind *kind)
{
	struct drm_dxg_vm_bind_op op;
	struct drm_dxg_sync_op done;
	struct behind b;
	uint32_t other;
	int next;

	begin(&b, kind);
	/* A second one behind it, without a fence of its own. */
	done = igt_dxg_signal_syncobj(b.out, 0);
	igt_assert_eq(kind->queue(&b, &done, 1), 0);
	next = igt_dxg_sync_file(b.rig.fd, b.out);
	/* Other queues, and binds that are no queue's. */
	igt_dxg_run(b.rig.fd, b.rig.queue, b.rig.buffer.va, b.rig.length);
	op = igt_dxg_op_map(b.rig.bo_system, 0, b.rig.va + PAGE, PAGE);
	igt_dxg_bind_op(b.rig.fd, b.rig.vm, op);
	other = igt_dxg_bind_queue_create(b.rig.fd, b.rig.vm, NULL);
	done.handle = syncobj_create(b.rig.fd, 0);
	igt_assert_eq(__dxg_bind_async(b.rig.fd, b.rig.vm, other, &op, 1, &done, 1), 0);
	igt_assert_eq(igt_dxg_syncobj_result(b.rig.fd, done.handle, IGT_DXG_PATIENCE), 1);
	igt_assert(!kind->took(&b));
	igt_assert_eq(sync_fence_status(next), 0);
	end(&b, 1);
	igt_assert_eq(result(next), 1);
	igt_assert(kind->took(&b));
	close(next);
	igt_dxg_rig_close(&b.rig);
}

static void destroy_queue(const struct kind *kind)
{
	struct behind b;

	begin(&b, kind);
	igt_dxg_queue_destroy(b.rig.fd, kind->queue == queue_bind ? b.rig.bind_queue : b.queue);
	end(&b, -ECANCELED);
	igt_assert(!kind->took(&b));
	igt_dxg_rig_close(&b.rig);
}

static void lost(const struct kind *kind)
{
	struct behind b;
	uint32_t hung;

	begin(&b, kind);
	hung = syncobj_create(b.rig.fd, 0);
	igt_assert_eq(__dxg_queue_set(b.rig.fd, b.rig.queue, DRM_DXG_QUEUE_TIMEOUT_MS, 200), 0);
	igt_dxg_rig_begin(&b.rig);
	softgpu_hang(&b.rig.commands, 0);
	igt_assert_eq(__dxg_rig_submit(&b.rig, b.rig.queue, hung), 0);
	igt_assert_eq(igt_dxg_syncobj_result(b.rig.fd, hung, IGT_DXG_PATIENCE), -ETIMEDOUT);
	end(&b, -ECANCELED);
	igt_assert_neq_u32(*igt_dxg_rig_word(&b.rig, WORD), MARK);
	igt_dxg_rig_close(&b.rig);
}

static void close_file(const struct kind *kind)
{
	int other = drm_open_driver_render(DRIVER_DXG);
	unsigned int before;
	struct behind b;

	igt_dxg_wait_idle(other);
	before = igt_dxg_host_objects();
	begin(&b, kind);
	igt_dxg_rig_close(&b.rig);
	end(&b, -ECANCELED);
	expect_objects(other, before);
	drm_close_driver(other);
}

/* It has the file, its parent the fence. */
static void killed(const struct kind *kind)
{
	int other = drm_open_driver_render(DRIVER_DXG), status, pipes[2];
	int timeline = sw_sync_timeline_create();
	unsigned int before;
	struct behind b;
	pid_t child;
	char word;

	igt_dxg_wait_idle(other);
	before = igt_dxg_host_objects();
	igt_assert_eq(pipe(pipes), 0);
	child = fork();
	igt_assert_lte(0, child);
	if (!child) {
		open_behind(&b, kind);
		queue_behind(&b, timeline);
		if (write(pipes[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	close(pipes[1]);
	igt_assert_eq(read(pipes[0], &word, 1), 1);
	igt_assert_eq(kill(child, SIGKILL), 0);
	igt_assert_eq(waitpid(child, &status, 0), child);
	igt_assert(WIFSIGNALED(status));
	sw_sync_timeline_inc(timeline, 1);
	expect_objects(other, before);
	close(pipes[0]);
	close(timeline);
	drm_close_driver(other);
}

/* A timeline that ends says so to its fences; who is behind them goes on. */
static void no_more(const struct kind *kind)
{
	struct behind b;

	begin(&b, kind);
	igt_assert(!kind->took(&b));
	close(b.timeline);
	igt_assert_eq(result(b.file), 1);
	igt_assert(kind->took(&b));
	close(b.file);
	igt_dxg_rig_close(&b.rig);
}

static void unbind(const struct kind *kind)
{
	struct behind b;

	begin(&b, kind);
	igt_dxg_driver_unbind();
	igt_assert_eq(sync_fence_status(b.file), 0);
	igt_dxg_driver_bind();
	igt_dxg_works();
	end(&b, -ENODEV);
	igt_dxg_rig_close(&b.rig);
	igt_dxg_works();
}

static const struct {
	const char *name;
	void (*run)(const struct kind *kind);
} tests[] = {
	{ "no-fence", no_fence }, { "waits", waits }, { "destroy-queue", destroy_queue },
	{ "lost", lost }, { "close", close_file }, { "killed", killed },
	{ "no-more", no_more }, { "unbind", unbind },
};

int igt_main()
{
	unsigned int i, t;

	igt_fixture()
		igt_require_sw_sync();

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (t = 0; t < sizeof(tests) / sizeof(tests[0]); t++)
			igt_subtest_f("%s-%s", kinds[i].name, tests[t].name) {
				igt_dxg_driver_restore();
				tests[t].run(&kinds[i]);
			}

	igt_fixture()
		igt_dxg_driver_restore();
}
