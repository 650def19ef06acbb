// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Traffic: packets of random sizes from a thread on each CPU, echoed by the
 * host, while it floods the guest with packets of its own and swallows others.
 * Every packet's size and bytes follow from its number, so the receiver knows
 * what must come: nothing lost, doubled, reordered or changed. And answers that
 * come late, into idle CPUs.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "dxgtest.h"

#define ECHO_SWAP	(ECHO_XOR * 0x0101010101010101ull)
#define SENDER_SHIFT	48		/* seq: number of the sender above, of its packet below */
#define SINK_EVERY	16		/* one in so many packets is only swallowed */

struct traffic;

struct sender {
	struct traffic *t;
	unsigned int id;
	u64 sent;			/* packets; the sender's */
	u64 sunk;			/* of them, those that nothing comes back for */
	u64 next;			/* number of the next packet to come back; the receiver's */
	int ret;
	u8 *buf;
	struct task_struct *task;
	struct completion done;
};

struct traffic {
	struct dxgtest_chan *c;
	unsigned int senders;
	u64 count;			/* packets of each sender */
	u32 max;			/* bytes of the largest packet */
	u32 seed;
	bool stop;
	atomic64_t received;
	u64 bytes;
	u64 source_next;		/* of the host's own packets */
	u64 errors;
	char first[96];			/* what the first error was */
	struct sender sender[];
};

__printf(2, 3)
static void error(struct traffic *t, const char *fmt, ...)
{
	va_list ap;

	if (!t->errors++) {
		va_start(ap, fmt);
		vscnprintf(t->first, sizeof(t->first), fmt, ap);
		va_end(ap);
	}
	WRITE_ONCE(t->stop, true);
}

static u64 mix(u64 x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdull;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ull;
	return x ^ x >> 33;
}

static u32 packet_len(const struct traffic *t, u64 seq)
{
	u32 least = sizeof(struct echo_request);

	return least + mix(seq ^ t->seed) % (t->max - least + 1);
}

static bool packet_sinks(u64 seq)
{
	return mix(seq + 1) % SINK_EVERY == 0;
}

static bool packet_completes(u64 seq)
{
	return mix(seq + 2) & 1;
}

static u64 packet_word(u64 seq, u32 i)
{
	return (seq + 1) * 0x9e3779b97f4a7c15ull + i * 0xd1b54a32d192ed03ull;
}

static void packet_fill(void *buf, u64 seq, u32 len)
{
	struct echo_request *r = buf;
	u64 *w = buf;
	u32 i;

	memset(r, 0, sizeof(*r));
	r->op = packet_sinks(seq) ? ECHO_OP_SINK : ECHO_OP_ECHO;
	r->arg = len;
	r->seq = seq;
	/* The buffer is longer than the packet: whole words are fine. */
	for (i = sizeof(*r) / 8; i * 8 < len; i++)
		w[i] = packet_word(seq, i);
}

/* The first word of the echo of @seq that is wrong, or 0. */
static u32 packet_wrong(const void *data, u64 seq, u32 len)
{
	const u64 *w = data;
	u64 last, want;
	u32 i;

	for (i = sizeof(struct echo_request) / 8; i < len / 8; i++)
		if (w[i] != (packet_word(seq, i) ^ ECHO_SWAP))
			return i;
	if (len % 8) {
		/* What VMBus rounds up is zero when it is sent. */
		want = packet_word(seq, i) & ((1ull << len % 8 * 8) - 1);
		memcpy(&last, w + i, 8);
		if (last != (want ^ ECHO_SWAP))
			return i;
	}
	return 0;
}

static void rx_source(struct traffic *t, const struct echo_data *d, u32 len)
{
	u32 k;

	if (d->head.seq != t->source_next)
		error(t, "host packet %llu came, %llu is next", d->head.seq, t->source_next);
	t->source_next = d->head.seq + 1;
	if (len != ALIGN(sizeof(*d) + d->head.arg, 8)) {
		error(t, "host packet %llu has %u bytes for %u", d->head.seq, len, d->head.arg);
		return;
	}
	for (k = 0; k < d->head.arg; k++) {
		if (d->data[k] != echo_pattern(d->head.seq, k)) {
			error(t, "host packet %llu: byte %u is wrong", d->head.seq, k);
			return;
		}
	}
}

static void rx_echo(struct traffic *t, const struct vmpacket_descriptor *desc,
		    const struct echo_request *r, u32 len)
{
	u64 seq = r->seq ^ ECHO_SWAP;
	u32 want = r->arg ^ (u32)ECHO_SWAP, id = seq >> SENDER_SHIFT, wrong;
	struct sender *s = &t->sender[id];

	if (id >= t->senders || (u32)(r->op ^ (u32)ECHO_SWAP) != ECHO_OP_ECHO) {
		error(t, "a packet that nobody sent: op %#x seq %#llx", r->op, r->seq);
		return;
	}
	while (packet_sinks(s->next))
		s->next++;
	if (seq != s->next)
		error(t, "sender %u: packet %#llx came, %#llx is next", id, seq, s->next);
	s->next = seq + 1;
	if (packet_completes(seq) ? desc->type != VM_PKT_COMP || desc->trans_id != seq :
				    desc->type != VM_PKT_DATA_INBAND)
		error(t, "packet %#llx: type %u, transaction %#llx", seq, desc->type,
		      desc->trans_id);
	if (want != packet_len(t, seq) || len != ALIGN(want, 8)) {
		error(t, "packet %#llx: %u bytes, sent %u", seq, len, packet_len(t, seq));
		return;
	}
	wrong = packet_wrong(r, seq, want);
	if (wrong)
		error(t, "packet %#llx of %u bytes: word %u is wrong", seq, want, wrong);
	t->bytes += len;
	atomic64_inc(&t->received);
}

static void traffic_rx(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
		       const void *data, u32 len)
{
	struct traffic *t = c->rx_ctx;
	const struct echo_request *r = data;

	if (len < sizeof(*r))
		error(t, "a packet of %u bytes", len);
	else if (!(r->op & ECHO_FROM_HOST))
		rx_echo(t, desc, r, len);
	else if (r->op == (ECHO_OP_SOURCE | ECHO_FROM_HOST) && desc->type != VM_PKT_COMP)
		rx_source(t, data, len);
	else if (desc->type != VM_PKT_COMP)
		error(t, "an answer nobody asked for: op %#x", r->op);
}

static int sender_run(void *ctx)
{
	struct sender *s = ctx;
	struct traffic *t = s->t;
	u64 i, seq;

	for (i = 0; i < t->count && !READ_ONCE(t->stop); i++) {
		seq = (u64)s->id << SENDER_SHIFT | i;
		packet_fill(s->buf, seq, packet_len(t, seq));
		s->ret = dxgtest_send(t->c, s->buf, packet_len(t, seq), seq,
				      !packet_sinks(seq) && packet_completes(seq));
		if (s->ret)
			break;
		s->sent++;
		s->sunk += packet_sinks(seq);
		cond_resched();
	}
	complete(&s->done);
	return 0;
}

/* Start a thread per sender, bound to the CPUs in turn. Returns how many were started. */
static unsigned int start_senders(struct traffic *t)
{
	unsigned int i, cpu = cpumask_first(cpu_online_mask);

	for (i = 0; i < t->senders; i++) {
		struct sender *s = &t->sender[i];

		s->t = t;
		s->id = i;
		s->next = (u64)i << SENDER_SHIFT;
		init_completion(&s->done);
		s->buf = kzalloc(ALIGN(t->max, 8), GFP_KERNEL);
		if (!s->buf)
			break;
		s->task = kthread_create(sender_run, s, "dxgtest-tx%u", i);
		if (IS_ERR(s->task)) {
			kfree(s->buf);
			break;
		}
		kthread_bind(s->task, cpu);
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
	}
	return i;
}

/* All that was sent is back, or nothing has come for long. */
static void wait_for_echoes(struct traffic *t, u64 want)
{
	u64 before;

	while (!READ_ONCE(t->stop) && !t->c->ch->rescind) {
		before = atomic64_read(&t->received);
		if (before == want)
			return;
		if (!wait_event_timeout(t->c->space_wait,
					(u64)atomic64_read(&t->received) != before ||
					READ_ONCE(t->stop) || t->c->ch->rescind, DXGTEST_PATIENCE))
			return;
	}
}

/* Ask for the host's flood; it comes between the echoes. */
static int start_source(struct traffic *t, u32 count)
{
	struct echo_source s = {
		.head = { .op = ECHO_OP_SOURCE, .arg = t->max - sizeof(struct echo_data),
			  .seq = U64_MAX },
		.count = count,
		.seed = t->seed,
	};

	t->c->answered = false;
	WRITE_ONCE(t->c->request, U64_MAX);
	return dxgtest_send(t->c, &s, sizeof(s), U64_MAX, true);
}

/* The flood's answer comes behind its last packet. */
static void wait_for_source(struct traffic *t, u32 count)
{
	struct dxgtest_chan *c = t->c;

	if (!dxgtest_wait_answer(c, &t->stop, DXGTEST_PATIENCE))
		error(t, "no answer to the flood, %llu of %u packets came", t->source_next, count);
	else if (c->answered && (c->answer.status || c->answer.count != count))
		error(t, "flood: status %u count %llu", c->answer.status, c->answer.count);
	else if (c->answered && t->source_next != count)
		error(t, "flood: %llu of %u packets came", t->source_next, count);
}

/* What was swallowed must have been seen: SINK's answer counts bytes of one packet only. */
static int run_traffic(struct dxgtest_cmd *cmd, struct traffic *t, u32 source)
{
	struct dxgtest_chan *c = t->c;
	u64 sent = 0, sunk = 0;
	unsigned int i, started;
	int ret = 0;

	dxgtest_receive(c, traffic_rx, t);
	started = start_senders(t);
	if (started != t->senders)
		WRITE_ONCE(t->stop, true);
	if (source)
		ret = start_source(t, source);
	for (i = 0; i < started; i++)
		wake_up_process(t->sender[i].task);
	for (i = 0; i < started; i++) {
		wait_for_completion(&t->sender[i].done);
		sent += t->sender[i].sent;
		sunk += t->sender[i].sunk;
		ret = ret ?: t->sender[i].ret;
		kfree(t->sender[i].buf);
	}
	if (started != t->senders)
		return -ENOMEM;
	wait_for_echoes(t, sent - sunk);
	if (source && !ret)
		wait_for_source(t, source);
	dxgtest_say(cmd, "sent %llu sunk %llu received %llu bytes %llu source %llu ", sent, sunk,
		    (u64)atomic64_read(&t->received), t->bytes, t->source_next);
	dxgtest_say(cmd, "full %llu errors %llu first %s\n", (u64)atomic64_read(&c->found_full),
		    t->errors, t->errors ? t->first : "none");
	if (!ret && c->ch->rescind)
		ret = -ENODEV;
	if (!ret && (t->errors || (u64)atomic64_read(&t->received) != sent - sunk))
		ret = -EIO;
	return ret;
}

/*
 * traffic ch=N ring=PAGES count=PACKETS senders=N max=BYTES seed=N source=PACKETS slow=US
 *	direct=0|1
 */
int dxgtest_cmd_traffic(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 senders = dxgtest_arg(cmd, "senders", num_online_cpus());
	u64 count = dxgtest_arg(cmd, "count", 1000), max;
	struct traffic *t;
	int ret;

	if (!senders || senders > 64 || !count)
		return -EINVAL;
	t = kvzalloc(struct_size(t, sender, senders), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	ret = dxgtest_open(c, dxgtest_arg(cmd, "ring", 16), dxgtest_arg(cmd, "direct", 0));
	if (ret) {
		kvfree(t);
		return ret;
	}
	max = min_t(u64, dxgtest_arg(cmd, "max", DXGTEST_MAX_PACKET), dxgtest_max_packet(c));
	t->c = c;
	t->senders = senders;
	t->count = DIV_ROUND_UP_ULL(count, senders);
	t->max = max_t(u64, max, sizeof(struct echo_request) + 8);
	t->seed = dxgtest_arg(cmd, "seed", 1);
	c->slow_us = dxgtest_arg(cmd, "slow", 0);
	ret = run_traffic(cmd, t, dxgtest_arg(cmd, "source", 0));
	dxgtest_close(c);
	kvfree(t);
	return ret;
}

struct delayed {
	struct dxgtest_chan *c;
	u32 ms;
	u64 id;
	ktime_t sent, came;
	bool wrong;
	int ret;
};

static void delay_rx(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
		     const void *data, u32 len)
{
	struct delayed *d = c->rx_ctx;
	const struct echo_request *r = data;

	if (desc->type != VM_PKT_COMP || desc->trans_id != d->id || len != sizeof(*r) ||
	    (r->seq ^ ECHO_SWAP) != d->id || (r->arg ^ (u32)ECHO_SWAP) != d->ms)
		d->wrong = true;
	d->came = ktime_get();
}

static long delay_send(void *ctx)
{
	struct delayed *d = ctx;
	struct echo_request r = { .op = ECHO_OP_DELAY, .arg = d->ms, .seq = d->id };

	d->sent = ktime_get();
	return dxgtest_send(d->c, &r, sizeof(r), d->id, true);
}

/*
 * delay ch=N ms=N count=N: sent from each CPU in turn, and then nobody has
 * anything to do until the answer comes.
 */
int dxgtest_cmd_delay(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 ms = dxgtest_arg(cmd, "ms", 10), count = dxgtest_arg(cmd, "count", 1), i;
	struct delayed d = { .c = c, .ms = ms };
	s64 us, least = S64_MAX, most = 0;
	unsigned int cpu;
	u64 came = 0;
	int ret;

	ret = dxgtest_open(c, 4, false);
	if (ret)
		return ret;
	dxgtest_receive(c, delay_rx, &d);
	for (i = 0; i < count && !ret; i++) {
		for_each_online_cpu(cpu) {
			d.id++;
			d.came = 0;
			ret = work_on_cpu(cpu, delay_send, &d);
			if (!ret && !wait_event_timeout(c->space_wait, READ_ONCE(d.came) ||
							c->ch->rescind,
							msecs_to_jiffies(ms) + DXGTEST_PATIENCE))
				ret = -ETIMEDOUT;
			if (ret)
				break;
			us = ktime_us_delta(d.came, d.sent);
			least = min(least, us);
			most = max(most, us);
			came++;
		}
	}
	dxgtest_say(cmd, "answers %llu us least %lld most %lld wrong %d cpu %d\n", came, least,
		    most, d.wrong, c->callback_cpu);
	dxgtest_close(c);
	if (!ret && (d.wrong || least < (s64)ms * 1000))
		ret = -EIO;
	return ret;
}

struct echoes {
	struct completion came;
	u64 id;
	bool wrong;
};

static void echo_rx(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
		    const void *data, u32 len)
{
	struct echoes *e = c->rx_ctx;

	if (desc->type != VM_PKT_COMP || desc->trans_id != e->id)
		e->wrong = true;
	complete(&e->came);
}

/*
 * echo ch=N count=N bytes=N isr=0|1: one packet at a time, each awaited by who sent it: the
 * least that a request to the host can cost. With isr=1 answers are read in the interrupt,
 * else as VMBus has it, in a tasklet.
 */
int dxgtest_cmd_echo(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 count = dxgtest_arg(cmd, "count", 1000), bytes = dxgtest_arg(cmd, "bytes", 64), i;
	union {
		struct echo_request head;
		u8 bytes[256];
	} packet = { .head.op = ECHO_OP_ECHO };
	struct echoes e = { .wrong = false };
	ktime_t start;
	int ret;

	if (bytes < sizeof(packet.head) || bytes > sizeof(packet))
		return -EINVAL;
	init_completion(&e.came);
	ret = dxgtest_open(c, 4, false);
	if (ret)
		return ret;
	dxgtest_receive(c, echo_rx, &e);
	/* Nothing is under way yet. */
	if (dxgtest_arg(cmd, "isr", 0))
		set_channel_read_mode(c->ch, HV_CALL_ISR);
	start = ktime_get();
	for (i = 0; i < count && !ret; i++) {
		reinit_completion(&e.came);
		e.id = i + 1;
		ret = dxgtest_send(c, &packet, bytes, e.id, true);
		if (!ret && !wait_for_completion_timeout(&e.came, DXGTEST_PATIENCE))
			ret = -ETIMEDOUT;
	}
	dxgtest_say(cmd, "echoes %llu ns %lld wrong %d\n", i, ktime_to_ns(ktime_get()) -
		    ktime_to_ns(start), e.wrong);
	dxgtest_close(c);
	return ret ? ret : e.wrong ? -EIO : 0;
}
