/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The binder of a VM: what is asked of the host about its addresses, in order.
 *
 * Host and book-keeping must agree, and an operation that is refused must leave
 * no trace. So all operations of a VM, synchronous or on whatever bind queue,
 * go through here, one after the other: checked against the book-keeping,
 * sent, and booked when the host has answered. What they bring into force later
 * (a paging fence) is waited for outside of that order.
 *
 * A job is an array of operations, made with everything that it may need, messages
 * and mappings included: from dxg_binder_add() on nothing is allocated, and what
 * does the work may signal dma_fences. A job whose @undo is set and of which an
 * operation fails is undone in reverse.
 */
#ifndef _DXG_BINDER_H_
#define _DXG_BINDER_H_

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "dxg_fence.h"

struct dxg_bind_job;
struct dxg_bind_op;
struct dxg_paging_queue;
struct dxg_vm;

/**
 * struct dxg_binder - The order of what is asked of the host. Embedded in the VM.
 */
struct dxg_binder {
	/** @lock: Protects @jobs, @error and @deadline; taken in interrupts. */
	spinlock_t lock;

	/** @jobs: Jobs that the host has not answered to the end; the first is the active one. */
	struct list_head jobs;

	/** @error: 0, or why nothing is accepted any more. */
	int error;

	/** @deadline: When the message under way is given up, in jiffies; 0: none is. */
	unsigned long deadline;

	/** @work: Goes on with the active job. In the signalling path. */
	struct work_struct work;

	/** @timer: Looks at @deadline. In the signalling path. */
	struct delayed_work timer;
};

/** enum dxg_bind_phase - How far a job has come. */
enum dxg_bind_phase {
	/** @DXG_BIND_DO: Its operations are carried out. */
	DXG_BIND_DO,
	/** @DXG_BIND_UNDO: They are undone. */
	DXG_BIND_UNDO,
	/** @DXG_BIND_ANSWERED: The host has answered everything. */
	DXG_BIND_ANSWERED,
};

/**
 * struct dxg_bind_job - An array of operations.
 *
 * What has no note belongs to the maker until dxg_binder_add(), then to the
 * binder, and to the maker again when @done is complete.
 */
struct dxg_bind_job {
	/** @ref: The maker, the binder, the message under way, the wait for the paging fence. */
	struct kref ref;

	/** @vm: The VM. Holds a reference. */
	struct dxg_vm *vm;

	/** @paging: Where the operations are ordered. Holds a reference. */
	struct dxg_paging_queue *paging;

	/** @link: Entry of the binder's jobs. */
	struct list_head link;

	/** @undo: Undo what was done when an operation fails. */
	bool undo;

	/** @begun: The binder has taken it: @finished will be called. */
	bool begun;

	/** @phase: How far it has come. */
	enum dxg_bind_phase phase;

	/** @in_flight: A message is under way. */
	bool in_flight;

	/** @replied: Its end was told. Written by the callback. */
	bool replied;

	/** @current_op: Index of the operation that is done or undone. */
	u32 current_op;

	/**
	 * @undo_at: When undoing: the address up to which the current operation is
	 * undone, 0 in the beginning; of residency: 1 when it is.
	 */
	u64 undo_at;

	/** @undo_next: What @undo_at will be when the host has answered. */
	u64 undo_next;

	/** @error: 0, or -errno of the first operation that failed. */
	int error;

	/** @failed_op: Its index, when @error is not 0. */
	u32 failed_op;

	/** @fence_value: What the paging fence must reach before all is in force. */
	u64 fence_value;

	/** @cb: Waits for that. */
	struct dxg_fence_cb cb;

	/**
	 * @answered: The host has answered everything. Results can be read. At most one thread
	 * waits for this and @done: all of several must not be woken in an interrupt.
	 */
	struct completion answered;

	/** @done: All is in force, or has failed. */
	struct completion done;

	/** @finished: Called when @done is completed, in process or atomic context. May be NULL. */
	void (*finished)(struct dxg_bind_job *job, int error);

	/** @finished_data: For @finished. */
	void *finished_data;

	/** @free_work: Frees it. */
	struct work_struct free_work;

	/** @count: Number of @ops. */
	u32 count;

	/** @ops: The operations. */
	struct dxg_bind_op *ops;
};

void dxg_binder_init(struct dxg_binder *binder);
void dxg_binder_fini(struct dxg_binder *binder);

/* Queue @job; takes a reference until it is done. 0, or why the binder is stopped. */
int dxg_binder_add(struct dxg_bind_job *job);
/* Nothing is accepted any more, all jobs end with @error. In the signalling path. */
void dxg_binder_stop(struct dxg_vm *vm, int error);

/* ---- Jobs: dxg_bind_job.c ---- */

struct dxg_bind_job *dxg_bind_job_create(struct dxg_vm *vm, struct dxg_paging_queue *paging,
					 u32 count);
void dxg_bind_job_get(struct dxg_bind_job *job);
void dxg_bind_job_put(struct dxg_bind_job *job);	/* from any context */
int dxg_bind_job_run(struct dxg_bind_job *job, bool in_force, unsigned int state);

#endif /* _DXG_BINDER_H_ */
