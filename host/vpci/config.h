/* SPDX-License-Identifier: GPL-2.0 */
/* The config space of one function: what its registers read and take. */
#ifndef HOST_VPCI_CONFIG_H
#define HOST_VPCI_CONFIG_H

#include "vpci.h"

#define VPCI_CONFIG_SIZE 4096u

/* The writable registers. All zero after a reset of the function. */
struct vpci_regs {
	uint16_t command;
	uint8_t cache_line, interrupt_line;
};

/* What follows from ids: class code (base, sub, interface) << 8 | revision, as in register 8. */
uint32_t vpci_class_revision(const struct vpci_config *c);

/* Read [off, off + len) with off + len <= VPCI_CONFIG_SIZE. */
void vpci_config_read(const struct vpci_config *c, const struct vpci_regs *r, uint32_t off,
		      void *data, unsigned int len);
/* Write there; @ops and @ctx hear of the GPU's registers. False: an access of no use (ignored). */
bool vpci_config_write(struct vpci_regs *r, const struct vpci_ops *ops, void *ctx, uint32_t off,
		       const void *data, unsigned int len);

#endif
