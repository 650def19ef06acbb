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

#define DXGP_AT(type, member, offset) \
	static_assert(offsetof(struct type, member) == (offset))
#define DXGP_BYTES(type, member, bytes) \
	static_assert(sizeof_field(struct type, member) == (bytes))
#define DXGP_SIZE(type, bytes) \
	static_assert(sizeof(struct type) == (bytes))

DXGP_AT(dxgp_header, command_id, 0);
DXGP_BYTES(dxgp_header, command_id, 8);
DXGP_AT(dxgp_header, process, 8);
DXGP_BYTES(dxgp_header, process, 4);
DXGP_AT(dxgp_header, channel, 12);
DXGP_BYTES(dxgp_header, channel, 4);
DXGP_AT(dxgp_header, command, 16);
DXGP_BYTES(dxgp_header, command, 4);
DXGP_SIZE(dxgp_header, 24);

DXGP_AT(dxgp_luid, a, 0);
DXGP_BYTES(dxgp_luid, a, 4);
DXGP_AT(dxgp_luid, b, 4);
DXGP_BYTES(dxgp_luid, b, 4);
DXGP_SIZE(dxgp_luid, 8);

DXGP_AT(dxgp_signalguestevent, hdr, 0);
DXGP_BYTES(dxgp_signalguestevent, hdr, 24);
DXGP_AT(dxgp_signalguestevent, event, 24);
DXGP_BYTES(dxgp_signalguestevent, event, 8);
DXGP_AT(dxgp_signalguestevent, process_id, 32);
DXGP_BYTES(dxgp_signalguestevent, process_id, 8);
DXGP_AT(dxgp_signalguestevent, dereference_event, 40);
DXGP_BYTES(dxgp_signalguestevent, dereference_event, 1);
DXGP_SIZE(dxgp_signalguestevent, 48);

DXGP_AT(dxgp_setguestdata, hdr, 0);
DXGP_BYTES(dxgp_setguestdata, hdr, 24);
DXGP_AT(dxgp_setguestdata, cookie, 24);
DXGP_BYTES(dxgp_setguestdata, cookie, 8);
DXGP_AT(dxgp_setguestdata, data, 32);
DXGP_BYTES(dxgp_setguestdata, data, 8);
DXGP_AT(dxgp_setguestdata, flags, 40);
DXGP_BYTES(dxgp_setguestdata, flags, 4);
DXGP_SIZE(dxgp_setguestdata, 48);

DXGP_AT(dxgp_opensyncobject, hdr, 0);
DXGP_BYTES(dxgp_opensyncobject, hdr, 24);
DXGP_AT(dxgp_opensyncobject, device, 24);
DXGP_BYTES(dxgp_opensyncobject, device, 4);
DXGP_AT(dxgp_opensyncobject, global_sync_object, 28);
DXGP_BYTES(dxgp_opensyncobject, global_sync_object, 4);
DXGP_AT(dxgp_opensyncobject, engine_affinity, 32);
DXGP_BYTES(dxgp_opensyncobject, engine_affinity, 4);
DXGP_AT(dxgp_opensyncobject, flags, 36);
DXGP_BYTES(dxgp_opensyncobject, flags, 4);
DXGP_SIZE(dxgp_opensyncobject, 40);

DXGP_AT(dxgp_opensyncobject_reply, sync_object, 0);
DXGP_BYTES(dxgp_opensyncobject_reply, sync_object, 4);
DXGP_AT(dxgp_opensyncobject_reply, status, 4);
DXGP_BYTES(dxgp_opensyncobject_reply, status, 4);
DXGP_AT(dxgp_opensyncobject_reply, gpu_virtual_address, 8);
DXGP_BYTES(dxgp_opensyncobject_reply, gpu_virtual_address, 8);
DXGP_AT(dxgp_opensyncobject_reply, guest_cpu_physical_address, 16);
DXGP_BYTES(dxgp_opensyncobject_reply, guest_cpu_physical_address, 8);
DXGP_SIZE(dxgp_opensyncobject_reply, 24);

DXGP_AT(dxgp_createntsharedobject, hdr, 0);
DXGP_BYTES(dxgp_createntsharedobject, hdr, 24);
DXGP_AT(dxgp_createntsharedobject, object, 24);
DXGP_BYTES(dxgp_createntsharedobject, object, 4);
DXGP_SIZE(dxgp_createntsharedobject, 32);

DXGP_AT(dxgp_destroyntsharedobject, hdr, 0);
DXGP_BYTES(dxgp_destroyntsharedobject, hdr, 24);
DXGP_AT(dxgp_destroyntsharedobject, shared_handle, 24);
DXGP_BYTES(dxgp_destroyntsharedobject, shared_handle, 4);
DXGP_SIZE(dxgp_destroyntsharedobject, 32);

DXGP_AT(dxgp_setiospaceregion, hdr, 0);
DXGP_BYTES(dxgp_setiospaceregion, hdr, 24);
DXGP_AT(dxgp_setiospaceregion, start, 24);
DXGP_BYTES(dxgp_setiospaceregion, start, 8);
DXGP_AT(dxgp_setiospaceregion, length, 32);
DXGP_BYTES(dxgp_setiospaceregion, length, 8);
DXGP_AT(dxgp_setiospaceregion, shared_page_gpadl, 40);
DXGP_BYTES(dxgp_setiospaceregion, shared_page_gpadl, 4);
DXGP_SIZE(dxgp_setiospaceregion, 48);

DXGP_AT(dxgp_setexistingsysmemstore, hdr, 0);
DXGP_BYTES(dxgp_setexistingsysmemstore, hdr, 24);
DXGP_AT(dxgp_setexistingsysmemstore, device, 24);
DXGP_BYTES(dxgp_setexistingsysmemstore, device, 4);
DXGP_AT(dxgp_setexistingsysmemstore, allocation, 28);
DXGP_BYTES(dxgp_setexistingsysmemstore, allocation, 4);
DXGP_AT(dxgp_setexistingsysmemstore, gpadl, 32);
DXGP_BYTES(dxgp_setexistingsysmemstore, gpadl, 4);
DXGP_SIZE(dxgp_setexistingsysmemstore, 40);

DXGP_AT(dxgp_setexistingsysmempages, hdr, 0);
DXGP_BYTES(dxgp_setexistingsysmempages, hdr, 24);
DXGP_AT(dxgp_setexistingsysmempages, device, 24);
DXGP_BYTES(dxgp_setexistingsysmempages, device, 4);
DXGP_AT(dxgp_setexistingsysmempages, allocation, 28);
DXGP_BYTES(dxgp_setexistingsysmempages, allocation, 4);
DXGP_AT(dxgp_setexistingsysmempages, num_pages, 32);
DXGP_BYTES(dxgp_setexistingsysmempages, num_pages, 4);
DXGP_AT(dxgp_setexistingsysmempages, alloc_offset_in_pages, 36);
DXGP_BYTES(dxgp_setexistingsysmempages, alloc_offset_in_pages, 4);
DXGP_AT(dxgp_setexistingsysmempages, pfns, 40);

DXGP_AT(dxgp_createprocess, hdr, 0);
DXGP_BYTES(dxgp_createprocess, hdr, 24);
DXGP_AT(dxgp_createprocess, cookie, 24);
DXGP_BYTES(dxgp_createprocess, cookie, 8);
DXGP_AT(dxgp_createprocess, process_id, 32);
DXGP_BYTES(dxgp_createprocess, process_id, 8);
DXGP_AT(dxgp_createprocess, process_name, 40);
DXGP_BYTES(dxgp_createprocess, process_name, 522);
DXGP_AT(dxgp_createprocess, flags, 562);
DXGP_BYTES(dxgp_createprocess, flags, 1);
DXGP_SIZE(dxgp_createprocess, 568);

DXGP_AT(dxgp_createprocess_reply, hprocess, 0);
DXGP_BYTES(dxgp_createprocess_reply, hprocess, 4);
DXGP_SIZE(dxgp_createprocess_reply, 4);

DXGP_AT(dxgp_destroyprocess, hdr, 0);
DXGP_BYTES(dxgp_destroyprocess, hdr, 24);
DXGP_SIZE(dxgp_destroyprocess, 24);

DXGP_AT(dxgp_openadapter, hdr, 0);
DXGP_BYTES(dxgp_openadapter, hdr, 24);
DXGP_AT(dxgp_openadapter, vmbus_interface_version, 24);
DXGP_BYTES(dxgp_openadapter, vmbus_interface_version, 4);
DXGP_AT(dxgp_openadapter, vmbus_last_compatible_interface_version, 28);
DXGP_BYTES(dxgp_openadapter, vmbus_last_compatible_interface_version, 4);
DXGP_AT(dxgp_openadapter, guest_adapter_luid, 32);
DXGP_BYTES(dxgp_openadapter, guest_adapter_luid, 8);
DXGP_SIZE(dxgp_openadapter, 40);

DXGP_AT(dxgp_openadapter_reply, host_adapter_handle, 0);
DXGP_BYTES(dxgp_openadapter_reply, host_adapter_handle, 4);
DXGP_AT(dxgp_openadapter_reply, status, 4);
DXGP_BYTES(dxgp_openadapter_reply, status, 4);
DXGP_AT(dxgp_openadapter_reply, vmbus_interface_version, 8);
DXGP_BYTES(dxgp_openadapter_reply, vmbus_interface_version, 4);
DXGP_AT(dxgp_openadapter_reply, vmbus_last_compatible_interface_version, 12);
DXGP_BYTES(dxgp_openadapter_reply, vmbus_last_compatible_interface_version, 4);
DXGP_SIZE(dxgp_openadapter_reply, 16);

DXGP_AT(dxgp_closeadapter, hdr, 0);
DXGP_BYTES(dxgp_closeadapter, hdr, 24);
DXGP_AT(dxgp_closeadapter, host_handle, 24);
DXGP_BYTES(dxgp_closeadapter, host_handle, 4);
DXGP_SIZE(dxgp_closeadapter, 32);

DXGP_AT(dxgp_getinternaladapterinfo, hdr, 0);
DXGP_BYTES(dxgp_getinternaladapterinfo, hdr, 24);
DXGP_SIZE(dxgp_getinternaladapterinfo, 24);

DXGP_AT(dxgp_getinternaladapterinfo_reply, device_types, 0);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, device_types, 4);
DXGP_AT(dxgp_getinternaladapterinfo_reply, driver_store_copy_mode, 4);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, driver_store_copy_mode, 4);
DXGP_AT(dxgp_getinternaladapterinfo_reply, driver_ddi_version, 8);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, driver_ddi_version, 4);
DXGP_AT(dxgp_getinternaladapterinfo_reply, flags, 12);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, flags, 4);
DXGP_AT(dxgp_getinternaladapterinfo_reply, host_adapter_luid, 16);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, host_adapter_luid, 8);
DXGP_AT(dxgp_getinternaladapterinfo_reply, device_description, 24);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, device_description, 160);
DXGP_AT(dxgp_getinternaladapterinfo_reply, device_instance_id, 184);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, device_instance_id, 520);
DXGP_AT(dxgp_getinternaladapterinfo_reply, host_vgpu_luid, 704);
DXGP_BYTES(dxgp_getinternaladapterinfo_reply, host_vgpu_luid, 8);
DXGP_SIZE(dxgp_getinternaladapterinfo_reply, 712);

DXGP_AT(dxgp_queryadapterinfo, hdr, 0);
DXGP_BYTES(dxgp_queryadapterinfo, hdr, 24);
DXGP_AT(dxgp_queryadapterinfo, query_type, 24);
DXGP_BYTES(dxgp_queryadapterinfo, query_type, 4);
DXGP_AT(dxgp_queryadapterinfo, private_data_size, 28);
DXGP_BYTES(dxgp_queryadapterinfo, private_data_size, 4);
DXGP_AT(dxgp_queryadapterinfo, private_data, 32);

DXGP_AT(dxgp_queryadapterinfo_reply, status, 0);
DXGP_BYTES(dxgp_queryadapterinfo_reply, status, 4);
DXGP_AT(dxgp_queryadapterinfo_reply, private_data, 4);

DXGP_AT(dxgp_setallocationpriority, hdr, 0);
DXGP_BYTES(dxgp_setallocationpriority, hdr, 24);
DXGP_AT(dxgp_setallocationpriority, device, 24);
DXGP_BYTES(dxgp_setallocationpriority, device, 4);
DXGP_AT(dxgp_setallocationpriority, resource, 28);
DXGP_BYTES(dxgp_setallocationpriority, resource, 4);
DXGP_AT(dxgp_setallocationpriority, allocation_count, 32);
DXGP_BYTES(dxgp_setallocationpriority, allocation_count, 4);
DXGP_SIZE(dxgp_setallocationpriority, 40);

DXGP_AT(dxgp_getallocationpriority, hdr, 0);
DXGP_BYTES(dxgp_getallocationpriority, hdr, 24);
DXGP_AT(dxgp_getallocationpriority, device, 24);
DXGP_BYTES(dxgp_getallocationpriority, device, 4);
DXGP_AT(dxgp_getallocationpriority, resource, 28);
DXGP_BYTES(dxgp_getallocationpriority, resource, 4);
DXGP_AT(dxgp_getallocationpriority, allocation_count, 32);
DXGP_BYTES(dxgp_getallocationpriority, allocation_count, 4);
DXGP_SIZE(dxgp_getallocationpriority, 40);

DXGP_AT(dxgp_getallocationpriority_reply, status, 0);
DXGP_BYTES(dxgp_getallocationpriority_reply, status, 4);
DXGP_SIZE(dxgp_getallocationpriority_reply, 4);

DXGP_AT(dxgp_setcontextschedulingpriority2, hdr, 0);
DXGP_BYTES(dxgp_setcontextschedulingpriority2, hdr, 24);
DXGP_AT(dxgp_setcontextschedulingpriority2, context, 24);
DXGP_BYTES(dxgp_setcontextschedulingpriority2, context, 4);
DXGP_AT(dxgp_setcontextschedulingpriority2, priority, 28);
DXGP_BYTES(dxgp_setcontextschedulingpriority2, priority, 4);
DXGP_AT(dxgp_setcontextschedulingpriority2, in_process, 32);
DXGP_BYTES(dxgp_setcontextschedulingpriority2, in_process, 1);
DXGP_SIZE(dxgp_setcontextschedulingpriority2, 40);

DXGP_AT(dxgp_getcontextschedulingpriority, hdr, 0);
DXGP_BYTES(dxgp_getcontextschedulingpriority, hdr, 24);
DXGP_AT(dxgp_getcontextschedulingpriority, context, 24);
DXGP_BYTES(dxgp_getcontextschedulingpriority, context, 4);
DXGP_AT(dxgp_getcontextschedulingpriority, in_process, 28);
DXGP_BYTES(dxgp_getcontextschedulingpriority, in_process, 1);
DXGP_SIZE(dxgp_getcontextschedulingpriority, 32);

DXGP_AT(dxgp_getcontextschedulingpriority_reply, status, 0);
DXGP_BYTES(dxgp_getcontextschedulingpriority_reply, status, 4);
DXGP_AT(dxgp_getcontextschedulingpriority_reply, priority, 4);
DXGP_BYTES(dxgp_getcontextschedulingpriority_reply, priority, 4);
DXGP_SIZE(dxgp_getcontextschedulingpriority_reply, 8);

DXGP_AT(dxgp_createdevice, hdr, 0);
DXGP_BYTES(dxgp_createdevice, hdr, 24);
DXGP_AT(dxgp_createdevice, flags, 24);
DXGP_BYTES(dxgp_createdevice, flags, 4);
DXGP_AT(dxgp_createdevice, cdd_device, 28);
DXGP_BYTES(dxgp_createdevice, cdd_device, 1);
DXGP_AT(dxgp_createdevice, cookie, 32);
DXGP_BYTES(dxgp_createdevice, cookie, 8);
DXGP_SIZE(dxgp_createdevice, 40);

DXGP_AT(dxgp_createdevice_reply, device, 0);
DXGP_BYTES(dxgp_createdevice_reply, device, 4);
DXGP_SIZE(dxgp_createdevice_reply, 4);

DXGP_AT(dxgp_destroydevice, hdr, 0);
DXGP_BYTES(dxgp_destroydevice, hdr, 24);
DXGP_AT(dxgp_destroydevice, device, 24);
DXGP_BYTES(dxgp_destroydevice, device, 4);
DXGP_SIZE(dxgp_destroydevice, 32);

DXGP_AT(dxgp_flushdevice, hdr, 0);
DXGP_BYTES(dxgp_flushdevice, hdr, 24);
DXGP_AT(dxgp_flushdevice, device, 24);
DXGP_BYTES(dxgp_flushdevice, device, 4);
DXGP_AT(dxgp_flushdevice, reason, 28);
DXGP_BYTES(dxgp_flushdevice, reason, 4);
DXGP_SIZE(dxgp_flushdevice, 32);

DXGP_AT(dxgp_makeresident, hdr, 0);
DXGP_BYTES(dxgp_makeresident, hdr, 24);
DXGP_AT(dxgp_makeresident, device, 24);
DXGP_BYTES(dxgp_makeresident, device, 4);
DXGP_AT(dxgp_makeresident, paging_queue, 28);
DXGP_BYTES(dxgp_makeresident, paging_queue, 4);
DXGP_AT(dxgp_makeresident, flags, 32);
DXGP_BYTES(dxgp_makeresident, flags, 4);
DXGP_AT(dxgp_makeresident, alloc_count, 36);
DXGP_BYTES(dxgp_makeresident, alloc_count, 4);
DXGP_AT(dxgp_makeresident, allocations, 40);

DXGP_AT(dxgp_makeresident_reply, paging_fence_value, 0);
DXGP_BYTES(dxgp_makeresident_reply, paging_fence_value, 8);
DXGP_AT(dxgp_makeresident_reply, num_bytes_to_trim, 8);
DXGP_BYTES(dxgp_makeresident_reply, num_bytes_to_trim, 8);
DXGP_AT(dxgp_makeresident_reply, status, 16);
DXGP_BYTES(dxgp_makeresident_reply, status, 4);
DXGP_SIZE(dxgp_makeresident_reply, 24);

DXGP_AT(dxgp_evict, hdr, 0);
DXGP_BYTES(dxgp_evict, hdr, 24);
DXGP_AT(dxgp_evict, device, 24);
DXGP_BYTES(dxgp_evict, device, 4);
DXGP_AT(dxgp_evict, flags, 28);
DXGP_BYTES(dxgp_evict, flags, 4);
DXGP_AT(dxgp_evict, alloc_count, 32);
DXGP_BYTES(dxgp_evict, alloc_count, 4);
DXGP_AT(dxgp_evict, allocations, 36);

DXGP_AT(dxgp_evict_reply, num_bytes_to_trim, 0);
DXGP_BYTES(dxgp_evict_reply, num_bytes_to_trim, 8);
DXGP_SIZE(dxgp_evict_reply, 8);

DXGP_AT(dxgp_arg_submitcommand, command_buffer, 0);
DXGP_BYTES(dxgp_arg_submitcommand, command_buffer, 8);
DXGP_AT(dxgp_arg_submitcommand, command_length, 8);
DXGP_BYTES(dxgp_arg_submitcommand, command_length, 4);
DXGP_AT(dxgp_arg_submitcommand, flags, 12);
DXGP_BYTES(dxgp_arg_submitcommand, flags, 4);
DXGP_AT(dxgp_arg_submitcommand, present_history_token, 16);
DXGP_BYTES(dxgp_arg_submitcommand, present_history_token, 8);
DXGP_AT(dxgp_arg_submitcommand, broadcast_context_count, 24);
DXGP_BYTES(dxgp_arg_submitcommand, broadcast_context_count, 4);
DXGP_AT(dxgp_arg_submitcommand, broadcast_context, 28);
DXGP_BYTES(dxgp_arg_submitcommand, broadcast_context, 256);
DXGP_AT(dxgp_arg_submitcommand, reserved, 284);
DXGP_BYTES(dxgp_arg_submitcommand, reserved, 4);
DXGP_AT(dxgp_arg_submitcommand, priv_drv_data, 288);
DXGP_BYTES(dxgp_arg_submitcommand, priv_drv_data, 8);
DXGP_AT(dxgp_arg_submitcommand, priv_drv_data_size, 296);
DXGP_BYTES(dxgp_arg_submitcommand, priv_drv_data_size, 4);
DXGP_AT(dxgp_arg_submitcommand, num_primaries, 300);
DXGP_BYTES(dxgp_arg_submitcommand, num_primaries, 4);
DXGP_AT(dxgp_arg_submitcommand, written_primaries, 304);
DXGP_BYTES(dxgp_arg_submitcommand, written_primaries, 64);
DXGP_AT(dxgp_arg_submitcommand, num_history_buffers, 368);
DXGP_BYTES(dxgp_arg_submitcommand, num_history_buffers, 4);
DXGP_AT(dxgp_arg_submitcommand, reserved1, 372);
DXGP_BYTES(dxgp_arg_submitcommand, reserved1, 4);
DXGP_AT(dxgp_arg_submitcommand, history_buffer_array, 376);
DXGP_BYTES(dxgp_arg_submitcommand, history_buffer_array, 8);
DXGP_SIZE(dxgp_arg_submitcommand, 384);

DXGP_AT(dxgp_submitcommand, hdr, 0);
DXGP_BYTES(dxgp_submitcommand, hdr, 24);
DXGP_AT(dxgp_submitcommand, args, 24);
DXGP_BYTES(dxgp_submitcommand, args, 384);
DXGP_SIZE(dxgp_submitcommand, 408);

DXGP_AT(dxgp_arg_submitcommandtohwqueue, hwqueue, 0);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, hwqueue, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, reserved, 4);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, reserved, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, hwqueue_progress_fence_id, 8);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, hwqueue_progress_fence_id, 8);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, command_buffer, 16);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, command_buffer, 8);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, command_length, 24);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, command_length, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, priv_drv_data_size, 28);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, priv_drv_data_size, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, priv_drv_data, 32);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, priv_drv_data, 8);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, num_primaries, 40);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, num_primaries, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, reserved1, 44);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, reserved1, 4);
DXGP_AT(dxgp_arg_submitcommandtohwqueue, written_primaries, 48);
DXGP_BYTES(dxgp_arg_submitcommandtohwqueue, written_primaries, 8);
DXGP_SIZE(dxgp_arg_submitcommandtohwqueue, 56);

DXGP_AT(dxgp_submitcommandtohwqueue, hdr, 0);
DXGP_BYTES(dxgp_submitcommandtohwqueue, hdr, 24);
DXGP_AT(dxgp_submitcommandtohwqueue, args, 24);
DXGP_BYTES(dxgp_submitcommandtohwqueue, args, 56);
DXGP_SIZE(dxgp_submitcommandtohwqueue, 80);

DXGP_AT(dxgp_flushheaptransitions, hdr, 0);
DXGP_BYTES(dxgp_flushheaptransitions, hdr, 24);
DXGP_SIZE(dxgp_flushheaptransitions, 24);

DXGP_AT(dxgp_invalidatecache, hdr, 0);
DXGP_BYTES(dxgp_invalidatecache, hdr, 24);
DXGP_AT(dxgp_invalidatecache, device, 24);
DXGP_BYTES(dxgp_invalidatecache, device, 4);
DXGP_AT(dxgp_invalidatecache, allocation, 28);
DXGP_BYTES(dxgp_invalidatecache, allocation, 4);
DXGP_AT(dxgp_invalidatecache, offset, 32);
DXGP_BYTES(dxgp_invalidatecache, offset, 8);
DXGP_AT(dxgp_invalidatecache, length, 40);
DXGP_BYTES(dxgp_invalidatecache, length, 8);
DXGP_AT(dxgp_invalidatecache, reserved, 48);
DXGP_BYTES(dxgp_invalidatecache, reserved, 8);
DXGP_SIZE(dxgp_invalidatecache, 56);

DXGP_AT(dxgp_arg_freegpuvirtualaddress, adapter, 0);
DXGP_BYTES(dxgp_arg_freegpuvirtualaddress, adapter, 4);
DXGP_AT(dxgp_arg_freegpuvirtualaddress, reserved, 4);
DXGP_BYTES(dxgp_arg_freegpuvirtualaddress, reserved, 4);
DXGP_AT(dxgp_arg_freegpuvirtualaddress, base_address, 8);
DXGP_BYTES(dxgp_arg_freegpuvirtualaddress, base_address, 8);
DXGP_AT(dxgp_arg_freegpuvirtualaddress, size, 16);
DXGP_BYTES(dxgp_arg_freegpuvirtualaddress, size, 8);
DXGP_SIZE(dxgp_arg_freegpuvirtualaddress, 24);

DXGP_AT(dxgp_freegpuvirtualaddress, hdr, 0);
DXGP_BYTES(dxgp_freegpuvirtualaddress, hdr, 24);
DXGP_AT(dxgp_freegpuvirtualaddress, args, 24);
DXGP_BYTES(dxgp_freegpuvirtualaddress, args, 24);
DXGP_SIZE(dxgp_freegpuvirtualaddress, 48);

DXGP_AT(dxgp_arg_mapgpuvirtualaddress, paging_queue, 0);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, paging_queue, 4);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, base_address, 8);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, base_address, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, minimum_address, 16);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, minimum_address, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, maximum_address, 24);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, maximum_address, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, allocation, 32);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, allocation, 4);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, offset_in_pages, 40);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, offset_in_pages, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, size_in_pages, 48);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, size_in_pages, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, protection, 56);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, protection, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, driver_protection, 64);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, driver_protection, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, reserved0, 72);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, reserved0, 4);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, reserved1, 80);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, reserved1, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, virtual_address, 88);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, virtual_address, 8);
DXGP_AT(dxgp_arg_mapgpuvirtualaddress, paging_fence_value, 96);
DXGP_BYTES(dxgp_arg_mapgpuvirtualaddress, paging_fence_value, 8);
DXGP_SIZE(dxgp_arg_mapgpuvirtualaddress, 104);

DXGP_AT(dxgp_mapgpuvirtualaddress, hdr, 0);
DXGP_BYTES(dxgp_mapgpuvirtualaddress, hdr, 24);
DXGP_AT(dxgp_mapgpuvirtualaddress, args, 24);
DXGP_BYTES(dxgp_mapgpuvirtualaddress, args, 104);
DXGP_AT(dxgp_mapgpuvirtualaddress, device, 128);
DXGP_BYTES(dxgp_mapgpuvirtualaddress, device, 4);
DXGP_SIZE(dxgp_mapgpuvirtualaddress, 136);

DXGP_AT(dxgp_mapgpuvirtualaddress_reply, virtual_address, 0);
DXGP_BYTES(dxgp_mapgpuvirtualaddress_reply, virtual_address, 8);
DXGP_AT(dxgp_mapgpuvirtualaddress_reply, paging_fence_value, 8);
DXGP_BYTES(dxgp_mapgpuvirtualaddress_reply, paging_fence_value, 8);
DXGP_AT(dxgp_mapgpuvirtualaddress_reply, status, 16);
DXGP_BYTES(dxgp_mapgpuvirtualaddress_reply, status, 4);
DXGP_SIZE(dxgp_mapgpuvirtualaddress_reply, 24);

DXGP_AT(dxgp_arg_reservegpuvirtualaddress, adapter, 0);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, adapter, 4);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, base_address, 8);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, base_address, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, minimum_address, 16);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, minimum_address, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, maximum_address, 24);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, maximum_address, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, size, 32);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, size, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, reservation_type, 40);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, reservation_type, 4);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, driver_protection, 48);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, driver_protection, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, virtual_address, 56);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, virtual_address, 8);
DXGP_AT(dxgp_arg_reservegpuvirtualaddress, paging_fence_value, 64);
DXGP_BYTES(dxgp_arg_reservegpuvirtualaddress, paging_fence_value, 8);
DXGP_SIZE(dxgp_arg_reservegpuvirtualaddress, 72);

DXGP_AT(dxgp_reservegpuvirtualaddress, hdr, 0);
DXGP_BYTES(dxgp_reservegpuvirtualaddress, hdr, 24);
DXGP_AT(dxgp_reservegpuvirtualaddress, args, 24);
DXGP_BYTES(dxgp_reservegpuvirtualaddress, args, 72);
DXGP_SIZE(dxgp_reservegpuvirtualaddress, 96);

DXGP_AT(dxgp_reservegpuvirtualaddress_reply, virtual_address, 0);
DXGP_BYTES(dxgp_reservegpuvirtualaddress_reply, virtual_address, 8);
DXGP_AT(dxgp_reservegpuvirtualaddress_reply, paging_fence_value, 8);
DXGP_BYTES(dxgp_reservegpuvirtualaddress_reply, paging_fence_value, 8);
DXGP_SIZE(dxgp_reservegpuvirtualaddress_reply, 16);

DXGP_AT(dxgp_arg_updategpuvirtualaddress_operation, operation, 0);
DXGP_BYTES(dxgp_arg_updategpuvirtualaddress_operation, operation, 4);
DXGP_AT(dxgp_arg_updategpuvirtualaddress_operation, data, 8);
DXGP_BYTES(dxgp_arg_updategpuvirtualaddress_operation, data, 56);
DXGP_SIZE(dxgp_arg_updategpuvirtualaddress_operation, 64);

DXGP_AT(dxgp_updategpuvirtualaddress, hdr, 0);
DXGP_BYTES(dxgp_updategpuvirtualaddress, hdr, 24);
DXGP_AT(dxgp_updategpuvirtualaddress, fence_value, 24);
DXGP_BYTES(dxgp_updategpuvirtualaddress, fence_value, 8);
DXGP_AT(dxgp_updategpuvirtualaddress, device, 32);
DXGP_BYTES(dxgp_updategpuvirtualaddress, device, 4);
DXGP_AT(dxgp_updategpuvirtualaddress, context, 36);
DXGP_BYTES(dxgp_updategpuvirtualaddress, context, 4);
DXGP_AT(dxgp_updategpuvirtualaddress, fence_object, 40);
DXGP_BYTES(dxgp_updategpuvirtualaddress, fence_object, 4);
DXGP_AT(dxgp_updategpuvirtualaddress, num_operations, 44);
DXGP_BYTES(dxgp_updategpuvirtualaddress, num_operations, 4);
DXGP_AT(dxgp_updategpuvirtualaddress, flags, 48);
DXGP_BYTES(dxgp_updategpuvirtualaddress, flags, 4);
DXGP_AT(dxgp_updategpuvirtualaddress, operations, 56);

DXGP_AT(dxgp_arg_gpuclockdata, gpu_frequency, 0);
DXGP_BYTES(dxgp_arg_gpuclockdata, gpu_frequency, 8);
DXGP_AT(dxgp_arg_gpuclockdata, gpu_clock_counter, 8);
DXGP_BYTES(dxgp_arg_gpuclockdata, gpu_clock_counter, 8);
DXGP_AT(dxgp_arg_gpuclockdata, cpu_clock_counter, 16);
DXGP_BYTES(dxgp_arg_gpuclockdata, cpu_clock_counter, 8);
DXGP_AT(dxgp_arg_gpuclockdata, flags, 24);
DXGP_BYTES(dxgp_arg_gpuclockdata, flags, 4);
DXGP_SIZE(dxgp_arg_gpuclockdata, 28);

DXGP_AT(dxgp_arg_queryclockcalibration, adapter, 0);
DXGP_BYTES(dxgp_arg_queryclockcalibration, adapter, 4);
DXGP_AT(dxgp_arg_queryclockcalibration, node_ordinal, 4);
DXGP_BYTES(dxgp_arg_queryclockcalibration, node_ordinal, 4);
DXGP_AT(dxgp_arg_queryclockcalibration, physical_adapter_index, 8);
DXGP_BYTES(dxgp_arg_queryclockcalibration, physical_adapter_index, 4);
DXGP_AT(dxgp_arg_queryclockcalibration, clock_data, 12);
DXGP_BYTES(dxgp_arg_queryclockcalibration, clock_data, 28);
DXGP_SIZE(dxgp_arg_queryclockcalibration, 40);

DXGP_AT(dxgp_queryclockcalibration, hdr, 0);
DXGP_BYTES(dxgp_queryclockcalibration, hdr, 24);
DXGP_AT(dxgp_queryclockcalibration, args, 24);
DXGP_BYTES(dxgp_queryclockcalibration, args, 40);
DXGP_SIZE(dxgp_queryclockcalibration, 64);

DXGP_AT(dxgp_queryclockcalibration_reply, status, 0);
DXGP_BYTES(dxgp_queryclockcalibration_reply, status, 4);
DXGP_AT(dxgp_queryclockcalibration_reply, clock_data, 4);
DXGP_BYTES(dxgp_queryclockcalibration_reply, clock_data, 28);
DXGP_SIZE(dxgp_queryclockcalibration_reply, 32);

DXGP_AT(dxgp_createallocation_info, flags, 0);
DXGP_BYTES(dxgp_createallocation_info, flags, 4);
DXGP_AT(dxgp_createallocation_info, priv_drv_data_size, 4);
DXGP_BYTES(dxgp_createallocation_info, priv_drv_data_size, 4);
DXGP_AT(dxgp_createallocation_info, vidpn_source_id, 8);
DXGP_BYTES(dxgp_createallocation_info, vidpn_source_id, 4);
DXGP_SIZE(dxgp_createallocation_info, 12);

DXGP_AT(dxgp_createallocation, hdr, 0);
DXGP_BYTES(dxgp_createallocation, hdr, 24);
DXGP_AT(dxgp_createallocation, device, 24);
DXGP_BYTES(dxgp_createallocation, device, 4);
DXGP_AT(dxgp_createallocation, resource, 28);
DXGP_BYTES(dxgp_createallocation, resource, 4);
DXGP_AT(dxgp_createallocation, private_runtime_data_size, 32);
DXGP_BYTES(dxgp_createallocation, private_runtime_data_size, 4);
DXGP_AT(dxgp_createallocation, priv_drv_data_size, 36);
DXGP_BYTES(dxgp_createallocation, priv_drv_data_size, 4);
DXGP_AT(dxgp_createallocation, alloc_count, 40);
DXGP_BYTES(dxgp_createallocation, alloc_count, 4);
DXGP_AT(dxgp_createallocation, flags, 44);
DXGP_BYTES(dxgp_createallocation, flags, 4);
DXGP_AT(dxgp_createallocation, private_runtime_resource_handle, 48);
DXGP_BYTES(dxgp_createallocation, private_runtime_resource_handle, 8);
DXGP_AT(dxgp_createallocation, make_resident, 56);
DXGP_BYTES(dxgp_createallocation, make_resident, 1);
DXGP_SIZE(dxgp_createallocation, 64);

DXGP_AT(dxgp_openresource, hdr, 0);
DXGP_BYTES(dxgp_openresource, hdr, 24);
DXGP_AT(dxgp_openresource, device, 24);
DXGP_BYTES(dxgp_openresource, device, 4);
DXGP_AT(dxgp_openresource, nt_security_sharing, 28);
DXGP_BYTES(dxgp_openresource, nt_security_sharing, 1);
DXGP_AT(dxgp_openresource, global_share, 32);
DXGP_BYTES(dxgp_openresource, global_share, 4);
DXGP_AT(dxgp_openresource, allocation_count, 36);
DXGP_BYTES(dxgp_openresource, allocation_count, 4);
DXGP_AT(dxgp_openresource, total_priv_drv_data_size, 40);
DXGP_BYTES(dxgp_openresource, total_priv_drv_data_size, 4);
DXGP_SIZE(dxgp_openresource, 48);

DXGP_AT(dxgp_openresource_reply, resource, 0);
DXGP_BYTES(dxgp_openresource_reply, resource, 4);
DXGP_AT(dxgp_openresource_reply, status, 4);
DXGP_BYTES(dxgp_openresource_reply, status, 4);
DXGP_SIZE(dxgp_openresource_reply, 8);

DXGP_AT(dxgp_arg_querystatistics_result, data, 0);
DXGP_BYTES(dxgp_arg_querystatistics_result, data, 776);
DXGP_SIZE(dxgp_arg_querystatistics_result, 776);

DXGP_AT(dxgp_arg_querystatistics, type, 0);
DXGP_BYTES(dxgp_arg_querystatistics, type, 4);
DXGP_AT(dxgp_arg_querystatistics, adapter_luid, 4);
DXGP_BYTES(dxgp_arg_querystatistics, adapter_luid, 8);
DXGP_AT(dxgp_arg_querystatistics, process, 16);
DXGP_BYTES(dxgp_arg_querystatistics, process, 8);
DXGP_AT(dxgp_arg_querystatistics, result, 24);
DXGP_BYTES(dxgp_arg_querystatistics, result, 776);
DXGP_SIZE(dxgp_arg_querystatistics, 808);

DXGP_AT(dxgp_querystatistics, hdr, 0);
DXGP_BYTES(dxgp_querystatistics, hdr, 24);
DXGP_AT(dxgp_querystatistics, args, 24);
DXGP_BYTES(dxgp_querystatistics, args, 808);
DXGP_SIZE(dxgp_querystatistics, 832);

DXGP_AT(dxgp_querystatistics_reply, status, 0);
DXGP_BYTES(dxgp_querystatistics_reply, status, 4);
DXGP_AT(dxgp_querystatistics_reply, reserved, 4);
DXGP_BYTES(dxgp_querystatistics_reply, reserved, 4);
DXGP_AT(dxgp_querystatistics_reply, result, 8);
DXGP_BYTES(dxgp_querystatistics_reply, result, 776);
DXGP_SIZE(dxgp_querystatistics_reply, 784);

DXGP_AT(dxgp_getstandardallocprivdata, hdr, 0);
DXGP_BYTES(dxgp_getstandardallocprivdata, hdr, 24);
DXGP_AT(dxgp_getstandardallocprivdata, alloc_type, 24);
DXGP_BYTES(dxgp_getstandardallocprivdata, alloc_type, 4);
DXGP_AT(dxgp_getstandardallocprivdata, priv_driver_data_size, 28);
DXGP_BYTES(dxgp_getstandardallocprivdata, priv_driver_data_size, 4);
DXGP_AT(dxgp_getstandardallocprivdata, priv_driver_resource_size, 32);
DXGP_BYTES(dxgp_getstandardallocprivdata, priv_driver_resource_size, 4);
DXGP_AT(dxgp_getstandardallocprivdata, physical_adapter_index, 36);
DXGP_BYTES(dxgp_getstandardallocprivdata, physical_adapter_index, 4);
DXGP_AT(dxgp_getstandardallocprivdata, surface, 40);
DXGP_BYTES(dxgp_getstandardallocprivdata, surface, 24);
DXGP_SIZE(dxgp_getstandardallocprivdata, 64);

DXGP_AT(dxgp_getstandardallocprivdata_reply, status, 0);
DXGP_BYTES(dxgp_getstandardallocprivdata_reply, status, 4);
DXGP_AT(dxgp_getstandardallocprivdata_reply, priv_driver_data_size, 4);
DXGP_BYTES(dxgp_getstandardallocprivdata_reply, priv_driver_data_size, 4);
DXGP_AT(dxgp_getstandardallocprivdata_reply, priv_driver_resource_size, 8);
DXGP_BYTES(dxgp_getstandardallocprivdata_reply, priv_driver_resource_size, 4);
DXGP_AT(dxgp_getstandardallocprivdata_reply, surface, 12);
DXGP_BYTES(dxgp_getstandardallocprivdata_reply, surface, 24);
DXGP_SIZE(dxgp_getstandardallocprivdata_reply, 36);

DXGP_AT(dxgp_arg_rational, numerator, 0);
DXGP_BYTES(dxgp_arg_rational, numerator, 4);
DXGP_AT(dxgp_arg_rational, denominator, 4);
DXGP_BYTES(dxgp_arg_rational, denominator, 4);
DXGP_SIZE(dxgp_arg_rational, 8);

DXGP_AT(dxgp_arg_describeallocation, allocation, 0);
DXGP_BYTES(dxgp_arg_describeallocation, allocation, 8);
DXGP_AT(dxgp_arg_describeallocation, width, 8);
DXGP_BYTES(dxgp_arg_describeallocation, width, 4);
DXGP_AT(dxgp_arg_describeallocation, height, 12);
DXGP_BYTES(dxgp_arg_describeallocation, height, 4);
DXGP_AT(dxgp_arg_describeallocation, format, 16);
DXGP_BYTES(dxgp_arg_describeallocation, format, 4);
DXGP_AT(dxgp_arg_describeallocation, multisample_method, 20);
DXGP_BYTES(dxgp_arg_describeallocation, multisample_method, 4);
DXGP_AT(dxgp_arg_describeallocation, refresh_rate, 24);
DXGP_BYTES(dxgp_arg_describeallocation, refresh_rate, 8);
DXGP_AT(dxgp_arg_describeallocation, private_driver_attribute, 32);
DXGP_BYTES(dxgp_arg_describeallocation, private_driver_attribute, 4);
DXGP_AT(dxgp_arg_describeallocation, flags, 36);
DXGP_BYTES(dxgp_arg_describeallocation, flags, 4);
DXGP_AT(dxgp_arg_describeallocation, rotation, 40);
DXGP_BYTES(dxgp_arg_describeallocation, rotation, 4);
DXGP_SIZE(dxgp_arg_describeallocation, 48);

DXGP_AT(dxgp_allocinfo_reply, allocation, 0);
DXGP_BYTES(dxgp_allocinfo_reply, allocation, 4);
DXGP_AT(dxgp_allocinfo_reply, priv_drv_data_size, 4);
DXGP_BYTES(dxgp_allocinfo_reply, priv_drv_data_size, 4);
DXGP_AT(dxgp_allocinfo_reply, allocation_flags, 8);
DXGP_BYTES(dxgp_allocinfo_reply, allocation_flags, 4);
DXGP_AT(dxgp_allocinfo_reply, allocation_size, 16);
DXGP_BYTES(dxgp_allocinfo_reply, allocation_size, 8);
DXGP_AT(dxgp_allocinfo_reply, driver_info, 24);
DXGP_BYTES(dxgp_allocinfo_reply, driver_info, 48);
DXGP_SIZE(dxgp_allocinfo_reply, 72);

DXGP_AT(dxgp_createallocation_reply, flags, 0);
DXGP_BYTES(dxgp_createallocation_reply, flags, 4);
DXGP_AT(dxgp_createallocation_reply, resource, 4);
DXGP_BYTES(dxgp_createallocation_reply, resource, 4);
DXGP_AT(dxgp_createallocation_reply, global_share, 8);
DXGP_BYTES(dxgp_createallocation_reply, global_share, 4);
DXGP_AT(dxgp_createallocation_reply, vgpu_flags, 12);
DXGP_BYTES(dxgp_createallocation_reply, vgpu_flags, 4);
DXGP_AT(dxgp_createallocation_reply, allocation_info, 16);

DXGP_AT(dxgp_destroyallocation, hdr, 0);
DXGP_BYTES(dxgp_destroyallocation, hdr, 24);
DXGP_AT(dxgp_destroyallocation, device, 24);
DXGP_BYTES(dxgp_destroyallocation, device, 4);
DXGP_AT(dxgp_destroyallocation, resource, 28);
DXGP_BYTES(dxgp_destroyallocation, resource, 4);
DXGP_AT(dxgp_destroyallocation, alloc_count, 32);
DXGP_BYTES(dxgp_destroyallocation, alloc_count, 4);
DXGP_AT(dxgp_destroyallocation, flags, 36);
DXGP_BYTES(dxgp_destroyallocation, flags, 4);
DXGP_AT(dxgp_destroyallocation, allocations, 40);

DXGP_AT(dxgp_createcontextvirtual, hdr, 0);
DXGP_BYTES(dxgp_createcontextvirtual, hdr, 24);
DXGP_AT(dxgp_createcontextvirtual, context, 24);
DXGP_BYTES(dxgp_createcontextvirtual, context, 4);
DXGP_AT(dxgp_createcontextvirtual, device, 28);
DXGP_BYTES(dxgp_createcontextvirtual, device, 4);
DXGP_AT(dxgp_createcontextvirtual, node_ordinal, 32);
DXGP_BYTES(dxgp_createcontextvirtual, node_ordinal, 4);
DXGP_AT(dxgp_createcontextvirtual, engine_affinity, 36);
DXGP_BYTES(dxgp_createcontextvirtual, engine_affinity, 4);
DXGP_AT(dxgp_createcontextvirtual, flags, 40);
DXGP_BYTES(dxgp_createcontextvirtual, flags, 4);
DXGP_AT(dxgp_createcontextvirtual, client_hint, 44);
DXGP_BYTES(dxgp_createcontextvirtual, client_hint, 4);
DXGP_AT(dxgp_createcontextvirtual, priv_drv_data_size, 48);
DXGP_BYTES(dxgp_createcontextvirtual, priv_drv_data_size, 4);
DXGP_AT(dxgp_createcontextvirtual, priv_drv_data, 52);

DXGP_AT(dxgp_destroycontext, hdr, 0);
DXGP_BYTES(dxgp_destroycontext, hdr, 24);
DXGP_AT(dxgp_destroycontext, context, 24);
DXGP_BYTES(dxgp_destroycontext, context, 4);
DXGP_SIZE(dxgp_destroycontext, 32);

DXGP_AT(dxgp_arg_createpagingqueue, device, 0);
DXGP_BYTES(dxgp_arg_createpagingqueue, device, 4);
DXGP_AT(dxgp_arg_createpagingqueue, priority, 4);
DXGP_BYTES(dxgp_arg_createpagingqueue, priority, 4);
DXGP_AT(dxgp_arg_createpagingqueue, paging_queue, 8);
DXGP_BYTES(dxgp_arg_createpagingqueue, paging_queue, 4);
DXGP_AT(dxgp_arg_createpagingqueue, sync_object, 12);
DXGP_BYTES(dxgp_arg_createpagingqueue, sync_object, 4);
DXGP_AT(dxgp_arg_createpagingqueue, fence_cpu_virtual_address, 16);
DXGP_BYTES(dxgp_arg_createpagingqueue, fence_cpu_virtual_address, 8);
DXGP_AT(dxgp_arg_createpagingqueue, physical_adapter_index, 24);
DXGP_BYTES(dxgp_arg_createpagingqueue, physical_adapter_index, 4);
DXGP_SIZE(dxgp_arg_createpagingqueue, 32);

DXGP_AT(dxgp_createpagingqueue, hdr, 0);
DXGP_BYTES(dxgp_createpagingqueue, hdr, 24);
DXGP_AT(dxgp_createpagingqueue, args, 24);
DXGP_BYTES(dxgp_createpagingqueue, args, 32);
DXGP_SIZE(dxgp_createpagingqueue, 56);

DXGP_AT(dxgp_createpagingqueue_reply, paging_queue, 0);
DXGP_BYTES(dxgp_createpagingqueue_reply, paging_queue, 4);
DXGP_AT(dxgp_createpagingqueue_reply, sync_object, 4);
DXGP_BYTES(dxgp_createpagingqueue_reply, sync_object, 4);
DXGP_AT(dxgp_createpagingqueue_reply, fence_storage_physical_address, 8);
DXGP_BYTES(dxgp_createpagingqueue_reply, fence_storage_physical_address, 8);
DXGP_AT(dxgp_createpagingqueue_reply, fence_storage_offset, 16);
DXGP_BYTES(dxgp_createpagingqueue_reply, fence_storage_offset, 8);
DXGP_SIZE(dxgp_createpagingqueue_reply, 24);

DXGP_AT(dxgp_destroypagingqueue, hdr, 0);
DXGP_BYTES(dxgp_destroypagingqueue, hdr, 24);
DXGP_AT(dxgp_destroypagingqueue, paging_queue, 24);
DXGP_BYTES(dxgp_destroypagingqueue, paging_queue, 4);
DXGP_SIZE(dxgp_destroypagingqueue, 32);

DXGP_AT(dxgp_arg_synchronizationobjectinfo2, type, 0);
DXGP_BYTES(dxgp_arg_synchronizationobjectinfo2, type, 4);
DXGP_AT(dxgp_arg_synchronizationobjectinfo2, flags, 4);
DXGP_BYTES(dxgp_arg_synchronizationobjectinfo2, flags, 4);
DXGP_AT(dxgp_arg_synchronizationobjectinfo2, data, 8);
DXGP_BYTES(dxgp_arg_synchronizationobjectinfo2, data, 64);
DXGP_AT(dxgp_arg_synchronizationobjectinfo2, shared_handle, 72);
DXGP_BYTES(dxgp_arg_synchronizationobjectinfo2, shared_handle, 4);
DXGP_SIZE(dxgp_arg_synchronizationobjectinfo2, 80);

DXGP_AT(dxgp_arg_createsynchronizationobject2, device, 0);
DXGP_BYTES(dxgp_arg_createsynchronizationobject2, device, 4);
DXGP_AT(dxgp_arg_createsynchronizationobject2, reserved, 4);
DXGP_BYTES(dxgp_arg_createsynchronizationobject2, reserved, 4);
DXGP_AT(dxgp_arg_createsynchronizationobject2, info, 8);
DXGP_BYTES(dxgp_arg_createsynchronizationobject2, info, 80);
DXGP_AT(dxgp_arg_createsynchronizationobject2, sync_object, 88);
DXGP_BYTES(dxgp_arg_createsynchronizationobject2, sync_object, 4);
DXGP_AT(dxgp_arg_createsynchronizationobject2, reserved1, 92);
DXGP_BYTES(dxgp_arg_createsynchronizationobject2, reserved1, 4);
DXGP_SIZE(dxgp_arg_createsynchronizationobject2, 96);

DXGP_AT(dxgp_createsyncobject, hdr, 0);
DXGP_BYTES(dxgp_createsyncobject, hdr, 24);
DXGP_AT(dxgp_createsyncobject, args, 24);
DXGP_BYTES(dxgp_createsyncobject, args, 96);
DXGP_AT(dxgp_createsyncobject, client_hint, 120);
DXGP_BYTES(dxgp_createsyncobject, client_hint, 4);
DXGP_SIZE(dxgp_createsyncobject, 128);

DXGP_AT(dxgp_createsyncobject_reply, sync_object, 0);
DXGP_BYTES(dxgp_createsyncobject_reply, sync_object, 4);
DXGP_AT(dxgp_createsyncobject_reply, global_sync_object, 4);
DXGP_BYTES(dxgp_createsyncobject_reply, global_sync_object, 4);
DXGP_AT(dxgp_createsyncobject_reply, fence_gpu_va, 8);
DXGP_BYTES(dxgp_createsyncobject_reply, fence_gpu_va, 8);
DXGP_AT(dxgp_createsyncobject_reply, fence_storage_address, 16);
DXGP_BYTES(dxgp_createsyncobject_reply, fence_storage_address, 8);
DXGP_AT(dxgp_createsyncobject_reply, fence_storage_offset, 24);
DXGP_BYTES(dxgp_createsyncobject_reply, fence_storage_offset, 4);
DXGP_SIZE(dxgp_createsyncobject_reply, 32);

DXGP_AT(dxgp_destroysyncobject, hdr, 0);
DXGP_BYTES(dxgp_destroysyncobject, hdr, 24);
DXGP_AT(dxgp_destroysyncobject, sync_object, 24);
DXGP_BYTES(dxgp_destroysyncobject, sync_object, 4);
DXGP_SIZE(dxgp_destroysyncobject, 32);

DXGP_AT(dxgp_signalsyncobject, hdr, 0);
DXGP_BYTES(dxgp_signalsyncobject, hdr, 24);
DXGP_AT(dxgp_signalsyncobject, object_count, 24);
DXGP_BYTES(dxgp_signalsyncobject, object_count, 4);
DXGP_AT(dxgp_signalsyncobject, flags, 28);
DXGP_BYTES(dxgp_signalsyncobject, flags, 4);
DXGP_AT(dxgp_signalsyncobject, context_count, 32);
DXGP_BYTES(dxgp_signalsyncobject, context_count, 4);
DXGP_AT(dxgp_signalsyncobject, fence_value, 40);
DXGP_BYTES(dxgp_signalsyncobject, fence_value, 8);
DXGP_AT(dxgp_signalsyncobject, event_or_device, 48);
DXGP_BYTES(dxgp_signalsyncobject, event_or_device, 8);
DXGP_SIZE(dxgp_signalsyncobject, 56);

DXGP_AT(dxgp_waitforsyncobjectfromcpu, hdr, 0);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, hdr, 24);
DXGP_AT(dxgp_waitforsyncobjectfromcpu, device, 24);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, device, 4);
DXGP_AT(dxgp_waitforsyncobjectfromcpu, object_count, 28);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, object_count, 4);
DXGP_AT(dxgp_waitforsyncobjectfromcpu, flags, 32);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, flags, 4);
DXGP_AT(dxgp_waitforsyncobjectfromcpu, event, 40);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, event, 8);
DXGP_AT(dxgp_waitforsyncobjectfromcpu, dereference_event, 48);
DXGP_BYTES(dxgp_waitforsyncobjectfromcpu, dereference_event, 1);
DXGP_SIZE(dxgp_waitforsyncobjectfromcpu, 56);

DXGP_AT(dxgp_waitforsyncobjectfromgpu, hdr, 0);
DXGP_BYTES(dxgp_waitforsyncobjectfromgpu, hdr, 24);
DXGP_AT(dxgp_waitforsyncobjectfromgpu, context, 24);
DXGP_BYTES(dxgp_waitforsyncobjectfromgpu, context, 4);
DXGP_AT(dxgp_waitforsyncobjectfromgpu, object_count, 28);
DXGP_BYTES(dxgp_waitforsyncobjectfromgpu, object_count, 4);
DXGP_AT(dxgp_waitforsyncobjectfromgpu, legacy_fence_object, 32);
DXGP_BYTES(dxgp_waitforsyncobjectfromgpu, legacy_fence_object, 1);
DXGP_AT(dxgp_waitforsyncobjectfromgpu, fence_values, 40);

DXGP_AT(dxgp_arg_lock2, device, 0);
DXGP_BYTES(dxgp_arg_lock2, device, 4);
DXGP_AT(dxgp_arg_lock2, allocation, 4);
DXGP_BYTES(dxgp_arg_lock2, allocation, 4);
DXGP_AT(dxgp_arg_lock2, flags, 8);
DXGP_BYTES(dxgp_arg_lock2, flags, 4);
DXGP_AT(dxgp_arg_lock2, reserved, 12);
DXGP_BYTES(dxgp_arg_lock2, reserved, 4);
DXGP_AT(dxgp_arg_lock2, data, 16);
DXGP_BYTES(dxgp_arg_lock2, data, 8);
DXGP_SIZE(dxgp_arg_lock2, 24);

DXGP_AT(dxgp_lock2, hdr, 0);
DXGP_BYTES(dxgp_lock2, hdr, 24);
DXGP_AT(dxgp_lock2, args, 24);
DXGP_BYTES(dxgp_lock2, args, 24);
DXGP_AT(dxgp_lock2, use_legacy_lock, 48);
DXGP_BYTES(dxgp_lock2, use_legacy_lock, 1);
DXGP_AT(dxgp_lock2, flags, 52);
DXGP_BYTES(dxgp_lock2, flags, 4);
DXGP_AT(dxgp_lock2, priv_drv_data, 56);
DXGP_BYTES(dxgp_lock2, priv_drv_data, 4);
DXGP_SIZE(dxgp_lock2, 64);

DXGP_AT(dxgp_lock2_reply, status, 0);
DXGP_BYTES(dxgp_lock2_reply, status, 4);
DXGP_AT(dxgp_lock2_reply, cpu_visible_buffer_offset, 8);
DXGP_BYTES(dxgp_lock2_reply, cpu_visible_buffer_offset, 8);
DXGP_SIZE(dxgp_lock2_reply, 16);

DXGP_AT(dxgp_arg_unlock2, device, 0);
DXGP_BYTES(dxgp_arg_unlock2, device, 4);
DXGP_AT(dxgp_arg_unlock2, allocation, 4);
DXGP_BYTES(dxgp_arg_unlock2, allocation, 4);
DXGP_SIZE(dxgp_arg_unlock2, 8);

DXGP_AT(dxgp_unlock2, hdr, 0);
DXGP_BYTES(dxgp_unlock2, hdr, 24);
DXGP_AT(dxgp_unlock2, args, 24);
DXGP_BYTES(dxgp_unlock2, args, 8);
DXGP_AT(dxgp_unlock2, use_legacy_unlock, 32);
DXGP_BYTES(dxgp_unlock2, use_legacy_unlock, 1);
DXGP_SIZE(dxgp_unlock2, 40);

DXGP_AT(dxgp_arg_updateallocproperty, paging_queue, 0);
DXGP_BYTES(dxgp_arg_updateallocproperty, paging_queue, 4);
DXGP_AT(dxgp_arg_updateallocproperty, allocation, 4);
DXGP_BYTES(dxgp_arg_updateallocproperty, allocation, 4);
DXGP_AT(dxgp_arg_updateallocproperty, supported_segment_set, 8);
DXGP_BYTES(dxgp_arg_updateallocproperty, supported_segment_set, 4);
DXGP_AT(dxgp_arg_updateallocproperty, preferred_segment, 12);
DXGP_BYTES(dxgp_arg_updateallocproperty, preferred_segment, 4);
DXGP_AT(dxgp_arg_updateallocproperty, flags, 16);
DXGP_BYTES(dxgp_arg_updateallocproperty, flags, 4);
DXGP_AT(dxgp_arg_updateallocproperty, paging_fence_value, 24);
DXGP_BYTES(dxgp_arg_updateallocproperty, paging_fence_value, 8);
DXGP_AT(dxgp_arg_updateallocproperty, property_mask, 32);
DXGP_BYTES(dxgp_arg_updateallocproperty, property_mask, 4);
DXGP_SIZE(dxgp_arg_updateallocproperty, 40);

DXGP_AT(dxgp_updateallocationproperty, hdr, 0);
DXGP_BYTES(dxgp_updateallocationproperty, hdr, 24);
DXGP_AT(dxgp_updateallocationproperty, args, 24);
DXGP_BYTES(dxgp_updateallocationproperty, args, 40);
DXGP_SIZE(dxgp_updateallocationproperty, 64);

DXGP_AT(dxgp_updateallocationproperty_reply, paging_fence_value, 0);
DXGP_BYTES(dxgp_updateallocationproperty_reply, paging_fence_value, 8);
DXGP_AT(dxgp_updateallocationproperty_reply, status, 8);
DXGP_BYTES(dxgp_updateallocationproperty_reply, status, 4);
DXGP_SIZE(dxgp_updateallocationproperty_reply, 16);

DXGP_AT(dxgp_arg_markdeviceaserror, device, 0);
DXGP_BYTES(dxgp_arg_markdeviceaserror, device, 4);
DXGP_AT(dxgp_arg_markdeviceaserror, reason, 4);
DXGP_BYTES(dxgp_arg_markdeviceaserror, reason, 4);
DXGP_SIZE(dxgp_arg_markdeviceaserror, 8);

DXGP_AT(dxgp_markdeviceaserror, hdr, 0);
DXGP_BYTES(dxgp_markdeviceaserror, hdr, 24);
DXGP_AT(dxgp_markdeviceaserror, args, 24);
DXGP_BYTES(dxgp_markdeviceaserror, args, 8);
DXGP_SIZE(dxgp_markdeviceaserror, 32);

DXGP_AT(dxgp_offerallocations, hdr, 0);
DXGP_BYTES(dxgp_offerallocations, hdr, 24);
DXGP_AT(dxgp_offerallocations, device, 24);
DXGP_BYTES(dxgp_offerallocations, device, 4);
DXGP_AT(dxgp_offerallocations, allocation_count, 28);
DXGP_BYTES(dxgp_offerallocations, allocation_count, 4);
DXGP_AT(dxgp_offerallocations, priority, 32);
DXGP_BYTES(dxgp_offerallocations, priority, 4);
DXGP_AT(dxgp_offerallocations, flags, 36);
DXGP_BYTES(dxgp_offerallocations, flags, 4);
DXGP_AT(dxgp_offerallocations, resources, 40);
DXGP_BYTES(dxgp_offerallocations, resources, 1);
DXGP_AT(dxgp_offerallocations, allocations, 44);

DXGP_AT(dxgp_reclaimallocations, hdr, 0);
DXGP_BYTES(dxgp_reclaimallocations, hdr, 24);
DXGP_AT(dxgp_reclaimallocations, device, 24);
DXGP_BYTES(dxgp_reclaimallocations, device, 4);
DXGP_AT(dxgp_reclaimallocations, paging_queue, 28);
DXGP_BYTES(dxgp_reclaimallocations, paging_queue, 4);
DXGP_AT(dxgp_reclaimallocations, allocation_count, 32);
DXGP_BYTES(dxgp_reclaimallocations, allocation_count, 4);
DXGP_AT(dxgp_reclaimallocations, resources, 36);
DXGP_BYTES(dxgp_reclaimallocations, resources, 1);
DXGP_AT(dxgp_reclaimallocations, write_results, 37);
DXGP_BYTES(dxgp_reclaimallocations, write_results, 1);
DXGP_AT(dxgp_reclaimallocations, allocations, 40);

DXGP_AT(dxgp_reclaimallocations_reply, paging_fence_value, 0);
DXGP_BYTES(dxgp_reclaimallocations_reply, paging_fence_value, 8);
DXGP_AT(dxgp_reclaimallocations_reply, status, 8);
DXGP_BYTES(dxgp_reclaimallocations_reply, status, 4);
DXGP_AT(dxgp_reclaimallocations_reply, discarded, 12);

DXGP_AT(dxgp_arg_changevideomemoryreservation, process, 0);
DXGP_BYTES(dxgp_arg_changevideomemoryreservation, process, 8);
DXGP_AT(dxgp_arg_changevideomemoryreservation, adapter, 8);
DXGP_BYTES(dxgp_arg_changevideomemoryreservation, adapter, 4);
DXGP_AT(dxgp_arg_changevideomemoryreservation, memory_segment_group, 12);
DXGP_BYTES(dxgp_arg_changevideomemoryreservation, memory_segment_group, 4);
DXGP_AT(dxgp_arg_changevideomemoryreservation, reservation, 16);
DXGP_BYTES(dxgp_arg_changevideomemoryreservation, reservation, 8);
DXGP_AT(dxgp_arg_changevideomemoryreservation, physical_adapter_index, 24);
DXGP_BYTES(dxgp_arg_changevideomemoryreservation, physical_adapter_index, 4);
DXGP_SIZE(dxgp_arg_changevideomemoryreservation, 32);

DXGP_AT(dxgp_changevideomemoryreservation, hdr, 0);
DXGP_BYTES(dxgp_changevideomemoryreservation, hdr, 24);
DXGP_AT(dxgp_changevideomemoryreservation, args, 24);
DXGP_BYTES(dxgp_changevideomemoryreservation, args, 32);
DXGP_SIZE(dxgp_changevideomemoryreservation, 56);

DXGP_AT(dxgp_createhwqueue, hdr, 0);
DXGP_BYTES(dxgp_createhwqueue, hdr, 24);
DXGP_AT(dxgp_createhwqueue, status, 24);
DXGP_BYTES(dxgp_createhwqueue, status, 4);
DXGP_AT(dxgp_createhwqueue, hwqueue, 28);
DXGP_BYTES(dxgp_createhwqueue, hwqueue, 4);
DXGP_AT(dxgp_createhwqueue, hwqueue_progress_fence, 32);
DXGP_BYTES(dxgp_createhwqueue, hwqueue_progress_fence, 4);
DXGP_AT(dxgp_createhwqueue, hwqueue_progress_fence_cpuva, 40);
DXGP_BYTES(dxgp_createhwqueue, hwqueue_progress_fence_cpuva, 8);
DXGP_AT(dxgp_createhwqueue, hwqueue_progress_fence_gpuva, 48);
DXGP_BYTES(dxgp_createhwqueue, hwqueue_progress_fence_gpuva, 8);
DXGP_AT(dxgp_createhwqueue, context, 56);
DXGP_BYTES(dxgp_createhwqueue, context, 4);
DXGP_AT(dxgp_createhwqueue, flags, 60);
DXGP_BYTES(dxgp_createhwqueue, flags, 4);
DXGP_AT(dxgp_createhwqueue, priv_drv_data_size, 64);
DXGP_BYTES(dxgp_createhwqueue, priv_drv_data_size, 4);
DXGP_AT(dxgp_createhwqueue, priv_drv_data, 68);

DXGP_AT(dxgp_destroyhwqueue, hdr, 0);
DXGP_BYTES(dxgp_destroyhwqueue, hdr, 24);
DXGP_AT(dxgp_destroyhwqueue, hwqueue, 24);
DXGP_BYTES(dxgp_destroyhwqueue, hwqueue, 4);
DXGP_SIZE(dxgp_destroyhwqueue, 32);

DXGP_AT(dxgp_arg_queryallocationresidency, device, 0);
DXGP_BYTES(dxgp_arg_queryallocationresidency, device, 4);
DXGP_AT(dxgp_arg_queryallocationresidency, resource, 4);
DXGP_BYTES(dxgp_arg_queryallocationresidency, resource, 4);
DXGP_AT(dxgp_arg_queryallocationresidency, allocations, 8);
DXGP_BYTES(dxgp_arg_queryallocationresidency, allocations, 8);
DXGP_AT(dxgp_arg_queryallocationresidency, allocation_count, 16);
DXGP_BYTES(dxgp_arg_queryallocationresidency, allocation_count, 4);
DXGP_AT(dxgp_arg_queryallocationresidency, reserved, 20);
DXGP_BYTES(dxgp_arg_queryallocationresidency, reserved, 4);
DXGP_AT(dxgp_arg_queryallocationresidency, residency_status, 24);
DXGP_BYTES(dxgp_arg_queryallocationresidency, residency_status, 8);
DXGP_SIZE(dxgp_arg_queryallocationresidency, 32);

DXGP_AT(dxgp_queryallocationresidency, hdr, 0);
DXGP_BYTES(dxgp_queryallocationresidency, hdr, 24);
DXGP_AT(dxgp_queryallocationresidency, args, 24);
DXGP_BYTES(dxgp_queryallocationresidency, args, 32);
DXGP_SIZE(dxgp_queryallocationresidency, 56);

DXGP_AT(dxgp_queryallocationresidency_reply, status, 0);
DXGP_BYTES(dxgp_queryallocationresidency_reply, status, 4);
DXGP_SIZE(dxgp_queryallocationresidency_reply, 4);

DXGP_AT(dxgp_escape, hdr, 0);
DXGP_BYTES(dxgp_escape, hdr, 24);
DXGP_AT(dxgp_escape, adapter, 24);
DXGP_BYTES(dxgp_escape, adapter, 4);
DXGP_AT(dxgp_escape, device, 28);
DXGP_BYTES(dxgp_escape, device, 4);
DXGP_AT(dxgp_escape, type, 32);
DXGP_BYTES(dxgp_escape, type, 4);
DXGP_AT(dxgp_escape, flags, 36);
DXGP_BYTES(dxgp_escape, flags, 4);
DXGP_AT(dxgp_escape, priv_drv_data_size, 40);
DXGP_BYTES(dxgp_escape, priv_drv_data_size, 4);
DXGP_AT(dxgp_escape, context, 44);
DXGP_BYTES(dxgp_escape, context, 4);
DXGP_AT(dxgp_escape, priv_drv_data, 48);

DXGP_AT(dxgp_queryvideomemoryinfo, hdr, 0);
DXGP_BYTES(dxgp_queryvideomemoryinfo, hdr, 24);
DXGP_AT(dxgp_queryvideomemoryinfo, adapter, 24);
DXGP_BYTES(dxgp_queryvideomemoryinfo, adapter, 4);
DXGP_AT(dxgp_queryvideomemoryinfo, memory_segment_group, 28);
DXGP_BYTES(dxgp_queryvideomemoryinfo, memory_segment_group, 4);
DXGP_AT(dxgp_queryvideomemoryinfo, physical_adapter_index, 32);
DXGP_BYTES(dxgp_queryvideomemoryinfo, physical_adapter_index, 4);
DXGP_SIZE(dxgp_queryvideomemoryinfo, 40);

DXGP_AT(dxgp_queryvideomemoryinfo_reply, budget, 0);
DXGP_BYTES(dxgp_queryvideomemoryinfo_reply, budget, 8);
DXGP_AT(dxgp_queryvideomemoryinfo_reply, current_usage, 8);
DXGP_BYTES(dxgp_queryvideomemoryinfo_reply, current_usage, 8);
DXGP_AT(dxgp_queryvideomemoryinfo_reply, current_reservation, 16);
DXGP_BYTES(dxgp_queryvideomemoryinfo_reply, current_reservation, 8);
DXGP_AT(dxgp_queryvideomemoryinfo_reply, available_for_reservation, 24);
DXGP_BYTES(dxgp_queryvideomemoryinfo_reply, available_for_reservation, 8);
DXGP_SIZE(dxgp_queryvideomemoryinfo_reply, 32);

DXGP_AT(dxgp_arg_getdevicestate, device, 0);
DXGP_BYTES(dxgp_arg_getdevicestate, device, 4);
DXGP_AT(dxgp_arg_getdevicestate, state_type, 4);
DXGP_BYTES(dxgp_arg_getdevicestate, state_type, 4);
DXGP_AT(dxgp_arg_getdevicestate, state, 8);
DXGP_BYTES(dxgp_arg_getdevicestate, state, 48);
DXGP_SIZE(dxgp_arg_getdevicestate, 56);

DXGP_AT(dxgp_getdevicestate, hdr, 0);
DXGP_BYTES(dxgp_getdevicestate, hdr, 24);
DXGP_AT(dxgp_getdevicestate, args, 24);
DXGP_BYTES(dxgp_getdevicestate, args, 56);
DXGP_SIZE(dxgp_getdevicestate, 80);

DXGP_AT(dxgp_getdevicestate_reply, args, 0);
DXGP_BYTES(dxgp_getdevicestate_reply, args, 56);
DXGP_AT(dxgp_getdevicestate_reply, status, 56);
DXGP_BYTES(dxgp_getdevicestate_reply, status, 4);
DXGP_SIZE(dxgp_getdevicestate_reply, 64);

DXGP_AT(dxgp_shareobjectwithhost, hdr, 0);
DXGP_BYTES(dxgp_shareobjectwithhost, hdr, 24);
DXGP_AT(dxgp_shareobjectwithhost, device_handle, 24);
DXGP_BYTES(dxgp_shareobjectwithhost, device_handle, 4);
DXGP_AT(dxgp_shareobjectwithhost, object_handle, 28);
DXGP_BYTES(dxgp_shareobjectwithhost, object_handle, 4);
DXGP_AT(dxgp_shareobjectwithhost, reserved, 32);
DXGP_BYTES(dxgp_shareobjectwithhost, reserved, 8);
DXGP_SIZE(dxgp_shareobjectwithhost, 40);

DXGP_AT(dxgp_shareobjectwithhost_reply, status, 0);
DXGP_BYTES(dxgp_shareobjectwithhost_reply, status, 4);
DXGP_AT(dxgp_shareobjectwithhost_reply, alignment, 4);
DXGP_BYTES(dxgp_shareobjectwithhost_reply, alignment, 4);
DXGP_AT(dxgp_shareobjectwithhost_reply, vail_nt_handle, 8);
DXGP_BYTES(dxgp_shareobjectwithhost_reply, vail_nt_handle, 8);
DXGP_SIZE(dxgp_shareobjectwithhost_reply, 16);

DXGP_AT(dxgp_arg_feature_desc, min_supported_version, 0);
DXGP_BYTES(dxgp_arg_feature_desc, min_supported_version, 2);
DXGP_AT(dxgp_arg_feature_desc, max_supported_version, 2);
DXGP_BYTES(dxgp_arg_feature_desc, max_supported_version, 2);
DXGP_AT(dxgp_arg_feature_desc, flags, 4);
DXGP_BYTES(dxgp_arg_feature_desc, flags, 2);
DXGP_SIZE(dxgp_arg_feature_desc, 6);

DXGP_AT(dxgp_isfeatureenabled, hdr, 0);
DXGP_BYTES(dxgp_isfeatureenabled, hdr, 24);
DXGP_AT(dxgp_isfeatureenabled, feature_id, 24);
DXGP_BYTES(dxgp_isfeatureenabled, feature_id, 4);
DXGP_SIZE(dxgp_isfeatureenabled, 32);

DXGP_AT(dxgp_isfeatureenabled_gbl, hdr, 0);
DXGP_BYTES(dxgp_isfeatureenabled_gbl, hdr, 24);
DXGP_AT(dxgp_isfeatureenabled_gbl, feature_id, 24);
DXGP_BYTES(dxgp_isfeatureenabled_gbl, feature_id, 4);
DXGP_SIZE(dxgp_isfeatureenabled_gbl, 32);

DXGP_AT(dxgp_arg_isfeatureenabled_result, version, 0);
DXGP_BYTES(dxgp_arg_isfeatureenabled_result, version, 2);
DXGP_AT(dxgp_arg_isfeatureenabled_result, flags, 2);
DXGP_BYTES(dxgp_arg_isfeatureenabled_result, flags, 2);
DXGP_SIZE(dxgp_arg_isfeatureenabled_result, 4);

DXGP_AT(dxgp_isfeatureenabled_reply, status, 0);
DXGP_BYTES(dxgp_isfeatureenabled_reply, status, 4);
DXGP_AT(dxgp_isfeatureenabled_reply, descriptor, 4);
DXGP_BYTES(dxgp_isfeatureenabled_reply, descriptor, 6);
DXGP_AT(dxgp_isfeatureenabled_reply, result, 10);
DXGP_BYTES(dxgp_isfeatureenabled_reply, result, 4);
DXGP_SIZE(dxgp_isfeatureenabled_reply, 16);

DXGP_AT(dxgp_ext_header, command_offset, 0);
DXGP_BYTES(dxgp_ext_header, command_offset, 4);
DXGP_AT(dxgp_ext_header, reserved, 4);
DXGP_BYTES(dxgp_ext_header, reserved, 4);
DXGP_AT(dxgp_ext_header, vgpu_luid, 8);
DXGP_BYTES(dxgp_ext_header, vgpu_luid, 8);
DXGP_SIZE(dxgp_ext_header, 16);

#undef DXGP_AT
#undef DXGP_BYTES
#undef DXGP_SIZE

#endif /* _DXG_PROTO_CHECK_H_ */
