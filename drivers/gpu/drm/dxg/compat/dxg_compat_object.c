// SPDX-License-Identifier: GPL-2.0
/*
 * Objects of /dev/dxg and the tables that they are found in.
 *
 * A table has its objects by all bits of the handle but the instance, so that an old
 * handle of a place that was used again names nothing, and no number that the host
 * chooses makes it larger than what is in it.
 */
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "../dxg_device.h"
#include "../dxg_host_device.h"
#include "dxg_compat.h"

static unsigned long dxg_compat_key(u32 handle)
{
	return handle >> 6;
}

/**
 * dxg_compat_object_init() - Prepare an object, with one reference.
 * @object: The object.
 * @type: What it is.
 * @ops: What the type does.
 * @handle: The host's handle.
 * @process: Whose it is.
 * @device: What it was made on, or NULL for a device. A reference is taken.
 */
void dxg_compat_object_init(struct dxg_compat_object *object, enum dxg_compat_type type,
			    const struct dxg_compat_ops *ops, u32 handle,
			    struct dxg_compat_process *process,
			    struct dxg_compat_device *device)
{
	kref_init(&object->ref);
	object->type = type;
	object->ops = ops;
	object->handle = handle;
	object->process = process;
	object->device = device;
	INIT_LIST_HEAD(&object->entry);
	if (device)
		dxg_compat_object_get(&device->base);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_object_init);

/**
 * dxg_compat_object_get() - Take a reference.
 * @object: The object.
 */
void dxg_compat_object_get(struct dxg_compat_object *object)
{
	kref_get(&object->ref);
}

static void dxg_compat_object_release(struct kref *ref)
{
	struct dxg_compat_object *object = container_of(ref, struct dxg_compat_object, ref);
	struct dxg_compat_device *device = object->device;

	object->ops->free(object);
	if (device)
		dxg_compat_object_put(&device->base);
}

/**
 * dxg_compat_object_put() - Drop a reference. May sleep.
 * @object: The object.
 */
void dxg_compat_object_put(struct dxg_compat_object *object)
{
	kref_put(&object->ref, dxg_compat_object_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_object_put);

/**
 * dxg_compat_object_dxg() - The adapter that an object is on.
 * @object: The object.
 */
struct dxg_device *dxg_compat_object_dxg(const struct dxg_compat_object *object)
{
	if (object->device)
		return object->device->host->dxg;
	return container_of(object, struct dxg_compat_device, base)->host->dxg;
}

/**
 * dxg_compat_object_publish() - The object is complete: its handle names it now.
 * @object: The object. The table takes a reference.
 *
 * 0, -ENOMEM, -EINVAL when its device has ended or the host gave a handle that is in use.
 */
int dxg_compat_object_publish(struct dxg_compat_object *object)
{
	struct dxg_compat_device *device = object->device;
	int ret = -EINVAL;

	if (device)
		mutex_lock(&device->lock);
	if (!device || !device->dead) {
		dxg_compat_object_get(object);
		ret = xa_insert(&object->process->objects, dxg_compat_key(object->handle), object,
				GFP_KERNEL_ACCOUNT);
		if (ret)
			kref_put(&object->ref, dxg_compat_object_release);
		else if (device)
			list_add_tail(&object->entry, &device->objects);
	}
	if (device)
		mutex_unlock(&device->lock);
	return ret == -EBUSY ? -EINVAL : ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_object_publish);

/**
 * dxg_compat_lookup() - The object of a handle.
 * @process: The process.
 * @handle: The handle.
 * @type: What it must be.
 *
 * Returns it with a reference, or NULL.
 */
struct dxg_compat_object *dxg_compat_lookup(struct dxg_compat_process *process, u32 handle,
					    enum dxg_compat_type type)
{
	struct dxg_compat_object *object;

	xa_lock(&process->objects);
	object = xa_load(&process->objects, dxg_compat_key(handle));
	if (object && object->handle == handle && object->type == type)
		dxg_compat_object_get(object);
	else
		object = NULL;
	xa_unlock(&process->objects);
	return object;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_lookup);

/**
 * dxg_compat_object_forget() - Take an object out of the table.
 * @object: The object, with a reference of the caller's.
 *
 * Returns true to one caller only, who ends it.
 */
bool dxg_compat_object_forget(struct dxg_compat_object *object)
{
	struct dxg_compat_device *device = object->device;
	unsigned long key = dxg_compat_key(object->handle);
	bool mine;

	xa_lock(&object->process->objects);
	mine = xa_load(&object->process->objects, key) == object;
	if (mine)
		__xa_erase(&object->process->objects, key);
	xa_unlock(&object->process->objects);
	if (!mine)
		return false;
	if (device) {
		mutex_lock(&device->lock);
		list_del_init(&object->entry);
		mutex_unlock(&device->lock);
	}
	/* The caller has another one. */
	kref_put(&object->ref, dxg_compat_object_release);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_object_forget);

/**
 * dxg_compat_destroy() - End what a handle names.
 * @process: The process.
 * @handle: The handle.
 * @type: What it must be.
 *
 * 0, or -EINVAL when it names nothing of that type. The host is told, and not waited for.
 * That the adapter has gone is no failure: the object has ended either way.
 */
int dxg_compat_destroy(struct dxg_compat_process *process, u32 handle,
		       enum dxg_compat_type type)
{
	struct dxg_compat_object *object = dxg_compat_lookup(process, handle, type);
	bool mine;

	if (!object)
		return -EINVAL;
	mine = dxg_compat_object_forget(object);
	if (mine)
		object->ops->end(object);
	dxg_compat_object_put(object);
	return mine ? 0 : -EINVAL;
}
