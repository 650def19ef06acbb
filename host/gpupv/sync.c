// SPDX-License-Identifier: GPL-2.0
/*
 * Sync objects: monitored fences, periodic ones, and the older kinds.
 *
 * A fence's value is the host's own; its page in the IO space shows it to the
 * guest's CPUs and, mapped, to jobs. What a guest CPU writes there changes
 * nothing but what it sees, and is found when the fence is freed. Progress
 * fences are different: jobs may write them (the mapping allows it), and the
 * value follows the page, upwards.
 *
 * Lifetime. Each opener has a struct gpupv_sync with a handle of its process.
 * The core is freed with its last opener and the last queued item that names it.
 */
#include <string.h>

#include "exec.h"

#define PERIOD_UNIT_NS	100u
#define PERIOD_MIN_NS	1000000u	/* shorter ones are this long: no guest may load the host */
#define PERIOD_MAX_NS	(3600 * 1000000000ull)
#define PERIOD_DEFAULT_NS	16666667u

/* ---- cores ---- */

static void fence_store(struct sync_core *c, uint64_t value)
{
	struct gpupv_engine *e = c->g->engine[c->place];

	c->value = value;
	if (!c->page)
		return;
	__atomic_store_n((uint64_t *)c->page, value, __ATOMIC_RELEASE);
	if (e && e->soft)
		softgpu_kick(e->soft);
}

static struct sync_core *core_new(struct gpupv_gpu *gpu, enum wire_sync_type type)
{
	struct sync_core *c = g_new0(struct sync_core, 1);

	c->g = gpu->g;
	c->gpu = gpu;
	c->place = gpu->index;
	c->refs = 1;
	c->links_end = &c->links;
	c->type = type;
	return c;
}

static bool core_add_page(struct sync_core *c)
{
	if (!iospace_alloc(c->g, 1, &c->gpa))
		return false;
	c->page = iospace_at(c->g, c->gpa);
	fence_store(c, c->value);
	return true;
}

/* Only the host writes what jobs may not: another value is the guest CPU's work. */
static void check_page(const struct sync_core *c)
{
	uint64_t seen = __atomic_load_n((const uint64_t *)c->page, __ATOMIC_ACQUIRE);

	if (!c->gpu_writes && seen != c->value)
		log_violation(AREA, "a CPU of the guest wrote %#llx into a fence that is %#llx",
			      (unsigned long long)seen, (unsigned long long)c->value);
}

static void core_free(struct sync_core *c)
{
	waits_end(c);
	if (c->timer)
		host_timer_cancel(c->g->host, c->timer);
	if (c->global)
		handle_drop(&c->g->handles, c->global);
	if (c->page) {
		check_page(c);
		iospace_free(c->g, c->gpa, 1);
	}
	g_free(c);
}

void sync_core_get(struct sync_core *c)
{
	c->refs++;
}

void sync_core_put(struct sync_core *c)
{
	if (!--c->refs)
		core_free(c);
}

bool sync_is_fence(const struct sync_core *c)
{
	return c->type == WIRE_SYNC_MONITORED_FENCE || c->type == WIRE_SYNC_PERIODIC_FENCE;
}

bool sync_ready(const struct sync_core *c, uint64_t value)
{
	switch (c->type) {
	case WIRE_SYNC_MUTEX:
	case WIRE_SYNC_SEMAPHORE:
		return c->value;
	case WIRE_SYNC_FENCE:
	case WIRE_SYNC_MONITORED_FENCE:
	case WIRE_SYNC_PERIODIC_FENCE:
		return c->value >= value;
	case WIRE_SYNC_CPU_NOTIFICATION:
		break;
	}
	return false;
}

void sync_take(struct sync_core *c)
{
	if (c->type == WIRE_SYNC_MUTEX || c->type == WIRE_SYNC_SEMAPHORE)
		c->value--;
}

void sync_signal(struct sync_core *c, uint64_t value, bool rewind)
{
	switch (c->type) {
	case WIRE_SYNC_MUTEX:
		c->value = 1;
		break;
	case WIRE_SYNC_SEMAPHORE:
		if (c->value < c->max)
			c->value++;
		break;
	case WIRE_SYNC_CPU_NOTIFICATION:
		event_signal_guest(c->g, c->event, c->process_id);
		return;
	case WIRE_SYNC_FENCE:
	case WIRE_SYNC_MONITORED_FENCE:
		if (value < c->value && !rewind)
			return;
		fence_store(c, value);
		break;
	case WIRE_SYNC_PERIODIC_FENCE:
		return;		/* time alone signals it */
	}
	waits_notify(c);
}

static void period_over(void *arg)
{
	struct sync_core *c = arg;

	c->timer = host_timer_add(c->g->host, c->period, period_over, c);
	batch_begin(c->g);
	fence_store(c, c->value + 1);
	waits_notify(c);
	batch_end(c->g);
}

/* ---- what the GPU writes ---- */

static guint fence_hash(gconstpointer key)
{
	const struct gpupv_sync *s = key;

	return (guint)(s->gpu_va >> 12) ^ g_direct_hash(s->pages);
}

static gboolean fence_equal(gconstpointer a, gconstpointer b)
{
	const struct gpupv_sync *x = a, *y = b;

	return x->gpu_va >> 12 == y->gpu_va >> 12 && x->pages == y->pages;
}

GHashTable *fences_new(void)
{
	return g_hash_table_new(fence_hash, fence_equal);
}

void sync_written(struct gpupv *g, struct softgpu_space *pages, uint64_t va)
{
	struct gpupv_sync key = { .pages = pages, .gpu_va = va }, *s;
	uint64_t value;

	s = g_hash_table_lookup(g->fences, &key);
	if (!s || !s->core->gpu_writes)
		return;
	value = __atomic_load_n((const uint64_t *)s->core->page, __ATOMIC_ACQUIRE);
	if (value <= s->core->value)
		return;
	s->core->value = value;
	waits_notify(s->core);
}

/* ---- openers ---- */

/* A handle of @p for @c, whose reference it takes over when it succeeds. */
static struct gpupv_sync *sync_open(struct gpupv_process *p, struct gpupv_device *d,
				    struct sync_core *c, uint32_t flags, bool queue_fence)
{
	struct gpupv_sync *s = g_new0(struct gpupv_sync, 1);

	s->core = c;
	s->process = p;
	s->device = d;
	s->flags = flags;
	s->queue_fence = queue_fence;
	s->handle = handle_new(&p->handles,
			       queue_fence ? HANDLE_MONITORED_FENCE : HANDLE_SYNC_OBJECT, s);
	if (!s->handle)
		goto fail;
	if (c->page && d && !(flags & WIRE_SYNC_NO_GPU_ACCESS)) {
		s->gpu_va = space_map_fence(d->space, c->page,
					    c->gpu_writes ? SOFTGPU_READ | SOFTGPU_WRITE :
					    SOFTGPU_READ);
		if (!s->gpu_va)
			goto fail_handle;
		s->space = d->space;
		s->pages = space_pages(d->space);
		g_hash_table_add(c->g->fences, s);
	}
	if (!queue_fence) {
		GList **list = d ? &d->syncs : &p->syncs;

		*list = g_list_prepend(*list, s);
	}
	return s;

fail_handle:
	handle_drop(&p->handles, s->handle);
fail:
	g_free(s);
	return NULL;
}

void sync_free(struct gpupv_sync *s)
{
	struct sync_core *c = s->core;

	if (s->gpu_va) {
		g_hash_table_remove(c->g->fences, s);
		space_unmap_fence(s->space, s->gpu_va);
	}
	if (!s->queue_fence) {
		GList **list = s->device ? &s->device->syncs : &s->process->syncs;

		*list = g_list_remove(*list, s);
	}
	if (c->maker == s)
		c->maker = NULL;
	handle_drop(&s->process->handles, s->handle);
	g_free(s);
	sync_core_put(c);
}

void sync_free_all(struct gpupv_process *p)
{
	while (p->syncs)
		sync_free(p->syncs->data);
}

struct gpupv_sync *sync_new_queue_fence(struct gpupv_device *d)
{
	struct sync_core *c = core_new(d->gpu, WIRE_SYNC_MONITORED_FENCE);
	struct gpupv_sync *s;

	c->gpu_writes = true;
	c->process_id = d->process->process_id;
	if (!core_add_page(c)) {
		sync_core_put(c);
		return NULL;
	}
	s = sync_open(d->process, d, c, 0, true);
	if (!s)
		sync_core_put(c);
	return s;
}

uint32_t sync_handle(const struct gpupv_sync *s)
{
	return s->handle;
}

uint64_t sync_cpu_gpa(const struct gpupv_sync *s)
{
	return s->core->gpa;
}

uint64_t sync_gpu_va(const struct gpupv_sync *s)
{
	return s->gpu_va;
}

uint64_t sync_value(const struct gpupv_sync *s)
{
	return s->core->value;
}

void sync_raise(struct gpupv_sync *s, uint64_t value)
{
	if (value > s->core->value)
		sync_signal(s->core, value, false);
}

void syncs_fail(struct gpupv_device *d)
{
	for (GList *l = d->syncs; l; l = l->next) {
		struct gpupv_sync *s = l->data;
		struct sync_core *c = s->core;

		if (c->type == WIRE_SYNC_MONITORED_FENCE && c->maker == s &&
		    !(c->flags & WIRE_SYNC_NO_MAX_ON_TDR))
			sync_signal(c, UINT64_MAX, false);
	}
}

static struct gpupv_sync *sync_find(const struct gpupv_process *p, uint32_t handle)
{
	struct gpupv_sync *s = handle_get(&p->handles, handle, HANDLE_SYNC_OBJECT);

	return s ? s : handle_get(&p->handles, handle, HANDLE_MONITORED_FENCE);
}

struct sync_core *sync_shareable(const struct gpupv_process *p, uint32_t handle)
{
	struct gpupv_sync *s = handle_get(&p->handles, handle, HANDLE_SYNC_OBJECT);

	return s && s->core->flags & WIRE_SYNC_SHARED ? s->core : NULL;
}

struct gpupv_gpu *sync_core_gpu(const struct sync_core *c)
{
	return c->gpu;
}

struct gpupv_sync *sync_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_sync *s = sync_find(m->process, handle);

	return s && s->core->gpu == m->gpu ? s : NULL;
}

/* ---- CREATESYNCOBJECT ---- */

/* The kind's own data. What is wrong with it is the user's mistake. */
static uint32_t core_set_kind(const struct gpupv_message *m, struct sync_core *c,
			      const struct wire_createsyncobject *w)
{
	switch (c->type) {
	case WIRE_SYNC_MUTEX:
		c->value = !w->mutex.owned;
		return STATUS_SUCCESS;
	case WIRE_SYNC_SEMAPHORE:
		c->max = w->semaphore.max;
		c->value = w->semaphore.initial;
		return c->max && c->value <= c->max ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	case WIRE_SYNC_FENCE:
		c->value = w->fence.value;
		return STATUS_SUCCESS;
	case WIRE_SYNC_CPU_NOTIFICATION:
		c->event = w->notification.event;
		if (!c->event || looks_like_kernel_address(c->event))
			return refuse(m, STATUS_INVALID_PARAMETER, "event id %#llx",
				      (unsigned long long)c->event);
		return c->flags & WIRE_SYNC_SHARED ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
	case WIRE_SYNC_MONITORED_FENCE:
		c->value = w->monitored.value;
		return w->monitored.engine_affinity > 1 ? STATUS_INVALID_PARAMETER :
							   STATUS_SUCCESS;
	case WIRE_SYNC_PERIODIC_FENCE:
		if (w->periodic.engine_affinity > 1 || c->flags & WIRE_SYNC_SHARED ||
		    w->periodic.time > PERIOD_MAX_NS / PERIOD_UNIT_NS)
			return STATUS_INVALID_PARAMETER;
		c->period = w->periodic.time ? w->periodic.time * PERIOD_UNIT_NS :
			    PERIOD_DEFAULT_NS;
		c->period = MAX(c->period, PERIOD_MIN_NS);
		return STATUS_SUCCESS;
	}
	return STATUS_INVALID_PARAMETER;
}

/* Its page, its global handle, its clock. */
static uint32_t core_finish(struct sync_core *c)
{
	if (sync_is_fence(c) && !core_add_page(c))
		return STATUS_NO_MEMORY;
	if (c->flags & WIRE_SYNC_SHARED) {
		c->global = handle_new(&c->g->handles, HANDLE_SYNC_OBJECT, c);
		if (!c->global)
			return STATUS_NO_MEMORY;
	}
	if (c->period)
		c->timer = host_timer_add(c->g->host, c->period, period_over, c);
	return STATUS_SUCCESS;
}

uint32_t run_createsyncobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_createsyncobject_return *reply;
	struct gpupv_device *d = NULL;
	struct wire_createsyncobject w;
	struct gpupv_sync *s = NULL;
	struct sync_core *c;
	uint32_t status = STATUS_SUCCESS;

	message_copy(m, &w, sizeof(w));
	if (w.client_hint != 1 || w.pad1)
		return refuse(m, STATUS_INVALID_PARAMETER, "client hint %u, padding %#x",
			      w.client_hint, w.pad1);
	if (w.device) {
		d = device_get_active(m, w.device, &status);
		if (!d)
			return status;
	} else if (w.type >= WIRE_SYNC_MONITORED_FENCE) {
		return STATUS_INVALID_PARAMETER;
	}
	if (w.flags & ~WIRE_SYNC_FLAGS ||
	    (w.flags & (WIRE_SYNC_SHARED | WIRE_SYNC_NT)) == WIRE_SYNC_SHARED)
		return STATUS_INVALID_PARAMETER;
	c = core_new(m->gpu, w.type);
	c->flags = w.flags;
	c->process_id = m->process->process_id;
	status = core_set_kind(m, c, &w);
	if (!status)
		status = core_finish(c);
	if (!status) {
		s = sync_open(m->process, d, c, w.flags, false);
		c->maker = s;
		if (!s)
			status = STATUS_NO_MEMORY;
	}
	if (status) {
		sync_core_put(c);
		return status;
	}
	reply = reply_make(r, sizeof(*reply));
	reply->sync_object = s->handle;
	reply->global = c->global;
	reply->gpu_va = s->gpu_va;
	reply->cpu_address = c->gpa;
	return STATUS_SUCCESS;
}

uint32_t run_destroysyncobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_destroysyncobject w;
	struct gpupv_sync *s;

	(void)r;
	message_copy(m, &w, sizeof(w));
	if (w.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", w.pad);
	s = handle_get(&m->process->handles, w.sync_object, HANDLE_SYNC_OBJECT);
	if (!s)
		return refuse_handle(m, &m->process->handles, w.sync_object, "sync object");
	sync_free(s);
	return STATUS_SUCCESS;
}

/* ---- OPENSYNCOBJECT ---- */

uint32_t run_opensyncobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_opensyncobject_return *reply;
	struct wire_opensyncobject w;
	struct gpupv_device *d;
	struct gpupv_sync *s;
	struct sync_core *c;

	message_copy(m, &w, sizeof(w));
	d = handle_get(&m->process->handles, w.device, HANDLE_DEVICE);
	if (!d)
		return refuse_handle(m, &m->process->handles, w.device, "device");
	if (d->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	c = handle_get(&m->g->handles, w.global, HANDLE_SYNC_OBJECT);
	if (!c)
		return refuse_handle(m, &m->g->handles, w.global, "global sync object");
	/* The guest does not compare the adapters: its user's mistake. [host] */
	if (c->gpu != d->gpu && sync_is_fence(c))
		return STATUS_INVALID_PARAMETER;
	if (w.flags & ~WIRE_SYNC_FLAGS || !(w.flags & WIRE_SYNC_SHARED) || w.engine_affinity > 1)
		return STATUS_INVALID_PARAMETER;
	s = sync_open(m->process, d, c, w.flags | (c->flags & WIRE_SYNC_NO_GPU_ACCESS), false);
	if (!s)
		return STATUS_NO_MEMORY;
	sync_core_get(c);
	reply = reply_make(r, sizeof(*reply));
	reply->sync_object = s->handle;
	reply->gpu_va = s->gpu_va;
	reply->cpu_address = c->gpa;
	return STATUS_SUCCESS;
}
