/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host processes.
 */
#ifndef _DXG_PROCESS_H_
#define _DXG_PROCESS_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

struct dxg_host;
struct dxg_link;

/**
 * struct dxg_process - A process on the host: the name space of host handles.
 *
 * Holds a reference on its host. The last reference may be dropped anywhere:
 * a worker ends the process on the host, and whoever drops it does not wait.
 */
struct dxg_process {
	/** @ref: References. */
	struct kref ref;

	/** @host: The host. */
	struct dxg_host *host;

	/** @list: Entry of host->processes, under host->lock. */
	struct list_head list;

	/** @handle: The host's handle, 0 when the host has no such process any more. */
	u32 handle;

	/** @cookie: The id by which the host may name the process. */
	u32 cookie;

	/** @work: Ends the process. */
	struct work_struct work;

	/** @rcu: Who has found the last reference gone may still look. */
	struct rcu_head rcu;
};

struct dxg_process *dxg_process_create(struct dxg_host *host, struct dxg_link *owner,
				       const char *name, unsigned int flags);
struct dxg_process *dxg_process_get(struct dxg_process *process);
void dxg_process_put(struct dxg_process *process);
void dxg_process_end(struct dxg_process *process);
bool dxg_process_known(struct dxg_host *host, u32 handle);

#endif /* _DXG_PROCESS_H_ */
