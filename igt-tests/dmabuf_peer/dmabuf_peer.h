/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Interface of /dev/dmabuf_peer: dma-bufs of all kinds that a driver may meet, good and bad,
 * and a device that imports any. For tests; see dmabuf_peer.c.
 */
#ifndef DMABUF_PEER_H
#define DMABUF_PEER_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** enum dmabuf_peer_kind - What is wrong with a dma-buf. */
enum dmabuf_peer_kind {
	DMABUF_PEER_GOOD,	/* nothing */
	DMABUF_PEER_ODD_SIZE,	/* its size is not a multiple of pages */
	DMABUF_PEER_SHORT,	/* it has fewer pages than its size says */
	DMABUF_PEER_ODD_PAGES,	/* its memory begins inside of a page */
	DMABUF_PEER_ELSEWHERE,	/* its memory is said to be at an address of the caller's */
	DMABUF_PEER_NO_ATTACH,	/* its device has gone: nobody can attach */
	DMABUF_PEER_NO_MAP,	/* its device goes between attaching and mapping */
	DMABUF_PEER_MOVABLE,	/* it moves unless it is pinned */
};

/** struct dmabuf_peer_export - Make a dma-buf. */
struct dmabuf_peer_export {
	__u32 kind;
	__s32 fd;		/* returned */
	__u64 size;
	__u64 address;		/* with DMABUF_PEER_ELSEWHERE */
};

/** struct dmabuf_peer_import - Map a dma-buf for a device, and unmap it again. */
struct dmabuf_peer_import {
	__s32 fd;
	__u32 write;		/* not 0: word n of each page becomes @write + n, by its address */
	__u64 addresses;	/* user pointer to an __u64 for each page: its DMA address */
	__u64 pages;		/* of the array; returned: of the dma-buf */
};

/** struct dmabuf_peer_counts - What of the module's dma-bufs is left. */
struct dmabuf_peer_counts {
	__u32 buffers;
	__u32 attached;
	__u32 mapped;
	__u32 pinned;
};

#define DMABUF_PEER_EXPORT	_IOWR('P', 1, struct dmabuf_peer_export)
#define DMABUF_PEER_IMPORT	_IOWR('P', 2, struct dmabuf_peer_import)
#define DMABUF_PEER_COUNTS	_IOR('P', 3, struct dmabuf_peer_counts)

#endif
