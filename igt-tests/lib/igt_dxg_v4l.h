/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that share memory with the kernel's test camera, vivid: its capture
 * and its output node; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_V4L_H
#define IGT_DXG_V4L_H

#include <stdbool.h>
#include <stdint.h>

#include "igt_dxg_prime.h"

/* Frames of the camera's smallest size: YUYV. */
#define IGT_DXG_V4L_WIDTH	320u
#define IGT_DXG_V4L_HEIGHT	180u
#define IGT_DXG_V4L_BYTES	(IGT_DXG_V4L_WIDTH * IGT_DXG_V4L_HEIGHT * 2)
/* Whole pages around one. */
#define IGT_DXG_V4L_SIZE	((IGT_DXG_V4L_BYTES + 4095u) / 4096u * 4096u)

/* The node of vivid that captures, or with @output the one that shows; skips without. */
int igt_dxg_v4l_open(bool output);

/* Set the control of this name. */
void igt_dxg_v4l_control(int fd, const char *name, int value);
/* The camera shows the same picture for ever. */
void igt_dxg_v4l_still(int fd);
/* Set YUYV frames of this size. Returns the bytes of one. */
uint32_t igt_dxg_v4l_format(int fd, bool output, uint32_t width, uint32_t height);

/* The S-Video output @out by a cable to the S-Video input of @in; pull it out again. */
void igt_dxg_v4l_connect(int in, int out);
void igt_dxg_v4l_disconnect(int in);

/*
 * Plug it in again if it has fallen out: vivid's worker, which keeps two inputs from having the
 * same output, takes what it reads while a cable is plugged in for another input's.
 */
void igt_dxg_v4l_reconnect(int in);

/* Announce @count buffers of V4L2_MEMORY_xxx. 0: give up all. Returns 0 or a negative errno. */
int __dxg_v4l_request(int fd, bool output, uint32_t memory, uint32_t count);
/* Give buffer @index to the driver; a dma-buf of @length bytes with V4L2_MEMORY_DMABUF. */
int __dxg_v4l_queue(int fd, bool output, uint32_t memory, uint32_t index, int dma_buf,
		    uint32_t length, uint32_t used);
void igt_dxg_v4l_stream(int fd, bool output, bool on);
/* Wait for a buffer; a negative errno, or its index. */
int __dxg_v4l_dequeue(int fd, bool output, uint32_t memory);

/* As struct igt_dxg_peer. */
struct igt_dxg_foreign igt_dxg_v4l_export_capture(uint64_t size);
struct igt_dxg_foreign igt_dxg_v4l_import_capture(int dma_buf, uint64_t size);
struct igt_dxg_foreign igt_dxg_v4l_export_output(uint64_t size);
struct igt_dxg_foreign igt_dxg_v4l_import_output(int dma_buf, uint64_t size);

#endif
