/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests whose memory is on the screen of another driver, by the legacy
 * requests of modesetting; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_KMS_H
#define IGT_DXG_KMS_H

#include <stdbool.h>
#include <stdint.h>

#include <drm_mode.h>

/** struct igt_dxg_screen - A card with a connected output. */
struct igt_dxg_screen {
	int fd;
	uint32_t connector;
	uint32_t crtc;
	struct drm_mode_modeinfo mode;
};

/* The first output of the first card of a driver, in its preferred mode; skips without one. */
struct igt_dxg_screen igt_dxg_screen_open(const char *driver);
/* Bytes of a frame. */
uint64_t igt_dxg_screen_size(const struct igt_dxg_screen *s);

/* A framebuffer of XRGB8888 in a buffer of the card. Returns 0 or a negative errno. */
int __dxg_screen_framebuffer(const struct igt_dxg_screen *s, uint32_t handle, uint32_t format,
			     uint32_t height, uint32_t pitch, uint32_t *fb);
/* The same of the size of the screen. */
uint32_t igt_dxg_screen_framebuffer(const struct igt_dxg_screen *s, uint32_t handle);
void igt_dxg_screen_remove(const struct igt_dxg_screen *s, uint32_t fb);

/* Show a framebuffer; 0: switch off. Wait for its fences, and then for the screen. */
void igt_dxg_screen_show(const struct igt_dxg_screen *s, uint32_t fb);
/* Show another one when it is finished, without waiting; whether it is there in time. */
void igt_dxg_screen_flip(const struct igt_dxg_screen *s, uint32_t fb);
bool igt_dxg_screen_flipped(const struct igt_dxg_screen *s, int ms);

/* The checksum of what is on the screen, as the host sees it. */
uint32_t igt_dxg_screen_sum(void);

#endif
