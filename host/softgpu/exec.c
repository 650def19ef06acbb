// SPDX-License-Identifier: GPL-2.0
/*
 * Carrying out a job: commands are fetched, checked, and done piece by piece. The
 * table of all commands.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define PIECE_EFFORT	1024u		/* of a piece as such: the lock, fetching a command */

static const struct gpu_command_info commands[] = {
	[SOFTGPU_CMD_NOP] = {
		.bytes = 0,
	},
	[SOFTGPU_CMD_REQUIRE] = {
		.bytes = sizeof(struct softgpu_cmd_require),
		.check = gpu_check_require,
	},
	[SOFTGPU_CMD_CALL] = {
		.bytes = sizeof(struct softgpu_cmd_call),
		.check = gpu_check_call,
		.step = gpu_step_call,
	},
	[SOFTGPU_CMD_FENCE_WRITE] = {
		.bytes = sizeof(struct softgpu_cmd_fence),
		.check = gpu_check_fence,
		.step = gpu_step_fence_write,
	},
	[SOFTGPU_CMD_FENCE_WAIT] = {
		.bytes = sizeof(struct softgpu_cmd_fence),
		.check = gpu_check_fence,
		.step = gpu_step_fence_wait,
	},
	[SOFTGPU_CMD_TIMESTAMP] = {
		.bytes = sizeof(struct softgpu_cmd_timestamp),
		.check = gpu_check_timestamp,
		.step = gpu_step_timestamp,
	},
	[SOFTGPU_CMD_FAULT] = {
		.bytes = sizeof(struct softgpu_cmd_fault),
		.flags = SOFTGPU_FAULT_WRITE,
		.step = gpu_step_fault,
	},
	[SOFTGPU_CMD_HANG] = {
		.bytes = sizeof(struct softgpu_cmd_hang),
		.step = gpu_step_hang,
	},
	[SOFTGPU_CMD_FILL] = {
		.bytes = sizeof(struct softgpu_cmd_fill),
		.check = gpu_check_fill,
		.step = gpu_step_fill,
	},
	[SOFTGPU_CMD_COPY] = {
		.bytes = sizeof(struct softgpu_cmd_copy),
		.check = gpu_check_copy,
		.step = gpu_step_copy,
	},
	[SOFTGPU_CMD_COPY_RECT] = {
		.bytes = sizeof(struct softgpu_cmd_copy_rect),
		.check = gpu_check_copy_rect,
		.step = gpu_step_copy_rect,
	},
	[SOFTGPU_CMD_FILL_RECT] = {
		.bytes = sizeof(struct softgpu_cmd_fill_rect),
		.drawing = true,
		.check = gpu_check_fill_rect,
		.step = gpu_step_fill_rect,
	},
	[SOFTGPU_CMD_CONVERT] = {
		.bytes = sizeof(struct softgpu_cmd_convert),
		.drawing = true,
		.check = gpu_check_convert,
		.step = gpu_step_convert,
	},
	[SOFTGPU_CMD_SCALE] = {
		.bytes = sizeof(struct softgpu_cmd_scale),
		.drawing = true,
		.flags = SOFTGPU_SCALE_BILINEAR,
		.check = gpu_check_scale,
		.step = gpu_step_scale,
	},
	[SOFTGPU_CMD_BLEND] = {
		.bytes = sizeof(struct softgpu_cmd_blend),
		.drawing = true,
		.flags = SOFTGPU_BLEND_STRAIGHT,
		.check = gpu_check_blend,
		.step = gpu_step_blend,
	},
	[SOFTGPU_CMD_TRIANGLES] = {
		.bytes = sizeof(struct softgpu_cmd_triangles),
		.drawing = true,
		.flags = SOFTGPU_TRIANGLES_TEXTURED | SOFTGPU_TRIANGLES_BILINEAR |
			 SOFTGPU_TRIANGLES_WRAP | SOFTGPU_TRIANGLES_BLEND,
		.check = gpu_check_triangles,
		.step = gpu_step_triangles,
	},
	[SOFTGPU_CMD_DISPATCH] = {
		.bytes = sizeof(struct softgpu_cmd_dispatch),
		.drawing = true,
		.check = gpu_check_dispatch,
		.step = gpu_step_dispatch,
	},
};

_Static_assert(sizeof(union gpu_command) == SOFTGPU_MAX_COMMAND, "the longest command");

/* Read and check the command at r->at. GPU_MORE: it can be carried out. */
static enum gpu_step fetch(struct gpu_run *r, struct gpu_access *a)
{
	const struct softgpu_job *job = r->job;
	const struct gpu_command_info *info;
	struct softgpu_cmd *hdr = &r->cmd.hdr;
	uint64_t bytes;

	if ((job->va | job->length) % 8 || !gpu_range_ok(job->va, job->length))
		return GPU_BAD;
	if (!gpu_read(a, r->at, hdr, sizeof(*hdr), SOFTGPU_EXECUTE))
		return GPU_PAGE;
	bytes = hdr->dwords * 4ull;
	if (!hdr->opcode || hdr->opcode >= G_N_ELEMENTS(commands) || bytes > r->end - r->at)
		return GPU_BAD;
	info = &commands[hdr->opcode];
	if (hdr->opcode == SOFTGPU_CMD_NOP) {
		if (bytes < sizeof(*hdr) || bytes % 8)
			return GPU_BAD;
	} else if (!info->bytes || bytes != info->bytes) {
		return GPU_BAD;
	}
	if (hdr->flags & ~info->flags || (info->drawing && r->kind != SOFTGPU_NODE_3D))
		return GPU_BAD;
	if (info->bytes && !gpu_read(a, r->at + sizeof(*hdr), hdr + 1, bytes - sizeof(*hdr),
				     SOFTGPU_EXECUTE))
		return GPU_PAGE;
	if (info->check && !info->check(r))
		return GPU_BAD;
	r->info = info;
	r->done = 0;
	r->row = 0;
	return GPU_MORE;
}

/* One piece, under the space's lock. */
static enum gpu_step piece(struct gpu_run *r, struct gpu_access *a)
{
	enum gpu_step s = r->info ? GPU_MORE : fetch(r, a);

	if (s != GPU_MORE)
		return s;
	return r->info->step ? r->info->step(r, a) : GPU_NEXT;
}

static enum gpu_slice end(struct gpu_run *r, enum softgpu_verdict verdict, uint64_t va, bool write)
{
	r->result.verdict = verdict;
	r->result.fault_va = va;
	r->result.fault_write = write;
	return GPU_SLICE_ENDED;
}

/* The command is done. */
static void next(struct gpu_run *r)
{
	r->at += r->cmd.hdr.dwords * 4u;
	r->info = NULL;
	free(r->state);
	r->state = NULL;
	r->result.commands++;
}

static void call(struct gpu_run *r)
{
	next(r);
	r->return_at = r->at;
	r->return_end = r->end;
	r->at = r->cmd.call.va;
	r->end = r->at + r->cmd.call.bytes;
	r->called = true;
}

/* At the end of a buffer. False: of the job's own. */
static bool back(struct gpu_run *r)
{
	if (!r->called)
		return false;
	r->called = false;
	r->at = r->return_at;
	r->end = r->return_end;
	return true;
}

enum gpu_slice gpu_run_slice(struct softgpu *g, struct gpu_run *r, uint64_t budget,
			     struct gpu_slice_stats *stats)
{
	struct softgpu_space *space = r->job->space;
	uint64_t commands_before = r->result.commands;
	enum gpu_slice result = GPU_SLICE_MORE;
	struct gpu_access a = { 0 };
	enum gpu_step s;

	r->hangs = false;
	while (result == GPU_SLICE_MORE && gpu_work(&a) < budget) {
		if (atomic_load_explicit(&r->abort, memory_order_relaxed)) {
			result = end(r, SOFTGPU_ABORTED, 0, false);
			break;
		}
		if (r->at == r->end && !r->info) {
			if (!back(r))
				result = end(r, SOFTGPU_DONE, 0, false);
			continue;
		}
		a.effort += PIECE_EFFORT;
		gpu_access_begin(&a, space);
		s = piece(r, &a);
		gpu_access_end(&a);
		switch (s) {
		case GPU_MORE:
			break;
		case GPU_NEXT:
			next(r);
			break;
		case GPU_FENCE:
			next(r);
			gpu_fence_written(g, space, r->cmd.fence.va, r->cmd.fence.value);
			break;
		case GPU_CALL:
			call(r);
			break;
		case GPU_WAIT:
			result = GPU_SLICE_WAITS;
			break;
		case GPU_HANG:
			r->hangs = true;
			result = GPU_SLICE_HANGS;
			break;
		case GPU_BAD:
			result = end(r, SOFTGPU_BAD_COMMAND, r->at, false);
			break;
		case GPU_PAGE:
			result = end(r, SOFTGPU_PAGE_FAULT, a.fault_va, a.fault_write);
			break;
		case GPU_FAULT:
			result = end(r, SOFTGPU_FAULTED, r->cmd.fault.va,
				     r->cmd.hdr.flags & SOFTGPU_FAULT_WRITE);
			break;
		}
	}
	stats->commands = r->result.commands - commands_before;
	stats->bytes_read = a.bytes_read;
	stats->bytes_written = a.bytes_written;
	return result;
}

void *gpu_run_state(struct gpu_run *r, size_t size)
{
	const size_t line = 64;		/* what vectors want, and structures with them */

	if (!r->state) {
		size = (size + line - 1) / line * line;
		r->state = aligned_alloc(line, size);
		if (!r->state)
			g_error("softgpu: no memory for a command");
		memset(r->state, 0, size);
	}
	return r->state;
}

void gpu_run_fini(struct gpu_run *r)
{
	free(r->state);
}
