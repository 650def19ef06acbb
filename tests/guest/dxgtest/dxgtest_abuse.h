/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the kinds of malformed input share. */
#ifndef DXGTEST_ABUSE_H
#define DXGTEST_ABUSE_H

#include "dxgtest.h"

struct abuse {
	struct dxgtest_chan *c;		/* the victim, open */
	u32 relid;
	void *pages;			/* two adjacent ones for hypercall parameters, zeroed */
	u64 status;			/* of the last hypercall */
};

/*
 * One way to do it wrong. Returns 0 when the guest saw what it should, which is
 * a refusal of the hypercall where one is due.
 */
struct abuse_kind {
	const char *name;
	int (*run)(struct abuse *a);
	bool breaks;			/* the victim's rings are of no use afterwards */
};

extern const struct abuse_kind abuse_hypercalls[], abuse_messages[], abuse_rings[], abuse_msrs[];

/* Post @len bytes as a VMBus message, saying they are @size on connection @conn. */
u64 abuse_post(struct abuse *a, const void *message, u32 len, u32 size, u32 conn, u32 type);

#endif
