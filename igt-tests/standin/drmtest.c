// SPDX-License-Identifier: MIT
/*
 * Stand-in: find and open nodes of the driver.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "standin.h"

#define DRIVER_NAME	"dxg"

/* DRM numbers primary nodes from 0 and render nodes from 128, 64 of each and no more here. */
#define MAX_NODES	64
#define FIRST_RENDER	128

static int restarting_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(fd, request, arg);
	} while (ret == -1 && (errno == EINTR || errno == EAGAIN));
	return ret;
}

int (*igt_ioctl)(int fd, unsigned long request, void *arg) = restarting_ioctl;

static bool is_driver(int fd, uint64_t chipset)
{
	char name[16] = "";
	struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };

	if (restarting_ioctl(fd, DRM_IOCTL_VERSION, &version))
		return false;
	return chipset == DRIVER_ANY || !strcmp(name, DRIVER_NAME);
}

static int open_path(const char *path, uint64_t chipset)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (is_driver(fd, chipset))
		return fd;
	close(fd);
	return -1;
}

static int open_number(int index, uint64_t chipset, const char *format, int first)
{
	char path[32];
	int i, fd;

	for (i = 0; i < MAX_NODES; i++) {
		snprintf(path, sizeof(path), format, first + i);
		fd = open_path(path, chipset);
		if (fd < 0)
			continue;
		if (!index--)
			return fd;
		close(fd);
	}
	errno = ENODEV;
	return -1;
}

int __drm_open_driver_another(int index, uint64_t chipset)
{
	return open_number(index, chipset, "/dev/dri/card%d", 0);
}

/* "drm:PATH" of --device or of the environment. */
static const char *chosen_path(void)
{
	const char *filter = standin_device ? standin_device : getenv("IGT_DEVICE");

	return filter && !strncmp(filter, "drm:", 4) ? filter + 4 : NULL;
}

int drm_open_driver(uint64_t chipset)
{
	const char *path = chosen_path();
	int fd;

	fd = path ? open_path(path, chipset) : __drm_open_driver_another(0, chipset);
	if (fd < 0)
		igt_skip("No known gpu found for chipset flags 0x%llx (%s)\n",
			 (unsigned long long)chipset, DRIVER_NAME);
	return fd;
}

int drm_open_driver_render(uint64_t chipset)
{
	int fd = open_number(0, chipset, "/dev/dri/renderD%d", FIRST_RENDER);

	if (fd < 0)
		igt_skip("No known gpu found for chipset flags 0x%llx (%s)\n",
			 (unsigned long long)chipset, DRIVER_NAME);
	return fd;
}

int drm_close_driver(int fd)
{
	return close(fd);
}
