// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the partition and the VMBus server, with services that
 * answer, send, offer and rescind as the input says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "../vmbus/fault.h"
#include "script.h"

#define MAX_CHANNELS 8

struct bench {
	struct host host;
	struct script script;
	struct partition *partition;
	struct vmbus *bus;
	struct vmbus_channel *ch[MAX_CHANNELS];	/* NULL: not offered */
	unsigned int open;
};

/* ---- the service ---- */

static uint32_t service_open(struct vmbus_channel *ch, void *priv)
{
	struct bench *b = priv;

	(void)ch;
	b->open++;
	return 0;
}

static void service_close(struct vmbus_channel *ch, void *priv)
{
	struct bench *b = priv;

	(void)ch;
	if (!b->open--)
		abort();		/* more closes than opens */
}

/* The first byte of a packet says what it makes the service do. */
static void service_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct bench *b = priv;
	static uint8_t big[20000];
	uint32_t pages;

	if (!vmbus_channel_is_open(ch))
		abort();
	if (p->type != VMBUS_PACKET_INBAND && p->type != VMBUS_PACKET_COMPLETION)
		abort();		/* refused types do not come here */
	if (p->wants_completion)
		vmbus_complete(ch, p->transaction, p->data, p->len);
	if (p->len < 8)
		return;
	switch (p->data[0] % 8) {
	case 1:
		for (unsigned int i = 0; i < p->data[1]; i++)
			vmbus_send(ch, VMBUS_PACKET_INBAND, i, big, p->data[2] * 64);
		break;
	case 2:
		vmbus_rescind(ch);
		for (unsigned int i = 0; i < MAX_CHANNELS; i++)
			if (b->ch[i] == ch)
				b->ch[i] = NULL;
		break;
	case 3:
		if (vmbus_gpadl_pages(ch, p->data[1] + 0x100, &pages) && !pages)
			abort();
		break;
	}
}

static void service_free(struct vmbus_channel *ch, void *priv)
{
	struct bench *b = priv;

	if (vmbus_channel_is_open(ch))
		abort();
	for (unsigned int i = 0; i < MAX_CHANNELS; i++)
		if (b->ch[i] == ch)
			b->ch[i] = NULL;
}

static const struct vmbus_service service = {
	.name = "fuzz",
	.open = service_open,
	.close = service_close,
	.packet = service_packet,
	.free = service_free,
};

static void offer(struct bench *b, unsigned int i)
{
	struct vmbus_offer o = { .instance.b = { i, 1, 2, 3 }, .type.b = { 9 } };

	if (b->ch[i])
		return;
	snprintf(o.name, sizeof(o.name), "fuzz%u", i);
	b->ch[i] = vmbus_offer(b->bus, &o, &service, b);
}

static void host_action(void *arg, uint8_t what, uint32_t value)
{
	static const char *const faults[] = {
		"delay:ms=1", "drop", "duplicate:count=0", "truncate", "extend", "garbage",
		"silence", "rescind", "wrong-id", "status",
	};
	struct bench *b = arg;
	unsigned int i = value % MAX_CHANNELS;
	static uint8_t data[70000];
	const char *err;

	switch (what % 8) {
	case 0:
		offer(b, i);
		break;
	case 1:
		if (b->ch[i])
			vmbus_rescind(b->ch[i]);
		b->ch[i] = NULL;
		break;
	case 2:
		if (b->ch[i])
			vmbus_send(b->ch[i], VMBUS_PACKET_INBAND, value, data, value >> 16);
		break;
	case 3:
		vmbus_reset(b->bus);
		break;
	case 4:
		vmbus_fault_add(b->bus, faults[value % (sizeof(faults) / sizeof(faults[0]))], &err);
		break;
	case 5:
		vmbus_fault_clear(b->bus);
		break;
	}
}

/* ---- the partition ---- */

static uint16_t post_message(void *ctx, uint32_t connection, const void *payload, size_t len)
{
	struct bench *b = ctx;
	void *copy = malloc(len ? len : 1);

	(void)connection;
	/* Of exactly this size: a read beyond it is seen. */
	memcpy(copy, payload, len);
	vmbus_message(b->bus, copy, len);
	free(copy);
	return 0;
}

static uint16_t signal_event(void *ctx, uint32_t connection)
{
	vmbus_signal(((struct bench *)ctx)->bus, connection);
	return 0;
}

static bool mmio_read(void *ctx, uint64_t gpa, void *data, unsigned int len)
{
	(void)ctx;
	memset(data, gpa, len);
	return gpa & 1;
}

static bool mmio_write(void *ctx, uint64_t gpa, const void *data, unsigned int len)
{
	(void)ctx;
	return gpa + len + *(const uint8_t *)data;
}

static void reset(void *ctx)
{
	vmbus_reset(((struct bench *)ctx)->bus);
}

static void write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	gmem_write(&((struct bench *)ctx)->host.mem, gpa, data, len);
}

static const struct partition_ops partition_ops = {
	.post_message = post_message,
	.signal_event = signal_event,
	.mmio_read = mmio_read,
	.mmio_write = mmio_write,
	.reset = reset,
	.write_guest = write_guest,
};

static void bus_message(void *ctx, unsigned int vp, const void *payload, size_t len)
{
	if (len < 8 || len > 240)
		abort();
	partition_post_message(((struct bench *)ctx)->partition, vp, payload, len);
}

static void bus_event(void *ctx, unsigned int vp, uint32_t relid)
{
	struct bench *b = ctx;

	if (vp >= b->host.vps || !relid || relid >= 2048)
		abort();
	partition_signal_event(b->partition, vp, relid);
}

static const struct vmbus_ops bus_ops = {
	.post_message = bus_message,
	.signal_event = bus_event,
};

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return log_open("/dev/null");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct partition_config config = { .tsc_hz = 2000000000 };
	struct bench b = { 0 };

	script_init(&b.script, &b.host);
	b.bus = vmbus_new(&b.host, &bus_ops, &b);
	b.partition = partition_new(&b.host, &config, &partition_ops, &b);
	b.script.partition = b.partition;
	b.script.host_action = host_action;
	b.script.arg = &b;
	for (unsigned int i = 0; i < 4; i++)
		offer(&b, i);
	script_run(&b.script, data, size);
	host_enter(&b.host);
	vmbus_free(b.bus);
	partition_free(b.partition);
	host_leave(&b.host);
	if (b.open)
		abort();		/* opens without a close */
	script_fini(&b.script);
	return 0;
}
