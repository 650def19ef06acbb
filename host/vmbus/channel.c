// SPDX-License-Identifier: GPL-2.0
/*
 * Channels while they are open: open, close, the packets of both rings, the
 * queue of what the guest has no room for, and what services call.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "internal.h"

/*
 * Reading stops while more than this waits for the guest to make room, and
 * continues when less does.
 */
#define QUEUE_MAX_PACKETS	256
#define QUEUE_MAX_BYTES		(1u << 20)
/*
 * Packets that are handled at one signal. A guest can write for ever on one
 * CPU while another is kept in the signal; the rest is read by a timer.
 */
#define DRAIN_BUDGET		1024
/* How often to look for room when the guest does not signal it. */
#define POLL_NS			1000000

static void channel_drain(struct vmbus_channel *ch);
static void channel_flush(struct vmbus_channel *ch);
static void channel_stop(struct vmbus_channel *ch);

void channel_refuse(struct vmbus_channel *ch, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ch->stats.refused++;
	log_violation(AREA, "%s (relid %u): %s", ch->offer.name, ch->relid, text);
}

void channel_hold(struct vmbus_channel *ch)
{
	ch->holds++;
}

void channel_put(struct vmbus_channel *ch)
{
	if (--ch->holds || !ch->unlinked)
		return;
	vmbus_faults_closed(ch->bus->faults, ch);
	if (ch->service->free)
		ch->service->free(ch, ch->priv);
	ring_buffer_free(&ch->buffer);
	g_free(ch);
}

static void channel_broken(struct vmbus_channel *ch, const char *ring,
			   const struct ring *r, const struct ring_error *error)
{
	ch->broken = true;
	channel_refuse(ch, "%s ring is broken: %s: %#llx (%u bytes, host at %u); not used further",
		       ring, error->what, (unsigned long long)error->value, r->size, r->own);
}

/* ---- open and close ---- */

static void channel_open_result(struct vmbus *v, const struct msg_open *m, uint32_t status)
{
	struct msg_open_result r = {
		.header.type = MSG_OPEN_RESULT,
		.relid = m->relid,
		.open_id = m->open_id,
		.status = status,
	};

	server_post(v, &r, sizeof(r));
}

/* Check what the guest wants to open with. Returns its GPADL, or NULL and *why. */
static struct gpadl *channel_open_check(struct vmbus_channel *ch, const struct msg_open *m,
					const char **why)
{
	struct gpadl *g = gpadl_find(ch, m->gpadl);

	if (!g)
		*why = "no such GPADL";
	else if (g->offset)
		*why = "the rings do not start at a page";
	else if (m->downstream < 2 || m->downstream >= g->pages || g->pages - m->downstream < 2)
		*why = "a ring needs a header and a page of data";
	else if (m->target_vp >= ch->bus->host->vps)
		*why = "no such target processor";
	else
		return g;
	return NULL;
}

/* Map the rings. False: an index in their headers is not valid. */
static bool channel_map_rings(struct vmbus_channel *ch, struct gpadl *g, uint32_t downstream)
{
	const struct gmem *mem = &ch->bus->host->mem;
	struct ring_error error;
	uint8_t **pages;

	pages = g_new(uint8_t *, g->pages);
	for (uint32_t i = 0; i < g->pages; i++)
		pages[i] = gmem_at(mem, g->pfn[i] << GMEM_PAGE_SHIFT, GMEM_PAGE_SIZE);
	if (!ring_init_reader(&ch->up, pages[0], pages + 1, downstream - 1, &error) ||
	    !ring_init_writer(&ch->down, pages[downstream], pages + downstream + 1,
			      g->pages - downstream - 1, &error)) {
		channel_refuse(ch, "open: %s: %#llx", error.what, (unsigned long long)error.value);
		g_free(pages);
		return false;
	}
	ch->ring_pages = pages;
	ch->flow_control = ring_guest_has_flow_control(&ch->up);
	return true;
}

static void channel_unmap_rings(struct vmbus_channel *ch)
{
	struct gpadl *g = ch->ring_gpadl;

	g_free(ch->ring_pages);
	ch->ring_pages = NULL;
	ch->ring_gpadl = NULL;
	gpadl_unuse(g);
}

void channel_handle_open(struct vmbus *v, const void *message, size_t len)
{
	struct vmbus_channel *ch;
	const char *why = NULL;
	struct msg_open m;
	struct gpadl *g;
	uint32_t status;

	(void)len;
	memcpy(&m, message, sizeof(m));
	ch = server_channel(v, m.relid, "open");
	if (!ch) {
		channel_open_result(v, &m, STATUS_INVALID_PARAMETER);
		return;
	}
	if (ch->rescinded)
		return;		/* no answer, as from Hyper-V: the rescind is in its messages */
	if (ch->open) {
		channel_refuse(ch, "opened twice");
		channel_open_result(v, &m, STATUS_ALREADY_OPEN);
		return;
	}
	g = channel_open_check(ch, &m, &why);
	if (!g) {
		channel_refuse(ch, "open: %s (GPADL %#x, downstream page %u, processor %u)", why,
			       m.gpadl, m.downstream, m.target_vp);
		channel_open_result(v, &m, STATUS_INVALID_PARAMETER);
		return;
	}
	if (!channel_map_rings(ch, g, m.downstream)) {
		channel_open_result(v, &m, STATUS_INVALID_PARAMETER);
		return;
	}
	g->in_use = true;
	ch->ring_gpadl = g;
	ch->target_vp = m.target_vp;
	ch->broken = false;
	ch->open = true;
	channel_hold(ch);
	status = ch->service->open ? ch->service->open(ch, ch->priv) : STATUS_OK;
	/* Rescinded by its own service: closed already, and there is nothing to answer. */
	if (ch->open && status) {
		log_info(AREA, "%s (relid %u): open refused by the service: %#x", ch->offer.name,
			 ch->relid, status);
		ch->open = false;
		channel_stop(ch);
		channel_unmap_rings(ch);
		channel_open_result(v, &m, status);
	} else if (ch->open) {
		log_info(AREA, "%s (relid %u): open, rings of %u and %u bytes, processor %u",
			 ch->offer.name, ch->relid, ch->up.size, ch->down.size, ch->target_vp);
		channel_open_result(v, &m, STATUS_OK);
		/* Packets may lie there already, written before the guest knew of the open. */
		channel_drain(ch);
	}
	channel_put(ch);
}

static void channel_stop(struct vmbus_channel *ch)
{
	struct host *h = ch->bus->host;

	vmbus_faults_closed(ch->bus->faults, ch);
	if (ch->resume)
		host_timer_cancel(h, ch->resume);
	if (ch->poll)
		host_timer_cancel(h, ch->poll);
	ch->resume = NULL;
	ch->poll = NULL;
	while (ch->queue) {
		struct queued_packet *q = ch->queue;

		ch->queue = q->next;
		g_free(q);
	}
	ch->queue_last = &ch->queue;
	ch->queue_packets = 0;
	ch->queue_bytes = 0;
}

void channel_close(struct vmbus_channel *ch)
{
	if (!ch->open)
		return;
	ch->open = false;
	channel_stop(ch);
	channel_hold(ch);
	if (ch->service->close)
		ch->service->close(ch, ch->priv);
	channel_unmap_rings(ch);
	channel_put(ch);
}

void channel_handle_close(struct vmbus *v, const void *message, size_t len)
{
	struct vmbus_channel *ch;
	struct msg_relid m;

	(void)len;
	memcpy(&m, message, sizeof(m));
	ch = server_channel(v, m.relid, "close");
	if (!ch || ch->rescinded)
		return;		/* the close of a channel that was just rescinded is in order */
	if (!ch->open) {
		channel_refuse(ch, "close of a channel that is not open");
		return;
	}
	log_info(AREA, "%s (relid %u): closed", ch->offer.name, ch->relid);
	channel_close(ch);
}

void channel_handle_modify(struct vmbus *v, const void *message, size_t len)
{
	struct msg_modify_response r = { .header.type = MSG_MODIFY_RESPONSE };
	struct vmbus_channel *ch;
	struct msg_modify m;

	(void)len;
	memcpy(&m, message, sizeof(m));
	r.relid = m.relid;
	ch = server_channel(v, m.relid, "modify");
	if (!ch || ch->rescinded) {
		r.status = STATUS_INVALID_PARAMETER;
	} else if (!ch->open) {
		channel_refuse(ch, "modify of a channel that is not open");
		r.status = STATUS_UNSUCCESSFUL;
	} else if (m.target_vp >= v->host->vps) {
		channel_refuse(ch, "modify: no processor %u", m.target_vp);
		r.status = STATUS_INVALID_PARAMETER;
	} else {
		ch->target_vp = m.target_vp;
		log_debug(AREA, "%s (relid %u): interrupts go to processor %u", ch->offer.name,
			  ch->relid, m.target_vp);
	}
	/* Older guests do not wait for an answer. */
	if (v->version >= VMBUS_VERSION_5_3)
		server_post(v, &r, sizeof(r));
}

/* ---- guest to host ---- */

static bool channel_paused(const struct vmbus_channel *ch)
{
	return ch->queue_packets > QUEUE_MAX_PACKETS || ch->queue_bytes > QUEUE_MAX_BYTES;
}

static bool channel_running(const struct vmbus_channel *ch)
{
	return ch->open && !ch->broken;
}

static void channel_interrupt(struct vmbus_channel *ch)
{
	ch->stats.interrupts++;
	ch->bus->ops->signal_event(ch->bus->ops_ctx, ch->target_vp, ch->relid);
}

static void channel_resume(void *arg)
{
	struct vmbus_channel *ch = arg;

	ch->resume = NULL;
	channel_drain(ch);
}

static void channel_deliver(struct vmbus_channel *ch, const struct ring_packet *r)
{
	struct vmbus_packet p = {
		.type = r->type,
		.wants_completion = r->flags & PACKET_WANTS_COMPLETION,
		.transaction = r->transaction,
		.data = r->data,
		.len = r->len,
	};

	ch->stats.packets_in++;
	ch->stats.bytes_in += r->len;
	if (r->type != VMBUS_PACKET_INBAND && r->type != VMBUS_PACKET_COMPLETION) {
		channel_refuse(ch, "packet of type %u with %u bytes, transaction %#llx", r->type,
			       r->len, (unsigned long long)r->transaction);
		return;
	}
	ch->service->packet(ch, ch->priv, &p);
}

/* Read and handle packets until there are none, or something stops it. */
static void channel_drain(struct vmbus_channel *ch)
{
	unsigned int budget = DRAIN_BUDGET;
	struct ring_error error;
	struct ring_packet p;

	if (!channel_running(ch) || ch->draining || ch->resume)
		return;
	ch->draining = true;
	channel_hold(ch);
	ring_set_mask(&ch->up, true);
	while (channel_running(ch)) {
		enum ring_result result;
		bool room = false;

		/* The mask stays set in both cases: reading goes on without a signal. */
		if (channel_paused(ch))
			break;
		if (!budget--) {
			ch->resume = host_timer_add(ch->bus->host, 0, channel_resume, ch);
			break;
		}
		result = ring_read(&ch->up, &ch->buffer, &p, &room, &error);
		if (result == RING_BROKEN) {
			channel_broken(ch, "guest-to-host", &ch->up, &error);
			break;
		}
		if (result == RING_EMPTY) {
			ring_set_mask(&ch->up, false);
			if (!ring_has_packets(&ch->up))
				break;
			ring_set_mask(&ch->up, true);
			continue;
		}
		if (room)
			channel_interrupt(ch);
		channel_deliver(ch, &p);
	}
	ch->draining = false;
	channel_put(ch);
}

void channel_signalled(struct vmbus_channel *ch)
{
	channel_hold(ch);
	channel_flush(ch);
	channel_drain(ch);
	channel_put(ch);
}

/* ---- host to guest ---- */

static void channel_poll(void *arg)
{
	struct vmbus_channel *ch = arg;

	ch->poll = NULL;
	channel_signalled(ch);
}

/* One packet into the ring. RING_FULL leaves a request for the room it needs. */
static enum ring_result channel_write(struct vmbus_channel *ch, uint16_t type,
				      uint64_t transaction, const void *data, uint32_t len)
{
	struct ring_error error;
	enum ring_result result;
	bool signal = false;

	result = ring_write(&ch->down, type, 0, transaction, data, len, &signal, &error);
	if (result == RING_FULL) {
		/* Ask, then look again: room that came before the question is not told. */
		ring_set_pending(&ch->down, ring_packet_size(len));
		result = ring_write(&ch->down, type, 0, transaction, data, len, &signal, &error);
		if (result == RING_OK)
			ring_set_pending(&ch->down, 0);
	}
	if (result == RING_BROKEN) {
		channel_broken(ch, "host-to-guest", &ch->down, &error);
		return result;
	}
	if (result == RING_OK) {
		ch->stats.packets_out++;
		ch->stats.bytes_out += len;
		if (signal)
			channel_interrupt(ch);
		else
			ch->stats.interrupts_saved++;
	} else if (!ch->flow_control && !ch->poll) {
		ch->poll = host_timer_add(ch->bus->host, POLL_NS, channel_poll, ch);
	}
	return result;
}

/* Send what waits, as far as there is room. */
static void channel_flush(struct vmbus_channel *ch)
{
	if (!ch->queue || !channel_running(ch))
		return;
	while (ch->queue) {
		struct queued_packet *q = ch->queue;

		if (channel_write(ch, q->type, q->transaction, q->data, q->len) != RING_OK)
			return;
		ch->queue = q->next;
		ch->queue_packets--;
		ch->queue_bytes -= q->len;
		g_free(q);
	}
	ch->queue_last = &ch->queue;
	ring_set_pending(&ch->down, 0);
}

static void channel_enqueue(struct vmbus_channel *ch, uint16_t type, uint64_t transaction,
			    const void *data, uint32_t len)
{
	struct queued_packet *q = g_malloc(sizeof(*q) + len);

	q->next = NULL;
	q->type = type;
	q->transaction = transaction;
	q->len = len;
	if (len)
		memcpy(q->data, data, len);
	*ch->queue_last = q;
	ch->queue_last = &q->next;
	ch->queue_packets++;
	ch->queue_bytes += len;
	ch->stats.queued++;
}

static void channel_send(struct vmbus_channel *ch, uint16_t type, uint64_t transaction,
			 const char *request, const void *data, uint32_t len)
{
	if (channel_running(ch) &&
	    !vmbus_faults_packet(ch->bus->faults, ch, type, transaction, request, data, len))
		vmbus_send_unfaulted(ch, type, transaction, data, len);
}

void vmbus_send(struct vmbus_channel *ch, uint16_t type, uint64_t transaction, const void *data,
		uint32_t len)
{
	channel_send(ch, type, transaction, NULL, data, len);
}

void vmbus_send_unfaulted(struct vmbus_channel *ch, uint16_t type, uint64_t transaction,
			  const void *data, uint32_t len)
{
	uint32_t size = ring_packet_size(len);

	if (!channel_running(ch))
		return;
	if (!size || size >= ch->down.size) {
		channel_refuse(ch, "a packet of %u bytes never fits into the downstream ring of %u",
			       len, ch->down.size);
		return;
	}
	if (ch->queue ||
	    channel_write(ch, type, transaction, data, len) == RING_FULL)
		channel_enqueue(ch, type, transaction, data, len);
}

void vmbus_complete(struct vmbus_channel *ch, uint64_t transaction, const void *data,
		    uint32_t len)
{
	channel_send(ch, VMBUS_PACKET_COMPLETION, transaction, NULL, data, len);
}

void vmbus_complete_request(struct vmbus_channel *ch, uint64_t transaction, const char *request,
			    const void *data, uint32_t len)
{
	channel_send(ch, VMBUS_PACKET_COMPLETION, transaction, request, data, len);
}

/* ---- what others ask of a channel ---- */

const char *vmbus_channel_name(const struct vmbus_channel *ch)
{
	return ch->offer.name;
}

uint32_t vmbus_channel_relid(const struct vmbus_channel *ch)
{
	return ch->relid;
}

bool vmbus_channel_is_open(const struct vmbus_channel *ch)
{
	return ch->open;
}

struct host *vmbus_channel_host(const struct vmbus_channel *ch)
{
	return ch->bus->host;
}

struct vmbus *vmbus_channel_bus(const struct vmbus_channel *ch)
{
	return ch->bus;
}

void vmbus_channel_stats(const struct vmbus_channel *ch, struct vmbus_stats *s)
{
	*s = ch->stats;
}
