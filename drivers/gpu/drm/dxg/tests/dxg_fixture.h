/* SPDX-License-Identifier: MIT */
/*
 * An adapter for tests: the halves that make one, on a mocked host.
 */
#ifndef _DXG_FIXTURE_H_
#define _DXG_FIXTURE_H_

#include <linux/types.h>
#include <linux/xarray.h>

#include "dxg_device.h"
#include "dxg_mock.h"

struct kunit;

/* What an adapter is made of. */
#define DXG_PART_FUNCTION	0
#define DXG_PART_CHANNEL	1
#define DXG_PART_HOST		2

/**
 * struct dxg_fixture - What is there, as test->priv.
 */
struct dxg_fixture {
	struct dxg_mock global, vgpu;
	struct device *parent, *channel;
	struct dxg_host *host;
	struct dxg_port port;
	struct dxg_function fn;
	struct dxg_adapter *adapter;
	bool has_function, has_channel, has_host;
	struct xarray pages;		/* of the IO space, by page number */
	void *priv;			/* the suite's */
};

/* As the init and exit of a suite; the exit expects that the host is left with nothing. */
int dxg_fixture_init(struct kunit *test);
void dxg_fixture_exit(struct kunit *test);

void dxg_fixture_version(struct dxg_fixture *f, u32 version);
void dxg_fixture_arrive(struct kunit *test, int part);
void dxg_fixture_depart(struct kunit *test, int part);

/*
 * For this test, pieces of the IO space are pages of their own, whatever the machine has
 * there. They are made by the test's thread; others may release them. The second
 * function is what the kernel sees at an address that was mapped.
 */
void dxg_fixture_fake_iospace(struct kunit *test);
u64 *dxg_fixture_page(struct kunit *test, u64 address);

/* All parts: the device, registered. */
struct dxg_device *dxg_fixture_start(struct kunit *test);

#endif /* _DXG_FIXTURE_H_ */
