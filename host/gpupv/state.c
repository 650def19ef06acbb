// SPDX-License-Identifier: GPL-2.0
/* GETDEVICESTATE, and the clocks of a GPU. */
#include <string.h>

#include "exec.h"

static void fill_fault(const struct gpupv_device *d, struct wire_pagefault *f)
{
	if (d->state != DEVICE_DMA_PAGE_FAULT && d->state != DEVICE_DMA_FAULT)
		return;
	f->stage = WIRE_STAGE_UNKNOWN;
	f->flags = d->fault_flags;
	f->code = d->state == DEVICE_DMA_PAGE_FAULT ? WIRE_FAULT_CODE_PAGE_FAULT :
						      WIRE_FAULT_CODE_INVALID_INSTRUCTION;
	f->va = d->fault_va;
}

uint32_t run_getdevicestate(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_getdevicestate_return *reply;
	struct wire_getdevicestate w;
	struct gpupv_device *d;

	message_copy(m, &w, sizeof(w));
	d = device_get(m, w.args.device);
	if (!d)
		return refuse(m, STATUS_INVALID_HANDLE, "device %#x", w.args.device);
	if (w.args.type != WIRE_STATE_EXECUTION && w.args.type != WIRE_STATE_RESET &&
	    w.args.type != WIRE_STATE_PAGE_FAULT)
		return w.args.type >= WIRE_STATE_EXECUTION &&
		       w.args.type <= WIRE_STATE_PRESENT_QUEUE ? STATUS_NOT_SUPPORTED :
								 STATUS_INVALID_PARAMETER;
	reply = reply_make(r, sizeof(*reply));
	reply->args.device = w.args.device;
	reply->args.type = w.args.type;
	if (w.args.type == WIRE_STATE_EXECUTION)
		reply->args.execution = d->state;
	else if (w.args.type == WIRE_STATE_PAGE_FAULT)
		fill_fault(d, &reply->args.fault);
	return STATUS_SUCCESS;
}

#define CPU_CLOCK_NS	100u		/* the host's performance counter counts these. [host] */

uint32_t run_queryclockcalibration(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_queryclockcalibration w;
	uint64_t gpu, cpu, hz = ENGINE_CLOCK_HZ;
	uint8_t *reply;

	message_copy(m, &w, sizeof(w));
	if (w.adapter != m->gpu->adapter)
		return refuse(m, STATUS_INVALID_HANDLE, "adapter %#x, %s is open as %#x", w.adapter,
			      m->gpu->cfg.name, m->gpu->adapter);
	if (w.node >= m->gpu->cfg.nodes || w.physical_adapter)
		return STATUS_INVALID_PARAMETER;
	gpu = engine_now(m->g);
	cpu = gpu / CPU_CLOCK_NS;
	reply = reply_make(r, WIRE_CLOCK_RETURN_SIZE);
	memcpy(reply + WIRE_CLOCK_FREQUENCY, &hz, sizeof(hz));
	memcpy(reply + WIRE_CLOCK_GPU, &gpu, sizeof(gpu));
	memcpy(reply + WIRE_CLOCK_CPU, &cpu, sizeof(cpu));
	return STATUS_SUCCESS;
}
