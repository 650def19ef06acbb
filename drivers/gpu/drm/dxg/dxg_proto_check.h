/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holds the structures of dxg_proto.h to the table of the wire format.
 *
 * Made by tests/dxg_proto_gen.py from Documentation/gpu/dxg-wire-structs.tsv;
 * change the table and run it again.
 */
#ifndef _DXG_PROTO_CHECK_H_
#define _DXG_PROTO_CHECK_H_

#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "dxg_proto.h"

#define DXGP_MEMBER(type, member, offset, bytes) \
	static_assert(offsetof(struct type, member) == (offset) && \
		      sizeof_field(struct type, member) == (bytes))
#define DXGP_ARRAY(type, member, offset) \
	static_assert(offsetof(struct type, member) == (offset))
#define DXGP_SIZE(type, bytes) \
	static_assert(sizeof(struct type) == (bytes))


DXGP_MEMBER(dxgp_header, command_id, 0, 8);
DXGP_MEMBER(dxgp_header, process, 8, 4);
DXGP_MEMBER(dxgp_header, channel, 12, 4);
DXGP_MEMBER(dxgp_header, command, 16, 4);
DXGP_SIZE(dxgp_header, 24);

DXGP_MEMBER(dxgp_luid, a, 0, 4);
DXGP_MEMBER(dxgp_luid, b, 4, 4);
DXGP_SIZE(dxgp_luid, 8);

DXGP_MEMBER(dxgp_signalguestevent, hdr, 0, 24);
DXGP_MEMBER(dxgp_signalguestevent, event, 24, 8);
DXGP_MEMBER(dxgp_signalguestevent, process_id, 32, 8);
DXGP_MEMBER(dxgp_signalguestevent, dereference_event, 40, 1);
DXGP_SIZE(dxgp_signalguestevent, 48);

DXGP_MEMBER(dxgp_setguestdata, hdr, 0, 24);
DXGP_MEMBER(dxgp_setguestdata, cookie, 24, 8);
DXGP_MEMBER(dxgp_setguestdata, data, 32, 8);
DXGP_MEMBER(dxgp_setguestdata, flags, 40, 4);
DXGP_SIZE(dxgp_setguestdata, 48);

DXGP_MEMBER(dxgp_opensyncobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_opensyncobject, device, 24, 4);
DXGP_MEMBER(dxgp_opensyncobject, global_sync_object, 28, 4);
DXGP_MEMBER(dxgp_opensyncobject, engine_affinity, 32, 4);
DXGP_MEMBER(dxgp_opensyncobject, flags, 36, 4);
DXGP_SIZE(dxgp_opensyncobject, 40);

DXGP_MEMBER(dxgp_opensyncobject_reply, sync_object, 0, 4);
DXGP_MEMBER(dxgp_opensyncobject_reply, status, 4, 4);
DXGP_MEMBER(dxgp_opensyncobject_reply, gpu_virtual_address, 8, 8);
DXGP_MEMBER(dxgp_opensyncobject_reply, guest_cpu_physical_address, 16, 8);
DXGP_SIZE(dxgp_opensyncobject_reply, 24);

DXGP_MEMBER(dxgp_createntsharedobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_createntsharedobject, object, 24, 4);
DXGP_SIZE(dxgp_createntsharedobject, 32);

DXGP_MEMBER(dxgp_destroyntsharedobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroyntsharedobject, shared_handle, 24, 4);
DXGP_SIZE(dxgp_destroyntsharedobject, 32);

DXGP_MEMBER(dxgp_setiospaceregion, hdr, 0, 24);
DXGP_MEMBER(dxgp_setiospaceregion, start, 24, 8);
DXGP_MEMBER(dxgp_setiospaceregion, length, 32, 8);
DXGP_MEMBER(dxgp_setiospaceregion, shared_page_gpadl, 40, 4);
DXGP_SIZE(dxgp_setiospaceregion, 48);

DXGP_MEMBER(dxgp_setexistingsysmemstore, hdr, 0, 24);
DXGP_MEMBER(dxgp_setexistingsysmemstore, device, 24, 4);
DXGP_MEMBER(dxgp_setexistingsysmemstore, allocation, 28, 4);
DXGP_MEMBER(dxgp_setexistingsysmemstore, gpadl, 32, 4);
DXGP_SIZE(dxgp_setexistingsysmemstore, 40);

DXGP_MEMBER(dxgp_setexistingsysmempages, hdr, 0, 24);
DXGP_MEMBER(dxgp_setexistingsysmempages, device, 24, 4);
DXGP_MEMBER(dxgp_setexistingsysmempages, allocation, 28, 4);
DXGP_MEMBER(dxgp_setexistingsysmempages, num_pages, 32, 4);
DXGP_MEMBER(dxgp_setexistingsysmempages, alloc_offset_in_pages, 36, 4);
DXGP_ARRAY(dxgp_setexistingsysmempages, pfns, 40);

DXGP_MEMBER(dxgp_createprocess, hdr, 0, 24);
DXGP_MEMBER(dxgp_createprocess, cookie, 24, 8);
DXGP_MEMBER(dxgp_createprocess, process_id, 32, 8);
DXGP_MEMBER(dxgp_createprocess, process_name, 40, 522);
DXGP_MEMBER(dxgp_createprocess, flags, 562, 1);
DXGP_SIZE(dxgp_createprocess, 568);

DXGP_MEMBER(dxgp_createprocess_reply, hprocess, 0, 4);
DXGP_SIZE(dxgp_createprocess_reply, 4);

DXGP_MEMBER(dxgp_destroyprocess, hdr, 0, 24);
DXGP_SIZE(dxgp_destroyprocess, 24);

DXGP_MEMBER(dxgp_openadapter, hdr, 0, 24);
DXGP_MEMBER(dxgp_openadapter, vmbus_interface_version, 24, 4);
DXGP_MEMBER(dxgp_openadapter, vmbus_last_compatible_interface_version, 28, 4);
DXGP_MEMBER(dxgp_openadapter, guest_adapter_luid, 32, 8);
DXGP_SIZE(dxgp_openadapter, 40);

DXGP_MEMBER(dxgp_openadapter_reply, host_adapter_handle, 0, 4);
DXGP_MEMBER(dxgp_openadapter_reply, status, 4, 4);
DXGP_MEMBER(dxgp_openadapter_reply, vmbus_interface_version, 8, 4);
DXGP_MEMBER(dxgp_openadapter_reply, vmbus_last_compatible_interface_version, 12, 4);
DXGP_SIZE(dxgp_openadapter_reply, 16);

DXGP_MEMBER(dxgp_closeadapter, hdr, 0, 24);
DXGP_MEMBER(dxgp_closeadapter, host_handle, 24, 4);
DXGP_SIZE(dxgp_closeadapter, 32);

DXGP_MEMBER(dxgp_getinternaladapterinfo, hdr, 0, 24);
DXGP_SIZE(dxgp_getinternaladapterinfo, 24);

DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, device_types, 0, 4);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, driver_store_copy_mode, 4, 4);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, driver_ddi_version, 8, 4);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, flags, 12, 4);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, host_adapter_luid, 16, 8);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, device_description, 24, 160);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, device_instance_id, 184, 520);
DXGP_MEMBER(dxgp_getinternaladapterinfo_reply, host_vgpu_luid, 704, 8);
DXGP_SIZE(dxgp_getinternaladapterinfo_reply, 712);

DXGP_MEMBER(dxgp_queryadapterinfo, hdr, 0, 24);
DXGP_MEMBER(dxgp_queryadapterinfo, query_type, 24, 4);
DXGP_MEMBER(dxgp_queryadapterinfo, private_data_size, 28, 4);
DXGP_ARRAY(dxgp_queryadapterinfo, private_data, 32);

DXGP_MEMBER(dxgp_queryadapterinfo_reply, status, 0, 4);
DXGP_ARRAY(dxgp_queryadapterinfo_reply, private_data, 4);

DXGP_MEMBER(dxgp_setallocationpriority, hdr, 0, 24);
DXGP_MEMBER(dxgp_setallocationpriority, device, 24, 4);
DXGP_MEMBER(dxgp_setallocationpriority, resource, 28, 4);
DXGP_MEMBER(dxgp_setallocationpriority, allocation_count, 32, 4);
DXGP_SIZE(dxgp_setallocationpriority, 40);

DXGP_MEMBER(dxgp_getallocationpriority, hdr, 0, 24);
DXGP_MEMBER(dxgp_getallocationpriority, device, 24, 4);
DXGP_MEMBER(dxgp_getallocationpriority, resource, 28, 4);
DXGP_MEMBER(dxgp_getallocationpriority, allocation_count, 32, 4);
DXGP_SIZE(dxgp_getallocationpriority, 40);

DXGP_MEMBER(dxgp_getallocationpriority_reply, status, 0, 4);
DXGP_SIZE(dxgp_getallocationpriority_reply, 4);

DXGP_MEMBER(dxgp_setcontextschedulingpriority2, hdr, 0, 24);
DXGP_MEMBER(dxgp_setcontextschedulingpriority2, context, 24, 4);
DXGP_MEMBER(dxgp_setcontextschedulingpriority2, priority, 28, 4);
DXGP_MEMBER(dxgp_setcontextschedulingpriority2, in_process, 32, 1);
DXGP_SIZE(dxgp_setcontextschedulingpriority2, 40);

DXGP_MEMBER(dxgp_getcontextschedulingpriority, hdr, 0, 24);
DXGP_MEMBER(dxgp_getcontextschedulingpriority, context, 24, 4);
DXGP_MEMBER(dxgp_getcontextschedulingpriority, in_process, 28, 1);
DXGP_SIZE(dxgp_getcontextschedulingpriority, 32);

DXGP_MEMBER(dxgp_getcontextschedulingpriority_reply, status, 0, 4);
DXGP_MEMBER(dxgp_getcontextschedulingpriority_reply, priority, 4, 4);
DXGP_SIZE(dxgp_getcontextschedulingpriority_reply, 8);

DXGP_MEMBER(dxgp_createdevice, hdr, 0, 24);
DXGP_MEMBER(dxgp_createdevice, flags, 24, 4);
DXGP_MEMBER(dxgp_createdevice, cdd_device, 28, 1);
DXGP_MEMBER(dxgp_createdevice, cookie, 32, 8);
DXGP_SIZE(dxgp_createdevice, 40);

DXGP_MEMBER(dxgp_createdevice_reply, device, 0, 4);
DXGP_SIZE(dxgp_createdevice_reply, 4);

DXGP_MEMBER(dxgp_destroydevice, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroydevice, device, 24, 4);
DXGP_SIZE(dxgp_destroydevice, 32);

DXGP_MEMBER(dxgp_flushdevice, hdr, 0, 24);
DXGP_MEMBER(dxgp_flushdevice, device, 24, 4);
DXGP_MEMBER(dxgp_flushdevice, reason, 28, 4);
DXGP_SIZE(dxgp_flushdevice, 32);

DXGP_MEMBER(dxgp_makeresident, hdr, 0, 24);
DXGP_MEMBER(dxgp_makeresident, device, 24, 4);
DXGP_MEMBER(dxgp_makeresident, paging_queue, 28, 4);
DXGP_MEMBER(dxgp_makeresident, flags, 32, 4);
DXGP_MEMBER(dxgp_makeresident, alloc_count, 36, 4);
DXGP_ARRAY(dxgp_makeresident, allocations, 40);

DXGP_MEMBER(dxgp_makeresident_reply, paging_fence_value, 0, 8);
DXGP_MEMBER(dxgp_makeresident_reply, num_bytes_to_trim, 8, 8);
DXGP_MEMBER(dxgp_makeresident_reply, status, 16, 4);
DXGP_SIZE(dxgp_makeresident_reply, 24);

DXGP_MEMBER(dxgp_evict, hdr, 0, 24);
DXGP_MEMBER(dxgp_evict, device, 24, 4);
DXGP_MEMBER(dxgp_evict, flags, 28, 4);
DXGP_MEMBER(dxgp_evict, alloc_count, 32, 4);
DXGP_ARRAY(dxgp_evict, allocations, 36);

DXGP_MEMBER(dxgp_evict_reply, num_bytes_to_trim, 0, 8);
DXGP_SIZE(dxgp_evict_reply, 8);

DXGP_MEMBER(dxgp_arg_submitcommand, command_buffer, 0, 8);
DXGP_MEMBER(dxgp_arg_submitcommand, command_length, 8, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, flags, 12, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, present_history_token, 16, 8);
DXGP_MEMBER(dxgp_arg_submitcommand, broadcast_context_count, 24, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, broadcast_context, 28, 256);
DXGP_MEMBER(dxgp_arg_submitcommand, reserved, 284, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, priv_drv_data, 288, 8);
DXGP_MEMBER(dxgp_arg_submitcommand, priv_drv_data_size, 296, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, num_primaries, 300, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, written_primaries, 304, 64);
DXGP_MEMBER(dxgp_arg_submitcommand, num_history_buffers, 368, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, reserved1, 372, 4);
DXGP_MEMBER(dxgp_arg_submitcommand, history_buffer_array, 376, 8);
DXGP_SIZE(dxgp_arg_submitcommand, 384);

DXGP_MEMBER(dxgp_submitcommand, hdr, 0, 24);
DXGP_MEMBER(dxgp_submitcommand, args, 24, 384);
DXGP_SIZE(dxgp_submitcommand, 408);

DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, hwqueue, 0, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, reserved, 4, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, hwqueue_progress_fence_id, 8, 8);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, command_buffer, 16, 8);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, command_length, 24, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, priv_drv_data_size, 28, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, priv_drv_data, 32, 8);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, num_primaries, 40, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, reserved1, 44, 4);
DXGP_MEMBER(dxgp_arg_submitcommandtohwqueue, written_primaries, 48, 8);
DXGP_SIZE(dxgp_arg_submitcommandtohwqueue, 56);

DXGP_MEMBER(dxgp_submitcommandtohwqueue, hdr, 0, 24);
DXGP_MEMBER(dxgp_submitcommandtohwqueue, args, 24, 56);
DXGP_SIZE(dxgp_submitcommandtohwqueue, 80);

DXGP_MEMBER(dxgp_flushheaptransitions, hdr, 0, 24);
DXGP_SIZE(dxgp_flushheaptransitions, 24);

DXGP_MEMBER(dxgp_invalidatecache, hdr, 0, 24);
DXGP_MEMBER(dxgp_invalidatecache, device, 24, 4);
DXGP_MEMBER(dxgp_invalidatecache, allocation, 28, 4);
DXGP_MEMBER(dxgp_invalidatecache, offset, 32, 8);
DXGP_MEMBER(dxgp_invalidatecache, length, 40, 8);
DXGP_MEMBER(dxgp_invalidatecache, reserved, 48, 8);
DXGP_SIZE(dxgp_invalidatecache, 56);

DXGP_MEMBER(dxgp_arg_freegpuvirtualaddress, adapter, 0, 4);
DXGP_MEMBER(dxgp_arg_freegpuvirtualaddress, reserved, 4, 4);
DXGP_MEMBER(dxgp_arg_freegpuvirtualaddress, base_address, 8, 8);
DXGP_MEMBER(dxgp_arg_freegpuvirtualaddress, size, 16, 8);
DXGP_SIZE(dxgp_arg_freegpuvirtualaddress, 24);

DXGP_MEMBER(dxgp_freegpuvirtualaddress, hdr, 0, 24);
DXGP_MEMBER(dxgp_freegpuvirtualaddress, args, 24, 24);
DXGP_SIZE(dxgp_freegpuvirtualaddress, 48);

DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, paging_queue, 0, 4);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, base_address, 8, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, minimum_address, 16, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, maximum_address, 24, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, allocation, 32, 4);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, offset_in_pages, 40, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, size_in_pages, 48, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, protection, 56, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, driver_protection, 64, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, reserved0, 72, 4);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, reserved1, 80, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, virtual_address, 88, 8);
DXGP_MEMBER(dxgp_arg_mapgpuvirtualaddress, paging_fence_value, 96, 8);
DXGP_SIZE(dxgp_arg_mapgpuvirtualaddress, 104);

DXGP_MEMBER(dxgp_mapgpuvirtualaddress, hdr, 0, 24);
DXGP_MEMBER(dxgp_mapgpuvirtualaddress, args, 24, 104);
DXGP_MEMBER(dxgp_mapgpuvirtualaddress, device, 128, 4);
DXGP_SIZE(dxgp_mapgpuvirtualaddress, 136);

DXGP_MEMBER(dxgp_mapgpuvirtualaddress_reply, virtual_address, 0, 8);
DXGP_MEMBER(dxgp_mapgpuvirtualaddress_reply, paging_fence_value, 8, 8);
DXGP_MEMBER(dxgp_mapgpuvirtualaddress_reply, status, 16, 4);
DXGP_SIZE(dxgp_mapgpuvirtualaddress_reply, 24);

DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, adapter, 0, 4);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, base_address, 8, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, minimum_address, 16, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, maximum_address, 24, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, size, 32, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, reservation_type, 40, 4);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, driver_protection, 48, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, virtual_address, 56, 8);
DXGP_MEMBER(dxgp_arg_reservegpuvirtualaddress, paging_fence_value, 64, 8);
DXGP_SIZE(dxgp_arg_reservegpuvirtualaddress, 72);

DXGP_MEMBER(dxgp_reservegpuvirtualaddress, hdr, 0, 24);
DXGP_MEMBER(dxgp_reservegpuvirtualaddress, args, 24, 72);
DXGP_SIZE(dxgp_reservegpuvirtualaddress, 96);

DXGP_MEMBER(dxgp_reservegpuvirtualaddress_reply, virtual_address, 0, 8);
DXGP_MEMBER(dxgp_reservegpuvirtualaddress_reply, paging_fence_value, 8, 8);
DXGP_SIZE(dxgp_reservegpuvirtualaddress_reply, 16);

DXGP_MEMBER(dxgp_arg_updategpuvirtualaddress_operation, operation, 0, 4);
DXGP_MEMBER(dxgp_arg_updategpuvirtualaddress_operation, data, 8, 56);
DXGP_SIZE(dxgp_arg_updategpuvirtualaddress_operation, 64);

DXGP_MEMBER(dxgp_updategpuvirtualaddress, hdr, 0, 24);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, fence_value, 24, 8);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, device, 32, 4);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, context, 36, 4);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, fence_object, 40, 4);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, num_operations, 44, 4);
DXGP_MEMBER(dxgp_updategpuvirtualaddress, flags, 48, 4);
DXGP_ARRAY(dxgp_updategpuvirtualaddress, operations, 56);

DXGP_MEMBER(dxgp_arg_gpuclockdata, gpu_frequency, 0, 8);
DXGP_MEMBER(dxgp_arg_gpuclockdata, gpu_clock_counter, 8, 8);
DXGP_MEMBER(dxgp_arg_gpuclockdata, cpu_clock_counter, 16, 8);
DXGP_MEMBER(dxgp_arg_gpuclockdata, flags, 24, 4);
DXGP_SIZE(dxgp_arg_gpuclockdata, 28);

DXGP_MEMBER(dxgp_arg_queryclockcalibration, adapter, 0, 4);
DXGP_MEMBER(dxgp_arg_queryclockcalibration, node_ordinal, 4, 4);
DXGP_MEMBER(dxgp_arg_queryclockcalibration, physical_adapter_index, 8, 4);
DXGP_MEMBER(dxgp_arg_queryclockcalibration, clock_data, 12, 28);
DXGP_SIZE(dxgp_arg_queryclockcalibration, 40);

DXGP_MEMBER(dxgp_queryclockcalibration, hdr, 0, 24);
DXGP_MEMBER(dxgp_queryclockcalibration, args, 24, 40);
DXGP_SIZE(dxgp_queryclockcalibration, 64);

DXGP_MEMBER(dxgp_queryclockcalibration_reply, status, 0, 4);
DXGP_MEMBER(dxgp_queryclockcalibration_reply, clock_data, 4, 28);
DXGP_SIZE(dxgp_queryclockcalibration_reply, 32);

DXGP_MEMBER(dxgp_createallocation_info, flags, 0, 4);
DXGP_MEMBER(dxgp_createallocation_info, priv_drv_data_size, 4, 4);
DXGP_MEMBER(dxgp_createallocation_info, vidpn_source_id, 8, 4);
DXGP_SIZE(dxgp_createallocation_info, 12);

DXGP_MEMBER(dxgp_createallocation, hdr, 0, 24);
DXGP_MEMBER(dxgp_createallocation, device, 24, 4);
DXGP_MEMBER(dxgp_createallocation, resource, 28, 4);
DXGP_MEMBER(dxgp_createallocation, private_runtime_data_size, 32, 4);
DXGP_MEMBER(dxgp_createallocation, priv_drv_data_size, 36, 4);
DXGP_MEMBER(dxgp_createallocation, alloc_count, 40, 4);
DXGP_MEMBER(dxgp_createallocation, flags, 44, 4);
DXGP_MEMBER(dxgp_createallocation, private_runtime_resource_handle, 48, 8);
DXGP_MEMBER(dxgp_createallocation, make_resident, 56, 1);
DXGP_SIZE(dxgp_createallocation, 64);

DXGP_MEMBER(dxgp_openresource, hdr, 0, 24);
DXGP_MEMBER(dxgp_openresource, device, 24, 4);
DXGP_MEMBER(dxgp_openresource, nt_security_sharing, 28, 1);
DXGP_MEMBER(dxgp_openresource, global_share, 32, 4);
DXGP_MEMBER(dxgp_openresource, allocation_count, 36, 4);
DXGP_MEMBER(dxgp_openresource, total_priv_drv_data_size, 40, 4);
DXGP_SIZE(dxgp_openresource, 48);

DXGP_MEMBER(dxgp_openresource_reply, resource, 0, 4);
DXGP_MEMBER(dxgp_openresource_reply, status, 4, 4);
DXGP_SIZE(dxgp_openresource_reply, 8);

DXGP_MEMBER(dxgp_arg_querystatistics_result, data, 0, 776);
DXGP_SIZE(dxgp_arg_querystatistics_result, 776);

DXGP_MEMBER(dxgp_arg_querystatistics, type, 0, 4);
DXGP_MEMBER(dxgp_arg_querystatistics, adapter_luid, 4, 8);
DXGP_MEMBER(dxgp_arg_querystatistics, process, 16, 8);
DXGP_MEMBER(dxgp_arg_querystatistics, result, 24, 776);
DXGP_SIZE(dxgp_arg_querystatistics, 808);

DXGP_MEMBER(dxgp_querystatistics, hdr, 0, 24);
DXGP_MEMBER(dxgp_querystatistics, args, 24, 808);
DXGP_SIZE(dxgp_querystatistics, 832);

DXGP_MEMBER(dxgp_querystatistics_reply, status, 0, 4);
DXGP_MEMBER(dxgp_querystatistics_reply, reserved, 4, 4);
DXGP_MEMBER(dxgp_querystatistics_reply, result, 8, 776);
DXGP_SIZE(dxgp_querystatistics_reply, 784);

DXGP_MEMBER(dxgp_getstandardallocprivdata, hdr, 0, 24);
DXGP_MEMBER(dxgp_getstandardallocprivdata, alloc_type, 24, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata, priv_driver_data_size, 28, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata, priv_driver_resource_size, 32, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata, physical_adapter_index, 36, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata, surface, 40, 24);
DXGP_SIZE(dxgp_getstandardallocprivdata, 64);

DXGP_MEMBER(dxgp_getstandardallocprivdata_reply, status, 0, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata_reply, priv_driver_data_size, 4, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata_reply, priv_driver_resource_size, 8, 4);
DXGP_MEMBER(dxgp_getstandardallocprivdata_reply, surface, 12, 24);
DXGP_SIZE(dxgp_getstandardallocprivdata_reply, 36);

DXGP_MEMBER(dxgp_arg_rational, numerator, 0, 4);
DXGP_MEMBER(dxgp_arg_rational, denominator, 4, 4);
DXGP_SIZE(dxgp_arg_rational, 8);

DXGP_MEMBER(dxgp_arg_describeallocation, allocation, 0, 8);
DXGP_MEMBER(dxgp_arg_describeallocation, width, 8, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, height, 12, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, format, 16, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, multisample_method, 20, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, refresh_rate, 24, 8);
DXGP_MEMBER(dxgp_arg_describeallocation, private_driver_attribute, 32, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, flags, 36, 4);
DXGP_MEMBER(dxgp_arg_describeallocation, rotation, 40, 4);
DXGP_SIZE(dxgp_arg_describeallocation, 48);

DXGP_MEMBER(dxgp_allocinfo_reply, allocation, 0, 4);
DXGP_MEMBER(dxgp_allocinfo_reply, priv_drv_data_size, 4, 4);
DXGP_MEMBER(dxgp_allocinfo_reply, allocation_flags, 8, 4);
DXGP_MEMBER(dxgp_allocinfo_reply, allocation_size, 16, 8);
DXGP_MEMBER(dxgp_allocinfo_reply, driver_info, 24, 48);
DXGP_SIZE(dxgp_allocinfo_reply, 72);

DXGP_MEMBER(dxgp_createallocation_reply, flags, 0, 4);
DXGP_MEMBER(dxgp_createallocation_reply, resource, 4, 4);
DXGP_MEMBER(dxgp_createallocation_reply, global_share, 8, 4);
DXGP_MEMBER(dxgp_createallocation_reply, vgpu_flags, 12, 4);
DXGP_ARRAY(dxgp_createallocation_reply, allocation_info, 16);

DXGP_MEMBER(dxgp_destroyallocation, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroyallocation, device, 24, 4);
DXGP_MEMBER(dxgp_destroyallocation, resource, 28, 4);
DXGP_MEMBER(dxgp_destroyallocation, alloc_count, 32, 4);
DXGP_MEMBER(dxgp_destroyallocation, flags, 36, 4);
DXGP_ARRAY(dxgp_destroyallocation, allocations, 40);

DXGP_MEMBER(dxgp_createcontextvirtual, hdr, 0, 24);
DXGP_MEMBER(dxgp_createcontextvirtual, context, 24, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, device, 28, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, node_ordinal, 32, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, engine_affinity, 36, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, flags, 40, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, client_hint, 44, 4);
DXGP_MEMBER(dxgp_createcontextvirtual, priv_drv_data_size, 48, 4);
DXGP_ARRAY(dxgp_createcontextvirtual, priv_drv_data, 52);

DXGP_MEMBER(dxgp_destroycontext, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroycontext, context, 24, 4);
DXGP_SIZE(dxgp_destroycontext, 32);

DXGP_MEMBER(dxgp_arg_createpagingqueue, device, 0, 4);
DXGP_MEMBER(dxgp_arg_createpagingqueue, priority, 4, 4);
DXGP_MEMBER(dxgp_arg_createpagingqueue, paging_queue, 8, 4);
DXGP_MEMBER(dxgp_arg_createpagingqueue, sync_object, 12, 4);
DXGP_MEMBER(dxgp_arg_createpagingqueue, fence_cpu_virtual_address, 16, 8);
DXGP_MEMBER(dxgp_arg_createpagingqueue, physical_adapter_index, 24, 4);
DXGP_SIZE(dxgp_arg_createpagingqueue, 32);

DXGP_MEMBER(dxgp_createpagingqueue, hdr, 0, 24);
DXGP_MEMBER(dxgp_createpagingqueue, args, 24, 32);
DXGP_SIZE(dxgp_createpagingqueue, 56);

DXGP_MEMBER(dxgp_createpagingqueue_reply, paging_queue, 0, 4);
DXGP_MEMBER(dxgp_createpagingqueue_reply, sync_object, 4, 4);
DXGP_MEMBER(dxgp_createpagingqueue_reply, fence_storage_physical_address, 8, 8);
DXGP_MEMBER(dxgp_createpagingqueue_reply, fence_storage_offset, 16, 8);
DXGP_SIZE(dxgp_createpagingqueue_reply, 24);

DXGP_MEMBER(dxgp_destroypagingqueue, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroypagingqueue, paging_queue, 24, 4);
DXGP_SIZE(dxgp_destroypagingqueue, 32);

DXGP_MEMBER(dxgp_arg_synchronizationobjectinfo2, type, 0, 4);
DXGP_MEMBER(dxgp_arg_synchronizationobjectinfo2, flags, 4, 4);
DXGP_MEMBER(dxgp_arg_synchronizationobjectinfo2, data, 8, 64);
DXGP_MEMBER(dxgp_arg_synchronizationobjectinfo2, shared_handle, 72, 4);
DXGP_SIZE(dxgp_arg_synchronizationobjectinfo2, 80);

DXGP_MEMBER(dxgp_arg_createsynchronizationobject2, device, 0, 4);
DXGP_MEMBER(dxgp_arg_createsynchronizationobject2, reserved, 4, 4);
DXGP_MEMBER(dxgp_arg_createsynchronizationobject2, info, 8, 80);
DXGP_MEMBER(dxgp_arg_createsynchronizationobject2, sync_object, 88, 4);
DXGP_MEMBER(dxgp_arg_createsynchronizationobject2, reserved1, 92, 4);
DXGP_SIZE(dxgp_arg_createsynchronizationobject2, 96);

DXGP_MEMBER(dxgp_createsyncobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_createsyncobject, args, 24, 96);
DXGP_MEMBER(dxgp_createsyncobject, client_hint, 120, 4);
DXGP_SIZE(dxgp_createsyncobject, 128);

DXGP_MEMBER(dxgp_createsyncobject_reply, sync_object, 0, 4);
DXGP_MEMBER(dxgp_createsyncobject_reply, global_sync_object, 4, 4);
DXGP_MEMBER(dxgp_createsyncobject_reply, fence_gpu_va, 8, 8);
DXGP_MEMBER(dxgp_createsyncobject_reply, fence_storage_address, 16, 8);
DXGP_MEMBER(dxgp_createsyncobject_reply, fence_storage_offset, 24, 4);
DXGP_SIZE(dxgp_createsyncobject_reply, 32);

DXGP_MEMBER(dxgp_destroysyncobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroysyncobject, sync_object, 24, 4);
DXGP_SIZE(dxgp_destroysyncobject, 32);

DXGP_MEMBER(dxgp_signalsyncobject, hdr, 0, 24);
DXGP_MEMBER(dxgp_signalsyncobject, object_count, 24, 4);
DXGP_MEMBER(dxgp_signalsyncobject, flags, 28, 4);
DXGP_MEMBER(dxgp_signalsyncobject, context_count, 32, 4);
DXGP_MEMBER(dxgp_signalsyncobject, fence_value, 40, 8);
DXGP_MEMBER(dxgp_signalsyncobject, event_or_device, 48, 8);
DXGP_SIZE(dxgp_signalsyncobject, 56);

DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, hdr, 0, 24);
DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, device, 24, 4);
DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, object_count, 28, 4);
DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, flags, 32, 4);
DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, event, 40, 8);
DXGP_MEMBER(dxgp_waitforsyncobjectfromcpu, dereference_event, 48, 1);
DXGP_SIZE(dxgp_waitforsyncobjectfromcpu, 56);

DXGP_MEMBER(dxgp_waitforsyncobjectfromgpu, hdr, 0, 24);
DXGP_MEMBER(dxgp_waitforsyncobjectfromgpu, context, 24, 4);
DXGP_MEMBER(dxgp_waitforsyncobjectfromgpu, object_count, 28, 4);
DXGP_MEMBER(dxgp_waitforsyncobjectfromgpu, legacy_fence_object, 32, 1);
DXGP_ARRAY(dxgp_waitforsyncobjectfromgpu, fence_values, 40);

DXGP_MEMBER(dxgp_arg_lock2, device, 0, 4);
DXGP_MEMBER(dxgp_arg_lock2, allocation, 4, 4);
DXGP_MEMBER(dxgp_arg_lock2, flags, 8, 4);
DXGP_MEMBER(dxgp_arg_lock2, reserved, 12, 4);
DXGP_MEMBER(dxgp_arg_lock2, data, 16, 8);
DXGP_SIZE(dxgp_arg_lock2, 24);

DXGP_MEMBER(dxgp_lock2, hdr, 0, 24);
DXGP_MEMBER(dxgp_lock2, args, 24, 24);
DXGP_MEMBER(dxgp_lock2, use_legacy_lock, 48, 1);
DXGP_MEMBER(dxgp_lock2, flags, 52, 4);
DXGP_MEMBER(dxgp_lock2, priv_drv_data, 56, 4);
DXGP_SIZE(dxgp_lock2, 64);

DXGP_MEMBER(dxgp_lock2_reply, status, 0, 4);
DXGP_MEMBER(dxgp_lock2_reply, cpu_visible_buffer_offset, 8, 8);
DXGP_SIZE(dxgp_lock2_reply, 16);

DXGP_MEMBER(dxgp_arg_unlock2, device, 0, 4);
DXGP_MEMBER(dxgp_arg_unlock2, allocation, 4, 4);
DXGP_SIZE(dxgp_arg_unlock2, 8);

DXGP_MEMBER(dxgp_unlock2, hdr, 0, 24);
DXGP_MEMBER(dxgp_unlock2, args, 24, 8);
DXGP_MEMBER(dxgp_unlock2, use_legacy_unlock, 32, 1);
DXGP_SIZE(dxgp_unlock2, 40);

DXGP_MEMBER(dxgp_arg_updateallocproperty, paging_queue, 0, 4);
DXGP_MEMBER(dxgp_arg_updateallocproperty, allocation, 4, 4);
DXGP_MEMBER(dxgp_arg_updateallocproperty, supported_segment_set, 8, 4);
DXGP_MEMBER(dxgp_arg_updateallocproperty, preferred_segment, 12, 4);
DXGP_MEMBER(dxgp_arg_updateallocproperty, flags, 16, 4);
DXGP_MEMBER(dxgp_arg_updateallocproperty, paging_fence_value, 24, 8);
DXGP_MEMBER(dxgp_arg_updateallocproperty, property_mask, 32, 4);
DXGP_SIZE(dxgp_arg_updateallocproperty, 40);

DXGP_MEMBER(dxgp_updateallocationproperty, hdr, 0, 24);
DXGP_MEMBER(dxgp_updateallocationproperty, args, 24, 40);
DXGP_SIZE(dxgp_updateallocationproperty, 64);

DXGP_MEMBER(dxgp_updateallocationproperty_reply, paging_fence_value, 0, 8);
DXGP_MEMBER(dxgp_updateallocationproperty_reply, status, 8, 4);
DXGP_SIZE(dxgp_updateallocationproperty_reply, 16);

DXGP_MEMBER(dxgp_arg_markdeviceaserror, device, 0, 4);
DXGP_MEMBER(dxgp_arg_markdeviceaserror, reason, 4, 4);
DXGP_SIZE(dxgp_arg_markdeviceaserror, 8);

DXGP_MEMBER(dxgp_markdeviceaserror, hdr, 0, 24);
DXGP_MEMBER(dxgp_markdeviceaserror, args, 24, 8);
DXGP_SIZE(dxgp_markdeviceaserror, 32);

DXGP_MEMBER(dxgp_offerallocations, hdr, 0, 24);
DXGP_MEMBER(dxgp_offerallocations, device, 24, 4);
DXGP_MEMBER(dxgp_offerallocations, allocation_count, 28, 4);
DXGP_MEMBER(dxgp_offerallocations, priority, 32, 4);
DXGP_MEMBER(dxgp_offerallocations, flags, 36, 4);
DXGP_MEMBER(dxgp_offerallocations, resources, 40, 1);
DXGP_ARRAY(dxgp_offerallocations, allocations, 44);

DXGP_MEMBER(dxgp_reclaimallocations, hdr, 0, 24);
DXGP_MEMBER(dxgp_reclaimallocations, device, 24, 4);
DXGP_MEMBER(dxgp_reclaimallocations, paging_queue, 28, 4);
DXGP_MEMBER(dxgp_reclaimallocations, allocation_count, 32, 4);
DXGP_MEMBER(dxgp_reclaimallocations, resources, 36, 1);
DXGP_MEMBER(dxgp_reclaimallocations, write_results, 37, 1);
DXGP_ARRAY(dxgp_reclaimallocations, allocations, 40);

DXGP_MEMBER(dxgp_reclaimallocations_reply, paging_fence_value, 0, 8);
DXGP_MEMBER(dxgp_reclaimallocations_reply, status, 8, 4);
DXGP_ARRAY(dxgp_reclaimallocations_reply, discarded, 12);

DXGP_MEMBER(dxgp_arg_changevideomemoryreservation, process, 0, 8);
DXGP_MEMBER(dxgp_arg_changevideomemoryreservation, adapter, 8, 4);
DXGP_MEMBER(dxgp_arg_changevideomemoryreservation, memory_segment_group, 12, 4);
DXGP_MEMBER(dxgp_arg_changevideomemoryreservation, reservation, 16, 8);
DXGP_MEMBER(dxgp_arg_changevideomemoryreservation, physical_adapter_index, 24, 4);
DXGP_SIZE(dxgp_arg_changevideomemoryreservation, 32);

DXGP_MEMBER(dxgp_changevideomemoryreservation, hdr, 0, 24);
DXGP_MEMBER(dxgp_changevideomemoryreservation, args, 24, 32);
DXGP_SIZE(dxgp_changevideomemoryreservation, 56);

DXGP_MEMBER(dxgp_createhwqueue, hdr, 0, 24);
DXGP_MEMBER(dxgp_createhwqueue, status, 24, 4);
DXGP_MEMBER(dxgp_createhwqueue, hwqueue, 28, 4);
DXGP_MEMBER(dxgp_createhwqueue, hwqueue_progress_fence, 32, 4);
DXGP_MEMBER(dxgp_createhwqueue, hwqueue_progress_fence_cpuva, 40, 8);
DXGP_MEMBER(dxgp_createhwqueue, hwqueue_progress_fence_gpuva, 48, 8);
DXGP_MEMBER(dxgp_createhwqueue, context, 56, 4);
DXGP_MEMBER(dxgp_createhwqueue, flags, 60, 4);
DXGP_MEMBER(dxgp_createhwqueue, priv_drv_data_size, 64, 4);
DXGP_ARRAY(dxgp_createhwqueue, priv_drv_data, 68);

DXGP_MEMBER(dxgp_destroyhwqueue, hdr, 0, 24);
DXGP_MEMBER(dxgp_destroyhwqueue, hwqueue, 24, 4);
DXGP_SIZE(dxgp_destroyhwqueue, 32);

DXGP_MEMBER(dxgp_arg_queryallocationresidency, device, 0, 4);
DXGP_MEMBER(dxgp_arg_queryallocationresidency, resource, 4, 4);
DXGP_MEMBER(dxgp_arg_queryallocationresidency, allocations, 8, 8);
DXGP_MEMBER(dxgp_arg_queryallocationresidency, allocation_count, 16, 4);
DXGP_MEMBER(dxgp_arg_queryallocationresidency, reserved, 20, 4);
DXGP_MEMBER(dxgp_arg_queryallocationresidency, residency_status, 24, 8);
DXGP_SIZE(dxgp_arg_queryallocationresidency, 32);

DXGP_MEMBER(dxgp_queryallocationresidency, hdr, 0, 24);
DXGP_MEMBER(dxgp_queryallocationresidency, args, 24, 32);
DXGP_SIZE(dxgp_queryallocationresidency, 56);

DXGP_MEMBER(dxgp_queryallocationresidency_reply, status, 0, 4);
DXGP_SIZE(dxgp_queryallocationresidency_reply, 4);

DXGP_MEMBER(dxgp_escape, hdr, 0, 24);
DXGP_MEMBER(dxgp_escape, adapter, 24, 4);
DXGP_MEMBER(dxgp_escape, device, 28, 4);
DXGP_MEMBER(dxgp_escape, type, 32, 4);
DXGP_MEMBER(dxgp_escape, flags, 36, 4);
DXGP_MEMBER(dxgp_escape, priv_drv_data_size, 40, 4);
DXGP_MEMBER(dxgp_escape, context, 44, 4);
DXGP_ARRAY(dxgp_escape, priv_drv_data, 48);

DXGP_MEMBER(dxgp_queryvideomemoryinfo, hdr, 0, 24);
DXGP_MEMBER(dxgp_queryvideomemoryinfo, adapter, 24, 4);
DXGP_MEMBER(dxgp_queryvideomemoryinfo, memory_segment_group, 28, 4);
DXGP_MEMBER(dxgp_queryvideomemoryinfo, physical_adapter_index, 32, 4);
DXGP_SIZE(dxgp_queryvideomemoryinfo, 40);

DXGP_MEMBER(dxgp_queryvideomemoryinfo_reply, budget, 0, 8);
DXGP_MEMBER(dxgp_queryvideomemoryinfo_reply, current_usage, 8, 8);
DXGP_MEMBER(dxgp_queryvideomemoryinfo_reply, current_reservation, 16, 8);
DXGP_MEMBER(dxgp_queryvideomemoryinfo_reply, available_for_reservation, 24, 8);
DXGP_SIZE(dxgp_queryvideomemoryinfo_reply, 32);

DXGP_MEMBER(dxgp_arg_getdevicestate, device, 0, 4);
DXGP_MEMBER(dxgp_arg_getdevicestate, state_type, 4, 4);
DXGP_MEMBER(dxgp_arg_getdevicestate, state, 8, 48);
DXGP_SIZE(dxgp_arg_getdevicestate, 56);

DXGP_MEMBER(dxgp_getdevicestate, hdr, 0, 24);
DXGP_MEMBER(dxgp_getdevicestate, args, 24, 56);
DXGP_SIZE(dxgp_getdevicestate, 80);

DXGP_MEMBER(dxgp_getdevicestate_reply, args, 0, 56);
DXGP_MEMBER(dxgp_getdevicestate_reply, status, 56, 4);
DXGP_SIZE(dxgp_getdevicestate_reply, 64);

DXGP_MEMBER(dxgp_shareobjectwithhost, hdr, 0, 24);
DXGP_MEMBER(dxgp_shareobjectwithhost, device_handle, 24, 4);
DXGP_MEMBER(dxgp_shareobjectwithhost, object_handle, 28, 4);
DXGP_MEMBER(dxgp_shareobjectwithhost, reserved, 32, 8);
DXGP_SIZE(dxgp_shareobjectwithhost, 40);

DXGP_MEMBER(dxgp_shareobjectwithhost_reply, status, 0, 4);
DXGP_MEMBER(dxgp_shareobjectwithhost_reply, alignment, 4, 4);
DXGP_MEMBER(dxgp_shareobjectwithhost_reply, vail_nt_handle, 8, 8);
DXGP_SIZE(dxgp_shareobjectwithhost_reply, 16);

DXGP_MEMBER(dxgp_arg_feature_desc, min_supported_version, 0, 2);
DXGP_MEMBER(dxgp_arg_feature_desc, max_supported_version, 2, 2);
DXGP_MEMBER(dxgp_arg_feature_desc, flags, 4, 2);
DXGP_SIZE(dxgp_arg_feature_desc, 6);

DXGP_MEMBER(dxgp_isfeatureenabled, hdr, 0, 24);
DXGP_MEMBER(dxgp_isfeatureenabled, feature_id, 24, 4);
DXGP_SIZE(dxgp_isfeatureenabled, 32);

DXGP_MEMBER(dxgp_isfeatureenabled_gbl, hdr, 0, 24);
DXGP_MEMBER(dxgp_isfeatureenabled_gbl, feature_id, 24, 4);
DXGP_SIZE(dxgp_isfeatureenabled_gbl, 32);

DXGP_MEMBER(dxgp_arg_isfeatureenabled_result, version, 0, 2);
DXGP_MEMBER(dxgp_arg_isfeatureenabled_result, flags, 2, 2);
DXGP_SIZE(dxgp_arg_isfeatureenabled_result, 4);

DXGP_MEMBER(dxgp_isfeatureenabled_reply, status, 0, 4);
DXGP_MEMBER(dxgp_isfeatureenabled_reply, descriptor, 4, 6);
DXGP_MEMBER(dxgp_isfeatureenabled_reply, result, 10, 4);
DXGP_SIZE(dxgp_isfeatureenabled_reply, 16);

DXGP_MEMBER(dxgp_ext_header, command_offset, 0, 4);
DXGP_MEMBER(dxgp_ext_header, reserved, 4, 4);
DXGP_MEMBER(dxgp_ext_header, vgpu_luid, 8, 8);
DXGP_SIZE(dxgp_ext_header, 16);

#undef DXGP_MEMBER
#undef DXGP_ARRAY
#undef DXGP_SIZE

#endif /* _DXG_PROTO_CHECK_H_ */
