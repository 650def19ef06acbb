// SPDX-License-Identifier: MIT
/*
 * Commands on the wire: for each that a guest may send, the bytes of its message,
 * held against offsets written down by hand, and what is made of its reply when it
 * is good, refused, cut, too long, or late.
 */
#include <kunit/test.h>

#include "dxg_cmd.h"
#include "dxg_cmd_memory.h"
#include "dxg_cmd_queue.h"
#include "dxg_cmd_sync.h"
#include "dxg_cmd_vm.h"
#include "dxg_status.h"
#include "dxg_wire.h"

#define PROCESS		DXG_WIRE_PROCESS

/* ---- The commands, with arguments that can be told apart ---- */

static int call_create_process(struct dxg_wire *w, u32 *status)
{
	u32 process = 0;
	int ret = dxg_cmd_create_process(w->host, &w->link, 0x11, 0x22, "ab", 0, &process);

	/* The one command without *status: it has its reason in the return value. */
	*status = ret == -ENOMEM ? DXG_STATUS_UNSUCCESSFUL : DXG_STATUS_SUCCESS;
	return ret == -ENOMEM ? 0 : ret;
}

static int call_destroy_process(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_process(&w->host->link, PROCESS, status);
}

static int call_iospace(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_set_iospace_region(&w->host->link, 0x1122334455667000, 0x10000, status);
}

static int call_feature_global(struct dxg_wire *w, u32 *status)
{
	u32 version, flags;

	return dxg_cmd_is_feature_enabled_global(&w->host->link, 0x21, &version, &flags, status);
}

static int call_feature(struct dxg_wire *w, u32 *status)
{
	u32 version, flags;

	return dxg_cmd_is_feature_enabled(&w->link, 0x22, &version, &flags, status);
}

static int call_open_adapter(struct dxg_wire *w, u32 *status)
{
	u32 adapter;

	return dxg_cmd_open_adapter(&w->link, &adapter, status);
}

static int call_create_device(struct dxg_wire *w, u32 *status)
{
	u32 device = 0;
	int ret = dxg_cmd_create_device(&w->link, PROCESS, 5, 0x1122334455, 0, &device, status);

	return ret ?: (dxg_status_failed(*status) || device ? 0 : -ENOENT);
}

static int call_destroy_device(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_device(&w->link, PROCESS, 0x51, status);
}

static int call_flush_device(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_flush_device(&w->link, PROCESS, 0x51, 4, 0, status);
}

static int call_device_state(struct dxg_wire *w, u32 *status)
{
	u8 state[48];

	return dxg_cmd_get_device_state(&w->link, PROCESS, 0x51, 5, state, 0, status);
}

static int call_mark_device(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_mark_device_as_error(&w->link, PROCESS, 0x51, 0x80000006, 0, status);
}

static int call_escape(struct dxg_wire *w, u32 *status)
{
	u8 data[20] = { 1, 2, 3, 4 };
	struct dxg_cmd_escape args = {
		.adapter = 0x61, .device = 0x51, .context = 0x71, .type = 3, .flags = 0x40,
		.size = sizeof(data), .data = data,
	};

	return dxg_cmd_escape(&w->link, PROCESS, &args, 0, status);
}

static int call_flush_heap(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_flush_heap_transitions(&w->link, PROCESS, 0, status);
}

static int call_memory_info(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_memory_info info;

	return dxg_cmd_query_video_memory_info(&w->link, PROCESS, 0x61, 1, 2, 0, &info, status);
}

static int call_reservation(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_change_video_memory_reservation(&w->link, PROCESS, 1, 2, 0x123456789000,
						       0, status);
}

static int call_clock(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_clock clock;

	return dxg_cmd_query_clock_calibration(&w->link, PROCESS, 0x61, 3, 2, 0, &clock, status);
}

static int call_statistics(struct dxg_wire *w, u32 *status)
{
	struct dxgp_luid luid = { .a = 0xa1, .b = 0xb1 };
	u8 *result = kunit_kzalloc(w->mock.test, DXG_STATISTICS_SIZE, GFP_KERNEL);

	return dxg_cmd_query_statistics(&w->link, PROCESS, 5, luid, 9, result, 0, status);
}

static int call_create_allocation(struct dxg_wire *w, u32 *status)
{
	u8 first[3] = { 0x31, 0x32, 0x33 }, second[2] = { 0x41, 0x42 };
	struct dxg_cmd_alloc allocs[2] = {
		{ .flags = 1, .vidpn_source = 7, .data = first, .data_size = 3 },
		{ .flags = 2, .data = second, .data_size = 2 },
	};
	struct dxg_cmd_create_alloc args = {
		.device = 0x51, .flags = DXGP_CREATEALLOC_RESOURCE, .runtime_handle = 0x99,
		.runtime_data = "rt", .runtime_size = 2, .resource_data = "res",
		.resource_size = 3, .allocs = allocs, .count = 2,
	};
	int ret = dxg_cmd_create_allocation(&w->link, PROCESS, &args, 0, status);

	if (ret || dxg_status_failed(*status))
		return ret;
	if (!args.resource || !allocs[0].handle || !allocs[1].handle ||
	    allocs[0].returned_size != 3 || allocs[0].size != w->mock.allocation_size)
		return -ENOENT;
	return first[0] == 0x31 && second[1] == 0x42 ? 0 : -ENODATA;
}

static int call_destroy_allocation(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2, 0xa3 };
	struct dxg_cmd_destroy_alloc args = {
		.device = 0x51, .handles = handles, .count = 3, .flags = 1,
	};

	return dxg_cmd_destroy_allocation(&w->link, PROCESS, &args, status);
}

static int call_destroy_resource(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_destroy_alloc args = { .device = 0x51, .resource = 0x81 };

	return dxg_cmd_destroy_allocation(&w->link, PROCESS, &args, status);
}

static int call_open_resource(struct dxg_wire *w, u32 *status)
{
	u32 handles[3];
	struct dxg_cmd_open_resource args = {
		.device = 0x51, .nt_handle = 0x91, .data_size = 0x44, .count = 3,
		.handles = handles,
	};

	return dxg_cmd_open_resource(&w->link, PROCESS, &args, 0, status);
}

static int call_standard_data(struct dxg_wire *w, u32 *status)
{
	u8 alloc[6], resource[2];
	struct dxg_cmd_standard_data args = {
		.alloc_type = 4, .physical_adapter = 2, .surface = { 0x1000, 1, 0, 7, 8, 9 },
		.alloc_data = alloc, .alloc_size = 6, .resource_data = resource,
		.resource_size = 2,
	};

	return dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, status);
}

static void dxg_fill(void *ctx, u64 first, u32 count, u64 *pfns)
{
	u32 i;

	for (i = 0; i < count; i++)
		pfns[i] = 0x100000 + first + i;
}

static int call_sysmem_pages(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_set_sysmem_pages(&w->link, PROCESS, 0x51, 0xa1, 2, dxg_fill, NULL, 0,
					status);
}

static int call_sysmem_store(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_set_sysmem_store(&w->link, PROCESS, 0x51, 0xa1, 0xe1e10, 0, status);
}

static int call_lock2(struct dxg_wire *w, u32 *status)
{
	u64 address = 0;
	int ret = dxg_cmd_lock2(&w->link, PROCESS, 0x51, 0xa1, 0x10000, 0, &address, status);

	return ret ?: (dxg_status_failed(*status) || address == DXG_WIRE_IOSPACE ? 0 : -ENOENT);
}

static int call_unlock2(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_unlock2(&w->link, PROCESS, 0x51, 0xa1, status);
}

static int call_invalidate(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_invalidate_cache(&w->link, PROCESS, 0x51, 0xa1, 0x1000, 0x2000, 0, status);
}

static int call_update_property(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_property args = {
		.paging_queue = 0xb1, .allocation = 0xa1, .mask = 7, .supported_segments = 0x3,
		.preferred_segment = 0x21, .flags = 1,
	};

	return dxg_cmd_update_property(&w->link, PROCESS, &args, 0, status);
}

static int call_offer(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2 };

	return dxg_cmd_offer_allocations(&w->link, PROCESS, 0x51, handles, 2, true, 3, 1, 0,
					 status);
}

static int call_reclaim(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2 }, results[2];
	struct dxg_cmd_reclaim args = {
		.device = 0x51, .paging_queue = 0xb1, .handles = handles, .count = 2,
		.results = results,
	};

	return dxg_cmd_reclaim_allocations(&w->link, PROCESS, &args, 0, status);
}

static int call_residency(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2 }, words[2];

	return dxg_cmd_query_residency(&w->link, PROCESS, 0x51, 0, handles, 2, words, 0, status);
}

static int call_residency_resource(struct dxg_wire *w, u32 *status)
{
	u32 word;

	return dxg_cmd_query_residency(&w->link, PROCESS, 0x51, 0x81, NULL, 0, &word, 0, status);
}

static int call_set_priority(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2 }, priorities[] = { 0x11111111, 0x22222222 };

	return dxg_cmd_set_allocation_priority(&w->link, PROCESS, 0x51, 0, handles, 2, priorities,
					       0, status);
}

static int call_set_priority_resource(struct dxg_wire *w, u32 *status)
{
	u32 priority = 0x33333333;

	return dxg_cmd_set_allocation_priority(&w->link, PROCESS, 0x51, 0x81, NULL, 0, &priority,
					       0, status);
}

static int call_get_priority(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2 }, words[2];

	return dxg_cmd_get_allocation_priority(&w->link, PROCESS, 0x51, 0, handles, 2, words, 0,
					       status);
}

static int call_create_paging_queue(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_paging_queue queue;

	return dxg_cmd_create_paging_queue(&w->link, PROCESS, 0x51, -1, 2, 0, &queue, status);
}

static int call_reserve(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_reserve args = {
		.adapter = 0x61, .type = 1, .minimum = 0x10000, .maximum = 0xffffffffffff,
		.size = 0x20000, .driver_protection = 0x55,
	};

	return dxg_cmd_reserve_gpu_va(&w->link, PROCESS, &args, 0, status);
}

static int call_free(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_free_gpu_va(&w->link, PROCESS, 0x61, 0x100000, 0x20000, status);
}

static int call_map(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_map args = {
		.paging_queue = 0xb1, .allocation = 0xa1, .base = 0x100000, .minimum = 0x1000,
		.maximum = 0xffffff000, .offset_pages = 3, .size_pages = 4, .protection = 1,
		.driver_protection = 0x66,
	};
	int ret = dxg_cmd_map_gpu_va(&w->link, PROCESS, &args, 0, status);

	return ret ?: (dxg_status_failed(*status) || args.address == 0x100000 ? 0 : -ENOENT);
}

static int call_update_va(struct dxg_wire *w, u32 *status)
{
	struct dxgp_arg_updategpuvirtualaddress_operation ops[2] = {
		{ .operation = 1, .data = { 0x1000, 0x2000 } },
		{ .operation = 2, .data = { 0x3000, 0x4000, 0x5000 } },
	};
	struct dxg_cmd_update args = {
		.device = 0x51, .context = 0x71, .fence_object = 0xc1, .flags = 1,
		.fence_value = 0x88, .operations = ops, .count = 2,
	};

	return dxg_cmd_update_gpu_va(&w->link, PROCESS, &args, 0, status);
}

static int call_make_resident(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2, 0xa3 };
	struct dxg_cmd_resident args = {
		.paging_queue = 0xb1, .flags = 1, .handles = handles, .count = 3,
	};

	return dxg_cmd_make_resident(&w->link, PROCESS, &args, 0, status);
}

static int call_evict(struct dxg_wire *w, u32 *status)
{
	u32 handles[] = { 0xa1, 0xa2, 0xa3 };
	u64 bytes;

	return dxg_cmd_evict(&w->link, PROCESS, 0x51, handles, 3, 2, 0, &bytes, status);
}

static int call_create_context(struct dxg_wire *w, u32 *status)
{
	u8 data[5] = { 1, 2, 3, 4, 5 };
	struct dxg_cmd_context args = {
		.device = 0x51, .node = 2, .engine_affinity = 1, .flags = 0x10, .client_hint = 10,
		.data = data, .data_size = sizeof(data),
	};

	return dxg_cmd_create_context(&w->link, PROCESS, &args, 0, status);
}

static int call_destroy_context(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_context(&w->link, PROCESS, 0x71, status);
}

static int call_set_context_priority(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_set_context_priority(&w->link, PROCESS, 0x71, -7, true, 0, status);
}

static int call_get_context_priority(struct dxg_wire *w, u32 *status)
{
	s32 priority;

	return dxg_cmd_get_context_priority(&w->link, PROCESS, 0x71, true, 0, &priority, status);
}

static int call_create_hwqueue(struct dxg_wire *w, u32 *status)
{
	u8 data[5] = { 1, 2, 3, 4, 5 };
	struct dxg_cmd_hwqueue args = {
		.context = 0x71, .flags = 1, .data = data, .data_size = sizeof(data),
	};

	return dxg_cmd_create_hwqueue(&w->link, PROCESS, &args, 0, status);
}

static int call_create_hwqueue_bare(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_hwqueue args = { .context = 0x71 };

	return dxg_cmd_create_hwqueue(&w->link, PROCESS, &args, 0, status);
}

static int call_destroy_hwqueue(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_hwqueue(&w->link, PROCESS, 0xd1, status);
}

static int call_submit(struct dxg_wire *w, u32 *status)
{
	u32 contexts[] = { 0x71, 0x72 }, primaries[] = { 0xa1 }, history[] = { 0xf1, 0xf2 };
	struct dxg_cmd_submit args = {
		.commands = 0x1122334455, .length = 0x100, .flags = 1, .contexts = contexts,
		.context_count = 2, .primaries = primaries, .primary_count = 1,
		.history = history, .history_count = 2, .present_token = 0x77, .data = "xyz",
		.data_size = 3,
	};

	return dxg_cmd_submit(&w->link, PROCESS, &args, 0, status);
}

static int call_submit_hw(struct dxg_wire *w, u32 *status)
{
	u32 primaries[] = { 0xa1 };
	struct dxg_cmd_submit_hw args = {
		.hwqueue = 0xd1, .length = 0x100, .commands = 0x1122334455, .fence_value = 0x99,
		.primaries = primaries, .primary_count = 1, .data = "xyz", .data_size = 3,
	};

	return dxg_cmd_submit_hw(&w->link, PROCESS, &args, 0, status);
}

static int call_create_sync(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_sync args = {
		.device = 0x51, .type = 5, .flags = 3, .client_hint = 1,
		.data = { 0x1122334455667788, 0xdead, 0xbeef, 0xffff00000001 },
	};

	return dxg_cmd_create_sync_object(&w->link, PROCESS, &args, 0, status);
}

static int call_open_sync(struct dxg_wire *w, u32 *status)
{
	struct dxg_cmd_open_sync args = {
		.device = 0x51, .global_handle = 0x91, .engine_affinity = 1, .flags = 0x13,
		.monitored = true,
	};

	return dxg_cmd_open_sync_object(&w->host->link, &w->link, PROCESS, &args, 0, status);
}

static int call_destroy_sync(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_sync_object(&w->host->link, PROCESS, 0xc1, status);
}

static int call_create_nt(struct dxg_wire *w, u32 *status)
{
	u32 handle;

	return dxg_cmd_create_nt_shared(&w->host->link, &w->link, PROCESS, 0xc1, 0, &handle,
					status);
}

static int call_destroy_nt(struct dxg_wire *w, u32 *status)
{
	return dxg_cmd_destroy_nt_shared(&w->host->link, 0x91, status);
}

static int call_share_with_host(struct dxg_wire *w, u32 *status)
{
	u64 handle;

	return dxg_cmd_share_with_host(&w->host->link, &w->link, PROCESS, 0x51, 0xc1, 0, &handle,
				       status);
}

static int call_signal(struct dxg_wire *w, u32 *status)
{
	u32 objects[] = { 0xc1, 0xc2 }, contexts[] = { 0x71 };
	u64 values[] = { 0x1111111111, 0x2222222222 };
	struct dxg_cmd_signal args = {
		.flags = 1, .device = 0x51, .fence_value = 0x33, .objects = objects,
		.values = values, .object_count = 2, .contexts = contexts, .context_count = 1,
	};

	return dxg_cmd_signal(&w->link, PROCESS, &args, 0, status);
}

static int call_signal_event(struct dxg_wire *w, u32 *status)
{
	u32 contexts[] = { 0x71 };
	struct dxg_cmd_signal args = {
		.flags = 2, .device = 0x51, .event = 0x1122334455667788, .contexts = contexts,
		.context_count = 1,
	};

	return dxg_cmd_signal(&w->link, PROCESS, &args, 0, status);
}

static int call_wait_gpu(struct dxg_wire *w, u32 *status)
{
	u64 values[] = { 0x1111111111, 0x2222222222, 0x3333333333 };
	u32 objects[] = { 0xc1, 0xc2, 0xc3 };

	return dxg_cmd_wait_gpu(&w->link, PROCESS, 0x71, objects, values, 3, true, 0, status);
}

static int call_wait_cpu(struct dxg_wire *w, u32 *status)
{
	u64 values[] = { 0x1111111111, 0x2222222222, 0x3333333333 };
	u32 objects[] = { 0xc1, 0xc2, 0xc3 };

	return dxg_cmd_wait_cpu(&w->link, PROCESS, 0x51, objects, values, 3, true,
				0x1122334455667788, 0, status);
}

/* ---- What their messages and replies are ---- */

/* A number in a message: where, how many bytes, which. */
struct dxg_field {
	u16 at;
	u8 size;
	u64 value;
};

#define FIELDS(...)	((const struct dxg_field[]){ __VA_ARGS__, {} })

/**
 * struct dxg_wire_case - One command.
 * @name: For the log.
 * @command: Its number.
 * @global: It travels on the machine's way.
 * @no_process: The header has no process.
 * @len: Bytes of the message from the header on.
 * @fields: What stands behind the header; all else is zero.
 * @call: Sends it.
 * @min: Bytes that a good reply has at least.
 * @status_at: Where the status stands, or -1.
 * @creates: It makes something that the mock lists.
 * @makes: The kind of that.
 * @handle_at: Where the reply has the handle.
 */
struct dxg_wire_case {
	const char *name;
	u32 command;
	bool global, no_process, creates;
	size_t len;
	const struct dxg_field *fields;
	int (*call)(struct dxg_wire *w, u32 *status);
	int min, status_at;
	u32 makes;
	int handle_at;
};

static const struct dxg_wire_case dxg_wire_cases[] = {
	{ "createprocess", 1000, .global = true, .no_process = true, .len = 568,
	  .fields = FIELDS({ 24, 8, 0x11 }, { 32, 8, 0x22 }, { 40, 2, 'a' }, { 42, 2, 'b' },
			   { 562, 1, 8 }),
	  .call = call_create_process, .min = 4, .status_at = -1 },
	{ "destroyprocess", 1001, .global = true, .len = 24, .call = call_destroy_process,
	  .min = 4 },
	{ "opensyncobject", 1002, .global = true, .len = 40,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0x91 }, { 32, 4, 1 }, { 36, 4, 0x13 }),
	  .call = call_open_sync, .min = 24, .status_at = 4,
	  .creates = true, .makes = DXGP_CMD_CREATESYNCOBJECT },
	{ "destroysyncobject", 1003, .global = true, .len = 32,
	  .fields = FIELDS({ 24, 4, 0xc1 }), .call = call_destroy_sync, .min = 4 },
	{ "createntsharedobject", 1004, .global = true, .len = 32,
	  .fields = FIELDS({ 24, 4, 0xc1 }), .call = call_create_nt, .min = 4, .status_at = -1,
	  .creates = true, .makes = DXGP_CMD_CREATENTSHAREDOBJECT },
	{ "destroyntsharedobject", 1005, .global = true, .no_process = true, .len = 32,
	  .fields = FIELDS({ 24, 4, 0x91 }), .call = call_destroy_nt, .min = 4 },
	{ "setiospaceregion", 1010, .global = true, .no_process = true, .len = 48,
	  .fields = FIELDS({ 24, 8, 0x1122334455667000 }, { 32, 8, 0x10000 }),
	  .call = call_iospace, .min = 4 },
	{ "shareobjectwithhost", 1021, .global = true, .len = 40,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xc1 }), .call = call_share_with_host,
	  .min = 16 },
	{ "isfeatureenabled-global", 1022, .global = true, .no_process = true, .len = 32,
	  .fields = FIELDS({ 24, 4, 0x21 }), .call = call_feature_global, .min = 16 },
	{ "createdevice", 0, .len = 40,
	  .fields = FIELDS({ 24, 4, 5 }, { 32, 8, 0x1122334455 }), .call = call_create_device,
	  .min = 4, .status_at = -1, .creates = true, .makes = DXGP_CMD_CREATEDEVICE },
	{ "destroydevice", 1, .len = 32, .fields = FIELDS({ 24, 4, 0x51 }),
	  .call = call_destroy_device, .min = 4 },
	{ "createallocation", 4, .len = 64 + 2 * 12 + 2 + 3 + 3 + 2,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 32, 4, 2 }, { 36, 4, 3 }, { 40, 4, 2 },
			   { 44, 4, 1 }, { 48, 8, 0x99 },
			   { 64, 4, 1 }, { 68, 4, 3 }, { 72, 4, 7 },
			   { 76, 4, 2 }, { 80, 4, 2 },
			   { 88, 2, 0x7472 }, { 90, 1, 'r' }, { 91, 1, 'e' }, { 92, 1, 's' },
			   { 93, 1, 0x31 }, { 94, 1, 0x32 }, { 95, 1, 0x33 },
			   { 96, 1, 0x41 }, { 97, 1, 0x42 }),
	  .call = call_create_allocation, .min = 16 + 2 * 72 + 5, .status_at = -1,
	  .creates = true, .makes = DXG_MOCK_RESOURCE, .handle_at = 4 },
	{ "destroyallocation", 5, .len = 48 + 3 * 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 32, 4, 3 }, { 36, 4, 1 }, { 40, 4, 0xa1 },
			   { 44, 4, 0xa2 }, { 48, 4, 0xa3 }),
	  .call = call_destroy_allocation, .min = 4 },
	{ "destroyresource", 5, .len = 48,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0x81 }),
	  .call = call_destroy_resource, .min = 4 },
	{ "createcontextvirtual", 6, .len = 55 + 5,
	  .fields = FIELDS({ 28, 4, 0x51 }, { 32, 4, 2 }, { 36, 4, 1 }, { 40, 4, 0x10 },
			   { 44, 4, 10 }, { 48, 4, 5 }, { 52, 4, 0x04030201 }, { 56, 1, 5 }),
	  .call = call_create_context, .min = 57, .status_at = -1,
	  .creates = true, .makes = DXGP_CMD_CREATECONTEXTVIRTUAL, .handle_at = 24 },
	{ "destroycontext", 7, .len = 32, .fields = FIELDS({ 24, 4, 0x71 }),
	  .call = call_destroy_context, .min = 4 },
	{ "createsyncobject", 8, .len = 128,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 32, 4, 5 }, { 36, 4, 3 },
			   { 40, 8, 0x1122334455667788 }, { 64, 4, 1 }, { 120, 4, 1 }),
	  .call = call_create_sync, .min = 32, .status_at = -1,
	  .creates = true, .makes = DXGP_CMD_CREATESYNCOBJECT },
	{ "createpagingqueue", 9, .len = 56,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xffffffff }, { 48, 4, 2 }),
	  .call = call_create_paging_queue, .min = 24, .status_at = -1,
	  .creates = true, .makes = DXGP_CMD_CREATEPAGINGQUEUE },
	{ "makeresident", 11, .len = 48 + 2 * 4,
	  .fields = FIELDS({ 28, 4, 0xb1 }, { 32, 4, 1 }, { 36, 4, 3 }, { 40, 4, 0xa1 },
			   { 44, 4, 0xa2 }, { 48, 4, 0xa3 }),
	  .call = call_make_resident, .min = 24, .status_at = 16 },
	{ "evict", 12, .len = 40 + 2 * 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 2 }, { 32, 4, 3 }, { 36, 4, 0xa1 },
			   { 40, 4, 0xa2 }, { 44, 4, 0xa3 }),
	  .call = call_evict, .min = 8, .status_at = -1 },
	{ "escape", 13, .len = 55 + 20,
	  .fields = FIELDS({ 24, 4, 0x61 }, { 28, 4, 0x51 }, { 32, 4, 3 }, { 36, 4, 0x40 },
			   { 40, 4, 20 }, { 44, 4, 0x71 }, { 48, 4, 0x04030201 }),
	  .call = call_escape, .min = 20, .status_at = -1 },
	{ "openadapter", 14, .no_process = true, .len = 40,
	  .fields = FIELDS({ 24, 4, 40 }, { 28, 4, 16 }), .call = call_open_adapter, .min = 16,
	  .status_at = 4 },
	{ "freegpuvirtualaddress", 16, .len = 48,
	  .fields = FIELDS({ 24, 4, 0x61 }, { 32, 8, 0x100000 }, { 40, 8, 0x20000 }),
	  .call = call_free, .min = 4 },
	{ "mapgpuvirtualaddress", 17, .len = 136,
	  .fields = FIELDS({ 24, 4, 0xb1 }, { 32, 8, 0x100000 }, { 40, 8, 0x1000 },
			   { 48, 8, 0xffffff000 }, { 56, 4, 0xa1 }, { 64, 8, 3 }, { 72, 8, 4 },
			   { 80, 8, 1 }, { 88, 8, 0x66 }),
	  .call = call_map, .min = 24, .status_at = 16 },
	{ "reservegpuvirtualaddress", 18, .len = 96,
	  .fields = FIELDS({ 24, 4, 0x61 }, { 40, 8, 0x10000 }, { 48, 8, 0xffffffffffff },
			   { 56, 8, 0x20000 }, { 64, 4, 1 }, { 72, 8, 0x55 }),
	  .call = call_reserve, .min = 16, .status_at = -1,
	  .creates = true, .makes = DXGP_CMD_RESERVEGPUVIRTUALADDRESS, .handle_at = 4 },
	{ "updategpuvirtualaddress", 19, .len = 120 + 64,
	  .fields = FIELDS({ 24, 8, 0x88 }, { 32, 4, 0x51 }, { 36, 4, 0x71 }, { 40, 4, 0xc1 },
			   { 44, 4, 2 }, { 48, 4, 1 }, { 56, 4, 1 }, { 64, 8, 0x1000 },
			   { 72, 8, 0x2000 }, { 120, 4, 2 }, { 128, 8, 0x3000 },
			   { 136, 8, 0x4000 }, { 144, 8, 0x5000 }),
	  .call = call_update_va, .min = 4 },
	{ "submitcommand", 20, .len = 408 + 2 * 4 + 3,
	  .fields = FIELDS({ 24, 8, 0x1122334455 }, { 32, 4, 0x100 }, { 36, 4, 1 },
			   { 40, 8, 0x77 }, { 48, 4, 2 }, { 52, 4, 0x71 }, { 56, 4, 0x72 },
			   { 24 + 296, 4, 3 }, { 24 + 300, 4, 1 }, { 24 + 304, 4, 0xa1 },
			   { 24 + 368, 4, 2 }, { 408, 4, 0xf1 }, { 412, 4, 0xf2 },
			   { 416, 1, 'x' }, { 417, 1, 'y' }, { 418, 1, 'z' }),
	  .call = call_submit, .min = 4 },
	{ "queryvideomemoryinfo", 21, .len = 40,
	  .fields = FIELDS({ 24, 4, 0x61 }, { 28, 4, 1 }, { 32, 4, 2 }),
	  .call = call_memory_info, .min = 32, .status_at = -1 },
	{ "waitforsyncobjectfromcpu", 22, .len = 56 + 3 * 4 + 3 * 8,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 3 }, { 32, 4, 1 },
			   { 40, 8, 0x1122334455667788 }, { 56, 4, 0xc1 }, { 60, 4, 0xc2 },
			   { 64, 4, 0xc3 }, { 68, 8, 0x1111111111 }, { 76, 8, 0x2222222222 },
			   { 84, 8, 0x3333333333 }),
	  .call = call_wait_cpu, .min = 4 },
	{ "lock2", 23, .len = 64, .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xa1 }),
	  .call = call_lock2, .min = 16, .creates = true, .makes = DXGP_CMD_LOCK2 },
	{ "unlock2", 24, .len = 40, .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xa1 }),
	  .call = call_unlock2, .min = 4 },
	{ "waitforsyncobjectfromgpu", 25, .len = 40 + 3 * 8 + 3 * 4,
	  .fields = FIELDS({ 24, 4, 0x71 }, { 28, 4, 3 }, { 32, 1, 1 }, { 40, 8, 0x1111111111 },
			   { 48, 8, 0x2222222222 }, { 56, 8, 0x3333333333 }, { 64, 4, 0xc1 },
			   { 68, 4, 0xc2 }, { 72, 4, 0xc3 }),
	  .call = call_wait_gpu, .min = 4 },
	{ "signalsyncobject", 26, .len = 56 + 2 * 4 + 4 + 2 * 8,
	  .fields = FIELDS({ 24, 4, 2 }, { 28, 4, 1 }, { 32, 4, 1 }, { 40, 8, 0x33 },
			   { 48, 4, 0x51 }, { 56, 4, 0xc1 }, { 60, 4, 0xc2 }, { 64, 4, 0x71 },
			   { 68, 8, 0x1111111111 }, { 76, 8, 0x2222222222 }),
	  .call = call_signal, .min = 4 },
	{ "signalsyncobject-event", 26, .len = 56 + 4,
	  .fields = FIELDS({ 28, 4, 2 }, { 32, 4, 1 }, { 48, 8, 0x1122334455667788 },
			   { 56, 4, 0x71 }),
	  .call = call_signal_event, .min = 4 },
	{ "getdevicestate", 28, .len = 80, .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 5 }),
	  .call = call_device_state, .min = 64, .status_at = 56 },
	{ "markdeviceaserror", 29, .len = 32,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0x80000006 }),
	  .call = call_mark_device, .min = 4 },
	{ "openresource", 32, .len = 48,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 1, 1 }, { 32, 4, 0x91 }, { 36, 4, 3 },
			   { 40, 4, 0x44 }),
	  .call = call_open_resource, .min = 8 + 3 * 4, .status_at = 4,
	  .creates = true, .makes = DXG_MOCK_RESOURCE },
	{ "setcontextschedulingpriority", 33, .len = 40,
	  .fields = FIELDS({ 24, 4, 0x71 }, { 28, 4, 0xfffffff9 }, { 32, 1, 1 }),
	  .call = call_set_context_priority, .min = 4 },
	{ "flushheaptransitions", 37, .len = 24, .call = call_flush_heap, .min = 4 },
	{ "getstandardallocprivdata", 39, .len = 64,
	  .fields = FIELDS({ 24, 4, 4 }, { 28, 4, 6 }, { 32, 4, 2 }, { 36, 4, 2 },
			   { 40, 4, 0x1000 }, { 44, 4, 1 }, { 52, 4, 7 }, { 56, 4, 8 },
			   { 60, 4, 9 }),
	  .call = call_standard_data, .min = 36 + 8 },
	{ "queryallocationresidency", 41, .len = 56 + 2 * 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 40, 4, 2 }, { 56, 4, 0xa1 }, { 60, 4, 0xa2 }),
	  .call = call_residency, .min = 4 + 2 * 4 },
	{ "queryallocationresidency-resource", 41, .len = 56,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0x81 }),
	  .call = call_residency_resource, .min = 8 },
	{ "flushdevice", 42, .len = 32, .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 4 }),
	  .call = call_flush_device, .min = 4 },
	{ "setexistingsysmemstore", 45, .len = 40,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xa1 }, { 32, 4, 0xe1e10 }),
	  .call = call_sysmem_store, .min = 4 },
	{ "querystatistics", 48, .len = 832,
	  .fields = FIELDS({ 24, 4, 5 }, { 28, 4, 0xa1 }, { 32, 4, 0xb1 }, { 24 + 800, 4, 9 }),
	  .call = call_statistics, .min = 784 },
	{ "changevideomemoryreservation", 49, .len = 56,
	  .fields = FIELDS({ 36, 4, 1 }, { 40, 8, 0x123456789000 }, { 48, 4, 2 }),
	  .call = call_reservation, .min = 4 },
	{ "createhwqueue", 50, .len = 72 + 5 - 1,
	  .fields = FIELDS({ 56, 4, 0x71 }, { 60, 4, 1 }, { 64, 4, 5 }, { 68, 4, 0x04030201 },
			   { 72, 1, 5 }),
	  .call = call_create_hwqueue, .min = 73, .status_at = 24,
	  .creates = true, .makes = DXGP_CMD_CREATEHWQUEUE, .handle_at = 28 },
	{ "createhwqueue-bare", 50, .len = 72, .fields = FIELDS({ 56, 4, 0x71 }),
	  .call = call_create_hwqueue_bare, .min = 68, .status_at = 24,
	  .creates = true, .makes = DXGP_CMD_CREATEHWQUEUE, .handle_at = 28 },
	{ "destroyhwqueue", 51, .len = 32, .fields = FIELDS({ 24, 4, 0xd1 }),
	  .call = call_destroy_hwqueue, .min = 4 },
	{ "submitcommandtohwqueue", 52, .len = 80 + 4 + 3,
	  .fields = FIELDS({ 24, 4, 0xd1 }, { 32, 8, 0x99 }, { 40, 8, 0x1122334455 },
			   { 48, 4, 0x100 }, { 52, 4, 3 }, { 64, 4, 1 }, { 80, 4, 0xa1 },
			   { 84, 1, 'x' }, { 85, 1, 'y' }, { 86, 1, 'z' }),
	  .call = call_submit_hw, .min = 4 },
	{ "updateallocationproperty", 56, .len = 64,
	  .fields = FIELDS({ 24, 4, 0xb1 }, { 28, 4, 0xa1 }, { 32, 4, 3 }, { 36, 4, 0x21 },
			   { 40, 4, 1 }, { 56, 4, 7 }),
	  .call = call_update_property, .min = 16, .status_at = 8 },
	{ "offerallocations", 57, .len = 48 + 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 2 }, { 32, 4, 3 }, { 36, 4, 1 },
			   { 40, 1, 1 }, { 44, 4, 0xa1 }, { 48, 4, 0xa2 }),
	  .call = call_offer, .min = 4 },
	{ "reclaimallocations", 58, .len = 48 + 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xb1 }, { 32, 4, 2 }, { 37, 1, 1 },
			   { 40, 4, 0xa1 }, { 44, 4, 0xa2 }),
	  .call = call_reclaim, .min = 16 + 4, .status_at = 8 },
	{ "setallocationpriority", 59, .len = 40 + 2 * 4 + 2 * 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 32, 4, 2 }, { 40, 4, 0xa1 }, { 44, 4, 0xa2 },
			   { 48, 4, 0x11111111 }, { 52, 4, 0x22222222 }),
	  .call = call_set_priority, .min = 4 },
	{ "setallocationpriority-resource", 59, .len = 40 + 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0x81 }, { 40, 4, 0x33333333 }),
	  .call = call_set_priority_resource, .min = 4 },
	{ "getallocationpriority", 60, .len = 40 + 2 * 4,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 32, 4, 2 }, { 40, 4, 0xa1 }, { 44, 4, 0xa2 }),
	  .call = call_get_priority, .min = 4 + 2 * 4 },
	{ "getcontextschedulingpriority", 61, .len = 32,
	  .fields = FIELDS({ 24, 4, 0x71 }, { 28, 1, 1 }),
	  .call = call_get_context_priority, .min = 8 },
	{ "queryclockcalibration", 62, .len = 64,
	  .fields = FIELDS({ 24, 4, 0x61 }, { 28, 4, 3 }, { 32, 4, 2 }), .call = call_clock,
	  .min = 32 },
	{ "setexistingsysmempages", 66, .len = 126976,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xa1 }, { 32, 4, 2 }, { 40, 8, 0x100000 },
			   { 48, 8, 0x100001 }),
	  .call = call_sysmem_pages, .min = 4 },
	{ "invalidatecache", 67, .len = 56,
	  .fields = FIELDS({ 24, 4, 0x51 }, { 28, 4, 0xa1 }, { 32, 8, 0x1000 },
			   { 40, 8, 0x2000 }),
	  .call = call_invalidate, .min = 4 },
	{ "isfeatureenabled", 68, .no_process = true, .len = 32,
	  .fields = FIELDS({ 24, 4, 0x22 }), .call = call_feature, .min = 16 },
};

static void dxg_wire_desc(const struct dxg_wire_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_wire, dxg_wire_cases, dxg_wire_desc);

/* ---- Tests over all of them ---- */

static void dxg_message_bytes(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	const struct dxg_field *f;
	struct dxg_wire *w = test->priv;
	struct dxg_mock_msg *m;
	u32 status = 1, word;
	u8 *want;

	KUNIT_ASSERT_EQ(test, c->call(w, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);

	/* Command id 0, process, channel, command, padding; then the fields. */
	want = kunit_kzalloc(test, c->len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, want);
	word = c->no_process ? 0 : PROCESS;
	memcpy(want + 8, &word, 4);
	word = c->global;
	memcpy(want + 12, &word, 4);
	memcpy(want + 16, &c->command, 4);
	for (f = c->fields; f && f->size; f++)
		memcpy(want + f->at, &f->value, f->size);
	KUNIT_ASSERT_EQ(test, w->mock.last_len, c->len);
	KUNIT_EXPECT_MEMEQ(test, w->mock.last, want, c->len);

	m = dxg_mock_last(&w->mock);
	KUNIT_EXPECT_EQ(test, m->ext.command_offset, 16);
	KUNIT_EXPECT_EQ(test, m->ext.vgpu_luid.a, c->global ? 0 : 0x77);
	KUNIT_EXPECT_NE(test, m->id, 0);
	if (c->creates)
		KUNIT_EXPECT_EQ(test, dxg_mock_live(&w->mock, c->makes), 1);
}

/* What was made by a reply that said so has to be gone. */
static void dxg_expect_undone(struct kunit *test, const struct dxg_wire_case *c, int len)
{
	struct dxg_wire *w = test->priv;

	dxg_flush_work();
	if (c->creates && len >= c->handle_at + 4)
		KUNIT_EXPECT_EQ_MSG(test, dxg_mock_live(&w->mock, c->makes), 0, "%d bytes", len);
	if (c->creates)
		KUNIT_EXPECT_EQ(test, w->mock.own.strays, 0);
	w->mock.own.count = 0;
}

static void dxg_reply_cut_everywhere(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&w->mock, c->command);
	/* Only the host's driver may say nothing at all: it refuses. */
	int violations = c->min - (c->command == DXGP_CMD_ESCAPE);
	u32 status;
	int len, ret;

	rule->times = 1;
	for (len = 0; len < c->min; len++) {
		rule->len = len;
		ret = c->call(w, &status);
		KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%d bytes", len);
		dxg_expect_undone(test, c, len);
	}
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), violations);

	rule->len = c->min;
	KUNIT_EXPECT_EQ(test, c->call(w, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	/* A newer host may append. */
	rule->len = c->min + 100;
	KUNIT_EXPECT_EQ(test, c->call(w, &status), 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), violations);
}

/* A failure counts as soon as its status is there. */
static void dxg_failure_cut_everywhere(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	struct dxg_mock_rule *rule;
	u32 status;
	int len, ret;

	if (c->status_at < 0)
		return;
	rule = dxg_mock_rule(&w->mock, c->command);
	rule->times = 1;
	rule->status = DXG_STATUS_NO_VIDEO_MEMORY;
	for (len = 0; len <= c->min; len++) {
		rule->len = len;
		status = 1;
		ret = c->call(w, &status);
		if (len < c->status_at + 4) {
			KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%d bytes", len);
		} else {
			KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%d bytes", len);
			KUNIT_EXPECT_EQ_MSG(test, status, DXG_STATUS_NO_VIDEO_MEMORY,
					    "%d bytes", len);
		}
	}
	dxg_flush_work();
	/* Nothing was made, so nothing is ended. */
	KUNIT_EXPECT_EQ(test, w->mock.sent, c->min + 1);
}

static void dxg_handle_zero_is_a_refusal(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	struct dxg_mock_rule *rule;
	u32 status = 0;

	if (c->status_at >= 0 || (!c->creates && c->command != DXGP_CMD_CREATEPROCESS))
		return;
	rule = dxg_mock_rule(&w->mock, c->command);
	rule->times = 1;
	rule->status = DXG_STATUS_NO_MEMORY;
	KUNIT_EXPECT_EQ(test, c->call(w, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 1);
}

static size_t dxg_bare_status(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
			      void *out)
{
	u32 status = DXG_STATUS_ACCESS_DENIED;

	memcpy(out, &status, sizeof(status));
	return *(size_t *)mock->priv;
}

/* Whatever the reply should have been: a bare status, as VMBus may have padded it. */
static void dxg_bare_status_is_understood(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	const struct dxg_mock_handler handlers[] = { { c->command, dxg_bare_status }, {} };
	struct dxg_wire *w = test->priv;
	u32 status = 0;
	size_t len;

	/* As short as a handle, it cannot be told from one; its top bits are a handle's, too. */
	if (c->status_at < 0 && c->min <= 8 && c->command != DXGP_CMD_EVICT)
		return;
	w->mock.priv = &len;
	w->mock.handlers = handlers;
	for (len = 4; len <= 8; len += 4) {
		if (c->command == DXGP_CMD_EVICT && len == 4)
			continue;
		KUNIT_EXPECT_EQ(test, c->call(w, &status), 0);
		KUNIT_EXPECT_EQ(test, status, DXG_STATUS_ACCESS_DENIED);
	}
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	w->mock.handlers = NULL;
}

/* The caller has left when the host says what it made. */
static void dxg_late_reply_is_undone(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	u32 status;

	/* A lock stays until its allocation ends. */
	if (c->command == DXGP_CMD_LOCK2 ||
	    (!c->creates && c->command != DXGP_CMD_CREATEPROCESS))
		return;
	dxg_mock_rule(&w->mock, c->command);
	KUNIT_ASSERT_EQ(test, c->call(w, &status), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, w->mock.own.count + w->mock.processes > 0, true);
	dxg_mock_deliver(&w->mock);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, w->mock.own.count, 0);
	KUNIT_EXPECT_EQ(test, w->mock.processes, 0);
	KUNIT_EXPECT_EQ(test, w->mock.own.strays, 0);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
}

/* The adapter has gone when the host says what it made: the host takes it down itself. */
static void dxg_late_reply_after_the_adapter(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	unsigned int sent;
	u32 status;

	if (!c->creates)
		return;
	dxg_mock_rule(&w->mock, c->command);
	KUNIT_ASSERT_EQ(test, c->call(w, &status), -ETIMEDOUT);
	sent = w->mock.sent;
	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_mock_deliver(&w->mock);
	dxg_flush_work();
	/* What is the machine's is ended on the machine's way. */
	KUNIT_EXPECT_EQ(test, w->mock.sent,
			sent + (c->global && c->command != DXGP_CMD_OPENSYNCOBJECT));
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
	KUNIT_EXPECT_EQ(test, c->call(w, &status), -ENODEV);
}

/* What closes the adapter is the last that it is told, teardown included. */
static void dxg_nothing_behind_the_close(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	bool closes = c->command == DXGP_CMD_CLOSEADAPTER;
	struct dxg_wire *w = test->priv;
	unsigned int sent = w->mock.sent;
	u32 status;

	if (c->global)
		return;
	w->link.gone = true;
	w->link.closing = true;
	KUNIT_EXPECT_EQ(test, c->call(w, &status), closes ? 0 : -ENODEV);
	KUNIT_EXPECT_EQ(test, w->mock.sent, sent + closes);
}

/* The process has ended, and with it what was made: only what no process owns is undone. */
static void dxg_late_reply_after_the_process(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	unsigned int sent;
	u32 status;

	if (!c->creates)
		return;
	dxg_mock_rule(&w->mock, c->command);
	KUNIT_ASSERT_EQ(test, c->call(w, &status), -ETIMEDOUT);
	sent = w->mock.sent;
	w->process.handle = 0;
	dxg_mock_deliver(&w->mock);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, w->mock.sent, sent + (c->command == DXGP_CMD_CREATENTSHAREDOBJECT));
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
}

/* What it was made on has begun to end: the host ends it with that, and is not told again. */
static void dxg_late_reply_after_the_parent(struct kunit *test)
{
	const struct dxg_wire_case *c = test->param_value;
	struct dxg_wire *w = test->priv;
	bool own = c->command == DXGP_CMD_CREATENTSHAREDOBJECT ||
		   c->command == DXGP_CMD_CREATEDEVICE ||
		   c->command == DXGP_CMD_RESERVEGPUVIRTUALADDRESS;
	unsigned int sent;
	u32 status;

	if (!c->creates)
		return;
	dxg_mock_rule(&w->mock, c->command);
	KUNIT_ASSERT_EQ(test, c->call(w, &status), -ETIMEDOUT);
	sent = w->mock.sent;
	dxg_wire_end_parent(w, c->command == DXGP_CMD_CREATEHWQUEUE ? &w->context : &w->device);
	dxg_mock_deliver(&w->mock);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, w->mock.sent, sent + own);
	KUNIT_EXPECT_EQ(test, w->host->port.pending, 0);
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 0);
}

static struct kunit_case dxg_cmd_wire_cases[] = {
	KUNIT_CASE_PARAM(dxg_message_bytes, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_reply_cut_everywhere, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_failure_cut_everywhere, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_handle_zero_is_a_refusal, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_bare_status_is_understood, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_late_reply_is_undone, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_late_reply_after_the_adapter, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_nothing_behind_the_close, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_late_reply_after_the_process, dxg_wire_gen_params),
	KUNIT_CASE_PARAM(dxg_late_reply_after_the_parent, dxg_wire_gen_params),
	{}
};

static struct kunit_suite dxg_cmd_wire_suite = {
	.name = "dxg_cmd_wire",
	.suite_init = dxg_wire_suite_init,
	.suite_exit = dxg_wire_suite_exit,
	.init = dxg_wire_init,
	.exit = dxg_wire_exit,
	.test_cases = dxg_cmd_wire_cases,
};

kunit_test_suite(dxg_cmd_wire_suite);
