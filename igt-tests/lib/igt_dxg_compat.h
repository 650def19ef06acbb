/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests of /dev/dxg; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_COMPAT_H
#define IGT_DXG_COMPAT_H

#include <stdbool.h>
#include <stdint.h>

#include "d3dkmthk.h"

/* The ioctl's result, 0 or a status above it, or a negative errno. Not restarted. */
int __dxg_d3d(int fd, unsigned long request, void *arg);

/* One that must end with @result. */
#define igt_dxg_d3d(fd, request, arg, result) \
	igt_assert_eq(__dxg_d3d((fd), (request), (arg)), (result))

/* Open the node. Skips where there is none. */
int igt_dxg_compat_open(void);

/* A handle of the first adapter that is found. */
uint32_t igt_dxg_compat_adapter(int fd, struct winluid *luid);

/** struct igt_dxg_compat_number - A number of a request. */
struct igt_dxg_compat_number {
	/** @size: Bytes of the argument; 0: it has no name. */
	uint32_t size;

	/** @implemented: Whether there is an answer. */
	bool implemented;
};

/* All numbers that a word can have. */
extern const struct igt_dxg_compat_number igt_dxg_compat_numbers[256];

#endif
