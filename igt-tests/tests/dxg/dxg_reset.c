// SPDX-License-Identifier: MIT
/*
 * The GPU hangs, faults or is reset: who is told what, what is left to look at, and
 * that the others go on.
 */
#include "igt.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/utsname.h>

#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"

/**
 * TEST: dxg reset
 * Category: Core
 * Mega feature: dxg
 * Sub-category: reset
 * Functionality: lost VMs, their reasons, device coredumps, wedged events
 *
 * SUBTEST: %s
 * Description: A VM is lost by %arg[1]: it is told so with the reason and the address, and
 *	one device coredump says the same; another file loses nothing.
 *
 * SUBTEST: hw-%s
 * Description: The same by work of a hardware queue: %arg[1].
 *
 * SUBTEST: user-fence-%s
 * Description: The same in user-fence mode, where waits for fences tell it: %arg[1].
 *
 * arg[1]:
 *
 * @fault-write:	a write without a mapping
 * @fault-read:		a read without a mapping
 * @fault-readonly:	a write to a mapping for reads only
 * @fault-execute:	commands in a mapping without execution
 * @bad-command:	a command that the GPU refuses
 * @told-fault:		a command whose meaning is a fault
 * @hang:		a command that does not end
 */

/**
 * SUBTEST: engine-reset
 * Description: The host takes a node from its job: that VM is guilty, the VM whose work waits
 *	behind it loses nothing.
 *
 * SUBTEST: gpu-reset
 * Description: The host resets the whole GPU: the VM whose job ran is guilty, the others are
 *	innocent, all of them are told and a new VM works at once.
 *
 * SUBTEST: four-clients
 * Description: Of four busy clients one hangs and one faults: both are told with reason and
 *	address, there is one dump for each, the other two do all their work.
 *
 * SUBTEST: two-queues
 * Description: Two queues of a VM fault together: one loss, one dump, one reason that stays.
 *
 * SUBTEST: calls
 * Description: Each request to a lost VM ends as documented, and the file goes on with a new VM.
 *
 * SUBTEST: waiters
 * Description: All kinds of waits for what a lost VM owes end.
 *
 * SUBTEST: imported
 * Description: Waits for an imported fence that the host has raised because the VM that it was
 *	made in was lost are cancelled, before and after that file is closed; the importer
 *	loses nothing, and what nobody has raised for a loss can be waited for.
 *
 * SUBTEST: imported-raised
 * Description: An imported fence that a program raises to its maximum is reached, while the VM
 *	that it was made in runs, and when it has ended without being lost.
 *
 * SUBTEST: wedged
 * Description: A host that does not answer any more is told of by a wedged event, once.
 */

IGT_TEST_DESCRIPTION("Hangs, faults and resets of the GPU below the dxg driver.");

#define UNMAPPED	0x123456000ull
#define PAGE		IGT_DXG_PAGE

/* Milliseconds that the host lets a job occupy a node, and what it is afterwards. */
#define SHORT_TDR	800
#define NORMAL_TDR	2000

static void set_tdr(unsigned int ms)
{
	igt_dxg_host("gpupv set tdr-ms %u", ms);
}

/* --- Ways to end badly --- */

struct way {
	const char *name;
	/* Writes commands, and returns the address that is to be told, 0 for none. */
	uint64_t (*emit)(struct igt_dxg_rig *rig);
	uint32_t reason;
	bool write;
};

static uint64_t emit_write(struct igt_dxg_rig *rig)
{
	softgpu_fill(&rig->commands, UNMAPPED, 64, 1);
	return UNMAPPED;
}

static uint64_t emit_read(struct igt_dxg_rig *rig)
{
	softgpu_copy(&rig->commands, igt_dxg_rig_word_va(rig, 8), UNMAPPED + PAGE, 64);
	return UNMAPPED + PAGE;
}

static uint64_t emit_readonly(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig->bo_system, 0, rig->va, PAGE);

	op.flags = DRM_DXG_BIND_READONLY;
	igt_dxg_bind_op(rig->fd, rig->vm, op);
	softgpu_fill(&rig->commands, rig->va, 64, 1);
	return rig->va;
}

static uint64_t emit_execute(struct igt_dxg_rig *rig)
{
	softgpu_call(&rig->commands, rig->va_system, 64);
	return rig->va_system;
}

static uint64_t emit_bad(struct igt_dxg_rig *rig)
{
	softgpu_require(&rig->commands, 1000);
	return rig->buffer.va + PAGE;
}

static uint64_t emit_fault(struct igt_dxg_rig *rig)
{
	softgpu_fault(&rig->commands, UNMAPPED, true);
	return UNMAPPED;
}

static uint64_t emit_hang(struct igt_dxg_rig *rig)
{
	softgpu_hang(&rig->commands, 0);
	return 0;
}

static const struct way ways[] = {
	{ "fault-write", emit_write, DRM_DXG_LOST_PAGE_FAULT, true },
	{ "fault-read", emit_read, DRM_DXG_LOST_PAGE_FAULT, false },
	{ "fault-readonly", emit_readonly, DRM_DXG_LOST_PAGE_FAULT, true },
	{ "fault-execute", emit_execute, DRM_DXG_LOST_PAGE_FAULT, false },
	{ "bad-command", emit_bad, DRM_DXG_LOST_FAULT, false },
	{ "told-fault", emit_fault, DRM_DXG_LOST_FAULT, false },
	{ "hang", emit_hang, DRM_DXG_LOST_HANG, false },
};

#define WAYS		(sizeof(ways) / sizeof(ways[0]))
#define WAY_WRITE	(&ways[0])
#define WAY_HANG	(&ways[WAYS - 1])

/* --- What is told --- */

static void wait_lost(struct igt_dxg_rig *rig, struct drm_dxg_vm_get_state *state)
{
	int i;

	for (i = 0; i < 6000; i++) {
		igt_assert_eq(__dxg_vm_get_state(rig->fd, rig->vm, state), 0);
		if (state->flags & DRM_DXG_STATE_LOST)
			return;
		usleep(20000);
	}
	igt_assert_f(false, "the VM is not lost\n");
}

static void check_state(struct igt_dxg_rig *rig, const struct way *way, uint64_t address)
{
	struct drm_dxg_vm_get_state state;

	wait_lost(rig, &state);
	igt_assert_eq_u32(state.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	igt_assert_eq_u32(state.reason, way->reason);
	igt_assert_eq_u64(state.fault_address & ~(PAGE - 1), address & ~(PAGE - 1));
	if (way->reason == DRM_DXG_LOST_PAGE_FAULT)
		igt_assert_eq_u32(state.fault_flags & 1, way->write);
	igt_assert(state.execution_state > 1);
}

static void check_well(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_get_state state;

	igt_assert_eq(__dxg_vm_get_state(rig->fd, rig->vm, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	*igt_dxg_rig_word(rig, 0) = 0;
	igt_dxg_run(rig->fd, rig->queue, rig->buffer.va, rig->length);
	igt_assert_eq_u32(*igt_dxg_rig_word(rig, 0), 0x600d);
}

/* The dump says what the state says, and what was bound. */
static void check_dump(const char *dump, struct igt_dxg_rig *rig, const struct way *way,
		       uint64_t address)
{
	unsigned long long told = 1;
	unsigned int reason = 0, blame = 0, execution = 0, total = 0, here = 0, lines = 0;
	char line[128];
	const char *at;

	igt_assert_f(dump, "no dump\n");
	igt_debug("%s", dump);
	igt_assert(!strncmp(dump, "**** dxg device coredump ****\nadapter: ", 39));
	at = strstr(dump, "\nlost: ");
	igt_assert(at && sscanf(at, "\nlost: reason %u, blame %u", &reason, &blame) == 2);
	igt_assert_eq_u32(reason, way->reason);
	igt_assert_eq_u32(blame, 1);
	at = strstr(dump, "\nhost: ");
	igt_assert(at && sscanf(at, "\nhost: execution state %u", &execution) == 1);
	igt_assert(execution > 1);
	at = strstr(dump, "\npage fault: ");
	igt_assert(at && sscanf(at, "\npage fault: address %llx", &told) == 1);
	igt_assert_eq_u64(told & ~(PAGE - 1), address & ~(PAGE - 1));

	at = strstr(dump, "\nmappings: ");
	igt_assert(at && sscanf(at, "\nmappings: %u, here %u", &total, &here) == 2);
	igt_assert_eq_u32(total, here);
	for (at = strchr(at + 1, '\n'); at && at[1]; at = strchr(at + 1, '\n'))
		lines++;
	igt_assert_eq_u32(lines, here);
	snprintf(line, sizeof(line), "\n0x%012llx size 0x%llx ", (unsigned long long)rig->buffer.va,
		 (unsigned long long)rig->buffer.size);
	igt_assert_f(strstr(dump, line), "no line %s\n", line + 1);
}

/* --- One VM --- */

static void lose(const struct way *way, bool hw)
{
	uint32_t queue, parent, syncobj;
	struct igt_dxg_rig rig, other;
	uint64_t address;
	char *dump;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_dumps_clear(rig.fd);
	igt_dxg_rig_open(&other, 0);
	queue = hw ? igt_dxg_hw_queue_create(rig.fd, rig.vm, IGT_DXG_NODE_3D, &parent) : rig.queue;
	syncobj = syncobj_create(rig.fd, 0);
	if (way == WAY_HANG)
		set_tdr(SHORT_TDR);
	igt_dxg_rig_begin(&rig);
	address = way->emit(&rig);
	igt_assert_eq(__dxg_rig_submit(&rig, queue, syncobj), 0);
	igt_assert_eq(igt_dxg_syncobj_result(rig.fd, syncobj, 120), -ECANCELED);
	check_state(&rig, way, address);
	if (way == WAY_HANG)
		set_tdr(NORMAL_TDR);

	dump = igt_dxg_dump_take(rig.fd, 120);
	check_dump(dump, &rig, way, address);
	free(dump);
	igt_assert_eq(__dxg_rig_submit(&rig, queue, 0), -ECANCELED);
	check_well(&other);

	igt_dxg_vm_destroy(rig.fd, rig.vm);
	igt_dxg_vm_destroy(rig.fd, igt_dxg_vm_create(rig.fd, 0));
	igt_dxg_wait_idle(rig.fd);
	igt_assert_eq(igt_dxg_dumps(rig.fd), 0);
	igt_dxg_rig_close(&other);
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

/* Waits are cancelled, be the fence left alone, or raised by the host for the loss. */
static void expect_end(struct igt_dxg_rig *rig, uint32_t left_alone, uint32_t flags)
{
	struct drm_dxg_fence_point points[2] = { { .value = 5 }, { .value = 9 } };
	uint32_t fences[2] = { left_alone, rig->fence };
	int i;

	/* The raised one first, so that it is seen before the guest knows of the loss. */
	for (i = 1; i >= 0; i--) {
		points[0].handle = fences[i];
		points[1].handle = fences[i];
		igt_assert_eq(__dxg_fence_wait_array(rig->fd, flags, points, 2,
						     igt_dxg_time(120000), NULL), -ECANCELED);
	}
	igt_assert_eq_u64(*rig->fence_page, UINT64_MAX);
}

static void lose_user_fence(const struct way *way)
{
	struct igt_dxg_rig rig;
	uint64_t address;
	uint32_t fence;
	char *dump;

	igt_dxg_rig_open(&rig, DRM_DXG_VM_USER_FENCE);
	igt_dxg_dumps_clear(rig.fd);
	fence = igt_dxg_fence_create(rig.fd, rig.vm, DRM_DXG_FENCE_NO_MAX_ON_RESET, 0);
	if (way == WAY_HANG)
		set_tdr(SHORT_TDR);
	igt_dxg_rig_begin(&rig);
	address = way->emit(&rig);
	igt_fork(child, 2)
		expect_end(&rig, fence, child);
	usleep(100000);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	igt_waitchildren_timeout(300, "a wait for a fence of a lost VM");
	check_state(&rig, way, address);
	if (way == WAY_HANG)
		set_tdr(NORMAL_TDR);
	igt_assert_eq(__dxg_fence_wait(rig.fd, fence, 5, 0), -ECANCELED);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), -ECANCELED);
	dump = igt_dxg_dump_take(rig.fd, 120);
	check_dump(dump, &rig, way, address);
	free(dump);
	igt_dxg_rig_close(&rig);
	igt_dxg_works();
}

/* --- Resets by the host --- */

static bool is_hanging(const void *arg)
{
	return *(const volatile uint32_t *)arg == 1;
}

/* A hang, that has begun, or work that is done when it is its turn. */
static uint32_t start(struct igt_dxg_rig *rig, bool hang)
{
	uint32_t syncobj = syncobj_create(rig->fd, 0);

	igt_dxg_rig_begin(rig);
	*igt_dxg_rig_word(rig, 2) = 0;
	if (hang) {
		softgpu_fill(&rig->commands, igt_dxg_rig_word_va(rig, 2), 4, 1);
		softgpu_hang(&rig->commands, 0);
	} else {
		softgpu_fill(&rig->commands, igt_dxg_rig_word_va(rig, 1), 4, 77);
	}
	igt_assert_eq(__dxg_rig_submit(rig, rig->queue, syncobj), 0);
	igt_assert(!hang || igt_dxg_wait(is_hanging, (const void *)igt_dxg_rig_word(rig, 2), 120));
	return syncobj;
}

static void engine_reset(void)
{
	struct igt_dxg_rig guilty, waiting;
	uint32_t syncobj[2];
	char gpu[64], *dump;

	igt_dxg_host_gpu(gpu);
	igt_dxg_rig_open(&guilty, 0);
	igt_dxg_rig_open(&waiting, 0);
	igt_dxg_dumps_clear(guilty.fd);
	syncobj[0] = start(&guilty, true);
	syncobj[1] = start(&waiting, false);
	igt_assert_eq(syncobj_wait_err(waiting.fd, &syncobj[1], 1, igt_dxg_time(100), 0), -ETIME);
	igt_dxg_host("gpupv tdr %s 0", gpu);
	igt_assert_eq(igt_dxg_syncobj_result(guilty.fd, syncobj[0], 120), -ECANCELED);
	igt_assert_eq(igt_dxg_syncobj_result(waiting.fd, syncobj[1], 120), 1);
	igt_assert_eq_u32(*igt_dxg_rig_word(&waiting, 1), 77);
	check_state(&guilty, WAY_HANG, 0);
	check_well(&waiting);
	dump = igt_dxg_dump_take(guilty.fd, 120);
	check_dump(dump, &guilty, WAY_HANG, 0);
	free(dump);
	igt_dxg_rig_close(&waiting);
	igt_dxg_rig_close(&guilty);
}

static void gpu_reset(void)
{
	struct drm_dxg_vm_get_state state;
	struct igt_dxg_rig guilty, others[2];
	uint32_t syncobj[2];
	char gpu[64];
	int i;

	igt_dxg_host_gpu(gpu);
	igt_dxg_rig_open(&guilty, 0);
	for (i = 0; i < 2; i++)
		igt_dxg_rig_open(&others[i], 0);
	syncobj[0] = start(&guilty, true);
	/* One has work in the queue, the other one is idle. */
	syncobj[1] = start(&others[0], false);
	usleep(50000);
	igt_dxg_host("gpupv tdr %s all", gpu);
	igt_assert_eq(igt_dxg_syncobj_result(guilty.fd, syncobj[0], 120), -ECANCELED);
	igt_assert_eq(igt_dxg_syncobj_result(others[0].fd, syncobj[1], 120), -ECANCELED);
	check_state(&guilty, WAY_HANG, 0);
	for (i = 0; i < 2; i++) {
		wait_lost(&others[i], &state);
		igt_assert_eq_u32(state.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_INNOCENT);
		igt_assert_eq_u32(state.reason, DRM_DXG_LOST_RESET);
		igt_dxg_vm_destroy(others[i].fd, others[i].vm);
		igt_dxg_vm_destroy(others[i].fd, igt_dxg_vm_create(others[i].fd, 0));
	}
	igt_dxg_works();
	for (i = 0; i < 2; i++)
		igt_dxg_rig_close(&others[i]);
	igt_dxg_dumps_clear(guilty.fd);
	igt_dxg_rig_close(&guilty);
}

/* --- Several --- */

#define CLIENTS		4
#define JOBS		100

/* Jobs that each count up a word by copying it on, with a syncobj point each. */
static void do_all_work(struct igt_dxg_rig *rig)
{
	uint32_t line = syncobj_create(rig->fd, 0);
	uint64_t point = JOBS;
	int i;

	for (i = 0; i < JOBS; i++) {
		struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(line, i + 1);
		struct drm_dxg_submit work;

		if (i % 20 == 0)
			igt_dxg_rig_begin(rig);
		work.va = rig->buffer.va + PAGE + rig->commands.used;
		softgpu_fill(&rig->commands, igt_dxg_rig_word_va(rig, 1 + i), 4, 1000 + i);
		work = igt_dxg_work(work.va, rig->buffer.va + PAGE + rig->commands.used - work.va,
				    &op, 1);
		igt_dxg_submit(rig->fd, rig->queue, work);
		/* The commands are written again by and by. */
		if (i % 20 == 19) {
			point = i + 1;
			igt_assert(syncobj_timeline_wait(rig->fd, &line, &point, 1,
							 igt_dxg_time(120000), 0, NULL));
		}
		usleep(5000);
	}
	for (i = 0; i < JOBS; i++)
		igt_assert_eq_u32(*igt_dxg_rig_word(rig, 1 + i), 1000 + i);
	check_well(rig);
}

static void four_clients(void)
{
	struct igt_dxg_rig rigs[CLIENTS];
	uint32_t syncobj[2];
	uint64_t address;
	char *dumps[2];
	int i;

	for (i = 0; i < CLIENTS; i++)
		igt_dxg_rig_open(&rigs[i], 0);
	igt_dxg_dumps_clear(rigs[0].fd);
	set_tdr(SHORT_TDR);
	igt_fork(child, 2)
		do_all_work(&rigs[2 + child]);
	usleep(50000);

	igt_dxg_rig_begin(&rigs[0]);
	address = emit_read(&rigs[0]);
	syncobj[0] = syncobj_create(rigs[0].fd, 0);
	igt_assert_eq(__dxg_rig_submit(&rigs[0], rigs[0].queue, syncobj[0]), 0);
	/* The kernel keeps one dump of a device at a time: look at the first one first. */
	dumps[0] = igt_dxg_dump_take(rigs[0].fd, 120);
	syncobj[1] = start(&rigs[1], true);
	dumps[1] = igt_dxg_dump_take(rigs[0].fd, 120);

	igt_assert_eq(igt_dxg_syncobj_result(rigs[0].fd, syncobj[0], 120), -ECANCELED);
	igt_assert_eq(igt_dxg_syncobj_result(rigs[1].fd, syncobj[1], 120), -ECANCELED);
	check_state(&rigs[0], &ways[1], address);
	check_state(&rigs[1], WAY_HANG, 0);
	check_dump(dumps[0], &rigs[0], &ways[1], address);
	check_dump(dumps[1], &rigs[1], WAY_HANG, 0);
	set_tdr(NORMAL_TDR);
	for (i = 0; i < 2; i++) {
		igt_dxg_vm_destroy(rigs[i].fd, rigs[i].vm);
		igt_dxg_vm_destroy(rigs[i].fd, igt_dxg_vm_create(rigs[i].fd, 0));
		free(dumps[i]);
	}
	igt_dxg_works();
	igt_waitchildren_timeout(300, "work of the innocent");
	igt_assert_eq(igt_dxg_dumps(rigs[0].fd), 0);
	for (i = 0; i < CLIENTS; i++)
		igt_dxg_rig_close(&rigs[i]);
}

static void two_queues(void)
{
	struct drm_dxg_vm_get_state first, again;
	struct igt_dxg_rig rig;
	uint32_t queue;
	char *dump;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_dumps_clear(rig.fd);
	queue = igt_dxg_queue_create(rig.fd, rig.vm, IGT_DXG_NODE_COPY);
	igt_dxg_rig_begin(&rig);
	emit_write(&rig);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	igt_assert_lte(__dxg_rig_submit(&rig, queue, 0), 0);
	wait_lost(&rig, &first);
	dump = igt_dxg_dump_take(rig.fd, 120);
	check_dump(dump, &rig, WAY_WRITE, UNMAPPED);
	free(dump);
	usleep(300000);
	igt_assert_eq(igt_dxg_dumps(rig.fd), 0);
	wait_lost(&rig, &again);
	igt_assert_eq_u32(first.reason, again.reason);
	igt_assert_eq_u64(first.fault_address, again.fault_address);
	igt_dxg_rig_close(&rig);
}

static void lose_now(struct igt_dxg_rig *rig)
{
	struct drm_dxg_vm_get_state state;

	igt_dxg_rig_begin(rig);
	emit_write(rig);
	igt_assert_eq(__dxg_rig_submit(rig, rig->queue, 0), 0);
	wait_lost(rig, &state);
}

static void calls(void)
{
	struct igt_dxg_rig rig;
	unsigned int i, wrong = 0;
	int ret;

	igt_dxg_rig_open(&rig, 0);
	for (i = 0; i < igt_dxg_call_count; i++) {
		igt_debug("%s\n", igt_dxg_calls[i].name);
		igt_assert_eq(igt_dxg_calls[i].run(&rig), 0);
	}
	lose_now(&rig);
	for (i = 0; i < igt_dxg_call_count; i++) {
		ret = igt_dxg_calls[i].run(&rig);
		if (ret != igt_dxg_calls[i].lost)
			igt_warn("%s: %d, not %d\n", igt_dxg_calls[i].name, ret,
				 igt_dxg_calls[i].lost);
		wrong += ret != igt_dxg_calls[i].lost;
	}
	igt_assert_eq_u32(wrong, 0);
	igt_dxg_dumps_clear(rig.fd);
	igt_dxg_rig_close(&rig);
}

/* Who waits when the VM is lost: any, all, a syncobj, one that depends on the VM. */
static void waiters(void)
{
	struct drm_dxg_sync_op ops[2];
	struct igt_dxg_rig rig, other;
	uint32_t syncobj, handle, fence;
	char gpu[64];

	igt_dxg_host_gpu(gpu);
	igt_dxg_rig_open(&rig, 0);
	fence = igt_dxg_fence_create(rig.fd, rig.vm, DRM_DXG_FENCE_NO_MAX_ON_RESET, 0);
	igt_dxg_rig_open(&other, 0);
	syncobj = start(&rig, true);
	/* A job of another VM waits for the one that hangs. */
	{
		struct drm_syncobj_handle args = {
			.handle = syncobj_create(other.fd, 0),
			.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
			.fd = igt_dxg_sync_file(rig.fd, syncobj),
		};

		igt_dxg_ioctl(other.fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &args, 0);
		close(args.fd);
		handle = args.handle;
	}
	ops[0] = igt_dxg_wait_syncobj(handle, 0);
	ops[1] = igt_dxg_signal_syncobj(syncobj_create(other.fd, 0), 0);
	igt_dxg_submit(other.fd, other.queue,
		       igt_dxg_work(other.buffer.va, other.length, ops, 2));

	igt_fork(child, 4) {
		if (child < 2)
			expect_end(&rig, fence, child);
		else if (child == 2)
			igt_assert_eq(igt_dxg_syncobj_result(rig.fd, syncobj, 120), -ECANCELED);
		else
			igt_assert_eq(igt_dxg_syncobj_result(other.fd, ops[1].handle, 120), 1);
	}
	usleep(100000);
	igt_dxg_host("gpupv tdr %s 0", gpu);
	igt_waitchildren_timeout(300, "waits for a lost VM");
	igt_assert_eq_u32(*igt_dxg_rig_word(&other, 0), 0x600d);
	igt_dxg_dumps_clear(rig.fd);
	igt_dxg_rig_close(&other);
	igt_dxg_rig_close(&rig);
}

/* --- Wedged --- */

static int uevents_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	igt_assert_fd(fd);
	igt_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* How many events with a line @what come until @ms have passed without any event. */
static unsigned int uevents(int fd, const char *what, int ms)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	unsigned int count = 0;
	char text[8192];
	ssize_t n, at;

	while (poll(&wait, 1, ms) == 1) {
		n = recv(fd, text, sizeof(text) - 1, 0);
		igt_assert(n > 0);
		text[n] = 0;
		for (at = 0; at < n; at += strlen(text + at) + 1) {
			igt_debug("uevent: %s\n", text + at);
			count += !strcmp(text + at, what);
		}
	}
	return count;
}

/* Older kernels have no such event. */
static void require_wedged(void)
{
	struct utsname name;
	int major = 0, minor = 0, found;

	igt_assert_eq(uname(&name), 0);
	found = sscanf(name.release, "%d.%d", &major, &minor);
	igt_assert_eq(found, 2);
	igt_require_f(major > 6 || (major == 6 && minor >= 15),
		      "Linux %d.%d has no wedged events\n", major, minor);
}

static void wedged(void)
{
	unsigned int limit, i;
	struct igt_dxg_rig rigs[2];
	uint32_t syncobj;
	int events;

	require_wedged();
	for (i = 0; i < 2; i++)
		igt_dxg_rig_open(&rigs[i], 0);
	events = uevents_open();
	limit = igt_dxg_module_set("request_timeout_ms", 300);
	igt_dxg_host("gpupv set silence on");
	for (i = 0; i < 2; i++) {
		igt_assert_eq(__dxg_queue_set(rigs[i].fd, rigs[i].queue, DRM_DXG_QUEUE_TIMEOUT_MS,
					      200), 0);
		syncobj = start(&rigs[i], false);
		igt_assert_eq(igt_dxg_syncobj_result(rigs[i].fd, syncobj, 120), -ETIMEDOUT);
	}
	i = uevents(events, "WEDGED=rebind", 2000);
	igt_dxg_host_clear();
	igt_dxg_module_set("request_timeout_ms", limit);
	close(events);
	igt_assert_eq_u32(i, 1);
	igt_dxg_dumps_clear(rigs[0].fd);
	for (i = 0; i < 2; i++)
		igt_dxg_rig_close(&rigs[i]);
	/* What it asks for helps. */
	igt_dxg_driver_unbind();
	igt_dxg_driver_bind();
	igt_dxg_works();
}

/* --- Fences of others --- */

static uint32_t import(struct igt_dxg_rig *rig, int fence_fd)
{
	uint32_t handle;

	igt_assert_eq(__dxg_fence_import(rig->fd, rig->vm, 0, fence_fd, &handle), 0);
	return handle;
}

/* Of what the loss has raised to the maximum, nothing but that is reached. */
static void expect_raised(struct igt_dxg_rig *rig, uint32_t raised, uint32_t own)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = own, .value = 1 }, { .handle = raised, .value = 5 },
	};
	uint32_t first;

	igt_assert_eq(__dxg_fence_wait(rig->fd, raised, 5, igt_dxg_time(120000)), -ECANCELED);
	igt_assert_eq(__dxg_fence_wait(rig->fd, raised, UINT64_MAX, igt_dxg_time(120000)), 0);
	igt_assert_eq(__dxg_fence_wait_array(rig->fd, 0, points, 2, igt_dxg_time(120000), NULL),
		      -ECANCELED);
	igt_assert_eq(__dxg_fence_wait_array(rig->fd, DRM_DXG_FENCE_WAIT_ANY, points, 2,
					     igt_dxg_time(120000), &first), 0);
	igt_assert_eq_u32(first, 0);
}

static void imported(void)
{
	uint32_t alone, raised, left, mine, own;
	struct igt_dxg_rig rig, other;
	int alone_fd;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_dumps_clear(rig.fd);
	igt_dxg_rig_open(&other, 0);
	alone = igt_dxg_fence_create(rig.fd, rig.vm, DRM_DXG_FENCE_SHAREABLE |
				     DRM_DXG_FENCE_NO_MAX_ON_RESET, 0);
	alone_fd = __dxg_fence_export(rig.fd, alone, O_CLOEXEC);
	igt_assert_fd(alone_fd);
	raised = import(&other, rig.fence_fd);
	left = import(&other, alone_fd);
	mine = import(&rig, other.fence_fd);
	own = igt_dxg_fence_create(other.fd, other.vm, 0, 1);

	/* One waits from before, and one sees the fence before anybody knows of the loss. */
	igt_dxg_rig_begin(&rig);
	emit_write(&rig);
	igt_fork(child, 2)
		igt_assert_eq(__dxg_fence_wait(other.fd, raised, 5, igt_dxg_time(240000)),
			      -ECANCELED);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	igt_assert_eq(__dxg_fence_wait(other.fd, raised, 5, igt_dxg_time(120000)), -ECANCELED);
	igt_waitchildren_timeout(300, "a wait for an imported fence");
	expect_raised(&other, raised, own);

	/* What was left alone goes on, and so does what the loser had of others. */
	igt_assert_eq(__dxg_fence_wait(other.fd, left, 5, 0), -ETIME);
	igt_dxg_fence_signal(other.fd, left, UINT64_MAX);
	igt_assert_eq(__dxg_fence_wait(other.fd, left, 5, igt_dxg_time(120000)), 0);
	igt_assert_eq(__dxg_fence_wait(rig.fd, mine, 0, 0), -ECANCELED);
	igt_dxg_fence_signal(other.fd, other.fence, 5);
	igt_assert_eq(__dxg_fence_wait(other.fd, other.fence, 5, igt_dxg_time(120000)), 0);

	igt_dxg_rig_close(&rig);
	igt_dxg_wait_idle(other.fd);
	expect_raised(&other, raised, own);
	check_well(&other);
	close(alone_fd);
	igt_dxg_dumps_clear(other.fd);
	igt_dxg_rig_close(&other);
}

static void imported_raised(void)
{
	struct igt_dxg_rig rig, other;
	uint32_t handle;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_rig_open(&other, 0);
	handle = import(&other, rig.fence_fd);
	igt_dxg_fence_signal(rig.fd, rig.fence, UINT64_MAX);
	igt_assert_eq(__dxg_fence_wait(other.fd, handle, 5, igt_dxg_time(120000)), 0);
	igt_dxg_vm_destroy(rig.fd, rig.vm);
	igt_assert_eq(__dxg_fence_wait(other.fd, handle, 5, igt_dxg_time(120000)), 0);
	igt_dxg_rig_close(&rig);
	igt_dxg_wait_idle(other.fd);
	igt_assert_eq(__dxg_fence_wait(other.fd, handle, 5, igt_dxg_time(120000)), 0);
	igt_dxg_rig_close(&other);
}

static void prepare(void)
{
	igt_dxg_host_clear();
	igt_dxg_module_set("request_timeout_ms", 20000);
	set_tdr(NORMAL_TDR);
	igt_dxg_driver_restore();
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "engine-reset", engine_reset }, { "gpu-reset", gpu_reset },
	{ "four-clients", four_clients }, { "two-queues", two_queues },
	{ "calls", calls }, { "waiters", waiters }, { "imported", imported },
	{ "imported-raised", imported_raised }, { "wedged", wedged },
};

int igt_main()
{
	size_t i;

	igt_fixture()
		prepare();

	for (i = 0; i < WAYS; i++) {
		igt_subtest(ways[i].name) {
			prepare();
			lose(&ways[i], false);
		}
		igt_subtest_f("hw-%s", ways[i].name) {
			prepare();
			lose(&ways[i], true);
		}
		igt_subtest_f("user-fence-%s", ways[i].name) {
			prepare();
			lose_user_fence(&ways[i]);
		}
	}
	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		igt_subtest(tests[i].name) {
			prepare();
			tests[i].run();
		}
	}
	igt_fixture()
		prepare();
}
