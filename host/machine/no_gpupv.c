// SPDX-License-Identifier: GPL-2.0
/*
 * The machine without the GPU-PV service: its channels and functions are there,
 * and each packet on them is named and refused. Built when the service is not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "../vpci/vpci.h"
#include "machine.h"

#define AREA "gpu"

struct gpupv {
	struct vmbus *v;
	struct gpupv_config c;
	struct {
		struct vmbus_channel *ch;
		struct vpci_function *f;
	} gpu[GPUPV_MAX_GPUS];
};

static void put_le(uint8_t *at, uint64_t value, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		at[i] = value >> (8 * i);
}

void gpupv_config_init(struct gpupv_config *c)
{
	memset(c, 0, sizeof(*c));
	c->version = GPUPV_VERSION;
	c->io_space_mib = 64;
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		snprintf(c->gpu[i].name, sizeof(c->gpu[i].name), "gpu%u", i);
		c->gpu[i].guest_luid = 0x1000 + i;
		c->gpu[i].host_luid = 0x20000 + i;
	}
}

const char *gpupv_config_option(struct gpupv_config *c, const char *option)
{
	(void)c;
	(void)option;
	return "unknown option";
}

static void packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	const uint32_t refused[2] = { 0xc00000bb };	/* STATUS_NOT_SUPPORTED */

	(void)priv;
	log_info(AREA, "%s: packet of %u bytes refused", vmbus_channel_name(ch), p->len);
	if (p->wants_completion)
		vmbus_complete(ch, p->transaction, refused, sizeof(refused));
}

static const struct vmbus_service service = { .name = "no-gpupv", .packet = packet };
static const struct vpci_ops no_ops;

struct gpupv *gpupv_new(struct host *h, struct vmbus *v, const struct gpupv_config *c)
{
	struct vmbus_offer o = { .name = "gpupv", .mmio_megabytes = c->io_space_mib };
	struct gpupv *g = calloc(1, sizeof(*g));

	(void)h;
	if (!g)
		abort();
	g->v = v;
	g->c = *c;
	guid_parse(&o.type, "dde9cbc0-5060-4436-9448-ea1254a5d177");
	guid_parse(&o.instance, "58f75a6d-d949-4320-99e1-a2a2576d581c");
	if (vmbus_offer(v, &o, &service, g))
		return g;
	free(g);
	return NULL;
}

void gpupv_reset(struct gpupv *g)
{
	(void)g;
}

void gpupv_free(struct gpupv *g)
{
	free(g);
}

void gpupv_control(struct gpupv *g, struct control *c)
{
	(void)g;
	(void)c;
}

const char *gpupv_gpu_add(struct gpupv *g, unsigned int i)
{
	struct vpci_config pc = { .vendor = 0x1414, .device = 0x008e, .version = g->c.version };
	struct vmbus_offer o = { .flags = 0 };

	if (gpupv_gpu_present(g, i))
		return "it is there";
	snprintf(o.name, sizeof(o.name), "vgpu-%s", g->c.gpu[i].name);
	snprintf(pc.name, sizeof(pc.name), "vpci-%s", g->c.gpu[i].name);
	guid_parse(&o.type, "6e382d18-3336-4f4b-acc4-2b7703d4df4a");
	guid_parse(&o.instance, "9d2c7a51-0000-4d1e-0000-000000000000");
	put_le(o.instance.b + 8, g->c.gpu[i].guest_luid, 8);
	guid_parse(&pc.instance, "c0de1414-0000-4400-8000-000000000000");
	put_le(pc.instance.b + 4, 0x4750 + i, 2);
	pc.gpu_instance = o.instance;
	pc.host_luid = g->c.gpu[i].host_luid;
	g->gpu[i].ch = vmbus_offer(g->v, &o, &service, g);
	g->gpu[i].f = vpci_add(g->v, &pc, &no_ops, g);
	if (g->gpu[i].ch && g->gpu[i].f)
		return NULL;
	if (g->gpu[i].ch)
		vmbus_rescind(g->gpu[i].ch);
	g->gpu[i].ch = NULL;
	return "its channels cannot be offered";
}

const char *gpupv_gpu_remove(struct gpupv *g, const char *name, bool surprise)
{
	int i = gpupv_gpu_index(g, name);

	if (i < 0 || !g->gpu[i].ch)
		return "it is not there";
	vpci_remove(g->gpu[i].f, surprise);
	vmbus_rescind(g->gpu[i].ch);
	g->gpu[i].ch = NULL;
	return NULL;
}

int gpupv_gpu_index(const struct gpupv *g, const char *name)
{
	for (int i = 0; i < GPUPV_MAX_GPUS; i++)
		if (!strcmp(g->c.gpu[i].name, name))
			return i;
	return -1;
}

bool gpupv_gpu_present(const struct gpupv *g, unsigned int index)
{
	return g->gpu[index].ch;
}

uint64_t gpupv_objects(const struct gpupv *g)
{
	(void)g;
	return 0;
}

uint64_t gpupv_left_behind(const struct gpupv *g)
{
	(void)g;
	return 0;
}
