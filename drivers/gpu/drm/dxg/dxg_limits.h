/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits of the user interface: what DEV_QUERY tells and the ioctls enforce.
 */
#ifndef _DXG_LIMITS_H_
#define _DXG_LIMITS_H_

#include <linux/bits.h>
#include <linux/bits.h>
#include <linux/sizes.h>

/* Opaque data of one object or submission: room is left for the message around it. */
#define DXG_MAX_PRIVATE_DATA	SZ_64K
/* Allocations of one BO; the protocol has 1024, but their data share one message. */
#define DXG_MAX_ALLOCATIONS	256
/* All opaque data of a BO: it fits one message with what stands around it, both ways. */
#define DXG_MAX_CREATE_DATA	(SZ_128K - SZ_32K)
#define DXG_MAX_SYNC_RANGES	1024
/* Bytes of one allocation that the host may name: whatever it says, sums do not overflow. */
#define DXG_MAX_ALLOC_SIZE	BIT_ULL(46)
#define DXG_MAX_BIND_OPS	1024
#define DXG_MAX_SUBMITS		64
#define DXG_MAX_SYNCS		256
/* Handles and values of one wait fit a message with room to spare. */
#define DXG_MAX_FENCE_POINTS	4096
/* Elements of an array of the user interface. */
#define DXG_MAX_STRIDE		4096

/*
 * Addresses that reservations may have. The host decides in the end; this only
 * keeps null pointers and non-canonical addresses out.
 */
#define DXG_VA_START		SZ_64K
#define DXG_VA_END		BIT_ULL(48)

/* Priorities of contexts, to both sides of 0. */
#define DXG_QUEUE_PRIORITY_MAX		7

/* Time limit of a queue in dma-fence mode. */
#define DXG_QUEUE_TIMEOUT_MS		10000
#define DXG_QUEUE_TIMEOUT_MIN_MS	10

#endif /* _DXG_LIMITS_H_ */
