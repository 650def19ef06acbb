// SPDX-License-Identifier: MIT
/*
 * dma-bufs: between files, adapters and drivers.
 */
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <string.h>
#include <sys/mman.h>

#include <drm_mode.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_syncobj.h"
#include "softgpu_alloc.h"

IGT_TEST_DESCRIPTION("dma-bufs of the dxg driver, and of others.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define RW	(PROT_READ | PROT_WRITE)
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

struct fd_vm {
	int fd;
	uint32_t vm;
};

static struct fd_vm open_vm(int index)
{
	struct fd_vm t = { .fd = igt_dxg_open_render(index) };

	igt_require_f(t.fd >= 0, "there is no adapter %d\n", index);
	t.vm = igt_dxg_vm_create(t.fd, 0);
	return t;
}

static void close_vm(struct fd_vm *t)
{
	drm_close_driver(t->fd);
}

enum memory {
	HOST,
	SYSTEM,
};

static const char * const memory_names[] = { "host", "system" };

static uint32_t make(const struct fd_vm *t, enum memory memory, uint64_t size, uint32_t flags)
{
	if (memory == SYSTEM)
		return igt_dxg_bo_system(t->fd, t->vm, size, flags);
	return igt_dxg_bo_host(t->fd, t->vm, size, 0, flags);
}

static uint32_t host_handle(const struct fd_vm *t, uint32_t handle, uint32_t *flags)
{
	struct drm_dxg_bo_query_info info = { .handle = handle, .vm_id = t->vm };

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &info, 0);
	if (flags)
		*flags = info.flags;
	return info.host_handle;
}

/* The GPU of @t fills the BO, and copies what it finds there to other memory. */
static void gpu_fill(const struct fd_vm *t, uint32_t handle, uint32_t pattern)
{
	struct igt_dxg_gpu gpu;
	uint64_t va;

	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	va = igt_dxg_bind(t->fd, t->vm, handle, 0, KB64, 0);
	igt_dxg_gpu_fill(&gpu, va, KB64, pattern);
	igt_dxg_unbind(t->fd, t->vm, va, KB64);
	igt_dxg_gpu_fini(&gpu);
}

static void gpu_check_pattern(const struct fd_vm *t, uint32_t handle, uint32_t base)
{
	uint32_t copy = igt_dxg_bo_system(t->fd, t->vm, KB64, 0);
	void *map = igt_dxg_bo_map(t->fd, copy, 0, KB64);
	struct igt_dxg_gpu gpu;
	uint64_t from, to;

	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	from = igt_dxg_bind(t->fd, t->vm, handle, 0, KB64, 0);
	to = igt_dxg_bind(t->fd, t->vm, copy, 0, KB64, 0);
	igt_dxg_gpu_copy(&gpu, to, from, KB64);
	igt_dxg_check_pattern(map, KB64, base);
	igt_dxg_unbind(t->fd, t->vm, from, KB64);
	igt_dxg_unbind(t->fd, t->vm, to, KB64);
	igt_dxg_gpu_fini(&gpu);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, copy);
}

static void *map_dma_buf(int dma_buf, uint64_t size)
{
	void *map = mmap(NULL, size, RW, MAP_SHARED, dma_buf, 0);

	igt_assert(map != MAP_FAILED);
	return map;
}

/* --- Between files --- */

/* The descriptor is the BO: once more in the same file, and in another. */
static void same_object(enum memory memory)
{
	struct fd_vm a = open_vm(0), b = open_vm(0);
	uint32_t handle = make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), again, other, flags;
	int dma_buf = __dxg_prime_export(a.fd, handle);

	igt_assert_fd(dma_buf);
	igt_assert_eq_u64(lseek(dma_buf, 0, SEEK_END), KB64);
	igt_assert_eq(__dxg_prime_import(a.fd, dma_buf, &again), 0);
	igt_assert_eq_u32(again, handle);
	igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
	/* Two host processes, each with handles of its own. */
	host_handle(&b, other, &flags);
	igt_assert_eq_u32(flags & DRM_DXG_BO_IMPORTED, 0);
	igt_assert_eq_u32(host_handle(&b, other, NULL), host_handle(&b, other, NULL));

	gpu_fill(&b, other, 0x1234);
	{
		void *map = igt_dxg_bo_map(a.fd, handle, 0, KB64);

		igt_dxg_check_word(map, KB64, 0x1234);
		igt_dxg_pattern(map, KB64, 0x70);
		munmap(map, KB64);
	}
	gpu_check_pattern(&b, other, 0x70);
	close(dma_buf);
	close_vm(&a);
	close_vm(&b);
}

/* The opaque data goes along. */
static void opaque_data(void)
{
	char runtime[] = "what the maker says", back[64] = "";
	struct fd_vm a = open_vm(0), b = open_vm(0);
	struct igt_dxg_data data = igt_dxg_data(KB64, 0), got;
	struct drm_dxg_bo_alloc alloc = { .data = (uintptr_t)&data, .data_size = sizeof(data) };
	struct drm_dxg_bo_create args = {
		.vm_id = a.vm,
		.flags = DRM_DXG_BO_SHAREABLE,
		.allocs = { .stride = sizeof(alloc), .count = 1, .array = (uintptr_t)&alloc },
		.runtime_data = (uintptr_t)runtime,
		.runtime_data_size = sizeof(runtime),
	};
	struct drm_dxg_bo_query_info info = { .vm_id = b.vm };
	int dma_buf;

	data.tail[5] = 5;
	igt_assert_eq(__dxg_bo_create(a.fd, &args), 0);
	dma_buf = __dxg_prime_export(a.fd, args.handle);
	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &info.handle), 0);
	info.runtime_data = (uintptr_t)back;
	info.runtime_data_size = sizeof(back);
	info.data = (uintptr_t)&got;
	info.data_size = sizeof(got);
	igt_dxg_ioctl(b.fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &info, 0);
	igt_assert(!strcmp(back, runtime));
	igt_assert(!memcmp(&got, &data, sizeof(got)));
	igt_assert_neq_u32(info.host_handle, 0);
	igt_assert_neq_u32(info.host_resource, 0);
	close(dma_buf);
	close_vm(&a);
	close_vm(&b);
}

/* Handle, file, descriptor and the importer's handle go in every order. */
static void close_order(enum memory memory)
{
	static const char * const orders[] = {
		"hfdi", "hfid", "hdfi", "hdif", "hifd", "hidf", "dhfi", "dhif", "dihf", "ihfd",
		"ihdf", "idhf",
	};
	unsigned int i, k;

	for (i = 0; i < COUNT(orders); i++) {
		struct fd_vm a = open_vm(0), b = open_vm(0);
		uint32_t handle = make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), other;
		int dma_buf = __dxg_prime_export(a.fd, handle);
		bool alive = true;

		igt_assert_fd(dma_buf);
		igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
		gpu_fill(&b, other, i);
		for (k = 0; k < 4; k++) {
			switch (orders[i][k]) {
			case 'h':
				igt_dxg_bo_close(a.fd, handle);
				break;
			case 'f':
				close_vm(&a);
				break;
			case 'd':
				close(dma_buf);
				break;
			default:
				igt_dxg_bo_close(b.fd, other);
				alive = false;
			}
			/* As long as anybody has it, it is whole. */
			if (alive)
				gpu_fill(&b, other, i + k);
		}
		close_vm(&b);
	}
}

/* The importer has not used it when the maker goes: the host must not forget it. */
static void maker_gone(enum memory memory)
{
	struct fd_vm a = open_vm(0), b;
	uint32_t handle = make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), other;
	int dma_buf = __dxg_prime_export(a.fd, handle);
	void *map;

	igt_assert_fd(dma_buf);
	map = igt_dxg_bo_map(a.fd, handle, 0, KB64);
	igt_dxg_pattern(map, KB64, 0x33);
	munmap(map, KB64);
	close_vm(&a);
	b = open_vm(0);
	igt_dxg_wait_idle(b.fd);
	igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
	close(dma_buf);
	gpu_check_pattern(&b, other, 0x33);
	close_vm(&b);
}

static void refused(const struct fd_vm *t)
{
	struct igt_dxg_data data[2] = { igt_dxg_data(PAGE, 0), igt_dxg_data(PAGE, 0) };
	struct drm_dxg_bo_alloc allocs[2] = {
		{ .data = (uintptr_t)&data[0], .data_size = sizeof(data[0]) },
		{ .data = (uintptr_t)&data[1], .data_size = sizeof(data[1]) },
	};
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_SHAREABLE,
		.allocs = { .stride = sizeof(allocs[0]), .count = 2, .array = (uintptr_t)allocs },
	};
	void *memory = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t handle;
	int fds[2];

	handle = make(t, HOST, PAGE, 0);
	igt_assert_eq(__dxg_prime_export(t->fd, handle), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	handle = make(t, SYSTEM, PAGE, 0);
	igt_assert_eq(__dxg_prime_export(t->fd, handle), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	handle = igt_dxg_bo_user(t->fd, t->vm, memory, PAGE, 0);
	igt_assert_eq(__dxg_prime_export(t->fd, handle), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	munmap(memory, PAGE);
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert_eq(__dxg_prime_export(t->fd, args.handle), -EOPNOTSUPP);
	igt_dxg_bo_close(t->fd, args.handle);
	igt_assert_eq(__dxg_prime_export(t->fd, 0), -ENOENT);

	igt_assert_eq(__dxg_prime_import(t->fd, -1, &handle), -EBADF);
	igt_assert_eq(pipe(fds), 0);
	igt_assert_eq(__dxg_prime_import(t->fd, fds[0], &handle), -EINVAL);
	close(fds[0]);
	close(fds[1]);
}

/* --- By the CPU --- */

static void dma_buf_mmap(enum memory memory)
{
	struct fd_vm t = open_vm(0);
	uint32_t handle = make(&t, memory, KB64, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW };
	void *map, *direct;

	igt_assert_fd(dma_buf);
	map = map_dma_buf(dma_buf, KB64);
	direct = igt_dxg_bo_map(t.fd, handle, 0, KB64);
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync), 0);
	igt_dxg_pattern(map, KB64, 0x11);
	sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW;
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync), 0);
	igt_dxg_check_pattern(direct, KB64, 0x11);
	gpu_check_pattern(&t, handle, 0x11);
	/* A piece of it, from the middle. */
	munmap(map, KB64);
	map = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, dma_buf, 3 * PAGE);
	igt_assert(map != MAP_FAILED);
	igt_dxg_check_pattern(map, 2 * PAGE, 0x11 + 3 * PAGE / 4);
	munmap(map, 2 * PAGE);
	igt_assert(mmap(NULL, KB64, RW, MAP_SHARED, dma_buf, PAGE) == MAP_FAILED);

	/* The mapping keeps the memory. */
	map = map_dma_buf(dma_buf, KB64);
	munmap(direct, KB64);
	close(dma_buf);
	close_vm(&t);
	igt_dxg_check_pattern(map, KB64, 0x11);
	munmap(map, KB64);
}

/* --- Other drivers --- */

/* A buffer of another driver: its dma-buf, and its memory as that driver maps it. */
struct buffer {
	int dma_buf;
	void *map;
	int device;
};

struct peer {
	const char *name;
	struct buffer (*make)(uint64_t size);
};

static struct buffer make_udmabuf(uint64_t size)
{
	struct udmabuf_create create = { .size = size };
	struct buffer b = { .device = -1 };
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

static struct buffer make_heap(uint64_t size)
{
	struct dma_heap_allocation_data data = { .len = size, .fd_flags = O_RDWR | O_CLOEXEC };
	int device = open("/dev/dma_heap/system", O_RDWR | O_CLOEXEC);
	struct buffer b = { .device = -1 };

	igt_require_f(device >= 0, "no dma-heap\n");
	igt_assert_eq(igt_ioctl(device, DMA_HEAP_IOCTL_ALLOC, &data), 0);
	close(device);
	b.dma_buf = data.fd;
	b.map = map_dma_buf(b.dma_buf, size);
	return b;
}

static int open_vgem(void)
{
	char path[32], name[8];
	int i, fd;

	for (i = 0; i < 16; i++) {
		struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		memset(name, 0, sizeof(name));
		if (!igt_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, "vgem"))
			return fd;
		close(fd);
	}
	return -1;
}

static void *map_vgem(int fd, uint32_t handle, uint64_t size)
{
	struct drm_mode_map_dumb map = { .handle = handle };
	void *memory;

	igt_assert_eq(igt_ioctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &map), 0);
	memory = mmap(NULL, size, RW, MAP_SHARED, fd, map.offset);
	igt_assert(memory != MAP_FAILED);
	return memory;
}

static struct buffer make_vgem(uint64_t size)
{
	struct drm_mode_create_dumb create = { .width = size / 4, .height = 1, .bpp = 32 };
	struct buffer b = { .device = open_vgem() };

	igt_require_f(b.device >= 0, "no vgem\n");
	igt_assert_eq(igt_ioctl(b.device, DRM_IOCTL_MODE_CREATE_DUMB, &create), 0);
	b.dma_buf = __dxg_prime_export(b.device, create.handle);
	igt_assert_fd(b.dma_buf);
	b.map = map_vgem(b.device, create.handle, size);
	return b;
}

static struct buffer make_second(uint64_t size)
{
	struct fd_vm t = open_vm(1);
	uint32_t handle = make(&t, SYSTEM, size, DRM_DXG_BO_SHAREABLE);
	struct buffer b = { .device = t.fd };

	b.dma_buf = __dxg_prime_export(t.fd, handle);
	igt_assert_fd(b.dma_buf);
	b.map = igt_dxg_bo_map(t.fd, handle, 0, size);
	return b;
}

static void drop(struct buffer *b, uint64_t size)
{
	munmap(b->map, size);
	close(b->dma_buf);
	if (b->device >= 0)
		close(b->device);
}

static const struct peer peers[] = {
	{ "udmabuf", make_udmabuf },
	{ "heap", make_heap },
	{ "vgem", make_vgem },
	{ "second", make_second },
};

/* The peer's pages are the GPU's pages, both ways and without anybody copying. */
static void import(const struct peer *peer)
{
	struct fd_vm t = open_vm(0);
	struct buffer b = peer->make(KB64);
	uint32_t handle, again, flags;
	uint64_t size;

	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &again), 0);
	igt_assert_eq_u32(again, handle);
	igt_assert_neq_u32(host_handle(&t, handle, &flags), 0);
	igt_assert_eq_u32(flags, DRM_DXG_BO_IMPORTED);
	igt_assert_eq(__dxg_bo_offset(t.fd, handle, 0, &size), -EOPNOTSUPP);

	igt_dxg_pattern(b.map, KB64, 0x50);
	gpu_check_pattern(&t, handle, 0x50);
	gpu_fill(&t, handle, 0x99);
	igt_dxg_check_word(b.map, KB64, 0x99);
	drop(&b, KB64);
	close_vm(&t);
}

/* What is imported stays while the GPU has it, though everybody else is gone. */
static void import_alone(const struct peer *peer)
{
	struct fd_vm t = open_vm(0);
	struct buffer b = peer->make(KB64);
	uint32_t handle;
	int again;

	igt_dxg_pattern(b.map, KB64, 0x51);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	drop(&b, KB64);
	gpu_check_pattern(&t, handle, 0x51);
	/* And it goes out again as what it was. */
	again = __dxg_prime_export(t.fd, handle);
	igt_assert_fd(again);
	gpu_fill(&t, handle, 0x52);
	b.map = map_dma_buf(again, KB64);
	igt_dxg_check_word(b.map, KB64, 0x52);
	munmap(b.map, KB64);
	close(again);
	close_vm(&t);
}

/* Two files import the same: two host processes use the same pages. */
static void import_two(const struct peer *peer)
{
	struct fd_vm t = open_vm(0), u = open_vm(0);
	struct buffer b = peer->make(KB64);
	uint32_t handle, other;

	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	igt_assert_eq(__dxg_prime_import(u.fd, b.dma_buf, &other), 0);
	gpu_fill(&t, handle, 1);
	igt_dxg_check_word(b.map, KB64, 1);
	gpu_fill(&u, other, 2);
	igt_dxg_check_word(b.map, KB64, 2);
	close_vm(&t);
	gpu_fill(&u, other, 3);
	igt_dxg_check_word(b.map, KB64, 3);
	drop(&b, KB64);
	close_vm(&u);
}

static void import_many(const struct peer *peer, int count)
{
	struct fd_vm t = open_vm(0);
	int i;

	for (i = 0; i < count; i++) {
		struct buffer b = peer->make(KB64);
		uint32_t handle;

		igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
		if (i % 4 == 0)
			host_handle(&t, handle, NULL);
		drop(&b, KB64);
		igt_dxg_bo_close(t.fd, handle);
	}
	close_vm(&t);
}

/* Our memory in another driver, which hands it on. */
static void export_vgem(enum memory memory)
{
	struct fd_vm t = open_vm(0);
	uint32_t handle = make(&t, memory, KB64, DRM_DXG_BO_SHAREABLE), other;
	int vgem = open_vgem(), dma_buf = __dxg_prime_export(t.fd, handle), on;
	void *map;

	igt_require_f(vgem >= 0, "no vgem\n");
	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(vgem, dma_buf, &other), 0);
	close(dma_buf);
	gpu_fill(&t, handle, 0x5555);
	on = __dxg_prime_export(vgem, other);
	igt_assert_fd(on);
	map = map_dma_buf(on, KB64);
	close(on);
	igt_dxg_check_word(map, KB64, 0x5555);
	igt_dxg_pattern(map, KB64, 8);
	gpu_check_pattern(&t, handle, 8);
	munmap(map, KB64);
	/* The maker goes, the other driver still has it. */
	igt_dxg_bo_close(t.fd, handle);
	close_vm(&t);
	on = __dxg_prime_export(vgem, other);
	igt_assert_fd(on);
	map = map_dma_buf(on, KB64);
	igt_dxg_check_pattern(map, KB64, 8);
	munmap(map, KB64);
	close(on);
	close(vgem);
}

/* Guest memory of one adapter in another one; host memory of it is none that can be named. */
static void export_second(void)
{
	struct fd_vm t = open_vm(0), u = open_vm(1);
	uint32_t handle = make(&t, SYSTEM, KB64, DRM_DXG_BO_SHAREABLE), other;
	int dma_buf = __dxg_prime_export(t.fd, handle);
	void *map = igt_dxg_bo_map(t.fd, handle, 0, KB64);

	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(u.fd, dma_buf, &other), 0);
	close(dma_buf);
	gpu_fill(&u, other, 0x21);
	igt_dxg_check_word(map, KB64, 0x21);
	igt_dxg_pattern(map, KB64, 0x22);
	gpu_check_pattern(&u, other, 0x22);
	munmap(map, KB64);
	igt_dxg_bo_close(t.fd, handle);
	gpu_check_pattern(&u, other, 0x22);

	handle = make(&t, HOST, KB64, DRM_DXG_BO_SHAREABLE);
	dma_buf = __dxg_prime_export(t.fd, handle);
	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(u.fd, dma_buf, &other), -EOPNOTSUPP);
	close(dma_buf);
	close_vm(&u);
	close_vm(&t);
}

/* --- Fences --- */

/*
 * A program publishes the end of a submission on the buffer; who has the dma-buf takes it
 * from there. Nothing is published or awaited by itself.
 */
static void fences(void)
{
	struct fd_vm t = open_vm(0);
	uint32_t handle = make(&t, SYSTEM, KB64, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	struct dma_buf_export_sync_file taken = { .flags = DMA_BUF_SYNC_RW };
	struct dma_buf_import_sync_file given = { .flags = DMA_BUF_SYNC_WRITE };
	struct drm_syncobj_handle to_file = { 0 }, from_file = { 0 };
	uint32_t out = syncobj_create(t.fd, 0), in = syncobj_create(t.fd, 0), queue;
	struct drm_dxg_sync_op signal = igt_dxg_signal_syncobj(out, 0);
	struct drm_dxg_sync_op wait = igt_dxg_wait_syncobj(in, 0);
	struct igt_dxg_gpu gpu;

	igt_assert_fd(dma_buf);
	igt_dxg_gpu_init(&gpu, t.fd, t.vm);
	queue = gpu.queue;
	igt_dxg_submit(t.fd, queue, igt_dxg_work(0, 0, &signal, 1));

	to_file.handle = out;
	to_file.flags = DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE;
	igt_dxg_ioctl(t.fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &to_file, 0);
	given.fd = to_file.fd;
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &given), 0);
	close(to_file.fd);

	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &taken), 0);
	from_file.handle = in;
	from_file.fd = taken.fd;
	from_file.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE;
	igt_dxg_ioctl(t.fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &from_file, 0);
	close(taken.fd);
	/* And with it, other work of the GPU waits for the buffer. */
	igt_dxg_submit(t.fd, queue, igt_dxg_work(0, 0, &wait, 1));
	igt_assert_eq(igt_dxg_syncobj_result(t.fd, in, 20), 1);
	igt_dxg_gpu_fini(&gpu);
	syncobj_destroy(t.fd, in);
	syncobj_destroy(t.fd, out);
	close(dma_buf);
	close_vm(&t);
}

int igt_main()
{
	/* Not in a register: subtests are left by a jump. */
	static struct fd_vm t;
	unsigned int i;
	int m;

	igt_fixture()
		t = open_vm(0);

	igt_describe("A descriptor is the BO, in its file and in another.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("same-object-%s", memory_names[m])
			same_object(m);
	igt_describe("Opaque data goes with a BO.");
	igt_subtest("opaque-data")
		opaque_data();
	igt_describe("Everything that holds a shared BO goes, in every order.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("close-order-%s", memory_names[m])
			close_order(m);
	igt_describe("The maker goes before anybody has used the descriptor.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("maker-gone-%s", memory_names[m])
			maker_gone(m);
	igt_describe("What cannot be shared, and what cannot be imported.");
	igt_subtest("refused")
		refused(&t);
	igt_describe("The descriptor is mapped.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("mmap-%s", memory_names[m])
			dma_buf_mmap(m);

	igt_describe("Another driver's pages are the GPU's.");
	for (i = 0; i < COUNT(peers); i++)
		igt_subtest_f("import-%s", peers[i].name)
			import(&peers[i]);
	igt_describe("The exporter goes while the GPU has its memory.");
	for (i = 0; i < COUNT(peers); i++)
		igt_subtest_f("import-alone-%s", peers[i].name)
			import_alone(&peers[i]);
	igt_describe("Two files import the same memory.");
	for (i = 0; i < COUNT(peers); i++)
		igt_subtest_f("import-two-%s", peers[i].name)
			import_two(&peers[i]);
	igt_describe("Imported and given back many times.");
	for (i = 0; i < COUNT(peers); i++)
		igt_subtest_f("import-many-%s", peers[i].name)
			import_many(&peers[i], 100);

	igt_describe("Memory of BOs in another driver.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("export-vgem-%s", memory_names[m])
			export_vgem(m);
	igt_describe("Memory of BOs in another adapter.");
	igt_subtest("export-second")
		export_second();
	igt_describe("Fences go to and from a buffer by request.");
	igt_subtest("fences")
		fences();

	igt_fixture()
		close_vm(&t);
}
