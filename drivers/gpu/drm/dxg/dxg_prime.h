/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dma-bufs of BOs, and BOs of dma-bufs.
 */
#ifndef _DXG_PRIME_H_
#define _DXG_PRIME_H_

struct dma_buf;
struct drm_device;
struct drm_gem_object;

struct dma_buf *dxg_prime_export(struct drm_gem_object *obj, int flags);
struct drm_gem_object *dxg_prime_import(struct drm_device *drm, struct dma_buf *dma_buf);

#endif /* _DXG_PRIME_H_ */
