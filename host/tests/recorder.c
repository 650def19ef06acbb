// SPDX-License-Identifier: MIT
/* A service for tests that counts its calls and answers as told. */
#include <stdlib.h>
#include <string.h>

#include "recorder.h"

static uint32_t recorder_open(struct vmbus_channel *ch, void *priv)
{
	struct recorder *r = priv;

	r->opened++;
	if (r->rescind_on_open)
		vmbus_rescind(ch);
	return r->open_status;
}

static void recorder_close(struct vmbus_channel *ch, void *priv)
{
	struct recorder *r = priv;

	r->closed++;
	/* Not open any more: dropped. */
	vmbus_send(ch, VMBUS_PACKET_INBAND, 0, "late", 4);
}

static void recorder_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct recorder *r = priv;
	uint8_t *answer;

	r->packets++;
	r->last_transaction = p->transaction;
	r->last_type = p->type;
	r->last_len = p->len;
	memcpy(r->last, p->data, p->len < sizeof(r->last) ? p->len : sizeof(r->last));
	if (r->rescind_on_packet)
		vmbus_rescind(ch);
	if (!r->echo)
		return;
	answer = calloc(1, r->answer + p->len + 1);
	memcpy(answer, p->data, p->len);
	vmbus_send(ch, p->wants_completion ? VMBUS_PACKET_COMPLETION : VMBUS_PACKET_INBAND,
		   p->transaction, answer, r->answer ? r->answer : p->len);
	free(answer);
}

static void recorder_free(struct vmbus_channel *ch, void *priv)
{
	struct recorder *r = priv;

	(void)ch;
	r->freed++;
}

const struct vmbus_service recorder_service = {
	.name = "recorder",
	.open = recorder_open,
	.close = recorder_close,
	.packet = recorder_packet,
	.free = recorder_free,
};

struct guid recorder_instance(unsigned int n)
{
	struct guid g = { { 0x11, 0x22, 0x33, [13] = 0x77 } };

	g.b[14] = n >> 8;
	g.b[15] = n;
	return g;
}

struct vmbus_channel *recorder_offer(struct fake_guest *g, struct recorder *r, const char *name,
				     unsigned int n)
{
	struct vmbus_offer o = { .instance = recorder_instance(n), .mmio_megabytes = 64 };
	struct vmbus_channel *ch;

	memset(o.type.b, 0xab, sizeof(o.type.b));
	strncpy(o.name, name, sizeof(o.name) - 1);
	for (unsigned int i = 0; i < sizeof(o.user_defined); i++)
		o.user_defined[i] = i + 1;
	host_enter(&g->host);
	ch = vmbus_offer(g->bus, &o, &recorder_service, r);
	host_leave(&g->host);
	return ch;
}
