// SPDX-License-Identifier: GPL-2.0
/*
 * Host events: numbers for the host, and what happens when it names one.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include <kunit/visibility.h>

#include "dxg_device.h"
#include "dxg_event.h"
#include "dxg_trace.h"

/*
 * Numbers: a serial number above, the place in the table below. Those of a group have the
 * number of the group in front, and DXG_EVENT_GROUP. No number looks like a kernel address, or
 * is negative.
 */
#define DXG_EVENT_SERIAL_MASK	0x3fffffffu
#define DXG_EVENT_GROUP		BIT_ULL(62)
#define DXG_EVENT_GROUP_SHIFT	40
#define DXG_EVENT_GROUP_MASK	0x3fffffu
#define DXG_EVENT_PLACE_BITS	20
#define DXG_EVENT_PLACE_MASK	0xfffffu

/**
 * dxg_events_init() - Prepare a table.
 * @table: The table.
 */
void dxg_events_init(struct dxg_events *table)
{
	memset(table, 0, sizeof(*table));
	xa_init_flags(&table->table, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
	xa_init_flags(&table->groups, XA_FLAGS_ALLOC1 | XA_FLAGS_LOCK_IRQ);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_events_init);

/**
 * dxg_events_fini() - Release a table. All events have been removed.
 * @table: The table.
 */
void dxg_events_fini(struct dxg_events *table)
{
	WARN_ON(!xa_empty(&table->table) || !xa_empty(&table->groups));
	xa_destroy(&table->table);
	xa_destroy(&table->groups);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_events_fini);

/**
 * dxg_event_group_create() - Make a table of its own for the events of one owner.
 * @all: The table that the host's messages are looked up in. It outlives the group.
 *
 * Its events are numbered and found without a lock that another group's are.
 * Returns the table, for dxg_event_add(), or NULL.
 */
struct dxg_events *dxg_event_group_create(struct dxg_events *all)
{
	struct dxg_events *group = kzalloc_obj(*group, GFP_KERNEL_ACCOUNT);
	u32 id;

	if (!group)
		return NULL;
	/* From 0: a single event needs no memory. */
	xa_init_flags(&group->table, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_IRQ);
	group->all = all;
	/* Messages only look there, without the lock; but to lockdep it is the tables' one. */
	if (xa_alloc_cyclic_irq(&all->groups, &id, group, XA_LIMIT(1, DXG_EVENT_GROUP_MASK),
				&all->next_group, GFP_KERNEL_ACCOUNT) < 0) {
		kfree(group);
		return NULL;
	}
	group->id = id;
	return group;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_group_create);

/**
 * dxg_event_group_destroy() - Undo dxg_event_group_create(). Its events have been removed.
 * @group: The table, or NULL.
 */
void dxg_event_group_destroy(struct dxg_events *group)
{
	if (!group)
		return;
	WARN_ON(!xa_empty(&group->table));
	xa_erase_irq(&group->all->groups, group->id);
	/* A message may still be looked up in it. */
	kfree_rcu(group, rcu);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_group_destroy);

/**
 * dxg_event_init() - Prepare an event, with one reference for the owner.
 * @event: The event.
 * @once: The first message takes it out of the table.
 * @fire: See struct dxg_event.
 * @release: See struct dxg_event.
 */
void dxg_event_init(struct dxg_event *event, bool once,
		    void (*fire)(struct dxg_event *event, u64 value),
		    void (*release)(struct dxg_event *event))
{
	memset(event, 0, sizeof(*event));
	kref_init(&event->ref);
	event->once = once;
	event->fire = fire;
	event->release = release;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_init);

static unsigned long dxg_event_place(const struct dxg_events *table, u64 id)
{
	return table->all ? id & DXG_EVENT_PLACE_MASK : (u32)id;
}

/* The number of an event that is new at a place of a table. */
static u64 dxg_event_number(const struct dxg_events *table, u32 place)
{
	if (!table->all)
		return (u64)table->serial << 32 | place;
	return DXG_EVENT_GROUP | (u64)table->id << DXG_EVENT_GROUP_SHIFT |
	       (u64)(table->serial & DXG_EVENT_PLACE_MASK) << DXG_EVENT_PLACE_BITS | place;
}

/**
 * dxg_event_add() - Give an event a number.
 * @table: The table.
 * @event: The event, not in a table. May have been before: the number is new.
 *
 * Returns 0, or -ENOMEM, or -EBUSY when all numbers are taken. Sleeps.
 */
int dxg_event_add(struct dxg_events *table, struct dxg_event *event)
{
	u32 index;
	int ret;

	event->table = table;
	xa_lock_irq(&table->table);
	if (table->all)
		ret = __xa_alloc(&table->table, &index, event, XA_LIMIT(0, DXG_EVENT_PLACE_MASK),
				 GFP_KERNEL_ACCOUNT);
	else
		ret = __xa_alloc_cyclic(&table->table, &index, event, XA_LIMIT(1, INT_MAX),
					&table->next, GFP_KERNEL_ACCOUNT);
	if (ret >= 0) {
		table->serial = (table->serial + 1) & DXG_EVENT_SERIAL_MASK;
		event->id = dxg_event_number(table, index);
		event->listed = true;
		dxg_event_get(event);
		ret = 0;
	}
	xa_unlock_irq(&table->table);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_add);

/**
 * dxg_event_remove() - No message finds the event any more. From any context.
 * @event: The event.
 *
 * Returns true when it was still in the table: a one-shot event has not been
 * signalled then, and never will be. The handler may still be running.
 */
bool dxg_event_remove(struct dxg_event *event)
{
	struct dxg_events *table = event->table;
	unsigned long flags;
	bool listed;

	if (!table)
		return false;
	xa_lock_irqsave(&table->table, flags);
	listed = event->listed;
	if (listed) {
		__xa_erase(&table->table, dxg_event_place(table, event->id));
		event->listed = false;
	}
	xa_unlock_irqrestore(&table->table, flags);
	if (listed)
		dxg_event_put(event);
	return listed;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_remove);

/**
 * dxg_event_remove_sync() - The same, and wait until no handler is running.
 * @event: The event.
 */
bool dxg_event_remove_sync(struct dxg_event *event)
{
	bool listed = dxg_event_remove(event);

	wait_var_event(&event->running, !atomic_read(&event->running));
	return listed;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_remove_sync);

/**
 * dxg_event_get() - Take a reference.
 * @event: The event.
 */
void dxg_event_get(struct dxg_event *event)
{
	kref_get(&event->ref);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_get);

static void dxg_event_release(struct kref *ref)
{
	struct dxg_event *event = container_of(ref, struct dxg_event, ref);

	if (event->release)
		event->release(event);
}

/**
 * dxg_event_put() - Drop a reference. From any context.
 * @event: The event.
 */
void dxg_event_put(struct dxg_event *event)
{
	kref_put(&event->ref, dxg_event_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_put);

/* Find the event of a number, for its handler: running, with a reference. Or NULL. */
static struct dxg_event *dxg_event_take(struct dxg_events *table, u64 id)
{
	struct dxg_event *event;
	unsigned long flags;

	xa_lock_irqsave(&table->table, flags);
	event = xa_load(&table->table, dxg_event_place(table, id));
	if (event && event->id == id) {
		atomic_inc(&event->running);
		if (event->once) {
			/* The table's reference serves for the handler. */
			__xa_erase(&table->table, dxg_event_place(table, id));
			event->listed = false;
		} else {
			dxg_event_get(event);
		}
	} else {
		event = NULL;
	}
	xa_unlock_irqrestore(&table->table, flags);
	return event;
}

/**
 * dxg_event_signal() - The host named a number. From any context.
 * @table: The table.
 * @id: The number.
 * @value: For the handler.
 *
 * Returns whether it was found, in the table or in a group of it. A number that is not is
 * no fault of anybody: an event that was given up may still be on its way.
 */
bool dxg_event_signal(struct dxg_events *table, u64 id, u64 value)
{
	struct dxg_event *event = NULL;
	struct dxg_events *group;

	if (id & DXG_EVENT_GROUP) {
		rcu_read_lock();
		group = xa_load(&table->groups, id >> DXG_EVENT_GROUP_SHIFT & DXG_EVENT_GROUP_MASK);
		if (group)
			event = dxg_event_take(group, id);
		rcu_read_unlock();
	} else {
		event = dxg_event_take(table, id);
	}
	if (!event) {
		atomic64_inc(&table->unknown);
		return false;
	}
	atomic64_inc(&table->signalled);
	event->fire(event, value);
	if (atomic_dec_and_test(&event->running))
		wake_up_var(&event->running);
	dxg_event_put(event);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_event_signal);

/* A device has changed its state. */
static void dxg_host_guest_data(struct dxg_host *host, const struct dxgp_setguestdata *msg)
{
	u64 value;

	switch (DXGP_GUESTDATA_TYPE(msg->flags)) {
	case DXGP_GUESTDATA_U32:
		value = (u32)msg->data;
		break;
	case DXGP_GUESTDATA_U64:
		value = msg->data;
		break;
	default:
		dxg_port_violation(&host->port, "guest data of unknown type", msg->flags);
		return;
	}
	if (value)
		dxg_event_signal(&host->devices, msg->cookie, value);
}

/**
 * dxg_host_message() - A message that the host sent by itself. Atomic context.
 * @port: The global port of a host.
 * @data: The message, at least a header.
 * @len: Bytes of @data.
 */
void dxg_host_message(struct dxg_port *port, const void *data, size_t len)
{
	struct dxg_host *host = container_of(port, struct dxg_host, port);
	const struct dxgp_header *hdr = data;

	trace_dxg_host_message(port, hdr->command, len);
	switch (hdr->command) {
	case DXGP_HOST_SIGNALGUESTEVENT:
	case DXGP_HOST_SIGNALGUESTEVENTPASSIVE: {
		const struct dxgp_signalguestevent *msg = data;

		if (len < sizeof(*msg))
			dxg_port_violation(port, "event message too short", len);
		else if (!msg->event)
			dxg_port_violation(port, "event number 0", 0);
		else
			dxg_event_signal(&host->events, msg->event, 0);
		break;
	}
	case DXGP_HOST_SETGUESTDATA:
		if (len < sizeof(struct dxgp_setguestdata))
			dxg_port_violation(port, "guest data message too short", len);
		else
			dxg_host_guest_data(host, data);
		break;
	case DXGP_HOST_SENDWNFNOTIFICATION:
		break;
	default:
		dxg_port_violation(port, "unknown message", hdr->command);
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_message);
