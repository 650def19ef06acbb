/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The GPU-PV service: what a guest's GPU paravirtualization driver talks to.
 * One global VMBus channel for the VM; for each GPU a vPCI function and a vGPU
 * channel, joined by LUID. This header is all that the machine needs.
 *
 * All calls need host->lock (see base/host.h), except those on configurations.
 */
#ifndef HOST_GPUPV_GPUPV_H
#define HOST_GPUPV_GPUPV_H

#include <stdbool.h>
#include <stdint.h>

#include "../base/host.h"
#include "../control/control.h"
#include "../vmbus/vmbus.h"

#define GPUPV_MAX_GPUS		8
#define GPUPV_MAX_NODES		2
#define GPUPV_MAX_RULES		16
#define GPUPV_NAME_SIZE		16
#define GPUPV_TEXT_SIZE		80	/* UTF-16 units of a device description on the wire */

#define GPUPV_VERSION		40u	/* newest interface version, with the extended header */
#define GPUPV_VERSION_OLD	27u	/* what a guest assumes when it reads none */

/* One virtual GPU. */
struct gpupv_gpu_config {
	char name[GPUPV_NAME_SIZE];	/* "gpu0"; its channels are "vgpu-gpu0" and "vpci-gpu0" */
	uint64_t guest_luid;		/* low 8 bytes of the vGPU channel's instance GUID */
	uint64_t host_luid;		/* of the vGPU; routes messages, read in PCI config space */
	uint64_t adapter_luid;		/* of the physical adapter on the host */
	char description[GPUPV_TEXT_SIZE];	/* ASCII */
	uint16_t vendor, device;	/* of the real GPU */
	uint16_t sub_vendor, sub_system;
	uint8_t revision;
	bool compute_only;		/* PCI 1414:008a in place of 1414:008e */
	bool hw_sch;			/* hardware scheduling is there and on */
	bool async;			/* the async bit of GETINTERNALADAPTERINFO */
	uint64_t video_memory;		/* bytes, dedicated */
	uint64_t shared_memory;		/* bytes of system memory that the GPU may use */
	unsigned int nodes;		/* engines: 3D or compute, then copy; 1 or 2 */
	uint64_t budget;		/* bytes of video memory for one process; 0: all */
};

enum gpupv_rule_kind {
	GPUPV_RULE_REFUSE,		/* answer with an error, do not carry out */
	GPUPV_RULE_STATUS,		/* carry out, answer with this status */
	GPUPV_RULE_DELAY,		/* answer so many milliseconds later */
	GPUPV_RULE_HOLD,		/* answer when the rules are cleared */
	GPUPV_RULE_LOSE,		/* no answer; 1: carried out, 0: not even that */
	GPUPV_RULE_TDR,			/* then reset this node of its GPU, or all of it */
	GPUPV_RULE_REMOVE,		/* then remove its GPU; 1: by surprise */
	GPUPV_RULE_MUTE,		/* then answer and send nothing any more */
	GPUPV_RULE_STORM,		/* then send so many events that nobody waits for */
};

#define GPUPV_ANY_COMMAND	UINT32_MAX

/* What goes wrong with a command. */
struct gpupv_rule {
	enum gpupv_rule_kind kind;
	uint32_t command;		/* command number, vGPU and global ones do not overlap */
	uint32_t value;
	uint32_t skip;			/* leave the first so many commands alone */
	uint32_t count;			/* then look at so many; 0: at all */
	uint32_t percent;		/* and act on so many of them, at random */
	uint32_t seed;
};

struct gpupv_config {
	uint32_t version;		/* interface version of the host; 0: tells none */
	uint32_t host_caps;		/* bit 0: takes page frame lists of guest memory */
	uint16_t io_space_mib;		/* size of the IO space, in the offer */
	uint32_t tdr_ms;		/* a job that has a node for so long loses it */
	bool stepped;			/* GPUs work in gpupv_step() only */
	bool silence;			/* answer nothing, send nothing */
	bool passive_events;		/* SIGNALGUESTEVENTPASSIVE in place of the other */
	bool short_errors;		/* errors are 4 bytes, whatever the guest expects */
	bool soiled;			/* host memory is zero only where the guest asks for it */
	uint32_t max_processes;		/* CREATEPROCESS fails beyond; 0: no bound */
	uint32_t paging_delay_us;	/* that paging operations take; 0: done when answered */
	unsigned int rules;
	struct gpupv_rule rule[GPUPV_MAX_RULES];
	struct gpupv_gpu_config gpu[GPUPV_MAX_GPUS];	/* ready to use, all different */
};

/* Fill in the defaults: version 40, async on, 256 MiB of IO space, eight different GPUs. */
void gpupv_config_init(struct gpupv_config *c);

/*
 * One option. Returns NULL, or the text of the error (a constant), with @c unchanged.
 *
 *   version=N		interface version: 40, 27, 0 (tells none), any up to 255
 *   caps=N		host capability word
 *   io-space=MIB	0 to 65535
 *   async=on|off	of all GPUs
 *   max-processes=N
 *   paging-delay=US	that operations of paging queues take; 0: none is pending
 *   tdr-ms=N		1 to 600000: how long a job may occupy a node
 *   stepped=on|off	GPUs work in gpupv_step() only: for unit tests
 *   passive-events=on|off	signal events by SIGNALGUESTEVENTPASSIVE
 *   short-errors=on|off	answer errors with 4 bytes where the guest expects more
 *   soiled=on|off	host memory is zero only where CREATEALLOCATION asks for it
 *   silence=on|off	take no message, send none
 *   refuse=COMMAND:STATUS[...]	answer with an error, do not carry out
 *   status=COMMAND:STATUS[...]	carry out, put any status into the answer
 *   delay=COMMAND:MS[...]	answer later
 *   hold=COMMAND:0[...]	answer when the rules are cleared
 *   lose=COMMAND:0|1[...]	do not answer; 1: but carry out
 *   tdr=COMMAND:NODE[...]	then reset this node, as if its job hung; 2: the whole GPU
 *   remove=COMMAND:0|1[...]	then remove the GPU; 1: by surprise
 *   mute=COMMAND:0[...]	then be silent
 *   storm=COMMAND:N[...]	then send N events that nobody waits for
 *   gpuI.KEY=VALUE	of the Ith GPU; KEY is name, luid, host-luid, description,
 *			vendor, device, async, compute, hwsch, memory (MiB),
 *			shared (MiB), budget (MiB of one process; 0: all), nodes
 *
 * COMMAND is a name ("OPENADAPTER"), a number, or * for any. [...] is
 * [:SKIP[:COUNT[:PERCENT[:SEED]]]]: the first SKIP of these commands are left
 * alone, the COUNT after them (0: all) are hit, PERCENT of them (default 100) by
 * random numbers of this SEED. All rules that hit act together.
 */
const char *gpupv_config_set(struct gpupv_config *c, const char *key, const char *value);
/* The same for "KEY=VALUE"; for the command line. */
const char *gpupv_config_option(struct gpupv_config *c, const char *option);

struct gpupv;

/* Offer the global channel. Copies @c. NULL when vmbus refuses (the name "gpupv" is taken). */
struct gpupv *gpupv_new(struct host *h, struct vmbus *v, const struct gpupv_config *c);
/*
 * Offer the global channel again after it was rescinded. Returns NULL, or the
 * text of the error: it is there, or the guest has not let go of it.
 */
const char *gpupv_offer(struct gpupv *g);
/*
 * The guest is about to be forgotten, because it started anew or because the
 * machine ends. Reports each object that it left behind and frees them. Call it
 * before vmbus_reset(), and before vmbus_free().
 */
void gpupv_reset(struct gpupv *g);
/*
 * End the GPUs' threads, which report to the service until then. Without
 * host->lock, after gpupv_reset(), and before gpupv_free().
 */
void gpupv_stop(struct gpupv *g);
/* Free the service. Call it after vmbus_free(): vmbus calls it until then. */
void gpupv_free(struct gpupv *g);

/*
 * The control commands "gpupv status", "gpupv objects", "gpupv set KEY VALUE"
 * (options as above: rules and bounds hold at once, async and hwsch from the
 * adapter's next start, other GPU keys from the next addition; the version can
 * change while there is no GPU, the IO space not at all) and "gpupv clear"
 * (drop the rules, end the silence); "gpupv stats [json|reset]", counters of
 * messages; "gpupv tdr NAME NODE|all", "gpupv storm N [SEED]".
 */
void gpupv_control(struct gpupv *g, struct control *c);

/*
 * Add a GPU: @index is its place in the configuration's table. Returns NULL,
 * or the text of the error. It becomes known to the guest as a vPCI function
 * and a vGPU channel.
 */
const char *gpupv_gpu_add(struct gpupv *g, unsigned int index);
/*
 * Take it away. Polite: the function is ejected first, so that the guest can
 * close its adapter, and the vGPU channel is rescinded when the function has
 * gone. Surprise: channel and function are rescinded at once.
 */
const char *gpupv_gpu_remove(struct gpupv *g, const char *name, bool surprise);
/* Index of the GPU of this name: one that is there, else one of the table; or -1. */
int gpupv_gpu_index(const struct gpupv *g, const char *name);
/* True while the GPU at @index is there (not yet removed for good). */
bool gpupv_gpu_present(const struct gpupv *g, unsigned int index);

/*
 * Let a node of the GPU at @index do a piece of work, in this thread and without
 * host->lock; for configurations that say "stepped". False: it has nothing to do.
 */
bool gpupv_step(struct gpupv *g, unsigned int index, unsigned int node);

/* Host objects that the guest holds now, and those it has left behind so far. */
uint64_t gpupv_objects(const struct gpupv *g);
uint64_t gpupv_left_behind(const struct gpupv *g);

#endif
