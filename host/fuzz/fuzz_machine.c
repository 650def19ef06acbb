// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: the whole machine, all its services on the bus, under a hostile
 * guest (script.h) while GPUs and channels come and go.
 */
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "../machine/machine.h"
#include "script.h"

struct bench {
	struct host host;
	struct script script;
	struct machine *m;
};

static void write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	struct bench *b = ctx;

	gmem_write(&b->host.mem, gpa, data, len);
}

static void host_action(void *arg, uint8_t what, uint32_t value)
{
	static const char *const lines[] = {
		"gpu remove gpu0", "gpu remove gpu0 surprise", "gpu add gpu0", "gpu add gpu1",
		"gpu remove gpu1", "rescind echo1", "offer echo1", "rescind vpci-gpu0",
		"rescind vgpu-gpu0", "rescind video", "offer video", "rescind gpupv", "status",
		"gpupv status", "gpupv objects", "display",
	};
	struct bench *b = arg;
	GString *out = g_string_new(NULL);

	/* A request takes the lock itself. */
	host_leave(&b->host);
	control_line(machine_control(b->m), lines[(what ^ value) % G_N_ELEMENTS(lines)], out);
	host_enter(&b->host);
	g_string_free(out, TRUE);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return log_open("/dev/null");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_config c;
	struct bench b = { 0 };

	script_init(&b.script, &b.host);
	machine_config_init(&c);
	c.tsc_hz = 2000000000;
	c.echo = 2;
	c.video = true;
	c.write_guest = write_guest;
	c.write_ctx = &b;
	if (machine_new(&b.host, &c, &b.m))
		abort();
	b.script.partition = machine_partition(b.m);
	b.script.host_action = host_action;
	b.script.arg = &b;
	script_run(&b.script, data, size);
	machine_end(b.m);
	machine_free(b.m);
	script_fini(&b.script);
	return 0;
}
