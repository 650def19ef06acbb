/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host log. Three kinds of lines:
 *
 *   [   12.345678] area: text              something happened
 *   [   12.345678] area: debug: text       only with log_set_debug(true)
 *   [   12.345678] area: VIOLATION: text   the guest broke the protocol
 *
 * Violations are counted; the count is printed at the end of a run, and a run
 * with a violation that its test did not provoke fails. Seconds are monotonic,
 * from log_open(). Safe from any thread; no lock of the caller is needed.
 */
#ifndef HOST_BASE_LOG_H
#define HOST_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* Write to @path (truncated); NULL: standard error. Returns 0 or -errno. */
int log_open(const char *path);
void log_set_debug(bool on);
bool log_debug_on(void);

void log_info(const char *area, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *area, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* At most 1000 violation lines are written per run; all are counted. */
void log_violation(const char *area, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint64_t log_violations(void);

#endif
