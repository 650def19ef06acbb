// SPDX-License-Identifier: GPL-2.0
/*
 * The synthetic MSRs other than the SynIC's: identity, the hypercall page,
 * clocks, and the crash registers through which a guest reports its panic.
 *
 * Source of the numbers: include/hyperv/hvgdk_mini.h. Source of the use of the
 * crash registers: drivers/hv/hv_common.c, hv_kmsg_dump(), and
 * arch/x86/hyperv/hv_init.c, hyperv_report_panic().
 *
 * An MSR that does not exist reads as 0 and ignores writes, and is named in the
 * log. The real hypervisor raises #GP; an instruction callback cannot, and 0 is
 * what the emulated CPU answers for any other unknown MSR.
 */
#include <string.h>

#include "../base/log.h"
#include "partition_priv.h"

#define MSR_GUEST_OS_ID		0x40000000u
#define MSR_HYPERCALL		0x40000001u
#define MSR_VP_INDEX		0x40000002u
#define MSR_TIME_REF_COUNT	0x40000020u
#define MSR_TSC_FREQUENCY	0x40000022u
#define MSR_APIC_FREQUENCY	0x40000023u
#define MSR_VP_ASSIST_PAGE	0x40000073u
#define MSR_SYNIC_FIRST		0x40000080u
#define MSR_SYNIC_LAST		0x4000009fu
#define MSR_CRASH_P0		0x40000100u
#define MSR_CRASH_P4		0x40000104u
#define MSR_CRASH_CTL		0x40000105u
#define MSR_TSC_INVARIANT	0x40000118u

#define CRASH_NOTIFY_MSG	(1ull << 62)	/* P3, P4: address and length of a text */
#define CRASH_NOTIFY		(1ull << 63)

#define APIC_HZ			1000000000ull	/* of QEMU's APIC: a tick is 1 ns */

static uint64_t reference_count(const struct partition *p)
{
	return (host_now(p->h) - p->start) / 100;	/* units of 100 ns */
}

static void log_panic_text(struct partition *p, uint64_t gpa, uint64_t len)
{
	char text[GMEM_PAGE_SIZE + 1], *line, *save;

	if (!len)
		return;
	if (len > GMEM_PAGE_SIZE || !gmem_read(&p->h->mem, gpa, text, len)) {
		log_violation(AREA, "panic text at %#llx, %llu bytes, is not in one page of memory",
			      (unsigned long long)gpa, (unsigned long long)len);
		return;
	}
	text[len] = 0;
	for (uint64_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if ((c < 32 && c != '\n') || c > 126)
			text[i] = c == '\t' ? ' ' : '?';
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		log_info(AREA, "guest panic: %s", line);
}

static void crash_notify(struct partition *p, unsigned int vp, uint64_t value)
{
	const uint64_t *c = p->crash;

	if (!(value & CRASH_NOTIFY))
		return;
	p->stats.panics++;
	if (p->panics_written++ >= PANICS_WRITTEN)
		return;
	log_info(AREA, "guest panic on VP %u: %#llx %#llx %#llx %#llx %#llx", vp,
		 (unsigned long long)c[0], (unsigned long long)c[1], (unsigned long long)c[2],
		 (unsigned long long)c[3], (unsigned long long)c[4]);
	if (value & CRASH_NOTIFY_MSG)
		log_panic_text(p, c[3], c[4]);
}

/*
 * A guest names itself once. A second name means that another guest has
 * started on the same machine, be it by a reset nobody told of or by kexec.
 * 0 is the end of a guest (hyperv_cleanup()); it turns the hypercall page off.
 */
static void set_guest_os_id(struct partition *p, uint64_t value)
{
	if (value && p->seen_guest) {
		log_info(AREA, "the guest started anew");
		partition_reset(p);
	}
	if (value) {
		p->seen_guest = true;
		log_info(AREA, "guest OS id %#llx", (unsigned long long)value);
	} else {
		p->hypercall &= ~HV_ENABLE;
	}
	p->guest_os_id = value;
	atomic_store(&p->enlightened, value != 0);
}

static void set_hypercall_page(struct partition *p, uint64_t value)
{
	uint64_t gpa = value & HV_PAGE_MASK;

	/* The page cannot be enabled by a guest that has no name: TLFS, 3.13 */
	if (value & HV_ENABLE && !p->guest_os_id) {
		log_violation(AREA, "hypercall page without a guest OS id");
		value &= ~HV_ENABLE;
	}
	if (value & HV_ENABLE && !gmem_at(&p->h->mem, gpa, GMEM_PAGE_SIZE)) {
		log_violation(AREA, "hypercall page at %#llx, not memory", (unsigned long long)gpa);
		value &= ~HV_ENABLE;
	}
	p->hypercall = value;
	if (value & HV_ENABLE)
		p->ops->write_guest(p->ops_ctx, gpa, partition_hypercall_code,
				    partition_hypercall_code_len);
}

bool partition_rdmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t *value)
{
	*value = 0;
	if (vp >= HOST_MAX_VP)
		return false;
	p->stats.msrs++;
	switch (msr) {
	case MSR_GUEST_OS_ID:
		*value = p->guest_os_id;
		return true;
	case MSR_HYPERCALL:
		*value = p->hypercall;
		return true;
	case MSR_VP_INDEX:
		*value = vp;
		return true;
	case MSR_TIME_REF_COUNT:
		*value = reference_count(p);
		return true;
	case MSR_TSC_FREQUENCY:
		*value = p->c.tsc_hz;
		return p->c.tsc_hz != 0;
	case MSR_APIC_FREQUENCY:
		*value = APIC_HZ;
		return true;
	case MSR_VP_ASSIST_PAGE:
		*value = p->vp[vp].assist;
		return true;
	case MSR_SYNIC_FIRST ... MSR_SYNIC_LAST:
		if (synic_rdmsr(p, vp, msr, value))
			return true;
		break;
	case MSR_CRASH_P0 ... MSR_CRASH_P4:
		*value = p->crash[msr - MSR_CRASH_P0];
		return true;
	case MSR_CRASH_CTL:
		/* What can be asked for. The kernel sends its log only when it sees the bit. */
		*value = CRASH_NOTIFY | CRASH_NOTIFY_MSG;
		return true;
	case MSR_TSC_INVARIANT:
		*value = p->tsc_invariant;
		return true;
	default:
		break;
	}
	if (partition_may_log_unknown(p))
		log_info(AREA, "VP %u reads MSR %#x, which does not exist", vp, msr);
	return false;
}

bool partition_wrmsr(struct partition *p, unsigned int vp, uint32_t msr, uint64_t value)
{
	if (vp >= HOST_MAX_VP)
		return false;
	p->stats.msrs++;
	switch (msr) {
	case MSR_GUEST_OS_ID:
		set_guest_os_id(p, value);
		return true;
	case MSR_HYPERCALL:
		set_hypercall_page(p, value);
		return true;
	case MSR_VP_ASSIST_PAGE:
		/* Kept and never used: its contents serve lazy EOI and nesting, not offered. */
		p->vp[vp].assist = value;
		return true;
	case MSR_SYNIC_FIRST ... MSR_SYNIC_LAST:
		if (synic_wrmsr(p, vp, msr, value))
			return true;
		break;
	case MSR_CRASH_P0 ... MSR_CRASH_P4:
		p->crash[msr - MSR_CRASH_P0] = value;
		return true;
	case MSR_CRASH_CTL:
		crash_notify(p, vp, value);
		return true;
	case MSR_TSC_INVARIANT:
		p->tsc_invariant = value & 1;
		atomic_store(&p->invariant, value & 1);
		return true;
	default:
		break;
	}
	if (partition_may_log_unknown(p))
		log_info(AREA, "VP %u writes MSR %#x = %#llx, which does not exist or is read-only",
			 vp, msr, (unsigned long long)value);
	return false;
}
