// SPDX-License-Identifier: GPL-2.0
/*
 * The relation GPU = vPCI function + vGPU channel: both are offered together,
 * joined by the instance GUID, and taken away together.
 *
 * Lifetime. A GPU is freed when its function has told "gone", its channel has
 * told "free", and it was removed. Either half may vanish by itself (a rescind
 * from outside): the GPU then stays until it is removed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define PCI_VENDOR_MICROSOFT	0x1414
#define PCI_DEVICE_RENDER	0x008e
#define PCI_DEVICE_COMPUTE	0x008a

static const struct guid vgpu_class = { {	/* 6e382d18-3336-4f4b-acc4-2b7703d4df4a */
	0x18, 0x2d, 0x38, 0x6e, 0x36, 0x33, 0x4b, 0x4f,
	0xac, 0xc4, 0x2b, 0x77, 0x03, 0xd4, 0xdf, 0x4a,
} };

void left_behind(struct gpupv *g, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	g->left_behind++;
	log_info(AREA, "left behind by the guest: %s", text);
}

struct gpupv_gpu *gpu_by_luid(struct gpupv *g, uint64_t luid)
{
	struct gpupv_gpu *found = NULL;

	for (struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next) {
		if (gpu->cfg.host_luid == luid && (!found || found->removed))
			found = gpu;
	}
	return found;
}

static void gpu_free(struct gpupv_gpu *gpu)
{
	struct gpupv_gpu **link = &gpu->g->gpus;

	while (*link != gpu)
		link = &(*link)->next;
	*link = gpu->next;
	if (gpu->rescind)
		host_timer_cancel(gpu->g->host, gpu->rescind);
	pending_drop(&gpu->chan);
	if (gpu->adapter)
		handle_drop(&gpu->g->handles, gpu->adapter);
	g_free(gpu);
}

static void gpu_hold(struct gpupv_gpu *gpu)
{
	gpu->holds++;
}

/* Free it when nothing is left of it and nobody works on it. */
static void gpu_put(struct gpupv_gpu *gpu)
{
	if (--gpu->holds || !gpu->removed || gpu->fn || gpu->chan.ch)
		return;
	log_debug(AREA, "%s: gone", gpu->cfg.name);
	gpu_free(gpu);
}

void gpu_free_all(struct gpupv *g)
{
	while (g->gpus)
		gpu_free(g->gpus);
}

/* ---- the vGPU channel ---- */

static uint32_t vgpu_open(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;

	(void)ch;
	chan->open = true;
	return STATUS_SUCCESS;
}

/*
 * The adapter's session ends with its channel. The guest should have closed
 * the adapter first, except when the channel was taken from it.
 */
static void vgpu_close(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;
	struct gpupv_gpu *gpu = chan->gpu;

	chan->open = false;
	if (vmbus_find(vmbus_channel_bus(ch), vmbus_channel_name(ch)) != ch)
		gpu->channel_withdrawn = true;
	pending_drop(chan);
	adapter_close(gpu, !gpu->channel_withdrawn);
}

static void vgpu_free(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;
	struct gpupv_gpu *gpu = chan->gpu;

	(void)ch;
	gpu_hold(gpu);
	chan->ch = NULL;
	gpu_put(gpu);
}

static const struct vmbus_service vgpu_service = {
	.name = "vgpu",
	.open = vgpu_open,
	.close = vgpu_close,
	.packet = gpupv_packet,
	.free = vgpu_free,
};

/* ---- the vPCI function ---- */

static void fn_version(void *ctx, uint32_t version)
{
	version_written(ctx, version);
}

static void fn_caps(void *ctx, uint32_t caps)
{
	caps_written(ctx, caps);
}

/* Out of the table, and the channel withdrawn. The caller holds the GPU. */
static void gpu_detach(struct gpupv_gpu *gpu)
{
	struct vmbus_channel *ch = gpu->chan.ch;

	if (!gpu->removed)
		gpu->g->gpu[gpu->index] = NULL;
	gpu->removed = true;
	if (ch && !gpu->channel_withdrawn) {
		gpu->channel_withdrawn = true;
		vmbus_rescind(ch);
	}
}

/* The function has gone politely: now the channel goes. */
static void channel_follows(void *arg)
{
	struct gpupv_gpu *gpu = arg;

	gpu->rescind = NULL;
	gpu_hold(gpu);
	gpu_detach(gpu);
	gpu_put(gpu);
}

/* By a timer: the bus may be in the middle of freeing its channels. */
static void fn_gone(void *ctx)
{
	struct gpupv_gpu *gpu = ctx;

	gpu_hold(gpu);
	gpu->fn = NULL;
	if (gpu->leaving && !gpu->removed && !gpu->rescind)
		gpu->rescind = host_timer_add(gpu->g->host, 0, channel_follows, gpu);
	gpu_put(gpu);
}

static const struct vpci_ops fn_ops = {
	.guest_version = fn_version,
	.guest_caps = fn_caps,
	.gone = fn_gone,
};

/* ---- add and remove ---- */

/* The instance GUID of the vGPU channel: the LUID, and bytes of our own. */
static struct guid vgpu_instance(const struct gpupv_gpu *gpu)
{
	struct guid guid = { { 0, 0, 0, 0, 0, 0, 0, 0, 0xb6, 0x4a, 0x64, 0x78, 0x67, 0x70, 0x75 } };

	memcpy(guid.b, &gpu->cfg.guest_luid, sizeof(gpu->cfg.guest_luid));
	guid.b[15] = gpu->index;
	return guid;
}

/* Of the vPCI channel. Bytes 4 and 5 become the guest's PCI domain number. */
static struct guid vpci_instance(const struct gpupv_gpu *gpu)
{
	struct guid guid = { {
		0x64, 0x78, 0x67, 0x70, 0, 0xd0, 0x10, 0x4e,
		0x9a, 0x1f, 0x70, 0x63, 0x69, 0x2d, 0x67, 0,
	} };

	guid.b[4] = gpu->index + 1;
	guid.b[15] = gpu->index;
	return guid;
}

static bool offer_channel(struct gpupv_gpu *gpu)
{
	struct vmbus_offer offer = { .type = vgpu_class, .instance = vgpu_instance(gpu) };

	snprintf(offer.name, sizeof(offer.name), "vgpu-%s", gpu->cfg.name);
	gpu->chan.ch = vmbus_offer(gpu->g->bus, &offer, &vgpu_service, &gpu->chan);
	return gpu->chan.ch;
}

static bool offer_function(struct gpupv_gpu *gpu)
{
	struct vpci_config c = {
		.instance = vpci_instance(gpu),
		.vendor = PCI_VENDOR_MICROSOFT,
		.device = gpu->cfg.compute_only ? PCI_DEVICE_COMPUTE : PCI_DEVICE_RENDER,
		.gpu_instance = vgpu_instance(gpu),
		.host_luid = gpu->cfg.host_luid,
		.version = gpu->g->cfg.version,
		.host_caps = gpu->g->cfg.host_caps,
	};

	snprintf(c.name, sizeof(c.name), "vpci-%s", gpu->cfg.name);
	gpu->fn = vpci_add(gpu->g->bus, &c, &fn_ops, gpu);
	return gpu->fn;
}

/* Names and LUIDs of the GPUs that are there must differ. */
static const char *gpu_clash(const struct gpupv *g, const struct gpupv_gpu_config *c)
{
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		const struct gpupv_gpu *other = g->gpu[i];

		if (!other)
			continue;
		if (!strcmp(other->cfg.name, c->name))
			return "a GPU of this name is there";
		if (other->cfg.guest_luid == c->guest_luid || other->cfg.host_luid == c->host_luid)
			return "a GPU with this LUID is there";
	}
	return NULL;
}

const char *gpupv_gpu_add(struct gpupv *g, unsigned int index)
{
	struct gpupv_gpu *gpu;
	const char *error;

	if (index >= GPUPV_MAX_GPUS)
		return "no such place for a GPU";
	if (g->gpu[index])
		return "the GPU is there";
	error = gpu_clash(g, &g->cfg.gpu[index]);
	if (error)
		return error;
	gpu = g_new0(struct gpupv_gpu, 1);
	gpu->g = g;
	gpu->index = index;
	gpu->cfg = g->cfg.gpu[index];
	gpu->chan.g = g;
	gpu->chan.gpu = gpu;
	gpu->next = g->gpus;
	g->gpus = gpu;
	g->gpu[index] = gpu;
	gpu_hold(gpu);
	if (!offer_channel(gpu))
		error = "the bus refuses the vGPU channel";
	else if (!offer_function(gpu))
		error = "the bus refuses the PCI function";
	if (error)
		gpu_detach(gpu);
	else
		log_info(AREA, "%s: \"%s\" %04x:%04x added, LUID %#llx, on the host %#llx",
			 gpu->cfg.name, gpu->cfg.description, gpu->cfg.vendor, gpu->cfg.device,
			 (unsigned long long)gpu->cfg.guest_luid,
			 (unsigned long long)gpu->cfg.host_luid);
	gpu_put(gpu);
	return error;
}

static struct gpupv_gpu *gpu_named(const struct gpupv *g, const char *name)
{
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		if (g->gpu[i] && !strcmp(g->gpu[i]->cfg.name, name))
			return g->gpu[i];
	}
	return NULL;
}

const char *gpupv_gpu_remove(struct gpupv *g, const char *name, bool surprise)
{
	struct gpupv_gpu *gpu = gpu_named(g, name);

	if (!gpu)
		return "no GPU of this name is there";
	if (gpu->leaving && !surprise)
		return "the GPU is leaving";
	log_info(AREA, "%s: removed%s", name, surprise ? " by surprise" : "");
	gpu_hold(gpu);
	if (surprise)
		gpu_detach(gpu);
	gpu->leaving = true;
	if (gpu->fn)
		vpci_remove(gpu->fn, surprise);
	else
		gpu_detach(gpu);
	gpu_put(gpu);
	return NULL;
}

int gpupv_gpu_index(const struct gpupv *g, const char *name)
{
	struct gpupv_gpu *gpu = gpu_named(g, name);

	if (gpu)
		return gpu->index;
	for (int i = 0; i < GPUPV_MAX_GPUS; i++) {
		if (!g->gpu[i] && !strcmp(g->cfg.gpu[i].name, name))
			return i;
	}
	return -1;
}

bool gpupv_gpu_present(const struct gpupv *g, unsigned int index)
{
	return index < GPUPV_MAX_GPUS && g->gpu[index];
}
