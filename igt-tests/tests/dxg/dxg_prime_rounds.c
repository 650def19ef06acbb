// SPDX-License-Identifier: MIT
/*
 * Import, export and close, again and again from four processes: nothing grows, in the
 * guest or in the host.
 */
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_prime.h"

/**
 * TEST: dxg prime_rounds
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: many rounds of sharing
 *
 * SUBTEST: rounds
 * Description: Four processes share and let go; nothing grows.
 */

IGT_TEST_DESCRIPTION("Many rounds of sharing, and what they leave.");

#define PAGE		4096ull
#define SIZE		(16 * PAGE)
#define PROCESSES	4
#define PATIENCE	120
/* Of all processes together; the second number in the full tier. */
#define ROUNDS		500
#define ALL_ROUNDS	10000
/* Bytes that the guest's memory in use may vary by: caches of the allocators. */
#define SLACK_KB	(16u << 10)

static const char * const peers[] = { "udmabuf", "heap", "vgem", "second" };

static const struct igt_dxg_peer *find_peer(const char *name)
{
	unsigned int i;

	for (i = 0; i < igt_dxg_peer_count; i++)
		if (!strcmp(igt_dxg_peers[i].name, name))
			return &igt_dxg_peers[i];
	igt_assert(false);
	return NULL;
}

/* --- One round --- */

static void import(const struct igt_dxg_file *t, const struct igt_dxg_peer *peer, bool used)
{
	struct igt_dxg_foreign b = peer->export(SIZE);
	uint32_t handle;

	igt_assert_eq(__dxg_prime_import(t->fd, b.dma_buf, &handle), 0);
	if (used)
		igt_dxg_host_handle(t, handle, NULL);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_bo_close(t->fd, handle);
}

static void export(const struct igt_dxg_file *t, const struct igt_dxg_peer *peer)
{
	uint32_t handle = igt_dxg_make(t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t->fd, handle);
	struct igt_dxg_foreign b;

	igt_assert_fd(dma_buf);
	b = peer->import(dma_buf, SIZE);
	close(dma_buf);
	igt_dxg_bo_close(t->fd, handle);
	igt_dxg_foreign_drop(&b, SIZE);
}

static void work(int rounds)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int i;

	for (i = 0; i < rounds; i++) {
		const struct igt_dxg_peer *peer = find_peer(peers[i % IGT_DXG_COUNT(peers)]);

		if (i & 4 && peer->import)
			export(&t, peer);
		else
			import(&t, peer, i & 8);
		/* New files, too: hence new processes on the host. */
		if (i % 64 == 63) {
			igt_dxg_file_close(&t);
			t = igt_dxg_file_open(0);
		}
	}
	igt_dxg_file_close(&t);
}

/* --- What is there --- */

/** struct levels - What must not grow. */
struct levels {
	unsigned long long objects, pages, left;	/* of the host */
	unsigned long long dma_bufs, memory_kb;		/* of the guest */
};

static unsigned long long number_in(FILE *f, const char *key)
{
	unsigned long long value = 0;
	char line[512];
	bool found = false;

	igt_assert(f);
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, key);

		if (at && !found)
			found = sscanf(at + strlen(key), " %llu", &value) == 1;
	}
	igt_assert_f(found, "no '%s'\n", key);
	return value;
}

static unsigned long long from_host(const char *key)
{
	const char *program = getenv("DXG_HOSTCTL");
	unsigned long long value;
	char line[256];
	FILE *f;

	igt_require_f(program, "the host cannot be asked without DXG_HOSTCTL\n");
	snprintf(line, sizeof(line), "%s gpupv objects", program);
	f = popen(line, "r");
	value = number_in(f, key);
	pclose(f);
	errno = 0;
	return value;
}

static unsigned long long from_guest(const char *path, const char *key)
{
	FILE *f = fopen(path, "r");
	unsigned long long value = number_in(f, key);

	fclose(f);
	return value;
}

static struct levels take_levels(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0), u = igt_dxg_file_open(1);
	struct levels l;

	igt_dxg_wait_idle(t.fd);
	igt_dxg_wait_idle(u.fd);
	l.objects = from_host("objects");
	l.pages = from_host("guest pages");
	l.left = from_host("left-behind");
	l.dma_bufs = from_guest("/sys/kernel/debug/dma_buf/bufinfo", "Total");
	igt_assert_eq(__dxg_write("/proc/sys/vm/drop_caches", "3"), 0);
	l.memory_kb = from_guest("/proc/meminfo", "Slab:") +
		      from_guest("/proc/meminfo", "Shmem:") +
		      from_guest("/proc/meminfo", "VmallocUsed:");
	igt_dxg_file_close(&t);
	igt_dxg_file_close(&u);
	igt_info("host: %llu objects, %llu pages, %llu left; guest: %llu dma-bufs, %llu KiB\n",
		 l.objects, l.pages, l.left, l.dma_bufs, l.memory_kb);
	return l;
}

static bool is_level(const struct levels *before, const struct levels *after)
{
	return after->objects == before->objects && after->pages == before->pages &&
	       after->dma_bufs == before->dma_bufs;
}

static void rounds(int count)
{
	struct levels before, after;
	int i;

	/* What is made once and stays is there after the first rounds. */
	work(16);
	before = take_levels();
	igt_fork(child, PROCESSES)
		work(count / PROCESSES);
	igt_waitchildren();
	/* What is being torn down has time until it is over. */
	after = take_levels();
	for (i = 0; i < PATIENCE && !is_level(&before, &after); i++) {
		sleep(1);
		after = take_levels();
	}
	igt_info("%d rounds from %d processes\n", count / PROCESSES * PROCESSES, PROCESSES);
	igt_assert_eq_u64(after.objects, before.objects);
	igt_assert_eq_u64(after.pages, before.pages);
	igt_assert_eq_u64(after.left, before.left);
	igt_assert_eq_u64(after.left, 0);
	igt_assert_eq_u64(after.dma_bufs, before.dma_bufs);
	igt_assert_lte_u64(after.memory_kb, before.memory_kb + SLACK_KB);
}

int igt_main()
{
	const char *tier = getenv("DXG_TIER");
	bool full = tier && !strcmp(tier, "full");

	igt_describe("Four processes share and let go; nothing grows.");
	igt_subtest("rounds")
		rounds(full ? ALL_ROUNDS : ROUNDS);
}
