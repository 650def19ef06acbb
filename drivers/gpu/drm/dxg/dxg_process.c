// SPDX-License-Identifier: GPL-2.0
/*
 * Host processes: made at first need, ended by a worker.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_device.h"
#include "dxg_process.h"

/**
 * dxg_process_end() - End the process on the host, if it has not been yet.
 * @process: The process.
 *
 * Sleeps until the host has answered or the time limit is over.
 */
void dxg_process_end(struct dxg_process *process)
{
	u32 handle = xchg(&process->handle, 0);
	u32 status;

	if (handle)
		dxg_cmd_destroy_process(&process->host->link, handle, &status);
}

/**
 * dxg_process_known() - Whether there is a process of this handle that has not been ended.
 * @host: The host. The caller holds its lock, under which no process begins to end.
 * @handle: The host's handle.
 */
bool dxg_process_known(struct dxg_host *host, u32 handle)
{
	struct dxg_process *process;

	lockdep_assert_held(&host->lock);
	list_for_each_entry(process, &host->processes, list) {
		if (process->handle == handle)
			return true;
	}
	return false;
}

static void dxg_process_work(struct work_struct *work)
{
	struct dxg_process *process = container_of(work, struct dxg_process, work);
	struct dxg_host *host = process->host;
	u32 handle, status;

	/* What undoes late replies is sent before, or not at all. */
	mutex_lock(&host->lock);
	handle = xchg(&process->handle, 0);
	mutex_unlock(&host->lock);
	if (handle)
		dxg_cmd_destroy_process(&host->link, handle, &status);

	mutex_lock(&host->lock);
	list_del(&process->list);
	mutex_unlock(&host->lock);
	xa_erase(&host->cookies, process->cookie);
	kfree_rcu(process, rcu);
	dxg_host_put(host);
}

static void dxg_process_release(struct kref *ref)
{
	struct dxg_process *process = container_of(ref, struct dxg_process, ref);

	dxg_queue_work(&process->work);
}

/**
 * dxg_process_create() - Make a process on the host for the current one.
 * @host: The host.
 * @owner: The link whose end ends the wait.
 * @name: What the host shows.
 * @flags: DXG_REQ_xxx.
 *
 * Returns the process with one reference, or ERR_PTR.
 */
struct dxg_process *dxg_process_create(struct dxg_host *host, struct dxg_link *owner,
				       const char *name, unsigned int flags)
{
	struct dxg_process *process;
	int ret;

	process = kzalloc_obj(*process, GFP_KERNEL_ACCOUNT);
	if (!process)
		return ERR_PTR(-ENOMEM);
	kref_init(&process->ref);
	INIT_WORK(&process->work, dxg_process_work);
	process->host = host;

	ret = xa_alloc_cyclic(&host->cookies, &process->cookie, process, xa_limit_31b,
			      &host->next_cookie, GFP_KERNEL);
	if (ret < 0)
		goto err_free;
	ret = dxg_cmd_create_process(host, owner, process->cookie, task_tgid_nr(current), name,
				     flags, &process->handle);
	if (ret)
		goto err_cookie;

	dxg_host_get(host);
	mutex_lock(&host->lock);
	list_add_tail(&process->list, &host->processes);
	mutex_unlock(&host->lock);
	return process;

err_cookie:
	xa_erase(&host->cookies, process->cookie);
err_free:
	kfree(process);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_process_create);

/**
 * dxg_process_get() - Take a reference.
 * @process: The process.
 */
struct dxg_process *dxg_process_get(struct dxg_process *process)
{
	kref_get(&process->ref);
	return process;
}

/**
 * dxg_process_put() - Drop a reference. From process context; does not wait for the host.
 * @process: The process.
 */
void dxg_process_put(struct dxg_process *process)
{
	kref_put(&process->ref, dxg_process_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_process_put);
