// SPDX-License-Identifier: MIT
/*
 * How fast the software GPU is: each command on pictures of 1920 by 1080, as a
 * multiple of the time that memcpy() takes to move as many bytes, reads and writes
 * counted, in the same run: medians of both. A multiple near 1 is bound by memory. The pictures are
 * other ones each time, so that they come from memory and not from a cache; for
 * memcpy(), too.
 *
 * usage: softgpu-bench [scattered]     scattered: no two pages side by side
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../softgpu.h"
#include "../softgpu_build.h"

#define WIDTH		1920u
#define HEIGHT		1080u
#define PICTURE		(16ull << 20)	/* room for one */
#define PAGES		(4 * PICTURE / 4096)
#define SETS		6u		/* of pictures, each in a space of its own */
#define VA		0x100000000ull
#define COMMANDS	0x10000000ull
#define TIMES		40u

struct bench {
	struct softgpu *gpu;
	struct softgpu_space *space[SETS];
	uint8_t *ram[SETS], *commands;
	bool scattered;
	struct softgpu_buffer cmd;
	bool done;
	struct softgpu_result result;
};

static void done(void *ctx, unsigned int node, struct softgpu_job *job,
		 const struct softgpu_result *r)
{
	struct bench *b = ctx;

	(void)node;
	(void)job;
	b->done = true;
	b->result = *r;
}

static const struct softgpu_ops ops = { .done = done };

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void *memory(size_t bytes)
{
	void *p = aligned_alloc(4096, bytes);

	if (!p) {
		fprintf(stderr, "softgpu-bench: no memory\n");
		exit(1);
	}
	/* Touched, so that no run pays for it. */
	memset(p, 0x5a, bytes);
	return p;
}

/* Where page @i of a set lies. */
static uint8_t *page_of(struct bench *b, unsigned int set, size_t i)
{
	return b->ram[set] + (b->scattered ? i * 37 % PAGES : i) * 4096;
}

static void init(struct bench *b)
{
	static const struct softgpu_config c = {
		.nodes = 1, .kind = { SOFTGPU_NODE_3D }, .stepped = true,
	};
	b->commands = memory(4096);
	for (unsigned int n = 0; n < SETS; n++) {
		static uint8_t *page[PAGES];

		b->ram[n] = memory(PAGES * 4096);
		b->space[n] = softgpu_space_new();
		for (size_t i = 0; i < PAGES; i++)
			page[i] = page_of(b, n, i);
		softgpu_map(b->space[n], VA, PAGES, page, SOFTGPU_READ | SOFTGPU_WRITE);
		softgpu_map(b->space[n], COMMANDS, 1, &b->commands, SOFTGPU_EXECUTE);
	}
	b->gpu = softgpu_new(&c, &ops, b);
}

static void fini(struct bench *b)
{
	softgpu_free(b->gpu);
	for (unsigned int n = 0; n < SETS; n++) {
		softgpu_space_free(b->space[n]);
		free(b->ram[n]);
	}
	free(b->commands);
}

/* What is compared with: from the second picture of a set to the first. */
static void copy_picture(struct bench *b, unsigned int set, uint64_t bytes)
{
	if (!b->scattered) {
		memcpy(b->ram[set], b->ram[set] + PICTURE, bytes);
		return;
	}
	for (size_t i = 0; i < bytes / 4096; i++)
		memcpy(page_of(b, set, i), page_of(b, set, i + PICTURE / 4096), 4096);
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *all)
{
	qsort(all, TIMES, sizeof(*all), order);
	return all[TIMES / 2];
}

/* Both are taken in turn. */
static void measure(struct bench *b, const char *name)
{
	double gpu[TIMES], copy[TIMES], g, c;
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < TIMES; i++) {
		struct softgpu_job job = {
			.space = b->space[i % SETS], .va = COMMANDS, .length = b->cmd.used,
		};
		struct softgpu_node_stats before, after;
		double start, middle, end;

		softgpu_node_stats(b->gpu, 0, &before);
		b->done = false;
		start = seconds();
		softgpu_submit(b->gpu, 0, &job);
		while (!b->done)
			softgpu_step(b->gpu, 0);
		middle = seconds();
		softgpu_node_stats(b->gpu, 0, &after);
		if (b->result.verdict != SOFTGPU_DONE) {
			printf("%-36s failed\n", name);
			return;
		}
		bytes = after.bytes_read + after.bytes_written - before.bytes_read -
			before.bytes_written;
		/* memcpy() reads and writes each byte. */
		copy_picture(b, (i + SETS / 2) % SETS, bytes / 2 < PICTURE ? bytes / 2 : PICTURE);
		end = seconds();
		gpu[i] = middle - start;
		copy[i] = end - middle;
	}
	g = median(gpu);
	c = median(copy);
	/* What memcpy() was not given the room for. */
	if (bytes / 2 > PICTURE)
		c *= bytes / 2.0 / PICTURE;
	printf("%-36s %8.2f ms %8.2f GB/s   %5.2f times memcpy\n", name, g * 1e3, bytes / g / 1e9,
	       g / c);
	softgpu_buffer_init(&b->cmd, b->commands, 4096);
}

static struct softgpu_surface picture(unsigned int n, enum softgpu_format f)
{
	uint32_t bytes = f == SOFTGPU_FORMAT_NV12 ? 1 :
			 f == SOFTGPU_FORMAT_RGB565 || f == SOFTGPU_FORMAT_YUYV ? 2 : 4;
	struct softgpu_surface s = softgpu_surface(VA + n * PICTURE, WIDTH * bytes, f, WIDTH,
						   HEIGHT);

	if (f == SOFTGPU_FORMAT_NV12)
		s.va_uv = s.va + WIDTH * HEIGHT;
	return s;
}

static void converts(struct bench *b)
{
	static const struct {
		const char *name;
		enum softgpu_format to, from;
	} pair[] = {
		{ "convert ARGB8888 to XRGB8888", SOFTGPU_FORMAT_XRGB8888,
		  SOFTGPU_FORMAT_ARGB8888 },
		{ "convert RGB565 to XRGB8888", SOFTGPU_FORMAT_XRGB8888, SOFTGPU_FORMAT_RGB565 },
		{ "convert YUYV to XRGB8888", SOFTGPU_FORMAT_XRGB8888, SOFTGPU_FORMAT_YUYV },
		{ "convert NV12 to XRGB8888", SOFTGPU_FORMAT_XRGB8888, SOFTGPU_FORMAT_NV12 },
		{ "convert XRGB8888 to RGB565", SOFTGPU_FORMAT_RGB565, SOFTGPU_FORMAT_XRGB8888 },
		{ "convert XRGB8888 to YUYV", SOFTGPU_FORMAT_YUYV, SOFTGPU_FORMAT_XRGB8888 },
		{ "convert XRGB8888 to NV12", SOFTGPU_FORMAT_NV12, SOFTGPU_FORMAT_XRGB8888 },
	};
	struct softgpu_rect all = softgpu_rect(0, 0, WIDTH, HEIGHT);

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		struct softgpu_surface dst = picture(0, pair[i].to), src = picture(1, pair[i].from);

		softgpu_convert(&b->cmd, &dst, all, &src, 0, 0);
		measure(b, pair[i].name);
	}
}

static void triangles(struct bench *b, const struct softgpu_surface *dst,
		      const struct softgpu_surface *src)
{
	const int32_t w = WIDTH * 16, h = HEIGHT * 16;
	const struct softgpu_vertex v[6] = {
		{ 0, 0, 0, 0, 0xffff0000, 0 }, { w, 0, 1920 << 8, 0, 0xff00ff00, 0 },
		{ 0, h, 0, 1080 << 8, 0xff0000ff, 0 }, { w, 0, 1920 << 8, 0, 0xff00ff00, 0 },
		{ w, h, 1920 << 8, 1080 << 8, 0xffffffff, 0 },
		{ 0, h, 0, 1080 << 8, 0xff0000ff, 0 },
	};
	uint64_t va = VA + 3 * PICTURE;

	for (unsigned int n = 0; n < SETS; n++)
		softgpu_space_write(b->space[n], va, v, sizeof(v));
	softgpu_triangles(&b->cmd, dst, NULL, va, 2, 0);
	measure(b, "two triangles, gouraud");
	softgpu_triangles(&b->cmd, dst, src, va, 2, 0);
	measure(b, "two triangles, textured");
	softgpu_triangles(&b->cmd, dst, src, va, 2, SOFTGPU_TRIANGLES_BILINEAR);
	measure(b, "two triangles, bilinear");
}

int main(int argc, char **argv)
{
	bool scattered = argc == 2 && !strcmp(argv[1], "scattered");
	struct softgpu_rect all = softgpu_rect(0, 0, WIDTH, HEIGHT);
	struct softgpu_surface dst = picture(0, SOFTGPU_FORMAT_XRGB8888);
	struct softgpu_surface src = picture(1, SOFTGPU_FORMAT_ARGB8888);
	struct bench b = { .scattered = scattered };

	if (argc > 2 || (argc == 2 && !scattered)) {
		fprintf(stderr, "usage: softgpu-bench [scattered]\n");
		return 2;
	}
	init(&b);
	softgpu_buffer_init(&b.cmd, b.commands, 4096);
	softgpu_fill(&b.cmd, dst.va, 4 * WIDTH * HEIGHT, 0x12345678);
	measure(&b, "fill");
	softgpu_copy(&b.cmd, dst.va, src.va, 4 * WIDTH * HEIGHT);
	measure(&b, "copy");
	softgpu_copy_rect(&b.cmd, dst.va, 4 * WIDTH + 64, src.va, 4 * WIDTH, 4 * WIDTH, HEIGHT);
	measure(&b, "copy of a rectangle");
	softgpu_fill_rect(&b.cmd, &dst, all, 0xff336699);
	measure(&b, "fill of a rectangle");
	softgpu_blend(&b.cmd, &dst, all, &src, 0, 0, 255, 0);
	measure(&b, "blend, premultiplied");
	softgpu_blend(&b.cmd, &dst, all, &src, 0, 0, 200, SOFTGPU_BLEND_STRAIGHT);
	measure(&b, "blend, straight");
	converts(&b);
	softgpu_scale(&b.cmd, &dst, all, &src, softgpu_rect(0, 0, 960, 540), 0);
	measure(&b, "scale by 2, nearest");
	softgpu_scale(&b.cmd, &dst, all, &src, softgpu_rect(0, 0, 960, 540),
		      SOFTGPU_SCALE_BILINEAR);
	measure(&b, "scale by 2, bilinear");
	triangles(&b, &dst, &src);
	fini(&b);
	return 0;
}
