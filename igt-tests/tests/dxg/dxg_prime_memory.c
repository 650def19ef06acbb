// SPDX-License-Identifier: MIT
/*
 * Where shared memory lies: above 4 GiB without copies, and not at all where devices do
 * not see it in place. Each subtest needs a guest of its own kind.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "dmabuf_peer.h"
#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_prime.h"

/**
 * TEST: dxg prime_memory
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: where dma-bufs lie
 *
 * SUBTEST: above-4g
 * Description: Memory of both sides lies above 4 GiB, and nothing is copied.
 *
 * SUBTEST: bounced
 * Description: What devices see by way of bounce buffers is refused.
 */

IGT_TEST_DESCRIPTION("Shared memory by where it lies.");

#define PAGE	4096ull
#define SIZE	(8ull << 20)
#define FOUR_G	(4ull << 30)

/* Slots of bounce buffers in use, of all devices. */
static uint64_t bounce_used(int fd)
{
	char value[512];

	/* It mounts debugfs, too. */
	igt_dxg_debugfs_path(fd, value, sizeof(value));
	igt_assert_eq(__dxg_read("/sys/kernel/debug/swiotlb", "io_tlb_used", value,
				 sizeof(value)), 0);
	return strtoull(value, NULL, 10);
}

/* The addresses that a device gets of a dma-buf are all above 4 GiB. */
static void check_above(int dma_buf)
{
	uint64_t *addresses = calloc(SIZE / PAGE, sizeof(*addresses));
	struct dmabuf_peer_import args = {
		.fd = dma_buf,
		.addresses = (uintptr_t)addresses,
		.pages = SIZE / PAGE,
	};
	int peer = open("/dev/dmabuf_peer", O_RDWR | O_CLOEXEC);
	unsigned int i;

	igt_require_f(peer >= 0, "dmabuf_peer is not loaded\n");
	igt_dxg_ioctl(peer, DMABUF_PEER_IMPORT, &args, 0);
	for (i = 0; i < SIZE / PAGE; i++)
		igt_assert_lte_u64(FOUR_G, addresses[i]);
	free(addresses);
	close(peer);
}

static void above(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t ours = igt_dxg_make(&t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE), theirs;
	struct igt_dxg_foreign b = igt_dxg_dumb("vgem", 2048, SIZE / 2048 / 4);
	int dma_buf = __dxg_prime_export(t.fd, ours);
	void *map = igt_dxg_bo_map(t.fd, ours, 0, SIZE);
	uint64_t before = bounce_used(t.fd);

	igt_require_f(sysconf(_SC_PHYS_PAGES) > (long)(5 * FOUR_G / 4 / PAGE),
		      "the guest has less than 5 GiB\n");
	igt_assert_fd(dma_buf);
	check_above(dma_buf);
	check_above(b.dma_buf);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &theirs), 0);
	/* From theirs to ours by the GPU, and looked at by the CPU; and back. */
	igt_dxg_pattern(b.map, SIZE, 0x77);
	igt_dxg_bo_read(&t, theirs, SIZE, map);
	igt_dxg_check_pattern(map, SIZE, 0x77);
	igt_dxg_bo_fill(&t, ours, SIZE, 5);
	igt_dxg_check_word(map, SIZE, 5);
	igt_dxg_bo_fill(&t, theirs, SIZE, 6);
	igt_dxg_check_word(b.map, SIZE, 6);
	igt_assert_eq_u64(bounce_used(t.fd), before);
	munmap(map, SIZE);
	igt_dxg_foreign_drop(&b, SIZE);
	close(dma_buf);
	igt_dxg_file_close(&t);
}

/* Where all that devices see is a copy, nothing is imported, and nothing stays behind. */
static void bounced(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct dmabuf_peer_export args = { .kind = DMABUF_PEER_GOOD, .size = 16 * PAGE };
	struct dmabuf_peer_counts counts;
	int peer = open("/dev/dmabuf_peer", O_RDWR | O_CLOEXEC);
	char line[4096] = "";
	uint32_t handle;

	igt_require_f(peer >= 0, "dmabuf_peer is not loaded\n");
	igt_assert_eq(__dxg_read("/proc", "cmdline", line, sizeof(line)), 0);
	igt_require_f(strstr(line, "swiotlb=force"), "nothing is bounced here\n");
	igt_dxg_ioctl(peer, DMABUF_PEER_EXPORT, &args, 0);
	igt_assert_eq(__dxg_prime_import(t.fd, args.fd, &handle), -EOPNOTSUPP);
	igt_dxg_ioctl(peer, DMABUF_PEER_COUNTS, &counts, 0);
	igt_assert(!counts.attached && !counts.mapped && !counts.pinned);
	close(args.fd);
	close(peer);
	igt_dxg_file_close(&t);
}

int igt_main()
{
	igt_describe("Memory of both sides lies above 4 GiB, and nothing is copied.");
	igt_subtest("above-4g")
		above();
	igt_describe("What devices see by way of bounce buffers is refused.");
	igt_subtest("bounced")
		bounced();
}
