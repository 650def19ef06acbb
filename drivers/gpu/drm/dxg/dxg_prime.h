/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dma-bufs of BOs, and BOs of dma-bufs.
 */
#ifndef _DXG_PRIME_H_
#define _DXG_PRIME_H_

struct dma_buf;
struct drm_device;
struct drm_gem_object;
struct dxg_bo;
struct dxg_device;

struct dma_buf *dxg_prime_export(struct drm_gem_object *obj, int flags);
struct drm_gem_object *dxg_prime_import(struct drm_device *drm, struct dma_buf *dma_buf);
void dxg_prime_import_release(struct dxg_bo *bo);
void dxg_prime_imports_end(struct dxg_device *dxg);

#endif /* _DXG_PRIME_H_ */
