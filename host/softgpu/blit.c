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

static const uint32_t *produce_colour(struct gpu_run *r, struct gpu_access *a, uint32_t x,
				      uint32_t y, unsigned int n, uint32_t *argb,
				      struct gpu_row *row)
{
	(void)a;
	(void)x;
	(void)y;
	(void)row;
	px_fill(argb, r->cmd.fill_rect.argb, n);
	return argb;
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

/* No alpha of XRGB8888 is needed where the destination has none, or 255. */
static const uint32_t *produce_converted(struct gpu_run *r, struct gpu_access *a, uint32_t x,
					 uint32_t y, unsigned int n, uint32_t *argb,
					 struct gpu_row *row)
{
	const struct softgpu_cmd_convert *c = &r->cmd.convert;
	bool alpha = c->dst.format == SOFTGPU_FORMAT_ARGB8888 ||
		     c->dst.format == SOFTGPU_FORMAT_A8;

	if (!gpu_row_view(a, &c->src, c->src_x + x, c->src_y + y, n, row))
		return NULL;
	if (c->src.format == SOFTGPU_FORMAT_ARGB8888 ||
	    (c->src.format == SOFTGPU_FORMAT_XRGB8888 && !alpha))
		return row->raw;
	px_decode(c->src.format, row->raw, row->uv, row->odd, argb, n);
	return argb;
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

static const uint32_t *produce_blended(struct gpu_run *r, struct gpu_access *a, uint32_t x,
				       uint32_t y, unsigned int n, uint32_t *argb,
				       struct gpu_row *from)
{
	const struct softgpu_cmd_blend *c = &r->cmd.blend;
	struct gpu_row below;
	uint32_t converted[PX_ROW];
	const uint32_t *s;

	if (!gpu_row_view(a, &c->src, c->src_x + x, c->src_y + y, n, from) ||
	    !gpu_row_view(a, &c->dst, c->rect.x + x, c->rect.y + y, n, &below))
		return NULL;
	s = gpu_row_argb(&c->src, from, n, converted);
	/* In place: the alpha of XRGB8888 has no part in its colours. */
	if (below.raw != argb)
		px_decode(c->dst.format, below.raw, below.uv, below.odd, argb, n);
	if (c->hdr.flags & SOFTGPU_BLEND_STRAIGHT)
		px_blend_straight(argb, s, n, c->alpha);
	else
		px_blend(argb, s, n, c->alpha);
	return argb;
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

/* Where all columns look, the same for each row; kept from piece to piece. */
struct columns {
	bool set;
	uint32_t at[SOFTGPU_MAX_SIDE];
};

static const uint32_t *columns(struct gpu_run *r)
{
	const struct softgpu_cmd_scale *c = &r->cmd.scale;
	struct columns *to = gpu_run_state(r, sizeof(*to));
	struct sampler s = sampler(c->hdr.flags & SOFTGPU_SCALE_BILINEAR, 0, c->src_rect.width,
				   c->dst_rect.width);

	for (uint32_t i = 0; !to->set && i < c->dst_rect.width; i++) {
		to->at[i] = sample_at(&s);
		sample_next(&s);
	}
	to->set = true;
	return to->at;
}

/* Rows of the source that are looked at: one, or two with the weight of the second. */
struct source_rows {
	uint32_t y[2], weight;
	const uint32_t *row[2];
	struct gpu_row raw[2];
	uint32_t argb[2][PX_ROW + 16];
};

/* @n pixels from @first on. */
static bool load_sources(const struct softgpu_cmd_scale *c, struct gpu_access *a, uint32_t first,
			 unsigned int n, struct source_rows *s)
{
	for (unsigned int i = 0; i < 2; i++) {
		if (i && s->y[1] == s->y[0]) {
			s->row[1] = s->row[0];
			break;
		}
		s->row[i] = gpu_row_load(a, &c->src, c->src_rect.x + first,
					 c->src_rect.y + s->y[i], n, &s->raw[i], s->argb[i]);
		if (!s->row[i])
			return false;
	}
	return true;
}

/*
 * How many of @n pixels have their sources, and the ones right of them, within PX_ROW
 * pixels of each other; at least one has.
 */
static unsigned int reach(const uint32_t *at, unsigned int n, bool bilinear)
{
	unsigned int shift = bilinear ? 8 : 0, low = 1, high = n;

	while (low < high) {
		unsigned int middle = (low + high + 1) / 2;

		if ((at[middle - 1] >> shift) - (at[0] >> shift) + bilinear < PX_ROW)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* @n pixels of a row, which look at @at. */
static bool scale_row(const struct softgpu_cmd_scale *c, struct gpu_access *a,
		      struct source_rows *s, const uint32_t *at, uint32_t *argb, unsigned int n)
{
	bool bilinear = c->hdr.flags & SOFTGPU_SCALE_BILINEAR;
	uint32_t first = at[0], last = at[n - 1];

	if (bilinear) {
		first = at[0] >> 8;
		last = MIN((at[n - 1] >> 8) + 1, c->src_rect.width - 1);
	}
	if (!load_sources(c, a, first, last - first + 1, s))
		return false;
	if (bilinear) {
		px_bilinear_row(s->row, s->weight, last - first + 1, at, first, argb, n);
		return true;
	}
	for (unsigned int i = 0; i < n; i++)
		argb[i] = s->row[0][at[i] - first];
	return true;
}

static const uint32_t *produce_scaled(struct gpu_run *r, struct gpu_access *a, uint32_t x,
				      uint32_t y, unsigned int n, uint32_t *argb,
				      struct gpu_row *row)
{
	const struct softgpu_cmd_scale *c = &r->cmd.scale;
	bool bilinear = c->hdr.flags & SOFTGPU_SCALE_BILINEAR;
	struct sampler down = sampler(bilinear, y, c->src_rect.height, c->dst_rect.height);
	const uint32_t *at = columns(r) + x;
	uint32_t v = sample_at(&down);
	struct source_rows s;

	(void)row;
	s.weight = bilinear ? v & 255 : 0;
	s.y[0] = bilinear ? v >> 8 : v;
	s.y[1] = s.y[0] + !!s.weight;
	for (unsigned int m, done = 0; done < n; done += m) {
		m = reach(at + done, n - done, bilinear);
		if (!scale_row(c, a, &s, at + done, argb + done, m))
			return NULL;
	}
	return argb;
}

enum gpu_step gpu_step_scale(struct gpu_run *r, struct gpu_access *a)
{
	return gpu_paint(r, a, &r->cmd.scale.dst, &r->cmd.scale.dst_rect, produce_scaled);
}
