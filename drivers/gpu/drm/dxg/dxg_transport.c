// SPDX-License-Identifier: GPL-2.0
/*
 * Transport: ports and links. Sending in order, handing out replies, closing,
 * abort. What holds for VMBus and the mock alike; nothing here knows how bytes
 * travel. dxg_request.c is the other half: what its user sees of a request.
 */
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/wait_bit.h>

#include <kunit/visibility.h>

#include "dxg_trace.h"
#include "dxg_transport.h"

/* How often a message that does not fit is tried again without a word of room. */
#define DXG_RETRY		DIV_ROUND_UP(HZ, 100)
/* Messages that one thread sends, of whomever, before the worker takes over. */
#define DXG_PUMP_BUDGET		32u

static unsigned int request_timeout_ms = 20000;
module_param(request_timeout_ms, uint, 0644);
MODULE_PARM_DESC(request_timeout_ms,
		 "Milliseconds that a request waits for the host (default 20000, at least 10)");

static DEFINE_MUTEX(dxg_init_lock);
static unsigned int dxg_init_count;
/* Teardowns and late replies: may allocate and wait for the host. */
static struct workqueue_struct *dxg_wq;
/* How often something was queued there. */
static atomic_long_t dxg_work_queued;
/* Sends what had no room: fences of jobs depend on it, so memory reclaim may, too. */
static struct workqueue_struct *dxg_pump_wq;

/**
 * dxg_request_timeout_ms() - The time limit of requests, in milliseconds.
 */
unsigned int dxg_request_timeout_ms(void)
{
	return clamp(READ_ONCE(request_timeout_ms), 10u, 3600000u);
}

static void dxg_shared_destroy(void)
{
	if (dxg_wq)
		destroy_workqueue(dxg_wq);
	if (dxg_pump_wq)
		destroy_workqueue(dxg_pump_wq);
	dxg_wq = NULL;
	dxg_pump_wq = NULL;
	dxg_request_cache_destroy();
}

/**
 * dxg_transport_init() - Make the worker. To be called before anything else here.
 *
 * Calls nest: the driver makes one, and each test suite.
 */
int dxg_transport_init(void)
{
	int ret = 0;

	mutex_lock(&dxg_init_lock);
	if (!dxg_init_count) {
		dxg_wq = alloc_workqueue("dxg", WQ_UNBOUND, 0);
		dxg_pump_wq = alloc_workqueue("dxg-send", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
		if (dxg_request_cache_create() || !dxg_wq || !dxg_pump_wq) {
			dxg_shared_destroy();
			ret = -ENOMEM;
		}
	}
	if (!ret)
		dxg_init_count++;
	mutex_unlock(&dxg_init_lock);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_transport_init);

/**
 * dxg_transport_exit() - Undo dxg_transport_init(); the last one finishes all queued work.
 */
void dxg_transport_exit(void)
{
	mutex_lock(&dxg_init_lock);
	if (!WARN_ON(!dxg_init_count) && !--dxg_init_count)
		dxg_shared_destroy();
	mutex_unlock(&dxg_init_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_transport_exit);

/**
 * dxg_queue_work() - Run @work on the driver's worker.
 * @work: What to run.
 *
 * Returns false when it was queued already.
 */
bool dxg_queue_work(struct work_struct *work)
{
	atomic_long_inc(&dxg_work_queued);
	return queue_work(dxg_wq, work);
}

/**
 * dxg_work_count() - How often work was queued so far.
 *
 * When it is the same behind dxg_flush_work() as it was before, then nothing of what was
 * flushed has queued more.
 */
unsigned long dxg_work_count(void)
{
	return atomic_long_read(&dxg_work_queued);
}

/**
 * dxg_queue_delayed_work() - Run @work on the driver's worker, @ms milliseconds from now.
 * @work: What to run. Queued already: only its time changes.
 * @ms: Milliseconds.
 */
void dxg_queue_delayed_work(struct delayed_work *work, unsigned int ms)
{
	mod_delayed_work(dxg_wq, work, msecs_to_jiffies(ms));
}

/**
 * dxg_flush_work() - Wait for all that was queued before.
 */
void dxg_flush_work(void)
{
	flush_workqueue(dxg_wq);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_flush_work);

/* ---- Sending ---- */

static struct dxg_request *dxg_port_lookup(struct dxg_port *port, u32 id)
{
	struct dxg_request *req;

	hash_for_each_possible(port->requests, req, node, id)
		if (req->id == id)
			return req;
	return NULL;
}

/* Under the lock: give @req an id that is free, and a place in the table. */
static __always_inline void dxg_port_insert(struct dxg_port *port, struct dxg_request *req)
{
	do {
		req->id = ++port->last_id;
	} while (!req->id || dxg_port_lookup(port, req->id));
	hash_add(port->requests, &req->node, req->id);
	req->counted = true;
	port->pending++;
}

/* Under the lock: take @req out of the table; the port's reference stays. */
static void dxg_port_erase(struct dxg_port *port, struct dxg_request *req)
{
	hash_del(&req->node);
	if (req->counted)
		port->pending--;
	req->counted = false;
}

/*
 * Under the lock, with the table full: free a place. A request that nobody waits
 * for is forgotten; replies that a host has lost for good would otherwise fill
 * the table in the end. One whose callback has waited for longer than the time
 * limit stays, because memory may depend on it, but no longer counts. Returns
 * false when there is neither; *forgotten is to be put without the lock.
 */
static bool dxg_port_make_place(struct dxg_port *port, struct dxg_request **forgotten)
{
	unsigned long limit = msecs_to_jiffies(port->timeout_ms ?: dxg_request_timeout_ms());
	struct dxg_request *req;
	int bucket;

	hash_for_each(port->requests, bucket, req, node) {
		if (req->abandoned && req->counted) {
			dxg_port_erase(port, req);
			*forgotten = req;
			return true;
		}
		if (req->callback && req->counted && time_after(jiffies, req->sent + limit)) {
			req->counted = false;
			port->pending--;
			return true;
		}
	}
	return false;
}

/* Under the lock: one user less. */
static void dxg_port_leave(struct dxg_port *port)
{
	/* Woken under the lock: the port may go away as soon as the closer sees no user. */
	if (!--port->users && waitqueue_active(&port->event))
		wake_up_all(&port->event);
}

/* Under the lock: who waits for @req will be told and not look at the port, unless he has begun. */
static __always_inline void dxg_request_dismiss(struct dxg_port *port, struct dxg_request *req)
{
	if (!req->callback && !xchg(&req->dismissed, true))
		dxg_port_leave(port);
}

/* Under the lock: @req has come to its end; dxg_request_finish() will tell. */
static __always_inline void dxg_request_end(struct dxg_port *port, struct dxg_request *req,
					    int error)
{
	req->state = DXG_REQUEST_ENDED;
	req->error = error;
	if (req->callback)
		atomic_inc(&req->owner->busy);
	else
		dxg_request_dismiss(port, req);
}

/*
 * Under the lock: who waits for @req, which stays where it is, is told to leave. With a
 * reference of its own for the port from now on.
 */
static void dxg_request_expel(struct dxg_port *port, struct dxg_request *req)
{
	req->error = -ENODEV;
	req->abandoned = true;
	dxg_request_get(req);
	dxg_request_dismiss(port, req);
	complete(&req->done);
}

/* One attempt; a second one when room was asked for, as it may have come meanwhile. */
static __always_inline int dxg_port_transmit(struct dxg_port *port, struct dxg_request *req)
{
	u64 id = req->posted ? 0 : req->id;
	int ret;

	if (dxg_request_refused(req))
		return -ENODEV;
	/* Before the message is out: the reply may come before send returns. */
	if (!req->waited) {
		req->sent = jiffies;
		req->start = trace_dxg_send_enabled() || trace_dxg_reply_enabled() ?
			     ktime_get() : 0;
		trace_dxg_send(port, req, id);
	}
	ret = port->ops->send(port, req->msg, req->msg_len, id);
	if (unlikely(ret == -EAGAIN)) {
		port->ops->want_room(port, req->msg_len);
		ret = port->ops->send(port, req->msg, req->msg_len, id);
	}
	if (ret != -EAGAIN && req->waited)
		port->ops->want_room(port, 0);
	return ret;
}

/*
 * Under the lock: the attempt to send @req, now out of the queue, ended with
 * @ret. Returns whether the caller has to finish it.
 */
static __always_inline bool dxg_port_transmitted(struct dxg_port *port,
						 struct dxg_request *req, int ret)
{
	if (!ret) {
		atomic64_inc(&port->sent);
		atomic64_add(req->msg_len, &port->bytes);
	}
	/* A reply that was quicker, or one that came before its request. */
	if (req->state != DXG_REQUEST_SENDING)
		return false;

	if (!ret && !req->posted) {
		req->state = DXG_REQUEST_SENT;
		return false;
	}
	if (!req->posted) {
		/* Abandoned, and its place given away or its late reply has come. */
		if (hlist_unhashed(&req->node))
			return false;
		dxg_port_erase(port, req);
	}
	if (ret == -EAGAIN && port->open && !req->abandoned) {
		if (!req->waited)
			atomic64_inc(&port->full);
		req->waited = true;
		req->state = DXG_REQUEST_QUEUED;
		list_add(&req->entry, &port->queue);
		port->stalled = true;
		return false;
	}
	if (ret == -EAGAIN)
		ret = -ENODEV;
	dxg_request_end(port, req, ret);
	return true;
}

/* Under the lock: this thread sends @req, which is in no queue. */
static __always_inline void dxg_port_hand(struct dxg_port *port, struct dxg_request *req)
{
	req->state = DXG_REQUEST_SENDING;
	if (!req->posted)
		dxg_port_insert(port, req);
	port->stalled = false;
}

/*
 * Under the lock: take the next request to send out of the queue, for this thread. NULL
 * when there is none or the table is full. With a reference: the reply may drop all others
 * before send returns.
 */
static struct dxg_request *dxg_port_next(struct dxg_port *port, struct dxg_request **forgotten)
{
	struct dxg_request *req;

	req = list_first_entry_or_null(&port->queue, struct dxg_request, entry);
	if (!req || !port->open)
		return NULL;
	if (!req->posted && port->pending >= DXG_MAX_PENDING &&
	    !dxg_port_make_place(port, forgotten))
		return NULL;
	list_del_init(&req->entry);
	dxg_request_get(req);
	dxg_port_hand(port, req);
	return req;
}

/*
 * Under the lock, which is dropped meanwhile: send @req, which this thread has and holds.
 * Returns 0 or why it was not sent.
 */
static __always_inline int dxg_port_send_one(struct dxg_port *port, struct dxg_request *req,
					     unsigned long *flags)
	__must_hold(&port->lock)
{
	bool finish, drop;
	int ret;

	spin_unlock_irqrestore(&port->lock, *flags);
	ret = dxg_port_transmit(port, req);
	spin_lock_irqsave(&port->lock, *flags);
	finish = dxg_port_transmitted(port, req, ret);
	if (!finish)
		return ret;

	drop = req->abandoned;
	spin_unlock_irqrestore(&port->lock, *flags);
	if (ret)
		trace_dxg_abandon(port, req, ret);
	dxg_request_finish(req);
	if (drop)
		dxg_request_put(req);
	spin_lock_irqsave(&port->lock, *flags);
	return ret;
}

/* Under the lock, which may be dropped meanwhile: drop a reference, seldom the last one. */
static void dxg_port_drop(struct dxg_port *port, struct dxg_request *req, unsigned long *flags)
	__must_hold(&port->lock)
{
	if (!req || refcount_dec_not_one(&req->ref.refcount))
		return;
	spin_unlock_irqrestore(&port->lock, *flags);
	dxg_request_put(req);
	spin_lock_irqsave(&port->lock, *flags);
}

/* Under the lock: this thread leaves off sending. */
static void dxg_port_pumped(struct dxg_port *port)
{
	port->pumping = false;
	port->rounds++;
	/* Woken under the lock: the port may go away as soon as the closer sees nobody. */
	if (waitqueue_active(&port->event))
		wake_up_all(&port->event);
}

/*
 * Under the lock, which is dropped meanwhile; nobody else sends: send what is queued, as far
 * as it goes, but no more than @budget.
 *
 * One thread at a time sends, which keeps the order; who comes second leaves his
 * messages to the first.
 */
static void dxg_port_pump(struct dxg_port *port, unsigned int budget, unsigned long *flags)
	__must_hold(&port->lock)
{
	struct dxg_request *req, *forgotten = NULL;

	port->pumping = true;
	while (budget) {
		req = dxg_port_next(port, &forgotten);
		if (!req)
			break;
		budget--;
		if (dxg_port_send_one(port, req, flags) == -EAGAIN)
			budget = 0;
		dxg_port_drop(port, req, flags);
		dxg_port_drop(port, forgotten, flags);
		forgotten = NULL;
	}
	if (port->open && !list_empty(&port->queue))
		mod_delayed_work(dxg_pump_wq, &port->pump_work,
				 budget || port->stalled ? DXG_RETRY : 0);
	dxg_port_pumped(port);
}

/* In the signalling path: jobs end by what is sent here. */
static void dxg_port_pump_work(struct work_struct *work)
{
	struct dxg_port *port = container_of(to_delayed_work(work), struct dxg_port, pump_work);
	bool cookie = dma_fence_begin_signalling();
	unsigned long flags;

	spin_lock_irqsave(&port->lock, flags);
	if (!port->pumping)
		dxg_port_pump(port, DXG_PUMP_BUDGET, &flags);
	spin_unlock_irqrestore(&port->lock, flags);
	dma_fence_end_signalling(cookie);
}

/*
 * Send a request behind all others. Where nobody waits, the port has a reference until the
 * callback has returned. Who waits has one, which is enough, and is from now on a thread
 * inside the port, until he is dismissed or leaves by dxg_port_exit().
 */
static __always_inline bool dxg_port_begin(struct dxg_port *port, struct dxg_request *req,
					   bool waits)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&port->lock, flags);
	/* An abort that is not seen here will find the request in the queue or in the table. */
	if (!port->open || dxg_request_refused(req)) {
		spin_unlock_irqrestore(&port->lock, flags);
		return false;
	}
	if (waits)
		port->users++;
	else
		dxg_request_get(req);
	if (port->pumping || !list_empty(&port->queue) ||
	    (!req->posted && port->pending >= DXG_MAX_PENDING)) {
		req->state = DXG_REQUEST_QUEUED;
		list_add_tail(&req->entry, &port->queue);
		if (!port->pumping)
			dxg_port_pump(port, DXG_PUMP_BUDGET, &flags);
	} else {
		/* The callback may drop all references before send returns; who waits has one. */
		if (!waits)
			dxg_request_get(req);
		port->pumping = true;
		dxg_port_hand(port, req);
		ret = dxg_port_send_one(port, req, &flags);
		if (!waits)
			dxg_port_drop(port, req, &flags);
		if (list_empty(&port->queue))
			dxg_port_pumped(port);
		else
			dxg_port_pump(port, ret == -EAGAIN ? 0 : DXG_PUMP_BUDGET, &flags);
	}
	spin_unlock_irqrestore(&port->lock, flags);
	return true;
}

/**
 * dxg_port_start() - Send a request that nobody waits for, behind all others.
 * @port: The port.
 * @req: The request, idle and prepared, with its callback.
 *
 * From any context. False when the port is closed or the peer takes no more requests.
 */
bool dxg_port_start(struct dxg_port *port, struct dxg_request *req)
{
	return dxg_port_begin(port, req, false);
}

/**
 * dxg_port_try_again() - Send what is queued, from the worker.
 * @port: The port.
 */
void dxg_port_try_again(struct dxg_port *port)
{
	mod_delayed_work(dxg_pump_wq, &port->pump_work, 0);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_try_again);

/* ---- Ends ---- */

static void dxg_link_idle(struct dxg_link *link)
{
	/* Behind the decrement only the address is used: the link may be gone. */
	if (atomic_dec_and_test(&link->busy))
		wake_up_var(&link->busy);
}

static void dxg_request_call(struct dxg_request *req)
{
	struct dxg_link *owner = req->owner;

	req->state = DXG_REQUEST_IDLE;
	req->callback(req);
	dxg_request_put(req);
	dxg_link_idle(owner);
}

/**
 * dxg_request_work() - The worker's part of a request.
 * @work: Of the request.
 */
void dxg_request_work(struct work_struct *work)
{
	struct dxg_request *req = container_of(work, struct dxg_request, work);
	struct dxg_link *owner = req->owner;

	if (req->callback) {
		dxg_request_call(req);
		return;
	}
	req->late(req);
	dxg_request_put(req);
	dxg_link_idle(owner);
}

/**
 * dxg_request_finish() - Tell the end of a request. Consumes the port's reference.
 * @req: The request, ended.
 *
 * Of one that somebody waits for there is none: he may have freed it when this returns.
 */
void dxg_request_finish(struct dxg_request *req)
{
	if (!req->callback)
		complete(&req->done);
	else if (req->flags & DXG_REQ_WORKER)
		dxg_queue_work(&req->work);
	else
		dxg_request_call(req);
}

/* ---- Ports ---- */

/**
 * dxg_port_init() - Prepare @port, closed.
 * @port: The port.
 * @ops: What carries the messages.
 * @dev: For log lines.
 * @name: For traces.
 * @transport: For @ops.
 */
void dxg_port_init(struct dxg_port *port, const struct dxg_port_ops *ops, struct device *dev,
		   const char *name, void *transport)
{
	memset(port, 0, sizeof(*port));
	port->transport = transport;
	port->ops = ops;
	port->dev = dev;
	port->name = name;
	spin_lock_init(&port->lock);
	hash_init(port->requests);
	INIT_LIST_HEAD(&port->queue);
	INIT_DELAYED_WORK(&port->pump_work, dxg_port_pump_work);
	init_waitqueue_head(&port->event);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_init);

/**
 * dxg_port_fini() - Release what dxg_port_init() took. The port is closed.
 * @port: The port.
 */
void dxg_port_fini(struct dxg_port *port)
{
	WARN_ON(port->open || !hash_empty(port->requests) || !list_empty(&port->queue));
	cancel_delayed_work_sync(&port->pump_work);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_fini);

/**
 * dxg_port_open() - Open the way and accept requests. 0 or -errno.
 * @port: The port.
 */
int dxg_port_open(struct dxg_port *port)
{
	int ret;

	ret = port->ops->open(port);
	if (ret)
		return ret;

	spin_lock_irq(&port->lock);
	port->suspect = false;
	port->stalled = false;
	port->open = true;
	spin_unlock_irq(&port->lock);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_open);

/* Under the lock: the next request to end at closing, out of the port's lists, or NULL. */
static struct dxg_request *dxg_port_take(struct dxg_port *port)
{
	struct dxg_request *req;
	int bucket;

	req = list_first_entry_or_null(&port->queue, struct dxg_request, entry);
	if (req) {
		list_del_init(&req->entry);
		return req;
	}
	hash_for_each(port->requests, bucket, req, node) {
		dxg_port_erase(port, req);
		return req;
	}
	return NULL;
}

/* End with ENODEV all that is left. Nobody sends, no reply can arrive. */
static void dxg_port_end_all(struct dxg_port *port)
{
	struct dxg_request *req;
	bool abandoned;

	for (;;) {
		spin_lock_irq(&port->lock);
		req = dxg_port_take(port);
		if (req) {
			abandoned = req->abandoned;
			if (!abandoned)
				dxg_request_end(port, req, -ENODEV);
		}
		spin_unlock_irq(&port->lock);
		if (!req)
			return;
		if (abandoned)
			dxg_request_put(req);
		else
			dxg_request_finish(req);
	}
}

static bool dxg_port_left(struct dxg_port *port)
{
	bool left;

	spin_lock_irq(&port->lock);
	left = !port->users && !port->pumping;
	spin_unlock_irq(&port->lock);
	return left;
}

/**
 * dxg_port_close() - End everything in flight with ENODEV and close the way.
 * @port: The port.
 *
 * Returns when no thread is in the port any more and every callback was called
 * or handed to the worker. Closing a closed port does nothing.
 */
void dxg_port_close(struct dxg_port *port)
{
	struct dxg_request *req;
	bool was_open;
	int bucket;

	spin_lock_irq(&port->lock);
	was_open = port->open;
	port->open = false;
	/* Waiters leave now; who waits by callback waits for the real end. */
	hash_for_each(port->requests, bucket, req, node) {
		if (!req->abandoned && !req->callback)
			dxg_request_expel(port, req);
	}
	list_for_each_entry(req, &port->queue, entry) {
		if (!req->abandoned && !req->callback)
			dxg_request_expel(port, req);
	}
	spin_unlock_irq(&port->lock);
	if (!was_open)
		return;

	wait_event(port->event, dxg_port_left(port));
	cancel_delayed_work_sync(&port->pump_work);
	port->ops->close(port);
	dxg_port_end_all(port);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_close);

/**
 * dxg_port_violation() - Count a packet that the protocol does not allow, and say so.
 * @port: The port.
 * @what: What is wrong, a constant.
 * @value: A number to go with it.
 *
 * Only the host can cause these, so the line is a warning, rate limited.
 */
void dxg_port_violation(struct dxg_port *port, const char *what, u64 value)
{
	atomic64_inc(&port->violations);
	trace_dxg_violation(port, what, value);
	dev_warn_ratelimited(port->dev, "host broke the protocol on the %s channel: %s (0x%llx)\n",
			     port->name, what, value);
}

/**
 * dxg_port_message() - The host sent a message by itself.
 * @port: The port.
 * @data: What was received.
 * @len: Bytes of @data.
 */
void dxg_port_message(struct dxg_port *port, const void *data, size_t len)
{
	WRITE_ONCE(port->suspect, false);
	atomic64_inc(&port->messages);
	atomic64_add(len, &port->bytes);
	if (len < sizeof(struct dxgp_header))
		dxg_port_violation(port, "message shorter than its header", len);
	else if (port->message)
		port->message(port, data, len);
	else
		dxg_port_violation(port, "message where none is expected",
				   ((const struct dxgp_header *)data)->command);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_message);

/**
 * dxg_port_reply() - The host answered request @id with @len bytes.
 * @port: The port.
 * @id: The id under which the request was sent.
 * @data: What was received.
 * @len: Bytes of @data.
 *
 * A reply longer than expected is accepted, as a newer host may append fields:
 * its tail is dropped. A shorter one is delivered as far as it goes; the
 * command's decoder judges it.
 */
void dxg_port_reply(struct dxg_port *port, u64 id, const void *data, size_t len)
{
	struct dxg_request *req = NULL;
	bool abandoned = false;
	unsigned long flags;

	WRITE_ONCE(port->suspect, false);

	spin_lock_irqsave(&port->lock, flags);
	if (id && id <= U32_MAX)
		req = dxg_port_lookup(port, id);
	if (req) {
		dxg_port_erase(port, req);
		abandoned = req->abandoned;
		if (!abandoned)
			dxg_request_end(port, req, 0);
		else if (req->late)
			atomic_inc(&req->owner->busy);
	}
	spin_unlock_irqrestore(&port->lock, flags);

	if (!req) {
		dxg_port_violation(port, "reply to no request", id);
		return;
	}

	atomic64_inc(&port->received);
	atomic64_add(len, &port->bytes);
	req->got = min(len, req->want);
	memcpy(req->reply, data, req->got);
	trace_dxg_reply(port, req, len, abandoned);

	if (!abandoned && !req->callback)
		complete(&req->done);
	else if (!abandoned)
		dxg_request_finish(req);
	else if (req->late)
		dxg_queue_work(&req->work);
	else
		dxg_request_put(req);
	/* A free place may be what a message waits for. */
	dxg_port_room(port);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_reply);

/**
 * dxg_port_exit() - Leave a port that dxg_link_enter() or dxg_request_enter() entered.
 * @port: The port.
 */
void dxg_port_exit(struct dxg_port *port)
{
	spin_lock_irq(&port->lock);
	dxg_port_leave(port);
	spin_unlock_irq(&port->lock);
}

/* ---- Links ---- */

/**
 * dxg_link_enter() - Be counted as a thread inside the port of a link.
 * @link: The peer.
 * @port: Returns its port.
 *
 * False when the link is dead or the port closed.
 */
bool dxg_link_enter(struct dxg_link *link, struct dxg_port **port)
{
	bool open = false;

	/* Pairs with dxg_link_drain(): who does not see a dead link here is waited for. */
	rcu_read_lock();
	if (!READ_ONCE(link->dead)) {
		*port = link->port;
		spin_lock_irq(&(*port)->lock);
		open = (*port)->open;
		if (open)
			(*port)->users++;
		spin_unlock_irq(&(*port)->lock);
	}
	rcu_read_unlock();
	return open;
}

/**
 * dxg_request_enter() - Send a request, as a thread inside the port of its link.
 * @req: The request, idle and prepared.
 *
 * Returns the port, which may be looked at only by who has won req->dismissed; or NULL: the
 * link is dead or refuses, or the port is closed, and nothing was sent.
 */
struct dxg_port *dxg_request_enter(struct dxg_request *req)
{
	struct dxg_port *port = NULL;

	/* Pairs with dxg_link_drain(), as in dxg_link_enter(). */
	rcu_read_lock();
	if (!READ_ONCE(req->link->dead)) {
		port = req->link->port;
		if (!dxg_port_begin(port, req, true))
			port = NULL;
	}
	rcu_read_unlock();
	return port;
}

/* Under the lock: move what @owner has not sent yet to @list. */
static void dxg_port_unqueue(struct dxg_port *port, struct dxg_link *owner, bool teardown,
			     struct list_head *list)
{
	struct dxg_request *req, *next;

	list_for_each_entry_safe(req, next, &port->queue, entry) {
		if (req->owner != owner && req->link != owner)
			continue;
		if (!teardown && (req->flags & DXG_REQ_TEARDOWN))
			continue;
		list_move_tail(&req->entry, list);
		dxg_request_end(port, req, -ENODEV);
	}
}

static void dxg_port_abort_owner(struct dxg_port *port, struct dxg_link *owner)
{
	struct dxg_request *req, *next;
	LIST_HEAD(unsent);
	int bucket;

	spin_lock_irq(&port->lock);
	dxg_port_unqueue(port, owner, false, &unsent);
	hash_for_each(port->requests, bucket, req, node) {
		if (req->owner != owner || req->abandoned || req->callback ||
		    (req->flags & DXG_REQ_TEARDOWN))
			continue;
		dxg_request_expel(port, req);
	}
	spin_unlock_irq(&port->lock);

	list_for_each_entry_safe(req, next, &unsent, entry) {
		list_del_init(&req->entry);
		dxg_request_finish(req);
	}
	dxg_port_room(port);
}

/**
 * dxg_link_abort() - The peer is about to go: end its waits with ENODEV.
 * @link: The peer.
 * @a: A port that may have requests owned by @link. May be NULL.
 * @b: Another one. May be NULL.
 *
 * Later requests are refused, except teardown. What was sent and is awaited by
 * callback stays until the reply or dxg_link_drain(). Idempotent.
 */
void dxg_link_abort(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b)
{
	WRITE_ONCE(link->gone, true);
	if (a)
		dxg_port_abort_owner(a, link);
	if (b && b != a)
		dxg_port_abort_owner(b, link);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_link_abort);

/*
 * Under the lock: cut the ties between @req, which was sent, and @link. Returns
 * whether its end is to be told; it then has a reference more. What stays in the
 * table takes the late reply.
 */
static bool dxg_request_orphan(struct dxg_port *port, struct dxg_request *req,
			       struct dxg_link *link)
{
	if (req->owner != link && req->link != link)
		return false;
	if (req->abandoned) {
		/*
		 * What a global command made can still be ended by the host's link, but
		 * what was made below something of the adapter's has ended with it.
		 */
		if (req->link == link || req->parent)
			req->late = NULL;
		req->owner = req->link;
		return false;
	}
	dxg_request_end(port, req, -ENODEV);
	req->abandoned = true;
	req->late = NULL;
	dxg_request_get(req);
	return true;
}

static bool dxg_port_round_over(struct dxg_port *port, unsigned int rounds)
{
	bool over;

	spin_lock_irq(&port->lock);
	over = !port->pumping || port->rounds != rounds;
	spin_unlock_irq(&port->lock);
	return over;
}

static void dxg_port_drain_link(struct dxg_port *port, struct dxg_link *link)
{
	struct dxg_request *req, *next;
	unsigned int rounds;
	LIST_HEAD(ended);
	int bucket;

	spin_lock_irq(&port->lock);
	dxg_port_unqueue(port, link, true, &ended);
	rounds = port->rounds;
	spin_unlock_irq(&port->lock);

	/* A message in the hands of the sending thread is sent or back in the queue then. */
	wait_event(port->event, dxg_port_round_over(port, rounds));

	spin_lock_irq(&port->lock);
	dxg_port_unqueue(port, link, true, &ended);
	hash_for_each(port->requests, bucket, req, node)
		if (dxg_request_orphan(port, req, link))
			list_add_tail(&req->entry, &ended);
	spin_unlock_irq(&port->lock);

	list_for_each_entry_safe(req, next, &ended, entry) {
		list_del_init(&req->entry);
		dxg_request_finish(req);
	}
	dxg_port_room(port);
}

/**
 * dxg_link_drain() - The peer has gone: no request looks at the link any more.
 * @link: The peer, aborted.
 * @a: A port that may have requests of @link. May be NULL.
 * @b: Another one. May be NULL.
 *
 * Ends with ENODEV what was not answered, tells all callbacks and waits for
 * them. Later requests end at once, teardown included, and look at no port.
 */
void dxg_link_drain(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b)
{
	dxg_link_abort(link, a, b);
	WRITE_ONCE(link->dead, true);
	/* Who has seen the link alive has queued his request, or entered the port, by now. */
	synchronize_rcu();
	if (a)
		dxg_port_drain_link(a, link);
	if (b && b != a)
		dxg_port_drain_link(b, link);
	wait_var_event(&link->busy, !atomic_read(&link->busy));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_link_drain);
