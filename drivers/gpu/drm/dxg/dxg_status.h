/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host's status codes (NTSTATUS) and what they mean on the DRM side.
 */
#ifndef _DXG_STATUS_H_
#define _DXG_STATUS_H_

#include <linux/types.h>

#define DXG_STATUS_SUCCESS			0x00000000u
#define DXG_STATUS_TIMEOUT			0x00000102u
#define DXG_STATUS_PENDING			0x00000103u
#define DXG_STATUS_UNSUCCESSFUL			0xc0000001u
#define DXG_STATUS_NOT_IMPLEMENTED		0xc0000002u
#define DXG_STATUS_INFO_LENGTH_MISMATCH		0xc0000004u
#define DXG_STATUS_INVALID_HANDLE		0xc0000008u
#define DXG_STATUS_INVALID_PARAMETER		0xc000000du
#define DXG_STATUS_NO_MEMORY			0xc0000017u
#define DXG_STATUS_ILLEGAL_INSTRUCTION		0xc000001du
#define DXG_STATUS_ACCESS_DENIED		0xc0000022u
#define DXG_STATUS_BUFFER_TOO_SMALL		0xc0000023u
#define DXG_STATUS_OBJECT_TYPE_MISMATCH		0xc0000024u
#define DXG_STATUS_OBJECT_NAME_INVALID		0xc0000033u
#define DXG_STATUS_OBJECT_NAME_NOT_FOUND	0xc0000034u
#define DXG_STATUS_OBJECT_NAME_COLLISION	0xc0000035u
#define DXG_STATUS_INSUFFICIENT_RESOURCES	0xc000009au
#define DXG_STATUS_NOT_SUPPORTED		0xc00000bbu
#define DXG_STATUS_DEVICE_REMOVED		0xc00002b6u
#define DXG_STATUS_NO_VIDEO_MEMORY		0xc01e0100u
#define DXG_STATUS_ALLOCATION_BUSY		0xc01e0102u

/* The top bit tells: warnings and errors are failures, the rest (PENDING too) is not. */
static inline bool dxg_status_failed(u32 status)
{
	return status & 0x80000000u;
}

int dxg_status_to_errno(u32 command, u32 status);

#endif /* _DXG_STATUS_H_ */
