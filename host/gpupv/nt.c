// SPDX-License-Identifier: GPL-2.0
/*
 * NT handles: names of shared objects that belong to no process. The guest keeps
 * one while a descriptor of the object is open anywhere; whoever has it can open
 * the object. And what is shared with the host: a number of a host process,
 * which is held until the guest closes the adapter or goes. [host]
 *
 * A handle of an object whose GPU is gone stays, and names nothing.
 */
#include "memory.h"

#define MAX_HOST_SHARES	4096u
#define HOST_HANDLE_STEP	4u	/* NT handles are multiples of it */

struct nt_object {
	uint32_t handle;		/* of the VM; 0: shared with the host */
	uint64_t host_handle;
	uint32_t process;		/* that made it */
	struct gpupv_share *share;	/* a resource; NULL: none, or gone */
	struct sync_core *sync;		/* a sync object */
};

void nt_text(const void *object, GString *out)
{
	const struct nt_object *nt = object;

	if (nt->handle)
		g_string_append_printf(out, "NT handle %#x", nt->handle);
	else
		g_string_append_printf(out, "shared with the host as %#llx",
				       (unsigned long long)nt->host_handle);
	g_string_append_printf(out, " of process %#x, ", nt->process);
	if (nt->share)
		g_string_append_printf(out, "resource %#x of %u allocations", nt->share->global,
				       nt->share->memory->len);
	else
		g_string_append(out, nt->sync ? "sync object" : "nothing any more");
}

static void nt_empty(struct nt_object *nt)
{
	if (nt->share)
		share_put(nt->share);
	if (nt->sync)
		sync_core_put(nt->sync);
	nt->share = NULL;
	nt->sync = NULL;
}

static void nt_free(struct gpupv *g, struct nt_object *nt)
{
	nt_empty(nt);
	g->nt = g_list_remove(g->nt, nt);
	handle_drop(&g->handles, nt->handle);
	g_free(nt);
}

/* A name of what @handle of @m's process names; NULL: the driver should have known. */
static struct nt_object *nt_new(const struct gpupv_message *m, uint32_t handle, uint32_t *status)
{
	struct gpupv_resource *res = resource_get(m, handle);
	struct sync_core *sync = sync_shareable(m->process, handle);
	struct nt_object *nt;

	*status = STATUS_SUCCESS;
	if (res ? !res->share : !sync) {
		*status = refuse_handle(m, &m->process->handles, handle, "no shared object:");
		return NULL;
	}
	nt = g_new0(struct nt_object, 1);
	nt->process = m->process->handle;
	if (res) {
		nt->share = res->share;
		share_ref(nt->share);
	} else {
		nt->sync = sync;
		sync_core_get(sync);
	}
	m->g->nt = g_list_prepend(m->g->nt, nt);
	return nt;
}

uint32_t run_createntsharedobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_one_handle c;
	struct nt_object *nt;
	uint32_t *reply, status;

	message_copy(m, &c, sizeof(c));
	if (c.more)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.more);
	nt = nt_new(m, c.handle, &status);
	if (!nt)
		return status;
	nt->handle = handle_new(&m->g->handles, HANDLE_NT, nt);
	if (!nt->handle) {
		nt_free(m->g, nt);
		return STATUS_NO_MEMORY;
	}
	reply = reply_make(r, sizeof(*reply));
	*reply = nt->handle;
	return STATUS_SUCCESS;
}

uint32_t run_destroyntsharedobject(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_one_handle c;
	struct nt_object *nt;

	(void)r;
	message_copy(m, &c, sizeof(c));
	nt = handle_get(&m->g->handles, c.handle, HANDLE_NT);
	if (!nt || c.more)
		return refuse(m, STATUS_INVALID_HANDLE, "NT handle %#x, padding %#x", c.handle,
			      c.more);
	nt_free(m->g, nt);
	return STATUS_SUCCESS;
}

struct gpupv_share *nt_share(const struct gpupv_message *m, uint32_t handle, uint32_t *status)
{
	const struct nt_object *nt = handle_get(&m->g->handles, handle, HANDLE_NT);

	*status = STATUS_INVALID_HANDLE;
	if (!nt) {
		refuse(m, *status, "unknown NT handle %#x", handle);
		return NULL;
	}
	*status = nt->sync ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_DEVICE_REMOVED;
	return nt->share;
}

static bool is_host_share(const struct nt_object *nt)
{
	return !nt->handle;
}

/* Pages of the guest's own are nothing that a process of the host can open. */
static bool has_guest_pages(const struct gpupv_resource *res)
{
	for (GList *l = res ? res->allocations : NULL; l; l = l->next) {
		const struct gpupv_allocation *a = l->data;

		if (a->memory->guest)
			return true;
	}
	return false;
}

uint32_t run_shareobjectwithhost(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_shareobjectwithhost_return *reply;
	struct wire_shareobjectwithhost c;
	struct gpupv_resource *res;
	struct nt_object *nt;
	unsigned int count = 0;
	uint32_t status;

	message_copy(m, &c, sizeof(c));
	if (c.reserved)
		return refuse(m, STATUS_INVALID_PARAMETER, "reserved %#llx",
			      (unsigned long long)c.reserved);
	if (!device_get(m, c.device))
		return refuse_handle(m, &m->process->handles, c.device, "unknown device");
	/* The object is the user's: unlike for an NT handle, the driver asks no more of it. */
	res = resource_get(m, c.object);
	if (!res && !sync_shareable(m->process, c.object))
		return STATUS_INVALID_HANDLE;
	if (res && !res->share)
		return STATUS_INVALID_PARAMETER;
	if (has_guest_pages(res))
		return STATUS_NOT_SUPPORTED;
	for (GList *l = m->g->nt; l; l = l->next)
		count += is_host_share(l->data);
	if (count >= MAX_HOST_SHARES)
		return STATUS_NO_MEMORY;
	nt = nt_new(m, c.object, &status);
	m->g->next_host_handle += HOST_HANDLE_STEP;
	nt->host_handle = m->g->next_host_handle;
	reply = reply_make(r, sizeof(*reply));
	reply->nt_handle = nt->host_handle;
	return STATUS_SUCCESS;
}

void nt_forget_gpu(struct gpupv_gpu *gpu)
{
	GList *next;

	for (GList *l = gpu->g->nt; l; l = next) {
		struct nt_object *nt = l->data;

		next = l->next;
		if (!nt->share || nt->share->gpu != gpu)
			continue;
		if (nt->handle)
			nt_empty(nt);
		else
			nt_free(gpu->g, nt);
	}
}

void nt_drop_all(struct gpupv *g, bool report)
{
	while (g->nt) {
		struct nt_object *nt = g->nt->data;

		if (report && nt->handle) {
			GString *text = g_string_new(NULL);

			nt_text(nt, text);
			left_behind(g, "%s", text->str);
			g_string_free(text, TRUE);
		}
		nt_free(g, nt);
	}
}
