// SPDX-License-Identifier: GPL-2.0
/*
 * CPUID of the hypervisor, leaves 0x40000000 to 0x4000ffff.
 *
 * Source of the leaves and bits: include/hyperv/hvgdk_mini.h (HV_CPUID_FUNCTION
 * and below), and arch/x86/kernel/cpu/mshyperv.c for what Linux does with them.
 *
 * Every leaf of the range answers. What is not listed here is zero: otherwise
 * the machine below would answer with the contents of its last basic leaf, and
 * Linux 6.18 and later, which read 0x40000082 without asking for the largest
 * leaf first, would find random bits there, among them "confidential VMBus".
 */
#include <string.h>

#include "partition_priv.h"

#define LEAF_VENDOR		0x40000000u
#define LEAF_INTERFACE		0x40000001u
#define LEAF_VERSION		0x40000002u
#define LEAF_FEATURES		0x40000003u
#define LEAF_ENLIGHTENMENT	0x40000004u
#define LEAF_LIMITS		0x40000005u
#define LEAF_HARDWARE		0x40000006u

/*
 * Features, EAX: which MSRs exist. The reference counter is a clock source
 * by itself; with the frequency MSRs and the invariant TSC the kernel needs no
 * calibration and keeps the TSC, which is the cheapest clock under emulation.
 * No synthetic timers, no reference TSC page: the APIC timer does the work.
 */
#define FEAT_TIME_REF_COUNT	(1u << 1)
#define FEAT_SYNIC		(1u << 2)
#define FEAT_HYPERCALL		(1u << 5)
#define FEAT_VP_INDEX		(1u << 6)
#define FEAT_FREQUENCY_MSRS	(1u << 11)
#define FEAT_TSC_INVARIANT	(1u << 15)
/* EBX: rights. No CpuManagement: with it the kernel takes itself for the root partition. */
#define RIGHT_POST_MESSAGES	(1u << 4)
#define RIGHT_SIGNAL_EVENTS	(1u << 5)
/* EDX */
#define MISC_FREQUENCY_MSRS	(1u << 8)
#define MISC_CRASH_MSRS		(1u << 10)

/*
 * Enlightenments, EAX. DeprecateAutoEOI: an interrupt injected from outside
 * the APIC cannot be ended for the guest. MMIO by hypercall: vPCI config space
 * needs no trapping of loads and stores (Linux 6.4 and later).
 */
#define ENL_RELAXED_TIMING	(1u << 5)
#define ENL_DEPRECATE_AUTO_EOI	(1u << 9)
#define ENL_MMIO_HYPERCALLS	(1u << 21)

static void features(const struct partition *p, uint32_t r[4])
{
	r[0] = FEAT_TIME_REF_COUNT | FEAT_SYNIC | FEAT_HYPERCALL | FEAT_VP_INDEX;
	r[1] = RIGHT_POST_MESSAGES | RIGHT_SIGNAL_EVENTS;
	r[3] = MISC_CRASH_MSRS;
	if (p->c.tsc_hz) {
		r[0] |= FEAT_FREQUENCY_MSRS | FEAT_TSC_INVARIANT;
		r[3] |= MISC_FREQUENCY_MSRS;
	}
}

void partition_cpuid(const struct partition *p, uint32_t leaf, uint32_t regs[4])
{
	memset(regs, 0, 4 * sizeof(regs[0]));
	atomic_fetch_add_explicit(p->cpuids, 1, memory_order_relaxed);
	switch (leaf) {
	case LEAF_VENDOR:
		regs[0] = LEAF_HARDWARE;
		memcpy(&regs[1], "Microsoft Hv", 12);
		break;
	case LEAF_INTERFACE:
		memcpy(&regs[0], "Hv#1", 4);
		break;
	case LEAF_VERSION:
		/* 10.0.20348: Windows Server 2022, the first with MMIO hypercalls. */
		regs[0] = 20348;
		regs[1] = 10 << 16;
		break;
	case LEAF_FEATURES:
		features(p, regs);
		break;
	case LEAF_ENLIGHTENMENT:
		regs[0] = ENL_RELAXED_TIMING | ENL_DEPRECATE_AUTO_EOI | ENL_MMIO_HYPERCALLS;
		regs[1] = UINT32_MAX;		/* never notify about long spins */
		break;
	case LEAF_LIMITS:
		regs[0] = HOST_MAX_VP;
		regs[1] = HOST_MAX_VP;
		break;
	default:
		break;
	}
}

bool partition_tsc_invariant(const struct partition *p)
{
	return atomic_load_explicit(&p->invariant, memory_order_relaxed);
}
