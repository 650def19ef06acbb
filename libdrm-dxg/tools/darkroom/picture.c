// SPDX-License-Identifier: MIT
/*
 * PNG files in and out, by libpng's simplified interface: what is in the file is
 * not trusted, and what comes out is whole or not there.
 */
#include "picture.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char message[256];

int picture_new(struct picture *p, uint32_t width, uint32_t height)
{
	p->pixels = calloc((size_t)width * height, sizeof(*p->pixels));
	if (!p->pixels)
		return -ENOMEM;
	p->width = width;
	p->height = height;
	return 0;
}

void picture_free(struct picture *p)
{
	free(p->pixels);
	memset(p, 0, sizeof(*p));
}

static int say(const char **why, const char *text)
{
	snprintf(message, sizeof(message), "%s", text);
	*why = message;
	return -1;
}

int picture_load(const char *path, struct picture *p, const char **why)
{
	png_image image = { .version = PNG_IMAGE_VERSION };

	memset(p, 0, sizeof(*p));
	if (!png_image_begin_read_from_file(&image, path))
		return say(why, image.message);
	if (image.width > PICTURE_MAX_SIDE || image.height > PICTURE_MAX_SIDE ||
	    (uint64_t)image.width * image.height > PICTURE_MAX_PIXELS) {
		snprintf(message, sizeof(message), "%u x %u pixels are too many", image.width,
			 image.height);
		*why = message;
		png_image_free(&image);
		return -1;
	}
	/* Little endian words 0xAARRGGBB. */
	image.format = PNG_FORMAT_BGRA;
	if (picture_new(p, image.width, image.height)) {
		png_image_free(&image);
		return say(why, strerror(ENOMEM));
	}
	/* Bad or missing pixels are errors; what libpng warns of is in the words around them. */
	if (!png_image_finish_read(&image, NULL, p->pixels, 0, NULL)) {
		picture_free(p);
		return say(why, image.message);
	}
	return 0;
}

/* Write @p to the open file @f, and have it on the disk. */
static int write_whole(FILE *f, const struct picture *p, const char **why)
{
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = p->width,
		.height = p->height,
		.format = PNG_FORMAT_BGRA,
	};

	if (!png_image_write_to_stdio(&image, f, 0, p->pixels, 0, NULL))
		return say(why, image.message);
	if (fflush(f) || fsync(fileno(f)))
		return say(why, strerror(errno));
	return 0;
}

/* The permissions that a file made by open() would have. */
static void usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	fchmod(fd, 0666 & ~mask);
}

int picture_save(const char *path, const struct picture *p, const char **why)
{
	char *temporary;
	FILE *f;
	int fd, ret;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return say(why, strerror(ENOMEM));
	fd = mkstemp(temporary);
	f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		ret = say(why, strerror(errno));
		if (fd >= 0)
			close(fd);
		goto out;
	}
	usual_mode(fd);
	ret = write_whole(f, p, why);
	if (fclose(f) && !ret)
		ret = say(why, strerror(errno));
	if (!ret && rename(temporary, path))
		ret = say(why, strerror(errno));
out:
	if (ret && fd >= 0)
		unlink(temporary);
	free(temporary);
	return ret;
}
