/* SPDX-License-Identifier: GPL-2.0 */
/* The state of the partition, shared by the files of this folder and nobody else. */
#ifndef HOST_PARTITION_PARTITION_PRIV_H
#define HOST_PARTITION_PARTITION_PRIV_H

#include <stdatomic.h>

#include "partition.h"

#define AREA "partition"

/* HV_STATUS values used here: include/hyperv/hvgdk_mini.h */
#define HV_STATUS_SUCCESS			0x00
#define HV_STATUS_INVALID_HYPERCALL_CODE	0x02
#define HV_STATUS_INVALID_HYPERCALL_INPUT	0x03
#define HV_STATUS_INVALID_ALIGNMENT		0x04
#define HV_STATUS_INVALID_PARAMETER		0x05
#define HV_STATUS_INSUFFICIENT_BUFFERS		0x13

/* Bit 0 of SCONTROL, SIMP, SIEFP, the hypercall MSR and others: enabled. */
#define HV_ENABLE		1ull
#define HV_PAGE_MASK		(~0xfffull)

#define SYNIC_SINTS		16
#define SYNIC_SLOT_SIZE		256	/* bytes of a SINT's message slot, and of its flags */
#define SYNIC_EVENT_FLAGS	2048	/* of one SINT */
#define SYNIC_PAYLOAD_MAX	240
#define SYNIC_VMBUS_SINT	2	/* VMBUS_MESSAGE_SINT */

#define SINT_VECTOR(v)		((uint8_t)(v))
#define SINT_MASKED		(1ull << 16)
#define SINT_AUTO_EOI		(1ull << 17)
#define SINT_POLLING		(1ull << 18)

/*
 * While more than this many messages wait for a VP, HvCallPostMessage is
 * answered with "insufficient buffers", which the kernel retries: a guest that
 * does not take its messages cannot make the host collect answers for it.
 */
#define SYNIC_QUEUE_BOUND	4096

struct synic_message {
	struct synic_message *next;
	uint8_t len;
	uint8_t payload[SYNIC_PAYLOAD_MAX];
};

struct vp {
	uint64_t scontrol, siefp, simp, sint[SYNIC_SINTS], assist;
	struct synic_message *head, **tail;	/* messages of SINT 2, oldest first */
	unsigned int queued;
};

struct partition {
	struct host *h;
	struct partition_config c;
	const struct partition_ops *ops;
	void *ops_ctx;

	uint64_t guest_os_id, hypercall, tsc_invariant;
	bool seen_guest;		/* a guest OS id was set since the last reset */
	uint64_t start;			/* host_now() at which the reference counter was 0 */
	struct vp vp[HOST_MAX_VP];
	uint64_t crash[5];		/* P0 to P4 */
	unsigned int panics_written;	/* since the last reset */
	atomic_bool enlightened;	/* guest_os_id != 0, for callers without the lock */
	atomic_bool invariant;		/* bit 0 of tsc_invariant, likewise */

	struct partition_stats stats;	/* all but .cpuids, which is counted without the lock: */
	atomic_uint_fast64_t *cpuids;
	unsigned int unknown_logged;	/* lines written about unknown MSRs and hypercalls */
};

/* At most this many panics of one guest go to the log; all are counted. */
#define PANICS_WRITTEN 4

/* At most this many lines about unknown MSRs and hypercalls between two resets. */
#define UNKNOWN_LINES 50
bool partition_may_log_unknown(struct partition *p);

void synic_init(struct partition *p);
/* Registers to their reset values, queues emptied. */
void synic_clear(struct partition *p);
bool synic_rdmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t *value);
bool synic_wrmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t value);
bool synic_backlogged(const struct partition *p);	/* see SYNIC_QUEUE_BOUND */

#endif
