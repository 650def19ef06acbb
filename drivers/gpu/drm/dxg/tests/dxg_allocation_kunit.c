// SPDX-License-Identifier: MIT
/*
 * Allocations and resources: what is left on the host and of the guest's memory
 * after each way in which they begin and end.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dxg_allocation.h"
#include "dxg_fixture.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_process.h"
#include "dxg_proto.h"
#include "dxg_status.h"

#define DXG_TEST_PFN		0x1234500ull

/* Guest memory that counts how often it is given back. */
struct dxg_test_backing {
	struct dxg_backing base;
	struct page *page;
	unsigned int released;
};

struct dxg_alloc_test {
	struct dxg_device *dxg;
	struct dxg_process *process;
	struct dxg_host_device *device;
	struct dxg_test_backing backing;

	/* What the host was told of pages. */
	unsigned int chunks;
	unsigned int fail_chunk;	/* this one is refused, from 1 */
	u64 told;
	bool in_order, right;

	unsigned int revoked;
	u32 refused;			/* the allocation that the host keeps */
};

/* ---- Fixture ---- */

static void dxg_test_backing_fill(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns)
{
	u32 i;

	for (i = 0; i < count; i++)
		pfns[i] = DXG_TEST_PFN + first + i;
}

static struct page *dxg_test_backing_page(struct dxg_backing *backing, u64 index)
{
	return container_of(backing, struct dxg_test_backing, base)->page;
}

static void dxg_test_backing_release(struct dxg_backing *backing)
{
	container_of(backing, struct dxg_test_backing, base)->released++;
}

static void dxg_test_backing_init(struct dxg_alloc_test *t, u64 pages)
{
	dxg_backing_init(&t->backing.base, pages, dxg_test_backing_fill, dxg_test_backing_page,
			 dxg_test_backing_release);
}

/* The host is told of pages: are they all, each once, in order? */
static size_t dxg_test_pages(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			     void *out)
{
	const struct dxgp_setexistingsysmempages *cmd = (const void *)hdr;
	struct dxg_alloc_test *t = mock->priv;
	u32 i, *status = out;

	t->chunks++;
	t->in_order &= cmd->alloc_offset_in_pages == t->told;
	for (i = 0; i < cmd->num_pages; i++)
		t->right &= cmd->pfns[i] == DXG_TEST_PFN + t->told + i;
	t->told += cmd->num_pages;
	*status = t->chunks == t->fail_chunk ? DXG_STATUS_INVALID_PARAMETER : DXG_STATUS_SUCCESS;
	return sizeof(*status);
}

static const struct dxg_mock_handler dxg_test_handlers[] = {
	{ DXGP_CMD_SETEXISTINGSYSMEMPAGES, dxg_test_pages },
	{ }
};

static struct dxg_mock *dxg_test_mock(struct kunit *test)
{
	return &((struct dxg_fixture *)test->priv)->vgpu;
}

static struct dxg_alloc_test *dxg_test_of(struct kunit *test)
{
	return ((struct dxg_fixture *)test->priv)->priv;
}

static int dxg_allocation_test_init(struct kunit *test)
{
	struct dxg_alloc_test *t;
	struct dxg_fixture *f;
	int ret;

	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->fn.host_caps = DXGP_HOST_CAPS_MAP_GUEST_MEMORY;
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->in_order = true;
	t->right = true;
	f->priv = t;
	f->vgpu.priv = t;
	f->vgpu.handlers = dxg_test_handlers;
	t->dxg = dxg_fixture_start(test);
	t->process = dxg_process_create(f->host, &t->dxg->link, "test", 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->process);
	t->device = dxg_host_device_create(t->dxg, t->process, 0, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->device);
	t->backing.page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->backing.page);
	dxg_fixture_fake_iospace(test);
	return 0;
}

/* Whatever has happened, the host is left with nothing of it. */
static void dxg_allocation_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_alloc_test *t = f->priv;

	if (t && !IS_ERR_OR_NULL(t->device))
		dxg_host_device_put(t->device);
	if (t && !IS_ERR_OR_NULL(t->process))
		dxg_process_put(t->process);
	dxg_fixture_exit(test);
	if (t && t->backing.page)
		__free_page(t->backing.page);
	KUNIT_EXPECT_EQ(test, f->global.objects->strays, 0);
}

/* Wait until the host has answered what it was asked to end. */
static void dxg_test_settle(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);

	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(t->dxg->quarantine, 2000), 0);
}

static unsigned int dxg_test_live(struct kunit *test)
{
	return dxg_mock_live(dxg_test_mock(test), DXGP_CMD_CREATEALLOCATION) +
	       dxg_mock_live(dxg_test_mock(test), DXG_MOCK_RESOURCE);
}

/* One allocation without a resource, on guest memory if @backed. */
static int dxg_test_create(struct kunit *test, bool backed, u32 *status,
			   struct dxg_allocation **alloc)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_alloc_desc desc = {};
	struct dxg_alloc_args args = { .count = 1, .allocs = &desc };
	int ret;

	if (backed) {
		desc.backing = &t->backing.base;
		desc.backing_pages = t->backing.base.pages;
	}
	ret = dxg_alloc_create(t->device, &args, 0, status);
	*alloc = desc.alloc;
	return ret;
}

/* ---- Begin and end ---- */

static void dxg_allocation_test_plain(struct kunit *test)
{
	struct dxg_mock *mock = dxg_test_mock(test);
	struct dxg_allocation *alloc;
	u32 status;

	mock->allocation_size = 0x5000;
	KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &alloc), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, alloc->size, 0x5000);
	KUNIT_EXPECT_NE(test, alloc->handle, 0);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 1);

	dxg_allocation_destroy(alloc, 0);
	/* Only once, however often it is asked for. */
	dxg_allocation_destroy(alloc, 0);
	dxg_allocation_put(alloc);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_DESTROYALLOCATION), 1);
}

static void dxg_allocation_test_resource(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_alloc_desc descs[3] = {};
	struct dxg_alloc_args args = {
		.flags = DXGP_CREATEALLOC_RESOURCE,
		.count = ARRAY_SIZE(descs),
		.allocs = descs,
	};
	u32 i, status;

	KUNIT_ASSERT_EQ(test, dxg_alloc_create(t->device, &args, 0, &status), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_ASSERT_NOT_NULL(test, args.resource);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 4);

	/* One of them alone, the others with the resource: each once. */
	dxg_allocation_destroy(descs[1].alloc, 0);
	dxg_resource_destroy(args.resource, 0);
	dxg_allocation_destroy(descs[0].alloc, 0);
	for (i = 0; i < ARRAY_SIZE(descs); i++)
		dxg_allocation_put(descs[i].alloc);
	dxg_resource_put(args.resource);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION), 2);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(dxg_test_mock(test), DXG_MOCK_RESOURCE), 0);
}

/* A host that has no memory says so by handles of 0. */
static size_t dxg_test_refuse(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			      void *out)
{
	const struct dxgp_createallocation *cmd = (const void *)hdr;

	return sizeof(struct dxgp_createallocation_reply) +
	       cmd->alloc_count * sizeof(struct dxgp_allocinfo_reply);
}

static void dxg_allocation_test_host_full(struct kunit *test)
{
	static const struct dxg_mock_handler refuse[] = {
		{ DXGP_CMD_CREATEALLOCATION, dxg_test_refuse },
		{ }
	};
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_allocation *alloc;
	u32 status;

	dxg_test_mock(test)->handlers = refuse;
	dxg_test_backing_init(t, 4);
	KUNIT_EXPECT_EQ(test, dxg_test_create(test, true, &status, &alloc), 0);
	KUNIT_EXPECT_TRUE(test, dxg_status_failed(status));
	KUNIT_EXPECT_NULL(test, alloc);
	dxg_backing_put(&t->backing.base);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION), 0);
}

/* ---- What the host says of sizes ---- */

struct dxg_size_case {
	const char *name;
	u64 size;
	bool backed;		/* by 4 pages */
	int ret;
};

static const struct dxg_size_case dxg_size_cases[] = {
	{ "all", 0x4000, true, 0 },
	{ "less", 0x3000, true, 0 },
	{ "one-page-more", 0x5000, true, -EIO },
	{ "one-byte-more", 0x4001, true, -EIO },
	{ "part-of-a-page", 0x3800, true, -EIO },
	{ "wraps-to-4-pages", 0x1000000000004000ull, true, -EIO },
	{ "all-ones", ~0ull, true, -EIO },
	{ "host-odd", 0x4001, false, 0 },
	{ "host-large", 1ull << 46, false, 0 },
	{ "host-too-large", (1ull << 46) + 1, false, -EIO },
	{ "host-all-ones", ~0ull, false, -EIO },
};

static void dxg_size_desc(const struct dxg_size_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_size, dxg_size_cases, dxg_size_desc);

static void dxg_allocation_test_sizes(struct kunit *test)
{
	const struct dxg_size_case *c = test->param_value;
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_allocation *alloc;
	u32 status;

	dxg_test_backing_init(t, 4);
	dxg_test_mock(test)->allocation_size = c->size;
	KUNIT_EXPECT_EQ(test, dxg_test_create(test, c->backed, &status, &alloc), c->ret);
	if (!c->ret) {
		KUNIT_ASSERT_NOT_NULL(test, alloc);
		KUNIT_EXPECT_EQ(test, t->told, c->backed ? c->size / 4096 : 0);
		dxg_allocation_destroy(alloc, 0);
		dxg_allocation_put(alloc);
	} else {
		/* No page was named to a host that asks for too many. */
		KUNIT_EXPECT_EQ(test, t->chunks, 0);
	}
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	dxg_backing_put(&t->backing.base);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
}

/* ---- Pages ---- */

static void dxg_allocation_test_page_list(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	const u64 pages = 2 * DXGP_SYSMEM_PAGES + 5;
	struct dxg_allocation *alloc;
	u32 status;

	dxg_test_backing_init(t, pages);
	dxg_test_mock(test)->allocation_size = pages * DXGP_PAGE_SIZE;
	KUNIT_ASSERT_EQ(test, dxg_test_create(test, true, &status, &alloc), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, t->chunks, 3);
	KUNIT_EXPECT_EQ(test, t->told, pages);
	KUNIT_EXPECT_TRUE(test, t->in_order);
	KUNIT_EXPECT_TRUE(test, t->right);

	dxg_backing_put(&t->backing.base);
	dxg_allocation_destroy(alloc, 0);
	dxg_allocation_put(alloc);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
}

/* A slice of the memory: several allocations of one BO share a backing. */
static void dxg_allocation_test_slice(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_alloc_desc desc = {
		.backing = &t->backing.base,
		.backing_first = 7,
		.backing_pages = 2,
	};
	struct dxg_alloc_args args = { .count = 1, .allocs = &desc };
	u32 status;

	dxg_test_backing_init(t, 16);
	t->told = 7;
	dxg_test_mock(test)->allocation_size = 2 * DXGP_PAGE_SIZE;
	KUNIT_ASSERT_EQ(test, dxg_alloc_create(t->device, &args, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, t->right);
	KUNIT_EXPECT_EQ(test, t->told, 9);
	dxg_allocation_destroy(desc.alloc, 0);
	dxg_allocation_put(desc.alloc);
	dxg_test_settle(test);
	dxg_backing_put(&t->backing.base);
}

static void dxg_allocation_test_pages_refused(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	const u64 pages = DXGP_SYSMEM_PAGES + 1;
	struct dxg_allocation *alloc;
	struct dxg_mock_rule *rule;
	u32 status;

	/* The host has the first pages, so they stay until it has answered their end. */
	rule = dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION);
	rule->times = 1;
	rule->delay_ms = 100;
	t->fail_chunk = 2;
	dxg_test_backing_init(t, pages);
	dxg_test_mock(test)->allocation_size = pages * DXGP_PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, dxg_test_create(test, true, &status, &alloc), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_NULL(test, alloc);
	dxg_backing_put(&t->backing.base);
	KUNIT_EXPECT_EQ(test, t->backing.released, 0);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
}

/* The host never answers: the memory stays, and is counted, until the channel is closed. */
static void dxg_allocation_test_silence(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_allocation *alloc;
	u32 status;

	dxg_test_backing_init(t, 4);
	dxg_test_mock(test)->allocation_size = 0x4000;
	KUNIT_ASSERT_EQ(test, dxg_test_create(test, true, &status, &alloc), 0);
	dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION);
	dxg_allocation_destroy(alloc, 0);
	dxg_allocation_put(alloc);
	dxg_backing_put(&t->backing.base);
	KUNIT_EXPECT_EQ(test, dxg_quarantine_wait_idle(t->dxg->quarantine, 500), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, t->backing.released, 0);
	KUNIT_EXPECT_EQ(test, t->dxg->quarantine->bytes, 0x4000);

	dxg_host_device_put(t->device);
	t->device = NULL;
	dxg_fixture_depart(test, DXG_PART_CHANNEL);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
}

/* A host that cannot map by frame numbers gets a GPADL, until it has let go. */
static void dxg_allocation_test_gpadl(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_alloc_test *t = f->priv;
	struct dxg_allocation *alloc;
	struct dxg_mock_rule *rule;
	u32 status;

	f->host->caps = 0;
	dxg_test_backing_init(t, 4);
	f->vgpu.allocation_size = 0x4000;
	KUNIT_ASSERT_EQ(test, dxg_test_create(test, true, &status, &alloc), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, t->chunks, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_SETEXISTINGSYSMEMSTORE), 1);
	KUNIT_EXPECT_EQ(test, f->global.gpadls, 1);

	rule = dxg_mock_rule(&f->vgpu, DXGP_CMD_DESTROYALLOCATION);
	rule->times = 1;
	rule->delay_ms = 50;
	dxg_allocation_destroy(alloc, 0);
	KUNIT_EXPECT_EQ(test, f->global.gpadls, 1);
	dxg_allocation_put(alloc);
	dxg_backing_put(&t->backing.base);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, f->global.gpadls, 0);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
}

/* ---- CPU access ---- */

static size_t dxg_test_lock(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			    void *out)
{
	size_t size = dxg_mock_answer(mock, hdr, len, out, 0);
	struct dxgp_lock2_reply *reply = out;

	reply->cpu_visible_buffer_offset = mock->objects->iospace + 0x10000;
	return size;
}

static void dxg_test_revoke(struct dxg_allocation *alloc, void *owner)
{
	((struct dxg_alloc_test *)owner)->revoked++;
}

static const struct dxg_alloc_ops dxg_test_alloc_ops = {
	.revoke = dxg_test_revoke,
};

static struct dxg_allocation *dxg_test_lockable(struct kunit *test)
{
	static const struct dxg_mock_handler lock[] = {
		{ DXGP_CMD_LOCK2, dxg_test_lock },
		{ }
	};
	struct dxg_allocation *alloc;
	u32 status;

	dxg_test_mock(test)->handlers = lock;
	dxg_test_mock(test)->objects->iospace = 0x80000000;
	dxg_test_mock(test)->allocation_size = 0x4000;
	KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &alloc), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	dxg_allocation_set_owner(alloc, &dxg_test_alloc_ops, dxg_test_of(test));
	return alloc;
}

static void dxg_allocation_test_lock(struct kunit *test)
{
	struct dxg_allocation *alloc = dxg_test_lockable(test);
	struct dxg_mock *mock = dxg_test_mock(test);
	u32 status;

	KUNIT_ASSERT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), 0);
	KUNIT_ASSERT_NOT_NULL(test, alloc->map);
	KUNIT_EXPECT_EQ(test, alloc->map->address, 0x80010000);
	KUNIT_EXPECT_FALSE(test, alloc->map->cached);
	KUNIT_ASSERT_EQ(test, dxg_allocation_lock(alloc, true, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_LOCK2), 1);
	dxg_allocation_unlock(alloc, false);
	KUNIT_EXPECT_NOT_NULL(test, alloc->map);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_UNLOCK2), 0);
	dxg_allocation_unlock(alloc, true);
	KUNIT_EXPECT_NULL(test, alloc->map);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_UNLOCK2), 1);

	/* And again: what is locked when it ends is unlocked before. */
	KUNIT_ASSERT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), 0);
	dxg_allocation_destroy(alloc, 0);
	KUNIT_EXPECT_EQ(test, dxg_test_of(test)->revoked, 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_UNLOCK2), 2);
	dxg_allocation_put(alloc);
	dxg_test_settle(test);
}

static void dxg_allocation_test_lock_refused(struct kunit *test)
{
	struct dxg_allocation *alloc = dxg_test_lockable(test);
	struct dxg_mock *mock = dxg_test_mock(test);
	u32 status;

	/* Just outside of the IO space. */
	mock->objects->iospace = 0x84000000 - 0x10000 - 0x3000;
	KUNIT_EXPECT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), -EIO);
	KUNIT_EXPECT_NULL(test, alloc->map);
	KUNIT_EXPECT_EQ(test, alloc->lock_count, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_UNLOCK2), 1);
	mock->objects->iospace -= 0x1000;
	KUNIT_EXPECT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), 0);
	dxg_allocation_destroy(alloc, 0);
	dxg_allocation_put(alloc);
	dxg_test_settle(test);
}

static void dxg_allocation_test_revoke(struct kunit *test)
{
	struct dxg_allocation *alloc = dxg_test_lockable(test);
	struct dxg_alloc_test *t = dxg_test_of(test);
	u32 status;

	KUNIT_ASSERT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), 0);
	KUNIT_ASSERT_EQ(test, dxg_allocation_lock(alloc, true, 0, &status), 0);
	dxg_allocations_revoke(t->dxg);
	dxg_allocations_revoke(t->dxg);
	KUNIT_EXPECT_EQ(test, t->revoked, 1);
	KUNIT_EXPECT_EQ(test, dxg_allocation_lock(alloc, false, 0, &status), -ENODEV);
	/* A user in the kernel keeps the mapping; when it goes, the mapping does. */
	KUNIT_EXPECT_NOT_NULL(test, alloc->map);
	dxg_allocation_unlock(alloc, true);
	KUNIT_EXPECT_NULL(test, alloc->map);
	dxg_allocation_unlock(alloc, false);
	dxg_allocation_destroy(alloc, 0);
	dxg_allocation_put(alloc);
	dxg_test_settle(test);
}

/* ---- Sharing ---- */

/* The memory stays until the maker's, the opener's and the NT handle are gone on the host. */
static void dxg_allocation_test_share(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_alloc_desc made = { .backing = &t->backing.base, .backing_pages = 4 };
	struct dxg_alloc_desc opened = { .backing = &t->backing.base, .size = 0x4000 };
	struct dxg_alloc_args maker = {
		.flags = DXGP_CREATEALLOC_RESOURCE | DXGP_CREATEALLOC_SHARED |
			 DXGP_CREATEALLOC_NT_SECURITY,
		.count = 1,
		.allocs = &made,
	};
	struct dxg_alloc_args opener = { .count = 1, .allocs = &opened };
	struct dxg_host_device *other;
	struct dxg_shared *shared;
	u32 status;

	other = dxg_host_device_create(t->dxg, t->process, 0, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	dxg_test_backing_init(t, 4);
	dxg_test_mock(test)->allocation_size = 0x4000;
	KUNIT_ASSERT_EQ(test, dxg_alloc_create(t->device, &maker, 0, &status), 0);
	KUNIT_ASSERT_EQ(test, dxg_resource_share(maker.resource, &t->backing.base, 0, &shared,
						 &status), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_ASSERT_EQ(test, dxg_resource_open(other, shared, &opener, 0, 0, &status), 0);
	KUNIT_ASSERT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, opened.alloc->size, 0x4000);
	KUNIT_EXPECT_NE(test, opened.alloc->handle, made.alloc->handle);
	dxg_backing_put(&t->backing.base);

	dxg_resource_destroy(maker.resource, 0);
	dxg_allocation_put(made.alloc);
	dxg_resource_put(maker.resource);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, t->backing.released, 0);
	dxg_resource_destroy(opener.resource, 0);
	dxg_allocation_put(opened.alloc);
	dxg_resource_put(opener.resource);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, t->backing.released, 0);
	dxg_shared_put(shared);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	dxg_host_device_put(other);
	dxg_test_settle(test);
}

/* An NT handle is the machine's: it is given back also when the adapter has gone. */
static void dxg_allocation_test_share_unplugged(struct kunit *test)
{
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_alloc_desc made = { .backing = &t->backing.base, .backing_pages = 4 };
	struct dxg_alloc_args maker = {
		.flags = DXGP_CREATEALLOC_RESOURCE | DXGP_CREATEALLOC_SHARED |
			 DXGP_CREATEALLOC_NT_SECURITY,
		.count = 1,
		.allocs = &made,
	};
	struct dxg_fixture *f = test->priv;
	struct dxg_shared *shared;
	u32 status;

	dxg_test_backing_init(t, 4);
	dxg_test_mock(test)->allocation_size = 0x4000;
	KUNIT_ASSERT_EQ(test, dxg_alloc_create(t->device, &maker, 0, &status), 0);
	KUNIT_ASSERT_EQ(test, dxg_resource_share(maker.resource, &t->backing.base, 0, &shared,
						 &status), 0);
	dxg_backing_put(&t->backing.base);
	dxg_resource_destroy(maker.resource, 0);
	dxg_allocation_put(made.alloc);
	dxg_resource_put(maker.resource);
	dxg_test_settle(test);
	dxg_fixture_depart(test, DXG_PART_CHANNEL);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->global, DXGP_CMD_CREATENTSHAREDOBJECT), 1);
	KUNIT_EXPECT_EQ(test, t->backing.released, 0);
	dxg_shared_put(shared);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_mock_live(&f->global, DXGP_CMD_CREATENTSHAREDOBJECT), 0);
	KUNIT_EXPECT_EQ(test, t->backing.released, 1);
}

/* Closing a file with many objects: nobody waits, and the host is asked a few times only. */
static void dxg_allocation_test_many(struct kunit *test)
{
	enum { COUNT = 1200 };
	struct dxg_allocation **allocs = kunit_kcalloc(test, COUNT, sizeof(*allocs), GFP_KERNEL);
	struct dxg_mock_rule *rule;
	ktime_t start, end;
	u32 i, status;

	KUNIT_ASSERT_NOT_NULL(test, allocs);
	for (i = 0; i < COUNT; i++)
		KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &allocs[i]), 0);
	rule = dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION);
	rule->times = 1;
	rule->delay_ms = 20;
	start = ktime_get();
	for (i = 0; i < COUNT; i++) {
		dxg_allocation_destroy(allocs[i], 0);
		dxg_allocation_put(allocs[i]);
	}
	end = ktime_get();
	/* One by one, this would be half a minute. */
	KUNIT_EXPECT_LT(test, ktime_ms_delta(end, start), 10000);
	dxg_test_settle(test);
	KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	/* The first at once, the others by hundreds. */
	KUNIT_EXPECT_LE(test, dxg_mock_count(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION), 8);
}

/*
 * With the plug in, full messages only, though the host answers each at once; what is left
 * goes when the plug is pulled, or ends with the adapter.
 */
static void dxg_allocation_test_plug(struct kunit *test)
{
	enum { COUNT = 2 * DXG_DESTROY_BATCH + 10 };
	struct dxg_allocation **allocs = kunit_kcalloc(test, COUNT, sizeof(*allocs), GFP_KERNEL);
	struct dxg_keep_batch *batch = &dxg_test_of(test)->device->allocations;
	struct dxg_mock *mock = dxg_test_mock(test);
	u32 i, round, status;

	KUNIT_ASSERT_NOT_NULL(test, allocs);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < COUNT; i++)
			KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &allocs[i]), 0);
		dxg_keep_batch_plug(batch);
		for (i = 0; i < COUNT; i++) {
			dxg_allocation_destroy(allocs[i], 0);
			dxg_allocation_put(allocs[i]);
			/* The answer is looked at by a worker. */
			dxg_flush_work();
		}
		KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_DESTROYALLOCATION),
				3 * round + 2);
		KUNIT_EXPECT_EQ(test, dxg_mock_live(mock, DXGP_CMD_CREATEALLOCATION), 10);
		if (round)
			break;
		dxg_keep_batch_unplug(batch);
		dxg_test_settle(test);
		KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_DESTROYALLOCATION), 3);
		KUNIT_EXPECT_EQ(test, dxg_test_live(test), 0);
	}
	dxg_fixture_depart(test, DXG_PART_CHANNEL);
	KUNIT_EXPECT_EQ(test, dxg_test_of(test)->dxg->quarantine->count, 0);
	dxg_keep_batch_unplug(batch);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_DESTROYALLOCATION), 5);
}

/* Refuse what names more than one, and the one of @priv's choice. */
static size_t dxg_test_refuse_some(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
				   void *out)
{
	const struct dxgp_destroyallocation *cmd = (const void *)hdr;
	struct dxg_alloc_test *t = mock->priv;
	u32 status = DXG_STATUS_SUCCESS;

	if (cmd->alloc_count > 1)
		status = DXG_STATUS_INVALID_HANDLE;
	else if (cmd->allocations[0] == t->refused)
		status = DXG_STATUS_ALLOCATION_BUSY;
	return dxg_mock_answer(mock, hdr, len, out, status);
}

static const struct dxg_mock_handler dxg_refusing_handlers[] = {
	{ DXGP_CMD_DESTROYALLOCATION, dxg_test_refuse_some },
	{ }
};

/* What is refused together is asked for one by one; the one that the host keeps is kept. */
static void dxg_allocation_test_many_refused(struct kunit *test)
{
	enum { COUNT = 20 };
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_mock *mock = dxg_test_mock(test);
	struct dxg_allocation *allocs[COUNT];
	struct dxg_mock_rule *rule;
	u32 i, status;

	for (i = 0; i < COUNT; i++)
		KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &allocs[i]), 0);
	t->refused = allocs[COUNT / 2]->handle;
	mock->handlers = dxg_refusing_handlers;
	/* So that the others are together. */
	rule = dxg_mock_rule(mock, DXGP_CMD_DESTROYALLOCATION);
	rule->times = 1;
	rule->delay_ms = 5;
	for (i = 0; i < COUNT; i++) {
		dxg_allocation_destroy(allocs[i], 0);
		dxg_allocation_put(allocs[i]);
	}
	for (i = 0; i < 3000 && READ_ONCE(t->dxg->quarantine->count) > 1; i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, t->dxg->quarantine->count, 1);
	KUNIT_EXPECT_EQ(test, list_count_nodes(&t->dxg->quarantine->held), 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_live(mock, DXGP_CMD_CREATEALLOCATION), 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(mock, DXGP_CMD_DESTROYALLOCATION), COUNT + 1);
}

/* What waits when the adapter goes is released with it. */
static void dxg_allocation_test_many_unplugged(struct kunit *test)
{
	enum { COUNT = 20 };
	struct dxg_alloc_test *t = dxg_test_of(test);
	struct dxg_allocation *allocs[COUNT];
	u32 i, status;

	for (i = 0; i < COUNT; i++)
		KUNIT_ASSERT_EQ(test, dxg_test_create(test, false, &status, &allocs[i]), 0);
	dxg_mock_rule(dxg_test_mock(test), DXGP_CMD_DESTROYALLOCATION);
	for (i = 0; i < COUNT; i++) {
		dxg_allocation_destroy(allocs[i], 0);
		if (i < COUNT - 1)
			dxg_allocation_put(allocs[i]);
	}
	KUNIT_EXPECT_EQ(test, t->dxg->quarantine->count, COUNT);
	dxg_fixture_depart(test, DXG_PART_CHANNEL);
	KUNIT_EXPECT_EQ(test, kref_read(&allocs[COUNT - 1]->ref), 1);
	dxg_allocation_put(allocs[COUNT - 1]);
}

static struct kunit_case dxg_allocation_tests[] = {
	KUNIT_CASE(dxg_allocation_test_plain),
	KUNIT_CASE(dxg_allocation_test_resource),
	KUNIT_CASE(dxg_allocation_test_host_full),
	KUNIT_CASE_PARAM(dxg_allocation_test_sizes, dxg_size_gen_params),
	KUNIT_CASE(dxg_allocation_test_page_list),
	KUNIT_CASE(dxg_allocation_test_slice),
	KUNIT_CASE(dxg_allocation_test_pages_refused),
	KUNIT_CASE(dxg_allocation_test_silence),
	KUNIT_CASE(dxg_allocation_test_gpadl),
	KUNIT_CASE(dxg_allocation_test_lock),
	KUNIT_CASE(dxg_allocation_test_lock_refused),
	KUNIT_CASE(dxg_allocation_test_revoke),
	KUNIT_CASE(dxg_allocation_test_share),
	KUNIT_CASE(dxg_allocation_test_share_unplugged),
	KUNIT_CASE(dxg_allocation_test_many),
	KUNIT_CASE(dxg_allocation_test_plug),
	KUNIT_CASE(dxg_allocation_test_many_refused),
	KUNIT_CASE(dxg_allocation_test_many_unplugged),
	{ }
};

static struct kunit_suite dxg_allocation_suite = {
	.name = "dxg_allocation",
	.init = dxg_allocation_test_init,
	.exit = dxg_allocation_test_exit,
	.test_cases = dxg_allocation_tests,
};

kunit_test_suite(dxg_allocation_suite);
