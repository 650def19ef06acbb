/* SPDX-License-Identifier: MIT */
/*
 * A KMS display that scans out dma-bufs of others.
 */
#ifndef VIEWFINDER_SCREEN_H
#define VIEWFINDER_SCREEN_H

#include <stdint.h>

/** struct screen - An open display. */
struct screen {
	int fd;				/* -1: closed */
	char path[32];
	uint32_t connector, crtc, plane;
	uint32_t width, height;
	struct {
		uint32_t connector_crtc, active, mode, fb, crtc, in_fence;
		uint32_t src_x, src_y, src_w, src_h, crtc_x, crtc_y, crtc_w, crtc_h;
	} prop;
	uint32_t mode_blob;
	int lit;			/* the mode has been set */
};

/*
 * Open the first display of the DRM driver @driver, or the node @path if that is not NULL,
 * and choose the mode of @width times @height, or the preferred one when they are 0.
 */
int screen_open(struct screen *s, const char *path, const char *driver, uint32_t width,
		uint32_t height);
void screen_close(struct screen *s);

/* A framebuffer of XRGB8888 rows in the dma-buf @dmabuf. */
int screen_framebuffer(struct screen *s, int dmabuf, uint32_t pitch, uint32_t *fb);
/* Show @fb when the sync file @in_fence has signalled. -1: at once. */
int screen_show(struct screen *s, uint32_t fb, int in_fence);
/* Wait until what screen_show() was told last is on the screen. */
int screen_wait(struct screen *s, int timeout_ms);

#endif
