// SPDX-License-Identifier: GPL-2.0
/* Counters of every message, either way. */
#include "exec.h"

void counters_event(struct gpupv *g, uint32_t number, uint32_t bytes)
{
	(void)g;
	(void)number;
	(void)bytes;
}
