// SPDX-License-Identifier: MIT
/*
 * One address space, one queue of the 3D engine, one timeline whose point n is
 * the end of frame n. The buffers of camera and screen are system memory of the
 * guest, exported as dma-bufs: camera, GPU and screen work on the same pages.
 */
#include "studio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xf86drm.h>

#include "say.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"

#define PAGE		4096u
#define COMMANDS	PAGE		/* bytes of a command buffer, one for each screen buffer */

struct studio {
	char name[64];				/* of the node */
	struct layout l;
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_queue *queue;
	struct shared frame[STUDIO_FRAMES], screen[STUDIO_SCREENS];
	struct shared picture;			/* not exported */
	struct dxg_bo *work;			/* the camera's frame in the GPU's own memory */
	uint64_t work_va;
	struct dxg_bo *code;
	uint64_t code_va;
	void *commands;
	uint32_t timeline, out, in;		/* syncobjs: all frames, this frame, the camera's */
};

static uint64_t copied;

static void copy(void *to, const void *from, size_t bytes)
{
	memcpy(to, from, bytes);
	copied += bytes;
}

uint64_t studio_copied(void)
{
	return copied;
}

static uint64_t pages(uint64_t bytes)
{
	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static int open_device(struct studio *s, const char *device)
{
	struct dxg_adapter **adapters;
	int count, ret;

	if (device) {
		snprintf(s->name, sizeof(s->name), "%s", device);
		ret = dxg_device_open(device, &s->dev);
		return ret ? say(device, "open it", ret) : 0;
	}
	count = dxg_adapters_get(&adapters);
	ret = count < 0 ? count : -ENODEV;
	for (int i = 0; i < count && ret; i++) {
		if (!adapters[i]->render_node)
			continue;
		snprintf(s->name, sizeof(s->name), "%s", adapters[i]->render_node);
		ret = dxg_device_open(s->name, &s->dev);
	}
	if (count >= 0)
		dxg_adapters_free(adapters);
	return ret ? say("GPU", "find an adapter", ret) : 0;
}

const char *studio_name(const struct studio *s)
{
	return s->name;
}

int studio_driver_count(const struct studio *s, struct driver_count *count)
{
	unsigned long long value;
	char path[80], word[32];
	struct stat st;
	int found = 0;
	FILE *f;

	if (fstat(dxg_device_fd(s->dev), &st))
		return -errno;
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/dxg_copied", minor(st.st_rdev));
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fscanf(f, "%31[^:]: %llu ", word, &value) == 2) {
		if (!strcmp(word, "bounced"))
			count->bounced = value;
		else if (!strcmp(word, "messages"))
			count->messages = value;
		else
			continue;
		found++;
	}
	fclose(f);
	return found == 2 ? 0 : -EIO;
}

/* System memory that the GPU sees, and with @export others, too. */
static int shared_new(struct studio *s, struct shared *m, uint64_t bytes, bool export)
{
	int ret;

	m->dmabuf = -1;
	m->bytes = pages(bytes);
	ret = dxg_bo_new_system(s->vm, export ? DRM_DXG_BO_SHAREABLE : 0, m->bytes, &m->bo);
	if (!ret)
		ret = dxg_vm_map_bo(s->vm, m->bo, 0, 0, &m->va);
	if (!ret && export)
		ret = dxg_bo_export(m->bo, &m->dmabuf);
	return ret ? say(s->name, "make memory to share", ret) : 0;
}

static void shared_free(struct shared *m)
{
	if (m->bo && m->dmabuf >= 0)
		close(m->dmabuf);
	dxg_bo_unref(m->bo);
}

static int make_memory(struct studio *s)
{
	const struct layout *l = &s->l;
	struct softgpu_alloc data = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.size = (uint64_t)l->camera_width * l->camera_height * 4,
	};
	int ret = 0;

	for (int i = 0; i < STUDIO_FRAMES && !ret; i++)
		ret = shared_new(s, &s->frame[i], l->camera_bytes, true);
	for (int i = 0; i < STUDIO_SCREENS && !ret; i++)
		ret = shared_new(s, &s->screen[i], (uint64_t)l->screen_pitch * l->screen_height,
				 true);
	if (!ret && l->picture_width)
		ret = shared_new(s, &s->picture,
				 (uint64_t)l->picture_width * l->picture_height * 4, false);
	if (ret)
		return ret;
	ret = dxg_bo_new_host(s->vm, DRM_DXG_BO_NO_MMAP, &data, sizeof(data), &s->work);
	if (!ret)
		ret = dxg_vm_map_bo(s->vm, s->work, 0, 0, &s->work_va);
	if (ret)
		return say(s->name, "make memory of its own", ret);
	ret = dxg_bo_new_system(s->vm, 0, STUDIO_SCREENS * COMMANDS, &s->code);
	if (!ret)
		ret = dxg_bo_map(s->code, 0, &s->commands);
	if (!ret)
		ret = dxg_vm_map_bo(s->vm, s->code, 0,
				    DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE, &s->code_va);
	return ret ? say(s->name, "make memory for commands", ret) : 0;
}

static int load_picture(struct studio *s, const struct picture *picture)
{
	void *map;
	int ret;

	if (!s->l.picture_width)
		return 0;
	ret = dxg_bo_map(s->picture.bo, 0, &map);
	if (ret)
		return say(s->name, "load the picture", ret);
	copy(map, picture->pixels, (size_t)picture->width * picture->height * 4);
	return 0;
}

int studio_open(struct studio **out, const char *device, const struct layout *layout,
		const struct picture *picture)
{
	struct studio *s = calloc(1, sizeof(*s));
	int fd, ret;

	*out = s;
	if (!s)
		return say("GPU", "begin", -ENOMEM);
	s->l = *layout;
	ret = open_device(s, device);
	if (ret)
		return ret;
	fd = dxg_device_fd(s->dev);
	ret = dxg_vm_new(s->dev, 0, &s->vm);
	if (!ret)
		ret = dxg_queue_new_context(s->vm, 0, &s->queue);
	if (!ret && (drmSyncobjCreate(fd, 0, &s->timeline) || drmSyncobjCreate(fd, 0, &s->out) ||
		     drmSyncobjCreate(fd, 0, &s->in)))
		ret = -errno;
	if (ret)
		return say(s->name, "make an address space and a queue", ret);
	ret = make_memory(s);
	return ret ? ret : load_picture(s, picture);
}

void studio_close(struct studio *s)
{
	if (!s)
		return;
	for (int i = 0; i < STUDIO_FRAMES; i++)
		shared_free(&s->frame[i]);
	for (int i = 0; i < STUDIO_SCREENS; i++)
		shared_free(&s->screen[i]);
	shared_free(&s->picture);
	dxg_bo_unref(s->work);
	dxg_bo_unref(s->code);
	dxg_queue_unref(s->queue);
	dxg_vm_unref(s->vm);
	dxg_device_unref(s->dev);
	free(s);
}

const struct shared *studio_frame(const struct studio *s, unsigned int i)
{
	return &s->frame[i];
}

const struct shared *studio_screen(const struct studio *s, unsigned int i)
{
	return &s->screen[i];
}

uint32_t studio_bar(const struct layout *l, uint64_t number)
{
	uint64_t steps = number % STUDIO_BAR_STEPS + 1;

	return steps * l->screen_width / STUDIO_BAR_STEPS;
}

static size_t build(struct studio *s, uint64_t number, unsigned int frame, unsigned int screen)
{
	const struct layout *l = &s->l;
	struct softgpu_surface camera = softgpu_surface(s->frame[frame].va, l->camera_pitch,
							SOFTGPU_FORMAT_YUYV, l->camera_width,
							l->camera_height);
	struct softgpu_surface work = softgpu_surface(s->work_va, l->camera_width * 4,
						      SOFTGPU_FORMAT_XRGB8888, l->camera_width,
						      l->camera_height);
	struct softgpu_surface out = softgpu_surface(s->screen[screen].va, l->screen_pitch,
						     SOFTGPU_FORMAT_XRGB8888, l->screen_width,
						     l->screen_height);
	uint32_t bar = studio_bar(l, number);
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, (char *)s->commands + screen * COMMANDS, COMMANDS);
	softgpu_convert(&b, &work, softgpu_rect(0, 0, work.width, work.height), &camera, 0, 0);
	softgpu_scale(&b, &out, softgpu_rect(0, 0, out.width, out.height), &work,
		      softgpu_rect(0, 0, work.width, work.height), SOFTGPU_SCALE_BILINEAR);
	if (l->picture_width) {
		struct softgpu_surface picture =
			softgpu_surface(s->picture.va, l->picture_width * 4,
					SOFTGPU_FORMAT_ARGB8888, l->picture_width,
					l->picture_height);

		softgpu_blend(&b, &out, softgpu_rect(l->picture_x, l->picture_y, picture.width,
						     picture.height), &picture, 0, 0,
			      l->picture_alpha, SOFTGPU_BLEND_STRAIGHT);
	}
	softgpu_fill_rect(&b, &out, softgpu_rect(0, out.height - STUDIO_BAR_HEIGHT, bar,
						 STUDIO_BAR_HEIGHT), STUDIO_BAR_COLOUR);
	return b.overflow ? 0 : b.used;
}

/* The camera's driver may have fences on the buffer: they become syncobj @in. */
static int take_fences(struct studio *s, const struct shared *m)
{
	struct dma_buf_export_sync_file args = { .flags = DMA_BUF_SYNC_READ, .fd = -1 };
	int ret;

	if (ioctl(m->dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &args))
		return -errno;
	ret = drmSyncobjImportSyncFile(dxg_device_fd(s->dev), s->in, args.fd) ? -errno : 0;
	close(args.fd);
	return ret;
}

/* Other drivers wait for @fence before they read (@write) or write to the buffer. */
static int publish(const struct shared *m, int fence, bool write)
{
	struct dma_buf_import_sync_file args = {
		.flags = write ? DMA_BUF_SYNC_WRITE : DMA_BUF_SYNC_READ,
		.fd = fence,
	};

	return ioctl(m->dmabuf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &args) ? -errno : 0;
}

int studio_compose(struct studio *s, uint64_t number, unsigned int frame, unsigned int screen,
		   int *fence)
{
	struct drm_dxg_sync_op syncs[2] = {
		dxg_wait_syncobj(s->in),
		dxg_signal_point(s->timeline, number),
	};
	int fd = dxg_device_fd(s->dev), ret;
	size_t length = build(s, number, frame, screen);

	if (!length)
		return say(s->name, "fit the commands", -E2BIG);
	ret = take_fences(s, &s->frame[frame]);
	if (ret)
		return say(s->name, "take the camera's fences", ret);
	ret = dxg_queue_submit_one(s->queue, s->code_va + screen * COMMANDS, length, syncs, 2);
	if (ret)
		return say(s->name, "queue a frame", ret);
	if (drmSyncobjTransfer(fd, s->out, 0, s->timeline, number, 0) ||
	    drmSyncobjExportSyncFile(fd, s->out, fence))
		return say(s->name, "make a sync file", -errno);
	ret = publish(&s->screen[screen], *fence, true);
	if (!ret)
		ret = publish(&s->frame[frame], *fence, false);
	if (ret) {
		close(*fence);
		return say(s->name, "publish the fence", ret);
	}
	return 0;
}

int studio_wait(struct studio *s, uint64_t number)
{
	struct drm_dxg_vm_get_state state;
	int ret;

	ret = drmSyncobjTimelineWait(dxg_device_fd(s->dev), &s->timeline, &number, 1, INT64_MAX, 0,
				     NULL);
	if (!ret)
		ret = dxg_vm_get_state(s->vm, &state);
	if (!ret && state.flags & DRM_DXG_STATE_LOST)
		ret = -EIO;
	return ret ? say(s->name, "finish a frame", ret) : 0;
}

int studio_look(struct studio *s, const struct shared *m, void *to, uint64_t bytes)
{
	void *map;
	int ret;

	ret = dxg_bo_map(m->bo, 0, &map);
	if (ret)
		return say(s->name, "look at a buffer", ret);
	copy(to, map, bytes);
	return 0;
}
