// SPDX-License-Identifier: MIT
/*
 * A host that answers wrongly, late or not at all. Each request ends with an errno
 * that the interface documents, in finite time; the driver is usable when the host is
 * good again; and the kernel's log has nothing but the warning about the protocol,
 * which run-guest is told to expect.
 */
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"

/**
 * TEST: dxg hostile
 * Category: Core
 * Mega feature: dxg
 * Sub-category: robustness
 * Functionality: a host that breaks the protocol or refuses
 *
 * SUBTEST: answer-%s
 * Description: Each request, one after the other, gets %arg[1].
 *
 * arg[1]:
 *
 * @short:		an answer without a byte
 * @cut:		an answer cut off after its first word
 * @long:		an answer with random bytes behind it
 * @wrong-id:		an answer with the id of no request
 * @duplicate:		its answer twice
 * @none:		no answer
 * @garbage:		an answer of random bytes
 * @status:		a status that is not known where the status is
 */

/**
 * SUBTEST: refuse-%s
 * Description: Each request is refused with %arg[1], and fails with the errno of that.
 *
 * arg[1]:
 *
 * @no-memory:		the status of a host without memory
 * @no-video-memory:	the status of a host without video memory
 * @access-denied:	the status of a host that denies access
 * @not-supported:	the status of a host that does not know the command
 * @unknown:		a status that has no translation
 */

/**
 * SUBTEST: nth-%s
 * Description: All requests in a row, of which the Nth message of the host goes wrong by
 *	%arg[1], for each N.
 *
 * arg[1]:
 *
 * @refused:		refusing it
 * @garbage:		garbage for it
 * @lost:		losing it
 */

/**
 * SUBTEST: random
 * Description: All kinds of wrong answers at random, repeatable by their seeds.
 *
 * SUBTEST: events-lost
 * Description: The event that ends a job does not come: its time limit ends it.
 *
 * SUBTEST: events-duplicate
 * Description: Each event comes twice: each job ends once.
 *
 * SUBTEST: events-garbage
 * Description: Events of random bytes end nothing that they should not, and time limits the rest.
 *
 * SUBTEST: events-storm
 * Description: Events that nobody waits for are dropped, between those that somebody does.
 *
 * SUBTEST: mute-pending
 * Description: The host falls silent over a hundred jobs and binds: each fence ends with an
 *	error, all that waits ends, and files close.
 *
 * SUBTEST: mute-calls
 * Description: A silent host: each request that needs an answer times out, no other one waits.
 *
 * SUBTEST: mute-killed
 * Description: Processes that wait for a silent host can be killed.
 *
 * SUBTEST: late
 * Description: Answers that come after their request has given up are of no harm, and what they
 *	made on the host is ended there.
 */

IGT_TEST_DESCRIPTION("Requests of the dxg driver to a host that is hostile.");

/* Milliseconds that a request waits for the host here, and what it is else. */
#define SHORT_LIMIT	250
#define NORMAL_LIMIT	20000

/* What a request may return when the host does whatever it likes. */
static bool documented(int error)
{
	static const int errors[] = {
		0, -EINVAL, -EFAULT, -ENOENT, -EOPNOTSUPP, -EACCES, -ENOMEM, -ENOSPC, -ECANCELED,
		-EIO, -ETIMEDOUT, -EBUSY, -EPERM, -ETIME,
	};
	unsigned int i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] == error)
			return true;
	return false;
}

/*
 * What the host has not let go of is kept until its channel is closed, never by time:
 * then the adapter has to be bound anew.
 */
static void release_kept(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	char path[512], text[256];
	unsigned int kept;

	igt_dxg_wait_idle(fd);
	igt_dxg_debugfs_path(fd, path, sizeof(path));
	igt_assert_eq(__dxg_read(path, "dxg_quarantine", text, sizeof(text)), 0);
	igt_assert(!strncmp(text, "count: ", 7));
	kept = strtoul(text + 7, NULL, 10);
	drm_close_driver(fd);
	if (!kept)
		return;
	igt_dxg_driver_unbind();
	igt_dxg_driver_bind();
}

static void good_again(void)
{
	igt_dxg_host_clear();
	igt_dxg_driver_restore();
	igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	release_kept();
	igt_dxg_module_set("request_timeout_ms", NORMAL_LIMIT);
	igt_dxg_works();
}

/* --- One request, one wrong answer --- */

/**
 * struct kind - A way to answer wrongly.
 */
struct kind {
	const char *name;
	const char *fault;
	int expected[3];	/* what a request may return that was hit */
};

#define ANYTHING	1

static const struct kind kinds[] = {
	{ "short", "truncate:bytes=0,match=completion", { -EIO, -EIO, -EIO } },
	{ "cut", "truncate:bytes=4,match=completion", { -EIO, 0, 0 } },
	{ "long", "extend:match=completion", { 0, 0, 0 } },
	{ "wrong-id", "wrong-id:value=0x7777", { -ETIMEDOUT, -ETIMEDOUT, -ETIMEDOUT } },
	{ "duplicate", "duplicate:match=completion", { 0, 0, 0 } },
	{ "none", "drop:match=completion", { -ETIMEDOUT, -ETIMEDOUT, -ETIMEDOUT } },
	{ "garbage", "garbage:match=completion", { ANYTHING } },
	{ "status", "status:value=0xc0deadbe,match=completion", { ANYTHING } },
};

static bool fits(const struct kind *kind, int ret)
{
	int i;

	if (kind->expected[0] == ANYTHING)
		return documented(ret);
	for (i = 0; i < 3; i++)
		if (kind->expected[i] == ret)
			return true;
	return false;
}

/*
 * Whether to make request @i with the wrong answer @k. Asking the host takes most of
 * the time: each request gets every third wrong answer, and all of them in full runs.
 */
static bool chosen(unsigned int i, unsigned int k)
{
	return igt_dxg_full() || (i + k) % 3 == 0;
}

/* A rig whose queues soon give up; what is before it has no messages under way. */
static void rig_open(struct igt_dxg_rig *rig)
{
	/* The host is good now; a slow machine may need longer than it gets afterwards. */
	unsigned int limit = igt_dxg_module_set("request_timeout_ms", NORMAL_LIMIT);

	igt_dxg_rig_open(rig, 0);
	igt_dxg_module_set("request_timeout_ms", limit);
	igt_assert_eq(__dxg_queue_set(rig->fd, rig->queue, DRM_DXG_QUEUE_TIMEOUT_MS, 500), 0);
	igt_assert_eq(__dxg_queue_set(rig->fd, rig->bind_queue, DRM_DXG_QUEUE_TIMEOUT_MS, 500), 0);
	igt_dxg_wait_idle(rig->fd);
}

/*
 * After a failure the VM may be lost, honestly; then there is another rig. Returns
 * whether it was because nobody knows what the host has done.
 */
static bool rig_renew(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_get_state state;

	igt_assert_eq(__dxg_vm_get_state(rig->fd, rig->vm, &state), 0);
	if (!state.flags)
		return false;
	igt_assert_eq_u32(state.flags & DRM_DXG_STATE_GUILTY, 0);
	igt_dxg_rig_close(rig);
	rig_open(rig);
	return state.reason == DRM_DXG_LOST_HOST || state.reason == DRM_DXG_LOST_TIMEOUT;
}

/* For igt_dxg_wait(): whether nothing is under way on the queues of a rig, or its VM is lost. */
static bool at_rest(const void *arg)
{
	const struct igt_dxg_rig *rig = arg;
	uint32_t queues[] = { rig->queue, rig->bind_queue };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		struct drm_dxg_queue_get_state state = { .queue_id = queues[i] };

		igt_dxg_ioctl(rig->fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &state, 0);
		if (!(state.flags & DRM_DXG_STATE_LOST) && state.completed != state.submitted)
			return false;
	}
	return true;
}

/*
 * What @call returns while the host answers it by @fault, and how often it did. The
 * host lies to nothing else: the driver may have something to ask by itself, such as for a queue
 * whose time limit is over. What the call has left under way ends before the next one.
 */
static int call_with(struct igt_dxg_rig *rig, const char *fault, const struct igt_dxg_call *call,
		     unsigned int *hits)
{
	int ret;

	igt_dxg_wait_idle(rig->fd);
	if (call->requests)
		igt_dxg_host_fault("%s%crequest=%s", fault, strchr(fault, ':') ? ',' : ':',
				   call->requests);
	ret = call->run(rig);
	*hits = igt_dxg_host_hits();
	igt_dxg_host("fault clear");
	igt_assert(igt_dxg_wait(at_rest, rig, IGT_DXG_PATIENCE));
	return ret;
}

/* Whether @call says what it must when the host lies so. */
static bool lied_to(struct igt_dxg_rig *rig, const struct kind *kind,
		    const struct igt_dxg_call *call)
{
	unsigned int hits;
	bool good, lost;
	int ret;

	ret = call_with(rig, kind->fault, call, &hits);
	lost = rig_renew(rig);
	/* Was the right answer only slow? Then it comes within the normal limit. */
	if (ret == -ETIMEDOUT && !fits(kind, ret)) {
		igt_dxg_module_set("request_timeout_ms", NORMAL_LIMIT);
		ret = call_with(rig, kind->fault, call, &hits);
		lost = rig_renew(rig);
		igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	}
	/* Who does not wait for the answer does not see it; nor who got a whole one. */
	good = hits && fits(kind, ret);
	good |= lost && ret == -ECANCELED;
	good |= !ret && (!call->asks || (!hits && !strcmp(kind->name, "cut")));
	if (!good)
		igt_warn("%s: %d, the host has lied %u times\n", call->name, ret, hits);
	return good;
}

static void wrong_answers(const struct kind *kind)
{
	unsigned int i, wrong = 0;
	struct igt_dxg_rig rig;

	igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	rig_open(&rig);
	for (i = 0; i < igt_dxg_call_count; i++) {
		if (chosen(i, kind - kinds))
			wrong += !lied_to(&rig, kind, &igt_dxg_calls[i]);
	}
	igt_dxg_rig_close(&rig);
	good_again();
	igt_assert_eq_u32(wrong, 0);
}

/* --- Refusals --- */

struct refusal {
	const char *name;
	uint32_t status;
	int error;
};

static const struct refusal refusals[] = {
	{ "no-memory", 0xc0000017, -ENOMEM },
	{ "no-video-memory", 0xc01e0100, -ENOSPC },
	{ "access-denied", 0xc0000022, -EACCES },
	{ "not-supported", 0xc00000bb, -EOPNOTSUPP },
	{ "unknown", 0xc0ffee11, -EIO },
};

/*
 * Some answers have no status, or the command can fail for one reason only; what the
 * host need not tell may be missing.
 */
static bool refused(const struct igt_dxg_call *call, int ret, int error)
{
	static const char * const optional[] = { "query-memory", "queue-state" };
	unsigned int i;

	if (ret == error || ret == -ENOSPC || ret == -ENOMEM || ret == -EIO)
		return true;
	for (i = 0; i < sizeof(optional) / sizeof(optional[0]); i++)
		if (!strcmp(call->name, optional[i]))
			return !ret;
	return !ret && !call->asks;
}

static void refuse(const struct refusal *refusal)
{
	struct igt_dxg_rig rig;
	unsigned int i, wrong = 0;
	int ret;

	rig_open(&rig);
	for (i = 0; i < igt_dxg_call_count; i++) {
		const struct igt_dxg_call *call = &igt_dxg_calls[i];

		if (!chosen(i, refusal - refusals))
			continue;
		igt_dxg_wait_idle(rig.fd);
		igt_dxg_host("gpupv set refuse '*:%#x:0:1'", refusal->status);
		ret = call->run(&rig);
		igt_dxg_host("gpupv clear");
		if (!refused(call, ret, refusal->error)) {
			igt_warn("%s: %d, not %d\n", call->name, ret, refusal->error);
			wrong++;
		}
		rig_renew(&rig);
	}
	igt_dxg_rig_close(&rig);
	good_again();
	igt_assert_eq_u32(wrong, 0);
}

/* --- The Nth message --- */

/* All requests of a file from its opening to its end, whatever each of them returns. */
static void life(void)
{
	int fd = igt_dxg_open_render(0), i;
	struct igt_dxg_rig rig = { .fd = fd };
	int64_t vm, queue;
	struct drm_dxg_queue_create args;

	igt_assert_fd(fd);
	vm = __dxg_vm_create(fd, 0);
	igt_assert(vm > 0 || documented(vm));
	rig.vm = vm < 0 ? 0 : vm;
	args = igt_dxg_context(rig.vm, IGT_DXG_NODE_3D);
	queue = __dxg_queue_create(fd, &args);
	rig.queue = queue ? 0 : args.queue_id;
	args = (struct drm_dxg_queue_create) { .vm_id = rig.vm, .type = DRM_DXG_QUEUE_BIND };
	queue = __dxg_queue_create(fd, &args);
	rig.bind_queue = queue ? 0 : args.queue_id;
	__dxg_queue_set(fd, rig.bind_queue, DRM_DXG_QUEUE_TIMEOUT_MS, 300);
	__dxg_bo_host(fd, rig.vm, 4096, 0, DRM_DXG_BO_SHAREABLE, &rig.bo_host);
	__dxg_bo_system(fd, rig.vm, 4096, DRM_DXG_BO_SHAREABLE, &rig.bo_system);
	__dxg_reserve(fd, rig.vm, 0, &rig.va, 8 * 4096);
	rig.va_system = rig.va + 4096;
	rig.fence_fd = -1;
	for (i = 0; i < (int)igt_dxg_call_count; i++) {
		int ret = igt_dxg_calls[i].run(&rig);

		igt_assert_f(documented(ret) || ret == -EBADF, "%s: %d\n", igt_dxg_calls[i].name,
			     ret);
	}
	close(fd);
}

/* @fault has one %u for the number of messages to leave alone. */
static void nth(const char *format)
{
	unsigned int n, step = igt_dxg_full() ? 1 : 9, hits = 1;
	int fd = drm_open_driver_render(DRIVER_DXG);
	char fault[128];

	igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	for (n = igt_dxg_full() ? 0 : getpid() % step; hits && n < 400; n += step) {
		igt_dxg_wait_idle(fd);
		snprintf(fault, sizeof(fault), format, n);
		igt_dxg_host("%s", fault);
		life();
		igt_dxg_wait_idle(fd);
		/* Refusals are counted by nobody: there are about so many messages. */
		hits = strncmp(fault, "fault", 5) ? n < 70 : igt_dxg_host_hits();
		igt_dxg_host_clear();
	}
	igt_debug("%u messages\n", n);
	igt_assert(n > 50);
	drm_close_driver(fd);
	good_again();
}

static void random_answers(void)
{
	static const char * const faults[] = {
		"garbage", "truncate:bytes=0", "truncate:bytes=6", "drop", "duplicate", "wrong-id",
		"extend",
	};
	unsigned int i, round, rounds = igt_dxg_full() ? 100 : 4;

	for (round = 0; round < rounds; round++) {
		igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
		for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
			igt_dxg_host_fault("%s%cmatch=completion,count=0,probability=3,seed=%u",
					   faults[i], strchr(faults[i], ':') ? ',' : ':',
					   1 + round);
		igt_fork(child, 2)
			life();
		igt_waitchildren_timeout(300, "requests to a host that lies");
		good_again();
	}
}

/* --- Events --- */

static int __start(struct igt_dxg_rig *rig, uint32_t ms, uint32_t *syncobj)
{
	*syncobj = syncobj_create(rig->fd, 0);
	igt_dxg_rig_begin(rig);
	if (ms)
		softgpu_hang(&rig->commands, ms * 1000000ull);
	softgpu_fill(&rig->commands, igt_dxg_rig_word_va(rig, 1), 4, 7);
	return __dxg_rig_submit(rig, rig->queue, *syncobj);
}

static uint32_t start(struct igt_dxg_rig *rig, uint32_t ms)
{
	uint32_t syncobj;

	igt_assert_eq(__start(rig, ms, &syncobj), 0);
	return syncobj;
}

static void events_lost(void)
{
	struct drm_dxg_vm_get_state state;
	struct igt_dxg_rig rig;
	uint32_t syncobj;

	rig_open(&rig);
	igt_dxg_host_fault("drop:match=inband,count=0");
	syncobj = start(&rig, 0);
	igt_assert_eq(igt_dxg_syncobj_result(rig.fd, syncobj, 120), -ETIMEDOUT);
	igt_assert_eq_u32(*igt_dxg_rig_word(&rig, 1), 7);
	igt_assert_eq(__dxg_vm_get_state(rig.fd, rig.vm, &state), 0);
	igt_assert_eq_u32(state.reason, DRM_DXG_LOST_TIMEOUT);
	igt_assert(igt_dxg_host_hits() > 0);
	igt_dxg_rig_close(&rig);
	good_again();
}

static void events_duplicate(void)
{
	struct drm_dxg_queue_get_state state;
	struct igt_dxg_rig rig;
	int i;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_wait_idle(rig.fd);
	igt_dxg_host_fault("duplicate:match=inband,count=0");
	for (i = 1; i <= 20; i++) {
		igt_assert_eq(igt_dxg_syncobj_result(rig.fd, start(&rig, 0), 120), 1);
		igt_dxg_fence_signal(rig.fd, rig.fence, i);
		igt_assert_eq(__dxg_fence_wait(rig.fd, rig.fence, i, igt_dxg_time(120000)), 0);
		igt_dxg_queue_state(rig.fd, rig.queue, &state);
		igt_assert_eq_u64(state.completed, i);
	}
	igt_assert_eq(__dxg_fence_wait(rig.fd, rig.fence, i, 0), -ETIME);
	igt_dxg_rig_close(&rig);
	good_again();
}

static void events_garbage(void)
{
	struct igt_dxg_rig rig;
	unsigned int hits = 0;
	int i, ret;

	rig_open(&rig);
	for (i = 0; i < 10; i++) {
		igt_dxg_host_fault("garbage:match=inband,count=0,probability=60,seed=%d", i + 1);
		ret = igt_dxg_syncobj_result(rig.fd, start(&rig, 0), 120);
		hits += igt_dxg_host_hits();
		igt_dxg_host("fault clear");
		igt_assert(ret == 1 || ret == -ETIMEDOUT || ret == -ECANCELED);
		if (ret < 0) {
			igt_dxg_rig_close(&rig);
			rig_open(&rig);
		}
	}
	igt_assert(hits > 0);
	igt_dxg_rig_close(&rig);
	good_again();
}

static void events_storm(void)
{
	struct igt_dxg_rig rig;
	int i;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_wait_idle(rig.fd);
	for (i = 0; i < 5; i++) {
		uint32_t syncobj = start(&rig, 20);

		igt_dxg_host("gpupv storm 500 %d", i + 1);
		igt_assert_eq(igt_dxg_syncobj_result(rig.fd, syncobj, 120), 1);
	}
	igt_dxg_rig_close(&rig);
	good_again();
}

/* --- Silence --- */

#define PENDING		50

static void mute_pending(void)
{
	uint32_t jobs[PENDING], binds[PENDING];
	struct igt_dxg_rig rig;
	int i, ret;

	igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	rig_open(&rig);
	for (i = 0; i < PENDING; i++) {
		struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig.bo_system, 0, rig.va, 4096);
		struct drm_dxg_sync_op sync;

		ret = __start(&rig, 10, &jobs[i]);
		/* The time limits of the first may be over already. */
		igt_assert(!ret || ret == -ECANCELED);
		if (ret)
			break;
		if (i == PENDING / 2)
			igt_dxg_host("gpupv set silence on");
		binds[i] = syncobj_create(rig.fd, 0);
		sync = igt_dxg_signal_syncobj(binds[i], 0);
		ret = __dxg_bind_async(rig.fd, rig.vm, rig.bind_queue, &op, 1, &sync, 1);
		igt_assert(!ret || ret == -ECANCELED);
		if (ret)
			break;
	}
	igt_fork(child, 2)
		igt_assert_eq(__dxg_fence_wait(rig.fd, rig.fence, 5 + child, igt_dxg_time(120000)),
			      child ? -ECANCELED : -ECANCELED);
	while (i--) {
		ret = igt_dxg_syncobj_result(rig.fd, jobs[i], 120);
		igt_assert(ret == 1 || ret == -ETIMEDOUT || ret == -ECANCELED);
		igt_assert(i < PENDING / 2 + 1 || ret != 1);
		ret = igt_dxg_syncobj_result(rig.fd, binds[i], 120);
		igt_assert(ret == 1 || ret == -ETIMEDOUT || ret == -ECANCELED || ret == -EIO);
	}
	igt_waitchildren_timeout(300, "waits that the host owes");
	igt_dxg_rig_close(&rig);
	good_again();
}

static void mute_calls(void)
{
	struct igt_dxg_rig rig;
	unsigned int i, wrong = 0;
	int ret;

	igt_dxg_module_set("request_timeout_ms", SHORT_LIMIT);
	rig_open(&rig);
	igt_dxg_host("gpupv set silence on");
	for (i = 0; i < igt_dxg_call_count; i++) {
		const struct igt_dxg_call *call = &igt_dxg_calls[i];

		ret = call->run(&rig);
		/* The first that times out may lose the VM, and then nothing is asked. */
		if (ret != -ETIMEDOUT && ret != call->lost && (ret || call->asks)) {
			igt_warn("%s: %d\n", call->name, ret);
			wrong++;
		}
	}
	igt_dxg_rig_close(&rig);
	good_again();
	igt_assert_eq_u32(wrong, 0);
}

static void mute_killed(void)
{
	struct igt_helper_process children[4] = { 0 };
	struct igt_dxg_rig rig;
	unsigned int i, n = 0;

	rig_open(&rig);
	igt_dxg_module_set("request_timeout_ms", 300000);
	igt_dxg_host("gpupv set silence on");
	for (i = 0; i < igt_dxg_call_count && n < 4; i++) {
		const struct igt_dxg_call *call = &igt_dxg_calls[i];

		if (strcmp(call->name, "bo-host") && strcmp(call->name, "bind-map") &&
		    strcmp(call->name, "queue-context") && strcmp(call->name, "query-host"))
			continue;
		children[n].use_SIGKILL = true;
		igt_fork_helper(&children[n])
			call->run(&rig);
		n++;
	}
	igt_assert_eq_u32(n, 4);
	usleep(300000);
	/* Who cannot be killed holds this up. */
	igt_set_timeout(120, "processes that wait for a silent host cannot be killed");
	for (i = 0; i < n; i++)
		igt_stop_helper(&children[i]);
	igt_reset_timeout();
	igt_dxg_module_set("request_timeout_ms", NORMAL_LIMIT);
	igt_dxg_host_clear();
	igt_dxg_rig_close(&rig);
	good_again();
}

static void late(void)
{
	struct igt_dxg_rig rig;
	unsigned int i;
	int ret;

	rig_open(&rig);
	igt_dxg_module_set("request_timeout_ms", 50);
	igt_dxg_host_fault("delay:ms=150,match=completion,count=0");
	for (i = 0; i < igt_dxg_call_count; i++) {
		ret = igt_dxg_calls[i].run(&rig);
		igt_assert_f(documented(ret), "%s: %d\n", igt_dxg_calls[i].name, ret);
	}
	igt_dxg_rig_close(&rig);
	good_again();
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "random", random_answers },
	{ "events-lost", events_lost }, { "events-duplicate", events_duplicate },
	{ "events-garbage", events_garbage }, { "events-storm", events_storm },
	{ "mute-pending", mute_pending }, { "mute-calls", mute_calls },
	{ "mute-killed", mute_killed }, { "late", late },
};

int igt_main()
{
	unsigned int i;

	igt_fixture()
		good_again();

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		igt_subtest_f("answer-%s", kinds[i].name)
			wrong_answers(&kinds[i]);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		igt_subtest_f("refuse-%s", refusals[i].name)
			refuse(&refusals[i]);
	igt_subtest("nth-refused")
		nth("gpupv set refuse '*:0xc0000017:%u:1'");
	igt_subtest("nth-garbage")
		nth("fault add garbage:match=completion,after=%u");
	igt_subtest("nth-lost")
		nth("fault add drop:match=completion,after=%u");
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		igt_subtest(tests[i].name)
			tests[i].run();

	igt_fixture()
		good_again();
}
