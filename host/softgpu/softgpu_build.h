/* SPDX-License-Identifier: MIT */
/*
 * A builder of command buffers for the software GPU: one function per command,
 * appending to memory that the caller gives. When there is no room, nothing is
 * written any more and softgpu_buffer.overflow is set: check it once at the end.
 * C or C++.
 */
#ifndef SOFTGPU_BUILD_H
#define SOFTGPU_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "softgpu_cmd.h"

struct softgpu_buffer {
	uint8_t *start;
	size_t size;		/* bytes */
	size_t used;		/* what a submission has as its length */
	bool overflow;
};

static inline void softgpu_buffer_init(struct softgpu_buffer *b, void *memory, size_t size)
{
	b->start = (uint8_t *)memory;
	b->size = size;
	b->used = 0;
	b->overflow = false;
}

/* Append @bytes, a multiple of 8, that begin with the header given here; copies @command. */
static inline void softgpu_emit(struct softgpu_buffer *b, void *command, size_t bytes,
				enum softgpu_opcode opcode, uint32_t flags)
{
	struct softgpu_cmd hdr;

	hdr.opcode = (uint16_t)opcode;
	hdr.dwords = (uint16_t)(bytes / 4);
	hdr.flags = flags;
	memcpy(command, &hdr, sizeof(hdr));
	if (bytes > b->size - b->used) {
		b->overflow = true;
		b->size = b->used;
		return;
	}
	memcpy(b->start + b->used, command, bytes);
	b->used += bytes;
}

/* Nothing, of @bytes in all: a multiple of 8, at least 8, below 256 KiB. */
static inline void softgpu_nop(struct softgpu_buffer *b, size_t bytes)
{
	struct softgpu_cmd hdr;
	size_t at = b->used;

	softgpu_emit(b, &hdr, sizeof(hdr), SOFTGPU_CMD_NOP, 0);
	if (b->overflow || bytes - sizeof(hdr) > b->size - b->used) {
		b->overflow = true;
		b->size = b->used;
		return;
	}
	memset(b->start + b->used, 0, bytes - sizeof(hdr));
	b->used += bytes - sizeof(hdr);
	hdr.dwords = (uint16_t)(bytes / 4);
	memcpy(b->start + at, &hdr, sizeof(hdr));
}

static inline void softgpu_require(struct softgpu_buffer *b, uint32_t version)
{
	struct softgpu_cmd_require c;

	memset(&c, 0, sizeof(c));
	c.version = version;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_REQUIRE, 0);
}

static inline void softgpu_call(struct softgpu_buffer *b, uint64_t va, uint64_t bytes)
{
	struct softgpu_cmd_call c;

	c.va = va;
	c.bytes = bytes;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_CALL, 0);
}

static inline void softgpu_fence_write(struct softgpu_buffer *b, uint64_t va, uint64_t value)
{
	struct softgpu_cmd_fence c;

	c.va = va;
	c.value = value;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_FENCE_WRITE, 0);
}

static inline void softgpu_fence_wait(struct softgpu_buffer *b, uint64_t va, uint64_t value)
{
	struct softgpu_cmd_fence c;

	c.va = va;
	c.value = value;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_FENCE_WAIT, 0);
}

static inline void softgpu_timestamp(struct softgpu_buffer *b, uint64_t va)
{
	struct softgpu_cmd_timestamp c;

	c.va = va;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_TIMESTAMP, 0);
}

static inline void softgpu_fault(struct softgpu_buffer *b, uint64_t va, bool write)
{
	struct softgpu_cmd_fault c;

	c.va = va;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_FAULT, write ? SOFTGPU_FAULT_WRITE : 0);
}

static inline void softgpu_hang(struct softgpu_buffer *b, uint64_t ns)
{
	struct softgpu_cmd_hang c;

	c.ns = ns;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_HANG, 0);
}

static inline void softgpu_fill(struct softgpu_buffer *b, uint64_t va, uint64_t bytes,
				uint32_t pattern)
{
	struct softgpu_cmd_fill c;

	memset(&c, 0, sizeof(c));
	c.va = va;
	c.bytes = bytes;
	c.pattern = pattern;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_FILL, 0);
}

static inline void softgpu_copy(struct softgpu_buffer *b, uint64_t dst, uint64_t src,
				uint64_t bytes)
{
	struct softgpu_cmd_copy c;

	c.dst = dst;
	c.src = src;
	c.bytes = bytes;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_COPY, 0);
}

static inline void softgpu_copy_rect(struct softgpu_buffer *b, uint64_t dst, uint32_t dst_pitch,
				     uint64_t src, uint32_t src_pitch, uint32_t row_bytes,
				     uint32_t rows)
{
	struct softgpu_cmd_copy_rect c;

	c.dst = dst;
	c.src = src;
	c.dst_pitch = dst_pitch;
	c.src_pitch = src_pitch;
	c.row_bytes = row_bytes;
	c.rows = rows;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_COPY_RECT, 0);
}

/* ---- pictures ---- */

/* A surface; for NV12 set va_uv after that. */
static inline struct softgpu_surface softgpu_surface(uint64_t va, uint32_t pitch,
						     enum softgpu_format format, uint32_t width,
						     uint32_t height)
{
	struct softgpu_surface s;

	s.va = va;
	s.va_uv = 0;
	s.pitch = pitch;
	s.format = (uint32_t)format;
	s.width = width;
	s.height = height;
	return s;
}

static inline struct softgpu_rect softgpu_rect(uint32_t x, uint32_t y, uint32_t width,
					       uint32_t height)
{
	struct softgpu_rect r;

	r.x = x;
	r.y = y;
	r.width = width;
	r.height = height;
	return r;
}

static inline void softgpu_fill_rect(struct softgpu_buffer *b, const struct softgpu_surface *dst,
				     struct softgpu_rect rect, uint32_t argb)
{
	struct softgpu_cmd_fill_rect c;

	memset(&c, 0, sizeof(c));
	c.dst = *dst;
	c.rect = rect;
	c.argb = argb;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_FILL_RECT, 0);
}

static inline void softgpu_convert(struct softgpu_buffer *b, const struct softgpu_surface *dst,
				   struct softgpu_rect rect, const struct softgpu_surface *src,
				   uint32_t src_x, uint32_t src_y)
{
	struct softgpu_cmd_convert c;

	c.dst = *dst;
	c.src = *src;
	c.rect = rect;
	c.src_x = src_x;
	c.src_y = src_y;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_CONVERT, 0);
}

/* @flags: SOFTGPU_SCALE_* */
static inline void softgpu_scale(struct softgpu_buffer *b, const struct softgpu_surface *dst,
				 struct softgpu_rect dst_rect, const struct softgpu_surface *src,
				 struct softgpu_rect src_rect, uint32_t flags)
{
	struct softgpu_cmd_scale c;

	c.dst = *dst;
	c.src = *src;
	c.dst_rect = dst_rect;
	c.src_rect = src_rect;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_SCALE, flags);
}

/* @flags: SOFTGPU_BLEND_* */
static inline void softgpu_blend(struct softgpu_buffer *b, const struct softgpu_surface *dst,
				 struct softgpu_rect rect, const struct softgpu_surface *src,
				 uint32_t src_x, uint32_t src_y, uint8_t alpha, uint32_t flags)
{
	struct softgpu_cmd_blend c;

	memset(&c, 0, sizeof(c));
	c.dst = *dst;
	c.src = *src;
	c.rect = rect;
	c.src_x = src_x;
	c.src_y = src_y;
	c.alpha = alpha;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_BLEND, flags);
}

/* @texture: NULL for none. @flags: SOFTGPU_TRIANGLES_*, without TEXTURED. */
static inline void softgpu_triangles(struct softgpu_buffer *b, const struct softgpu_surface *dst,
				     const struct softgpu_surface *texture, uint64_t vertices,
				     uint32_t count, uint32_t flags)
{
	struct softgpu_cmd_triangles c;

	memset(&c, 0, sizeof(c));
	c.dst = *dst;
	if (texture) {
		c.texture = *texture;
		flags |= SOFTGPU_TRIANGLES_TEXTURED;
	}
	c.vertices = vertices;
	c.count = count;
	softgpu_emit(b, &c, sizeof(c), SOFTGPU_CMD_TRIANGLES, flags);
}

/* ---- compute ---- */

/* One instruction of a program. */
static inline struct softgpu_instruction softgpu_op(enum softgpu_op op, unsigned int d,
						    unsigned int a, unsigned int b, uint32_t imm)
{
	struct softgpu_instruction i;

	i.op = (uint8_t)op;
	i.d = (uint8_t)d;
	i.a = (uint8_t)a;
	i.b = (uint8_t)b;
	i.imm = imm;
	return i;
}

/* A dispatch without constants and views; fill them in, then append it. */
static inline struct softgpu_cmd_dispatch softgpu_dispatch_init(uint64_t program,
								uint32_t instructions,
								uint32_t width, uint32_t height,
								uint32_t budget)
{
	struct softgpu_cmd_dispatch c;

	memset(&c, 0, sizeof(c));
	c.program = program;
	c.instructions = instructions;
	c.width = width;
	c.height = height;
	c.budget = budget;
	return c;
}

static inline void softgpu_dispatch(struct softgpu_buffer *b, struct softgpu_cmd_dispatch *c)
{
	softgpu_emit(b, c, sizeof(*c), SOFTGPU_CMD_DISPATCH, 0);
}

#endif
