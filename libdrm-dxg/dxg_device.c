// SPDX-License-Identifier: MIT
/*
 * The device object: an open node with a count of its users.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>

#include "dxg_priv.h"

#define DXG_DRIVER_NAME		"dxg"
#define DXG_INTERFACE_MAJOR	1

int dxg_ioctl(int fd, unsigned long request, void *arg)
{
	return drmIoctl(fd, request, arg) ? -errno : 0;
}

/*
 * Ask @fd for the driver behind it. The version ioctl is asked without
 * drmGetVersion(), which loses the reason of a failure.
 */
static int dxg_check_driver(int fd, int *major, int *minor)
{
	char name[sizeof(DXG_DRIVER_NAME)] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};
	int ret;

	ret = dxg_ioctl(fd, DRM_IOCTL_VERSION, &version);
	if (ret)
		return ret;

	/* The kernel returns the whole length, however much it copied. */
	if (version.name_len != strlen(DXG_DRIVER_NAME) || strcmp(name, DXG_DRIVER_NAME))
		return -ENODEV;
	if (version.version_major != DXG_INTERFACE_MAJOR)
		return -EPROTO;

	*major = version.version_major;
	*minor = version.version_minor;
	return 0;
}

/* Make a device that owns @fd; it stays the caller's if this fails. */
static int dxg_device_adopt(int fd, struct dxg_device **out)
{
	struct dxg_device *dev;
	int ret;

	dev = calloc(1, sizeof(*dev));
	if (!dev)
		return -ENOMEM;

	ret = dxg_check_driver(fd, &dev->major, &dev->minor);
	if (ret) {
		free(dev);
		return ret;
	}
	ret = -pthread_mutex_init(&dev->bos_lock, NULL);
	if (ret) {
		free(dev);
		return ret;
	}
	atomic_init(&dev->refcount, 1);
	dev->fd = fd;
	*out = dev;
	return 0;
}

drm_public int dxg_device_new(int fd, struct dxg_device **dev)
{
	int copy, ret;

	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy < 0)
		return -errno;

	ret = dxg_device_adopt(copy, dev);
	if (ret)
		close(copy);
	return ret;
}

drm_public int dxg_device_open(const char *path, struct dxg_device **dev)
{
	int fd, ret;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	ret = dxg_device_adopt(fd, dev);
	if (ret)
		close(fd);
	return ret;
}

drm_public struct dxg_device *dxg_device_ref(struct dxg_device *dev)
{
	dxg_ref_get(&dev->refcount);
	return dev;
}

drm_public void dxg_device_unref(struct dxg_device *dev)
{
	if (!dev || !dxg_ref_put(&dev->refcount))
		return;
	pthread_mutex_destroy(&dev->bos_lock);
	close(dev->fd);
	free(dev);
}

drm_public int dxg_device_fd(const struct dxg_device *dev)
{
	return dev->fd;
}

drm_public void dxg_device_get_version(const struct dxg_device *dev, int *major, int *minor)
{
	if (major)
		*major = dev->major;
	if (minor)
		*minor = dev->minor;
}
