// SPDX-License-Identifier: GPL-2.0
/* The service as a whole: made, reset, freed; what is held, what was left. */
#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "memory.h"

static const struct guid global_class = { {	/* dde9cbc0-5060-4436-9448-ea1254a5d177 */
	0xc0, 0xcb, 0xe9, 0xdd, 0x60, 0x50, 0x36, 0x44,
	0x94, 0x48, 0xea, 0x12, 0x54, 0xa5, 0xd1, 0x77,
} };

static const struct guid global_instance = { {
	0x64, 0x78, 0x67, 0x70, 0x00, 0x00, 0x01, 0x47,
	0x8f, 0x2b, 0x67, 0x6c, 0x6f, 0x62, 0x61, 0x6c,
} };

const char *gpupv_offer(struct gpupv *g)
{
	struct vmbus_offer offer = {
		.type = global_class,
		.instance = global_instance,
		.mmio_megabytes = g->cfg.io_space_mib,
		.name = "gpupv",
	};

	if (g->global.ch)
		return "it is there";
	g->global.ch = vmbus_offer(g->bus, &offer, &global_service, &g->global);
	return g->global.ch ? NULL : "its instance is still in use";
}

struct gpupv *gpupv_new(struct host *h, struct vmbus *v, const struct gpupv_config *c)
{
	struct gpupv *g = g_new0(struct gpupv, 1);

	g->host = h;
	g->bus = v;
	g->cfg = *c;
	g->global.g = g;
	handle_table_init(&g->handles, 0);
	g->events = events_new();
	g->counters = counters_new();
	g->fences = fences_new();
	if (gpupv_offer(g)) {
		g_hash_table_destroy(g->fences);
		counters_free(g->counters);
		events_free(g);
		g_free(g);
		return NULL;
	}
	return g;
}

void gpupv_free(struct gpupv *g)
{
	if (!g)
		return;
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		if (g->engine[i])
			abort();	/* gpupv_stop() was not called */
	}
	pending_drop(&g->global);
	process_free_all(g, false);
	nt_drop_all(g, false);
	gpu_free_all(g);
	iospace_reset(g);
	handle_table_fini(&g->handles);
	g_hash_table_destroy(g->fences);
	counters_free(g->counters);
	events_free(g);
	g_free(g);
}

void gpupv_reset(struct gpupv *g)
{
	uint64_t before = g->left_behind;

	process_free_all(g, true);
	nt_drop_all(g, true);
	for (struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next)
		adapter_close(gpu, false);
	pending_drop(&g->global);
	events_drop(g);
	iospace_reset(g);
	g->guest_version = 0;
	g->guest_caps = 0;
	if (g->left_behind != before)
		log_info(AREA, "the guest left %llu objects behind",
			 (unsigned long long)(g->left_behind - before));
}

uint64_t gpupv_objects(const struct gpupv *g)
{
	uint64_t n = g->handles.used;

	for (const struct gpupv_process *p = g->processes; p; p = p->next)
		n += p->handles.used;
	return n;
}

uint64_t gpupv_left_behind(const struct gpupv *g)
{
	return g->left_behind;
}
