// SPDX-License-Identifier: GPL-2.0
/*
 * Bind queues, and binds on their timeline in dma-fence mode.
 *
 * A bind waits on the timeline for its in-fences, then takes its turn in the VM's
 * binder; its fence signals when the paging fence says that it is in force. In
 * user-fence mode there is no timeline: the paging fence is the program's to see.
 */
#include <linux/dma-fence.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_bind.h"
#include "dxg_bind_op.h"
#include "dxg_bind_queue.h"
#include "dxg_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_sched.h"
#include "dxg_sync.h"

/**
 * struct dxg_bind_queue - A bind queue.
 */
struct dxg_bind_queue {
	/** @ref: References; the timeline has its own. */
	struct kref ref;

	/** @vm: The VM. Holds a reference. */
	struct dxg_vm *vm;

	/** @paging: The queue on the host. Holds a reference. */
	struct dxg_paging_queue *paging;

	/** @client: To be told when the VM is lost. */
	struct dxg_vm_client client;

	/** @ended: dxg_bind_queue_end() was called, or the VM was lost when it was made. */
	atomic_t ended;

	/** @sched: The timeline, in dma-fence mode. */
	struct dxg_sched sched;
};

/**
 * struct dxg_bind_task - A bind on a timeline.
 */
struct dxg_bind_task {
	/** @base: The timeline's part. */
	struct dxg_job base;

	/** @ref: The maker; the timeline; the binder. */
	struct kref ref;

	/** @queue: The queue. Its timeline is held by @base. */
	struct dxg_bind_queue *queue;

	/** @job: The binder's part. Holds a reference. */
	struct dxg_bind_job *job;

	/** @syncs: What it waits for and signals. */
	struct dxg_syncs syncs;

	/** @signal: Raises monitored fences, or NULL. */
	struct dxg_request *signal;

	/** @lock: Protects @freed. */
	spinlock_t lock;

	/** @freed: The timeline has forgotten it. */
	bool freed;

	/** @free_work: Frees it. */
	struct work_struct free_work;
};

/* ---- Binds ---- */

static void dxg_bind_task_free_work(struct work_struct *work)
{
	struct dxg_bind_task *task = container_of(work, struct dxg_bind_task, free_work);

	if (task->job)
		dxg_bind_job_put(task->job);
	if (task->signal)
		dxg_request_put(task->signal);
	dxg_syncs_fini(&task->syncs);
	kfree(task);
}

static void dxg_bind_task_release(struct kref *ref)
{
	struct dxg_bind_task *task = container_of(ref, struct dxg_bind_task, ref);

	dxg_queue_work(&task->free_work);
}

static void dxg_bind_task_put(struct dxg_bind_task *task)
{
	kref_put(&task->ref, dxg_bind_task_release);
}

/* On the wire, or not: nothing depends on it. */
static void dxg_bind_task_signalled(struct dxg_request *req)
{
	dxg_bind_task_put(req->data);
}

/*
 * The binder is done with it. A monitored fence has no error to carry, so it is
 * raised whatever the end was: who waits for it looks at the out-fences.
 */
static void dxg_bind_task_finished(struct dxg_bind_job *job, int error)
{
	struct dxg_bind_task *task = job->finished_data;
	unsigned long flags;

	if (task->signal) {
		kref_get(&task->ref);
		dxg_request_commit(task->signal, dxg_bind_task_signalled, task);
	}
	spin_lock_irqsave(&task->lock, flags);
	if (!task->freed)
		dxg_job_done(&task->base, error);
	spin_unlock_irqrestore(&task->lock, flags);
	dxg_bind_task_put(task);
}

static int dxg_bind_task_run(struct dxg_job *base)
{
	struct dxg_bind_task *task = container_of(base, struct dxg_bind_task, base);
	int ret;

	kref_get(&task->ref);
	ret = dxg_binder_add(task->job);
	if (ret)
		dxg_bind_task_put(task);
	return ret;
}

static void dxg_bind_task_free(struct dxg_job *base)
{
	struct dxg_bind_task *task = container_of(base, struct dxg_bind_task, base);
	unsigned long flags;

	spin_lock_irqsave(&task->lock, flags);
	task->freed = true;
	spin_unlock_irqrestore(&task->lock, flags);
	dxg_job_cleanup(&task->base);
	dxg_bind_task_put(task);
}

/* Make a bind with all that it needs but its place on the timeline. */
static struct dxg_bind_task *dxg_bind_task_create(struct dxg_bind_queue *queue,
						  struct drm_file *file,
						  const struct drm_dxg_vm_bind_op *ops, u32 count,
						  const struct drm_dxg_array *syncs)
{
	struct dxg_vm *vm = queue->vm;
	struct dxg_bind_task *task;
	struct dxg_bind_job *job;
	struct dxg_request *req;
	int ret;

	task = kzalloc_obj(*task, GFP_KERNEL_ACCOUNT);
	if (!task)
		return ERR_PTR(-ENOMEM);
	kref_init(&task->ref);
	spin_lock_init(&task->lock);
	INIT_WORK(&task->free_work, dxg_bind_task_free_work);
	task->queue = queue;

	ret = dxg_syncs_init(&task->syncs, file, vm->device, DXG_SYNC_BIND_ASYNC_DMA, syncs, NULL);
	if (ret)
		goto err;
	req = dxg_bind_signal_prepare(vm, &task->syncs);
	if (IS_ERR(req)) {
		ret = PTR_ERR(req);
		goto err;
	}
	task->signal = req;
	job = dxg_bind_make_job(vm, file, queue->paging, ops, count, false);
	if (IS_ERR(job)) {
		ret = PTR_ERR(job);
		goto err;
	}
	task->job = job;
	job->finished = dxg_bind_task_finished;
	job->finished_data = task;
	return task;
err:
	dxg_bind_task_put(task);
	return ERR_PTR(ret);
}

/* Give a bind its place. Nothing fails after the last check. */
static int dxg_bind_task_push(struct dxg_bind_task *task)
{
	struct dxg_bind_queue *queue = task->queue;
	struct dxg_sched *sched = &queue->sched;
	struct dma_fence *fence;
	int ret;

	ret = dxg_sched_lock(sched);
	if (ret)
		return ret;
	ret = dxg_vm_status(queue->vm) ?: dxg_sched_error(sched);
	if (!ret) {
		kref_get(&task->ref);
		fence = dxg_job_arm(&task->base);
		dxg_syncs_publish(&task->syncs, fence);
		dma_fence_put(fence);
		dxg_job_push(&task->base);
	}
	dxg_sched_unlock(sched);
	return ret;
}

/**
 * dxg_bind_queue_submit() - VM_BIND on a queue in dma-fence mode.
 * @queue: The queue.
 * @file: The file.
 * @ops: The operations, checked, addresses chosen.
 * @count: How many.
 * @syncs: What to wait for and to signal.
 *
 * 0, or -errno and nothing was queued.
 */
int dxg_bind_queue_submit(struct dxg_bind_queue *queue, struct drm_file *file,
			  const struct drm_dxg_vm_bind_op *ops, u32 count,
			  const struct drm_dxg_array *syncs)
{
	struct dxg_bind_task *task;
	int ret;

	task = dxg_bind_task_create(queue, file, ops, count, syncs);
	if (IS_ERR(task))
		return PTR_ERR(task);
	ret = dxg_job_init(&task->base, &queue->sched, 1, file->client_id);
	if (ret)
		goto out;
	ret = dxg_syncs_add_dependencies(&task->syncs, &task->base);
	if (!ret)
		ret = dxg_bind_task_push(task);
	if (ret)
		dxg_job_cleanup(&task->base);
out:
	dxg_bind_task_put(task);
	return ret;
}

/* ---- Queues ---- */

static void dxg_bind_queue_free(struct dxg_bind_queue *queue)
{
	dxg_paging_queue_put(queue->paging);
	dxg_vm_put(queue->vm);
	kfree(queue);
}

static void dxg_bind_queue_release_sched(struct dxg_sched *sched)
{
	dxg_bind_queue_free(container_of(sched, struct dxg_bind_queue, sched));
}

static void dxg_bind_queue_expired(struct dxg_sched *sched)
{
	struct dxg_bind_queue *queue = container_of(sched, struct dxg_bind_queue, sched);

	dxg_vm_lose(queue->vm, DRM_DXG_LOST_TIMEOUT, DXG_BLAME_INNOCENT);
}

static const struct dxg_sched_ops dxg_bind_sched_ops = {
	.run = dxg_bind_task_run,
	.free = dxg_bind_task_free,
	.expired = dxg_bind_queue_expired,
	.release = dxg_bind_queue_release_sched,
};

static void dxg_bind_queue_lost(struct dxg_vm_client *client, int error)
{
	struct dxg_bind_queue *queue = container_of(client, struct dxg_bind_queue, client);

	if (!queue->vm->user_fence)
		dxg_sched_stop(&queue->sched, error);
}

static void dxg_bind_queue_show(struct dxg_vm_client *client, struct seq_file *m)
{
	struct dxg_bind_queue *queue = container_of(client, struct dxg_bind_queue, client);

	seq_printf(m, "  paging queue 0x%x", queue->paging->handle);
	if (queue->vm->user_fence) {
		seq_putc(m, '\n');
	} else {
		seq_puts(m, ": ");
		dxg_sched_show(&queue->sched, m);
	}
}

/**
 * dxg_bind_queue_create() - QUEUE_CREATE of type BIND.
 * @vm: The VM; the queue takes a reference.
 * @file: The file.
 * @priority: -1 to 1.
 *
 * Inside drm_dev_enter(). Returns the queue with one reference, or ERR_PTR.
 */
struct dxg_bind_queue *dxg_bind_queue_create(struct dxg_vm *vm, struct drm_file *file,
					     s32 priority)
{
	struct dxg_bind_queue *queue;
	int ret;

	queue = kzalloc_obj(*queue, GFP_KERNEL_ACCOUNT);
	if (!queue)
		return ERR_PTR(-ENOMEM);
	kref_init(&queue->ref);
	queue->client.lost = dxg_bind_queue_lost;
	queue->client.show = dxg_bind_queue_show;
	queue->paging = dxg_paging_queue_create(vm->device, priority, DXG_REQ_KILLABLE);
	if (IS_ERR(queue->paging)) {
		ret = PTR_ERR(queue->paging);
		goto err_free;
	}
	if (!vm->user_fence) {
		ret = dxg_sched_init(&queue->sched, vm->dxg, &dxg_bind_sched_ops, "dxg-bind",
				     DXG_CREDITS, DXG_QUEUE_TIMEOUT_MS);
		if (ret)
			goto err_paging;
	}
	queue->vm = dxg_vm_get(vm);
	ret = dxg_vm_add_client(vm, &queue->client);
	if (ret) {
		atomic_set(&queue->ended, 1);
		dxg_bind_queue_put(queue);
		return ERR_PTR(ret);
	}
	return queue;

err_paging:
	dxg_paging_queue_put(queue->paging);
err_free:
	kfree(queue);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_queue_create);

/**
 * dxg_bind_queue_get() - Take a reference.
 * @queue: The queue.
 */
struct dxg_bind_queue *dxg_bind_queue_get(struct dxg_bind_queue *queue)
{
	kref_get(&queue->ref);
	return queue;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_queue_get);

static void dxg_bind_queue_release(struct kref *ref)
{
	struct dxg_bind_queue *queue = container_of(ref, struct dxg_bind_queue, ref);

	dxg_bind_queue_end(queue);
	if (queue->vm->user_fence)
		dxg_bind_queue_free(queue);
	else
		dxg_sched_put(&queue->sched);
}

/**
 * dxg_bind_queue_put() - Drop a reference. From process context; the last one ends the queue.
 * @queue: The queue.
 */
void dxg_bind_queue_put(struct dxg_bind_queue *queue)
{
	kref_put(&queue->ref, dxg_bind_queue_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_queue_put);

/**
 * dxg_bind_queue_end() - What is pending ends with ECANCELED. Idempotent.
 * @queue: The queue.
 *
 * Binds that are with the host already may still take effect.
 */
void dxg_bind_queue_end(struct dxg_bind_queue *queue)
{
	if (atomic_xchg(&queue->ended, 1))
		return;
	dxg_vm_remove_client(queue->vm, &queue->client);
	if (!queue->vm->user_fence)
		dxg_sched_stop(&queue->sched, -ECANCELED);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_queue_end);

/**
 * dxg_bind_queue_vm() - The VM, which the queue holds.
 * @queue: The queue.
 */
struct dxg_vm *dxg_bind_queue_vm(const struct dxg_bind_queue *queue)
{
	return queue->vm;
}

/**
 * dxg_bind_queue_paging() - What it is on the host. Lives as long as the queue.
 * @queue: The queue.
 */
struct dxg_paging_queue *dxg_bind_queue_paging(const struct dxg_bind_queue *queue)
{
	return queue->paging;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_queue_paging);

/**
 * dxg_bind_queue_set_timeout() - Set the time limit of the timeline, in dma-fence mode.
 * @queue: The queue.
 * @ms: Milliseconds, checked.
 */
void dxg_bind_queue_set_timeout(struct dxg_bind_queue *queue, unsigned int ms)
{
	dxg_sched_set_timeout(&queue->sched, ms);
}

/**
 * dxg_bind_queue_busy() - Whether binds are under way or wait.
 * @queue: The queue. From any context.
 */
bool dxg_bind_queue_busy(struct dxg_bind_queue *queue)
{
	return !queue->vm->user_fence && dxg_sched_busy(&queue->sched);
}

/**
 * dxg_bind_queue_get_state() - QUEUE_GET_STATE.
 * @queue: The queue.
 * @args: Returns all but the id.
 */
void dxg_bind_queue_get_state(struct dxg_bind_queue *queue, struct drm_dxg_queue_get_state *args)
{
	dxg_vm_get_lost(queue->vm, &args->flags, &args->reason);
	if (queue->vm->user_fence)
		return;
	args->timeout_ms = queue->sched.timeout_ms;
	args->submitted = dxg_sched_submitted(&queue->sched);
	args->completed = dxg_sched_completed(&queue->sched);
}
