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
 * ========== ==================================================================
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
 * DRM_IOCTL_DXG_DEV_QUERY() - Query the adapter, see &struct drm_dxg_dev_query.
 */
#define DRM_IOCTL_DXG_DEV_QUERY \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_DEV_QUERY, struct drm_dxg_dev_query)

#if defined(__cplusplus)
}
#endif

#endif /* _DXG_DRM_H_ */
