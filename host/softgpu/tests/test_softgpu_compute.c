// SPDX-License-Identifier: MIT
/*
 * Tests of DISPATCH: single operations, random programs, and two real ones, against
 * the reference, byte for byte; and what is refused. DXG_PICTURES as for pictures.
 */
#include "reference.h"

#define END		(1ull << SOFTGPU_VA_BITS)
#define OUT		BED_VA
#define IN		(BED_VA + 0x400000)
#define PROGRAM		(BED_VA + 0x800000)

#define OP(name, d, a, b, imm)	\
	((struct softgpu_instruction){ SOFTGPU_OP_##name, d, a, b, imm })

static struct bed bed;
static uint64_t seed;

static int setup(void **state)
{
	bed_init(&bed, true);
	seed = 0xc0de5eed;
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

static void put_program(struct bed *b, const struct softgpu_instruction *p, unsigned int n)
{
	bed_put(b, PROGRAM - BED_VA, p, n * sizeof(*p));
	memcpy(ref_memory + (PROGRAM - BED_VA), p, n * sizeof(*p));
}

/* View 0: words to write, view 1: words to read. */
static struct softgpu_cmd_dispatch dispatch(unsigned int instructions, uint32_t width,
					    uint32_t height)
{
	struct softgpu_cmd_dispatch c = softgpu_dispatch_init(PROGRAM, instructions, width, height,
							      100);

	c.view[0] = (struct softgpu_view){ OUT, 0x40000, SOFTGPU_VIEW_U32 };
	c.view[1] = (struct softgpu_view){ IN, 0x40000, SOFTGPU_VIEW_U32 };
	return c;
}

/* With both; the same memory, or both exceed a budget. */
static void run(struct bed *b, struct softgpu_cmd_dispatch *c, const struct softgpu_instruction *p)
{
	put_program(b, p, c->instructions);
	softgpu_dispatch(&b->cmd, c);
	assert_true(ref_dispatch(c, p));
	bed_run_ok(b);
	ref_assert_same(b);
}

/* ---- operations ---- */

/* Values on which operations go wrong, as integers and as floats. */
static const uint32_t hard[] = {
	0, 1, 2, 31, 32, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
	0x80000001, 0xffffffff, 0xfffffffe, 0xffffff00,
	0x3f800000, 0xbf800000, 0x3f000000, 0x3effffff, 0x40490fdb, 0xc0490fdb, 0x4b000000,
	0x4b7fffff, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x7f7fffff, 0xff7fffff,
	0x00800000, 0x007fffff, 0x807fffff, 0x34000000, 0x7f800000, 0xff800000,
	0x7f800001, 0x7fc00000, 0xffc00000, 0xffffffff, 0x7fffffff, 0x3fc00000, 0xbfc00000,
};

#define HARD	(sizeof(hard) / sizeof(hard[0]))

/* Each operation on each pair of hard values, and on random ones. */
static void one_operation(struct bed *b, enum softgpu_op op, bool one, uint32_t imm)
{
	const struct softgpu_instruction p[] = {
		OP(ID, 0, 0, 0, 0), OP(ID, 1, 0, 0, 1), OP(ID, 2, 0, 0, 2),
		OP(MUL, 3, 1, 2, 0), OP(ADD, 3, 3, 0, 0),
		OP(LOAD, 4, 0, 0, 1), OP(ADDI, 5, 1, 0, 128), OP(LOAD, 5, 5, 0, 1),
		OP(IMM, 6, 0, 0, 0x12345678),
		softgpu_op(op, 6, 4, one ? 0 : 5, imm),
		OP(STORE, 0, 3, 6, 0), OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(sizeof(p) / sizeof(p[0]), 128, 128);

	for (unsigned int i = 0; i < 256; i++) {
		uint32_t v = i % 128 < HARD ? hard[i % 128] : test_random(&seed);

		memcpy(ref_memory + (IN - BED_VA) + 4 * i, &v, 4);
	}
	bed_put(b, IN - BED_VA, ref_memory + (IN - BED_VA), 4096);
	run(b, &c, p);
}

static void operations(void **state)
{
	static const struct {
		uint8_t first, last;
		bool one;
	} group[] = {
		{ SOFTGPU_OP_MOV, SOFTGPU_OP_MOV, true },
		{ SOFTGPU_OP_ADD, SOFTGPU_OP_MULH, false },
		{ SOFTGPU_OP_UDIV, SOFTGPU_OP_SAR, false },
		{ SOFTGPU_OP_EQ, SOFTGPU_OP_SELECT, false },
		{ SOFTGPU_OP_FADD, SOFTGPU_OP_FDIV, false },
		{ SOFTGPU_OP_FSQRT, SOFTGPU_OP_FSQRT, true },
		{ SOFTGPU_OP_FMIN, SOFTGPU_OP_FMAX, false },
		{ SOFTGPU_OP_FFLOOR, SOFTGPU_OP_FNEG, true },
		{ SOFTGPU_OP_FEQ, SOFTGPU_OP_FLE, false },
		{ SOFTGPU_OP_FTOI, SOFTGPU_OP_ITOF, true },
	};
	struct bed *b = *state;

	for (unsigned int g = 0; g < sizeof(group) / sizeof(group[0]); g++) {
		for (unsigned int op = group[g].first; op <= group[g].last; op++)
			one_operation(b, op, group[g].one, 0);
	}
	for (uint32_t imm = 0; imm < 32; imm += 1 + imm % 7)
		one_operation(b, SOFTGPU_OP_MULFIX, false, imm);
	for (uint32_t imm = 0; imm < 4; imm++)
		one_operation(b, SOFTGPU_OP_BYTE, true, imm);
	one_operation(b, SOFTGPU_OP_ADDI, true, 0xfffffff0);
	one_operation(b, SOFTGPU_OP_PACK, true, 0);
}

/* What the reference must not be trusted with alone: some results by hand. */
static void results_by_hand(void **state)
{
	static const struct {
		uint8_t op;
		uint32_t a, b, imm, result;
	} known[] = {
		{ SOFTGPU_OP_MULH, 0x80000000, 0x80000000, 0, 0x40000000 },
		{ SOFTGPU_OP_MULFIX, 0x18000, 0xffff0000, 16, 0xfffe8000 },
		{ SOFTGPU_OP_UDIV, 7, 0, 0, 0xffffffff }, { SOFTGPU_OP_UMOD, 7, 0, 0, 7 },
		{ SOFTGPU_OP_SAR, 0x80000000, 33, 0, 0xc0000000 },
		{ SOFTGPU_OP_SHL, 3, 32, 0, 3 }, { SOFTGPU_OP_LT, 0xffffffff, 0, 0, 0xffffffff },
		{ SOFTGPU_OP_ULT, 0xffffffff, 0, 0, 0 },
		{ SOFTGPU_OP_FADD, 0x3f800000, 0x33800000, 0, 0x3f800000 },	/* a tie, to even */
		{ SOFTGPU_OP_FDIV, 0x3f800000, 0, 0, 0x7f800000 },
		{ SOFTGPU_OP_FDIV, 0, 0, 0, 0x7fc00000 },
		{ SOFTGPU_OP_FMUL, 0x00800000, 0x3f000000, 0, 0x00400000 },	/* subnormal */
		{ SOFTGPU_OP_FSQRT, 0xbf800000, 0, 0, 0x7fc00000 },
		{ SOFTGPU_OP_FSQRT, 0x40000000, 0, 0, 0x3fb504f3 },
		{ SOFTGPU_OP_FMIN, 0x7fc12345, 0x3f800000, 0, 0x7fc00000 },
		{ SOFTGPU_OP_FMAX, 0x3f800000, 0xffc12345, 0, 0x7fc00000 },
		{ SOFTGPU_OP_FMIN, 0, 0x80000000, 0, 0x80000000 },
		{ SOFTGPU_OP_FFLOOR, 0xbf000000, 0, 0, 0xbf800000 },
		{ SOFTGPU_OP_FEQ, 0x7fc00000, 0x7fc00000, 0, 0 },
		{ SOFTGPU_OP_FTOI, 0x4f000000, 0, 0, 0x7fffffff },
		{ SOFTGPU_OP_FTOI, 0xbfc00000, 0, 0, 0xffffffff },
		{ SOFTGPU_OP_FTOI, 0xff800000, 0, 0, 0x80000000 },
		{ SOFTGPU_OP_FTOI, 0xffc00000, 0, 0, 0 },
		{ SOFTGPU_OP_ITOF, 0x01000001, 0, 0, 0x4b800000 },
		{ SOFTGPU_OP_BYTE, 0x12345678, 0, 2, 0x34 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct softgpu_instruction p[] = {
			OP(CONST, 1, 0, 0, 3), OP(CONST, 2, 0, 0, 15),
			softgpu_op(known[i].op, 3, 1, known[i].b ||
				   known[i].op != SOFTGPU_OP_BYTE ? 2 : 0, known[i].imm),
			OP(STORE, 0, 0, 3, 0), OP(END, 0, 0, 0, 0),
		};
		struct softgpu_cmd_dispatch c = dispatch(5, 1, 1);
		struct softgpu_instruction copy[5];
		uint32_t result;

		memcpy(copy, p, sizeof(p));
		if (known[i].op == SOFTGPU_OP_FSQRT || known[i].op == SOFTGPU_OP_FFLOOR ||
		    known[i].op == SOFTGPU_OP_FTOI || known[i].op == SOFTGPU_OP_ITOF)
			copy[2].b = 0;
		c.constant[3] = known[i].a;
		c.constant[15] = known[i].b;
		run(b, &c, copy);
		memcpy(&result, bed_at(b, 0), 4);
		assert_int_equal(result, known[i].result);
	}
}

static void packs_clamp(void **state)
{
	const struct softgpu_instruction p[] = {
		OP(IMM, 28, 0, 0, 300), OP(IMM, 29, 0, 0, (uint32_t)-5), OP(IMM, 30, 0, 0, 7),
		OP(IMM, 31, 0, 0, 255), OP(PACK, 0, 28, 0, 0), OP(STORE, 0, 1, 0, 0),
		OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(7, 1, 1);
	struct bed *b = *state;
	uint32_t result;

	run(b, &c, p);
	memcpy(&result, bed_at(b, 0), 4);
	assert_int_equal(result, 0xff0700ff);
}

/* ---- views ---- */

static void view_types_and_bounds(void **state)
{
	/* Element x of each source view into element 200 - x of each target view. */
	static const uint8_t type[] = { SOFTGPU_VIEW_U8, SOFTGPU_VIEW_U16, SOFTGPU_VIEW_U32 };
	struct bed *b = *state;

	for (unsigned int i = 0; i < 9; i++) {
		const struct softgpu_instruction p[] = {
			OP(ID, 0, 0, 0, 0), OP(IMM, 1, 0, 0, 200), OP(SUB, 1, 1, 0, 0),
			OP(IMM, 2, 0, 0, 99), OP(LOAD, 2, 0, 0, 7), OP(STORE, 0, 1, 2, 6),
			OP(END, 0, 0, 0, 0),
		};
		struct softgpu_cmd_dispatch c = dispatch(7, 300, 1);

		/* Over the border of two pages, and none behind what they hold. */
		c.view[7] = (struct softgpu_view){ IN + 4096 - 16, 150, type[i % 3] };
		c.view[6] = (struct softgpu_view){ OUT + 4096 - 16, 170, type[i / 3] };
		run(b, &c, p);
	}
}

static void no_view_is_empty(void **state)
{
	const struct softgpu_instruction p[] = {
		OP(IMM, 2, 0, 0, 99), OP(LOAD, 2, 0, 0, 5), OP(STORE, 0, 0, 2, 5),
		OP(STORE, 0, 0, 2, 0), OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(5, 1, 1);
	struct bed *b = *state;

	run(b, &c, p);
	assert_int_equal(*bed_at(b, 0), 0);
}

/* ---- programs ---- */

struct maker {
	struct softgpu_instruction p[SOFTGPU_MAX_INSTRUCTIONS];
	unsigned int n, depth, loops;
};

static void put(struct maker *m, struct softgpu_instruction i)
{
	m->p[m->n++] = i;
}

static void put_operation(struct maker *m)
{
	unsigned int d = 2 + below(10), a = below(12), b = below(12);

	switch (below(12)) {
	case 0:
		put(m, OP(IMM, d, 0, 0, below(2) ? hard[below(HARD)] : below(10)));
		break;
	case 1:
		put(m, OP(ID, d, 0, 0, below(4)));
		break;
	case 2:
		put(m, OP(CONST, d, 0, 0, below(16)));
		break;
	case 3:
		put(m, OP(BYTE, d, a, 0, below(4)));
		break;
	case 4:
		put(m, OP(LOAD, d, a, 0, 1 + below(2)));
		break;
	case 5:
		put(m, OP(ADDI, d, a, 0, below(5)));
		break;
	case 6:
		put(m, softgpu_op(SOFTGPU_OP_EQ + below(5), d, a, b, 0));
		break;
	case 7:
		put(m, softgpu_op(SOFTGPU_OP_FADD + below(4), d, a, b, 0));
		break;
	case 8:
		put(m, softgpu_op(SOFTGPU_OP_FTOI + below(2), d, a, 0, 0));
		break;
	case 9:
		put(m, OP(PACK, d, below(28), 0, 0));
		break;
	default:
		put(m, softgpu_op(SOFTGPU_OP_UDIV + below(10), d, a, b, 0));
	}
}

/* A block of some operations and blocks; loops count in registers of their own. */
static void put_block(struct maker *m)
{
	for (unsigned int i = 1 + below(6); i; i--) {
		unsigned int counter = 20 + m->depth;

		if (m->depth == SOFTGPU_MAX_NESTING || m->n > 700 || below(3)) {
			put_operation(m);
			continue;
		}
		m->depth++;
		if (below(2)) {
			put(m, OP(IF, 0, below(12), 0, 0));
			put_block(m);
			if (below(2)) {
				put(m, OP(ELSE, 0, 0, 0, 0));
				put_block(m);
			}
			put(m, OP(ENDIF, 0, 0, 0, 0));
		} else {
			put(m, OP(IMM, counter, 0, 0, 0));
			put(m, OP(LOOP, 0, 0, 0, 0));
			m->loops++;
			put_block(m);
			/* A branch out of the middle, also out of IFs. */
			if (below(2) && m->depth < SOFTGPU_MAX_NESTING) {
				put(m, OP(IF, 0, below(12), 0, 0));
				put(m, OP(BREAK, 0, below(12), 0, 0));
				put_operation(m);
				put(m, OP(ENDIF, 0, 0, 0, 0));
			}
			put(m, OP(ADDI, counter, counter, 0, 1));
			put(m, OP(IMM, 19, 0, 0, 1 + below(4)));
			put(m, OP(AND, 18, 0, 19, 0));
			put(m, OP(LE, 18, 18, counter, 0));
			put(m, OP(BREAK, 0, 18, 0, 0));
			put(m, OP(ENDLOOP, 0, 0, 0, 0));
			m->loops--;
		}
		m->depth--;
	}
}

static void random_programs(void **state)
{
	unsigned int loops = test_loops(6000), budgets = 0;
	struct bed *b = *state;

	for (unsigned int i = 0; i < loops; i++) {
		struct softgpu_cmd_dispatch c;
		static struct maker m;

		memset(&m, 0, sizeof(m));
		put(&m, OP(ID, 0, 0, 0, 0));
		put(&m, OP(ID, 1, 0, 0, 1));
		put_block(&m);
		/* Everything that it has computed is stored, each register in its place. */
		put(&m, OP(ID, 12, 0, 0, 2));
		put(&m, OP(MUL, 12, 12, 1, 0));
		put(&m, OP(ADD, 12, 12, 0, 0));
		put(&m, OP(IMM, 13, 0, 0, 12));
		put(&m, OP(MUL, 12, 12, 13, 0));
		for (unsigned int r = 0; r < 12; r++) {
			put(&m, OP(STORE, 0, 12, r, 0));
			put(&m, OP(ADDI, 12, 12, 0, 1));
		}
		put(&m, OP(END, 0, 0, 0, 0));
		c = dispatch(m.n, 1 + below(150), 1 + below(4));
		c.view[2] = (struct softgpu_view){ IN + 1, 300, SOFTGPU_VIEW_U8 };
		c.budget = below(4) ? 10000 : below(30);
		for (unsigned int k = 0; k < SOFTGPU_CONSTANTS; k++)
			c.constant[k] = test_random(&seed);
		put_program(b, m.p, m.n);
		softgpu_dispatch(&b->cmd, &c);
		if (ref_dispatch(&c, m.p)) {
			bed_run_ok(b);
		} else {
			/* What others have stored by then is not defined. */
			bed_run_bad(b, 0);
			budgets++;
			bed_put(b, OUT - BED_VA, ref_memory + (OUT - BED_VA), 0x100000);
		}
		assert_memory_equal(bed_page(b, 0), ref_memory, 4096);
		if (i % 16 == 0 || i == loops - 1)
			ref_assert_same(b);
	}
	print_message("%u programs, %u exceeded their budget\n", loops, budgets);
}

/*
 * The Mandelbrot set, in fixed point of 28 bits behind the point, 64 steps, a
 * colour by the number of steps.
 */
static const struct softgpu_instruction mandelbrot[] = {
	OP(ID, 0, 0, 0, 0), OP(ID, 1, 0, 0, 1),
	OP(CONST, 4, 0, 0, 2), OP(MUL, 2, 0, 4, 0), OP(CONST, 4, 0, 0, 0), OP(ADD, 2, 2, 4, 0),
	OP(CONST, 4, 0, 0, 2), OP(MUL, 3, 1, 4, 0), OP(CONST, 4, 0, 0, 1), OP(ADD, 3, 3, 4, 0),
	OP(IMM, 7, 0, 0, 0), OP(IMM, 11, 0, 0, 64), OP(CONST, 12, 0, 0, 3),
	OP(LOOP, 0, 0, 0, 0),
	OP(MULFIX, 8, 5, 5, 28), OP(MULFIX, 9, 6, 6, 28), OP(MULFIX, 10, 5, 6, 27),
	OP(ADD, 13, 8, 9, 0), OP(ULT, 14, 12, 13, 0), OP(BREAK, 0, 14, 0, 0),
	OP(SUB, 5, 8, 9, 0), OP(ADD, 5, 5, 2, 0), OP(ADD, 6, 10, 3, 0),
	OP(ADDI, 7, 7, 0, 1), OP(LE, 14, 11, 7, 0), OP(BREAK, 0, 14, 0, 0),
	OP(ENDLOOP, 0, 0, 0, 0),
	OP(IMM, 15, 0, 0, 2), OP(SHL, 16, 7, 15, 0), OP(MUL, 17, 7, 7, 0),
	OP(IMM, 15, 0, 0, 5), OP(SHR, 17, 17, 15, 0), OP(IMM, 18, 0, 0, 255),
	OP(SUB, 18, 18, 16, 0), OP(IMM, 19, 0, 0, 255), OP(PACK, 20, 16, 0, 0),
	OP(ID, 21, 0, 0, 2), OP(MUL, 21, 21, 1, 0), OP(ADD, 21, 21, 0, 0),
	OP(STORE, 0, 21, 20, 0), OP(END, 0, 0, 0, 0),
};

static void a_mandelbrot_set(void **state)
{
	struct softgpu_cmd_dispatch c = dispatch(sizeof(mandelbrot) / sizeof(mandelbrot[0]),
						 320, 240);
	struct softgpu_surface s = softgpu_surface(OUT, 1280, SOFTGPU_FORMAT_XRGB8888, 320, 240);
	struct bed *b = *state;

	c.constant[2] = (3 << 28) / 320;
	c.constant[0] = (uint32_t)-((int32_t)c.constant[2] * 240);
	c.constant[1] = (uint32_t)-((int32_t)c.constant[2] * 120);
	c.constant[3] = 4u << 28;
	run(b, &c, mandelbrot);
	ref_picture(&s, "compute-mandelbrot");
}

/* The same in floats: every rounding counts. Its results are the steps alone. */
static void a_mandelbrot_set_in_floats(void **state)
{
	const struct softgpu_instruction p[] = {
		OP(ID, 0, 0, 0, 0), OP(ID, 1, 0, 0, 1),
		OP(ITOF, 2, 0, 0, 0), OP(ITOF, 3, 1, 0, 0),
		OP(IMM, 4, 0, 0, 0x3bcccccd), OP(FMUL, 2, 2, 4, 0), OP(FMUL, 3, 3, 4, 0),
		OP(IMM, 4, 0, 0, 0x40000000), OP(FSUB, 2, 2, 4, 0),
		OP(IMM, 4, 0, 0, 0x3f800000), OP(FSUB, 3, 3, 4, 0),
		OP(IMM, 11, 0, 0, 80), OP(IMM, 12, 0, 0, 0x40800000),
		OP(LOOP, 0, 0, 0, 0),
		OP(FMUL, 8, 5, 5, 0), OP(FMUL, 9, 6, 6, 0), OP(FADD, 13, 8, 9, 0),
		OP(FLE, 14, 13, 12, 0), OP(IF, 0, 14, 0, 0),
		OP(FMUL, 10, 5, 6, 0), OP(FADD, 10, 10, 10, 0), OP(FSUB, 5, 8, 9, 0),
		OP(FADD, 5, 5, 2, 0), OP(FADD, 6, 10, 3, 0), OP(ADDI, 7, 7, 0, 1),
		OP(ELSE, 0, 0, 0, 0), OP(BREAK, 0, 11, 0, 0), OP(ENDIF, 0, 0, 0, 0),
		OP(LE, 14, 11, 7, 0), OP(BREAK, 0, 14, 0, 0),
		OP(ENDLOOP, 0, 0, 0, 0),
		OP(ID, 21, 0, 0, 2), OP(MUL, 21, 21, 1, 0), OP(ADD, 21, 21, 0, 0),
		OP(ADD, 21, 21, 21, 0), OP(STORE, 0, 21, 7, 0), OP(ADDI, 21, 21, 0, 1),
		OP(STORE, 0, 21, 5, 0), OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(sizeof(p) / sizeof(p[0]), 401, 100);
	struct bed *b = *state;

	run(b, &c, p);
}

/* Sharpen a picture of single bytes with a 3 by 3 kernel from the constants. */
static void a_convolution(void **state)
{
	struct softgpu_surface in = softgpu_surface(IN, 320, SOFTGPU_FORMAT_R8, 320, 240);
	struct softgpu_surface out = softgpu_surface(OUT, 320, SOFTGPU_FORMAT_R8, 320, 240);
	static const int32_t kernel[9] = { 0, -1, 0, -1, 5, -1, 0, -1, 0 };
	struct softgpu_cmd_dispatch c;
	struct bed *b = *state;
	static struct maker m;

	put(&m, OP(ID, 0, 0, 0, 0));
	put(&m, OP(ID, 1, 0, 0, 1));
	put(&m, OP(ID, 2, 0, 0, 2));
	put(&m, OP(ID, 3, 0, 0, 3));
	put(&m, OP(ADDI, 4, 2, 0, (uint32_t)-1));
	put(&m, OP(ADDI, 5, 3, 0, (uint32_t)-1));
	put(&m, OP(IMM, 6, 0, 0, 0));
	for (int i = 0; i < 9; i++) {
		/* The neighbour, kept within the picture. */
		put(&m, OP(ADDI, 7, 0, 0, (uint32_t)(i % 3 - 1)));
		put(&m, OP(MAX, 7, 7, 31, 0));
		put(&m, OP(MIN, 7, 7, 4, 0));
		put(&m, OP(ADDI, 8, 1, 0, (uint32_t)(i / 3 - 1)));
		put(&m, OP(MAX, 8, 8, 31, 0));
		put(&m, OP(MIN, 8, 8, 5, 0));
		put(&m, OP(MUL, 8, 8, 2, 0));
		put(&m, OP(ADD, 8, 8, 7, 0));
		put(&m, OP(LOAD, 9, 8, 0, 1));
		put(&m, OP(CONST, 10, 0, 0, i));
		put(&m, OP(MUL, 9, 9, 10, 0));
		put(&m, OP(ADD, 6, 6, 9, 0));
	}
	put(&m, OP(PACK, 11, 6, 0, 0));
	put(&m, OP(MUL, 8, 1, 2, 0));
	put(&m, OP(ADD, 8, 8, 0, 0));
	put(&m, OP(STORE, 0, 8, 11, 0));
	put(&m, OP(END, 0, 0, 0, 0));
	for (int y = 0; y < 240; y++) {
		for (int x = 0; x < 320; x++)
			ref_put(&in, x, y, (uint32_t)(x / 20 * 9 + y / 24 * 11) << 16);
	}
	bed_put(b, 0, ref_memory, REF_BYTES);
	c = dispatch(m.n, 320, 240);
	c.view[0] = (struct softgpu_view){ OUT, 320 * 240, SOFTGPU_VIEW_U8 };
	c.view[1] = (struct softgpu_view){ IN, 320 * 240, SOFTGPU_VIEW_U8 };
	memcpy(c.constant, kernel, sizeof(kernel));
	run(b, &c, m.p);
	ref_picture(&out, "compute-convolution");
}

static void budgets(void **state)
{
	const struct softgpu_instruction p[] = {
		OP(ID, 0, 0, 0, 0), OP(LOOP, 0, 0, 0, 0), OP(LE, 2, 0, 1, 0), OP(BREAK, 0, 2, 0, 0),
		OP(ADDI, 1, 1, 0, 1), OP(ENDLOOP, 0, 0, 0, 0), OP(END, 0, 0, 0, 0),
	};
	const struct softgpu_instruction forever[] = {
		OP(LOOP, 0, 0, 0, 0), OP(ENDLOOP, 0, 0, 0, 0), OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(7, 101, 1);
	struct bed *b = *state;

	/* x jumps in invocation x: 100 are allowed, 101 are not. */
	run(b, &c, p);
	c.width = 102;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_bad(b, 0);
	c.width = 1;
	c.budget = 0;
	run(b, &c, p);
	put_program(b, forever, 3);
	c.instructions = 3;
	c.budget = 1000;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_bad(b, 0);
}

/* ---- what cannot be ---- */

static void bad_dispatches(void **state)
{
	static const struct {
		unsigned int at, bytes;
		uint64_t value;
	} bad[] = {
		{ 4, 4, 1 }, { 8, 8, PROGRAM + 4 }, { 8, 8, END }, { 8, 8, END - 32 },
		{ 8, 8, UINT64_MAX - 7 }, { 16, 4, 0 }, { 16, 4, 1025 }, { 20, 4, (1 << 20) + 1 },
		{ 24, 4, 0 }, { 24, 4, 16385 }, { 28, 4, 0 }, { 28, 4, 16385 },
		{ 96, 8, OUT + 2 }, { 96, 8, END - 4 }, { 96, 8, UINT64_MAX - 3 },
		{ 108, 4, 4 }, { 108, 4, UINT32_MAX }, { 108, 4, 0 },
		{ 96 + 32, 8, OUT }, { 96 + 40, 4, 1 }, { 96 + 44, 4, 5 },
	};
	const struct softgpu_instruction p[] = {
		OP(MOV, 0, 0, 0, 0), OP(MOV, 0, 0, 0, 0), OP(MOV, 0, 0, 0, 0),
		OP(MOV, 0, 0, 0, 0), OP(END, 0, 0, 0, 0),
	};
	struct bed *b = *state;

	put_program(b, p, 5);
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct softgpu_cmd_dispatch c = dispatch(5, 8, 8);

		softgpu_dispatch(&b->cmd, &c);
		memcpy(b->commands + bad[i].at, &bad[i].value, bad[i].bytes);
		bed_run_bad(b, 0);
	}
	ref_assert_same(b);
}

/* As the first instruction, with END behind it: each wrong for one reason. */
static void bad_instructions(void **state)
{
	static const struct softgpu_instruction bad[] = {
		{ 0, 0, 0, 0, 0 }, { 6, 0, 0, 0, 0 }, { 15, 0, 0, 0, 0 }, { 37, 0, 0, 0, 0 },
		{ 50, 0, 0, 0, 0 }, { 79, 0, 0, 0, 0 }, { 98, 0, 0, 0, 0 }, { 118, 0, 0, 0, 0 },
		{ 255, 0, 0, 0, 0 },
		{ SOFTGPU_OP_END, 1, 0, 0, 0 }, { SOFTGPU_OP_END, 0, 1, 0, 0 },
		{ SOFTGPU_OP_END, 0, 0, 1, 0 }, { SOFTGPU_OP_END, 0, 0, 0, 1 },
		{ SOFTGPU_OP_MOV, 32, 0, 0, 0 }, { SOFTGPU_OP_MOV, 0, 32, 0, 0 },
		{ SOFTGPU_OP_MOV, 0, 0, 1, 0 }, { SOFTGPU_OP_MOV, 0, 0, 0, 1 },
		{ SOFTGPU_OP_IMM, 0, 1, 0, 0 }, { SOFTGPU_OP_CONST, 0, 0, 0, 16 },
		{ SOFTGPU_OP_ID, 0, 0, 0, 4 }, { SOFTGPU_OP_ADD, 0, 0, 32, 0 },
		{ SOFTGPU_OP_ADD, 0, 0, 0, 1 }, { SOFTGPU_OP_MULFIX, 0, 0, 0, 32 },
		{ SOFTGPU_OP_ADDI, 0, 0, 1, 0 }, { SOFTGPU_OP_BYTE, 0, 0, 0, 4 },
		{ SOFTGPU_OP_PACK, 0, 29, 0, 0 }, { SOFTGPU_OP_FSQRT, 0, 0, 1, 0 },
		{ SOFTGPU_OP_LOAD, 0, 0, 0, 8 }, { SOFTGPU_OP_LOAD, 0, 0, 1, 0 },
		{ SOFTGPU_OP_STORE, 0, 0, 0, 8 }, { SOFTGPU_OP_STORE, 1, 0, 0, 0 },
		/* Without what belongs to them. */
		{ SOFTGPU_OP_IF, 0, 0, 0, 0 }, { SOFTGPU_OP_ELSE, 0, 0, 0, 0 },
		{ SOFTGPU_OP_ENDIF, 0, 0, 0, 0 }, { SOFTGPU_OP_LOOP, 0, 0, 0, 0 },
		{ SOFTGPU_OP_BREAK, 0, 0, 0, 0 }, { SOFTGPU_OP_ENDLOOP, 0, 0, 0, 0 },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct softgpu_instruction p[2] = { bad[i], OP(END, 0, 0, 0, 0) };
		struct softgpu_cmd_dispatch c = dispatch(2, 8, 8);

		put_program(b, p, 2);
		softgpu_dispatch(&b->cmd, &c);
		bed_run_bad(b, 0);
	}
	ref_assert_same(b);
}

static void bad_nesting(void **state)
{
	enum { IF = 112, ELSE, ENDIF, LOOP, BREAK, ENDLOOP, STOP = 1 };
	static const uint8_t bad[][12] = {
		{ IF, ENDLOOP, STOP }, { LOOP, ENDIF, STOP }, { LOOP, ELSE, ENDLOOP, STOP },
		{ IF, LOOP, ENDIF, ENDLOOP, STOP }, { IF, ELSE, ELSE, ENDIF, STOP },
		{ IF, BREAK, ENDIF, STOP }, { LOOP, ENDLOOP, BREAK, STOP },
		{ IF, STOP, ENDIF, STOP },
		{ LOOP, STOP, ENDLOOP, STOP }, { STOP, IF, ENDIF }, { IF, ENDIF },
		{ IF, IF, IF, IF, IF, IF, IF, IF, IF, STOP }, { IF, ELSE, STOP },
	};
	struct bed *b = *state;

	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct softgpu_instruction p[12];
		struct softgpu_cmd_dispatch c;
		unsigned int n = 0;

		for (; bad[i][n]; n++)
			p[n] = softgpu_op(bad[i][n], 0, 0, 0, 0);
		put_program(b, p, n);
		c = dispatch(n, 8, 8);
		softgpu_dispatch(&b->cmd, &c);
		bed_run_bad(b, 0);
	}
	ref_assert_same(b);
}

static void page_faults(void **state)
{
	const struct softgpu_instruction p[] = {
		OP(ID, 0, 0, 0, 0), OP(LOAD, 1, 0, 0, 1), OP(STORE, 0, 0, 1, 0),
		OP(END, 0, 0, 0, 0),
	};
	struct softgpu_cmd_dispatch c = dispatch(4, 64, 1);
	struct bed *b = *state;
	uint8_t *page = bed_page(b, 0);

	put_program(b, p, 4);
	/* The fifth element, of the source, of the target; a target to read only. */
	c.view[1].va = BED_VA + REF_BYTES - 16;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_fault(b, BED_VA + REF_BYTES, false);
	c.view[1].va = IN;
	c.view[0].va = BED_VA + REF_BYTES - 16;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_fault(b, BED_VA + REF_BYTES, true);
	assert_true(softgpu_map(b->space, BED_NOWHERE, 1, &page, SOFTGPU_READ));
	c.view[0].va = BED_NOWHERE + 8;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_fault(b, BED_NOWHERE + 8, true);
	/* A program that must not be executed, and one that is not all there. */
	c.program = BED_NOWHERE;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_fault(b, BED_NOWHERE, false);
	c.program = BED_VA + REF_BYTES - 16;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_fault(b, BED_VA + REF_BYTES, false);
	/* Null pages. */
	assert_true(softgpu_map_zero(b->space, BED_NOWHERE, 1));
	put_program(b, p, 4);
	c.program = PROGRAM;
	c.view[0].va = OUT;
	c.view[1].va = BED_NOWHERE;
	softgpu_dispatch(&b->cmd, &c);
	c.view[0].va = BED_NOWHERE;
	softgpu_dispatch(&b->cmd, &c);
	bed_run_ok(b);
	for (unsigned int i = 0; i < 256; i++)
		assert_int_equal(*bed_at(b, i), 0);
	softgpu_unmap(b->space, BED_NOWHERE, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(operations),
		TEST(results_by_hand),
		TEST(packs_clamp),
		TEST(view_types_and_bounds),
		TEST(no_view_is_empty),
		TEST(random_programs),
		TEST(a_mandelbrot_set),
		TEST(a_mandelbrot_set_in_floats),
		TEST(a_convolution),
		TEST(budgets),
		TEST(bad_dispatches),
		TEST(bad_instructions),
		TEST(bad_nesting),
		TEST(page_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
