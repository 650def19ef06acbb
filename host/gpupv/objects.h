/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host objects of a guest's processes, and what their files ask of each
 * other. All of it is protected by host->lock.
 *
 * Ownership. A process owns devices, and sync objects that name no device; a
 * device owns contexts, paging queues, resources, allocations and its sync
 * objects; a context owns its hardware queues. Whoever is destroyed takes what
 * it owns with it. Handles of all of them are in process->handles. Memory and
 * fences that other processes have open are reference counted and go with the
 * last opener.
 */
#ifndef HOST_GPUPV_OBJECTS_H
#define HOST_GPUPV_OBJECTS_H

#include "../softgpu/softgpu.h"
#include "internal.h"

/* ---- space.c: GPU address spaces, one for each process and GPU ---- */

struct gpupv_space;
struct gpupv_space *space_of(struct gpupv_process *p, struct gpupv_gpu *gpu);	/* made at need */
struct softgpu_space *space_pages(struct gpupv_space *s);
void space_free_all(struct gpupv_process *p);
/*
 * A job that a node still runs keeps its space after the process has gone; what
 * was mapped is unmapped then, so that the job can do no harm.
 */
void space_hold(struct gpupv_space *s);
void space_put(struct gpupv_space *s);
/* A node has ended a job of this space; for statistics. */
void space_worked(struct gpupv_space *s, unsigned int node, uint64_t busy_ns);
/*
 * Map one page of the host (a fence, @access of enum softgpu_access) at an address
 * that guests can neither reserve nor map. 0: there is none left.
 */
uint64_t space_map_fence(struct gpupv_space *s, uint8_t *page, unsigned int access);
void space_unmap_fence(struct gpupv_space *s, uint64_t va);

/* ---- device.c ---- */

/* Numbers of d3dkmt_deviceexecution_state. */
enum device_state {
	DEVICE_ACTIVE		= 1,
	DEVICE_RESET		= 2,
	DEVICE_HUNG		= 3,
	DEVICE_STOPPED		= 4,
	DEVICE_OUT_OF_MEMORY	= 5,
	DEVICE_DMA_FAULT	= 6,
	DEVICE_DMA_PAGE_FAULT	= 7,
};

struct gpupv_device {
	struct gpupv_process *process;
	struct gpupv_gpu *gpu;
	struct gpupv_space *space;
	uint32_t handle;
	uint64_t cookie;		/* what SETGUESTDATA names it by */
	uint32_t flags;			/* of CREATEDEVICE; 4: no hang timeout */
	enum device_state state;
	uint64_t fault_va;		/* of a DMA page fault */
	uint32_t fault_flags;
	uint32_t resets;		/* TDRs it took part in, guilty or not */
	bool guilty;
	struct cpu_wait *waits;		/* of wait.c */
	uint32_t num_waits;
	GList *contexts, *paging_queues, *resources, *allocations, *syncs;
};

struct gpupv_device *device_get(const struct gpupv_message *m, uint32_t handle);
/* A device of this GPU in an active state; else NULL and *@status says why. */
struct gpupv_device *device_get_active(const struct gpupv_message *m, uint32_t handle,
				       uint32_t *status);
/* Set its error state, tell the guest by SETGUESTDATA, refuse its further work. */
void device_fail(struct gpupv_device *d, enum device_state state, uint64_t fault_va,
		 uint32_t fault_flags, bool guilty);
void device_free(struct gpupv_device *d);

/* ---- iospace.c: pages of the IO space, which guest CPUs see ---- */

/* @pages adjacent pages, zeroed; false when there are none. */
bool iospace_alloc(struct gpupv *g, uint32_t pages, uint64_t *gpa);
void iospace_free(struct gpupv *g, uint64_t gpa, uint32_t pages);
/* Its page of 4096 bytes. */
uint8_t *iospace_at(struct gpupv *g, uint64_t gpa);
/* Whether this address is in the IO space, used or not. */
bool iospace_has(const struct gpupv *g, uint64_t gpa);
uint32_t iospace_used(const struct gpupv *g);	/* pages */
/* The guest is gone, or has closed the global channel: there is no IO space. */
void iospace_reset(struct gpupv *g);

/* ---- sync.c: monitored fences and the other kinds ---- */

struct gpupv_sync;

/*
 * The fence of a paging queue or the progress fence of a hardware queue: a
 * monitored fence whose page is in the IO space and, with @space, mapped for
 * the GPU. It has a handle (HANDLE_MONITORED_FENCE) of @d's process. NULL when
 * there is no IO space left.
 */
struct gpupv_sync *sync_new_queue_fence(struct gpupv_device *d);
void sync_free(struct gpupv_sync *s);
/* Those that name no device; the others are in device->syncs. */
void sync_free_all(struct gpupv_process *p);
uint32_t sync_handle(const struct gpupv_sync *s);
uint64_t sync_cpu_gpa(const struct gpupv_sync *s);
uint64_t sync_gpu_va(const struct gpupv_sync *s);
uint64_t sync_value(const struct gpupv_sync *s);
/* Raise the fence to @value: writes the page, wakes whom it concerns. Never lowers it. */
void sync_raise(struct gpupv_sync *s, uint64_t value);

/* The state that all openers of a sync object share; see exec.h. */
struct sync_core;
/*
 * Of a handle that a user wrote, for an NT handle: not referenced. NULL: it names
 * no sync object, or one that was not made to be shared.
 */
struct sync_core *sync_shareable(const struct gpupv_process *p, uint32_t handle);
void sync_core_get(struct sync_core *c);
void sync_core_put(struct sync_core *c);
struct gpupv_gpu *sync_core_gpu(const struct sync_core *c);	/* that it was made on */

/* ---- memory.c, allocation.c: allocations and what backs them ---- */

struct gpupv_allocation;
struct gpupv_allocation *allocation_get(const struct gpupv_message *m, uint32_t handle);

/* ---- context.c: contexts and hardware queues; the jobs and waits queued on them ---- */

struct gpupv_context;
void context_free(struct gpupv_context *c);	/* takes itself out of device->contexts */
/* Forget the CPU waits of a device that goes. */
void waits_drop(struct gpupv_device *d);
/* A device has failed: drop what its contexts have queued, abort what runs. */
void contexts_fail(struct gpupv_device *d);

/* ---- paging.c: paging queues; operations on them end in order, after a while ---- */

struct gpupv_paging_queue;
struct gpupv_paging_queue *paging_queue_get(const struct gpupv_message *m, uint32_t handle);
/* Queue @fn; returns the fence value that tells its end. @fn runs with host->lock held. */
uint64_t paging_queue_add(struct gpupv_paging_queue *q, void (*fn)(void *arg), void *arg);

/* ---- engine.c: the software GPU of each place of the table ---- */

/* Made at first need, with all its nodes; it stays until gpupv_stop(). */
struct softgpu *engine_of(struct gpupv_gpu *gpu);
/* Resets of nodes so far, and what a node did; all 0 when there was no need of an engine. */
uint64_t engine_resets(const struct gpupv_gpu *gpu);
void engine_stats(const struct gpupv_gpu *gpu, unsigned int node, struct softgpu_node_stats *s);

/* ---- event.c: messages of the host to the guest ---- */

void event_signal_guest(struct gpupv *g, uint64_t event, uint64_t process_id);
void event_guest_data(struct gpupv *g, uint64_t cookie, uint32_t value);
/*
 * What changes fences or queues of work, and what sends, is best put between
 * these two: what follows from it happens at the end of the outermost batch.
 * Packets are. Without a batch it happens a little later.
 */
void batch_begin(struct gpupv *g);
void batch_end(struct gpupv *g);
void batch_want(struct gpupv *g);	/* something is to be done at the end */

#endif
