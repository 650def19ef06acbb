// SPDX-License-Identifier: GPL-2.0
/*
 * The vPCI channels: the conversation with the guest's pci-hyperv, removal, and
 * the windows through which it reaches the config space.
 *
 * Conversation: QUERY_PROTOCOL_VERSION, QUERY_BUS_RELATIONS (answered by an
 * in-band BUS_RELATIONS), QUERY_RESOURCE_REQUIREMENTS, BUS_D0ENTRY with the
 * address of the window, RESOURCES_ASSIGNED; backwards at the end. A
 * closed channel is back at the start.
 */
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "config.h"

#define AREA "vpci"

#define VPCI_CLASS	"44c4f61d-4444-4400-9d52-802e27ede19f"

#define VPCI_VERSION_MIN	0x10001u
#define VPCI_VERSION_MAX	0x10004u
#define VPCI_VERSION_RES2	0x10002u	/* from here on RESOURCES_ASSIGNED2 */
#define VPCI_VERSION_REL2	0x10004u	/* from here on BUS_RELATIONS2 */

/* enum pci_message_type of pci-hyperv.c */
#define PCI_BUS_RELATIONS		0x42490000u
#define PCI_QUERY_BUS_RELATIONS		0x42490001u
#define PCI_POWER_STATE_CHANGE		0x42490004u
#define PCI_QUERY_RESOURCE_REQUIREMENTS	0x42490005u
#define PCI_BUS_D0ENTRY			0x42490007u
#define PCI_BUS_D0EXIT			0x42490008u
#define PCI_READ_BLOCK			0x42490009u
#define PCI_WRITE_BLOCK			0x4249000au
#define PCI_EJECT			0x4249000bu
#define PCI_EJECTION_COMPLETE		0x4249000fu
#define PCI_RESOURCES_ASSIGNED		0x42490010u
#define PCI_RESOURCES_RELEASED		0x42490011u
#define PCI_QUERY_PROTOCOL_VERSION	0x42490013u
#define PCI_CREATE_INTERRUPT		0x42490014u
#define PCI_DELETE_INTERRUPT		0x42490015u
#define PCI_RESOURCES_ASSIGNED2		0x42490016u
#define PCI_CREATE_INTERRUPT2		0x42490017u
#define PCI_DELETE_INTERRUPT2		0x42490018u
#define PCI_BUS_RELATIONS2		0x42490019u
#define PCI_CREATE_INTERRUPT3		0x4249001bu

#define STATUS_SUCCESS			0u
#define STATUS_INVALID_PARAMETER	0xc000000du
#define STATUS_REVISION_MISMATCH	0xc0000059u
#define STATUS_NOT_SUPPORTED		0xc00000bbu
#define STATUS_INVALID_DEVICE_STATE	0xc0000184u

#define WINDOW_SIZE		0x2000ull	/* a page to select the slot, a page of registers */
#define WINDOW_REGISTERS	0x1000ull
#define SLOT			0u		/* device 0, function 0 */
#define EJECT_TIMEOUT_NS	10000000000ull

/* What a guest sends at least, by message; pci-hyperv.c has the structs. */
#define LEN_MESSAGE		4u
#define LEN_VERSION		8u
#define LEN_CHILD		8u
#define LEN_D0ENTRY		16u
#define LEN_ASSIGNED		148u
#define LEN_ASSIGNED2		202u

struct vpci_function {
	struct vpci_function *next;
	struct vmbus *v;
	struct host *h;
	struct vmbus_channel *ch;
	struct vpci_config c;
	const struct vpci_ops *ops;
	void *ctx;

	uint32_t version;		/* negotiated; 0: not yet */
	bool d0;
	uint64_t window;		/* guest-physical, 0: none yet; outside D0 an empty slot */
	uint32_t slot;			/* selected in the window */
	struct vpci_regs regs;

	bool removing;			/* vpci_remove() was called */
	struct host_timer *eject;	/* rescinds at last; NULL: not ejecting */
};

/* All functions of all buses, by host->lock of their host; a process has one host. */
static struct vpci_function *functions;

static void complete(struct vpci_function *f, const struct vmbus_packet *p, uint32_t status,
		     unsigned int words)
{
	uint32_t answer[7] = { status };

	if (p->wants_completion)
		vmbus_complete(f->ch, p->transaction, answer, words * sizeof(answer[0]));
}

/* pci-hyperv drops answers of 4 bytes or less: two words at least. */
static void complete_status(struct vpci_function *f, const struct vmbus_packet *p,
			    uint32_t status)
{
	complete(f, p, status, 2);
}

static uint32_t word(const struct vmbus_packet *p, unsigned int i)
{
	uint32_t v;

	memcpy(&v, p->data + 4 * i, 4);
	return v;
}

static void on_version(struct vpci_function *f, const struct vmbus_packet *p)
{
	uint32_t version = word(p, 1);

	if (version < VPCI_VERSION_MIN || version > VPCI_VERSION_MAX) {
		log_info(AREA, "%s: version %u.%u refused", f->c.name, version >> 16,
			 version & 0xffff);
		complete_status(f, p, STATUS_REVISION_MISMATCH);
		return;
	}
	f->version = version;
	log_debug(AREA, "%s: version %u.%u", f->c.name, version >> 16, version & 0xffff);
	complete_status(f, p, STATUS_SUCCESS);
}

static void send_relations(struct vpci_function *f)
{
	struct {
		uint32_t type, count;
		uint16_t vendor, device;
		uint32_t class_revision;	/* revision, interface, subclass, class: bytes */
		uint32_t subsystem, slot, serial;
		uint32_t flags, numa_node;	/* of BUS_RELATIONS2 */
	} m = {
		.type = f->version >= VPCI_VERSION_REL2 ? PCI_BUS_RELATIONS2 : PCI_BUS_RELATIONS,
		.count = 1,
		.vendor = f->c.vendor,
		.device = f->c.device,
		.class_revision = vpci_class_revision(&f->c),
		.slot = SLOT,
		.serial = 1,
	};

	/* A function that is being ejected is not on the bus any more. */
	if (f->removing)
		m.count = 0;
	vmbus_send(f->ch, VMBUS_PACKET_INBAND, 0, &m,
		   f->version >= VPCI_VERSION_REL2 ? 36 : 28);
}

static bool window_taken(const struct vpci_function *f, uint64_t base)
{
	for (const struct vpci_function *i = functions; i; i = i->next)
		if (i != f && i->v == f->v && i->d0 && base < i->window + WINDOW_SIZE &&
		    i->window < base + WINDOW_SIZE)
			return true;
	return false;
}

static void on_d0_entry(struct vpci_function *f, const struct vmbus_packet *p)
{
	uint64_t base;

	memcpy(&base, p->data + 8, 8);
	if (f->d0) {
		/* The guest (a kdump kernel) then leaves D0 first and tries again. */
		complete_status(f, p, STATUS_INVALID_DEVICE_STATE);
		return;
	}
	if (!base || base % GMEM_PAGE_SIZE || base > UINT64_MAX - WINDOW_SIZE ||
	    window_taken(f, base)) {
		log_violation(AREA, "%s: window at %#llx refused", f->c.name,
			      (unsigned long long)base);
		complete_status(f, p, STATUS_INVALID_PARAMETER);
		return;
	}
	f->d0 = true;
	f->window = base;
	f->slot = SLOT;
	log_debug(AREA, "%s: D0, window %#llx", f->c.name, (unsigned long long)base);
	complete_status(f, p, STATUS_SUCCESS);
}

static void leave_d0(struct vpci_function *f)
{
	f->d0 = false;
	memset(&f->regs, 0, sizeof(f->regs));
}

/* Nothing of @f may be touched after this: the object may be gone. */
static void rescind(struct vpci_function *f)
{
	log_info(AREA, "%s: removed", f->c.name);
	vmbus_rescind(f->ch);
}

static void eject_end(void *arg)
{
	struct vpci_function *f = arg;

	f->eject = NULL;
	rescind(f);
}

/* The guest has let go, or never will: rescind, but not from within the channel's callback. */
static void eject_soon(struct vpci_function *f)
{
	if (!f->eject)
		return;
	host_timer_cancel(f->h, f->eject);
	f->eject = host_timer_add(f->h, 0, eject_end, f);
}

static void on_ejection_complete(struct vpci_function *f, const struct vmbus_packet *p)
{
	if (!f->eject) {
		log_violation(AREA, "%s: ejection complete, but nothing was ejected", f->c.name);
		complete_status(f, p, STATUS_INVALID_DEVICE_STATE);
		return;
	}
	leave_d0(f);
	eject_soon(f);
	complete_status(f, p, STATUS_SUCCESS);
}

/* The least length of a message; 0: no such message. */
static uint32_t least_len(uint32_t type)
{
	switch (type) {
	case PCI_QUERY_PROTOCOL_VERSION:
		return LEN_VERSION;
	case PCI_QUERY_BUS_RELATIONS:
	case PCI_BUS_D0EXIT:
		return LEN_MESSAGE;
	case PCI_BUS_D0ENTRY:
		return LEN_D0ENTRY;
	case PCI_RESOURCES_ASSIGNED:
		return LEN_ASSIGNED;
	case PCI_RESOURCES_ASSIGNED2:
		return LEN_ASSIGNED2;
	case PCI_QUERY_RESOURCE_REQUIREMENTS:
	case PCI_RESOURCES_RELEASED:
	case PCI_EJECTION_COMPLETE:
	case PCI_POWER_STATE_CHANGE:
	case PCI_CREATE_INTERRUPT:
	case PCI_CREATE_INTERRUPT2:
	case PCI_CREATE_INTERRUPT3:
	case PCI_DELETE_INTERRUPT:
	case PCI_DELETE_INTERRUPT2:
	case PCI_READ_BLOCK:
	case PCI_WRITE_BLOCK:
		return LEN_CHILD;
	default:
		return 0;
	}
}

static void dispatch(struct vpci_function *f, uint32_t type, const struct vmbus_packet *p)
{
	switch (type) {
	case PCI_QUERY_PROTOCOL_VERSION:
		on_version(f, p);
		break;
	case PCI_QUERY_BUS_RELATIONS:
		send_relations(f);
		break;
	case PCI_QUERY_RESOURCE_REQUIREMENTS:
		complete(f, p, STATUS_SUCCESS, 7);	/* a status and six BARs of no size */
		break;
	case PCI_BUS_D0ENTRY:
		on_d0_entry(f, p);
		break;
	case PCI_BUS_D0EXIT:
		leave_d0(f);
		complete_status(f, p, STATUS_SUCCESS);
		break;
	case PCI_RESOURCES_ASSIGNED:
	case PCI_RESOURCES_ASSIGNED2:
		complete_status(f, p, f->d0 ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_STATE);
		break;
	case PCI_RESOURCES_RELEASED:
		complete_status(f, p, STATUS_SUCCESS);
		break;
	case PCI_POWER_STATE_CHANGE:
		complete(f, p, STATUS_SUCCESS, 4);
		break;
	case PCI_CREATE_INTERRUPT:
	case PCI_CREATE_INTERRUPT2:
	case PCI_CREATE_INTERRUPT3:
		/* The function has no interrupt; the answer has the length of a granted one. */
		complete(f, p, STATUS_NOT_SUPPORTED, 6);
		break;
	case PCI_EJECTION_COMPLETE:
		on_ejection_complete(f, p);
		break;
	default:		/* deleted interrupts that never were, config blocks */
		complete_status(f, p, STATUS_NOT_SUPPORTED);
		break;
	}
}

static void vpci_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct vpci_function *f = priv;
	uint32_t type, least;

	(void)ch;
	if (p->type != VMBUS_PACKET_INBAND || p->len < 4) {
		log_violation(AREA, "%s: packet of type %u with %u bytes", f->c.name, p->type,
			      p->len);
		return;
	}
	type = word(p, 0);
	least = least_len(type);
	log_debug(AREA, "%s: message %#x, %u bytes", f->c.name, type, p->len);
	if (!least || p->len < least) {
		log_violation(AREA, "%s: message %#x with %u bytes", f->c.name, type, p->len);
		complete_status(f, p, STATUS_INVALID_PARAMETER);
		return;
	}
	if (!f->version && type != PCI_QUERY_PROTOCOL_VERSION) {
		log_violation(AREA, "%s: message %#x before the version", f->c.name, type);
		complete_status(f, p, STATUS_INVALID_DEVICE_STATE);
		return;
	}
	/* What is about a slot must be about ours. */
	if (least == LEN_CHILD && type != PCI_QUERY_PROTOCOL_VERSION && type != PCI_READ_BLOCK &&
	    type != PCI_WRITE_BLOCK && word(p, 1) != SLOT) {
		log_violation(AREA, "%s: message %#x to slot %#x", f->c.name, type, word(p, 1));
		complete_status(f, p, STATUS_INVALID_PARAMETER);
		return;
	}
	dispatch(f, type, p);
}

static void vpci_close(struct vmbus_channel *ch, void *priv)
{
	struct vpci_function *f = priv;

	(void)ch;
	f->version = 0;
	leave_d0(f);
	eject_soon(f);
}

static void vpci_free(struct vmbus_channel *ch, void *priv)
{
	struct vpci_function *f = priv, **at;

	(void)ch;
	for (at = &functions; *at != f; at = &(*at)->next)
		;
	*at = f->next;
	if (f->eject)
		host_timer_cancel(f->h, f->eject);
	if (f->ops->gone)
		f->ops->gone(f->ctx);
	free(f);
}

static const struct vmbus_service vpci_service = {
	.name = "vpci",
	.close = vpci_close,
	.packet = vpci_packet,
	.free = vpci_free,
};

struct vpci_function *vpci_add(struct vmbus *v, const struct vpci_config *c,
			       const struct vpci_ops *ops, void *ctx)
{
	struct vmbus_offer o = { .instance = c->instance };
	struct vpci_function *f = calloc(1, sizeof(*f));

	if (!f)
		abort();
	if (!guid_parse(&o.type, VPCI_CLASS))
		abort();
	memcpy(o.name, c->name, sizeof(o.name));
	o.name[sizeof(o.name) - 1] = 0;
	f->v = v;
	f->c = *c;
	f->c.name[sizeof(f->c.name) - 1] = 0;
	f->ops = ops;
	f->ctx = ctx;
	f->ch = vmbus_offer(v, &o, &vpci_service, f);
	if (!f->ch) {
		free(f);
		return NULL;
	}
	f->h = vmbus_channel_host(f->ch);
	f->next = functions;
	functions = f;
	return f;
}

void vpci_remove(struct vpci_function *f, bool surprise)
{
	const uint32_t eject[2] = { PCI_EJECT, SLOT };

	if (f->removing && !(surprise && f->eject))
		return;
	f->removing = true;
	if (f->eject) {		/* was polite, now is not */
		host_timer_cancel(f->h, f->eject);
		f->eject = NULL;
	} else if (!surprise && f->d0 && vmbus_channel_is_open(f->ch)) {
		log_info(AREA, "%s: ejected", f->c.name);
		f->eject = host_timer_add(f->h, EJECT_TIMEOUT_NS, eject_end, f);
		vmbus_send(f->ch, VMBUS_PACKET_INBAND, 0, eject, sizeof(eject));
		return;
	}
	rescind(f);
}

/*
 * The function in whose window all of [gpa, gpa + len) lies. One that has left
 * D0 or was withdrawn keeps its window until the guest has released the channel:
 * who still reads there finds an empty slot, as on a bus, and no error.
 */
static struct vpci_function *find_window(struct vmbus *v, uint64_t gpa, unsigned int len)
{
	struct vpci_function *left = NULL;

	for (struct vpci_function *f = functions; f; f = f->next) {
		if (f->v != v || !f->window || gpa < f->window ||
		    gpa - f->window > WINDOW_SIZE - len)
			continue;
		if (f->d0)
			return f;
		left = f;
	}
	return left;
}

bool vpci_mmio_read(struct vmbus *v, uint64_t gpa, void *data, unsigned int len)
{
	struct vpci_function *f = find_window(v, gpa, len);
	uint64_t off;

	if (!f)
		return false;
	off = gpa - f->window;
	memset(data, 0xff, len);	/* an empty slot */
	if (off < WINDOW_REGISTERS) {
		if (off == 0 && len == 4)
			memcpy(data, &f->slot, 4);
	} else if (f->d0 && f->slot == SLOT) {
		vpci_config_read(&f->c, &f->regs, off - WINDOW_REGISTERS, data, len);
	}
	return true;
}

bool vpci_mmio_write(struct vmbus *v, uint64_t gpa, const void *data, unsigned int len)
{
	struct vpci_function *f = find_window(v, gpa, len);
	uint64_t off;

	if (!f)
		return false;
	off = gpa - f->window;
	if (off < WINDOW_REGISTERS) {
		if (off == 0 && len == 4)
			memcpy(&f->slot, data, 4);
		else
			log_violation(AREA, "%s: write of %u bytes to the slot page at %#llx",
				      f->c.name, len, (unsigned long long)off);
	} else if (f->d0 && f->slot == SLOT) {
		if (!vpci_config_write(&f->regs, f->ops, f->ctx, off - WINDOW_REGISTERS, data,
				       len))
			log_violation(AREA, "%s: write of %u bytes at config offset %#llx",
				      f->c.name, len,
				      (unsigned long long)(off - WINDOW_REGISTERS));
	}
	return true;
}
