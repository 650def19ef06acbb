/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two buses on which an adapter shows up.
 */
#ifndef _DXG_BUS_H_
#define _DXG_BUS_H_

int dxg_vmbus_register(void);
void dxg_vmbus_unregister(void);
int dxg_pci_register(void);
void dxg_pci_unregister(void);

#endif /* _DXG_BUS_H_ */
