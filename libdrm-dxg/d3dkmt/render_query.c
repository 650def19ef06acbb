// SPDX-License-Identifier: MIT
/*
 * Queries on the render node; statistics and processes by the fdinfo of open files.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "d3dkmt_priv.h"

#define MAX_CLIENTS	1024u

NTSTATUS render_QueryAdapterInfo(D3DKMT_QUERYADAPTERINFO *args)
{
	struct kmt_object *o = kmt_object_get(args->adapter, KMT_ADAPTER);
	uint32_t size = args->private_data_size;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (o && size && args->private_data)
		status = kmt_render_status(dxg_device_get_host_info(o->adapter->dev, args->type,
								    kmt_ptr(args->private_data),
								    &size));
	kmt_object_put(o);
	return status;
}

/* The adapter of @handle if the physical adapter is the one that there is. */
static struct kmt_object *adapter_get(uint32_t handle, uint32_t physical, NTSTATUS *status)
{
	struct kmt_object *o = kmt_object_get(handle, KMT_ADAPTER);

	*status = STATUS_INVALID_PARAMETER;
	if (o && physical) {
		*status = STATUS_NOT_SUPPORTED;
		kmt_object_put(o);
		o = NULL;
	}
	return o;
}

NTSTATUS render_QueryVideoMemoryInfo(D3DKMT_QUERYVIDEOMEMORYINFO *args)
{
	struct drm_dxg_mem_region *regions;
	NTSTATUS status;
	struct kmt_object *o = adapter_get(args->adapter, args->physical_adapter_index, &status);
	uint32_t count, i;

	if (!o)
		return status;
	status = STATUS_INVALID_PARAMETER;
	if (args->process)
		goto out;
	status = kmt_render_status(dxg_device_get_mem_regions(o->adapter->dev, &regions, &count));
	if (status)
		goto out;
	status = STATUS_INVALID_PARAMETER;
	for (i = 0; i < count; i++) {
		if (regions[i].mem_class != args->memory_segment_group)
			continue;
		args->budget = regions[i].budget;
		args->current_usage = regions[i].used;
		args->current_reservation = regions[i].reserved;
		args->available_for_reservation = regions[i].reservable;
		status = STATUS_SUCCESS;
		break;
	}
	free(regions);
out:
	kmt_object_put(o);
	return status;
}

NTSTATUS render_QueryClockCalibration(D3DKMT_QUERYCLOCKCALIBRATION *args)
{
	struct drm_dxg_clock clock;
	NTSTATUS status;
	struct kmt_object *o = adapter_get(args->adapter, args->physical_adapter_index, &status);

	if (!o)
		return status;
	status = kmt_render_status(dxg_device_get_clock(o->adapter->dev, args->node_ordinal,
							&clock));
	if (!status) {
		args->clock_data.gpu_frequency = clock.gpu_frequency;
		args->clock_data.gpu_clock_counter = clock.gpu_counter;
		args->clock_data.cpu_clock_counter = clock.host_cpu_counter;
		args->clock_data.flags = clock.flags;
	}
	kmt_object_put(o);
	return status;
}

NTSTATUS render_IsFeatureEnabled(D3DKMT_ISFEATUREENABLED *args)
{
	struct kmt_object *o = kmt_object_get(args->adapter, KMT_ADAPTER);
	uint32_t flags, version;
	NTSTATUS status;

	if (!args->adapter)
		return STATUS_NOT_SUPPORTED;
	if (!o)
		return STATUS_INVALID_PARAMETER;
	status = kmt_render_status(dxg_device_get_feature(o->adapter->dev, args->feature_id,
							  &flags, &version));
	/* The bits are the host's in both. */
	if (!status) {
		args->result.version = version;
		args->result.value = flags;
	}
	kmt_object_put(o);
	return status;
}

/* ---- Other processes ---- */

/** struct client - What fdinfo says of one open file. */
struct client {
	bool ours;
	char pdev[32], id[32];
	uint64_t busy_ns, capacity;
};

static void read_client(struct client *c, const char *path, const char *engine)
{
	char line[256], capacity[64];
	FILE *file = fopen(path, "re");

	memset(c, 0, sizeof(*c));
	if (!file)
		return;
	snprintf(capacity, sizeof(capacity), "capacity-%s", engine);
	while (fgets(line, sizeof(line), file)) {
		char key[64], value[64];

		if (sscanf(line, "drm-%63[^:]: %63s", key, value) != 2)
			continue;
		if (!strcmp(key, "driver"))
			c->ours = !strcmp(value, "dxg");
		else if (!strcmp(key, "pdev"))
			snprintf(c->pdev, sizeof(c->pdev), "%.31s", value);
		else if (!strcmp(key, "client-id"))
			snprintf(c->id, sizeof(c->id), "%.31s", value);
		else if (strncmp(key, "engine-", 7))
			continue;
		else if (!strcmp(key + 7, engine))
			c->busy_ns = strtoull(value, NULL, 10);
		else if (!strcmp(key + 7, capacity))
			c->capacity = strtoull(value, NULL, 10);
	}
	fclose(file);
}

/** struct usage - How a process uses an adapter. */
struct usage {
	unsigned int clients;
	uint64_t busy_ns, capacity;
};

/* Look through the descriptors of @pid; false when they may not be read. */
static bool read_process(struct usage *usage, const char *pid, const char *pdev,
			 const char *engine)
{
	char dir[64], path[64 + 256], (*seen)[32];
	struct dirent *entry;
	struct client c;
	unsigned int i;
	DIR *fds;

	memset(usage, 0, sizeof(*usage));
	snprintf(dir, sizeof(dir), "/proc/%.20s/fdinfo", pid);
	fds = opendir(dir);
	seen = calloc(MAX_CLIENTS, sizeof(*seen));
	while (fds && seen && (entry = readdir(fds))) {
		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%.200s", dir, entry->d_name);
		read_client(&c, path, engine);
		if (!c.ours || strcmp(c.pdev, pdev) || usage->clients == MAX_CLIENTS)
			continue;
		/* Descriptors share open files. */
		for (i = 0; i < usage->clients && strcmp(seen[i], c.id); i++)
			;
		if (i < usage->clients)
			continue;
		memcpy(seen[usage->clients++], c.id, sizeof(c.id));
		usage->busy_ns += c.busy_ns;
		usage->capacity = c.capacity;
	}
	free(seen);
	if (fds)
		closedir(fds);
	return fds;
}

/* An adapter that is open in this process, or is opened for the call. */
static NTSTATUS adapter_by_luid(LUID luid, uint32_t *handle, struct kmt_object **o)
{
	D3DKMT_OPENADAPTERFROMLUID open = { .adapter_luid = luid };
	NTSTATUS status = render_OpenAdapterFromLuid(&open);

	if (status)
		return status;
	*handle = open.adapter_handle;
	*o = kmt_object_get(open.adapter_handle, KMT_ADAPTER);
	return *o ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static void adapter_drop(uint32_t handle, struct kmt_object *o)
{
	D3DKMT_CLOSEADAPTER close = { .adapter_handle = handle };

	kmt_object_put(o);
	render_CloseAdapter(&close);
}

NTSTATUS render_EnumProcesses(D3DKMT_ENUMPROCESSES *args)
{
	uint32_t *pids = kmt_ptr(args->buffer), handle;
	struct dirent *entry;
	struct kmt_object *o;
	struct usage usage;
	uint64_t found = 0;
	NTSTATUS status;
	DIR *processes;
	bool was_open;
	char self[32];

	status = adapter_by_luid(args->adapter_luid, &handle, &o);
	if (status)
		return status;
	/* The descriptor that this call itself has opened does not count. */
	snprintf(self, sizeof(self), "%d", (int)getpid());
	was_open = o->adapter->handles > 1;
	processes = opendir("/proc");
	while (processes && (entry = readdir(processes))) {
		if (!isdigit((unsigned char)*entry->d_name) ||
		    (!was_open && !strcmp(entry->d_name, self)) ||
		    !read_process(&usage, entry->d_name, o->adapter->pdev, "") || !usage.clients)
			continue;
		if (pids && found < args->buffer_count)
			pids[found] = atoi(entry->d_name);
		found++;
	}
	if (processes)
		closedir(processes);
	status = pids && found > args->buffer_count ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
	args->buffer_count = found;
	adapter_drop(handle, o);
	return status;
}

static const char *engine_name(uint32_t engine_class)
{
	static const char * const names[] = {
		"other", "3d", "video-decode", "video-encode", "video-processing",
		"scene-assembly", "copy", "overlay", "crypto",
	};

	return names[engine_class < sizeof(names) / sizeof(names[0]) ? engine_class : 0];
}

/* How long engine @node has worked for @pid, in the unit of the result: 100 ns. */
static NTSTATUS statistics_node(struct kmt_adapter *a, uint64_t pid, uint32_t node,
				uint64_t *running)
{
	struct drm_dxg_engine *engines;
	NTSTATUS status;
	struct usage usage;
	uint32_t count;
	char text[32];

	status = kmt_render_status(dxg_device_get_engines(a->dev, &engines, &count));
	if (status)
		return status;
	status = STATUS_INVALID_PARAMETER;
	if (node < count) {
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)(pid ? pid : (uint64_t)getpid()));
		if (!read_process(&usage, text, a->pdev, engine_name(engines[node].engine_class)))
			status = errno == EACCES ? STATUS_ACCESS_DENIED : STATUS_INVALID_PARAMETER;
		else if (usage.capacity > 1)
			status = STATUS_NOT_SUPPORTED;	/* Only the sum of such engines is told. */
		else
			status = STATUS_SUCCESS;
		*running = usage.busy_ns / 100;
	}
	free(engines);
	return status;
}

/*
 * Of the public results, the words at their beginning: of an adapter the numbers of
 * segments and nodes; of a segment what the process has there; of a node its time.
 */
NTSTATUS render_QueryStatistics(D3DKMT_QUERYSTATISTICS *args)
{
	struct drm_dxg_mem_region *regions = NULL;
	uint32_t handle, count = 0, words[2] = {}, element;
	struct drm_dxg_engine *engines = NULL;
	struct kmt_object *o;
	uint64_t value = 0;
	NTSTATUS status;

	status = adapter_by_luid(args->adapter_luid, &handle, &o);
	if (status)
		return status;
	memcpy(&element, args->pad_end, sizeof(element));
	status = kmt_render_status(dxg_device_get_mem_regions(o->adapter->dev, &regions,
							      &words[0]));
	if (!status)
		status = kmt_render_status(dxg_device_get_engines(o->adapter->dev, &engines,
								  &words[1]));
	count = words[0];
	if (status)
		goto out;
	switch (args->type) {
	case D3DKMT_QUERYSTATISTICS_ADAPTER:
		memcpy(&value, words, sizeof(value));
		break;
	case D3DKMT_QUERYSTATISTICS_PROCESS_NODE:
		status = statistics_node(o->adapter, args->process, element, &value);
		break;
	case D3DKMT_QUERYSTATISTICS_PROCESS_SEGMENT:
		/* The host counts memory for the asking file only. */
		if (args->process && args->process != (uint64_t)getpid())
			status = STATUS_NOT_SUPPORTED;
		else if (element >= count)
			status = STATUS_INVALID_PARAMETER;
		else
			value = regions[element].used;
		break;
	default:
		status = STATUS_NOT_SUPPORTED;
	}
	if (!status) {
		memset(&args->result, 0, sizeof(args->result));
		args->result.data[0] = value;
	}
out:
	free(engines);
	free(regions);
	adapter_drop(handle, o);
	return status;
}
