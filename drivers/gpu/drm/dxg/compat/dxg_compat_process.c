// SPDX-License-Identifier: GPL-2.0
/*
 * Processes of /dev/dxg: one per thread group and address space, on all adapters.
 *
 * All files that a thread group opens are one process on the host, made by the first
 * and ended by the last of them. A file in the hands of another thread group, or of
 * the same one behind exec(), is of no use there, but keeps the process.
 */
#include <linux/err.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include <kunit/visibility.h>

#include "../dxg_device.h"
#include "../dxg_process.h"
#include "dxg_compat.h"

static DEFINE_MUTEX(dxg_compat_processes_lock);
static LIST_HEAD(dxg_compat_processes);

/**
 * dxg_compat_process_current() - Whether a process is the caller.
 * @process: The process.
 */
bool dxg_compat_process_current(const struct dxg_compat_process *process)
{
	return process->pid == task_tgid(current) && process->mm == current->mm;
}

/**
 * dxg_compat_process_host() - The host's handle.
 * @process: The process.
 */
u32 dxg_compat_process_host(const struct dxg_compat_process *process)
{
	return READ_ONCE(process->process->handle);
}

static struct dxg_compat_process *dxg_compat_process_new(void)
{
	struct dxg_compat_process *process = kzalloc_obj(*process, GFP_KERNEL_ACCOUNT);

	if (!process)
		return NULL;
	process->pid = get_pid(task_tgid(current));
	process->mm = current->mm;
	mmgrab(process->mm);
	mutex_init(&process->lock);
	INIT_LIST_HEAD(&process->devices);
	xa_init(&process->adapters);
	xa_init(&process->objects);
	return process;
}

static void dxg_compat_process_free(struct dxg_compat_process *process)
{
	WARN_ON(!xa_empty(&process->objects) || !xa_empty(&process->adapters));
	xa_destroy(&process->objects);
	xa_destroy(&process->adapters);
	mutex_destroy(&process->lock);
	if (process->process)
		dxg_process_put(process->process);
	mmdrop(process->mm);
	put_pid(process->pid);
	kfree(process);
}

/* Make the process on the host, if there is none. The first opener does, others wait. */
static int dxg_compat_process_start(struct dxg_compat_process *process)
{
	char name[TASK_COMM_LEN];
	struct dxg_process *made;
	struct dxg_host *host;
	int ret = 0;

	if (mutex_lock_killable(&process->lock))
		return -ERESTARTSYS;
	if (process->process)
		goto out;
	host = dxg_host_find();
	if (!host) {
		/* No host, or none that has been told of the IO space. */
		ret = -EBADF;
		goto out;
	}
	get_task_comm(name, current->group_leader);
	made = dxg_process_create(host, &host->link, name, DXG_REQ_KILLABLE);
	dxg_host_put(host);
	if (IS_ERR(made))
		ret = PTR_ERR(made);
	else
		process->process = made;
out:
	mutex_unlock(&process->lock);
	return ret;
}

/**
 * dxg_compat_process_open() - The node is opened.
 *
 * Returns the process, which dxg_compat_process_close() drops, or ERR_PTR: -EBADF when
 * there is no host (yet), or why it made no process.
 */
struct dxg_compat_process *dxg_compat_process_open(void)
{
	struct dxg_compat_process *process, *new;
	int ret;

	if (!current->mm)
		return ERR_PTR(-EINVAL);
	new = dxg_compat_process_new();
	if (!new)
		return ERR_PTR(-ENOMEM);

	mutex_lock(&dxg_compat_processes_lock);
	list_for_each_entry(process, &dxg_compat_processes, list)
		if (dxg_compat_process_current(process))
			break;
	if (list_entry_is_head(process, &dxg_compat_processes, list)) {
		process = new;
		list_add_tail(&process->list, &dxg_compat_processes);
		new = NULL;
	}
	process->opens++;
	mutex_unlock(&dxg_compat_processes_lock);
	if (new)
		dxg_compat_process_free(new);

	ret = dxg_compat_process_start(process);
	if (ret) {
		dxg_compat_process_close(process);
		return ERR_PTR(ret);
	}
	return process;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_process_open);

/**
 * dxg_compat_process_close() - A file is closed. The last one ends all. Does not wait for the host.
 * @process: The process.
 */
void dxg_compat_process_close(struct dxg_compat_process *process)
{
	bool last;

	mutex_lock(&dxg_compat_processes_lock);
	last = !--process->opens;
	if (last)
		list_del(&process->list);
	mutex_unlock(&dxg_compat_processes_lock);
	if (!last)
		return;
	dxg_compat_devices_end(process, NULL);
	dxg_compat_adapters_end(process);
	dxg_compat_process_free(process);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_process_close);

/**
 * dxg_compat_process_find() - The host's handle of a process.
 * @pid: Its thread group id, as the caller sees it.
 * @host: Returned: the handle.
 *
 * 0, or -EINVAL when no such process has the node open.
 */
int dxg_compat_process_find(u32 pid, u32 *host)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct dxg_compat_process *process;
	int ret = -EINVAL;

	mutex_lock(&dxg_compat_processes_lock);
	list_for_each_entry(process, &dxg_compat_processes, list) {
		struct dxg_process *made = READ_ONCE(process->process);

		if (made && pid && pid_nr_ns(process->pid, ns) == pid) {
			*host = READ_ONCE(made->handle);
			ret = *host ? 0 : -EINVAL;
			break;
		}
	}
	mutex_unlock(&dxg_compat_processes_lock);
	return ret;
}

/* Whether @process has the adapter open. */
static bool dxg_compat_process_has(struct dxg_compat_process *process, u64 luid)
{
	struct dxg_device *dxg;
	unsigned long key;
	bool has = false;

	xa_lock(&process->adapters);
	xa_for_each(&process->adapters, key, dxg) {
		has = dxg->fn.luid == luid;
		if (has)
			break;
	}
	xa_unlock(&process->adapters);
	return has;
}

/**
 * dxg_compat_process_list() - The processes that have an adapter open.
 * @luid: The adapter.
 * @pids: Returned: their thread group ids, as the caller sees them.
 * @max: How many there is room for.
 *
 * Returns how many there are. Those that the caller cannot see are not among them.
 */
u32 dxg_compat_process_list(u64 luid, u32 *pids, u32 max)
{
	struct pid_namespace *ns = task_active_pid_ns(current);
	struct dxg_compat_process *process;
	u32 count = 0;

	mutex_lock(&dxg_compat_processes_lock);
	list_for_each_entry(process, &dxg_compat_processes, list) {
		pid_t pid = pid_nr_ns(process->pid, ns);

		if (!pid || !dxg_compat_process_has(process, luid))
			continue;
		if (count < max)
			pids[count] = pid;
		count++;
	}
	mutex_unlock(&dxg_compat_processes_lock);
	return count;
}
