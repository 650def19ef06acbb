// SPDX-License-Identifier: MIT
/*
 * What errnos mean to callers, on both backends: the two tables, written down a second time.
 */
#include <errno.h>
#include <stdio.h>

#include "d3dkmt_priv.h"

static const struct {
	int error;
	uint32_t dev, render;
} rows[] = {
	{ 0, 0, 0 },
	{ EEXIST, 0xc0000035, 0xc0000035 },
	{ ENOMEM, 0xc0000017, 0xc0000017 },
	{ EINVAL, 0xc000000d, 0xc000000d },
	{ ENOENT, 0xc0000033, 0xc000000d },
	{ EAGAIN, 0x00000102, 0xc0000001 },
	{ EOVERFLOW, 0xc0000023, 0xc0000001 },
	{ ENODEV, 0xc00002b6, 0xc00002b6 },
	{ EACCES, 0xc0000022, 0xc0000022 },
	{ EPERM, 0xc00000bb, 0xc0000022 },
	{ ENOSYS, 0xc00000bb, 0xc0000001 },
	{ EOPNOTSUPP, 0xc000001d, 0xc00000bb },
	{ EBADF, 0xc0000008, 0xc0000008 },
	{ EINPROGRESS, 0xc01e0102, 0xc0000001 },
	{ EPROTOTYPE, 0xc0000024, 0xc0000001 },
	{ E2BIG, 0xc0000001, 0xc000000d },
	{ ENOSPC, 0xc0000001, 0xc0000017 },
	{ ECANCELED, 0xc0000001, 0xc00002b6 },
	{ EBUSY, 0xc0000001, 0xc01e0102 },
	{ ETIMEDOUT, 0xc0000001, 0x00000102 },
	{ ETIME, 0xc0000001, 0x00000102 },
};

/* What the tables do not name is a failure without a reason. */
static uint32_t expected(int error, int render)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].error == error)
			return render ? rows[i].render : rows[i].dev;
	return 0xc0000001;
}

int main(void)
{
	int error, wrong = 0;

	for (error = 0; error < 4096; error++) {
		uint32_t dev = kmt_dev_status(-error), render = kmt_render_status(-error);

		if (dev == expected(error, 0) && render == expected(error, 1))
			continue;
		printf("errno %d: %#x and %#x, not %#x and %#x\n", error, dev, render,
		       expected(error, 0), expected(error, 1));
		wrong++;
	}
	return wrong ? 1 : 0;
}
