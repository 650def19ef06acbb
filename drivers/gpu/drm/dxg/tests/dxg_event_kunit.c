// SPDX-License-Identifier: MIT
/*
 * Host events: numbers, who is called, who is not, and what the host may say.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/irq_work.h>

#include "dxg_event.h"
#include "dxg_wire.h"

struct dxg_watch {
	struct dxg_event event;
	unsigned int fired;
	unsigned int released;
	u64 value;
	struct completion entered, leave;
	bool slow;
};

static void dxg_watch_fire(struct dxg_event *event, u64 value)
{
	struct dxg_watch *watch = container_of(event, struct dxg_watch, event);

	if (watch->slow) {
		complete(&watch->entered);
		wait_for_completion(&watch->leave);
	}
	watch->fired++;
	watch->value = value;
}

static void dxg_watch_release(struct dxg_event *event)
{
	container_of(event, struct dxg_watch, event)->released++;
}

static struct dxg_watch *dxg_watch_new(struct kunit *test, bool once)
{
	struct dxg_watch *watch = kunit_kzalloc(test, sizeof(*watch), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, watch);
	init_completion(&watch->entered);
	init_completion(&watch->leave);
	dxg_event_init(&watch->event, once, dxg_watch_fire, dxg_watch_release);
	return watch;
}

static void dxg_numbers_differ(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch = dxg_watch_new(test, false);
	u64 last = 0;
	int i;

	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch->event), 0);
		KUNIT_EXPECT_NE(test, watch->event.id, 0);
		KUNIT_EXPECT_NE(test, watch->event.id, last);
		/* Nothing that looks like a kernel address, or is negative. */
		KUNIT_EXPECT_EQ(test, watch->event.id >> 63, 0);
		last = watch->event.id;
		KUNIT_EXPECT_TRUE(test, dxg_event_remove(&watch->event));
		KUNIT_EXPECT_FALSE(test, dxg_event_remove(&watch->event));
	}
	KUNIT_EXPECT_EQ(test, watch->released, 0);
	dxg_event_put(&watch->event);
	KUNIT_EXPECT_EQ(test, watch->released, 1);
}

static void dxg_once_fires_once(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch = dxg_watch_new(test, true);

	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch->event), 0);
	dxg_mock_signal(&w->mock, watch->event.id);
	dxg_mock_signal(&w->mock, watch->event.id);
	KUNIT_EXPECT_EQ(test, watch->fired, 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&w->host->events.signalled), 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&w->host->events.unknown), 1);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_FALSE(test, dxg_event_remove(&watch->event));
	KUNIT_EXPECT_TRUE(test, xa_empty(&w->host->events.table));
	dxg_event_put(&watch->event);
	KUNIT_EXPECT_EQ(test, watch->released, 1);
}

static void dxg_persistent_fires_until_removed(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch = dxg_watch_new(test, false);
	int i;

	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch->event), 0);
	for (i = 0; i < 5; i++)
		dxg_mock_signal(&w->mock, watch->event.id);
	KUNIT_EXPECT_EQ(test, watch->fired, 5);
	KUNIT_EXPECT_TRUE(test, dxg_event_remove_sync(&watch->event));
	dxg_mock_signal(&w->mock, watch->event.id);
	KUNIT_EXPECT_EQ(test, watch->fired, 5);
	dxg_event_put(&watch->event);
}

struct dxg_event_tick {
	struct irq_work work;
	struct dxg_events *events;
	u64 ids[2];
	struct completion done;
};

static void dxg_event_tick(struct irq_work *work)
{
	struct dxg_event_tick *tick = container_of(work, struct dxg_event_tick, work);
	int i;

	for (i = 0; i < ARRAY_SIZE(tick->ids); i++)
		dxg_event_signal(tick->events, tick->ids[i], 1);
	complete(&tick->done);
}

/*
 * As a channel's ring is read: in an interrupt, or in a thread of it on a real-time kernel. That no
 * lock is taken elsewhere with it let in, lockdep says.
 */
static void dxg_events_come_in_interrupts(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch[] = { dxg_watch_new(test, false), dxg_watch_new(test, false) };
	struct dxg_events *group = dxg_event_group_create(&w->host->events);
	struct dxg_event_tick *tick = kunit_kzalloc(test, sizeof(*tick), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, group);
	KUNIT_ASSERT_NOT_NULL(test, tick);
	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch[0]->event), 0);
	KUNIT_ASSERT_EQ(test, dxg_event_add(group, &watch[1]->event), 0);
	tick->events = &w->host->events;
	init_completion(&tick->done);
	init_irq_work(&tick->work, dxg_event_tick);
	for (i = 0; i < ARRAY_SIZE(watch); i++)
		tick->ids[i] = watch[i]->event.id;
	irq_work_queue(&tick->work);
	wait_for_completion(&tick->done);
	irq_work_sync(&tick->work);
	for (i = 0; i < ARRAY_SIZE(watch); i++) {
		KUNIT_EXPECT_EQ(test, watch[i]->fired, 1);
		KUNIT_EXPECT_TRUE(test, dxg_event_remove_sync(&watch[i]->event));
		dxg_event_put(&watch[i]->event);
	}
	dxg_event_group_destroy(group);
}

/* Groups: each finds its own, an old number finds nobody, and nobody finds what is gone. */
static void dxg_groups_are_apart(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch[] = {
		dxg_watch_new(test, true), dxg_watch_new(test, true), dxg_watch_new(test, true),
	};
	struct dxg_events *a = dxg_event_group_create(&w->host->events);
	struct dxg_events *b = dxg_event_group_create(&w->host->events);
	u64 old;

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_ASSERT_EQ(test, dxg_event_add(a, &watch[0]->event), 0);
	KUNIT_ASSERT_EQ(test, dxg_event_add(b, &watch[1]->event), 0);
	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch[2]->event), 0);
	old = watch[0]->event.id;
	KUNIT_EXPECT_NE(test, old, watch[1]->event.id);
	KUNIT_EXPECT_EQ(test, old >> 63, 0);

	dxg_mock_signal(&w->mock, watch[1]->event.id);
	KUNIT_EXPECT_EQ(test, watch[0]->fired, 0);
	KUNIT_EXPECT_EQ(test, watch[1]->fired, 1);
	dxg_mock_signal(&w->mock, watch[2]->event.id);
	KUNIT_EXPECT_EQ(test, watch[2]->fired, 1);
	KUNIT_EXPECT_TRUE(test, dxg_event_remove(&watch[0]->event));

	/* The place is used again at once, the number is not. */
	KUNIT_ASSERT_EQ(test, dxg_event_add(a, &watch[0]->event), 0);
	KUNIT_EXPECT_NE(test, watch[0]->event.id, old);
	dxg_mock_signal(&w->mock, old);
	KUNIT_EXPECT_EQ(test, watch[0]->fired, 0);
	old = watch[0]->event.id;
	dxg_mock_signal(&w->mock, old);
	KUNIT_EXPECT_EQ(test, watch[0]->fired, 1);

	dxg_event_group_destroy(a);
	dxg_event_group_destroy(b);
	dxg_mock_signal(&w->mock, old);
	dxg_mock_signal(&w->mock, watch[1]->event.id);
	KUNIT_EXPECT_EQ(test, watch[0]->fired + watch[1]->fired, 2);
	dxg_event_put(&watch[0]->event);
	dxg_event_put(&watch[1]->event);
	dxg_event_put(&watch[2]->event);
}

/* A place is used again, but not a number: a late message finds nobody. */
static void dxg_stale_numbers_find_nobody(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *old = dxg_watch_new(test, true), *new = dxg_watch_new(test, true);
	u64 stale;

	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &old->event), 0);
	stale = old->event.id;
	dxg_event_remove(&old->event);
	w->host->events.next = (u32)stale;
	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &new->event), 0);
	KUNIT_ASSERT_EQ(test, (u32)new->event.id, (u32)stale);
	dxg_mock_signal(&w->mock, stale);
	KUNIT_EXPECT_EQ(test, old->fired + new->fired, 0);
	dxg_mock_signal(&w->mock, new->event.id);
	KUNIT_EXPECT_EQ(test, new->fired, 1);
	/* Only the low half, only the high half, anything. */
	dxg_mock_signal(&w->mock, (u32)stale);
	dxg_mock_signal(&w->mock, stale & ~(u64)U32_MAX);
	dxg_mock_signal(&w->mock, U64_MAX);
	KUNIT_EXPECT_EQ(test, new->fired, 1);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	dxg_event_put(&old->event);
	dxg_event_put(&new->event);
}

struct dxg_signaller {
	struct work_struct work;
	struct dxg_events *table;
	u64 id;
};

static void dxg_signaller_work(struct work_struct *work)
{
	struct dxg_signaller *s = container_of(work, struct dxg_signaller, work);

	dxg_event_signal(s->table, s->id, 0);
}

struct dxg_remover {
	struct work_struct work;
	struct dxg_event *event;
	bool done;
};

static void dxg_remover_work(struct work_struct *work)
{
	struct dxg_remover *r = container_of(work, struct dxg_remover, work);

	dxg_event_remove_sync(r->event);
	WRITE_ONCE(r->done, true);
}

static void dxg_remove_waits_for_the_handler(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch = dxg_watch_new(test, true);
	struct dxg_signaller s = { .table = &w->host->events };
	struct dxg_remover r = { .event = &watch->event };

	watch->slow = true;
	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch->event), 0);
	s.id = watch->event.id;
	INIT_WORK_ONSTACK(&s.work, dxg_signaller_work);
	INIT_WORK_ONSTACK(&r.work, dxg_remover_work);
	queue_work(system_unbound_wq, &s.work);
	wait_for_completion(&watch->entered);
	KUNIT_EXPECT_FALSE(test, dxg_event_remove(&watch->event));
	queue_work(system_unbound_wq, &r.work);
	msleep(20);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(r.done));
	complete(&watch->leave);
	flush_work(&r.work);
	KUNIT_EXPECT_TRUE(test, r.done);
	KUNIT_EXPECT_EQ(test, watch->fired, 1);
	flush_work(&s.work);
	destroy_work_on_stack(&s.work);
	destroy_work_on_stack(&r.work);
	dxg_event_put(&watch->event);
	KUNIT_EXPECT_EQ(test, watch->released, 1);
}

/* ---- Messages ---- */

static void dxg_messages_are_checked(struct kunit *test)
{
	struct dxgp_signalguestevent event = { .hdr.command = DXGP_HOST_SIGNALGUESTEVENTPASSIVE };
	struct dxgp_header ignored = { .command = DXGP_HOST_SENDWNFNOTIFICATION };
	struct dxg_wire *w = test->priv;
	struct dxg_watch *watch = dxg_watch_new(test, false);
	struct dxg_port *port = &w->host->port;
	size_t len;

	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &watch->event), 0);
	event.event = watch->event.id;
	for (len = sizeof(struct dxgp_header); len < sizeof(event); len++)
		dxg_port_message(port, &event, len);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 24);
	KUNIT_EXPECT_EQ(test, watch->fired, 0);
	dxg_port_message(port, &event, sizeof(event));
	KUNIT_EXPECT_EQ(test, watch->fired, 1);
	event.event = 0;
	dxg_port_message(port, &event, sizeof(event));
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 25);
	dxg_port_message(port, &ignored, sizeof(ignored));
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 25);
	ignored.command = DXGP_HOST_PROPAGATEPRESENTHISTORYTOKEN;
	dxg_port_message(port, &ignored, sizeof(ignored));
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 26);
	dxg_event_remove(&watch->event);
	dxg_event_put(&watch->event);
}

static void dxg_devices_hear_of_their_state(struct kunit *test)
{
	struct dxgp_setguestdata data = { .hdr.command = DXGP_HOST_SETGUESTDATA };
	struct dxg_wire *w = test->priv;
	struct dxg_watch *device = dxg_watch_new(test, false), *event = dxg_watch_new(test, false);
	struct dxg_port *port = &w->host->port;
	size_t len;

	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->devices, &device->event), 0);
	KUNIT_ASSERT_EQ(test, dxg_event_add(&w->host->events, &event->event), 0);
	/* The two name spaces have nothing to do with each other. */
	KUNIT_ASSERT_EQ(test, device->event.id, event->event.id);
	data.cookie = device->event.id;
	data.data = 0xffffffff00000003;
	for (len = sizeof(struct dxgp_header); len < sizeof(data); len++)
		dxg_port_message(port, &data, len);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 24);
	KUNIT_EXPECT_EQ(test, device->fired, 0);

	dxg_port_message(port, &data, sizeof(data));
	KUNIT_EXPECT_EQ(test, device->fired, 1);
	KUNIT_EXPECT_EQ(test, device->value, 3);
	KUNIT_EXPECT_EQ(test, event->fired, 0);
	data.flags = 1 << 1;
	dxg_port_message(port, &data, sizeof(data));
	KUNIT_EXPECT_EQ(test, device->value, 0xffffffff00000003);
	/* Nothing has changed. */
	data.data = 0;
	dxg_port_message(port, &data, sizeof(data));
	KUNIT_EXPECT_EQ(test, device->fired, 2);
	data.flags = 2 << 1;
	data.data = 1;
	dxg_port_message(port, &data, sizeof(data));
	KUNIT_EXPECT_EQ(test, device->fired, 2);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 25);
	/* A device that is not there any more. */
	data.flags = 0;
	data.cookie += 1;
	dxg_port_message(port, &data, sizeof(data));
	data.cookie = 0xffff888012345678;
	dxg_port_message(port, &data, sizeof(data));
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 25);
	KUNIT_EXPECT_EQ(test, atomic64_read(&w->host->devices.unknown), 2);

	dxg_event_remove(&device->event);
	dxg_event_remove(&event->event);
	dxg_event_put(&device->event);
	dxg_event_put(&event->event);
}

static struct kunit_case dxg_event_cases[] = {
	KUNIT_CASE(dxg_numbers_differ),
	KUNIT_CASE(dxg_once_fires_once),
	KUNIT_CASE(dxg_persistent_fires_until_removed),
	KUNIT_CASE(dxg_events_come_in_interrupts),
	KUNIT_CASE(dxg_groups_are_apart),
	KUNIT_CASE(dxg_stale_numbers_find_nobody),
	KUNIT_CASE(dxg_remove_waits_for_the_handler),
	KUNIT_CASE(dxg_messages_are_checked),
	KUNIT_CASE(dxg_devices_hear_of_their_state),
	{}
};

static struct kunit_suite dxg_event_suite = {
	.name = "dxg_event",
	.suite_init = dxg_wire_suite_init,
	.suite_exit = dxg_wire_suite_exit,
	.init = dxg_wire_init,
	.exit = dxg_wire_exit,
	.test_cases = dxg_event_cases,
};

kunit_test_suite(dxg_event_suite);
