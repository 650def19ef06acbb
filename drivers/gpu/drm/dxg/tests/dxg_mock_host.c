// SPDX-License-Identifier: MIT
/*
 * What the mocked host answers when nothing else is said: a host without
 * objections, which keeps a list of what it has made. Handles, addresses and
 * sizes are made up.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "dxg_mock.h"
#include "dxg_proto.h"

static bool dxg_failed(u32 status)
{
	return status & 0x80000000;
}

/* ---- The list of objects ---- */

static void dxg_mock_add(struct dxg_mock *mock, u32 kind, u32 process, u32 device, u64 key)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned long flags;

	spin_lock_irqsave(&all->lock, flags);
	if (all->count < ARRAY_SIZE(all->list))
		all->list[all->count++] = (struct dxg_mock_object) {
			.kind = kind, .process = process, .device = device, .key = key,
		};
	spin_unlock_irqrestore(&all->lock, flags);
}

static u32 dxg_mock_new(struct dxg_mock *mock, u32 kind, u32 process, u32 device)
{
	u32 handle = 0x40000000 + (u32)atomic_inc_return(&mock->objects->last) * 0x40;

	dxg_mock_add(mock, kind, process, device, handle);
	return handle;
}

static bool dxg_mock_matches(const struct dxg_mock_object *o, u32 kind, u32 process, u64 key)
{
	return o->kind == kind && o->process == process && o->key == key;
}

/* Take one object off the list. A stranger is counted. */
static void dxg_mock_drop(struct dxg_mock *mock, u32 kind, u32 process, u64 key)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&all->lock, flags);
	for (i = 0; i < all->count; i++)
		if (dxg_mock_matches(&all->list[i], kind, process, key))
			break;
	if (i < all->count)
		all->list[i] = all->list[--all->count];
	else
		all->strays++;
	spin_unlock_irqrestore(&all->lock, flags);
}

/* All of a process, or of a device in it. */
static void dxg_mock_drop_all(struct dxg_mock *mock, u32 process, u32 device)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned long flags;
	unsigned int i = 0;

	spin_lock_irqsave(&all->lock, flags);
	while (i < all->count) {
		if (all->list[i].process == process && all->list[i].process &&
		    (!device || all->list[i].device == device))
			all->list[i] = all->list[--all->count];
		else
			i++;
	}
	spin_unlock_irqrestore(&all->lock, flags);
}

/* The device that an object belongs to. */
static u32 dxg_mock_device_of(struct dxg_mock *mock, u32 kind, u32 process, u64 key)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned long flags;
	u32 device = 0;
	unsigned int i;

	spin_lock_irqsave(&all->lock, flags);
	for (i = 0; i < all->count; i++)
		if (dxg_mock_matches(&all->list[i], kind, process, key))
			device = all->list[i].device;
	spin_unlock_irqrestore(&all->lock, flags);
	return device;
}

/* How many objects there are that command @kind makes; resources count as RESOURCE. */
unsigned int dxg_mock_live(struct dxg_mock *mock, u32 kind)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned int i, count = 0;
	unsigned long flags;

	spin_lock_irqsave(&all->lock, flags);
	for (i = 0; i < all->count; i++)
		count += all->list[i].kind == kind;
	spin_unlock_irqrestore(&all->lock, flags);
	return count;
}

static u64 dxg_mock_page(struct dxg_mock *mock)
{
	return mock->objects->iospace + (u64)(atomic_inc_return(&mock->objects->last) % 1024) *
	       DXGP_PAGE_SIZE;
}

/* ---- Commands that make something ---- */

static size_t dxg_mock_create_allocation(struct dxg_mock *mock,
					 const struct dxgp_createallocation *cmd, void *out)
{
	const struct dxgp_createallocation_info *info = (const void *)(cmd + 1);
	const void *data = (const void *)(info + cmd->alloc_count) +
			   cmd->private_runtime_data_size + cmd->priv_drv_data_size;
	struct dxgp_createallocation_reply *reply = out;
	void *tail = &reply->allocation_info[cmd->alloc_count];
	u32 i, process = cmd->hdr.process, made = 0;

	reply->flags = cmd->flags;
	if (cmd->flags & DXGP_CREATEALLOC_RESOURCE) {
		reply->resource = dxg_mock_new(mock, DXG_MOCK_RESOURCE, process, cmd->device);
		made = reply->resource;
	}
	if (cmd->flags & DXGP_CREATEALLOC_SHARED)
		reply->global_share = 0x70000000 + made;
	for (i = 0; i < cmd->alloc_count; i++) {
		struct dxgp_allocinfo_reply *a = &reply->allocation_info[i];

		a->allocation = dxg_mock_new(mock, DXGP_CMD_CREATEALLOCATION, process,
					     cmd->device);
		a->priv_drv_data_size = info[i].priv_drv_data_size;
		a->allocation_size = mock->allocation_size;
		if (cmd->flags & DXGP_CREATEALLOC_SYSMEM)
			a->allocation_flags = DXGP_ALLOCINFO_SYSMEM;
		else if (cmd->flags & DXGP_CREATEALLOC_CACHED)
			a->allocation_flags = DXGP_ALLOCINFO_CACHED;
		memcpy(tail, data, info[i].priv_drv_data_size);
		tail += info[i].priv_drv_data_size;
		data += info[i].priv_drv_data_size;
		if (made)
			dxg_mock_add(mock, DXG_MOCK_MEMBER, process, cmd->device,
				     (u64)made << 32 | a->allocation);
	}
	return tail - out;
}

/* Take a member of a resource off the list, by its own handle or by the resource's; 0: none. */
static u32 dxg_mock_take_member(struct dxg_mock *mock, u32 process, u32 resource, u32 member)
{
	struct dxg_mock_objects *all = mock->objects;
	unsigned long flags;
	unsigned int i;
	u32 found = 0;

	spin_lock_irqsave(&all->lock, flags);
	for (i = 0; i < all->count && !found; i++) {
		struct dxg_mock_object *o = &all->list[i];

		if (o->kind != DXG_MOCK_MEMBER || o->process != process ||
		    (resource ? o->key >> 32 != resource : (u32)o->key != member))
			continue;
		found = o->key;
		*o = all->list[--all->count];
	}
	spin_unlock_irqrestore(&all->lock, flags);
	return found;
}

/* A resource goes with the allocations that it still has. */
static void dxg_mock_drop_resource(struct dxg_mock *mock, u32 process, u32 resource)
{
	u32 member;

	dxg_mock_drop(mock, DXG_MOCK_RESOURCE, process, resource);
	while ((member = dxg_mock_take_member(mock, process, resource, 0)))
		dxg_mock_drop(mock, DXGP_CMD_CREATEALLOCATION, process, member);
}

static size_t dxg_mock_open_resource(struct dxg_mock *mock, const struct dxgp_openresource *cmd,
				     void *out)
{
	struct dxgp_openresource_reply *reply = out;
	u32 *handles = (u32 *)(reply + 1);
	u32 i;

	reply->resource = dxg_mock_new(mock, DXG_MOCK_RESOURCE, cmd->hdr.process, cmd->device);
	for (i = 0; i < cmd->allocation_count; i++) {
		handles[i] = dxg_mock_new(mock, DXGP_CMD_CREATEALLOCATION, cmd->hdr.process,
					  cmd->device);
		dxg_mock_add(mock, DXG_MOCK_MEMBER, cmd->hdr.process, cmd->device,
			     (u64)reply->resource << 32 | handles[i]);
	}
	return sizeof(*reply) + i * sizeof(u32);
}

static size_t dxg_mock_create_sync(struct dxg_mock *mock, const struct dxgp_createsyncobject *cmd,
				   void *out)
{
	struct dxgp_createsyncobject_reply *reply = out;

	reply->sync_object = dxg_mock_new(mock, DXGP_CMD_CREATESYNCOBJECT, cmd->hdr.process,
					  cmd->args.device);
	if (cmd->args.info.flags & DXGP_SYNCFLAG_SHARED)
		reply->global_sync_object = 0x71000000 + reply->sync_object;
	reply->fence_gpu_va = 0x7000000000ull + reply->sync_object;
	reply->fence_storage_address = dxg_mock_page(mock);
	return sizeof(*reply);
}

static size_t dxg_mock_create_paging_queue(struct dxg_mock *mock,
					   const struct dxgp_createpagingqueue *cmd, void *out)
{
	struct dxgp_createpagingqueue_reply *reply = out;

	reply->paging_queue = dxg_mock_new(mock, DXGP_CMD_CREATEPAGINGQUEUE, cmd->hdr.process,
					   cmd->args.device);
	reply->sync_object = 0x40000000 + (u32)atomic_inc_return(&mock->objects->last) * 0x40;
	reply->fence_storage_physical_address = dxg_mock_page(mock);
	return sizeof(*reply);
}

static size_t dxg_mock_create_hwqueue(struct dxg_mock *mock, const struct dxgp_createhwqueue *cmd,
				      size_t len, void *out)
{
	struct dxgp_createhwqueue *reply = out;
	u32 process = cmd->hdr.process;

	memcpy(out, cmd, len);
	reply->hwqueue = dxg_mock_new(mock, DXGP_CMD_CREATEHWQUEUE, process,
				      dxg_mock_device_of(mock, DXGP_CMD_CREATECONTEXTVIRTUAL,
							 process, cmd->context));
	reply->hwqueue_progress_fence = 0x40000000 +
					(u32)atomic_inc_return(&mock->objects->last) * 0x40;
	reply->hwqueue_progress_fence_cpuva = dxg_mock_page(mock);
	reply->hwqueue_progress_fence_gpuva = 0x7100000000ull + reply->hwqueue;
	return len;
}

static size_t dxg_mock_reserve(struct dxg_mock *mock,
			       const struct dxgp_reservegpuvirtualaddress *cmd, void *out)
{
	struct dxgp_reservegpuvirtualaddress_reply *reply = out;
	u64 size = ALIGN(cmd->args.size, 0x10000);

	reply->virtual_address = cmd->args.base_address;
	if (!reply->virtual_address)
		reply->virtual_address = atomic64_add_return(size, &mock->objects->va) - size +
					 cmd->args.minimum_address;
	dxg_mock_add(mock, DXGP_CMD_RESERVEGPUVIRTUALADDRESS, cmd->hdr.process, 0,
		     reply->virtual_address);
	return sizeof(*reply);
}

static size_t dxg_mock_map(struct dxg_mock *mock, const struct dxgp_mapgpuvirtualaddress *cmd,
			   void *out, u32 status)
{
	struct dxgp_mapgpuvirtualaddress_reply *reply = out;

	reply->virtual_address = cmd->args.base_address;
	if (!reply->virtual_address)
		reply->virtual_address = atomic64_add_return(0x100000000ull, &mock->objects->va) +
					 cmd->args.minimum_address;
	reply->paging_fence_value = atomic64_inc_return(&mock->objects->paging_value);
	reply->status = status;
	return sizeof(*reply);
}

/* ---- All commands ---- */

/* Length of a reply of a fixed length, and where its status is; SIZE_MAX: none. */
static const struct {
	u32 command;
	size_t len, status_at;
} dxg_mock_replies[] = {
	{ DXGP_CMD_CREATEDEVICE, 4, SIZE_MAX },
	{ DXGP_CMD_CREATESYNCOBJECT, 32, SIZE_MAX },
	{ DXGP_CMD_CREATEPAGINGQUEUE, 24, SIZE_MAX },
	{ DXGP_CMD_DESTROYPAGINGQUEUE, 0, SIZE_MAX },
	{ DXGP_CMD_MAKERESIDENT, 24, 16 },
	{ DXGP_CMD_EVICT, 8, SIZE_MAX },
	{ DXGP_CMD_OPENADAPTER, 16, 4 },
	{ DXGP_CMD_CLOSEADAPTER, 0, SIZE_MAX },
	{ DXGP_CMD_MAPGPUVIRTUALADDRESS, 24, 16 },
	{ DXGP_CMD_RESERVEGPUVIRTUALADDRESS, 16, SIZE_MAX },
	{ DXGP_CMD_QUERYVIDEOMEMORYINFO, 32, SIZE_MAX },
	{ DXGP_CMD_LOCK2, 16, 0 },
	{ DXGP_CMD_GETDEVICESTATE, 64, 56 },
	{ DXGP_CMD_QUERYSTATISTICS, 784, 0 },
	{ DXGP_CMD_UPDATEALLOCATIONPROPERTY, 16, 8 },
	{ DXGP_CMD_GETCONTEXTSCHEDULINGPRIORITY, 8, 0 },
	{ DXGP_CMD_QUERYCLOCKCALIBRATION, 32, 0 },
	{ DXGP_CMD_ISFEATUREENABLED, 16, 0 },
	{ DXGP_CMD_ISFEATUREENABLED_GLOBAL, 16, 0 },
	{ DXGP_CMD_CREATEPROCESS, 4, SIZE_MAX },
	{ DXGP_CMD_OPENSYNCOBJECT, 24, 4 },
	{ DXGP_CMD_CREATENTSHAREDOBJECT, 4, SIZE_MAX },
	{ DXGP_CMD_SHAREOBJECTWITHHOST, 16, 0 },
};

/* The reply, filled with nothing but the status. Commands not in the table: a status. */
static size_t dxg_mock_plain(const struct dxgp_header *hdr, void *out, u32 status)
{
	const struct dxgp_queryallocationresidency *residency = (const void *)hdr;
	const struct dxgp_getallocationpriority *priority = (const void *)hdr;
	const struct dxgp_getstandardallocprivdata *standard = (const void *)hdr;
	const struct dxgp_reclaimallocations *reclaim = (const void *)hdr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dxg_mock_replies); i++) {
		if (dxg_mock_replies[i].command != hdr->command)
			continue;
		if (dxg_mock_replies[i].status_at != SIZE_MAX)
			memcpy(out + dxg_mock_replies[i].status_at, &status, sizeof(status));
		return dxg_mock_replies[i].len;
	}
	switch (hdr->command) {
	case DXGP_CMD_RECLAIMALLOCATIONS:
		((struct dxgp_reclaimallocations_reply *)out)->status = status;
		return DXGP_RECLAIM_REPLY_SIZE(reclaim->write_results ?
					       reclaim->allocation_count : 1);
	case DXGP_CMD_QUERYALLOCATIONRESIDENCY:
		memcpy(out, &status, sizeof(status));
		return 4 + 4 * (residency->args.allocation_count ?: 1);
	case DXGP_CMD_GETALLOCATIONPRIORITY:
		memcpy(out, &status, sizeof(status));
		return 4 + 4 * (priority->allocation_count ?: 1);
	case DXGP_CMD_GETSTANDARDALLOCPRIVDATA:
		memcpy(out, &status, sizeof(status));
		return 36 + standard->priv_driver_data_size + standard->priv_driver_resource_size;
	}
	memcpy(out, &status, sizeof(status));
	return sizeof(status);
}

/* The reply to a command that failed: as long as a success where that is known. */
static size_t dxg_mock_refuse(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			      void *out, u32 status)
{
	const struct dxgp_createallocation *create = (const void *)hdr;
	const struct dxgp_openresource *open = (const void *)hdr;
	const struct dxgp_queryadapterinfo *query = (const void *)hdr;

	switch (hdr->command) {
	case DXGP_CMD_CREATEALLOCATION:
		return 16 + 72 * create->alloc_count;
	case DXGP_CMD_OPENRESOURCE:
		((struct dxgp_openresource_reply *)out)->status = status;
		return 8 + 4 * open->allocation_count;
	case DXGP_CMD_CREATECONTEXTVIRTUAL:
		memcpy(out, hdr, len);
		((struct dxgp_createcontextvirtual *)out)->context = 0;
		return len;
	case DXGP_CMD_CREATEHWQUEUE:
		memcpy(out, hdr, len);
		((struct dxgp_createhwqueue *)out)->status = status;
		return len;
	case DXGP_CMD_QUERYADAPTERINFO:
		if (mock->version < DXGP_VERSION_EXT_HEADER)
			return 0;
		memcpy(out, &status, sizeof(status));
		return sizeof(status) + query->private_data_size;
	case DXGP_CMD_ESCAPE:
		memcpy(out, &status, sizeof(status));
		return sizeof(status);
	}
	return dxg_mock_plain(hdr, out, status);
}

static size_t dxg_mock_adapter_info(struct dxg_mock *mock, void *out)
{
	struct dxgp_getinternaladapterinfo_reply *info = out;

	info->flags = mock->async ? DXGP_ADAPTER_ASYNC : 0;
	info->device_description[0] = 'X';
	info->host_vgpu_luid.a = 0x77;
	return mock->version >= DXGP_VERSION_EXT_HEADER ? sizeof(*info) :
	       offsetof(struct dxgp_getinternaladapterinfo_reply, host_vgpu_luid);
}

/* Commands that make something. SIZE_MAX when it is none. */
static size_t dxg_mock_make(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			    void *out, u32 status)
{
	struct dxgp_createcontextvirtual *context = out;
	struct dxgp_opensyncobject_reply *sync = out;
	struct dxgp_lock2_reply *lock = out;
	u32 *word = out, process = hdr->process;

	switch (hdr->command) {
	case DXGP_CMD_CREATEPROCESS:
		mock->processes++;
		*word = 0x1000 + mock->sent;
		return sizeof(*word);
	case DXGP_CMD_CREATEDEVICE:
		*word = dxg_mock_new(mock, hdr->command, process, 0);
		return sizeof(*word);
	case DXGP_CMD_CREATENTSHAREDOBJECT:
		*word = dxg_mock_new(mock, hdr->command, 0, 0);
		return sizeof(*word);
	case DXGP_CMD_CREATEALLOCATION:
		return dxg_mock_create_allocation(mock, (const void *)hdr, out);
	case DXGP_CMD_OPENRESOURCE:
		return dxg_mock_open_resource(mock, (const void *)hdr, out);
	case DXGP_CMD_CREATECONTEXTVIRTUAL:
		memcpy(out, hdr, len);
		context->context = dxg_mock_new(mock, hdr->command, process, context->device);
		return len;
	case DXGP_CMD_CREATEHWQUEUE:
		return dxg_mock_create_hwqueue(mock, (const void *)hdr, len, out);
	case DXGP_CMD_CREATESYNCOBJECT:
		return dxg_mock_create_sync(mock, (const void *)hdr, out);
	case DXGP_CMD_OPENSYNCOBJECT:
		sync->sync_object = dxg_mock_new(mock, DXGP_CMD_CREATESYNCOBJECT, process,
						 ((struct dxgp_opensyncobject *)hdr)->device);
		sync->gpu_virtual_address = 0x7200000000ull + sync->sync_object;
		sync->guest_cpu_physical_address = dxg_mock_page(mock);
		return sizeof(*sync);
	case DXGP_CMD_CREATEPAGINGQUEUE:
		return dxg_mock_create_paging_queue(mock, (const void *)hdr, out);
	case DXGP_CMD_RESERVEGPUVIRTUALADDRESS:
		return dxg_mock_reserve(mock, (const void *)hdr, out);
	case DXGP_CMD_MAPGPUVIRTUALADDRESS:
		return dxg_mock_map(mock, (const void *)hdr, out, status);
	case DXGP_CMD_LOCK2:
		dxg_mock_add(mock, hdr->command, process,
			     ((struct dxgp_lock2 *)hdr)->args.device,
			     ((struct dxgp_lock2 *)hdr)->args.allocation);
		lock->cpu_visible_buffer_offset = mock->objects->iospace;
		return sizeof(*lock);
	}
	return SIZE_MAX;
}

static void dxg_mock_destroy_allocation(struct dxg_mock *mock,
					const struct dxgp_destroyallocation *cmd)
{
	unsigned long irq;
	u32 i;

	/* Behind the handles is filling, which says nothing. */
	if (memchr_inv(&cmd->allocations[cmd->alloc_count], 0, 8)) {
		spin_lock_irqsave(&mock->objects->lock, irq);
		mock->objects->strays++;
		spin_unlock_irqrestore(&mock->objects->lock, irq);
	}
	if (cmd->resource)
		dxg_mock_drop_resource(mock, cmd->hdr.process, cmd->resource);
	for (i = 0; i < cmd->alloc_count; i++) {
		dxg_mock_take_member(mock, cmd->hdr.process, 0, cmd->allocations[i]);
		dxg_mock_drop(mock, DXGP_CMD_CREATEALLOCATION, cmd->hdr.process,
			      cmd->allocations[i]);
	}
}

/* Commands that end something: off the list. */
static void dxg_mock_end(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len)
{
	const struct dxgp_destroydevice *cmd = (const void *)hdr;
	/* The handle stands in the same place in all that have one. */
	u32 handle = len >= sizeof(*cmd) ? cmd->device : 0;
	u32 process = hdr->process;

	switch (hdr->command) {
	case DXGP_CMD_DESTROYPROCESS:
		mock->processes--;
		dxg_mock_drop_all(mock, process, 0);
		break;
	case DXGP_CMD_DESTROYDEVICE:
		dxg_mock_drop(mock, DXGP_CMD_CREATEDEVICE, process, handle);
		dxg_mock_drop_all(mock, process, handle);
		break;
	case DXGP_CMD_DESTROYALLOCATION:
		dxg_mock_destroy_allocation(mock, (const void *)hdr);
		break;
	case DXGP_CMD_DESTROYCONTEXT:
		dxg_mock_drop(mock, DXGP_CMD_CREATECONTEXTVIRTUAL, process, handle);
		break;
	case DXGP_CMD_DESTROYHWQUEUE:
		dxg_mock_drop(mock, DXGP_CMD_CREATEHWQUEUE, process, handle);
		break;
	case DXGP_CMD_DESTROYPAGINGQUEUE:
		dxg_mock_drop(mock, DXGP_CMD_CREATEPAGINGQUEUE, process, handle);
		break;
	case DXGP_CMD_DESTROYSYNCOBJECT:
		dxg_mock_drop(mock, DXGP_CMD_CREATESYNCOBJECT, process, handle);
		break;
	case DXGP_CMD_DESTROYNTSHAREDOBJECT:
		dxg_mock_drop(mock, DXGP_CMD_CREATENTSHAREDOBJECT, 0, handle);
		break;
	case DXGP_CMD_FREEGPUVIRTUALADDRESS:
		dxg_mock_drop(mock, DXGP_CMD_RESERVEGPUVIRTUALADDRESS, process,
			      ((const struct dxgp_freegpuvirtualaddress *)hdr)->args.base_address);
		break;
	case DXGP_CMD_UNLOCK2:
		dxg_mock_drop(mock, DXGP_CMD_LOCK2, process,
			      ((const struct dxgp_unlock2 *)hdr)->args.allocation);
		break;
	case DXGP_CMD_CLOSEADAPTER:
		mock->adapters--;
		break;
	}
}

/*
 * The reply of a host that has no objections, or that says @status when it is a
 * failure. @out is zero. Returns the length.
 */
size_t dxg_mock_answer(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len, void *out,
		       u32 status)
{
	struct dxgp_isfeatureenabled_reply *feature = out;
	const struct dxgp_queryadapterinfo *query;
	struct dxgp_openadapter_reply *open = out;
	struct dxgp_makeresident_reply *resident = out;
	size_t head = mock->version >= DXGP_VERSION_EXT_HEADER ? sizeof(u32) : 0;
	size_t size;

	if (dxg_failed(status))
		return dxg_mock_refuse(mock, hdr, len, out, status);
	size = dxg_mock_make(mock, hdr, len, out, status);
	if (size != SIZE_MAX)
		return size;
	dxg_mock_end(mock, hdr, len);

	switch (hdr->command) {
	case DXGP_CMD_OPENADAPTER:
		mock->adapters++;
		open->host_adapter_handle = 0x40000000;
		break;
	case DXGP_CMD_GETINTERNALADAPTERINFO:
		return dxg_mock_adapter_info(mock, out);
	case DXGP_CMD_QUERYADAPTERINFO:
		query = (const void *)hdr;
		if (head)
			memcpy(out, &status, sizeof(status));
		memset(out + head, 0x5a, min(query->private_data_size, 512u));
		return head + min(query->private_data_size, 512u);
	case DXGP_CMD_ESCAPE:
		memcpy(out, ((const struct dxgp_escape *)hdr)->priv_drv_data,
		       ((const struct dxgp_escape *)hdr)->priv_drv_data_size);
		return ((const struct dxgp_escape *)hdr)->priv_drv_data_size;
	case DXGP_CMD_ISFEATUREENABLED:
	case DXGP_CMD_ISFEATUREENABLED_GLOBAL:
		feature->result.version = 3;
		feature->result.flags = DXGP_FEATURE_ENABLED | DXGP_FEATURE_KNOWN;
		break;
	case DXGP_CMD_MAKERESIDENT:
		resident->paging_fence_value = atomic64_inc_return(&mock->objects->paging_value);
		break;
	}
	return dxg_mock_plain(hdr, out, status);
}
