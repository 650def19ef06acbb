// SPDX-License-Identifier: MIT
/*
 * Monitored fences: making, raising, waiting, eventfds, the page with the value.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_fence.h"

/**
 * TEST: dxg fence
 * Category: Core
 * Mega feature: dxg
 * Sub-category: synchronization
 * Functionality: monitored fences
 *
 * SUBTEST: create
 * Description: A fence has a value, a handle and, unless refused, a GPU address.
 *
 * SUBTEST: create-many
 * Description: Fences do not disturb each other.
 *
 * SUBTEST: destroy-twice
 * Description: A handle that is gone names nothing.
 *
 * SUBTEST: leave
 * Description: Closing the file ends its fences.
 *
 * SUBTEST: isolated
 * Description: A handle is worth nothing in another file.
 *
 * SUBTEST: signal-wait
 * Description: A raised value ends waits for it.
 *
 * SUBTEST: signal-array
 * Description: Several fences are raised by one call.
 *
 * SUBTEST: signal-rewind
 * Description: A value is lowered only on purpose.
 *
 * SUBTEST: wait-past
 * Description: A timeout in the past does not wait.
 *
 * SUBTEST: wait-timeout
 * Description: A wait ends at its time, not before.
 *
 * SUBTEST: wait-unchanged
 * Description: A wait that timed out leaves its argument alone.
 *
 * SUBTEST: wait-blocks
 * Description: A wait is woken.
 *
 * SUBTEST: wait-forever
 * Description: A wait without end is woken.
 *
 * SUBTEST: wait-interrupted
 * Description: A wait is woken though signals interrupt it.
 *
 * SUBTEST: wait-interrupted-timeout
 * Description: A wait times out though signals interrupt it.
 *
 * SUBTEST: wait-many-values
 * Description: Waiters at different values are each woken by theirs.
 *
 * SUBTEST: wait-descending
 * Description: Waits for ever lower values that were given up do not pile up.
 *
 * SUBTEST: wait-killed
 * Description: A waiter that is killed leaves the fence usable.
 *
 * SUBTEST: debugfs
 * Description: debugfs shows fences, and that no more is armed than needed.
 *
 * SUBTEST: wait-any
 * Description: Several fences: any of them.
 *
 * SUBTEST: wait-all
 * Description: Several fences: all of them.
 *
 * SUBTEST: destroy-waiting
 * Description: A handle goes while somebody waits.
 *
 * SUBTEST: destroy-vm-waiting
 * Description: The VM goes while somebody waits.
 *
 * SUBTEST: eventfd
 * Description: An eventfd is signalled once.
 *
 * SUBTEST: eventfd-any
 * Description: An eventfd for any of several fences.
 *
 * SUBTEST: eventfd-all
 * Description: An eventfd for all of several fences.
 *
 * SUBTEST: eventfd-left
 * Description: Handle and file go while an eventfd waits.
 *
 * SUBTEST: mmap
 * Description: The value is seen in the page.
 *
 * SUBTEST: mmap-readonly
 * Description: The page cannot be written, nor made writable.
 *
 * SUBTEST: mmap-invalid
 * Description: Offsets of nothing, of others, and sizes that are not a page's.
 *
 * SUBTEST: mmap-fork
 * Description: The page after fork.
 *
 * SUBTEST: invalid-create
 * Description: Bad fields of FENCE_CREATE.
 *
 * SUBTEST: invalid-destroy
 * Description: Bad fields of FENCE_DESTROY.
 *
 * SUBTEST: invalid-points
 * Description: Bad arrays of points.
 *
 * SUBTEST: invalid-fields
 * Description: Bad fields of FENCE_SIGNAL, FENCE_WAIT and FENCE_EVENTFD.
 *
 * SUBTEST: stride
 * Description: Elements of another size.
 */

IGT_TEST_DESCRIPTION("Monitored fences of the dxg driver.");

#define SHORT	igt_dxg_time(50)
#define LONG	igt_dxg_time(120000)
#define NEVER	INT64_MAX

/* A value that no test raises a fence to. */
#define FAR	(1ull << 40)

struct fd_vm {
	int fd;
	uint32_t vm;
};

/* --- Making --- */

static void create(const struct fd_vm *t)
{
	struct drm_dxg_fence_create a, b;

	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, 0, 7, &a), 0);
	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, DRM_DXG_FENCE_NO_GPU, 7, &b), 0);
	igt_assert_neq_u32(a.handle, b.handle);
	igt_assert_neq_u32(a.host_handle, 0);
	igt_assert_neq_u32(a.host_handle, b.host_handle);
	igt_assert_neq_u64(a.gpu_va, 0);
	igt_assert_eq_u64(b.gpu_va, 0);
	igt_assert_eq(__dxg_fence_wait(t->fd, a.handle, 7, 0), 0);
	igt_assert_eq(__dxg_fence_wait(t->fd, a.handle, 8, 0), -ETIME);
	igt_dxg_fence_destroy(t->fd, a.handle);
	igt_dxg_fence_destroy(t->fd, b.handle);
}

static void create_many(const struct fd_vm *t)
{
	uint32_t handles[64];
	int i;

	for (i = 0; i < 64; i++)
		handles[i] = igt_dxg_fence_create(t->fd, t->vm, 0, i);
	for (i = 0; i < 64; i++) {
		igt_assert_eq(__dxg_fence_wait(t->fd, handles[i], i, 0), 0);
		igt_assert_eq(__dxg_fence_wait(t->fd, handles[i], i + 1, 0), -ETIME);
	}
	for (i = 0; i < 64; i++)
		igt_dxg_fence_destroy(t->fd, handles[i]);
}

static void destroy_twice(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);

	igt_dxg_fence_destroy(t->fd, handle);
	igt_assert_eq(__dxg_fence_destroy(t->fd, handle), -ENOENT);
	igt_assert_eq(__dxg_fence_destroy(t->fd, 0), -ENOENT);
}

/* Fences that are left to the end of the file. */
static void leave(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0);
	int i;

	for (i = 0; i < 8; i++)
		igt_dxg_fence_create(fd, vm, DRM_DXG_FENCE_SHAREABLE, i);
	drm_close_driver(fd);
}

/* A handle is of its file, and says nothing in another. */
static void isolated(const struct fd_vm *t)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);

	igt_dxg_vm_create(fd, 0);
	igt_assert_eq(__dxg_fence_wait(fd, handle, 0, 0), -ENOENT);
	igt_assert_eq(__dxg_fence_signal(fd, handle, 1), -ENOENT);
	igt_assert_eq(__dxg_fence_destroy(fd, handle), -ENOENT);
	drm_close_driver(fd);
	igt_dxg_fence_destroy(t->fd, handle);
}

/* --- Raising --- */

static void signal_wait(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	uint64_t value;

	for (value = 1; value < 100; value += value) {
		igt_assert_eq(__dxg_fence_wait(t->fd, handle, value, 0), -ETIME);
		igt_dxg_fence_signal(t->fd, handle, value);
		igt_assert_eq(__dxg_fence_wait(t->fd, handle, value, LONG), 0);
	}
	igt_dxg_fence_signal(t->fd, handle, UINT64_MAX);
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, UINT64_MAX, LONG), 0);
	igt_dxg_fence_destroy(t->fd, handle);
}

static void signal_array(const struct fd_vm *t)
{
	struct drm_dxg_fence_point points[3];
	int i;

	for (i = 0; i < 3; i++)
		points[i] = (struct drm_dxg_fence_point) {
			.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0),
			.value = 10 + i,
		};
	igt_assert_eq(__dxg_fence_signal_array(t->fd, 0, points, 3), 0);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, 0, points, 3, LONG, NULL), 0);
	for (i = 0; i < 3; i++) {
		igt_assert_eq(__dxg_fence_wait(t->fd, points[i].handle, 11 + i, 0), -ETIME);
		igt_dxg_fence_destroy(t->fd, points[i].handle);
	}
}

static void signal_rewind(const struct fd_vm *t)
{
	struct drm_dxg_fence_point point = { .value = 3 };

	point.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 5);
	igt_assert_eq(__dxg_fence_signal_array(t->fd, 0, &point, 1), -EINVAL);
	igt_assert_eq(__dxg_fence_wait(t->fd, point.handle, 5, 0), 0);
	igt_assert_eq(__dxg_fence_signal_array(t->fd, DRM_DXG_FENCE_SIGNAL_REWIND, &point, 1), 0);
	/* Behind the next signal, the last one has been carried out, too. */
	igt_dxg_fence_signal(t->fd, point.handle, 4);
	igt_assert_eq(__dxg_fence_wait(t->fd, point.handle, 4, LONG), 0);
	while (__dxg_fence_wait(t->fd, point.handle, 5, 0) == 0)
		;
	igt_assert_eq(__dxg_fence_wait(t->fd, point.handle, 5, SHORT), -ETIME);
	igt_dxg_fence_destroy(t->fd, point.handle);
}

/* --- Waiting --- */

static void wait_timeout(const struct fd_vm *t, int64_t ms)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	int64_t deadline = igt_dxg_time(ms), now;

	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 1, deadline), -ETIME);
	now = igt_dxg_time(0);
	igt_assert_f(now >= deadline, "%lld ns early\n", (long long)(deadline - now));
	/* Not at all is what it must not be; a slow machine may well be late. */
	igt_assert_f(now < deadline + 60ll * NSEC_PER_SEC, "%lld ns late\n",
		     (long long)(now - deadline));
	igt_dxg_fence_destroy(t->fd, handle);
}

/* The argument is as it was, so that the call can be repeated. */
static void wait_unchanged(const struct fd_vm *t)
{
	struct drm_dxg_fence_point point = {
		.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0),
		.value = 1,
	};
	struct drm_dxg_fence_wait args = {
		.timeout_ns = SHORT,
		.points = { sizeof(point), 1, (uintptr_t)&point },
	}, before = args;

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_WAIT, &args, -ETIME);
	igt_assert_eq(memcmp(&args, &before, sizeof(args)), 0);
	igt_dxg_fence_destroy(t->fd, point.handle);
}

/* Raise @handle to @value in a thread of its own: a child that shares the file. */
static void signal_later(int fd, uint32_t handle, uint64_t value, int ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000l };

	igt_fork(child, 1) {
		nanosleep(&pause, NULL);
		igt_dxg_fence_signal(fd, handle, value);
	}
}

static void wait_blocks(const struct fd_vm *t, int64_t timeout, bool interrupted)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);

	signal_later(t->fd, handle, 5, 200);
	if (interrupted)
		igt_fork_signal_helper();
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 5, timeout), 0);
	if (interrupted)
		igt_stop_signal_helper();
	igt_waitchildren();
	igt_dxg_fence_destroy(t->fd, handle);
}

/* Whom a signal interrupts all the time still gets ETIME. */
static void wait_interrupted_timeout(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	int64_t deadline = igt_dxg_time(300);

	igt_fork_signal_helper();
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 1, deadline), -ETIME);
	igt_stop_signal_helper();
	igt_assert(igt_dxg_time(0) >= deadline);
	igt_dxg_fence_destroy(t->fd, handle);
}

/* Many waiters at different values of one fence; each is woken by its own. */
static void wait_many_values(const struct fd_vm *t)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	uint64_t value;

	/* Some from below, some from above what is armed already. */
	igt_fork(child, 8)
		igt_assert_eq(__dxg_fence_wait(t->fd, handle, child % 2 ? 1 + child : 20 - child,
					       LONG), 0);
	for (value = 1; value <= 20; value++) {
		nanosleep(&pause, NULL);
		igt_dxg_fence_signal(t->fd, handle, value);
	}
	igt_waitchildren();
	igt_dxg_fence_destroy(t->fd, handle);
}

/* Waits for lower and lower values, each given up: the host cannot forget them. */
static void wait_descending(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	uint64_t value;

	for (value = 1000; value > 100; value -= 10)
		igt_assert_eq(__dxg_fence_wait(t->fd, handle, value, igt_dxg_time(1)), -ETIME);
	signal_later(t->fd, handle, 50, 100);
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 50, LONG), 0);
	signal_later(t->fd, handle, 1000, 100);
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 1000, LONG), 0);
	igt_waitchildren();
	igt_dxg_fence_destroy(t->fd, handle);
}

/* Lines of debugfs that have @text. */
static int shown(int fd, const char *text)
{
	FILE *file = igt_dxg_debugfs_open(fd, "dxg_vms");
	char line[512];
	int count = 0;

	while (fgets(line, sizeof(line), file))
		count += !!strstr(line, text);
	fclose(file);
	return count;
}

/* Waits and what is armed for them can be seen; what was given up stays armed, once. */
static void debugfs(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG), i;
	uint32_t vm = igt_dxg_vm_create(fd, 0), handle;
	const uint64_t value = 0x123456789;
	char text[64];

	handle = igt_dxg_fence_create(fd, vm, 0, value);
	snprintf(text, sizeof(text), "value %llu, waits 0, armed 0", (unsigned long long)value);
	igt_assert_eq(shown(fd, text), 1);
	for (i = 1; i < 10; i++)
		igt_assert_eq(__dxg_fence_wait(fd, handle, value + i, igt_dxg_time(5)), -ETIME);
	snprintf(text, sizeof(text), "value %llu, waits 0, armed 1", (unsigned long long)value);
	igt_assert_eq(shown(fd, text), 1);
	igt_dxg_fence_destroy(fd, handle);
	drm_close_driver(fd);
}

static void wait_killed(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	struct igt_helper_process waiter = { .use_SIGKILL = true };

	igt_fork_helper(&waiter)
		__dxg_fence_wait(t->fd, handle, FAR, NEVER);
	usleep(100000);
	igt_stop_helper(&waiter);
	/* What it left armed serves the next. */
	signal_later(t->fd, handle, FAR, 100);
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, FAR, LONG), 0);
	igt_waitchildren();
	igt_dxg_fence_destroy(t->fd, handle);
}

/* A wait goes on when the handle goes. */
static void destroy_waiting(const struct fd_vm *t)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0), .value = 1 },
		{ .handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0), .value = 1 },
	};
	const struct timespec pause = { .tv_nsec = 100000000 };

	igt_fork(child, 1) {
		nanosleep(&pause, NULL);
		igt_dxg_fence_destroy(t->fd, points[0].handle);
		igt_dxg_fence_signal(t->fd, points[1].handle, 1);
	}
	igt_assert_eq(__dxg_fence_wait_array(t->fd, DRM_DXG_FENCE_WAIT_ANY, points, 2, LONG,
					     NULL), 0);
	igt_waitchildren();
	igt_dxg_fence_destroy(t->fd, points[1].handle);
}

/* Waits end when the VM does. */
static void destroy_vm_waiting(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), handle = igt_dxg_fence_create(fd, vm, 0, 0);

	igt_fork(child, 1)
		igt_assert_eq(__dxg_fence_wait(fd, handle, 1, LONG), -ECANCELED);
	usleep(100000);
	igt_dxg_vm_destroy(fd, vm);
	igt_waitchildren();
	igt_assert_eq(__dxg_fence_wait(fd, handle, 1, LONG), -ECANCELED);
	igt_assert_eq(__dxg_fence_signal(fd, handle, 1), -ECANCELED);
	igt_dxg_fence_destroy(fd, handle);
	drm_close_driver(fd);
}

/* Three fences; the one with @reached of them set is the last to be raised. */
static void wait_several(const struct fd_vm *t, uint32_t flags)
{
	bool any = flags & DRM_DXG_FENCE_WAIT_ANY;
	struct drm_dxg_fence_point points[3];
	uint32_t first = 77;
	int i;

	for (i = 0; i < 3; i++)
		points[i] = (struct drm_dxg_fence_point) {
			.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0),
			.value = 1,
		};
	igt_assert_eq(__dxg_fence_wait_array(t->fd, flags, points, 3, 0, NULL), -ETIME);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, flags, points, 3, SHORT, NULL), -ETIME);

	signal_later(t->fd, points[2].handle, 1, 100);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, flags, points, 3, any ? LONG : SHORT, &first),
		      any ? 0 : -ETIME);
	igt_assert_eq_u32(first, any ? 2 : 0);
	igt_waitchildren();

	igt_dxg_fence_signal(t->fd, points[1].handle, 1);
	igt_assert_eq(__dxg_fence_wait(t->fd, points[1].handle, 1, LONG), 0);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, flags, points, 3, SHORT, &first),
		      any ? 0 : -ETIME);
	if (any)
		igt_assert_eq_u32(first, 1);
	signal_later(t->fd, points[0].handle, 1, 100);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, 0, points, 3, LONG, &first), 0);
	igt_assert(first < 3);
	igt_waitchildren();
	for (i = 0; i < 3; i++)
		igt_dxg_fence_destroy(t->fd, points[i].handle);
}

/* --- Eventfds --- */

static uint64_t events(int efd, int ms)
{
	struct pollfd p = { .fd = efd, .events = POLLIN };
	uint64_t count = 0;

	if (poll(&p, 1, ms) == 1)
		igt_assert_eq(read(efd, &count, sizeof(count)), sizeof(count));
	return count;
}

static int new_eventfd(void)
{
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	igt_assert_fd(efd);
	return efd;
}

static void eventfd_once(const struct fd_vm *t)
{
	struct drm_dxg_fence_point point = { .value = 3 };
	int efd = new_eventfd();

	point.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 2);
	igt_assert_eq(__dxg_fence_eventfd(t->fd, 0, &point, 1, efd), 0);
	igt_assert_eq_u64(events(efd, 100), 0);
	igt_dxg_fence_signal(t->fd, point.handle, 3);
	igt_assert_eq_u64(events(efd, 20000), 1);
	igt_dxg_fence_signal(t->fd, point.handle, 4);
	igt_assert_eq_u64(events(efd, 100), 0);

	/* Reached already. */
	igt_assert_eq(__dxg_fence_eventfd(t->fd, 0, &point, 1, efd), 0);
	igt_assert_eq_u64(events(efd, 20000), 1);
	close(efd);
	igt_dxg_fence_destroy(t->fd, point.handle);
}

static void eventfd_several(const struct fd_vm *t, uint32_t flags)
{
	bool any = flags & DRM_DXG_FENCE_WAIT_ANY;
	struct drm_dxg_fence_point points[2];
	int efd = new_eventfd(), i;

	for (i = 0; i < 2; i++)
		points[i] = (struct drm_dxg_fence_point) {
			.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0),
			.value = 1,
		};
	igt_assert_eq(__dxg_fence_eventfd(t->fd, flags, points, 2, efd), 0);
	igt_dxg_fence_signal(t->fd, points[1].handle, 1);
	igt_assert_eq_u64(events(efd, any ? 20000 : 100), any);
	igt_dxg_fence_signal(t->fd, points[0].handle, 1);
	igt_assert_eq_u64(events(efd, any ? 100 : 20000), !any);
	close(efd);
	for (i = 0; i < 2; i++)
		igt_dxg_fence_destroy(t->fd, points[i].handle);
}

/* The descriptor, the handle, or the file go first. */
static void eventfd_left(const struct fd_vm *t)
{
	struct drm_dxg_fence_point point = { .value = 1 };
	int efd = new_eventfd(), fd = drm_open_driver_render(DRIVER_DXG);

	point.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	igt_assert_eq(__dxg_fence_eventfd(t->fd, 0, &point, 1, efd), 0);
	igt_dxg_fence_destroy(t->fd, point.handle);
	igt_assert_eq_u64(events(efd, 50), 0);

	point.handle = igt_dxg_fence_create(fd, igt_dxg_vm_create(fd, 0), 0, 0);
	igt_assert_eq(__dxg_fence_eventfd(fd, 0, &point, 1, efd), 0);
	drm_close_driver(fd);
	igt_assert_eq_u64(events(efd, 20000), 1);
	close(efd);
}

/* --- The page --- */

static void mmap_value(const struct fd_vm *t)
{
	struct drm_dxg_fence_create args;
	const volatile uint64_t *page;
	int private;

	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, 0, 7, &args), 0);
	for (private = 0; private < 2; private++) {
		page = mmap(NULL, 4096, PROT_READ, private ? MAP_PRIVATE : MAP_SHARED, t->fd,
			    args.mmap_offset);
		igt_assert(page != MAP_FAILED);
		igt_assert_eq_u64(*page, 7 + private);
		igt_dxg_fence_signal(t->fd, args.handle, 8);
		igt_assert_eq(__dxg_fence_wait(t->fd, args.handle, 8, LONG), 0);
		igt_assert_eq_u64(*page, 8);
		igt_assert_eq(munmap((void *)page, 4096), 0);
	}
	/* A mapping outlives the handle. */
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, t->fd, args.mmap_offset);
	igt_assert(page != MAP_FAILED);
	igt_dxg_fence_destroy(t->fd, args.handle);
	igt_assert_eq_u64(*page, 8);
	igt_assert_eq(munmap((void *)page, 4096), 0);
}

static void no_mmap(int fd, size_t size, int prot, int flags, uint64_t offset, int error)
{
	igt_assert(mmap(NULL, size, prot, flags, fd, offset) == MAP_FAILED);
	igt_assert_eq(errno, error);
	errno = 0;
}

static void mmap_readonly(const struct fd_vm *t)
{
	struct drm_dxg_fence_create args;
	void *page;

	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, 0, 0, &args), 0);
	no_mmap(t->fd, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, args.mmap_offset, EACCES);
	no_mmap(t->fd, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, args.mmap_offset, EACCES);
	no_mmap(t->fd, 4096, PROT_WRITE, MAP_SHARED, args.mmap_offset, EACCES);
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, t->fd, args.mmap_offset);
	igt_assert(page != MAP_FAILED);
	igt_assert_eq(mprotect(page, 4096, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(munmap(page, 4096), 0);
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, t->fd, args.mmap_offset);
	igt_assert(page != MAP_FAILED);
	igt_assert_eq(mprotect(page, 4096, PROT_READ | PROT_WRITE), -1);
	igt_assert_eq(errno, EACCES);
	igt_assert_eq(munmap(page, 4096), 0);
	errno = 0;
	igt_dxg_fence_destroy(t->fd, args.handle);
}

static void mmap_invalid(const struct fd_vm *t)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	struct drm_dxg_fence_create args;

	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, 0, 0, &args), 0);
	no_mmap(t->fd, 8192, PROT_READ, MAP_SHARED, args.mmap_offset, EINVAL);
	no_mmap(t->fd, 4096, PROT_READ, MAP_SHARED, args.mmap_offset + (1ull << 34), EINVAL);
	no_mmap(fd, 4096, PROT_READ, MAP_SHARED, args.mmap_offset, EACCES);
	igt_dxg_fence_destroy(t->fd, args.handle);
	no_mmap(t->fd, 4096, PROT_READ, MAP_SHARED, args.mmap_offset, EINVAL);
	drm_close_driver(fd);
}

/* A child sees the value, too, and its exit takes nothing away. */
static void mmap_fork(const struct fd_vm *t)
{
	struct drm_dxg_fence_create args;
	const volatile uint64_t *page;

	igt_assert_eq(__dxg_fence_create(t->fd, t->vm, 0, 1, &args), 0);
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, t->fd, args.mmap_offset);
	igt_assert(page != MAP_FAILED);
	igt_fork(child, 2)
		igt_assert_eq_u64(*page, 1);
	igt_waitchildren();
	igt_dxg_fence_signal(t->fd, args.handle, 2);
	igt_assert_eq(__dxg_fence_wait(t->fd, args.handle, 2, LONG), 0);
	igt_assert_eq_u64(*page, 2);
	igt_assert_eq(munmap((void *)page, 4096), 0);
	igt_dxg_fence_destroy(t->fd, args.handle);
}

/* --- Bad arguments --- */

static void invalid_create(const struct fd_vm *t)
{
	static const struct {
		struct drm_dxg_fence_create args;
		int error;
	} cases[] = {
		{ { .flags = 1 << 3 }, -EINVAL },
		{ { .flags = 1 << 31 }, -EINVAL },
		{ { .handle = 1 }, -EINVAL },
		{ { .host_handle = 1 }, -EINVAL },
		{ { .gpu_va = 1 }, -EINVAL },
		{ { .mmap_offset = 1 }, -EINVAL },
		{ { .vm_id = 1 << 30 }, -ENOENT },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drm_dxg_fence_create args = cases[i].args;

		args.vm_id += t->vm;
		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_CREATE, &args, cases[i].error);
	}
}

static void invalid_destroy(const struct fd_vm *t)
{
	struct drm_dxg_fence_destroy args = { .pad = 1 };

	args.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_DESTROY, &args, -EINVAL);
	igt_dxg_fence_destroy(t->fd, args.handle);
}

/* The array that signal, wait and eventfd have in common. */
static void invalid_points(const struct fd_vm *t)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0) },
		{ .handle = points[0].handle },
	};
	const struct {
		struct drm_dxg_array array;
		int error;
	} cases[] = {
		{ { .stride = 16, .count = 0, .array = (uintptr_t)points }, -EINVAL },
		{ { .stride = 8, .count = 1, .array = (uintptr_t)points }, -EINVAL },
		{ { .stride = 20, .count = 1, .array = (uintptr_t)points }, -EINVAL },
		{ { .stride = 8192, .count = 1, .array = (uintptr_t)points }, -EINVAL },
		{ { .stride = 16, .count = 1 << 20, .array = (uintptr_t)points }, -EINVAL },
		{ { .stride = 16, .count = 1, .array = 8 }, -EFAULT },
		{ { .stride = 32, .count = 1, .array = (uintptr_t)points }, -E2BIG },
	};
	size_t i;
	int efd = new_eventfd();

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drm_dxg_fence_signal signal = { .points = cases[i].array };
		struct drm_dxg_fence_wait wait = { .points = cases[i].array };
		struct drm_dxg_fence_eventfd event = { .points = cases[i].array, .fd = efd };

		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &signal, cases[i].error);
		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_WAIT, &wait, cases[i].error);
		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &event, cases[i].error);
	}

	points[1].pad = 1;
	igt_assert_eq(__dxg_fence_signal_array(t->fd, 0, points, 2), -EINVAL);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, 0, points, 2, 0, NULL), -EINVAL);
	igt_assert_eq(__dxg_fence_eventfd(t->fd, 0, points, 2, efd), -EINVAL);
	points[1].pad = 0;
	points[1].handle = 0;
	igt_assert_eq(__dxg_fence_signal_array(t->fd, 0, points, 2), -ENOENT);
	igt_assert_eq(__dxg_fence_wait_array(t->fd, 0, points, 2, 0, NULL), -ENOENT);
	igt_assert_eq(__dxg_fence_eventfd(t->fd, 0, points, 2, efd), -ENOENT);
	igt_assert_eq_u64(events(efd, 0), 0);
	close(efd);
	igt_dxg_fence_destroy(t->fd, points[0].handle);
}

static void invalid_fields(const struct fd_vm *t)
{
	struct drm_dxg_fence_point point = {
		.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0),
	};
	const struct drm_dxg_array array = { sizeof(point), 1, (uintptr_t)&point };
	struct drm_dxg_fence_signal signal = { .flags = 2, .points = array };
	struct drm_dxg_fence_wait wait = { .flags = 2, .points = array };
	struct drm_dxg_fence_eventfd event = { .flags = 2, .points = array, .fd = new_eventfd() };
	int efd = event.fd;

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &signal, -EINVAL);
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_WAIT, &wait, -EINVAL);
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &event, -EINVAL);

	signal.flags = 0;
	signal.pad = 1;
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &signal, -EINVAL);
	wait.flags = 0;
	wait.first_signaled = 1;
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_WAIT, &wait, -EINVAL);
	event.flags = 0;
	event.fd = -1;
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &event, -EBADF);
	event.fd = t->fd;
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &event, -EINVAL);
	close(efd);
	igt_dxg_fence_destroy(t->fd, point.handle);
}

/* Elements longer than the kernel's are fine when the rest is zero. */
static void stride(const struct fd_vm *t)
{
	struct {
		struct drm_dxg_fence_point point;
		uint64_t more[2];
	} points[2] = {
		{ .point.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0), .point.value = 1 },
		{ .point.handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0), .point.value = 2 },
	};
	struct drm_dxg_fence_signal signal = {
		.points = { sizeof(points[0]), 2, (uintptr_t)points },
	};

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &signal, 0);
	igt_assert_eq(__dxg_fence_wait(t->fd, points[1].point.handle, 2, LONG), 0);
	points[1].more[1] = 1;
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &signal, -E2BIG);
	igt_dxg_fence_destroy(t->fd, points[0].point.handle);
	igt_dxg_fence_destroy(t->fd, points[1].point.handle);
}

static void object_subtests(const struct fd_vm *t)
{
	igt_describe("A fence has a value, a handle and, unless refused, a GPU address.");
	igt_subtest("create")
		create(t);
	igt_describe("Fences do not disturb each other.");
	igt_subtest("create-many")
		create_many(t);
	igt_describe("A handle that is gone names nothing.");
	igt_subtest("destroy-twice")
		destroy_twice(t);
	igt_describe("Closing the file ends its fences.");
	igt_subtest("leave")
		leave();
	igt_describe("A handle is worth nothing in another file.");
	igt_subtest("isolated")
		isolated(t);

	igt_describe("A raised value ends waits for it.");
	igt_subtest("signal-wait")
		signal_wait(t);
	igt_describe("Several fences are raised by one call.");
	igt_subtest("signal-array")
		signal_array(t);
	igt_describe("A value is lowered only on purpose.");
	igt_subtest("signal-rewind")
		signal_rewind(t);
}

static void wait_subtests(const struct fd_vm *t)
{
	igt_describe("A timeout in the past does not wait.");
	igt_subtest("wait-past")
		wait_timeout(t, -1000);
	igt_describe("A wait ends at its time, not before.");
	igt_subtest("wait-timeout")
		wait_timeout(t, 200);
	igt_describe("A wait that timed out leaves its argument alone.");
	igt_subtest("wait-unchanged")
		wait_unchanged(t);
	igt_describe("A wait is woken.");
	igt_subtest("wait-blocks")
		wait_blocks(t, LONG, false);
	igt_describe("A wait without end is woken.");
	igt_subtest("wait-forever")
		wait_blocks(t, NEVER, false);
	igt_describe("A wait is woken though signals interrupt it.");
	igt_subtest("wait-interrupted")
		wait_blocks(t, LONG, true);
	igt_describe("A wait times out though signals interrupt it.");
	igt_subtest("wait-interrupted-timeout")
		wait_interrupted_timeout(t);
	igt_describe("Waiters at different values are each woken by theirs.");
	igt_subtest("wait-many-values")
		wait_many_values(t);
	igt_describe("Waits for ever lower values that were given up do not pile up.");
	igt_subtest("wait-descending")
		wait_descending(t);
	igt_describe("A waiter that is killed leaves the fence usable.");
	igt_subtest("wait-killed")
		wait_killed(t);
	igt_describe("debugfs shows fences, and that no more is armed than needed.");
	igt_subtest("debugfs")
		debugfs();
	igt_describe("Several fences: any of them.");
	igt_subtest("wait-any")
		wait_several(t, DRM_DXG_FENCE_WAIT_ANY);
	igt_describe("Several fences: all of them.");
	igt_subtest("wait-all")
		wait_several(t, 0);
	igt_describe("A handle goes while somebody waits.");
	igt_subtest("destroy-waiting")
		destroy_waiting(t);
	igt_describe("The VM goes while somebody waits.");
	igt_subtest("destroy-vm-waiting")
		destroy_vm_waiting();
}

static void eventfd_and_page_subtests(const struct fd_vm *t)
{
	igt_describe("An eventfd is signalled once.");
	igt_subtest("eventfd")
		eventfd_once(t);
	igt_describe("An eventfd for any of several fences.");
	igt_subtest("eventfd-any")
		eventfd_several(t, DRM_DXG_FENCE_WAIT_ANY);
	igt_describe("An eventfd for all of several fences.");
	igt_subtest("eventfd-all")
		eventfd_several(t, 0);
	igt_describe("Handle and file go while an eventfd waits.");
	igt_subtest("eventfd-left")
		eventfd_left(t);

	igt_describe("The value is seen in the page.");
	igt_subtest("mmap")
		mmap_value(t);
	igt_describe("The page cannot be written, nor made writable.");
	igt_subtest("mmap-readonly")
		mmap_readonly(t);
	igt_describe("Offsets of nothing, of others, and sizes that are not a page's.");
	igt_subtest("mmap-invalid")
		mmap_invalid(t);
	igt_describe("The page after fork.");
	igt_subtest("mmap-fork")
		mmap_fork(t);
}

static void invalid_subtests(const struct fd_vm *t)
{
	igt_describe("Bad fields of FENCE_CREATE.");
	igt_subtest("invalid-create")
		invalid_create(t);
	igt_describe("Bad fields of FENCE_DESTROY.");
	igt_subtest("invalid-destroy")
		invalid_destroy(t);
	igt_describe("Bad arrays of points.");
	igt_subtest("invalid-points")
		invalid_points(t);
	igt_describe("Bad fields of FENCE_SIGNAL, FENCE_WAIT and FENCE_EVENTFD.");
	igt_subtest("invalid-fields")
		invalid_fields(t);
	igt_describe("Elements of another size.");
	igt_subtest("stride")
		stride(t);
}

int igt_main()
{
	static struct fd_vm t;

	igt_fixture() {
		t.fd = drm_open_driver_render(DRIVER_DXG);
		t.vm = igt_dxg_vm_create(t.fd, 0);
	}

	object_subtests(&t);
	wait_subtests(&t);
	eventfd_and_page_subtests(&t);
	invalid_subtests(&t);

	igt_fixture()
		drm_close_driver(t.fd);
}
