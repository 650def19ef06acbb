// SPDX-License-Identifier: GPL-2.0
/*
 * The ledger: every object that the guest holds, with its owner, what it pins and
 * where it is mapped. Printed on demand, and line by line when something is left
 * behind.
 */
#include "exec.h"
#include "memory.h"

typedef unsigned long long ull;

static void allocation_text(const struct gpupv_allocation *a, GString *out)
{
	const struct gpupv_memory *mem = a->memory;
	uint64_t mappings = 0, mapped = 0;

	for (const struct gpupv_mapping *map = a->mappings; map; map = map->next) {
		mappings++;
		mapped += map->pages;
	}
	g_string_append_printf(out, ", device %#x", a->device->handle);
	if (a->resource)
		g_string_append_printf(out, ", resource %#x", a->resource->handle);
	g_string_append_printf(out, ", %llu pages", (ull)mem->pages);
	if (mem->guest && mem->by_gpadl)
		g_string_append_printf(out, " of the guest by GPADL %#x", mem->gpadl);
	else if (mem->guest)
		g_string_append_printf(out, " of the guest, %llu told%s", (ull)mem->told,
				       mem->read_only ? ", read-only" : "");
	g_string_append_printf(out, ", segment %u, resident %u", mem->segment + 1, a->resident);
	if (a->locked)
		g_string_append_printf(out, ", locked at %#llx", (ull)mem->io_gpa);
	if (mem->offered)
		g_string_append(out, mem->discarded ? ", offered and discarded" : ", offered");
	if (mem->refs > 1)
		g_string_append_printf(out, ", opened %u times", mem->refs);
	g_string_append_printf(out, ", mapped %llu times with %llu pages", (ull)mappings,
			       (ull)mapped);
}

static void sync_text(const struct gpupv_sync *s, GString *out)
{
	if (s->device)
		g_string_append_printf(out, ", device %#x", s->device->handle);
	g_string_append_printf(out, ", type %u, value %llu", s->core->type, (ull)s->core->value);
	if (s->core->page)
		g_string_append_printf(out, ", page at %#llx", (ull)s->core->gpa);
	if (s->core->event)
		g_string_append_printf(out, ", event %#llx", (ull)s->core->event);
	if (s->core->global)
		g_string_append_printf(out, ", global %#x", s->core->global);
}

static void queue_text(const struct exec_queue *q, GString *out)
{
	g_string_append_printf(out, ", device %#x, node %u, %u queued%s", q->device->handle,
			       q->node, q->items,
			       q->running ? ", running" : q->waiting ? ", waiting" : "");
}

void object_text(enum handle_type type, const void *object, GString *out)
{
	const struct gpupv_device *d = object;
	const struct gpupv_resource *res = object;
	const struct gpupv_context *c = object;
	const struct gpupv_hwqueue *h = object;

	switch (type) {
	case HANDLE_DEVICE:
		g_string_append_printf(out, " on %s, state %u", d->gpu->cfg.name, d->state);
		break;
	case HANDLE_ALLOCATION:
		allocation_text(object, out);
		break;
	case HANDLE_RESOURCE:
		g_string_append_printf(out, ", device %#x, %u allocations%s", res->device->handle,
				       g_list_length(res->allocations),
				       res->share ? ", shared" : "");
		break;
	case HANDLE_PAGING_QUEUE:
		paging_queue_text(object, out);
		break;
	case HANDLE_CONTEXT:
		queue_text(&c->queue, out);
		break;
	case HANDLE_HW_QUEUE:
		queue_text(&h->queue, out);
		break;
	case HANDLE_SYNC_OBJECT:
	case HANDLE_MONITORED_FENCE:
		sync_text(object, out);
		break;
	default:
		break;
	}
}

static void show_process(const struct gpupv_process *p, GString *out)
{
	enum handle_type type;
	uint32_t pos = 0, handle;

	g_string_append_printf(out, "process %#x id %llu \"%s\"\n", p->handle, (ull)p->process_id,
			       p->name);
	for (GList *l = p->spaces; l; l = l->next) {
		const struct gpupv_space *s = l->data;

		g_string_append_printf(out,
				       "address space of process %#x on %s: %d ranges, %llu mappings, resident %llu and %llu bytes\n",
				       p->handle, s->gpu->cfg.name,
				       g_sequence_get_length(s->ranges), (ull)s->mappings,
				       (ull)s->resident[GPU_LOCAL],
				       (ull)s->resident[GPU_NON_LOCAL]);
	}
	while ((handle = handle_next(&p->handles, &pos, &type))) {
		g_string_append_printf(out, "%s %#x of process %#x", handle_type_name(type), handle,
				       p->handle);
		object_text(type, handle_get(&p->handles, handle, type), out);
		g_string_append_c(out, '\n');
	}
	for (GList *l = p->devices; l; l = l->next)
		waits_print(l->data, out);
}

/* Pages of the guest that allocations have, each allocation for itself. */
static uint64_t guest_pages(const struct gpupv *g)
{
	uint64_t pages = 0;

	for (const struct gpupv_process *p = g->processes; p; p = p->next) {
		for (GList *l = p->devices; l; l = l->next) {
			const struct gpupv_device *d = l->data;

			for (GList *k = d->allocations; k; k = k->next) {
				const struct gpupv_allocation *a = k->data;

				pages += a->memory->guest && !a->opened ? a->memory->told : 0;
			}
		}
	}
	return pages;
}

void ledger_print(const struct gpupv *g, GString *out)
{
	g_string_append_printf(out, "io-space pages %u\nguest pages %llu\n", iospace_used(g),
			       (ull)guest_pages(g));
	for (const struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next) {
		if (!gpu->adapter)
			continue;
		g_string_append_printf(out, "adapter %#x %s\n", gpu->adapter, gpu->cfg.name);
		g_string_append_printf(out,
				       "memory of %s: committed %llu bytes, resident %llu and %llu, discarded %llu\n",
				       gpu->cfg.name, (ull)gpu->pool.committed,
				       (ull)gpu->pool.resident[GPU_LOCAL],
				       (ull)gpu->pool.resident[GPU_NON_LOCAL],
				       (ull)gpu->pool.discarded);
	}
	for (const struct gpupv_process *p = g->processes; p; p = p->next)
		show_process(p, out);
	for (GList *l = g->nt; l; l = l->next) {
		nt_text(l->data, out);
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "objects %llu\nleft-behind %llu\n", (ull)gpupv_objects(g),
			       (ull)gpupv_left_behind(g));
}
