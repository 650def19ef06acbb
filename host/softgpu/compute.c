// SPDX-License-Identifier: GPL-2.0
/*
 * Compute programs. A wave is LANES invocations side by side in a row of the grid;
 * each instruction is carried out for all of them that are active. Branches change
 * who is active: an IF or LOOP that is open has a frame with what comes back at
 * its end. A piece is some instructions of a wave.
 */
#include <string.h>

#include "internal.h"
#include "lanes.h"

#define INSTRUCTION_EFFORT	1024u	/* of all lanes */

/* Which fields of an instruction an operation uses. */
enum {
	USES_D = 1, USES_A = 2, USES_B = 4, USES_IMM = 8,
	USES_DA = USES_D | USES_A, USES_DAB = USES_DA | USES_B,
	KNOWN = 16,
};

struct op_info {
	uint8_t uses;		/* 0: no operation */
	uint32_t max_imm;
};

static const struct op_info ops[] = {
	[SOFTGPU_OP_END] = { .uses = KNOWN },
	[SOFTGPU_OP_MOV] = { .uses = USES_DA },
	[SOFTGPU_OP_IMM] = { .uses = USES_D | USES_IMM, .max_imm = UINT32_MAX },
	[SOFTGPU_OP_CONST] = { .uses = USES_D | USES_IMM, .max_imm = SOFTGPU_CONSTANTS - 1 },
	[SOFTGPU_OP_ID] = { .uses = USES_D | USES_IMM, .max_imm = 3 },
	[SOFTGPU_OP_ADD ... SOFTGPU_OP_MULH] = { .uses = USES_DAB },
	[SOFTGPU_OP_MULFIX] = { .uses = USES_DAB | USES_IMM, .max_imm = 31 },
	[SOFTGPU_OP_UDIV ... SOFTGPU_OP_SAR] = { .uses = USES_DAB },
	[SOFTGPU_OP_ADDI] = { .uses = USES_DA | USES_IMM, .max_imm = UINT32_MAX },
	[SOFTGPU_OP_EQ ... SOFTGPU_OP_SELECT] = { .uses = USES_DAB },
	[SOFTGPU_OP_BYTE] = { .uses = USES_DA | USES_IMM, .max_imm = 3 },
	[SOFTGPU_OP_PACK] = { .uses = USES_DA },
	[SOFTGPU_OP_FADD ... SOFTGPU_OP_FDIV] = { .uses = USES_DAB },
	[SOFTGPU_OP_FSQRT] = { .uses = USES_DA },
	[SOFTGPU_OP_FMIN ... SOFTGPU_OP_FMAX] = { .uses = USES_DAB },
	[SOFTGPU_OP_FFLOOR ... SOFTGPU_OP_FNEG] = { .uses = USES_DA },
	[SOFTGPU_OP_FEQ ... SOFTGPU_OP_FLE] = { .uses = USES_DAB },
	[SOFTGPU_OP_FTOI ... SOFTGPU_OP_ITOF] = { .uses = USES_DA },
	[SOFTGPU_OP_LOAD] = { .uses = USES_DA | USES_IMM, .max_imm = SOFTGPU_VIEWS - 1 },
	[SOFTGPU_OP_STORE] = { .uses = USES_A | USES_B | USES_IMM, .max_imm = SOFTGPU_VIEWS - 1 },
	[SOFTGPU_OP_IF] = { .uses = USES_A },
	[SOFTGPU_OP_ELSE ... SOFTGPU_OP_LOOP] = { .uses = KNOWN },
	[SOFTGPU_OP_BREAK] = { .uses = USES_A },
	[SOFTGPU_OP_ENDLOOP] = { .uses = KNOWN },
};

/* An IF or LOOP that is open. */
struct frame {
	uint32_t at;		/* of the IF, ELSE or LOOP that began the block */
	bool loop;
	uint64_t entered;	/* who came to it */
	uint64_t rest;		/* IF: who does not take it; LOOP: who has not left it */
};

struct compute {
	uint32_t instructions;
	struct softgpu_instruction program[SOFTGPU_MAX_INSTRUCTIONS];
	/* IF: its ELSE or ENDIF; ELSE: its ENDIF; LOOP: its ENDLOOP, and back. */
	uint16_t partner[SOFTGPU_MAX_INSTRUCTIONS];
	/* The wave in work. */
	uint32_t x, y, pc;
	uint64_t active;
	union lanes mask;	/* of active */
	union lanes reg[SOFTGPU_REGISTERS];
	uint32_t jumps[LANES];	/* back, at ENDLOOP */
	struct frame frame[SOFTGPU_MAX_NESTING];
	unsigned int depth;
};

/* ---- checks ---- */

static unsigned int element_bytes(uint32_t type)
{
	return type == SOFTGPU_VIEW_U8 ? 1 : type == SOFTGPU_VIEW_U16 ? 2 :
	       type == SOFTGPU_VIEW_U32 ? 4 : 0;
}

bool gpu_check_dispatch(struct gpu_run *r)
{
	const struct softgpu_cmd_dispatch *c = &r->cmd.dispatch;

	if (c->program % 8 || !c->instructions || c->instructions > SOFTGPU_MAX_INSTRUCTIONS ||
	    !gpu_range_ok(c->program, c->instructions * 8ull))
		return false;
	if (!c->width || c->width > SOFTGPU_MAX_SIDE || !c->height ||
	    c->height > SOFTGPU_MAX_SIDE || c->budget > SOFTGPU_MAX_BUDGET)
		return false;
	for (unsigned int i = 0; i < SOFTGPU_VIEWS; i++) {
		const struct softgpu_view *v = &c->view[i];
		unsigned int bytes = element_bytes(v->type);

		if (!bytes && (v->type || v->va || v->elements))
			return false;
		if (bytes && (v->va % bytes ||
			      !gpu_range_ok(v->va, (uint64_t)v->elements * bytes)))
			return false;
	}
	return true;
}

static bool fields_ok(const struct softgpu_instruction *i)
{
	const struct op_info *info = &ops[i->op];

	if (!info->uses)
		return false;
	if (i->d >= (info->uses & USES_D ? SOFTGPU_REGISTERS : 1) ||
	    i->b >= (info->uses & USES_B ? SOFTGPU_REGISTERS : 1) ||
	    i->imm > (info->uses & USES_IMM ? info->max_imm : 0))
		return false;
	if (i->op == SOFTGPU_OP_PACK)
		return i->a <= SOFTGPU_REGISTERS - 4;
	return i->a < (info->uses & USES_A ? SOFTGPU_REGISTERS : 1);
}

/* Branches are nested properly; each learns its partner. */
static bool blocks_ok(struct compute *p)
{
	uint16_t open[SOFTGPU_MAX_NESTING];
	unsigned int depth = 0, loops = 0;

	for (uint32_t at = 0; at < p->instructions; at++) {
		uint8_t op = p->program[at].op;
		uint8_t top = depth ? p->program[open[depth - 1]].op : 0;

		switch (op) {
		case SOFTGPU_OP_IF:
		case SOFTGPU_OP_LOOP:
			if (depth == SOFTGPU_MAX_NESTING)
				return false;
			open[depth++] = at;
			loops += op == SOFTGPU_OP_LOOP;
			break;
		case SOFTGPU_OP_ELSE:
			if (top != SOFTGPU_OP_IF)
				return false;
			p->partner[open[depth - 1]] = at;
			open[depth - 1] = at;
			break;
		case SOFTGPU_OP_ENDIF:
			if (top != SOFTGPU_OP_IF && top != SOFTGPU_OP_ELSE)
				return false;
			p->partner[open[--depth]] = at;
			break;
		case SOFTGPU_OP_ENDLOOP:
			if (top != SOFTGPU_OP_LOOP)
				return false;
			p->partner[open[--depth]] = at;
			p->partner[at] = open[depth];
			loops--;
			break;
		case SOFTGPU_OP_BREAK:
			if (!loops)
				return false;
			break;
		case SOFTGPU_OP_END:
			if (depth)
				return false;
			break;
		}
	}
	return !depth && p->program[p->instructions - 1].op == SOFTGPU_OP_END;
}

static enum gpu_step load_program(const struct softgpu_cmd_dispatch *c, struct gpu_access *a,
				  struct compute *p)
{
	if (!gpu_read(a, c->program, p->program, c->instructions * sizeof(p->program[0]),
		      SOFTGPU_EXECUTE))
		return GPU_PAGE;
	p->instructions = c->instructions;
	for (uint32_t i = 0; i < p->instructions; i++) {
		if (p->program[i].op >= G_N_ELEMENTS(ops) || !fields_ok(&p->program[i]))
			return GPU_BAD;
	}
	return blocks_ok(p) ? GPU_MORE : GPU_BAD;
}

/* ---- who is active ---- */

static void set_active(struct compute *p, uint64_t active)
{
	p->active = active;
	for (unsigned int i = 0; i < LANES; i++)
		p->mask.u[i] = -(uint32_t)(active >> i & 1);
}

/* Those of the active ones where register @a is true. */
static uint64_t which(const struct compute *p, unsigned int a)
{
	uint64_t set = 0;

	for (unsigned int i = 0; i < LANES; i++)
		set |= (uint64_t)!!p->reg[a].u[i] << i;
	return set & p->active;
}

static struct frame *innermost_loop(struct compute *p)
{
	unsigned int i = p->depth;

	while (i && !p->frame[i - 1].loop)
		i--;
	return i ? &p->frame[i - 1] : NULL;
}

/* Nobody is left in the block that began at @at: go to where it ends. */
static void skip_if_empty(struct compute *p, uint32_t at)
{
	if (!p->active)
		p->pc = p->partner[at];
}

static void open_block(struct compute *p, uint32_t at, uint64_t taken)
{
	bool loop = p->program[at].op == SOFTGPU_OP_LOOP;

	p->frame[p->depth++] = (struct frame){
		.at = at, .loop = loop, .entered = p->active,
		.rest = loop ? p->active : p->active & ~taken,
	};
	set_active(p, taken);
	skip_if_empty(p, at);
}

static void other_block(struct compute *p, uint32_t at)
{
	struct frame *f = &p->frame[p->depth - 1];

	f->at = at;
	set_active(p, f->rest);
	skip_if_empty(p, at);
}

static void end_if(struct compute *p)
{
	uint64_t entered = p->frame[--p->depth].entered;
	struct frame *loop = innermost_loop(p);

	/* Without those that have left the loop meanwhile. */
	set_active(p, loop ? entered & loop->rest : entered);
	if (p->depth)
		skip_if_empty(p, p->frame[p->depth - 1].at);
}

static void leave_loop(struct compute *p, uint64_t leaving)
{
	innermost_loop(p)->rest &= ~leaving;
	set_active(p, p->active & ~leaving);
	skip_if_empty(p, p->frame[p->depth - 1].at);
}

/* False: the budget is exceeded. */
static bool end_loop(struct compute *p, uint32_t at, uint32_t budget)
{
	struct frame *f = &p->frame[p->depth - 1];
	bool exceeded = false;

	set_active(p, f->rest);
	if (!p->active) {
		p->depth--;
		set_active(p, f->entered);
		return true;
	}
	for (unsigned int i = 0; i < LANES; i++) {
		p->jumps[i] += p->mask.u[i] & 1;
		exceeded |= p->jumps[i] > budget;
	}
	p->pc = p->partner[at] + 1u;
	return !exceeded;
}

/* ---- views ---- */

/* The page that was accessed last, of one instruction. */
struct page_at_hand {
	uint64_t number;
	uint8_t *memory;	/* NULL: a null page */
};

/* *@e is where an element lies, NULL on a null page. False: a page fault. */
static bool element(struct gpu_access *a, const struct softgpu_view *v, uint32_t index,
		    unsigned int need, struct page_at_hand *page, uint8_t **e)
{
	unsigned int bytes = element_bytes(v->type);
	uint64_t va = v->va + (uint64_t)index * bytes, offset = va % SOFTGPU_PAGE_SIZE;

	if (page->number == va / SOFTGPU_PAGE_SIZE) {
		*(need == SOFTGPU_WRITE ? &a->bytes_written : &a->bytes_read) += bytes;
	} else {
		uint8_t *p;

		if (!gpu_run_at(a, va, bytes, need, &p))
			return false;
		page->number = va / SOFTGPU_PAGE_SIZE;
		page->memory = p ? p - offset : NULL;
	}
	*e = page->memory ? page->memory + offset : NULL;
	return true;
}

static bool load(const struct softgpu_view *v, struct gpu_access *a, struct compute *p,
		 const struct softgpu_instruction *ins)
{
	struct page_at_hand page = { UINT64_MAX, NULL };

	for (unsigned int i = 0; i < LANES; i++) {
		uint32_t index = p->reg[ins->a].u[i], value = 0;
		uint8_t *e = NULL;

		if (!(p->active >> i & 1))
			continue;
		if (index < v->elements && !element(a, v, index, SOFTGPU_READ, &page, &e))
			return false;
		if (e)
			value = v->type == SOFTGPU_VIEW_U8 ? *e :
				v->type == SOFTGPU_VIEW_U16 ? *(uint16_t *)e : *(uint32_t *)e;
		p->reg[ins->d].u[i] = value;
	}
	return true;
}

static bool store(const struct softgpu_view *v, struct gpu_access *a, struct compute *p,
		  const struct softgpu_instruction *ins)
{
	struct page_at_hand page = { UINT64_MAX, NULL };

	for (unsigned int i = 0; i < LANES; i++) {
		uint32_t index = p->reg[ins->a].u[i], value = p->reg[ins->b].u[i];
		uint8_t *e;

		if (!(p->active >> i & 1) || index >= v->elements)
			continue;
		if (!element(a, v, index, SOFTGPU_WRITE, &page, &e))
			return false;
		if (!e)
			continue;
		if (v->type == SOFTGPU_VIEW_U8)
			*e = value;
		else if (v->type == SOFTGPU_VIEW_U16)
			*(uint16_t *)e = value;
		else
			*(uint32_t *)e = value;
	}
	return true;
}

/* ---- instructions ---- */

static void fill(union lanes *t, uint32_t value)
{
	for (unsigned int i = 0; i < LANES; i++)
		t->u[i] = value;
}

static void identify(const struct softgpu_cmd_dispatch *c, const struct compute *p, uint32_t what,
		     union lanes *t)
{
	fill(t, what == 0 ? p->x : what == 1 ? p->y : what == 2 ? c->width : c->height);
	for (unsigned int i = 0; !what && i < LANES; i++)
		t->u[i] += i;
}

/* All that gives a register a value, without memory. */
static void compute_value(const struct softgpu_cmd_dispatch *c, struct compute *p,
			  const struct softgpu_instruction *ins)
{
	const union lanes *a = &p->reg[ins->a], *b = &p->reg[ins->b], *value;
	union lanes t, mask = p->mask;

	value = &t;
	switch (ins->op) {
	case SOFTGPU_OP_MOV:
		value = a;
		break;
	case SOFTGPU_OP_IMM:
		fill(&t, ins->imm);
		break;
	case SOFTGPU_OP_CONST:
		fill(&t, c->constant[ins->imm]);
		break;
	case SOFTGPU_OP_ID:
		identify(c, p, ins->imm, &t);
		break;
	case SOFTGPU_OP_SELECT:
		value = a;
		for (unsigned int i = 0; i < LANES; i++)
			mask.u[i] = b->u[i] ? mask.u[i] : 0;
		break;
	case SOFTGPU_OP_PACK:
		lanes_pack(a, &t);
		break;
	default:
		lanes_compute(ins->op, a, b, ins->imm, &t);
	}
	lanes_merge(&p->reg[ins->d], value, &mask);
}

/* The wave is at its end: GPU_NEXT when it was the last one. */
static enum gpu_step next_wave(const struct softgpu_cmd_dispatch *c, struct compute *p, bool first)
{
	uint32_t left;

	if (!first)
		p->x += LANES;
	if (p->x >= c->width) {
		p->x = 0;
		p->y++;
	}
	if (p->y == c->height)
		return GPU_NEXT;
	left = c->width - p->x;
	p->pc = 0;
	set_active(p, left >= LANES ? UINT64_MAX : (1ull << left) - 1);
	memset(p->reg, 0, sizeof(p->reg));
	memset(p->jumps, 0, sizeof(p->jumps));
	return GPU_MORE;
}

static enum gpu_step instruction(const struct softgpu_cmd_dispatch *c, struct gpu_access *a,
				 struct compute *p)
{
	uint32_t at = p->pc++;
	const struct softgpu_instruction *ins = &p->program[at];

	switch (ins->op) {
	case SOFTGPU_OP_END:
		return next_wave(c, p, false);
	case SOFTGPU_OP_LOAD:
		return load(&c->view[ins->imm], a, p, ins) ? GPU_MORE : GPU_PAGE;
	case SOFTGPU_OP_STORE:
		return store(&c->view[ins->imm], a, p, ins) ? GPU_MORE : GPU_PAGE;
	case SOFTGPU_OP_IF:
		open_block(p, at, which(p, ins->a));
		break;
	case SOFTGPU_OP_LOOP:
		open_block(p, at, p->active);
		break;
	case SOFTGPU_OP_ELSE:
		other_block(p, at);
		break;
	case SOFTGPU_OP_ENDIF:
		end_if(p);
		break;
	case SOFTGPU_OP_BREAK:
		leave_loop(p, which(p, ins->a));
		break;
	case SOFTGPU_OP_ENDLOOP:
		if (!end_loop(p, at, c->budget))
			return GPU_BAD;
		break;
	default:
		compute_value(c, p, ins);
	}
	return GPU_MORE;
}

/* r->done is 1 when the program has been read. */
enum gpu_step gpu_step_dispatch(struct gpu_run *r, struct gpu_access *a)
{
	const struct softgpu_cmd_dispatch *c = &r->cmd.dispatch;
	struct compute *p = gpu_run_state(r, sizeof(*p));
	uint64_t start = gpu_work(a);
	enum gpu_step s = GPU_MORE;

	if (!r->done) {
		s = load_program(c, a, p);
		if (s == GPU_MORE)
			s = next_wave(c, p, true);
		r->done = 1;
	}
	while (s == GPU_MORE && gpu_work(a) - start < GPU_PIECE) {
		a->effort += INSTRUCTION_EFFORT;
		s = instruction(c, a, p);
	}
	return s;
}
