// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of compute programs. Plain loops over lanes, which the compiler turns
 * into vectors; compiled without contraction, so that floats are IEEE's own.
 */
#include <math.h>

#include "clones.h"
#include "lanes.h"

#define NOT_A_NUMBER	0x7fc00000u

static bool is_nan(uint32_t u)
{
	return (u & 0x7fffffff) > 0x7f800000;
}

static void arithmetic(enum softgpu_op op, const union lanes *restrict a,
		       const union lanes *restrict b, uint32_t imm, union lanes *restrict t)
{
	unsigned int i;

	switch (op) {
	case SOFTGPU_OP_ADD:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] + b->u[i];
		break;
	case SOFTGPU_OP_SUB:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] - b->u[i];
		break;
	case SOFTGPU_OP_MUL:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] * b->u[i];
		break;
	case SOFTGPU_OP_MULH:
		for (i = 0; i < LANES; i++)
			t->u[i] = (int64_t)a->i[i] * b->i[i] >> 32;
		break;
	case SOFTGPU_OP_MULFIX:
		for (i = 0; i < LANES; i++)
			t->u[i] = (int64_t)a->i[i] * b->i[i] >> imm;
		break;
	case SOFTGPU_OP_UDIV:
		for (i = 0; i < LANES; i++)
			t->u[i] = b->u[i] ? a->u[i] / b->u[i] : UINT32_MAX;
		break;
	case SOFTGPU_OP_UMOD:
		for (i = 0; i < LANES; i++)
			t->u[i] = b->u[i] ? a->u[i] % b->u[i] : a->u[i];
		break;
	case SOFTGPU_OP_MIN:
		for (i = 0; i < LANES; i++)
			t->i[i] = a->i[i] < b->i[i] ? a->i[i] : b->i[i];
		break;
	case SOFTGPU_OP_MAX:
		for (i = 0; i < LANES; i++)
			t->i[i] = a->i[i] > b->i[i] ? a->i[i] : b->i[i];
		break;
	default:
		for (i = 0; i < LANES; i++)	/* ADDI */
			t->u[i] = a->u[i] + imm;
	}
}

static void bits(enum softgpu_op op, const union lanes *restrict a,
		 const union lanes *restrict b, uint32_t imm, union lanes *restrict t)
{
	unsigned int i;

	switch (op) {
	case SOFTGPU_OP_AND:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] & b->u[i];
		break;
	case SOFTGPU_OP_OR:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] | b->u[i];
		break;
	case SOFTGPU_OP_XOR:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] ^ b->u[i];
		break;
	case SOFTGPU_OP_SHL:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] << (b->u[i] & 31);
		break;
	case SOFTGPU_OP_SHR:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] >> (b->u[i] & 31);
		break;
	case SOFTGPU_OP_SAR:
		for (i = 0; i < LANES; i++)
			t->i[i] = a->i[i] >> (b->u[i] & 31);
		break;
	default:
		for (i = 0; i < LANES; i++)	/* BYTE */
			t->u[i] = a->u[i] >> 8 * imm & 0xff;
	}
}

static void comparison(enum softgpu_op op, const union lanes *restrict a,
		       const union lanes *restrict b, union lanes *restrict t)
{
	unsigned int i;

	switch (op) {
	case SOFTGPU_OP_EQ:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->u[i] == b->u[i]);
		break;
	case SOFTGPU_OP_LT:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->i[i] < b->i[i]);
		break;
	case SOFTGPU_OP_LE:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->i[i] <= b->i[i]);
		break;
	case SOFTGPU_OP_ULT:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->u[i] < b->u[i]);
		break;
	case SOFTGPU_OP_FEQ:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->f[i] == b->f[i]);
		break;
	case SOFTGPU_OP_FLT:
		for (i = 0; i < LANES; i++)
			t->u[i] = -(uint32_t)(a->f[i] < b->f[i]);
		break;
	default:
		for (i = 0; i < LANES; i++)	/* FLE */
			t->u[i] = -(uint32_t)(a->f[i] <= b->f[i]);
	}
}

static int32_t to_int(float f)
{
	if (f >= 2147483648.0f)
		return INT32_MAX;
	if (f >= -2147483648.0f)
		return (int32_t)f;
	return f < 0 ? INT32_MIN : 0;	/* what is not a number is 0 */
}

/* Of one operand. */
static void float_one(enum softgpu_op op, const union lanes *restrict a, union lanes *restrict t)
{
	unsigned int i;

	switch (op) {
	case SOFTGPU_OP_FSQRT:
		for (i = 0; i < LANES; i++)
			t->f[i] = sqrtf(a->f[i]);
		break;
	case SOFTGPU_OP_FFLOOR:
		for (i = 0; i < LANES; i++)
			t->f[i] = floorf(a->f[i]);
		break;
	case SOFTGPU_OP_FABS:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] & 0x7fffffff;
		return;
	case SOFTGPU_OP_FNEG:
		for (i = 0; i < LANES; i++)
			t->u[i] = a->u[i] ^ 0x80000000;
		return;
	case SOFTGPU_OP_FTOI:
		for (i = 0; i < LANES; i++)
			t->i[i] = to_int(a->f[i]);
		return;
	default:
		for (i = 0; i < LANES; i++)	/* ITOF */
			t->f[i] = a->i[i];
		return;
	}
	for (i = 0; i < LANES; i++)
		t->u[i] = is_nan(t->u[i]) ? NOT_A_NUMBER : t->u[i];
}

static void float_two(enum softgpu_op op, const union lanes *restrict a,
		      const union lanes *restrict b, union lanes *restrict t)
{
	unsigned int i;

	switch (op) {
	case SOFTGPU_OP_FADD:
		for (i = 0; i < LANES; i++)
			t->f[i] = a->f[i] + b->f[i];
		break;
	case SOFTGPU_OP_FSUB:
		for (i = 0; i < LANES; i++)
			t->f[i] = a->f[i] - b->f[i];
		break;
	case SOFTGPU_OP_FMUL:
		for (i = 0; i < LANES; i++)
			t->f[i] = a->f[i] * b->f[i];
		break;
	case SOFTGPU_OP_FDIV:
		for (i = 0; i < LANES; i++)
			t->f[i] = a->f[i] / b->f[i];
		break;
	case SOFTGPU_OP_FMIN:
		for (i = 0; i < LANES; i++)
			t->f[i] = a->f[i] < b->f[i] || is_nan(a->u[i]) ? a->f[i] : b->f[i];
		break;
	default:
		for (i = 0; i < LANES; i++)	/* FMAX */
			t->f[i] = a->f[i] > b->f[i] || is_nan(a->u[i]) ? a->f[i] : b->f[i];
	}
	for (i = 0; i < LANES; i++)
		t->u[i] = is_nan(t->u[i]) ? NOT_A_NUMBER : t->u[i];
}

CLONES
void lanes_compute(enum softgpu_op op, const union lanes *a, const union lanes *b, uint32_t imm,
		   union lanes *t)
{
	switch (op) {
	case SOFTGPU_OP_AND ... SOFTGPU_OP_SAR:
	case SOFTGPU_OP_BYTE:
		bits(op, a, b, imm, t);
		break;
	case SOFTGPU_OP_EQ ... SOFTGPU_OP_ULT:
	case SOFTGPU_OP_FEQ ... SOFTGPU_OP_FLE:
		comparison(op, a, b, t);
		break;
	case SOFTGPU_OP_FADD ... SOFTGPU_OP_FDIV:
	case SOFTGPU_OP_FMIN:
	case SOFTGPU_OP_FMAX:
		float_two(op, a, b, t);
		break;
	case SOFTGPU_OP_FSQRT:
	case SOFTGPU_OP_FFLOOR ... SOFTGPU_OP_FNEG:
	case SOFTGPU_OP_FTOI:
	case SOFTGPU_OP_ITOF:
		float_one(op, a, t);
		break;
	default:
		arithmetic(op, a, b, imm, t);
	}
}

CLONES
void lanes_pack(const union lanes *a, union lanes *t)
{
	for (unsigned int i = 0; i < LANES; i++) {
		t->u[i] = 0;
		for (unsigned int k = 0; k < 4; k++) {
			int32_t v = a[k].i[i];

			t->u[i] |= (uint32_t)(v < 0 ? 0 : v > 255 ? 255 : v) << 8 * k;
		}
	}
}

CLONES
void lanes_merge(union lanes *d, const union lanes *t, const union lanes *mask)
{
	for (unsigned int i = 0; i < LANES; i++)
		d->u[i] = (t->u[i] & mask->u[i]) | (d->u[i] & ~mask->u[i]);
}
