/* SPDX-License-Identifier: MIT */
/*
 * The table of the library's entry points: what the render node can do of each.
 *
 * D3DKMT_ENTRIES(X) is X(number of the ioctl of /dev/dxg, name behind D3DKMT, IN or
 * IO, type of the argument, FULL or PARTIAL or NONE, what is refused and why).
 * IN: the argument is not written. FULL: as on /dev/dxg. PARTIAL: what the text
 * names is STATUS_NOT_SUPPORTED, or differs. NONE: always STATUS_NOT_SUPPORTED.
 * README.md shows the same table to people; a test holds them together.
 */
#ifndef D3DKMT_ENTRIES_H
#define D3DKMT_ENTRIES_H

#define D3DKMT_ENTRIES(X) \
	X(0x01, OpenAdapterFromLuid, IO, D3DKMT_OPENADAPTERFROMLUID, FULL, \
	  "") \
	X(0x02, CreateDevice, IO, D3DKMT_CREATEDEVICE, PARTIAL, \
	  "no flags; all devices of an adapter share one address space and are lost " \
	  "together") \
	X(0x03, CreateContext, IO, D3DKMT_CREATECONTEXT, NONE, \
	  "WDDM 1; /dev/dxg has no such call either") \
	X(0x04, CreateContextVirtual, IO, D3DKMT_CREATECONTEXTVIRTUAL, PARTIAL, \
	  "no initial-data flag; physical adapter 0 only") \
	X(0x05, DestroyContext, IN, D3DKMT_DESTROYCONTEXT, FULL, \
	  "") \
	X(0x06, CreateAllocation2, IO, D3DKMT_CREATEALLOCATION, PARTIAL, \
	  "no adding to a resource; program memory as existing heap only; no flags of " \
	  "displays, write watch, cross adapter") \
	X(0x07, CreatePagingQueue, IO, D3DKMT_CREATEPAGINGQUEUE, PARTIAL, \
	  "physical adapter 0 only") \
	X(0x08, ReserveGpuVirtualAddress, IO, D3DDDI_RESERVEGPUVIRTUALADDRESS, PARTIAL, \
	  "no reservation without commitment; ranges end with the adapter's last device") \
	X(0x09, QueryAdapterInfo, IO, D3DKMT_QUERYADAPTERINFO, PARTIAL, \
	  "the queries that DEV_QUERY lists") \
	X(0x0a, QueryVideoMemoryInfo, IO, D3DKMT_QUERYVIDEOMEMORYINFO, PARTIAL, \
	  "physical adapter 0 only") \
	X(0x0b, MakeResident, IO, D3DDDI_MAKERESIDENT, FULL, \
	  "") \
	X(0x0c, MapGpuVirtualAddress, IO, D3DDDI_MAPGPUVIRTUALADDRESS, FULL, \
	  "") \
	X(0x0d, Escape, IO, D3DKMT_ESCAPE, PARTIAL, \
	  "driver-private escapes only, of known ones the two translations") \
	X(0x0e, GetDeviceState, IO, D3DKMT_GETDEVICESTATE, PARTIAL, \
	  "execution, reset and page fault; nothing of presenting") \
	X(0x0f, SubmitCommand, IN, D3DKMT_SUBMITCOMMAND, PARTIAL, \
	  "one context; no flags, primaries or history") \
	X(0x10, CreateSynchronizationObject2, IO, D3DKMT_CREATESYNCHRONIZATIONOBJECT2, PARTIAL, \
	  "monitored fences only, of one adapter") \
	X(0x11, SignalSynchronizationObject2, IN, D3DKMT_SIGNALSYNCHRONIZATIONOBJECT2, NONE, \
	  "a call for the older kinds of sync objects") \
	X(0x12, WaitForSynchronizationObject2, IN, D3DKMT_WAITFORSYNCHRONIZATIONOBJECT2, NONE, \
	  "a call for the older kinds of sync objects") \
	X(0x13, DestroyAllocation2, IN, D3DKMT_DESTROYALLOCATION2, PARTIAL, \
	  "allocations of a resource go with it, not one by one") \
	X(0x14, EnumAdapters2, IO, D3DKMT_ENUMADAPTERS2, FULL, \
	  "") \
	X(0x15, CloseAdapter, IN, D3DKMT_CLOSEADAPTER, FULL, \
	  "") \
	X(0x16, ChangeVideoMemoryReservation, IN, D3DKMT_CHANGEVIDEOMEMORYRESERVATION, NONE, \
	  "no request for it") \
	X(0x17, CreateHwContext, IO, D3DKMT_CREATEHWCONTEXT, NONE, \
	  "/dev/dxg has no such call either") \
	X(0x18, CreateHwQueue, IO, D3DKMT_CREATEHWQUEUE, FULL, \
	  "") \
	X(0x19, DestroyDevice, IN, D3DKMT_DESTROYDEVICE, FULL, \
	  "") \
	X(0x1a, DestroyHwContext, IN, D3DKMT_DESTROYHWCONTEXT, NONE, \
	  "/dev/dxg has no such call either") \
	X(0x1b, DestroyHwQueue, IN, D3DKMT_DESTROYHWQUEUE, FULL, \
	  "") \
	X(0x1c, DestroyPagingQueue, IO, D3DDDI_DESTROYPAGINGQUEUE, FULL, \
	  "") \
	X(0x1d, DestroySynchronizationObject, IN, D3DKMT_DESTROYSYNCHRONIZATIONOBJECT, FULL, \
	  "") \
	X(0x1e, Evict, IO, D3DKMT_EVICT, FULL, \
	  "") \
	X(0x1f, FlushHeapTransitions, IN, D3DKMT_FLUSHHEAPTRANSITIONS, NONE, \
	  "no request for it") \
	X(0x20, FreeGpuVirtualAddress, IN, D3DKMT_FREEGPUVIRTUALADDRESS, FULL, \
	  "") \
	X(0x21, GetContextInProcessSchedulingPriority, IO, \
	  D3DKMT_GETCONTEXTINPROCESSSCHEDULINGPRIORITY, FULL, \
	  "") \
	X(0x22, GetContextSchedulingPriority, IO, D3DKMT_GETCONTEXTSCHEDULINGPRIORITY, FULL, \
	  "") \
	X(0x23, GetSharedResourceAdapterLuid, IO, D3DKMT_GETSHAREDRESOURCEADAPTERLUID, NONE, \
	  "/dev/dxg has no such call either") \
	X(0x24, InvalidateCache, IN, D3DKMT_INVALIDATECACHE, FULL, \
	  "") \
	X(0x25, Lock2, IO, D3DKMT_LOCK2, FULL, \
	  "") \
	X(0x26, MarkDeviceAsError, IN, D3DKMT_MARKDEVICEASERROR, NONE, \
	  "no request for it") \
	X(0x27, OfferAllocations, IN, D3DKMT_OFFERALLOCATIONS, PARTIAL, \
	  "no single allocation of a resource that has several") \
	X(0x28, OpenResource, IO, D3DKMT_OPENRESOURCE, NONE, \
	  "names are global and can be guessed; /dev/dxg has no such call either") \
	X(0x29, OpenSynchronizationObject, IO, D3DKMT_OPENSYNCHRONIZATIONOBJECT, NONE, \
	  "names are global and can be guessed; /dev/dxg has no such call either") \
	X(0x2a, QueryAllocationResidency, IN, D3DKMT_QUERYALLOCATIONRESIDENCY, FULL, \
	  "") \
	X(0x2b, QueryResourceInfo, IO, D3DKMT_QUERYRESOURCEINFO, NONE, \
	  "names are global and can be guessed; /dev/dxg has no such call either") \
	X(0x2c, ReclaimAllocations2, IO, D3DKMT_RECLAIMALLOCATIONS2, PARTIAL, \
	  "no single allocation of a resource that has several") \
	X(0x2d, Render, IO, D3DKMT_RENDER, NONE, \
	  "WDDM 1; /dev/dxg has no such call either") \
	X(0x2e, SetAllocationPriority, IN, D3DKMT_SETALLOCATIONPRIORITY, FULL, \
	  "") \
	X(0x2f, SetContextInProcessSchedulingPriority, IN, \
	  D3DKMT_SETCONTEXTINPROCESSSCHEDULINGPRIORITY, FULL, \
	  "") \
	X(0x30, SetContextSchedulingPriority, IN, D3DKMT_SETCONTEXTSCHEDULINGPRIORITY, FULL, \
	  "") \
	X(0x31, SignalSynchronizationObjectFromCpu, IN, \
	  D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU, FULL, \
	  "") \
	X(0x32, SignalSynchronizationObjectFromGpu, IN, \
	  D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU, FULL, \
	  "") \
	X(0x33, SignalSynchronizationObjectFromGpu2, IN, \
	  D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU2, PARTIAL, \
	  "one context; no flags but the CPU event") \
	X(0x34, SubmitCommandToHwQueue, IN, D3DKMT_SUBMITCOMMANDTOHWQUEUE, PARTIAL, \
	  "no primaries") \
	X(0x35, SubmitSignalSyncObjectsToHwQueue, IN, \
	  D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE, PARTIAL, \
	  "one hardware queue; no flags") \
	X(0x36, SubmitWaitForSyncObjectsToHwQueue, IN, \
	  D3DKMT_SUBMITWAITFORSYNCOBJECTSTOHWQUEUE, FULL, \
	  "") \
	X(0x37, Unlock2, IN, D3DKMT_UNLOCK2, FULL, \
	  "") \
	X(0x38, UpdateAllocationProperty, IO, D3DDDI_UPDATEALLOCPROPERTY, PARTIAL, \
	  "segments; not the access by physical address") \
	X(0x39, UpdateGpuVirtualAddress, IN, D3DKMT_UPDATEGPUVIRTUALADDRESS, PARTIAL, \
	  "only with the flag not to wait for the context") \
	X(0x3a, WaitForSynchronizationObjectFromCpu, IN, \
	  D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU, PARTIAL, \
	  "as many objects as one FENCE_WAIT takes") \
	X(0x3b, WaitForSynchronizationObjectFromGpu, IN, \
	  D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU, FULL, \
	  "") \
	X(0x3c, GetAllocationPriority, IN, D3DKMT_GETALLOCATIONPRIORITY, FULL, \
	  "") \
	X(0x3d, QueryClockCalibration, IO, D3DKMT_QUERYCLOCKCALIBRATION, PARTIAL, \
	  "physical adapter 0 only") \
	X(0x3e, EnumAdapters3, IO, D3DKMT_ENUMADAPTERS3, FULL, \
	  "") \
	X(0x3f, ShareObjects, IO, D3DKMT_SHAREOBJECTS, PARTIAL, \
	  "a resource of one allocation, as a dma-buf") \
	X(0x40, OpenSyncObjectFromNtHandle2, IO, D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2, PARTIAL, \
	  "a fence of this adapter's render node") \
	X(0x41, QueryResourceInfoFromNtHandle, IO, D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE, FULL, \
	  "") \
	X(0x42, OpenResourceFromNtHandle, IO, D3DKMT_OPENRESOURCEFROMNTHANDLE, PARTIAL, \
	  "no keyed mutex") \
	X(0x43, QueryStatistics, IO, D3DKMT_QUERYSTATISTICS, PARTIAL, \
	  "adapter, and memory and engines of a process whose fdinfo can be read") \
	X(0x44, ShareObjectWithHost, IO, D3DKMT_SHAREOBJECTWITHHOST, NONE, \
	  "no request for it") \
	X(0x45, CreateSyncFile, IO, D3DKMT_CREATESYNCFILE, NONE, \
	  "a monitored fence must not become a dma_fence") \
	X(0x46, WaitSyncFile, IN, D3DKMT_WAITSYNCFILE, NONE, \
	  "a monitored fence must not become a dma_fence") \
	X(0x47, OpenSyncObjectFromSyncFile, IO, D3DKMT_OPENSYNCOBJECTFROMSYNCFILE, NONE, \
	  "a monitored fence must not become a dma_fence") \
	X(0x48, EnumProcesses, IO, D3DKMT_ENUMPROCESSES, PARTIAL, \
	  "differs: only processes whose fdinfo can be read") \
	X(0x49, IsFeatureEnabled, IO, D3DKMT_ISFEATUREENABLED, PARTIAL, \
	  "of an adapter, not of the machine")

#endif
