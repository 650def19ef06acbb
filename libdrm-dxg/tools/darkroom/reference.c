// SPDX-License-Identifier: MIT
/*
 * The operations in plain C, pixel by pixel: what the GPU's result is compared
 * with. Written from the meaning of each operation, not from its program.
 */
#include "ops.h"

#include <stddef.h>

static int clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

static uint32_t at(const struct picture *p, int x, int y)
{
	x = clamp(x, 0, (int)p->width - 1);
	y = clamp(y, 0, (int)p->height - 1);
	return p->pixels[(size_t)y * p->width + x];
}

static int channel(uint32_t pixel, int c)
{
	return pixel >> (8 * c) & 255;
}

static void weighted(const struct picture *src, struct picture *dst, const int (*w)[3],
		     int divisor)
{
	for (int y = 0; y < (int)src->height; y++) {
		for (int x = 0; x < (int)src->width; x++) {
			uint32_t pixel = at(src, x, y) & 0xff000000;

			for (int c = 0; c < 3; c++) {
				int sum = 0;

				for (int j = 0; j < 3; j++)
					for (int i = 0; i < 3; i++)
						sum += w[j][i] * channel(at(src, x + i - 1,
									    y + j - 1), c);
				/* Rounded down; below zero, clamping makes it 0 anyway. */
				pixel |= (uint32_t)clamp(sum < 0 ? -1 : sum / divisor, 0, 255)
					 << (8 * c);
			}
			dst->pixels[(size_t)y * dst->width + x] = pixel;
		}
	}
}

void reference_blur(const struct picture *src, struct picture *dst)
{
	static const int w[3][3] = { { 1, 2, 1 }, { 2, 4, 2 }, { 1, 2, 1 } };

	weighted(src, dst, w, 16);
}

void reference_sharpen(const struct picture *src, struct picture *dst)
{
	static const int w[3][3] = { { 0, -1, 0 }, { -1, 5, -1 }, { 0, -1, 0 } };

	weighted(src, dst, w, 1);
}

void reference_edge(const struct picture *src, struct picture *dst)
{
	for (int y = 0; y < (int)src->height; y++) {
		for (int x = 0; x < (int)src->width; x++) {
			uint32_t pixel = 0xff000000;

			for (int c = 0; c < 3; c++) {
#define P(dx, dy) channel(at(src, x + (dx), y + (dy)), c)
				int gx = P(1, -1) + 2 * P(1, 0) + P(1, 1) - P(-1, -1) -
					 2 * P(-1, 0) - P(-1, 1);
				int gy = P(-1, 1) + 2 * P(0, 1) + P(1, 1) - P(-1, -1) -
					 2 * P(0, -1) - P(1, -1);
#undef P
				int size = (gx < 0 ? -gx : gx) + (gy < 0 ? -gy : gy);

				pixel |= (uint32_t)clamp(size, 0, 255) << (8 * c);
			}
			dst->pixels[(size_t)y * dst->width + x] = pixel;
		}
	}
}

/* Steps until |z| > 2, in 8.24 fixed point, products rounded down. */
static int steps_to_escape(int64_t cr, int64_t ci)
{
	int64_t zr = 0, zi = 0;

	for (int n = 0; n < MANDELBROT_STEPS; n++) {
		int64_t rr = (zr * zr) >> 24, ii = (zi * zi) >> 24, ri = (zr * zi) >> 24;

		if (rr + ii > (int64_t)4 << 24)
			return n;
		zr = rr - ii + cr;
		zi = 2 * ri + ci;
	}
	return MANDELBROT_STEPS;
}

void reference_mandelbrot(const struct picture *src, struct picture *dst)
{
	int64_t step = MANDELBROT_WIDTH / (src->width > src->height ? src->width : src->height);
	int64_t top = -(step * src->height / 2);

	for (uint32_t y = 0; y < src->height; y++) {
		for (uint32_t x = 0; x < src->width; x++) {
			int n = steps_to_escape(MANDELBROT_LEFT + x * step, top + y * step);
			uint32_t pixel = src->pixels[(size_t)y * src->width + x];

			if (n < MANDELBROT_STEPS)
				pixel = 0xff000000 | (n * 9 & 255) << 16 | (n * 5 & 255) << 8 |
					(n * 13 & 255);
			dst->pixels[(size_t)y * dst->width + x] = pixel;
		}
	}
}

/* Place of a result's column or row in the source, in 1/256. */
static uint64_t place(uint64_t i, uint64_t from, uint64_t to)
{
	int64_t p = (int64_t)((2 * i + 1) * from * 256 / (2 * to)) - 128;
	int64_t last = (int64_t)(from - 1) * 256;

	return p < 0 ? 0 : p > last ? last : p;
}

void reference_scale(const struct picture *src, struct picture *dst)
{
	for (uint32_t y = 0; y < dst->height; y++) {
		uint64_t q = place(y, src->height, dst->height);
		int y0 = q >> 8, g = q & 255;

		for (uint32_t x = 0; x < dst->width; x++) {
			uint64_t p = place(x, src->width, dst->width);
			int x0 = p >> 8, f = p & 255;
			uint32_t pixel = 0;

			for (int c = 0; c < 4; c++) {
				int t = channel(at(src, x0, y0), c) * (256 - f) +
					channel(at(src, x0 + 1, y0), c) * f;
				int b = channel(at(src, x0, y0 + 1), c) * (256 - f) +
					channel(at(src, x0 + 1, y0 + 1), c) * f;

				pixel |= (uint32_t)((t * (256 - g) + b * g + 32768) >> 16)
					 << (8 * c);
			}
			dst->pixels[(size_t)y * dst->width + x] = pixel;
		}
	}
}
