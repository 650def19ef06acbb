// SPDX-License-Identifier: MIT
/*
 * Waiting for fences: what is armed on the host and what is not, late and lost
 * events, refusals, endings; any and all of several.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dxg_cmd_sync.h"
#include "dxg_fence.h"
#include "dxg_fence_wait.h"
#include "dxg_fixture.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_process.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"

#define DXG_TEST_WAITS	32
#define DXG_TEST_CBS	24

/* A wait that the host has been asked for. */
struct dxg_test_wait {
	u32 object;
	u64 value;
	u64 event;
};

struct dxg_test_cb {
	struct dxg_fence_cb base;
	unsigned int called;
	int error;
};

struct dxg_fence_fixture {
	struct dxg_host_device *device;
	struct dxg_fence *fence[3];
	spinlock_t lock;		/* the waits: others than the test raise fences, too */
	struct dxg_test_wait waits[DXG_TEST_WAITS];
	unsigned int count;		/* of waits that are armed */
	unsigned int asked;		/* of waits that ever were */
	struct dxg_test_cb cbs[DXG_TEST_CBS];
	struct delayed_work later;	/* raises fence[0] to later_value */
	u64 later_value;
	unsigned int notified;
	u32 execution;			/* what GETDEVICESTATE says */
};

static struct dxg_fence_fixture *dxg_fence_fixture(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	return f->priv;
}

/* The host takes a wait. */
static size_t dxg_test_take_wait(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
				 void *out)
{
	const struct dxgp_waitforsyncobjectfromcpu *cmd = (const void *)hdr;
	struct dxg_fence_fixture *t = mock->priv;
	size_t ret = dxg_mock_answer(mock, hdr, len, out, DXG_STATUS_SUCCESS);
	struct dxg_test_wait wait = { .event = cmd->event };
	unsigned long flags;

	memcpy(&wait.object, cmd + 1, sizeof(wait.object));
	memcpy(&wait.value, (const void *)(cmd + 1) + sizeof(u32), sizeof(wait.value));
	spin_lock_irqsave(&t->lock, flags);
	t->asked++;
	if (t->count < DXG_TEST_WAITS)
		t->waits[t->count++] = wait;
	else
		KUNIT_FAIL(mock->test, "more waits than %u", DXG_TEST_WAITS);
	spin_unlock_irqrestore(&t->lock, flags);
	return ret;
}

static size_t dxg_test_state(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			     void *out)
{
	struct dxgp_getdevicestate_reply *reply = out;
	struct dxg_fence_fixture *t = mock->priv;

	*(u32 *)reply->args.state = t->execution;
	return sizeof(*reply);
}

static const struct dxg_mock_handler dxg_test_handlers[] = {
	{ DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, dxg_test_take_wait },
	{ DXGP_CMD_GETDEVICESTATE, dxg_test_state },
	{}
};

/* The host says no, and keeps nothing. */
static size_t dxg_test_refuse_wait(struct dxg_mock *mock, const struct dxgp_header *hdr,
				   size_t len, void *out)
{
	struct dxg_fence_fixture *t = mock->priv;

	t->asked++;
	*(u32 *)out = DXG_STATUS_NO_MEMORY;
	return sizeof(u32);
}

static const struct dxg_mock_handler dxg_test_refusals[] = {
	{ DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, dxg_test_refuse_wait },
	{}
};

static u64 *dxg_test_page(struct dxg_fence *fence)
{
	return dxg_fence_object(fence)->page->cpu;
}

/* Take off a wait that is over when the object has that value. False: there is none. */
static bool dxg_test_pop_wait(struct dxg_fence_fixture *t, u32 object, u64 value, u64 *event)
{
	unsigned long flags;
	bool found = false;
	unsigned int i;

	spin_lock_irqsave(&t->lock, flags);
	for (i = 0; i < t->count && !found; i++) {
		if (t->waits[i].object != object || t->waits[i].value > value)
			continue;
		*event = t->waits[i].event;
		t->waits[i] = t->waits[--t->count];
		found = true;
	}
	spin_unlock_irqrestore(&t->lock, flags);
	return found;
}

/* The host sets the value, and signals what has waited for it, or comes to wait meanwhile. */
static void dxg_test_raise(struct dxg_fence_fixture *t, struct dxg_fence *fence, u64 value)
{
	u32 object = dxg_fence_object(fence)->handle;
	u64 event;

	WRITE_ONCE(*dxg_test_page(fence), value);
	while (dxg_test_pop_wait(t, object, value, &event))
		dxg_event_signal(&t->device->dxg->host->events, event, 0);
}

static void dxg_test_raise_work(struct work_struct *work)
{
	struct dxg_fence_fixture *t = container_of(to_delayed_work(work), struct dxg_fence_fixture,
						   later);

	dxg_test_raise(t, t->fence[0], t->later_value);
}

/* Long enough for what will happen, and an end for what will not. */
static ktime_t dxg_test_deadline(void)
{
	return ktime_add_ms(ktime_get(), 60000);
}

static void dxg_test_called(struct dxg_fence_cb *base, int error)
{
	struct dxg_test_cb *cb = container_of(base, struct dxg_test_cb, base);

	cb->called++;
	cb->error = error;
}

static int dxg_test_add(struct kunit *test, unsigned int i, u64 value)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);

	return dxg_fence_add_cb(t->fence[0], &t->cbs[i].base, value, dxg_test_called);
}

static void dxg_expect_called(struct kunit *test, unsigned int i, unsigned int called, int error)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);

	KUNIT_EXPECT_EQ_MSG(test, t->cbs[i].called, called, "callback %u", i);
	if (called)
		KUNIT_EXPECT_EQ_MSG(test, t->cbs[i].error, error, "callback %u", i);
}

/* What is armed on the host now, and how often it was asked. */
static void dxg_expect_armed(struct kunit *test, unsigned int asked, unsigned int count,
			     u64 newest)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);

	KUNIT_EXPECT_EQ(test, t->asked, asked);
	KUNIT_EXPECT_EQ(test, t->count, count);
	if (count)
		KUNIT_EXPECT_EQ(test, t->waits[count - 1].value, newest);
}

static struct dxg_fence *dxg_test_fence(struct kunit *test)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);
	struct dxg_cmd_sync args = { .type = DXGP_SYNC_MONITORED_FENCE };
	struct dxg_sync_object *object;
	struct dxg_fence *fence;
	u32 status;

	KUNIT_ASSERT_EQ(test, dxg_sync_object_create(t->device, &args, 0, &object, &status), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	fence = dxg_fence_create(object, DXG_FENCE_MAY_WAIT);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fence);
	dxg_sync_object_put(object);
	*dxg_test_page(fence) = 0;
	return fence;
}

static int dxg_fence_test_init(struct kunit *test)
{
	struct dxg_fence_fixture *t;
	struct dxg_process *process;
	struct dxg_fixture *f;
	struct dxg_device *dxg;
	unsigned int i;
	int ret;

	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	f->priv = t;
	f->vgpu.priv = t;
	f->vgpu.handlers = dxg_test_handlers;
	spin_lock_init(&t->lock);
	INIT_DELAYED_WORK(&t->later, dxg_test_raise_work);
	dxg_fixture_fake_iospace(test);
	dxg = dxg_fixture_start(test);
	process = dxg_process_create(f->host, &dxg->link, "test", 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, process);
	t->device = dxg_host_device_create(dxg, process, 0, 0);
	dxg_process_put(process);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->device);
	for (i = 0; i < ARRAY_SIZE(t->fence); i++)
		t->fence[i] = dxg_test_fence(test);
	return 0;
}

static void dxg_fence_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f ? f->priv : NULL;
	unsigned int i;

	if (t && t->device) {
		cancel_delayed_work_sync(&t->later);
		for (i = 0; i < DXG_TEST_CBS && t->fence[0]; i++)
			if (t->cbs[i].base.func)
				dxg_fence_remove_cb(t->fence[0], &t->cbs[i].base);
		for (i = 0; i < ARRAY_SIZE(t->fence); i++)
			if (t->fence[i])
				dxg_fence_put(t->fence[i]);
		dxg_host_device_put(t->device);
		dxg_quarantine_wait_idle(f->adapter->dxg->quarantine, 1000);
		KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->vgpu, DXGP_CMD_CREATESYNCOBJECT), 0);
		KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->vgpu, DXGP_CMD_CREATEDEVICE), 0);
	}
	dxg_fixture_exit(test);
}

/* ---- Single values ---- */

static void dxg_fence_reached_before(struct kunit *test)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);

	*dxg_test_page(t->fence[0]) = 5;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 5), 1);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 0), 1);
	dxg_expect_called(test, 0, 0, 0);
	dxg_expect_armed(test, 0, 0, 0);
	KUNIT_EXPECT_FALSE(test, dxg_fence_remove_cb(t->fence[0], &t->cbs[0].base));
}

/* One wait, for the lowest value; a lower one arms what comes next, whatever that is. */
static void dxg_fence_arms_the_lowest(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	dxg_expect_armed(test, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 20), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 2, 10), 0);
	dxg_expect_armed(test, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 3, 5), 0);
	dxg_expect_armed(test, 2, 2, 1);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 4, 3), 0);
	dxg_expect_armed(test, 2, 2, 1);

	dxg_test_raise(t, t->fence[0], 1);
	dxg_expect_called(test, 4, 0, 0);
	dxg_expect_armed(test, 3, 2, 2);
	dxg_test_raise(t, t->fence[0], 3);
	dxg_expect_called(test, 4, 1, 0);
	dxg_expect_called(test, 3, 0, 0);
	dxg_test_raise(t, t->fence[0], 10);
	dxg_expect_called(test, 3, 1, 0);
	dxg_expect_called(test, 0, 1, 0);
	dxg_expect_called(test, 2, 1, 0);
	dxg_expect_called(test, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, t->count, 1);
	KUNIT_EXPECT_EQ(test, t->waits[0].value, 20);
	dxg_test_raise(t, t->fence[0], 25);
	dxg_expect_called(test, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, t->count, 0);
}

/* The host cannot forget a wait: it serves who comes next. */
static void dxg_fence_reuses_what_is_armed(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	int i;

	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10 + i), 0);
		KUNIT_EXPECT_TRUE(test, dxg_fence_remove_cb(t->fence[0], &t->cbs[0].base));
	}
	dxg_expect_armed(test, 1, 1, 10);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 12), 0);
	dxg_test_raise(t, t->fence[0], 10);
	dxg_expect_called(test, 0, 0, 0);
	dxg_expect_armed(test, 2, 1, 12);
	dxg_test_raise(t, t->fence[0], 12);
	dxg_expect_called(test, 0, 1, 0);
	dxg_expect_armed(test, 2, 0, 0);
}

/* An event counts for what it was armed for, even when the page says less by then. */
static void dxg_fence_set_back(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 11), 0);
	*dxg_test_page(t->fence[0]) = 2;
	dxg_event_signal(&f->host->events, t->waits[--t->count].event, 0);
	dxg_expect_called(test, 0, 1, 0);
	dxg_expect_called(test, 1, 0, 0);
	dxg_expect_armed(test, 2, 1, 11);
}

/* Events that nothing was armed for say nothing. */
static void dxg_fence_stray_events(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	u64 event;
	int i;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	event = t->waits[0].event;
	dxg_test_raise(t, t->fence[0], 10);
	dxg_expect_called(test, 0, 1, 0);
	for (i = 0; i < 3; i++)
		dxg_event_signal(&f->host->events, event, 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 11), 0);
	dxg_expect_armed(test, 2, 1, 11);
	dxg_expect_called(test, 0, 1, 0);
	dxg_expect_called(test, 1, 0, 0);
}

static void dxg_fence_large_values(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	const u64 half = 1ull << 63;

	*dxg_test_page(t->fence[0]) = half - 1;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, half), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 2, half - 1), 1);
	dxg_expect_armed(test, 2, 2, half);
	dxg_test_raise(t, t->fence[0], half);
	dxg_expect_called(test, 1, 1, 0);
	dxg_test_raise(t, t->fence[0], U64_MAX - 1);
	dxg_expect_called(test, 0, 0, 0);
	dxg_test_raise(t, t->fence[0], U64_MAX);
	dxg_expect_called(test, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, t->count, 0);
}

/* ---- The host refuses, is late, or says nothing ---- */

static void dxg_fence_refused(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	f->vgpu.handlers = dxg_test_refusals;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	dxg_expect_called(test, 0, 1, -ENOMEM);
	dxg_expect_armed(test, 1, 0, 0);
	f->vgpu.handlers = dxg_test_handlers;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 10), 0);
	dxg_expect_armed(test, 2, 1, 10);
	dxg_expect_called(test, 1, 0, 0);
}

/* Only those fail who have nothing else that wakes them. */
static void dxg_fence_refused_lower(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	f->vgpu.handlers = dxg_test_refusals;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 5), 0);
	dxg_expect_called(test, 1, 1, -ENOMEM);
	dxg_expect_called(test, 0, 0, 0);
	f->vgpu.handlers = dxg_test_handlers;
	dxg_test_raise(t, t->fence[0], 10);
	dxg_expect_called(test, 0, 1, 0);
}

/* While one wait is unanswered, no other is sent; then what has come meanwhile is. */
static void dxg_fence_answered_late(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule;
	int i;

	rule = dxg_mock_rule(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU);
	rule->times = 1;
	rule->delay_ms = 100;
	f->vgpu.handlers = NULL;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 5), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 2, 3), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU), 1);
	for (i = 0; i < 600; i++) {
		msleep(100);
		if (dxg_mock_count(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU) > 1)
			break;
	}
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU), 2);
	msleep(200);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU), 2);
}

/* The event is quicker than the answer. */
static void dxg_fence_event_before_answer(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	const struct dxgp_waitforsyncobjectfromcpu *cmd;
	struct dxg_mock_rule *rule;

	rule = dxg_mock_rule(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU);
	rule->times = 1;
	rule->delay_ms = 100;
	f->vgpu.handlers = NULL;
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	cmd = (const void *)f->vgpu.last;
	*dxg_test_page(t->fence[0]) = 10;
	dxg_event_signal(&f->host->events, cmd->event, 0);
	dxg_expect_called(test, 0, 1, 0);
	msleep(200);
	dxg_expect_called(test, 0, 1, 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 11), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU), 2);
	/* The message under way holds the fence. */
	msleep(200);
}

/* Set back again and again, the stack of what is armed is full at last. */
static void dxg_fence_descends_too_often(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	u64 value = 1000;
	int ret;

	do {
		value -= 10;
		*dxg_test_page(t->fence[0]) = value;
		ret = dxg_test_add(test, 0, value + 5);
		if (!ret)
			KUNIT_ASSERT_TRUE(test, dxg_fence_remove_cb(t->fence[0], &t->cbs[0].base));
	} while (!ret && value > 100);
	KUNIT_EXPECT_EQ(test, ret, -EBUSY);
	KUNIT_EXPECT_EQ(test, t->count, 16);
	KUNIT_EXPECT_FALSE(test, dxg_fence_remove_cb(t->fence[0], &t->cbs[0].base));
	dxg_expect_called(test, 0, 0, 0);

	/* All of them come, and then there is room. */
	dxg_test_raise(t, t->fence[0], 1000);
	KUNIT_EXPECT_EQ(test, t->count, 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 1001), 0);
	dxg_expect_armed(test, 17, 1, 1001);
}

/* ---- Endings ---- */

static void dxg_fence_group_ends(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	struct dxg_fence *fence;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 1, 20), 0);
	dxg_fence_group_end(&t->device->fences, -ECANCELED);
	dxg_expect_called(test, 0, 1, -ECANCELED);
	dxg_expect_called(test, 1, 1, -ECANCELED);
	dxg_fence_group_end(&t->device->fences, -ENODEV);
	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 2, 0), -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_fence_error(t->fence[1]), -ECANCELED);
	fence = dxg_fence_create(dxg_fence_object(t->fence[0]), DXG_FENCE_MAY_WAIT);
	KUNIT_EXPECT_EQ(test, PTR_ERR(fence), -ECANCELED);
	/* What was armed comes to nothing. */
	dxg_test_raise(t, t->fence[0], 30);
	dxg_expect_called(test, 0, 1, -ECANCELED);
}

/* The host signals a wait for what is no longer there. */
static void dxg_fence_event_after_the_end(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	u64 event;

	KUNIT_EXPECT_EQ(test, dxg_test_add(test, 0, 10), 0);
	event = t->waits[0].event;
	KUNIT_EXPECT_TRUE(test, dxg_fence_remove_cb(t->fence[0], &t->cbs[0].base));
	dxg_fence_put(t->fence[0]);
	t->fence[0] = NULL;
	KUNIT_EXPECT_FALSE(test, dxg_event_signal(&f->host->events, event, 0));
	dxg_quarantine_wait_idle(f->adapter->dxg->quarantine, 1000);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->vgpu, DXGP_CMD_CREATESYNCOBJECT), 2);
}

/* ---- Threads ---- */

static void dxg_fence_thread_waits(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	ktime_t deadline = ktime_add_ms(ktime_get(), 60);

	*dxg_test_page(t->fence[0]) = 3;
	KUNIT_EXPECT_EQ(test, dxg_fence_wait(t->fence[0], 3, 0, TASK_UNINTERRUPTIBLE), 0);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait(t->fence[0], 4, 0, TASK_UNINTERRUPTIBLE), -ETIME);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait(t->fence[0], 4, deadline, TASK_INTERRUPTIBLE),
			-ETIME);
	KUNIT_EXPECT_GE(test, ktime_compare(ktime_get(), deadline), 0);

	t->later_value = 4;
	schedule_delayed_work(&t->later, msecs_to_jiffies(50));
	deadline = dxg_test_deadline();
	KUNIT_EXPECT_EQ(test, dxg_fence_wait(t->fence[0], 4, deadline, TASK_UNINTERRUPTIBLE), 0);
	KUNIT_EXPECT_EQ(test, t->asked, 1);
}

/* ---- Several ---- */

static void dxg_test_points(struct kunit *test, struct dxg_fence_point *points)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t->fence); i++)
		points[i] = (struct dxg_fence_point){ .fence = t->fence[i], .value = 1 + i };
}

static void dxg_fence_looks(struct kunit *test)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);
	struct dxg_fence_point points[3];
	u32 first = 77;

	dxg_test_points(test, points);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, true, 0, &first), -ETIME);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, false, 0, &first), -ETIME);
	*dxg_test_page(t->fence[1]) = 2;
	*dxg_test_page(t->fence[2]) = 3;
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, false, 0, &first), -ETIME);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, true, 0, &first), 0);
	KUNIT_EXPECT_EQ(test, first, 1);
	*dxg_test_page(t->fence[0]) = 1;
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, false, -1, &first), 0);
	KUNIT_EXPECT_EQ(test, first, 0);
	/* Looking asks nothing of the host. */
	KUNIT_EXPECT_EQ(test, t->asked, 0);
}

static void dxg_fence_any(struct kunit *test)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);
	struct dxg_fence_point points[3], turned[3];
	u32 first = 77;
	int i;

	dxg_test_points(test, points);
	for (i = 0; i < 3; i++)
		turned[i] = points[2 - i];
	t->later_value = 1;
	schedule_delayed_work(&t->later, msecs_to_jiffies(50));
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(turned, 3, true, dxg_test_deadline(), &first),
			0);
	KUNIT_EXPECT_EQ(test, first, 2);
	/* The others left their waits behind. */
	KUNIT_EXPECT_EQ(test, t->asked, 3);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(turned, 2, true, ktime_add_ms(ktime_get(), 20),
						    &first), -ETIME);
}

static void dxg_fence_all(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	struct dxg_fence_point points[3];
	u32 first = 77;

	dxg_test_points(test, points);
	*dxg_test_page(t->fence[1]) = 2;
	*dxg_test_page(t->fence[2]) = 3;
	t->later_value = 1;
	schedule_delayed_work(&t->later, msecs_to_jiffies(50));
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, false, dxg_test_deadline(), &first),
			0);
	KUNIT_EXPECT_LT(test, first, 3);
	dxg_fence_group_end(&t->device->fences, -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_fence_wait_points(points, 3, false, dxg_test_deadline(), &first),
			-ECANCELED);
}

/* ---- Calls instead of threads: what eventfds stand on ---- */

static void dxg_test_notified(void *data)
{
	struct dxg_fence_fixture *t = data;

	t->notified++;
}

static void dxg_fence_notifies(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	bool any = *(const bool *)test->param_value;
	struct dxg_fence_point points[3];

	dxg_test_points(test, points);
	KUNIT_ASSERT_EQ(test, dxg_fence_notify_points(points, 3, any, dxg_test_notified, t), 0);
	KUNIT_EXPECT_EQ(test, t->notified, 0);
	dxg_test_raise(t, t->fence[2], 3);
	KUNIT_EXPECT_EQ(test, t->notified, any);
	dxg_test_raise(t, t->fence[0], 1);
	KUNIT_EXPECT_EQ(test, t->notified, any);
	dxg_test_raise(t, t->fence[1], 2);
	KUNIT_EXPECT_EQ(test, t->notified, 1);
	dxg_flush_work();

	/* Reached already: called at once. */
	KUNIT_ASSERT_EQ(test, dxg_fence_notify_points(points, 3, any, dxg_test_notified, t), 0);
	KUNIT_EXPECT_EQ(test, t->notified, 2);
	dxg_flush_work();

	/* Never reached: called at the end, once. */
	points[0].value = 100;
	points[1].value = 100;
	points[2].value = 100;
	KUNIT_ASSERT_EQ(test, dxg_fence_notify_points(points, 3, any, dxg_test_notified, t), 0);
	dxg_fence_group_end(&t->device->fences, -ENODEV);
	KUNIT_EXPECT_EQ(test, t->notified, 3);
	dxg_flush_work();
	/* After the end: at once. */
	KUNIT_ASSERT_EQ(test, dxg_fence_notify_points(points, 3, any, dxg_test_notified, t), 0);
	KUNIT_EXPECT_EQ(test, t->notified, 4);
	dxg_flush_work();
}

/* ---- What is remembered of a device ---- */

static struct dxg_host_device *dxg_test_device(struct kunit *test)
{
	struct dxg_fence_fixture *t = dxg_fence_fixture(test);
	struct dxg_host_device *device;

	device = dxg_host_device_create(t->device->dxg, t->device->process, 0, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, device);
	return device;
}

static void dxg_home_ended(struct kunit *test)
{
	struct dxg_host_device *device = dxg_test_device(test);
	struct dxg_home *home = dxg_home_get(device->home);
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	unsigned int asked;

	t->execution = DXGP_EXECUTION_ACTIVE;
	KUNIT_EXPECT_EQ(test, dxg_home_runs(home, 0), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_GETDEVICESTATE), 1);
	/* It does not keep the device; there is nobody to be asked about then. */
	asked = dxg_mock_live(&f->vgpu, DXGP_CMD_CREATEDEVICE);
	dxg_host_device_put(device);
	dxg_quarantine_wait_idle(t->device->dxg->quarantine, 1000);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->vgpu, DXGP_CMD_CREATEDEVICE), asked - 1);
	t->execution = DXGP_EXECUTION_ACTIVE + 1;
	KUNIT_EXPECT_EQ(test, dxg_home_runs(home, 0), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_GETDEVICESTATE), 1);
	dxg_home_put(home);
}

/* Be it the host that says so, when it is asked, or the guest: it stays so. */
static void dxg_home_lost(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_fence_fixture *t = f->priv;
	struct dxg_host_device *device;
	struct dxg_home *home;
	int i;

	for (i = 0; i < 2; i++) {
		device = dxg_test_device(test);
		home = dxg_home_get(device->home);
		t->execution = DXGP_EXECUTION_ACTIVE + 1;
		if (i)
			dxg_host_device_lost(device);
		KUNIT_EXPECT_EQ(test, dxg_home_runs(home, 0), -ECANCELED);
		t->execution = DXGP_EXECUTION_ACTIVE;
		KUNIT_EXPECT_EQ(test, dxg_home_runs(home, 0), -ECANCELED);
		dxg_host_device_put(device);
		dxg_quarantine_wait_idle(t->device->dxg->quarantine, 1000);
		KUNIT_EXPECT_EQ(test, dxg_home_runs(home, 0), -ECANCELED);
		dxg_home_put(home);
	}
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_GETDEVICESTATE), 1);
}

static const bool dxg_any_or_all[] = { true, false };

static void dxg_any_desc(const bool *any, char *desc)
{
	strscpy(desc, *any ? "any" : "all", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_any, dxg_any_or_all, dxg_any_desc);

static struct kunit_case dxg_fence_cases[] = {
	KUNIT_CASE(dxg_fence_reached_before),
	KUNIT_CASE(dxg_fence_arms_the_lowest),
	KUNIT_CASE(dxg_fence_reuses_what_is_armed),
	KUNIT_CASE(dxg_fence_set_back),
	KUNIT_CASE(dxg_fence_stray_events),
	KUNIT_CASE(dxg_fence_large_values),
	KUNIT_CASE(dxg_fence_refused),
	KUNIT_CASE(dxg_fence_refused_lower),
	KUNIT_CASE(dxg_fence_answered_late),
	KUNIT_CASE(dxg_fence_event_before_answer),
	KUNIT_CASE(dxg_fence_descends_too_often),
	KUNIT_CASE(dxg_fence_group_ends),
	KUNIT_CASE(dxg_fence_event_after_the_end),
	KUNIT_CASE(dxg_fence_thread_waits),
	KUNIT_CASE(dxg_fence_looks),
	KUNIT_CASE(dxg_fence_any),
	KUNIT_CASE(dxg_fence_all),
	KUNIT_CASE(dxg_home_ended),
	KUNIT_CASE(dxg_home_lost),
	KUNIT_CASE_PARAM(dxg_fence_notifies, dxg_any_gen_params),
	{}
};

static struct kunit_suite dxg_fence_suite = {
	.name = "dxg_fence",
	.init = dxg_fence_test_init,
	.exit = dxg_fence_test_exit,
	.test_cases = dxg_fence_cases,
};

kunit_test_suite(dxg_fence_suite);
