// SPDX-License-Identifier: GPL-2.0
/*
 * The status table of the DRM face.
 */
#include <linux/array_size.h>
#include <linux/errno.h>

#include <kunit/visibility.h>

#include "dxg_status.h"
#include "dxg_trace.h"

static const struct {
	u32 status;
	int error;
} dxg_status_table[] = {
	{ DXG_STATUS_NOT_IMPLEMENTED, -EOPNOTSUPP },
	{ DXG_STATUS_INFO_LENGTH_MISMATCH, -EINVAL },
	{ DXG_STATUS_INVALID_HANDLE, -ENOENT },
	{ DXG_STATUS_INVALID_PARAMETER, -EINVAL },
	{ DXG_STATUS_NO_MEMORY, -ENOMEM },
	{ DXG_STATUS_ILLEGAL_INSTRUCTION, -EOPNOTSUPP },
	{ DXG_STATUS_ACCESS_DENIED, -EACCES },
	{ DXG_STATUS_BUFFER_TOO_SMALL, -EINVAL },
	{ DXG_STATUS_OBJECT_TYPE_MISMATCH, -EINVAL },
	{ DXG_STATUS_OBJECT_NAME_INVALID, -ENOENT },
	{ DXG_STATUS_OBJECT_NAME_NOT_FOUND, -ENOENT },
	{ DXG_STATUS_OBJECT_NAME_COLLISION, -EEXIST },
	{ DXG_STATUS_INSUFFICIENT_RESOURCES, -ENOMEM },
	{ DXG_STATUS_NOT_SUPPORTED, -EOPNOTSUPP },
	{ DXG_STATUS_DEVICE_REMOVED, -ENODEV },
	{ DXG_STATUS_NO_VIDEO_MEMORY, -ENOSPC },
	{ DXG_STATUS_ALLOCATION_BUSY, -EBUSY },
};

/**
 * dxg_status_to_errno() - What a status means to a DRM client.
 * @command: The command that was answered, for the trace.
 * @status: The NTSTATUS.
 *
 * Returns 0 for every status that is no failure, and -EIO for failures without
 * a translation. Those can be provoked by a user, so they are traced only.
 */
int dxg_status_to_errno(u32 command, u32 status)
{
	int error = -EIO;
	size_t i;

	if (!dxg_status_failed(status))
		return 0;

	for (i = 0; i < ARRAY_SIZE(dxg_status_table); i++) {
		if (dxg_status_table[i].status == status) {
			error = dxg_status_table[i].error;
			break;
		}
	}
	trace_dxg_status(command, status, error);
	return error;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_status_to_errno);
