/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What clients may ask of the host by DEV_QUERY.
 */
#ifndef _DXG_QUERY_H_
#define _DXG_QUERY_H_

#include <linux/types.h>

struct drm_file;
struct dxg_device;

/* Bytes of one property, so that request and reply fit into a message. */
#define DXG_MAX_HOST_DATA	65536

int dxg_host_query_size(u32 query);
u32 dxg_fix_adapter_type(u32 type, bool compute_only);
bool dxg_query_stride_ok(u32 stride, size_t first);
int dxg_query_copy_array(u64 user, u32 stride, const void *from, size_t size, u32 count);
int dxg_engine_count(struct dxg_device *dxg, struct drm_file *file);

/* dxg_query_live.c */
int dxg_query_mem_regions(struct dxg_device *dxg, struct drm_file *file, void __user *user,
			  u32 *size);
int dxg_query_clock(struct dxg_device *dxg, struct drm_file *file, void __user *user, u32 *size);

#endif /* _DXG_QUERY_H_ */
