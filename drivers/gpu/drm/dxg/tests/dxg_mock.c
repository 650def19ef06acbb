// SPDX-License-Identifier: MIT
/*
 * The mocked host: keeps a log of what was sent, and answers.
 */
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "dxg_mock.h"
#include "dxg_proto.h"

/* A reply on its way. */
struct dxg_mock_delayed {
	struct list_head list;
	struct delayed_work work;
	struct dxg_mock *mock;
	u64 id;
	size_t len;
	u8 data[];
};

static void dxg_mock_deliver_work(struct work_struct *work)
{
	struct dxg_mock_delayed *d = container_of(to_delayed_work(work), struct dxg_mock_delayed,
						  work);

	dxg_port_reply(d->mock->port, d->id, d->data, d->len);
}

static void dxg_mock_reply_later(struct dxg_mock *mock, u64 id, const void *data, size_t len,
				 unsigned int ms)
{
	struct dxg_mock_delayed *d = kzalloc_flex(*d, data, len, GFP_ATOMIC);
	unsigned long flags;

	KUNIT_ASSERT_NOT_NULL(mock->test, d);
	d->mock = mock;
	d->id = id;
	d->len = len;
	memcpy(d->data, data, len);
	INIT_DELAYED_WORK(&d->work, dxg_mock_deliver_work);
	spin_lock_irqsave(&mock->lock, flags);
	list_add_tail(&d->list, &mock->delayed);
	spin_unlock_irqrestore(&mock->lock, flags);
	schedule_delayed_work(&d->work, msecs_to_jiffies(ms));
}

/* Have the reply made: by the test's handler, or as a host without objections. */
static size_t dxg_mock_make_reply(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
				  u32 status)
{
	const struct dxg_mock_handler *h;

	memset(mock->reply, 0, DXGP_MAX_MESSAGE);
	for (h = mock->handlers; h && h->fn; h++)
		if (h->command == hdr->command)
			return h->fn(mock, hdr, len, mock->reply);
	return dxg_mock_answer(mock, hdr, len, mock->reply, status);
}

static void dxg_mock_respond(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			     u64 id)
{
	const struct dxg_mock_rule none = { .len = -1, .times = 1 }, *rule = &none;
	unsigned int i;
	size_t size;
	int n;

	for (i = 0; i < mock->rule_count; i++)
		if (mock->rules[i].command == hdr->command)
			rule = &mock->rules[i];

	size = dxg_mock_make_reply(mock, hdr, len, rule->status);
	if (size == DXG_MOCK_SILENT || !id)
		return;
	if (rule->len >= 0)
		size = rule->len;
	mock->reply_len = size;
	for (n = 0; n < rule->times; n++) {
		if (rule->delay_ms)
			dxg_mock_reply_later(mock, id, mock->reply, size, rule->delay_ms);
		else
			dxg_port_reply(mock->port, id, mock->reply, size);
	}
}

static int dxg_mock_open(struct dxg_port *port)
{
	struct dxg_mock *mock = port->transport;

	if (mock->open_error)
		return mock->open_error;
	mock->port = port;
	mock->open = true;
	return 0;
}

static void dxg_mock_close(struct dxg_port *port)
{
	struct dxg_mock *mock = port->transport;
	struct dxg_mock_delayed *d;

	list_for_each_entry(d, &mock->delayed, list)
		cancel_delayed_work_sync(&d->work);
	mock->open = false;
}

static unsigned int dxg_mock_slot(u32 command)
{
	if (command >= DXGP_FIRST_GLOBAL_COMMAND)
		command = command - DXGP_FIRST_GLOBAL_COMMAND + 100;
	return min(command, 127u);
}

static int dxg_mock_send(struct dxg_port *port, const void *msg, size_t len, u64 id)
{
	struct dxg_mock *mock = port->transport;
	bool extended = mock->version >= DXGP_VERSION_EXT_HEADER;
	size_t head = extended ? sizeof(struct dxgp_ext_header) : 0;
	const struct dxgp_header *hdr = msg + head;
	struct dxg_mock_msg *m;
	unsigned long flags;
	int ret;

	if (mock->gone)
		return -ENODEV;
	if (mock->full) {
		mock->full--;
		return -EAGAIN;
	}
	ret = mock->sending ? mock->sending(mock, hdr->command, id) : 0;
	if (ret)
		return ret;

	spin_lock_irqsave(&mock->lock, flags);
	m = &mock->log[mock->sent++ % DXG_MOCK_LOG];
	m->id = id;
	m->len = len;
	memset(&m->ext, 0, sizeof(m->ext));
	memcpy(&m->ext, msg, head);
	m->hdr = *hdr;
	mock->counts[dxg_mock_slot(m->hdr.command)]++;
	mock->last_len = len - head;
	memcpy(mock->last, hdr, len - head);
	spin_unlock_irqrestore(&mock->lock, flags);

	if (mock->automatic)
		dxg_mock_respond(mock, hdr, len - head, id);
	return 0;
}

static void dxg_mock_want_room(struct dxg_port *port, size_t len)
{
	struct dxg_mock *mock = port->transport;

	if (len)
		mock->room_asked = true;
}

static bool dxg_mock_gone(struct dxg_port *port)
{
	struct dxg_mock *mock = port->transport;

	return READ_ONCE(mock->gone);
}

static int dxg_mock_gpadl_create(struct dxg_port *port, void *address, size_t size,
				 struct dxg_gpadl *gpadl)
{
	struct dxg_mock *mock = port->transport;

	if (mock->gone)
		return -ENODEV;
	gpadl->handle = 0xe1e10 + ++mock->gpadls;
	return 0;
}

static void dxg_mock_gpadl_destroy(struct dxg_port *port, struct dxg_gpadl *gpadl)
{
	struct dxg_mock *mock = port->transport;

	mock->gpadls--;
}

const struct dxg_port_ops dxg_mock_ops = {
	.open = dxg_mock_open,
	.close = dxg_mock_close,
	.send = dxg_mock_send,
	.want_room = dxg_mock_want_room,
	.gone = dxg_mock_gone,
	.gpadl_create = dxg_mock_gpadl_create,
	.gpadl_destroy = dxg_mock_gpadl_destroy,
};

/* The test ends. Replies are made in atomic context, where memory of the test is not to be had. */
static void dxg_mock_forget(void *data)
{
	struct dxg_mock *mock = data;
	struct dxg_mock_delayed *d, *next;

	list_for_each_entry_safe(d, next, &mock->delayed, list) {
		cancel_delayed_work_sync(&d->work);
		kfree(d);
	}
}

/* Prepare a channel of the mocked host that speaks @version. */
void dxg_mock_init(struct kunit *test, struct dxg_mock *mock, u32 version)
{
	memset(mock, 0, sizeof(*mock));
	mock->test = test;
	mock->version = version;
	spin_lock_init(&mock->lock);
	INIT_LIST_HEAD(&mock->delayed);
	KUNIT_ASSERT_EQ(test, kunit_add_action(test, dxg_mock_forget, mock), 0);
	mock->last = kunit_kzalloc(test, DXGP_MAX_MESSAGE, GFP_KERNEL);
	mock->reply = kunit_kzalloc(test, DXGP_MAX_MESSAGE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mock->last);
	KUNIT_ASSERT_NOT_NULL(test, mock->reply);
	mock->allocation_size = 0x10000;
	mock->objects = &mock->own;
	spin_lock_init(&mock->own.lock);
	mock->own.iospace = 0x80000000;
	atomic64_set(&mock->own.va, 0x100000000ull);
}

/* Add a rule for @command: no reply until the caller says otherwise. */
struct dxg_mock_rule *dxg_mock_rule(struct dxg_mock *mock, u32 command)
{
	struct dxg_mock_rule *rule = &mock->rules[mock->rule_count];

	KUNIT_ASSERT_LT(mock->test, mock->rule_count, ARRAY_SIZE(mock->rules));
	mock->rule_count++;
	memset(rule, 0, sizeof(*rule));
	rule->command = command;
	rule->len = -1;
	return rule;
}

/* How often @command was sent. */
unsigned int dxg_mock_count(struct dxg_mock *mock, u32 command)
{
	return READ_ONCE(mock->counts[dxg_mock_slot(command)]);
}

/* The newest message in the log. */
struct dxg_mock_msg *dxg_mock_last(struct dxg_mock *mock)
{
	KUNIT_ASSERT_GT(mock->test, mock->sent, 0);
	return &mock->log[(mock->sent - 1) % DXG_MOCK_LOG];
}

/* The host signals an event by itself. On the global channel. */
void dxg_mock_signal(struct dxg_mock *mock, u64 event)
{
	struct dxgp_signalguestevent msg = {
		.hdr.channel = DXGP_CHANNEL_HOST,
		.hdr.command = DXGP_HOST_SIGNALGUESTEVENT,
		.event = event,
	};

	dxg_port_message(mock->port, &msg, sizeof(msg));
}

/* The reply to the newest message, which a rule has held back. */
void dxg_mock_deliver(struct dxg_mock *mock)
{
	dxg_port_reply(mock->port, dxg_mock_last(mock)->id, mock->reply, mock->reply_len);
}
