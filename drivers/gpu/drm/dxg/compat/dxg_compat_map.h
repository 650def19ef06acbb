/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User addresses that the interface returns.
 */
#ifndef _DXG_COMPAT_MAP_H_
#define _DXG_COMPAT_MAP_H_

#include <linux/types.h>

struct dxg_allocation;
struct dxg_compat_map;
struct dxg_device;
struct dxg_fence;

void dxg_compat_maps_init(void);
void dxg_compat_maps_fini(void);

struct dxg_compat_map *dxg_compat_map_create(struct dxg_device *dxg, struct dxg_fence *fence,
					     struct dxg_allocation *alloc);
void dxg_compat_map_end(struct dxg_compat_map *map);
u64 dxg_compat_map_address(const struct dxg_compat_map *map);

#endif /* _DXG_COMPAT_MAP_H_ */
