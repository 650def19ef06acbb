/* SPDX-License-Identifier: MIT */
/*
 * A host for tests, as the second transport: it answers what it is told to,
 * when it is told to.
 */
#ifndef _DXG_MOCK_H_
#define _DXG_MOCK_H_

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "dxg_transport.h"

struct dxg_mock;
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

/* No reply at all. */
#define DXG_MOCK_SILENT		SIZE_MAX

/**
 * typedef dxg_mock_fn - Answer one command in the test's own way.
 * @mock: The channel; @mock->priv is the test's.
 * @cmd: The message from its header on.
 * @len: Its bytes.
 * @out: Where the reply goes: DXGP_MAX_MESSAGE bytes, zero.
 *
 * Runs where the message is sent, perhaps in atomic context. May call
 * dxg_mock_answer() for what a host without objections would say, and change
 * that. Returns the bytes of the reply, or DXG_MOCK_SILENT. Called for messages
 * that want no reply, too.
 */
typedef size_t (*dxg_mock_fn)(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
			      void *out);

/* An entry of a table of handlers, which ends with one without @fn. */
struct dxg_mock_handler {
	u32 command;
	dxg_mock_fn fn;
};

/* Kinds of objects are the commands that make them, and these. */
#define DXG_MOCK_RESOURCE	2000
#define DXG_MOCK_MEMBER		2001	/* an allocation of a resource */

struct dxg_mock_object {
	u32 kind;
	u32 process;
	u32 device;
	u64 key;			/* handle, or address */
};

/* What the mocked host has made. The channels of one host share it. */
struct dxg_mock_objects {
	spinlock_t lock;			/* all of it */
	struct dxg_mock_object list[2048];
	unsigned int count;
	unsigned int strays;		/* ends of what is not there, or with more than that */
	atomic_t last;			/* handles and pages given out */
	atomic64_t va;			/* next GPU address */
	atomic64_t paging_value;	/* last paging fence value */
	u64 iospace;			/* where fence pages and locked allocations are */
};

/**
 * struct dxg_mock - One channel of the mocked host.
 *
 * With @automatic set it answers each command as a host would; @rules and
 * @handlers change that for single commands. Without, it only logs.
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
	/* Called with each message, perhaps in atomic context; an error is send's. */
	int (*sending)(struct dxg_mock *mock, u32 command, u64 id);
	bool room_asked;		/* want_room was called with a length */
	bool open;
	struct dxg_mock_rule rules[8];
	unsigned int rule_count;
	const struct dxg_mock_handler *handlers;
	void *priv;			/* the test's */

	spinlock_t lock;		/* log */
	struct dxg_mock_msg log[DXG_MOCK_LOG];
	unsigned int sent;
	unsigned int counts[128];	/* messages by command; from 100 on the global ones */
	u8 *last;			/* the newest message, from its header on */
	size_t last_len;
	u8 *reply;			/* the newest reply, sent or not */
	size_t reply_len;

	struct list_head delayed;	/* replies under way */
	u32 processes;			/* that exist on the host now */
	u32 adapters;			/* that are open now */
	u32 gpadls;			/* that are shared now */
	u64 allocation_size;		/* what CREATEALLOCATION says */

	struct dxg_mock_objects *objects;	/* @own, unless the test joins channels */
	struct dxg_mock_objects own;
};

extern const struct dxg_port_ops dxg_mock_ops;

void dxg_mock_init(struct kunit *test, struct dxg_mock *mock, u32 version);
struct dxg_mock_rule *dxg_mock_rule(struct dxg_mock *mock, u32 command);
unsigned int dxg_mock_count(struct dxg_mock *mock, u32 command);
struct dxg_mock_msg *dxg_mock_last(struct dxg_mock *mock);
void dxg_mock_signal(struct dxg_mock *mock, u64 event);
void dxg_mock_deliver(struct dxg_mock *mock);

/* dxg_mock_host.c */
size_t dxg_mock_answer(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len, void *out,
		       u32 status);
unsigned int dxg_mock_live(struct dxg_mock *mock, u32 kind);

#endif /* _DXG_MOCK_H_ */
