// SPDX-License-Identifier: MIT
/*
 * Submissions: commands arrive, order holds, syncs of every kind, bad arguments,
 * and that everything ends in finite time.
 */
#include <pthread.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"

/**
 * TEST: dxg submit
 * Category: Core
 * Mega feature: dxg
 * Sub-category: submission
 * Functionality: submissions and their syncs
 *
 * SUBTEST: basic
 * Description: Commands are carried out.
 *
 * SUBTEST: hw-basic
 * Description: On a hardware queue: Commands are carried out.
 *
 * SUBTEST: out-binary
 * Description: A syncobj is signalled after the work.
 *
 * SUBTEST: hw-out-binary
 * Description: On a hardware queue: A syncobj is signalled after the work.
 *
 * SUBTEST: out-timeline
 * Description: Points of a syncobj are signalled in order.
 *
 * SUBTEST: hw-out-timeline
 * Description: On a hardware queue: Points of a syncobj are signalled in order.
 *
 * SUBTEST: in-signalled
 * Description: What is signalled already is waited for.
 *
 * SUBTEST: hw-in-signalled
 * Description: On a hardware queue: What is signalled already is waited for.
 *
 * SUBTEST: in-unpromised
 * Description: A syncobj without a fence is refused.
 *
 * SUBTEST: hw-in-unpromised
 * Description: On a hardware queue: A syncobj without a fence is refused.
 *
 * SUBTEST: empty
 * Description: A submission without commands has its place.
 *
 * SUBTEST: hw-empty
 * Description: On a hardware queue: A submission without commands has its place.
 *
 * SUBTEST: nothing
 * Description: No submissions, no syncs.
 *
 * SUBTEST: hw-nothing
 * Description: On a hardware queue: No submissions, no syncs.
 *
 * SUBTEST: array
 * Description: 64 submissions of one call wait for each other.
 *
 * SUBTEST: hw-array
 * Description: On a hardware queue: 64 submissions of one call wait for each other.
 *
 * SUBTEST: array-atomic
 * Description: One bad submission: none is queued.
 *
 * SUBTEST: hw-array-atomic
 * Description: On a hardware queue: One bad submission: none is queued.
 *
 * SUBTEST: signal-fence
 * Description: Monitored fences are raised after the work.
 *
 * SUBTEST: hw-signal-fence
 * Description: On a hardware queue: Monitored fences are raised after the work.
 *
 * SUBTEST: private-data
 * Description: Opaque data of several sizes.
 *
 * SUBTEST: hw-private-data
 * Description: On a hardware queue: Opaque data of several sizes.
 *
 * SUBTEST: threads
 * Description: A thousand jobs of four threads.
 *
 * SUBTEST: hw-threads
 * Description: On a hardware queue: A thousand jobs of four threads.
 *
 * SUBTEST: interrupted
 * Description: Signals all the time.
 *
 * SUBTEST: hw-interrupted
 * Description: On a hardware queue: Signals all the time.
 *
 * SUBTEST: time-limit
 * Description: The queue's time limit ends what does not.
 *
 * SUBTEST: hw-time-limit
 * Description: On a hardware queue: The queue's time limit ends what does not.
 *
 * SUBTEST: page-fault
 * Description: A page fault loses one VM, and its address is told.
 *
 * SUBTEST: hw-page-fault
 * Description: On a hardware queue: A page fault loses one VM, and its address is told.
 *
 * SUBTEST: bad-command
 * Description: A command that the GPU refuses loses one VM.
 *
 * SUBTEST: hw-bad-command
 * Description: On a hardware queue: A command that the GPU refuses loses one VM.
 *
 * SUBTEST: gpu-hang
 * Description: A job that the host ends as hung loses one VM.
 *
 * SUBTEST: hw-gpu-hang
 * Description: On a hardware queue: A job that the host ends as hung loses one VM.
 *
 * SUBTEST: in-binary
 * Description: Work waits for the syncobj of another queue.
 *
 * SUBTEST: in-timeline
 * Description: Work waits for a point of another queue.
 *
 * SUBTEST: hw-in-binary
 * Description: Work on a hardware queue waits for that of a context.
 *
 * SUBTEST: time-limit-dependent
 * Description: Who waits for lost work goes on.
 *
 * SUBTEST: long-stride
 * Description: A longer element is taken when its tail is zero.
 *
 * SUBTEST: invalid-queue-kind
 * Description: A bind queue, and a context above hardware queues, take no submissions.
 *
 * SUBTEST: invalid-sync-handle
 * Description: A sync that names nothing.
 *
 * SUBTEST: invalid-wait-fence
 * Description: Dma-fence mode: waiting for a monitored fence is refused.
 *
 * SUBTEST: user-fence-invalid-signal
 * Description: User-fence mode: signalling a syncobj is refused.
 *
 * SUBTEST: user-fence-order
 * Description: Wait before signal.
 *
 * SUBTEST: user-fence-hw-order
 * Description: Wait before signal, on a hardware queue.
 *
 * SUBTEST: user-fence-chain
 * Description: Queues that wait for each other.
 *
 * SUBTEST: user-fence-in-syncobj
 * Description: A syncobj of the other mode is waited for.
 *
 * SUBTEST: user-fence-progress
 * Description: The progress fence of a hardware queue.
 */

/**
 * SUBTEST: invalid-%s
 * Description: QUEUE_SUBMIT refuses one bad field and queues nothing: %arg[1].
 *
 * arg[1]:
 *
 * @submit-flags:	submit flags
 * @submit-pad:	submit pad
 * @va-without-length:	va without length
 * @data-without-length:	data without length
 * @va-overflow:	va overflow
 * @data-size:	data size
 * @data-pointer:	data pointer
 * @progress:	progress
 * @syncs-stride:	syncs stride
 * @syncs-count:	syncs count
 * @syncs-pointer:	syncs pointer
 * @queue:	queue
 * @flags:	flags
 * @stride:	stride
 * @stride-odd:	stride odd
 * @stride-huge:	stride huge
 * @count:	count
 * @pointer:	pointer
 */

IGT_TEST_DESCRIPTION("Submissions of the dxg driver and the order among them.");

#define NOTHING		0x7fffff
#define THREADS		4
#define JOBS		250

/* Where in the buffer of a subtest the commands end and the data begins. */
#define BUFFER_SIZE	(64 * 1024)
#define DATA		(32 * 1024)

/* A GPU address that nothing is mapped at. */
#define UNMAPPED	0x123456000

/**
 * struct client - A file with a VM, a queue, and a buffer.
 */
struct client {
	int fd;
	uint32_t vm, queue, parent;
	struct igt_dxg_buffer buffer;
	struct softgpu_buffer commands;	/* they are in the buffer */
};

static void client_open(struct client *c, uint32_t vm_flags, bool hw)
{
	c->fd = drm_open_driver_render(DRIVER_DXG);
	c->vm = igt_dxg_vm_create(c->fd, vm_flags);
	c->parent = 0;
	if (hw)
		c->queue = igt_dxg_hw_queue_create(c->fd, c->vm, IGT_DXG_NODE_3D, &c->parent);
	else
		c->queue = igt_dxg_queue_create(c->fd, c->vm, IGT_DXG_NODE_3D);
	igt_dxg_buffer_create(c->fd, c->vm, BUFFER_SIZE, &c->buffer);
	softgpu_buffer_init(&c->commands, c->buffer.map, DATA);
}

static void client_close(struct client *c)
{
	igt_assert_eq(munmap(c->buffer.map, c->buffer.size), 0);
	drm_close_driver(c->fd);
}

/* Word number @index of the data, for the CPU and for the GPU. */
static volatile uint32_t *word(struct client *c, uint32_t index)
{
	return (volatile uint32_t *)((char *)c->buffer.map + DATA) + index;
}

static uint64_t word_va(struct client *c, uint32_t index)
{
	return c->buffer.va + DATA + 4 * index;
}

/**
 * struct work - Commands in the buffer of a client.
 */
struct work {
	uint64_t va;
	uint32_t length;
};

static struct work begin(struct client *c)
{
	return (struct work) { .va = c->buffer.va + c->commands.used };
}

static struct work end(struct client *c, struct work w)
{
	igt_assert(!c->commands.overflow);
	w.length = c->buffer.va + c->commands.used - w.va;
	return w;
}

/* Wait @ms, then write @value to a word. */
static struct work write_word(struct client *c, uint32_t index, uint32_t value, uint32_t ms)
{
	struct work w = begin(c);

	if (ms)
		softgpu_hang(&c->commands, ms * 1000000ull);
	softgpu_fill(&c->commands, word_va(c, index), 4, value);
	return end(c, w);
}

/* Copy a word to another. */
static struct work copy_word(struct client *c, uint32_t to, uint32_t from)
{
	struct work w = begin(c);

	softgpu_copy(&c->commands, word_va(c, to), word_va(c, from), 4);
	return end(c, w);
}

/* Wait until a client raises 64 bits at a place; other jobs go on. */
static struct work wait_word(struct client *c, uint32_t index)
{
	struct work w = begin(c);

	softgpu_fence_wait(&c->commands, word_va(c, index), 1);
	return end(c, w);
}

static struct drm_dxg_submit submit(struct work w, struct drm_dxg_sync_op *ops, uint32_t count)
{
	return igt_dxg_work(w.va, w.length, ops, count);
}

static void expect(int fd, uint32_t syncobj, int status)
{
	igt_assert_eq(igt_dxg_syncobj_result(fd, syncobj, 120), status);
}

/* --- Syncs --- */

static void basic(struct client *c)
{
	struct work w = write_word(c, 0, 0xabcd, 0);

	igt_dxg_run(c->fd, c->queue, w.va, w.length);
	igt_assert_eq_u32(*word(c, 0), 0xabcd);
}

/* The out-fence signals after the work, and not before. */
static void out_binary(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	struct work w = begin(c);

	softgpu_fence_wait(&c->commands, word_va(c, 2), 1);
	softgpu_fill(&c->commands, word_va(c, 0), 4, 1);
	igt_dxg_submit(c->fd, c->queue, submit(end(c, w), &op, 1));
	igt_assert_eq(syncobj_wait_err(c->fd, &syncobj, 1, igt_dxg_time(200), 0), -ETIME);
	igt_assert_eq_u32(*word(c, 0), 0);
	*word(c, 2) = 1;
	expect(c->fd, syncobj, 1);
	igt_assert_eq_u32(*word(c, 0), 1);
}

static void out_timeline(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	uint64_t point;
	int i;

	for (i = 1; i <= 5; i++) {
		struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 10 * i);

		igt_dxg_submit(c->fd, c->queue, submit(write_word(c, 0, i, 0), &op, 1));
	}
	point = 30;
	igt_assert(syncobj_timeline_wait(c->fd, &syncobj, &point, 1, igt_dxg_time(120000), 0,
					 NULL));
	igt_assert(*word(c, 0) >= 3);
	point = 50;
	igt_assert(syncobj_timeline_wait(c->fd, &syncobj, &point, 1, igt_dxg_time(120000), 0,
					 NULL));
	igt_assert_eq_u32(*word(c, 0), 5);
	syncobj_timeline_query(c->fd, &syncobj, &point, 1);
	igt_assert_eq_u64(point, 50);
}

/* Work waits for the syncobj of another queue. */
static void in_syncobj(struct client *c, uint64_t point)
{
	uint32_t other = igt_dxg_queue_create(c->fd, c->vm, IGT_DXG_NODE_COPY);
	uint32_t first = syncobj_create(c->fd, 0), last = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op ops[2];

	ops[0] = igt_dxg_signal_syncobj(first, point);
	igt_dxg_submit(c->fd, other, submit(write_word(c, 0, 77, 50), ops, 1));
	ops[0] = igt_dxg_wait_syncobj(first, point);
	ops[1] = igt_dxg_signal_syncobj(last, 0);
	igt_dxg_submit(c->fd, c->queue, submit(copy_word(c, 1, 0), ops, 2));
	expect(c->fd, last, 1);
	igt_assert_eq_u32(*word(c, 1), 77);
}

/* What the CPU has signalled is a dependency like any other. */
static void in_signalled(struct client *c)
{
	uint32_t in = syncobj_create(c->fd, DRM_SYNCOBJ_CREATE_SIGNALED);
	uint32_t line = syncobj_create(c->fd, 0), out = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op ops[3];
	uint64_t point = 4;

	syncobj_timeline_signal(c->fd, &line, &point, 1);
	ops[0] = igt_dxg_wait_syncobj(in, 0);
	ops[1] = igt_dxg_wait_syncobj(line, 3);
	ops[2] = igt_dxg_signal_syncobj(out, 0);
	igt_dxg_submit(c->fd, c->queue, submit(write_word(c, 0, 1, 0), ops, 3));
	expect(c->fd, out, 1);
}

/* A syncobj that nobody has promised to signal cannot be waited for. */
static void in_unpromised(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_wait_syncobj(syncobj, 0);
	struct drm_dxg_submit s = submit(write_word(c, 0, 1, 0), &op, 1);

	igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), -EINVAL);
	op = igt_dxg_wait_syncobj(syncobj, 5);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), -EINVAL);
}

/* An empty submission has its place in the queue. */
static void empty(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0), early = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(early, 0);

	igt_dxg_submit(c->fd, c->queue, igt_dxg_work(0, 0, &op, 1));
	expect(c->fd, early, 1);
	op = igt_dxg_signal_syncobj(syncobj, 0);
	igt_dxg_submit(c->fd, c->queue, submit(wait_word(c, 2), NULL, 0));
	igt_dxg_submit(c->fd, c->queue, igt_dxg_work(0, 0, &op, 1));
	igt_assert_eq(syncobj_wait_err(c->fd, &syncobj, 1, igt_dxg_time(200), 0), -ETIME);
	*word(c, 2) = 1;
	expect(c->fd, syncobj, 1);
}

/* Neither submissions nor syncs: nothing happens, successfully. */
static void nothing(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);

	igt_assert_eq(__dxg_submit(c->fd, c->queue, NULL, 0), 0);
	igt_dxg_submit(c->fd, c->queue, igt_dxg_work(0, 0, NULL, 0));
	igt_dxg_submit(c->fd, c->queue, igt_dxg_work(0, 0, &op, 1));
	expect(c->fd, syncobj, 1);
}

/* Many submissions in one call, each waiting for the one before it by a syncobj. */
static void array(struct client *c)
{
	struct drm_dxg_submit submits[64];
	struct drm_dxg_sync_op ops[64][2];
	uint32_t line = syncobj_create(c->fd, 0);
	uint64_t point = 64;
	int i;

	for (i = 0; i < 64; i++) {
		struct work w = i ? copy_word(c, i, i - 1) : write_word(c, 0, 4711, 10);

		ops[i][0] = igt_dxg_signal_syncobj(line, i + 1);
		ops[i][1] = igt_dxg_wait_syncobj(line, i);
		submits[i] = submit(w, ops[i], i ? 2 : 1);
	}
	igt_assert_eq(__dxg_submit(c->fd, c->queue, submits, 64), 0);
	igt_assert(syncobj_timeline_wait(c->fd, &line, &point, 1, igt_dxg_time(120000), 0, NULL));
	igt_assert_eq_u32(*word(c, 63), 4711);
}

/* When one of them is bad, none is queued. */
static void array_atomic(struct client *c)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	struct drm_dxg_queue_get_state before, after;
	struct drm_dxg_submit submits[3];

	igt_dxg_queue_state(c->fd, c->queue, &before);
	submits[0] = submit(write_word(c, 0, 1, 0), &op, 1);
	submits[1] = submits[0];
	submits[2] = submits[0];
	submits[2].pad = 1;
	igt_assert_eq(__dxg_submit(c->fd, c->queue, submits, 3), -EINVAL);
	submits[2].pad = 0;
	submits[2].data = 8;
	submits[2].data_size = 8;
	igt_assert_eq(__dxg_submit(c->fd, c->queue, submits, 3), -EFAULT);
	igt_dxg_queue_state(c->fd, c->queue, &after);
	igt_assert_eq_u64(before.submitted, after.submitted);
	igt_assert_eq(syncobj_wait_err(c->fd, &syncobj, 1, 0, 0), -EINVAL);
	igt_assert_eq_u32(*word(c, 0), 0);
}

/* Monitored fences are raised after the work. */
static void signal_fence(struct client *c)
{
	uint32_t fence = igt_dxg_fence_create(c->fd, c->vm, 0, 0);
	struct drm_dxg_sync_op ops[40];
	int i;

	for (i = 0; i < 40; i++)
		ops[i] = (struct drm_dxg_sync_op) {
			.flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
			.handle = i ? igt_dxg_fence_create(c->fd, c->vm, 0, 0) : fence,
			.value = i + 1,
		};
	igt_dxg_submit(c->fd, c->queue, submit(write_word(c, 0, 9, 20), ops, 40));
	for (i = 0; i < 40; i++)
		igt_assert_eq(__dxg_fence_wait(c->fd, ops[i].handle, i + 1,
					       igt_dxg_time(120000)), 0);
	igt_assert_eq_u32(*word(c, 0), 9);
	/* Without commands it is in order, too. */
	ops[0].value = 100;
	igt_dxg_submit(c->fd, c->queue, igt_dxg_work(0, 0, ops, 1));
	igt_assert_eq(__dxg_fence_wait(c->fd, fence, 100, igt_dxg_time(120000)), 0);
}

/* Opaque data of all sizes goes along. */
static void private_data(struct client *c)
{
	static const uint32_t sizes[] = { 1, 8, 255, 4096, 64 * 1024 };
	struct drm_dxg_submit s;
	uint8_t *data = calloc(1, 64 * 1024);
	size_t i;

	igt_assert(data);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		s = submit(write_word(c, 0, i, 0), NULL, 0);
		s.data = (uintptr_t)data;
		s.data_size = sizes[i];
		igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), 0);
	}
	free(data);
	basic(c);
}

/* --- Threads --- */

struct thread {
	struct client *c;
	pthread_t id;
	uint32_t index;
	int error;
};

static void *submit_many(void *data)
{
	struct thread *t = data;
	struct client *c = t->c;
	uint32_t i;

	for (i = 0; i < JOBS && !t->error; i++) {
		struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(t->index, i + 1);
		struct drm_dxg_submit s = igt_dxg_work(c->buffer.va, c->commands.used, &op, 1);

		t->error = __dxg_submit(c->fd, c->queue, &s, 1);
	}
	return NULL;
}

/* A thousand jobs of four threads on one queue: all are done. */
static void threads(struct client *c)
{
	struct thread t[THREADS];
	struct drm_dxg_queue_get_state state;
	uint64_t points[THREADS];
	uint32_t lines[THREADS];
	int i;

	write_word(c, 0, 1, 0);
	for (i = 0; i < THREADS; i++) {
		lines[i] = syncobj_create(c->fd, 0);
		points[i] = JOBS;
		t[i] = (struct thread) { .c = c, .index = lines[i] };
		igt_assert_eq(pthread_create(&t[i].id, NULL, submit_many, &t[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(t[i].id, NULL);
		igt_assert_eq(t[i].error, 0);
	}
	igt_assert(syncobj_timeline_wait(c->fd, lines, points, THREADS, igt_dxg_time(120000),
					 DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL, NULL));
	igt_dxg_queue_state(c->fd, c->queue, &state);
	/* Points are also reached by work that was lost. */
	igt_assert_eq_u32(state.flags, 0);
	igt_assert_eq_u32(*word(c, 0), 1);
	igt_assert_eq_u64(state.submitted, THREADS * JOBS);
	igt_assert_eq_u64(state.completed, THREADS * JOBS);
}

/* Signals interrupt the caller all the time; every submission happens once. */
static void interrupted(struct client *c)
{
	struct drm_dxg_queue_get_state state;
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	int i;

	write_word(c, 0, 1, 0);
	igt_fork_signal_helper();
	for (i = 0; i < 200; i++)
		igt_dxg_submit(c->fd, c->queue,
			       igt_dxg_work(c->buffer.va, c->commands.used, &op, 1));
	igt_stop_signal_helper();
	expect(c->fd, syncobj, 1);
	igt_dxg_queue_state(c->fd, c->queue, &state);
	igt_assert_eq_u64(state.submitted, 200);
}

/* --- Finite time --- */

/* A job that never ends is ended by the queue's time limit, and its VM is lost. */
static void time_limit(struct client *c)
{
	struct drm_dxg_vm_get_state vm = { .vm_id = c->vm };
	struct drm_dxg_queue_get_state state;
	struct drm_dxg_submit s;
	struct drm_dxg_sync_op op;
	uint32_t syncobj[3];
	int i;

	igt_assert_eq(__dxg_queue_set(c->fd, c->queue, DRM_DXG_QUEUE_TIMEOUT_MS, 300), 0);
	for (i = 0; i < 3; i++) {
		syncobj[i] = syncobj_create(c->fd, 0);
		op = igt_dxg_signal_syncobj(syncobj[i], 0);
		igt_dxg_submit(c->fd, c->queue, submit(wait_word(c, 2), &op, 1));
	}
	expect(c->fd, syncobj[0], -ETIMEDOUT);
	expect(c->fd, syncobj[1], -ECANCELED);
	expect(c->fd, syncobj[2], -ECANCELED);
	igt_dxg_queue_state(c->fd, c->queue, &state);
	igt_assert_eq_u32(state.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	igt_assert_eq_u32(state.reason, DRM_DXG_LOST_TIMEOUT);
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_GET_STATE, &vm, 0);
	igt_assert_eq_u32(vm.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	igt_assert_eq_u32(vm.reason, DRM_DXG_LOST_TIMEOUT);
	s = submit(write_word(c, 0, 1, 0), &op, 1);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), -ECANCELED);
	*word(c, 2) = 1;
}

/* A job of another queue that waits for one that is lost ends, too. */
static void time_limit_dependent(struct client *c)
{
	uint32_t first = syncobj_create(c->fd, 0), second = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op ops[2];
	struct client other;

	client_open(&other, 0, false);
	igt_assert_eq(__dxg_queue_set(c->fd, c->queue, DRM_DXG_QUEUE_TIMEOUT_MS, 300), 0);
	ops[0] = igt_dxg_signal_syncobj(first, 0);
	igt_dxg_submit(c->fd, c->queue, submit(wait_word(c, 2), ops, 1));
	/* The other file gets it by descriptor. */
	second = syncobj_create(other.fd, 0);
	ops[0].handle = syncobj_create(other.fd, 0);
	{
		struct drm_syncobj_handle import = {
			.handle = ops[0].handle,
			.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
			.fd = igt_dxg_sync_file(c->fd, first),
		};

		igt_dxg_ioctl(other.fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &import, 0);
		close(import.fd);
	}
	ops[0] = igt_dxg_wait_syncobj(ops[0].handle, 0);
	ops[1] = igt_dxg_signal_syncobj(second, 0);
	igt_dxg_submit(other.fd, other.queue, submit(write_word(&other, 0, 5, 0), ops, 2));
	expect(c->fd, first, -ETIMEDOUT);
	/* It is innocent, and runs. */
	expect(other.fd, second, 1);
	igt_assert_eq_u32(*word(&other, 0), 5);
	*word(c, 2) = 1;
	client_close(&other);
}

/* Commands that fault end with an error, and their VM is lost, no other. */
static void lose(struct client *c, struct work w, uint32_t reason)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	struct drm_dxg_vm_get_state vm = { .vm_id = c->vm };
	struct client other;

	client_open(&other, 0, false);
	igt_dxg_submit(c->fd, c->queue, submit(w, &op, 1));
	expect(c->fd, syncobj, -ECANCELED);
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_GET_STATE, &vm, 0);
	igt_assert_eq_u32(vm.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	igt_assert_eq_u32(vm.reason, reason);
	if (reason == DRM_DXG_LOST_PAGE_FAULT)
		igt_assert_eq_u64(vm.fault_address, UNMAPPED);
	basic(&other);
	client_close(&other);
}

static void page_fault(struct client *c)
{
	struct work w = begin(c);

	softgpu_fill(&c->commands, UNMAPPED, 4, 1);
	lose(c, end(c, w), DRM_DXG_LOST_PAGE_FAULT);
}

static void bad_command(struct client *c)
{
	struct work w = begin(c);

	softgpu_require(&c->commands, 1000);
	lose(c, end(c, w), DRM_DXG_LOST_FAULT);
}

/* The host's own time limit is shorter than the guest's. */
static void gpu_hang(struct client *c)
{
	struct work w = begin(c);

	softgpu_hang(&c->commands, 0);
	lose(c, end(c, w), DRM_DXG_LOST_HANG);
}

/* --- Bad arguments --- */

static const struct {
	const char *name;
	struct drm_dxg_submit submit;	/* va and length are filled in unless one is set */
	int error;
} bad[] = {
	{ "submit-flags", { .flags = 1 }, -EINVAL },
	{ "submit-pad", { .pad = 1 }, -EINVAL },
	{ "va-without-length", { .va = 4096 }, -EINVAL },
	{ "data-without-length", { .va = 1, .data_size = 4 }, -EINVAL },
	{ "va-overflow", { .va = ~0ull, .length = 8 }, -EINVAL },
	{ "data-size", { .data_size = 1024 * 1024, .data = 4096 }, -EINVAL },
	{ "data-pointer", { .data_size = 8, .data = 8 }, -EFAULT },
	{ "progress", { .progress = 1 }, -EINVAL },
	{ "syncs-stride", { .syncs = { .stride = 8, .count = 1, .array = 4096 } }, -EINVAL },
	{ "syncs-count", { .syncs = { .stride = 16, .count = 100000, .array = 4096 } }, -EINVAL },
	{ "syncs-pointer", { .syncs = { .stride = 16, .count = 1, .array = 8 } }, -EFAULT },
};

static void invalid_submit(struct client *c, struct drm_dxg_submit s, int error)
{
	struct drm_dxg_queue_get_state state;

	if (s.va == 1) {
		s.va = 0;
	} else if (!s.va) {
		struct work w = write_word(c, 0, 1, 0);

		s.va = w.va;
		s.length = w.length;
	}
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), error);
	igt_dxg_queue_state(c->fd, c->queue, &state);
	igt_assert_eq_u64(state.submitted, 0);
}

static const struct {
	const char *name;
	struct drm_dxg_queue_submit args;
	int error;
} bad_call[] = {
	{ "queue", { .queue_id = NOTHING }, -ENOENT },
	{ "flags", { .flags = 1 }, -EINVAL },
	{ "stride", { .submits = { .stride = 48, .count = 1 } }, -EINVAL },
	{ "stride-odd", { .submits = { .stride = 60, .count = 1 } }, -EINVAL },
	{ "stride-huge", { .submits = { .stride = 8192, .count = 1 } }, -EINVAL },
	{ "count", { .submits = { .stride = sizeof(struct drm_dxg_submit), .count = 65 } },
	  -EINVAL },
	{ "pointer", { .submits = { .stride = sizeof(struct drm_dxg_submit), .count = 1,
	  .array = 8 } }, -EFAULT },
};

static void invalid_call(struct client *c, struct drm_dxg_queue_submit args, int error)
{
	static struct drm_dxg_submit submits[65];

	if (!args.queue_id)
		args.queue_id = c->queue;
	if (!args.submits.array)
		args.submits.array = (uintptr_t)submits;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_QUEUE_SUBMIT, &args, error);
}

/* An element of a newer program: zeroes that are not known do not matter, others do. */
static void long_stride(struct client *c)
{
	struct {
		struct drm_dxg_submit known;
		uint64_t unknown;
	} element = { .unknown = 0 };
	struct drm_dxg_queue_submit args = {
		.queue_id = c->queue,
		.submits = { .stride = sizeof(element), .count = 1, .array = (uintptr_t)&element },
	};

	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_QUEUE_SUBMIT, &args, 0);
	element.unknown = 1;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_QUEUE_SUBMIT, &args, -E2BIG);
}

/* Sync operations on the wrong kind of queue. */
static void invalid_sync(struct client *c, struct drm_dxg_sync_op op, int error)
{
	struct drm_dxg_submit s = submit(write_word(c, 0, 1, 0), &op, 1);

	igt_assert_eq(__dxg_submit(c->fd, c->queue, &s, 1), error);
}

/* Queues that take no work. */
static void no_work(struct client *c)
{
	struct drm_dxg_queue_create args = igt_dxg_context(c->vm, IGT_DXG_NODE_3D);
	struct drm_dxg_submit s = submit(write_word(c, 0, 1, 0), NULL, 0);

	args.flags = DRM_DXG_QUEUE_SYNC_ONLY;
	igt_assert_eq(__dxg_queue_create(c->fd, &args), 0);
	igt_assert_eq(__dxg_submit(c->fd, args.queue_id, &s, 1), -EINVAL);
	igt_dxg_submit(c->fd, args.queue_id, igt_dxg_work(0, 0, NULL, 0));
	args = (struct drm_dxg_queue_create) { .vm_id = c->vm, .type = DRM_DXG_QUEUE_BIND };
	igt_assert_eq(__dxg_queue_create(c->fd, &args), 0);
	igt_assert_eq(__dxg_submit(c->fd, args.queue_id, &s, 1), -EINVAL);
}

static void invalid_subtests(void)
{
	struct client c;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		igt_subtest_f("invalid-%s", bad[i].name) {
			client_open(&c, 0, false);
			invalid_submit(&c, bad[i].submit, bad[i].error);
			client_close(&c);
		}
	}
	for (i = 0; i < sizeof(bad_call) / sizeof(bad_call[0]); i++) {
		igt_subtest_f("invalid-%s", bad_call[i].name) {
			client_open(&c, 0, false);
			invalid_call(&c, bad_call[i].args, bad_call[i].error);
			client_close(&c);
		}
	}
	igt_subtest("long-stride") {
		client_open(&c, 0, false);
		long_stride(&c);
		client_close(&c);
	}
	igt_subtest("invalid-queue-kind") {
		client_open(&c, 0, false);
		no_work(&c);
		client_close(&c);
	}
	igt_subtest("invalid-sync-handle") {
		client_open(&c, 0, false);
		invalid_sync(&c, igt_dxg_signal_syncobj(NOTHING, 0), -ENOENT);
		invalid_sync(&c, igt_dxg_wait_syncobj(NOTHING, 1), -ENOENT);
		client_close(&c);
	}
	igt_describe("Dma-fence mode: waiting for a monitored fence is refused.");
	igt_subtest("invalid-wait-fence") {
		client_open(&c, 0, false);
		invalid_sync(&c, (struct drm_dxg_sync_op) {
				.flags = DRM_DXG_SYNC_FENCE,
				.handle = igt_dxg_fence_create(c.fd, c.vm, 0, 0),
				.value = 1,
			     }, -EOPNOTSUPP);
		client_close(&c);
	}
	igt_describe("User-fence mode: signalling a syncobj is refused.");
	igt_subtest("user-fence-invalid-signal") {
		client_open(&c, DRM_DXG_VM_USER_FENCE, false);
		invalid_sync(&c, igt_dxg_signal_syncobj(syncobj_create(c.fd, 0), 0), -EOPNOTSUPP);
		invalid_sync(&c, igt_dxg_signal_syncobj(syncobj_create(c.fd, 0), 1), -EOPNOTSUPP);
		client_close(&c);
	}
}

/* --- User-fence mode --- */

static struct drm_dxg_sync_op fence_op(uint32_t fence, uint64_t value, uint32_t flags)
{
	return (struct drm_dxg_sync_op) {
		.flags = DRM_DXG_SYNC_FENCE | flags,
		.handle = fence,
		.value = value,
	};
}

/* Work waits for a value that is signalled later, and signals another. */
static void user_order(struct client *c)
{
	uint32_t in = igt_dxg_fence_create(c->fd, c->vm, 0, 0);
	uint32_t out = igt_dxg_fence_create(c->fd, c->vm, 0, 0);
	struct drm_dxg_sync_op ops[2] = {
		fence_op(in, 5, 0), fence_op(out, 9, DRM_DXG_SYNC_SIGNAL),
	};

	igt_dxg_submit(c->fd, c->queue, submit(write_word(c, 0, 3, 0), ops, 2));
	igt_assert_eq(__dxg_fence_wait(c->fd, out, 9, igt_dxg_time(200)), -ETIME);
	igt_assert_eq_u32(*word(c, 0), 0);
	igt_dxg_fence_signal(c->fd, in, 5);
	igt_assert_eq(__dxg_fence_wait(c->fd, out, 9, igt_dxg_time(120000)), 0);
	igt_assert_eq_u32(*word(c, 0), 3);
}

/* Two queues take turns by fences that are waited for before they are promised. */
static void user_ping_pong(struct client *c)
{
	uint32_t other = igt_dxg_queue_create(c->fd, c->vm, IGT_DXG_NODE_COPY);
	uint32_t fence = igt_dxg_fence_create(c->fd, c->vm, 0, 0), i;

	for (i = 1; i <= 20; i++) {
		struct drm_dxg_sync_op ops[2] = {
			fence_op(fence, 21 - i, 0),
			fence_op(fence, 22 - i, DRM_DXG_SYNC_SIGNAL),
		};
		uint32_t queue = igt_dxg_queue_create(c->fd, c->vm, i & 1);

		igt_dxg_submit(c->fd, queue, submit(copy_word(c, 22 - i, 21 - i), ops, 2));
	}
	*word(c, 1) = 815;
	igt_dxg_submit(c->fd, other, igt_dxg_work(0, 0, (struct drm_dxg_sync_op[]) {
		fence_op(fence, 1, DRM_DXG_SYNC_SIGNAL) }, 1));
	igt_assert_eq(__dxg_fence_wait(c->fd, fence, 21, igt_dxg_time(120000)), 0);
	igt_assert_eq_u32(*word(c, 21), 815);
}

/* A syncobj of dma-fence mode releases work. */
static void user_in_syncobj(struct client *c)
{
	uint32_t out = igt_dxg_fence_create(c->fd, c->vm, 0, 0);
	struct drm_syncobj_handle import;
	struct drm_dxg_sync_op ops[2];
	struct client other;

	client_open(&other, 0, false);
	ops[0] = igt_dxg_signal_syncobj(syncobj_create(other.fd, 0), 0);
	igt_dxg_submit(other.fd, other.queue, submit(wait_word(&other, 2), ops, 1));
	import = (struct drm_syncobj_handle) {
		.handle = syncobj_create(c->fd, 0),
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
		.fd = igt_dxg_sync_file(other.fd, ops[0].handle),
	};
	igt_dxg_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &import, 0);
	close(import.fd);

	ops[0] = igt_dxg_wait_syncobj(import.handle, 0);
	ops[1] = fence_op(out, 1, DRM_DXG_SYNC_SIGNAL);
	igt_dxg_submit(c->fd, c->queue, submit(write_word(c, 0, 6, 0), ops, 2));
	igt_assert_eq(__dxg_fence_wait(c->fd, out, 1, igt_dxg_time(200)), -ETIME);
	*word(&other, 2) = 1;
	igt_assert_eq(__dxg_fence_wait(c->fd, out, 1, igt_dxg_time(120000)), 0);
	igt_assert_eq_u32(*word(c, 0), 6);
	client_close(&other);
}

/* The progress of a hardware queue: chosen by the kernel, or by the program. */
static void user_progress(void)
{
	struct drm_dxg_queue_create args = { .type = DRM_DXG_QUEUE_HW };
	struct drm_dxg_submit s[2];
	struct client c;

	client_open(&c, DRM_DXG_VM_USER_FENCE, true);
	args.vm_id = c.vm;
	args.parent = c.parent;
	igt_assert_eq(__dxg_queue_create(c.fd, &args), 0);

	s[0] = submit(write_word(&c, 0, 1, 0), NULL, 0);
	s[1] = submit(write_word(&c, 1, 2, 0), NULL, 0);
	igt_assert_eq(__dxg_submit(c.fd, args.queue_id, s, 2), 0);
	igt_assert_eq_u64(s[0].progress, 1);
	igt_assert_eq_u64(s[1].progress, 2);
	igt_assert_eq(__dxg_fence_wait(c.fd, args.fence_handle, 2, igt_dxg_time(120000)), 0);
	igt_assert_eq_u32(*word(&c, 1), 2);

	s[0].progress = 100;
	igt_assert_eq(__dxg_submit(c.fd, args.queue_id, s, 1), 0);
	igt_assert_eq(__dxg_fence_wait(c.fd, args.fence_handle, 100, igt_dxg_time(120000)), 0);
	/* Not backwards, and nothing is queued of a call that tries. */
	s[0].progress = 0;
	s[1].progress = 101;
	igt_assert_eq(__dxg_submit(c.fd, args.queue_id, s, 2), -EINVAL);
	s[1].progress = 102;
	igt_assert_eq(__dxg_submit(c.fd, args.queue_id, s, 2), 0);
	igt_assert_eq_u64(s[0].progress, 101);
	igt_assert_eq(__dxg_fence_wait(c.fd, args.fence_handle, 102, igt_dxg_time(120000)), 0);
	client_close(&c);
}

/* --- All of it --- */

static const struct {
	const char *name, *what;
	void (*run)(struct client *c);
} cases[] = {
	{ "basic", "Commands are carried out.", basic },
	{ "out-binary", "A syncobj is signalled after the work.", out_binary },
	{ "out-timeline", "Points of a syncobj are signalled in order.", out_timeline },
	{ "in-signalled", "What is signalled already is waited for.", in_signalled },
	{ "in-unpromised", "A syncobj without a fence is refused.", in_unpromised },
	{ "empty", "A submission without commands has its place.", empty },
	{ "nothing", "No submissions, no syncs.", nothing },
	{ "array", "64 submissions of one call wait for each other.", array },
	{ "array-atomic", "One bad submission: none is queued.", array_atomic },
	{ "signal-fence", "Monitored fences are raised after the work.", signal_fence },
	{ "private-data", "Opaque data of several sizes.", private_data },
	{ "threads", "A thousand jobs of four threads.", threads },
	{ "interrupted", "Signals all the time.", interrupted },
	{ "time-limit", "The queue's time limit ends what does not.", time_limit },
	{ "page-fault", "A page fault loses one VM, and its address is told.", page_fault },
	{ "bad-command", "A command that the GPU refuses loses one VM.", bad_command },
	{ "gpu-hang", "A job that the host ends as hung loses one VM.", gpu_hang },
};

static void in_binary(struct client *c)
{
	in_syncobj(c, 0);
}

static void in_timeline(struct client *c)
{
	in_syncobj(c, 3);
}

/* Run @run with a client of its own. */
static void with_client(void (*run)(struct client *c), uint32_t flags, bool hw)
{
	struct client c;

	client_open(&c, flags, hw);
	run(&c);
	client_close(&c);
}

int igt_main()
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		igt_describe(cases[i].what);
		igt_subtest(cases[i].name)
			with_client(cases[i].run, 0, false);
		igt_describe_f("On a hardware queue: %s", cases[i].what);
		igt_subtest_f("hw-%s", cases[i].name)
			with_client(cases[i].run, 0, true);
	}
	igt_describe("Work waits for the syncobj of another queue.");
	igt_subtest("in-binary")
		with_client(in_binary, 0, false);
	igt_describe("Work waits for a point of another queue.");
	igt_subtest("in-timeline")
		with_client(in_timeline, 0, false);
	igt_describe("Work on a hardware queue waits for that of a context.");
	igt_subtest("hw-in-binary")
		with_client(in_binary, 0, true);
	igt_describe("Who waits for lost work goes on.");
	igt_subtest("time-limit-dependent")
		with_client(time_limit_dependent, 0, false);
	invalid_subtests();

	igt_describe("Wait before signal.");
	igt_subtest("user-fence-order")
		with_client(user_order, DRM_DXG_VM_USER_FENCE, false);
	igt_describe("Wait before signal, on a hardware queue.");
	igt_subtest("user-fence-hw-order")
		with_client(user_order, DRM_DXG_VM_USER_FENCE, true);
	igt_describe("Queues that wait for each other.");
	igt_subtest("user-fence-chain")
		with_client(user_ping_pong, DRM_DXG_VM_USER_FENCE, false);
	igt_describe("A syncobj of the other mode is waited for.");
	igt_subtest("user-fence-in-syncobj")
		with_client(user_in_syncobj, DRM_DXG_VM_USER_FENCE, false);
	igt_describe("The progress fence of a hardware queue.");
	igt_subtest("user-fence-progress")
		user_progress();
}
