// SPDX-License-Identifier: GPL-2.0
/*
 * How long the engines have worked for a file: the host counts, fdinfo shows.
 *
 * Whoever reads fdinfo does not wait for the host: it shows what the host said last and
 * asks anew, now and then. So a host that does not answer hangs no one, and who
 * reads again sees what was used in between.
 *
 * Lifetime: reference counted by the file and by each question under way.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_status.h"
#include "dxg_usage.h"
#include "dxg_vm.h"

/* How often the host is asked, at most. */
#define DXG_USAGE_PERIOD	(HZ / 10)
/* The unit of the host's times, in nanoseconds: a guess about Windows. */
#define DXG_USAGE_UNIT_NS	100

/**
 * struct dxg_usage_node - What is known of one engine.
 */
struct dxg_usage_node {
	/** @usage: Whose it is. */
	struct dxg_usage *usage;

	/** @req: The question, for @process. Under usage->mutex, unless @sending. */
	struct dxg_request *req;

	/** @process: The host process that @req asks about. */
	u32 process;

	/** @sending: @req is under way. Under usage->lock. */
	bool sending;

	/** @seen: What the host said last, in its unit. Under usage->lock. */
	u64 seen;

	/** @busy_ns: All in all, also of processes before. Under usage->lock. */
	u64 busy_ns;
};

/**
 * struct dxg_usage - What is known of the engines.
 */
struct dxg_usage {
	/** @ref: References. */
	struct kref ref;

	/** @mutex: One reader asks at a time. */
	struct mutex mutex;

	/** @lock: Protects what the host's answers change; taken in interrupts. */
	spinlock_t lock;

	/** @next: When to ask again, in jiffies. Under @mutex. */
	unsigned long next;

	/** @count: Number of @nodes. */
	u32 count;

	/** @nodes: The engines, by their numbers. */
	struct dxg_usage_node nodes[] __counted_by(count);
};

static void dxg_usage_release(struct kref *ref)
{
	struct dxg_usage *usage = container_of(ref, struct dxg_usage, ref);
	u32 i;

	for (i = 0; i < usage->count; i++)
		if (usage->nodes[i].req)
			dxg_request_put(usage->nodes[i].req);
	kfree(usage);
}

static struct dxg_usage *dxg_usage_alloc(u32 count)
{
	struct dxg_usage *usage = kzalloc_flex(*usage, nodes, count, GFP_KERNEL_ACCOUNT);
	u32 i;

	if (!usage)
		return NULL;
	kref_init(&usage->ref);
	mutex_init(&usage->mutex);
	spin_lock_init(&usage->lock);
	usage->next = jiffies;
	usage->count = count;
	for (i = 0; i < count; i++)
		usage->nodes[i].usage = usage;
	return usage;
}

/**
 * dxg_usage_advance() - What has come since the last answer.
 * @seen: The last answer; becomes @now unless that is less.
 * @now: The new answer.
 *
 * A host that counts backwards has nothing to say: what is shown only grows.
 */
u64 dxg_usage_advance(u64 *seen, u64 now)
{
	u64 advance = now > *seen ? now - *seen : 0;

	*seen = max(*seen, now);
	return advance;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_usage_advance);

/* The host has answered, or never will. */
static void dxg_usage_answered(struct dxg_request *req)
{
	struct dxg_usage_node *node = req->data;
	struct dxg_usage *usage = node->usage;
	const void *result;
	unsigned long flags;
	u32 status;
	u64 now = 0;

	/* The running time comes first in what the host says of a node. */
	if (!dxg_query_statistics_result(req, &result, &status) && !dxg_status_failed(status))
		memcpy(&now, result, sizeof(now));
	spin_lock_irqsave(&usage->lock, flags);
	node->busy_ns += dxg_usage_advance(&node->seen, now) * DXG_USAGE_UNIT_NS;
	node->sending = false;
	spin_unlock_irqrestore(&usage->lock, flags);
	kref_put(&usage->ref, dxg_usage_release);
}

/* Ask about one engine, unless that is under way. Under usage->mutex. */
static void dxg_usage_ask(struct dxg_usage_node *node, u32 index, struct dxg_host_device *device)
{
	u32 process = dxg_host_device_process(device);
	struct dxg_usage *usage = node->usage;
	struct dxg_request *req;

	spin_lock_irq(&usage->lock);
	if (node->sending) {
		spin_unlock_irq(&usage->lock);
		return;
	}
	spin_unlock_irq(&usage->lock);

	if (!node->req || node->process != process) {
		req = dxg_prep_query_statistics(dxg_host_device_link(device), process,
						DXGP_STATISTICS_PROCESS_NODE,
						device->dxg->info.luid, index, 0);
		if (IS_ERR(req))
			return;
		if (node->req)
			dxg_request_put(node->req);
		node->req = req;
		node->process = process;
		node->seen = 0;
	}
	node->sending = true;
	kref_get(&usage->ref);
	dxg_request_commit(node->req, dxg_usage_answered, node);
}

static void dxg_usage_refresh(struct dxg_usage *usage, struct dxg_file *dfile)
{
	struct dxg_vm *vm;
	u32 i;

	if (time_before(jiffies, usage->next))
		return;
	usage->next = jiffies + DXG_USAGE_PERIOD;

	spin_lock(&dfile->vm_lock);
	vm = dfile->vm ? dxg_vm_get(dfile->vm) : NULL;
	spin_unlock(&dfile->vm_lock);
	if (!vm)
		return;
	for (i = 0; i < usage->count && !dxg_vm_status(vm); i++)
		dxg_usage_ask(&usage->nodes[i], i, dxg_vm_host_device(vm));
	dxg_vm_put(vm);
}

static const char *dxg_usage_class(u32 engine_class)
{
	static const char * const names[] = {
		[DRM_DXG_ENGINE_OTHER] = "other",
		[DRM_DXG_ENGINE_3D] = "3d",
		[DRM_DXG_ENGINE_VIDEO_DECODE] = "video-decode",
		[DRM_DXG_ENGINE_VIDEO_ENCODE] = "video-encode",
		[DRM_DXG_ENGINE_VIDEO_PROCESSING] = "video-processing",
		[DRM_DXG_ENGINE_SCENE_ASSEMBLY] = "scene-assembly",
		[DRM_DXG_ENGINE_COPY] = "copy",
		[DRM_DXG_ENGINE_OVERLAY] = "overlay",
		[DRM_DXG_ENGINE_CRYPTO] = "crypto",
	};

	return names[engine_class < ARRAY_SIZE(names) ? engine_class : DRM_DXG_ENGINE_OTHER];
}

/* One key for the engines that are called @name, of which @from is the first; or nothing. */
static void dxg_usage_print(struct drm_printer *p, struct dxg_usage *usage,
			    const struct drm_dxg_engine *engines, u32 from)
{
	const char *name = dxg_usage_class(engines[from].engine_class);
	u32 i, capacity = 0;
	u64 busy = 0;

	for (i = 0; i < usage->count; i++) {
		if (strcmp(name, dxg_usage_class(engines[i].engine_class)))
			continue;
		if (i < from)
			return;
		spin_lock_irq(&usage->lock);
		busy += usage->nodes[i].busy_ns;
		spin_unlock_irq(&usage->lock);
		capacity++;
	}
	drm_printf(p, "drm-engine-%s:\t%llu ns\n", name, busy);
	if (capacity > 1)
		drm_printf(p, "drm-engine-capacity-%s:\t%u\n", name, capacity);
}

/* What is known, made if there is nothing yet. NULL: no memory. */
static struct dxg_usage *dxg_usage_obtain(struct dxg_file *dfile, u32 count)
{
	struct dxg_usage *usage = READ_ONCE(dfile->usage), *other;

	if (usage)
		return usage;
	usage = dxg_usage_alloc(count);
	if (!usage)
		return NULL;
	other = cmpxchg(&dfile->usage, NULL, usage);
	if (other)
		kref_put(&usage->ref, dxg_usage_release);
	return other ?: usage;
}

/**
 * dxg_usage_show() - The keys of the engines in fdinfo.
 * @p: Where to.
 * @file: The file, which is open.
 *
 * None as long as nobody has asked for the engines of the adapter: without that there
 * are no queues, either.
 */
void dxg_usage_show(struct drm_printer *p, struct drm_file *file)
{
	struct dxg_device *dxg = to_dxg_device(file->minor->dev);
	struct dxg_usage *usage;
	u32 i, count;

	if (mutex_lock_killable(&dxg->engines_lock))
		return;
	/* Constant from then on. */
	count = dxg->engines ? dxg->engine_count : 0;
	mutex_unlock(&dxg->engines_lock);
	usage = count ? dxg_usage_obtain(file->driver_priv, count) : NULL;
	if (!usage)
		return;

	mutex_lock(&usage->mutex);
	dxg_usage_refresh(usage, file->driver_priv);
	mutex_unlock(&usage->mutex);
	for (i = 0; i < count; i++)
		dxg_usage_print(p, usage, dxg->engines, i);
}

/**
 * dxg_usage_file_close() - The file is closed.
 * @dfile: The file.
 */
void dxg_usage_file_close(struct dxg_file *dfile)
{
	if (dfile->usage)
		kref_put(&dfile->usage->ref, dxg_usage_release);
}
