// SPDX-License-Identifier: GPL-2.0
/* In the place of avx2.c where the compiler has no AVX2: no pixels are done. */
#include "avx2.h"

bool avx2_unused;

unsigned int avx2_decode_yuyv(const uint8_t *raw, uint32_t *argb, unsigned int n)
{
	(void)raw;
	(void)argb;
	(void)n;
	return 0;
}

unsigned int avx2_decode_nv12(const uint8_t *y, const uint8_t *uv, uint32_t *argb, unsigned int n)
{
	(void)uv;
	return avx2_decode_yuyv(y, argb, n);
}

unsigned int avx2_encode_yuyv(uint8_t *raw, const uint32_t *argb, unsigned int n)
{
	(void)raw;
	(void)argb;
	(void)n;
	return 0;
}

unsigned int avx2_encode_nv12(uint8_t *y0, uint8_t *y1, uint8_t *uv, const uint32_t *argb0,
			      const uint32_t *argb1, unsigned int n)
{
	(void)y1;
	(void)uv;
	(void)argb1;
	return avx2_encode_yuyv(y0, argb0, n);
}

unsigned int avx2_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n,
				 unsigned int alpha)
{
	(void)d;
	(void)s;
	(void)n;
	(void)alpha;
	return 0;
}

unsigned int avx2_bilinear(const int16_t *rows, const uint32_t *at, uint32_t first,
			   uint32_t *argb, unsigned int n)
{
	(void)rows;
	(void)at;
	(void)first;
	(void)argb;
	(void)n;
	return 0;
}
