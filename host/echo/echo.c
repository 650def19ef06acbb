// SPDX-License-Identifier: GPL-2.0
/* The test service on the echo channels: answers, delays, floods, and checks of shared memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "echo.h"
#include "echo_service.h"

#define AREA "echo"

/* An answer that waits for its time. */
struct delayed {
	struct delayed *next;
	struct echo *e;
	struct host_timer *timer;
	bool completion;
	uint64_t transaction;
	uint32_t len;
	uint8_t data[];
};

struct echo {
	struct vmbus_channel *ch;
	struct delayed *delayed;	/* dropped when the channel closes */
};

static void answer_raw(struct echo *e, bool completion, uint64_t transaction, const void *data,
		       uint32_t len)
{
	if (completion)
		vmbus_complete(e->ch, transaction, data, len);
	else
		vmbus_send(e->ch, VMBUS_PACKET_INBAND, 0, data, len);
}

static void delayed_send(void *arg)
{
	struct delayed *d = arg, **at;

	for (at = &d->e->delayed; *at != d; at = &(*at)->next)
		;
	*at = d->next;
	answer_raw(d->e, d->completion, d->transaction, d->data, d->len);
	free(d);
}

static enum echo_status do_echo(struct echo *e, const struct vmbus_packet *p, uint32_t ms)
{
	struct delayed *d;

	if (ms > ECHO_MAX_DELAY)
		return ECHO_STATUS_RANGE;
	d = malloc(sizeof(*d) + p->len);
	if (!d)
		abort();
	for (uint32_t i = 0; i < p->len; i++)
		d->data[i] = p->data[i] ^ ECHO_XOR;
	if (!ms) {
		answer_raw(e, p->wants_completion, p->transaction, d->data, p->len);
		free(d);
		return ECHO_STATUS_OK;
	}
	d->e = e;
	d->completion = p->wants_completion;
	d->transaction = p->transaction;
	d->len = p->len;
	d->next = e->delayed;
	e->delayed = d;
	d->timer = host_timer_add(vmbus_channel_host(e->ch), ms * 1000000ull, delayed_send, d);
	return ECHO_STATUS_OK;
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;	/* Numerical Recipes */
	return *state >> 8;
}

static enum echo_status do_source(struct echo *e, const struct vmbus_packet *p,
				  struct echo_answer *a)
{
	struct echo_source s;
	struct echo_data *d;
	uint32_t max;

	if (p->len < sizeof(s))
		return ECHO_STATUS_SHORT;
	memcpy(&s, p->data, sizeof(s));
	max = s.head.arg;
	if ((uint64_t)s.count * ((uint64_t)max + sizeof(*d)) > ECHO_MAX_SOURCE)
		return ECHO_STATUS_RANGE;
	d = calloc(1, sizeof(*d) + max);
	if (!d)
		abort();
	d->head.op = ECHO_OP_SOURCE | ECHO_FROM_HOST;
	for (uint32_t i = 0; i < s.count; i++) {
		uint32_t n = next_random(&s.seed) % (max + 1ull);

		d->head.arg = n;
		d->head.seq = i;
		for (uint32_t k = 0; k < n; k++)
			d->data[k] = echo_pattern(i, k);
		vmbus_send(e->ch, VMBUS_PACKET_INBAND, 0, d, sizeof(*d) + n);
	}
	free(d);
	a->count = s.count;
	return ECHO_STATUS_OK;
}

/* Check and rewrite @words words that should hold @seed and up. Returns how many do not. */
static uint64_t check_words(uint64_t *w, uint64_t words, uint64_t seed)
{
	uint64_t bad = 0;

	for (uint64_t i = 0; i < words; i++) {
		bad += w[i] != seed + i;
		w[i] = ~(seed + i);
	}
	return bad;
}

static enum echo_status check_gpadl(struct echo *e, const struct echo_memory *m,
				    struct echo_answer *a)
{
	const struct gmem *mem = &vmbus_channel_host(e->ch)->mem;
	const uint64_t *pfn;
	uint32_t pages;

	if (m->gpa > UINT32_MAX || m->bytes % GMEM_PAGE_SIZE)
		return ECHO_STATUS_RANGE;
	pfn = vmbus_gpadl_pages(e->ch, m->gpa, &pages);
	if (!pfn || pages != m->bytes / GMEM_PAGE_SIZE)
		return ECHO_STATUS_MEMORY;
	for (uint32_t i = 0; i < pages; i++) {
		uint64_t *w = gmem_at(mem, pfn[i] << GMEM_PAGE_SHIFT, GMEM_PAGE_SIZE);

		if (!w)
			return ECHO_STATUS_MEMORY;
		a->bad += check_words(w, GMEM_PAGE_SIZE / 8, m->seed + a->count);
		a->count += GMEM_PAGE_SIZE / 8;
	}
	return ECHO_STATUS_OK;
}

static enum echo_status do_memory(struct echo *e, const struct vmbus_packet *p,
				  struct echo_answer *a)
{
	const struct gmem *mem = &vmbus_channel_host(e->ch)->mem;
	struct echo_memory m;
	uint64_t *w;

	if (p->len < sizeof(m))
		return ECHO_STATUS_SHORT;
	memcpy(&m, p->data, sizeof(m));
	if (!m.bytes || m.bytes > ECHO_MAX_MEMORY || m.bytes % 8)
		return ECHO_STATUS_RANGE;
	if (m.head.op == ECHO_OP_GPADL)
		return check_gpadl(e, &m, a);
	if (m.gpa % 8)
		return ECHO_STATUS_RANGE;
	w = gmem_at(mem, m.gpa, m.bytes);
	if (!w)
		return ECHO_STATUS_MEMORY;
	a->bad = check_words(w, m.bytes / 8, m.seed);
	a->count = m.bytes / 8;
	return ECHO_STATUS_OK;
}

static enum echo_status handle(struct echo *e, const struct vmbus_packet *p,
			       struct echo_answer *a, bool *answered)
{
	struct echo_request r;
	enum echo_status st;

	if (p->len < sizeof(r))
		return ECHO_STATUS_SHORT;
	memcpy(&r, p->data, sizeof(r));
	a->op = r.op | ECHO_FROM_HOST;
	a->seq = r.seq;
	switch (r.op) {
	case ECHO_OP_ECHO:
	case ECHO_OP_DELAY:
		st = do_echo(e, p, r.op == ECHO_OP_DELAY ? r.arg : 0);
		*answered = !st;
		return st;
	case ECHO_OP_SINK:
		*answered = !p->wants_completion;
		a->count = p->len;
		return ECHO_STATUS_OK;
	case ECHO_OP_SOURCE:
		return do_source(e, p, a);
	case ECHO_OP_MMIO:
	case ECHO_OP_GPADL:
		return do_memory(e, p, a);
	default:
		return ECHO_STATUS_OP;
	}
}

static void echo_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct echo_answer a = { .op = ECHO_FROM_HOST };
	struct echo *e = priv;
	bool answered = false;

	if (p->type != VMBUS_PACKET_INBAND) {
		log_violation(AREA, "%s: packet of type %u", vmbus_channel_name(ch), p->type);
		return;
	}
	a.status = handle(e, p, &a, &answered);
	if (a.status)
		log_violation(AREA, "%s: request %#x of %u bytes refused: %u",
			      vmbus_channel_name(ch), a.op & ~ECHO_FROM_HOST, p->len, a.status);
	if (!answered)
		answer_raw(e, p->wants_completion, p->transaction, &a, sizeof(a));
}

static void echo_close(struct vmbus_channel *ch, void *priv)
{
	struct host *h = vmbus_channel_host(ch);
	struct echo *e = priv;

	while (e->delayed) {
		struct delayed *d = e->delayed;

		e->delayed = d->next;
		host_timer_cancel(h, d->timer);
		free(d);
	}
}

static void echo_free(struct vmbus_channel *ch, void *priv)
{
	(void)ch;
	free(priv);
}

static const struct vmbus_service echo_service = {
	.name = "echo",
	.close = echo_close,
	.packet = echo_packet,
	.free = echo_free,
};

struct vmbus_channel *echo_add(struct vmbus *v, unsigned int n)
{
	struct vmbus_offer o = { 0 };
	char instance[GUID_TEXT_SIZE];
	struct echo *e;

	if (!n || n > 0xffff)
		return NULL;
	snprintf(o.name, sizeof(o.name), "echo%u", n);
	snprintf(instance, sizeof(instance), "6b2f1c5e-%04x-4f0e-9c57-0d5a11ec0de0", n);
	if (!guid_parse(&o.type, ECHO_CLASS) || !guid_parse(&o.instance, instance))
		abort();
	e = calloc(1, sizeof(*e));
	if (!e)
		abort();
	e->ch = vmbus_offer(v, &o, &echo_service, e);
	if (!e->ch) {
		free(e);
		return NULL;
	}
	return e->ch;
}
