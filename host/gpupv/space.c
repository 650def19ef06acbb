// SPDX-License-Identifier: GPL-2.0
/*
 * GPU address spaces, one for each process and GPU: which ranges are reserved,
 * what is mapped in them, and the fences above all that guests can reach. The
 * page table itself is softgpu's.
 *
 * What is mapped where is one list per range, in order and without overlaps: a
 * new mapping cuts what it covers out of the old ones.
 */
#include <string.h>

#include "memory.h"

#define FENCE_START	0x0000700000000000ull	/* SPACE_GUEST_END: fences from here on */
#define FENCE_END	0x0000800000000000ull
#define PAGE		((uint64_t)SOFTGPU_PAGE_SIZE)
#define CHOSEN_ALIGN	0x10000ull		/* of addresses that the host chooses */

/* What one process can make the host hold. */
#define MAX_RANGES	65536
#define MAX_MAPPINGS	(1u << 17)

/* ---- ranges ---- */

static void range_free(gpointer data)
{
	struct va_range *range = data;

	g_sequence_free(range->mappings);
	g_free(range);
}

static int range_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
	const struct va_range *x = a, *y = b;

	(void)unused;
	return x->base < y->base ? -1 : x->base > y->base;
}

static int mapping_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
	const struct gpupv_mapping *x = a, *y = b;

	(void)unused;
	return x->va < y->va ? -1 : x->va > y->va;
}

/* The last range whose base is not above @va; NULL: none. */
static GSequenceIter *range_below(const struct gpupv_space *s, uint64_t va)
{
	struct va_range key = { .base = va };
	GSequenceIter *i = g_sequence_search(s->ranges, &key, range_compare, NULL);

	return g_sequence_iter_is_begin(i) ? NULL : g_sequence_iter_prev(i);
}

struct va_range *space_range(const struct gpupv_space *s, uint64_t va, uint64_t size)
{
	GSequenceIter *i = range_below(s, va);
	struct va_range *range = i ? g_sequence_get(i) : NULL;

	if (!range || !size || va % PAGE || size % PAGE)
		return NULL;
	if (va - range->base >= range->size || size > range->size - (va - range->base))
		return NULL;
	return range;
}

struct va_range *space_range_at(const struct gpupv_space *s, uint64_t base)
{
	GSequenceIter *i = range_below(s, base);
	struct va_range *range = i ? g_sequence_get(i) : NULL;

	return range && range->base == base ? range : NULL;
}

/* The first gap of @size bytes from @from up to @to; 0: none. */
static uint64_t find_gap(const struct gpupv_space *s, uint64_t from, uint64_t to, uint64_t size)
{
	GSequenceIter *i = range_below(s, from);

	if (!i)
		i = g_sequence_get_begin_iter(s->ranges);
	for (; !g_sequence_iter_is_end(i); i = g_sequence_iter_next(i)) {
		const struct va_range *range = g_sequence_get(i);

		if (range->base >= from && range->base - from >= size)
			break;
		if (range->base + range->size > from)
			from = (range->base + range->size + CHOSEN_ALIGN - 1) & ~(CHOSEN_ALIGN - 1);
	}
	return from < to && size <= to - from ? from : 0;
}

/* Whether nothing is reserved in [@base, @base + @size). */
static bool is_free(const struct gpupv_space *s, uint64_t base, uint64_t size)
{
	GSequenceIter *i = range_below(s, base + size - 1);
	const struct va_range *range = i ? g_sequence_get(i) : NULL;

	return !range || range->base + range->size <= base;
}

struct va_range *space_reserve(struct gpupv_space *s, const struct va_wish *wish, bool zero,
			       uint32_t *status)
{
	uint64_t from = MAX(wish->minimum, SPACE_GUEST_MIN), to = SPACE_GUEST_END;
	uint64_t base = wish->base;
	struct va_range *range;

	*status = STATUS_INVALID_PARAMETER;
	if (!wish->size || wish->size % PAGE || wish->size > SPACE_GUEST_END || base % PAGE)
		return NULL;
	if (wish->maximum && wish->maximum < to)
		to = wish->maximum;
	if (base && (base > SPACE_GUEST_END - wish->size || base < PAGE))
		return NULL;
	*status = STATUS_NO_MEMORY;
	if (g_sequence_get_length(s->ranges) >= MAX_RANGES)
		return NULL;
	if (!base && from < SPACE_GUEST_END)
		base = find_gap(s, (from + CHOSEN_ALIGN - 1) & ~(CHOSEN_ALIGN - 1), to, wish->size);
	if (!base || !is_free(s, base, wish->size))
		return NULL;
	if (zero && !softgpu_map_zero(s->pages, base, wish->size / PAGE))
		return NULL;
	range = g_new0(struct va_range, 1);
	range->base = base;
	range->size = wish->size;
	range->zero = zero;
	range->mappings = g_sequence_new(NULL);
	g_sequence_insert_sorted(s->ranges, range, range_compare, NULL);
	*status = STATUS_SUCCESS;
	return range;
}

/* ---- mappings ---- */

void mapping_show(struct gpupv_mapping *map)
{
	struct softgpu_space *pages = map->space->pages;

	if (!map->allocation)
		softgpu_map_zero(pages, map->va, map->pages);
	else if (map->allocation->present)
		softgpu_map(pages, map->va, map->pages,
			    map->allocation->memory->page + map->first, map->access);
	else
		softgpu_unmap(pages, map->va, map->pages);
}

static void mapping_link(struct gpupv_mapping *map)
{
	map->prev = NULL;
	map->next = map->allocation->mappings;
	if (map->next)
		map->next->prev = map;
	map->allocation->mappings = map;
}

static void mapping_unlink(struct gpupv_mapping *map)
{
	if (map->prev)
		map->prev->next = map->next;
	else
		map->allocation->mappings = map->next;
	if (map->next)
		map->next->prev = map->prev;
}

/* A mapping like @like, of @pages pages of it from @skip on. Nothing is shown. */
static void mapping_add(struct va_range *range, const struct gpupv_mapping *like, uint64_t skip,
			uint64_t pages)
{
	struct gpupv_mapping *map = g_new(struct gpupv_mapping, 1);

	*map = *like;
	map->va += skip * PAGE;
	map->first += skip;
	map->pages = pages;
	if (map->allocation)
		mapping_link(map);
	map->space->mappings++;
	g_sequence_insert_sorted(range->mappings, map, mapping_compare, NULL);
}

/* Forget a mapping; the page table stays as it is. */
static void mapping_remove(GSequenceIter *i)
{
	struct gpupv_mapping *map = g_sequence_get(i);

	if (map->allocation)
		mapping_unlink(map);
	map->space->mappings--;
	g_sequence_remove(i);
	g_free(map);
}

/* The first mapping of @range that has something at or above @va; may be the end. */
static GSequenceIter *mapping_from(const struct va_range *range, uint64_t va)
{
	struct gpupv_mapping key = { .va = va };
	GSequenceIter *i = g_sequence_search(range->mappings, &key, mapping_compare, NULL);

	if (!g_sequence_iter_is_begin(i)) {
		GSequenceIter *before = g_sequence_iter_prev(i);
		const struct gpupv_mapping *map = g_sequence_get(before);

		if (map->va + map->pages * PAGE > va)
			return before;
	}
	return i;
}

/* Cut [@va, @va + @size) out of what is known to be mapped. */
static void mappings_cut(struct va_range *range, uint64_t va, uint64_t size)
{
	GSequenceIter *i = mapping_from(range, va);

	while (!g_sequence_iter_is_end(i)) {
		GSequenceIter *next = g_sequence_iter_next(i);
		const struct gpupv_mapping *map = g_sequence_get(i);
		struct gpupv_mapping old = *map;
		uint64_t end = old.va + old.pages * PAGE;

		if (old.va >= va + size)
			break;
		mapping_remove(i);
		if (old.va < va)
			mapping_add(range, &old, 0, (va - old.va) / PAGE);
		if (end > va + size)
			mapping_add(range, &old, (va + size - old.va) / PAGE,
				    (end - va - size) / PAGE);
		i = next;
	}
}

/* What is to be seen where nothing is mapped. */
static void show_nothing(struct gpupv_space *s, const struct va_range *range, uint64_t va,
			 uint64_t pages)
{
	if (range->zero)
		softgpu_map_zero(s->pages, va, pages);
	else
		softgpu_unmap(s->pages, va, pages);
}

bool space_map(struct gpupv_space *s, struct va_range *range, const struct va_map *want)
{
	struct gpupv_mapping like = {
		.space = s,
		.allocation = want->allocation,
		.va = want->va,
		.first = want->first,
		.access = want->access,
	};

	/* A cut leaves two pieces of one mapping. */
	if (s->mappings >= MAX_MAPPINGS - 2)
		return false;
	mappings_cut(range, want->va, want->pages * PAGE);
	if (!want->allocation && !want->access) {
		softgpu_unmap(s->pages, want->va, want->pages);
		return true;
	}
	mapping_add(range, &like, 0, want->pages);
	mapping_show(g_sequence_get(mapping_from(range, want->va)));
	return true;
}

bool space_copy(struct gpupv_space *s, uint64_t from, uint64_t to, uint64_t pages)
{
	struct va_range *source = space_range(s, from, pages * PAGE);
	struct va_range *dest = space_range(s, to, pages * PAGE);
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct va_map));
	uint64_t end = from + pages * PAGE;
	GSequenceIter *i;
	bool room;

	for (i = mapping_from(source, from); !g_sequence_iter_is_end(i);
	     i = g_sequence_iter_next(i)) {
		const struct gpupv_mapping *map = g_sequence_get(i);
		uint64_t start = MAX(map->va, from);
		struct va_map piece = {
			.va = start - from + to,
			.allocation = map->allocation,
			.first = map->first + (start - map->va) / PAGE,
			.access = map->access,
		};

		if (map->va >= end)
			break;
		piece.pages = (MIN(map->va + map->pages * PAGE, end) - start) / PAGE;
		g_array_append_val(found, piece);
	}
	room = s->mappings + found->len < MAX_MAPPINGS - 2;
	if (room) {
		mappings_cut(dest, to, pages * PAGE);
		show_nothing(s, dest, to, pages);
	}
	for (guint n = 0; room && n < found->len; n++)
		space_map(s, dest, &g_array_index(found, struct va_map, n));
	g_array_free(found, TRUE);
	return room;
}

void mapping_end(struct gpupv_mapping *map)
{
	struct gpupv_space *s = map->space;
	struct va_range *range = space_range(s, map->va, map->pages * PAGE);
	uint64_t va = map->va, pages = map->pages;

	mapping_remove(mapping_from(range, va));
	softgpu_unmap(s->pages, va, pages);
}

void space_release(struct gpupv_space *s, struct va_range *range)
{
	while (!g_sequence_is_empty(range->mappings))
		mapping_remove(g_sequence_get_begin_iter(range->mappings));
	softgpu_unmap(s->pages, range->base, range->size / PAGE);
	g_sequence_remove(range_below(s, range->base));
}

/* ---- fences ---- */

static int fence_compare(gconstpointer a, gconstpointer b, gpointer unused)
{
	const uint64_t *x = a, *y = b;

	(void)unused;
	return *x < *y ? -1 : *x > *y;
}

uint64_t space_map_fence(struct gpupv_space *s, uint8_t *page, unsigned int access)
{
	uint64_t va = s->next_fence;

	for (uint64_t tries = 0; tries < MAX_MAPPINGS; tries++, va += PAGE) {
		if (va >= FENCE_END)
			va = FENCE_START;
		if (!g_tree_lookup(s->fences, &va)) {
			s->next_fence = va + PAGE;
			if (!softgpu_map(s->pages, va, 1, &page, access))
				return 0;
			g_tree_insert(s->fences, g_memdup2(&va, sizeof(va)), page);
			return va;
		}
	}
	return 0;
}

void space_unmap_fence(struct gpupv_space *s, uint64_t va)
{
	if (g_tree_remove(s->fences, &va))
		softgpu_unmap(s->pages, va, 1);
}

/* ---- spaces ---- */

struct gpupv_space *space_find(const struct gpupv_process *p, const struct gpupv_gpu *gpu)
{
	for (GList *l = p->spaces; l; l = l->next) {
		struct gpupv_space *s = l->data;

		if (s->gpu == gpu)
			return s;
	}
	return NULL;
}

struct gpupv_space *space_of(struct gpupv_process *p, struct gpupv_gpu *gpu)
{
	struct gpupv_space *s = space_find(p, gpu);

	if (s)
		return s;
	s = g_new0(struct gpupv_space, 1);
	s->refs = 1;
	s->process = p;
	s->gpu = gpu;
	s->pages = softgpu_space_new();
	s->ranges = g_sequence_new(range_free);
	s->fences = g_tree_new_full(fence_compare, NULL, g_free, NULL);
	s->next_fence = FENCE_START;
	p->spaces = g_list_prepend(p->spaces, s);
	return s;
}

struct softgpu_space *space_pages(struct gpupv_space *s)
{
	return s->pages;
}

void space_hold(struct gpupv_space *s)
{
	s->refs++;
}

void space_put(struct gpupv_space *s)
{
	if (--s->refs)
		return;
	softgpu_space_free(s->pages);
	g_sequence_free(s->ranges);
	g_tree_destroy(s->fences);
	g_free(s);
}

/* The process or the GPU ends: nothing is mapped any more, for jobs neither. */
void space_end(struct gpupv_space *s)
{
	s->process->spaces = g_list_remove(s->process->spaces, s);
	s->process = NULL;
	s->gpu = NULL;
	while (!g_sequence_is_empty(s->ranges))
		space_release(s, g_sequence_get(g_sequence_get_begin_iter(s->ranges)));
	softgpu_unmap(s->pages, FENCE_START, (FENCE_END - FENCE_START) / PAGE);
	space_put(s);
}

void space_free_all(struct gpupv_process *p)
{
	while (p->spaces)
		space_end(p->spaces->data);
}
