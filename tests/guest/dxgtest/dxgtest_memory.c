// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Memory that guest and host share: GPADLs of any size, and the VMBus MMIO
 * window. One side writes a pattern, the other checks it word by word and
 * writes another, which the first checks.
 */
#include <linux/io.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "dxgtest.h"

static void fill(u64 *w, u64 words, u64 seed)
{
	u64 i;

	for (i = 0; i < words; i++)
		w[i] = seed + i;
}

/* How many words are not what the host writes. */
static u64 wrong(const u64 *w, u64 words, u64 seed)
{
	u64 i, bad = 0;

	for (i = 0; i < words; i++)
		bad += w[i] != ~(seed + i);
	return bad;
}

static int check(struct dxgtest_cmd *cmd, struct dxgtest_chan *c, u32 op, u64 *w, u64 where,
		 u64 bytes, u64 seed)
{
	struct echo_memory m = {
		.head = { .op = op, .seq = seed | 1 },
		.gpa = where, .bytes = bytes, .seed = seed,
	};
	u64 bad;
	int ret;

	fill(w, bytes / 8, seed);
	ret = dxgtest_request(c, &m.head, sizeof(m), DXGTEST_PATIENCE);
	if (ret)
		return ret;
	bad = wrong(w, bytes / 8, seed);
	if (!c->answer.status && !c->answer.bad && c->answer.count == bytes / 8 && !bad)
		return 0;
	dxgtest_say(cmd, "status %u, host saw %llu of %llu words wrong, guest %llu\n",
		    c->answer.status, c->answer.bad, c->answer.count, bad);
	return -EIO;
}

static int one_gpadl(struct dxgtest_cmd *cmd, struct dxgtest_chan *c, u32 pages)
{
	struct vmbus_gpadl gpadl = { };
	void *buf = vmalloc(pages * PAGE_SIZE);
	int ret, undo;

	if (!buf)
		return -ENOMEM;
	ret = vmbus_establish_gpadl(c->ch, buf, pages * PAGE_SIZE, &gpadl);
	if (ret) {
		vfree(buf);
		return ret;
	}
	/* Twice: the second look finds what the first one left. */
	ret = check(cmd, c, ECHO_OP_GPADL, buf, gpadl.gpadl_handle, pages * PAGE_SIZE, pages << 8);
	if (!ret)
		ret = check(cmd, c, ECHO_OP_GPADL, buf, gpadl.gpadl_handle, pages * PAGE_SIZE,
			    0x123456789abcdef0ull);
	undo = vmbus_teardown_gpadl(c->ch, &gpadl);
	vfree(buf);
	return ret ?: undo;
}

/* gpadl ch=N pages=N count=N */
int dxgtest_cmd_gpadl(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 pages = dxgtest_arg(cmd, "pages", 1), count = dxgtest_arg(cmd, "count", 1), i;
	int ret;

	if (!pages || pages > 65536)
		return -EINVAL;
	ret = dxgtest_open(c, 4, false);
	if (ret)
		return ret;
	for (i = 0; i < count && !ret; i++) {
		ret = one_gpadl(cmd, c, pages);
		cond_resched();
	}
	dxgtest_say(cmd, "gpadls %llu of %llu pages\n", i, pages);
	/* The channel serves on after the memory has gone. */
	ret = ret ?: dxgtest_ping(c);
	dxgtest_close(c);
	return ret;
}

/* Each @step-th MiB of the window: 1 MiB mapped, checked both ways, unmapped. */
static int check_window(struct dxgtest_cmd *cmd, struct dxgtest_chan *c, struct resource *res,
			u64 step)
{
	u64 at, size = resource_size(res), looked = 0;
	void *p;
	int ret = 0;

	for (at = 0; at < size && !ret; at += step << 20) {
		p = memremap(res->start + at, SZ_1M, MEMREMAP_WB);
		if (!p)
			return -ENOMEM;
		ret = check(cmd, c, ECHO_OP_MMIO, p, res->start + at, SZ_1M, res->start + at);
		memunmap(p);
		looked++;
		cond_resched();
	}
	dxgtest_say(cmd, "mmio %pR looked at %llu MiB\n", res, looked);
	return ret;
}

/* mmio ch=N mib=SIZE step=MIB high=0|1 */
int dxgtest_cmd_mmio(struct dxgtest_cmd *cmd, struct dxgtest_chan *c)
{
	u64 size = dxgtest_arg(cmd, "mib", 1) << 20, step = dxgtest_arg(cmd, "step", 1);
	resource_size_t low = dxgtest_arg(cmd, "high", 0) ? SZ_4G : 0;
	struct resource *res;
	int ret;

	if (!size || !step)
		return -EINVAL;
	ret = dxgtest_open(c, 4, false);
	if (ret)
		return ret;
	ret = vmbus_allocate_mmio(&res, c->dev, low, -1, size, SZ_1M, false);
	if (ret) {
		dxgtest_say(cmd, "no window of %llu MiB\n", size >> 20);
	} else {
		ret = check_window(cmd, c, res, step);
		vmbus_free_mmio(res->start, size);
	}
	dxgtest_close(c);
	return ret;
}
