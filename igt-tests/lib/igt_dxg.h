/* SPDX-License-Identifier: MIT */
/*
 * Helpers for the tests of the dxg driver.
 *
 * igt_dxg_*() fail the subtest when something goes wrong; __dxg_*() return 0 or
 * a negative errno. A function is here only if two tests use it.
 */
#ifndef IGT_DXG_H
#define IGT_DXG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "dxg_drm.h"

/* DEV_QUERY as it is. @size: in and, on success, out. */
int __dxg_query(int fd, uint32_t type, void *data, uint32_t *size);

/* DEV_QUERY that must end with @error, 0 or a negative errno. Returns the size. */
uint32_t igt_dxg_query(int fd, uint32_t type, void *data, uint32_t size, int error);

/* Identity, versions and limits of the adapter behind @fd. */
void igt_dxg_device_info(int fd, struct drm_dxg_device_info *info);

/* A query that only the host can answer: what fails when it is gone. */
int __dxg_ask_host(int fd);

/* Any ioctl, restarted as IGT does. Returns 0 or a negative errno. */
int __dxg_ioctl(int fd, unsigned long request, void *arg);

/* One that must end with @error, 0 or a negative errno. */
#define igt_dxg_ioctl(fd, request, arg, error) \
	igt_assert_eq(__dxg_ioctl((fd), (request), (arg)), (error))

/* The VM of a file, DRM_DXG_VM_xxx in @flags. Returns its id, or a negative errno. */
int64_t __dxg_vm_create(int fd, uint32_t flags);
uint32_t igt_dxg_vm_create(int fd, uint32_t flags);
void igt_dxg_vm_destroy(int fd, uint32_t vm);

/* CLOCK_MONOTONIC in nanoseconds, @ms milliseconds from now. */
int64_t igt_dxg_time(int64_t ms);

/* Open the render node number @index of the driver, from 0. -1 when there is none. */
int igt_dxg_open_render(int index);

/* How many render nodes the driver has. */
int igt_dxg_count(void);

/* Folder in sysfs of the PCI function behind @fd; @path is of @size bytes. */
void igt_dxg_pci_path(int fd, char *path, size_t size);

/* Folder in debugfs of the device behind @fd; @path is of @size bytes. Skips without one. */
void igt_dxg_debugfs_path(int fd, char *path, size_t size);

/* The file @name there, to be read by lines. Close it. */
FILE *igt_dxg_debugfs_open(int fd, const char *name);

/*
 * First line of @dir/@name, without its end, to @value of @size bytes. Returns 0
 * or a negative errno.
 */
int __dxg_read(const char *dir, const char *name, char *value, size_t size);

/* Write @value to the file at @path. Returns 0 or a negative errno. */
int __dxg_write(const char *path, const char *value);

/* A key of the fdinfo of @fd, such as "drm-driver". False when it is not there. */
bool igt_dxg_fdinfo(int fd, const char *key, char *value, size_t size);

/* Wait until @condition(@arg) holds, at most @seconds. Returns whether it does. */
bool igt_dxg_wait(bool (*condition)(const void *arg), const void *arg, int seconds);

/*
 * Children that say when they have begun: how long that takes is the machine's business.
 * Made before the fork; each child says it once; the parent waits for @count of them.
 */
unsigned int *igt_dxg_begun_new(void);
void igt_dxg_begun(unsigned int *begun);
void igt_dxg_begun_wait(unsigned int *begun, unsigned int count);

#endif
