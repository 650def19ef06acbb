/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Quarantine: what the guest may release only when the host has let go of it.
 *
 * Pages, attachments and mappings that the host may still reach are handed
 * over as a struct dxg_keep together with the request that ends the host's
 * object. They are released when the host has answered that it has let go, or
 * when the adapter's channel is closed, whatever comes first; never because
 * time has passed, nor after a refusal. Handing over does not wait and does not
 * fail.
 *
 * So many requests as DXG_QUARANTINE_DEPTH are under way at a time, the others
 * of an adapter wait here in order: closing a file with thousands of objects
 * neither blocks other clients' messages nor the one who closes it. BOs are ended by
 * hundreds with one request. A request that is not answered within the time limit of others
 * does not count any more, up to DXG_QUARANTINE_LOST of them: a host that loses some answers
 * does not stop all ends that follow. What it ends is kept all the same.
 */
#ifndef _DXG_QUARANTINE_H_
#define _DXG_QUARANTINE_H_

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct dxg_request;
struct seq_file;

/* Destroying requests of one adapter that are under way at a time. */
#define DXG_QUARANTINE_DEPTH	32
/* Besides these, those whose answer seems to be lost. */
#define DXG_QUARANTINE_LOST	256

/**
 * struct dxg_quarantine - What an adapter's host has not let go of yet.
 */
struct dxg_quarantine {
	/** @ref: The device, and each keep. */
	struct kref ref;

	/** @lock: Protects what follows; taken in interrupts. */
	spinlock_t lock;

	/** @waiting: Keeps whose request is not sent yet, in order. */
	struct list_head waiting;

	/** @sent: Keeps whose request is unanswered. */
	struct list_head sent;

	/** @held: Keeps that only the end of the channel releases. */
	struct list_head held;

	/** @batches: All struct dxg_keep_batch. */
	struct list_head batches;

	/** @ready: Keeps to be released by @work. */
	struct list_head ready;

	/** @work: Releases @ready. */
	struct work_struct work;

	/** @in_flight: Number of @sent. */
	unsigned int in_flight;

	/** @lost: Of these, those that are late. */
	unsigned int lost;

	/** @limit_ms: When a request is late. */
	unsigned int limit_ms;

	/** @timer: Looks for late ones while others wait. Holds a reference while it is pending. */
	struct timer_list timer;

	/** @count: Keeps that are not released, in all lists. */
	unsigned int count;

	/** @bytes: Their bytes. */
	u64 bytes;

	/** @starting: A thread sends from @waiting. */
	bool starting;

	/** @stopped: Nothing more is sent from @waiting: the adapter is about to be closed. */
	bool stopped;

	/** @closed: The channel is closed: everything is released at once. */
	bool closed;

	/** @idle: Woken when @count becomes 0, and when @starting ends after @stopped. */
	wait_queue_head_t idle;
};

/**
 * struct dxg_keep - One thing in quarantine, embedded in what it keeps.
 */
struct dxg_keep {
	/** @list: Entry of one of the quarantine's lists. */
	struct list_head list;

	/** @quarantine: The quarantine that it is in. */
	struct dxg_quarantine *quarantine;

	/** @req: The request that ends the host's object, or NULL. */
	struct dxg_request *req;

	/** @bytes: Guest memory that it keeps, for debugfs. */
	u64 bytes;

	/** @since: When it was handed over, for debugfs. */
	ktime_t since;

	/** @sent: When its request was sent. */
	ktime_t sent;

	/** @lost: The request is late. */
	bool lost;

	/** @status: In @release: what the host said; DXG_STATUS_DEVICE_REMOVED: nothing. */
	u32 status;

	/**
	 * @release: The host has let go. On a worker, may sleep. The keep is
	 * not touched after this is called.
	 */
	void (*release)(struct dxg_keep *keep);
};

/**
 * struct dxg_keep_batch - Things of one owner that one request can end together.
 *
 * For what a client may have by the thousands. There is one request, made beforehand and
 * used again and again: what is handed over while it is under way goes with the next one.
 * So nothing can fail, and nothing is needed for each of the things. What the host refuses
 * is asked for once more, one by one, to know which it keeps.
 *
 * Embedded in what each of the keeps holds.
 */
struct dxg_keep_batch {
	/** @quarantine: Where the keeps are counted. Its lock protects what follows but @plugs. */
	struct dxg_quarantine *quarantine;

	/** @entry: Entry of the quarantine's batches. */
	struct list_head entry;

	/** @req: The request, of DXG_REQ_WORKER. NULL: there is no batch. */
	struct dxg_request *req;

	/** @max: How many things it can name. */
	unsigned int max;

	/** @fill: Name the things of all keeps of @keeps in @req, by their list. Does not sleep. */
	void (*fill)(struct dxg_request *req, struct list_head *keeps);

	/** @waiting: Keeps that @req does not name yet, in order. */
	struct list_head waiting;

	/** @sent: Keeps that it names, while it is under way. */
	struct list_head sent;

	/** @count: Number of @waiting. */
	unsigned int count;

	/** @singles: So many of @waiting are to go one by one. */
	unsigned int singles;

	/**
	 * @plugs: Threads that are about to hand over more: only full requests are sent. Not
	 * under the lock, which all clients of the adapter share: a bind plugs, too, and has
	 * most often nothing to hand over.
	 */
	atomic_t plugs;

	/** @busy: @req is under way. */
	bool busy;
};

struct dxg_quarantine *dxg_quarantine_create(void);
void dxg_quarantine_put(struct dxg_quarantine *q);

void dxg_quarantine_destroy(struct dxg_quarantine *q, struct dxg_keep *keep,
			    struct dxg_request *req);
void dxg_quarantine_destroy_batched(struct dxg_keep_batch *batch, struct dxg_keep *keep);
void dxg_quarantine_hold(struct dxg_quarantine *q, struct dxg_keep *keep);
void dxg_quarantine_stop(struct dxg_quarantine *q);
void dxg_quarantine_close(struct dxg_quarantine *q);
void dxg_keep_batch_init(struct dxg_keep_batch *batch, struct dxg_quarantine *q,
			 struct dxg_request *req, unsigned int max,
			 void (*fill)(struct dxg_request *req, struct list_head *keeps));
void dxg_keep_batch_fini(struct dxg_keep_batch *batch);
void dxg_keep_batch_plug(struct dxg_keep_batch *batch);
void dxg_keep_batch_unplug(struct dxg_keep_batch *batch);
int dxg_quarantine_wait_idle(struct dxg_quarantine *q, unsigned int ms);
void dxg_quarantine_show(struct dxg_quarantine *q, struct seq_file *m);

#endif /* _DXG_QUARANTINE_H_ */
