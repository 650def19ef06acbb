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
	u8 data[1024];
};

static void dxg_mock_deliver(struct work_struct *work)
{
	struct dxg_mock_delayed *d = container_of(to_delayed_work(work), struct dxg_mock_delayed,
						  work);

	dxg_port_reply(d->mock->port, d->id, d->data, d->len);
}

static void dxg_mock_reply_later(struct dxg_mock *mock, u64 id, const void *data, size_t len,
				 unsigned int ms)
{
	struct dxg_mock_delayed *d = kunit_kzalloc(mock->test, sizeof(*d), GFP_ATOMIC);
	unsigned long flags;

	KUNIT_ASSERT_NOT_NULL(mock->test, d);
	d->mock = mock;
	d->id = id;
	d->len = min(len, sizeof(d->data));
	memcpy(d->data, data, d->len);
	INIT_DELAYED_WORK(&d->work, dxg_mock_deliver);
	spin_lock_irqsave(&mock->lock, flags);
	list_add_tail(&d->list, &mock->delayed);
	spin_unlock_irqrestore(&mock->lock, flags);
	schedule_delayed_work(&d->work, msecs_to_jiffies(ms));
}

/* The reply of a host that has no objections. Returns its length. */
static size_t dxg_mock_answer(struct dxg_mock *mock, const struct dxgp_header *hdr, void *out,
			      u32 status)
{
	struct dxgp_getinternaladapterinfo_reply *info = out;
	struct dxgp_isfeatureenabled_reply *feature = out;
	const struct dxgp_queryadapterinfo *query;
	struct dxgp_openadapter_reply *open = out;
	size_t head = mock->version >= DXGP_VERSION_EXT_HEADER ? sizeof(u32) : 0;
	u32 *word = out;

	switch (hdr->command) {
	case DXGP_CMD_CREATEPROCESS:
		mock->processes++;
		*word = 0x1000 + mock->sent;
		return sizeof(*word);
	case DXGP_CMD_DESTROYPROCESS:
		mock->processes--;
		*word = status;
		return sizeof(*word);
	case DXGP_CMD_OPENADAPTER:
		if (!(status & 0x80000000))
			mock->adapters++;
		open->host_adapter_handle = 0x40000000;
		open->status = status;
		return sizeof(*open);
	case DXGP_CMD_CLOSEADAPTER:
		mock->adapters--;
		return 0;
	case DXGP_CMD_GETINTERNALADAPTERINFO:
		info->flags = mock->async ? DXGP_ADAPTER_ASYNC : 0;
		info->device_description[0] = 'X';
		info->host_vgpu_luid.a = 0x77;
		return mock->version >= DXGP_VERSION_EXT_HEADER ? sizeof(*info) :
		       offsetof(struct dxgp_getinternaladapterinfo_reply, host_vgpu_luid);
	case DXGP_CMD_QUERYADAPTERINFO:
		query = (const void *)hdr;
		if (head)
			*word = status;
		memset(out + head, 0x5a, min(query->private_data_size, 512u));
		return head + min(query->private_data_size, 512u);
	case DXGP_CMD_ISFEATUREENABLED:
		feature->status = status;
		feature->result.version = 3;
		feature->result.flags = DXGP_FEATURE_ENABLED | DXGP_FEATURE_KNOWN;
		return sizeof(*feature);
	default:
		*word = status;
		return sizeof(*word);
	}
}

static void dxg_mock_respond(struct dxg_mock *mock, const struct dxgp_header *hdr, u64 id)
{
	const struct dxg_mock_rule none = { .len = -1, .times = 1 }, *rule = &none;
	u8 reply[1024] = {};
	unsigned int i;
	size_t len;
	int n;

	for (i = 0; i < mock->rule_count; i++)
		if (mock->rules[i].command == hdr->command)
			rule = &mock->rules[i];

	len = dxg_mock_answer(mock, hdr, reply, rule->status);
	if (rule->len >= 0)
		len = rule->len;
	for (n = 0; n < rule->times; n++) {
		if (rule->delay_ms)
			dxg_mock_reply_later(mock, id, reply, len, rule->delay_ms);
		else
			dxg_port_reply(mock->port, id, reply, len);
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

static int dxg_mock_send(struct dxg_port *port, const void *msg, size_t len, u64 id)
{
	struct dxg_mock *mock = port->transport;
	bool extended = mock->version >= DXGP_VERSION_EXT_HEADER;
	size_t head = extended ? sizeof(struct dxgp_ext_header) : 0;
	struct dxg_mock_msg *m;
	unsigned long flags;

	if (mock->gone)
		return -ENODEV;
	if (mock->full) {
		mock->full--;
		return -EAGAIN;
	}

	spin_lock_irqsave(&mock->lock, flags);
	m = &mock->log[mock->sent++ % DXG_MOCK_LOG];
	m->id = id;
	m->len = len;
	memset(&m->ext, 0, sizeof(m->ext));
	memcpy(&m->ext, msg, head);
	memcpy(&m->hdr, msg + head, sizeof(m->hdr));
	spin_unlock_irqrestore(&mock->lock, flags);

	if (mock->automatic && id)
		dxg_mock_respond(mock, msg + head, id);
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

const struct dxg_port_ops dxg_mock_ops = {
	.open = dxg_mock_open,
	.close = dxg_mock_close,
	.send = dxg_mock_send,
	.want_room = dxg_mock_want_room,
	.gone = dxg_mock_gone,
};

/* Prepare a channel of the mocked host that speaks @version. */
void dxg_mock_init(struct kunit *test, struct dxg_mock *mock, u32 version)
{
	memset(mock, 0, sizeof(*mock));
	mock->test = test;
	mock->version = version;
	spin_lock_init(&mock->lock);
	INIT_LIST_HEAD(&mock->delayed);
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

/* How often @command is in the log. */
unsigned int dxg_mock_count(struct dxg_mock *mock, u32 command)
{
	unsigned int i, count = 0;

	for (i = 0; i < min_t(unsigned int, mock->sent, DXG_MOCK_LOG); i++)
		if (mock->log[i].hdr.command == command)
			count++;
	return count;
}

/* The newest message in the log. */
struct dxg_mock_msg *dxg_mock_last(struct dxg_mock *mock)
{
	KUNIT_ASSERT_GT(mock->test, mock->sent, 0);
	return &mock->log[(mock->sent - 1) % DXG_MOCK_LOG];
}
