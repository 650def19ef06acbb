/* SPDX-License-Identifier: MIT */
/*
 * Who has an adapter open, by the fdinfo of other programs' descriptors.
 */
#ifndef DXGINFO_CLIENTS_H
#define DXGINFO_CLIENTS_H

#include "out.h"

/*
 * Write the clients of the PCI function at @address to the open object of @o, each
 * open file once. @proc: where procfs is. What may not be read is left out: without
 * privileges that is other people's programs.
 */
void clients_print(struct out *o, const char *proc, const char *address);

#endif
