/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for IGT's helpers about software fences, with its names and meanings: fences
 * that end when the test says so, or never.
 */
#ifndef SW_SYNC_H
#define SW_SYNC_H

#include <stdint.h>

#include "igt.h"

/* Skips where the kernel has none. */
void igt_require_sw_sync(void);

/* A timeline, at 0. Closing it ends its fences with ENOENT. */
int sw_sync_timeline_create(void);
/* A sync file that ends when the timeline has come to @seqno. */
int sw_sync_timeline_create_fence(int timeline, uint32_t seqno);
void sw_sync_timeline_inc(int timeline, uint32_t count);

/* Of any sync file. 0: not signalled, 1: signalled, negative errno: signalled with an error. */
int sync_fence_status(int fence);

#endif
