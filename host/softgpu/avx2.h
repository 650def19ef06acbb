/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loops over pixels for machines with AVX2, beside those for any machine in pixel.c
 * and yuv.c; both give the same bytes. They do as many whole groups of pixels as
 * there are and return how many pixels that was: 0 on other machines (avx2_none.c),
 * so that what follows does the rest in any case. Rows of YUV begin with the first of a pair.
 */
#ifndef HOST_SOFTGPU_AVX2_H
#define HOST_SOFTGPU_AVX2_H

#include <stdbool.h>
#include <stdint.h>

#define AVX2_GROUP	32u

/* For tests: do as on another machine. */
extern bool avx2_unused;

unsigned int avx2_decode_yuyv(const uint8_t *raw, uint32_t *argb, unsigned int n);
unsigned int avx2_decode_nv12(const uint8_t *y, const uint8_t *uv, uint32_t *argb, unsigned int n);
unsigned int avx2_encode_yuyv(uint8_t *raw, const uint32_t *argb, unsigned int n);
unsigned int avx2_encode_nv12(uint8_t *y0, uint8_t *y1, uint8_t *uv, const uint32_t *argb0,
			      const uint32_t *argb1, unsigned int n);
unsigned int avx2_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n,
				 unsigned int alpha);
/* Of px_bilinear_row(): words of four channels, less 32768, one pixel more than is looked at. */
unsigned int avx2_bilinear(const int16_t *rows, const uint32_t *at, uint32_t first,
			   uint32_t *argb, unsigned int n);

#endif
