// SPDX-License-Identifier: MIT
/*
 * Memory of /dev/dxg in the hands of the render node and of the display, and the other way,
 * with contents that the CPU and both sides' GPUs have written.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_d3d.h"
#include "igt_dxg_kms.h"
#include "igt_dxg_prime.h"
#include "softgpu_build.h"

/**
 * TEST: compat prime
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: dma-bufs of resources
 *
 * SUBTEST: screen
 * Description: A resource is imported by the display by its descriptor and shown; the host sees the
 *	picture that it sees of the display's own memory, pixel by pixel.
 *
 * SUBTEST: to-render-node
 * Description: What the CPU and the GPU write to a resource is what the render node reads, by the
 *	CPU and by the GPU; what it writes is found in the resource.
 *
 * SUBTEST: from-render-node
 * Description: The same with a BO of the render node that is opened as a resource.
 */

IGT_TEST_DESCRIPTION("Memory of /dev/dxg with others.");

#define PAGE	IGT_DXG_D3D_PAGE
#define SIZE	65536

/* --- Both sides --- */

/** struct side - A client of /dev/dxg that can have its GPU work. */
struct side {
	struct igt_dxg_d3d d;
	struct igt_dxg_d3d_code code;
	uint32_t context;
};

static struct side side_open(void)
{
	struct side s = { .d = igt_dxg_d3d_open(0) };

	s.code = igt_dxg_d3d_code(&s.d);
	s.context = igt_dxg_d3d_context(&s.d, 0, 0);
	return s;
}

/* The render node of the same adapter: either may be the first. */
static struct igt_dxg_file node_of(const struct side *s)
{
	uint64_t luid = (uint64_t)s->d.luid.b << 32 | s->d.luid.a;
	struct drm_dxg_device_info info;
	struct igt_dxg_file t;
	int i;

	for (i = 0; i < igt_dxg_count(); i++) {
		t = igt_dxg_file_open(i);
		igt_dxg_device_info(t.fd, &info);
		if (info.luid == luid)
			return t;
		igt_dxg_file_close(&t);
	}
	igt_assert_f(false, "no render node of the adapter\n");
	return t;
}

/* The GPU of /dev/dxg copies an allocation to another one, whose words are looked at. */
static void gpu_sees(struct side *s, uint64_t va, uint32_t word)
{
	uint32_t copy = igt_dxg_d3d_allocate(&s->d, SIZE), fence = igt_dxg_d3d_fence(&s->d, 0, 0);
	uint64_t to = igt_dxg_d3d_map(&s->d, copy, 0, SIZE);
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, s->code.map, PAGE);
	softgpu_copy(&b, to, va, SIZE);
	igt_assert_eq(__dxg_d3d_submit(&s->d, s->context, s->code.va, b.used), 0);
	igt_dxg_d3d_signal_gpu(&s->d, s->context, fence, 1);
	igt_dxg_d3d_wait(&s->d, fence, 1);
	igt_dxg_check_word(igt_dxg_d3d_lock(&s->d, copy), SIZE, word);
	igt_dxg_d3d_unlock(&s->d, copy);
	igt_assert_eq(__dxg_d3d_destroy(&s->d, copy, 0), 0);
	igt_dxg_d3d_sync_end(&s->d, fence);
}

static void cpu_sees(struct side *s, uint32_t handle, uint32_t word)
{
	igt_dxg_check_word(igt_dxg_d3d_lock(&s->d, handle), SIZE, word);
	igt_dxg_d3d_unlock(&s->d, handle);
}

static void node_sees(const struct igt_dxg_file *t, uint32_t bo, uint32_t word)
{
	void *map = igt_dxg_bo_map(t->fd, bo, 0, SIZE), *copy = malloc(SIZE);

	igt_assert(copy);
	igt_dxg_check_word(map, SIZE, word);
	igt_dxg_bo_read(t, bo, SIZE, copy);
	igt_dxg_check_word(copy, SIZE, word);
	munmap(map, SIZE);
	free(copy);
}

static void set(void *map, uint32_t word)
{
	uint32_t i;

	for (i = 0; i < SIZE / 4; i++)
		((uint32_t *)map)[i] = word;
}

/* An allocation and a BO are the same memory, whoever writes. */
static void same_memory(struct side *s, uint32_t handle, const struct igt_dxg_file *t,
			uint32_t bo)
{
	uint64_t va = igt_dxg_d3d_map(&s->d, handle, 0, SIZE);
	void *map;

	set(igt_dxg_d3d_lock(&s->d, handle), 0x01010101);
	igt_dxg_d3d_unlock(&s->d, handle);
	node_sees(t, bo, 0x01010101);
	igt_dxg_d3d_fill(&s->d, s->context, &s->code, va, SIZE, 0x02020202);
	node_sees(t, bo, 0x02020202);
	map = igt_dxg_bo_map(t->fd, bo, 0, SIZE);
	set(map, 0x03030303);
	munmap(map, SIZE);
	cpu_sees(s, handle, 0x03030303);
	gpu_sees(s, va, 0x03030303);
	igt_dxg_bo_fill(t, bo, SIZE, 0x04040404);
	cpu_sees(s, handle, 0x04040404);
	gpu_sees(s, va, 0x04040404);
}

static void to_render_node(void)
{
	struct side s = side_open();
	struct igt_dxg_file t = node_of(&s);
	uint32_t handle, bo, resource = igt_dxg_d3d_shared(&s.d, SIZE, &handle);
	int fd = igt_dxg_d3d_share(&s.d, resource);

	igt_assert_eq(__dxg_prime_import(t.fd, fd, &bo), 0);
	close(fd);
	same_memory(&s, handle, &t, bo);
	/* Its maker goes; then it comes back by way of the render node. */
	igt_assert_eq(__dxg_d3d_destroy(&s.d, 0, resource), 0);
	node_sees(&t, bo, 0x04040404);
	fd = __dxg_prime_export(t.fd, bo);
	igt_assert_fd(fd);
	igt_assert_eq(__dxg_d3d_open_resource(&s.d, fd, &handle, &resource), 0);
	close(fd);
	cpu_sees(&s, handle, 0x04040404);
	same_memory(&s, handle, &t, bo);
	igt_dxg_bo_close(t.fd, bo);
	igt_dxg_file_close(&t);
	igt_dxg_d3d_close(&s.d);
}

static void from_render_node(void)
{
	struct side s = side_open();
	struct igt_dxg_file t = node_of(&s);
	uint32_t handle, resource, bo;
	int fd;

	bo = igt_dxg_bo_host(t.fd, t.vm, SIZE, 0, DRM_DXG_BO_SHAREABLE);
	fd = __dxg_prime_export(t.fd, bo);
	igt_assert_fd(fd);
	igt_assert_eq(__dxg_d3d_open_resource(&s.d, fd, &handle, &resource), 0);
	close(fd);
	same_memory(&s, handle, &t, bo);
	/* The node goes, the memory does not. */
	igt_dxg_file_close(&t);
	cpu_sees(&s, handle, 0x04040404);
	igt_assert_eq(__dxg_d3d_destroy(&s.d, 0, resource), 0);
	igt_dxg_d3d_close(&s.d);
}

/* --- The display --- */

/* Something with another word at each place. */
static void draw(void *map, uint64_t size)
{
	uint32_t *words = map;
	uint64_t i;

	for (i = 0; i < size / 4; i++)
		words[i] = i * 2654435761u >> 8;
}

/* What the host sees of the display's own memory with that picture. */
static uint32_t reference(const struct igt_dxg_screen *s)
{
	struct igt_dxg_foreign dumb = igt_dxg_dumb("hyperv_drm", s->mode.hdisplay,
						   s->mode.vdisplay);
	uint64_t size = igt_dxg_screen_size(s);
	uint32_t handle, fb, sum;

	igt_assert_eq(__dxg_prime_import(s->fd, dumb.dma_buf, &handle), 0);
	draw(dumb.map, size);
	fb = igt_dxg_screen_framebuffer(s, handle);
	igt_dxg_screen_show(s, fb);
	sum = igt_dxg_screen_sum();
	igt_dxg_screen_show(s, 0);
	igt_dxg_screen_remove(s, fb);
	igt_assert_eq(__dxg_bo_close(s->fd, handle), 0);
	igt_dxg_foreign_drop(&dumb, size);
	return sum;
}

static void screen(void)
{
	struct igt_dxg_screen screen = igt_dxg_screen_open("hyperv_drm");
	uint64_t size = igt_dxg_screen_size(&screen), va;
	struct side s = side_open();
	uint32_t handle, imported, fb, sum = reference(&screen);
	uint32_t resource = igt_dxg_d3d_shared(&s.d, size, &handle);
	int fd = igt_dxg_d3d_share(&s.d, resource);

	igt_assert_eq(__dxg_prime_import(screen.fd, fd, &imported), 0);
	close(fd);
	draw(igt_dxg_d3d_lock(&s.d, handle), size);
	igt_dxg_d3d_unlock(&s.d, handle);
	fb = igt_dxg_screen_framebuffer(&screen, imported);
	igt_dxg_screen_show(&screen, fb);
	igt_assert_eq_u32(igt_dxg_screen_sum(), sum);
	/* The GPU clears half of it, and draws nothing else. */
	va = igt_dxg_d3d_map(&s.d, handle, 0, size);
	igt_dxg_d3d_fill(&s.d, s.context, &s.code, va, size / 2, 0x00336699);
	igt_dxg_screen_show(&screen, fb);
	igt_assert_neq_u32(igt_dxg_screen_sum(), sum);
	/* As it was; the client goes, and the picture stays. */
	draw(igt_dxg_d3d_lock(&s.d, handle), size);
	igt_dxg_d3d_close(&s.d);
	igt_dxg_screen_show(&screen, fb);
	igt_assert_eq_u32(igt_dxg_screen_sum(), sum);
	igt_dxg_screen_show(&screen, 0);
	igt_dxg_screen_remove(&screen, fb);
	close(screen.fd);
}

int igt_main()
{
	igt_subtest("screen")
		screen();
	igt_subtest("to-render-node")
		to_render_node();
	igt_subtest("from-render-node")
		from_render_node();
}
