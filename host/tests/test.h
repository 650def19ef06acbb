/* SPDX-License-Identifier: MIT */
/* What all unit tests include: cmocka with the headers that it needs before it. */
#ifndef HOST_TESTS_TEST_H
#define HOST_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* DXG_TEST_FULL=1: the full numbers of loops, else a twentieth of them. */
static inline unsigned int test_loops(unsigned int full)
{
	const char *e = getenv("DXG_TEST_FULL");

	return e && !strcmp(e, "1") ? full : (full + 19) / 20;
}

/* A small random number generator (xorshift64*), so that runs can be repeated. */
static inline uint32_t test_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull >> 32;
}

#endif
