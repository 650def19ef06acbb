/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole host, put together from options: partition, VMBus, the services on
 * it, and the control protocol. What stands below (a CPU emulator, a unit
 * test) provides a struct host with guest memory.
 */
#ifndef HOST_MACHINE_MACHINE_H
#define HOST_MACHINE_MACHINE_H

#include "../display/display.h"
#include "../gpupv/gpupv.h"
#include "../partition/partition.h"

#define MACHINE_MAX_ECHO	64u
#define MACHINE_MAX_FAULTS	64u

struct machine_config {
	uint64_t tsc_hz;		/* 0: offer no TSC */
	unsigned int gpus;		/* there from the start */
	unsigned int echo;		/* echo channels */
	bool video;
	struct display_config display;
	struct gpupv_config gpupv;
	const char *faults[MACHINE_MAX_FAULTS];	/* texts of vmbus/fault.h */
	unsigned int num_faults;
	const char *control;		/* socket to listen on; NULL: none */
	const char *guest_control;	/* socket of the guest's port to connect to; NULL: none */
	/* See struct partition_ops. Called with host->lock held. */
	void (*write_guest)(void *ctx, uint64_t gpa, const void *data, size_t len);
	void *write_ctx;
};

struct machine;

void machine_config_init(struct machine_config *c);
/*
 * One "KEY=VALUE" of: control= guest-control= run-dir= video=on|off modes=
 * vram=MIB dirt=on|off fault=SPEC (may be repeated), and those of
 * gpupv_config_option(). The text is kept by reference. Returns NULL, or the
 * text of the error.
 */
const char *machine_config_option(struct machine_config *c, const char *option);

/* Build it. Returns NULL, or the text of the error. Without host->lock. */
const char *machine_new(struct host *h, const struct machine_config *c, struct machine **out);
/*
 * The end: take no more control requests, forget the guest, and say in the log
 * what it left behind and what went wrong. Without host->lock.
 */
void machine_end(struct machine *m);
/* Free all. Nobody may call into the machine any more. Without host->lock. */
void machine_free(struct machine *m);

struct partition *machine_partition(struct machine *m);
struct control *machine_control(struct machine *m);

/* ---- inside the machine: commands.c ---- */
struct machine_parts {
	struct host *host;
	struct partition *partition;
	struct vmbus *vmbus;
	struct gpupv *gpupv;
	const struct gpupv_config *gpus;	/* the table as it was at the start */
	struct display *display;	/* NULL: none */
	struct control *control;
};

/* Register status, channels, stats, rescind, offer and gpu. @p must outlive the last command. */
void machine_commands(struct machine_parts *p);

#endif
