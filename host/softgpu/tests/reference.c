// SPDX-License-Identifier: MIT
/* The reference of the drawing commands, and comparing with it. */
#include <math.h>
#include <stdio.h>

#include "../../display/picture.h"
#include "reference.h"

uint8_t ref_memory[REF_BYTES];

/* ---- numbers ---- */

static int64_t floor_of(int64_t n, int64_t d)
{
	int64_t q = n / d;

	return q * d > n ? q - 1 : q;
}

static int clamp(int64_t v, int low, int high)
{
	return v < low ? low : v > high ? high : (int)v;
}

static int by_255(int x)
{
	return (2 * x + 255) / 510;
}

static int channel(uint32_t argb, int c)
{
	return argb / (1u << 8 * c) % 256;
}

static uint32_t colour(int a, int r, int g, int b)
{
	return (uint32_t)a * 0x1000000 + r * 0x10000 + g * 0x100 + b;
}

/* ---- pixels ---- */

static uint8_t *bytes_at(uint64_t va)
{
	assert_true(va >= BED_VA && va < BED_VA + REF_BYTES);
	return &ref_memory[va - BED_VA];
}

static uint8_t *row_at(const struct softgpu_surface *s, int y)
{
	return bytes_at(s->va + (uint64_t)y * s->pitch);
}

static uint32_t from_yuv(int y, int u, int v)
{
	int c = y - 16, d = u - 128, e = v - 128;

	return colour(255, clamp(floor_of(298 * c + 409 * e + 128, 256), 0, 255),
		      clamp(floor_of(298 * c - 100 * d - 208 * e + 128, 256), 0, 255),
		      clamp(floor_of(298 * c + 516 * d + 128, 256), 0, 255));
}

uint32_t ref_get(const struct softgpu_surface *s, int x, int y)
{
	const uint8_t *row = row_at(s, y), *uv;
	int v;

	switch (s->format) {
	case SOFTGPU_FORMAT_ARGB8888:
		return colour(row[4 * x + 3], row[4 * x + 2], row[4 * x + 1], row[4 * x]);
	case SOFTGPU_FORMAT_XRGB8888:
		return colour(255, row[4 * x + 2], row[4 * x + 1], row[4 * x]);
	case SOFTGPU_FORMAT_RGB565:
		v = row[2 * x] + 256 * row[2 * x + 1];
		return colour(255, v / 2048 * 8 + v / 2048 / 4,
			      v / 32 % 64 * 4 + v / 32 % 64 / 16, v % 32 * 8 + v % 32 / 4);
	case SOFTGPU_FORMAT_R8:
		return colour(255, row[x], 0, 0);
	case SOFTGPU_FORMAT_A8:
		return colour(row[x], 0, 0, 0);
	case SOFTGPU_FORMAT_YUYV:
		return from_yuv(row[2 * x], row[x / 2 * 4 + 1], row[x / 2 * 4 + 3]);
	default:
		uv = bytes_at(s->va_uv + (uint64_t)(y / 2) * s->pitch + x / 2 * 2);
		return from_yuv(row[x], uv[0], uv[1]);
	}
}

void ref_put(const struct softgpu_surface *s, int x, int y, uint32_t argb)
{
	int a = channel(argb, 3), r = channel(argb, 2), g = channel(argb, 1), b = channel(argb, 0);
	uint8_t *row = row_at(s, y);
	int v;

	switch (s->format) {
	case SOFTGPU_FORMAT_ARGB8888:
	case SOFTGPU_FORMAT_XRGB8888:
		row[4 * x] = b;
		row[4 * x + 1] = g;
		row[4 * x + 2] = r;
		row[4 * x + 3] = s->format == SOFTGPU_FORMAT_XRGB8888 ? 255 : a;
		break;
	case SOFTGPU_FORMAT_RGB565:
		v = r / 8 * 2048 + g / 4 * 32 + b / 8;
		row[2 * x] = v % 256;
		row[2 * x + 1] = v / 256;
		break;
	case SOFTGPU_FORMAT_R8:
		row[x] = r;
		break;
	case SOFTGPU_FORMAT_A8:
		row[x] = a;
		break;
	}
}

static int luma_of(uint32_t p)
{
	return (66 * channel(p, 2) + 129 * channel(p, 1) + 25 * channel(p, 0) + 128) / 256 + 16;
}

/* The mean of some pixels, as U and V. */
static void chroma_of(const uint32_t *p, int n, uint8_t uv[2])
{
	int mean[3];

	for (int c = 0; c < 3; c++) {
		int sum = n / 2;

		for (int i = 0; i < n; i++)
			sum += channel(p[i], c);
		mean[c] = sum / n;
	}
	uv[0] = floor_of(-38 * mean[2] - 74 * mean[1] + 112 * mean[0] + 128, 256) + 128;
	uv[1] = floor_of(112 * mean[2] - 94 * mean[1] - 18 * mean[0] + 128, 256) + 128;
}

/* A rectangle of pixels at once, so that chroma can be shared. */
static void put_all(const struct softgpu_surface *s, struct softgpu_rect r, const uint32_t *p)
{
	uint8_t uv[2];

	for (uint32_t y = 0; y < r.height; y++) {
		for (uint32_t x = 0; x < r.width; x++) {
			uint8_t *row = row_at(s, r.y + y);
			const uint32_t *at = &p[y * r.width + x];

			if (s->format == SOFTGPU_FORMAT_YUYV) {
				row[2 * (r.x + x)] = luma_of(*at);
				if (x % 2)
					continue;
				chroma_of(at, 2, uv);
				row[2 * (r.x + x) + 1] = uv[0];
				row[2 * (r.x + x) + 3] = uv[1];
			} else if (s->format == SOFTGPU_FORMAT_NV12) {
				uint32_t four[4];

				row[r.x + x] = luma_of(*at);
				if (x % 2 || y % 2)
					continue;
				memcpy(four, at, 8);
				memcpy(four + 2, at + r.width, 8);
				chroma_of(four, 4, uv);
				memcpy(bytes_at(s->va_uv + (uint64_t)(r.y + y) / 2 * s->pitch +
						r.x + x), uv, 2);
			} else {
				ref_put(s, r.x + x, r.y + y, *at);
			}
		}
	}
}

/* ---- the commands ---- */

static uint32_t *pixels(struct softgpu_rect r)
{
	uint32_t *p = malloc(4ul * r.width * r.height);

	assert_non_null(p);
	return p;
}

void ref_fill_rect(const struct softgpu_surface *dst, struct softgpu_rect rect, uint32_t argb)
{
	uint32_t *p = pixels(rect);

	for (uint32_t i = 0; i < rect.width * rect.height; i++)
		p[i] = argb;
	put_all(dst, rect, p);
	free(p);
}

void ref_convert(const struct softgpu_surface *dst, struct softgpu_rect rect,
		 const struct softgpu_surface *src, int src_x, int src_y)
{
	uint32_t *p = pixels(rect), *at = p;

	for (uint32_t y = 0; y < rect.height; y++) {
		for (uint32_t x = 0; x < rect.width; x++)
			*at++ = ref_get(src, src_x + x, src_y + y);
	}
	put_all(dst, rect, p);
	free(p);
}

static uint32_t between(const uint32_t c[4], int f, int g)
{
	int out[4];

	for (int i = 0; i < 4; i++) {
		int t = channel(c[0], i) * (256 - f) + channel(c[1], i) * f;
		int b = channel(c[2], i) * (256 - f) + channel(c[3], i) * f;

		out[i] = (t * (256 - g) + b * g + 32768) / 65536;
	}
	return colour(out[3], out[2], out[1], out[0]);
}

static uint32_t bilinear_at(const struct softgpu_surface *src, struct softgpu_rect from,
			    struct softgpu_rect to, int64_t x, int64_t y)
{
	int sw = from.width, sh = from.height;
	int p = clamp(floor_of((2 * x + 1) * sw * 256, 2 * to.width) - 128, 0, (sw - 1) * 256);
	int q = clamp(floor_of((2 * y + 1) * sh * 256, 2 * to.height) - 128, 0, (sh - 1) * 256);
	uint32_t c[4];

	for (int i = 0; i < 4; i++)
		c[i] = ref_get(src, from.x + clamp(p / 256 + i % 2, 0, sw - 1),
			       from.y + clamp(q / 256 + i / 2, 0, sh - 1));
	return between(c, p % 256, q % 256);
}

void ref_scale(const struct softgpu_surface *dst, struct softgpu_rect dst_rect,
	       const struct softgpu_surface *src, struct softgpu_rect src_rect, uint32_t flags)
{
	uint32_t *p = pixels(dst_rect), *at = p;

	for (int64_t y = 0; y < dst_rect.height; y++) {
		for (int64_t x = 0; x < dst_rect.width; x++) {
			int sx = (2 * x + 1) * src_rect.width / (2 * dst_rect.width);
			int sy = (2 * y + 1) * src_rect.height / (2 * dst_rect.height);

			if (flags & SOFTGPU_SCALE_BILINEAR)
				*at++ = bilinear_at(src, src_rect, dst_rect, x, y);
			else
				*at++ = ref_get(src, src_rect.x + sx, src_rect.y + sy);
		}
	}
	put_all(dst, dst_rect, p);
	free(p);
}

static uint32_t blended(uint32_t s, uint32_t d, int alpha, bool straight)
{
	int a = by_255(channel(s, 3) * alpha), out[4];

	for (int c = 0; c < 4; c++) {
		if (!straight)
			out[c] = clamp(by_255(channel(s, c) * alpha) +
				       by_255(channel(d, c) * (255 - a)), 0, 255);
		else if (c == 3)
			out[c] = a + by_255(channel(d, 3) * (255 - a));
		else
			out[c] = by_255(channel(s, c) * a + channel(d, c) * (255 - a));
	}
	return colour(out[3], out[2], out[1], out[0]);
}

void ref_blend(const struct softgpu_surface *dst, struct softgpu_rect rect,
	       const struct softgpu_surface *src, int src_x, int src_y, int alpha, uint32_t flags)
{
	uint32_t *p = pixels(rect), *at = p;

	for (uint32_t y = 0; y < rect.height; y++) {
		for (uint32_t x = 0; x < rect.width; x++)
			*at++ = blended(ref_get(src, src_x + x, src_y + y),
					ref_get(dst, rect.x + x, rect.y + y), alpha,
					flags & SOFTGPU_BLEND_STRAIGHT);
	}
	put_all(dst, rect, p);
	free(p);
}

/* ---- triangles ---- */

struct point {
	int64_t x, y;
};

static int64_t edge(struct point a, struct point b, struct point p)
{
	return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static bool belongs(int64_t w, struct point a, struct point b)
{
	bool top = a.y == b.y && b.x > a.x, left = b.y < a.y;

	return w > 0 || (w == 0 && (top || left));
}

static uint32_t texel_at(const struct softgpu_surface *s, int64_t x, int64_t y, bool wrap)
{
	int w = s->width, h = s->height;

	if (wrap)
		return ref_get(s, x - floor_of(x, w) * w, y - floor_of(y, h) * h);
	return ref_get(s, clamp(x, 0, w - 1), clamp(y, 0, h - 1));
}

static uint32_t texture_at(const struct softgpu_surface *s, int64_t u, int64_t v, uint32_t flags)
{
	bool wrap = flags & SOFTGPU_TRIANGLES_WRAP;
	int64_t x, y;
	uint32_t c[4];

	if (!(flags & SOFTGPU_TRIANGLES_BILINEAR))
		return texel_at(s, floor_of(u, 256), floor_of(v, 256), wrap);
	x = floor_of(u - 128, 256);
	y = floor_of(v - 128, 256);
	for (int i = 0; i < 4; i++)
		c[i] = texel_at(s, x + i % 2, y + i / 2, wrap);
	return between(c, u - 128 - x * 256, v - 128 - y * 256);
}

static uint32_t shaded(const struct softgpu_surface *texture, const struct softgpu_vertex *v[3],
		       const int64_t w[3], uint32_t flags)
{
	int64_t area = w[0] + w[1] + w[2], tu = 0, tv = 0;
	uint32_t texel;
	int c[4];

	for (int i = 0; i < 4; i++) {
		int64_t sum = area / 2;

		for (int k = 0; k < 3; k++)
			sum += w[k] * channel(v[k]->argb, i);
		c[i] = sum / area;
	}
	if (!(flags & SOFTGPU_TRIANGLES_TEXTURED))
		return colour(c[3], c[2], c[1], c[0]);
	for (int k = 0; k < 3; k++) {
		tu += w[k] * v[k]->u;
		tv += w[k] * v[k]->v;
	}
	texel = texture_at(texture, floor_of(tu, area), floor_of(tv, area), flags);
	for (int i = 0; i < 4; i++)
		c[i] = by_255(c[i] * channel(texel, i));
	return colour(c[3], c[2], c[1], c[0]);
}

static void triangle(const struct softgpu_surface *dst, const struct softgpu_surface *texture,
		     const struct softgpu_vertex *in, uint32_t flags)
{
	const struct softgpu_vertex *v[3] = { &in[0], &in[1], &in[2] };
	struct point p[3] = { { in[0].x, in[0].y }, { in[1].x, in[1].y }, { in[2].x, in[2].y } };
	int64_t area = edge(p[0], p[1], p[2]);

	if (area < 0) {
		struct point q = p[1];

		p[1] = p[2];
		p[2] = q;
		v[1] = &in[2];
		v[2] = &in[1];
	}
	for (int y = 0; area && y < (int)dst->height; y++) {
		for (int x = 0; x < (int)dst->width; x++) {
			struct point at = { 16 * x + 8, 16 * y + 8 };
			int64_t w[3] = { edge(p[1], p[2], at), edge(p[2], p[0], at),
					 edge(p[0], p[1], at) };
			uint32_t c;

			if (!belongs(w[0], p[1], p[2]) || !belongs(w[1], p[2], p[0]) ||
			    !belongs(w[2], p[0], p[1]))
				continue;
			c = shaded(texture, v, w, flags);
			if (flags & SOFTGPU_TRIANGLES_BLEND)
				c = blended(c, ref_get(dst, x, y), 255, false);
			ref_put(dst, x, y, c);
		}
	}
}

void ref_triangles(const struct softgpu_surface *dst, const struct softgpu_surface *texture,
		   const struct softgpu_vertex *v, unsigned int count, uint32_t flags)
{
	for (unsigned int i = 0; i < count; i++)
		triangle(dst, texture, v + 3 * i, flags);
}

/* ---- comparing ---- */

void ref_random(struct bed *b, uint64_t *seed)
{
	for (unsigned int i = 0; i < REF_BYTES; i += 4) {
		uint32_t v = test_random(seed);

		memcpy(ref_memory + i, &v, 4);
	}
	bed_put(b, 0, ref_memory, REF_BYTES);
}

void ref_assert_same(struct bed *b)
{
	for (unsigned int i = 0; i < BED_PAGES; i++) {
		const uint8_t *have = bed_page(b, i), *want = ref_memory + i * 4096;

		if (!memcmp(have, want, 4096))
			continue;
		for (unsigned int k = 0; k < 4096; k++) {
			if (have[k] != want[k])
				fail_msg("byte 0x%x is 0x%02x, should be 0x%02x", i * 4096 + k,
					 have[k], want[k]);
		}
	}
}

void ref_picture(const struct softgpu_surface *s, const char *name)
{
	struct picture p = { .width = s->width, .height = s->height };
	const char *folder = getenv("DXG_PICTURES");
	char path[512];

	if (!folder)
		return;
	p.rgb = malloc(3ul * p.width * p.height);
	assert_non_null(p.rgb);
	for (uint32_t i = 0; i < p.width * p.height; i++) {
		uint32_t argb = ref_get(s, i % p.width, i / p.width);

		for (int c = 0; c < 3; c++)
			p.rgb[3 * i + c] = channel(argb, 2 - c);
	}
	snprintf(path, sizeof(path), "%s/%s.png", folder, name);
	assert_int_equal(picture_write_png(&p, path), 0);
	picture_free(&p);
}
