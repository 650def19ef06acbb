// SPDX-License-Identifier: MIT
/*
 * Buffer objects: the layout of several allocations, views of several devices, and
 * what is left when they go.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/dxg_drm.h>

#include "dxg_bo.h"
#include "dxg_device.h"
#include "dxg_fixture.h"
#include "dxg_host_device.h"
#include "dxg_process.h"
#include "dxg_proto.h"
#include "dxg_status.h"

#define DXG_TEST_DEVICES	2

struct dxg_bo_test {
	struct dxg_device *dxg;
	struct dxg_process *process[DXG_TEST_DEVICES];
	struct dxg_host_device *device[DXG_TEST_DEVICES];
	u32 sizes[8];			/* pages of the next allocations */
	u32 next;
};

/* Allocations of the sizes that the test wants. */
static size_t dxg_test_create(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			      void *out)
{
	const struct dxgp_createallocation *cmd = (const void *)hdr;
	struct dxgp_createallocation_reply *reply = out;
	struct dxg_bo_test *t = mock->priv;
	size_t size;
	u32 i;

	size = dxg_mock_answer(mock, hdr, len, out, DXG_STATUS_SUCCESS);
	for (i = 0; i < cmd->alloc_count && t->sizes[t->next]; i++)
		reply->allocation_info[i].allocation_size =
			(u64)t->sizes[t->next++] * DXGP_PAGE_SIZE;
	return size;
}

static const struct dxg_mock_handler dxg_test_handlers[] = {
	{ DXGP_CMD_CREATEALLOCATION, dxg_test_create },
	{ }
};

static struct dxg_bo_test *dxg_test_of(struct kunit *test)
{
	return ((struct dxg_fixture *)test->priv)->priv;
}

static struct dxg_mock *dxg_test_mock(struct kunit *test)
{
	return &((struct dxg_fixture *)test->priv)->vgpu;
}

static int dxg_bo_test_init(struct kunit *test)
{
	struct dxg_bo_test *t;
	struct dxg_fixture *f;
	int i, ret;

	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->fn.host_caps = DXGP_HOST_CAPS_MAP_GUEST_MEMORY;
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	f->priv = t;
	f->vgpu.priv = t;
	f->vgpu.handlers = dxg_test_handlers;
	t->dxg = dxg_fixture_start(test);
	for (i = 0; i < DXG_TEST_DEVICES; i++) {
		t->process[i] = dxg_process_create(f->host, &t->dxg->link, "test", 0);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->process[i]);
		t->device[i] = dxg_host_device_create(t->dxg, t->process[i], 0, 0);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->device[i]);
	}
	dxg_fixture_fake_iospace(test);
	return 0;
}

static void dxg_bo_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_bo_test *t = f->priv;
	int i;

	for (i = 0; t && i < DXG_TEST_DEVICES; i++) {
		if (!IS_ERR_OR_NULL(t->device[i]))
			dxg_host_device_put(t->device[i]);
		if (!IS_ERR_OR_NULL(t->process[i]))
			dxg_process_put(t->process[i]);
	}
	dxg_fixture_exit(test);
	KUNIT_EXPECT_EQ(test, f->global.objects->strays, 0);
}

static void dxg_test_settle(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(dxg_test_of(test)->dxg->quarantine, 2000),
			0);
}

static unsigned int dxg_test_live(struct kunit *test)
{
	return dxg_mock_live(dxg_test_mock(test), DXGP_CMD_CREATEALLOCATION) +
	       dxg_mock_live(dxg_test_mock(test), DXG_MOCK_RESOURCE);
}

/* A BO of @count allocations on the first device. ERR_PTR. */
static struct dxg_bo *dxg_test_bo(struct kunit *test, u32 flags, u32 count, u64 size)
{
	struct dxg_bo_test *t = dxg_test_of(test);
	struct drm_dxg_bo_alloc *allocs;
	struct dxg_bo *bo;
	int ret;
	u32 i;

	allocs = kunit_kcalloc(test, count, sizeof(*allocs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, allocs);
	for (i = 0; i < count && flags & DRM_DXG_BO_SYSTEM; i++)
		allocs[i].size = size / count;
	bo = dxg_bo_new(&t->dxg->drm, flags, count, size, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	ret = dxg_bo_make(bo, t->device[0], allocs);
	if (!ret)
		return bo;
	dxg_bo_put(bo);
	return ERR_PTR(ret);
}

/* ---- Layout ---- */

static void dxg_bo_test_layout(struct kunit *test)
{
	static const u32 pages[] = { 1, 3, 1, 4 };
	struct dxg_bo_test *t = dxg_test_of(test);
	static const struct {
		u64 offset;
		int part;
	} where[] = {
		{ 0, 0 }, { 0xfff, 0 }, { 0x1000, 1 }, { 0x3fff, 1 }, { 0x4000, 2 },
		{ 0x4fff, 2 }, { 0x5000, 3 }, { 0x8fff, 3 }, { 0x9000, -1 }, { ~0ull, -1 },
	};
	struct dxg_bo *bo;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		t->sizes[i] = pages[i];
	bo = dxg_test_bo(test, 0, ARRAY_SIZE(pages), 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	KUNIT_EXPECT_EQ(test, bo->base.size, 0x9000);
	for (i = 0; i < ARRAY_SIZE(where); i++)
		KUNIT_EXPECT_EQ_MSG(test, dxg_bo_part_at(bo, where[i].offset), where[i].part,
				    "offset 0x%llx", where[i].offset);
	dxg_bo_put(bo);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
}

/* The host may not name more than there is, nor so much that offsets overflow. */
static void dxg_bo_test_sizes(struct kunit *test)
{
	struct dxg_bo_test *t = dxg_test_of(test);
	struct dxg_bo *bo;

	t->sizes[0] = 5;
	bo = dxg_test_bo(test, DRM_DXG_BO_SYSTEM, 1, 0x4000);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(bo), -EIO);
	t->next = 0;
	t->sizes[0] = 4;
	t->sizes[1] = 3;
	bo = dxg_test_bo(test, DRM_DXG_BO_SYSTEM, 2, 0x8000);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	/* Offsets are those of the pages, whatever the host makes of them. */
	KUNIT_EXPECT_EQ(test, bo->parts[1].offset, 0x4000);
	dxg_bo_put(bo);

	dxg_test_mock(test)->handlers = NULL;
	dxg_test_mock(test)->allocation_size = ~0ull;
	bo = dxg_test_bo(test, 0, 3, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(bo), -EIO);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
}

/* The pages of a BO outlive it until the host has answered. */
static void dxg_bo_test_pages(struct kunit *test)
{
	struct dxg_bo_test *t = dxg_test_of(test);
	struct dxg_mock_rule *rule;
	struct page *page;
	struct dxg_bo *bo;
	int i;

	t->sizes[0] = 4;
	bo = dxg_test_bo(test, DRM_DXG_BO_SYSTEM, 1, 0x4000);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	page = bo->pages[0];
	get_page(page);
	rule = dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION);
	rule->times = 1;
	rule->delay_ms = 100;
	dxg_bo_put(bo);
	/* This one, the BO's, the page cache's; for a while, others of the kernel's. */
	KUNIT_EXPECT_GE(test, page_count(page), 3);
	KUNIT_EXPECT_EQ(test, t->dxg->quarantine->bytes, 0x4000);
	dxg_test_settle(test);
	/* That of the BO goes, and that of the page cache: with a file, hence by a worker. */
	for (i = 0; i < 250 && page_count(page) >= 3; i++)
		msleep(20);
	KUNIT_EXPECT_LT(test, page_count(page), 3);
	put_page(page);
}

/* ---- Views ---- */

static void dxg_bo_test_views(struct kunit *test)
{
	struct dxg_bo_test *t = dxg_test_of(test);
	struct dxg_bo_view *home, *a, *b;
	struct dxg_bo *bo;

	t->sizes[0] = 4;
	t->sizes[1] = 2;
	bo = dxg_test_bo(test, DRM_DXG_BO_SHAREABLE, 2, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	home = dxg_bo_view_obtain(bo, t->device[0], 0);
	KUNIT_EXPECT_PTR_EQ(test, home, bo->home);
	dxg_bo_view_put(home);

	a = dxg_bo_view_obtain(bo, t->device[1], 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a);
	KUNIT_EXPECT_PTR_NE(test, a, bo->home);
	KUNIT_EXPECT_EQ(test, a->count, 2);
	KUNIT_EXPECT_NE(test, a->handles[0], bo->home->handles[0]);
	KUNIT_EXPECT_EQ(test, a->allocs[1]->size, 0x2000);
	b = dxg_bo_view_obtain(bo, t->device[1], 0);
	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(dxg_test_mock(test), DXG_MOCK_RESOURCE), 2);
	dxg_bo_view_put(a);
	dxg_bo_view_put(b);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(dxg_test_mock(test), DXG_MOCK_RESOURCE), 1);

	/* Once more, by the same NT handle; that goes with the BO. */
	a = dxg_bo_view_obtain(bo, t->device[1], 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a);
	dxg_bo_view_put(a);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&((struct dxg_fixture *)test->priv)->global,
					     DXGP_CMD_CREATENTSHAREDOBJECT), 1);
	dxg_bo_put(bo);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(dxg_test_mock(test), DXGP_CMD_CREATENTSHAREDOBJECT),
			0);
}

static void dxg_bo_test_view_refused(struct kunit *test)
{
	struct dxg_bo_test *t = dxg_test_of(test);
	struct dxg_mock_rule *rule;
	struct dxg_bo_view *view;
	struct dxg_bo *bo;

	t->sizes[0] = 4;
	bo = dxg_test_bo(test, 0, 1, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	view = dxg_bo_view_obtain(bo, t->device[1], 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(view), -EPERM);
	dxg_bo_put(bo);

	t->next = 0;
	bo = dxg_test_bo(test, DRM_DXG_BO_SHAREABLE, 1, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bo);
	rule = dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_OPENRESOURCE);
	rule->times = 1;
	rule->status = DXG_STATUS_NO_VIDEO_MEMORY;
	view = dxg_bo_view_obtain(bo, t->device[1], 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(view), -ENOSPC);
	dxg_bo_put(bo);
	dxg_test_settle(test);
}

static struct kunit_case dxg_bo_tests[] = {
	KUNIT_CASE(dxg_bo_test_layout),
	KUNIT_CASE(dxg_bo_test_sizes),
	KUNIT_CASE(dxg_bo_test_pages),
	KUNIT_CASE(dxg_bo_test_views),
	KUNIT_CASE(dxg_bo_test_view_refused),
	{ }
};

static struct kunit_suite dxg_bo_suite = {
	.name = "dxg_bo",
	.init = dxg_bo_test_init,
	.exit = dxg_bo_test_exit,
	.test_cases = dxg_bo_tests,
};

kunit_test_suite(dxg_bo_suite);
