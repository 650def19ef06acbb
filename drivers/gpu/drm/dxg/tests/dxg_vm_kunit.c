// SPDX-License-Identifier: MIT
/*
 * Address spaces against two models: what the guest has booked, and what the host
 * was told, page by page. Arrays that fail at each place, undoing that fails, a host
 * that answers late, not at all, or leaves; being lost.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>

#include "dxg_bind.h"
#include "dxg_bind_op.h"
#include "dxg_bo.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_fixture.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"

#define DXG_TEST_PAGES	32
#define DXG_TEST_BOS	2
#define DXG_TEST_OPS	8
#define DXG_TEST_PAGE	DXGP_PAGE_SIZE
#define DXG_TEST_NEVER	UINT_MAX

/* What is at one page; all zero: nothing. */
struct dxg_test_page {
	u32 allocation;
	u64 offset;
	u64 protection;
};

struct dxg_test_bo {
	struct drm_gem_object *obj;
	struct dxg_bo_view *view;
	struct dxg_vm_bo *vm_bo;
	u32 handle;
};

struct dxg_vm_fixture {
	struct drm_file *file;
	struct dxg_vm *vm;
	struct dxg_test_bo bo[DXG_TEST_BOS];
	u64 va;				/* of the range of DXG_TEST_PAGES */
	struct dxg_test_page host[DXG_TEST_PAGES];
	unsigned int maps;		/* MAPGPUVIRTUALADDRESS so far */
	unsigned int fail_from;		/* refuse those from this number on */
	unsigned int fail_count;	/* so many */
	unsigned int gone_at;		/* the adapter begins to go when this one comes */
	u64 pending;			/* not 0: answer as pending, with this value */
	u32 execution;			/* what GETDEVICESTATE says */
	struct dxg_vm_client client;
	unsigned int told;
	int told_error;
};

static struct dxg_vm_fixture *dxg_vm_fixture(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	return f->priv;
}

/* ---- The host ---- */

static size_t dxg_test_host_map(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
				void *out)
{
	const struct dxgp_arg_mapgpuvirtualaddress *args =
		&((const struct dxgp_mapgpuvirtualaddress *)hdr)->args;
	struct dxgp_mapgpuvirtualaddress_reply *reply = out;
	struct dxg_vm_fixture *t = mock->priv;
	unsigned int nr = t->maps++;
	u64 i, first = (args->base_address - t->va) / DXG_TEST_PAGE;

	reply->virtual_address = args->base_address;
	if (nr == t->gone_at)
		WRITE_ONCE(t->vm->dxg->link.gone, true);
	if (nr >= t->fail_from && nr - t->fail_from < t->fail_count) {
		reply->status = DXG_STATUS_NO_VIDEO_MEMORY;
		return sizeof(*reply);
	}
	if (t->pending) {
		reply->status = DXG_STATUS_PENDING;
		reply->paging_fence_value = t->pending;
	}
	for (i = 0; i < args->size_in_pages && first + i < DXG_TEST_PAGES; i++) {
		struct dxg_test_page *page = &t->host[first + i];

		memset(page, 0, sizeof(*page));
		if (args->protection == DXGP_VA_NO_ACCESS)
			continue;
		page->allocation = args->allocation;
		page->offset = args->allocation ? args->offset_in_pages + i : 0;
		page->protection = args->protection;
	}
	return sizeof(*reply);
}

static size_t dxg_test_host_silent(struct dxg_mock *mock, const struct dxgp_header *hdr,
				   size_t len, void *out)
{
	return DXG_MOCK_SILENT;
}

static size_t dxg_test_host_state(struct dxg_mock *mock, const struct dxgp_header *hdr,
				  size_t len, void *out)
{
	const struct dxgp_getdevicestate *cmd = (const void *)hdr;
	struct dxgp_getdevicestate_reply *reply = out;
	struct dxgp_page_fault_state *fault = (void *)reply->args.state;
	struct dxg_vm_fixture *t = mock->priv;

	if (cmd->args.state_type == DXGP_DEVICE_STATE_EXECUTION) {
		*(u32 *)reply->args.state = t->execution;
	} else if (cmd->args.state_type == DXGP_DEVICE_STATE_PAGE_FAULT) {
		fault->address = 0xabc000;
		fault->flags = 1;
	}
	return sizeof(*reply);
}

static const struct dxg_mock_handler dxg_test_handlers[] = {
	{ DXGP_CMD_MAPGPUVIRTUALADDRESS, dxg_test_host_map },
	{ DXGP_CMD_GETDEVICESTATE, dxg_test_host_state },
	{}
};

static const struct dxg_mock_handler dxg_test_silence[] = {
	{ DXGP_CMD_MAPGPUVIRTUALADDRESS, dxg_test_host_silent },
	{ DXGP_CMD_GETDEVICESTATE, dxg_test_host_state },
	{}
};

static void dxg_test_handle(struct kunit *test, const struct dxg_mock_handler *handlers)
{
	struct dxg_fixture *f = test->priv;

	f->global.handlers = handlers;
	f->vgpu.handlers = handlers;
}

/* ---- Fixture ---- */

static void dxg_test_gem_free(struct drm_gem_object *obj)
{
	drm_gem_object_release(obj);
	kfree(obj);
}

static const struct drm_gem_object_funcs dxg_test_gem_funcs = { .free = dxg_test_gem_free };

/* A BO as far as bindings know it. The view outlives all that refer to it. */
static void dxg_test_make_bo(struct kunit *test, struct dxg_device *dxg, struct dxg_test_bo *bo,
			     u32 handle)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct drm_gpuvm_bo *base;

	bo->handle = handle;
	bo->obj = kzalloc_obj(*bo->obj);
	KUNIT_ASSERT_NOT_NULL(test, bo->obj);
	bo->obj->funcs = &dxg_test_gem_funcs;
	drm_gem_private_object_init(&dxg->drm, bo->obj, DXG_TEST_PAGES * DXG_TEST_PAGE);
	bo->view = kunit_kzalloc(test, sizeof(*bo->view), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bo->view);
	/* Of what the view belongs to, its end needs the lock. */
	bo->view->bo = kunit_kzalloc(test, sizeof(*bo->view->bo), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bo->view->bo);
	spin_lock_init(&bo->view->bo->views_lock);
	kref_init(&bo->view->ref);
	kref_get(&bo->view->ref);
	bo->view->handles = &bo->handle;
	bo->view->count = 1;
	dma_resv_lock(bo->obj->resv, NULL);
	base = drm_gpuvm_bo_obtain_locked(&t->vm->base, bo->obj);
	dma_resv_unlock(bo->obj->resv);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, base);
	bo->vm_bo = to_dxg_vm_bo(base);
	bo->vm_bo->view = bo->view;
}

static void dxg_test_reserve(struct kunit *test)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct drm_dxg_vm_reserve args = { .size = DXG_TEST_PAGES * DXG_TEST_PAGE };

	KUNIT_ASSERT_EQ(test, dxg_bind_reserve(t->vm, &args), 0);
	t->va = args.va;
}

static int dxg_vm_test_init(struct kunit *test)
{
	struct dxg_vm_fixture *t;
	struct dxg_device *dxg;
	struct dxg_fixture *f;
	unsigned int i;
	int ret;

	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	t->file = kunit_kzalloc(test, sizeof(*t->file), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t->file);
	t->fail_from = DXG_TEST_NEVER;
	t->gone_at = DXG_TEST_NEVER;
	t->execution = DXGP_EXECUTION_ACTIVE;
	f->priv = t;
	f->global.priv = t;
	f->vgpu.priv = t;
	dxg_test_handle(test, dxg_test_handlers);
	dxg_fixture_fake_iospace(test);
	dxg = dxg_fixture_start(test);
	KUNIT_ASSERT_EQ(test, dxg_file_open(&dxg->drm, t->file), 0);
	KUNIT_ASSERT_EQ(test, dxg_vm_create(dxg, t->file, 0, &t->vm), 0);
	for (i = 0; i < DXG_TEST_BOS; i++)
		dxg_test_make_bo(test, dxg, &t->bo[i], 0x5000 + i);
	dxg_test_reserve(test);
	return 0;
}

static void dxg_vm_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_vm_fixture *t = f ? f->priv : NULL;
	unsigned int i;

	if (t && t->vm) {
		struct drm_device *drm = &t->vm->dxg->drm;

		for (i = 0; i < DXG_TEST_BOS; i++) {
			dxg_vm_bo_put(t->bo[i].vm_bo);
			drm_gem_object_put(t->bo[i].obj);
		}
		drm_dev_get(drm);
		dxg_vm_put(t->vm);
		dxg_file_postclose(drm, t->file);
		/* A message that was not answered keeps its job until the channel is closed. */
		dxg_fixture_depart(test, DXG_PART_FUNCTION);
		for (i = 0; i < 8; i++)
			dxg_flush_work();
		/* Nothing refers to a BO any more, but the test. */
		for (i = 0; i < DXG_TEST_BOS; i++)
			KUNIT_EXPECT_EQ(test, kref_read(&t->bo[i].view->ref), 1);
		drm_dev_put(drm);
	}
	dxg_fixture_exit(test);
}

/* ---- Models ---- */

/* What the guest has booked at page number @nr. */
static struct dxg_test_page dxg_test_booked(struct dxg_vm_fixture *t, unsigned int nr)
{
	u64 va = t->va + nr * DXG_TEST_PAGE;
	struct dxg_test_page page = {};
	struct dxg_mapping *map;

	map = dxg_space_mapping(t->vm, va, DXG_TEST_PAGE);
	if (!map)
		return page;
	page.protection = map->what.protection;
	if (map->what.vm_bo) {
		page.allocation = map->what.vm_bo->view->handles[map->what.alloc_index];
		page.offset = (map->what.offset + va - map->base.va.addr) / DXG_TEST_PAGE;
		/* Both places that have the offset agree. */
		if (map->what.offset != map->base.gem.offset)
			page.offset = U64_MAX;
	}
	return page;
}

static void dxg_test_expect_pages(struct kunit *test, const struct dxg_test_page *want)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_test_page booked;
	unsigned int i;

	mutex_lock(&t->vm->lock);
	for (i = 0; i < DXG_TEST_PAGES; i++) {
		booked = dxg_test_booked(t, i);
		KUNIT_EXPECT_MEMEQ_MSG(test, &booked, &want[i], sizeof(booked),
				       "booked at page %u", i);
		KUNIT_EXPECT_MEMEQ_MSG(test, &t->host[i], &want[i], sizeof(booked),
				       "on the host at page %u", i);
	}
	mutex_unlock(&t->vm->lock);
}

/* An operation in pages; @bo beyond the BOs: null pages, then nothing. */
struct dxg_test_op {
	unsigned int bo, page, to, count;
};

#define DXG_TEST_NULL	DXG_TEST_BOS
#define DXG_TEST_UNMAP	(DXG_TEST_BOS + 1)

static void dxg_test_apply(struct dxg_vm_fixture *t, struct dxg_test_page *model,
			   const struct dxg_test_op *op)
{
	unsigned int i;

	for (i = 0; i < op->count; i++) {
		struct dxg_test_page *page = &model[op->to + i];

		memset(page, 0, sizeof(*page));
		if (op->bo < DXG_TEST_BOS) {
			page->allocation = t->bo[op->bo].handle;
			page->offset = op->page + i;
			page->protection = DXGP_VA_WRITE;
		} else if (op->bo == DXG_TEST_NULL) {
			page->protection = DXGP_VA_ZERO;
		}
	}
}

static struct dxg_bind_job *dxg_test_job(struct kunit *test, const struct dxg_test_op *ops,
					 u32 count)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_bind_job *job = dxg_bind_job_create(t->vm, t->vm->paging, count);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->undo = true;
	for (i = 0; i < count; i++) {
		struct dxg_bind_op *op = &job->ops[i];

		op->type = ops[i].bo == DXG_TEST_UNMAP ? DXG_OP_UNMAP : DXG_OP_MAP;
		op->va = t->va + ops[i].to * DXG_TEST_PAGE;
		op->size = ops[i].count * DXG_TEST_PAGE;
		if (ops[i].bo < DXG_TEST_BOS) {
			op->what.vm_bo = dxg_vm_bo_get(t->bo[ops[i].bo].vm_bo);
			op->what.offset = ops[i].page * DXG_TEST_PAGE;
			op->what.protection = DXGP_VA_WRITE;
		} else {
			op->what.protection = DXGP_VA_ZERO;
		}
		KUNIT_ASSERT_EQ(test, dxg_bind_op_prepare(job, op, i + 1 < count), 0);
	}
	return job;
}

static int dxg_test_run(struct kunit *test, const struct dxg_test_op *ops, u32 count)
{
	struct dxg_bind_job *job = dxg_test_job(test, ops, count);
	int ret = dxg_bind_job_run(job, true, TASK_UNINTERRUPTIBLE);

	dxg_bind_job_put(job);
	return ret;
}

static struct dxg_test_op dxg_test_random(struct rnd_state *rnd)
{
	struct dxg_test_op op;

	op.bo = prandom_u32_state(rnd) % (DXG_TEST_BOS + 2);
	op.to = prandom_u32_state(rnd) % DXG_TEST_PAGES;
	op.count = 1 + prandom_u32_state(rnd) % (DXG_TEST_PAGES - op.to);
	op.page = prandom_u32_state(rnd) % (DXG_TEST_PAGES - op.count + 1);
	return op;
}

/* ---- Cases ---- */

/* Arrays at random; every third is refused at a random place, and leaves no trace. */
static void dxg_vm_arrays_match_both_models(struct kunit *test)
{
	struct dxg_test_page *model = kunit_kcalloc(test, DXG_TEST_PAGES, sizeof(*model),
						    GFP_KERNEL);
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_test_op ops[DXG_TEST_OPS];
	struct rnd_state rnd;
	unsigned int round, i, n;

	KUNIT_ASSERT_NOT_NULL(test, model);
	prandom_seed_state(&rnd, 42);
	for (round = 0; round < 300; round++) {
		n = 1 + prandom_u32_state(&rnd) % DXG_TEST_OPS;
		for (i = 0; i < n; i++)
			ops[i] = dxg_test_random(&rnd);
		if (round % 3) {
			KUNIT_ASSERT_EQ(test, dxg_test_run(test, ops, n), 0);
			for (i = 0; i < n; i++)
				dxg_test_apply(t, model, &ops[i]);
		} else {
			t->fail_from = t->maps + prandom_u32_state(&rnd) % n;
			t->fail_count = 1;
			KUNIT_ASSERT_EQ(test, dxg_test_run(test, ops, n), -ENOSPC);
			t->fail_from = DXG_TEST_NEVER;
		}
		dxg_test_expect_pages(test, model);
		KUNIT_ASSERT_EQ(test, dxg_vm_status(t->vm), 0);
	}
}

/* What an array inserts and displaces itself is undone in reverse, at each place. */
static void dxg_vm_undo_at_each_place(struct kunit *test)
{
	static const struct dxg_test_op before[] = {
		{ 0, 0, 2, 4 }, { 1, 8, 8, 4 }, { DXG_TEST_NULL, 0, 5, 2 },
	};
	static const struct dxg_test_op ops[] = {
		{ 1, 0, 0, 16 }, { 0, 3, 4, 4 }, { DXG_TEST_UNMAP, 0, 3, 8 },
		{ 0, 0, 5, 1 }, { DXG_TEST_NULL, 0, 0, 32 }, { 1, 1, 31, 1 },
	};
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_test_page model[DXG_TEST_PAGES] = {};
	unsigned int i;

	KUNIT_ASSERT_EQ(test, dxg_test_run(test, before, ARRAY_SIZE(before)), 0);
	for (i = 0; i < ARRAY_SIZE(before); i++)
		dxg_test_apply(t, model, &before[i]);
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		t->fail_from = t->maps + i;
		t->fail_count = 1;
		KUNIT_EXPECT_EQ(test, dxg_test_run(test, ops, ARRAY_SIZE(ops)), -ENOSPC);
		dxg_test_expect_pages(test, model);
	}
	KUNIT_EXPECT_EQ(test, dxg_vm_status(t->vm), 0);
}

static void dxg_test_client_lost(struct dxg_vm_client *client, int error)
{
	struct dxg_vm_fixture *t = container_of(client, struct dxg_vm_fixture, client);

	t->told++;
	t->told_error = error;
}

static void dxg_vm_failing_undo_loses_it(struct kunit *test)
{
	static const struct dxg_test_op ops[] = { { 0, 0, 0, 4 }, { 1, 0, 2, 4 } };
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	u32 flags, reason;

	t->fail_from = t->maps + 1;
	t->fail_count = DXG_TEST_NEVER;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, ops, 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, dxg_vm_status(t->vm), -ECANCELED);
	dxg_vm_get_lost(t->vm, &flags, &reason);
	KUNIT_EXPECT_EQ(test, reason, DRM_DXG_LOST_UNDO);
	flush_work(&t->vm->lost_work);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, ops, 1), -ECANCELED);
}

/* A message that is refused because the adapter goes, before the VM has been told. */
static void dxg_vm_going_adapter_is_enodev(struct kunit *test)
{
	static const struct dxg_test_op ops[] = { { 0, 0, 0, 4 }, { 1, 0, 2, 4 } };
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);

	t->client.lost = dxg_test_client_lost;
	KUNIT_ASSERT_EQ(test, dxg_vm_add_client(t->vm, &t->client), 0);
	t->gone_at = t->maps;
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, ops, 2), -ENODEV);
	flush_work(&t->vm->lost_work);
	KUNIT_EXPECT_EQ(test, t->told, 1);
	KUNIT_EXPECT_EQ(test, t->told_error, -ENODEV);
	dxg_vm_remove_client(t->vm, &t->client);
}

/* A bind that the host has only promised is not in force yet. */
static void dxg_vm_pending_waits_for_the_fence(struct kunit *test)
{
	static const struct dxg_test_op op = { 0, 0, 0, 4 };
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_sync_object *object = dxg_fence_object(t->vm->paging->fence);
	struct dxg_bind_job *job;

	t->pending = 5;
	job = dxg_test_job(test, &op, 1);
	KUNIT_ASSERT_EQ(test, dxg_bind_job_run(job, false, TASK_UNINTERRUPTIBLE), 0);
	KUNIT_EXPECT_EQ(test, job->ops[0].fence_value, 5);
	KUNIT_EXPECT_FALSE(test, completion_done(&job->done));
	dxg_bind_job_put(job);

	/* Reached before it is asked for: nobody waits. */
	WRITE_ONCE(*(u64 *)object->page->cpu, 5);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, &op, 1), 0);
}

static void dxg_vm_silent_host_loses_it(struct kunit *test)
{
	static const struct dxg_test_op op = { 0, 0, 0, 4 };
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	u32 flags, reason;

	dxg_test_handle(test, dxg_test_silence);
	KUNIT_EXPECT_EQ(test, dxg_test_run(test, &op, 1), -ECANCELED);
	dxg_vm_get_lost(t->vm, &flags, &reason);
	KUNIT_EXPECT_EQ(test, flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_INNOCENT);
	KUNIT_EXPECT_EQ(test, reason, DRM_DXG_LOST_HOST);
}

static void dxg_vm_tells_clients_once(struct kunit *test)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_vm_client late = { .lost = dxg_test_client_lost };
	u32 flags, reason;

	t->client.lost = dxg_test_client_lost;
	KUNIT_ASSERT_EQ(test, dxg_vm_add_client(t->vm, &t->client), 0);
	dxg_vm_lose(t->vm, DRM_DXG_LOST_TIMEOUT, DXG_BLAME_GUILTY);
	dxg_vm_lose(t->vm, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	flush_work(&t->vm->lost_work);
	KUNIT_EXPECT_EQ(test, t->told, 1);
	KUNIT_EXPECT_EQ(test, t->told_error, -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_vm_add_client(t->vm, &late), -ECANCELED);
	dxg_vm_remove_client(t->vm, &t->client);
	/* The first reason counts. */
	dxg_vm_get_lost(t->vm, &flags, &reason);
	KUNIT_EXPECT_EQ(test, reason, DRM_DXG_LOST_TIMEOUT);
	KUNIT_EXPECT_EQ(test, flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
}

static void dxg_vm_unplug_ends_it(struct kunit *test)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	static const struct dxg_test_op op = { 0, 0, 0, 4 };
	struct dxg_bind_job *job;

	t->client.lost = dxg_test_client_lost;
	KUNIT_ASSERT_EQ(test, dxg_vm_add_client(t->vm, &t->client), 0);
	dxg_test_handle(test, dxg_test_silence);
	job = dxg_test_job(test, &op, 1);
	KUNIT_ASSERT_EQ(test, dxg_binder_add(job), 0);
	dxg_fixture_depart(test, DXG_PART_FUNCTION);
	KUNIT_EXPECT_TRUE(test, completion_done(&job->done));
	KUNIT_EXPECT_EQ(test, job->error, -ENODEV);
	KUNIT_EXPECT_EQ(test, t->told_error, -ENODEV);
	KUNIT_EXPECT_EQ(test, dxg_vm_status(t->vm), -ENODEV);
	dxg_bind_job_put(job);
	dxg_vm_remove_client(t->vm, &t->client);
}

/* Asked only when the host has said that something changed. */
static void dxg_vm_state_is_asked_when_it_changes(struct kunit *test)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct drm_dxg_vm_get_state state = {};
	struct dxg_fixture *f = test->priv;
	struct dxgp_setguestdata data = {
		.hdr.command = DXGP_HOST_SETGUESTDATA,
		.cookie = t->vm->device->event.id,
		.data = 1,
	};
	unsigned int asked = dxg_mock_count(&f->vgpu, DXGP_CMD_GETDEVICESTATE);

	KUNIT_ASSERT_EQ(test, dxg_vm_get_state(t->vm, &state), 0);
	KUNIT_EXPECT_EQ(test, state.flags, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&f->vgpu, DXGP_CMD_GETDEVICESTATE), asked);

	t->execution = DXGP_EXECUTION_PAGE_FAULT;
	dxg_port_message(&f->host->port, &data, sizeof(data));
	dxg_flush_work();
	KUNIT_ASSERT_EQ(test, dxg_vm_get_state(t->vm, &state), 0);
	KUNIT_EXPECT_EQ(test, state.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	KUNIT_EXPECT_EQ(test, state.reason, DRM_DXG_LOST_PAGE_FAULT);
	KUNIT_EXPECT_EQ(test, state.fault_address, 0xabc000);
	KUNIT_EXPECT_EQ(test, state.fault_flags, 1);
	KUNIT_EXPECT_EQ(test, state.generation, 2);
}

static void dxg_vm_one_per_file(struct kunit *test)
{
	struct dxg_vm_fixture *t = dxg_vm_fixture(test);
	struct dxg_file *dfile = t->file->driver_priv;
	struct dxg_vm *vm;

	KUNIT_EXPECT_EQ(test, dxg_vm_create(t->vm->dxg, t->file, 0, &vm), -EBUSY);
	KUNIT_EXPECT_NULL(test, dxg_vm_lookup(dfile, dxg_vm_id(t->vm) + 1));
	KUNIT_EXPECT_EQ(test, dxg_vm_destroy(dfile, dxg_vm_id(t->vm) + 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, dxg_vm_destroy(dfile, dxg_vm_id(t->vm)), 0);
	KUNIT_EXPECT_EQ(test, dxg_vm_destroy(dfile, dxg_vm_id(t->vm)), -ENOENT);
	KUNIT_EXPECT_EQ(test, dxg_vm_status(t->vm), -ECANCELED);
}

static struct kunit_case dxg_vm_cases[] = {
	KUNIT_CASE(dxg_vm_arrays_match_both_models),
	KUNIT_CASE(dxg_vm_undo_at_each_place),
	KUNIT_CASE(dxg_vm_failing_undo_loses_it),
	KUNIT_CASE(dxg_vm_going_adapter_is_enodev),
	KUNIT_CASE(dxg_vm_pending_waits_for_the_fence),
	KUNIT_CASE(dxg_vm_silent_host_loses_it),
	KUNIT_CASE(dxg_vm_tells_clients_once),
	KUNIT_CASE(dxg_vm_unplug_ends_it),
	KUNIT_CASE(dxg_vm_state_is_asked_when_it_changes),
	KUNIT_CASE(dxg_vm_one_per_file),
	{}
};

static struct kunit_suite dxg_vm_suite = {
	.name = "dxg_vm",
	.init = dxg_vm_test_init,
	.exit = dxg_vm_test_exit,
	.test_cases = dxg_vm_cases,
};

/* ---- Arguments ---- */

#define DXG_TEST_VA	0x100000ull

static const struct dxg_bind_args {
	const char *name;
	struct drm_dxg_vm_bind_op op;
	int error;
} dxg_bind_args[] = {
	{ "map", { .op = 0, .bo_handle = 1, .va = DXG_TEST_VA, .size = 4096 }, 0 },
	{ "null", { .op = 1, .va = DXG_TEST_VA, .size = 4096 }, 0 },
	{ "unmap", { .op = 2, .va = DXG_TEST_VA, .size = 4096 }, 0 },
	{ "resident", { .op = 3, .bo_handle = 1 }, 0 },
	{ "evict", { .op = 4, .bo_handle = 1 }, 0 },
	{ "copy", { .op = 5, .va = DXG_TEST_VA, .size = 4096, .src_va = 0x200000 }, 0 },
	{ "any", { .op = 1, .flags = DRM_DXG_BIND_ANY_VA, .size = 4096 }, 0 },
	{ "last page", { .op = 1, .va = DXG_VA_END - 4096, .size = 4096 }, 0 },
	{ "unknown", { .op = 6, .va = DXG_TEST_VA, .size = 4096 }, -EINVAL },
	{ "no size", { .op = 1, .va = DXG_TEST_VA }, -EINVAL },
	{ "odd size", { .op = 1, .va = DXG_TEST_VA, .size = 4095 }, -EINVAL },
	{ "odd address", { .op = 1, .va = DXG_TEST_VA + 1, .size = 4096 }, -EINVAL },
	{ "wraps", { .op = 1, .va = DXG_TEST_VA, .size = -4096ull }, -EINVAL },
	{ "beyond", { .op = 1, .va = DXG_VA_END, .size = 4096 }, -EINVAL },
	{ "too low", { .op = 1, .va = DXG_VA_START - 4096, .size = 4096 }, -EINVAL },
	{ "bound", { .op = 1, .va = DXG_TEST_VA, .size = 4096, .va_max = 0x200000 }, -EINVAL },
	{ "result", { .op = 1, .va = DXG_TEST_VA, .size = 4096, .fence_value = 1 }, -EINVAL },
	{ "null of a BO", { .op = 1, .bo_handle = 1, .va = DXG_TEST_VA, .size = 4096 }, -EINVAL },
	{ "resident at", { .op = 3, .bo_handle = 1, .va = DXG_TEST_VA }, -EINVAL },
	{ "readonly unmap", { .op = 2, .flags = DRM_DXG_BIND_READONLY, .va = DXG_TEST_VA,
			      .size = 4096 }, -EINVAL },
};

static void dxg_bind_args_desc(const struct dxg_bind_args *args, char *desc)
{
	strscpy(desc, args->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_bind_args, dxg_bind_args, dxg_bind_args_desc);

static void dxg_bind_checks_operations(struct kunit *test)
{
	const struct dxg_bind_args *args = test->param_value;

	KUNIT_EXPECT_EQ(test, dxg_bind_check_op(&args->op), args->error);
}

static struct kunit_case dxg_bind_cases[] = {
	KUNIT_CASE_PARAM(dxg_bind_checks_operations, dxg_bind_args_gen_params),
	{}
};

static struct kunit_suite dxg_bind_suite = {
	.name = "dxg_bind",
	.test_cases = dxg_bind_cases,
};

kunit_test_suites(&dxg_vm_suite, &dxg_bind_suite);
