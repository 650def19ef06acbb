/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long the engines have worked for a file, for fdinfo.
 */
#ifndef _DXG_USAGE_H_
#define _DXG_USAGE_H_

#include <linux/types.h>

struct drm_file;
struct drm_printer;
struct dxg_file;

void dxg_usage_show(struct drm_printer *p, struct drm_file *file);
void dxg_usage_file_close(struct dxg_file *dfile);
u64 dxg_usage_advance(u64 *seen, u64 now);

#endif /* _DXG_USAGE_H_ */
