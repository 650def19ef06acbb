/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the host below which others are made, by their handle, while they have not
 * begun to end: a late reply says that something was made below one of them.
 *
 * Who has got one holds it: nothing that ends it leaves before what the holder sends. Behind
 * that, the host has ended with it what was below it.
 */
#ifndef _DXG_ALIVE_H_
#define _DXG_ALIVE_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct dxg_alive_table - Those of one host.
 */
struct dxg_alive_table {
	/** @lock: Protects @list; taken in interrupts. */
	spinlock_t lock;

	/** @list: All struct dxg_alive. */
	struct list_head list;
};

/**
 * struct dxg_alive - Part of an object that is known so.
 */
struct dxg_alive {
	/** @entry: Entry of the table. */
	struct list_head entry;

	/** @process: Host handle of the process. */
	u32 process;

	/** @handle: The host's handle. */
	u32 handle;

	/** @ref: The object's references. The last one takes it out, then ends it. */
	struct kref *ref;

	/** @put: Drops one of them. From any context. */
	void (*put)(struct dxg_alive *alive);
};

void dxg_alive_init(struct dxg_alive_table *table);
void dxg_alive_add(struct dxg_alive_table *table, struct dxg_alive *alive);
void dxg_alive_remove(struct dxg_alive_table *table, struct dxg_alive *alive);
struct dxg_alive *dxg_alive_get(struct dxg_alive_table *table, u32 process, u32 handle);

#endif /* _DXG_ALIVE_H_ */
