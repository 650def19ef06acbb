// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that share memory with vivid.
 *
 * The peers queue a dma-buf and let the driver hold it: without streaming, the driver maps
 * it and leaves its content alone.
 */
#include "igt.h"
#include "igt_dxg_v4l.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/mman.h>

#include "igt_dxg.h"

#define RW		(PROT_READ | PROT_WRITE)
#define MAX_NODES	32
#define PATIENCE_MS	120000

static uint32_t type_of(bool output)
{
	return output ? V4L2_BUF_TYPE_VIDEO_OUTPUT : V4L2_BUF_TYPE_VIDEO_CAPTURE;
}

/* --- The nodes --- */

int igt_dxg_v4l_open(bool output)
{
	uint32_t need = (output ? V4L2_CAP_VIDEO_OUTPUT : V4L2_CAP_VIDEO_CAPTURE) |
			V4L2_CAP_STREAMING;
	char path[32];
	int i, fd;

	for (i = 0; i < MAX_NODES; i++) {
		struct v4l2_capability cap = { 0 };

		snprintf(path, sizeof(path), "/dev/video%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			continue;
		if (!igt_ioctl(fd, VIDIOC_QUERYCAP, &cap) && (cap.device_caps & need) == need &&
		    !strcmp((const char *)cap.driver, "vivid"))
			return fd;
		close(fd);
	}
	igt_require_f(false, "no vivid\n");
	return -1;
}

/* The number of the control of this name. */
static uint32_t find_control(int fd, const char *name)
{
	struct v4l2_queryctrl query = { .id = V4L2_CTRL_FLAG_NEXT_CTRL };

	while (!igt_ioctl(fd, VIDIOC_QUERYCTRL, &query)) {
		if (!strcmp((const char *)query.name, name))
			return query.id;
		query.id |= V4L2_CTRL_FLAG_NEXT_CTRL;
	}
	igt_assert_f(false, "no control '%s'\n", name);
	return 0;
}

void igt_dxg_v4l_control(int fd, const char *name, int value)
{
	struct v4l2_control control = { .id = find_control(fd, name), .value = value };

	igt_assert_eq(igt_ioctl(fd, VIDIOC_S_CTRL, &control), 0);
}

void igt_dxg_v4l_still(int fd)
{
	igt_dxg_v4l_control(fd, "OSD Text Mode", 2);
	igt_dxg_v4l_control(fd, "Horizontal Movement", 3);
	igt_dxg_v4l_control(fd, "Vertical Movement", 3);
}

uint32_t igt_dxg_v4l_format(int fd, bool output, uint32_t width, uint32_t height)
{
	struct v4l2_format format = { .type = type_of(output) };

	igt_assert_eq(igt_ioctl(fd, VIDIOC_G_FMT, &format), 0);
	format.fmt.pix.width = width;
	format.fmt.pix.height = height;
	format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
	format.fmt.pix.bytesperline = 0;
	format.fmt.pix.sizeimage = 0;
	igt_assert_eq(igt_ioctl(fd, VIDIOC_S_FMT, &format), 0);
	igt_assert_eq_u32(format.fmt.pix.pixelformat, V4L2_PIX_FMT_YUYV);
	return format.fmt.pix.sizeimage;
}

/* --- The cable --- */

/* The number of the S-Video input, or output, among those of the node. */
static int find_svideo(int fd, bool output)
{
	int i, ret;

	for (i = 0; i < 16; i++) {
		struct v4l2_output out = { .index = i };
		struct v4l2_input in = { .index = i };

		ret = output ? igt_ioctl(fd, VIDIOC_ENUMOUTPUT, &out) :
		      igt_ioctl(fd, VIDIOC_ENUMINPUT, &in);
		igt_require_f(!ret, "no S-Video\n");
		if (strstr(output ? (char *)out.name : (char *)in.name, "S-Video"))
			return i;
	}
	return -1;
}

/* The control that says where the cable of the first S-Video input ends. */
#define CABLE	"S-Video 000-0 Is Connected To"

/* Its values: 0 is the test picture, 1 no cable; outputs follow. */
#define PICTURE	0
#define OUTPUT	2

void igt_dxg_v4l_connect(int in, int out)
{
	int input = find_svideo(in, false), output = find_svideo(out, true);
	v4l2_std_id std = V4L2_STD_PAL;

	igt_assert_eq(igt_ioctl(in, VIDIOC_S_INPUT, &input), 0);
	igt_assert_eq(igt_ioctl(out, VIDIOC_S_OUTPUT, &output), 0);
	igt_assert_eq(igt_ioctl(in, VIDIOC_S_STD, &std), 0);
	igt_assert_eq(igt_ioctl(out, VIDIOC_S_STD, &std), 0);
	igt_dxg_v4l_control(in, CABLE, OUTPUT);
	igt_dxg_v4l_still(in);
}

void igt_dxg_v4l_reconnect(int in)
{
	struct v4l2_control control = { .id = find_control(in, CABLE) };

	igt_assert_eq(igt_ioctl(in, VIDIOC_G_CTRL, &control), 0);
	if (control.value == OUTPUT)
		return;
	igt_debug("the cable has gone to %d\n", control.value);
	control.value = OUTPUT;
	igt_assert_eq(igt_ioctl(in, VIDIOC_S_CTRL, &control), 0);
}

void igt_dxg_v4l_disconnect(int in)
{
	int webcam = 0;

	igt_dxg_v4l_control(in, CABLE, PICTURE);
	igt_assert_eq(igt_ioctl(in, VIDIOC_S_INPUT, &webcam), 0);
}

/* --- Buffers --- */

static int request(int fd, unsigned long number, void *arg)
{
	return __dxg_ioctl(fd, number, arg);
}

int __dxg_v4l_request(int fd, bool output, uint32_t memory, uint32_t count)
{
	struct v4l2_requestbuffers args = {
		.count = count,
		.type = type_of(output),
		.memory = memory,
	};

	return request(fd, VIDIOC_REQBUFS, &args);
}

int __dxg_v4l_queue(int fd, bool output, uint32_t memory, uint32_t index, int dma_buf,
		    uint32_t length, uint32_t used)
{
	struct v4l2_buffer args = {
		.index = index,
		.type = type_of(output),
		.memory = memory,
		.field = V4L2_FIELD_NONE,
		.length = length,
		.bytesused = used,
	};

	if (memory == V4L2_MEMORY_DMABUF)
		args.m.fd = dma_buf;
	return request(fd, VIDIOC_QBUF, &args);
}

void igt_dxg_v4l_stream(int fd, bool output, bool on)
{
	int type = type_of(output);

	igt_assert_eq(request(fd, on ? VIDIOC_STREAMON : VIDIOC_STREAMOFF, &type), 0);
}

int __dxg_v4l_dequeue(int fd, bool output, uint32_t memory)
{
	struct v4l2_buffer args = { .type = type_of(output), .memory = memory };
	struct pollfd poll_fd = { .fd = fd, .events = output ? POLLOUT : POLLIN };
	int ret = poll(&poll_fd, 1, PATIENCE_MS);

	if (ret <= 0)
		return ret ? -errno : -ETIMEDOUT;
	ret = request(fd, VIDIOC_DQBUF, &args);
	return ret ? ret : (int)args.index;
}

/* --- Peers --- */

/* A node with frames that fit into @size bytes. */
static int open_for(bool output, uint64_t size)
{
	int fd = igt_dxg_v4l_open(output);
	uint32_t bytes;

	if (!output)
		igt_dxg_v4l_still(fd);
	bytes = igt_dxg_v4l_format(fd, output, IGT_DXG_V4L_WIDTH, IGT_DXG_V4L_HEIGHT);
	igt_assert_eq_u32(bytes, IGT_DXG_V4L_BYTES);
	igt_assert_lte_u64(bytes, size);
	return fd;
}

static struct igt_dxg_foreign export_node(bool output, uint64_t size)
{
	struct v4l2_exportbuffer export = { .type = type_of(output), .flags = O_RDWR | O_CLOEXEC };
	struct v4l2_buffer buffer = { .type = type_of(output), .memory = V4L2_MEMORY_MMAP };
	struct igt_dxg_foreign b = { .device = open_for(output, size) };

	igt_assert_eq(__dxg_v4l_request(b.device, output, V4L2_MEMORY_MMAP, 1), 0);
	igt_assert_eq(request(b.device, VIDIOC_QUERYBUF, &buffer), 0);
	b.map = mmap(NULL, size, RW, MAP_SHARED, b.device, buffer.m.offset);
	igt_assert(b.map != MAP_FAILED);
	igt_assert_eq(request(b.device, VIDIOC_EXPBUF, &export), 0);
	b.dma_buf = export.fd;
	return b;
}

/* The driver maps a dma-buf when it is queued, and keeps it until the node is closed. */
static struct igt_dxg_foreign import_node(bool output, int dma_buf, uint64_t size)
{
	struct igt_dxg_foreign b = { .dma_buf = -1, .device = open_for(output, size) };

	igt_assert_eq(__dxg_v4l_request(b.device, output, V4L2_MEMORY_DMABUF, 1), 0);
	igt_assert_eq(__dxg_v4l_queue(b.device, output, V4L2_MEMORY_DMABUF, 0, dma_buf, size,
				      IGT_DXG_V4L_BYTES), 0);
	b.map = igt_dxg_map_dma_buf(dma_buf, size);
	return b;
}

struct igt_dxg_foreign igt_dxg_v4l_export_capture(uint64_t size)
{
	return export_node(false, size);
}

struct igt_dxg_foreign igt_dxg_v4l_import_capture(int dma_buf, uint64_t size)
{
	return import_node(false, dma_buf, size);
}

struct igt_dxg_foreign igt_dxg_v4l_export_output(uint64_t size)
{
	return export_node(true, size);
}

struct igt_dxg_foreign igt_dxg_v4l_import_output(int dma_buf, uint64_t size)
{
	return import_node(true, dma_buf, size);
}
