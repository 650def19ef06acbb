// SPDX-License-Identifier: GPL-2.0
/*
 * Hypercalls: post message, signal event, and MMIO reads and writes.
 *
 * Source: TLFS chapter 3 for the input value and the rules of parameters;
 * include/hyperv/hvgdk_mini.h and hvhdk.h for the structures.
 */
#include <string.h>

#include "../base/log.h"
#include "partition_priv.h"

#define CALL_POST_MESSAGE	0x005cu
#define CALL_SIGNAL_EVENT	0x005du
#define CALL_MMIO_READ		0x0106u
#define CALL_MMIO_WRITE		0x0107u

#define CONTROL_CODE(c)		((uint32_t)((c) & 0xffff))
#define CONTROL_FAST		(1ull << 16)	/* parameters in registers, not in memory */
#define CONTROL_VARHEAD(c)	((c) >> 17 & 0x3ff)
#define CONTROL_REPS(c)		((c) >> 32)	/* count, start, and bits that must be zero */

struct post_message_input {
	uint32_t connection;
	uint32_t reserved;
	uint32_t type;
	uint32_t size;
	uint8_t payload[SYNIC_PAYLOAD_MAX];
};

struct signal_event_input {
	uint32_t connection;
	uint16_t flag;
	uint16_t reserved;
};

struct mmio_input {
	uint64_t gpa;
	uint32_t size;
	uint32_t reserved;
};

#define MMIO_DATA_MAX	64	/* HV_HYPERCALL_MMIO_MAX_DATA_LENGTH */
#define MMIO_SIZE_MAX	8	/* of an access that a device here can take */

/* endbr64, the marker NOP with its displacement, ret */
const uint8_t partition_hypercall_code[] = {
	0xf3, 0x0f, 0x1e, 0xfa,
	0x0f, 0x1f, 0x80,
	PARTITION_HYPERCALL_MARK & 0xff, PARTITION_HYPERCALL_MARK >> 8 & 0xff,
	PARTITION_HYPERCALL_MARK >> 16 & 0xff, PARTITION_HYPERCALL_MARK >> 24,
	0xc3,
};
const size_t partition_hypercall_code_len = sizeof(partition_hypercall_code);

/* Copy a parameter block in: 8-byte aligned, in one page, in memory. Returns an HV_STATUS. */
static uint16_t read_input(struct partition *p, uint64_t gpa, void *out, size_t len)
{
	if (gpa % 8 || (gpa & ~HV_PAGE_MASK) + len > GMEM_PAGE_SIZE)
		return HV_STATUS_INVALID_ALIGNMENT;
	if (!gmem_read(&p->h->mem, gpa, out, len))
		return HV_STATUS_INVALID_PARAMETER;
	return HV_STATUS_SUCCESS;
}

static uint16_t post_message(struct partition *p, uint64_t in)
{
	struct post_message_input m;
	uint16_t status = read_input(p, in, &m, sizeof(m));

	if (status)
		return status;
	if (m.size > sizeof(m.payload) || !m.type || m.type >> 31)
		return HV_STATUS_INVALID_PARAMETER;
	if (synic_backlogged(p))
		return HV_STATUS_INSUFFICIENT_BUFFERS;
	return p->ops->post_message(p->ops_ctx, m.connection, m.payload, m.size);
}

static uint16_t signal_event(struct partition *p, bool fast, uint64_t in)
{
	struct signal_event_input e;
	uint16_t status = HV_STATUS_SUCCESS;

	if (fast)
		memcpy(&e, &in, sizeof(e));
	else
		status = read_input(p, in, &e, sizeof(e));
	if (status)
		return status;
	/* A VMBus connection has one flag. */
	if (e.flag || e.reserved)
		return HV_STATUS_INVALID_PARAMETER;
	return p->ops->signal_event(p->ops_ctx, e.connection);
}

static uint16_t mmio(struct partition *p, bool write, uint64_t in, uint64_t out)
{
	struct {
		struct mmio_input head;
		uint8_t data[MMIO_DATA_MAX];
	} m;
	uint8_t value[MMIO_SIZE_MAX] = { 0 };
	uint16_t status = read_input(p, in, &m, write ? sizeof(m) : sizeof(m.head));
	uint32_t size;

	if (status)
		return status;
	size = m.head.size;
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return HV_STATUS_INVALID_PARAMETER;
	if (write) {
		if (!p->ops->mmio_write(p->ops_ctx, m.head.gpa, m.data, size))
			return HV_STATUS_INVALID_PARAMETER;
		return HV_STATUS_SUCCESS;
	}
	if (out % 8 || (out & ~HV_PAGE_MASK) + MMIO_DATA_MAX > GMEM_PAGE_SIZE)
		return HV_STATUS_INVALID_ALIGNMENT;
	if (!gmem_at(&p->h->mem, out, MMIO_DATA_MAX) ||
	    !p->ops->mmio_read(p->ops_ctx, m.head.gpa, value, size))
		return HV_STATUS_INVALID_PARAMETER;
	gmem_write(&p->h->mem, out, value, size);
	return HV_STATUS_SUCCESS;
}

static uint16_t dispatch(struct partition *p, uint64_t control, uint64_t in, uint64_t out)
{
	bool fast = control & CONTROL_FAST;
	uint32_t code = CONTROL_CODE(control);

	switch (code) {
	case CALL_POST_MESSAGE:
	case CALL_MMIO_READ:
	case CALL_MMIO_WRITE:
		if (fast)
			return HV_STATUS_INVALID_HYPERCALL_INPUT;
		break;
	case CALL_SIGNAL_EVENT:
		break;
	default:
		return HV_STATUS_INVALID_HYPERCALL_CODE;
	}
	/* None of these is a rep call or has a variable header. */
	if (CONTROL_VARHEAD(control) || CONTROL_REPS(control))
		return HV_STATUS_INVALID_HYPERCALL_INPUT;
	if (code == CALL_POST_MESSAGE)
		return post_message(p, in);
	if (code == CALL_SIGNAL_EVENT)
		return signal_event(p, fast, in);
	return mmio(p, code == CALL_MMIO_WRITE, in, out);
}

uint64_t partition_hypercall(struct partition *p, unsigned int vp, uint64_t control, uint64_t in,
			     uint64_t out)
{
	uint16_t status;

	p->stats.hypercalls++;
	/* Without its page there are no hypercalls; the marker may stand in anybody's code. */
	if (!(p->hypercall & HV_ENABLE))
		status = HV_STATUS_INVALID_HYPERCALL_CODE;
	else
		status = dispatch(p, control, in, out);
	if (status && status != HV_STATUS_INSUFFICIENT_BUFFERS && partition_may_log_unknown(p))
		log_info(AREA, "VP %u hypercall %#llx refused: status %#x", vp,
			 (unsigned long long)control, status);
	return status;
}
