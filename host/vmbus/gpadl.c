// SPDX-License-Identifier: GPL-2.0
/*
 * GPADLs: lists of guest pages under a handle that the guest chose.
 *
 * One range of any size; a header message announces it, body messages bring
 * the page numbers that did not fit. Each page must be guest RAM. What is
 * wrong is answered by a status, after the last page number came where that
 * can be told, so that the guest's other messages still make sense.
 */
#include <string.h>

#include "internal.h"

/* Memory that a guest can make the host hold: 16 Mi pages announced, 65536 handles. */
#define GPADL_MAX_PAGES		(16ull << 20)
#define GPADL_MAX_COUNT		65536

static void gpadl_answer(struct vmbus *v, uint32_t relid, uint32_t id, uint32_t status)
{
	struct msg_gpadl_created m = {
		.header.type = MSG_GPADL_CREATED,
		.relid = relid,
		.gpadl = id,
		.status = status,
	};

	server_post(v, &m, sizeof(m));
}

void gpadl_free(gpointer g)
{
	g_free(g);
}

static void gpadl_remove(struct vmbus *v, struct gpadl *g)
{
	v->gpadl_pages -= g->pages;
	g_hash_table_remove(v->gpadls, GUINT_TO_POINTER(g->id));
}

/* Add page numbers of a message. More than announced marks the GPADL bad. */
static void gpadl_add(struct vmbus *v, struct gpadl *g, const uint8_t *pfns, size_t bytes)
{
	size_t count = bytes / 8;

	if (bytes % 8)
		g->bad = "a message with a part of a page number";
	if (count > g->pages - g->have) {
		g->bad = "more page numbers than announced";
		count = g->pages - g->have;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t pfn;

		memcpy(&pfn, pfns + i * 8, 8);
		if (pfn > UINT64_MAX >> GMEM_PAGE_SHIFT ||
		    !gmem_at(&v->host->mem, pfn << GMEM_PAGE_SHIFT, GMEM_PAGE_SIZE))
			g->bad = "a page that is not RAM";
		g->pfn[g->have++] = pfn;
	}
}

/* Answer when all page numbers are there. Frees a bad one. */
static void gpadl_check_complete(struct vmbus *v, struct gpadl *g)
{
	if (g->have < g->pages)
		return;
	if (g->bad) {
		channel_refuse(g->ch, "GPADL %#x: %s", g->id, g->bad);
		gpadl_answer(v, g->ch->relid, g->id, STATUS_INVALID_PARAMETER);
		gpadl_remove(v, g);
		return;
	}
	log_debug(AREA, "%s: GPADL %#x of %u pages", g->ch->offer.name, g->id, g->pages);
	gpadl_answer(v, g->ch->relid, g->id, STATUS_OK);
}

/* The number of pages that a header announces; 0 and *why when it is not acceptable. */
static uint64_t gpadl_announced(struct vmbus *v, const struct msg_gpadl_header *m,
				const char **why)
{
	uint64_t pages = ((uint64_t)m->byte_offset + m->byte_count + GMEM_PAGE_SIZE - 1) /
			 GMEM_PAGE_SIZE;

	*why = NULL;
	if (m->ranges != 1)
		*why = "not exactly one range";
	else if (!m->byte_count)
		*why = "empty range";
	else if (m->byte_offset >= GMEM_PAGE_SIZE)
		*why = "offset beyond the first page";
	else if (m->range_bytes != (uint16_t)(8 + pages * 8))
		*why = "size of the page list does not fit the range";
	else if (g_hash_table_contains(v->gpadls, GUINT_TO_POINTER(m->gpadl)))
		*why = "handle in use";
	else if (pages > GPADL_MAX_PAGES - v->gpadl_pages ||
		 g_hash_table_size(v->gpadls) >= GPADL_MAX_COUNT)
		*why = "too many pages in GPADLs";
	return *why ? 0 : pages;
}

void gpadl_handle_header(struct vmbus *v, const void *message, size_t len)
{
	struct msg_gpadl_header m;
	struct vmbus_channel *ch;
	struct gpadl *g;
	const char *why;
	uint64_t pages;

	memcpy(&m, message, sizeof(m));
	ch = server_channel(v, m.relid, "GPADL");
	if (!ch) {
		gpadl_answer(v, m.relid, m.gpadl, STATUS_INVALID_PARAMETER);
		return;
	}
	pages = gpadl_announced(v, &m, &why);
	if (!pages) {
		channel_refuse(ch, "GPADL %#x: %s (ranges %u, offset %#x, bytes %#x, list %u)",
			       m.gpadl, why, m.ranges, m.byte_offset, m.byte_count,
			       m.range_bytes);
		gpadl_answer(v, m.relid, m.gpadl, STATUS_INVALID_PARAMETER);
		return;
	}
	g = g_malloc(sizeof(*g) + pages * sizeof(g->pfn[0]));
	memset(g, 0, sizeof(*g));
	g->ch = ch;
	g->id = m.gpadl;
	g->pages = pages;
	g->offset = m.byte_offset;
	v->gpadl_pages += pages;
	g_hash_table_insert(v->gpadls, GUINT_TO_POINTER(g->id), g);
	gpadl_add(v, g, (const uint8_t *)message + MSG_GPADL_HEADER_PFNS,
		  len - MSG_GPADL_HEADER_PFNS);
	gpadl_check_complete(v, g);
}

void gpadl_handle_body(struct vmbus *v, const void *message, size_t len)
{
	struct msg_gpadl_body m;
	struct gpadl *g;

	memcpy(&m, message, sizeof(m));
	g = g_hash_table_lookup(v->gpadls, GUINT_TO_POINTER(m.gpadl));
	if (!g) {
		log_violation(AREA, "page numbers for GPADL %#x, which does not exist", m.gpadl);
		return;
	}
	if (g->have == g->pages) {
		channel_refuse(g->ch, "page numbers for GPADL %#x, which is complete", g->id);
		return;
	}
	if (len == MSG_GPADL_BODY_PFNS)
		g->bad = "a message without page numbers";
	gpadl_add(v, g, (const uint8_t *)message + MSG_GPADL_BODY_PFNS,
		  len - MSG_GPADL_BODY_PFNS);
	gpadl_check_complete(v, g);
}

static void gpadl_torndown(struct vmbus *v, uint32_t id)
{
	struct msg_gpadl_torndown m = { .header.type = MSG_GPADL_TORNDOWN, .gpadl = id };

	server_post(v, &m, sizeof(m));
}

void gpadl_handle_teardown(struct vmbus *v, const void *message, size_t len)
{
	struct msg_gpadl_teardown m;
	struct gpadl *g;

	(void)len;
	memcpy(&m, message, sizeof(m));
	g = g_hash_table_lookup(v->gpadls, GUINT_TO_POINTER(m.gpadl));
	if (!g) {
		/* The answer has no status, and the guest would wait for it for ever. */
		log_violation(AREA, "teardown of GPADL %#x, which does not exist", m.gpadl);
		gpadl_torndown(v, m.gpadl);
		return;
	}
	if (g->ch->relid != m.relid) {
		channel_refuse(g->ch, "teardown of GPADL %#x by relid %u, which does not own it",
			       g->id, m.relid);
		return;
	}
	if (g->torn) {
		channel_refuse(g->ch, "teardown of GPADL %#x twice", g->id);
		return;
	}
	if (g->in_use || g->holds) {
		/* The host writes to these pages: it must not say that the guest can have them. */
		channel_refuse(g->ch, "teardown of GPADL %#x, which %s", g->id,
			       g->in_use ? "holds open rings" : "a service holds");
		g->torn = true;
		return;
	}
	gpadl_remove(v, g);
	gpadl_torndown(v, m.gpadl);
}

struct gpadl *gpadl_find(struct vmbus_channel *ch, uint32_t id)
{
	struct gpadl *g = g_hash_table_lookup(ch->bus->gpadls, GUINT_TO_POINTER(id));

	return g && g->ch == ch && g->have == g->pages && !g->torn ? g : NULL;
}

/* Answer a teardown that came too early, when nothing is in its way any more. */
static void gpadl_check_torn(struct gpadl *g)
{
	struct vmbus *v = g->ch->bus;
	uint32_t id = g->id;

	if (!g->torn || g->in_use || g->holds)
		return;
	gpadl_remove(v, g);
	gpadl_torndown(v, id);
}

void gpadl_unuse(struct gpadl *g)
{
	g->in_use = false;
	gpadl_check_torn(g);
}

bool vmbus_gpadl_hold(struct vmbus_channel *ch, uint32_t gpadl)
{
	struct gpadl *g = gpadl_find(ch, gpadl);

	if (g)
		g->holds++;
	return g;
}

void vmbus_gpadl_release(struct vmbus_channel *ch, uint32_t gpadl)
{
	struct gpadl *g = g_hash_table_lookup(ch->bus->gpadls, GUINT_TO_POINTER(gpadl));

	if (!g || g->ch != ch || !g->holds)
		return;
	g->holds--;
	gpadl_check_torn(g);
}

static gboolean gpadl_is_of(gpointer key, gpointer value, gpointer arg)
{
	const struct gpadl *g = value;

	(void)key;
	if (arg && g->ch != arg)
		return FALSE;
	g->ch->bus->gpadl_pages -= g->pages;
	return TRUE;
}

void gpadl_forget(struct vmbus *v, const struct vmbus_channel *ch)
{
	g_hash_table_foreach_remove(v->gpadls, gpadl_is_of, (gpointer)ch);
}

const uint64_t *vmbus_gpadl_pages(struct vmbus_channel *ch, uint32_t gpadl, uint32_t *pages)
{
	struct gpadl *g = gpadl_find(ch, gpadl);

	if (!g)
		return NULL;
	*pages = g->pages;
	return g->pfn;
}
