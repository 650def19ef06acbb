// SPDX-License-Identifier: MIT
/* Tests of TRIANGLES against the reference, byte for byte. DXG_PICTURES as for pictures. */
#include "reference.h"

#define END		(1ull << SOFTGPU_VA_BITS)
#define TARGET		BED_VA
#define TEXTURE		(BED_VA + 0x400000)
#define VERTICES	(BED_VA + 0x800000)

static const enum softgpu_format formats[] = {
	SOFTGPU_FORMAT_ARGB8888, SOFTGPU_FORMAT_XRGB8888, SOFTGPU_FORMAT_RGB565,
	SOFTGPU_FORMAT_R8, SOFTGPU_FORMAT_A8,
};

static struct bed bed;
static uint64_t seed;

static int setup(void **state)
{
	bed_init(&bed, true);
	seed = 0x7121a5eed;
	ref_random(&bed, &seed);
	*state = &bed;
	return 0;
}

static int teardown(void **state)
{
	bed_fini(*state);
	return 0;
}

static uint32_t below(uint32_t n)
{
	return test_random(&seed) % n;
}

static int32_t around(int32_t n)
{
	return (int32_t)below(2 * n + 1) - n;
}

static struct softgpu_surface surface(uint64_t va, enum softgpu_format f, uint32_t w, uint32_t h)
{
	uint32_t step = f == SOFTGPU_FORMAT_RGB565 ? 2 : f > SOFTGPU_FORMAT_RGB565 ? 1 : 4;

	return softgpu_surface(va + 4ull * below(1024), step * (w + below(5)), f, w, h);
}

static struct softgpu_vertex vertex(int32_t x, int32_t y, uint32_t argb)
{
	struct softgpu_vertex v = { x, y, 0, 0, argb, 0 };

	return v;
}

static void put_vertices(struct bed *b, const struct softgpu_vertex *v, unsigned int n)
{
	bed_put(b, VERTICES - BED_VA, v, n * sizeof(*v));
	memcpy(ref_memory + (VERTICES - BED_VA), v, n * sizeof(*v));
}

/* Draw with both, compare. */
static void draw(struct bed *b, const struct softgpu_surface *dst,
		 const struct softgpu_surface *texture, const struct softgpu_vertex *v,
		 unsigned int count, uint32_t flags)
{
	put_vertices(b, v, 3 * count);
	softgpu_triangles(&b->cmd, dst, texture, VERTICES, count, flags);
	bed_run_ok(b);
	ref_triangles(dst, texture, v, count,
		      flags | (texture ? SOFTGPU_TRIANGLES_TEXTURED : 0));
	ref_assert_same(b);
}

static void random_triangles(void **state)
{
	struct bed *b = *state;

	for (unsigned int i = 0; i < 100; i++) {
		struct softgpu_surface dst = surface(TARGET, formats[i % 5], 1 + below(300),
						     1 + below(60));
		struct softgpu_vertex v[30] = { 0 };
		/* Small, large, huge; on whole pixels, on their centres, anywhere. */
		int32_t range = i % 3 == 0 ? 400 : i % 3 == 1 ? 6000 : SOFTGPU_MAX_PLACE;
		int32_t grid = i % 2 ? 1 : 8;

		for (unsigned int k = 0; k < 30; k++)
			v[k] = vertex(around(range) / grid * grid, around(range) / grid * grid,
				      test_random(&seed));
		draw(b, &dst, NULL, v, 1 + below(10), below(2) ? SOFTGPU_TRIANGLES_BLEND : 0);
	}
}

static void random_textures(void **state)
{
	struct bed *b = *state;

	for (unsigned int i = 0; i < 160; i++) {
		struct softgpu_surface dst = surface(TARGET, formats[i % 5], 1 + below(200),
						     1 + below(40));
		struct softgpu_surface texture = surface(TEXTURE, formats[i / 5 % 5],
							 1 + below(100), 1 + below(100));
		struct softgpu_vertex v[6];
		int32_t texels = i % 3 ? 100 << 8 : SOFTGPU_MAX_TEXEL;

		for (unsigned int k = 0; k < 6; k++) {
			v[k] = vertex(around(5000), around(3000),
				      below(2) ? test_random(&seed) : 0xffffffff);
			v[k].u = around(texels);
			v[k].v = around(texels);
		}
		draw(b, &dst, &texture, v, 2, (i & 7) << 1);
	}
}

/*
 * Triangles that share an edge: each pixel belongs to one of them, whichever way
 * they are turned. Drawn by adding 1 to each pixel.
 */
static void shared_edges(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 64, SOFTGPU_FORMAT_A8, 64, 64);
	struct bed *b = *state;

	for (unsigned int i = 0; i < 200; i++) {
		/* A fan around a point that covers the square 8..56. */
		static const int corner[5][2] = {
			{ 8, 8 }, { 56, 8 }, { 56, 56 }, { 8, 56 }, { 8, 8 },
		};
		int32_t cx = 16 * 12 + below(16 * 40), cy = 16 * 12 + below(16 * 40);
		struct softgpu_vertex v[12];

		if (i % 2) {
			cx = cx / 8 * 8;
			cy = cy / 8 * 8;
		}
		for (unsigned int k = 0; k < 4; k++) {
			unsigned int turn = below(3);
			struct softgpu_vertex p[3] = {
				vertex(cx, cy, 0x01000000),
				vertex(corner[k][0] * 16, corner[k][1] * 16, 0x01000000),
				vertex(corner[k + 1][0] * 16, corner[k + 1][1] * 16, 0x01000000),
			};

			for (unsigned int n = 0; n < 3; n++)
				v[3 * k + n] = p[(n + turn) % 3];
			if (below(2)) {
				struct softgpu_vertex swap = v[3 * k];

				v[3 * k] = v[3 * k + 1];
				v[3 * k + 1] = swap;
			}
		}
		memset(ref_memory, 0, 8192);
		bed_put(b, 0, ref_memory, 8192);
		draw(b, &dst, NULL, v, 4, SOFTGPU_TRIANGLES_BLEND);
		for (int y = 0; y < 64; y++) {
			for (int x = 0; x < 64; x++) {
				bool in = x >= 8 && x < 56 && y >= 8 && y < 56;

				assert_int_equal(*bed_at(b, 64 * y + x), in);
			}
		}
	}
}

/* A square on pixel borders, and one on centres: the top-left rule by name. */
static void top_left(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 16, SOFTGPU_FORMAT_R8, 16, 16);
	struct bed *b = *state;

	for (int off = 0; off <= 8; off += 8) {
		const uint32_t c = 0xffaa0000;
		struct softgpu_vertex v[6] = {
			vertex(32 + off, 32 + off, c), vertex(64 + off, 32 + off, c),
			vertex(32 + off, 64 + off, c), vertex(64 + off, 32 + off, c),
			vertex(64 + off, 64 + off, c), vertex(32 + off, 64 + off, c),
		};

		memset(ref_memory, 0, 256);
		bed_put(b, 0, ref_memory, 256);
		draw(b, &dst, NULL, v, 2, 0);
		for (int y = 0; y < 16; y++) {
			for (int x = 0; x < 16; x++) {
				bool in = x >= 2 && x < 4 && y >= 2 && y < 4;

				assert_int_equal(*bed_at(b, 16 * y + x), in ? 0xaa : 0);
			}
		}
	}
}

/* Nothing to draw: no area, outside on each side. */
/* Colours and texels that come to whole numbers on the way: rests that are just all. */
static void exact_quotients(void **state)
{
	struct softgpu_surface dst = surface(TARGET, SOFTGPU_FORMAT_ARGB8888, 240, 40);
	struct softgpu_surface texture = surface(TEXTURE, SOFTGPU_FORMAT_ARGB8888, 100, 100);
	struct bed *b = *state;

	for (unsigned int parts = 1; parts <= 6; parts++) {
		int32_t w = 240 * 16, h = 40 * 16;
		struct softgpu_vertex v[3] = {
			vertex(0, 0, 0), vertex(w, 0, (240 / parts % 256) * 0x01010101),
			vertex(0, h, 0),
		};

		draw(b, &dst, NULL, v, 1, 0);
		v[1].u = 240 * 128 / parts;
		draw(b, &dst, &texture, v, 1, 0);
	}
}

static void nothing_to_draw(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 256, SOFTGPU_FORMAT_ARGB8888, 64, 64);
	static const int32_t place[][6] = {
		{ 100, 100, 100, 100, 100, 100 }, { 0, 0, 100, 100, 200, 200 },
		{ 100, 100, 500, 100, 900, 100 }, { -100, 0, -200, 900, -300, 0 },
		{ 1100, 0, 1200, 900, 1300, 0 }, { 0, -100, 900, -200, 0, -300 },
		{ 0, 1100, 900, 1200, 0, 1300 }, { 101, 101, 102, 101, 101, 102 },
	};
	static const uint8_t kept[64 * 256];
	struct bed *b = *state;

	memset(ref_memory, 0, sizeof(kept));
	bed_put(b, 0, ref_memory, sizeof(kept));
	for (unsigned int i = 0; i < sizeof(place) / sizeof(place[0]); i++) {
		const int32_t *p = place[i];
		struct softgpu_vertex v[3] = {
			vertex(p[0], p[1], ~0u), vertex(p[2], p[3], ~0u), vertex(p[4], p[5], ~0u),
		};

		draw(b, &dst, NULL, v, 1, 0);
		assert_memory_equal(ref_memory, kept, sizeof(kept));
	}
}

/* As large as can be, over a wide target: many pieces of each row. */
static void large_triangles(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 8192, SOFTGPU_FORMAT_RGB565, 4096, 64);
	struct softgpu_surface texture = softgpu_surface(TEXTURE, 40, SOFTGPU_FORMAT_XRGB8888,
							 10, 7);
	struct bed *b = *state;
	const int32_t m = SOFTGPU_MAX_PLACE, t = SOFTGPU_MAX_TEXEL;
	struct softgpu_vertex v[6] = {
		{ -m, -m, -t, -t, 0xff0000ff, 0 }, { m, -m, t, -t, 0xff00ff00, 0 },
		{ -m, m, -t, t, 0xffff0000, 0 }, { m, -m, -t, t, 0xff0000ff, 0 },
		{ m, m, t, t, 0xff00ffff, 0 }, { -m, m, t, -t, 0xffffff00, 0 },
	};

	draw(b, &dst, NULL, v, 2, 0);
	draw(b, &dst, &texture, v, 2, SOFTGPU_TRIANGLES_WRAP | SOFTGPU_TRIANGLES_BILINEAR);
}

static void pictures_to_look_at(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 1280, SOFTGPU_FORMAT_XRGB8888,
						     320, 240);
	struct softgpu_surface texture = softgpu_surface(TEXTURE, 64, SOFTGPU_FORMAT_ARGB8888,
							 16, 16);
	struct bed *b = *state;
	struct softgpu_vertex v[6] = {
		{ 160 * 16, 10 * 16, 128 * 16, 0, 0xffff0000, 0 },
		{ 300 * 16, 220 * 16, 128 * 32, 128 * 32, 0xff00ff00, 0 },
		{ 20 * 16, 220 * 16, 0, 128 * 32, 0xff0000ff, 0 },
		{ 160 * 16, 230 * 16, 128 * 16, 128 * 32, 0x80808000, 0 },
		{ 310 * 16, 60 * 16, 128 * 32, 0, 0x80008080, 0 },
		{ 10 * 16, 60 * 16, 0, 0, 0x80800080, 0 },
	};

	for (uint32_t y = 0; y < 16; y++) {
		for (uint32_t x = 0; x < 16; x++)
			ref_put(&texture, x, y, (x / 4 + y / 4) % 2 ? 0xffffffff : 0xff305090);
	}
	for (uint32_t i = 0; i < 320 * 240; i++)
		ref_put(&dst, i % 320, i / 320, 0xff202020);
	bed_put(b, 0, ref_memory, REF_BYTES);
	draw(b, &dst, NULL, v, 2, SOFTGPU_TRIANGLES_BLEND);
	ref_picture(&dst, "triangles-gouraud");
	draw(b, &dst, &texture, v, 2, SOFTGPU_TRIANGLES_BLEND);
	ref_picture(&dst, "triangles-nearest");
	draw(b, &dst, &texture, v, 2, SOFTGPU_TRIANGLES_BLEND | SOFTGPU_TRIANGLES_BILINEAR);
	ref_picture(&dst, "triangles-bilinear");
}

/* ---- what cannot be ---- */

static void bad_commands(void **state)
{
	struct softgpu_surface good = softgpu_surface(TARGET, 256, SOFTGPU_FORMAT_ARGB8888, 64, 64);
	struct softgpu_surface yuyv = softgpu_surface(TARGET, 256, SOFTGPU_FORMAT_YUYV, 64, 64);
	struct softgpu_surface nv12 = softgpu_surface(TARGET, 256, SOFTGPU_FORMAT_NV12, 64, 64);
	struct softgpu_surface none = softgpu_surface(TARGET, 256, 0, 64, 64);
	static const uint64_t place[] = { VERTICES + 4, END - 64, END, UINT64_MAX - 7 };
	struct bed *b = *state;

	nv12.va_uv = TARGET;
	for (unsigned int i = 0; i < 3; i++) {
		const struct softgpu_surface *bad = i == 0 ? &yuyv : i == 1 ? &nv12 : &none;

		softgpu_triangles(&b->cmd, bad, NULL, VERTICES, 1, 0);
		bed_run_bad(b, 0);
		softgpu_triangles(&b->cmd, &good, bad, VERTICES, 1, 0);
		bed_run_bad(b, 0);
	}
	for (unsigned int i = 0; i < 4; i++) {
		softgpu_triangles(&b->cmd, &good, NULL, place[i], 1, 0);
		bed_run_bad(b, 0);
	}
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, 0, 0);
	bed_run_bad(b, 0);
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, SOFTGPU_MAX_TRIANGLES + 1, 0);
	bed_run_bad(b, 0);
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, 1, 16);
	bed_run_bad(b, 0);
	/* A texture without its flag, flags of a texture without one, the reserved field. */
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, 1, SOFTGPU_TRIANGLES_BILINEAR);
	bed_run_bad(b, 0);
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, 1, SOFTGPU_TRIANGLES_WRAP);
	bed_run_bad(b, 0);
	softgpu_triangles(&b->cmd, &good, &good, VERTICES, 1, 0);
	b->commands[4] = 0;
	bed_run_bad(b, 0);
	softgpu_triangles(&b->cmd, &good, NULL, VERTICES, 1, 0);
	b->commands[84] = 1;
	bed_run_bad(b, 0);
	ref_assert_same(b);
}

static void bad_vertices(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 256, SOFTGPU_FORMAT_ARGB8888, 64, 64);
	static const struct softgpu_vertex bad[] = {
		{ SOFTGPU_MAX_PLACE + 1, 0, 0, 0, 0, 0 }, { -SOFTGPU_MAX_PLACE - 1, 0, 0, 0, 0, 0 },
		{ 0, SOFTGPU_MAX_PLACE + 1, 0, 0, 0, 0 }, { 0, INT32_MIN, 0, 0, 0, 0 },
		{ 0, 0, SOFTGPU_MAX_TEXEL + 1, 0, 0, 0 }, { 0, 0, INT32_MIN, 0, 0, 0 },
		{ 0, 0, 0, INT32_MAX, 0, 0 }, { 0, 0, 0, -SOFTGPU_MAX_TEXEL - 1, 0, 0 },
		{ 0, 0, 0, 0, 0, 1 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < 9; i++) {
		struct softgpu_vertex v[6] = {
			vertex(0, 0, 1), vertex(160, 0, 2), vertex(0, 160, 3),
			vertex(320, 0, 1), vertex(480, 0, 2), vertex(320, 160, 3),
		};

		/* The first triangle is drawn. */
		v[3 + i % 3] = bad[i];
		put_vertices(b, v, 6);
		softgpu_triangles(&b->cmd, &dst, NULL, VERTICES, 2, 0);
		bed_run_bad(b, 0);
		ref_triangles(&dst, NULL, v, 1, 0);
		ref_assert_same(b);
	}
}

static void page_faults(void **state)
{
	struct softgpu_surface dst = softgpu_surface(TARGET, 4096, SOFTGPU_FORMAT_ARGB8888, 64, 64);
	struct softgpu_surface texture = softgpu_surface(TEXTURE, 4096, SOFTGPU_FORMAT_ARGB8888,
							 64, 64);
	struct softgpu_vertex v[3] = {
		{ 0, 0, 0, 0, ~0u, 0 }, { 1024, 0, 64 << 8, 0, ~0u, 0 },
		{ 0, 1024, 0, 64 << 8, ~0u, 0 },
	};
	struct bed *b = *state;
	uint8_t *page;

	/* Vertices that end where nothing is. */
	bed_put(b, 0x801000 - 48, v, 48);
	softgpu_unmap(b->space, BED_VA + 0x801000, 1);
	softgpu_triangles(&b->cmd, &dst, NULL, BED_VA + 0x801000 - 48, 1, 0);
	bed_run_fault(b, BED_VA + 0x801000, false);
	put_vertices(b, v, 3);
	/* A row of the texture, then of the target, which comes after it. */
	softgpu_unmap(b->space, TEXTURE + 0x5000, 1);
	softgpu_unmap(b->space, TARGET + 0x5000, 1);
	softgpu_triangles(&b->cmd, &dst, &texture, VERTICES, 1, 0);
	bed_run_fault(b, TEXTURE + 0x5000, false);
	softgpu_triangles(&b->cmd, &dst, NULL, VERTICES, 1, 0);
	bed_run_fault(b, TARGET + 0x5000, true);
	softgpu_triangles(&b->cmd, &dst, NULL, VERTICES, 1, SOFTGPU_TRIANGLES_BLEND);
	bed_run_fault(b, TARGET + 0x5000, false);
	page = bed_page(b, 5);
	assert_true(softgpu_map(b->space, TARGET + 0x5000, 1, &page, SOFTGPU_READ));
	softgpu_triangles(&b->cmd, &dst, NULL, VERTICES, 1, SOFTGPU_TRIANGLES_BLEND);
	bed_run_fault(b, TARGET + 0x5000, true);
	/* Null pages are black and clear, and draw nothing. */
	assert_true(softgpu_map_zero(b->space, TEXTURE, 64));
	assert_true(softgpu_map_zero(b->space, TARGET + 0x5000, 1));
	softgpu_triangles(&b->cmd, &dst, &texture, VERTICES, 1, 0);
	bed_run_ok(b);
	for (unsigned int x = 0; x < 60 * 4; x++)
		assert_int_equal(*bed_at(b, x), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_triangles),
		TEST(random_textures),
		TEST(shared_edges),
		TEST(top_left),
		TEST(exact_quotients),
		TEST(nothing_to_draw),
		TEST(large_triangles),
		TEST(pictures_to_look_at),
		TEST(bad_commands),
		TEST(bad_vertices),
		TEST(page_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
