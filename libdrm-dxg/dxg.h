/* SPDX-License-Identifier: MIT */
/*
 * libdrm_dxg: the dxg kernel driver for programs.
 *
 * Rules for everything here:
 * - A function that can fail returns 0 or a negative errno. What it returns
 *   through pointers is written on success only, unless it says otherwise.
 * - Objects are counted. *_new and *_open give the caller one reference,
 *   *_ref one more, *_unref gives one back; NULL is fine for *_unref.
 * - Sizes are in bytes.
 * - Functions may be called from any thread. An object may be used by several
 *   threads at the same time as long as each holds a reference.
 * - Nothing is printed.
 */
#ifndef DXG_H
#define DXG_H

#include <stdint.h>

#include "dxg_drm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** PCI vendor id of every adapter (Microsoft). */
#define DXG_PCI_VENDOR		0x1414
/** PCI device id of an adapter that renders. */
#define DXG_PCI_DEVICE_RENDER	0x008e
/** PCI device id of an adapter that only computes. */
#define DXG_PCI_DEVICE_COMPUTE	0x008a

/* --- Adapters: what is there --- */

/**
 * An adapter that has at least one device node. Later versions of the library
 * add members at the end, so never copy one or make one.
 */
struct dxg_adapter {
	/** PCI address. */
	uint16_t pci_domain;
	uint8_t pci_bus;
	uint8_t pci_device;
	uint8_t pci_function;
	/** PCI ids of the function in the guest, not of the real GPU. */
	uint16_t vendor_id;
	uint16_t device_id;
	/** Path of the render node, or NULL. */
	const char *render_node;
	/** Path of the primary node, which DRM makes too, or NULL. */
	const char *primary_node;
};

/**
 * List the adapters, in the order of their render nodes.
 *
 * Only PCI functions with the ids above are listed. No node is opened, so
 * no permission is needed, and a node may turn out to belong to another driver:
 * dxg_device_open() then says ENODEV.
 *
 * @list: returned: an array of pointers, ended by NULL; free it with
 *	dxg_adapters_free(). It is never NULL on success.
 *
 * Returns the number of adapters, 0 if there is none; -ENOMEM; or the error of
 * reading the machine's devices.
 */
int dxg_adapters_get(struct dxg_adapter ***list);

/** Free what dxg_adapters_get() returned. NULL is fine. */
void dxg_adapters_free(struct dxg_adapter **list);

/* --- Device: an open node --- */

/** An open node, hence one host process and one GPU address space. */
struct dxg_device;

/**
 * Make a device from an open node.
 *
 * @fd: a render or primary node of the driver. The library works on a
 *	duplicate of its own; the caller keeps @fd and may close it. Handles
 *	belong to the open file, so make only one device of each open().
 * @dev: returned.
 *
 * Returns 0; -EBADF or -ENOTTY when @fd is no DRM node; -ENODEV when it is the
 * node of another driver or the adapter is gone; -EPROTO when the driver's
 * major version is not 1; -ENOMEM or -EMFILE.
 */
int dxg_device_new(int fd, struct dxg_device **dev);

/**
 * Open a node by path and make a device of it.
 *
 * Returns 0, the errors of open(2), or those of dxg_device_new().
 */
int dxg_device_open(const char *path, struct dxg_device **dev);

/** Take one more reference. Returns @dev. */
struct dxg_device *dxg_device_ref(struct dxg_device *dev);

/** Give a reference back; the last one closes the node. */
void dxg_device_unref(struct dxg_device *dev);

/** The descriptor that the library uses. It stays the library's: do not close it. */
int dxg_device_fd(const struct dxg_device *dev);

/** Version of the driver's interface, for example 1 and 0. Both pointers may be NULL. */
void dxg_device_get_version(const struct dxg_device *dev, int *major, int *minor);

/* --- Queries --- */

/**
 * Ask the driver: DRM_IOCTL_DXG_DEV_QUERY as it is.
 *
 * @type: one of enum drm_dxg_dev_query_type.
 * @data: the structure of that type, in and out; NULL asks for its size.
 * @size: bytes at @data. Returned: bytes that carry information, or with @data
 *	NULL the size that the driver knows.
 *
 * Returns 0 or the errors of the ioctl, see dxg_drm.h.
 */
int dxg_device_query(struct dxg_device *dev, uint32_t type, void *data, uint32_t *size);

/**
 * Identity, versions and limits. What an older driver does not know is zero.
 * The description is always ended by 0.
 *
 * Returns 0; -ENODEV when the adapter is gone.
 */
int dxg_device_get_info(struct dxg_device *dev, struct drm_dxg_device_info *info);

/**
 * The engines of the GPU.
 *
 * @engines: returned: an array that the caller frees with free(); NULL when
 *	there is none.
 * @count: returned: its number of elements.
 *
 * Returns 0; -ENOMEM; -ENODEV; -EAGAIN when the number kept growing while it was
 * read; the errors of the host, see dxg_drm.h.
 */
int dxg_device_get_engines(struct dxg_device *dev, struct drm_dxg_engine **engines,
			   uint32_t *count);

/**
 * Whether the host has a feature.
 *
 * @feature: the host's number of it.
 * @flags: returned: bits DRM_DXG_FEATURE_xxx. May be NULL.
 * @version: returned. May be NULL.
 *
 * Returns 0; -EOPNOTSUPP when the host cannot be asked; -ENODEV.
 */
int dxg_device_get_feature(struct dxg_device *dev, uint32_t feature, uint32_t *flags,
			   uint32_t *version);

/**
 * One adapter property in the host's format.
 *
 * @query: one of enum drm_dxg_host_query.
 * @data: the property, in and out.
 * @size: bytes at @data. Returned, also with -EINVAL when the buffer was too
 *	small: the bytes that were returned or are needed.
 *
 * Returns 0; -EOPNOTSUPP when the driver or the host does not know @query;
 * -EINVAL when @size does not fit; -ENODEV; other errors of the host.
 */
int dxg_device_get_host_info(struct dxg_device *dev, uint32_t query, void *data,
			     uint32_t *size);

#ifdef __cplusplus
}
#endif

#endif
