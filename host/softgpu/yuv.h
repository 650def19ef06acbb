/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of YUV pixels from and to ARGB, as pixel.h has them. */
#ifndef HOST_SOFTGPU_YUV_H
#define HOST_SOFTGPU_YUV_H

#include <stdbool.h>
#include <stdint.h>

void yuv_decode_yuyv(const void *raw, bool odd, uint32_t *argb, unsigned int n);
void yuv_decode_nv12(const void *y, const void *uv, bool odd, uint32_t *argb, unsigned int n);
/* @n is even. */
void yuv_encode_yuyv(void *raw, const uint32_t *argb, unsigned int n);
void yuv_encode_nv12(void *y0, void *y1, void *uv, const uint32_t *argb0, const uint32_t *argb1,
		     unsigned int n);

#endif
