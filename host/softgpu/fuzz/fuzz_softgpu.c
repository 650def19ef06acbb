// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the software GPU, in steps. The input is a script: command
 * buffers are built from good commands of which some bytes are replaced, or from
 * the input as it is; memory is written, mapped and unmapped; jobs are submitted,
 * carried out in part, aborted.
 *
 * What must hold whatever comes: each job ends once, with a verdict that can be; a
 * fault lies within the address space; memory that is mapped without the right to
 * write is never written; when all is aborted, nothing is left.
 */
#include <stdlib.h>
#include <string.h>

#include "../softgpu.h"
#include "../softgpu_build.h"

#define DATA		0x100000ull	/* may be read and written */
#define DATA_PAGES	16u
#define CODE		0x200000ull	/* may be read and executed */
#define CODE_PAGES	3u
#define PROGRAM		(CODE + 0x2000)	/* the last of them */
#define FIXED		0x300000ull	/* may be read */
#define NOTHING		0x400000ull	/* null pages */
#define JOBS		8u
#define STEPS		12u		/* in all, so that a script takes no time */

struct input {
	const uint8_t *data;
	size_t left;
};

struct job {
	struct softgpu_job job;		/* first: what done() gets */
	unsigned int node;
	bool busy;
};

static uint8_t data_pages[DATA_PAGES][4096] __attribute__((aligned(4096)));
static uint8_t code[CODE_PAGES * 4096] __attribute__((aligned(4096)));
static uint8_t fixed[4096] __attribute__((aligned(4096)));
static struct job jobs[JOBS];
static unsigned int ended, submitted;
static uint64_t now;

/* ---- the GPU's owner ---- */

static void done(void *ctx, unsigned int node, struct softgpu_job *job,
		 const struct softgpu_result *r)
{
	struct job *j = (struct job *)job;

	(void)ctx;
	if (!j->busy || j->node != node || r->verdict > SOFTGPU_FAULTED)
		abort();
	if (r->verdict == SOFTGPU_PAGE_FAULT && r->fault_va >> SOFTGPU_VA_BITS)
		abort();
	j->busy = false;
	ended++;
}

static void fence_written(void *ctx, struct softgpu_space *s, uint64_t va, uint64_t value)
{
	(void)ctx;
	(void)s;
	(void)value;
	if (va % 8 || va >> SOFTGPU_VA_BITS)
		abort();
}

static uint64_t fuzz_now(void *ctx)
{
	(void)ctx;
	return now;
}

static const struct softgpu_ops ops = {
	.done = done, .fence_written = fence_written, .now = fuzz_now,
};

/* ---- the input ---- */

static uint64_t take(struct input *in, size_t bytes)
{
	uint64_t v = 0;

	if (bytes > in->left)
		bytes = in->left;
	memcpy(&v, in->data, bytes);
	in->data += bytes;
	in->left -= bytes;
	return v;
}

/* A surface of 32 by 16 pixels in the data pages, or at another place. */
static struct softgpu_surface surface(struct input *in, uint64_t va)
{
	uint8_t how = take(in, 1);
	struct softgpu_surface s = softgpu_surface(va, 128, 1 + how % 7, 32, 16);

	if (how & 0x40)
		s.va += 0xf00;
	if (how & 0x80)
		s.va = how & 0x20 ? NOTHING : FIXED;
	if (s.format == SOFTGPU_FORMAT_NV12)
		s.va_uv = s.va + 0x1000;
	return s;
}

static void good_picture(struct input *in, struct softgpu_buffer *b, unsigned int what)
{
	struct softgpu_surface dst = surface(in, DATA), src = surface(in, DATA + 0x8000);
	struct softgpu_rect r = softgpu_rect(2, 2, 20, 8), q = softgpu_rect(1, 1, 9, 11);
	uint32_t flags = take(in, 1);

	switch (what) {
	case 0:
		softgpu_fill_rect(b, &dst, r, flags * 0x01010101);
		break;
	case 1:
		softgpu_convert(b, &dst, r, &src, 1, 1);
		break;
	case 2:
		softgpu_scale(b, &dst, r, &src, q, flags & 1);
		break;
	case 3:
		softgpu_blend(b, &dst, r, &src, 3, 3, flags, flags & 1);
		break;
	default:
		dst.format = 1 + dst.format % 5;
		src.format = 1 + src.format % 5;
		dst.va_uv = 0;
		src.va_uv = 0;
		softgpu_triangles(b, &dst, flags & 1 ? &src : NULL, DATA + 0x4000, 1 + flags % 3,
				  flags & 1 ? flags & 0xe : flags & 8);
	}
}

static void good_dispatch(struct input *in, struct softgpu_buffer *b)
{
	uint8_t how = take(in, 1);
	struct softgpu_cmd_dispatch c = softgpu_dispatch_init(PROGRAM, 1 + how % 64,
							      1 + take(in, 1) % 100, 1 + how / 64,
							      how);

	for (unsigned int i = 0; i < SOFTGPU_VIEWS; i++) {
		c.view[i].va = i == 7 ? NOTHING : i == 6 ? FIXED : DATA + i * 0x1000;
		c.view[i].elements = 1024;
		c.view[i].type = SOFTGPU_VIEW_U8 + i % 3;
		c.constant[i] = i * 0x3f800000;
	}
	softgpu_dispatch(b, &c);
}

static void good_command(struct input *in, struct softgpu_buffer *b)
{
	unsigned int what = take(in, 1) % 17;

	switch (what) {
	case 0:
		softgpu_nop(b, 8 + take(in, 1) * 8);
		break;
	case 1:
		softgpu_require(b, 1);
		break;
	case 2:
		softgpu_call(b, CODE + 0x1000, take(in, 1) * 8);
		break;
	case 3:
		softgpu_fence_write(b, DATA + take(in, 1) * 8, take(in, 1));
		break;
	case 4:
		softgpu_fence_wait(b, DATA + take(in, 1) * 8, take(in, 1));
		break;
	case 5:
		softgpu_timestamp(b, DATA + 0x100);
		break;
	case 6:
		softgpu_fault(b, DATA, take(in, 1) & 1);
		break;
	case 7:
		softgpu_hang(b, take(in, 1));
		break;
	case 8:
		softgpu_fill(b, DATA + take(in, 1) * 4, take(in, 2) * 4, take(in, 4));
		break;
	case 9:
		softgpu_copy(b, DATA + take(in, 2) % 0x8000, DATA + take(in, 2) % 0x8000,
			     take(in, 2));
		break;
	case 10:
		softgpu_copy_rect(b, DATA + take(in, 2) % 0x8000, 64 + take(in, 1),
				  DATA + take(in, 2) % 0x8000, 64 + take(in, 1),
				  1 + take(in, 1) % 64, 1 + take(in, 1) % 64);
		break;
	case 11:
		good_dispatch(in, b);
		break;
	default:
		good_picture(in, b, what - 12);
	}
}

/* A good command, of which up to three pieces are replaced. */
static void command(struct input *in, struct softgpu_buffer *b)
{
	size_t start = b->used;
	uint8_t changes;

	good_command(in, b);
	changes = take(in, 1) % 8;
	for (unsigned int i = 5; i < changes + 1u && b->used > start; i++) {
		size_t at = start + take(in, 1) * 2 % (b->used - start);
		uint8_t bytes = 1 << take(in, 1) % 4;
		uint64_t v = take(in, bytes);

		if (at + bytes <= b->used)
			memcpy(b->start + at, &v, bytes);
	}
}

/*
 * Instructions that are right by themselves, whether their blocks are is another
 * thing; or one of any kind, as it comes.
 */
static void program(struct input *in)
{
	static const uint8_t ops_of[] = {
		1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
		33, 34, 35, 36, 48, 49, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78,
		96, 97, 112, 113, 114, 115, 116, 117,
	};
	uint8_t n = take(in, 1), at = take(in, 1) % 64;
	struct softgpu_instruction *p = (struct softgpu_instruction *)(code + (PROGRAM - CODE));

	if (n >= 0xc0) {
		uint64_t v = take(in, 8);

		memcpy(&p[at], &v, sizeof(v));
		return;
	}
	n %= 64;
	for (unsigned int i = at; i < at + n && i < 512; i++) {
		uint8_t op = ops_of[take(in, 1) % sizeof(ops_of)], regs = take(in, 1);

		p[i] = softgpu_op(op, 0, 0, 0, 0);
		if (op >= 112 && op != SOFTGPU_OP_IF && op != SOFTGPU_OP_BREAK)
			continue;
		p[i].a = regs % 8;
		if (op < 112 && op != SOFTGPU_OP_STORE)
			p[i].d = regs / 8 % 8;
		if ((op >= 16 && op <= 36 && op != SOFTGPU_OP_ADDI) || op == SOFTGPU_OP_STORE ||
		    (op >= 64 && op <= 70 && op != 68) || (op >= 74 && op <= 76))
			p[i].b = regs / 64 * 8 + regs % 3;
		if ((op >= 3 && op <= 5) || op == SOFTGPU_OP_MULFIX || op == SOFTGPU_OP_ADDI ||
		    op == SOFTGPU_OP_BYTE || op == SOFTGPU_OP_LOAD || op == SOFTGPU_OP_STORE)
			p[i].imm = take(in, 1) %
				   (op == SOFTGPU_OP_ID || op == SOFTGPU_OP_BYTE ? 4 : 8);
		if (op == SOFTGPU_OP_END || (op >= 3 && op <= 5))
			p[i].a = 0;
		if (op == SOFTGPU_OP_END)
			p[i].d = 0;
	}
}

static void map(struct softgpu_space *s, struct input *in)
{
	uint8_t how = take(in, 1), first = take(in, 1) % DATA_PAGES;
	uint64_t va = DATA + take(in, 1) % 32 * 0x1000;
	uint8_t *page[4];

	for (unsigned int i = 0; i < 4; i++)
		page[i] = data_pages[(first + i) % DATA_PAGES];
	if (how & 0x80)
		va <<= take(in, 1) % 48;
	if (how % 4 == 0)
		softgpu_unmap(s, va, 1 + how / 4 % 4);
	else if (how % 4 == 1)
		softgpu_map_zero(s, va, how & 0x40 ? take(in, 5) : 1 + how / 4 % 4);
	else
		softgpu_map(s, va, 1 + how / 4 % 4, page, how / 16 % 8);
}

/* ---- a script ---- */

struct state {
	struct softgpu *gpu;
	struct softgpu_space *space;
	struct softgpu_buffer b;
	size_t start;			/* of the buffer that is being built */
	unsigned int steps;
};

static void submit(struct state *s, struct input *in)
{
	uint8_t how = take(in, 1);
	struct job *j = &jobs[how % JOBS];

	if (j->busy)
		return;
	j->busy = true;
	j->node = how >> 3 & 1;
	j->job.space = s->space;
	j->job.va = CODE + s->start;
	j->job.length = s->b.used - s->start;
	j->job.priority = how >> 6;
	if (how & 0x10)
		s->start = s->b.used;
	submitted++;
	softgpu_submit(s->gpu, j->node, &j->job);
}

static void raw(struct state *s, struct input *in)
{
	size_t bytes = 8 * (take(in, 1) % 32 + 1);

	if (bytes > s->b.size - s->b.used)
		return;
	for (size_t i = 0; i < bytes && in->left; i++)
		s->b.start[s->b.used + i] = take(in, 1);
	s->b.used += bytes;
}

static void one(struct state *s, struct input *in)
{
	uint8_t what = take(in, 1);
	uint64_t ns;

	switch (what % 12) {
	case 0 ... 3:
		command(in, &s->b);
		break;
	case 4:
		raw(s, in);
		break;
	case 5:
		submit(s, in);
		break;
	case 6:
		for (unsigned int i = 0; i <= what / 12 % 4 && s->steps; i++, s->steps--)
			softgpu_step(s->gpu, what / 48 % 2);
		break;
	case 7:
		map(s->space, in);
		break;
	case 8:
		softgpu_abort(s->gpu, what / 16 % 2, &jobs[take(in, 1) % JOBS].job);
		break;
	case 9:
		now += take(in, 1);
		softgpu_kick(s->gpu);
		softgpu_running(s->gpu, what / 16 % 2, &ns);
		break;
	case 10:
		program(in);
		break;
	default: {
		uint64_t at = take(in, 2) % (sizeof(data_pages) - 8), v = take(in, 8);

		memcpy(&data_pages[0][0] + at, &v, 8);
	}
	}
}

static void start(struct state *s)
{
	static const struct softgpu_config c = {
		.nodes = 2, .kind = { SOFTGPU_NODE_3D, SOFTGPU_NODE_COPY }, .stepped = true,
	};
	uint8_t *page[DATA_PAGES], *one_page = fixed;

	memset(data_pages, 0x11, sizeof(data_pages));
	memset(code, 0, sizeof(code));
	memset(fixed, 0x77, sizeof(fixed));
	/* A triangle for TRIANGLES. */
	for (unsigned int i = 0; i < 9; i++) {
		const struct softgpu_vertex v = {
			i % 3 == 1 ? 500 : 0, i % 3 == 2 ? 200 : 0, i << 9, i << 10, ~i, 0,
		};

		memcpy(&data_pages[4][i * sizeof(v)], &v, sizeof(v));
	}
	for (unsigned int i = 0; i < 512; i++)
		code[PROGRAM - CODE + i * 8] = SOFTGPU_OP_END;
	memset(s, 0, sizeof(*s));
	s->steps = STEPS;
	s->space = softgpu_space_new();
	for (unsigned int i = 0; i < DATA_PAGES; i++)
		page[i] = data_pages[i];
	softgpu_map(s->space, DATA, DATA_PAGES, page, SOFTGPU_READ | SOFTGPU_WRITE);
	for (unsigned int i = 0; i < CODE_PAGES; i++)
		page[i] = code + i * 4096;
	softgpu_map(s->space, CODE, CODE_PAGES, page, SOFTGPU_READ | SOFTGPU_EXECUTE);
	softgpu_map(s->space, FIXED, 1, &one_page, SOFTGPU_READ);
	softgpu_map_zero(s->space, NOTHING, 64);
	softgpu_buffer_init(&s->b, code, PROGRAM - CODE);
	s->gpu = softgpu_new(&c, &ops, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	static uint8_t code_before[sizeof(code)];
	struct softgpu_node_stats stats[2];
	struct state s;

	ended = 0;
	submitted = 0;
	now = 1;
	start(&s);
	while (in.left)
		one(&s, &in);
	/* Nothing writes commands any more but the GPU, which must not. */
	memcpy(code_before, code, sizeof(code));
	for (; s.steps; s.steps--) {
		bool did = softgpu_step(s.gpu, 0);

		if (!softgpu_step(s.gpu, 1) && !did)
			break;
	}
	for (unsigned int i = 0; i < JOBS; i++)
		softgpu_abort(s.gpu, jobs[i].node, &jobs[i].job);
	for (unsigned int i = 0; i < 2; i++) {
		for (unsigned int k = 0; k < JOBS + 1; k++)
			softgpu_step(s.gpu, i);
		softgpu_node_stats(s.gpu, i, &stats[i]);
	}
	if (ended != submitted || stats[0].jobs + stats[1].jobs != ended)
		abort();
	if (memcmp(code, code_before, sizeof(code)))
		abort();
	for (unsigned int i = 0; i < sizeof(fixed); i++) {
		if (fixed[i] != 0x77)
			abort();
	}
	softgpu_free(s.gpu);
	softgpu_space_free(s.space);
	return 0;
}
