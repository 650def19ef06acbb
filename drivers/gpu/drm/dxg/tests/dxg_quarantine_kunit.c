// SPDX-License-Identifier: MIT
/*
 * Quarantine: nothing is released before the host has let go, and everything is
 * when the channel is closed.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "dxg_cmd.h"
#include "dxg_quarantine.h"
#include "dxg_status.h"
#include "dxg_wire.h"

struct dxg_kept {
	struct dxg_keep keep;
	unsigned int released;
	u32 status;
	struct dxg_quarantine *last;	/* drop this reference in release */
	struct dxg_kept *next;		/* ends in release, too */
};

static void dxg_kept_release(struct dxg_keep *keep)
{
	struct dxg_kept *kept = container_of(keep, struct dxg_kept, keep);

	might_sleep();
	kept->status = keep->status;
	WRITE_ONCE(kept->released, kept->released + 1);
	if (kept->next)
		dxg_quarantine_hold(keep->quarantine, &kept->next->keep);
	if (kept->last)
		dxg_quarantine_put(kept->last);
}

static void dxg_kept_init(struct dxg_kept *kept)
{
	memset(kept, 0, sizeof(*kept));
	kept->keep.bytes = 0x1000;
	kept->keep.release = dxg_kept_release;
}

static struct dxg_quarantine *dxg_new_quarantine(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_quarantine_create();

	KUNIT_ASSERT_NOT_NULL(test, q);
	return q;
}

static void dxg_hand_over(struct kunit *test, struct dxg_quarantine *q, struct dxg_kept *kept,
			  u32 device)
{
	struct dxg_wire *w = test->priv;
	struct dxg_request *req = dxg_prep_destroy_device(&w->link, DXG_WIRE_PROCESS, device);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	dxg_quarantine_destroy(q, &kept->keep, req);
}

/* As an adapter stops. */
static void dxg_end_quarantine(struct kunit *test, struct dxg_quarantine *q)
{
	struct dxg_wire *w = test->priv;

	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_quarantine_close(q);
	KUNIT_EXPECT_EQ(test, q->count, 0);
	KUNIT_EXPECT_EQ(test, q->bytes, 0);
	dxg_quarantine_put(q);
}

static void dxg_released_by_the_answer(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept kept;
	u32 word = 0;

	w->mock.automatic = false;
	dxg_kept_init(&kept);
	dxg_hand_over(test, q, &kept, 0x51);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, kept.released, 0);
	KUNIT_EXPECT_EQ(test, q->count, 1);
	KUNIT_EXPECT_EQ(test, q->bytes, 0x1000);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(q, 10), -ETIMEDOUT);

	/* Far beyond the time limit it is still kept. */
	msleep(w->host->port.timeout_ms * 2);
	KUNIT_EXPECT_EQ(test, kept.released, 0);
	dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 4);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(q, 1000), 0);
	KUNIT_EXPECT_EQ(test, kept.released, 1);
	KUNIT_EXPECT_EQ(test, kept.status, DXG_STATUS_SUCCESS);
	dxg_end_quarantine(test, q);
	KUNIT_EXPECT_EQ(test, kept.released, 1);
}

static const struct {
	u32 status;
	bool let_go;
} dxg_answers[] = {
	{ DXG_STATUS_SUCCESS, true },
	{ DXG_STATUS_PENDING, true },
	{ DXG_STATUS_INVALID_HANDLE, true },
	{ DXG_STATUS_DEVICE_REMOVED, true },
	{ DXG_STATUS_ALLOCATION_BUSY, false },
	{ DXG_STATUS_NO_MEMORY, false },
	{ DXG_STATUS_INVALID_PARAMETER, false },
	{ 0xffffffff, false },
};

static void dxg_refusal_keeps(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_kept kept[ARRAY_SIZE(dxg_answers)];
	struct dxg_wire *w = test->priv;
	u32 word;
	size_t i;

	w->mock.automatic = false;
	for (i = 0; i < ARRAY_SIZE(dxg_answers); i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
		word = dxg_answers[i].status;
		dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 4);
		dxg_flush_work();
		KUNIT_EXPECT_EQ_MSG(test, kept[i].released, dxg_answers[i].let_go, "0x%08x",
				    word);
	}
	KUNIT_EXPECT_EQ(test, q->count, 4);
	dxg_end_quarantine(test, q);
	for (i = 0; i < ARRAY_SIZE(dxg_answers); i++) {
		KUNIT_EXPECT_EQ(test, kept[i].released, 1);
		KUNIT_EXPECT_EQ(test, kept[i].status, dxg_answers[i].status);
	}
}

static void dxg_short_answer_keeps(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept kept;
	u32 word = 0;

	w->mock.automatic = false;
	dxg_kept_init(&kept);
	dxg_hand_over(test, q, &kept, 1);
	dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 3);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, kept.released, 0);
	dxg_end_quarantine(test, q);
	KUNIT_EXPECT_EQ(test, kept.released, 1);
}

static void dxg_closing_releases_all(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept *kept = kunit_kcalloc(test, 101, sizeof(*kept), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, kept);
	w->mock.automatic = false;
	for (i = 0; i < 100; i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
	}
	dxg_kept_init(&kept[100]);
	dxg_quarantine_hold(q, &kept[100].keep);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_QUARANTINE_DEPTH);
	KUNIT_EXPECT_EQ(test, q->count, 101);

	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_flush_work();
	/* The link has gone, but the channel has not: still nothing is released. */
	for (i = 0; i <= 100; i++)
		KUNIT_EXPECT_EQ(test, kept[i].released, 0);
	dxg_quarantine_close(q);
	for (i = 0; i <= 100; i++) {
		KUNIT_EXPECT_EQ(test, kept[i].released, 1);
		KUNIT_EXPECT_EQ(test, kept[i].status, DXG_STATUS_DEVICE_REMOVED);
	}

	/* What is handed over later goes at once, and nothing is sent. */
	dxg_kept_init(&kept[0]);
	dxg_hand_over(test, q, &kept[0], 1);
	dxg_kept_init(&kept[1]);
	dxg_quarantine_hold(q, &kept[1].keep);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(q, 1000), 0);
	KUNIT_EXPECT_EQ(test, kept[0].released, 1);
	KUNIT_EXPECT_EQ(test, kept[1].released, 1);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_QUARANTINE_DEPTH);
	dxg_quarantine_put(q);
}

/* Wait until so many messages have left, which time alone brings about. */
static void dxg_sent_at_last(struct kunit *test, unsigned int sent)
{
	struct dxg_wire *w = test->priv;
	int i;

	for (i = 0; i < 1000 && READ_ONCE(w->mock.sent) < sent; i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, READ_ONCE(w->mock.sent), sent);
}

/* Answers that are lost hold up what follows for a while, and not for ever. */
static void dxg_lost_answers_pass(struct kunit *test)
{
	const int count = DXG_QUARANTINE_DEPTH + DXG_QUARANTINE_LOST + 100;
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_kept *kept = kunit_kcalloc(test, count, sizeof(*kept), GFP_KERNEL);
	struct dxg_wire *w = test->priv;
	u32 word = 0;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, kept);
	w->mock.automatic = false;
	for (i = 0; i < DXG_QUARANTINE_DEPTH + 1; i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
	}
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_QUARANTINE_DEPTH);
	dxg_sent_at_last(test, DXG_QUARANTINE_DEPTH + 1);
	/* The one behind them is answered; they are kept all the same. */
	dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 4);
	dxg_flush_work();
	for (i = 0; i <= DXG_QUARANTINE_DEPTH; i++)
		KUNIT_EXPECT_EQ(test, kept[i].released, i == DXG_QUARANTINE_DEPTH);
	KUNIT_EXPECT_EQ(test, q->count, DXG_QUARANTINE_DEPTH);

	/* A host that answers nothing any more is not told of more and more. */
	for (; i < count; i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
	}
	dxg_sent_at_last(test, DXG_QUARANTINE_DEPTH + DXG_QUARANTINE_LOST + 1);
	msleep(w->host->port.timeout_ms * 3);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_QUARANTINE_DEPTH + DXG_QUARANTINE_LOST + 1);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, q->count, count - 1);
	dxg_end_quarantine(test, q);
	for (i = 0; i < count; i++)
		KUNIT_EXPECT_EQ(test, kept[i].released, 1);
}

/* Thousands at once: in order, a bounded number under way, nobody waits. */
#define DXG_MANY	3000

/* The adapter is being closed: the host is not asked any more, and all waits for the end. */
static void dxg_stopped_sends_nothing(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept early, late;
	u32 word = 0;

	w->mock.automatic = false;
	dxg_kept_init(&early);
	dxg_kept_init(&late);
	dxg_hand_over(test, q, &early, 0x51);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	dxg_quarantine_stop(q);
	dxg_hand_over(test, q, &late, 0x52);
	/* Not by an answer, either. */
	dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 4);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	KUNIT_EXPECT_EQ(test, early.released, 1);
	KUNIT_EXPECT_EQ(test, late.released, 0);
	dxg_end_quarantine(test, q);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	KUNIT_EXPECT_EQ(test, late.released, 1);
}

/* What was asked of the machine may be answered late or never: closing does not wait. */
static void dxg_closing_does_not_wait_for_the_machine(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept kept;
	u32 word = 0;

	w->mock.automatic = false;
	dxg_kept_init(&kept);
	dxg_hand_over(test, q, &kept, 0x51);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	/* The link is not drained: it is not the adapter's. */
	dxg_quarantine_close(q);
	KUNIT_EXPECT_EQ(test, kept.released, 1);
	dxg_quarantine_put(q);
	dxg_port_reply(&w->host->port, dxg_mock_last(&w->mock)->id, &word, 4);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, kept.released, 1);
}

static void dxg_many_are_pipelined(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept *kept;
	unsigned int i, most = 0;
	u32 word = 0, handle;

	kept = kvcalloc(DXG_MANY, sizeof(*kept), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, kept);
	w->mock.automatic = false;
	/* No answer is late, however slow the machine. */
	w->host->port.timeout_ms = 60000;
	for (i = 0; i < DXG_MANY; i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
	}
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_QUARANTINE_DEPTH);
	for (i = 0; i < DXG_MANY; i++) {
		/* The oldest one is answered; the next one leaves for it. */
		most = max(most, w->host->port.pending);
		dxg_port_reply(&w->host->port,
			       w->mock.log[i % DXG_MOCK_LOG].id, &word, 4);
		if (w->mock.sent < DXG_MANY) {
			memcpy(&handle, w->mock.last + 24, 4);
			KUNIT_ASSERT_EQ(test, handle, i + 1 + DXG_QUARANTINE_DEPTH);
		}
	}
	KUNIT_EXPECT_EQ(test, most, DXG_QUARANTINE_DEPTH);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_MANY);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(q, 5000), 0);
	for (i = 0; i < DXG_MANY; i++)
		KUNIT_EXPECT_EQ(test, kept[i].released, 1);
	dxg_end_quarantine(test, q);
	kvfree(kept);
}

/* Answers that come within send do not go deeper with each request. */
static void dxg_many_are_answered_at_once(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept *kept;
	unsigned int i;

	kept = kvcalloc(DXG_MANY, sizeof(*kept), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, kept);
	w->mock.full = 1000000;
	for (i = 0; i < DXG_MANY; i++) {
		dxg_kept_init(&kept[i]);
		dxg_hand_over(test, q, &kept[i], i + 1);
	}
	WRITE_ONCE(w->mock.full, 0);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(q, 20000), 0);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_MANY);
	dxg_end_quarantine(test, q);
	kvfree(kept);
}

/* The device goes with the last thing that was kept for it. */
static void dxg_release_may_drop_the_quarantine(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept kept;

	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_quarantine_close(q);
	dxg_kept_init(&kept);
	kept.last = q;
	dxg_hand_over(test, q, &kept, 1);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, kept.released, 1);
}

/* More comes while the worker releases: it is queued again, and finds the quarantine there. */
static void dxg_release_may_bring_more(struct kunit *test)
{
	struct dxg_quarantine *q = dxg_new_quarantine(test);
	struct dxg_wire *w = test->priv;
	struct dxg_kept first, second;

	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_quarantine_close(q);
	dxg_kept_init(&first);
	dxg_kept_init(&second);
	first.next = &second;
	first.last = q;
	dxg_hand_over(test, q, &first, 1);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, first.released, 1);
	KUNIT_EXPECT_EQ(test, second.released, 1);
}

static struct kunit_case dxg_quarantine_cases[] = {
	KUNIT_CASE(dxg_released_by_the_answer),
	KUNIT_CASE(dxg_refusal_keeps),
	KUNIT_CASE(dxg_short_answer_keeps),
	KUNIT_CASE(dxg_closing_releases_all),
	KUNIT_CASE(dxg_lost_answers_pass),
	KUNIT_CASE(dxg_stopped_sends_nothing),
	KUNIT_CASE(dxg_closing_does_not_wait_for_the_machine),
	KUNIT_CASE(dxg_many_are_pipelined),
	KUNIT_CASE(dxg_many_are_answered_at_once),
	KUNIT_CASE(dxg_release_may_drop_the_quarantine),
	KUNIT_CASE(dxg_release_may_bring_more),
	{}
};

static struct kunit_suite dxg_quarantine_suite = {
	.name = "dxg_quarantine",
	.suite_init = dxg_wire_suite_init,
	.suite_exit = dxg_wire_suite_exit,
	.init = dxg_wire_init,
	.exit = dxg_wire_exit,
	.test_cases = dxg_quarantine_cases,
};

kunit_test_suite(dxg_quarantine_suite);
