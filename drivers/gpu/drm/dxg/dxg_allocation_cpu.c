// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU's access to allocations of host memory: locked on the host by the first
 * user, for all, and given up by the last.
 */
#include <linux/err.h>
#include <linux/mutex.h>

#include <kunit/visibility.h>

#include "dxg_allocation.h"
#include "dxg_cmd_memory.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_proto.h"
#include "dxg_status.h"

static void dxg_unlock2_done(struct dxg_request *req)
{
	dxg_request_put(req);
}

/* Under the lock: the last user has gone, or nobody may use it any more. */
static void dxg_allocation_unmap(struct dxg_allocation *alloc)
{
	struct dxg_device *dxg = alloc->device->dxg;

	if (!alloc->map)
		return;
	spin_lock(&dxg->locked_lock);
	list_del_init(&alloc->locked);
	spin_unlock(&dxg->locked_lock);
	dxg_iomem_unmap(alloc->map);
	alloc->map = NULL;
	dxg_request_commit(alloc->unlock, dxg_unlock2_done, NULL);
	alloc->unlock = NULL;
}

static int dxg_allocation_map(struct dxg_allocation *alloc, unsigned int flags, u32 *status)
{
	struct dxg_host_device *device = alloc->device;
	struct dxg_link *link = dxg_host_device_link(device);
	u32 process = dxg_host_device_process(device);
	struct dxg_device *dxg = device->dxg;
	struct dxg_request *unlock;
	struct dxg_iomem *map;
	u64 address;
	int ret;

	unlock = dxg_prep_unlock2(link, process, device->handle, alloc->handle);
	if (IS_ERR(unlock))
		return PTR_ERR(unlock);
	ret = dxg_cmd_lock2(link, process, device->handle, alloc->handle, alloc->size, flags,
			    &address, status);
	if (ret || dxg_status_failed(*status)) {
		dxg_request_put(unlock);
		return ret;
	}
	map = dxg_iomem_map(dxg->host, address, alloc->size,
			    alloc->host_flags & DXGP_ALLOCINFO_CACHED);
	if (IS_ERR(map)) {
		dxg_request_commit(unlock, dxg_unlock2_done, NULL);
		return PTR_ERR(map);
	}
	alloc->unlock = unlock;
	alloc->map = map;
	spin_lock(&dxg->locked_lock);
	list_add_tail(&alloc->locked, &dxg->locked);
	spin_unlock(&dxg->locked_lock);
	return 0;
}

/**
 * dxg_allocation_lock_held() - Get access for the CPU. Under the allocation's lock.
 * @alloc: An allocation of host memory.
 * @kernel: The user is the kernel, by alloc->map: it keeps it after a revocation.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * Inside drm_dev_enter(). Besides the failures of an exchange: -ENODEV when access
 * was revoked, -EIO when the host names memory that cannot be.
 */
int dxg_allocation_lock_held(struct dxg_allocation *alloc, bool kernel, unsigned int flags,
			     u32 *status)
{
	int ret = 0;

	lockdep_assert_held(&alloc->lock);
	*status = DXG_STATUS_SUCCESS;
	if (alloc->revoked)
		return -ENODEV;
	if (!alloc->lock_count)
		ret = dxg_allocation_map(alloc, flags, status);
	if (ret || dxg_status_failed(*status))
		return ret;
	alloc->lock_count++;
	alloc->kernel_count += kernel;
	return 0;
}

/**
 * dxg_allocation_unlock_held() - Give access up. Under the allocation's lock.
 * @alloc: The allocation.
 * @kernel: As it was for dxg_allocation_lock_held().
 *
 * The last user has removed its mappings. The host is told, and not waited for.
 */
void dxg_allocation_unlock_held(struct dxg_allocation *alloc, bool kernel)
{
	lockdep_assert_held(&alloc->lock);
	if (WARN_ON(!alloc->lock_count))
		return;
	alloc->lock_count--;
	alloc->kernel_count -= kernel;
	if (!alloc->lock_count || (alloc->revoked && !alloc->kernel_count))
		dxg_allocation_unmap(alloc);
}

/**
 * dxg_allocation_lock() - As dxg_allocation_lock_held(), and takes the lock.
 * @alloc: An allocation of host memory.
 * @kernel: The user is the kernel.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_allocation_lock(struct dxg_allocation *alloc, bool kernel, unsigned int flags,
			u32 *status)
{
	int ret;

	if (!(flags & DXG_REQ_KILLABLE))
		mutex_lock(&alloc->lock);
	else if (mutex_lock_killable(&alloc->lock))
		return -ERESTARTSYS;
	ret = dxg_allocation_lock_held(alloc, kernel, flags, status);
	mutex_unlock(&alloc->lock);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocation_lock);

/**
 * dxg_allocation_unlock() - As dxg_allocation_unlock_held(), and takes the lock.
 * @alloc: The allocation.
 * @kernel: As it was for dxg_allocation_lock().
 */
void dxg_allocation_unlock(struct dxg_allocation *alloc, bool kernel)
{
	mutex_lock(&alloc->lock);
	dxg_allocation_unlock_held(alloc, kernel);
	mutex_unlock(&alloc->lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocation_unlock);

/**
 * dxg_allocation_set_owner() - Say who must know when access is revoked.
 * @alloc: The allocation.
 * @ops: What to call, or NULL.
 * @owner: For @ops.
 */
void dxg_allocation_set_owner(struct dxg_allocation *alloc, const struct dxg_alloc_ops *ops,
			      void *owner)
{
	mutex_lock(&alloc->lock);
	alloc->ops = ops;
	alloc->owner = owner;
	mutex_unlock(&alloc->lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocation_set_owner);

/**
 * dxg_allocation_revoke() - End the CPU's access for good.
 * @alloc: The allocation.
 */
void dxg_allocation_revoke(struct dxg_allocation *alloc)
{
	mutex_lock(&alloc->lock);
	if (!alloc->revoked && alloc->ops)
		alloc->ops->revoke(alloc, alloc->owner);
	alloc->revoked = true;
	if (!alloc->kernel_count)
		dxg_allocation_unmap(alloc);
	mutex_unlock(&alloc->lock);
}

/**
 * dxg_allocations_revoke() - The adapter is unplugged: end all access of the CPU.
 * @dxg: The adapter, whose critical sections have ended.
 */
void dxg_allocations_revoke(struct dxg_device *dxg)
{
	struct dxg_allocation *alloc;

	for (;;) {
		spin_lock(&dxg->locked_lock);
		alloc = list_first_entry_or_null(&dxg->locked, struct dxg_allocation, locked);
		/* Who drops the last reference has taken it off the list before. */
		if (alloc) {
			list_del_init(&alloc->locked);
			dxg_allocation_get(alloc);
		}
		spin_unlock(&dxg->locked_lock);
		if (!alloc)
			break;
		dxg_allocation_revoke(alloc);
		dxg_allocation_put(alloc);
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocations_revoke);
