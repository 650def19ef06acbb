/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For kernels whose MODULE_IMPORT_NS() makes a string of its argument: take one.
 */
#ifndef _DXG_BACKPORT_IMPORT_NS_H_
#define _DXG_BACKPORT_IMPORT_NS_H_

#include <linux/module.h>

#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns)	MODULE_INFO(import_ns, ns)

#endif /* _DXG_BACKPORT_IMPORT_NS_H_ */
