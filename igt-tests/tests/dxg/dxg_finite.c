// SPDX-License-Identifier: MIT
/*
 * Everything comes to an end, and leaves nothing: clients that are killed at any moment, and a
 * host that falls silent in the middle of work.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"

/**
 * TEST: dxg finite
 * Category: Core
 * Mega feature: dxg
 * Sub-category: robustness
 * Functionality: finite time with a silent host
 *
 * SUBTEST: killed
 * Description: Eight busy clients are killed at random moments; DXG_ROUNDS, DXG_SEED.
 *
 * SUBTEST: silence
 * Description: The host falls silent amidst submissions and binds, and stays so.
 */

IGT_TEST_DESCRIPTION("Clients that are killed, a host that is silent.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define CLIENTS	8
#define PENDING	100
/* The time limit of queues, and what emulation may add to it. */
#define LIMIT_MS	2000
#define PATIENCE	120

/* --- Killed clients --- */

/* A client's life, as far as it gets: all kinds of objects, in an order of its own. */
static void live(unsigned int seed)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, seed & 1 ? DRM_DXG_VM_USER_FENCE : 0);
	void *memory = mmap(NULL, KB64, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t bind_queue = igt_dxg_bind_queue_create(fd, vm, NULL);
	uint32_t fence = igt_dxg_fence_create(fd, vm, DRM_DXG_FENCE_SHAREABLE, 0);
	uint64_t va = igt_dxg_reserve(fd, vm, KB64), value = 0;
	struct drm_dxg_vm_bind_op op;
	struct igt_dxg_gpu gpu;
	uint32_t bo;
	void *map;
	int share;

	if (!(seed & 1))
		igt_dxg_gpu_init(&gpu, fd, vm);
	for (;;) {
		switch (rand_r(&seed) % 8) {
		case 0:
			bo = igt_dxg_bo_host(fd, vm, KB64, 0, 0);
			map = igt_dxg_bo_map(fd, bo, 0, KB64);
			memset(map, 1, KB64);
			igt_dxg_bind_op(fd, vm, igt_dxg_op_map(bo, 0, va, KB64));
			munmap(map, KB64);
			igt_dxg_bo_close(fd, bo);
			break;
		case 1:
			bo = igt_dxg_bo_system(fd, vm, KB64, DRM_DXG_BO_SHAREABLE);
			share = __dxg_prime_export(fd, bo);
			igt_assert_fd(share);
			igt_dxg_bo_close(fd, bo);
			close(share);
			break;
		case 2:
			bo = igt_dxg_bo_user(fd, vm, memory, KB64, 0);
			igt_dxg_bind_op(fd, vm, igt_dxg_op_map(bo, 0, va, KB64));
			igt_dxg_bo_close(fd, bo);
			break;
		case 3:
			igt_dxg_queue_destroy(fd, igt_dxg_queue_create(fd, vm, 0));
			break;
		case 4:
			igt_dxg_fence_signal(fd, fence, ++value);
			__dxg_fence_wait(fd, fence, value + rand_r(&seed) % 2, igt_dxg_time(20));
			break;
		case 5:
			share = __dxg_fence_export(fd, fence, O_CLOEXEC);
			igt_assert_fd(share);
			close(share);
			break;
		case 6:
			op = igt_dxg_op_range(DRM_DXG_BIND_UNMAP, va, KB64);
			igt_assert_eq(__dxg_bind_async(fd, vm, bind_queue, &op, 1, NULL, 0), 0);
			break;
		default:
			if (!(seed & 1) && gpu.queue)
				igt_dxg_gpu_fill(&gpu, gpu.commands.va + PAGE / 2, 256, seed);
			break;
		}
	}
}

/* Milliseconds pass. */
static void pass(unsigned int ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t))
		;
}

static void killed(unsigned int rounds, unsigned int seed)
{
	int keep = drm_open_driver_render(DRIVER_DXG), before, status;
	pid_t child[CLIENTS];
	unsigned int i, n;

	igt_dxg_wait_idle(keep);
	before = igt_dxg_host_objects();
	igt_info("seed %u, %u rounds\n", seed, rounds);
	for (n = 0; n < rounds; n++) {
		for (i = 0; i < CLIENTS; i++) {
			unsigned int own = rand_r(&seed);

			child[i] = fork();
			igt_assert_lte(0, child[i]);
			if (!child[i])
				live(own);
		}
		pass(100 + rand_r(&seed) % 900);
		for (i = 0; i < CLIENTS; i++) {
			pass(rand_r(&seed) % 50);
			igt_assert_eq(kill(child[i], SIGKILL), 0);
		}
		for (i = 0; i < CLIENTS; i++) {
			igt_assert_eq(waitpid(child[i], &status, 0), child[i]);
			/* It was alive until then: nothing had failed. */
			igt_assert_f(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
				     "round %u, client %u: status %#x\n", n, i, status);
		}
		igt_dxg_wait_idle(keep);
		igt_assert_eq_u32(igt_dxg_host_objects(), before);
	}
	drm_close_driver(keep);
}

/* --- A silent host --- */

struct client {
	int fd;
	uint32_t vm, queue, bind_queue, bo;
	uint64_t va;
	struct igt_dxg_buffer commands;
	uint32_t length;
	uint32_t submitted[PENDING], bound[PENDING];
};

static void client_begin(struct client *c)
{
	struct softgpu_buffer b;
	unsigned int i;

	c->fd = drm_open_driver_render(DRIVER_DXG);
	c->vm = igt_dxg_vm_create(c->fd, 0);
	c->queue = igt_dxg_queue_create(c->fd, c->vm, 0);
	c->bind_queue = igt_dxg_bind_queue_create(c->fd, c->vm, NULL);
	igt_assert_eq(__dxg_queue_set(c->fd, c->queue, DRM_DXG_QUEUE_TIMEOUT_MS, LIMIT_MS), 0);
	igt_assert_eq(__dxg_queue_set(c->fd, c->bind_queue, DRM_DXG_QUEUE_TIMEOUT_MS, LIMIT_MS), 0);
	c->bo = igt_dxg_bo_host(c->fd, c->vm, KB64, 0, 0);
	c->va = igt_dxg_reserve(c->fd, c->vm, KB64);
	igt_dxg_buffer_create(c->fd, c->vm, PAGE, &c->commands);
	softgpu_buffer_init(&b, c->commands.map, PAGE);
	softgpu_fill(&b, c->commands.va + PAGE / 2, 64, 0x5a5a5a5a);
	c->length = b.used;
	for (i = 0; i < PENDING; i++) {
		c->submitted[i] = syncobj_create(c->fd, 0);
		c->bound[i] = syncobj_create(c->fd, 0);
	}
}

static void client_queue(struct client *c, unsigned int i)
{
	struct drm_dxg_sync_op done = igt_dxg_signal_syncobj(c->submitted[i], 0);
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(c->bo, 0, c->va, KB64);
	struct drm_dxg_submit submit = igt_dxg_work(c->commands.va, c->length, &done, 1);

	igt_assert_eq(__dxg_submit(c->fd, c->queue, &submit, 1), 0);
	done.handle = c->bound[i];
	igt_assert_eq(__dxg_bind_async(c->fd, c->vm, c->bind_queue, &op, 1, &done, 1), 0);
}

/* A process that asks the silent host, or waits for a fence, dies when it is told to. */
static void dies(void (*what)(int fd, uint32_t handle), int fd, uint32_t handle)
{
	pid_t child = fork();
	int status, i;

	igt_assert_lte(0, child);
	if (!child) {
		what(fd, handle);
		_exit(0);
	}
	pass(500);
	igt_assert_eq(waitpid(child, &status, WNOHANG), 0);
	igt_assert_eq(kill(child, SIGKILL), 0);
	for (i = 0; i < 600 && !waitpid(child, &status, WNOHANG); i++)
		pass(100);
	igt_assert_lt(i, 600);
}

static void asks(int fd, uint32_t vm)
{
	uint32_t bo;

	__dxg_bo_host(fd, vm, KB64, 0, 0, &bo);
}

static void waits(int fd, uint32_t fence)
{
	__dxg_fence_wait(fd, fence, 1000, INT64_MAX);
}

static void silence(void)
{
	static struct client c[2];
	unsigned int i, k, failed = 0;
	int other = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(other, DRM_DXG_VM_USER_FENCE);
	uint32_t fence = igt_dxg_fence_create(other, vm, 0, 0);

	for (k = 0; k < ARRAY_SIZE(c); k++)
		client_begin(&c[k]);
	for (i = 0; i < PENDING; i++) {
		if (i == PENDING / 2)
			igt_dxg_host("gpupv set silence on");
		for (k = 0; k < ARRAY_SIZE(c); k++)
			client_queue(&c[k], i);
	}
	for (k = 0; k < ARRAY_SIZE(c); k++) {
		for (i = 0; i < PENDING; i++) {
			failed += igt_dxg_syncobj_result(c[k].fd, c[k].submitted[i], PATIENCE) < 0;
			failed += igt_dxg_syncobj_result(c[k].fd, c[k].bound[i], PATIENCE) < 0;
		}
	}
	/* Those behind the silence have failed all, those before it perhaps not. */
	igt_info("%u of %u failed\n", failed, 2 * PENDING * (unsigned int)ARRAY_SIZE(c));
	igt_assert_lte(PENDING * (int)ARRAY_SIZE(c), failed);
	dies(asks, other, vm);
	dies(waits, other, fence);
	for (k = 0; k < ARRAY_SIZE(c); k++) {
		munmap(c[k].commands.map, c[k].commands.size);
		close(c[k].fd);
	}
	close(other);
}

int igt_main()
{
	const char *rounds = getenv("DXG_ROUNDS"), *seed = getenv("DXG_SEED");

	igt_describe("Eight busy clients are killed at random moments; DXG_ROUNDS, DXG_SEED.");
	igt_subtest("killed")
		killed(rounds ? atoi(rounds) : 3, seed ? atoi(seed) : 1);

	igt_describe("The host falls silent amidst submissions and binds, and stays so.");
	igt_subtest("silence")
		silence();
}
