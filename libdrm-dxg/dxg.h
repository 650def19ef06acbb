/* SPDX-License-Identifier: MIT */
/*
 * libdrm_dxg: the dxg kernel driver for programs.
 *
 * Rules for everything here:
 * - A function that can fail returns 0 or a negative errno. What it returns
 *   through pointers is written on success only, unless it says otherwise.
 * - Objects are counted. *_new and *_open give the caller one reference,
 *   *_ref one more, *_unref gives one back; NULL is fine for *_unref.
 * - Sizes are in bytes.
 * - Functions may be called from any thread. An object may be used by several
 *   threads at the same time as long as each holds a reference.
 * - Nothing is printed.
 */
#ifndef DXG_H
#define DXG_H

#include <stdint.h>

#include "dxg_drm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** PCI vendor id of every adapter (Microsoft). */
#define DXG_PCI_VENDOR		0x1414
/** PCI device id of an adapter that renders. */
#define DXG_PCI_DEVICE_RENDER	0x008e
/** PCI device id of an adapter that only computes. */
#define DXG_PCI_DEVICE_COMPUTE	0x008a

/* --- Adapters: what is there --- */

/**
 * An adapter that has at least one device node. Later versions of the library
 * add members at the end, so never copy one or make one.
 */
struct dxg_adapter {
	/** PCI address. */
	uint16_t pci_domain;
	uint8_t pci_bus;
	uint8_t pci_device;
	uint8_t pci_function;
	/** PCI ids of the function in the guest, not of the real GPU. */
	uint16_t vendor_id;
	uint16_t device_id;
	/** Path of the render node, or NULL. */
	const char *render_node;
	/** Path of the primary node, which DRM makes too, or NULL. */
	const char *primary_node;
};

/**
 * List the adapters, in the order of their render nodes.
 *
 * Only PCI functions with the ids above are listed. No node is opened, so
 * no permission is needed, and a node may turn out to belong to another driver:
 * dxg_device_open() then says ENODEV.
 *
 * @list: returned: an array of pointers, ended by NULL; free it with
 *	dxg_adapters_free(). It is never NULL on success.
 *
 * Returns the number of adapters, 0 if there is none; -ENOMEM; or the error of
 * reading the machine's devices.
 */
int dxg_adapters_get(struct dxg_adapter ***list);

/** Free what dxg_adapters_get() returned. NULL is fine. */
void dxg_adapters_free(struct dxg_adapter **list);

/* --- Device: an open node --- */

/** An open node, hence one host process and one GPU address space. */
struct dxg_device;

/**
 * Make a device from an open node.
 *
 * @fd: a render or primary node of the driver. The library works on a
 *	duplicate of its own; the caller keeps @fd and may close it. Handles
 *	belong to the open file, so make only one device of each open().
 * @dev: returned.
 *
 * Returns 0; -EBADF or -ENOTTY when @fd is no DRM node; -ENODEV when it is the
 * node of another driver or the adapter is gone; -EPROTO when the driver's
 * major version is not 1; -ENOMEM or -EMFILE.
 */
int dxg_device_new(int fd, struct dxg_device **dev);

/**
 * Open a node by path and make a device of it.
 *
 * Returns 0, the errors of open(2), or those of dxg_device_new().
 */
int dxg_device_open(const char *path, struct dxg_device **dev);

/** Take one more reference. Returns @dev. */
struct dxg_device *dxg_device_ref(struct dxg_device *dev);

/** Give a reference back; the last one closes the node. */
void dxg_device_unref(struct dxg_device *dev);

/** The descriptor that the library uses. It stays the library's: do not close it. */
int dxg_device_fd(const struct dxg_device *dev);

/** Version of the driver's interface, for example 1 and 0. Both pointers may be NULL. */
void dxg_device_get_version(const struct dxg_device *dev, int *major, int *minor);

/* --- Queries --- */

/**
 * Ask the driver: DRM_IOCTL_DXG_DEV_QUERY as it is.
 *
 * @type: one of enum drm_dxg_dev_query_type.
 * @data: the structure of that type, in and out; NULL asks for its size.
 * @size: bytes at @data. Returned: bytes that carry information, or with @data
 *	NULL the size that the driver knows.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_device_query(struct dxg_device *dev, uint32_t type, void *data, uint32_t *size);

/**
 * Identity, versions and limits. What an older driver does not know is zero.
 * The description is always ended by 0.
 *
 * Returns 0; -ENODEV when the adapter is gone.
 */
int dxg_device_get_info(struct dxg_device *dev, struct drm_dxg_device_info *info);

/**
 * The engines of the GPU.
 *
 * @engines: returned: an array that the caller frees with free(); NULL when
 *	there is none.
 * @count: returned: its number of elements.
 *
 * Returns 0; -ENOMEM; -ENODEV; -EAGAIN when the number kept growing while it was
 * read; the errors of the host, see dxg_drm.h.
 */
int dxg_device_get_engines(struct dxg_device *dev, struct drm_dxg_engine **engines,
			   uint32_t *count);

/**
 * Whether the host has a feature.
 *
 * @feature: the host's number of it.
 * @flags: returned: bits DRM_DXG_FEATURE_xxx. May be NULL.
 * @version: returned. May be NULL.
 *
 * Returns 0; -EOPNOTSUPP when the host cannot be asked; -ENODEV.
 */
int dxg_device_get_feature(struct dxg_device *dev, uint32_t feature, uint32_t *flags,
			   uint32_t *version);

/**
 * One adapter property in the host's format.
 *
 * @query: one of enum drm_dxg_host_query.
 * @data: the property, in and out.
 * @size: bytes at @data. Returned, also with -EINVAL when the buffer was too
 *	small: the bytes that were returned or are needed.
 *
 * Returns 0; -EOPNOTSUPP when the driver or the host does not know @query;
 * -EINVAL when @size does not fit; -ENODEV; other errors of the host.
 */
int dxg_device_get_host_info(struct dxg_device *dev, uint32_t query, void *data,
			     uint32_t *size);

/**
 * The memory that the GPU can use, as the host counts it for this device.
 *
 * @regions: returned: an array that the caller frees with free(); NULL when
 *	there is none.
 * @count: returned: its number of elements.
 *
 * Returns 0; -ENOMEM; -ENODEV; the errors of the host, see dxg_drm.h.
 */
int dxg_device_get_mem_regions(struct dxg_device *dev, struct drm_dxg_mem_region **regions,
			       uint32_t *count);

/**
 * The clock of an engine and the CPU's at one moment.
 *
 * @node: the engine.
 * @clock: returned.
 *
 * Returns 0; -ENOENT for an unknown engine; -EOPNOTSUPP; -ENODEV.
 */
int dxg_device_get_clock(struct dxg_device *dev, uint32_t node, struct drm_dxg_clock *clock);

/* --- VM: an address space --- */

/**
 * The GPU address space of a device, and what becomes lost together. Everything
 * below is made in one and keeps it alive.
 */
struct dxg_vm;

/**
 * Make the VM of @dev; a device has one at a time.
 *
 * @flags: bits DRM_DXG_VM_xxx.
 *
 * Returns 0; -EBUSY when the device has one; -EINVAL; -ENOMEM; -ENODEV.
 */
int dxg_vm_new(struct dxg_device *dev, uint32_t flags, struct dxg_vm **vm);

/** Take one more reference. Returns @vm. */
struct dxg_vm *dxg_vm_ref(struct dxg_vm *vm);

/** Give a reference back; the last one destroys the VM. */
void dxg_vm_unref(struct dxg_vm *vm);

/** The kernel's number of the VM. */
uint32_t dxg_vm_id(const struct dxg_vm *vm);

/** The host's handle of the VM's device, for opaque data. */
uint32_t dxg_vm_host_handle(const struct dxg_vm *vm);

/** The device of the VM. No reference is taken. */
struct dxg_device *dxg_vm_device(const struct dxg_vm *vm);

/**
 * Whether the VM is lost, and why.
 *
 * @state: returned.
 *
 * Returns 0; -ENODEV.
 */
int dxg_vm_get_state(struct dxg_vm *vm, struct drm_dxg_vm_get_state *state);

/**
 * Reserve a range of addresses.
 *
 * @flags: 0 or DRM_DXG_RESERVE_ZERO.
 * @size: bytes, a multiple of 4096.
 * @va: in: the address, or 0 to let the host choose. Returned: the address.
 *
 * Returns 0; -ENOSPC when there is no such range; -EINVAL; -ECANCELED; -ENODEV.
 */
int dxg_vm_reserve(struct dxg_vm *vm, uint32_t flags, uint64_t size, uint64_t *va);

/**
 * Give a whole reservation back. What is bound in it is unbound.
 *
 * Returns 0; -ENOENT when @va and @size are not one reservation; -ENODEV.
 */
int dxg_vm_free(struct dxg_vm *vm, uint64_t va, uint64_t size);

struct dxg_queue;
struct dxg_bo;

/**
 * Carry out bind operations: DRM_IOCTL_DXG_VM_BIND as it is.
 *
 * @queue: a bind queue to queue them on, or NULL to do them now.
 * @ops: @op_count operations, in and out.
 * @syncs: @sync_count operations; 0 when @queue is NULL.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_vm_bind(struct dxg_vm *vm, struct dxg_queue *queue, struct drm_dxg_vm_bind_op *ops,
		uint32_t op_count, const struct drm_dxg_sync_op *syncs, uint32_t sync_count);

/**
 * Make a BO resident and bind an allocation of it, whole, now.
 *
 * @alloc: which of its allocations.
 * @flags: DRM_DXG_BIND_READONLY and DRM_DXG_BIND_EXECUTE.
 * @va: in: an address within a reservation, or 0 to reserve a range and
 *	return its address.
 *
 * Undo it with dxg_vm_unmap(), or with dxg_vm_free() for an address that was
 * returned. Returns 0 or the errors of dxg_vm_bind().
 */
int dxg_vm_map_bo(struct dxg_vm *vm, struct dxg_bo *bo, uint32_t alloc, uint32_t flags,
		  uint64_t *va);

/** Unbind a range now. Returns 0 or the errors of dxg_vm_bind(). */
int dxg_vm_unmap(struct dxg_vm *vm, uint64_t va, uint64_t size);

/**
 * Send opaque data to the vendor's driver on the host.
 *
 * @queue: a CONTEXT queue that it is about, or NULL.
 * @flags: bits DRM_DXG_PRIVATE_xxx.
 * @data: @size bytes, in and out.
 *
 * Returns 0; -EACCES; -EINVAL; -EOPNOTSUPP; other errors of the host.
 */
int dxg_vm_driver_private(struct dxg_vm *vm, struct dxg_queue *queue, uint32_t flags, void *data,
			  uint32_t size);

/* --- BO: memory --- */

/**
 * Make a BO: DRM_IOCTL_DXG_BO_CREATE as it is. The helpers below are easier.
 *
 * @args: flags and opaque data; the library fills in VM and array.
 * @allocs: @count allocations, in and out.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_bo_new(struct dxg_vm *vm, struct drm_dxg_bo_create *args,
	       struct drm_dxg_bo_alloc *allocs, uint32_t count, struct dxg_bo **bo);

/**
 * One allocation of host memory.
 *
 * @flags: bits DRM_DXG_BO_xxx.
 * @data: @data_size bytes of opaque data, in and out: they say how large it is.
 */
int dxg_bo_new_host(struct dxg_vm *vm, uint32_t flags, void *data, uint32_t data_size,
		    struct dxg_bo **bo);

/**
 * One allocation of guest memory that the kernel provides, of the kind that
 * every vendor's driver knows.
 *
 * @flags: bits DRM_DXG_BO_xxx; DRM_DXG_BO_SYSTEM and DRM_DXG_BO_STANDARD are implied.
 * @size: bytes, a multiple of 4096.
 */
int dxg_bo_new_system(struct dxg_vm *vm, uint32_t flags, uint64_t size, struct dxg_bo **bo);

/**
 * The same of the program's own memory.
 *
 * @flags: bits DRM_DXG_BO_xxx; DRM_DXG_BO_USER and DRM_DXG_BO_STANDARD are implied.
 * @ptr: the memory, on a page boundary. It must stay mapped as long as the CPU
 *	is to see what the GPU writes.
 * @size: bytes, a multiple of 4096.
 */
int dxg_bo_new_user(struct dxg_vm *vm, uint32_t flags, void *ptr, uint64_t size,
		    struct dxg_bo **bo);

/**
 * Make a BO of a dma-buf. A dma-buf of a BO that this device has gives that BO.
 *
 * @fd: the descriptor, which stays the caller's.
 */
int dxg_bo_import(struct dxg_vm *vm, int fd, struct dxg_bo **bo);

/**
 * Make a dma-buf of a BO.
 *
 * @fd: returned: a descriptor that is closed on exec. The caller closes it.
 *
 * Returns 0; -EPERM without DRM_DXG_BO_SHAREABLE; -EOPNOTSUPP; -EMFILE.
 */
int dxg_bo_export(struct dxg_bo *bo, int *fd);

/** Take one more reference. Returns @bo. */
struct dxg_bo *dxg_bo_ref(struct dxg_bo *bo);

/** Give a reference back; the last one unmaps the BO and closes its handle. */
void dxg_bo_unref(struct dxg_bo *bo);

/** The GEM handle. */
uint32_t dxg_bo_handle(const struct dxg_bo *bo);

/** Number of allocations. */
uint32_t dxg_bo_alloc_count(const struct dxg_bo *bo);

/** Bytes of an allocation; 0 when there is none of this number. */
uint64_t dxg_bo_size(const struct dxg_bo *bo, uint32_t alloc);

/**
 * The host's handle of an allocation in the VM of the BO, for opaque data; 0 when there
 * is none.
 */
uint32_t dxg_bo_host_handle(const struct dxg_bo *bo, uint32_t alloc);

/**
 * Map an allocation for the CPU, readable and writable. Mapped once, whoever
 * asks; unmapped with the last reference to the BO.
 *
 * Returns 0; -EINVAL for a number without allocation; -EPERM; -EOPNOTSUPP; -ENOMEM.
 */
int dxg_bo_map(struct dxg_bo *bo, uint32_t alloc, void **ptr);

/**
 * What is known of a BO: DRM_IOCTL_DXG_BO_QUERY_INFO as it is. The library fills
 * in handle and VM.
 */
int dxg_bo_query(struct dxg_bo *bo, struct drm_dxg_bo_query_info *info);

/**
 * Tell whether the content is needed.
 *
 * @advice: one of enum drm_dxg_advice.
 * @retained: returned: 0 when the content was dropped. May be NULL.
 * @fence_value: returned in user-fence mode, see dxg_drm.h. May be NULL.
 */
int dxg_bo_madvise(struct dxg_bo *bo, uint32_t advice, int *retained, uint64_t *fence_value);

/** Set properties: DRM_IOCTL_DXG_BO_SET_PROPERTY as it is. The library fills in the handle. */
int dxg_bo_set_property(struct dxg_bo *bo, struct drm_dxg_bo_set_property *args);

/** Write back and drop CPU caches of a range. */
int dxg_bo_sync(struct dxg_bo *bo, uint32_t alloc, uint64_t offset, uint64_t size);

/* --- Queue: work in order --- */

/**
 * Make a queue: DRM_IOCTL_DXG_QUEUE_CREATE as it is. The helpers below are easier.
 *
 * @args: in and out; the library fills in the VM.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_queue_new(struct dxg_vm *vm, struct drm_dxg_queue_create *args, struct dxg_queue **queue);

/** A packet context of engine @node, of normal priority, without opaque data. */
int dxg_queue_new_context(struct dxg_vm *vm, uint32_t node, struct dxg_queue **queue);

/** A bind queue of normal priority. */
int dxg_queue_new_bind(struct dxg_vm *vm, struct dxg_queue **queue);

/** A hardware queue below a context with DRM_DXG_QUEUE_HW_PARENT; keeps the parent alive. */
int dxg_queue_new_hw(struct dxg_queue *parent, struct dxg_queue **queue);

/** Take one more reference. Returns @queue. */
struct dxg_queue *dxg_queue_ref(struct dxg_queue *queue);

/** Give a reference back; the last one destroys the queue. */
void dxg_queue_unref(struct dxg_queue *queue);

/** The kernel's number of the queue. */
uint32_t dxg_queue_id(const struct dxg_queue *queue);

/** The host's handle of the queue, for opaque data. */
uint32_t dxg_queue_host_handle(const struct dxg_queue *queue);

struct dxg_fence;

/**
 * The fence of a hardware or bind queue in user-fence mode: NULL otherwise. It can
 * be waited for and read. No reference is taken.
 */
struct dxg_fence *dxg_queue_fence(const struct dxg_queue *queue);

/**
 * Queue submissions: DRM_IOCTL_DXG_QUEUE_SUBMIT as it is.
 *
 * @submits: @count submissions, in and out.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_queue_submit(struct dxg_queue *queue, struct drm_dxg_submit *submits, uint32_t count);

/**
 * Queue one command buffer.
 *
 * @va: address of the commands.
 * @length: their bytes, or 0 for the sync operations alone.
 * @syncs: @sync_count sync operations.
 */
int dxg_queue_submit_one(struct dxg_queue *queue, uint64_t va, uint32_t length,
			 const struct drm_dxg_sync_op *syncs, uint32_t sync_count);

/** How far the queue has come: DRM_IOCTL_DXG_QUEUE_GET_STATE. */
int dxg_queue_get_state(struct dxg_queue *queue, struct drm_dxg_queue_get_state *state);

/** Set one of enum drm_dxg_queue_property. */
int dxg_queue_set_property(struct dxg_queue *queue, uint32_t property, int64_t value);

/* --- Fence: a value to wait for --- */

/**
 * Make a monitored fence.
 *
 * @flags: SHAREABLE, NO_GPU and NO_MAX_ON_RESET of DRM_DXG_FENCE_xxx.
 * @value: the initial value.
 */
int dxg_fence_new(struct dxg_vm *vm, uint32_t flags, uint64_t value, struct dxg_fence **fence);

/**
 * Make a fence of a descriptor of dxg_fence_export(), from any process.
 *
 * @flags: NO_GPU, NO_SIGNAL and NO_WAIT of DRM_DXG_FENCE_xxx.
 * @fd: the descriptor, which stays the caller's.
 */
int dxg_fence_import(struct dxg_vm *vm, uint32_t flags, int fd, struct dxg_fence **fence);

/**
 * Make a descriptor of a fence.
 *
 * @fd: returned: closed on exec. The caller closes it.
 *
 * Returns 0; -EPERM without DRM_DXG_FENCE_SHAREABLE; -EMFILE.
 */
int dxg_fence_export(struct dxg_fence *fence, int *fd);

/** Take one more reference. Returns @fence. */
struct dxg_fence *dxg_fence_ref(struct dxg_fence *fence);

/** Give a reference back; the last one destroys the fence. */
void dxg_fence_unref(struct dxg_fence *fence);

/** The kernel's handle of the fence, for struct drm_dxg_sync_op. */
uint32_t dxg_fence_handle(const struct dxg_fence *fence);

/** The host's handle of the fence, for opaque data. */
uint32_t dxg_fence_host_handle(const struct dxg_fence *fence);

/** GPU address of the value, or 0. */
uint64_t dxg_fence_va(const struct dxg_fence *fence);

/**
 * Read the value, without the kernel after the first time.
 *
 * Returns 0; the errors of mmap(2).
 */
int dxg_fence_get_value(struct dxg_fence *fence, uint64_t *value);

/**
 * Where the value can be read: mapped with the fence, until its last reference goes.
 *
 * @value: returned. It changes at any time; read it with acquire semantics.
 *
 * Returns 0; the errors of mmap(2).
 */
int dxg_fence_map(struct dxg_fence *fence, const uint64_t **value);

/** Raise a fence from the CPU. Returns 0; -EPERM; -ECANCELED; -ENODEV. */
int dxg_fence_signal(struct dxg_fence *fence, uint64_t value);

/**
 * Wait until a fence has reached @value.
 *
 * @timeout_ns: absolute CLOCK_MONOTONIC; 0 asks only, INT64_MAX waits without end.
 *
 * Returns 0; -ETIME; -EPERM; -ECANCELED when the VM is lost; -ENODEV.
 */
int dxg_fence_wait(struct dxg_fence *fence, uint64_t value, int64_t timeout_ns);

/**
 * Wait for several fences of one device.
 *
 * @flags: DRM_DXG_FENCE_WAIT_ANY or 0 for all.
 * @fences: @count fences.
 * @values: @count values.
 * @first: returned: index of one that is reached. May be NULL.
 */
int dxg_fences_wait(struct dxg_fence *const *fences, const uint64_t *values, uint32_t count,
		    uint32_t flags, int64_t timeout_ns, uint32_t *first);

/** Have 1 added to an eventfd once, when the fences are reached or cannot be any more. */
int dxg_fences_eventfd(struct dxg_fence *const *fences, const uint64_t *values, uint32_t count,
		       uint32_t flags, int fd);

/* --- Sync operations --- */

/** Wait for a binary syncobj. */
static inline struct drm_dxg_sync_op dxg_wait_syncobj(uint32_t handle)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_SYNCOBJ, handle, 0 };

	return op;
}

/** Signal a binary syncobj. */
static inline struct drm_dxg_sync_op dxg_signal_syncobj(uint32_t handle)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL, handle, 0 };

	return op;
}

/** Wait for a point of a timeline syncobj. */
static inline struct drm_dxg_sync_op dxg_wait_point(uint32_t handle, uint64_t point)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_TIMELINE, handle, point };

	return op;
}

/** Signal a point of a timeline syncobj. */
static inline struct drm_dxg_sync_op dxg_signal_point(uint32_t handle, uint64_t point)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL, handle, point };

	return op;
}

/** Wait for a value of a fence. */
static inline struct drm_dxg_sync_op dxg_wait_fence(const struct dxg_fence *fence, uint64_t value)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_FENCE, dxg_fence_handle(fence), value };

	return op;
}

/** Raise a fence to a value. */
static inline struct drm_dxg_sync_op dxg_raise_fence(const struct dxg_fence *fence, uint64_t value)
{
	struct drm_dxg_sync_op op = { DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
				      dxg_fence_handle(fence), value };

	return op;
}

#ifdef __cplusplus
}
#endif

#endif
