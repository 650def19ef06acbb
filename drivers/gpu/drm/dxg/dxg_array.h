/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrays of the user interface whose elements may grow.
 */
#ifndef _DXG_ARRAY_H_
#define _DXG_ARRAY_H_

#include <linux/types.h>

struct drm_dxg_array;

void *dxg_array_get(const struct drm_dxg_array *array, size_t size, size_t first, u32 max);
int dxg_array_put(const struct drm_dxg_array *array, const void *elements, size_t size);
void dxg_array_free(const void *elements);

#endif /* _DXG_ARRAY_H_ */
