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
#include "dxg_compat_node.h"

/*
 * By number. What makes something copies its results itself, so that it can undo it. What
 * only takes arguments does not write them: they may be in read-only memory.
 */
static const struct dxg_compat_ioctl dxg_compat_ioctls[] = {
	[0x01] = { LX_DXOPENADAPTERFROMLUID, false, dxg_compat_open_adapter_from_luid },
	[0x09] = { LX_DXQUERYADAPTERINFO, true, dxg_compat_query_adapter_info },
	[0x0a] = { LX_DXQUERYVIDEOMEMORYINFO, true, dxg_compat_query_video_memory_info },
	[0x14] = { LX_DXENUMADAPTERS2, false, dxg_compat_enum_adapters2 },
	[0x15] = { LX_DXCLOSEADAPTER, false, dxg_compat_close_adapter },
	[0x16] = { LX_DXCHANGEVIDEOMEMORYRESERVATION, false,
		   dxg_compat_change_video_memory_reservation },
	[0x1f] = { LX_DXFLUSHHEAPTRANSITIONS, false, dxg_compat_flush_heap_transitions },
	[0x3d] = { LX_DXQUERYCLOCKCALIBRATION, true, dxg_compat_query_clock_calibration },
	[0x3e] = { LX_DXENUMADAPTERS3, false, dxg_compat_enum_adapters3 },
	[0x43] = { LX_DXQUERYSTATISTICS, true, dxg_compat_query_statistics },
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

static long dxg_compat_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const struct dxg_compat_ioctl *ioctl = dxg_compat_ioctl_find(cmd);
	struct dxg_compat_call call = {
		.process = filp->private_data,
		.user = (void __user *)arg,
	};
	u64 small[16];
	int ret;

	if (!ioctl || !dxg_compat_process_current(call.process))
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
	int ret = misc_register(&dxg_compat_misc);

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
}
