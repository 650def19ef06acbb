/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host objects: allocations and resources, the guest memory under them, their
 * locks for the CPU, and their sharing between processes.
 *
 * Lifetime: an allocation lives on the host until dxg_allocation_destroy(), or
 * dxg_resource_destroy() of the resource that it is in. The structure lives as
 * long as somebody has a reference, and the host's answer to the destroying
 * command is one of those: it goes through the adapter's quarantine. So does the
 * reference on the guest memory: a backing is released when nothing on the host
 * can reach it any more, not before. When the adapter is unplugged, the CPU's
 * access ends at once (dxg_allocations_revoke()), the rest with its owners.
 *
 * The functions that ask the host return as those of dxg_cmd.h do: 0 or the
 * -errno of a failed exchange, and the host's opinion in *status.
 */
#ifndef _DXG_ALLOCATION_H_
#define _DXG_ALLOCATION_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "dxg_quarantine.h"
#include "dxg_transport.h"

struct dxg_allocation;
struct dxg_device;
struct dxg_host_device;
struct dxg_iomem;

/* Allocations without a resource that are destroyed with one message, at most. */
#define DXG_DESTROY_BATCH	512

/* ---- Guest memory ---- */

/**
 * struct dxg_backing - Guest pages that the host may use as allocations.
 *
 * Embedded in what owns the pages. They stay where they are as long as there is
 * a reference.
 */
struct dxg_backing {
	/** @ref: The owner, each allocation on the host, an NT handle. */
	struct kref ref;

	/** @pages: Pages of DXGP_PAGE_SIZE. */
	u64 pages;

	/**
	 * @fill: Write the page frame numbers of @count pages from @first on, in
	 * units of DXGP_PAGE_SIZE.
	 */
	void (*fill)(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns);

	/**
	 * @page: The page at @index, in units of PAGE_SIZE, for the way by GPADL. NULL
	 * where there may be no struct page.
	 */
	struct page *(*page)(struct dxg_backing *backing, u64 index);

	/** @release: The last reference is gone. May sleep. */
	void (*release)(struct dxg_backing *backing);
};

void dxg_backing_init(struct dxg_backing *backing, u64 pages,
		      void (*fill)(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns),
		      struct page *(*page)(struct dxg_backing *backing, u64 index),
		      void (*release)(struct dxg_backing *backing));
void dxg_backing_get(struct dxg_backing *backing);
void dxg_backing_put(struct dxg_backing *backing);
void dxg_backing_fill_pages(struct page **pages, u64 first, u32 count, u64 *pfns);

/**
 * struct dxg_user_range - Memory of a program.
 */
struct dxg_user_range {
	/** @address: Where. */
	u64 address;

	/** @size: Bytes. */
	u64 size;
};

struct dxg_backing *dxg_user_pages_pin(const struct dxg_user_range *ranges, u32 count,
				       bool readonly);

/* ---- Objects ---- */

/**
 * struct dxg_resource - A host resource: a name for allocations that go together.
 */
struct dxg_resource {
	/** @ref: References. */
	struct kref ref;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @lock: Protects @allocs and @dead. */
	spinlock_t lock;

	/** @allocs: Its allocations while they live, by their list; each holds a reference. */
	struct list_head allocs;

	/** @handle: The host's handle. */
	u32 handle;

	/** @global_share: The host's name of a shared resource. */
	u32 global_share;

	/** @dead: Destroyed, or about to be: nothing is added any more. */
	bool dead;

	/** @destroy: Ends it on the host. Made beforehand, so that its end cannot fail. */
	struct dxg_request *destroy;

	/** @keep: For the quarantine. */
	struct dxg_keep keep;
};

/**
 * struct dxg_alloc_ops - What the owner of an allocation has to know.
 */
struct dxg_alloc_ops {
	/**
	 * @revoke: The CPU's access ends for good: take away all mappings of the
	 * memory. Under the allocation's lock; new mappings are made under it,
	 * too, while the allocation is not revoked.
	 */
	void (*revoke)(struct dxg_allocation *alloc, void *owner);
};

/**
 * struct dxg_allocation - A host allocation.
 */
struct dxg_allocation {
	/** @ref: References. */
	struct kref ref;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @resource: The resource that it is in, or NULL. Holds a reference. */
	struct dxg_resource *resource;

	/** @list: Entry of resource->allocs. */
	struct list_head list;

	/** @handle: The host's handle. */
	u32 handle;

	/** @host_flags: DXGP_ALLOCINFO_xxx. */
	u32 host_flags;

	/** @size: Its bytes, as the host says. */
	u64 size;

	/** @backing: The guest memory under it, or NULL. Holds a reference. */
	struct dxg_backing *backing;

	/** @backing_first: Where in @backing it starts, in pages of DXGP_PAGE_SIZE. */
	u64 backing_first;

	/** @gpadl: How the host reaches @backing when not by page frames; handle 0 if so. */
	struct dxg_gpadl gpadl;

	/** @ops: What the owner wants to know, or NULL. Under @lock. */
	const struct dxg_alloc_ops *ops;

	/** @owner: For @ops. */
	void *owner;

	/** @lock: Protects the CPU's access: what follows, and faults of the owner. */
	struct mutex lock;

	/** @dead: Destroyed, or about to be. */
	bool dead;

	/** @lock_count: Users of the CPU's access. */
	unsigned int lock_count;

	/** @kernel_count: Those among them that use @map itself: they are not revoked. */
	unsigned int kernel_count;

	/** @revoked: Nobody gets access any more. */
	bool revoked;

	/** @locked: Entry of the adapter's locked allocations, under their lock. */
	struct list_head locked;

	/** @unlock: Ends the lock on the host. Prepared before that begins. */
	struct dxg_request *unlock;

	/** @map: The memory in the IO space, while there are users and it is not revoked. */
	struct dxg_iomem *map;

	/** @keep: For the quarantine. */
	struct dxg_keep keep;
};

/**
 * struct dxg_alloc_desc - One allocation of struct dxg_alloc_args.
 */
struct dxg_alloc_desc {
	/** @flags: In: DXGP_ALLOC_xxx. */
	u32 flags;

	/** @vidpn_source: In: display source, 0 for what is never shown. */
	u32 vidpn_source;

	/** @data: In and out: opaque data of the host's driver. */
	void *data;

	/** @data_size: In: bytes of @data. */
	u32 data_size;

	/** @returned_size: Out: bytes of @data that mean something; the rest is 0. */
	u32 returned_size;

	/** @backing: In: guest memory to use, or NULL. */
	struct dxg_backing *backing;

	/** @backing_first: In: first page of @backing to use. */
	u64 backing_first;

	/** @backing_pages: In: pages that the allocation may have. */
	u64 backing_pages;

	/** @size: In, for dxg_resource_open(): bytes, as the host told the maker. */
	u64 size;

	/** @host_flags: In, likewise: DXGP_ALLOCINFO_xxx. */
	u32 host_flags;

	/** @alloc: Out: the allocation, with one reference. */
	struct dxg_allocation *alloc;
};

/**
 * struct dxg_alloc_args - What dxg_alloc_create() is to make.
 */
struct dxg_alloc_args {
	/** @flags: In: DXGP_CREATEALLOC_xxx. */
	u32 flags;

	/** @runtime_size: In: bytes of @runtime_data. */
	u32 runtime_size;

	/** @runtime_data: In: opaque data of the runtime. */
	const void *runtime_data;

	/** @resource_data: In: opaque data about the resource. */
	const void *resource_data;

	/** @resource_size: In: bytes of @resource_data. */
	u32 resource_size;

	/** @count: In: number of @allocs. */
	u32 count;

	/** @runtime_handle: In: number of the runtime; never a kernel address. */
	u64 runtime_handle;

	/** @allocs: In and out. */
	struct dxg_alloc_desc *allocs;

	/**
	 * @back: In: get the memory under allocs[index].alloc, whose size the host has told;
	 * sets the allocation's backing, or returns -errno. NULL: all of it is in
	 * @allocs. With DXGP_CREATEALLOC_SYSMEM.
	 */
	int (*back)(struct dxg_alloc_args *args, u32 index);

	/** @back_data: In: for @back. */
	void *back_data;

	/**
	 * @resource: In: a resource to add to, or NULL. Out, with
	 * DXGP_CREATEALLOC_RESOURCE: the new one, with one reference.
	 */
	struct dxg_resource *resource;
};

/**
 * struct dxg_standard_data - Opaque data of a standard allocation, for those who open it.
 */
struct dxg_standard_data {
	/** @alloc: Of the allocation, for kvfree(). */
	void *alloc;

	/** @resource: Of the resource, for kvfree(). */
	void *resource;

	/** @alloc_size: Bytes of @alloc. */
	u32 alloc_size;

	/** @resource_size: Bytes of @resource. */
	u32 resource_size;
};

int dxg_alloc_create(struct dxg_host_device *device, struct dxg_alloc_args *args,
		     unsigned int flags, u32 *status);
void dxg_alloc_standard_heap(struct dxgp_standardallocation *heap, u64 size);
int dxg_alloc_standard_data(struct dxg_host_device *device, u64 size,
			    struct dxg_standard_data *data, unsigned int flags, u32 *status);
int dxg_allocations_init(struct dxg_host_device *device);
void dxg_allocation_destroy(struct dxg_allocation *alloc, u32 flags);
void dxg_resource_destroy(struct dxg_resource *resource, u32 flags);

/* Between dxg_allocation.c and dxg_shared.c. */
int dxg_alloc_prepare(struct dxg_host_device *device, struct dxg_alloc_args *args,
		      struct dxg_resource **made);
void dxg_alloc_unprepare(struct dxg_alloc_args *args, struct dxg_resource *made);
void dxg_allocation_born(struct dxg_allocation *alloc, struct dxg_resource *resource);

void dxg_allocation_get(struct dxg_allocation *alloc);
void dxg_allocation_put(struct dxg_allocation *alloc);
void dxg_resource_put(struct dxg_resource *resource);

void dxg_allocation_set_owner(struct dxg_allocation *alloc, const struct dxg_alloc_ops *ops,
			      void *owner);

/* ---- CPU access ---- */

int dxg_allocation_lock_held(struct dxg_allocation *alloc, bool kernel, unsigned int flags,
			     u32 *status);
void dxg_allocation_unlock_held(struct dxg_allocation *alloc, bool kernel);
int dxg_allocation_lock(struct dxg_allocation *alloc, bool kernel, unsigned int flags,
			u32 *status);
void dxg_allocation_unlock(struct dxg_allocation *alloc, bool kernel);
void dxg_allocation_revoke(struct dxg_allocation *alloc);
void dxg_allocations_revoke(struct dxg_device *dxg);

/* ---- Sharing ---- */

/**
 * struct dxg_shared - The host's NT handle of a resource.
 *
 * As long as it exists, the resource can be opened in other devices, also when
 * the one that it was made in is gone.
 */
struct dxg_shared {
	/** @ref: References. */
	struct kref ref;

	/** @device: The device in which the resource was made. Holds a reference. */
	struct dxg_host_device *device;

	/** @backing: The guest memory under it, or NULL. Holds a reference. */
	struct dxg_backing *backing;

	/** @nt_handle: The host's NT handle. */
	u32 nt_handle;

	/** @destroy: Ends it. Prepared at creation. */
	struct dxg_request *destroy;

	/** @keep: For the quarantine. */
	struct dxg_keep keep;
};

int dxg_resource_share(struct dxg_resource *resource, struct dxg_backing *backing,
		       unsigned int flags, struct dxg_shared **shared, u32 *status);
void dxg_shared_put(struct dxg_shared *shared);

int dxg_resource_open(struct dxg_host_device *device, struct dxg_shared *shared,
		      struct dxg_alloc_args *args, u32 data_size, unsigned int flags,
		      u32 *status);

#endif /* _DXG_ALLOCATION_H_ */
