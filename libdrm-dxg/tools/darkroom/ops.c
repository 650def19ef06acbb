// SPDX-License-Identifier: MIT
/*
 * The operations as commands and programs of the software GPU.
 *
 * A program runs once for each pixel of the result. Registers are given out by
 * hand; each function says which ones it uses.
 */
#include "ops.h"

#include <stddef.h>
#include <string.h>
#include <sys/param.h>

#define VIEW_SRC	0
#define VIEW_DST	1

/* Constants that each program may use. */
enum {
	CONST_WIDTH = 9,	/* of the source */
	CONST_LAST_X,
	CONST_LAST_Y,
	CONST_SHIFT,
	/* 0 to 8 are weights; mandelbrot has its own meaning for 0 to 4. */
};

/* Registers of all programs. */
enum {
	R_X, R_Y, R_ZERO, R_WIDTH, R_LAST_X, R_LAST_Y,
	R_INDEX,		/* of the pixel in a view */
	R_PIXEL, R_T, R_U, R_WEIGHT,
	R_OUT = 12,		/* and three more: blue, green, red, alpha */
	R_ACC = 16,		/* and what a program needs behind it */
};

static void emit(struct op_job *job, enum softgpu_op op, unsigned int d, unsigned int a,
		 unsigned int b, uint32_t imm)
{
	job->code[job->count++] = softgpu_op(op, d, a, b, imm);
}

static void begin(struct op_job *job)
{
	emit(job, SOFTGPU_OP_ID, R_X, 0, 0, 0);
	emit(job, SOFTGPU_OP_ID, R_Y, 0, 0, 1);
	emit(job, SOFTGPU_OP_IMM, R_ZERO, 0, 0, 0);
	emit(job, SOFTGPU_OP_CONST, R_WIDTH, 0, 0, CONST_WIDTH);
	emit(job, SOFTGPU_OP_CONST, R_LAST_X, 0, 0, CONST_LAST_X);
	emit(job, SOFTGPU_OP_CONST, R_LAST_Y, 0, 0, CONST_LAST_Y);
}

/* R_OUT to R_OUT + 3 become the pixel. Uses R_INDEX, R_T. */
static void end(struct op_job *job)
{
	emit(job, SOFTGPU_OP_MUL, R_INDEX, R_Y, R_WIDTH, 0);
	emit(job, SOFTGPU_OP_ADD, R_INDEX, R_INDEX, R_X, 0);
	emit(job, SOFTGPU_OP_PACK, R_T, R_OUT, 0, 0);
	emit(job, SOFTGPU_OP_STORE, 0, R_INDEX, R_T, VIEW_DST);
	emit(job, SOFTGPU_OP_END, 0, 0, 0, 0);
}

/* R_PIXEL becomes the source's pixel at (x + dx, y + dy), or the nearest. Uses R_INDEX, R_T. */
static void load_at(struct op_job *job, int dx, int dy)
{
	emit(job, SOFTGPU_OP_ADDI, R_T, R_Y, 0, dy);
	emit(job, SOFTGPU_OP_MAX, R_T, R_T, R_ZERO, 0);
	emit(job, SOFTGPU_OP_MIN, R_T, R_T, R_LAST_Y, 0);
	emit(job, SOFTGPU_OP_MUL, R_INDEX, R_T, R_WIDTH, 0);
	emit(job, SOFTGPU_OP_ADDI, R_T, R_X, 0, dx);
	emit(job, SOFTGPU_OP_MAX, R_T, R_T, R_ZERO, 0);
	emit(job, SOFTGPU_OP_MIN, R_T, R_T, R_LAST_X, 0);
	emit(job, SOFTGPU_OP_ADD, R_INDEX, R_INDEX, R_T, 0);
	emit(job, SOFTGPU_OP_LOAD, R_PIXEL, R_INDEX, 0, VIEW_SRC);
}

/* Registers @acc to @acc + 2 += weight * blue, green, red of R_PIXEL. Uses R_T, R_WEIGHT. */
static void accumulate(struct op_job *job, unsigned int acc, int weight)
{
	if (!weight)
		return;
	emit(job, SOFTGPU_OP_IMM, R_WEIGHT, 0, 0, weight);
	for (unsigned int c = 0; c < 3; c++) {
		emit(job, SOFTGPU_OP_BYTE, R_T, R_PIXEL, 0, c);
		emit(job, SOFTGPU_OP_MUL, R_T, R_T, R_WEIGHT, 0);
		emit(job, SOFTGPU_OP_ADD, acc + c, acc + c, R_T, 0);
	}
}

/* Append the dispatch of the program, with its views and constants. */
static void dispatch(struct op_job *job, const uint32_t *constants, unsigned int count,
		     uint32_t budget)
{
	struct softgpu_cmd_dispatch d = softgpu_dispatch_init(job->program, job->count,
							      job->dst_width, job->dst_height,
							      budget);

	memcpy(d.constant, constants, count * sizeof(*constants));
	d.constant[CONST_WIDTH] = job->src_width;
	d.constant[CONST_LAST_X] = job->src_width - 1;
	d.constant[CONST_LAST_Y] = job->src_height - 1;
	d.view[VIEW_SRC].va = job->src;
	d.view[VIEW_SRC].elements = job->src_width * job->src_height;
	d.view[VIEW_SRC].type = SOFTGPU_VIEW_U32;
	d.view[VIEW_DST].va = job->dst;
	d.view[VIEW_DST].elements = job->dst_width * job->dst_height;
	d.view[VIEW_DST].type = SOFTGPU_VIEW_U32;
	softgpu_dispatch(job->commands, &d);
}

/* The sum of the 3 x 3 weighted neighbours, shifted right and clamped; alpha is kept. */
static void build_weighted(struct op_job *job, const int *weights, uint32_t shift)
{
	begin(job);
	for (int i = 0; i < 9; i++) {
		if (!weights[i])
			continue;
		load_at(job, i % 3 - 1, i / 3 - 1);
		accumulate(job, R_ACC, weights[i]);
	}
	emit(job, SOFTGPU_OP_IMM, R_U, 0, 0, shift);
	for (unsigned int c = 0; c < 3; c++)
		emit(job, SOFTGPU_OP_SAR, R_OUT + c, R_ACC + c, R_U, 0);
	load_at(job, 0, 0);
	emit(job, SOFTGPU_OP_BYTE, R_OUT + 3, R_PIXEL, 0, 3);
	end(job);
	dispatch(job, NULL, 0, 0);
}

static void build_blur(struct op_job *job)
{
	static const int weights[9] = { 1, 2, 1, 2, 4, 2, 1, 2, 1 };

	build_weighted(job, weights, 4);
}

static void build_sharpen(struct op_job *job)
{
	static const int weights[9] = { 0, -1, 0, -1, 5, -1, 0, -1, 0 };

	build_weighted(job, weights, 0);
}

/* The size of the gradient by Sobel, |gx| + |gy|, for each colour; opaque. */
static void build_edge(struct op_job *job)
{
	static const int gx[9] = { -1, 0, 1, -2, 0, 2, -1, 0, 1 };
	static const int gy[9] = { -1, -2, -1, 0, 0, 0, 1, 2, 1 };

	begin(job);
	for (int i = 0; i < 9; i++) {
		if (!gx[i] && !gy[i])
			continue;
		load_at(job, i % 3 - 1, i / 3 - 1);
		accumulate(job, R_ACC, gx[i]);
		accumulate(job, R_ACC + 3, gy[i]);
	}
	for (unsigned int c = 0; c < 3; c++) {
		emit(job, SOFTGPU_OP_SUB, R_T, R_ZERO, R_ACC + c, 0);
		emit(job, SOFTGPU_OP_MAX, R_OUT + c, R_ACC + c, R_T, 0);
		emit(job, SOFTGPU_OP_SUB, R_T, R_ZERO, R_ACC + 3 + c, 0);
		emit(job, SOFTGPU_OP_MAX, R_T, R_ACC + 3 + c, R_T, 0);
		emit(job, SOFTGPU_OP_ADD, R_OUT + c, R_OUT + c, R_T, 0);
	}
	emit(job, SOFTGPU_OP_IMM, R_OUT + 3, 0, 0, 255);
	end(job);
	dispatch(job, NULL, 0, 0);
}

/* Constants and registers of the set. */
enum { CONST_LEFT, CONST_TOP, CONST_STEP, CONST_ESCAPE, CONST_STEPS };
enum { R_CR = R_ACC, R_CI, R_ZR, R_ZI, R_ZR2, R_ZI2, R_N, R_ESCAPE, R_STEPS };

/* z = z * z + c, until |z| > 2 or the steps are over. */
static void build_iteration(struct op_job *job)
{
	emit(job, SOFTGPU_OP_LOOP, 0, 0, 0, 0);
	emit(job, SOFTGPU_OP_LE, R_T, R_STEPS, R_N, 0);
	emit(job, SOFTGPU_OP_BREAK, 0, R_T, 0, 0);
	emit(job, SOFTGPU_OP_MULFIX, R_ZR2, R_ZR, R_ZR, 24);
	emit(job, SOFTGPU_OP_MULFIX, R_ZI2, R_ZI, R_ZI, 24);
	emit(job, SOFTGPU_OP_ADD, R_T, R_ZR2, R_ZI2, 0);
	emit(job, SOFTGPU_OP_LT, R_T, R_ESCAPE, R_T, 0);
	emit(job, SOFTGPU_OP_BREAK, 0, R_T, 0, 0);
	emit(job, SOFTGPU_OP_MULFIX, R_ZI, R_ZR, R_ZI, 24);
	emit(job, SOFTGPU_OP_ADD, R_ZI, R_ZI, R_ZI, 0);
	emit(job, SOFTGPU_OP_ADD, R_ZI, R_ZI, R_CI, 0);
	emit(job, SOFTGPU_OP_SUB, R_ZR, R_ZR2, R_ZI2, 0);
	emit(job, SOFTGPU_OP_ADD, R_ZR, R_ZR, R_CR, 0);
	emit(job, SOFTGPU_OP_ADDI, R_N, R_N, 0, 1);
	emit(job, SOFTGPU_OP_ENDLOOP, 0, 0, 0, 0);
}

/* Inside of the set the picture is seen, outside the number of steps as a colour. */
static void build_mandelbrot(struct op_job *job)
{
	uint32_t step = MANDELBROT_WIDTH / MAX(job->src_width, job->src_height);
	uint32_t constants[5] = {
		[CONST_LEFT] = (uint32_t)MANDELBROT_LEFT,
		[CONST_TOP] = (uint32_t)-(int32_t)((uint64_t)step * job->src_height / 2),
		[CONST_STEP] = step,
		[CONST_ESCAPE] = 4 << 24,
		[CONST_STEPS] = MANDELBROT_STEPS,
	};
	static const uint32_t factor[3] = { 13, 5, 9 };

	begin(job);
	emit(job, SOFTGPU_OP_CONST, R_ESCAPE, 0, 0, CONST_ESCAPE);
	emit(job, SOFTGPU_OP_CONST, R_STEPS, 0, 0, CONST_STEPS);
	emit(job, SOFTGPU_OP_CONST, R_U, 0, 0, CONST_STEP);
	emit(job, SOFTGPU_OP_CONST, R_CR, 0, 0, CONST_LEFT);
	emit(job, SOFTGPU_OP_MUL, R_T, R_X, R_U, 0);
	emit(job, SOFTGPU_OP_ADD, R_CR, R_CR, R_T, 0);
	emit(job, SOFTGPU_OP_CONST, R_CI, 0, 0, CONST_TOP);
	emit(job, SOFTGPU_OP_MUL, R_T, R_Y, R_U, 0);
	emit(job, SOFTGPU_OP_ADD, R_CI, R_CI, R_T, 0);
	build_iteration(job);

	emit(job, SOFTGPU_OP_LT, R_U, R_N, R_STEPS, 0);
	emit(job, SOFTGPU_OP_IF, 0, R_U, 0, 0);
	emit(job, SOFTGPU_OP_IMM, R_WEIGHT, 0, 0, 255);
	for (unsigned int c = 0; c < 3; c++) {
		emit(job, SOFTGPU_OP_IMM, R_T, 0, 0, factor[c]);
		emit(job, SOFTGPU_OP_MUL, R_OUT + c, R_N, R_T, 0);
		emit(job, SOFTGPU_OP_AND, R_OUT + c, R_OUT + c, R_WEIGHT, 0);
	}
	emit(job, SOFTGPU_OP_MOV, R_OUT + 3, R_WEIGHT, 0, 0);
	emit(job, SOFTGPU_OP_ELSE, 0, 0, 0, 0);
	load_at(job, 0, 0);
	for (unsigned int c = 0; c < 4; c++)
		emit(job, SOFTGPU_OP_BYTE, R_OUT + c, R_PIXEL, 0, c);
	emit(job, SOFTGPU_OP_ENDIF, 0, 0, 0, 0);
	end(job);
	dispatch(job, constants, 5, MANDELBROT_STEPS + 1);
}

static void build_scale(struct op_job *job)
{
	struct softgpu_surface src = softgpu_surface(job->src, job->src_width * 4,
						     SOFTGPU_FORMAT_ARGB8888, job->src_width,
						     job->src_height);
	struct softgpu_surface dst = softgpu_surface(job->dst, job->dst_width * 4,
						     SOFTGPU_FORMAT_ARGB8888, job->dst_width,
						     job->dst_height);

	softgpu_scale(job->commands, &dst, softgpu_rect(0, 0, dst.width, dst.height), &src,
		      softgpu_rect(0, 0, src.width, src.height), SOFTGPU_SCALE_BILINEAR);
}

static const struct op ops[] = {
	{ "blur", "each pixel mixed with its neighbours", 0, build_blur, reference_blur },
	{ "sharpen", "differences to the neighbours made larger", 0, build_sharpen,
	  reference_sharpen },
	{ "edge", "where the picture changes, by Sobel's filter", 0, build_edge, reference_edge },
	{ "mandelbrot", "the set as a window on the picture", 0, build_mandelbrot,
	  reference_mandelbrot },
	{ "scale", "another size, interpolated; see --size", 1, build_scale, reference_scale },
};

const struct op *op_at(unsigned int i)
{
	return i < sizeof(ops) / sizeof(ops[0]) ? &ops[i] : NULL;
}

const struct op *op_find(const char *name)
{
	const struct op *op;

	for (unsigned int i = 0; (op = op_at(i)); i++) {
		if (!strcmp(op->name, name))
			return op;
	}
	return NULL;
}
