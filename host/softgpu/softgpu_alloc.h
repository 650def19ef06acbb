/* SPDX-License-Identifier: MIT */
/*
 * The private data of an allocation on the software GPU: what a client says to
 * the GPU's driver on the host when it creates one, and what that answers. It
 * is opaque to everything in between. For clients and for the host alike; needs
 * nothing but <stdint.h>, C or C++.
 *
 * The client's data begins with this struct, and may go on with whatever it
 * wants to find again when it, or somebody who opens the allocation, reads the
 * data back. All is little endian. Reserved fields and flags are 0.
 */
#ifndef SOFTGPU_ALLOC_H
#define SOFTGPU_ALLOC_H

#include <stdint.h>

#define SOFTGPU_ALLOC_MAGIC	0x47415753u	/* "SWAG" */
#define SOFTGPU_ALLOC_VERSION	1u

/* CPUs see it cached; else write-combined. */
#define SOFTGPU_ALLOC_CACHED	(1u << 0)
/* In system memory (segment 2); else in the GPU's own (segment 1). */
#define SOFTGPU_ALLOC_SYSTEM	(1u << 1)
/* Out: it is made of pages that the guest lends. */
#define SOFTGPU_ALLOC_EXISTING	(1u << 2)

struct softgpu_alloc {
	uint32_t magic;
	uint32_t version;
	uint64_t size;		/* in: bytes, not 0; out: rounded up to whole pages */
	uint32_t flags;
	uint32_t segment;	/* in: 0; out: where it counts while it is resident */
	uint64_t reserved;
};

/*
 * What the host's driver hands out for standard allocations, for the resource:
 * their type and the layout of the surface.
 */
struct softgpu_standard {
	uint32_t magic;
	uint32_t version;
	uint32_t width, height;
	uint32_t pitch;
	uint32_t reserved;
};

#endif
