// SPDX-License-Identifier: MIT
/*
 * Queues: how they are made, what they are refused, what their state says, and how
 * they end.
 */
#include "igt.h"

#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/capability.h>

#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"
#include "sw_sync.h"

/**
 * TEST: dxg queue
 * Category: Core
 * Mega feature: dxg
 * Sub-category: submission
 * Functionality: queues
 *
 * SUBTEST: create-context
 * Description: Two contexts, of different kinds.
 *
 * SUBTEST: create-hw
 * Description: A hardware queue in dma-fence mode.
 *
 * SUBTEST: create-hw-user-fence
 * Description: A hardware queue in user-fence mode has a fence.
 *
 * SUBTEST: create-bind
 * Description: A bind queue in dma-fence mode.
 *
 * SUBTEST: create-bind-user-fence
 * Description: A bind queue in user-fence mode has a fence.
 *
 * SUBTEST: create-data
 * Description: Opaque data is bounded by its size.
 *
 * SUBTEST: create-many
 * Description: A hundred queues, ended in another order, three times.
 *
 * SUBTEST: create-no-timeout
 * Description: The host's time limit can be off, in user-fence mode only.
 *
 * SUBTEST: create-privileged
 * Description: Priorities above 0, and no time limit, want CAP_SYS_NICE.
 *
 * SUBTEST: invalid-hw-parent-kind
 * Description: A context that takes work itself is no parent.
 *
 * SUBTEST: invalid-hw-unsupported
 * Description: Where the host has no hardware queues, they are not supported.
 *
 * SUBTEST: destroy-twice
 * Description: A queue ends once.
 *
 * SUBTEST: destroy-pad
 * Description: The padding is checked.
 *
 * SUBTEST: destroy-parent
 * Description: A parent ends after what is below it.
 *
 * SUBTEST: destroy-foreign
 * Description: The queue of another file is nobody's.
 *
 * SUBTEST: destroy-pending
 * Description: Work that is pending is cancelled.
 *
 * SUBTEST: destroy-vm-pending
 * Description: Work that is pending is cancelled when the VM ends, with all queues.
 *
 * SUBTEST: destroy-file-pending
 * Description: Closing the file cancels what is pending and waits for nobody.
 *
 * SUBTEST: state-counts
 * Description: Submissions are counted, and nothing is lost.
 *
 * SUBTEST: set-priority
 * Description: Priorities are set and told.
 *
 * SUBTEST: set-invalid
 * Description: Unknown queues, properties and values are refused.
 *
 * SUBTEST: set-hw
 * Description: A hardware queue has a time limit, but its parent the priority.
 *
 * SUBTEST: set-privileged
 * Description: Priorities above 0 want CAP_SYS_NICE, except among one's own queues.
 *
 * SUBTEST: set-timeout
 * Description: The time limit can be shorter, not longer.
 *
 * SUBTEST: set-timeout-user-fence
 * Description: In user-fence mode there is no time limit.
 */

/**
 * SUBTEST: invalid-%s
 * Description: QUEUE_CREATE refuses one bad field and makes nothing: %arg[1].
 *
 * arg[1]:
 *
 * @vm:	vm
 * @type:	type
 * @flags:	flags
 * @flags-high:	flags high
 * @node:	node
 * @parent-of-context:	parent of context
 * @priority-low:	priority low
 * @priority-high:	priority high
 * @data-size:	data size
 * @data-pointer:	data pointer
 * @queue-id:	queue id
 * @host-handle:	host handle
 * @fence-handle:	fence handle
 * @host-fence:	host fence
 * @fence-va:	fence va
 * @fence-mmap-offset:	fence mmap offset
 * @bind-flags:	bind flags
 * @bind-node:	bind node
 * @bind-parent:	bind parent
 * @bind-client-hint:	bind client hint
 * @bind-priority-low:	bind priority low
 * @bind-priority-high:	bind priority high
 * @bind-data-size:	bind data size
 * @hw-parent:	hw parent
 * @hw-flags:	hw flags
 * @hw-node:	hw node
 * @hw-client-hint:	hw client hint
 * @hw-priority:	hw priority
 */

/**
 * SUBTEST: %s-unknown
 * Description: An unknown queue is ENOENT: %arg[1].
 *
 * arg[1]:
 *
 * @destroy:	destroy
 * @state:	state
 */

/**
 * SUBTEST: state-invalid-%s
 * Description: QUEUE_GET_STATE refuses a value in a field that is returned: %arg[1].
 *
 * arg[1]:
 *
 * @flags:	flags
 * @reason:	reason
 * @timeout:	timeout
 * @priority:	priority
 * @priority-in-process:	priority in process
 * @submitted:	submitted
 * @completed:	completed
 */

IGT_TEST_DESCRIPTION("Queues of the dxg driver: creation, properties, end.");

/* A handle that nothing has. */
#define NOTHING		0x7fffff

/* More than the kernel's limit of opaque data. */
#define TOO_MUCH_DATA	(1024 * 1024)

/* --- Privileges --- */

/* Run @code in a child without CAP_SYS_NICE. */
static void drop_nice(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	igt_assert_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= ~(1u << CAP_SYS_NICE);
	igt_assert_eq(syscall(SYS_capset, &header, data), 0);
}

/* --- Creation --- */

static void create_context(int fd, uint32_t vm)
{
	struct drm_dxg_queue_create a = igt_dxg_context(vm, IGT_DXG_NODE_3D);
	struct drm_dxg_queue_create b = igt_dxg_context(vm, IGT_DXG_NODE_COPY);

	a.client_hint = 7;
	a.priority = -2;
	b.flags = DRM_DXG_QUEUE_SYNC_ONLY;
	igt_assert_eq(__dxg_queue_create(fd, &a), 0);
	igt_assert_eq(__dxg_queue_create(fd, &b), 0);
	igt_assert_neq_u32(a.queue_id, 0);
	igt_assert_neq_u32(a.host_handle, 0);
	igt_assert_neq_u32(a.queue_id, b.queue_id);
	igt_assert_neq_u32(a.host_handle, b.host_handle);
	igt_assert_eq_u32(a.fence_handle | a.host_fence, 0);
	igt_assert_eq_u64(a.fence_va | a.fence_mmap_offset, 0);
	igt_dxg_queue_destroy(fd, a.queue_id);
	igt_dxg_queue_destroy(fd, b.queue_id);
}

static void create_hw(int fd, uint32_t vm, bool user_fence)
{
	struct drm_dxg_queue_create args = { .vm_id = vm, .type = DRM_DXG_QUEUE_HW };
	uint32_t parent, queue = igt_dxg_hw_queue_create(fd, vm, IGT_DXG_NODE_3D, &parent);

	args.parent = parent;
	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	igt_assert_neq_u32(args.queue_id, queue);
	igt_assert_neq_u32(args.host_handle, 0);
	if (user_fence) {
		igt_assert_neq_u32(args.fence_handle, 0);
		igt_assert_neq_u32(args.host_fence, 0);
		igt_assert_neq_u64(args.fence_mmap_offset, 0);
		igt_assert_eq(__dxg_fence_wait(fd, args.fence_handle, 0, 0), 0);
		/* It ends with the queue, and only so. */
		igt_assert_eq(__dxg_fence_destroy(fd, args.fence_handle), -EBUSY);
		igt_assert_eq(__dxg_fence_signal(fd, args.fence_handle, 1), -EPERM);
	} else {
		igt_assert_eq_u32(args.fence_handle | args.host_fence, 0);
		igt_assert_eq_u64(args.fence_va | args.fence_mmap_offset, 0);
	}
	igt_dxg_queue_destroy(fd, args.queue_id);
	if (user_fence)
		igt_assert_eq(__dxg_fence_wait(fd, args.fence_handle, 0, 0), -ENOENT);
	igt_dxg_queue_destroy(fd, queue);
	igt_dxg_queue_destroy(fd, parent);
}

static void create_bind(int fd, uint32_t vm, bool user_fence)
{
	struct drm_dxg_queue_create args = { .vm_id = vm, .type = DRM_DXG_QUEUE_BIND };

	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	igt_assert_neq_u32(args.queue_id, 0);
	igt_assert_neq_u32(args.host_handle, 0);
	igt_assert(!args.fence_handle == !user_fence);
	igt_dxg_queue_destroy(fd, args.queue_id);
}

/* Opaque data goes to the host and comes back. */
static void create_data(int fd, uint32_t vm)
{
	struct drm_dxg_queue_create args = igt_dxg_context(vm, IGT_DXG_NODE_3D);
	uint8_t data[96];

	memset(data, 0x5a, sizeof(data));
	args.data = (uintptr_t)data;
	args.data_size = sizeof(data) - 1;
	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	/* Not a byte behind it. */
	igt_assert_eq(data[sizeof(data) - 1], 0x5a);
	igt_dxg_queue_destroy(fd, args.queue_id);
}

/* Nobody in the middle: a queue can be made at any time, also many. */
static void create_many(int fd, uint32_t vm)
{
	uint32_t queue[100];
	int round, i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < 100; i++)
			queue[i] = igt_dxg_queue_create(fd, vm, i & 1);
		for (i = 0; i < 100; i++)
			igt_dxg_queue_destroy(fd, queue[(i * 37) % 100]);
	}
}

static void create_no_timeout(int fd, uint32_t vm, int error)
{
	struct drm_dxg_queue_create args = igt_dxg_context(vm, IGT_DXG_NODE_3D);

	args.flags = DRM_DXG_QUEUE_NO_TIMEOUT;
	igt_assert_eq(__dxg_queue_create(fd, &args), error);
	if (!error)
		igt_dxg_queue_destroy(fd, args.queue_id);
}

static void create_subtests(int fd, uint32_t vm, int user_fd, uint32_t user_vm)
{
	igt_describe("Two contexts, of different kinds.");
	igt_subtest("create-context")
		create_context(fd, vm);
	igt_describe("A hardware queue in dma-fence mode.");
	igt_subtest("create-hw")
		create_hw(fd, vm, false);
	igt_describe("A hardware queue in user-fence mode has a fence.");
	igt_subtest("create-hw-user-fence")
		create_hw(user_fd, user_vm, true);
	igt_describe("A bind queue in dma-fence mode.");
	igt_subtest("create-bind")
		create_bind(fd, vm, false);
	igt_describe("A bind queue in user-fence mode has a fence.");
	igt_subtest("create-bind-user-fence")
		create_bind(user_fd, user_vm, true);
	igt_describe("Opaque data is bounded by its size.");
	igt_subtest("create-data")
		create_data(fd, vm);
	igt_describe("A hundred queues, ended in another order, three times.");
	igt_subtest("create-many")
		create_many(fd, vm);
	igt_describe("The host's time limit can be off, in user-fence mode only.");
	igt_subtest("create-no-timeout") {
		create_no_timeout(fd, vm, -EOPNOTSUPP);
		create_no_timeout(user_fd, user_vm, 0);
	}
	igt_describe("Priorities above 0, and no time limit, want CAP_SYS_NICE.");
	igt_subtest("create-privileged") {
		struct drm_dxg_queue_create args = igt_dxg_context(vm, IGT_DXG_NODE_3D);

		args.priority = 7;
		igt_assert_eq(__dxg_queue_create(fd, &args), 0);
		igt_dxg_queue_destroy(fd, args.queue_id);
		igt_fork(child, 1) {
			args = igt_dxg_context(vm, IGT_DXG_NODE_3D);
			drop_nice();
			args.priority = 1;
			igt_assert_eq(__dxg_queue_create(fd, &args), -EACCES);
			create_no_timeout(user_fd, user_vm, -EACCES);
		}
		igt_waitchildren();
	}
}

/* --- Bad arguments --- */

static const struct {
	const char *name;
	struct drm_dxg_queue_create args;	/* vm_id is filled in unless it is set */
	int error;
} bad[] = {
	{ "vm", { .vm_id = NOTHING }, -ENOENT },
	{ "type", { .type = 3 }, -EINVAL },
	{ "flags", { .flags = 1u << 4 }, -EINVAL },
	{ "flags-high", { .flags = 1u << 31 }, -EINVAL },
	{ "node", { .node = 64 }, -ENOENT },
	{ "parent-of-context", { .parent = 1 }, -EINVAL },
	{ "priority-low", { .priority = -8 }, -EINVAL },
	{ "priority-high", { .priority = 8 }, -EINVAL },
	{ "data-size", { .data_size = TOO_MUCH_DATA, .data = 4096 }, -EINVAL },
	{ "data-pointer", { .data_size = 8, .data = 8 }, -EFAULT },
	{ "queue-id", { .queue_id = 1 }, -EINVAL },
	{ "host-handle", { .host_handle = 1 }, -EINVAL },
	{ "fence-handle", { .fence_handle = 1 }, -EINVAL },
	{ "host-fence", { .host_fence = 1 }, -EINVAL },
	{ "fence-va", { .fence_va = 1 }, -EINVAL },
	{ "fence-mmap-offset", { .fence_mmap_offset = 1 }, -EINVAL },
	{ "bind-flags", { .type = DRM_DXG_QUEUE_BIND, .flags = 1 }, -EINVAL },
	{ "bind-node", { .type = DRM_DXG_QUEUE_BIND, .node = 1 }, -EINVAL },
	{ "bind-parent", { .type = DRM_DXG_QUEUE_BIND, .parent = 1 }, -EINVAL },
	{ "bind-client-hint", { .type = DRM_DXG_QUEUE_BIND, .client_hint = 1 }, -EINVAL },
	{ "bind-priority-low", { .type = DRM_DXG_QUEUE_BIND, .priority = -2 }, -EINVAL },
	{ "bind-priority-high", { .type = DRM_DXG_QUEUE_BIND, .priority = 2 }, -EINVAL },
	{ "bind-data-size", { .type = DRM_DXG_QUEUE_BIND, .data_size = 8 }, -EINVAL },
};

/* Fields of hardware queues; they need a parent. */
static const struct {
	const char *name;
	struct drm_dxg_queue_create args;
	int error;
} bad_hw[] = {
	{ "hw-parent", { .parent = NOTHING }, -ENOENT },
	{ "hw-flags", { .flags = DRM_DXG_QUEUE_SYNC_ONLY }, -EINVAL },
	{ "hw-node", { .node = 1 }, -EINVAL },
	{ "hw-client-hint", { .client_hint = 1 }, -EINVAL },
	{ "hw-priority", { .priority = 1 }, -EINVAL },
};

static void invalid_hw(int fd, uint32_t vm, struct drm_dxg_queue_create args, int error)
{
	uint32_t parent, queue = igt_dxg_hw_queue_create(fd, vm, IGT_DXG_NODE_3D, &parent);

	args.vm_id = vm;
	args.type = DRM_DXG_QUEUE_HW;
	if (!args.parent)
		args.parent = parent;
	igt_assert_eq(__dxg_queue_create(fd, &args), error);
	igt_dxg_queue_destroy(fd, queue);
	igt_dxg_queue_destroy(fd, parent);
}

static void invalid_subtests(int fd, uint32_t vm)
{
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		igt_subtest_f("invalid-%s", bad[i].name) {
			struct drm_dxg_queue_create args = bad[i].args;

			if (!args.vm_id)
				args.vm_id = vm;
			igt_assert_eq(__dxg_queue_create(fd, &args), bad[i].error);
		}
	}
	for (i = 0; i < sizeof(bad_hw) / sizeof(bad_hw[0]); i++) {
		igt_subtest_f("invalid-%s", bad_hw[i].name)
			invalid_hw(fd, vm, bad_hw[i].args, bad_hw[i].error);
	}
	igt_describe("A context that takes work itself is no parent.");
	igt_subtest("invalid-hw-parent-kind") {
		struct drm_dxg_queue_create args = {
			.vm_id = vm,
			.type = DRM_DXG_QUEUE_HW,
			.parent = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D),
		};
		struct drm_dxg_device_info info;

		igt_dxg_device_info(fd, &info);
		igt_require(info.flags & DRM_DXG_DEVICE_HW_SCHEDULING);
		igt_assert_eq(__dxg_queue_create(fd, &args), -EINVAL);
		igt_dxg_queue_destroy(fd, args.parent);
	}
	igt_describe("Where the host has no hardware queues, they are not supported.");
	igt_subtest("invalid-hw-unsupported") {
		struct drm_dxg_queue_create args = igt_dxg_context(vm, IGT_DXG_NODE_3D);
		struct drm_dxg_device_info info;

		igt_dxg_device_info(fd, &info);
		igt_require_f(!(info.flags & DRM_DXG_DEVICE_HW_SCHEDULING),
			      "this GPU has hardware queues\n");
		args.flags = DRM_DXG_QUEUE_HW_PARENT;
		igt_assert_eq(__dxg_queue_create(fd, &args), -EOPNOTSUPP);
	}
}

/* --- The end --- */

static void destroy_order(int fd, uint32_t vm)
{
	uint32_t parent, queue = igt_dxg_hw_queue_create(fd, vm, IGT_DXG_NODE_3D, &parent);

	igt_assert_eq(__dxg_queue_destroy(fd, parent), -EBUSY);
	igt_dxg_queue_destroy(fd, queue);
	igt_dxg_queue_destroy(fd, parent);
}

/* Commands that occupy the GPU for @ms, or for ever. */
static uint32_t hang(struct igt_dxg_buffer *buffer, uint32_t ms)
{
	struct softgpu_buffer commands;

	softgpu_buffer_init(&commands, buffer->map, buffer->size);
	softgpu_hang(&commands, ms * 1000000ull);
	return commands.used;
}

/* Commands that wait for a value that never comes, beside others on the GPU. */
static uint32_t never(struct igt_dxg_buffer *buffer)
{
	struct softgpu_buffer commands;

	softgpu_buffer_init(&commands, buffer->map, buffer->size / 2);
	softgpu_fence_wait(&commands, buffer->va + buffer->size / 2, 1);
	return commands.used;
}

/* What is pending completes when the queue ends, and the ioctl does not wait for it. */
static void destroy_pending(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0);
	uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	uint32_t syncobj[3], length, i;
	struct igt_dxg_buffer buffer;
	struct drm_dxg_sync_op op;

	igt_dxg_buffer_create(fd, vm, 4096, &buffer);
	length = never(&buffer);
	for (i = 0; i < 3; i++) {
		syncobj[i] = syncobj_create(fd, 0);
		op = igt_dxg_signal_syncobj(syncobj[i], 0);
		igt_dxg_submit(fd, queue, igt_dxg_work(buffer.va, length, &op, 1));
	}
	igt_dxg_queue_destroy(fd, queue);
	for (i = 0; i < 3; i++) {
		igt_assert_eq(igt_dxg_syncobj_result(fd, syncobj[i], 120), -ECANCELED);
		syncobj_destroy(fd, syncobj[i]);
	}
	igt_assert_eq(munmap(buffer.map, buffer.size), 0);
	drm_close_driver(fd);
}

/* The same when the VM ends, or the file. */
static void end_pending(bool file)
{
	int fd = drm_open_driver_render(DRIVER_DXG), fence;
	uint32_t vm = igt_dxg_vm_create(fd, 0), queue, syncobj = syncobj_create(fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);
	struct drm_dxg_queue_get_state state = { 0 };
	struct igt_dxg_buffer buffer;
	struct pollfd poll_fence = { .events = POLLIN };

	queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	igt_dxg_buffer_create(fd, vm, 4096, &buffer);
	igt_dxg_submit(fd, queue, igt_dxg_work(buffer.va, never(&buffer), &op, 1));
	fence = igt_dxg_sync_file(fd, syncobj);
	if (file) {
		igt_assert_eq(munmap(buffer.map, buffer.size), 0);
		drm_close_driver(fd);
	} else {
		igt_dxg_vm_destroy(fd, vm);
		state.queue_id = queue;
		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &state, -ENOENT);
		igt_assert_eq(munmap(buffer.map, buffer.size), 0);
		drm_close_driver(fd);
	}
	/* A job that was not sent yet ends by a worker, not in the call. The GPU never ends. */
	poll_fence.fd = fence;
	igt_assert_eq(poll(&poll_fence, 1, 120000), 1);
	igt_assert_eq(sync_fence_status(fence), -ECANCELED);
	close(fence);
}

static void destroy_subtests(int fd, uint32_t vm)
{
	igt_describe("An unknown queue is ENOENT.");
	igt_subtest("destroy-unknown") {
		igt_assert_eq(__dxg_queue_destroy(fd, NOTHING), -ENOENT);
		igt_assert_eq(__dxg_queue_destroy(fd, 0), -ENOENT);
	}
	igt_describe("A queue ends once.");
	igt_subtest("destroy-twice") {
		uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);

		igt_dxg_queue_destroy(fd, queue);
		igt_assert_eq(__dxg_queue_destroy(fd, queue), -ENOENT);
	}
	igt_describe("The padding is checked.");
	igt_subtest("destroy-pad") {
		struct drm_dxg_queue_destroy args = {
			.queue_id = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D),
			.pad = 1,
		};

		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_DESTROY, &args, -EINVAL);
		igt_dxg_queue_destroy(fd, args.queue_id);
	}
	igt_describe("A parent ends after what is below it.");
	igt_subtest("destroy-parent")
		destroy_order(fd, vm);
	igt_describe("The queue of another file is nobody's.");
	igt_subtest("destroy-foreign") {
		int other = drm_open_driver_render(DRIVER_DXG);
		uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);

		igt_assert_eq(__dxg_queue_destroy(other, queue), -ENOENT);
		igt_dxg_queue_destroy(fd, queue);
		drm_close_driver(other);
	}
	igt_describe("Work that is pending is cancelled.");
	igt_subtest("destroy-pending")
		destroy_pending();
	igt_describe("Work that is pending is cancelled when the VM ends, with all queues.");
	igt_subtest("destroy-vm-pending")
		end_pending(false);
	igt_describe("Closing the file cancels what is pending and waits for nobody.");
	igt_subtest("destroy-file-pending")
		end_pending(true);
}

/* --- State and properties --- */

static const struct {
	const char *name;
	struct drm_dxg_queue_get_state args;
} bad_state[] = {
	{ "flags", { .flags = 1 } },
	{ "reason", { .reason = 1 } },
	{ "timeout", { .timeout_ms = 1 } },
	{ "priority", { .priority = 1 } },
	{ "priority-in-process", { .priority_in_process = 1 } },
	{ "submitted", { .submitted = 1 } },
	{ "completed", { .completed = 1 } },
};

static void state_counts(int fd, uint32_t vm)
{
	uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	struct drm_dxg_queue_get_state state;
	struct drm_dxg_device_info info;
	struct igt_dxg_buffer buffer;

	igt_dxg_device_info(fd, &info);
	igt_dxg_queue_state(fd, queue, &state);
	igt_assert_eq_u32(state.flags | state.reason, 0);
	igt_assert_eq_u32(state.timeout_ms, info.queue_timeout_ms);
	igt_assert_eq_u64(state.submitted, 0);
	igt_assert_eq_u64(state.completed, 0);
	igt_dxg_buffer_create(fd, vm, 4096, &buffer);
	igt_dxg_run(fd, queue, buffer.va, hang(&buffer, 1));
	igt_dxg_run(fd, queue, buffer.va, hang(&buffer, 1));
	igt_dxg_queue_state(fd, queue, &state);
	igt_assert_eq_u64(state.submitted, 2);
	igt_assert_eq_u64(state.completed, 2);
	igt_dxg_buffer_destroy(fd, &buffer);
	igt_dxg_queue_destroy(fd, queue);
}

static void set_priority(int fd, uint32_t vm)
{
	uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	struct drm_dxg_queue_get_state state;

	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, -7), 0);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY_IN_PROCESS, 5), 0);
	igt_dxg_queue_state(fd, queue, &state);
	igt_assert_eq(state.priority, -7);
	igt_assert_eq(state.priority_in_process, 5);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 7), 0);
	igt_dxg_queue_state(fd, queue, &state);
	igt_assert_eq(state.priority, 7);
	igt_dxg_queue_destroy(fd, queue);
}

static void set_invalid(int fd, uint32_t vm)
{
	uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	struct drm_dxg_device_info info;

	igt_dxg_device_info(fd, &info);
	igt_assert_eq(__dxg_queue_set(fd, NOTHING, DRM_DXG_QUEUE_PRIORITY, 0), -ENOENT);
	igt_assert_eq(__dxg_queue_set(fd, queue, 3, 0), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 8), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, -8), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 1ll << 32), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY_IN_PROCESS, 8), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, 9), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, 0), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, -1), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS,
				      info.queue_timeout_ms + 1), -EINVAL);
	igt_dxg_queue_destroy(fd, queue);
}

static void set_hw(int fd, uint32_t vm)
{
	uint32_t parent, queue = igt_dxg_hw_queue_create(fd, vm, IGT_DXG_NODE_3D, &parent);

	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 0), -EINVAL);
	igt_assert_eq(__dxg_queue_set(fd, parent, DRM_DXG_QUEUE_PRIORITY, -1), 0);
	igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, 100), 0);
	igt_dxg_queue_destroy(fd, queue);
	igt_dxg_queue_destroy(fd, parent);
}

static void state_subtests(int fd, uint32_t vm)
{
	size_t i;

	igt_describe("Submissions are counted, and nothing is lost.");
	igt_subtest("state-counts")
		state_counts(fd, vm);
	for (i = 0; i < sizeof(bad_state) / sizeof(bad_state[0]); i++) {
		igt_subtest_f("state-invalid-%s", bad_state[i].name) {
			struct drm_dxg_queue_get_state args = bad_state[i].args;

			args.queue_id = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
			igt_dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &args, -EINVAL);
			igt_dxg_queue_destroy(fd, args.queue_id);
		}
	}
	igt_describe("An unknown queue is ENOENT.");
	igt_subtest("state-unknown") {
		struct drm_dxg_queue_get_state args = { .queue_id = NOTHING };

		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &args, -ENOENT);
	}
}

static void set_subtests(int fd, uint32_t vm, int user_fd, uint32_t user_vm)
{
	igt_describe("Priorities are set and told.");
	igt_subtest("set-priority")
		set_priority(fd, vm);
	igt_describe("Unknown queues, properties and values are refused.");
	igt_subtest("set-invalid")
		set_invalid(fd, vm);
	igt_describe("A hardware queue has a time limit, but its parent the priority.");
	igt_subtest("set-hw")
		set_hw(fd, vm);
	igt_describe("Priorities above 0 want CAP_SYS_NICE, except among one's own queues.");
	igt_subtest("set-privileged") {
		uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);

		igt_fork(child, 1) {
			drop_nice();
			igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 1),
				      -EACCES);
			igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_PRIORITY, 0), 0);
			igt_assert_eq(__dxg_queue_set(fd, queue,
						      DRM_DXG_QUEUE_PRIORITY_IN_PROCESS, 7), 0);
		}
		igt_waitchildren();
		igt_dxg_queue_destroy(fd, queue);
	}
	igt_describe("The time limit can be shorter, not longer.");
	igt_subtest("set-timeout") {
		uint32_t queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
		struct drm_dxg_queue_get_state state;

		igt_assert_eq(__dxg_queue_set(fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, 10), 0);
		igt_dxg_queue_state(fd, queue, &state);
		igt_assert_eq_u32(state.timeout_ms, 10);
		igt_dxg_queue_destroy(fd, queue);
	}
	igt_describe("In user-fence mode there is no time limit.");
	igt_subtest("set-timeout-user-fence") {
		uint32_t queue = igt_dxg_queue_create(user_fd, user_vm, IGT_DXG_NODE_3D);
		struct drm_dxg_queue_get_state state;

		igt_assert_eq(__dxg_queue_set(user_fd, queue, DRM_DXG_QUEUE_TIMEOUT_MS, 100),
			      -EOPNOTSUPP);
		igt_dxg_queue_state(user_fd, queue, &state);
		igt_assert_eq_u32(state.timeout_ms, 0);
		igt_dxg_queue_destroy(user_fd, queue);
	}
}

int igt_main()
{
	static int fd = -1, user_fd = -1;
	static uint32_t vm, user_vm;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_DXG);
		vm = igt_dxg_vm_create(fd, 0);
		user_fd = drm_open_driver_render(DRIVER_DXG);
		user_vm = igt_dxg_vm_create(user_fd, DRM_DXG_VM_USER_FENCE);
	}

	create_subtests(fd, vm, user_fd, user_vm);
	invalid_subtests(fd, vm);
	destroy_subtests(fd, vm);
	state_subtests(fd, vm);
	set_subtests(fd, vm, user_fd, user_vm);

	igt_fixture() {
		drm_close_driver(user_fd);
		drm_close_driver(fd);
	}
}
