// SPDX-License-Identifier: MIT
/*
 * A frame by the CPU, pixel by pixel, by the formulas that the GPU's commands
 * are described with.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "darkroom/ops.h"
#include "studio.h"

static uint32_t clamp(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

static uint32_t rgb_of_yuv(int y, int u, int v)
{
	int c = 298 * (y - 16), d = u - 128, e = v - 128;

	return 0xff000000 | clamp((c + 409 * e + 128) >> 8) << 16 |
	       clamp((c - 100 * d - 208 * e + 128) >> 8) << 8 | clamp((c + 516 * d + 128) >> 8);
}

static void from_camera(const struct layout *l, const uint8_t *yuyv, struct picture *out)
{
	for (uint32_t y = 0; y < l->camera_height; y++) {
		const uint8_t *row = yuyv + (size_t)y * l->camera_pitch;

		for (uint32_t x = 0; x < l->camera_width; x++)
			out->pixels[(size_t)y * l->camera_width + x] =
				rgb_of_yuv(row[2 * x], row[x / 2 * 4 + 1], row[x / 2 * 4 + 3]);
	}
}

/* x / 255, rounded. */
static uint32_t div255(uint32_t x)
{
	return (x + 128 + ((x + 128) >> 8)) >> 8;
}

static uint32_t over(uint32_t s, uint32_t d, uint32_t alpha)
{
	uint32_t a = div255((s >> 24) * alpha), out = 0xff000000;

	for (int shift = 0; shift < 24; shift += 8)
		out |= div255((s >> shift & 255) * a + (d >> shift & 255) * (255 - a)) << shift;
	return out;
}

static void add_picture(const struct layout *l, const struct picture *picture,
			struct picture *out)
{
	for (uint32_t y = 0; y < l->picture_height; y++) {
		for (uint32_t x = 0; x < l->picture_width; x++) {
			uint32_t *d = &out->pixels[(size_t)(y + l->picture_y) * out->width + x +
						   l->picture_x];

			*d = over(picture->pixels[(size_t)y * picture->width + x], *d,
				  l->picture_alpha);
		}
	}
}

int studio_reference(const struct layout *l, const uint8_t *yuyv, const struct picture *picture,
		     uint64_t number, struct picture *out)
{
	struct picture camera;

	if (picture_new(&camera, l->camera_width, l->camera_height))
		return -ENOMEM;
	from_camera(l, yuyv, &camera);
	reference_scale(&camera, out);
	picture_free(&camera);
	if (l->picture_width)
		add_picture(l, picture, out);
	for (uint32_t y = out->height - STUDIO_BAR_HEIGHT; y < out->height; y++) {
		for (uint32_t x = 0; x < studio_bar(l, number); x++)
			out->pixels[(size_t)y * out->width + x] = STUDIO_BAR_COLOUR;
	}
	return 0;
}
