/* SPDX-License-Identifier: GPL-2.0 */
/* Arithmetic of compute programs, on the same register of LANES invocations at a time. */
#ifndef HOST_SOFTGPU_LANES_H
#define HOST_SOFTGPU_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "softgpu_cmd.h"

#define LANES	64u

union lanes {
	uint32_t u[LANES];
	int32_t i[LANES];
	float f[LANES];
} __attribute__((aligned(32)));

/*
 * Operations from ADD to FLOAT's last, but for SELECT and PACK: @t = @a op @b, with
 * @imm. @t is none of the others.
 */
void lanes_compute(enum softgpu_op op, const union lanes *a, const union lanes *b, uint32_t imm,
		   union lanes *t);
/* PACK, of four registers that follow each other. */
void lanes_pack(const union lanes *a, union lanes *t);
/* @d = @t where @mask is all ones; it is all zeroes elsewhere. */
void lanes_merge(union lanes *d, const union lanes *t, const union lanes *mask);

#endif
