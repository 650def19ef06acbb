// SPDX-License-Identifier: GPL-2.0
/* Memory: fill, copy, copy of rectangles. */
#include <string.h>

#include "internal.h"

#define ROW_EFFORT	256u		/* of the start of a row */

/* ---- fill ---- */

bool gpu_check_fill(struct gpu_run *r)
{
	const struct softgpu_cmd_fill *c = &r->cmd.fill;

	return !c->reserved && c->va % 4 == 0 && c->bytes % 4 == 0 &&
	       gpu_range_ok(c->va, c->bytes);
}

static void fill_words(uint32_t *to, size_t n, uint32_t pattern)
{
	while (n--)
		*to++ = pattern;
}

enum gpu_step gpu_step_fill(struct gpu_run *r, struct gpu_access *a)
{
	const struct softgpu_cmd_fill *c = &r->cmd.fill;
	uint64_t end = MIN(c->bytes, r->done + GPU_PIECE);
	uint8_t *p;
	size_t n;

	for (; r->done < end; r->done += n) {
		n = gpu_run_at(a, c->va + r->done, end - r->done, SOFTGPU_WRITE, &p);
		if (!n)
			return GPU_PAGE;
		if (p)
			fill_words((uint32_t *)p, n / 4, c->pattern);
	}
	return r->done < c->bytes ? GPU_MORE : GPU_NEXT;
}

/* ---- copy ---- */

/* Copied in ascending order, would the end of @src be overwritten before it is read? */
static bool overlaps_above(uint64_t dst, uint64_t src, uint64_t bytes)
{
	return dst > src && dst - src < bytes;
}

/* As far as it goes in one go: bytes copied, 0 at a fault. */
static size_t copy_up(struct gpu_access *a, uint64_t dst, uint64_t src, size_t len)
{
	uint64_t read = a->bytes_read;
	uint8_t *from, *to;
	size_t n;

	len = gpu_run_at(a, src, len, SOFTGPU_READ, &from);
	n = len ? gpu_run_at(a, dst, len, SOFTGPU_WRITE, &to) : 0;
	a->bytes_read = read + n;
	if (!n || !to)
		return n;
	if (from)
		memmove(to, from, n);
	else
		memset(to, 0, n);
	return n;
}

/* The same downwards, from the last byte of both; the fault is at that one. */
static size_t copy_down(struct gpu_access *a, uint64_t dst, uint64_t src, size_t len)
{
	uint64_t last_dst = dst + len - 1, last_src = src + len - 1;
	size_t n = MIN(len, MIN(last_dst % SOFTGPU_PAGE_SIZE, last_src % SOFTGPU_PAGE_SIZE) + 1);

	if (copy_up(a, last_dst - (n - 1), last_src - (n - 1), n))
		return n;
	a->fault_va += n - 1;
	return 0;
}

bool gpu_check_copy(struct gpu_run *r)
{
	const struct softgpu_cmd_copy *c = &r->cmd.copy;

	return gpu_range_ok(c->dst, c->bytes) && gpu_range_ok(c->src, c->bytes);
}

enum gpu_step gpu_step_copy(struct gpu_run *r, struct gpu_access *a)
{
	const struct softgpu_cmd_copy *c = &r->cmd.copy;
	bool down = overlaps_above(c->dst, c->src, c->bytes);
	uint64_t end = MIN(c->bytes, r->done + GPU_PIECE);
	size_t n;

	for (; r->done < end; r->done += n) {
		if (down)
			n = copy_down(a, c->dst, c->src, c->bytes - r->done);
		else
			n = copy_up(a, c->dst + r->done, c->src + r->done, end - r->done);
		if (!n)
			return GPU_PAGE;
	}
	return r->done < c->bytes ? GPU_MORE : GPU_NEXT;
}

/* ---- rectangles ---- */

static uint64_t rect_bytes(const struct softgpu_cmd_copy_rect *c, uint32_t pitch)
{
	return (uint64_t)pitch * (c->rows - 1) + c->row_bytes;
}

static bool pitch_ok(const struct softgpu_cmd_copy_rect *c, uint32_t pitch)
{
	return c->rows == 1 || (pitch >= c->row_bytes && pitch <= SOFTGPU_MAX_PITCH);
}

bool gpu_check_copy_rect(struct gpu_run *r)
{
	const struct softgpu_cmd_copy_rect *c = &r->cmd.copy_rect;

	return c->rows && c->rows <= SOFTGPU_MAX_SIDE &&
	       c->row_bytes && c->row_bytes <= SOFTGPU_MAX_PITCH &&
	       pitch_ok(c, c->dst_pitch) && pitch_ok(c, c->src_pitch) &&
	       gpu_range_ok(c->dst, rect_bytes(c, c->dst_pitch)) &&
	       gpu_range_ok(c->src, rect_bytes(c, c->src_pitch));
}

/* r->row counts rows, r->done bytes of the row. */
enum gpu_step gpu_step_copy_rect(struct gpu_run *r, struct gpu_access *a)
{
	const struct softgpu_cmd_copy_rect *c = &r->cmd.copy_rect;
	bool last_first = overlaps_above(c->dst, c->src, rect_bytes(c, c->src_pitch));
	uint64_t start = gpu_work(a);
	size_t n;

	while (r->row < c->rows && gpu_work(a) - start < GPU_PIECE) {
		uint64_t row = last_first ? c->rows - 1 - r->row : r->row;
		uint64_t dst = c->dst + row * c->dst_pitch, src = c->src + row * c->src_pitch;
		size_t left = c->row_bytes - r->done;

		if (overlaps_above(dst, src, c->row_bytes))
			n = copy_down(a, dst, src, left);
		else
			n = copy_up(a, dst + r->done, src + r->done, MIN(left, GPU_PIECE));
		if (!n)
			return GPU_PAGE;
		a->effort += ROW_EFFORT;
		r->done += n;
		if (r->done == c->row_bytes) {
			r->done = 0;
			r->row++;
		}
	}
	return r->row < c->rows ? GPU_MORE : GPU_NEXT;
}
