/* SPDX-License-Identifier: MIT */
/*
 * A tiny driver: it writes the messages of a guest field by field, in the order
 * and with the sizes that the protocol's description has, and waits for what
 * comes back. It shares nothing with the host's decoder nor with the other tests'
 * encoder, only the bed's rings and PCI functions. Time is real, GPUs have
 * threads.
 */
#ifndef HOST_GPUPV_TESTS_TINY_CLIENT_H
#define HOST_GPUPV_TESTS_TINY_CLIENT_H

#include "bed.h"

#define TC_EVENTS	32u

struct tc_event {
	uint32_t number;		/* of the host's message */
	uint64_t id;			/* event id, or the cookie */
};

struct tc {
	struct bed b;
	uint8_t m[160 * 1024];		/* the message that is written */
	uint32_t len;
	int gpu;			/* that it is for; BED_GLOBAL */
	uint64_t luid[3];		/* what config space said */
	bool async;			/* the bit of the last adapter that started */
	uint32_t adapter[3];		/* the host's handles */
	uint32_t process, device;
	uint64_t last_event;		/* id given out */
	struct tc_event event[TC_EVENTS];	/* that came and nobody has taken */
	unsigned int events;
};

/* Until the first adapter works: version, channels, IO space, OPENADAPTER and so on. */
void tc_start(struct tc *c, const char *const *options, unsigned int gpus);
/* One more adapter that is offered. */
void tc_start_adapter(struct tc *c, unsigned int gpu);
/* Everything that was made is gone, and nothing broke the protocol. */
void tc_expect_clean(struct tc *c);
/* Host and guest end. */
void tc_end(struct tc *c);

/* ---- messages ---- */

/* To GPU 0, or of the VM, of the current process. */
void tc_begin(struct tc *c, uint32_t command);
void tc_begin_global(struct tc *c, uint32_t command, uint32_t process);
void tc_u8(struct tc *c, uint8_t v);
void tc_u32(struct tc *c, uint32_t v);
void tc_u64(struct tc *c, uint64_t v);
void tc_bytes(struct tc *c, const void *data, uint32_t len);
void tc_zeros(struct tc *c, uint32_t len);
/* It has so many bytes, its command header with it, and is answered by so many. */
uint32_t tc_call(struct tc *c, uint32_t bytes, uint32_t answer);
/* It may be asynchronous, and is when the adapter wants it. */
void tc_post(struct tc *c, uint32_t bytes);
uint32_t tc_answer32(const struct tc *c, uint32_t offset);
uint64_t tc_answer64(const struct tc *c, uint32_t offset);

/* ---- waiting: at most ten seconds ---- */

uint64_t tc_new_event(struct tc *c);
void tc_wait_event(struct tc *c, uint64_t id);
void tc_wait_state(struct tc *c, uint64_t cookie);
/* Nothing has come that nobody has taken. */
void tc_expect_quiet(struct tc *c);
/* Until the 64-bit value at this guest-physical address is at least this. */
void tc_wait_value(struct tc *c, uint64_t gpa, uint64_t value);
/* Let what is delayed happen. */
void tc_pump(struct tc *c);

#endif
