// SPDX-License-Identifier: MIT
/*
 * VMs: making and ending them, reservations, their state; bad arguments.
 */
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_vm.h"
#include "softgpu_build.h"

/**
 * TEST: dxg vm
 * Category: Core
 * Mega feature: dxg
 * Sub-category: address spaces
 * Functionality: VMs and their ranges
 *
 * SUBTEST: create
 * Description: A VM in dma-fence mode.
 *
 * SUBTEST: create-user-fence
 * Description: A VM in user-fence mode.
 *
 * SUBTEST: create-second
 * Description: A file has one VM.
 *
 * SUBTEST: recreate
 * Description: VMs one after the other in one file.
 *
 * SUBTEST: destroy-twice
 * Description: A VM ends once.
 *
 * SUBTEST: destroy-full
 * Description: A VM ends with all that is in it.
 *
 * SUBTEST: close-full
 * Description: A file is closed with a VM and all that is in it.
 *
 * SUBTEST: isolated
 * Description: A VM is its file's.
 *
 * SUBTEST: reserve-any
 * Description: Ranges that the host chooses.
 *
 * SUBTEST: reserve-fixed
 * Description: Ranges that the program chooses, overlaps.
 *
 * SUBTEST: reserve-bounds
 * Description: Ranges within bounds.
 *
 * SUBTEST: reserve-free
 * Description: Only whole reservations are given back.
 *
 * SUBTEST: reserve-free-bound
 * Description: A range goes with what is bound in it.
 *
 * SUBTEST: reserve-huge
 * Description: More than there is.
 *
 * SUBTEST: reserve-parallel
 * Description: Several processes on one file.
 *
 * SUBTEST: state-active
 * Description: The state of a VM that is well.
 *
 * SUBTEST: invalid-reserve
 * Description: Bad fields of VM_RESERVE.
 *
 * SUBTEST: invalid-get-state
 * Description: Bad fields of VM_GET_STATE.
 *
 * SUBTEST: invalid-create
 * Description: Bad fields of VM_CREATE.
 *
 * SUBTEST: invalid-destroy
 * Description: Bad fields of VM_DESTROY.
 *
 * SUBTEST: lost-page-fault
 * Description: The GPU uses an address that is not bound.
 *
 * SUBTEST: lost-bad-command
 * Description: The GPU refuses a command.
 */

IGT_TEST_DESCRIPTION("Address spaces of the dxg driver: life, reservations, loss.");

#define PAGE	IGT_DXG_PAGE
#define NOTHING	0x7fffff

/* --- Life --- */

static void create(int fd, uint32_t flags)
{
	struct drm_dxg_vm_create args = { .flags = flags };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_CREATE, &args, 0);
	igt_assert_neq_u32(args.vm_id, 0);
	igt_assert_neq_u32(args.host_handle, 0);
	igt_dxg_vm_destroy(fd, args.vm_id);
}

static void create_second(int fd)
{
	uint32_t vm = igt_dxg_vm_create(fd, 0);

	igt_assert_eq((int)__dxg_vm_create(fd, 0), -EBUSY);
	igt_assert_eq((int)__dxg_vm_create(fd, DRM_DXG_VM_USER_FENCE), -EBUSY);
	igt_dxg_vm_destroy(fd, vm);
}

/* A VM that has gone leaves nothing to the next one: not its id, not its addresses. */
static void recreate(int fd)
{
	uint64_t va = 0x100000000ull;
	struct drm_dxg_vm_destroy destroy = { 0 };
	uint32_t vm, last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		vm = igt_dxg_vm_create(fd, i % 2 ? DRM_DXG_VM_USER_FENCE : 0);
		igt_assert_neq_u32(vm, last);
		igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, 64 * PAGE), 0);
		igt_assert_eq_u64(va, 0x100000000ull);
		destroy.vm_id = last;
		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &destroy, -ENOENT);
		igt_dxg_vm_destroy(fd, vm);
		last = vm;
	}
}

static void destroy_twice(int fd)
{
	struct drm_dxg_vm_destroy args = { .vm_id = igt_dxg_vm_create(fd, 0) };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, 0);
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, -ENOENT);
}

/* A VM is ended with bindings, queues and BOs; what names it afterwards finds nothing. */
static void destroy_full(int fd, bool close_file)
{
	struct drm_gem_close close_args = { 0 };
	struct igt_dxg_buffer buffer;
	uint32_t vm, queue, bind;
	uint64_t va = 0;
	int i;

	vm = igt_dxg_vm_create(fd, 0);
	queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	bind = igt_dxg_bind_queue_create(fd, vm, NULL);
	for (i = 0; i < 8; i++)
		igt_dxg_buffer_create(fd, vm, 16 * PAGE, &buffer);
	if (close_file)
		return;
	igt_dxg_vm_destroy(fd, vm);
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, PAGE), -ENOENT);
	igt_assert_eq(__dxg_queue_destroy(fd, queue), -ENOENT);
	igt_assert_eq(__dxg_queue_destroy(fd, bind), -ENOENT);
	/* The handles of BOs stay. */
	close_args.handle = buffer.handle;
	igt_dxg_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close_args, 0);
	igt_dxg_vm_destroy(fd, igt_dxg_vm_create(fd, 0));
}

static void isolated(int fd)
{
	int other = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), theirs;
	struct drm_dxg_vm_get_state state;
	struct drm_dxg_vm_destroy args = { .vm_id = vm };
	uint64_t va = 0;

	igt_dxg_ioctl(other, DRM_IOCTL_DXG_VM_DESTROY, &args, -ENOENT);
	igt_assert_eq(__dxg_reserve(other, vm, 0, &va, PAGE), -ENOENT);
	igt_assert_eq(__dxg_vm_get_state(other, vm, &state), -ENOENT);
	/* Both have the same address. */
	theirs = igt_dxg_vm_create(other, 0);
	va = 0x200000000ull;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, PAGE), 0);
	igt_assert_eq(__dxg_reserve(other, theirs, 0, &va, PAGE), 0);
	drm_close_driver(other);
	igt_dxg_unreserve(fd, vm, va, PAGE);
	igt_dxg_vm_destroy(fd, vm);
}

/* --- Reservations --- */

static void reserve_any(int fd, uint32_t vm)
{
	uint64_t va[64];
	int i, j;

	for (i = 0; i < 64; i++) {
		va[i] = igt_dxg_reserve(fd, vm, (i + 1) * PAGE);
		igt_assert_eq_u64(va[i] % PAGE, 0);
		for (j = 0; j < i; j++)
			igt_assert(va[i] + (i + 1) * PAGE <= va[j] ||
				   va[j] + (j + 1) * PAGE <= va[i]);
	}
	for (i = 0; i < 64; i++)
		igt_dxg_unreserve(fd, vm, va[i], (i + 1) * PAGE);
}

static void reserve_fixed(int fd, uint32_t vm)
{
	uint64_t va = 0x123456000ull, same;

	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, 4 * PAGE), 0);
	igt_assert_eq_u64(va, 0x123456000ull);
	/* Any overlap is refused; the neighbours are free. */
	same = va;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &same, 4 * PAGE), -ENOSPC);
	same = va + 3 * PAGE;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &same, 4 * PAGE), -ENOSPC);
	same = va - PAGE;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &same, 8 * PAGE), -ENOSPC);
	same = va + 4 * PAGE;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &same, PAGE), 0);
	igt_dxg_unreserve(fd, vm, same, PAGE);
	igt_dxg_unreserve(fd, vm, va, 4 * PAGE);
	/* And again. */
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, 4 * PAGE), 0);
	igt_dxg_unreserve(fd, vm, va, 4 * PAGE);
}

static void reserve_bounds(int fd, uint32_t vm)
{
	struct drm_dxg_vm_reserve args = {
		.vm_id = vm,
		.size = 16 * PAGE,
		.va_min = 0x300000000ull,
		.va_max = 0x310000000ull,
	};
	uint64_t va;

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args, 0);
	igt_assert(args.va >= args.va_min && args.va + args.size <= args.va_max);
	igt_dxg_unreserve(fd, vm, args.va, args.size);
	/* There is no room in a window that is taken. */
	va = args.va_min;
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, 0x10000000), 0);
	args.va = 0;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args, -ENOSPC);
	igt_dxg_unreserve(fd, vm, args.va_min, 0x10000000);
}

static void reserve_free(int fd, uint32_t vm)
{
	uint64_t va = igt_dxg_reserve(fd, vm, 16 * PAGE);

	igt_assert_eq(__dxg_unreserve(fd, vm, va, 8 * PAGE), -ENOENT);
	igt_assert_eq(__dxg_unreserve(fd, vm, va + PAGE, 15 * PAGE), -ENOENT);
	igt_assert_eq(__dxg_unreserve(fd, vm, va, 17 * PAGE), -ENOENT);
	igt_dxg_unreserve(fd, vm, va, 16 * PAGE);
	igt_assert_eq(__dxg_unreserve(fd, vm, va, 16 * PAGE), -ENOENT);
}

/* A range is given back with what is bound in it. */
static void reserve_free_bound(int fd, uint32_t vm)
{
	struct igt_dxg_buffer buffer;
	struct drm_dxg_vm_bind_op op;
	uint64_t va = igt_dxg_reserve(fd, vm, 32 * PAGE);
	int i;

	igt_dxg_buffer_create(fd, vm, 4 * PAGE, &buffer);
	for (i = 0; i < 8; i++)
		igt_dxg_bind_op(fd, vm, igt_dxg_op_map(buffer.handle, 0, va + i * 4 * PAGE,
						       3 * PAGE));
	igt_dxg_unreserve(fd, vm, va, 32 * PAGE);
	op = igt_dxg_op_map(buffer.handle, 0, va, PAGE);
	igt_assert_eq(__dxg_bind(fd, vm, &op, 1), -ENOENT);
	igt_dxg_buffer_destroy(fd, &buffer);
}

/* More than there is. */
static void reserve_huge(int fd, uint32_t vm)
{
	struct drm_dxg_device_info info;
	uint64_t va = 0;

	igt_dxg_device_info(fd, &info);
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, info.va_end - info.va_start + PAGE), -EINVAL);
	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, info.va_end - info.va_start), -ENOSPC);
}

/* Two threads of control share a file: every reservation is its own. */
static void reserve_parallel(int fd, uint32_t vm)
{
	igt_fork(child, 4) {
		int i;

		for (i = 0; i < 50; i++) {
			uint64_t va = igt_dxg_reserve(fd, vm, 4 * PAGE);

			igt_dxg_unreserve(fd, vm, va, 4 * PAGE);
		}
	}
	igt_waitchildren();
}

/* --- State --- */

static void state_active(int fd, uint32_t vm)
{
	struct drm_dxg_vm_get_state state;

	igt_assert_eq(__dxg_vm_get_state(fd, vm, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	igt_assert_eq_u32(state.reason, DRM_DXG_LOST_NOT);
	igt_assert_eq_u32(state.execution_state, 1);
	igt_assert_eq_u64(state.fault_address, 0);
}

/* Run commands that end badly. */
static void run_bad(int fd, uint32_t vm, void (*emit)(struct softgpu_buffer *b))
{
	uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	struct softgpu_buffer commands;
	struct igt_dxg_buffer buffer;
	struct drm_dxg_submit work;

	igt_dxg_buffer_create(fd, vm, 16 * PAGE, &buffer);
	softgpu_buffer_init(&commands, buffer.map, buffer.size);
	emit(&commands);
	work = igt_dxg_work(buffer.va, commands.used, NULL, 0);
	igt_assert_eq(__dxg_submit(fd, queue, &work, 1), 0);
}

/* Wait until a VM is lost. */
static void wait_lost(int fd, uint32_t vm, struct drm_dxg_vm_get_state *state)
{
	int i;

	for (i = 0; i < 12000; i++) {
		igt_assert_eq(__dxg_vm_get_state(fd, vm, state), 0);
		if (state->flags & DRM_DXG_STATE_LOST)
			return;
		usleep(10000);
	}
	igt_assert_f(false, "the VM is not lost\n");
}

static void emit_page_fault(struct softgpu_buffer *b)
{
	softgpu_fill(b, 0x7777777000ull, 64, 1);
}

static void emit_fault(struct softgpu_buffer *b)
{
	softgpu_emit(b, &(struct softgpu_cmd){ 0 }, sizeof(struct softgpu_cmd), 0xfff0, 0);
}

/* A guilty VM is lost, the file goes on with another; other files do not notice. */
static void lost(void (*emit)(struct softgpu_buffer *b), uint32_t reason)
{
	int fd = drm_open_driver_render(DRIVER_DXG), other = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), theirs = igt_dxg_vm_create(other, 0);
	struct drm_dxg_vm_bind_op op = igt_dxg_op_range(DRM_DXG_BIND_MAP_NULL, 0x100000, PAGE);
	struct drm_dxg_queue_create queue = igt_dxg_context(vm, IGT_DXG_NODE_3D);
	struct drm_dxg_vm_get_state state;
	uint64_t va = 0;

	run_bad(fd, vm, emit);
	wait_lost(fd, vm, &state);
	igt_assert_eq_u32(state.flags, DRM_DXG_STATE_LOST | DRM_DXG_STATE_GUILTY);
	igt_assert_eq_u32(state.reason, reason);
	igt_assert(state.generation > 1);
	if (reason == DRM_DXG_LOST_PAGE_FAULT) {
		igt_assert_eq_u64(state.fault_address & ~(PAGE - 1), 0x7777777000ull);
		igt_assert_eq_u32(state.fault_flags & 1, 1);
	}

	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, PAGE), -ECANCELED);
	igt_assert_eq(__dxg_bind(fd, vm, &op, 1), -ECANCELED);
	igt_assert_eq(__dxg_queue_create(fd, &queue), -ECANCELED);

	igt_assert_eq(__dxg_vm_get_state(other, theirs, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	igt_dxg_reserve(other, theirs, PAGE);

	igt_dxg_vm_destroy(fd, vm);
	vm = igt_dxg_vm_create(fd, 0);
	igt_dxg_reserve(fd, vm, PAGE);
	igt_assert_eq(__dxg_vm_get_state(fd, vm, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	drm_close_driver(other);
	drm_close_driver(fd);
}

/* --- Bad arguments --- */

static void invalid_create(int fd)
{
	struct drm_dxg_vm_create args = { .flags = 1 << 1 };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_CREATE, &args, -EINVAL);
	args = (struct drm_dxg_vm_create) { .pad = 1 };
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_CREATE, &args, -EINVAL);
	igt_dxg_vm_destroy(fd, igt_dxg_vm_create(fd, 0));
}

static void invalid_destroy(int fd)
{
	struct drm_dxg_vm_destroy args = { .vm_id = igt_dxg_vm_create(fd, 0), .pad = 1 };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, -EINVAL);
	args.pad = 0;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, 0);
	args.vm_id = 0;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, -ENOENT);
	args.vm_id = NOTHING;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_DESTROY, &args, -ENOENT);
}

static void invalid_reserve(int fd, uint32_t vm)
{
	static const struct {
		const char *what;
		uint32_t flags;
		uint64_t va, size, min, max, protection;
	} bad[] = {
		{ "unknown flag", 1 << 2, 0, PAGE, 0, 0, 0 },
		{ "size 0", 0, 0, 0, 0, 0, 0 },
		{ "unaligned size", 0, 0, PAGE + 1, 0, 0, 0 },
		{ "unaligned address", 0, 0x100800, PAGE, 0, 0, 0 },
		{ "null page", 0, PAGE, PAGE, 0, 0, 0 },
		{ "beyond the end", 0, 1ull << 48, PAGE, 0, 0, 0 },
		{ "over the end", 0, (1ull << 48) - PAGE, 2 * PAGE, 0, 0, 0 },
		{ "wraps", 0, 0x100000, -PAGE, 0, 0, 0 },
		{ "bounds and an address", 0, 0x100000, PAGE, 0x100000, 0, 0 },
		{ "upper bound and an address", 0, 0x100000, PAGE, 0, 0x200000, 0 },
		{ "unaligned lower bound", 0, 0, PAGE, 0x100001, 0, 0 },
		{ "unaligned upper bound", 0, 0, PAGE, 0, 0x200001, 0 },
		{ "empty window", 0, 0, PAGE, 0x200000, 0x200000, 0 },
		{ "window too small", 0, 0, 2 * PAGE, 0x200000, 0x201000, 0 },
		{ "free at 0", DRM_DXG_RESERVE_FREE, 0, PAGE, 0, 0, 0 },
		{ "free and zero", DRM_DXG_RESERVE_FREE | DRM_DXG_RESERVE_ZERO, 0x100000, PAGE, 0,
		  0, 0 },
		{ "free with a bound", DRM_DXG_RESERVE_FREE, 0x100000, PAGE, PAGE, 0, 0 },
		{ "free with protection", DRM_DXG_RESERVE_FREE, 0x100000, PAGE, 0, 0, 1 },
	};
	struct drm_dxg_vm_reserve args;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		args = (struct drm_dxg_vm_reserve) {
			.vm_id = vm,
			.flags = bad[i].flags,
			.va = bad[i].va,
			.size = bad[i].size,
			.va_min = bad[i].min,
			.va_max = bad[i].max,
			.driver_protection = bad[i].protection,
		};
		igt_debug("%s\n", bad[i].what);
		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args, -EINVAL);
	}
	args = (struct drm_dxg_vm_reserve) { .vm_id = NOTHING, .size = PAGE };
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args, -ENOENT);
}

static void invalid_get_state(int fd, uint32_t vm)
{
	struct drm_dxg_vm_get_state args;
	size_t i;

	/* Each word behind the id, one at a time. */
	for (i = 1; i < sizeof(args) / 4; i++) {
		args = (struct drm_dxg_vm_get_state) { .vm_id = vm };
		((uint32_t *)&args)[i] = 1;
		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_GET_STATE, &args, -EINVAL);
	}
	igt_assert_eq(__dxg_vm_get_state(fd, NOTHING, &args), -ENOENT);
}

/* Reservations. */
static void ranges(int fd, uint32_t vm)
{
	igt_describe("Ranges that the host chooses.");
	igt_subtest("reserve-any")
		reserve_any(fd, vm);
	igt_describe("Ranges that the program chooses, overlaps.");
	igt_subtest("reserve-fixed")
		reserve_fixed(fd, vm);
	igt_describe("Ranges within bounds.");
	igt_subtest("reserve-bounds")
		reserve_bounds(fd, vm);
	igt_describe("Only whole reservations are given back.");
	igt_subtest("reserve-free")
		reserve_free(fd, vm);
	igt_describe("A range goes with what is bound in it.");
	igt_subtest("reserve-free-bound")
		reserve_free_bound(fd, vm);
	igt_describe("More than there is.");
	igt_subtest("reserve-huge")
		reserve_huge(fd, vm);
	igt_describe("Several processes on one file.");
	igt_subtest("reserve-parallel")
		reserve_parallel(fd, vm);
}

int igt_main()
{
	static int fd;
	static uint32_t vm;

	igt_fixture()
		fd = drm_open_driver_render(DRIVER_DXG);

	igt_describe("A VM in dma-fence mode.");
	igt_subtest("create")
		create(fd, 0);
	igt_describe("A VM in user-fence mode.");
	igt_subtest("create-user-fence")
		create(fd, DRM_DXG_VM_USER_FENCE);
	igt_describe("A file has one VM.");
	igt_subtest("create-second")
		create_second(fd);
	igt_describe("VMs one after the other in one file.");
	igt_subtest("recreate")
		recreate(fd);
	igt_describe("A VM ends once.");
	igt_subtest("destroy-twice")
		destroy_twice(fd);
	igt_describe("A VM ends with all that is in it.");
	igt_subtest("destroy-full")
		destroy_full(fd, false);
	igt_describe("A file is closed with a VM and all that is in it.");
	igt_subtest("close-full") {
		int other = drm_open_driver_render(DRIVER_DXG);

		destroy_full(other, true);
		drm_close_driver(other);
	}
	igt_describe("A VM is its file's.");
	igt_subtest("isolated")
		isolated(fd);

	igt_fixture()
		vm = igt_dxg_vm_create(fd, 0);
	ranges(fd, vm);
	igt_describe("The state of a VM that is well.");
	igt_subtest("state-active")
		state_active(fd, vm);
	igt_describe("Bad fields of VM_RESERVE.");
	igt_subtest("invalid-reserve")
		invalid_reserve(fd, vm);
	igt_describe("Bad fields of VM_GET_STATE.");
	igt_subtest("invalid-get-state")
		invalid_get_state(fd, vm);
	igt_fixture()
		igt_dxg_vm_destroy(fd, vm);

	igt_describe("Bad fields of VM_CREATE.");
	igt_subtest("invalid-create")
		invalid_create(fd);
	igt_describe("Bad fields of VM_DESTROY.");
	igt_subtest("invalid-destroy")
		invalid_destroy(fd);

	igt_describe("The GPU uses an address that is not bound.");
	igt_subtest("lost-page-fault")
		lost(emit_page_fault, DRM_DXG_LOST_PAGE_FAULT);
	igt_describe("The GPU refuses a command.");
	igt_subtest("lost-bad-command")
		lost(emit_fault, DRM_DXG_LOST_FAULT);

	igt_fixture()
		drm_close_driver(fd);
}
