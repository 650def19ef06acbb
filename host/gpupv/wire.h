/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The GPU-PV wire format as the host reads it: ids, constants and the layouts
 * of what this service decodes and encodes. Written from the project's tables
 * and on purpose not shared with the driver, so that a misreading on one side
 * shows as a violation and does not cancel out.
 *
 * All values are little endian; structs have natural alignment, except where
 * a reply puts data at an odd place (then the offset is a constant).
 */
#ifndef HOST_GPUPV_WIRE_H
#define HOST_GPUPV_WIRE_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_CHECK(type, member, offset) \
	static_assert(offsetof(struct type, member) == (offset), #type "." #member)
#define WIRE_SIZE(type, size) \
	static_assert(sizeof(struct type) == (size), #type)

/* ---- constants ---- */

#define WIRE_MAX_MESSAGE	131072u	/* with the extended header, either direction */
#define WIRE_EXT_VERSION	40u	/* first interface version with the extended header */
#define WIRE_LAST_COMPATIBLE	16u	/* what a guest names in OPENADAPTER */
#define WIRE_IO_SPACE_ALIGN	65536u

#define WIRE_GUEST_CAPS_WSL2	1u
#define WIRE_HOST_CAPS_MAP_GUEST_MEMORY	1u

enum wire_channel_type {
	WIRE_VGPU_TO_HOST	= 0,
	WIRE_VM_TO_HOST		= 1,
	WIRE_HOST_TO_VM		= 2,
};

enum wire_status {
	STATUS_SUCCESS			= 0x00000000,
	STATUS_INVALID_HANDLE		= 0xc0000008,
	STATUS_INVALID_PARAMETER	= 0xc000000d,
	STATUS_NO_MEMORY		= 0xc0000017,
	STATUS_ACCESS_DENIED		= 0xc0000022,
	STATUS_BUFFER_TOO_SMALL		= 0xc0000023,
	STATUS_NOT_SUPPORTED		= 0xc00000bb,
	STATUS_INVALID_DEVICE_STATE	= 0xc0000184,
	STATUS_DEVICE_REMOVED		= 0xc00002b6,
};

/* Commands of the VM, on the global channel. */
enum wire_global_command {
	WIRE_CREATEPROCESS		= 1000,
	WIRE_DESTROYPROCESS		= 1001,
	WIRE_OPENSYNCOBJECT		= 1002,
	WIRE_DESTROYSYNCOBJECT		= 1003,
	WIRE_CREATENTSHAREDOBJECT	= 1004,
	WIRE_DESTROYNTSHAREDOBJECT	= 1005,
	WIRE_SETIOSPACEREGION		= 1010,
	WIRE_SHAREOBJECTWITHHOST	= 1021,
	WIRE_ISFEATUREENABLED_GLOBAL	= 1022,
};

/* Commands to one vGPU. */
enum wire_vgpu_command {
	WIRE_CREATEDEVICE		= 0,
	WIRE_DESTROYDEVICE		= 1,
	WIRE_QUERYADAPTERINFO		= 2,
	WIRE_CREATEALLOCATION		= 4,
	WIRE_DESTROYALLOCATION		= 5,
	WIRE_CREATECONTEXTVIRTUAL	= 6,
	WIRE_DESTROYCONTEXT		= 7,
	WIRE_CREATESYNCOBJECT		= 8,
	WIRE_CREATEPAGINGQUEUE		= 9,
	WIRE_DESTROYPAGINGQUEUE		= 10,
	WIRE_MAKERESIDENT		= 11,
	WIRE_EVICT			= 12,
	WIRE_ESCAPE			= 13,
	WIRE_OPENADAPTER		= 14,
	WIRE_CLOSEADAPTER		= 15,
	WIRE_FREEGPUVIRTUALADDRESS	= 16,
	WIRE_MAPGPUVIRTUALADDRESS	= 17,
	WIRE_RESERVEGPUVIRTUALADDRESS	= 18,
	WIRE_UPDATEGPUVIRTUALADDRESS	= 19,
	WIRE_SUBMITCOMMAND		= 20,
	WIRE_QUERYVIDEOMEMORYINFO	= 21,
	WIRE_WAITFORSYNCOBJECTFROMCPU	= 22,
	WIRE_LOCK2			= 23,
	WIRE_UNLOCK2			= 24,
	WIRE_WAITFORSYNCOBJECTFROMGPU	= 25,
	WIRE_SIGNALSYNCOBJECT		= 26,
	WIRE_GETDEVICESTATE		= 28,
	WIRE_MARKDEVICEASERROR		= 29,
	WIRE_OPENRESOURCE		= 32,
	WIRE_SETCONTEXTSCHEDULINGPRIORITY	= 33,
	WIRE_GETINTERNALADAPTERINFO	= 36,
	WIRE_FLUSHHEAPTRANSITIONS	= 37,
	WIRE_DDIGETSTANDARDALLOCATIONDRIVERDATA	= 39,
	WIRE_QUERYALLOCATIONRESIDENCY	= 41,
	WIRE_FLUSHDEVICE		= 42,
	WIRE_SETEXISTINGSYSMEMSTORE	= 45,
	WIRE_QUERYSTATISTICS		= 48,
	WIRE_CHANGEVIDEOMEMORYRESERVATION	= 49,
	WIRE_CREATEHWQUEUE		= 50,
	WIRE_DESTROYHWQUEUE		= 51,
	WIRE_SUBMITCOMMANDTOHWQUEUE	= 52,
	WIRE_UPDATEALLOCATIONPROPERTY	= 56,
	WIRE_OFFERALLOCATIONS		= 57,
	WIRE_RECLAIMALLOCATIONS		= 58,
	WIRE_SETALLOCATIONPRIORITY	= 59,
	WIRE_GETALLOCATIONPRIORITY	= 60,
	WIRE_GETCONTEXTSCHEDULINGPRIORITY	= 61,
	WIRE_QUERYCLOCKCALIBRATION	= 62,
	WIRE_SETEXISTINGSYSMEMPAGES	= 66,
	WIRE_INVALIDATECACHE		= 67,
	WIRE_ISFEATUREENABLED		= 68,
};

/* Host to guest, on the global channel. */
enum wire_event {
	WIRE_SIGNALGUESTEVENT		= 0,
	WIRE_SETGUESTDATA		= 2,
	WIRE_SIGNALGUESTEVENTPASSIVE	= 3,
	WIRE_SENDWNFNOTIFICATION	= 4,
};

struct wire_luid {
	uint32_t low;
	int32_t high;
};

WIRE_SIZE(wire_luid, 8);

/* ---- headers ---- */

struct wire_ext_header {
	uint32_t command_offset;
	uint32_t reserved;
	uint64_t vgpu_luid;		/* low part in the low half */
};

WIRE_SIZE(wire_ext_header, 16);
WIRE_CHECK(wire_ext_header, vgpu_luid, 8);

/*
 * For global commands @channel is the number 1; for vGPU commands and events
 * its low byte is the type, bit 8 says asynchronous, the rest is 0.
 */
struct wire_header {
	uint64_t command_id;
	uint32_t process;
	uint32_t channel;
	uint32_t command;
	uint32_t padding;
};

WIRE_SIZE(wire_header, 24);
WIRE_CHECK(wire_header, process, 8);
WIRE_CHECK(wire_header, channel, 12);
WIRE_CHECK(wire_header, command, 16);

#define WIRE_CHANNEL_TYPE_MASK	0xffu
#define WIRE_CHANNEL_ASYNC	0x100u

/* ---- global commands ---- */

#define WIRE_PROCESS_NAME_UNITS	261
#define WIRE_PROCESS_LINUX	0x08u

struct wire_createprocess {
	struct wire_header hdr;
	uint64_t cookie;
	uint64_t process_id;
	uint16_t name[WIRE_PROCESS_NAME_UNITS];
	uint8_t flags;
	uint8_t pad[5];
};

WIRE_SIZE(wire_createprocess, 568);
WIRE_CHECK(wire_createprocess, cookie, 24);
WIRE_CHECK(wire_createprocess, process_id, 32);
WIRE_CHECK(wire_createprocess, name, 40);
WIRE_CHECK(wire_createprocess, flags, 562);

struct wire_createprocess_return {
	uint32_t process;
};

WIRE_SIZE(wire_createprocess_return, 4);

struct wire_setiospaceregion {
	struct wire_header hdr;
	uint64_t start;
	uint64_t length;
	uint32_t shared_page_gpadl;
	uint32_t pad;
};

WIRE_SIZE(wire_setiospaceregion, 48);
WIRE_CHECK(wire_setiospaceregion, start, 24);
WIRE_CHECK(wire_setiospaceregion, length, 32);
WIRE_CHECK(wire_setiospaceregion, shared_page_gpadl, 40);

/* ---- features ---- */

struct wire_isfeatureenabled {
	struct wire_header hdr;
	uint32_t feature;
	uint32_t pad;
};

WIRE_SIZE(wire_isfeatureenabled, 32);
WIRE_CHECK(wire_isfeatureenabled, feature, 24);

#define WIRE_FEATURE_HWSCH			0u
#define WIRE_FEATURE_PAGE_BASED_MEMORY_MANAGER	32u
#define WIRE_FEATURE_KERNEL_MODE_TESTING	33u

#define WIRE_FEATURE_DESC_SUPPORTED	0x0001u
#define WIRE_FEATURE_DESC_MODE_SHIFT	1
#define WIRE_FEATURE_DESC_GLOBAL	0x0010u

#define WIRE_FEATURE_ENABLED		0x0001u
#define WIRE_FEATURE_KNOWN		0x0002u
#define WIRE_FEATURE_BY_DRIVER		0x0004u
#define WIRE_FEATURE_ON_CONFIG		0x0008u

struct wire_isfeatureenabled_return {
	uint32_t status;
	uint16_t min_version;
	uint16_t max_version;
	uint16_t desc;
	uint16_t version;
	uint16_t result;
	uint16_t pad;
};

WIRE_SIZE(wire_isfeatureenabled_return, 16);
WIRE_CHECK(wire_isfeatureenabled_return, min_version, 4);
WIRE_CHECK(wire_isfeatureenabled_return, desc, 8);
WIRE_CHECK(wire_isfeatureenabled_return, version, 10);
WIRE_CHECK(wire_isfeatureenabled_return, result, 12);

/* ---- the adapter ---- */

struct wire_openadapter {
	struct wire_header hdr;
	uint32_t version;
	uint32_t last_compatible;
	uint64_t guest_luid;
};

WIRE_SIZE(wire_openadapter, 40);
WIRE_CHECK(wire_openadapter, version, 24);
WIRE_CHECK(wire_openadapter, guest_luid, 32);

struct wire_openadapter_return {
	uint32_t adapter;
	uint32_t status;
	uint32_t version;
	uint32_t last_compatible;
};

WIRE_SIZE(wire_openadapter_return, 16);
WIRE_CHECK(wire_openadapter_return, status, 4);

struct wire_closeadapter {
	struct wire_header hdr;
	uint32_t adapter;
	uint32_t pad;
};

WIRE_SIZE(wire_closeadapter, 32);
WIRE_CHECK(wire_closeadapter, adapter, 24);

#define WIRE_DEVICE_TYPE_VIRTUAL_RENDER	0x4000u

#define WIRE_ADAPTER_HW_SCH_ENABLED	0x08u
#define WIRE_ADAPTER_HW_SCH_CAPABLE	0x10u
#define WIRE_ADAPTER_ASYNC		0x40u

#define WIRE_DESCRIPTION_UNITS		80
#define WIRE_INSTANCE_ID_UNITS		260

struct wire_getinternaladapterinfo_return {
	uint32_t device_types;
	uint32_t driver_store_copy_mode;
	uint32_t driver_ddi_version;
	uint32_t flags;
	uint64_t host_adapter_luid;
	uint16_t description[WIRE_DESCRIPTION_UNITS];
	uint16_t instance_id[WIRE_INSTANCE_ID_UNITS];
	uint64_t host_vgpu_luid;	/* absent below WIRE_EXT_VERSION */
};

WIRE_SIZE(wire_getinternaladapterinfo_return, 712);
WIRE_CHECK(wire_getinternaladapterinfo_return, flags, 12);
WIRE_CHECK(wire_getinternaladapterinfo_return, host_adapter_luid, 16);
WIRE_CHECK(wire_getinternaladapterinfo_return, description, 24);
WIRE_CHECK(wire_getinternaladapterinfo_return, instance_id, 184);
WIRE_CHECK(wire_getinternaladapterinfo_return, host_vgpu_luid, 704);

/* The request is 39 bytes and the data: the struct counts one byte of it too many. */
#define WIRE_QUERY_BASE		39u
#define WIRE_QUERY_DATA		32u

struct wire_queryadapterinfo {
	struct wire_header hdr;
	uint32_t type;
	uint32_t size;
};

WIRE_SIZE(wire_queryadapterinfo, WIRE_QUERY_DATA);
WIRE_CHECK(wire_queryadapterinfo, type, 24);
WIRE_CHECK(wire_queryadapterinfo, size, 28);

/* ---- what QUERYADAPTERINFO asks: public D3DKMT query numbers and structs ---- */

enum wire_query {
	WIRE_QAI_SEGMENTSIZE		= 3,
	WIRE_QAI_ADAPTERREGISTRYINFO	= 8,
	WIRE_QAI_DRIVERVERSION		= 13,
	WIRE_QAI_ADAPTERTYPE		= 15,
	WIRE_QAI_NODEMETADATA		= 25,
	WIRE_QAI_PHYSICALADAPTERCOUNT	= 30,
	WIRE_QAI_PHYSICALADAPTERDEVICEIDS	= 31,
	WIRE_QAI_ADAPTERREGISTRYINFO_RENDER	= 54,
	WIRE_QAI_DRIVERVERSION_RENDER	= 56,
	WIRE_QAI_ADAPTERTYPE_RENDER	= 57,
	WIRE_QAI_DRIVER_DESCRIPTION	= 65,
	WIRE_QAI_DRIVER_DESCRIPTION_RENDER	= 66,
	WIRE_QAI_WDDM_2_7_CAPS		= 70,
};

#define WIRE_ADAPTERTYPE_RENDER		0x0001u
#define WIRE_ADAPTERTYPE_PARAVIRTUALIZED	0x0080u
#define WIRE_ADAPTERTYPE_COMPUTE_ONLY	0x0800u

#define WIRE_DRIVERVERSION_WDDM_2_7	2700u

#define WIRE_WDDM_2_7_HWSCH_SUPPORTED	0x1u
#define WIRE_WDDM_2_7_HWSCH_ENABLED	0x2u

struct wire_qai_segmentsize {
	uint64_t dedicated_video;
	uint64_t dedicated_system;
	uint64_t shared_system;
};

WIRE_SIZE(wire_qai_segmentsize, 24);

struct wire_qai_adapterregistryinfo {
	uint16_t adapter[260];
	uint16_t bios[260];
	uint16_t dac[260];
	uint16_t chip[260];
};

WIRE_SIZE(wire_qai_adapterregistryinfo, 2080);

struct wire_qai_deviceids {
	uint32_t physical_adapter;	/* in */
	uint32_t vendor;
	uint32_t device;
	uint32_t sub_vendor;
	uint32_t sub_system;
	uint32_t revision;
	uint32_t bus_type;
};

WIRE_SIZE(wire_qai_deviceids, 28);

#define WIRE_ENGINE_OTHER	0u
#define WIRE_ENGINE_3D		1u
#define WIRE_ENGINE_COPY	6u

struct wire_qai_nodemetadata {
	uint32_t node_and_adapter;	/* in: node in the low half, physical adapter in the high */
	uint32_t engine;
	uint16_t name[32];
	uint32_t flags;
	uint8_t gpu_mmu;
	uint8_t io_mmu;
	uint8_t pad[2];
};

WIRE_SIZE(wire_qai_nodemetadata, 80);
WIRE_CHECK(wire_qai_nodemetadata, name, 8);
WIRE_CHECK(wire_qai_nodemetadata, gpu_mmu, 76);

struct wire_qai_driverdescription {
	uint16_t text[4096];
};

WIRE_SIZE(wire_qai_driverdescription, 8192);

#endif
