/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that share memory: files with their VM, the GPU on any BO, and
 * the drivers of the guest with which dma-bufs are exchanged; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_PRIME_H
#define IGT_DXG_PRIME_H

#include <stdbool.h>
#include <stdint.h>

#include "igt_dxg_bo.h"

#define IGT_DXG_COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* --- Our side --- */

/** struct igt_dxg_file - An open node and its VM. */
struct igt_dxg_file {
	int fd;
	uint32_t vm;
};

/* The adapter number @index; skips when there is none. */
struct igt_dxg_file igt_dxg_file_open(int index);
void igt_dxg_file_close(struct igt_dxg_file *t);

enum igt_dxg_memory {
	IGT_DXG_HOST,
	IGT_DXG_SYSTEM,
};

extern const char * const igt_dxg_memory_names[];

uint32_t igt_dxg_make(const struct igt_dxg_file *t, enum igt_dxg_memory memory, uint64_t size,
		      uint32_t flags);

/* The host's handle of a BO, which opens it there; DRM_DXG_BO_xxx in *@flags. */
uint32_t igt_dxg_host_handle(const struct igt_dxg_file *t, uint32_t handle, uint32_t *flags);

/* The GPU fills a BO of @size bytes; copies what is there to @to; finds words of @base + n. */
void igt_dxg_bo_fill(const struct igt_dxg_file *t, uint32_t handle, uint64_t size,
		     uint32_t pattern);
void igt_dxg_bo_read(const struct igt_dxg_file *t, uint32_t handle, uint64_t size, void *to);
void igt_dxg_bo_check_pattern(const struct igt_dxg_file *t, uint32_t handle, uint64_t size,
			      uint32_t base);

/* A dma-buf, mapped to be read and written. */
void *igt_dxg_map_dma_buf(int dma_buf, uint64_t size);

/* Page frame number behind @address, which is in no mapping of bare page frames. */
uint64_t igt_dxg_pfn(const void *address);

/* --- Other drivers --- */

/**
 * struct igt_dxg_foreign - A buffer that another driver has.
 */
struct igt_dxg_foreign {
	/** @dma_buf: Its dma-buf, when that driver exported it; else -1. */
	int dma_buf;

	/** @map: Its memory as that driver maps it, or NULL where it does not. */
	void *map;

	/** @device: The file of that driver by which it is held, or -1. */
	int device;

	/** @handle: The driver's handle, where it has such. */
	uint32_t handle;
};

/**
 * struct igt_dxg_peer - A driver that exchanges dma-bufs.
 *
 * All skip where the driver is not there.
 */
struct igt_dxg_peer {
	/** @name: What it is called in names of subtests. */
	const char *name;

	/** @export: Make @size bytes of its memory and a dma-buf of it; NULL: it exports none. */
	struct igt_dxg_foreign (*export)(uint64_t size);

	/** @import: Have it take a dma-buf; NULL: it imports none. */
	struct igt_dxg_foreign (*import)(int dma_buf, uint64_t size);
};

/* udmabuf and heaps make dma-bufs and take none. */
extern const struct igt_dxg_peer igt_dxg_peers[];
extern const unsigned int igt_dxg_peer_count;

/* Everything of @b that is left. */
void igt_dxg_foreign_drop(struct igt_dxg_foreign *b, uint64_t size);

/* The node of the first card of a driver, or -1; a dumb buffer of it. */
int igt_dxg_open_card(const char *driver);
struct igt_dxg_foreign igt_dxg_dumb(const char *driver, uint32_t width, uint32_t height);

#endif
