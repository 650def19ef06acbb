// SPDX-License-Identifier: GPL-2.0
/*
 * YUV pixels: loops that a compiler makes vectors of, for any machine, and for the
 * ends of rows behind what avx2.c has done.
 */
#include "avx2.h"
#include "clones.h"
#include "pixel.h"
#include "yuv.h"

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

CLONES
static void loop_decode_yuyv(const void *raw, bool odd, uint32_t *argb, unsigned int n)
{
	struct yuv_row row;

	split_yuyv(&row, raw, (n + odd + 1) / 2);
	yuv_to_argb(row.y + odd, row.u + odd, row.v + odd, argb, n);
}

CLONES
static void loop_decode_nv12(const void *raw, const void *uv, bool odd, uint32_t *argb,
			     unsigned int n)
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

CLONES
static void loop_encode_yuyv(uint16_t *raw, const uint32_t *argb, unsigned int n)
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
static void loop_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0,
			     const uint32_t *argb1, unsigned int n)
{
	struct planes p, q, m;

	split_argb(&p, argb0, n);
	split_argb(&q, argb1, n);
	luma(&p, y0, n);
	luma(&q, y1, n);
	mean_of_two(&m, &p, &q, n / 2);
	chroma(&m, uv, n / 2);
}

/* ---- both ---- */

/* Rows that begin with the second of a pair: that pixel first. */
void yuv_decode_yuyv(const void *raw, bool odd, uint32_t *argb, unsigned int n)
{
	const uint8_t *from = raw;
	unsigned int done;

	if (odd && n) {
		loop_decode_yuyv(from, true, argb, 1);
		from += 4;
		argb++;
		n--;
	}
	done = avx2_decode_yuyv(from, argb, n);
	if (done < n)
		loop_decode_yuyv(from + 2 * done, false, argb + done, n - done);
}

void yuv_decode_nv12(const void *raw, const void *uv, bool odd, uint32_t *argb, unsigned int n)
{
	const uint8_t *y = raw, *pairs = uv;
	unsigned int done;

	if (odd && n) {
		loop_decode_nv12(y, pairs, true, argb, 1);
		y++;
		pairs += 2;
		argb++;
		n--;
	}
	done = avx2_decode_nv12(y, pairs, argb, n);
	if (done < n)
		loop_decode_nv12(y + done, pairs + done, false, argb + done, n - done);
}

void yuv_encode_yuyv(void *raw, const uint32_t *argb, unsigned int n)
{
	unsigned int done = avx2_encode_yuyv(raw, argb, n);

	if (done < n)
		loop_encode_yuyv((uint16_t *)raw + done, argb + done, n - done);
}

void yuv_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		     unsigned int n)
{
	unsigned int done = avx2_encode_nv12(y0, y1, uv, argb0, argb1, n);

	if (done < n)
		loop_encode_nv12((uint8_t *)y0 + done, (uint8_t *)y1 + done, (uint8_t *)uv + done,
				 argb0 + done, argb1 + done, n - done);
}
