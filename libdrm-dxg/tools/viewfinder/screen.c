// SPDX-License-Identifier: MIT
/*
 * Atomic modesetting with imported framebuffers and in-fences.
 */
#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#include "say.h"

#define MAX_CARDS	16

static int open_card(struct screen *s, const char *path)
{
	snprintf(s->path, sizeof(s->path), "%s", path);
	s->fd = open(path, O_RDWR | O_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

static int is_driver(int fd, const char *driver)
{
	drmVersion *version = drmGetVersion(fd);
	int match = version && !strcmp(version->name, driver);

	drmFreeVersion(version);
	return match;
}

static int find_card(struct screen *s, const char *driver)
{
	char path[32];

	for (int i = 0; i < MAX_CARDS; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		if (open_card(s, path))
			continue;
		if (is_driver(s->fd, driver))
			return 0;
		close(s->fd);
		s->fd = -1;
	}
	return say(driver, "find a display of this driver", -ENODEV);
}

/* A connected connector, its mode and a CRTC. */
static int find_output(struct screen *s, uint32_t width, uint32_t height, drmModeModeInfo *mode)
{
	drmModeRes *res = drmModeGetResources(s->fd);
	int found = 0;

	if (!res)
		return say(s->path, "ask for its outputs", -errno);
	for (int i = 0; i < res->count_connectors && !found; i++) {
		drmModeConnector *c = drmModeGetConnector(s->fd, res->connectors[i]);

		for (int m = 0; c && c->connection == DRM_MODE_CONNECTED && m < c->count_modes;
		     m++) {
			if (width && (c->modes[m].hdisplay != width ||
				      c->modes[m].vdisplay != height))
				continue;
			s->connector = c->connector_id;
			*mode = c->modes[m];
			found = 1;
			break;
		}
		drmModeFreeConnector(c);
	}
	if (res->count_crtcs)
		s->crtc = res->crtcs[0];
	drmModeFreeResources(res);
	return found && s->crtc ? 0 : say(s->path, "find a connected output of this size", -ENOENT);
}

static int find_plane(struct screen *s)
{
	drmModePlaneRes *res = drmModeGetPlaneResources(s->fd);

	if (!res || !res->count_planes) {
		drmModeFreePlaneResources(res);
		return say(s->path, "find a plane", -ENOENT);
	}
	s->plane = res->planes[0];
	drmModeFreePlaneResources(res);
	return 0;
}

static uint32_t property(const struct screen *s, uint32_t object, uint32_t type, const char *name)
{
	drmModeObjectProperties *all = drmModeObjectGetProperties(s->fd, object, type);
	uint32_t id = 0;

	for (uint32_t i = 0; all && i < all->count_props && !id; i++) {
		drmModePropertyRes *p = drmModeGetProperty(s->fd, all->props[i]);

		if (p && !strcmp(p->name, name))
			id = p->prop_id;
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(all);
	return id;
}

static int find_properties(struct screen *s)
{
	const uint32_t plane = DRM_MODE_OBJECT_PLANE;
	const struct {
		const char *name;
		uint32_t *id;
	} of_plane[] = {
		{ "FB_ID", &s->prop.fb }, { "CRTC_ID", &s->prop.crtc },
		{ "IN_FENCE_FD", &s->prop.in_fence },
		{ "SRC_X", &s->prop.src_x }, { "SRC_Y", &s->prop.src_y },
		{ "SRC_W", &s->prop.src_w }, { "SRC_H", &s->prop.src_h },
		{ "CRTC_X", &s->prop.crtc_x }, { "CRTC_Y", &s->prop.crtc_y },
		{ "CRTC_W", &s->prop.crtc_w }, { "CRTC_H", &s->prop.crtc_h },
	};

	for (size_t i = 0; i < sizeof(of_plane) / sizeof(of_plane[0]); i++) {
		*of_plane[i].id = property(s, s->plane, plane, of_plane[i].name);
		if (!*of_plane[i].id)
			return say(s->path, "find a property of its plane", -ENOENT);
	}
	s->prop.connector_crtc = property(s, s->connector, DRM_MODE_OBJECT_CONNECTOR, "CRTC_ID");
	s->prop.active = property(s, s->crtc, DRM_MODE_OBJECT_CRTC, "ACTIVE");
	s->prop.mode = property(s, s->crtc, DRM_MODE_OBJECT_CRTC, "MODE_ID");
	if (!s->prop.connector_crtc || !s->prop.active || !s->prop.mode)
		return say(s->path, "find a property of its output", -ENOENT);
	return 0;
}

int screen_open(struct screen *s, const char *path, const char *driver, uint32_t width,
		uint32_t height)
{
	drmModeModeInfo mode;
	int ret;

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (path) {
		ret = open_card(s, path);
		if (ret)
			return say(path, "open it", ret);
	} else {
		ret = find_card(s, driver);
		if (ret)
			return ret;
	}
	if (drmSetClientCap(s->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) ||
	    drmSetClientCap(s->fd, DRM_CLIENT_CAP_ATOMIC, 1))
		return say(s->path, "use atomic modesetting", -errno);
	ret = find_output(s, width, height, &mode);
	if (!ret)
		ret = find_plane(s);
	if (!ret)
		ret = find_properties(s);
	if (ret)
		return ret;
	s->width = mode.hdisplay;
	s->height = mode.vdisplay;
	if (drmModeCreatePropertyBlob(s->fd, &mode, sizeof(mode), &s->mode_blob))
		return say(s->path, "describe the mode", -errno);
	return 0;
}

void screen_close(struct screen *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int screen_framebuffer(struct screen *s, int dmabuf, uint32_t pitch, uint32_t *fb)
{
	uint32_t handles[4] = {}, pitches[4] = { pitch }, offsets[4] = {};
	int ret = 0;

	if (drmPrimeFDToHandle(s->fd, dmabuf, &handles[0]))
		return say(s->path, "import the dma-buf", -errno);
	if (drmModeAddFB2(s->fd, s->width, s->height, DRM_FORMAT_XRGB8888, handles, pitches,
			  offsets, fb, 0))
		ret = say(s->path, "make a framebuffer of it", -errno);
	/* The framebuffer keeps it. */
	drmCloseBufferHandle(s->fd, handles[0]);
	return ret;
}

static void set_mode(const struct screen *s, drmModeAtomicReq *req)
{
	drmModeAtomicAddProperty(req, s->connector, s->prop.connector_crtc, s->crtc);
	drmModeAtomicAddProperty(req, s->crtc, s->prop.mode, s->mode_blob);
	drmModeAtomicAddProperty(req, s->crtc, s->prop.active, 1);
	drmModeAtomicAddProperty(req, s->plane, s->prop.crtc, s->crtc);
	drmModeAtomicAddProperty(req, s->plane, s->prop.src_x, 0);
	drmModeAtomicAddProperty(req, s->plane, s->prop.src_y, 0);
	drmModeAtomicAddProperty(req, s->plane, s->prop.src_w, (uint64_t)s->width << 16);
	drmModeAtomicAddProperty(req, s->plane, s->prop.src_h, (uint64_t)s->height << 16);
	drmModeAtomicAddProperty(req, s->plane, s->prop.crtc_x, 0);
	drmModeAtomicAddProperty(req, s->plane, s->prop.crtc_y, 0);
	drmModeAtomicAddProperty(req, s->plane, s->prop.crtc_w, s->width);
	drmModeAtomicAddProperty(req, s->plane, s->prop.crtc_h, s->height);
}

int screen_show(struct screen *s, uint32_t fb, int in_fence)
{
	uint32_t flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT;
	drmModeAtomicReq *req = drmModeAtomicAlloc();
	int ret = 0;

	if (!req)
		return say(s->path, "show a frame", -ENOMEM);
	if (!s->lit) {
		set_mode(s, req);
		flags |= DRM_MODE_ATOMIC_ALLOW_MODESET;
	}
	drmModeAtomicAddProperty(req, s->plane, s->prop.fb, fb);
	if (in_fence >= 0)
		drmModeAtomicAddProperty(req, s->plane, s->prop.in_fence, in_fence);
	if (drmModeAtomicCommit(s->fd, req, flags, NULL))
		ret = say(s->path, "show a frame", -errno);
	else
		s->lit = 1;
	drmModeAtomicFree(req);
	return ret;
}

static void flipped(int fd, unsigned int sequence, unsigned int sec, unsigned int usec, void *data)
{
	(void)fd;
	(void)sequence;
	(void)sec;
	(void)usec;
	(void)data;
}

int screen_wait(struct screen *s, int timeout_ms)
{
	drmEventContext events = { .version = 2, .page_flip_handler = flipped };
	struct pollfd poll_fd = { .fd = s->fd, .events = POLLIN };
	int ret;

	ret = poll(&poll_fd, 1, timeout_ms);
	if (!ret)
		return say(s->path, "show a frame in time", -ETIMEDOUT);
	if (ret < 0 || poll_fd.revents & (POLLERR | POLLHUP))
		return say(s->path, "wait for the frame to be shown", ret < 0 ? -errno : -ENODEV);
	return drmHandleEvent(s->fd, &events) ? say(s->path, "read its events", -errno) : 0;
}
