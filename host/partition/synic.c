// SPDX-License-Identifier: GPL-2.0
/*
 * The synthetic interrupt controller of each VP: 16 SINTs, of which VMBus
 * uses SINT 2, a page of message slots and a page of event flags in guest memory.
 *
 * Source: TLFS chapter 11; drivers/hv/hv.c (hv_synic_enable_regs()) and
 * drivers/hv/hyperv_vmbus.h (vmbus_signal_eom()) for the guest's side.
 *
 * Message slots. The host writes a slot whose type is 0, payload first and the
 * type last, and interrupts. When it has another message it sets "pending" in
 * the slot's flags, and the guest writes the EOM register after it has emptied
 * the slot. Both sides may miss each other, so the host looks at the type again
 * after it has set the flag. Nothing is lost: what does not fit waits in the VP's
 * queue and goes out with an EOM, with a change of a SynIC register, or with
 * the next message.
 */
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "partition_priv.h"

#define MSR_SCONTROL		0x40000080u
#define MSR_SVERSION		0x40000081u
#define MSR_SIEFP		0x40000082u
#define MSR_SIMP		0x40000083u
#define MSR_EOM			0x40000084u
#define MSR_SINT0		0x40000090u
#define MSR_SINT15		0x4000009fu

#define SYNIC_VERSION		1

#define MESSAGE_TYPE_VMBUS	1u	/* type of all messages of VMBus */
#define MESSAGE_FLAG_PENDING	1u

struct synic_slot {
	uint32_t type;
	uint8_t len;
	uint8_t flags;
	uint8_t reserved[2];
	uint64_t sender;
	uint8_t payload[SYNIC_PAYLOAD_MAX];
};

_Static_assert(sizeof(struct synic_slot) == SYNIC_SLOT_SIZE, "a slot has 256 bytes");

void synic_init(struct partition *p)
{
	for (unsigned int i = 0; i < HOST_MAX_VP; i++) {
		p->vp[i].tail = &p->vp[i].head;
		for (unsigned int s = 0; s < SYNIC_SINTS; s++)
			p->vp[i].sint[s] = SINT_MASKED;
	}
}

static void drop_queue(struct vp *v)
{
	while (v->head) {
		struct synic_message *m = v->head;

		v->head = m->next;
		free(m);
	}
	v->tail = &v->head;
	v->queued = 0;
}

void synic_clear(struct partition *p)
{
	for (unsigned int i = 0; i < HOST_MAX_VP; i++) {
		drop_queue(&p->vp[i]);
		memset(&p->vp[i], 0, sizeof(p->vp[i]));
	}
	synic_init(p);
}

bool synic_backlogged(const struct partition *p)
{
	for (unsigned int i = 0; i < HOST_MAX_VP; i++)
		if (p->vp[i].queued > SYNIC_QUEUE_BOUND)
			return true;
	return false;
}

/* The page that @reg (SIMP or SIEFP) names, or NULL when off, or not memory. */
static void *synic_page(const struct partition *p, const struct vp *v, uint64_t reg)
{
	if (!(v->scontrol & HV_ENABLE) || !(reg & HV_ENABLE))
		return NULL;
	return gmem_at(&p->h->mem, reg & HV_PAGE_MASK, GMEM_PAGE_SIZE);
}

static void sint_raise(struct partition *p, unsigned int vp)
{
	uint64_t sint = p->vp[vp].sint[SYNIC_VMBUS_SINT];

	if (!(sint & (SINT_MASKED | SINT_POLLING)))
		host_interrupt(p->h, vp, SINT_VECTOR(sint));
}

/* Put the oldest waiting message into its slot, when that is free. */
static void message_pump(struct partition *p, unsigned int vp)
{
	struct vp *v = &p->vp[vp];
	struct synic_message *m = v->head;
	struct synic_slot *slot;
	uint8_t *page;

	if (!m)
		return;
	page = synic_page(p, v, v->simp);
	if (!page)
		return;
	slot = (struct synic_slot *)(page + SYNIC_VMBUS_SINT * SYNIC_SLOT_SIZE);
	if (__atomic_load_n(&slot->type, __ATOMIC_SEQ_CST)) {
		__atomic_or_fetch(&slot->flags, MESSAGE_FLAG_PENDING, __ATOMIC_SEQ_CST);
		if (__atomic_load_n(&slot->type, __ATOMIC_SEQ_CST))
			return;		/* the guest sees the flag and will write EOM */
	}
	v->head = m->next;
	v->queued--;
	if (!v->head)
		v->tail = &v->head;
	slot->len = m->len;
	memset(slot->reserved, 0, sizeof(slot->reserved));
	slot->sender = 0;
	memcpy(slot->payload, m->payload, SYNIC_PAYLOAD_MAX);
	__atomic_store_n(&slot->flags, v->head ? MESSAGE_FLAG_PENDING : 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&slot->type, MESSAGE_TYPE_VMBUS, __ATOMIC_SEQ_CST);
	free(m);
	sint_raise(p, vp);
}

void partition_post_message(struct partition *p, unsigned int vp, const void *payload, size_t len)
{
	struct synic_message *m;
	struct vp *v;

	if (vp >= p->h->vps || len > SYNIC_PAYLOAD_MAX) {
		log_violation(AREA, "message of %zu bytes for VP %u dropped", len, vp);
		return;
	}
	v = &p->vp[vp];
	m = calloc(1, sizeof(*m));
	if (!m)
		abort();
	m->len = len;
	memcpy(m->payload, payload, len);
	*v->tail = m;
	v->tail = &m->next;
	v->queued++;
	p->stats.messages++;
	message_pump(p, vp);
}

void partition_signal_event(struct partition *p, unsigned int vp, uint32_t flag)
{
	uint32_t *flags;
	uint8_t *page;

	if (vp >= p->h->vps || flag >= SYNIC_EVENT_FLAGS) {
		log_violation(AREA, "event flag %u of VP %u dropped", flag, vp);
		return;
	}
	page = synic_page(p, &p->vp[vp], p->vp[vp].siefp);
	if (!page)
		return;
	flags = (uint32_t *)(page + SYNIC_VMBUS_SINT * SYNIC_SLOT_SIZE);
	__atomic_or_fetch(&flags[flag / 32], 1u << flag % 32, __ATOMIC_SEQ_CST);
	p->stats.events++;
	sint_raise(p, vp);
}

/* An unmasked SINT finds what came while it was masked: interrupt if anything is there. */
static void sint_unmasked(struct partition *p, unsigned int vp)
{
	const struct vp *v = &p->vp[vp];
	const uint8_t *simp = synic_page(p, v, v->simp), *siefp = synic_page(p, v, v->siefp);
	const uint32_t *type, *flags;
	uint32_t any = 0;

	if (simp) {
		type = (const uint32_t *)(simp + SYNIC_VMBUS_SINT * SYNIC_SLOT_SIZE);
		any |= __atomic_load_n(type, __ATOMIC_SEQ_CST);
	}
	if (siefp) {
		flags = (const uint32_t *)(siefp + SYNIC_VMBUS_SINT * SYNIC_SLOT_SIZE);
		for (unsigned int i = 0; i < SYNIC_EVENT_FLAGS / 32; i++)
			any |= __atomic_load_n(&flags[i], __ATOMIC_SEQ_CST);
	}
	if (any)
		sint_raise(p, vp);
}

static void set_sint(struct partition *p, unsigned int vp, unsigned int n, uint64_t value)
{
	struct vp *v = &p->vp[vp];
	uint64_t old = v->sint[n];

	/* Vectors below 16 are the CPU's own; the hypervisor refuses them. */
	if (!(value & SINT_MASKED) && SINT_VECTOR(value) < 16) {
		log_violation(AREA, "VP %u SINT%u with vector %u refused", vp, n,
			      SINT_VECTOR(value));
		return;
	}
	if (value & SINT_AUTO_EOI && !(value & SINT_MASKED) && partition_may_log_unknown(p))
		log_info(AREA, "VP %u SINT%u asks for auto EOI, which is not offered", vp, n);
	v->sint[n] = value;
	log_debug(AREA, "VP %u SINT%u = %#llx", vp, n, (unsigned long long)value);
	if (n == SYNIC_VMBUS_SINT && old & SINT_MASKED && !(value & SINT_MASKED))
		sint_unmasked(p, vp);
}

static void check_page(const struct partition *p, unsigned int vp, const char *what, uint64_t reg)
{
	if (reg & HV_ENABLE && !gmem_at(&p->h->mem, reg & HV_PAGE_MASK, GMEM_PAGE_SIZE))
		log_violation(AREA, "VP %u %s at %#llx, not memory: not used", vp, what,
			      (unsigned long long)(reg & HV_PAGE_MASK));
}

bool synic_rdmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t *value)
{
	const struct vp *v = &p->vp[vp];

	switch (msr) {
	case MSR_SCONTROL:
		*value = v->scontrol;
		return true;
	case MSR_SVERSION:
		*value = SYNIC_VERSION;
		return true;
	case MSR_SIEFP:
		*value = v->siefp;
		return true;
	case MSR_SIMP:
		*value = v->simp;
		return true;
	case MSR_EOM:
		*value = 0;
		return true;
	case MSR_SINT0 ... MSR_SINT15:
		*value = v->sint[msr - MSR_SINT0];
		return true;
	default:
		return false;
	}
}

bool synic_wrmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t value)
{
	struct vp *v = &p->vp[vp];

	switch (msr) {
	case MSR_SCONTROL:
		v->scontrol = value;
		break;
	case MSR_SIEFP:
		v->siefp = value;
		check_page(p, vp, "event flags page", value);
		break;
	case MSR_SIMP:
		v->simp = value;
		check_page(p, vp, "message page", value);
		break;
	case MSR_EOM:
		break;
	case MSR_SINT0 ... MSR_SINT15:
		set_sint(p, vp, msr - MSR_SINT0, value);
		break;
	default:
		return false;
	}
	message_pump(p, vp);
	return true;
}
