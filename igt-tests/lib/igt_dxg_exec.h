/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that run work: buffers that the GPU can use, queues,
 * submissions; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_EXEC_H
#define IGT_DXG_EXEC_H

#include <stdbool.h>
#include <stdint.h>

#include "dxg_drm.h"

/* The nodes of the software GPU. */
#define IGT_DXG_NODE_3D		0
#define IGT_DXG_NODE_COPY	1

/**
 * struct igt_dxg_buffer - Guest memory that the GPU can read, write and execute.
 */
struct igt_dxg_buffer {
	uint32_t vm;
	uint32_t handle;
	uint64_t va;
	uint64_t size;
	void *map;
};

/* @size is rounded up to pages. */
void igt_dxg_buffer_create(int fd, uint32_t vm, uint64_t size, struct igt_dxg_buffer *buffer);
void igt_dxg_buffer_destroy(int fd, struct igt_dxg_buffer *buffer);

/* Queues. The first fills in a CONTEXT queue without any flags. */
struct drm_dxg_queue_create igt_dxg_context(uint32_t vm, uint32_t node);
int __dxg_queue_create(int fd, struct drm_dxg_queue_create *args);
uint32_t igt_dxg_queue_create(int fd, uint32_t vm, uint32_t node);
/* A hardware queue, and in *@parent what it is below. Skips where there are none. */
uint32_t igt_dxg_hw_queue_create(int fd, uint32_t vm, uint32_t node, uint32_t *parent);
int __dxg_queue_destroy(int fd, uint32_t queue);
void igt_dxg_queue_destroy(int fd, uint32_t queue);
int __dxg_queue_set(int fd, uint32_t queue, uint32_t property, int64_t value);
void igt_dxg_queue_state(int fd, uint32_t queue, struct drm_dxg_queue_get_state *state);

/* Sync operations. */
struct drm_dxg_sync_op igt_dxg_wait_syncobj(uint32_t handle, uint64_t point);
struct drm_dxg_sync_op igt_dxg_signal_syncobj(uint32_t handle, uint64_t point);

/* A submission of @length bytes at @va with @count sync operations, which have to stay. */
struct drm_dxg_submit igt_dxg_work(uint64_t va, uint32_t length, struct drm_dxg_sync_op *syncs,
				   uint32_t count);
int __dxg_submit(int fd, uint32_t queue, struct drm_dxg_submit *submits, uint32_t count);
void igt_dxg_submit(int fd, uint32_t queue, struct drm_dxg_submit submit);

/* Submit and wait until it is done, with a syncobj. */
void igt_dxg_run(int fd, uint32_t queue, uint64_t va, uint32_t length);

/* Wait for a binary syncobj, at most @seconds; the status of its fence. */
int igt_dxg_syncobj_result(int fd, uint32_t syncobj, int seconds);
/* The fence that a syncobj has now as a sync file. The caller closes it. */
int igt_dxg_sync_file(int fd, uint32_t syncobj);

#endif
