// SPDX-License-Identifier: MIT
/* Messages of execution and what comes back. */
#include <stdio.h>

#include "bed_exec.h"
#include "../objects.h"

static uint8_t message[BED_MAX_MESSAGE];
static uint32_t message_len;

uint8_t *xb_begin(struct xb *x, uint32_t command, uint32_t bytes)
{
	message_len = bed_ext(&x->b) + bytes;
	memset(message, 0, message_len + 8);
	return bed_header(&x->b, message, 0, x->b.process, command);
}

uint8_t *xb_begin_global(struct xb *x, uint32_t command, uint32_t bytes)
{
	message_len = bed_ext(&x->b) + bytes;
	memset(message, 0, message_len + 8);
	return bed_header(&x->b, message, BED_GLOBAL, x->b.process, command);
}

static int message_channel(const struct xb *x)
{
	bool global = message[bed_ext(&x->b) + 12] == 1;

	return global ? BED_GLOBAL : bed_route(&x->b);
}

void xb_send_only(struct xb *x)
{
	bed_raw(&x->b, message_channel(x), true, ++x->b.transaction, message, message_len);
}

uint32_t xb_send(struct xb *x)
{
	xb_send_only(x);
	bed_expect(&x->b, message_channel(x), x->b.transaction);
	return x->b.len ? bed_word(&x->b, 0) : 0;
}

void xb_send_async(struct xb *x)
{
	message[bed_ext(&x->b) + 13] = 1;
	bed_raw(&x->b, bed_route(&x->b), false, 0, message, message_len);
}

uint32_t xb_event(struct xb *x, uint64_t *id)
{
	struct fake_packet p;

	if (!fake_channel_read(&x->b.chan[BED_GLOBAL + 1], &p, x->b.rx))
		return UINT32_MAX;
	assert_int_equal(p.type, 6);
	assert_int_equal(p.flags, 0);
	assert_int_equal(p.transaction, 0);
	assert_int_equal(p.len, 48);
	x->b.len = p.len;
	assert_int_equal(bed_word(&x->b, 12), 2);
	*id = bed_quad(&x->b, 24);
	return bed_word(&x->b, 16);
}

void xb_expect_event(struct xb *x, uint64_t id)
{
	uint64_t seen = 0;

	assert_int_equal(xb_event(x, &seen), 0);
	assert_int_equal(seen, id);
	/* The process id that the bed gives. */
	assert_int_equal(bed_quad(&x->b, 32), 4321);
}

void xb_expect_state_change(struct xb *x, uint64_t cookie)
{
	uint64_t seen = 0;

	assert_int_equal(xb_event(x, &seen), 2);
	assert_int_equal(seen, cookie);
	assert_int_not_equal(bed_word(&x->b, 32), 0);
	assert_int_equal(bed_word(&x->b, 40), 0);
}

void xb_expect_silence(struct xb *x)
{
	bed_expect_nothing(&x->b, BED_GLOBAL);
}

/* ---- objects ---- */

uint32_t xb_create_device(struct xb *x, uint64_t cookie)
{
	put64(xb_begin(x, 0, 40) + 8, cookie);
	return xb_send(x);
}

uint32_t xb_create_context(struct xb *x, uint32_t device, uint32_t node, uint32_t flags)
{
	uint8_t *p = xb_begin(x, 6, 55);

	put32(p + 4, device);
	put32(p + 8, node);
	put32(p + 16, flags);
	xb_send(x);
	assert_int_equal(x->b.len, 56);
	return bed_word(&x->b, 24);
}

struct xb_fence xb_create_sync(struct xb *x, uint32_t type, uint32_t flags, uint64_t data0,
			       uint64_t data1)
{
	uint8_t *p = xb_begin(x, 8, 128);
	struct xb_fence f;

	put32(p, x->device);
	put32(p + 8, type);
	put32(p + 12, flags);
	put64(p + 16, data0);
	put64(p + 24, data1);
	put32(p + 96, 1);
	f.handle = xb_send(x);
	assert_int_equal(x->b.len, 32);
	f.global = bed_word(&x->b, 4);
	f.va = bed_quad(&x->b, 8);
	f.gpa = bed_quad(&x->b, 16);
	return f;
}

struct xb_fence xb_create_fence(struct xb *x, uint32_t flags, uint64_t value)
{
	return xb_create_sync(x, 5, flags, value, 0);
}

uint32_t xb_destroy_sync(struct xb *x, uint32_t handle)
{
	put32(xb_begin_global(x, 1003, 32), handle);
	return xb_send(x);
}

uint64_t xb_fence_page(struct xb *x, const struct xb_fence *f)
{
	const uint64_t *page = fake_guest_at(&x->b.guest, f->gpa / FAKE_PAGE);

	return __atomic_load_n(page, __ATOMIC_ACQUIRE);
}

/* ---- signals, waits, submissions ---- */

void xb_signal_cpu(struct xb *x, uint32_t flags, uint32_t n, const uint32_t *objects,
		   const uint64_t *values)
{
	uint8_t *p = xb_begin(x, 26, 56 + 12 * n);

	put32(p, n);
	put32(p + 4, flags);
	put32(p + 24, x->device);
	for (uint32_t i = 0; i < n; i++) {
		put32(p + 32 + 4 * i, objects[i]);
		put64(p + 32 + 4 * n + 8 * i, values[i]);
	}
}

void xb_signal_gpu(struct xb *x, uint32_t flags, uint32_t contexts, const uint32_t *context,
		   uint32_t n, const uint32_t *objects, const uint64_t *values)
{
	uint8_t *p = xb_begin(x, 26, 56 + 4 * (n + contexts) + (values ? 8 * n : 0));

	put32(p, n);
	put32(p + 4, flags);
	put32(p + 8, contexts);
	for (uint32_t i = 0; i < n; i++)
		put32(p + 32 + 4 * i, objects[i]);
	for (uint32_t i = 0; i < contexts; i++)
		put32(p + 32 + 4 * (n + i), context[i]);
	for (uint32_t i = 0; values && i < n; i++)
		put64(p + 32 + 4 * (n + contexts) + 8 * i, values[i]);
}

void xb_cpu_event(struct xb *x, uint32_t context, uint64_t event)
{
	xb_signal_gpu(x, 2, 1, &context, 0, NULL, NULL);
	put64(message + bed_ext(&x->b) + 48, event);
}

void xb_wait_cpu(struct xb *x, uint32_t flags, uint64_t event, uint32_t n,
		 const uint32_t *objects, const uint64_t *values)
{
	uint8_t *p = xb_begin(x, 22, 56 + 12 * n);

	put32(p, x->device);
	put32(p + 4, n);
	put32(p + 8, flags);
	put64(p + 16, event);
	for (uint32_t i = 0; i < n; i++) {
		put32(p + 32 + 4 * i, objects[i]);
		put64(p + 32 + 4 * n + 8 * i, values[i]);
	}
}

void xb_wait_gpu(struct xb *x, uint32_t context, uint32_t n, const uint32_t *objects,
		 const uint64_t *values)
{
	uint8_t *p = xb_begin(x, 25, 40 + 12 * n);

	put32(p, context);
	put32(p + 4, n);
	for (uint32_t i = 0; i < n; i++) {
		put64(p + 16 + 8 * i, values[i]);
		put32(p + 16 + 8 * n + 4 * i, objects[i]);
	}
}

void xb_submit(struct xb *x, uint32_t context, uint64_t va, uint32_t length)
{
	uint8_t *p = xb_begin(x, 20, 408);

	put64(p, va);
	put32(p + 8, length);
	put32(p + 24, 1);
	put32(p + 28, context);
}

void xb_submit_commands(struct xb *x, uint32_t context)
{
	uint64_t va = XB_VA + (x->cmd.start - x->memory);

	assert_false(x->cmd.overflow);
	xb_submit(x, context, va, x->cmd.used);
	softgpu_buffer_init(&x->cmd, x->cmd.start + x->cmd.used, x->cmd.size - x->cmd.used);
}

unsigned int xb_run(struct xb *x)
{
	unsigned int steps = 0;

	while (gpupv_step(x->b.g, 0, 0) || gpupv_step(x->b.g, 0, 1)) {
		assert_true(steps < 100000);
		steps++;
	}
	return steps;
}

uint32_t xb_device_state(struct xb *x, uint32_t device)
{
	uint8_t *p = xb_begin(x, 28, 80);

	put32(p, device);
	put32(p + 4, 1);
	assert_int_equal(xb_send(x), device);
	assert_int_equal(bed_word(&x->b, 56), 0);
	return bed_word(&x->b, 8);
}

/* ---- the bed ---- */

/* Pages for the GPU, past the memory commands: these tests are not about them. */
static void map_memory(struct xb *x)
{
	uint8_t *pages[XB_PAGES];
	struct gpupv_process *p;

	x->memory = aligned_alloc(FAKE_PAGE, XB_PAGES * FAKE_PAGE);
	memset(x->memory, 0, XB_PAGES * FAKE_PAGE);
	for (unsigned int i = 0; i < XB_PAGES; i++)
		pages[i] = x->memory + i * FAKE_PAGE;
	host_enter(&x->b.guest.host);
	p = handle_get(&x->b.g->handles, x->b.process, HANDLE_PROCESS);
	assert_true(softgpu_map(space_pages(space_of(p, x->b.g->gpu[0])), XB_VA, XB_PAGES, pages,
				SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE));
	host_leave(&x->b.guest.host);
	softgpu_buffer_init(&x->cmd, x->memory, FAKE_PAGE);
}

void xb_init(struct xb *x, const char *const *options)
{
	memset(x, 0, sizeof(*x));
	bed_init(&x->b, options, 1);
	bed_go(&x->b, BED_PROCESS);
	map_memory(x);
	x->device = xb_create_device(x, 0x77);
	assert_int_not_equal(x->device, 0);
}

void xb_fini(struct xb *x)
{
	bed_fini(&x->b);
	free(x->memory);
}
