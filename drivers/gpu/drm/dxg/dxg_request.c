// SPDX-License-Identifier: GPL-2.0
/*
 * Transport: what its user sees of a request. Building, running, committing,
 * giving up. dxg_transport.c does the sending and receiving.
 */
#include <linux/error-injection.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_trace.h"
#include "dxg_transport.h"

/* How often a waiter looks whether the other end has gone without a word. */
#define DXG_POLL		(HZ / 10)
/* How long a teardown waits for a host that has missed a time limit before. */
#define DXG_SUSPECT_MS		500

/*
 * A request whose message and reply fit beside it into so many bytes comes from a cache of its
 * own. With KASAN none does: it is to see the true end of each.
 */
#define DXG_REQUEST_SMALL	(IS_ENABLED(CONFIG_KASAN) ? 0 : 512)

static struct kmem_cache *dxg_request_cache;

/**
 * dxg_request_cache_create() - Make what requests are allocated from. 0 or -ENOMEM.
 */
int dxg_request_cache_create(void)
{
	dxg_request_cache = kmem_cache_create("dxg_request", max(DXG_REQUEST_SMALL, 8), 0,
					      SLAB_ACCOUNT, NULL);
	return dxg_request_cache ? 0 : -ENOMEM;
}

/**
 * dxg_request_cache_destroy() - Undo it. All requests have been freed.
 */
void dxg_request_cache_destroy(void)
{
	kmem_cache_destroy(dxg_request_cache);
	dxg_request_cache = NULL;
}

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
	size_t size;

	if (cmd_len < sizeof(*hdr) || cmd_len > DXGP_MAX_MESSAGE - head ||
	    reply_len > DXGP_MAX_MESSAGE)
		return ERR_PTR(-E2BIG);

	/* One piece of memory: the request, its message, its reply. */
	size = sizeof(*req) + ALIGN(head + cmd_len, 8) + reply_len;
	if (size <= DXG_REQUEST_SMALL)
		req = kmem_cache_alloc(dxg_request_cache, GFP_KERNEL);
	else
		req = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!req)
		return ERR_PTR(-ENOMEM);
	memset(req, 0, size);
	req->small = size <= DXG_REQUEST_SMALL;
	kref_init(&req->ref);
	init_completion(&req->done);
	INIT_LIST_HEAD(&req->entry);
	INIT_WORK(&req->work, dxg_request_work);
	req->flags = flags;
	req->link = link;
	req->owner = link;
	req->command = command;
	req->msg_len = head + cmd_len;
	req->want = reply_len;
	req->msg = req + 1;
	req->reply = req->msg + ALIGN(req->msg_len, 8);

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
	if (req->small)
		kmem_cache_free(dxg_request_cache, req);
	else
		kvfree(req);
}

/**
 * dxg_request_get() - Take a reference.
 * @req: The request.
 */
void dxg_request_get(struct dxg_request *req)
{
	kref_get(&req->ref);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_get);

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

/* Forget what the last use left. The request is with its owner. */
static void dxg_request_reset(struct dxg_request *req, bool posted)
{
	struct dxgp_header *hdr = dxg_request_cmd(req);

	WARN_ON_ONCE(req->state != DXG_REQUEST_IDLE && req->state != DXG_REQUEST_ENDED);
	WARN_ON_ONCE(req->command >= DXGP_FIRST_GLOBAL_COMMAND &&
		     (req->link->luid.a || req->link->luid.b));
	req->posted = posted;
	if (posted)
		hdr->channel |= DXGP_CHANNEL_ASYNC;
	else
		hdr->channel &= ~DXGP_CHANNEL_ASYNC;
	req->abandoned = false;
	req->waited = false;
	req->error = 0;
	req->got = 0;
	/* The first time, it is as it was made. */
	if (req->used)
		memset(req->reply, 0, req->want);
	req->used = true;
	req->id = 0;
	reinit_completion(&req->done);
}

static unsigned long dxg_request_deadline(struct dxg_port *port, const struct dxg_request *req)
{
	unsigned int ms = port->timeout_ms ?: dxg_request_timeout_ms();

	if ((req->flags & DXG_REQ_TEARDOWN) && READ_ONCE(port->suspect))
		ms = min(ms, DXG_SUSPECT_MS);
	return jiffies + msecs_to_jiffies(ms);
}

/* Wait for the end. 0, or why the wait ended without one. */
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

/* The caller gives up with @error. 0 when the end was faster. */
static int dxg_request_abandon(struct dxg_port *port, struct dxg_request *req, int error)
{
	enum dxg_request_state state;

	spin_lock_irq(&port->lock);
	state = req->state;
	if (state == DXG_REQUEST_QUEUED) {
		list_del_init(&req->entry);
		req->state = DXG_REQUEST_IDLE;
	} else if (state != DXG_REQUEST_ENDED) {
		req->abandoned = true;
	}
	spin_unlock_irq(&port->lock);

	if (state == DXG_REQUEST_ENDED || (state == DXG_REQUEST_SENDING && req->posted)) {
		/* Somebody has it in his hands and completes it at once. */
		wait_for_completion(&req->done);
		return req->posted && req->error ? error : 0;
	}
	trace_dxg_abandon(port, req, error);
	if (state == DXG_REQUEST_QUEUED) {
		dxg_request_put(req);
		dxg_port_room(port);
	}
	return error;
}

static int dxg_request_exchange(struct dxg_request *req, bool posted)
{
	unsigned long deadline;
	struct dxg_port *port;
	int ret;

	dxg_request_reset(req, posted);
	port = dxg_request_enter(req);
	if (!port)
		return -ENODEV;
	deadline = dxg_request_deadline(port, req);
	ret = dxg_request_wait(port, req, deadline);
	if (ret)
		ret = dxg_request_abandon(port, req, ret);
	if (!ret)
		ret = READ_ONCE(req->error);
	if (ret == -ETIMEDOUT) {
		WRITE_ONCE(port->suspect, true);
		atomic64_inc(&port->timeouts);
	}
	dxg_port_exit(port);
	return ret;
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
	return dxg_request_exchange(req, false);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_run);
ALLOW_ERROR_INJECTION(dxg_request_run, ERRNO);

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
	return dxg_request_exchange(req, true);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_post);
ALLOW_ERROR_INJECTION(dxg_request_post, ERRNO);

/**
 * dxg_request_commit() - Send a request that nobody waits for.
 * @req: The request, not under way; built or ended before.
 * @callback: Gets the end; see struct dxg_request.
 * @data: For @callback, as req->data.
 *
 * From any context; does not wait, fail or allocate. The port has a reference of
 * its own until @callback has returned; the caller keeps his. The link has to
 * stay until then, or until it is drained.
 *
 * With DXG_REQ_ASYNC, and where the adapter allows it, the end is told as soon as
 * the message is on the wire, and req->posted is set: there is no reply.
 */
void dxg_request_commit(struct dxg_request *req, void (*callback)(struct dxg_request *req),
			void *data)
{
	bool queued = false;

	req->callback = callback;
	req->data = data;
	/* Pairs with dxg_link_drain(), as in dxg_link_enter(). */
	rcu_read_lock();
	if (!READ_ONCE(req->link->dead) && !READ_ONCE(req->owner->dead)) {
		struct dxg_port *port = req->link->port;

		dxg_request_reset(req, (req->flags & DXG_REQ_ASYNC) && req->link->async);
		queued = dxg_port_start(port, req, false);
	}
	rcu_read_unlock();
	if (queued)
		return;

	dxg_request_get(req);
	req->got = 0;
	req->error = -ENODEV;
	atomic_inc(&req->owner->busy);
	dxg_request_finish(req);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_commit);

/**
 * dxg_request_cancel() - Take a committed request back before it is sent.
 * @req: The request.
 *
 * From any context, while the link is there. True when it was still in the
 * queue: it is not sent, and its callback not called. False when it was sent or
 * has ended: the callback has been called or will be.
 */
bool dxg_request_cancel(struct dxg_request *req)
{
	struct dxg_port *port = NULL;
	bool queued = false;
	unsigned long flags;

	rcu_read_lock();
	if (!READ_ONCE(req->link->dead)) {
		port = req->link->port;
		spin_lock_irqsave(&port->lock, flags);
		queued = req->state == DXG_REQUEST_QUEUED;
		if (queued) {
			list_del_init(&req->entry);
			req->state = DXG_REQUEST_IDLE;
		}
		spin_unlock_irqrestore(&port->lock, flags);
		if (queued)
			dxg_port_room(port);
	}
	rcu_read_unlock();
	if (queued)
		dxg_request_put(req);
	return queued;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_cancel);
