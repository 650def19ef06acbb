/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transport: requests to the host and their replies, whatever carries them.
 *
 * A port is one way to the host (a VMBus channel, or a mock). A link is one
 * peer there (an adapter, or the machine as a whole), addressed by LUID; its
 * messages travel over a port, and several links may share one. A request is
 * one message and its reply.
 *
 * A request is used in one of two ways. dxg_request_run() sends it and waits
 * for the reply. dxg_request_commit() takes a request that was built before,
 * where memory may be had and errors returned; it does not fail, wait or
 * allocate, and a callback gets the reply, or the reason why there is none.
 *
 * Order: messages leave a port in the order in which they were run or committed.
 * One that does not fit on the wire holds up all behind it; none is dropped.
 *
 * Lifetime: a request is reference counted. The caller owns one reference. Of a
 * committed one the port has another until its end was told. One that is run
 * has none more: who waits for it stays until then. When he gives up (fatal
 * signal, time limit, link gone) the port gets a reference, and the request
 * stays in the table, marked as abandoned: the late reply then
 * ends in memory that the request owns, and @late is called if something must
 * be undone on the host. After dxg_link_drain() no request looks at the link.
 *
 * Who waits is a thread inside the port, which does not go away under him. Who ends
 * the request, under the lock, dismisses him, so that he need not take it again. When he
 * has waited for long, or gives up, he is the one to leave: the first to set
 * req->dismissed decides.
 *
 * Locking: port->lock protects all fields of the port that change while it is
 * open and, of the requests that the port holds, those named below. It is taken
 * in the receive path, hence with interrupts off, and is innermost: neither the
 * operations of the port nor callbacks are called under it.
 */
#ifndef _DXG_TRANSPORT_H_
#define _DXG_TRANSPORT_H_

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/hashtable.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "dxg_proto.h"

struct device;
struct dxg_host;
struct dxg_port;
struct dxg_request;

/* Requests of a port that the host has not answered yet, abandoned ones included. */
#define DXG_MAX_PENDING		1024

/**
 * struct dxg_gpadl - Guest memory that the host may reach over a port.
 */
struct dxg_gpadl {
	/** @list: Entry of host->gpadls. */
	struct list_head list;

	/** @handle: Its number on the wire; 0 when there is none. */
	u32 handle;

	/** @transport: For the ops. */
	void *transport;
};

/**
 * struct dxg_port_ops - What carries messages.
 *
 * @send, @want_room and @gone are called from any context, @send by one thread
 * at a time; the others from sleepable context.
 */
struct dxg_port_ops {
	/** @open: Begin: after this, received packets may be reported. 0 or -errno. */
	int (*open)(struct dxg_port *port);

	/** @close: End: when this returns, no packet is reported any more. */
	void (*close)(struct dxg_port *port);

	/**
	 * @send: Put @len bytes on the wire under @id, or with @id 0 where no
	 * reply is wanted. -EAGAIN when there is no room now; -ENODEV when
	 * the other end is gone.
	 */
	int (*send)(struct dxg_port *port, const void *msg, size_t len, u64 id);

	/**
	 * @want_room: Call dxg_port_room() when a message of @len bytes fits;
	 * with 0, no longer. The port does not rely on it: it also tries again
	 * by itself.
	 */
	void (*want_room)(struct dxg_port *port, size_t len);

	/** @gone: The other end has left for good, though nobody said so yet. */
	bool (*gone)(struct dxg_port *port);

	/**
	 * @gpadl_create: Give the host access to @size bytes at @address, whole
	 * pages mapped into the kernel. 0 or -errno. The mapping is not needed
	 * any longer when this returns. NULL where there is no such thing.
	 */
	int (*gpadl_create)(struct dxg_port *port, void *address, size_t size,
			    struct dxg_gpadl *gpadl);

	/** @gpadl_destroy: Take it back. Waits until the host has let go. Before @close. */
	void (*gpadl_destroy)(struct dxg_port *port, struct dxg_gpadl *gpadl);
};

/**
 * struct dxg_port - One way to the host.
 */
struct dxg_port {
	/** @ops: What carries the messages. */
	const struct dxg_port_ops *ops;

	/** @dev: For log lines. */
	struct device *dev;

	/** @transport: For @ops. */
	void *transport;

	/** @name: For traces: "global" or "vgpu". */
	const char *name;

	/**
	 * @message: Takes a message that the host sent by itself, in atomic
	 * context. NULL where none is expected.
	 */
	void (*message)(struct dxg_port *port, const void *data, size_t len);

	/** @lock: Protects what follows, and the requests of the port. */
	spinlock_t lock;

	/** @requests: Requests that were sent and not answered, by id. */
	DECLARE_HASHTABLE(requests, 8);

	/** @last_id: The newest id that was given out. */
	u32 last_id;

	/** @pending: Number of @requests that count against DXG_MAX_PENDING. */
	unsigned int pending;

	/** @queue: Requests to be sent, in order. */
	struct list_head queue;

	/** @pumping: A thread is sending from @queue. */
	bool pumping;

	/** @rounds: Times that a thread has left off sending. */
	unsigned int rounds;

	/** @stalled: The head of @queue waits for room on the wire. */
	bool stalled;

	/** @pump_work: Sends from @queue when there is room again. */
	struct delayed_work pump_work;

	/** @users: Threads inside the port. */
	unsigned int users;

	/** @timeout_ms: Time limit of requests; 0 for the module's. Set before opening. */
	unsigned int timeout_ms;

	/** @open: Requests are accepted. */
	bool open;

	/** @suspect: A request ran into the time limit and nothing arrived since. */
	bool suspect;

	/** @event: Woken when a user or the sending thread has left. */
	wait_queue_head_t event;

	/** @sent: Messages sent. */
	atomic64_t sent;

	/** @received: Replies taken. */
	atomic64_t received;

	/** @messages: Messages that the host sent by itself. */
	atomic64_t messages;

	/** @bytes: Bytes of all these. */
	atomic64_t bytes;

	/** @violations: Packets that the protocol does not allow. */
	atomic64_t violations;

	/** @full: Times that a message had to wait for room. */
	atomic64_t full;

	/** @timeouts: Requests that ran into the time limit. */
	atomic64_t timeouts;
};

/**
 * struct dxg_link - One peer on the host.
 *
 * The fields are set before the first request and @port changes only while
 * none is in flight; @gone may be set at any time.
 */
struct dxg_link {
	/** @port: What carries its messages now. */
	struct dxg_port *port;

	/** @luid: LUID that addresses the adapter, 0 for the machine as a whole. */
	struct dxgp_luid luid;

	/** @version: Interface version; decides on the extended header. */
	u32 version;

	/** @async: The adapter takes messages of DXG_REQ_ASYNC without a reply. */
	bool async;

	/** @gone: Nothing but teardown is sent any more. */
	bool gone;

	/** @closing: Set when @gone is: nothing is sent any more but what closes the adapter. */
	bool closing;

	/** @dead: Drained: nothing is sent, @port is not looked at. */
	bool dead;

	/** @busy: Callbacks of its requests that are due or running. */
	atomic_t busy;

	/** @host: The host, for what it names in the IO space. */
	struct dxg_host *host;
};

/* Waiting ends at a fatal signal. For requests on behalf of a user. */
#define DXG_REQ_KILLABLE	BIT(0)
/* Sent even when the link is gone, and given up soon when the host is silent. */
#define DXG_REQ_TEARDOWN	BIT(1)
/* Sent without a reply where the link allows that. Set by the command's builder. */
#define DXG_REQ_ASYNC		BIT(2)
/* The callback runs on the driver's worker and may sleep, instead of anywhere. */
#define DXG_REQ_WORKER		BIT(3)

/** enum dxg_request_state - Where a request is. */
enum dxg_request_state {
	/** @DXG_REQUEST_IDLE: With its owner: never sent, or its end was told. */
	DXG_REQUEST_IDLE,
	/** @DXG_REQUEST_QUEUED: In the queue of a port. */
	DXG_REQUEST_QUEUED,
	/** @DXG_REQUEST_SENDING: In the hands of the sending thread. */
	DXG_REQUEST_SENDING,
	/** @DXG_REQUEST_SENT: On the wire, the reply is awaited. */
	DXG_REQUEST_SENT,
	/** @DXG_REQUEST_ENDED: The end is being told, or the owner does not care any more. */
	DXG_REQUEST_ENDED,
};

/**
 * struct dxg_request - One message and its reply.
 */
struct dxg_request {
	/** @ref: The caller, the port's table, @late. */
	struct kref ref;

	/** @flags: DXG_REQ_xxx. */
	unsigned int flags;

	/** @link: Whom the message is addressed to. */
	struct dxg_link *link;

	/** @owner: Whose going away ends the wait; @link unless set otherwise. */
	struct dxg_link *owner;

	/** @id: Number on the wire, from 1; 0 while there is none. Port's lock. */
	u32 id;

	/** @state: Where it is. Port's lock. */
	enum dxg_request_state state;

	/** @small: From the cache of small requests. */
	bool small;

	/** @used: Was sent before, so @reply may hold something. */
	bool used;

	/** @posted: Sent without wanting a reply. */
	bool posted;

	/** @counted: Counted in port->pending. Port's lock. */
	bool counted;

	/** @waited: Was held up by a full wire. Port's lock. */
	bool waited;

	/** @entry: Entry of port->queue. */
	struct list_head entry;

	/** @node: Entry of port->requests. */
	struct hlist_node node;

	/** @command: Command number. */
	u32 command;

	/** @done: The reply is there, or @error is set. */
	struct completion done;

	/** @error: 0 or why there will be no reply for the caller. */
	int error;

	/** @abandoned: The caller does not wait any more. Port's lock. */
	bool abandoned;

	/** @dismissed: It is settled who takes the waiting thread out of the port. */
	bool dismissed;

	/**
	 * @late: Called from a workqueue when the reply comes after the caller
	 * left, to undo what the request did; then the reference is dropped.
	 */
	void (*late)(struct dxg_request *req);

	/** @undo: What @late does for what there still is. May be NULL. */
	void (*undo)(struct dxg_request *req);

	/** @parent: Host handle of what something is made on, for @late; 0: the process. */
	u32 parent;

	/** @late_data: For @late. */
	void *late_data;

	/**
	 * @callback: Of a committed request: called once, when @error and the
	 * reply are final. Anywhere, also within dxg_request_commit() and in
	 * interrupts, unless DXG_REQ_WORKER is set. May commit the request
	 * again, and drop the owner's reference.
	 */
	void (*callback)(struct dxg_request *req);

	/** @data: For @callback. */
	void *data;

	/** @free: Releases @late_data. May be NULL. */
	void (*free)(struct dxg_request *req);

	/** @work: Runs @late, or @callback with DXG_REQ_WORKER. */
	struct work_struct work;

	/** @sent: When the message was sent, in jiffies. */
	unsigned long sent;

	/** @start: The same for traces, when they were on; else 0. */
	ktime_t start;

	/** @msg: The message, headers included; in the memory of the request, as is @reply. */
	void *msg;

	/** @msg_len: Bytes of @msg. */
	size_t msg_len;

	/** @reply: What was received, zero beyond @got. */
	void *reply;

	/** @want: Size of the reply that the command expects. */
	size_t want;

	/** @got: Bytes received, at most @want. */
	size_t got;
};

/* ---- Ports ---- */

void dxg_port_init(struct dxg_port *port, const struct dxg_port_ops *ops, struct device *dev,
		   const char *name, void *transport);
void dxg_port_fini(struct dxg_port *port);
int dxg_port_open(struct dxg_port *port);
void dxg_port_close(struct dxg_port *port);

/* For the transport, from any context. */
void dxg_port_reply(struct dxg_port *port, u64 id, const void *data, size_t len);
void dxg_port_message(struct dxg_port *port, const void *data, size_t len);
void dxg_port_violation(struct dxg_port *port, const char *what, u64 value);
void dxg_port_try_again(struct dxg_port *port);

/**
 * dxg_port_room() - The wire may have room again, or the other end has gone.
 * @port: The port.
 */
static inline void dxg_port_room(struct dxg_port *port)
{
	if (!list_empty_careful(&port->queue) && READ_ONCE(port->open))
		dxg_port_try_again(port);
}

/* ---- Links ---- */

void dxg_link_abort(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b);
void dxg_link_drain(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b);

/* ---- Requests ---- */

struct dxg_request *dxg_request_alloc(struct dxg_link *link, u32 command, u32 process,
				      size_t cmd_len, size_t reply_len, unsigned int flags);
void dxg_request_put(struct dxg_request *req);
int dxg_request_run(struct dxg_request *req);
int dxg_request_post(struct dxg_request *req);
void dxg_request_commit(struct dxg_request *req, void (*callback)(struct dxg_request *req),
			void *data);
bool dxg_request_cancel(struct dxg_request *req);

unsigned int dxg_request_timeout_ms(void);

/**
 * dxg_request_get() - Take a reference.
 * @req: The request.
 */
static inline void dxg_request_get(struct dxg_request *req)
{
	kref_get(&req->ref);
}

static inline bool dxg_link_extended(const struct dxg_link *link)
{
	return link->version >= DXGP_VERSION_EXT_HEADER;
}

/**
 * dxg_request_cmd() - The message from its struct dxgp_header on, to be filled in.
 * @req: The request.
 */
static inline void *dxg_request_cmd(struct dxg_request *req)
{
	return req->msg + (dxg_link_extended(req->link) ? sizeof(struct dxgp_ext_header) : 0);
}

/* ---- Between dxg_transport.c and dxg_request.c ---- */

struct dxg_port *dxg_request_enter(struct dxg_request *req);
void dxg_port_exit(struct dxg_port *port);
bool dxg_link_enter(struct dxg_link *link, struct dxg_port **port);
bool dxg_port_start(struct dxg_port *port, struct dxg_request *req);
void dxg_request_finish(struct dxg_request *req);
void dxg_request_work(struct work_struct *work);
int dxg_request_cache_create(void);
void dxg_request_cache_destroy(void);

static inline bool dxg_request_refused(const struct dxg_request *req)
{
	const struct dxg_link *owner = req->owner;

	if (!READ_ONCE(owner->gone))
		return false;
	return !(req->flags & DXG_REQ_TEARDOWN) ||
	       (READ_ONCE(owner->closing) && req->command != DXGP_CMD_CLOSEADAPTER);
}

/* ---- The worker of teardowns and late replies ---- */

int dxg_transport_init(void);
void dxg_transport_exit(void);
bool dxg_queue_work(struct work_struct *work);
void dxg_queue_delayed_work(struct delayed_work *work, unsigned int ms);
void dxg_flush_work(void);
unsigned long dxg_work_count(void);

#endif /* _DXG_TRANSPORT_H_ */
