/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the parts of the echo channel test module share. */
#ifndef DXGTEST_H
#define DXGTEST_H

#include <linux/hyperv.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "../../../host/echo/echo.h"

#define DXGTEST_MAX_PACKET	16384u	/* bytes of payload */
#define DXGTEST_MAX_TEXT	65536u	/* bytes of one command's result */
#define DXGTEST_PATIENCE	(20 * HZ)	/* without progress: something is lost */

struct dxgtest_chan;

/* One packet of the host; called in the reader's context, one at a time for a channel. */
typedef void (*dxgtest_rx_fn)(struct dxgtest_chan *c, const struct vmpacket_descriptor *desc,
			      const void *data, u32 len);

/*
 * An echo channel. Lives from probe to remove; users find it under the list's
 * mutex and keep @busy while they use it, which remove waits for.
 */
struct dxgtest_chan {
	struct list_head link;
	struct hv_device *dev;
	struct vmbus_channel *ch;
	unsigned int number;
	struct mutex busy;		/* held while a command uses the channel */

	/* From open to close. */
	bool direct;			/* a thread reads, not the callback */
	unsigned int slow_us;		/* the thread sleeps so long before each packet */
	atomic_t budget;		/* packets that the thread may still read */
	u32 need;			/* room that a sender waits for: its largest packet's */
	struct task_struct *reader;
	wait_queue_head_t read_wait;	/* the reader's */
	wait_queue_head_t space_wait;	/* senders', and those who wait for an answer */
	spinlock_t waiters_lock;	/* never taken by the callback */
	unsigned int waiters;		/* senders that wait for room */
	atomic_t callbacks;
	int callback_cpu;
	dxgtest_rx_fn rx;
	void *rx_ctx;
	atomic64_t found_full;		/* sends that found the ring full */
	bool answered;
	struct echo_answer answer;	/* of the last dxgtest_request() */
	u64 request;
};

/* One command: its words, and the text it leaves. */
struct dxgtest_cmd {
	char *args;			/* " key=value key=value" */
	char *text;
	size_t len;
	bool malformed;			/* a value was no number */
};

__printf(2, 3) void dxgtest_say(struct dxgtest_cmd *cmd, const char *fmt, ...);
u64 dxgtest_arg(struct dxgtest_cmd *cmd, const char *key, u64 absent);
bool dxgtest_arg_is(const struct dxgtest_cmd *cmd, const char *key, const char *value);

struct dxgtest_chan *dxgtest_get(unsigned int number);
void dxgtest_put(struct dxgtest_chan *c);

/* dxgtest_channel.c */
int dxgtest_open(struct dxgtest_chan *c, u32 pages, bool direct);
void dxgtest_close(struct dxgtest_chan *c);
void dxgtest_let_read(struct dxgtest_chan *c, int packets);
u32 dxgtest_max_packet(const struct dxgtest_chan *c);
int dxgtest_send(struct dxgtest_chan *c, const void *data, u32 len, u64 id, bool completion);
int dxgtest_request(struct dxgtest_chan *c, struct echo_request *r, u32 len,
		    unsigned long patience);
bool dxgtest_wait_answer(struct dxgtest_chan *c, const bool *stop, unsigned long patience);
void dxgtest_receive(struct dxgtest_chan *c, dxgtest_rx_fn rx, void *ctx);
int dxgtest_ping(struct dxgtest_chan *c);

/* The commands: 0 is success, and the text says what was seen. */
int dxgtest_cmd_ping(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_reopen(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_traffic(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_room(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_echo(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_delay(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_gpadl(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_mmio(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_refused(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);
int dxgtest_cmd_abuse(struct dxgtest_cmd *cmd, struct dxgtest_chan *c);

#endif
