// SPDX-License-Identifier: MIT
/*
 * The library's objects against the mock driver: what they send, who keeps whom
 * alive, one object for each handle, nothing left after errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dxg.h"
#include "mock.h"

#define PAGE	4096

/** struct bed - A device on a file that can be mapped. */
struct bed {
	int fd;
	struct dxg_device *dev;
	struct dxg_vm *vm;
};

static int setup(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	mock_reset();
	bed->fd = memfd_create("node", MFD_CLOEXEC);
	assert_int_equal(ftruncate(bed->fd, 16 * PAGE), 0);
	assert_int_equal(dxg_device_new(bed->fd, &bed->dev), 0);
	assert_int_equal(dxg_vm_new(bed->dev, 0, &bed->vm), 0);
	*state = bed;
	return 0;
}

/* Whatever a test did, nothing is left in the driver when it has let go of all. */
static int teardown(void **state)
{
	struct bed *bed = *state;
	int i;

	mock.fail_request = 0;
	dxg_vm_unref(bed->vm);
	dxg_device_unref(bed->dev);
	close(bed->fd);
	free(bed);
	for (i = 0; i < MOCK_HANDLES; i++) {
		if (mock.handles[i])
			return -1;
	}
	return mock.vms || mock.queues_alive || mock.fences ? -1 : 0;
}

static void refuse(unsigned long request, int error)
{
	mock.fail_request = request;
	mock.fail_error = error;
}

static void vm_lives_as_long_as_what_is_in_it(void **state)
{
	struct bed *bed = *state;
	struct dxg_bo *bo;
	struct dxg_vm *vm = bed->vm;

	assert_int_equal(dxg_vm_id(vm), 5);
	assert_int_equal(dxg_vm_host_handle(vm), 0x55);
	assert_ptr_equal(dxg_vm_device(vm), bed->dev);
	assert_int_equal(dxg_bo_new_system(vm, 0, PAGE, &bo), 0);
	assert_ptr_equal(dxg_vm_ref(vm), vm);
	dxg_vm_unref(vm);
	bed->vm = NULL;
	dxg_vm_unref(vm);
	assert_int_equal(mock.vms, 1);
	dxg_bo_unref(bo);
	assert_int_equal(mock.vms, 0);
	dxg_vm_unref(NULL);
}

static void vm_errors_leave_nothing(void **state)
{
	struct bed *bed = *state;
	struct drm_dxg_vm_get_state s = {};
	struct dxg_vm *vm = NULL;
	uint64_t va = 0;

	refuse(DRM_IOCTL_DXG_VM_CREATE, EBUSY);
	assert_int_equal(dxg_vm_new(bed->dev, DRM_DXG_VM_USER_FENCE, &vm), -EBUSY);
	assert_null(vm);
	refuse(DRM_IOCTL_DXG_VM_RESERVE, ENOSPC);
	assert_int_equal(dxg_vm_reserve(bed->vm, 0, PAGE, &va), -ENOSPC);
	assert_int_equal(va, 0);
	refuse(DRM_IOCTL_DXG_VM_GET_STATE, ENODEV);
	assert_int_equal(dxg_vm_get_state(bed->vm, &s), -ENODEV);
	assert_int_equal(s.generation, 0);
	refuse(0, 0);
	assert_int_equal(dxg_vm_get_state(bed->vm, &s), 0);
	assert_int_equal(s.generation, 13);
}

static void ranges_and_bindings_say_what_they_mean(void **state)
{
	struct bed *bed = *state;
	struct dxg_bo *bo;
	uint64_t va = 0;

	assert_int_equal(dxg_vm_reserve(bed->vm, DRM_DXG_RESERVE_ZERO, 8 * PAGE, &va), 0);
	assert_int_equal(va, 0x30000);
	assert_int_equal(mock.arg.reserve.size, 8 * PAGE);
	assert_int_equal(mock.arg.reserve.flags, DRM_DXG_RESERVE_ZERO);
	assert_int_equal(dxg_vm_free(bed->vm, va, 8 * PAGE), 0);
	assert_int_equal(mock.arg.reserve.flags, DRM_DXG_RESERVE_FREE);
	assert_int_equal(mock.arg.reserve.va, va);

	assert_int_equal(dxg_bo_new_system(bed->vm, 0, 3 * PAGE, &bo), 0);
	va = 0;
	assert_int_equal(dxg_vm_map_bo(bed->vm, bo, 0, DRM_DXG_BIND_EXECUTE, &va), 0);
	assert_int_equal(va, 0x40000);
	assert_int_equal(mock.arg.bind.flags, 0);
	assert_int_equal(mock.ops[0].op, DRM_DXG_BIND_MAKE_RESIDENT);
	assert_int_equal(mock.ops[1].op, DRM_DXG_BIND_MAP);
	assert_int_equal(mock.ops[1].flags, DRM_DXG_BIND_EXECUTE | DRM_DXG_BIND_ANY_VA);
	assert_int_equal(mock.ops[1].size, 3 * PAGE);
	va = 0x50000;
	assert_int_equal(dxg_vm_map_bo(bed->vm, bo, 0, 0, &va), 0);
	assert_int_equal(mock.ops[1].flags, 0);
	assert_int_equal(mock.ops[1].va, 0x50000);
	assert_int_equal(dxg_vm_unmap(bed->vm, va, PAGE), 0);
	assert_int_equal(mock.ops[0].op, DRM_DXG_BIND_UNMAP);
	dxg_bo_unref(bo);
}

static void bos_have_their_memory(void **state)
{
	struct bed *bed = *state;
	struct dxg_bo *host, *sys, *user;
	char data[16] = "opaque";
	void *a, *b, *own;

	assert_int_equal(dxg_bo_new_host(bed->vm, DRM_DXG_BO_CACHED, data, sizeof(data), &host), 0);
	assert_int_equal(mock.arg.bo_create.flags, DRM_DXG_BO_CACHED);
	assert_int_equal(dxg_bo_size(host, 0), PAGE);
	assert_int_equal(dxg_bo_size(host, 1), 0);
	assert_int_equal(dxg_bo_host_handle(host, 0), 0x100);
	assert_int_equal(dxg_bo_host_handle(host, 1), 0);
	assert_int_equal(dxg_bo_alloc_count(host), 1);

	assert_int_equal(dxg_bo_new_system(bed->vm, DRM_DXG_BO_SHAREABLE, 2 * PAGE, &sys), 0);
	assert_int_equal(mock.arg.bo_create.flags,
			 DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD | DRM_DXG_BO_SHAREABLE);
	assert_int_equal(dxg_bo_map(sys, 1, &a), -EINVAL);
	assert_int_equal(dxg_bo_map(sys, 0, &a), 0);
	memset(a, 7, PAGE);
	assert_int_equal(dxg_bo_map(sys, 0, &b), 0);
	assert_ptr_equal(a, b);
	assert_int_equal(dxg_bo_ref(sys) == sys, 1);
	dxg_bo_unref(sys);
	assert_int_equal(((char *)b)[5], 7);

	own = aligned_alloc(PAGE, PAGE);
	assert_int_equal(dxg_bo_new_user(bed->vm, DRM_DXG_BO_READONLY, own, PAGE, &user), 0);
	assert_int_equal(mock.arg.bo_create.flags,
			 DRM_DXG_BO_USER | DRM_DXG_BO_STANDARD | DRM_DXG_BO_READONLY);
	assert_int_equal(dxg_bo_map(user, 0, &a), 0);
	assert_ptr_equal(a, own);

	dxg_bo_unref(user);
	dxg_bo_unref(sys);
	dxg_bo_unref(host);
	dxg_bo_unref(NULL);
	free(own);
}

static void bo_errors_leave_nothing(void **state)
{
	struct bed *bed = *state;
	struct dxg_bo *bo = NULL;
	void *map = NULL;

	refuse(DRM_IOCTL_DXG_BO_CREATE, ENOSPC);
	assert_int_equal(dxg_bo_new_system(bed->vm, 0, PAGE, &bo), -ENOSPC);
	assert_null(bo);
	refuse(DRM_IOCTL_DXG_BO_MMAP_OFFSET, EPERM);
	assert_int_equal(dxg_bo_new_system(bed->vm, 0, PAGE, &bo), 0);
	assert_int_equal(dxg_bo_map(bo, 0, &map), -EPERM);
	assert_null(map);
	dxg_bo_unref(bo);

	/* An import that cannot be asked about gives its handle back. */
	mock.exported = 3;
	bo = NULL;
	refuse(DRM_IOCTL_DXG_BO_QUERY_INFO, ENOMEM);
	assert_int_equal(dxg_bo_import(bed->vm, 99, &bo), -ENOMEM);
	assert_null(bo);
	assert_int_equal(mock.handles[3], 0);
	refuse(DRM_IOCTL_PRIME_FD_TO_HANDLE, EBADF);
	assert_int_equal(dxg_bo_import(bed->vm, 99, &bo), -EBADF);
}

static void one_handle_one_object(void **state)
{
	struct bed *bed = *state;
	struct dxg_bo *a, *b, *c;
	int fd;

	assert_int_equal(dxg_bo_new_system(bed->vm, DRM_DXG_BO_SHAREABLE, PAGE, &a), 0);
	assert_int_equal(dxg_bo_export(a, &fd), 0);
	assert_int_equal(fd, 1000);
	mock.exported = dxg_bo_handle(a);
	assert_int_equal(dxg_bo_import(bed->vm, fd, &b), 0);
	assert_ptr_equal(a, b);
	dxg_bo_unref(a);
	assert_int_equal(mock.handles[mock.exported], 1);

	mock.exported = 9;
	mock.allocations = 3;
	assert_int_equal(dxg_bo_import(bed->vm, fd, &c), 0);
	assert_ptr_not_equal(b, c);
	assert_int_equal(dxg_bo_alloc_count(c), 3);
	assert_int_equal(dxg_bo_size(c, 2), 3 * PAGE);
	assert_int_equal(dxg_bo_host_handle(c, 2), 0x202);
	dxg_bo_unref(b);
	dxg_bo_unref(c);
}

static void *import_and_drop(void *arg)
{
	struct bed *bed = arg;
	int i;

	for (i = 0; i < 2000; i++) {
		struct dxg_bo *bo;

		if (dxg_bo_import(bed->vm, 1, &bo))
			return bed;
		/* Closed under our feet, were import and close not one section each. */
		if (!mock.handles[4])
			return bed;
		dxg_bo_unref(bo);
	}
	return NULL;
}

static void imports_race_with_the_last_unref(void **state)
{
	pthread_t threads[4];
	void *bad;
	int i;

	mock.exported = 4;
	for (i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, import_and_drop, *state), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], &bad);
		assert_null(bad);
	}
}

static void bo_requests_pass_through(void **state)
{
	struct bed *bed = *state;
	struct drm_dxg_bo_set_property property = { .properties = DRM_DXG_BO_PRIORITY };
	struct drm_dxg_bo_query_info info = {};
	struct drm_dxg_bo_sync_range *range;
	struct dxg_bo *bo;
	uint64_t value;
	int retained = -1;

	assert_int_equal(dxg_bo_new_system(bed->vm, 0, PAGE, &bo), 0);
	assert_int_equal(dxg_bo_query(bo, &info), 0);
	assert_int_equal(info.size, PAGE);
	assert_int_equal(info.vm_id, 5);
	assert_int_equal(dxg_bo_madvise(bo, DRM_DXG_WILLNEED, &retained, &value), 0);
	assert_int_equal(retained, 1);
	assert_int_equal(value, 11);
	assert_int_equal(dxg_bo_madvise(bo, DRM_DXG_DONTNEED_LOW, NULL, NULL), 0);
	assert_int_equal(mock.arg.madvise.advice, DRM_DXG_DONTNEED_LOW);
	assert_int_equal(dxg_bo_set_property(bo, &property), 0);
	assert_int_equal(property.handle, dxg_bo_handle(bo));
	assert_int_equal(dxg_bo_sync(bo, 0, 16, 32), 0);
	assert_int_equal(mock.arg.sync.ranges.count, 1);
	range = (void *)(uintptr_t)mock.arg.sync.ranges.array;
	assert_non_null(range);
	dxg_bo_unref(bo);
}

static void queues_submit_and_keep_their_parent(void **state)
{
	struct bed *bed = *state;
	struct drm_dxg_sync_op syncs[2] = { dxg_wait_syncobj(1), dxg_signal_point(2, 3) };
	struct drm_dxg_queue_get_state s;
	struct dxg_queue *context, *hw, *bind;

	assert_int_equal(dxg_queue_new_context(bed->vm, 1, &context), 0);
	assert_int_equal(mock.arg.queue_create.node, 1);
	assert_int_equal(dxg_queue_id(context), 7);
	assert_int_equal(dxg_queue_host_handle(context), 0x300);
	assert_null(dxg_queue_fence(context));
	assert_int_equal(dxg_queue_new_hw(context, &hw), 0);
	assert_int_equal(mock.arg.queue_create.parent, 7);
	assert_ptr_equal(dxg_queue_ref(hw), hw);
	dxg_queue_unref(hw);
	dxg_queue_unref(context);
	assert_int_equal(mock.queues_alive, 2);

	assert_int_equal(dxg_queue_submit_one(hw, 0x1000, 64, syncs, 2), 0);
	assert_int_equal(mock.arg.submit.submits.count, 1);
	assert_int_equal(syncs[0].flags, DRM_DXG_SYNC_SYNCOBJ);
	assert_int_equal(syncs[1].flags, DRM_DXG_SYNC_TIMELINE | DRM_DXG_SYNC_SIGNAL);
	assert_int_equal(syncs[1].value, 3);
	assert_int_equal(dxg_queue_get_state(hw, &s), 0);
	assert_int_equal(s.submitted, 12);
	assert_int_equal(dxg_queue_set_property(hw, DRM_DXG_QUEUE_TIMEOUT_MS, 50), 0);
	assert_int_equal(mock.arg.property.value, 50);
	dxg_queue_unref(hw);
	assert_int_equal(mock.queues_alive, 0);

	assert_int_equal(dxg_queue_new_bind(bed->vm, &bind), 0);
	assert_int_equal(dxg_vm_bind(bed->vm, bind, NULL, 0, syncs, 2), 0);
	assert_int_equal(mock.arg.bind.flags, DRM_DXG_VM_BIND_ASYNC);
	assert_int_equal(mock.arg.bind.queue_id, 7);
	assert_int_equal(mock.arg.bind.syncs.count, 2);
	assert_int_equal(dxg_vm_driver_private(bed->vm, bind, 0, syncs, sizeof(syncs)), 0);
	assert_int_equal(mock.arg.private.queue_id, 7);
	dxg_queue_unref(bind);
	refuse(DRM_IOCTL_DXG_QUEUE_CREATE, EACCES);
	assert_int_equal(dxg_queue_new_bind(bed->vm, &bind), -EACCES);
}

static void the_fence_of_a_queue_is_the_queues(void **state)
{
	struct bed *bed = *state;
	struct dxg_queue *queue;
	struct dxg_fence *fence;
	uint64_t value = 1, stored = 77;

	mock.user_fence = 1;
	assert_int_equal(dxg_queue_new_bind(bed->vm, &queue), 0);
	fence = dxg_queue_fence(queue);
	assert_non_null(fence);
	assert_int_equal(dxg_fence_handle(fence), 8);
	assert_int_equal(pwrite(bed->fd, &stored, 8, MOCK_FENCE_PAGE * PAGE), 8);
	assert_int_equal(dxg_fence_get_value(fence, &value), 0);
	assert_int_equal(value, 77);
	mock.last = 0;
	dxg_queue_unref(queue);
	assert_int_equal(mock.last, DRM_IOCTL_DXG_QUEUE_DESTROY);
}

static void fences_are_raised_and_awaited(void **state)
{
	struct bed *bed = *state;
	struct dxg_fence *f[2];
	uint64_t values[2] = { 4, 5 }, value, stored = 6;
	uint32_t first = 9;
	int fd;

	assert_int_equal(dxg_fence_new(bed->vm, DRM_DXG_FENCE_SHAREABLE, 3, &f[0]), 0);
	assert_int_equal(dxg_fence_import(bed->vm, DRM_DXG_FENCE_NO_SIGNAL, 55, &f[1]), 0);
	assert_int_equal(mock.fences, 2);
	assert_int_equal(dxg_fence_va(f[0]), 0x10000);
	assert_int_equal(dxg_fence_host_handle(f[0]), 0x400);
	assert_int_equal(dxg_fence_export(f[0], &fd), 0);
	assert_int_equal(fd, 1001);

	assert_int_equal(dxg_fence_wait(f[0], 4, 0), -ETIME);
	assert_int_equal(dxg_fence_signal(f[0], 4), 0);
	assert_int_equal(mock.points[0].value, 4);
	assert_int_equal(dxg_fence_wait(f[0], 4, INT64_MAX), 0);
	assert_int_equal(mock.arg.wait.timeout_ns == INT64_MAX, 1);
	assert_int_equal(dxg_fences_wait(f, values, 2, DRM_DXG_FENCE_WAIT_ANY, 0, &first), 0);
	assert_int_equal(first, 1);
	assert_int_equal(mock.arg.wait.flags, DRM_DXG_FENCE_WAIT_ANY);
	assert_int_equal(mock.points[1].value, 5);
	assert_int_equal(dxg_fences_wait(f, values, 0, 0, 0, NULL), -EINVAL);
	assert_int_equal(dxg_fences_eventfd(f, values, 2, 0, 66), 0);
	assert_int_equal(mock.arg.eventfd.fd, 66);
	assert_int_equal(dxg_fences_eventfd(f, values, 0, 0, 66), -EINVAL);

	assert_int_equal(pwrite(bed->fd, &stored, 8, MOCK_FENCE_PAGE * PAGE), 8);
	assert_int_equal(dxg_fence_get_value(f[0], &value), 0);
	assert_int_equal(value, 6);
	stored = 7;
	assert_int_equal(pwrite(bed->fd, &stored, 8, MOCK_FENCE_PAGE * PAGE), 8);
	assert_int_equal(dxg_fence_get_value(f[0], &value), 0);
	assert_int_equal(value, 7);
	assert_ptr_equal(dxg_fence_ref(f[0]), f[0]);
	dxg_fence_unref(f[0]);
	dxg_fence_unref(f[0]);
	dxg_fence_unref(f[1]);
	assert_int_equal(mock.fences, 0);
	refuse(DRM_IOCTL_DXG_FENCE_CREATE, ENOSPC);
	assert_int_equal(dxg_fence_new(bed->vm, 0, 0, &f[0]), -ENOSPC);
	refuse(DRM_IOCTL_DXG_FENCE_IMPORT, EINVAL);
	assert_int_equal(dxg_fence_import(bed->vm, 0, 3, &f[0]), -EINVAL);
}

static void regions_and_clock(void **state)
{
	struct bed *bed = *state;
	struct drm_dxg_mem_region *regions;
	struct drm_dxg_clock clock;
	uint32_t count;

	assert_int_equal(dxg_device_get_mem_regions(bed->dev, &regions, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(regions[1].budget, 2000);
	free(regions);
	mock.region_count = 0;
	assert_int_equal(dxg_device_get_mem_regions(bed->dev, &regions, &count), 0);
	assert_null(regions);
	assert_int_equal(dxg_device_get_clock(bed->dev, 1, &clock), 0);
	assert_int_equal(clock.node, 1);
	assert_int_equal(clock.gpu_frequency, 1000000);
	mock.query_error = ENODEV;
	assert_int_equal(dxg_device_get_mem_regions(bed->dev, &regions, &count), -ENODEV);
	assert_int_equal(dxg_device_get_clock(bed->dev, 1, &clock), -ENODEV);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(vm_lives_as_long_as_what_is_in_it),
		TEST(vm_errors_leave_nothing),
		TEST(ranges_and_bindings_say_what_they_mean),
		TEST(bos_have_their_memory),
		TEST(bo_errors_leave_nothing),
		TEST(one_handle_one_object),
		TEST(imports_race_with_the_last_unref),
		TEST(bo_requests_pass_through),
		TEST(queues_submit_and_keep_their_parent),
		TEST(the_fence_of_a_queue_is_the_queues),
		TEST(fences_are_raised_and_awaited),
		TEST(regions_and_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
