// SPDX-License-Identifier: MIT
/* The test bed for memory: messages, the usual sequences of them, and the GPU's view. */
#include "bed_memory.h"
#include "../memory.h"

/* ---- messages ---- */

static uint8_t *begin(struct mbed *t, uint32_t process, uint32_t command, uint32_t size)
{
	memset(t->m, 0, size + 64);
	return bed_header(&t->b, t->m, 0, process, command);
}

static uint32_t end(const struct mbed *t, uint32_t size)
{
	return bed_ext(&t->b) + size;
}

uint8_t *make_begin(struct mbed *t, uint32_t command, uint32_t size)
{
	return begin(t, t->b.process, command, size);
}

uint8_t *make_begin_global(struct mbed *t, uint32_t process, uint32_t command, uint32_t size)
{
	memset(t->m, 0, size + 64);
	return bed_header(&t->b, t->m, BED_GLOBAL, process, command);
}

uint32_t make_end(const struct mbed *t, uint32_t size)
{
	return end(t, size);
}

uint32_t with(struct mbed *t, uint32_t len, uint32_t offset, uint32_t value)
{
	put32(t->m + bed_ext(&t->b) + offset, value);
	return len;
}

uint32_t with64(struct mbed *t, uint32_t len, uint32_t offset, uint64_t value)
{
	put64(t->m + bed_ext(&t->b) + offset, value);
	return len;
}

uint32_t make_device(struct mbed *t, uint32_t process, uint32_t flags, uint64_t cookie)
{
	uint8_t *p = begin(t, process, 0, 40);

	put32(p, flags);
	put64(p + 8, cookie);
	return end(t, 40);
}

uint32_t make_words(struct mbed *t, uint32_t command, uint32_t handle, uint32_t more)
{
	uint8_t *p = begin(t, t->b.process, command, 32);

	put32(p, handle);
	put32(p + 4, more);
	return end(t, 32);
}

uint32_t make_paging_queue(struct mbed *t, uint32_t device, int32_t priority)
{
	uint8_t *p = begin(t, t->b.process, 9, 56);

	put32(p, device);
	put32(p + 4, priority);
	return end(t, 56);
}

uint32_t make_allocation(struct mbed *t, const struct bed_allocation *a)
{
	uint32_t count = a->count ? a->count : 1, each = 32 + a->more;
	uint32_t size = 64 + 12 * count + a->runtime + a->data + count * each;
	uint8_t *p = begin(t, t->b.process, 4, size), *data;

	put32(p, a->device ? a->device : t->device);
	put32(p + 4, a->resource);
	put32(p + 8, a->runtime);
	put32(p + 12, a->data);
	put32(p + 16, count);
	put32(p + 20, a->flags);
	put64(p + 24, 0x1234);
	p += 40;
	data = p + 12 * count + a->runtime + a->data;
	memset(p + 12 * count, 0x5a, a->runtime + a->data);
	for (uint32_t i = 0; i < count; i++, data += each) {
		put32(p + 12 * i + 4, each);
		put32(data, 0x47415753);
		put32(data + 4, 1);
		put64(data + 8, a->size);
		put32(data + 16, a->alloc_flags);
		memset(data + 32, 0x60 + i, a->more);
	}
	return end(t, size);
}

uint32_t make_standard(struct mbed *t, uint32_t flags, uint32_t type, uint64_t size)
{
	uint8_t *p = begin(t, t->b.process, 4, 64 + 12 + 24);

	put32(p, t->device);
	put32(p + 12, 24);
	put32(p + 16, 1);
	put32(p + 20, flags | BED_STANDARD);
	p += 40 + 12;
	put32(p, type);
	put64(p + 8, size);
	return end(t, 64 + 12 + 24);
}

static void put_handles(uint8_t *p, uint32_t count, const uint32_t *handles)
{
	for (uint32_t i = 0; i < count; i++)
		put32(p + 4 * i, handles[i]);
}

uint32_t make_destroy(struct mbed *t, uint32_t resource, uint32_t count, const uint32_t *handles)
{
	uint8_t *p = begin(t, t->b.process, 5, 48 + 4 * count);

	put32(p, t->device);
	put32(p + 4, resource);
	put32(p + 8, count);
	put_handles(p + 16, count, handles);
	return end(t, 48 + 4 * count);
}

uint32_t make_resident(struct mbed *t, uint32_t flags, uint32_t count, const uint32_t *handles)
{
	uint8_t *p = begin(t, t->b.process, 11, 48 + 4 * count);

	put32(p + 4, t->queue);
	put32(p + 8, flags);
	put32(p + 12, count);
	put_handles(p + 16, count, handles);
	return end(t, 48 + 4 * count - 4);
}

uint32_t make_evict(struct mbed *t, uint32_t flags, uint32_t count, const uint32_t *handles)
{
	uint8_t *p = begin(t, t->b.process, 12, 40 + 4 * count);

	put32(p, t->device);
	put32(p + 4, flags);
	put32(p + 8, count);
	put_handles(p + 12, count, handles);
	return end(t, 40 + 4 * count - 4);
}

uint32_t make_reserve(struct mbed *t, uint64_t base, uint64_t size, uint32_t type)
{
	uint8_t *p = begin(t, t->b.process, 18, 96);

	put32(p, t->b.adapter);
	put64(p + 8, base);
	put64(p + 32, size);
	put32(p + 40, type);
	return end(t, 96);
}

uint32_t make_free(struct mbed *t, uint64_t base, uint64_t size)
{
	uint8_t *p = begin(t, t->b.process, 16, 48);

	put32(p, t->b.adapter);
	put64(p + 8, base);
	put64(p + 16, size);
	return end(t, 48);
}

uint32_t make_map(struct mbed *t, const struct bed_map *map)
{
	uint8_t *p = begin(t, t->b.process, 17, 136);

	put32(p, t->queue);
	put64(p + 8, map->base);
	put64(p + 16, map->minimum);
	put64(p + 24, map->maximum);
	put32(p + 32, map->allocation);
	put64(p + 40, map->first);
	put64(p + 48, map->pages);
	put64(p + 56, map->protection);
	return end(t, 136);
}

uint32_t make_lock(struct mbed *t, uint32_t allocation)
{
	uint8_t *p = begin(t, t->b.process, 23, 64);

	put32(p, t->device);
	put32(p + 4, allocation);
	return end(t, 64);
}

uint32_t make_unlock(struct mbed *t, uint32_t allocation)
{
	uint8_t *p = begin(t, t->b.process, 24, 40);

	put32(p, t->device);
	put32(p + 4, allocation);
	return end(t, 40);
}

uint32_t make_pages(struct mbed *t, uint32_t allocation, uint32_t first, uint32_t count,
		    const uint64_t *pfns)
{
	uint32_t size = 40 + 8 * 15867;
	uint8_t *p = begin(t, t->b.process, 66, size);

	put32(p, t->device);
	put32(p + 4, allocation);
	put32(p + 8, count);
	put32(p + 12, first);
	for (uint32_t i = 0; i < 15867; i++)
		put64(p + 16 + 8 * i, i < count && pfns ? pfns[i] : 0xdeadbeef);
	return end(t, size);
}

uint32_t make_store(struct mbed *t, uint32_t allocation, uint32_t gpadl)
{
	uint8_t *p = begin(t, t->b.process, 45, 40);

	put32(p, t->device);
	put32(p + 4, allocation);
	put32(p + 8, gpadl);
	return end(t, 40);
}

/* ---- sent ---- */

uint32_t mbed_call(struct mbed *t, uint32_t len)
{
	return bed_call(&t->b, bed_route(&t->b), t->m, len);
}

uint32_t mbed_call_global(struct mbed *t, uint32_t len)
{
	return bed_call(&t->b, BED_GLOBAL, t->m, len);
}

void mbed_fail_device(struct mbed *t)
{
	struct fake_packet p;

	/* The answer, then SETGUESTDATA with the device's cookie. */
	bed_raw(&t->b, bed_route(&t->b), true, 1ull << 40, t->m,
		make_words(t, 29, t->device, 0x80000006));
	bed_expect(&t->b, bed_route(&t->b), 1ull << 40);
	assert_int_equal(bed_word(&t->b, 0), 0);
	assert_true(fake_channel_read(&t->b.chan[BED_GLOBAL + 1], &p, t->b.rx));
	assert_int_equal(p.type, 6);
	t->b.len = p.len;
	assert_int_equal(bed_word(&t->b, 16), 2);
	assert_int_equal(bed_quad(&t->b, 24), 77);
}

uint32_t mbed_nt_handle(struct mbed *t, uint32_t object)
{
	uint32_t handle;

	put32(make_begin_global(t, t->b.process, 1004, 32), object);
	VIOLATIONS(0, handle = mbed_call_global(t, end(t, 32)));
	assert_int_equal(t->b.len, 8);
	assert_int_not_equal(handle, 0);
	return handle;
}

void mbed_process(struct mbed *t, const char *name)
{
	VIOLATIONS(0, t->b.process = mbed_call_global(t, make_createprocess(&t->b, t->m, 9, name)));
	assert_int_not_equal(t->b.process, 0);
	t->device = mbed_device(t);
	VIOLATIONS(0, t->queue = mbed_call(t, make_paging_queue(t, t->device, 0)));
	assert_int_not_equal(t->queue, 0);
	t->fence = bed_word(&t->b, 4);
	t->fence_gpa = bed_quad(&t->b, 8);
}

uint32_t mbed_device(struct mbed *t)
{
	uint32_t device;

	VIOLATIONS(0, device = mbed_call(t, make_device(t, t->b.process, 0, 77)));
	assert_int_not_equal(device, 0);
	return device;
}

void mbed_init(struct mbed *t, const char *const *options)
{
	memset(t, 0, sizeof(*t));
	bed_init(&t->b, options, 1);
	bed_go(&t->b, BED_PROCESS);
	t->device = mbed_device(t);
	VIOLATIONS(0, t->queue = mbed_call(t, make_paging_queue(t, t->device, 0)));
	assert_int_not_equal(t->queue, 0);
	assert_int_equal(t->b.len, 24);
	t->fence = bed_word(&t->b, 4);
	t->fence_gpa = bed_quad(&t->b, 8);
}

void mbed_fini(struct mbed *t)
{
	bed_fini(&t->b);
}

uint32_t mbed_allocate(struct mbed *t, uint64_t size, uint32_t alloc_flags)
{
	struct bed_allocation a = { .size = size, .alloc_flags = alloc_flags };
	uint32_t handle;

	VIOLATIONS(0, mbed_call(t, make_allocation(t, &a)));
	assert_int_equal(t->b.len, 16 + 72 + 32);
	handle = bed_word(&t->b, 16);
	assert_int_not_equal(handle, 0);
	return handle;
}

uint32_t mbed_sysmem(struct mbed *t, uint32_t pages, uint32_t flags, uint64_t *pfns)
{
	uint32_t handle;

	VIOLATIONS(0, mbed_call(t, make_standard(t, BED_SYSMEM | flags, 1, 4096ull * pages)));
	handle = bed_word(&t->b, 16);
	assert_int_not_equal(handle, 0);
	for (uint32_t i = 0; i < pages; i++)
		pfns[i] = fake_guest_page(&t->b.guest);
	ERROR(t, 0, make_pages(t, handle, 0, pages, pfns));
	return handle;
}

uint32_t mbed_destroy(struct mbed *t, uint32_t allocation)
{
	uint32_t status;

	VIOLATIONS(0, status = mbed_call(t, make_destroy(t, 0, 1, &allocation)));
	return status;
}

uint32_t mbed_resident(struct mbed *t, uint32_t allocation)
{
	VIOLATIONS(0, mbed_call(t, make_resident(t, 0, 1, &allocation)));
	assert_int_equal(t->b.len, 24);
	return bed_word(&t->b, 16);
}

uint64_t mbed_reserve(struct mbed *t, uint64_t size)
{
	VIOLATIONS(0, mbed_call(t, make_reserve(t, 0, size, 0)));
	assert_int_equal(t->b.len, 16);
	assert_int_not_equal(bed_quad(&t->b, 0), 0);
	return bed_quad(&t->b, 0);
}

uint32_t mbed_map(struct mbed *t, const struct bed_map *map)
{
	VIOLATIONS(0, mbed_call(t, make_map(t, map)));
	assert_int_equal(t->b.len, 24);
	return bed_word(&t->b, 16);
}

uint64_t mbed_lock(struct mbed *t, uint32_t allocation)
{
	uint64_t gpa;

	ERROR(t, 0, make_lock(t, allocation));
	assert_int_equal(t->b.len, 16);
	gpa = bed_quad(&t->b, 8);
	assert_true(gpa >= BED_IO_START && gpa < BED_IO_START + BED_IO_LENGTH);
	return gpa;
}

void mbed_settle(struct mbed *t)
{
	fake_guest_advance(&t->b.guest, 100 * BED_MS);
}

uint64_t mbed_use(struct mbed *t, uint32_t allocation, uint64_t pages)
{
	struct bed_map map = { .allocation = allocation, .pages = pages, .protection = BED_WRITE };
	uint64_t va;

	mbed_map(t, &map);
	va = bed_quad(&t->b, 0);
	assert_int_not_equal(va, 0);
	mbed_resident(t, allocation);
	mbed_settle(t);
	return va;
}

/* ---- looked at ---- */

uint8_t *guest_at(struct mbed *t, uint64_t gpa)
{
	return (uint8_t *)fake_guest_at(&t->b.guest, gpa / 4096) + gpa % 4096;
}

uint64_t mbed_fence_value(struct mbed *t)
{
	uint64_t v;

	memcpy(&v, guest_at(t, t->fence_gpa), sizeof(v));
	return v;
}

static struct softgpu_space *mgpu_space(struct mbed *t)
{
	struct gpupv_process *p = handle_get(&t->b.g->handles, t->b.process, HANDLE_PROCESS);

	assert_non_null(p);
	return space_pages(space_of(p, t->b.g->gpu[0]));
}

bool mgpu_read(struct mbed *t, uint64_t va, void *out, uint64_t len)
{
	bool ok;

	host_enter(&t->b.guest.host);
	ok = softgpu_space_read(mgpu_space(t), va, out, len);
	host_leave(&t->b.guest.host);
	return ok;
}

bool mgpu_write(struct mbed *t, uint64_t va, const void *in, uint64_t len)
{
	bool ok;

	host_enter(&t->b.guest.host);
	ok = softgpu_space_write(mgpu_space(t), va, in, len);
	host_leave(&t->b.guest.host);
	return ok;
}

int mgpu_byte(struct mbed *t, uint64_t va)
{
	uint8_t byte;

	return mgpu_read(t, va, &byte, 1) ? byte : -1;
}

bool mgpu_poke(struct mbed *t, uint64_t va, uint8_t value)
{
	return mgpu_write(t, va, &value, 1);
}

uint32_t mbed_io_used(struct mbed *t)
{
	uint32_t used;

	host_enter(&t->b.guest.host);
	used = iospace_used(t->b.g);
	host_leave(&t->b.guest.host);
	return used;
}
