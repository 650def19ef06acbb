// SPDX-License-Identifier: MIT
/*
 * What clients may ask of the host, and what the kernel makes of the answer.
 */
#include <kunit/test.h>

#include <drm/dxg_drm.h>

#include "dxg_query.h"
#include "dxg_usage.h"

static void dxg_query_allow_list(struct kunit *test)
{
	unsigned int query, allowed = 0;

	for (query = 0; query < 256; query++)
		if (dxg_host_query_size(query) >= 0)
			allowed++;
	KUNIT_EXPECT_EQ(test, allowed, 14);
	KUNIT_EXPECT_EQ(test, dxg_host_query_size(DRM_DXG_HOST_QUERY_UMD_PRIVATE), 0);
	KUNIT_EXPECT_EQ(test, dxg_host_query_size(DRM_DXG_HOST_QUERY_DEVICE_IDS), 28);
	KUNIT_EXPECT_EQ(test, dxg_host_query_size(DRM_DXG_HOST_QUERY_NODE_METADATA), 80);
	/* 48 reads the registry of the host. */
	KUNIT_EXPECT_EQ(test, dxg_host_query_size(48), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, dxg_host_query_size(U32_MAX), -EOPNOTSUPP);
}

static void dxg_query_adapter_type(struct kunit *test)
{
	/* Nothing of a display survives, the rest does. */
	KUNIT_EXPECT_EQ(test, dxg_fix_adapter_type(0, false), 0x80);
	KUNIT_EXPECT_EQ(test, dxg_fix_adapter_type(0, true), 0x880);
	KUNIT_EXPECT_EQ(test, dxg_fix_adapter_type(U32_MAX, false), 0xfffff4b5);
	KUNIT_EXPECT_EQ(test, dxg_fix_adapter_type(U32_MAX, true), 0xfffffcb5);
}

/* What is shown of an engine only grows, whatever the host says. */
static void dxg_query_usage(struct kunit *test)
{
	u64 seen = 0;

	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 5), 5);
	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 5), 0);
	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 7), 2);
	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 3), 0);
	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 0), 0);
	KUNIT_EXPECT_EQ(test, dxg_usage_advance(&seen, 8), 1);
}

static struct kunit_case dxg_query_cases[] = {
	KUNIT_CASE(dxg_query_allow_list),
	KUNIT_CASE(dxg_query_adapter_type),
	KUNIT_CASE(dxg_query_usage),
	{}
};

static struct kunit_suite dxg_query_suite = {
	.name = "dxg_query",
	.test_cases = dxg_query_cases,
};

kunit_test_suite(dxg_query_suite);
