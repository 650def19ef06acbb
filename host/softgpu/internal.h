/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the software GPU share.
 *
 * A job is carried out by gpu_run_slice() in bounded pieces. Each piece takes the
 * space's lock for reading, translates what it needs, works on host memory, and
 * drops the lock; a change of the page table waits for it and for no more. No
 * pointer into mapped memory outlives its piece.
 *
 * Locks: softgpu_node.lock, then softgpu_space.lock. Neither is held in a callback.
 *
 * Mapped memory is written by guests and by other nodes at any time. What decides
 * about bounds is copied out first: commands, programs, vertices.
 */
#ifndef HOST_SOFTGPU_INTERNAL_H
#define HOST_SOFTGPU_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include <glib.h>

#include "softgpu.h"
#include "softgpu_cmd.h"

#define GPU_VA_END	(1ull << SOFTGPU_VA_BITS)
#define GPU_PIECE	65536u		/* bytes of traffic, or as much work, under one lock */

/* ---- space.c: page tables ---- */

struct gpu_leaf;

struct softgpu_space {
	pthread_rwlock_t lock;
	struct gpu_table *root;
	pthread_t holder;		/* of softgpu_space_lock(); 0: none. Atomic. */
};

/* Accesses of one piece, under the space's lock. */
struct gpu_access {
	struct softgpu_space *space;
	const struct gpu_leaf *leaf;	/* found last: the one of leaf_base */
	uint64_t leaf_base;
	/* The page fault, once there was one. */
	uint64_t fault_va;
	bool fault_write;
	uint64_t bytes_read, bytes_written;
	uint64_t effort;		/* other work, as bytes that would take as long */
};

/* How much has been done: what ends pieces and slices. */
static inline uint64_t gpu_work(const struct gpu_access *a)
{
	return a->bytes_read + a->bytes_written + a->effort;
}

static inline bool gpu_range_ok(uint64_t va, uint64_t bytes)
{
	return va <= GPU_VA_END && bytes <= GPU_VA_END - va;
}

/* Take the lock, forget what was found under it before. */
void gpu_access_begin(struct gpu_access *a, struct softgpu_space *s);
void gpu_access_end(struct gpu_access *a);

/*
 * How many bytes from @va on, at most @len, lie in host memory without a gap and
 * have all of @need (one of enum softgpu_access); *@p is the first, NULL when they
 * are null pages. 0, with the fault noted: none.
 */
size_t gpu_run_at(struct gpu_access *a, uint64_t va, size_t len, unsigned int need, uint8_t **p);

/* Copy out, or in; at a fault what lies before it is copied. The range is within 48 bits. */
bool gpu_read(struct gpu_access *a, uint64_t va, void *out, size_t len, unsigned int need);
bool gpu_write(struct gpu_access *a, uint64_t va, const void *in, size_t len);

/*
 * @len bytes to read as they lie in memory, or, when they are in several places,
 * copied to @bounce. NULL: a page fault.
 */
const void *gpu_view(struct gpu_access *a, uint64_t va, size_t len, void *bounce);
/*
 * Where @len bytes can be written: in memory, or in @bounce, from where
 * gpu_target_done() puts them into place. What they hold before is not defined.
 * NULL: a page fault, of the first byte of all that cannot be written.
 */
void *gpu_target(struct gpu_access *a, uint64_t va, size_t len, void *bounce);
void gpu_target_done(struct gpu_access *a, uint64_t va, size_t len, const void *target,
		     const void *bounce);

/* A 64-bit word in one access; @va is a multiple of 8. */
bool gpu_load64(struct gpu_access *a, uint64_t va, uint64_t *value);
bool gpu_store64(struct gpu_access *a, uint64_t va, uint64_t value);

/* ---- a job that is carried out ---- */

/* What a piece of a command has come to. */
enum gpu_step {
	GPU_MORE,	/* go on with this command */
	GPU_NEXT,	/* it is done */
	GPU_FENCE,	/* it is done, and has written a fence */
	GPU_CALL,	/* go on in another buffer */
	GPU_WAIT,	/* look again later, others may run */
	GPU_HANG,	/* look again later, nobody else may run */
	GPU_BAD,	/* a bad command */
	GPU_PAGE,	/* a page fault: gpu_access.fault_va */
	GPU_FAULT,	/* by the FAULT command */
};

union gpu_command {
	struct softgpu_cmd hdr;
	struct softgpu_cmd_require require;
	struct softgpu_cmd_call call;
	struct softgpu_cmd_fence fence;
	struct softgpu_cmd_timestamp timestamp;
	struct softgpu_cmd_fault fault;
	struct softgpu_cmd_hang hang;
	struct softgpu_cmd_fill fill;
	struct softgpu_cmd_copy copy;
	struct softgpu_cmd_copy_rect copy_rect;
	struct softgpu_cmd_fill_rect fill_rect;
	struct softgpu_cmd_convert convert;
	struct softgpu_cmd_scale scale;
	struct softgpu_cmd_blend blend;
	struct softgpu_cmd_triangles triangles;
	struct softgpu_cmd_dispatch dispatch;
};

struct gpu_run {
	struct gpu_run *next;		/* in a list of its node */
	struct softgpu_job *job;
	atomic_bool abort;
	bool hangs;
	enum softgpu_node_kind kind;
	const struct softgpu *gpu;
	/* Where it is: in the job's buffer, or in one that it calls. */
	uint64_t at, end;
	uint64_t return_at, return_end;
	bool called;
	/* The command in work, copied out, and how far it has come. */
	const struct gpu_command_info *info;	/* NULL: fetch the next one */
	union gpu_command cmd;
	uint64_t done, row;
	uint64_t since;				/* HANG */
	void *state;				/* what the command keeps from piece to piece */
	struct softgpu_result result;
};

/* A command's row in the table of exec.c. */
struct gpu_command_info {
	uint16_t bytes;		/* 0: any */
	bool drawing;		/* nodes of the 3D kind only */
	uint32_t flags;		/* that it has */
	/* Is it well-formed? NULL: always. */
	bool (*check)(struct gpu_run *r);
	/* A piece of it. NULL: nothing to do. */
	enum gpu_step (*step)(struct gpu_run *r, struct gpu_access *a);
};

/* exec.c: what a slice has come to. */
enum gpu_slice {
	GPU_SLICE_MORE,		/* its time is over */
	GPU_SLICE_WAITS,
	GPU_SLICE_HANGS,
	GPU_SLICE_ENDED,	/* r->result says how */
};

struct gpu_slice_stats {
	uint64_t commands, bytes_read, bytes_written;
};

/* @budget: work, about. Calls ops->fence_written. */
enum gpu_slice gpu_run_slice(struct softgpu *g, struct gpu_run *r, uint64_t budget,
			     struct gpu_slice_stats *stats);
/* What the command in work keeps, zeroed at its start. */
void *gpu_run_state(struct gpu_run *r, size_t size);
/* Release what commands hold on to. */
void gpu_run_fini(struct gpu_run *r);

/* ---- node.c ---- */

uint64_t gpu_now(const struct softgpu *g);
void gpu_fence_written(struct softgpu *g, struct softgpu_space *s, uint64_t va, uint64_t value);

/* ---- control.c, copy.c: the commands of every node ---- */

bool gpu_check_require(struct gpu_run *r);
bool gpu_check_call(struct gpu_run *r);
bool gpu_check_fence(struct gpu_run *r);
bool gpu_check_timestamp(struct gpu_run *r);
bool gpu_check_fill(struct gpu_run *r);
bool gpu_check_copy(struct gpu_run *r);
bool gpu_check_copy_rect(struct gpu_run *r);

enum gpu_step gpu_step_call(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_fence_write(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_fence_wait(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_timestamp(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_fault(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_hang(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_fill(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_copy(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_copy_rect(struct gpu_run *r, struct gpu_access *a);

/* ---- blit.c, draw.c, compute.c: those of nodes of the 3D kind ---- */

bool gpu_check_fill_rect(struct gpu_run *r);
bool gpu_check_convert(struct gpu_run *r);
bool gpu_check_scale(struct gpu_run *r);
bool gpu_check_blend(struct gpu_run *r);
bool gpu_check_triangles(struct gpu_run *r);
bool gpu_check_dispatch(struct gpu_run *r);

enum gpu_step gpu_step_fill_rect(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_convert(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_scale(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_blend(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_triangles(struct gpu_run *r, struct gpu_access *a);
enum gpu_step gpu_step_dispatch(struct gpu_run *r, struct gpu_access *a);

#endif
