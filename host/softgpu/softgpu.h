/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A GPU in software: engines ("nodes") that carry out command buffers on the
 * memory that page tables give them. It knows neither the wire protocol nor
 * the guest; the GPU-PV service drives it.
 *
 * Threads and locks. Each node has a thread of its own. host->lock is never
 * held by a node, and every function here may be called with it held: none
 * waits for more than one bounded piece of a command (about 64 KiB of memory
 * traffic), which is what a change of a page table waits for. The callbacks of
 * struct softgpu_ops come from node threads with no lock held and may call
 * anything here but softgpu_free().
 *
 * Without threads (softgpu_config.stepped) nothing runs by itself: softgpu_step()
 * carries out work in the caller's thread. For fuzzers and unit tests.
 */
#ifndef HOST_SOFTGPU_SOFTGPU_H
#define HOST_SOFTGPU_SOFTGPU_H

#include <stdbool.h>
#include <stdint.h>

#define SOFTGPU_MAX_NODES	4u
#define SOFTGPU_PAGE_SIZE	4096u
#define SOFTGPU_VA_BITS		48u

/* ---- address spaces ---- */

enum softgpu_access {
	SOFTGPU_READ	= 1u << 0,
	SOFTGPU_WRITE	= 1u << 1,
	SOFTGPU_EXECUTE	= 1u << 2,	/* commands may be fetched from here */
};

struct softgpu_space;

struct softgpu_space *softgpu_space_new(void);
/* No job that uses it may be queued or running. */
void softgpu_space_free(struct softgpu_space *s);

/*
 * Map @pages pages from @va on (both page aligned), each to its own 4096 bytes
 * of host memory, aligned to 8, which must stay until they are unmapped or mapped
 * over. What was there is replaced. False, with nothing changed, when the range
 * is not within SOFTGPU_VA_BITS or something is not aligned. When this returns,
 * no node uses the old mapping.
 */
bool softgpu_map(struct softgpu_space *s, uint64_t va, uint64_t pages, uint8_t *const *page,
		 unsigned int access);
/* Null pages: reads give zero, writes vanish. Ranges of any size cost a few tables only. */
bool softgpu_map_zero(struct softgpu_space *s, uint64_t va, uint64_t pages);
/* Any access is a page fault, as it is where nothing was ever mapped. */
bool softgpu_unmap(struct softgpu_space *s, uint64_t va, uint64_t pages);
/*
 * Hold all nodes off this space until it is unlocked: who moves pages copies them
 * in between, and maps the new ones with the functions above. Several spaces are
 * locked by one thread only, the one that has host->lock.
 */
void softgpu_space_lock(struct softgpu_space *s);
void softgpu_space_unlock(struct softgpu_space *s);
/*
 * Copy through the page table, as a node would; false at the first byte without
 * access, what comes before it is copied. Between pieces a map may come in.
 */
bool softgpu_space_read(struct softgpu_space *s, uint64_t va, void *out, uint64_t len);
bool softgpu_space_write(struct softgpu_space *s, uint64_t va, const void *in, uint64_t len);

/* ---- the GPU ---- */

enum softgpu_node_kind {
	SOFTGPU_NODE_3D,	/* all commands */
	SOFTGPU_NODE_COPY,	/* no drawing, no compute */
};

enum softgpu_verdict {
	SOFTGPU_DONE,
	SOFTGPU_ABORTED,	/* by softgpu_abort() */
	SOFTGPU_PAGE_FAULT,	/* result.fault_va, result.fault_write */
	SOFTGPU_BAD_COMMAND,	/* result.fault_va is where the command stands */
	SOFTGPU_FAULTED,	/* by the FAULT command; result.fault_va is its operand */
};

struct softgpu_result {
	enum softgpu_verdict verdict;
	uint64_t fault_va;
	bool fault_write;
	uint64_t commands;	/* carried out */
	uint64_t busy_ns;	/* on the node, waits not counted */
};

/*
 * The GPU's, from softgpu_submit() until ops->done is called for it. Jobs are
 * independent of each other, but for fences in their commands: what must run in
 * order is submitted one after the other.
 */
struct softgpu_job {
	struct softgpu_space *space;
	uint64_t va, length;	/* of the command buffer */
	int priority;		/* higher runs first; equals take turns */
	void *user;
	/* Not the owner's to touch. */
	struct softgpu_job *next;
	void *run;
};

struct softgpu_ops {
	/* The job has ended. */
	void (*done)(void *ctx, unsigned int node, struct softgpu_job *job,
		     const struct softgpu_result *r);
	/* A command has written a fence: @value stands at @va of @s now. */
	void (*fence_written)(void *ctx, struct softgpu_space *s, uint64_t va, uint64_t value);
	/* Nanoseconds, for timestamps. NULL: CLOCK_MONOTONIC. */
	uint64_t (*now)(void *ctx);
};

struct softgpu_config {
	unsigned int nodes;
	enum softgpu_node_kind kind[SOFTGPU_MAX_NODES];
	bool stepped;
};

struct softgpu;

struct softgpu *softgpu_new(const struct softgpu_config *c, const struct softgpu_ops *ops,
			    void *ctx);
/* Aborts all jobs (done is called for each), ends the threads. Without host->lock. */
void softgpu_free(struct softgpu *g);

void softgpu_submit(struct softgpu *g, unsigned int node, struct softgpu_job *job);
/* End a queued, waiting or running job soon, even one that hangs; done tells. */
void softgpu_abort(struct softgpu *g, unsigned int node, struct softgpu_job *job);
/*
 * Memory that a fence wait looks at may have been written by somebody else. Without
 * it a waiting job looks again every few milliseconds.
 */
void softgpu_kick(struct softgpu *g);

/*
 * What the node is at: the job that occupies it, and for how long it has done
 * so without letting others in. A job in a fence wait does not occupy. NULL: idle.
 */
struct softgpu_job *softgpu_running(struct softgpu *g, unsigned int node, uint64_t *occupied_ns);

/*
 * Stepped mode: let @node do one slice of work, or end an aborted job. False: it
 * has nothing it could do; all its jobs wait, or it hangs.
 */
bool softgpu_step(struct softgpu *g, unsigned int node);

struct softgpu_node_stats {
	uint64_t jobs, commands, faults, aborts, busy_ns, bytes_read, bytes_written;
};
void softgpu_node_stats(struct softgpu *g, unsigned int node, struct softgpu_node_stats *s);

#endif
