// SPDX-License-Identifier: MIT
/*
 * The timeline of a queue: order, errors, the time limit, and that it needs nobody
 * to come to its end.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-fence-chain.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_kunit_helpers.h>

#include "dxg_device.h"
#include "dxg_sched.h"

#define DXG_TEST_JOBS	16
#define DXG_TEST_WAIT	(HZ * 60)

struct dxg_sched_fixture;

struct dxg_test_job {
	struct dxg_job base;
	struct dxg_sched_fixture *f;
	int result;			/* what run returns */
	unsigned int index;
};

struct dxg_sched_fixture {
	struct dxg_sched sched;
	struct dxg_device *dxg;
	struct completion released;
	bool alive;			/* the test has not dropped its reference */

	struct dxg_test_job *jobs[DXG_TEST_JOBS];
	struct dma_fence *fences[DXG_TEST_JOBS];
	unsigned int count;

	atomic_t run, freed, expired;
	unsigned int order[DXG_TEST_JOBS];
	u64 poll;			/* what poll finds */
};

static int dxg_test_run(struct dxg_job *base)
{
	struct dxg_test_job *job = container_of(base, struct dxg_test_job, base);

	job->f->order[atomic_inc_return(&job->f->run) - 1] = job->index;
	return job->result;
}

static void dxg_test_free(struct dxg_job *base)
{
	struct dxg_test_job *job = container_of(base, struct dxg_test_job, base);

	atomic_inc(&job->f->freed);
	dxg_job_cleanup(base);
	kfree(job);
}

static void dxg_test_poll(struct dxg_sched *sched)
{
	struct dxg_sched_fixture *f = container_of(sched, struct dxg_sched_fixture, sched);

	if (f->poll)
		dxg_sched_complete(sched, f->poll);
}

static void dxg_test_expired(struct dxg_sched *sched)
{
	atomic_inc(&container_of(sched, struct dxg_sched_fixture, sched)->expired);
}

static void dxg_test_release(struct dxg_sched *sched)
{
	complete(&container_of(sched, struct dxg_sched_fixture, sched)->released);
}

static const struct dxg_sched_ops dxg_test_ops = {
	.run = dxg_test_run,
	.free = dxg_test_free,
	.poll = dxg_test_poll,
	.expired = dxg_test_expired,
	.release = dxg_test_release,
};

static int dxg_sched_suite_init(struct kunit_suite *suite)
{
	return dxg_transport_init();
}

static void dxg_sched_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
}

static int dxg_sched_test_init(struct kunit *test)
{
	struct dxg_sched_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct device *dev;

	KUNIT_ASSERT_NOT_NULL(test, f);
	test->priv = f;
	init_completion(&f->released);
	dev = drm_kunit_helper_alloc_device(test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	f->dxg = drm_kunit_helper_alloc_drm_device(test, dev, struct dxg_device, drm,
						   DRIVER_RENDER | DRIVER_GEM);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->dxg);
	KUNIT_ASSERT_EQ(test, dxg_sched_wq_init(f->dxg), 0);
	KUNIT_ASSERT_EQ(test, dxg_sched_init(&f->sched, f->dxg, &dxg_test_ops, "test",
					     DXG_CREDITS, 0), 0);
	f->alive = true;
	return 0;
}

/* Drop the test's reference and see the timeline go. */
static void dxg_end_sched(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	f->alive = false;
	dxg_sched_put(&f->sched);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&f->released, DXG_TEST_WAIT), 0);
	/* Its worker drops the device last, whose memory is the test's. */
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, atomic_read(&f->freed), f->count);
}

static void dxg_sched_test_exit(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	unsigned int i;

	if (f && f->alive) {
		dxg_sched_stop(&f->sched, -ECANCELED);
		dxg_end_sched(test);
	}
	for (i = 0; f && i < f->count; i++)
		dma_fence_put(f->fences[i]);
}

/* Queue a job that waits for @dependency and whose run returns @result. */
static struct dma_fence *dxg_queue_job(struct kunit *test, int result,
				       struct dma_fence *dependency)
{
	struct dxg_sched_fixture *f = test->priv;
	struct dxg_test_job *job = kzalloc_obj(*job);

	KUNIT_ASSERT_NOT_NULL(test, job);
	job->f = f;
	job->result = result;
	job->index = f->count;
	KUNIT_ASSERT_EQ(test, dxg_job_init(&job->base, &f->sched, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, dxg_job_add_dependency(&job->base, dma_fence_get(dependency)), 0);
	f->jobs[f->count] = job;
	KUNIT_ASSERT_EQ(test, dxg_sched_lock(&f->sched), 0);
	f->fences[f->count] = dxg_job_arm(&job->base);
	dxg_job_push(&job->base);
	dxg_sched_unlock(&f->sched);
	return f->fences[f->count++];
}

/* Wait until so many jobs were run. */
static void dxg_await_run(struct kunit *test, int count)
{
	struct dxg_sched_fixture *f = test->priv;
	int i;

	for (i = 0; i < 3000 && atomic_read(&f->run) < count; i++)
		msleep(20);
	KUNIT_ASSERT_EQ(test, atomic_read(&f->run), count);
	/* run has begun; the bookkeeping behind it is on the same worker */
	flush_workqueue(f->dxg->sched_wq);
}

static void dxg_expect_end(struct kunit *test, struct dma_fence *fence, int error)
{
	KUNIT_ASSERT_GT(test, dma_fence_wait_timeout(fence, false, DXG_TEST_WAIT), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), error ?: 1);
}

/* A fence of somebody else. */
static const char *dxg_foreign_name(struct dma_fence *fence)
{
	return "foreign";
}

static const struct dma_fence_ops dxg_foreign_ops = {
	.get_driver_name = dxg_foreign_name,
	.get_timeline_name = dxg_foreign_name,
};

static DEFINE_SPINLOCK(dxg_foreign_lock);

static struct dma_fence *dxg_foreign_fence(struct kunit *test)
{
	struct dma_fence *fence = kzalloc_obj(*fence);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_init(fence, &dxg_foreign_ops, &dxg_foreign_lock, dma_fence_context_alloc(1), 1);
	return fence;
}

/* Jobs run in the order of submission, and progress ends those up to it. */
static void dxg_sched_progress(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++)
		dxg_queue_job(test, 0, NULL);
	dxg_await_run(test, 4);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, f->order[i], i);
		KUNIT_EXPECT_EQ(test, f->fences[i]->seqno, i + 1);
	}
	dxg_sched_complete(&f->sched, 2);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(f->fences[0]));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(f->fences[1]));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[2]));
	KUNIT_EXPECT_EQ(test, dxg_sched_completed(&f->sched), 2);
	KUNIT_EXPECT_EQ(test, dxg_sched_submitted(&f->sched), 4);

	/* Backwards: nothing. */
	dxg_sched_complete(&f->sched, 1);
	KUNIT_EXPECT_EQ(test, dxg_sched_completed(&f->sched), 2);
	dxg_sched_complete(&f->sched, 4);
	dxg_expect_end(test, f->fences[3], 0);
}

/* Progress that the host only claims ends nothing that has not been run. */
static void dxg_sched_progress_clamped(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	dxg_queue_job(test, 0, NULL);
	dxg_await_run(test, 1);
	dxg_sched_complete(&f->sched, U64_MAX);
	dxg_expect_end(test, f->fences[0], 0);
	KUNIT_EXPECT_EQ(test, dxg_sched_completed(&f->sched), 1);
	dxg_queue_job(test, 0, NULL);
	dxg_await_run(test, 2);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[1]));
}

/* Fences signal in order, in whatever order jobs end. */
static void dxg_sched_order(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, DXG_JOB_DONE, NULL);
	dxg_await_run(test, 3);
	dxg_job_done(&f->jobs[1]->base, -EIO);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[1]));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[2]));
	dxg_job_done(&f->jobs[0]->base, 0);
	dxg_expect_end(test, f->fences[0], 0);
	dxg_expect_end(test, f->fences[1], -EIO);
	dxg_expect_end(test, f->fences[2], 0);
}

/* A job that cannot be run carries the error; those behind it go on. */
static void dxg_sched_run_error(struct kunit *test)
{
	dxg_expect_end(test, dxg_queue_job(test, -ENOSPC, NULL), -ENOSPC);
	dxg_expect_end(test, dxg_queue_job(test, DXG_JOB_DONE, NULL), 0);
}

/* Stopping ends what is under way at once, with interrupts off, and without the host. */
static void dxg_sched_stopped(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	struct dma_fence *foreign = dxg_foreign_fence(test);
	unsigned long flags;

	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, foreign);
	dxg_await_run(test, 2);

	local_irq_save(flags);
	dxg_sched_stop(&f->sched, -ENODEV);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(f->fences[0]));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(f->fences[1]));
	local_irq_restore(flags);
	dxg_expect_end(test, f->fences[0], -ENODEV);
	dxg_expect_end(test, f->fences[1], -ENODEV);

	/* What waits for others keeps its place, but is not run any more. */
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[2]));
	dma_fence_signal(foreign);
	dxg_expect_end(test, f->fences[2], -ENODEV);
	dxg_expect_end(test, dxg_queue_job(test, 0, NULL), -ENODEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->run), 2);

	/* The first error stays. */
	dxg_sched_stop(&f->sched, -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_sched_error(&f->sched), -ENODEV);
	dma_fence_put(foreign);
}

/* Without progress, the first job times out and those behind it are cancelled. */
static void dxg_sched_timeout(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	dxg_sched_set_timeout(&f->sched, 50);
	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, NULL);
	dxg_expect_end(test, f->fences[0], -ETIMEDOUT);
	/* Not some time after: the VM is lost when the first fence says so. */
	KUNIT_EXPECT_EQ(test, atomic_read(&f->expired), 1);
	dxg_expect_end(test, f->fences[1], -ECANCELED);
	KUNIT_EXPECT_EQ(test, dxg_sched_error(&f->sched), -ECANCELED);
	dxg_expect_end(test, dxg_queue_job(test, 0, NULL), -ECANCELED);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->expired), 1);
}

/* Progress moves the limit, for jobs that together take longer. */
static void dxg_sched_timeout_moves(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	unsigned int i;

	dxg_sched_set_timeout(&f->sched, 1000);
	for (i = 0; i < 6; i++)
		dxg_queue_job(test, 0, NULL);
	dxg_await_run(test, 6);
	for (i = 0; i < 6; i++) {
		msleep(150);
		dxg_sched_complete(&f->sched, i + 1);
	}
	for (i = 0; i < 6; i++)
		dxg_expect_end(test, f->fences[i], 0);

	/* Being idle is no lack of progress. */
	msleep(1200);
	dxg_expect_end(test, dxg_queue_job(test, DXG_JOB_DONE, NULL), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->expired), 0);
}

/* A shorter limit holds for what is under way. */
static void dxg_sched_timeout_set(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	dxg_sched_set_timeout(&f->sched, 1000000);
	dxg_queue_job(test, 0, NULL);
	dxg_await_run(test, 1);
	dxg_sched_set_timeout(&f->sched, 30);
	dxg_expect_end(test, f->fences[0], -ETIMEDOUT);
}

/* The limit does not run while a job waits for others. */
static void dxg_sched_timeout_dependency(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	struct dma_fence *foreign = dxg_foreign_fence(test);

	dxg_sched_set_timeout(&f->sched, 50);
	dxg_queue_job(test, DXG_JOB_DONE, foreign);
	msleep(200);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f->fences[0]));
	dma_fence_signal(foreign);
	dxg_expect_end(test, f->fences[0], 0);
	dma_fence_put(foreign);
}

/* Progress that the host has not told, but that can be seen, counts. */
static void dxg_sched_poll(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;

	dxg_sched_set_timeout(&f->sched, 50);
	f->poll = 1;
	dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, NULL);
	dxg_expect_end(test, f->fences[0], 0);
	dxg_expect_end(test, f->fences[1], -ETIMEDOUT);
}

/* Only so much is under way as there are credits for. */
static void dxg_sched_credits(struct kunit *test)
{
	struct dxg_sched_fixture *f = test->priv;
	unsigned int i;

	f->sched.base.credit_limit = 3;
	KUNIT_EXPECT_EQ(test, dxg_job_credits(&f->sched, 0), 1);
	KUNIT_EXPECT_EQ(test, dxg_job_credits(&f->sched, 2 * DXG_CREDIT_BYTES + 1), 3);
	KUNIT_EXPECT_EQ(test, dxg_job_credits(&f->sched, SIZE_MAX / 2), 3);
	for (i = 0; i < 5; i++)
		dxg_queue_job(test, 0, NULL);
	msleep(100);
	dxg_await_run(test, 3);
	dxg_sched_complete(&f->sched, 1);
	dxg_expect_end(test, f->fences[0], 0);
	dxg_await_run(test, 4);
	dxg_sched_complete(&f->sched, 4);
	dxg_await_run(test, 5);
	dxg_sched_complete(&f->sched, 5);
	dxg_expect_end(test, f->fences[4], 0);
}

/* Order on the own timeline is no dependency, also inside a chain; others are. */
static void dxg_sched_dependencies(struct kunit *test)
{
	struct dma_fence *foreign = dxg_foreign_fence(test), *own;
	struct dma_fence_chain *first = dma_fence_chain_alloc();
	struct dma_fence_chain *second = dma_fence_chain_alloc();
	struct dxg_sched_fixture *f = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, second);
	own = dxg_queue_job(test, 0, NULL);
	dxg_queue_job(test, 0, own);
	dxg_await_run(test, 2);

	dma_fence_chain_init(first, NULL, dma_fence_get(foreign), 1);
	dma_fence_chain_init(second, &first->base, dma_fence_get(own), 2);
	dxg_queue_job(test, 0, &second->base);
	msleep(50);
	dxg_await_run(test, 2);
	dma_fence_signal(foreign);
	dxg_await_run(test, 3);
	dxg_sched_complete(&f->sched, 3);
	dxg_expect_end(test, f->fences[2], 0);
	dma_fence_put(&second->base);
	dma_fence_put(foreign);
}

/* The timeline outlives its owner for its jobs, and fences outlive the timeline. */
static void dxg_sched_lifetime(struct kunit *test)
{
	struct dma_fence *foreign = dxg_foreign_fence(test);
	struct dxg_sched_fixture *f = test->priv;
	struct dxg_test_job *unused = kzalloc_obj(*unused);

	/* One that is never queued. */
	KUNIT_ASSERT_NOT_NULL(test, unused);
	KUNIT_ASSERT_EQ(test, dxg_job_init(&unused->base, &f->sched, 1, 0), 0);
	dxg_job_cleanup(&unused->base);
	kfree(unused);

	dxg_queue_job(test, DXG_JOB_DONE, NULL);
	dxg_queue_job(test, 0, foreign);
	dxg_expect_end(test, f->fences[0], 0);
	dxg_sched_stop(&f->sched, -ECANCELED);
	dxg_sched_put(&f->sched);
	f->alive = false;
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&f->released, HZ / 10), 0);
	dma_fence_signal(foreign);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&f->released, DXG_TEST_WAIT), 0);
	/* Its worker drops the device last, whose memory is the test's. */
	dxg_flush_work();
	dxg_expect_end(test, f->fences[1], -ECANCELED);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->freed), 2);
	dma_fence_put(foreign);
}

static struct kunit_case dxg_sched_cases[] = {
	KUNIT_CASE(dxg_sched_progress),
	KUNIT_CASE(dxg_sched_progress_clamped),
	KUNIT_CASE(dxg_sched_order),
	KUNIT_CASE(dxg_sched_run_error),
	KUNIT_CASE(dxg_sched_stopped),
	KUNIT_CASE(dxg_sched_timeout),
	KUNIT_CASE_SLOW(dxg_sched_timeout_moves),
	KUNIT_CASE(dxg_sched_timeout_set),
	KUNIT_CASE(dxg_sched_timeout_dependency),
	KUNIT_CASE(dxg_sched_poll),
	KUNIT_CASE(dxg_sched_credits),
	KUNIT_CASE(dxg_sched_dependencies),
	KUNIT_CASE(dxg_sched_lifetime),
	{}
};

static struct kunit_suite dxg_sched_suite = {
	.name = "dxg_sched",
	.suite_init = dxg_sched_suite_init,
	.suite_exit = dxg_sched_suite_exit,
	.init = dxg_sched_test_init,
	.exit = dxg_sched_test_exit,
	.test_cases = dxg_sched_cases,
};

kunit_test_suite(dxg_sched_suite);
