// SPDX-License-Identifier: GPL-2.0
/* The options of the machine: reads one KEY=VALUE at a time into its configuration. */
#include <stdlib.h>
#include <string.h>

#include "machine.h"

void machine_config_init(struct machine_config *c)
{
	memset(c, 0, sizeof(*c));
	c->gpus = 1;
	gpupv_config_init(&c->gpupv);
}

static const char *set_bool(bool *out, const char *value, bool negate)
{
	if (strcmp(value, "on") && strcmp(value, "off"))
		return "on or off is wanted";
	*out = !strcmp(value, "on") != negate;
	return NULL;
}

static const char *set_path(const char **out, const char *value)
{
	if (!*value)
		return "a path is wanted";
	*out = value;
	return NULL;
}

static const char *set_vram(struct machine_config *c, const char *value)
{
	unsigned int n;

	if (!control_parse_u32(value, &n) || !n || n > DISPLAY_MAX_VRAM_MB)
		return "a number of MiB is wanted, 1 to 1024";
	c->display.vram_megabytes = n;
	return NULL;
}

static const char *add_fault(struct machine_config *c, const char *value)
{
	if (c->num_faults == MACHINE_MAX_FAULTS)
		return "too many faults";
	c->faults[c->num_faults++] = value;
	return NULL;
}

const char *machine_config_option(struct machine_config *c, const char *option)
{
	const char *value = strchr(option, '='), *err;
	size_t len = value ? (size_t)(value - option) : 0;

	if (!len)
		return "KEY=VALUE is wanted";
	value++;
#define IS(key) (len == sizeof(key) - 1 && !memcmp(option, key, len))
	if (IS("control"))
		return set_path(&c->control, value);
	if (IS("guest-control"))
		return set_path(&c->guest_control, value);
	if (IS("run-dir"))
		return set_path(&c->display.run_dir, value);
	if (IS("video"))
		return set_bool(&c->video, value, false);
	if (IS("dirt"))
		return set_bool(&c->display.no_dirt, value, true);
	if (IS("vram"))
		return set_vram(c, value);
	if (IS("fault"))
		return add_fault(c, value);
	if (IS("modes"))
		return display_parse_modes(&c->display, value, &err) ? NULL : err;
#undef IS
	return gpupv_config_option(&c->gpupv, option);
}
