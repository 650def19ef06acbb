// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Opening, closing, sending and receiving on an echo channel.
 *
 * Two ways to read. Batched: the channel callback, a tasklet, reads all there
 * is while the host's interrupts are masked. Direct: the callback wakes a
 * thread that reads, at a pace the test chooses, with interrupts never masked;
 * a slow thread is how the host's direction becomes full.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "dxgtest.h"

/* An answer to dxgtest_request(): a completion with the request's id. */
static void take_answer(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
			const void *data, u32 len)
{
	u64 request = READ_ONCE(c->request);

	if (!request || desc->type != VM_PKT_COMP || desc->trans_id != request)
		return;
	memset(&c->answer, 0, sizeof(c->answer));
	memcpy(&c->answer, data, min_t(u32, len, sizeof(c->answer)));
	WRITE_ONCE(c->request, 0);
	/* Pairs with answered(): who sees the flag sees the answer. */
	smp_store_release(&c->answered, true);
	wake_up_all(&c->space_wait);
}

static void handle(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc)
{
	dxgtest_rx_fn rx;

	take_answer(c, desc, hv_pkt_data(desc), hv_pkt_datalen(desc));
	/* Pairs with dxgtest_receive(): who sees the function sees its context. */
	rx = smp_load_acquire(&c->rx);
	if (rx)
		rx(c, desc, hv_pkt_data(desc), hv_pkt_datalen(desc));
}

/* From now on @rx gets each packet; c->rx_ctx is @ctx. */
void dxgtest_receive(struct dxgtest_chan *c, dxgtest_rx_fn rx, void *ctx)
{
	c->rx_ctx = ctx;
	/* Pairs with handle(). */
	smp_store_release(&c->rx, rx);
}

static void callback(void *ctx)
{
	struct dxgtest_chan *c = ctx;
	struct vmpacket_descriptor *desc;

	c->callback_cpu = raw_smp_processor_id();
	if (c->direct) {
		atomic_inc(&c->callbacks);
		wake_up(&c->read_wait);
	} else {
		foreach_vmbus_pkt(desc, c->ch)
			handle(c, desc);
	}
	wake_up_all(&c->space_wait);
}

static int reader(void *ctx)
{
	struct dxgtest_chan *c = ctx;
	struct vmpacket_descriptor *desc;

	while (!kthread_should_stop()) {
		int seen = atomic_read(&c->callbacks);

		while (atomic_read(&c->budget) > 0) {
			desc = hv_pkt_iter_first(c->ch);
			if (!desc)
				break;
			if (c->slow_us)
				usleep_range(c->slow_us, c->slow_us + 50);
			handle(c, desc);
			/* One at a time: the host sees the room as it appears. */
			__hv_pkt_iter_next(c->ch, desc);
			hv_pkt_iter_close(c->ch);
			atomic_dec(&c->budget);
			cond_resched();
		}
		wait_event_interruptible(c->read_wait, atomic_read(&c->callbacks) != seen ||
					 kthread_should_stop());
	}
	return 0;
}

/* Open with rings of @pages pages each, header page included. The caller has c->busy. */
int dxgtest_open(struct dxgtest_chan *c, u32 pages, bool direct)
{
	int ret;

	c->direct = direct;
	c->slow_us = 0;
	atomic_set(&c->budget, INT_MAX);
	c->request = 0;
	c->answered = false;
	c->rx = NULL;
	c->callback_cpu = -1;
	atomic64_set(&c->found_full, 0);
	atomic_set(&c->callbacks, 0);
	c->ch->max_pkt_size = DXGTEST_MAX_PACKET + 256;
	set_channel_read_mode(c->ch, direct ? HV_CALL_DIRECT : HV_CALL_BATCHED);
	ret = vmbus_open(c->ch, pages * PAGE_SIZE, pages * PAGE_SIZE, NULL, 0, callback, c);
	if (ret)
		return ret;
	/* Descriptor, trailer, padding; less than the whole ring, which is never all free. */
	c->need = dxgtest_max_packet(c) + 32;
	if (direct) {
		c->reader = kthread_run(reader, c, "dxgtest-rx%u", c->number);
		if (IS_ERR(c->reader)) {
			ret = PTR_ERR(c->reader);
			vmbus_close(c->ch);
			return ret;
		}
	}
	return 0;
}

void dxgtest_close(struct dxgtest_chan *c)
{
	if (c->direct)
		kthread_stop(c->reader);
	vmbus_close(c->ch);
}

/* The reading thread stops after so many packets more. */
void dxgtest_let_read(struct dxgtest_chan *c, int packets)
{
	atomic_set(&c->budget, packets);
	atomic_inc(&c->callbacks);
	wake_up(&c->read_wait);
}

/* The largest payload that the ring takes: descriptor and trailer go off, and it is never full. */
u32 dxgtest_max_packet(const struct dxgtest_chan *c)
{
	return min_t(u32, DXGTEST_MAX_PACKET, c->ch->outbound.ring_datasize - 64);
}

static bool has_room(struct dxgtest_chan *c)
{
	return hv_get_bytes_to_write(&c->ch->outbound) > c->need || c->ch->rescind;
}

/* The size stays announced as long as anybody waits. */
static void wait_begin(struct dxgtest_chan *c)
{
	spin_lock(&c->waiters_lock);
	c->waiters++;
	set_channel_pending_send_size(c->ch, c->need);
	spin_unlock(&c->waiters_lock);
	/* The host looks at the size after it has moved its index, so look at the index again. */
	virt_mb();
}

static void wait_end(struct dxgtest_chan *c)
{
	spin_lock(&c->waiters_lock);
	if (!--c->waiters)
		set_channel_pending_send_size(c->ch, 0);
	spin_unlock(&c->waiters_lock);
}

/*
 * Send one packet. A full ring is waited out by the pending-send-size protocol:
 * ETIMEDOUT says that the host did not tell of the room it made.
 */
int dxgtest_send(struct dxgtest_chan *c, const void *data, u32 len, u64 id, bool completion)
{
	for (;;) {
		int ret = vmbus_sendpacket(c->ch, (void *)data, len, id, VM_PKT_DATA_INBAND,
					   completion ?
					   VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED : 0);

		if (c->ch->rescind)
			return -ENODEV;
		if (ret != -EAGAIN)
			return ret;
		atomic64_inc(&c->found_full);
		wait_begin(c);
		ret = wait_event_timeout(c->space_wait, has_room(c), DXGTEST_PATIENCE);
		wait_end(c);
		/* 0: no room. 1: room, but it was the end of patience that found it. */
		if (ret <= 1)
			return -ETIMEDOUT;
	}
}

static bool answered(struct dxgtest_chan *c)
{
	/* Pairs with take_answer(). */
	return smp_load_acquire(&c->answered);
}

/* Until the answer is there, the channel is gone, or @stop is set; false: none of them. */
bool dxgtest_wait_answer(struct dxgtest_chan *c, const bool *stop, unsigned long patience)
{
	return wait_event_timeout(c->space_wait, answered(c) || c->ch->rescind ||
				  (stop && READ_ONCE(*stop)), patience);
}

/*
 * Send @r, which has r->seq set, and wait for its completion; c->answer is it.
 * Requests of one channel come one after the other.
 */
int dxgtest_request(struct dxgtest_chan *c, struct echo_request *r, u32 len, unsigned long patience)
{
	int ret;

	c->answered = false;
	WRITE_ONCE(c->request, r->seq);
	ret = dxgtest_send(c, r, len, r->seq, true);
	if (ret)
		return ret;
	if (!dxgtest_wait_answer(c, NULL, patience))
		return -ETIMEDOUT;
	return c->answered ? 0 : -ENODEV;
}

/* One packet there and back, every byte looked at. */
int dxgtest_ping(struct dxgtest_chan *c)
{
	struct echo_request r = { .op = ECHO_OP_ECHO, .arg = 0x1234, .seq = 0x70696e67 };
	const u8 *in = (u8 *)&c->answer, *out = (u8 *)&r;
	int ret = dxgtest_request(c, &r, sizeof(r), DXGTEST_PATIENCE);
	unsigned int i;

	for (i = 0; !ret && i < sizeof(r); i++)
		if (in[i] != (out[i] ^ ECHO_XOR))
			ret = -EIO;
	return ret;
}

/* ping ch=N ring=PAGES direct=0|1 count=N */
int dxgtest_cmd_ping(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 i, count = dxgtest_arg(cmd, "count", 1);
	int ret = dxgtest_open(c, dxgtest_arg(cmd, "ring", 4), dxgtest_arg(cmd, "direct", 0));

	if (ret)
		return ret;
	for (i = 0; i < count && !ret; i++)
		ret = dxgtest_ping(c);
	dxgtest_say(cmd, "pings %llu cpu %d target %u\n", i, c->callback_cpu, c->ch->target_cpu);
	dxgtest_close(c);
	return ret;
}

/* reopen ch=N count=N: open, ping and close in a loop, with rings of all sizes. */
int dxgtest_cmd_reopen(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 i, count = dxgtest_arg(cmd, "count", 10);
	int ret = 0;

	for (i = 0; i < count && !ret; i++) {
		ret = dxgtest_open(c, 4 + i * 37 % 253, i & 1);
		if (ret)
			break;
		ret = dxgtest_ping(c);
		dxgtest_close(c);
		cond_resched();
	}
	dxgtest_say(cmd, "opened %llu of %llu\n", i, count);
	return ret;
}
