/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Virtual PCI: for each GPU partition a VMBus channel of the vPCI class, on
 * which the guest's pci-hyperv makes a bus with one function. Its config space
 * is reached by the MMIO hypercalls; the part behind the standard header is
 * GPU-PV's (instance GUID, interface version, capabilities, LUID).
 *
 * Source: drivers/pci/controller/pci-hyperv.c; the GPU-PV registers: the
 * project's wire protocol description, section "PCI configuration space".
 */
#ifndef HOST_VPCI_VPCI_H
#define HOST_VPCI_VPCI_H

#include <stdbool.h>
#include <stdint.h>

#include "../vmbus/vmbus.h"

struct vpci_function;

struct vpci_config {
	char name[32];			/* of the channel; unique */
	struct guid instance;		/* of the vPCI channel */
	uint16_t vendor, device;	/* 0x1414, 0x008e or 0x008a */
	struct guid gpu_instance;	/* of the GPU's VMBus channel; its last 8 bytes: LUID */
	uint64_t host_luid;		/* read at 0xd4 */
	uint32_t version;		/* interface version of the host, read at 0xd0 */
	uint32_t host_caps;		/* read at 0xdc */
};

struct vpci_ops {
	/* The guest wrote its interface version, or its capability word. May be NULL. */
	void (*guest_version)(void *ctx, uint32_t version);
	void (*guest_caps)(void *ctx, uint32_t caps);
	/* The function is gone for good; @ctx may be freed. May be NULL. */
	void (*gone)(void *ctx);
};

/* Offer a function. NULL when the name or the instance is taken. */
struct vpci_function *vpci_add(struct vmbus *v, const struct vpci_config *c,
			       const struct vpci_ops *ops, void *ctx);
/*
 * Take it away. Polite: PCI_EJECT, and the channel is rescinded when the guest
 * has answered (or after 10 s). Surprise: rescinded at once.
 */
void vpci_remove(struct vpci_function *f, bool surprise);

/* Config space by hypercall: true when @gpa lies in the config window of some function. */
bool vpci_mmio_read(struct vmbus *v, uint64_t gpa, void *data, unsigned int len);
bool vpci_mmio_write(struct vmbus *v, uint64_t gpa, const void *data, unsigned int len);

#endif
