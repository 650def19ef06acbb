// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of a hostile guest.
 *
 * Memory: the upper quarter of RAM lies above 4 GiB. Below it: pages 1 to 3 for
 * the hypercall page, messages and event flags of VP 0; page 4 for hypercall
 * input, page 5 for output; then RING_PAGES pages for the rings of each of
 * RINGS relids; the rest is free for wild use.
 *
 * Well-formed steps (open, packet, read, close) are there so that the fuzzer
 * gets far; everything else is there to break them.
 */
#include <string.h>

#include "../vmbus/vmbus.h"
#include "script.h"

#define PAGE		4096u
#define INPUT_PAGE	4u
#define OUTPUT_PAGE	5u
#define RING_BASE	8u
#define RING_PAGES	10u
#define RINGS		16u

_Static_assert((RING_BASE + RINGS * RING_PAGES) * PAGE <= SCRIPT_RAM / 4 * 3, "low RAM");

#define MSR_GUEST_OS_ID	0x40000000u
#define MSR_HYPERCALL	0x40000001u
#define MSR_SCONTROL	0x40000080u
#define MSR_SIEFP	0x40000082u
#define MSR_SIMP	0x40000083u
#define MSR_EOM		0x40000084u
#define MSR_SINT2	0x40000092u

static uint8_t ram[SCRIPT_RAM] __attribute__((aligned(4096)));

static uint64_t script_now(void *ctx)
{
	return ((struct script *)ctx)->clock;
}

static void script_interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	(void)ctx;
	(void)vp;
	(void)vector;
}

static const struct host_ops script_ops = {
	.interrupt = script_interrupt,
	.now = script_now,
};

void script_init(struct script *s, struct host *h)
{
	memset(s, 0, sizeof(*s));
	memset(ram, 0, sizeof(ram));
	s->host = h;
	host_init(h, &script_ops, s);
	h->vps = 2;
	h->mem.base = ram;
	h->mem.size = SCRIPT_RAM;
	h->mem.low = SCRIPT_RAM / 4 * 3;
}

void script_fini(struct script *s)
{
	host_fini(s->host);
}

/* ---- the input ---- */

static uint64_t take(struct script *s, size_t bytes)
{
	uint64_t v = 0;

	if (bytes > s->left)
		bytes = s->left;
	memcpy(&v, s->in, bytes);
	s->in += bytes;
	s->left -= bytes;
	return v;
}

static size_t take_bytes(struct script *s, void *out, size_t max)
{
	size_t n = take(s, 1);

	if (n & 0x80)
		n = (n & 0x7f) * 64;	/* long ones in steps */
	if (n > max)
		n = max;
	if (n > s->left)
		n = s->left;
	memcpy(out, s->in, n);
	s->in += n;
	s->left -= n;
	return n;
}

/* ---- well-formed steps ---- */

static uint8_t *page(uint64_t n)
{
	return ram + n * PAGE;
}

static void call(struct script *s, uint64_t control, uint64_t in, uint64_t out)
{
	host_enter(s->host);
	partition_hypercall(s->partition, 0, control, in, out);
	host_leave(s->host);
}

static void post(struct script *s, const void *message, uint32_t len, uint32_t connection)
{
	uint32_t head[4] = { connection, 0, 1, len };

	memset(page(INPUT_PAGE), 0, 256);
	memcpy(page(INPUT_PAGE), head, sizeof(head));
	memcpy(page(INPUT_PAGE) + sizeof(head), message, len);
	call(s, 0x5c, INPUT_PAGE * PAGE, 0);
}

static void wrmsr(struct script *s, uint32_t msr, uint64_t value)
{
	host_enter(s->host);
	partition_wrmsr(s->partition, 0, msr, value);
	host_leave(s->host);
}

static void signal_relid(struct script *s, uint32_t relid)
{
	call(s, 0x5d | 1 << 16, 0x2000 + relid, 0);
}

/* Take all messages: the slot is emptied and the next one asked for. */
static void take_messages(struct script *s)
{
	for (unsigned int i = 0; i < 64 && page(2)[2 * 256]; i++) {
		memset(page(2) + 2 * 256, 0, 4);
		wrmsr(s, MSR_EOM, 0);
	}
}

static void boot(struct script *s, uint32_t version)
{
	uint32_t contact[10] = { 14, 0, version, 0, version >= 0x50000 ? 2 : 0x1000 };
	uint32_t ask[2] = { 3, 0 };

	wrmsr(s, MSR_GUEST_OS_ID, 0x8100000000000001ull);
	wrmsr(s, MSR_HYPERCALL, 1 * PAGE | 1);
	wrmsr(s, MSR_SIMP, 2 * PAGE | 1);
	wrmsr(s, MSR_SIEFP, 3 * PAGE | 1);
	wrmsr(s, MSR_SCONTROL, 1);
	wrmsr(s, MSR_SINT2, 0x50);
	post(s, contact, sizeof(contact), 4);
	take_messages(s);
	post(s, ask, sizeof(ask), 1);
	take_messages(s);
}

static uint32_t ring_page(uint32_t relid)
{
	return RING_BASE + relid % RINGS * RING_PAGES;
}

static void op_open(struct script *s)
{
	uint32_t relid = take(s, 1), how = take(s, 1), up = 2 + (how & 0x7f) % (RING_PAGES - 3);
	uint32_t first = ring_page(relid), gpadl = 0x100 + relid;
	uint32_t header[27] = { 8, 0, relid, gpadl, (8 + RING_PAGES * 8) | 1 << 16,
				RING_PAGES * PAGE, 0 };
	uint32_t open[37] = { 5, 0, relid, relid, gpadl, relid % 2, up };

	for (uint32_t i = 0; i < RING_PAGES; i++)
		header[7 + i * 2] = first + i;
	/* Any page in the place of one of them. */
	if (how & 0x80) {
		uint32_t i = take(s, 1) % RING_PAGES;
		uint64_t pfn = take(s, 8);

		memcpy(&header[7 + i * 2], &pfn, sizeof(pfn));
	}
	memset(page(first), 0, PAGE);
	memset(page(first + up), 0, PAGE);
	page(first)[64] = 1;
	page(first + up)[64] = 1;
	/* Where the second ring starts is kept where the host does not look. */
	page(first)[100] = up;
	post(s, header, sizeof(header), 1);
	post(s, open, sizeof(open), 1);
	take_messages(s);
}

static void ring_put(uint32_t relid, uint32_t size, uint32_t at, const uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		page(ring_page(relid) + 1)[(at + i) % size] = p[i];
}

static void op_packet(struct script *s)
{
	uint32_t relid = take(s, 1), first = ring_page(relid);
	uint32_t size = ((uint32_t)page(first)[100] - 1) % RING_PAGES * PAGE, at, len;
	uint8_t packet[16 + 4096 + 8 + 8] = { 0 };
	uint16_t type = take(s, 1), flags = take(s, 1);

	if (!size)
		return;
	len = 16 + (take_bytes(s, packet + 16, 4096) + 7) / 8 * 8;
	if (type & 0x80)
		type = 6;
	memcpy(packet, (uint16_t[]){ type, 2, len / 8, flags & 1 }, 8);
	packet[8] = flags >> 1;
	memcpy(&at, page(first), 4);
	ring_put(relid, size, at % size, packet, len + 8);
	at = (at % size + len + 8) % size;
	memcpy(page(first), &at, 4);
	if (!(flags & 0x80))
		signal_relid(s, relid);
}

/* The guest reads all that is there, and signals. */
static void op_read(struct script *s)
{
	uint32_t relid = take(s, 1), first = ring_page(relid);
	uint8_t *down = page(first + page(first)[100] % RING_PAGES);

	memcpy(down + 4, down, 4);
	signal_relid(s, relid);
}

static void op_close(struct script *s)
{
	uint32_t relid = take(s, 1), what = take(s, 1);
	uint32_t m[4] = { 7, 0, relid, 0x100 + relid };

	if (what & 1)
		post(s, m, 12, 1);
	m[0] = 11;
	if (what & 2)
		post(s, m, 16, 1);
	m[0] = 13;
	if (what & 4)
		post(s, m, 12, 1);
	take_messages(s);
}

/* ---- the others ---- */

static void op_message(struct script *s)
{
	uint8_t m[255] = { 0 };
	uint32_t type = take(s, 1), connection = take(s, 1);
	size_t len = take_bytes(s, m + 8, sizeof(m) - 8);

	memcpy(m, &type, 4);
	post(s, m, 8 + len > 240 ? 240 : 8 + len, connection & 0x80 ? connection : 1);
}

static void op_header(struct script *s)
{
	uint32_t relid = take(s, 1), word = take(s, 1), value = take(s, 4);
	uint32_t first = ring_page(relid);

	if (word & 0x80)
		first += page(first)[100] % RING_PAGES;
	memcpy(page(first) + word % 18 * 4, &value, 4);
	if (word & 0x40)
		signal_relid(s, relid);
}

static void op_poke(struct script *s)
{
	uint32_t relid = take(s, 1), offset = take(s, 2) % (RING_PAGES * PAGE - 256);

	take_bytes(s, page(ring_page(relid)) + offset, 255);
}

static void op_hypercall(struct script *s)
{
	static const uint64_t codes[] = { 0x5c, 0x5d, 0x106, 0x107, 0x5d | 1 << 16, 2, 0x108 };
	uint64_t code = take(s, 1), in, out;

	code = code < 7 ? codes[code] : take(s, 8);
	take_bytes(s, page(INPUT_PAGE), 255);
	in = take(s, 1);
	in = in & 0x80 ? take(s, 8) : INPUT_PAGE * PAGE;
	out = take(s, 1);
	out = out & 0x80 ? take(s, 8) : OUTPUT_PAGE * PAGE;
	call(s, code, in, out);
}

static void op_msr(struct script *s)
{
	uint32_t msr = 0x40000000 + take(s, 2) % 0x1000;
	uint8_t how = take(s, 1);
	uint64_t value = take(s, 8);

	host_enter(s->host);
	if (how & 1)
		partition_wrmsr(s->partition, how >> 1 & 1, msr, value);
	else
		partition_rdmsr(s->partition, how >> 1 & 1, msr, &value);
	host_leave(s->host);
}

static void op_time(struct script *s)
{
	s->clock += take(s, 4) << 8;
	host_enter(s->host);
	host_timers_run(s->host);
	host_leave(s->host);
}

static void op_host(struct script *s)
{
	uint8_t what = take(s, 1);
	uint32_t value = take(s, 4);

	if (!s->host_action)
		return;
	host_enter(s->host);
	s->host_action(s->arg, what, value);
	host_leave(s->host);
}

void script_run(struct script *s, const uint8_t *data, size_t size)
{
	static void (*const ops[])(struct script *) = {
		op_open, op_packet, op_read, op_close, op_message, op_header, op_poke,
		op_hypercall, op_msr, op_time, op_host,
	};
	static const uint32_t versions[] = { 0x50003, 0x50000, 0x40001, 0x60000 };
	uint8_t first;

	s->in = data;
	s->left = size;
	first = take(s, 1);
	if (!(first & 0x80))
		boot(s, versions[first & 3]);
	for (unsigned int n = 0; s->left && n < 400; n++) {
		uint8_t op = take(s, 1);

		if (op == 0xff)
			take_messages(s);
		else
			ops[op % (sizeof(ops) / sizeof(ops[0]))](s);
	}
	host_enter(s->host);
	host_timers_run(s->host);
	host_leave(s->host);
}
