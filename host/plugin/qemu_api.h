/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slice of QEMU's TCG plugin interface that is used here, declared anew:
 * distributions package QEMU without qemu-plugin.h. The interface has no ABI
 * promise between versions, so the version is pinned, and checked when the
 * plugin is loaded (QEMU 11.1 has version 7).
 *
 * Source: QEMU's documentation, "QEMU TCG Plugins", chapter "API".
 */
#ifndef HOST_PLUGIN_QEMU_API_H
#define HOST_PLUGIN_QEMU_API_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_API_VERSION 7

#define QEMU_EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;		/* plugin API versions that this QEMU takes */
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_reg_descriptor {
	void *handle;
	const char *name;
	const char *feature;
	bool is_readonly;
};

/* What a callback does to the registers of its vCPU. */
enum qemu_cb_flags {
	QEMU_CB_NO_REGS,
	QEMU_CB_R_REGS,
	QEMU_CB_RW_REGS,
	QEMU_CB_RW_REGS_PC,	/* it may call qemu_plugin_set_pc() */
};

struct qemu_tb;
struct qemu_insn;
struct qemu_scoreboard;

/* One 64-bit counter per vCPU. */
struct qemu_u64 {
	struct qemu_scoreboard *score;
	size_t offset;
};

enum qemu_inline_op {
	QEMU_INLINE_ADD_U64,
	QEMU_INLINE_STORE_U64,
};

typedef void (*qemu_vcpu_cb)(unsigned int vcpu, void *userdata);
typedef void (*qemu_tb_trans_cb)(struct qemu_tb *tb, void *userdata);
typedef void (*qemu_udata_cb)(void *userdata);

void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, qemu_vcpu_cb cb, void *userdata);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_tb_trans_cb cb,
					   void *userdata);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_udata_cb cb, void *userdata);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_insn *insn, qemu_vcpu_cb cb,
					    enum qemu_cb_flags flags, void *userdata);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_tb *tb,
						       enum qemu_inline_op op,
						       struct qemu_u64 entry, uint64_t imm);

size_t qemu_plugin_tb_n_insns(const struct qemu_tb *tb);
struct qemu_insn *qemu_plugin_tb_get_insn(const struct qemu_tb *tb, size_t idx);
size_t qemu_plugin_insn_data(const struct qemu_insn *insn, void *dest, size_t len);
size_t qemu_plugin_insn_size(const struct qemu_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_insn *insn);

GArray *qemu_plugin_get_registers(void);	/* of struct qemu_reg_descriptor */
bool qemu_plugin_read_register(void *handle, GByteArray *buf);	/* appends */
bool qemu_plugin_write_register(void *handle, GByteArray *buf);
void qemu_plugin_set_pc(uint64_t pc) __attribute__((noreturn));

/* In a vCPU thread only: it asserts elsewhere. 0 on success. */
int qemu_plugin_write_memory_hwaddr(uint64_t addr, GByteArray *data);

struct qemu_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
void qemu_plugin_scoreboard_free(struct qemu_scoreboard *score);
uint64_t qemu_plugin_u64_get(struct qemu_u64 entry, unsigned int vcpu);

#endif
