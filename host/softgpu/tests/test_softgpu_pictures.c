// SPDX-License-Identifier: MIT
/*
 * Tests of the commands on pictures: fill, convert, scale, blend, against the
 * reference, byte for byte. With DXG_PICTURES=FOLDER, pictures to look at.
 */
#include <stdio.h>

#include "../avx2.h"
#include "reference.h"

#define END	(1ull << SOFTGPU_VA_BITS)

/* Each picture has its part of the memory. */
#define FIRST	BED_VA
#define SECOND	(BED_VA + REF_BYTES / 2)

static const enum softgpu_format formats[] = {
	SOFTGPU_FORMAT_ARGB8888, SOFTGPU_FORMAT_XRGB8888, SOFTGPU_FORMAT_RGB565,
	SOFTGPU_FORMAT_R8, SOFTGPU_FORMAT_A8, SOFTGPU_FORMAT_YUYV, SOFTGPU_FORMAT_NV12,
};

#define FORMATS	7u

static struct bed bed;
static uint64_t seed;

static int setup(void **state)
{
	bed_init(&bed, true);
	seed = 0x600d5eed;
	ref_random(&bed, &seed);
	*state = &bed;
	return 0;
}

static int teardown(void **state)
{
	bed_fini(*state);
	return 0;
}

/* ---- surfaces ---- */

static uint32_t below(uint32_t n)
{
	return test_random(&seed) % n;
}

static unsigned int step_of(enum softgpu_format f)
{
	return f == SOFTGPU_FORMAT_RGB565 ? 2 : f == SOFTGPU_FORMAT_ARGB8888 ||
	       f == SOFTGPU_FORMAT_XRGB8888 || f == SOFTGPU_FORMAT_YUYV ? 4 : 1;
}

static unsigned int row_of(enum softgpu_format f, uint32_t width)
{
	return f == SOFTGPU_FORMAT_YUYV ? width * 2 : width * step_of(f);
}

/* A surface at @va, off the page's start and with a gap between rows. */
static struct softgpu_surface surface(uint64_t va, enum softgpu_format f, uint32_t w, uint32_t h)
{
	uint32_t step = step_of(f), gap = step * below(9);
	struct softgpu_surface s;

	if (f == SOFTGPU_FORMAT_NV12)
		gap *= 2;
	s = softgpu_surface(va + 4ull * below(1024), row_of(f, w) + gap, f, w, h);
	if (f == SOFTGPU_FORMAT_NV12)
		s.va_uv = va + REF_BYTES / 4 + 2ull * below(2048);
	return s;
}

/* Random, or as a picture that is worth looking at. */
static void paint(struct bed *b, const struct softgpu_surface *s)
{
	struct softgpu_surface argb = softgpu_surface(BED_VA + REF_BYTES - 0x400000, s->width * 4,
						      SOFTGPU_FORMAT_ARGB8888, s->width,
						      s->height);
	int w = s->width, h = s->height;

	for (int y = 0; y < h; y++) {
		for (int x = 0; x < w; x++) {
			int dx = 2 * x - w, dy = 2 * y - h;
			bool disc = dx * dx + dy * dy < h * h * 3 / 5;
			uint32_t tile = (x / 16 + y / 16) % 2 ? 0xffffff : 0x404040;
			uint32_t c = (uint32_t)(255 * x / w) << 16 |
				     (uint32_t)(255 * y / h) << 8 | (255 - 255 * x / w);

			ref_put(&argb, x, y, disc ? 0xff000000 | c : 0x60000000 | tile);
		}
	}
	ref_convert(s, softgpu_rect(0, 0, w, h), &argb, 0, 0);
	bed_put(b, 0, ref_memory, REF_BYTES);
}

/* A rectangle of at least 2 by 2 within @s, even where the format has to. */
static struct softgpu_rect rect_in(const struct softgpu_surface *s, bool even)
{
	uint32_t x = below(s->width - 1), y = below(s->height - 1);
	struct softgpu_rect r = { x, y, 2 + below(s->width - x - 1), 2 + below(s->height - y - 1) };

	if (even) {
		r.x &= ~1u;
		r.y &= ~1u;
		r.width &= ~1u;
		r.height &= ~1u;
	}
	return r;
}

static uint32_t random_size(void)
{
	return 2 * (1 + below(below(4) ? 60 : 800));
}

/* ---- fill ---- */

static void fills(void **state)
{
	struct bed *b = *state;

	for (unsigned int i = 0; i < 10 * FORMATS; i++) {
		struct softgpu_surface s = surface(FIRST, formats[i % FORMATS], random_size(),
						   2 + 2 * below(40));
		struct softgpu_rect r = i < FORMATS ? softgpu_rect(0, 0, s.width, s.height) :
						      rect_in(&s, true);
		uint32_t argb = test_random(&seed);

		softgpu_fill_rect(&b->cmd, &s, r, argb);
		bed_run_ok(b);
		ref_fill_rect(&s, r, argb);
		ref_assert_same(b);
	}
}

/* ---- convert ---- */

static void convert_once(struct bed *b, enum softgpu_format to, enum softgpu_format from)
{
	uint32_t w = random_size(), h = 2 + 2 * below(30);
	struct softgpu_surface dst = surface(FIRST, to, w, h);
	struct softgpu_surface src = surface(SECOND, from, w + 2 * below(5), h + 2 * below(5));
	struct softgpu_rect r = rect_in(&dst, to == SOFTGPU_FORMAT_YUYV ||
					to == SOFTGPU_FORMAT_NV12);
	uint32_t x = below(src.width - r.width + 1), y = below(src.height - r.height + 1);

	softgpu_convert(&b->cmd, &dst, r, &src, x, y);
	bed_run_ok(b);
	ref_convert(&dst, r, &src, x, y);
	ref_assert_same(b);
}

static void converts(void **state)
{
	for (unsigned int i = 0; i < 3 * FORMATS * FORMATS; i++)
		convert_once(*state, formats[i % FORMATS], formats[i / FORMATS % FORMATS]);
}

/* All colours that RGB565 has, and all triples of Y, U, V in steps. */
static void converts_all_values(void **state)
{
	struct softgpu_surface wide = softgpu_surface(FIRST, 1024, SOFTGPU_FORMAT_ARGB8888,
						      256, 256);
	struct softgpu_surface rgb = softgpu_surface(SECOND, 512, SOFTGPU_FORMAT_RGB565, 256, 256);
	struct softgpu_surface yuv = softgpu_surface(SECOND, 512, SOFTGPU_FORMAT_YUYV, 256, 4096);
	struct softgpu_rect r = softgpu_rect(0, 0, 256, 256);
	struct bed *b = *state;

	for (unsigned int v = 0; v < 65536; v++) {
		ref_memory[REF_BYTES / 2 + 2 * v] = v;
		ref_memory[REF_BYTES / 2 + 2 * v + 1] = v >> 8;
	}
	bed_put(b, 0, ref_memory, REF_BYTES);
	softgpu_convert(&b->cmd, &wide, r, &rgb, 0, 0);
	/* And back: nothing is lost. */
	softgpu_convert(&b->cmd, &rgb, r, &wide, 0, 0);
	bed_run_ok(b);
	ref_convert(&wide, r, &rgb, 0, 0);
	ref_assert_same(b);
	/* Rows of all Y, with 17 by 17 values of U and V in steps of 15. */
	for (unsigned int row = 0; row < 17 * 17; row++) {
		for (unsigned int y = 0; y < 256; y++) {
			uint8_t *p = &ref_memory[REF_BYTES / 2 + row * 512 + 2 * y];

			p[0] = y;
			p[1] = (y % 2 ? row % 17 : row / 17) * 15;
		}
	}
	bed_put(b, 0, ref_memory, REF_BYTES);
	wide.height = 4096;
	r.height = 17 * 17;
	softgpu_convert(&b->cmd, &wide, r, &yuv, 0, 0);
	bed_run_ok(b);
	ref_convert(&wide, r, &yuv, 0, 0);
	ref_assert_same(b);
}

/* ---- blend ---- */

static void blend_once(struct bed *b, enum softgpu_format to, enum softgpu_format from,
		       uint32_t flags)
{
	uint32_t w = random_size(), h = 2 + 2 * below(20);
	struct softgpu_surface dst = surface(FIRST, to, w, h);
	struct softgpu_surface src = surface(SECOND, from, w + 2 * below(5), h + 2 * below(5));
	struct softgpu_rect r = rect_in(&dst, to == SOFTGPU_FORMAT_YUYV ||
					to == SOFTGPU_FORMAT_NV12);
	uint32_t x = below(src.width - r.width + 1), y = below(src.height - r.height + 1);
	uint8_t alpha = below(2) ? 255 : below(256);

	softgpu_blend(&b->cmd, &dst, r, &src, x, y, alpha, flags);
	bed_run_ok(b);
	ref_blend(&dst, r, &src, x, y, alpha, flags);
	ref_assert_same(b);
}

static void blends(void **state)
{
	for (unsigned int i = 0; i < 4 * FORMATS * FORMATS; i++) {
		blend_once(*state, formats[i % FORMATS], formats[i / FORMATS % FORMATS],
			   i / FORMATS / FORMATS % 2 ? SOFTGPU_BLEND_STRAIGHT : 0);
	}
}

/* Each alpha of the source over each value, for all global alphas of a few. */
static void blends_all_values(void **state)
{
	struct softgpu_surface src = softgpu_surface(SECOND, 1024, SOFTGPU_FORMAT_ARGB8888,
						     256, 256);
	struct softgpu_surface dst = softgpu_surface(FIRST, 1024, SOFTGPU_FORMAT_ARGB8888,
						     256, 256);
	static const uint8_t alphas[] = { 0, 1, 127, 128, 254, 255 };
	struct softgpu_rect r = softgpu_rect(0, 0, 256, 256);
	struct bed *b = *state;

	for (unsigned int i = 0; i < 12; i++) {
		for (unsigned int a = 0; a < 256; a++) {
			for (unsigned int d = 0; d < 256; d++) {
				ref_put(&src, d, a, a << 24 | a << 16 | 0xff00 | d);
				ref_put(&dst, d, a, d * 0x1010101u);
			}
		}
		bed_put(b, 0, ref_memory, REF_BYTES);
		softgpu_blend(&b->cmd, &dst, r, &src, 0, 0, alphas[i / 2],
			      i % 2 ? SOFTGPU_BLEND_STRAIGHT : 0);
		bed_run_ok(b);
		ref_blend(&dst, r, &src, 0, 0, alphas[i / 2], i % 2 ? SOFTGPU_BLEND_STRAIGHT : 0);
		ref_assert_same(b);
	}
}

/* Source and destination are one picture. */
static void blends_with_itself(void **state)
{
	struct bed *b = *state;

	for (unsigned int i = 0; i < FORMATS; i++) {
		struct softgpu_surface s = surface(FIRST, formats[i], 600, 20);
		struct softgpu_rect r = softgpu_rect(2, 2, 500, 10);

		softgpu_blend(&b->cmd, &s, r, &s, 2, 2, 200, 0);
		bed_run_ok(b);
		ref_blend(&s, r, &s, 2, 2, 200, 0);
		ref_assert_same(b);
	}
}

/* ---- scale ---- */

static void scale_once(struct bed *b, enum softgpu_format to, enum softgpu_format from,
		       uint32_t dw, uint32_t dh, uint32_t sw, uint32_t sh, uint32_t flags)
{
	struct softgpu_surface dst = surface(FIRST, to, dw, dh);
	struct softgpu_surface src = surface(SECOND, from, sw, sh);
	struct softgpu_rect r = rect_in(&dst, to == SOFTGPU_FORMAT_YUYV ||
					to == SOFTGPU_FORMAT_NV12);
	struct softgpu_rect q = rect_in(&src, false);

	softgpu_scale(&b->cmd, &dst, r, &src, q, flags);
	bed_run_ok(b);
	ref_scale(&dst, r, &src, q, flags);
	ref_assert_same(b);
}

static void scales(void **state)
{
	for (unsigned int i = 0; i < 4 * FORMATS * FORMATS; i++) {
		scale_once(*state, formats[i % FORMATS], formats[i / FORMATS % FORMATS],
			   random_size(), 2 + 2 * below(30), random_size(), 2 + 2 * below(30),
			   i / FORMATS / FORMATS % 2 ? SOFTGPU_SCALE_BILINEAR : 0);
	}
}

/* From the largest to a few, from one to the largest, and to itself. */
static void scales_by_much(void **state)
{
	static const uint32_t sizes[][4] = {	/* destination, source */
		{ 3, 3, 16384, 8 }, { 16384, 8, 3, 3 }, { 5, 3, 40, 16384 }, { 40, 16384, 2, 2 },
		{ 1, 1, 16384, 100 }, { 16384, 100, 1, 1 }, { 2000, 20, 2000, 20 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < 14; i++) {
		const uint32_t *n = sizes[i / 2];
		uint32_t flags = i % 2 ? SOFTGPU_SCALE_BILINEAR : 0;
		struct softgpu_surface dst = surface(FIRST, SOFTGPU_FORMAT_R8, n[0], n[1]);
		struct softgpu_surface src = surface(SECOND, SOFTGPU_FORMAT_RGB565, n[2], n[3]);
		struct softgpu_rect r = softgpu_rect(0, 0, n[0], n[1]);
		struct softgpu_rect q = softgpu_rect(0, 0, n[2], n[3]);

		softgpu_scale(&b->cmd, &dst, r, &src, q, flags);
		bed_run_ok(b);
		ref_scale(&dst, r, &src, q, flags);
		ref_assert_same(b);
	}
}

/* ---- to look at ---- */

static void pictures_to_look_at(void **state)
{
	struct softgpu_surface screen = softgpu_surface(FIRST, 320 * 4, SOFTGPU_FORMAT_XRGB8888,
							320, 240);
	struct softgpu_rect all = softgpu_rect(0, 0, 320, 240);
	struct bed *b = *state;

	for (unsigned int i = 0; i < FORMATS; i++) {
		static const char *const names[] = {
			"argb8888", "xrgb8888", "rgb565", "r8", "a8", "yuyv", "nv12",
		};
		struct softgpu_surface src = surface(SECOND, formats[i], 320, 240);
		char name[32];

		paint(b, &src);
		softgpu_convert(&b->cmd, &screen, all, &src, 0, 0);
		bed_run_ok(b);
		ref_convert(&screen, all, &src, 0, 0);
		ref_assert_same(b);
		snprintf(name, sizeof(name), "convert-%s", names[i]);
		ref_picture(&screen, name);
		if (formats[i] != SOFTGPU_FORMAT_ARGB8888)
			continue;
		for (uint32_t flags = 0; flags < 2; flags++) {
			struct softgpu_rect part = softgpu_rect(56, 40, 64, 48);

			softgpu_scale(&b->cmd, &screen, all, &src, part, flags);
			bed_run_ok(b);
			ref_scale(&screen, all, &src, part, flags);
			ref_assert_same(b);
			ref_picture(&screen, flags ? "scale-bilinear" : "scale-nearest");
		}
		for (uint32_t flags = 0; flags < 2; flags++) {
			softgpu_fill_rect(&b->cmd, &screen, all, 0xff2060c0);
			softgpu_blend(&b->cmd, &screen, all, &src, 0, 0, 255, flags);
			bed_run_ok(b);
			ref_fill_rect(&screen, all, 0xff2060c0);
			ref_blend(&screen, all, &src, 0, 0, 255, flags);
			ref_assert_same(b);
			ref_picture(&screen, flags ? "blend-straight" : "blend-premultiplied");
		}
	}
}

/* ---- what cannot be ---- */

/* What is wrong with a surface and a rectangle of it, one thing at a time. */
struct wrong {
	struct softgpu_surface s;
	struct softgpu_rect r;
};

#define SURFACE(va, uv, pitch, format, w, h) { va, uv, pitch, SOFTGPU_FORMAT_##format, w, h }
#define ARGB(va, pitch, w, h) SURFACE(va, 0, pitch, ARGB8888, w, h)

static const struct wrong wrong[] = {
	{ { FIRST, 0, 400, 0, 100, 10 }, { 0, 0, 10, 10 } },
	{ { FIRST, 0, 400, 8, 100, 10 }, { 0, 0, 10, 10 } },
	{ { FIRST, 0, 400, UINT32_MAX, 100, 10 }, { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 0, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 0), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 65540, 16385, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 16385), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 396, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 402, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 0x100004, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST + 2, 400, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(END - 3999 - 1, 400, 100, 11), { 0, 0, 10, 10 } },
	{ ARGB(END, 400, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(UINT64_MAX - 3999, 400, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, FIRST, 400, ARGB8888, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST + 1, 0, 200, RGB565, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, 0, 201, RGB565, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST + 2, 0, 200, YUYV, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, 0, 202, YUYV, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, 0, 208, YUYV, 101, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, SECOND, 101, NV12, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, SECOND, 102, NV12, 101, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, SECOND, 100, NV12, 100, 11), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, SECOND + 1, 100, NV12, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, END - 498, 100, NV12, 100, 10), { 0, 0, 10, 10 } },
	{ SURFACE(FIRST, END, 100, NV12, 100, 10), { 0, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, 0, 0, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, 0, 10, 0 } },
	{ ARGB(FIRST, 400, 100, 10), { 91, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, 1, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, 0, 101, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, 0, 10, 11 } },
	{ ARGB(FIRST, 400, 100, 10), { UINT32_MAX, 0, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 0, UINT32_MAX, 10, 10 } },
	{ ARGB(FIRST, 400, 100, 10), { 5, 5, UINT32_MAX, UINT32_MAX } },
};

/* As a destination only. */
static const struct wrong odd[] = {
	{ SURFACE(FIRST, 0, 200, YUYV, 100, 10), { 1, 0, 10, 10 } },
	{ SURFACE(FIRST, 0, 200, YUYV, 100, 10), { 0, 0, 9, 10 } },
	{ SURFACE(FIRST, SECOND, 100, NV12, 100, 12), { 1, 0, 10, 10 } },
	{ SURFACE(FIRST, SECOND, 100, NV12, 100, 12), { 0, 1, 10, 10 } },
	{ SURFACE(FIRST, SECOND, 100, NV12, 100, 12), { 0, 0, 9, 10 } },
	{ SURFACE(FIRST, SECOND, 100, NV12, 100, 12), { 0, 0, 10, 9 } },
};

static void bad_destination(struct bed *b, const struct wrong *w)
{
	struct softgpu_surface good = softgpu_surface(SECOND, 400, SOFTGPU_FORMAT_ARGB8888,
						      100, 100);
	struct softgpu_rect rect = softgpu_rect(0, 0, 10, 10);

	softgpu_fill_rect(&b->cmd, &w->s, w->r, 0);
	bed_run_bad(b, 0);
	softgpu_convert(&b->cmd, &w->s, w->r, &good, 0, 0);
	bed_run_bad(b, 0);
	softgpu_blend(&b->cmd, &w->s, w->r, &good, 0, 0, 255, 0);
	bed_run_bad(b, 0);
	softgpu_scale(&b->cmd, &w->s, w->r, &good, rect, 0);
	bed_run_bad(b, 0);
}

static void bad_source(struct bed *b, const struct wrong *w)
{
	struct softgpu_surface good = softgpu_surface(SECOND, 800, SOFTGPU_FORMAT_ARGB8888,
						      200, 100);
	struct softgpu_rect rect = softgpu_rect(0, 0, 10, 10);

	softgpu_scale(&b->cmd, &good, rect, &w->s, w->r, 0);
	bed_run_bad(b, 0);
	rect = softgpu_rect(0, 0, w->r.width, w->r.height);
	softgpu_convert(&b->cmd, &good, rect, &w->s, w->r.x, w->r.y);
	bed_run_bad(b, 0);
	softgpu_blend(&b->cmd, &good, rect, &w->s, w->r.x, w->r.y, 255, 0);
	bed_run_bad(b, 0);
}

static void pictures_that_cannot_be(void **state)
{
	struct softgpu_surface good = softgpu_surface(SECOND, 400, SOFTGPU_FORMAT_ARGB8888,
						      100, 100);
	struct softgpu_rect rect = softgpu_rect(0, 0, 10, 10);
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		bad_destination(b, &wrong[i]);
		bad_source(b, &wrong[i]);
	}
	for (unsigned int i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		bad_destination(b, &odd[i]);
	/* Reserved fields, flags, an alpha that is none. */
	softgpu_fill_rect(&b->cmd, &good, rect, 0);
	b->commands[60] = 1;
	bed_run_bad(b, 0);
	softgpu_fill_rect(&b->cmd, &good, rect, 0);
	b->commands[4] = 1;
	bed_run_bad(b, 0);
	softgpu_convert(&b->cmd, &good, rect, &good, 0, 0);
	b->commands[4] = 1;
	bed_run_bad(b, 0);
	softgpu_blend(&b->cmd, &good, rect, &good, 0, 0, 0, 2);
	bed_run_bad(b, 0);
	softgpu_blend(&b->cmd, &good, rect, &good, 0, 0, 0, 0);
	b->commands[97] = 1;
	bed_run_bad(b, 0);
	softgpu_blend(&b->cmd, &good, rect, &good, 0, 0, 0, 0);
	b->commands[100] = 1;
	bed_run_bad(b, 0);
	softgpu_scale(&b->cmd, &good, rect, &good, rect, 2);
	bed_run_bad(b, 0);
	ref_assert_same(b);
}

/* The node of the copy kind has none of these commands. */
static void copy_nodes_do_not_draw(void **state)
{
	static const unsigned int bytes[] = { 64, 96, 104, 104, 88, 224 };
	static const unsigned int opcode[] = {
		SOFTGPU_CMD_FILL_RECT, SOFTGPU_CMD_CONVERT, SOFTGPU_CMD_SCALE, SOFTGPU_CMD_BLEND,
		SOFTGPU_CMD_TRIANGLES, SOFTGPU_CMD_DISPATCH,
	};
	struct softgpu_surface good = softgpu_surface(FIRST, 400, SOFTGPU_FORMAT_ARGB8888,
						      100, 100);
	struct bed *b = *state;
	struct bed_job j = { 0 };

	softgpu_fill_rect(&b->cmd, &good, softgpu_rect(0, 0, 1, 1), 0);
	bed_submit(b, 1, &j);
	bed_finish(b, &j);
	assert_int_equal(j.result.verdict, SOFTGPU_BAD_COMMAND);
	/* And each has one size, on its own node, too. */
	for (unsigned int i = 0; i < 12; i++) {
		uint8_t some[256] = { 0 };

		softgpu_buffer_init(&b->cmd, b->commands, 4096);
		b->submitted = 0;
		softgpu_emit(&b->cmd, some, bytes[i / 2] + (i % 2 ? 8 : -8), opcode[i / 2], 0);
		softgpu_nop(&b->cmd, 64);
		bed_run_bad(b, 0);
	}
	ref_assert_same(b);
}

/* ---- page faults ---- */

static void fill_faults(void **state)
{
	struct softgpu_surface s = softgpu_surface(FIRST + 0x800, 4096, SOFTGPU_FORMAT_XRGB8888,
						   1024, 16);
	struct bed *b = *state;

	/* The page with the end of row 3 and the start of row 4. */
	softgpu_unmap(b->space, FIRST + 0x4000, 1);
	softgpu_fill_rect(&b->cmd, &s, softgpu_rect(0, 0, 1024, 16), 0xff123456);
	bed_run_fault(b, FIRST + 0x4000, true);
	ref_fill_rect(&s, softgpu_rect(0, 0, 1024, 3), 0xff123456);
	/* The piece that has the fault is not written. */
	ref_assert_same(b);
}

static void source_faults_come_first(void **state)
{
	struct softgpu_surface dst = softgpu_surface(FIRST, 4096, SOFTGPU_FORMAT_XRGB8888, 500, 8);
	struct softgpu_surface src = softgpu_surface(SECOND, 4096, SOFTGPU_FORMAT_YUYV, 500, 8);
	struct softgpu_rect r = softgpu_rect(2, 0, 400, 8);
	struct bed *b = *state;

	softgpu_unmap(b->space, FIRST + 0x3000, 1);
	softgpu_unmap(b->space, SECOND + 0x3000, 1);
	softgpu_convert(&b->cmd, &dst, r, &src, 2, 0);
	bed_run_fault(b, SECOND + 0x3004, false);
	softgpu_blend(&b->cmd, &dst, r, &src, 2, 0, 255, 0);
	bed_run_fault(b, SECOND + 0x3004, false);
	softgpu_scale(&b->cmd, &dst, r, &src, r, 0);
	bed_run_fault(b, SECOND + 0x3004, false);
	src.va += 0x4000;
	softgpu_convert(&b->cmd, &dst, r, &src, 2, 0);
	bed_run_fault(b, FIRST + 0x3008, true);
	/* What is blended is read first. */
	softgpu_blend(&b->cmd, &dst, r, &src, 2, 0, 255, 0);
	bed_run_fault(b, FIRST + 0x3008, false);
}

static void faults_of_each_plane(void **state)
{
	struct softgpu_surface nv12 = { SECOND, SECOND + 0x100000, 4096, SOFTGPU_FORMAT_NV12,
					1000, 16 };
	struct softgpu_surface rgb = softgpu_surface(FIRST, 4096, SOFTGPU_FORMAT_RGB565, 1000, 16);
	struct softgpu_rect r = softgpu_rect(10, 0, 600, 16);
	static const struct {
		uint64_t page, at;
	} fault[] = {
		{ SECOND + 0x5000, SECOND + 0x500a }, { SECOND + 0x103000, SECOND + 0x10300a },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < 2; i++) {
		uint8_t *page = bed_at(b, fault[i].page - BED_VA);

		softgpu_unmap(b->space, fault[i].page, 1);
		softgpu_convert(&b->cmd, &rgb, r, &nv12, 10, 0);
		bed_run_fault(b, fault[i].at, false);
		softgpu_convert(&b->cmd, &nv12, r, &rgb, 0, 0);
		bed_run_fault(b, fault[i].at, true);
		assert_true(softgpu_map(b->space, fault[i].page, 1, &page, SOFTGPU_READ));
		softgpu_fill_rect(&b->cmd, &nv12, r, 0);
		bed_run_fault(b, fault[i].at, true);
		assert_true(softgpu_map(b->space, fault[i].page, 1, &page,
					SOFTGPU_READ | SOFTGPU_WRITE));
	}
}

/* Null pages in the midst of pictures: read as zero, not written. */
static void null_pages(void **state)
{
	struct softgpu_surface dst = softgpu_surface(FIRST + 64, 8192, SOFTGPU_FORMAT_ARGB8888,
						     2000, 4);
	struct softgpu_surface src = softgpu_surface(SECOND + 32, 8192, SOFTGPU_FORMAT_ARGB8888,
						     2000, 4);
	struct softgpu_rect r = softgpu_rect(0, 0, 2000, 4);
	static uint8_t kept[4096];
	struct bed *b = *state;

	assert_true(softgpu_map_zero(b->space, FIRST + 0x3000, 1));
	assert_true(softgpu_map_zero(b->space, SECOND + 0x2000, 1));
	memcpy(kept, ref_memory + 0x3000, 4096);
	softgpu_blend(&b->cmd, &dst, r, &src, 0, 0, 200, 0);
	bed_run_ok(b);
	/* The reference has zeroes where the GPU saw them, and what was there afterwards. */
	{
		static uint8_t source[4096];

		memcpy(source, ref_memory + REF_BYTES / 2 + 0x2000, 4096);
		memset(ref_memory + REF_BYTES / 2 + 0x2000, 0, 4096);
		ref_blend(&dst, r, &src, 0, 0, 200, 0);
		memcpy(ref_memory + REF_BYTES / 2 + 0x2000, source, 4096);
		memcpy(ref_memory + 0x3000, kept, 4096);
	}
	ref_assert_same(b);
}

/* What a machine without AVX2 does; one with it has only the ends of rows done so. */
static void loops_for_any_machine(void **state)
{
	avx2_unused = true;
	converts(state);
	blends(state);
	blends_all_values(state);
	scales(state);
	scales_by_much(state);
	avx2_unused = false;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fills),
		TEST(converts),
		TEST(converts_all_values),
		TEST(blends),
		TEST(blends_all_values),
		TEST(blends_with_itself),
		TEST(scales),
		TEST(scales_by_much),
		TEST(loops_for_any_machine),
		TEST(pictures_to_look_at),
		TEST(pictures_that_cannot_be),
		TEST(copy_nodes_do_not_draw),
		TEST(fill_faults),
		TEST(source_faults_come_first),
		TEST(faults_of_each_plane),
		TEST(null_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
