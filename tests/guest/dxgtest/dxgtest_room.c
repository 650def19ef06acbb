// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A sender that nothing wakes but the host's word that there is room again.
 *
 * The guest does not read, so the host's flood fills its ring and then its queue,
 * and the host stops reading too; then the guest's ring fills and a sender waits.
 * Now the guest reads so much that the host may read again, but never so much that
 * the ring is empty: no interrupt is due for the flood's packets. Any other traffic
 * would hide a host that forgets to tell.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "dxgtest.h"

#define FLOOD		1000	/* packets of 16 bytes: some 300 fit into a ring of 4 pages */
#define FIRST_READ	450	/* then 550 are left: the ring is full, the queue below its bound */
#define SINKS		60	/* packets that the sender has, four times what the ring takes */

struct room {
	struct dxgtest_chan *c;
	u64 next;		/* of the flood */
	bool wrong;
	atomic_t sent;
	int ret;
	struct completion done;
};

static void room_rx(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
		    const void *data, u32 len)
{
	struct room *r = c->rx_ctx;
	const struct echo_request *q = data;

	if (desc->type == VM_PKT_COMP)
		return;
	if (len != sizeof(*q) || q->op != (ECHO_OP_SOURCE | ECHO_FROM_HOST) || q->seq != r->next++)
		r->wrong = true;
}

static int room_sender(void *ctx)
{
	struct room *r = ctx;
	static u8 packet[800] __aligned(8);
	struct echo_request *q = (struct echo_request *)packet;

	q->op = ECHO_OP_SINK;
	while (atomic_read(&r->sent) < SINKS && !r->ret) {
		r->ret = dxgtest_send(r->c, packet, sizeof(packet), 0, false);
		if (!r->ret)
			atomic_inc(&r->sent);
	}
	complete(&r->done);
	return 0;
}

static int room_run(struct dxgtest_cmd *cmd, struct room *r)
{
	struct dxgtest_chan *c = r->c;
	struct echo_source s = {
		.head = { .op = ECHO_OP_SOURCE, .seq = 1 },
		.count = FLOOD,
	};
	struct task_struct *task;
	int ret, before;

	dxgtest_let_read(c, 0);
	WRITE_ONCE(c->request, 1);
	ret = dxgtest_send(c, &s, sizeof(s), 1, true);
	if (ret)
		return ret;
	task = kthread_run(room_sender, r, "dxgtest-room");
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* Long enough to fill the ring on a slow machine. */
	msleep(500);
	before = atomic_read(&r->sent);
	dxgtest_let_read(c, FIRST_READ);
	wait_for_completion(&r->done);
	dxgtest_say(cmd, "sent %d before, %d after, result %d\n", before, atomic_read(&r->sent),
		    r->ret);
	dxgtest_let_read(c, INT_MAX);
	if (!dxgtest_wait_answer(c, NULL, DXGTEST_PATIENCE))
		return -ETIMEDOUT;
	if (r->ret)
		return r->ret;
	/* It must have waited, and nothing of the flood is lost. */
	return before < SINKS && r->next == FLOOD && !r->wrong ? 0 : -EIO;
}

/* room ch=N */
int dxgtest_cmd_room(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	struct room r = { .c = c };
	int ret = dxgtest_open(c, 4, true);

	if (ret)
		return ret;
	init_completion(&r.done);
	dxgtest_receive(c, room_rx, &r);
	ret = room_run(cmd, &r);
	dxgtest_close(c);
	return ret;
}
