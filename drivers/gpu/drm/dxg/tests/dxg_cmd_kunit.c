// SPDX-License-Identifier: MIT
/*
 * Commands: what is made of replies that are too short, that fail, and that are
 * as they should be.
 */
#include <kunit/device.h>
#include <kunit/test.h>

#include "dxg_cmd.h"
#include "dxg_mock.h"
#include "dxg_status.h"

struct dxg_fixture {
	struct dxg_mock mock;
	struct dxg_port port;
	struct dxg_link link;
};

static int dxg_cmd_suite_init(struct kunit_suite *suite)
{
	return dxg_transport_init();
}

static void dxg_cmd_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
}

static int dxg_cmd_test_init(struct kunit *test)
{
	struct dxg_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	dxg_mock_init(test, &f->mock, DXGP_VERSION);
	f->mock.automatic = true;
	f->mock.dev = kunit_device_register(test, "dxg-cmd");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->mock.dev);
	dxg_port_init(&f->port, &dxg_mock_ops, f->mock.dev, "mock", &f->mock);
	f->link.port = &f->port;
	f->link.version = DXGP_VERSION;
	KUNIT_ASSERT_EQ(test, dxg_port_open(&f->port), 0);
	return 0;
}

static void dxg_cmd_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	if (!f || !f->port.ops)
		return;
	dxg_port_close(&f->port);
	dxg_port_fini(&f->port);
}

/* What a reply of so many bytes is: malformed without a failure, its status with one. */
static void dxg_open_adapter_truncated(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&f->mock, DXGP_CMD_OPENADAPTER);
	u32 adapter, status;
	int len, ret;

	rule->times = 1;
	for (len = 0; len < 16; len++) {
		rule->len = len;
		rule->status = DXG_STATUS_SUCCESS;
		ret = dxg_cmd_open_adapter(&f->link, &adapter, &status);
		KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%d bytes", len);

		rule->status = DXG_STATUS_NO_MEMORY;
		ret = dxg_cmd_open_adapter(&f->link, &adapter, &status);
		if (len < 8) {
			KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%d bytes", len);
		} else {
			KUNIT_EXPECT_EQ_MSG(test, ret, 0, "%d bytes", len);
			KUNIT_EXPECT_EQ_MSG(test, status, DXG_STATUS_NO_MEMORY, "%d bytes", len);
		}
	}
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->port.violations), 16 + 8);

	rule->len = 16;
	rule->status = DXG_STATUS_SUCCESS;
	KUNIT_EXPECT_EQ(test, dxg_cmd_open_adapter(&f->link, &adapter, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, adapter, 0x40000000);
	rule->len = 64;
	KUNIT_EXPECT_EQ(test, dxg_cmd_open_adapter(&f->link, &adapter, &status), 0);
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->port.violations), 16 + 8);
}

static void dxg_query_truncated(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&f->mock, DXGP_CMD_QUERYADAPTERINFO);
	u8 data[28], before[28];
	int len, ret;
	u32 status;

	memset(before, 0xee, sizeof(before));
	rule->times = 1;
	for (len = 0; len < 4 + (int)sizeof(data); len++) {
		memcpy(data, before, sizeof(data));
		rule->len = len;
		rule->status = DXG_STATUS_SUCCESS;
		ret = dxg_cmd_query_adapter_info(&f->link, 1, 31, data, sizeof(data), 0, &status);
		KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%d bytes", len);
		KUNIT_EXPECT_MEMEQ(test, data, before, sizeof(data));

		rule->status = DXG_STATUS_BUFFER_TOO_SMALL;
		ret = dxg_cmd_query_adapter_info(&f->link, 1, 31, data, sizeof(data), 0, &status);
		KUNIT_EXPECT_EQ_MSG(test, ret, len < 4 ? -EIO : 0, "%d bytes", len);
		if (len >= 4)
			KUNIT_EXPECT_EQ(test, status, DXG_STATUS_BUFFER_TOO_SMALL);
		KUNIT_EXPECT_MEMEQ(test, data, before, sizeof(data));
	}

	rule->len = -1;
	rule->status = DXG_STATUS_SUCCESS;
	memset(before, 0x5a, sizeof(before));
	ret = dxg_cmd_query_adapter_info(&f->link, 1, 31, data, sizeof(data), 0, &status);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_MEMEQ(test, data, before, sizeof(data));
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&f->mock)->len, 16 + 40 - 1 + sizeof(data));
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&f->mock)->hdr.process, 1);
}

static void dxg_query_of_version_27(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&f->mock, DXGP_CMD_QUERYADAPTERINFO);
	u32 status, data;

	f->link.version = DXGP_VERSION_OLD;
	f->mock.version = DXGP_VERSION_OLD;
	rule->times = 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_query_adapter_info(&f->link, 1, 15, &data, 4, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, data, 0x5a5a5a5a);
	/* Such a host refuses by an empty reply. */
	rule->len = 0;
	KUNIT_EXPECT_EQ(test, dxg_cmd_query_adapter_info(&f->link, 1, 15, &data, 4, 0, &status), 0);
	KUNIT_EXPECT_TRUE(test, dxg_status_failed(status));
	rule->len = 3;
	KUNIT_EXPECT_EQ(test, dxg_cmd_query_adapter_info(&f->link, 1, 15, &data, 4, 0, &status),
			-EIO);
}

static void dxg_adapter_info_truncated(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&f->mock, DXGP_CMD_GETINTERNALADAPTERINFO);
	struct dxg_adapter_info info;
	int len;

	rule->times = 1;
	f->mock.async = true;
	for (len = 0; len < 712; len += 8) {
		rule->len = len;
		KUNIT_EXPECT_EQ_MSG(test, dxg_cmd_get_adapter_info(&f->link, &info), -EIO,
				    "%d bytes", len);
	}
	rule->len = 712;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_adapter_info(&f->link, &info), 0);
	KUNIT_EXPECT_EQ(test, info.flags, DXGP_ADAPTER_ASYNC);
	KUNIT_EXPECT_EQ(test, info.vgpu_luid.a, 0x77);
	KUNIT_EXPECT_STREQ(test, info.description, "X");

	f->link.version = DXGP_VERSION_OLD;
	f->mock.version = DXGP_VERSION_OLD;
	rule->len = 704;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_adapter_info(&f->link, &info), 0);
	KUNIT_EXPECT_EQ(test, info.vgpu_luid.a, 0);
	rule->len = 696;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_adapter_info(&f->link, &info), -EIO);
}

static void dxg_feature_is_decoded(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	u32 version, flags, status;

	KUNIT_EXPECT_EQ(test, dxg_cmd_is_feature_enabled(&f->link, 0, &version, &flags, &status),
			0);
	KUNIT_EXPECT_EQ(test, version, 3);
	KUNIT_EXPECT_EQ(test, flags, DXGP_FEATURE_ENABLED | DXGP_FEATURE_KNOWN);
}

static void dxg_strings_of_the_host(struct kunit *test)
{
	static const u16 plain[] = { 'G', 'P', 'U', 0, 'x' };
	static const u16 open[] = { 'a', 'b', 'c' };
	static const u16 control[] = { 'a', '\n', 0x1b, 'b', 0x7f, 0 };
	static const u16 wide[] = { 0x20ac, 0x20ac, 0 };
	char out[16];

	dxg_utf16_to_utf8(plain, 5, out, sizeof(out));
	KUNIT_EXPECT_STREQ(test, out, "GPU");
	/* Not ended by 0: the size ends it. */
	dxg_utf16_to_utf8(open, 3, out, sizeof(out));
	KUNIT_EXPECT_STREQ(test, out, "abc");
	dxg_utf16_to_utf8(control, 6, out, sizeof(out));
	KUNIT_EXPECT_STREQ(test, out, "a??b?");
	/* Cut at a character: two of three bytes each do not fit into five and a 0. */
	dxg_utf16_to_utf8(wide, 3, out, 6);
	KUNIT_EXPECT_STREQ(test, out, "\xe2\x82\xac");
	dxg_utf16_to_utf8(plain, 5, out, 1);
	KUNIT_EXPECT_STREQ(test, out, "");
}

static struct kunit_case dxg_cmd_cases[] = {
	KUNIT_CASE(dxg_open_adapter_truncated),
	KUNIT_CASE(dxg_query_truncated),
	KUNIT_CASE(dxg_query_of_version_27),
	KUNIT_CASE(dxg_adapter_info_truncated),
	KUNIT_CASE(dxg_feature_is_decoded),
	KUNIT_CASE(dxg_strings_of_the_host),
	{}
};

static struct kunit_suite dxg_cmd_suite = {
	.name = "dxg_cmd",
	.suite_init = dxg_cmd_suite_init,
	.suite_exit = dxg_cmd_suite_exit,
	.init = dxg_cmd_test_init,
	.exit = dxg_cmd_test_exit,
	.test_cases = dxg_cmd_cases,
};

kunit_test_suite(dxg_cmd_suite);
