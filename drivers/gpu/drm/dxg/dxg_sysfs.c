// SPDX-License-Identifier: GPL-2.0
/*
 * sysfs: what people look up without a program, in the folder dxg of the PCI
 * function (also found as device/dxg from the DRM node's folder). Read-only,
 * one value a file. What is not known until the adapter runs reads as an empty
 * line, and state tells why.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "dxg_device.h"
#include "dxg_sysfs.h"

/*
 * Each attribute prints from the adapter under its lock; dxg is NULL while no
 * DRM device runs.
 */
#define DXG_ATTR(_name, ...)								\
static ssize_t _name##_show(struct device *dev, struct device_attribute *attr,		\
			    char *buf)							\
{											\
	struct dxg_adapter *adapter = dev_get_drvdata(dev);				\
	struct dxg_device *dxg __maybe_unused;						\
	ssize_t ret;									\
											\
	if (!adapter)									\
		return -ENODEV;								\
	mutex_lock(&adapter->lock);							\
	dxg = adapter->state == DXG_STATE_READY ? adapter->dxg : NULL;			\
	ret = __VA_ARGS__;								\
	mutex_unlock(&adapter->lock);							\
	return ret;									\
}											\
static DEVICE_ATTR_RO(_name)

#define dxg_emit(have, ...) ((have) ? sysfs_emit(buf, __VA_ARGS__) : sysfs_emit(buf, "\n"))

static ssize_t dxg_emit_state(const struct dxg_adapter *adapter, char *buf)
{
	switch (adapter->state) {
	case DXG_STATE_READY:
		return sysfs_emit(buf, "ready\n");
	case DXG_STATE_FAILED:
		return sysfs_emit(buf, "failed: %s (%pe)\n", adapter->why, ERR_PTR(adapter->error));
	default:
		return sysfs_emit(buf, "waiting: %s\n", adapter->why);
	}
}

DXG_ATTR(luid, sysfs_emit(buf, "0x%016llx\n", adapter->luid));
DXG_ATTR(state, dxg_emit_state(adapter, buf));
DXG_ATTR(compute_only, sysfs_emit(buf, "%d\n", adapter->fn.compute_only));
DXG_ATTR(interface_version, dxg_emit(dxg, "%u\n", dxg->link.version));
DXG_ATTR(host_luid, dxg_emit(dxg, "0x%08x%08x\n", dxg->info.luid.b, dxg->info.luid.a));
DXG_ATTR(host_vendor, dxg_emit(dxg && dxg->ids_known, "0x%04x\n", dxg->ids.vendor));
DXG_ATTR(host_device, dxg_emit(dxg && dxg->ids_known, "0x%04x\n", dxg->ids.device));
DXG_ATTR(description, dxg_emit(dxg, "%s\n", dxg->info.description));
DXG_ATTR(iospace_size, dxg_emit(dxg, "%llu\n", dxg->host->iospace_size));

static struct attribute *dxg_attrs[] = {
	&dev_attr_luid.attr,
	&dev_attr_state.attr,
	&dev_attr_compute_only.attr,
	&dev_attr_interface_version.attr,
	&dev_attr_host_luid.attr,
	&dev_attr_host_vendor.attr,
	&dev_attr_host_device.attr,
	&dev_attr_description.attr,
	&dev_attr_iospace_size.attr,
	NULL
};

static const struct attribute_group dxg_group = {
	.name = "dxg",
	.attrs = dxg_attrs,
};

const struct attribute_group *dxg_sysfs_groups[] = {
	&dxg_group,
	NULL
};
