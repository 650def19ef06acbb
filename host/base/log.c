// SPDX-License-Identifier: GPL-2.0
/* The host log: lines with a time, and the count of protocol violations. */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "log.h"

#define MAX_VIOLATION_LINES 1000

/* Protects the stream and the epoch; the flags and counts are atomics. */
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_file;			/* NULL: standard error */
static uint64_t log_epoch;		/* ns; 0 until the first line or log_open() */
static atomic_bool log_debugging;
static atomic_uint_fast64_t log_violation_count;

static uint64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

int log_open(const char *path)
{
	FILE *f = NULL;

	if (path) {
		f = fopen(path, "we");
		if (!f)
			return -errno;
		/* A line at a time: the log must be whole when the host is killed. */
		setvbuf(f, NULL, _IOLBF, 0);
	}
	pthread_mutex_lock(&log_lock);
	if (log_file)
		fclose(log_file);
	log_file = f;
	log_epoch = monotonic_ns();
	pthread_mutex_unlock(&log_lock);
	atomic_store(&log_violation_count, 0);
	return 0;
}

void log_set_debug(bool on)
{
	atomic_store(&log_debugging, on);
}

bool log_debug_on(void)
{
	return atomic_load(&log_debugging);
}

static void log_line(const char *area, const char *kind, const char *fmt, va_list ap)
{
	uint64_t us;
	FILE *f;

	pthread_mutex_lock(&log_lock);
	f = log_file ? log_file : stderr;
	if (!log_epoch)
		log_epoch = monotonic_ns();
	us = (monotonic_ns() - log_epoch) / 1000;
	fprintf(f, "[%5u.%06u] %s: %s", (unsigned int)(us / 1000000),
		(unsigned int)(us % 1000000), area, kind);
	vfprintf(f, fmt, ap);
	fputc('\n', f);
	pthread_mutex_unlock(&log_lock);
}

void log_info(const char *area, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(area, "", fmt, ap);
	va_end(ap);
}

void log_debug(const char *area, const char *fmt, ...)
{
	va_list ap;

	if (!log_debug_on())
		return;
	va_start(ap, fmt);
	log_line(area, "debug: ", fmt, ap);
	va_end(ap);
}

void log_violation(const char *area, const char *fmt, ...)
{
	uint64_t n = atomic_fetch_add(&log_violation_count, 1);
	va_list ap;

	if (n >= MAX_VIOLATION_LINES)
		return;
	va_start(ap, fmt);
	log_line(area, "VIOLATION: ", fmt, ap);
	va_end(ap);
	if (n == MAX_VIOLATION_LINES - 1)
		log_info(area, "further violations are counted, but not written");
}

uint64_t log_violations(void)
{
	return atomic_load(&log_violation_count);
}
