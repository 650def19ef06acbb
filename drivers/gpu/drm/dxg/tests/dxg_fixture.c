// SPDX-License-Identifier: MIT
/*
 * An adapter for tests: a PCI function, a vGPU channel and a host that arrive and
 * depart as the test wants.
 */
#include <kunit/device.h>
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "dxg_fixture.h"
#include "dxg_iospace.h"

void dxg_fixture_version(struct dxg_fixture *f, u32 version)
{
	f->global.version = version;
	f->vgpu.version = version;
	f->fn.version = version;
}

int dxg_fixture_init(struct kunit *test)
{
	struct dxg_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_EQ(test, dxg_transport_init(), 0);
	test->priv = f;
	xa_init(&f->pages);
	f->parent = kunit_device_register(test, "dxg-function");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->parent);
	f->channel = kunit_device_register(test, "dxg-channel");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->channel);
	dxg_mock_init(test, &f->global, DXGP_VERSION);
	dxg_mock_init(test, &f->vgpu, DXGP_VERSION);
	f->global.automatic = true;
	f->vgpu.automatic = true;
	/* Both lead to the same host. */
	f->vgpu.objects = f->global.objects;
	f->fn.luid = 0x123456789abcdef0;
	f->fn.vgpu_luid.a = 0x55;
	dxg_fixture_version(f, DXGP_VERSION);
	dxg_port_init(&f->port, &dxg_mock_ops, f->channel, "vgpu", &f->vgpu);
	f->port.timeout_ms = 300;
	f->host = dxg_host_create(&dxg_mock_ops, f->channel, &f->global, 0x80000000, 0x4000000);
	KUNIT_ASSERT_NOT_NULL(test, f->host);
	f->host->port.timeout_ms = 300;
	return 0;
}

void dxg_fixture_arrive(struct kunit *test, int part)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_adapter *adapter;
	int ret;

	switch (part) {
	case DXG_PART_FUNCTION:
		adapter = dxg_adapter_attach_function(f->parent, &f->fn);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, adapter);
		f->adapter = adapter;
		f->has_function = true;
		break;
	case DXG_PART_CHANNEL:
		adapter = dxg_adapter_attach_channel(f->channel, f->fn.luid, &f->port);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, adapter);
		f->adapter = adapter;
		f->has_channel = true;
		break;
	default:
		ret = dxg_host_attach(f->host);
		if (ret == -EBUSY)
			kunit_skip(test, "this machine has a GPU-PV host");
		KUNIT_ASSERT_EQ(test, ret, 0);
		f->has_host = true;
	}
}

void dxg_fixture_depart(struct kunit *test, int part)
{
	struct dxg_fixture *f = test->priv;

	switch (part) {
	case DXG_PART_FUNCTION:
		if (f->has_function)
			dxg_adapter_detach_function(f->adapter);
		f->has_function = false;
		break;
	case DXG_PART_CHANNEL:
		if (f->has_channel)
			dxg_adapter_detach_channel(f->adapter);
		f->has_channel = false;
		break;
	default:
		if (f->has_host)
			dxg_host_detach(f->host);
		f->has_host = false;
	}
}

void dxg_fixture_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	if (!f)
		return;
	if (!f->host) {
		dxg_transport_exit();
		return;
	}
	dxg_fixture_depart(test, DXG_PART_FUNCTION);
	dxg_fixture_depart(test, DXG_PART_CHANNEL);
	dxg_fixture_depart(test, DXG_PART_HOST);
	KUNIT_EXPECT_EQ(test, f->global.processes, 0);
	KUNIT_EXPECT_FALSE(test, f->global.open);
	KUNIT_EXPECT_FALSE(test, f->vgpu.open);
	dxg_port_fini(&f->port);
	dxg_host_put(f->host);
	xa_destroy(&f->pages);
	dxg_transport_exit();
}

u64 *dxg_fixture_page(struct kunit *test, u64 address)
{
	struct dxg_fixture *f = test->priv;

	return xa_load(&f->pages, address >> PAGE_SHIFT);
}

/* Only one page at a time: the pieces that the kernel looks into are pages of fences. */
static struct dxg_iomem *dxg_fixture_map(struct dxg_host *host, u64 address, u64 size,
					 bool cached)
{
	struct kunit *test = kunit_get_current_test();
	struct dxg_fixture *f = test->priv;
	struct dxg_iomem *mem = kzalloc_obj(*mem);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	KUNIT_ASSERT_TRUE(test, dxg_host_iospace_ok(host, address, size));
	mem->address = address;
	mem->size = PAGE_ALIGN(size);
	mem->cached = cached;
	/* An address outside of what memremap() gives out is left alone when it is unmapped. */
	mem->cpu = xa_load(&f->pages, address >> PAGE_SHIFT);
	if (!mem->cpu) {
		mem->cpu = kunit_kzalloc(test, mem->size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, mem->cpu);
		xa_store(&f->pages, address >> PAGE_SHIFT, mem->cpu, GFP_KERNEL);
	}
	return mem;
}

void dxg_fixture_fake_iospace(struct kunit *test)
{
	kunit_activate_static_stub(test, dxg_iomem_map, dxg_fixture_map);
}

struct dxg_device *dxg_fixture_start(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	int part;

	for (part = DXG_PART_FUNCTION; part <= DXG_PART_HOST; part++)
		dxg_fixture_arrive(test, part);
	KUNIT_ASSERT_NOT_NULL(test, f->adapter->dxg);
	return f->adapter->dxg;
}
