// SPDX-License-Identifier: MIT
/* The test bed: fake guest, fake PCI functions, and well-formed messages. */
#include <stdio.h>

#include "bed.h"

#define RING_PAGES	65u	/* a header and 256 KiB */

static struct vpci_function functions[GPUPV_MAX_GPUS];

/* ---- in place of the vPCI server ---- */

struct vpci_function *vpci_add(struct vmbus *v, const struct vpci_config *c,
			       const struct vpci_ops *ops, void *ctx)
{
	(void)v;
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		struct vpci_function *f = &functions[i];

		if (f->there)
			continue;
		memset(f, 0, sizeof(*f));
		f->c = *c;
		f->ops = ops;
		f->ctx = ctx;
		f->there = true;
		return f;
	}
	return NULL;
}

void vpci_remove(struct vpci_function *f, bool surprise)
{
	assert_true(f->there);
	f->ejected |= !surprise;
	f->surprised |= surprise;
}

struct vpci_function *bed_function(struct bed *b, unsigned int gpu)
{
	char name[32];

	snprintf(name, sizeof(name), "vpci-%s", b->cfg.gpu[gpu].name);
	for (unsigned int i = 0; i < GPUPV_MAX_GPUS; i++) {
		if (functions[i].there && !strcmp(functions[i].c.name, name))
			return &functions[i];
	}
	return NULL;
}

void bed_write_version(struct bed *b, unsigned int gpu, uint32_t version)
{
	struct vpci_function *f = bed_function(b, gpu);

	host_enter(&b->guest.host);
	f->ops->guest_version(f->ctx, version);
	host_leave(&b->guest.host);
}

void bed_function_gone(struct bed *b, unsigned int gpu)
{
	struct vpci_function *f = bed_function(b, gpu);

	host_enter(&b->guest.host);
	f->there = false;
	f->ops->gone(f->ctx);
	host_leave(&b->guest.host);
	fake_guest_advance(&b->guest, 1);
}

/* ---- the bed ---- */

void bed_init(struct bed *b, const char *const *options, unsigned int gpus)
{
	memset(b, 0, sizeof(*b));
	memset(functions, 0, sizeof(functions));
	fake_guest_init(&b->guest, 32 << 20, 1);
	b->rx = malloc(512 * 1024);
	gpupv_config_init(&b->cfg);
	assert_null(gpupv_config_option(&b->cfg, "io-space=1"));
	for (; options && *options; options++)
		assert_null(gpupv_config_option(&b->cfg, *options));
	host_enter(&b->guest.host);
	b->g = gpupv_new(&b->guest.host, b->guest.bus, &b->cfg);
	assert_non_null(b->g);
	for (unsigned int i = 0; i < gpus; i++)
		assert_null(gpupv_gpu_add(b->g, i));
	host_leave(&b->guest.host);
}

void bed_fini(struct bed *b)
{
	host_enter(&b->guest.host);
	gpupv_reset(b->g);
	host_leave(&b->guest.host);
	for (int i = 0; i <= GPUPV_MAX_GPUS; i++) {
		if (b->open[i])
			fake_channel_forget(&b->chan[i]);
	}
	gpupv_stop(b->g);
	fake_guest_fini(&b->guest);
	gpupv_free(b->g);
	free(b->rx);
}

uint32_t bed_relid(struct bed *b, const char *name)
{
	struct vmbus_channel *ch;
	uint32_t relid;

	host_enter(&b->guest.host);
	ch = vmbus_find(b->guest.bus, name);
	relid = ch ? vmbus_channel_relid(ch) : 0;
	host_leave(&b->guest.host);
	return relid;
}

static uint32_t chan_relid(struct bed *b, int chan)
{
	char name[32] = "gpupv";

	if (chan != BED_GLOBAL)
		snprintf(name, sizeof(name), "vgpu-%s", b->cfg.gpu[chan].name);
	return bed_relid(b, name);
}

void bed_open(struct bed *b, int chan)
{
	if (!b->connected) {
		fake_guest_contact(&b->guest, FAKE_V5_3);
		fake_guest_offers(&b->guest, NULL, NULL);
		b->connected = true;
	}
	b->guest.num_messages = 0;	/* offers and rescinds: the tests know */
	assert_int_equal(fake_channel_open(&b->guest, &b->chan[chan + 1], chan_relid(b, chan),
					   RING_PAGES, RING_PAGES, 0), 0);
	b->open[chan + 1] = true;
}

void bed_close(struct bed *b, int chan)
{
	fake_channel_close(&b->chan[chan + 1]);
	b->open[chan + 1] = false;
}

void bed_release(struct bed *b, uint32_t relid)
{
	uint32_t words[3] = { 13, 0, relid };

	fake_guest_post(&b->guest, words, 3);
}

void bed_go(struct bed *b, enum bed_stage stage)
{
	static uint8_t m[1024];
	uint32_t ext;

	VIOLATIONS(0, {
		bed_open(b, BED_GLOBAL);
		bed_open(b, 0);
		ext = bed_ext(b);
		if (ext)
			bed_write_version(b, 0, 40);
		if (stage >= BED_IO_SPACE)
			assert_int_equal(bed_call(b, BED_GLOBAL, m, make_iospace(b, m)), 0);
		if (stage >= BED_ADAPTER) {
			b->adapter = bed_call(b, 0, m, make_openadapter(b, m, 0));
			assert_int_not_equal(b->adapter, 0);
			assert_int_equal(bed_word(b, 4), 0);
		}
		if (stage >= BED_INFO)
			assert_int_equal(bed_call(b, 0, m, make_info(b, m, 0)), 0x4000);
		if (stage >= BED_PROCESS) {
			b->process = bed_call(b, BED_GLOBAL, m,
					      make_createprocess(b, m, 7, "glxgears"));
			assert_int_not_equal(b->process, 0);
		}
	});
}

/* ---- packets ---- */

void bed_raw(struct bed *b, int chan, bool wants, uint64_t transaction, const void *data,
	     uint32_t len)
{
	assert_true(fake_channel_write(&b->chan[chan + 1], 6, wants, transaction, data, len));
}

void bed_expect(struct bed *b, int chan, uint64_t transaction)
{
	struct fake_packet p;

	memset(b->rx, 0xcc, 64);
	assert_true(fake_channel_read(&b->chan[chan + 1], &p, b->rx));
	assert_int_equal(p.type, 11);
	assert_int_equal(p.transaction, transaction);
	b->len = p.len;
}

void bed_expect_nothing(struct bed *b, int chan)
{
	struct fake_packet p;

	assert_false(fake_channel_read(&b->chan[chan + 1], &p, b->rx));
}

uint32_t bed_call(struct bed *b, int chan, const void *message, uint32_t len)
{
	uint64_t transaction = ++b->transaction;

	bed_raw(b, chan, true, transaction, message, len);
	bed_expect(b, chan, transaction);
	bed_expect_nothing(b, chan);
	return b->len ? bed_word(b, 0) : 0;
}

uint32_t bed_word(const struct bed *b, uint32_t offset)
{
	uint32_t v;

	assert_true(offset + sizeof(v) <= b->len);
	memcpy(&v, b->rx + offset, sizeof(v));
	return v;
}

uint64_t bed_quad(const struct bed *b, uint32_t offset)
{
	return bed_word(b, offset) | (uint64_t)bed_word(b, offset + 4) << 32;
}

/* ---- messages ---- */

void put16(uint8_t *p, uint16_t v)
{
	p[0] = v;
	p[1] = v >> 8;
}

void put32(uint8_t *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

void put64(uint8_t *p, uint64_t v)
{
	put32(p, v);
	put32(p + 4, v >> 32);
}

uint32_t bed_ext(const struct bed *b)
{
	return b->cfg.version >= 40 ? 16 : 0;
}

int bed_route(const struct bed *b)
{
	return bed_ext(b) && b->cfg.gpu[0].async ? BED_GLOBAL : 0;
}

uint8_t *bed_header(const struct bed *b, uint8_t *message, int gpu, uint32_t process,
		    uint32_t command)
{
	uint8_t *p = message;

	if (bed_ext(b)) {
		memset(p, 0, 16);
		put32(p, 16);
		if (gpu != BED_GLOBAL)
			put64(p + 8, b->cfg.gpu[gpu].host_luid);
		p += 16;
	}
	memset(p, 0, 24);
	put32(p + 8, process);
	put32(p + 12, gpu == BED_GLOBAL);
	put32(p + 16, command);
	return p + 24;
}

uint32_t make_iospace(const struct bed *b, uint8_t *m)
{
	uint8_t *p = bed_header(b, m, BED_GLOBAL, 0, 1010);

	put64(p, BED_IO_START);
	put64(p + 8, BED_IO_LENGTH);
	put64(p + 16, 0);
	return bed_ext(b) + 48;
}

uint32_t make_createprocess(const struct bed *b, uint8_t *m, uint64_t cookie, const char *name)
{
	uint8_t *p = bed_header(b, m, BED_GLOBAL, 0, 1000);

	memset(p, 0, 568 - 24);
	put64(p, cookie);
	put64(p + 8, 4321);
	for (int i = 0; name[i]; i++)
		put16(p + 16 + 2 * i, name[i]);
	p[562 - 24] = 8;
	return bed_ext(b) + 568;
}

uint32_t make_destroyprocess(const struct bed *b, uint8_t *m, uint32_t process)
{
	bed_header(b, m, BED_GLOBAL, process, 1001);
	return bed_ext(b) + 24;
}

uint32_t make_openadapter(const struct bed *b, uint8_t *m, int gpu)
{
	uint8_t *p = bed_header(b, m, gpu, 0, 14);

	put32(p, bed_ext(b) ? 40 : 27);
	put32(p + 4, 16);
	put64(p + 8, 0);
	return bed_ext(b) + 40;
}

uint32_t make_info(const struct bed *b, uint8_t *m, int gpu)
{
	bed_header(b, m, gpu, 0, 36);
	return bed_ext(b) + 24;
}

uint32_t make_closeadapter(const struct bed *b, uint8_t *m, int gpu, uint32_t adapter)
{
	uint8_t *p = bed_header(b, m, gpu, 0, 15);

	put32(p, adapter);
	put32(p + 4, 0);
	return bed_ext(b) + 32;
}

uint32_t make_query(const struct bed *b, uint8_t *m, int gpu, uint32_t process, uint32_t type,
		    uint32_t size)
{
	uint8_t *p = bed_header(b, m, gpu, process, 2);

	put32(p, type);
	put32(p + 4, size);
	memset(p + 8, 0, size + 7);
	return bed_ext(b) + 39 + size;
}

uint32_t make_feature(const struct bed *b, uint8_t *m, int gpu, uint32_t feature)
{
	uint8_t *p = bed_header(b, m, gpu, 0, gpu == BED_GLOBAL ? 1022 : 68);

	put32(p, feature);
	put32(p + 4, 0);
	return bed_ext(b) + 32;
}

uint64_t bed_objects(struct bed *b)
{
	uint64_t n;

	host_enter(&b->guest.host);
	n = gpupv_objects(b->g);
	host_leave(&b->guest.host);
	return n;
}

uint64_t bed_left(struct bed *b)
{
	uint64_t n;

	host_enter(&b->guest.host);
	n = gpupv_left_behind(b->g);
	host_leave(&b->guest.host);
	return n;
}
