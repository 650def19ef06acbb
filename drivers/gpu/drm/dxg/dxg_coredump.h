/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is left of a lost VM for the device coredump.
 */
#ifndef _DXG_COREDUMP_H_
#define _DXG_COREDUMP_H_

struct dxg_coredump;
struct dxg_vm;

/* In the signalling path, without vm->lock: remember what will be gone soon. May be NULL. */
struct dxg_coredump *dxg_coredump_snapshot(struct dxg_vm *vm);
void dxg_coredump_free(struct dxg_coredump *snapshot);

/* In process context: offer the dump, with what the host said meanwhile. */
void dxg_coredump_vm(struct dxg_vm *vm, const struct dxg_coredump *snapshot);

#endif /* _DXG_COREDUMP_H_ */
