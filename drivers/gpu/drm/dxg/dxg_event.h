/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host events: what the host says by itself, by number.
 *
 * A guest gives the host a 64-bit number with some commands (a CPU wait, a
 * signal that enqueues an event, a device); the host names it when it has
 * happened. Numbers are made here. They are never addresses, and one that was
 * given up is not given out again for a long time: a late message finds
 * nothing.
 *
 * Lifetime: an event is embedded in what waits for it and reference counted by
 * @ref; the table holds one reference. The handler runs under a reference, but
 * not under a lock: it may still be running when dxg_event_remove() returns,
 * not when dxg_event_remove_sync() does.
 */
#ifndef _DXG_EVENT_H_
#define _DXG_EVENT_H_

#include <linux/kref.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct dxg_event;
struct dxg_port;

/**
 * struct dxg_events - A table of numbers.
 *
 * Who has many events, and would take the lock of the table for each of his jobs, has a
 * table of his own, a group: its number is part of those of its events.
 */
struct dxg_events {
	/** @table: Events by a part of their number; its lock is taken in interrupts. */
	struct xarray table;

	/** @next: Where the search for a free place starts. */
	u32 next;

	/** @serial: The high half of the next number. */
	u32 serial;

	/** @groups: Tables of single owners, by their @id. */
	struct xarray groups;

	/** @next_group: Where the search for a free place there starts. */
	u32 next_group;

	/** @all: Of a group: the table that it is a group of. */
	struct dxg_events *all;

	/** @id: Of a group: its number. */
	u32 id;

	/** @rcu: Of a group: readers of @groups may still look at it. */
	struct rcu_head rcu;

	/** @signalled: Messages that found their event. */
	atomic64_t signalled;

	/** @unknown: Messages that did not: late, or the host's mistake. */
	atomic64_t unknown;
};

/**
 * struct dxg_event - Something that the host may name.
 */
struct dxg_event {
	/** @ref: The owner, the table, a running handler. */
	struct kref ref;

	/** @table: The table that it is in, or was. */
	struct dxg_events *table;

	/** @id: The number for the host, not 0. Kept until the last reference is dropped. */
	u64 id;

	/** @once: Taken out of the table by the first message. */
	bool once;

	/** @listed: In the table. Under its lock. */
	bool listed;

	/** @running: Handlers under way. */
	atomic_t running;

	/**
	 * @fire: The host named the number. Atomic context; several may run at
	 * once unless @once. @value is 0 but for devices, where it says what
	 * the host sent.
	 */
	void (*fire)(struct dxg_event *event, u64 value);

	/** @release: The last reference is gone. From any context. May be NULL. */
	void (*release)(struct dxg_event *event);
};

void dxg_events_init(struct dxg_events *table);
void dxg_events_fini(struct dxg_events *table);

struct dxg_events *dxg_event_group_create(struct dxg_events *all);
void dxg_event_group_destroy(struct dxg_events *group);

void dxg_event_init(struct dxg_event *event, bool once,
		    void (*fire)(struct dxg_event *event, u64 value),
		    void (*release)(struct dxg_event *event));
int dxg_event_add(struct dxg_events *table, struct dxg_event *event);
bool dxg_event_remove(struct dxg_event *event);
bool dxg_event_remove_sync(struct dxg_event *event);
void dxg_event_get(struct dxg_event *event);
void dxg_event_put(struct dxg_event *event);

bool dxg_event_signal(struct dxg_events *table, u64 id, u64 value);
void dxg_host_message(struct dxg_port *port, const void *data, size_t len);

#endif /* _DXG_EVENT_H_ */
