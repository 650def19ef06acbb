// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the host to the guest, on the global channel, and when they are
 * sent. A send may close the channel (a failure switch can withdraw it) and so
 * end every process with what it owns. Nothing that walks objects can stand
 * that; so messages are only noted, and go out, in order, at the end of the
 * batch: of the packet, timer or node's report that caused them. The queues
 * that something has woken go on at the same place, before.
 *
 * Who is not in a batch (a timer of another file) need do nothing: a timer that
 * is due at once ends what it began.
 */
#include <string.h>

#include "exec.h"

struct guest_message {
	struct guest_message *next;
	union {
		struct wire_header hdr;
		struct wire_signalguestevent event;
		struct wire_setguestdata data;
	};
};

static_assert(sizeof(struct wire_signalguestevent) == sizeof(struct wire_setguestdata),
	      "host messages have one size");

struct gpupv_events {
	struct guest_message *first, **last;
	struct host_timer *timer;	/* ends what was begun outside of a batch */
	unsigned int batches;		/* nested */
	uint64_t sent, lost;
};

struct gpupv_events *events_new(void)
{
	struct gpupv_events *e = g_new0(struct gpupv_events, 1);

	e->last = &e->first;
	return e;
}

void events_drop(struct gpupv *g)
{
	struct gpupv_events *e = g->events;

	while (e->first) {
		struct guest_message *m = e->first;

		e->first = m->next;
		g_free(m);
	}
	e->last = &e->first;
	if (e->timer && !g->ready) {
		host_timer_cancel(g->host, e->timer);
		e->timer = NULL;
	}
}

void events_free(struct gpupv *g)
{
	events_drop(g);
	g_free(g->events);
}

static void send_all(struct gpupv *g)
{
	struct gpupv_events *e = g->events;

	while (e->first) {
		struct guest_message *m = e->first;

		e->first = m->next;
		if (!e->first)
			e->last = &e->first;
		if (g->global.open && !g->cfg.silence) {
			e->sent++;
			counters_event(g, m->hdr.command, sizeof(m->event));
			vmbus_send(g->global.ch, VMBUS_PACKET_INBAND, 0, &m->hdr,
				   sizeof(m->event));
		} else {
			e->lost++;
		}
		g_free(m);
	}
}

void batch_begin(struct gpupv *g)
{
	g->events->batches++;
}

void batch_end(struct gpupv *g)
{
	if (g->events->batches == 1) {
		queues_run(g);
		send_all(g);
	}
	g->events->batches--;
}

static void batch_due(void *arg)
{
	struct gpupv *g = arg;

	g->events->timer = NULL;
	batch_begin(g);
	batch_end(g);
}

void batch_want(struct gpupv *g)
{
	if (!g->events->batches && !g->events->timer)
		g->events->timer = host_timer_add(g->host, 0, batch_due, g);
}

static void note(struct gpupv *g, struct guest_message *m, uint32_t number)
{
	m->hdr.channel = WIRE_HOST_TO_VM;
	m->hdr.command = number;
	*g->events->last = m;
	g->events->last = &m->next;
	batch_want(g);
}

void event_signal_guest(struct gpupv *g, uint64_t event, uint64_t process_id)
{
	struct guest_message *m = g_new0(struct guest_message, 1);

	log_debug(AREA, "event %#llx of process id %llu", (unsigned long long)event,
		  (unsigned long long)process_id);
	m->event.event = event;
	m->event.process_id = process_id;
	note(g, m, g->cfg.passive_events ? WIRE_SIGNALGUESTEVENTPASSIVE : WIRE_SIGNALGUESTEVENT);
}

void event_guest_data(struct gpupv *g, uint64_t cookie, uint32_t value)
{
	struct guest_message *m = g_new0(struct guest_message, 1);

	log_debug(AREA, "guest data %#x for cookie %#llx", value, (unsigned long long)cookie);
	m->data.cookie = cookie;
	m->data.value = value;
	m->data.type = WIRE_GUEST_DATA_32;
	note(g, m, WIRE_SETGUESTDATA);
}
