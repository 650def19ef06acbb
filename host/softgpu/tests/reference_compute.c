// SPDX-License-Identifier: MIT
/*
 * The reference of compute programs: one invocation after the other, one
 * instruction after the other, branches found by counting.
 */
#include <math.h>

#include "reference.h"

struct invocation {
	const struct softgpu_cmd_dispatch *c;
	const struct softgpu_instruction *p;
	uint32_t x, y;
	uint32_t reg[SOFTGPU_REGISTERS];
	uint32_t jumps;
};

static float as_float(uint32_t u)
{
	float f;

	memcpy(&f, &u, 4);
	return f;
}

static uint32_t as_bits(float f)
{
	uint32_t u;

	memcpy(&u, &f, 4);
	return isnan(f) ? 0x7fc00000 : u;
}

static uint32_t truth(bool b)
{
	return b ? 0xffffffff : 0;
}

static uint32_t to_int(float f)
{
	double d = f;

	if (isnan(d))
		return 0;
	d = trunc(d);
	return (uint32_t)(int32_t)(d < INT32_MIN ? INT32_MIN : d > INT32_MAX ? INT32_MAX : d);
}

static uint32_t floats(uint8_t op, uint32_t ua, uint32_t ub)
{
	/* In memory, so that each operation is rounded by itself. */
	volatile float a = as_float(ua), b = as_float(ub), r = 0;

	switch (op) {
	case SOFTGPU_OP_FADD:
		r = a + b;
		break;
	case SOFTGPU_OP_FSUB:
		r = a - b;
		break;
	case SOFTGPU_OP_FMUL:
		r = a * b;
		break;
	case SOFTGPU_OP_FDIV:
		r = a / b;
		break;
	case SOFTGPU_OP_FSQRT:
		r = sqrtf(a);
		break;
	case SOFTGPU_OP_FMIN:
		r = isnan(a) || isnan(b) ? NAN : a < b ? a : b;
		break;
	case SOFTGPU_OP_FMAX:
		r = isnan(a) || isnan(b) ? NAN : a > b ? a : b;
		break;
	case SOFTGPU_OP_FFLOOR:
		r = floorf(a);
		break;
	case SOFTGPU_OP_FABS:
		return ua & 0x7fffffff;
	case SOFTGPU_OP_FNEG:
		return ua ^ 0x80000000;
	case SOFTGPU_OP_FEQ:
		return truth(a == b);
	case SOFTGPU_OP_FLT:
		return truth(a < b);
	case SOFTGPU_OP_FLE:
		return truth(a <= b);
	case SOFTGPU_OP_FTOI:
		return to_int(a);
	case SOFTGPU_OP_ITOF:
		r = (float)(int32_t)ua;
		break;
	}
	return as_bits(r);
}

static uint32_t integers(uint8_t op, uint32_t a, uint32_t b, uint32_t imm)
{
	int64_t sa = (int32_t)a, sb = (int32_t)b, product = sa * sb;
	unsigned int shift = b % 32;

	switch (op) {
	case SOFTGPU_OP_ADD:
		return a + b;
	case SOFTGPU_OP_SUB:
		return a - b;
	case SOFTGPU_OP_MUL:
		return product;
	case SOFTGPU_OP_MULH:
		return (uint64_t)product >> 32;
	case SOFTGPU_OP_MULFIX:
		return (uint64_t)product >> imm;
	case SOFTGPU_OP_UDIV:
		return b ? a / b : 0xffffffff;
	case SOFTGPU_OP_UMOD:
		return b ? a % b : a;
	case SOFTGPU_OP_MIN:
		return sa < sb ? a : b;
	case SOFTGPU_OP_MAX:
		return sa < sb ? b : a;
	case SOFTGPU_OP_AND:
		return a & b;
	case SOFTGPU_OP_OR:
		return a | b;
	case SOFTGPU_OP_XOR:
		return a ^ b;
	case SOFTGPU_OP_SHL:
		return (uint64_t)a << shift;
	case SOFTGPU_OP_SHR:
		return a / (1u << shift);
	case SOFTGPU_OP_SAR:
		return (uint64_t)sa >> shift;
	case SOFTGPU_OP_ADDI:
		return a + imm;
	case SOFTGPU_OP_EQ:
		return truth(a == b);
	case SOFTGPU_OP_LT:
		return truth(sa < sb);
	case SOFTGPU_OP_LE:
		return truth(sa <= sb);
	case SOFTGPU_OP_ULT:
		return truth(a < b);
	default:
		return a / (1u << 8 * imm) % 256;	/* BYTE */
	}
}

static uint32_t packed(const uint32_t *reg)
{
	uint32_t result = 0;

	for (int i = 3; i >= 0; i--) {
		int32_t v = reg[i];

		result = result * 256 + (v < 0 ? 0 : v > 255 ? 255 : v);
	}
	return result;
}

static uint8_t *element(const struct softgpu_view *v, uint32_t index, unsigned int *bytes)
{
	uint64_t at;

	*bytes = v->type == SOFTGPU_VIEW_U8 ? 1 : v->type == SOFTGPU_VIEW_U16 ? 2 : 4;
	if (index >= v->elements)
		return NULL;
	at = v->va + (uint64_t)index * *bytes;
	assert_true(at >= BED_VA && at < BED_VA + REF_BYTES);
	return &ref_memory[at - BED_VA];
}

static void memory(struct invocation *i, const struct softgpu_instruction *ins)
{
	unsigned int bytes;
	uint8_t *e = element(&i->c->view[ins->imm], i->reg[ins->a], &bytes);
	uint32_t value = 0;

	if (ins->op == SOFTGPU_OP_STORE) {
		if (e)
			memcpy(e, &i->reg[ins->b], bytes);
		return;
	}
	if (e)
		memcpy(&value, e, bytes);
	i->reg[ins->d] = value;
}

static void value(struct invocation *i, const struct softgpu_instruction *ins)
{
	const uint32_t id[] = { i->x, i->y, i->c->width, i->c->height };
	uint32_t a = i->reg[ins->a], b = i->reg[ins->b], *d = &i->reg[ins->d];

	if (ins->op == SOFTGPU_OP_MOV)
		*d = a;
	else if (ins->op == SOFTGPU_OP_IMM)
		*d = ins->imm;
	else if (ins->op == SOFTGPU_OP_CONST)
		*d = i->c->constant[ins->imm];
	else if (ins->op == SOFTGPU_OP_ID)
		*d = id[ins->imm];
	else if (ins->op == SOFTGPU_OP_SELECT)
		*d = b ? a : *d;
	else if (ins->op == SOFTGPU_OP_PACK)
		*d = packed(&i->reg[ins->a]);
	else if (ins->op >= SOFTGPU_OP_FADD && ins->op <= SOFTGPU_OP_ITOF)
		*d = floats(ins->op, a, b);
	else
		*d = integers(ins->op, a, b, ins->imm);
}

static bool opens(uint8_t op)
{
	return op == SOFTGPU_OP_IF || op == SOFTGPU_OP_LOOP;
}

static bool closes(uint8_t op)
{
	return op == SOFTGPU_OP_ENDIF || op == SOFTGPU_OP_ENDLOOP;
}

/* Behind the end of the block that @at stands in, at an ELSE of it if @or_else. */
static uint32_t leave(const struct softgpu_instruction *p, uint32_t at, bool or_else)
{
	for (int depth = 0;; at++) {
		if (!depth && (closes(p[at].op) || (or_else && p[at].op == SOFTGPU_OP_ELSE)))
			return at + 1;
		depth += opens(p[at].op) - closes(p[at].op);
	}
}

/* Behind the ENDLOOP of the innermost loop around @at. */
static uint32_t leave_loop(const struct softgpu_instruction *p, uint32_t at)
{
	for (;;) {
		at = leave(p, at, false);
		if (p[at - 1].op == SOFTGPU_OP_ENDLOOP)
			return at;
	}
}

/* Behind the LOOP of an ENDLOOP. */
static uint32_t loop_start(const struct softgpu_instruction *p, uint32_t at)
{
	for (int depth = 1; depth; ) {
		at--;
		depth += closes(p[at].op) - opens(p[at].op);
	}
	return at + 1;
}

static bool invoke(struct invocation *i)
{
	const struct softgpu_instruction *p = i->p;
	uint32_t at = 0;

	for (;;) {
		const struct softgpu_instruction *ins = &p[at];

		switch (ins->op) {
		case SOFTGPU_OP_END:
			return true;
		case SOFTGPU_OP_IF:
			at = i->reg[ins->a] ? at + 1 : leave(p, at + 1, true);
			break;
		case SOFTGPU_OP_ELSE:
			at = leave(p, at + 1, false);
			break;
		case SOFTGPU_OP_BREAK:
			at = i->reg[ins->a] ? leave_loop(p, at + 1) : at + 1;
			break;
		case SOFTGPU_OP_ENDLOOP:
			if (i->jumps++ == i->c->budget)
				return false;
			at = loop_start(p, at);
			break;
		case SOFTGPU_OP_LOAD:
		case SOFTGPU_OP_STORE:
			memory(i, ins);
			at++;
			break;
		case SOFTGPU_OP_LOOP:
		case SOFTGPU_OP_ENDIF:
			at++;
			break;
		default:
			value(i, ins);
			at++;
		}
	}
}

bool ref_dispatch(const struct softgpu_cmd_dispatch *c, const struct softgpu_instruction *p)
{
	for (uint32_t y = 0; y < c->height; y++) {
		for (uint32_t x = 0; x < c->width; x++) {
			struct invocation i = { .c = c, .p = p, .x = x, .y = y };

			if (!invoke(&i))
				return false;
		}
	}
	return true;
}
