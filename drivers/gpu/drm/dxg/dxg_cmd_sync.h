/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands about sync objects: making, opening and sharing them, signals
 * and waits.
 *
 * The rules of dxg_cmd.h hold. What is called prep builds a request without
 * sending it (see dxg_request_commit()); dxg_request_result() reads the
 * outcome. Signals and GPU waits need no reply where the adapter allows that.
 *
 * Some of these commands are about the machine and travel on the global
 * channel, although they name what belongs to an adapter. They take the host's
 * link, and as @owner the link whose end ends the wait.
 */
#ifndef _DXG_CMD_SYNC_H_
#define _DXG_CMD_SYNC_H_

#include <linux/types.h>

#include "dxg_transport.h"

/**
 * struct dxg_cmd_sync - Arguments and results of CREATESYNCOBJECT.
 */
struct dxg_cmd_sync {
	/** @device: In: host device. */
	u32 device;

	/** @type: In: DXGP_SYNC_xxx. */
	u32 type;

	/** @flags: In: DXGP_SYNCFLAG_xxx. */
	u32 flags;

	/** @client_hint: In: who uses it; 1 is a user-mode driver. */
	u32 client_hint;

	/**
	 * @data: In: depends on @type. Monitored fence: initial value in [0],
	 * mask of physical adapters in the low half of [3].
	 */
	u64 data[8];

	/** @handle: Out: the host's handle, not 0. */
	u32 handle;

	/** @global_handle: Out: the name of a shared object; not 0 with DXGP_SYNCFLAG_SHARED. */
	u32 global_handle;

	/** @gpu_va: Out: where the GPU sees the value. */
	u64 gpu_va;

	/**
	 * @address: Out: guest-physical address of the page with the value, in
	 * the IO space. Only of the types monitored and periodic, else 0.
	 */
	u64 address;
};

int dxg_cmd_create_sync_object(struct dxg_link *link, u32 process, struct dxg_cmd_sync *args,
			       unsigned int flags, u32 *status);

/**
 * struct dxg_cmd_open_sync - Arguments and results of OPENSYNCOBJECT.
 */
struct dxg_cmd_open_sync {
	/** @device: In: host device. */
	u32 device;

	/** @global_handle: In: the name of the shared object. */
	u32 global_handle;

	/** @engine_affinity: In: mask of physical adapters. */
	u32 engine_affinity;

	/** @flags: In: DXGP_SYNCFLAG_xxx. */
	u32 flags;

	/** @monitored: In: it is a monitored fence, and has a page. */
	bool monitored;

	/** @handle: Out: the host's handle, not 0. */
	u32 handle;

	/** @gpu_va: Out: where the GPU sees the value. */
	u64 gpu_va;

	/** @address: Out: guest-physical address of the page, in the IO space, else 0. */
	u64 address;
};

int dxg_cmd_open_sync_object(struct dxg_link *link, struct dxg_link *owner, u32 process,
			     struct dxg_cmd_open_sync *args, unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_destroy_sync_object(struct dxg_link *link, u32 process, u32 object);
int dxg_cmd_destroy_sync_object(struct dxg_link *link, u32 process, u32 object, u32 *status);

/* ---- Sharing ---- */

int dxg_cmd_create_nt_shared(struct dxg_link *link, struct dxg_link *owner, u32 process,
			     u32 object, unsigned int flags, u32 *nt_handle, u32 *status);
struct dxg_request *dxg_prep_destroy_nt_shared(struct dxg_link *link, u32 nt_handle);
int dxg_cmd_destroy_nt_shared(struct dxg_link *link, u32 nt_handle, u32 *status);
int dxg_cmd_share_with_host(struct dxg_link *link, struct dxg_link *owner, u32 process,
			    u32 device, u32 object, unsigned int flags, u64 *handle, u32 *status);

/* ---- Signals and waits ---- */

/**
 * struct dxg_cmd_signal - Arguments of SIGNALSYNCOBJECT.
 */
struct dxg_cmd_signal {
	/** @flags: DXGP_SIGNAL_xxx. */
	u32 flags;

	/** @device: For a signal from the CPU: the device. Else 0. */
	u32 device;

	/** @event: With DXGP_SIGNAL_CPU_EVENT: id of the event. Then @object_count is 0. */
	u64 event;

	/** @fence_value: The value of objects that are no monitored fences. */
	u64 fence_value;

	/** @objects: The objects. */
	const u32 *objects;

	/** @values: A value for each object, or NULL. */
	const u64 *values;

	/** @object_count: Number of @objects. */
	u32 object_count;

	/** @context_count: Number of @contexts. */
	u32 context_count;

	/** @contexts: Contexts or hardware queues in whose order it happens. */
	const u32 *contexts;
};

struct dxg_request *dxg_prep_signal(struct dxg_link *link, u32 process,
				    const struct dxg_cmd_signal *args, unsigned int flags);
int dxg_cmd_signal(struct dxg_link *link, u32 process, const struct dxg_cmd_signal *args,
		   unsigned int flags, u32 *status);

struct dxg_request *dxg_prep_wait_gpu(struct dxg_link *link, u32 process, u32 context,
				      const u32 *objects, const u64 *values, u32 count,
				      bool legacy, unsigned int flags);
int dxg_cmd_wait_gpu(struct dxg_link *link, u32 process, u32 context, const u32 *objects,
		     const u64 *values, u32 count, bool legacy, unsigned int flags, u32 *status);

struct dxg_request *dxg_prep_wait_cpu(struct dxg_link *link, u32 process, u32 device,
				      const u32 *objects, const u64 *values, u32 count, bool any,
				      u64 event, unsigned int flags);
void dxg_wait_cpu_set_value(struct dxg_request *req, u64 value);
int dxg_cmd_wait_cpu(struct dxg_link *link, u32 process, u32 device, const u32 *objects,
		     const u64 *values, u32 count, bool any, u64 event, unsigned int flags,
		     u32 *status);

#endif /* _DXG_CMD_SYNC_H_ */
