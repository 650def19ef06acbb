// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/dxg: the node, and from a command word to what carries it out.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include <kunit/visibility.h>

#include "../dxg_device.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"
#include "dxg_compat_node.h"

/*
 * By number. What makes something copies its results itself, so that it can undo it. What
 * only takes arguments does not write them: they may be in read-only memory.
 */
static const struct dxg_compat_ioctl dxg_compat_ioctls[] = {
	[0x01] = { LX_DXOPENADAPTERFROMLUID, false, dxg_compat_open_adapter_from_luid },
	[0x02] = { LX_DXCREATEDEVICE, false, dxg_compat_create_device },
	[0x04] = { LX_DXCREATECONTEXTVIRTUAL, false, dxg_compat_create_context_virtual },
	[0x05] = { LX_DXDESTROYCONTEXT, false, dxg_compat_destroy_context },
	[0x06] = { LX_DXCREATEALLOCATION, false, dxg_compat_create_allocation },
	[0x07] = { LX_DXCREATEPAGINGQUEUE, false, dxg_compat_create_paging_queue },
	[0x08] = { LX_DXRESERVEGPUVIRTUALADDRESS, false, dxg_compat_reserve_gpu_va },
	[0x09] = { LX_DXQUERYADAPTERINFO, true, dxg_compat_query_adapter_info },
	[0x0a] = { LX_DXQUERYVIDEOMEMORYINFO, true, dxg_compat_query_video_memory_info },
	[0x0b] = { LX_DXMAKERESIDENT, false, dxg_compat_make_resident },
	[0x0c] = { LX_DXMAPGPUVIRTUALADDRESS, true, dxg_compat_map_gpu_va },
	[0x0d] = { LX_DXESCAPE, false, dxg_compat_escape },
	[0x0e] = { LX_DXGETDEVICESTATE, true, dxg_compat_get_device_state },
	[0x0f] = { LX_DXSUBMITCOMMAND, false, dxg_compat_submit_command },
	[0x10] = { LX_DXCREATESYNCHRONIZATIONOBJECT, false, dxg_compat_create_sync },
	[0x11] = { LX_DXSIGNALSYNCHRONIZATIONOBJECT, false, dxg_compat_signal },
	[0x12] = { LX_DXWAITFORSYNCHRONIZATIONOBJECT, false, dxg_compat_wait },
	[0x13] = { LX_DXDESTROYALLOCATION2, false, dxg_compat_destroy_allocation },
	[0x14] = { LX_DXENUMADAPTERS2, false, dxg_compat_enum_adapters2 },
	[0x15] = { LX_DXCLOSEADAPTER, false, dxg_compat_close_adapter },
	[0x16] = { LX_DXCHANGEVIDEOMEMORYRESERVATION, false,
		   dxg_compat_change_video_memory_reservation },
	[0x18] = { LX_DXCREATEHWQUEUE, false, dxg_compat_create_hwqueue },
	[0x19] = { LX_DXDESTROYDEVICE, false, dxg_compat_destroy_device },
	[0x1b] = { LX_DXDESTROYHWQUEUE, false, dxg_compat_destroy_hwqueue },
	[0x1c] = { LX_DXDESTROYPAGINGQUEUE, false, dxg_compat_destroy_paging_queue },
	[0x1d] = { LX_DXDESTROYSYNCHRONIZATIONOBJECT, false, dxg_compat_destroy_sync },
	[0x1e] = { LX_DXEVICT, true, dxg_compat_evict },
	[0x1f] = { LX_DXFLUSHHEAPTRANSITIONS, false, dxg_compat_flush_heap_transitions },
	[0x20] = { LX_DXFREEGPUVIRTUALADDRESS, false, dxg_compat_free_gpu_va },
	[0x21] = { LX_DXGETCONTEXTINPROCESSSCHEDULINGPRIORITY, true,
		   dxg_compat_get_context_priority_in_process },
	[0x22] = { LX_DXGETCONTEXTSCHEDULINGPRIORITY, true, dxg_compat_get_context_priority },
	[0x24] = { LX_DXINVALIDATECACHE, false, dxg_compat_invalidate_cache },
	[0x25] = { LX_DXLOCK2, false, dxg_compat_lock2 },
	[0x26] = { LX_DXMARKDEVICEASERROR, false, dxg_compat_mark_device_as_error },
	[0x27] = { LX_DXOFFERALLOCATIONS, false, dxg_compat_offer_allocations },
	[0x2a] = { LX_DXQUERYALLOCATIONRESIDENCY, false, dxg_compat_query_residency },
	[0x2c] = { LX_DXRECLAIMALLOCATIONS2, true, dxg_compat_reclaim_allocations },
	[0x2e] = { LX_DXSETALLOCATIONPRIORITY, false, dxg_compat_set_allocation_priority },
	[0x2f] = { LX_DXSETCONTEXTINPROCESSSCHEDULINGPRIORITY, false,
		   dxg_compat_set_context_priority_in_process },
	[0x30] = { LX_DXSETCONTEXTSCHEDULINGPRIORITY, false, dxg_compat_set_context_priority },
	[0x31] = { LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, false, dxg_compat_signal_from_cpu },
	[0x32] = { LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, false, dxg_compat_signal_from_gpu },
	[0x33] = { LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2, false, dxg_compat_signal_from_gpu2 },
	[0x34] = { LX_DXSUBMITCOMMANDTOHWQUEUE, false, dxg_compat_submit_command_to_hwqueue },
	[0x35] = { LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, false, dxg_compat_signal_to_hwqueue },
	[0x36] = { LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, false, dxg_compat_wait_to_hwqueue },
	[0x37] = { LX_DXUNLOCK2, false, dxg_compat_unlock2 },
	[0x38] = { LX_DXUPDATEALLOCPROPERTY, true, dxg_compat_update_property },
	[0x39] = { LX_DXUPDATEGPUVIRTUALADDRESS, false, dxg_compat_update_gpu_va },
	[0x3a] = { LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, false, dxg_compat_wait_from_cpu },
	[0x3b] = { LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, false, dxg_compat_wait_from_gpu },
	[0x3c] = { LX_DXGETALLOCATIONPRIORITY, false, dxg_compat_get_allocation_priority },
	[0x3d] = { LX_DXQUERYCLOCKCALIBRATION, true, dxg_compat_query_clock_calibration },
	[0x3e] = { LX_DXENUMADAPTERS3, false, dxg_compat_enum_adapters3 },
	[0x3f] = { LX_DXSHAREOBJECTS, false, dxg_compat_share_objects },
	[0x40] = { LX_DXOPENSYNCOBJECTFROMNTHANDLE2, false, dxg_compat_open_sync },
	[0x41] = { LX_DXQUERYRESOURCEINFOFROMNTHANDLE, true, dxg_compat_query_resource_info },
	[0x42] = { LX_DXOPENRESOURCEFROMNTHANDLE, false, dxg_compat_open_resource },
	[0x43] = { LX_DXQUERYSTATISTICS, true, dxg_compat_query_statistics },
	[0x44] = { LX_DXSHAREOBJECTWITHHOST, true, dxg_compat_share_object_with_host },
	[0x45] = { LX_DXCREATESYNCFILE, false, dxg_compat_create_sync_file },
	[0x46] = { LX_DXWAITSYNCFILE, false, dxg_compat_wait_sync_file },
	[0x47] = { LX_DXOPENSYNCOBJECTFROMSYNCFILE, false, dxg_compat_open_sync_from_file },
	[0x48] = { LX_DXENUMPROCESSES, true, dxg_compat_enum_processes },
	[0x49] = { LX_ISFEATUREENABLED, true, dxg_compat_is_feature_enabled },
};

/**
 * dxg_compat_ioctl_find() - What a command word is.
 * @cmd: The word, compared as a whole: another size is another word.
 *
 * Returns NULL for what the interface does not have: ENOTTY.
 */
const struct dxg_compat_ioctl *dxg_compat_ioctl_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(dxg_compat_ioctls))
		return NULL;
	nr = array_index_nospec(nr, ARRAY_SIZE(dxg_compat_ioctls));
	return dxg_compat_ioctls[nr].cmd == cmd && cmd ? &dxg_compat_ioctls[nr] : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_ioctl_find);

/* What the core says, in the words of this interface. */
static int dxg_compat_errno(int ret)
{
	switch (ret) {
	case -E2BIG:
		return -EOVERFLOW;
	case -ENOSPC:
		return -ENOMEM;
	default:
		return ret;
	}
}

static void dxg_compat_finish(struct dxg_compat_call *call)
{
	unsigned int i;

	dxg_compat_leave(call);
	for (i = 0; i < call->held_count; i++)
		dxg_compat_object_put(call->held[i]);
	for (i = 0; i < call->mem_count; i++)
		kvfree(call->mem[i]);
	if (call->dxg)
		drm_dev_put(&call->dxg->drm);
}

/**
 * dxg_compat_run() - Carry out one ioctl.
 * @process: Whose file it was called on.
 * @cmd: The command word.
 * @user: The argument in user space.
 *
 * Returns -errno, or a status of success: 0, or what is above it. -ENOTTY for what the
 * interface does not have, and for callers who are not the process.
 */
int dxg_compat_run(struct dxg_compat_process *process, unsigned int cmd, void __user *user)
{
	const struct dxg_compat_ioctl *ioctl = dxg_compat_ioctl_find(cmd);
	struct dxg_compat_call call = {
		.process = process,
		.user = user,
	};
	u64 small[16];
	int ret;

	if (!ioctl || !dxg_compat_process_current(process))
		return -ENOTTY;
	call.size = _IOC_SIZE(cmd);
	call.args = call.size <= sizeof(small) ? small : kmalloc(call.size, GFP_KERNEL);
	if (!call.args)
		return -ENOMEM;
	if (copy_from_user(call.args, call.user, call.size)) {
		ret = -EFAULT;
		goto out;
	}
	ret = dxg_compat_errno(ioctl->func(&call));
	if (ret >= 0 && ioctl->out && dxg_compat_copy_out(&call))
		ret = -EFAULT;
	dxg_compat_finish(&call);
	if (ret < 0)
		pr_debug("dxg: ioctl %#x: %pe\n", _IOC_NR(cmd), ERR_PTR(ret));
out:
	if (call.args != small)
		kfree(call.args);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_run);

static long dxg_compat_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return dxg_compat_run(filp->private_data, cmd, (void __user *)arg);
}

static int dxg_compat_open(struct inode *inode, struct file *filp)
{
	struct dxg_compat_process *process = dxg_compat_process_open();

	if (IS_ERR(process))
		return PTR_ERR(process);
	filp->private_data = process;
	return 0;
}

static int dxg_compat_release(struct inode *inode, struct file *filp)
{
	dxg_compat_process_close(filp->private_data);
	return 0;
}

/* The arguments of 32-bit programs have the same layout: all is padded, no pointer is bare. */
static const struct file_operations dxg_compat_fops = {
	.owner = THIS_MODULE,
	.open = dxg_compat_open,
	.release = dxg_compat_release,
	.unlocked_ioctl = dxg_compat_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice dxg_compat_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dxg",
	.fops = &dxg_compat_fops,
	.mode = 0660,
};

static bool dxg_compat_registered;

/**
 * dxg_compat_register() - Make the node.
 *
 * Where another driver has it already, that one keeps it: render nodes need no other.
 */
void dxg_compat_register(void)
{
	int ret;

	dxg_compat_maps_init();
	ret = misc_register(&dxg_compat_misc);
	if (ret)
		pr_warn("dxg: no /dev/dxg (%pe)\n", ERR_PTR(ret));
	dxg_compat_registered = !ret;
}

/**
 * dxg_compat_unregister() - Take the node away. Nobody has it open.
 */
void dxg_compat_unregister(void)
{
	if (dxg_compat_registered)
		misc_deregister(&dxg_compat_misc);
	dxg_compat_maps_fini();
}
