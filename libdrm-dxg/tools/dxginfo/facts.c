// SPDX-License-Identifier: MIT
/*
 * Ask the driver and its host about one adapter, and write the answers.
 */
#include "facts.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients.h"
#include "text.h"

/* Largest host answer asked for: the driver description. */
#define DESCRIPTION_UNITS	4096

void facts_open(struct facts *facts, const struct function *f, const char *proc)
{
	memset(facts, 0, sizeof(*facts));
	facts->proc = proc;
	facts->info_error = -ENOTCONN;
	facts->open_error = -ENOENT;
	if (!*f->render_node)
		return;

	facts->open_error = dxg_device_open(f->render_node, &facts->dev);
	if (facts->open_error)
		return;
	facts->info_error = dxg_device_get_info(facts->dev, &facts->info);
}

void facts_close(struct facts *facts)
{
	dxg_device_unref(facts->dev);
	facts->dev = NULL;
}

static void print_luid(struct out *o, const char *key, const char *label, uint64_t luid)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%016" PRIx64, luid);
	out_string(o, key, label, text);
}

static void print_info(struct out *o, const struct drm_dxg_device_info *info)
{
	char text[DRM_DXG_DESCRIPTION_SIZE];

	text_clean(text, sizeof(text), (const char *)info->description,
		   sizeof(info->description));
	out_string(o, "description", "GPU", text);
	print_luid(o, "luid", "LUID", info->luid);
	print_luid(o, "host_luid", "LUID on the host", info->host_luid);
	if (info->flags & DRM_DXG_DEVICE_HOST_IDS) {
		snprintf(text, sizeof(text), "%04x:%04x, subsystem %04x:%04x, revision %02x",
			 info->host_vendor_id, info->host_device_id, info->host_subvendor_id,
			 info->host_subsystem_id, info->host_revision_id);
		out_string(o, "gpu_ids", "ids of the real GPU", text);
		out_uint(o, "gpu_vendor_id", NULL, "%llx", info->host_vendor_id);
		out_uint(o, "gpu_device_id", NULL, "%llx", info->host_device_id);
	}
	out_uint(o, "interface_version", "protocol version", "%llu", info->interface_version);
	out_uint(o, "driver_ddi_version", "host driver DDI", "%#llx", info->driver_ddi_version);
	out_uint(o, "iospace_size", "IO space", "%llu bytes", info->iospace_size);
	out_uint(o, "request_timeout_ms", "request timeout", "%llu ms",
		 info->request_timeout_ms);
	out_uint(o, "max_host_data", "largest host data", "%llu bytes", info->max_host_data);
}

static void print_capabilities(struct out *o, uint32_t flags)
{
	out_object(o, "capabilities", "capabilities");
	out_bool(o, "compute_only", "compute only", flags & DRM_DXG_DEVICE_COMPUTE_ONLY);
	out_bool(o, "async_messages", "async messages", flags & DRM_DXG_DEVICE_ASYNC_MESSAGES);
	out_bool(o, "map_guest_memory", "maps guest memory",
		 flags & DRM_DXG_DEVICE_MAP_GUEST_MEMORY);
	out_bool(o, "hw_scheduling", "hardware queues", flags & DRM_DXG_DEVICE_HW_SCHEDULING);
	out_object_end(o);
}

static const char *engine_class(uint32_t class)
{
	static const char * const names[] = {
		[DRM_DXG_ENGINE_OTHER] = "other",
		[DRM_DXG_ENGINE_3D] = "3D",
		[DRM_DXG_ENGINE_VIDEO_DECODE] = "video decode",
		[DRM_DXG_ENGINE_VIDEO_ENCODE] = "video encode",
		[DRM_DXG_ENGINE_VIDEO_PROCESSING] = "video processing",
		[DRM_DXG_ENGINE_SCENE_ASSEMBLY] = "scene assembly",
		[DRM_DXG_ENGINE_COPY] = "copy",
		[DRM_DXG_ENGINE_OVERLAY] = "overlay",
		[DRM_DXG_ENGINE_CRYPTO] = "crypto",
	};

	return class < sizeof(names) / sizeof(names[0]) ? names[class] : "unknown";
}

static void print_engines(struct out *o, struct dxg_device *dev)
{
	struct drm_dxg_engine *engines;
	uint32_t count, i;
	int ret;

	ret = dxg_device_get_engines(dev, &engines, &count);
	if (ret) {
		out_string(o, "engines_error", "engines", strerror(-ret));
		return;
	}

	out_array(o, "engines", "engines");
	for (i = 0; i < count; i++) {
		char name[DRM_DXG_ENGINE_NAME_SIZE];

		text_clean(name, sizeof(name), (const char *)engines[i].name,
			   sizeof(engines[i].name));
		out_object(o, NULL, NULL);
		out_uint(o, "node", NULL, "%llu", engines[i].node);
		out_string(o, "class", NULL, engine_class(engines[i].engine_class));
		out_string(o, "name", NULL, name);
		out_bool(o, "gpu_mmu", NULL, engines[i].flags & DRM_DXG_ENGINE_GPU_MMU);
		out_object_end(o);
		out_line(o, "%-20u %s%s%s", engines[i].node,
			 engine_class(engines[i].engine_class), *name ? ", " : "", name);
	}
	out_array_end(o);
	free(engines);
}

static void print_regions(struct out *o, struct dxg_device *dev)
{
	static const char * const names[] = {
		[DRM_DXG_MEM_LOCAL] = "local",
		[DRM_DXG_MEM_NONLOCAL] = "nonlocal",
	};
	struct drm_dxg_mem_region *regions;
	uint32_t count, i;
	int ret;

	ret = dxg_device_get_mem_regions(dev, &regions, &count);
	if (ret) {
		out_string(o, "memory_error", "memory", strerror(-ret));
		return;
	}
	out_array(o, "memory", "memory");
	for (i = 0; i < count; i++) {
		const char *name = regions[i].mem_class < 2 ? names[regions[i].mem_class] : "other";

		out_object(o, NULL, NULL);
		out_string(o, "class", NULL, name);
		out_uint(o, "budget", NULL, "%llu", regions[i].budget);
		out_uint(o, "used", NULL, "%llu", regions[i].used);
		out_uint(o, "reserved", NULL, "%llu", regions[i].reserved);
		out_uint(o, "reservable", NULL, "%llu", regions[i].reservable);
		out_uint(o, "size", NULL, "%llu", regions[i].size);
		out_object_end(o);
		out_line(o, "%-20s budget %" PRIu64 " MiB, used %" PRIu64 " MiB", name,
			 (uint64_t)regions[i].budget >> 20, (uint64_t)regions[i].used >> 20);
	}
	out_array_end(o);
	free(regions);
}

/* One number that the host is asked for; what it does not know is left out. */
static void print_host_number(struct out *o, struct dxg_device *dev, uint32_t query,
			      const char *key, const char *label, const char *format)
{
	uint32_t value = 0, size = sizeof(value);

	if (dxg_device_get_host_info(dev, query, &value, &size) || size != sizeof(value))
		return;
	if (strcmp(format, "bits"))
		out_uint(o, key, label, "%llu", value);
	else
		out_uint(o, key, label, "%#llx", value);
}

static void print_host(struct out *o, struct dxg_device *dev)
{
	static uint8_t units[DESCRIPTION_UNITS * 2];
	uint32_t size = sizeof(units);
	char text[512];

	out_object(o, "host", "host");
	print_host_number(o, dev, DRM_DXG_HOST_QUERY_DRIVER_VERSION, "wddm_version",
			  "1000 x WDDM", "number");
	print_host_number(o, dev, DRM_DXG_HOST_QUERY_ADAPTER_TYPE, "adapter_type",
			  "adapter type", "bits");
	print_host_number(o, dev, DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS, "wddm_2_7_caps",
			  "WDDM 2.7 caps", "bits");
	print_host_number(o, dev, DRM_DXG_HOST_QUERY_PHYSICAL_ADAPTER_COUNT,
			  "physical_adapters", "physical adapters", "number");
	memset(units, 0, sizeof(units));
	if (!dxg_device_get_host_info(dev, DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION, units, &size) &&
	    size <= sizeof(units)) {
		text_from_utf16(text, sizeof(text), units, size / 2);
		out_string(o, "driver_description", "driver description", text);
	}
	out_object_end(o);
}

static int only_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The attributes of the driver: the folder "dxg" of the PCI function. */
static void print_sysfs(struct out *o, const struct function *f)
{
	struct dirent **names;
	char dir[PATH_MAX + 8], text[512];
	int count, i;

	snprintf(dir, sizeof(dir), "%s/dxg", f->path);
	count = scandir(dir, &names, only_visible, alphasort);
	if (count < 0)
		return;
	out_object(o, "sysfs", "sysfs attributes");
	for (i = 0; i < count; i++) {
		if (!text_read(text, sizeof(text), dir, names[i]->d_name))
			out_string(o, names[i]->d_name, names[i]->d_name, text);
		free(names[i]);
	}
	free(names);
	out_object_end(o);
}

/* The keys of DRM in the open node's fdinfo. */
static void print_fdinfo(struct out *o, const struct dxg_device *dev)
{
	char path[64], line[256], value[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", dxg_device_fd(dev));
	file = fopen(path, "re");
	if (!file)
		return;
	out_object(o, "fdinfo", "fdinfo of this program");
	while (fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, "drm-", 4) || !colon)
			continue;
		*colon++ = 0;
		colon += strspn(colon, " \t");
		text_clean(value, sizeof(value), colon, strcspn(colon, "\n"));
		out_string(o, line, line, value);
	}
	fclose(file);
	out_object_end(o);
}

void facts_print(struct out *o, const struct facts *facts, const struct function *f)
{
	char text[64];
	int major, minor;

	snprintf(text, sizeof(text), "%04x:%04x", DXG_PCI_VENDOR, f->device_id);
	out_string(o, "pci_address", "PCI function", f->address);
	out_string(o, "pci_id", "PCI id", text);
	if (f->config_known)
		out_string(o, "channel", "VMBus channel", f->channel_guid);
	if (*f->driver)
		out_string(o, "driver", "driver", f->driver);
	if (*f->render_node)
		out_string(o, "render_node", "render node", f->render_node);
	if (*f->primary_node)
		out_string(o, "primary_node", "primary node", f->primary_node);
	if (facts->dev) {
		dxg_device_get_version(facts->dev, &major, &minor);
		snprintf(text, sizeof(text), "%d.%d", major, minor);
		out_string(o, "driver_version", "driver version", text);
	}
	if (facts->dev && !facts->info_error) {
		print_info(o, &facts->info);
		print_capabilities(o, facts->info.flags);
		print_engines(o, facts->dev);
		print_regions(o, facts->dev);
		print_host(o, facts->dev);
	}
	print_sysfs(o, f);
	if (facts->dev)
		print_fdinfo(o, facts->dev);
	clients_print(o, facts->proc, f->address);
}
