/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/dxg: the D3DKMT face of the driver, for programs that know no other.
 *
 * It translates. Host objects and host commands are the core's; here are what the
 * interface itself is made of: a process per thread group with its handles, the
 * arguments of the ioctls, user addresses of what the CPU may look at, and
 * descriptors.
 *
 * Handles of objects are the host's, per process; a table says what is behind each.
 * Its entries hold a reference, so does who looks one up. An object ends when it is
 * taken out of the table, by one caller only: then nothing of it is left for user
 * space, and with the last reference the host is told.
 * Devices own what was made on them, and end it with themselves.
 *
 * Lock order, from the outside in:
 *   process->lock, device->lock, alloc->lock, the locks of the core, mmap_lock;
 *   dxg_compat_processes_lock and dxg_compat_devices_lock are taken alone, the
 *   second one outside of the locks of fences;
 *   the locks of the tables and device->events_lock are innermost.
 * Faults are under mmap_lock and take map->sem, which is never held around it.
 */
#ifndef _DXG_COMPAT_H_
#define _DXG_COMPAT_H_

#include <linux/err.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/d3dkmthk.h>

struct dxg_allocation;
struct dxg_bo;
struct dxg_compat_map;
struct dxg_context;
struct dxg_device;
struct dxg_event;
struct dxg_fence;
struct dxg_host_device;
struct dxg_hwqueue;
struct dxg_paging_queue;
struct dxg_process;
struct dxg_resource;
struct dxg_sync_object;
struct eventfd_ctx;
struct file;
struct mm_struct;
struct pid;

/* ---- Processes ---- */

/**
 * struct dxg_compat_process - A thread group that has the node open.
 */
struct dxg_compat_process {
	/** @list: Entry of all processes, under their lock. */
	struct list_head list;

	/** @opens: Open files, under the same lock. */
	unsigned int opens;

	/** @pid: The thread group. Holds a reference, so that another one is not equal. */
	struct pid *pid;

	/** @mm: Its address space: another one after exec(). Only compared; holds a reference. */
	struct mm_struct *mm;

	/** @lock: Protects what follows, and the making of @process. */
	struct mutex lock;

	/** @process: The process on the host. */
	struct dxg_process *process;

	/** @devices: Its devices, by their process_entry. */
	struct list_head devices;

	/** @adapters: Open adapters by handle: struct dxg_device, with a reference each. */
	struct xarray adapters;

	/** @adapters_opened: How many handles of adapters were given out. */
	u64 adapters_opened;

	/** @objects: Objects by handle. Its lock is innermost. */
	struct xarray objects;
};

struct dxg_compat_process *dxg_compat_process_open(void);
void dxg_compat_process_close(struct dxg_compat_process *process);
bool dxg_compat_process_current(const struct dxg_compat_process *process);
u32 dxg_compat_process_host(const struct dxg_compat_process *process);
int dxg_compat_process_find(u32 pid, u32 *host);
u32 dxg_compat_process_list(u64 luid, u32 *pids, u32 max);

/* ---- Adapters of a process ---- */

int dxg_compat_adapter_open(struct dxg_compat_process *process, struct dxg_device *dxg,
			    u32 *handle);
int dxg_compat_adapter_close(struct dxg_compat_process *process, u32 handle);
void dxg_compat_adapters_end(struct dxg_compat_process *process);
bool dxg_compat_adapter_is_open(struct dxg_compat_process *process, struct dxg_device *dxg);

static inline u64 dxg_compat_luid(const struct winluid *luid)
{
	return (u64)luid->b << 32 | luid->a;
}

/* ---- Devices of a process ---- */

struct dxg_compat_alloc;
struct dxg_compat_device;
struct dxg_compat_sync;

void dxg_compat_devices_end(struct dxg_compat_process *process, const struct dxg_device *dxg);
void dxg_compat_events_end(struct dxg_compat_device *device);
struct dxg_compat_sync *dxg_compat_sync_adopt(struct dxg_compat_process *process,
					      struct dxg_compat_device *device,
					      struct dxg_fence *fence);
void dxg_compat_alloc_hide(struct dxg_compat_alloc *alloc);

/* ---- Objects ---- */

/** enum dxg_compat_type - What a handle is of. */
enum dxg_compat_type {
	DXG_COMPAT_DEVICE,
	DXG_COMPAT_CONTEXT,
	DXG_COMPAT_HWQUEUE,
	DXG_COMPAT_PAGING_QUEUE,
	DXG_COMPAT_SYNC,
	DXG_COMPAT_ALLOCATION,
	DXG_COMPAT_RESOURCE,
};

struct dxg_compat_object;

/**
 * struct dxg_compat_ops - What a type of objects does.
 */
struct dxg_compat_ops {
	/** @end: It is in no table: user space loses it. May sleep, and be called again. */
	void (*end)(struct dxg_compat_object *object);

	/** @free: The last reference is gone. May sleep. */
	void (*free)(struct dxg_compat_object *object);
};

/**
 * struct dxg_compat_object - Something that has a handle. The first member of each type.
 */
struct dxg_compat_object {
	/** @ref: The table, and who uses it. */
	struct kref ref;

	/** @type: What it is. */
	enum dxg_compat_type type;

	/** @handle: The host's handle. */
	u32 handle;

	/** @ops: What the type does. */
	const struct dxg_compat_ops *ops;

	/** @process: Whose it is; lives longer. */
	struct dxg_compat_process *process;

	/** @device: What it was made on, with a reference; NULL for a device. */
	struct dxg_compat_device *device;

	/** @entry: Entry of device->objects, under device->lock. */
	struct list_head entry;
};

/**
 * struct dxg_compat_device - A device.
 */
struct dxg_compat_device {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @host: The device on the host. Holds a reference. */
	struct dxg_host_device *host;

	/** @process_entry: Entry of process->devices, under process->lock. */
	struct list_head process_entry;

	/** @entry: Entry of all devices, under their lock. */
	struct list_head entry;

	/** @lock: Protects @objects and @dead. */
	struct mutex lock;

	/** @objects: What was made on it. */
	struct list_head objects;

	/** @dead: It has ended: nothing is made on it any more. */
	bool dead;

	/** @state_lock: Protects @state and @state_generation. */
	spinlock_t state_lock;

	/** @state: Its execution state, as the host said last; 0: it has not yet. */
	u32 state;

	/** @state_generation: host->generation at that time. */
	s64 state_generation;

	/** @changed_work: Looks at the state after the host said that it changed. */
	struct work_struct changed_work;

	/** @events_lock: Protects @events. */
	spinlock_t events_lock;

	/** @events: eventfds that the host will name once, by struct dxg_compat_event. */
	struct list_head events;
};

static inline struct dxg_compat_device *to_compat_device(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_device, base);
}

/**
 * struct dxg_compat_context - A context.
 */
struct dxg_compat_context {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @context: The context on the host. Holds a reference. */
	struct dxg_context *context;
};

/**
 * struct dxg_compat_sync - A sync object, or the fence of a queue.
 */
struct dxg_compat_sync {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @object: The host's object, with a reference; NULL for the fence of a queue. */
	struct dxg_sync_object *object;

	/** @fence: For those with a value: the fence, with a reference. Else NULL. */
	struct dxg_fence *fence;

	/** @event: Of a CPU notification object: what the host names. Holds a reference. */
	struct dxg_event *event;

	/** @map: Where user space sees the value, or NULL. */
	struct dxg_compat_map *map;
};

static inline struct dxg_compat_sync *to_compat_sync(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_sync, base);
}

/**
 * struct dxg_compat_queue - A hardware queue or a paging queue.
 */
struct dxg_compat_queue {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @hwqueue: The hardware queue on the host, with a reference, or NULL. */
	struct dxg_hwqueue *hwqueue;

	/** @paging: The paging queue on the host, with a reference, or NULL. */
	struct dxg_paging_queue *paging;

	/** @sync: Its fence, which has a handle of its own and ends with it. Holds a reference. */
	struct dxg_compat_sync *sync;
};

static inline struct dxg_compat_queue *to_compat_queue(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_queue, base);
}

/**
 * struct dxg_compat_alloc - An allocation.
 */
struct dxg_compat_alloc {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @alloc: The allocation on the host. Holds a reference. */
	struct dxg_allocation *alloc;

	/** @resource: What it belongs to, or NULL. Holds a reference. */
	struct dxg_compat_resource *resource;

	/** @sibling: Entry of resource->allocs, under resource->lock. */
	struct list_head sibling;

	/** @data: Opaque data that goes with it when it is shared, for kvfree(), or NULL. */
	void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @user: Where the program has the memory, if it is the program's; else 0. */
	u64 user;

	/** @lock: Protects what follows. */
	struct mutex lock;

	/** @dead: It has ended: it is not locked any more. */
	bool dead;

	/** @locks: How often it is locked. */
	unsigned int locks;

	/** @map: While it is locked: where user space sees it. */
	struct dxg_compat_map *map;
};

static inline struct dxg_compat_alloc *to_compat_alloc(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_alloc, base);
}

/* ---- Tables ---- */

void dxg_compat_object_init(struct dxg_compat_object *object, enum dxg_compat_type type,
			    const struct dxg_compat_ops *ops, u32 handle,
			    struct dxg_compat_process *process,
			    struct dxg_compat_device *device);
int dxg_compat_object_publish(struct dxg_compat_object *object);
void dxg_compat_object_get(struct dxg_compat_object *object);
void dxg_compat_object_put(struct dxg_compat_object *object);
bool dxg_compat_object_forget(struct dxg_compat_object *object);
struct dxg_compat_object *dxg_compat_lookup(struct dxg_compat_process *process, u32 handle,
					    enum dxg_compat_type type);
struct dxg_device *dxg_compat_object_dxg(const struct dxg_compat_object *object);
int dxg_compat_destroy(struct dxg_compat_process *process, u32 handle,
		       enum dxg_compat_type type);

/* ---- Calls ---- */

/* Objects and pieces of memory that one call uses. */
#define DXG_COMPAT_HELD		4
#define DXG_COMPAT_MEM		8

/**
 * struct dxg_compat_call - One ioctl under way. What it took is given back at its end.
 */
struct dxg_compat_call {
	/** @process: Who calls. */
	struct dxg_compat_process *process;

	/** @args: The arguments, a copy. */
	void *args;

	/** @user: Where they are in user space. */
	void __user *user;

	/** @size: Their bytes. */
	u32 size;

	/** @dxg: The adapter that the call is about, entered, with a reference; or NULL. */
	struct dxg_device *dxg;

	/** @entered: Between dxg_enter() and dxg_exit(). */
	bool entered;

	/** @idx: For dxg_exit(). */
	int idx;

	/** @held: Objects, with a reference each. */
	struct dxg_compat_object *held[DXG_COMPAT_HELD];

	/** @held_count: Number of @held. */
	unsigned int held_count;

	/** @mem: Memory for kvfree(). */
	void *mem[DXG_COMPAT_MEM];

	/** @mem_count: Number of @mem. */
	unsigned int mem_count;
};

struct dxg_device *dxg_compat_use_adapter(struct dxg_compat_call *call, u32 handle);
struct dxg_compat_object *dxg_compat_use(struct dxg_compat_call *call, u32 handle,
					 enum dxg_compat_type type);
struct dxg_compat_device *dxg_compat_use_device(struct dxg_compat_call *call, u32 handle);
void dxg_compat_leave(struct dxg_compat_call *call);
int dxg_compat_copy_out(struct dxg_compat_call *call);
int dxg_compat_finish_make(struct dxg_compat_call *call, struct dxg_compat_object *object,
			   int ret);
void *dxg_compat_alloc_mem(struct dxg_compat_call *call, size_t size);
void *dxg_compat_copy_in(struct dxg_compat_call *call, u64 user, size_t size);
u32 *dxg_compat_copy_handles(struct dxg_compat_call *call, u64 user, u32 count,
			     enum dxg_compat_type type, struct dxg_compat_device *device);
int dxg_compat_check_handles(struct dxg_compat_call *call, const u32 *handles, u32 count,
			     enum dxg_compat_type type, struct dxg_compat_device *device);

int dxg_compat_status(u32 command, u32 status);

/* What a host command came to: -errno, or a status of success. */
static inline int dxg_compat_result(int ret, u32 command, u32 status)
{
	return ret ?: dxg_compat_status(command, status);
}

/**
 * struct dxg_compat_ioctl - One number of the interface.
 */
struct dxg_compat_ioctl {
	/** @cmd: The command word; 0 for a number that is not used. */
	unsigned int cmd;

	/** @out: The arguments are copied back on success. */
	bool out;

	/** @func: What it does. Returns -errno or a status. */
	int (*func)(struct dxg_compat_call *call);
};

const struct dxg_compat_ioctl *dxg_compat_ioctl_find(unsigned int cmd);
int dxg_compat_run(struct dxg_compat_process *process, unsigned int cmd, void __user *user);

/* ---- Ioctls ---- */

/* dxg_compat_adapter.c */
int dxg_compat_open_adapter_from_luid(struct dxg_compat_call *call);
int dxg_compat_close_adapter(struct dxg_compat_call *call);
int dxg_compat_enum_adapters2(struct dxg_compat_call *call);
int dxg_compat_enum_adapters3(struct dxg_compat_call *call);

/* dxg_compat_query.c */
int dxg_compat_query_adapter_info(struct dxg_compat_call *call);
int dxg_compat_query_video_memory_info(struct dxg_compat_call *call);
int dxg_compat_change_video_memory_reservation(struct dxg_compat_call *call);
int dxg_compat_query_clock_calibration(struct dxg_compat_call *call);
int dxg_compat_flush_heap_transitions(struct dxg_compat_call *call);
int dxg_compat_query_statistics(struct dxg_compat_call *call);
int dxg_compat_is_feature_enabled(struct dxg_compat_call *call);
int dxg_compat_enum_processes(struct dxg_compat_call *call);

/* dxg_compat_device.c */
int dxg_compat_create_device(struct dxg_compat_call *call);
int dxg_compat_destroy_device(struct dxg_compat_call *call);
int dxg_compat_get_device_state(struct dxg_compat_call *call);
int dxg_compat_mark_device_as_error(struct dxg_compat_call *call);
int dxg_compat_escape(struct dxg_compat_call *call);

/* dxg_compat_queue.c */
int dxg_compat_create_context_virtual(struct dxg_compat_call *call);
int dxg_compat_destroy_context(struct dxg_compat_call *call);
int dxg_compat_set_context_priority(struct dxg_compat_call *call);
int dxg_compat_set_context_priority_in_process(struct dxg_compat_call *call);
int dxg_compat_get_context_priority(struct dxg_compat_call *call);
int dxg_compat_get_context_priority_in_process(struct dxg_compat_call *call);
int dxg_compat_create_paging_queue(struct dxg_compat_call *call);
int dxg_compat_destroy_paging_queue(struct dxg_compat_call *call);
int dxg_compat_create_hwqueue(struct dxg_compat_call *call);
int dxg_compat_destroy_hwqueue(struct dxg_compat_call *call);
int dxg_compat_submit_command(struct dxg_compat_call *call);
int dxg_compat_submit_command_to_hwqueue(struct dxg_compat_call *call);

/* dxg_compat_sync.c */
int dxg_compat_create_sync(struct dxg_compat_call *call);
int dxg_compat_destroy_sync(struct dxg_compat_call *call);

/* dxg_compat_signal.c */
int dxg_compat_signal(struct dxg_compat_call *call);
int dxg_compat_signal_from_cpu(struct dxg_compat_call *call);
int dxg_compat_signal_from_gpu(struct dxg_compat_call *call);
int dxg_compat_signal_from_gpu2(struct dxg_compat_call *call);
int dxg_compat_signal_to_hwqueue(struct dxg_compat_call *call);
int dxg_compat_wait(struct dxg_compat_call *call);
int dxg_compat_wait_from_gpu(struct dxg_compat_call *call);
int dxg_compat_wait_to_hwqueue(struct dxg_compat_call *call);
int dxg_compat_wait_from_cpu(struct dxg_compat_call *call);

/* dxg_compat_vm.c */
int dxg_compat_reserve_gpu_va(struct dxg_compat_call *call);
int dxg_compat_map_gpu_va(struct dxg_compat_call *call);
int dxg_compat_free_gpu_va(struct dxg_compat_call *call);
int dxg_compat_update_gpu_va(struct dxg_compat_call *call);
int dxg_compat_make_resident(struct dxg_compat_call *call);
int dxg_compat_evict(struct dxg_compat_call *call);

/* dxg_compat_property.c */
int dxg_compat_query_residency(struct dxg_compat_call *call);
int dxg_compat_get_allocation_priority(struct dxg_compat_call *call);
int dxg_compat_set_allocation_priority(struct dxg_compat_call *call);
int dxg_compat_offer_allocations(struct dxg_compat_call *call);
int dxg_compat_reclaim_allocations(struct dxg_compat_call *call);
int dxg_compat_update_property(struct dxg_compat_call *call);
int dxg_compat_invalidate_cache(struct dxg_compat_call *call);

/* dxg_compat_alloc.c */
int dxg_compat_create_allocation(struct dxg_compat_call *call);
int dxg_compat_destroy_allocation(struct dxg_compat_call *call);

/* dxg_compat_lock.c */
int dxg_compat_lock2(struct dxg_compat_call *call);
int dxg_compat_unlock2(struct dxg_compat_call *call);

/* dxg_compat_share.c */
int dxg_compat_share_objects(struct dxg_compat_call *call);
int dxg_compat_share_object_with_host(struct dxg_compat_call *call);
int dxg_compat_open_sync(struct dxg_compat_call *call);
int dxg_compat_query_resource_info(struct dxg_compat_call *call);
int dxg_compat_open_resource(struct dxg_compat_call *call);

/* dxg_compat_sync_file.c */
int dxg_compat_create_sync_file(struct dxg_compat_call *call);
int dxg_compat_wait_sync_file(struct dxg_compat_call *call);
int dxg_compat_open_sync_from_file(struct dxg_compat_call *call);

#endif /* _DXG_COMPAT_H_ */
