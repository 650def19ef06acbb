// SPDX-License-Identifier: GPL-2.0
/* The control commands about the machine: status, channels, rescind, offer, gpu. */
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "../echo/echo_service.h"
#include "machine.h"

#define AREA "machine"

#define U(x) ((unsigned long long)(x))

static void channel_line(struct vmbus_channel *ch, void *arg)
{
	struct vmbus_stats s;

	vmbus_channel_stats(ch, &s);
	g_string_append_printf(arg, "channel %s relid %u %s in %llu/%llu out %llu/%llu",
			       vmbus_channel_name(ch), vmbus_channel_relid(ch),
			       vmbus_channel_is_open(ch) ? "open" : "closed", U(s.packets_in),
			       U(s.bytes_in), U(s.packets_out), U(s.bytes_out));
	g_string_append_printf(arg, " interrupts %llu saved %llu queued %llu refused %llu\n",
			       U(s.interrupts), U(s.interrupts_saved), U(s.queued),
			       U(s.refused));
}

static const char *cmd_channels(void *arg, int argc, char **argv, GString *out)
{
	struct machine_parts *p = arg;

	(void)argc;
	(void)argv;
	vmbus_for_each(p->vmbus, channel_line, out);
	return NULL;
}

static const char *cmd_stats(void *arg, int argc, char **argv, GString *out)
{
	struct machine_parts *p = arg;
	struct partition_stats s;

	(void)argc;
	(void)argv;
	partition_get_stats(p->partition, &s);
	g_string_append_printf(out, "cpuids %llu msrs %llu hypercalls %llu messages %llu",
			       U(s.cpuids), U(s.msrs), U(s.hypercalls), U(s.messages));
	g_string_append_printf(out, " events %llu restarts %llu panics %llu\n", U(s.events),
			       U(s.resets), U(s.panics));
	return NULL;
}

static const char *cmd_status(void *arg, int argc, char **argv, GString *out)
{
	struct machine_parts *p = arg;

	g_string_append_printf(out, "violations %llu expected %llu\n", U(log_violations()),
			       U(control_expected_violations(p->control)));
	g_string_append_printf(out, "vps %u enlightened %u memory %llu MiB\n", p->host->vps,
			       partition_enlightened(p->partition), U(p->host->mem.size >> 20));
	g_string_append_printf(out, "objects %llu left-behind %llu\n",
			       U(gpupv_objects(p->gpupv)), U(gpupv_left_behind(p->gpupv)));
	cmd_stats(arg, argc, argv, out);
	return cmd_channels(arg, argc, argv, out);
}

/* ---- rescind and offer ---- */

struct late_rescind {
	struct machine_parts *p;
	char name[32];
};

static void rescind_now(void *arg)
{
	struct late_rescind *r = arg;
	struct vmbus_channel *ch = vmbus_find(r->p->vmbus, r->name);

	if (ch)
		vmbus_rescind(ch);
	else
		log_info(AREA, "rescind: %s is not there any more", r->name);
	free(r);
}

static const char *cmd_rescind(void *arg, int argc, char **argv, GString *out)
{
	struct machine_parts *p = arg;
	struct late_rescind *r;
	unsigned int ms = 0;

	(void)out;
	if (argc < 2 || argc > 3 || (argc == 3 && !control_parse_u32(argv[2], &ms)))
		return "usage: rescind CHANNEL [MS]";
	if (strlen(argv[1]) >= sizeof(r->name) || !vmbus_find(p->vmbus, argv[1]))
		return "no such channel";
	r = calloc(1, sizeof(*r));
	if (!r)
		abort();
	r->p = p;
	strcpy(r->name, argv[1]);
	if (ms)
		host_timer_add(p->host, ms * 1000000ull, rescind_now, r);
	else
		rescind_now(r);
	return NULL;
}

static const char *cmd_offer(void *arg, int argc, char **argv, GString *out)
{
	struct machine_parts *p = arg;
	unsigned int n;

	(void)out;
	if (argc != 2)
		return "usage: offer CHANNEL";
	if (vmbus_find(p->vmbus, argv[1]))
		return "it is there";
	if (!strncmp(argv[1], "echo", 4) && control_parse_u32(argv[1] + 4, &n) && n &&
	    n <= MACHINE_MAX_ECHO)
		return echo_add(p->vmbus, n) ? NULL : "its instance is still in use";
	if (p->display && !strcmp(argv[1], "video"))
		return display_plug(p->display) ? NULL : "the display cannot be offered";
	if (!strcmp(argv[1], "gpupv"))
		return gpupv_offer(p->gpupv);
	return "only echoN, video and gpupv can be offered; for a GPU use gpu add";
}

/* ---- gpu ---- */

/* A place in the table of GPUs, by its number or by the name that it had at the start. */
static bool gpu_place(const struct machine_parts *p, const char *text, unsigned int *index)
{
	if (control_parse_u32(text, index))
		return *index < GPUPV_MAX_GPUS;
	for (*index = 0; *index < GPUPV_MAX_GPUS; ++*index)
		if (!strcmp(p->gpus->gpu[*index].name, text))
			return true;
	return false;
}

static void gpu_list(const struct machine_parts *p, GString *out)
{
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++)
		g_string_append_printf(out, "gpu %u %s %s\n", i, p->gpus->gpu[i].name,
				       gpupv_gpu_present(p->gpupv, i) ? "present" : "absent");
}

static const char *cmd_gpu(void *arg, int argc, char **argv, GString *out)
{
	static const char usage[] = "usage: gpu list|add NAME|remove NAME [surprise]";
	struct machine_parts *p = arg;
	bool surprise = argc == 4 && !strcmp(argv[3], "surprise");
	unsigned int i;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		gpu_list(p, out);
		return NULL;
	}
	if (argc == 3 && !strcmp(argv[1], "add"))
		return gpu_place(p, argv[2], &i) ? gpupv_gpu_add(p->gpupv, i) :
						   "no GPU of this name is in the table";
	if (argc >= 3 && !strcmp(argv[1], "remove") && argc == 3 + surprise)
		return gpupv_gpu_remove(p->gpupv, argv[2], surprise);
	return usage;
}

void machine_commands(struct machine_parts *p)
{
	struct control *c = p->control;

	control_register(c, "status", "status", cmd_status, p);
	control_register(c, "channels", "channels", cmd_channels, p);
	control_register(c, "stats", "stats", cmd_stats, p);
	control_register(c, "rescind", "rescind CHANNEL [MS]", cmd_rescind, p);
	control_register(c, "offer", "offer CHANNEL", cmd_offer, p);
	control_register(c, "gpu", "gpu list|add NAME|remove NAME [surprise]", cmd_gpu, p);
}
