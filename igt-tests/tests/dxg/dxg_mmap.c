// SPDX-License-Identifier: MIT
/*
 * CPU mappings of buffer objects: content, cache modes, pieces, fork, the end.
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "softgpu_alloc.h"

/**
 * TEST: dxg mmap
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: mappings by the CPU
 *
 * SUBTEST: write-combined
 * Description: Host memory is mapped write-combined.
 *
 * SUBTEST: write-back
 * Description: Cached host memory is mapped write-back.
 *
 * SUBTEST: write-back-flag
 * Description: The flag asks for cached memory.
 *
 * SUBTEST: several
 * Description: Each of several allocations has an offset of its own.
 *
 * SUBTEST: piece
 * Description: A piece within an allocation.
 *
 * SUBTEST: no-mmap
 * Description: BOs that are not to be mapped.
 *
 * SUBTEST: lock-lazily
 * Description: Access is asked for at the first touch and given back at the end.
 *
 * SUBTEST: concurrent
 * Description: Many mappings at the same time.
 */

/**
 * SUBTEST: content-%s
 * Description: Two mappings show the same: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: scattered-%s
 * Description: Pages are touched in no order: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: partial-%s
 * Description: Parts of a mapping go: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: moved-%s
 * Description: A mapping moves, and does not grow: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: invalid-%s
 * Description: What cannot be mapped: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: handle-closed-%s
 * Description: The handle goes before the mapping: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: file-closed-%s
 * Description: The file goes before the mapping: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

/**
 * SUBTEST: forked-%s
 * Description: A child shares the mapping: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @host-cached:	host cached
 * @system:	system
 */

IGT_TEST_DESCRIPTION("CPU mappings of buffer objects.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define WORDS	(PAGE / 4)

struct fd_vm {
	int fd;
	uint32_t vm;
};

enum memory {
	HOST,
	HOST_CACHED,
	SYSTEM,
};

static const char * const memory_names[] = { "host", "host-cached", "system" };

static uint32_t make(const struct fd_vm *t, enum memory memory, uint64_t size)
{
	if (memory == SYSTEM)
		return igt_dxg_bo_system(t->fd, t->vm, size, 0);
	return igt_dxg_bo_host(t->fd, t->vm, size,
			       memory == HOST_CACHED ? SOFTGPU_ALLOC_CACHED : 0, 0);
}

/* --- Content --- */

/* What is written by one mapping is read by another, also after both were away. */
static void content(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64);
	void *a = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	void *b = igt_dxg_bo_map(t->fd, handle, 0, KB64);

	igt_dxg_check_word(a, KB64, 0);
	igt_dxg_pattern(a, KB64, 0x100);
	igt_dxg_check_pattern(b, KB64, 0x100);
	munmap(a, KB64);
	igt_dxg_check_pattern(b, KB64, 0x100);
	munmap(b, KB64);
	a = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	igt_dxg_check_pattern(a, KB64, 0x100);
	munmap(a, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

/* Pages in no order, so that each is a fault of its own or of a neighbour's. */
static void scattered(const struct fd_vm *t, enum memory memory)
{
	const uint64_t pages = 300;
	uint32_t handle = make(t, memory, pages * PAGE), *map;
	uint64_t i, n;

	map = igt_dxg_bo_map(t->fd, handle, 0, pages * PAGE);
	for (i = 0, n = 0; i < pages; i++, n = (n + 97) % pages)
		map[n * WORDS] = n + 1;
	for (i = 0; i < pages; i++)
		igt_assert_eq_u32(map[i * WORDS], i + 1);
	munmap(map, pages * PAGE);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- Cache modes --- */

#define MAX_TYPES	1024

/* A range with a reserved memory type, as the kernel lists it. */
struct memory_type {
	unsigned long long start, end;
	char type[32];
};

static int list_types(struct memory_type *types)
{
	char line[256];
	int count = 0;
	FILE *list;

	list = fopen("/sys/kernel/debug/x86/pat_memtype_list", "re");
	igt_require_f(list, "no list of memory types\n");
	while (count < MAX_TYPES && fgets(line, sizeof(line), list))
		if (sscanf(line, "PAT: [mem %llx-%llx] %31s", &types[count].start,
			   &types[count].end, types[count].type) == 3)
			count++;
	fclose(list);
	return count;
}

static bool listed(const struct memory_type *type, const struct memory_type *types, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (!memcmp(type, &types[i], sizeof(*type)))
			return true;
	return false;
}

/*
 * The kernel gives the pages of a mapping the type that their range is reserved
 * with, and none reserved means uncached-minus. So the first touch must reserve a
 * range of the BO's size, with the expected type and no other.
 */
static void memory_type(const struct fd_vm *t, uint32_t handle, const char *expected)
{
	static struct memory_type before[MAX_TYPES], after[MAX_TYPES];
	uint32_t *map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	int i, count[2], found = 0;
	char path[512];

	igt_dxg_debugfs_path(t->fd, path, sizeof(path));
	memset(before, 0, sizeof(before));
	memset(after, 0, sizeof(after));
	count[0] = list_types(before);
	map[0] = 1;
	count[1] = list_types(after);
	for (i = 0; i < count[1]; i++) {
		if (listed(&after[i], before, count[0]))
			continue;
		igt_info("%#llx to %#llx: %s\n", after[i].start, after[i].end, after[i].type);
		if (after[i].end - after[i].start != KB64)
			continue;
		igt_assert_f(!strcmp(after[i].type, expected), "it is %s, not %s\n",
			     after[i].type, expected);
		found++;
	}
	igt_assert_eq(found, 1);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- Several allocations --- */

#define SEVERAL	4

static uint32_t make_several(const struct fd_vm *t, struct drm_dxg_bo_alloc *allocs)
{
	struct igt_dxg_data data[SEVERAL];
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.allocs = {
			.stride = sizeof(allocs[0]),
			.count = SEVERAL,
			.array = (uintptr_t)allocs,
		},
	};
	int i;

	memset(allocs, 0, SEVERAL * sizeof(allocs[0]));
	for (i = 0; i < SEVERAL; i++) {
		data[i] = igt_dxg_data((2 * i + 1) * PAGE, i % 2 ? SOFTGPU_ALLOC_CACHED : 0);
		allocs[i].data = (uintptr_t)&data[i];
		allocs[i].data_size = sizeof(data[i]);
	}
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	return args.handle;
}

static void several(const struct fd_vm *t)
{
	struct drm_dxg_bo_alloc allocs[SEVERAL];
	uint32_t handle = make_several(t, allocs);
	void *maps[SEVERAL];
	uint64_t size;
	int i;

	for (i = 0; i < SEVERAL; i++) {
		igt_assert(__dxg_bo_offset(t->fd, handle, i, &size) > 0);
		igt_assert_eq_u64(size, allocs[i].size);
		maps[i] = igt_dxg_bo_map(t->fd, handle, i, size);
		igt_dxg_pattern(maps[i], size, i << 16);
	}
	for (i = 0; i < SEVERAL; i++) {
		igt_dxg_check_pattern(maps[i], allocs[i].size, i << 16);
		munmap(maps[i], allocs[i].size);
	}
	igt_assert_eq(__dxg_bo_offset(t->fd, handle, SEVERAL, NULL), -EINVAL);
	igt_dxg_bo_close(t->fd, handle);
}

/* A piece in the middle of an allocation in the middle. */
static void piece(const struct fd_vm *t)
{
	struct drm_dxg_bo_alloc allocs[SEVERAL];
	uint32_t handle = make_several(t, allocs), *whole, *part;
	int64_t offset = __dxg_bo_offset(t->fd, handle, 2, NULL);

	whole = igt_dxg_bo_map(t->fd, handle, 2, 5 * PAGE);
	igt_dxg_pattern(whole, 5 * PAGE, 0);
	part = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, t->fd, offset + 2 * PAGE);
	igt_assert(part != MAP_FAILED);
	igt_dxg_check_pattern(part, 2 * PAGE, 2 * WORDS);
	munmap(part, 2 * PAGE);
	munmap(whole, 5 * PAGE);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- Pieces of a mapping --- */

/* Unmapping the front, the middle and the end leaves the rest where it was. */
static void partial(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64), *map;
	uint8_t *bytes;

	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	igt_dxg_pattern(map, KB64, 0);
	munmap(map, KB64);

	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	bytes = (uint8_t *)map;
	igt_assert_eq(munmap(bytes, PAGE), 0);
	igt_assert_eq(munmap(bytes + 7 * PAGE, 2 * PAGE), 0);
	igt_assert_eq(munmap(bytes + 15 * PAGE, PAGE), 0);
	igt_dxg_check_pattern(bytes + PAGE, 6 * PAGE, WORDS);
	igt_dxg_check_pattern(bytes + 9 * PAGE, 6 * PAGE, 9 * WORDS);
	munmap(bytes + PAGE, 6 * PAGE);
	munmap(bytes + 9 * PAGE, 6 * PAGE);
	igt_dxg_bo_close(t->fd, handle);
}

static void moved(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64);
	void *map = igt_dxg_bo_map(t->fd, handle, 0, KB64), *to;

	igt_dxg_pattern(map, KB64 / 2, 5);
	to = mmap(NULL, KB64, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(to != MAP_FAILED);
	map = mremap(map, KB64, KB64, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	igt_assert(map == to);
	igt_dxg_check_pattern(map, KB64 / 2, 5);
	/* Behind the end is something else's. */
	igt_assert(mremap(map, KB64, 2 * KB64, MREMAP_MAYMOVE) == MAP_FAILED);
	igt_assert_eq(errno, EFAULT);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

static void invalid(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64);
	int64_t offset = __dxg_bo_offset(t->fd, handle, 0, NULL);
	int rw = PROT_READ | PROT_WRITE, other = drm_open_driver_render(DRIVER_DXG);
	struct drm_dxg_bo_alloc allocs[SEVERAL];
	uint32_t many;

	/* Private and writable: the copies would be of nobody. */
	igt_assert(mmap(NULL, KB64, rw, MAP_PRIVATE, t->fd, offset) == MAP_FAILED);
	igt_assert_eq(errno, EINVAL);
	/* Too long, and from the middle to beyond the end. */
	igt_assert(mmap(NULL, KB64 + PAGE, rw, MAP_SHARED, t->fd, offset) == MAP_FAILED);
	igt_assert_eq(errno, EINVAL);
	igt_assert(mmap(NULL, KB64, rw, MAP_SHARED, t->fd, offset + PAGE) == MAP_FAILED);
	igt_assert_eq(errno, EINVAL);
	/* From another file. */
	igt_assert(mmap(NULL, KB64, rw, MAP_SHARED, other, offset) == MAP_FAILED);
	igt_assert_eq(errno, EACCES);
	drm_close_driver(other);
	/* After the handle. */
	igt_dxg_bo_close(t->fd, handle);
	igt_dxg_wait_idle(t->fd);
	igt_assert(mmap(NULL, KB64, rw, MAP_SHARED, t->fd, offset) == MAP_FAILED);
	igt_assert_eq(errno, EINVAL);

	/* Over the border of two allocations. */
	many = make_several(t, allocs);
	offset = __dxg_bo_offset(t->fd, many, 1, NULL);
	igt_assert(mmap(NULL, 4 * PAGE, rw, MAP_SHARED, t->fd, offset) == MAP_FAILED);
	igt_assert_eq(errno, EINVAL);
	igt_dxg_bo_close(t->fd, many);
}

static void no_mmap(const struct fd_vm *t)
{
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t handle;

	handle = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, DRM_DXG_BO_NO_MMAP);
	igt_assert_eq(__dxg_bo_offset(t->fd, handle, 0, NULL), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	handle = igt_dxg_bo_system(t->fd, t->vm, PAGE, DRM_DXG_BO_NO_MMAP);
	igt_assert_eq(__dxg_bo_offset(t->fd, handle, 0, NULL), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	handle = igt_dxg_bo_user(t->fd, t->vm, memory, PAGE, 0);
	igt_assert_eq(__dxg_bo_offset(t->fd, handle, 0, NULL), -EPERM);
	igt_dxg_bo_close(t->fd, handle);
	munmap(memory, PAGE);
}

/* --- Lifetimes --- */

static void handle_closed(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64);
	void *map = igt_dxg_bo_map(t->fd, handle, 0, KB64);

	igt_dxg_pattern(map, KB64 / 2, 9);
	igt_dxg_bo_close(t->fd, handle);
	igt_dxg_check_pattern(map, KB64 / 2, 9);
	/* The other half is mapped only now. */
	igt_dxg_check_word((uint8_t *)map + KB64 / 2, KB64 / 2, 0);
	munmap(map, KB64);
}

static void file_closed(enum memory memory)
{
	struct fd_vm t = { .fd = drm_open_driver_render(DRIVER_DXG) };
	uint32_t handle;
	void *map;

	t.vm = igt_dxg_vm_create(t.fd, 0);
	handle = make(&t, memory, KB64);
	map = igt_dxg_bo_map(t.fd, handle, 0, KB64);
	igt_dxg_pattern(map, KB64 / 2, 9);
	drm_close_driver(t.fd);
	igt_dxg_check_pattern(map, KB64 / 2, 9);
	igt_dxg_check_word((uint8_t *)map + KB64 / 2, KB64 / 2, 0);
	munmap(map, KB64);
}

/* Children share the mapping, with what was mapped before the fork and what was not. */
static void forked(const struct fd_vm *t, enum memory memory)
{
	uint32_t handle = make(t, memory, KB64), *map;

	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	map[0] = 1;
	igt_fork(child, 1) {
		igt_assert_eq_u32(map[0], 1);
		map[1] = 2;
		map[15 * WORDS] = 3;
		munmap(map, KB64);
	}
	igt_waitchildren();
	igt_assert_eq_u32(map[1], 2);
	igt_assert_eq_u32(map[15 * WORDS], 3);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

/* How many locks the CPU has on BOs, of all files. */
static int locks(int fd)
{
	FILE *file = igt_dxg_debugfs_open(fd, "dxg_gems");
	char line[512];
	int count = 0, n;

	while (fgets(line, sizeof(line), file)) {
		const char *at = strstr(line, "locked ");

		if (at && sscanf(at, "locked %d", &n) == 1)
			count += n;
	}
	fclose(file);
	return count;
}

static bool unlocked(const void *arg)
{
	return locks(*(const int *)arg) == 0;
}

/* The host is asked for access at the first touch, and gets it back after the last mapping. */
static void lock_lazily(const struct fd_vm *t)
{
	uint32_t handle = make(t, HOST, KB64), *map, *second;

	igt_require(igt_dxg_wait(unlocked, &t->fd, 120));
	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	igt_assert_eq(locks(t->fd), 0);
	map[0] = 1;
	igt_assert_eq(locks(t->fd), 1);
	second = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	second[WORDS] = 1;
	igt_assert_eq(locks(t->fd), 1);
	munmap(map, KB64);
	usleep(1500000);
	igt_assert_eq(locks(t->fd), 1);
	munmap(second, KB64);
	igt_assert(igt_dxg_wait(unlocked, &t->fd, 120));
	/* And it can have it again. */
	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	igt_assert_eq_u32(map[0], 1);
	igt_assert_eq_u32(map[WORDS], 1);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

/* Threads and processes that map, touch and unmap at the same time. */
static void concurrent(const struct fd_vm *t)
{
	uint32_t handle = make(t, HOST, KB64);

	igt_fork(child, 4) {
		int i;

		for (i = 0; i < 200; i++) {
			uint32_t *map = igt_dxg_bo_map(t->fd, handle, 0, KB64);

			map[child] = i;
			igt_assert_eq_u32(map[child], i);
			munmap(map, KB64);
		}
	}
	igt_waitchildren();
	igt_dxg_bo_close(t->fd, handle);
}

#define EACH(name, text, function) do { \
	igt_describe(text); \
	for (m = HOST; m <= SYSTEM; m++) \
		igt_subtest_f(name "-%s", memory_names[m]) \
			function(&t, m); \
} while (0)

int igt_main()
{
	/* Not in a register: subtests are left by a jump. */
	static struct fd_vm t;
	int m;

	igt_fixture() {
		t.fd = drm_open_driver_render(DRIVER_DXG);
		t.vm = igt_dxg_vm_create(t.fd, 0);
	}

	EACH("content", "Two mappings show the same.", content);
	EACH("scattered", "Pages are touched in no order.", scattered);

	igt_describe("Host memory is mapped write-combined.");
	igt_subtest("write-combined")
		memory_type(&t, make(&t, HOST, KB64), "write-combining");
	igt_describe("Cached host memory is mapped write-back.");
	igt_subtest("write-back")
		memory_type(&t, make(&t, HOST_CACHED, KB64), "write-back");
	igt_describe("The flag asks for cached memory.");
	igt_subtest("write-back-flag")
		memory_type(&t, igt_dxg_bo_host(t.fd, t.vm, KB64, 0, DRM_DXG_BO_CACHED),
			    "write-back");

	igt_describe("Each of several allocations has an offset of its own.");
	igt_subtest("several")
		several(&t);
	igt_describe("A piece within an allocation.");
	igt_subtest("piece")
		piece(&t);
	EACH("partial", "Parts of a mapping go.", partial);
	EACH("moved", "A mapping moves, and does not grow.", moved);
	EACH("invalid", "What cannot be mapped.", invalid);
	igt_describe("BOs that are not to be mapped.");
	igt_subtest("no-mmap")
		no_mmap(&t);

	EACH("handle-closed", "The handle goes before the mapping.", handle_closed);
	igt_describe("The file goes before the mapping.");
	for (m = HOST; m <= SYSTEM; m++)
		igt_subtest_f("file-closed-%s", memory_names[m])
			file_closed(m);
	EACH("forked", "A child shares the mapping.", forked);
	igt_describe("Access is asked for at the first touch and given back at the end.");
	igt_subtest("lock-lazily")
		lock_lazily(&t);
	igt_describe("Many mappings at the same time.");
	igt_subtest("concurrent")
		concurrent(&t);

	igt_fixture()
		drm_close_driver(t.fd);
}
