// SPDX-License-Identifier: MIT
/*
 * Helpers for tests of error paths: memory (failslab, fail_page_alloc) or what is asked of the
 * host (fail_function) fails at a point of a call.
 */
#include "igt_dxg_inject.h"

#include <fcntl.h>

#include "igt.h"
#include "igt_dxg.h"

#define DEBUGFS	"/sys/kernel/debug/"
#define INJECT	DEBUGFS "fail_function/"

static int nth = -1;	/* fail-nth of this thread */

static void write_file(const char *path, const char *value)
{
	igt_assert_eq(__dxg_write(path, value), 0);
}

unsigned int igt_dxg_inject_arm(unsigned int n)
{
	char text[16] = "";
	unsigned int left;

	igt_assert(pread(nth, text, sizeof(text) - 1, 0) > 0);
	left = strtoul(text, NULL, 10);
	snprintf(text, sizeof(text), "%u", n);
	igt_assert_lt(0, pwrite(nth, text, strlen(text), 0));
	return left;
}

/* In quiet, also where the kernel might wait for some. */
static void faults_of_memory(bool on)
{
	write_file(DEBUGFS "failslab/ignore-gfp-wait", on ? "N" : "Y");
	write_file(DEBUGFS "failslab/verbose", "0");
	write_file(DEBUGFS "fail_page_alloc/ignore-gfp-wait", on ? "N" : "Y");
	write_file(DEBUGFS "fail_page_alloc/ignore-gfp-highmem", on ? "N" : "Y");
	write_file(DEBUGFS "fail_page_alloc/min-order", on ? "0" : "20");
	write_file(DEBUGFS "fail_page_alloc/verbose", "0");
}

/* @error: what they end with, as 64 bits; NULL: they are sent. */
static void faults_of_requests(const char *error)
{
	static const char *const functions[] = { "dxg_request_run", "dxg_request_post" };
	char path[128];
	unsigned int i;

	/* No slab is one that may fail then. */
	write_file(DEBUGFS "failslab/cache-filter", error ? "Y" : "N");
	if (!error) {
		write_file(INJECT "inject", "");
		return;
	}
	write_file(INJECT "verbose", "0");
	for (i = 0; i < 2; i++) {
		write_file(INJECT "inject", functions[i]);
		snprintf(path, sizeof(path), INJECT "%s/retval", functions[i]);
		write_file(path, error);
	}
}

void igt_dxg_inject_begin(void)
{
	nth = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	igt_require_f(nth >= 0 && !access(DEBUGFS "failslab", F_OK),
		      "the kernel has no fault injection\n");
}

void igt_dxg_inject_memory(void)
{
	faults_of_memory(true);
}

void igt_dxg_inject_requests(void)
{
	igt_require_f(!access(INJECT, F_OK), "the kernel has no fail_function\n");
	faults_of_memory(false);
	faults_of_requests("0xffffffffffffff92");
}

void igt_dxg_inject_end(void)
{
	igt_dxg_inject_arm(0);
	faults_of_memory(false);
	if (!access(INJECT, F_OK))
		faults_of_requests(NULL);
}
