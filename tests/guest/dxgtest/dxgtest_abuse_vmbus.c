// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Malformed VMBus messages, and rings overwritten by their guest. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "dxgtest_abuse.h"

#define CONNECTION	1		/* VMBUS_MESSAGE_CONNECTION_ID */
#define GPADL		0xdead0001u	/* an id that hv_vmbus does not reach */
#define WILD_PFN	(~0ull >> 12)

/* The largest message, so that each kind can be written word by word. */
struct message {
	u32 type, padding;
	u32 w[58];
};

/* The hypercall takes it; VMBus looks at it and refuses. */
static int post(struct abuse *a, const struct message *m, u32 size)
{
	return abuse_post(a, m, sizeof(*m), size, CONNECTION, 1) ? -EBADE : 0;
}

static int message_tiny(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_OPENCHANNEL };

	return post(a, &m, 4);
}

static int message_unknown(struct abuse *a)
{
	struct message m = { .type = 99 };

	return post(a, &m, 240);
}

static int message_of_host(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_OFFERCHANNEL };

	return post(a, &m, 240);
}

/* Each type that has a body, without it. */
static int message_short(struct abuse *a)
{
	static const u32 types[] = {
		CHANNELMSG_OPENCHANNEL, CHANNELMSG_CLOSECHANNEL, CHANNELMSG_GPADL_HEADER,
		CHANNELMSG_GPADL_BODY, CHANNELMSG_GPADL_TEARDOWN, CHANNELMSG_RELID_RELEASED,
		CHANNELMSG_INITIATE_CONTACT, CHANNELMSG_MODIFYCHANNEL,
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(types) && !ret; i++) {
		struct message m = { .type = types[i] };

		ret = post(a, &m, 8);
	}
	return ret;
}

static int open_message(struct abuse *a, u32 relid, u32 gpadl, u32 vp, u32 downstream)
{
	struct message m = {
		.type = CHANNELMSG_OPENCHANNEL,
		.w = { relid, 0x77, gpadl, vp, downstream },
	};

	return post(a, &m, sizeof(struct vmbus_channel_open_channel));
}

static int open_twice(struct abuse *a)
{
	u32 gpadl = a->c->ch->ringbuffer_gpadlhandle.gpadl_handle;

	return open_message(a, a->relid, gpadl, 0, 6);
}

static int open_unknown(struct abuse *a)
{
	return open_message(a, 0x7fff, GPADL, 0, 4);
}

/* A channel that is closed, and opened with what does not fit. The victim is opened again after. */
static int open_closed(struct abuse *a, u32 gpadl, u32 vp, u32 downstream)
{
	struct message m = { .type = CHANNELMSG_CLOSECHANNEL, .w = { a->relid } };
	int ret = post(a, &m, 12);

	return ret ?: open_message(a, a->relid, gpadl, vp, downstream);
}

static int open_no_gpadl(struct abuse *a)
{
	return open_closed(a, GPADL, 0, 4);
}

static int open_downstream_zero(struct abuse *a)
{
	return open_closed(a, a->c->ch->ringbuffer_gpadlhandle.gpadl_handle, 0, 0);
}

static int open_downstream_far(struct abuse *a)
{
	return open_closed(a, a->c->ch->ringbuffer_gpadlhandle.gpadl_handle, 0, 0x40000000);
}

static int open_processor(struct abuse *a)
{
	return open_closed(a, a->c->ch->ringbuffer_gpadlhandle.gpadl_handle, 99, 6);
}

static int close_unknown(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_CLOSECHANNEL, .w = { 0xffffffff } };

	return post(a, &m, 12);
}

static int modify_processor(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_MODIFYCHANNEL, .w = { a->relid, 0x10000 } };

	return post(a, &m, 16);
}

static int release_unknown(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_RELID_RELEASED, .w = { 0x7fff } };

	return post(a, &m, 12);
}

/* A GPADL header: @buflen bytes of @count ranges, @bytes from @offset on, one page number. */
static int gpadl_header(struct abuse *a, u32 relid, u16 buflen, u16 count, u32 bytes, u32 offset,
			u64 pfn)
{
	struct message m = {
		.type = CHANNELMSG_GPADL_HEADER,
		.w = { relid, GPADL, buflen | (u32)count << 16, bytes, offset, (u32)pfn,
		       (u32)(pfn >> 32) },
	};

	return post(a, &m, 36);
}

static int gpadl_teardown(struct abuse *a, u32 relid, u32 gpadl)
{
	struct message m = { .type = CHANNELMSG_GPADL_TEARDOWN, .w = { relid, gpadl } };

	return post(a, &m, 16);
}

static int gpadl_no_ranges(struct abuse *a)
{
	return gpadl_header(a, a->relid, 16, 0, 4096, 0, 1);
}

static int gpadl_empty(struct abuse *a)
{
	return gpadl_header(a, a->relid, 16, 1, 0, 0, 1);
}

static int gpadl_offset(struct abuse *a)
{
	return gpadl_header(a, a->relid, 16, 1, 4096, 0xffffffff, 1);
}

static int gpadl_relid(struct abuse *a)
{
	return gpadl_header(a, 0x7fff, 16, 1, 4096, 0, 1);
}

static int gpadl_huge(struct abuse *a)
{
	return gpadl_header(a, a->relid, 16, 1, 0xfffff000, 0, 1);
}

static int gpadl_wild(struct abuse *a)
{
	return gpadl_header(a, a->relid, 16, 1, 4096, 0, WILD_PFN);
}

static int gpadl_body_unknown(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_GPADL_BODY, .w = { 0, 0xdead0002, 1, 0 } };

	return post(a, &m, 24);
}

/* Two pages announced, one in the header, three in the body; and gone again, half made. */
static int gpadl_body_long(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_GPADL_BODY, .w = { 0, GPADL, 1, 0, 2, 0, 3, 0 } };

	return gpadl_header(a, a->relid, 24, 1, 8192, 0, 1) ?: post(a, &m, 40) ?:
	       gpadl_teardown(a, a->relid, GPADL);
}

static int gpadl_twice(struct abuse *a)
{
	struct message m = {
		.type = CHANNELMSG_GPADL_HEADER,
		.w = { a->relid, a->c->ch->ringbuffer_gpadlhandle.gpadl_handle, 16 | 1 << 16, 4096,
		       0, 1, 0 },
	};

	return post(a, &m, 36);
}

static int teardown_unknown(struct abuse *a)
{
	return gpadl_teardown(a, a->relid, 0xdead0003);
}

static int teardown_in_use(struct abuse *a)
{
	return gpadl_teardown(a, a->relid, a->c->ch->ringbuffer_gpadlhandle.gpadl_handle);
}

static int teardown_of_other(struct abuse *a)
{
	return gpadl_teardown(a, a->relid + 1,
			      a->c->ch->ringbuffer_gpadlhandle.gpadl_handle);
}

static int offers_twice(struct abuse *a)
{
	struct message m = { .type = CHANNELMSG_REQUESTOFFERS };

	return post(a, &m, 8);
}

const struct abuse_kind abuse_messages[] = {
	{ "message-tiny", message_tiny },
	{ "message-unknown", message_unknown },
	{ "message-of-host", message_of_host },
	{ "message-short", message_short },
	{ "open-twice", open_twice },
	{ "open-unknown", open_unknown },
	{ "open-no-gpadl", open_no_gpadl, true },
	{ "open-downstream-zero", open_downstream_zero, true },
	{ "open-downstream-far", open_downstream_far, true },
	{ "open-processor", open_processor, true },
	{ "close-unknown", close_unknown },
	{ "modify-processor", modify_processor },
	{ "release-unknown", release_unknown },
	{ "gpadl-no-ranges", gpadl_no_ranges },
	{ "gpadl-empty", gpadl_empty },
	{ "gpadl-offset", gpadl_offset },
	{ "gpadl-relid", gpadl_relid },
	{ "gpadl-huge", gpadl_huge },
	{ "gpadl-wild", gpadl_wild },
	{ "gpadl-body-unknown", gpadl_body_unknown },
	{ "gpadl-body-long", gpadl_body_long },
	{ "gpadl-twice", gpadl_twice },
	{ "teardown-unknown", teardown_unknown },
	{ "teardown-in-use", teardown_in_use },
	{ "teardown-of-other", teardown_of_other },
	{ "offers-twice", offers_twice },
	{ }
};

/* ---- rings ---- */

/* Put a bare descriptor where the next packet goes, and say that @bytes were written. */
static int raw_packet(struct abuse *a, u16 offset8, u16 len8, u32 bytes)
{
	struct hv_ring_buffer_info *out = &a->c->ch->outbound;
	u32 at = out->ring_buffer->write_index;
	struct vmpacket_descriptor d = {
		.type = VM_PKT_DATA_INBAND, .offset8 = offset8, .len8 = len8, .trans_id = 5,
	};

	/* The ring's pages are mapped twice in a row: no wrap to see. */
	memcpy(hv_get_ring_buffer(out) + at, &d, sizeof(d));
	/* The packet is there before the index says so. */
	virt_wmb();
	WRITE_ONCE(out->ring_buffer->write_index, (at + bytes) % out->ring_datasize);
	vmbus_setevent(a->c->ch);
	return 0;
}

static int packet_no_length(struct abuse *a)
{
	return raw_packet(a, 2, 0, 64);
}

static int packet_short(struct abuse *a)
{
	return raw_packet(a, 2, 1, 64);
}

static int packet_long(struct abuse *a)
{
	return raw_packet(a, 2, 0xffff, 64);
}

static int packet_offset(struct abuse *a)
{
	return raw_packet(a, 0xffff, 4, 64);
}

static int packet_offset_small(struct abuse *a)
{
	return raw_packet(a, 0, 4, 64);
}

static int write_index(struct abuse *a, u32 value)
{
	WRITE_ONCE(a->c->ch->outbound.ring_buffer->write_index, value);
	vmbus_setevent(a->c->ch);
	return 0;
}

static int write_index_far(struct abuse *a)
{
	return write_index(a, a->c->ch->outbound.ring_datasize);
}

static int write_index_wild(struct abuse *a)
{
	return write_index(a, 0xfffffff8);
}

static int write_index_odd(struct abuse *a)
{
	return write_index(a, 13);
}

/* The host meets the guest's read index when it sends: ask it to. */
static int read_index(struct abuse *a, u32 value)
{
	struct echo_request r = { .op = ECHO_OP_ECHO, .seq = 9 };

	WRITE_ONCE(a->c->ch->inbound.ring_buffer->read_index, value);
	return vmbus_sendpacket(a->c->ch, &r, sizeof(r), 9, VM_PKT_DATA_INBAND, 0);
}

static int read_index_wild(struct abuse *a)
{
	return read_index(a, 0xfffffff8);
}

static int read_index_odd(struct abuse *a)
{
	return read_index(a, 3);
}

struct scribble {
	struct vmbus_channel *ch;
	struct completion started;
};

static int scribbler(void *ctx)
{
	struct scribble *s = ctx;
	struct vmbus_channel *ch = s->ch;
	u8 *ring = hv_get_ring_buffer(&ch->outbound);
	u32 size = ch->outbound.ring_datasize;

	complete(&s->started);
	while (!kthread_should_stop()) {
		u32 r = get_random_u32(), at = get_random_u32_below(size - 4);

		memcpy(ring + at, &r, sizeof(r));
		WRITE_ONCE(ch->outbound.ring_buffer->write_index, r % size & ~7);
		cond_resched();
	}
	return 0;
}

/* One CPU writes anything anywhere in the ring while another has the host read it. */
static int overwritten_while_read(struct abuse *a)
{
	struct scribble s = { .ch = a->c->ch };
	struct task_struct *task;
	unsigned int i;

	init_completion(&s.started);
	task = kthread_run(scribbler, &s, "dxgtest-scribble");
	if (IS_ERR(task))
		return PTR_ERR(task);
	wait_for_completion(&s.started);
	for (i = 0; i < 2000; i++) {
		vmbus_setevent(a->c->ch);
		cond_resched();
	}
	return kthread_stop(task);
}

const struct abuse_kind abuse_rings[] = {
	{ "packet-no-length", packet_no_length, true },
	{ "packet-short", packet_short, true },
	{ "packet-long", packet_long, true },
	{ "packet-offset", packet_offset, true },
	{ "packet-offset-small", packet_offset_small, true },
	{ "write-index-far", write_index_far, true },
	{ "write-index-wild", write_index_wild, true },
	{ "write-index-odd", write_index_odd, true },
	{ "read-index-wild", read_index_wild, true },
	{ "read-index-odd", read_index_odd, true },
	{ "overwritten-while-read", overwritten_while_read, true },
	{ }
};
