// SPDX-License-Identifier: GPL-2.0
/*
 * The config space of a GPU partition's function: a standard header with no
 * BARs, no capabilities and no interrupt, and the GPU-PV registers.
 *
 *	0xc0	16 bytes, read: instance GUID of the GPU's VMBus channel
 *	0xd0	4 bytes, read: interface version of the host; write: of the guest
 *	0xd4	8 bytes, read: LUID of the virtual GPU on the host; 4 bytes,
 *		write: capability word of the guest
 *	0xdc	4 bytes, read: capability word of the host
 *
 * The LUID and the host's capabilities exist from interface version 40 on.
 */
#include <string.h>

#include "config.h"

#define REG_VENDOR		0x00u
#define REG_COMMAND		0x04u
#define REG_CLASS_REVISION	0x08u
#define REG_CACHE_LINE		0x0cu
#define REG_INTERRUPT_LINE	0x3cu
#define REG_GPU_INSTANCE	0xc0u
#define REG_GPU_VERSION		0xd0u
#define REG_GPU_LUID		0xd4u
#define REG_GPU_GUEST_CAPS	0xd4u
#define REG_GPU_HOST_CAPS	0xdcu
#define GPU_REGS_END		0xe0u

/*
 * Memory, bus master, parity response, SERR, interrupt disable. The bit for IO
 * space is hardwired to 0, as in a function without IO BARs.
 */
#define COMMAND_WRITABLE	0x0546u

#define CLASS_DISPLAY_3D	0x030200u
#define CLASS_ACCELERATOR	0x120000u
#define DEVICE_COMPUTE		0x008au

#define VERSION_EXTENDED	40u	/* first version with LUID and host capabilities */

uint32_t vpci_class_revision(const struct vpci_config *c)
{
	return (c->device == DEVICE_COMPUTE ? CLASS_ACCELERATOR : CLASS_DISPLAY_3D) << 8;
}

static void put(uint8_t *image, uint32_t off, uint64_t value, unsigned int len)
{
	for (unsigned int i = 0; i < len; i++)
		image[off + i] = value >> (8 * i);
}

void vpci_config_read(const struct vpci_config *c, const struct vpci_regs *r, uint32_t off,
		      void *data, unsigned int len)
{
	uint8_t image[GPU_REGS_END + 8] = { 0 };

	put(image, REG_VENDOR, c->vendor | (uint32_t)c->device << 16, 4);
	put(image, REG_COMMAND, r->command, 2);		/* no error ever in the status half */
	put(image, REG_CLASS_REVISION, vpci_class_revision(c), 4);
	put(image, REG_CACHE_LINE, r->cache_line, 1);
	put(image, REG_INTERRUPT_LINE, r->interrupt_line, 1);
	memcpy(image + REG_GPU_INSTANCE, c->gpu_instance.b, sizeof(c->gpu_instance.b));
	put(image, REG_GPU_VERSION, c->version, 4);
	if (c->version >= VERSION_EXTENDED) {
		put(image, REG_GPU_LUID, c->host_luid, 8);
		put(image, REG_GPU_HOST_CAPS, c->host_caps, 4);
	}
	memset(data, 0, len);
	if (off < sizeof(image))
		memcpy(data, image + off, off + len > sizeof(image) ? sizeof(image) - off : len);
}

static void write_header_byte(struct vpci_regs *r, uint32_t off, uint8_t value)
{
	uint16_t mask;

	switch (off) {
	case REG_COMMAND:
	case REG_COMMAND + 1:
		mask = off == REG_COMMAND ? 0x00ff : 0xff00;
		r->command = (r->command & ~mask) |
			     ((uint16_t)(value << 8 | value) & mask & COMMAND_WRITABLE);
		break;
	case REG_CACHE_LINE:
		r->cache_line = value;
		break;
	case REG_INTERRUPT_LINE:
		r->interrupt_line = value;
		break;
	default:
		break;		/* read-only, or not there */
	}
}

static bool write_gpu(const struct vpci_ops *ops, void *ctx, uint32_t off, const uint8_t *data,
		      unsigned int len)
{
	uint32_t value;

	/* These are words: a part of one has no meaning. */
	if (off % 4 || len != 4)
		return false;
	memcpy(&value, data, 4);
	if (off == REG_GPU_VERSION && ops->guest_version)
		ops->guest_version(ctx, value);
	else if (off == REG_GPU_GUEST_CAPS && ops->guest_caps)
		ops->guest_caps(ctx, value);
	return off == REG_GPU_VERSION || off == REG_GPU_GUEST_CAPS;
}

bool vpci_config_write(struct vpci_regs *r, const struct vpci_ops *ops, void *ctx, uint32_t off,
		       const void *data, unsigned int len)
{
	const uint8_t *d = data;

	if (off >= REG_GPU_INSTANCE && off < GPU_REGS_END)
		return write_gpu(ops, ctx, off, d, len);
	for (unsigned int i = 0; i < len; i++)
		write_header_byte(r, off + i, d[i]);
	return true;
}
