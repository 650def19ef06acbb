// SPDX-License-Identifier: GPL-2.0
/* The control command "gpupv": look at the service, change its switches. */
#include <string.h>

#include "exec.h"

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
	rules_show(g, out);
}

/*
 * What is changed holds for what comes. The interface version is read in
 * config space and fixes the layout of every message, so it cannot change
 * under a guest that uses it.
 */
const char *control_set(struct gpupv *g, const char *key, const char *value)
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

static const char *show_stats(struct gpupv *g, const char *how, GString *out)
{
	if (how && !strcmp(how, "reset"))
		counters_reset(g);
	else if (!how || !strcmp(how, "json"))
		counters_show(g, out, how);
	else
		return "gpupv stats [json|reset]";
	return NULL;
}

static const char *reset_gpu(struct gpupv *g, const char *name, const char *what, GString *out)
{
	int index = gpupv_gpu_index(g, name);
	unsigned int node = GPUPV_MAX_NODES;

	if (index < 0 || !gpupv_gpu_present(g, index))
		return "no GPU of this name is there";
	if (strcmp(what, "all") && (!control_parse_u32(what, &node) || node >= GPUPV_MAX_NODES))
		return "a node is 0, 1 or all";
	g_string_append(out, tdr_now(g->gpu[index], node) ? "reset\n" : "idle\n");
	return NULL;
}

static const char *send_storm(struct gpupv *g, const char *count, const char *seed)
{
	unsigned int n, s = 1;

	if (!control_parse_u32(count, &n) || (seed && !control_parse_u32(seed, &s)))
		return "gpupv storm N [SEED]";
	batch_begin(g);
	event_storm(g, n, s);
	batch_end(g);
	return NULL;
}

static const char usage[] =
	"gpupv status|objects|stats [json|reset]|set KEY VALUE|clear|tdr NAME NODE|storm N [SEED]";

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
		return control_set(g, argv[2], argv[3]);
	if (argc >= 2 && argc <= 3 && !strcmp(argv[1], "stats"))
		return show_stats(g, argc == 3 ? argv[2] : NULL, out);
	if (argc == 4 && !strcmp(argv[1], "tdr"))
		return reset_gpu(g, argv[2], argv[3], out);
	if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "storm"))
		return send_storm(g, argv[2], argc == 4 ? argv[3] : NULL);
	if (argc == 2 && !strcmp(argv[1], "clear")) {
		rules_clear(g);
		return NULL;
	}
	return usage;
}

void gpupv_control(struct gpupv *g, struct control *c)
{
	control_register(c, "gpupv", usage, run_gpupv, g);
}
