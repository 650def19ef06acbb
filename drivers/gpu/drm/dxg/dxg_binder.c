// SPDX-License-Identifier: GPL-2.0
/*
 * The binder of a VM: jobs one after the other, a message at a time.
 *
 * A worker goes on with the active job whenever the host has answered. It waits
 * for nothing: neither for the host nor, under vm->lock, for memory.
 */
#include <linux/dma-fence.h>
#include <linux/err.h>
#include <linux/jiffies.h>

#include <kunit/visibility.h>

#include "dxg_bind_op.h"
#include "dxg_device.h"
#include "dxg_paging_queue.h"

static struct dxg_vm *binder_to_vm(struct dxg_binder *binder)
{
	return container_of(binder, struct dxg_vm, binder);
}

static void dxg_binder_kick(struct dxg_vm *vm)
{
	queue_work(vm->dxg->sched_wq, &vm->binder.work);
}

/* ---- The end of a job ---- */

/* Under vm->lock: nothing will be undone any more. */
static void dxg_bind_job_settle(struct dxg_bind_job *job)
{
	u32 i;

	for (i = 0; i < job->count; i++)
		dxg_space_settle(job->vm, &job->ops[i].change);
}

/* Once for each job, when it is in force or has failed. Drops the binder's reference. */
static void dxg_bind_job_finish(struct dxg_bind_job *job, int error)
{
	void (*finished)(struct dxg_bind_job *job, int error) = job->finished;

	if (!job->error)
		job->error = error;
	error = job->error;
	complete(&job->answered);
	complete(&job->done);
	if (finished)
		finished(job, error);
	dxg_bind_job_put(job);
}

/* The paging fence got there. Under the fence's lock, from any context. */
static void dxg_bind_job_in_force(struct dxg_fence_cb *cb, int error)
{
	bool cookie = dma_fence_begin_signalling();

	dxg_bind_job_finish(container_of(cb, struct dxg_bind_job, cb), error);
	dma_fence_end_signalling(cookie);
}

/* The host has answered everything: wait for what it has promised. */
static void dxg_bind_job_answered(struct dxg_bind_job *job)
{
	int ret;

	job->phase = DXG_BIND_ANSWERED;
	if (!job->fence_value) {
		dxg_bind_job_finish(job, 0);
		return;
	}
	complete(&job->answered);
	ret = dxg_fence_add_cb(job->paging->fence, &job->cb, job->fence_value,
			       dxg_bind_job_in_force);
	if (ret)
		dxg_bind_job_finish(job, ret < 0 ? ret : 0);
}

/* ---- Messages ---- */

/* The end of a message. From any context. */
static void dxg_bind_job_reply(struct dxg_request *req)
{
	bool cookie = dma_fence_begin_signalling();
	struct dxg_bind_job *job = req->data;

	/* Pairs with the load in dxg_binder_go_on(). */
	smp_store_release(&job->replied, true);
	dxg_binder_kick(job->vm);
	dma_fence_end_signalling(cookie);
	dxg_bind_job_put(job);
}

static void dxg_bind_job_send(struct dxg_bind_job *job, struct dxg_request *req)
{
	struct dxg_binder *binder = &job->vm->binder;
	unsigned int ms = job->vm->dxg->link.port->timeout_ms ?: dxg_request_timeout_ms();

	job->in_flight = true;
	job->replied = false;
	spin_lock_irq(&binder->lock);
	binder->deadline = (jiffies + msecs_to_jiffies(ms)) ?: 1;
	spin_unlock_irq(&binder->lock);
	if (!delayed_work_pending(&binder->timer))
		queue_delayed_work(job->vm->dxg->sched_wq, &binder->timer, msecs_to_jiffies(ms));
	dxg_bind_job_get(job);
	dxg_request_commit(req, dxg_bind_job_reply, job);
}

/* The host has missed its time limit: nobody knows what it has done. */
static void dxg_binder_timer(struct work_struct *work)
{
	struct dxg_binder *binder = container_of(to_delayed_work(work), struct dxg_binder, timer);
	bool cookie = dma_fence_begin_signalling();
	struct dxg_vm *vm = binder_to_vm(binder);
	unsigned long deadline, now = jiffies;

	spin_lock_irq(&binder->lock);
	deadline = binder->deadline;
	spin_unlock_irq(&binder->lock);
	if (deadline && time_before(now, deadline))
		queue_delayed_work(vm->dxg->sched_wq, &binder->timer, deadline - now);
	else if (deadline)
		dxg_vm_lose(vm, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	dma_fence_end_signalling(cookie);
}

/* ---- Steps ---- */

/* An operation failed, and changed nothing. */
static void dxg_bind_job_fail(struct dxg_bind_job *job, int error)
{
	job->error = error;
	job->failed_op = job->current_op;
	job->undo_at = 0;
	job->phase = job->undo && job->current_op ? DXG_BIND_UNDO : DXG_BIND_ANSWERED;
}

/* The message of the current operation was answered. */
static void dxg_bind_job_take(struct dxg_bind_job *job)
{
	struct dxg_bind_op *op;
	int ret;

	job->in_flight = false;
	if (job->phase == DXG_BIND_DO) {
		op = &job->ops[job->current_op];
		ret = dxg_bind_op_end(job, op, &job->fence_value);
		if (ret)
			dxg_bind_job_fail(job, ret);
		else
			job->current_op++;
	} else {
		op = &job->ops[job->current_op - 1];
		ret = dxg_bind_op_undo_end(job, op, &job->fence_value);
		if (ret) {
			dxg_vm_lose_after(job->vm, ret, DRM_DXG_LOST_UNDO,
					  DXG_BLAME_INNOCENT);
			job->phase = DXG_BIND_ANSWERED;
		}
	}
}

/* Go on until a message is under way (false) or the host has answered everything (true). */
static bool dxg_bind_job_step(struct dxg_bind_job *job)
{
	struct dxg_bind_op *op;
	int ret;

	while (job->phase == DXG_BIND_DO) {
		if (job->current_op == job->count)
			return true;
		op = &job->ops[job->current_op];
		ret = dxg_bind_op_begin(job, op);
		if (!ret) {
			dxg_bind_job_send(job, op->req);
			return false;
		}
		dxg_bind_job_fail(job, ret);
	}
	while (job->phase == DXG_BIND_UNDO && job->current_op) {
		op = &job->ops[job->current_op - 1];
		if (dxg_bind_op_undo_begin(job, op)) {
			dxg_bind_job_send(job, op->undo);
			return false;
		}
		job->current_op--;
		job->undo_at = 0;
	}
	return true;
}

/*
 * Under vm->lock: go on with the first job. True when it is out of the binder, for
 * dxg_bind_job_answered().
 */
static struct dxg_bind_job *dxg_binder_go_on(struct dxg_binder *binder)
{
	struct dxg_bind_job *job;

	spin_lock_irq(&binder->lock);
	job = list_first_entry_or_null(&binder->jobs, struct dxg_bind_job, link);
	spin_unlock_irq(&binder->lock);
	if (!job)
		return NULL;

	if (job->in_flight) {
		/* Pairs with the store in dxg_bind_job_reply(). */
		if (!smp_load_acquire(&job->replied))
			return NULL;
		dxg_bind_job_take(job);
	}
	if (!dxg_bind_job_step(job))
		return NULL;
	dxg_bind_job_settle(job);

	spin_lock_irq(&binder->lock);
	list_del_init(&job->link);
	binder->deadline = 0;
	spin_unlock_irq(&binder->lock);
	return job;
}

static void dxg_binder_work(struct work_struct *work)
{
	struct dxg_binder *binder = container_of(work, struct dxg_binder, work);
	struct dxg_vm *vm = binder_to_vm(binder);
	struct dxg_bind_job *job;
	bool cookie;

	cookie = dma_fence_begin_signalling();
	do {
		mutex_lock(&vm->lock);
		job = dxg_binder_go_on(binder);
		mutex_unlock(&vm->lock);
		if (job)
			dxg_bind_job_answered(job);
	} while (job);
	dma_fence_end_signalling(cookie);
}

/* ---- For the VM ---- */

/**
 * dxg_binder_init() - Begin with no jobs.
 * @binder: The binder, embedded in a VM.
 */
void dxg_binder_init(struct dxg_binder *binder)
{
	spin_lock_init(&binder->lock);
	INIT_LIST_HEAD(&binder->jobs);
	INIT_WORK(&binder->work, dxg_binder_work);
	INIT_DELAYED_WORK(&binder->timer, dxg_binder_timer);
}

/**
 * dxg_binder_fini() - The VM's last reference is gone, hence there are no jobs.
 * @binder: The binder.
 */
void dxg_binder_fini(struct dxg_binder *binder)
{
	cancel_delayed_work_sync(&binder->timer);
	cancel_work_sync(&binder->work);
	WARN_ON(!list_empty(&binder->jobs));
}

/**
 * dxg_binder_add() - Queue a job.
 * @job: The job, all operations prepared. The binder takes a reference.
 *
 * 0, or why the VM takes no jobs any more; then nothing was done. In the signalling
 * path, from any context.
 */
int dxg_binder_add(struct dxg_bind_job *job)
{
	struct dxg_binder *binder = &job->vm->binder;
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&binder->lock, flags);
	/* A loss counts at once, though its worker may not have come to dxg_binder_stop(). */
	ret = binder->error ?: dxg_vm_status(job->vm);
	if (!ret) {
		dxg_bind_job_get(job);
		job->begun = true;
		list_add_tail(&job->link, &binder->jobs);
	}
	spin_unlock_irqrestore(&binder->lock, flags);
	if (!ret)
		dxg_binder_kick(job->vm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_binder_add);

/**
 * dxg_binder_stop() - Take no jobs any more, and end those that there are.
 * @vm: The VM.
 * @error: What they end with.
 *
 * In the signalling path. A message that is under way stays so: its job is kept by
 * it, and nobody looks at the answer.
 */
void dxg_binder_stop(struct dxg_vm *vm, int error)
{
	struct dxg_binder *binder = &vm->binder;
	struct dxg_bind_job *job, *next;
	LIST_HEAD(jobs);

	/* No job is in the worker's hands. */
	mutex_lock(&vm->lock);
	spin_lock_irq(&binder->lock);
	binder->error = error;
	binder->deadline = 0;
	list_splice_init(&binder->jobs, &jobs);
	spin_unlock_irq(&binder->lock);
	list_for_each_entry(job, &jobs, link)
		dxg_bind_job_settle(job);
	mutex_unlock(&vm->lock);

	list_for_each_entry_safe(job, next, &jobs, link) {
		list_del_init(&job->link);
		dxg_bind_job_finish(job, error);
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_binder_stop);
