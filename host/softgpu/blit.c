// SPDX-License-Identifier: GPL-2.0
/* Rectangles of pictures: fill, convert, blend, scale. */
#include <string.h>

#include "surface.h"

/* ---- fill ---- */

bool gpu_check_fill_rect(struct gpu_run *r)
{
	const struct softgpu_cmd_fill_rect *c = &r->cmd.fill_rect;

	return !c->reserved && gpu_surface_ok(&c->dst) && gpu_rect_ok(&c->dst, &c->rect, true);
}

static bool produce_colour(struct gpu_run *r, struct gpu_access *a, uint32_t x, uint32_t y,
			   unsigned int n, uint32_t *argb)
{
	(void)a;
	(void)x;
	(void)y;
	px_fill(argb, r->cmd.fill_rect.argb, n);
	return true;
}

enum gpu_step gpu_step_fill_rect(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_paint(r, a, &r->cmd.fill_rect.dst, &r->cmd.fill_rect.rect, produce_colour);
}

/* ---- convert ---- */

/* The rectangle in the source that goes with one in the destination. */
static bool source_ok(const struct softgpu_surface *src, uint32_t x, uint32_t y,
		      const struct softgpu_rect *rect)
{
	struct softgpu_rect from = { x, y, rect->width, rect->height };

	return gpu_surface_ok(src) && gpu_rect_ok(src, &from, false);
}

bool gpu_check_convert(struct gpu_run *r)
{
	const struct softgpu_cmd_convert *c = &r->cmd.convert;

	return gpu_surface_ok(&c->dst) && gpu_rect_ok(&c->dst, &c->rect, true) &&
	       source_ok(&c->src, c->src_x, c->src_y, &c->rect);
}

static bool produce_converted(struct gpu_run *r, struct gpu_access *a, uint32_t x, uint32_t y,
			      unsigned int n, uint32_t *argb)
{
	const struct softgpu_cmd_convert *c = &r->cmd.convert;
	struct gpu_row row;

	if (!gpu_row_view(a, &c->src, c->src_x + x, c->src_y + y, n, &row))
		return false;
	px_decode(c->src.format, row.raw, row.uv, row.odd, argb, n);
	return true;
}

enum gpu_step gpu_step_convert(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_paint(r, a, &r->cmd.convert.dst, &r->cmd.convert.rect, produce_converted);
}

/* ---- blend ---- */

bool gpu_check_blend(struct gpu_run *r)
{
	const struct softgpu_cmd_blend *c = &r->cmd.blend;

	return c->alpha <= 255 && !c->reserved &&
	       gpu_surface_ok(&c->dst) && gpu_rect_ok(&c->dst, &c->rect, true) &&
	       source_ok(&c->src, c->src_x, c->src_y, &c->rect);
}

static bool produce_blended(struct gpu_run *r, struct gpu_access *a, uint32_t x, uint32_t y,
			    unsigned int n, uint32_t *argb)
{
	const struct softgpu_cmd_blend *c = &r->cmd.blend;
	struct gpu_row from, below;
	uint32_t converted[PX_ROW];
	const uint32_t *s;

	if (!gpu_row_view(a, &c->src, c->src_x + x, c->src_y + y, n, &from) ||
	    !gpu_row_view(a, &c->dst, c->rect.x + x, c->rect.y + y, n, &below))
		return false;
	s = gpu_row_argb(&c->src, &from, n, converted);
	/* In place: the alpha of XRGB8888 has no part in its colours. */
	if (below.raw != argb)
		px_decode(c->dst.format, below.raw, below.uv, below.odd, argb, n);
	if (c->hdr.flags & SOFTGPU_BLEND_STRAIGHT)
		px_blend_straight(argb, s, n, c->alpha);
	else
		px_blend(argb, s, n, c->alpha);
	return true;
}

enum gpu_step gpu_step_blend(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_paint(r, a, &r->cmd.blend.dst, &r->cmd.blend.rect, produce_blended);
}

/* ---- scale ---- */

bool gpu_check_scale(struct gpu_run *r)
{
	const struct softgpu_cmd_scale *c = &r->cmd.scale;

	return gpu_surface_ok(&c->dst) && gpu_rect_ok(&c->dst, &c->dst_rect, true) &&
	       gpu_surface_ok(&c->src) && gpu_rect_ok(&c->src, &c->src_rect, false);
}

/*
 * Where pixels of the destination look in the source: @p / @den, which grows by a
 * fraction from pixel to pixel, in 1/256 pixel and less 128 for the bilinear filter.
 */
struct sampler {
	bool bilinear;
	uint32_t last;			/* the last pixel of the source */
	uint32_t den;
	uint64_t p, rest;		/* the quotient for the next pixel, and what is left */
	uint64_t step, step_rest;
};

static struct sampler sampler(bool bilinear, uint32_t i, uint32_t from, uint32_t to)
{
	uint64_t unit = (uint64_t)from * (bilinear ? 256 : 1), den = 2ull * to;

	return (struct sampler){
		.bilinear = bilinear, .last = from - 1, .den = den,
		.p = (2ull * i + 1) * unit / den, .rest = (2ull * i + 1) * unit % den,
		.step = 2 * unit / den, .step_rest = 2 * unit % den,
	};
}

static uint32_t sample_at(const struct sampler *s)
{
	uint64_t p = s->p;

	if (!s->bilinear)
		return p;
	p = p < 128 ? 0 : p - 128;
	return MIN(p, s->last * 256ull);
}

static void sample_next(struct sampler *s)
{
	s->p += s->step;
	s->rest += s->step_rest;
	if (s->rest >= s->den) {
		s->rest -= s->den;
		s->p++;
	}
}

/* Two rows of the source, of pixels that lie side by side. */
struct source_rows {
	const uint32_t *row[2];
	struct gpu_row raw[2];
	uint32_t argb[2][PX_ROW];
};

/*
 * As many of @n pixels as have their sources within PX_ROW of each other; how
 * many, 0: a page fault. *@columns is where they look.
 */
static unsigned int load_sources(const struct softgpu_cmd_scale *c, struct gpu_access *a,
				 struct sampler *at, const uint32_t row[2], unsigned int n,
				 uint32_t *columns, struct source_rows *s)
{
	unsigned int shift = at->bilinear ? 8 : 0, done;
	uint32_t first = sample_at(at) >> shift, last = first;

	for (done = 0; done < n; done++) {
		uint32_t p = sample_at(at), end = MIN((p >> shift) + at->bilinear, at->last);

		if (end - first >= PX_ROW)
			break;
		last = end;
		columns[done] = p - (first << shift);
		sample_next(at);
	}
	for (unsigned int i = 0; i < 2; i++) {
		if (i && row[1] == row[0]) {
			s->row[1] = s->row[0];
			break;
		}
		s->row[i] = gpu_row_load(a, &c->src, c->src_rect.x + first, c->src_rect.y + row[i],
					 last - first + 1, &s->raw[i], s->argb[i]);
		if (!s->row[i])
			return 0;
	}
	return done;
}

static bool produce_scaled(struct gpu_run *r, struct gpu_access *a, uint32_t x, uint32_t y,
			   unsigned int n, uint32_t *argb)
{
	const struct softgpu_cmd_scale *c = &r->cmd.scale;
	bool bilinear = c->hdr.flags & SOFTGPU_SCALE_BILINEAR;
	struct sampler down = sampler(bilinear, y, c->src_rect.height, c->dst_rect.height);
	struct sampler along = sampler(bilinear, x, c->src_rect.width, c->dst_rect.width);
	uint32_t v = sample_at(&down), row[2] = { v, v }, columns[PX_ROW];
	struct source_rows s;

	if (bilinear) {
		row[0] = v >> 8;
		row[1] = row[0] + !!(v & 255);
	}
	for (unsigned int m; n; n -= m, argb += m) {
		m = load_sources(c, a, &along, row, n, columns, &s);
		if (!m)
			return false;
		if (bilinear) {
			px_bilinear_row(s.row[0], s.row[1], columns, v & 255, argb, m);
			continue;
		}
		for (unsigned int i = 0; i < m; i++)
			argb[i] = s.row[0][columns[i]];
	}
	return true;
}

enum gpu_step gpu_step_scale(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_paint(r, a, &r->cmd.scale.dst, &r->cmd.scale.dst_rect, produce_scaled);
}
