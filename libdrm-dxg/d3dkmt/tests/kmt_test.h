/* SPDX-License-Identifier: MIT */
/*
 * A test of D3DKMT entry points in a guest, the same for both backends.
 *
 * Each test is a process of its own. What each entry returned is counted over all
 * of them, so that the table of the render node can be held against it.
 */
#ifndef KMT_TEST_H
#define KMT_TEST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "d3dkmt.h"
#include "d3dkmt_entries.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"

#define PAGE	4096ull

/*
 * How long to wait for what must come. It costs nothing when it comes; a machine may be
 * slow, and have other things to do.
 */
#define LONG_MS	120000

#define KMT_NUMBER(nr, name, dir, type, support, why)	ENTRY_##name,
enum kmt_test_entry { D3DKMT_ENTRIES(KMT_NUMBER) ENTRY_COUNT };

/** struct kmt_test - One test. */
struct kmt_test {
	const char *name;
	void (*run)(void);
};

extern const struct kmt_test kmt_tests_objects[], kmt_tests_work[], kmt_tests_share[];
extern const struct kmt_test kmt_tests_defects[], kmt_tests_dev[], kmt_tests_last[];

/* Whether the backend is /dev/dxg. */
extern bool kmt_is_dev;

/* Note what an entry returned, and return it. */
NTSTATUS kmt_note(enum kmt_test_entry entry, NTSTATUS status);

/* End the test as failed. */
_Noreturn void kmt_fail(const char *file, int line, const char *what, long long got,
			long long want);

/* Call an entry. */
#define KMT(name, args)	kmt_note(ENTRY_##name, D3DKMT##name(args))

/* An integer is what it should be. */
#define SAME(got, want) do { \
	long long got_ = (long long)(got), want_ = (long long)(want); \
	if (got_ != want_) \
		kmt_fail(__FILE__, __LINE__, #got, got_, want_); \
} while (0)

#define TRUE(what) do { \
	if (!(what)) \
		kmt_fail(__FILE__, __LINE__, #what, 0, 1); \
} while (0)

/* A call returns this status. */
#define WANT(name, args, status) do { \
	NTSTATUS got_ = KMT(name, args); \
	if (got_ != (status)) \
		kmt_fail(__FILE__, __LINE__, #name, got_, status); \
} while (0)

#define OK(name, args)		WANT(name, args, STATUS_SUCCESS)
#define WRONG(name, args)	WANT(name, args, STATUS_INVALID_PARAMETER)

/* A call that may be pending. */
#define DONE(name, args) do { \
	NTSTATUS got_ = KMT(name, args); \
	if (got_ != STATUS_SUCCESS && got_ != STATUS_PENDING) \
		kmt_fail(__FILE__, __LINE__, #name, got_, STATUS_PENDING); \
} while (0)

/* What the table of the render node promises to refuse; on /dev/dxg anything may come. */
#define REFUSED(name, args) do { \
	NTSTATUS got_ = D3DKMT##name(args); \
	if (!kmt_is_dev) \
		kmt_note(ENTRY_##name, got_); \
	if (!kmt_is_dev && got_ != STATUS_NOT_SUPPORTED) \
		kmt_fail(__FILE__, __LINE__, #name, got_, STATUS_NOT_SUPPORTED); \
} while (0)

/** struct kmt - An adapter with a device and a paging queue. */
struct kmt {
	LUID luid;
	uint32_t adapter, device, paging, paging_fence;
	const volatile uint64_t *paging_value;
};

/** struct kmt_memory - An allocation that is mapped. */
struct kmt_memory {
	uint32_t allocation, resource;
	uint64_t size, va;
	void *cpu;
};

/* Only the adapter. */
void kmt_open_adapter(struct kmt *k);
void kmt_close_adapter(struct kmt *k);

void kmt_open(struct kmt *k);
void kmt_close(struct kmt *k);

/* A page-aligned piece of this program's memory, zeroed. */
void *kmt_pages(uint64_t size);

/* An allocation of program memory, an existing heap. */
void kmt_heap(struct kmt *k, uint64_t size, struct kmt_memory *m);

/* An allocation of host memory. @shared: in a resource that may be shared. */
void kmt_host(struct kmt *k, uint64_t size, uint32_t alloc_flags, bool shared,
	      struct kmt_memory *m);

void kmt_destroy(struct kmt *k, struct kmt_memory *m);

/* Map it anywhere, make it resident, wait until both have come into force. */
void kmt_map(struct kmt *k, struct kmt_memory *m, uint64_t protection);

/* Wait on the CPU until the fence has the value. */
void kmt_wait(struct kmt *k, uint32_t fence, uint64_t value);

/* A monitored fence; @value may be NULL. */
uint32_t kmt_fence(struct kmt *k, uint32_t flags, uint64_t initial,
		   const volatile uint64_t **value);

uint32_t kmt_context(struct kmt *k, uint32_t node, uint32_t flags);

/* Submit what is in @b, which lies at @va. */
void kmt_submit(uint32_t context, uint64_t va, const struct softgpu_buffer *b);

int64_t kmt_now_ms(void);

/* The eventfd's count within @ms, 0 when there is none. */
uint64_t kmt_event(int fd, int ms);

#endif
