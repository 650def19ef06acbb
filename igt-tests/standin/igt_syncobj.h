/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for IGT's helpers about syncobjs and sync files, with its names and
 * meanings.
 */
#ifndef IGT_SYNCOBJ_H
#define IGT_SYNCOBJ_H

#include <stdbool.h>
#include <stdint.h>

#include "igt.h"

uint32_t syncobj_create(int fd, uint32_t flags);
void syncobj_destroy(int fd, uint32_t handle);
int syncobj_handle_to_fd(int fd, uint32_t handle, uint32_t flags);
void syncobj_import_sync_file(int fd, uint32_t handle, int sync_file);
void syncobj_reset(int fd, uint32_t *handles, uint32_t count);
void syncobj_signal(int fd, uint32_t *handles, uint32_t count);
int syncobj_wait_err(int fd, uint32_t *handles, uint32_t count, int64_t abs_timeout_nsec,
		     uint32_t flags);
bool syncobj_wait(int fd, uint32_t *handles, uint32_t count, int64_t abs_timeout_nsec,
		  uint32_t flags, uint32_t *first_signaled);
int syncobj_timeline_wait_err(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			      int64_t abs_timeout_nsec, unsigned int flags);
bool syncobj_timeline_wait(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			   int64_t abs_timeout_nsec, unsigned int flags,
			   uint32_t *first_signaled);
void syncobj_timeline_query(int fd, uint32_t *handles, uint64_t *points, uint32_t count);
void syncobj_timeline_signal(int fd, uint32_t *handles, uint64_t *points, uint32_t count);

#endif
