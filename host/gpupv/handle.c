// SPDX-License-Identifier: GPL-2.0
/* Handle tables: numbers for host objects, in the protocol's handle format. */
#include <glib.h>
#include <string.h>

#include "handle.h"

#define INDEX_SHIFT	6
#define INDEX_BITS	24
#define INDEX_MAX	((1u << INDEX_BITS) - 1)
#define INSTANCE_MASK	((1u << INDEX_SHIFT) - 1)
#define UNIQUE_SHIFT	30

#define GROW_MIN	64u
#define NO_INDEX	UINT32_MAX

void handle_table_init(struct handle_table *t, uint32_t limit)
{
	memset(t, 0, sizeof(*t));
	t->limit = limit && limit < INDEX_MAX ? limit : INDEX_MAX;
	t->free_head = NO_INDEX;
	t->free_tail = NO_INDEX;
}

void handle_table_fini(struct handle_table *t)
{
	g_free(t->entries);
	handle_table_init(t, t->limit);
}

static void push_free(struct handle_table *t, uint32_t index)
{
	t->entries[index].next_free = NO_INDEX;
	if (t->free_tail == NO_INDEX)
		t->free_head = index;
	else
		t->entries[t->free_tail].next_free = index;
	t->free_tail = index;
	t->free++;
}

static uint32_t pop_free(struct handle_table *t)
{
	uint32_t index = t->free_head;

	t->free_head = t->entries[index].next_free;
	if (t->free_head == NO_INDEX)
		t->free_tail = NO_INDEX;
	t->free--;
	return index;
}

/* More entries, by doubling, up to the bound of the format. */
static void grow(struct handle_table *t)
{
	uint32_t size = t->size ? t->size * 2 : GROW_MIN;

	if (size > INDEX_MAX)
		size = INDEX_MAX;
	t->entries = g_realloc_n(t->entries, size, sizeof(*t->entries));
	memset(t->entries + t->size, 0, (size - t->size) * sizeof(*t->entries));
	while (t->size < size)
		push_free(t, t->size++);
}

static uint32_t handle_of(const struct handle_table *t, uint32_t index)
{
	return index << INDEX_SHIFT | (uint32_t)t->entries[index].unique << UNIQUE_SHIFT;
}

uint32_t handle_new(struct handle_table *t, enum handle_type type, void *object)
{
	struct handle_entry *e;
	uint32_t index;

	if (t->used >= t->limit)
		return 0;
	if (t->free <= HANDLE_KEEP_FREE && t->size < INDEX_MAX)
		grow(t);
	if (!t->free)
		return 0;
	index = pop_free(t);
	e = &t->entries[index];
	e->object = object;
	e->type = type;
	e->unique = e->unique % 3 + 1;
	t->used++;
	return handle_of(t, index);
}

static struct handle_entry *find(const struct handle_table *t, uint32_t handle)
{
	uint32_t index = handle >> INDEX_SHIFT & INDEX_MAX;
	struct handle_entry *e;

	if (!handle || handle & INSTANCE_MASK || index >= t->size)
		return NULL;
	e = &t->entries[index];
	if (!e->object || e->unique != handle >> UNIQUE_SHIFT)
		return NULL;
	return e;
}

void *handle_get(const struct handle_table *t, uint32_t handle, enum handle_type type)
{
	struct handle_entry *e = find(t, handle);

	return e && e->type == type ? e->object : NULL;
}

void handle_drop(struct handle_table *t, uint32_t handle)
{
	struct handle_entry *e = find(t, handle);

	if (!e)
		return;
	e->object = NULL;
	e->type = HANDLE_NONE;
	e->taken = t->taking;
	t->used--;
	push_free(t, e - t->entries);
}

bool handle_taken(const struct handle_table *t, uint32_t handle)
{
	uint32_t index = handle >> INDEX_SHIFT & INDEX_MAX;
	const struct handle_entry *e;

	if (!handle || handle & INSTANCE_MASK || index >= t->size)
		return false;
	e = &t->entries[index];
	return !e->object && e->taken && e->unique == handle >> UNIQUE_SHIFT;
}

uint32_t handle_next(const struct handle_table *t, uint32_t *pos, enum handle_type *type)
{
	while (*pos < t->size) {
		uint32_t index = (*pos)++;

		if (!t->entries[index].object)
			continue;
		if (type)
			*type = t->entries[index].type;
		return handle_of(t, index);
	}
	return 0;
}

const char *handle_type_name(enum handle_type type)
{
	switch (type) {
	case HANDLE_NONE:
		break;
	case HANDLE_ADAPTER:
		return "adapter";
	case HANDLE_SHARED_RESOURCE:
		return "shared resource";
	case HANDLE_DEVICE:
		return "device";
	case HANDLE_RESOURCE:
		return "resource";
	case HANDLE_ALLOCATION:
		return "allocation";
	case HANDLE_CONTEXT:
		return "context";
	case HANDLE_SYNC_OBJECT:
		return "sync object";
	case HANDLE_PAGING_QUEUE:
		return "paging queue";
	case HANDLE_HW_QUEUE:
		return "hardware queue";
	case HANDLE_MONITORED_FENCE:
		return "monitored fence";
	case HANDLE_PROCESS:
		return "process";
	case HANDLE_NT:
		return "NT handle";
	}
	return "nothing";
}
