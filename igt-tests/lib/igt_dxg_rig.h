/* SPDX-License-Identifier: MIT */
/*
 * A file with one of everything, and each request of the interface as a call upon
 * it: for tests that do something to all requests alike, such as a host that lies, a
 * VM that is lost, an adapter that goes away. The rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_RIG_H
#define IGT_DXG_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "dxg_drm.h"
#include "igt_dxg_exec.h"
#include "softgpu_build.h"

/**
 * struct igt_dxg_rig - A file, its VM, and what is in it.
 */
struct igt_dxg_rig {
	int fd;
	/** @mode: DRM_DXG_VM_xxx of the VM. */
	uint32_t mode;
	uint32_t vm, queue, bind_queue;
	/** @bo_host, @bo_system: BOs of a page that are bound, resident, shareable. */
	uint32_t bo_host, bo_system;
	uint64_t va_host, va_system;
	/** @host_map, @system_map: Those mapped. */
	volatile uint32_t *host_map, *system_map;
	/** @va: Pages that are reserved and not bound. */
	uint64_t va;
	/** @fence: A shareable fence of value 0; @fence_page is its page. */
	uint32_t fence;
	const volatile uint64_t *fence_page;
	/** @fence_fd: A descriptor of it. */
	int fence_fd;
	/** @buffer: Commands, and at IGT_DXG_RIG_DATA data. */
	struct igt_dxg_buffer buffer;
	struct softgpu_buffer commands;
	/** @length: Bytes at the start of @buffer that write 0x600d to its data. */
	uint32_t length;
};

#define IGT_DXG_RIG_DATA	(32 * 1024)

void igt_dxg_rig_open(struct igt_dxg_rig *rig, uint32_t mode);
/* Unmaps and closes, whatever became of the rest. */
void igt_dxg_rig_close(struct igt_dxg_rig *rig);

/* Word @index of the data. */
volatile uint32_t *igt_dxg_rig_word(struct igt_dxg_rig *rig, uint32_t index);
uint64_t igt_dxg_rig_word_va(struct igt_dxg_rig *rig, uint32_t index);

/* Begin anew to write commands, behind the first ones; submit them, with a syncobj if not 0. */
void igt_dxg_rig_begin(struct igt_dxg_rig *rig);
int __dxg_rig_submit(struct igt_dxg_rig *rig, uint32_t queue, uint32_t syncobj);

/* A new file does work and gets it right: the driver is usable. */
void igt_dxg_works(void);

/**
 * struct igt_dxg_call - A request that can be made again and again.
 */
struct igt_dxg_call {
	const char *name;
	/** @run: 0 or a negative errno. What it makes it ends. */
	int (*run)(struct igt_dxg_rig *rig);
	/** @lost: What it returns when the VM is lost. */
	int lost;
	/** @asks: It needs an answer of the host. */
	bool asks;
	/**
	 * @requests: What it asks the host, in the names of its failure switches, + between
	 * them; NULL when there is no answer to spoil.
	 */
	const char *requests;
};

extern const struct igt_dxg_call igt_dxg_calls[];
extern const unsigned int igt_dxg_call_count;

#endif
