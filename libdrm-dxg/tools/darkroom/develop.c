// SPDX-License-Identifier: MIT
/*
 * The way of a picture through the GPU:
 *
 *	guest memory --copy engine--> GPU memory --3D engine--> GPU memory
 *		--copy engine--> guest memory
 *
 * Three submissions on two queues, put in order by the points of one timeline.
 * All three are queued before the first is done; the CPU waits for the last.
 */
#include "develop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "softgpu_alloc.h"

#define PAGE		4096u
#define COMMANDS_SIZE	PAGE			/* of each of the three command buffers */
#define PROGRAM_AT	(3 * COMMANDS_SIZE)
#define CODE_SIZE	(PROGRAM_AT + OP_MAX_INSTRUCTIONS * sizeof(struct softgpu_instruction))

/* Points of the timeline. */
enum { UPLOADED = 1, DEVELOPED, DOWNLOADED };

const char *develop_step;

/** struct memory - A BO and where the GPU and the CPU see it. */
struct memory {
	struct dxg_bo *bo;
	uint64_t va, size;
	void *map;
};

/** struct lab - All that one picture needs. */
struct lab {
	struct dxg_vm *vm;
	struct dxg_queue *copy, *draw;
	struct memory in, out;			/* guest memory */
	struct memory src, dst;			/* GPU memory */
	struct memory code;			/* command buffers and program */
	uint32_t timeline;
};

static uint64_t bytes_of(const struct picture *p)
{
	uint64_t bytes = (uint64_t)p->width * p->height * sizeof(*p->pixels);

	return (bytes + PAGE - 1) / PAGE * PAGE;
}

static int map_for_gpu(struct lab *lab, struct memory *m, uint32_t flags)
{
	m->size = dxg_bo_size(m->bo, 0);
	return dxg_vm_map_bo(lab->vm, m->bo, 0, flags, &m->va);
}

static int guest_memory(struct lab *lab, struct memory *m, uint64_t size, uint32_t flags)
{
	int ret;

	ret = dxg_bo_new_system(lab->vm, 0, size, &m->bo);
	if (!ret)
		ret = dxg_bo_map(m->bo, 0, &m->map);
	return ret ? ret : map_for_gpu(lab, m, flags);
}

static int gpu_memory(struct lab *lab, struct memory *m, uint64_t size)
{
	struct softgpu_alloc data = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.size = size,
	};
	int ret;

	ret = dxg_bo_new_host(lab->vm, DRM_DXG_BO_NO_MMAP, &data, sizeof(data), &m->bo);
	return ret ? ret : map_for_gpu(lab, m, 0);
}

static int find_nodes(struct dxg_device *dev, uint32_t *draw, uint32_t *copy)
{
	struct drm_dxg_engine *engines;
	uint32_t count, i;
	int ret;

	ret = dxg_device_get_engines(dev, &engines, &count);
	if (ret)
		return ret;
	*draw = UINT32_MAX;
	*copy = UINT32_MAX;
	for (i = count; i--;) {
		if (engines[i].engine_class == DRM_DXG_ENGINE_COPY)
			*copy = engines[i].node;
		else if (engines[i].engine_class == DRM_DXG_ENGINE_3D ||
			 engines[i].engine_class == DRM_DXG_ENGINE_OTHER)
			*draw = engines[i].node;
	}
	/* The 3D engine copies, too. */
	if (*copy == UINT32_MAX)
		*copy = *draw;
	free(engines);
	return *draw == UINT32_MAX ? -ENOTSUP : 0;
}

/* All objects, in the order in which they are needed. */
static int open_lab(struct lab *lab, struct dxg_device *dev, const struct picture *src,
		    const struct picture *dst)
{
	uint32_t draw, copy;
	int ret;

	develop_step = "find the engines";
	ret = find_nodes(dev, &draw, &copy);
	if (ret)
		return ret;
	develop_step = "make an address space";
	ret = dxg_vm_new(dev, 0, &lab->vm);
	if (ret)
		return ret;
	develop_step = "make the queues";
	ret = dxg_queue_new_context(lab->vm, copy, &lab->copy);
	if (!ret)
		ret = dxg_queue_new_context(lab->vm, draw, &lab->draw);
	if (ret)
		return ret;
	develop_step = "make guest memory for the picture";
	ret = guest_memory(lab, &lab->in, bytes_of(src), DRM_DXG_BIND_READONLY);
	if (!ret)
		ret = guest_memory(lab, &lab->out, bytes_of(dst), 0);
	if (ret)
		return ret;
	develop_step = "make GPU memory for the picture";
	ret = gpu_memory(lab, &lab->src, bytes_of(src));
	if (!ret)
		ret = gpu_memory(lab, &lab->dst, bytes_of(dst));
	if (ret)
		return ret;
	develop_step = "make memory for the commands";
	ret = guest_memory(lab, &lab->code, (CODE_SIZE + PAGE - 1) / PAGE * PAGE,
			   DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE);
	if (ret)
		return ret;
	develop_step = "make a timeline";
	return drmSyncobjCreate(dxg_device_fd(dev), 0, &lab->timeline) ? -errno : 0;
}

static void close_lab(struct lab *lab, struct dxg_device *dev)
{
	if (lab->timeline)
		drmSyncobjDestroy(dxg_device_fd(dev), lab->timeline);
	dxg_bo_unref(lab->code.bo);
	dxg_bo_unref(lab->dst.bo);
	dxg_bo_unref(lab->src.bo);
	dxg_bo_unref(lab->out.bo);
	dxg_bo_unref(lab->in.bo);
	dxg_queue_unref(lab->draw);
	dxg_queue_unref(lab->copy);
	dxg_vm_unref(lab->vm);
}

/* Command buffer @i of the three, at its place in lab->code. */
static struct softgpu_buffer command_buffer(struct lab *lab, unsigned int i)
{
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, (char *)lab->code.map + i * COMMANDS_SIZE, COMMANDS_SIZE);
	softgpu_require(&b, SOFTGPU_CMD_VERSION);
	return b;
}

/* Queue command buffer @i: after the point before, and point @point when it is done. */
static int submit(struct lab *lab, struct dxg_queue *queue, unsigned int i,
		  const struct softgpu_buffer *b, uint64_t point)
{
	struct drm_dxg_sync_op syncs[2] = {
		dxg_signal_point(lab->timeline, point),
		dxg_wait_point(lab->timeline, point - 1),
	};

	if (b->overflow)
		return -E2BIG;
	return dxg_queue_submit_one(queue, lab->code.va + i * COMMANDS_SIZE, b->used, syncs,
				    point > UPLOADED ? 2 : 1);
}

static int run(struct lab *lab, const struct op *op, const struct picture *src,
	       const struct picture *dst)
{
	static struct op_job job;
	struct softgpu_buffer b;
	int ret;

	b = command_buffer(lab, 0);
	softgpu_copy(&b, lab->src.va, lab->in.va, bytes_of(src));
	develop_step = "queue the upload";
	ret = submit(lab, lab->copy, 0, &b, UPLOADED);
	if (ret)
		return ret;

	b = command_buffer(lab, 1);
	job = (struct op_job) {
		.src = lab->src.va,
		.dst = lab->dst.va,
		.src_width = src->width,
		.src_height = src->height,
		.dst_width = dst->width,
		.dst_height = dst->height,
		.program = lab->code.va + PROGRAM_AT,
		.commands = &b,
	};
	op->build(&job);
	memcpy((char *)lab->code.map + PROGRAM_AT, job.code, job.count * sizeof(job.code[0]));
	develop_step = "queue the operation";
	ret = submit(lab, lab->draw, 1, &b, DEVELOPED);
	if (ret)
		return ret;

	b = command_buffer(lab, 2);
	softgpu_copy(&b, lab->out.va, lab->dst.va, bytes_of(dst));
	develop_step = "queue the download";
	return submit(lab, lab->copy, 2, &b, DOWNLOADED);
}

static int wait_for_the_last(struct lab *lab, struct dxg_device *dev)
{
	uint64_t point = DOWNLOADED;
	struct drm_dxg_vm_get_state state;
	int ret;

	develop_step = "wait for the GPU";
	ret = drmSyncobjTimelineWait(dxg_device_fd(dev), &lab->timeline, &point, 1, INT64_MAX, 0,
				     NULL);
	if (ret)
		return ret;
	/* A point is reached, too, when the work ended with an error. */
	develop_step = "ask whether the GPU did the work";
	ret = dxg_vm_get_state(lab->vm, &state);
	if (ret)
		return ret;
	return state.flags & DRM_DXG_STATE_LOST ? -EIO : 0;
}

int develop(struct dxg_device *dev, const struct op *op, const struct picture *src,
	    struct picture *dst)
{
	struct lab lab = {};
	int ret;

	ret = open_lab(&lab, dev, src, dst);
	if (!ret) {
		memcpy(lab.in.map, src->pixels,
		       (size_t)src->width * src->height * sizeof(*src->pixels));
		ret = run(&lab, op, src, dst);
	}
	if (!ret)
		ret = wait_for_the_last(&lab, dev);
	if (!ret)
		memcpy(dst->pixels, lab.out.map,
		       (size_t)dst->width * dst->height * sizeof(*dst->pixels));
	close_lab(&lab, dev);
	return ret;
}
