/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control protocol: lines of text over a byte stream, for tests and people.
 * One request per line, "WORD[ ARG]...", answered by any number of lines and
 * then exactly one line "ok" or "error: TEXT". The guest reaches it through a
 * virtio-serial port named org.dxg.host, the build machine through a socket.
 *
 * Parts register their commands; each is called with host->lock held.
 */
#ifndef HOST_CONTROL_CONTROL_H
#define HOST_CONTROL_CONTROL_H

#include <glib.h>

#include "../base/host.h"

struct control;

/*
 * Carry out one request. @argv[0] is the command word. Append answer lines,
 * each with its newline, to @out. Return NULL for "ok", or the text of the
 * error, a string that outlives the call.
 */
typedef const char *(*control_fn)(void *arg, int argc, char **argv, GString *out);

struct control *control_new(struct host *h);
void control_free(struct control *c);

/* @usage: one line such as "rescind CHANNEL [MS]". The word must be new. */
void control_register(struct control *c, const char *word, const char *usage, control_fn fn,
		      void *arg);

/* Run one request line; the answer and its closing line are appended to @out. Takes the lock. */
void control_line(struct control *c, const char *line, GString *out);

/* Violations that tests have announced by "violations expect N". Needs host->lock. */
uint64_t control_expected_violations(const struct control *c);

/* For commands: a whole decimal or 0x hexadecimal number of 32 bits; false when it is not one. */
bool control_parse_u32(const char *text, unsigned int *out);

#endif
