// SPDX-License-Identifier: MIT
/*
 * All flows of a guest, from the first channel to the last, by the tiny driver:
 * each message as it is described, in the order in which drivers send it, over
 * the real rings, with GPUs that work. Nothing breaks the protocol, nothing
 * stays.
 */
#include "../../softgpu/softgpu_build.h"
#include "tiny_client.h"

#define RESIDENT_WAIT	0x103u		/* pending */

static struct tc client;

/* ---- processes, devices ---- */

static uint32_t create_process(struct tc *c, uint64_t cookie)
{
	static const char name[] = "flows";

	tc_begin_global(c, 1000, 0);
	tc_u64(c, cookie);
	tc_u64(c, 77);			/* process id */
	for (unsigned int i = 0; i < 261; i++) {
		tc_u8(c, i < sizeof(name) ? name[i] : 0);
		tc_u8(c, 0);
	}
	tc_u8(c, 8);			/* the linux bit */
	tc_zeros(c, 5);
	return tc_call(c, 568, 4);
}

static void destroy_process(struct tc *c)
{
	tc_begin_global(c, 1001, c->process);
	assert_int_equal(tc_call(c, 24, 4), 0);
}

static uint32_t create_device(struct tc *c, uint64_t cookie)
{
	tc_begin(c, 0);
	tc_u32(c, 0);			/* flags */
	tc_u8(c, 0);			/* no display driver's device */
	tc_zeros(c, 3);
	tc_u64(c, cookie);
	return tc_call(c, 40, 4);
}

/* A command of a handle and a word, answered by a status. */
static uint32_t two_words(struct tc *c, uint32_t command, uint32_t handle, uint32_t word)
{
	tc_begin(c, command);
	tc_u32(c, handle);
	tc_u32(c, word);
	return tc_call(c, 32, 4);
}

static void begin_process(struct tc *c)
{
	c->process = create_process(c, 11);
	assert_int_not_equal(c->process, 0);
	c->device = create_device(c, 0xc00c1e);
	assert_int_not_equal(c->device, 0);
}

static void end_process(struct tc *c)
{
	assert_int_equal(two_words(c, 1, c->device, 0), 0);
	destroy_process(c);
}

/* ---- paging ---- */

struct paging {
	uint32_t queue, fence;
	uint64_t gpa;
};

static struct paging create_paging_queue(struct tc *c)
{
	struct paging q;

	tc_begin(c, 9);
	tc_u32(c, c->device);
	tc_u32(c, 0);			/* priority */
	tc_zeros(c, 24);		/* what comes back, and the physical adapter */
	q.queue = tc_call(c, 56, 24);
	q.fence = tc_answer32(c, 4);
	q.gpa = tc_answer64(c, 8);
	assert_int_not_equal(q.queue, 0);
	assert_int_not_equal(q.fence, 0);
	assert_true(q.gpa >= BED_IO_START && q.gpa < BED_IO_START + BED_IO_LENGTH);
	return q;
}

/* A paging answer: its status says pending or done; then it waits. */
static void wait_paging(struct tc *c, const struct paging *q, uint32_t status, uint64_t value)
{
	assert_true(status == 0 || status == RESIDENT_WAIT);
	if (status)
		tc_wait_value(c, q->gpa, value);
}

static uint64_t map_va(struct tc *c, const struct paging *q, uint64_t base, uint32_t allocation,
		       uint64_t pages, uint64_t protection)
{
	uint64_t va;

	tc_begin(c, 17);
	tc_u32(c, q->queue);
	tc_zeros(c, 4);
	tc_u64(c, base);
	tc_u64(c, 0);			/* minimum and maximum */
	tc_u64(c, 0);
	tc_u32(c, allocation);
	tc_zeros(c, 4);
	tc_u64(c, 0);			/* offset in pages */
	tc_u64(c, pages);
	tc_u64(c, protection);
	tc_u64(c, 0);
	tc_zeros(c, 32);		/* reserved, then what comes back */
	tc_u32(c, 0);			/* device */
	tc_zeros(c, 4);
	tc_call(c, 136, 24);
	va = tc_answer64(c, 0);
	assert_int_not_equal(va, 0);
	wait_paging(c, q, tc_answer32(c, 16), tc_answer64(c, 8));
	return va;
}

static void make_resident(struct tc *c, const struct paging *q, uint32_t allocation)
{
	tc_begin(c, 11);
	tc_u32(c, 0);			/* device */
	tc_u32(c, q->queue);
	tc_u32(c, 0);			/* flags */
	tc_u32(c, 1);
	tc_u32(c, allocation);
	tc_zeros(c, 4);
	tc_call(c, 48, 24);
	wait_paging(c, q, tc_answer32(c, 16), tc_answer64(c, 0));
}

static void free_va(struct tc *c, uint64_t va, uint64_t size)
{
	tc_begin(c, 16);
	tc_u32(c, c->adapter[0]);
	tc_u32(c, 0);
	tc_u64(c, va);
	tc_u64(c, size);
	assert_int_equal(tc_call(c, 48, 4), 0);
}

/* ---- allocations ---- */

/* The private data that softgpu's user-mode driver sends: size, and that CPUs cache it. */
static uint32_t create_allocation(struct tc *c, uint32_t flags, uint64_t size,
				  uint32_t *resource, uint32_t *global)
{
	uint32_t private_size = 32;

	tc_begin(c, 4);
	tc_u32(c, c->device);
	tc_u32(c, 0);			/* resource */
	tc_u32(c, 0);			/* runtime data */
	tc_u32(c, 0);			/* resource data */
	tc_u32(c, 1);
	tc_u32(c, flags);
	tc_u64(c, 0);
	tc_u8(c, 0);
	tc_zeros(c, 7);
	tc_u32(c, 0);			/* the allocation: flags, data, source */
	tc_u32(c, private_size);
	tc_u32(c, 0);
	tc_u32(c, 0x47415753);
	tc_u32(c, 1);
	tc_u64(c, size);
	tc_u32(c, 1);			/* cached */
	tc_zeros(c, 12);
	tc_call(c, 64 + 12 + private_size, 16 + 72 + private_size);
	assert_int_equal(tc_answer64(c, 16 + 16), (size + 4095) & ~4095ull);
	assert_int_equal(tc_answer32(c, 16 + 8) >> 19 & 1, 1);
	if (resource)
		*resource = tc_answer32(c, 4);
	if (global)
		*global = tc_answer32(c, 8);
	return tc_answer32(c, 16);
}

/* One of guest pages: an existing heap, the size in the standard allocation's data. */
static uint32_t create_heap(struct tc *c, uint64_t size)
{
	tc_begin(c, 4);
	tc_u32(c, c->device);
	tc_u32(c, 0);
	tc_u32(c, 0);
	tc_u32(c, 24);
	tc_u32(c, 1);
	tc_u32(c, 1 << 5 | 1 << 16);	/* existing system memory, standard */
	tc_u64(c, 0);
	tc_zeros(c, 8);
	tc_u32(c, 0);
	tc_u32(c, 0);			/* no data for each allocation */
	tc_u32(c, 0);
	tc_u32(c, 1);			/* existing heap */
	tc_u32(c, 0);
	tc_u64(c, size);
	tc_u32(c, 0);
	tc_u32(c, 0);
	tc_call(c, 64 + 12 + 24, 16 + 72);
	assert_int_equal(tc_answer64(c, 16 + 16), size);
	return tc_answer32(c, 16);
}

static uint32_t destroy(struct tc *c, uint32_t resource, uint32_t allocation, uint32_t flags)
{
	uint32_t count = allocation ? 1 : 0;

	tc_begin(c, 5);
	tc_u32(c, c->device);
	tc_u32(c, resource);
	tc_u32(c, count);
	tc_u32(c, flags);
	if (count)
		tc_u32(c, allocation);
	tc_zeros(c, 8);			/* slack of the base */
	return tc_call(c, 48 + 4 * count, 4);
}

/* In chunks of so many pages; each message is as long as the longest, of 15867. */
static void give_pages(struct tc *c, uint32_t allocation, const uint64_t *pfns, uint32_t pages,
		       uint32_t chunk)
{
	for (uint32_t start = 0, n; start < pages; start += n) {
		n = MIN(pages - start, chunk);
		tc_begin(c, 66);
		tc_u32(c, c->device);
		tc_u32(c, allocation);
		tc_u32(c, n);
		tc_u32(c, start);
		for (uint32_t i = 0; i < n; i++)
			tc_u64(c, pfns[start + i]);
		tc_zeros(c, 8 * (15867 - n));
		assert_int_equal(tc_call(c, 40 + 8 * 15867, 4), 0);
	}
}

/* Asked twice: with no sizes for the sizes, with them for the data. */
static void standard_data(struct tc *c, uint32_t width, uint32_t data, uint32_t resource)
{
	tc_begin(c, 39);
	tc_u32(c, 4);			/* GDI surface */
	tc_u32(c, data);
	tc_u32(c, resource);
	tc_u32(c, 0);
	tc_u32(c, width);
	tc_u32(c, 1);			/* height */
	tc_u32(c, 0);			/* format */
	tc_u32(c, 7);			/* texture across adapters */
	tc_u32(c, 0);
	tc_u32(c, 0);
	assert_int_equal(tc_call(c, 64, 36 + data + resource), 0);
}

static uint64_t lock(struct tc *c, uint32_t allocation)
{
	tc_begin(c, 23);
	tc_u32(c, c->device);
	tc_u32(c, allocation);
	tc_zeros(c, 16);		/* flags, reserved, the user's address */
	tc_zeros(c, 16);		/* the legacy fields and private data */
	assert_int_equal(tc_call(c, 64, 16), 0);
	return tc_answer64(c, 8);
}

static void unlock(struct tc *c, uint32_t allocation)
{
	tc_begin(c, 24);
	tc_u32(c, c->device);
	tc_u32(c, allocation);
	tc_zeros(c, 8);
	assert_int_equal(tc_call(c, 40, 4), 0);
}

/* ---- contexts, queues, sync objects ---- */

static uint32_t create_context(struct tc *c, uint32_t node, uint32_t flags)
{
	tc_begin(c, 6);
	tc_u32(c, 0);
	tc_u32(c, c->device);
	tc_u32(c, node);
	tc_u32(c, 0);
	tc_u32(c, flags);
	tc_u32(c, 0);			/* client hint */
	tc_u32(c, 0);			/* private data */
	tc_zeros(c, 3);
	tc_call(c, 55, 55);
	assert_int_not_equal(tc_answer32(c, 24), 0);
	return tc_answer32(c, 24);
}

struct fence {
	uint32_t handle, global;
	uint64_t va, gpa;
};

static struct fence create_sync(struct tc *c, uint32_t type, uint32_t flags, uint64_t value)
{
	struct fence f;

	tc_begin(c, 8);
	tc_u32(c, c->device);
	tc_u32(c, 0);
	tc_u32(c, type);
	tc_u32(c, flags);
	tc_u64(c, value);
	tc_zeros(c, 56);
	tc_u32(c, 0);			/* shared handle, padding, the object, reserved */
	tc_zeros(c, 12);
	tc_u32(c, 1);			/* client hint */
	tc_zeros(c, 4);
	f.handle = tc_call(c, 128, 32);
	f.global = tc_answer32(c, 4);
	f.va = tc_answer64(c, 8);
	f.gpa = tc_answer64(c, 16);
	assert_int_not_equal(f.handle, 0);
	return f;
}

static void destroy_sync(struct tc *c, uint32_t handle)
{
	tc_begin_global(c, 1003, c->process);
	tc_u32(c, handle);
	tc_zeros(c, 4);
	assert_int_equal(tc_call(c, 32, 4), 0);
}

static void signal_cpu(struct tc *c, uint32_t handle, uint64_t value)
{
	tc_begin(c, 26);
	tc_u32(c, 1);
	tc_u32(c, 0);
	tc_u32(c, 0);
	tc_zeros(c, 4);
	tc_u64(c, 0);
	tc_u32(c, c->device);
	tc_zeros(c, 4);
	tc_u32(c, handle);
	tc_u64(c, value);
	tc_post(c, 56 + 4 + 8);
}

static void signal_gpu(struct tc *c, uint32_t queue, uint32_t handle, uint64_t value)
{
	tc_begin(c, 26);
	tc_u32(c, 1);
	tc_u32(c, 0);
	tc_u32(c, 1);
	tc_zeros(c, 4);
	tc_u64(c, 0);
	tc_u64(c, 0);
	tc_u32(c, handle);
	tc_u32(c, queue);
	tc_u64(c, value);
	tc_post(c, 56 + 4 + 4 + 8);
}

/* In the order of the queue. */
static uint64_t signal_event(struct tc *c, uint32_t queue)
{
	uint64_t id = tc_new_event(c);

	tc_begin(c, 26);
	tc_u32(c, 0);
	tc_u32(c, 2);			/* a CPU event */
	tc_u32(c, 1);
	tc_zeros(c, 4);
	tc_u64(c, 0);
	tc_u64(c, id);
	tc_u32(c, queue);
	tc_post(c, 56 + 4);
	return id;
}

static uint64_t wait_cpu(struct tc *c, uint32_t handle, uint64_t value)
{
	uint64_t id = tc_new_event(c);

	tc_begin(c, 22);
	tc_u32(c, c->device);
	tc_u32(c, 1);
	tc_u32(c, 0);
	tc_zeros(c, 4);
	tc_u64(c, id);
	tc_u8(c, 0);
	tc_zeros(c, 7);
	tc_u32(c, handle);
	tc_u64(c, value);
	assert_int_equal(tc_call(c, 56 + 4 + 8, 4), 0);
	return id;
}

static void wait_gpu(struct tc *c, uint32_t queue, uint32_t handle, uint64_t value)
{
	tc_begin(c, 25);
	tc_u32(c, queue);
	tc_u32(c, 1);
	tc_u8(c, 0);
	tc_zeros(c, 7);
	tc_u64(c, value);
	tc_u32(c, handle);
	tc_post(c, 48 - 8 + 8 + 4);
}

static void submit(struct tc *c, uint32_t context, uint64_t va, uint32_t length)
{
	tc_begin(c, 20);
	tc_u64(c, va);
	tc_u32(c, length);
	tc_u32(c, 0);
	tc_u64(c, 0);
	tc_u32(c, 1);
	tc_u32(c, context);
	tc_zeros(c, 63 * 4);
	tc_u32(c, 0);
	tc_u64(c, 0);			/* private data */
	tc_u32(c, 0);
	tc_u32(c, 0);			/* primaries */
	tc_zeros(c, 64);
	tc_u32(c, 0);			/* history */
	tc_u32(c, 0);
	tc_u64(c, 0);
	tc_post(c, 408);
}

/* A context with memory: commands in the first page of an allocation, data in its second. */
struct work {
	struct paging paging;
	uint32_t context, allocation;
	uint64_t va, gpa;
	struct softgpu_buffer b;
};

static struct work begin_work(struct tc *c, uint32_t context_flags)
{
	struct work w;

	w.paging = create_paging_queue(c);
	w.allocation = create_allocation(c, 0, 2 * 4096, NULL, NULL);
	assert_int_not_equal(w.allocation, 0);
	w.va = map_va(c, &w.paging, 0, w.allocation, 2, 3);
	make_resident(c, &w.paging, w.allocation);
	w.gpa = lock(c, w.allocation);
	w.context = create_context(c, 0, context_flags);
	softgpu_buffer_init(&w.b, fake_guest_at(&c->b.guest, w.gpa / FAKE_PAGE), 4096);
	return w;
}

static void end_work(struct tc *c, struct work *w)
{
	assert_int_equal(two_words(c, 7, w->context, 0), 0);
	unlock(c, w->allocation);
	assert_int_equal(destroy(c, 0, w->allocation, 0), 0);
	tc_begin(c, 10);
	tc_u32(c, w->paging.queue);
	tc_zeros(c, 4);
	tc_call(c, 32, 4);
}

/* Commands since the last call: where they are, and how long. */
static uint64_t commands(struct work *w, uint32_t *length)
{
	uint8_t *start = w->b.start;
	uint64_t va = w->va + ((uintptr_t)start & 4095);

	assert_false(w->b.overflow);
	*length = w->b.used;
	softgpu_buffer_init(&w->b, start + w->b.used, w->b.size - w->b.used);
	return va;
}

static uint64_t data_word(struct tc *c, const struct work *w, unsigned int index)
{
	const uint64_t *page = fake_guest_at(&c->b.guest, w->gpa / FAKE_PAGE + 1);

	return __atomic_load_n(page + index, __ATOMIC_ACQUIRE);
}

/* ---- 2, 3: arrival, opening, enumerating ---- */

static void test_arrival(void **state)
{
	struct tc *c = &client;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 2);
		tc_start_adapter(c, 1);
		c->process = create_process(c, 1);
		/* The adapter's type, as an enumeration asks for it. */
		tc_begin(c, 2);
		tc_u32(c, 15);
		tc_u32(c, 4);
		tc_u32(c, 0);		/* the data, then what the base has too much */
		tc_zeros(c, 7);
		assert_int_equal(tc_call(c, 40 - 1 + 4, 4 + 4), 0);
		assert_int_not_equal(tc_answer32(c, 4) & 0x80, 0);
		destroy_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 4: device, context, queues ---- */

static void create_hwqueue(struct tc *c, uint32_t context, uint32_t *queue, struct fence *f)
{
	tc_begin(c, 50);
	tc_zeros(c, 12);		/* status, queue, fence */
	tc_zeros(c, 4);
	tc_zeros(c, 16);		/* where CPUs and GPUs see the fence */
	tc_u32(c, context);
	tc_u32(c, 0);			/* flags */
	tc_u32(c, 0);			/* private data */
	tc_zeros(c, 4);
	tc_call(c, 72, 72);
	assert_int_equal(tc_answer32(c, 24), 0);
	*queue = tc_answer32(c, 28);
	f->handle = tc_answer32(c, 32);
	f->gpa = tc_answer64(c, 40);
	f->va = tc_answer64(c, 48);
}

static void test_objects(void **state)
{
	struct tc *c = &client;
	uint32_t context, queue;
	struct paging paging;
	struct fence f;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		context = create_context(c, 1, 0x10);
		paging = create_paging_queue(c);
		create_hwqueue(c, context, &queue, &f);
		assert_true(f.gpa != paging.gpa && queue != context);
		/* As when something fails after the host made them. */
		assert_int_equal(two_words(c, 51, queue, 0), 0);
		tc_begin(c, 10);
		tc_u32(c, paging.queue);
		tc_zeros(c, 4);
		tc_call(c, 32, 4);
		assert_int_equal(two_words(c, 7, context, 0), 0);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 5: allocations ---- */

static void test_allocations(void **state)
{
	static uint64_t pfns[3000];
	struct tc *c = &client;
	uint32_t allocation;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		allocation = create_allocation(c, 0, 5000, NULL, NULL);
		assert_int_equal(destroy(c, 0, allocation, 0), 0);
		/* Guest pages, in several messages; one page stands for many. */
		for (unsigned int i = 0; i < G_N_ELEMENTS(pfns); i++)
			pfns[i] = i % 64 ? pfns[i - 1] : fake_guest_page(&c->b.guest);
		standard_data(c, 4096, 0, 0);
		standard_data(c, 4096, tc_answer32(c, 4), tc_answer32(c, 8));
		allocation = create_heap(c, 4096ull * G_N_ELEMENTS(pfns));
		assert_int_not_equal(allocation, 0);
		give_pages(c, allocation, pfns, G_N_ELEMENTS(pfns), 1300);
		assert_int_equal(destroy(c, 0, allocation, 0), 0);
		/* It failed in the guest after the host had made it. */
		allocation = create_allocation(c, 0, 4096, NULL, NULL);
		assert_int_equal(destroy(c, 0, allocation, 1), 0);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* A host that cannot take page lists: by GPADL, made on the global channel. */
static void test_allocation_by_gpadl(void **state)
{
	static const char *const options[] = { "caps=0", NULL };
	struct tc *c = &client;
	uint32_t allocation;
	uint64_t pfns[7];

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, options, 1);
		begin_process(c);
		allocation = create_heap(c, 7 * 4096);
		for (int i = 0; i < 7; i++)
			pfns[i] = fake_guest_page(&c->b.guest);
		assert_int_equal(fake_guest_make_gpadl(&c->b.guest, c->b.chan[0].relid, 0x77,
						       pfns, 7), 0);
		tc_begin(c, 45);
		tc_u32(c, c->device);
		tc_u32(c, allocation);
		tc_u32(c, 0x77);
		tc_zeros(c, 4);
		assert_int_equal(tc_call(c, 40, 4), 0);
		/* The GPADL goes after the allocation. */
		assert_int_equal(destroy(c, 0, allocation, 0), 0);
		fake_guest_teardown(&c->b.guest, c->b.chan[0].relid, 0x77);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 6: map, make resident, wait for paging ---- */

static void test_paging(void **state)
{
	static const char *const options[] = { "paging-delay=20000", NULL };
	uint64_t va, value, id;
	struct tc *c = &client;
	uint32_t allocation;
	struct paging q;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, options, 1);
		begin_process(c);
		q = create_paging_queue(c);
		allocation = create_allocation(c, 0, 4 * 4096, NULL, NULL);
		/* Reserve, then map into it. */
		tc_begin(c, 18);
		tc_u32(c, c->adapter[0]);
		tc_zeros(c, 4);
		tc_u64(c, 0);
		tc_u64(c, 0);
		tc_u64(c, 0);
		tc_u64(c, 1 << 20);
		tc_u32(c, 1);		/* no access */
		tc_zeros(c, 4);
		tc_u64(c, 0);
		tc_zeros(c, 16);
		tc_call(c, 96, 16);
		va = tc_answer64(c, 0);
		assert_int_not_equal(va, 0);
		assert_true(map_va(c, &q, va, allocation, 4, 1) == va);
		/* Pending, and waited for with an event. */
		tc_begin(c, 11);
		tc_u32(c, 0);
		tc_u32(c, q.queue);
		tc_u32(c, 0);
		tc_u32(c, 1);
		tc_u32(c, allocation);
		tc_zeros(c, 4);
		tc_call(c, 48, 24);
		assert_int_equal(tc_answer32(c, 16), RESIDENT_WAIT);
		value = tc_answer64(c, 0);
		id = wait_cpu(c, q.fence, value);
		tc_expect_quiet(c);
		tc_wait_event(c, id);
		/* An update, ordered by a context and told by a fence. */
		tc_begin(c, 12);	/* evict */
		tc_u32(c, c->device);
		tc_u32(c, 0);
		tc_u32(c, 1);
		tc_u32(c, allocation);
		tc_call(c, 40, 8);
		free_va(c, va, 1 << 20);
		assert_int_equal(destroy(c, 0, allocation, 0), 0);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

static void test_update(void **state)
{
	struct tc *c = &client;
	struct work w;
	struct fence f;
	uint64_t va;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		w = begin_work(c, 0);
		f = create_sync(c, 5, 0, 0);
		va = map_va(c, &w.paging, 0, 0, 4, 8);	/* no access yet */
		tc_begin(c, 19);
		tc_u64(c, 3);		/* fence value */
		tc_u32(c, c->device);
		tc_u32(c, w.context);
		tc_u32(c, f.handle);
		tc_u32(c, 1);
		tc_u32(c, 0);
		tc_zeros(c, 4);
		tc_u32(c, 0);		/* map */
		tc_zeros(c, 4);
		tc_u64(c, va);
		tc_u64(c, 4096);
		tc_u32(c, w.allocation);
		tc_zeros(c, 4);
		tc_u64(c, 4096);	/* its second page */
		tc_u64(c, 4096);
		tc_zeros(c, 16);
		assert_int_equal(tc_call(c, 120 + 64 - 64, 4), 0);
		tc_wait_value(c, f.gpa, 3);
		free_va(c, va, 4 * 4096);
		destroy_sync(c, f.handle);
		end_work(c, &w);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 7, 8, 9: submission, fences, hardware queues ---- */

static void test_submission(void **state)
{
	static const char *const synchronous[] = { "async=off", NULL };
	struct tc *c = &client;
	struct work w;
	uint32_t length;
	uint64_t va, id;

	(void)state;
	for (int round = 0; round < 2; round++) {
		VIOLATIONS(0, {
			tc_start(c, round ? synchronous : NULL, 1);
			begin_process(c);
			w = begin_work(c, 0);
			softgpu_fill(&w.b, w.va + 4096, 64, 0x11111111);
			softgpu_copy(&w.b, w.va + 4096 + 64, w.va + 4096, 64);
			va = commands(&w, &length);
			submit(c, w.context, va, length);
			id = signal_event(c, w.context);
			tc_wait_event(c, id);
			assert_true(data_word(c, &w, 15) == 0x1111111111111111);
			/* A bad one shows in the device's state. */
			submit(c, w.context, 0x1000, 64);
			tc_wait_state(c, 0xc00c1e);
			tc_begin(c, 28);
			tc_u32(c, c->device);
			tc_u32(c, 1);
			tc_zeros(c, 48);
			tc_call(c, 80, 64);
			assert_int_equal(tc_answer32(c, 8), 7);
			assert_int_equal(tc_answer32(c, 56), 0);
			end_work(c, &w);
			end_process(c);
			tc_expect_clean(c);
		});
		tc_end(c);
	}
}

static void test_fences(void **state)
{
	struct tc *c = &client;
	uint32_t length, other;
	struct fence f, notification;
	struct work w;
	uint64_t va, id, done;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		w = begin_work(c, 0);
		other = create_context(c, 1, 0);
		f = create_sync(c, 5, 0, 10);
		tc_wait_value(c, f.gpa, 10);
		id = wait_cpu(c, f.handle, 11);
		signal_cpu(c, f.handle, 11);
		tc_wait_event(c, id);
		/* Wait before signal, from one node to the other; a job waits, too. */
		wait_gpu(c, w.context, f.handle, 20);
		softgpu_fence_wait(&w.b, f.va, 21);
		softgpu_fence_write(&w.b, w.va + 4096, 77);
		va = commands(&w, &length);
		submit(c, w.context, va, length);
		done = signal_event(c, w.context);
		tc_expect_quiet(c);
		signal_gpu(c, other, f.handle, 20);
		tc_wait_value(c, f.gpa, 20);
		tc_expect_quiet(c);
		signal_cpu(c, f.handle, 21);
		tc_wait_event(c, done);
		assert_int_equal(data_word(c, &w, 0), 77);
		/* A CPU notification: an id of its own, many times. */
		id = tc_new_event(c);
		notification = create_sync(c, 4, 0, id);
		for (int i = 0; i < 2; i++) {
			tc_begin(c, 26);
			tc_u32(c, 1);
			tc_u32(c, 0);
			tc_u32(c, 1);
			tc_zeros(c, 4);
			tc_u64(c, 0);
			tc_u64(c, 0);
			tc_u32(c, notification.handle);
			tc_u32(c, other);
			tc_post(c, 56 + 4 + 4);
			tc_wait_event(c, id);
		}
		destroy_sync(c, notification.handle);
		destroy_sync(c, f.handle);
		assert_int_equal(two_words(c, 7, other, 0), 0);
		end_work(c, &w);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

static void submit_hwqueue(struct tc *c, uint32_t queue, uint64_t progress, uint64_t va,
			   uint32_t length)
{
	tc_begin(c, 52);
	tc_u32(c, queue);
	tc_u32(c, 0);
	tc_u64(c, progress);
	tc_u64(c, va);
	tc_u32(c, length);
	tc_u32(c, 0);			/* private data */
	tc_u64(c, 0);
	tc_u32(c, 0);			/* primaries */
	tc_u32(c, 0);
	tc_u64(c, 0);
	tc_post(c, 80);
}

static void test_hwqueue(void **state)
{
	struct tc *c = &client;
	uint32_t queue, length;
	struct fence progress, f;
	struct work w;
	uint64_t va, id;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		w = begin_work(c, 0x10);
		create_hwqueue(c, w.context, &queue, &progress);
		f = create_sync(c, 5, 0, 0);
		wait_gpu(c, queue, f.handle, 1);
		softgpu_fence_write(&w.b, w.va + 4096, 5);
		va = commands(&w, &length);
		submit_hwqueue(c, queue, 1, va, length);
		submit_hwqueue(c, queue, 2, va, length);
		signal_gpu(c, queue, f.handle, 2);
		id = wait_cpu(c, progress.handle, 2);
		tc_expect_quiet(c);
		signal_cpu(c, f.handle, 1);
		tc_wait_event(c, id);
		tc_wait_value(c, progress.gpa, 2);
		tc_wait_value(c, f.gpa, 2);
		assert_int_equal(data_word(c, &w, 0), 5);
		assert_int_equal(two_words(c, 51, queue, 0), 0);
		destroy_sync(c, f.handle);
		end_work(c, &w);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 10: lock and unlock ---- */

static void test_lock(void **state)
{
	struct tc *c = &client;
	uint32_t allocation;
	uint64_t gpa[2];

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		allocation = create_allocation(c, 0, 3 * 4096, NULL, NULL);
		for (int i = 0; i < 2; i++) {
			uint8_t *p;

			gpa[i] = lock(c, allocation);
			assert_true(gpa[i] >= BED_IO_START &&
				    gpa[i] + 3 * 4096 <= BED_IO_START + BED_IO_LENGTH);
			p = fake_guest_at(&c->b.guest, gpa[i] / FAKE_PAGE);
			assert_int_equal(p[3 * 4096 - 1], i ? 0x5a : 0);
			p[3 * 4096 - 1] = 0x5a;
			unlock(c, allocation);
		}
		assert_int_equal(destroy(c, 0, allocation, 0), 0);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 11, 12: sharing, sync files ---- */

static uint32_t share(struct tc *c, uint32_t object)
{
	tc_begin_global(c, 1004, c->process);
	tc_u32(c, object);
	tc_zeros(c, 4);
	return tc_call(c, 32, 4);
}

static void end_share(struct tc *c, uint32_t nt)
{
	tc_begin_global(c, 1005, 0);
	tc_u32(c, nt);
	tc_zeros(c, 4);
	assert_int_equal(tc_call(c, 32, 4), 0);
}

static uint32_t open_sync(struct tc *c, uint32_t global, uint32_t flags)
{
	uint32_t handle;

	tc_begin_global(c, 1002, c->process);
	tc_u32(c, c->device);
	tc_u32(c, global);
	tc_u32(c, 0);
	tc_u32(c, flags);
	handle = tc_call(c, 40, 24);
	assert_int_equal(tc_answer32(c, 4), 0);
	assert_int_not_equal(handle, 0);
	return handle;
}

struct party {
	uint32_t process, device;
};

static struct party new_party(struct tc *c)
{
	struct party p;

	begin_process(c);
	p.process = c->process;
	p.device = c->device;
	return p;
}

static void be(struct tc *c, const struct party *p)
{
	c->process = p->process;
	c->device = p->device;
}

static void test_sharing(void **state)
{
	uint32_t resource, allocation, nt, opened[2];
	struct party a, b;
	struct tc *c = &client;
	uint64_t gpa;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		b = new_party(c);
		a = new_party(c);
		/* Create resource, shared, by NT handle. */
		allocation = create_allocation(c, 1 | 2 | 1 << 6, 4096, &resource, NULL);
		assert_int_not_equal(resource, 0);
		gpa = lock(c, allocation);
		memcpy(fake_guest_at(&c->b.guest, gpa / FAKE_PAGE), "shared!", 8);
		unlock(c, allocation);
		nt = share(c, resource);
		assert_int_not_equal(nt, 0);
		be(c, &b);
		tc_begin(c, 32);
		tc_u32(c, c->device);
		tc_u8(c, 1);
		tc_zeros(c, 3);
		tc_u32(c, nt);
		tc_u32(c, 1);
		tc_u32(c, 32);		/* private data of all allocations */
		tc_zeros(c, 4);
		opened[0] = tc_call(c, 48, 8 + 4);
		assert_int_equal(tc_answer32(c, 4), 0);
		opened[1] = tc_answer32(c, 8);
		assert_int_not_equal(opened[0], 0);
		/* Both descriptors are closed, then each destroys its own; it is one memory. */
		end_share(c, nt);
		be(c, &a);
		assert_int_equal(destroy(c, resource, 0, 0), 0);
		be(c, &b);
		gpa = lock(c, opened[1]);
		assert_memory_equal(fake_guest_at(&c->b.guest, gpa / FAKE_PAGE), "shared!", 8);
		unlock(c, opened[1]);
		assert_int_equal(destroy(c, opened[0], 0, 0), 0);
		end_process(c);
		be(c, &a);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* A sync object in two processes; then as a sync file has it. */
static void test_shared_fence(void **state)
{
	uint32_t nt, opened, context;
	struct party a, b;
	struct tc *c = &client;
	struct fence f;
	uint64_t id;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		b = new_party(c);
		a = new_party(c);
		f = create_sync(c, 5, 3, 0);
		assert_int_not_equal(f.global, 0);
		nt = share(c, f.handle);
		be(c, &b);
		opened = open_sync(c, f.global, 3);
		id = wait_cpu(c, opened, 4);
		be(c, &a);
		signal_cpu(c, f.handle, 4);
		tc_wait_event(c, id);
		/* Sync file: a wait with an event; the other's context waits for it. */
		id = wait_cpu(c, f.handle, 8);
		be(c, &b);
		destroy_sync(c, opened);
		context = create_context(c, 0, 0);
		opened = open_sync(c, f.global, 1 | 2 | 0x10);
		wait_gpu(c, context, opened, 8);
		destroy_sync(c, opened);
		tc_expect_quiet(c);
		be(c, &a);
		signal_cpu(c, f.handle, 8);
		tc_wait_event(c, id);
		be(c, &b);
		tc_wait_event(c, signal_event(c, context));
		/* The last reference to the file's fence. */
		end_share(c, nt);
		assert_int_equal(two_words(c, 7, context, 0), 0);
		end_process(c);
		be(c, &a);
		destroy_sync(c, f.handle);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 13: a process exits with everything it has ---- */

static void test_exit(void **state)
{
	uint32_t resource, plain, queue, heap;
	struct fence f, progress;
	struct tc *c = &client;
	uint64_t pfn;
	struct work w;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		w = begin_work(c, 0x10);
		create_hwqueue(c, w.context, &queue, &progress);
		f = create_sync(c, 5, 0, 0);
		plain = create_allocation(c, 0, 4096, NULL, NULL);
		create_allocation(c, 1, 4096, &resource, NULL);
		heap = create_heap(c, 4096);
		pfn = fake_guest_page(&c->b.guest);
		give_pages(c, heap, &pfn, 1, 15867);
		wait_gpu(c, queue, f.handle, 1);
		submit_hwqueue(c, queue, 1, w.va, 64);
		wait_cpu(c, f.handle, 1);
		/* Flush, reason 4; plain allocations, resources; the device; the process. */
		assert_int_equal(two_words(c, 42, c->device, 4), 0);
		assert_int_equal(destroy(c, 0, plain, 0), 0);
		assert_int_equal(destroy(c, 0, heap, 0), 0);
		unlock(c, w.allocation);
		assert_int_equal(destroy(c, 0, w.allocation, 0), 0);
		assert_int_equal(destroy(c, resource, 0, 0), 0);
		end_process(c);
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* ---- 14: an adapter goes ---- */

static void close_adapter(struct tc *c)
{
	tc_begin(c, 15);
	c->len = 16 + 8;
	tc_u32(c, 0);			/* no process */
	tc_zeros(c, 4);
	tc_u32(c, 15);
	tc_zeros(c, 4);
	tc_u32(c, c->adapter[0]);
	tc_zeros(c, 4);
	tc_call(c, 32, 4);
	c->adapter[0] = 0;
}

static void test_removal(void **state)
{
	struct tc *c = &client;
	uint32_t relid;

	(void)state;
	/* The PCI function first. */
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		end_process(c);
		relid = bed_relid(&c->b, "vgpu-gpu0");
		host_enter(&c->b.guest.host);
		assert_null(gpupv_gpu_remove(c->b.g, "gpu0", false));
		host_leave(&c->b.guest.host);
		close_adapter(c);
		bed_close(&c->b, 0);
		bed_function_gone(&c->b, 0);
		tc_pump(c);
		bed_release(&c->b, relid);
		tc_expect_clean(c);
		/* And the global channel, as when the module is unloaded. */
		c->b.guest.num_messages = 0;	/* the rescind was seen */
		bed_close(&c->b, BED_GLOBAL);
	});
	assert_int_equal(bed_left(&c->b), 0);
	tc_end(c);
	/* The channel first, with a device that works: no CLOSEADAPTER any more. */
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		begin_work(c, 0);
		relid = bed_relid(&c->b, "vgpu-gpu0");
		host_enter(&c->b.guest.host);
		assert_null(gpupv_gpu_remove(c->b.g, "gpu0", true));
		host_leave(&c->b.guest.host);
		/* What was on its way is answered. */
		tc_begin(c, 37);
		assert_int_equal(tc_call(c, 24, 4), BED_REMOVED);
		fake_channel_forget(&c->b.chan[1]);
		c->b.open[1] = false;
		bed_release(&c->b, relid);
		bed_function_gone(&c->b, 0);
		tc_pump(c);
		destroy_process(c);
		c->adapter[0] = 0;
		tc_expect_clean(c);
	});
	tc_end(c);
}

/* The global channel is withdrawn: nothing can be said any more, and nothing is kept. */
static void test_global_rescind(void **state)
{
	struct vmbus_channel *ch;
	struct tc *c = &client;

	(void)state;
	VIOLATIONS(0, {
		tc_start(c, NULL, 1);
		begin_process(c);
		begin_work(c, 0);
		host_enter(&c->b.guest.host);
		ch = vmbus_find(c->b.guest.bus, "gpupv");
		vmbus_rescind(ch);
		host_leave(&c->b.guest.host);
		assert_int_equal(bed_objects(&c->b), 0);
		assert_int_equal(bed_left(&c->b), 0);
	});
	tc_end(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrival),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_allocations),
		cmocka_unit_test(test_allocation_by_gpadl),
		cmocka_unit_test(test_paging),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_submission),
		cmocka_unit_test(test_fences),
		cmocka_unit_test(test_hwqueue),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_shared_fence),
		cmocka_unit_test(test_exit),
		cmocka_unit_test(test_removal),
		cmocka_unit_test(test_global_rescind),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
