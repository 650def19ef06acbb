/* SPDX-License-Identifier: MIT */
/*
 * Inside of libdxg: what its files share and nobody else sees.
 *
 * The render backend keeps a table of objects by handle. A handle is the host's own
 * number where that is free in this process, because opaque data may name objects
 * by it; with two adapters in use the second object of a number gets another one.
 */
#ifndef D3DKMT_PRIV_H
#define D3DKMT_PRIV_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "d3dkmt.h"
#include "d3dkmt_entries.h"
#include "dxg.h"

#define KMT_PAGE	4096u

/* ---- Backends ---- */

/** enum kmt_backend - Who carries calls out; constant once it is known. */
enum kmt_backend {
	KMT_BACKEND_UNKNOWN,
	KMT_BACKEND_RENDER,
	KMT_BACKEND_DEV,
	KMT_BACKEND_WRONG,
};

/* What DXG_BACKEND chose. */
enum kmt_backend kmt_backend(void);

/* Call @nr of /dev/dxg with @size bytes at @args. */
NTSTATUS kmt_dev_call(unsigned int nr, void *args, size_t size);

/* In a child of fork(): what the parent has open is not for this process. */
void kmt_dev_forget(void);
void kmt_render_forget(void);

void kmt_table_forget(void);

/* Held over fork(), in this order. */
void kmt_dev_lock(void);
void kmt_dev_unlock(void);
void kmt_render_lock(void);
void kmt_render_unlock(void);

/* What an errno of /dev/dxg means, and one of the render node; both negative. 0: success. */
NTSTATUS kmt_dev_status(int error);
NTSTATUS kmt_render_status(int error);

/* ---- Calls on the render node: one function for each entry but those of NONE ---- */

#define KMT_DECLARE(nr, name, dir, type, support, why)	NTSTATUS render_##name(type * args);
D3DKMT_ENTRIES(KMT_DECLARE)

/* ---- Objects of the render backend ---- */

/** struct kmt_adapter - An adapter that is open in this process: one open node. */
struct kmt_adapter {
	/** @next: In the list of adapters, under the adapters' lock. */
	struct kmt_adapter *next;

	/** @refcount: Objects, and the list. Under the objects' lock. */
	unsigned int refcount;

	/** @handles: Adapter handles. Under the adapters' lock. */
	unsigned int handles;

	/** @devices: Devices on @vm. Under the adapters' lock. */
	unsigned int devices;

	/** @dev: The open node. Constant. */
	struct dxg_device *dev;

	/** @vm: The address space, or NULL. Under the adapters' lock. */
	struct dxg_vm *vm;

	/** @luid: The guest's LUID. Constant. */
	LUID luid;

	/** @pdev: Address of the PCI function, as fdinfo has it. Constant. */
	char pdev[32];
};

enum kmt_type {
	KMT_ADAPTER,
	KMT_DEVICE,
	KMT_CONTEXT,
	KMT_HWQUEUE,
	KMT_PAGING,
	KMT_RESOURCE,
	KMT_ALLOCATION,
	KMT_SYNC,
};

/** struct kmt_object - What a handle names. */
struct kmt_object {
	/** @next: In its bucket. Under the objects' lock. */
	struct kmt_object *next;

	/** @dead_next: In the list of those that are being destroyed. */
	struct kmt_object *dead_next;

	/** @refcount: The table, those below it and calls under way. Under the objects' lock. */
	unsigned int refcount;

	/** @type: Constant. */
	enum kmt_type type;

	/** @handle: Its handle, 0 when it is in no table. */
	uint32_t handle;

	/** @live: It is in the table. Under the objects' lock. */
	bool live;

	/** @adapter: Its adapter. Holds a reference. */
	struct kmt_adapter *adapter;

	/** @owner: What it goes with, or NULL: device, context, queue, resource. A reference. */
	struct kmt_object *owner;

	/** @device: The device above, or itself. @owner keeps it. */
	struct kmt_object *device;

	/** @vm: DEVICE: the address space. Holds a reference. */
	struct dxg_vm *vm;

	/** @queue: CONTEXT, HWQUEUE, PAGING: the queue. Holds a reference. */
	struct dxg_queue *queue;

	/** @fence: SYNC: the fence; CONTEXT: the one of CPU events, or NULL. A reference. */
	struct dxg_fence *fence;

	/** @events: CONTEXT: value of @fence after the last CPU event. Adapters' lock. */
	uint64_t events;

	/** @of_queue: SYNC: it goes with its queue only. */
	bool of_queue;

	/** @bo: RESOURCE, ALLOCATION: the buffer. Holds a reference. */
	struct dxg_bo *bo;

	/** @index: ALLOCATION: which of @bo. */
	uint32_t index;

	/** @sysmem: ALLOCATION: the program's own memory, or NULL. */
	void *sysmem;

	/** @map: ALLOCATION: where it is locked, @map_size bytes, @locks times. Objects' lock. */
	void *map;
	size_t map_size;
	unsigned int locks;

	/** @parts: RESOURCE: its allocations, @count of them. The table keeps them. */
	struct kmt_object **parts;
	uint32_t count;
};

/* The lock of adapters; taken before that of objects. */
void kmt_adapters_lock(void);
void kmt_adapters_unlock(void);
void kmt_objects_lock(void);
void kmt_objects_unlock(void);

/* A new object, in no table, with one reference. NULL: out of memory. */
struct kmt_object *kmt_object_new(enum kmt_type type, struct kmt_adapter *adapter,
				  struct kmt_object *owner);

/*
 * Enter it in the table, which takes a reference, as @wanted or, when that is 0 or
 * taken, as another number. False: its owner is being destroyed.
 */
bool kmt_object_enter(struct kmt_object *object, uint32_t wanted);

/* The object of a handle with a reference. NULL: there is none of this type. */
struct kmt_object *kmt_object_get(uint32_t handle, enum kmt_type type);
void kmt_object_put(struct kmt_object *object);

/* Take it out of the table, with all that goes with it. False: it was out already. */
bool kmt_object_kill(struct kmt_object *object);

/* Kill the devices of @adapter. */
void kmt_object_kill_devices(struct kmt_adapter *adapter);

/* Objects of an array of handles, each with a reference, or NULL and why. */
struct kmt_object **kmt_list_get(const uint32_t *handles, uint32_t count, enum kmt_type type,
				 NTSTATUS *status);
void kmt_list_put(struct kmt_object **list, uint32_t count);

/* A reference to an adapter, for an object. Under the objects' lock. */
void kmt_adapter_put_locked(struct kmt_adapter *adapter);

/* The adapter's address space with a reference; made if there is none. */
NTSTATUS kmt_adapter_vm(struct kmt_adapter *adapter, struct dxg_vm **vm);

/* Called with the last reference to a device: the adapter's last one ends the VM. */
void kmt_adapter_device_gone(struct kmt_object *device);

/* STATUS_PENDING as long as the fence of @paging is below @value. */
NTSTATUS kmt_paging_status(struct kmt_object *paging, uint64_t value);

/* drmIoctl() on the adapter's node, with a negative errno. */
int kmt_ioctl(const struct kmt_adapter *adapter, unsigned long request, void *args);

/* A descriptor that came as a handle: -1 is none. */
static inline int kmt_fd(uint64_t handle)
{
	return handle > INT32_MAX ? -1 : (int)handle;
}

static inline void *kmt_ptr(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

#endif
