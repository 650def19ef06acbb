// SPDX-License-Identifier: GPL-2.0
/*
 * Host processes: what the guest's processes are to the host. Each has its own
 * handle table. A process lives from CREATEPROCESS to DESTROYPROCESS, or until
 * the global channel is closed.
 */
#include <string.h>

#include "memory.h"

uint32_t run_createprocess(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_createprocess_return *reply;
	struct gpupv *g = m->g;
	struct wire_createprocess c;
	struct gpupv_process *p;
	size_t end = 0;

	message_copy(m, &c, sizeof(c));
	if (looks_like_kernel_address(c.cookie))
		return refuse(m, STATUS_INVALID_PARAMETER, "the cookie is a kernel address: %#llx",
			      (unsigned long long)c.cookie);
	if (looks_like_kernel_address(c.process_id))
		return refuse(m, STATUS_INVALID_PARAMETER, "process id %#llx",
			      (unsigned long long)c.process_id);
	while (end < WIRE_PROCESS_NAME_UNITS && c.name[end])
		end++;
	if (end == WIRE_PROCESS_NAME_UNITS)
		return refuse(m, STATUS_INVALID_PARAMETER, "the process name has no end");
	for (size_t i = end; i < WIRE_PROCESS_NAME_UNITS; i++) {
		if (c.name[i])
			return refuse(m, STATUS_INVALID_PARAMETER,
				      "data behind the process name: unit %zu is %#x", i,
				      c.name[i]);
	}
	if (c.flags != WIRE_PROCESS_LINUX)
		return refuse(m, STATUS_INVALID_PARAMETER, "process flags %#x", c.flags);
	if (require_zero(m, offsetof(struct wire_createprocess, pad), sizeof(c), "padding"))
		return STATUS_INVALID_PARAMETER;

	if (g->cfg.max_processes) {
		uint32_t count = 0;

		for (p = g->processes; p; p = p->next)
			count++;
		if (count >= g->cfg.max_processes) {
			log_info(AREA, "no more than %u processes, as configured", count);
			return STATUS_NO_MEMORY;
		}
	}
	p = g_new0(struct gpupv_process, 1);
	p->handle = handle_new(&g->handles, HANDLE_PROCESS, p);
	if (!p->handle) {
		g_free(p);
		return STATUS_NO_MEMORY;
	}
	p->cookie = c.cookie;
	p->process_id = c.process_id;
	p->name = text_from_utf16(c.name, end);
	handle_table_init(&p->handles, 0);
	p->next = g->processes;
	g->processes = p;
	log_debug(AREA, "process %#x created: \"%s\", id %llu", p->handle, p->name,
		  (unsigned long long)p->process_id);

	reply = reply_make(r, sizeof(*reply));
	reply->process = p->handle;
	return STATUS_SUCCESS;
}

void process_free(struct gpupv *g, struct gpupv_process *p)
{
	struct gpupv_process **link = &g->processes;

	while (*link != p)
		link = &(*link)->next;
	devices_free(p, NULL);
	sync_free_all(p);
	space_free_all(p);
	*link = p->next;
	handle_drop(&g->handles, p->handle);
	handle_table_fini(&p->handles);
	g_free(p->name);
	g_free(p);
}

uint32_t run_destroyprocess(const struct gpupv_message *m, struct gpupv_reply *r)
{
	(void)r;
	log_debug(AREA, "process %#x destroyed", m->process->handle);
	process_free(m->g, m->process);
	return STATUS_SUCCESS;
}

void process_free_all(struct gpupv *g, bool report)
{
	while (g->processes) {
		struct gpupv_process *p = g->processes;
		enum handle_type type;
		uint32_t pos = 0, handle;

		while (report && (handle = handle_next(&p->handles, &pos, &type))) {
			GString *text = g_string_new(NULL);

			object_text(type, handle_get(&p->handles, handle, type), text);
			left_behind(g, "%s %#x of process %#x%s", handle_type_name(type), handle,
				    p->handle, text->str);
			g_string_free(text, TRUE);
		}
		if (report)
			left_behind(g, "process %#x \"%s\", id %llu", p->handle, p->name,
				    (unsigned long long)p->process_id);
		process_free(g, p);
	}
}
