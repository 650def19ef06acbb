/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands about allocations and resources: making and ending them, guest
 * memory as their backing, CPU access, properties.
 *
 * The rules of dxg_cmd.h hold. What is called prep builds a request without
 * sending it; see dxg_request_commit().
 */
#ifndef _DXG_CMD_MEMORY_H_
#define _DXG_CMD_MEMORY_H_

#include <linux/types.h>

#include "dxg_transport.h"

/**
 * struct dxg_cmd_alloc - One allocation of CREATEALLOCATION.
 */
struct dxg_cmd_alloc {
	/** @flags: In: DXGP_ALLOC_xxx of the caller. */
	u32 flags;

	/** @vidpn_source: In: display source, 0 for what is never shown. */
	u32 vidpn_source;

	/** @data: In and out: opaque data of the host's driver. May be NULL. */
	void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @returned_size: Out: bytes of @data that the host has written; the rest is 0. */
	u32 returned_size;

	/** @handle: Out: the host's handle, not 0. */
	u32 handle;

	/** @host_flags: Out: DXGP_ALLOCINFO_xxx. */
	u32 host_flags;

	/** @size: Out: bytes of the allocation. */
	u64 size;
};

/**
 * struct dxg_cmd_create_alloc - Arguments and results of CREATEALLOCATION.
 */
struct dxg_cmd_create_alloc {
	/** @device: In: host device. */
	u32 device;

	/** @flags: In: DXGP_CREATEALLOC_xxx. */
	u32 flags;

	/**
	 * @resource: In: resource to add to, or 0. Out: the resource; not 0
	 * with DXGP_CREATEALLOC_RESOURCE.
	 */
	u32 resource;

	/** @global_share: Out: the host's name of a shared resource. */
	u32 global_share;

	/** @runtime_handle: In: number of the runtime; never a kernel address. */
	u64 runtime_handle;

	/** @runtime_data: In: opaque data of the runtime. */
	const void *runtime_data;

	/** @runtime_size: Bytes of @runtime_data. */
	u32 runtime_size;

	/** @resource_size: Bytes of @resource_data. */
	u32 resource_size;

	/** @resource_data: In: opaque data of the host's driver about the resource. */
	const void *resource_data;

	/** @allocs: In and out: the allocations. */
	struct dxg_cmd_alloc *allocs;

	/** @count: In: number of @allocs, 1 to DXGP_MAX_ALLOCATIONS. */
	u32 count;
};

/**
 * struct dxg_cmd_destroy_alloc - Arguments of DESTROYALLOCATION.
 */
struct dxg_cmd_destroy_alloc {
	/** @device: Host device. */
	u32 device;

	/** @resource: The resource to end with all it holds, or 0. */
	u32 resource;

	/** @handles: Allocations to end, when @resource is 0. */
	const u32 *handles;

	/** @count: Number of @handles, at most DXGP_MAX_ALLOCATIONS; 0 with @resource. */
	u32 count;

	/** @flags: DXGP_DESTROYALLOC_xxx. */
	u32 flags;
};

int dxg_cmd_create_allocation(struct dxg_link *link, u32 process,
			      struct dxg_cmd_create_alloc *args, unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_destroy_allocation(struct dxg_link *link, u32 process,
						const struct dxg_cmd_destroy_alloc *args);
struct dxg_request *dxg_prep_destroy_allocations(struct dxg_link *link, u32 process, u32 device,
						 u32 max);
void dxg_destroy_allocations_clear(struct dxg_request *req);
void dxg_destroy_allocations_add(struct dxg_request *req, u32 handle);
struct dxg_request *dxg_prep_destroy_resource(struct dxg_link *link, u32 process, u32 device);
void dxg_destroy_resource_set(struct dxg_request *req, u32 resource, u32 flags);
int dxg_cmd_destroy_allocation(struct dxg_link *link, u32 process,
			       const struct dxg_cmd_destroy_alloc *args, u32 *status);

/**
 * struct dxg_cmd_open_resource - Arguments and results of OPENRESOURCE.
 */
struct dxg_cmd_open_resource {
	/** @device: In: host device. */
	u32 device;

	/** @nt_handle: In: the host's NT handle of the shared resource. */
	u32 nt_handle;

	/** @data_size: In: bytes of the private data of all allocations. */
	u32 data_size;

	/** @count: In: number of allocations, 1 to DXGP_MAX_ALLOCATIONS. */
	u32 count;

	/** @resource: Out: the resource, not 0. */
	u32 resource;

	/** @handles: Out: @count allocations, none 0. */
	u32 *handles;
};

int dxg_cmd_open_resource(struct dxg_link *link, u32 process, struct dxg_cmd_open_resource *args,
			  unsigned int flags, u32 *status);

/**
 * struct dxg_cmd_standard_data - Arguments and results of DDIGETSTANDARDALLOCATIONDRIVERDATA.
 */
struct dxg_cmd_standard_data {
	/** @alloc_type: In: DXGP_STANDARD_xxx. */
	u32 alloc_type;

	/** @physical_adapter: In: index in a linked group. */
	u32 physical_adapter;

	/** @surface: In and out: depends on @alloc_type; all that is not used is 0. */
	u32 surface[6];

	/** @alloc_data: Out: the data of the allocation. NULL: only the sizes are asked for. */
	void *alloc_data;

	/** @resource_data: Out: the data of the resource. */
	void *resource_data;

	/** @alloc_size: In: bytes of @alloc_data. Out: bytes that there are. */
	u32 alloc_size;

	/** @resource_size: In: bytes of @resource_data. Out: bytes that there are. */
	u32 resource_size;
};

int dxg_cmd_get_standard_data(struct dxg_link *link, u32 process,
			      struct dxg_cmd_standard_data *args, unsigned int flags, u32 *status);

/* ---- Guest memory as backing ---- */

/**
 * typedef dxg_fill_pfns_t - Write page frame numbers.
 * @ctx: The caller's.
 * @first: Index of the first page in the allocation.
 * @count: How many to write.
 * @pfns: Where to. Not aligned to more than eight bytes.
 */
typedef void (*dxg_fill_pfns_t)(void *ctx, u64 first, u32 count, u64 *pfns);

int dxg_cmd_set_sysmem_pages(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u64 pages, dxg_fill_pfns_t fill, void *ctx, unsigned int flags,
			     u32 *status);
int dxg_cmd_set_sysmem_store(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u32 gpadl, unsigned int flags, u32 *status);

/* ---- CPU access ---- */

int dxg_cmd_lock2(struct dxg_link *link, u32 process, u32 device, u32 allocation, u64 size,
		  unsigned int flags, u64 *address, u32 *status);
struct dxg_request *dxg_prep_unlock2(struct dxg_link *link, u32 process, u32 device,
				     u32 allocation);
int dxg_cmd_unlock2(struct dxg_link *link, u32 process, u32 device, u32 allocation, u32 *status);
int dxg_cmd_invalidate_cache(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u64 offset, u64 length, unsigned int flags, u32 *status);

/* ---- Properties ---- */

/**
 * struct dxg_cmd_property - Arguments and result of UPDATEALLOCATIONPROPERTY.
 */
struct dxg_cmd_property {
	/** @paging_queue: In: paging queue of the device. */
	u32 paging_queue;

	/** @allocation: In: the allocation. */
	u32 allocation;

	/** @mask: In: DXGP_PROPERTY_xxx, which of what follows counts. */
	u32 mask;

	/** @supported_segments: In: mask of segments. */
	u32 supported_segments;

	/** @preferred_segment: In: five segments in order of preference, as the host packs them. */
	u32 preferred_segment;

	/** @flags: In: bit 0: accessed by physical address. */
	u32 flags;

	/** @fence_value: Out: value of the paging fence to wait for; 0 unless pending. */
	u64 fence_value;
};

int dxg_cmd_update_property(struct dxg_link *link, u32 process, struct dxg_cmd_property *args,
			    unsigned int flags, u32 *status);

int dxg_cmd_offer_allocations(struct dxg_link *link, u32 process, u32 device, const u32 *handles,
			      u32 count, bool resources, u32 priority, u32 offer_flags,
			      unsigned int flags, u32 *status);

/**
 * struct dxg_cmd_reclaim - Arguments and results of RECLAIMALLOCATIONS.
 */
struct dxg_cmd_reclaim {
	/** @device: In: host device. */
	u32 device;

	/** @paging_queue: In: paging queue of the device. */
	u32 paging_queue;

	/** @handles: In: allocations, or resources. */
	const u32 *handles;

	/** @count: In: number of @handles, 1 to DXGP_MAX_RESIDENT. */
	u32 count;

	/** @resources: In: @handles are resources. */
	bool resources;

	/** @results: Out: DXGP_RECLAIM_xxx of each. NULL: not wanted. */
	u32 *results;

	/** @fence_value: Out: value of the paging fence to wait for when pending. */
	u64 fence_value;
};

int dxg_cmd_reclaim_allocations(struct dxg_link *link, u32 process, struct dxg_cmd_reclaim *args,
				unsigned int flags, u32 *status);

int dxg_cmd_query_residency(struct dxg_link *link, u32 process, u32 device, u32 resource,
			    const u32 *handles, u32 count, u32 *residency, unsigned int flags,
			    u32 *status);
int dxg_cmd_set_allocation_priority(struct dxg_link *link, u32 process, u32 device, u32 resource,
				    const u32 *handles, u32 count, const u32 *priorities,
				    unsigned int flags, u32 *status);
int dxg_cmd_get_allocation_priority(struct dxg_link *link, u32 process, u32 device, u32 resource,
				    const u32 *handles, u32 count, u32 *priorities,
				    unsigned int flags, u32 *status);

#endif /* _DXG_CMD_MEMORY_H_ */
