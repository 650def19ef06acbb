/* SPDX-License-Identifier: MIT */
/*
 * What the machine shows of its adapters without asking the driver: PCI
 * functions and VMBus channels as sysfs lists them.
 */
#ifndef DXGINFO_MACHINE_H
#define DXGINFO_MACHINE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A VM has at most a handful of virtual GPUs; more are not looked at, and counted. */
#define MACHINE_MAX_FUNCTIONS	64
#define MACHINE_MAX_CHANNELS	64

/* Characters of a GUID as text, with the 0. */
#define GUID_TEXT		37

/** struct function - One PCI function of ours. */
struct function {
	/** @address: As in "0000:00:02.0". */
	char address[32];

	/** @path: Its folder in sysfs. */
	char path[PATH_MAX];

	/** @device_id: PCI device id; the vendor is always ours. */
	uint16_t device_id;

	/** @driver: Name of the bound driver, or empty. */
	char driver[64];

	/** @config_known: The rest of this group could be read, which takes root. */
	bool config_known;

	/** @channel_guid: Instance of the VMBus channel that belongs to the function. */
	char channel_guid[GUID_TEXT];

	/** @config_version: Version in configuration space, 0 if the host shows none. */
	uint32_t config_version;

	/** @render_node: Path of the node, or empty. */
	char render_node[PATH_MAX];

	/** @primary_node: Path of the node, or empty. */
	char primary_node[PATH_MAX];
};

/** struct machine - All of it. */
struct machine {
	/** @sysfs: Root of sysfs. */
	const char *sysfs;

	/** @dev: Root of the device nodes. */
	const char *dev;

	/** @has_vmbus: The VMBus exists, hence this is a guest of Hyper-V. */
	bool has_vmbus;

	/** @module_loaded: The driver's module is loaded or built in. */
	bool module_loaded;

	/** @functions: The PCI functions, by address. */
	struct function functions[MACHINE_MAX_FUNCTIONS];

	/** @function_count: How many of @functions are there. */
	size_t function_count;

	/** @functions_dropped: How many had no room. */
	size_t functions_dropped;

	/** @global_channels: How many channels of the class "global". */
	size_t global_channels;

	/** @channels: Instances of the channels of the class "virtual GPU". */
	char channels[MACHINE_MAX_CHANNELS][GUID_TEXT];

	/** @channel_count: How many of @channels are there. */
	size_t channel_count;
};

/*
 * Look around. @sysfs and @dev are the roots, "/sys" and "/dev" but for tests;
 * they must outlive the machine. Returns NULL when memory is short; free it
 * with free().
 */
struct machine *machine_read(const char *sysfs, const char *dev);

/* Whether the channel with the instance @guid is there. */
bool machine_has_channel(const struct machine *m, const char *guid);

#endif
