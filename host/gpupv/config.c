// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration: defaults and options in text. The GPUs of the table are
 * invented: ids of known vendors, which guests look up, with device numbers and
 * names that belong to nothing on the market.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

#define MIB	1048576ull

static const struct {
	const char *description;
	uint16_t vendor, device, sub_vendor, sub_system;
	uint8_t revision;
	uint16_t memory_mib;
	bool compute_only, hw_sch;
} models[GPUPV_MAX_GPUS] = {
	{ "Aurora RX 100 Virtual Test GPU", 0x10de, 0xd801, 0x1462, 0x1001, 0xa1, 512, false,
	  true },
	{ "Borealis Pro 20 Virtual Test GPU", 0x1002, 0xd802, 0x1043, 0x2002, 0xc8, 1024, false,
	  false },
	{ "Cirrus Graphics 3 Virtual Test GPU", 0x8086, 0xd803, 0x1028, 0x3003, 0x0c, 128, false,
	  true },
	{ "Delta Compute 4 Virtual Test Accelerator", 0x10de, 0xd804, 0x10de, 0x4004, 0xa1, 2048,
	  true, true },
	{ "Ember 5 Virtual Test GPU", 0x1002, 0xd805, 0x1da2, 0x5005, 0x01, 256, false, true },
	{ "Fjord 6 Virtual Test GPU", 0x8086, 0xd806, 0x8086, 0x6006, 0x08, 64, false, false },
	{ "Glacier 7 Virtual Test GPU", 0x5143, 0xd807, 0x5143, 0x7007, 0x02, 96, false, false },
	{ "Harbor 8 Virtual Test Accelerator", 0x8086, 0xd808, 0x8086, 0x8008, 0x03, 512, true,
	  false },
};

void gpupv_config_init(struct gpupv_config *c)
{
	memset(c, 0, sizeof(*c));
	c->version = GPUPV_VERSION;
	c->host_caps = WIRE_HOST_CAPS_MAP_GUEST_MEMORY;
	c->io_space_mib = 256;
	c->paging_delay_us = 300;
	c->tdr_ms = 2000;
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		struct gpupv_gpu_config *gpu = &c->gpu[i];

		g_snprintf(gpu->name, sizeof(gpu->name), "gpu%u", i);
		g_strlcpy(gpu->description, models[i].description, sizeof(gpu->description));
		/* Three different numbers, all with a high part: a mix-up shows. */
		gpu->guest_luid = 0x0000001200010a00ull + 0x111 * i;
		gpu->host_luid = 0x00000034000b0c00ull + 0x1357 * i;
		gpu->adapter_luid = 0x000000560000d5e1ull + 0x2468 * i;
		gpu->vendor = models[i].vendor;
		gpu->device = models[i].device;
		gpu->sub_vendor = models[i].sub_vendor;
		gpu->sub_system = models[i].sub_system;
		gpu->revision = models[i].revision;
		gpu->compute_only = models[i].compute_only;
		gpu->hw_sch = models[i].hw_sch;
		gpu->async = true;
		gpu->video_memory = models[i].memory_mib * MIB;
		gpu->shared_memory = 256 * MIB;
		gpu->nodes = 2;
	}
}

bool config_number(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 0);
	return !errno && !*end && *out <= max;
}

static bool parse_switch(const char *text, bool *out)
{
	if (strcmp(text, "on") && strcmp(text, "off"))
		return false;
	*out = !strcmp(text, "on");
	return true;
}

/* Names end up in channel names and in the log. */
static bool name_is_good(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");

	return n && !text[n] && n < GPUPV_NAME_SIZE;
}

static bool description_is_good(const char *text)
{
	size_t n = 0;

	for (; text[n]; n++) {
		if (text[n] < 0x20 || text[n] > 0x7e || text[n] == '"')
			return false;
	}
	return n && n < GPUPV_TEXT_SIZE;
}

static const char *set_gpu_text(struct gpupv_gpu_config *gpu, const char *key, const char *value)
{
	if (!strcmp(key, "name")) {
		if (!name_is_good(value))
			return "a name has 1 to 15 letters, digits, _ or .";
		g_strlcpy(gpu->name, value, sizeof(gpu->name));
		return NULL;
	}
	if (!description_is_good(value))
		return "a description has 1 to 79 printable characters";
	g_strlcpy(gpu->description, value, sizeof(gpu->description));
	return NULL;
}

static const char *set_gpu(struct gpupv_gpu_config *gpu, const char *key, const char *value)
{
	struct {
		const char *key;
		bool *field;
	} switches[] = {
		{ "async", &gpu->async },
		{ "compute", &gpu->compute_only },
		{ "hwsch", &gpu->hw_sch },
	};
	uint64_t n;

	if (!strcmp(key, "name") || !strcmp(key, "description"))
		return set_gpu_text(gpu, key, value);
	for (size_t i = 0; i < G_N_ELEMENTS(switches); i++) {
		if (!strcmp(key, switches[i].key))
			return parse_switch(value, switches[i].field) ? NULL : "on or off";
	}
	if (!config_number(value, UINT64_MAX, &n))
		return "unknown key, or not a number";
	if (!strcmp(key, "luid") && n)
		gpu->guest_luid = n;
	else if (!strcmp(key, "host-luid") && n)
		gpu->host_luid = n;
	else if (!strcmp(key, "vendor") && n <= UINT16_MAX)
		gpu->vendor = n;
	else if (!strcmp(key, "device") && n <= UINT16_MAX)
		gpu->device = n;
	else if (!strcmp(key, "memory") && n && n <= UINT32_MAX)
		gpu->video_memory = n * MIB;
	else if (!strcmp(key, "shared") && n && n <= UINT32_MAX)
		gpu->shared_memory = n * MIB;
	else if (!strcmp(key, "budget") && n <= UINT32_MAX)
		gpu->budget = n * MIB;
	else if (!strcmp(key, "nodes") && n >= 1 && n <= 2)
		gpu->nodes = n;
	else
		return "unknown key, or out of range";
	return NULL;
}

/* gpuI.KEY */
static bool split_gpu_key(const char *key, unsigned int *index, const char **rest)
{
	if (strncmp(key, "gpu", 3) || key[3] < '0' || key[3] >= '0' + GPUPV_MAX_GPUS ||
	    key[4] != '.')
		return false;
	*index = key[3] - '0';
	*rest = key + 5;
	return true;
}

static const char *set_number(struct gpupv_config *c, const char *key, const char *value)
{
	uint64_t n;

	if (!config_number(value, UINT32_MAX, &n))
		return "unknown key, or not a number of 32 bits";
	if (!strcmp(key, "version") && n <= 255 && (!n || n >= WIRE_LAST_COMPATIBLE))
		c->version = n;
	else if (!strcmp(key, "caps"))
		c->host_caps = n;
	else if (!strcmp(key, "io-space") && n <= UINT16_MAX)
		c->io_space_mib = n;
	else if (!strcmp(key, "paging-delay") && n <= 60000000)
		c->paging_delay_us = n;
	else if (!strcmp(key, "max-processes"))
		c->max_processes = n;
	else if (!strcmp(key, "tdr-ms") && n && n <= 600000)
		c->tdr_ms = n;
	else
		return "unknown key, or out of range";
	return NULL;
}

const char *gpupv_config_set(struct gpupv_config *c, const char *key, const char *value)
{
	unsigned int index;
	const char *rest;
	bool on;

	if (split_gpu_key(key, &index, &rest))
		return set_gpu(&c->gpu[index], rest, value);
	if (!strcmp(key, "async")) {
		if (!parse_switch(value, &on))
			return "on or off";
		for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++)
			c->gpu[i].async = on;
		return NULL;
	}
	if (!strcmp(key, "short-errors"))
		return parse_switch(value, &c->short_errors) ? NULL : "on or off";
	if (!strcmp(key, "soiled"))
		return parse_switch(value, &c->soiled) ? NULL : "on or off";
	if (!strcmp(key, "stepped"))
		return parse_switch(value, &c->stepped) ? NULL : "on or off";
	if (!strcmp(key, "passive-events"))
		return parse_switch(value, &c->passive_events) ? NULL : "on or off";
	if (!strcmp(key, "silence"))
		return parse_switch(value, &c->silence) ? NULL : "on or off";
	if (rule_is_key(key))
		return rule_add(c, key, value);
	return set_number(c, key, value);
}

const char *gpupv_config_option(struct gpupv_config *c, const char *option)
{
	const char *equals = strchr(option, '=');
	const char *error;
	char *key;

	if (!equals)
		return "an option is KEY=VALUE";
	key = g_strndup(option, equals - option);
	error = gpupv_config_set(c, key, equals + 1);
	g_free(key);
	return error;
}
