// SPDX-License-Identifier: GPL-2.0
/*
 * From a packet to its answer: decode, apply the rules of the configuration,
 * carry out, complete. Answers go out at once, unless a rule delays or holds them.
 *
 * Sending may close the channel (a failure switch can withdraw it), so nothing
 * of the channel's session is used after a send.
 */
#include <string.h>

#include "exec.h"

void *reply_make(struct gpupv_reply *r, uint32_t len)
{
	memset(r->data, 0, len);
	r->len = len;
	return r->data;
}

bool transaction_in_flight(const struct gpupv_channel *chan, uint64_t transaction)
{
	for (const struct pending_answer *a = chan->pending; a; a = a->next) {
		if (a->transaction == transaction)
			return true;
	}
	return false;
}

static void pending_due(void *arg)
{
	struct pending_answer *a = arg;
	struct gpupv_channel *chan = a->chan;
	struct pending_answer **link = &chan->pending;

	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	if (!chan->g->cfg.silence)
		vmbus_complete_request(chan->ch, a->transaction, a->request, a->data, a->len);
	g_free(a);
}

/* What failure switches may call it, or NULL. */
static const char *name_of(const struct gpupv_message *m)
{
	return m->command ? m->command->name : NULL;
}

static void answer_later(const struct gpupv_message *m, const void *data, uint32_t len,
			 const struct rule_effects *e)
{
	struct pending_answer *a = g_malloc0(sizeof(*a) + len);

	a->chan = m->chan;
	a->transaction = m->transaction;
	a->request = name_of(m);
	a->len = len;
	memcpy(a->data, data, len);
	a->next = m->chan->pending;
	m->chan->pending = a;
	if (!e->hold)
		a->timer = host_timer_add(m->g->host, e->delay_ms * 1000000ull, pending_due, a);
}

void pending_drop(struct gpupv_channel *chan)
{
	while (chan->pending) {
		struct pending_answer *a = chan->pending;

		chan->pending = a->next;
		if (a->timer)
			host_timer_cancel(chan->g->host, a->timer);
		g_free(a);
	}
}

/* The oldest answer that is held on the channel. */
static struct pending_answer *held_on(const struct gpupv_channel *chan)
{
	struct pending_answer *oldest = NULL;

	for (struct pending_answer *a = chan->pending; a; a = a->next) {
		if (!a->timer)
			oldest = a;
	}
	return oldest;
}

static void release_on(struct gpupv_channel *chan)
{
	struct pending_answer *a;

	while ((a = held_on(chan)))
		a->timer = host_timer_add(chan->g->host, 0, pending_due, a);
}

void pending_release(struct gpupv *g)
{
	release_on(&g->global);
	for (struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next)
		release_on(&gpu->chan);
}

/*
 * An answer that says the command failed. Long enough for what the guest
 * expects, because an answer that is too short loses its status in guests that
 * look at the length first; or 4 bytes with the short-errors switch. [host]
 */
static void make_failure(const struct gpupv_message *m, struct gpupv_reply *r, uint32_t status)
{
	int at = 0;

	if (!m->command) {
		reply_make(r, sizeof(status));
	} else {
		if (m->command->shape)
			m->command->shape(m, r);
		at = r->fail_status_at;
		if (at >= 0 && m->g->cfg.short_errors) {
			at = 0;
			r->fail_len = sizeof(status);
		}
		reply_make(r, r->fail_len);
	}
	if (at >= 0)
		memcpy(r->data + at, &status, sizeof(status));
}

/* A success for which the command's function has made no answer of its own. */
static void make_status(const struct gpupv_message *m, struct gpupv_reply *r, uint32_t status)
{
	reply_make(r, m->command->reply);
	if (m->command->status_at >= 0)
		memcpy(r->data + m->command->status_at, &status, sizeof(status));
}

/* Carry out, or let the rules have it. Returns the status; the answer is in @r. */
static uint32_t carry_out(const struct gpupv_message *m, const struct rule_effects *e,
			  struct gpupv_reply *r)
{
	uint32_t status = e->refuse;

	if (!status && !m->command->run) {
		log_info(AREA, "%s (%u): this host does not offer it", m->command->name,
			 m->command->number);
		status = STATUS_NOT_SUPPORTED;
	}
	if (!status)
		status = m->command->run(m, r);
	if (status_is_error(status))
		return status;
	if (!r->len)
		make_status(m, r, status);
	if (e->change_status && m->command->status_at >= 0 &&
	    r->len >= m->command->status_at + sizeof(status))
		memcpy(r->data + m->command->status_at, &e->status, sizeof(status));
	return status;
}

static void send_answer(const struct gpupv_message *m, const struct gpupv_reply *r,
			const struct rule_effects *e)
{
	if (!m->wants_reply || e->lose)
		return;
	if (e->delay_ms || e->hold)
		answer_later(m, r->data, r->len, e);
	else
		vmbus_complete_request(m->chan->ch, m->transaction, name_of(m), r->data, r->len);
}

static void answer_message(struct gpupv_channel *chan, const struct vmbus_packet *p,
			   struct rule_effects *e)
{
	struct gpupv *g = chan->g;
	struct message_counter one = { .bytes_in = p->len };
	struct gpupv_reply r = { .data = g->reply };
	uint64_t start = host_now(g->host);
	struct gpupv_message m;
	uint32_t status;

	status = decode_message(chan, p, &m);
	if (m.command) {
		r.fail_len = m.command->reply;
		r.fail_status_at = m.command->status_at;
	}
	if (!status) {
		rules_apply(&m, e);
		if (e->skip)
			return;
		status = carry_out(&m, e, &r);
	}
	if (status_is_error(status) && !(r.own_failure && r.len))
		make_failure(&m, &r, status);
	log_debug(AREA, "%s: %s (%u) process %#x transaction %#llx: status %#x, %u bytes",
		  vmbus_channel_name(chan->ch), m.command ? m.command->name : "?",
		  m.hdr.command, m.hdr.process, (unsigned long long)m.transaction, status, r.len);
	one.async = m.async;
	one.errors = status_is_error(status);
	one.bytes_out = m.wants_reply ? r.len : 0;
	one.ns = host_now(g->host) - start;
	counters_command(g, m.command, &one);
	send_answer(&m, &r, e);
}

void gpupv_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct gpupv_channel *chan = priv;
	struct gpupv *g = chan->g;
	struct rule_effects e = { .place = -1 };

	chan->messages++;
	if (g->cfg.silence)
		return;
	if (p->type != VMBUS_PACKET_INBAND) {
		chan->violations++;
		log_violation(AREA, "%s: packet of type %u: nothing was sent that it could answer",
			      vmbus_channel_name(ch), p->type);
		return;
	}
	batch_begin(g);
	answer_message(chan, p, &e);
	rules_after(g, &e);
	batch_end(g);
}
