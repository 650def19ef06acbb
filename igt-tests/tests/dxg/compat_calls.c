// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: what each request does that no other program of these sends: addresses,
 * properties of allocations, escapes, priorities, errors of devices, the older sync objects,
 * signals and waits in the order of the GPU.
 */
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_d3d.h"
#include "softgpu_build.h"

/**
 * TEST: compat calls
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: what single requests do
 *
 * SUBTEST: reserve-free
 * Description: Ranges of addresses are reserved by way of an adapter and of a paging queue, within
 *	limits and where they are wanted, and freed as a whole.
 *
 * SUBTEST: reserve-each-adapter
 * Description: A paging queue of each adapter reserves on its own adapter, whatever its number.
 *
 * SUBTEST: update-addresses
 * Description: A list of operations maps, copies and unmaps; the GPU finds the memory at both
 *	addresses, and none behind the last operation.
 *
 * SUBTEST: priorities
 * Description: Priorities of allocations, one by one and of a resource, come back as they were set.
 *
 * SUBTEST: residency
 * Description: What is evicted is not resident, what is made resident is, of a list and of a
 *	resource.
 *
 * SUBTEST: offer-reclaim
 * Description: Offered memory comes back with its contents, or is said to be discarded when others
 *	needed it; of a list and of resources.
 *
 * SUBTEST: update-property
 * Description: An allocation moves to the other segment and keeps its contents.
 *
 * SUBTEST: invalidate-cache
 * Description: Within an allocation, and not beyond.
 *
 * SUBTEST: escapes
 * Description: Escapes of the driver go to the host and back; those about handles are answered
 *	here; the event of a notification object is translated.
 *
 * SUBTEST: context-priorities
 * Description: The two priorities of a context are apart, come back as set, and have limits.
 *
 * SUBTEST: device-error
 * Description: A device that its owner marks has its error, its waits end, and others go on.
 *
 * SUBTEST: wait-gpu
 * Description: A context waits for monitored fences, all of them, before it goes on.
 *
 * SUBTEST: wait-legacy
 * Description: Contexts signal and wait for the older objects: a mutex, a semaphore, a fence.
 *
 * SUBTEST: signal-contexts
 * Description: A signal comes when all of its contexts have come to it, and so does an event.
 *
 * SUBTEST: hwqueue-order
 * Description: Hardware queues wait for fences and signal others in their order.
 *
 * SUBTEST: wait-sync-file
 * Description: A context waits for a sync file of its own device and of another process.
 */

IGT_TEST_DESCRIPTION("Single requests of /dev/dxg.");

#define PAGE	IGT_DXG_D3D_PAGE
#define SIZE	65536
#define NOTHING	IGT_DXG_D3D_NOTHING
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* --- Addresses --- */

static int reserve(const struct igt_dxg_d3d *d, uint32_t by, uint64_t base, uint64_t size,
		   uint64_t *va)
{
	struct d3dddi_reservegpuvirtualaddress args = {
		.adapter = by,
		.base_address = base,
		.size = size,
	};
	int ret = __dxg_d3d(d->fd, LX_DXRESERVEGPUVIRTUALADDRESS, &args);

	*va = args.virtual_address;
	return ret;
}

static int release(const struct igt_dxg_d3d *d, uint64_t va, uint64_t size)
{
	struct d3dkmt_freegpuvirtualaddress args = {
		.adapter = d->adapter,
		.base_address = va,
		.size = size,
	};

	return __dxg_d3d(d->fd, LX_DXFREEGPUVIRTUALADDRESS, &args);
}

static void reserve_free(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	struct d3dddi_reservegpuvirtualaddress limits = {
		.adapter = d.adapter,
		.minimum_address = 0x200000000,
		.maximum_address = 0x300000000,
		.size = 16 * SIZE,
	};
	struct d3dkmt_freegpuvirtualaddress none = { .adapter = d.device };
	uint64_t va, again;
	uint32_t handle;

	igt_assert_eq(reserve(&d, d.adapter, 0, 16 * SIZE, &va), 0);
	igt_assert_neq_u64(va, 0);
	/* It is taken: an answer without an address, and without a reason. */
	igt_assert_eq(reserve(&d, d.adapter, va, SIZE, &again), -EINVAL);
	/* Only as a whole, and once; a mapping in it ends with it. */
	handle = igt_dxg_d3d_allocate(&d, SIZE);
	igt_assert_eq_u64(igt_dxg_d3d_map(&d, handle, va + SIZE, SIZE), va + SIZE);
	igt_assert_eq(release(&d, va, SIZE), -EINVAL);
	igt_assert_eq(release(&d, va + SIZE, 15 * SIZE), -EINVAL);
	igt_assert_eq(release(&d, va, 16 * SIZE), 0);
	igt_assert_eq(release(&d, va, 16 * SIZE), -EINVAL);
	/* By a paging queue, at the same place. */
	igt_assert_eq(reserve(&d, d.paging, va, 16 * SIZE, &again), 0);
	igt_assert_eq_u64(again, va);
	igt_assert_eq(release(&d, va, 16 * SIZE), 0);
	igt_dxg_d3d(d.fd, LX_DXRESERVEGPUVIRTUALADDRESS, &limits, 0);
	igt_assert_lte_u64(limits.minimum_address, limits.virtual_address);
	igt_assert_lte_u64(limits.virtual_address + limits.size, limits.maximum_address);
	igt_assert_eq(release(&d, limits.virtual_address, limits.size), 0);

	igt_assert_eq(reserve(&d, d.adapter, 0, 0, &va), -EINVAL);
	igt_assert_eq(reserve(&d, d.adapter, 0, PAGE + 1, &va), -EINVAL);
	igt_assert_eq(reserve(&d, d.adapter, 1, PAGE, &va), -EINVAL);
	igt_assert_eq(reserve(&d, d.adapter, 0, 1ull << 63, &va), -EINVAL);
	igt_assert_eq(reserve(&d, d.device, 0, PAGE, &va), -EINVAL);
	igt_assert_eq(reserve(&d, NOTHING, 0, PAGE, &va), -EINVAL);
	limits.reservation_type = 3;
	igt_dxg_d3d(d.fd, LX_DXRESERVEGPUVIRTUALADDRESS, &limits, -EINVAL);
	igt_dxg_d3d(d.fd, LX_DXFREEGPUVIRTUALADDRESS, &none, -EINVAL);
	none.adapter = d.paging;
	igt_dxg_d3d(d.fd, LX_DXFREEGPUVIRTUALADDRESS, &none, -EINVAL);
	igt_dxg_d3d_close(&d);
}

/* What the queue has reserved is freed by its adapter, and is nothing on another one. */
static void reserve_each_adapter(void)
{
	unsigned int count = igt_dxg_count(), i, k;
	struct igt_dxg_d3d d[8], more;
	uint64_t va;

	count = count < COUNT(d) ? count : COUNT(d);
	for (i = 0; i < count; i++)
		d[i] = igt_dxg_d3d_open(i);
	for (i = 0; i < count; i++) {
		/* So that there are queues of many numbers. */
		for (k = 0; k < 16; k++) {
			more = igt_dxg_d3d_again(&d[i]);
			igt_assert_eq(reserve(&more, more.paging, 0, SIZE, &va), 0);
			if (count > 1)
				igt_assert_eq(release(&d[(i + 1) % count], va, SIZE), -EINVAL);
			igt_assert_eq(release(&more, va, SIZE), 0);
		}
	}
	for (i = 0; i < count; i++)
		igt_dxg_d3d_close(&d[i]);
}

/*
 * The fences of a device that is lost are at their highest value, or the device is seen to
 * be lost before: in either case nobody waits.
 */
static void wait_ends(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	int ret = __dxg_d3d_wait(d, fence, value, 0);

	igt_assert_f(!ret || ret == -ECANCELED, "%d\n", ret);
}

static void update_refused(const struct igt_dxg_d3d *d,
			   const struct d3dkmt_updategpuvirtualaddress *update,
			   struct d3dddi_updategpuvirtualaddress_operation *ops)
{
	struct d3dkmt_updategpuvirtualaddress bad;

#define REFUSED(change, error) do { \
	bad = *update; \
	change; \
	igt_dxg_d3d(d->fd, LX_DXUPDATEGPUVIRTUALADDRESS, &bad, error); \
} while (0)
	REFUSED(bad.num_operations = 0, -EINVAL);
	REFUSED(bad.num_operations = 2049, -EINVAL);
	REFUSED(bad.operations = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(bad.device = NOTHING, -EINVAL);
	REFUSED(bad.context = d->device, -EINVAL);
	REFUSED(bad.fence_object = update->context, -EINVAL);
	REFUSED(bad.flags = 2, -EINVAL);
	ops[0].map.allocation = update->context;
	REFUSED(, -EINVAL);
	ops[0].operation = 4;
	REFUSED(, -EINVAL);
#undef REFUSED
}

static void update_addresses(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	struct igt_dxg_d3d_code code = igt_dxg_d3d_code(&d);
	uint32_t context = igt_dxg_d3d_context(&d, 0, 0), fence = igt_dxg_d3d_fence(&d, 0, 0);
	uint32_t handle = igt_dxg_d3d_allocate(&d, SIZE);
	struct d3dddi_updategpuvirtualaddress_operation ops[2] = {};
	struct d3dkmt_updategpuvirtualaddress update = {
		.device = d.device,
		.context = context,
		.fence_object = fence,
		.num_operations = 2,
		.operations = (uintptr_t)ops,
		.fence_value = 5,
	};
	struct softgpu_buffer b;
	uint64_t va;
	void *map;

	igt_assert_eq(reserve(&d, d.adapter, 0, 4 * SIZE, &va), 0);
	igt_dxg_d3d_resident(&d, handle);
	ops[0].operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP;
	ops[0].map.base_address = va;
	ops[0].map.size = SIZE;
	ops[0].map.allocation = handle;
	ops[0].map.allocation_size = SIZE;
	ops[1].operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_COPY;
	ops[1].copy.source_address = va;
	ops[1].copy.dest_address = va + 2 * SIZE;
	ops[1].copy.size = SIZE;
	igt_dxg_d3d(d.fd, LX_DXUPDATEGPUVIRTUALADDRESS, &update, 0);
	igt_dxg_d3d_wait(&d, fence, 5);
	igt_dxg_d3d_fill(&d, context, &code, va, SIZE / 2, 0x11111111);
	igt_dxg_d3d_fill(&d, context, &code, va + 2 * SIZE + SIZE / 2, SIZE / 2, 0x22222222);
	map = igt_dxg_d3d_lock(&d, handle);
	igt_dxg_check_word(map, SIZE / 2, 0x11111111);
	igt_dxg_check_word((char *)map + SIZE / 2, SIZE / 2, 0x22222222);
	igt_dxg_d3d_unlock(&d, handle);

	update_refused(&d, &update, ops);
	/* Then there is nothing: the GPU faults, and the device has the address. */
	ops[0].operation = D3DDDI_UPDATEGPUVIRTUALADDRESS_UNMAP;
	ops[0].unmap.base_address = va;
	ops[0].unmap.size = SIZE;
	ops[0].unmap.protection = D3DDDIGPUVA_PROTECTION_TYPE_NO_ACCESS;
	update.num_operations = 1;
	update.fence_value = 6;
	igt_dxg_d3d(d.fd, LX_DXUPDATEGPUVIRTUALADDRESS, &update, 0);
	igt_dxg_d3d_wait(&d, fence, 6);
	softgpu_buffer_init(&b, code.map, PAGE);
	softgpu_fill(&b, va, PAGE, 0x33333333);
	igt_assert_eq(__dxg_d3d_submit(&d, context, code.va, b.used), 0);
	wait_ends(&d, fence, 7);
	igt_assert_eq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ERROR_DMAPAGEFAULT);
	igt_dxg_d3d_close(&d);
}

/* --- Properties of allocations --- */

/* Two allocations, and a resource with one. */
struct things {
	struct igt_dxg_d3d d;
	uint32_t allocs[2];
	uint32_t resource, inside;
};

static struct things things_open(void)
{
	struct things t = { .d = igt_dxg_d3d_open(0) };

	t.allocs[0] = igt_dxg_d3d_allocate(&t.d, SIZE);
	t.allocs[1] = igt_dxg_d3d_allocate(&t.d, SIZE);
	igt_assert_eq(__dxg_d3d_allocate(&t.d, SIZE, 0, &t.inside, &t.resource), 0);
	return t;
}

static void priorities(void)
{
	struct things t = things_open();
	uint32_t words[2] = { 0x28000000, 0xa0000000 }, back[2] = {};
	struct d3dkmt_setallocationpriority set = {
		.device = t.d.device,
		.allocation_list = (uintptr_t)t.allocs,
		.allocation_count = 2,
		.priorities = (uintptr_t)words,
	};
	struct d3dkmt_getallocationpriority get = {
		.device = t.d.device,
		.allocation_list = (uintptr_t)t.allocs,
		.allocation_count = 2,
		.priorities = (uintptr_t)back,
	};

	igt_dxg_d3d(t.d.fd, LX_DXSETALLOCATIONPRIORITY, &set, 0);
	igt_dxg_d3d(t.d.fd, LX_DXGETALLOCATIONPRIORITY, &get, 0);
	igt_assert_eq_u32(back[0], words[0]);
	igt_assert_eq_u32(back[1], words[1]);

	set.resource = t.resource;
	get.resource = t.resource;
	igt_dxg_d3d(t.d.fd, LX_DXSETALLOCATIONPRIORITY, &set, -EINVAL);
	igt_dxg_d3d(t.d.fd, LX_DXGETALLOCATIONPRIORITY, &get, -EINVAL);
	set.allocation_count = 0;
	get.allocation_count = 0;
	words[0] = 0x50000000;
	igt_dxg_d3d(t.d.fd, LX_DXSETALLOCATIONPRIORITY, &set, 0);
	back[1] = 0;
	igt_dxg_d3d(t.d.fd, LX_DXGETALLOCATIONPRIORITY, &get, 0);
	igt_assert_eq_u32(back[0], words[0]);
	/* One for a resource, and nothing behind it. */
	igt_assert_eq_u32(back[1], 0);
	set.resource = 0;
	get.resource = 0;
	igt_dxg_d3d(t.d.fd, LX_DXSETALLOCATIONPRIORITY, &set, -EINVAL);
	igt_dxg_d3d(t.d.fd, LX_DXGETALLOCATIONPRIORITY, &get, -EINVAL);
	igt_dxg_d3d_close(&t.d);
}

static int where(const struct things *t, uint32_t resource, uint32_t *status)
{
	struct d3dkmt_queryallocationresidency args = {
		.device = t->d.device,
		.resource = resource,
		.allocations = resource ? 0 : (uintptr_t)t->allocs,
		.allocation_count = resource ? 0 : 2,
		.residency_status = (uintptr_t)status,
	};

	return __dxg_d3d(t->d.fd, LX_DXQUERYALLOCATIONRESIDENCY, &args);
}

static void residency(void)
{
	struct things t = things_open();
	struct d3dkmt_evict evict = {
		.device = t.d.device,
		.alloc_count = 1,
		.allocations = (uintptr_t)t.allocs,
	};
	uint32_t status[2] = {};

	igt_assert_eq(where(&t, 0, status), 0);
	igt_assert_eq_u32(status[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_NOTRESIDENT);
	igt_dxg_d3d_resident(&t.d, t.allocs[0]);
	igt_dxg_d3d_resident(&t.d, t.inside);
	igt_assert_eq(where(&t, 0, status), 0);
	igt_assert_eq_u32(status[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINGPUMEMORY);
	igt_assert_eq_u32(status[1], D3DKMT_ALLOCATIONRESIDENCYSTATUS_NOTRESIDENT);
	igt_assert_eq(where(&t, t.resource, status), 0);
	igt_assert_eq_u32(status[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINGPUMEMORY);
	igt_dxg_d3d(t.d.fd, LX_DXEVICT, &evict, 0);
	igt_assert_eq(where(&t, 0, status), 0);
	igt_assert_eq_u32(status[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_NOTRESIDENT);

	evict.alloc_count = 0;
	igt_dxg_d3d(t.d.fd, LX_DXEVICT, &evict, -EINVAL);
	evict.alloc_count = 10241;
	igt_dxg_d3d(t.d.fd, LX_DXEVICT, &evict, -EINVAL);
	evict.alloc_count = 1;
	evict.flags = 4;
	igt_dxg_d3d(t.d.fd, LX_DXEVICT, &evict, -EINVAL);
	igt_assert_eq(where(&t, t.allocs[0], status), -EINVAL);
	igt_dxg_d3d_close(&t.d);
}

static void offer(const struct things *t, uint32_t *handles, uint32_t count, bool resources)
{
	struct d3dkmt_offerallocations args = {
		.device = t->d.device,
		.resources = resources ? (uintptr_t)handles : 0,
		.allocations = resources ? 0 : (uintptr_t)handles,
		.allocation_count = count,
		.priority = D3DKMT_OFFER_PRIORITY_LOW,
	};

	igt_dxg_d3d(t->d.fd, LX_DXOFFERALLOCATIONS, &args, 0);
}

/* Whether what was offered, and comes back, has lost its contents. */
static void reclaim(const struct things *t, uint32_t *handles, uint32_t count, bool resources,
		    uint32_t *results)
{
	struct d3dkmt_reclaimallocations2 args = {
		.paging_queue = t->d.paging,
		.allocation_count = count,
		.resources = resources ? (uintptr_t)handles : 0,
		.allocations = resources ? 0 : (uintptr_t)handles,
		.results = (uintptr_t)results,
	};
	int ret = __dxg_d3d(t->d.fd, LX_DXRECLAIMALLOCATIONS2, &args);

	igt_dxg_d3d_paged(&t->d, ret, args.paging_fence_value);
}

static void offer_invalid(const struct things *t)
{
	struct d3dkmt_offerallocations good = {
		.device = t->d.device,
		.allocations = (uintptr_t)t->allocs,
		.allocation_count = 1,
		.priority = D3DKMT_OFFER_PRIORITY_LOW,
	}, args;
	struct d3dkmt_reclaimallocations2 back = {
		.paging_queue = t->d.paging,
		.allocation_count = 1,
		.allocations = (uintptr_t)t->allocs,
	};

#define REFUSED(change) do { \
	args = good; \
	change; \
	igt_dxg_d3d(t->d.fd, LX_DXOFFERALLOCATIONS, &args, -EINVAL); \
} while (0)
	REFUSED(args.priority = 0);
	REFUSED(args.priority = 5);
	REFUSED(args.flags = 4);
	REFUSED(args.allocation_count = 0);
	REFUSED(args.allocation_count = 10241);
	REFUSED(args.resources = args.allocations);
	REFUSED(args.allocations = 0);
	REFUSED(args.device = NOTHING);
	REFUSED((args.resources = args.allocations, args.allocations = 0));
#undef REFUSED
	/* Not offered, so not to be had back. */
	igt_dxg_d3d(t->d.fd, LX_DXRECLAIMALLOCATIONS2, &back, -EINVAL);
	back.paging_queue = t->d.device;
	igt_dxg_d3d(t->d.fd, LX_DXRECLAIMALLOCATIONS2, &back, -EINVAL);
}

static void offer_reclaim(void)
{
	struct things t = things_open();
	struct softgpu_escape pressure = {
		.op = SOFTGPU_ESCAPE_PRESSURE,
		.arg = { 4 * SIZE, 1 },
	};
	uint32_t results[2] = { 7, 7 };
	void *map = igt_dxg_d3d_lock(&t.d, t.allocs[0]);

	igt_dxg_pattern(map, SIZE, 3);
	igt_dxg_d3d_unlock(&t.d, t.allocs[0]);
	offer(&t, t.allocs, 2, false);
	reclaim(&t, t.allocs, 2, false, results);
	igt_assert_eq_u32(results[0], D3DDDI_RECLAIM_RESULT_OK);
	igt_assert_eq_u32(results[1], D3DDDI_RECLAIM_RESULT_OK);
	map = igt_dxg_d3d_lock(&t.d, t.allocs[0]);
	igt_dxg_check_pattern(map, SIZE, 3);
	igt_dxg_d3d_unlock(&t.d, t.allocs[0]);

	/* Others need it. */
	igt_dxg_d3d_resident(&t.d, t.allocs[0]);
	igt_dxg_d3d_resident(&t.d, t.inside);
	offer(&t, t.allocs, 1, false);
	offer(&t, &t.resource, 1, true);
	igt_assert_eq(__dxg_d3d_escape(&t.d, &pressure), 0);
	igt_assert_eq_u32(pressure.status, 0);
	igt_assert_eq_u64(pressure.result[0], 2 * SIZE);
	reclaim(&t, t.allocs, 1, false, results);
	igt_assert_eq_u32(results[0], D3DDDI_RECLAIM_RESULT_DISCARDED);
	reclaim(&t, &t.resource, 1, true, results);
	igt_assert_eq_u32(results[0], D3DDDI_RECLAIM_RESULT_DISCARDED);
	/* Results that nobody wants. */
	offer(&t, t.allocs, 1, false);
	reclaim(&t, t.allocs, 1, false, NULL);
	offer_invalid(&t);
	igt_dxg_d3d_close(&t.d);
}

static void update_property(void)
{
	struct things t = things_open();
	struct d3dddi_updateallocproperty args = {
		.paging_queue = t.d.paging,
		.allocation = t.allocs[0],
		.supported_segment_set = 2,
		.property_mask_value = D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET,
	}, bad;
	uint32_t status[2];
	int ret;

	igt_dxg_pattern(igt_dxg_d3d_lock(&t.d, t.allocs[0]), SIZE, 77);
	igt_dxg_d3d_unlock(&t.d, t.allocs[0]);
	igt_dxg_d3d_resident(&t.d, t.allocs[0]);
	ret = __dxg_d3d(t.d.fd, LX_DXUPDATEALLOCPROPERTY, &args);
	igt_dxg_d3d_paged(&t.d, ret, args.paging_fence_value);
	igt_assert_eq(where(&t, 0, status), 0);
	igt_assert_eq_u32(status[0], D3DKMT_ALLOCATIONRESIDENCYSTATUS_RESIDENTINSHAREDMEMORY);
	igt_dxg_check_pattern(igt_dxg_d3d_lock(&t.d, t.allocs[0]), SIZE, 77);
	igt_dxg_d3d_unlock(&t.d, t.allocs[0]);

#define REFUSED(change) do { \
	bad = args; \
	change; \
	igt_dxg_d3d(t.d.fd, LX_DXUPDATEALLOCPROPERTY, &bad, -EINVAL); \
} while (0)
	REFUSED(bad.property_mask_value = 8);
	REFUSED(bad.flags = 2);
	REFUSED(bad.supported_segment_set = 0);
	REFUSED(bad.supported_segment_set = 4);
	REFUSED(bad.allocation = t.resource);
	REFUSED(bad.paging_queue = t.d.device);
#undef REFUSED
	igt_dxg_d3d_close(&t.d);
}

static void invalidate_cache(void)
{
	struct things t = things_open();
	struct d3dkmt_invalidatecache args = {
		.device = t.d.device,
		.allocation = t.allocs[0],
		.length = SIZE,
	};

	igt_dxg_d3d(t.d.fd, LX_DXINVALIDATECACHE, &args, 0);
	args.offset = PAGE;
	igt_dxg_d3d(t.d.fd, LX_DXINVALIDATECACHE, &args, -EINVAL);
	args.length = SIZE - PAGE;
	igt_dxg_d3d(t.d.fd, LX_DXINVALIDATECACHE, &args, 0);
	args.length = ~0ull;
	igt_dxg_d3d(t.d.fd, LX_DXINVALIDATECACHE, &args, -EINVAL);
	args.length = 1;
	args.allocation = t.resource;
	igt_dxg_d3d(t.d.fd, LX_DXINVALIDATECACHE, &args, -EINVAL);
	igt_dxg_d3d_close(&t.d);
}

/* --- Escapes --- */

/* What a program says of the use of a notification object. */
struct event_usage {
	uint32_t escape_type;
	uint32_t sync_object;
	uint64_t event;
	uint32_t usage[8];
};

static int known_escape(const struct igt_dxg_d3d *d, void *data, uint32_t size)
{
	struct d3dkmt_escape args = {
		.adapter = d->adapter,
		.device = d->device,
		.flags = D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE,
		.priv_drv_data = (uintptr_t)data,
		.priv_drv_data_size = size,
	};

	return __dxg_d3d(d->fd, LX_DXESCAPE, &args);
}

/* The host is told the number that it has of the object's event, and tells it back. */
static void event_usage_escape(const struct igt_dxg_d3d *d)
{
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = d->device,
		.info.type = D3DDDI_CPU_NOTIFICATION,
		.info.cpu_notification.event = efd,
	};
	struct event_usage usage = {
		.escape_type = D3DDDI_DRIVERESCAPETYPE_CPUEVENTUSAGE,
		.event = efd,
		.usage = { 1, 2, 3, 4, 5, 6, 7, 8 },
	};
	uint32_t i;

	igt_dxg_d3d(d->fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	usage.sync_object = args.sync_object;
	igt_assert_eq(known_escape(d, &usage, sizeof(usage)), 0);
	igt_assert_eq_u64(usage.event, args.info.cpu_notification.event);
	igt_assert_neq_u64(usage.event, efd);
	igt_assert_eq_u32(usage.sync_object, args.sync_object);
	for (i = 0; i < COUNT(usage.usage); i++)
		igt_assert_eq_u32(usage.usage[i], i + 1);
	igt_assert_eq(known_escape(d, &usage, sizeof(usage) - 1), -EINVAL);
	igt_dxg_d3d_sync_end(d, args.sync_object);
	usage.sync_object = args.sync_object;
	igt_assert_eq(known_escape(d, &usage, sizeof(usage)), -EINVAL);
	close(efd);
}

static void escapes(void)
{
	struct things t = things_open();
	struct softgpu_escape e = { .op = SOFTGPU_ESCAPE_INFO };
	struct d3dddi_translate_allocation_handle handle = { .allocation = t.allocs[0] };
	struct d3dkmt_escape args = {
		.adapter = t.d.adapter,
		.priv_drv_data = (uintptr_t)&e,
		.priv_drv_data_size = sizeof(e),
	}, bad;
	struct event_usage usage = {
		.escape_type = D3DDDI_DRIVERESCAPETYPE_CPUEVENTUSAGE,
		.sync_object = igt_dxg_d3d_fence(&t.d, 0, 0),
	};

	igt_assert_eq(__dxg_d3d_escape(&t.d, &e), 0);
	igt_assert_eq_u32(e.status, 0);
	igt_assert_eq_u64(e.result[0], SOFTGPU_ESCAPE_VERSION);
	igt_assert_neq_u64(e.result[4], 0);
	/* A device is not needed. */
	igt_dxg_d3d(t.d.fd, LX_DXESCAPE, &args, 0);

	/* A handle is the host's: it is answered here as it is. */
	igt_assert_eq(known_escape(&t.d, &handle, sizeof(handle)), 0);
	igt_assert_eq_u32(handle.allocation, t.allocs[0]);
	handle.escape_type = D3DDDI_DRIVERESCAPETYPE_TRANSLATERESOURCEHANDLE;
	handle.allocation = t.resource;
	igt_assert_eq(known_escape(&t.d, &handle, sizeof(handle)), 0);
	igt_assert_eq_u32(handle.allocation, t.resource);
	igt_assert_eq(known_escape(&t.d, &handle, 4), -EINVAL);
	igt_assert_eq(known_escape(&t.d, &handle, 2), -EINVAL);
	event_usage_escape(&t.d);
	/* A fence has no event. */
	igt_assert_eq(known_escape(&t.d, &usage, sizeof(usage)), -EINVAL);
	usage.sync_object = NOTHING;
	igt_assert_eq(known_escape(&t.d, &usage, sizeof(usage)), -EINVAL);
	igt_assert_eq(known_escape(&t.d, &usage, 8), -EINVAL);

#define REFUSED(change, error) do { \
	bad = args; \
	change; \
	igt_dxg_d3d(t.d.fd, LX_DXESCAPE, &bad, error); \
} while (0)
	REFUSED(bad.priv_drv_data_size = 131073, -EOVERFLOW);
	REFUSED(bad.priv_drv_data_size = ~0u, -EOVERFLOW);
	REFUSED(bad.priv_drv_data = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(bad.adapter = t.d.device, -EINVAL);
	REFUSED(bad.device = t.d.adapter, -EINVAL);
	REFUSED(bad.context = t.d.device, -EINVAL);
#undef REFUSED
	/* Data that is nothing to the host's driver. */
	e.magic = 0;
	igt_assert_lt(__dxg_d3d(t.d.fd, LX_DXESCAPE, &args), 0);
	igt_dxg_d3d_close(&t.d);
}

/* --- Contexts and devices --- */

static const struct {
	unsigned long set, get;
} priority_calls[] = {
	{ LX_DXSETCONTEXTSCHEDULINGPRIORITY, LX_DXGETCONTEXTSCHEDULINGPRIORITY },
	{ LX_DXSETCONTEXTINPROCESSSCHEDULINGPRIORITY,
	  LX_DXGETCONTEXTINPROCESSSCHEDULINGPRIORITY },
};

/* The arguments of all four are the same. */
static int priority(const struct igt_dxg_d3d *d, unsigned long request, uint32_t context,
		    int32_t *value)
{
	struct d3dkmt_setcontextschedulingpriority args = {
		.context = context,
		.priority = *value,
	};
	int ret = __dxg_d3d(d->fd, request, &args);

	*value = args.priority;
	return ret;
}

static void context_priorities(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t context = igt_dxg_d3d_context(&d, 0, 0);
	int32_t value, i, k;

	for (i = 0; i < 2; i++) {
		value = 99;
		igt_assert_eq(priority(&d, priority_calls[i].get, context, &value), 0);
		igt_assert_eq(value, 0);
	}
	for (i = 0; i < 2; i++) {
		value = i ? -7 : 7;
		igt_assert_eq(priority(&d, priority_calls[i].set, context, &value), 0);
	}
	for (i = 0; i < 2; i++) {
		value = 99;
		igt_assert_eq(priority(&d, priority_calls[i].get, context, &value), 0);
		igt_assert_eq(value, i ? -7 : 7);
		/* Out of bounds, which does not change it; of nothing. */
		for (k = -1; k <= 1; k += 2) {
			value = 8 * k;
			igt_assert_eq(priority(&d, priority_calls[i].set, context, &value),
				      -EINVAL);
		}
		igt_assert_eq(priority(&d, priority_calls[i].get, context, &value), 0);
		igt_assert_eq(value, i ? -7 : 7);
		igt_assert_eq(priority(&d, priority_calls[i].set, d.device, &value), -EINVAL);
		igt_assert_eq(priority(&d, priority_calls[i].get, NOTHING, &value), -EINVAL);
	}
	igt_dxg_d3d_close(&d);
}

static void device_error(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0), other = igt_dxg_d3d_again(&d);
	uint32_t fence = igt_dxg_d3d_fence(&d, 0, 0), theirs = igt_dxg_d3d_fence(&other, 0, 0);
	struct d3dkmt_markdeviceaserror args = {
		.device = d.adapter,
		.reason = D3DKMT_DEVICE_ERROR_REASON_GENERIC,
	};
	struct d3dkmt_createcontextvirtual context = { .device = d.device, .engine_affinity = 1 };
	uint32_t handle = igt_dxg_d3d_allocate(&d, PAGE);
	struct d3dddi_makeresident resident = {
		.paging_queue = d.paging,
		.alloc_count = 1,
		.allocation_list = (uintptr_t)&handle,
	};

	igt_dxg_d3d(d.fd, LX_DXMARKDEVICEASERROR, &args, -EINVAL);
	args.device = d.device;
	igt_assert_eq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d(d.fd, LX_DXMARKDEVICEASERROR, &args, 0);
	igt_assert_neq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	wait_ends(&d, fence, 1);
	igt_dxg_d3d(d.fd, LX_DXMAKERESIDENT, &resident, -ENODEV);
	/* An answer without a context, and without a reason. */
	igt_dxg_d3d(d.fd, LX_DXCREATECONTEXTVIRTUAL, &context, -EINVAL);

	igt_assert_eq_u32(igt_dxg_d3d_state(&other), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d_signal(&other, theirs, 1);
	igt_dxg_d3d_wait(&other, theirs, 1);
	igt_dxg_d3d_end(&other);
	igt_dxg_d3d_close(&d);
}

/* --- The order of the GPU --- */

/* Has @fence not come to @value? What would signal it wrongly has had the time to. */
static void not_yet(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	struct d3dkmt_getdevicestate state = {
		.device = d->device,
		.state_type = D3DKMT_DEVICESTATE_EXECUTION,
	};
	struct pollfd p = { .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .events = POLLIN };

	igt_assert_fd(p.fd);
	igt_assert_eq(__dxg_d3d_wait(d, fence, value, p.fd), 0);
	/* Behind an answer of the host that needs one. */
	igt_dxg_d3d(d->fd, LX_DXGETDEVICESTATE, &state, 0);
	igt_assert_eq(poll(&p, 1, 50), 0);
	close(p.fd);
}

static void wait_gpu(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t context = igt_dxg_d3d_context(&d, 0, 0), done = igt_dxg_d3d_fence(&d, 0, 0);
	uint32_t fences[2] = { igt_dxg_d3d_fence(&d, 0, 0), igt_dxg_d3d_fence(&d, 0, 10) };
	uint64_t values[2] = { 3, 12 };
	struct d3dkmt_waitforsynchronizationobjectfromgpu args = {
		.context = context,
		.object_count = 2,
		.objects = (uintptr_t)fences,
		.monitored_fence_values = (uintptr_t)values,
	}, bad;

	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &args, 0);
	igt_dxg_d3d_signal_gpu(&d, context, done, 1);
	igt_dxg_d3d_signal(&d, fences[0], 3);
	/* One is not all. */
	not_yet(&d, done, 1);
	igt_dxg_d3d_signal(&d, fences[1], 12);
	igt_dxg_d3d_wait(&d, done, 1);

#define REFUSED(change, error) do { \
	bad = args; \
	change; \
	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &bad, error); \
} while (0)
	REFUSED(bad.object_count = 0, -EINVAL);
	REFUSED(bad.object_count = 33, -EINVAL);
	REFUSED(bad.context = d.device, -EINVAL);
	REFUSED(bad.objects = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(bad.monitored_fence_values = IGT_DXG_D3D_WILD, -EFAULT);
	fences[1] = context;
	REFUSED(, -EINVAL);
#undef REFUSED
	igt_assert_eq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d_close(&d);
}

static uint32_t legacy_create(const struct igt_dxg_d3d *d, uint32_t type)
{
	struct d3dkmt_createsynchronizationobject2 args = {
		.device = d->device,
		.info.type = type,
	};

	if (type == D3DDDI_SEMAPHORE)
		args.info.semaphore.max_count = 1;
	else if (type == D3DDDI_SYNCHRONIZATION_MUTEX)
		args.info.synchronization_mutex.initial_state = 1;
	igt_dxg_d3d(d->fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	return args.sync_object;
}

/* @by_list: by the form of the request that takes a list elsewhere. */
static void legacy_wait(const struct igt_dxg_d3d *d, uint32_t context, uint32_t object,
			uint64_t value, bool by_list)
{
	struct d3dkmt_waitforsynchronizationobject2 args = {
		.context = context,
		.object_count = 1,
		.object_array = { object },
		.fence.fence_value = value,
	};
	struct d3dkmt_waitforsynchronizationobjectfromgpu list = {
		.context = context,
		.object_count = 1,
		.objects = (uintptr_t)&object,
		.fence_value = value,
	};

	if (by_list)
		igt_dxg_d3d(d->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &list, 0);
	else
		igt_dxg_d3d(d->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECT, &args, 0);
}

static void legacy_signal(const struct igt_dxg_d3d *d, uint32_t context, uint32_t object,
			  uint64_t value)
{
	struct d3dkmt_signalsynchronizationobject2 args = {
		.context = context,
		.object_count = 1,
		.object_array = { object },
		.fence.fence_value = value,
	};

	igt_dxg_d3d(d->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECT, &args, 0);
}

static void wait_legacy(void)
{
	static const uint32_t types[] = {
		D3DDDI_SYNCHRONIZATION_MUTEX, D3DDDI_SEMAPHORE, D3DDDI_FENCE,
	};
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t waiter = igt_dxg_d3d_context(&d, 0, 0), other = igt_dxg_d3d_context(&d, 1, 0);
	uint32_t done = igt_dxg_d3d_fence(&d, 0, 0), object;
	struct d3dkmt_waitforsynchronizationobject2 bad = {
		.context = waiter,
		.object_count = 33,
	};
	uint64_t point = 0;
	unsigned int i;

	for (i = 0; i < 2 * COUNT(types); i++) {
		object = legacy_create(&d, types[i / 2]);
		legacy_wait(&d, waiter, object, 5, i % 2);
		igt_dxg_d3d_signal_gpu(&d, waiter, done, ++point);
		not_yet(&d, done, point);
		legacy_signal(&d, other, object, 5);
		igt_dxg_d3d_wait(&d, done, point);
		igt_dxg_d3d_sync_end(&d, object);
	}
	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECT, &bad, -EINVAL);
	bad.object_count = 0;
	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECT, &bad, -EINVAL);
	bad.object_count = 1;
	bad.object_array[0] = waiter;
	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECT, &bad, -EINVAL);
	igt_assert_eq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d_close(&d);
}

static void signal_refused(const struct igt_dxg_d3d *d,
			   const struct d3dkmt_signalsynchronizationobjectfromgpu2 *args,
			   const struct d3dkmt_signalsynchronizationobjectfromgpu2 *event)
{
	struct d3dkmt_signalsynchronizationobjectfromgpu2 bad;

#define REFUSED(from, change, error) do { \
	bad = *(from); \
	change; \
	igt_dxg_d3d(d->fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2, &bad, error); \
} while (0)
	REFUSED(args, bad.context_count = 0, -EINVAL);
	REFUSED(args, bad.context_count = 65, -EINVAL);
	REFUSED(args, bad.object_count = 33, -EINVAL);
	REFUSED(args, bad.object_count = 0, -EINVAL);
	REFUSED(args, bad.flags = 8, -EINVAL);
	REFUSED(args, bad.contexts = args->objects, -EINVAL);
	REFUSED(args, bad.objects = args->contexts, -EINVAL);
	REFUSED(args, bad.contexts = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(args, bad.objects = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(args, bad.monitored_fence_values = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(event, bad.object_count = 1, -EINVAL);
	REFUSED(event, bad.cpu_event_handle = 99999, -EBADF);
#undef REFUSED
}

static void signal_contexts(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t contexts[2] = { igt_dxg_d3d_context(&d, 0, 0), igt_dxg_d3d_context(&d, 1, 0) };
	uint32_t fences[2] = { igt_dxg_d3d_fence(&d, 0, 0), igt_dxg_d3d_fence(&d, 0, 0) };
	uint32_t gate = igt_dxg_d3d_fence(&d, 0, 0);
	uint64_t values[2] = { 4, 6 }, one = 1, count;
	struct d3dkmt_waitforsynchronizationobjectfromgpu wait = {
		.context = contexts[1],
		.object_count = 1,
		.objects = (uintptr_t)&gate,
		.monitored_fence_values = (uintptr_t)&one,
	};
	struct d3dkmt_signalsynchronizationobjectfromgpu2 args = {
		.object_count = 2,
		.objects = (uintptr_t)fences,
		.context_count = 2,
		.contexts = (uintptr_t)contexts,
		.monitored_fence_values = (uintptr_t)values,
	}, event = {
		.flags = D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT,
		.context_count = 2,
		.contexts = (uintptr_t)contexts,
	};
	struct pollfd p = { .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .events = POLLIN };

	/* The second one does not come to it before the gate. */
	igt_dxg_d3d(d.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &wait, 0);
	igt_dxg_d3d(d.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2, &args, 0);
	event.cpu_event_handle = p.fd;
	igt_dxg_d3d(d.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU2, &event, 0);
	not_yet(&d, fences[0], 4);
	igt_assert_eq(poll(&p, 1, 0), 0);
	igt_dxg_d3d_signal(&d, gate, 1);
	igt_dxg_d3d_wait(&d, fences[0], 4);
	igt_dxg_d3d_wait(&d, fences[1], 6);
	igt_assert_eq(poll(&p, 1, 20000), 1);
	igt_assert_eq(read(p.fd, &count, sizeof(count)), sizeof(count));
	igt_assert_eq_u64(count, 1);

	signal_refused(&d, &args, &event);
	igt_assert_eq_u32(igt_dxg_d3d_state(&d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	close(p.fd);
	igt_dxg_d3d_close(&d);
}

static void hwqueue_refused(const struct igt_dxg_d3d *d,
			    const struct d3dkmt_submitsignalsyncobjectstohwqueue *signal,
			    const struct d3dkmt_submitwaitforsyncobjectstohwqueue *wait)
{
	struct d3dkmt_submitsignalsyncobjectstohwqueue s;
	struct d3dkmt_submitwaitforsyncobjectstohwqueue w;

#define REFUSED(change, error) do { \
	s = *signal; \
	w = *wait; \
	change; \
	if (memcmp(&s, signal, sizeof(s))) \
		igt_dxg_d3d(d->fd, LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, &s, error); \
	else \
		igt_dxg_d3d(d->fd, LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, &w, error); \
} while (0)
	REFUSED(s.hwqueue_count = 0, -EINVAL);
	REFUSED(s.hwqueue_count = 65, -EINVAL);
	REFUSED(s.object_count = 0, -EINVAL);
	REFUSED(s.object_count = 33, -EINVAL);
	REFUSED(s.flags = D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT, -EINVAL);
	REFUSED(s.hwqueues = s.objects, -EINVAL);
	REFUSED(s.objects = s.hwqueues, -EINVAL);
	REFUSED(s.hwqueues = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(s.objects = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(s.fence_values = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(w.object_count = 0, -EINVAL);
	REFUSED(w.object_count = 33, -EINVAL);
	REFUSED(w.hwqueue = d->device, -EINVAL);
	REFUSED(w.objects = IGT_DXG_D3D_WILD, -EFAULT);
	REFUSED(w.fence_values = IGT_DXG_D3D_WILD, -EFAULT);
#undef REFUSED
	igt_assert_eq_u32(igt_dxg_d3d_state(d), D3DKMT_DEVICEEXECUTION_ACTIVE);
}

static void hwqueue_order(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	struct d3dkmt_createhwqueue args[2];
	uint32_t queues[2] = { igt_dxg_d3d_hwqueue(&d, &args[0]),
			       igt_dxg_d3d_hwqueue(&d, &args[1]) };
	uint32_t gate = igt_dxg_d3d_fence(&d, 0, 0);
	uint32_t fences[2] = { igt_dxg_d3d_fence(&d, 0, 0), igt_dxg_d3d_fence(&d, 0, 0) };
	uint64_t two = 2, values[2] = { 8, 9 };
	struct d3dkmt_submitwaitforsyncobjectstohwqueue wait = {
		.hwqueue = queues[1],
		.object_count = 1,
		.objects = (uintptr_t)&gate,
		.fence_values = (uintptr_t)&two,
	};
	struct d3dkmt_submitsignalsyncobjectstohwqueue signal = {
		.hwqueue_count = 1,
		.hwqueues = (uintptr_t)queues,
		.object_count = 1,
		.objects = (uintptr_t)fences,
		.fence_values = (uintptr_t)values,
	};

	igt_dxg_d3d(d.fd, LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, &wait, 0);
	/* The first one does not wait, the two together do. */
	igt_dxg_d3d(d.fd, LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, &signal, 0);
	igt_dxg_d3d_wait(&d, fences[0], 8);
	signal.hwqueue_count = 2;
	signal.objects = (uintptr_t)&fences[1];
	signal.fence_values = (uintptr_t)&values[1];
	igt_dxg_d3d(d.fd, LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, &signal, 0);
	not_yet(&d, fences[1], 9);
	igt_dxg_d3d_signal(&d, gate, 2);
	igt_dxg_d3d_wait(&d, fences[1], 9);
	hwqueue_refused(&d, &signal, &wait);
	igt_dxg_d3d_close(&d);
}

static int sync_file_create(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value)
{
	struct d3dkmt_createsyncfile args = {
		.device = d->device,
		.monitored_fence = fence,
		.fence_value = value,
	};

	igt_dxg_d3d(d->fd, LX_DXCREATESYNCFILE, &args, 0);
	return args.sync_file_handle;
}

static int sync_file_wait(const struct igt_dxg_d3d *d, uint32_t context, uint64_t fd)
{
	struct d3dkmt_waitsyncfile args = { .sync_file_handle = fd, .context = context };

	return __dxg_d3d(d->fd, LX_DXWAITSYNCFILE, &args);
}

static void wait_sync_file(void)
{
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t context = igt_dxg_d3d_context(&d, 0, 0), done = igt_dxg_d3d_fence(&d, 0, 0);
	uint32_t shared = igt_dxg_d3d_fence(&d, IGT_DXG_D3D_FENCE_SHARED, 0);
	uint32_t own = igt_dxg_d3d_fence(&d, 0, 0);
	int file = sync_file_create(&d, shared, 4), alone = sync_file_create(&d, own, 2);
	int pipes[2];
	char byte = 1;

	igt_assert_eq(sync_file_wait(&d, context, alone), 0);
	igt_dxg_d3d_signal_gpu(&d, context, done, 1);
	not_yet(&d, done, 1);
	igt_dxg_d3d_signal(&d, own, 2);
	igt_dxg_d3d_wait(&d, done, 1);
	/* What has come is not waited for. */
	igt_assert_eq(sync_file_wait(&d, context, alone), 0);
	igt_dxg_d3d_signal_gpu(&d, context, done, 2);
	igt_dxg_d3d_wait(&d, done, 2);

	igt_assert_eq(pipe(pipes), 0);
	igt_fork(child, 1) {
		struct igt_dxg_d3d c = igt_dxg_d3d_open(0);
		uint32_t theirs = igt_dxg_d3d_context(&c, 0, 0);
		uint32_t seen = igt_dxg_d3d_fence(&c, 0, 0);

		igt_assert_eq(sync_file_wait(&c, theirs, file), 0);
		igt_dxg_d3d_signal_gpu(&c, theirs, seen, 1);
		not_yet(&c, seen, 1);
		igt_assert_eq(write(pipes[1], &byte, 1), 1);
		igt_dxg_d3d_wait(&c, seen, 1);
		igt_dxg_d3d_close(&c);
	}
	close(pipes[1]);
	igt_assert_eq(read(pipes[0], &byte, 1), 1);
	igt_dxg_d3d_signal(&d, shared, 4);
	igt_waitchildren();
	igt_assert_eq(sync_file_wait(&d, d.device, file), -EINVAL);
	igt_assert_eq(sync_file_wait(&d, context, d.fd), -EINVAL);
	igt_assert_eq(sync_file_wait(&d, context, 99999), -EBADF);
	igt_assert_eq(sync_file_wait(&d, context, 1ull << 40), -EBADF);
	close(pipes[0]);
	close(alone);
	close(file);
	igt_dxg_d3d_close(&d);
}

int igt_main()
{
	igt_subtest("reserve-free")
		reserve_free();
	igt_subtest("reserve-each-adapter")
		reserve_each_adapter();
	igt_subtest("update-addresses")
		update_addresses();
	igt_subtest("priorities")
		priorities();
	igt_subtest("residency")
		residency();
	igt_subtest("offer-reclaim")
		offer_reclaim();
	igt_subtest("update-property")
		update_property();
	igt_subtest("invalidate-cache")
		invalidate_cache();
	igt_subtest("escapes")
		escapes();
	igt_subtest("context-priorities")
		context_priorities();
	igt_subtest("device-error")
		device_error();
	igt_subtest("wait-gpu")
		wait_gpu();
	igt_subtest("wait-legacy")
		wait_legacy();
	igt_subtest("signal-contexts")
		signal_contexts();
	igt_subtest("hwqueue-order")
		hwqueue_order();
	igt_subtest("wait-sync-file")
		wait_sync_file();
}
