// SPDX-License-Identifier: MIT
/*
 * The status table of the DRM face, written down a second time.
 */
#include <kunit/test.h>

#include "dxg_proto.h"
#include "dxg_status.h"

struct dxg_status_param {
	u32 status;
	int error;
};

static const struct dxg_status_param dxg_status_params[] = {
	{ 0x00000000, 0 },
	{ 0x00000102, 0 },
	{ 0x00000103, 0 },
	{ 0x7fffffff, 0 },
	{ 0xc0000002, -EOPNOTSUPP },
	{ 0xc0000004, -EINVAL },
	{ 0xc0000008, -ENOENT },
	{ 0xc000000d, -EINVAL },
	{ 0xc0000017, -ENOMEM },
	{ 0xc000001d, -EOPNOTSUPP },
	{ 0xc0000022, -EACCES },
	{ 0xc0000023, -EINVAL },
	{ 0xc0000024, -EINVAL },
	{ 0xc0000033, -ENOENT },
	{ 0xc0000034, -ENOENT },
	{ 0xc0000035, -EEXIST },
	{ 0xc000009a, -ENOMEM },
	{ 0xc00000bb, -EOPNOTSUPP },
	{ 0xc00002b6, -ENODEV },
	{ 0xc01e0100, -ENOSPC },
	{ 0xc01e0102, -EBUSY },
	{ 0x80000000, -EIO },
	{ 0x80000005, -EIO },
	{ 0xc0000001, -EIO },
	{ 0xffffffff, -EIO },
};

static void dxg_status_desc(const struct dxg_status_param *param, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%08x", param->status);
}

KUNIT_ARRAY_PARAM(dxg_status, dxg_status_params, dxg_status_desc);

static void dxg_status_translates(struct kunit *test)
{
	const struct dxg_status_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, dxg_status_to_errno(DXGP_CMD_OPENADAPTER, param->status),
			param->error);
}

static struct kunit_case dxg_status_cases[] = {
	KUNIT_CASE_PARAM(dxg_status_translates, dxg_status_gen_params),
	{}
};

static struct kunit_suite dxg_status_suite = {
	.name = "dxg_status",
	.test_cases = dxg_status_cases,
};

kunit_test_suite(dxg_status_suite);
