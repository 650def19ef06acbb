/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The synthetic video device: a VMBus channel on which the guest's hyperv_drm
 * says where its video memory lies and what is shown from it. The host reads
 * the picture from there when asked.
 *
 * Source of the protocol: drivers/gpu/drm/hyperv/hyperv_drm_proto.c. Versions
 * 3.2 and 3.5 are accepted; one output.
 *
 * All calls need host->lock, except display_parse_modes().
 */
#ifndef HOST_DISPLAY_DISPLAY_H
#define HOST_DISPLAY_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "../control/control.h"
#include "../vmbus/vmbus.h"
#include "picture.h"

#define DISPLAY_MAX_MODES	64
#define DISPLAY_MIN_SIDE	64	/* pixels; PICTURE_MAX_SIDE is the other end */
#define DISPLAY_MAX_VRAM_MB	1024

/* Width and height in pixels. */
struct display_mode {
	uint16_t width, height;
};

struct display_config {
	char name[32];			/* of the channel; "" is "video" */
	struct guid instance;		/* all zero: the one that Hyper-V gives its video device */
	/*
	 * MiB of MMIO space that the guest takes as video memory, 1 to
	 * DISPLAY_MAX_VRAM_MB; 0 is 8. Modes that need more are not offered by
	 * hyperv_drm.
	 */
	unsigned int vram_megabytes;
	/*
	 * Sizes told to the guest; the first is the preferred one. hyperv_drm
	 * offers the DMT modes up to the largest width and height in the list.
	 * None: 1024x768, 1280x720, 1920x1080.
	 */
	struct display_mode modes[DISPLAY_MAX_MODES];
	unsigned int num_modes;
	bool no_dirt;			/* tell the guest that no DIRT messages are needed */
	/* Absolute; where relative names of screenshots begin. NULL: the current folder. */
	const char *run_dir;
};

struct display;

/*
 * Read a mode list, "1024x768+1920x1080" ('+' or ',' between), into @c. False,
 * with *err a constant text and @c untouched, when it is not one.
 */
bool display_parse_modes(struct display_config *c, const char *text, const char **err);

/*
 * Make the device and offer it. @c is copied, the text of run_dir as well. NULL
 * when the name or the instance is taken, or the configuration is out of its
 * bounds. The display outlives its channel: display_free() comes after
 * vmbus_free().
 */
struct display *display_new(struct host *h, struct vmbus *v, const struct display_config *c);
void display_free(struct display *d);

/*
 * Take the device away from the guest, and offer it again. False: it was not
 * there, or there already (or its name or instance is taken by another).
 */
bool display_unplug(struct display *d);
bool display_plug(struct display *d);

struct display_status {
	bool present;			/* offered */
	bool open;			/* a driver holds the channel */
	uint32_t version;		/* negotiated, minor << 16 | major; 0: not yet */
	bool active;			/* a picture is on screen; the next four are set */
	uint32_t width, height;		/* pixels */
	uint32_t pitch;			/* bytes */
	uint32_t bpp;			/* bits per pixel: 32 or 16 */
	uint64_t vram;			/* guest-physical; 0: not told */
	uint64_t situations, dirts, pointers;	/* messages since the channel was opened */
	uint64_t refused;		/* messages that broke the protocol, since the start */
};

void display_get_status(const struct display *d, struct display_status *s);

/*
 * Copy what is on screen now. NULL, and *pic set, or the text of the error.
 * Between a mode change and the driver's first copy the memory of the new
 * picture may hold older content: the protocol has no message for its end.
 */
const char *display_take(struct display *d, struct picture *pic);

struct host *display_host(const struct display *d);
const char *display_run_dir(const struct display *d);

/*
 * The commands "screenshot PATH.png" and "display [plug|unplug]". @d must outlive
 * the last command. The screenshot is copied under host->lock and written after
 * dropping it: control_line() depends on nothing across a command.
 */
void display_register(struct display *d, struct control *c);

#endif
