// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs, in the folder of the DRM device, for root:
 *
 * dxg_host      the host, its channels, their counters
 * dxg_requests  messages that the host has not answered
 * dxg_processes processes on the host
 * dxg_quarantine what the guest keeps until the host has let go of it
 * dxg_vms       address spaces, and below each its queues, by what the host calls them: jobs,
 *               the time limit; and its fences: value, waits, what is armed
 * dxg_copied    bytes that were shared with other drivers, and what of them was not seen in
 *               place; bytes of messages, which is all that the driver copies
 * dxg_gems      buffer objects that somebody in the guest has
 * dxg_idle      reading it waits until closed files and what else the guest gave up
 *               have been torn down, and returns the number of processes that are left
 */
#include <linux/jiffies.h>
#include <linux/seq_file.h>
#include <linux/workqueue.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_print.h>

#include "dxg_bo.h"
#include "dxg_debugfs.h"
#include "dxg_device.h"
#include "dxg_process.h"
#include "dxg_vm.h"

static void dxg_show_port(struct seq_file *m, struct dxg_port *port)
{
	seq_printf(m, "%s: %s, sent %lld, received %lld, messages %lld, pending %u, full %lld, timeouts %lld, violations %lld\n",
		   port->name, READ_ONCE(port->open) ? "open" : "closed",
		   atomic64_read(&port->sent), atomic64_read(&port->received),
		   atomic64_read(&port->messages), READ_ONCE(port->pending),
		   atomic64_read(&port->full), atomic64_read(&port->timeouts),
		   atomic64_read(&port->violations));
}

static struct dxg_device *dxg_debugfs_device(struct seq_file *m)
{
	struct drm_debugfs_entry *entry = m->private;

	return to_dxg_device(entry->dev);
}

static int dxg_host_show(struct seq_file *m, void *data)
{
	struct dxg_device *dxg = dxg_debugfs_device(m);
	struct dxg_host *host = dxg->host;

	seq_printf(m, "interface version: %u\n", dxg->link.version);
	seq_printf(m, "host capabilities: 0x%x\n", host->caps);
	seq_printf(m, "io space: 0x%llx bytes at 0x%llx\n", host->iospace_size,
		   host->iospace_start);
	seq_printf(m, "adapter handle: 0x%x\n", dxg->handle);
	seq_printf(m, "adapter flags: 0x%x\n", dxg->info.flags);
	dxg_show_port(m, &host->port);
	if (dxg->link.port != &host->port)
		dxg_show_port(m, dxg->link.port);
	return 0;
}

static void dxg_show_requests(struct seq_file *m, struct dxg_port *port)
{
	struct dxg_request *req;
	int bucket;

	spin_lock_irq(&port->lock);
	list_for_each_entry(req, &port->queue, entry)
		seq_printf(m, "%s unsent command %u%s\n", port->name, req->command,
			   req->waited ? " waits for room" : "");
	hash_for_each(port->requests, bucket, req, node)
		seq_printf(m, "%s id %u command %u for %u ms%s\n", port->name, req->id,
			   req->command, jiffies_to_msecs(jiffies - req->sent),
			   req->abandoned ? " abandoned" : "");
	spin_unlock_irq(&port->lock);
}

static int dxg_requests_show(struct seq_file *m, void *data)
{
	struct dxg_device *dxg = dxg_debugfs_device(m);

	dxg_show_requests(m, &dxg->host->port);
	if (dxg->link.port != &dxg->host->port)
		dxg_show_requests(m, dxg->link.port);
	return 0;
}

static int dxg_processes_show(struct seq_file *m, void *data)
{
	struct dxg_host *host = dxg_debugfs_device(m)->host;
	struct dxg_process *process;

	mutex_lock(&host->lock);
	list_for_each_entry(process, &host->processes, list)
		seq_printf(m, "cookie %u handle 0x%x\n", process->cookie,
			   READ_ONCE(process->handle));
	mutex_unlock(&host->lock);
	return 0;
}

static int dxg_idle_show(struct seq_file *m, void *data)
{
	struct dxg_device *dxg = dxg_debugfs_device(m);
	unsigned int limit = dxg_request_timeout_ms(), passes = 0;
	unsigned long end = jiffies + msecs_to_jiffies(2 * limit);
	struct dxg_host *host = dxg->host;
	unsigned long count;

	/*
	 * Work ends objects, and their ends queue work, here or on the timelines' worker: of VMs,
	 * then of devices, then of processes. Others may never stop to queue some: two limits
	 * are enough for what was there before.
	 */
	do {
		count = dxg_work_count();
		dxg_flush_work();
		flush_workqueue(dxg->sched_wq);
		dxg_flush_work();
		if (dxg_quarantine_wait_idle(dxg->quarantine, limit) == -ERESTARTSYS)
			return -ERESTARTSYS;
	} while (dxg_work_count() != count && (++passes < 4 || time_before(jiffies, end)));
	mutex_lock(&host->lock);
	seq_printf(m, "%zu\n", list_count_nodes(&host->processes));
	mutex_unlock(&host->lock);
	return 0;
}

static int dxg_keeps_show(struct seq_file *m, void *data)
{
	dxg_quarantine_show(dxg_debugfs_device(m)->quarantine, m);
	return 0;
}

static int dxg_copied_show(struct seq_file *m, void *data)
{
	struct dxg_device *dxg = dxg_debugfs_device(m);
	s64 messages = atomic64_read(&dxg->host->port.bytes);

	if (dxg->link.port != &dxg->host->port)
		messages += atomic64_read(&dxg->link.port->bytes);
	seq_printf(m, "mapped: %lld\nimported: %lld\nbounced: %lld\nmessages: %lld\n",
		   atomic64_read(&dxg->mapped), atomic64_read(&dxg->imported),
		   atomic64_read(&dxg->bounced), messages);
	return 0;
}

static int dxg_gems_show(struct seq_file *m, void *data)
{
	dxg_bo_show_all(dxg_debugfs_device(m), m);
	return 0;
}

static int dxg_vms_file_show(struct seq_file *m, void *data)
{
	dxg_vms_show(dxg_debugfs_device(m), m);
	return 0;
}

static const struct drm_debugfs_info dxg_debugfs_files[] = {
	{ "dxg_host", dxg_host_show, 0 },
	{ "dxg_requests", dxg_requests_show, 0 },
	{ "dxg_processes", dxg_processes_show, 0 },
	{ "dxg_quarantine", dxg_keeps_show, 0 },
	{ "dxg_vms", dxg_vms_file_show, 0 },
	{ "dxg_copied", dxg_copied_show, 0 },
	{ "dxg_gems", dxg_gems_show, 0 },
	{ "dxg_idle", dxg_idle_show, 0 },
};

/**
 * dxg_debugfs_add() - Add the files; they appear with the device and go with it.
 * @dxg: The device.
 */
void dxg_debugfs_add(struct dxg_device *dxg)
{
	drm_debugfs_add_files(&dxg->drm, dxg_debugfs_files, ARRAY_SIZE(dxg_debugfs_files));
}
