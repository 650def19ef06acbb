// SPDX-License-Identifier: GPL-2.0
/*
 * What backs allocations: pages of the host, which count against the GPU's
 * pool, or pages of guest RAM, which the guest lends. Host pages are one
 * anonymous mapping, so they are zero until written; while a guest CPU has
 * them locked they lie in the IO space.
 *
 * A move between the two holds the nodes off every address space that maps the
 * memory, so that nothing written by a job is lost between copy and mapping.
 */
#include <string.h>
#include <sys/mman.h>

#include "memory.h"

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

struct gpupv_memory *memory_new(struct gpupv_gpu *gpu, uint64_t pages, enum gpu_segment segment,
				bool guest, uint32_t *status)
{
	struct gpupv_memory *mem;

	*status = guest ? STATUS_NO_MEMORY : STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	if (pages > (guest ? gpu->g->host->mem.size : commit_limit(gpu)) / WIRE_PAGE)
		return NULL;
	if (!guest && pages * WIRE_PAGE > commit_limit(gpu) - gpu->pool.committed)
		return NULL;
	*status = STATUS_NO_MEMORY;
	mem = g_new0(struct gpupv_memory, 1);
	mem->gpu = gpu;
	mem->refs = 1;
	mem->segment = segment;
	mem->guest = guest;
	mem->pages = pages;
	mem->page = g_new0(uint8_t *, pages);
	if (guest)
		return mem;
	mem->block = block_map(memory_bytes(mem));
	if (!mem->block) {
		g_free(mem->page);
		g_free(mem);
		return NULL;
	}
	point_pages(mem, mem->block);
	mem->told = pages;
	gpu->pool.committed += memory_bytes(mem);
	return mem;
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
	if (mem->offer_link)
		g_queue_delete_link(&pool->offered, mem->offer_link);
	if (mem->io_gpa)
		iospace_free(mem->gpu->g, mem->io_gpa, mem->pages);
	if (mem->block)
		munmap(mem->block, memory_bytes(mem));
	if (!mem->guest && !mem->discarded)
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

void memory_set_segment(struct gpupv_memory *mem, enum gpu_segment segment)
{
	struct gpu_pool *pool = &mem->gpu->pool;

	if (mem->residents) {
		pool->resident[mem->segment] -= memory_bytes(mem);
		pool->resident[segment] += memory_bytes(mem);
	}
	mem->segment = segment;
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
