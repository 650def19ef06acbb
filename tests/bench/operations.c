// SPDX-License-Identifier: MIT
/* What one of each operation costs, one client, few objects; and the yardstick. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "softgpu_build.h"

#define COMMAND		"/sys/kernel/debug/dxgtest/command"
/* There and back as many in the rings as the clock's command and its reply together. */
#define ECHO_BYTES	32u

/* ---- the yardstick ---- */

struct echoes {
	unsigned int count;
	bool isr;		/* read in the interrupt, not in a tasklet */
	double ns;		/* by the kernel's own clock, of one */
};

static void echo(void *ctx)
{
	struct echoes *e = ctx;
	char text[256] = "";
	double ns;
	int fd = open(COMMAND, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("no " COMMAND ": the module dxgtest is not loaded");
	snprintf(text, sizeof(text), "echo ch=1 count=%u bytes=%u isr=%d", e->count,
		 ECHO_BYTES, e->isr);
	if (write(fd, text, strlen(text)) < 0)
		fail("dxgtest: %m");
	memset(text, 0, sizeof(text));
	if (read(fd, text, sizeof(text) - 1) < 0 || sscanf(text, "echoes %*u ns %lf", &ns) != 1)
		fail("dxgtest says: %s", text);
	e->ns = ns / e->count;
	close(fd);
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The channel is opened and closed by each command: the difference of long and short ones. */
static void one_echo(const struct sizes *s, const char *name, bool isr)
{
	struct echoes few = { .count = s->repeats, .isr = isr };
	struct echoes many = { .count = 3 * s->repeats, .isr = isr };
	double instructions[ROUNDS], ns[ROUNDS], switches[ROUNDS];
	struct counters result = { .awaits = 1, .requests = 1 };

	echo(&few);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct counters begin, a, b;

		counters_begin(&begin);
		echo(&few);
		a = counters_since(&begin, 1);
		counters_begin(&begin);
		echo(&many);
		b = counters_since(&begin, 1);
		instructions[i] = (b.instructions - a.instructions) / (many.count - few.count);
		switches[i] = (b.switches - a.switches) / (many.count - few.count);
		ns[i] = many.ns;
	}
	qsort(instructions, ROUNDS, sizeof(double), order);
	qsort(switches, ROUNDS, sizeof(double), order);
	qsort(ns, ROUNDS, sizeof(double), order);
	/* Of a difference, the least may be too small. */
	result.instructions = instructions[ROUNDS / 2];
	result.switches = switches[ROUNDS / 2];
	result.ns = ns[0];
	result.interrupts = 1;
	next_element();
	printf("{\"name\":\"%s\",", name);
	print_counters(&result);
	printf("}\n");
}

void bench_echo(const struct sizes *s)
{
	one_echo(s, "ring echo", false);
	one_echo(s, "ring echo, read in the interrupt", true);
}

/* ---- operations ---- */

struct scene {
	struct client c;
	struct dxg_queue *bind, *hw;
	struct dxg_fence *fence;
	uint64_t fence_value, range;
	struct dxg_bo *bo, **kept;
	unsigned int n;
	uint32_t points;
};

static void nothing(void *ctx)
{
	(void)ctx;
}

static void query(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_clock clock;

	TRY(dxg_device_get_clock(s->c.dev, 0, &clock));
}

/* The same ioctl, refused just before the host would be asked: there is no such engine. */
static void query_refused(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_clock clock;

	if (dxg_device_get_clock(s->c.dev, UINT32_MAX, &clock) != -ENOENT)
		fail("a clock of an engine that is not there");
}

/* What the kernel knows by itself: no message, but all that an ioctl costs anyway. */
static void info(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_device_info info;

	TRY(dxg_device_get_info(s->c.dev, &info));
}

static void submit(void *ctx)
{
	client_submit(&((struct scene *)ctx)->c);
}

static void submit_end(void *ctx)
{
	client_wait(&((struct scene *)ctx)->c);
}

static void submit_wait(void *ctx)
{
	submit(ctx);
	submit_end(ctx);
}

static void submit_hw(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_sync_op done = dxg_signal_point(s->c.syncobj, ++s->c.point);

	TRY(dxg_queue_submit_one(s->hw, s->c.code_va, s->c.code_length, &done, 1));
}

static void submit_hw_wait(void *ctx)
{
	submit_hw(ctx);
	submit_end(ctx);
}

static void create(void *ctx)
{
	struct scene *s = ctx;

	s->kept[s->n++] = client_bo(&s->c);
}

static void create_system(void *ctx)
{
	struct scene *s = ctx;

	TRY(dxg_bo_new_system(s->c.vm, 0, 4096, &s->kept[s->n++]));
}

static void destroy(void *ctx)
{
	struct scene *s = ctx;

	dxg_bo_unref(s->kept[--s->n]);
}

static struct drm_dxg_vm_bind_op bind_op(struct scene *s, unsigned int page, uint32_t op)
{
	struct drm_dxg_vm_bind_op o = { .op = op, .va = s->range + 4096ull * page, .size = 4096 };

	if (op == DRM_DXG_BIND_MAP)
		o.bo_handle = dxg_bo_handle(s->bo);
	return o;
}

static void bind_now(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_vm_bind_op op = bind_op(s, s->n++, DRM_DXG_BIND_MAP);

	TRY(dxg_vm_bind(s->c.vm, NULL, &op, 1, NULL, 0));
}

static void unbind_now(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_vm_bind_op op = bind_op(s, --s->n, DRM_DXG_BIND_UNMAP);

	TRY(dxg_vm_bind(s->c.vm, NULL, &op, 1, NULL, 0));
}

static void bind_queued(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_vm_bind_op op = bind_op(s, s->n++, DRM_DXG_BIND_MAP);
	struct drm_dxg_sync_op done = dxg_signal_point(s->c.syncobj, ++s->c.point);

	TRY(dxg_vm_bind(s->c.vm, s->bind, &op, 1, &done, 1));
}

static void fence_reached(void *ctx)
{
	struct scene *s = ctx;

	TRY(dxg_fence_wait(s->fence, s->fence_value, INT64_MAX));
}

/* The GPU raises the fence behind a job, and the kernel wakes who waits for it. */
static void fence_by_gpu(void *ctx)
{
	struct scene *s = ctx;
	struct drm_dxg_sync_op raise = dxg_raise_fence(s->fence, ++s->fence_value);

	TRY(dxg_queue_submit_one(s->c.queue, s->c.code_va, s->c.code_length, &raise, 1));
	TRY(dxg_fence_wait(s->fence, s->fence_value, INT64_MAX));
}

static void fence_by_cpu(void *ctx)
{
	struct scene *s = ctx;

	TRY(dxg_fence_signal(s->fence, ++s->fence_value));
}

/* Done twice in turn, with its opposite, so that the scene stays as it is. */
static void pair(const char *name, void (*one)(void *), const char *back_name,
		 void (*back)(void *), void (*end)(void *), struct scene *s, unsigned int n)
{
	struct counters there[ROUNDS], again[ROUNDS];
	double there_awaits, again_awaits;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		there[i] = measure(NULL, n, one, end, s);
		again[i] = measure(NULL, n, back, nothing, s);
	}
	there_awaits = measure_awaits(n, one, end, s);
	again_awaits = measure_awaits(n, back, nothing, s);
	print_typical(name, there, ROUNDS, there_awaits);
	if (back_name)
		print_typical(back_name, again, ROUNDS, again_awaits);
}

static void hw_queue(struct scene *s, unsigned int n)
{
	struct drm_dxg_queue_create args = {
		.type = DRM_DXG_QUEUE_CONTEXT, .flags = DRM_DXG_QUEUE_HW_PARENT,
	};
	struct dxg_queue *parent;

	if (dxg_queue_new(s->c.vm, &args, &parent))
		return;
	if (!dxg_queue_new_hw(parent, &s->hw)) {
		measure("submit, hardware queue", n, submit_hw, submit_end, s);
		measure("submit and wait, hardware queue", n, submit_hw_wait, nothing, s);
		dxg_queue_unref(s->hw);
	}
	dxg_queue_unref(parent);
}

void bench_operations(const struct sizes *sizes)
{
	unsigned int n = sizes->repeats;
	struct scene s = { .n = 0 };
	uint64_t va = 0;

	s.kept = calloc(n, sizeof(*s.kept));
	client_open(&s.c);
	TRY(dxg_queue_new_bind(s.c.vm, &s.bind));
	TRY(dxg_fence_new(s.c.vm, 0, 0, &s.fence));
	TRY(dxg_vm_reserve(s.c.vm, 0, 4096ull * n, &s.range));
	s.bo = client_bo(&s.c);
	TRY(dxg_vm_map_bo(s.c.vm, s.bo, 0, 0, &va));
	measure("no message (device info)", n, info, nothing, &s);
	measure("synchronous command (clock)", n, query, nothing, &s);
	measure("no message (clock, refused)", n, query_refused, nothing, &s);
	measure("submit", n, submit, submit_end, &s);
	measure("submit and wait", n, submit_wait, nothing, &s);
	hw_queue(&s, n);
	pair("BO create, host memory", create, "BO destroy, host memory", destroy, nothing, &s, n);
	pair("BO create, system memory", create_system, "BO destroy, system memory", destroy,
	     nothing, &s, n);
	pair("bind, now", bind_now, "unbind, now", unbind_now, nothing, &s, n);
	pair("bind, queued", bind_queued, NULL, unbind_now, submit_end, &s, n);
	measure("fence signal by the CPU", n, fence_by_cpu, nothing, &s);
	measure("fence wait, reached", n, fence_reached, nothing, &s);
	measure("fence wait, raised by the GPU", n, fence_by_gpu, nothing, &s);
	dxg_bo_unref(s.bo);
	dxg_fence_unref(s.fence);
	dxg_queue_unref(s.bind);
	client_close(&s.c);
	free(s.kept);
}
