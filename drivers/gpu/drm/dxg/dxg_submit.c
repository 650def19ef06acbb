// SPDX-License-Identifier: GPL-2.0
/*
 * Submissions to exec queues: their messages, and how they end.
 *
 * The messages of a job, in this order; all are made in the ioctl:
 *
 * - user-fence mode: WAITFORSYNCOBJECTFROMGPU for the fences that it waits for;
 * - SUBMITCOMMAND or SUBMITCOMMANDTOHWQUEUE, unless there are no commands;
 * - SIGNALSYNCOBJECT on the queue for the fences that it signals;
 * - dma-fence mode, packet context, with commands: SIGNALSYNCOBJECT with the event
 *   flag and no objects, whose event is the job's. The host names it when the
 *   queue comes to it, that is, when the commands are done.
 *
 * A hardware queue in dma-fence mode ends a job by its progress fence, whose
 * value for the job is the job's sequence number; struct dxg_fence keeps one wait
 * for the lowest of them armed on the host. The GPU's client can write that
 * value: nothing but its own jobs is ended by it. The highest value of all is what
 * the host raises it to when the device is lost, so that waits end [host]: it is no
 * progress.
 *
 * What is not ended by an event or by progress is done when the host has taken the
 * messages. So the host never gets more of a queue than its credits.
 */
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_cmd_queue.h"
#include "dxg_cmd_sync.h"
#include "dxg_context.h"
#include "dxg_device.h"
#include "dxg_event.h"
#include "dxg_fence.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_queue_internal.h"
#include "dxg_status.h"
#include "dxg_sync.h"

/* Messages of a job in the ordinary case: commands, event, one batch each of waits and signals. */
#define DXG_EXEC_INLINE		4

/* enum dxg_exec_end - What ends a job. */
enum dxg_exec_end {
	/* That the host has taken its messages. */
	DXG_END_SENT,
	/* Its event. */
	DXG_END_EVENT,
	/* The progress fence of its hardware queue. */
	DXG_END_PROGRESS,
};

/**
 * struct dxg_exec_job - A submission.
 *
 * Reference counted: the timeline holds one reference, each message that is
 * under way another, and @event one while it can be signalled.
 */
struct dxg_exec_job {
	/** @base: The timeline's part. */
	struct dxg_job base;

	/** @ref: References. */
	struct kref ref;

	/** @queue: The queue; stays as long as the job, which holds its timeline. */
	struct dxg_queue *queue;

	/** @end: What ends it. */
	enum dxg_exec_end end;

	/** @event: The job's event, which the host signals. */
	struct dxg_event event;

	/** @cb: Called when the progress fence has the job's value. */
	struct dxg_fence_cb cb;

	/** @syncs: What it waits for and signals. */
	struct dxg_syncs syncs;

	/** @unsent: Messages that the host has not taken yet. */
	atomic_t unsent;

	/** @committed: The messages were given to the transport. */
	bool committed;

	/** @commands: Of @requests, the one with the commands, or NULL. */
	struct dxg_request *commands;

	/** @count: Number of @requests. */
	u32 count;

	/** @requests: The messages, in order: @inline_requests, or allocated. */
	struct dxg_request **requests;

	/** @inline_requests: Room for the ordinary case. */
	struct dxg_request *inline_requests[DXG_EXEC_INLINE];
};

static struct dxg_exec_job *to_exec_job(struct dxg_job *base)
{
	return container_of(base, struct dxg_exec_job, base);
}

static void dxg_exec_job_release(struct kref *ref)
{
	struct dxg_exec_job *job = container_of(ref, struct dxg_exec_job, ref);
	struct dxg_sched *sched = &job->queue->sched;

	if (job->requests != job->inline_requests)
		kfree(job->requests);
	kfree(job);
	dxg_sched_put(sched);
}

static void dxg_exec_job_put(struct dxg_exec_job *job)
{
	kref_put(&job->ref, dxg_exec_job_release);
}

/* ---- The end of a job ---- */

/* The host has come to the job's event. In interrupts. */
static void dxg_exec_event_fire(struct dxg_event *event, u64 value)
{
	struct dxg_exec_job *job = container_of(event, struct dxg_exec_job, event);
	bool cookie = dma_fence_begin_signalling();

	/* The queue is in order, so what came before is done, too. */
	dxg_sched_complete(&job->queue->sched, job->base.seqno);
	dma_fence_end_signalling(cookie);
}

static void dxg_exec_event_release(struct dxg_event *event)
{
	dxg_exec_job_put(container_of(event, struct dxg_exec_job, event));
}

/* The progress fence says that jobs up to @seqno are done, and perhaps more. */
static void dxg_exec_progressed(struct dxg_queue *queue, u64 seqno)
{
	if (dxg_fence_value(queue->progress) != U64_MAX) {
		dxg_sched_complete(&queue->sched, seqno);
		return;
	}
	dxg_sched_stop(&queue->sched, -ECANCELED);
	/* The host is asked why. */
	dxg_vm_lose(queue->vm, DRM_DXG_LOST_RESET, DXG_BLAME_UNKNOWN);
}

/* The progress fence has the job's value, or will not get it any more. In interrupts. */
static void dxg_exec_progress(struct dxg_fence_cb *cb, int error)
{
	struct dxg_exec_job *job = container_of(cb, struct dxg_exec_job, cb);
	bool cookie = dma_fence_begin_signalling();

	if (error)
		dxg_sched_stop(&job->queue->sched, error);
	else
		dxg_exec_progressed(job->queue, job->base.seqno);
	dma_fence_end_signalling(cookie);
}

/* The host has taken a message, or refused it, or is gone. From any context. */
static void dxg_exec_sent(struct dxg_request *req)
{
	struct dxg_exec_job *job = req->data;
	struct dxg_queue *queue = job->queue;
	bool cookie = dma_fence_begin_signalling();
	u32 status = DXG_STATUS_SUCCESS;
	int ret;

	ret = dxg_request_result(req, &status);
	if (ret == -ENODEV) {
		dxg_sched_stop(&queue->sched, ret);
	} else if (ret || dxg_status_failed(status)) {
		/*
		 * What the host refuses on a queue breaks the order of what is
		 * behind. With asynchronous messages it would say so by the
		 * state of its device. That may have failed before, which is
		 * then the reason: it is asked.
		 */
		dxg_sched_stop(&queue->sched, -ECANCELED);
		dxg_vm_lose(queue->vm, DRM_DXG_LOST_HOST, DXG_BLAME_UNKNOWN);
	}
	if (atomic_dec_and_test(&job->unsent) && job->end == DXG_END_SENT)
		dxg_job_done(&job->base, 0);
	dma_fence_end_signalling(cookie);
	dxg_exec_job_put(job);
}

/* ---- What the timeline calls ---- */

static int dxg_exec_run(struct dxg_job *base)
{
	struct dxg_exec_job *job = to_exec_job(base);
	int ret;
	u32 i;

	/* The VM may be lost by another queue, and who tells this one has not come to it. */
	ret = dxg_vm_status(job->queue->vm);
	if (ret)
		return ret;
	if (!job->count)
		return DXG_JOB_DONE;
	job->committed = true;
	atomic_set(&job->unsent, job->count);
	for (i = 0; i < job->count; i++) {
		kref_get(&job->ref);
		dxg_request_commit(job->requests[i], dxg_exec_sent, job);
	}
	if (job->end != DXG_END_PROGRESS)
		return 0;
	ret = dxg_fence_add_cb(job->queue->progress, &job->cb, base->seqno, dxg_exec_progress);
	if (ret <= 0)
		return ret;
	dxg_exec_progressed(job->queue, base->seqno);
	return 0;
}

/* Nobody runs the job any more: take back and release what it has. */
static void dxg_exec_job_dispose(struct dxg_exec_job *job)
{
	u32 i;

	if (job->end == DXG_END_PROGRESS && job->committed)
		dxg_fence_remove_cb(job->queue->progress, &job->cb);
	if (job->end == DXG_END_EVENT) {
		dxg_event_remove(&job->event);
		dxg_event_put(&job->event);
	}
	for (i = 0; i < job->count; i++) {
		/* A message that is not sent yet would name what may soon be gone. */
		if (job->committed && dxg_request_cancel(job->requests[i]))
			dxg_exec_job_put(job);
		dxg_request_put(job->requests[i]);
	}
	dxg_syncs_fini(&job->syncs);
	dxg_job_cleanup(&job->base);
	dxg_exec_job_put(job);
}

static void dxg_exec_free(struct dxg_job *base)
{
	dxg_exec_job_dispose(to_exec_job(base));
}

static void dxg_exec_poll(struct dxg_sched *sched)
{
	struct dxg_queue *queue = container_of(sched, struct dxg_queue, sched);

	if (queue->progress)
		dxg_exec_progressed(queue, dxg_fence_value(queue->progress));
}

static void dxg_exec_expired(struct dxg_sched *sched)
{
	struct dxg_queue *queue = container_of(sched, struct dxg_queue, sched);

	dxg_vm_lose(queue->vm, DRM_DXG_LOST_TIMEOUT, DXG_BLAME_GUILTY);
}

const struct dxg_sched_ops dxg_exec_sched_ops = {
	.run = dxg_exec_run,
	.free = dxg_exec_free,
	.poll = dxg_exec_poll,
	.expired = dxg_exec_expired,
	.release = dxg_queue_sched_release,
};

/* ---- Making a job ---- */

/**
 * dxg_submit_check() - Whether a submission can be. 0 or -EINVAL.
 * @queue: The queue.
 * @submit: What the user gave.
 */
int dxg_submit_check(const struct dxg_queue *queue, const struct drm_dxg_submit *submit)
{
	u64 end;

	if (submit->flags || submit->pad)
		return -EINVAL;
	if (submit->progress && (queue->type != DRM_DXG_QUEUE_HW || !queue->user_fence))
		return -EINVAL;
	if (!submit->length)
		return submit->va || submit->data_size || submit->progress ? -EINVAL : 0;
	if (queue->flags & DRM_DXG_QUEUE_SYNC_ONLY)
		return -EINVAL;
	if (submit->data_size > DXG_MAX_PRIVATE_DATA ||
	    check_add_overflow(submit->va, submit->length, &end))
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_submit_check);

static int dxg_exec_add_request(struct dxg_exec_job *job, struct dxg_request *req)
{
	if (IS_ERR(req))
		return PTR_ERR(req);
	job->requests[job->count++] = req;
	return 0;
}

static int dxg_exec_add_waits(struct dxg_exec_job *job, struct dxg_link *link, u32 process)
{
	const struct dxg_sync_points *points = &job->syncs.waits;
	u32 i, count;
	int ret = 0;

	for (i = 0; i < points->count && !ret; i += count) {
		count = min_t(u32, points->count - i, DXGP_MAX_OBJECTS);
		ret = dxg_exec_add_request(job, dxg_prep_wait_gpu(link, process,
								  job->queue->host_handle,
								  points->objects + i,
								  points->values + i, count,
								  false, 0));
	}
	return ret;
}

static int dxg_exec_add_signals(struct dxg_exec_job *job, struct dxg_link *link, u32 process)
{
	const struct dxg_sync_points *points = &job->syncs.signals;
	struct dxg_cmd_signal args = {
		.context_count = 1,
		.contexts = &job->queue->host_handle,
	};
	u32 i;
	int ret = 0;

	for (i = 0; i < points->count && !ret; i += args.object_count) {
		args.object_count = min_t(u32, points->count - i, DXGP_MAX_OBJECTS);
		args.objects = points->objects + i;
		args.values = points->values + i;
		ret = dxg_exec_add_request(job, dxg_prep_signal(link, process, &args, 0));
	}
	if (!ret && job->end == DXG_END_EVENT) {
		const struct dxg_cmd_signal event = {
			.flags = DXGP_SIGNAL_CPU_EVENT,
			.event = job->event.id,
			.context_count = 1,
			.contexts = &job->queue->host_handle,
		};

		ret = dxg_exec_add_request(job, dxg_prep_signal(link, process, &event, 0));
	}
	return ret;
}

static int dxg_exec_add_commands(struct dxg_exec_job *job, const struct drm_dxg_submit *submit,
				 struct dxg_link *link, u32 process)
{
	struct dxg_queue *queue = job->queue;
	struct dxg_request *req;
	void *data = NULL;
	int ret;

	if (submit->data_size) {
		data = vmemdup_user(u64_to_user_ptr(submit->data), submit->data_size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	if (queue->hwqueue) {
		const struct dxg_cmd_submit_hw args = {
			.hwqueue = queue->host_handle,
			.commands = submit->va,
			.length = submit->length,
			.data = data,
			.data_size = submit->data_size,
		};

		req = dxg_prep_submit_hw(link, process, &args, 0);
	} else {
		const struct dxg_cmd_submit args = {
			.contexts = &queue->host_handle,
			.context_count = 1,
			.commands = submit->va,
			.length = submit->length,
			.flags = queue->flags & DRM_DXG_QUEUE_NULL_RENDERING ?
				 DXGP_SUBMIT_NULL_RENDERING : 0,
			.data = data,
			.data_size = submit->data_size,
		};

		req = dxg_prep_submit(link, process, &args, 0);
	}
	kvfree(data);
	ret = dxg_exec_add_request(job, req);
	if (!ret)
		job->commands = req;
	return ret;
}

/* Room for as many messages as the job will have. */
static int dxg_exec_alloc_requests(struct dxg_exec_job *job, bool commands)
{
	u32 count = DIV_ROUND_UP(job->syncs.waits.count, DXGP_MAX_OBJECTS) +
		    DIV_ROUND_UP(job->syncs.signals.count, DXGP_MAX_OBJECTS) + 2 * commands;

	job->requests = job->inline_requests;
	if (count > DXG_EXEC_INLINE)
		job->requests = kcalloc(count, sizeof(*job->requests), GFP_KERNEL_ACCOUNT);
	return job->requests ? 0 : -ENOMEM;
}

static int dxg_exec_build(struct dxg_exec_job *job, const struct drm_dxg_submit *submit)
{
	struct dxg_host_device *device = dxg_vm_host_device(job->queue->vm);
	u32 process = dxg_host_device_process(device);
	struct dxg_link *link = dxg_host_device_link(device);
	int ret;

	ret = dxg_exec_add_waits(job, link, process);
	if (!ret && submit->length)
		ret = dxg_exec_add_commands(job, submit, link, process);
	return ret ?: dxg_exec_add_signals(job, link, process);
}

/* Bytes of ring that the job's messages take, roughly. */
static size_t dxg_exec_bytes(const struct dxg_syncs *syncs, const struct drm_dxg_submit *submit)
{
	size_t bytes = 12 * ((size_t)syncs->waits.count + syncs->signals.count);

	if (submit->length)
		bytes += sizeof(struct dxgp_submitcommand) + submit->data_size;
	return bytes + 2 * sizeof(struct dxgp_signalsyncobject);
}

static int dxg_exec_job_init(struct dxg_exec_job *job, struct drm_file *file,
			     const struct drm_dxg_submit *submit,
			     const struct dxg_exec_job *earlier)
{
	struct dxg_queue *queue = job->queue;
	int ret;

	ret = dxg_syncs_init(&job->syncs, file, dxg_vm_host_device(queue->vm),
			     queue->user_fence ? DXG_SYNC_EXEC_USER : DXG_SYNC_EXEC_DMA,
			     &submit->syncs, earlier ? &earlier->syncs : NULL);
	if (ret)
		return ret;
	ret = dxg_exec_alloc_requests(job, submit->length);
	if (ret)
		goto err_syncs;
	ret = dxg_job_init(&job->base, &queue->sched,
			   dxg_job_credits(&queue->sched, dxg_exec_bytes(&job->syncs, submit)),
			   file->client_id);
	if (ret)
		goto err_syncs;
	return 0;

err_syncs:
	dxg_syncs_fini(&job->syncs);
	return ret;
}

/* Decide what ends the job, and prepare for it. */
static int dxg_exec_job_set_end(struct dxg_exec_job *job, const struct drm_dxg_submit *submit)
{
	struct dxg_queue *queue = job->queue;

	if (queue->user_fence || !submit->length)
		return 0;
	if (queue->hwqueue) {
		job->end = DXG_END_PROGRESS;
		return 0;
	}
	dxg_event_init(&job->event, true, dxg_exec_event_fire, dxg_exec_event_release);
	kref_get(&job->ref);
	job->end = DXG_END_EVENT;
	return dxg_event_add(queue->events, &job->event);
}

/**
 * dxg_exec_job_create() - Make a job of a submission; all that can fail is done here.
 * @queue: The queue.
 * @file: The file.
 * @submit: What the user gave, checked by dxg_submit_check().
 * @earlier: The submission before, of the same call, or NULL.
 *
 * Returns the job or ERR_PTR.
 */
struct dxg_exec_job *dxg_exec_job_create(struct dxg_queue *queue, struct drm_file *file,
					 const struct drm_dxg_submit *submit,
					 const struct dxg_exec_job *earlier)
{
	struct dxg_exec_job *job = kzalloc_obj(*job, GFP_KERNEL_ACCOUNT);
	int ret;

	if (!job)
		return ERR_PTR(-ENOMEM);
	kref_init(&job->ref);
	INIT_LIST_HEAD(&job->cb.list);
	job->queue = queue;
	dxg_sched_get(&queue->sched);
	job->requests = job->inline_requests;

	ret = dxg_exec_job_init(job, file, submit, earlier);
	if (ret) {
		dxg_exec_job_put(job);
		return ERR_PTR(ret);
	}
	ret = dxg_exec_job_set_end(job, submit);
	if (!ret)
		ret = dxg_exec_build(job, submit);
	if (!ret)
		ret = dxg_syncs_add_dependencies(&job->syncs, &job->base);
	if (ret) {
		dxg_exec_job_discard(job);
		return ERR_PTR(ret);
	}
	return job;
}

/**
 * dxg_exec_job_discard() - Release a job that was not submitted.
 * @job: The job.
 */
void dxg_exec_job_discard(struct dxg_exec_job *job)
{
	dxg_exec_job_dispose(job);
}

/**
 * dxg_exec_job_set_progress() - Set the value of the progress fence after a job.
 * @job: The job.
 * @value: The value. Without effect on jobs without commands, and but on hardware queues.
 */
void dxg_exec_job_set_progress(struct dxg_exec_job *job, u64 value)
{
	if (job->commands && job->queue->hwqueue)
		dxg_submit_hw_set_fence_value(job->commands, value);
}

/**
 * dxg_exec_job_submit() - Queue a job and publish its fence. Does not fail.
 * @job: The job. Under dxg_sched_lock().
 */
void dxg_exec_job_submit(struct dxg_exec_job *job)
{
	struct dma_fence *fence = dxg_job_arm(&job->base);

	if (!job->queue->user_fence)
		dxg_exec_job_set_progress(job, job->base.seqno);
	dxg_syncs_publish(&job->syncs, fence);
	dma_fence_put(fence);
	/* The job may be gone after this. */
	dxg_job_push(&job->base);
}
