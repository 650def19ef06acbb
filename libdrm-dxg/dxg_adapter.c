// SPDX-License-Identifier: MIT
/*
 * The list of adapters: what libdrm finds on the PCI bus, reduced to ours.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "dxg_priv.h"

/* Enough for every minor that DRM has; libdrm itself stops at 256 nodes. */
#define DXG_MAX_DEVICES		256

static int dxg_is_adapter(const drmDevice *device)
{
	const drmPciDeviceInfo *info;

	if (device->bustype != DRM_BUS_PCI)
		return 0;
	info = device->deviceinfo.pci;
	return info->vendor_id == DXG_PCI_VENDOR &&
	       (info->device_id == DXG_PCI_DEVICE_RENDER ||
		info->device_id == DXG_PCI_DEVICE_COMPUTE);
}

/* The adapter and its strings are one allocation: one free() ends it. */
static struct dxg_adapter *dxg_adapter_new(const drmDevice *device)
{
	const char *render = NULL, *primary = NULL;
	struct dxg_adapter *adapter;
	size_t render_len = 0, primary_len = 0;
	char *strings;

	if (device->available_nodes & (1 << DRM_NODE_RENDER)) {
		render = device->nodes[DRM_NODE_RENDER];
		render_len = strlen(render) + 1;
	}
	if (device->available_nodes & (1 << DRM_NODE_PRIMARY)) {
		primary = device->nodes[DRM_NODE_PRIMARY];
		primary_len = strlen(primary) + 1;
	}
	adapter = calloc(1, sizeof(*adapter) + render_len + primary_len);
	if (!adapter)
		return NULL;

	adapter->pci_domain = device->businfo.pci->domain;
	adapter->pci_bus = device->businfo.pci->bus;
	adapter->pci_device = device->businfo.pci->dev;
	adapter->pci_function = device->businfo.pci->func;
	adapter->vendor_id = device->deviceinfo.pci->vendor_id;
	adapter->device_id = device->deviceinfo.pci->device_id;
	strings = (char *)(adapter + 1);
	if (render)
		adapter->render_node = memcpy(strings, render, render_len);
	if (primary)
		adapter->primary_node = memcpy(strings + render_len, primary, primary_len);
	return adapter;
}

/* By number of the node, so that renderD129 comes before renderD1280. */
static int dxg_adapter_compare(const void *a, const void *b)
{
	const struct dxg_adapter *const *left = a, *const *right = b;
	const char *l = (*left)->render_node, *r = (*right)->render_node;
	size_t l_len, r_len;

	if (!l || !r)
		return !l - !r;
	l_len = strlen(l);
	r_len = strlen(r);
	if (l_len != r_len)
		return l_len < r_len ? -1 : 1;
	return strcmp(l, r);
}

drm_public int dxg_adapters_get(struct dxg_adapter ***out)
{
	drmDevice **devices;
	struct dxg_adapter **list = NULL;
	int total, count = 0, ret, i;

	devices = calloc(DXG_MAX_DEVICES, sizeof(*devices));
	if (!devices)
		return -ENOMEM;

	total = drmGetDevices2(0, devices, DXG_MAX_DEVICES);
	/* Without any DRM driver the folder of the nodes does not exist. */
	if (total == -ENOENT)
		total = 0;
	if (total < 0) {
		ret = total;
		goto out_devices;
	}

	list = calloc(total + 1, sizeof(*list));
	ret = -ENOMEM;
	if (!list)
		goto out_drm;
	for (i = 0; i < total; i++) {
		if (!dxg_is_adapter(devices[i]))
			continue;
		list[count] = dxg_adapter_new(devices[i]);
		if (!list[count])
			goto out_list;
		count++;
	}
	qsort(list, count, sizeof(*list), dxg_adapter_compare);
	*out = list;
	list = NULL;
	ret = count;
out_list:
	dxg_adapters_free(list);
out_drm:
	drmFreeDevices(devices, total);
out_devices:
	free(devices);
	return ret;
}

drm_public void dxg_adapters_free(struct dxg_adapter **list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; list[i]; i++)
		free(list[i]);
	free(list);
}
