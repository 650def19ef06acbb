// SPDX-License-Identifier: MIT
/*
 * Helpers for tests whose memory is on the screen of another driver.
 */
#include "igt_dxg_kms.h"

#include <poll.h>

#include <drm_fourcc.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_host.h"
#include "igt_dxg_prime.h"

#define MAX_MODES	128

struct igt_dxg_screen igt_dxg_screen_open(const char *driver)
{
	struct igt_dxg_screen s = { .fd = igt_dxg_open_card(driver) };
	struct drm_mode_modeinfo modes[MAX_MODES];
	struct drm_mode_get_connector connector = { 0 };
	struct drm_mode_card_res res = { 0 };
	uint32_t crtc, output;

	igt_require_f(s.fd >= 0, "no %s\n", driver);
	res.crtc_id_ptr = (uintptr_t)&crtc;
	res.connector_id_ptr = (uintptr_t)&output;
	res.count_crtcs = 1;
	res.count_connectors = 1;
	igt_assert_eq(igt_ioctl(s.fd, DRM_IOCTL_MODE_GETRESOURCES, &res), 0);
	igt_assert(res.count_crtcs == 1 && res.count_connectors == 1);
	connector.connector_id = output;
	/* The first call asks the output, the second one takes what is known. */
	igt_assert_eq(igt_ioctl(s.fd, DRM_IOCTL_MODE_GETCONNECTOR, &connector), 0);
	igt_require(connector.count_modes);
	connector.modes_ptr = (uintptr_t)modes;
	connector.count_props = 0;
	connector.count_encoders = 0;
	igt_assert(connector.count_modes <= MAX_MODES);
	igt_assert_eq(igt_ioctl(s.fd, DRM_IOCTL_MODE_GETCONNECTOR, &connector), 0);
	s.connector = output;
	s.crtc = crtc;
	s.mode = modes[0];
	return s;
}

static uint32_t pitch_of(const struct igt_dxg_screen *s)
{
	return s->mode.hdisplay * 4;
}

uint64_t igt_dxg_screen_size(const struct igt_dxg_screen *s)
{
	return (uint64_t)pitch_of(s) * s->mode.vdisplay;
}

int __dxg_screen_framebuffer(const struct igt_dxg_screen *s, uint32_t handle, uint32_t format,
			     uint32_t height, uint32_t pitch, uint32_t *fb)
{
	struct drm_mode_fb_cmd2 args = {
		.width = s->mode.hdisplay,
		.height = height,
		.pixel_format = format,
		.handles = { handle },
		.pitches = { pitch },
	};
	int ret = __dxg_ioctl(s->fd, DRM_IOCTL_MODE_ADDFB2, &args);

	*fb = args.fb_id;
	return ret;
}

uint32_t igt_dxg_screen_framebuffer(const struct igt_dxg_screen *s, uint32_t handle)
{
	uint32_t fb;

	igt_assert_eq(__dxg_screen_framebuffer(s, handle, DRM_FORMAT_XRGB8888, s->mode.vdisplay,
					       pitch_of(s), &fb), 0);
	return fb;
}

void igt_dxg_screen_remove(const struct igt_dxg_screen *s, uint32_t fb)
{
	igt_assert_eq(igt_ioctl(s->fd, DRM_IOCTL_MODE_RMFB, &fb), 0);
}

void igt_dxg_screen_show(const struct igt_dxg_screen *s, uint32_t fb)
{
	struct drm_mode_crtc args = {
		.crtc_id = s->crtc,
		.fb_id = fb,
		.count_connectors = !!fb,
		.set_connectors_ptr = (uintptr_t)&s->connector,
		.mode_valid = !!fb,
		.mode = s->mode,
	};

	igt_assert_eq(igt_ioctl(s->fd, DRM_IOCTL_MODE_SETCRTC, &args), 0);
}

void igt_dxg_screen_flip(const struct igt_dxg_screen *s, uint32_t fb)
{
	struct drm_mode_crtc_page_flip args = {
		.crtc_id = s->crtc,
		.fb_id = fb,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};

	igt_assert_eq(igt_ioctl(s->fd, DRM_IOCTL_MODE_PAGE_FLIP, &args), 0);
}

bool igt_dxg_screen_flipped(const struct igt_dxg_screen *s, int ms)
{
	struct pollfd poll_fd = { .fd = s->fd, .events = POLLIN };
	char event[256];
	int ret = poll(&poll_fd, 1, ms);

	igt_assert(ret >= 0);
	if (!ret)
		return false;
	igt_assert(read(s->fd, event, sizeof(event)) > 0);
	return true;
}

uint32_t igt_dxg_screen_sum(void)
{
	char text[1024] = "";
	unsigned int sum = 0;
	const char *at;

	igt_assert_eq(__dxg_host(text, sizeof(text), "display"), 0);
	at = strstr(text, " crc ");
	igt_assert_f(at && sscanf(at, " crc %x", &sum) == 1, "no picture: %s\n", text);
	return sum;
}
