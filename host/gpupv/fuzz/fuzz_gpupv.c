// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: the GPU-PV service below the bus. The input is a list of
 * operations of a hostile guest and of the host; packets go straight into the
 * service's callbacks, so that every byte of them is the fuzzer's.
 *
 * What must hold whatever comes: exactly one answer to each packet that wants
 * one (now or after its delay), no answer to others, answers of at most one
 * packet's length, no object left when all channels are closed.
 */
#include <stdlib.h>
#include <string.h>

#include "../../vmbus/fault.h"
#include "../exec.h"

#define GPUS	3u
#define RAM	(4u << 20)
#define BUS	((struct vmbus *)1)
#define JOBS_VA		0x7000000ull	/* where jobs have memory that an input wrote */
#define JOBS_PAGES	4u

struct vmbus_channel {
	struct vmbus_channel *next;
	struct vmbus_offer offer;
	const struct vmbus_service *service;
	void *priv;
	bool open, rescinded;
};

struct vpci_function {
	struct vpci_function *next;
	const struct vpci_ops *ops;
	void *ctx;
	bool removed;
};

static uint8_t ram[RAM];
static struct host host;
static struct vmbus_channel *channels;
static struct vpci_function *functions;
static uint64_t now, answers;
static uint8_t jobs[JOBS_PAGES][SOFTGPU_PAGE_SIZE] __attribute__((aligned(4096)));

struct input {
	const uint8_t *data;
	size_t left;
};

/* ---- in place of the bus ---- */

struct vmbus_channel *vmbus_offer(struct vmbus *v, const struct vmbus_offer *o,
				  const struct vmbus_service *s, void *priv)
{
	struct vmbus_channel *ch;

	if (vmbus_find(v, o->name))
		return NULL;
	ch = g_new0(struct vmbus_channel, 1);
	ch->offer = *o;
	ch->service = s;
	ch->priv = priv;
	ch->next = channels;
	channels = ch;
	return ch;
}

static void channel_close(struct vmbus_channel *ch)
{
	if (!ch->open)
		return;
	ch->open = false;
	ch->service->close(ch, ch->priv);
}

void vmbus_rescind(struct vmbus_channel *ch)
{
	if (ch->rescinded)
		return;
	ch->rescinded = true;
	channel_close(ch);
}

/* The guest lets go of a rescinded channel, or the bus ends. */
static void channel_free(struct vmbus_channel *ch)
{
	struct vmbus_channel **link = &channels;

	while (*link != ch)
		link = &(*link)->next;
	*link = ch->next;
	channel_close(ch);
	ch->service->free(ch, ch->priv);
	g_free(ch);
}

struct vmbus_channel *vmbus_find(struct vmbus *v, const char *name)
{
	(void)v;
	for (struct vmbus_channel *ch = channels; ch; ch = ch->next) {
		if (!ch->rescinded && !strcmp(ch->offer.name, name))
			return ch;
	}
	return NULL;
}

void vmbus_complete_request(struct vmbus_channel *ch, uint64_t transaction, const char *request,
			    const void *data, uint32_t len)
{
	static uint8_t copy[WIRE_MAX_MESSAGE];

	(void)transaction;
	(void)request;
	if (!ch->open || len > sizeof(copy))
		abort();
	memcpy(copy, data, len);
	answers++;
}

void vmbus_send(struct vmbus_channel *ch, uint16_t type, uint64_t transaction, const void *data,
		uint32_t len)
{
	uint8_t copy[64];

	(void)type;
	if (!ch->open || transaction || len > sizeof(copy))
		abort();
	memcpy(copy, data, len);
}

/* The bus's own failures are not the service's. */
int vmbus_fault_add(struct vmbus *v, const char *spec, const char **err)
{
	(void)v;
	*err = "not here";
	return strlen(spec) % 2 ? 1 : -1;
}

void vmbus_fault_clear(struct vmbus *v)
{
	(void)v;
}

/* GPADL n has n pages of RAM. */
const uint64_t *vmbus_gpadl_pages(struct vmbus_channel *ch, uint32_t gpadl, uint32_t *pages)
{
	static uint64_t pfns[64];

	if (!ch->open || !gpadl || gpadl > G_N_ELEMENTS(pfns))
		return NULL;
	for (uint32_t i = 0; i < gpadl; i++)
		pfns[i] = i;
	*pages = gpadl;
	return pfns;
}

static unsigned int gpadl_holds;

bool vmbus_gpadl_hold(struct vmbus_channel *ch, uint32_t gpadl)
{
	uint32_t pages;

	if (!vmbus_gpadl_pages(ch, gpadl, &pages))
		abort();
	gpadl_holds++;
	return true;
}

void vmbus_gpadl_release(struct vmbus_channel *ch, uint32_t gpadl)
{
	(void)ch;
	(void)gpadl;
	if (!gpadl_holds--)
		abort();
}

const char *vmbus_channel_name(const struct vmbus_channel *ch)
{
	return ch->offer.name;
}

struct vmbus *vmbus_channel_bus(const struct vmbus_channel *ch)
{
	(void)ch;
	return BUS;
}

struct vpci_function *vpci_add(struct vmbus *v, const struct vpci_config *c,
			       const struct vpci_ops *ops, void *ctx)
{
	struct vpci_function *f = g_new0(struct vpci_function, 1);

	(void)v;
	(void)c;
	f->ops = ops;
	f->ctx = ctx;
	f->next = functions;
	functions = f;
	return f;
}

void vpci_remove(struct vpci_function *f, bool surprise)
{
	(void)surprise;
	f->removed = true;
}

static void function_free(struct vpci_function *f)
{
	struct vpci_function **link = &functions;

	while (*link != f)
		link = &(*link)->next;
	*link = f->next;
	f->ops->gone(f->ctx);
	g_free(f);
}

static uint64_t fuzz_now(void *ctx)
{
	(void)ctx;
	return now;
}

static const struct host_ops host_ops = { .now = fuzz_now };

/* ---- the input ---- */

static uint64_t take(struct input *in, size_t bytes)
{
	uint64_t v = 0;

	if (bytes > in->left)
		bytes = in->left;
	memcpy(&v, in->data, bytes);
	in->data += bytes;
	in->left -= bytes;
	return v;
}

static uint32_t fill(struct input *in, uint8_t *data, uint32_t at, uint32_t end)
{
	while (at < end && in->left)
		data[at++] = take(in, 1);
	return end;
}

static struct vmbus_channel *channel_at(unsigned int n)
{
	struct vmbus_channel *ch = channels;

	while (ch && n--)
		ch = ch->next;
	return ch;
}

/*
 * Whoever has not seen the answers cannot know the handles in them: words of the
 * form 0xfdxxxxnn become the nn-th handle of the first process, 0xfcxxxxnn of the VM.
 */
static void put_handles(const struct gpupv *g, uint8_t *data, uint32_t from, uint32_t len)
{
	for (; from + 4 <= len; from += 4) {
		const struct handle_table *t = &g->handles;
		uint32_t word, handle = 0, pos = 0;

		memcpy(&word, data + from, 4);
		if (word >> 24 == 0xfd && g->processes)
			t = &g->processes->handles;
		else if (word >> 24 != 0xfc)
			continue;
		for (uint32_t n = 0; n <= (word & 0xff); n++)
			handle = handle_next(t, &pos, NULL);
		memcpy(data + from, &handle, 4);
	}
}

static void deliver(struct vmbus_channel *ch, const struct vmbus_packet *p)
{
	uint64_t before = answers;

	ch->service->packet(ch, ch->priv, p);
	/* Delayed answers come later; never two. */
	if (answers - before > 1 || (!p->wants_completion && answers != before))
		abort();
}

/*
 * A packet: headers that may be right, by a byte of choices, then the rest as
 * it comes, or so many bytes of it and zeros. A vGPU command that wants no answer
 * is an asynchronous one. Its length is a multiple of 8, as from a ring.
 */
static void packet(struct gpupv *g, struct input *in)
{
	struct vmbus_channel *ch = channel_at(take(in, 1) % 5);
	uint8_t how = take(in, 1);
	struct vmbus_packet p = { .type = VMBUS_PACKET_INBAND };
	uint32_t len = take(in, 2), at = 0, end;
	uint8_t *data;

	if (!ch || !ch->open)
		return;
	if (how == 0xff)
		p.type = VMBUS_PACKET_COMPLETION;
	len = how & 0x40 ? len * 8 % (WIRE_MAX_MESSAGE + 64) : len % 1024;
	len = (len + 7) & ~7u;
	data = g_malloc0(len ? len : 1);
	if (how & 1 && len >= 16) {
		struct wire_ext_header ext = { .command_offset = 16 };

		if (how & 2)
			ext.vgpu_luid = g->cfg.gpu[take(in, 1) % GPUS].host_luid;
		memcpy(data, &ext, sizeof(ext));
		at = 16;
	}
	if (how & 4 && len >= at + 24) {
		struct wire_header hdr = { .channel = how >> 3 & 1 };

		hdr.command = hdr.channel ? 1000 + take(in, 1) % 23 : take(in, 1) % 69;
		if (how & 0x20 && !hdr.channel)
			hdr.channel = WIRE_CHANNEL_ASYNC;
		if (how & 0x10)
			hdr.process = g->processes ? g->processes->handle : 0;
		memcpy(data + at, &hdr, sizeof(hdr));
		at += sizeof(hdr);
	}
	end = how & 0x80 ? at + take(in, 2) : len;
	put_handles(g, data, at, fill(in, data, at, MIN(end, len)));
	p.data = data;
	p.len = len;
	p.wants_completion = !(how & 0x20);
	p.transaction = take(in, 1);
	deliver(ch, &p);
	g_free(data);
}

/* A well-formed message as a driver sends it at its start. */
static void send(struct gpupv *g, struct gpupv_gpu *gpu, uint32_t command, uint32_t len,
		 const uint64_t *payload)
{
	bool global = command >= 1000, ext = gpupv_has_ext_header(g);
	bool own = gpu->chan.open && (!gpu->async_told || !ext);
	struct vmbus_channel *ch = global || !own ? g->global.ch : gpu->chan.ch;
	uint32_t at = ext ? sizeof(struct wire_ext_header) : 0;
	struct wire_ext_header head = {
		.command_offset = 16,
		.vgpu_luid = global ? 0 : gpu->cfg.host_luid,
	};
	struct wire_header hdr = { .command = command, .channel = global };
	struct vmbus_packet p = {
		.type = VMBUS_PACKET_INBAND,
		.wants_completion = true,
		.transaction = 1000 + command,
		.len = at + len,
	};
	uint8_t data[1024] = { 0 };

	if (!ch || !ch->open)
		return;
	if (g->processes && command_find(global, command)->process == PROCESS_NAMED)
		hdr.process = g->processes->handle;
	memcpy(data, &head, at);
	memcpy(data + at, &hdr, sizeof(hdr));
	memcpy(data + at + sizeof(hdr), payload, len - sizeof(hdr));
	put_handles(g, data, at + sizeof(hdr), at + len);
	p.data = data;
	deliver(ch, &p);
}

/* Up to a process with a device, a paging queue, an allocation and a context. */
static void start(struct gpupv *g)
{
	struct gpupv_gpu *gpu = g->gpu[0];
	uint64_t w[96];

	if (!gpu)
		return;
#define SEND(command, bytes, ...) do { \
	const uint64_t words_[] = { __VA_ARGS__ }; \
	memset(w, 0, sizeof(w)); \
	memcpy(w, words_, sizeof(words_)); \
	send(g, gpu, command, bytes, w); \
} while (0)
	SEND(WIRE_SETIOSPACEREGION, 48, RAM / 2, 1u << 20);
	SEND(WIRE_OPENADAPTER, 40, gpupv_version(g) | 16ull << 32);
	SEND(WIRE_GETINTERNALADAPTERINFO, 24, 0);
	memset(w, 0, sizeof(w));
	((uint8_t *)w)[562 - 24] = WIRE_PROCESS_LINUX;
	send(g, gpu, WIRE_CREATEPROCESS, 568, w);
	SEND(WIRE_CREATEDEVICE, 40, 0, 5);
	SEND(WIRE_CREATEPAGINGQUEUE, 56, 0xfd000000);
	SEND(WIRE_CREATEALLOCATION, 112, 0xfd000000, 0, 1, 0, 0, 32ull << 32,
	     0x4741575300000000ull, 1 | 8192ull << 32, 0, 0);
	SEND(WIRE_CREATECONTEXTVIRTUAL, 56, 0xfd000000ull << 32);
	SEND(WIRE_RESERVEGPUVIRTUALADDRESS, 96, 0xfc000000, 0, 0, 0, 1u << 20);
#undef SEND
}

/* Memory for jobs of the first process, with what the input has for it. */
static void map_jobs(struct gpupv *g, struct input *in)
{
	uint8_t *page[JOBS_PAGES];

	fill(in, jobs[0], 0, take(in, 1));
	for (unsigned int i = 0; i < JOBS_PAGES; i++)
		page[i] = jobs[i];
	if (g->processes && g->gpu[0])
		softgpu_map(space_pages(space_of(g->processes, g->gpu[0])), JOBS_VA, JOBS_PAGES,
			    page, SOFTGPU_READ | SOFTGPU_WRITE | SOFTGPU_EXECUTE);
}

static void option(struct gpupv *g, struct input *in)
{
	static const char *const options[] = {
		"refuse=OPENADAPTER:0xc0000001:0:1", "refuse=QUERYADAPTERINFO:0xc0000001",
		"delay=CREATEPROCESS:5", "delay=GETINTERNALADAPTERINFO:9", "hold=1010:0",
		"short-errors=on", "short-errors=off", "max-processes=3", "async=off", "async=on",
		"paging-delay=0", "paging-delay=2000", "lose=*:0:2:2", "lose=*:1:2:2:50:3",
		"status=*:0xc000ffff:1:1", "tdr=20:0", "tdr=*:2:9:1", "storm=26:5", "mute=*:0:30",
		"silence=off", "remove=28:0", "remove=28:1", "tdr-ms=1", "gpu0.budget=1",
	};
	unsigned int i = take(in, 1) % (G_N_ELEMENTS(options) + 1);

	if (i == G_N_ELEMENTS(options))
		rules_clear(g);
	else
		gpupv_config_option(&g->cfg, options[i]);
}

static void step(struct gpupv *g, struct input *in)
{
	uint8_t what = take(in, 1);
	struct vmbus_channel *ch;
	struct vpci_function *f;

	switch (what % 16) {
	case 0:
		ch = channel_at(take(in, 1) % 5);
		if (ch && !ch->open && !ch->rescinded && !ch->service->open(ch, ch->priv))
			ch->open = true;
		break;
	case 1:
		ch = channel_at(take(in, 1) % 5);
		if (ch)
			channel_close(ch);
		break;
	case 2:
		ch = channel_at(take(in, 1) % 5);
		if (ch && ch->rescinded)
			channel_free(ch);
		break;
	case 3:
		ch = channel_at(take(in, 1) % 5);
		if (ch)
			vmbus_rescind(ch);
		break;
	case 4:
		gpupv_gpu_add(g, take(in, 1) % GPUS);
		break;
	case 5:
		gpupv_gpu_remove(g, g->cfg.gpu[take(in, 1) % GPUS].name, what & 16);
		break;
	case 6:
		for (f = functions; f && !f->removed; f = f->next)
			;
		if (f)
			function_free(f);
		break;
	case 7:
		f = functions;
		if (f && what & 16)
			f->ops->guest_version(f->ctx, take(in, 4));
		else if (f)
			f->ops->guest_caps(f->ctx, take(in, 4));
		break;
	case 8:
		now += take(in, 1) * 1000000;
		host_timers_run(&host);
		host_leave(&host);
		for (unsigned int i = 0; i < 8 * GPUS; i++)
			gpupv_step(g, i % GPUS, i / GPUS % 2);
		host_enter(&host);
		break;
	case 9:
		option(g, in);
		break;
	case 10:
		gpupv_reset(g);
		break;
	case 11:
		start(g);
		break;
	case 12:
		map_jobs(g, in);
		break;
	default:
		packet(g, in);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t versions[] = { 40, 27, 0, 41 };
	struct input in = { data, size };
	struct gpupv_config c;
	struct gpupv *g;

	log_open("/dev/null");
	host_init(&host, &host_ops, NULL);
	host.mem.base = ram;
	host.mem.size = RAM;
	host.mem.low = RAM;
	gpupv_config_init(&c);
	c.io_space_mib = 1;
	c.stepped = true;
	c.version = versions[take(&in, 1) % G_N_ELEMENTS(versions)];
	host_enter(&host);
	g = gpupv_new(&host, BUS, &c);
	if (!g)
		abort();
	for (unsigned int i = 0; i < GPUS; i++)
		gpupv_gpu_add(g, i);
	/* As a driver does: what is offered is opened, the version written. */
	for (struct vmbus_channel *ch = channels; ch; ch = ch->next)
		ch->open = !ch->service->open(ch, ch->priv);
	if (functions && c.version >= 40)
		functions->ops->guest_version(functions->ctx, 40);
	while (in.left)
		step(g, &in);
	for (struct vmbus_channel *ch = channels; ch; ch = ch->next)
		channel_close(ch);
	if (gpupv_objects(g) || gpadl_holds)
		abort();
	gpupv_reset(g);
	while (functions)
		function_free(functions);
	while (channels)
		channel_free(channels);
	host_leave(&host);
	gpupv_stop(g);
	host_enter(&host);
	gpupv_free(g);
	host_leave(&host);
	host_fini(&host);
	return 0;
}
