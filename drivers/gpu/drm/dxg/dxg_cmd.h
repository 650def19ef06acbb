/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands: one function each. Here those about the machine, adapters and
 * devices; dxg_cmd_memory.h, dxg_cmd_vm.h, dxg_cmd_queue.h and dxg_cmd_sync.h
 * have the others.
 *
 * They return 0 or the -errno of a failed exchange: what dxg_request_run()
 * returns, -ENOMEM, -E2BIG for what no message can carry, or -EIO for a reply
 * that cannot be. What the host thinks of the command is in *status, an
 * NTSTATUS, which is set whenever 0 is returned; what else a function returns
 * is valid only if that is a success. DXG_STATUS_PENDING is a success: the
 * effect comes with the fence value that is returned.
 *
 * Replies without a status tell a failure by handle 0 only. *status is then
 * DXG_STATUS_UNSUCCESSFUL: the host's reason is not known.
 *
 * Common arguments: @link is the adapter, @process the host's handle of the
 * process, @flags DXG_REQ_xxx. Arrays and blobs are in kernel memory; the host
 * never gets an address of them. What the host makes although the caller has
 * left (fatal signal, time limit), or in a reply that is malformed, is ended
 * again by the driver.
 *
 * Functions called dxg_cmd send and wait. Those called dxg_prep build a request
 * that is sent later, where nothing may fail or wait; ERR_PTR when they cannot.
 * Everything that ends an object has such a form, for dxg_quarantine.h.
 */
#ifndef _DXG_CMD_H_
#define _DXG_CMD_H_

#include <linux/types.h>

#include "dxg_transport.h"

/**
 * struct dxg_adapter_info - What GETINTERNALADAPTERINFO returns, checked.
 */
struct dxg_adapter_info {
	/** @luid: LUID of the adapter on the host. */
	struct dxgp_luid luid;

	/** @vgpu_luid: LUID of the virtual GPU; zero before version 40. */
	struct dxgp_luid vgpu_luid;

	/** @flags: DXGP_ADAPTER_xxx. */
	u32 flags;

	/** @driver_ddi_version: Version of the host driver's interface. */
	u32 driver_ddi_version;

	/** @description: UTF-8, ended by 0; 80 UTF-16 units need at most 240 bytes. */
	char description[256];
};

void dxg_utf16_to_utf8(const u16 *in, size_t units, char *out, size_t size);

int dxg_request_result(struct dxg_request *req, u32 *status);

/* ---- Whole machine ---- */

int dxg_cmd_set_iospace_region(struct dxg_link *link, u64 start, u64 length, u32 *status);
int dxg_cmd_create_process(struct dxg_host *host, struct dxg_link *owner, u64 cookie, u32 pid,
			   const char *name, unsigned int flags, u32 *process);
int dxg_cmd_destroy_process(struct dxg_link *link, u32 process, u32 *status);
struct dxg_request *dxg_prep_destroy_process(struct dxg_link *link, u32 process);
int dxg_cmd_is_feature_enabled_global(struct dxg_link *link, u32 feature, u32 *version,
				      u32 *flags, u32 *status);

/* ---- One adapter ---- */

int dxg_cmd_open_adapter(struct dxg_link *link, u32 *adapter, u32 *status);
int dxg_cmd_close_adapter(struct dxg_link *link, u32 adapter);
int dxg_cmd_get_adapter_info(struct dxg_link *link, struct dxg_adapter_info *info);
int dxg_cmd_query_adapter_info(struct dxg_link *link, u32 process, u32 query, void *data,
			       u32 size, unsigned int flags, u32 *status);
int dxg_cmd_is_feature_enabled(struct dxg_link *link, u32 feature, u32 *version, u32 *flags,
			       u32 *status);

/* ---- Devices ---- */

/* Bytes of what GETDEVICESTATE returns; what they hold depends on the type. */
#define DXG_DEVICE_STATE_SIZE	48

/**
 * struct dxg_cmd_escape - Arguments of ESCAPE.
 */
struct dxg_cmd_escape {
	/** @adapter: The host's handle of the adapter. */
	u32 adapter;

	/** @device: Host device, or 0. */
	u32 device;

	/** @context: Host context, or 0. */
	u32 context;

	/** @type: DXGP_ESCAPE_xxx. */
	u32 type;

	/** @flags: The client's flags. */
	u32 flags;

	/** @size: Bytes of @data. */
	u32 size;

	/** @data: In and out: opaque data of the host's driver; written only on success. */
	void *data;
};

int dxg_cmd_create_device(struct dxg_link *link, u32 process, u32 create_flags, u64 cookie,
			  unsigned int flags, u32 *device, u32 *status);
struct dxg_request *dxg_prep_destroy_device(struct dxg_link *link, u32 process, u32 device);
int dxg_cmd_destroy_device(struct dxg_link *link, u32 process, u32 device, u32 *status);
struct dxg_request *dxg_prep_flush_device(struct dxg_link *link, u32 process, u32 device);
int dxg_cmd_flush_device(struct dxg_link *link, u32 process, u32 device, u32 reason,
			 unsigned int flags, u32 *status);
int dxg_cmd_get_device_state(struct dxg_link *link, u32 process, u32 device, u32 type,
			     void *state, unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_mark_device_as_error(struct dxg_link *link, u32 process, u32 device);
int dxg_cmd_mark_device_as_error(struct dxg_link *link, u32 process, u32 device, u32 reason,
				 unsigned int flags, u32 *status);
int dxg_cmd_escape(struct dxg_link *link, u32 process, const struct dxg_cmd_escape *args,
		   unsigned int flags, u32 *status);
int dxg_cmd_flush_heap_transitions(struct dxg_link *link, u32 process, unsigned int flags,
				   u32 *status);

/* ---- Memory budget, clocks, statistics ---- */

/**
 * struct dxg_cmd_memory_info - What QUERYVIDEOMEMORYINFO returns, in bytes.
 */
struct dxg_cmd_memory_info {
	/** @budget: What the process may use before it hurts others. */
	u64 budget;

	/** @usage: What it uses. */
	u64 usage;

	/** @reservation: What it has reserved. */
	u64 reservation;

	/** @available: What it may reserve. */
	u64 available;
};

/**
 * struct dxg_cmd_clock - What QUERYCLOCKCALIBRATION returns: two clocks at one moment.
 */
struct dxg_cmd_clock {
	/** @gpu_frequency: Hertz of the GPU's clock. */
	u64 gpu_frequency;

	/** @gpu_counter: The GPU's clock. */
	u64 gpu_counter;

	/** @cpu_counter: The host's clock. */
	u64 cpu_counter;

	/** @flags: Bit 0: taken by a management processor. */
	u32 flags;
};

/* Bytes of what QUERYSTATISTICS returns; what they hold depends on the type. */
#define DXG_STATISTICS_SIZE	776

int dxg_cmd_query_video_memory_info(struct dxg_link *link, u32 process, u32 adapter, u32 group,
				    u32 physical_adapter, unsigned int flags,
				    struct dxg_cmd_memory_info *info, u32 *status);
int dxg_cmd_change_video_memory_reservation(struct dxg_link *link, u32 process, u32 group,
					    u32 physical_adapter, u64 reservation,
					    unsigned int flags, u32 *status);
int dxg_cmd_query_clock_calibration(struct dxg_link *link, u32 process, u32 adapter, u32 node,
				    u32 physical_adapter, unsigned int flags,
				    struct dxg_cmd_clock *clock, u32 *status);
struct dxg_request *dxg_prep_query_statistics(struct dxg_link *link, u32 process, u32 type,
					      struct dxgp_luid luid, u32 selector,
					      unsigned int flags);
int dxg_query_statistics_result(struct dxg_request *req, const void **result, u32 *status);
int dxg_cmd_query_statistics(struct dxg_link *link, u32 process, u32 type, struct dxgp_luid luid,
			     u32 selector, void *result, unsigned int flags, u32 *status);

#endif /* _DXG_CMD_H_ */
