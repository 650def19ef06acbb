/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands about the GPU's address space: paging queues, reservations,
 * mappings, residency.
 *
 * The rules of dxg_cmd.h hold. What is called prep builds a request without
 * sending it (see dxg_request_commit()); the result function of the command
 * then reads the reply, in the callback of the request or later.
 */
#ifndef _DXG_CMD_VM_H_
#define _DXG_CMD_VM_H_

#include <linux/types.h>

#include "dxg_proto.h"
#include "dxg_transport.h"

/* ---- Paging queues ---- */

/**
 * struct dxg_cmd_paging_queue - What CREATEPAGINGQUEUE returns, checked.
 */
struct dxg_cmd_paging_queue {
	/** @handle: The host's handle, not 0. */
	u32 handle;

	/** @sync_object: The host's handle of the fence, not 0. */
	u32 sync_object;

	/** @fence_address: Guest-physical address of the page with the value, in the IO space. */
	u64 fence_address;
};

int dxg_cmd_create_paging_queue(struct dxg_link *link, u32 process, u32 device, s32 priority,
				u32 physical_adapter, unsigned int flags,
				struct dxg_cmd_paging_queue *queue, u32 *status);
struct dxg_request *dxg_prep_destroy_paging_queue(struct dxg_link *link, u32 process, u32 queue);
int dxg_cmd_destroy_paging_queue(struct dxg_link *link, u32 process, u32 queue);

/* ---- Reservations ---- */

/**
 * struct dxg_cmd_reserve - Arguments and results of RESERVEGPUVIRTUALADDRESS.
 */
struct dxg_cmd_reserve {
	/** @adapter: In: host handle of the adapter, or of a paging queue. */
	u32 adapter;

	/** @type: In: DXGP_RESERVE_xxx. */
	u32 type;

	/** @base: In: where, or 0 for the host to choose. */
	u64 base;

	/** @minimum: In: lowest address to choose. */
	u64 minimum;

	/** @maximum: In: highest address to choose, or 0. */
	u64 maximum;

	/** @size: In: bytes, a multiple of the page size. */
	u64 size;

	/** @driver_protection: In: for the host's driver. */
	u64 driver_protection;

	/** @address: Out: where it is, aligned to pages; not 0. */
	u64 address;

	/** @fence_value: Out: value of the paging fence. */
	u64 fence_value;
};

struct dxg_request *dxg_prep_reserve_gpu_va(struct dxg_link *link, u32 process,
					    const struct dxg_cmd_reserve *args,
					    unsigned int flags);
int dxg_reserve_gpu_va_result(struct dxg_request *req, struct dxg_cmd_reserve *args, u32 *status);
int dxg_cmd_reserve_gpu_va(struct dxg_link *link, u32 process, struct dxg_cmd_reserve *args,
			   unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_free_gpu_va(struct dxg_link *link, u32 process, u32 adapter,
					 u64 base, u64 size);
int dxg_cmd_free_gpu_va(struct dxg_link *link, u32 process, u32 adapter, u64 base, u64 size,
			u32 *status);

/* ---- Mappings ---- */

/**
 * struct dxg_cmd_map - Arguments and results of MAPGPUVIRTUALADDRESS.
 */
struct dxg_cmd_map {
	/** @paging_queue: In: whose fence tells when it is done. */
	u32 paging_queue;

	/** @allocation: In: what to map; 0 with DXGP_VA_NO_ACCESS or DXGP_VA_ZERO. */
	u32 allocation;

	/** @base: In: where, or 0 for the host to choose. */
	u64 base;

	/** @minimum: In: lowest address to choose. */
	u64 minimum;

	/** @maximum: In: highest address to choose, or 0. */
	u64 maximum;

	/** @offset_pages: In: where in the allocation, in pages of 4 KiB. */
	u64 offset_pages;

	/** @size_pages: In: how much, in pages of 4 KiB. */
	u64 size_pages;

	/** @protection: In: DXGP_VA_xxx. */
	u64 protection;

	/** @driver_protection: In: for the host's driver. */
	u64 driver_protection;

	/** @address: Out: where it is; as @base when that was given. */
	u64 address;

	/** @fence_value: Out: value of the paging fence to wait for when pending. */
	u64 fence_value;
};

struct dxg_request *dxg_prep_map_gpu_va(struct dxg_link *link, u32 process,
					const struct dxg_cmd_map *args, unsigned int flags);
void dxg_map_gpu_va_set(struct dxg_request *req, const struct dxg_cmd_map *args);
int dxg_map_gpu_va_result(struct dxg_request *req, struct dxg_cmd_map *args, u32 *status);
int dxg_cmd_map_gpu_va(struct dxg_link *link, u32 process, struct dxg_cmd_map *args,
		       unsigned int flags, u32 *status);

/**
 * struct dxg_cmd_update - Arguments of UPDATEGPUVIRTUALADDRESS.
 */
struct dxg_cmd_update {
	/** @device: Host device. */
	u32 device;

	/** @context: Context in whose order it happens. */
	u32 context;

	/** @fence_object: Monitored fence to signal. */
	u32 fence_object;

	/** @flags: Bit 0: do not wait for the context. */
	u32 flags;

	/** @fence_value: Value to signal. */
	u64 fence_value;

	/** @operations: What to do, in the host's format; padding is 0. */
	const struct dxgp_arg_updategpuvirtualaddress_operation *operations;

	/** @count: Number of @operations, 1 to DXGP_MAX_VA_OPERATIONS. */
	u32 count;
};

struct dxg_request *dxg_prep_update_gpu_va(struct dxg_link *link, u32 process,
					   const struct dxg_cmd_update *args, unsigned int flags);
int dxg_cmd_update_gpu_va(struct dxg_link *link, u32 process, const struct dxg_cmd_update *args,
			  unsigned int flags, u32 *status);

/* ---- Residency ---- */

/**
 * struct dxg_cmd_resident - Arguments and results of MAKERESIDENT.
 */
struct dxg_cmd_resident {
	/** @paging_queue: In: whose fence tells when it is done. */
	u32 paging_queue;

	/** @flags: In: DXGP_RESIDENT_xxx. */
	u32 flags;

	/** @handles: In: the allocations. */
	const u32 *handles;

	/** @count: In: number of @handles, 1 to DXGP_MAX_RESIDENT. */
	u32 count;

	/** @fence_value: Out: value of the paging fence to wait for when pending. */
	u64 fence_value;

	/** @bytes_to_trim: Out: what the host wants to have evicted; also after a failure. */
	u64 bytes_to_trim;
};

struct dxg_request *dxg_prep_make_resident(struct dxg_link *link, u32 process,
					   const struct dxg_cmd_resident *args,
					   unsigned int flags);
int dxg_make_resident_result(struct dxg_request *req, struct dxg_cmd_resident *args, u32 *status);
int dxg_cmd_make_resident(struct dxg_link *link, u32 process, struct dxg_cmd_resident *args,
			  unsigned int flags, u32 *status);

struct dxg_request *dxg_prep_evict(struct dxg_link *link, u32 process, u32 device,
				   const u32 *handles, u32 count, u32 evict_flags,
				   unsigned int flags);
int dxg_evict_result(struct dxg_request *req, u64 *bytes_to_trim, u32 *status);
int dxg_cmd_evict(struct dxg_link *link, u32 process, u32 device, const u32 *handles, u32 count,
		  u32 evict_flags, unsigned int flags, u64 *bytes_to_trim, u32 *status);

#endif /* _DXG_CMD_VM_H_ */
