/* SPDX-License-Identifier: MIT */
/*
 * Pictures in memory, and as PNG files.
 */
#ifndef DARKROOM_PICTURE_H
#define DARKROOM_PICTURE_H

#include <stdint.h>

/** Most pixels of a side; the GPU's surfaces have no more. */
#define PICTURE_MAX_SIDE	16384u
/** Most pixels of a picture: 256 MiB. A file that claims more is refused unread. */
#define PICTURE_MAX_PIXELS	(64u << 20)

/** struct picture - Rows of 0xAARRGGBB words without gaps. */
struct picture {
	uint32_t width, height;
	uint32_t *pixels;
};

/* @pixels of @width times @height, zeroed; free with picture_free(). 0 or -ENOMEM. */
int picture_new(struct picture *p, uint32_t width, uint32_t height);
void picture_free(struct picture *p);

/*
 * Read a PNG file, whatever its kind. On failure *@why is a text for people, which
 * is valid until the next call. 0 or -1.
 */
int picture_load(const char *path, struct picture *p, const char **why);

/*
 * Write a PNG file. It appears under its name when it is whole, or not at all.
 * 0 or -1, with *@why as above.
 */
int picture_save(const char *path, const struct picture *p, const char **why);

#endif
