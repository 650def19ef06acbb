/* SPDX-License-Identifier: MIT */
/*
 * Inside of the stand-in: what its files share.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include "igt.h"

/* Name of the program, without folders. */
extern const char *standin_program;

/* This process is a child of igt_fork() and the like. */
extern bool standin_is_child;

/* The argument of --device, or NULL. */
extern const char *standin_device;

/* Log: forget what was kept, or show it after a failure of @what. */
void standin_log_clear(void);
void standin_log_dump(const char *what);

/* A line of the protocol on stdout, also on stderr if the runner asked for that. */
void standin_protocol(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A line in the kernel's log, by which the runner finds the subtest that the lines
 * around it belong to. Nothing happens where that may not be written.
 */
void standin_kmsg(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* End children, helpers and the time limit of the subtest that ends. */
void standin_end_children(void);

/* In a new child: forget what belongs to the parent. */
void standin_child_start(void);

/* The subtest that is being run crashed: close it in the protocol. Signal safe. */
void standin_crash_line(void);

/* Install what turns a crash into a line of the protocol. */
void standin_catch_crashes(void);

#endif
