// SPDX-License-Identifier: MIT
/*
 * A host's port and an adapter's link on a mocked host.
 */
#include <kunit/device.h>
#include <kunit/test.h>

#include "dxg_wire.h"

int dxg_wire_suite_init(struct kunit_suite *suite)
{
	return dxg_transport_init();
}

void dxg_wire_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
}

static void dxg_wire_parent_release(struct kref *ref)
{
}

static void dxg_wire_parent_put(struct dxg_alive *alive)
{
	kref_put(alive->ref, dxg_wire_parent_release);
}

static void dxg_wire_add_parent(struct dxg_wire *w, struct dxg_wire_parent *parent, u32 handle)
{
	kref_init(&parent->ref);
	parent->alive = (struct dxg_alive) {
		.process = DXG_WIRE_PROCESS,
		.handle = handle,
		.ref = &parent->ref,
		.put = dxg_wire_parent_put,
	};
	dxg_alive_add(&w->host->alive, &parent->alive);
}

void dxg_wire_end_parent(struct dxg_wire *w, struct dxg_wire_parent *parent)
{
	kref_put(&parent->ref, dxg_wire_parent_release);
}

int dxg_wire_init(struct kunit *test)
{
	struct dxg_wire *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct device *dev;

	KUNIT_ASSERT_NOT_NULL(test, w);
	test->priv = w;
	dev = kunit_device_register(test, "dxg-wire");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	dxg_mock_init(test, &w->mock, DXGP_VERSION);
	w->mock.automatic = true;
	w->host = dxg_host_create(&dxg_mock_ops, dev, &w->mock, DXG_WIRE_IOSPACE,
				  DXG_WIRE_IOSPACE_SIZE);
	KUNIT_ASSERT_NOT_NULL(test, w->host);
	w->host->link.version = DXGP_VERSION;
	w->host->port.timeout_ms = 50;
	w->link.port = &w->host->port;
	w->link.version = DXGP_VERSION;
	w->link.luid.a = 0x77;
	w->link.host = w->host;
	w->process.handle = DXG_WIRE_PROCESS;
	list_add_tail(&w->process.list, &w->host->processes);
	dxg_wire_add_parent(w, &w->device, DXG_WIRE_DEVICE);
	dxg_wire_add_parent(w, &w->context, DXG_WIRE_CONTEXT);
	KUNIT_ASSERT_EQ(test, dxg_port_open(&w->host->port), 0);
	return 0;
}

void dxg_wire_exit(struct kunit *test)
{
	struct dxg_wire *w = test->priv;

	if (!w || !w->host)
		return;
	dxg_link_drain(&w->link, &w->host->port, NULL);
	dxg_link_drain(&w->host->link, &w->host->port, NULL);
	dxg_port_close(&w->host->port);
	list_del(&w->process.list);
	dxg_host_put(w->host);
}
