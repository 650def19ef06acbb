/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the plugin share. */
#ifndef HOST_PLUGIN_PLUGIN_H
#define HOST_PLUGIN_PLUGIN_H

#include "../machine/machine.h"
#include "qemu_api.h"

#define AREA "plugin"

/* ---- options.c ---- */
struct options {
	const char *ram;		/* file that holds the guest's memory */
	uint64_t below4g;		/* bytes of it below 4 GiB */
	const char *qtest;		/* socket of QEMU's qtest protocol */
	const char *log;		/* NULL: standard error */
	bool debug;
	bool tsc;			/* offer the invariant TSC and its frequency */
	bool count;			/* count guest instructions */
	struct machine_config machine;
};

/*
 * Read "KEY=VALUE" words; they are kept by reference. Returns NULL, or the text
 * of the error in a static buffer.
 */
const char *options_parse(struct options *o, int argc, char **argv);

/* ---- insn.c: the guest's instructions ---- */
struct insn_config {
	struct host *host;
	struct partition *partition;
	unsigned int vcpus;
	bool count;
};

void insn_init(qemu_plugin_id_t id, const struct insn_config *c);
uint64_t insn_counted(unsigned int vcpu);	/* instructions executed; 0 when not counted */
/* True in a thread that runs a vCPU. */
bool insn_in_vcpu(void);
/* ops->write_guest of the partition: done when host->lock is dropped. */
void insn_write_guest(void *ctx, uint64_t gpa, const void *data, size_t len);

/* ---- inject.c: interrupts ---- */

/* Start the injector thread, which connects to the qtest socket @path. Returns 0 or -errno. */
int inject_start(const char *path);
void inject_stop(void);
/* host_ops.interrupt */
void inject_interrupt(void *ctx, unsigned int vp, uint8_t vector);

struct inject_stats {
	uint64_t vcpu, qtest, lost;
};
void inject_get_stats(struct inject_stats *s);

#endif
