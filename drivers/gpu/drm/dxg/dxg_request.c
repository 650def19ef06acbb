// SPDX-License-Identifier: GPL-2.0
/*
 * Transport: what its user sees of a request. Building, running, committing,
 * giving up. dxg_transport.c does the sending and receiving.
 */
#include <linux/error-injection.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
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
/* The last one that was freed on each processor: most commands come and go one by one. */
static DEFINE_PER_CPU(struct dxg_request *, dxg_request_spare);

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
	struct dxg_request *req;
	int cpu;

	for_each_possible_cpu(cpu) {
		req = xchg(per_cpu_ptr(&dxg_request_spare, cpu), NULL);
		if (req)
			kmem_cache_free(dxg_request_cache, req);
	}
	kmem_cache_destroy(dxg_request_cache);
	dxg_request_cache = NULL;
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
	if (size > DXG_REQUEST_SMALL)
		req = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	else
		req = this_cpu_xchg(dxg_request_spare, NULL) ?:
		      kmem_cache_alloc(dxg_request_cache, GFP_KERNEL);
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

static inline void dxg_request_free(struct dxg_request *req)
{
	if (req->free)
		req->free(req);
	if (!req->small)
		kvfree(req);
	else if (this_cpu_cmpxchg(dxg_request_spare, NULL, req))
		kmem_cache_free(dxg_request_cache, req);
}

/**
 * dxg_request_put() - Drop a reference. From any context.
 * @req: The request.
 */
void dxg_request_put(struct dxg_request *req)
{
	if (refcount_dec_and_test(&req->ref.refcount))
		dxg_request_free(req);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_put);

/* Forget what the last use left. */
static void dxg_request_forget(struct dxg_request *req)
{
	struct dxgp_header *hdr = dxg_request_cmd(req);

	hdr->channel &= ~DXGP_CHANNEL_ASYNC;
	req->posted = false;
	req->abandoned = false;
	req->dismissed = false;
	req->waited = false;
	req->error = 0;
	req->got = 0;
	req->id = 0;
	memset(req->reply, 0, req->want);
	reinit_completion(&req->done);
}

/* The request is with its owner: prepare it for being sent. */
static __always_inline void dxg_request_reset(struct dxg_request *req, bool posted)
{
	WARN_ON_ONCE(req->state != DXG_REQUEST_IDLE && req->state != DXG_REQUEST_ENDED);
	WARN_ON_ONCE(req->command >= DXGP_FIRST_GLOBAL_COMMAND &&
		     (req->link->luid.a || req->link->luid.b));
	/* The first time, it is as it was made. */
	if (req->used)
		dxg_request_forget(req);
	req->used = true;
	if (posted) {
		((struct dxgp_header *)dxg_request_cmd(req))->channel |= DXGP_CHANNEL_ASYNC;
		req->posted = true;
	}
}

static unsigned long dxg_request_deadline(struct dxg_port *port, const struct dxg_request *req,
					  unsigned long begin)
{
	unsigned int ms = port->timeout_ms ?: dxg_request_timeout_ms();

	if ((req->flags & DXG_REQ_TEARDOWN) && READ_ONCE(port->suspect))
		ms = min(ms, DXG_SUSPECT_MS);
	return begin + msecs_to_jiffies(ms);
}

/* Wait for the end, but not for long. As wait_for_completion_killable_timeout(). */
static long dxg_request_sleep(struct dxg_request *req, long ticks)
{
	if (req->flags & DXG_REQ_KILLABLE)
		return wait_for_completion_killable_timeout(&req->done, ticks);
	return wait_for_completion_timeout(&req->done, ticks);
}

/* The end did not come soon. 0 when it has come, or why the wait ended without one. */
static int dxg_request_wait_on(struct dxg_port *port, struct dxg_request *req,
			       unsigned long begin)
{
	unsigned long deadline = dxg_request_deadline(port, req, begin);
	long ret;

	for (;;) {
		if (port->ops->gone(port))
			return -ENODEV;
		if (time_after_eq(jiffies, deadline))
			return -ETIMEDOUT;
		ret = dxg_request_sleep(req, clamp_t(long, deadline - jiffies, 1, DXG_POLL));
		if (ret)
			return min(ret, 0L);
	}
}

/* The caller gives up with @error. 0 when the end was faster. */
static int dxg_request_abandon(struct dxg_port *port, struct dxg_request *req, int error)
{
	enum dxg_request_state state;
	bool ended;

	spin_lock_irq(&port->lock);
	state = req->state;
	ended = state == DXG_REQUEST_ENDED || req->abandoned ||
		(state == DXG_REQUEST_SENDING && req->posted);
	if (!ended && state == DXG_REQUEST_QUEUED) {
		list_del_init(&req->entry);
		req->state = DXG_REQUEST_IDLE;
	} else if (!ended) {
		/* For the table: the caller's will go. */
		dxg_request_get(req);
		req->abandoned = true;
	}
	spin_unlock_irq(&port->lock);

	if (ended) {
		/* Somebody has it in his hands and completes it at once. */
		wait_for_completion(&req->done);
		return req->posted && req->error ? error : 0;
	}
	trace_dxg_abandon(port, req, error);
	if (state == DXG_REQUEST_QUEUED)
		dxg_port_room(port);
	return error;
}

/* Wait for the end, or give up. Inside the port, which this leaves. */
static int dxg_request_patience(struct dxg_port *port, struct dxg_request *req,
				unsigned long begin, int ret)
{
	if (!ret)
		ret = dxg_request_wait_on(port, req, begin);
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

static __always_inline int dxg_request_exchange(struct dxg_request *req, bool posted)
{
	unsigned long begin = jiffies;
	struct dxg_port *port;
	long ret;

	dxg_request_reset(req, posted);
	port = dxg_request_enter(req);
	if (!port)
		return -ENODEV;
	/* As a rule it is there by now, or soon; then the port is not looked at again. */
	ret = dxg_request_sleep(req, DXG_POLL);
	if (ret > 0)
		return READ_ONCE(req->error);
	if (!xchg(&req->dismissed, true))
		return dxg_request_patience(port, req, begin, ret);
	wait_for_completion(&req->done);
	return READ_ONCE(req->error);
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
		queued = dxg_port_start(port, req);
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
