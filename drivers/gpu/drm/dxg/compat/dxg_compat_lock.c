// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU's access to allocations of /dev/dxg.
 *
 * The first lock of an allocation asks the host and maps it; further ones get the same
 * address and count. An allocation over memory of the program is where it is: nobody is
 * asked.
 */
#include <linux/err.h>

#include "../dxg_allocation.h"
#include "../dxg_device.h"
#include "../dxg_proto.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"

/* Under the lock of @alloc. */
static void dxg_compat_unmap(struct dxg_compat_alloc *alloc)
{
	if (!alloc->map)
		return;
	dxg_compat_map_end(alloc->map);
	alloc->map = NULL;
	dxg_allocation_unlock(alloc->alloc, false);
}

/**
 * dxg_compat_alloc_hide() - The allocation ends: nobody locks it any more.
 * @alloc: The allocation.
 */
void dxg_compat_alloc_hide(struct dxg_compat_alloc *alloc)
{
	mutex_lock(&alloc->lock);
	alloc->dead = true;
	alloc->locks = 0;
	dxg_compat_unmap(alloc);
	mutex_unlock(&alloc->lock);
}

/* The allocation of @device that @handle names. */
static struct dxg_compat_alloc *dxg_compat_locked(struct dxg_compat_call *call, u32 device_handle,
						  u32 handle)
{
	struct dxg_compat_device *device = dxg_compat_use_device(call, device_handle);
	struct dxg_compat_object *object;

	if (IS_ERR(device))
		return ERR_CAST(device);
	object = dxg_compat_use(call, handle, DXG_COMPAT_ALLOCATION);
	if (IS_ERR(object))
		return ERR_CAST(object);
	return object->device == device ? to_compat_alloc(object) : ERR_PTR(-EINVAL);
}

/* The first lock. Under the lock of @alloc. A status of success, or -errno. */
static int dxg_compat_map(struct dxg_compat_alloc *alloc, struct dxg_device *dxg)
{
	struct dxg_compat_map *map;
	u32 status;
	int ret;

	/* Guest memory of somebody else has no address here, and the host none for it. */
	if (alloc->alloc->backing)
		return -EINVAL;
	ret = dxg_allocation_lock(alloc->alloc, false, DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_LOCK2, status);
	if (ret < 0)
		return ret;
	map = dxg_compat_map_create(dxg, NULL, alloc->alloc);
	if (IS_ERR(map)) {
		dxg_allocation_unlock(alloc->alloc, false);
		return PTR_ERR(map);
	}
	alloc->map = map;
	return ret;
}

/**
 * dxg_compat_lock2() - LX_DXLOCK2.
 * @call: The call.
 */
int dxg_compat_lock2(struct dxg_compat_call *call)
{
	struct d3dkmt_lock2 *args = call->args;
	struct dxg_compat_alloc *alloc;
	int ret = 0;

	if (args->flags)
		return -EINVAL;
	alloc = dxg_compat_locked(call, args->device, args->allocation);
	if (IS_ERR(alloc))
		return PTR_ERR(alloc);
	if (alloc->user) {
		args->data = alloc->user;
		return dxg_compat_copy_out(call);
	}
	if (mutex_lock_killable(&alloc->lock))
		return -ERESTARTSYS;
	if (alloc->dead)
		ret = -EINVAL;
	else if (!alloc->locks)
		ret = dxg_compat_map(alloc, call->dxg);
	if (ret >= 0) {
		args->data = dxg_compat_map_address(alloc->map);
		if (dxg_compat_copy_out(call))
			ret = -EFAULT;
		else
			alloc->locks++;
		if (!alloc->locks)
			dxg_compat_unmap(alloc);
	}
	mutex_unlock(&alloc->lock);
	return ret;
}

/**
 * dxg_compat_unlock2() - LX_DXUNLOCK2.
 * @call: The call.
 */
int dxg_compat_unlock2(struct dxg_compat_call *call)
{
	struct d3dkmt_unlock2 *args = call->args;
	struct dxg_compat_alloc *alloc;
	int ret = 0;

	alloc = dxg_compat_locked(call, args->device, args->allocation);
	if (IS_ERR(alloc))
		return PTR_ERR(alloc);
	if (alloc->user)
		return 0;
	if (mutex_lock_killable(&alloc->lock))
		return -ERESTARTSYS;
	if (!alloc->locks)
		ret = -EINVAL;
	else if (!--alloc->locks)
		dxg_compat_unmap(alloc);
	mutex_unlock(&alloc->lock);
	return ret;
}
