/* SPDX-License-Identifier: GPL-2.0 */
/* A picture of the guest's screen: copied out of guest memory, then written as PNG. */
#ifndef HOST_DISPLAY_PICTURE_H
#define HOST_DISPLAY_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/gmem.h"

#define PICTURE_MAX_SIDE 16384u		/* pixels */

struct picture {
	uint32_t width, height;		/* pixels */
	uint8_t *rgb;			/* 3 bytes a pixel, rows without gaps; owned */
};

/* How pixels lie in guest memory. bpp 32 is XRGB8888, 16 is RGB565, little endian. */
struct picture_layout {
	uint64_t gpa;			/* of the first pixel */
	uint32_t width, height;		/* pixels */
	uint32_t pitch;			/* bytes from row to row */
	uint32_t bpp;
};

/*
 * Bytes that @l spans from its first pixel to the end of its last one. 0 when
 * it is none: a side of 0 or over PICTURE_MAX_SIDE, a bpp that is not known, a
 * pitch smaller than a row.
 */
uint64_t picture_span(const struct picture_layout *l);

/*
 * Copy and convert. False, with *p zeroed, when @l is no layout, a byte of it
 * is not guest RAM, or there is no memory. picture_free() releases it.
 */
bool picture_copy(struct picture *p, const struct gmem *m, const struct picture_layout *l);
void picture_free(struct picture *p);

/* CRC-32 (that of zlib) of all RGB bytes in order. */
uint32_t picture_crc(const struct picture *p);

/*
 * Write @p as an 8-bit RGB PNG to @path: to a temporary file in the same
 * folder, which then takes the name, so nobody sees half a picture. Needs no
 * lock. Returns 0 or -errno; nothing is left behind on an error.
 */
int picture_write_png(const struct picture *p, const char *path);

#endif
