// SPDX-License-Identifier: GPL-2.0
/*
 * QUERYSTATISTICS. The answer is opaque to the guest's driver; its user finds the
 * public D3DKMT structs there, of which the host fills the beginnings.
 */
#include "memory.h"

typedef uint32_t (*statistics_fn)(const struct gpupv_message *m, uint32_t element,
				  struct wire_querystatistics_return *reply);

static uint32_t statistics_adapter(const struct gpupv_message *m, uint32_t element,
				   struct wire_querystatistics_return *reply)
{
	(void)element;
	reply->adapter.segments = GPU_SEGMENTS;
	reply->adapter.nodes = m->gpu->cfg.nodes;
	reply->adapter.tdrs = engine_resets(m->gpu);
	return STATUS_SUCCESS;
}

static uint32_t statistics_process(const struct gpupv_message *m, uint32_t element,
				   struct wire_querystatistics_return *reply)
{
	(void)element;
	reply->process.nodes = m->gpu->cfg.nodes;
	return STATUS_SUCCESS;
}

/* Each memory counts once, however many have it open. */
static void count_allocations(const struct gpupv_message *m, enum gpu_segment segment,
			      struct wire_statistics_segment *out)
{
	for (const struct gpupv_process *p = m->g->processes; p; p = p->next) {
		for (GList *l = p->devices; l; l = l->next) {
			const struct gpupv_device *d = l->data;

			for (GList *k = d->gpu == m->gpu ? d->allocations : NULL; k; k = k->next) {
				const struct gpupv_memory *mem =
					((struct gpupv_allocation *)k->data)->memory;

				if (mem->segment != segment || mem->allocations->data != k->data)
					continue;
				out->allocations_committed++;
				out->allocations_resident += mem->charged;
				out->committed += memory_bytes(mem);
			}
		}
	}
}

static uint32_t statistics_segment(const struct gpupv_message *m, uint32_t element,
				   struct wire_querystatistics_return *reply)
{
	if (element >= GPU_SEGMENTS)
		return STATUS_INVALID_PARAMETER;
	reply->segment.commit_limit = residency_size(m->gpu, element);
	reply->segment.resident = m->gpu->pool.resident[element];
	reply->segment.evicted = element == GPU_LOCAL ? m->gpu->pool.discarded : 0;
	reply->segment.aperture = element == GPU_NON_LOCAL;
	count_allocations(m, element, &reply->segment);
	return STATUS_SUCCESS;
}

static uint32_t statistics_process_segment(const struct gpupv_message *m, uint32_t element,
					   struct wire_querystatistics_return *reply)
{
	const struct gpupv_space *s = space_find(m->process, m->gpu);

	if (element >= GPU_SEGMENTS)
		return STATUS_INVALID_PARAMETER;
	if (!s)
		return STATUS_SUCCESS;
	reply->process_segment.committed = s->resident[element];
	reply->process_segment.max_working_set = residency_budget(s, element);
	reply->process_segment.min_working_set = s->reserved[element];
	return STATUS_SUCCESS;
}

static uint32_t statistics_node(const struct gpupv_message *m, uint32_t element,
				struct wire_querystatistics_return *reply)
{
	struct softgpu_node_stats s;

	if (element >= m->gpu->cfg.nodes)
		return STATUS_INVALID_PARAMETER;
	engine_stats(m->gpu, element, &s);
	reply->node.running_time = s.busy_ns / 100;
	reply->node.context_switches = s.jobs;
	return STATUS_SUCCESS;
}

static uint32_t statistics_process_node(const struct gpupv_message *m, uint32_t element,
					struct wire_querystatistics_return *reply)
{
	const struct gpupv_space *s = space_find(m->process, m->gpu);

	if (element >= m->gpu->cfg.nodes)
		return STATUS_INVALID_PARAMETER;
	reply->node.running_time = s ? s->busy_ns[element] / 100 : 0;
	reply->node.context_switches = s ? s->jobs[element] : 0;
	return STATUS_SUCCESS;
}

static const struct {
	bool of_process;
	statistics_fn fill;
} kinds[] = {
	[WIRE_STATISTICS_ADAPTER] = { false, statistics_adapter },
	[WIRE_STATISTICS_PROCESS] = { true, statistics_process },
	[WIRE_STATISTICS_PROCESS_ADAPTER] = { true, statistics_process },
	[WIRE_STATISTICS_SEGMENT] = { false, statistics_segment },
	[WIRE_STATISTICS_PROCESS_SEGMENT] = { true, statistics_process_segment },
	[WIRE_STATISTICS_NODE] = { false, statistics_node },
	[WIRE_STATISTICS_PROCESS_NODE] = { true, statistics_process_node },
};

void space_worked(struct gpupv_space *s, unsigned int node, uint64_t busy_ns)
{
	s->busy_ns[node] += busy_ns;
	s->jobs[node]++;
}

/* The header names the process that is asked about, or none. */
uint32_t run_querystatistics(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_querystatistics c;
	uint64_t luid;

	message_copy(m, &c, sizeof(c));
	luid = c.luid[0] | (uint64_t)c.luid[1] << 32;
	if (luid != m->gpu->cfg.adapter_luid)
		return refuse(m, STATUS_INVALID_PARAMETER, "LUID %#llx, the host's is %#llx",
			      (unsigned long long)luid,
			      (unsigned long long)m->gpu->cfg.adapter_luid);
	if (c.type >= G_N_ELEMENTS(kinds))
		return STATUS_NOT_SUPPORTED;
	if (kinds[c.type].of_process && !m->process)
		return STATUS_INVALID_PARAMETER;
	return kinds[c.type].fill(m, c.element,
				  reply_make(r, sizeof(struct wire_querystatistics_return)));
}
