// SPDX-License-Identifier: GPL-2.0
/*
 * Jobs for a VM's binder: made, waited for, released.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_bind_op.h"
#include "dxg_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"

static void dxg_bind_job_free(struct work_struct *work)
{
	struct dxg_bind_job *job = container_of(work, struct dxg_bind_job, free_work);
	u32 i;

	for (i = 0; i < job->count; i++)
		dxg_bind_op_fini(job->vm, &job->ops[i]);
	kvfree(job->ops);
	dxg_paging_queue_put(job->paging);
	dxg_vm_put(job->vm);
	kfree(job);
}

/**
 * dxg_bind_job_create() - Make a job with empty operations.
 * @vm: The VM; the job takes a reference.
 * @paging: Where the operations are ordered; likewise.
 * @count: How many operations.
 *
 * Returns it with one reference, or NULL.
 */
struct dxg_bind_job *dxg_bind_job_create(struct dxg_vm *vm, struct dxg_paging_queue *paging,
					 u32 count)
{
	struct dxg_bind_job *job;
	u32 i;

	job = kzalloc_obj(*job, GFP_KERNEL_ACCOUNT);
	if (!job)
		return NULL;
	job->ops = kvcalloc(count, sizeof(*job->ops), GFP_KERNEL_ACCOUNT);
	if (!job->ops) {
		kfree(job);
		return NULL;
	}
	for (i = 0; i < count; i++)
		dxg_space_change_init(&job->ops[i].change);
	kref_init(&job->ref);
	INIT_LIST_HEAD(&job->link);
	INIT_LIST_HEAD(&job->cb.list);
	INIT_WORK(&job->free_work, dxg_bind_job_free);
	init_completion(&job->answered);
	init_completion(&job->done);
	job->count = count;
	job->vm = dxg_vm_get(vm);
	job->paging = dxg_paging_queue_get(paging);
	return job;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_job_create);

/**
 * dxg_bind_job_get() - Take a reference.
 * @job: The job.
 */
void dxg_bind_job_get(struct dxg_bind_job *job)
{
	kref_get(&job->ref);
}

static void dxg_bind_job_release(struct kref *ref)
{
	struct dxg_bind_job *job = container_of(ref, struct dxg_bind_job, ref);

	dxg_queue_work(&job->free_work);
}

/**
 * dxg_bind_job_put() - Drop a reference. From any context: a worker frees it.
 * @job: The job.
 */
void dxg_bind_job_put(struct dxg_bind_job *job)
{
	kref_put(&job->ref, dxg_bind_job_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_job_put);

/**
 * dxg_bind_job_run() - Carry out a job and wait for it.
 * @job: The job, all operations prepared.
 * @in_force: Until it is in force; else until the host has answered.
 * @state: How to sleep: TASK_KILLABLE or TASK_UNINTERRUPTIBLE.
 *
 * Returns what the job ended with: 0, -errno of the first operation that failed, or
 * of the VM's loss; -ETIMEDOUT when what the host has promised does not come, and the
 * VM is lost; or -ERESTARTSYS at a fatal signal, and the job goes on.
 */
int dxg_bind_job_run(struct dxg_bind_job *job, bool in_force, unsigned int state)
{
	unsigned long limit = msecs_to_jiffies(DXG_QUEUE_TIMEOUT_MS);
	long ret;

	ret = dxg_binder_add(job);
	if (ret)
		return ret;
	/* Messages have time limits, so this ends. */
	ret = wait_for_completion_state(&job->answered, state);
	if (ret)
		return ret;
	if (!in_force)
		return READ_ONCE(job->error);
	if (state == TASK_KILLABLE)
		ret = wait_for_completion_killable_timeout(&job->done, limit);
	else
		ret = wait_for_completion_timeout(&job->done, limit);
	if (ret < 0)
		return ret;
	if (ret)
		return job->error;
	dxg_vm_lose(job->vm, DRM_DXG_LOST_TIMEOUT, DXG_BLAME_INNOCENT);
	wait_for_completion(&job->done);
	return -ETIMEDOUT;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_job_run);
