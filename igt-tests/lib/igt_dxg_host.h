/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that ask the host to misbehave, that take the adapter away, or
 * that look at what a loss leaves behind; the rules of igt_dxg.h hold.
 *
 * The host is asked through the program in $DXG_HOSTCTL, where it is the one of
 * this project; without it these subtests skip.
 */
#ifndef IGT_DXG_HOST_H
#define IGT_DXG_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Ask the host. The answer goes to @answer of @size bytes, unless it is NULL.
 * Returns 0, or the program's exit status.
 */
int __dxg_host(char *answer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void igt_dxg_host(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For igt_dxg_wait(): whether the host carries out @command, which it may refuse for a while. */
bool igt_dxg_host_obeys(const void *command);

/* How many objects the host has for this guest. */
unsigned int igt_dxg_host_objects(void);

/*
 * Wait until it has no more than so many: what others have left before may end meanwhile.
 */
void igt_dxg_host_comes_to(unsigned int objects);

/* Pages of this machine that are pinned for devices. */
long igt_dxg_pinned(void);

/* The name of the host's last GPU that is present. */
void igt_dxg_host_gpu(char name[64]);

/* A failure switch of packets; how often all of them have hit; no switches any more. */
void igt_dxg_host_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
unsigned int igt_dxg_host_hits(void);
void igt_dxg_host_clear(void);

/* A parameter of the driver's module. Returns what it was. */
unsigned int igt_dxg_module_set(const char *name, unsigned int value);

/* Whether rounds are to be as many as possible: $DXG_TIER is "full". */
bool igt_dxg_full(void);

/* --- Unbinding the first adapter --- */

#define IGT_DXG_PATIENCE	120	/* seconds that a removal or an arrival may take */

void igt_dxg_driver_unbind(void);
void igt_dxg_driver_bind(void);
/* What a subtest that failed left unbound. */
void igt_dxg_driver_restore(void);

/* --- Device coredumps of the adapter behind @fd --- */

/* No dump any more. Skips where the kernel makes none. */
void igt_dxg_dumps_clear(int fd);
/* How many there are. */
unsigned int igt_dxg_dumps(int fd);
/* The next one within @seconds, or NULL; it is removed. Free it. */
char *igt_dxg_dump_take(int fd, int seconds);

#endif
