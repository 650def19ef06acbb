/* SPDX-License-Identifier: MIT */
/*
 * For tests of execution: the messages of contexts, queues and sync objects,
 * built from numbers of the tests' own, and the events that come back.
 */
#ifndef HOST_GPUPV_TESTS_BED_EXEC_H
#define HOST_GPUPV_TESTS_BED_EXEC_H

#include "bed.h"
#include "../../softgpu/softgpu_build.h"

#define XB_ACCESS_DENIED	0xc0000022u
#define XB_NO_MEMORY		0xc0000017u

/* Where xb_init() has memory for command buffers and data, for the GPU: pages, all rights. */
#define XB_VA			0x100000ull
#define XB_PAGES		16u

struct xb {
	struct bed b;
	uint32_t device;
	uint8_t *memory;		/* what the GPU has at XB_VA */
	struct softgpu_buffer cmd;	/* in its first page */
};

struct xb_fence {
	uint32_t handle, global;
	uint64_t va, gpa;
};

/* To stage BED_PROCESS with one GPU, and a device with cookie 0x77. */
void xb_init(struct xb *x, const char *const *options);
void xb_fini(struct xb *x);

/* Payload of a command to gpu0 (zeroed, @bytes with its header), of the process of the bed. */
uint8_t *xb_begin(struct xb *x, uint32_t command, uint32_t bytes);
uint8_t *xb_begin_global(struct xb *x, uint32_t command, uint32_t bytes);
/* Send it and read its answer; what follows in the ring stays there. Returns the first word. */
uint32_t xb_send(struct xb *x);
/* Send it and read nothing. */
void xb_send_only(struct xb *x);
/* Send it as an asynchronous message. */
void xb_send_async(struct xb *x);

/* The next message of the host: its number; the 64-bit value at 24 in *@id. */
uint32_t xb_event(struct xb *x, uint64_t *id);
void xb_expect_event(struct xb *x, uint64_t id);
void xb_expect_state_change(struct xb *x, uint64_t cookie);
void xb_expect_silence(struct xb *x);

uint32_t xb_create_device(struct xb *x, uint64_t cookie);
uint32_t xb_create_context(struct xb *x, uint32_t device, uint32_t node, uint32_t flags);
/* A monitored fence, or another kind with its first two words of data. */
struct xb_fence xb_create_fence(struct xb *x, uint32_t flags, uint64_t value);
struct xb_fence xb_create_sync(struct xb *x, uint32_t type, uint32_t flags, uint64_t data0,
			       uint64_t data1);
uint32_t xb_destroy_sync(struct xb *x, uint32_t handle);

/* What a CPU of the guest sees in a fence. */
uint64_t xb_fence_page(struct xb *x, const struct xb_fence *f);

/* Messages made ready for xb_send() or xb_send_async(). */
void xb_signal_cpu(struct xb *x, uint32_t flags, uint32_t n, const uint32_t *objects,
		   const uint64_t *values);
void xb_signal_gpu(struct xb *x, uint32_t flags, uint32_t contexts, const uint32_t *context,
		   uint32_t n, const uint32_t *objects, const uint64_t *values);
void xb_cpu_event(struct xb *x, uint32_t context, uint64_t event);
void xb_wait_cpu(struct xb *x, uint32_t flags, uint64_t event, uint32_t n,
		 const uint32_t *objects, const uint64_t *values);
void xb_wait_gpu(struct xb *x, uint32_t context, uint32_t n, const uint32_t *objects,
		 const uint64_t *values);
/* One buffer at @va. */
void xb_submit(struct xb *x, uint32_t context, uint64_t va, uint32_t length);
/* What x->cmd holds; the next commands go behind it. */
void xb_submit_commands(struct xb *x, uint32_t context);

/* Stepped GPUs: all nodes until none has anything to do. Returns the steps. */
unsigned int xb_run(struct xb *x);

uint32_t xb_device_state(struct xb *x, uint32_t device);

#endif
