// SPDX-License-Identifier: GPL-2.0
/*
 * PCI: the function of a virtual GPU, its configuration space and the
 * negotiation of the interface version. No BARs, no interrupts.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>

#include "dxg_bus.h"
#include "dxg_device.h"
#include "dxg_sysfs.h"

/*
 * The version is negotiated once for the machine, with the first function; a
 * function that comes back does not negotiate again.
 */
static DEFINE_MUTEX(dxg_negotiation_lock);
static bool dxg_negotiated;
static u32 dxg_version;
static u32 dxg_host_caps;

static int dxg_pci_read(struct pci_dev *pdev, int where, void *to, size_t len)
{
	u32 *words = to;
	size_t i;
	int ret;

	for (i = 0; i < len / sizeof(*words); i++) {
		ret = pci_read_config_dword(pdev, where + i * sizeof(*words), &words[i]);
		if (ret)
			return pcibios_err_to_errno(ret);
	}
	return 0;
}

static int dxg_pci_negotiate(struct pci_dev *pdev)
{
	u32 version = 0, caps = 0;
	int ret;

	ret = pci_write_config_dword(pdev, DXGP_PCI_GUEST_CAPS, DXGP_GUEST_CAPS_WSL2);
	if (ret)
		return pcibios_err_to_errno(ret);
	ret = dxg_pci_read(pdev, DXGP_PCI_VERSION, &version, sizeof(version));
	if (ret || !version)
		version = DXGP_VERSION_OLD;
	/* All ones is what a function reads as when nobody is behind it. */
	if (PCI_POSSIBLE_ERROR(version)) {
		dev_err(&pdev->dev, "no GPU on this function: it does not answer\n");
		return -ENODEV;
	}
	if (version < DXGP_VERSION_COMPATIBLE) {
		dev_err(&pdev->dev,
			"no GPU on this function: the host speaks GPU-PV version %u, %u is the oldest known\n",
			version, DXGP_VERSION_COMPATIBLE);
		return -EPROTONOSUPPORT;
	}

	if (version >= DXGP_VERSION_EXT_HEADER) {
		version = DXGP_VERSION;
		ret = pci_write_config_dword(pdev, DXGP_PCI_VERSION, version);
		if (ret)
			return pcibios_err_to_errno(ret);
		ret = dxg_pci_read(pdev, DXGP_PCI_HOST_CAPS, &caps, sizeof(caps));
		if (ret)
			return ret;
	}
	dxg_version = version;
	dxg_host_caps = caps;
	dxg_negotiated = true;
	return 0;
}

/* Read what the function says of itself, negotiating first if nobody has. */
static int dxg_pci_identify(struct pci_dev *pdev, struct dxg_function *fn)
{
	u8 guid[DXGP_CHANNEL_GUID_SIZE];
	int ret = 0;

	mutex_lock(&dxg_negotiation_lock);
	if (!dxg_negotiated)
		ret = dxg_pci_negotiate(pdev);
	fn->version = dxg_version;
	fn->host_caps = dxg_host_caps;
	mutex_unlock(&dxg_negotiation_lock);
	if (ret)
		return ret;

	ret = dxg_pci_read(pdev, DXGP_PCI_CHANNEL_GUID, guid, sizeof(guid));
	if (ret)
		return ret;
	if (!memchr_inv(guid, 0xff, sizeof(guid)) || !memchr_inv(guid, 0, sizeof(guid))) {
		dev_err(&pdev->dev, "no GPU on this function: it names no VMBus channel\n");
		return -ENODEV;
	}
	memcpy(&fn->luid, guid + DXGP_CHANNEL_LUID_OFFSET, sizeof(fn->luid));

	if (fn->version >= DXGP_VERSION_EXT_HEADER)
		ret = dxg_pci_read(pdev, DXGP_PCI_VGPU_LUID, &fn->vgpu_luid, sizeof(fn->vgpu_luid));
	return ret;
}

static int dxg_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dxg_function fn = {
		.compute_only = id->device == DXGP_PCI_DEVICE_COMPUTE,
	};
	struct dxg_adapter *adapter;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	/* The host reaches all guest memory: nothing may be bounced on its behalf. */
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	/* It is told of pages, one by one: a segment may be of any length. */
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	ret = dxg_pci_identify(pdev, &fn);
	if (ret)
		return ret;

	adapter = dxg_adapter_attach_function(&pdev->dev, &fn);
	if (IS_ERR(adapter)) {
		dev_err(&pdev->dev, "no GPU on this function: LUID 0x%016llx (%pe)\n", fn.luid,
			adapter);
		return PTR_ERR(adapter);
	}
	return 0;
}

static void dxg_pci_remove(struct pci_dev *pdev)
{
	dxg_adapter_detach_function(pci_get_drvdata(pdev));
}

static const struct pci_device_id dxg_pci_ids[] = {
	{ PCI_DEVICE(DXGP_PCI_VENDOR, DXGP_PCI_DEVICE_RENDER) },
	{ PCI_DEVICE(DXGP_PCI_VENDOR, DXGP_PCI_DEVICE_COMPUTE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, dxg_pci_ids);

static struct pci_driver dxg_pci_driver = {
	.name = "dxg",
	.id_table = dxg_pci_ids,
	.probe = dxg_pci_probe,
	.remove = dxg_pci_remove,
	.dev_groups = dxg_sysfs_groups,
};

/**
 * dxg_pci_register() - Begin to bind functions.
 */
int dxg_pci_register(void)
{
	return pci_register_driver(&dxg_pci_driver);
}

/**
 * dxg_pci_unregister() - Unbind all functions.
 */
void dxg_pci_unregister(void)
{
	pci_unregister_driver(&dxg_pci_driver);
}
