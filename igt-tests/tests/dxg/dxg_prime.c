// SPDX-License-Identifier: MIT
/*
 * dma-bufs: between files and adapters. Other drivers: dxg_prime_peers.c.
 */
#include "igt.h"

#include <linux/dma-buf.h>
#include <string.h>
#include <sys/mman.h>

#include "igt_dxg.h"
#include "igt_dxg_prime.h"
#include "softgpu_alloc.h"

/**
 * TEST: dxg prime
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: dma-bufs
 *
 * SUBTEST: opaque-data
 * Description: Opaque data goes with a BO.
 *
 * SUBTEST: refused
 * Description: What cannot be shared, and what cannot be imported.
 *
 * SUBTEST: export-second
 * Description: Memory of BOs in another adapter.
 */

/**
 * SUBTEST: same-object-%s
 * Description: A descriptor is the BO, in its file and in another: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @system:	system
 */

/**
 * SUBTEST: close-order-%s
 * Description: Everything that holds a shared BO goes, in every order: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @system:	system
 */

/**
 * SUBTEST: maker-gone-%s
 * Description: The maker goes before anybody has used the descriptor: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @system:	system
 */

/**
 * SUBTEST: mmap-%s
 * Description: The descriptor is mapped: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @system:	system
 */

IGT_TEST_DESCRIPTION("dma-bufs between files and adapters of the dxg driver.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define RW	(PROT_READ | PROT_WRITE)

/* --- Between files --- */

/* The descriptor is the BO: once more in the same file, and in another. */
static void same_object(enum igt_dxg_memory memory)
{
	struct igt_dxg_file a = igt_dxg_file_open(0), b = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), again, other, flags;
	int dma_buf = __dxg_prime_export(a.fd, handle);

	igt_assert_fd(dma_buf);
	igt_assert_eq_u64(lseek(dma_buf, 0, SEEK_END), KB64);
	igt_assert_eq(__dxg_prime_import(a.fd, dma_buf, &again), 0);
	igt_assert_eq_u32(again, handle);
	igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
	/* Two host processes, each with handles of its own. */
	igt_dxg_host_handle(&b, other, &flags);
	igt_assert_eq_u32(flags & DRM_DXG_BO_IMPORTED, 0);
	igt_assert_eq_u32(igt_dxg_host_handle(&b, other, NULL),
			  igt_dxg_host_handle(&b, other, NULL));

	igt_dxg_bo_fill(&b, other, KB64, 0x1234);
	{
		void *map = igt_dxg_bo_map(a.fd, handle, 0, KB64);

		igt_dxg_check_word(map, KB64, 0x1234);
		igt_dxg_pattern(map, KB64, 0x70);
		munmap(map, KB64);
	}
	igt_dxg_bo_check_pattern(&b, other, KB64, 0x70);
	close(dma_buf);
	igt_dxg_file_close(&a);
	igt_dxg_file_close(&b);
}

/* The opaque data goes along. */
static void opaque_data(void)
{
	char runtime[] = "what the maker says", back[64] = "";
	struct igt_dxg_file a = igt_dxg_file_open(0), b = igt_dxg_file_open(0);
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
	igt_dxg_file_close(&a);
	igt_dxg_file_close(&b);
}

/* Handle, file, descriptor and the importer's handle go in every order. */
static void close_order(enum igt_dxg_memory memory)
{
	static const char * const orders[] = {
		"hfdi", "hfid", "hdfi", "hdif", "hifd", "hidf", "dhfi", "dhif", "dihf", "ihfd",
		"ihdf", "idhf",
	};
	unsigned int i, k;

	for (i = 0; i < IGT_DXG_COUNT(orders); i++) {
		struct igt_dxg_file a = igt_dxg_file_open(0), b = igt_dxg_file_open(0);
		uint32_t handle = igt_dxg_make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), other;
		int dma_buf = __dxg_prime_export(a.fd, handle);
		bool alive = true;

		igt_assert_fd(dma_buf);
		igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
		igt_dxg_bo_fill(&b, other, KB64, i);
		for (k = 0; k < 4; k++) {
			switch (orders[i][k]) {
			case 'h':
				igt_dxg_bo_close(a.fd, handle);
				break;
			case 'f':
				igt_dxg_file_close(&a);
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
				igt_dxg_bo_fill(&b, other, KB64, i + k);
		}
		igt_dxg_file_close(&b);
	}
}

/* The importer has not used it when the maker goes: the host must not forget it. */
static void maker_gone(enum igt_dxg_memory memory)
{
	struct igt_dxg_file a = igt_dxg_file_open(0), b;
	uint32_t handle = igt_dxg_make(&a, memory, KB64, DRM_DXG_BO_SHAREABLE), other;
	int dma_buf = __dxg_prime_export(a.fd, handle);
	void *map;

	igt_assert_fd(dma_buf);
	map = igt_dxg_bo_map(a.fd, handle, 0, KB64);
	igt_dxg_pattern(map, KB64, 0x33);
	munmap(map, KB64);
	igt_dxg_file_close(&a);
	b = igt_dxg_file_open(0);
	igt_dxg_wait_idle(b.fd);
	igt_assert_eq(__dxg_prime_import(b.fd, dma_buf, &other), 0);
	close(dma_buf);
	igt_dxg_bo_check_pattern(&b, other, KB64, 0x33);
	igt_dxg_file_close(&b);
}

static void refused(const struct igt_dxg_file *t)
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

	handle = igt_dxg_make(t, IGT_DXG_HOST, PAGE, 0);
	igt_assert_eq(__dxg_prime_export(t->fd, handle), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	handle = igt_dxg_make(t, IGT_DXG_SYSTEM, PAGE, 0);
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

static void dma_buf_mmap(enum igt_dxg_memory memory)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, memory, KB64, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW };
	void *map, *direct;

	igt_assert_fd(dma_buf);
	map = igt_dxg_map_dma_buf(dma_buf, KB64);
	direct = igt_dxg_bo_map(t.fd, handle, 0, KB64);
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync), 0);
	igt_dxg_pattern(map, KB64, 0x11);
	sync.flags = DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW;
	igt_assert_eq(igt_ioctl(dma_buf, DMA_BUF_IOCTL_SYNC, &sync), 0);
	igt_dxg_check_pattern(direct, KB64, 0x11);
	igt_dxg_bo_check_pattern(&t, handle, KB64, 0x11);
	/* A piece of it, from the middle. */
	munmap(map, KB64);
	map = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, dma_buf, 3 * PAGE);
	igt_assert(map != MAP_FAILED);
	igt_dxg_check_pattern(map, 2 * PAGE, 0x11 + 3 * PAGE / 4);
	munmap(map, 2 * PAGE);
	igt_assert(mmap(NULL, KB64, RW, MAP_SHARED, dma_buf, PAGE) == MAP_FAILED);

	/* The mapping keeps the memory. */
	map = igt_dxg_map_dma_buf(dma_buf, KB64);
	munmap(direct, KB64);
	close(dma_buf);
	igt_dxg_file_close(&t);
	igt_dxg_check_pattern(map, KB64, 0x11);
	munmap(map, KB64);
}

/* --- Between adapters --- */

/* Guest memory of one adapter in another one; host memory of it is none that can be named. */
static void export_second(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0), u = igt_dxg_file_open(1);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, KB64, DRM_DXG_BO_SHAREABLE), other;
	int dma_buf = __dxg_prime_export(t.fd, handle);
	void *map = igt_dxg_bo_map(t.fd, handle, 0, KB64);

	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(u.fd, dma_buf, &other), 0);
	close(dma_buf);
	igt_dxg_bo_fill(&u, other, KB64, 0x21);
	igt_dxg_check_word(map, KB64, 0x21);
	igt_dxg_pattern(map, KB64, 0x22);
	igt_dxg_bo_check_pattern(&u, other, KB64, 0x22);
	munmap(map, KB64);
	igt_dxg_bo_close(t.fd, handle);
	igt_dxg_bo_check_pattern(&u, other, KB64, 0x22);

	handle = igt_dxg_make(&t, IGT_DXG_HOST, KB64, DRM_DXG_BO_SHAREABLE);
	dma_buf = __dxg_prime_export(t.fd, handle);
	igt_assert_fd(dma_buf);
	igt_assert_eq(__dxg_prime_import(u.fd, dma_buf, &other), -EOPNOTSUPP);
	close(dma_buf);
	igt_dxg_file_close(&u);
	igt_dxg_file_close(&t);
}

int igt_main()
{
	/* Not in a register: subtests are left by a jump. */
	static struct igt_dxg_file t;
	int m;

	igt_fixture()
		t = igt_dxg_file_open(0);

	igt_describe("A descriptor is the BO, in its file and in another.");
	for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++)
		igt_subtest_f("same-object-%s", igt_dxg_memory_names[m])
			same_object(m);
	igt_describe("Opaque data goes with a BO.");
	igt_subtest("opaque-data")
		opaque_data();
	igt_describe("Everything that holds a shared BO goes, in every order.");
	for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++)
		igt_subtest_f("close-order-%s", igt_dxg_memory_names[m])
			close_order(m);
	igt_describe("The maker goes before anybody has used the descriptor.");
	for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++)
		igt_subtest_f("maker-gone-%s", igt_dxg_memory_names[m])
			maker_gone(m);
	igt_describe("What cannot be shared, and what cannot be imported.");
	igt_subtest("refused")
		refused(&t);
	igt_describe("The descriptor is mapped.");
	for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++)
		igt_subtest_f("mmap-%s", igt_dxg_memory_names[m])
			dma_buf_mmap(m);

	igt_describe("Memory of BOs in another adapter.");
	igt_subtest("export-second")
		export_second();
	igt_fixture()
		igt_dxg_file_close(&t);
}
