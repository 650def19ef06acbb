/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pixels: from and to the formats of the command set, and blending. Plain loops
 * over rows, which the compiler turns into vectors. Nothing here knows addresses;
 * rows lie in host memory, which others may write meanwhile.
 */
#ifndef HOST_SOFTGPU_PIXEL_H
#define HOST_SOFTGPU_PIXEL_H

#include <stdbool.h>
#include <stdint.h>

#include "softgpu_cmd.h"

#define PX_ROW		1024u		/* pixels in one go, at most; even */

/*
 * @n pixels of a row to ARGB. @raw is where the first lies, for YUYV the word that
 * holds it, with @odd when it is the second of that word; the same goes for @uv, the
 * U, V pairs of NV12.
 */
void px_decode(enum softgpu_format format, const void *raw, const void *uv, bool odd,
	       uint32_t *argb, unsigned int n);
/* Not NV12; for YUYV @n is even. */
void px_encode(enum softgpu_format format, void *raw, const uint32_t *argb, unsigned int n);
/* Two rows of NV12, @n is even. */
void px_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		    unsigned int n);

void px_fill(uint32_t *to, uint32_t value, unsigned int n);
/* A = 255. */
void px_opaque(uint32_t *argb, unsigned int n);

/* @s over @d, in place. */
void px_blend(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha);
void px_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha);
/* Channel by channel: x * y / 255, rounded. */
void px_modulate(uint32_t *d, const uint32_t *s, unsigned int n);

/*
 * Quotients along a row, each made of the one PX_STRIDE before it: @whole more, and
 * one more again where the rest, with @part added, reaches @all. The first
 * PX_STRIDE of them are there, with their rests.
 */
#define PX_STRIDE	16u

void px_advance(int32_t *out, unsigned int n, const uint32_t rest[PX_STRIDE], int32_t whole,
		uint32_t part, uint32_t all);

/* Between four pixels, two and two below them; weights of the right and the lower: & 255. */
void px_bilinear(uint32_t *argb, const uint32_t *c00, const uint32_t *c10, const uint32_t *c01,
		 const uint32_t *c11, const int32_t *u, const int32_t *v, unsigned int n);
/*
 * The same for @n pixels of a row, between two rows of @width pixels, the first of
 * which is pixel @first. They look at @at, in 1/256 pixel; the right one of two is
 * not looked at where it has no weight.
 */
void px_bilinear_row(const uint32_t *const row[2], unsigned int g, unsigned int width,
		     const uint32_t *at, uint32_t first, uint32_t *argb, unsigned int n);

#endif
