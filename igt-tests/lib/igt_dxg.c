// SPDX-License-Identifier: MIT
/*
 * Helpers for the tests of the dxg driver.
 */
#include "igt_dxg.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "igt.h"

/* Where DRM starts to number render nodes, and how many are looked at. */
#define FIRST_RENDER	128
#define MAX_RENDER	64

int __dxg_query(int fd, uint32_t type, void *data, uint32_t *size)
{
	struct drm_dxg_dev_query query = {
		.type = type,
		.size = *size,
		.pointer = (uintptr_t)data,
	};
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_DEV_QUERY, &query);

	if (!ret)
		*size = query.size;
	return ret;
}

uint32_t igt_dxg_query(int fd, uint32_t type, void *data, uint32_t size, int error)
{
	igt_assert_eq(__dxg_query(fd, type, data, &size), error);
	return size;
}

void igt_dxg_device_info(int fd, struct drm_dxg_device_info *info)
{
	memset(info, 0, sizeof(*info));
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, info, sizeof(*info), 0);
}

int __dxg_ask_host(int fd)
{
	struct drm_dxg_host_adapter_info info = {
		.query = DRM_DXG_HOST_QUERY_DRIVER_VERSION,
	};
	uint32_t version = 0, size = sizeof(info);

	info.data = (uintptr_t)&version;
	info.data_size = sizeof(version);
	return __dxg_query(fd, DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO, &info, &size);
}

int __dxg_ioctl(int fd, unsigned long request, void *arg)
{
	int ret = igt_ioctl(fd, request, arg) ? -errno : 0;

	errno = 0;
	return ret;
}

int64_t __dxg_vm_create(int fd, uint32_t flags)
{
	struct drm_dxg_vm_create args = { .flags = flags };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_CREATE, &args);

	return ret ? ret : (int64_t)args.vm_id;
}

uint32_t igt_dxg_vm_create(int fd, uint32_t flags)
{
	int64_t vm = __dxg_vm_create(fd, flags);

	igt_assert_f(vm > 0, "no VM: %lld\n", (long long)vm);
	return vm;
}

void igt_dxg_vm_destroy(int fd, uint32_t vm)
{
	struct drm_dxg_vm_destroy args = { .vm_id = vm };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, 0);
}

int64_t igt_dxg_time(int64_t ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec + ms * 1000000;
}

static int open_render(int number)
{
	char path[64], name[8] = "";
	struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };
	int fd;

	snprintf(path, sizeof(path), "/dev/dri/renderD%d", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (!igt_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, "dxg"))
		return fd;
	close(fd);
	return -1;
}

int igt_dxg_open_render(int index)
{
	int i, fd;

	for (i = 0; i < MAX_RENDER; i++) {
		fd = open_render(FIRST_RENDER + i);
		if (fd < 0)
			continue;
		if (!index--)
			break;
		close(fd);
	}
	errno = 0;
	return i < MAX_RENDER ? fd : -1;
}

int igt_dxg_count(void)
{
	int i, fd, count = 0;

	for (i = 0; i < MAX_RENDER; i++) {
		fd = open_render(FIRST_RENDER + i);
		if (fd < 0)
			continue;
		close(fd);
		count++;
	}
	errno = 0;
	return count;
}

void igt_dxg_pci_path(int fd, char *path, size_t size)
{
	char link[64], resolved[PATH_MAX];
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u/device", major(st.st_rdev),
		 minor(st.st_rdev));
	igt_assert_f(realpath(link, resolved), "%s: no folder of the device\n", link);
	igt_assert(strlen(resolved) < size);
	strcpy(path, resolved);
}

void igt_dxg_debugfs_path(int fd, char *path, size_t size)
{
	struct stat st;

	igt_assert_eq(fstat(fd, &st), 0);
	if (access("/sys/kernel/debug/dri", F_OK) && !geteuid())
		mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	snprintf(path, size, "/sys/kernel/debug/dri/%u", minor(st.st_rdev));
	igt_require_f(!access(path, R_OK | X_OK), "%s cannot be read\n", path);
	errno = 0;
}

FILE *igt_dxg_debugfs_open(int fd, const char *name)
{
	char folder[512], path[600];
	FILE *file;

	igt_dxg_debugfs_path(fd, folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	igt_assert_f(file, "%s cannot be read\n", path);
	return file;
}

int __dxg_read(const char *dir, const char *name, char *value, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, value, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;
	value[n] = 0;
	value[strcspn(value, "\n")] = 0;
	return 0;
}

int __dxg_write(const char *path, const char *value)
{
	int fd, ret = 0;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

bool igt_dxg_fdinfo(int fd, const char *key, char *value, size_t size)
{
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	igt_assert(file);
	while (!found && fgets(line, sizeof(line), file)) {
		size_t len = strlen(key);

		if (strncmp(line, key, len) || line[len] != ':')
			continue;
		line[strcspn(line, "\n")] = 0;
		len++;
		len += strspn(line + len, " \t");
		snprintf(value, size, "%s", line + len);
		found = true;
	}
	fclose(file);
	return found;
}

bool igt_dxg_wait(bool (*condition)(const void *arg), const void *arg, int seconds)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int i;

	for (i = 0; i < seconds * 50; i++) {
		if (condition(arg))
			return true;
		nanosleep(&pause, NULL);
	}
	return condition(arg);
}

unsigned int *igt_dxg_begun_new(void)
{
	unsigned int *begun = mmap(NULL, sizeof(*begun), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(begun != MAP_FAILED);
	return begun;
}

void igt_dxg_begun(unsigned int *begun)
{
	__atomic_fetch_add(begun, 1, __ATOMIC_SEQ_CST);
}

void igt_dxg_begun_wait(unsigned int *begun, unsigned int count)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	int i;

	for (i = 0; i < 12000 && __atomic_load_n(begun, __ATOMIC_SEQ_CST) < count; i++)
		nanosleep(&pause, NULL);
	igt_assert_eq_u32(*begun, count);
	munmap(begun, sizeof(*begun));
}
