/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the commands share: judging replies, and undoing.
 */
#ifndef _DXG_CMD_INTERNAL_H_
#define _DXG_CMD_INTERNAL_H_

#include <linux/string.h>
#include <linux/types.h>

#include "dxg_transport.h"

/* The reply has no status of its own. */
#define DXG_NO_STATUS	SIZE_MAX

/* ---- Building ---- */

struct dxg_request *dxg_prep_handle(struct dxg_link *link, u32 command, u32 process, u32 handle,
				    size_t reply_len, unsigned int flags);
void *dxg_put_bytes(void *to, const void *from, size_t size);

/* ---- Sending ---- */

int dxg_cmd_run(struct dxg_request *req, size_t status_at, u32 *status);
int dxg_cmd_create(struct dxg_request *req, size_t min, size_t status_at,
		   void (*undo)(struct dxg_request *req), u32 *status);
int dxg_cmd_status(struct dxg_request *req, u32 *status);
void dxg_cmd_discard(struct dxg_request *req);

/* ---- Judging ---- */

int dxg_reply_check(struct dxg_request *req, size_t min, size_t status_at, u32 *status);
int dxg_reply_violation(struct dxg_request *req, const char *what, u64 value);
int dxg_reply_page(struct dxg_request *req, u64 address, u64 size);

/* 32 bits of a reply at @offset, 0 when it ends before. */
static inline u32 dxg_reply_word(const struct dxg_request *req, size_t offset)
{
	u32 word;

	if (req->got < offset + sizeof(word))
		return 0;
	memcpy(&word, req->reply + offset, sizeof(word));
	return word;
}

static inline u32 dxg_request_process(struct dxg_request *req)
{
	return ((struct dxgp_header *)dxg_request_cmd(req))->process;
}

#endif /* _DXG_CMD_INTERNAL_H_ */
