/* SPDX-License-Identifier: MIT */
/*
 * The command set of the software GPU, version 1. For its clients and for the
 * GPU alike; needs nothing but <stdint.h>, C or C++.
 *
 * A command buffer is a row of commands, at an address that is a multiple of 8,
 * on pages that are mapped executable. Each command begins with struct
 * softgpu_cmd and has exactly the size of its structure below. All is little
 * endian. Fields and flags that are reserved are 0. Anything else is a bad
 * command: the job ends there, and so it does at the first access that the page
 * table does not allow. What was carried out before stays.
 *
 * Addresses are virtual addresses of the GPU, of 48 bits. A range that does not
 * lie below 2^48 is a bad command. Memory is accessed in the order that each
 * command names, and the address of a page fault is the first byte that could
 * not be accessed; what comes later in that order is not written. Null pages
 * read as zero, swallow writes, and cannot be executed.
 *
 * Commands of a buffer are carried out one after the other; each sees what the
 * former has written. Order between buffers comes from fences only.
 */
#ifndef SOFTGPU_CMD_H
#define SOFTGPU_CMD_H

#include <stdint.h>

#define SOFTGPU_CMD_VERSION	1u

struct softgpu_cmd {
	uint16_t opcode;	/* enum softgpu_opcode */
	uint16_t dwords;	/* of the whole command, this header with it; even */
	uint32_t flags;		/* each command's own */
};

enum softgpu_opcode {
	/* 0 is no command, so that zeroed memory is none either. */

	/* Every node. */
	SOFTGPU_CMD_NOP		= 1,
	SOFTGPU_CMD_REQUIRE	= 2,
	SOFTGPU_CMD_CALL	= 3,
	SOFTGPU_CMD_FENCE_WRITE	= 4,
	SOFTGPU_CMD_FENCE_WAIT	= 5,
	SOFTGPU_CMD_TIMESTAMP	= 6,
	SOFTGPU_CMD_FAULT	= 7,
	SOFTGPU_CMD_HANG	= 8,
	SOFTGPU_CMD_FILL	= 16,
	SOFTGPU_CMD_COPY	= 17,
	SOFTGPU_CMD_COPY_RECT	= 18,

	/* Nodes of the 3D kind only; a bad command elsewhere. */
	SOFTGPU_CMD_FILL_RECT	= 32,
	SOFTGPU_CMD_CONVERT	= 33,
	SOFTGPU_CMD_SCALE	= 34,
	SOFTGPU_CMD_BLEND	= 35,
	SOFTGPU_CMD_TRIANGLES	= 36,
	SOFTGPU_CMD_DISPATCH	= 48,
};

/* ---- control ---- */

/* NOP: the header, then whatever, for padding. It is not looked at. */

/* REQUIRE: a bad command where the GPU's version is lower. */
struct softgpu_cmd_require {
	struct softgpu_cmd hdr;
	uint32_t version;
	uint32_t reserved;
};

/* CALL: carry out another buffer, then go on. It must not hold a CALL. */
struct softgpu_cmd_call {
	struct softgpu_cmd hdr;
	uint64_t va;		/* a multiple of 8 */
	uint64_t bytes;		/* a multiple of 8 */
};

/*
 * FENCE_WRITE: store the 64-bit value, in one access, after all that came
 * before is visible. FENCE_WAIT: go on when the 64-bit value there is at least
 * @value, unsigned; other jobs have the node meanwhile. A value that no
 * FENCE_WRITE has written may be seen some milliseconds late.
 */
struct softgpu_cmd_fence {
	struct softgpu_cmd hdr;
	uint64_t va;		/* a multiple of 8 */
	uint64_t value;
};

/* TIMESTAMP: store the GPU's time, 64 bits of nanoseconds. */
struct softgpu_cmd_timestamp {
	struct softgpu_cmd hdr;
	uint64_t va;		/* a multiple of 8 */
};

/* FAULT, for tests: the job ends as faulted at @va. */
#define SOFTGPU_FAULT_WRITE	(1u << 0)	/* told as a fault by a write */

struct softgpu_cmd_fault {
	struct softgpu_cmd hdr;
	uint64_t va;
};

/* HANG, for tests: occupy the node, letting nobody else in. */
struct softgpu_cmd_hang {
	struct softgpu_cmd hdr;
	uint64_t ns;		/* 0: until the node is reset */
};

/* ---- memory ---- */

/* FILL: @bytes from @va with a pattern of 4. Ascending. 0 bytes: nothing. */
struct softgpu_cmd_fill {
	struct softgpu_cmd hdr;
	uint64_t va;		/* a multiple of 4 */
	uint64_t bytes;		/* a multiple of 4 */
	uint32_t pattern;
	uint32_t reserved;
};

/*
 * COPY: @bytes from @src to @dst, any alignment, as memmove() does: ascending,
 * or descending when @dst lies in the source above its start. In each piece
 * the source is accessed before the destination. One memory under two addresses
 * does not count as overlap; what is copied then is not defined.
 */
struct softgpu_cmd_copy {
	struct softgpu_cmd hdr;
	uint64_t dst;
	uint64_t src;
	uint64_t bytes;
};

/*
 * COPY_RECT: @rows rows of @row_bytes, each as by COPY. From the first to the
 * last, or, when @dst lies in the source's range above its start, from the last
 * to the first. Pitches are at least @row_bytes where there is more than one row.
 */
struct softgpu_cmd_copy_rect {
	struct softgpu_cmd hdr;
	uint64_t dst;
	uint64_t src;
	uint32_t dst_pitch;	/* bytes */
	uint32_t src_pitch;
	uint32_t row_bytes;	/* 1 to SOFTGPU_MAX_PITCH */
	uint32_t rows;		/* 1 to SOFTGPU_MAX_SIDE */
};

/* ---- pictures ---- */

#define SOFTGPU_MAX_SIDE	16384u		/* pixels, and rows of COPY_RECT */
#define SOFTGPU_MAX_PITCH	(1u << 20)	/* bytes; 1 is the least */

/*
 * Pixels are 32-bit words, written here from the highest byte to the lowest, or
 * less. Inside the GPU each is A, R, G, B of 8 bits:
 *
 *  format    step  to ARGB                               from ARGB
 *  ARGB8888  4     as it is                              as it is
 *  XRGB8888  4     A = 255                               X = 255
 *  RGB565    2     A = 255, upper bits repeated below    the upper bits
 *  R8        1     A = 255, G = B = 0                    R
 *  A8        1     R = G = B = 0                         A
 *  YUYV      4     bytes Y0 U Y1 V, two pixels           even sides and places only
 *  NV12      1     a plane of Y, one of U, V pairs       even sides and places only
 *
 * RGB565 repeats so: r8 = r5 << 3 | r5 >> 2, g8 = g6 << 2 | g6 >> 4, b8 as r8.
 *
 * YUV is BT.601 of limited range, in integers, >> rounding down, each result
 * clamped to 0..255:
 *
 *  C = Y - 16, D = U - 128, E = V - 128, A = 255
 *  R = (298 * C + 409 * E + 128) >> 8
 *  G = (298 * C - 100 * D - 208 * E + 128) >> 8
 *  B = (298 * C + 516 * D + 128) >> 8
 *
 *  Y = ((66 * R + 129 * G + 25 * B + 128) >> 8) + 16
 *  U = ((-38 * R - 74 * G + 112 * B + 128) >> 8) + 128
 *  V = ((112 * R - 94 * G - 18 * B + 128) >> 8) + 128
 *
 * Pixels that share U and V read them unchanged. Written, U and V come from the
 * mean of each of R, G and B: (sum + 1) >> 1 of two pixels in YUYV, (sum + 2) >> 2
 * of four in NV12.
 */
enum softgpu_format {
	SOFTGPU_FORMAT_ARGB8888	= 1,
	SOFTGPU_FORMAT_XRGB8888	= 2,
	SOFTGPU_FORMAT_RGB565	= 3,
	SOFTGPU_FORMAT_R8	= 4,
	SOFTGPU_FORMAT_A8	= 5,
	SOFTGPU_FORMAT_YUYV	= 6,
	SOFTGPU_FORMAT_NV12	= 7,
};

struct softgpu_surface {
	uint64_t va;		/* of the first pixel; a multiple of the format's step */
	uint64_t va_uv;		/* NV12: of the U, V plane, a multiple of 2; else 0 */
	uint32_t pitch;		/* bytes from row to row, of both planes; as va, NV12: even */
	uint32_t format;
	uint32_t width;		/* pixels, 1 to SOFTGPU_MAX_SIDE; YUYV, NV12: even */
	uint32_t height;	/* likewise; NV12: even */
};

/*
 * Part of a surface, wholly inside of it. Where it is written in YUYV, x and
 * width are even, in NV12 y and height, too.
 */
struct softgpu_rect {
	uint32_t x, y, width, height;	/* width and height are not 0 */
};

/*
 * Of all commands on pictures: rows are carried out from the top, NV12 two by
 * two, and in pieces of a row, of at most 1024 pixels, from the left. In each piece
 * sources are read first, then, where it counts, the destination, which is then
 * written; a piece with a page fault is not written at all. Source and destination
 * may be the same memory only where no pixel is both, or where each pixel of the
 * destination is made of the one at its own place. Other overlap gives pixels that
 * are not defined.
 */

/* FILL_RECT: one colour, converted to the format of @dst. */
struct softgpu_cmd_fill_rect {
	struct softgpu_cmd hdr;
	struct softgpu_surface dst;
	struct softgpu_rect rect;
	uint32_t argb;
	uint32_t reserved;
};

/* CONVERT: from one format to another, or the same. */
struct softgpu_cmd_convert {
	struct softgpu_cmd hdr;
	struct softgpu_surface dst;
	struct softgpu_surface src;
	struct softgpu_rect rect;	/* in @dst */
	uint32_t src_x, src_y;		/* where the rectangle begins in @src */
};

/*
 * SCALE: @src_rect of @src onto @dst_rect of @dst. Divisions round down. For
 * column i of the destination's dw, from the source's sw (rows likewise):
 *
 * nearest: source column (2 * i + 1) * sw / (2 * dw).
 *
 * bilinear: p = (2 * i + 1) * sw * 256 / (2 * dw) - 128, clamped to
 * 0..(sw - 1) * 256; columns x0 = p >> 8 and x1 = min(x0 + 1, sw - 1), weight
 * f = p & 255. With the same for rows and weight g, each of A, R, G, B is
 *
 *	t = c(x0,y0) * (256 - f) + c(x1,y0) * f
 *	b = c(x0,y1) * (256 - f) + c(x1,y1) * f
 *	(t * (256 - g) + b * g + 32768) >> 16
 *
 * Of the source rows that are used, all pixels from the rectangle's first column
 * to its last may be read. Source and destination must not overlap.
 */
#define SOFTGPU_SCALE_BILINEAR	(1u << 0)

struct softgpu_cmd_scale {
	struct softgpu_cmd hdr;
	struct softgpu_surface dst;
	struct softgpu_surface src;
	struct softgpu_rect dst_rect;
	struct softgpu_rect src_rect;
};

/*
 * BLEND: @src over @dst. With div(x) = (x + 128 + ((x + 128) >> 8)) >> 8, which is
 * x / 255 rounded, s the source's pixel, d the destination's, g the global alpha:
 *
 * premultiplied: s' = div(s * g) for A, R, G, B;
 *                result = min(255, s' + div(d * (255 - s'A)))
 * straight:      a = div(sA * g); colours: div(s * a + d * (255 - a));
 *                A: a + div(dA * (255 - a))
 */
#define SOFTGPU_BLEND_STRAIGHT	(1u << 0)

struct softgpu_cmd_blend {
	struct softgpu_cmd hdr;
	struct softgpu_surface dst;
	struct softgpu_surface src;
	struct softgpu_rect rect;	/* in @dst */
	uint32_t src_x, src_y;
	uint32_t alpha;			/* 0 to 255 */
	uint32_t reserved;
};

/*
 * TRIANGLES: @count triangles of three vertices each, in order, clipped to @dst,
 * which is not YUYV or NV12, nor is @texture. Exact integers; places are in 1/16
 * pixel, y down, and a pixel is where its centre is: (16 * x + 8, 16 * y + 8).
 *
 *	E(a, b, p) = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
 *	area = E(v0, v1, v2)
 *
 * If area < 0, v1 and v2 change places, and area its sign. If it is 0, nothing is
 * drawn. Weights at p: w0 = E(v1, v2, p), w1 = E(v2, v0, p), w2 = E(v0, v1, p).
 * A pixel is drawn when no weight is negative, and each that is 0 belongs to an
 * edge a to b that is top (a.y == b.y, b.x > a.x) or left (b.y < a.y).
 *
 * Colour, for A, R, G, B: (w0 * c0 + w1 * c1 + w2 * c2 + area / 2) / area, rounded
 * down. Texture: u and v of 1/256 texel, interpolated as
 * (w0 * u0 + w1 * u1 + w2 * u2) / area, rounded down; the texel is u >> 8, v >> 8.
 * BILINEAR: with u' = u - 128, x0 = u' >> 8, x1 = x0 + 1, f = u' & 255, the same
 * for rows, and the formula of SCALE. Texels outside are the nearest ones on the
 * edge, with WRAP those of the texture repeated. Textured colour is div(texel *
 * colour), for A, R, G, B, with div of BLEND.
 *
 * The pixel is stored, or, with BLEND, blended as premultiplied with g = 255.
 *
 * A triangle's vertices are read before any of its pixels is accessed; texels are
 * read pixel by pixel. The texture must not overlap the destination.
 */
#define SOFTGPU_TRIANGLES_TEXTURED	(1u << 0)	/* else @texture is all 0 */
#define SOFTGPU_TRIANGLES_BILINEAR	(1u << 1)
#define SOFTGPU_TRIANGLES_WRAP		(1u << 2)
#define SOFTGPU_TRIANGLES_BLEND		(1u << 3)

#define SOFTGPU_MAX_PLACE	(1 << 18)	/* 1/16 pixel, to both sides of 0 */
#define SOFTGPU_MAX_TEXEL	(1 << 22)	/* 1/256 texel, to both sides of 0 */
#define SOFTGPU_MAX_TRIANGLES	65536u

struct softgpu_vertex {
	int32_t x, y;		/* 1/16 pixel, within SOFTGPU_MAX_PLACE */
	int32_t u, v;		/* 1/256 texel, within SOFTGPU_MAX_TEXEL */
	uint32_t argb;
	uint32_t reserved;
};

struct softgpu_cmd_triangles {
	struct softgpu_cmd hdr;
	struct softgpu_surface dst;
	struct softgpu_surface texture;
	uint64_t vertices;	/* of 3 * @count struct softgpu_vertex; a multiple of 8 */
	uint32_t count;		/* 1 to SOFTGPU_MAX_TRIANGLES */
	uint32_t reserved;
};

/* ---- compute ---- */

/*
 * DISPATCH: run a program once for each (x, y) of a grid. An invocation has
 * SOFTGPU_REGISTERS registers of 32 bits, 0 at its start, and sees the constants
 * and views of the command. The order of invocations, and of their accesses, is
 * not defined; they must not depend on each other.
 *
 * The program lies on executable pages and is read once, at the start. It is
 * checked then: unknown operations, registers, views and constants, branches that
 * are not properly nested, fields in use that should not be, and a last instruction
 * that is not END are bad commands.
 *
 * An invocation may jump back at ENDLOOP @budget times in all; the next time is a
 * bad command.
 */
#define SOFTGPU_REGISTERS		32u
#define SOFTGPU_CONSTANTS		16u
#define SOFTGPU_VIEWS			8u
#define SOFTGPU_MAX_INSTRUCTIONS	1024u
#define SOFTGPU_MAX_NESTING		8u	/* of IF and LOOP together */
#define SOFTGPU_MAX_BUDGET		(1u << 20)

enum softgpu_view_type {
	SOFTGPU_VIEW_NONE,	/* all else is 0 */
	SOFTGPU_VIEW_U8,	/* loads zero-extend, stores take the low bits */
	SOFTGPU_VIEW_U16,
	SOFTGPU_VIEW_U32,	/* and float32 */
};

struct softgpu_view {
	uint64_t va;		/* a multiple of the element's size */
	uint32_t elements;
	uint32_t type;
};

struct softgpu_instruction {
	uint8_t op;		/* enum softgpu_op */
	uint8_t d, a, b;	/* registers; those that an operation does not use are 0 */
	uint32_t imm;		/* 0 where not used */
};

/*
 * Float operations are IEEE 754 binary32, round to nearest even, subnormals kept,
 * nothing fused. A result that is not a number is 0x7fc00000. Comparisons give 0
 * or 0xffffffff. "true" is: not 0.
 */
enum softgpu_op {
	SOFTGPU_OP_END		= 1,	/* the invocation is at its end; not within IF or LOOP */
	SOFTGPU_OP_MOV		= 2,	/* d = a */
	SOFTGPU_OP_IMM		= 3,	/* d = imm */
	SOFTGPU_OP_CONST	= 4,	/* d = constant[imm] */
	SOFTGPU_OP_ID		= 5,	/* d = imm 0: x, 1: y, 2: the grid's width, 3: height */

	SOFTGPU_OP_ADD		= 16,	/* d = a + b, modulo 2^32 */
	SOFTGPU_OP_SUB		= 17,
	SOFTGPU_OP_MUL		= 18,	/* the low 32 bits */
	SOFTGPU_OP_MULH		= 19,	/* signed, the high 32 bits of 64 */
	SOFTGPU_OP_MULFIX	= 20,	/* signed a * b of 64 bits >> imm (0 to 31), its low 32 */
	SOFTGPU_OP_UDIV		= 21,	/* unsigned; by 0: 0xffffffff */
	SOFTGPU_OP_UMOD		= 22,	/* unsigned; by 0: a */
	SOFTGPU_OP_MIN		= 23,	/* signed */
	SOFTGPU_OP_MAX		= 24,
	SOFTGPU_OP_AND		= 25,
	SOFTGPU_OP_OR		= 26,
	SOFTGPU_OP_XOR		= 27,
	SOFTGPU_OP_SHL		= 28,	/* by b modulo 32 */
	SOFTGPU_OP_SHR		= 29,	/* likewise, zeroes come in */
	SOFTGPU_OP_SAR		= 30,	/* likewise, the sign comes in */
	SOFTGPU_OP_ADDI		= 31,	/* d = a + imm */
	SOFTGPU_OP_EQ		= 32,
	SOFTGPU_OP_LT		= 33,	/* signed a < b */
	SOFTGPU_OP_LE		= 34,
	SOFTGPU_OP_ULT		= 35,	/* unsigned a < b */
	SOFTGPU_OP_SELECT	= 36,	/* d = a if b is true, else d stays */

	SOFTGPU_OP_BYTE		= 48,	/* d = byte imm (0 to 3, 0 the lowest) of a */
	/* d = registers a to a + 3, each clamped, as signed, to 0..255; a is the lowest byte. */
	SOFTGPU_OP_PACK		= 49,

	SOFTGPU_OP_FADD		= 64,
	SOFTGPU_OP_FSUB		= 65,
	SOFTGPU_OP_FMUL		= 66,
	SOFTGPU_OP_FDIV		= 67,
	SOFTGPU_OP_FSQRT	= 68,	/* of a */
	SOFTGPU_OP_FMIN		= 69,	/* a < b ? a : b, not a number if one is not */
	SOFTGPU_OP_FMAX		= 70,	/* a > b ? a : b, likewise */
	SOFTGPU_OP_FFLOOR	= 71,	/* of a */
	SOFTGPU_OP_FABS		= 72,	/* the sign bit of a cleared */
	SOFTGPU_OP_FNEG		= 73,	/* the sign bit of a changed */
	SOFTGPU_OP_FEQ		= 74,	/* 0 with what is not a number, also: */
	SOFTGPU_OP_FLT		= 75,	/* a < b */
	SOFTGPU_OP_FLE		= 76,
	SOFTGPU_OP_FTOI		= 77,	/* signed, towards 0, clamped; not a number: 0 */
	SOFTGPU_OP_ITOF		= 78,	/* signed, rounded to nearest even */

	/* Of an element outside of the view, a load gives 0, and a store does nothing. */
	SOFTGPU_OP_LOAD		= 96,	/* d = view[imm], element a, unsigned */
	SOFTGPU_OP_STORE	= 97,	/* view[imm], element a = b */

	SOFTGPU_OP_IF		= 112,	/* if a is true */
	SOFTGPU_OP_ELSE		= 113,
	SOFTGPU_OP_ENDIF	= 114,
	SOFTGPU_OP_LOOP		= 115,
	SOFTGPU_OP_BREAK	= 116,	/* leave the innermost LOOP if a is true */
	SOFTGPU_OP_ENDLOOP	= 117,	/* back to LOOP */
};

struct softgpu_cmd_dispatch {
	struct softgpu_cmd hdr;
	uint64_t program;	/* of struct softgpu_instruction; a multiple of 8 */
	uint32_t instructions;	/* 1 to SOFTGPU_MAX_INSTRUCTIONS */
	uint32_t budget;	/* 0 to SOFTGPU_MAX_BUDGET */
	uint32_t width, height;	/* of the grid, 1 to SOFTGPU_MAX_SIDE each */
	uint32_t constant[SOFTGPU_CONSTANTS];
	struct softgpu_view view[SOFTGPU_VIEWS];
};

#define SOFTGPU_MAX_COMMAND	224u	/* bytes of the longest, NOP but for */

#endif
