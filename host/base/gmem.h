/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest-physical memory as the host sees it: one shared file holding all of
 * the guest's RAM. The first @low bytes lie at guest-physical 0, the rest at
 * 4 GiB. The VMBus MMIO windows are holes cut out of that RAM in the guest's
 * memory map, so they are reached the same way.
 *
 * The guest writes this memory at any time. Whoever reads a value twice may
 * see two values: copy out first, then check, then use the copy.
 */
#ifndef HOST_BASE_GMEM_H
#define HOST_BASE_GMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GMEM_PAGE_SHIFT	12
#define GMEM_PAGE_SIZE	4096u
#define GMEM_4GIB	(1ull << 32)

struct gmem {
	uint8_t *base;		/* the mapping of the RAM file */
	uint64_t size;		/* bytes of RAM in all */
	uint64_t low;		/* bytes of it below 4 GiB */
};

/* Map the RAM file @path. Returns 0 or -errno. gmem_close() undoes it. */
int gmem_open(struct gmem *m, const char *path, uint64_t low);
void gmem_close(struct gmem *m);

/*
 * Host pointer for [gpa, gpa + len), or NULL when any byte of it is not guest
 * RAM, when it wraps, or when it crosses from the low part to the high part
 * (which are not adjacent for the guest either). len 0 is NULL.
 */
void *gmem_at(const struct gmem *m, uint64_t gpa, uint64_t len);

/* Copy in or out; false, with nothing copied, when the range is not all RAM. */
bool gmem_read(const struct gmem *m, uint64_t gpa, void *out, uint64_t len);
bool gmem_write(const struct gmem *m, uint64_t gpa, const void *in, uint64_t len);

#endif
