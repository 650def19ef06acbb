/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that reserve and bind addresses; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_VM_H
#define IGT_DXG_VM_H

#include <stdint.h>

#include "dxg_drm.h"

#define IGT_DXG_PAGE	4096ull

/* Reservations. @va 0: the host chooses. Returns 0 or a negative errno; the address in *@va. */
int __dxg_reserve(int fd, uint32_t vm, uint32_t flags, uint64_t *va, uint64_t size);
uint64_t igt_dxg_reserve(int fd, uint32_t vm, uint64_t size);
int __dxg_unreserve(int fd, uint32_t vm, uint64_t va, uint64_t size);
void igt_dxg_unreserve(int fd, uint32_t vm, uint64_t va, uint64_t size);

/* Bind operations. */
struct drm_dxg_vm_bind_op igt_dxg_op_map(uint32_t bo, uint64_t bo_offset, uint64_t va,
					 uint64_t size);
struct drm_dxg_vm_bind_op igt_dxg_op_range(uint32_t type, uint64_t va, uint64_t size);
struct drm_dxg_vm_bind_op igt_dxg_op_bo(uint32_t type, uint32_t bo);

/* VM_BIND without a queue. */
int __dxg_bind(int fd, uint32_t vm, struct drm_dxg_vm_bind_op *ops, uint32_t count);
void igt_dxg_bind_op(int fd, uint32_t vm, struct drm_dxg_vm_bind_op op);
/* On a bind queue, asynchronously. */
int __dxg_bind_async(int fd, uint32_t vm, uint32_t queue, struct drm_dxg_vm_bind_op *ops,
		     uint32_t count, struct drm_dxg_sync_op *syncs, uint32_t sync_count);

/* A queue of type BIND; *@fence, if given, is the handle of its fence. */
uint32_t igt_dxg_bind_queue_create(int fd, uint32_t vm, uint32_t *fence);

int __dxg_vm_get_state(int fd, uint32_t vm, struct drm_dxg_vm_get_state *state);

#endif
