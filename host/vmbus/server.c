// SPDX-License-Identifier: GPL-2.0
/*
 * The VMBus server: contact, offers, rescind, unload, and the way of each
 * message and signal of the guest to the part that handles it.
 *
 * Life of a channel object: made by vmbus_offer(). While there is a contact and
 * the guest has asked for offers it has a relid. vmbus_rescind() takes it out of
 * service; it is freed when the guest releases the relid, or when the contact
 * ends, or at once when the guest never heard of it.
 */
#include <string.h>

#include "fault.h"
#include "internal.h"

void server_post(struct vmbus *v, const void *message, size_t len)
{
	if (v->connected)
		v->ops->post_message(v->ops_ctx, v->message_vp, message, len);
}

struct vmbus_channel *server_channel(struct vmbus *v, uint32_t relid, const char *what)
{
	struct vmbus_channel *ch = relid < VMBUS_RELIDS ? v->by_relid[relid] : NULL;

	if (!ch)
		log_violation(AREA, "%s: no channel has relid %u", what, relid);
	return ch;
}

/* ---- the set of channels ---- */

static void server_unlink(struct vmbus_channel *ch)
{
	struct vmbus *v = ch->bus;
	struct vmbus_channel **at = &v->first;

	while (*at != ch)
		at = &(*at)->next;
	*at = ch->next;
	if (v->last == &ch->next)
		v->last = at;
	ch->next = NULL;
	ch->unlinked = true;
}

/* Free a closed channel, now or when its callback has returned. */
static void server_drop(struct vmbus_channel *ch)
{
	server_unlink(ch);
	channel_hold(ch);
	channel_put(ch);
}

static uint32_t server_take_relid(struct vmbus *v)
{
	for (uint32_t i = 1; i < VMBUS_RELIDS; i++) {
		uint32_t relid = v->next_relid;

		v->next_relid = relid + 1 < VMBUS_RELIDS ? relid + 1 : 1;
		if (!v->by_relid[relid])
			return relid;
	}
	return 0;
}

/*
 * Another channel with this instance was rescinded, and the guest has not let
 * go of it yet. Linux takes an offer of an instance that it still has for the
 * return from hibernation (vmbus_onoffer()), and warns.
 */
static bool server_instance_busy(const struct vmbus_channel *ch)
{
	for (const struct vmbus_channel *c = ch->bus->first; c; c = c->next)
		if (c != ch && c->rescinded && c->relid &&
		    guid_equal(&c->offer.instance, &ch->offer.instance))
			return true;
	return false;
}

/* Offer it now, or leave it for the next call when that cannot be. */
static void server_send_offer(struct vmbus_channel *ch)
{
	struct vmbus *v = ch->bus;
	struct msg_offer m = {
		.header.type = MSG_OFFER,
		.type = ch->offer.type,
		.instance = ch->offer.instance,
		.flags = ch->offer.flags,
		.mmio_megabytes = ch->offer.mmio_megabytes,
		.dedicated_interrupt = 1,
	};

	if (server_instance_busy(ch)) {
		log_debug(AREA, "%s: waits until its instance is released", ch->offer.name);
		return;
	}
	ch->relid = server_take_relid(v);
	if (!ch->relid) {
		log_info(AREA, "%s: no relid is free; offered when one is", ch->offer.name);
		return;
	}
	v->by_relid[ch->relid] = ch;
	memcpy(m.user_defined, ch->offer.user_defined, sizeof(m.user_defined));
	m.relid = ch->relid;
	m.connection = VMBUS_EVENT_CONNECTION_BASE + ch->relid;
	server_post(v, &m, sizeof(m));
	log_info(AREA, "%s (relid %u): offered", ch->offer.name, ch->relid);
}

/* Offer what has no relid yet. What the guest gave back waits for its next contact. */
static void server_offer_all(struct vmbus *v)
{
	for (struct vmbus_channel *ch = v->first; ch; ch = ch->next)
		if (!ch->relid && !ch->rescinded && !ch->given_up)
			server_send_offer(ch);
}

/* Take the relid back, with all that the guest made on it. */
static void server_release(struct vmbus_channel *ch)
{
	gpadl_forget(ch->bus, ch);
	ch->bus->by_relid[ch->relid] = NULL;
	ch->relid = 0;
}

/*
 * The contact is over. Closing may call services, which may offer or rescind:
 * the loops start anew after each call that can change the list.
 */
static void server_disconnect(struct vmbus *v)
{
	struct vmbus_channel *ch;

	v->connected = false;
	v->offering = false;
	for (ch = v->first; ch; ) {
		if (!ch->open) {
			ch = ch->next;
			continue;
		}
		channel_close(ch);
		ch = v->first;
	}
	for (ch = v->first; ch; ch = ch->next) {
		ch->given_up = false;
		if (ch->relid)
			server_release(ch);
	}
	gpadl_forget(v, NULL);
	for (ch = v->first; ch; ) {
		if (!ch->rescinded) {
			ch = ch->next;
			continue;
		}
		server_drop(ch);
		ch = v->first;
	}
}

/* ---- messages ---- */

static bool version_known(uint32_t version)
{
	switch (version) {
	case VMBUS_VERSION_4_0:
	case VMBUS_VERSION_4_1:
	case VMBUS_VERSION_5_0:
	case VMBUS_VERSION_5_1:
	case VMBUS_VERSION_5_2:
	case VMBUS_VERSION_5_3:
		return true;
	}
	return false;
}

static void handle_contact(struct vmbus *v, const void *message, size_t len)
{
	struct msg_version_response r = { .header.type = MSG_VERSION_RESPONSE };
	struct msg_initiate_contact m;

	(void)len;
	memcpy(&m, message, sizeof(m));
	/* A guest that forgot an earlier contact begins anew, as after a module reload. */
	if (v->connected) {
		log_info(AREA, "the guest makes contact anew");
		server_disconnect(v);
	}
	if (m.target_vp >= v->host->vps) {
		log_violation(AREA, "contact: no processor %u to send messages to", m.target_vp);
		return;
	}
	r.supported = version_known(m.version);
	if (r.supported && m.version >= VMBUS_VERSION_5_0 && (m.sint != VMBUS_SINT || m.vtl)) {
		log_violation(AREA, "contact: messages wanted on SINT %u of VTL %u", m.sint, m.vtl);
		r.supported = 0;
	}
	log_info(AREA, "contact: version %u.%u, processor %u: %s", m.version >> 16,
		 m.version & 0xffff, m.target_vp, r.supported ? "accepted" : "refused");
	if (r.supported && m.version >= VMBUS_VERSION_5_0)
		r.connection = VMBUS_MESSAGE_CONNECTION;
	v->message_vp = m.target_vp;
	v->version = m.version;
	v->connected = true;
	server_post(v, &r, sizeof(r));
	v->connected = r.supported;
}

static void handle_request_offers(struct vmbus *v, const void *message, size_t len)
{
	static const struct msg_header done = { .type = MSG_ALL_OFFERS };

	(void)message;
	(void)len;
	if (v->offering)
		log_violation(AREA, "offers requested twice");
	v->offering = true;
	server_offer_all(v);
	server_post(v, &done, sizeof(done));
}

static void handle_relid_released(struct vmbus *v, const void *message, size_t len)
{
	struct vmbus_channel *ch;
	struct msg_relid m;

	(void)len;
	memcpy(&m, message, sizeof(m));
	ch = server_channel(v, m.relid, "release");
	if (!ch)
		return;
	log_info(AREA, "%s (relid %u): released", ch->offer.name, ch->relid);
	/* A guest that unloads its VMBus driver releases channels that nobody rescinded. */
	channel_close(ch);
	server_release(ch);
	if (ch->rescinded)
		server_drop(ch);
	else
		ch->given_up = true;
	/* A relid and an instance are free now, for channels that wait for one. */
	if (v->offering)
		server_offer_all(v);
}

static void handle_unload(struct vmbus *v, const void *message, size_t len)
{
	static const struct msg_header done = { .type = MSG_UNLOAD_RESPONSE };

	(void)message;
	(void)len;
	log_info(AREA, "unload");
	server_disconnect(v);
	v->ops->post_message(v->ops_ctx, v->message_vp, &done, sizeof(done));
}

static void handle_tl_connect(struct vmbus *v, const void *message, size_t len)
{
	(void)v;
	(void)message;
	(void)len;
	log_info(AREA, "the guest asks for a Hyper-V socket; there are none");
}

/* What a guest may send: the least length, and whether a contact is needed. */
static const struct message_type {
	const char *name;
	size_t min;
	bool needs_contact;
	void (*handle)(struct vmbus *v, const void *message, size_t len);
} message_types[MSG_TYPES] = {
	[MSG_REQUEST_OFFERS] = { "request offers", sizeof(struct msg_header), true,
				 handle_request_offers },
	[MSG_OPEN] = { "open", sizeof(struct msg_open), true, channel_handle_open },
	[MSG_CLOSE] = { "close", sizeof(struct msg_relid), true, channel_handle_close },
	[MSG_GPADL_HEADER] = { "GPADL header", MSG_GPADL_HEADER_PFNS, true, gpadl_handle_header },
	[MSG_GPADL_BODY] = { "GPADL body", MSG_GPADL_BODY_PFNS, true, gpadl_handle_body },
	[MSG_GPADL_TEARDOWN] = { "GPADL teardown", sizeof(struct msg_gpadl_teardown), true,
				 gpadl_handle_teardown },
	[MSG_RELID_RELEASED] = { "relid released", sizeof(struct msg_relid), true,
				 handle_relid_released },
	[MSG_INITIATE_CONTACT] = { "contact", sizeof(struct msg_initiate_contact), false,
				   handle_contact },
	[MSG_UNLOAD] = { "unload", sizeof(struct msg_header), true, handle_unload },
	[MSG_TL_CONNECT] = { "socket connect", sizeof(struct msg_header), true,
			     handle_tl_connect },
	[MSG_MODIFY] = { "modify", sizeof(struct msg_modify), true, channel_handle_modify },
};

void vmbus_message(struct vmbus *v, const void *payload, size_t len)
{
	const struct message_type *t;
	struct msg_header h;

	if (len < sizeof(h) || len > VMBUS_MESSAGE_MAX) {
		log_violation(AREA, "a message of %zu bytes", len);
		return;
	}
	memcpy(&h, payload, sizeof(h));
	t = h.type < MSG_TYPES ? &message_types[h.type] : NULL;
	if (!t || !t->handle) {
		log_violation(AREA, "message type %u with %zu bytes is none that a guest sends",
			      h.type, len);
		return;
	}
	if (len < t->min) {
		log_violation(AREA, "%s: %zu bytes, less than %zu", t->name, len, t->min);
		return;
	}
	if (t->needs_contact && !v->connected) {
		/* The last steps of a driver that is being removed come after its unload. */
		if (h.type == MSG_RELID_RELEASED)
			log_debug(AREA, "a relid is released without contact");
		else
			log_violation(AREA, "%s: without contact", t->name);
		return;
	}
	t->handle(v, payload, len);
}

void vmbus_signal(struct vmbus *v, uint32_t connection_id)
{
	uint32_t relid = connection_id - VMBUS_EVENT_CONNECTION_BASE;
	struct vmbus_channel *ch;

	if (connection_id <= VMBUS_EVENT_CONNECTION_BASE || relid >= VMBUS_RELIDS) {
		log_violation(AREA, "a signal to connection %#x, which is no channel's",
			      connection_id);
		return;
	}
	ch = v->by_relid[relid];
	/* A signal may come late, from another CPU than the one that closed or released. */
	if (!ch || !ch->open)
		log_debug(AREA, "a signal for relid %u, which is not open", relid);
	else
		channel_signalled(ch);
}

/* ---- for the host ---- */

struct vmbus *vmbus_new(struct host *h, const struct vmbus_ops *ops, void *ops_ctx)
{
	struct vmbus *v = g_new0(struct vmbus, 1);

	v->host = h;
	v->ops = ops;
	v->ops_ctx = ops_ctx;
	v->last = &v->first;
	v->next_relid = 1;
	v->faults = vmbus_faults_new(v);
	v->gpadls = g_hash_table_new_full(NULL, NULL, NULL, gpadl_free);
	return v;
}

void vmbus_free(struct vmbus *v)
{
	server_disconnect(v);
	while (v->first)
		server_drop(v->first);
	vmbus_faults_free(v->faults);
	g_hash_table_destroy(v->gpadls);
	g_free(v);
}

struct vmbus_faults *vmbus_get_faults(struct vmbus *v)
{
	return v->faults;
}

struct vmbus_channel *vmbus_offer(struct vmbus *v, const struct vmbus_offer *o,
				  const struct vmbus_service *s, void *priv)
{
	struct vmbus_channel *ch;

	for (ch = v->first; ch; ch = ch->next)
		if (!ch->rescinded &&
		    (!strcmp(ch->offer.name, o->name) ||
		     guid_equal(&ch->offer.instance, &o->instance)))
			return NULL;
	ch = g_new0(struct vmbus_channel, 1);
	ch->bus = v;
	ch->offer = *o;
	ch->offer.name[sizeof(ch->offer.name) - 1] = '\0';
	ch->service = s;
	ch->priv = priv;
	ch->queue_last = &ch->queue;
	*v->last = ch;
	v->last = &ch->next;
	if (v->offering)
		server_send_offer(ch);
	return ch;
}

void vmbus_rescind(struct vmbus_channel *ch)
{
	struct msg_relid m = { .header.type = MSG_RESCIND, .relid = ch->relid };

	if (ch->rescinded)
		return;
	ch->rescinded = true;
	log_info(AREA, "%s (relid %u): rescinded", ch->offer.name, ch->relid);
	channel_hold(ch);
	channel_close(ch);
	/* The close callback may have ended all; then it is not ours to drop any more. */
	if (ch->relid)
		server_post(ch->bus, &m, sizeof(m));
	else if (!ch->unlinked)
		server_unlink(ch);
	channel_put(ch);
}

struct vmbus_channel *vmbus_find(struct vmbus *v, const char *name)
{
	for (struct vmbus_channel *ch = v->first; ch; ch = ch->next)
		if (!ch->rescinded && !strcmp(ch->offer.name, name))
			return ch;
	return NULL;
}

void vmbus_reset(struct vmbus *v)
{
	server_disconnect(v);
}

void vmbus_for_each(struct vmbus *v, void (*fn)(struct vmbus_channel *ch, void *arg), void *arg)
{
	struct vmbus_channel *ch;
	GPtrArray *all = g_ptr_array_new();

	/* The function may offer and rescind: what it is called for stays valid until the end. */
	for (ch = v->first; ch; ch = ch->next) {
		channel_hold(ch);
		g_ptr_array_add(all, ch);
	}
	for (guint i = 0; i < all->len; i++) {
		ch = g_ptr_array_index(all, i);
		if (!ch->unlinked)
			fn(ch, arg);
	}
	for (guint i = 0; i < all->len; i++)
		channel_put(g_ptr_array_index(all, i));
	g_ptr_array_free(all, TRUE);
}
