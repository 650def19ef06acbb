// SPDX-License-Identifier: GPL-2.0
/*
 * The failure switches at work: which packets the rules hit, and what becomes
 * of those. The text of rules is read in fault_spec.c.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "fault.h"
#include "fault_spec.h"

/*
 * Packets held back for "delay" at one time. The guest decides how many answers
 * it provokes, so there is a bound; what comes over it goes out at once.
 */
#define MAX_HELD 4096

/* A channel that sends nothing, as long as it stays open. */
struct silent {
	struct silent *next;
	struct vmbus_channel *ch;
};

/* A packet for later, or (rescind) the withdrawal of the channel. */
struct held {
	struct held *next;
	struct vmbus_faults *f;
	struct vmbus_channel *ch;
	struct host_timer *timer;
	bool rescind;
	uint16_t type;
	uint64_t transaction;
	uint32_t len;
	uint8_t data[];
};

struct vmbus_faults {
	struct vmbus *v;
	struct fault_rule *rules;	/* in order of addition */
	struct silent *silent;
	struct held *held;
	unsigned int num_held;
};

struct packet {
	struct vmbus_channel *ch;
	uint16_t type;
	uint64_t transaction;
	const char *request;		/* or NULL */
	const uint8_t *data;
	uint32_t len;
};

struct vmbus_faults *vmbus_faults_new(struct vmbus *v)
{
	struct vmbus_faults *f = g_new0(struct vmbus_faults, 1);

	f->v = v;
	return f;
}

/* The next of a rule's random numbers (splitmix64). */
static uint64_t next_random(struct fault_rule *r)
{
	uint64_t z = r->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static void fill_random(struct fault_rule *r, uint8_t *p, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		p[i] = next_random(r) >> 32;
}

static void send_packet(const struct packet *p)
{
	vmbus_send_unfaulted(p->ch, p->type, p->transaction, p->data, p->len);
}

static uint8_t *copy_data(const struct packet *p)
{
	uint8_t *copy = g_malloc(p->len);

	memcpy(copy, p->data, p->len);
	return copy;
}

static bool is_silent(const struct vmbus_faults *f, const struct vmbus_channel *ch)
{
	for (const struct silent *s = f->silent; s; s = s->next)
		if (s->ch == ch)
			return true;
	return false;
}

static void make_silent(struct vmbus_faults *f, struct vmbus_channel *ch)
{
	struct silent *s = g_new(struct silent, 1);

	s->ch = ch;
	s->next = f->silent;
	f->silent = s;
}

/* ---- packets for later ---- */

static void unlink_held(struct held *h)
{
	struct held **at = &h->f->held;

	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
	h->f->num_held--;
}

static void held_due(void *arg)
{
	struct held *h = arg;

	/* First off the list: the channel's close comes back to vmbus_faults_closed(). */
	unlink_held(h);
	if (h->rescind)
		vmbus_rescind(h->ch);
	else if (!is_silent(h->f, h->ch))
		vmbus_send_unfaulted(h->ch, h->type, h->transaction, h->data, h->len);
	g_free(h);
}

static void hold(struct vmbus_faults *f, const struct packet *p, uint64_t ns, bool rescind)
{
	uint32_t len = rescind ? 0 : p->len;
	struct held *h = g_malloc0(sizeof(*h) + len);

	h->f = f;
	h->ch = p->ch;
	h->rescind = rescind;
	h->type = p->type;
	h->transaction = p->transaction;
	h->len = len;
	if (len)
		memcpy(h->data, p->data, len);
	h->next = f->held;
	f->held = h;
	f->num_held++;
	h->timer = host_timer_add(vmbus_channel_host(p->ch), ns, held_due, h);
}

void vmbus_faults_closed(struct vmbus_faults *f, struct vmbus_channel *ch)
{
	struct silent **s = &f->silent;
	struct held **at = &f->held;

	while (*s) {
		struct silent *this = *s;

		if (this->ch != ch) {
			s = &this->next;
			continue;
		}
		*s = this->next;
		g_free(this);
	}
	while (*at) {
		struct held *h = *at;

		if (h->ch != ch) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		f->num_held--;
		host_timer_cancel(vmbus_channel_host(ch), h->timer);
		g_free(h);
	}
}

/* ---- what becomes of a packet ---- */

static void do_delay(struct vmbus_faults *f, struct fault_rule *r, const struct packet *p)
{
	if (f->num_held >= MAX_HELD) {
		log_info("fault", "%u packets are held back already: sent at once", MAX_HELD);
		send_packet(p);
		return;
	}
	hold(f, p, r->ms * 1000000ull, false);
}

static void do_extend(struct fault_rule *r, struct packet p)
{
	uint8_t *copy = g_malloc(p.len + r->bytes);

	if (p.len)
		memcpy(copy, p.data, p.len);
	fill_random(r, copy + p.len, r->bytes);
	p.data = copy;
	p.len += r->bytes;
	send_packet(&p);
	g_free(copy);
}

static void do_garbage(struct fault_rule *r, struct packet p)
{
	uint32_t len = p.len - r->offset;
	uint8_t *copy = copy_data(&p);

	if (r->bytes && r->bytes < len)
		len = r->bytes;
	fill_random(r, copy + r->offset, len);
	p.data = copy;
	send_packet(&p);
	g_free(copy);
}

static void do_status(struct fault_rule *r, struct packet p)
{
	uint8_t *copy = copy_data(&p);
	uint32_t value = r->value;

	memcpy(copy, &value, sizeof(value));
	p.data = copy;
	send_packet(&p);
	g_free(copy);
}

static void do_wrong_id(struct fault_rule *r, struct packet p)
{
	uint64_t id = p.transaction;

	while (id == p.transaction)
		id = r->has_value ? r->value : next_random(r);
	p.transaction = id;
	send_packet(&p);
}

static void inject(struct vmbus_faults *f, struct fault_rule *r, struct packet *p)
{
	switch (r->kind) {
	case FAULT_DELAY:
		do_delay(f, r, p);
		break;
	case FAULT_DROP:
		break;
	case FAULT_TRUNCATE:
		p->len = r->bytes;
		send_packet(p);
		break;
	case FAULT_EXTEND:
		do_extend(r, *p);
		break;
	case FAULT_DUPLICATE:
		send_packet(p);
		send_packet(p);
		break;
	case FAULT_WRONG_ID:
		do_wrong_id(r, *p);
		break;
	case FAULT_GARBAGE:
		do_garbage(r, *p);
		break;
	case FAULT_SILENCE:
		make_silent(f, p->ch);
		break;
	case FAULT_RESCIND:
		/* Not from here: the service that sends does not expect its close inside. */
		make_silent(f, p->ch);
		hold(f, p, 0, true);
		break;
	case FAULT_STATUS:
		do_status(r, *p);
		break;
	}
}

/* ---- which packets ---- */

/* Whether a rule of this kind could do anything to the packet. */
static bool kind_fits(const struct fault_rule *r, const struct packet *p)
{
	switch (r->kind) {
	case FAULT_TRUNCATE:
		return p->len > r->bytes;
	case FAULT_GARBAGE:
		return p->len > r->offset;
	case FAULT_STATUS:
		return p->len >= sizeof(uint32_t);
	case FAULT_WRONG_ID:
		return !r->has_value || r->value != p->transaction;
	default:
		return true;
	}
}

/* Whether one of the names in @names, with + between them, is that of @p's request. */
static bool request_fits(const char *names, const struct packet *p)
{
	bool fits = false;
	char **list;

	if (!p->request)
		return false;
	list = g_strsplit(names, "+", -1);
	for (char **name = list; *name && !fits; name++)
		fits = !fnmatch(*name, p->request, 0);
	g_strfreev(list);
	return fits;
}

static bool matches(const struct fault_rule *r, const struct packet *p)
{
	if (r->match == FAULT_MATCH_COMPLETION && p->type != VMBUS_PACKET_COMPLETION)
		return false;
	if (r->match == FAULT_MATCH_INBAND && p->type != VMBUS_PACKET_INBAND)
		return false;
	if (r->request && !request_fits(r->request, p))
		return false;
	return !fnmatch(r->channel, vmbus_channel_name(p->ch), 0) && kind_fits(r, p);
}

/* Counts the packet for @r; true when it hits, unless another rule already has. */
static bool hits(struct fault_rule *r, const struct packet *p, bool taken)
{
	if (!matches(r, p))
		return false;
	r->seen++;
	if (taken || r->seen <= r->after || (r->count && r->hits >= r->count))
		return false;
	if (r->probability < 100 && next_random(r) % 100 >= r->probability)
		return false;
	r->hits++;
	return true;
}

bool vmbus_faults_packet(struct vmbus_faults *f, struct vmbus_channel *ch, uint16_t type,
			 uint64_t transaction, const char *request, const void *data, uint32_t len)
{
	struct packet p = { ch, type, transaction, request, data, len };
	struct fault_rule *hit = NULL;

	if (!vmbus_channel_is_open(ch))
		return false;
	if (is_silent(f, ch))
		return true;
	for (struct fault_rule *r = f->rules; r; r = r->next)
		if (hits(r, &p, hit))
			hit = r;
	if (!hit)
		return false;
	log_info("fault", "%s: hit %llu, packet %llu: %s, type %u, id %#llx, %u bytes%s%s",
		 hit->text, (unsigned long long)hit->hits, (unsigned long long)hit->seen,
		 vmbus_channel_name(ch), type, (unsigned long long)transaction, len,
		 request ? " for " : "", request ? request : "");
	inject(f, hit, &p);
	return true;
}

/* ---- the set of rules ---- */

int vmbus_fault_add(struct vmbus *v, const char *spec, const char **err)
{
	struct vmbus_faults *f = vmbus_get_faults(v);
	struct fault_rule **at = &f->rules;
	struct fault_rule *r = fault_spec_parse(spec, err);

	if (!r)
		return -EINVAL;
	while (*at)
		at = &(*at)->next;
	*at = r;
	log_info("fault", "%s: added", r->text);
	return 0;
}

static void free_rules(struct vmbus_faults *f)
{
	while (f->rules) {
		struct fault_rule *r = f->rules;

		f->rules = r->next;
		fault_spec_free(r);
	}
}

static void free_silent(struct vmbus_faults *f)
{
	while (f->silent) {
		struct silent *s = f->silent;

		f->silent = s->next;
		g_free(s);
	}
}

void vmbus_fault_clear(struct vmbus *v)
{
	struct vmbus_faults *f = vmbus_get_faults(v);

	free_rules(f);
	free_silent(f);
	log_info("fault", "all rules taken away");
}

void vmbus_faults_free(struct vmbus_faults *f)
{
	free_rules(f);
	while (f->held)
		vmbus_faults_closed(f, f->held->ch);
	free_silent(f);
	g_free(f);
}

void vmbus_fault_list(struct vmbus *v, GString *out)
{
	for (const struct fault_rule *r = vmbus_get_faults(v)->rules; r; r = r->next)
		g_string_append_printf(out, "%s packets %llu hits %llu\n", r->text,
				       (unsigned long long)r->seen, (unsigned long long)r->hits);
}
