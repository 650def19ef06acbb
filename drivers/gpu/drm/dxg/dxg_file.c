// SPDX-License-Identifier: GPL-2.0
/*
 * Open files: what is made at open and at first need, and goes at close.
 */
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_device.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_process.h"
#include "dxg_queue.h"
#include "dxg_usage.h"
#include "dxg_vm.h"

/**
 * dxg_file_open() - The node is opened. Nothing is sent to the host yet.
 * @drm: The DRM device.
 * @file: The DRM side of the file.
 */
int dxg_file_open(struct drm_device *drm, struct drm_file *file)
{
	struct dxg_file *dfile = kzalloc_obj(*dfile, GFP_KERNEL_ACCOUNT);

	if (!dfile)
		return -ENOMEM;
	mutex_init(&dfile->lock);
	spin_lock_init(&dfile->vm_lock);
	xa_init_flags(&dfile->queues, XA_FLAGS_ALLOC1);
	dxg_fence_file_open(dfile);
	file->driver_priv = dfile;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_file_open);

/**
 * dxg_file_postclose() - The last reference to the file is gone. Does not wait for the host.
 * @drm: The DRM device.
 * @file: The DRM side of the file.
 */
void dxg_file_postclose(struct drm_device *drm, struct drm_file *file)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_process *process = rcu_dereference_protected(dfile->process, true);

	dxg_queue_file_close(dfile);
	dxg_fence_file_close(file);
	dxg_vm_file_close(dfile);
	if (process)
		dxg_process_put(process);
	dxg_usage_file_close(dfile);
	xa_destroy(&dfile->queues);
	mutex_destroy(&dfile->lock);
	kfree(dfile);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_file_postclose);

/**
 * dxg_file_process_locked() - dxg_file_process() for those who hold dfile->lock.
 * @dxg: The device.
 * @dfile: The file.
 */
struct dxg_process *dxg_file_process_locked(struct dxg_device *dxg, struct dxg_file *dfile)
{
	struct dxg_process *process;
	char name[TASK_COMM_LEN];

	process = rcu_dereference_protected(dfile->process, lockdep_is_held(&dfile->lock));
	if (!process) {
		get_task_comm(name, current);
		process = dxg_process_create(dxg->host, &dxg->link, name, DXG_REQ_KILLABLE);
		if (IS_ERR(process))
			return process;
		rcu_assign_pointer(dfile->process, process);
	}
	return dxg_process_get(process);
}

/**
 * dxg_file_process() - The host process of a file, made if there is none.
 * @dxg: The device.
 * @file: The DRM side of the file.
 *
 * Inside drm_dev_enter(). Returns the process with a reference, or ERR_PTR: a failed
 * exchange, or -ENOMEM when the host refuses another process.
 */
struct dxg_process *dxg_file_process(struct dxg_device *dxg, struct drm_file *file)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_process *process;

	/* As a rule it is there, and nobody need wait for who makes or ends a VM. */
	rcu_read_lock();
	process = rcu_dereference(dfile->process);
	if (process && !kref_get_unless_zero(&process->ref))
		process = NULL;
	rcu_read_unlock();
	if (process)
		return process;

	if (mutex_lock_killable(&dfile->lock))
		return ERR_PTR(-ERESTARTSYS);
	process = dxg_file_process_locked(dxg, dfile);
	mutex_unlock(&dfile->lock);
	return process;
}

/**
 * dxg_file_device() - The host device of the VM of a file.
 * @dfile: The file.
 *
 * Returns it with a reference, or NULL when there is no VM.
 */
struct dxg_host_device *dxg_file_device(struct dxg_file *dfile)
{
	struct dxg_host_device *device = NULL;

	spin_lock(&dfile->vm_lock);
	if (dfile->vm)
		device = dxg_host_device_get(dxg_vm_host_device(dfile->vm));
	spin_unlock(&dfile->vm_lock);
	return device;
}
