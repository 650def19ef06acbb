/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire format of the commands about devices and memory: see wire.h for the
 * rules. Pointers and outputs inside copied ioctl arguments mean nothing here.
 */
#ifndef HOST_GPUPV_WIRE_MEMORY_H
#define HOST_GPUPV_WIRE_MEMORY_H

#include "wire.h"

#define STATUS_PENDING				0x00000103u
#define STATUS_ACCESS_DENIED			0xc0000022u
#define STATUS_OBJECT_TYPE_MISMATCH		0xc0000024u
#define STATUS_GRAPHICS_NO_VIDEO_MEMORY		0xc01e0100u
#define STATUS_GRAPHICS_ALLOCATION_BUSY		0xc01e0102u

#define WIRE_PAGE	4096u

/* ---- devices ---- */

#define WIRE_DEVICE_FLAGS	0x0fu	/* legacy, vsync, no timeout, GDI */

struct wire_createdevice {
	struct wire_header hdr;
	uint32_t flags;
	uint8_t cdd_device;
	uint8_t pad[3];
	uint64_t cookie;
};

WIRE_SIZE(wire_createdevice, 40);
WIRE_CHECK(wire_createdevice, cookie, 32);

/*
 * DESTROYDEVICE, FLUSHDEVICE (whose @more is the reason), DESTROYPAGINGQUEUE,
 * CREATENTSHAREDOBJECT, DESTROYNTSHAREDOBJECT.
 */
struct wire_one_handle {
	struct wire_header hdr;
	uint32_t handle;
	uint32_t more;
};

WIRE_SIZE(wire_one_handle, 32);
WIRE_CHECK(wire_one_handle, handle, 24);

#define WIRE_FLUSH_TERMINATE	4u

struct wire_markdeviceaserror {
	struct wire_header hdr;
	uint32_t device;
	uint32_t reason;
};

WIRE_SIZE(wire_markdeviceaserror, 32);

#define WIRE_ERROR_GENERIC	0x80000000u
#define WIRE_ERROR_DRIVER	0x80000006u

/* ---- paging queues ---- */

struct wire_createpagingqueue {
	struct wire_header hdr;
	uint32_t device;
	int32_t priority;
	uint32_t out_paging_queue;
	uint32_t out_sync_object;
	uint64_t out_fence;
	uint32_t physical_adapter;
	uint32_t pad;
};

WIRE_SIZE(wire_createpagingqueue, 56);
WIRE_CHECK(wire_createpagingqueue, physical_adapter, 48);

struct wire_createpagingqueue_return {
	uint32_t paging_queue;
	uint32_t sync_object;
	uint64_t fence_gpa;
	uint64_t fence_offset;
};

WIRE_SIZE(wire_createpagingqueue_return, 24);

/* ---- allocations ---- */

#define WIRE_MAX_ALLOCATIONS	1024u	/* of one CREATEALLOCATION or DESTROYALLOCATION */
#define WIRE_MAX_LIST		10240u	/* of MAKERESIDENT, OFFERALLOCATIONS and the like */
#define WIRE_MAX_PRIVATE	131072u	/* no part of the data is as large as this */

#define WIRE_CREATE_RESOURCE		0x00001u
#define WIRE_CREATE_SHARED		0x00002u
#define WIRE_CREATE_PROTECTED		0x00008u
#define WIRE_CREATE_EXISTING_SYSMEM	0x00020u
#define WIRE_CREATE_NT_SHARING		0x00040u
#define WIRE_CREATE_READ_ONLY		0x00080u
#define WIRE_CREATE_WRITE_COMBINED	0x00100u
#define WIRE_CREATE_CACHED		0x00200u
#define WIRE_CREATE_CROSS_ADAPTER	0x00800u
#define WIRE_CREATE_ZEROED		0x04000u
#define WIRE_CREATE_STANDARD		0x10000u
#define WIRE_CREATE_EXISTING_SECTION	0x20000u
#define WIRE_CREATE_KNOWN		0x3ffffu

struct wire_createallocation {
	struct wire_header hdr;
	uint32_t device;
	uint32_t resource;
	uint32_t runtime_size;
	uint32_t private_size;		/* of the resource; 24 for a standard allocation */
	uint32_t count;
	uint32_t flags;
	uint64_t runtime_handle;
	uint8_t make_resident;
	uint8_t pad[7];
};

WIRE_SIZE(wire_createallocation, 64);
WIRE_CHECK(wire_createallocation, count, 40);
WIRE_CHECK(wire_createallocation, make_resident, 56);

/* @count of these, then runtime data, resource data and the data of each. */
struct wire_allocinfo {
	uint32_t flags;
	uint32_t private_size;
	uint32_t vidpn_source;
};

WIRE_SIZE(wire_allocinfo, 12);

#define WIRE_STANDARD_EXISTING_HEAP	1u
#define WIRE_STANDARD_CROSS_ADAPTER	2u

struct wire_standardallocation {
	uint32_t type;
	uint32_t reserved;
	uint64_t size;
	uint32_t flags;
	uint32_t reserved1;
};

WIRE_SIZE(wire_standardallocation, 24);

struct wire_createallocation_return {
	uint32_t flags;
	uint32_t resource;
	uint32_t global_share;
	uint32_t vgpu_flags;
};

WIRE_SIZE(wire_createallocation_return, 16);

#define WIRE_ALLOCATION_EXISTING_SYSMEM	0x00000800u
#define WIRE_ALLOCATION_CACHED		0x00080000u

/* @count of these behind the head, then the data of each as the driver left it. */
struct wire_allocinfo_return {
	uint32_t allocation;
	uint32_t private_size;
	uint32_t flags;
	uint32_t pad;
	uint64_t size;
	uint64_t driver_allocation;
	uint32_t width, height, format, multisample;
	uint32_t refresh[2];
	uint32_t driver_attribute;
	uint32_t driver_flags;
	uint32_t rotation;
	uint32_t pad1;
};

WIRE_SIZE(wire_allocinfo_return, 72);
WIRE_CHECK(wire_allocinfo_return, size, 16);
WIRE_CHECK(wire_allocinfo_return, driver_allocation, 24);
WIRE_CHECK(wire_allocinfo_return, rotation, 64);

#define WIRE_DESTROY_NOT_IN_USE		0x1u
#define WIRE_DESTROY_SYNCHRONOUS	0x2u

struct wire_destroyallocation {
	struct wire_header hdr;
	uint32_t device;
	uint32_t resource;
	uint32_t count;
	uint32_t flags;
	/* @count handles, then 8 bytes of slack */
};

WIRE_SIZE(wire_destroyallocation, 40);
#define WIRE_DESTROYALLOCATION_SLACK	8u

struct wire_openresource {
	struct wire_header hdr;
	uint32_t device;
	uint8_t nt_security_sharing;
	uint8_t pad[3];
	uint32_t nt_handle;
	uint32_t count;
	uint32_t private_size;
	uint32_t pad1;
};

WIRE_SIZE(wire_openresource, 48);
WIRE_CHECK(wire_openresource, nt_handle, 32);

struct wire_openresource_return {
	uint32_t resource;
	uint32_t status;
	/* @count handles */
};

WIRE_SIZE(wire_openresource_return, 8);

/* ---- guest memory ---- */

#define WIRE_SYSMEM_PAGES	15867u

struct wire_setexistingsysmempages {
	struct wire_header hdr;
	uint32_t device;
	uint32_t allocation;
	uint32_t count;
	uint32_t first;
	/* WIRE_SYSMEM_PAGES frame numbers, of which @count mean something */
};

WIRE_SIZE(wire_setexistingsysmempages, 40);

struct wire_setexistingsysmemstore {
	struct wire_header hdr;
	uint32_t device;
	uint32_t allocation;
	uint32_t gpadl;
	uint32_t pad;
};

WIRE_SIZE(wire_setexistingsysmemstore, 40);

/* ---- addresses ---- */

#define WIRE_PROTECT_WRITE	0x01u
#define WIRE_PROTECT_EXECUTE	0x02u
#define WIRE_PROTECT_ZERO	0x04u
#define WIRE_PROTECT_NO_ACCESS	0x08u
#define WIRE_PROTECT_SYSTEM	0x10u

#define WIRE_RESERVE_NO_ACCESS	0u
#define WIRE_RESERVE_ZERO	1u
#define WIRE_RESERVE_NO_COMMIT	2u

struct wire_reservegpuva {
	struct wire_header hdr;
	uint32_t adapter;		/* or a paging queue */
	uint32_t pad;
	uint64_t base, minimum, maximum, size;
	uint32_t type;
	uint32_t pad1;
	uint64_t driver_protection;
	uint64_t out_address, out_fence;
};

WIRE_SIZE(wire_reservegpuva, 96);
WIRE_CHECK(wire_reservegpuva, size, 56);
WIRE_CHECK(wire_reservegpuva, driver_protection, 72);

struct wire_reservegpuva_return {
	uint64_t address, fence_value;
};

WIRE_SIZE(wire_reservegpuva_return, 16);

struct wire_mapgpuva {
	struct wire_header hdr;
	uint32_t paging_queue;
	uint32_t pad;
	uint64_t base, minimum, maximum;
	uint32_t allocation;
	uint32_t pad1;
	uint64_t first_page, pages;
	uint64_t protection, driver_protection;
	uint32_t reserved0;
	uint32_t pad2;
	uint64_t reserved1;
	uint64_t out_address, out_fence;
	uint32_t device;
	uint32_t pad3;
};

WIRE_SIZE(wire_mapgpuva, 136);
WIRE_CHECK(wire_mapgpuva, allocation, 56);
WIRE_CHECK(wire_mapgpuva, protection, 80);
WIRE_CHECK(wire_mapgpuva, reserved1, 104);
WIRE_CHECK(wire_mapgpuva, device, 128);

struct wire_mapgpuva_return {
	uint64_t address, fence_value;
	uint32_t status;
	uint32_t pad;
};

WIRE_SIZE(wire_mapgpuva_return, 24);

struct wire_freegpuva {
	struct wire_header hdr;
	uint32_t adapter;
	uint32_t reserved;
	uint64_t base, size;
};

WIRE_SIZE(wire_freegpuva, 48);

#define WIRE_MAX_OPERATIONS	2048u
#define WIRE_UPDATE_DO_NOT_WAIT	0x1u

struct wire_updategpuva {
	struct wire_header hdr;
	uint64_t fence_value;
	uint32_t device, context, fence_object;
	uint32_t count;
	uint32_t flags;
	uint32_t pad;
	/* @count operations */
};

WIRE_SIZE(wire_updategpuva, 56);
WIRE_CHECK(wire_updategpuva, count, 44);

enum wire_va_operation_type {
	WIRE_VA_MAP		= 0,
	WIRE_VA_UNMAP		= 1,
	WIRE_VA_COPY		= 2,
	WIRE_VA_MAP_PROTECT	= 3,
};

struct wire_va_operation {
	uint32_t type;
	uint32_t pad;
	union {
		struct {
			uint64_t base, size;
			uint32_t allocation;
			uint32_t pad;
			uint64_t offset, allocation_size;
			uint64_t protection, driver_protection;	/* of WIRE_VA_MAP_PROTECT */
		} map;
		struct {
			uint64_t base, size, protection;
		} unmap;
		struct {
			uint64_t source, size, dest;
		} copy;
	};
};

WIRE_SIZE(wire_va_operation, 64);
WIRE_CHECK(wire_va_operation, map.allocation, 24);
WIRE_CHECK(wire_va_operation, map.protection, 48);
WIRE_CHECK(wire_va_operation, unmap.protection, 24);
WIRE_CHECK(wire_va_operation, copy.dest, 24);

/* ---- residency ---- */

#define WIRE_RESIDENT_CANT_TRIM		0x1u
#define WIRE_RESIDENT_MUST_SUCCEED	0x2u

struct wire_makeresident {
	struct wire_header hdr;
	uint32_t device;
	uint32_t paging_queue;
	uint32_t flags;
	uint32_t count;
	/* @count handles, then 4 bytes of slack */
};

WIRE_SIZE(wire_makeresident, 40);
#define WIRE_MAKERESIDENT_SLACK	4u

struct wire_makeresident_return {
	uint64_t fence_value;
	uint64_t bytes_to_trim;
	uint32_t status;
	uint32_t pad;
};

WIRE_SIZE(wire_makeresident_return, 24);

#define WIRE_EVICT_IF_NECESSARY	0x1u
#define WIRE_EVICT_NOT_WRITTEN	0x2u

struct wire_evict {
	struct wire_header hdr;
	uint32_t device;
	uint32_t flags;
	uint32_t count;
	/* @count handles */
};

#define WIRE_EVICT_HANDLES	36u
WIRE_CHECK(wire_evict, count, 32);

struct wire_evict_return {
	uint64_t bytes_to_trim;
};

/* ---- what CPUs see ---- */

struct wire_lock2 {
	struct wire_header hdr;
	uint32_t device;
	uint32_t allocation;
	uint32_t flags;
	uint32_t reserved;
	uint64_t out_data;
	uint8_t use_legacy_lock;
	uint8_t pad[3];
	uint32_t legacy_flags;
	uint32_t private_data;
	uint32_t pad1;
};

WIRE_SIZE(wire_lock2, 64);
WIRE_CHECK(wire_lock2, use_legacy_lock, 48);
WIRE_CHECK(wire_lock2, legacy_flags, 52);

struct wire_lock2_return {
	uint32_t status;
	uint32_t pad;
	uint64_t gpa;
};

WIRE_SIZE(wire_lock2_return, 16);

struct wire_unlock2 {
	struct wire_header hdr;
	uint32_t device;
	uint32_t allocation;
	uint8_t use_legacy_unlock;
	uint8_t pad[7];
};

WIRE_SIZE(wire_unlock2, 40);

struct wire_invalidatecache {
	struct wire_header hdr;
	uint32_t device;
	uint32_t allocation;
	uint64_t offset, length;
	uint64_t reserved;
};

WIRE_SIZE(wire_invalidatecache, 56);

/* ---- offered memory ---- */

#define WIRE_OFFER_PRIORITY_LOW		1u
#define WIRE_OFFER_PRIORITY_AUTO	4u
#define WIRE_OFFER_IMMEDIATELY		0x1u
#define WIRE_OFFER_ALLOW_DECOMMIT	0x2u

struct wire_offerallocations {
	struct wire_header hdr;
	uint32_t device;
	uint32_t count;
	uint32_t priority;
	uint32_t flags;
	uint8_t resources;
	uint8_t pad[3];
	/* @count handles */
};

#define WIRE_OFFER_HANDLES	44u
WIRE_CHECK(wire_offerallocations, resources, 40);

struct wire_reclaimallocations {
	struct wire_header hdr;
	uint32_t device;
	uint32_t paging_queue;
	uint32_t count;
	uint8_t resources;
	uint8_t write_results;
	uint8_t pad[2];
	/* @count handles, then 4 bytes of slack */
};

WIRE_SIZE(wire_reclaimallocations, 40);
WIRE_CHECK(wire_reclaimallocations, resources, 36);
#define WIRE_RECLAIM_SLACK	4u

enum wire_reclaim_result {
	WIRE_RECLAIM_OK			= 0,
	WIRE_RECLAIM_DISCARDED		= 1,
	WIRE_RECLAIM_NOT_COMMITTED	= 2,
};

struct wire_reclaimallocations_return {
	uint64_t fence_value;
	uint32_t status;
	uint32_t results[1];		/* @count of them, when wanted */
};

WIRE_SIZE(wire_reclaimallocations_return, 16);
WIRE_CHECK(wire_reclaimallocations_return, results, 12);

/* ---- properties ---- */

/* SETALLOCATIONPRIORITY and GETALLOCATIONPRIORITY. */
struct wire_allocationpriority {
	struct wire_header hdr;
	uint32_t device;
	uint32_t resource;
	uint32_t count;			/* 0: the resource */
	uint32_t pad;
	/* @count handles; to set: as many priorities, or one of the resource */
};

WIRE_SIZE(wire_allocationpriority, 40);

#define WIRE_PROPERTY_PHYSICALLY	0x1u
#define WIRE_PROPERTY_SEGMENT_SET	0x2u
#define WIRE_PROPERTY_PREFERRED		0x4u

struct wire_updateallocationproperty {
	struct wire_header hdr;
	uint32_t paging_queue;
	uint32_t allocation;
	uint32_t segment_set;		/* bit n: segment n + 1 */
	uint32_t preferred;		/* five times a segment (5 bits, 0: none) and a direction */
	uint32_t flags;
	uint32_t pad;
	uint64_t out_fence;
	uint32_t mask;			/* which of them are meant */
	uint32_t pad1;
};

WIRE_SIZE(wire_updateallocationproperty, 64);
WIRE_CHECK(wire_updateallocationproperty, out_fence, 48);
WIRE_CHECK(wire_updateallocationproperty, mask, 56);

struct wire_updateallocationproperty_return {
	uint64_t fence_value;
	uint32_t status;
	uint32_t pad;
};

WIRE_SIZE(wire_updateallocationproperty_return, 16);

enum wire_residency {
	WIRE_RESIDENT_IN_GPU_MEMORY	= 1,
	WIRE_RESIDENT_IN_SHARED_MEMORY	= 2,
	WIRE_NOT_RESIDENT		= 3,
};

struct wire_queryallocationresidency {
	struct wire_header hdr;
	uint32_t device;
	uint32_t resource;
	uint64_t out_allocations;
	uint32_t count;			/* 0: the resource */
	uint32_t reserved;
	uint64_t out_residency;
	/* @count handles */
};

WIRE_SIZE(wire_queryallocationresidency, 56);
WIRE_CHECK(wire_queryallocationresidency, count, 40);

/* ---- video memory ---- */

struct wire_queryvideomemoryinfo {
	struct wire_header hdr;
	uint32_t adapter;
	uint32_t segment_group;		/* 0: local, 1: not */
	uint32_t physical_adapter;
	uint32_t pad;
};

WIRE_SIZE(wire_queryvideomemoryinfo, 40);

struct wire_queryvideomemoryinfo_return {
	uint64_t budget, usage, reservation, available;
};

WIRE_SIZE(wire_queryvideomemoryinfo_return, 32);

struct wire_changevideomemoryreservation {
	struct wire_header hdr;
	uint64_t process;
	uint32_t adapter;
	uint32_t segment_group;
	uint64_t reservation;
	uint32_t physical_adapter;
	uint32_t pad;
};

WIRE_SIZE(wire_changevideomemoryreservation, 56);
WIRE_CHECK(wire_changevideomemoryreservation, reservation, 40);

/* ---- statistics: public D3DKMT numbers and the beginnings of its structs ---- */

enum wire_statistics_type {
	WIRE_STATISTICS_ADAPTER		= 0,
	WIRE_STATISTICS_PROCESS		= 1,
	WIRE_STATISTICS_PROCESS_ADAPTER	= 2,
	WIRE_STATISTICS_SEGMENT		= 3,
	WIRE_STATISTICS_PROCESS_SEGMENT	= 4,
	WIRE_STATISTICS_NODE		= 5,
	WIRE_STATISTICS_PROCESS_NODE	= 6,
};

#define WIRE_STATISTICS_RESULT	776u

struct wire_querystatistics {
	struct wire_header hdr;
	uint32_t type;
	uint32_t luid[2];
	uint32_t pad;
	uint64_t process;
	uint8_t out_result[WIRE_STATISTICS_RESULT];
	uint32_t element;		/* segment or node, from 0 */
	uint32_t pad1;
};

WIRE_SIZE(wire_querystatistics, 832);
WIRE_CHECK(wire_querystatistics, luid, 28);
WIRE_CHECK(wire_querystatistics, process, 40);
WIRE_CHECK(wire_querystatistics, element, 824);

struct wire_statistics_adapter {
	uint32_t segments, nodes, vidpn_sources, vsync;
	uint32_t tdrs;
};

struct wire_statistics_process {
	uint32_t nodes, vidpn_sources;
};

struct wire_statistics_segment {
	uint64_t commit_limit, committed, resident;
	uint64_t evicted;
	uint32_t allocations_committed, allocations_resident;
	uint32_t aperture;
};

WIRE_CHECK(wire_statistics_segment, aperture, 40);

struct wire_statistics_process_segment {
	uint64_t committed, max_working_set, min_working_set;
};

struct wire_statistics_node {
	uint64_t running_time;		/* 100 ns */
	uint32_t context_switches;
};

struct wire_querystatistics_return {
	uint32_t status;
	uint32_t reserved;
	union {
		uint8_t bytes[WIRE_STATISTICS_RESULT];
		struct wire_statistics_adapter adapter;
		struct wire_statistics_process process;
		struct wire_statistics_segment segment;
		struct wire_statistics_process_segment process_segment;
		struct wire_statistics_node node;
	};
};

WIRE_SIZE(wire_querystatistics_return, 784);

/* ---- standard allocations ---- */

#define WIRE_STANDARD_GDI_SURFACE		4u
#define WIRE_GDI_TEXTURE_CROSS_ADAPTER		7u
#define WIRE_GDI_SURFACE_LAST			8u

struct wire_gdisurface {
	uint32_t width, height, format, type, flags, pitch;
};

struct wire_getstandardallocation {
	struct wire_header hdr;
	uint32_t type;
	uint32_t data_size;		/* 0, both: only the sizes are asked for */
	uint32_t resource_size;
	uint32_t physical_adapter;
	struct wire_gdisurface gdi;
};

WIRE_SIZE(wire_getstandardallocation, 64);
WIRE_CHECK(wire_getstandardallocation, gdi, 40);

struct wire_getstandardallocation_return {
	uint32_t status;
	uint32_t data_size;
	uint32_t resource_size;
	struct wire_gdisurface gdi;
	/* allocation data, then resource data */
};

WIRE_SIZE(wire_getstandardallocation_return, 36);

/* ---- sharing ---- */

/* SHAREOBJECTWITHHOST */
struct wire_shareobjectwithhost {
	struct wire_header hdr;
	uint32_t device;
	uint32_t object;
	uint64_t reserved;
};

WIRE_SIZE(wire_shareobjectwithhost, 40);

struct wire_shareobjectwithhost_return {
	uint32_t status;
	uint32_t pad;
	uint64_t nt_handle;
};

WIRE_SIZE(wire_shareobjectwithhost_return, 16);

#endif
