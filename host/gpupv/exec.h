/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of execution share with each other and with nobody else: sync
 * objects (sync.c), those who wait for them (wait.c), queues of work (queue.c)
 * of contexts and hardware queues, the engines that carry it out (engine.c), the
 * messages that tell the guest (event.c). All of it is protected by host->lock.
 *
 * Nothing here recurses: whoever changes a sync object only marks the queues
 * that it concerns, and queues_run(), at the end of each batch, goes on with
 * them until none is left. Each item of a queue is carried out once, so that
 * what a guest can queue bounds what it can cause.
 */
#ifndef HOST_GPUPV_EXEC_H
#define HOST_GPUPV_EXEC_H

#include "objects.h"
#include "wire_exec.h"

/* ---- sync.c ---- */

/* A sync object as one process has it open. */
struct gpupv_sync {
	struct sync_core *core;
	struct gpupv_process *process;
	struct gpupv_device *device;	/* NULL: the process owns it */
	struct gpupv_space *space;	/* that the fence is mapped in, when @gpu_va */
	struct softgpu_space *pages;	/* of @space */
	uint32_t handle;
	uint32_t flags;			/* WIRE_SYNC_*, of this opener */
	uint64_t gpu_va;		/* 0: none */
	bool queue_fence;		/* of a paging or hardware queue, which owns it */
};

/* What all openers have in common. It lives as long as an opener or a queued item uses it. */
struct sync_core {
	struct gpupv *g;
	struct gpupv_gpu *gpu;		/* that it was made on; not followed */
	unsigned int place;		/* of that GPU in the table */
	struct gpupv_sync *maker;	/* that it was made as; NULL: gone */
	unsigned int refs;
	enum wire_sync_type type;
	uint32_t flags;			/* WIRE_SYNC_* */
	uint32_t global;		/* handle of the VM, when shared */
	uint64_t value;			/* of a fence; a semaphore's count; 1: a mutex is free */
	uint64_t max;			/* of a semaphore */
	uint64_t event;			/* of a CPU notification */
	uint64_t process_id;		/* of who made it */
	uint64_t gpa;			/* of the fence's page */
	uint8_t *page;			/* NULL: it has none */
	bool gpu_writes;		/* jobs may write the page */
	struct host_timer *timer;	/* of a periodic fence */
	uint64_t period;		/* ns */
	struct sync_link *links, **links_end;	/* who waits for it */
};

/* A sync object with a handle of @m's process that lives on @m's GPU; NULL: there is none. */
struct gpupv_sync *sync_get(const struct gpupv_message *m, uint32_t handle);
/* Monitored or periodic. */
bool sync_is_fence(const struct sync_core *c);
/* Would a wait for @value end now? */
bool sync_ready(const struct sync_core *c, uint64_t value);
/* A wait has ended: take what it takes of a mutex or semaphore. */
void sync_take(struct sync_core *c);
/* Signal it, whatever its kind; a fence takes @value. Lower ones only with @rewind. */
void sync_signal(struct sync_core *c, uint64_t value, bool rewind);
/* Queue fences and others by the page that they have in an address space. */
GHashTable *fences_new(void);
/* A job has written a fence at @va of @s. */
void sync_written(struct gpupv *g, struct softgpu_space *s, uint64_t va);
/* @d has failed: the fences that it made take their largest value, unless they refuse that. */
void syncs_fail(struct gpupv_device *d);

/* ---- wait.c ---- */

/* One object that somebody waits for. In a list of its core, in an array of its waiter. */
struct sync_link {
	struct sync_core *core;		/* NULL: not linked */
	struct sync_link *next, **back;	/* of the core's list */
	uint64_t value;
	struct cpu_wait *wait;		/* who waits: the guest's CPU */
	struct exec_queue *queue;	/* or, when NULL, a queue */
};

void link_add(struct sync_link *l, struct sync_core *c);
void link_drop(struct sync_link *l);
/* @c has changed: wake whom it concerns. */
void waits_notify(struct sync_core *c);
/* A line for each CPU wait of the device that has not ended. */
void waits_print(const struct gpupv_device *d, GString *out);
/* @c is about to be freed: all its CPU waits end. */
void waits_end(struct sync_core *c);

/* ---- queue.c ---- */

enum exec_kind {
	EXEC_JOB,
	EXEC_WAIT,
	EXEC_SIGNAL,
	EXEC_CALL,
};

/* What a signal does, when the last of the queues that have it gets there. */
struct exec_signal {
	unsigned int refs;		/* queues that have it */
	unsigned int missing;		/* that have not got there */
	struct gpupv *g;
	bool cpu_event;
	bool rewind;
	uint64_t event;
	uint64_t process_id;
	uint32_t count;
	struct sync_core *core[WIRE_MAX_SYNC_OBJECTS];
	uint64_t value[WIRE_MAX_SYNC_OBJECTS];
};

/* One object that a queue waits for. */
struct exec_object {
	struct sync_core *core;		/* held */
	struct sync_link link;		/* in the core's list while the queue waits */
};

struct exec_item {
	struct exec_item *next;
	struct exec_queue *queue;	/* NULL: it is gone; the node still has the job */
	enum exec_kind kind;
	union {
		struct {
			struct softgpu_job job;
			struct gpupv_space *space;	/* held */
			struct gpupv_engine *engine;
			unsigned int node;
			bool skip;		/* null rendering: nothing is carried out */
			uint64_t progress;	/* of a hardware queue */
		};
		struct exec_signal *signal;
		struct {
			uint32_t count;
			struct exec_object *object;	/* so many of them */
		} wait;
		struct {
			void (*fn)(void *arg);		/* when the queue gets there */
			void (*drop)(void *arg);	/* after it, or in place of it */
			void *arg;
		} call;
	};
};

/* A line of work: of a context or of a hardware queue. */
struct exec_queue {
	struct gpupv_device *device;
	struct gpupv_context *context;	/* that it is, or is of */
	uint32_t handle;
	unsigned int node;
	struct gpupv_sync *progress;	/* of a hardware queue */
	struct exec_item *head, **tail;
	uint32_t items;
	bool running;			/* the node has the head */
	bool waiting;			/* the head's links are in their lists */
	bool ready;			/* in g->ready */
	struct exec_queue *next_ready;
	uint64_t jobs;			/* done */
};

void queue_init(struct exec_queue *q, struct gpupv_device *d, struct gpupv_context *c,
		unsigned int node);
/* Drops what is queued; a job that the node has is aborted and freed later. */
void queue_fini(struct exec_queue *q);
/* All that is queued goes, the device has failed. */
void queue_fail(struct exec_queue *q);
/* A context or hardware queue of @m's process and GPU; NULL: there is none. */
struct exec_queue *queue_get(const struct gpupv_message *m, uint32_t handle);
/* False: it is full. */
bool queue_has_room(const struct exec_queue *q);
struct exec_item *item_new_wait(uint32_t count);
struct exec_item *item_new_signal(struct exec_signal *s);	/* takes a reference */
struct exec_item *item_new_call(void (*fn)(void *arg), void (*drop)(void *arg), void *arg);
struct exec_item *item_new_job(struct exec_queue *q, uint64_t va, uint32_t length);
void item_free(struct exec_item *item);
void queue_add(struct exec_queue *q, struct exec_item *item);
/* Look at its head again. */
void queue_kick(struct exec_queue *q);
/* Go on with all that were kicked. */
void queues_run(struct gpupv *g);
/* The node has ended a job. */
void queue_job_done(struct exec_item *item, const struct softgpu_result *r);
void signal_put(struct exec_signal *s);
/* One more of its queues has got there. */
void signal_reached(struct exec_signal *s);

/*
 * A submission to @d that cannot be carried out is an error of its answer; one
 * that has no answer fails the device. Returns @status. [host]
 */
uint32_t submission_error(const struct gpupv_message *m, struct gpupv_device *d,
			  uint32_t status);

/* ---- context.c, hwqueue.c ---- */

#define CONTEXT_PRIORITY_MAX	7	/* and its negative is the least */

struct gpupv_hwqueue {
	struct exec_queue queue;
};

struct gpupv_context {
	struct exec_queue queue;
	uint32_t flags;			/* WIRE_CONTEXT_* */
	int priority;			/* against other processes */
	int in_process;			/* against other contexts of the process */
	GList *hwqueues;
};

int context_priority(const struct gpupv_context *c);	/* what the node orders by */
struct gpupv_context *context_get(const struct gpupv_message *m, uint32_t handle);
void hwqueue_free(struct gpupv_hwqueue *h);

uint32_t run_createcontextvirtual(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_createcontextvirtual(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroycontext(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_setcontextpriority(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_getcontextpriority(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_createhwqueue(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_createhwqueue(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroyhwqueue(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_submitcommandtohwqueue(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_getdevicestate(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_queryclockcalibration(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_submitcommand(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_createsyncobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroysyncobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_opensyncobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_signalsyncobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_waitfromcpu(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_waitfromgpu(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- engine.c ---- */

struct gpupv_engine {
	struct gpupv *g;
	unsigned int index;		/* of its place in the table of GPUs */
	struct softgpu *soft;
	struct host_timer *watch;	/* looks for jobs that hang */
	uint32_t in_flight;		/* jobs that the nodes have */
	uint64_t resets;
};

struct gpupv_engine *engine_get(struct gpupv_gpu *gpu);
void engine_submit(struct exec_item *item);
#define ENGINE_CLOCK_HZ	1000000000ull
uint64_t engine_now(const struct gpupv *g);	/* the GPUs' clock, ns */

/* ---- tdr.c ---- */

/* The engine has work: look from time to time whether it hangs. */
void tdr_watch(struct gpupv_engine *e);
void tdr_unwatch(struct gpupv_engine *e);
/*
 * Take the node from the job that has it. From GPUPV_MAX_NODES on, reset all of the
 * GPU: every device of it fails. False: there was none to take it from.
 */
bool tdr_now(struct gpupv_gpu *gpu, unsigned int node);

/* ---- event.c ---- */

struct gpupv_events *events_new(void);
void events_drop(struct gpupv *g);
void events_free(struct gpupv *g);

/* ---- counters.c ---- */

/* Sums of messages of one kind; or one message. */
struct message_counter {
	uint64_t count, async, errors, bytes_in, bytes_out, ns, ns_max;
};

struct gpupv_counters *counters_new(void);
void counters_free(struct gpupv_counters *c);
void counters_reset(struct gpupv *g);
/* @command NULL: of an unknown number. */
void counters_command(struct gpupv *g, const struct gpupv_command *command,
		      const struct message_counter *one);
void counters_event(struct gpupv *g, uint32_t number, uint32_t bytes);
/* NULL: there is no such message. */
const struct message_counter *counters_of(const struct gpupv *g, uint32_t number, bool event);
void counters_show(const struct gpupv *g, GString *out, bool json);

/* ---- escape.c ---- */

uint32_t run_escape(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- rules.c ---- */

/* What the rules want of one command. */
struct rule_effects {
	uint32_t refuse;		/* answer with this error; 0: carry it out */
	bool change_status;		/* carry it out, and answer with @status */
	uint32_t status;
	uint32_t delay_ms;
	bool hold;			/* the answer, until the rules are cleared */
	bool lose;			/* no answer */
	bool skip;			/* and not carried out */
	/* Afterwards. */
	int place;			/* of the GPU that it was for; -1: none */
	bool tdr;
	uint32_t tdr_node;
	bool remove, surprise;
	bool mute;
	uint32_t storm, storm_seed;
};

void rules_apply(const struct gpupv_message *m, struct rule_effects *e);
/* When it is answered. May withdraw channels. */
void rules_after(struct gpupv *g, const struct rule_effects *e);
void rules_show(const struct gpupv *g, GString *out);
/* Drop all, and let the service speak again. What was held is sent by a timer. */
void rules_clear(struct gpupv *g);
/* So many events with ids that nobody has. */
void event_storm(struct gpupv *g, uint32_t count, uint32_t seed);
void remove_later(struct gpupv_gpu *gpu, uint32_t ms, bool surprise);
void removals_drop(struct gpupv *g);

#endif
