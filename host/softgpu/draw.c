// SPDX-License-Identifier: GPL-2.0
/*
 * Triangles. What varies over a triangle is a quotient of two integers, rounded
 * down, whose numerator grows by the same from pixel to pixel: it is kept as a
 * whole part and a rest, which gives each pixel its exact value without a division.
 */
#include <string.h>

#include "surface.h"

#define UNITS		16		/* of a pixel */
#define ROW_EFFORT	1024u
#define PIXEL_EFFORT	32u
#define TEXEL_EFFORT	256u		/* of a textured pixel */
#define STRIDE		PX_STRIDE
#define TLB		16u		/* pages of the texture that are kept at hand */

enum { ALPHA, RED, GREEN, BLUE, U, V, VARYINGS };

/* numerator / denominator = whole + rest / denominator, 0 <= rest < denominator. */
struct fraction {
	int64_t whole, rest;
};

struct varying {
	int64_t at[3];			/* at the vertices */
	int64_t round;			/* added to the numerator */
	struct fraction step;		/* from a pixel to its right neighbour */
};

struct edge {
	int64_t dx, dy;			/* of the edge, from its first vertex to its second */
	int64_t x, y;			/* its first vertex */
	bool closed;			/* top or left: the edge itself belongs to the inside */
};

/* The triangle in work; kept from piece to piece. */
struct triangle {
	uint32_t index;
	bool empty;
	int64_t area;			/* > 0 */
	struct edge edge[3];		/* edge i lies opposite to vertex i */
	struct varying varying[VARYINGS];
	uint32_t top, bottom;		/* rows, first and behind the last */
	uint32_t row, x;		/* next: the row, and pixels of it that are done */
};

/* ---- checks ---- */

bool gpu_check_triangles(struct gpu_run *r)
{
	static const struct softgpu_surface none;
	const struct softgpu_cmd_triangles *c = &r->cmd.triangles;
	bool textured = c->hdr.flags & SOFTGPU_TRIANGLES_TEXTURED;
	const uint32_t texture_flags = SOFTGPU_TRIANGLES_BILINEAR | SOFTGPU_TRIANGLES_WRAP;

	if (c->reserved || !c->count || c->count > SOFTGPU_MAX_TRIANGLES || c->vertices % 8 ||
	    !gpu_range_ok(c->vertices, 3ull * c->count * sizeof(struct softgpu_vertex)))
		return false;
	if (!gpu_surface_ok(&c->dst) || gpu_format_is_yuv(c->dst.format))
		return false;
	if (textured)
		return gpu_surface_ok(&c->texture) && !gpu_format_is_yuv(c->texture.format);
	return !(c->hdr.flags & texture_flags) && !memcmp(&c->texture, &none, sizeof(none));
}

static bool vertex_ok(const struct softgpu_vertex *v)
{
	return !v->reserved &&
	       v->x >= -SOFTGPU_MAX_PLACE && v->x <= SOFTGPU_MAX_PLACE &&
	       v->y >= -SOFTGPU_MAX_PLACE && v->y <= SOFTGPU_MAX_PLACE &&
	       v->u >= -SOFTGPU_MAX_TEXEL && v->u <= SOFTGPU_MAX_TEXEL &&
	       v->v >= -SOFTGPU_MAX_TEXEL && v->v <= SOFTGPU_MAX_TEXEL;
}

/* ---- setup ---- */

static int64_t floor_div(int64_t n, int64_t d)
{
	return n / d - (n % d < 0);
}

static struct fraction fraction(int64_t n, int64_t d)
{
	int64_t whole = floor_div(n, d);

	return (struct fraction){ whole, n - whole * d };
}

/* The edge function at the centre of a pixel. */
static int64_t weight(const struct edge *e, int64_t x, int64_t y)
{
	return e->dx * (UNITS * y + UNITS / 2 - e->y) - e->dy * (UNITS * x + UNITS / 2 - e->x);
}

static void set_edge(struct edge *e, const struct softgpu_vertex *a, const struct softgpu_vertex *b)
{
	e->x = a->x;
	e->y = a->y;
	e->dx = (int64_t)b->x - a->x;
	e->dy = (int64_t)b->y - a->y;
	e->closed = e->dy < 0 || (!e->dy && e->dx > 0);
}

static void set_varying(struct triangle *t, unsigned int i, const int64_t at[3], bool round)
{
	struct varying *v = &t->varying[i];
	int64_t step = 0;

	for (unsigned int k = 0; k < 3; k++) {
		v->at[k] = at[k];
		step -= UNITS * t->edge[k].dy * at[k];
	}
	v->round = round ? t->area / 2 : 0;
	v->step = fraction(step, t->area);
}

/* The row whose centre is the first not above @place, of 1/16 pixel. */
static int64_t first_row(int64_t place)
{
	return floor_div(place + UNITS / 2 - 1, UNITS);
}

static void set_triangle(struct triangle *t, const struct softgpu_vertex v[3], uint32_t height)
{
	const struct softgpu_vertex *p[3] = { &v[0], &v[1], &v[2] };
	int64_t top = MIN(v[0].y, MIN(v[1].y, v[2].y)), bottom = MAX(v[0].y, MAX(v[1].y, v[2].y));

	t->area = ((int64_t)v[1].x - v[0].x) * ((int64_t)v[2].y - v[0].y) -
		  ((int64_t)v[1].y - v[0].y) * ((int64_t)v[2].x - v[0].x);
	t->empty = !t->area;
	if (t->empty)
		return;
	if (t->area < 0) {
		t->area = -t->area;
		p[1] = &v[2];
		p[2] = &v[1];
	}
	set_edge(&t->edge[0], p[1], p[2]);
	set_edge(&t->edge[1], p[2], p[0]);
	set_edge(&t->edge[2], p[0], p[1]);
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int shift = 24 - 8 * i;
		int64_t at[3];

		for (unsigned int k = 0; k < 3; k++)
			at[k] = p[k]->argb >> shift & 0xff;
		set_varying(t, ALPHA + i, at, true);
	}
	set_varying(t, U, (int64_t[]){ p[0]->u, p[1]->u, p[2]->u }, false);
	set_varying(t, V, (int64_t[]){ p[0]->v, p[1]->v, p[2]->v }, false);
	t->top = CLAMP(first_row(top), 0, height);
	t->bottom = CLAMP(first_row(bottom) + 1, 0, height);
	t->row = t->top;
	t->x = 0;
}

/* ---- rows ---- */

/* The pixels of row @y that lie inside: from *@from to before *@to. */
static void inside(const struct triangle *t, uint32_t width, uint32_t y, uint32_t *from,
		   uint32_t *to)
{
	int64_t low = 0, high = width;

	for (unsigned int i = 0; i < 3; i++) {
		const struct edge *e = &t->edge[i];
		/* Inside where w - step * x >= 0. */
		int64_t w = weight(e, 0, y) - !e->closed, step = UNITS * e->dy;

		if (step > 0)
			high = MIN(high, floor_div(w, step) + 1);
		else if (step < 0)
			low = MAX(low, -floor_div(w, -step));
		else if (w < 0)
			high = 0;
	}
	*from = MIN(low, width);
	*to = MAX(high, *from);
}

/*
 * A varying of @n pixels from (@x, @y) on. The first STRIDE of them one by one, then
 * as many at a time, each STRIDE pixels from the last: rests stay in 32 bits unless
 * the triangle is larger than any picture.
 */
static void vary(const struct triangle *t, unsigned int i, uint32_t x, uint32_t y, int32_t *out,
		 unsigned int n)
{
	const struct varying *v = &t->varying[i];
	int64_t sum = v->round;
	uint32_t rest[STRIDE];
	struct fraction f, far;
	unsigned int k;

	for (k = 0; k < 3; k++)
		sum += weight(&t->edge[k], x, y) * v->at[k];
	f = fraction(sum, t->area);
	if (v->step.whole == 0 && v->step.rest == 0) {
		px_fill((uint32_t *)out, (uint32_t)f.whole, n);
		return;
	}
	for (k = 0; k < n && (k < STRIDE || t->area > INT32_MAX); k++) {
		out[k] = f.whole;
		rest[k % STRIDE] = f.rest;
		f.whole += v->step.whole;
		f.rest += v->step.rest;
		if (f.rest >= t->area) {
			f.rest -= t->area;
			f.whole++;
		}
	}
	if (k == n)
		return;
	far = fraction(v->step.rest * STRIDE, t->area);
	px_advance(out, n, rest, (int32_t)(v->step.whole * STRIDE + far.whole), far.rest, t->area);
}

static void shade(const struct triangle *t, uint32_t x, uint32_t y, uint32_t *argb, unsigned int n)
{
	int32_t channel[4][PX_ROW];

	for (unsigned int i = 0; i < 4; i++)
		vary(t, ALPHA + i, x, y, channel[i], n);
	for (unsigned int i = 0; i < n; i++) {
		argb[i] = (uint32_t)channel[0][i] << 24 | (uint32_t)channel[1][i] << 16 |
			  (uint32_t)channel[2][i] << 8 | (uint32_t)channel[3][i];
	}
}

/* ---- textures ---- */

/* Pages of a texture, for as long as a piece lasts. */
struct tlb {
	uint64_t page[TLB];		/* number + 1; 0: none */
	const uint8_t *memory[TLB];
};

/* The page of @va; NULL: a page fault. */
static const uint8_t *texel_page(struct gpu_access *a, struct tlb *tlb, uint64_t va)
{
	static const uint8_t null_page[SOFTGPU_PAGE_SIZE] __attribute__((aligned(8)));
	uint64_t page = va / SOFTGPU_PAGE_SIZE, read = a->bytes_read;
	unsigned int slot = page % TLB;
	uint8_t *memory;

	if (tlb->page[slot] != page + 1) {
		if (!gpu_run_at(a, va, 1, SOFTGPU_READ, &memory))
			return NULL;
		a->bytes_read = read;
		tlb->page[slot] = page + 1;
		tlb->memory[slot] = memory ? memory - va % SOFTGPU_PAGE_SIZE : null_page;
	}
	return tlb->memory[slot];
}

/* Texels of a row of pixels, as they lie in memory, and one neighbour of each. */
struct texels {
	const struct softgpu_surface *s;
	struct tlb tlb;
	uint32_t x[2][PX_ROW], y[2][PX_ROW];	/* columns, rows; second: the next ones */
	uint32_t raw[PX_ROW];
};

/* Of @n places, @shift texels further. */
static void texel_places(const int32_t *place, uint32_t *to, unsigned int n, int32_t shift,
			 uint32_t size, bool wrap)
{
	int32_t last = (int32_t)size - 1;

	for (unsigned int i = 0; !wrap && i < n; i++)
		to[i] = (uint32_t)CLAMP((place[i] >> 8) + shift, 0, last);
	for (unsigned int i = 0; wrap && i < n; i++) {
		int32_t rest = ((place[i] >> 8) + shift) % (int32_t)size;

		to[i] = (uint32_t)(rest < 0 ? rest + (int32_t)size : rest);
	}
}

/* No texel goes over the end of a page; mostly, the next one is in the same. */
static inline unsigned int fetch_as(struct gpu_access *a, struct texels *t, const uint32_t *x,
				    const uint32_t *y, unsigned int n, const unsigned int bytes)
{
	const uint64_t first = t->s->va, pitch = t->s->pitch;
	uint64_t page = UINT64_MAX;
	const uint8_t *memory = NULL, *p;
	unsigned int i;

	for (i = 0; i < n; i++) {
		uint64_t va = first + y[i] * pitch + x[i] * bytes;

		if (va / SOFTGPU_PAGE_SIZE != page) {
			memory = texel_page(a, &t->tlb, va);
			if (!memory)
				break;
			page = va / SOFTGPU_PAGE_SIZE;
		}
		p = memory + va % SOFTGPU_PAGE_SIZE;
		if (bytes == 4)
			t->raw[i] = *(const uint32_t *)p;
		else if (bytes == 2)
			((uint16_t *)t->raw)[i] = *(const uint16_t *)p;
		else
			((uint8_t *)t->raw)[i] = *p;
	}
	a->bytes_read += i * bytes;
	return i;
}

/* False: a page fault. */
static bool fetch(struct gpu_access *a, struct texels *t, const uint32_t *x, const uint32_t *y,
		  uint32_t *argb, unsigned int n)
{
	unsigned int bytes = gpu_step_bytes(t->s->format), done;

	if (bytes == 4)
		done = fetch_as(a, t, x, y, n, 4);
	else if (bytes == 2)
		done = fetch_as(a, t, x, y, n, 2);
	else
		done = fetch_as(a, t, x, y, n, 1);
	px_decode(t->s->format, t->raw, NULL, false, argb, done);
	return done == n;
}

static bool fetch_nearest(struct gpu_access *a, struct texels *t, bool wrap, const int32_t *u,
			  const int32_t *v, uint32_t *argb, unsigned int n)
{
	texel_places(u, t->x[0], n, 0, t->s->width, wrap);
	texel_places(v, t->y[0], n, 0, t->s->height, wrap);
	return fetch(a, t, t->x[0], t->y[0], argb, n);
}

/* @u and @v are moved by half a texel. */
static bool fetch_bilinear(struct gpu_access *a, struct texels *t, bool wrap, int32_t *u,
			   int32_t *v, uint32_t *argb, unsigned int n)
{
	uint32_t c[4][PX_ROW];

	for (unsigned int i = 0; i < n; i++) {
		u[i] -= 128;
		v[i] -= 128;
	}
	for (int i = 0; i < 2; i++) {
		texel_places(u, t->x[i], n, i, t->s->width, wrap);
		texel_places(v, t->y[i], n, i, t->s->height, wrap);
	}
	for (unsigned int i = 0; i < 4; i++) {
		if (!fetch(a, t, t->x[i % 2], t->y[i / 2], c[i], n))
			return false;
	}
	px_bilinear(argb, c[0], c[1], c[2], c[3], u, v, n);
	return true;
}

/* Texels of @n pixels, by the colours in @argb. */
static bool apply_texture(struct gpu_access *a, const struct softgpu_cmd_triangles *c,
			  const struct triangle *t, uint32_t x, uint32_t y, uint32_t *argb,
			  unsigned int n)
{
	bool wrap = c->hdr.flags & SOFTGPU_TRIANGLES_WRAP, ok;
	int32_t u[PX_ROW], v[PX_ROW];
	uint32_t colours[PX_ROW];
	struct texels texels;

	texels.s = &c->texture;
	memset(&texels.tlb, 0, sizeof(texels.tlb));
	vary(t, U, x, y, u, n);
	vary(t, V, x, y, v, n);
	if (c->hdr.flags & SOFTGPU_TRIANGLES_BILINEAR)
		ok = fetch_bilinear(a, &texels, wrap, u, v, colours, n);
	else
		ok = fetch_nearest(a, &texels, wrap, u, v, colours, n);
	if (ok)
		px_modulate(argb, colours, n);
	return ok;
}

/* ---- the command ---- */

static bool draw_pixels(struct gpu_access *a, const struct softgpu_cmd_triangles *c,
			const struct triangle *t, uint32_t x, uint32_t y, unsigned int n)
{
	uint32_t argb[PX_ROW], below[PX_ROW];
	struct gpu_row row;

	shade(t, x, y, argb, n);
	if (c->hdr.flags & SOFTGPU_TRIANGLES_TEXTURED && !apply_texture(a, c, t, x, y, argb, n))
		return false;
	if (!(c->hdr.flags & SOFTGPU_TRIANGLES_BLEND))
		return gpu_row_store(a, &c->dst, x, y, n, argb);
	if (!gpu_row_view(a, &c->dst, x, y, n, &row))
		return false;
	px_decode(c->dst.format, row.raw, NULL, false, below, n);
	px_blend(below, argb, n, 255);
	return gpu_row_store(a, &c->dst, x, y, n, below);
}

/* Vertices are copied out before they are looked at. */
static enum gpu_step next_triangle(struct gpu_run *r, struct gpu_access *a, struct triangle *t)
{
	const struct softgpu_cmd_triangles *c = &r->cmd.triangles;
	struct softgpu_vertex v[3];

	if (!gpu_read(a, c->vertices + r->row * sizeof(v), v, sizeof(v), SOFTGPU_READ))
		return GPU_PAGE;
	for (unsigned int i = 0; i < 3; i++) {
		if (!vertex_ok(&v[i]))
			return GPU_BAD;
	}
	set_triangle(t, v, c->dst.height);
	return GPU_MORE;
}

/* Some pixels of the row in work, or none when it is at its end. */
static bool some_pixels(struct gpu_run *r, struct gpu_access *a, struct triangle *t)
{
	const struct softgpu_cmd_triangles *c = &r->cmd.triangles;
	uint32_t from, to, n;

	inside(t, c->dst.width, t->row, &from, &to);
	from += t->x;
	n = MIN(to - from, PX_ROW);
	if (n && !draw_pixels(a, c, t, from, t->row, n))
		return false;
	a->effort += n * (c->hdr.flags & SOFTGPU_TRIANGLES_TEXTURED ? TEXEL_EFFORT : PIXEL_EFFORT);
	t->x += n;
	if (from + n == to) {
		t->row++;
		t->x = 0;
	}
	return true;
}

/* r->row counts triangles that are done, r->done is 1 while one is in work. */
enum gpu_step gpu_step_triangles(struct gpu_run *r, struct gpu_access *a)
{
	struct triangle *t = gpu_run_state(r, sizeof(*t));
	uint64_t start = gpu_work(a);

	while (r->row < r->cmd.triangles.count && gpu_work(a) - start < GPU_PIECE) {
		a->effort += ROW_EFFORT;
		if (!r->done) {
			enum gpu_step s = next_triangle(r, a, t);

			if (s != GPU_MORE)
				return s;
			r->done = 1;
		} else if (t->empty || t->row >= t->bottom) {
			r->done = 0;
			r->row++;
		} else if (!some_pixels(r, a, t)) {
			return GPU_PAGE;
		}
	}
	return r->row < r->cmd.triangles.count ? GPU_MORE : GPU_NEXT;
}
