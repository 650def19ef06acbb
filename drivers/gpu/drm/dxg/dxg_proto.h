/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The GPU paravirtualization protocol: numbers and layouts of what travels
 * between guest and host.
 *
 * Everything is little endian and naturally aligned; padding is spelt out and
 * sent as zero. Arrays at the end of a message are flexible. Offsets and sizes
 * stand in Documentation/gpu/dxg-wire-structs.tsv, and dxg_proto_check.h,
 * which is made from that table, holds the structures here to it.
 *
 * Hyper-V machines are little endian, so the fields have plain integer types.
 *
 * For some messages the host's structure counts one element of its trailing
 * array, so that their length is not what struct_size() gives. Such a length
 * is written down here as a macro.
 */
#ifndef _DXG_PROTO_H_
#define _DXG_PROTO_H_

#include <linux/bits.h>
#include <linux/types.h>

/* ---- PCI configuration space of the virtual GPU ---- */

#define DXGP_PCI_VENDOR			0x1414
#define DXGP_PCI_DEVICE_RENDER		0x008e
#define DXGP_PCI_DEVICE_COMPUTE		0x008a

#define DXGP_PCI_CHANNEL_GUID		0xc0	/* 16 bytes: instance id of the VMBus channel */
#define DXGP_PCI_VERSION		0xd0	/* read: the host's, write: the guest's */
#define DXGP_PCI_VGPU_LUID		0xd4	/* read, 8 bytes, from version 40 on */
#define DXGP_PCI_GUEST_CAPS		0xd4	/* write, 4 bytes */
#define DXGP_PCI_HOST_CAPS		0xdc	/* read, 4 bytes, from version 40 on */

#define DXGP_GUEST_CAPS_WSL2		BIT(0)
#define DXGP_HOST_CAPS_MAP_GUEST_MEMORY	BIT(0)

/* The low half of the channel's instance id is the LUID of the adapter in the guest. */
#define DXGP_CHANNEL_LUID_OFFSET	0
#define DXGP_CHANNEL_GUID_SIZE		16

/* ---- Versions ---- */

#define DXGP_VERSION			40	/* newest that this driver speaks */
#define DXGP_VERSION_OLD		27	/* of a host that names none */
#define DXGP_VERSION_COMPATIBLE		16	/* oldest, sent in OPENADAPTER */
#define DXGP_VERSION_EXT_HEADER		40	/* from here on: headers, LUIDs, host caps */

/* ---- Limits ---- */

#define DXGP_MAX_MESSAGE		131072	/* bytes, the extended header included */
#define DXGP_SYSMEM_PAGES		15867	/* page frames of one SETEXISTINGSYSMEMPAGES */
#define DXGP_MAX_BLOB			131072	/* opaque data: less, and all fits a message */
#define DXGP_MAX_ALLOCATIONS		1024	/* of one CREATE- or DESTROYALLOCATION */
#define DXGP_MAX_RESIDENT		10240	/* of one MAKERESIDENT, EVICT, OFFER, RECLAIM */
#define DXGP_MAX_VA_OPERATIONS		2048	/* of one UPDATEGPUVIRTUALADDRESS */
#define DXGP_MAX_BROADCAST		64	/* contexts of one submission or signal */
#define DXGP_MAX_PRIMARIES		16	/* written primaries of one SUBMITCOMMAND */
#define DXGP_MAX_HISTORY		1024	/* history buffers of one SUBMITCOMMAND */
#define DXGP_MAX_OBJECTS		32	/* objects of one wait or signal in queue order */
#define DXGP_PAGE_SIZE			4096	/* of addresses and counts on the wire */

/* ---- Commands ---- */

/* Guest to host, about one adapter; these travel with the adapter's LUID. */
#define DXGP_CMD_CREATEDEVICE			0
#define DXGP_CMD_DESTROYDEVICE			1
#define DXGP_CMD_QUERYADAPTERINFO		2
#define DXGP_CMD_CREATEALLOCATION		4
#define DXGP_CMD_DESTROYALLOCATION		5
#define DXGP_CMD_CREATECONTEXTVIRTUAL		6
#define DXGP_CMD_DESTROYCONTEXT			7
#define DXGP_CMD_CREATESYNCOBJECT		8
#define DXGP_CMD_CREATEPAGINGQUEUE		9
#define DXGP_CMD_DESTROYPAGINGQUEUE		10
#define DXGP_CMD_MAKERESIDENT			11
#define DXGP_CMD_EVICT				12
#define DXGP_CMD_ESCAPE				13
#define DXGP_CMD_OPENADAPTER			14
#define DXGP_CMD_CLOSEADAPTER			15
#define DXGP_CMD_FREEGPUVIRTUALADDRESS		16
#define DXGP_CMD_MAPGPUVIRTUALADDRESS		17
#define DXGP_CMD_RESERVEGPUVIRTUALADDRESS	18
#define DXGP_CMD_UPDATEGPUVIRTUALADDRESS	19
#define DXGP_CMD_SUBMITCOMMAND			20
#define DXGP_CMD_QUERYVIDEOMEMORYINFO		21
#define DXGP_CMD_WAITFORSYNCOBJECTFROMCPU	22
#define DXGP_CMD_LOCK2				23
#define DXGP_CMD_UNLOCK2			24
#define DXGP_CMD_WAITFORSYNCOBJECTFROMGPU	25
#define DXGP_CMD_SIGNALSYNCOBJECT		26
#define DXGP_CMD_GETDEVICESTATE			28
#define DXGP_CMD_MARKDEVICEASERROR		29
#define DXGP_CMD_OPENRESOURCE			32
#define DXGP_CMD_SETCONTEXTSCHEDULINGPRIORITY	33
#define DXGP_CMD_GETINTERNALADAPTERINFO		36
#define DXGP_CMD_FLUSHHEAPTRANSITIONS		37
#define DXGP_CMD_GETSTANDARDALLOCPRIVDATA	39
#define DXGP_CMD_QUERYALLOCATIONRESIDENCY	41
#define DXGP_CMD_FLUSHDEVICE			42
#define DXGP_CMD_SETEXISTINGSYSMEMSTORE		45
#define DXGP_CMD_QUERYSTATISTICS		48
#define DXGP_CMD_CHANGEVIDEOMEMORYRESERVATION	49
#define DXGP_CMD_CREATEHWQUEUE			50
#define DXGP_CMD_DESTROYHWQUEUE			51
#define DXGP_CMD_SUBMITCOMMANDTOHWQUEUE		52
#define DXGP_CMD_UPDATEALLOCATIONPROPERTY	56
#define DXGP_CMD_OFFERALLOCATIONS		57
#define DXGP_CMD_RECLAIMALLOCATIONS		58
#define DXGP_CMD_SETALLOCATIONPRIORITY		59
#define DXGP_CMD_GETALLOCATIONPRIORITY		60
#define DXGP_CMD_GETCONTEXTSCHEDULINGPRIORITY	61
#define DXGP_CMD_QUERYCLOCKCALIBRATION		62
#define DXGP_CMD_SETEXISTINGSYSMEMPAGES		66
#define DXGP_CMD_INVALIDATECACHE		67
#define DXGP_CMD_ISFEATUREENABLED		68

/* Guest to host, about the virtual machine. */
#define DXGP_FIRST_GLOBAL_COMMAND		1000
#define DXGP_CMD_CREATEPROCESS			1000
#define DXGP_CMD_DESTROYPROCESS			1001
#define DXGP_CMD_OPENSYNCOBJECT			1002
#define DXGP_CMD_DESTROYSYNCOBJECT		1003
#define DXGP_CMD_CREATENTSHAREDOBJECT		1004
#define DXGP_CMD_DESTROYNTSHAREDOBJECT		1005
#define DXGP_CMD_SETIOSPACEREGION		1010
#define DXGP_CMD_SHAREOBJECTWITHHOST		1021
#define DXGP_CMD_ISFEATUREENABLED_GLOBAL	1022

/* Host to guest, on the global channel, never answered. */
#define DXGP_HOST_SIGNALGUESTEVENT		0
#define DXGP_HOST_PROPAGATEPRESENTHISTORYTOKEN	1
#define DXGP_HOST_SETGUESTDATA			2
#define DXGP_HOST_SIGNALGUESTEVENTPASSIVE	3
#define DXGP_HOST_SENDWNFNOTIFICATION		4

/* ---- Headers ---- */

struct dxgp_luid {
	u32 a;				/* low part */
	u32 b;				/* high part */
};

/* In front of every guest-to-host message from version 40 on. */
struct dxgp_ext_header {
	u32 command_offset;		/* of the header behind, from the start: 16 */
	u32 reserved;
	struct dxgp_luid vgpu_luid;	/* 0 for global commands */
};

/* Values of dxgp_header.channel. */
#define DXGP_CHANNEL_VGPU		0
#define DXGP_CHANNEL_GLOBAL		1
#define DXGP_CHANNEL_HOST		2
#define DXGP_CHANNEL_ASYNC		BIT(8)	/* with DXGP_CHANNEL_VGPU: send no reply */

struct dxgp_header {
	u64 command_id;			/* 0 */
	u32 process;			/* host handle of the process, or 0 */
	u32 channel;
	u32 command;
	u32 pad;
};

/* ---- Lengths that count one element of the trailing array ---- */

#define DXGP_QUERYADAPTERINFO_SIZE(n)	(40 - 1 + (n))
#define DXGP_ESCAPE_SIZE(n)		(56 - 1 + (n))
#define DXGP_CREATECONTEXT_SIZE(n)	(56 - 1 + (n))
#define DXGP_CREATEHWQUEUE_SIZE(n)	((n) ? 72 - 1 + (n) : 72)
#define DXGP_DESTROYALLOCATION_SIZE(n)	(48 + 4 * (n))
#define DXGP_MAKERESIDENT_SIZE(n)	(48 + 4 * ((n) - 1))
#define DXGP_EVICT_SIZE(n)		(40 + 4 * ((n) - 1))
#define DXGP_OFFER_SIZE(n)		(48 + 4 * ((n) - 1))
#define DXGP_RECLAIM_SIZE(n)		(48 + 4 * ((n) - 1))
#define DXGP_RECLAIM_REPLY_SIZE(n)	(16 + 4 * ((n) - 1))
#define DXGP_SYSMEMPAGES_SIZE		(40 + 8 * DXGP_SYSMEM_PAGES)

/* ---- Flags ---- */

#define DXGP_PROCESS_LINUX		BIT(3)	/* createprocess.flags */

/* createdevice.flags */
#define DXGP_DEVICE_LEGACY		BIT(0)
#define DXGP_DEVICE_NO_TIMEOUT		BIT(2)
#define DXGP_DEVICE_GDI			BIT(3)

/* arg_getdevicestate.state_type, and what state then begins with */
#define DXGP_DEVICE_STATE_EXECUTION	1	/* a word, one of the next group */
#define DXGP_DEVICE_STATE_RESET		3	/* a word of bits */
#define DXGP_DEVICE_STATE_PAGE_FAULT	5	/* struct dxgp_page_fault_state */

#define DXGP_EXECUTION_ACTIVE		1
#define DXGP_EXECUTION_RESET		2
#define DXGP_EXECUTION_HUNG		3
#define DXGP_EXECUTION_STOPPED		4
#define DXGP_EXECUTION_OUT_OF_MEMORY	5
#define DXGP_EXECUTION_DMA_FAULT	6
#define DXGP_EXECUTION_PAGE_FAULT	7

#define DXGP_FLUSH_TERMINATE		4	/* flushdevice.reason */

/* arg_getdevicestate.state_type */
#define DXGP_STATE_EXECUTION		1
#define DXGP_STATE_PRESENT		2
#define DXGP_STATE_RESET		3
#define DXGP_STATE_PAGE_FAULT		5

/* What the type DXGP_STATE_EXECUTION returns in the first four bytes of state. */
#define DXGP_EXECUTION_ACTIVE		1
#define DXGP_EXECUTION_RESET		2
#define DXGP_EXECUTION_HUNG		3
#define DXGP_EXECUTION_STOPPED		4
#define DXGP_EXECUTION_OUT_OF_MEMORY	5
#define DXGP_EXECUTION_DMA_FAULT	6
#define DXGP_EXECUTION_PAGE_FAULT	7

/* arg_markdeviceaserror.reason */
#define DXGP_ERROR_GENERIC		0x80000000u
#define DXGP_ERROR_DRIVER		0x80000006u

#define DXGP_ESCAPE_DRIVER_PRIVATE	0	/* escape.type */
/* escape.flags */
#define DXGP_ESCAPE_HARDWARE_ACCESS	BIT(0)

/* createallocation.flags */
#define DXGP_CREATEALLOC_RESOURCE	BIT(0)
#define DXGP_CREATEALLOC_SHARED		BIT(1)
#define DXGP_CREATEALLOC_SYSMEM		BIT(5)
#define DXGP_CREATEALLOC_NT_SECURITY	BIT(6)
#define DXGP_CREATEALLOC_READ_ONLY	BIT(7)
#define DXGP_CREATEALLOC_WRITE_COMBINED	BIT(8)
#define DXGP_CREATEALLOC_CACHED		BIT(9)
#define DXGP_CREATEALLOC_CROSS_ADAPTER	BIT(11)
#define DXGP_CREATEALLOC_ZEROED		BIT(14)
#define DXGP_CREATEALLOC_STANDARD	BIT(16)

/* createallocation_info.flags */
#define DXGP_ALLOC_PRIMARY		BIT(0)
#define DXGP_ALLOC_STEREO		BIT(1)
#define DXGP_ALLOC_PRIORITY		BIT(2)

/* allocinfo_reply.allocation_flags */
#define DXGP_ALLOCINFO_SYSMEM		BIT(11)
#define DXGP_ALLOCINFO_CACHED		BIT(19)

/* destroyallocation.flags */
#define DXGP_DESTROYALLOC_NOT_IN_USE	BIT(0)
#define DXGP_DESTROYALLOC_SYNCHRONOUS	BIT(1)

#define DXGP_STANDARD_EXISTING_HEAP	1	/* standardallocation.type */
#define DXGP_STANDARD_CROSS_ADAPTER	2
#define DXGP_STANDARD_GDI_SURFACE	4	/* getstandardallocprivdata.alloc_type */
#define DXGP_GDI_CROSS_ADAPTER		7	/* the fourth word of its surface: the kind */

/* makeresident.flags */
#define DXGP_RESIDENT_CANT_TRIM		BIT(0)
#define DXGP_RESIDENT_MUST_SUCCEED	BIT(1)

/* evict.flags */
#define DXGP_EVICT_IF_NECESSARY		BIT(0)
#define DXGP_EVICT_NOT_WRITTEN		BIT(1)

/* offerallocations.priority, .flags */
#define DXGP_OFFER_LOW			1
#define DXGP_OFFER_NORMAL		2
#define DXGP_OFFER_HIGH			3
#define DXGP_OFFER_AUTO			4
#define DXGP_OFFER_IMMEDIATELY		BIT(0)
#define DXGP_OFFER_ALLOW_DECOMMIT	BIT(1)

/* reclaimallocations_reply.discarded */
#define DXGP_RECLAIM_OK			0
#define DXGP_RECLAIM_DISCARDED		1
#define DXGP_RECLAIM_NOT_COMMITTED	2

/* queryallocationresidency: the words behind the status */
#define DXGP_RESIDENCY_GPU		1
#define DXGP_RESIDENCY_SHARED		2
#define DXGP_RESIDENCY_NONE		3

/* arg_updateallocproperty.property_mask */
#define DXGP_PROPERTY_PHYSICAL		BIT(0)
#define DXGP_PROPERTY_SUPPORTED		BIT(1)
#define DXGP_PROPERTY_PREFERRED		BIT(2)

/* arg_reservegpuvirtualaddress.reservation_type */
#define DXGP_RESERVE_NO_ACCESS		0
#define DXGP_RESERVE_ZERO		1
#define DXGP_RESERVE_NO_COMMIT		2

/* arg_mapgpuvirtualaddress.protection, and of the operations of UPDATEGPUVIRTUALADDRESS */
#define DXGP_VA_WRITE			BIT(0)
#define DXGP_VA_EXECUTE			BIT(1)
#define DXGP_VA_ZERO			BIT(2)
#define DXGP_VA_NO_ACCESS		BIT(3)

/* arg_updategpuvirtualaddress_operation.operation */
#define DXGP_UPDATE_MAP			0
#define DXGP_UPDATE_UNMAP		1
#define DXGP_UPDATE_COPY		2
#define DXGP_UPDATE_MAP_PROTECT		3

/* createcontextvirtual.flags */
#define DXGP_CONTEXT_NULL_RENDERING	BIT(0)
#define DXGP_CONTEXT_INITIAL_DATA	BIT(1)
#define DXGP_CONTEXT_NO_TIMEOUT		BIT(2)
#define DXGP_CONTEXT_SYNC_ONLY		BIT(3)
#define DXGP_CONTEXT_HW_QUEUES		BIT(4)

/* createhwqueue.flags */
#define DXGP_HWQUEUE_NO_TIMEOUT		BIT(0)

#define DXGP_SUBMIT_NULL_RENDERING	BIT(0)	/* arg_submitcommand.flags */

/* arg_synchronizationobjectinfo2.type */
#define DXGP_SYNC_MUTEX			1
#define DXGP_SYNC_SEMAPHORE		2
#define DXGP_SYNC_FENCE			3
#define DXGP_SYNC_CPU_NOTIFICATION	4
#define DXGP_SYNC_MONITORED_FENCE	5
#define DXGP_SYNC_PERIODIC_FENCE	6

/* arg_synchronizationobjectinfo2.flags, opensyncobject.flags */
#define DXGP_SYNCFLAG_SHARED		BIT(0)
#define DXGP_SYNCFLAG_NT_SECURITY	BIT(1)
#define DXGP_SYNCFLAG_CROSS_ADAPTER	BIT(2)
#define DXGP_SYNCFLAG_TOP_OF_PIPELINE	BIT(3)
#define DXGP_SYNCFLAG_NO_SIGNAL		BIT(4)
#define DXGP_SYNCFLAG_NO_WAIT		BIT(5)
#define DXGP_SYNCFLAG_NO_TDR_SIGNAL	BIT(6)
#define DXGP_SYNCFLAG_NO_GPU_ACCESS	BIT(7)

#define DXGP_SYNC_HINT_UMD		1	/* createsyncobject.client_hint */

/* signalsyncobject.flags */
#define DXGP_SIGNAL_AT_SUBMISSION	BIT(0)
#define DXGP_SIGNAL_CPU_EVENT		BIT(1)
#define DXGP_SIGNAL_ALLOW_REWIND	BIT(2)

#define DXGP_WAIT_ANY			BIT(0)	/* waitforsyncobjectfromcpu.flags */

/* setguestdata.flags: the kind of data */
#define DXGP_GUESTDATA_TYPE(flags)	(((flags) >> 1) & 0xf)
#define DXGP_GUESTDATA_U32		0
#define DXGP_GUESTDATA_U64		1

/* queryvideomemoryinfo.memory_segment_group */
#define DXGP_MEMORY_LOCAL		0
#define DXGP_MEMORY_NON_LOCAL		1

/* arg_querystatistics.type; the node is in pad1[0]. */
#define DXGP_STATISTICS_PROCESS_NODE	6

/* getinternaladapterinfo_reply.flags */
#define DXGP_ADAPTER_SECURE_VM		BIT(0)
#define DXGP_ADAPTER_VM_RESET		BIT(1)
#define DXGP_ADAPTER_SHARE_WITH_HOST	BIT(2)
#define DXGP_ADAPTER_HW_SCH_ENABLED	BIT(3)
#define DXGP_ADAPTER_HW_SCH_CAPABLE	BIT(4)
#define DXGP_ADAPTER_VA_BACKED_VM	BIT(5)
#define DXGP_ADAPTER_ASYNC		BIT(6)

/* arg_isfeatureenabled_result.flags */
#define DXGP_FEATURE_ENABLED		BIT(0)
#define DXGP_FEATURE_KNOWN		BIT(1)
#define DXGP_FEATURE_DRIVER		BIT(2)
#define DXGP_FEATURE_CONFIG		BIT(3)

/* Data of QUERYADAPTERINFO; the numbers are enum drm_dxg_host_query of the user interface. */
struct dxgp_query_node_metadata {
	u32 node;			/* in: engine in bits 0-15, physical adapter in 16-31 */
	u32 engine_type;
	u16 name[32];
	u32 flags;
	u8 gpu_mmu;
	u8 io_mmu;
	u8 pad[2];
};

struct dxgp_query_device_ids {
	u32 physical_adapter;		/* in */
	u32 vendor;
	u32 device;
	u32 subvendor;
	u32 subsystem;
	u32 revision;
	u32 bus_type;
};

#define DXGP_ADAPTER_TYPE_RENDER	BIT(0)
#define DXGP_ADAPTER_TYPE_PARAVIRTUAL	BIT(7)
#define DXGP_ADAPTER_TYPE_COMPUTE_ONLY	BIT(11)
/* Display, post device, indirect display, ACG, timings: nothing of this exists in a guest. */
#define DXGP_ADAPTER_TYPE_DISPLAY	(BIT(1) | BIT(3) | BIT(6) | BIT(8) | BIT(9))

/* ---- Host to guest ---- */

struct dxgp_signalguestevent {
	struct dxgp_header hdr;
	u64 event;
	u64 process_id;
	u8 dereference_event;
	u8 pad[7];
};

struct dxgp_setguestdata {
	struct dxgp_header hdr;
	u64 cookie;
	u64 data;
	u32 flags;
	u32 pad;
};

/* ---- Sync objects shared between processes, NT handles ---- */

struct dxgp_opensyncobject {
	struct dxgp_header hdr;
	u32 device;
	u32 global_sync_object;
	u32 engine_affinity;
	u32 flags;
};

struct dxgp_opensyncobject_reply {
	u32 sync_object;
	u32 status;
	u64 gpu_virtual_address;
	u64 guest_cpu_physical_address;
};

struct dxgp_createntsharedobject {
	struct dxgp_header hdr;
	u32 object;
	u32 pad;
};

struct dxgp_destroyntsharedobject {
	struct dxgp_header hdr;
	u32 shared_handle;
	u32 pad;
};

/* ---- IO space, guest memory as the backing of allocations ---- */

struct dxgp_setiospaceregion {
	struct dxgp_header hdr;
	u64 start;
	u64 length;
	u32 shared_page_gpadl;
	u32 pad;
};

struct dxgp_setexistingsysmemstore {
	struct dxgp_header hdr;
	u32 device;
	u32 allocation;
	u32 gpadl;
	u32 pad;
};

/* Sent with DXGP_SYSMEM_PAGES entries always; those beyond num_pages are 0. */
struct dxgp_setexistingsysmempages {
	struct dxgp_header hdr;
	u32 device;
	u32 allocation;
	u32 num_pages;
	u32 alloc_offset_in_pages;
	u64 pfns[];
};

/* ---- Processes ---- */

struct dxgp_createprocess {
	struct dxgp_header hdr;
	u64 cookie;
	u64 process_id;
	u16 process_name[261];
	u8 flags;
	u8 pad[5];
};

struct dxgp_createprocess_reply {
	u32 hprocess;
};

struct dxgp_destroyprocess {
	struct dxgp_header hdr;
};

/* ---- Adapters ---- */

struct dxgp_openadapter {
	struct dxgp_header hdr;
	u32 vmbus_interface_version;
	u32 vmbus_last_compatible_interface_version;
	struct dxgp_luid guest_adapter_luid;
};

struct dxgp_openadapter_reply {
	u32 host_adapter_handle;
	u32 status;
	u32 vmbus_interface_version;
	u32 vmbus_last_compatible_interface_version;
};

struct dxgp_closeadapter {
	struct dxgp_header hdr;
	u32 host_handle;
	u32 pad;
};

struct dxgp_getinternaladapterinfo {
	struct dxgp_header hdr;
};

/* Before version 40 the reply ends in front of host_vgpu_luid. */
struct dxgp_getinternaladapterinfo_reply {
	u32 device_types;
	u32 driver_store_copy_mode;
	u32 driver_ddi_version;
	u32 flags;
	struct dxgp_luid host_adapter_luid;
	u16 device_description[80];
	u16 device_instance_id[260];
	struct dxgp_luid host_vgpu_luid;
};

struct dxgp_queryadapterinfo {
	struct dxgp_header hdr;
	u32 query_type;
	u32 private_data_size;
	u8 private_data[];
};

/* From version 40 on; before, the reply is only the data. */
struct dxgp_queryadapterinfo_reply {
	u32 status;
	u8 private_data[];
};

/* ---- Priorities ---- */

struct dxgp_setallocationpriority {
	struct dxgp_header hdr;
	u32 device;
	u32 resource;
	u32 allocation_count;
	u32 pad;
};

struct dxgp_getallocationpriority {
	struct dxgp_header hdr;
	u32 device;
	u32 resource;
	u32 allocation_count;
	u32 pad;
};

struct dxgp_getallocationpriority_reply {
	u32 status;
};

struct dxgp_setcontextschedulingpriority2 {
	struct dxgp_header hdr;
	u32 context;
	s32 priority;
	u8 in_process;
	u8 pad[7];
};

struct dxgp_getcontextschedulingpriority {
	struct dxgp_header hdr;
	u32 context;
	u8 in_process;
	u8 pad[3];
};

struct dxgp_getcontextschedulingpriority_reply {
	u32 status;
	s32 priority;
};

/* ---- Devices ---- */

struct dxgp_createdevice {
	struct dxgp_header hdr;
	u32 flags;
	u8 cdd_device;
	u8 pad[3];
	u64 cookie;
};

struct dxgp_createdevice_reply {
	u32 device;
};

struct dxgp_destroydevice {
	struct dxgp_header hdr;
	u32 device;
	u32 pad;
};

struct dxgp_flushdevice {
	struct dxgp_header hdr;
	u32 device;
	u32 reason;
};

/* ---- Residency ---- */

struct dxgp_makeresident {
	struct dxgp_header hdr;
	u32 device;
	u32 paging_queue;
	u32 flags;
	u32 alloc_count;
	u32 allocations[];
};

struct dxgp_makeresident_reply {
	u64 paging_fence_value;
	u64 num_bytes_to_trim;
	u32 status;
	u32 pad;
};

struct dxgp_evict {
	struct dxgp_header hdr;
	u32 device;
	u32 flags;
	u32 alloc_count;
	u32 allocations[];
};

struct dxgp_evict_reply {
	u64 num_bytes_to_trim;
};

/* ---- Submission ---- */

struct dxgp_arg_submitcommand {
	u64 command_buffer;
	u32 command_length;
	u32 flags;
	u64 present_history_token;
	u32 broadcast_context_count;
	u32 broadcast_context[64];
	u32 reserved;
	u64 priv_drv_data;
	u32 priv_drv_data_size;
	u32 num_primaries;
	u32 written_primaries[16];
	u32 num_history_buffers;
	u32 reserved1;
	u64 history_buffer_array;
};

/* Followed by the history handles and the private data. */
struct dxgp_submitcommand {
	struct dxgp_header hdr;
	struct dxgp_arg_submitcommand args;
};

struct dxgp_arg_submitcommandtohwqueue {
	u32 hwqueue;
	u32 reserved;
	u64 hwqueue_progress_fence_id;
	u64 command_buffer;
	u32 command_length;
	u32 priv_drv_data_size;
	u64 priv_drv_data;
	u32 num_primaries;
	u32 reserved1;
	u64 written_primaries;
};

struct dxgp_submitcommandtohwqueue {
	struct dxgp_header hdr;
	struct dxgp_arg_submitcommandtohwqueue args;
};

struct dxgp_flushheaptransitions {
	struct dxgp_header hdr;
};

/* ---- Caches ---- */

struct dxgp_invalidatecache {
	struct dxgp_header hdr;
	u32 device;
	u32 allocation;
	u64 offset;
	u64 length;
	u64 reserved;
};

/* ---- GPU virtual addresses ---- */

struct dxgp_arg_freegpuvirtualaddress {
	u32 adapter;
	u32 reserved;
	u64 base_address;
	u64 size;
};

struct dxgp_freegpuvirtualaddress {
	struct dxgp_header hdr;
	struct dxgp_arg_freegpuvirtualaddress args;
};

struct dxgp_arg_mapgpuvirtualaddress {
	u32 paging_queue;
	u32 pad;
	u64 base_address;
	u64 minimum_address;
	u64 maximum_address;
	u32 allocation;
	u32 pad1;
	u64 offset_in_pages;
	u64 size_in_pages;
	u64 protection;
	u64 driver_protection;
	u32 reserved0;
	u32 pad2;
	u64 reserved1;
	u64 virtual_address;
	u64 paging_fence_value;
};

struct dxgp_mapgpuvirtualaddress {
	struct dxgp_header hdr;
	struct dxgp_arg_mapgpuvirtualaddress args;
	u32 device;
	u32 pad;
};

struct dxgp_mapgpuvirtualaddress_reply {
	u64 virtual_address;
	u64 paging_fence_value;
	u32 status;
	u32 pad;
};

struct dxgp_arg_reservegpuvirtualaddress {
	u32 adapter;
	u32 pad;
	u64 base_address;
	u64 minimum_address;
	u64 maximum_address;
	u64 size;
	u32 reservation_type;
	u32 pad1;
	u64 driver_protection;
	u64 virtual_address;
	u64 paging_fence_value;
};

struct dxgp_reservegpuvirtualaddress {
	struct dxgp_header hdr;
	struct dxgp_arg_reservegpuvirtualaddress args;
};

struct dxgp_reservegpuvirtualaddress_reply {
	u64 virtual_address;
	u64 paging_fence_value;
};

struct dxgp_arg_updategpuvirtualaddress_operation {
	u32 operation;
	u32 pad;
	u64 data[7];
};

struct dxgp_updategpuvirtualaddress {
	struct dxgp_header hdr;
	u64 fence_value;
	u32 device;
	u32 context;
	u32 fence_object;
	u32 num_operations;
	u32 flags;
	u32 pad;
	struct dxgp_arg_updategpuvirtualaddress_operation operations[];
};

/* ---- Clocks ---- */

struct dxgp_arg_gpuclockdata {
	u64 gpu_frequency;
	u64 gpu_clock_counter;
	u64 cpu_clock_counter;
	u32 flags;
} __packed __aligned(4);

struct dxgp_arg_queryclockcalibration {
	u32 adapter;
	u32 node_ordinal;
	u32 physical_adapter_index;
	struct dxgp_arg_gpuclockdata clock_data;
};

struct dxgp_queryclockcalibration {
	struct dxgp_header hdr;
	struct dxgp_arg_queryclockcalibration args;
};

struct dxgp_queryclockcalibration_reply {
	u32 status;
	struct dxgp_arg_gpuclockdata clock_data;
};

/* ---- Allocations and resources ---- */

struct dxgp_createallocation_info {
	u32 flags;
	u32 priv_drv_data_size;
	u32 vidpn_source_id;
};

/* Followed by alloc_count infos and the private data. */
struct dxgp_createallocation {
	struct dxgp_header hdr;
	u32 device;
	u32 resource;
	u32 private_runtime_data_size;
	u32 priv_drv_data_size;
	u32 alloc_count;
	u32 flags;
	u64 private_runtime_resource_handle;
	u8 make_resident;
	u8 pad[7];
};

/* With DXGP_CREATEALLOC_STANDARD, the opaque data of the resource is this. */
struct dxgp_standardallocation {
	u32 type;
	u32 reserved;
	u64 size;
	u32 flags;
	u32 reserved1;
};

static_assert(sizeof(struct dxgp_standardallocation) == 24);

struct dxgp_openresource {
	struct dxgp_header hdr;
	u32 device;
	u8 nt_security_sharing;
	u8 pad[3];
	u32 global_share;
	u32 allocation_count;
	u32 total_priv_drv_data_size;
	u32 pad1;
};

/* Followed by the handles of the allocations. */
struct dxgp_openresource_reply {
	u32 resource;
	u32 status;
};

/* ---- Statistics ---- */

struct dxgp_arg_querystatistics_result {
	u64 data[97];
};

struct dxgp_arg_querystatistics {
	u32 type;
	struct dxgp_luid adapter_luid;
	u32 pad;
	u64 process;
	struct dxgp_arg_querystatistics_result result;
	u32 pad1[2];
};

struct dxgp_querystatistics {
	struct dxgp_header hdr;
	struct dxgp_arg_querystatistics args;
};

struct dxgp_querystatistics_reply {
	u32 status;
	u32 reserved;
	struct dxgp_arg_querystatistics_result result;
};

/* ---- Standard allocations ---- */

/* What surface holds depends on alloc_type. */
struct dxgp_getstandardallocprivdata {
	struct dxgp_header hdr;
	u32 alloc_type;
	u32 priv_driver_data_size;
	u32 priv_driver_resource_size;
	u32 physical_adapter_index;
	u32 surface[6];
};

struct dxgp_getstandardallocprivdata_reply {
	u32 status;
	u32 priv_driver_data_size;
	u32 priv_driver_resource_size;
	u32 surface[6];
};

/* ---- Replies of the allocation commands ---- */

struct dxgp_arg_rational {
	u32 numerator;
	u32 denominator;
};

struct dxgp_arg_describeallocation {
	u64 allocation;
	u32 width;
	u32 height;
	u32 format;
	u32 multisample_method;
	struct dxgp_arg_rational refresh_rate;
	u32 private_driver_attribute;
	u32 flags;
	u32 rotation;
	u32 pad;
};

struct dxgp_allocinfo_reply {
	u32 allocation;
	u32 priv_drv_data_size;
	u32 allocation_flags;
	u32 pad;
	u64 allocation_size;
	struct dxgp_arg_describeallocation driver_info;
};

struct dxgp_createallocation_reply {
	u32 flags;
	u32 resource;
	u32 global_share;
	u32 vgpu_flags;
	struct dxgp_allocinfo_reply allocation_info[];
};

struct dxgp_destroyallocation {
	struct dxgp_header hdr;
	u32 device;
	u32 resource;
	u32 alloc_count;
	u32 flags;
	u32 allocations[];
};

/* ---- Contexts ---- */

/* The reply is the same structure; context is 0 when the host failed. */
struct dxgp_createcontextvirtual {
	struct dxgp_header hdr;
	u32 context;
	u32 device;
	u32 node_ordinal;
	u32 engine_affinity;
	u32 flags;
	u32 client_hint;
	u32 priv_drv_data_size;
	u8 priv_drv_data[];
};

struct dxgp_destroycontext {
	struct dxgp_header hdr;
	u32 context;
	u32 pad;
};

/* ---- Paging queues ---- */

struct dxgp_arg_createpagingqueue {
	u32 device;
	u32 priority;
	u32 paging_queue;
	u32 sync_object;
	u64 fence_cpu_virtual_address;
	u32 physical_adapter_index;
	u32 pad;
};

struct dxgp_createpagingqueue {
	struct dxgp_header hdr;
	struct dxgp_arg_createpagingqueue args;
};

struct dxgp_createpagingqueue_reply {
	u32 paging_queue;
	u32 sync_object;
	u64 fence_storage_physical_address;
	u64 fence_storage_offset;
};

struct dxgp_destroypagingqueue {
	struct dxgp_header hdr;
	u32 paging_queue;
	u32 pad;
};

/* ---- Sync objects ---- */

/* What data holds depends on the type. */
struct dxgp_arg_synchronizationobjectinfo2 {
	u32 type;
	u32 flags;
	u64 data[8];
	u32 shared_handle;
	u32 pad;
};

struct dxgp_arg_createsynchronizationobject2 {
	u32 device;
	u32 reserved;
	struct dxgp_arg_synchronizationobjectinfo2 info;
	u32 sync_object;
	u32 reserved1;
};

struct dxgp_createsyncobject {
	struct dxgp_header hdr;
	struct dxgp_arg_createsynchronizationobject2 args;
	u32 client_hint;
	u32 pad;
};

struct dxgp_createsyncobject_reply {
	u32 sync_object;
	u32 global_sync_object;
	u64 fence_gpu_va;
	u64 fence_storage_address;
	u32 fence_storage_offset;
	u32 pad;
};

struct dxgp_destroysyncobject {
	struct dxgp_header hdr;
	u32 sync_object;
	u32 pad;
};

/* Followed by object_count handles, context_count contexts, and the values. */
struct dxgp_signalsyncobject {
	struct dxgp_header hdr;
	u32 object_count;
	u32 flags;
	u32 context_count;
	u32 pad;
	u64 fence_value;
	u64 event_or_device;
};

/* Followed by object_count handles, then as many 64-bit values. */
struct dxgp_waitforsyncobjectfromcpu {
	struct dxgp_header hdr;
	u32 device;
	u32 object_count;
	u32 flags;
	u32 pad;
	u64 event;
	u8 dereference_event;
	u8 pad1[7];
};

/* The values are followed by object_count handles. */
struct dxgp_waitforsyncobjectfromgpu {
	struct dxgp_header hdr;
	u32 context;
	u32 object_count;
	u8 legacy_fence_object;
	u8 pad[7];
	u64 fence_values[];
};

/* ---- CPU access ---- */

struct dxgp_arg_lock2 {
	u32 device;
	u32 allocation;
	u32 flags;
	u32 reserved;
	u64 data;
};

struct dxgp_lock2 {
	struct dxgp_header hdr;
	struct dxgp_arg_lock2 args;
	u8 use_legacy_lock;
	u8 pad[3];
	u32 flags;
	u32 priv_drv_data;
	u32 pad1;
};

struct dxgp_lock2_reply {
	u32 status;
	u32 pad;
	u64 cpu_visible_buffer_offset;
};

struct dxgp_arg_unlock2 {
	u32 device;
	u32 allocation;
};

struct dxgp_unlock2 {
	struct dxgp_header hdr;
	struct dxgp_arg_unlock2 args;
	u8 use_legacy_unlock;
	u8 pad[7];
};

/* ---- Allocation properties ---- */

struct dxgp_arg_updateallocproperty {
	u32 paging_queue;
	u32 allocation;
	u32 supported_segment_set;
	u32 preferred_segment;
	u32 flags;
	u32 pad;
	u64 paging_fence_value;
	u32 property_mask;
	u32 pad1;
};

struct dxgp_updateallocationproperty {
	struct dxgp_header hdr;
	struct dxgp_arg_updateallocproperty args;
};

struct dxgp_updateallocationproperty_reply {
	u64 paging_fence_value;
	u32 status;
	u32 pad;
};

struct dxgp_arg_markdeviceaserror {
	u32 device;
	u32 reason;
};

struct dxgp_markdeviceaserror {
	struct dxgp_header hdr;
	struct dxgp_arg_markdeviceaserror args;
};

struct dxgp_offerallocations {
	struct dxgp_header hdr;
	u32 device;
	u32 allocation_count;
	u32 priority;
	u32 flags;
	u8 resources;
	u8 pad[3];
	u32 allocations[];
};

struct dxgp_reclaimallocations {
	struct dxgp_header hdr;
	u32 device;
	u32 paging_queue;
	u32 allocation_count;
	u8 resources;
	u8 write_results;
	u16 pad;
	u32 allocations[];
};

struct dxgp_reclaimallocations_reply {
	u64 paging_fence_value;
	u32 status;
	u32 discarded[];
};

/* ---- Video memory ---- */

struct dxgp_arg_changevideomemoryreservation {
	u64 process;
	u32 adapter;
	u32 memory_segment_group;
	u64 reservation;
	u32 physical_adapter_index;
	u32 pad;
};

struct dxgp_changevideomemoryreservation {
	struct dxgp_header hdr;
	struct dxgp_arg_changevideomemoryreservation args;
};

/* ---- Hardware queues ---- */

/* The reply is the same structure, with status and what stands before context filled in. */
struct dxgp_createhwqueue {
	struct dxgp_header hdr;
	u32 status;
	u32 hwqueue;
	u32 hwqueue_progress_fence;
	u32 pad;
	u64 hwqueue_progress_fence_cpuva;
	u64 hwqueue_progress_fence_gpuva;
	u32 context;
	u32 flags;
	u32 priv_drv_data_size;
	u8 priv_drv_data[];
};

struct dxgp_destroyhwqueue {
	struct dxgp_header hdr;
	u32 hwqueue;
	u32 pad;
};

/* ---- Residency queries, escapes, memory budget ---- */

struct dxgp_arg_queryallocationresidency {
	u32 device;
	u32 resource;
	u64 allocations;
	u32 allocation_count;
	u32 reserved;
	u64 residency_status;
};

struct dxgp_queryallocationresidency {
	struct dxgp_header hdr;
	struct dxgp_arg_queryallocationresidency args;
};

struct dxgp_queryallocationresidency_reply {
	u32 status;
};

struct dxgp_escape {
	struct dxgp_header hdr;
	u32 adapter;
	u32 device;
	u32 type;
	u32 flags;
	u32 priv_drv_data_size;
	u32 context;
	u8 priv_drv_data[];
};

struct dxgp_queryvideomemoryinfo {
	struct dxgp_header hdr;
	u32 adapter;
	u32 memory_segment_group;
	u32 physical_adapter_index;
	u32 pad;
};

struct dxgp_queryvideomemoryinfo_reply {
	u64 budget;
	u64 current_usage;
	u64 current_reservation;
	u64 available_for_reservation;
};

/* ---- Device state ---- */

/* What state holds depends on state_type. */
struct dxgp_arg_getdevicestate {
	u32 device;
	u32 state_type;
	u64 state[6];
};

struct dxgp_getdevicestate {
	struct dxgp_header hdr;
	struct dxgp_arg_getdevicestate args;
};

/* In state, for DXGP_DEVICE_STATE_PAGE_FAULT. */
struct dxgp_page_fault_state {
	u64 primitive;
	u32 stage;
	u32 bind_table_entry;
	u32 flags;
	u32 error;
	u64 address;
};

struct dxgp_getdevicestate_reply {
	struct dxgp_arg_getdevicestate args;
	u32 status;
	u32 pad;
};

/* ---- Sharing with the host ---- */

struct dxgp_shareobjectwithhost {
	struct dxgp_header hdr;
	u32 device_handle;
	u32 object_handle;
	u64 reserved;
};

struct dxgp_shareobjectwithhost_reply {
	u32 status;
	u32 alignment;
	u64 vail_nt_handle;
};

/* ---- Features ---- */

struct dxgp_arg_feature_desc {
	u16 min_supported_version;
	u16 max_supported_version;
	u16 flags;
};

struct dxgp_isfeatureenabled {
	struct dxgp_header hdr;
	u32 feature_id;
	u32 pad;
};

struct dxgp_isfeatureenabled_gbl {
	struct dxgp_header hdr;
	u32 feature_id;
	u32 pad;
};

struct dxgp_arg_isfeatureenabled_result {
	u16 version;
	u16 flags;
};

struct dxgp_isfeatureenabled_reply {
	u32 status;
	struct dxgp_arg_feature_desc descriptor;
	struct dxgp_arg_isfeatureenabled_result result;
	u16 pad;
};

#endif /* _DXG_PROTO_H_ */
