/* SPDX-License-Identifier: MIT */
/*
 * The test service: what a packet to an echo channel asks for, and what comes
 * back. Included by the host and by the guest's test module.
 *
 * All fields are little endian. A request asks for its answer as a completion
 * when its packet does, and gets an in-band packet otherwise. VMBus rounds
 * packets up to a multiple of 8 bytes: the bytes beyond what was sent are zero.
 *
 * Channels: class ECHO_CLASS; instances 6b2f1c5e-NNNN-4f0e-9c57-0d5a11ec0de0
 * with NNNN (hexadecimal) from 0001 on.
 */
#ifndef HOST_ECHO_ECHO_H
#define HOST_ECHO_ECHO_H

#ifdef __KERNEL__
#include <linux/types.h>
typedef u32 echo_u32;
typedef u64 echo_u64;
#else
#include <stdint.h>
typedef uint32_t echo_u32;
typedef uint64_t echo_u64;
#endif

#define ECHO_CLASS "6b2f1c5e-3b0a-4f0e-9c57-0d5a11ec0de0"

/* The answer to ECHO and DELAY is the packet with each byte so changed. */
#define ECHO_XOR 0x5a

enum echo_op {
	/* The same bytes back, each xor ECHO_XOR. arg: anything. */
	ECHO_OP_ECHO	= 1,
	/* As ECHO, arg milliseconds later, at most ECHO_MAX_DELAY. */
	ECHO_OP_DELAY	= 2,
	/* Consumed. Answered (struct echo_answer, count: bytes) only when a completion is asked. */
	ECHO_OP_SINK	= 3,
	/*
	 * struct echo_source: the host sends count in-band packets of struct echo_data, each with
	 * at most arg bytes behind its header, then the answer (count: packets sent). Refused
	 * when count * (arg + 16) is above ECHO_MAX_SOURCE.
	 */
	ECHO_OP_SOURCE	= 4,
	/*
	 * struct echo_memory: each 64-bit word i of [gpa, gpa + bytes) must hold seed + i; the
	 * host counts those that do not, and writes ~(seed + i). Answer: count: words looked at.
	 */
	ECHO_OP_MMIO	= 5,
	/*
	 * struct echo_memory with gpa: the id of a GPADL of this channel, bytes: pages * 4096.
	 * The same pattern over the GPADL's pages in order; count: words looked at.
	 */
	ECHO_OP_GPADL	= 6,
	/* Set in op of what the host sends, but for the answers to ECHO and DELAY. */
	ECHO_FROM_HOST	= 0x80000000u,
};

#define ECHO_MAX_DELAY	60000u
#define ECHO_MAX_SOURCE	(64u << 20)
#define ECHO_MAX_MEMORY	(256u << 20)

struct echo_request {
	echo_u32 op;		/* enum echo_op */
	echo_u32 arg;
	echo_u64 seq;		/* the guest's; comes back in the answer */
};

struct echo_source {
	struct echo_request head;
	echo_u32 count;
	echo_u32 seed;		/* of the packet sizes */
};

struct echo_memory {
	struct echo_request head;
	echo_u64 gpa;
	echo_u64 bytes;		/* a multiple of 8; of 4096 for a GPADL */
	echo_u64 seed;
};

/* A packet of ECHO_OP_SOURCE: op ECHO_OP_SOURCE | ECHO_FROM_HOST, seq from 0 on. */
struct echo_data {
	struct echo_request head;	/* arg: bytes of data */
	unsigned char data[];		/* data[k] is echo_pattern(seq, k) */
};

static inline unsigned char echo_pattern(echo_u64 seq, echo_u32 k)
{
	return (unsigned char)(seq * 31 + k * 7 + (k >> 8) + 1);
}

/* Why a request was refused */
enum echo_status {
	ECHO_STATUS_OK		= 0,
	ECHO_STATUS_SHORT	= 1,	/* the packet ends before its struct does */
	ECHO_STATUS_OP		= 2,	/* no such op */
	ECHO_STATUS_RANGE	= 3,	/* a number is too large or not aligned */
	ECHO_STATUS_MEMORY	= 4,	/* not guest memory, or no such GPADL */
};

struct echo_answer {
	echo_u32 op;		/* op of the request | ECHO_FROM_HOST */
	echo_u32 status;	/* enum echo_status */
	echo_u64 seq;
	echo_u64 count;
	echo_u64 bad;		/* words that did not hold what they should */
};

#endif
