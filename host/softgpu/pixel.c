// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels: conversion and blending of rows. The loops are written so that a compiler
 * makes vectors of them: over bytes, or over planes of 16 bits, and no wider.
 */
#include <string.h>

#include "clones.h"
#include "pixel.h"

#define LOW		0x00ff00ffu	/* of both halves of a word */
#define ALPHA		0xff000000u

/* ---- from and to bytes ---- */

static void decode_xrgb8888(const uint32_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] = raw[i] | ALPHA;
}

static void decode_rgb565(const uint16_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t v = raw[i];
		uint32_t r = v >> 11, g = v >> 5 & 63, b = v & 31;

		argb[i] = ALPHA | (r << 3 | r >> 2) << 16 | (g << 2 | g >> 4) << 8 |
			  (b << 3 | b >> 2);
	}
}

static void decode_r8(const uint8_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] = ALPHA | (uint32_t)raw[i] << 16;
}

static void decode_a8(const uint8_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] = (uint32_t)raw[i] << 24;
}

static void encode_rgb565(uint16_t *raw, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t v = argb[i];

		raw[i] = (v >> 8 & 0xf800) | (v >> 5 & 0x07e0) | (v >> 3 & 0x001f);
	}
}

static void encode_r8(uint8_t *raw, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		raw[i] = argb[i] >> 16;
}

static void encode_a8(uint8_t *raw, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		raw[i] = argb[i] >> 24;
}

/* ---- YUV ---- */

/* Rows of one component each, of 16 bits, so that eight are computed at a time. */
struct planes {
	int16_t x[3][PX_ROW + 16];
};

/*
 * One row, of Y as it is and of U and V repeated for each pixel. All terms fit
 * 16 bits when multiples of 256 are taken out of the factors: 298 is 256 + 42,
 * 409 is 256 + 153, -208 is 48 - 256, 516 is 512 + 4.
 */
static void yuv_to_argb(const uint8_t *restrict y, const uint8_t *restrict u,
			const uint8_t *restrict v, uint32_t *restrict argb, unsigned int n)
{
	uint16_t gb[PX_ROW], ar[PX_ROW], *out = (uint16_t *)argb;

	for (unsigned int i = 0; i < n; i++) {
		int16_t c = y[i] - 16, d = u[i] - 128, e = v[i] - 128;
		int16_t t = 42 * c + 128;
		int16_t r = c + e + ((int16_t)(t + 153 * e) >> 8);
		int16_t g = c - e + ((int16_t)(t - 100 * d + 48 * e) >> 8);
		int16_t b = c + 2 * d + ((int16_t)(t + 4 * d) >> 8);

		r = r < 0 ? 0 : r > 255 ? 255 : r;
		g = g < 0 ? 0 : g > 255 ? 255 : g;
		b = b < 0 ? 0 : b > 255 ? 255 : b;
		gb[i] = (uint16_t)(g << 8 | b);
		ar[i] = (uint16_t)(0xff00 | r);
	}
	for (unsigned int i = 0; i < n; i++) {
		out[2 * i] = gb[i];
		out[2 * i + 1] = ar[i];
	}
}

/* The components of a row, as bytes; aligned, as they are written in pairs. */
struct yuv_row {
	uint8_t y[PX_ROW + 16], u[PX_ROW + 16], v[PX_ROW + 16];
} __attribute__((aligned(16)));

static void split_yuyv(struct yuv_row *row, const uint16_t *raw, unsigned int words)
{
	uint16_t *y = (uint16_t *)row->y, *u = (uint16_t *)row->u, *v = (uint16_t *)row->v;

	for (unsigned int i = 0; i < words; i++) {
		uint16_t first = raw[2 * i], second = raw[2 * i + 1];

		y[i] = (first & 0xff) | second << 8;
		u[i] = (first & 0xff00) | first >> 8;
		v[i] = (second & 0xff00) | second >> 8;
	}
}

static void split_uv(struct yuv_row *row, const uint16_t *raw, unsigned int pairs)
{
	uint16_t *u = (uint16_t *)row->u, *v = (uint16_t *)row->v;

	for (unsigned int i = 0; i < pairs; i++) {
		uint16_t w = raw[i];

		u[i] = (w & 0xff) | w << 8;
		v[i] = (w & 0xff00) | w >> 8;
	}
}

static void decode_yuyv(const void *raw, bool odd, uint32_t *argb, unsigned int n)
{
	struct yuv_row row;

	split_yuyv(&row, raw, (n + odd + 1) / 2);
	yuv_to_argb(row.y + odd, row.u + odd, row.v + odd, argb, n);
}

static void decode_nv12(const void *raw, const void *uv, bool odd, uint32_t *argb, unsigned int n)
{
	struct yuv_row row;

	split_uv(&row, uv, (n + odd + 1) / 2);
	yuv_to_argb(raw, row.u + odd, row.v + odd, argb, n);
}

static void split_argb(struct planes *p, const uint32_t *argb, unsigned int n)
{
	const uint16_t *in = (const uint16_t *)argb;

	for (unsigned int i = 0; i < n; i++) {
		p->x[0][i] = in[2 * i] & 0xff;
		p->x[1][i] = in[2 * i] >> 8;
		p->x[2][i] = in[2 * i + 1] & 0xff;
	}
}

static void luma(const struct planes *p, uint8_t *y, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint16_t b = p->x[0][i], g = p->x[1][i], r = p->x[2][i];

		y[i] = ((uint16_t)(66 * r + 129 * g + 25 * b + 128) >> 8) + 16;
	}
}

/* U and V of @n colours, as pairs. */
static void chroma(struct planes *p, uint16_t *uv, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		int16_t b = p->x[0][i], g = p->x[1][i], r = p->x[2][i];
		int16_t u = (int16_t)(-38 * r - 74 * g + 112 * b + 128) >> 8;
		int16_t v = (int16_t)(112 * r - 94 * g - 18 * b + 128) >> 8;

		uv[i] = (uint16_t)((u + 128) | (v + 128) << 8);
	}
}

/* The mean of two neighbours in a row, or in two. */
static void mean(struct planes *restrict to, const struct planes *restrict p, unsigned int n)
{
	for (unsigned int k = 0; k < 3; k++) {
		for (unsigned int i = 0; i < n; i++)
			to->x[k][i] = (p->x[k][2 * i] + p->x[k][2 * i + 1] + 1) >> 1;
	}
}

static void mean_of_two(struct planes *restrict to, const struct planes *restrict p,
			const struct planes *restrict q, unsigned int n)
{
	for (unsigned int k = 0; k < 3; k++) {
		for (unsigned int i = 0; i < n; i++) {
			int16_t sum = p->x[k][2 * i] + p->x[k][2 * i + 1] + q->x[k][2 * i] +
				      q->x[k][2 * i + 1];

			to->x[k][i] = (sum + 2) >> 2;
		}
	}
}

static void encode_yuyv(uint16_t *raw, const uint32_t *argb, unsigned int n)
{
	uint16_t uv[PX_ROW / 2];
	struct planes p, m;
	uint8_t y[PX_ROW];

	split_argb(&p, argb, n);
	luma(&p, y, n);
	mean(&m, &p, n / 2);
	chroma(&m, uv, n / 2);
	for (unsigned int i = 0; i < n / 2; i++) {
		raw[2 * i] = (uint16_t)(y[2 * i] | uv[i] << 8);
		raw[2 * i + 1] = (uint16_t)(y[2 * i + 1] | (uv[i] & 0xff00));
	}
}

CLONES
void px_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		    unsigned int n)
{
	struct planes p, q, m;

	split_argb(&p, argb0, n);
	split_argb(&q, argb1, n);
	luma(&p, y0, n);
	luma(&q, y1, n);
	mean_of_two(&m, &p, &q, n / 2);
	chroma(&m, uv, n / 2);
}

/* ---- all formats ---- */

CLONES
void px_decode(enum softgpu_format format, const void *raw, const void *uv, bool odd,
	       uint32_t *argb, unsigned int n)
{
	switch (format) {
	case SOFTGPU_FORMAT_ARGB8888:
		memmove(argb, raw, n * 4u);
		break;
	case SOFTGPU_FORMAT_XRGB8888:
		decode_xrgb8888(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_RGB565:
		decode_rgb565(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_R8:
		decode_r8(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_A8:
		decode_a8(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_YUYV:
		decode_yuyv(raw, odd, argb, n);
		break;
	case SOFTGPU_FORMAT_NV12:
		decode_nv12(raw, uv, odd, argb, n);
		break;
	}
}

CLONES
void px_encode(enum softgpu_format format, void *raw, const uint32_t *argb, unsigned int n)
{
	switch (format) {
	case SOFTGPU_FORMAT_ARGB8888:
		memmove(raw, argb, n * 4u);
		break;
	case SOFTGPU_FORMAT_XRGB8888:
		decode_xrgb8888(argb, raw, n);
		break;
	case SOFTGPU_FORMAT_RGB565:
		encode_rgb565(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_R8:
		encode_r8(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_A8:
		encode_a8(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_YUYV:
		encode_yuyv(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_NV12:
		break;
	}
}

/* ---- words ---- */

CLONES
void px_fill(uint32_t *to, uint32_t value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		to[i] = value;
}

CLONES
void px_opaque(uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] |= ALPHA;
}

/* x / 255, rounded, for up to 255 * 255. */
static uint8_t div255(uint16_t x)
{
	uint16_t t = x + 128;

	return (uint16_t)(t + (t >> 8)) >> 8;
}

/* Four times the lowest byte. */
static uint32_t splat(uint32_t x)
{
	x |= x << 8;
	return x | x << 16;
}

static void scale_bytes(uint8_t *to, const uint8_t *from, unsigned int bytes, uint8_t by)
{
	for (unsigned int i = 0; i < bytes; i++)
		to[i] = div255(from[i] * by);
}

CLONES
void px_blend(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	uint32_t scaled[PX_ROW], rest[PX_ROW];
	const uint8_t *source, *r = (const uint8_t *)rest;
	uint8_t *to = (uint8_t *)d;

	if (alpha != 255) {
		scale_bytes((uint8_t *)scaled, (const uint8_t *)s, 4 * n, alpha);
		s = scaled;
	}
	source = (const uint8_t *)s;
	for (unsigned int i = 0; i < n; i++)
		rest[i] = splat(~s[i] >> 24);
	for (unsigned int i = 0; i < 4 * n; i++) {
		int16_t sum = source[i] + div255(to[i] * r[i]);

		to[i] = sum > 255 ? 255 : sum;
	}
}

CLONES
void px_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	uint32_t colour[PX_ROW], share[PX_ROW], rest[PX_ROW];
	const uint8_t *c = (const uint8_t *)colour, *a = (const uint8_t *)share;
	const uint8_t *r = (const uint8_t *)rest;
	uint8_t *to = (uint8_t *)d;

	for (unsigned int i = 0; i < n; i++) {
		uint32_t x = (s[i] >> 24) * alpha + 128;

		share[i] = splat((x + (x >> 8)) >> 8);
		rest[i] = ~share[i];
		/* Alpha as a colour of 255: the sum is a + div(dA * (255 - a)). */
		colour[i] = s[i] | ALPHA;
	}
	for (unsigned int i = 0; i < 4 * n; i++)
		to[i] = div255((uint16_t)(c[i] * a[i]) + (uint16_t)(to[i] * r[i]));
}

CLONES
void px_modulate(uint32_t *d, const uint32_t *s, unsigned int n)
{
	const uint8_t *from = (const uint8_t *)s;
	uint8_t *to = (uint8_t *)d;

	for (unsigned int i = 0; i < 4 * n; i++)
		to[i] = div255(to[i] * from[i]);
}

/* The four channels, of 16 bits each: B, R, G, A from the lowest. */
static uint64_t spread(uint32_t argb)
{
	return (argb & LOW) | (uint64_t)(argb >> 8 & LOW) << 32;
}

static inline uint32_t bilinear(uint32_t c00, uint32_t c10, uint32_t c01, uint32_t c11,
				unsigned int f, unsigned int g)
{
	const uint64_t odd = 0x0000ffff0000ffff, half = 0x0000800000008000;
	uint64_t t = spread(c00) * (256 - f) + spread(c10) * f;
	uint64_t b = spread(c01) * (256 - f) + spread(c11) * f;
	/* B and G, R and A, of 32 bits each; their results are the third byte of each. */
	uint64_t bg = (t & odd) * (256 - g) + (b & odd) * g + half;
	uint64_t ra = (t >> 16 & odd) * (256 - g) + (b >> 16 & odd) * g + half;

	return (bg >> 16 & 0xff) | (bg >> 48) << 8 | (ra & 0xff0000) | (ra >> 48) << 24;
}

uint32_t px_bilinear(const uint32_t c[4], unsigned int f, unsigned int g)
{
	return bilinear(c[0], c[1], c[2], c[3], f, g);
}

void px_bilinear_row(const uint32_t *upper, const uint32_t *lower, const uint32_t *at,
		     unsigned int g, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t left = at[i] >> 8, right = left + !!(at[i] & 255);

		argb[i] = bilinear(upper[left], upper[right], lower[left], lower[right],
				   at[i] & 255, g);
	}
}
