// SPDX-License-Identifier: GPL-2.0
/* Pictures: guest pixels to RGB, row by row, and RGB to a PNG file. */
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <glib.h>

#include "picture.h"

uint64_t picture_span(const struct picture_layout *l)
{
	uint64_t row;

	if (!l->width || l->width > PICTURE_MAX_SIDE || !l->height || l->height > PICTURE_MAX_SIDE)
		return 0;
	if (l->bpp != 32 && l->bpp != 16)
		return 0;
	row = (uint64_t)l->width * (l->bpp / 8);
	if (l->pitch < row)
		return 0;
	return (uint64_t)l->pitch * (l->height - 1) + row;
}

static void row_from_xrgb8888(uint8_t *rgb, const uint8_t *in, uint32_t width)
{
	for (; width--; in += 4, rgb += 3) {
		rgb[0] = in[2];
		rgb[1] = in[1];
		rgb[2] = in[0];
	}
}

/* The upper bits are repeated below, so that full intensity stays full. */
static void row_from_rgb565(uint8_t *rgb, const uint8_t *in, uint32_t width)
{
	for (; width--; in += 2, rgb += 3) {
		unsigned int v = in[0] | in[1] << 8;
		unsigned int r = v >> 11, g = v >> 5 & 63, b = v & 31;

		rgb[0] = r << 3 | r >> 2;
		rgb[1] = g << 2 | g >> 4;
		rgb[2] = b << 3 | b >> 2;
	}
}

bool picture_copy(struct picture *p, const struct gmem *m, const struct picture_layout *l)
{
	uint64_t span = picture_span(l);
	const uint8_t *in = span ? gmem_at(m, l->gpa, span) : NULL;
	size_t row = (size_t)l->width * 3;

	memset(p, 0, sizeof(*p));
	if (!in)
		return false;
	p->rgb = malloc(row * l->height);
	if (!p->rgb)
		return false;
	p->width = l->width;
	p->height = l->height;
	for (uint32_t y = 0; y < l->height; y++) {
		const uint8_t *from = in + (uint64_t)l->pitch * y;

		if (l->bpp == 32)
			row_from_xrgb8888(p->rgb + row * y, from, l->width);
		else
			row_from_rgb565(p->rgb + row * y, from, l->width);
	}
	return true;
}

void picture_free(struct picture *p)
{
	free(p->rgb);
	memset(p, 0, sizeof(*p));
}

uint32_t picture_crc(const struct picture *p)
{
	return crc32_z(0, p->rgb, (size_t)p->width * 3 * p->height);
}

/* Screens are large plain areas: the fastest compression finds them, too. */
static int encode(const struct picture *p, FILE *f)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;

	if (!info) {
		png_destroy_write_struct(&png, NULL);
		return -ENOMEM;
	}
	errno = 0;
	if (setjmp(png_jmpbuf(png))) {
		int err = errno ? -errno : -EIO;

		png_destroy_write_struct(&png, &info);
		return err;
	}
	png_init_io(png, f);
	png_set_compression_level(png, 1);
	png_set_IHDR(png, info, p->width, p->height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (uint32_t y = 0; y < p->height; y++)
		png_write_row(png, p->rgb + (size_t)y * p->width * 3);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	return 0;
}

/*
 * A new file next to @path; its name in *name (g_free). Not mkstemp(): its files
 * are private, and widening them needs the umask, which is the whole process's.
 */
static FILE *open_beside(const char *path, char **name)
{
	for (unsigned int n = 0; n < 100; n++) {
		FILE *f;

		*name = g_strdup_printf("%s.%ld.%u", path, (long)getpid(), n);
		f = fopen(*name, "wbxe");
		if (f)
			return f;
		g_free(*name);
		if (errno != EEXIST)
			break;
	}
	return NULL;
}

int picture_write_png(const struct picture *p, const char *path)
{
	char *name;
	FILE *f = open_beside(path, &name);
	int err;

	if (!f)
		return -errno;
	err = encode(p, f);
	if (fclose(f) && !err)
		err = -errno;
	if (!err && rename(name, path))
		err = -errno;
	if (err)
		unlink(name);
	g_free(name);
	return err;
}
