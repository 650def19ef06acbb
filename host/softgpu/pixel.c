// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels: conversion and blending of rows. Two channels of 8 bits at a time are
 * kept in one word, at bits 0 and 16, where there is room for their products.
 */
#include <string.h>

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

/*
 * One row, of Y as it is and of U and V repeated for each pixel. All terms fit
 * 16 bits when multiples of 256 are taken out of the factors: 298 is 256 + 42,
 * 409 is 256 + 153, -208 is 48 - 256, 516 is 512 + 4.
 */
static void yuv_to_argb(const uint8_t *y, const uint8_t *u, const uint8_t *v, uint32_t *argb,
			unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		int16_t c = y[i] - 16, d = u[i] - 128, e = v[i] - 128;
		int16_t t = 42 * c + 128;
		int16_t r = c + e + ((int16_t)(t + 153 * e) >> 8);
		int16_t g = c - e + ((int16_t)(t - 100 * d + 48 * e) >> 8);
		int16_t b = c + 2 * d + ((int16_t)(t + 4 * d) >> 8);

		r = r < 0 ? 0 : r > 255 ? 255 : r;
		g = g < 0 ? 0 : g > 255 ? 255 : g;
		b = b < 0 ? 0 : b > 255 ? 255 : b;
		argb[i] = ALPHA | (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
	}
}

/* The three planes of a row; aligned, as they are written in pairs. */
struct yuv_row {
	uint8_t y[PX_ROW + 16], u[PX_ROW + 16], v[PX_ROW + 16];
} __attribute__((aligned(16)));

static void split_yuyv(struct yuv_row *row, const uint32_t *raw, unsigned int words)
{
	uint16_t *y = (uint16_t *)row->y, *u = (uint16_t *)row->u, *v = (uint16_t *)row->v;

	for (unsigned int i = 0; i < words; i++) {
		uint32_t w = raw[i];

		y[i] = (w & 0xff) | (w >> 8 & 0xff00);
		u[i] = (w >> 8 & 0xff) * 0x101;
		v[i] = (w >> 24) * 0x101;
	}
}

static void split_uv(struct yuv_row *row, const uint16_t *raw, unsigned int pairs)
{
	uint16_t *u = (uint16_t *)row->u, *v = (uint16_t *)row->v;

	for (unsigned int i = 0; i < pairs; i++) {
		uint16_t w = raw[i];

		u[i] = (w & 0xff) * 0x101;
		v[i] = (w >> 8) * 0x101;
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

static uint32_t luma(uint32_t argb)
{
	uint16_t r = argb >> 16 & 0xff, g = argb >> 8 & 0xff, b = argb & 0xff;

	return ((uint16_t)(66 * r + 129 * g + 25 * b + 128) >> 8) + 16;
}

/* U in bits 0 to 7, V in bits 8 to 15. */
static uint32_t chroma(int r, int g, int b)
{
	int16_t u = -38 * r - 74 * g + 112 * b + 128;
	int16_t v = 112 * r - 94 * g - 18 * b + 128;

	return (uint32_t)((u >> 8) + 128) | (uint32_t)((v >> 8) + 128) << 8;
}

static void encode_yuyv(uint32_t *raw, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n / 2; i++) {
		uint32_t p = argb[2 * i], q = argb[2 * i + 1];
		uint32_t rb = (p & LOW) + (q & LOW) + 0x10001;
		uint32_t g = (p >> 8 & 0xff) + (q >> 8 & 0xff) + 1;
		uint32_t uv = chroma(rb >> 17, g >> 1, (rb & 0xffff) >> 1);

		raw[i] = luma(p) | (uv & 0xff) << 8 | luma(q) << 16 | (uv >> 8) << 24;
	}
}

static void encode_luma(uint8_t *y, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		y[i] = luma(argb[i]);
}

void px_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		    unsigned int n)
{
	uint16_t *pair = uv;

	encode_luma(y0, argb0, n);
	encode_luma(y1, argb1, n);
	for (unsigned int i = 0; i < n / 2; i++) {
		uint32_t a = argb0[2 * i], b = argb0[2 * i + 1];
		uint32_t c = argb1[2 * i], d = argb1[2 * i + 1];
		uint32_t rb = (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW) + 0x20002;
		uint32_t g = (a >> 8 & 0xff) + (b >> 8 & 0xff) + (c >> 8 & 0xff) +
			     (d >> 8 & 0xff) + 2;

		pair[i] = chroma(rb >> 18, g >> 2, (rb & 0xffff) >> 2);
	}
}

/* ---- all formats ---- */

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

void px_fill(uint32_t *to, uint32_t value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		to[i] = value;
}

void px_opaque(uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] |= ALPHA;
}

/* Both halves, each up to 255 * 255, by 255, rounded. */
static uint32_t div255(uint32_t x)
{
	x += 0x00800080;
	return (x + (x >> 8 & LOW)) >> 8 & LOW;
}

/* Both halves, each up to 511, to at most 255. */
static uint32_t saturate(uint32_t x)
{
	uint32_t over = x >> 8 & 0x00010001;

	return (x | ((over << 8) - over)) & LOW;
}

void px_blend(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t rb = div255((s[i] & LOW) * alpha), ag = div255((s[i] >> 8 & LOW) * alpha);
		uint32_t rest = 255 - (ag >> 16);

		rb = saturate(rb + div255((d[i] & LOW) * rest));
		ag = saturate(ag + div255((d[i] >> 8 & LOW) * rest));
		d[i] = rb | ag << 8;
	}
}

void px_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t a = div255((s[i] >> 24) * alpha), rest = 255 - a;
		/* Alpha itself: 255 * a + dA * rest, so that the sum is a + div(dA * rest). */
		uint32_t s_ag = (s[i] >> 8 & 0xff) | 0x00ff0000;
		uint32_t rb = div255((s[i] & LOW) * a + (d[i] & LOW) * rest);
		uint32_t ag = div255(s_ag * a + (d[i] >> 8 & LOW) * rest);

		d[i] = rb | ag << 8;
	}
}

void px_modulate(uint32_t *d, const uint32_t *s, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t x = d[i], y = s[i];
		uint32_t rb = div255((x & 0xff) * (y & 0xff) |
				     ((x >> 16 & 0xff) * (y >> 16 & 0xff)) << 16);
		uint32_t ag = div255((x >> 8 & 0xff) * (y >> 8 & 0xff) |
				     ((x >> 24) * (y >> 24)) << 16);

		d[i] = rb | ag << 8;
	}
}

uint32_t px_bilinear(uint32_t c00, uint32_t c10, uint32_t c01, uint32_t c11, unsigned int f,
		     unsigned int g)
{
	uint32_t result = 0;

	for (unsigned int shift = 0; shift < 32; shift += 8) {
		uint32_t t = (c00 >> shift & 0xff) * (256 - f) + (c10 >> shift & 0xff) * f;
		uint32_t b = (c01 >> shift & 0xff) * (256 - f) + (c11 >> shift & 0xff) * f;

		result |= (t * (256 - g) + b * g + 32768) >> 16 << shift;
	}
	return result;
}
