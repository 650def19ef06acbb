// SPDX-License-Identifier: GPL-2.0
/*
 * What backs allocations: pages of the host, which count against the GPU's
 * pool, or pages of guest RAM, which the guest lends. Host pages are one
 * anonymous mapping, so they are zero until written; while a guest CPU has
 * them locked they lie in the IO space.
 *
 * Offered memory stays where it is until somebody needs the room: what is
 * resident goes for others that become so, its commitment for new allocations.
 *
 * A move between host pages and IO space holds the nodes off every address space that maps the
 * memory, so that nothing written by a job is lost between copy and mapping.
 */
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

/* What is in memory that was not zeroed. */
#define SOIL	0xd9

uint64_t memory_bytes(const struct gpupv_memory *mem)
{
	return mem->pages * WIRE_PAGE;
}

/* All that host memory may be: the GPU's own, and system memory that it may use. */
static uint64_t commit_limit(const struct gpupv_gpu *gpu)
{
	return gpu->cfg.video_memory + gpu->cfg.shared_memory;
}

static uint8_t *block_map(uint64_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void point_pages(struct gpupv_memory *mem, uint8_t *at)
{
	for (uint64_t i = 0; i < mem->pages; i++)
		mem->page[i] = at + i * WIRE_PAGE;
}

/* ---- the pool ---- */

/* Throw the contents of offered memory away; and its commitment, when it may. */
static void memory_discard(struct gpupv_memory *mem)
{
	struct gpu_pool *pool = &mem->gpu->pool;

	memory_withdraw(mem);
	mem->discarded = true;
	madvise(mem->block, memory_bytes(mem), MADV_DONTNEED);
	memory_charge(mem);
	if (mem->decommit) {
		pool->committed -= memory_bytes(mem);
		mem->committed = false;
	}
	pool->discarded += memory_bytes(mem);
	log_debug(AREA, "%s: %llu pages of offered memory discarded", mem->gpu->cfg.name,
		  (unsigned long long)mem->pages);
}

/* What memory gives back to which account when it is discarded. */
static uint64_t gain(const struct gpupv_memory *mem, bool commitment, enum gpu_segment segment)
{
	if (commitment)
		return mem->decommit ? memory_bytes(mem) : 0;
	return mem->charged && mem->segment == segment ? memory_bytes(mem) : 0;
}

static void pool_discard(struct gpupv_gpu *gpu, bool commitment, enum gpu_segment segment,
			 uint64_t need)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(gpu->pool.offered); i++) {
		GList *next;

		for (GList *l = gpu->pool.offered[i].head; need && l; l = next) {
			uint64_t bytes = gain(l->data, commitment, segment);

			next = l->next;
			if (bytes)
				memory_discard(l->data);
			need -= MIN(need, bytes);
		}
	}
}

void pool_discard_resident(struct gpupv_gpu *gpu, enum gpu_segment segment, uint64_t need)
{
	pool_discard(gpu, false, segment, need);
}

/* Commit more, for which offered memory may have to go. */
static bool pool_commit(struct gpupv_gpu *gpu, uint64_t bytes)
{
	uint64_t limit = commit_limit(gpu);

	if (bytes > limit)
		return false;
	if (gpu->pool.committed > limit - bytes)
		pool_discard(gpu, true, 0, gpu->pool.committed - (limit - bytes));
	if (gpu->pool.committed > limit - bytes)
		return false;
	gpu->pool.committed += bytes;
	return true;
}

bool memory_commit(struct gpupv_memory *mem)
{
	if (!mem->committed)
		mem->committed = pool_commit(mem->gpu, memory_bytes(mem));
	return mem->committed;
}

void memory_charge(struct gpupv_memory *mem)
{
	uint64_t bytes = memory_bytes(mem), *account = &mem->gpu->pool.resident[mem->segment];
	bool want = mem->residents && !mem->discarded;

	if (want != mem->charged)
		*account += want ? bytes : -bytes;
	mem->charged = want;
	for (GList *l = mem->allocations; l; l = l->next) {
		struct gpupv_allocation *a = l->data;

		want = a->resident && !mem->discarded;
		account = &a->device->space->resident[mem->segment];
		if (want != a->charged)
			*account += want ? bytes : -bytes;
		a->charged = want;
	}
}

void memory_set_segment(struct gpupv_memory *mem, enum gpu_segment segment)
{
	bool discarded = mem->discarded;

	/* As if it went from the one, and came to the other. */
	mem->discarded = true;
	memory_charge(mem);
	mem->discarded = discarded;
	mem->segment = segment;
	memory_charge(mem);
}

void memory_offer(struct gpupv_memory *mem, uint32_t queue, bool decommit)
{
	mem->offered = true;
	mem->offer_queue = queue;
	mem->decommit = decommit;
	memory_offer_again(mem);
	memory_update(mem);
}

void memory_withdraw(struct gpupv_memory *mem)
{
	if (mem->offer_link)
		g_queue_delete_link(&mem->gpu->pool.offered[mem->offer_queue], mem->offer_link);
	mem->offer_link = NULL;
}

void memory_offer_again(struct gpupv_memory *mem)
{
	GQueue *queue = &mem->gpu->pool.offered[mem->offer_queue];

	/* There is nothing more to gain from what was discarded. */
	if (mem->discarded)
		return;
	g_queue_push_tail(queue, mem);
	mem->offer_link = queue->tail;
}

void memory_reclaim(struct gpupv_memory *mem)
{
	memory_withdraw(mem);
	mem->offered = false;
	mem->discarded = false;
	memory_charge(mem);
}

/* ---- memory ---- */

struct gpupv_memory *memory_new(struct gpupv_gpu *gpu, uint64_t pages, enum gpu_segment segment,
				bool guest, uint32_t *status)
{
	struct gpupv_memory *mem;

	*status = guest ? STATUS_NO_MEMORY : STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	if (pages > (guest ? gpu->g->host->mem.size : commit_limit(gpu)) / WIRE_PAGE)
		return NULL;
	if (!guest && !pool_commit(gpu, pages * WIRE_PAGE))
		return NULL;
	mem = g_new0(struct gpupv_memory, 1);
	mem->gpu = gpu;
	mem->refs = 1;
	mem->segment = segment;
	mem->guest = guest;
	mem->pages = pages;
	mem->page = g_new0(uint8_t *, pages);
	if (guest)
		return mem;
	mem->committed = true;
	mem->told = pages;
	mem->block = block_map(memory_bytes(mem));
	if (!mem->block) {
		*status = STATUS_NO_MEMORY;
		memory_put(mem);
		return NULL;
	}
	point_pages(mem, mem->block);
	return mem;
}

void memory_soil(struct gpupv_memory *mem)
{
	memset(mem->block, SOIL, memory_bytes(mem));
}

void memory_ref(struct gpupv_memory *mem)
{
	mem->refs++;
}

void memory_put(struct gpupv_memory *mem)
{
	struct gpu_pool *pool = &mem->gpu->pool;

	if (--mem->refs)
		return;
	memory_withdraw(mem);
	if (mem->by_gpadl && mem->gpu->g->global.ch)
		vmbus_gpadl_release(mem->gpu->g->global.ch, mem->gpadl);
	if (mem->io_gpa)
		iospace_free(mem->gpu->g, mem->io_gpa, mem->pages);
	if (mem->block)
		munmap(mem->block, memory_bytes(mem));
	if (mem->committed)
		pool->committed -= memory_bytes(mem);
	g_free(mem->page);
	g_free(mem);
}

void memory_update(struct gpupv_memory *mem)
{
	bool usable = memory_complete(mem) && !mem->offered && !mem->discarded;

	for (GList *l = mem->allocations; l; l = l->next) {
		struct gpupv_allocation *a = l->data;
		bool present = usable && a->resident;

		if (present == a->present)
			continue;
		a->present = present;
		for (struct gpupv_mapping *map = a->mappings; map; map = map->next)
			mapping_show(map);
	}
}

/* ---- moves ---- */

/* Every space that may map the memory, once. */
static GPtrArray *spaces_hold(const struct gpupv_memory *mem)
{
	GPtrArray *spaces = g_ptr_array_new();

	for (GList *l = mem->allocations; l; l = l->next) {
		const struct gpupv_allocation *a = l->data;
		struct gpupv_space *s = a->device->space;

		if (a->mappings && !g_ptr_array_find(spaces, s, NULL))
			g_ptr_array_add(spaces, s);
	}
	for (guint i = 0; i < spaces->len; i++)
		softgpu_space_lock(space_pages(spaces->pdata[i]));
	return spaces;
}

static void spaces_release(GPtrArray *spaces)
{
	for (guint i = 0; i < spaces->len; i++)
		softgpu_space_unlock(space_pages(spaces->pdata[i]));
	g_ptr_array_free(spaces, TRUE);
}

static void move_pages(struct gpupv_memory *mem, uint8_t *to)
{
	GPtrArray *spaces = spaces_hold(mem);

	memcpy(to, mem->page[0], memory_bytes(mem));
	point_pages(mem, to);
	for (GList *l = mem->allocations; l; l = l->next) {
		const struct gpupv_allocation *a = l->data;

		for (struct gpupv_mapping *map = a->mappings; map; map = map->next)
			mapping_show(map);
	}
	spaces_release(spaces);
}

bool memory_lock(struct gpupv_memory *mem)
{
	struct gpupv *g = mem->gpu->g;

	if (mem->locks++)
		return true;
	if (mem->pages > UINT32_MAX || !iospace_alloc(g, mem->pages, &mem->io_gpa)) {
		mem->locks = 0;
		mem->io_gpa = 0;
		return false;
	}
	move_pages(mem, iospace_at(g, mem->io_gpa));
	munmap(mem->block, memory_bytes(mem));
	mem->block = NULL;
	return true;
}

/*
 * Back at once, so that a guest CPU that still looks at the old place does not
 * see what the memory becomes. Without memory for that it stays where it is.
 */
void memory_unlock(struct gpupv_memory *mem)
{
	struct gpupv *g = mem->gpu->g;
	uint8_t *block;

	if (--mem->locks)
		return;
	block = block_map(memory_bytes(mem));
	if (!block)
		return;
	move_pages(mem, block);
	mem->block = block;
	memset(iospace_at(g, mem->io_gpa), 0, memory_bytes(mem));
	iospace_free(g, mem->io_gpa, mem->pages);
	mem->io_gpa = 0;
}
