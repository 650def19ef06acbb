// SPDX-License-Identifier: GPL-2.0
/*
 * GPADLs: guest memory that the host reaches through the global channel, where it
 * cannot take page frame numbers.
 *
 * They end before the channel is closed, whoever still has them: a channel that is
 * opened again would find the host still in possession of pages that are no
 * longer given.
 */
#include <linux/mutex.h>

#include <kunit/visibility.h>

#include "dxg_device.h"
#include "dxg_gpadl.h"

/**
 * dxg_gpadl_create() - Give the host access to guest memory.
 * @host: The host.
 * @address: Whole pages, mapped into the kernel. The mapping is not needed any
 *	longer when this returns; the pages are, until the end.
 * @size: Bytes.
 * @gpadl: Returns the number for the wire, in @gpadl->handle.
 *
 * Waits for the host. Returns 0, -EOPNOTSUPP when it is too much or the transport
 * cannot do it, -ENODEV when the channel is closed, or another error of the
 * transport.
 */
int dxg_gpadl_create(struct dxg_host *host, void *address, u64 size, struct dxg_gpadl *gpadl)
{
	struct dxg_port *port;
	int ret;

	gpadl->handle = 0;
	if (!host->port.ops->gpadl_create || !size || size > DXG_GPADL_MAX_SIZE)
		return -EOPNOTSUPP;
	if (!dxg_link_enter(&host->link, &port))
		return -ENODEV;
	ret = port->ops->gpadl_create(port, address, size, gpadl);
	if (!ret) {
		mutex_lock(&host->gpadl_lock);
		list_add_tail(&gpadl->list, &host->gpadls);
		mutex_unlock(&host->gpadl_lock);
	}
	dxg_port_exit(port);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_gpadl_create);

/**
 * dxg_gpadl_destroy() - Take the memory back. No allocation is backed by it any more.
 * @host: The host.
 * @gpadl: What dxg_gpadl_create() returned; of no effect when that failed, or when
 *	it has ended already.
 *
 * Waits for the host. When this returns, the host does not reach the pages.
 */
void dxg_gpadl_destroy(struct dxg_host *host, struct dxg_gpadl *gpadl)
{
	mutex_lock(&host->gpadl_lock);
	if (gpadl->handle) {
		list_del(&gpadl->list);
		host->port.ops->gpadl_destroy(&host->port, gpadl);
		gpadl->handle = 0;
	}
	mutex_unlock(&host->gpadl_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_gpadl_destroy);

/**
 * dxg_gpadl_destroy_all() - The channel is about to be closed; adapters have stopped.
 * @host: The host, its link drained.
 */
void dxg_gpadl_destroy_all(struct dxg_host *host)
{
	struct dxg_gpadl *gpadl, *next;

	mutex_lock(&host->gpadl_lock);
	list_for_each_entry_safe(gpadl, next, &host->gpadls, list) {
		list_del(&gpadl->list);
		host->port.ops->gpadl_destroy(&host->port, gpadl);
		gpadl->handle = 0;
	}
	mutex_unlock(&host->gpadl_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_gpadl_destroy_all);
