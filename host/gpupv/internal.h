/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the GPU-PV service share. Everything here is protected by
 * host->lock.
 *
 * A packet is decoded (decode.c) against the table of commands (command.c),
 * carried out by the command's function (process.c, global.c, adapter.c,
 * query.c, feature.c) and answered (answer.c). Whatever breaks the protocol is
 * a violation: logged, counted, answered with an error and not carried out.
 */
#ifndef HOST_GPUPV_INTERNAL_H
#define HOST_GPUPV_INTERNAL_H

#include <glib.h>

#include "../base/log.h"
#include "../vpci/vpci.h"
#include "gpupv.h"
#include "handle.h"
#include "wire.h"

#define AREA "gpupv"

struct gpupv_gpu;

/* An answer that waits for its time, or (no timer) is held. Its transaction is in flight. */
struct pending_answer {
	struct pending_answer *next;
	struct gpupv_channel *chan;
	struct host_timer *timer;
	uint64_t transaction;
	const char *request;
	uint32_t len;
	uint8_t data[];
};

struct gpupv_channel {
	struct gpupv *g;
	struct gpupv_gpu *gpu;		/* NULL: the global channel */
	struct vmbus_channel *ch;	/* NULL: the object is gone */
	bool open;
	struct pending_answer *pending;
	uint64_t messages, violations;
};

/* Where memory counts while it is resident. Segment ids on the wire are one higher. */
enum gpu_segment {
	GPU_LOCAL,			/* the GPU's own memory */
	GPU_NON_LOCAL,			/* system memory */
	GPU_SEGMENTS,
};

/* Memory of one GPU, of all processes; see memory.c and residency.c. */
struct gpu_pool {
	uint64_t committed;		/* bytes of host memory that allocations have */
	uint64_t resident[GPU_SEGMENTS];
	uint64_t discarded;		/* bytes of offered memory, since the GPU came */
	GQueue offered[3];		/* struct gpupv_memory, low priority first, oldest first */
};

/*
 * A GPU lives until its vPCI function and its vGPU channel are both gone. It is
 * in its place of g->gpu[] until it is removed; after that, while the guest has
 * not let go of it, its LUID is still known and answers "device removed".
 */
struct gpupv_gpu {
	struct gpupv *g;
	struct gpupv_gpu *next;		/* in g->gpus, all that are not yet freed */
	unsigned int index;
	struct gpupv_gpu_config cfg;
	struct gpupv_channel chan;
	struct vpci_function *fn;	/* NULL: gone */
	bool leaving;			/* ejected: the channel follows the function */
	bool removed;			/* not in g->gpu[] any more */
	bool channel_withdrawn;		/* rescinded, by whom ever */
	unsigned int holds;		/* not freed while a call works on it */
	struct host_timer *rescind;	/* the channel is about to follow the function */

	uint32_t adapter;		/* handle given by OPENADAPTER; 0: closed */
	bool info_asked;		/* GETINTERNALADAPTERINFO was answered since */
	bool async_told;		/* the answer with this adapter's async bit was given */
	bool async_used;		/* and the guest has followed it */

	struct gpu_pool pool;
};

struct gpupv_process {
	struct gpupv_process *next;	/* in g->processes */
	uint32_t handle;
	uint64_t cookie;
	uint64_t process_id;
	char *name;			/* UTF-8, printable */
	struct handle_table handles;	/* its objects */
	GList *devices;			/* of device.c */
	GList *spaces;			/* of space.c, one for each GPU that it uses */
	GList *syncs;			/* of sync.c, those that name no device */
};

struct gpupv {
	struct host *host;
	struct vmbus *bus;
	struct gpupv_config cfg;
	uint32_t rule_seen[GPUPV_MAX_RULES];	/* commands that the rule has met */
	uint64_t rule_random[GPUPV_MAX_RULES];	/* state of its random numbers; 0: not begun */
	GList *removals;		/* of GPUs, to come; see rules.c */
	struct gpupv_counters *counters;

	struct gpupv_channel global;
	struct gpupv_gpu *gpus;
	struct gpupv_gpu *gpu[GPUPV_MAX_GPUS];

	uint32_t guest_version;		/* written into some function's config space; 0: not yet */
	uint32_t guest_caps;
	uint64_t io_start, io_length;	/* length 0: not told yet */
	uint8_t *io_used;		/* of each page of the IO space; see iospace.c */
	uint32_t io_free, io_next;
	struct handle_table handles;	/* of the VM: processes, adapters, what is shared */
	GList *nt;			/* what NT handles name; see nt.c */
	uint64_t next_host_handle;
	struct gpupv_process *processes;
	uint64_t left_behind;

	struct gpupv_engine *engine[GPUPV_MAX_GPUS];	/* see engine.c */
	struct gpupv_events *events;	/* to be sent; see event.c */
	struct exec_queue *ready;	/* to go on with; see queue.c */
	GHashTable *fences;		/* by where GPUs see them; see sync.c */

	uint8_t reply[WIRE_MAX_MESSAGE];
};

/* One decoded message. */
struct gpupv_message {
	struct gpupv *g;
	struct gpupv_channel *chan;		/* that it came on */
	const struct gpupv_command *command;	/* NULL: unknown number */
	struct gpupv_gpu *gpu;			/* of a vGPU command */
	struct gpupv_process *process;		/* when the header names one */
	struct wire_header hdr;
	const uint8_t *data;			/* from the command header on; may be unaligned */
	uint32_t len;				/* of data, a multiple of 8 */
	uint64_t transaction;
	bool wants_reply;
	bool async;
};

/* What to answer. */
struct gpupv_reply {
	uint8_t *data;			/* g->reply, zeroed as far as len */
	uint32_t len;			/* 0: the command's length, with the status in its place */
	bool own_failure;		/* a failure, too, has its answer in data */
	uint32_t fail_len;		/* bytes of an answer that says the command failed */
	int fail_status_at;		/* offset of the NTSTATUS in that; -1: it has none */
};

enum process_rule {
	PROCESS_NONE,			/* the header's process is 0 */
	PROCESS_NAMED,			/* it is a live process */
	PROCESS_MAY,			/* either */
};

/* Carry out a command. Returns the NTSTATUS; errors have the top bit set. */
typedef uint32_t (*command_fn)(const struct gpupv_message *m, struct gpupv_reply *r);

struct gpupv_command {
	uint32_t number;
	const char *name;
	uint8_t channel_type;		/* enum wire_channel_type */
	uint8_t process;		/* enum process_rule */
	bool may_async;
	bool variable;			/* request is the least length; run checks it exactly */
	bool when_closed;		/* allowed without an open adapter */
	uint32_t request;		/* bytes with the command header */
	uint32_t reply;			/* bytes of the answer; when it varies, of a failure */
	int status_at;			/* offset of the NTSTATUS in it; -1: it has none */
	command_fn run;			/* NULL: this host does not offer it */
	/* Set the shape of a failure where it depends on the request. May be NULL. */
	void (*shape)(const struct gpupv_message *m, struct gpupv_reply *r);
};

/* ---- command.c ---- */
const struct gpupv_command *command_find(uint32_t channel_type, uint32_t number);
/* By name or by number in text; NULL when there is none. */
const struct gpupv_command *command_parse(const char *text);

size_t command_count(void);
const struct gpupv_command *command_at(size_t i);
size_t command_index(const struct gpupv_command *command);

/* ---- config.c ---- */
/* A whole decimal or 0x hexadecimal number, at most @max. */
bool config_number(const char *text, uint64_t max, uint64_t *out);

/* ---- rules.c ---- */
bool rule_is_key(const char *key);
/* One rule in text. NULL, or the text of the error. */
const char *rule_add(struct gpupv_config *c, const char *key, const char *text);

/* ---- control.c ---- */
/* Change an option of the running service. NULL, or the text of the error. */
const char *control_set(struct gpupv *g, const char *key, const char *value);

/* ---- decode.c ---- */
/* Decode and check. 0, or the NTSTATUS to refuse it with (violations are logged). */
uint32_t decode_message(struct gpupv_channel *chan, const struct vmbus_packet *p,
			struct gpupv_message *m);
/* Log and count a violation of @m; returns @status for convenience. */
uint32_t refuse(const struct gpupv_message *m, uint32_t status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * A handle in table @t that names nothing: a violation, but not if its object was
 * taken from the guest with a GPU. A global command may come later than that: the
 * GPU is no part of it. Returns the status.
 */
uint32_t refuse_handle(const struct gpupv_message *m, const struct handle_table *t,
		       uint32_t handle, const char *what);
/* Refuse when [from, to) of the message, counted from the command header, is not all 0. */
uint32_t require_zero(const struct gpupv_message *m, uint32_t from, uint32_t to,
		      const char *what);
/*
 * A message of variable length: @size bytes as its struct counts them, of which
 * those from @used on are filling. Refuses other lengths, and filling that is not 0.
 */
uint32_t check_size(const struct gpupv_message *m, uint64_t size, uint64_t used);
/* Words of the tail, at an offset whose presence has been checked. */
uint32_t message_u32(const struct gpupv_message *m, uint32_t offset);
uint64_t message_u64(const struct gpupv_message *m, uint32_t offset);
/* True for what looks like a kernel address of the guest. */
bool looks_like_kernel_address(uint64_t value);
/* Copy the request's fixed part, whose length has been checked. */
void message_copy(const struct gpupv_message *m, void *out, size_t size);

/* ---- answer.c ---- */
void gpupv_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p);
bool transaction_in_flight(const struct gpupv_channel *chan, uint64_t transaction);
/* Drop what waits on this channel. */
void pending_drop(struct gpupv_channel *chan);
/* Send, by a timer, what a rule holds. */
void pending_release(struct gpupv *g);
/* @len zeroed bytes of answer. */
void *reply_make(struct gpupv_reply *r, uint32_t len);

/* ---- version.c ---- */
/* The interface version in use, 16 to 40. */
uint32_t gpupv_version(const struct gpupv *g);
bool gpupv_has_ext_header(const struct gpupv *g);
void version_written(struct gpupv_gpu *gpu, uint32_t version);
void caps_written(struct gpupv_gpu *gpu, uint32_t caps);

/* ---- gpu.c ---- */
/* By the LUID that routes messages; the present one before one that is going. NULL: none. */
struct gpupv_gpu *gpu_by_luid(struct gpupv *g, uint64_t luid);
/* Count and log @what as left behind by the guest. */
void left_behind(struct gpupv *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gpu_free_all(struct gpupv *g);

/* ---- process.c ---- */
uint32_t run_createprocess(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroyprocess(const struct gpupv_message *m, struct gpupv_reply *r);
void process_free(struct gpupv *g, struct gpupv_process *p);
/* Free all; those are reported as left behind when @report. */
void process_free_all(struct gpupv *g, bool report);

/* ---- global.c ---- */
extern const struct vmbus_service global_service;
uint32_t run_setiospaceregion(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- adapter.c ---- */
uint32_t run_openadapter(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_closeadapter(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_getinternaladapterinfo(const struct gpupv_message *m, struct gpupv_reply *r);
/* End the adapter's session, if there is one; reported as left behind when @report. */
void adapter_close(struct gpupv_gpu *gpu, bool report);
/* The real GPU as a PnP instance id would name it; g_free() it. */
char *adapter_instance_id(const struct gpupv_gpu *gpu);

/* ---- query.c ---- */
uint32_t run_queryadapterinfo(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_queryadapterinfo(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- feature.c ---- */
uint32_t run_isfeatureenabled(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_isfeatureenabled_global(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- device.c, paging.c ---- */
uint32_t run_createdevice(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroydevice(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_flushdevice(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_markdeviceaserror(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_createpagingqueue(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroypagingqueue(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- allocation.c, sysmem.c, lock.c, residency.c, va.c ---- */
uint32_t run_createallocation(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_createallocation(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroyallocation(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_setexistingsysmempages(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_setexistingsysmemstore(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_lock2(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_unlock2(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_makeresident(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_evict(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_reservegpuva(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_freegpuva(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_updategpuva(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_mapgpuva(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- nt.c, resource.c, offer.c, property.c, video.c, statistics.c ---- */
uint32_t run_createntsharedobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_destroyntsharedobject(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_shareobjectwithhost(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_openresource(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_invalidatecache(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_offerallocations(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_reclaimallocations(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_setallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_getallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_queryallocationresidency(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_updateallocationproperty(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_queryvideomemoryinfo(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_changevideomemoryreservation(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_flushheaptransitions(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_getstandardallocation(const struct gpupv_message *m, struct gpupv_reply *r);
uint32_t run_querystatistics(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_openresource(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_reclaimallocations(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_getallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_queryallocationresidency(const struct gpupv_message *m, struct gpupv_reply *r);
void shape_getstandardallocation(const struct gpupv_message *m, struct gpupv_reply *r);

/* ---- ledger.c ---- */
/* Every object that the guest holds, a line for each. */
void ledger_print(const struct gpupv *g, GString *out);
/* What there is to say of an object, beyond its kind and handle. */
void object_text(enum handle_type type, const void *object, GString *out);

/* ---- text.c ---- */
/* ASCII to zero-filled UTF-16 of @units; cut so that a zero ends it. */
void text_to_utf16(uint16_t *out, size_t units, const char *text);
/* UTF-16 to printable text, whatever it holds; g_free() it. */
char *text_from_utf16(const uint16_t *in, size_t units);

static inline bool status_is_error(uint32_t status)
{
	return status & 0x80000000u;
}

#endif
