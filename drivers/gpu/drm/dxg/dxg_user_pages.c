// SPDX-License-Identifier: GPL-2.0
/*
 * User memory under allocations: pages of a program, pinned for as long as the
 * host may use them.
 *
 * What may be pinned is decided by the pin itself, not by looking at VMAs,
 * which may change meanwhile. The pages are pinned for the long term: they
 * are where a CPU write of the program goes, also after fork(), when it is the
 * child that gets a copy. They count against RLIMIT_MEMLOCK of the address space
 * that they come from until the host has let go of them.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "dxg_allocation.h"
#include "dxg_proto.h"

/* Pages pinned at a time; a fatal signal is looked for in between. */
#define DXG_PIN_CHUNK		16384ul

struct dxg_user_pages {
	struct dxg_backing base;
	struct mm_struct *mm;
	struct page **pages;
	unsigned long count;	/* of @pages, as charged */
	unsigned long pinned;	/* of them, pinned */
	bool readonly;
};

static struct dxg_user_pages *to_dxg_user_pages(struct dxg_backing *backing)
{
	return container_of(backing, struct dxg_user_pages, base);
}

static void dxg_user_pages_fill(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns)
{
	dxg_backing_fill_pages(to_dxg_user_pages(backing)->pages, first, count, pfns);
}

static struct page *dxg_user_pages_page(struct dxg_backing *backing, u64 index)
{
	return to_dxg_user_pages(backing)->pages[index];
}

static void dxg_user_pages_free(struct dxg_user_pages *user)
{
	/* The GPU may have written any of them, unless it was not allowed to. */
	if (user->pinned)
		unpin_user_pages_dirty_lock(user->pages, user->pinned, !user->readonly);
	kvfree(user->pages);
	atomic64_sub(user->count, &user->mm->pinned_vm);
	mmdrop(user->mm);
	kfree(user);
}

static void dxg_user_pages_release(struct dxg_backing *backing)
{
	dxg_user_pages_free(to_dxg_user_pages(backing));
}

/* Charge the pages to the caller's limit. 0 or -ENOMEM. */
static int dxg_user_pages_charge(struct dxg_user_pages *user)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	unsigned long pinned = atomic64_add_return(user->count, &user->mm->pinned_vm);

	if (pinned <= limit || capable(CAP_IPC_LOCK))
		return 0;
	atomic64_sub(user->count, &user->mm->pinned_vm);
	return -ENOMEM;
}

/* Pin @range. 0 or -errno; user->pinned tells how far it came. */
static int dxg_user_pages_get(struct dxg_user_pages *user, const struct dxg_user_range *range)
{
	unsigned int flags = FOLL_LONGTERM | (user->readonly ? 0 : FOLL_WRITE);
	unsigned long address = range->address;
	unsigned long end = address + range->size;

	while (address < end) {
		int got = pin_user_pages_fast(address,
					      min((end - address) >> PAGE_SHIFT, DXG_PIN_CHUNK),
					      flags, user->pages + user->pinned);

		if (got < 0)
			return got == -ENOMEM || got == -EINTR ? got : -EFAULT;
		if (!got)
			return -EFAULT;
		user->pinned += got;
		address += (unsigned long)got << PAGE_SHIFT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

/* Pages of all ranges in *@pages, or -errno. */
static int dxg_user_ranges_check(const struct dxg_user_range *ranges, u32 count, u64 *pages)
{
	u32 i;

	*pages = 0;
	for (i = 0; i < count; i++) {
		u64 address = ranges[i].address, size = ranges[i].size;

		if (!size || !PAGE_ALIGNED(address | size) || address > ULONG_MAX - size ||
		    size > ULONG_MAX)
			return -EINVAL;
		if (!access_ok(u64_to_user_ptr(address), size))
			return -EFAULT;
		*pages += size >> PAGE_SHIFT;
		/* There is not as much memory, so an array of it need not be tried. */
		if (*pages > totalram_pages())
			return -ENOMEM;
	}
	return 0;
}

/**
 * dxg_user_pages_pin() - Pin memory of the current process.
 * @ranges: The ranges: whole pages, on page boundaries.
 * @count: How many.
 * @readonly: The host will not write them.
 *
 * Returns a backing of the ranges, one behind the other, with one reference, or
 * ERR_PTR: -EINVAL for a range that cannot be, -EFAULT when some of it cannot be
 * pinned (so), -ENOMEM when the limit or the memory does not suffice, -EINTR.
 */
struct dxg_backing *dxg_user_pages_pin(const struct dxg_user_range *ranges, u32 count,
				       bool readonly)
{
	struct dxg_user_pages *user;
	u64 pages;
	u32 i;
	int ret;

	ret = dxg_user_ranges_check(ranges, count, &pages);
	if (ret)
		return ERR_PTR(ret);
	user = kzalloc_obj(*user, GFP_KERNEL_ACCOUNT);
	if (!user)
		return ERR_PTR(-ENOMEM);
	user->mm = current->mm;
	user->count = pages;
	user->readonly = readonly;
	ret = dxg_user_pages_charge(user);
	if (ret) {
		kfree(user);
		return ERR_PTR(ret);
	}
	mmgrab(user->mm);
	user->pages = kvmalloc_array(user->count, sizeof(*user->pages), GFP_KERNEL_ACCOUNT);
	if (!user->pages)
		ret = -ENOMEM;
	for (i = 0; i < count && !ret; i++)
		ret = dxg_user_pages_get(user, &ranges[i]);
	if (ret) {
		/* Nothing of the host has written them. */
		user->readonly = true;
		dxg_user_pages_free(user);
		return ERR_PTR(ret);
	}

	dxg_backing_init(&user->base, pages * (PAGE_SIZE / DXGP_PAGE_SIZE), dxg_user_pages_fill,
			 dxg_user_pages_page, dxg_user_pages_release);
	return &user->base;
}
