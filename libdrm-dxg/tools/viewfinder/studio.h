/* SPDX-License-Identifier: MIT */
/*
 * The GPU's part of the viewfinder: a frame of the camera is converted, scaled and
 * put together with a picture and an overlay, all in memory that others see.
 */
#ifndef VIEWFINDER_STUDIO_H
#define VIEWFINDER_STUDIO_H

#include <stdbool.h>
#include <stdint.h>

#include "darkroom/picture.h"
#include "dxg.h"

#define STUDIO_FRAMES	4	/* buffers of the camera */
#define STUDIO_SCREENS	2	/* buffers of the screen */

/** struct layout - Where things are, and how large. */
struct layout {
	uint32_t camera_width, camera_height, camera_pitch, camera_bytes;
	uint32_t screen_width, screen_height, screen_pitch;
	uint32_t picture_width, picture_height;
	uint32_t picture_x, picture_y;
	uint8_t picture_alpha;
};

/** struct shared - Memory that other drivers see. */
struct shared {
	struct dxg_bo *bo;
	int dmabuf;
	uint64_t va, bytes;
};

struct studio;

/*
 * Make all memory for @layout and load the picture, which may be empty. @device: a render
 * node, NULL for the first adapter's. 0 or -errno, after a message.
 */
int studio_open(struct studio **studio, const char *device, const struct layout *layout,
		const struct picture *picture);
void studio_close(struct studio *studio);

const struct shared *studio_frame(const struct studio *studio, unsigned int i);
const struct shared *studio_screen(const struct studio *studio, unsigned int i);

/*
 * Queue the work for frame @number (from 1): from camera buffer @frame into screen
 * buffer @screen. What the camera's driver still does to the buffer is awaited by
 * the GPU. Returns a sync file of the end of the work in *@fence, which is published on both
 * buffers for other drivers, too; the caller closes it.
 */
int studio_compose(struct studio *studio, uint64_t number, unsigned int frame,
		   unsigned int screen, int *fence);
/* Wait until the work for frame @number is done. */
int studio_wait(struct studio *studio, uint64_t number);

/* The bytes that this program has copied so far, pixels of the picture included. */
uint64_t studio_copied(void);
/* Copy what stands in a buffer, for a look at it; counted as copied. */
int studio_look(struct studio *studio, const struct shared *memory, void *to, uint64_t bytes);

/** struct driver_count - What the GPU's driver has counted, for all its clients. */
struct driver_count {
	uint64_t bounced;	/* bytes of shared memory that a device did not see in place */
	uint64_t messages;	/* bytes of messages to the host and back */
};

/* Read it from debugfs, which only root can. 0 or -errno. */
int studio_driver_count(const struct studio *studio, struct driver_count *count);
/* The node of the GPU. */
const char *studio_name(const struct studio *studio);

/* Where the overlay's bar ends for frame @number, in pixels. */
uint32_t studio_bar(const struct layout *layout, uint64_t number);

/* The same frame by the CPU, from the pixels of a camera frame. 0 or -ENOMEM. */
int studio_reference(const struct layout *layout, const uint8_t *yuyv,
		     const struct picture *picture, uint64_t number, struct picture *out);

/* The overlay: a bar at the lower edge that grows with the frames. */
#define STUDIO_BAR_HEIGHT	12u
#define STUDIO_BAR_COLOUR	0xffe0503cu
#define STUDIO_BAR_STEPS	120u

#endif
