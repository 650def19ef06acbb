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
	bool charged;			/* its bytes are in pool.resident */
	bool committed;			/* its bytes are in pool.committed */
	bool offered;			/* contents may be thrown away, and nothing looks at them */
	bool discarded;			/* they were */
	bool decommit;			/* offered: its commitment may be dropped, too */
	uint32_t offer_queue;		/* of pool.offered */
	GList *allocations;		/* of struct gpupv_allocation, all openers' */
	GList *offer_link;		/* in pool.offered */
};

/* NULL: *@status says why. Zeroed pages, or guest pages not told yet; one reference. */
struct gpupv_memory *memory_new(struct gpupv_gpu *gpu, uint64_t pages, enum gpu_segment segment,
				bool guest, uint32_t *status);
/* As if it had been somebody else's: new host memory that nobody asked to be zeroed. */
void memory_soil(struct gpupv_memory *mem);
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
/* Count it as its state wants it, in the pool and for each process. */
void memory_charge(struct gpupv_memory *mem);
/* Offer it: from now on its contents may go. */
void memory_offer(struct gpupv_memory *mem, uint32_t queue, bool decommit);
/* It stays offered, but nothing of it goes any more. And goes again. */
void memory_withdraw(struct gpupv_memory *mem);
void memory_offer_again(struct gpupv_memory *mem);
/* It is not offered any more; zero when it was discarded. memory_update() shows it. */
void memory_reclaim(struct gpupv_memory *mem);
/* Commit what was decommitted; false: there is no more. */
bool memory_commit(struct gpupv_memory *mem);
/*
 * Discard offered memory until @need bytes of @segment are not resident any more,
 * or all is gone.
 */
void pool_discard_resident(struct gpupv_gpu *gpu, enum gpu_segment segment, uint64_t need);

/* ---- allocation.c ---- */

struct gpupv_allocation {
	struct gpupv_device *device;
	struct gpupv_resource *resource;	/* NULL: none */
	struct gpupv_memory *memory;
	uint32_t handle;
	uint32_t resident;		/* MAKERESIDENT minus EVICT */
	uint32_t priority;
	uint32_t private_size;		/* of its private data */
	bool charged;			/* its bytes are in space->resident */
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
/* Its count of residency goes to @count; counted, and hidden when it is not resident. */
void allocation_set_resident(struct gpupv_allocation *a, uint32_t count);

/* ---- residency.c ---- */

/*
 * Allocations that a list of handles in the message names, in its order, those of
 * resources when @resources. NULL: one is unknown, which is the user's mistake: the
 * driver passes lists on.
 */
GPtrArray *listed(const struct gpupv_message *m, uint32_t at, uint32_t count, bool resources);
/*
 * The same for commands that take a list, or else one resource: either of them,
 * not both, is there; NULL: *@status says what is wrong.
 */
GPtrArray *listed_or_resource(const struct gpupv_message *m, uint32_t at, uint32_t count,
			      uint32_t resource, uint32_t *status);
/* Room for all of a list, as if it were resident; offered memory goes for it. */
bool residency_make_room(const struct gpupv_device *d, const GPtrArray *list, uint64_t *trim);

/* Whether the pool has room for it in another segment. */
bool residency_may_move(struct gpupv_memory *mem, enum gpu_segment segment);

/* Bytes of a segment, and those that one process may have resident in it. */
uint64_t residency_size(const struct gpupv_gpu *gpu, enum gpu_segment segment);
uint64_t residency_budget(const struct gpupv_space *s, enum gpu_segment segment);

/* ---- resource.c ---- */

/*
 * What a shared resource consists of, for those who open it. It lives as long as
 * a resource, an NT handle or the host has it open.
 */
struct gpupv_share {
	unsigned int refs;
	struct gpupv_gpu *gpu;
	uint32_t global;		/* handle of the VM */
	bool opened;			/* nothing can be added any more */
	GPtrArray *memory;		/* of struct gpupv_memory, in order; referenced */
	uint64_t private_size;		/* of all allocations together */
};

void share_ref(struct gpupv_share *share);
void share_put(struct gpupv_share *share);

/* Allocations that are opened and destroyed together. */
struct gpupv_resource {
	struct gpupv_device *device;
	uint32_t handle;
	GList *allocations;		/* in the order of their creation */
	struct gpupv_share *share;	/* NULL: it is not shared */
};

/* Of a handle that a user wrote, of @m's process and GPU (any GPU for global commands). */
struct gpupv_resource *resource_get(const struct gpupv_message *m, uint32_t handle);

/* The one that a CREATEALLOCATION makes or adds to; NULL: none is asked for. */
uint32_t resource_for_creation(const struct gpupv_message *m, struct gpupv_device *d,
			       const struct wire_createallocation *c,
			       struct gpupv_resource **resource);
/* False: it has been opened, and is complete. */
bool resource_add(struct gpupv_resource *res, struct gpupv_allocation *a);
void resource_answer(const struct gpupv_resource *res, struct wire_createallocation_return *head);
/* One that the guest's driver has looked up: refused as a violation otherwise. */
struct gpupv_resource *resource_named(const struct gpupv_message *m, const struct gpupv_device *d,
				      uint32_t handle);
/* With its allocations. What paging queues had left to do has been ended. */
void resource_free(struct gpupv_resource *res);

/* ---- nt.c ---- */

/* What an NT handle of a resource names; NULL: *@status says why. */
struct gpupv_share *nt_share(const struct gpupv_message *m, uint32_t handle, uint32_t *status);

/* The NT handles of objects of this GPU name nothing any more; the handles stay. */
void nt_forget_gpu(struct gpupv_gpu *gpu);
/* All of them are dropped; reported as left behind when @report. */
void nt_drop_all(struct gpupv *g, bool report);
/* A line about one of g->nt. */
void nt_text(const void *object, GString *out);

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
	uint64_t busy_ns[SOFTGPU_MAX_NODES], jobs[SOFTGPU_MAX_NODES];
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
void paging_queue_text(const struct gpupv_paging_queue *q, GString *out);

#endif
