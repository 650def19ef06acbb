// SPDX-License-Identifier: MIT
/*
 * Requests that nobody waits for: callbacks, order, a wire without room, taking
 * back, and what is left when links and ports go.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "dxg_cmd.h"
#include "dxg_status.h"
#include "dxg_wire.h"

/* What the callbacks of a test have seen. */
struct dxg_seen {
	unsigned int calls;
	int error;
	size_t got;
	bool posted;
	u32 order[64];
	unsigned int again;		/* so often the callback commits again */
	struct completion last;
};

static void dxg_seen_callback(struct dxg_request *req)
{
	struct dxg_seen *seen = req->data;

	if (seen->calls < ARRAY_SIZE(seen->order))
		seen->order[seen->calls] = req->command;
	seen->error = req->error;
	seen->got = req->got;
	seen->posted = req->posted;
	seen->calls++;
	if (seen->again && !req->error) {
		seen->again--;
		dxg_request_commit(req, dxg_seen_callback, seen);
		return;
	}
	complete(&seen->last);
}

static struct dxg_seen *dxg_seen_new(struct kunit *test)
{
	struct dxg_seen *seen = kunit_kzalloc(test, sizeof(*seen), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, seen);
	init_completion(&seen->last);
	return seen;
}

static struct dxg_request *dxg_new_request(struct kunit *test, u32 command, unsigned int flags)
{
	struct dxg_wire *w = test->priv;
	struct dxg_request *req = dxg_request_alloc(&w->link, command, 0, 64, 4, flags);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	return req;
}

/* Commit a new request and leave it to itself. */
static void dxg_commit_new(struct kunit *test, u32 command, unsigned int flags,
			   struct dxg_seen *seen)
{
	struct dxg_request *req = dxg_new_request(test, command, flags);

	dxg_request_commit(req, dxg_seen_callback, seen);
	dxg_request_put(req);
}

static void dxg_reply_now(struct dxg_wire *w, u64 id, u32 word)
{
	dxg_port_reply(&w->host->port, id, &word, sizeof(word));
}

static void dxg_callback_gets_the_reply(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *req = dxg_new_request(test, DXGP_CMD_UNLOCK2, 0);
	u32 status;
	u64 id;

	w->mock.automatic = false;
	dxg_request_commit(req, dxg_seen_callback, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 0);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	id = dxg_mock_last(&w->mock)->id;
	KUNIT_EXPECT_NE(test, id, 0);
	dxg_reply_now(w, id, DXG_STATUS_NO_MEMORY);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_EQ(test, seen->error, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_result(req, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_NO_MEMORY);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);

	/* A second reply finds nothing. */
	dxg_reply_now(w, id, 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 1);
	dxg_request_put(req);
}

static void dxg_callback_on_the_worker(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);

	dxg_commit_new(test, DXGP_CMD_UNLOCK2, DXG_REQ_WORKER, seen);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&seen->last, 60 * HZ));
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_EQ(test, seen->error, 0);
}

/* Without a reply where that is allowed: the end is that it was sent. */
static void dxg_posting_is_hidden(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *req = dxg_new_request(test, DXGP_CMD_SUBMITCOMMAND, DXG_REQ_ASYNC);
	u32 status = 1;

	dxg_request_commit(req, dxg_seen_callback, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_FALSE(test, seen->posted);
	KUNIT_EXPECT_EQ(test, seen->got, 4);

	w->link.async = true;
	dxg_request_commit(req, dxg_seen_callback, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 2);
	KUNIT_EXPECT_TRUE(test, seen->posted);
	KUNIT_EXPECT_EQ(test, seen->got, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_result(req, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&w->mock)->hdr.channel, DXGP_CHANNEL_ASYNC);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);

	/* And back, with the bit gone. */
	w->link.async = false;
	dxg_request_commit(req, dxg_seen_callback, seen);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&w->mock)->hdr.channel, 0);
	KUNIT_EXPECT_EQ(test, seen->got, 4);
	dxg_request_put(req);
}

/* Replies come within send here: a callback that commits again must not go deeper. */
static void dxg_callback_commits_again(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *req = dxg_new_request(test, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, 0);

	seen->again = 1000;
	dxg_request_commit(req, dxg_seen_callback, seen);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&seen->last, 60 * HZ));
	KUNIT_EXPECT_EQ(test, seen->calls, 1001);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1001);
	KUNIT_EXPECT_EQ(test, kref_read(&req->ref), 1);
	dxg_request_put(req);
}

static void dxg_wait_for(struct kunit *test, unsigned int *value, unsigned int want)
{
	unsigned long end = jiffies + 60 * HZ;

	while (READ_ONCE(*value) != want && time_before(jiffies, end))
		usleep_range(500, 1000);
	KUNIT_EXPECT_EQ(test, READ_ONCE(*value), want);
}

/* No room: what comes later waits behind what came first, whoever waits for it. */
struct dxg_other {
	struct work_struct work;
	struct dxg_request *req;
	int ret;
};

static void dxg_other_work(struct work_struct *work)
{
	struct dxg_other *other = container_of(work, struct dxg_other, work);

	other->ret = dxg_request_run(other->req);
}

static void dxg_order_is_kept_without_room(struct kunit *test)
{
	static const u32 commands[] = {
		DXGP_CMD_SUBMITCOMMAND, DXGP_CMD_SIGNALSYNCOBJECT, DXGP_CMD_LOCK2,
		DXGP_CMD_UNLOCK2, DXGP_CMD_EVICT,
	};
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_other other = {};
	unsigned int i, n = ARRAY_SIZE(commands);

	w->mock.full = 1000000;
	w->link.async = true;
	w->host->port.timeout_ms = 60000;
	for (i = 0; i < n; i++)
		dxg_commit_new(test, commands[i], i < 2 ? DXG_REQ_ASYNC : 0, seen);
	/* A thread that waits does not overtake them. */
	INIT_WORK_ONSTACK(&other.work, dxg_other_work);
	other.req = dxg_new_request(test, DXGP_CMD_FLUSHDEVICE, 0);
	schedule_work(&other.work);
	msleep(20);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 0);
	KUNIT_EXPECT_TRUE(test, w->mock.room_asked);

	WRITE_ONCE(w->mock.full, 0);
	flush_work(&other.work);
	destroy_work_on_stack(&other.work);
	KUNIT_EXPECT_EQ(test, other.ret, 0);
	dxg_request_put(other.req);
	KUNIT_EXPECT_EQ(test, seen->calls, n);
	KUNIT_EXPECT_EQ(test, w->mock.sent, n + 1);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, w->mock.log[i].hdr.command, commands[i]);
	KUNIT_EXPECT_EQ(test, w->mock.log[n].hdr.command, DXGP_CMD_FLUSHDEVICE);
	KUNIT_EXPECT_EQ(test, atomic64_read(&w->host->port.full), 1);
}

/* Each message meets a full wire once; nothing is lost, doubled or overtaken. */
static size_t dxg_answer_and_fill(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
				  void *out)
{
	mock->full = 2;
	return dxg_mock_answer(mock, cmd, len, out, 0);
}

static void dxg_full_again_and_again(struct kunit *test)
{
	const struct dxg_mock_handler handlers[] = {
		{ DXGP_CMD_LOCK2, dxg_answer_and_fill },
		{ DXGP_CMD_UNLOCK2, dxg_answer_and_fill },
		{}
	};
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	unsigned int i;

	w->mock.handlers = handlers;
	for (i = 0; i < 40; i++)
		dxg_commit_new(test, i % 2 ? DXGP_CMD_LOCK2 : DXGP_CMD_UNLOCK2, 0, seen);
	dxg_wait_for(test, &seen->calls, 40);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 40);
	for (i = 0; i < 40; i++)
		KUNIT_EXPECT_EQ(test, seen->order[i], i % 2 ? DXGP_CMD_LOCK2 : DXGP_CMD_UNLOCK2);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	w->mock.handlers = NULL;
}

static void dxg_room_is_used_at_once(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;

	w->mock.full = 1000000;
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, 0, seen);
	WRITE_ONCE(w->mock.full, 0);
	dxg_port_room(&w->host->port);
	dxg_wait_for(test, &seen->calls, 1);
}

static void dxg_cancel_before_it_is_sent(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *a = dxg_new_request(test, DXGP_CMD_LOCK2, 0);
	struct dxg_request *b = dxg_new_request(test, DXGP_CMD_UNLOCK2, 0);

	w->mock.full = 1000000;
	dxg_request_commit(a, dxg_seen_callback, seen);
	dxg_request_commit(b, dxg_seen_callback, seen);
	KUNIT_EXPECT_TRUE(test, dxg_request_cancel(a));
	KUNIT_EXPECT_FALSE(test, dxg_request_cancel(a));
	KUNIT_EXPECT_EQ(test, kref_read(&a->ref), 1);
	WRITE_ONCE(w->mock.full, 0);
	dxg_wait_for(test, &seen->calls, 1);
	KUNIT_EXPECT_EQ(test, seen->order[0], DXGP_CMD_UNLOCK2);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&w->mock, DXGP_CMD_LOCK2), 0);
	KUNIT_EXPECT_FALSE(test, dxg_request_cancel(b));

	/* It can be sent after all. */
	dxg_request_commit(a, dxg_seen_callback, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 2);
	dxg_request_put(a);
	dxg_request_put(b);
}

/* A table full of requests that somebody waits for holds messages up, not callers. */
static void dxg_full_table_holds_up(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_port *port = &w->host->port;
	u64 id;

	w->mock.automatic = false;
	port->timeout_ms = 60000;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, seen);
	id = dxg_mock_last(&w->mock)->id;
	port->pending = DXG_MAX_PENDING;
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, 0, seen);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	dxg_reply_now(w, id, 0);
	dxg_wait_for(test, &w->mock.sent, 2);
	dxg_reply_now(w, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 2);
	port->pending = 0;
}

/* What has been unanswered for too long keeps its place, but no longer counts. */
static void dxg_overdue_requests_do_not_count(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_port *port = &w->host->port;
	u64 id;

	w->mock.automatic = false;
	dxg_commit_new(test, DXGP_CMD_DESTROYDEVICE, 0, seen);
	id = dxg_mock_last(&w->mock)->id;
	msleep(port->timeout_ms + 20);
	port->pending = DXG_MAX_PENDING;
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, 0, seen);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 2);
	dxg_reply_now(w, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	/* Its reply still finds it. */
	dxg_reply_now(w, id, 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 2);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_EQ(test, port->pending, DXG_MAX_PENDING - 1);
	port->pending = 0;
}

static void dxg_abort_ends_what_is_not_sent(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test), *down = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;

	w->mock.full = 1000000;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, seen);
	dxg_commit_new(test, DXGP_CMD_DESTROYDEVICE, DXG_REQ_TEARDOWN, down);
	dxg_link_abort(&w->link, &w->host->port, NULL);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_EQ(test, seen->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, down->calls, 0);
	WRITE_ONCE(w->mock.full, 0);
	dxg_wait_for(test, &down->calls, 1);
	KUNIT_EXPECT_EQ(test, down->error, 0);

	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 2);
	KUNIT_EXPECT_EQ(test, seen->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
}

static void dxg_drain_ends_everything(struct kunit *test)
{
	struct dxg_seen *sent = dxg_seen_new(test), *unsent = dxg_seen_new(test);
	struct dxg_seen *worker = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	u64 a, b;

	w->mock.automatic = false;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, sent);
	a = dxg_mock_last(&w->mock)->id;
	dxg_commit_new(test, DXGP_CMD_DESTROYDEVICE, DXG_REQ_TEARDOWN | DXG_REQ_WORKER, worker);
	b = dxg_mock_last(&w->mock)->id;
	w->mock.full = 1000000;
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, DXG_REQ_TEARDOWN, unsent);

	dxg_link_drain(&w->link, &w->host->port, NULL);
	KUNIT_EXPECT_EQ(test, sent->calls, 1);
	KUNIT_EXPECT_EQ(test, sent->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, unsent->calls, 1);
	KUNIT_EXPECT_EQ(test, unsent->error, -ENODEV);
	/* Drain has waited for the worker. */
	KUNIT_EXPECT_EQ(test, worker->calls, 1);
	KUNIT_EXPECT_EQ(test, worker->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->link.busy), 0);

	/* The late replies are nobody's fault, and nobody's. */
	dxg_reply_now(w, a, 0);
	dxg_reply_now(w, b, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_EQ(test, sent->calls + worker->calls, 2);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);

	/* A dead link looks at no port, be it for teardown. */
	w->link.port = NULL;
	dxg_commit_new(test, DXGP_CMD_DESTROYDEVICE, DXG_REQ_TEARDOWN, sent);
	KUNIT_EXPECT_EQ(test, sent->calls, 2);
	KUNIT_EXPECT_EQ(test, sent->error, -ENODEV);
	w->link.port = &w->host->port;
}

/* Of a global command on behalf of an adapter, nothing looks at the adapter afterwards. */
static void dxg_drain_minds_the_owner(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *req;

	w->mock.automatic = false;
	req = dxg_request_alloc(&w->host->link, DXGP_CMD_DESTROYSYNCOBJECT, 1, 32, 4, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	req->owner = &w->link;
	dxg_request_commit(req, dxg_seen_callback, seen);
	dxg_link_drain(&w->link, &w->host->port, NULL);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	KUNIT_EXPECT_EQ(test, seen->error, -ENODEV);
	dxg_request_put(req);
	dxg_reply_now(w, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
}

static void dxg_close_tells_every_callback(struct kunit *test)
{
	struct dxg_seen *sent = dxg_seen_new(test), *unsent = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;

	w->mock.automatic = false;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, sent);
	w->mock.full = 1000000;
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, 0, unsent);
	dxg_port_close(&w->host->port);
	KUNIT_EXPECT_EQ(test, sent->calls, 1);
	KUNIT_EXPECT_EQ(test, sent->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, unsent->calls, 1);
	KUNIT_EXPECT_EQ(test, unsent->error, -ENODEV);
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, DXG_REQ_TEARDOWN, unsent);
	KUNIT_EXPECT_EQ(test, unsent->calls, 2);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);
}

/* The other end has gone without a word: whoever sends next learns it. */
static void dxg_departure_ends_the_queue(struct kunit *test)
{
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;

	w->mock.full = 1000000;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, seen);
	dxg_commit_new(test, DXGP_CMD_UNLOCK2, 0, seen);
	WRITE_ONCE(w->mock.gone, true);
	dxg_wait_for(test, &seen->calls, 2);
	KUNIT_EXPECT_EQ(test, seen->error, -ENODEV);
}

/* A host that answers before it was asked: a request that is being sent can end. */
static size_t dxg_answer_too_early(struct dxg_mock *mock, const struct dxgp_header *cmd,
				   size_t len, void *out)
{
	u32 word = 0;

	dxg_port_reply(mock->port, mock->log[(mock->sent - 1) % DXG_MOCK_LOG].id, &word, 4);
	return DXG_MOCK_SILENT;
}

static void dxg_reply_within_send(struct kunit *test)
{
	const struct dxg_mock_handler handlers[] = {
		{ DXGP_CMD_LOCK2, dxg_answer_too_early }, {}
	};
	struct dxg_seen *seen = dxg_seen_new(test);
	struct dxg_wire *w = test->priv;
	struct dxg_request *req;

	w->mock.handlers = handlers;
	dxg_commit_new(test, DXGP_CMD_LOCK2, 0, seen);
	KUNIT_EXPECT_EQ(test, seen->calls, 1);
	req = dxg_new_request(test, DXGP_CMD_LOCK2, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	KUNIT_EXPECT_EQ(test, kref_read(&req->ref), 1);
	dxg_request_put(req);
	w->mock.handlers = NULL;
}

/* Many threads, a small wire, replies from a worker: all end, once each. */
#define DXG_THREADS	4
#define DXG_PER_THREAD	200

struct dxg_flood {
	struct work_struct work;
	struct kunit *test;
	atomic_t *ends;
	unsigned int failed;
};

static void dxg_flood_callback(struct dxg_request *req)
{
	atomic_inc(req->data);
}

static void dxg_flood_work(struct work_struct *work)
{
	struct dxg_flood *flood = container_of(work, struct dxg_flood, work);
	struct dxg_wire *w = flood->test->priv;
	struct dxg_request *req;
	int i;

	for (i = 0; i < DXG_PER_THREAD; i++) {
		req = dxg_request_alloc(&w->link, DXGP_CMD_LOCK2, 0, 64, 4, DXG_REQ_ASYNC);
		if (IS_ERR(req)) {
			flood->failed++;
			continue;
		}
		if (i % 3)
			dxg_request_commit(req, dxg_flood_callback, flood->ends);
		else if (!dxg_request_run(req))
			atomic_inc(flood->ends);
		else
			flood->failed++;
		dxg_request_put(req);
	}
}

static void dxg_flood_ends(struct kunit *test)
{
	const struct dxg_mock_handler handlers[] = { { DXGP_CMD_LOCK2, dxg_answer_and_fill }, {} };
	struct dxg_wire *w = test->priv;
	struct dxg_flood flood[DXG_THREADS];
	atomic_t ends = ATOMIC_INIT(0);
	unsigned long end;
	int i;

	w->mock.handlers = handlers;
	w->host->port.timeout_ms = 60000;
	for (i = 0; i < DXG_THREADS; i++) {
		INIT_WORK_ONSTACK(&flood[i].work, dxg_flood_work);
		flood[i].test = test;
		flood[i].ends = &ends;
		flood[i].failed = 0;
		queue_work(system_unbound_wq, &flood[i].work);
	}
	for (i = 0; i < DXG_THREADS; i++) {
		flush_work(&flood[i].work);
		destroy_work_on_stack(&flood[i].work);
		KUNIT_EXPECT_EQ(test, flood[i].failed, 0);
	}
	end = jiffies + 120 * HZ;
	while (atomic_read(&ends) < DXG_THREADS * DXG_PER_THREAD && time_before(jiffies, end))
		usleep_range(5000, 10000);
	KUNIT_EXPECT_EQ(test, atomic_read(&ends), DXG_THREADS * DXG_PER_THREAD);
	KUNIT_EXPECT_EQ(test, w->mock.sent, DXG_THREADS * DXG_PER_THREAD);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	w->mock.handlers = NULL;
}

static struct kunit_case dxg_commit_cases[] = {
	KUNIT_CASE(dxg_callback_gets_the_reply),
	KUNIT_CASE(dxg_callback_on_the_worker),
	KUNIT_CASE(dxg_posting_is_hidden),
	KUNIT_CASE(dxg_callback_commits_again),
	KUNIT_CASE(dxg_order_is_kept_without_room),
	KUNIT_CASE(dxg_full_again_and_again),
	KUNIT_CASE(dxg_room_is_used_at_once),
	KUNIT_CASE(dxg_cancel_before_it_is_sent),
	KUNIT_CASE(dxg_full_table_holds_up),
	KUNIT_CASE(dxg_overdue_requests_do_not_count),
	KUNIT_CASE(dxg_abort_ends_what_is_not_sent),
	KUNIT_CASE(dxg_drain_ends_everything),
	KUNIT_CASE(dxg_drain_minds_the_owner),
	KUNIT_CASE(dxg_close_tells_every_callback),
	KUNIT_CASE(dxg_departure_ends_the_queue),
	KUNIT_CASE(dxg_reply_within_send),
	KUNIT_CASE_SLOW(dxg_flood_ends),
	{}
};

static struct kunit_suite dxg_commit_suite = {
	.name = "dxg_commit",
	.suite_init = dxg_wire_suite_init,
	.suite_exit = dxg_wire_suite_exit,
	.init = dxg_wire_init,
	.exit = dxg_wire_exit,
	.test_cases = dxg_commit_cases,
};

kunit_test_suite(dxg_commit_suite);
