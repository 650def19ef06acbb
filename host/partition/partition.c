// SPDX-License-Identifier: GPL-2.0
/* The partition as an object: made, reset, freed, counted. */
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "partition_priv.h"

struct partition *partition_new(struct host *h, const struct partition_config *c,
				const struct partition_ops *ops, void *ops_ctx)
{
	struct partition *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	p->cpuids = calloc(1, sizeof(*p->cpuids));
	if (!p->cpuids)
		abort();
	p->h = h;
	p->c = *c;
	p->ops = ops;
	p->ops_ctx = ops_ctx;
	p->start = host_now(h);
	synic_init(p);
	return p;
}

void partition_free(struct partition *p)
{
	if (!p)
		return;
	synic_clear(p);
	free(p->cpuids);
	free(p);
}

void partition_reset(struct partition *p)
{
	if (p->seen_guest)
		log_info(AREA, "reset");
	synic_clear(p);
	memset(p->crash, 0, sizeof(p->crash));
	p->panics_written = 0;
	p->guest_os_id = 0;
	p->hypercall = 0;
	p->tsc_invariant = 0;
	atomic_store(&p->enlightened, false);
	atomic_store(&p->invariant, false);
	p->unknown_logged = 0;
	p->start = host_now(p->h);
	if (p->seen_guest)
		p->stats.resets++;
	p->seen_guest = false;
	p->ops->reset(p->ops_ctx);
}

bool partition_may_log_unknown(struct partition *p)
{
	if (p->unknown_logged > UNKNOWN_LINES)
		return false;
	if (p->unknown_logged++ < UNKNOWN_LINES)
		return true;
	log_info(AREA, "further unknown or refused requests of this guest are not written");
	return false;
}

bool partition_enlightened(const struct partition *p)
{
	return atomic_load_explicit(&p->enlightened, memory_order_relaxed);
}

void partition_get_stats(const struct partition *p, struct partition_stats *s)
{
	*s = p->stats;
	s->cpuids = atomic_load_explicit(p->cpuids, memory_order_relaxed);
}
