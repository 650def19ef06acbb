/* SPDX-License-Identifier: MIT */
/*
 * An independent reference of the drawing commands: written from the text of
 * softgpu_cmd.h, pixel by pixel, with none of the GPU's code and none of its
 * tricks. It works on a flat copy of the memory from BED_VA on.
 */
#ifndef HOST_SOFTGPU_TESTS_REFERENCE_H
#define HOST_SOFTGPU_TESTS_REFERENCE_H

#include "gpubed.h"

#define REF_BYTES	(BED_PAGES * 4096u)

extern uint8_t ref_memory[REF_BYTES];

uint32_t ref_get(const struct softgpu_surface *s, int x, int y);
/* Not YUYV or NV12, which are written by ref_put_all(). */
void ref_put(const struct softgpu_surface *s, int x, int y, uint32_t argb);

void ref_fill_rect(const struct softgpu_surface *dst, struct softgpu_rect rect, uint32_t argb);
void ref_convert(const struct softgpu_surface *dst, struct softgpu_rect rect,
		 const struct softgpu_surface *src, int src_x, int src_y);
void ref_scale(const struct softgpu_surface *dst, struct softgpu_rect dst_rect,
	       const struct softgpu_surface *src, struct softgpu_rect src_rect, uint32_t flags);
void ref_blend(const struct softgpu_surface *dst, struct softgpu_rect rect,
	       const struct softgpu_surface *src, int src_x, int src_y, int alpha, uint32_t flags);
/* @flags with TEXTURED. */
void ref_triangles(const struct softgpu_surface *dst, const struct softgpu_surface *texture,
		   const struct softgpu_vertex *v, unsigned int count, uint32_t flags);

/* False: the budget of an invocation is exceeded. The program is in @p. */
bool ref_dispatch(const struct softgpu_cmd_dispatch *c, const struct softgpu_instruction *p);

/* ---- comparing ---- */

/* Random bytes everywhere, in the GPU's memory and in the reference's. */
void ref_random(struct bed *b, uint64_t *seed);
/* Both are the same, byte for byte, everywhere. */
void ref_assert_same(struct bed *b);
/*
 * The picture that the GPU has made, as NAME.png in the folder that the environment
 * has as DXG_PICTURES; nothing without it.
 */
void ref_picture(const struct softgpu_surface *s, const char *name);

#endif
