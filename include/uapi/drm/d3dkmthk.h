/* SPDX-License-Identifier: MIT */
/*
 * /dev/dxg: the ioctls by which programs speak D3DKMT to a Hyper-V GPU, as they
 * have been since 2020. New programs use the render node and dxg_drm.h.
 *
 * Every argument is read and written back. Pointers are carried as __u64.
 * Handles are __u32 and name what the calling process has made, 0 is none. An
 * ioctl returns -1 with errno, or a value of 0 or more that is an NTSTATUS of
 * success: 0x103 (pending) means that a paging fence tells when the result may be
 * used. A command word that is not listed, also by its size alone, is ENOTTY.
 *
 * Numbers, sizes and offsets are facts of that interface; the names of structures
 * and fields are its own. Flag words are plain integers here, with a macro for each
 * bit. Reserved fields and bits are 0.
 */
#ifndef _D3DKMTHK_H_
#define _D3DKMTHK_H_

#include <linux/ioctl.h>
#include <linux/types.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* ---- Limits ---- */

#define D3DDDI_MAX_WRITTEN_PRIMARIES	16
#define D3DKMT_CREATEALLOCATION_MAX	1024
#define D3DKMT_MAKERESIDENT_ALLOC_MAX	(1024 * 10)
#define D3DKMT_ADAPTERS_MAX	64
#define D3DDDI_MAX_BROADCAST_CONTEXT	64
#define D3DDDI_MAX_OBJECT_WAITED_ON	32
#define D3DDDI_MAX_OBJECT_SIGNALED	32
#define D3DDDI_MAXTESTBUFFERSIZE	4096
#define D3DDDI_MAXTESTBUFFERPRIVATEDRIVERDATASIZE	1024

/* ---- Numbers ---- */

enum d3dkmt_clienthint {
	D3DKMT_CLIENTHINT_UNKNOWN = 0,
	D3DKMT_CLIENTHINT_OPENGL = 1,
	D3DKMT_CLIENTHINT_CDD = 2,
	D3DKMT_CLIENTHINT_DX7 = 7,
	D3DKMT_CLIENTHINT_DX8 = 8,
	D3DKMT_CLIENTHINT_DX9 = 9,
	D3DKMT_CLIENTHINT_DX10 = 10,
};

enum d3dddi_pagingqueue_priority {
	D3DDDI_PAGINGQUEUE_PRIORITY_BELOW_NORMAL = -1,
	D3DDDI_PAGINGQUEUE_PRIORITY_NORMAL = 0,
	D3DDDI_PAGINGQUEUE_PRIORITY_ABOVE_NORMAL = 1,
};

enum d3dddi_knownescapetype {
	D3DDDI_DRIVERESCAPETYPE_TRANSLATEALLOCATIONHANDLE = 0,
	D3DDDI_DRIVERESCAPETYPE_TRANSLATERESOURCEHANDLE = 1,
	D3DDDI_DRIVERESCAPETYPE_CPUEVENTUSAGE = 2,
	D3DDDI_DRIVERESCAPETYPE_BUILDTESTCOMMANDBUFFER = 3,
};

enum d3dkmt_escapetype {
	D3DKMT_ESCAPE_DRIVERPRIVATE = 0,
	D3DKMT_ESCAPE_VIDMM = 1,
	D3DKMT_ESCAPE_VIDSCH = 3,
	D3DKMT_ESCAPE_DEVICE = 4,
	D3DKMT_ESCAPE_DRT_TEST = 8,
};

enum dxgk_render_pipeline_stage {
	DXGK_RENDER_PIPELINE_STAGE_UNKNOWN = 0,
	DXGK_RENDER_PIPELINE_STAGE_INPUT_ASSEMBLER = 1,
	DXGK_RENDER_PIPELINE_STAGE_VERTEX_SHADER = 2,
	DXGK_RENDER_PIPELINE_STAGE_GEOMETRY_SHADER = 3,
	DXGK_RENDER_PIPELINE_STAGE_STREAM_OUTPUT = 4,
	DXGK_RENDER_PIPELINE_STAGE_RASTERIZER = 5,
	DXGK_RENDER_PIPELINE_STAGE_PIXEL_SHADER = 6,
	DXGK_RENDER_PIPELINE_STAGE_OUTPUT_MERGER = 7,
};

enum dxgk_page_fault_flags {
	DXGK_PAGE_FAULT_WRITE = 1,
	DXGK_PAGE_FAULT_FENCE_INVALID = 2,
	DXGK_PAGE_FAULT_ADAPTER_RESET_REQUIRED = 4,
	DXGK_PAGE_FAULT_ENGINE_RESET_REQUIRED = 8,
	DXGK_PAGE_FAULT_FATAL_HARDWARE_ERROR = 16,
	DXGK_PAGE_FAULT_IOMMU = 32,
	DXGK_PAGE_FAULT_HW_CONTEXT_VALID = 64,
	DXGK_PAGE_FAULT_PROCESS_HANDLE_VALID = 128,
};

enum dxgk_general_error_code {
	DXGK_GENERAL_ERROR_PAGE_FAULT = 0,
	DXGK_GENERAL_ERROR_INVALID_INSTRUCTION = 1,
};

enum d3dkmt_deviceexecution_state {
	D3DKMT_DEVICEEXECUTION_ACTIVE = 1,
	D3DKMT_DEVICEEXECUTION_RESET = 2,
	D3DKMT_DEVICEEXECUTION_HUNG = 3,
	D3DKMT_DEVICEEXECUTION_STOPPED = 4,
	D3DKMT_DEVICEEXECUTION_ERROR_OUTOFMEMORY = 5,
	D3DKMT_DEVICEEXECUTION_ERROR_DMAFAULT = 6,
	D3DKMT_DEVICEEXECUTION_ERROR_DMAPAGEFAULT = 7,
};

enum d3dkmt_devicestate_type {
	D3DKMT_DEVICESTATE_EXECUTION = 1,
	D3DKMT_DEVICESTATE_PRESENT = 2,
	D3DKMT_DEVICESTATE_RESET = 3,
	D3DKMT_DEVICESTATE_PRESENT_DWM = 4,
	D3DKMT_DEVICESTATE_PAGE_FAULT = 5,
	D3DKMT_DEVICESTATE_PRESENT_QUEUE = 6,
};

enum d3dkmdt_gdisurfacetype {
	D3DKMDT_GDISURFACE_INVALID = 0,
	D3DKMDT_GDISURFACE_TEXTURE = 1,
	D3DKMDT_GDISURFACE_STAGING_CPUVISIBLE = 2,
	D3DKMDT_GDISURFACE_STAGING = 3,
	D3DKMDT_GDISURFACE_LOOKUPTABLE = 4,
	D3DKMDT_GDISURFACE_EXISTINGSYSMEM = 5,
	D3DKMDT_GDISURFACE_TEXTURE_CPUVISIBLE = 6,
	D3DKMDT_GDISURFACE_TEXTURE_CROSSADAPTER = 7,
	D3DKMDT_GDISURFACE_TEXTURE_CPUVISIBLE_CROSSADAPTER = 8,
};

enum d3dddiformat {
	D3DDDIFMT_UNKNOWN = 0,
};

enum d3dkmdt_standardallocationtype {
	D3DKMDT_STANDARDALLOCATION_SHAREDPRIMARYSURFACE = 1,
	D3DKMDT_STANDARDALLOCATION_SHADOWSURFACE = 2,
	D3DKMDT_STANDARDALLOCATION_STAGINGSURFACE = 3,
	D3DKMDT_STANDARDALLOCATION_GDISURFACE = 4,
};

enum d3dddi_synchronizationobject_type {
	D3DDDI_SYNCHRONIZATION_MUTEX = 1,
	D3DDDI_SEMAPHORE = 2,
	D3DDDI_FENCE = 3,
	D3DDDI_CPU_NOTIFICATION = 4,
	D3DDDI_MONITORED_FENCE = 5,
	D3DDDI_PERIODIC_MONITORED_FENCE = 6,
};

enum d3dkmt_allocationresidencystatus {
	D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINGPUMEMORY = 1,
	D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINSHAREDMEMORY = 2,
	D3DKMT_ALLOCATIONRESIDENCYSTATUS_NOTRESIDENT = 3,
};

enum d3dkmt_device_error_reason {
	D3DKMT_DEVICE_ERROR_REASON_GENERIC = 0x80000000,
	D3DKMT_DEVICE_ERROR_REASON_DRIVER_ERROR = 0x80000006,
};

enum d3dkmt_standardallocationtype {
	D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP = 1,
	D3DKMT_STANDARDALLOCATIONTYPE_CROSSADAPTER = 2,
};

enum d3dddi_updategpuvirtualaddress_operation_type {
	D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP = 0,
	D3DDDI_UPDATEGPUVIRTUALADDRESS_UNMAP = 1,
	D3DDDI_UPDATEGPUVIRTUALADDRESS_COPY = 2,
	D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP_PROTECT = 3,
};

enum d3dddigpuva_reservation_type {
	D3DDDIGPUVA_RESERVE_NO_ACCESS = 0,
	D3DDDIGPUVA_RESERVE_ZERO = 1,
	D3DDDIGPUVA_RESERVE_NO_COMMIT = 2,
};

enum d3dkmt_memory_segment_group {
	D3DKMT_MEMORY_SEGMENT_GROUP_LOCAL = 0,
	D3DKMT_MEMORY_SEGMENT_GROUP_NON_LOCAL = 1,
};

enum kmtqueryadapterinfotype {
	KMTQAITYPE_UMDRIVERPRIVATE = 0,
	KMTQAITYPE_ADAPTERTYPE = 15,
	KMTQAITYPE_ADAPTERTYPE_RENDER = 57,
};

enum d3dkmt_offer_priority {
	D3DKMT_OFFER_PRIORITY_LOW = 1,
	D3DKMT_OFFER_PRIORITY_NORMAL = 2,
	D3DKMT_OFFER_PRIORITY_HIGH = 3,
	D3DKMT_OFFER_PRIORITY_AUTO = 4,
};

enum d3dddi_reclaim_result {
	D3DDDI_RECLAIM_RESULT_OK = 0,
	D3DDDI_RECLAIM_RESULT_DISCARDED = 1,
	D3DDDI_RECLAIM_RESULT_NOT_COMMITTED = 2,
};

enum d3dkmt_querystatistics_type {
	D3DKMT_QUERYSTATISTICS_ADAPTER = 0,
	D3DKMT_QUERYSTATISTICS_PROCESS = 1,
	D3DKMT_QUERYSTATISTICS_PROCESS_ADAPTER = 2,
	D3DKMT_QUERYSTATISTICS_SEGMENT = 3,
	D3DKMT_QUERYSTATISTICS_PROCESS_SEGMENT = 4,
	D3DKMT_QUERYSTATISTICS_NODE = 5,
	D3DKMT_QUERYSTATISTICS_PROCESS_NODE = 6,
	D3DKMT_QUERYSTATISTICS_VIDPNSOURCE = 7,
	D3DKMT_QUERYSTATISTICS_PROCESS_VIDPNSOURCE = 8,
	D3DKMT_QUERYSTATISTICS_PROCESS_SEGMENT_GROUP = 9,
	D3DKMT_QUERYSTATISTICS_PHYSICAL_ADAPTER = 10,
};

enum dxgk_feature_id {
	DXGK_FEATURE_HWSCH = 0,
	DXGK_FEATURE_PAGE_BASED_MEMORY_MANAGER = 32,
	DXGK_FEATURE_KERNEL_MODE_TESTING = 33,
	DXGK_FEATURE_MAX = 34,
};

/* ---- Flag words ---- */

/* d3dkmt_createdeviceflags */
#define D3DKMT_CREATEDEVICE_LEGACY_MODE	(1U << 0)	/* Legacy device */
#define D3DKMT_CREATEDEVICE_REQUEST_VSYNC	(1U << 1)	/* Wants vsync */
/* Ask the host not to apply its hang timeout */
#define D3DKMT_CREATEDEVICE_DISABLE_GPU_TIMEOUT	(1U << 2)
#define D3DKMT_CREATEDEVICE_GDI_DEVICE	(1U << 3)	/* GDI device */

/* d3dddi_createcontextflags */
#define D3DDDI_CREATECONTEXT_NULL_RENDERING	(1U << 0)	/* Schedule but do not execute */
#define D3DDDI_CREATECONTEXT_INITIAL_DATA	(1U << 1)	/* Context has initial data */
/* Ask the host not to apply its hang timeout */
#define D3DDDI_CREATECONTEXT_DISABLE_GPU_TIMEOUT	(1U << 2)
/* Context only carries signals and waits */
#define D3DDDI_CREATECONTEXT_SYNCHRONIZATION_ONLY	(1U << 3)
/* Context will own hardware queues */
#define D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED	(1U << 4)

/* d3dddi_createhwqueueflags */
/* Ask the host not to apply its hang timeout */
#define D3DDDI_CREATEHWQUEUE_DISABLE_GPU_TIMEOUT	(1U << 0)

/* d3dddi_escapeflags */
#define D3DDDI_ESCAPE_HARDWARE_ACCESS	(1U << 0)	/* Escape touches hardware */
#define D3DDDI_ESCAPE_DEVICE_STATUS_QUERY	(1U << 1)	/* Status query */
#define D3DDDI_ESCAPE_CHANGE_FRAME_LATENCY	(1U << 2)	/* Frame latency change */
/* No adapter lock on host */
#define D3DDDI_ESCAPE_NO_ADAPTER_SYNCHRONIZATION	(1U << 3)
#define D3DDDI_ESCAPE_VIRTUAL_MACHINE_DATA	(1U << 5)	/* Data is for the VM layer */
/* Data starts with a known-escape selector */
#define D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE	(1U << 6)
#define D3DDDI_ESCAPE_DRIVER_COMMON_ESCAPE	(1U << 7)	/* Common driver escape */

/* dxgk_fault_error_code */
/* 1 = vendor code in the rest */
#define DXGK_FAULT_ERROR_CODE_IS_DEVICE_SPECIFIC_CODE	(1U << 0)
#define DXGK_FAULT_ERROR_CODE_GENERAL_ERROR_CODE_MASK	0xfffffffeU	/* Generic fault code */
/* Same bit, other view */
#define DXGK_FAULT_ERROR_CODE_IS_DEVICE_SPECIFIC_CODE_RESERVED_BIT	(1U << 0)
#define DXGK_FAULT_ERROR_CODE_DEVICE_SPECIFIC_CODE_MASK	0xfffffffeU	/* Vendor fault code */

/* d3dkmt_devicereset_state */
#define D3DKMT_DEVICERESET_STATE_DESKTOP_SWITCHED	(1U << 0)	/* Desktop was switched */

/* d3dddi_synchronizationobject_flags */
#define D3DDDI_SYNCHRONIZATIONOBJECT_SHARED	(1U << 0)
/* Share by handle (fd), not by global name */
#define D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING	(1U << 1)
/* Usable on several adapters */
#define D3DDDI_SYNCHRONIZATIONOBJECT_CROSS_ADAPTER	(1U << 2)
/* Signal at top of pipeline */
#define D3DDDI_SYNCHRONIZATIONOBJECT_TOP_OF_PIPELINE	(1U << 3)
#define D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL	(1U << 4)	/* Opener may not signal */
#define D3DDDI_SYNCHRONIZATIONOBJECT_NO_WAIT	(1U << 5)	/* Opener may not wait */
#define D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL_MAX_VALUE_ON_TDR	(1U << 6)
/* No GPU mapping of the value */
#define D3DDDI_SYNCHRONIZATIONOBJECT_NO_GPU_ACCESS	(1U << 7)

/* d3dddicb_signalflags */
/* Signal when submitted, not when executed */
#define D3DDDICB_SIGNAL_SIGNAL_AT_SUBMISSION	(1U << 0)
/* Signal the CPU event instead of objects */
#define D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT	(1U << 1)
#define D3DDDICB_SIGNAL_ALLOW_FENCE_REWIND	(1U << 2)	/* Value may go down */
#define DXGK_SIGNAL_FLAG_INTERNAL0	(1U << 31)	/* Internal */

/* d3dddi_waitforsynchronizationobjectfromcpu_flags */
/* 0 = wait for all, 1 = any */
#define D3DDDI_WAITFORSYNCHRONIZATIONOBJECTFROMCPU_WAIT_ANY	(1U << 0)

/* d3dkmt_submitcommandflags */
#define D3DKMT_SUBMITCOMMAND_NULL_RENDERING	(1U << 0)	/* Schedule but do not execute */
#define D3DKMT_SUBMITCOMMAND_PRESENT_REDIRECTED	(1U << 1)	/* Redirected present */

/* d3dddicb_lock2flags */

/* d3dkmt_createstandardallocationflags */

/* d3dkmt_createallocationflags */
/* Make a resource to hold the allocations */
#define D3DKMT_CREATEALLOCATION_CREATE_RESOURCE	(1U << 0)
#define D3DKMT_CREATEALLOCATION_CREATE_SHARED	(1U << 1)
#define D3DKMT_CREATEALLOCATION_NON_SECURE	(1U << 2)	/* Relaxed sharing */
#define D3DKMT_CREATEALLOCATION_CREATE_PROTECTED	(1U << 3)	/* Refused with EINVAL */
#define D3DKMT_CREATEALLOCATION_RESTRICT_SHARED_ACCESS	(1U << 4)	/* Restrict openers */
#define D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM	(1U << 5)
#define D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING	(1U << 6)	/* Share by fd */
/* User memory is pinned without write intent */
#define D3DKMT_CREATEALLOCATION_READ_ONLY	(1U << 7)
/* CPU view write-combined */
#define D3DKMT_CREATEALLOCATION_CREATE_WRITE_COMBINED	(1U << 8)
#define D3DKMT_CREATEALLOCATION_CREATE_CACHED	(1U << 9)	/* CPU view cached */
#define D3DKMT_CREATEALLOCATION_SWAP_CHAIN_BACK_BUFFER	(1U << 10)	/* Back buffer */
#define D3DKMT_CREATEALLOCATION_CROSS_ADAPTER	(1U << 11)	/* Usable on several adapters */
/* Open from other adapter */
#define D3DKMT_CREATEALLOCATION_OPEN_CROSS_ADAPTER	(1U << 12)
#define D3DKMT_CREATEALLOCATION_PARTIAL_SHARED_CREATION	(1U << 13)	/* Partly shared */
#define D3DKMT_CREATEALLOCATION_ZEROED	(1U << 14)	/* Must be zeroed */
#define D3DKMT_CREATEALLOCATION_WRITE_WATCH	(1U << 15)	/* Track writes */
#define D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION	(1U << 16)
#define D3DKMT_CREATEALLOCATION_EXISTING_SECTION	(1U << 17)	/* Refused with EINVAL */

/* d3dddicb_destroyallocation2flags */
/* Caller promises the GPU is done */
#define D3DDDICB_DESTROYALLOCATION2_ASSUME_NOT_IN_USE	(1U << 0)
#define D3DDDICB_DESTROYALLOCATION2_SYNCHRONOUS_DESTROY	(1U << 1)	/* Complete before return */
#define D3DDDICB_DESTROYALLOCATION2_SYSTEM_USE_ONLY	(1U << 31)	/* Internal */

/* d3dddi_makeresident_flags */
#define D3DDDI_MAKERESIDENT_CANT_TRIM_FURTHER	(1U << 0)	/* Process cannot free more */
#define D3DDDI_MAKERESIDENT_MUST_SUCCEED	(1U << 1)	/* May not fail */

/* d3dddi_evict_flags */
#define D3DDDI_EVICT_EVICT_ONLY_IF_NECESSARY	(1U << 0)	/* Lazy */
#define D3DDDI_EVICT_NOT_WRITTEN_TO	(1U << 1)	/* Content not changed */

/* d3dddigpuva_protection_type */
#define D3DDDIGPUVA_PROTECTION_TYPE_WRITE	(1ULL << 0)	/* Writable */
#define D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE	(1ULL << 1)	/* Executable */
#define D3DDDIGPUVA_PROTECTION_TYPE_ZERO	(1ULL << 2)	/* Reads zero */
#define D3DDDIGPUVA_PROTECTION_TYPE_NO_ACCESS	(1ULL << 3)	/* No access */
#define D3DDDIGPUVA_PROTECTION_TYPE_SYSTEM_USE_ONLY	(1ULL << 4)	/* Internal */

/* d3dkmt_adaptertype */
#define D3DKMT_ADAPTERTYPE_RENDER_SUPPORTED	(1U << 0)	/* Can render */
#define D3DKMT_ADAPTERTYPE_DISPLAY_SUPPORTED	(1U << 1)	/* Driver forces 0 */
#define D3DKMT_ADAPTERTYPE_SOFTWARE_DEVICE	(1U << 2)	/* Software adapter */
#define D3DKMT_ADAPTERTYPE_POST_DEVICE	(1U << 3)	/* Driver forces 0 */
#define D3DKMT_ADAPTERTYPE_HYBRID_DISCRETE	(1U << 4)	/* Discrete half of a hybrid */
#define D3DKMT_ADAPTERTYPE_HYBRID_INTEGRATED	(1U << 5)	/* Integrated half */
#define D3DKMT_ADAPTERTYPE_INDIRECT_DISPLAY_DEVICE	(1U << 6)	/* Driver forces 0 */
#define D3DKMT_ADAPTERTYPE_PARAVIRTUALIZED	(1U << 7)	/* Driver forces 1 */
#define D3DKMT_ADAPTERTYPE_ACG_SUPPORTED	(1U << 8)	/* Driver forces 0 */
/* Driver forces 0 */
#define D3DKMT_ADAPTERTYPE_SUPPORT_SET_TIMINGS_FROM_VIDPN	(1U << 9)
#define D3DKMT_ADAPTERTYPE_DETACHABLE	(1U << 10)	/* Detachable */
#define D3DKMT_ADAPTERTYPE_COMPUTE_ONLY	(1U << 11)	/* Driver sets it from the PCI device id */
#define D3DKMT_ADAPTERTYPE_PROTOTYPE	(1U << 12)	/* Prototype */

/* dxgk_gpuclockdata_flags */
/* Sample made by a management processor */
#define DXGK_GPUCLOCKDATA_CONTEXT_MANAGEMENT_PROCESSOR	(1U << 0)

/* d3dddi_updateallocproperty_flags */
/* Accessed by physical address */
#define D3DDDI_UPDATEALLOCPROPERTY_ACCESSED_PHYSICALLY	(1U << 0)

/* d3dddi_segmentpreference */
/* Preferred segment number 1 (5 bits) */
#define D3DDDI_SEGMENTPREFERENCE_SEGMENT_ID0_MASK	0x1fU
/* Placement direction inside that segment */
#define D3DDDI_SEGMENTPREFERENCE_DIRECTION0	(1U << 5)
/* Preferred segment number 2 (5 bits) */
#define D3DDDI_SEGMENTPREFERENCE_SEGMENT_ID1_MASK	0x7c0U
/* Placement direction inside that segment */
#define D3DDDI_SEGMENTPREFERENCE_DIRECTION1	(1U << 11)
/* Preferred segment number 3 (5 bits) */
#define D3DDDI_SEGMENTPREFERENCE_SEGMENT_ID2_MASK	0x1f000U
/* Placement direction inside that segment */
#define D3DDDI_SEGMENTPREFERENCE_DIRECTION2	(1U << 17)
/* Preferred segment number 4 (5 bits) */
#define D3DDDI_SEGMENTPREFERENCE_SEGMENT_ID3_MASK	0x7c0000U
/* Placement direction inside that segment */
#define D3DDDI_SEGMENTPREFERENCE_DIRECTION3	(1U << 23)
/* Preferred segment number 5 (5 bits) */
#define D3DDDI_SEGMENTPREFERENCE_SEGMENT_ID4_MASK	0x1f000000U
/* Placement direction inside that segment */
#define D3DDDI_SEGMENTPREFERENCE_DIRECTION4	(1U << 29)

/* d3dkmt_offer_flags */
#define D3DKMT_OFFER_OFFER_IMMEDIATELY	(1U << 0)	/* Now, not when idle */
#define D3DKMT_OFFER_ALLOW_DECOMMIT	(1U << 1)	/* Backing may be dropped */

/* d3dkmt_enumadapters_filter */
/* Also list compute-only adapters */
#define D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_COMPUTE_ONLY	(1ULL << 0)
#define D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_DISPLAY_ONLY	(1ULL << 1)	/* Ignored */

/* ---- Arguments ---- */

struct winluid {
	__u32 a;	/* Low 32 bits */
	__u32 b;	/* High 32 bits */
};

struct d3dkmt_adapterinfo {
	__u32 adapter_handle;	/* Adapter handle in the per-process adapter table */
	/* Guest-visible LUID of the adapter (low 8 bytes of the vGPU channel instance GUID) */
	struct winluid adapter_luid;
	__u32 num_sources;	/* Display sources; the driver leaves 0 */
	__u32 present_move_regions_preferred;	/* Present hint; the driver leaves 0 */
};

struct d3dkmt_enumadapters2 {
	/* In: capacity of adapters; out: number returned (or needed when adapters is null) */
	__u32 num_adapters;
	__u32 reserved;
	/* User pointer to an array of d3dkmt_adapterinfo, null to ask for the count */
	__u64 adapters;
};

struct d3dkmt_closeadapter {
	__u32 adapter_handle;	/* Adapter handle in the per-process adapter table */
};

struct d3dkmt_openadapterfromluid {
	/* Guest-visible LUID of the adapter (low 8 bytes of the vGPU channel instance GUID) */
	struct winluid adapter_luid;
	__u32 adapter_handle;	/* New adapter handle (out) */
};

#define D3DDDI_ALLOCATIONLIST_WRITE_OPERATION	(1U << 0)	/* GPU writes the allocation */
#define D3DDDI_ALLOCATIONLIST_DO_NOT_RETIRE_INSTANCE	(1U << 1)	/* Legacy hint */
#define D3DDDI_ALLOCATIONLIST_OFFER_PRIORITY_MASK	0x1cU	/* Legacy hint */
struct d3dddi_allocationlist {
	__u32 allocation;	/* Handle of one allocation */
	__u32 value;	/* All flag bits of the union as one integer */
};

#define D3DDDI_PATCHLOCATIONLIST_SLOT_ID_MASK	0xffffffU	/* Legacy */
struct d3dddi_patchlocationlist {
	__u32 allocation_index;	/* Legacy */
	__u32 value;	/* All flag bits of the union as one integer */
	__u32 driver_id;	/* Legacy */
	__u32 allocation_offset;	/* Legacy */
	__u32 patch_offset;	/* Legacy */
	__u32 split_offset;	/* Legacy */
};

struct d3dkmt_createdevice {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	__u32 reserved3;
	__u32 flags;
	__u32 device;	/* New device handle (out); equals the host handle */
	__u64 command_buffer;	/* Legacy, not filled */
	__u32 command_buffer_size;	/* Legacy, not filled */
	__u32 reserved;
	__u64 allocation_list;	/* Legacy, not filled */
	__u32 allocation_list_size;	/* Legacy, not filled */
	__u32 reserved1;
	__u64 patch_location_list;	/* Legacy, not filled */
	__u32 patch_location_list_size;	/* Legacy, not filled */
	__u32 reserved2;
};

struct d3dkmt_destroydevice {
	__u32 device;	/* Handle of the device object the call works on (in) */
};

struct d3dkmt_destroycontext {
	__u32 context;	/* Handle of the context (in) */
};

struct d3dkmt_createcontextvirtual {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 node_ordinal;	/* Engine (node) index */
	__u32 engine_affinity;	/* Bit mask of physical adapters (bit n = physical adapter n) */
	__u32 flags;
	__u64 priv_drv_data;	/* User pointer; data travels both ways and is copied back */
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 client_hint;	/* Which API the client implements */
	__u32 context;	/* New context handle (out) */
	__u32 pad_end;
};

struct d3dkmt_createpagingqueue {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__s32 priority;	/* Signed: -1 below normal, 0 normal, 1 above normal */
	__u32 paging_queue;	/* New paging queue handle (out) */
	__u32 sync_object;	/* Handle of the queue's monitored fence (out) */
	/* User-space address of the 64-bit paging fence value (out) */
	__u64 fence_cpu_virtual_address;
	__u32 physical_adapter_index;	/* Index of the physical adapter inside a linked group */
	__u32 pad_end;
};

struct d3dddi_destroypagingqueue {
	__u32 paging_queue;	/* Handle of the paging queue */
};

struct d3dddi_translate_allocation_handle {
	__u32 escape_type;	/* Known-escape selector; first 32-bit word of the escape data */
	/* Handle to translate; guest and host values are equal so it is returned unchanged */
	__u32 allocation;
};

struct d3dddi_testcommand {
	__u8 pad_end[72];
};

struct d3dddi_buildtestcommandbuffer {
	__u32 escape_type;	/* Known-escape selector; first 32-bit word of the escape data */
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 context;	/* Handle of the context (in) */
	__u32 flags;	/* Test flags */
	struct d3dddi_testcommand command;	/* Test command to encode */
	__u64 dma_buffer;	/* User pointer to receive the DMA buffer */
	__u64 dma_buffer_priv_data;	/* User pointer to receive its private data */
	__u32 dma_buffer_size;	/* In: capacity (4..4096); out: bytes produced */
	__u32 dma_buffer_priv_data_size;	/* In: capacity (up to 1024); out: bytes produced */
};

struct d3dkmt_escape {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	__u32 device;	/* Handle of the device object the call works on (in) */
	/*
	 * Escape class; only driver-private with driver_known_escape is looked into, all
	 * else goes to the host
	 */
	__u32 type;
	__u32 flags;
	__u64 priv_drv_data;	/* User pointer to opaque data for the vendor driver on the host */
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 context;	/* Handle of the context (in) */
};

struct d3dkmt_devicepagefault_state {
	/* Sequence number of the faulting primitive */
	__u64 faulted_primitive_api_sequence_number;
	__u32 faulted_pipeline_stage;	/* Stage that faulted */
	__u32 faulted_bind_table_entry;	/* Bind table entry */
	__u32 page_fault_flags;	/* Fault flags */
	__u32 fault_error_code;	/* Fault code */
	__u64 faulted_virtual_address;	/* GPU address that faulted */
};

struct d3dkmt_getdevicestate {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 state_type;	/* Which state is wanted (in) */
	union {
		/* Page fault state (out, when asked) */
		struct d3dkmt_devicepagefault_state page_fault_state;
		__u32 execution_state;	/* Execution state (out, when asked) */
		__u32 reset_state;	/* Reset state (out, when asked) */
	};
	__u8 pad_end[16];
};

struct d3dddi_rational {
	__u32 numerator;	/* Numerator */
	__u32 denominator;	/* Denominator */
};

struct d3dkmdt_gdisurfacedata {
	__u32 width;	/* Driver puts the heap size in bytes here (cut to 32 bits) */
	__u32 height;	/* Driver puts 1 */
	__u32 format;	/* Driver puts 0 (unknown) */
	__u32 type;	/* Kind of GDI surface; the driver uses cross-adapter texture (4) */
	__u32 flags;	/* Surface flags */
	__u32 pitch;	/* Row pitch in bytes */
};

struct d3dkmdt_stagingsurfacedata {
	__u32 width;	/* Width */
	__u32 height;	/* Height */
	__u32 pitch;	/* Row pitch in bytes */
};

struct d3dkmdt_sharedprimarysurfacedata {
	__u32 width;	/* Width */
	__u32 height;	/* Height */
	__u32 format;	/* Pixel format */
	struct d3dddi_rational refresh_rate;	/* Refresh rate as a rational */
	__u32 vidpn_source_id;	/* Display source id; unused for render-only guests */
};

struct d3dkmdt_shadowsurfacedata {
	__u32 width;	/* Width */
	__u32 height;	/* Height */
	__u32 format;	/* Pixel format */
	__u32 pitch;	/* Row pitch in bytes */
};

struct d3dddi_synchronizationobjectinfo2 {
	__u32 type;	/* Object type (in) */
	__u32 flags;
	union {
		struct {
			__u64 reserved[8];	/* Fixes the union size at 64 bytes */
		} reserved;	/* Fixes the union size at 64 bytes */
		struct {
			__u32 adapter;	/* Adapter */
			__u32 vidpn_target_id;	/* Display target */
			__u64 time;	/* Period */
			/* User-space address where the fence value can be read (out) */
			__u64 fence_cpu_virtual_address;
			/* GPU virtual address of the fence value (out) */
			__u64 fence_gpu_virtual_address;
			/* Bit mask of physical adapters (bit n = physical adapter n) */
			__u32 engine_affinity;
		} periodic_monitored_fence;	/* View for type 6 */
		struct {
			__u64 initial_fence_value;	/* Initial value (in) */
			/* User-space address where the fence value can be read (out) */
			__u64 fence_cpu_virtual_address;
			/* GPU virtual address of the fence value (out) */
			__u64 fence_gpu_virtual_address;
			/* Bit mask of physical adapters (bit n = physical adapter n) */
			__u32 engine_affinity;
		} monitored_fence;	/* View for type 5 */
		struct {
			__u32 max_count;	/* Maximum count */
			__u32 initial_count;	/* Initial count */
		} semaphore;	/* View for type 2 */
		struct {
			__u64 fence_value;	/* Initial value */
		} fence;	/* View for type 3 */
		struct {
			/*
			 * In: eventfd number; the driver replaces it by a host event id
			 * before it is sent and writes that id back to the user struct
			 */
			__u64 event;
		} cpu_notification;	/* View for type 4 */
		struct {
			__u32 initial_state;	/* Initially owned */
		} synchronization_mutex;	/* View for type 1 */
	};
	/* Global handle of a shared object (out); written back to user space */
	__u32 shared_handle;
	__u32 pad_end;
};

struct d3dkmt_createsynchronizationobject2 {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 reserved;
	/* Type, flags and per-type data (in and out) */
	struct d3dddi_synchronizationobjectinfo2 info;
	__u32 sync_object;	/* New sync object handle (out) */
	__u32 reserved1;
};

struct d3dkmt_waitforsynchronizationobject2 {
	__u32 context;	/* Handle of the context (in) */
	__u32 object_count;	/* 1..32 */
	__u32 object_array[32];	/* In-line array of sync object handles */
	union {
		__u64 reserved[8];
		struct {
			__u64 fence_value;	/* 64-bit fence value */
		} fence;	/* View used for legacy fences */
	};
};

struct d3dkmt_signalsynchronizationobject2 {
	__u32 context;	/* Handle of the context (in) */
	__u32 object_count;	/* 0..32 */
	__u32 object_array[32];	/* In-line array of sync object handles */
	__u32 flags;
	__u32 context_count;	/* 0..63 (64 is refused) */
	__u32 contexts[64];	/* In-line array of extra context handles */
	union {
		__u64 reserved[8];
		struct {
			__u64 fence_value;	/* 64-bit fence value */
		} fence;	/* View used for legacy fences */
		__u64 cpu_event_handle;	/* eventfd file descriptor number to be signalled (in) */
	};
};

struct d3dkmt_waitforsynchronizationobjectfromcpu {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 object_count;	/* 1..131072 */
	__u64 objects;	/* User pointer to an array of sync object handles */
	/* User pointer to an array of 64-bit fence values, one per object */
	__u64 fence_values;
	__u64 async_event;	/* eventfd number to signal; 0 = block in the ioctl */
	__u32 flags;
	__u32 pad_end;
};

struct d3dkmt_signalsynchronizationobjectfromcpu {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 object_count;	/* Number of objects in the object array */
	__u64 objects;	/* User pointer to an array of sync object handles */
	/* User pointer to an array of 64-bit fence values, one per object */
	__u64 fence_values;
	__u32 flags;
	__u32 pad_end;
};

struct d3dkmt_waitforsynchronizationobjectfromgpu {
	__u32 context;	/* Handle of the context (in) */
	__u32 object_count;	/* 1..32 in effect */
	__u64 objects;	/* User pointer to an array of sync object handles */
	union {
		__u64 reserved[8];
		/* User pointer to an array of 64-bit fence values, one per object */
		__u64 monitored_fence_values;
		__u64 fence_value;	/* Value for a legacy fence */
	};
};

struct d3dkmt_signalsynchronizationobjectfromgpu {
	__u32 context;	/* Handle of the context (in) */
	__u32 object_count;	/* Number of objects in the object array */
	__u64 objects;	/* User pointer to an array of sync object handles */
	union {
		__u64 reserved[8];
		/* User pointer to an array of 64-bit fence values, one per object */
		__u64 monitored_fence_values;
	};
};

struct d3dkmt_signalsynchronizationobjectfromgpu2 {
	__u32 object_count;	/* Number of objects in the object array */
	__u32 reserved1;
	__u64 objects;	/* User pointer to an array of sync object handles */
	__u32 flags;
	__u32 context_count;	/* Number of extra contexts */
	__u64 contexts;	/* User pointer to context handles; the first names the device */
	union {
		__u64 reserved[8];
		__u64 fence_value;	/* 64-bit fence value */
		__u64 cpu_event_handle;	/* eventfd file descriptor number to be signalled (in) */
		/* User pointer to an array of 64-bit fence values, one per object */
		__u64 monitored_fence_values;
	};
};

struct d3dkmt_destroysynchronizationobject {
	__u32 sync_object;	/* Handle of the sync object */
};

struct d3dkmt_submitcommand {
	__u64 command_buffer;	/* GPU virtual address of the command buffer */
	__u32 command_length;	/* Bytes of the command buffer */
	__u32 flags;
	__u64 present_history_token;	/* Present token, unused */
	__u32 broadcast_context_count;	/* 1..64 */
	/* In-line array of context handles; entry 0 names the device */
	__u32 broadcast_context[64];
	__u32 reserved;
	__u64 priv_drv_data;	/* User pointer to opaque data for the vendor driver on the host */
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 num_primaries;	/* Checked only against 131072; the in-line array has 16 */
	__u32 written_primaries[16];	/* Handles of primary surfaces written by the submission */
	__u32 num_history_buffers;	/* 0..1024 */
	__u32 reserved1;
	__u64 history_buffer_array;	/* User pointer to history buffer allocation handles */
};

struct d3dkmt_submitcommandtohwqueue {
	__u32 hwqueue;	/* Handle of the hardware queue */
	__u32 reserved;
	/* Value the queue progress fence takes when the packet is done */
	__u64 hwqueue_progress_fence_id;
	__u64 command_buffer;	/* GPU virtual address of the command buffer */
	__u32 command_length;	/* Bytes of the command buffer */
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u64 priv_drv_data;	/* User pointer to opaque data for the vendor driver on the host */
	__u32 num_primaries;	/* 0..131072 */
	__u32 reserved1;
	__u64 written_primaries;	/* User pointer to primary handles */
};

struct d3dkmt_setcontextschedulingpriority {
	__u32 context;	/* Handle of the context (in) */
	__s32 priority;	/* Signed priority */
};

struct d3dkmt_setcontextinprocessschedulingpriority {
	__u32 context;	/* Handle of the context (in) */
	__s32 priority;	/* Signed priority */
};

struct d3dkmt_getcontextschedulingpriority {
	__u32 context;	/* Handle of the context (in) */
	__s32 priority;	/* Signed priority (out) */
};

struct d3dkmt_getcontextinprocessschedulingpriority {
	__u32 context;	/* Handle of the context (in) */
	__s32 priority;	/* Signed priority (out) */
};

struct d3dkmt_setallocationpriority {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 resource;	/* Handle of a resource (0 = none) */
	__u64 allocation_list;	/* User pointer to an array of allocation handles */
	__u32 allocation_count;	/* 0 when resource is given, else 1..131072 */
	__u32 reserved;
	/*
	 * User pointer to an array of 32-bit priorities (one entry when a resource is
	 * named)
	 */
	__u64 priorities;
};

struct d3dkmt_getallocationpriority {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 resource;	/* Handle of a resource (0 = none) */
	__u64 allocation_list;	/* User pointer to an array of allocation handles */
	__u32 allocation_count;	/* 0 when resource is given, else 1..131072 */
	__u32 reserved;
	/*
	 * User pointer to an array of 32-bit priorities (one entry when a resource is
	 * named)
	 */
	__u64 priorities;
};

struct d3dkmt_queryallocationresidency {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 resource;	/* Handle of a resource (0 = none) */
	__u64 allocations;	/* User pointer to an array of allocation handles */
	__u32 allocation_count;	/* Number of allocation entries */
	__u32 reserved;
	__u64 residency_status;	/* User pointer to an array of 32-bit status words (out) */
};

struct d3dkmt_lock2 {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 allocation;	/* Handle of one allocation */
	__u32 flags;
	__u32 reserved;
	__u64 data;	/* User-space address of the CPU mapping (out) */
};

struct d3dkmt_unlock2 {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 allocation;	/* Handle of one allocation */
};

struct d3dkmt_markdeviceaserror {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 reason;	/* Why */
};

struct d3dkmt_standardallocation_existingheap {
	__u64 size;	/* Heap size in bytes, multiple of 4096, not 0 */
};

struct d3dkmt_createstandardallocation {
	__u32 type;	/* Type selector, see its enum */
	__u32 reserved;
	struct d3dkmt_standardallocation_existingheap existing_heap_data;	/* Heap size */
	__u32 flags;
	__u32 reserved1;
};

#define D3DDDI_ALLOCATIONINFO2_PRIMARY	(1U << 0)	/* Primary surface */
#define D3DDDI_ALLOCATIONINFO2_STEREO	(1U << 1)	/* Stereo */
#define D3DDDI_ALLOCATIONINFO2_OVERRIDE_PRIORITY	(1U << 2)	/* priority is valid */
struct d3dddi_allocationinfo2 {
	__u32 allocation;	/* New allocation handle (out) */
	__u32 pad;
	/* User address of existing memory, page aligned; all entries or none must have it */
	__u64 sysmem;
	/* User pointer; vendor data in, and the host's version is copied back out */
	__u64 priv_drv_data;
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 vidpn_source_id;	/* Display source id; unused for render-only guests */
	__u32 flags;
	__u32 pad1;
	__u64 gpu_virtual_address;	/* Not sent */
	union {
		__u64 unused;	/* Padding view of the union */
		__u32 priority;	/* Not sent */
	};
	__u64 reserved[5];
};

struct d3dkmt_createallocation {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 resource;	/* In: resource to add to; out: new resource when create_resource is set */
	__u32 global_share;	/* Written back unchanged */
	__u32 reserved;
	__u64 private_runtime_data;	/* User pointer to data owned by the user-mode runtime */
	__u32 private_runtime_data_size;	/* Bytes of runtime data */
	__u32 reserved1;
	union {
		/* User pointer to d3dkmt_createstandardallocation */
		__u64 standard_allocation;
		/* User pointer to opaque data for the vendor driver on the host */
		__u64 priv_drv_data;
	};
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 alloc_count;	/* 1..1024 */
	/* User pointer to an array of d3dddi_allocationinfo2 (in and out) */
	__u64 allocation_info;
	__u32 flags;
	__u32 reserved2;
	/* Opaque cookie of the user-mode runtime for the resource */
	__u64 private_runtime_resource_handle;
};

struct d3dkmt_destroyallocation2 {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 resource;	/* Handle of a resource (0 = none) */
	__u64 allocations;	/* User pointer to an array of allocation handles */
	__u32 alloc_count;	/* 0..1024; exactly one of alloc_count and resource must be given */
	__u32 flags;
};

struct d3dddi_makeresident {
	__u32 paging_queue;	/* Handle of the paging queue */
	__u32 alloc_count;	/* 1..10240 */
	__u64 allocation_list;	/* User pointer to an array of allocation handles */
	__u64 priority_list;	/* User pointer to priorities; not sent to the host */
	__u32 flags;
	__u32 pad;
	/* Value the paging queue fence must reach before the result may be used (out) */
	__u64 paging_fence_value;
	__u64 num_bytes_to_trim;	/* Bytes the host wants the process to evict (out) */
};

struct d3dkmt_evict {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 alloc_count;	/* Number of allocation entries */
	__u64 allocations;	/* User pointer to an array of allocation handles */
	__u32 flags;
	__u32 reserved;
	__u64 num_bytes_to_trim;	/* Bytes the host wants the process to evict (out) */
};

struct d3dddi_updategpuvirtualaddress_operation {
	__u32 operation;	/* Which view is used */
	__u32 pad;
	union {
		struct {
			__u64 base_address;	/* GPU virtual base address */
			__u64 size;	/* Size in bytes */
			__u32 allocation;	/* Handle of one allocation */
			__u32 pad;
			__u64 allocation_offset;	/* Byte offset into the allocation */
			__u64 allocation_size;	/* Bytes of the allocation to map */
			__u64 protection;	/* Protection bits of the mapping */
			__u64 driver_protection;	/* Vendor-specific protection value */
		} map_protect;	/* View for map with protection */
		struct {
			__u64 base_address;	/* GPU virtual base address */
			__u64 size;	/* Size in bytes */
			__u32 allocation;	/* Handle of one allocation */
			__u32 pad;
			__u64 allocation_offset;	/* Byte offset into the allocation */
			__u64 allocation_size;	/* Bytes of the allocation to map */
		} map;	/* View for map */
		struct {
			__u64 base_address;	/* GPU virtual base address */
			__u64 size;	/* Size in bytes */
			__u64 protection;	/* Protection bits of the mapping */
		} unmap;	/* View for unmap */
		struct {
			__u64 source_address;	/* Source GPU address */
			__u64 size;	/* Size in bytes */
			__u64 dest_address;	/* Destination GPU address */
		} copy;	/* View for copy */
	};
};

/* Do not wait for the context */
#define D3DKMT_UPDATEGPUVIRTUALADDRESS_DO_NOT_WAIT	(1U << 0)
struct d3dkmt_updategpuvirtualaddress {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 context;	/* Handle of the context (in) */
	__u32 fence_object;	/* Monitored fence signalled when the update is done */
	__u32 num_operations;	/* 1..2048 */
	__u64 operations;	/* User pointer to the operations */
	__u32 reserved0;
	__u32 reserved1;
	__u64 reserved2;
	__u64 fence_value;	/* Value to signal; copied back unchanged */
	__u32 flags;
	__u32 reserved3;
};

struct d3dddi_mapgpuvirtualaddress {
	__u32 paging_queue;	/* Handle of the paging queue */
	__u32 pad;
	__u64 base_address;	/* GPU virtual base address */
	__u64 minimum_address;	/* Lowest acceptable GPU virtual address */
	__u64 maximum_address;	/* Highest acceptable GPU virtual address */
	__u32 allocation;	/* Allocation to map (0 = reserve only) */
	__u32 pad1;
	__u64 offset_in_pages;	/* Offset into the allocation in 4 KiB pages */
	__u64 size_in_pages;	/* Length in 4 KiB pages */
	__u64 protection;	/* Protection bits of the mapping */
	__u64 driver_protection;	/* Vendor-specific protection value */
	__u32 reserved0;
	__u32 pad2;
	__u64 reserved1;
	__u64 virtual_address;	/* Chosen GPU virtual address (out) */
	/* Value the paging queue fence must reach before the result may be used (out) */
	__u64 paging_fence_value;
};

struct d3dddi_reservegpuvirtualaddress {
	__u32 adapter;	/* Adapter handle or paging queue handle; both are tried */
	__u32 pad;
	__u64 base_address;	/* GPU virtual base address */
	__u64 minimum_address;	/* Lowest acceptable GPU virtual address */
	__u64 maximum_address;	/* Highest acceptable GPU virtual address */
	__u64 size;	/* Size in bytes */
	__u32 reservation_type;	/* What an access to the range does */
	__u32 pad1;
	__u64 driver_protection;	/* Vendor-specific protection value */
	__u64 virtual_address;	/* Chosen GPU virtual address (out) */
	__u64 paging_fence_value;	/* Not written back by the driver */
};

struct d3dkmt_freegpuvirtualaddress {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	__u32 reserved;
	__u64 base_address;	/* GPU virtual base address */
	__u64 size;	/* Bytes to free */
};

struct d3dkmt_queryvideomemoryinfo {
	__u64 process;	/* Must be 0 from user space */
	__u32 adapter;	/* Adapter handle; replaced by the host handle in the message */
	__u32 memory_segment_group;	/* Local (0) or non-local (1) memory */
	__u64 budget;	/* Memory budget in bytes (out) */
	__u64 current_usage;	/* Bytes in use now (out) */
	__u64 current_reservation;	/* Bytes reserved now (out) */
	__u64 available_for_reservation;	/* Bytes that may still be reserved (out) */
	__u32 physical_adapter_index;	/* Index of the physical adapter inside a linked group */
	__u32 pad_end;
};

struct d3dkmt_queryadapterinfo {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	/*
	 * Query number; any value is passed to the host, only 15 and 57 are edited on
	 * return
	 */
	__u32 type;
	__u64 private_data;	/* User pointer to the query buffer (in and out) */
	__u32 private_data_size;	/* Bytes of the query buffer; must be 1..131072 */
	__u32 pad_end;
};

struct dxgk_gpuclockdata {
	__u64 gpu_frequency;	/* GPU clock in Hz */
	__u64 gpu_clock_counter;	/* GPU counter */
	__u64 cpu_clock_counter;	/* Host CPU counter */
	__u32 flags;
} __attribute__((packed, aligned(4)));

struct d3dkmt_queryclockcalibration {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	__u32 node_ordinal;	/* Engine (node) index */
	__u32 physical_adapter_index;	/* Index of the physical adapter inside a linked group */
	struct dxgk_gpuclockdata clock_data;	/* Returned clock sample (out) */
};

struct d3dkmt_flushheaptransitions {
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
};

struct d3dddi_openallocationinfo2 {
	__u32 allocation;	/* Handle in the opening process (out) */
	__u32 pad;
	__u64 priv_drv_data;	/* Pointer into the caller's total_priv_drv_data buffer (out) */
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 pad1;
	__u64 gpu_va;	/* Not filled */
	__u64 reserved[6];
};

#define D3DDDI_UPDATEALLOCPROPERTY_SET_ACCESSED_PHYSICALLY	(1U << 0)	/* flags is valid */
/* supported_segment_set is valid */
#define D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET	(1U << 1)
/* preferred_segment is valid */
#define D3DDDI_UPDATEALLOCPROPERTY_SET_PREFERRED_SEGMENT	(1U << 2)
struct d3dddi_updateallocproperty {
	__u32 paging_queue;	/* Handle of the paging queue */
	__u32 allocation;	/* Handle of one allocation */
	__u32 supported_segment_set;	/* Segment mask */
	__u32 preferred_segment;	/* Ordered segment preference */
	__u32 flags;
	__u32 pad;
	/* Value the paging queue fence must reach before the result may be used (out) */
	__u64 paging_fence_value;
	__u32 property_mask_value;	/* All mask bits */
	__u32 pad_end;
};

struct d3dkmt_offerallocations {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 reserved;
	/*
	 * User pointer to an array of resource handles (exactly one of
	 * resources/allocations may be non-null)
	 */
	__u64 resources;
	__u64 allocations;	/* User pointer to an array of allocation handles */
	__u32 allocation_count;	/* 1..10240 */
	__u32 priority;	/* 1 low .. 4 auto */
	__u32 flags;
	__u32 reserved1;
};

struct d3dkmt_reclaimallocations2 {
	__u32 paging_queue;	/* Handle of the paging queue */
	__u32 allocation_count;	/* 1..10240 */
	/*
	 * User pointer to an array of resource handles (exactly one of
	 * resources/allocations may be non-null)
	 */
	__u64 resources;
	__u64 allocations;	/* User pointer to an array of allocation handles */
	union {
		__u64 discarded;	/* Older view of results */
		/* User pointer to 32-bit results, one per entry; null = not wanted */
		__u64 results;
	};
	/* Value the paging queue fence must reach before the result may be used (out) */
	__u64 paging_fence_value;
};

struct d3dkmt_changevideomemoryreservation {
	__u64 process;	/* Must be 0 from user space */
	/* Adapter handle from the calling process's own adapter handle table (in) */
	__u32 adapter;
	__u32 memory_segment_group;	/* Local (0) or non-local (1) memory */
	__u64 reservation;	/* Bytes to reserve */
	__u32 physical_adapter_index;	/* Index of the physical adapter inside a linked group */
	__u32 pad_end;
};

struct d3dkmt_createhwqueue {
	__u32 context;	/* Handle of the context (in) */
	__u32 flags;
	__u32 priv_drv_data_size;	/* Bytes of vendor driver data */
	__u32 reserved;
	__u64 priv_drv_data;	/* User pointer to opaque data for the vendor driver on the host */
	__u32 queue;	/* New queue handle (out) */
	__u32 queue_progress_fence;	/* Handle of the progress fence (out) */
	__u64 queue_progress_fence_cpu_va;	/* User address of the progress fence (out) */
	__u64 queue_progress_fence_gpu_va;	/* GPU address of the progress fence (out) */
};

struct d3dkmt_destroyhwqueue {
	__u32 queue;	/* Handle of the hardware queue */
};

struct d3dkmt_submitwaitforsyncobjectstohwqueue {
	__u32 hwqueue;	/* Handle of the hardware queue */
	__u32 object_count;	/* 1..32 */
	__u64 objects;	/* User pointer to an array of sync object handles */
	/* User pointer to an array of 64-bit fence values, one per object */
	__u64 fence_values;
};

struct d3dkmt_submitsignalsyncobjectstohwqueue {
	__u32 flags;
	__u32 hwqueue_count;	/* 1..64 */
	__u64 hwqueues;	/* User pointer to hardware queue handles; entry 0 names the device */
	__u32 object_count;	/* 1..32 */
	__u32 reserved;
	__u64 objects;	/* User pointer to an array of sync object handles */
	/* User pointer to an array of 64-bit fence values, one per object */
	__u64 fence_values;
};

struct d3dkmt_opensyncobjectfromnthandle2 {
	__u64 nt_handle;	/* File descriptor number that stands for the Windows NT handle */
	__u32 device;	/* Must not be 0 */
	__u32 flags;
	__u32 sync_object;	/* New handle (out) */
	__u32 reserved1;
	union {
		__u64 reserved[8];	/* Fixes the union at 64 bytes */
		struct {
			/* User-space address where the fence value can be read (out) */
			__u64 fence_value_cpu_va;
			/* GPU virtual address of the fence value (out) */
			__u64 fence_value_gpu_va;
			__u32 engine_affinity;	/* Physical adapter mask (in) */
		} monitored_fence;	/* View for monitored fences */
	};
};

struct d3dkmt_openresourcefromnthandle {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 reserved;
	__u64 nt_handle;	/* File descriptor number that stands for the Windows NT handle */
	__u32 allocation_count;	/* Must equal the count in the resource */
	__u32 reserved1;
	__u64 open_alloc_info;	/* User pointer to an array of d3dddi_openallocationinfo2 (out) */
	/* Signed capacity; compared after conversion to unsigned */
	__s32 private_runtime_data_size;
	__u32 reserved2;
	__u64 private_runtime_data;	/* User buffer for the runtime data (out) */
	__u32 resource_priv_drv_data_size;	/* Capacity */
	__u32 reserved3;
	__u64 resource_priv_drv_data;	/* User buffer for the resource-level vendor data (out) */
	__u32 total_priv_drv_data_size;	/* In: capacity; out: bytes used */
	__u32 pad;
	__u64 total_priv_drv_data;	/* User buffer for all per-allocation vendor data (out) */
	__u32 resource;	/* New resource handle (out) */
	__u32 keyed_mutex;	/* Not supported */
	__u64 keyed_mutex_private_data;	/* Not supported */
	__u32 keyed_mutex_private_data_size;	/* Not supported */
	__u32 sync_object;	/* Not supported */
};

struct d3dkmt_queryresourceinfofromnthandle {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 reserved;
	__u64 nt_handle;	/* File descriptor number that stands for the Windows NT handle */
	__u64 private_runtime_data;	/* Not filled */
	__u32 private_runtime_data_size;	/* Bytes of runtime data (out) */
	__u32 total_priv_drv_data_size;	/* Bytes of all per-allocation vendor data (out) */
	__u32 resource_priv_drv_data_size;	/* Bytes of resource vendor data (out) */
	__u32 allocation_count;	/* Allocations in the resource (out) */
};

struct d3dkmt_shareobjects {
	__u32 object_count;	/* Must be 1 */
	__u32 reserved;
	__u64 objects;	/* User pointer to one handle (shared sync object or shared resource) */
	__u64 object_attr;	/* Windows security attributes; ignored */
	__u32 desired_access;	/* Windows access mask; ignored */
	__u32 reserved1;
	__u64 shared_handle;	/* User pointer that receives the 64-bit fd number (out) */
};

struct d3dkmt_enumadapters3 {
	__u64 filter;	/* Which adapters */
	/* In: capacity; out: count (or number needed when adapters is null) */
	__u32 adapter_count;
	__u32 reserved;
	__u64 adapters;	/* User pointer to d3dkmt_adapterinfo array */
};

struct d3dkmt_querystatistics_result {
	__u64 data[97];
};

struct d3dkmt_querystatistics {
	__u32 type;	/* Statistic wanted; offset 0 */
	/* Guest LUID; replaced by the host LUID in the message and restored on return */
	struct winluid adapter_luid;
	__u32 pad;
	/*
	 * 0 or a pid as seen in the opener's pid namespace; replaced by a host process
	 * handle in the message header
	 */
	__u64 process;
	struct d3dkmt_querystatistics_result result;	/* Opaque result (out) */
	__u8 pad_end[8];
};

struct d3dkmt_shareobjectwithhost {
	__u32 device_handle;	/* Device handle */
	__u32 object_handle;	/* Object handle */
	__u64 reserved;
	__u64 object_vail_nt_handle;	/* Host-side NT handle value (out) */
};

struct d3dkmt_createsyncfile {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 monitored_fence;	/* Monitored fence handle */
	__u64 fence_value;	/* Value at which the sync_file signals */
	__u64 sync_file_handle;	/* New fd (out) */
};

struct d3dkmt_waitsyncfile {
	__u64 sync_file_handle;	/* File descriptor of the sync_file */
	__u32 context;	/* Context that shall wait */
	__u32 reserved;
};

struct d3dkmt_opensyncobjectfromsyncfile {
	__u64 sync_file_handle;	/* File descriptor of the sync_file */
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 syncobj;	/* Handle of the newly opened monitored fence (out) */
	/* Value the sync_file was made for (out); one higher once it has signalled */
	__u64 fence_value;
	/* User-space address where the fence value can be read (out) */
	__u64 fence_value_cpu_va;
	__u64 fence_value_gpu_va;	/* GPU virtual address of the fence value (out) */
};

struct d3dkmt_enumprocesses {
	/* Guest-visible LUID of the adapter (low 8 bytes of the vGPU channel instance GUID) */
	struct winluid adapter_luid;
	__u64 buffer;	/* User pointer to 32-bit pids (out) */
	__u64 buffer_count;	/* In: capacity; out: only the low 32 bits are written */
};

#define DXGK_ISFEATUREENABLED_RESULT_ENABLED	(1U << 0)	/* On */
#define DXGK_ISFEATUREENABLED_RESULT_KNOWN_FEATURE	(1U << 1)	/* Host knows the feature */
/* Vendor driver supports it */
#define DXGK_ISFEATUREENABLED_RESULT_SUPPORTED_BY_DRIVER	(1U << 2)
/* This system supports it */
#define DXGK_ISFEATUREENABLED_RESULT_SUPPORTED_ON_CONFIG	(1U << 3)
struct dxgk_isfeatureenabled_result {
	__u16 version;	/* Feature version */
	__u16 value;	/* All flag bits of the union as one integer */
};

struct d3dkmt_isfeatureenabled {
	__u32 adapter;	/* Must be a valid adapter; 0 is refused with EINVAL */
	__u32 feature_id;	/* Which feature is asked about */
	struct dxgk_isfeatureenabled_result result;	/* Result bits (out) */
};

struct d3dkmt_invalidatecache {
	__u32 device;	/* Handle of the device object the call works on (in) */
	__u32 allocation;	/* Handle of one allocation */
	__u64 offset;	/* Byte offset */
	__u64 length;	/* Length in bytes */
};

/* ---- Ioctls ---- */

/* Open an adapter by guest LUID; returns an adapter handle */
#define LX_DXOPENADAPTERFROMLUID	_IOWR(0x47, 0x01, struct d3dkmt_openadapterfromluid)
/* Create a device on an adapter */
#define LX_DXCREATEDEVICE	_IOWR(0x47, 0x02, struct d3dkmt_createdevice)
/* Create a GPU context (GPU virtual addressing) */
#define LX_DXCREATECONTEXTVIRTUAL	_IOWR(0x47, 0x04, struct d3dkmt_createcontextvirtual)
/* Destroy a context */
#define LX_DXDESTROYCONTEXT	_IOWR(0x47, 0x05, struct d3dkmt_destroycontext)
/* Create allocations, optionally inside a resource, optionally over user memory */
#define LX_DXCREATEALLOCATION	_IOWR(0x47, 0x06, struct d3dkmt_createallocation)
/* Create a paging queue with its monitored fence */
#define LX_DXCREATEPAGINGQUEUE	_IOWR(0x47, 0x07, struct d3dkmt_createpagingqueue)
/* Reserve a GPU virtual address range */
#define LX_DXRESERVEGPUVIRTUALADDRESS	_IOWR(0x47, 0x08, struct d3dddi_reservegpuvirtualaddress)
/* Query adapter information of any query type */
#define LX_DXQUERYADAPTERINFO	_IOWR(0x47, 0x09, struct d3dkmt_queryadapterinfo)
/* Query memory budget and use of the caller */
#define LX_DXQUERYVIDEOMEMORYINFO	_IOWR(0x47, 0x0a, struct d3dkmt_queryvideomemoryinfo)
/* Make allocations resident */
#define LX_DXMAKERESIDENT	_IOWR(0x47, 0x0b, struct d3dddi_makeresident)
/* Map an allocation to GPU virtual addresses */
#define LX_DXMAPGPUVIRTUALADDRESS	_IOWR(0x47, 0x0c, struct d3dddi_mapgpuvirtualaddress)
/* Escape: opaque data to the host (vendor driver, memory manager, scheduler, device) */
#define LX_DXESCAPE	_IOWR(0x47, 0x0d, struct d3dkmt_escape)
/* Read device execution, reset, page-fault state */
#define LX_DXGETDEVICESTATE	_IOWR(0x47, 0x0e, struct d3dkmt_getdevicestate)
/* Submit a command buffer to a context */
#define LX_DXSUBMITCOMMAND	_IOWR(0x47, 0x0f, struct d3dkmt_submitcommand)
/* Create a sync object (mutex, semaphore, fence, CPU notification, monitored or periodic fence) */
#define LX_DXCREATESYNCHRONIZATIONOBJECT \
	_IOWR(0x47, 0x10, struct d3dkmt_createsynchronizationobject2)
/* Signal sync objects from a context (legacy form), or queue a CPU event */
#define LX_DXSIGNALSYNCHRONIZATIONOBJECT \
	_IOWR(0x47, 0x11, struct d3dkmt_signalsynchronizationobject2)
/* Make a context wait for sync objects (legacy form) */
#define LX_DXWAITFORSYNCHRONIZATIONOBJECT \
	_IOWR(0x47, 0x12, struct d3dkmt_waitforsynchronizationobject2)
/* Destroy allocations or a resource */
#define LX_DXDESTROYALLOCATION2	_IOWR(0x47, 0x13, struct d3dkmt_destroyallocation2)
/* List and open adapters (no compute-only ones) */
#define LX_DXENUMADAPTERS2	_IOWR(0x47, 0x14, struct d3dkmt_enumadapters2)
/* Close an adapter handle */
#define LX_DXCLOSEADAPTER	_IOWR(0x47, 0x15, struct d3dkmt_closeadapter)
/* Change the memory reservation of the caller */
#define LX_DXCHANGEVIDEOMEMORYRESERVATION \
	_IOWR(0x47, 0x16, struct d3dkmt_changevideomemoryreservation)
/* Create a hardware queue with its progress fence */
#define LX_DXCREATEHWQUEUE	_IOWR(0x47, 0x18, struct d3dkmt_createhwqueue)
/* Destroy a device and everything on it */
#define LX_DXDESTROYDEVICE	_IOWR(0x47, 0x19, struct d3dkmt_destroydevice)
/* Destroy a hardware queue */
#define LX_DXDESTROYHWQUEUE	_IOWR(0x47, 0x1b, struct d3dkmt_destroyhwqueue)
/* Destroy a paging queue */
#define LX_DXDESTROYPAGINGQUEUE	_IOWR(0x47, 0x1c, struct d3dddi_destroypagingqueue)
/* Destroy a sync object */
#define LX_DXDESTROYSYNCHRONIZATIONOBJECT \
	_IOWR(0x47, 0x1d, struct d3dkmt_destroysynchronizationobject)
/* Evict allocations */
#define LX_DXEVICT	_IOWR(0x47, 0x1e, struct d3dkmt_evict)
/* Flush heap transitions */
#define LX_DXFLUSHHEAPTRANSITIONS	_IOWR(0x47, 0x1f, struct d3dkmt_flushheaptransitions)
/* Free a GPU virtual address range */
#define LX_DXFREEGPUVIRTUALADDRESS	_IOWR(0x47, 0x20, struct d3dkmt_freegpuvirtualaddress)
/* Get in-process context priority */
#define LX_DXGETCONTEXTINPROCESSSCHEDULINGPRIORITY \
	_IOWR(0x47, 0x21, struct d3dkmt_getcontextinprocessschedulingpriority)
/* Get context priority */
#define LX_DXGETCONTEXTSCHEDULINGPRIORITY \
	_IOWR(0x47, 0x22, struct d3dkmt_getcontextschedulingpriority)
/* Invalidate the CPU cache for a range of an allocation */
#define LX_DXINVALIDATECACHE	_IOWR(0x47, 0x24, struct d3dkmt_invalidatecache)
/* Get a CPU mapping of an allocation */
#define LX_DXLOCK2	_IOWR(0x47, 0x25, struct d3dkmt_lock2)
/* Put a device into error state */
#define LX_DXMARKDEVICEASERROR	_IOWR(0x47, 0x26, struct d3dkmt_markdeviceaserror)
/* Offer allocations or resources to the host memory manager */
#define LX_DXOFFERALLOCATIONS	_IOWR(0x47, 0x27, struct d3dkmt_offerallocations)
/* Query residency of allocations or a resource */
#define LX_DXQUERYALLOCATIONRESIDENCY	_IOWR(0x47, 0x2a, struct d3dkmt_queryallocationresidency)
/* Reclaim offered allocations or resources */
#define LX_DXRECLAIMALLOCATIONS2	_IOWR(0x47, 0x2c, struct d3dkmt_reclaimallocations2)
/* Set allocation priorities */
#define LX_DXSETALLOCATIONPRIORITY	_IOWR(0x47, 0x2e, struct d3dkmt_setallocationpriority)
/* Set in-process context priority */
#define LX_DXSETCONTEXTINPROCESSSCHEDULINGPRIORITY \
	_IOWR(0x47, 0x2f, struct d3dkmt_setcontextinprocessschedulingpriority)
/* Set context priority */
#define LX_DXSETCONTEXTSCHEDULINGPRIORITY \
	_IOWR(0x47, 0x30, struct d3dkmt_setcontextschedulingpriority)
/* Signal monitored fences from the CPU */
#define LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU \
	_IOWR(0x47, 0x31, struct d3dkmt_signalsynchronizationobjectfromcpu)
/* Signal monitored fences from one context */
#define LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU \
	_IOWR(0x47, 0x32, struct d3dkmt_signalsynchronizationobjectfromgpu)
/* Signal monitored fences from several contexts, or queue a CPU event */
#define LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2 \
	_IOWR(0x47, 0x33, struct d3dkmt_signalsynchronizationobjectfromgpu2)
/* Submit a command buffer to a hardware queue */
#define LX_DXSUBMITCOMMANDTOHWQUEUE	_IOWR(0x47, 0x34, struct d3dkmt_submitcommandtohwqueue)
/* Queue fence signals on hardware queues */
#define LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE \
	_IOWR(0x47, 0x35, struct d3dkmt_submitsignalsyncobjectstohwqueue)
/* Queue fence waits on a hardware queue */
#define LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE \
	_IOWR(0x47, 0x36, struct d3dkmt_submitwaitforsyncobjectstohwqueue)
/* Drop a CPU mapping */
#define LX_DXUNLOCK2	_IOWR(0x47, 0x37, struct d3dkmt_unlock2)
/* Update allocation property (segments) */
#define LX_DXUPDATEALLOCPROPERTY	_IOWR(0x47, 0x38, struct d3dddi_updateallocproperty)
/* Update GPU page tables with an operation list */
#define LX_DXUPDATEGPUVIRTUALADDRESS	_IOWR(0x47, 0x39, struct d3dkmt_updategpuvirtualaddress)
/* Wait on the CPU for monitored fences, blocking or by eventfd */
#define LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU \
	_IOWR(0x47, 0x3a, struct d3dkmt_waitforsynchronizationobjectfromcpu)
/* Make a context wait for sync objects */
#define LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU \
	_IOWR(0x47, 0x3b, struct d3dkmt_waitforsynchronizationobjectfromgpu)
/* Get allocation priorities */
#define LX_DXGETALLOCATIONPRIORITY	_IOWR(0x47, 0x3c, struct d3dkmt_getallocationpriority)
/* Sample GPU and CPU clocks */
#define LX_DXQUERYCLOCKCALIBRATION	_IOWR(0x47, 0x3d, struct d3dkmt_queryclockcalibration)
/* List and open adapters with a filter */
#define LX_DXENUMADAPTERS3	_IOWR(0x47, 0x3e, struct d3dkmt_enumadapters3)
/* Make a file descriptor for a shared resource or sync object */
#define LX_DXSHAREOBJECTS	_IOWR(0x47, 0x3f, struct d3dkmt_shareobjects)
/* Open a shared sync object from a file descriptor */
#define LX_DXOPENSYNCOBJECTFROMNTHANDLE2 \
	_IOWR(0x47, 0x40, struct d3dkmt_opensyncobjectfromnthandle2)
/* Query sizes of a shared resource from a file descriptor */
#define LX_DXQUERYRESOURCEINFOFROMNTHANDLE \
	_IOWR(0x47, 0x41, struct d3dkmt_queryresourceinfofromnthandle)
/* Open a shared resource from a file descriptor */
#define LX_DXOPENRESOURCEFROMNTHANDLE	_IOWR(0x47, 0x42, struct d3dkmt_openresourcefromnthandle)
/* Query statistics of adapter, process, segment, node */
#define LX_DXQUERYSTATISTICS	_IOWR(0x47, 0x43, struct d3dkmt_querystatistics)
/* Export an object as a host NT handle */
#define LX_DXSHAREOBJECTWITHHOST	_IOWR(0x47, 0x44, struct d3dkmt_shareobjectwithhost)
/* Make a sync_file for a monitored fence value */
#define LX_DXCREATESYNCFILE	_IOWR(0x47, 0x45, struct d3dkmt_createsyncfile)
/* Make a context wait for a sync_file of this driver */
#define LX_DXWAITSYNCFILE	_IOWR(0x47, 0x46, struct d3dkmt_waitsyncfile)
/* Open the monitored fence behind a sync_file */
#define LX_DXOPENSYNCOBJECTFROMSYNCFILE \
	_IOWR(0x47, 0x47, struct d3dkmt_opensyncobjectfromsyncfile)
/* List pids (of the caller's pid namespace) that use an adapter */
#define LX_DXENUMPROCESSES	_IOWR(0x47, 0x48, struct d3dkmt_enumprocesses)
/* Ask whether a host feature is on */
#define LX_ISFEATUREENABLED	_IOWR(0x47, 0x49, struct d3dkmt_isfeatureenabled)

#if defined(__cplusplus)
}
#endif

#endif /* _D3DKMTHK_H_ */
