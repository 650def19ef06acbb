/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests of error paths: the next thing that can fail in a call of this thread does.
 * Needs a kernel with fault injection; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_INJECT_H
#define IGT_DXG_INJECT_H

/* Skips where the kernel has no fault injection. */
void igt_dxg_inject_begin(void);
void igt_dxg_inject_end(void);

/* What fails: memory of any kind, with ENOMEM. */
void igt_dxg_inject_memory(void);
/* Or requests to the host, with ETIMEDOUT: they are not sent. */
void igt_dxg_inject_requests(void);

/* The next point but @n - 1 fails; 0: none does. Returns what was left of the number before. */
unsigned int igt_dxg_inject_arm(unsigned int n);

#endif
