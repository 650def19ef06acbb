/* SPDX-License-Identifier: MIT */
/*
 * One operation on one picture, done by the GPU.
 */
#ifndef DARKROOM_DEVELOP_H
#define DARKROOM_DEVELOP_H

#include "dxg.h"
#include "ops.h"

/* What went wrong: the step, for people. Valid until the next call. */
extern const char *develop_step;

/*
 * Have the GPU behind @dev make @dst of @src. @dst has its size, not its content.
 * 0 or -errno, with develop_step saying at what.
 */
int develop(struct dxg_device *dev, const struct op *op, const struct picture *src,
	    struct picture *dst);

#endif
