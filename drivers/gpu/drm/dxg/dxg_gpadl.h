/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest memory that the host reaches by number.
 */
#ifndef _DXG_GPADL_H_
#define _DXG_GPADL_H_

#include <linux/sizes.h>
#include <linux/types.h>

struct dxg_gpadl;
struct dxg_host;

/* More than this no message of VMBus describes in reasonable time. */
#define DXG_GPADL_MAX_SIZE	SZ_1G

int dxg_gpadl_create(struct dxg_host *host, void *address, u64 size, struct dxg_gpadl *gpadl);
void dxg_gpadl_destroy(struct dxg_host *host, struct dxg_gpadl *gpadl);
void dxg_gpadl_destroy_all(struct dxg_host *host);

#endif /* _DXG_GPADL_H_ */
