// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Malformed hypercalls and writes to synthetic MSRs. */
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/stop_machine.h>
#include <asm/mshyperv.h>

#include "dxgtest_abuse.h"

#define CALL_POST	0x5cull
#define CALL_SIGNAL	0x5dull
#define CALL_MMIO_READ	0x106ull
#define CALL_MMIO_WRITE	0x107ull
#define CALL_FAST	BIT_ULL(16)
#define CALL_ONE_REP	BIT_ULL(32)

#define NOWHERE		BIT_ULL(45)	/* a guest-physical address without memory */

#define MSR_HYPERCALL	0x40000001
#define MSR_SIEFP	0x40000082
#define MSR_SIMP	0x40000083
#define MSR_EOM		0x40000084
#define MSR_SINT5	0x40000095
#define MSR_NONE	0x40000fff

struct post {
	u32 connection, reserved, type, size;
	u8 payload[240];
};

struct mmio {
	u64 gpa;
	u32 size, reserved;
	u8 data[64];
};

/* The pointer is not followed here, only turned into the address that the host gets. */
static void *address(u64 gpa)
{
	return (void *)__va(gpa);
}

static int call(struct abuse *a, u64 control, void *in, void *out)
{
	unsigned long flags;

	local_irq_save(flags);
	a->status = hv_do_hypercall(control, in, out) & 0xffff;
	local_irq_restore(flags);
	return a->status ? 0 : -EBADE;	/* all that come this way must be refused */
}

u64 abuse_post(struct abuse *a, const void *message, u32 len, u32 size, u32 conn, u32 type)
{
	struct post *p = a->pages;

	memset(p, 0, sizeof(*p));
	p->connection = conn;
	p->type = type;
	p->size = size;
	memcpy(p->payload, message, len);
	call(a, CALL_POST, p, NULL);
	return a->status;
}

static int unknown_code(struct abuse *a)
{
	return call(a, 0x7777, a->pages, NULL);
}

static int post_fast(struct abuse *a)
{
	return call(a, CALL_POST | CALL_FAST, NULL, NULL);
}

static int post_reps(struct abuse *a)
{
	return call(a, CALL_POST | CALL_ONE_REP, a->pages, NULL);
}

static int post_unaligned(struct abuse *a)
{
	return call(a, CALL_POST, a->pages + 4, NULL);
}

static int post_across_pages(struct abuse *a)
{
	return call(a, CALL_POST, a->pages + PAGE_SIZE - 16, NULL);
}

static int post_nowhere(struct abuse *a)
{
	return call(a, CALL_POST, address(NOWHERE), NULL);
}

static int post_at_the_end(struct abuse *a)
{
	return call(a, CALL_POST, address(~0xfffull - (u64)PAGE_OFFSET), NULL);
}

static int post_long(struct abuse *a)
{
	return abuse_post(a, "", 1, 241, 1, 1) ? 0 : -EBADE;
}

static int post_huge(struct abuse *a)
{
	return abuse_post(a, "", 1, ~0u, 1, 1) ? 0 : -EBADE;
}

static int post_connection(struct abuse *a)
{
	return abuse_post(a, "", 1, 16, 0xbadbad, 1) ? 0 : -EBADE;
}

static int post_type(struct abuse *a)
{
	return abuse_post(a, "", 1, 16, 1, 0) ? 0 : -EBADE;
}

/* The bus looks at the number, after the hypercall was found well formed. */
static int signal_unknown(struct abuse *a)
{
	a->status = hv_do_fast_hypercall8(CALL_SIGNAL, 0x5555) & 0xffff;
	return 0;
}

static int signal_flag(struct abuse *a)
{
	a->status = hv_do_fast_hypercall8(CALL_SIGNAL, (u64)a->c->ch->sig_event | 7ull << 32) &
		    0xffff;
	return a->status ? 0 : -EBADE;
}

static int mmio_nobody(struct abuse *a)
{
	struct mmio *m = a->pages;

	m->gpa = 0x1000;
	m->size = 4;
	return call(a, CALL_MMIO_READ, m, a->pages + PAGE_SIZE);
}

static int mmio_size(struct abuse *a)
{
	struct mmio *m = a->pages;

	m->gpa = 0x1000;
	m->size = 3;
	return call(a, CALL_MMIO_WRITE, m, NULL);
}

static int mmio_huge(struct abuse *a)
{
	struct mmio *m = a->pages;

	m->gpa = ~7ull;
	m->size = ~0u;
	return call(a, CALL_MMIO_READ, m, a->pages + PAGE_SIZE);
}

static int mmio_into_nowhere(struct abuse *a)
{
	struct mmio *m = a->pages;

	m->gpa = 0x1000;
	m->size = 8;
	return call(a, CALL_MMIO_READ, m, address(NOWHERE));
}

const struct abuse_kind abuse_hypercalls[] = {
	{ "unknown-code", unknown_code },
	{ "post-fast", post_fast },
	{ "post-reps", post_reps },
	{ "post-unaligned", post_unaligned },
	{ "post-across-pages", post_across_pages },
	{ "post-nowhere", post_nowhere },
	{ "post-at-the-end", post_at_the_end },
	{ "post-long", post_long },
	{ "post-huge", post_huge },
	{ "post-connection", post_connection },
	{ "post-type", post_type },
	{ "signal-unknown", signal_unknown },
	{ "signal-flag", signal_flag },
	{ "mmio-nobody", mmio_nobody },
	{ "mmio-size", mmio_size },
	{ "mmio-huge", mmio_huge },
	{ "mmio-into-nowhere", mmio_into_nowhere },
	{ }
};

/* Bare instructions: no kernel wraps these MSRs for modules the same way in all versions. */
static u64 read_msr(u32 msr)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return low | (u64)high << 32;
}

static void write_msr(u32 msr, u64 value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((u32)value), "d"((u32)(value >> 32)) : "memory");
}

/* With all other CPUs held: write garbage, look at it, put back what was there. */
static int swap_msr(void *ctx)
{
	u32 msr = *(u32 *)ctx;
	u64 old = read_msr(msr);

	write_msr(msr, NOWHERE | 1);
	write_msr(MSR_EOM, ~0ull);
	(void)read_msr(msr);
	write_msr(msr, old);
	return read_msr(msr) == old ? 0 : -EIO;
}

static int msr_hypercall_page(struct abuse *a)
{
	u32 msr = MSR_HYPERCALL;

	return stop_machine(swap_msr, &msr, NULL);
}

static int msr_message_page(struct abuse *a)
{
	u32 msr = MSR_SIMP;

	return stop_machine(swap_msr, &msr, NULL);
}

static int msr_event_page(struct abuse *a)
{
	u32 msr = MSR_SIEFP;

	return stop_machine(swap_msr, &msr, NULL);
}

/* Vectors below 16 are exceptions; no interrupt may have them. */
static int msr_vector(struct abuse *a)
{
	u64 old = read_msr(MSR_SINT5);

	write_msr(MSR_SINT5, 3);
	write_msr(MSR_SINT5, old);
	return read_msr(MSR_SINT5) == old ? 0 : -EIO;
}

static int msr_unknown(struct abuse *a)
{
	write_msr(MSR_NONE, ~0ull);
	return read_msr(MSR_NONE) ? -EIO : 0;
}

const struct abuse_kind abuse_msrs[] = {
	{ "hypercall-page", msr_hypercall_page },
	{ "message-page", msr_message_page },
	{ "event-page", msr_event_page },
	{ "vector", msr_vector },
	{ "unknown", msr_unknown },
	{ }
};
