// SPDX-License-Identifier: GPL-2.0
/*
 * VMBus: the global channel and the vGPU channels as transport. The only file
 * that knows VMBus.
 */
#include <linux/delay.h>
#include <linux/hyperv.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "dxg_bus.h"
#include "dxg_device.h"
#include "dxg_transport.h"

#define DXG_RING_SIZE		SZ_256K
/* Largest packet taken from the inbound ring, its descriptor included. */
#define DXG_MAX_PACKET		DXGP_MAX_MESSAGE
#define DXG_IOSPACE_ALIGN	SZ_64K
/* How long a GPADL that could not be taken back for lack of memory waits for some. */
#define DXG_GPADL_RETRY_MS	10
/* Packets handed out in one go with interrupts off. */
#define DXG_READ_BUDGET		64u

/* dde9cbc0-5060-4436-9448-ea1254a5d177: one for the machine */
#define DXG_GUID_GLOBAL \
	.guid = GUID_INIT(0xdde9cbc0, 0x5060, 0x4436, 0x94, 0x48, \
			  0xea, 0x12, 0x54, 0xa5, 0xd1, 0x77)
/* 6e382d18-3336-4f4b-acc4-2b7703d4df4a: one for each virtual GPU */
#define DXG_GUID_VGPU \
	.guid = GUID_INIT(0x6e382d18, 0x3336, 0x4f4b, 0xac, 0xc4, \
			  0x2b, 0x77, 0x03, 0xd4, 0xdf, 0x4a)

enum dxg_channel_kind {
	DXG_CHANNEL_KIND_GLOBAL,
	DXG_CHANNEL_KIND_VGPU,
};

/* One channel of either kind; lives as long as its device is bound. */
struct dxg_channel {
	struct hv_device *hdev;

	/* Whose packets are received, while the channel is open. */
	struct dxg_port *receiver;

	/* Receives what one interrupt left. */
	struct work_struct more;

	/* Global channel. */
	struct dxg_host *host;
	struct resource *iospace;

	/* vGPU channel. */
	struct dxg_port port;
	struct dxg_adapter *adapter;
};

/* ---- Transport ---- */

static void dxg_channel_packet(struct dxg_port *port, const struct vmpacket_descriptor *desc)
{
	const void *data = hv_pkt_data(desc);
	size_t len = hv_pkt_datalen(desc);

	switch (desc->type) {
	case VM_PKT_COMP:
		dxg_port_reply(port, desc->trans_id, data, len);
		break;
	case VM_PKT_DATA_INBAND:
		dxg_port_message(port, data, len);
		break;
	default:
		dxg_port_violation(port, "packet of unknown type", desc->type);
	}
}

/*
 * Under the channel's sched_lock, with interrupts off: hand out what is in the ring. Returns
 * whether there may be more than the budget.
 *
 * The iterator hands out copies, whose offsets and lengths it has put right: the host cannot
 * change what is looked at.
 */
static inline bool dxg_channel_read(struct dxg_channel *chan)
{
	struct vmbus_channel *channel = chan->hdev->channel;
	struct hv_ring_buffer_info *ring = &channel->inbound;
	struct vmpacket_descriptor *desc;
	unsigned int budget = DXG_READ_BUDGET;

	while ((desc = hv_pkt_iter_first(channel))) {
		do {
			dxg_channel_packet(chan->receiver, desc);
			desc = __hv_pkt_iter_next(channel, desc);
		} while (--budget && desc);
		hv_pkt_iter_close(channel);
		if (!budget)
			return true;
		/*
		 * The host interrupts for what it writes into an empty ring. Either it has seen
		 * that this one is, or what it wrote before is seen now.
		 */
		virt_mb();
		if (READ_ONCE(ring->ring_buffer->write_index) == ring->priv_read_index)
			break;
	}
	return false;
}

/*
 * Called by VMBus in the interrupt: who waits for a reply is woken without the detour by a
 * tasklet. Under the channel's sched_lock, as the channel is in the mode HV_CALL_ISR.
 */
static void dxg_channel_receive(void *context)
{
	struct dxg_port *port = context;
	struct dxg_channel *chan = port->transport;

	if (dxg_channel_read(chan))
		queue_work(system_bh_wq, &chan->more);
	/* The host also signals when it has made room. */
	dxg_port_room(port);
}

/* The rest, piece by piece, so that interrupts get their turn. */
static void dxg_channel_more(struct work_struct *work)
{
	struct dxg_channel *chan = container_of(work, struct dxg_channel, more);
	struct vmbus_channel *channel = chan->hdev->channel;
	unsigned long flags;

	spin_lock_irqsave(&channel->sched_lock, flags);
	/* Closing takes the callback away, under the same lock, and then the ring. */
	if (channel->onchannel_callback && dxg_channel_read(chan))
		queue_work(system_bh_wq, &chan->more);
	spin_unlock_irqrestore(&channel->sched_lock, flags);
}

static int dxg_channel_open(struct dxg_port *port)
{
	struct dxg_channel *chan = port->transport;

	chan->receiver = port;
	set_channel_read_mode(chan->hdev->channel, HV_CALL_ISR);
	return vmbus_open(chan->hdev->channel, DXG_RING_SIZE, DXG_RING_SIZE, NULL, 0,
			  dxg_channel_receive, port);
}

static void dxg_channel_close(struct dxg_port *port)
{
	struct dxg_channel *chan = port->transport;

	vmbus_close(chan->hdev->channel);
	cancel_work_sync(&chan->more);
}

static int dxg_channel_send(struct dxg_port *port, const void *msg, size_t len, u64 id)
{
	struct dxg_channel *chan = port->transport;

	return vmbus_sendpacket(chan->hdev->channel, (void *)msg, len, id, VM_PKT_DATA_INBAND,
				id ? VMBUS_DATA_PACKET_FLAG_COMPLETION_REQUESTED : 0);
}

static void dxg_channel_want_room(struct dxg_port *port, size_t len)
{
	struct dxg_channel *chan = port->transport;

	/* Descriptor in front, indices behind, padding to eight bytes between. */
	if (len)
		len = ALIGN(sizeof(struct vmpacket_descriptor) + len, 8) + sizeof(u64);
	set_channel_pending_send_size(chan->hdev->channel, len);
}

static bool dxg_channel_gone(struct dxg_port *port)
{
	struct dxg_channel *chan = port->transport;

	return READ_ONCE(chan->hdev->channel->rescind);
}

static int dxg_channel_gpadl_create(struct dxg_port *port, void *address, size_t size,
				    struct dxg_gpadl *gpadl)
{
	struct dxg_channel *chan = port->transport;
	struct vmbus_gpadl *vmbus;
	int ret;

	vmbus = kzalloc_obj(*vmbus, GFP_KERNEL);
	if (!vmbus)
		return -ENOMEM;
	ret = vmbus_establish_gpadl(chan->hdev->channel, address, size, vmbus);
	if (ret) {
		kfree(vmbus);
		return ret;
	}
	gpadl->transport = vmbus;
	gpadl->handle = vmbus->gpadl_handle;
	return 0;
}

static void dxg_channel_gpadl_destroy(struct dxg_port *port, struct dxg_gpadl *gpadl)
{
	struct dxg_channel *chan = port->transport;
	struct vmbus_gpadl *vmbus = gpadl->transport;

	/* Without memory the host has not been told, and may still reach the pages. */
	while (vmbus_teardown_gpadl(chan->hdev->channel, vmbus) == -ENOMEM)
		msleep(DXG_GPADL_RETRY_MS);
	kfree(vmbus);
}

static const struct dxg_port_ops dxg_channel_ops = {
	.open = dxg_channel_open,
	.close = dxg_channel_close,
	.send = dxg_channel_send,
	.want_room = dxg_channel_want_room,
	.gone = dxg_channel_gone,
	.gpadl_create = dxg_channel_gpadl_create,
	.gpadl_destroy = dxg_channel_gpadl_destroy,
};

/* ---- Driver ---- */

/* The region where host memory appears: its size is the host's, its place ours. */
static int dxg_iospace_claim(struct dxg_channel *chan)
{
	resource_size_t size = (resource_size_t)chan->hdev->channel->offermsg.offer.mmio_megabytes *
			       SZ_1M;
	int ret;

	if (!size)
		return 0;
	ret = vmbus_allocate_mmio(&chan->iospace, chan->hdev, 0, -1, size, DXG_IOSPACE_ALIGN,
				  false);
	if (ret)
		dev_err(&chan->hdev->device,
			"no GPU: no room for the host's IO space of %llu MiB, raise the machine's MMIO size (%pe)\n",
			(u64)size / SZ_1M, ERR_PTR(ret));
	return ret;
}

static void dxg_iospace_release(struct dxg_channel *chan)
{
	if (chan->iospace)
		vmbus_free_mmio(chan->iospace->start, resource_size(chan->iospace));
	chan->iospace = NULL;
}

static int dxg_probe_global(struct dxg_channel *chan)
{
	struct device *dev = &chan->hdev->device;
	int ret;

	ret = dxg_iospace_claim(chan);
	if (ret)
		return ret;
	chan->host = dxg_host_create(&dxg_channel_ops, dev, chan,
				     chan->iospace ? chan->iospace->start : 0,
				     chan->iospace ? resource_size(chan->iospace) : 0);
	if (!chan->host) {
		dxg_iospace_release(chan);
		return -ENOMEM;
	}
	ret = dxg_host_attach(chan->host);
	if (ret) {
		dev_err(dev, "the machine has a global GPU channel already (%pe)\n", ERR_PTR(ret));
		dxg_host_put(chan->host);
		dxg_iospace_release(chan);
	}
	return ret;
}

static int dxg_probe_vgpu(struct dxg_channel *chan)
{
	struct hv_device *hdev = chan->hdev;
	u64 luid;

	memcpy(&luid, hdev->dev_instance.b, sizeof(luid));
	dxg_port_init(&chan->port, &dxg_channel_ops, &hdev->device, "vgpu", chan);
	chan->adapter = dxg_adapter_attach_channel(&hdev->device, luid, &chan->port);
	if (IS_ERR(chan->adapter)) {
		dxg_port_fini(&chan->port);
		dev_err(&hdev->device, "no GPU on this channel: LUID 0x%016llx (%pe)\n", luid,
			chan->adapter);
		return PTR_ERR(chan->adapter);
	}
	return 0;
}

static int dxg_vmbus_probe(struct hv_device *hdev, const struct hv_vmbus_device_id *id)
{
	struct dxg_channel *chan;

	chan = devm_kzalloc(&hdev->device, sizeof(*chan), GFP_KERNEL);
	if (!chan)
		return -ENOMEM;
	chan->hdev = hdev;
	INIT_WORK(&chan->more, dxg_channel_more);
	hdev->channel->max_pkt_size = DXG_MAX_PACKET;
	hv_set_drvdata(hdev, chan);

	if (id->driver_data == DXG_CHANNEL_KIND_GLOBAL)
		return dxg_probe_global(chan);
	return dxg_probe_vgpu(chan);
}

static void dxg_vmbus_remove(struct hv_device *hdev)
{
	struct dxg_channel *chan = hv_get_drvdata(hdev);

	if (chan->host) {
		dxg_host_detach(chan->host);
		dxg_host_put(chan->host);
		dxg_iospace_release(chan);
	} else {
		dxg_adapter_detach_channel(chan->adapter);
		dxg_port_fini(&chan->port);
	}
}

static const struct hv_vmbus_device_id dxg_vmbus_ids[] = {
	{ DXG_GUID_GLOBAL, .driver_data = DXG_CHANNEL_KIND_GLOBAL },
	{ DXG_GUID_VGPU, .driver_data = DXG_CHANNEL_KIND_VGPU },
	{ }
};
MODULE_DEVICE_TABLE(vmbus, dxg_vmbus_ids);

static struct hv_driver dxg_vmbus_driver = {
	.name = "dxg",
	.id_table = dxg_vmbus_ids,
	.probe = dxg_vmbus_probe,
	.remove = dxg_vmbus_remove,
};

/**
 * dxg_vmbus_register() - Begin to bind channels.
 */
int dxg_vmbus_register(void)
{
	return vmbus_driver_register(&dxg_vmbus_driver);
}

/**
 * dxg_vmbus_unregister() - Unbind all channels.
 */
void dxg_vmbus_unregister(void)
{
	vmbus_driver_unregister(&dxg_vmbus_driver);
}
