// SPDX-License-Identifier: MIT
/*
 * Fences on shared memory: who reads on the other driver never sees an unfinished frame.
 *
 * Work is held up by a fence of vgem, which the test raises when it wants to. Each test is
 * run without the fence, too: then the reader must see what is unfinished, or the test
 * could not have seen it.
 */
#include "igt.h"

#include <linux/dma-buf.h>
#include <poll.h>
#include <sys/mman.h>

#include "igt_dxg.h"
#include "igt_dxg_kms.h"
#include "igt_dxg_prime.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"

/**
 * TEST: dxg prime_fence
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: fences on dma-bufs
 *
 * SUBTEST: round-trip
 * Description: Fences go to and from a buffer by request, and not by themselves.
 *
 * SUBTEST: cpu-reads
 * Description: Who reads by CPU waits for the GPU.
 *
 * SUBTEST: cpu-reads-missing
 * Description: Without the fence, the reader sees an unfinished frame.
 *
 * SUBTEST: display-reads-hyperv
 * Description: A display waits for the GPU.
 *
 * SUBTEST: display-reads-missing-hyperv
 * Description: Without the fence, it does not.
 *
 * SUBTEST: display-reads-vkms
 * Description: A display waits for the GPU.
 *
 * SUBTEST: display-reads-missing-vkms
 * Description: Without the fence, it does not.
 *
 * SUBTEST: gpu-reads
 * Description: The GPU waits for another driver's client.
 *
 * SUBTEST: gpu-reads-missing
 * Description: Without the fence, it copies an unfinished frame.
 */

IGT_TEST_DESCRIPTION("Fences on dma-bufs, of the dxg driver and of others.");

#define KB64		(64ull << 10)
#define OLD		0x01010101u
#define NEW		0x20202020u
/* How long nothing may happen. */
#define QUIET_MS	300
#define PATIENCE	120

/* --- Fences --- */

/* As in drm/vgem_drm.h. */
struct vgem_fence_attach {
	uint32_t handle;
	uint32_t flags;
	uint32_t out_fence;
	uint32_t pad;
};

struct vgem_fence_signal {
	uint32_t fence;
	uint32_t flags;
};

#define VGEM_FENCE_WRITE	1
#define VGEM_FENCE_ATTACH	DRM_IOWR(DRM_COMMAND_BASE + 1, struct vgem_fence_attach)
#define VGEM_FENCE_SIGNAL	DRM_IOW(DRM_COMMAND_BASE + 2, struct vgem_fence_signal)

/* A write of vgem's begins. Returns its fence, or a negative errno. */
static int __vgem_begin(int vgem, uint32_t handle, uint32_t flags)
{
	struct vgem_fence_attach args = { .handle = handle, .flags = flags };
	int ret = __dxg_ioctl(vgem, VGEM_FENCE_ATTACH, &args);

	return ret ? ret : (int)args.out_fence;
}

static void vgem_end(int vgem, int fence)
{
	struct vgem_fence_signal args = { .fence = fence };

	igt_dxg_ioctl(vgem, VGEM_FENCE_SIGNAL, &args, 0);
}

/* What others do to a dma-buf before it may be read becomes the fence of a syncobj. */
static void take(int fd, int dma_buf, uint32_t syncobj)
{
	struct dma_buf_export_sync_file args = { .flags = DMA_BUF_SYNC_READ };
	struct drm_syncobj_handle handle = { .handle = syncobj };

	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &args), 0);
	handle.fd = args.fd;
	handle.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE;
	igt_dxg_ioctl(fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &handle, 0);
	close(args.fd);
}

/* The fence of a syncobj becomes a write to a dma-buf, which others wait for. */
static void publish(int fd, uint32_t syncobj, int dma_buf)
{
	struct dma_buf_import_sync_file args = { .flags = DMA_BUF_SYNC_WRITE };
	struct drm_syncobj_handle handle = {
		.handle = syncobj,
		.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE,
	};

	igt_dxg_ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &handle, 0);
	args.fd = handle.fd;
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &args), 0);
	close(handle.fd);
}

/** struct scene - A GPU that draws into a shared buffer when it is allowed to. */
struct scene {
	struct igt_dxg_file t;
	struct igt_dxg_gpu gpu;
	struct igt_dxg_foreign gate;	/* its fence holds up the GPU */
	int fence;			/* of the gate */
	uint32_t handle;		/* what is drawn to */
	uint64_t size, va;
	int dma_buf;
	uint32_t in, out;
};

static void scene_begin(struct scene *s, uint64_t size)
{
	s->t = igt_dxg_file_open(0);
	s->size = size;
	s->gate = igt_dxg_dumb("vgem", 1024, 1);
	s->handle = igt_dxg_make(&s->t, IGT_DXG_SYSTEM, size, DRM_DXG_BO_SHAREABLE);
	s->dma_buf = __dxg_prime_export(s->t.fd, s->handle);
	igt_assert_fd(s->dma_buf);
	igt_dxg_bo_fill(&s->t, s->handle, size, OLD);
	igt_dxg_gpu_init(&s->gpu, s->t.fd, s->t.vm);
	s->va = igt_dxg_bind(s->t.fd, s->t.vm, s->handle, 0, size, 0);
	s->in = syncobj_create(s->t.fd, 0);
	s->out = syncobj_create(s->t.fd, 0);
}

/* The GPU draws a new frame as soon as the gate opens; with @tell, others know. */
static void scene_draw(struct scene *s, bool tell)
{
	struct drm_dxg_sync_op syncs[2] = {
		igt_dxg_wait_syncobj(s->in, 0),
		igt_dxg_signal_syncobj(s->out, 0),
	};
	struct softgpu_buffer b;

	s->fence = __vgem_begin(s->gate.device, s->gate.handle, VGEM_FENCE_WRITE);
	igt_assert_lt(0, s->fence);
	take(s->t.fd, s->gate.dma_buf, s->in);
	softgpu_buffer_init(&b, s->gpu.commands.map, s->gpu.commands.size);
	softgpu_fill(&b, s->va, s->size, NEW);
	igt_dxg_submit(s->t.fd, s->gpu.queue, igt_dxg_work(s->gpu.commands.va, b.used, syncs, 2));
	if (tell)
		publish(s->t.fd, s->out, s->dma_buf);
}

static void scene_open_gate(struct scene *s)
{
	vgem_end(s->gate.device, s->fence);
	igt_assert_eq(igt_dxg_syncobj_result(s->t.fd, s->out, PATIENCE), 1);
}

static void scene_end(struct scene *s)
{
	igt_dxg_gpu_fini(&s->gpu);
	syncobj_destroy(s->t.fd, s->in);
	syncobj_destroy(s->t.fd, s->out);
	close(s->dma_buf);
	igt_dxg_foreign_drop(&s->gate, 4096);
	igt_dxg_file_close(&s->t);
}

/* --- The GPU draws, others read --- */

/* The reader begins as other drivers' readers do; the colour that it sees. */
static uint32_t read_now(int dma_buf, uint64_t size)
{
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ };
	const uint32_t *map = igt_dxg_map_dma_buf(dma_buf, size);
	uint32_t colour;

	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync), 0);
	colour = map[0];
	igt_dxg_check_word(map, size, colour);
	munmap((void *)map, size);
	return colour;
}

/*
 * A program that reads by way of vgem, in a process of its own. With the fence it waits,
 * and sees the new frame; without, it is quicker than the GPU, and sees the old one.
 */
static void cpu_reads(bool tell)
{
	struct scene s;
	struct pollfd poll_fd;
	uint32_t other;
	int on, ret;

	scene_begin(&s, KB64);
	igt_assert_eq(__dxg_prime_import(s.gate.device, s.dma_buf, &other), 0);
	on = __dxg_prime_export(s.gate.device, other);
	igt_assert_fd(on);
	scene_draw(&s, tell);
	poll_fd = (struct pollfd) { .fd = on, .events = POLLIN };
	igt_assert_eq(poll(&poll_fd, 1, tell ? QUIET_MS : 0), !tell);
	/* vgem itself does not begin to read what is being written. */
	ret = __vgem_begin(s.gate.device, other, 0);
	if (tell)
		igt_assert_eq(ret, -EBUSY);
	else
		igt_assert_lt(0, ret);

	igt_fork(child, 1)
		igt_assert_eq_u32(read_now(on, KB64), tell ? NEW : OLD);
	if (tell)
		usleep(QUIET_MS * 1000);
	else
		igt_waitchildren();
	scene_open_gate(&s);
	if (tell)
		igt_waitchildren_timeout(PATIENCE, "the reader");
	igt_assert_eq(poll(&poll_fd, 1, PATIENCE * 1000), 1);
	igt_assert_eq_u32(read_now(on, KB64), NEW);
	close(on);
	scene_end(&s);
}

/* A display takes the frame when it is finished, not before. */
static void display_reads(const char *driver, bool tell)
{
	struct igt_dxg_screen screen = igt_dxg_screen_open(driver);
	struct igt_dxg_foreign first = igt_dxg_dumb(driver, screen.mode.hdisplay,
						    screen.mode.vdisplay);
	uint32_t handle, fb, shown, again;
	struct scene s;

	scene_begin(&s, igt_dxg_screen_size(&screen));
	igt_assert_eq(__dxg_prime_import(screen.fd, first.dma_buf, &again), 0);
	shown = igt_dxg_screen_framebuffer(&screen, again);
	igt_assert_eq(__dxg_prime_import(screen.fd, s.dma_buf, &handle), 0);
	fb = igt_dxg_screen_framebuffer(&screen, handle);
	igt_dxg_screen_show(&screen, shown);
	scene_draw(&s, tell);
	igt_dxg_screen_flip(&screen, fb);
	igt_assert_eq(igt_dxg_screen_flipped(&screen, tell ? QUIET_MS : PATIENCE * 1000), !tell);
	scene_open_gate(&s);
	if (tell)
		igt_assert(igt_dxg_screen_flipped(&screen, PATIENCE * 1000));
	igt_dxg_screen_show(&screen, 0);
	scene_end(&s);
	igt_dxg_foreign_drop(&first, igt_dxg_screen_size(&screen));
	close(screen.fd);
}

/* --- Others draw, the GPU reads --- */

/*
 * vgem's client writes a frame while the GPU has been told to copy it. With the fence taken
 * the copy is of the whole frame; without, the GPU is quicker.
 */
static void gpu_reads(bool tell)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct igt_dxg_foreign b = igt_dxg_dumb("vgem", KB64 / 4, 1);
	uint32_t copy = igt_dxg_bo_system(t.fd, t.vm, KB64, 0), handle, in, out;
	void *map = igt_dxg_bo_map(t.fd, copy, 0, KB64);
	struct drm_dxg_sync_op syncs[2];
	struct softgpu_buffer commands;
	struct igt_dxg_gpu gpu;
	uint64_t from, to;
	int fence;

	igt_dxg_gpu_init(&gpu, t.fd, t.vm);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	from = igt_dxg_bind(t.fd, t.vm, handle, 0, KB64, 0);
	to = igt_dxg_bind(t.fd, t.vm, copy, 0, KB64, 0);
	in = syncobj_create(t.fd, tell ? 0 : DRM_SYNCOBJ_CREATE_SIGNALED);
	out = syncobj_create(t.fd, 0);
	igt_dxg_pattern(b.map, KB64, OLD);
	fence = __vgem_begin(b.device, b.handle, VGEM_FENCE_WRITE);
	igt_assert_lt(0, fence);
	if (tell)
		take(t.fd, b.dma_buf, in);

	softgpu_buffer_init(&commands, gpu.commands.map, gpu.commands.size);
	softgpu_copy(&commands, to, from, KB64);
	syncs[0] = igt_dxg_wait_syncobj(in, 0);
	syncs[1] = igt_dxg_signal_syncobj(out, 0);
	igt_dxg_submit(t.fd, gpu.queue, igt_dxg_work(gpu.commands.va, commands.used, syncs, 2));
	if (tell)
		igt_assert(!syncobj_wait(t.fd, &out, 1, igt_dxg_time(QUIET_MS), 0, NULL));
	else
		igt_assert_eq(igt_dxg_syncobj_result(t.fd, out, PATIENCE), 1);
	igt_dxg_pattern(b.map, KB64, NEW);
	vgem_end(b.device, fence);
	igt_assert_eq(igt_dxg_syncobj_result(t.fd, out, PATIENCE), 1);
	igt_dxg_check_pattern(map, KB64, tell ? NEW : OLD);

	syncobj_destroy(t.fd, in);
	syncobj_destroy(t.fd, out);
	igt_dxg_gpu_fini(&gpu);
	munmap(map, KB64);
	igt_dxg_foreign_drop(&b, KB64);
	igt_dxg_file_close(&t);
}

/* --- The GPU waits for itself --- */

/* Nothing is published or awaited by itself; what was published is found again. */
static void round_trip(void)
{
	struct scene s;
	uint32_t back;

	scene_begin(&s, KB64);
	back = syncobj_create(s.t.fd, 0);
	scene_draw(&s, false);
	take(s.t.fd, s.dma_buf, back);
	igt_assert_eq(igt_dxg_syncobj_result(s.t.fd, back, 0), 1);
	publish(s.t.fd, s.out, s.dma_buf);
	take(s.t.fd, s.dma_buf, back);
	igt_assert(!syncobj_wait(s.t.fd, &back, 1, igt_dxg_time(QUIET_MS), 0, NULL));
	scene_open_gate(&s);
	igt_assert_eq(igt_dxg_syncobj_result(s.t.fd, back, PATIENCE), 1);
	syncobj_destroy(s.t.fd, back);
	scene_end(&s);
}

int igt_main()
{
	static const char * const displays[] = { "hyperv", "vkms" };
	static const char * const drivers[] = { "hyperv_drm", "vkms" };
	unsigned int i;

	igt_describe("Fences go to and from a buffer by request, and not by themselves.");
	igt_subtest("round-trip")
		round_trip();
	igt_describe("Who reads by CPU waits for the GPU.");
	igt_subtest("cpu-reads")
		cpu_reads(true);
	igt_describe("Without the fence, the reader sees an unfinished frame.");
	igt_subtest("cpu-reads-missing")
		cpu_reads(false);
	for (i = 0; i < IGT_DXG_COUNT(displays); i++) {
		igt_describe("A display waits for the GPU.");
		igt_subtest_f("display-reads-%s", displays[i])
			display_reads(drivers[i], true);
		igt_describe("Without the fence, it does not.");
		igt_subtest_f("display-reads-missing-%s", displays[i])
			display_reads(drivers[i], false);
	}
	igt_describe("The GPU waits for another driver's client.");
	igt_subtest("gpu-reads")
		gpu_reads(true);
	igt_describe("Without the fence, it copies an unfinished frame.");
	igt_subtest("gpu-reads-missing")
		gpu_reads(false);
}
