// SPDX-License-Identifier: MIT
/*
 * The transport: ids, order, time limits, abort, and what a host must not do.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/workqueue.h>

#include "dxg_mock.h"
#include "dxg_transport.h"

#define DXG_TEST_TIMEOUT_MS	200

struct dxg_fixture {
	struct dxg_mock mock;
	struct dxg_port port;
	struct dxg_link link;
};

static int dxg_transport_suite_init(struct kunit_suite *suite)
{
	return dxg_transport_init();
}

static void dxg_transport_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
}

static int dxg_transport_test_init(struct kunit *test)
{
	struct dxg_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	dxg_mock_init(test, &f->mock, DXGP_VERSION);
	f->mock.automatic = true;
	f->mock.dev = kunit_device_register(test, "dxg-transport");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->mock.dev);
	dxg_port_init(&f->port, &dxg_mock_ops, f->mock.dev, "mock", &f->mock);
	f->port.timeout_ms = DXG_TEST_TIMEOUT_MS;
	f->link.port = &f->port;
	f->link.version = DXGP_VERSION;
	f->link.luid.a = 0x1234;
	KUNIT_ASSERT_EQ(test, dxg_port_open(&f->port), 0);
	return 0;
}

static void dxg_transport_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	if (!f || !f->port.ops)
		return;
	dxg_port_close(&f->port);
	dxg_flush_work();
	dxg_port_fini(&f->port);
}

static struct dxg_request *dxg_test_request(struct kunit *test, u32 command, size_t want,
					    unsigned int flags)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req;

	req = dxg_request_alloc(&f->link, command, 0, 64, want, flags);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	return req;
}

/* Run one request; returns its result. */
static int dxg_test_run(struct kunit *test, u32 command, unsigned int flags)
{
	struct dxg_request *req = dxg_test_request(test, command, 4, flags);
	int ret = dxg_request_run(req);

	dxg_request_put(req);
	return ret;
}

static s64 dxg_violations(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	return atomic64_read(&f->port.violations);
}

static void dxg_headers_of_version_40(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_msg *m;

	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, 0), 0);
	m = dxg_mock_last(&f->mock);
	KUNIT_EXPECT_EQ(test, m->len, 16 + 64);
	KUNIT_EXPECT_EQ(test, m->ext.command_offset, 16);
	KUNIT_EXPECT_EQ(test, m->ext.vgpu_luid.a, 0x1234);
	KUNIT_EXPECT_EQ(test, m->hdr.channel, DXGP_CHANNEL_VGPU);
	KUNIT_EXPECT_EQ(test, m->hdr.command, DXGP_CMD_CLOSEADAPTER);

	/* Global commands carry no LUID, whatever the link says. */
	f->link.luid.a = 0;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_DESTROYPROCESS, 0), 0);
	m = dxg_mock_last(&f->mock);
	KUNIT_EXPECT_EQ(test, m->ext.vgpu_luid.a, 0);
	KUNIT_EXPECT_EQ(test, m->hdr.channel, DXGP_CHANNEL_GLOBAL);
}

static void dxg_headers_of_version_27(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_msg *m;

	f->link.version = DXGP_VERSION_OLD;
	f->mock.version = DXGP_VERSION_OLD;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, 0), 0);
	m = dxg_mock_last(&f->mock);
	KUNIT_EXPECT_EQ(test, m->len, 64);
	KUNIT_EXPECT_EQ(test, m->hdr.command, DXGP_CMD_CLOSEADAPTER);
}

static void dxg_rejects_oversized_messages(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req;

	req = dxg_request_alloc(&f->link, DXGP_CMD_ESCAPE, 0, DXGP_MAX_MESSAGE - 16, 4, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	dxg_request_put(req);
	req = dxg_request_alloc(&f->link, DXGP_CMD_ESCAPE, 0, DXGP_MAX_MESSAGE - 15, 4, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(req), -E2BIG);
	req = dxg_request_alloc(&f->link, DXGP_CMD_ESCAPE, 0, SIZE_MAX, 4, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(req), -E2BIG);
	req = dxg_request_alloc(&f->link, DXGP_CMD_ESCAPE, 0, 64, DXGP_MAX_MESSAGE + 1, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(req), -E2BIG);
	req = dxg_request_alloc(&f->link, DXGP_CMD_ESCAPE, 0, 23, 4, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(req), -E2BIG);
}

static void dxg_ids_differ_and_are_not_zero(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	u64 last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, 0), 0);
		KUNIT_EXPECT_NE(test, dxg_mock_last(&f->mock)->id, 0);
		KUNIT_EXPECT_NE(test, dxg_mock_last(&f->mock)->id, last);
		last = dxg_mock_last(&f->mock)->id;
	}
	KUNIT_EXPECT_EQ(test, f->port.pending, 0);
}

/* A second thread that runs one request. */
struct dxg_runner {
	struct work_struct work;
	struct dxg_request *req;
	int ret;
};

static void dxg_runner_work(struct work_struct *work)
{
	struct dxg_runner *r = container_of(work, struct dxg_runner, work);

	r->ret = dxg_request_run(r->req);
}

static void dxg_runner_start(struct dxg_runner *r, struct dxg_request *req)
{
	INIT_WORK_ONSTACK(&r->work, dxg_runner_work);
	r->req = req;
	r->ret = 1;
	schedule_work(&r->work);
}

static int dxg_runner_join(struct dxg_runner *r)
{
	flush_work(&r->work);
	destroy_work_on_stack(&r->work);
	dxg_request_put(r->req);
	return r->ret;
}

/* Nobody is in the port, and only the test has the request. */
static void dxg_expect_settled(struct kunit *test, struct dxg_request *req)
{
	struct dxg_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->port.users, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&req->ref), 1);
}

static void dxg_reply_at_once_and_after_long(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req = dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0);
	struct dxg_mock_rule *rule;

	f->port.timeout_ms = 60000;
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	dxg_expect_settled(test, req);
	/* So long that who waits has begun to look for reasons. */
	rule = dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2);
	rule->times = 1;
	rule->delay_ms = 350;
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	dxg_expect_settled(test, req);
	dxg_request_put(req);
}

static void dxg_replies_out_of_order(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_runner a, b;
	u32 first = 0x11111111, second = 0x22222222;
	u64 ida, idb;

	f->mock.automatic = false;
	dxg_runner_start(&a, dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0));
	while (READ_ONCE(f->mock.sent) < 1)
		usleep_range(500, 1000);
	ida = dxg_mock_last(&f->mock)->id;
	dxg_runner_start(&b, dxg_test_request(test, DXGP_CMD_UNLOCK2, 4, 0));
	while (READ_ONCE(f->mock.sent) < 2)
		usleep_range(500, 1000);
	idb = dxg_mock_last(&f->mock)->id;

	dxg_port_reply(&f->port, idb, &second, 4);
	flush_work(&b.work);
	KUNIT_EXPECT_TRUE(test, work_busy(&a.work));
	dxg_port_reply(&f->port, ida, &first, 4);
	flush_work(&a.work);
	KUNIT_EXPECT_EQ(test, *(u32 *)a.req->reply, first);
	KUNIT_EXPECT_EQ(test, *(u32 *)b.req->reply, second);
	KUNIT_EXPECT_EQ(test, dxg_runner_join(&a), 0);
	KUNIT_EXPECT_EQ(test, dxg_runner_join(&b), 0);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 0);
}

static void dxg_reply_is_cut_to_what_was_asked(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2);
	struct dxg_request *req;

	rule->times = 1;
	rule->len = 1000;
	req = dxg_test_request(test, DXGP_CMD_LOCK2, 16, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	KUNIT_EXPECT_EQ(test, req->got, 16);
	dxg_request_put(req);

	rule->len = 7;
	req = dxg_test_request(test, DXGP_CMD_LOCK2, 16, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	KUNIT_EXPECT_EQ(test, req->got, 7);
	dxg_request_put(req);

	rule->len = 8;
	req = dxg_test_request(test, DXGP_CMD_LOCK2, 0, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	KUNIT_EXPECT_EQ(test, req->got, 0);
	dxg_request_put(req);
}

static void dxg_second_reply_is_a_violation(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2)->times = 2;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), 0);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 1);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_UNLOCK2, 0), 0);
}

static void dxg_unknown_ids_are_violations(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	u32 word = 0;

	dxg_port_reply(&f->port, 0, &word, 4);
	dxg_port_reply(&f->port, 12345, &word, 4);
	dxg_port_reply(&f->port, (1ull << 32) + 1, &word, 4);
	dxg_port_reply(&f->port, U64_MAX, &word, 4);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 4);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), 0);
}

static void dxg_message_shorter_than_header(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxgp_header hdr = {};

	dxg_port_message(&f->port, &hdr, 16);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 1);
	/* This port expects none at all. */
	dxg_port_message(&f->port, &hdr, sizeof(hdr));
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 2);
}

static unsigned int dxg_late_calls;
static u32 dxg_late_word;

static void dxg_test_late(struct dxg_request *req)
{
	dxg_late_calls++;
	dxg_late_word = *(u32 *)req->reply;
}

static void dxg_late_reply_is_harmless(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req;
	u32 word = 0xabcd;
	u64 id;

	dxg_late_calls = 0;
	dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2);
	req = dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0);
	req->late = dxg_test_late;
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, kref_read(&req->ref), 2);
	KUNIT_EXPECT_EQ(test, f->port.users, 0);
	KUNIT_EXPECT_EQ(test, f->port.pending, 1);
	KUNIT_EXPECT_TRUE(test, f->port.suspect);

	id = dxg_mock_last(&f->mock)->id;
	dxg_port_reply(&f->port, id, &word, 4);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_late_calls, 1);
	KUNIT_EXPECT_EQ(test, dxg_late_word, word);
	dxg_expect_settled(test, req);
	dxg_request_put(req);
	KUNIT_EXPECT_EQ(test, f->port.pending, 0);
	KUNIT_EXPECT_FALSE(test, f->port.suspect);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 0);

	dxg_port_reply(&f->port, id, &word, 4);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 1);
	KUNIT_EXPECT_EQ(test, dxg_late_calls, 1);
}

/* Out of the worker: the late reply is there before sending fails. */
static int dxg_answered_and_failed(struct dxg_mock *mock, u32 command, u64 id)
{
	struct dxg_request *req = mock->priv;
	u32 word = 0;

	while (!READ_ONCE(req->abandoned))
		usleep_range(500, 1000);
	dxg_port_reply(mock->port, id, &word, sizeof(word));
	return -EIO;
}

/* What the reply has ended is not ended once more by a failure to send. */
static void dxg_late_reply_before_the_failure(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req = dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0);

	dxg_late_calls = 0;
	req->late = dxg_test_late;
	f->mock.priv = req;
	f->mock.sending = dxg_answered_and_failed;
	/* Both attempts of the caller: the worker has the third. */
	f->mock.full = 2;
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), -ETIMEDOUT);
	cancel_delayed_work_sync(&f->port.pump_work);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_late_calls, 1);
	dxg_expect_settled(test, req);
	dxg_request_put(req);
	KUNIT_EXPECT_EQ(test, f->port.pending, 0);
	KUNIT_EXPECT_EQ(test, dxg_violations(test), 0);
}

static void dxg_close_forgets_late_replies(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req;

	dxg_late_calls = 0;
	dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2);
	req = dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0);
	req->late = dxg_test_late;
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), -ETIMEDOUT);
	dxg_request_put(req);
	dxg_port_close(&f->port);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_late_calls, 0);
	KUNIT_EXPECT_TRUE(test, hash_empty(f->port.requests));
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), -ENODEV);

	/* And the port can be used again. */
	KUNIT_EXPECT_EQ(test, dxg_port_open(&f->port), 0);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_UNLOCK2, 0), 0);
}

static void dxg_close_wakes_waiters(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_runner r[3];
	int i;

	f->port.timeout_ms = 60000;
	f->mock.automatic = false;
	for (i = 0; i < 3; i++)
		dxg_runner_start(&r[i], dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0));
	while (READ_ONCE(f->mock.sent) < 3)
		usleep_range(500, 1000);
	dxg_port_close(&f->port);
	for (i = 0; i < 3; i++) {
		flush_work(&r[i].work);
		dxg_expect_settled(test, r[i].req);
		KUNIT_EXPECT_EQ(test, dxg_runner_join(&r[i]), -ENODEV);
	}
}

static void dxg_abort_wakes_only_its_link(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_link other = f->link;
	struct dxg_request *req;
	struct dxg_runner a, b;
	u32 word = 0;
	u64 id;

	f->port.timeout_ms = 60000;
	f->mock.automatic = false;
	dxg_runner_start(&a, dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0));
	while (READ_ONCE(f->mock.sent) < 1)
		usleep_range(500, 1000);
	req = dxg_request_alloc(&other, DXGP_CMD_UNLOCK2, 0, 64, 4, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	dxg_runner_start(&b, req);
	while (READ_ONCE(f->mock.sent) < 2)
		usleep_range(500, 1000);
	id = dxg_mock_last(&f->mock)->id;

	dxg_link_abort(&f->link, &f->port, NULL);
	KUNIT_EXPECT_EQ(test, dxg_runner_join(&a), -ENODEV);
	KUNIT_EXPECT_TRUE(test, work_busy(&b.work));
	/* The late reply may still come for what was told to leave. */
	KUNIT_EXPECT_EQ(test, f->port.pending, 2);
	KUNIT_EXPECT_EQ(test, f->port.users, 1);
	dxg_port_reply(&f->port, id, &word, 4);
	KUNIT_EXPECT_EQ(test, dxg_runner_join(&b), 0);
	KUNIT_EXPECT_EQ(test, f->port.users, 0);

	/* Nothing but teardown passes now. */
	f->mock.automatic = true;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, DXG_REQ_TEARDOWN), 0);
}

static void dxg_silent_departure_is_noticed(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_runner r;

	f->port.timeout_ms = 60000;
	f->mock.automatic = false;
	dxg_runner_start(&r, dxg_test_request(test, DXGP_CMD_LOCK2, 4, 0));
	while (READ_ONCE(f->mock.sent) < 1)
		usleep_range(500, 1000);
	WRITE_ONCE(f->mock.gone, true);
	KUNIT_EXPECT_EQ(test, dxg_runner_join(&r), -ENODEV);
}

static void dxg_teardown_does_not_wait_for_a_silent_host(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	unsigned long start;

	dxg_mock_rule(&f->mock, DXGP_CMD_CLOSEADAPTER);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, 0), -ETIMEDOUT);
	f->port.timeout_ms = 60000;
	start = jiffies;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_CLOSEADAPTER, DXG_REQ_TEARDOWN),
			-ETIMEDOUT);
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - start), 10000);
}

static void dxg_full_ring_loses_nothing(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	f->port.timeout_ms = 60000;
	f->mock.full = 3;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), 0);
	KUNIT_EXPECT_EQ(test, f->mock.sent, 1);
	KUNIT_EXPECT_TRUE(test, f->mock.room_asked);
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->port.full), 1);

	f->port.timeout_ms = DXG_TEST_TIMEOUT_MS;
	f->mock.full = 1000000;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, f->mock.sent, 1);
	KUNIT_EXPECT_EQ(test, f->port.pending, 0);
}

static void dxg_full_table_forgets_the_abandoned(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	dxg_mock_rule(&f->mock, DXGP_CMD_LOCK2);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_LOCK2, 0), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, f->port.pending, 1);

	/* As if all places but one were taken by requests that somebody waits for. */
	f->port.pending = DXG_MAX_PENDING;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_UNLOCK2, 0), 0);
	KUNIT_EXPECT_EQ(test, f->port.pending, DXG_MAX_PENDING - 1);
	f->port.pending = DXG_MAX_PENDING;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, DXGP_CMD_UNLOCK2, 0), -ETIMEDOUT);
	f->port.pending = 0;
}

static void dxg_posted_messages_want_no_reply(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_request *req = dxg_test_request(test, DXGP_CMD_SUBMITCOMMAND, 0, 0);

	KUNIT_EXPECT_EQ(test, dxg_request_post(req), 0);
	dxg_request_put(req);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&f->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&f->mock)->hdr.channel, 0x100);
	KUNIT_EXPECT_EQ(test, f->port.pending, 0);

	dxg_link_abort(&f->link, &f->port, NULL);
	req = dxg_test_request(test, DXGP_CMD_SUBMITCOMMAND, 0, 0);
	KUNIT_EXPECT_EQ(test, dxg_request_post(req), -ENODEV);
	dxg_request_put(req);
	KUNIT_EXPECT_EQ(test, f->mock.sent, 1);
}

static struct kunit_case dxg_transport_cases[] = {
	KUNIT_CASE(dxg_headers_of_version_40),
	KUNIT_CASE(dxg_headers_of_version_27),
	KUNIT_CASE(dxg_rejects_oversized_messages),
	KUNIT_CASE(dxg_ids_differ_and_are_not_zero),
	KUNIT_CASE(dxg_reply_at_once_and_after_long),
	KUNIT_CASE(dxg_replies_out_of_order),
	KUNIT_CASE(dxg_reply_is_cut_to_what_was_asked),
	KUNIT_CASE(dxg_second_reply_is_a_violation),
	KUNIT_CASE(dxg_unknown_ids_are_violations),
	KUNIT_CASE(dxg_message_shorter_than_header),
	KUNIT_CASE(dxg_late_reply_is_harmless),
	KUNIT_CASE(dxg_late_reply_before_the_failure),
	KUNIT_CASE(dxg_close_forgets_late_replies),
	KUNIT_CASE(dxg_close_wakes_waiters),
	KUNIT_CASE(dxg_abort_wakes_only_its_link),
	KUNIT_CASE(dxg_silent_departure_is_noticed),
	KUNIT_CASE(dxg_teardown_does_not_wait_for_a_silent_host),
	KUNIT_CASE(dxg_full_ring_loses_nothing),
	KUNIT_CASE(dxg_full_table_forgets_the_abandoned),
	KUNIT_CASE(dxg_posted_messages_want_no_reply),
	{}
};

static struct kunit_suite dxg_transport_suite = {
	.name = "dxg_transport",
	.suite_init = dxg_transport_suite_init,
	.suite_exit = dxg_transport_suite_exit,
	.init = dxg_transport_test_init,
	.exit = dxg_transport_test_exit,
	.test_cases = dxg_transport_cases,
};

kunit_test_suite(dxg_transport_suite);
