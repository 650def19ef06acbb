// SPDX-License-Identifier: MIT
/*
 * Queries: typed wrappers of DRM_IOCTL_DXG_DEV_QUERY.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dxg_priv.h"

/* How often the number of engines may change while it is read. */
#define DXG_ENGINE_TRIES	4

/* No GPU has more engines or regions; a larger answer is refused before memory is asked for it. */
#define DXG_MAX_ENGINES		4096

drm_public int dxg_device_query(struct dxg_device *dev, uint32_t type, void *data,
				uint32_t *size)
{
	struct drm_dxg_dev_query query = {
		.type = type,
		.size = data ? *size : 0,
		.pointer = (uintptr_t)data,
	};
	int ret;

	ret = dxg_ioctl(dev->fd, DRM_IOCTL_DXG_DEV_QUERY, &query);
	if (!ret)
		*size = query.size;
	return ret;
}

drm_public int dxg_device_get_info(struct dxg_device *dev, struct drm_dxg_device_info *info)
{
	struct drm_dxg_device_info answer;
	uint32_t size = sizeof(answer);
	int ret;

	memset(&answer, 0, sizeof(answer));
	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_DEVICE_INFO, &answer, &size);
	if (ret)
		return ret;

	answer.description[sizeof(answer.description) - 1] = 0;
	*info = answer;
	return 0;
}

drm_public int dxg_device_get_engines(struct dxg_device *dev, struct drm_dxg_engine **out,
				      uint32_t *count)
{
	struct drm_dxg_engine *list = NULL;
	uint32_t room = 0;
	int try, ret;

	for (try = 0; try < DXG_ENGINE_TRIES; try++) {
		struct drm_dxg_engines engines = {
			.stride = sizeof(*list),
			.count = room,
			.engines = (uintptr_t)list,
		};
		uint32_t size = sizeof(engines);

		ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_ENGINES, &engines, &size);
		if (ret)
			goto fail;
		if (engines.count <= room) {
			if (!engines.count) {
				free(list);
				list = NULL;
			}
			*out = list;
			*count = engines.count;
			return 0;
		}

		ret = -EPROTO;
		if (engines.count > DXG_MAX_ENGINES)
			goto fail;
		room = engines.count;
		free(list);
		ret = -ENOMEM;
		list = calloc(room, sizeof(*list));
		if (!list)
			goto fail;
	}
	ret = -EAGAIN;
fail:
	free(list);
	return ret;
}

drm_public int dxg_device_get_mem_regions(struct dxg_device *dev,
					  struct drm_dxg_mem_region **out, uint32_t *count)
{
	struct drm_dxg_mem_regions regions = { .stride = sizeof(struct drm_dxg_mem_region) };
	struct drm_dxg_mem_region *list;
	uint32_t size = sizeof(regions), room;
	int ret;

	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_MEM_REGIONS, &regions, &size);
	if (ret)
		return ret;
	room = regions.count;
	if (!room) {
		*out = NULL;
		*count = 0;
		return 0;
	}
	if (room > DXG_MAX_ENGINES)
		return -EPROTO;
	list = calloc(room, sizeof(*list));
	if (!list)
		return -ENOMEM;

	/* Which kinds of memory there are does not change while the device is open. */
	regions.regions = (uintptr_t)list;
	size = sizeof(regions);
	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_MEM_REGIONS, &regions, &size);
	if (ret) {
		free(list);
		return ret;
	}
	*out = list;
	*count = regions.count < room ? regions.count : room;
	return 0;
}

drm_public int dxg_device_get_clock(struct dxg_device *dev, uint32_t node,
				    struct drm_dxg_clock *out)
{
	struct drm_dxg_clock clock = { .node = node };
	uint32_t size = sizeof(clock);
	int ret;

	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_CLOCK, &clock, &size);
	if (!ret)
		*out = clock;
	return ret;
}

drm_public int dxg_device_get_feature(struct dxg_device *dev, uint32_t id, uint32_t *flags,
				      uint32_t *version)
{
	struct drm_dxg_feature feature = { .feature = id };
	uint32_t size = sizeof(feature);
	int ret;

	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_FEATURE, &feature, &size);
	if (ret)
		return ret;

	if (flags)
		*flags = feature.flags;
	if (version)
		*version = feature.version;
	return 0;
}

drm_public int dxg_device_get_host_info(struct dxg_device *dev, uint32_t query, void *data,
					uint32_t *size)
{
	struct drm_dxg_host_adapter_info info = {
		.query = query,
		.data_size = *size,
		.data = (uintptr_t)data,
	};
	uint32_t info_size = sizeof(info);
	int ret;

	ret = dxg_device_query(dev, DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO, &info, &info_size);

	/* The needed size comes back with the refusal of a smaller one. */
	if (!ret || ret == -EINVAL)
		*size = info.data_size;
	return ret;
}
