// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels: conversion and blending of rows. The loops are written so that a compiler
 * makes vectors of them: over bytes, or over planes of 16 bits, and no wider.
 */
#include <string.h>

#include <glib.h>

#include "avx2.h"
#include "clones.h"
#include "pixel.h"
#include "yuv.h"

#define ALPHA		0xff000000u

/* ---- from and to bytes ---- */

static void decode_xrgb8888(const uint32_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		argb[i] = raw[i] | ALPHA;
}

static void decode_rgb565(const uint16_t *restrict raw, uint32_t *restrict argb, unsigned int n)
{
	uint16_t *out = (uint16_t *)argb;

	for (size_t i = 0; i < n; i++) {
		uint16_t v = raw[i];
		uint16_t b = (v << 3 & 0xf8) | (v >> 2 & 0x07);
		uint16_t g = (v << 5 & 0xfc00) | (v >> 1 & 0x0300);
		uint16_t r = (v >> 8 & 0xf8) | v >> 13;

		out[2 * i] = g | b;
		out[2 * i + 1] = 0xff00 | r;
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
		yuv_decode_yuyv(raw, odd, argb, n);
		break;
	case SOFTGPU_FORMAT_NV12:
		yuv_decode_nv12(raw, uv, odd, argb, n);
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
		yuv_encode_yuyv(raw, argb, n);
		break;
	case SOFTGPU_FORMAT_NV12:
		break;
	}
}

void px_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		    unsigned int n)
{
	yuv_encode_nv12(y0, y1, uv, argb0, argb1, n);
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
static void loop_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
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

void px_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	unsigned int done = avx2_blend_straight(d, s, n, alpha);

	if (done < n)
		loop_blend_straight(d + done, s + done, n - done, alpha);
}

CLONES
void px_modulate(uint32_t *d, const uint32_t *s, unsigned int n)
{
	const uint8_t *from = (const uint8_t *)s;
	uint8_t *to = (uint8_t *)d;

	for (unsigned int i = 0; i < 4 * n; i++)
		to[i] = div255(to[i] * from[i]);
}

typedef uint32_t words __attribute__((vector_size(32)));

#define WORDS		(sizeof(words) / sizeof(uint32_t))

/* Every PX_STRIDE-th group of words, from the one at @out on. */
static inline void advance(int32_t *out, unsigned int n, const uint32_t *first, uint32_t whole,
			   uint32_t part, uint32_t all)
{
	words value, rest, over;
	unsigned int i;

	memcpy(&value, out, sizeof(value));
	memcpy(&rest, first, sizeof(rest));
	for (i = PX_STRIDE; i < n; i += PX_STRIDE) {
		rest += part;
		over = (words)(rest >= all);	/* all ones, which is -1 */
		rest -= over & all;
		value += whole - over;
		if (n - i < WORDS)
			break;
		memcpy(out + i, &value, sizeof(value));
	}
	if (i < n)
		memcpy(out + i, &value, (n - i) * sizeof(*out));
}

CLONES
void px_advance(int32_t *out, unsigned int n, const uint32_t first[PX_STRIDE], int32_t whole,
		uint32_t part, uint32_t all)
{
	for (unsigned int k = 0; k < PX_STRIDE && k < n; k += WORDS)
		advance(out + k, n - k, first + k, (uint32_t)whole, part, all);
}

/*
 * Weights in whole bytes' places: each of a pixel's four bytes gets 16 bits, the
 * sums of the first step at most 255 * 256, those of the second 32 bits.
 */
CLONES
void px_bilinear(uint32_t *argb, const uint32_t *c00, const uint32_t *c10, const uint32_t *c01,
		 const uint32_t *c11, const int32_t *u, const int32_t *v, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		uint32_t f = u[i] & 255, g = v[i] & 255, sum = 0;

		for (unsigned int shift = 0; shift < 32; shift += 8) {
			uint32_t t = (c00[i] >> shift & 255) * (256 - f) +
				     (c10[i] >> shift & 255) * f;
			uint32_t b = (c01[i] >> shift & 255) * (256 - f) +
				     (c11[i] >> shift & 255) * f;

			sum |= (t * (256 - g) + b * g + 32768) >> 16 << shift;
		}
		argb[i] = sum;
	}
}

/*
 * @n bytes between two rows; 0 to 255 * 256, less 32768: signed words, as
 * multiplications of pairs want them.
 */
CLONES
static void between(const uint8_t *restrict upper, const uint8_t *restrict lower,
		    unsigned int g, int16_t *restrict to, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		to[i] = (int16_t)((upper[i] * (256 - g) + lower[i] * g) ^ 0x8000);
}

static void loop_bilinear(const int16_t *rows, const uint32_t *at, uint32_t first, uint32_t *argb,
			  unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		const int16_t *c = rows + 4 * ((at[i] >> 8) - first);
		int32_t f = at[i] & 255;

		argb[i] = 0;
		for (unsigned int k = 0; k < 4; k++) {
			int32_t sum = c[k] * (256 - f) + c[k + 4] * f + 32768 * 256 + 32768;

			argb[i] |= (uint32_t)sum >> 16 << 8 * k;
		}
	}
}

void px_bilinear_row(const uint32_t *const row[2], unsigned int g, unsigned int width,
		     const uint32_t *at, uint32_t first, uint32_t *argb, unsigned int n)
{
	int16_t rows[4 * (PX_ROW + 1)];
	unsigned int done;

	between((const uint8_t *)row[0], (const uint8_t *)row[1], g, rows, 4 * width);
	memset(rows + 4 * width, 0, 8);
	done = avx2_bilinear(rows, at, first, argb, n);
	if (done < n)
		loop_bilinear(rows, at + done, first, argb + done, n - done);
}
