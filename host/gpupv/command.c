// SPDX-License-Identifier: GPL-2.0
/*
 * The table of commands: number, name, lengths, who may send it, and which
 * function carries it out. Lengths are without the extended header.
 *
 * Numbers that the table lacks are either undefined, or defined but never sent
 * by a Linux guest, so that nothing is known of their layout: both are
 * violations. Commands with no function are known but not offered by this
 * host; they are answered with STATUS_NOT_SUPPORTED and are no violation.
 */
#include <stdlib.h>
#include <strings.h>

#include "exec.h"

#define G(nr, proc, req, rep, at, ...) \
	{ .number = WIRE_##nr, .name = #nr, .channel_type = WIRE_VM_TO_HOST, \
	  .process = PROCESS_##proc, .request = (req), .reply = (rep), .status_at = (at), \
	  ##__VA_ARGS__ }
#define V(nr, proc, req, rep, at, ...) \
	{ .number = WIRE_##nr, .name = #nr, .channel_type = WIRE_VGPU_TO_HOST, \
	  .process = PROCESS_##proc, .request = (req), .reply = (rep), .status_at = (at), \
	  ##__VA_ARGS__ }

static const struct gpupv_command commands[] = {
	G(CREATEPROCESS, NONE, 568, 4, -1, .run = run_createprocess),
	G(DESTROYPROCESS, NAMED, 24, 4, 0, .run = run_destroyprocess),
	G(OPENSYNCOBJECT, NAMED, 40, 24, 4, .run = run_opensyncobject),
	G(DESTROYSYNCOBJECT, NAMED, 32, 4, 0, .run = run_destroysyncobject),
	G(CREATENTSHAREDOBJECT, NAMED, 32, 4, -1, .run = run_createntsharedobject),
	G(DESTROYNTSHAREDOBJECT, NONE, 32, 4, 0, .run = run_destroyntsharedobject),
	G(SETIOSPACEREGION, NONE, 48, 4, 0, .run = run_setiospaceregion),
	G(SHAREOBJECTWITHHOST, NAMED, 40, 16, 0, .run = run_shareobjectwithhost),
	G(ISFEATUREENABLED_GLOBAL, NONE, 32, 16, 0, .run = run_isfeatureenabled_global),

	V(CREATEDEVICE, NAMED, 40, 4, -1, .run = run_createdevice),
	V(DESTROYDEVICE, NAMED, 32, 4, 0, .run = run_destroydevice),
	V(QUERYADAPTERINFO, NAMED, WIRE_QUERY_BASE + 1, 4, 0, .variable = true,
	  .run = run_queryadapterinfo, .shape = shape_queryadapterinfo),
	V(CREATEALLOCATION, NAMED, 64 + 12, 16, -1, .variable = true,
	  .run = run_createallocation, .shape = shape_createallocation),
	V(DESTROYALLOCATION, NAMED, 48, 4, 0, .variable = true, .run = run_destroyallocation),
	V(CREATECONTEXTVIRTUAL, NAMED, 55, 55, -1, .variable = true,
	  .run = run_createcontextvirtual, .shape = shape_createcontextvirtual),
	V(DESTROYCONTEXT, NAMED, 32, 4, 0, .run = run_destroycontext),
	V(CREATESYNCOBJECT, NAMED, 128, 32, -1, .run = run_createsyncobject),
	V(CREATEPAGINGQUEUE, NAMED, 56, 24, -1, .run = run_createpagingqueue),
	V(DESTROYPAGINGQUEUE, NAMED, 32, 4, 0, .run = run_destroypagingqueue),
	V(MAKERESIDENT, NAMED, 48, 24, 16, .variable = true, .run = run_makeresident),
	V(EVICT, NAMED, 40, 8, -1, .variable = true, .run = run_evict),
	V(ESCAPE, NAMED, 55, 0, -1, .variable = true, .run = run_escape),
	V(OPENADAPTER, NONE, 40, 16, 4, .when_closed = true, .run = run_openadapter),
	V(CLOSEADAPTER, NONE, 32, 4, 0, .run = run_closeadapter),
	V(FREEGPUVIRTUALADDRESS, NAMED, 48, 4, 0, .run = run_freegpuva),
	V(MAPGPUVIRTUALADDRESS, NAMED, 136, 24, 16, .run = run_mapgpuva),
	V(RESERVEGPUVIRTUALADDRESS, NAMED, 96, 16, -1, .run = run_reservegpuva),
	V(UPDATEGPUVIRTUALADDRESS, NAMED, 120, 4, 0, .variable = true, .run = run_updategpuva),
	V(SUBMITCOMMAND, NAMED, 408, 4, 0, .variable = true, .may_async = true,
	  .run = run_submitcommand),
	V(QUERYVIDEOMEMORYINFO, NAMED, 40, 32, -1, .run = run_queryvideomemoryinfo),
	V(WAITFORSYNCOBJECTFROMCPU, NAMED, 56, 4, 0, .variable = true, .run = run_waitfromcpu),
	V(LOCK2, NAMED, 64, 16, 0, .run = run_lock2),
	V(UNLOCK2, NAMED, 40, 4, 0, .run = run_unlock2),
	V(WAITFORSYNCOBJECTFROMGPU, NAMED, 52, 4, 0, .variable = true, .may_async = true,
	  .run = run_waitfromgpu),
	V(SIGNALSYNCOBJECT, NAMED, 56, 4, 0, .variable = true, .may_async = true,
	  .run = run_signalsyncobject),
	V(GETDEVICESTATE, NAMED, 80, 64, 56, .run = run_getdevicestate),
	V(MARKDEVICEASERROR, NAMED, 32, 4, 0, .run = run_markdeviceaserror),
	V(OPENRESOURCE, NAMED, 48, 8, 4, .run = run_openresource, .shape = shape_openresource),
	V(SETCONTEXTSCHEDULINGPRIORITY, NAMED, 40, 4, 0, .run = run_setcontextpriority),
	V(GETINTERNALADAPTERINFO, NONE, 24, 4, 0, .run = run_getinternaladapterinfo),
	V(FLUSHHEAPTRANSITIONS, NAMED, 24, 4, 0, .run = run_flushheaptransitions),
	V(DDIGETSTANDARDALLOCATIONDRIVERDATA, NAMED, 64, 36, 0,
	  .run = run_getstandardallocation, .shape = shape_getstandardallocation),
	V(QUERYALLOCATIONRESIDENCY, NAMED, 56, 8, 0, .variable = true,
	  .run = run_queryallocationresidency, .shape = shape_queryallocationresidency),
	V(FLUSHDEVICE, NAMED, 32, 4, 0, .run = run_flushdevice),
	V(SETEXISTINGSYSMEMSTORE, NAMED, 40, 4, 0, .run = run_setexistingsysmemstore),
	V(QUERYSTATISTICS, MAY, 832, 784, 0, .run = run_querystatistics),
	V(CHANGEVIDEOMEMORYRESERVATION, NAMED, 56, 4, 0, .run = run_changevideomemoryreservation),
	V(CREATEHWQUEUE, NAMED, 72, 72, 24, .variable = true,
	  .run = run_createhwqueue, .shape = shape_createhwqueue),
	V(DESTROYHWQUEUE, NAMED, 32, 4, 0, .run = run_destroyhwqueue),
	V(SUBMITCOMMANDTOHWQUEUE, NAMED, 80, 4, 0, .variable = true, .may_async = true,
	  .run = run_submitcommandtohwqueue),
	V(UPDATEALLOCATIONPROPERTY, NAMED, 64, 16, 8, .run = run_updateallocationproperty),
	V(OFFERALLOCATIONS, NAMED, 48, 4, 0, .variable = true, .run = run_offerallocations),
	V(RECLAIMALLOCATIONS, NAMED, 48, 16, 8, .variable = true,
	  .run = run_reclaimallocations, .shape = shape_reclaimallocations),
	V(SETALLOCATIONPRIORITY, NAMED, 40, 4, 0, .variable = true,
	  .run = run_setallocationpriority),
	V(GETALLOCATIONPRIORITY, NAMED, 40, 8, 0, .variable = true,
	  .run = run_getallocationpriority, .shape = shape_getallocationpriority),
	V(GETCONTEXTSCHEDULINGPRIORITY, NAMED, 32, 8, 0, .run = run_getcontextpriority),
	V(QUERYCLOCKCALIBRATION, NAMED, 64, 32, 0, .run = run_queryclockcalibration),
	V(SETEXISTINGSYSMEMPAGES, NAMED, 40 + 8 * 15867, 4, 0, .run = run_setexistingsysmempages),
	V(INVALIDATECACHE, NAMED, 56, 4, 0, .run = run_invalidatecache),
	V(ISFEATUREENABLED, NONE, 32, 16, 0, .run = run_isfeatureenabled),
};

const struct gpupv_command *command_find(uint32_t channel_type, uint32_t number)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		const struct gpupv_command *c = &commands[i];

		if (c->number == number && c->channel_type == channel_type)
			return c;
	}
	return NULL;
}

const struct gpupv_command *command_parse(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 0);
	bool numeric = end != text && !*end;

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		const struct gpupv_command *c = &commands[i];

		if (numeric ? c->number == number : !strcasecmp(c->name, text))
			return c;
	}
	return NULL;
}

size_t command_count(void)
{
	return G_N_ELEMENTS(commands);
}

const struct gpupv_command *command_at(size_t i)
{
	return &commands[i];
}

size_t command_index(const struct gpupv_command *command)
{
	return command - commands;
}
