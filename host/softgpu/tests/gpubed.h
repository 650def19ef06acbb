/* SPDX-License-Identifier: MIT */
/*
 * What the software GPU's tests stand on: a GPU, one space with memory in it, a
 * command buffer to build in, and what became of each job.
 *
 * Memory: BED_PAGES pages at BED_VA, all accesses allowed, whose host pages lie
 * in reverse order, so that none touches its neighbour; page n of it is
 * bed_page(b, n). The command buffer lies behind it at BED_COMMANDS, executable
 * and not writable, and is written by the test at b->cmd.
 */
#ifndef HOST_SOFTGPU_TESTS_GPUBED_H
#define HOST_SOFTGPU_TESTS_GPUBED_H

#include "../../tests/test.h"
#include "../softgpu.h"
#include "../softgpu_build.h"

#define BED_VA			0x10000000ull
#define BED_PAGES		4096u
#define BED_COMMANDS		0x20000000ull
#define BED_COMMAND_PAGES	64u
#define BED_NOWHERE		0x30000000ull	/* nothing is ever mapped from here on */
#define BED_MAX_FENCES		64u

struct bed_job {
	struct softgpu_job job;		/* first: what done() gets */
	unsigned int node;
	int done;			/* how often done() came; atomic */
	struct softgpu_result result;
};

struct bed_fence {
	struct softgpu_space *space;
	uint64_t va, value;
};

struct bed {
	struct softgpu *gpu;
	struct softgpu_space *space;
	uint8_t *ram, *commands;
	struct softgpu_buffer cmd;
	size_t submitted;		/* of cmd: where the next job's buffer begins */
	uint64_t now;			/* of stepped GPUs */
	/* What fence_written() told, in order. Stepped GPUs only. */
	struct bed_fence fence[BED_MAX_FENCES];
	unsigned int fences;
	struct bed_job *abort_at_fence;	/* aborted in the callback of the next fence */
	unsigned int done_order[64], dones;	/* job->user of ended jobs, likewise */
};

/* Node 0: 3D, node 1: copy. */
void bed_init(struct bed *b, bool stepped);
void bed_fini(struct bed *b);

uint8_t *bed_page(struct bed *b, unsigned int n);
/* Host memory of BED_VA + @at. The page's end is its end. */
uint8_t *bed_at(struct bed *b, uint64_t at);
void bed_get(struct bed *b, uint64_t at, void *out, size_t len);
void bed_put(struct bed *b, uint64_t at, const void *in, size_t len);
uint64_t bed_get64(struct bed *b, uint64_t at);	/* atomic */
void bed_put64(struct bed *b, uint64_t at, uint64_t value);

/* Submit what has been built since the last time. */
void bed_submit(struct bed *b, unsigned int node, struct bed_job *j);
/* Until it is done: by steps of its node, or by waiting. */
void bed_finish(struct bed *b, struct bed_job *j);
/* Both, on node 0. */
struct softgpu_result bed_run(struct bed *b);
/* The same; it must end well. */
void bed_run_ok(struct bed *b);
/* The same; it must end as a bad command that stands at @at of the buffer, or fault at @va. */
void bed_run_bad(struct bed *b, uint64_t at);
void bed_run_fault(struct bed *b, uint64_t va, bool write);

#endif
