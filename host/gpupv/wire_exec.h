/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire format of execution: contexts, hardware queues, submissions, sync
 * objects, device state, clocks, escapes, and the host's messages to the guest.
 * Like wire.h, written from the project's tables and not shared with the driver.
 */
#ifndef HOST_GPUPV_WIRE_EXEC_H
#define HOST_GPUPV_WIRE_EXEC_H

#include "wire.h"

/* ---- contexts ---- */

#define WIRE_CONTEXT_NULL_RENDERING	0x01u	/* schedule, do not execute */
#define WIRE_CONTEXT_INITIAL_DATA	0x02u
#define WIRE_CONTEXT_NO_TIMEOUT		0x04u
#define WIRE_CONTEXT_SYNC_ONLY		0x08u	/* carries signals and waits only */
#define WIRE_CONTEXT_HW_QUEUES		0x10u	/* work comes through hardware queues only */
#define WIRE_CONTEXT_FLAGS		0x1fu

/* Request and answer are the same bytes; the private data goes both ways. */
#define WIRE_CONTEXT_BASE		55u	/* bytes that the private data adds to */
#define WIRE_CONTEXT_DATA		52u

struct wire_createcontextvirtual {
	struct wire_header hdr;
	uint32_t context;		/* out */
	uint32_t device;
	uint32_t node;
	uint32_t engine_affinity;
	uint32_t flags;
	uint32_t client_hint;
	uint32_t data_size;
};

WIRE_CHECK(wire_createcontextvirtual, context, 24);
WIRE_CHECK(wire_createcontextvirtual, node, 32);
WIRE_CHECK(wire_createcontextvirtual, flags, 40);
WIRE_CHECK(wire_createcontextvirtual, data_size, 48);
static_assert(offsetof(struct wire_createcontextvirtual, data_size) + 4 == WIRE_CONTEXT_DATA,
	      "private data");

struct wire_destroycontext {
	struct wire_header hdr;
	uint32_t context;
	uint32_t pad;
};

WIRE_SIZE(wire_destroycontext, 32);
WIRE_CHECK(wire_destroycontext, context, 24);

struct wire_setcontextpriority {
	struct wire_header hdr;
	uint32_t context;
	int32_t priority;
	uint8_t in_process;
	uint8_t pad[7];
};

WIRE_SIZE(wire_setcontextpriority, 40);
WIRE_CHECK(wire_setcontextpriority, priority, 28);
WIRE_CHECK(wire_setcontextpriority, in_process, 32);

struct wire_getcontextpriority {
	struct wire_header hdr;
	uint32_t context;
	uint8_t in_process;
	uint8_t pad[3];
};

WIRE_SIZE(wire_getcontextpriority, 32);
WIRE_CHECK(wire_getcontextpriority, in_process, 28);

struct wire_getcontextpriority_return {
	uint32_t status;
	int32_t priority;
};

WIRE_SIZE(wire_getcontextpriority_return, 8);

/* ---- hardware queues ---- */

#define WIRE_HWQUEUE_NO_TIMEOUT		0x01u
#define WIRE_HWQUEUE_FLAGS		0x01u

#define WIRE_HWQUEUE_BASE		71u	/* bytes that private data, if any, adds to */
#define WIRE_HWQUEUE_DATA		68u

/* Request and answer are the same bytes. */
struct wire_createhwqueue {
	struct wire_header hdr;
	uint32_t status;		/* out, and so on to gpu_va */
	uint32_t hwqueue;
	uint32_t progress_fence;
	uint32_t pad;
	uint64_t cpu_address;		/* guest-physical, in the IO space */
	uint64_t gpu_va;
	uint32_t context;
	uint32_t flags;
	uint32_t data_size;
	uint32_t data;			/* the first bytes of it, or padding */
};

WIRE_SIZE(wire_createhwqueue, 72);
WIRE_CHECK(wire_createhwqueue, hwqueue, 28);
WIRE_CHECK(wire_createhwqueue, cpu_address, 40);
WIRE_CHECK(wire_createhwqueue, gpu_va, 48);
WIRE_CHECK(wire_createhwqueue, context, 56);
WIRE_CHECK(wire_createhwqueue, data_size, 64);
WIRE_CHECK(wire_createhwqueue, data, WIRE_HWQUEUE_DATA);

struct wire_destroyhwqueue {
	struct wire_header hdr;
	uint32_t hwqueue;
	uint32_t pad;
};

WIRE_SIZE(wire_destroyhwqueue, 32);
WIRE_CHECK(wire_destroyhwqueue, hwqueue, 24);

/* ---- submissions ---- */

#define WIRE_MAX_BROADCAST	64u
#define WIRE_MAX_PRIMARIES	16u
#define WIRE_MAX_HISTORY	1024u

#define WIRE_SUBMIT_NULL_RENDERING	0x1u
#define WIRE_SUBMIT_PRESENT_REDIRECTED	0x2u
#define WIRE_SUBMIT_FLAGS		0x3u

/* Then num_history handles, then data_size bytes of private data. */
struct wire_submitcommand {
	struct wire_header hdr;
	uint64_t va;
	uint32_t length;
	uint32_t flags;
	uint64_t present_token;
	uint32_t num_contexts;
	uint32_t context[WIRE_MAX_BROADCAST];
	uint32_t reserved;
	uint64_t data;			/* the user's pointer, nothing to a host */
	uint32_t data_size;
	uint32_t num_primaries;
	uint32_t primary[WIRE_MAX_PRIMARIES];
	uint32_t num_history;
	uint32_t reserved1;
	uint64_t history;		/* the user's pointer */
};

WIRE_SIZE(wire_submitcommand, 408);
WIRE_CHECK(wire_submitcommand, length, 32);
WIRE_CHECK(wire_submitcommand, num_contexts, 48);
WIRE_CHECK(wire_submitcommand, context, 52);
WIRE_CHECK(wire_submitcommand, reserved, 308);
WIRE_CHECK(wire_submitcommand, data_size, 320);
WIRE_CHECK(wire_submitcommand, primary, 328);
WIRE_CHECK(wire_submitcommand, num_history, 392);
WIRE_CHECK(wire_submitcommand, history, 400);

/* Then num_primaries handles, then data_size bytes of private data. */
struct wire_submitcommandtohwqueue {
	struct wire_header hdr;
	uint32_t hwqueue;
	uint32_t reserved;
	uint64_t progress_value;
	uint64_t va;
	uint32_t length;
	uint32_t data_size;
	uint64_t data;			/* the user's pointer */
	uint32_t num_primaries;
	uint32_t reserved1;
	uint64_t primaries;		/* the user's pointer */
};

WIRE_SIZE(wire_submitcommandtohwqueue, 80);
WIRE_CHECK(wire_submitcommandtohwqueue, progress_value, 32);
WIRE_CHECK(wire_submitcommandtohwqueue, va, 40);
WIRE_CHECK(wire_submitcommandtohwqueue, data_size, 52);
WIRE_CHECK(wire_submitcommandtohwqueue, num_primaries, 64);

/* ---- sync objects ---- */

enum wire_sync_type {
	WIRE_SYNC_MUTEX			= 1,
	WIRE_SYNC_SEMAPHORE		= 2,
	WIRE_SYNC_FENCE			= 3,
	WIRE_SYNC_CPU_NOTIFICATION	= 4,
	WIRE_SYNC_MONITORED_FENCE	= 5,
	WIRE_SYNC_PERIODIC_FENCE	= 6,
};

#define WIRE_SYNC_SHARED		0x01u
#define WIRE_SYNC_NT			0x02u
#define WIRE_SYNC_CROSS_ADAPTER		0x04u
#define WIRE_SYNC_TOP_OF_PIPELINE	0x08u
#define WIRE_SYNC_NO_SIGNAL		0x10u
#define WIRE_SYNC_NO_WAIT		0x20u
#define WIRE_SYNC_NO_MAX_ON_TDR		0x40u
#define WIRE_SYNC_NO_GPU_ACCESS		0x80u
#define WIRE_SYNC_FLAGS			0xffu

struct wire_createsyncobject {
	struct wire_header hdr;
	uint32_t device;
	uint32_t reserved;
	uint32_t type;			/* enum wire_sync_type */
	uint32_t flags;
	union {
		struct {
			uint32_t owned;
		} mutex;
		struct {
			uint32_t max, initial;
		} semaphore;
		struct {
			uint64_t value;
		} fence;
		struct {
			uint64_t event;
		} notification;
		struct {
			uint64_t value;
			uint64_t cpu_address;	/* the user's, for the answer */
			uint64_t gpu_va;	/* the same */
			uint32_t engine_affinity;
		} monitored;
		struct {
			uint32_t adapter;
			uint32_t target;
			uint64_t time;
			uint64_t cpu_address;
			uint64_t gpu_va;
			uint32_t engine_affinity;
		} periodic;
		uint64_t words[8];
	};
	uint32_t shared_handle;
	uint32_t pad;
	uint32_t sync_object;
	uint32_t reserved1;
	uint32_t client_hint;
	uint32_t pad1;
};

WIRE_SIZE(wire_createsyncobject, 128);
WIRE_CHECK(wire_createsyncobject, type, 32);
WIRE_CHECK(wire_createsyncobject, flags, 36);
WIRE_CHECK(wire_createsyncobject, words, 40);
WIRE_CHECK(wire_createsyncobject, monitored.engine_affinity, 64);
WIRE_CHECK(wire_createsyncobject, periodic.time, 48);
WIRE_CHECK(wire_createsyncobject, shared_handle, 104);
WIRE_CHECK(wire_createsyncobject, sync_object, 112);
WIRE_CHECK(wire_createsyncobject, client_hint, 120);

struct wire_createsyncobject_return {
	uint32_t sync_object;
	uint32_t global;
	uint64_t gpu_va;
	uint64_t cpu_address;		/* guest-physical, in the IO space */
	uint32_t offset;
	uint32_t pad;
};

WIRE_SIZE(wire_createsyncobject_return, 32);
WIRE_CHECK(wire_createsyncobject_return, gpu_va, 8);
WIRE_CHECK(wire_createsyncobject_return, cpu_address, 16);

struct wire_destroysyncobject {
	struct wire_header hdr;
	uint32_t sync_object;
	uint32_t pad;
};

WIRE_SIZE(wire_destroysyncobject, 32);
WIRE_CHECK(wire_destroysyncobject, sync_object, 24);

struct wire_opensyncobject {
	struct wire_header hdr;
	uint32_t device;
	uint32_t global;
	uint32_t engine_affinity;
	uint32_t flags;
};

WIRE_SIZE(wire_opensyncobject, 40);
WIRE_CHECK(wire_opensyncobject, device, 24);
WIRE_CHECK(wire_opensyncobject, flags, 36);

struct wire_opensyncobject_return {
	uint32_t sync_object;
	uint32_t status;
	uint64_t gpu_va;
	uint64_t cpu_address;
};

WIRE_SIZE(wire_opensyncobject_return, 24);
WIRE_CHECK(wire_opensyncobject_return, status, 4);

#define WIRE_MAX_SYNC_OBJECTS		32u	/* of one signal, and of one GPU wait */

#define WIRE_SIGNAL_AT_SUBMISSION	0x1u
#define WIRE_SIGNAL_CPU_EVENT		0x2u
#define WIRE_SIGNAL_ALLOW_REWIND	0x4u
#define WIRE_SIGNAL_FLAGS		0x7u

/* Then object_count handles, context_count handles, and object_count values or none. */
struct wire_signalsyncobject {
	struct wire_header hdr;
	uint32_t object_count;
	uint32_t flags;
	uint32_t context_count;
	uint32_t pad;
	uint64_t value;			/* when no values follow */
	union {
		uint64_t event;		/* with WIRE_SIGNAL_CPU_EVENT */
		uint32_t device;	/* of a signal from the CPU */
	};
};

WIRE_SIZE(wire_signalsyncobject, 56);
WIRE_CHECK(wire_signalsyncobject, object_count, 24);
WIRE_CHECK(wire_signalsyncobject, context_count, 32);
WIRE_CHECK(wire_signalsyncobject, value, 40);
WIRE_CHECK(wire_signalsyncobject, event, 48);

#define WIRE_WAIT_ANY			0x1u

/* Then object_count handles, then object_count values, unaligned when it is odd. */
struct wire_waitfromcpu {
	struct wire_header hdr;
	uint32_t device;
	uint32_t object_count;
	uint32_t flags;
	uint32_t pad;
	uint64_t event;
	uint8_t dereference;
	uint8_t pad1[7];
};

WIRE_SIZE(wire_waitfromcpu, 56);
WIRE_CHECK(wire_waitfromcpu, flags, 32);
WIRE_CHECK(wire_waitfromcpu, event, 40);
WIRE_CHECK(wire_waitfromcpu, dereference, 48);

/* Then object_count values, then object_count handles. */
struct wire_waitfromgpu {
	struct wire_header hdr;
	uint32_t context;		/* or a hardware queue */
	uint32_t object_count;
	uint8_t legacy;
	uint8_t pad[7];
};

WIRE_SIZE(wire_waitfromgpu, 40);
WIRE_CHECK(wire_waitfromgpu, context, 24);
WIRE_CHECK(wire_waitfromgpu, legacy, 32);

/* ---- device state, clocks, escapes ---- */

enum wire_devicestate {
	WIRE_STATE_EXECUTION		= 1,
	WIRE_STATE_PRESENT		= 2,
	WIRE_STATE_RESET		= 3,
	WIRE_STATE_PRESENT_DWM		= 4,
	WIRE_STATE_PAGE_FAULT		= 5,
	WIRE_STATE_PRESENT_QUEUE	= 6,
};

#define WIRE_STAGE_UNKNOWN		0u

#define WIRE_FAULT_WRITE		0x01u
#define WIRE_FAULT_ENGINE_RESET		0x08u
#define WIRE_FAULT_HW_CONTEXT_VALID	0x40u
#define WIRE_FAULT_PROCESS_VALID	0x80u

/* A code is generic when its bit 0 is 0. */
#define WIRE_FAULT_CODE_PAGE_FAULT		(0u << 1)
#define WIRE_FAULT_CODE_INVALID_INSTRUCTION	(1u << 1)

struct wire_pagefault {
	uint64_t sequence;
	uint32_t stage;
	uint32_t bind_table_entry;
	uint32_t flags;
	uint32_t code;
	uint64_t va;
};

WIRE_SIZE(wire_pagefault, 32);
WIRE_CHECK(wire_pagefault, flags, 16);
WIRE_CHECK(wire_pagefault, va, 24);

struct wire_devicestate_args {
	uint32_t device;
	uint32_t type;			/* enum wire_devicestate */
	union {
		uint32_t execution;	/* enum device_state */
		uint32_t reset;		/* bit 0: the desktop was switched */
		struct wire_pagefault fault;
		uint64_t words[6];
	};
};

WIRE_SIZE(wire_devicestate_args, 56);
WIRE_CHECK(wire_devicestate_args, words, 8);

struct wire_getdevicestate {
	struct wire_header hdr;
	struct wire_devicestate_args args;
};

WIRE_SIZE(wire_getdevicestate, 80);

struct wire_getdevicestate_return {
	struct wire_devicestate_args args;
	uint32_t status;
	uint32_t pad;
};

WIRE_SIZE(wire_getdevicestate_return, 64);
WIRE_CHECK(wire_getdevicestate_return, status, 56);

struct wire_queryclockcalibration {
	struct wire_header hdr;
	uint32_t adapter;
	uint32_t node;
	uint32_t physical_adapter;
	uint8_t clock_data[28];		/* for the answer */
};

WIRE_SIZE(wire_queryclockcalibration, 64);
WIRE_CHECK(wire_queryclockcalibration, node, 28);
WIRE_CHECK(wire_queryclockcalibration, clock_data, 36);

/* The answer: status at 0, then at 4 these three, unaligned, and a word of flags. */
#define WIRE_CLOCK_RETURN_SIZE		32u
#define WIRE_CLOCK_FREQUENCY		4u
#define WIRE_CLOCK_GPU			12u
#define WIRE_CLOCK_CPU			20u
#define WIRE_CLOCK_FLAGS		28u

enum wire_escape_type {
	WIRE_ESCAPE_DRIVERPRIVATE	= 0,
};

#define WIRE_ESCAPE_BASE		55u	/* bytes that the data adds to */
#define WIRE_ESCAPE_DATA		48u
#define WIRE_ESCAPE_FLAGS		0xefu
#define WIRE_ESCAPE_KNOWN		0x40u	/* of a kind that every driver knows */

struct wire_escape {
	struct wire_header hdr;
	uint32_t adapter;
	uint32_t device;
	uint32_t type;
	uint32_t flags;
	uint32_t data_size;
	uint32_t context;
};

WIRE_SIZE(wire_escape, WIRE_ESCAPE_DATA);
WIRE_CHECK(wire_escape, adapter, 24);
WIRE_CHECK(wire_escape, flags, 36);
WIRE_CHECK(wire_escape, context, 44);

#define WIRE_KNOWN_CPU_EVENT_USAGE	2u

struct wire_cpu_event_usage {
	uint32_t escape_type;
	uint32_t sync;			/* a CPU notification object */
	uint64_t event;
	uint32_t usage[8];
};
WIRE_SIZE(wire_cpu_event_usage, 48);
WIRE_CHECK(wire_cpu_event_usage, event, 8);

/* ---- host to guest ---- */

struct wire_signalguestevent {
	struct wire_header hdr;
	uint64_t event;
	uint64_t process_id;
	uint8_t dereference;
	uint8_t pad[7];
};

WIRE_SIZE(wire_signalguestevent, 48);
WIRE_CHECK(wire_signalguestevent, event, 24);
WIRE_CHECK(wire_signalguestevent, dereference, 40);

#define WIRE_GUEST_DATA_32	(0u << 1)	/* bits 1 to 4 of type */

struct wire_setguestdata {
	struct wire_header hdr;
	uint64_t cookie;
	uint64_t value;
	uint32_t type;
	uint32_t pad;
};

WIRE_SIZE(wire_setguestdata, 48);
WIRE_CHECK(wire_setguestdata, value, 32);
WIRE_CHECK(wire_setguestdata, type, 40);

#endif
