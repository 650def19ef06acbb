/* SPDX-License-Identifier: MIT */
/*
 * The test bed with a device and a paging queue, and the messages about devices
 * and memory, built from numbers of the tests' own. What the GPU sees is looked
 * at through its page table.
 */
#ifndef HOST_GPUPV_TESTS_BED_MEMORY_H
#define HOST_GPUPV_TESTS_BED_MEMORY_H

#include "bed.h"

/* NTSTATUS values */
#define BED_PENDING		0x00000103u
#define BED_NO_MEMORY		0xc0000017u
#define BED_ACCESS_DENIED	0xc0000022u
#define BED_TYPE_MISMATCH	0xc0000024u
#define BED_TOO_SMALL		0xc0000023u
#define BED_NO_VIDEO_MEMORY	0xc01e0100u
#define BED_BUSY		0xc01e0102u

/* CREATEALLOCATION flags */
#define BED_RESOURCE		0x1u
#define BED_SHARED		0x43u	/* resource, shared, NT */
#define BED_SYSMEM		0x20u
#define BED_READ_ONLY		0x80u
#define BED_CACHED		0x200u
#define BED_STANDARD		0x10000u

/* Private data flags */
#define BED_ALLOC_CACHED	1u
#define BED_ALLOC_SYSTEM	2u

#define BED_WRITE		1u
#define BED_EXECUTE		2u
#define BED_ZERO		4u
#define BED_NO_ACCESS		8u

#define BED_MS			1000000ull

struct mbed {
	struct bed b;
	uint32_t device, queue, fence;
	uint64_t fence_gpa;
	uint8_t m[BED_MAX_MESSAGE];	/* the message at hand */
};

/* Up to a process, a device and a paging queue on gpu0. */
void mbed_init(struct mbed *t, const char *const *options);
void mbed_fini(struct mbed *t);

/* ---- messages, into t->m: the length is returned ---- */

uint32_t make_device(struct mbed *t, uint32_t process, uint32_t flags, uint64_t cookie);
/* DESTROYDEVICE, FLUSHDEVICE, DESTROYPAGINGQUEUE, MARKDEVICEASERROR: two words. */
uint32_t make_words(struct mbed *t, uint32_t command, uint32_t handle, uint32_t more);
uint32_t make_paging_queue(struct mbed *t, uint32_t device, int32_t priority);

struct bed_allocation {
	uint32_t device;		/* 0: the bed's */
	uint32_t resource, flags;
	uint32_t count;			/* 0: one */
	uint64_t size;			/* of each */
	uint32_t alloc_flags;
	uint32_t runtime, data;		/* bytes of runtime and resource data */
	uint32_t more;			/* bytes behind each one's private data */
};

uint32_t make_allocation(struct mbed *t, const struct bed_allocation *a);
/* A standard allocation of this type. */
uint32_t make_standard(struct mbed *t, uint32_t flags, uint32_t type, uint64_t size);
uint32_t make_destroy(struct mbed *t, uint32_t resource, uint32_t count, const uint32_t *handles);
uint32_t make_resident(struct mbed *t, uint32_t flags, uint32_t count, const uint32_t *handles);
uint32_t make_evict(struct mbed *t, uint32_t flags, uint32_t count, const uint32_t *handles);
uint32_t make_reserve(struct mbed *t, uint64_t base, uint64_t size, uint32_t type);
uint32_t make_free(struct mbed *t, uint64_t base, uint64_t size);

struct bed_map {
	uint64_t base, minimum, maximum;
	uint32_t allocation;
	uint64_t first, pages, protection;
};

uint32_t make_map(struct mbed *t, const struct bed_map *map);
uint32_t make_lock(struct mbed *t, uint32_t allocation);
uint32_t make_unlock(struct mbed *t, uint32_t allocation);
uint32_t make_pages(struct mbed *t, uint32_t allocation, uint32_t first, uint32_t count,
		    const uint64_t *pfns);
uint32_t make_store(struct mbed *t, uint32_t allocation, uint32_t gpadl);

/* Any message of this many bytes, zeroed: where its payload is, and its length. */
uint8_t *make_begin(struct mbed *t, uint32_t command, uint32_t size);
uint8_t *make_begin_global(struct mbed *t, uint32_t process, uint32_t command, uint32_t size);
uint32_t make_end(const struct mbed *t, uint32_t size);
/* One word of the message changed, from the command header on; @len again. */
uint32_t with(struct mbed *t, uint32_t len, uint32_t offset, uint32_t value);
uint32_t with64(struct mbed *t, uint32_t len, uint32_t offset, uint64_t value);

/* ---- sent, on the channel of the GPU's messages ---- */

uint32_t mbed_call(struct mbed *t, uint32_t len);
uint32_t mbed_call_global(struct mbed *t, uint32_t len);
/* The statements above, sent, without a violation. Status, or what the answer begins with. */
uint32_t mbed_device(struct mbed *t);
/* MARKDEVICEASERROR of the bed's device; the guest is told. */
void mbed_fail_device(struct mbed *t);
/* CREATENTSHAREDOBJECT; the handle. */
uint32_t mbed_nt_handle(struct mbed *t, uint32_t object);
/* Another process takes the bed's place, with a device and a queue of its own. */
void mbed_process(struct mbed *t, const char *name);
/* Handle of one allocation of so many bytes. */
uint32_t mbed_allocate(struct mbed *t, uint64_t size, uint32_t alloc_flags);
/* One of guest memory: its frames go to @pfns. */
uint32_t mbed_sysmem(struct mbed *t, uint32_t pages, uint32_t flags, uint64_t *pfns);
uint32_t mbed_destroy(struct mbed *t, uint32_t allocation);
uint32_t mbed_resident(struct mbed *t, uint32_t allocation);
uint64_t mbed_reserve(struct mbed *t, uint64_t size);
/* Status; the address is in bed_quad(&t->b, 0). */
uint32_t mbed_map(struct mbed *t, const struct bed_map *map);
/* Lock; the address, which must lie in the IO space. */
uint64_t mbed_lock(struct mbed *t, uint32_t allocation);
/* Let the paging queue end all that it has. */
void mbed_settle(struct mbed *t);
/* Map all of an allocation, readable and writable, and make it resident; its address. */
uint64_t mbed_use(struct mbed *t, uint32_t allocation, uint64_t pages);

/* ---- looked at ---- */

uint64_t mbed_fence_value(struct mbed *t);
/* Through the page table of the bed's process on gpu0. */
bool mgpu_read(struct mbed *t, uint64_t va, void *out, uint64_t len);
bool mgpu_write(struct mbed *t, uint64_t va, const void *in, uint64_t len);
/* The byte at this address, or -1. */
int mgpu_byte(struct mbed *t, uint64_t va);
bool mgpu_poke(struct mbed *t, uint64_t va, uint8_t value);
uint8_t *guest_at(struct mbed *t, uint64_t gpa);
/* Pages of the IO space that are in use. */
uint32_t mbed_io_used(struct mbed *t);

/* The status of a message that is no violation, and of one that is one. */
#define ERROR(t, status, len) \
	VIOLATIONS(0, assert_int_equal(mbed_call(t, len), status))
#define REFUSED(t, status, len) \
	VIOLATIONS(1, assert_int_equal(mbed_call(t, len), status))

#endif
