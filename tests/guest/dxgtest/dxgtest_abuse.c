// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Malformed input, one kind after the other. After each the host must still
 * serve another channel, and the victim must open again. Whether the host named
 * it in its log is for the caller to see.
 */
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "dxgtest_abuse.h"

static const struct {
	const char *name;
	const struct abuse_kind *kinds;
} groups[] = {
	{ "hypercalls", abuse_hypercalls },
	{ "messages", abuse_messages },
	{ "rings", abuse_rings },
	{ "msrs", abuse_msrs },
};

static int one(struct dxgtest_cmd *cmd, struct abuse *a, struct dxgtest_chan *other,
	       const struct abuse_kind *k)
{
	int ret, alive, again = 0;

	memset(a->pages, 0, 2 * PAGE_SIZE);
	a->status = 0;
	ret = dxgtest_open(a->c, 6, false);
	if (ret) {
		dxgtest_say(cmd, "not ok %s victim does not open: %d\n", k->name, ret);
		return ret;
	}
	ret = k->run(a);
	alive = dxgtest_ping(other);
	if (!k->breaks)
		again = dxgtest_ping(a->c);
	dxgtest_close(a->c);
	if (!again)
		again = dxgtest_open(a->c, 4, true);
	if (!again) {
		again = dxgtest_ping(a->c);
		dxgtest_close(a->c);
	}
	if (ret || alive || again)
		dxgtest_say(cmd, "not ok %s result %d status %#llx other channel %d victim %d\n",
			    k->name, ret, a->status, alive, again);
	else
		dxgtest_say(cmd, "ok %s\n", k->name);
	return ret ?: alive ?: again;
}

/* abuse ch=VICTIM other=N what=GROUP: result lines "ok NAME", "not ok NAME ..." */
int dxgtest_cmd_abuse(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	struct abuse a = { .c = c, .relid = c->ch->offermsg.child_relid };
	const struct abuse_kind *k = NULL;
	struct dxgtest_chan *other;
	unsigned int i;
	int ret, worst = 0;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (dxgtest_arg_is(cmd, "what", groups[i].name))
			k = groups[i].kinds;
	if (!k || dxgtest_arg(cmd, "other", 1) == c->number)
		return -EINVAL;
	other = dxgtest_get(dxgtest_arg(cmd, "other", 1));
	if (!other)
		return -ENODEV;
	a.pages = (void *)__get_free_pages(GFP_KERNEL, 1);
	ret = a.pages ? dxgtest_open(other, 4, false) : -ENOMEM;
	if (!ret) {
		for (; k->name; k++)
			worst = one(cmd, &a, other, k) ?: worst;
		dxgtest_close(other);
	}
	free_pages((unsigned long)a.pages, 1);
	dxgtest_put(other);
	return ret ?: worst;
}

/*
 * refused ch=N: requests that the echo service itself must refuse, each with
 * its status.
 */
int dxgtest_cmd_refused(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	static const struct {
		const char *name;
		u32 len, op, arg;
		u64 gpa, bytes;
		enum echo_status want;
	} kinds[] = {
		{ "short", 8, ECHO_OP_ECHO, 0, 0, 0, ECHO_STATUS_SHORT },
		{ "short-source", 16, ECHO_OP_SOURCE, 0, 0, 0, ECHO_STATUS_SHORT },
		{ "short-memory", 24, ECHO_OP_MMIO, 0, 0, 0, ECHO_STATUS_SHORT },
		{ "op", 16, 77, 0, 0, 0, ECHO_STATUS_OP },
		{ "delay", 16, ECHO_OP_DELAY, ECHO_MAX_DELAY + 1, 0, 0, ECHO_STATUS_RANGE },
		{ "source", 24, ECHO_OP_SOURCE, 65536, ~0ull, 0, ECHO_STATUS_RANGE },
		{ "unaligned", 40, ECHO_OP_MMIO, 0, 4, 8, ECHO_STATUS_RANGE },
		{ "huge", 40, ECHO_OP_MMIO, 0, 0, ~7ull, ECHO_STATUS_RANGE },
		{ "nowhere", 40, ECHO_OP_MMIO, 0, 1ull << 45, 4096, ECHO_STATUS_MEMORY },
		{ "wraps", 40, ECHO_OP_MMIO, 0, ~0ull - 4095, 8192, ECHO_STATUS_MEMORY },
		{ "no-gpadl", 40, ECHO_OP_GPADL, 0, 0xdead, 4096, ECHO_STATUS_MEMORY },
	};
	unsigned int i;
	int ret = dxgtest_open(c, 4, false), worst = 0;

	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct echo_memory m = {
			.head = { .op = kinds[i].op, .arg = kinds[i].arg, .seq = 1000 + i },
			.gpa = kinds[i].gpa, .bytes = kinds[i].bytes,
		};

		ret = dxgtest_request(c, &m.head, kinds[i].len, DXGTEST_PATIENCE);
		if (!ret && c->answer.status == kinds[i].want) {
			dxgtest_say(cmd, "ok %s\n", kinds[i].name);
			continue;
		}
		dxgtest_say(cmd, "not ok %s result %d status %u\n", kinds[i].name, ret,
			    c->answer.status);
		worst = -EIO;
	}
	worst = dxgtest_ping(c) ?: worst;
	dxgtest_close(c);
	return worst;
}
