// SPDX-License-Identifier: MIT
/*
 * Syncs: what each kind of queue allows, cell by cell; syncobjs in and out.
 */
#include <kunit/test.h>
#include <linux/dma-fence.h>
#include <linux/dma-fence-chain.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/drm_syncobj.h>
#include <drm/dxg_drm.h>

#include "dxg_fixture.h"
#include "dxg_sync.h"

/* ---- The table ---- */

/* By kind of queue: what becomes of waits and signals of syncobjs and of fences. */
static const struct dxg_row {
	const char *name;
	enum dxg_sync_face face;
	int wait_syncobj, wait_fence, signal_syncobj, signal_fence;
} dxg_rows[] = {
	{ "exec dma", DXG_SYNC_EXEC_DMA, 0, -EOPNOTSUPP, 0, 0 },
	{ "exec user", DXG_SYNC_EXEC_USER, 0, 0, -EOPNOTSUPP, 0 },
	{ "bind dma", DXG_SYNC_BIND_ASYNC_DMA, 0, -EOPNOTSUPP, 0, 0 },
	{ "bind user", DXG_SYNC_BIND_ASYNC_USER, -EOPNOTSUPP, -EOPNOTSUPP, -EOPNOTSUPP, 0 },
	{ "bind sync", DXG_SYNC_BIND_SYNC, -EINVAL, -EINVAL, -EINVAL, -EINVAL },
};

static void dxg_row_desc(const struct dxg_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_row, dxg_rows, dxg_row_desc);

static void dxg_expect_cell(struct kunit *test, enum dxg_sync_face face, u32 flags, int expect)
{
	KUNIT_EXPECT_EQ_MSG(test, dxg_sync_check(face, flags), expect, "flags 0x%x", flags);
	/* Nothing else is in the flags, whatever the cell says. */
	KUNIT_EXPECT_EQ(test, dxg_sync_check(face, flags | DRM_DXG_SYNC_SIGNAL << 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_sync_check(face, flags | BIT(31)), -EINVAL);
}

static void dxg_sync_legality(struct kunit *test)
{
	const struct dxg_row *row = test->param_value;

	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_SYNCOBJ, row->wait_syncobj);
	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_TIMELINE, row->wait_syncobj);
	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_FENCE, row->wait_fence);
	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL,
			row->signal_syncobj);
	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL,
			row->signal_syncobj);
	dxg_expect_cell(test, row->face, DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
			row->signal_fence);
}

static void dxg_sync_unknown_types(struct kunit *test)
{
	u32 type;
	int face;

	for (face = DXG_SYNC_EXEC_DMA; face <= DXG_SYNC_BIND_SYNC; face++) {
		for (type = DRM_DXG_SYNC_FENCE + 1; type <= DRM_DXG_SYNC_TYPE_MASK; type++) {
			KUNIT_EXPECT_EQ(test, dxg_sync_check(face, type), -EINVAL);
			KUNIT_EXPECT_EQ(test, dxg_sync_check(face, type | DRM_DXG_SYNC_SIGNAL),
					-EINVAL);
		}
	}
}

/* ---- Syncobjs ---- */

#define DXG_TEST_SYNCOBJS	3

struct dxg_sync_fixture {
	struct file *filp;
	struct drm_file *file;
	struct drm_syncobj *syncobj[DXG_TEST_SYNCOBJS];
	u32 handle[DXG_TEST_SYNCOBJS];
};

static int dxg_sync_test_init(struct kunit *test)
{
	struct dxg_sync_fixture *t;
	struct dxg_fixture *f;
	struct dxg_device *dxg;
	int i, ret;

	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	f->priv = t;
	dxg = dxg_fixture_start(test);
	t->filp = mock_drm_getfile(dxg->drm.render, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->filp);
	t->file = t->filp->private_data;
	for (i = 0; i < DXG_TEST_SYNCOBJS; i++) {
		ret = drm_syncobj_create(&t->syncobj[i], 0, NULL);
		KUNIT_ASSERT_EQ(test, ret, 0);
		ret = drm_syncobj_get_handle(t->file, t->syncobj[i], &t->handle[i]);
		KUNIT_ASSERT_EQ(test, ret, 0);
	}
	return 0;
}

static void dxg_sync_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_sync_fixture *t = f ? f->priv : NULL;
	int i;

	if (t) {
		for (i = 0; i < DXG_TEST_SYNCOBJS; i++)
			if (t->syncobj[i])
				drm_syncobj_put(t->syncobj[i]);
		if (!IS_ERR_OR_NULL(t->filp)) {
			fput(t->filp);
			flush_delayed_fput();
		}
	}
	dxg_fixture_exit(test);
}

static struct dxg_sync_fixture *dxg_sync_fixture(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	return f->priv;
}

static int dxg_test_init(struct kunit *test, struct dxg_syncs *syncs, enum dxg_sync_face face,
			 const struct drm_dxg_sync_op *ops, u32 count,
			 const struct dxg_syncs *earlier)
{
	return dxg_syncs_init_ops(syncs, dxg_sync_fixture(test)->file, NULL, face, ops, count,
				  earlier);
}

/* One operation that must be refused. */
static void dxg_expect_refused(struct kunit *test, enum dxg_sync_face face, u32 flags, u32 handle,
			       u64 value, int error)
{
	const struct drm_dxg_sync_op op = { .flags = flags, .handle = handle, .value = value };
	struct dxg_syncs syncs;

	KUNIT_EXPECT_EQ(test, dxg_test_init(test, &syncs, face, &op, 1, NULL), error);
	KUNIT_EXPECT_EQ(test, syncs.count, 0);
}

static void dxg_sync_bad_operations(struct kunit *test)
{
	struct dxg_sync_fixture *t = dxg_sync_fixture(test);
	u32 h = t->handle[0];
	u32 i;

	for (i = 0; i <= DRM_DXG_SYNC_SIGNAL; i += DRM_DXG_SYNC_SIGNAL) {
		dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, i | DRM_DXG_SYNC_SYNCOBJ, h, 1,
				   -EINVAL);
		dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, i | DRM_DXG_SYNC_TIMELINE, h, 0,
				   -EINVAL);
		dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, i | DRM_DXG_SYNC_SYNCOBJ, 0, 0,
				   -ENOENT);
		dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, i | DRM_DXG_SYNC_TIMELINE, h + 99, 1,
				   -ENOENT);
	}
	dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL, h, 1,
			   -ENOENT);
	/* Nothing has been submitted that would signal these. */
	dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, DRM_DXG_SYNC_SYNCOBJ, h, 0, -EINVAL);
	dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, DRM_DXG_SYNC_TIMELINE, h, 1, -EINVAL);
	dxg_expect_refused(test, DXG_SYNC_BIND_SYNC, DRM_DXG_SYNC_SYNCOBJ, h, 0, -EINVAL);
}

static void dxg_sync_none(struct kunit *test)
{
	struct dxg_syncs syncs;

	KUNIT_EXPECT_EQ(test, dxg_test_init(test, &syncs, DXG_SYNC_BIND_SYNC, NULL, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, syncs.count, 0);
	dxg_syncs_fini(&syncs);
}

/* Whether point @point of syncobj @i has come, 0 for a binary one. */
static bool dxg_point_reached(struct dxg_sync_fixture *t, unsigned int i, u64 point)
{
	struct dma_fence *fence;
	bool reached;

	if (drm_syncobj_find_fence(t->file, t->handle[i], point, 0, &fence))
		return false;
	reached = dma_fence_is_signaled(fence);
	dma_fence_put(fence);
	return reached;
}

/* What one has published, the next waits for. */
static void dxg_sync_publishes(struct kunit *test)
{
	struct dxg_sync_fixture *t = dxg_sync_fixture(test);
	const struct drm_dxg_sync_op signals[] = {
		{ DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL, t->handle[0], 0 },
		{ DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL, t->handle[1], 5 },
	};
	const struct drm_dxg_sync_op waits[] = {
		{ DRM_DXG_SYNC_SYNCOBJ, t->handle[0], 0 },
		{ DRM_DXG_SYNC_TIMELINE, t->handle[1], 5 },
		{ DRM_DXG_SYNC_TIMELINE, t->handle[1], 3 },
	};
	struct dma_fence *done = dma_fence_get_stub();
	struct dxg_syncs syncs;

	KUNIT_ASSERT_EQ(test, dxg_test_init(test, &syncs, DXG_SYNC_EXEC_DMA, signals, 2, NULL), 0);
	KUNIT_EXPECT_FALSE(test, dxg_point_reached(t, 0, 0));
	dxg_syncs_publish(&syncs, done);
	dxg_syncs_fini(&syncs);
	dma_fence_put(done);
	KUNIT_EXPECT_TRUE(test, dxg_point_reached(t, 0, 0));
	KUNIT_EXPECT_TRUE(test, dxg_point_reached(t, 1, 5));

	KUNIT_ASSERT_EQ(test, dxg_test_init(test, &syncs, DXG_SYNC_EXEC_DMA, waits, 3, NULL), 0);
	dxg_syncs_fini(&syncs);
	dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, DRM_DXG_SYNC_TIMELINE, t->handle[1], 6,
			   -EINVAL);
	/* Given up before it was published: nothing is there. */
	KUNIT_ASSERT_EQ(test, dxg_test_init(test, &syncs, DXG_SYNC_EXEC_DMA,
					    &(struct drm_dxg_sync_op) {
						DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL,
						t->handle[2], 1 }, 1, NULL), 0);
	dxg_syncs_fini(&syncs);
	dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, DRM_DXG_SYNC_TIMELINE, t->handle[2], 1,
			   -EINVAL);
}

/* Submissions of one call: what an earlier one signals is in the order of the queue. */
static void dxg_sync_earlier_submissions(struct kunit *test)
{
	struct dxg_sync_fixture *t = dxg_sync_fixture(test);
	const struct drm_dxg_sync_op signals[] = {
		{ DRM_DXG_SYNC_SYNCOBJ | DRM_DXG_SYNC_SIGNAL, t->handle[0], 0 },
		{ DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL, t->handle[1], 5 },
	};
	const struct {
		struct drm_dxg_sync_op op;
		int expect;
	} waits[] = {
		{ { DRM_DXG_SYNC_SYNCOBJ, t->handle[0], 0 }, 0 },
		{ { DRM_DXG_SYNC_TIMELINE, t->handle[1], 5 }, 0 },
		{ { DRM_DXG_SYNC_TIMELINE, t->handle[1], 2 }, 0 },
		{ { DRM_DXG_SYNC_TIMELINE, t->handle[1], 6 }, -EINVAL },
		{ { DRM_DXG_SYNC_SYNCOBJ, t->handle[1], 0 }, -EINVAL },
		{ { DRM_DXG_SYNC_TIMELINE, t->handle[0], 1 }, -EINVAL },
		{ { DRM_DXG_SYNC_SYNCOBJ, t->handle[2], 0 }, -EINVAL },
	};
	struct dxg_syncs first, second, third;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, dxg_test_init(test, &first, DXG_SYNC_EXEC_DMA, signals, 2, NULL), 0);
	KUNIT_ASSERT_EQ(test, dxg_test_init(test, &second, DXG_SYNC_EXEC_DMA, NULL, 0, &first), 0);
	for (i = 0; i < ARRAY_SIZE(waits); i++) {
		KUNIT_EXPECT_EQ_MSG(test, dxg_test_init(test, &third, DXG_SYNC_EXEC_DMA,
							&waits[i].op, 1, &second),
				    waits[i].expect, "wait %u", i);
		/* No fence is there that could be waited for, and none is needed. */
		if (!waits[i].expect)
			dxg_syncs_fini(&third);
		/* Without the earlier ones, all are refused. */
		dxg_expect_refused(test, DXG_SYNC_EXEC_DMA, waits[i].op.flags,
				   waits[i].op.handle, waits[i].op.value, -EINVAL);
	}
	dxg_syncs_fini(&second);
	dxg_syncs_fini(&first);
}

static struct kunit_case dxg_sync_table_cases[] = {
	KUNIT_CASE_PARAM(dxg_sync_legality, dxg_row_gen_params),
	KUNIT_CASE(dxg_sync_unknown_types),
	{}
};

static struct kunit_suite dxg_sync_table_suite = {
	.name = "dxg_sync_table",
	.test_cases = dxg_sync_table_cases,
};

static struct kunit_case dxg_sync_cases[] = {
	KUNIT_CASE(dxg_sync_bad_operations),
	KUNIT_CASE(dxg_sync_none),
	KUNIT_CASE(dxg_sync_publishes),
	KUNIT_CASE(dxg_sync_earlier_submissions),
	{}
};

static struct kunit_suite dxg_sync_suite = {
	.name = "dxg_sync",
	.init = dxg_sync_test_init,
	.exit = dxg_sync_test_exit,
	.test_cases = dxg_sync_cases,
};

kunit_test_suites(&dxg_sync_table_suite, &dxg_sync_suite);
