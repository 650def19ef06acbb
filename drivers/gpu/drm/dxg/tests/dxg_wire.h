/* SPDX-License-Identifier: MIT */
/*
 * A host's port and an adapter's link on a mocked host, for tests of commands.
 */
#ifndef _DXG_WIRE_H_
#define _DXG_WIRE_H_

#include "dxg_device.h"
#include "dxg_mock.h"
#include "dxg_process.h"

struct kunit;
struct kunit_suite;

#define DXG_WIRE_IOSPACE	0x80000000ull
#define DXG_WIRE_IOSPACE_SIZE	0x4000000ull
/* Host handles of the process that all commands are sent for, of a device, a context. */
#define DXG_WIRE_PROCESS	0x1234u
#define DXG_WIRE_DEVICE		0x51u
#define DXG_WIRE_CONTEXT	0x71u

struct dxg_wire_parent {
	struct dxg_alive alive;
	struct kref ref;
};

/* As test->priv. */
struct dxg_wire {
	struct dxg_mock mock;
	struct dxg_host *host;
	struct dxg_link link;		/* of an adapter, on the same port */
	struct dxg_process process;	/* that all commands are sent for */
	struct dxg_wire_parent device, context;	/* that things are made on */
};

int dxg_wire_suite_init(struct kunit_suite *suite);
void dxg_wire_suite_exit(struct kunit_suite *suite);
int dxg_wire_init(struct kunit *test);
void dxg_wire_exit(struct kunit *test);

/* A parent begins to end. */
void dxg_wire_end_parent(struct dxg_wire *w, struct dxg_wire_parent *parent);

static inline s64 dxg_wire_violations(struct dxg_wire *w)
{
	return atomic64_read(&w->host->port.violations);
}

#endif /* _DXG_WIRE_H_ */
