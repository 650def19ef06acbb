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

/* Between four pixels, two and two below them; weights, 0 to 255, of the right and the lower. */
uint32_t px_bilinear(const uint32_t c[4], unsigned int f, unsigned int g);
/*
 * The same for @n pixels: each is between two of @upper and of @lower, at @at, of
 * 1/256 pixel. The right one is not looked at where it has no weight.
 */
void px_bilinear_row(const uint32_t *upper, const uint32_t *lower, const uint32_t *at,
		     unsigned int g, uint32_t *argb, unsigned int n);

#endif
