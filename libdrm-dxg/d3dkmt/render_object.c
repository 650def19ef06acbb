// SPDX-License-Identifier: MIT
/*
 * The table of objects of the render backend.
 *
 * What an object stands for in the kernel ends with its last reference, outside of
 * the lock, and after what is below it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>

#include "d3dkmt_priv.h"

#define BUCKETS		4096u
/* Numbers of the library's own: like those of a host, far from where one begins. */
#define OWN_FIRST	0xc0000040u
#define OWN_STEP	0x40u

/* Protects the table and what is said to be under it. */
static pthread_mutex_t objects_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kmt_object *table[BUCKETS];
static uint32_t own_next = OWN_FIRST;

void kmt_objects_lock(void)
{
	pthread_mutex_lock(&objects_lock);
}

void kmt_objects_unlock(void)
{
	pthread_mutex_unlock(&objects_lock);
}

static struct kmt_object **bucket_of(uint32_t handle)
{
	return &table[(handle >> 6 ^ handle) % BUCKETS];
}

/* Under the lock. */
static struct kmt_object *find(uint32_t handle)
{
	struct kmt_object *o;

	for (o = *bucket_of(handle); o && o->handle != handle; o = o->next)
		;
	return o;
}

struct kmt_object *kmt_object_new(enum kmt_type type, struct kmt_adapter *adapter,
				  struct kmt_object *owner)
{
	struct kmt_object *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->type = type;
	o->refcount = 1;
	o->adapter = adapter;
	o->owner = owner;
	o->device = type == KMT_DEVICE ? o : owner ? owner->device : NULL;
	kmt_objects_lock();
	adapter->refcount++;
	if (owner)
		owner->refcount++;
	kmt_objects_unlock();
	return o;
}

bool kmt_object_enter(struct kmt_object *o, uint32_t wanted)
{
	struct kmt_object **bucket;
	bool ok;

	kmt_objects_lock();
	ok = !o->owner || o->owner->live;
	if (ok) {
		while (!wanted || find(wanted)) {
			wanted = own_next;
			own_next += OWN_STEP;
			if (own_next < OWN_FIRST)
				own_next = OWN_FIRST;
		}
		o->handle = wanted;
		bucket = bucket_of(wanted);
		o->next = *bucket;
		*bucket = o;
		o->live = true;
		o->refcount++;
	}
	kmt_objects_unlock();
	return ok;
}

struct kmt_object *kmt_object_get(uint32_t handle, enum kmt_type type)
{
	struct kmt_object *o;

	kmt_objects_lock();
	o = find(handle);
	if (o && o->type != type)
		o = NULL;
	if (o)
		o->refcount++;
	kmt_objects_unlock();
	return o;
}

/* End what it stands for. Nobody else knows it any more. */
static void release(struct kmt_object *o)
{
	if (o->map)
		munmap(o->map, o->map_size);
	dxg_bo_unref(o->bo);
	dxg_fence_unref(o->fence);
	dxg_queue_unref(o->queue);
	if (o->type == KMT_DEVICE && o->vm)
		kmt_adapter_device_gone(o);
	free(o->parts);
}

void kmt_object_put(struct kmt_object *o)
{
	struct kmt_object *owner;
	bool last;

	while (o) {
		kmt_objects_lock();
		last = !--o->refcount;
		kmt_objects_unlock();
		if (!last)
			return;
		release(o);
		kmt_objects_lock();
		kmt_adapter_put_locked(o->adapter);
		kmt_objects_unlock();
		owner = o->owner;
		free(o);
		o = owner;
	}
}

/* Out of its bucket, onto the list of the dead. Under the lock. */
static void unlink_object(struct kmt_object *o, struct kmt_object **dead)
{
	struct kmt_object **link = bucket_of(o->handle);

	while (*link != o)
		link = &(*link)->next;
	*link = o->next;
	o->live = false;
	o->dead_next = *dead;
	*dead = o;
}

/* Unlink all whose owner is dead, until there is none. Under the lock. */
static void unlink_owned(struct kmt_object **dead)
{
	struct kmt_object *o, *next;
	bool found = true;
	uint32_t i;

	while (found) {
		found = false;
		for (i = 0; i < BUCKETS; i++) {
			for (o = table[i]; o; o = next) {
				next = o->next;
				if (!o->owner || o->owner->live)
					continue;
				unlink_object(o, dead);
				found = true;
			}
		}
	}
}

/* Those that were unlinked last are below the others, and go first. */
static void put_dead(struct kmt_object *dead)
{
	struct kmt_object *next;

	for (; dead; dead = next) {
		next = dead->dead_next;
		kmt_object_put(dead);
	}
}

bool kmt_object_kill(struct kmt_object *o)
{
	struct kmt_object *dead = NULL;
	uint32_t i;

	kmt_objects_lock();
	if (o->live) {
		unlink_object(o, &dead);
		/* A resource knows its own; allocations, fences and adapters have none. */
		if (o->type == KMT_RESOURCE) {
			for (i = 0; i < o->count; i++) {
				if (o->parts[i]->live)
					unlink_object(o->parts[i], &dead);
			}
		} else if (o->type != KMT_ALLOCATION && o->type != KMT_SYNC &&
			   o->type != KMT_ADAPTER) {
			unlink_owned(&dead);
		}
	}
	kmt_objects_unlock();
	put_dead(dead);
	return dead;
}

void kmt_object_kill_devices(struct kmt_adapter *adapter)
{
	struct kmt_object *dead = NULL, *o, *next;
	uint32_t i;

	kmt_objects_lock();
	for (i = 0; i < BUCKETS; i++) {
		for (o = table[i]; o; o = next) {
			next = o->next;
			if (o->type == KMT_DEVICE && o->adapter == adapter)
				unlink_object(o, &dead);
		}
	}
	unlink_owned(&dead);
	kmt_objects_unlock();
	put_dead(dead);
}

struct kmt_object **kmt_list_get(const uint32_t *handles, uint32_t count, enum kmt_type type,
				 NTSTATUS *status)
{
	struct kmt_object **list;
	uint32_t i;

	*status = STATUS_INVALID_PARAMETER;
	if (!handles || !count)
		return NULL;
	list = calloc(count, sizeof(*list));
	if (!list) {
		*status = STATUS_NO_MEMORY;
		return NULL;
	}
	for (i = 0; i < count; i++) {
		list[i] = kmt_object_get(handles[i], type);
		if (!list[i]) {
			kmt_list_put(list, i);
			return NULL;
		}
	}
	*status = STATUS_SUCCESS;
	return list;
}

void kmt_list_put(struct kmt_object **list, uint32_t count)
{
	uint32_t i;

	for (i = 0; list && i < count; i++)
		kmt_object_put(list[i]);
	free(list);
}

void kmt_render_lock(void)
{
	kmt_adapters_lock();
	kmt_objects_lock();
}

void kmt_render_unlock(void)
{
	kmt_objects_unlock();
	kmt_adapters_unlock();
}

/* Objects that were the parent's are left as they are: only the parent may end them. */
void kmt_table_forget(void)
{
	memset(table, 0, sizeof(table));
	own_next = OWN_FIRST;
}

int kmt_ioctl(const struct kmt_adapter *adapter, unsigned long request, void *args)
{
	return drmIoctl(dxg_device_fd(adapter->dev), request, args) ? -errno : 0;
}
