// SPDX-License-Identifier: MIT
/*
 * The two tables from errno to NTSTATUS: of /dev/dxg, whose driver made the errno of
 * the host's status, and of the render node, whose errors are those of dxg_drm.h.
 */
#include <errno.h>
#include <stddef.h>

#include "d3dkmt_priv.h"

struct kmt_status_row {
	int error;
	NTSTATUS status;
};

static const struct kmt_status_row dev_table[] = {
	{ EEXIST, STATUS_OBJECT_NAME_COLLISION },
	{ ENOMEM, STATUS_NO_MEMORY },
	{ EINVAL, STATUS_INVALID_PARAMETER },
	{ ENOENT, STATUS_OBJECT_NAME_INVALID },
	{ EAGAIN, STATUS_TIMEOUT },
	{ EOVERFLOW, STATUS_BUFFER_TOO_SMALL },
	{ ENODEV, STATUS_DEVICE_REMOVED },
	{ EACCES, STATUS_ACCESS_DENIED },
	{ EPERM, STATUS_NOT_SUPPORTED },
	{ ENOSYS, STATUS_NOT_SUPPORTED },
	{ EOPNOTSUPP, STATUS_ILLEGAL_INSTRUCTION },
	{ EBADF, STATUS_INVALID_HANDLE },
	{ EINPROGRESS, STATUS_GRAPHICS_ALLOCATION_BUSY },
	{ EPROTOTYPE, STATUS_OBJECT_TYPE_MISMATCH },
};

static const struct kmt_status_row render_table[] = {
	{ EINVAL, STATUS_INVALID_PARAMETER },
	{ E2BIG, STATUS_INVALID_PARAMETER },
	{ ENOENT, STATUS_INVALID_PARAMETER },
	{ EBADF, STATUS_INVALID_HANDLE },
	{ EOPNOTSUPP, STATUS_NOT_SUPPORTED },
	{ EACCES, STATUS_ACCESS_DENIED },
	{ EPERM, STATUS_ACCESS_DENIED },
	{ ENOMEM, STATUS_NO_MEMORY },
	{ ENOSPC, STATUS_NO_MEMORY },
	{ ECANCELED, STATUS_DEVICE_REMOVED },
	{ ENODEV, STATUS_DEVICE_REMOVED },
	{ EBUSY, STATUS_GRAPHICS_ALLOCATION_BUSY },
	{ ETIMEDOUT, STATUS_TIMEOUT },
	{ ETIME, STATUS_TIMEOUT },
	{ EEXIST, STATUS_OBJECT_NAME_COLLISION },
};

static NTSTATUS find(const struct kmt_status_row *table, size_t rows, int error)
{
	size_t i;

	if (!error)
		return STATUS_SUCCESS;
	for (i = 0; i < rows; i++) {
		if (table[i].error == -error)
			return table[i].status;
	}
	return STATUS_UNSUCCESSFUL;
}

NTSTATUS kmt_dev_status(int error)
{
	return find(dev_table, sizeof(dev_table) / sizeof(dev_table[0]), error);
}

NTSTATUS kmt_render_status(int error)
{
	return find(render_table, sizeof(render_table) / sizeof(render_table[0]), error);
}
