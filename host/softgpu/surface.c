// SPDX-License-Identifier: GPL-2.0
/* Surfaces: checks, and rows of pixels read and written through the page table. */
#include <string.h>

#include "surface.h"

#define ROW_EFFORT	512u		/* of a piece of a row as such */

bool gpu_format_is_yuv(uint32_t format)
{
	return format == SOFTGPU_FORMAT_YUYV || format == SOFTGPU_FORMAT_NV12;
}

unsigned int gpu_step_bytes(uint32_t format)
{
	switch (format) {
	case SOFTGPU_FORMAT_ARGB8888:
	case SOFTGPU_FORMAT_XRGB8888:
	case SOFTGPU_FORMAT_YUYV:
		return 4;
	case SOFTGPU_FORMAT_RGB565:
		return 2;
	case SOFTGPU_FORMAT_R8:
	case SOFTGPU_FORMAT_A8:
	case SOFTGPU_FORMAT_NV12:
		return 1;
	default:
		return 0;
	}
}

/* Bytes of @n pixels that begin with a whole step; of the Y plane. */
static size_t row_bytes(uint32_t format, size_t n)
{
	return format == SOFTGPU_FORMAT_YUYV ? (n + 1) / 2 * 4 : n * gpu_step_bytes(format);
}

bool gpu_surface_ok(const struct softgpu_surface *s)
{
	bool nv12 = s->format == SOFTGPU_FORMAT_NV12;
	unsigned int step = gpu_step_bytes(s->format);
	uint64_t row;

	if (!step || !s->width || s->width > SOFTGPU_MAX_SIDE ||
	    !s->height || s->height > SOFTGPU_MAX_SIDE)
		return false;
	if (gpu_format_is_yuv(s->format) && s->width % 2)
		return false;
	row = row_bytes(s->format, s->width);
	if (s->pitch < row || s->pitch > SOFTGPU_MAX_PITCH || s->pitch % step || s->va % step)
		return false;
	if (!gpu_range_ok(s->va, (uint64_t)s->pitch * (s->height - 1) + row))
		return false;
	if (!nv12)
		return !s->va_uv;
	return s->height % 2 == 0 && s->pitch % 2 == 0 && s->va_uv % 2 == 0 &&
	       gpu_range_ok(s->va_uv, (uint64_t)s->pitch * (s->height / 2 - 1) + row);
}

bool gpu_rect_ok(const struct softgpu_surface *s, const struct softgpu_rect *r, bool written)
{
	if (!r->width || !r->height || r->width > s->width || r->height > s->height ||
	    r->x > s->width - r->width || r->y > s->height - r->height)
		return false;
	if (!written || !gpu_format_is_yuv(s->format))
		return true;
	if ((r->x | r->width) % 2)
		return false;
	return s->format == SOFTGPU_FORMAT_YUYV || (r->y | r->height) % 2 == 0;
}

uint64_t gpu_place(const struct softgpu_surface *s, uint32_t x, uint32_t y)
{
	uint64_t row = s->va + (uint64_t)y * s->pitch;

	if (s->format == SOFTGPU_FORMAT_YUYV)
		return row + x / 2 * 4;
	return row + (uint64_t)x * gpu_step_bytes(s->format);
}

static uint64_t place_uv(const struct softgpu_surface *s, uint32_t x, uint32_t y)
{
	return s->va_uv + (uint64_t)(y / 2) * s->pitch + x / 2 * 2;
}

/* ---- reading ---- */

bool gpu_row_view(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x, uint32_t y,
		  unsigned int n, struct gpu_row *row)
{
	unsigned int odd = gpu_format_is_yuv(s->format) && x % 2;
	size_t len = s->format == SOFTGPU_FORMAT_YUYV ? row_bytes(s->format, n + odd) :
							row_bytes(s->format, n);

	row->odd = odd;
	row->uv = NULL;
	row->raw = gpu_view(a, gpu_place(s, x, y), len, row->bounce);
	if (!row->raw || s->format != SOFTGPU_FORMAT_NV12)
		return row->raw;
	row->uv = gpu_view(a, place_uv(s, x, y), (n + odd + 1) / 2 * 2, row->bounce_uv);
	return row->uv;
}

const uint32_t *gpu_row_argb(const struct softgpu_surface *s, const struct gpu_row *row,
			     unsigned int n, uint32_t *argb)
{
	if (s->format == SOFTGPU_FORMAT_ARGB8888)
		return row->raw;
	px_decode(s->format, row->raw, row->uv, row->odd, argb, n);
	return argb;
}

const uint32_t *gpu_row_load(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x,
			     uint32_t y, unsigned int n, struct gpu_row *row, uint32_t *argb)
{
	return gpu_row_view(a, s, x, y, n, row) ? gpu_row_argb(s, row, n, argb) : NULL;
}

/* ---- writing ---- */

bool gpu_row_store(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x, uint32_t y,
		   unsigned int n, const uint32_t *argb)
{
	uint32_t bounce[ROW_BYTES / 4];
	uint64_t va = gpu_place(s, x, y);
	size_t len = row_bytes(s->format, n);
	void *to = gpu_target(a, va, len, bounce);

	if (!to)
		return false;
	px_encode(s->format, to, argb, n);
	gpu_target_done(a, va, len, to, bounce);
	return true;
}

/*
 * A piece of a row whose memory is ARGB itself, but for the highest byte: made in
 * place. The target is asked for first, for speed, but a fault of the source counts
 * before one of the target.
 */
static bool paint_words(struct gpu_run *r, struct gpu_access *a,
			const struct softgpu_surface *dst, const struct softgpu_rect *rect,
			uint32_t x, uint32_t y, unsigned int n, gpu_producer produce)
{
	uint64_t va = gpu_place(dst, rect->x + x, rect->y + y), fault_va;
	uint32_t bounce[PX_ROW], *to;
	const uint32_t *argb;
	struct gpu_row row;

	to = gpu_target(a, va, n * 4u, bounce);
	fault_va = a->fault_va;
	argb = produce(r, a, x, y, n, to ? to : bounce, &row);
	if (!argb)
		return false;
	if (!to) {
		a->fault_va = fault_va;
		a->fault_write = true;
		return false;
	}
	if (argb != to)
		px_encode(dst->format, to, argb, n);
	else if (dst->format == SOFTGPU_FORMAT_XRGB8888)
		px_opaque(to, n);
	gpu_target_done(a, va, n * 4u, to, bounce);
	return true;
}

/* Two rows of NV12, which share U and V. */
static bool paint_nv12(struct gpu_run *r, struct gpu_access *a,
		       const struct softgpu_surface *dst, const struct softgpu_rect *rect,
		       uint32_t x, uint32_t y, unsigned int n, gpu_producer produce)
{
	uint32_t room[2][PX_ROW + 16], bounce[3][PX_ROW / 4];
	const uint32_t *argb[2];
	struct gpu_row row[2];
	uint64_t va[3];
	void *to[3];

	for (unsigned int i = 0; i < 2; i++) {
		va[i] = gpu_place(dst, rect->x + x, rect->y + y + i);
		argb[i] = produce(r, a, x, y + i, n, room[i], &row[i]);
		if (!argb[i])
			return false;
	}
	va[2] = place_uv(dst, rect->x + x, rect->y + y);
	for (unsigned int i = 0; i < 3; i++) {
		to[i] = gpu_target(a, va[i], n, bounce[i]);
		if (!to[i])
			return false;
	}
	px_encode_nv12(to[0], to[1], to[2], argb[0], argb[1], n);
	for (unsigned int i = 0; i < 3; i++)
		gpu_target_done(a, va[i], n, to[i], bounce[i]);
	return true;
}

static bool paint_row(struct gpu_run *r, struct gpu_access *a, const struct softgpu_surface *dst,
		      const struct softgpu_rect *rect, uint32_t x, uint32_t y, unsigned int n,
		      gpu_producer produce)
{
	uint32_t room[PX_ROW];
	const uint32_t *argb;
	struct gpu_row row;

	if (dst->format == SOFTGPU_FORMAT_NV12)
		return paint_nv12(r, a, dst, rect, x, y, n, produce);
	if (dst->format == SOFTGPU_FORMAT_ARGB8888 || dst->format == SOFTGPU_FORMAT_XRGB8888)
		return paint_words(r, a, dst, rect, x, y, n, produce);
	argb = produce(r, a, x, y, n, room, &row);
	return argb && gpu_row_store(a, dst, rect->x + x, rect->y + y, n, argb);
}

enum gpu_step gpu_paint(struct gpu_run *r, struct gpu_access *a, const struct softgpu_surface *dst,
			const struct softgpu_rect *rect, gpu_producer produce)
{
	unsigned int rows = dst->format == SOFTGPU_FORMAT_NV12 ? 2 : 1;
	uint64_t start = gpu_work(a);

	while (r->row < rect->height && gpu_work(a) - start < GPU_PIECE) {
		unsigned int n = MIN(rect->width - r->done, PX_ROW);

		a->effort += ROW_EFFORT;
		if (!paint_row(r, a, dst, rect, r->done, r->row, n, produce))
			return GPU_PAGE;
		r->done += n;
		if (r->done == rect->width) {
			r->done = 0;
			r->row += rows;
		}
	}
	return r->row < rect->height ? GPU_MORE : GPU_NEXT;
}
