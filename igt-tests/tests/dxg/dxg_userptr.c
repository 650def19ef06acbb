// SPDX-License-Identifier: MIT
/*
 * Buffer objects in memory of the program: pinned, counted, and where the program
 * has them, whatever it does meanwhile.
 */
#include <pwd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "softgpu_alloc.h"

/**
 * TEST: dxg userptr
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: memory of the program
 *
 * SUBTEST: access-anonymous
 * Description: Private memory: the GPU reads and writes it.
 *
 * SUBTEST: access-shared
 * Description: Shared memory.
 *
 * SUBTEST: access-huge
 * Description: A piece of a huge page.
 *
 * SUBTEST: several
 * Description: Several allocations, each in memory of its own.
 *
 * SUBTEST: readonly
 * Description: Memory that may only be read.
 *
 * SUBTEST: forked
 * Description: Parent and child write after fork(); the GPU's writes arrive at the parent.
 *
 * SUBTEST: unmapped
 * Description: The mapping goes, the pages stay.
 *
 * SUBTEST: twice
 * Description: Two BOs in the same memory.
 *
 * SUBTEST: counted
 * Description: Pinned memory is counted.
 *
 * SUBTEST: limited
 * Description: RLIMIT_MEMLOCK holds.
 *
 * SUBTEST: invalid
 * Description: Memory that cannot be pinned.
 */

IGT_TEST_DESCRIPTION("Buffer objects in memory of the program.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define MB	(1ull << 20)
#define RW	(PROT_READ | PROT_WRITE)

struct fd_vm {
	int fd;
	uint32_t vm;
};

static void *anonymous(uint64_t size)
{
	void *memory = mmap(NULL, size, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(memory != MAP_FAILED);
	return memory;
}

/* Kilobytes of a line of /proc/self/status. */
static long status_kb(const char *key)
{
	char line[256];
	long value = -1;
	FILE *file = fopen("/proc/self/status", "re");

	igt_assert(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			value = atol(line + strlen(key) + 1);
	fclose(file);
	return value;
}

/* --- The GPU --- */

/* A BO that the GPU fills and reads. */
struct shared {
	struct igt_dxg_gpu gpu;
	uint32_t handle;
	uint64_t va, size;
};

static void share(const struct fd_vm *t, struct shared *s, void *memory, uint64_t size)
{
	igt_dxg_gpu_init(&s->gpu, t->fd, t->vm);
	s->size = size;
	s->handle = igt_dxg_bo_user(t->fd, t->vm, memory, size, 0);
	s->va = igt_dxg_bind(t->fd, t->vm, s->handle, 0, size, 0);
}

static void shared_end(const struct fd_vm *t, struct shared *s)
{
	igt_dxg_unbind(t->fd, t->vm, s->va, s->size);
	igt_dxg_bo_close(t->fd, s->handle);
	igt_dxg_gpu_fini(&s->gpu);
}

static void gpu_access(const struct fd_vm *t, void *memory)
{
	struct shared s;

	share(t, &s, memory, KB64);
	igt_dxg_pattern(memory, KB64 / 2, 0x100);
	igt_dxg_gpu_copy(&s.gpu, s.va + KB64 / 2, s.va, KB64 / 2);
	igt_dxg_check_pattern((uint8_t *)memory + KB64 / 2, KB64 / 2, 0x100);
	igt_dxg_gpu_fill(&s.gpu, s.va, KB64, 7);
	igt_dxg_check_word(memory, KB64, 7);
	shared_end(t, &s);
	/* The memory is the program's, with what the GPU wrote. */
	igt_dxg_check_word(memory, KB64, 7);
}

static void access_anonymous(const struct fd_vm *t)
{
	void *memory = anonymous(KB64);

	gpu_access(t, memory);
	munmap(memory, KB64);
}

static void access_shared(const struct fd_vm *t)
{
	void *memory = mmap(NULL, KB64, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	igt_assert(memory != MAP_FAILED);
	gpu_access(t, memory);
	munmap(memory, KB64);
}

static void access_huge(const struct fd_vm *t)
{
	uint8_t *memory = anonymous(4 * MB);
	uint8_t *aligned = (uint8_t *)(((uintptr_t)memory + 2 * MB - 1) & ~(2 * MB - 1));

	madvise(aligned, 2 * MB, MADV_HUGEPAGE);
	memset(aligned, 1, 2 * MB);
	gpu_access(t, aligned + 5 * PAGE);
	munmap(memory, 4 * MB);
}

/* Each allocation in memory of its own. */
static void several(const struct fd_vm *t)
{
	struct drm_dxg_bo_alloc allocs[3] = { 0 };
	struct igt_dxg_data data[3];
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_USER,
		.allocs = { .stride = sizeof(allocs[0]), .count = 3, .array = (uintptr_t)allocs },
	};
	struct igt_dxg_gpu gpu;
	uint8_t *memory = anonymous(16 * PAGE);
	uint64_t va;
	int i;

	for (i = 0; i < 3; i++) {
		data[i] = igt_dxg_data((i + 1) * PAGE, 0);
		allocs[i].size = (i + 1) * PAGE;
		/* In the reverse order, with gaps. */
		allocs[i].user_ptr = (uintptr_t)memory + (10 - 5 * i) * PAGE;
		allocs[i].data = (uintptr_t)&data[i];
		allocs[i].data_size = sizeof(data[i]);
	}
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	for (i = 0; i < 3; i++) {
		va = igt_dxg_bind(t->fd, t->vm, args.handle, i, (i + 1) * PAGE, 0);
		igt_dxg_gpu_fill(&gpu, va, (i + 1) * PAGE, 100 + i);
		igt_dxg_unbind(t->fd, t->vm, va, (i + 1) * PAGE);
	}
	for (i = 0; i < 3; i++) {
		uint8_t *at = memory + (10 - 5 * i) * PAGE;

		igt_dxg_check_word(at, (i + 1) * PAGE, 100 + i);
		igt_dxg_check_word(at + (i + 1) * PAGE, PAGE, 0);
	}
	igt_dxg_gpu_fini(&gpu);
	igt_dxg_bo_close(t->fd, args.handle);
	munmap(memory, 16 * PAGE);
}

/* Memory that the program may only read, for a GPU that only reads. */
static void readonly(const struct fd_vm *t)
{
	uint8_t *memory = anonymous(KB64), *target = anonymous(KB64);
	struct shared s;
	uint32_t handle;
	uint64_t va;

	igt_dxg_pattern(memory, KB64, 5);
	igt_assert_eq(mprotect(memory, KB64, PROT_READ), 0);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, KB64, 0, &handle), -EFAULT);
	handle = igt_dxg_bo_user(t->fd, t->vm, memory, KB64, DRM_DXG_BO_READONLY);
	va = igt_dxg_bind(t->fd, t->vm, handle, 0, KB64, DRM_DXG_BIND_READONLY);
	share(t, &s, target, KB64);
	igt_dxg_gpu_copy(&s.gpu, s.va, va, KB64);
	igt_dxg_check_pattern(target, KB64, 5);
	shared_end(t, &s);
	igt_dxg_unbind(t->fd, t->vm, va, KB64);
	igt_dxg_bo_close(t->fd, handle);
	munmap(memory, KB64);
	munmap(target, KB64);
}

/* --- What the program does meanwhile --- */

/*
 * After fork() parent and child both write the memory. The GPU goes on with the
 * parent's pages: what it writes arrives there, and it reads what the parent wrote.
 */
static void forked(const struct fd_vm *t)
{
	uint32_t *memory = anonymous(KB64);
	int go[2], done[2];
	struct shared s;
	char c = 0;

	igt_assert_eq(pipe(go), 0);
	igt_assert_eq(pipe(done), 0);
	igt_dxg_pattern(memory, KB64, 0);
	share(t, &s, memory, KB64);
	igt_fork(child, 1) {
		/* The child has what there was, in pages of its own. */
		igt_dxg_check_pattern(memory, KB64, 0);
		memset(memory, 0xcc, KB64);
		igt_assert_eq(write(done[1], &c, 1), 1);
		igt_assert_eq(read(go[0], &c, 1), 1);
		/* And nothing of what parent and GPU have done since. */
		igt_dxg_check_word(memory, KB64, 0xcccccccc);
	}
	igt_assert_eq(read(done[0], &c, 1), 1);
	/* The child has written; the parent sees nothing of it and writes, too. */
	igt_dxg_check_pattern(memory, KB64, 0);
	igt_dxg_pattern(memory, KB64 / 2, 0x4000);
	igt_dxg_gpu_copy(&s.gpu, s.va + KB64 / 2, s.va, KB64 / 2);
	igt_dxg_check_pattern((uint8_t *)memory + KB64 / 2, KB64 / 2, 0x4000);
	igt_dxg_gpu_fill(&s.gpu, s.va, KB64, 0x77);
	igt_dxg_check_word(memory, KB64, 0x77);
	igt_assert_eq(write(go[1], &c, 1), 1);
	igt_waitchildren();
	igt_dxg_check_word(memory, KB64, 0x77);
	shared_end(t, &s);
	munmap(memory, KB64);
	close(go[0]);
	close(go[1]);
	close(done[0]);
	close(done[1]);
}

/* The mapping goes, the pages stay: another mapping at the address is another memory. */
static void unmapped(const struct fd_vm *t)
{
	uint8_t *memory = anonymous(KB64), *target = anonymous(KB64), *other;
	struct shared s, result;

	igt_dxg_pattern(memory, KB64, 0x10);
	share(t, &s, memory, KB64);
	share(t, &result, target, KB64);
	munmap(memory, KB64);
	other = mmap(memory, KB64, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	igt_assert(other == memory);
	memset(other, 0xee, KB64);
	igt_dxg_gpu_copy(&s.gpu, result.va, s.va, KB64);
	igt_dxg_check_pattern(target, KB64, 0x10);
	igt_dxg_gpu_fill(&s.gpu, s.va, KB64, 1);
	igt_dxg_check_word(other, KB64, 0xeeeeeeee);
	shared_end(t, &result);
	shared_end(t, &s);
	munmap(other, KB64);
	munmap(target, KB64);
}

/* The same memory in two BOs. */
static void twice(const struct fd_vm *t)
{
	void *memory = anonymous(KB64);
	struct shared a, b;

	share(t, &a, memory, KB64);
	share(t, &b, memory, KB64);
	igt_dxg_gpu_fill(&a.gpu, a.va, KB64, 1);
	igt_dxg_gpu_fill(&b.gpu, b.va + KB64 / 2, KB64 / 2, 2);
	igt_dxg_check_word(memory, KB64 / 2, 1);
	igt_dxg_check_word((uint8_t *)memory + KB64 / 2, KB64 / 2, 2);
	shared_end(t, &a);
	igt_dxg_gpu_fill(&b.gpu, b.va, KB64, 3);
	igt_dxg_check_word(memory, KB64, 3);
	shared_end(t, &b);
	munmap(memory, KB64);
}

/* --- Counting --- */

static void counted(const struct fd_vm *t)
{
	void *memory = anonymous(MB);
	uint32_t handle;
	long before;

	/* What others have closed is counted until the host has let go. */
	igt_dxg_wait_idle(t->fd);
	before = status_kb("VmPin:");
	igt_assert(before >= 0);
	handle = igt_dxg_bo_user(t->fd, t->vm, memory, MB, 0);
	igt_assert_eq(status_kb("VmPin:"), before + 1024);
	igt_dxg_bo_close(t->fd, handle);
	igt_dxg_wait_idle(t->fd);
	igt_assert_eq(status_kb("VmPin:"), before);
	/* What cannot be pinned is not counted. */
	munmap((uint8_t *)memory + MB / 2, PAGE);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, MB, 0, &handle), -EFAULT);
	igt_assert_eq(status_kb("VmPin:"), before);
	munmap(memory, MB);
}

static bool not_pinned(const void *arg)
{
	(void)arg;
	return status_kb("VmPin:") == 0;
}

/* Without privileges, no more than the limit; what is given back can be pinned again. */
static void limited(void)
{
	igt_fork(child, 1) {
		struct rlimit limit = { .rlim_cur = MB, .rlim_max = MB };
		struct passwd *nobody = getpwnam("nobody");
		int fd = drm_open_driver_render(DRIVER_DXG);
		uint32_t vm = igt_dxg_vm_create(fd, 0), a, b;
		uint8_t *memory = anonymous(4 * MB);

		igt_assert_eq(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
		if (!geteuid())
			igt_assert_eq(setresuid(nobody ? nobody->pw_uid : 65534,
						nobody ? nobody->pw_uid : 65534,
						nobody ? nobody->pw_uid : 65534), 0);
		igt_assert_eq(__dxg_bo_user(fd, vm, memory, MB + PAGE, 0, &a), -ENOMEM);
		a = igt_dxg_bo_user(fd, vm, memory, MB / 2, 0);
		b = igt_dxg_bo_user(fd, vm, memory + MB, MB / 2, 0);
		igt_assert_eq(__dxg_bo_user(fd, vm, memory + 2 * MB, PAGE, 0, &b), -ENOMEM);
		igt_dxg_bo_close(fd, a);
		/* As soon as the host has let go. */
		igt_assert(igt_dxg_wait(not_pinned, NULL, 0) || status_kb("VmPin:") >= 512);
		while (__dxg_bo_user(fd, vm, memory + 2 * MB, PAGE, 0, &b) == -ENOMEM)
			usleep(1000);
		drm_close_driver(fd);
		igt_assert(igt_dxg_wait(not_pinned, NULL, 120));
	}
	igt_waitchildren();
}

/* --- Bad input --- */

static void invalid(const struct fd_vm *t)
{
	uint8_t *memory = anonymous(KB64);
	uint32_t handle, host;
	void *map;

	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory + 1, PAGE, 0, &handle), -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory + PAGE / 2, PAGE, 0, &handle), -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, PAGE - 1, 0, &handle), -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, 0, 0, &handle), -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, NULL, PAGE, 0, &handle), -EFAULT);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, (void *)(UINTPTR_MAX - PAGE + 1), PAGE, 0,
				    &handle), -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, (void *)0xffff800000000000ul, PAGE, 0,
				    &handle), -EFAULT);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, 1ull << 44, 0, &handle), -ENOMEM);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, PAGE, DRM_DXG_BO_SHAREABLE, &handle),
		      -EINVAL);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, PAGE, DRM_DXG_BO_CACHED, &handle),
		      -EINVAL);
	igt_assert_eq(mprotect(memory, KB64, PROT_NONE), 0);
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, memory, PAGE, DRM_DXG_BO_READONLY, &handle),
		      -EFAULT);
	munmap(memory, KB64);

	/* Memory that is not the program's to give. */
	host = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, 0);
	map = igt_dxg_bo_map(t->fd, host, 0, PAGE);
	*(uint32_t *)map = 1;
	igt_assert_eq(__dxg_bo_user(t->fd, t->vm, map, PAGE, 0, &handle), -EFAULT);
	munmap(map, PAGE);
	igt_dxg_bo_close(t->fd, host);
}

int igt_main()
{
	/* Not in a register: subtests are left by a jump. */
	static struct fd_vm t;

	igt_fixture() {
		t.fd = drm_open_driver_render(DRIVER_DXG);
		t.vm = igt_dxg_vm_create(t.fd, 0);
	}

	igt_describe("Private memory: the GPU reads and writes it.");
	igt_subtest("access-anonymous")
		access_anonymous(&t);
	igt_describe("Shared memory.");
	igt_subtest("access-shared")
		access_shared(&t);
	igt_describe("A piece of a huge page.");
	igt_subtest("access-huge")
		access_huge(&t);
	igt_describe("Several allocations, each in memory of its own.");
	igt_subtest("several")
		several(&t);
	igt_describe("Memory that may only be read.");
	igt_subtest("readonly")
		readonly(&t);

	igt_describe("Parent and child write after fork(); the GPU's writes arrive at the parent.");
	igt_subtest("forked")
		forked(&t);
	igt_describe("The mapping goes, the pages stay.");
	igt_subtest("unmapped")
		unmapped(&t);
	igt_describe("Two BOs in the same memory.");
	igt_subtest("twice")
		twice(&t);

	igt_describe("Pinned memory is counted.");
	igt_subtest("counted")
		counted(&t);
	igt_describe("RLIMIT_MEMLOCK holds.");
	igt_subtest("limited")
		limited();

	igt_describe("Memory that cannot be pinned.");
	igt_subtest("invalid")
		invalid(&t);

	igt_fixture()
		drm_close_driver(t.fd);
}
