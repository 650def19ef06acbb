/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host commands: one function each.
 *
 * They return 0 or the -errno of a failed exchange: what dxg_request_run()
 * returns, -ENOMEM, or -EIO for a reply that cannot be. What the host thinks
 * of the command is in *status, an NTSTATUS, which is set whenever 0 is
 * returned; what else a function returns is valid only if that is a success.
 */
#ifndef _DXG_CMD_H_
#define _DXG_CMD_H_

#include <linux/types.h>

#include "dxg_transport.h"

struct dxg_host;

/**
 * struct dxg_adapter_info - What GETINTERNALADAPTERINFO returns, checked.
 */
struct dxg_adapter_info {
	/** @luid: LUID of the adapter on the host. */
	struct dxgp_luid luid;

	/** @vgpu_luid: LUID of the virtual GPU; zero before version 40. */
	struct dxgp_luid vgpu_luid;

	/** @flags: DXGP_ADAPTER_xxx. */
	u32 flags;

	/** @driver_ddi_version: Version of the host driver's interface. */
	u32 driver_ddi_version;

	/** @description: UTF-8, ended by 0; 80 UTF-16 units need at most 240 bytes. */
	char description[256];
};

void dxg_utf16_to_utf8(const u16 *in, size_t units, char *out, size_t size);

/* Whole machine. */
int dxg_cmd_set_iospace_region(struct dxg_link *link, u64 start, u64 length, u32 *status);
int dxg_cmd_create_process(struct dxg_host *host, struct dxg_link *owner, u64 cookie, u32 pid,
			   const char *name, unsigned int flags, u32 *process);
int dxg_cmd_destroy_process(struct dxg_link *link, u32 process, u32 *status);

/* One adapter. */
int dxg_cmd_open_adapter(struct dxg_link *link, u32 *adapter, u32 *status);
int dxg_cmd_close_adapter(struct dxg_link *link, u32 adapter);
int dxg_cmd_get_adapter_info(struct dxg_link *link, struct dxg_adapter_info *info);
int dxg_cmd_query_adapter_info(struct dxg_link *link, u32 process, u32 query, void *data,
			       u32 size, unsigned int flags, u32 *status);
int dxg_cmd_is_feature_enabled(struct dxg_link *link, u32 feature, u32 *version, u32 *flags,
			       u32 *status);

#endif /* _DXG_CMD_H_ */
