// SPDX-License-Identifier: MIT
/*
 * What holds for the arguments of all requests alike, request by request: fields that
 * must be zero, unknown flags, unknown handles, values that cannot be, structures of
 * other sizes. The tables have each field of the interface that a program can get wrong;
 * selftest/test_docs.py compares them with the header.
 */
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "softgpu_escape.h"

/**
 * TEST: dxg abi
 * Category: Core
 * Mega feature: dxg
 * Sub-category: uapi
 * Functionality: arguments of all requests
 *
 * SUBTEST: unknown-numbers
 * Description: Each number of a driver's request that names none is refused.
 */

/**
 * SUBTEST: zero-%s
 * Description: %arg[1] refuses a value in each field that must be zero, one at a time.
 *
 * arg[1]:
 *
 * @vm-create:	VM_CREATE
 * @vm-destroy:	VM_DESTROY
 * @vm-bind:	VM_BIND
 * @vm-get-state:	VM_GET_STATE
 * @bo-create:	BO_CREATE
 * @bo-mmap-offset:	BO_MMAP_OFFSET
 * @bo-query-info:	BO_QUERY_INFO
 * @bo-madvise:	BO_MADVISE
 * @bo-sync:	BO_SYNC
 * @bo-set-property:	BO_SET_PROPERTY
 * @queue-create:	QUEUE_CREATE
 * @queue-destroy:	QUEUE_DESTROY
 * @queue-submit:	QUEUE_SUBMIT
 * @queue-get-state:	QUEUE_GET_STATE
 * @fence-create:	FENCE_CREATE
 * @fence-destroy:	FENCE_DESTROY
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 * @fence-export:	FENCE_EXPORT
 * @fence-import:	FENCE_IMPORT
 */

/**
 * SUBTEST: flags-%s
 * Description: %arg[1] refuses each flag that it does not know, one at a time.
 *
 * arg[1]:
 *
 * @vm-create:	VM_CREATE
 * @vm-reserve:	VM_RESERVE
 * @vm-bind:	VM_BIND
 * @bo-create:	BO_CREATE
 * @bo-query-info:	BO_QUERY_INFO
 * @bo-set-property:	BO_SET_PROPERTY
 * @queue-create:	QUEUE_CREATE
 * @fence-create:	FENCE_CREATE
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 * @fence-export:	FENCE_EXPORT
 * @fence-import:	FENCE_IMPORT
 * @driver-private:	DRIVER_PRIVATE
 */

/**
 * SUBTEST: handles-%s
 * Description: %arg[1] says ENOENT for each handle that names nothing, one at a time.
 *
 * arg[1]:
 *
 * @vm-destroy:	VM_DESTROY
 * @vm-reserve:	VM_RESERVE
 * @vm-bind:	VM_BIND
 * @vm-get-state:	VM_GET_STATE
 * @bo-create:	BO_CREATE
 * @bo-mmap-offset:	BO_MMAP_OFFSET
 * @bo-query-info:	BO_QUERY_INFO
 * @bo-madvise:	BO_MADVISE
 * @bo-sync:	BO_SYNC
 * @bo-set-property:	BO_SET_PROPERTY
 * @queue-create:	QUEUE_CREATE
 * @queue-destroy:	QUEUE_DESTROY
 * @queue-submit:	QUEUE_SUBMIT
 * @queue-get-state:	QUEUE_GET_STATE
 * @queue-set-property:	QUEUE_SET_PROPERTY
 * @fence-create:	FENCE_CREATE
 * @fence-destroy:	FENCE_DESTROY
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 * @fence-export:	FENCE_EXPORT
 * @fence-import:	FENCE_IMPORT
 * @driver-private:	DRIVER_PRIVATE
 */

/**
 * SUBTEST: values-%s
 * Description: %arg[1] refuses each value that a field of it cannot have, one at a time: out of
 *	its range, none of its list, a pointer to nothing.
 *
 * arg[1]:
 *
 * @dev-query:	DEV_QUERY
 * @vm-reserve:	VM_RESERVE
 * @vm-bind:	VM_BIND
 * @bo-create:	BO_CREATE
 * @bo-mmap-offset:	BO_MMAP_OFFSET
 * @bo-query-info:	BO_QUERY_INFO
 * @bo-madvise:	BO_MADVISE
 * @bo-sync:	BO_SYNC
 * @bo-set-property:	BO_SET_PROPERTY
 * @queue-create:	QUEUE_CREATE
 * @queue-submit:	QUEUE_SUBMIT
 * @queue-set-property:	QUEUE_SET_PROPERTY
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 * @fence-import:	FENCE_IMPORT
 * @driver-private:	DRIVER_PRIVATE
 */

/**
 * SUBTEST: size-%s
 * Description: %arg[1] with a larger argument, its tail zero or not, and with a smaller one of
 *	each size: what the caller does not have is not touched.
 *
 * arg[1]:
 *
 * @dev-query:	DEV_QUERY
 * @vm-create:	VM_CREATE
 * @vm-destroy:	VM_DESTROY
 * @vm-reserve:	VM_RESERVE
 * @vm-bind:	VM_BIND
 * @vm-get-state:	VM_GET_STATE
 * @bo-create:	BO_CREATE
 * @bo-mmap-offset:	BO_MMAP_OFFSET
 * @bo-query-info:	BO_QUERY_INFO
 * @bo-madvise:	BO_MADVISE
 * @bo-sync:	BO_SYNC
 * @bo-set-property:	BO_SET_PROPERTY
 * @queue-create:	QUEUE_CREATE
 * @queue-destroy:	QUEUE_DESTROY
 * @queue-submit:	QUEUE_SUBMIT
 * @queue-get-state:	QUEUE_GET_STATE
 * @queue-set-property:	QUEUE_SET_PROPERTY
 * @fence-create:	FENCE_CREATE
 * @fence-destroy:	FENCE_DESTROY
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 * @fence-export:	FENCE_EXPORT
 * @fence-import:	FENCE_IMPORT
 * @driver-private:	DRIVER_PRIVATE
 */

/**
 * SUBTEST: elements-%s
 * Description: Elements of %arg[1] may be longer, as those of a newer program, if what is behind is
 *	zero, else E2BIG, and it stays as it was; shorter, odd and huge ones are refused.
 *
 * arg[1]:
 *
 * @vm-bind:	VM_BIND
 * @bo-create:	BO_CREATE
 * @bo-sync:	BO_SYNC
 * @queue-submit:	QUEUE_SUBMIT
 * @fence-signal:	FENCE_SIGNAL
 * @fence-wait:	FENCE_WAIT
 * @fence-eventfd:	FENCE_EVENTFD
 */

IGT_TEST_DESCRIPTION("What holds for the arguments of all requests of the dxg driver.");

#define PAGE		IGT_DXG_PAGE
#define MAX_SIZE	256
#define NOTHING		0x7ffffff7

/**
 * union any - An argument of any request.
 */
union any {
	uint8_t bytes[MAX_SIZE];
	struct drm_dxg_dev_query dev_query;
	struct drm_dxg_vm_create vm_create;
	struct drm_dxg_vm_destroy vm_destroy;
	struct drm_dxg_vm_reserve vm_reserve;
	struct drm_dxg_vm_bind vm_bind;
	struct drm_dxg_vm_get_state vm_get_state;
	struct drm_dxg_bo_create bo_create;
	struct drm_dxg_bo_mmap_offset bo_mmap_offset;
	struct drm_dxg_bo_query_info bo_query_info;
	struct drm_dxg_bo_madvise bo_madvise;
	struct drm_dxg_bo_sync bo_sync;
	struct drm_dxg_bo_set_property bo_set_property;
	struct drm_dxg_queue_create queue_create;
	struct drm_dxg_queue_destroy queue_destroy;
	struct drm_dxg_queue_submit queue_submit;
	struct drm_dxg_queue_get_state queue_get_state;
	struct drm_dxg_queue_set_property queue_set_property;
	struct drm_dxg_fence_create fence_create;
	struct drm_dxg_fence_destroy fence_destroy;
	struct drm_dxg_fence_signal fence_signal;
	struct drm_dxg_fence_wait fence_wait;
	struct drm_dxg_fence_eventfd fence_eventfd;
	struct drm_dxg_fence_export fence_export;
	struct drm_dxg_fence_import fence_import;
	struct drm_dxg_driver_private driver_private;
};

/**
 * union element - An element of an array of any request.
 */
union element {
	uint8_t bytes[MAX_SIZE];
	struct drm_dxg_vm_bind_op vm_bind_op;
	struct drm_dxg_bo_alloc bo_alloc;
	struct drm_dxg_bo_sync_range bo_sync_range;
	struct drm_dxg_submit submit;
	struct drm_dxg_sync_op sync_op;
	struct drm_dxg_fence_point fence_point;
	struct drm_dxg_host_adapter_info host_adapter_info;
	struct drm_dxg_engines engines;
	struct drm_dxg_feature feature;
	struct drm_dxg_mem_regions mem_regions;
	struct drm_dxg_clock clock;
};

/**
 * struct call - A valid request, to be spoilt.
 */
struct call {
	struct igt_dxg_rig *rig;
	int fd;			/* of the rig, or a file without a VM */
	int empty;
	uint32_t made;		/* what the request is about and has to end */
	union any arg;
	union element element;
	uint8_t data[256] __attribute__((aligned(8)));
};

/**
 * struct field - A field of the argument, or of the element of its array.
 */
struct field {
	const char *name;
	size_t offset, size;
	bool element;
	uint32_t known;		/* flags: the known ones; handles: 1 when 0 is a good one */
};

#define FIELD(type, member, k) \
	{ #type "." #member, offsetof(struct drm_dxg_##type, member), \
	  sizeof(((struct drm_dxg_##type *)0)->member), false, k }
#define ELEMENT(type, member, k) \
	{ #type "." #member, offsetof(struct drm_dxg_##type, member), \
	  sizeof(((struct drm_dxg_##type *)0)->member), true, k }
#define END		{ NULL, 0, 0, false, 0 }

/**
 * struct bad - A value that a field cannot have.
 */
struct bad {
	struct field field;
	uint64_t value;
	int error;
	void (*fill)(struct call *c);	/* the valid request, where it is not the usual one */
	void (*end)(struct call *c);
};

#define BAD(type, member, value, error)	{ FIELD(type, member, 0), value, error, NULL, NULL }
#define BAD_ELEMENT(type, member, value, error) \
	{ ELEMENT(type, member, 0), value, error, NULL, NULL }
#define BAD_OF(fill, end, type, member, value, error) \
	{ FIELD(type, member, 0), value, error, fill, end }
#define BAD_ELEMENT_OF(fill, end, type, member, value, error) \
	{ ELEMENT(type, member, 0), value, error, fill, end }
#define LAST		{ END, 0, 0, NULL, NULL }

/* An address at which nothing is. */
#define NOWHERE		8
#define MANY		(1 << 20)

static struct drm_dxg_array array_of(void *element, uint32_t size)
{
	return (struct drm_dxg_array) { .stride = size, .count = 1, .array = (uintptr_t)element };
}

/* --- Valid requests --- */

static void dev_query(struct call *c)
{
	c->arg.dev_query.type = DRM_DXG_DEV_QUERY_FEATURE;
	c->arg.dev_query.size = sizeof(struct drm_dxg_feature);
	c->arg.dev_query.pointer = (uintptr_t)c->data;
}

static void vm_create(struct call *c)
{
	c->fd = c->empty;
}

static void vm_create_undo(struct call *c)
{
	igt_dxg_vm_destroy(c->empty, c->arg.vm_create.vm_id);
}

static void vm_destroy(struct call *c)
{
	c->fd = c->empty;
	c->made = igt_dxg_vm_create(c->empty, 0);
	c->arg.vm_destroy.vm_id = c->made;
}

static void vm_destroy_end(struct call *c)
{
	struct drm_dxg_vm_destroy args = { .vm_id = c->made };

	__dxg_ioctl(c->empty, DRM_IOCTL_DXG_VM_DESTROY, &args);
}

static void vm_reserve(struct call *c)
{
	c->arg.vm_reserve.vm_id = c->rig->vm;
	c->arg.vm_reserve.size = PAGE;
}

static void vm_reserve_undo(struct call *c)
{
	igt_dxg_unreserve(c->rig->fd, c->rig->vm, c->arg.vm_reserve.va, PAGE);
}

static void vm_bind(struct call *c)
{
	c->element.vm_bind_op = igt_dxg_op_map(c->rig->bo_system, 0, c->rig->va, PAGE);
	c->arg.vm_bind.vm_id = c->rig->vm;
	c->arg.vm_bind.ops = array_of(&c->element, sizeof(c->element.vm_bind_op));
}

static void vm_get_state(struct call *c)
{
	c->arg.vm_get_state.vm_id = c->rig->vm;
}

static void bo_create(struct call *c)
{
	c->element.bo_alloc.size = PAGE;
	c->arg.bo_create.vm_id = c->rig->vm;
	c->arg.bo_create.flags = DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD;
	c->arg.bo_create.allocs = array_of(&c->element, sizeof(c->element.bo_alloc));
}

static void bo_create_undo(struct call *c)
{
	igt_dxg_bo_close(c->rig->fd, c->arg.bo_create.handle);
}

static void bo_mmap_offset(struct call *c)
{
	c->arg.bo_mmap_offset.handle = c->rig->bo_system;
}

static void bo_query_info(struct call *c)
{
	c->arg.bo_query_info.handle = c->rig->bo_system;
	c->arg.bo_query_info.vm_id = c->rig->vm;
	c->arg.bo_query_info.query = DRM_DXG_BO_QUERY_RESIDENCY;
}

static void bo_madvise(struct call *c)
{
	struct drm_dxg_bo_madvise first = { .advice = DRM_DXG_DONTNEED_LOW };

	/* What was said not to be needed can be said to be needed. */
	c->made = igt_dxg_bo_host(c->rig->fd, c->rig->vm, PAGE, 0, 0);
	first.handle = c->made;
	igt_dxg_ioctl(c->rig->fd, DRM_IOCTL_DXG_BO_MADVISE, &first, 0);
	c->arg.bo_madvise.handle = c->made;
	c->arg.bo_madvise.advice = DRM_DXG_WILLNEED;
}

static void bo_madvise_end(struct call *c)
{
	igt_dxg_bo_close(c->rig->fd, c->made);
}

static void bo_sync(struct call *c)
{
	c->element.bo_sync_range.handle = c->rig->bo_host;
	c->element.bo_sync_range.size = PAGE;
	c->arg.bo_sync.ranges = array_of(&c->element, sizeof(c->element.bo_sync_range));
}

static void bo_set_property(struct call *c)
{
	c->arg.bo_set_property.handle = c->rig->bo_system;
	c->arg.bo_set_property.properties = DRM_DXG_BO_PRIORITY;
	c->arg.bo_set_property.priority = 0x78000000;
}

static void queue_create(struct call *c)
{
	c->arg.queue_create = igt_dxg_context(c->rig->vm, IGT_DXG_NODE_COPY);
}

static void queue_create_undo(struct call *c)
{
	igt_dxg_queue_destroy(c->rig->fd, c->arg.queue_create.queue_id);
}

static void queue_destroy(struct call *c)
{
	c->made = igt_dxg_queue_create(c->rig->fd, c->rig->vm, 0);
	c->arg.queue_destroy.queue_id = c->made;
}

static void queue_destroy_end(struct call *c)
{
	__dxg_queue_destroy(c->rig->fd, c->made);
}

static void queue_submit(struct call *c)
{
	c->element.submit = igt_dxg_work(c->rig->buffer.va, c->rig->length, NULL, 0);
	c->arg.queue_submit.queue_id = c->rig->queue;
	c->arg.queue_submit.submits = array_of(&c->element, sizeof(c->element.submit));
}

static void queue_get_state(struct call *c)
{
	c->arg.queue_get_state.queue_id = c->rig->queue;
}

static void queue_set_property(struct call *c)
{
	c->arg.queue_set_property.queue_id = c->rig->queue;
	c->arg.queue_set_property.property = DRM_DXG_QUEUE_PRIORITY;
}

static void fence_create(struct call *c)
{
	c->arg.fence_create.vm_id = c->rig->vm;
}

static void fence_create_undo(struct call *c)
{
	igt_dxg_fence_destroy(c->rig->fd, c->arg.fence_create.handle);
}

static void fence_destroy(struct call *c)
{
	c->made = igt_dxg_fence_create(c->rig->fd, c->rig->vm, 0, 0);
	c->arg.fence_destroy.handle = c->made;
}

static void fence_destroy_end(struct call *c)
{
	__dxg_fence_destroy(c->rig->fd, c->made);
}

static struct drm_dxg_array one_point(struct call *c)
{
	c->element.fence_point.handle = c->rig->fence;
	return array_of(&c->element, sizeof(c->element.fence_point));
}

static void fence_signal(struct call *c)
{
	c->arg.fence_signal.points = one_point(c);
}

static void fence_wait(struct call *c)
{
	c->arg.fence_wait.points = one_point(c);
}

static void fence_eventfd(struct call *c)
{
	c->arg.fence_eventfd.points = one_point(c);
	c->arg.fence_eventfd.fd = *(int *)c->data;
}

static void fence_export(struct call *c)
{
	c->arg.fence_export.handle = c->rig->fence;
}

static void fence_export_undo(struct call *c)
{
	close(c->arg.fence_export.fd);
}

static void fence_import(struct call *c)
{
	c->arg.fence_import.vm_id = c->rig->vm;
	c->arg.fence_import.fd = c->rig->fence_fd;
}

static void fence_import_undo(struct call *c)
{
	igt_dxg_fence_destroy(c->rig->fd, c->arg.fence_import.handle);
}

static void driver_private(struct call *c)
{
	c->arg.driver_private.vm_id = c->rig->vm;
	c->arg.driver_private.data = (uintptr_t)c->data;
	c->arg.driver_private.data_size = sizeof(c->data);
}

/* --- Other valid requests, for what the usual ones do not have --- */

static void query(struct call *c, uint32_t type, uint32_t size)
{
	c->arg.dev_query.type = type;
	c->arg.dev_query.size = size;
	c->arg.dev_query.pointer = (uintptr_t)&c->element;
}

static void query_feature(struct call *c)
{
	query(c, DRM_DXG_DEV_QUERY_FEATURE, sizeof(c->element.feature));
}

static void query_clock(struct call *c)
{
	query(c, DRM_DXG_DEV_QUERY_CLOCK, sizeof(c->element.clock));
}

static void query_engines(struct call *c)
{
	query(c, DRM_DXG_DEV_QUERY_ENGINES, sizeof(c->element.engines));
	c->element.engines.stride = sizeof(struct drm_dxg_engine);
	c->element.engines.count = 1;
	c->element.engines.engines = (uintptr_t)c->data;
}

static void query_regions(struct call *c)
{
	query(c, DRM_DXG_DEV_QUERY_MEM_REGIONS, sizeof(c->element.mem_regions));
	c->element.mem_regions.stride = sizeof(struct drm_dxg_mem_region);
	c->element.mem_regions.count = 1;
	c->element.mem_regions.regions = (uintptr_t)c->data;
}

static void query_host(struct call *c)
{
	query(c, DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO, sizeof(c->element.host_adapter_info));
	c->element.host_adapter_info.query = DRM_DXG_HOST_QUERY_DRIVER_VERSION;
	c->element.host_adapter_info.data_size = 4;
	c->element.host_adapter_info.data = (uintptr_t)c->data;
}

static struct drm_dxg_sync_op signal_fence(struct call *c)
{
	return (struct drm_dxg_sync_op) {
		.flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		.handle = c->rig->fence,
	};
}

/* A binding on a queue, with the sync operation in the element. */
static void vm_bind_sync(struct call *c)
{
	c->arg.vm_bind.vm_id = c->rig->vm;
	c->arg.vm_bind.flags = DRM_DXG_VM_BIND_ASYNC;
	c->arg.vm_bind.queue_id = c->rig->bind_queue;
	c->element.sync_op = signal_fence(c);
	c->arg.vm_bind.syncs = array_of(&c->element, sizeof(c->element.sync_op));
}

/* Host memory, with opaque data of all kinds. */
static void bo_create_host(struct call *c)
{
	*(struct igt_dxg_data *)c->data = igt_dxg_data(PAGE, 0);
	c->element.bo_alloc.data = (uintptr_t)c->data;
	c->element.bo_alloc.data_size = sizeof(struct igt_dxg_data);
	c->arg.bo_create.vm_id = c->rig->vm;
	c->arg.bo_create.allocs = array_of(&c->element, sizeof(c->element.bo_alloc));
	c->arg.bo_create.flags = DRM_DXG_BO_RESOURCE;
	c->arg.bo_create.runtime_data = (uintptr_t)c->data;
	c->arg.bo_create.runtime_data_size = 8;
	c->arg.bo_create.resource_data = (uintptr_t)c->data;
	c->arg.bo_create.resource_data_size = 8;
}

static void bo_query_data(struct call *c)
{
	struct call make = { .rig = c->rig, .fd = c->fd };

	bo_create_host(&make);
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_BO_CREATE, &make.arg, 0);
	c->made = make.arg.bo_create.handle;
	c->arg.bo_query_info.handle = c->made;
	c->arg.bo_query_info.runtime_data = (uintptr_t)c->data;
	c->arg.bo_query_info.runtime_data_size = 8;
	c->arg.bo_query_info.resource_data = (uintptr_t)c->data;
	c->arg.bo_query_info.resource_data_size = 8;
	c->arg.bo_query_info.data = (uintptr_t)c->data;
	c->arg.bo_query_info.data_size = sizeof(struct igt_dxg_data);
}

static void queue_create_data(struct call *c)
{
	queue_create(c);
	c->arg.queue_create.data = (uintptr_t)c->data;
	c->arg.queue_create.data_size = 8;
}

static void queue_create_hw(struct call *c)
{
	struct drm_dxg_queue_create parent = igt_dxg_context(c->rig->vm, IGT_DXG_NODE_3D);

	parent.flags = DRM_DXG_QUEUE_HW_PARENT;
	igt_assert_eq(__dxg_queue_create(c->rig->fd, &parent), 0);
	c->made = parent.queue_id;
	c->arg.queue_create.vm_id = c->rig->vm;
	c->arg.queue_create.type = DRM_DXG_QUEUE_HW;
	c->arg.queue_create.parent = c->made;
}

/* The sync operation is in the element, what it belongs to elsewhere. */
static void queue_submit_sync(struct call *c)
{
	struct drm_dxg_submit *submit = (void *)c->data;

	*submit = igt_dxg_work(c->rig->buffer.va, c->rig->length, NULL, 0);
	c->element.sync_op = signal_fence(c);
	submit->syncs = array_of(&c->element, sizeof(c->element.sync_op));
	c->arg.queue_submit.queue_id = c->rig->queue;
	c->arg.queue_submit.submits = array_of(submit, sizeof(*submit));
}

static void queue_submit_binary(struct call *c)
{
	queue_submit_sync(c);
	c->made = syncobj_create(c->rig->fd, 0);
	c->element.sync_op = igt_dxg_signal_syncobj(c->made, 0);
}

static void queue_submit_binary_end(struct call *c)
{
	syncobj_destroy(c->rig->fd, c->made);
}

static void queue_submit_data(struct call *c)
{
	queue_submit(c);
	c->element.submit.data = (uintptr_t)c->data;
	c->element.submit.data_size = 8;
	c->element.submit.syncs = array_of(c->data, sizeof(struct drm_dxg_sync_op));
	*(struct drm_dxg_sync_op *)c->data = signal_fence(c);
}

/* A fence that has a value. */
static void fence_signal_down(struct call *c)
{
	c->made = igt_dxg_fence_create(c->rig->fd, c->rig->vm, 0, 5);
	c->element.fence_point.handle = c->made;
	c->element.fence_point.value = 5;
	c->arg.fence_signal.points = array_of(&c->element, sizeof(c->element.fence_point));
}

/* --- The tables --- */

#define FIELDS		16

/* By the names of requests. */
static const struct {
	const char *name;
	struct bad bad[24];
} values[] = {
	{
		"dev-query", {
			BAD(dev_query, type, 6, -EINVAL), BAD(dev_query, type, NOTHING, -EINVAL),
			BAD(dev_query, size, 1, -EINVAL), BAD(dev_query, size, 4104, -EINVAL),
			BAD(dev_query, pointer, NOWHERE, -EFAULT),
			BAD_ELEMENT_OF(query_host, NULL, host_adapter_info, query, 99, -EOPNOTSUPP),
			BAD_ELEMENT_OF(query_host, NULL, host_adapter_info, data_size, 0, -EINVAL),
			BAD_ELEMENT_OF(query_host, NULL, host_adapter_info, data_size, MANY,
				       -EINVAL),
			BAD_ELEMENT_OF(query_host, NULL, host_adapter_info, data, NOWHERE, -EFAULT),
			BAD_ELEMENT_OF(query_engines, NULL, engines, stride, 4, -EINVAL),
			BAD_ELEMENT_OF(query_engines, NULL, engines, engines, NOWHERE, -EFAULT),
			BAD_ELEMENT_OF(query_feature, NULL, feature, flags, 1, -EINVAL),
			BAD_ELEMENT_OF(query_feature, NULL, feature, version, 1, -EINVAL),
			BAD_ELEMENT_OF(query_feature, NULL, feature, pad, 1, -EINVAL),
			BAD_ELEMENT_OF(query_regions, NULL, mem_regions, stride, 4, -EINVAL),
			BAD_ELEMENT_OF(query_regions, NULL, mem_regions, regions, NOWHERE, -EFAULT),
			BAD_ELEMENT_OF(query_clock, NULL, clock, node, 99, -ENOENT),
			BAD_ELEMENT_OF(query_clock, NULL, clock, flags, 1, -EINVAL),
			BAD_ELEMENT_OF(query_clock, NULL, clock, gpu_frequency, 1, -EINVAL),
			BAD_ELEMENT_OF(query_clock, NULL, clock, gpu_counter, 1, -EINVAL),
			BAD_ELEMENT_OF(query_clock, NULL, clock, host_cpu_counter, 1, -EINVAL),
			BAD_ELEMENT_OF(query_clock, NULL, clock, cpu_before_ns, 1, -EINVAL),
			BAD_ELEMENT_OF(query_clock, NULL, clock, cpu_after_ns, 1, -EINVAL),
			LAST
		},
	}, {
		"vm-reserve", {
			BAD(vm_reserve, va, 1, -EINVAL), BAD(vm_reserve, size, 0, -EINVAL),
			BAD(vm_reserve, size, PAGE - 1, -EINVAL),
			BAD(vm_reserve, va_min, 1, -EINVAL),
			BAD(vm_reserve, va_max, 1, -EINVAL), LAST
		},
	}, {
		"vm-bind", {
			BAD_ELEMENT(vm_bind_op, op, 6, -EINVAL),
			BAD_ELEMENT(vm_bind_op, alloc_index, 1, -EINVAL),
			BAD_ELEMENT(vm_bind_op, bo_offset, 1, -EINVAL),
			BAD_ELEMENT(vm_bind_op, bo_offset, PAGE, -EINVAL),
			BAD_ELEMENT(vm_bind_op, va, 1, -EINVAL),
			BAD_ELEMENT(vm_bind_op, size, 0, -EINVAL),
			BAD_ELEMENT(vm_bind_op, size, PAGE - 1, -EINVAL),
			BAD_ELEMENT(vm_bind_op, src_va, PAGE, -EINVAL),
			BAD_ELEMENT(vm_bind_op, va_max, PAGE, -EINVAL),
			BAD(vm_bind, ops.count, MANY, -EINVAL),
			BAD(vm_bind, ops.array, NOWHERE, -EFAULT),
			BAD(vm_bind, syncs.count, 1, -EINVAL),
			BAD_OF(vm_bind_sync, NULL, vm_bind, syncs.count, MANY, -EINVAL),
			BAD_OF(vm_bind_sync, NULL, vm_bind, syncs.array, NOWHERE, -EFAULT),
			LAST
		},
	}, {
		"bo-create", {
			BAD_ELEMENT(bo_alloc, size, 0, -EINVAL),
			BAD_ELEMENT(bo_alloc, size, 1, -EINVAL),
			BAD_ELEMENT(bo_alloc, user_ptr, PAGE, -EINVAL),
			BAD_ELEMENT(bo_alloc, data_size, 8, -EINVAL),
			BAD_ELEMENT_OF(bo_create_host, NULL, bo_alloc, data_size, MANY, -EINVAL),
			BAD_ELEMENT_OF(bo_create_host, NULL, bo_alloc, data, NOWHERE, -EFAULT),
			BAD_OF(bo_create_host, NULL, bo_create, runtime_data, NOWHERE, -EFAULT),
			BAD_OF(bo_create_host, NULL, bo_create, runtime_data_size, MANY, -EINVAL),
			BAD_OF(bo_create_host, NULL, bo_create, resource_data, NOWHERE, -EFAULT),
			BAD_OF(bo_create_host, NULL, bo_create, resource_data_size, MANY, -EINVAL),
			BAD(bo_create, allocs.count, 0, -EINVAL),
			BAD(bo_create, allocs.count, MANY, -EINVAL),
			BAD(bo_create, allocs.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"bo-mmap-offset", { BAD(bo_mmap_offset, alloc_index, 1, -EINVAL), LAST },
	}, {
		"bo-query-info", {
			BAD(bo_query_info, alloc_index, 1, -EINVAL),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, runtime_data, NOWHERE,
			       -EFAULT),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, runtime_data_size, 7,
			       -EINVAL),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, resource_data, NOWHERE,
			       -EFAULT),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, resource_data_size, 7,
			       -EINVAL),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, data, NOWHERE,
			       -EFAULT),
			BAD_OF(bo_query_data, bo_madvise_end, bo_query_info, data_size, 1, -EINVAL),
			LAST
		},
	}, {
		"bo-madvise", {
			BAD(bo_madvise, advice, 4, -EINVAL),
			BAD(bo_madvise, advice, UINT32_MAX, -EINVAL), LAST
		},
	}, {
		"bo-sync", {
			BAD_ELEMENT(bo_sync_range, alloc_index, 1, -EINVAL),
			BAD_ELEMENT(bo_sync_range, offset, 1, -EINVAL),
			BAD_ELEMENT(bo_sync_range, offset, UINT64_MAX, -EINVAL),
			BAD_ELEMENT(bo_sync_range, size, PAGE + 1, -EINVAL),
			BAD(bo_sync, ranges.count, MANY, -EINVAL),
			BAD(bo_sync, ranges.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"bo-set-property", {
			BAD(bo_set_property, alloc_index, 1, -EINVAL),
			BAD(bo_set_property, properties, 0, -EINVAL),
			BAD(bo_set_property, queue_id, 1, -EINVAL), LAST
		},
	}, {
		"queue-create", {
			BAD(queue_create, type, 3, -EINVAL), BAD(queue_create, node, 99, -ENOENT),
			BAD(queue_create, parent, 1, -EINVAL),
			BAD(queue_create, priority, 8, -EINVAL),
			BAD(queue_create, priority, (uint32_t)-8, -EINVAL),
			BAD_OF(queue_create_data, NULL, queue_create, data, NOWHERE, -EFAULT),
			BAD_OF(queue_create_data, NULL, queue_create, data_size, MANY, -EINVAL),
			BAD_OF(queue_create_hw, queue_destroy_end, queue_create, parent, NOTHING,
			       -ENOENT),
			BAD_OF(queue_create_hw, queue_destroy_end, queue_create, node, 1, -EINVAL),
			BAD_OF(queue_create_hw, queue_destroy_end, queue_create, priority, 1,
			       -EINVAL),
			BAD_OF(queue_create_hw, queue_destroy_end, queue_create, client_hint, 1,
			       -EINVAL),
			LAST
		},
	}, {
		"queue-submit", {
			BAD_ELEMENT(submit, length, 0, -EINVAL),
			BAD_ELEMENT(submit, progress, 1, -EINVAL),
			BAD_ELEMENT_OF(queue_submit_data, NULL, submit, data, NOWHERE, -EFAULT),
			BAD_ELEMENT_OF(queue_submit_data, NULL, submit, data_size, MANY, -EINVAL),
			BAD_ELEMENT_OF(queue_submit_data, NULL, submit, syncs.count, MANY, -EINVAL),
			BAD_ELEMENT_OF(queue_submit_data, NULL, submit, syncs.array, NOWHERE,
				       -EFAULT),
			BAD_ELEMENT_OF(queue_submit_sync, NULL, sync_op, flags, 3, -EINVAL),
			BAD_ELEMENT_OF(queue_submit_sync, NULL, sync_op, flags, 1 << 9, -EINVAL),
			BAD_ELEMENT_OF(queue_submit_sync, NULL, sync_op, flags, DRM_DXG_SYNC_FENCE,
				       -EOPNOTSUPP),
			BAD_ELEMENT_OF(queue_submit_sync, NULL, sync_op, handle, NOTHING, -ENOENT),
			BAD_ELEMENT_OF(queue_submit_binary, queue_submit_binary_end, sync_op, value,
				       1, -EINVAL),
			BAD(queue_submit, submits.count, MANY, -EINVAL),
			BAD(queue_submit, submits.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"queue-set-property", {
			BAD(queue_set_property, property, 3, -EINVAL),
			BAD(queue_set_property, value, 8, -EINVAL),
			BAD(queue_set_property, value, (uint64_t)-8, -EINVAL), LAST
		},
	}, {
		"fence-signal", {
			BAD_ELEMENT_OF(fence_signal_down, fence_destroy_end, fence_point, value, 4,
				       -EINVAL),
			BAD(fence_signal, points.count, 0, -EINVAL),
			BAD(fence_signal, points.count, MANY, -EINVAL),
			BAD(fence_signal, points.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"fence-wait", {
			BAD(fence_wait, points.count, 0, -EINVAL),
			BAD(fence_wait, points.count, MANY, -EINVAL),
			BAD(fence_wait, points.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"fence-eventfd", {
			BAD(fence_eventfd, fd, (uint32_t)-1, -EBADF),
			BAD(fence_eventfd, points.count, 0, -EINVAL),
			BAD(fence_eventfd, points.count, MANY, -EINVAL),
			BAD(fence_eventfd, points.array, NOWHERE, -EFAULT), LAST
		},
	}, {
		"fence-import", { BAD(fence_import, fd, (uint32_t)-1, -EBADF), LAST },
	}, {
		"driver-private", {
			BAD(driver_private, data_size, 0, -EINVAL),
			BAD(driver_private, data_size, MANY, -EINVAL),
			BAD(driver_private, data, NOWHERE, -EFAULT), LAST
		},
	},
};

/**
 * struct request - A request and its fields.
 */
struct request {
	const char *name;
	unsigned long number;
	void (*fill)(struct call *c);
	void (*undo)(struct call *c);	/* after a success */
	void (*end)(struct call *c);	/* in any case */
	struct field zero[FIELDS];	/* fields that must be zero */
	struct field flags[4];
	struct field handles[4];
};

static const struct request requests[] = {
	{
		"dev-query", DRM_IOCTL_DXG_DEV_QUERY, dev_query, NULL, NULL,
		{ END }, { END }, { END },
	}, {
		"vm-create", DRM_IOCTL_DXG_VM_CREATE, vm_create, vm_create_undo, NULL,
		{ FIELD(vm_create, pad, 0), END },
		{ FIELD(vm_create, flags, DRM_DXG_VM_USER_FENCE), END }, { END },
	}, {
		"vm-destroy", DRM_IOCTL_DXG_VM_DESTROY, vm_destroy, NULL, vm_destroy_end,
		{ FIELD(vm_destroy, pad, 0), END }, { END },
		{ FIELD(vm_destroy, vm_id, 0), END },
	}, {
		"vm-reserve", DRM_IOCTL_DXG_VM_RESERVE, vm_reserve, vm_reserve_undo, NULL,
		{ END },
		{ FIELD(vm_reserve, flags, DRM_DXG_RESERVE_FREE | DRM_DXG_RESERVE_ZERO), END },
		{ FIELD(vm_reserve, vm_id, 0), END },
	}, {
		"vm-bind", DRM_IOCTL_DXG_VM_BIND, vm_bind, NULL, NULL,
		{
			FIELD(vm_bind, pad, 0), ELEMENT(vm_bind_op, fence_value, 0),
			ELEMENT(vm_bind_op, bytes_to_trim, 0), END
		},
		{
			FIELD(vm_bind, flags, DRM_DXG_VM_BIND_ASYNC),
			ELEMENT(vm_bind_op, flags, DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE |
				DRM_DXG_BIND_ANY_VA), END
		},
		{
			FIELD(vm_bind, vm_id, 0), FIELD(vm_bind, queue_id, 1),
			ELEMENT(vm_bind_op, bo_handle, 0), END
		},
	}, {
		"vm-get-state", DRM_IOCTL_DXG_VM_GET_STATE, vm_get_state, NULL, NULL,
		{
			FIELD(vm_get_state, flags, 0), FIELD(vm_get_state, reason, 0),
			FIELD(vm_get_state, execution_state, 0),
			FIELD(vm_get_state, reset_state, 0), FIELD(vm_get_state, fault_flags, 0),
			FIELD(vm_get_state, fault_stage, 0), FIELD(vm_get_state, fault_error, 0),
			FIELD(vm_get_state, fault_address, 0), FIELD(vm_get_state, generation, 0),
			END
		}, { END }, { FIELD(vm_get_state, vm_id, 0), END },
	}, {
		"bo-create", DRM_IOCTL_DXG_BO_CREATE, bo_create, bo_create_undo, NULL,
		{
			FIELD(bo_create, handle, 0), FIELD(bo_create, host_resource, 0),
			ELEMENT(bo_alloc, host_handle, 0), ELEMENT(bo_alloc, pad, 0), END
		}, { FIELD(bo_create, flags, 0x17f), END }, { FIELD(bo_create, vm_id, 0), END },
	}, {
		"bo-mmap-offset", DRM_IOCTL_DXG_BO_MMAP_OFFSET, bo_mmap_offset, NULL, NULL,
		{ FIELD(bo_mmap_offset, offset, 0), FIELD(bo_mmap_offset, size, 0), END },
		{ END }, { FIELD(bo_mmap_offset, handle, 0), END },
	}, {
		"bo-query-info", DRM_IOCTL_DXG_BO_QUERY_INFO, bo_query_info, NULL, NULL,
		{
			FIELD(bo_query_info, flags, 0), FIELD(bo_query_info, alloc_count, 0),
			FIELD(bo_query_info, host_handle, 0),
			FIELD(bo_query_info, host_resource, 0), FIELD(bo_query_info, size, 0),
			FIELD(bo_query_info, residency, 0), FIELD(bo_query_info, priority, 0),
			FIELD(bo_query_info, pad, 0), END
		}, { FIELD(bo_query_info, query, 3), END },
		{ FIELD(bo_query_info, handle, 0), FIELD(bo_query_info, vm_id, 1), END },
	}, {
		"bo-madvise", DRM_IOCTL_DXG_BO_MADVISE, bo_madvise, NULL, bo_madvise_end,
		{ FIELD(bo_madvise, retained, 0), FIELD(bo_madvise, fence_value, 0), END },
		{ END }, { FIELD(bo_madvise, handle, 0), FIELD(bo_madvise, queue_id, 1), END },
	}, {
		"bo-sync", DRM_IOCTL_DXG_BO_SYNC, bo_sync, NULL, NULL,
		{ FIELD(bo_sync, flags, 0), FIELD(bo_sync, pad, 0), END }, { END },
		{ ELEMENT(bo_sync_range, handle, 0), END },
	}, {
		"bo-set-property", DRM_IOCTL_DXG_BO_SET_PROPERTY, bo_set_property, NULL, NULL,
		{ FIELD(bo_set_property, pad, 0), FIELD(bo_set_property, fence_value, 0), END },
		{ FIELD(bo_set_property, properties, 7), END },
		{ FIELD(bo_set_property, handle, 0), END },
	}, {
		"queue-create", DRM_IOCTL_DXG_QUEUE_CREATE, queue_create, queue_create_undo, NULL,
		{
			FIELD(queue_create, queue_id, 0), FIELD(queue_create, host_handle, 0),
			FIELD(queue_create, fence_handle, 0), FIELD(queue_create, host_fence, 0),
			FIELD(queue_create, fence_va, 0),
			FIELD(queue_create, fence_mmap_offset, 0), END
		}, { FIELD(queue_create, flags, 0xf), END }, { FIELD(queue_create, vm_id, 0), END },
	}, {
		"queue-destroy", DRM_IOCTL_DXG_QUEUE_DESTROY, queue_destroy, NULL,
		queue_destroy_end, { FIELD(queue_destroy, pad, 0), END }, { END },
		{ FIELD(queue_destroy, queue_id, 0), END },
	}, {
		"queue-submit", DRM_IOCTL_DXG_QUEUE_SUBMIT, queue_submit, NULL, NULL,
		{
			FIELD(queue_submit, flags, 0), ELEMENT(submit, flags, 0),
			ELEMENT(submit, pad, 0), END
		}, { END }, { FIELD(queue_submit, queue_id, 0), END },
	}, {
		"queue-get-state", DRM_IOCTL_DXG_QUEUE_GET_STATE, queue_get_state, NULL, NULL,
		{
			FIELD(queue_get_state, flags, 0), FIELD(queue_get_state, reason, 0),
			FIELD(queue_get_state, timeout_ms, 0), FIELD(queue_get_state, priority, 0),
			FIELD(queue_get_state, priority_in_process, 0),
			FIELD(queue_get_state, submitted, 0), FIELD(queue_get_state, completed, 0),
			END
		}, { END }, { FIELD(queue_get_state, queue_id, 0), END },
	}, {
		"queue-set-property", DRM_IOCTL_DXG_QUEUE_SET_PROPERTY, queue_set_property, NULL,
		NULL, { END }, { END }, { FIELD(queue_set_property, queue_id, 0), END },
	}, {
		"fence-create", DRM_IOCTL_DXG_FENCE_CREATE, fence_create, fence_create_undo, NULL,
		{
			FIELD(fence_create, handle, 0), FIELD(fence_create, host_handle, 0),
			FIELD(fence_create, gpu_va, 0), FIELD(fence_create, mmap_offset, 0), END
		}, { FIELD(fence_create, flags, 7), END }, { FIELD(fence_create, vm_id, 0), END },
	}, {
		"fence-destroy", DRM_IOCTL_DXG_FENCE_DESTROY, fence_destroy, NULL,
		fence_destroy_end, { FIELD(fence_destroy, pad, 0), END }, { END },
		{ FIELD(fence_destroy, handle, 0), END },
	}, {
		"fence-signal", DRM_IOCTL_DXG_FENCE_SIGNAL, fence_signal, NULL, NULL,
		{ FIELD(fence_signal, pad, 0), ELEMENT(fence_point, pad, 0), END },
		{ FIELD(fence_signal, flags, 1), END }, { ELEMENT(fence_point, handle, 0), END },
	}, {
		"fence-wait", DRM_IOCTL_DXG_FENCE_WAIT, fence_wait, NULL, NULL,
		{ FIELD(fence_wait, first_signaled, 0), ELEMENT(fence_point, pad, 0), END },
		{ FIELD(fence_wait, flags, 1), END }, { ELEMENT(fence_point, handle, 0), END },
	}, {
		"fence-eventfd", DRM_IOCTL_DXG_FENCE_EVENTFD, fence_eventfd, NULL, NULL,
		{ ELEMENT(fence_point, pad, 0), END }, { FIELD(fence_eventfd, flags, 1), END },
		{ ELEMENT(fence_point, handle, 0), END },
	}, {
		"fence-export", DRM_IOCTL_DXG_FENCE_EXPORT, fence_export, fence_export_undo, NULL,
		{ FIELD(fence_export, fd, 0), FIELD(fence_export, pad, 0), END },
		{ FIELD(fence_export, flags, O_CLOEXEC), END },
		{ FIELD(fence_export, handle, 0), END },
	}, {
		"fence-import", DRM_IOCTL_DXG_FENCE_IMPORT, fence_import, fence_import_undo, NULL,
		{
			FIELD(fence_import, handle, 0), FIELD(fence_import, host_handle, 0),
			FIELD(fence_import, pad, 0), FIELD(fence_import, gpu_va, 0),
			FIELD(fence_import, mmap_offset, 0), END
		}, { FIELD(fence_import, flags, 0x1a), END },
		{ FIELD(fence_import, vm_id, 0), END },
	}, {
		"driver-private", DRM_IOCTL_DXG_DRIVER_PRIVATE, driver_private, NULL, NULL,
		{ END }, { FIELD(driver_private, flags, DRM_DXG_PRIVATE_HARDWARE), END },
		{ FIELD(driver_private, vm_id, 0), FIELD(driver_private, queue_id, 1), END },
	},
};

#define REQUESTS	(sizeof(requests) / sizeof(requests[0]))

/* --- One request --- */

/**
 * struct world - What requests are made upon.
 */
struct world {
	struct igt_dxg_rig rig;
	int empty;		/* a file without a VM */
	int eventfd;
};

static void fill(struct call *c, struct world *w, const struct request *r)
{
	memset(c, 0, sizeof(*c));
	c->rig = &w->rig;
	c->fd = w->rig.fd;
	c->empty = w->empty;
	*(int *)c->data = w->eventfd;
	if (r->fill == driver_private)
		*(struct softgpu_escape *)c->data = (struct softgpu_escape){
			.magic = SOFTGPU_ESCAPE_MAGIC,
			.version = SOFTGPU_ESCAPE_VERSION,
			.op = SOFTGPU_ESCAPE_INFO,
		};
	if (r->fill == dev_query)
		memset(c->data, 0, sizeof(c->data));
	r->fill(c);
}

static void make(struct call *c, const struct request *r, unsigned long number, int error)
{
	int ret = __dxg_ioctl(c->fd, number, &c->arg);

	if (!ret && r->undo)
		r->undo(c);
	igt_assert_eq(ret, error);
}

/* The request as it is, but for @value in a field; it must end with @error. */
static void spoil(struct world *w, const struct request *r, const struct field *f, uint64_t value,
		  int error)
{
	struct call c;

	fill(&c, w, r);
	igt_debug("%s = %#llx\n", f->name, (unsigned long long)value);
	memcpy((f->element ? c.element.bytes : c.arg.bytes) + f->offset, &value, f->size);
	make(&c, r, r->number, error);
	if (r->end)
		r->end(&c);
}

static void valid(struct world *w, const struct request *r)
{
	struct call c;

	fill(&c, w, r);
	make(&c, r, r->number, 0);
	if (r->end)
		r->end(&c);
}

static void zero(struct world *w, const struct request *r)
{
	const struct field *f;

	valid(w, r);
	for (f = r->zero; f->name; f++) {
		spoil(w, r, f, 1, -EINVAL);
		spoil(w, r, f, 1ull << (8 * f->size - 1), -EINVAL);
	}
	valid(w, r);
}

static void flags(struct world *w, const struct request *r)
{
	const struct field *f;
	unsigned int bit;

	for (f = r->flags; f->name; f++)
		for (bit = 0; bit < 8 * f->size; bit++)
			if (!(f->known & 1u << bit))
				spoil(w, r, f, 1ull << bit, -EINVAL);
	valid(w, r);
}

static void handles(struct world *w, const struct request *r)
{
	const struct field *f;

	for (f = r->handles; f->name; f++) {
		if (!f->known)
			spoil(w, r, f, 0, -ENOENT);
		spoil(w, r, f, NOTHING, -ENOENT);
		spoil(w, r, f, UINT32_MAX, -ENOENT);
	}
	valid(w, r);
}

static const struct bad *bad_values(const struct request *r)
{
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (!strcmp(values[i].name, r->name))
			return values[i].bad;
	return NULL;
}

/* Without the bad value the request is good. */
static void bad_value(struct world *w, const struct request *r, const struct bad *bad)
{
	struct request other = *r;

	if (bad->fill) {
		other.fill = bad->fill;
		other.end = bad->end;
		valid(w, &other);
	}
	spoil(w, &other, &bad->field, bad->value, bad->error);
}

static void values_of(struct world *w, const struct request *r)
{
	const struct bad *bad;

	for (bad = bad_values(r); bad->field.name; bad++)
		bad_value(w, r, bad);
	valid(w, r);
}

/* --- Sizes --- */

#define RESIZE(number, size) \
	(((number) & ~((unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT)) | \
	 (unsigned long)(size) << _IOC_SIZESHIFT)

/* The DRM core takes what it knows; nobody looks at the tail, and it comes back as it was. */
static void larger(struct world *w, const struct request *r, uint8_t tail)
{
	size_t size = _IOC_SIZE(r->number), i;
	struct call c;

	fill(&c, w, r);
	memset(c.arg.bytes + size, tail, MAX_SIZE - size);
	make(&c, r, RESIZE(r->number, MAX_SIZE - 8), 0);
	for (i = size; i < MAX_SIZE; i++)
		igt_assert_eq_u32(c.arg.bytes[i], tail);
	if (r->end)
		r->end(&c);
}

static void reopen_empty(struct world *w)
{
	close(w->empty);
	w->empty = drm_open_driver_render(DRIVER_DXG);
}

/* What is missing counts as zero. Whatever comes of it, no byte beyond is written. */
static void smaller(struct world *w, const struct request *r, size_t size)
{
	uint8_t *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0);
	struct call c, rest;
	int ret, whole;

	igt_assert(page != MAP_FAILED);
	igt_assert_eq(mprotect(page + PAGE, PAGE, PROT_NONE), 0);
	fill(&c, w, r);
	memcpy(page + PAGE - size, c.arg.bytes, size);
	/* A read or write beyond the end would be an EFAULT that zeroes do not give. */
	ret = __dxg_ioctl(c.fd, RESIZE(r->number, size), page + PAGE - size);
	memcpy(c.arg.bytes, page + PAGE - size, size);
	munmap(page, 2 * PAGE);
	if (r->end)
		r->end(&c);
	/* What was made and not told goes with the file; the same with zeroes tells it. */
	if (r->fill == vm_create)
		reopen_empty(w);
	fill(&rest, w, r);
	memset(rest.arg.bytes + size, 0, MAX_SIZE - size);
	whole = __dxg_ioctl(rest.fd, r->number, &rest.arg);
	if (!whole && r->undo)
		r->undo(&rest);
	if (r->end)
		r->end(&rest);
	if (ret != whole)
		igt_warn("%s of %zu bytes: %d, with zeroes: %d\n", r->name, size, ret, whole);
	igt_assert_eq(ret, whole);
}

static void size(struct world *w, const struct request *r)
{
	size_t bytes;

	larger(w, r, 0);
	larger(w, r, 0xa5);
	for (bytes = _IOC_SIZE(r->number) - 8; bytes; bytes -= 8)
		smaller(w, r, bytes);
	valid(w, r);
}

/* --- Elements --- */

/* The array of an argument, by what it points to; NULL when it has none. */
static struct drm_dxg_array *elements_of(struct call *c)
{
	uint64_t at = (uintptr_t)&c->element, word;
	size_t i;

	for (i = 0; i + 8 <= MAX_SIZE; i += 8) {
		memcpy(&word, c->arg.bytes + i, 8);
		if (word == at)
			return (void *)(c->arg.bytes + i - offsetof(struct drm_dxg_array, array));
	}
	return NULL;
}

/* Elements of another size; @tail is in the last byte of longer ones. */
static void resize(struct world *w, const struct request *r, int change, uint8_t tail, int error)
{
	struct drm_dxg_array *array;
	uint32_t size, i;
	struct call c;

	fill(&c, w, r);
	array = elements_of(&c);
	igt_assert(array);
	size = array->stride;
	array->stride = size + change;
	if (tail)
		c.element.bytes[array->stride - 1] = tail;
	make(&c, r, r->number, error);
	for (i = size; i < MAX_SIZE; i++)
		igt_assert_eq_u32(c.element.bytes[i], i + 1 == size + change ? tail : 0);
	if (r->end)
		r->end(&c);
}

static bool has_elements(const struct request *r)
{
	const struct field *fields[] = { r->zero, r->flags, r->handles }, *f;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		for (f = fields[i]; f->name; f++)
			if (f->element)
				return true;
	return false;
}

static void elements(struct world *w, const struct request *r)
{
	resize(w, r, 8, 0, 0);
	resize(w, r, 8, 1, -E2BIG);
	resize(w, r, 64, 0, 0);
	resize(w, r, 64, 0x80, -E2BIG);
	resize(w, r, -8, 0, -EINVAL);
	resize(w, r, 4, 0, -EINVAL);
	resize(w, r, 1 << 20, 0, -EINVAL);
	valid(w, r);
}

static void unknown_numbers(struct world *w)
{
	unsigned int number;

	for (number = DRM_COMMAND_BASE + DRM_DXG_DRIVER_PRIVATE + 1; number < DRM_COMMAND_END;
	     number++) {
		union any arg = { { 0 } };

		igt_dxg_ioctl(w->rig.fd, DRM_IO(number), NULL, -EINVAL);
		igt_dxg_ioctl(w->rig.fd, DRM_IOWR(number, union any), &arg, -EINVAL);
	}
}

static void open_world(struct world *w)
{
	igt_dxg_rig_open(&w->rig, 0);
	w->empty = drm_open_driver_render(DRIVER_DXG);
	w->eventfd = eventfd(0, EFD_CLOEXEC);
	igt_assert_fd(w->eventfd);
}

int igt_main()
{
	static struct world w;
	size_t i;

	igt_fixture()
		open_world(&w);

	for (i = 0; i < REQUESTS; i++) {
		const struct request *r = &requests[i];

		if (r->zero[0].name)
			igt_subtest_f("zero-%s", r->name)
				zero(&w, r);
		if (r->flags[0].name)
			igt_subtest_f("flags-%s", r->name)
				flags(&w, r);
		if (r->handles[0].name)
			igt_subtest_f("handles-%s", r->name)
				handles(&w, r);
		if (bad_values(r))
			igt_subtest_f("values-%s", r->name)
				values_of(&w, r);
		igt_subtest_f("size-%s", r->name)
			size(&w, r);
		if (has_elements(r))
			igt_subtest_f("elements-%s", r->name)
				elements(&w, r);
	}
	igt_subtest("unknown-numbers")
		unknown_numbers(&w);

	igt_fixture() {
		close(w.eventfd);
		drm_close_driver(w.empty);
		igt_dxg_rig_close(&w.rig);
	}
}
