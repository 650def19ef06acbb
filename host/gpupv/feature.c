// SPDX-License-Identifier: GPL-2.0
/*
 * Feature queries, of one adapter and of the whole host. A feature that the
 * host does not know is answered with success and all bits 0. [host]
 */
#include "internal.h"

static uint32_t answer(const struct gpupv_message *m, struct gpupv_reply *r, bool global)
{
	struct wire_isfeatureenabled_return *reply;
	struct wire_isfeatureenabled c;
	bool on = false, known = true;

	message_copy(m, &c, sizeof(c));
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	switch (c.feature) {
	case WIRE_FEATURE_HWSCH:
		/* Of the host: there is a GPU that has it. */
		for (struct gpupv_gpu *gpu = m->g->gpus; global && gpu; gpu = gpu->next)
			on |= !gpu->removed && gpu->cfg.hw_sch;
		if (!global)
			on = m->gpu->cfg.hw_sch;
		break;
	case WIRE_FEATURE_PAGE_BASED_MEMORY_MANAGER:
	case WIRE_FEATURE_KERNEL_MODE_TESTING:
		break;
	default:
		known = false;
	}
	reply = reply_make(r, sizeof(*reply));
	if (!known)
		return STATUS_SUCCESS;
	reply->result = WIRE_FEATURE_KNOWN;
	if (on) {
		reply->min_version = 1;
		reply->max_version = 1;
		reply->desc = WIRE_FEATURE_DESC_SUPPORTED;
		reply->version = 1;
		reply->result |= WIRE_FEATURE_ENABLED | WIRE_FEATURE_BY_DRIVER |
				 WIRE_FEATURE_ON_CONFIG;
	}
	if (global)
		reply->desc |= WIRE_FEATURE_DESC_GLOBAL;
	return STATUS_SUCCESS;
}

uint32_t run_isfeatureenabled(const struct gpupv_message *m, struct gpupv_reply *r)
{
	return answer(m, r, false);
}

uint32_t run_isfeatureenabled_global(const struct gpupv_message *m, struct gpupv_reply *r)
{
	return answer(m, r, true);
}
