// SPDX-License-Identifier: GPL-2.0
/*
 * The interface version in use. The guest reads the host's version in PCI
 * config space; from 40 on it writes its own back and puts an extended header
 * before each message. It negotiates once for the VM, with the first function.
 */
#include "internal.h"

uint32_t gpupv_version(const struct gpupv *g)
{
	if (!g->cfg.version)
		return GPUPV_VERSION_OLD;
	return MIN(g->cfg.version, GPUPV_VERSION);
}

bool gpupv_has_ext_header(const struct gpupv *g)
{
	return gpupv_version(g) >= WIRE_EXT_VERSION;
}

static void config_violation(struct gpupv_gpu *gpu, const char *what, uint32_t value)
{
	gpu->chan.violations++;
	log_violation(AREA, "%s: %s: %#x", gpu->cfg.name, what, value);
}

void version_written(struct gpupv_gpu *gpu, uint32_t version)
{
	struct gpupv *g = gpu->g;

	if (!gpupv_has_ext_header(g))
		config_violation(gpu, "the guest wrote a version to a host that is older than that",
				 version);
	else if (version != gpupv_version(g))
		config_violation(gpu, "the guest wrote an interface version that was not offered",
				 version);
	else
		g->guest_version = version;
	log_debug(AREA, "%s: guest has interface version %u", gpu->cfg.name, version);
}

void caps_written(struct gpupv_gpu *gpu, uint32_t caps)
{
	if (caps & ~WIRE_GUEST_CAPS_WSL2)
		config_violation(gpu, "reserved bits in the guest's capabilities", caps);
	gpu->g->guest_caps = caps;
	log_debug(AREA, "%s: guest has capabilities %#x", gpu->cfg.name, caps);
}
