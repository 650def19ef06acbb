// SPDX-License-Identifier: GPL-2.0
/*
 * Quarantine: destroying requests under way, and what is released behind them.
 */
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_proto.h"
#include "dxg_quarantine.h"
#include "dxg_status.h"
#include "dxg_transport.h"

static void dxg_quarantine_answered(struct dxg_request *req);

static void dxg_quarantine_free(struct kref *ref)
{
	struct dxg_quarantine *q = container_of(ref, struct dxg_quarantine, ref);

	WARN_ON(q->count || work_pending(&q->work) || timer_pending(&q->timer));
	kfree(q);
}

/* Under the lock: @keep may be released. */
static void dxg_keep_ready(struct dxg_quarantine *q, struct dxg_keep *keep)
{
	list_move_tail(&keep->list, &q->ready);
	/*
	 * The work holds a reference of its own: the one that runs may release @keep, too, and
	 * drop all others, before the one that is queued here. @keep has one until then.
	 */
	kref_get(&q->ref);
	if (!dxg_queue_work(&q->work))
		kref_put(&q->ref, dxg_quarantine_free);
}

/* Under the lock: whether one more request may be under way. If not, time may change that. */
static bool dxg_quarantine_room(struct dxg_quarantine *q)
{
	if (q->in_flight - q->lost < DXG_QUARANTINE_DEPTH)
		return true;
	if (q->lost < DXG_QUARANTINE_LOST && !timer_pending(&q->timer)) {
		kref_get(&q->ref);
		mod_timer(&q->timer, jiffies + msecs_to_jiffies(q->limit_ms));
	}
	return false;
}

/*
 * Start what may be. Only one thread does: a request that ends within its commit
 * would otherwise start the next one from its callback, ever deeper, and the
 * order would be lost.
 */
static void dxg_quarantine_start(struct dxg_quarantine *q)
{
	struct dxg_request *req;
	struct dxg_keep *keep;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	if (q->starting)
		goto out;
	q->starting = true;
	while (!q->stopped) {
		keep = list_first_entry_or_null(&q->waiting, struct dxg_keep, list);
		if (!keep || !dxg_quarantine_room(q))
			break;
		list_move_tail(&keep->list, &q->sent);
		q->in_flight++;
		req = keep->req;
		keep->sent = ktime_get();
		q->limit_ms = req->link->port->timeout_ms ?: dxg_request_timeout_ms();
		kref_get(&q->ref);
		spin_unlock_irqrestore(&q->lock, flags);
		/* From here on, the callback decides over keep and request. */
		dxg_request_commit(req, dxg_quarantine_answered, q);
		spin_lock_irqsave(&q->lock, flags);
	}
	q->starting = false;
	if (q->stopped)
		wake_up_all(&q->idle);
out:
	spin_unlock_irqrestore(&q->lock, flags);
}

/* Others wait: requests that are late hold them up no longer. */
static void dxg_quarantine_timer(struct timer_list *timer)
{
	struct dxg_quarantine *q = container_of(timer, struct dxg_quarantine, timer);
	ktime_t now = ktime_get();
	struct dxg_keep *keep;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	list_for_each_entry(keep, &q->sent, list) {
		if (q->lost == DXG_QUARANTINE_LOST)
			break;
		if (keep->lost || ktime_ms_delta(now, keep->sent) < q->limit_ms)
			continue;
		keep->lost = true;
		q->lost++;
	}
	spin_unlock_irqrestore(&q->lock, flags);
	dxg_quarantine_start(q);
	kref_put(&q->ref, dxg_quarantine_free);
}

/* Has the host let go, when it answers a destroying request so? */
static bool dxg_quarantine_let_go(u32 status)
{
	if (!dxg_status_failed(status))
		return true;
	/* It does not know, or no longer has, what it should end. */
	return status == DXG_STATUS_INVALID_HANDLE || status == DXG_STATUS_DEVICE_REMOVED;
}

/* Under the lock: who waits for the answer to @req. NULL: it was released meanwhile. */
static struct dxg_keep *dxg_quarantine_find(struct dxg_quarantine *q, struct dxg_request *req)
{
	struct dxg_keep *keep;

	list_for_each_entry(keep, &q->sent, list)
		if (keep->req == req)
			return keep;
	return NULL;
}

static void dxg_quarantine_answered(struct dxg_request *req)
{
	struct dxg_quarantine *q = req->data;
	struct dxg_keep *keep;
	unsigned long flags;
	bool let_go = false;
	u32 status;

	if (dxg_request_result(req, &status))
		status = DXG_STATUS_DEVICE_REMOVED;
	else
		let_go = dxg_quarantine_let_go(status);

	spin_lock_irqsave(&q->lock, flags);
	q->in_flight--;
	keep = dxg_quarantine_find(q, req);
	if (keep) {
		q->lost -= keep->lost;
		keep->req = NULL;
		keep->status = status;
		if (let_go || q->closed)
			dxg_keep_ready(q, keep);
		else
			list_move_tail(&keep->list, &q->held);
	}
	spin_unlock_irqrestore(&q->lock, flags);

	dxg_request_put(req);
	dxg_quarantine_start(q);
	kref_put(&q->ref, dxg_quarantine_free);
}

static void dxg_quarantine_work(struct work_struct *work)
{
	struct dxg_quarantine *q = container_of(work, struct dxg_quarantine, work);
	unsigned int released = 0;
	struct dxg_keep *keep;
	u64 bytes;

	for (;;) {
		spin_lock_irq(&q->lock);
		keep = list_first_entry_or_null(&q->ready, struct dxg_keep, list);
		if (keep)
			list_del_init(&keep->list);
		spin_unlock_irq(&q->lock);
		if (!keep)
			break;

		bytes = keep->bytes;
		/* May drop the last reference to the device, and the device's to the quarantine. */
		keep->release(keep);
		released++;

		spin_lock_irq(&q->lock);
		q->bytes -= bytes;
		if (!--q->count)
			wake_up_all(&q->idle);
		spin_unlock_irq(&q->lock);
	}
	while (released--)
		kref_put(&q->ref, dxg_quarantine_free);
	/* That of the work. */
	kref_put(&q->ref, dxg_quarantine_free);
}

static void dxg_quarantine_told(struct dxg_request *req)
{
	dxg_request_put(req);
}

/*
 * The adapter's channel is closed, so nothing waits for @req. What it ends has ended with
 * the channel, sync objects too, though their messages go to the machine, unless it is the
 * machine's and not the adapter's: an NT handle. Consumes the reference.
 */
static void dxg_quarantine_tell(struct dxg_request *req)
{
	if (READ_ONCE(req->link->dead) || req->command != DXGP_CMD_DESTROYNTSHAREDOBJECT)
		dxg_request_put(req);
	else
		dxg_request_commit(req, dxg_quarantine_told, NULL);
}

/**
 * dxg_quarantine_create() - Make a quarantine. Returns it with one reference, or NULL.
 */
struct dxg_quarantine *dxg_quarantine_create(void)
{
	struct dxg_quarantine *q = kzalloc_obj(*q, GFP_KERNEL);

	if (!q)
		return NULL;
	kref_init(&q->ref);
	spin_lock_init(&q->lock);
	INIT_LIST_HEAD(&q->batches);
	INIT_LIST_HEAD(&q->waiting);
	INIT_LIST_HEAD(&q->sent);
	INIT_LIST_HEAD(&q->held);
	INIT_LIST_HEAD(&q->ready);
	INIT_WORK(&q->work, dxg_quarantine_work);
	timer_setup(&q->timer, dxg_quarantine_timer, 0);
	init_waitqueue_head(&q->idle);
	return q;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_create);

/**
 * dxg_quarantine_put() - Drop a reference. What is kept holds one of its own.
 * @q: The quarantine.
 */
void dxg_quarantine_put(struct dxg_quarantine *q)
{
	kref_put(&q->ref, dxg_quarantine_free);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_put);

/* Under the lock: count @keep in, as an entry of @list. */
static void dxg_quarantine_enter(struct dxg_quarantine *q, struct dxg_keep *keep,
				 struct list_head *list)
{
	keep->quarantine = q;
	keep->since = ktime_get();
	keep->lost = false;
	keep->status = DXG_STATUS_DEVICE_REMOVED;
	list_add_tail(&keep->list, list);
	kref_get(&q->ref);
	q->count++;
	q->bytes += keep->bytes;
	if (q->closed)
		dxg_keep_ready(q, keep);
}

/**
 * dxg_quarantine_destroy() - End the host's object, then release.
 * @q: The adapter's quarantine.
 * @keep: What to release. Its bytes and release are set.
 * @req: What ends the object on the host; from a dxg_prep_destroy function.
 *
 * From any context; does not wait and does not fail. Consumes the caller's
 * reference to @req.
 */
void dxg_quarantine_destroy(struct dxg_quarantine *q, struct dxg_keep *keep,
			    struct dxg_request *req)
{
	unsigned long flags;
	bool closed;

	spin_lock_irqsave(&q->lock, flags);
	closed = q->closed;
	if (!closed) {
		keep->req = req;
		dxg_quarantine_enter(q, keep, &q->waiting);
	}
	spin_unlock_irqrestore(&q->lock, flags);

	if (closed) {
		/* In this order: the link may be in what @keep releases. */
		dxg_quarantine_tell(req);
		dxg_quarantine_hold(q, keep);
	} else {
		dxg_quarantine_start(q);
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_destroy);

/* ---- Batches ---- */

/**
 * dxg_keep_batch_init() - Prepare a batch.
 * @batch: The batch.
 * @q: The adapter's quarantine.
 * @req: The request, of DXG_REQ_WORKER; the reference is consumed.
 * @max: How many things it can name.
 * @fill: Names them in it.
 */
void dxg_keep_batch_init(struct dxg_keep_batch *batch, struct dxg_quarantine *q,
			 struct dxg_request *req, unsigned int max,
			 void (*fill)(struct dxg_request *req, struct list_head *keeps))
{
	INIT_LIST_HEAD(&batch->waiting);
	INIT_LIST_HEAD(&batch->sent);
	batch->quarantine = q;
	batch->req = req;
	batch->max = max;
	batch->fill = fill;
	atomic_set(&batch->plugs, 0);
	spin_lock_irq(&q->lock);
	list_add_tail(&batch->entry, &q->batches);
	spin_unlock_irq(&q->lock);
}

/**
 * dxg_keep_batch_fini() - Nothing is in the batch any more, and nothing will be.
 * @batch: The batch. Does nothing when it was not prepared.
 */
void dxg_keep_batch_fini(struct dxg_keep_batch *batch)
{
	if (!batch->req)
		return;
	spin_lock_irq(&batch->quarantine->lock);
	WARN_ON(batch->busy || atomic_read(&batch->plugs) || !list_empty(&batch->waiting));
	list_del(&batch->entry);
	spin_unlock_irq(&batch->quarantine->lock);
	dxg_request_put(batch->req);
	batch->req = NULL;
}

/*
 * Under the lock: choose what the request is to end next. False when there is nothing, or
 * when more is about to come that can go with it.
 */
static bool dxg_keep_batch_next(struct dxg_keep_batch *batch)
{
	unsigned int count = batch->singles ? 1 : batch->max;

	/* With that of dxg_keep_batch_unplug(): the plug is seen drawn here, or the count there. */
	smp_mb();
	batch->busy = batch->count && (!atomic_read(&batch->plugs) || batch->count >= count);
	if (!batch->busy)
		return false;
	if (batch->singles)
		batch->singles--;
	while (count-- && batch->count) {
		list_move_tail(batch->waiting.next, &batch->sent);
		batch->count--;
	}
	return true;
}

/* Under the lock: what the host has said, or why it has not, about all that was sent. */
static void dxg_keep_batch_end(struct dxg_keep_batch *batch, int error, u32 status)
{
	bool let_go = !error && dxg_quarantine_let_go(status);
	struct dxg_quarantine *q = batch->quarantine;
	struct dxg_keep *keep, *next;

	if (!error && dxg_status_failed(status) && !list_is_singular(&batch->sent)) {
		/* Which of them it means, it does not say. */
		batch->count += list_count_nodes(&batch->sent);
		batch->singles += list_count_nodes(&batch->sent);
		list_splice_init(&batch->sent, &batch->waiting);
		return;
	}
	/* No answer: the link is dead, and the others will not be sent, either. */
	if (error) {
		list_splice_tail_init(&batch->waiting, &batch->sent);
		batch->count = 0;
	}
	list_for_each_entry_safe(keep, next, &batch->sent, list) {
		keep->status = status;
		if (let_go || q->closed)
			dxg_keep_ready(q, keep);
		else
			list_move_tail(&keep->list, &q->held);
	}
}

static void dxg_keep_batch_answered(struct dxg_request *req);

static void dxg_keep_batch_send(struct dxg_keep_batch *batch)
{
	batch->fill(batch->req, &batch->sent);
	dxg_request_commit(batch->req, dxg_keep_batch_answered, batch);
}

/* On a worker, so that an answer within the commit does not lead ever deeper. */
static void dxg_keep_batch_answered(struct dxg_request *req)
{
	struct dxg_keep_batch *batch = req->data;
	struct dxg_quarantine *q = batch->quarantine;
	unsigned long flags;
	u32 status;
	bool more;
	int error;

	error = dxg_request_result(req, &status);
	if (error)
		status = DXG_STATUS_DEVICE_REMOVED;
	spin_lock_irqsave(&q->lock, flags);
	dxg_keep_batch_end(batch, error, status);
	more = dxg_keep_batch_next(batch);
	spin_unlock_irqrestore(&q->lock, flags);
	/* With nothing more, the batch may be gone: the keeps held it. */
	if (more)
		dxg_keep_batch_send(batch);
}

/**
 * dxg_quarantine_destroy_batched() - End the host's object together with others, then release.
 * @batch: The batch; @keep holds what it is in.
 * @keep: What to release. Its bytes and release are set.
 *
 * From any context; does not wait and does not fail.
 */
void dxg_quarantine_destroy_batched(struct dxg_keep_batch *batch, struct dxg_keep *keep)
{
	struct dxg_quarantine *q = batch->quarantine;
	unsigned long flags;
	bool send = false;

	keep->req = NULL;
	spin_lock_irqsave(&q->lock, flags);
	dxg_quarantine_enter(q, keep, &batch->waiting);
	if (!q->closed) {
		batch->count++;
		if (!batch->busy)
			send = dxg_keep_batch_next(batch);
	}
	spin_unlock_irqrestore(&q->lock, flags);
	if (send)
		dxg_keep_batch_send(batch);
}

/**
 * dxg_keep_batch_plug() - Many things are about to be handed over.
 * @batch: The batch. The caller holds what it is in until dxg_keep_batch_unplug().
 *
 * Meanwhile only full requests are sent: what ends a thousand things sends two, even to a host
 * that answers each before the next thing is handed over. Nests. The caller does not wait
 * for the host, nor for what is in the batch, before it pulls the plug.
 */
void dxg_keep_batch_plug(struct dxg_keep_batch *batch)
{
	atomic_inc(&batch->plugs);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_keep_batch_plug);

/**
 * dxg_keep_batch_unplug() - Undo dxg_keep_batch_plug(): send what is left.
 * @batch: The batch.
 */
void dxg_keep_batch_unplug(struct dxg_keep_batch *batch)
{
	unsigned long flags;
	bool send = false;

	/* A full barrier; the other is in dxg_keep_batch_next(). */
	if (!atomic_dec_and_test(&batch->plugs) || !READ_ONCE(batch->count))
		return;
	spin_lock_irqsave(&batch->quarantine->lock, flags);
	if (!batch->busy)
		send = dxg_keep_batch_next(batch);
	spin_unlock_irqrestore(&batch->quarantine->lock, flags);
	if (send)
		dxg_keep_batch_send(batch);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_keep_batch_unplug);

/* ---- What has no request ---- */

/**
 * dxg_quarantine_hold() - Keep something until the channel is closed.
 * @q: The adapter's quarantine.
 * @keep: What to release then. Its bytes and release are set.
 *
 * For what the host may reach and cannot be asked to let go. From any context.
 */
void dxg_quarantine_hold(struct dxg_quarantine *q, struct dxg_keep *keep)
{
	unsigned long flags;

	keep->req = NULL;
	spin_lock_irqsave(&q->lock, flags);
	dxg_quarantine_enter(q, keep, &q->held);
	spin_unlock_irqrestore(&q->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_hold);

/**
 * dxg_quarantine_stop() - The adapter is about to be closed, and all that is in it ends.
 * @q: The quarantine.
 *
 * What is handed over from now on waits for dxg_quarantine_close(): messages to the machine,
 * which the adapter's link does not hold up, would name what has ended. Those that were sent
 * are in front of the caller's next message. Batches are the link's.
 */
void dxg_quarantine_stop(struct dxg_quarantine *q)
{
	spin_lock_irq(&q->lock);
	q->stopped = true;
	spin_unlock_irq(&q->lock);
	/* Who was sending has not looked again yet. */
	wait_event(q->idle, !READ_ONCE(q->starting));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_stop);

/**
 * dxg_quarantine_close() - The host reaches nothing any more: release all, now and later.
 * @q: The quarantine.
 *
 * The adapter's channel is closed and its link drained. Returns when all has
 * been released.
 */
void dxg_quarantine_close(struct dxg_quarantine *q)
{
	struct dxg_keep *keep, *next;
	struct dxg_keep_batch *batch;
	LIST_HEAD(unsent);

	spin_lock_irq(&q->lock);
	q->closed = true;
	/* A batch whose request is under way ends with that, which the link has seen to. */
	list_for_each_entry(batch, &q->batches, entry) {
		if (batch->busy)
			continue;
		batch->count = 0;
		list_for_each_entry_safe(keep, next, &batch->waiting, list)
			dxg_keep_ready(q, keep);
	}
	list_splice_tail_init(&q->waiting, &unsent);
	list_for_each_entry_safe(keep, next, &q->held, list)
		dxg_keep_ready(q, keep);
	/* Sent to the machine, not to the adapter: a host that is silent will not answer. */
	list_for_each_entry_safe(keep, next, &q->sent, list) {
		keep->req = NULL;
		dxg_keep_ready(q, keep);
	}
	spin_unlock_irq(&q->lock);
	/* Nothing waits any more that would start it again. */
	if (timer_delete_sync(&q->timer))
		kref_put(&q->ref, dxg_quarantine_free);

	list_for_each_entry_safe(keep, next, &unsent, list) {
		dxg_quarantine_tell(keep->req);
		spin_lock_irq(&q->lock);
		keep->req = NULL;
		dxg_keep_ready(q, keep);
		spin_unlock_irq(&q->lock);
	}
	wait_event(q->idle, !READ_ONCE(q->count));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_close);

/**
 * dxg_quarantine_wait_idle() - Wait until nothing is left.
 * @q: The quarantine.
 * @ms: For how long.
 *
 * Returns 0, -ETIMEDOUT, or -ERESTARTSYS at a fatal signal.
 */
int dxg_quarantine_wait_idle(struct dxg_quarantine *q, unsigned int ms)
{
	long left = wait_event_killable_timeout(q->idle, !READ_ONCE(q->count),
						msecs_to_jiffies(ms));

	if (left < 0)
		return left;
	return left ? 0 : -ETIMEDOUT;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_quarantine_wait_idle);

/**
 * dxg_quarantine_show() - For debugfs.
 * @q: The quarantine.
 * @m: Where to.
 */
void dxg_quarantine_show(struct dxg_quarantine *q, struct seq_file *m)
{
	ktime_t now = ktime_get(), oldest = now;
	size_t waiting, sent, held;
	struct dxg_keep_batch *batch;
	struct dxg_keep *keep;

	spin_lock_irq(&q->lock);
	list_for_each_entry(keep, &q->sent, list)
		oldest = min(oldest, keep->since);
	list_for_each_entry(keep, &q->held, list)
		oldest = min(oldest, keep->since);
	waiting = list_count_nodes(&q->waiting);
	sent = list_count_nodes(&q->sent);
	held = list_count_nodes(&q->held);
	list_for_each_entry(batch, &q->batches, entry) {
		list_for_each_entry(keep, &batch->sent, list)
			oldest = min(oldest, keep->since);
		waiting += list_count_nodes(&batch->waiting);
		sent += list_count_nodes(&batch->sent);
	}
	seq_printf(m, "count: %u\nbytes: %llu\n", q->count, q->bytes);
	spin_unlock_irq(&q->lock);
	seq_printf(m, "waiting: %zu\nsent: %zu\nheld: %zu\noldest: %lld ms\n", waiting, sent, held,
		   ktime_ms_delta(now, oldest));
}
