/* SPDX-License-Identifier: MIT */
/*
 * A client of /dev/dxg with a device, and what it does with it: memory, addresses, queues,
 * fences; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_D3D_H
#define IGT_DXG_D3D_H

#include <stdint.h>

#include "igt_dxg_compat.h"
#include "softgpu_escape.h"

#define IGT_DXG_D3D_PAGE	4096u
#define IGT_DXG_D3D_PENDING	0x103

/* A handle of nothing; a pointer to nothing. */
#define IGT_DXG_D3D_NOTHING	0x40ffffc0u
#define IGT_DXG_D3D_WILD	0xdead0000dead0000ull

/* A resource that may be shared by descriptor; a fence that may. */
#define IGT_DXG_D3D_SHARED	(D3DKMT_CREATEALLOCATION_CREATE_RESOURCE | \
				 D3DKMT_CREATEALLOCATION_CREATE_SHARED | \
				 D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING)
#define IGT_DXG_D3D_FENCE_SHARED	(D3DDDI_SYNCHRONIZATIONOBJECT_SHARED | \
					 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING)

/**
 * struct igt_dxg_d3d - A client: its file, and a device with a paging queue.
 */
struct igt_dxg_d3d {
	int fd;
	struct winluid luid;
	uint32_t adapter;
	uint32_t device;
	uint32_t paging;
	uint32_t paging_fence;
	const volatile uint64_t *paging_value;
};

/**
 * struct igt_dxg_d3d_code - A page of commands for the GPU.
 */
struct igt_dxg_d3d_code {
	uint32_t handle;
	uint64_t va;
	void *map;
};

/* @index: of the adapter, in the order in which they are listed; skips without it. */
struct igt_dxg_d3d igt_dxg_d3d_open(unsigned int index);
/* Another device with its queue, on the adapter of @d and in its file. */
struct igt_dxg_d3d igt_dxg_d3d_again(const struct igt_dxg_d3d *d);
void igt_dxg_d3d_end(struct igt_dxg_d3d *d);
/* The same, and closes the file. */
void igt_dxg_d3d_close(struct igt_dxg_d3d *d);

uint32_t igt_dxg_d3d_state(const struct igt_dxg_d3d *d);
/* Ask the host's driver; its answer is in *@e, whose header is filled in. */
int __dxg_d3d_escape(const struct igt_dxg_d3d *d, struct softgpu_escape *e);

/* Host memory; in *@resource, unless it is NULL, a resource with it. */
int __dxg_d3d_allocate(const struct igt_dxg_d3d *d, uint64_t size, uint32_t flags,
		       uint32_t *handle, uint32_t *resource);
uint32_t igt_dxg_d3d_allocate(const struct igt_dxg_d3d *d, uint64_t size);
uint32_t igt_dxg_d3d_shared(const struct igt_dxg_d3d *d, uint64_t size, uint32_t *handle);
/* Memory of this program. */
uint32_t igt_dxg_d3d_heap(const struct igt_dxg_d3d *d, void *memory, uint64_t size);
int __dxg_d3d_destroy(const struct igt_dxg_d3d *d, uint32_t handle, uint32_t resource);
void *igt_dxg_d3d_lock(const struct igt_dxg_d3d *d, uint32_t handle);
void igt_dxg_d3d_unlock(const struct igt_dxg_d3d *d, uint32_t handle);

/* The result of a call that may be pending, until it has come into force. */
void igt_dxg_d3d_paged(const struct igt_dxg_d3d *d, int result, uint64_t value);
/* Map at @base, 0: anywhere; make resident. Both have come into force. */
uint64_t igt_dxg_d3d_map(const struct igt_dxg_d3d *d, uint32_t handle, uint64_t base,
			 uint64_t size);
void igt_dxg_d3d_resident(const struct igt_dxg_d3d *d, uint32_t handle);

uint32_t igt_dxg_d3d_context(const struct igt_dxg_d3d *d, uint32_t node, uint32_t flags);
/* A hardware queue; skips where there are none. Its results are in *@args. */
uint32_t igt_dxg_d3d_hwqueue(const struct igt_dxg_d3d *d, struct d3dkmt_createhwqueue *args);

struct igt_dxg_d3d_code igt_dxg_d3d_code(const struct igt_dxg_d3d *d);
void igt_dxg_d3d_code_end(const struct igt_dxg_d3d *d, struct igt_dxg_d3d_code *code);
int __dxg_d3d_submit(const struct igt_dxg_d3d *d, uint32_t context, uint64_t va,
		     uint32_t length);
/* Have the GPU fill @size bytes at @va, and wait for it. */
void igt_dxg_d3d_fill(const struct igt_dxg_d3d *d, uint32_t context,
		      struct igt_dxg_d3d_code *code, uint64_t va, uint64_t size, uint32_t word);

/* D3DDDI_SYNCHRONIZATIONOBJECT_xxx in @flags. */
uint32_t igt_dxg_d3d_fence(const struct igt_dxg_d3d *d, uint32_t flags, uint64_t value);
int __dxg_d3d_signal(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value);
void igt_dxg_d3d_signal(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value);
int __dxg_d3d_wait(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value, int event);
void igt_dxg_d3d_wait(const struct igt_dxg_d3d *d, uint32_t fence, uint64_t value);
/* In the order of a context. */
void igt_dxg_d3d_signal_gpu(const struct igt_dxg_d3d *d, uint32_t context, uint32_t fence,
			    uint64_t value);
void igt_dxg_d3d_sync_end(const struct igt_dxg_d3d *d, uint32_t object);

/* A descriptor of a shared object, or a negative errno. */
int __dxg_d3d_share(const struct igt_dxg_d3d *d, uint32_t handle);
int igt_dxg_d3d_share(const struct igt_dxg_d3d *d, uint32_t handle);
/* The resource of a descriptor, of one allocation without private data of the runtime. */
int __dxg_d3d_open_resource(const struct igt_dxg_d3d *d, int fd, uint32_t *handle,
			    uint32_t *resource);

#endif
