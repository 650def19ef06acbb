/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for several fences at once: any of them, or all.
 */
#ifndef _DXG_FENCE_WAIT_H_
#define _DXG_FENCE_WAIT_H_

#include <linux/ktime.h>
#include <linux/types.h>

struct dxg_fence;

/**
 * struct dxg_fence_point - A value of a fence.
 */
struct dxg_fence_point {
	/** @fence: The fence. */
	struct dxg_fence *fence;

	/** @value: The value. */
	u64 value;
};

int dxg_fence_wait_points(const struct dxg_fence_point *points, u32 count, bool any,
			  ktime_t deadline, u32 *first);
int dxg_fence_notify_points(const struct dxg_fence_point *points, u32 count, bool any,
			    void (*notify)(void *data), void *data);
int dxg_fence_eventfd_points(const struct dxg_fence_point *points, u32 count, bool any, int fd);

#endif /* _DXG_FENCE_WAIT_H_ */
