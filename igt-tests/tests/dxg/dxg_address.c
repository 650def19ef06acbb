// SPDX-License-Identifier: MIT
/*
 * Where memory is: buffers of the guest above 4 GiB, and the memory types of what the host
 * shows in the IO space.
 *
 * For a guest of 6 GiB: vm/run --memory 6G.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "softgpu_alloc.h"

/**
 * TEST: dxg address
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: addresses above 4 GiB
 *
 * SUBTEST: above-4g
 * Description: The GPU uses memory of the guest above 4 GiB.
 *
 * SUBTEST: memory-types
 * Description: What is mapped of the IO space is write-back or write-combining.
 */

IGT_TEST_DESCRIPTION("Memory above 4 GiB, memory types of the IO space.");

#define PAGE	4096ull
#define SIZE	(16ull << 20)
#define KB64	(64ull << 10)
#define BOS	8

/* --- Above 4 GiB --- */

/* How many pages of the memory are above 4 GiB. */
static uint64_t high_pages(void *memory, uint64_t size)
{
	uint64_t i, entry, count = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	igt_assert_fd(fd);
	for (i = 0; i < size / PAGE; i++) {
		off_t at = ((uintptr_t)memory / PAGE + i) * sizeof(entry);

		igt_assert_eq(pread(fd, &entry, sizeof(entry), at), (ssize_t)sizeof(entry));
		igt_assert(entry >> 63);
		count += (entry & ((1ull << 55) - 1)) * PAGE >> 32 != 0;
	}
	close(fd);
	return count;
}

/* The GPU writes memory of the program that is above 4 GiB, and reads it. */
static void high(int fd, uint32_t vm)
{
	struct igt_dxg_gpu gpu;
	uint64_t va, other, pages;
	uint32_t bo, system;
	uint32_t *memory, *map;

	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	igt_assert(memory != MAP_FAILED);
	pages = high_pages(memory, SIZE);
	igt_info("%llu of %llu pages are above 4 GiB\n", (unsigned long long)pages,
		 SIZE / PAGE);
	igt_require_f(pages, "no memory above 4 GiB\n");

	igt_dxg_gpu_init(&gpu, fd, vm);
	bo = igt_dxg_bo_user(fd, vm, memory, SIZE, 0);
	system = igt_dxg_bo_system(fd, vm, SIZE, 0);
	va = igt_dxg_bind(fd, vm, bo, 0, SIZE, 0);
	other = igt_dxg_bind(fd, vm, system, 0, SIZE, 0);
	map = igt_dxg_bo_map(fd, system, 0, SIZE);
	igt_dxg_gpu_fill(&gpu, va, SIZE, 0xa5a5a5a5);
	igt_dxg_check_word(memory, SIZE, 0xa5a5a5a5);
	igt_dxg_pattern(memory, SIZE, 7);
	igt_dxg_gpu_copy(&gpu, other, va, SIZE);
	igt_dxg_check_pattern(map, SIZE, 7);
	munmap(map, SIZE);
	igt_dxg_bo_close(fd, system);
	igt_dxg_bo_close(fd, bo);
	igt_dxg_gpu_fini(&gpu);
	munmap(memory, SIZE);
}

/* --- Memory types --- */

/* The IO space: what a VMBus device of the driver has in the list of memory. */
static bool io_space(unsigned long long *start, unsigned long long *end)
{
	DIR *devices = opendir("/sys/bus/vmbus/drivers/dxg");
	FILE *list = fopen("/proc/iomem", "re");
	char line[256], name[128];
	struct dirent *device;
	bool found = false;

	igt_require_f(devices && list, "the IO space is unknown\n");
	while (!found && fgets(line, sizeof(line), list)) {
		if (sscanf(line, " %llx-%llx : %127s", start, end, name) != 3)
			continue;
		rewinddir(devices);
		while (!found && (device = readdir(devices)))
			found = device->d_name[0] != '.' && !strcmp(device->d_name, name);
	}
	fclose(list);
	closedir(devices);
	return found;
}

/* Entries of the list of memory types in the IO space; none may be of another type. */
static int check_types(unsigned long long from, unsigned long long to)
{
	FILE *list = fopen("/sys/kernel/debug/x86/pat_memtype_list", "re");
	unsigned long long start, end;
	char line[256], type[32];
	int count = 0;

	igt_require_f(list, "no list of memory types\n");
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "PAT: [mem %llx-%llx] %31s", &start, &end, type) != 3 ||
		    end <= from || start > to)
			continue;
		igt_assert_f(!strcmp(type, "write-back") || !strcmp(type, "write-combining"),
			     "%#llx to %#llx is %s\n", start, end, type);
		count++;
	}
	fclose(list);
	return count;
}

/* All kinds of mappings at a time: of BOs, cached and not, of fences, of queues' fences. */
static void types(int fd, uint32_t vm)
{
	unsigned long long from, to;
	struct drm_dxg_fence_create fence;
	uint32_t bo[BOS], *map[BOS];
	const uint64_t *value;
	unsigned int i;
	int before;

	igt_assert(io_space(&from, &to));
	before = check_types(from, to);
	for (i = 0; i < BOS; i++) {
		bo[i] = igt_dxg_bo_host(fd, vm, KB64, i & 1 ? SOFTGPU_ALLOC_CACHED : 0,
					i & 1 ? DRM_DXG_BO_CACHED : 0);
		map[i] = igt_dxg_bo_map(fd, bo[i], 0, KB64);
		map[i][0] = i;
	}
	igt_assert_eq(__dxg_fence_create(fd, vm, 0, 7, &fence), 0);
	value = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, fence.mmap_offset);
	igt_assert(value != MAP_FAILED);
	igt_assert_eq_u64(*value, 7);
	igt_assert_lte(before + BOS + 1, check_types(from, to));
	for (i = 0; i < BOS; i++) {
		igt_assert_eq_u32(map[i][0], i);
		munmap(map[i], KB64);
		igt_dxg_bo_close(fd, bo[i]);
	}
	munmap((void *)value, PAGE);
	igt_dxg_fence_destroy(fd, fence.handle);
	check_types(from, to);
}

int igt_main()
{
	static uint32_t vm;
	static int fd;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_DXG);
		vm = igt_dxg_vm_create(fd, 0);
	}

	igt_describe("The GPU uses memory of the guest above 4 GiB.");
	igt_subtest("above-4g")
		high(fd, vm);

	igt_describe("What is mapped of the IO space is write-back or write-combining.");
	igt_subtest("memory-types")
		types(fd, vm);

	igt_fixture()
		drm_close_driver(fd);
}
