// SPDX-License-Identifier: GPL-2.0
/*
 * From a packet to its answer: decode, apply the rules of the configuration,
 * carry out, complete. Answers go out at once, unless a rule delays them.
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
	vmbus_complete(chan->ch, a->transaction, a->data, a->len);
	g_free(a);
}

static void answer_later(const struct gpupv_message *m, const void *data, uint32_t len,
			 uint32_t delay_ms)
{
	struct pending_answer *a = g_malloc0(sizeof(*a) + len);

	a->chan = m->chan;
	a->transaction = m->transaction;
	a->len = len;
	memcpy(a->data, data, len);
	a->next = m->chan->pending;
	m->chan->pending = a;
	a->timer = host_timer_add(m->g->host, delay_ms * 1000000ull, pending_due, a);
}

void pending_drop(struct gpupv_channel *chan)
{
	while (chan->pending) {
		struct pending_answer *a = chan->pending;

		chan->pending = a->next;
		host_timer_cancel(chan->g->host, a->timer);
		g_free(a);
	}
}

/* The configuration's rules for this command: a status in place of it, a delay. */
static uint32_t apply_rules(const struct gpupv_message *m, uint32_t *delay_ms)
{
	struct gpupv *g = m->g;
	uint32_t status = STATUS_SUCCESS;

	for (unsigned int i = 0; i < g->cfg.rules; i++) {
		const struct gpupv_rule *rule = &g->cfg.rule[i];
		uint32_t seen;

		if (rule->command != m->command->number)
			continue;
		seen = g->rule_seen[i]++;
		if (seen < rule->skip || (rule->count && seen - rule->skip >= rule->count))
			continue;
		if (rule->status)
			status = rule->status;
		if (rule->delay_ms)
			*delay_ms = rule->delay_ms;
	}
	if (status)
		log_info(AREA, "%s refused with %#x, as configured", m->command->name, status);
	return status;
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

static void answer_packet(struct vmbus_channel *ch, struct gpupv_channel *chan,
			  const struct vmbus_packet *p)
{
	struct gpupv *g = chan->g;
	struct gpupv_reply r = { .data = g->reply };
	struct gpupv_message m;
	uint32_t status, delay_ms = 0;

	chan->messages++;
	if (p->type != VMBUS_PACKET_INBAND) {
		chan->violations++;
		log_violation(AREA, "%s: packet of type %u: nothing was sent that it could answer",
			      vmbus_channel_name(ch), p->type);
		return;
	}
	status = decode_message(chan, p, &m);
	if (m.command) {
		r.fail_len = m.command->reply;
		r.fail_status_at = m.command->status_at;
	}
	if (!status)
		status = apply_rules(&m, &delay_ms);
	if (!status && !m.command->run) {
		log_info(AREA, "%s (%u): this host does not offer it", m.command->name,
			 m.command->number);
		status = STATUS_NOT_SUPPORTED;
	}
	if (!status)
		status = m.command->run(&m, &r);
	if (status_is_error(status) && !(r.own_failure && r.len))
		make_failure(&m, &r, status);
	else if (!r.len)
		make_status(&m, &r, status);
	log_debug(AREA, "%s: %s (%u) process %#x transaction %#llx: status %#x, %u bytes",
		  vmbus_channel_name(ch), m.command ? m.command->name : "?", m.hdr.command,
		  m.hdr.process, (unsigned long long)m.transaction, status, r.len);
	if (!m.wants_reply)
		return;
	if (delay_ms)
		answer_later(&m, r.data, r.len, delay_ms);
	else
		vmbus_complete(ch, m.transaction, r.data, r.len);
}

void gpupv_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct gpupv_channel *chan = priv;
	struct gpupv *g = chan->g;

	batch_begin(g);
	answer_packet(ch, chan, p);
	batch_end(g);
}
