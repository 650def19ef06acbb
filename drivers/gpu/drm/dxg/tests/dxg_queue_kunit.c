// SPDX-License-Identifier: MIT
/*
 * Queues and submissions on a mocked host: arguments, messages and their order,
 * what ends a job, errors, and that everything comes to its end.
 */
#include <kunit/test.h>
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/mman.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_syncobj.h>

#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_fixture.h"
#include "dxg_queue_internal.h"
#include "dxg_status.h"
#include "dxg_vm_internal.h"

#define DXG_TEST_EVENTS	256
#define DXG_TEST_WAIT	(HZ * 60)

/* Where in the user's page what is. */
#define DXG_USER_SYNCS	1024
#define DXG_USER_DATA	3072

/* What the host was asked. */
struct dxg_queue_test {
	struct file *filp;
	struct drm_file *file;
	struct dxg_device *dxg;
	u32 vm;
	u32 queue;
	unsigned long user;		/* a page of user memory */

	spinlock_t lock;		/* what follows, in handlers */
	u64 events[DXG_TEST_EVENTS];	/* of jobs, in order */
	u32 event_count;
	u32 order[DXG_TEST_EVENTS];	/* commands of queues, in order */
	u32 order_count;
	u32 refuse;			/* status of SUBMITCOMMAND */

	u32 execution;			/* what GETDEVICESTATE says */

	u64 page;			/* address of the newest progress fence's page */
	u64 wait_event;			/* what the newest CPU wait is to signal */
	u64 wait_value;			/* and at which value */
	u32 wait_count;
	u64 hw_value;			/* of the newest submission to a hardware queue */
};

static struct dxg_queue_test *to_queue_test(struct kunit *test)
{
	return ((struct dxg_fixture *)test->priv)->priv;
}

static void dxg_queue_test_log(struct dxg_queue_test *t, u32 command)
{
	if (t->order_count < DXG_TEST_EVENTS)
		t->order[t->order_count++] = command;
}

static size_t dxg_queue_on_submit(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
				  void *out)
{
	struct dxg_queue_test *t = mock->priv;
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	dxg_queue_test_log(t, cmd->command);
	spin_unlock_irqrestore(&t->lock, flags);
	return dxg_mock_answer(mock, cmd, len, out, t->refuse);
}

static size_t dxg_queue_on_signal(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
				  void *out)
{
	const struct dxgp_signalsyncobject *msg = (const void *)cmd;
	struct dxg_queue_test *t = mock->priv;
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	dxg_queue_test_log(t, cmd->command);
	if (msg->flags & DXGP_SIGNAL_CPU_EVENT && t->event_count < DXG_TEST_EVENTS)
		t->events[t->event_count++] = msg->event_or_device;
	spin_unlock_irqrestore(&t->lock, flags);
	return dxg_mock_answer(mock, cmd, len, out, DXG_STATUS_SUCCESS);
}

static size_t dxg_queue_on_wait_gpu(struct dxg_mock *mock, const struct dxgp_header *cmd,
				    size_t len, void *out)
{
	struct dxg_queue_test *t = mock->priv;
	unsigned long flags;

	spin_lock_irqsave(&t->lock, flags);
	dxg_queue_test_log(t, cmd->command);
	spin_unlock_irqrestore(&t->lock, flags);
	return dxg_mock_answer(mock, cmd, len, out, DXG_STATUS_SUCCESS);
}

static size_t dxg_queue_on_submit_hw(struct dxg_mock *mock, const struct dxgp_header *cmd,
				     size_t len, void *out)
{
	const struct dxgp_submitcommandtohwqueue *msg = (const void *)cmd;
	struct dxg_queue_test *t = mock->priv;

	t->hw_value = msg->args.hwqueue_progress_fence_id;
	return dxg_queue_on_submit(mock, cmd, len, out);
}

static size_t dxg_queue_on_wait_cpu(struct dxg_mock *mock, const struct dxgp_header *cmd,
				    size_t len, void *out)
{
	const struct dxgp_waitforsyncobjectfromcpu *msg = (const void *)cmd;
	struct dxg_queue_test *t = mock->priv;

	t->wait_event = msg->event;
	/* One handle of four bytes is in front of the value. */
	memcpy(&t->wait_value, (const u8 *)(msg + 1) + sizeof(u32), sizeof(u64));
	WRITE_ONCE(t->wait_count, t->wait_count + 1);
	return dxg_mock_answer(mock, cmd, len, out, DXG_STATUS_SUCCESS);
}

static size_t dxg_queue_on_create_hw(struct dxg_mock *mock, const struct dxgp_header *cmd,
				     size_t len, void *out)
{
	size_t reply = dxg_mock_answer(mock, cmd, len, out, DXG_STATUS_SUCCESS);
	const struct dxgp_createhwqueue *msg = out;
	struct dxg_queue_test *t = mock->priv;

	t->page = msg->hwqueue_progress_fence_cpuva;
	return reply;
}

static size_t dxg_queue_on_state(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
				 void *out)
{
	const struct dxgp_getdevicestate *msg = (const void *)cmd;
	struct dxgp_getdevicestate_reply *reply = out;
	size_t size = dxg_mock_answer(mock, cmd, len, out, DXG_STATUS_SUCCESS);
	struct dxg_queue_test *t = mock->priv;

	if (msg->args.state_type == DXGP_DEVICE_STATE_EXECUTION)
		memcpy(reply->args.state, &t->execution, sizeof(t->execution));
	return size;
}

static const struct dxg_mock_handler dxg_queue_handlers[] = {
	{ DXGP_CMD_GETDEVICESTATE, dxg_queue_on_state },
	{ DXGP_CMD_SUBMITCOMMAND, dxg_queue_on_submit },
	{ DXGP_CMD_SUBMITCOMMANDTOHWQUEUE, dxg_queue_on_submit_hw },
	{ DXGP_CMD_SIGNALSYNCOBJECT, dxg_queue_on_signal },
	{ DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, dxg_queue_on_wait_gpu },
	{ DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, dxg_queue_on_wait_cpu },
	{ DXGP_CMD_CREATEHWQUEUE, dxg_queue_on_create_hw },
	{}
};

/* ---- A file with a VM and a queue ---- */

static int dxg_queue_suite_init(struct kunit_suite *suite)
{
	return dxg_transport_init();
}

static void dxg_queue_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
}

static void dxg_queue_open(struct kunit *test, u32 vm_flags)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_vm_create vm = { .flags = vm_flags };
	struct drm_dxg_queue_create queue = { .type = DRM_DXG_QUEUE_CONTEXT };

	t->filp = mock_drm_getfile(t->dxg->drm.render, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->filp);
	t->file = t->filp->private_data;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_vm_create(&t->dxg->drm, &vm, t->file), 0);
	t->vm = vm.vm_id;
	queue.vm_id = vm.vm_id;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &queue, t->file), 0);
	t->queue = queue.queue_id;
}

static void dxg_queue_close(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);

	if (!t->filp)
		return;
	fput(t->filp);
	flush_delayed_fput();
	t->filp = NULL;
}

static int dxg_queue_test_init(struct kunit *test)
{
	struct dxg_queue_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct dxg_fixture *f;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, t);
	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->priv = t;
	dxg_fixture_fake_iospace(test);
	spin_lock_init(&t->lock);
	f->global.async = true;
	f->vgpu.async = true;
	t->execution = DXGP_EXECUTION_ACTIVE;
	f->global.handlers = dxg_queue_handlers;
	f->vgpu.handlers = dxg_queue_handlers;
	f->global.priv = t;
	f->vgpu.priv = t;
	t->user = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, t->user, 0);
	return 0;
}

static void dxg_queue_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	if (f && f->priv)
		dxg_queue_close(test);
	dxg_fixture_exit(test);
}

/* An adapter, a file, a VM and a queue. */
static void dxg_queue_start(struct kunit *test, bool async, u32 vm_flags)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;

	f->global.async = async;
	f->vgpu.async = async;
	t->dxg = dxg_fixture_start(test);
	dxg_queue_open(test, vm_flags);
}

/* ---- Submitting ---- */

static u32 dxg_new_syncobj(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_syncobj *syncobj;
	u32 handle;

	KUNIT_ASSERT_EQ(test, drm_syncobj_create(&syncobj, 0, NULL), 0);
	KUNIT_ASSERT_EQ(test, drm_syncobj_get_handle(t->file, syncobj, &handle), 0);
	drm_syncobj_put(syncobj);
	return handle;
}

static int dxg_submit_ops(struct kunit *test, u32 length, const struct drm_dxg_sync_op *ops,
			  u32 count)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_submit submit = {
		.va = length ? 0x100000 : 0,
		.length = length,
		.syncs = {
			.stride = sizeof(*ops),
			.count = count,
			.array = t->user + DXG_USER_SYNCS,
		},
	};
	struct drm_dxg_queue_submit args = {
		.queue_id = t->queue,
		.submits = { .stride = sizeof(submit), .count = 1, .array = t->user },
	};

	KUNIT_ASSERT_LE(test, count * sizeof(*ops), DXG_USER_DATA - DXG_USER_SYNCS);
	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)t->user, &submit, sizeof(submit)), 0);
	if (count)
		KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)(t->user + DXG_USER_SYNCS), ops,
						   count * sizeof(*ops)), 0);
	return dxg_ioctl_queue_submit(&t->dxg->drm, &args, t->file);
}

/* Submit @length bytes; the out-fence, with a reference. */
static struct dma_fence *dxg_submit_fence(struct kunit *test, u32 length)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_sync_op op = {
		.flags = DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL,
		.handle = dxg_new_syncobj(test),
	};
	struct dma_fence *fence;

	KUNIT_ASSERT_EQ(test, dxg_submit_ops(test, length, &op, 1), 0);
	KUNIT_ASSERT_EQ(test, drm_syncobj_find_fence(t->file, op.handle, 0, 0, &fence), 0);
	return fence;
}

/* Wait until the host has got so many events. */
static void dxg_await_events(struct kunit *test, u32 count)
{
	struct dxg_queue_test *t = to_queue_test(test);
	int i;

	for (i = 0; i < 3000 && READ_ONCE(t->event_count) < count; i++)
		msleep(20);
	KUNIT_ASSERT_EQ(test, t->event_count, count);
}

static void dxg_expect_fence(struct kunit *test, struct dma_fence *fence, int error)
{
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(fence, false, DXG_TEST_WAIT), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), error ?: 1);
	dma_fence_put(fence);
}

static void dxg_expect_lost(struct kunit *test, u32 flags, u32 reason)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_get_state state = { .queue_id = t->queue };

	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_get_state(&t->dxg->drm, &state, t->file), 0);
	KUNIT_EXPECT_EQ(test, state.flags, flags);
	KUNIT_EXPECT_EQ(test, state.reason, reason);
}

/* ---- Hardware queues ---- */

/* A hardware queue takes the place of the queue. */
static void dxg_queue_start_hw(struct kunit *test)
{
	struct drm_dxg_queue_create parent = { .flags = DRM_DXG_QUEUE_HW_PARENT };
	struct drm_dxg_queue_create queue = { .type = DRM_DXG_QUEUE_HW };
	struct dxg_queue_test *t = to_queue_test(test);

	dxg_queue_start(test, true, 0);
	t->dxg->info.flags |= DXGP_ADAPTER_HW_SCH_ENABLED;
	parent.vm_id = t->vm;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &parent, t->file), 0);
	queue.vm_id = t->vm;
	queue.parent = parent.queue_id;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &queue, t->file), 0);
	t->queue = queue.queue_id;
}

static void dxg_await_waits(struct kunit *test, u32 count)
{
	struct dxg_queue_test *t = to_queue_test(test);
	int i;

	for (i = 0; i < 3000 && READ_ONCE(t->wait_count) < count; i++)
		msleep(20);
	flush_workqueue(t->dxg->sched_wq);
	KUNIT_ASSERT_EQ(test, t->wait_count, count);
}

/* The host raises the progress fence to @value and signals what waits for it. */
static void dxg_raise_progress(struct kunit *test, u64 value)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;

	WRITE_ONCE(*dxg_fixture_page(test, t->page), value);
	dxg_mock_signal(&f->global, t->wait_event);
}

/* One wait is armed at a time, for the lowest value, and again when that is reached. */
static void dxg_queue_hw_progress(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dma_fence *fence[3];
	int i;

	dxg_queue_start_hw(test);
	for (i = 0; i < 3; i++)
		fence[i] = dxg_submit_fence(test, 64);
	dxg_await_waits(test, 1);
	KUNIT_EXPECT_EQ(test, t->wait_value, 1);
	KUNIT_EXPECT_EQ(test, t->hw_value, 3);
	/* No event comes with a job: three messages with commands. */
	KUNIT_EXPECT_EQ(test, t->order_count, 3);
	KUNIT_EXPECT_EQ(test, t->event_count, 0);

	dxg_raise_progress(test, 1);
	dxg_await_waits(test, 2);
	KUNIT_EXPECT_EQ(test, t->wait_value, 2);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence[1]));
	dxg_raise_progress(test, 3);
	for (i = 0; i < 3; i++)
		dxg_expect_fence(test, fence[i], 0);
	KUNIT_EXPECT_EQ(test, t->wait_count, 2);
}

/* The highest value is what the host raises it to with a reset: no success. */
static void dxg_queue_hw_lost(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dma_fence *fence[2];

	dxg_queue_start_hw(test);
	fence[0] = dxg_submit_fence(test, 64);
	fence[1] = dxg_submit_fence(test, 64);
	dxg_await_waits(test, 1);
	dxg_raise_progress(test, U64_MAX);
	dxg_expect_fence(test, fence[0], -ECANCELED);
	dxg_expect_fence(test, fence[1], -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_submit_ops(test, 64, NULL, 0), -ECANCELED);
	flush_workqueue(t->dxg->sched_wq);
}

/*
 * The value is the client's to write: too high, it ends its own jobs, those to come
 * included; lower again, it changes nothing.
 */
static void dxg_queue_hw_forged(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_get_state state = {};
	struct dma_fence *fence[2];

	dxg_queue_start_hw(test);
	fence[0] = dxg_submit_fence(test, 64);
	dxg_await_waits(test, 1);
	dxg_raise_progress(test, U64_MAX - 1);
	dxg_expect_fence(test, fence[0], 0);
	state.queue_id = t->queue;
	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_get_state(&t->dxg->drm, &state, t->file), 0);
	KUNIT_EXPECT_EQ(test, state.completed, 1);
	dxg_expect_fence(test, dxg_submit_fence(test, 64), 0);

	WRITE_ONCE(*dxg_fixture_page(test, t->page), 0);
	fence[1] = dxg_submit_fence(test, 64);
	dxg_await_waits(test, 2);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence[1]));
	dxg_raise_progress(test, 3);
	dxg_expect_fence(test, fence[1], 0);
}

/* Progress whose event is lost is found before the time limit strikes. */
static void dxg_queue_hw_event_lost(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_set_property limit = {
		.property = DRM_DXG_QUEUE_TIMEOUT_MS,
		.value = 100,
	};
	struct dma_fence *fence[2];

	dxg_queue_start_hw(test);
	limit.queue_id = t->queue;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_set_property(&t->dxg->drm, &limit, t->file), 0);
	fence[0] = dxg_submit_fence(test, 64);
	fence[1] = dxg_submit_fence(test, 64);
	dxg_await_waits(test, 1);
	WRITE_ONCE(*dxg_fixture_page(test, t->page), 1);
	dxg_expect_fence(test, fence[0], 0);
	dxg_expect_fence(test, fence[1], -ETIMEDOUT);
}

/* ---- Monitored fences ---- */

static u32 dxg_new_fence(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_fence_create args = { .vm_id = t->vm };

	KUNIT_ASSERT_EQ(test, dxg_ioctl_fence_create(&t->dxg->drm, &args, t->file), 0);
	return args.handle;
}

/* Waits in front, signals behind, 32 in a message; done when they are sent. */
static void dxg_queue_user_fences(struct kunit *test)
{
	static const u32 expect[] = {
		DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, DXGP_CMD_SUBMITCOMMAND,
		DXGP_CMD_SIGNALSYNCOBJECT, DXGP_CMD_SIGNALSYNCOBJECT,
	};
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_get_state state = {};
	struct drm_dxg_sync_op ops[34] = {};
	int i;

	dxg_queue_start(test, true, DRM_DXG_VM_USER_FENCE);
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		ops[i].flags = DRM_DXG_SYNC_FENCE | (i ? DRM_DXG_SYNC_SIGNAL : 0);
		ops[i].handle = dxg_new_fence(test);
		ops[i].value = 1;
	}
	KUNIT_ASSERT_EQ(test, dxg_submit_ops(test, 64, ops, ARRAY_SIZE(ops)), 0);
	for (i = 0; i < 3000 && READ_ONCE(t->order_count) < ARRAY_SIZE(expect); i++)
		msleep(20);
	flush_workqueue(t->dxg->sched_wq);
	KUNIT_ASSERT_EQ(test, t->order_count, ARRAY_SIZE(expect));
	for (i = 0; i < ARRAY_SIZE(expect); i++)
		KUNIT_EXPECT_EQ(test, t->order[i], expect[i]);
	KUNIT_EXPECT_EQ(test, t->event_count, 0);
	state.queue_id = t->queue;
	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_get_state(&t->dxg->drm, &state, t->file), 0);
	KUNIT_EXPECT_EQ(test, state.completed, 1);
	KUNIT_EXPECT_EQ(test, state.timeout_ms, 0);
}

/* ---- Messages and ends ---- */

/* A job is two messages without replies, and the event ends it. */
static void dxg_queue_packet(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence;
	unsigned int sent;
	u64 received;

	dxg_queue_start(test, true, 0);
	dxg_flush_work();
	sent = f->global.sent;
	received = atomic64_read(&f->host->port.received);
	fence = dxg_submit_fence(test, 64);
	dxg_await_events(test, 1);
	flush_workqueue(t->dxg->sched_wq);
	KUNIT_EXPECT_EQ(test, f->global.sent, sent + 2);
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->host->port.received), received);
	KUNIT_EXPECT_EQ(test, t->order[0], DXGP_CMD_SUBMITCOMMAND);
	KUNIT_EXPECT_EQ(test, t->order[1], DXGP_CMD_SIGNALSYNCOBJECT);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&f->global)->id, 0);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence));
	dxg_mock_signal(&f->global, t->events[0]);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence));
	dxg_expect_fence(test, fence, 0);
	/* Once is enough; other numbers are nobody's. */
	dxg_mock_signal(&f->global, t->events[0]);
	dxg_mock_signal(&f->global, t->events[0] + 1);
	dxg_mock_signal(&f->global, U64_MAX);
}

/* The event of a later job ends those before it; ids differ. */
static void dxg_queue_events_in_order(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[4];
	int i;

	dxg_queue_start(test, true, 0);
	for (i = 0; i < 4; i++)
		fence[i] = dxg_submit_fence(test, 64);
	dxg_await_events(test, 4);
	KUNIT_EXPECT_NE(test, t->events[0], t->events[1]);
	dxg_mock_signal(&f->global, t->events[2]);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence[i]));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence[3]));
	dxg_mock_signal(&f->global, t->events[0]);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence[3]));
	dxg_mock_signal(&f->global, t->events[3]);
	for (i = 0; i < 4; i++)
		dxg_expect_fence(test, fence[i], 0);
}

/* Without commands, nothing is sent, and the job is done when those before it are. */
static void dxg_queue_empty(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[2];

	dxg_queue_start(test, true, 0);
	fence[0] = dxg_submit_fence(test, 64);
	fence[1] = dxg_submit_fence(test, 0);
	dxg_await_events(test, 1);
	flush_workqueue(t->dxg->sched_wq);
	KUNIT_EXPECT_EQ(test, t->order_count, 2);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence[1]));
	dxg_mock_signal(&f->global, t->events[0]);
	dxg_expect_fence(test, fence[0], 0);
	dxg_expect_fence(test, fence[1], 0);
}

/* A host without asynchronous messages answers, and the caller does not wait for that. */
static void dxg_queue_sync_messages(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence;

	dxg_queue_start(test, false, 0);
	fence = dxg_submit_fence(test, 64);
	dxg_await_events(test, 1);
	KUNIT_EXPECT_NE(test, dxg_mock_last(&f->vgpu)->id, 0);
	dxg_mock_signal(&f->global, t->events[0]);
	dxg_expect_fence(test, fence, 0);
}

/* What the host refuses loses the VM. */
static void dxg_queue_refused(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);

	dxg_queue_start(test, false, 0);
	t->refuse = DXG_STATUS_INVALID_PARAMETER;
	dxg_expect_fence(test, dxg_submit_fence(test, 64), -ECANCELED);
	flush_workqueue(t->dxg->sched_wq);
	dxg_expect_lost(test, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY, DRM_DXG_LOST_HOST);
	KUNIT_EXPECT_EQ(test, dxg_submit_ops(test, 64, NULL, 0), -ECANCELED);
}

/* What waits on another queue is not run, though that queue has not been told of the loss. */
static void dxg_queue_lost_elsewhere(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_create other = { .type = DRM_DXG_QUEUE_CONTEXT };
	struct drm_dxg_sync_op ops[2] = {
		{ .flags = DRM_DXG_SYNC_SYNCOBJ },
		{ .flags = DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL },
	};
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[2];
	struct dxg_vm *vm;

	dxg_queue_start(test, true, 0);
	ops[0].handle = dxg_new_syncobj(test);
	ops[1].handle = dxg_new_syncobj(test);
	ops[0].flags |= DRM_DXG_SYNC_SIGNAL;
	KUNIT_ASSERT_EQ(test, dxg_submit_ops(test, 64, ops, 1), 0);
	ops[0].flags &= ~DRM_DXG_SYNC_SIGNAL;
	dxg_await_events(test, 1);
	other.vm_id = t->vm;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &other, t->file), 0);
	t->queue = other.queue_id;
	KUNIT_ASSERT_EQ(test, dxg_submit_ops(test, 64, ops, 2), 0);
	KUNIT_ASSERT_EQ(test, drm_syncobj_find_fence(t->file, ops[0].handle, 0, 0, &fence[0]), 0);
	KUNIT_ASSERT_EQ(test, drm_syncobj_find_fence(t->file, ops[1].handle, 0, 0, &fence[1]), 0);

	vm = dxg_vm_lookup(t->file->driver_priv, t->vm);
	KUNIT_ASSERT_NOT_NULL(test, vm);
	/* As it is after dxg_vm_lose() until its worker comes. */
	WRITE_ONCE(vm->lost.error, -ECANCELED);
	dxg_mock_signal(&f->global, t->events[0]);
	dxg_expect_fence(test, fence[0], 0);
	dxg_expect_fence(test, fence[1], -ECANCELED);
	WRITE_ONCE(vm->lost.error, 0);
	dxg_vm_put(vm);
	KUNIT_EXPECT_EQ(test, t->event_count, 1);
}

/* A full ring delays messages; it neither drops nor reorders them, and nobody waits. */
static void dxg_queue_ring_full(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[8];
	unsigned int i;

	dxg_queue_start(test, true, 0);
	dxg_flush_work();
	f->global.full = 5;
	for (i = 0; i < 8; i++)
		fence[i] = dxg_submit_fence(test, 64);
	dxg_await_events(test, 8);
	KUNIT_EXPECT_EQ(test, f->global.full, 0);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, t->order[i], i & 1 ? DXGP_CMD_SIGNALSYNCOBJECT :
							   DXGP_CMD_SUBMITCOMMAND);
	for (i = 0; i < 8; i++)
		dxg_mock_signal(&f->global, t->events[i]);
	for (i = 0; i < 8; i++)
		dxg_expect_fence(test, fence[i], 0);
}

/* A bind queue that the host does not make. */
static void dxg_queue_bind_refused(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_create args = { .type = DRM_DXG_QUEUE_BIND };
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule;

	dxg_queue_start(test, true, 0);
	args.vm_id = t->vm;
	rule = dxg_mock_rule(&f->global, DXGP_CMD_CREATEPAGINGQUEUE);
	rule->status = DXG_STATUS_NO_MEMORY;
	rule->times = 1;
	KUNIT_EXPECT_LT(test, dxg_ioctl_queue_create(&t->dxg->drm, &args, t->file), 0);
	rule->status = DXG_STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &args, t->file), 0);
}

/*
 * A refusal without a reason: the host is asked whether the adapter is still there. Says the
 * host that it has gone, that is why.
 */
static void dxg_queue_refused_why(struct kunit *test)
{
	static const struct { u32 type, command; int error; } rows[] = {
		{ DRM_DXG_QUEUE_BIND, DXGP_CMD_CREATEPAGINGQUEUE, -ENOSPC },
		{ DRM_DXG_QUEUE_CONTEXT, DXGP_CMD_CREATECONTEXTVIRTUAL, -EIO },
	};
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *clock, *rule;
	unsigned int i, asked;

	dxg_queue_start(test, true, 0);
	clock = dxg_mock_rule(&f->global, DXGP_CMD_QUERYCLOCKCALIBRATION);
	clock->times = 1;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct drm_dxg_queue_create args = { .type = rows[i].type, .vm_id = t->vm };

		rule = dxg_mock_rule(&f->global, rows[i].command);
		rule->status = DXG_STATUS_UNSUCCESSFUL;
		rule->times = 1;
		clock->status = DXG_STATUS_SUCCESS;
		asked = dxg_mock_count(&f->global, DXGP_CMD_QUERYCLOCKCALIBRATION);
		KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &args, t->file),
				rows[i].error);
		KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_QUERYCLOCKCALIBRATION),
				asked + 1);
		clock->status = DXG_STATUS_DEVICE_REMOVED;
		KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &args, t->file),
				-ENODEV);
		rule->status = DXG_STATUS_SUCCESS;
		KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_create(&t->dxg->drm, &args, t->file), 0);
	}
}

/* ---- Ends without the host ---- */

/* The time limit ends what the host does not, and loses the VM. */
static void dxg_queue_timeout(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_set_property limit = {
		.property = DRM_DXG_QUEUE_TIMEOUT_MS,
		.value = 50,
	};
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[3];
	int i;

	dxg_queue_start(test, true, 0);
	limit.queue_id = t->queue;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_set_property(&t->dxg->drm, &limit, t->file), 0);
	for (i = 0; i < 3; i++)
		fence[i] = dxg_submit_fence(test, 64);
	for (i = 0; i < 3; i++)
		dxg_expect_fence(test, fence[i], i ? -ECANCELED : -ETIMEDOUT);
	flush_workqueue(t->dxg->sched_wq);
	dxg_expect_lost(test, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY, DRM_DXG_LOST_TIMEOUT);
	/* Too late. */
	dxg_mock_signal(&f->global, t->events[0]);
	/* The host did not know: it is told, once. */
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_MARKDEVICEASERROR), 1);
}

/*
 * A trap: lockdep knows that reclaim may wait for fences, so whatever may sleep for
 * memory in the path of the time limit, which is annotated from the timer to the last
 * client of the VM, makes it complain and give up.
 */
static void dxg_queue_timeout_allocates_nothing(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PROVE_LOCKING))
		kunit_skip(test, "needs PROVE_LOCKING");
	KUNIT_ASSERT_TRUE(test, debug_locks);
	dxg_queue_timeout(test);
	KUNIT_EXPECT_TRUE(test, debug_locks);
}

/* debugfs lists the queues of a VM, with what is under way. */
static void dxg_queue_shown(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct dma_fence *fence;
	struct seq_file m = {
		.buf = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL),
		.size = PAGE_SIZE,
	};
	char want[64];

	KUNIT_ASSERT_NOT_NULL(test, m.buf);
	dxg_queue_start(test, true, 0);
	dxg_flush_work();
	fence = dxg_submit_fence(test, 64);
	dxg_await_events(test, 1);
	dxg_vms_show(t->dxg, &m);
	snprintf(want, sizeof(want), "queue %u: context 0x", t->queue);
	KUNIT_EXPECT_NOT_NULL(test, strstr(m.buf, want));
	KUNIT_EXPECT_NOT_NULL(test, strstr(m.buf, "submitted 1, completed 0, under way 1"));
	KUNIT_EXPECT_TRUE(test, dxg_queue_file_busy(t->file->driver_priv));
	dxg_mock_signal(&((struct dxg_fixture *)test->priv)->global, t->events[0]);
	dxg_expect_fence(test, fence, 0);
	KUNIT_EXPECT_FALSE(test, dxg_queue_file_busy(t->file->driver_priv));
}

/* A host that has found out by itself is not told. */
static void dxg_queue_timeout_known(struct kunit *test)
{
	struct dxg_queue_test *t = to_queue_test(test);
	struct drm_dxg_queue_set_property limit = {
		.property = DRM_DXG_QUEUE_TIMEOUT_MS,
		.value = 50,
	};
	struct dxg_fixture *f = test->priv;

	t->execution = DXGP_EXECUTION_HUNG;
	dxg_queue_start(test, true, 0);
	limit.queue_id = t->queue;
	KUNIT_ASSERT_EQ(test, dxg_ioctl_queue_set_property(&t->dxg->drm, &limit, t->file), 0);
	dxg_expect_fence(test, dxg_submit_fence(test, 64), -ETIMEDOUT);
	flush_workqueue(t->dxg->sched_wq);
	dxg_flush_work();
	dxg_expect_lost(test, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY, DRM_DXG_LOST_TIMEOUT);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_MARKDEVICEASERROR), 0);
}

/* QUEUE_DESTROY, VM_DESTROY and close end what is pending. */
static void dxg_queue_destroyed(struct kunit *test)
{
	struct drm_dxg_queue_destroy destroy = {};
	struct dxg_queue_test *t = to_queue_test(test);
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[2];

	dxg_queue_start(test, true, 0);
	fence[0] = dxg_submit_fence(test, 64);
	fence[1] = dxg_submit_fence(test, 64);
	dxg_await_events(test, 2);
	dxg_mock_signal(&f->global, t->events[0]);
	destroy.queue_id = t->queue;
	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_destroy(&t->dxg->drm, &destroy, t->file), 0);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence[1]));
	dxg_expect_fence(test, fence[0], 0);
	dxg_expect_fence(test, fence[1], -ECANCELED);
	dxg_mock_signal(&f->global, t->events[1]);
	KUNIT_EXPECT_EQ(test, dxg_submit_ops(test, 64, NULL, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, dxg_ioctl_queue_destroy(&t->dxg->drm, &destroy, t->file), -ENOENT);
}

static void dxg_queue_closed(struct kunit *test)
{
	struct dma_fence *fence;

	dxg_queue_start(test, true, 0);
	fence = dxg_submit_fence(test, 64);
	dxg_await_events(test, 1);
	dxg_queue_close(test);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence));
	dxg_expect_fence(test, fence, -ECANCELED);
}

/* The adapter goes: everything ends with ENODEV. */
static void dxg_queue_unplugged(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dma_fence *fence[2];

	dxg_queue_start(test, true, 0);
	fence[0] = dxg_submit_fence(test, 64);
	fence[1] = dxg_submit_fence(test, 64);
	dxg_await_events(test, 2);
	f->global.automatic = false;
	dxg_fixture_depart(test, DXG_PART_FUNCTION);
	dxg_expect_fence(test, fence[0], -ENODEV);
	dxg_expect_fence(test, fence[1], -ENODEV);
	KUNIT_EXPECT_EQ(test, dxg_submit_ops(test, 64, NULL, 0), -ENODEV);
	f->global.automatic = true;
}

/* ---- Arguments ---- */

static const struct dxg_create_row {
	const char *name;
	struct drm_dxg_queue_create args;
	int error;
} dxg_create_rows[] = {
	{ "context", {}, 0 },
	{ "hw", { .type = DRM_DXG_QUEUE_HW, .parent = 1 }, 0 },
	{ "bind", { .type = DRM_DXG_QUEUE_BIND, .priority = -1 }, 0 },
	{ "all flags", { .flags = 0xf }, 0 },
	{ "type", { .type = 3 }, -EINVAL },
	{ "unknown flag", { .flags = 0x10 }, -EINVAL },
	{ "lowest priority", { .priority = -7 }, 0 },
	{ "below the lowest priority", { .priority = -8 }, -EINVAL },
	{ "above the highest priority", { .priority = 8 }, -EINVAL },
	{ "parent of a context", { .parent = 1 }, -EINVAL },
	{ "most data", { .data_size = SZ_64K }, 0 },
	{ "too much data", { .data_size = SZ_64K + 1 }, -EINVAL },
	{ "queue id", { .queue_id = 1 }, -EINVAL },
	{ "host handle", { .host_handle = 1 }, -EINVAL },
	{ "fence handle", { .fence_handle = 1 }, -EINVAL },
	{ "host fence", { .host_fence = 1 }, -EINVAL },
	{ "fence address", { .fence_va = 1 }, -EINVAL },
	{ "fence offset", { .fence_mmap_offset = 1 }, -EINVAL },
	{ "hw node", { .type = DRM_DXG_QUEUE_HW, .node = 1 }, -EINVAL },
	{ "hw priority", { .type = DRM_DXG_QUEUE_HW, .priority = -1 }, -EINVAL },
	{ "hw hint", { .type = DRM_DXG_QUEUE_HW, .client_hint = 1 }, -EINVAL },
	{ "hw flag", { .type = DRM_DXG_QUEUE_HW, .flags = DRM_DXG_QUEUE_SYNC_ONLY }, -EINVAL },
	{ "hw no timeout", { .type = DRM_DXG_QUEUE_HW, .flags = DRM_DXG_QUEUE_NO_TIMEOUT }, 0 },
	{ "bind flag", { .type = DRM_DXG_QUEUE_BIND, .flags = 1 }, -EINVAL },
	{ "bind node", { .type = DRM_DXG_QUEUE_BIND, .node = 1 }, -EINVAL },
	{ "bind priority", { .type = DRM_DXG_QUEUE_BIND, .priority = -2 }, -EINVAL },
	{ "bind data", { .type = DRM_DXG_QUEUE_BIND, .data_size = 1 }, -EINVAL },
};

static void dxg_create_desc(const struct dxg_create_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_create, dxg_create_rows, dxg_create_desc);

static void dxg_queue_create_arguments(struct kunit *test)
{
	const struct dxg_create_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, dxg_queue_create_check(&row->args), row->error);
}

static const struct dxg_submit_row {
	const char *name;
	u32 type, flags;
	bool user_fence;
	struct drm_dxg_submit args;
	int error;
} dxg_submit_rows[] = {
	{ "commands", 0, 0, false, { .va = 8, .length = 8 }, 0 },
	{ "address 0", 0, 0, false, { .length = 8 }, 0 },
	{ "nothing", 0, 0, false, {}, 0 },
	{ "flags", 0, 0, false, { .va = 8, .length = 8, .flags = 1 }, -EINVAL },
	{ "padding", 0, 0, false, { .va = 8, .length = 8, .pad = 1 }, -EINVAL },
	{ "address without length", 0, 0, false, { .va = 8 }, -EINVAL },
	{ "data without length", 0, 0, false, { .data_size = 1 }, -EINVAL },
	{ "most data", 0, 0, false, { .length = 8, .data_size = SZ_64K }, 0 },
	{ "too much data", 0, 0, false, { .length = 8, .data_size = SZ_64K + 1 }, -EINVAL },
	{ "end wraps", 0, 0, false, { .va = U64_MAX - 7, .length = 8 }, -EINVAL },
	{ "progress of a context", 0, 0, true, { .length = 8, .progress = 1 }, -EINVAL },
	{ "progress in dma-fence mode", DRM_DXG_QUEUE_HW, 0, false,
	  { .length = 8, .progress = 1 }, -EINVAL },
	{ "progress", DRM_DXG_QUEUE_HW, 0, true, { .length = 8, .progress = 1 }, 0 },
	{ "progress without length", DRM_DXG_QUEUE_HW, 0, true, { .progress = 1 }, -EINVAL },
	{ "commands where only syncs are", 0, DRM_DXG_QUEUE_SYNC_ONLY, false, { .length = 8 },
	  -EINVAL },
	{ "syncs where only syncs are", 0, DRM_DXG_QUEUE_SYNC_ONLY, false, {}, 0 },
};

static void dxg_submit_desc(const struct dxg_submit_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_submit, dxg_submit_rows, dxg_submit_desc);

static void dxg_queue_submit_arguments(struct kunit *test)
{
	const struct dxg_submit_row *row = test->param_value;
	struct dxg_queue *queue = kunit_kzalloc(test, sizeof(*queue), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, queue);
	queue->type = row->type;
	queue->flags = row->flags;
	queue->user_fence = row->user_fence;
	KUNIT_EXPECT_EQ(test, dxg_submit_check(queue, &row->args), row->error);
}

static struct kunit_case dxg_queue_cases[] = {
	KUNIT_CASE(dxg_queue_hw_progress),
	KUNIT_CASE(dxg_queue_hw_lost),
	KUNIT_CASE(dxg_queue_hw_forged),
	KUNIT_CASE(dxg_queue_hw_event_lost),
	KUNIT_CASE(dxg_queue_user_fences),
	KUNIT_CASE(dxg_queue_packet),
	KUNIT_CASE(dxg_queue_events_in_order),
	KUNIT_CASE(dxg_queue_empty),
	KUNIT_CASE(dxg_queue_sync_messages),
	KUNIT_CASE(dxg_queue_refused),
	KUNIT_CASE(dxg_queue_lost_elsewhere),
	KUNIT_CASE(dxg_queue_ring_full),
	KUNIT_CASE(dxg_queue_bind_refused),
	KUNIT_CASE(dxg_queue_refused_why),
	KUNIT_CASE(dxg_queue_timeout),
	KUNIT_CASE(dxg_queue_timeout_known),
	KUNIT_CASE(dxg_queue_timeout_allocates_nothing),
	KUNIT_CASE(dxg_queue_shown),
	KUNIT_CASE(dxg_queue_destroyed),
	KUNIT_CASE(dxg_queue_closed),
	KUNIT_CASE(dxg_queue_unplugged),
	KUNIT_CASE_PARAM(dxg_queue_create_arguments, dxg_create_gen_params),
	KUNIT_CASE_PARAM(dxg_queue_submit_arguments, dxg_submit_gen_params),
	{}
};

static struct kunit_suite dxg_queue_suite = {
	.name = "dxg_queue",
	.suite_init = dxg_queue_suite_init,
	.suite_exit = dxg_queue_suite_exit,
	.init = dxg_queue_test_init,
	.exit = dxg_queue_test_exit,
	.test_cases = dxg_queue_cases,
};

kunit_test_suite(dxg_queue_suite);
