/* SPDX-License-Identifier: MIT */
/* What the files of the benchmark share. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "dxg.h"

/* Print what failed and end with status 1. */
void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *fmt, ...);

#define TRY(call) do { \
	int try_ = (call); \
	if (try_ < 0) \
		fail("%s:%d: %s: %d", __FILE__, __LINE__, #call, try_); \
} while (0)

/* ---- host.c: the host's counters, and what the guest counts itself ---- */

/* Sums since the start, or, after counters_since(), of a time between. */
struct counters {
	double awaits;		/* times that a thread waited for the host's reply */
	double requests;	/* messages with a reply */
	double messages;	/* messages without one */
	double events;		/* messages of the host */
	double bytes;		/* in the rings of GPUs and of the VM, both ways, headers too */
	double interrupts;	/* of the host into the guest for these rings */
	double instructions;	/* of all processors of the guest, kernel and programs */
	double switches;	/* context switches of the guest */
	double ns;
};

void host_open(void);
void host_paging(bool quick);
void host_settle(void);
/*
 * Probes where the driver waits for replies. They cost instructions where they are hit,
 * so they are on only while that is counted.
 */
void awaits_open(void);
void awaits_count(bool on);
double awaits(void);

#define TRACING	"/sys/kernel/tracing/"
/* Write @text to a file of the tracing folder. */
void tracing_put(const char *file, const char *text);

/* Instructions last, or first: what the others cost is not measured. */
void counters_begin(struct counters *c);
/* What there was since counters_begin(), less what these two cost themselves, for one of @n. */
struct counters counters_since(const struct counters *begin, double n);
/* Bytes that the kernel uses for itself, pages of files and of shared memory not counted. */
double kernel_memory(void);

/* ---- bench.c ---- */

struct sizes {
	unsigned int repeats;	/* of each operation, in each of ROUNDS */
	unsigned int clients;	/* at most */
	unsigned int objects;	/* at most */
	unsigned int closed;	/* objects of the files that are closed */
	unsigned int seconds;	/* growing ends after so many */
};

#define ROUNDS	5u

/*
 * Measure @count of @one, and @end behind them: with @name ROUNDS times, and print
 * what is typical; without it once.
 */
struct counters measure(const char *name, unsigned int count, void (*one)(void *ctx),
			void (*end)(void *ctx), void *ctx);
/* The same with awaits counted, which costs instructions: only that is of use. */
double measure_awaits(unsigned int count, void (*one)(void *ctx), void (*end)(void *ctx),
		      void *ctx);
struct counters typical(const struct counters *all, unsigned int n);
/* A JSON object with @name and what is typical of @n measurements. */
void print_typical(const char *name, const struct counters *all, unsigned int n, double awaits);
/* The members of a JSON object, without its braces. */
void print_counters(const struct counters *c);
/* A comma before all elements of an array but the first. */
void next_element(void);
void begin_array(const char *name);
void end_array(void);

/* ---- client.c: a file with all that a submission needs ---- */

struct client {
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_queue *queue;
	struct dxg_bo *code;
	uint64_t code_va;
	uint32_t code_length, syncobj;
	uint64_t point;
	void *code_map;
};

void client_open(struct client *c);
void client_close(struct client *c);
/* A job of one NOP, whose end is the next point. */
void client_submit(void *client);
/* Wait for all jobs. */
void client_wait(void *client);
/* A BO of one page of the host's memory. */
struct dxg_bo *client_bo(struct client *c);

/* ---- the parts ---- */

void bench_echo(const struct sizes *s);
void bench_operations(const struct sizes *s);
void bench_clients(const struct sizes *s);
void bench_objects(const struct sizes *s);
void bench_ends(const struct sizes *s);
/* BOs of a client of this process, resident and bound, which stay. */
bool crowd_fill(unsigned int count, unsigned int seconds);
void bench_memory(const struct sizes *s);
void bench_locks(const struct sizes *s);

#endif
