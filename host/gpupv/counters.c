// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of every message, either way: how many, how many bytes, how long the
 * host took. As text for people, as JSON for benchmarks.
 */
#include "exec.h"

#define EVENTS	(WIRE_SENDWNFNOTIFICATION + 1u)
#define U(x)	((unsigned long long)(x))

struct gpupv_counters {
	struct message_counter *command;	/* by place in the table of commands */
	struct message_counter unknown;
	struct message_counter event[EVENTS];	/* host to guest, by number */
};

static const char *const event_names[EVENTS] = {
	[WIRE_SIGNALGUESTEVENT] = "SIGNALGUESTEVENT",
	[WIRE_SETGUESTDATA] = "SETGUESTDATA",
	[WIRE_SIGNALGUESTEVENTPASSIVE] = "SIGNALGUESTEVENTPASSIVE",
	[WIRE_SENDWNFNOTIFICATION] = "SENDWNFNOTIFICATION",
};

struct gpupv_counters *counters_new(void)
{
	struct gpupv_counters *c = g_new0(struct gpupv_counters, 1);

	c->command = g_new0(struct message_counter, command_count());
	return c;
}

void counters_free(struct gpupv_counters *c)
{
	g_free(c->command);
	g_free(c);
}

void counters_reset(struct gpupv *g)
{
	counters_free(g->counters);
	g->counters = counters_new();
}

static void count(struct message_counter *c, const struct message_counter *one)
{
	c->count++;
	c->async += one->async;
	c->errors += one->errors;
	c->bytes_in += one->bytes_in;
	c->bytes_out += one->bytes_out;
	c->ns += one->ns;
	c->ns_max = MAX(c->ns_max, one->ns);
}

void counters_command(struct gpupv *g, const struct gpupv_command *command,
		      const struct message_counter *one)
{
	struct gpupv_counters *c = g->counters;

	count(command ? &c->command[command_index(command)] : &c->unknown, one);
}

void counters_event(struct gpupv *g, uint32_t number, uint32_t bytes)
{
	struct message_counter one = { .bytes_out = bytes };

	if (number < EVENTS)
		count(&g->counters->event[number], &one);
}

const struct message_counter *counters_of(const struct gpupv *g, uint32_t number, bool event)
{
	if (event)
		return number < EVENTS ? &g->counters->event[number] : NULL;
	for (size_t i = 0; i < command_count(); i++) {
		if (command_at(i)->number == number)
			return &g->counters->command[i];
	}
	return NULL;
}

/* ---- text and JSON ---- */

struct printer {
	GString *out;
	bool json;
	bool more;			/* JSON: a comma goes before the next element */
};

static void show(struct printer *p, const char *kind, const char *name, uint32_t number,
		 const struct message_counter *c)
{
	if (!c->count)
		return;
	if (p->json)
		g_string_append_printf(p->out,
				       "%s{\"kind\":\"%s\",\"name\":\"%s\",\"number\":%u,\"count\":%llu,\"async\":%llu,\"errors\":%llu,\"bytes_in\":%llu,\"bytes_out\":%llu,\"ns\":%llu,\"ns_max\":%llu}",
				       p->more ? "," : "", kind, name, number, U(c->count),
				       U(c->async), U(c->errors), U(c->bytes_in), U(c->bytes_out),
				       U(c->ns), U(c->ns_max));
	else
		g_string_append_printf(p->out,
				       "%s %s count %llu async %llu errors %llu in %llu out %llu ns %llu max %llu\n",
				       kind, name, U(c->count), U(c->async), U(c->errors),
				       U(c->bytes_in), U(c->bytes_out), U(c->ns), U(c->ns_max));
	p->more = true;
}

static void show_messages(const struct gpupv *g, struct printer *p)
{
	const struct gpupv_counters *c = g->counters;

	for (size_t i = 0; i < command_count(); i++)
		show(p, "command", command_at(i)->name, command_at(i)->number, &c->command[i]);
	show(p, "command", "unknown", 0, &c->unknown);
	for (uint32_t i = 0; i < EVENTS; i++) {
		if (event_names[i])
			show(p, "event", event_names[i], i, &c->event[i]);
	}
}

static void show_node(struct printer *p, const struct gpupv_gpu *gpu, unsigned int node)
{
	struct softgpu_node_stats s;

	engine_stats(gpu, node, &s);
	if (p->json)
		g_string_append_printf(p->out,
				       "%s{\"gpu\":\"%s\",\"node\":%u,\"jobs\":%llu,\"commands\":%llu,\"faults\":%llu,\"aborts\":%llu,\"busy_ns\":%llu,\"bytes_read\":%llu,\"bytes_written\":%llu}",
				       p->more ? "," : "", gpu->cfg.name, node, U(s.jobs),
				       U(s.commands), U(s.faults), U(s.aborts), U(s.busy_ns),
				       U(s.bytes_read), U(s.bytes_written));
	else
		g_string_append_printf(p->out,
				       "node %s %u jobs %llu commands %llu faults %llu aborts %llu busy-ns %llu read %llu written %llu\n",
				       gpu->cfg.name, node, U(s.jobs), U(s.commands),
				       U(s.faults), U(s.aborts), U(s.busy_ns), U(s.bytes_read),
				       U(s.bytes_written));
	p->more = true;
}

void counters_show(const struct gpupv *g, GString *out, bool json)
{
	struct printer p = { .out = out, .json = json };

	if (json)
		g_string_append(out, "{\"messages\":[");
	show_messages(g, &p);
	if (json)
		g_string_append(out, "],\"nodes\":[");
	p.more = false;
	for (const struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next) {
		for (unsigned int node = 0; node < gpu->cfg.nodes; node++)
			show_node(&p, gpu, node);
	}
	if (json)
		g_string_append_printf(out, "],\"violations\":%llu}\n", U(log_violations()));
	else
		g_string_append_printf(out, "violations %llu\n", U(log_violations()));
}
