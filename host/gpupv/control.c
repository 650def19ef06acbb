// SPDX-License-Identifier: GPL-2.0
/* The control command "gpupv": look at the service, change its switches. */
#include <string.h>

#include "internal.h"

static const char *gpu_state(const struct gpupv_gpu *gpu)
{
	if (gpu->removed)
		return "removed";
	if (gpu->leaving)
		return "leaving";
	if (gpu->channel_withdrawn || !gpu->chan.ch || !gpu->fn)
		return "incomplete";
	if (gpu->adapter)
		return "open";
	return gpu->chan.open ? "channel open" : "offered";
}

static void show_status(const struct gpupv *g, GString *out)
{
	g_string_append_printf(out, "version %u, in use %u, guest wrote %u, guest caps %#x\n",
			       g->cfg.version, gpupv_version(g), g->guest_version, g->guest_caps);
	g_string_append_printf(out, "io-space %u MiB at %#llx\n", g->cfg.io_space_mib,
			       (unsigned long long)g->io_start);
	g_string_append_printf(out, "global %s, messages %llu, violations %llu\n",
			       g->global.open ? "open" : "closed",
			       (unsigned long long)g->global.messages,
			       (unsigned long long)g->global.violations);
	for (const struct gpupv_gpu *gpu = g->gpus; gpu; gpu = gpu->next)
		g_string_append_printf(out,
				       "%s %s, async %s, luid %#llx, host-luid %#llx, messages %llu, violations %llu, %04x:%04x \"%s\"\n",
				       gpu->cfg.name, gpu_state(gpu),
				       gpu->async_told ? "told" : "not told",
				       (unsigned long long)gpu->cfg.guest_luid,
				       (unsigned long long)gpu->cfg.host_luid,
				       (unsigned long long)gpu->chan.messages,
				       (unsigned long long)gpu->chan.violations,
				       gpu->cfg.vendor, gpu->cfg.device, gpu->cfg.description);
	for (unsigned int i = 0; i < g->cfg.rules; i++) {
		const struct gpupv_rule *r = &g->cfg.rule[i];

		g_string_append_printf(out,
				       "rule: command %u, status %#x, delay %u ms, skip %u, count %u, seen %u\n",
				       r->command, r->status, r->delay_ms, r->skip, r->count,
				       g->rule_seen[i]);
	}
}

/*
 * What is changed holds for what comes. The interface version is read in
 * config space and fixes the layout of every message, so it cannot change
 * under a guest that uses it.
 */
static const char *set_option(struct gpupv *g, const char *key, const char *value)
{
	struct gpupv_config c = g->cfg;
	const char *error = gpupv_config_set(&c, key, value);

	if (error)
		return error;
	if (c.version != g->cfg.version && (g->global.open || g->gpus))
		return "the version is fixed while there are GPUs";
	if (c.io_space_mib != g->cfg.io_space_mib)
		return "the size of the IO space is fixed in the offer";
	g->cfg = c;
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		struct gpupv_gpu *gpu = g->gpu[i];

		/* Asked again at each start of the adapter. */
		if (gpu) {
			gpu->cfg.async = c.gpu[i].async;
			gpu->cfg.hw_sch = c.gpu[i].hw_sch;
		}
	}
	return NULL;
}

static const char *run_gpupv(void *arg, int argc, char **argv, GString *out)
{
	struct gpupv *g = arg;

	if (argc == 2 && !strcmp(argv[1], "status")) {
		show_status(g, out);
		return NULL;
	}
	if (argc == 2 && !strcmp(argv[1], "objects")) {
		ledger_print(g, out);
		return NULL;
	}
	if (argc == 4 && !strcmp(argv[1], "set"))
		return set_option(g, argv[2], argv[3]);
	if (argc == 2 && !strcmp(argv[1], "clear")) {
		g->cfg.rules = 0;
		memset(g->rule_seen, 0, sizeof(g->rule_seen));
		return NULL;
	}
	return "usage: gpupv status|objects|set KEY VALUE|clear";
}

void gpupv_control(struct gpupv *g, struct control *c)
{
	control_register(c, "gpupv", "gpupv status|objects|set KEY VALUE|clear", run_gpupv, g);
}
