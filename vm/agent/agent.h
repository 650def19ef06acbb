/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the guest's first process.
 */
#ifndef VM_AGENT_H
#define VM_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* port.c: the channel to vm/run. A broken channel ends the guest. */
void port_open(void);
int port_fd(void);
void port_send(char type, const void *data, size_t len);
void port_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
bool port_ready(void);		/* a whole frame waits; ends the use of the one before */
/*
 * Take what has arrived. True when a whole frame is there: its type, payload
 * and length are set, valid until the next call.
 */
bool port_receive(char *type, const uint8_t **data, size_t *len);

/* start.c: what the host wants run, and in which file systems. */
struct command {
	char **argv;
	char *cwd;
	bool tty;
	unsigned short rows, cols;
};

/* Carry out a MSG_START: mounts, environment, preparing commands. */
void start_prepare(const uint8_t *data, size_t len, struct command *c);

/* relay.c: the command and its input and output. Returns after MSG_POWEROFF. */
void relay_run(const struct command *c);

/* agent.c */
void guest_power(int how) __attribute__((noreturn));
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
