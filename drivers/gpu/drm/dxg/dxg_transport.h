/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transport: requests to the host and their replies, whatever carries them.
 *
 * A port is one way to the host (a VMBus channel, or a mock). A link is one
 * peer there (an adapter, or the machine as a whole), addressed by LUID; its
 * messages travel over a port, and several links may share one. A request is
 * one message and its reply.
 *
 * Requests end in one of two ways. dxg_request_run() waits for the reply. A
 * request with a @callback is prepared, where memory may be had and errors
 * returned, and committed later, anywhere: commit does not fail, wait or
 * allocate. The callback is called once, with the reply or with the reason why
 * there will be none.
 *
 * Order: messages leave a port in the order in which they were run or committed.
 * One that does not fit on the wire holds up all behind it; none is dropped.
 *
 * Lifetime: a request is reference counted. The caller owns one reference, the
 * port another one from run or commit until the reply arrives, the port is
 * closed or the link is drained. A caller of run that gives up (fatal signal,
 * time limit, link gone) leaves the request in the table, marked as abandoned:
 * the late reply then ends in memory that the request owns, and @late is called
 * if something must be undone on the host. No request refers to a link after
 * dxg_link_drain().
 *
 * Locking: the xarray lock of port->requests protects all fields of the port
 * that change while it is open, the queue of messages to be sent, and, of the
 * requests that the port holds, state, abandoned and error. It is taken in the
 * receive path, hence with interrupts off, and is the innermost lock: no
 * callback and no function of the transport is called under it.
 */
#ifndef _DXG_TRANSPORT_H_
#define _DXG_TRANSPORT_H_

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

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
	/** @handle: Its number on the wire, not 0. */
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

	/** @gpadl_destroy: Take it back. Waits until the host has let go. */
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

	/** @requests: Unanswered requests by id. */
	struct xarray requests;

	/** @next_id: Where the search for a free id starts. */
	u32 next_id;

	/** @pending: Number of entries of @requests. */
	unsigned int pending;

	/** @users: Threads between dxg_port_enter() and dxg_port_exit(). */
	unsigned int users;

	/** @timeout_ms: Time limit of requests; 0 for the module's. Set before opening. */
	unsigned int timeout_ms;

	/** @room_waiters: Threads that wait for room on the wire. */
	unsigned int room_waiters;

	/** @open: Requests are accepted. */
	bool open;

	/** @suspect: A request ran into the time limit and nothing arrived since. */
	bool suspect;

	/** @event: Woken when there is room, a reply, or a user less. */
	wait_queue_head_t event;

	/** @sent: Messages sent. */
	atomic64_t sent;

	/** @received: Replies taken. */
	atomic64_t received;

	/** @messages: Messages that the host sent by itself. */
	atomic64_t messages;

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
/* After its end, the request can be committed again: its id is kept. */
#define DXG_REQ_REUSABLE	BIT(4)

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

	/** @id: Number on the wire, from 1. */
	u32 id;

	/** @command: Command number. */
	u32 command;

	/** @done: The reply is there, or @error is set. */
	struct completion done;

	/** @error: 0 or why there will be no reply for the caller. */
	int error;

	/** @abandoned: The caller does not wait any more. */
	bool abandoned;

	/**
	 * @late: Called from a workqueue when the reply comes after the caller
	 * left, to undo what the request did; then the reference is dropped.
	 */
	void (*late)(struct dxg_request *req);

	/** @late_data: For @late. */
	void *late_data;

	/**
	 * @callback: Of a prepared request: called once for each commit, when
	 * @error and the reply are final. Anywhere, interrupts included, unless
	 * DXG_REQ_WORKER is set. May drop the last reference of the caller.
	 */
	void (*callback)(struct dxg_request *req);

	/** @data: For @callback. */
	void *data;

	/** @free: Releases @late_data. May be NULL. */
	void (*free)(struct dxg_request *req);

	/** @late_work: Runs @late. */
	struct work_struct late_work;

	/** @start: When the message was sent, for traces. */
	ktime_t start;

	/** @msg: The message, headers included. */
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
void dxg_port_room(struct dxg_port *port);

/* ---- Links ---- */

void dxg_link_abort(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b);
void dxg_link_drain(struct dxg_link *link, struct dxg_port *a, struct dxg_port *b);

/* ---- Requests ---- */

struct dxg_request *dxg_request_alloc(struct dxg_link *link, u32 command, u32 process,
				      size_t cmd_len, size_t reply_len, unsigned int flags);
void dxg_request_get(struct dxg_request *req);
void dxg_request_put(struct dxg_request *req);
void *dxg_request_cmd(struct dxg_request *req);
int dxg_request_run(struct dxg_request *req);
int dxg_request_post(struct dxg_request *req);
int dxg_request_prepare(struct dxg_request *req, void (*callback)(struct dxg_request *req),
			void *data);
void dxg_request_commit(struct dxg_request *req);
bool dxg_request_cancel(struct dxg_request *req);
int dxg_request_result(struct dxg_request *req, u32 *status);

unsigned int dxg_request_timeout_ms(void);

/* ---- The worker of teardowns and late replies ---- */

int dxg_transport_init(void);
void dxg_transport_exit(void);
void dxg_queue_work(struct work_struct *work);
void dxg_queue_delayed_work(struct delayed_work *work, unsigned int ms);
void dxg_flush_work(void);

#endif /* _DXG_TRANSPORT_H_ */
