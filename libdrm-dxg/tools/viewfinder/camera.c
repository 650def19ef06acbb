// SPDX-License-Identifier: MIT
/*
 * V4L2 capture into dma-bufs: the driver gets descriptors, and the program never
 * sees a pixel.
 */
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "say.h"

#define MAX_NODES	32

static int request(const struct camera *c, unsigned long number, void *arg)
{
	int ret;

	do {
		ret = ioctl(c->fd, number, arg);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? -errno : 0;
}

/* Whether the open node captures frames, and, with @driver, is that driver's. */
static bool is_camera(const struct camera *c, const char *driver)
{
	struct v4l2_capability cap = {};
	const uint32_t need = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;

	if (request(c, VIDIOC_QUERYCAP, &cap))
		return false;
	return (cap.device_caps & need) == need &&
	       (!driver || !strcmp((const char *)cap.driver, driver));
}

static int open_node(struct camera *c, const char *path)
{
	snprintf(c->path, sizeof(c->path), "%s", path);
	c->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return c->fd < 0 ? -errno : 0;
}

static int find_camera(struct camera *c, const char *driver)
{
	char path[32];

	for (int i = 0; i < MAX_NODES; i++) {
		snprintf(path, sizeof(path), "/dev/video%d", i);
		if (open_node(c, path))
			continue;
		if (is_camera(c, driver))
			return 0;
		camera_close(c);
	}
	return say(driver, "find a camera of this driver", -ENODEV);
}

/* Set the control of this name, where the camera has it. */
static void set_control(const struct camera *c, const char *name, int value)
{
	struct v4l2_queryctrl query = { .id = V4L2_CTRL_FLAG_NEXT_CTRL };

	while (!request(c, VIDIOC_QUERYCTRL, &query)) {
		if (!strcmp((const char *)query.name, name)) {
			struct v4l2_control control = { .id = query.id, .value = value };

			request(c, VIDIOC_S_CTRL, &control);
			return;
		}
		query.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
	}
}

static int set_format(struct camera *c, uint32_t width, uint32_t height)
{
	struct v4l2_format format = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.fmt.pix = {
			.width = width,
			.height = height,
			.pixelformat = V4L2_PIX_FMT_YUYV,
			.field = V4L2_FIELD_NONE,
		},
	};
	int ret;

	ret = request(c, VIDIOC_S_FMT, &format);
	if (ret)
		return say(c->path, "set the format", ret);
	if (format.fmt.pix.pixelformat != V4L2_PIX_FMT_YUYV ||
	    format.fmt.pix.bytesperline < format.fmt.pix.width * 2)
		return say(c->path, "get YUYV frames", -EINVAL);
	c->width = format.fmt.pix.width;
	c->height = format.fmt.pix.height;
	c->pitch = format.fmt.pix.bytesperline;
	c->frame_bytes = format.fmt.pix.sizeimage;
	return 0;
}

int camera_open(struct camera *c, const char *path, const char *driver, uint32_t width,
		uint32_t height, bool still)
{
	int ret;

	c->fd = -1;
	if (path) {
		ret = open_node(c, path);
		if (ret)
			return say(path, "open it", ret);
		if (!is_camera(c, NULL))
			return say(path, "capture from it", -EINVAL);
	} else {
		ret = find_camera(c, driver);
		if (ret)
			return ret;
	}
	if (still) {
		set_control(c, "OSD Text Mode", 2);
		set_control(c, "Horizontal Movement", 3);
		set_control(c, "Vertical Movement", 3);
	}
	return set_format(c, width, height);
}

void camera_close(struct camera *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

int camera_buffers(struct camera *c, unsigned int count)
{
	struct v4l2_requestbuffers buffers = {
		.count = count,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
	};
	int ret;

	ret = request(c, VIDIOC_REQBUFS, &buffers);
	if (!ret && buffers.count < count)
		ret = -ENOBUFS;
	return ret ? say(c->path, "announce dma-bufs", ret) : 0;
}

int camera_queue(struct camera *c, unsigned int index, int fd, uint32_t bytes)
{
	struct v4l2_buffer buffer = {
		.index = index,
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
		.m.fd = fd,
		.length = bytes,
	};
	int ret;

	ret = request(c, VIDIOC_QBUF, &buffer);
	return ret ? say(c->path, "give it a dma-buf", ret) : 0;
}

int camera_start(struct camera *c)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE, ret;

	ret = request(c, VIDIOC_STREAMON, &type);
	return ret ? say(c->path, "start it", ret) : 0;
}

int camera_dequeue(struct camera *c, int timeout_ms, unsigned int *index)
{
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_DMABUF,
	};
	struct pollfd poll_fd = { .fd = c->fd, .events = POLLIN };
	int ret;

	ret = poll(&poll_fd, 1, timeout_ms);
	if (!ret)
		return say(c->path, "get a frame in time", -ETIMEDOUT);
	if (ret < 0 || poll_fd.revents & (POLLERR | POLLHUP))
		return say(c->path, "wait for a frame", ret < 0 ? -errno : -ENODEV);
	ret = request(c, VIDIOC_DQBUF, &buffer);
	if (ret)
		return say(c->path, "take a frame", ret);
	c->written += buffer.bytesused;
	c->dropped += buffer.sequence - c->next;
	c->next = buffer.sequence + 1;
	if (buffer.flags & V4L2_BUF_FLAG_ERROR)
		return say(c->path, "take a whole frame", -EIO);
	*index = buffer.index;
	return 0;
}
