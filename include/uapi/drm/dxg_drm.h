/* SPDX-License-Identifier: MIT */
/*
 * The DRM interface of the dxg driver: Hyper-V GPU paravirtualization as a
 * render node.
 */
#ifndef _DXG_DRM_H_
#define _DXG_DRM_H_

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

/**
 * DOC: Introduction
 *
 * The driver gives one render node for each virtual GPU that the Hyper-V host
 * lends to this machine. What a request asks for is done by the host; the
 * kernel checks, translates and owns lifetimes.
 *
 * Rules for everything in this file:
 *
 * - Structures are naturally aligned, their size is a multiple of eight, and
 *   padding is spelt out. A field marked MBZ must be zero and is checked.
 *   32-bit and 64-bit programs see the same layout.
 * - User pointers are carried as __u64. A pointer to an array comes with a
 *   count and the stride, that is, the caller's size of one element: a newer
 *   program may pass longer elements if what the kernel does not know is zero,
 *   and an older one gets only what it knows.
 * - A structure passed to an ioctl directly can grow at its end or into its
 *   padding. Each addition has a flag or a type of its own and a new minor
 *   version, because an older kernel cannot see that a newer field was set.
 * - Nothing is removed or renumbered.
 *
 * Errors have one meaning throughout:
 *
 * ========== ==================================================================
 * EINVAL     An argument is wrong: an unknown flag or type, a field that must
 *            be zero is not, a size that cannot be.
 * EFAULT     A user pointer cannot be read or written.
 * ENOENT     A handle names nothing.
 * EOPNOTSUPP The arguments are good, but this host or this kernel cannot do it.
 * EACCES     The host refuses access.
 * ENOMEM     The guest has no memory left.
 * ENOSPC     The host has no video memory or no address space left.
 * ECANCELED  The object was lost; see its state query.
 * ENODEV     The adapter is gone. Close the node and look for another.
 * EIO        The host answered what cannot be, or failed in a way that has no
 *            translation.
 * ETIMEDOUT  The host did not answer within the driver's time limit.
 * EPERM      The object forbids it, by a flag of its creation.
 * EBUSY      The object is in use, or there can be only one.
 * ========== ==================================================================
 */

/**
 * DOC: Objects
 *
 * A *VM* is a GPU address space and what becomes lost together. The host has
 * one address space per process, and each open file is a process there, hence a
 * file has one VM; open the node again for another. Every structure names its
 * VM, so that the limit can go. Ranges are first reserved, then bound.
 *
 * A *BO* is a GEM object: one host resource with one or more allocations.
 * Its memory is the host's, or guest pages that the kernel provides
 * (DRM_DXG_BO_SYSTEM), that the program provides (DRM_DXG_BO_USER), or that
 * another driver provides (PRIME import). It belongs to the VM that it was
 * created in; only one made with DRM_DXG_BO_SHAREABLE leaves its file.
 *
 * A *queue* takes work in order: a packet context, a hardware queue below such
 * a context, or a bind queue, which changes the VM.
 *
 * A *fence* is a monitored fence: a 64-bit value that host, GPU and CPU raise
 * and wait for, also before anybody has promised to raise it. It is never a
 * dma_fence. The syncobjs of the DRM core are, and they stand for work that the
 * kernel has queued and that ends in finite time.
 *
 * A VM is in one of two modes, chosen when it is made. In *dma-fence mode* the
 * kernel knows when each submission ends: it may signal syncobjs, and it
 * must not wait for fences, because they may never be raised. In *user-fence
 * mode* (DRM_DXG_VM_USER_FENCE) work waits for fences and signals fences, and
 * nothing signals a syncobj:
 *
 * ====================== ============ ========== ============== ============
 * queue, mode            wait syncobj wait fence signal syncobj signal fence
 * ====================== ============ ========== ============== ============
 * exec, dma-fence        yes          no         yes            yes
 * exec, user-fence       yes          yes        no             yes
 * bind async, dma-fence  yes          no         yes            yes
 * bind async, user-fence no           no         no             yes
 * bind sync              no           no         no             no
 * ====================== ============ ========== ============== ============
 *
 * A forbidden operation is refused with EOPNOTSUPP, on a synchronous bind with
 * EINVAL.
 *
 * Opaque data. Allocations, queues and submissions carry bytes between the
 * vendor's user mode driver and its driver on the host. The kernel
 * bounds them, copies them and never looks inside. They may name objects by
 * the host's handles, which is why creating an object returns its host handle:
 * as data, useful only in the file that it was returned to.
 */

/**
 * DOC: Memory shared with other drivers
 *
 * PRIME makes a dma-buf of a BO that was made with DRM_DXG_BO_SHAREABLE, and a BO of any
 * dma-buf whose pages the host can be told of. Nothing is copied: the peer's pages are the
 * GPU's.
 *
 * The layout is linear, rows of pixels one behind the other, and the kernel knows neither
 * format nor pitch: they are in the commands of the client, and in what it tells the other
 * driver. So the rules for a pitch are the other driver's; what the GPU may touch is
 * bounded by the size. A size is a multiple of &drm_dxg_device_info.bo_size_align; what a
 * frame does not fill stays unused. The size of a dma-buf is that of the BO: lseek() tells it.
 *
 * ============================= ================ ====================================
 * BO                            as dma-buf       to devices of other drivers
 * ============================= ================ ====================================
 * host memory                   mmap, vmap       addresses without pages, where they see it in
 *                                                place; else EOPNOTSUPP
 * DRM_DXG_BO_SYSTEM             mmap, vmap       pages
 * DRM_DXG_BO_USER               EPERM
 * without DRM_DXG_BO_SHAREABLE  EPERM
 * of several allocations        EOPNOTSUPP
 * DRM_DXG_BO_IMPORTED           its exporter's   its exporter's
 * ============================= ================ ====================================
 *
 * PRIME_FD_TO_HANDLE fails with EBADF without a file, EINVAL for one that is no dma-buf, of a
 * size that is not a multiple of pages, or that has fewer pages than its size says;
 * EOPNOTSUPP for memory that is not RAM, is not made of whole pages, is encrypted, or that
 * devices do not see in place (an IOMMU, bounce buffers); and as the exporter fails,
 * ENODEV for instance when its device has gone. Nothing is pinned then.
 *
 * Fences pass by request only: DMA_BUF_IOCTL_IMPORT_SYNC_FILE publishes the fence of a
 * submission, DMA_BUF_IOCTL_EXPORT_SYNC_FILE takes what others have published, as a wait
 * of the next one.
 *
 * Without its adapter a dma-buf of DRM_DXG_BO_SYSTEM keeps its pages; mappings of one of host
 * memory are of a page of zeroes that belongs to nobody else.
 */

/**
 * DOC: The list of requests
 *
 * What DRM has for all drivers is not repeated: GEM_CLOSE, PRIME, syncobjs,
 * names and versions. Of what GPU-PV knows, this is left out, and why:
 *
 * - Enumeration and opening of adapters: udev and the node do that. Which adapter a
 *   resource is of: PRIME imports it by the node that it is asked of, or fails.
 * - The calls of WDDM 1 (contexts without addresses, render, patch lists): nobody
 *   needs them with GPU address spaces.
 * - Sharing by global handle: it can be guessed, like flink names.
 * - Mutexes, semaphores, periodic fences and CPU notifications: a program has
 *   futexes, timers and eventfds; only the compatibility node offers them.
 * - Sync files over monitored fences: a fence that user space may never raise
 *   must not become a dma_fence; FENCE_EXPORT is the honest descriptor.
 * - Statistics and processes of others: fdinfo shows them, with permissions.
 * - Broadcast submissions, primaries, history, present: there is no display and one
 *   physical adapter.
 * - Escapes of other types than driver-private: they are about the host's own kernel.
 * - Adding allocations to a resource: a BO is what it was when it was made, so that
 *   whoever imports it knows what it is.
 * - Reserving video memory: a promise that the guest cannot keep among its clients;
 *   budgets are told. It may become a property of the VM.
 * - Flushing heap transitions: no heap of this interface moves between processes.
 * - Marking a device as failed: QUEUE_DESTROY and VM_DESTROY end work; the kernel does it
 *   when a time limit is over.
 * - Sharing with a process of the host: no process of the guest may decide that.
 *
 * Merged:
 *
 * - Process and device are a VM, allocation and resource a BO.
 * - Reserve and free of addresses are VM_RESERVE; map, unmap, copy, make-resident and
 *   evict are operations of VM_BIND, because they are ordered with each other on the
 *   same queues, and fail together.
 * - Packet contexts, hardware queues and paging queues are queues of three types; what
 *   is queued on the first two is QUEUE_SUBMIT, signals and waits of the GPU included.
 *   They stay objects of their own, because each has opaque data of its own.
 * - Offer and reclaim are BO_MADVISE; lock and unlock are mmap(), with the offset of
 *   BO_MMAP_OFFSET. What a resource was made with, its residency and its priority are
 *   BO_QUERY_INFO.
 * - All properties of the adapter, its memory, engines, clocks and features are
 *   DEV_QUERY, by type. Of the host's own properties it has a list of what may be asked:
 *   nothing is passed through that is not on it.
 * - Events for waits of the CPU are FENCE_EVENTFD, apart from FENCE_WAIT, which blocks.
 *
 * Added:
 *
 * - BO_SET_PROPERTY takes priority and segments out of BO_MADVISE: they return the value of a
 *   paging fence, and are no advice.
 * - QUEUE_SET_PROPERTY has the time limit of a queue, so that a program can make it
 *   shorter; QUEUE_GET_STATE counts what was submitted and completed.
 * - VM_GET_STATE says who is to blame: a GL or Vulkan driver has to tell that.
 */

/**
 * DOC: IOCTL IDs
 *
 * These numbers are offsets from DRM_COMMAND_BASE. Use DRM_IOCTL_DXG_xxx.
 */

/** enum drm_dxg_ioctl_id - The ioctls in their order. New ones go to the end. */
enum drm_dxg_ioctl_id {
	/** @DRM_DXG_DEV_QUERY: Query properties of the adapter and its host. Since 1.0. */
	DRM_DXG_DEV_QUERY = 0x00,
	/** @DRM_DXG_VM_CREATE: Make the VM of this file. Since 1.0. */
	DRM_DXG_VM_CREATE = 0x01,
	/** @DRM_DXG_VM_DESTROY: End it. Since 1.0. */
	DRM_DXG_VM_DESTROY = 0x02,
	/** @DRM_DXG_VM_RESERVE: Reserve an address range, or give it back. Since 1.0. */
	DRM_DXG_VM_RESERVE = 0x03,
	/** @DRM_DXG_VM_BIND: Change what addresses and residency hold. Since 1.0. */
	DRM_DXG_VM_BIND = 0x04,
	/** @DRM_DXG_VM_GET_STATE: Whether the VM is lost, and why. Since 1.0. */
	DRM_DXG_VM_GET_STATE = 0x05,
	/** @DRM_DXG_BO_CREATE: Make a buffer object. Since 1.0. */
	DRM_DXG_BO_CREATE = 0x06,
	/** @DRM_DXG_BO_MMAP_OFFSET: The offset by which to map it. Since 1.0. */
	DRM_DXG_BO_MMAP_OFFSET = 0x07,
	/** @DRM_DXG_BO_QUERY_INFO: What is known of it. Since 1.0. */
	DRM_DXG_BO_QUERY_INFO = 0x08,
	/** @DRM_DXG_BO_MADVISE: Whether its content is needed. Since 1.0. */
	DRM_DXG_BO_MADVISE = 0x09,
	/** @DRM_DXG_BO_SYNC: Invalidate CPU caches for ranges. Since 1.0. */
	DRM_DXG_BO_SYNC = 0x0a,
	/** @DRM_DXG_BO_SET_PROPERTY: Residency priority, preferred segments. Since 1.0. */
	DRM_DXG_BO_SET_PROPERTY = 0x0b,
	/** @DRM_DXG_QUEUE_CREATE: Make a queue. Since 1.0. */
	DRM_DXG_QUEUE_CREATE = 0x0c,
	/** @DRM_DXG_QUEUE_DESTROY: End it. Since 1.0. */
	DRM_DXG_QUEUE_DESTROY = 0x0d,
	/** @DRM_DXG_QUEUE_SUBMIT: Queue commands for the GPU. Since 1.0. */
	DRM_DXG_QUEUE_SUBMIT = 0x0e,
	/** @DRM_DXG_QUEUE_GET_STATE: How far a queue has come. Since 1.0. */
	DRM_DXG_QUEUE_GET_STATE = 0x0f,
	/** @DRM_DXG_QUEUE_SET_PROPERTY: Priorities, time limit. Since 1.0. */
	DRM_DXG_QUEUE_SET_PROPERTY = 0x10,
	/** @DRM_DXG_FENCE_CREATE: Make a monitored fence. Since 1.0. */
	DRM_DXG_FENCE_CREATE = 0x11,
	/** @DRM_DXG_FENCE_DESTROY: End it. Since 1.0. */
	DRM_DXG_FENCE_DESTROY = 0x12,
	/** @DRM_DXG_FENCE_SIGNAL: Raise fences from the CPU. Since 1.0. */
	DRM_DXG_FENCE_SIGNAL = 0x13,
	/** @DRM_DXG_FENCE_WAIT: Wait for fences. Since 1.0. */
	DRM_DXG_FENCE_WAIT = 0x14,
	/** @DRM_DXG_FENCE_EVENTFD: Have an eventfd signalled by fences. Since 1.0. */
	DRM_DXG_FENCE_EVENTFD = 0x15,
	/** @DRM_DXG_FENCE_EXPORT: A descriptor of a fence. Since 1.0. */
	DRM_DXG_FENCE_EXPORT = 0x16,
	/** @DRM_DXG_FENCE_IMPORT: The fence of a descriptor. Since 1.0. */
	DRM_DXG_FENCE_IMPORT = 0x17,
	/**
	 * @DRM_DXG_DRIVER_PRIVATE: Opaque request to the vendor's driver on the host.
	 * Since 1.0.
	 */
	DRM_DXG_DRIVER_PRIVATE = 0x18,
};

/**
 * enum drm_dxg_dev_query_type - What DRM_IOCTL_DXG_DEV_QUERY can return.
 */
enum drm_dxg_dev_query_type {
	/**
	 * @DRM_DXG_DEV_QUERY_DEVICE_INFO: Identity, versions and limits, as
	 * &struct drm_dxg_device_info. Answered without asking the host.
	 */
	DRM_DXG_DEV_QUERY_DEVICE_INFO = 0,

	/**
	 * @DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO: One adapter property in the
	 * host's own format, as &struct drm_dxg_host_adapter_info.
	 */
	DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO = 1,

	/**
	 * @DRM_DXG_DEV_QUERY_ENGINES: The engines (nodes) of the GPU, as
	 * &struct drm_dxg_engines.
	 */
	DRM_DXG_DEV_QUERY_ENGINES = 2,

	/**
	 * @DRM_DXG_DEV_QUERY_FEATURE: Whether the host has a feature, as
	 * &struct drm_dxg_feature.
	 */
	DRM_DXG_DEV_QUERY_FEATURE = 3,

	/**
	 * @DRM_DXG_DEV_QUERY_MEM_REGIONS: The memory that the GPU can use, as
	 * &struct drm_dxg_mem_regions.
	 */
	DRM_DXG_DEV_QUERY_MEM_REGIONS = 4,

	/**
	 * @DRM_DXG_DEV_QUERY_CLOCK: Clock of an engine and of the CPU at one
	 * moment, as &struct drm_dxg_clock.
	 */
	DRM_DXG_DEV_QUERY_CLOCK = 5,
};

/**
 * struct drm_dxg_dev_query - Argument of DRM_IOCTL_DXG_DEV_QUERY.
 *
 * When @pointer is 0 the kernel writes the size of the structure that it knows
 * for @type to @size and does nothing else. Otherwise @size bytes at @pointer
 * hold that structure, in and out. @size may be smaller than what the kernel
 * knows, down to the size that the structure had when it was introduced: the
 * rest is not returned. It may be larger, up to 4096, if the excess is zero
 * for the types that have input fields; the excess is returned as zero for the
 * others. On success @size becomes the number of bytes that carry information.
 *
 * Errors besides the general ones: EINVAL for an unknown @type and for a @size
 * that is too small or too large, E2BIG when the excess of an input is not zero.
 */
struct drm_dxg_dev_query {
	/** @type: One of &enum drm_dxg_dev_query_type. */
	__u32 type;

	/** @size: Bytes at @pointer. Returned: bytes that carry information. */
	__u32 size;

	/** @pointer: User pointer to the structure of @type, or 0. */
	__u64 pointer;
};

/**
 * enum drm_dxg_device_flags - Bits of &drm_dxg_device_info.flags.
 */
enum drm_dxg_device_flags {
	/**
	 * @DRM_DXG_DEVICE_COMPUTE_ONLY: The PCI function is a compute-only adapter
	 * (1414:008a). Since 1.0.
	 */
	DRM_DXG_DEVICE_COMPUTE_ONLY = 1 << 0,
	/**
	 * @DRM_DXG_DEVICE_ASYNC_MESSAGES: The host takes submissions, signals and GPU
	 * waits without an answer. Since 1.0.
	 */
	DRM_DXG_DEVICE_ASYNC_MESSAGES = 1 << 1,
	/**
	 * @DRM_DXG_DEVICE_MAP_GUEST_MEMORY: The host can use guest pages by page frame
	 * lists. Since 1.0.
	 */
	DRM_DXG_DEVICE_MAP_GUEST_MEMORY = 1 << 2,
	/**
	 * @DRM_DXG_DEVICE_HW_SCHEDULING: The host schedules this GPU by hardware queues. Since 1.0.
	 */
	DRM_DXG_DEVICE_HW_SCHEDULING = 1 << 3,
	/**
	 * @DRM_DXG_DEVICE_HOST_IDS: The fields host_vendor_id to host_revision_id are
	 * known. Since 1.0.
	 */
	DRM_DXG_DEVICE_HOST_IDS = 1 << 4,
};

/** Bytes of drm_dxg_device_info.description. */
#define DRM_DXG_DESCRIPTION_SIZE		256

/**
 * struct drm_dxg_device_info - Identity, versions and limits of the adapter.
 *
 * All fields are returned; the content on input does not matter.
 */
struct drm_dxg_device_info {
	/**
	 * @luid: The LUID by which the guest knows the adapter: low part in
	 * bits 0 to 31, high part in bits 32 to 63. It is stable as long as
	 * the virtual GPU exists.
	 */
	__u64 luid;

	/** @host_luid: The LUID of the adapter on the host, in the same form. */
	__u64 host_luid;

	/** @interface_version: Version of the GPU-PV protocol in use. */
	__u32 interface_version;

	/** @flags: Bits DRM_DXG_DEVICE_xxx. */
	__u32 flags;

	/** @host_vendor_id: PCI vendor id of the real GPU. */
	__u32 host_vendor_id;

	/** @host_device_id: PCI device id of the real GPU. */
	__u32 host_device_id;

	/** @host_subvendor_id: PCI subsystem vendor id of the real GPU. */
	__u32 host_subvendor_id;

	/** @host_subsystem_id: PCI subsystem id of the real GPU. */
	__u32 host_subsystem_id;

	/** @host_revision_id: PCI revision of the real GPU. */
	__u32 host_revision_id;

	/** @driver_ddi_version: Version of the host driver's interface, as the host reports it. */
	__u32 driver_ddi_version;

	/** @max_host_data: Largest drm_dxg_host_adapter_info.data_size, in bytes. */
	__u32 max_host_data;

	/** @request_timeout_ms: How long a request waits for the host before ETIMEDOUT. */
	__u32 request_timeout_ms;

	/** @iospace_size: Bytes of the region in which the host shows its memory to the CPU. */
	__u64 iospace_size;

	/** @description: Name of the GPU, UTF-8, ended by 0. */
	__u8 description[DRM_DXG_DESCRIPTION_SIZE];

	/** @va_start: First GPU address that a reservation may have. */
	__u64 va_start;

	/** @va_end: First GPU address behind the last one that it may have. */
	__u64 va_end;

	/** @max_private_data: Most bytes of one block of opaque data. */
	__u32 max_private_data;

	/** @max_allocations: Most allocations of one BO. */
	__u32 max_allocations;

	/** @max_bind_ops: Most operations of one VM_BIND. */
	__u32 max_bind_ops;

	/** @max_submits: Most submissions of one QUEUE_SUBMIT. */
	__u32 max_submits;

	/** @max_syncs: Most sync operations of one bind or submission. */
	__u32 max_syncs;

	/** @max_fence_points: Most points of one FENCE_SIGNAL, FENCE_WAIT or FENCE_EVENTFD. */
	__u32 max_fence_points;

	/**
	 * @queue_timeout_ms: Milliseconds after which a queue in dma-fence mode that
	 * does not progress is ended, and with it its VM, unless QUEUE_SET_PROPERTY
	 * made it shorter.
	 */
	__u32 queue_timeout_ms;

	/** @bo_size_align: Sizes of BOs in guest memory and of dma-bufs are multiples of it. */
	__u32 bo_size_align;
};

/**
 * enum drm_dxg_host_query - Properties that can be asked of the host.
 *
 * The numbers are the host's own (KMTQUERYADAPTERINFOTYPE in the Windows
 * Driver Kit), and so is the layout of the data. Strings are UTF-16, little
 * endian, ended by 0. What is not listed is refused with EOPNOTSUPP.
 */
enum drm_dxg_host_query {
	/** @DRM_DXG_HOST_QUERY_UMD_PRIVATE: Opaque data of the vendor's driver, any size. */
	DRM_DXG_HOST_QUERY_UMD_PRIVATE = 0,
	/**
	 * @DRM_DXG_HOST_QUERY_SEGMENT_SIZE: 24 bytes: __u64 each of dedicated
	 * video memory, dedicated system memory and shared system memory.
	 */
	DRM_DXG_HOST_QUERY_SEGMENT_SIZE = 3,
	/**
	 * @DRM_DXG_HOST_QUERY_REGISTRY_INFO: 2080 bytes: adapter, BIOS, DAC and
	 * chip name, 260 UTF-16 units each.
	 */
	DRM_DXG_HOST_QUERY_REGISTRY_INFO = 8,
	/** @DRM_DXG_HOST_QUERY_DRIVER_VERSION: __u32: 1000 times the WDDM version, 2700 for 2.7. */
	DRM_DXG_HOST_QUERY_DRIVER_VERSION = 13,
	/**
	 * @DRM_DXG_HOST_QUERY_ADAPTER_TYPE: __u32 of bits; the kernel sets bit 7
	 * (paravirtualized), clears all that speaks of displays (bits 1, 3, 6, 8
	 * and 9) and sets bit 11 (compute only) by the PCI id.
	 */
	DRM_DXG_HOST_QUERY_ADAPTER_TYPE = 15,
	/**
	 * @DRM_DXG_HOST_QUERY_NODE_METADATA: 80 bytes: __u32 in (engine in bits 0
	 * to 15, physical adapter in bits 16 to 31), then __u32 engine type, 32
	 * UTF-16 units of name, __u32 flags, __u8 GPU MMU, __u8 IO MMU, __u8[2].
	 */
	DRM_DXG_HOST_QUERY_NODE_METADATA = 25,
	/** @DRM_DXG_HOST_QUERY_PHYSICAL_ADAPTER_COUNT: __u32: adapters linked to one. */
	DRM_DXG_HOST_QUERY_PHYSICAL_ADAPTER_COUNT = 30,
	/**
	 * @DRM_DXG_HOST_QUERY_DEVICE_IDS: 28 bytes: __u32 in (physical adapter),
	 * then __u32 each of vendor, device, subsystem vendor, subsystem,
	 * revision and bus type.
	 */
	DRM_DXG_HOST_QUERY_DEVICE_IDS = 31,
	/** @DRM_DXG_HOST_QUERY_REGISTRY_INFO_RENDER: As REGISTRY_INFO, of the render half. */
	DRM_DXG_HOST_QUERY_REGISTRY_INFO_RENDER = 54,
	/** @DRM_DXG_HOST_QUERY_DRIVER_VERSION_RENDER: As DRIVER_VERSION, of the render half. */
	DRM_DXG_HOST_QUERY_DRIVER_VERSION_RENDER = 56,
	/** @DRM_DXG_HOST_QUERY_ADAPTER_TYPE_RENDER: As ADAPTER_TYPE, of the render half. */
	DRM_DXG_HOST_QUERY_ADAPTER_TYPE_RENDER = 57,
	/** @DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION: 8192 bytes: 4096 UTF-16 units. */
	DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION = 65,
	/** @DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION_RENDER: As before, of the render half. */
	DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION_RENDER = 66,
	/**
	 * @DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS: __u32 of bits: 0 hardware scheduling
	 * supported, 1 enabled, 2 enabled by default.
	 */
	DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS = 70,
};

/**
 * struct drm_dxg_host_adapter_info - One property in the host's format.
 *
 * Errors: EOPNOTSUPP when @query is not in &enum drm_dxg_host_query or the host
 * does not know it; EINVAL when @data_size is 0, beyond
 * &drm_dxg_device_info.max_host_data, or smaller than the property, in which
 * case @data_size becomes the size needed if the kernel knows it.
 */
struct drm_dxg_host_adapter_info {
	/** @query: One of &enum drm_dxg_host_query. */
	__u32 query;

	/**
	 * @data_size: Bytes at @data. On success, the bytes that were returned:
	 * never more than given.
	 */
	__u32 data_size;

	/** @data: User pointer to the property, which is input and output. */
	__u64 data;
};

/**
 * enum drm_dxg_engine_flags - Bits of &drm_dxg_engine.flags.
 */
enum drm_dxg_engine_flags {
	/**
	 * @DRM_DXG_ENGINE_GPU_MMU: The engine has an MMU with per-process page tables. Since 1.0.
	 */
	DRM_DXG_ENGINE_GPU_MMU = 1 << 0,
	/** @DRM_DXG_ENGINE_IO_MMU: The engine translates through the IO MMU. Since 1.0. */
	DRM_DXG_ENGINE_IO_MMU = 1 << 1,
};

/** Bytes of drm_dxg_engine.name. */
#define DRM_DXG_ENGINE_NAME_SIZE		112

/**
 * enum drm_dxg_engine_class - What an engine is made for (DXGK_ENGINE_TYPE).
 *
 * A host may report numbers that are not listed here.
 */
enum drm_dxg_engine_class {
	/** @DRM_DXG_ENGINE_OTHER: None of the others. */
	DRM_DXG_ENGINE_OTHER = 0,
	/** @DRM_DXG_ENGINE_3D: Rendering and compute. */
	DRM_DXG_ENGINE_3D = 1,
	/** @DRM_DXG_ENGINE_VIDEO_DECODE: Video decoding. */
	DRM_DXG_ENGINE_VIDEO_DECODE = 2,
	/** @DRM_DXG_ENGINE_VIDEO_ENCODE: Video encoding. */
	DRM_DXG_ENGINE_VIDEO_ENCODE = 3,
	/** @DRM_DXG_ENGINE_VIDEO_PROCESSING: Video processing. */
	DRM_DXG_ENGINE_VIDEO_PROCESSING = 4,
	/** @DRM_DXG_ENGINE_SCENE_ASSEMBLY: Scene assembly. */
	DRM_DXG_ENGINE_SCENE_ASSEMBLY = 5,
	/** @DRM_DXG_ENGINE_COPY: Copies. */
	DRM_DXG_ENGINE_COPY = 6,
	/** @DRM_DXG_ENGINE_OVERLAY: Overlays. */
	DRM_DXG_ENGINE_OVERLAY = 7,
	/** @DRM_DXG_ENGINE_CRYPTO: Encryption. */
	DRM_DXG_ENGINE_CRYPTO = 8,
};

/**
 * struct drm_dxg_engine - One engine.
 */
struct drm_dxg_engine {
	/** @node: Returned: number of the engine, from 0 without gaps. */
	__u32 node;

	/** @engine_class: Returned: one of &enum drm_dxg_engine_class, or a number beyond. */
	__u32 engine_class;

	/** @flags: Returned: bits DRM_DXG_ENGINE_GPU_MMU and DRM_DXG_ENGINE_IO_MMU. */
	__u32 flags;

	/** @pad: Returned as zero. */
	__u32 pad;

	/** @name: Returned: the host's name of the engine, UTF-8, ended by 0, often empty. */
	__u8 name[DRM_DXG_ENGINE_NAME_SIZE];
};

/**
 * struct drm_dxg_engines - The engines of the GPU.
 *
 * With @count 0, only the number of engines is returned. EINVAL when @stride is
 * smaller than what &struct drm_dxg_engine was when introduced, or not a
 * multiple of eight.
 */
struct drm_dxg_engines {
	/** @stride: The caller's sizeof(struct drm_dxg_engine). */
	__u32 stride;

	/** @count: Elements at @engines. Returned: number of engines, which may be larger. */
	__u32 count;

	/** @engines: User pointer to @count elements of @stride bytes, out only. */
	__u64 engines;
};

/**
 * enum drm_dxg_feature_flags - Bits of &drm_dxg_feature.flags.
 */
enum drm_dxg_feature_flags {
	/** @DRM_DXG_FEATURE_ENABLED: The feature is on. Since 1.0. */
	DRM_DXG_FEATURE_ENABLED = 1 << 0,
	/** @DRM_DXG_FEATURE_KNOWN: The host knows the feature. Since 1.0. */
	DRM_DXG_FEATURE_KNOWN = 1 << 1,
	/** @DRM_DXG_FEATURE_DRIVER: The vendor's driver on the host has it. Since 1.0. */
	DRM_DXG_FEATURE_DRIVER = 1 << 2,
	/** @DRM_DXG_FEATURE_CONFIG: This machine can have it. Since 1.0. */
	DRM_DXG_FEATURE_CONFIG = 1 << 3,
};

/**
 * struct drm_dxg_feature - Whether the host has a feature.
 */
struct drm_dxg_feature {
	/** @feature: The host's number of the feature (DXGK_FEATURE_ID). */
	__u32 feature;

	/** @flags: MBZ. Returned: bits DRM_DXG_FEATURE_xxx, without unknown ones. */
	__u32 flags;

	/** @version: MBZ. Returned: version of the feature. */
	__u32 version;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * enum drm_dxg_mem_class - Classes of memory.
 */
enum drm_dxg_mem_class {
	/** @DRM_DXG_MEM_LOCAL: Memory of the GPU itself. */
	DRM_DXG_MEM_LOCAL = 0,
	/** @DRM_DXG_MEM_NONLOCAL: Memory of the host's system. */
	DRM_DXG_MEM_NONLOCAL = 1,
};

/**
 * struct drm_dxg_mem_region - One kind of memory, as the host counts it for this file.
 */
struct drm_dxg_mem_region {
	/** @mem_class: Returned: one of &enum drm_dxg_mem_class. */
	__u32 mem_class;

	/** @instance: Returned: number of the region within its class. */
	__u32 instance;

	/** @budget: Returned: bytes that this file may have resident; the host changes it. */
	__u64 budget;

	/** @used: Returned: bytes that it has resident. */
	__u64 used;

	/** @reserved: Returned: bytes that the host has set aside for it. */
	__u64 reserved;

	/** @reservable: Returned: bytes that could be set aside. */
	__u64 reservable;

	/** @size: Returned: bytes that there are in all, 0 when the host does not tell. */
	__u64 size;
};

/**
 * struct drm_dxg_mem_regions - The memory that the GPU can use.
 *
 * Counts and strides as in &struct drm_dxg_engines.
 */
struct drm_dxg_mem_regions {
	/** @stride: The caller's sizeof(struct drm_dxg_mem_region). */
	__u32 stride;

	/** @count: Elements at @regions. Returned: number of regions. */
	__u32 count;

	/** @regions: User pointer to @count elements of @stride bytes, out only. */
	__u64 regions;
};

/**
 * struct drm_dxg_clock - Two clocks at one moment.
 *
 * ENOENT when there is no such engine.
 */
struct drm_dxg_clock {
	/** @node: The engine. */
	__u32 node;

	/** @flags: MBZ. Returned: the host's flags of the GPU clock. */
	__u32 flags;

	/** @gpu_frequency: MBZ. Returned: ticks per second of the GPU clock. */
	__u64 gpu_frequency;

	/** @gpu_counter: MBZ. Returned: the GPU clock. */
	__u64 gpu_counter;

	/** @host_cpu_counter: MBZ. Returned: the host's CPU clock, in its own unit. */
	__u64 host_cpu_counter;

	/** @cpu_before_ns: MBZ. Returned: CLOCK_MONOTONIC before the host was asked. */
	__u64 cpu_before_ns;

	/** @cpu_after_ns: MBZ. Returned: CLOCK_MONOTONIC when it had answered. */
	__u64 cpu_after_ns;
};

/**
 * struct drm_dxg_array - An array of structures that may grow.
 *
 * EINVAL when @stride is smaller than the structure was when it was introduced,
 * is not a multiple of eight or exceeds 4096, or @count exceeds its limit; E2BIG
 * when a longer element has something but zeroes in what the kernel does not know.
 */
struct drm_dxg_array {
	/** @stride: The caller's size of one element. */
	__u32 stride;

	/** @count: Number of elements. With 0 the other fields do not matter. */
	__u32 count;

	/** @array: User pointer to @count elements of @stride bytes. */
	__u64 array;
};

/**
 * enum drm_dxg_sync_op_flags - Bits of &drm_dxg_sync_op.flags.
 */
enum drm_dxg_sync_op_flags {
	/** @DRM_DXG_SYNC_TYPE_MASK: The kind of object. */
	DRM_DXG_SYNC_TYPE_MASK = 0xff,
	/** @DRM_DXG_SYNC_SYNCOBJ: A binary syncobj. Since 1.0. */
	DRM_DXG_SYNC_SYNCOBJ = 0,
	/** @DRM_DXG_SYNC_TIMELINE: A point of a timeline syncobj. Since 1.0. */
	DRM_DXG_SYNC_TIMELINE = 1,
	/** @DRM_DXG_SYNC_FENCE: A value of a fence. Since 1.0. */
	DRM_DXG_SYNC_FENCE = 2,
	/** @DRM_DXG_SYNC_SIGNAL: Signal it when the work is done; else wait before. Since 1.0. */
	DRM_DXG_SYNC_SIGNAL = 1 << 8,
};

/**
 * struct drm_dxg_sync_op - One thing to wait for, or to signal.
 *
 * ENOENT for an unknown handle. EINVAL for a wait for a syncobj without a fence, or for a
 * point that nobody has submitted yet. What is allowed where: see Objects above.
 */
struct drm_dxg_sync_op {
	/** @flags: A type and DRM_DXG_SYNC_SIGNAL. */
	__u32 flags;

	/** @handle: Handle of the syncobj or the fence. */
	__u32 handle;

	/** @value: The point or the value; MBZ for a binary syncobj. Not 0 for a timeline. */
	__u64 value;
};

/* ---- VMs ---- */

/**
 * enum drm_dxg_vm_create_flags - Bits of &drm_dxg_vm_create.flags.
 */
enum drm_dxg_vm_create_flags {
	/** @DRM_DXG_VM_USER_FENCE: User-fence mode. Since 1.0. */
	DRM_DXG_VM_USER_FENCE = 1 << 0,
};

/**
 * struct drm_dxg_vm_create - Argument of DRM_IOCTL_DXG_VM_CREATE.
 *
 * EBUSY when the file has a VM.
 */
struct drm_dxg_vm_create {
	/** @flags: Bits DRM_DXG_VM_xxx. */
	__u32 flags;

	/** @vm_id: Returned: the VM, not 0. */
	__u32 vm_id;

	/** @host_handle: Returned: the host's handle of its device, as data. */
	__u32 host_handle;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * struct drm_dxg_vm_destroy - Argument of DRM_IOCTL_DXG_VM_DESTROY.
 *
 * Queues of the VM are ended, and what is pending on them completes with
 * ECANCELED; bindings go; its BOs and fences become useless but keep their handles.
 */
struct drm_dxg_vm_destroy {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * enum drm_dxg_vm_reserve_flags - Bits of &drm_dxg_vm_reserve.flags.
 */
enum drm_dxg_vm_reserve_flags {
	/**
	 * @DRM_DXG_RESERVE_FREE: Give the range back: @va and @size of a whole
	 * reservation. Since 1.0.
	 */
	DRM_DXG_RESERVE_FREE = 1 << 0,
	/**
	 * @DRM_DXG_RESERVE_ZERO: What is not bound reads as zero; else any access is a
	 * fault. Since 1.0.
	 */
	DRM_DXG_RESERVE_ZERO = 1 << 1,
};

/**
 * struct drm_dxg_vm_reserve - Argument of DRM_IOCTL_DXG_VM_RESERVE.
 *
 * Addresses and sizes are multiples of 4096; the host may want more.
 *
 * ENOSPC when there is no such range. With DRM_DXG_RESERVE_FREE: ENOENT
 * when the range is not exactly one reservation; what is bound in it is unbound.
 */
struct drm_dxg_vm_reserve {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @flags: Bits DRM_DXG_RESERVE_xxx. */
	__u32 flags;

	/** @va: Where the range starts, or 0 to let the host choose. Returned: where it starts. */
	__u64 va;

	/** @size: Bytes, not 0. */
	__u64 size;

	/** @va_min: With @va 0: the lowest address, or 0. Else MBZ. */
	__u64 va_min;

	/** @va_max: With @va 0: the first address behind the range's end, or 0. Else MBZ. */
	__u64 va_max;

	/** @driver_protection: Opaque protection of the vendor's driver. */
	__u64 driver_protection;
};

/**
 * enum drm_dxg_bind_op_type - What a bind operation does.
 */
enum drm_dxg_bind_op_type {
	/** @DRM_DXG_BIND_MAP: Bind a range of a BO. What was bound there is replaced. Since 1.0. */
	DRM_DXG_BIND_MAP = 0,
	/** @DRM_DXG_BIND_MAP_NULL: Bind nothing: reads give zero, writes vanish. Since 1.0. */
	DRM_DXG_BIND_MAP_NULL = 1,
	/**
	 * @DRM_DXG_BIND_UNMAP: As if nothing had been bound: any access is a fault, or
	 * reads zero with DRM_DXG_RESERVE_ZERO. Since 1.0.
	 */
	DRM_DXG_BIND_UNMAP = 2,
	/**
	 * @DRM_DXG_BIND_MAKE_RESIDENT: Bring a BO's memory to where the GPU can use it.
	 * Since 1.0.
	 */
	DRM_DXG_BIND_MAKE_RESIDENT = 3,
	/** @DRM_DXG_BIND_EVICT: Undo one DRM_DXG_BIND_MAKE_RESIDENT. Since 1.0. */
	DRM_DXG_BIND_EVICT = 4,
	/**
	 * @DRM_DXG_BIND_COPY: Bind at @va what is bound at @src_va, which stays.
	 * The source is one binding or part of one. Since 1.0.
	 */
	DRM_DXG_BIND_COPY = 5,
};

/**
 * enum drm_dxg_bind_op_flags - Bits of &drm_dxg_vm_bind_op.flags.
 */
enum drm_dxg_bind_op_flags {
	/** @DRM_DXG_BIND_READONLY: MAP: the GPU may not write. Since 1.0. */
	DRM_DXG_BIND_READONLY = 1 << 0,
	/** @DRM_DXG_BIND_EXECUTE: MAP: the GPU may fetch commands and programs. Since 1.0. */
	DRM_DXG_BIND_EXECUTE = 1 << 1,
	/**
	 * @DRM_DXG_BIND_ANY_VA: MAP, MAP_NULL: reserve a range first, at an address
	 * that the host chooses between @va and @va_max (0 each: anywhere). Since 1.0.
	 */
	DRM_DXG_BIND_ANY_VA = 1 << 2,
	/**
	 * @DRM_DXG_BIND_CANT_TRIM: MAKE_RESIDENT: the program has nothing left to evict.
	 * Since 1.0.
	 */
	DRM_DXG_BIND_CANT_TRIM = 1 << 3,
	/** @DRM_DXG_BIND_MUST_SUCCEED: MAKE_RESIDENT: over the budget if need be. Since 1.0. */
	DRM_DXG_BIND_MUST_SUCCEED = 1 << 4,
	/** @DRM_DXG_BIND_LAZY: EVICT: only when the memory is needed. Since 1.0. */
	DRM_DXG_BIND_LAZY = 1 << 5,
};

/**
 * struct drm_dxg_vm_bind_op - One bind operation.
 *
 * Returned fields are written when the ioctl succeeds, and @bytes_to_trim also
 * when it fails with ENOSPC.
 */
struct drm_dxg_vm_bind_op {
	/** @op: One of &enum drm_dxg_bind_op_type. */
	__u32 op;

	/** @flags: Bits DRM_DXG_BIND_xxx. */
	__u32 flags;

	/** @bo_handle: MAP, MAKE_RESIDENT, EVICT: the BO. Else MBZ. */
	__u32 bo_handle;

	/** @alloc_index: MAP: which of its allocations. Else MBZ; residency is of all. */
	__u32 alloc_index;

	/** @bo_offset: MAP: where in the allocation, a multiple of 4096. Else MBZ. */
	__u64 bo_offset;

	/**
	 * @va: MAP, MAP_NULL, UNMAP, COPY: the address, within one reservation.
	 * Else MBZ. Returned with DRM_DXG_BIND_ANY_VA: the address.
	 */
	__u64 va;

	/** @size: MAP, MAP_NULL, UNMAP, COPY: bytes, a multiple of 4096. Else MBZ. */
	__u64 size;

	/** @src_va: COPY: where to take the binding from. Else MBZ. */
	__u64 src_va;

	/** @va_max: With DRM_DXG_BIND_ANY_VA: first address behind the range, or 0. Else MBZ. */
	__u64 va_max;

	/** @driver_protection: MAP: opaque protection of the vendor's driver. Else MBZ. */
	__u64 driver_protection;

	/**
	 * @fence_value: MBZ. Returned in user-fence mode: the value that the bind
	 * queue's fence has when the operation has come into force.
	 */
	__u64 fence_value;

	/** @bytes_to_trim: MBZ. Returned: MAKE_RESIDENT, EVICT: bytes beyond the budget. */
	__u64 bytes_to_trim;
};

/**
 * enum drm_dxg_vm_bind_flags - Bits of &drm_dxg_vm_bind.flags.
 */
enum drm_dxg_vm_bind_flags {
	/** @DRM_DXG_VM_BIND_ASYNC: Queue the operations, do not wait for them. Since 1.0. */
	DRM_DXG_VM_BIND_ASYNC = 1 << 0,
};

/**
 * struct drm_dxg_vm_bind - Argument of DRM_IOCTL_DXG_VM_BIND.
 *
 * The operations take effect in their order. Without DRM_DXG_VM_BIND_ASYNC they
 * have taken effect when the ioctl returns; when one fails, those before it are
 * undone in reverse, and the error is that of the first that failed. A failing
 * undo loses the VM.
 *
 * With DRM_DXG_VM_BIND_ASYNC they are checked, then queued behind what @queue_id
 * has. An operation that the host refuses then leaves those before it in place,
 * those behind it are not done, the out-syncs carry the error, and the VM goes
 * on; fences, which have no error to carry, are raised even then. Ranges of
 * DRM_DXG_BIND_ANY_VA are reserved before the ioctl returns and stay. With no
 * operations, only the sync operations are carried out.
 *
 * In user-fence mode the ioctl returns when the host has answered, with the
 * results; an operation that fails is undone with those before it, as without
 * DRM_DXG_VM_BIND_ASYNC, and nothing is signalled. @bytes_to_trim is not known, hence 0,
 * when operations are queued in dma-fence mode.
 *
 * ENOENT when a range is not within one reservation, or the source of a copy not
 * within one binding; EPERM for a BO with DRM_DXG_BO_READONLY without
 * DRM_DXG_BIND_READONLY; ECANCELED when the VM is lost; ENOSPC when the host has no
 * memory left or the budget is exceeded; ETIMEDOUT when what the host has promised does
 * not come, and the VM is lost.
 */
struct drm_dxg_vm_bind {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @flags: Bits DRM_DXG_VM_BIND_xxx. */
	__u32 flags;

	/** @queue_id: A bind queue. Without DRM_DXG_VM_BIND_ASYNC it may be 0. */
	__u32 queue_id;

	/** @pad: MBZ. */
	__u32 pad;

	/** @ops: Array of &struct drm_dxg_vm_bind_op, in and out. */
	struct drm_dxg_array ops;

	/** @syncs: Array of &struct drm_dxg_sync_op; none without DRM_DXG_VM_BIND_ASYNC. */
	struct drm_dxg_array syncs;
};

/**
 * enum drm_dxg_state_flags - Bits of the flags of VM_GET_STATE and QUEUE_GET_STATE.
 */
enum drm_dxg_state_flags {
	/** @DRM_DXG_STATE_LOST: Nothing can be queued any more. Since 1.0. */
	DRM_DXG_STATE_LOST = 1 << 0,
	/** @DRM_DXG_STATE_GUILTY: By what this VM has done. Since 1.0. */
	DRM_DXG_STATE_GUILTY = 1 << 1,
	/** @DRM_DXG_STATE_INNOCENT: By what others have done, or the host. Since 1.0. */
	DRM_DXG_STATE_INNOCENT = 1 << 2,
};

/**
 * enum drm_dxg_lost_reason - Why a VM or a queue was lost.
 */
enum drm_dxg_lost_reason {
	/** @DRM_DXG_LOST_NOT: It is not lost. */
	DRM_DXG_LOST_NOT = 0,
	/** @DRM_DXG_LOST_HANG: The host found that the GPU hung. */
	DRM_DXG_LOST_HANG = 1,
	/** @DRM_DXG_LOST_RESET: The host reset the GPU. */
	DRM_DXG_LOST_RESET = 2,
	/** @DRM_DXG_LOST_PAGE_FAULT: The GPU used an address without a mapping for it. */
	DRM_DXG_LOST_PAGE_FAULT = 3,
	/** @DRM_DXG_LOST_FAULT: The GPU refused a command. */
	DRM_DXG_LOST_FAULT = 4,
	/** @DRM_DXG_LOST_OUT_OF_MEMORY: The host ran out of memory. */
	DRM_DXG_LOST_OUT_OF_MEMORY = 5,
	/** @DRM_DXG_LOST_STOPPED: The host stopped the device. */
	DRM_DXG_LOST_STOPPED = 6,
	/** @DRM_DXG_LOST_TIMEOUT: The queue did not progress within its time limit. */
	DRM_DXG_LOST_TIMEOUT = 7,
	/** @DRM_DXG_LOST_UNDO: A failed bind could not be undone. */
	DRM_DXG_LOST_UNDO = 8,
	/** @DRM_DXG_LOST_HOST: The host broke the protocol or refused what cannot be refused. */
	DRM_DXG_LOST_HOST = 9,
};

/**
 * struct drm_dxg_vm_get_state - Argument of DRM_IOCTL_DXG_VM_GET_STATE.
 *
 * Asks the host when something may have changed, else answers from memory.
 */
struct drm_dxg_vm_get_state {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @flags: MBZ. Returned: bits DRM_DXG_STATE_xxx. */
	__u32 flags;

	/** @reason: MBZ. Returned: one of &enum drm_dxg_lost_reason. */
	__u32 reason;

	/** @execution_state: MBZ. Returned: the host's number (D3DKMT_DEVICEEXECUTION_STATE). */
	__u32 execution_state;

	/** @reset_state: MBZ. Returned: the host's bits (D3DKMT_DEVICERESET_STATE). */
	__u32 reset_state;

	/** @fault_flags: MBZ. Returned: the host's flags of the page fault; bit 0: a write. */
	__u32 fault_flags;

	/** @fault_stage: MBZ. Returned: the pipeline stage that faulted. */
	__u32 fault_stage;

	/** @fault_error: MBZ. Returned: the host's error code of the fault. */
	__u32 fault_error;

	/** @fault_address: MBZ. Returned: GPU address of the page fault. */
	__u64 fault_address;

	/** @generation: MBZ. Returned: grows whenever the state may have changed. */
	__u64 generation;
};

/* ---- BOs ---- */

/**
 * enum drm_dxg_bo_flags - Bits of &drm_dxg_bo_create.flags and &drm_dxg_bo_query_info.flags.
 */
enum drm_dxg_bo_flags {
	/** @DRM_DXG_BO_SYSTEM: Memory of the guest, provided by the kernel. Since 1.0. */
	DRM_DXG_BO_SYSTEM = 1 << 0,
	/**
	 * @DRM_DXG_BO_USER: Memory of the program, pinned as long as the BO lives
	 * and counted against RLIMIT_MEMLOCK. Since 1.0.
	 */
	DRM_DXG_BO_USER = 1 << 1,
	/** @DRM_DXG_BO_READONLY: With DRM_DXG_BO_USER: the GPU never writes it. Since 1.0. */
	DRM_DXG_BO_READONLY = 1 << 2,
	/** @DRM_DXG_BO_NO_MMAP: It will not be mapped by the CPU. Since 1.0. */
	DRM_DXG_BO_NO_MMAP = 1 << 3,
	/**
	 * @DRM_DXG_BO_CACHED: Host memory: mapped cached if the host can; else
	 * write-combined. Since 1.0.
	 */
	DRM_DXG_BO_CACHED = 1 << 4,
	/** @DRM_DXG_BO_SHAREABLE: It may leave the file, by PRIME. Since 1.0. */
	DRM_DXG_BO_SHAREABLE = 1 << 5,
	/**
	 * @DRM_DXG_BO_STANDARD: With DRM_DXG_BO_SYSTEM or DRM_DXG_BO_USER, and no opaque
	 * data: a linear heap that every vendor's driver knows. One allocation. Since 1.0.
	 */
	DRM_DXG_BO_STANDARD = 1 << 6,
	/** @DRM_DXG_BO_IMPORTED: Returned only: the memory is another driver's. Since 1.0. */
	DRM_DXG_BO_IMPORTED = 1 << 7,
	/**
	 * @DRM_DXG_BO_RESOURCE: Make a host resource around the allocation; implied by
	 * several allocations and by DRM_DXG_BO_SHAREABLE. Since 1.0.
	 */
	DRM_DXG_BO_RESOURCE = 1 << 8,
};

/**
 * struct drm_dxg_bo_alloc - One allocation of a BO.
 */
struct drm_dxg_bo_alloc {
	/**
	 * @size: With DRM_DXG_BO_SYSTEM or DRM_DXG_BO_USER: bytes, a multiple of
	 * 4096. Else MBZ: the opaque data says it. Returned: what the host says.
	 */
	__u64 size;

	/** @user_ptr: With DRM_DXG_BO_USER: the memory, on a page boundary. Else MBZ. */
	__u64 user_ptr;

	/** @data: User pointer to opaque data of the allocation, in and out. */
	__u64 data;

	/** @data_size: Bytes at @data, may be 0. */
	__u32 data_size;

	/** @host_flags: Opaque flags for the host's driver (D3DDDI_ALLOCATIONINFOFLAGS). */
	__u32 host_flags;

	/** @host_handle: MBZ. Returned: the host's handle of the allocation, as data. */
	__u32 host_handle;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * struct drm_dxg_bo_create - Argument of DRM_IOCTL_DXG_BO_CREATE.
 *
 * The content is zero. ENOSPC when the host does not make it: it does not say why,
 * which may be that it has no memory left or that it does not take the opaque
 * data. ENOMEM when the guest has no memory, or RLIMIT_MEMLOCK would be exceeded;
 * EFAULT when user memory cannot be pinned; EIO when the host's size does not fit
 * the pages. All opaque data of a BO together has at most 96 KiB.
 */
struct drm_dxg_bo_create {
	/** @vm_id: The home VM. */
	__u32 vm_id;

	/** @flags: Bits DRM_DXG_BO_xxx. */
	__u32 flags;

	/** @allocs: Array of &struct drm_dxg_bo_alloc, one at least, in and out. */
	struct drm_dxg_array allocs;

	/**
	 * @runtime_data: User pointer to opaque data that goes with the BO to those who
	 * import it.
	 */
	__u64 runtime_data;

	/** @resource_data: User pointer to opaque data for the host's driver, for the whole BO. */
	__u64 resource_data;

	/** @runtime_data_size: Bytes at @runtime_data, may be 0. */
	__u32 runtime_data_size;

	/** @resource_data_size: Bytes at @resource_data, may be 0. */
	__u32 resource_data_size;

	/** @handle: MBZ. Returned: GEM handle. */
	__u32 handle;

	/** @host_resource: MBZ. Returned: the host's handle of the resource, or 0, as data. */
	__u32 host_resource;
};

/**
 * struct drm_dxg_bo_mmap_offset - Argument of DRM_IOCTL_DXG_BO_MMAP_OFFSET.
 *
 * EPERM for a BO with DRM_DXG_BO_NO_MMAP or DRM_DXG_BO_USER; EOPNOTSUPP for an
 * imported one, which its exporter maps.
 */
struct drm_dxg_bo_mmap_offset {
	/** @handle: The BO. */
	__u32 handle;

	/** @alloc_index: Which of its allocations. */
	__u32 alloc_index;

	/** @offset: MBZ. Returned: for mmap() of the node. */
	__u64 offset;

	/** @size: MBZ. Returned: bytes that can be mapped from there. */
	__u64 size;
};

/**
 * enum drm_dxg_residency - Where an allocation is, as the host says.
 */
enum drm_dxg_residency {
	/** @DRM_DXG_RESIDENCY_UNKNOWN: The host did not tell. */
	DRM_DXG_RESIDENCY_UNKNOWN = 0,
	/** @DRM_DXG_RESIDENCY_LOCAL: In the GPU's memory. */
	DRM_DXG_RESIDENCY_LOCAL = 1,
	/** @DRM_DXG_RESIDENCY_NONLOCAL: In system memory, where the GPU can use it. */
	DRM_DXG_RESIDENCY_NONLOCAL = 2,
	/** @DRM_DXG_RESIDENCY_NONE: Not where the GPU can use it. */
	DRM_DXG_RESIDENCY_NONE = 3,
};

/**
 * enum drm_dxg_bo_query_flags - Bits of &drm_dxg_bo_query_info.query.
 */
enum drm_dxg_bo_query_flags {
	/** @DRM_DXG_BO_QUERY_RESIDENCY: Ask the host for @residency. Since 1.0. */
	DRM_DXG_BO_QUERY_RESIDENCY = 1 << 0,
	/** @DRM_DXG_BO_QUERY_PRIORITY: Ask the host for @priority. Since 1.0. */
	DRM_DXG_BO_QUERY_PRIORITY = 1 << 1,
};

/**
 * struct drm_dxg_bo_query_info - Argument of DRM_IOCTL_DXG_BO_QUERY_INFO.
 *
 * Opaque data is what the BO was created with, as the host wrote it back.
 * With a size of 0, only the size is returned; with one that is too small,
 * EINVAL, and the sizes are returned. Asking for host handles opens an imported
 * BO in @vm_id, where that has not happened yet.
 */
struct drm_dxg_bo_query_info {
	/** @handle: The BO. */
	__u32 handle;

	/** @vm_id: The VM whose host handles are asked for, or 0: then they are 0. */
	__u32 vm_id;

	/** @alloc_index: Which of its allocations. */
	__u32 alloc_index;

	/** @query: Bits DRM_DXG_BO_QUERY_xxx: what to ask the host; needs @vm_id. */
	__u32 query;

	/** @flags: MBZ. Returned: bits DRM_DXG_BO_xxx. */
	__u32 flags;

	/** @alloc_count: MBZ. Returned: number of allocations. */
	__u32 alloc_count;

	/** @host_handle: MBZ. Returned: the host's handle of the allocation, as data. */
	__u32 host_handle;

	/** @host_resource: MBZ. Returned: the host's handle of the resource, as data. */
	__u32 host_resource;

	/** @size: MBZ. Returned: bytes of the allocation. */
	__u64 size;

	/** @residency: MBZ. Returned: one of &enum drm_dxg_residency. */
	__u32 residency;

	/** @priority: MBZ. Returned: residency priority, 0 when not asked for. */
	__u32 priority;

	/** @runtime_data: User pointer to opaque data of the BO, out. */
	__u64 runtime_data;

	/** @resource_data: User pointer to opaque data of the BO, out. */
	__u64 resource_data;

	/** @data: User pointer to opaque data of the allocation, out. */
	__u64 data;

	/** @runtime_data_size: Bytes at @runtime_data. Returned: bytes that there are. */
	__u32 runtime_data_size;

	/** @resource_data_size: Bytes at @resource_data. Returned: bytes that there are. */
	__u32 resource_data_size;

	/** @data_size: Bytes at @data. Returned: bytes that there are. */
	__u32 data_size;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * enum drm_dxg_advice - What a program thinks of a BO's content.
 */
enum drm_dxg_advice {
	/** @DRM_DXG_WILLNEED: It is needed. */
	DRM_DXG_WILLNEED = 0,
	/** @DRM_DXG_DONTNEED_LOW: It is not, until DRM_DXG_WILLNEED; the first to be dropped. */
	DRM_DXG_DONTNEED_LOW = 1,
	/** @DRM_DXG_DONTNEED_NORMAL: The same, to be dropped after those. */
	DRM_DXG_DONTNEED_NORMAL = 2,
	/** @DRM_DXG_DONTNEED_HIGH: The same, to be dropped last. */
	DRM_DXG_DONTNEED_HIGH = 3,
};

/**
 * struct drm_dxg_bo_madvise - Argument of DRM_IOCTL_DXG_BO_MADVISE.
 *
 * For host memory; EOPNOTSUPP for other BOs. EBUSY when content that is mapped by
 * the CPU is said not to be needed. In dma-fence mode the ioctl
 * returns when the content is back; in user-fence mode @fence_value tells.
 */
struct drm_dxg_bo_madvise {
	/** @handle: The BO. EPERM when it was made in another VM than the file's. */
	__u32 handle;

	/** @advice: One of &enum drm_dxg_advice. */
	__u32 advice;

	/** @queue_id: With DRM_DXG_WILLNEED: the bind queue to do it on, or 0. Else MBZ. */
	__u32 queue_id;

	/** @retained: MBZ. Returned: with DRM_DXG_WILLNEED: 1 when the content is as it was. */
	__u32 retained;

	/** @fence_value: MBZ. Returned in user-fence mode: as in &struct drm_dxg_vm_bind_op. */
	__u64 fence_value;
};

/**
 * struct drm_dxg_bo_sync_range - A range whose CPU caches are to be written back and dropped.
 */
struct drm_dxg_bo_sync_range {
	/** @handle: The BO. */
	__u32 handle;

	/** @alloc_index: Which of its allocations. */
	__u32 alloc_index;

	/** @offset: Where in the allocation. */
	__u64 offset;

	/** @size: Bytes. */
	__u64 size;
};

/**
 * struct drm_dxg_bo_sync - Argument of DRM_IOCTL_DXG_BO_SYNC.
 *
 * All ranges are checked before the host is told of the first. EPERM when the file has no VM.
 */
struct drm_dxg_bo_sync {
	/** @flags: MBZ. */
	__u32 flags;

	/** @pad: MBZ. */
	__u32 pad;

	/** @ranges: Array of &struct drm_dxg_bo_sync_range. */
	struct drm_dxg_array ranges;
};

/**
 * enum drm_dxg_bo_property_flags - Bits of &drm_dxg_bo_set_property.properties.
 */
enum drm_dxg_bo_property_flags {
	/** @DRM_DXG_BO_PRIORITY: Set @priority. Since 1.0. */
	DRM_DXG_BO_PRIORITY = 1 << 0,
	/** @DRM_DXG_BO_SUPPORTED_SEGMENTS: Set @supported_segments. Since 1.0. */
	DRM_DXG_BO_SUPPORTED_SEGMENTS = 1 << 1,
	/** @DRM_DXG_BO_PREFERRED_SEGMENTS: Set @preferred_segments. Since 1.0. */
	DRM_DXG_BO_PREFERRED_SEGMENTS = 1 << 2,
};

/**
 * struct drm_dxg_bo_set_property - Argument of DRM_IOCTL_DXG_BO_SET_PROPERTY.
 */
struct drm_dxg_bo_set_property {
	/** @handle: The BO. EPERM when it was made in another VM than the file's. */
	__u32 handle;

	/** @alloc_index: Which of its allocations. */
	__u32 alloc_index;

	/** @properties: Bits DRM_DXG_BO_xxx of &enum drm_dxg_bo_property_flags, one at least. */
	__u32 properties;

	/** @queue_id: Segments: the bind queue to do it on, or 0. Else MBZ. */
	__u32 queue_id;

	/** @priority: Residency priority, in the host's unit (D3DDDI_ALLOCATIONPRIORITY). */
	__u32 priority;

	/** @supported_segments: Bit mask of the host's memory segments. */
	__u32 supported_segments;

	/** @preferred_segments: The host's ordered preference (D3DDDI_SEGMENTPREFERENCE). */
	__u32 preferred_segments;

	/** @pad: MBZ. */
	__u32 pad;

	/** @fence_value: MBZ. Returned in user-fence mode: as in &struct drm_dxg_vm_bind_op. */
	__u64 fence_value;
};

/* ---- Queues ---- */

/**
 * enum drm_dxg_queue_type - Kinds of queues.
 */
enum drm_dxg_queue_type {
	/** @DRM_DXG_QUEUE_CONTEXT: A packet context of an engine. */
	DRM_DXG_QUEUE_CONTEXT = 0,
	/** @DRM_DXG_QUEUE_HW: A hardware queue below a packet context. */
	DRM_DXG_QUEUE_HW = 1,
	/** @DRM_DXG_QUEUE_BIND: A queue of VM_BIND operations. */
	DRM_DXG_QUEUE_BIND = 2,
};

/**
 * enum drm_dxg_queue_flags - Bits of &drm_dxg_queue_create.flags.
 */
enum drm_dxg_queue_flags {
	/**
	 * @DRM_DXG_QUEUE_HW_PARENT: CONTEXT: hardware queues go below it; it takes no
	 * work itself. Since 1.0.
	 */
	DRM_DXG_QUEUE_HW_PARENT = 1 << 0,
	/** @DRM_DXG_QUEUE_SYNC_ONLY: CONTEXT: it only waits and signals. Since 1.0. */
	DRM_DXG_QUEUE_SYNC_ONLY = 1 << 1,
	/**
	 * @DRM_DXG_QUEUE_NULL_RENDERING: CONTEXT: its work is scheduled, not carried out.
	 * Since 1.0.
	 */
	DRM_DXG_QUEUE_NULL_RENDERING = 1 << 2,
	/**
	 * @DRM_DXG_QUEUE_NO_TIMEOUT: CONTEXT, HW: the host's own time limit is off.
	 * Only in user-fence mode, with CAP_SYS_NICE. Since 1.0.
	 */
	DRM_DXG_QUEUE_NO_TIMEOUT = 1 << 3,
};

/**
 * struct drm_dxg_queue_create - Argument of DRM_IOCTL_DXG_QUEUE_CREATE.
 *
 * EACCES for a priority above 0 without CAP_SYS_NICE; ENOENT for an unknown
 * engine or parent; EOPNOTSUPP for a hardware queue where there are none.
 */
struct drm_dxg_queue_create {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @type: One of &enum drm_dxg_queue_type. */
	__u32 type;

	/** @flags: Bits DRM_DXG_QUEUE_xxx of &enum drm_dxg_queue_flags. */
	__u32 flags;

	/** @node: CONTEXT: the engine. Else MBZ. */
	__u32 node;

	/** @parent: HW: a CONTEXT queue with DRM_DXG_QUEUE_HW_PARENT. Else MBZ. */
	__u32 parent;

	/** @client_hint: CONTEXT: opaque, which API the program implements. Else MBZ. */
	__u32 client_hint;

	/** @priority: CONTEXT: -7 to 7; BIND: -1 to 1. HW: MBZ, the parent's holds. */
	__s32 priority;

	/** @data_size: CONTEXT, HW: bytes at @data, may be 0. Else MBZ. */
	__u32 data_size;

	/** @data: CONTEXT, HW: user pointer to opaque data, in and out. */
	__u64 data;

	/** @queue_id: MBZ. Returned: the queue, not 0. */
	__u32 queue_id;

	/** @host_handle: MBZ. Returned: the host's handle of the queue, as data. */
	__u32 host_handle;

	/**
	 * @fence_handle: MBZ. Returned in user-fence mode, for HW and BIND: a fence that
	 * can be waited for and read but not raised; it ends with the queue.
	 */
	__u32 fence_handle;

	/** @host_fence: MBZ. Returned: the host's handle of that fence, as data. */
	__u32 host_fence;

	/** @fence_va: MBZ. Returned in user-fence mode, for HW: GPU address of its value. */
	__u64 fence_va;

	/**
	 * @fence_mmap_offset: MBZ. Returned with @fence_handle: as in &struct
	 * drm_dxg_fence_create.
	 */
	__u64 fence_mmap_offset;
};

/**
 * struct drm_dxg_queue_destroy - Argument of DRM_IOCTL_DXG_QUEUE_DESTROY.
 *
 * What is pending completes with ECANCELED. EBUSY for a parent that has queues.
 */
struct drm_dxg_queue_destroy {
	/** @queue_id: The queue. */
	__u32 queue_id;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * struct drm_dxg_submit - One submission.
 */
struct drm_dxg_submit {
	/** @va: GPU address of the commands. MBZ with @length 0. */
	__u64 va;

	/** @length: Bytes of commands; 0: only the sync operations. */
	__u32 length;

	/** @flags: MBZ. */
	__u32 flags;

	/** @data: User pointer to opaque data. */
	__u64 data;

	/** @data_size: Bytes at @data, may be 0. MBZ with @length 0. */
	__u32 data_size;

	/** @pad: MBZ. */
	__u32 pad;

	/** @syncs: Array of &struct drm_dxg_sync_op. */
	struct drm_dxg_array syncs;

	/**
	 * @progress: HW queues in user-fence mode: the value of the queue's fence when the
	 * commands are done, beyond the last one, or 0 for the next. Else MBZ.
	 * Returned for those: the value.
	 */
	__u64 progress;
};

/**
 * struct drm_dxg_queue_submit - Argument of DRM_IOCTL_DXG_QUEUE_SUBMIT.
 *
 * All submissions are checked before the first is queued; when the ioctl fails,
 * none was. ECANCELED when the queue or its VM is lost. When the ioctl returns,
 * the out-syncs can be waited for.
 */
struct drm_dxg_queue_submit {
	/** @queue_id: A CONTEXT or HW queue. */
	__u32 queue_id;

	/** @flags: MBZ. */
	__u32 flags;

	/** @submits: Array of &struct drm_dxg_submit, in and out. */
	struct drm_dxg_array submits;
};

/**
 * struct drm_dxg_queue_get_state - Argument of DRM_IOCTL_DXG_QUEUE_GET_STATE.
 */
struct drm_dxg_queue_get_state {
	/** @queue_id: The queue. */
	__u32 queue_id;

	/** @flags: MBZ. Returned: bits DRM_DXG_STATE_xxx. */
	__u32 flags;

	/** @reason: MBZ. Returned: one of &enum drm_dxg_lost_reason. */
	__u32 reason;

	/** @timeout_ms: MBZ. Returned: the time limit in dma-fence mode, else 0. */
	__u32 timeout_ms;

	/** @priority: MBZ. Returned: priority of a CONTEXT, as the host says. */
	__s32 priority;

	/** @priority_in_process: MBZ. Returned: the same among the queues of this file. */
	__s32 priority_in_process;

	/** @submitted: MBZ. Returned: number of the last submission. */
	__u64 submitted;

	/**
	 * @completed: MBZ. Returned: number of the last completed one. In user-fence mode
	 * the kernel does not hear when the GPU is done: a submission counts as completed
	 * when the host has taken it, and monitored fences tell the rest.
	 */
	__u64 completed;
};

/**
 * enum drm_dxg_queue_property - What QUEUE_SET_PROPERTY sets.
 */
enum drm_dxg_queue_property {
	/** @DRM_DXG_QUEUE_PRIORITY: CONTEXT: -7 to 7; above 0 with CAP_SYS_NICE. */
	DRM_DXG_QUEUE_PRIORITY = 0,
	/** @DRM_DXG_QUEUE_PRIORITY_IN_PROCESS: CONTEXT: -7 to 7, among the queues of this file. */
	DRM_DXG_QUEUE_PRIORITY_IN_PROCESS = 1,
	/**
	 * @DRM_DXG_QUEUE_TIMEOUT_MS: Dma-fence mode: the time limit, from 10 to
	 * &drm_dxg_device_info.queue_timeout_ms. EOPNOTSUPP in user-fence mode.
	 */
	DRM_DXG_QUEUE_TIMEOUT_MS = 2,
};

/**
 * struct drm_dxg_queue_set_property - Argument of DRM_IOCTL_DXG_QUEUE_SET_PROPERTY.
 */
struct drm_dxg_queue_set_property {
	/** @queue_id: The queue. */
	__u32 queue_id;

	/** @property: One of &enum drm_dxg_queue_property. */
	__u32 property;

	/** @value: Its value. */
	__s64 value;
};

/* ---- Fences ---- */

/**
 * enum drm_dxg_fence_flags - Bits of &drm_dxg_fence_create.flags and &drm_dxg_fence_import.flags.
 */
enum drm_dxg_fence_flags {
	/** @DRM_DXG_FENCE_SHAREABLE: FENCE_EXPORT is allowed. Since 1.0. */
	DRM_DXG_FENCE_SHAREABLE = 1 << 0,
	/** @DRM_DXG_FENCE_NO_GPU: The value has no GPU address. Since 1.0. */
	DRM_DXG_FENCE_NO_GPU = 1 << 1,
	/**
	 * @DRM_DXG_FENCE_NO_MAX_ON_RESET: A reset of the GPU leaves the value alone;
	 * else the host raises it to its maximum. Since 1.0.
	 */
	DRM_DXG_FENCE_NO_MAX_ON_RESET = 1 << 2,
	/** @DRM_DXG_FENCE_NO_SIGNAL: FENCE_IMPORT: this file may not raise it. Since 1.0. */
	DRM_DXG_FENCE_NO_SIGNAL = 1 << 3,
	/** @DRM_DXG_FENCE_NO_WAIT: FENCE_IMPORT: this file may not wait for it. Since 1.0. */
	DRM_DXG_FENCE_NO_WAIT = 1 << 4,
};

/**
 * struct drm_dxg_fence_create - Argument of DRM_IOCTL_DXG_FENCE_CREATE.
 */
struct drm_dxg_fence_create {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @flags: SHAREABLE, NO_GPU and NO_MAX_ON_RESET of DRM_DXG_FENCE_xxx. */
	__u32 flags;

	/** @value: The initial value. */
	__u64 value;

	/** @handle: MBZ. Returned: the fence, not 0. */
	__u32 handle;

	/** @host_handle: MBZ. Returned: the host's handle, as data. */
	__u32 host_handle;

	/** @gpu_va: MBZ. Returned: GPU address of the 64-bit value, or 0. */
	__u64 gpu_va;

	/**
	 * @mmap_offset: MBZ. Returned: for mmap() of the node, 4096 bytes, read only,
	 * shared or private: the value is the first __u64. Write access is refused
	 * with EACCES, also later by mprotect().
	 */
	__u64 mmap_offset;
};

/**
 * struct drm_dxg_fence_destroy - Argument of DRM_IOCTL_DXG_FENCE_DESTROY.
 *
 * Waits that have begun go on, and so does work on queues that names the fence.
 */
struct drm_dxg_fence_destroy {
	/** @handle: The fence. EBUSY for the fence of a queue. */
	__u32 handle;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * struct drm_dxg_fence_point - A value of a fence.
 */
struct drm_dxg_fence_point {
	/** @handle: The fence. */
	__u32 handle;

	/** @pad: MBZ. */
	__u32 pad;

	/** @value: The value. */
	__u64 value;
};

/**
 * enum drm_dxg_fence_signal_flags - Bits of &drm_dxg_fence_signal.flags.
 */
enum drm_dxg_fence_signal_flags {
	/** @DRM_DXG_FENCE_SIGNAL_REWIND: Values may be lower than what fences have. Since 1.0. */
	DRM_DXG_FENCE_SIGNAL_REWIND = 1 << 0,
};

/**
 * struct drm_dxg_fence_signal - Argument of DRM_IOCTL_DXG_FENCE_SIGNAL.
 *
 * All fences are of one VM (EINVAL). EINVAL, too, for a value below the one that the
 * fence has, without DRM_DXG_FENCE_SIGNAL_REWIND. EPERM for a fence that this file
 * may not raise. Where the host takes asynchronous messages, the page of a fence
 * shows the value soon after, in the order of the calls.
 */
struct drm_dxg_fence_signal {
	/** @flags: Bits DRM_DXG_FENCE_SIGNAL_xxx. */
	__u32 flags;

	/** @pad: MBZ. */
	__u32 pad;

	/** @points: Array of &struct drm_dxg_fence_point, one at least. */
	struct drm_dxg_array points;
};

/**
 * enum drm_dxg_fence_wait_flags - Bits of the flags of FENCE_WAIT and FENCE_EVENTFD.
 */
enum drm_dxg_fence_wait_flags {
	/** @DRM_DXG_FENCE_WAIT_ANY: Until one point is reached, else until all are. Since 1.0. */
	DRM_DXG_FENCE_WAIT_ANY = 1 << 0,
};

/**
 * struct drm_dxg_fence_wait - Argument of DRM_IOCTL_DXG_FENCE_WAIT.
 *
 * ETIME when the time was over; the argument is unchanged then, and when a signal
 * interrupts the wait (EINTR), so that the call can be made again as it is.
 * ECANCELED when the VM of a fence is lost, also when the host has raised the fence for
 * that (see DRM_DXG_FENCE_NO_MAX_ON_RESET), which the page shows as UINT64_MAX. For an imported
 * fence that is so when the VM that it was made in is lost, too, while the importing VM is as it
 * was: VM_GET_STATE tells which it is. EPERM for a fence that this file may not wait for; EBUSY
 * when a fence was set back again and again while lower and lower values were waited for in
 * vain.
 */
struct drm_dxg_fence_wait {
	/** @flags: Bits DRM_DXG_FENCE_WAIT_xxx. */
	__u32 flags;

	/** @first_signaled: MBZ. Returned: index of a point that is reached. */
	__u32 first_signaled;

	/** @timeout_ns: Absolute CLOCK_MONOTONIC; in the past: do not wait. */
	__s64 timeout_ns;

	/** @points: Array of &struct drm_dxg_fence_point, one at least. */
	struct drm_dxg_array points;
};

/**
 * struct drm_dxg_fence_eventfd - Argument of DRM_IOCTL_DXG_FENCE_EVENTFD.
 *
 * Adds 1 to the eventfd once: when the points are reached, which may be at once, or
 * when they cannot be waited for any more, because their VM is lost or the
 * adapter goes. EPERM as in &struct drm_dxg_fence_wait; EBADF or EINVAL when @fd is
 * no eventfd.
 */
struct drm_dxg_fence_eventfd {
	/** @flags: Bits DRM_DXG_FENCE_WAIT_xxx. */
	__u32 flags;

	/** @fd: The eventfd. */
	__s32 fd;

	/** @points: Array of &struct drm_dxg_fence_point, one at least. */
	struct drm_dxg_array points;
};

/**
 * struct drm_dxg_fence_export - Argument of DRM_IOCTL_DXG_FENCE_EXPORT.
 *
 * The descriptor keeps the fence alive. It is no sync_file. poll() says POLLIN never;
 * its use is FENCE_IMPORT, in this process or another. EPERM without
 * DRM_DXG_FENCE_SHAREABLE.
 */
struct drm_dxg_fence_export {
	/** @handle: The fence. */
	__u32 handle;

	/** @flags: 0 or O_CLOEXEC. */
	__u32 flags;

	/** @fd: MBZ. Returned: the descriptor. */
	__s32 fd;

	/** @pad: MBZ. */
	__u32 pad;
};

/**
 * struct drm_dxg_fence_import - Argument of DRM_IOCTL_DXG_FENCE_IMPORT.
 *
 * EBADF when @fd is no descriptor, EINVAL when it is not of FENCE_EXPORT, or of
 * another adapter. Each import makes a handle of its own.
 */
struct drm_dxg_fence_import {
	/** @vm_id: The VM. */
	__u32 vm_id;

	/** @flags: NO_GPU, NO_SIGNAL and NO_WAIT of DRM_DXG_FENCE_xxx. */
	__u32 flags;

	/** @fd: The descriptor, which stays open. */
	__s32 fd;

	/** @handle: MBZ. Returned: the fence, not 0. */
	__u32 handle;

	/** @host_handle: MBZ. Returned: the host's handle, as data. */
	__u32 host_handle;

	/** @pad: MBZ. */
	__u32 pad;

	/** @gpu_va: MBZ. Returned: GPU address of the value, or 0. */
	__u64 gpu_va;

	/** @mmap_offset: MBZ. Returned: as in &struct drm_dxg_fence_create. */
	__u64 mmap_offset;
};

/* ---- The driver on the host ---- */

/**
 * enum drm_dxg_driver_private_flags - Bits of &drm_dxg_driver_private.flags.
 */
enum drm_dxg_driver_private_flags {
	/** @DRM_DXG_PRIVATE_HARDWARE: It touches the hardware. Needs CAP_SYS_ADMIN. Since 1.0. */
	DRM_DXG_PRIVATE_HARDWARE = 1 << 0,
};

/**
 * struct drm_dxg_driver_private - Argument of DRM_IOCTL_DXG_DRIVER_PRIVATE.
 *
 * A request whose meaning the vendor's user mode driver and its driver on the
 * host know (an escape of type driver-private; no other type can be sent). EACCES
 * for DRM_DXG_PRIVATE_HARDWARE without CAP_SYS_ADMIN.
 */
struct drm_dxg_driver_private {
	/** @vm_id: The VM on whose behalf. */
	__u32 vm_id;

	/** @queue_id: A CONTEXT queue that it is about, or 0. */
	__u32 queue_id;

	/** @flags: Bits DRM_DXG_PRIVATE_xxx. */
	__u32 flags;

	/** @data_size: Bytes at @data, from 1 to &drm_dxg_device_info.max_private_data. */
	__u32 data_size;

	/** @data: User pointer to the request, which the answer replaces. */
	__u64 data;
};

/**
 * DRM_IOCTL_DXG_DEV_QUERY() - Query the adapter, see &struct drm_dxg_dev_query.
 */
#define DRM_IOCTL_DXG_DEV_QUERY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_DEV_QUERY, struct drm_dxg_dev_query)

/**
 * DRM_IOCTL_DXG_VM_CREATE() - Make the VM, see &struct drm_dxg_vm_create.
 */
#define DRM_IOCTL_DXG_VM_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_VM_CREATE, struct drm_dxg_vm_create)

/**
 * DRM_IOCTL_DXG_VM_DESTROY() - End the VM, see &struct drm_dxg_vm_destroy.
 */
#define DRM_IOCTL_DXG_VM_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_VM_DESTROY, struct drm_dxg_vm_destroy)

/**
 * DRM_IOCTL_DXG_VM_RESERVE() - Reserve or give back addresses, see &struct drm_dxg_vm_reserve.
 */
#define DRM_IOCTL_DXG_VM_RESERVE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_VM_RESERVE, struct drm_dxg_vm_reserve)

/**
 * DRM_IOCTL_DXG_VM_BIND() - Change bindings and residency, see &struct drm_dxg_vm_bind.
 */
#define DRM_IOCTL_DXG_VM_BIND \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_VM_BIND, struct drm_dxg_vm_bind)

/**
 * DRM_IOCTL_DXG_VM_GET_STATE() - Ask for the state of the VM, see &struct drm_dxg_vm_get_state.
 */
#define DRM_IOCTL_DXG_VM_GET_STATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_VM_GET_STATE, struct drm_dxg_vm_get_state)

/**
 * DRM_IOCTL_DXG_BO_CREATE() - Make a BO, see &struct drm_dxg_bo_create.
 */
#define DRM_IOCTL_DXG_BO_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_BO_CREATE, struct drm_dxg_bo_create)

/**
 * DRM_IOCTL_DXG_BO_MMAP_OFFSET() - Get an offset for mmap(), see &struct drm_dxg_bo_mmap_offset.
 */
#define DRM_IOCTL_DXG_BO_MMAP_OFFSET \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_BO_MMAP_OFFSET, struct drm_dxg_bo_mmap_offset)

/**
 * DRM_IOCTL_DXG_BO_QUERY_INFO() - Ask what a BO is, see &struct drm_dxg_bo_query_info.
 */
#define DRM_IOCTL_DXG_BO_QUERY_INFO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_BO_QUERY_INFO, struct drm_dxg_bo_query_info)

/**
 * DRM_IOCTL_DXG_BO_MADVISE() - Tell whether content is needed, see &struct drm_dxg_bo_madvise.
 */
#define DRM_IOCTL_DXG_BO_MADVISE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_BO_MADVISE, struct drm_dxg_bo_madvise)

/**
 * DRM_IOCTL_DXG_BO_SYNC() - Invalidate CPU caches, see &struct drm_dxg_bo_sync.
 */
#define DRM_IOCTL_DXG_BO_SYNC \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_BO_SYNC, struct drm_dxg_bo_sync)

/**
 * DRM_IOCTL_DXG_BO_SET_PROPERTY() - Set properties of a BO, see &struct drm_dxg_bo_set_property.
 */
#define DRM_IOCTL_DXG_BO_SET_PROPERTY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_BO_SET_PROPERTY, struct drm_dxg_bo_set_property)

/**
 * DRM_IOCTL_DXG_QUEUE_CREATE() - Make a queue, see &struct drm_dxg_queue_create.
 */
#define DRM_IOCTL_DXG_QUEUE_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_QUEUE_CREATE, struct drm_dxg_queue_create)

/**
 * DRM_IOCTL_DXG_QUEUE_DESTROY() - End a queue, see &struct drm_dxg_queue_destroy.
 */
#define DRM_IOCTL_DXG_QUEUE_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_QUEUE_DESTROY, struct drm_dxg_queue_destroy)

/**
 * DRM_IOCTL_DXG_QUEUE_SUBMIT() - Queue work, see &struct drm_dxg_queue_submit.
 */
#define DRM_IOCTL_DXG_QUEUE_SUBMIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_QUEUE_SUBMIT, struct drm_dxg_queue_submit)

/**
 * DRM_IOCTL_DXG_QUEUE_GET_STATE() - Ask for its state, see &struct drm_dxg_queue_get_state.
 */
#define DRM_IOCTL_DXG_QUEUE_GET_STATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_QUEUE_GET_STATE, struct drm_dxg_queue_get_state)

/**
 * DRM_IOCTL_DXG_QUEUE_SET_PROPERTY() - Set one, see &struct drm_dxg_queue_set_property.
 */
#define DRM_IOCTL_DXG_QUEUE_SET_PROPERTY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_QUEUE_SET_PROPERTY, struct drm_dxg_queue_set_property)

/**
 * DRM_IOCTL_DXG_FENCE_CREATE() - Make a fence, see &struct drm_dxg_fence_create.
 */
#define DRM_IOCTL_DXG_FENCE_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_FENCE_CREATE, struct drm_dxg_fence_create)

/**
 * DRM_IOCTL_DXG_FENCE_DESTROY() - End a fence, see &struct drm_dxg_fence_destroy.
 */
#define DRM_IOCTL_DXG_FENCE_DESTROY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_FENCE_DESTROY, struct drm_dxg_fence_destroy)

/**
 * DRM_IOCTL_DXG_FENCE_SIGNAL() - Raise fences, see &struct drm_dxg_fence_signal.
 */
#define DRM_IOCTL_DXG_FENCE_SIGNAL \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_FENCE_SIGNAL, struct drm_dxg_fence_signal)

/**
 * DRM_IOCTL_DXG_FENCE_WAIT() - Wait for fences, see &struct drm_dxg_fence_wait.
 */
#define DRM_IOCTL_DXG_FENCE_WAIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_FENCE_WAIT, struct drm_dxg_fence_wait)

/**
 * DRM_IOCTL_DXG_FENCE_EVENTFD() - Have an eventfd signalled, see &struct drm_dxg_fence_eventfd.
 */
#define DRM_IOCTL_DXG_FENCE_EVENTFD \
	DRM_IOW(DRM_COMMAND_BASE + DRM_DXG_FENCE_EVENTFD, struct drm_dxg_fence_eventfd)

/**
 * DRM_IOCTL_DXG_FENCE_EXPORT() - Get a descriptor of a fence, see &struct drm_dxg_fence_export.
 */
#define DRM_IOCTL_DXG_FENCE_EXPORT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_FENCE_EXPORT, struct drm_dxg_fence_export)

/**
 * DRM_IOCTL_DXG_FENCE_IMPORT() - Get the fence of a descriptor, see &struct drm_dxg_fence_import.
 */
#define DRM_IOCTL_DXG_FENCE_IMPORT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_FENCE_IMPORT, struct drm_dxg_fence_import)

/**
 * DRM_IOCTL_DXG_DRIVER_PRIVATE() - Ask the driver on the host, see &struct drm_dxg_driver_private.
 */
#define DRM_IOCTL_DXG_DRIVER_PRIVATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_DRIVER_PRIVATE, struct drm_dxg_driver_private)

#if defined(__cplusplus)
}
#endif

#endif /* _DXG_DRM_H_ */
