// SPDX-License-Identifier: GPL-2.0
/*
 * Adapters of /dev/dxg: found, opened, closed.
 *
 * Their handles are made here, and mean nothing to the host: 24 bits count down, 2 bits
 * above them say how often the count has begun again. So none is given out a second
 * time for a long while. The host's tables begin at the other end: where a handle of an
 * adapter or of a paging queue is taken, one number must not be both.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "../dxg_device.h"
#include "dxg_compat.h"

/* Places of a table, as the interface has it. */
#define DXG_COMPAT_PLACES	((1u << 24) - 1)

static u32 dxg_compat_adapter_key(u64 n)
{
	u32 place = DXG_COMPAT_PLACES - 1 - do_div(n, DXG_COMPAT_PLACES);
	u32 unique = 1 + do_div(n, 3);

	return unique << 24 | place;
}

/**
 * dxg_compat_adapter_open() - Give a process a handle of an adapter.
 * @process: The process.
 * @dxg: The adapter.
 * @handle: Returned: the handle, another one each time.
 */
int dxg_compat_adapter_open(struct dxg_compat_process *process, struct dxg_device *dxg,
			    u32 *handle)
{
	u32 key;
	int ret;

	if (mutex_lock_killable(&process->lock))
		return -ERESTARTSYS;
	do {
		key = dxg_compat_adapter_key(process->adapters_opened++);
		ret = xa_load(&process->objects, key) ? -EBUSY :
		      xa_insert(&process->adapters, key, dxg, GFP_KERNEL_ACCOUNT);
	} while (ret == -EBUSY);
	if (!ret) {
		drm_dev_get(&dxg->drm);
		*handle = key << 6;
	}
	mutex_unlock(&process->lock);
	return ret;
}

/**
 * dxg_compat_adapter_is_open() - Whether a process has a handle of an adapter. Under its lock.
 * @process: The process.
 * @dxg: The adapter.
 */
bool dxg_compat_adapter_is_open(struct dxg_compat_process *process, struct dxg_device *dxg)
{
	struct dxg_device *open;
	unsigned long key;

	lockdep_assert_held(&process->lock);
	xa_for_each(&process->adapters, key, open)
		if (open == dxg)
			return true;
	return false;
}

/**
 * dxg_compat_adapter_close() - Take a handle back. The last one of an adapter ends its devices.
 * @process: The process.
 * @handle: The handle.
 *
 * 0, or -EINVAL when it names nothing.
 */
int dxg_compat_adapter_close(struct dxg_compat_process *process, u32 handle)
{
	struct dxg_device *dxg = NULL;
	bool last = false;

	mutex_lock(&process->lock);
	if (!(handle & 63))
		dxg = xa_erase(&process->adapters, handle >> 6);
	if (dxg)
		last = !dxg_compat_adapter_is_open(process, dxg);
	mutex_unlock(&process->lock);
	if (!dxg)
		return -EINVAL;
	if (last)
		dxg_compat_devices_end(process, dxg);
	drm_dev_put(&dxg->drm);
	return 0;
}

/**
 * dxg_compat_adapters_end() - The process ends: close all adapters.
 * @process: The process, which nobody uses any more.
 */
void dxg_compat_adapters_end(struct dxg_compat_process *process)
{
	struct dxg_device *dxg;
	unsigned long key;

	xa_for_each(&process->adapters, key, dxg) {
		xa_erase(&process->adapters, key);
		drm_dev_put(&dxg->drm);
	}
}

/**
 * dxg_compat_open_adapter_from_luid() - LX_DXOPENADAPTERFROMLUID.
 * @call: The call.
 */
int dxg_compat_open_adapter_from_luid(struct dxg_compat_call *call)
{
	struct d3dkmt_openadapterfromluid *args = call->args;
	struct dxg_device *dxg = dxg_device_find(dxg_compat_luid(&args->adapter_luid));
	int ret;

	if (!dxg)
		return -EINVAL;
	ret = dxg_compat_adapter_open(call->process, dxg, &args->adapter_handle);
	drm_dev_put(&dxg->drm);
	if (!ret && dxg_compat_copy_out(call)) {
		dxg_compat_adapter_close(call->process, args->adapter_handle);
		ret = -EFAULT;
	}
	return ret;
}

/**
 * dxg_compat_close_adapter() - LX_DXCLOSEADAPTER.
 * @call: The call.
 */
int dxg_compat_close_adapter(struct dxg_compat_call *call)
{
	struct d3dkmt_closeadapter *args = call->args;

	return dxg_compat_adapter_close(call->process, args->adapter_handle);
}

/* ---- Enumeration ---- */

/**
 * struct dxg_compat_enumeration - What was found, and what the process was given of it.
 */
struct dxg_compat_enumeration {
	/** @dxgs: Adapters, with a reference each. */
	struct dxg_device *dxgs[D3DKMT_ADAPTERS_MAX];

	/** @infos: What is told of them. */
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX];

	/** @count: How many. */
	u32 count;

	/** @opened: Of @infos, those with a handle. */
	u32 opened;
};

static void dxg_compat_enum_find(struct dxg_compat_enumeration *e, bool compute)
{
	u32 i, found = min(dxg_device_list(e->dxgs, D3DKMT_ADAPTERS_MAX), D3DKMT_ADAPTERS_MAX);

	for (i = 0; i < found; i++) {
		if (compute || !e->dxgs[i]->fn.compute_only)
			e->dxgs[e->count++] = e->dxgs[i];
		else
			drm_dev_put(&e->dxgs[i]->drm);
	}
}

static int dxg_compat_enum_open(struct dxg_compat_process *process,
				struct dxg_compat_enumeration *e)
{
	int ret;

	for (; e->opened < e->count; e->opened++) {
		struct d3dkmt_adapterinfo *info = &e->infos[e->opened];
		u64 luid = e->dxgs[e->opened]->fn.luid;

		ret = dxg_compat_adapter_open(process, e->dxgs[e->opened], &info->adapter_handle);
		if (ret)
			return ret;
		info->adapter_luid.a = lower_32_bits(luid);
		info->adapter_luid.b = upper_32_bits(luid);
	}
	return 0;
}

/*
 * List adapters at @user, where there is room for *@count. Without room: only count them.
 * -EOVERFLOW when there are more: none is opened then.
 */
static int dxg_compat_enum(struct dxg_compat_call *call, bool compute, u64 user, u32 *count)
{
	struct dxg_compat_enumeration *e = dxg_compat_alloc_mem(call, sizeof(*e));
	u32 i, room = user ? *count : 0;
	int ret = 0;

	if (IS_ERR(e))
		return PTR_ERR(e);
	dxg_compat_enum_find(e, compute);
	if (room && room < e->count)
		ret = -EOVERFLOW;
	else if (room)
		ret = dxg_compat_enum_open(call->process, e);
	*count = e->count;
	if (!ret && room && copy_to_user(u64_to_user_ptr(user), e->infos,
					 e->count * sizeof(e->infos[0])))
		ret = -EFAULT;
	if (!ret)
		ret = dxg_compat_copy_out(call);
	if (ret)
		for (i = 0; i < e->opened; i++)
			dxg_compat_adapter_close(call->process, e->infos[i].adapter_handle);
	for (i = 0; i < e->count; i++)
		drm_dev_put(&e->dxgs[i]->drm);
	return ret;
}

/**
 * dxg_compat_enum_adapters2() - LX_DXENUMADAPTERS2.
 * @call: The call.
 */
int dxg_compat_enum_adapters2(struct dxg_compat_call *call)
{
	struct d3dkmt_enumadapters2 *args = call->args;

	return dxg_compat_enum(call, false, args->adapters, &args->num_adapters);
}

/**
 * dxg_compat_enum_adapters3() - LX_DXENUMADAPTERS3.
 * @call: The call.
 */
int dxg_compat_enum_adapters3(struct dxg_compat_call *call)
{
	struct d3dkmt_enumadapters3 *args = call->args;

	return dxg_compat_enum(call, args->filter & D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_COMPUTE_ONLY,
			       args->adapters, &args->adapter_count);
}
