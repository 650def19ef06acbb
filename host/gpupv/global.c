// SPDX-License-Identifier: GPL-2.0
/* The global channel: its life, and the IO space that the guest tells on it. */
#include "exec.h"
#include "memory.h"

static uint32_t global_open(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;

	(void)ch;
	chan->open = true;
	return STATUS_SUCCESS;
}

/*
 * All processes end with the channel, and so do the adapters whose messages
 * travel on it. What the guest could have ended before is left behind; when
 * the channel was withdrawn, it could not.
 */
static void global_close(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;
	struct gpupv *g = chan->g;
	bool withdrawn = vmbus_find(vmbus_channel_bus(ch), vmbus_channel_name(ch)) != ch;
	bool report = !withdrawn;

	chan->open = false;
	pending_drop(chan);
	process_free_all(g, report);
	nt_drop_all(g, report);
	for (struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next) {
		if (gpu->async_told && gpupv_has_ext_header(g))
			adapter_close(gpu, report);
	}
	events_drop(g);
	iospace_reset(g);
}

static void global_free(struct vmbus_channel *ch, void *priv)
{
	struct gpupv_channel *chan = priv;

	(void)ch;
	chan->ch = NULL;
}

const struct vmbus_service global_service = {
	.name = "gpupv",
	.open = global_open,
	.close = global_close,
	.packet = gpupv_packet,
	.free = global_free,
};

/*
 * The guest has put the region into its VMBus MMIO window, which is memory to
 * this host: anything else could not be written to.
 */
uint32_t run_setiospaceregion(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv *g = m->g;
	uint64_t want = (uint64_t)g->cfg.io_space_mib << 20;
	struct wire_setiospaceregion c;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (g->io_length)
		return refuse(m, STATUS_INVALID_DEVICE_STATE, "told twice: %#llx, was %#llx",
			      (unsigned long long)c.start, (unsigned long long)g->io_start);
	if (c.shared_page_gpadl || c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "shared page GPADL %#x, padding %#x",
			      c.shared_page_gpadl, c.pad);
	if (!want || c.length != want)
		return refuse(m, STATUS_INVALID_PARAMETER, "length %#llx, offered was %#llx",
			      (unsigned long long)c.length, (unsigned long long)want);
	if (c.start % WIRE_IO_SPACE_ALIGN)
		return refuse(m, STATUS_INVALID_PARAMETER, "start %#llx is not aligned to 64 KiB",
			      (unsigned long long)c.start);
	if (!gmem_at(&g->host->mem, c.start, c.length))
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "[%#llx, +%#llx) is not in an MMIO window",
			      (unsigned long long)c.start, (unsigned long long)c.length);
	g->io_start = c.start;
	g->io_length = c.length;
	log_info(AREA, "IO space at %#llx, %u MiB", (unsigned long long)c.start,
		 g->cfg.io_space_mib);
	return STATUS_SUCCESS;
}
