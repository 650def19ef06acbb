// SPDX-License-Identifier: GPL-2.0
/* What guest CPUs see of allocations: LOCK2, UNLOCK2, INVALIDATECACHE. */
#include "memory.h"

/*
 * An allocation of guest memory is never locked by an honest driver: the guest
 * has its pages already. The driver counts locks of its users, so that a second
 * one without an unlock is its mistake.
 */
uint32_t run_lock2(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_lock2_return *reply;
	struct gpupv_allocation *a;
	struct gpupv_device *d;
	struct wire_lock2 c;

	message_copy(m, &c, sizeof(c));
	if (require_zero(m, offsetof(struct wire_lock2, use_legacy_lock), sizeof(c), "legacy"))
		return STATUS_INVALID_PARAMETER;
	d = device_named(m, c.device);
	if (!d)
		return STATUS_INVALID_HANDLE;
	a = allocation_named(m, d, c.allocation);
	if (!a)
		return STATUS_INVALID_HANDLE;
	if (a->memory->guest)
		return refuse(m, STATUS_INVALID_PARAMETER, "%#x is guest memory", c.allocation);
	if (a->locked)
		return refuse(m, STATUS_INVALID_PARAMETER, "%#x is locked", c.allocation);
	if (c.flags || c.reserved || a->memory->offered || a->memory->discarded)
		return STATUS_INVALID_PARAMETER;
	if (!memory_lock(a->memory)) {
		log_info(AREA, "no room in the IO space for %llu pages",
			 (unsigned long long)a->memory->pages);
		return STATUS_NO_MEMORY;
	}
	a->locked = true;
	reply = reply_make(r, sizeof(*reply));
	reply->gpa = a->memory->io_gpa;
	return STATUS_SUCCESS;
}

/* Of guest memory an unlock may come without a lock: the guest's locks of it are its own. */
uint32_t run_unlock2(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_allocation *a;
	struct gpupv_device *d;
	struct wire_unlock2 c;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (require_zero(m, offsetof(struct wire_unlock2, use_legacy_unlock), sizeof(c), "legacy"))
		return STATUS_INVALID_PARAMETER;
	d = device_named(m, c.device);
	if (!d)
		return STATUS_INVALID_HANDLE;
	a = allocation_named(m, d, c.allocation);
	if (!a)
		return STATUS_INVALID_HANDLE;
	if (a->memory->guest)
		return STATUS_SUCCESS;
	if (!a->locked)
		return refuse(m, STATUS_INVALID_PARAMETER, "%#x is not locked", c.allocation);
	a->locked = false;
	memory_unlock(a->memory);
	return STATUS_SUCCESS;
}

/* Everything here is coherent: only the range is looked at. */
uint32_t run_invalidatecache(const struct gpupv_message *m, struct gpupv_reply *r)
{
	const struct gpupv_allocation *a;
	struct wire_invalidatecache c;
	uint64_t size;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.reserved)
		return refuse(m, STATUS_INVALID_PARAMETER, "reserved %#llx",
			      (unsigned long long)c.reserved);
	if (!device_named(m, c.device))
		return STATUS_INVALID_HANDLE;
	a = allocation_get(m, c.allocation);
	if (!a)
		return STATUS_INVALID_HANDLE;
	size = memory_bytes(a->memory);
	if (c.offset > size || c.length > size - c.offset)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}
