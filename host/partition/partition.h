/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Hyper-V partition without a machine under it: CPUID leaves, synthetic
 * MSRs, the SynIC and hypercalls as functions. The QEMU plugin calls them from
 * vCPU threads, unit tests and the fuzzer call them directly.
 *
 * Facts: Hyper-V Top Level Functional Specification, and the kernel's
 * include/hyperv/ (asm/hyperv-tlfs.h before 6.13).
 *
 * All calls need host->lock, except partition_cpuid(), partition_enlightened()
 * and partition_tsc_invariant().
 */
#ifndef HOST_PARTITION_PARTITION_H
#define HOST_PARTITION_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/host.h"

struct partition;

struct partition_config {
	uint64_t tsc_hz;		/* 0: no frequency MSRs */
};

/* What the partition asks of what stands above and below it. */
struct partition_ops {
	/* HvCallPostMessage on a VMBus message connection. Returns an HV_STATUS. */
	uint16_t (*post_message)(void *ctx, uint32_t connection, const void *payload, size_t len);
	/* HvCallSignalEvent. Returns an HV_STATUS. */
	uint16_t (*signal_event)(void *ctx, uint32_t connection);
	/* MMIO by hypercall (vPCI config space), 1, 2, 4 or 8 bytes. False: nobody is there. */
	bool (*mmio_read)(void *ctx, uint64_t gpa, void *data, unsigned int len);
	bool (*mmio_write)(void *ctx, uint64_t gpa, const void *data, unsigned int len);
	/* The guest started anew: forget everything of the previous one. */
	void (*reset)(void *ctx);
	/* Put code into guest memory so that the CPU sees it (translated code is dropped). */
	void (*write_guest)(void *ctx, uint64_t gpa, const void *data, size_t len);
};

struct partition *partition_new(struct host *h, const struct partition_config *c,
				const struct partition_ops *ops, void *ops_ctx);
void partition_free(struct partition *p);

/*
 * The machine was reset, or another guest starts: registers to their reset
 * values, waiting messages dropped, ops->reset called.
 */
void partition_reset(struct partition *p);

/* Any leaf 0x4000xxxx answers (zero where unused): eax, ebx, ecx, edx. */
void partition_cpuid(const struct partition *p, uint32_t leaf, uint32_t regs[4]);

/* Synthetic MSRs, 0x40000000 to 0x40000fff. False: unknown, reads as 0. */
bool partition_rdmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t *value);
bool partition_wrmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t value);
/* The guest has identified itself (guest OS id not 0). */
bool partition_enlightened(const struct partition *p);

/* The guest has asked for the invariant TSC: CPUID 0x80000007 EDX bit 8 is to be shown set. */
bool partition_tsc_invariant(const struct partition *p);

/* One hypercall: the input value and the two register parameters. Returns the result value. */
uint64_t partition_hypercall(struct partition *p, unsigned int vp, uint64_t control, uint64_t in,
			     uint64_t out);

/* The code of the hypercall page: @len bytes that hold the marker instruction and a return. */
extern const uint8_t partition_hypercall_code[];
extern const size_t partition_hypercall_code_len;
/* The displacement of the 7-byte NOP that marks a hypercall. */
#define PARTITION_HYPERCALL_MARK 0x48564331u

/* ---- SynIC, used by the VMBus server ---- */
void partition_post_message(struct partition *p, unsigned int vp, const void *payload, size_t len);
void partition_signal_event(struct partition *p, unsigned int vp, uint32_t flag);

struct partition_stats {
	uint64_t cpuids, msrs, hypercalls, messages, events;
	uint64_t resets;		/* guests that ended by starting anew */
	uint64_t panics;		/* reported by the guest through the crash MSRs */
};
void partition_get_stats(const struct partition *p, struct partition_stats *s);

#endif
