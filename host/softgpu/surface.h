/* SPDX-License-Identifier: GPL-2.0 */
/* Surfaces: what is allowed, and rows of pixels through the page table. */
#ifndef HOST_SOFTGPU_SURFACE_H
#define HOST_SOFTGPU_SURFACE_H

#include "internal.h"
#include "pixel.h"

#define ROW_BYTES	(PX_ROW * 4u + 8u)

bool gpu_surface_ok(const struct softgpu_surface *s);
/* Within @s, and, where it is to be written, in whole groups of pixels that share U and V. */
bool gpu_rect_ok(const struct softgpu_surface *s, const struct softgpu_rect *r, bool written);
bool gpu_format_is_yuv(uint32_t format);
/* Bytes of a pixel, in YUYV of two, in NV12 of Y; 0: no format. */
unsigned int gpu_step_bytes(uint32_t format);
/* Where a pixel lies, in NV12 its Y. */
uint64_t gpu_place(const struct softgpu_surface *s, uint32_t x, uint32_t y);

/* Pixels of a row, as they lie in memory. */
struct gpu_row {
	const void *raw, *uv;
	bool odd;
	uint32_t bounce[ROW_BYTES / 4], bounce_uv[PX_ROW / 4 + 2];
};

/* Look at @n pixels, 1 to PX_ROW. False: a page fault. */
bool gpu_row_view(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x, uint32_t y,
		  unsigned int n, struct gpu_row *row);
/* To ARGB, at @argb or, when they are that already, where they lie. */
const uint32_t *gpu_row_argb(const struct softgpu_surface *s, const struct gpu_row *row,
			     unsigned int n, uint32_t *argb);
/* Both. NULL: a page fault. */
const uint32_t *gpu_row_load(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x,
			     uint32_t y, unsigned int n, struct gpu_row *row, uint32_t *argb);

/*
 * The producer of a picture: @n pixels of the destination's rectangle, from (@x, @y)
 * of it on. It puts them into @argb, where there may be anything, also the pixels
 * of the destination that are to be replaced; or it leaves them where they are, as
 * seen through @row. It returns where they are, NULL: a page fault. The highest
 * byte of a pixel counts only where the destination has one.
 */
typedef const uint32_t *(*gpu_producer)(struct gpu_run *r, struct gpu_access *a, uint32_t x,
					uint32_t y, unsigned int n, uint32_t *argb,
					struct gpu_row *row);

/* A piece of a picture: r->row counts rows that are done, r->done pixels of the next. */
enum gpu_step gpu_paint(struct gpu_run *r, struct gpu_access *a, const struct softgpu_surface *dst,
			const struct softgpu_rect *rect, gpu_producer produce);
/* Convert and store @n pixels of a row, not of NV12; the target must be writable. */
bool gpu_row_store(struct gpu_access *a, const struct softgpu_surface *s, uint32_t x, uint32_t y,
		   unsigned int n, const uint32_t *argb);

#endif
