// SPDX-License-Identifier: MIT
/*
 * Joining the parts of an adapter in every order, failing starts, departures,
 * and that the host is left with nothing.
 */
#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/delay.h>

#include "dxg_device.h"
#include "dxg_fixture.h"

static void dxg_expect_ready(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->adapter->state, DXG_STATE_READY);
	KUNIT_EXPECT_STREQ(test, f->adapter->why, "");
	KUNIT_ASSERT_NOT_NULL(test, f->adapter->dxg);
	KUNIT_EXPECT_EQ(test, f->global.adapters + f->vgpu.adapters, 1);
	KUNIT_EXPECT_EQ(test, f->global.processes, 0);
	KUNIT_EXPECT_TRUE(test, f->adapter->dxg->drm.registered);
}

static const int dxg_orders[][3] = {
	{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
};

static void dxg_order_desc(const int (*order)[3], char *desc)
{
	static const char * const names[] = { "function", "channel", "host" };

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %s %s", names[(*order)[0]], names[(*order)[1]],
		 names[(*order)[2]]);
}

KUNIT_ARRAY_PARAM(dxg_order, dxg_orders, dxg_order_desc);

static void dxg_joins_in_this_order(struct kunit *test)
{
	const int *order = test->param_value;
	struct dxg_fixture *f = test->priv;

	dxg_fixture_arrive(test, order[0]);
	KUNIT_EXPECT_EQ(test, f->global.sent + f->vgpu.sent, 0);
	dxg_fixture_arrive(test, order[1]);
	KUNIT_EXPECT_EQ(test, f->global.sent + f->vgpu.sent, 0);
	KUNIT_EXPECT_EQ(test, f->adapter->state, DXG_STATE_WAITING);
	dxg_fixture_arrive(test, order[2]);
	dxg_expect_ready(test);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_SETIOSPACEREGION), 1);
}

static void dxg_departs_and_comes_back(struct kunit *test)
{
	const int *order = test->param_value;
	struct dxg_fixture *f = test->priv;
	int i;

	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	dxg_expect_ready(test);
	for (i = 0; i < 3; i++) {
		dxg_fixture_depart(test, order[i]);
		if (f->has_function || f->has_channel)
			KUNIT_EXPECT_EQ(test, f->adapter->state, DXG_STATE_WAITING);
		KUNIT_EXPECT_EQ(test, f->global.adapters + f->vgpu.adapters, 0);
		dxg_fixture_arrive(test, order[i]);
		dxg_expect_ready(test);
	}
}

static void dxg_async_bit_moves_messages(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	int i;

	f->vgpu.async = true;
	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	dxg_expect_ready(test);
	KUNIT_EXPECT_EQ(test, f->vgpu.sent, 2);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_QUERYADAPTERINFO), 1);
	/* The LUID of the reply wins over that of the configuration space. */
	KUNIT_EXPECT_EQ(test, f->adapter->dxg->link.luid.a, 0x77);
	/* CLOSEADAPTER goes the new way, so the count is the other mock's. */
	dxg_fixture_depart(test, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_CLOSEADAPTER), 1);
	KUNIT_EXPECT_EQ(test, f->vgpu.sent, 2);
}

static void dxg_old_version_stays_on_its_channel(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	int i;

	dxg_fixture_version(f, DXGP_VERSION_OLD);
	f->vgpu.async = true;
	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	dxg_expect_ready(test);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_QUERYADAPTERINFO), 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_QUERYADAPTERINFO), 0);
}

static void dxg_expect_failed(struct kunit *test, int error)
{
	struct dxg_fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->adapter->state, DXG_STATE_FAILED);
	KUNIT_EXPECT_EQ(test, f->adapter->error, error);
	KUNIT_EXPECT_STRNEQ(test, f->adapter->why, "");
	KUNIT_EXPECT_NULL(test, f->adapter->dxg);
	KUNIT_EXPECT_FALSE(test, f->vgpu.open);
}

/* Fail once at each command of the start, then start for good. */
static void dxg_start_fails_and_recovers(struct kunit *test)
{
	static const u32 commands[] = {
		DXGP_CMD_SETIOSPACEREGION, DXGP_CMD_OPENADAPTER, DXGP_CMD_GETINTERNALADAPTERINFO,
	};
	struct dxg_fixture *f = test->priv;
	unsigned int i;

	dxg_fixture_arrive(test, 0);
	dxg_fixture_arrive(test, 2);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		struct dxg_mock *mock = i ? &f->vgpu : &f->global;

		dxg_mock_rule(mock, commands[i]);
		dxg_fixture_arrive(test, 1);
		dxg_expect_failed(test, -ETIMEDOUT);
		dxg_fixture_depart(test, 1);

		mock->rules[0].times = 1;
		mock->rules[0].len = 0;
		dxg_fixture_arrive(test, 1);
		dxg_expect_failed(test, -EIO);
		dxg_fixture_depart(test, 1);
		mock->rule_count = 0;
	}
	f->vgpu.adapters = 0;
	dxg_fixture_arrive(test, 1);
	dxg_expect_ready(test);
}

static void dxg_start_survives_without_ids(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	int i;

	dxg_mock_rule(&f->global, DXGP_CMD_CREATEPROCESS);
	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	/* The mock made a process and lost the reply: nobody can know of it. */
	KUNIT_EXPECT_EQ(test, f->global.processes, 1);
	f->global.processes = 0;
	dxg_expect_ready(test);
	KUNIT_EXPECT_FALSE(test, f->adapter->dxg->ids_known);
}

static void dxg_late_process_is_destroyed(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule;
	int i;

	rule = dxg_mock_rule(&f->global, DXGP_CMD_CREATEPROCESS);
	rule->times = 1;
	rule->delay_ms = 600;
	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	KUNIT_EXPECT_EQ(test, f->global.processes, 1);
	for (i = 0; i < 600 && READ_ONCE(f->global.processes); i++)
		msleep(100);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, f->global.processes, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->global, DXGP_CMD_DESTROYPROCESS), 1);
}

static void dxg_needs_an_io_space(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	int i;

	f->host->iospace_size = 0;
	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	dxg_expect_failed(test, -ENXIO);
	KUNIT_EXPECT_EQ(test, f->global.sent, 0);
}

static void dxg_refuses_seconds(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_adapter *second;

	dxg_fixture_arrive(test, 2);
	dxg_fixture_arrive(test, 0);
	dxg_fixture_arrive(test, 1);
	KUNIT_EXPECT_EQ(test, dxg_host_attach(f->host), -EBUSY);
	second = dxg_adapter_attach_function(f->channel, &f->fn);
	KUNIT_EXPECT_EQ(test, PTR_ERR(second), -EEXIST);
	second = dxg_adapter_attach_channel(f->parent, f->fn.luid, &f->port);
	KUNIT_EXPECT_EQ(test, PTR_ERR(second), -EEXIST);
	dxg_expect_ready(test);
}

static void dxg_host_messages_are_checked(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxgp_setguestdata data = { .hdr.command = DXGP_HOST_SETGUESTDATA };
	struct dxgp_signalguestevent event = {
		.hdr.command = DXGP_HOST_SIGNALGUESTEVENT, .event = 5,
	};
	struct dxgp_header unknown = { .command = 0x7777 };
	int i;

	for (i = 0; i < 3; i++)
		dxg_fixture_arrive(test, i);
	dxg_port_message(&f->host->port, &data, sizeof(data));
	dxg_port_message(&f->host->port, &event, sizeof(event));
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->host->port.violations), 0);
	dxg_port_message(&f->host->port, &data, sizeof(data) - 8);
	dxg_port_message(&f->host->port, &event, sizeof(event) - 8);
	dxg_port_message(&f->host->port, &unknown, sizeof(unknown));
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->host->port.violations), 3);
	/* On a vGPU channel the host says nothing by itself. */
	dxg_port_message(&f->port, &event, sizeof(event));
	KUNIT_EXPECT_EQ(test, atomic64_read(&f->port.violations), 1);
}

static struct kunit_case dxg_device_cases[] = {
	KUNIT_CASE_PARAM(dxg_joins_in_this_order, dxg_order_gen_params),
	KUNIT_CASE_PARAM(dxg_departs_and_comes_back, dxg_order_gen_params),
	KUNIT_CASE(dxg_async_bit_moves_messages),
	KUNIT_CASE(dxg_old_version_stays_on_its_channel),
	KUNIT_CASE(dxg_start_fails_and_recovers),
	KUNIT_CASE(dxg_start_survives_without_ids),
	KUNIT_CASE(dxg_late_process_is_destroyed),
	KUNIT_CASE(dxg_needs_an_io_space),
	KUNIT_CASE(dxg_refuses_seconds),
	KUNIT_CASE(dxg_host_messages_are_checked),
	{}
};

static struct kunit_suite dxg_device_suite = {
	.name = "dxg_device",
	.init = dxg_fixture_init,
	.exit = dxg_fixture_exit,
	.test_cases = dxg_device_cases,
};

kunit_test_suite(dxg_device_suite);
