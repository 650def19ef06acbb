/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands about what executes: contexts, hardware queues, submissions,
 * priorities.
 *
 * The rules of dxg_cmd.h hold. What is called prep builds a request without
 * sending it (see dxg_request_commit()); dxg_request_result() reads the
 * outcome. Submissions need no reply where the adapter allows that.
 */
#ifndef _DXG_CMD_QUEUE_H_
#define _DXG_CMD_QUEUE_H_

#include <linux/types.h>

#include "dxg_transport.h"

/* ---- Contexts ---- */

/**
 * struct dxg_cmd_context - Arguments and result of CREATECONTEXTVIRTUAL.
 */
struct dxg_cmd_context {
	/** @device: In: host device. */
	u32 device;

	/** @node: In: engine. */
	u32 node;

	/** @engine_affinity: In: mask of physical adapters. */
	u32 engine_affinity;

	/** @flags: In: DXGP_CONTEXT_xxx. */
	u32 flags;

	/** @client_hint: In: the API that the client serves. */
	u32 client_hint;

	/** @data: In and out: opaque data of the host's driver; written only on success. */
	void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @handle: Out: the host's handle, not 0. */
	u32 handle;
};

int dxg_cmd_create_context(struct dxg_link *link, u32 process, struct dxg_cmd_context *args,
			   unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_destroy_context(struct dxg_link *link, u32 process, u32 context);
int dxg_cmd_destroy_context(struct dxg_link *link, u32 process, u32 context, u32 *status);

int dxg_cmd_set_context_priority(struct dxg_link *link, u32 process, u32 context, s32 priority,
				 bool in_process, unsigned int flags, u32 *status);
int dxg_cmd_get_context_priority(struct dxg_link *link, u32 process, u32 context, bool in_process,
				 unsigned int flags, s32 *priority, u32 *status);

/* ---- Hardware queues ---- */

/**
 * struct dxg_cmd_hwqueue - Arguments and results of CREATEHWQUEUE.
 */
struct dxg_cmd_hwqueue {
	/** @context: In: the context that it belongs to. */
	u32 context;

	/** @flags: In: bit 0: no time limit on the GPU. */
	u32 flags;

	/** @data: In and out: opaque data of the host's driver; written only on success. */
	void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @handle: Out: the host's handle, not 0. */
	u32 handle;

	/** @fence: Out: the host's handle of the progress fence, not 0. */
	u32 fence;

	/** @fence_address: Out: guest-physical address of the page with its value. */
	u64 fence_address;

	/** @fence_gpu_va: Out: where the GPU sees the value. */
	u64 fence_gpu_va;
};

int dxg_cmd_create_hwqueue(struct dxg_link *link, u32 process, struct dxg_cmd_hwqueue *args,
			   unsigned int flags, u32 *status);
struct dxg_request *dxg_prep_destroy_hwqueue(struct dxg_link *link, u32 process, u32 hwqueue);
int dxg_cmd_destroy_hwqueue(struct dxg_link *link, u32 process, u32 hwqueue, u32 *status);

/* ---- Submission ---- */

/**
 * struct dxg_cmd_submit - Arguments of SUBMITCOMMAND.
 */
struct dxg_cmd_submit {
	/** @commands: GPU address of the commands. */
	u64 commands;

	/** @length: Their bytes. */
	u32 length;

	/** @flags: DXGP_SUBMIT_xxx. */
	u32 flags;

	/** @contexts: The contexts; the first names the device. */
	const u32 *contexts;

	/** @context_count: Number of @contexts, 1 to DXGP_MAX_BROADCAST. */
	u32 context_count;

	/** @primaries: Primary surfaces that are written. */
	const u32 *primaries;

	/** @primary_count: Number of @primaries, at most DXGP_MAX_PRIMARIES. */
	u32 primary_count;

	/** @history: Handles of history buffers. */
	const u32 *history;

	/** @history_count: Number of @history, at most DXGP_MAX_HISTORY. */
	u32 history_count;

	/** @present_token: Number of the present, or 0. */
	u64 present_token;

	/** @data: Opaque data of the host's driver. */
	const void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;
};

struct dxg_request *dxg_prep_submit(struct dxg_link *link, u32 process,
				    const struct dxg_cmd_submit *args, unsigned int flags);
int dxg_cmd_submit(struct dxg_link *link, u32 process, const struct dxg_cmd_submit *args,
		   unsigned int flags, u32 *status);

/**
 * struct dxg_cmd_submit_hw - Arguments of SUBMITCOMMANDTOHWQUEUE.
 */
struct dxg_cmd_submit_hw {
	/** @hwqueue: The queue. */
	u32 hwqueue;

	/** @length: Bytes of the commands. */
	u32 length;

	/** @commands: GPU address of the commands. */
	u64 commands;

	/** @fence_value: What the progress fence will be when they are done. */
	u64 fence_value;

	/** @primaries: Primary surfaces that are written. */
	const u32 *primaries;

	/** @primary_count: Number of @primaries. */
	u32 primary_count;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @data: Opaque data of the host's driver. */
	const void *data;
};

struct dxg_request *dxg_prep_submit_hw(struct dxg_link *link, u32 process,
				       const struct dxg_cmd_submit_hw *args, unsigned int flags);
void dxg_submit_hw_set_fence_value(struct dxg_request *req, u64 value);
int dxg_cmd_submit_hw(struct dxg_link *link, u32 process, const struct dxg_cmd_submit_hw *args,
		      unsigned int flags, u32 *status);

#endif /* _DXG_CMD_QUEUE_H_ */
