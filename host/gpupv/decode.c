// SPDX-License-Identifier: GPL-2.0
/*
 * Decoding of messages and the rules that hold for all of them: packet flags,
 * headers, lengths, routing, the process and the state of the adapter. What is
 * left to a command's own function is its payload.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define ALIGN8(n)	(((n) + 7u) & ~7u)

static const char *channel_text(const struct gpupv_channel *chan)
{
	return chan->gpu ? chan->gpu->cfg.name : "global";
}

uint32_t refuse(const struct gpupv_message *m, uint32_t status, const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	m->chan->violations++;
	log_violation(AREA, "%s: %s (%u): %s", channel_text(m->chan),
		      m->command ? m->command->name : "message", m->hdr.command, text);
	return status;
}

uint32_t refuse_handle(const struct gpupv_message *m, const struct handle_table *t,
		       uint32_t handle, const char *what)
{
	if (handle_taken(t, handle))
		return STATUS_DEVICE_REMOVED;
	return refuse(m, STATUS_INVALID_HANDLE, "%s %#x", what, handle);
}

uint32_t require_zero(const struct gpupv_message *m, uint32_t from, uint32_t to, const char *what)
{
	for (uint32_t i = from; i < to && i < m->len; i++) {
		if (m->data[i])
			return refuse(m, STATUS_INVALID_PARAMETER, "%s not zero: byte %u is %#x",
				      what, i, m->data[i]);
	}
	return STATUS_SUCCESS;
}

uint32_t check_size(const struct gpupv_message *m, uint64_t size, uint64_t used)
{
	if (m->len != ((size + 7) & ~7ull))
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes in place of %llu", m->len,
			      (unsigned long long)size);
	return require_zero(m, used, m->len, "filling");
}

uint32_t message_u32(const struct gpupv_message *m, uint32_t offset)
{
	uint32_t v;

	memcpy(&v, m->data + offset, sizeof(v));
	return v;
}

uint64_t message_u64(const struct gpupv_message *m, uint32_t offset)
{
	uint64_t v;

	memcpy(&v, m->data + offset, sizeof(v));
	return v;
}

bool looks_like_kernel_address(uint64_t value)
{
	/* The upper half of the address space: x86-64 with 4 or 5 levels, arm64. */
	return value >= 0xff00000000000000ull;
}

void message_copy(const struct gpupv_message *m, void *out, size_t size)
{
	memcpy(out, m->data, MIN(size, m->len));
}

/*
 * Where the headers are and which command it is, as far as the length allows.
 * Nothing is judged yet: even a bad message is answered in its command's shape.
 */
static void identify(struct gpupv_message *m, const struct vmbus_packet *p)
{
	uint32_t skip = gpupv_has_ext_header(m->g) ? sizeof(struct wire_ext_header) : 0;

	if (p->len < skip)
		return;
	m->data = p->data + skip;
	m->len = p->len - skip;
	if (m->len < sizeof(m->hdr))
		return;
	memcpy(&m->hdr, m->data, sizeof(m->hdr));
	m->command = command_find(m->hdr.channel & WIRE_CHANNEL_TYPE_MASK, m->hdr.command);
}

static uint32_t check_ext_header(const struct gpupv_message *m, const struct vmbus_packet *p,
				 uint64_t *luid)
{
	struct wire_ext_header ext;

	*luid = 0;
	if (!gpupv_has_ext_header(m->g))
		return STATUS_SUCCESS;
	if (p->len < sizeof(ext))
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes hold no extended header",
			      p->len);
	memcpy(&ext, p->data, sizeof(ext));
	if (ext.command_offset != sizeof(ext))
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "command offset %u in the extended header", ext.command_offset);
	*luid = ext.vgpu_luid;
	if (ext.reserved)
		return refuse(m, STATUS_INVALID_PARAMETER, "reserved %#x in the extended header",
			      ext.reserved);
	return STATUS_SUCCESS;
}

/* The command header: which command, and from whom to whom. */
static uint32_t check_header(struct gpupv_message *m)
{
	uint32_t word = m->hdr.channel, type = word & WIRE_CHANNEL_TYPE_MASK;

	if (m->len < sizeof(m->hdr))
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes hold no command header",
			      m->len);
	if (type != WIRE_VGPU_TO_HOST && type != WIRE_VM_TO_HOST)
		return refuse(m, STATUS_INVALID_PARAMETER, "channel type %u", type);
	if (!m->command)
		return refuse(m, STATUS_NOT_SUPPORTED, "unknown command, channel type %u", type);
	if (m->hdr.command_id)
		return refuse(m, STATUS_INVALID_PARAMETER, "command id %#llx",
			      (unsigned long long)m->hdr.command_id);
	if (m->hdr.padding)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x behind the header",
			      m->hdr.padding);
	if (word & ~(WIRE_CHANNEL_TYPE_MASK | WIRE_CHANNEL_ASYNC) ||
	    (type == WIRE_VM_TO_HOST && word != WIRE_VM_TO_HOST))
		return refuse(m, STATUS_INVALID_PARAMETER, "channel type word %#x", word);
	m->async = word & WIRE_CHANNEL_ASYNC;
	return STATUS_SUCCESS;
}

/*
 * Whether the guest may still use the vGPU channel for an adapter whose async
 * bit it was told. It may not have got that answer: then it asks again, or
 * closes the adapter. Its first message on the global channel settles it.
 */
static bool may_not_know(const struct gpupv_message *m)
{
	return !m->gpu->async_used && (m->command->number == WIRE_GETINTERNALADAPTERINFO ||
				       m->command->number == WIRE_CLOSEADAPTER);
}

/*
 * Which GPU a vGPU command is for, and whether it may come on this channel.
 * A vGPU's messages use its own channel until the guest has that adapter's
 * async bit, then the global one. A guest that keeps one such bit for the whole
 * VM starts its other adapters on the global channel too, so that an adapter
 * that has not told its bit yet may use both as soon as any has told a set one.
 */
static uint32_t check_route(struct gpupv_message *m, uint64_t luid)
{
	struct gpupv_channel *chan = m->chan;
	bool ext = gpupv_has_ext_header(m->g);
	bool any_async = false;

	if (m->command->channel_type == WIRE_VM_TO_HOST) {
		if (chan->gpu)
			return refuse(m, STATUS_INVALID_PARAMETER,
				      "a global command on a vGPU channel");
		if (luid)
			return refuse(m, STATUS_INVALID_PARAMETER, "LUID %#llx in a global command",
				      (unsigned long long)luid);
		return STATUS_SUCCESS;
	}
	if (chan->gpu) {
		m->gpu = chan->gpu;
		if (ext && luid != m->gpu->cfg.host_luid)
			return refuse(m, STATUS_INVALID_PARAMETER, "LUID %#llx, the vGPU has %#llx",
				      (unsigned long long)luid,
				      (unsigned long long)m->gpu->cfg.host_luid);
		if (ext && m->gpu->async_told && !may_not_know(m))
			return refuse(m, STATUS_INVALID_PARAMETER,
				      "on the vGPU channel, after the async bit");
		return STATUS_SUCCESS;
	}
	if (!ext)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "a vGPU command on the global channel, with no LUID");
	m->gpu = gpu_by_luid(m->g, luid);
	if (!m->gpu)
		return refuse(m, STATUS_INVALID_PARAMETER, "unknown LUID %#llx",
			      (unsigned long long)luid);
	/* Sent before the guest knew that the GPU is gone: in order. */
	if (m->gpu->removed || m->gpu->channel_withdrawn)
		return STATUS_DEVICE_REMOVED;
	for (const struct gpupv_gpu *i = m->g->gpus; i; i = i->next)
		any_async |= i->async_told;
	if (!m->gpu->async_told && (m->gpu->info_asked || !any_async))
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "on the global channel, without the async bit of %s",
			      m->gpu->cfg.name);
	m->gpu->async_used = m->gpu->async_told;
	return STATUS_SUCCESS;
}

static uint32_t check_length(const struct gpupv_message *m)
{
	uint32_t want = ALIGN8(m->command->request);

	if (m->command->variable ? m->len < want : m->len != want)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes in place of %s%u", m->len,
			      m->command->variable ? "at least " : "", want);
	if (m->command->variable)
		return STATUS_SUCCESS;
	return require_zero(m, m->command->request, m->len, "the ring's padding");
}

static uint32_t check_process(struct gpupv_message *m)
{
	uint32_t handle = m->hdr.process;

	if (!handle) {
		if (m->command->process == PROCESS_NAMED)
			return refuse(m, STATUS_INVALID_HANDLE, "names no process");
		return STATUS_SUCCESS;
	}
	if (m->command->process == PROCESS_NONE)
		return refuse(m, STATUS_INVALID_PARAMETER, "names process %#x", handle);
	m->process = handle_get(&m->g->handles, handle, HANDLE_PROCESS);
	if (!m->process)
		return refuse(m, STATUS_INVALID_HANDLE, "unknown process %#x", handle);
	return STATUS_SUCCESS;
}

/* Who wants an answer, and under which transaction. */
static uint32_t check_transaction(const struct gpupv_message *m)
{
	if (m->wants_reply && !m->transaction)
		return refuse(m, STATUS_INVALID_PARAMETER, "wants a completion of transaction 0");
	if (m->wants_reply && transaction_in_flight(m->chan, m->transaction))
		return refuse(m, STATUS_INVALID_PARAMETER, "transaction %#llx is in flight",
			      (unsigned long long)m->transaction);
	if (m->async && !m->command->may_async)
		return refuse(m, STATUS_INVALID_PARAMETER, "asynchronous");
	if (m->async && !m->gpu->async_told)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "asynchronous, without the async bit of %s", m->gpu->cfg.name);
	if (m->async && m->wants_reply)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "asynchronous, and wants a completion (transaction %#llx)",
			      (unsigned long long)m->transaction);
	if (m->async && m->transaction)
		return refuse(m, STATUS_INVALID_PARAMETER, "asynchronous, with transaction %#llx",
			      (unsigned long long)m->transaction);
	if (!m->async && !m->wants_reply)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "neither asynchronous nor wants a completion");
	return STATUS_SUCCESS;
}

/* Commands that need the IO space, or an adapter. */
static uint32_t check_state(const struct gpupv_message *m)
{
	if (!m->g->io_length && m->command->number != WIRE_SETIOSPACEREGION)
		return refuse(m, STATUS_INVALID_DEVICE_STATE, "before SETIOSPACEREGION");
	if (m->gpu && !m->gpu->adapter && !m->command->when_closed)
		return refuse(m, STATUS_INVALID_DEVICE_STATE, "before OPENADAPTER");
	return STATUS_SUCCESS;
}

uint32_t decode_message(struct gpupv_channel *chan, const struct vmbus_packet *p,
			struct gpupv_message *m)
{
	uint32_t status;
	uint64_t luid;

	*m = (struct gpupv_message) {
		.g = chan->g,
		.chan = chan,
		.transaction = p->transaction,
		.wants_reply = p->wants_completion,
	};
	identify(m, p);
	if (p->len > WIRE_MAX_MESSAGE)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes, more than a packet may have",
			      p->len);
	status = check_ext_header(m, p, &luid);
	if (!status)
		status = check_header(m);
	if (!status)
		status = check_length(m);
	if (!status)
		status = check_route(m, luid);
	if (!status)
		status = check_transaction(m);
	if (!status)
		status = check_process(m);
	if (!status)
		status = check_state(m);
	return status;
}
