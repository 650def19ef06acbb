/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of the PCI function.
 */
#ifndef _DXG_SYSFS_H_
#define _DXG_SYSFS_H_

struct attribute_group;

extern const struct attribute_group *dxg_sysfs_groups[];

#endif /* _DXG_SYSFS_H_ */
