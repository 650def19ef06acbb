// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that share memory: our side of it, and peers that are DRM drivers
 * or plain makers of dma-bufs.
 */
#include "igt.h"

#include "igt_dxg_prime.h"

#include <fcntl.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <sys/mman.h>

#include <drm_mode.h>

#include "igt_dxg.h"
#include "igt_dxg_v4l.h"

#define PAGE	4096ull
#define RW	(PROT_READ | PROT_WRITE)

/* --- Our side --- */

const char * const igt_dxg_memory_names[] = { "host", "system" };

struct igt_dxg_file igt_dxg_file_open(int index)
{
	struct igt_dxg_file t = { .fd = igt_dxg_open_render(index) };

	igt_require_f(t.fd >= 0, "there is no adapter %d\n", index);
	t.vm = igt_dxg_vm_create(t.fd, 0);
	return t;
}

void igt_dxg_file_close(struct igt_dxg_file *t)
{
	drm_close_driver(t->fd);
}

uint32_t igt_dxg_make(const struct igt_dxg_file *t, enum igt_dxg_memory memory, uint64_t size,
		      uint32_t flags)
{
	if (memory == IGT_DXG_SYSTEM)
		return igt_dxg_bo_system(t->fd, t->vm, size, flags);
	return igt_dxg_bo_host(t->fd, t->vm, size, 0, flags);
}

uint32_t igt_dxg_host_handle(const struct igt_dxg_file *t, uint32_t handle, uint32_t *flags)
{
	struct drm_dxg_bo_query_info info = { .handle = handle, .vm_id = t->vm };

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &info, 0);
	if (flags)
		*flags = info.flags;
	return info.host_handle;
}

void igt_dxg_bo_fill(const struct igt_dxg_file *t, uint32_t handle, uint64_t size,
		     uint32_t pattern)
{
	struct igt_dxg_gpu gpu;
	uint64_t va;

	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	va = igt_dxg_bind(t->fd, t->vm, handle, 0, size, 0);
	igt_dxg_gpu_fill(&gpu, va, size, pattern);
	igt_dxg_unbind(t->fd, t->vm, va, size);
	igt_dxg_gpu_fini(&gpu);
}

/* The GPU's copy of a BO, mapped; *@copy is its handle. */
static void *gpu_copy(const struct igt_dxg_file *t, uint32_t handle, uint64_t size, uint32_t *copy)
{
	struct igt_dxg_gpu gpu;
	uint64_t from, to;
	void *map;

	*copy = igt_dxg_bo_system(t->fd, t->vm, size, 0);
	map = igt_dxg_bo_map(t->fd, *copy, 0, size);
	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	from = igt_dxg_bind(t->fd, t->vm, handle, 0, size, 0);
	to = igt_dxg_bind(t->fd, t->vm, *copy, 0, size, 0);
	igt_dxg_gpu_copy(&gpu, to, from, size);
	igt_dxg_unbind(t->fd, t->vm, from, size);
	igt_dxg_unbind(t->fd, t->vm, to, size);
	igt_dxg_gpu_fini(&gpu);
	return map;
}

void igt_dxg_bo_read(const struct igt_dxg_file *t, uint32_t handle, uint64_t size, void *to)
{
	uint32_t copy;
	void *map = gpu_copy(t, handle, size, &copy);

	memcpy(to, map, size);
	munmap(map, size);
	igt_dxg_bo_close(t->fd, copy);
}

void igt_dxg_bo_check_pattern(const struct igt_dxg_file *t, uint32_t handle, uint64_t size,
			      uint32_t base)
{
	uint32_t copy;
	void *map = gpu_copy(t, handle, size, &copy);

	igt_dxg_check_pattern(map, size, base);
	munmap(map, size);
	igt_dxg_bo_close(t->fd, copy);
}

void *igt_dxg_map_dma_buf(int dma_buf, uint64_t size)
{
	void *map = mmap(NULL, size, RW, MAP_SHARED, dma_buf, 0);

	igt_assert(map != MAP_FAILED);
	return map;
}

uint64_t igt_dxg_pfn(const void *address)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0, pfn;
	char byte;

	igt_assert_fd(fd);
	/* It is mapped by being looked at. */
	memcpy(&byte, address, 1);
	igt_assert_eq(pread(fd, &entry, sizeof(entry), (uintptr_t)address / PAGE * sizeof(entry)),
		      sizeof(entry));
	close(fd);
	pfn = entry & ((1ull << 55) - 1);
	igt_assert_f(entry >> 63 && pfn, "no page behind %p\n", address);
	return pfn;
}

/* --- Makers of dma-bufs --- */

static struct igt_dxg_foreign export_udmabuf(uint64_t size)
{
	struct udmabuf_create create = { .size = size };
	struct igt_dxg_foreign b = { .device = -1 };
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);

	igt_require_f(device >= 0, "no udmabuf\n");
	create.memfd = memfd_create("dxg", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	igt_assert_fd((int)create.memfd);
	igt_assert_eq(ftruncate(create.memfd, size), 0);
	igt_assert_eq(fcntl(create.memfd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
	b.map = mmap(NULL, size, RW, MAP_SHARED, create.memfd, 0);
	igt_assert(b.map != MAP_FAILED);
	b.dma_buf = igt_ioctl(device, UDMABUF_CREATE, &create);
	igt_assert_fd(b.dma_buf);
	close(create.memfd);
	close(device);
	return b;
}

static struct igt_dxg_foreign export_heap(uint64_t size)
{
	struct dma_heap_allocation_data data = { .len = size, .fd_flags = O_RDWR | O_CLOEXEC };
	int device = open("/dev/dma_heap/system", O_RDWR | O_CLOEXEC);
	struct igt_dxg_foreign b = { .device = -1 };

	igt_require_f(device >= 0, "no dma-heap\n");
	igt_assert_eq(igt_ioctl(device, DMA_HEAP_IOCTL_ALLOC, &data), 0);
	close(device);
	b.dma_buf = data.fd;
	b.map = igt_dxg_map_dma_buf(b.dma_buf, size);
	return b;
}

/* --- DRM drivers --- */

int igt_dxg_open_card(const char *driver)
{
	char path[32], name[16];
	int i, fd;

	for (i = 0; i < 16; i++) {
		struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		memset(name, 0, sizeof(name));
		if (!igt_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, driver))
			return fd;
		close(fd);
	}
	return -1;
}

struct igt_dxg_foreign igt_dxg_dumb(const char *driver, uint32_t width, uint32_t height)
{
	struct drm_mode_create_dumb create = { .width = width, .height = height, .bpp = 32 };
	struct igt_dxg_foreign b = { .device = igt_dxg_open_card(driver) };
	struct drm_mode_map_dumb map = { 0 };

	igt_require_f(b.device >= 0, "no %s\n", driver);
	igt_assert_eq(igt_ioctl(b.device, DRM_IOCTL_MODE_CREATE_DUMB, &create), 0);
	igt_assert_eq_u64(create.size, (uint64_t)width * height * 4);
	b.handle = create.handle;
	b.dma_buf = __dxg_prime_export(b.device, create.handle);
	igt_assert_fd(b.dma_buf);
	map.handle = create.handle;
	igt_assert_eq(igt_ioctl(b.device, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	b.map = mmap(NULL, create.size, RW, MAP_SHARED, b.device, map.offset);
	igt_assert(b.map != MAP_FAILED);
	return b;
}

/* What the driver imports it hands on, and that is mapped. */
static struct igt_dxg_foreign import_card(const char *driver, int dma_buf, uint64_t size)
{
	struct igt_dxg_foreign b = { .dma_buf = -1, .device = igt_dxg_open_card(driver) };
	int on;

	igt_require_f(b.device >= 0, "no %s\n", driver);
	igt_assert_eq(__dxg_prime_import(b.device, dma_buf, &b.handle), 0);
	on = __dxg_prime_export(b.device, b.handle);
	igt_assert_fd(on);
	b.map = igt_dxg_map_dma_buf(on, size);
	close(on);
	return b;
}

static struct igt_dxg_foreign export_vgem(uint64_t size)
{
	return igt_dxg_dumb("vgem", size / 4, 1);
}

static struct igt_dxg_foreign import_vgem(int dma_buf, uint64_t size)
{
	return import_card("vgem", dma_buf, size);
}

static struct igt_dxg_foreign export_hyperv(uint64_t size)
{
	return igt_dxg_dumb("hyperv_drm", PAGE / 4, size / PAGE);
}

static struct igt_dxg_foreign import_hyperv(int dma_buf, uint64_t size)
{
	return import_card("hyperv_drm", dma_buf, size);
}

static struct igt_dxg_foreign export_vkms(uint64_t size)
{
	return igt_dxg_dumb("vkms", PAGE / 4, size / PAGE);
}

static struct igt_dxg_foreign import_vkms(int dma_buf, uint64_t size)
{
	return import_card("vkms", dma_buf, size);
}

static struct igt_dxg_foreign export_second(uint64_t size)
{
	struct igt_dxg_file t = igt_dxg_file_open(1);
	struct igt_dxg_foreign b = { .device = t.fd };

	b.handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, size, DRM_DXG_BO_SHAREABLE);
	b.dma_buf = __dxg_prime_export(t.fd, b.handle);
	igt_assert_fd(b.dma_buf);
	b.map = igt_dxg_bo_map(t.fd, b.handle, 0, size);
	return b;
}

/* An adapter does not map what it imported: its exporter does. */
static struct igt_dxg_foreign import_second(int dma_buf, uint64_t size)
{
	struct igt_dxg_file t = igt_dxg_file_open(1);
	struct igt_dxg_foreign b = { .dma_buf = -1, .device = t.fd };

	igt_assert_eq(__dxg_prime_import(t.fd, dma_buf, &b.handle), 0);
	/* Its host has been told of the pages. */
	igt_assert_neq_u32(igt_dxg_host_handle(&t, b.handle, NULL), 0);
	b.map = igt_dxg_map_dma_buf(dma_buf, size);
	return b;
}

void igt_dxg_foreign_drop(struct igt_dxg_foreign *b, uint64_t size)
{
	if (b->map)
		munmap(b->map, size);
	if (b->dma_buf >= 0)
		close(b->dma_buf);
	if (b->device >= 0)
		close(b->device);
	*b = (struct igt_dxg_foreign) { .dma_buf = -1, .device = -1 };
}

const struct igt_dxg_peer igt_dxg_peers[] = {
	{ "udmabuf", export_udmabuf, NULL },
	{ "heap", export_heap, NULL },
	{ "vgem", export_vgem, import_vgem },
	{ "second", export_second, import_second },
	{ "hyperv", export_hyperv, import_hyperv },
	{ "vkms", export_vkms, import_vkms },
	{ "vivid-capture", igt_dxg_v4l_export_capture, igt_dxg_v4l_import_capture },
	{ "vivid-output", igt_dxg_v4l_export_output, igt_dxg_v4l_import_output },
};

const unsigned int igt_dxg_peer_count = IGT_DXG_COUNT(igt_dxg_peers);
