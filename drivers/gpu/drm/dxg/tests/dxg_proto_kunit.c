// SPDX-License-Identifier: MIT
/*
 * The wire format and the user interface: sizes. Every member's offset is a
 * static assertion in dxg_proto_check.h; here is what stands in the protocol's
 * description by number, independent of that table.
 */
#include <kunit/test.h>

#include <drm/dxg_drm.h>

#include "dxg_proto.h"

struct dxg_size {
	const char *name;
	size_t is, should;
};

#define DXG_SIZE(type, bytes) { #type, sizeof(struct type), bytes }

static const struct dxg_size dxg_sizes[] = {
	DXG_SIZE(dxgp_ext_header, 16),
	DXG_SIZE(dxgp_header, 24),
	DXG_SIZE(dxgp_createprocess, 568),
	DXG_SIZE(dxgp_destroyprocess, 24),
	DXG_SIZE(dxgp_setiospaceregion, 48),
	DXG_SIZE(dxgp_openadapter, 40),
	DXG_SIZE(dxgp_openadapter_reply, 16),
	DXG_SIZE(dxgp_closeadapter, 32),
	DXG_SIZE(dxgp_getinternaladapterinfo, 24),
	DXG_SIZE(dxgp_getinternaladapterinfo_reply, 712),
	DXG_SIZE(dxgp_isfeatureenabled, 32),
	DXG_SIZE(dxgp_isfeatureenabled_reply, 16),
	DXG_SIZE(dxgp_signalguestevent, 48),
	DXG_SIZE(dxgp_setguestdata, 48),
	DXG_SIZE(dxgp_submitcommand, 408),
	DXG_SIZE(dxgp_querystatistics, 832),
	DXG_SIZE(dxgp_querystatistics_reply, 784),
	DXG_SIZE(dxgp_createsyncobject, 128),
	DXG_SIZE(dxgp_mapgpuvirtualaddress, 136),
	DXG_SIZE(dxgp_query_node_metadata, 80),
	DXG_SIZE(dxgp_query_device_ids, 28),
	DXG_SIZE(drm_dxg_dev_query, 16),
	DXG_SIZE(drm_dxg_device_info, 368),
	DXG_SIZE(drm_dxg_host_adapter_info, 16),
	DXG_SIZE(drm_dxg_engine, 128),
	DXG_SIZE(drm_dxg_engines, 16),
	DXG_SIZE(drm_dxg_feature, 16),
};

static void dxg_size_desc(const struct dxg_size *size, char *desc)
{
	strscpy(desc, size->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_size, dxg_sizes, dxg_size_desc);

static void dxg_struct_size(struct kunit *test)
{
	const struct dxg_size *size = test->param_value;

	KUNIT_EXPECT_EQ(test, size->is, size->should);
}

static void dxg_tail_offsets(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, offsetof(struct dxgp_queryadapterinfo, private_data), 32);
	KUNIT_EXPECT_EQ(test, DXGP_QUERYADAPTERINFO_SIZE(1), 40);
	KUNIT_EXPECT_EQ(test, DXGP_QUERYADAPTERINFO_SIZE(4), 43);
	KUNIT_EXPECT_EQ(test, offsetof(struct dxgp_setexistingsysmempages, pfns), 40);
	KUNIT_EXPECT_EQ(test, 40 + 8 * DXGP_SYSMEM_PAGES, 126976);
	KUNIT_EXPECT_EQ(test, offsetof(struct dxgp_getinternaladapterinfo_reply, host_vgpu_luid),
			704);
}

static struct kunit_case dxg_proto_cases[] = {
	KUNIT_CASE_PARAM(dxg_struct_size, dxg_size_gen_params),
	KUNIT_CASE(dxg_tail_offsets),
	{}
};

static struct kunit_suite dxg_proto_suite = {
	.name = "dxg_proto",
	.test_cases = dxg_proto_cases,
};

kunit_test_suite(dxg_proto_suite);

MODULE_DESCRIPTION("KUnit tests of the dxg driver");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING");
