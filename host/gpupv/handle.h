/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handle tables. A handle is a 32-bit word: bits 0 to 5 instance (0), bits 6 to
 * 29 index, bits 30 and 31 a reuse counter of 1 to 3. 0 is no handle. One table
 * holds what belongs to the whole VM (processes, adapters), and each process
 * has its own: the same number in two processes names two objects.
 *
 * An index is used again only when HANDLE_KEEP_FREE others have been freed
 * after it, and with another reuse counter, so that a stale handle is seen.
 * Until then the table knows whether the object was taken from the guest.
 */
#ifndef HOST_GPUPV_HANDLE_H
#define HOST_GPUPV_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#define HANDLE_KEEP_FREE	128u

/* What a handle names. The numbers up to 32 are the protocol's. */
enum handle_type {
	HANDLE_NONE		= 0,
	HANDLE_ADAPTER		= 1,
	HANDLE_SHARED_RESOURCE	= 2,
	HANDLE_DEVICE		= 3,
	HANDLE_RESOURCE		= 4,
	HANDLE_ALLOCATION	= 5,
	HANDLE_CONTEXT		= 7,
	HANDLE_SYNC_OBJECT	= 8,
	HANDLE_PAGING_QUEUE	= 10,
	HANDLE_HW_QUEUE		= 15,
	HANDLE_MONITORED_FENCE	= 32,
	HANDLE_PROCESS		= 64,	/* from here on the host's own */
	HANDLE_NT		= 65,
};

struct handle_entry {
	void *object;			/* NULL: free */
	uint8_t type;			/* enum handle_type */
	uint8_t unique;			/* 1 to 3, of the handle last given out */
	bool taken;			/* when free: from the guest, which may not know yet */
	uint32_t next_free;		/* index, when free */
};

struct handle_table {
	struct handle_entry *entries;
	uint32_t size;			/* entries there are */
	uint32_t limit;			/* entries there may be */
	uint32_t used;			/* that name an object */
	uint32_t free;			/* on the free list */
	uint32_t free_head, free_tail;	/* oldest and youngest free index */
	bool taking;			/* what is dropped now is taken from the guest */
};

/* @limit: how many handles at once at most; 0: what the format allows. */
void handle_table_init(struct handle_table *t, uint32_t limit);
/* The objects are the caller's; see handle_next() to find those left. */
void handle_table_fini(struct handle_table *t);

/* A new handle for @object (not NULL); 0 when the table is full. */
uint32_t handle_new(struct handle_table *t, enum handle_type type, void *object);
/* The object of @handle, when it is a live handle of @type; else NULL. */
void *handle_get(const struct handle_table *t, uint32_t handle, enum handle_type type);
/* Forget a live handle. */
void handle_drop(struct handle_table *t, uint32_t handle);
/* Whether @handle is none any more because its object was taken from the guest. */
bool handle_taken(const struct handle_table *t, uint32_t handle);

/*
 * Walk the live handles: start with *@pos = 0; 0 when there are no more. The
 * handle returned may be dropped before the next call.
 */
uint32_t handle_next(const struct handle_table *t, uint32_t *pos, enum handle_type *type);

const char *handle_type_name(enum handle_type type);

#endif
