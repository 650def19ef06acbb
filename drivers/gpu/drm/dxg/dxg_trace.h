/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: each message to the host, its reply joined by port and id, what
 * the host says by itself, and what went wrong.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM dxg

#if !defined(_DXG_TRACE_H_) || defined(TRACE_HEADER_MULTI_READ)
#define _DXG_TRACE_H_

#include <linux/ktime.h>
#include <linux/tracepoint.h>

#include "dxg_proto.h"
#include "dxg_transport.h"

#ifndef dxg_trace_command
#define dxg_trace_command(command) \
	__print_symbolic(command, \
		{ DXGP_CMD_CREATEDEVICE, "CREATEDEVICE" }, \
		{ DXGP_CMD_DESTROYDEVICE, "DESTROYDEVICE" }, \
		{ DXGP_CMD_QUERYADAPTERINFO, "QUERYADAPTERINFO" }, \
		{ DXGP_CMD_CREATEALLOCATION, "CREATEALLOCATION" }, \
		{ DXGP_CMD_DESTROYALLOCATION, "DESTROYALLOCATION" }, \
		{ DXGP_CMD_CREATECONTEXTVIRTUAL, "CREATECONTEXTVIRTUAL" }, \
		{ DXGP_CMD_DESTROYCONTEXT, "DESTROYCONTEXT" }, \
		{ DXGP_CMD_CREATESYNCOBJECT, "CREATESYNCOBJECT" }, \
		{ DXGP_CMD_CREATEPAGINGQUEUE, "CREATEPAGINGQUEUE" }, \
		{ DXGP_CMD_DESTROYPAGINGQUEUE, "DESTROYPAGINGQUEUE" }, \
		{ DXGP_CMD_MAKERESIDENT, "MAKERESIDENT" }, \
		{ DXGP_CMD_EVICT, "EVICT" }, \
		{ DXGP_CMD_ESCAPE, "ESCAPE" }, \
		{ DXGP_CMD_OPENADAPTER, "OPENADAPTER" }, \
		{ DXGP_CMD_CLOSEADAPTER, "CLOSEADAPTER" }, \
		{ DXGP_CMD_FREEGPUVIRTUALADDRESS, "FREEGPUVIRTUALADDRESS" }, \
		{ DXGP_CMD_MAPGPUVIRTUALADDRESS, "MAPGPUVIRTUALADDRESS" }, \
		{ DXGP_CMD_RESERVEGPUVIRTUALADDRESS, "RESERVEGPUVIRTUALADDRESS" }, \
		{ DXGP_CMD_UPDATEGPUVIRTUALADDRESS, "UPDATEGPUVIRTUALADDRESS" }, \
		{ DXGP_CMD_SUBMITCOMMAND, "SUBMITCOMMAND" }, \
		{ DXGP_CMD_QUERYVIDEOMEMORYINFO, "QUERYVIDEOMEMORYINFO" }, \
		{ DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, "WAITFORSYNCOBJECTFROMCPU" }, \
		{ DXGP_CMD_LOCK2, "LOCK2" }, \
		{ DXGP_CMD_UNLOCK2, "UNLOCK2" }, \
		{ DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, "WAITFORSYNCOBJECTFROMGPU" }, \
		{ DXGP_CMD_SIGNALSYNCOBJECT, "SIGNALSYNCOBJECT" }, \
		{ DXGP_CMD_GETDEVICESTATE, "GETDEVICESTATE" }, \
		{ DXGP_CMD_MARKDEVICEASERROR, "MARKDEVICEASERROR" }, \
		{ DXGP_CMD_OPENRESOURCE, "OPENRESOURCE" }, \
		{ DXGP_CMD_SETCONTEXTSCHEDULINGPRIORITY, "SETCONTEXTSCHEDULINGPRIORITY" }, \
		{ DXGP_CMD_GETINTERNALADAPTERINFO, "GETINTERNALADAPTERINFO" }, \
		{ DXGP_CMD_FLUSHHEAPTRANSITIONS, "FLUSHHEAPTRANSITIONS" }, \
		{ DXGP_CMD_GETSTANDARDALLOCPRIVDATA, "GETSTANDARDALLOCPRIVDATA" }, \
		{ DXGP_CMD_QUERYALLOCATIONRESIDENCY, "QUERYALLOCATIONRESIDENCY" }, \
		{ DXGP_CMD_FLUSHDEVICE, "FLUSHDEVICE" }, \
		{ DXGP_CMD_SETEXISTINGSYSMEMSTORE, "SETEXISTINGSYSMEMSTORE" }, \
		{ DXGP_CMD_QUERYSTATISTICS, "QUERYSTATISTICS" }, \
		{ DXGP_CMD_CHANGEVIDEOMEMORYRESERVATION, "CHANGEVIDEOMEMORYRESERVATION" }, \
		{ DXGP_CMD_CREATEHWQUEUE, "CREATEHWQUEUE" }, \
		{ DXGP_CMD_DESTROYHWQUEUE, "DESTROYHWQUEUE" }, \
		{ DXGP_CMD_SUBMITCOMMANDTOHWQUEUE, "SUBMITCOMMANDTOHWQUEUE" }, \
		{ DXGP_CMD_UPDATEALLOCATIONPROPERTY, "UPDATEALLOCATIONPROPERTY" }, \
		{ DXGP_CMD_OFFERALLOCATIONS, "OFFERALLOCATIONS" }, \
		{ DXGP_CMD_RECLAIMALLOCATIONS, "RECLAIMALLOCATIONS" }, \
		{ DXGP_CMD_SETALLOCATIONPRIORITY, "SETALLOCATIONPRIORITY" }, \
		{ DXGP_CMD_GETALLOCATIONPRIORITY, "GETALLOCATIONPRIORITY" }, \
		{ DXGP_CMD_GETCONTEXTSCHEDULINGPRIORITY, "GETCONTEXTSCHEDULINGPRIORITY" }, \
		{ DXGP_CMD_QUERYCLOCKCALIBRATION, "QUERYCLOCKCALIBRATION" }, \
		{ DXGP_CMD_SETEXISTINGSYSMEMPAGES, "SETEXISTINGSYSMEMPAGES" }, \
		{ DXGP_CMD_INVALIDATECACHE, "INVALIDATECACHE" }, \
		{ DXGP_CMD_ISFEATUREENABLED, "ISFEATUREENABLED" }, \
		{ DXGP_CMD_CREATEPROCESS, "CREATEPROCESS" }, \
		{ DXGP_CMD_DESTROYPROCESS, "DESTROYPROCESS" }, \
		{ DXGP_CMD_OPENSYNCOBJECT, "OPENSYNCOBJECT" }, \
		{ DXGP_CMD_DESTROYSYNCOBJECT, "DESTROYSYNCOBJECT" }, \
		{ DXGP_CMD_CREATENTSHAREDOBJECT, "CREATENTSHAREDOBJECT" }, \
		{ DXGP_CMD_DESTROYNTSHAREDOBJECT, "DESTROYNTSHAREDOBJECT" }, \
		{ DXGP_CMD_SETIOSPACEREGION, "SETIOSPACEREGION" }, \
		{ DXGP_CMD_SHAREOBJECTWITHHOST, "SHAREOBJECTWITHHOST" }, \
		{ DXGP_CMD_ISFEATUREENABLED_GLOBAL, "ISFEATUREENABLED_GLOBAL" })
#define dxg_trace_message(message) \
	__print_symbolic(message, \
		{ DXGP_HOST_SIGNALGUESTEVENT, "SIGNALGUESTEVENT" }, \
		{ DXGP_HOST_PROPAGATEPRESENTHISTORYTOKEN, "PROPAGATEPRESENTHISTORYTOKEN" }, \
		{ DXGP_HOST_SETGUESTDATA, "SETGUESTDATA" }, \
		{ DXGP_HOST_SIGNALGUESTEVENTPASSIVE, "SIGNALGUESTEVENTPASSIVE" }, \
		{ DXGP_HOST_SENDWNFNOTIFICATION, "SENDWNFNOTIFICATION" })
#endif

TRACE_EVENT(dxg_send,
	TP_PROTO(const struct dxg_port *port, struct dxg_request *req, u64 id),
	TP_ARGS(port, req, id),
	TP_STRUCT__entry(
		__string(port, port->name)
		__field(u64, id)
		__field(u64, luid)
		__field(u32, command)
		__field(u32, process)
		__field(u32, len)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->id = id;
		__entry->luid = (u64)req->link->luid.b << 32 | req->link->luid.a;
		__entry->command = req->command;
		__entry->process = ((struct dxgp_header *)dxg_request_cmd(req))->process;
		__entry->len = req->msg_len;
	),
	TP_printk("port=%s id=%llu command=%s luid=0x%llx process=0x%x len=%u",
		  __get_str(port), __entry->id, dxg_trace_command(__entry->command),
		  __entry->luid, __entry->process, __entry->len)
);

TRACE_EVENT(dxg_reply,
	TP_PROTO(const struct dxg_port *port, const struct dxg_request *req, size_t len, bool late),
	TP_ARGS(port, req, len, late),
	TP_STRUCT__entry(
		__string(port, port->name)
		__field(u64, id)
		__field(u64, ns)
		__field(u32, command)
		__field(u32, len)
		__field(u32, want)
		__field(bool, late)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->id = req->id;
		/* 0: sent when nobody traced. */
		__entry->ns = req->start ? ktime_to_ns(ktime_sub(ktime_get(), req->start)) : 0;
		__entry->command = req->command;
		__entry->len = len;
		__entry->want = req->want;
		__entry->late = late;
	),
	TP_printk("port=%s id=%llu command=%s len=%u want=%u ns=%llu%s",
		  __get_str(port), __entry->id, dxg_trace_command(__entry->command),
		  __entry->len, __entry->want, __entry->ns, __entry->late ? " late" : "")
);

TRACE_EVENT(dxg_abandon,
	TP_PROTO(const struct dxg_port *port, const struct dxg_request *req, int error),
	TP_ARGS(port, req, error),
	TP_STRUCT__entry(
		__string(port, port->name)
		__field(u64, id)
		__field(u32, command)
		__field(int, error)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->id = req->id;
		__entry->command = req->command;
		__entry->error = error;
	),
	TP_printk("port=%s id=%llu command=%s error=%d", __get_str(port), __entry->id,
		  dxg_trace_command(__entry->command), __entry->error)
);

TRACE_EVENT(dxg_host_message,
	TP_PROTO(const struct dxg_port *port, u32 message, size_t len),
	TP_ARGS(port, message, len),
	TP_STRUCT__entry(
		__string(port, port->name)
		__field(u32, message)
		__field(u32, len)
	),
	TP_fast_assign(
		__assign_str(port);
		__entry->message = message;
		__entry->len = len;
	),
	TP_printk("port=%s message=%s len=%u", __get_str(port),
		  dxg_trace_message(__entry->message), __entry->len)
);

TRACE_EVENT(dxg_violation,
	TP_PROTO(const struct dxg_port *port, const char *what, u64 value),
	TP_ARGS(port, what, value),
	TP_STRUCT__entry(
		__string(port, port->name)
		__string(what, what)
		__field(u64, value)
	),
	TP_fast_assign(
		__assign_str(port);
		__assign_str(what);
		__entry->value = value;
	),
	TP_printk("port=%s %s (0x%llx)", __get_str(port), __get_str(what), __entry->value)
);

TRACE_EVENT(dxg_status,
	TP_PROTO(u32 command, u32 status, int error),
	TP_ARGS(command, status, error),
	TP_STRUCT__entry(
		__field(u32, command)
		__field(u32, status)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->command = command;
		__entry->status = status;
		__entry->error = error;
	),
	TP_printk("command=%s status=0x%08x error=%d", dxg_trace_command(__entry->command),
		  __entry->status, __entry->error)
);

TRACE_EVENT(dxg_vm_lost,
	TP_PROTO(u32 device, u32 reason, u32 blame, int error),
	TP_ARGS(device, reason, blame, error),
	TP_STRUCT__entry(
		__field(u32, device)
		__field(u32, reason)
		__field(u32, blame)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->device = device;
		__entry->reason = reason;
		__entry->blame = blame;
		__entry->error = error;
	),
	TP_printk("device=0x%x reason=%u blame=%u error=%d", __entry->device, __entry->reason,
		  __entry->blame, __entry->error)
);

#endif /* _DXG_TRACE_H_ */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE dxg_trace
#include <trace/define_trace.h>
