// SPDX-License-Identifier: MIT
/*
 * VM_BIND: what the GPU then sees where, undoing, queues, residency; bad arguments.
 */
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"

/**
 * TEST: dxg vm_bind
 * Category: Core
 * Mega feature: dxg
 * Sub-category: address spaces
 * Functionality: bindings
 *
 * SUBTEST: map
 * Description: A whole BO is bound and unbound.
 *
 * SUBTEST: map-over
 * Description: What was bound is replaced, in part or as a whole.
 *
 * SUBTEST: unmap-part
 * Description: A part is unbound.
 *
 * SUBTEST: map-null
 * Description: Null pages.
 *
 * SUBTEST: reserve-zero
 * Description: A reservation that reads as zero.
 *
 * SUBTEST: readonly
 * Description: The GPU may not write.
 *
 * SUBTEST: aliases
 * Description: A page at several addresses.
 *
 * SUBTEST: copy
 * Description: Bindings are copied.
 *
 * SUBTEST: any-va
 * Description: The host chooses the address.
 *
 * SUBTEST: array
 * Description: Operations take effect in their order.
 *
 * SUBTEST: array-long
 * Description: The most operations of one call.
 *
 * SUBTEST: array-undo
 * Description: A failing array leaves all as it was.
 *
 * SUBTEST: random
 * Description: Random arrays against a model.
 *
 * SUBTEST: close-bound
 * Description: A bound BO outlives its handle.
 *
 * SUBTEST: residency
 * Description: Memory is made resident and evicted.
 *
 * SUBTEST: async-basic
 * Description: Binds on a queue.
 *
 * SUBTEST: async-chain
 * Description: Binds between submissions.
 *
 * SUBTEST: async-many
 * Description: Many binds on two queues.
 *
 * SUBTEST: async-failure
 * Description: A bind that fails on a queue.
 *
 * SUBTEST: async-destroy-pending
 * Description: A queue goes with binds on it.
 *
 * SUBTEST: invalid-op
 * Description: Fields of operations.
 *
 * SUBTEST: invalid-range
 * Description: Ranges.
 *
 * SUBTEST: invalid-bo
 * Description: BOs and offsets.
 *
 * SUBTEST: invalid-bind
 * Description: Fields of VM_BIND.
 *
 * SUBTEST: user-fence-values
 * Description: Values of the paging fence.
 *
 * SUBTEST: legality
 * Description: Which syncs a bind takes.
 */

/**
 * SUBTEST: %s-fence
 * Description: A bind raises a fence: %arg[1].
 *
 * arg[1]:
 *
 * @async:	async
 * @user-fence:	user fence
 */

IGT_TEST_DESCRIPTION("Bindings of the dxg driver, as the GPU sees them.");

#define PAGE		IGT_DXG_PAGE
#define NOTHING		0x7fffff

/* Pages of the ranges and buffers that are bound. */
#define PAGES		16u
/* Numbers in pages: which BO, which of its pages. 0 is null pages. */
#define MARK(bo, page)	(((bo) + 1) << 16 | (page))

/**
 * struct client - A file with a VM, BOs with a number in each page, and a reserved range.
 */
struct client {
	int fd;
	uint32_t vm, queue;
	struct igt_dxg_buffer bo[2];	/* where they are bound does not matter */
	struct igt_dxg_buffer commands, result;
	uint64_t va;			/* a range of PAGES */
};

static void client_open(struct client *c, uint32_t flags)
{
	unsigned int i, page;

	c->fd = drm_open_driver_render(DRIVER_DXG);
	c->vm = igt_dxg_vm_create(c->fd, flags);
	c->queue = flags ? 0 : igt_dxg_queue_create(c->fd, c->vm, IGT_DXG_NODE_3D);
	igt_dxg_buffer_create(c->fd, c->vm, PAGE, &c->commands);
	igt_dxg_buffer_create(c->fd, c->vm, PAGE, &c->result);
	for (i = 0; i < 2; i++) {
		igt_dxg_buffer_create(c->fd, c->vm, PAGES * PAGE, &c->bo[i]);
		for (page = 0; page < PAGES; page++)
			*(uint32_t *)((char *)c->bo[i].map + page * PAGE) = MARK(i, page);
	}
	c->va = igt_dxg_reserve(c->fd, c->vm, PAGES * PAGE);
}

static void client_close(struct client *c)
{
	munmap(c->bo[0].map, c->bo[0].size);
	munmap(c->bo[1].map, c->bo[1].size);
	munmap(c->commands.map, c->commands.size);
	munmap(c->result.map, c->result.size);
	drm_close_driver(c->fd);
}

/* The address of page number @page of the range. */
static uint64_t at(const struct client *c, unsigned int page)
{
	return c->va + page * PAGE;
}

/* Bind pages of a BO, @count from @page on, at page number @to. */
static struct drm_dxg_vm_bind_op map(const struct client *c, unsigned int bo, unsigned int page,
				     unsigned int to, unsigned int count)
{
	return igt_dxg_op_map(c->bo[bo].handle, page * PAGE, at(c, to), count * PAGE);
}

static struct drm_dxg_vm_bind_op range(const struct client *c, uint32_t type, unsigned int to,
				       unsigned int count)
{
	return igt_dxg_op_range(type, at(c, to), count * PAGE);
}

/* What the GPU reads in each of @count pages from page number @from on. */
static void expect(struct client *c, unsigned int from, unsigned int count, const uint32_t *marks)
{
	volatile uint32_t *result = c->result.map;
	struct softgpu_buffer b;
	unsigned int i;

	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	for (i = 0; i < count; i++) {
		result[i] = 0xdead;
		softgpu_copy(&b, c->result.va + 4 * i, at(c, from + i), 4);
	}
	igt_assert(!b.overflow);
	igt_dxg_run(c->fd, c->queue, c->commands.va, b.used);
	for (i = 0; i < count; i++)
		igt_assert_eq_u32(result[i], marks[i]);
}

/* Run commands that must end with the error of a lost VM. */
static void expect_fault(struct client *c, const struct softgpu_buffer *b)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op sync = igt_dxg_signal_syncobj(syncobj, 0);
	struct drm_dxg_submit work = igt_dxg_work(c->commands.va, b->used, &sync, 1);
	struct drm_dxg_vm_get_state state;
	int i;

	igt_assert(!b->overflow);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &work, 1), 0);
	igt_assert_lt(igt_dxg_syncobj_result(c->fd, syncobj, 120), 0);
	syncobj_destroy(c->fd, syncobj);
	for (i = 0; i < 12000; i++) {
		igt_assert_eq(__dxg_vm_get_state(c->fd, c->vm, &state), 0);
		if (state.flags & DRM_DXG_STATE_LOST)
			break;
		usleep(10000);
	}
	igt_assert_eq_u32(state.reason, DRM_DXG_LOST_PAGE_FAULT);
}

/* Reading page number @page is a fault, and the VM is lost. */
static void expect_nothing(struct client *c, unsigned int page)
{
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_copy(&b, c->result.va, at(c, page), 4);
	expect_fault(c, &b);
}

/* --- What is seen where --- */

static void map_all(struct client *c)
{
	uint32_t marks[PAGES];
	unsigned int i;

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, PAGES));
	for (i = 0; i < PAGES; i++)
		marks[i] = MARK(0, i);
	expect(c, 0, PAGES, marks);
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_UNMAP, 0, PAGES));
	expect_nothing(c, 0);
}

/* Over the middle, the beginning, the end, over several, exactly over one. */
static void map_over(struct client *c)
{
	static const uint32_t middle[] = {
		MARK(0, 0), MARK(0, 1), MARK(1, 8), MARK(1, 9), MARK(0, 4), MARK(0, 5),
	};
	static const uint32_t more[] = {
		MARK(1, 0), MARK(1, 1), MARK(1, 2), MARK(1, 9), MARK(0, 4), MARK(0, 0),
	};
	static const uint32_t exact[] = {
		MARK(0, 7), MARK(0, 8), MARK(0, 9), MARK(1, 9), MARK(0, 4), MARK(0, 0),
	};

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, 6));
	igt_dxg_bind_op(c->fd, c->vm, map(c, 1, 8, 2, 2));
	expect(c, 0, 6, middle);
	igt_dxg_bind_op(c->fd, c->vm, map(c, 1, 0, 0, 3));
	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 5, 1));
	expect(c, 0, 6, more);
	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 7, 0, 3));
	expect(c, 0, 6, exact);
}

/* A part of a mapping goes, the rest stays. */
static void unmap_part(struct client *c)
{
	static const uint32_t left[] = { MARK(0, 0), MARK(0, 1) };
	static const uint32_t right[] = { MARK(0, 6), MARK(0, 7) };

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, 8));
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_UNMAP, 2, 4));
	expect(c, 0, 2, left);
	expect(c, 6, 2, right);
	/* Nothing is bound there: that is no error. */
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_UNMAP, 3, 1));
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_UNMAP, 8, 8));
	expect(c, 0, 2, left);
	expect_nothing(c, 5);
}

static void map_null(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 0), 0, 0, MARK(0, 3) };
	struct softgpu_buffer b;

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, 4));
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_MAP_NULL, 1, 2));
	expect(c, 0, 4, marks);
	/* Writes vanish. */
	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_fill(&b, at(c, 1), 2 * PAGE, 0x55);
	igt_dxg_run(c->fd, c->queue, c->commands.va, b.used);
	expect(c, 0, 4, marks);
	igt_assert_eq_u32(((uint32_t *)c->bo[0].map)[PAGE / 4], MARK(0, 1));
}

/* What is not bound in a reservation of zeroes reads as zero, also after an unmap. */
static void reserve_zero(struct client *c)
{
	static const uint32_t marks[] = { 0, MARK(0, 0), 0, 0 }, none[] = { 0, 0, 0, 0 };
	uint64_t va = 0;

	igt_assert_eq(__dxg_reserve(c->fd, c->vm, DRM_DXG_RESERVE_ZERO, &va, PAGES * PAGE), 0);
	c->va = va;
	expect(c, 0, 4, none);
	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 1, 1));
	expect(c, 0, 4, marks);
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_UNMAP, 0, 4));
	expect(c, 0, 4, none);
}

static void readonly(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 0) };
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);
	struct softgpu_buffer b;

	op.flags = DRM_DXG_BIND_READONLY;
	igt_dxg_bind_op(c->fd, c->vm, op);
	expect(c, 0, 1, marks);
	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_fill(&b, at(c, 0), 4, 1);
	expect_fault(c, &b);
	igt_assert_eq_u32(*(uint32_t *)c->bo[0].map, MARK(0, 0));
}

/* The same page at several addresses. */
static void aliases(struct client *c)
{
	static const uint32_t marks[] = { 0x77, 0x77, 0x77 };
	struct softgpu_buffer b;
	unsigned int i;

	for (i = 0; i < 3; i++)
		igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 5, i, 1));
	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_fill(&b, at(c, 1), 4, 0x77);
	igt_dxg_run(c->fd, c->queue, c->commands.va, b.used);
	expect(c, 0, 3, marks);
}

static void copy(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 2), MARK(0, 3), 0, MARK(0, 2), MARK(0, 3) };
	struct drm_dxg_vm_bind_op op = range(c, DRM_DXG_BIND_COPY, 0, 2);

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 8, 4));
	op.src_va = at(c, 10);
	igt_dxg_bind_op(c->fd, c->vm, op);
	/* Onto itself, shifted. */
	op = range(c, DRM_DXG_BIND_COPY, 3, 2);
	op.src_va = at(c, 0);
	igt_dxg_bind_op(c->fd, c->vm, op);
	/* Of null pages. */
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_MAP_NULL, 15, 1));
	op = range(c, DRM_DXG_BIND_COPY, 2, 1);
	op.src_va = at(c, 15);
	igt_dxg_bind_op(c->fd, c->vm, op);
	expect(c, 0, 5, marks);
	/* Of nothing, and of more than one binding. */
	op = range(c, DRM_DXG_BIND_COPY, 0, 1);
	op.src_va = at(c, 14);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	op = range(c, DRM_DXG_BIND_COPY, 12, 2);
	op.src_va = at(c, 1);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	expect(c, 0, 5, marks);
}

static void any_va(struct client *c)
{
	struct drm_dxg_vm_bind_op op[2] = { map(c, 0, 3, 0, 1), map(c, 1, 4, 0, 1) };
	static const uint32_t mark[] = { MARK(1, 4) };
	uint64_t va;

	op[0].flags = DRM_DXG_BIND_ANY_VA;
	op[1].flags = DRM_DXG_BIND_ANY_VA;
	op[0].va = 0;
	op[1].va = 0;
	op[1].va = 0x500000000ull;
	op[1].va_max = 0x600000000ull;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, op, 2), 0);
	igt_assert_neq_u64(op[0].va, 0);
	igt_assert(op[1].va >= 0x500000000ull && op[1].va < 0x600000000ull);
	c->va = op[1].va;
	expect(c, 0, 1, mark);
	/* It is a reservation like others. */
	igt_dxg_unreserve(c->fd, c->vm, op[0].va, PAGE);
	igt_dxg_unreserve(c->fd, c->vm, op[1].va, PAGE);
	/* Of an array that fails, nothing is left. */
	op[0] = map(c, 0, 3, 0, 1);
	op[0].flags = DRM_DXG_BIND_ANY_VA;
	op[0].va = 0x500000000ull;
	op[0].va_max = 0x500001000ull;
	op[1] = map(c, 0, 3, 0, 1);
	op[1].bo_handle = NOTHING;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, op, 2), -ENOENT);
	igt_assert_eq_u64(op[0].va, 0x500000000ull);
	va = op[0].va;
	igt_assert_eq(__dxg_reserve(c->fd, c->vm, 0, &va, PAGE), 0);
}

/* --- Arrays --- */

static void array(struct client *c)
{
	static const uint32_t marks[] = { MARK(1, 0), MARK(0, 1), 0, MARK(0, 3) };
	struct drm_dxg_vm_bind_op ops[] = {
		map(c, 0, 0, 0, 4), map(c, 1, 0, 0, 1), range(c, DRM_DXG_BIND_MAP_NULL, 2, 1),
	};

	igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, 3), 0);
	expect(c, 0, 4, marks);
}

/* The most operations that one call may have. */
static void array_long(struct client *c)
{
	static struct drm_dxg_vm_bind_op ops[1025];
	struct drm_dxg_device_info info;
	uint32_t marks[PAGES];
	unsigned int i;

	igt_dxg_device_info(c->fd, &info);
	igt_require(info.max_bind_ops <= 1024);
	for (i = 0; i < info.max_bind_ops + 1; i++)
		ops[i] = map(c, i / PAGES % 2, (i * 3) % PAGES, i % PAGES, 1);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, info.max_bind_ops + 1), -EINVAL);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, info.max_bind_ops), 0);
	for (i = info.max_bind_ops - PAGES; i < info.max_bind_ops; i++)
		marks[i % PAGES] = MARK(i / PAGES % 2, (i * 3) % PAGES);
	expect(c, 0, PAGES, marks);
}

/* An operation fails when it is its turn: those before it are undone. */
static void array_undo(struct client *c)
{
	static const uint32_t marks[] = {
		MARK(0, 0), MARK(0, 1), 0, MARK(1, 3), MARK(0, 4), MARK(0, 5),
	};
	struct drm_dxg_vm_bind_op ops[] = {
		map(c, 1, 8, 1, 4),
		range(c, DRM_DXG_BIND_UNMAP, 0, 3),
		map(c, 1, 0, 4, 8),
		igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, c->bo[0].handle),
		range(c, DRM_DXG_BIND_MAP_NULL, 3, 2),
		range(c, DRM_DXG_BIND_COPY, 0, 1),
	};

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, 6));
	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_MAP_NULL, 2, 1));
	igt_dxg_bind_op(c->fd, c->vm, map(c, 1, 3, 3, 1));
	/* The source is what the second operation unbinds. */
	ops[5].src_va = at(c, 0);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, 6), -ENOENT);
	expect(c, 0, 6, marks);
	/* Of what was not bound, nothing is. */
	expect_nothing(c, 7);
}

/* Random binds against a model of the range, in arrays of which some fail. */
static void random_model(struct client *c)
{
	static struct drm_dxg_vm_bind_op ops[8];
	uint32_t model[PAGES] = { 0 }, next[PAGES];
	unsigned int seed = 1, round, i, page, count, n;

	igt_dxg_bind_op(c->fd, c->vm, range(c, DRM_DXG_BIND_MAP_NULL, 0, PAGES));
	for (round = 0; round < 100; round++) {
		bool fail = round % 3 == 0;

		memcpy(next, model, sizeof(next));
		n = 1 + rand_r(&seed) % 7;
		for (i = 0; i < n; i++) {
			unsigned int bo = rand_r(&seed) % 3, from, j;

			page = rand_r(&seed) % PAGES;
			count = 1 + rand_r(&seed) % (PAGES - page);
			from = rand_r(&seed) % (PAGES - count + 1);
			if (bo == 2)
				ops[i] = range(c, DRM_DXG_BIND_MAP_NULL, page, count);
			else
				ops[i] = map(c, bo, from, page, count);
			for (j = 0; j < count; j++)
				next[page + j] = bo == 2 ? 0 : MARK(bo, from + j);
		}
		if (fail) {
			/* The range is not reserved, but that is found out when it is its turn. */
			ops[n] = range(c, DRM_DXG_BIND_COPY, 0, PAGES);
			ops[n].src_va = c->result.va;
			igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, n + 1), -ENOENT);
		} else {
			igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, n), 0);
			memcpy(model, next, sizeof(model));
		}
		expect(c, 0, PAGES, model);
	}
}

/* --- Lifetimes --- */

/* A BO whose handle is closed stays as long as it is bound. */
static void close_bound(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 0), MARK(0, 1) };
	struct drm_gem_close args = { .handle = c->bo[0].handle };
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 4, 1);

	igt_dxg_bind_op(c->fd, c->vm, map(c, 0, 0, 0, 2));
	igt_dxg_ioctl(c->fd, DRM_IOCTL_GEM_CLOSE, &args, 0);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	expect(c, 0, 2, marks);
}

/* --- Residency --- */

static void residency(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 0) };
	struct drm_dxg_vm_bind_op ops[] = {
		igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, c->bo[0].handle),
		igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, c->bo[0].handle),
		igt_dxg_op_bo(DRM_DXG_BIND_EVICT, c->bo[0].handle),
		map(c, 0, 0, 0, 1),
	};

	ops[1].flags = DRM_DXG_BIND_MUST_SUCCEED | DRM_DXG_BIND_CANT_TRIM;
	ops[2].flags = DRM_DXG_BIND_LAZY;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, ops, 4), 0);
	expect(c, 0, 1, marks);
}

/* --- On a queue --- */

/* The status of the fence of a bind: 1, or a negative errno. */
static int async_result(struct client *c, uint32_t queue, struct drm_dxg_vm_bind_op *ops,
			uint32_t count)
{
	uint32_t syncobj = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op sync = igt_dxg_signal_syncobj(syncobj, 0);
	int ret;

	igt_assert_eq(__dxg_bind_async(c->fd, c->vm, queue, ops, count, &sync, 1), 0);
	ret = igt_dxg_syncobj_result(c->fd, syncobj, 120);
	syncobj_destroy(c->fd, syncobj);
	return ret;
}

static void async_basic(struct client *c)
{
	static const uint32_t marks[] = { MARK(1, 0), MARK(0, 1), 0, MARK(0, 3) };
	struct drm_dxg_vm_bind_op ops[] = {
		map(c, 0, 0, 0, 4), map(c, 1, 0, 0, 1), range(c, DRM_DXG_BIND_MAP_NULL, 2, 1),
	};
	uint32_t queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);

	igt_assert_eq(async_result(c, queue, ops, 3), 1);
	expect(c, 0, 4, marks);
	/* No operations, only syncs. */
	igt_assert_eq(async_result(c, queue, NULL, 0), 1);
}

/* A bind waits for a submission, a submission for the bind: without the CPU in between. */
static void async_chain(struct client *c)
{
	static const uint32_t marks[] = { 0x1234 };
	uint32_t queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	uint32_t timeline = syncobj_create(c->fd, 0);
	struct drm_dxg_sync_op slow, syncs[2], last[2];
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);
	struct drm_dxg_submit work;
	struct softgpu_buffer b;
	uint64_t first, point = 3;

	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_hang(&b, 200000000);
	first = b.used;
	softgpu_fill(&b, at(c, 0), 4, 0x1234);

	slow = igt_dxg_signal_syncobj(timeline, 1);
	work = igt_dxg_work(c->commands.va, first, &slow, 1);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &work, 1), 0);
	syncs[0] = igt_dxg_wait_syncobj(timeline, 1);
	syncs[1] = igt_dxg_signal_syncobj(timeline, 2);
	igt_assert_eq(__dxg_bind_async(c->fd, c->vm, queue, &op, 1, syncs, 2), 0);
	last[0] = igt_dxg_wait_syncobj(timeline, 2);
	last[1] = igt_dxg_signal_syncobj(timeline, 3);
	work = igt_dxg_work(c->commands.va + first, b.used - first, last, 2);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &work, 1), 0);
	igt_assert(syncobj_timeline_wait(c->fd, &timeline, &point, 1, igt_dxg_time(120000), 0,
					 NULL));
	syncobj_destroy(c->fd, timeline);
	expect(c, 0, 1, marks);
}

/* Many binds on two queues, each with a fence. */
static void async_many(struct client *c)
{
	uint32_t queue[2], timeline = syncobj_create(c->fd, 0), marks[PAGES];
	uint64_t point = 200;
	unsigned int i;

	queue[0] = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	queue[1] = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	for (i = 0; i < point; i++) {
		struct drm_dxg_vm_bind_op op = map(c, i / PAGES % 2, i % PAGES, i % PAGES, 1);
		struct drm_dxg_sync_op syncs[2] = {
			igt_dxg_signal_syncobj(timeline, i + 1),
			igt_dxg_wait_syncobj(timeline, i),
		};

		igt_assert_eq(__dxg_bind_async(c->fd, c->vm, queue[i % 2], &op, 1, syncs,
					       i ? 2 : 1), 0);
		marks[i % PAGES] = MARK(i / PAGES % 2, i % PAGES);
	}
	igt_assert(syncobj_timeline_wait(c->fd, &timeline, &point, 1, igt_dxg_time(120000), 0,
					 NULL));
	syncobj_destroy(c->fd, timeline);
	expect(c, 0, PAGES, marks);
}

/* What fails on a queue keeps what was before it and stops what is behind; the VM goes on. */
static void async_failure(struct client *c)
{
	static const uint32_t marks[] = { MARK(0, 0), MARK(0, 1), MARK(1, 2) };
	struct drm_dxg_vm_bind_op ops[] = {
		map(c, 0, 0, 0, 2), range(c, DRM_DXG_BIND_COPY, 2, 1), map(c, 1, 0, 0, 1),
	};
	uint32_t queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	struct drm_dxg_vm_get_state state;

	igt_dxg_bind_op(c->fd, c->vm, map(c, 1, 2, 2, 1));
	ops[1].src_va = at(c, 9);
	igt_assert_eq(async_result(c, queue, ops, 3), -ENOENT);
	expect(c, 0, 3, marks);
	igt_assert_eq(__dxg_vm_get_state(c->fd, c->vm, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	igt_assert_eq(async_result(c, queue, ops, 1), 1);
}

/* A queue goes while binds wait for a fence that is signalled later. */
static void async_destroy_pending(struct client *c)
{
	uint32_t queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	uint32_t timeline = syncobj_create(c->fd, 0), out = syncobj_create(c->fd, 0);
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);
	struct drm_dxg_sync_op slow = igt_dxg_signal_syncobj(timeline, 1), syncs[2];
	struct softgpu_buffer b;
	struct drm_dxg_submit work;

	softgpu_buffer_init(&b, c->commands.map, c->commands.size);
	softgpu_hang(&b, 300000000);
	work = igt_dxg_work(c->commands.va, b.used, &slow, 1);
	igt_assert_eq(__dxg_submit(c->fd, c->queue, &work, 1), 0);
	syncs[0] = igt_dxg_wait_syncobj(timeline, 1);
	syncs[1] = igt_dxg_signal_syncobj(out, 0);
	igt_assert_eq(__dxg_bind_async(c->fd, c->vm, queue, &op, 1, syncs, 2), 0);
	igt_dxg_queue_destroy(c->fd, queue);
	igt_assert_eq(igt_dxg_syncobj_result(c->fd, out, 120), -ECANCELED);
	syncobj_destroy(c->fd, timeline);
	syncobj_destroy(c->fd, out);
}

/* A bind raises a monitored fence, in both modes. */
static void raise_fence(struct client *c)
{
	uint32_t queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	uint32_t fence = igt_dxg_fence_create(c->fd, c->vm, 0, 0);
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);
	struct drm_dxg_sync_op sync = {
		.flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		.handle = fence,
		.value = 7,
	};

	igt_assert_eq(__dxg_bind_async(c->fd, c->vm, queue, &op, 1, &sync, 1), 0);
	igt_assert_eq(__dxg_fence_wait(c->fd, fence, 7, igt_dxg_time(120000)), 0);
	igt_assert_eq(__dxg_fence_wait(c->fd, fence, 8, 0), -ETIME);
	igt_dxg_fence_destroy(c->fd, fence);
}

/* Which kinds of syncs each kind of bind takes. */
static void legality(int fd, uint32_t flags)
{
	uint32_t vm = igt_dxg_vm_create(fd, flags), queue, fence, syncobj;
	struct drm_dxg_vm_bind args = { .vm_id = vm };
	struct drm_dxg_sync_op syncs[4];
	int i;

	queue = igt_dxg_bind_queue_create(fd, vm, NULL);
	fence = igt_dxg_fence_create(fd, vm, 0, 5);
	syncobj = syncobj_create(fd, DRM_SYNCOBJ_CREATE_SIGNALED);
	syncs[0] = igt_dxg_wait_syncobj(syncobj, 0);
	syncs[1] = (struct drm_dxg_sync_op) {
		.flags = DRM_DXG_SYNC_FENCE, .handle = fence, .value = 1,
	};
	syncs[2] = igt_dxg_signal_syncobj(syncobj, 0);
	syncs[3] = syncs[1];
	syncs[3].flags |= DRM_DXG_SYNC_SIGNAL;
	syncs[3].value = 6;
	for (i = 0; i < 4; i++) {
		bool legal = i == 3 || (!flags && i != 1);

		igt_assert_eq(__dxg_bind_async(fd, vm, queue, NULL, 0, &syncs[i], 1),
			      legal ? 0 : -EOPNOTSUPP);
		args.syncs = (struct drm_dxg_array) {
			.stride = sizeof(syncs[0]), .count = 1, .array = (uintptr_t)&syncs[i],
		};
		igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	}
	syncobj_destroy(fd, syncobj);
	igt_dxg_vm_destroy(fd, vm);
}

/* In user-fence mode, the values are those that the queue's fence gets. */
static void user_fence_values(void)
{
	struct client c;
	uint32_t queue, fence;
	struct drm_dxg_vm_bind_op ops[3];
	uint64_t last = 0;
	int i;

	client_open(&c, DRM_DXG_VM_USER_FENCE);
	queue = igt_dxg_bind_queue_create(c.fd, c.vm, &fence);
	igt_assert_neq_u32(fence, 0);
	ops[0] = igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, c.bo[0].handle);
	ops[1] = map(&c, 0, 0, 0, 4);
	ops[2] = range(&c, DRM_DXG_BIND_UNMAP, 0, 2);
	igt_assert_eq(__dxg_bind_async(c.fd, c.vm, queue, ops, 3, NULL, 0), 0);
	for (i = 0; i < 3; i++) {
		igt_assert(!ops[i].fence_value || ops[i].fence_value >= last);
		last = ops[i].fence_value ?: last;
	}
	igt_assert_eq(__dxg_fence_wait(c.fd, fence, last, igt_dxg_time(120000)), 0);
	/* A bind that fails says so at once, and is undone. */
	ops[0] = map(&c, 0, 0, 4, 4);
	ops[1] = range(&c, DRM_DXG_BIND_COPY, 8, 1);
	ops[1].src_va = at(&c, 15);
	ops[2] = range(&c, DRM_DXG_BIND_COPY, 8, 1);
	ops[2].src_va = at(&c, 4);
	igt_assert_eq(__dxg_bind_async(c.fd, c.vm, queue, ops, 2, NULL, 0), -ENOENT);
	igt_assert_eq(__dxg_bind(c.fd, c.vm, &ops[2], 1), -ENOENT);
	client_close(&c);
}

/* --- Bad arguments --- */

static void invalid_op(struct client *c)
{
	struct drm_dxg_vm_bind_op good[] = {
		map(c, 0, 0, 0, 1),
		range(c, DRM_DXG_BIND_MAP_NULL, 0, 1),
		range(c, DRM_DXG_BIND_UNMAP, 0, 1),
		igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, c->bo[0].handle),
		igt_dxg_op_bo(DRM_DXG_BIND_EVICT, c->bo[0].handle),
		range(c, DRM_DXG_BIND_COPY, 0, 1),
	};
	/* By operation: fields that must be zero. */
	static const struct {
		size_t offset;
		unsigned int types;
	} zero[] = {
		{ offsetof(struct drm_dxg_vm_bind_op, bo_handle), 1 << 1 | 1 << 2 | 1 << 5 },
		{ offsetof(struct drm_dxg_vm_bind_op, alloc_index), 0x3e },
		{ offsetof(struct drm_dxg_vm_bind_op, bo_offset), 0x3e },
		{ offsetof(struct drm_dxg_vm_bind_op, va), 1 << 3 | 1 << 4 },
		{ offsetof(struct drm_dxg_vm_bind_op, size), 1 << 3 | 1 << 4 },
		{ offsetof(struct drm_dxg_vm_bind_op, src_va), 0x1f },
		{ offsetof(struct drm_dxg_vm_bind_op, va_max), 0x3f },
		{ offsetof(struct drm_dxg_vm_bind_op, driver_protection), 0x3e },
		{ offsetof(struct drm_dxg_vm_bind_op, fence_value), 0x3f },
		{ offsetof(struct drm_dxg_vm_bind_op, bytes_to_trim), 0x3f },
	};
	static const uint32_t flags[] = {
		DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE | DRM_DXG_BIND_ANY_VA,
		DRM_DXG_BIND_ANY_VA, 0,
		DRM_DXG_BIND_CANT_TRIM | DRM_DXG_BIND_MUST_SUCCEED,
		DRM_DXG_BIND_LAZY, 0,
	};
	struct drm_dxg_vm_bind_op op;
	unsigned int i, type, bit;

	good[5].src_va = at(c, 8);
	for (type = 0; type < 6; type++) {
		for (i = 0; i < sizeof(zero) / sizeof(zero[0]); i++) {
			if (!(zero[i].types & 1 << type))
				continue;
			op = good[type];
			*(uint32_t *)((char *)&op + zero[i].offset) = PAGE;
			igt_debug("type %u, field at %zu\n", type, zero[i].offset);
			igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
		}
		for (bit = 0; bit < 32; bit++) {
			if (flags[type] & 1u << bit)
				continue;
			op = good[type];
			op.flags = 1u << bit;
			igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
		}
	}
	op = good[0];
	op.op = 6;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
}

static void invalid_range(struct client *c)
{
	static const uint64_t bad[][2] = {
		{ 0, PAGE }, { PAGE, PAGE }, { 0x100000, 0 }, { 0x100800, PAGE },
		{ 0x100000, 0x800 },
		{ 1ull << 48, PAGE }, { (1ull << 48) - PAGE, 2 * PAGE }, { 0x100000, -PAGE },
	};
	struct drm_dxg_vm_bind_op op;
	unsigned int i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		op = igt_dxg_op_range(DRM_DXG_BIND_MAP_NULL, bad[i][0], bad[i][1]);
		igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
		op = range(c, DRM_DXG_BIND_COPY, 0, 1);
		op.src_va = bad[i][0];
		op.size = bad[i][1];
		igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	}
	/* Not reserved, and only partly reserved. */
	op = igt_dxg_op_range(DRM_DXG_BIND_MAP_NULL, 0x7000000000ull, PAGE);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	op = range(c, DRM_DXG_BIND_UNMAP, 1, PAGES);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
}

static void invalid_bo(struct client *c)
{
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);

	op.bo_handle = 0;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	op.bo_handle = NOTHING;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
	op = map(c, 0, 0, 0, 1);
	op.alloc_index = 1;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	op = map(c, 0, PAGES, 0, 1);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	op = map(c, 0, 1, 0, PAGES);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	op = map(c, 0, 0, 0, 1);
	op.bo_offset = 0x800;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	op.bo_offset = -PAGE;
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -EINVAL);
	op = igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, NOTHING);
	igt_assert_eq(__dxg_bind(c->fd, c->vm, &op, 1), -ENOENT);
}

static void invalid_bind(struct client *c)
{
	struct drm_dxg_vm_bind_op op = map(c, 0, 0, 0, 1);
	struct drm_dxg_vm_bind good = {
		.vm_id = c->vm,
		.ops = { .stride = sizeof(op), .count = 1, .array = (uintptr_t)&op },
	}, args;

	args = good;
	args.flags = 1 << 1;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	args = good;
	args.pad = 1;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	args = good;
	args.vm_id = NOTHING;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -ENOENT);
	args = good;
	args.queue_id = NOTHING;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -ENOENT);
	args.queue_id = c->queue;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	args = good;
	args.flags = DRM_DXG_VM_BIND_ASYNC;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -ENOENT);
	args = good;
	args.ops.stride = sizeof(op) - 8;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	args.ops.stride = sizeof(op) + 4;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	args = good;
	args.ops.array = 8;
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, -EFAULT);
	/* Nothing to do is done. */
	args = good;
	args.ops = (struct drm_dxg_array) { 0 };
	igt_dxg_ioctl(c->fd, DRM_IOCTL_DXG_VM_BIND, &args, 0);
}

/* Run a subtest with a file of its own: some lose the VM. */
static void with_client(void (*test)(struct client *c), uint32_t flags)
{
	struct client c;

	client_open(&c, flags);
	test(&c);
	client_close(&c);
}

static const struct {
	const char *name, *what;
	void (*test)(struct client *c);
	uint32_t flags;
} tests[] = {
	{ "map", "A whole BO is bound and unbound.", map_all, 0 },
	{ "map-over", "What was bound is replaced, in part or as a whole.", map_over, 0 },
	{ "unmap-part", "A part is unbound.", unmap_part, 0 },
	{ "map-null", "Null pages.", map_null, 0 },
	{ "reserve-zero", "A reservation that reads as zero.", reserve_zero, 0 },
	{ "readonly", "The GPU may not write.", readonly, 0 },
	{ "aliases", "A page at several addresses.", aliases, 0 },
	{ "copy", "Bindings are copied.", copy, 0 },
	{ "any-va", "The host chooses the address.", any_va, 0 },
	{ "array", "Operations take effect in their order.", array, 0 },
	{ "array-long", "The most operations of one call.", array_long, 0 },
	{ "array-undo", "A failing array leaves all as it was.", array_undo, 0 },
	{ "random", "Random arrays against a model.", random_model, 0 },
	{ "close-bound", "A bound BO outlives its handle.", close_bound, 0 },
	{ "residency", "Memory is made resident and evicted.", residency, 0 },
	{ "async-basic", "Binds on a queue.", async_basic, 0 },
	{ "async-chain", "Binds between submissions.", async_chain, 0 },
	{ "async-many", "Many binds on two queues.", async_many, 0 },
	{ "async-failure", "A bind that fails on a queue.", async_failure, 0 },
	{ "async-destroy-pending", "A queue goes with binds on it.", async_destroy_pending, 0 },
	{ "async-fence", "A bind raises a fence.", raise_fence, 0 },
	{ "user-fence-fence", "A bind raises a fence.", raise_fence, DRM_DXG_VM_USER_FENCE },
	{ "invalid-op", "Fields of operations.", invalid_op, 0 },
	{ "invalid-range", "Ranges.", invalid_range, 0 },
	{ "invalid-bo", "BOs and offsets.", invalid_bo, 0 },
	{ "invalid-bind", "Fields of VM_BIND.", invalid_bind, 0 },
};

int igt_main()
{
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		igt_describe_f("%s", tests[i].what);
		igt_subtest(tests[i].name)
			with_client(tests[i].test, tests[i].flags);
	}

	igt_describe("Values of the paging fence.");
	igt_subtest("user-fence-values")
		user_fence_values();
	igt_describe("Which syncs a bind takes.");
	igt_subtest("legality") {
		int fd = drm_open_driver_render(DRIVER_DXG);

		legality(fd, 0);
		legality(fd, DRM_DXG_VM_USER_FENCE);
		drm_close_driver(fd);
	}
}
