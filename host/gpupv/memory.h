/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of devices and memory share. Everything here is protected by
 * host->lock; GPU nodes see page tables only.
 *
 * Memory, allocations, mappings. A gpupv_memory is pages: the host's own, or
 * guest RAM. It is counted, and each process that opens it has a
 * gpupv_allocation of its own with a handle. A mapping puts a range of a space
 * onto pages of an allocation; both know it, and whichever ends first takes the
 * page table entries away. Page tables show a mapping only while its allocation
 * is present: resident, complete, and not offered.
 *
 * What paging queues have not done yet names allocations and ranges: whoever
 * ends one of these calls paging_finish() first.
 */
#ifndef HOST_GPUPV_MEMORY_H
#define HOST_GPUPV_MEMORY_H

#include "objects.h"
#include "wire_memory.h"

struct gpupv_space;

/* ---- memory.c ---- */

struct gpupv_memory {
	struct gpupv_gpu *gpu;
	unsigned int refs;
	enum gpu_segment segment;	/* that it counts in while resident */
	bool guest;			/* pages of guest RAM; else the host's own */
	bool cached;			/* what guests are told of CPU mappings */
	bool read_only;			/* guest pages that the GPU must not write */
	bool cross_adapter;
	uint64_t pages;
	uint64_t told;			/* guest pages that are known; complete at @pages */
	uint8_t **page;			/* where each is; NULL: not told */
	uint8_t *block;			/* the host's own pages; NULL while in the IO space */
	uint64_t io_gpa;		/* place in the IO space while locked */
	uint32_t gpadl;			/* that the pages came by */
	bool by_gpadl;
	unsigned int locks;		/* allocations that have it locked */
	unsigned int residents;		/* allocations that have it resident */
	bool offered, discarded;
	bool decommit;			/* offered: even its commitment may be dropped */
	uint32_t offer_priority;
	GList *allocations;		/* of struct gpupv_allocation, all openers' */
	GList *offer_link;		/* in gpu->pool.offered */
};

/* NULL: *@status says why. Zeroed pages, or guest pages not told yet; one reference. */
struct gpupv_memory *memory_new(struct gpupv_gpu *gpu, uint64_t pages, enum gpu_segment segment,
				bool guest, uint32_t *status);
void memory_ref(struct gpupv_memory *mem);
void memory_put(struct gpupv_memory *mem);
uint64_t memory_bytes(const struct gpupv_memory *mem);
static inline bool memory_complete(const struct gpupv_memory *mem)
{
	return mem->told == mem->pages;
}

/* Show in page tables, or take out of them, as the memory's state wants it now. */
void memory_update(struct gpupv_memory *mem);
/* Move it into the IO space; false when that has no room. Counted. */
bool memory_lock(struct gpupv_memory *mem);
void memory_unlock(struct gpupv_memory *mem);
/* Count it in another segment from now on. */
void memory_set_segment(struct gpupv_memory *mem, enum gpu_segment segment);

/* ---- allocation.c ---- */

struct gpupv_allocation {
	struct gpupv_device *device;
	struct gpupv_resource *resource;	/* NULL: none */
	struct gpupv_memory *memory;
	uint32_t handle;
	uint32_t resident;		/* MAKERESIDENT minus EVICT */
	uint32_t priority;
	bool present;			/* page tables show it */
	bool locked;			/* LOCK2 came, UNLOCK2 not yet */
	bool opened;			/* by OPENRESOURCE */
	struct gpupv_mapping *mappings;
	GList *link;			/* in device->allocations */
};

/* NULL when the handle table is full. Takes a reference of @mem. */
struct gpupv_allocation *allocation_new(struct gpupv_device *d, struct gpupv_memory *mem);
void allocation_free(struct gpupv_allocation *a);
/* One that the guest's driver has looked up: refused as a violation otherwise. */
struct gpupv_allocation *allocation_named(const struct gpupv_message *m,
					  const struct gpupv_device *d, uint32_t handle);
/* Its count of residency goes to @count; pays and unpays for it. */
void allocation_set_resident(struct gpupv_allocation *a, uint32_t count);

/* ---- residency.c ---- */

/* Bytes of a segment, and those that one process may have resident in it. */
uint64_t residency_size(const struct gpupv_gpu *gpu, enum gpu_segment segment);
uint64_t residency_budget(const struct gpupv_space *s, enum gpu_segment segment);

/* ---- resource.c ---- */

/* Allocations that are opened and destroyed together. */
struct gpupv_resource {
	struct gpupv_device *device;
	uint32_t handle;
	GList *allocations;		/* in the order of their creation */
};

/* The one that a CREATEALLOCATION makes or adds to; NULL: none is asked for. */
uint32_t resource_for_creation(const struct gpupv_message *m, struct gpupv_device *d,
			       const struct wire_createallocation *c,
			       struct gpupv_resource **resource);
void resource_add(struct gpupv_resource *res, struct gpupv_allocation *a);
void resource_answer(const struct gpupv_resource *res, struct wire_createallocation_return *head);
/* One that the guest's driver has looked up: refused as a violation otherwise. */
struct gpupv_resource *resource_named(const struct gpupv_message *m, const struct gpupv_device *d,
				      uint32_t handle);
/* With its allocations. What paging queues had left to do has been ended. */
void resource_free(struct gpupv_resource *res);

/* ---- space.c ---- */

/* A reserved range of addresses. */
struct va_range {
	uint64_t base, size;
	bool zero;			/* reads give zero where nothing is mapped */
	bool by_map;			/* MAP chose it; else RESERVE */
	GSequence *mappings;		/* of struct gpupv_mapping, by address */
};

struct gpupv_mapping {
	struct gpupv_mapping *next, *prev;	/* in allocation->mappings */
	struct gpupv_space *space;
	struct gpupv_allocation *allocation;	/* NULL: null pages */
	uint64_t va, pages;
	uint64_t first;			/* page of the allocation */
	unsigned int access;		/* enum softgpu_access */
};

struct gpupv_space {
	unsigned int refs;
	struct gpupv_process *process;	/* NULL: it has ended */
	struct gpupv_gpu *gpu;
	struct softgpu_space *pages;
	GSequence *ranges;		/* of struct va_range, by address */
	uint64_t mappings;
	GTree *fences;			/* pages of space_map_fence(), by address */
	uint64_t next_fence;		/* where the next one is tried */
	uint64_t resident[GPU_SEGMENTS];	/* bytes of the process's allocations */
	uint64_t reserved[GPU_SEGMENTS];	/* by CHANGEVIDEOMEMORYRESERVATION */
};

#define SPACE_GUEST_MIN	0x0000000000100000ull	/* first address that is given out unasked */
#define SPACE_GUEST_END	0x0000700000000000ull	/* guests' addresses end here */

struct va_wish {
	uint64_t base;			/* exactly here; 0: anywhere between the others */
	uint64_t minimum, maximum;	/* 0: no bound */
	uint64_t size;
};

struct gpupv_space *space_find(const struct gpupv_process *p, const struct gpupv_gpu *gpu);
/* The process is done with this GPU; who holds the space keeps an empty one. */
void space_end(struct gpupv_space *s);

/* Reserve; NULL and *@status when there is no such room. */
struct va_range *space_reserve(struct gpupv_space *s, const struct va_wish *wish, bool zero,
			       uint32_t *status);
/* The range that [@va, @va + @size) lies in; NULL: in none, not aligned, empty or too large. */
struct va_range *space_range(const struct gpupv_space *s, uint64_t va, uint64_t size);
/* The range of exactly this base; NULL: none. */
struct va_range *space_range_at(const struct gpupv_space *s, uint64_t base);
void space_release(struct gpupv_space *s, struct va_range *range);

/* What is to be seen at a range of addresses. */
struct va_map {
	uint64_t va, pages;
	struct gpupv_allocation *allocation;	/* NULL: null pages, or nothing */
	uint64_t first;
	unsigned int access;		/* 0 without allocation: nothing, else null pages */
};

/* @range has all of it. False: more mappings than a space may have. */
bool space_map(struct gpupv_space *s, struct va_range *range, const struct va_map *map);
/* Copy what is mapped; both ranges have all of it. */
bool space_copy(struct gpupv_space *s, uint64_t from, uint64_t to, uint64_t pages);
/* Bring the page table to what a mapping and its allocation say. */
void mapping_show(struct gpupv_mapping *map);
/* The allocation of a mapping ends: nothing is mapped there any more. */
void mapping_end(struct gpupv_mapping *map);

/* ---- device.c ---- */

/* All of the process on this GPU; NULL: on all. */
void devices_free(struct gpupv_process *p, const struct gpupv_gpu *gpu);

/* One that the guest's driver has looked up: refused as a violation otherwise. */
struct gpupv_device *device_named(const struct gpupv_message *m, uint32_t handle);

/* ---- paging.c ---- */

struct gpupv_device *paging_queue_device(const struct gpupv_paging_queue *q);
/* SUCCESS or PENDING for an operation that ends with this value. */
uint32_t paging_status(const struct gpupv_paging_queue *q, uint64_t value);
/* End all operations of this process on this GPU now, in order. */
void paging_finish(const struct gpupv_process *p, const struct gpupv_gpu *gpu);
void paging_queue_free(struct gpupv_paging_queue *q);

#endif
