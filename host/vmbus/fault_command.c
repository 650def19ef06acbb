// SPDX-License-Identifier: GPL-2.0
/* The control command "fault": add, list and clear failure rules in a running host. */
#include <string.h>

#include "fault.h"

static const char *fault_command(void *arg, int argc, char **argv, GString *out)
{
	struct vmbus *v = arg;
	const char *err = NULL;

	if (argc == 2 && !strcmp(argv[1], "list")) {
		vmbus_fault_list(v, out);
	} else if (argc == 3 && !strcmp(argv[1], "add")) {
		if (vmbus_fault_add(v, argv[2], &err))
			return err;
	} else if (argc == 2 && !strcmp(argv[1], "clear")) {
		vmbus_fault_clear(v);
	} else if (argc == 2 && !strcmp(argv[1], "help")) {
		g_string_append(out, vmbus_fault_grammar);
	} else {
		return "usage: fault list|add SPEC|clear|help";
	}
	return NULL;
}

void vmbus_fault_register(struct vmbus *v, struct control *c)
{
	control_register(c, "fault", "fault list|add SPEC|clear|help", fault_command, v);
}
