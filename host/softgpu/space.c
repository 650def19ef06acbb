// SPDX-License-Identifier: GPL-2.0
/*
 * Address spaces: page tables of four levels with 512 entries each, as x86 has
 * them. A table that holds nothing is freed. A range of null pages is one entry
 * at the highest level that it fills.
 *
 * space->lock prefers writers, so that a change waits for the pieces that are at
 * work and for none that come after. A thread holds it once at a time.
 */
#include <string.h>

#include "internal.h"

#define PAGE_SHIFT	12
#define LEVEL_BITS	9
#define ENTRIES		(1u << LEVEL_BITS)
#define LEVELS		4u		/* 3: the root; 0: leaves */

#define PAGE_NULL	(1u << 7)	/* in gpu_leaf.access: no memory behind it */

struct gpu_table {
	unsigned int used;		/* entries that are not NULL */
	void *entry[ENTRIES];		/* of the next level; null_entry; NULL: nothing */
};

struct gpu_leaf {
	unsigned int used;		/* pages with any access */
	uint8_t access[ENTRIES];
	uint8_t *page[ENTRIES];
};

/* The entry of a table whose whole range is null pages. */
static char null_entry;

/* The leaf that stands for it where one is asked for. */
static const struct gpu_leaf null_leaf = {
	.used = ENTRIES,
	.access = { [0 ... ENTRIES - 1] = PAGE_NULL | SOFTGPU_READ | SOFTGPU_WRITE },
};

/* What a range of pages becomes. */
struct change {
	uint64_t first, end;		/* page numbers */
	uint8_t access;			/* 0: unmapped */
	uint8_t *const *page;		/* of first and on; NULL: none */
};

static uint64_t entry_pages(unsigned int level)
{
	return 1ull << LEVEL_BITS * level;
}

struct softgpu_space *softgpu_space_new(void)
{
	struct softgpu_space *s = g_new0(struct softgpu_space, 1);
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&s->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	s->root = g_new0(struct gpu_table, 1);
	return s;
}

static void free_entry(void *entry, unsigned int level)
{
	struct gpu_table *t = entry;

	if (!entry || entry == &null_entry)
		return;
	for (unsigned int i = 0; level && i < ENTRIES; i++)
		free_entry(t->entry[i], level - 1);
	g_free(entry);
}

void softgpu_space_free(struct softgpu_space *s)
{
	if (!s)
		return;
	free_entry(s->root, LEVELS - 1);
	pthread_rwlock_destroy(&s->lock);
	g_free(s);
}

/* ---- changes, with the lock held for writing ---- */

static void *new_leaf(bool null)
{
	struct gpu_leaf *l = g_new0(struct gpu_leaf, 1);

	if (null) {
		memset(l->access, PAGE_NULL | SOFTGPU_READ | SOFTGPU_WRITE, ENTRIES);
		l->used = ENTRIES;
	}
	return l;
}

static void *new_table(bool null)
{
	struct gpu_table *t = g_new0(struct gpu_table, 1);

	if (null) {
		for (unsigned int i = 0; i < ENTRIES; i++)
			t->entry[i] = &null_entry;
		t->used = ENTRIES;
	}
	return t;
}

static void change_leaf(struct gpu_leaf *l, uint64_t base, const struct change *c)
{
	uint64_t from = MAX(c->first, base), to = MIN(c->end, base + ENTRIES);

	for (uint64_t n = from; n < to; n++) {
		unsigned int i = n - base;

		l->used += !!c->access - !!l->access[i];
		l->access[i] = c->access;
		l->page[i] = c->page ? c->page[n - c->first] : NULL;
	}
}

static bool is_empty(const void *entry, unsigned int level)
{
	if (!level)
		return !((const struct gpu_leaf *)entry)->used;
	return !((const struct gpu_table *)entry)->used;
}

/* @t is of @level, above the leaves, and begins at page @base. */
static void change_table(struct gpu_table *t, unsigned int level, uint64_t base,
			 const struct change *c)
{
	uint64_t size = entry_pages(level);
	uint64_t from = MAX(c->first, base), to = MIN(c->end, base + size * ENTRIES);

	for (uint64_t n = from; n < to; n = (n / size + 1) * size) {
		uint64_t start = n / size * size;
		void **e = &t->entry[(n - base) / size], *old = *e;

		if (!c->page && c->first <= start && c->end >= start + size) {
			free_entry(old, level - 1);
			*e = c->access ? &null_entry : NULL;
		} else if (old || c->access) {
			if (!old || old == &null_entry)
				*e = level == 1 ? new_leaf(old) : new_table(old);
			if (level == 1)
				change_leaf(*e, start, c);
			else
				change_table(*e, level - 1, start, c);
			if (is_empty(*e, level - 1)) {
				g_free(*e);
				*e = NULL;
			}
		}
		t->used += !!*e - !!old;
	}
}

static bool change(struct softgpu_space *s, uint64_t va, uint64_t pages, uint8_t *const *page,
		   uint8_t access)
{
	struct change c = { va >> PAGE_SHIFT, (va >> PAGE_SHIFT) + pages, access, page };
	bool mine;

	if (va % SOFTGPU_PAGE_SIZE || va > GPU_VA_END || pages > (GPU_VA_END - va) >> PAGE_SHIFT)
		return false;
	/* Another thread may hold the space now, but never this one's name. */
	mine = pthread_equal(__atomic_load_n(&s->holder, __ATOMIC_RELAXED), pthread_self());
	if (!mine)
		pthread_rwlock_wrlock(&s->lock);
	change_table(s->root, LEVELS - 1, 0, &c);
	if (!mine)
		pthread_rwlock_unlock(&s->lock);
	return true;
}

void softgpu_space_lock(struct softgpu_space *s)
{
	pthread_rwlock_wrlock(&s->lock);
	__atomic_store_n(&s->holder, pthread_self(), __ATOMIC_RELAXED);
}

void softgpu_space_unlock(struct softgpu_space *s)
{
	__atomic_store_n(&s->holder, 0, __ATOMIC_RELAXED);
	pthread_rwlock_unlock(&s->lock);
}

bool softgpu_map(struct softgpu_space *s, uint64_t va, uint64_t pages, uint8_t *const *page,
		 unsigned int access)
{
	if (!gpu_range_ok(va, 0) || pages > (GPU_VA_END - va) >> PAGE_SHIFT)
		return false;
	for (uint64_t i = 0; i < pages; i++) {
		if ((uintptr_t)page[i] % 8)
			return false;
	}
	/* A mapping without any access is none. */
	access &= SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE;
	return change(s, va, pages, access ? page : NULL, access);
}

bool softgpu_map_zero(struct softgpu_space *s, uint64_t va, uint64_t pages)
{
	return change(s, va, pages, NULL, PAGE_NULL | SOFTGPU_READ | SOFTGPU_WRITE);
}

bool softgpu_unmap(struct softgpu_space *s, uint64_t va, uint64_t pages)
{
	return change(s, va, pages, NULL, 0);
}

/* ---- accesses, with the lock held for reading ---- */

void gpu_access_begin(struct gpu_access *a, struct softgpu_space *s)
{
	pthread_rwlock_rdlock(&s->lock);
	a->space = s;
	a->leaf_base = UINT64_MAX;
}

void gpu_access_end(struct gpu_access *a)
{
	pthread_rwlock_unlock(&a->space->lock);
}

/* The leaf of page @n; NULL: nothing there is mapped. */
static const struct gpu_leaf *find_leaf(struct gpu_access *a, uint64_t n)
{
	uint64_t base = n / ENTRIES * ENTRIES;
	const struct gpu_table *t = a->space->root;
	const void *e;

	if (a->leaf_base == base)
		return a->leaf;
	for (unsigned int level = LEVELS - 1;; level--) {
		e = t->entry[n >> LEVEL_BITS * level & (ENTRIES - 1)];
		if (!e || e == &null_entry || level == 1)
			break;
		t = e;
	}
	a->leaf = e == &null_entry ? &null_leaf : e;
	a->leaf_base = base;
	return a->leaf;
}

static bool fault(struct gpu_access *a, uint64_t va, unsigned int need)
{
	a->fault_va = va;
	a->fault_write = need & SOFTGPU_WRITE;
	return false;
}

/* The byte at @va, NULL for a null page. False: no access. */
static bool translate(struct gpu_access *a, uint64_t va, unsigned int need, uint8_t **p)
{
	uint64_t n = va >> PAGE_SHIFT;
	const struct gpu_leaf *l = find_leaf(a, n);
	unsigned int i = n % ENTRIES;

	if (!l || (l->access[i] & need) != need)
		return false;
	*p = l->access[i] & PAGE_NULL ? NULL : l->page[i] + va % SOFTGPU_PAGE_SIZE;
	return true;
}

size_t gpu_run_at(struct gpu_access *a, uint64_t va, size_t len, unsigned int need, uint8_t **p)
{
	size_t n = SOFTGPU_PAGE_SIZE - va % SOFTGPU_PAGE_SIZE;
	uint8_t *next;

	if (!translate(a, va, need, p)) {
		fault(a, va, need);
		return 0;
	}
	while (n < len && translate(a, va + n, need, &next) && next == (*p ? *p + n : NULL))
		n += SOFTGPU_PAGE_SIZE;
	n = MIN(n, len);
	*(need & SOFTGPU_WRITE ? &a->bytes_written : &a->bytes_read) += n;
	return n;
}

bool gpu_read(struct gpu_access *a, uint64_t va, void *out, size_t len, unsigned int need)
{
	uint8_t *to = out, *p;
	size_t n;

	for (; len; va += n, to += n, len -= n) {
		n = gpu_run_at(a, va, len, need, &p);
		if (!n)
			return false;
		if (p)
			memcpy(to, p, n);
		else
			memset(to, 0, n);
	}
	return true;
}

bool gpu_write(struct gpu_access *a, uint64_t va, const void *in, size_t len)
{
	const uint8_t *from = in;
	uint8_t *p;
	size_t n;

	for (; len; va += n, from += n, len -= n) {
		n = gpu_run_at(a, va, len, SOFTGPU_WRITE, &p);
		if (!n)
			return false;
		if (p)
			memcpy(p, from, n);
	}
	return true;
}

const void *gpu_view(struct gpu_access *a, uint64_t va, size_t len, void *bounce)
{
	uint8_t *p;
	size_t n = gpu_run_at(a, va, len, SOFTGPU_READ, &p);

	if (!n)
		return NULL;
	if (n == len && p)
		return p;
	if (p)
		memcpy(bounce, p, n);
	else
		memset(bounce, 0, n);
	return gpu_read(a, va + n, (uint8_t *)bounce + n, len - n, SOFTGPU_READ) ? bounce : NULL;
}

void *gpu_target(struct gpu_access *a, uint64_t va, size_t len, void *bounce)
{
	uint8_t *p, *first = NULL;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		n = gpu_run_at(a, va + at, len - at, SOFTGPU_WRITE, &p);
		if (!n)
			return NULL;
		if (!at)
			first = n == len ? p : NULL;
	}
	return first ? first : bounce;
}

void gpu_target_done(struct gpu_access *a, uint64_t va, size_t len, const void *target,
		     const void *bounce)
{
	uint64_t written = a->bytes_written;

	if (target != bounce)
		return;
	gpu_write(a, va, bounce, len);
	a->bytes_written = written;	/* gpu_target() has counted it */
}

bool gpu_load64(struct gpu_access *a, uint64_t va, uint64_t *value)
{
	uint8_t *p;

	if (!gpu_run_at(a, va, sizeof(*value), SOFTGPU_READ, &p))
		return false;
	*value = p ? __atomic_load_n((uint64_t *)p, __ATOMIC_ACQUIRE) : 0;
	return true;
}

bool gpu_store64(struct gpu_access *a, uint64_t va, uint64_t value)
{
	uint8_t *p;

	if (!gpu_run_at(a, va, sizeof(value), SOFTGPU_WRITE, &p))
		return false;
	if (p)
		__atomic_store_n((uint64_t *)p, value, __ATOMIC_RELEASE);
	return true;
}

/* ---- for the GPU's owner ---- */

bool softgpu_space_read(struct softgpu_space *s, uint64_t va, void *out, uint64_t len)
{
	struct gpu_access a = { 0 };
	uint8_t *to = out;
	bool ok = gpu_range_ok(va, len);

	for (uint64_t n; ok && len; va += n, to += n, len -= n) {
		n = MIN(len, GPU_PIECE);
		gpu_access_begin(&a, s);
		ok = gpu_read(&a, va, to, n, SOFTGPU_READ);
		gpu_access_end(&a);
	}
	return ok;
}

bool softgpu_space_write(struct softgpu_space *s, uint64_t va, const void *in, uint64_t len)
{
	struct gpu_access a = { 0 };
	const uint8_t *from = in;
	bool ok = gpu_range_ok(va, len);

	for (uint64_t n; ok && len; va += n, from += n, len -= n) {
		n = MIN(len, GPU_PIECE);
		gpu_access_begin(&a, s);
		ok = gpu_write(&a, va, from, n);
		gpu_access_end(&a);
	}
	return ok;
}
