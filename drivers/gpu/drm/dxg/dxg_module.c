// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading.
 */
#include <linux/module.h>

#include <drm/drm_module.h>

#include "compat/dxg_compat_node.h"
#include "dxg_bus.h"
#include "dxg_transport.h"

static int __init dxg_init(void)
{
	int ret;

	if (drm_firmware_drivers_only())
		return -ENODEV;

	ret = dxg_transport_init();
	if (ret)
		return ret;
	ret = dxg_vmbus_register();
	if (ret)
		goto err_transport;
	ret = dxg_pci_register();
	if (ret)
		goto err_vmbus;
	dxg_compat_register();
	return 0;

err_vmbus:
	dxg_vmbus_unregister();
err_transport:
	dxg_transport_exit();
	return ret;
}
module_init(dxg_init);

static void __exit dxg_exit(void)
{
	dxg_compat_unregister();
	/* Functions first: their adapters are closed while the channels are still there. */
	dxg_pci_unregister();
	dxg_vmbus_unregister();
	dxg_transport_exit();
}
module_exit(dxg_exit);
