/* SPDX-License-Identifier: MIT */
/*
 * Every request of /dev/dxg by one table; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_D3D_CALLS_H
#define IGT_DXG_D3D_CALLS_H

#include <stdint.h>

#include "igt_dxg_bo.h"
#include "igt_dxg_d3d.h"

/* A handle that may be 0. */
#define IGT_DXG_D3D_OPTIONAL	0x8000
/* No arguments are larger. */
#define IGT_DXG_D3D_ARGS	1024

/** struct igt_dxg_d3d_scene - One of everything, and memory for what arguments point to. */
struct igt_dxg_d3d_scene {
	struct igt_dxg_d3d d;
	struct igt_dxg_d3d_code code;
	uint32_t length;		/* of the commands */
	uint32_t context, context_hw, hwqueue, alloc, fence, legacy, resource;
	int resource_fd, fence_fd, sync_file;
	uint64_t progress;		/* of the hardware queue */
	uint64_t signalled;		/* of the fence, by the CPU */
	/* Pointed to: */
	uint32_t handles[4], words[4];
	uint64_t values[4];
	struct igt_dxg_data data;
	struct d3dddi_allocationinfo2 info;
	struct d3dddi_openallocationinfo2 opened;
	struct d3dddi_updategpuvirtualaddress_operation op;
	struct softgpu_escape escape;
	struct d3dkmt_adapterinfo adapters[D3DKMT_ADAPTERS_MAX];
	char bytes[512];
};

/** struct igt_dxg_d3d_limit - A count or size that must not be too large, or room that may be. */
struct igt_dxg_d3d_limit {
	/** @at, @bytes: Where it is. */
	uint16_t at, bytes;

	/** @error: What too much of it is; 0: nothing, for room. */
	int error;
};

/**
 * struct igt_dxg_d3d_call - A request.
 *
 * Offsets are one higher than they are, so that 0 is none.
 */
struct igt_dxg_d3d_call {
	unsigned long request;
	void (*fill)(struct igt_dxg_d3d_scene *s, void *args);
	/* @lists: pointers to handles; @descriptor: one that is taken, 64 bits or 32 of them. */
	uint16_t handles[3], pointers[3], lists[2], descriptor;
	struct igt_dxg_d3d_limit limits[4];
};

/* All that are implemented. */
extern const struct igt_dxg_d3d_call igt_dxg_d3d_calls[];
extern const unsigned int igt_dxg_d3d_call_count;

struct igt_dxg_d3d_scene *igt_dxg_d3d_scene_open(void);
void igt_dxg_d3d_scene_close(struct igt_dxg_d3d_scene *s);

/* Close what descriptors a request has made. */
void igt_dxg_d3d_call_made(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row,
			   const void *args);

#endif
