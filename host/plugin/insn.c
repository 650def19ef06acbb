// SPDX-License-Identifier: GPL-2.0
/*
 * The instructions of the guest that a hypervisor would intercept: CPUID, RDMSR,
 * WRMSR, and the marker NOP in the hypercall page.
 *
 * Each gets a callback before it executes. For the first three the callback
 * writes the result registers and continues behind the instruction with
 * qemu_plugin_set_pc(), so it never executes. The NOP executes, and does nothing.
 *
 * The address behind an instruction. QEMU shares translated code between all
 * virtual mappings of a physical page, so the address known at translation may
 * belong to another process; and the instruction pointer that a callback reads
 * is that of an earlier instruction of the same block. But both agree on the
 * offset in the page: the mapping's page is that of the instruction pointer, or
 * the next one when the offset lies before the pointer's. See next_pc().
 *
 * Needs QEMU's multi-threaded TCG (thread=multi): with one thread for all vCPUs,
 * callbacks are told the wrong vCPU.
 */
#include <stdatomic.h>
#include <string.h>

#include "../base/log.h"
#include "../partition/partition.h"
#include "plugin.h"

#define KERNEL_HALF		(1ull << 63)	/* code above runs at privilege level 0 */
#define FIRMWARE_END		0x100000ull	/* real-mode code below is the BIOS's */
#define RESET_VECTOR		0xfffffff0ull	/* the first instruction after a machine reset */

#define CPUID_RANGE(leaf)	((leaf) >> 16)
#define CPUID_HYPERVISOR	0x4000u
#define CPUID_POWER		0x80000007u
#define CPUID_POWER_TSC		(1u << 8)	/* EDX: invariant TSC */
#define MSR_RANGE(msr)		((msr) >> 12)
#define MSR_HYPERVISOR		0x40000u

#define MAX_INSN		15
#define MAX_WRITE		64

enum reg { RAX, RBX, RCX, RDX, R8, RIP, NUM_REGS };

static const char *const reg_names[NUM_REGS] = { "rax", "rbx", "rcx", "rdx", "r8", "rip" };
static void *reg_handles[NUM_REGS];
static struct insn_config conf;
static struct qemu_u64 counter;		/* .score NULL: not counting */

static __thread bool in_vcpu;
static __thread GByteArray *scratch;
/* A write to guest memory that waits for host->lock to be dropped. */
static __thread struct {
	bool set;
	uint64_t gpa;
	size_t len;
	uint8_t data[MAX_WRITE];
} late_write;

bool insn_in_vcpu(void)
{
	return in_vcpu;
}

static GByteArray *buffer(guint len)
{
	if (!scratch)
		scratch = g_byte_array_new();
	g_byte_array_set_size(scratch, len);
	return scratch;
}

static uint64_t read_reg(enum reg r)
{
	GByteArray *b = buffer(0);
	uint64_t value = 0;

	if (qemu_plugin_read_register(reg_handles[r], b))
		memcpy(&value, b->data, b->len < sizeof(value) ? b->len : sizeof(value));
	return value;
}

static void write_reg(enum reg r, uint64_t value)
{
	GByteArray *b = buffer(sizeof(value));

	memcpy(b->data, &value, sizeof(value));
	if (!qemu_plugin_write_register(reg_handles[r], b))
		log_info(AREA, "write of register %s failed", reg_names[r]);
}

void insn_write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	(void)ctx;
	if (len > MAX_WRITE || !in_vcpu) {
		log_info(AREA, "write of %zu bytes of code refused", len);
		return;
	}
	late_write.set = true;
	late_write.gpa = gpa;
	late_write.len = len;
	memcpy(late_write.data, data, len);
}

static void enter(void)
{
	in_vcpu = true;
	host_enter(conf.host);
}

/* Drops the lock, delivers interrupts, then writes what has to be seen by the translator. */
static void leave(void)
{
	host_leave(conf.host);
	if (late_write.set) {
		GByteArray *b = buffer(0);
		int err;

		late_write.set = false;
		g_byte_array_append(b, late_write.data, late_write.len);
		err = qemu_plugin_write_memory_hwaddr(late_write.gpa, b);
		if (err)
			log_info(AREA, "code at %#llx not written: %d",
				 (unsigned long long)late_write.gpa, err);
	}
}

/* What a callback is told: offset in the page and length of its instruction. */
static void *where(uint64_t vaddr, size_t len)
{
	return (void *)(uintptr_t)((vaddr & 0xfff) << 4 | len);
}

static uint64_t next_pc(uint64_t rip, void *where)
{
	uint64_t off = (uintptr_t)where >> 4, len = (uintptr_t)where & 15;

	return (rip & ~0xfffull) + ((rip & 0xfff) > off ? 4096 : 0) + off + len;
}

static void on_cpuid(unsigned int vcpu, void *where)
{
	uint32_t leaf = read_reg(RAX), r[4];
	uint64_t rip;

	(void)vcpu;
	if (CPUID_RANGE(leaf) == CPUID_HYPERVISOR) {
		/* Boot firmware and the decompressor see the machine as QEMU made it. */
		rip = read_reg(RIP);
		if (rip < KERNEL_HALF && !partition_enlightened(conf.partition))
			return;
		partition_cpuid(conf.partition, leaf, r);
	} else if (leaf == CPUID_POWER && partition_tsc_invariant(conf.partition)) {
		rip = read_reg(RIP);
		r[0] = 0;
		r[1] = 0;
		r[2] = 0;
		r[3] = CPUID_POWER_TSC;
	} else {
		return;
	}
	write_reg(RAX, r[0]);
	write_reg(RBX, r[1]);
	write_reg(RCX, r[2]);
	write_reg(RDX, r[3]);
	qemu_plugin_set_pc(next_pc(rip, where));
}

/*
 * The pointer if an MSR access or a hypercall of the current instruction is the
 * partition's to handle: at privilege level 0 (user code is left to the CPU's
 * own general protection fault), by a vCPU that exists. Otherwise 0.
 */
static uint64_t privileged_pc(unsigned int vcpu)
{
	uint64_t rip = read_reg(RIP);

	return rip >= KERNEL_HALF && vcpu < conf.vcpus ? rip : 0;
}

static void on_rdmsr(unsigned int vcpu, void *where)
{
	uint32_t msr = read_reg(RCX);
	uint64_t value, rip;

	if (MSR_RANGE(msr) != MSR_HYPERVISOR)
		return;
	rip = privileged_pc(vcpu);
	if (!rip)
		return;
	enter();
	partition_rdmsr(conf.partition, vcpu, msr, &value);
	leave();
	write_reg(RAX, (uint32_t)value);
	write_reg(RDX, value >> 32);
	qemu_plugin_set_pc(next_pc(rip, where));
}

static void on_wrmsr(unsigned int vcpu, void *where)
{
	uint32_t msr = read_reg(RCX);
	uint64_t value, rip;

	if (MSR_RANGE(msr) != MSR_HYPERVISOR)
		return;
	rip = privileged_pc(vcpu);
	if (!rip)
		return;
	value = (uint32_t)read_reg(RAX) | read_reg(RDX) << 32;
	enter();
	partition_wrmsr(conf.partition, vcpu, msr, value);
	leave();
	qemu_plugin_set_pc(next_pc(rip, where));
}

static void on_hypercall(unsigned int vcpu, void *where)
{
	uint64_t control, in, out, result;

	(void)where;
	if (!privileged_pc(vcpu))
		return;
	control = read_reg(RCX);
	in = read_reg(RDX);
	out = read_reg(R8);
	enter();
	result = partition_hypercall(conf.partition, vcpu, control, in, out);
	leave();
	write_reg(RAX, result);
}

/* The whole machine was reset: the old guest must not be written to any more. */
static void on_reset_vector(unsigned int vcpu, void *where)
{
	(void)vcpu;
	(void)where;
	enter();
	partition_reset(conf.partition);
	leave();
}

static bool is_segment_prefix(uint8_t b)
{
	return b == 0x2e || b == 0x3e || b == 0x26 || b == 0x36;
}

static void instrument(struct qemu_insn *insn)
{
	uint64_t vaddr = qemu_plugin_insn_vaddr(insn);
	size_t len = qemu_plugin_insn_size(insn), at = 0;
	uint8_t b[MAX_INSN];
	uint32_t mark;
	void *w;

	if (vaddr == RESET_VECTOR)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_reset_vector, QEMU_CB_NO_REGS,
						       NULL);
	if (vaddr < FIRMWARE_END || len < 2 || len > MAX_INSN ||
	    qemu_plugin_insn_data(insn, b, len) != len)
		return;
	while (at + 2 < len && is_segment_prefix(b[at]))
		at++;
	if (b[at] != 0x0f)
		return;
	w = where(vaddr, len);
	if (len == at + 2 && b[at + 1] == 0xa2) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_cpuid, QEMU_CB_RW_REGS_PC, w);
	} else if (len == at + 2 && b[at + 1] == 0x32) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_rdmsr, QEMU_CB_RW_REGS_PC, w);
	} else if (len == at + 2 && b[at + 1] == 0x30) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_wrmsr, QEMU_CB_RW_REGS_PC, w);
	} else if (len == 7 && b[1] == 0x1f && b[2] == 0x80) {
		memcpy(&mark, b + 3, sizeof(mark));
		if (mark == PARTITION_HYPERCALL_MARK)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_hypercall,
							       QEMU_CB_RW_REGS, NULL);
	}
}

static void on_translate(struct qemu_tb *tb, void *userdata)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)userdata;
	if (counter.score)
		qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, QEMU_INLINE_ADD_U64,
								  counter, n);
	for (size_t i = 0; i < n; i++)
		instrument(qemu_plugin_tb_get_insn(tb, i));
}

static void on_vcpu_init(unsigned int vcpu, void *userdata)
{
	GArray *regs = qemu_plugin_get_registers();

	(void)userdata;
	for (guint i = 0; i < regs->len; i++) {
		const struct qemu_reg_descriptor *d;

		d = &g_array_index(regs, struct qemu_reg_descriptor, i);
		for (int r = 0; r < NUM_REGS; r++)
			if (!strcmp(d->name, reg_names[r]))
				reg_handles[r] = d->handle;
	}
	g_array_free(regs, TRUE);
	for (int r = 0; r < NUM_REGS; r++)
		if (!reg_handles[r])
			log_info(AREA, "vCPU %u has no register %s", vcpu, reg_names[r]);
}

void insn_init(qemu_plugin_id_t id, const struct insn_config *c)
{
	conf = *c;
	if (c->count)
		counter.score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
	qemu_plugin_register_vcpu_init_cb(id, on_vcpu_init, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate, NULL);
}

uint64_t insn_counted(unsigned int vcpu)
{
	return counter.score ? qemu_plugin_u64_get(counter, vcpu) : 0;
}
