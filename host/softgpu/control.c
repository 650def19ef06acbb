// SPDX-License-Identifier: GPL-2.0
/* The commands that steer: version, calls, fences, time, and what goes wrong on purpose. */
#include "internal.h"

bool gpu_check_require(struct gpu_run *r)
{
	return r->cmd.require.version <= SOFTGPU_CMD_VERSION && !r->cmd.require.reserved;
}

bool gpu_check_call(struct gpu_run *r)
{
	const struct softgpu_cmd_call *c = &r->cmd.call;

	return !r->called && c->va % 8 == 0 && c->bytes % 8 == 0 && gpu_range_ok(c->va, c->bytes);
}

enum gpu_step gpu_step_call(struct gpu_run *r, struct gpu_access *a)
{
	(void)r;
	(void)a;
	return GPU_CALL;
}

bool gpu_check_fence(struct gpu_run *r)
{
	return r->cmd.fence.va % 8 == 0 && gpu_range_ok(r->cmd.fence.va, 8);
}

enum gpu_step gpu_step_fence_write(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_store64(a, r->cmd.fence.va, r->cmd.fence.value) ? GPU_FENCE : GPU_PAGE;
}

enum gpu_step gpu_step_fence_wait(struct gpu_run *r, struct gpu_access *a)
{
	uint64_t value;

	if (!gpu_load64(a, r->cmd.fence.va, &value))
		return GPU_PAGE;
	return value >= r->cmd.fence.value ? GPU_NEXT : GPU_WAIT;
}

bool gpu_check_timestamp(struct gpu_run *r)
{
	return r->cmd.timestamp.va % 8 == 0 && gpu_range_ok(r->cmd.timestamp.va, 8);
}

enum gpu_step gpu_step_timestamp(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_store64(a, r->cmd.timestamp.va, gpu_now(r->gpu)) ? GPU_NEXT : GPU_PAGE;
}

enum gpu_step gpu_step_fault(struct gpu_run *r, struct gpu_access *a)
{
	(void)r;
	(void)a;
	return GPU_FAULT;
}

enum gpu_step gpu_step_hang(struct gpu_run *r, struct gpu_access *a)
{
	uint64_t now = gpu_now(r->gpu), ns = r->cmd.hang.ns;

	(void)a;
	if (!r->done)
		r->since = now;
	r->done = 1;
	return ns && now - r->since >= ns ? GPU_NEXT : GPU_HANG;
}
