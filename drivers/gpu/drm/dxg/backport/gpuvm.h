/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For kernels whose drm_gpuvm takes the arguments of a mapping one by one.
 */
#ifndef _DXG_BACKPORT_GPUVM_H_
#define _DXG_BACKPORT_GPUVM_H_

#include <drm/drm_gpuvm.h>

struct drm_gpuvm_map_req {
	struct drm_gpuva_op_map map;
};

#define drm_gpuvm_sm_map(gpuvm, priv, req)					\
	drm_gpuvm_sm_map(gpuvm, priv, (req)->map.va.addr, (req)->map.va.range,	\
			 (req)->map.gem.obj, (req)->map.gem.offset)

#define drm_gpuvm_bo_obtain_locked(gpuvm, obj)	drm_gpuvm_bo_obtain(gpuvm, obj)

#define drm_gpuva_init_from_op(va, op)						\
	drm_gpuva_init_from_op(va, (struct drm_gpuva_op_map *)(op))

#endif /* _DXG_BACKPORT_GPUVM_H_ */
