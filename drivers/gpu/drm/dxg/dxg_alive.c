// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of the host below which others are made, by their handle, while they have not
 * begun to end.
 */
#include <kunit/visibility.h>

#include "dxg_alive.h"

/**
 * dxg_alive_init() - Prepare a table.
 * @table: The table. Nothing undoes it.
 */
void dxg_alive_init(struct dxg_alive_table *table)
{
	spin_lock_init(&table->lock);
	INIT_LIST_HEAD(&table->list);
}

/**
 * dxg_alive_add() - The host has an object now.
 * @table: The host's.
 * @alive: The object's, filled in but for the entry.
 */
void dxg_alive_add(struct dxg_alive_table *table, struct dxg_alive *alive)
{
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	list_add_tail(&alive->entry, &table->list);
	spin_unlock_irqrestore(&table->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_alive_add);

/**
 * dxg_alive_remove() - It begins to end. From any context.
 * @table: The host's.
 * @alive: The object's, which has no references any more.
 */
void dxg_alive_remove(struct dxg_alive_table *table, struct dxg_alive *alive)
{
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	list_del(&alive->entry);
	spin_unlock_irqrestore(&table->lock, flags);
}

/**
 * dxg_alive_get() - The object of a handle, with a reference.
 * @table: The host's.
 * @process: Host handle of the process.
 * @handle: The host's handle.
 *
 * NULL when it has begun to end, or never was. @put drops the reference.
 */
struct dxg_alive *dxg_alive_get(struct dxg_alive_table *table, u32 process, u32 handle)
{
	struct dxg_alive *alive, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&table->lock, flags);
	list_for_each_entry(alive, &table->list, entry) {
		if (alive->process == process && alive->handle == handle &&
		    kref_get_unless_zero(alive->ref)) {
			found = alive;
			break;
		}
	}
	spin_unlock_irqrestore(&table->lock, flags);
	return found;
}
