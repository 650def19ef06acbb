// SPDX-License-Identifier: GPL-2.0
/*
 * Transport: ids, waiting, time limits and abort of requests to the host. What
 * holds for VMBus and the mock alike; nothing here knows how bytes travel.
 */
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_trace.h"
#include "dxg_transport.h"

/* How often a waiter looks whether the other end has gone without a word. */
#define DXG_POLL		(HZ / 10)
/* How often a sender tries again without having been woken. */
#define DXG_RETRY		DIV_ROUND_UP(HZ, 100)
/* How long a teardown waits for a host that has missed a time limit before. */
#define DXG_SUSPECT_MS		500

static unsigned int request_timeout_ms = 20000;
module_param(request_timeout_ms, uint, 0644);
MODULE_PARM_DESC(request_timeout_ms,
		 "Milliseconds that a request waits for the host (default 20000, at least 10)");

static DEFINE_MUTEX(dxg_init_lock);
static unsigned int dxg_init_count;
static struct workqueue_struct *dxg_wq;

/**
 * dxg_request_timeout_ms() - The time limit of requests, in milliseconds.
 */
unsigned int dxg_request_timeout_ms(void)
{
	return clamp(READ_ONCE(request_timeout_ms), 10u, 3600000u);
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
	if (!dxg_wq)
		dxg_wq = alloc_workqueue("dxg", WQ_UNBOUND, 0);
	if (dxg_wq)
		dxg_init_count++;
	else
		ret = -ENOMEM;
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
	if (!--dxg_init_count) {
		destroy_workqueue(dxg_wq);
		dxg_wq = NULL;
	}
	mutex_unlock(&dxg_init_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_transport_exit);

/**
 * dxg_queue_work() - Run @work on the driver's worker.
 * @work: What to run.
 */
void dxg_queue_work(struct work_struct *work)
{
	queue_work(dxg_wq, work);
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
	port->next_id = 1;
	xa_init_flags(&port->requests, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
	init_waitqueue_head(&port->event);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_init);

/**
 * dxg_port_fini() - Release what dxg_port_init() took. The port is closed.
 * @port: The port.
 */
void dxg_port_fini(struct dxg_port *port)
{
	WARN_ON(port->open || !xa_empty(&port->requests));
	xa_destroy(&port->requests);
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

	xa_lock_irq(&port->requests);
	port->suspect = false;
	port->open = true;
	xa_unlock_irq(&port->requests);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_open);

/* Under the lock: take @req out of the table; the table's reference passes to the caller. */
static void dxg_port_erase(struct dxg_port *port, struct dxg_request *req)
{
	__xa_erase(&port->requests, req->id);
	port->pending--;
}

/**
 * dxg_port_close() - End everything in flight with ENODEV and close the way.
 * @port: The port.
 *
 * Returns when no thread is in the port any more. Closing a closed port does
 * nothing.
 */
void dxg_port_close(struct dxg_port *port)
{
	struct dxg_request *req;
	unsigned long id;
	bool was_open;

	xa_lock_irq(&port->requests);
	was_open = port->open;
	port->open = false;
	xa_for_each(&port->requests, id, req) {
		if (!req->abandoned) {
			req->error = -ENODEV;
			complete(&req->done);
		}
	}
	xa_unlock_irq(&port->requests);
	if (!was_open)
		return;

	wake_up_all(&port->event);
	wait_event(port->event, !READ_ONCE(port->users));
	port->ops->close(port);

	/* No reply can arrive now: what is left was abandoned or has been woken above. */
	do {
		id = 0;
		xa_lock_irq(&port->requests);
		req = xa_find(&port->requests, &id, ULONG_MAX, XA_PRESENT);
		if (req)
			dxg_port_erase(port, req);
		xa_unlock_irq(&port->requests);
		if (req)
			dxg_request_put(req);
	} while (req);
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
 * dxg_port_room() - The wire may have room again, or the other end has gone.
 * @port: The port.
 */
void dxg_port_room(struct dxg_port *port)
{
	if (wq_has_sleeper(&port->event))
		wake_up_all(&port->event);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_room);

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
	if (len < sizeof(struct dxgp_header))
		dxg_port_violation(port, "message shorter than its header", len);
	else if (port->message)
		port->message(port, data, len);
	else
		dxg_port_violation(port, "message where none is expected",
				   ((const struct dxgp_header *)data)->command);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_message);

static void dxg_request_late(struct work_struct *work)
{
	struct dxg_request *req = container_of(work, struct dxg_request, late_work);

	req->late(req);
	dxg_request_put(req);
}

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
	unsigned long flags;
	bool abandoned = false;

	WRITE_ONCE(port->suspect, false);

	xa_lock_irqsave(&port->requests, flags);
	if (id && id <= U32_MAX)
		req = xa_load(&port->requests, id);
	if (req) {
		dxg_port_erase(port, req);
		abandoned = req->abandoned;
	}
	xa_unlock_irqrestore(&port->requests, flags);

	if (!req) {
		dxg_port_violation(port, "reply to no request", id);
		return;
	}

	atomic64_inc(&port->received);
	req->got = min(len, req->want);
	memcpy(req->reply, data, req->got);
	trace_dxg_reply(port, req, len, abandoned);

	if (!abandoned) {
		complete(&req->done);
	} else if (req->late) {
		queue_work(dxg_wq, &req->late_work);
		req = NULL;
	}
	/* A free place may be what a sender waits for. */
	dxg_port_room(port);
	if (req)
		dxg_request_put(req);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_port_reply);

/* ---- Links ---- */

static void dxg_port_abort_owner(struct dxg_port *port, struct dxg_link *owner)
{
	struct dxg_request *req;
	unsigned long id;

	xa_lock_irq(&port->requests);
	xa_for_each(&port->requests, id, req) {
		if (req->owner != owner || req->abandoned || (req->flags & DXG_REQ_TEARDOWN))
			continue;
		req->error = -ENODEV;
		req->abandoned = true;
		complete(&req->done);
	}
	xa_unlock_irq(&port->requests);
	wake_up_all(&port->event);
}

/**
 * dxg_link_abort() - The peer is about to go: end its waits with ENODEV.
 * @link: The peer.
 * @a: A port that may have requests owned by @link. May be NULL.
 * @b: Another one. May be NULL.
 *
 * Later requests are refused, except teardown. Idempotent.
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

/* ---- Requests ---- */

static bool dxg_link_extended(const struct dxg_link *link)
{
	return link->version >= DXGP_VERSION_EXT_HEADER;
}

/**
 * dxg_request_alloc() - Make a request, headers filled in, the rest zero.
 * @link: Whom it is for. Must outlive the caller's part in the request.
 * @command: DXGP_CMD_xxx.
 * @process: Host handle for the header, or 0.
 * @cmd_len: Bytes of the message from struct dxgp_header on.
 * @reply_len: Bytes that the reply should have.
 * @flags: DXG_REQ_xxx.
 *
 * Returns the request with one reference, or ERR_PTR: -E2BIG when message or
 * reply cannot be carried, -ENOMEM.
 */
struct dxg_request *dxg_request_alloc(struct dxg_link *link, u32 command, u32 process,
				      size_t cmd_len, size_t reply_len, unsigned int flags)
{
	size_t head = dxg_link_extended(link) ? sizeof(struct dxgp_ext_header) : 0;
	bool global = command >= DXGP_FIRST_GLOBAL_COMMAND;
	struct dxgp_header *hdr;
	struct dxg_request *req;

	if (cmd_len < sizeof(*hdr) || cmd_len > DXGP_MAX_MESSAGE - head ||
	    reply_len > DXGP_MAX_MESSAGE)
		return ERR_PTR(-E2BIG);

	req = kzalloc_obj(*req, GFP_KERNEL_ACCOUNT);
	if (!req)
		return ERR_PTR(-ENOMEM);
	kref_init(&req->ref);
	init_completion(&req->done);
	INIT_WORK(&req->late_work, dxg_request_late);
	req->flags = flags;
	req->link = link;
	req->owner = link;
	req->command = command;
	req->msg_len = head + cmd_len;
	req->want = reply_len;
	req->msg = kvzalloc(req->msg_len, GFP_KERNEL_ACCOUNT);
	req->reply = kvzalloc(max_t(size_t, reply_len, 1), GFP_KERNEL_ACCOUNT);
	if (!req->msg || !req->reply) {
		dxg_request_put(req);
		return ERR_PTR(-ENOMEM);
	}

	if (head) {
		struct dxgp_ext_header *ext = req->msg;

		ext->command_offset = head;
		if (!global)
			ext->vgpu_luid = link->luid;
	}
	hdr = req->msg + head;
	hdr->process = process;
	hdr->channel = global ? DXGP_CHANNEL_GLOBAL : DXGP_CHANNEL_VGPU;
	hdr->command = command;
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_alloc);

static void dxg_request_release(struct kref *ref)
{
	struct dxg_request *req = container_of(ref, struct dxg_request, ref);

	if (req->free)
		req->free(req);
	kvfree(req->msg);
	kvfree(req->reply);
	kfree(req);
}

/**
 * dxg_request_get() - Take a reference.
 * @req: The request.
 */
void dxg_request_get(struct dxg_request *req)
{
	kref_get(&req->ref);
}

/**
 * dxg_request_put() - Drop a reference. From any context.
 * @req: The request.
 */
void dxg_request_put(struct dxg_request *req)
{
	kref_put(&req->ref, dxg_request_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_put);

/**
 * dxg_request_cmd() - The message from its struct dxgp_header on, to be filled in.
 * @req: The request.
 */
void *dxg_request_cmd(struct dxg_request *req)
{
	return req->msg + (dxg_link_extended(req->link) ? sizeof(struct dxgp_ext_header) : 0);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_cmd);

static bool dxg_request_refused(const struct dxg_request *req)
{
	return !(req->flags & DXG_REQ_TEARDOWN) && READ_ONCE(req->owner->gone);
}

static bool dxg_port_usable(struct dxg_port *port, const struct dxg_request *req)
{
	return READ_ONCE(port->open) && !dxg_request_refused(req) && !port->ops->gone(port);
}

/* Be counted as a thread inside the port. False: it is closed. */
static bool dxg_port_enter(struct dxg_port *port)
{
	bool open;

	xa_lock_irq(&port->requests);
	open = port->open;
	if (open)
		port->users++;
	xa_unlock_irq(&port->requests);
	return open;
}

static void dxg_port_exit(struct dxg_port *port)
{
	bool last;

	xa_lock_irq(&port->requests);
	last = !--port->users;
	/* Woken under the lock: the port may go away as soon as the closer sees no user. */
	if (last)
		wake_up_all(&port->event);
	xa_unlock_irq(&port->requests);
}

/*
 * Under the lock, with the table full: forget the oldest request that nobody
 * waits for. Replies that a host has lost for good would otherwise fill the
 * table in the end. Returns it, for its reference to be dropped without the
 * lock, or NULL.
 */
static struct dxg_request *dxg_port_forget(struct dxg_port *port)
{
	struct dxg_request *req;
	unsigned long id;

	xa_for_each(&port->requests, id, req) {
		if (req->abandoned) {
			dxg_port_erase(port, req);
			return req;
		}
	}
	return NULL;
}

/*
 * Give @req an id and a place in the table. -EBUSY when the table is full,
 * -ENODEV when the port or the owner has gone.
 */
static int dxg_port_insert(struct dxg_port *port, struct dxg_request *req)
{
	struct dxg_request *forgotten = NULL;
	int ret;

	xa_lock_irq(&port->requests);
	if (port->pending >= DXG_MAX_PENDING) {
		forgotten = dxg_port_forget(port);
		if (!forgotten) {
			ret = -EBUSY;
			goto out;
		}
	}
	ret = __xa_alloc_cyclic(&port->requests, &req->id, req, XA_LIMIT(1, INT_MAX),
				&port->next_id, GFP_KERNEL);
	if (ret < 0)
		goto out;
	ret = 0;
	port->pending++;
	dxg_request_get(req);
	/* The lock may have been dropped for memory, so this comes after. */
	if (!port->open || dxg_request_refused(req)) {
		dxg_port_erase(port, req);
		kref_put(&req->ref, dxg_request_release);
		ret = -ENODEV;
	}
out:
	xa_unlock_irq(&port->requests);
	if (forgotten)
		dxg_request_put(forgotten);
	return ret;
}

/* Take back an id that the host has not seen. */
static void dxg_port_remove(struct dxg_port *port, struct dxg_request *req)
{
	bool mine;

	xa_lock_irq(&port->requests);
	mine = xa_load(&port->requests, req->id) == req;
	if (mine)
		dxg_port_erase(port, req);
	xa_unlock_irq(&port->requests);
	if (mine)
		dxg_request_put(req);
	dxg_port_room(port);
}

/*
 * Wait a little for a free place in the table or for room on the wire. 0 to try
 * again, or -errno. A wakeup that is missed costs one DXG_RETRY.
 */
static int dxg_port_wait_room(struct dxg_port *port, struct dxg_request *req,
			      unsigned long deadline)
{
	bool killable = req->flags & DXG_REQ_KILLABLE;
	DEFINE_WAIT(wait);

	if (!dxg_port_usable(port, req))
		return -ENODEV;
	if (time_after_eq(jiffies, deadline))
		return -ETIMEDOUT;

	prepare_to_wait(&port->event, &wait, killable ? TASK_KILLABLE : TASK_UNINTERRUPTIBLE);
	schedule_timeout(DXG_RETRY);
	finish_wait(&port->event, &wait);
	return killable && fatal_signal_pending(current) ? -ERESTARTSYS : 0;
}

/* Send, waiting for room on the wire as long as the deadline allows. */
static int dxg_port_send(struct dxg_port *port, struct dxg_request *req, u64 id,
			 unsigned long deadline)
{
	bool waited = false;
	int ret;

	/* Before the message is out: the reply may come before send returns. */
	trace_dxg_send(port, req, id);
	for (;;) {
		ret = port->ops->send(port, req->msg, req->msg_len, id);
		if (ret != -EAGAIN)
			break;
		if (!waited) {
			waited = true;
			atomic64_inc(&port->full);
			xa_lock_irq(&port->requests);
			port->room_waiters++;
			xa_unlock_irq(&port->requests);
		}
		port->ops->want_room(port, req->msg_len);
		ret = dxg_port_wait_room(port, req, deadline);
		if (ret)
			break;
	}

	if (waited) {
		bool last;

		xa_lock_irq(&port->requests);
		last = !--port->room_waiters;
		xa_unlock_irq(&port->requests);
		if (last)
			port->ops->want_room(port, 0);
	}
	if (ret)
		trace_dxg_abandon(port, req, ret);
	else
		atomic64_inc(&port->sent);
	return ret;
}

static unsigned long dxg_request_deadline(struct dxg_port *port, const struct dxg_request *req)
{
	unsigned int ms = port->timeout_ms ?: dxg_request_timeout_ms();

	if ((req->flags & DXG_REQ_TEARDOWN) && READ_ONCE(port->suspect))
		ms = min(ms, DXG_SUSPECT_MS);
	return jiffies + msecs_to_jiffies(ms);
}

/* Wait for the reply. 0, or why the wait ended without one. */
static int dxg_request_wait(struct dxg_port *port, struct dxg_request *req,
			    unsigned long deadline)
{
	for (;;) {
		long left = deadline - jiffies, ret;

		left = clamp_t(long, left, 0, DXG_POLL);
		if (req->flags & DXG_REQ_KILLABLE)
			ret = wait_for_completion_killable_timeout(&req->done, left);
		else
			ret = wait_for_completion_timeout(&req->done, left);
		if (ret > 0)
			return 0;
		if (ret < 0)
			return ret;
		if (port->ops->gone(port))
			return -ENODEV;
		if (time_after_eq(jiffies, deadline))
			return -ETIMEDOUT;
	}
}

/* The caller gives up with @error, unless the reply was faster. */
static int dxg_request_abandon(struct dxg_port *port, struct dxg_request *req, int error)
{
	bool replied;

	xa_lock_irq(&port->requests);
	replied = xa_load(&port->requests, req->id) != req;
	if (!replied) {
		req->abandoned = true;
		if (!req->error)
			req->error = error;
	}
	xa_unlock_irq(&port->requests);

	if (replied) {
		/* The receive path has it in its hands and completes it at once. */
		wait_for_completion(&req->done);
		return 0;
	}
	trace_dxg_abandon(port, req, error);
	return req->error;
}

/**
 * dxg_request_run() - Send a request and wait for the reply.
 * @req: The request.
 *
 * Returns 0 when a reply came, whatever it says and however short it is;
 * -ENODEV when the host, the channel or the adapter has gone, -ETIMEDOUT,
 * -ERESTARTSYS at a fatal signal, or an error of the transport. The caller
 * keeps its reference.
 */
int dxg_request_run(struct dxg_request *req)
{
	struct dxg_port *port = req->link->port;
	unsigned long deadline;
	int ret;

	if (req->command >= DXGP_FIRST_GLOBAL_COMMAND)
		WARN_ON_ONCE(req->link->luid.a || req->link->luid.b);
	if (!dxg_port_enter(port))
		return -ENODEV;

	deadline = dxg_request_deadline(port, req);
	while ((ret = dxg_port_insert(port, req)) == -EBUSY) {
		ret = dxg_port_wait_room(port, req, deadline);
		if (ret)
			break;
	}
	if (ret)
		goto out;

	req->start = ktime_get();
	ret = dxg_port_send(port, req, req->id, deadline);
	if (ret) {
		dxg_port_remove(port, req);
		goto out;
	}

	ret = dxg_request_wait(port, req, deadline);
	if (ret)
		ret = dxg_request_abandon(port, req, ret);
	if (!ret)
		ret = READ_ONCE(req->error);
	if (ret == -ETIMEDOUT) {
		WRITE_ONCE(port->suspect, true);
		atomic64_inc(&port->timeouts);
	}
out:
	dxg_port_exit(port);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_run);

/**
 * dxg_request_post() - Send a vGPU message that the host does not answer.
 * @req: The request.
 *
 * Only for an adapter that allows asynchronous messages. Returns 0 when the
 * message is on the wire: it is never dropped silently. The errors are those
 * of dxg_request_run().
 */
int dxg_request_post(struct dxg_request *req)
{
	struct dxg_port *port = req->link->port;
	struct dxgp_header *hdr = dxg_request_cmd(req);
	int ret;

	if (!dxg_port_enter(port))
		return -ENODEV;
	hdr->channel |= DXGP_CHANNEL_ASYNC;
	req->start = ktime_get();
	if (dxg_port_usable(port, req))
		ret = dxg_port_send(port, req, 0, dxg_request_deadline(port, req));
	else
		ret = -ENODEV;
	dxg_port_exit(port);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_post);
