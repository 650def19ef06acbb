/* SPDX-License-Identifier: MIT */
/*
 * A host for tests, as the second transport: it answers what it is told to,
 * when it is told to.
 */
#ifndef _DXG_MOCK_H_
#define _DXG_MOCK_H_

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "dxg_transport.h"

struct kunit;

#define DXG_MOCK_LOG	64

/* What the mock has seen of one message. */
struct dxg_mock_msg {
	u64 id;
	size_t len;
	struct dxgp_ext_header ext;	/* zero when there is none */
	struct dxgp_header hdr;
};

/* How to answer one command. */
struct dxg_mock_rule {
	u32 command;
	u32 status;			/* NTSTATUS to put where the command has it */
	int len;			/* bytes of the reply; -1: as the command has it */
	int times;			/* replies: 0 none, 1 one, 2 the same twice */
	unsigned int delay_ms;		/* reply from a worker, this much later */
};

/**
 * struct dxg_mock - One channel of the mocked host.
 *
 * With @automatic set it answers each command as a host would; @rules change
 * that for single commands. Without, it only logs.
 */
struct dxg_mock {
	struct kunit *test;
	struct dxg_port *port;
	struct device *dev;
	u32 version;			/* decides whether messages have the extended header */
	bool automatic;
	bool async;			/* the async bit of the adapter */
	bool gone;			/* the other end has left */
	int open_error;			/* what open returns */
	unsigned int full;			/* so many sends are refused with -EAGAIN */
	bool room_asked;		/* want_room was called with a length */
	bool open;
	struct dxg_mock_rule rules[8];
	unsigned int rule_count;

	spinlock_t lock;		/* log */
	struct dxg_mock_msg log[DXG_MOCK_LOG];
	unsigned int sent;

	struct list_head delayed;	/* replies under way */
	u32 processes;			/* that exist on the host now */
	u32 adapters;			/* that are open now */
};

extern const struct dxg_port_ops dxg_mock_ops;

void dxg_mock_init(struct kunit *test, struct dxg_mock *mock, u32 version);
struct dxg_mock_rule *dxg_mock_rule(struct dxg_mock *mock, u32 command);
unsigned int dxg_mock_count(struct dxg_mock *mock, u32 command);
struct dxg_mock_msg *dxg_mock_last(struct dxg_mock *mock);

#endif /* _DXG_MOCK_H_ */
