// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of the IO space: the region of guest-physical addresses through which
 * guest CPUs see memory of the host. A byte per page says whether it is used.
 * Looking for room starts where the last search ended, so that a page just
 * freed is not given out at once and a stale access is seen.
 */
#include <string.h>

#include "objects.h"
#include "wire_memory.h"

static uint32_t io_pages(const struct gpupv *g)
{
	return g->io_length / WIRE_PAGE;
}

/* @pages free pages in [@from, @to); @to: none. */
static uint32_t find_room(const struct gpupv *g, uint32_t from, uint32_t to, uint32_t pages)
{
	uint32_t run = 0;

	for (uint32_t i = from; i < to; i++) {
		run = g->io_used[i] ? 0 : run + 1;
		if (run == pages)
			return i + 1 - pages;
	}
	return to;
}

bool iospace_alloc(struct gpupv *g, uint32_t pages, uint64_t *gpa)
{
	uint32_t total = io_pages(g), at;

	if (!g->io_used && total) {
		g->io_used = g_malloc0(total);
		g->io_free = total;
		g->io_next = 0;
	}
	if (!pages || pages > g->io_free)
		return false;
	at = find_room(g, g->io_next, total, pages);
	if (at == total)
		at = find_room(g, 0, total, pages);
	if (at == total)
		return false;
	memset(g->io_used + at, 1, pages);
	g->io_free -= pages;
	g->io_next = at + pages;
	*gpa = g->io_start + (uint64_t)at * WIRE_PAGE;
	memset(iospace_at(g, *gpa), 0, (size_t)pages * WIRE_PAGE);
	return true;
}

void iospace_free(struct gpupv *g, uint64_t gpa, uint32_t pages)
{
	/* After iospace_reset() there is nothing to give back. */
	if (!g->io_used)
		return;
	memset(g->io_used + (gpa - g->io_start) / WIRE_PAGE, 0, pages);
	g->io_free += pages;
}

uint8_t *iospace_at(struct gpupv *g, uint64_t gpa)
{
	return gmem_at(&g->host->mem, gpa, WIRE_PAGE);
}

bool iospace_has(const struct gpupv *g, uint64_t gpa)
{
	return gpa >= g->io_start && gpa - g->io_start < g->io_length;
}

uint32_t iospace_used(const struct gpupv *g)
{
	return g->io_used ? io_pages(g) - g->io_free : 0;
}

void iospace_reset(struct gpupv *g)
{
	g_free(g->io_used);
	g->io_used = NULL;
	g->io_free = 0;
	g->io_start = 0;
	g->io_length = 0;
}
