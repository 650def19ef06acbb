/* SPDX-License-Identifier: MIT */
/*
 * A V4L2 camera that writes its frames into dma-bufs of others.
 */
#ifndef VIEWFINDER_CAMERA_H
#define VIEWFINDER_CAMERA_H

#include <stdbool.h>
#include <stdint.h>

/** struct camera - An open camera. */
struct camera {
	int fd;			/* -1: closed */
	char path[32];
	uint32_t width, height;	/* of the frames, which are YUYV */
	uint32_t pitch;		/* bytes of a row */
	uint32_t frame_bytes;
	uint64_t written;	/* bytes that the driver says it has written */
	uint64_t dropped;	/* frames that the driver had no buffer for, by its numbers */
	uint32_t next;		/* number of the next frame */
};

/*
 * Open a camera of the driver @driver, or the node @path if that is not NULL, and set it
 * to YUYV frames of about @width times @height. With @still, a test camera shows the
 * same picture for ever. 0 or -errno.
 */
int camera_open(struct camera *c, const char *path, const char *driver, uint32_t width,
		uint32_t height, bool still);
void camera_close(struct camera *c);

/* Announce @count buffers, numbered from 0. */
int camera_buffers(struct camera *c, unsigned int count);
/* Have a frame written into the dma-buf @fd of @bytes as buffer @index. */
int camera_queue(struct camera *c, unsigned int index, int fd, uint32_t bytes);
int camera_start(struct camera *c);
/* Wait for the next frame, at most @timeout_ms; its buffer's number. -ETIMEDOUT. */
int camera_dequeue(struct camera *c, int timeout_ms, unsigned int *index);

#endif
