// SPDX-License-Identifier: MIT
/*
 * Read PCI functions and VMBus channels from sysfs.
 */
#include "machine.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "dxg.h"
#include "text.h"

/* Classes of VMBus channels, as the host offers them. */
#define CLASS_VGPU	"6e382d18-3336-4f4b-acc4-2b7703d4df4a"
#define CLASS_GLOBAL	"dde9cbc0-5060-4436-9448-ea1254a5d177"

/* Where the host keeps its own words in configuration space. */
#define CONFIG_GUID	0xc0
#define CONFIG_VERSION	0xd0
#define CONFIG_END	0xd4

/* Format into a path; false when it does not fit. */
static bool make_path(char *dst, size_t size, const char *dir, const char *name)
{
	return snprintf(dst, size, "%s/%s", dir, name) < (int)size;
}

static unsigned long read_hex(const char *dir, const char *name)
{
	char line[32];

	return text_read(line, sizeof(line), dir, name) ? 0 : strtoul(line, NULL, 16);
}

/* Text form of a GUID in memory: the first three fields are little endian. */
static void guid_text(char dst[GUID_TEXT], const uint8_t *b)
{
	snprintf(dst, GUID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6],
		 b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* The kernel shows an unprivileged reader only the first 64 bytes. */
static void read_config(struct function *f)
{
	uint8_t config[CONFIG_END - CONFIG_GUID];
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	if (!make_path(path, sizeof(path), f->path, "config"))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = pread(fd, config, sizeof(config), CONFIG_GUID);
	close(fd);
	if (n != sizeof(config))
		return;

	f->config_known = true;
	guid_text(f->channel_guid, config);
	memcpy(&f->config_version, config + CONFIG_VERSION - CONFIG_GUID,
	       sizeof(f->config_version));
}

static void read_driver(struct function *f)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;

	if (!make_path(path, sizeof(path), f->path, "driver"))
		return;
	n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = 0;
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	text_clean(f->driver, sizeof(f->driver), name, strlen(name));
}

static void read_nodes(const struct machine *m, struct function *f)
{
	char path[PATH_MAX], dri[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	if (!make_path(path, sizeof(path), f->path, "drm") ||
	    !make_path(dri, sizeof(dri), m->dev, "dri"))
		return;
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char *node = NULL;

		if (!strncmp(entry->d_name, "renderD", 7))
			node = f->render_node;
		else if (!strncmp(entry->d_name, "card", 4) &&
			 isdigit((unsigned char)entry->d_name[4]))
			node = f->primary_node;
		if (node && !make_path(node, PATH_MAX, dri, entry->d_name))
			*node = 0;
	}
	closedir(dir);
}

static void read_function(struct machine *m, const char *bus, const char *name)
{
	struct function *f = &m->functions[m->function_count];
	unsigned long device;

	memset(f, 0, sizeof(*f));
	if (!make_path(f->path, sizeof(f->path), bus, name) ||
	    read_hex(f->path, "vendor") != DXG_PCI_VENDOR)
		return;
	device = read_hex(f->path, "device");
	if (device != DXG_PCI_DEVICE_RENDER && device != DXG_PCI_DEVICE_COMPUTE)
		return;
	if (m->function_count == MACHINE_MAX_FUNCTIONS - 1) {
		m->functions_dropped++;
		return;
	}

	f->device_id = device;
	text_clean(f->address, sizeof(f->address), name, strlen(name));
	read_driver(f);
	read_config(f);
	read_nodes(m, f);
	m->function_count++;
}

static int compare_functions(const void *a, const void *b)
{
	return strcmp(((const struct function *)a)->address,
		      ((const struct function *)b)->address);
}

static void read_functions(struct machine *m)
{
	char bus[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	if (!make_path(bus, sizeof(bus), m->sysfs, "bus/pci/devices"))
		return;
	dir = opendir(bus);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_function(m, bus, entry->d_name);
	closedir(dir);
	qsort(m->functions, m->function_count, sizeof(m->functions[0]), compare_functions);
}

/* sysfs writes a GUID in braces. */
static bool read_guid(char guid[GUID_TEXT], const char *dir, const char *name)
{
	char line[64];

	if (text_read(line, sizeof(line), dir, name))
		return false;
	if (line[0] != '{' || strlen(line) != GUID_TEXT + 1)
		return false;
	memcpy(guid, line + 1, GUID_TEXT - 1);
	guid[GUID_TEXT - 1] = 0;
	return true;
}

static void read_channel(struct machine *m, const char *bus, const char *name)
{
	char path[PATH_MAX], class_id[GUID_TEXT], instance[GUID_TEXT];

	if (!make_path(path, sizeof(path), bus, name) ||
	    !read_guid(class_id, path, "class_id") || !read_guid(instance, path, "device_id"))
		return;
	if (!strcasecmp(class_id, CLASS_GLOBAL))
		m->global_channels++;
	if (!strcasecmp(class_id, CLASS_VGPU) && m->channel_count < MACHINE_MAX_CHANNELS)
		memcpy(m->channels[m->channel_count++], instance, GUID_TEXT);
}

static void read_channels(struct machine *m)
{
	char bus[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	if (!make_path(bus, sizeof(bus), m->sysfs, "bus/vmbus/devices"))
		return;
	dir = opendir(bus);
	if (!dir)
		return;
	m->has_vmbus = true;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_channel(m, bus, entry->d_name);
	closedir(dir);
}

struct machine *machine_read(const char *sysfs, const char *dev)
{
	char path[PATH_MAX];
	struct machine *m;

	m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	m->sysfs = sysfs;
	m->dev = dev;
	m->module_loaded = (make_path(path, sizeof(path), sysfs, "module/dxg") &&
			    !access(path, F_OK)) ||
			   (make_path(path, sizeof(path), sysfs, "bus/pci/drivers/dxg") &&
			    !access(path, F_OK));
	read_functions(m);
	read_channels(m);
	return m;
}

bool machine_has_channel(const struct machine *m, const char *guid)
{
	size_t i;

	for (i = 0; i < m->channel_count; i++)
		if (!strcasecmp(m->channels[i], guid))
			return true;
	return false;
}
