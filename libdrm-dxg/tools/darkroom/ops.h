/* SPDX-License-Identifier: MIT */
/*
 * What the darkroom can do to a picture: how to tell the GPU, and how the same
 * looks in plain C, to compare with.
 */
#ifndef DARKROOM_OPS_H
#define DARKROOM_OPS_H

#include "picture.h"
#include "softgpu_build.h"

/** Room for the program of an operation. */
#define OP_MAX_INSTRUCTIONS	SOFTGPU_MAX_INSTRUCTIONS

/** struct op_job - One operation on one picture. */
struct op_job {
	/** @src, @dst: Pictures in the GPU's memory, rows without gaps. */
	uint64_t src, dst;
	uint32_t src_width, src_height, dst_width, dst_height;

	/** @program: Where the program will be for the GPU. */
	uint64_t program;

	/** @code: Filled in: @count instructions, 0 when the operation needs none. */
	struct softgpu_instruction code[OP_MAX_INSTRUCTIONS];
	uint32_t count;

	/** @commands: Filled in: appended to. */
	struct softgpu_buffer *commands;
};

/** struct op - An operation. */
struct op {
	const char *name;
	const char *what;		/* one line for people */
	int resizes;			/* the result may have another size */
	void (*build)(struct op_job *job);
	void (*reference)(const struct picture *src, struct picture *dst);
};

/* By name; NULL when there is none. */
const struct op *op_find(const char *name);
/* The Ith, NULL behind the last. */
const struct op *op_at(unsigned int i);

/* ---- reference.c: written from the description of the commands, not from ops.c ---- */

void reference_blur(const struct picture *src, struct picture *dst);
void reference_sharpen(const struct picture *src, struct picture *dst);
void reference_edge(const struct picture *src, struct picture *dst);
void reference_mandelbrot(const struct picture *src, struct picture *dst);
void reference_scale(const struct picture *src, struct picture *dst);

/* ---- what both must agree on ---- */

/* The part of the plane that mandelbrot shows, in 8.24 fixed point; the longer side is WIDTH. */
#define MANDELBROT_LEFT		(-2 * (1 << 24) - (1 << 22))
#define MANDELBROT_WIDTH	(3 * (1 << 24))
#define MANDELBROT_STEPS	96

#endif
