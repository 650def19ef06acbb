/* SPDX-License-Identifier: MIT */
/*
 * libdxg: the D3DKMT entry points for programs, on the render node of the dxg
 * driver or on /dev/dxg.
 *
 * Rules for everything here:
 * - The environment variable DXG_BACKEND chooses at the first call and for as long
 *   as the process lives: "render", which is the default, or "dev" for /dev/dxg.
 *   With another value every call returns STATUS_INVALID_PARAMETER.
 * - A function returns STATUS_SUCCESS, another status without the top bit
 *   (STATUS_PENDING: a paging fence tells when the result may be used), or the
 *   status of a failure. NULL is STATUS_INVALID_PARAMETER.
 * - Structures are those of /dev/dxg, see d3dkmthk.h. Where that speaks of a handle
 *   of Windows for an event or a shared object, it is the number of a file
 *   descriptor; what the library returns is closed on exec and the caller's.
 * - Handles belong to the process that made them. A child of fork() begins with
 *   none, and may open adapters again.
 * - Functions may be called from any thread. Nothing is printed.
 * - What the render node cannot do returns STATUS_NOT_SUPPORTED. Which calls those
 *   are is in README.md of the library's folder, and in d3dkmt_entries.h.
 */
#ifndef D3DKMT_H
#define D3DKMT_H

#include <stdint.h>

#include "d3dkmthk.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t NTSTATUS;

/** Whether a status is none of a failure. */
#define NT_SUCCESS(status)	((NTSTATUS)(status) >= 0)

#define STATUS_SUCCESS				((NTSTATUS)0x00000000)
#define STATUS_PENDING				((NTSTATUS)0x00000103)
#define STATUS_TIMEOUT				((NTSTATUS)0x00000102)
#define STATUS_UNSUCCESSFUL			((NTSTATUS)0xc0000001)
#define STATUS_INVALID_HANDLE			((NTSTATUS)0xc0000008)
#define STATUS_INVALID_PARAMETER		((NTSTATUS)0xc000000d)
#define STATUS_NO_MEMORY			((NTSTATUS)0xc0000017)
#define STATUS_ILLEGAL_INSTRUCTION		((NTSTATUS)0xc000001d)
#define STATUS_ACCESS_DENIED			((NTSTATUS)0xc0000022)
#define STATUS_BUFFER_TOO_SMALL			((NTSTATUS)0xc0000023)
#define STATUS_OBJECT_TYPE_MISMATCH		((NTSTATUS)0xc0000024)
#define STATUS_OBJECT_NAME_INVALID		((NTSTATUS)0xc0000033)
#define STATUS_OBJECT_NAME_COLLISION		((NTSTATUS)0xc0000035)
#define STATUS_NOT_SUPPORTED			((NTSTATUS)0xc00000bb)
#define STATUS_DEVICE_REMOVED			((NTSTATUS)0xc00002b6)
#define STATUS_GRAPHICS_ALLOCATION_BUSY		((NTSTATUS)0xc01e0102)

/* ---- Types under their usual names ---- */

typedef __u32 D3DKMT_HANDLE;
typedef struct winluid LUID;
typedef struct d3dkmt_adapterinfo D3DKMT_ADAPTERINFO;
typedef struct d3dddi_allocationinfo2 D3DDDI_ALLOCATIONINFO2;
typedef struct d3dddi_openallocationinfo2 D3DDDI_OPENALLOCATIONINFO2;
typedef struct d3dkmt_createstandardallocation D3DKMT_CREATESTANDARDALLOCATION;
typedef struct d3dddi_updategpuvirtualaddress_operation D3DDDI_UPDATEGPUVIRTUALADDRESS_OPERATION;
typedef struct d3dddi_synchronizationobjectinfo2 D3DDDI_SYNCHRONIZATIONOBJECTINFO2;
typedef struct d3dkmt_openadapterfromluid D3DKMT_OPENADAPTERFROMLUID;
typedef struct d3dkmt_createdevice D3DKMT_CREATEDEVICE;
typedef struct d3dkmt_createcontextvirtual D3DKMT_CREATECONTEXTVIRTUAL;
typedef struct d3dkmt_destroycontext D3DKMT_DESTROYCONTEXT;
typedef struct d3dkmt_createallocation D3DKMT_CREATEALLOCATION;
typedef struct d3dkmt_createpagingqueue D3DKMT_CREATEPAGINGQUEUE;
typedef struct d3dddi_reservegpuvirtualaddress D3DDDI_RESERVEGPUVIRTUALADDRESS;
typedef struct d3dkmt_queryadapterinfo D3DKMT_QUERYADAPTERINFO;
typedef struct d3dkmt_queryvideomemoryinfo D3DKMT_QUERYVIDEOMEMORYINFO;
typedef struct d3dddi_makeresident D3DDDI_MAKERESIDENT;
typedef struct d3dddi_mapgpuvirtualaddress D3DDDI_MAPGPUVIRTUALADDRESS;
typedef struct d3dkmt_escape D3DKMT_ESCAPE;
typedef struct d3dkmt_getdevicestate D3DKMT_GETDEVICESTATE;
typedef struct d3dkmt_submitcommand D3DKMT_SUBMITCOMMAND;
typedef struct d3dkmt_createsynchronizationobject2 D3DKMT_CREATESYNCHRONIZATIONOBJECT2;
typedef struct d3dkmt_signalsynchronizationobject2 D3DKMT_SIGNALSYNCHRONIZATIONOBJECT2;
typedef struct d3dkmt_waitforsynchronizationobject2 D3DKMT_WAITFORSYNCHRONIZATIONOBJECT2;
typedef struct d3dkmt_destroyallocation2 D3DKMT_DESTROYALLOCATION2;
typedef struct d3dkmt_enumadapters2 D3DKMT_ENUMADAPTERS2;
typedef struct d3dkmt_closeadapter D3DKMT_CLOSEADAPTER;
typedef struct d3dkmt_changevideomemoryreservation D3DKMT_CHANGEVIDEOMEMORYRESERVATION;
typedef struct d3dkmt_createhwqueue D3DKMT_CREATEHWQUEUE;
typedef struct d3dkmt_destroydevice D3DKMT_DESTROYDEVICE;
typedef struct d3dkmt_destroyhwqueue D3DKMT_DESTROYHWQUEUE;
typedef struct d3dddi_destroypagingqueue D3DDDI_DESTROYPAGINGQUEUE;
typedef struct d3dkmt_destroysynchronizationobject D3DKMT_DESTROYSYNCHRONIZATIONOBJECT;
typedef struct d3dkmt_evict D3DKMT_EVICT;
typedef struct d3dkmt_flushheaptransitions D3DKMT_FLUSHHEAPTRANSITIONS;
typedef struct d3dkmt_freegpuvirtualaddress D3DKMT_FREEGPUVIRTUALADDRESS;
typedef struct d3dkmt_getcontextinprocessschedulingpriority
	D3DKMT_GETCONTEXTINPROCESSSCHEDULINGPRIORITY;
typedef struct d3dkmt_getcontextschedulingpriority D3DKMT_GETCONTEXTSCHEDULINGPRIORITY;
typedef struct d3dkmt_invalidatecache D3DKMT_INVALIDATECACHE;
typedef struct d3dkmt_lock2 D3DKMT_LOCK2;
typedef struct d3dkmt_markdeviceaserror D3DKMT_MARKDEVICEASERROR;
typedef struct d3dkmt_offerallocations D3DKMT_OFFERALLOCATIONS;
typedef struct d3dkmt_queryallocationresidency D3DKMT_QUERYALLOCATIONRESIDENCY;
typedef struct d3dkmt_reclaimallocations2 D3DKMT_RECLAIMALLOCATIONS2;
typedef struct d3dkmt_setallocationpriority D3DKMT_SETALLOCATIONPRIORITY;
typedef struct d3dkmt_setcontextinprocessschedulingpriority
	D3DKMT_SETCONTEXTINPROCESSSCHEDULINGPRIORITY;
typedef struct d3dkmt_setcontextschedulingpriority D3DKMT_SETCONTEXTSCHEDULINGPRIORITY;
typedef struct d3dkmt_signalsynchronizationobjectfromcpu
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU;
typedef struct d3dkmt_signalsynchronizationobjectfromgpu
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU;
typedef struct d3dkmt_signalsynchronizationobjectfromgpu2
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU2;
typedef struct d3dkmt_submitcommandtohwqueue D3DKMT_SUBMITCOMMANDTOHWQUEUE;
typedef struct d3dkmt_submitsignalsyncobjectstohwqueue D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE;
typedef struct d3dkmt_submitwaitforsyncobjectstohwqueue D3DKMT_SUBMITWAITFORSYNCOBJECTSTOHWQUEUE;
typedef struct d3dkmt_unlock2 D3DKMT_UNLOCK2;
typedef struct d3dddi_updateallocproperty D3DDDI_UPDATEALLOCPROPERTY;
typedef struct d3dkmt_updategpuvirtualaddress D3DKMT_UPDATEGPUVIRTUALADDRESS;
typedef struct d3dkmt_waitforsynchronizationobjectfromcpu
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU;
typedef struct d3dkmt_waitforsynchronizationobjectfromgpu
	D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU;
typedef struct d3dkmt_getallocationpriority D3DKMT_GETALLOCATIONPRIORITY;
typedef struct d3dkmt_queryclockcalibration D3DKMT_QUERYCLOCKCALIBRATION;
typedef struct d3dkmt_enumadapters3 D3DKMT_ENUMADAPTERS3;
typedef struct d3dkmt_shareobjects D3DKMT_SHAREOBJECTS;
typedef struct d3dkmt_opensyncobjectfromnthandle2 D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2;
typedef struct d3dkmt_queryresourceinfofromnthandle D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE;
typedef struct d3dkmt_openresourcefromnthandle D3DKMT_OPENRESOURCEFROMNTHANDLE;
typedef struct d3dkmt_querystatistics D3DKMT_QUERYSTATISTICS;
typedef struct d3dkmt_shareobjectwithhost D3DKMT_SHAREOBJECTWITHHOST;
typedef struct d3dkmt_createsyncfile D3DKMT_CREATESYNCFILE;
typedef struct d3dkmt_waitsyncfile D3DKMT_WAITSYNCFILE;
typedef struct d3dkmt_opensyncobjectfromsyncfile D3DKMT_OPENSYNCOBJECTFROMSYNCFILE;
typedef struct d3dkmt_enumprocesses D3DKMT_ENUMPROCESSES;
typedef struct d3dkmt_isfeatureenabled D3DKMT_ISFEATUREENABLED;

/* ---- Types of calls that neither node has: their size is all that is known ---- */

typedef struct { __u64 reserved[12]; } D3DKMT_CREATECONTEXT;
typedef struct { __u64 reserved[5]; } D3DKMT_CREATEHWCONTEXT;
typedef struct { __u32 reserved[1]; } D3DKMT_DESTROYHWCONTEXT;
typedef struct { __u64 reserved[3]; } D3DKMT_GETSHAREDRESOURCEADAPTERLUID;
typedef struct { __u64 reserved[9]; } D3DKMT_OPENRESOURCE;
typedef struct { __u64 reserved[9]; } D3DKMT_OPENSYNCHRONIZATIONOBJECT;
typedef struct { __u64 reserved[4]; } D3DKMT_QUERYRESOURCEINFO;
typedef struct { __u64 reserved[46]; } D3DKMT_RENDER;

/* ---- Calls ---- */

/** Open an adapter by guest LUID; returns an adapter handle. */
NTSTATUS D3DKMTOpenAdapterFromLuid(D3DKMT_OPENADAPTERFROMLUID *args);
/** Create a device on an adapter. */
NTSTATUS D3DKMTCreateDevice(D3DKMT_CREATEDEVICE *args);
/** Create a legacy context. */
NTSTATUS D3DKMTCreateContext(D3DKMT_CREATECONTEXT *args);
/** Create a GPU context (GPU virtual addressing). */
NTSTATUS D3DKMTCreateContextVirtual(D3DKMT_CREATECONTEXTVIRTUAL *args);
/** Destroy a context. */
NTSTATUS D3DKMTDestroyContext(const D3DKMT_DESTROYCONTEXT *args);
/** Create allocations, optionally inside a resource, optionally over user memory. */
NTSTATUS D3DKMTCreateAllocation2(D3DKMT_CREATEALLOCATION *args);
/** Create a paging queue with its monitored fence. */
NTSTATUS D3DKMTCreatePagingQueue(D3DKMT_CREATEPAGINGQUEUE *args);
/** Reserve a GPU virtual address range. */
NTSTATUS D3DKMTReserveGpuVirtualAddress(D3DDDI_RESERVEGPUVIRTUALADDRESS *args);
/** Query adapter information of any query type. */
NTSTATUS D3DKMTQueryAdapterInfo(D3DKMT_QUERYADAPTERINFO *args);
/** Query memory budget and use of the caller. */
NTSTATUS D3DKMTQueryVideoMemoryInfo(D3DKMT_QUERYVIDEOMEMORYINFO *args);
/** Make allocations resident. */
NTSTATUS D3DKMTMakeResident(D3DDDI_MAKERESIDENT *args);
/** Map an allocation to GPU virtual addresses. */
NTSTATUS D3DKMTMapGpuVirtualAddress(D3DDDI_MAPGPUVIRTUALADDRESS *args);
/** Escape: opaque data to the host (vendor driver, memory manager, scheduler, device). */
NTSTATUS D3DKMTEscape(D3DKMT_ESCAPE *args);
/** Read device execution, reset, page-fault state. */
NTSTATUS D3DKMTGetDeviceState(D3DKMT_GETDEVICESTATE *args);
/** Submit a command buffer to a context. */
NTSTATUS D3DKMTSubmitCommand(const D3DKMT_SUBMITCOMMAND *args);
/** Create a sync object of one of six kinds. */
NTSTATUS D3DKMTCreateSynchronizationObject2(D3DKMT_CREATESYNCHRONIZATIONOBJECT2 *args);
/** Signal sync objects from a context (legacy form), or queue a CPU event. */
NTSTATUS D3DKMTSignalSynchronizationObject2(const D3DKMT_SIGNALSYNCHRONIZATIONOBJECT2 *args);
/** Make a context wait for sync objects (legacy form). */
NTSTATUS D3DKMTWaitForSynchronizationObject2(const D3DKMT_WAITFORSYNCHRONIZATIONOBJECT2 *args);
/** Destroy allocations or a resource. */
NTSTATUS D3DKMTDestroyAllocation2(const D3DKMT_DESTROYALLOCATION2 *args);
/** List and open adapters (no compute-only ones). */
NTSTATUS D3DKMTEnumAdapters2(D3DKMT_ENUMADAPTERS2 *args);
/** Close an adapter handle. */
NTSTATUS D3DKMTCloseAdapter(const D3DKMT_CLOSEADAPTER *args);
/** Change the memory reservation of the caller. */
NTSTATUS D3DKMTChangeVideoMemoryReservation(const D3DKMT_CHANGEVIDEOMEMORYRESERVATION *args);
/** Create a hardware context. */
NTSTATUS D3DKMTCreateHwContext(D3DKMT_CREATEHWCONTEXT *args);
/** Create a hardware queue with its progress fence. */
NTSTATUS D3DKMTCreateHwQueue(D3DKMT_CREATEHWQUEUE *args);
/** Destroy a device and everything on it. */
NTSTATUS D3DKMTDestroyDevice(const D3DKMT_DESTROYDEVICE *args);
/** Destroy a hardware context. */
NTSTATUS D3DKMTDestroyHwContext(const D3DKMT_DESTROYHWCONTEXT *args);
/** Destroy a hardware queue. */
NTSTATUS D3DKMTDestroyHwQueue(const D3DKMT_DESTROYHWQUEUE *args);
/** Destroy a paging queue. */
NTSTATUS D3DKMTDestroyPagingQueue(D3DDDI_DESTROYPAGINGQUEUE *args);
/** Destroy a sync object. */
NTSTATUS D3DKMTDestroySynchronizationObject(const D3DKMT_DESTROYSYNCHRONIZATIONOBJECT *args);
/** Evict allocations. */
NTSTATUS D3DKMTEvict(D3DKMT_EVICT *args);
/** Flush heap transitions. */
NTSTATUS D3DKMTFlushHeapTransitions(const D3DKMT_FLUSHHEAPTRANSITIONS *args);
/** Free a GPU virtual address range. */
NTSTATUS D3DKMTFreeGpuVirtualAddress(const D3DKMT_FREEGPUVIRTUALADDRESS *args);
/** Get in-process context priority. */
NTSTATUS
D3DKMTGetContextInProcessSchedulingPriority(D3DKMT_GETCONTEXTINPROCESSSCHEDULINGPRIORITY *args);
/** Get context priority. */
NTSTATUS D3DKMTGetContextSchedulingPriority(D3DKMT_GETCONTEXTSCHEDULINGPRIORITY *args);
/** LUID of a shared resource. */
NTSTATUS D3DKMTGetSharedResourceAdapterLuid(D3DKMT_GETSHAREDRESOURCEADAPTERLUID *args);
/** Invalidate the CPU cache for a range of an allocation. */
NTSTATUS D3DKMTInvalidateCache(const D3DKMT_INVALIDATECACHE *args);
/** Get a CPU mapping of an allocation. */
NTSTATUS D3DKMTLock2(D3DKMT_LOCK2 *args);
/** Put a device into error state. */
NTSTATUS D3DKMTMarkDeviceAsError(const D3DKMT_MARKDEVICEASERROR *args);
/** Offer allocations or resources to the host memory manager. */
NTSTATUS D3DKMTOfferAllocations(const D3DKMT_OFFERALLOCATIONS *args);
/** Open a resource by global handle. */
NTSTATUS D3DKMTOpenResource(D3DKMT_OPENRESOURCE *args);
/** Open a sync object by global handle. */
NTSTATUS D3DKMTOpenSynchronizationObject(D3DKMT_OPENSYNCHRONIZATIONOBJECT *args);
/** Query residency of allocations or a resource. */
NTSTATUS D3DKMTQueryAllocationResidency(const D3DKMT_QUERYALLOCATIONRESIDENCY *args);
/** Query a resource by global handle. */
NTSTATUS D3DKMTQueryResourceInfo(D3DKMT_QUERYRESOURCEINFO *args);
/** Reclaim offered allocations or resources. */
NTSTATUS D3DKMTReclaimAllocations2(D3DKMT_RECLAIMALLOCATIONS2 *args);
/** Legacy render submission. */
NTSTATUS D3DKMTRender(D3DKMT_RENDER *args);
/** Set allocation priorities. */
NTSTATUS D3DKMTSetAllocationPriority(const D3DKMT_SETALLOCATIONPRIORITY *args);
/** Set in-process context priority. */
NTSTATUS
D3DKMTSetContextInProcessSchedulingPriority(const D3DKMT_SETCONTEXTINPROCESSSCHEDULINGPRIORITY
					    *args);
/** Set context priority. */
NTSTATUS D3DKMTSetContextSchedulingPriority(const D3DKMT_SETCONTEXTSCHEDULINGPRIORITY *args);
/** Signal monitored fences from the CPU. */
NTSTATUS
D3DKMTSignalSynchronizationObjectFromCpu(const D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU *args);
/** Signal monitored fences from one context. */
NTSTATUS
D3DKMTSignalSynchronizationObjectFromGpu(const D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU *args);
/** Signal monitored fences from several contexts, or queue a CPU event. */
NTSTATUS
D3DKMTSignalSynchronizationObjectFromGpu2(const D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU2 *args);
/** Submit a command buffer to a hardware queue. */
NTSTATUS D3DKMTSubmitCommandToHwQueue(const D3DKMT_SUBMITCOMMANDTOHWQUEUE *args);
/** Queue fence signals on hardware queues. */
NTSTATUS
D3DKMTSubmitSignalSyncObjectsToHwQueue(const D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE *args);
/** Queue fence waits on a hardware queue. */
NTSTATUS
D3DKMTSubmitWaitForSyncObjectsToHwQueue(const D3DKMT_SUBMITWAITFORSYNCOBJECTSTOHWQUEUE *args);
/** Drop a CPU mapping. */
NTSTATUS D3DKMTUnlock2(const D3DKMT_UNLOCK2 *args);
/** Update allocation property (segments). */
NTSTATUS D3DKMTUpdateAllocationProperty(D3DDDI_UPDATEALLOCPROPERTY *args);
/** Update GPU page tables with an operation list. */
NTSTATUS D3DKMTUpdateGpuVirtualAddress(const D3DKMT_UPDATEGPUVIRTUALADDRESS *args);
/** Wait on the CPU for monitored fences, blocking or by eventfd. */
NTSTATUS
D3DKMTWaitForSynchronizationObjectFromCpu(const D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU *args);
/** Make a context wait for sync objects. */
NTSTATUS
D3DKMTWaitForSynchronizationObjectFromGpu(const D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU *args);
/** Get allocation priorities. */
NTSTATUS D3DKMTGetAllocationPriority(const D3DKMT_GETALLOCATIONPRIORITY *args);
/** Sample GPU and CPU clocks. */
NTSTATUS D3DKMTQueryClockCalibration(D3DKMT_QUERYCLOCKCALIBRATION *args);
/** List and open adapters with a filter. */
NTSTATUS D3DKMTEnumAdapters3(D3DKMT_ENUMADAPTERS3 *args);
/** Make a file descriptor for a shared resource or sync object. */
NTSTATUS D3DKMTShareObjects(D3DKMT_SHAREOBJECTS *args);
/** Open a shared sync object from a file descriptor. */
NTSTATUS D3DKMTOpenSyncObjectFromNtHandle2(D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 *args);
/** Query sizes of a shared resource from a file descriptor. */
NTSTATUS D3DKMTQueryResourceInfoFromNtHandle(D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE *args);
/** Open a shared resource from a file descriptor. */
NTSTATUS D3DKMTOpenResourceFromNtHandle(D3DKMT_OPENRESOURCEFROMNTHANDLE *args);
/** Query statistics of adapter, process, segment, node. */
NTSTATUS D3DKMTQueryStatistics(D3DKMT_QUERYSTATISTICS *args);
/** Export an object as a host NT handle. */
NTSTATUS D3DKMTShareObjectWithHost(D3DKMT_SHAREOBJECTWITHHOST *args);
/** Make a sync_file for a monitored fence value. */
NTSTATUS D3DKMTCreateSyncFile(D3DKMT_CREATESYNCFILE *args);
/** Make a context wait for a sync_file of this driver. */
NTSTATUS D3DKMTWaitSyncFile(const D3DKMT_WAITSYNCFILE *args);
/** Open the monitored fence behind a sync_file. */
NTSTATUS D3DKMTOpenSyncObjectFromSyncFile(D3DKMT_OPENSYNCOBJECTFROMSYNCFILE *args);
/** List pids (of the caller's pid namespace) that use an adapter. */
NTSTATUS D3DKMTEnumProcesses(D3DKMT_ENUMPROCESSES *args);
/** Ask whether a host feature is on. */
NTSTATUS D3DKMTIsFeatureEnabled(D3DKMT_ISFEATUREENABLED *args);

#ifdef __cplusplus
}
#endif

#endif
